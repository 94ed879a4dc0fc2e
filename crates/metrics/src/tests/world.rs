//! A small company: facts as text, the real chart and metrics, made-up exchange rates.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use argosy_facts::{
    FactStore, Session, VersionOrder,
    arrow::{
        array::{ArrayRef, RecordBatch, StringArray},
        compute::cast,
    },
    schema::schema,
};
use argosy_kernel::{Currency, Day, Files, Money, Origin, Table};

use crate::{Answer, DeskData, Engine, Pairing, ProfitQuestion, Question, ReportTraits, UnitCost};

/// Rates that are easy to reckon with: a dollar is half a euro, 100 yen are one.
const RATES: &str = "Date,USD,JPY,CNY\n2026-06-01,2,100,8\n2026-06-15,2.5,100,8\n";

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn knowledge() -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let mut files = Files::default();
    let mut add = |path: &str| {
        let text = std::fs::read_to_string(folder.join(path)).unwrap();
        files.add(path, text, Origin::BuiltIn);
    };
    add("chart.csv");
    add("dimensions.toml");
    add("vat.csv");
    add("allocation.toml");
    add("levels.toml");
    add("reconcile.toml");
    for entry in std::fs::read_dir(folder.join("metrics")).unwrap() {
        add(&format!("metrics/{}", entry.unwrap().file_name().to_string_lossy()));
    }
    files.add("fx/ecb.csv", RATES, Origin::BuiltIn);
    files
}

/// A desk that knows three reports: `test.all` tells everything, `test.list` no balances, and those
/// of `other.payouts` are held back and released row by row.
fn desk() -> DeskData {
    let report = |channel: &str, lines: &[&str]| ReportTraits {
        channel: channel.to_owned(),
        rank: 20,
        lines: lines.iter().map(ToString::to_string).collect(),
    };
    let all = report("amazon", &["product_sales", "debt", "reserve_held", "reserve_released"]);
    let list = ReportTraits { rank: 10, ..report("amazon", &["product_sales"]) };
    let other = report("other", &["product_sales", "reserve_held", "reserve_released"]);
    let reports = [("test.all", all), ("test.list", list), ("other.payouts", other)];
    let reports = reports.into_iter().map(|(id, traits)| (id.to_owned(), traits)).collect();
    DeskData { reports: Arc::new(reports), ..DeskData::default() }
}

/// The built-in knowledge with further files over it.
pub(super) fn knowledge_with(files: &[(&str, &str)]) -> Files {
    let mut all = knowledge();
    for (path, text) in files {
        all.add(*path, *text, Origin::Company);
    }
    all
}

pub(super) struct World {
    pub engine: Engine,
    pub desk: DeskData,
    session: Session,
    _folder: tempfile::TempDir,
}

