//! A small seller for tests: facts as text, the real metrics, made-up rates and rules.

use std::{path::Path, sync::Arc};

use argosy_facts::{
    FactStore, Session,
    arrow::{
        array::{ArrayRef, RecordBatch, StringArray},
        compute::cast,
    },
    schema::schema,
};
use argosy_kernel::{Currency, Day, Files, Origin, Table};
use argosy_metrics::{DeskData, Engine, Filters};

use crate::{
    finding::{Threshold, Watch},
    rules::Rules,
    watch::{Facet, ImportRows, ReportDrift, WatchInput, WatchQuestion, watch},
};

/// A dollar is half a euro.
const RATES: &str = "Date,USD\n2026-01-01,2\n2026-12-31,2\n";

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The built-in knowledge that metrics need, without the rules.
pub(crate) fn knowledge() -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let mut files = Files::default();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_file() {
            files.add(name, std::fs::read_to_string(&path).unwrap(), Origin::BuiltIn);
        }
    }
    for entry in std::fs::read_dir(folder.join("metrics")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("metrics/{}", path.file_name().unwrap().to_string_lossy());
        files.add(name, std::fs::read_to_string(&path).unwrap(), Origin::BuiltIn);
    }
    files.add("fx/ecb.csv", RATES, Origin::BuiltIn);
    files
}

/// A play that rules of tests may name.
pub(crate) const PLAY: &str = r#"
schema = 1
id = "test.play"
version = "2026-11-22"
title = { en = "Mend it", zh-CN = "修复" }
says = { en = "Mends it.", zh-CN = "修复它。" }
source = "made up"
steps = [{ en = "Do it", zh-CN = "去做" }]
role = "ops"
minutes = 5
due = "3d"
moves = "net_sales"
kind = "test.change"
"#;

pub(crate) struct World {
    pub engine: Engine,
    pub desk: DeskData,
    pub session: Session,
    pub facets: Vec<Facet>,
    pub restated: Vec<ImportRows>,
    pub drifts: Vec<ReportDrift>,
    pub thresholds: Vec<Threshold>,
    _folder: tempfile::TempDir,
}

impl World {
    /// Facts as `table: column=value column=value …`, one row a line. Blanks in values are `_`; a
    /// line may begin with `7 x`, which repeats it on seven days up to its own.
    pub(crate) fn new(facts: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let session = FactStore::open(folder.path()).unwrap().session(&[]).unwrap();
        for table in Table::ALL {
            let rows: Vec<String> = facts
                .lines()
                .flat_map(repeated)
                .filter_map(|line| of_table(&line, table))
                .collect();
            if !rows.is_empty() {
                session.register(table.name(), vec![batch(table, &rows)]).unwrap();
            }
        }
        let engine = Engine::new(&knowledge()).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
        Self {
            engine,
            desk: DeskData::default(),
            session,
            facets: Vec::new(),
            restated: Vec::new(),
            drifts: Vec::new(),
            thresholds: Vec::new(),
            _folder: folder,
        }
    }

    pub(crate) fn input(&self) -> WatchInput<'_> {
        WatchInput {
            engine: &self.engine,
            session: &self.session,
            desk: &self.desk,
            facets: &self.facets,
            imports: &[],
            restated: &self.restated,
            drifts: &self.drifts,
            thresholds: &self.thresholds,
        }
    }

    /// Rules of these texts.
    pub(crate) fn rules(&self, texts: &[&str]) -> Rules {
        rules(&self.engine, texts).unwrap_or_else(|wrong| panic!("{}", wrong.join("\n")))
    }

    /// Runs rules as of a day, in euros.
    pub(crate) async fn watch(&self, rules: &Rules, until: &str) -> Watch {
        watch(rules, &self.input(), &asked(until), &|_, _, _| ()).await.unwrap()
    }
}

/// A question for everything.
pub(crate) fn asked(until: &str) -> WatchQuestion {
    WatchQuestion {
        day: day(until),
        currency: Currency::EUR,
        rules: Vec::new(),
        filters: Filters::default(),
    }
}

/// Rules of these texts, or what is wrong with them.
pub(crate) fn rules(engine: &Engine, texts: &[&str]) -> Result<Rules, Vec<String>> {
    let mut files = knowledge();
    files.add("plays/test/play.toml", PLAY, Origin::BuiltIn);
    for (at, text) in texts.iter().enumerate() {
        files.add(format!("rules/test/rule{at}.toml"), *text, Origin::BuiltIn);
    }
    Rules::load(&files, engine).map_err(|wrong| wrong.iter().map(ToString::to_string).collect())
}

fn repeated(line: &str) -> Vec<String> {
    let line = line.trim();
    let Some((days, row)) = line.split_once(" x ") else { return vec![line.to_owned()] };
    let Ok(days) = days.parse::<u64>() else { return vec![line.to_owned()] };
    let last = value(row, "day").map_or_else(|| day("2026-06-30"), |text| day(&text));
    (0..days).map(|back| format!("{row} day={}", last - chrono::Days::new(back))).collect()
}

fn of_table(line: &str, table: Table) -> Option<String> {
    line.strip_prefix(table.name())?.strip_prefix(':').map(str::to_owned)
}

const DEFAULTS: [(&str, &str); 16] = [
    ("store", "us"),
    ("channel", "amazon"),
    ("market", "US"),
    ("day", "2026-06-30"),
    ("container", "c"),
    ("definition", "test.all@1"),
    ("raw", "0123456789abcdef"),
    ("row", "1"),
    ("currency", "EUR"),
    ("line", "product_sales"),
    ("amount", "0"),
    ("provisional", "false"),
    ("order_line", "1"),
    ("place", "FBA"),
    ("state", "sellable"),
    ("per", "period"),
];

fn batch(table: Table, rows: &[String]) -> RecordBatch {
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

/// The last value given for a column; words keep their underscores where columns hold codes.
fn value(row: &str, column: &str) -> Option<String> {
    let of = |wanted: &str| {
        let cells = row.split_whitespace().filter_map(|cell| cell.split_once('='));
        cells.rev().find(|(name, _)| *name == wanted).map(|(_, value)| value)
    };
    let default = DEFAULTS.iter().find(|(name, _)| *name == column).map(|(_, value)| *value);
    let found = match column {
        "day_to" => of("day_to").or(of("day")).or(Some("2026-06-30")),
        _ => of(column).or(default),
    };
    let codes = ["line", "state", "level", "kind", "measure", "subject_kind", "status"];
    found.filter(|value| !value.is_empty() && *value != "-").map(|value| {
        if codes.contains(&column) { value.to_owned() } else { value.replace('_', " ") }
    })
}
