//! Whole products, from sales to paths.

use argosy_kernel::Day;

use super::*;
use crate::forecast::{
    chance::Chance, numbers::mean, outlook::pooled_widening, profile::Kind, series::Bucket,
};

fn first() -> Day {
    "2024-01-01".parse().unwrap()
}

fn weeks(units: &[f64]) -> Series {
    Series::of_units(Grain::Week, first(), units)
}

#[test]
fn a_steady_seller_is_told_with_its_band_and_its_reasons() {
    let mut chance = Chance::new(21);
    let units: Vec<f64> = (0..80).map(|_| chance.negative_binomial(12.0, 20.0)).collect();
    let told = foresee(Request::new(&weeks(&units), 12, "LAMP-1/US")).outlook;
    assert_eq!((told.method, told.why), (Method::SteadyMean, Why::Usual));
    assert_eq!(told.expected.len(), 12);
    assert!(told.expected.iter().all(|value| (9.0..15.0).contains(value)), "{:?}", told.expected);
    let all: f64 = told.shares.iter().map(|(_, share)| share).sum();
    assert!((all - 1.0).abs() < 1e-9 && told.shares.len() == 2);
    for step in 0..12 {
        let band: Vec<f64> = told.quantiles.iter().map(|line| line[step]).collect();
        assert!(band.windows(2).all(|pair| pair[0] <= pair[1]), "{band:?}");
        assert!(band[0] < told.expected[step] && band[8] > told.expected[step]);
    }
    // Ten weeks together are relatively surer than one, and the paths agree with the points.
    let sums = told.paths.sum_quantiles(0.0, 10.0, &[0.05, 0.5, 0.95]);
    assert!((sums[1] / (10.0 * told.expected[0]) - 1.0).abs() < 0.12, "{sums:?}");
    assert!(
        (sums[2] - sums[0]) / sums[1] < 0.8 * (told.quantiles[6][0] - told.quantiles[0][0]) / 12.0
    );
    assert!(told.tested.len() > 4 && told.tested.iter().all(|t| t.score.wql.is_some()));
}

#[test]
fn the_same_seed_gives_the_same_paths_and_another_product_others() {
    let units: Vec<f64> = (0..40).map(|t| f64::from(t * 7 % 11)).collect();
    let series = weeks(&units);
    let one = foresee(Request::new(&series, 8, "LAMP-1/US"));
    assert_eq!(one, foresee(Request::new(&series, 8, "LAMP-1/US")));
    let other = foresee(Request::new(&series, 8, "LAMP-2/US"));
    assert_eq!(one.outlook.expected, other.outlook.expected);
    assert_ne!(one.outlook.paths, other.outlook.paths);
}

#[test]
fn weeks_out_of_stock_do_not_teach_that_nobody_wants_it() {
    let mut chance = Chance::new(22);
    let buckets: Vec<Bucket> = (0..60)
        .map(|week| match week {
            50.. => Bucket { units: 0.0, open: 0.0 },
            _ => Bucket { units: chance.poisson(15.0), open: 1.0 },
        })
        .collect();
    let series = Series { grain: Grain::Week, first: first(), buckets };
    let told = foresee(Request::new(&series, 4, "LAMP-1/US"));
    assert!(told.outlook.expected.iter().all(|v| (12.0..18.0).contains(v)), "{:?}", told.outlook);
    assert!(told.demand.lost[55] > 12.0);
    let zeros: Vec<f64> = series.buckets.iter().map(|b| b.units).collect();
    let naive = foresee(Request::new(&weeks(&zeros), 4, "LAMP-1/US"));
    assert!(naive.outlook.expected[0] < 8.0);
}

#[test]
fn prime_day_is_expected_in_its_week_and_not_in_the_next() {
    let mut chance = Chance::new(23);
    let on: Vec<f64> = (0..64).map(|week| if week % 26 == 8 { 1.0 } else { 0.0 }).collect();
    let units: Vec<f64> =
        (0..58).map(|week| chance.poisson(if week % 26 == 8 { 60.0 } else { 20.0 })).collect();
    let event = Event { id: "prime_day".to_owned(), on, usual: 2.0, sure: 1.0 };
    let series = weeks(&units);
    let events = [event];
    let told = foresee(Request { events: &events, ..Request::new(&series, 6, "LAMP-1/US") });
    assert!((2.2..3.3).contains(&told.uplifts[0].factor), "{:?}", told.uplifts);
    let expected = &told.outlook.expected;
    // Week 60 is 26 weeks after week 34: the third of the weeks to come.
    assert!(expected[2] > 2.2 * expected[1] && expected[2] > 2.2 * expected[3], "{expected:?}");
    let drawn = told.outlook.paths.means();
    assert!(drawn[2] > 2.0 * drawn[1]);
}