impl World {
    /// Facts as `table: column=value column=value …`, one row a line. Blanks in values are `_`.
    pub(super) fn new(facts: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let session = FactStore::open(folder.path()).unwrap().session(&[]).unwrap();
        for table in Table::ALL {
            let rows: Vec<&str> = facts
                .lines()
                .filter_map(|line| line.trim().strip_prefix(table.name())?.strip_prefix(':'))
                .collect();
            if !rows.is_empty() {
                session.register(table.name(), vec![batch(table, &rows)]).unwrap();
            }
        }
        let engine = Engine::new(&knowledge()).unwrap_or_else(|wrong| {
            panic!("{}", wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        });
        Self { engine, desk: desk(), session, _folder: folder }
    }

    /// The same facts in Parquet files, as they are in earnest.
    pub(super) async fn on_disk(facts: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = FactStore::open(folder.path()).unwrap();
        let mut files = Vec::new();
        for table in Table::ALL {
            let mut by_store: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for line in facts.lines() {
                let row = line.trim().strip_prefix(table.name()).and_then(|r| r.strip_prefix(':'));
                if let Some(row) = row {
                    by_store.entry(value(row, "store").unwrap()).or_default().push(row);
                }
            }
            for (name, rows) in by_store {
                let mut stage = store.stage(&name, table);
                stage.write(&batch(table, &rows)).unwrap();
                files.extend(stage.finish(&[], &VersionOrder::default()).await.unwrap().added);
            }
        }
        let session = store.session(&files).unwrap();
        Self { session, _folder: folder, ..Self::new("") }
    }

    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    /// Unit costs as `SKU market|* since amount currency`.
    pub(super) fn costs(mut self, costs: &[&str]) -> Self {
        for cost in costs {
            let words: Vec<&str> = cost.split(' ').collect();
            let [sku, market, since, amount, currency] = words.as_slice() else { panic!("{cost}") };
            self.desk.costs.push(UnitCost {
                sku: (*sku).to_owned(),
                market: (*market != "*").then(|| (*market).to_owned()),
                since: day(since),
                cost: Money::new(amount.parse().unwrap(), currency.parse().unwrap()),
            });
        }
        self.desk.stores = vec!["us".into(), "de".into(), "jp".into()];
        self
    }

    /// Pairings as `store seller_sku sku since|- until|-`.
    pub(super) fn pairings(mut self, pairings: &[&str]) -> Self {
        for pairing in pairings {
            let words: Vec<&str> = pairing.split(' ').collect();
            let [store, seller_sku, sku, since, until] = words.as_slice() else {
                panic!("{pairing}")
            };
            let date = |text: &str| (text != "-").then(|| day(text));
            self.desk.pairings.push(Pairing {
                store: (*store).to_owned(),
                seller_sku: (*seller_sku).to_owned(),
                sku: (*sku).to_owned(),
                since: date(since),
                until: date(until),
            });
        }
        self
    }

    pub(super) async fn ask(&self, question: &Question) -> Answer {
        self.engine.ask(&self.session, &self.desk, question).await.unwrap()
    }

    /// The answer as text: one row a line, then the totals.
    pub(super) async fn show(&self, question: &Question) -> String {
        shown(&self.ask(question).await)
    }
}

pub(super) fn question(metrics: &[&str], by: &[&str]) -> Question {
    Question {
        metrics: metrics.iter().map(ToString::to_string).collect(),
        by: by.iter().map(ToString::to_string).collect(),
        from: day("2026-06-01"),
        to: day("2026-06-30"),
        condition: None,
        filters: Default::default(),
        currency: Currency::EUR,
        compare: None,
        as_of: None,
        order: None,
        limit: None,
        view: Default::default(),
    }
}

pub(super) fn account(by: &[&str]) -> ProfitQuestion {
    ProfitQuestion {
        by: by.iter().map(ToString::to_string).collect(),
        from: day("2026-06-01"),
        to: day("2026-06-30"),
        filters: Default::default(),
        condition: None,
        currency: Currency::EUR,
        compare: None,
        as_of: None,
        depth: None,
        allocate: false,
        view: Default::default(),
    }
}

pub(super) fn shown(answer: &Answer) -> String {
    let metrics: Vec<&str> = answer
        .columns
        .iter()
        .filter(|column| column.kind == "metric")
        .map(|column| column.id.as_str())
        .collect();
    let figures = |values: &BTreeMap<String, crate::Figure>| {
        let shown = metrics.iter().map(|id| match &values[*id] {
            crate::Figure::Known(number) => number.to_string(),
            crate::Figure::Undefined(reason) => format!("— ({reason})"),
        });
        shown.collect::<Vec<_>>().join(" ")
    };
    let mut text = String::new();
    for row in &answer.rows {
        let dimensions = answer.columns.iter().filter(|column| column.kind == "dimension");
        let key: Vec<&str> =
            dimensions.map(|column| row.key[&column.id].as_deref().unwrap_or("?")).collect();
        text += &format!("{}: {}", key.join(" "), figures(&row.values));
        if let Some(previous) = &row.previous {
            text += &format!(" | {}", figures(previous));
        }
        text.push('\n');
    }
    text + &format!("= {}", figures(&answer.totals))
}

const DEFAULTS: [(&str, &str); 18] = [
    ("store", "us"),
    ("channel", "amazon"),
    ("market", "US"),
    ("day", "2026-06-10"),
    ("container", "c"),
    ("definition", "test.all@1"),
    ("raw", "0123456789abcdef"),
    ("row", "1"),
    ("currency", "USD"),
    ("line", "product_sales"),
    ("amount", "0"),
    ("provisional", "false"),
    ("order_line", "1"),
    ("level", "market"),
    ("place", "FBA"),
    ("state", "sellable"),
    ("name", "total"),
    ("statement", ""),
];

fn batch(table: Table, rows: &[&str]) -> RecordBatch {
    let schema = schema(table);
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|field| {
            let values: StringArray = rows.iter().map(|row| value(row, field.name())).collect();
            cast(&values, field.data_type()).unwrap()
        })
        .collect();
    RecordBatch::try_new(Arc::clone(&schema), columns).unwrap()
}

fn value(row: &str, column: &str) -> Option<String> {
    let of = |wanted: &str| {
        let cells = row.split_whitespace().filter_map(|cell| cell.split_once('='));
        cells.into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value)
    };
    let default = DEFAULTS.iter().find(|(name, _)| *name == column).map(|(_, value)| *value);
    let value = match column {
        // A single day unless the row says that it tells more.
        "day_to" => of("day_to").or(of("day")).or(Some("2026-06-10")),
        _ => of(column).or(default),
    };
    value
        .filter(|value| !value.is_empty() && *value != "-")
        .map(|value| value.replace('_', " "))
        .map(|value| {
            if matches!(column, "line" | "state" | "level" | "kind") {
                value.replace(' ', "_")
            } else {
                value
            }
        })
}
