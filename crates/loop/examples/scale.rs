//! Time and memory of all rules over a made-up seller of any size:
//! `cargo run -p argosy-loop --example scale -- [skus] [days] [search terms] [knowledge]`.
//!
//! Figures are made up without chance; what matters here is how many there are.

use std::{error::Error, fs, path::Path, sync::Arc, time::Instant};

use argosy_facts::{
    FactStore, VersionOrder,
    arrow::{
        array::{ArrayRef, RecordBatch, StringArray, new_null_array},
        compute::cast,
    },
    schema::schema,
};
use argosy_kernel::{Currency, Day, FactFile, Files, Origin, Table};
use argosy_loop::{
    rules::Rules,
    watch::{WatchInput, WatchQuestion, watch},
};
use argosy_metrics::{DeskData, Engine, Filters};
use chrono::Days;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The last day.
const LAST: &str = "2026-10-28";

fn add(files: &mut Files, root: &Path, folder: &Path) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("channels") {
            add(files, root, &path)?;
        } else if path.extension().is_some_and(|ending| ending == "toml" || ending == "csv") {
            let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
            files.add(name, fs::read_to_string(&path)?, Origin::BuiltIn);
        }
    }
    Ok(())
}

/// One column of many rows, as text; columns not named are empty.
type Cells = Vec<(&'static str, Vec<String>)>;

fn batch(table: Table, cells: &Cells, rows: usize) -> Outcome<RecordBatch> {
    let schema = schema(table);
    let mut columns: Vec<ArrayRef> = Vec::new();
    for field in schema.fields() {
        let fixed = match field.name().as_str() {
            "store" => Some("us"),
            "channel" => Some("amazon"),
            "market" => Some("US"),
            "currency" => Some("USD"),
            "definition" => Some("bench.all@1"),
            "raw" => Some("0123456789abcdef"),
            "row" => Some("1"),
            "provisional" => Some("false"),
            _ => None,
        };
        let told = cells.iter().find(|(name, _)| name == field.name());
        columns.push(match (told, fixed) {
            (Some((_, values)), _) => {
                cast(&StringArray::from_iter_values(values.iter()), field.data_type())?
            }
            (None, Some(value)) => {
                let values = StringArray::from_iter_values(std::iter::repeat_n(value, rows));
                cast(&values, field.data_type())?
            }
            (None, None) => new_null_array(field.data_type(), rows),
        });
    }
    Ok(RecordBatch::try_new(Arc::clone(&schema), columns)?)
}

struct Maker {
    store: FactStore,
    files: Vec<FactFile>,
}

impl Maker {
    /// Writes rows `0..count`, day by day; `row` gives the cells of one.
    async fn write(
        &mut self,
        table: Table,
        days: &[Day],
        (count, names): (usize, &[&'static str]),
        row: impl Fn(Day, usize) -> Vec<String>,
    ) -> Outcome<()> {
        let mut stage = self.store.stage("us", table);
        for day in days {
            let mut cells: Cells = names.iter().map(|name| (*name, Vec::new())).collect();
            for one in 0..count {
                for ((_, column), cell) in cells.iter_mut().zip(row(*day, one)) {
                    column.push(cell);
                }
            }
            cells.push(("day", vec![day.to_string(); count]));
            cells.push(("day_to", vec![day.to_string(); count]));
            cells.push(("container", vec![format!("{}:{day}", table.name()); count]));
            stage.write(&batch(table, &cells, count)?)?;
        }
        self.files.extend(stage.finish(&[], &VersionOrder::default()).await?.added);
        Ok(())
    }
}

fn text(values: &[&dyn ToString]) -> Vec<String> {
    values.iter().map(|value| value.to_string()).collect()
}

async fn facts(maker: &mut Maker, skus: usize, days: &[Day], terms: usize) -> Outcome<()> {
    let sku = |one: usize| format!("SKU-{one:05}");
    let traffic = ["level", "seller_sku", "sessions", "units_ordered", "buy_box_fraction", "sales"];
    maker
        .write(Table::Traffic, days, (skus, &traffic), |_, one| {
            text(&[&"listing", &sku(one), &(20 + one % 50), &(one % 4), &"0.95", &(one % 4 * 20)])
        })
        .await?;
    let sold = ["line", "seller_sku", "amount", "units", "order_id", "statement"];
    maker
        .write(Table::Ledger, days, (skus * 2, &sold), |day, one| {
            let (line, amount) =
                if one % 2 == 0 { ("product_sales", "20") } else { ("referral_fee", "-3") };
            let units = 1 - one % 2;
            text(&[&line, &sku(one / 2), &amount, &units, &format!("{day}-{}", one / 2), &"S"])
        })
        .await?;
    let ads =
        ["level", "seller_sku", "campaign", "clicks", "cost", "orders", "sales", "impressions"];
    maker
        .write(Table::Ads, days, (skus / 4, &ads), |_, one| {
            text(&[&"product", &sku(one), &sku(one), &(one % 9), &(one % 9), &(one % 3), &20, &90])
        })
        .await?;
    let told =
        ["level", "campaign", "ad_group", "search_term", "clicks", "cost", "orders", "sales"];
    let last = &days[days.len() - 4..];
    maker
        .write(Table::Ads, last, (terms, &told), |_, one| {
            let group = sku(one % skus);
            let orders = usize::from(one % 37 == 0);
            text(&[
                &"search_term",
                &group,
                &group,
                &format!("term {one}"),
                &(one % 12),
                &(one % 7),
                &orders,
                &(orders * 20),
            ])
        })
        .await?;
    let stock = ["seller_sku", "place", "state", "units"];
    let weekly: Vec<Day> = days.iter().rev().step_by(7).copied().collect();
    maker
        .write(Table::Stock, &weekly, (skus, &stock), |_, one| {
            text(&[&sku(one), &"FBA", &"sellable", &(one % 300)])
        })
        .await
}

/// The most memory this process has held, in MB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let number =
        |at: usize, usual: usize| given.get(at).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (skus, count, terms) = (number(0, 20_000), number(1, 400), number(2, 200_000));
    let folder = given.get(3).cloned().unwrap_or_else(|| "knowledge".to_owned());
    let mut files = Files::default();
    add(&mut files, Path::new(&folder), Path::new(&folder))?;
    let engine = Engine::new(&files).map_err(|wrong| format!("{wrong:#?}"))?;
    let rules = Rules::load(&files, &engine).map_err(|wrong| format!("{wrong:#?}"))?;
    let folder = tempfile::tempdir()?;
    let mut maker = Maker { store: FactStore::open(folder.path())?, files: Vec::new() };
    let until: Day = LAST.parse()?;
    let days: Vec<Day> = (0..count as u64).rev().map(|back| until - Days::new(back)).collect();
    let began = Instant::now();
    facts(&mut maker, skus, &days, terms).await?;
    let rows: u64 = maker.files.iter().map(|file| file.rows).sum();
    println!("{rows} rows made in {:.1} s, {} MB", began.elapsed().as_secs_f32(), peak());
    let session = maker.store.session(&maker.files)?;
    let desk = DeskData { stores: vec!["us".into()], ..DeskData::default() };
    let input = WatchInput {
        engine: &engine,
        session: &session,
        desk: &desk,
        facets: &[],
        imports: &[],
        restated: &[],
        drifts: &[],
        thresholds: &[],
    };
    let question = WatchQuestion {
        day: until,
        currency: Currency::USD,
        rules: Vec::new(),
        filters: Filters::default(),
    };
    let began = Instant::now();
    let watch = watch(&rules, &input, &question, &|_, _, _| ()).await?;
    for run in &watch.runs {
        let problem = run.problem.as_ref().map_or("", |problem| problem.text.en.as_str());
        println!(
            "{:32} {:>8} rows {:>6} fired {:>8} ms {problem}",
            run.rule, run.rows, run.fired, run.millis
        );
    }
    println!(
        "{} rules, {} findings, {:.1} s, peak {} MB",
        watch.runs.len(),
        watch.findings.len(),
        began.elapsed().as_secs_f32(),
        peak()
    );
    Ok(())
}