#[test]
fn a_product_of_three_weeks_follows_its_elders() {
    let curve: Vec<f64> = (0..26).map(|t| 40.0 * (1.0 - 0.8_f64.powi(t + 1))).collect();
    let launches =
        [Launch { curve: &curve, likeness: 1.0 }, Launch { curve: &curve, likeness: 0.5 }];
    let series = weeks(&[0.0, 0.0, 8.0, 14.0, 20.0]);
    let request = Request { launches: &launches, ..Request::new(&series, 6, "LAMP-9/US") };
    let told = foresee(request);
    assert_eq!((told.before, told.outlook.why), (2, Why::Young));
    assert!(told.outlook.expected[5] > 28.0, "{:?}", told.outlook.expected);
    // A person may ask for something else.
    let ses = foresee(Request { method: Some(Method::Ses), ..request }).outlook;
    assert_eq!((ses.method, ses.why), (Method::Ses, Why::Set));
    assert!(ses.expected[5] < 21.0);
}

#[test]
fn nothing_sold_and_nothing_similar_means_nothing_expected() {
    let told = foresee(Request::new(&weeks(&[0.0; 9]), 3, "DUD/US")).outlook;
    assert_eq!((told.why, told.profile.kind), (Why::NothingSold, Kind::Silent));
    assert_eq!(told.expected, [0.0; 3]);
    let empty = foresee(Request::new(&weeks(&[]), 3, "DUD/US")).outlook;
    assert_eq!(empty.expected, [0.0; 3]);
}

#[test]
fn a_slow_seller_gets_whole_units_and_a_chance_of_none() {
    let mut chance = Chance::new(24);
    let units: Vec<f64> = (0..90)
        .map(|_| if chance.share() < 0.2 { 1.0 + chance.poisson(0.5) } else { 0.0 })
        .collect();
    let told = foresee(Request::new(&weeks(&units), 8, "SCREW/DE")).outlook;
    assert_eq!(told.method, Method::SlowMean);
    assert!((told.expected[0] - mean(&units)).abs() < 0.25, "{:?}", told.expected);
    assert!(told.quantiles[3][0] < 0.5 && told.quantiles[8][0] >= 1.0);
    assert!(told.paths.bucket(0).iter().all(|value| value.fract().abs() < 1e-9));
    let none = told.paths.bucket(0).iter().filter(|value| **value < 0.5).count();
    assert!((0.6..0.95).contains(&(count(none) / 500.0)), "{none}");
}

#[test]
fn the_season_of_the_category_helps_a_product_of_one_year() {
    let mut chance = Chance::new(25);
    let season = |week: usize| 1.0 + 0.6 * (count(week) / 52.0 * std::f64::consts::TAU).sin();
    let mut make = |weeks_of: usize, size: f64| {
        let units: Vec<f64> = (0..weeks_of).map(|w| chance.poisson(size * season(w))).collect();
        Series::of_units(Grain::Week, first(), &units)
    };
    let elders: Vec<Series> = (0..6).map(|_| make(156, 25.0)).collect();
    let group: Vec<&Series> = elders.iter().collect();
    let factors = shared_season(&group, 182).unwrap();
    assert!((factors[13] - 1.6).abs() < 0.12 && (factors[39] - 0.4).abs() < 0.12);
    // The youngster has 60 weeks of the same calendar: from its trough into the next peak.
    let young = make(60, 20.0);
    let request = Request { season: &factors[..86], ..Request::new(&young, 26, "LAMP-7/US") };
    let told = foresee(request).outlook.expected;
    let truth: Vec<f64> = (60..86).map(|week| 20.0 * season(week)).collect();
    let missed: f64 = told.iter().zip(&truth).map(|(a, b)| (a - b).abs()).sum();
    assert!(missed / truth.iter().sum::<f64>() < 0.15, "{told:?}");
    assert!(shared_season(&[&weeks(&[1.0; 40])], 60).is_none());
}

#[test]
fn a_person_moves_the_forecast_and_the_band_goes_along() {
    let units: Vec<f64> = (0..40).map(|t| f64::from(10 + t * 7 % 5)).collect();
    let machine = foresee(Request::new(&weeks(&units), 3, "LAMP-1/US")).outlook;
    let moved = machine.moved(&[None, Some(2.0 * machine.expected[1])]);
    assert!((moved.expected[0] - machine.expected[0]).abs() < 1e-12);
    assert!((moved.quantiles[6][1] / machine.quantiles[6][1] - 2.0).abs() < 1e-9);
    assert!((moved.paths.means()[1] / machine.paths.means()[1] - 2.0).abs() < 1e-9);
    let silent = foresee(Request::new(&weeks(&[0.0; 9]), 3, "DUD/US")).outlook;
    let moved = silent.moved(&[Some(5.0), Some(-1.0)]);
    assert_eq!(moved.expected, [5.0, 0.0, 0.0]);
    assert_eq!(moved.paths.means()[..2], [5.0, 0.0]);
}

