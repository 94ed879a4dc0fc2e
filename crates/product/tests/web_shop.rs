//! The automatic forecast on a real web shop: UCI Online Retail, 541,909 lines of a year.
//!
//! Needs `ARGOSY_DATASETS` (folder with `online_retail_uci/`); says so and passes without it.

#![expect(clippy::unwrap_used, reason = "a data set that cannot be read stops the test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    path::PathBuf,
};

use argosy_kernel::{Day, Grain, Period};
use argosy_product::forecast::{
    Method, Outlook, Series, many,
    method::Prepared,
    outlook::Question,
    score::Scale,
    series::{Sales, season},
};

/// Weeks held back.
const AHEAD: usize = 4;

fn sales() -> Option<BTreeMap<String, BTreeMap<Day, f64>>> {
    let Some(folder) = std::env::var_os("ARGOSY_DATASETS") else {
        println!("skipped: ARGOSY_DATASETS is not set");
        return None;
    };
    let path = PathBuf::from(folder).join("online_retail_uci/online_retail.csv.gz");
    let plain = flate2::read::MultiGzDecoder::new(File::open(path).unwrap());
    let mut reader = csv::Reader::from_reader(plain);
    let mut sold: BTreeMap<String, BTreeMap<Day, f64>> = BTreeMap::new();
    // InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, …
    for record in reader.byte_records() {
        let record = record.unwrap();
        let text = |at: usize| String::from_utf8_lossy(&record[at]).into_owned();
        let number = |at: usize| text(at).parse::<f64>().unwrap_or(0.0);
        if number(3) > 0.0 && number(5) > 0.0 && !text(0).starts_with('C') {
            let day: Day = text(4)[..10].parse().unwrap();
            *sold.entry(text(1)).or_default().entry(day).or_default() += number(3);
        }
    }
    Some(sold)
}

/// Products that have sold for half a year and in twenty weeks of it.
fn weeks(sold: &BTreeMap<String, BTreeMap<Day, f64>>) -> Vec<Vec<f64>> {
    let (closed, unknown) = (BTreeSet::new(), BTreeSet::new());
    let period = Period::new("2010-12-06".parse().unwrap(), "2011-12-04".parse().unwrap()).unwrap();
    let one = |sold: &BTreeMap<Day, f64>| -> Vec<f64> {
        let days = Sales { sold, closed: &closed, unknown: &unknown };
        let series = Series::of_days(Grain::Week, period, days).since_first_sale();
        series.buckets.iter().map(|bucket| bucket.units).collect()
    };
    let kept = |units: &Vec<f64>| {
        let past = &units[..units.len().saturating_sub(AHEAD)];
        past.len() >= 26 && past.iter().filter(|units| **units > 0.0).count() >= 20
    };
    sold.values().map(one).filter(kept).collect()
}

/// Sum of absolute errors over all demand, and mean MASE.
fn missed(series: &[Vec<f64>], said: impl Fn(&[f64]) -> Vec<f64> + Sync) -> (f64, f64) {
    let season = season(Grain::Week);
    let each = many::each(series, 0, |units| {
        let (past, came) = units.split_at(units.len() - AHEAD);
        let off: f64 = said(past).iter().zip(came).map(|(f, y)| (f - y).abs()).sum();
        (off, came.iter().sum::<f64>(), Scale::of(past, season).map(|scale| off / scale.absolute))
    });
    let off: f64 = each.iter().map(|(off, ..)| off).sum();
    let demand: f64 = each.iter().map(|(_, demand, _)| demand).sum();
    let mases: Vec<f64> = each.iter().filter_map(|(.., mase)| *mase).collect();
    (off / demand, mases.iter().sum::<f64>() / mases.len() as f64 / AHEAD as f64)
}

#[test]
fn the_automatic_forecast_leads_every_single_method_in_a_real_shop() {
    let Some(sold) = sales() else { return };
    let series = weeks(&sold);
    assert!(series.len() > 1500, "{}", series.len());
    let season = season(Grain::Week);
    let (wape, mase) = missed(&series, |past| {
        Outlook::of(Question { paths: 0, ..Question::new(past, season, AHEAD) }).expected
    });
    println!("automatic: WAPE {wape:.4} MASE {mase:.3} ({} products)", series.len());
    for method in [
        Method::SeasonalNaive,
        Method::Ses,
        Method::Ets,
        Method::Theta,
        Method::DynamicTheta,
        Method::Imapa,
        Method::Sba,
        Method::Tsb,
    ] {
        let (single, single_mase) =
            missed(&series, |past| Prepared::new(past, season).fit(method, AHEAD).ahead);
        println!("{}: WAPE {single:.4} MASE {single_mase:.3}", method.id());
        // A single method may be even by luck of one month; none is clearly better.
        assert!(wape < 1.01 * single && mase < 1.01 * single_mase, "{method:?}");
    }
}