#[test]
fn similar_products_that_are_not_given_cannot_be_asked_for() {
    let series = weeks(&[4.0, 5.0, 6.0, 4.0, 5.0, 6.0, 5.0, 5.0, 4.0, 6.0, 5.0, 5.0]);
    let request = Request::new(&series, 3, "LAMP-1/US");
    let told = foresee(Request { method: Some(Method::Analogue), ..request }).outlook;
    assert_eq!(told.method, Method::SteadyMean);
}

#[test]
fn what_many_products_have_shown_widens_the_band_of_each() {
    let mut chance = Chance::new(26);
    // Steady products, and products whose level jumps now and then: the methods believe it is noise.
    let mut make = |jumps: bool| {
        let outlooks: Vec<Outlook> = (0..60)
            .map(|_| {
                let mut level = 200.0;
                let units: Vec<f64> = (0..70)
                    .map(|_| {
                        if jumps && chance.share() < 0.06 {
                            level = (level + 120.0 * chance.normal()).max(40.0);
                        }
                        chance.poisson(level)
                    })
                    .collect();
                Outlook::of(Question { paths: 0, ..Question::new(&units, 1, 8) })
            })
            .collect();
        pooled_widening(&outlooks)
    };
    let (steady, jumping) = (make(false), make(true));
    assert!((1.0..1.25).contains(&steady), "{steady}");
    assert!(jumping > 1.05, "{jumping}");
    assert!((pooled_widening(&[]) - 1.0).abs() < 1e-12);
}

#[test]
fn an_answer_is_written_for_the_desk_without_its_paths() {
    let series = weeks(&[4.0, 5.0, 6.0, 4.0, 5.0, 6.0, 5.0, 5.0, 4.0, 6.0, 5.0, 5.0]);
    let told = foresee(Request::new(&series, 2, "LAMP-1/US"));
    let written = serde_json::to_value(&told).unwrap();
    assert_eq!(written["outlook"]["method"], "steady_mean");
    assert_eq!(written["outlook"]["why"], "usual");
    assert_eq!(written["outlook"]["expected"].as_array().unwrap().len(), 2);
    assert!(written["outlook"].get("paths").is_none());
    assert!(foresee(Request::new(&series, 0, "LAMP-1/US")).outlook.expected.is_empty());
}

#[test]
fn demand_of_a_lead_time_stays_below_its_95_of_100_as_often_as_promised() {
    // Fast, slow and lumpy sellers; eight weeks to come, drawn from the same truth as the past.
    for (mean_units, over) in [(30.0, 2.0), (2.0, 1.5), (0.6, 4.0)] {
        let mut chance = Chance::new(27);
        let mut draw = |weeks: usize| -> Vec<f64> {
            let one = |_| chance.negative_binomial(mean_units, over * mean_units);
            (0..weeks).map(one).collect()
        };
        let products: Vec<(String, Series, f64)> = (0..300)
            .map(|number| (format!("SKU-{number}"), weeks(&draw(78)), draw(8).iter().sum()))
            .collect();
        let ask = |widening: f64, paths: usize| -> Vec<Outlook> {
            let one = |(name, series, _): &(String, Series, f64)| {
                foresee(Request { widening, paths, ..Request::new(series, 8, name) }).outlook
            };
            products.iter().map(one).collect()
        };
        let widening = pooled_widening(&ask(1.0, 0));
        let (mut below, mut half) = (0, 0);
        for (told, (.., came)) in ask(widening, 400).iter().zip(&products) {
            let quantiles = told.paths.sum_quantiles(0.0, 8.0, &[0.5, 0.95]);
            half += usize::from(*came <= quantiles[0]);
            below += usize::from(*came <= quantiles[1]);
        }
        let (half, below) = (count(half) / 300.0, count(below) / 300.0);
        println!(
            "{mean_units} a week: {half:.3} below the half, {below:.3} below 95 % ({widening:.2})"
        );
        // Chance alone moves the share by 1.3 points.
        assert!((0.92..=0.98).contains(&below), "{mean_units}: {below}");
        assert!((0.42..=0.60).contains(&half), "{mean_units}: {half}");
    }
}
