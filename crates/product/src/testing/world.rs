//! A small seller for tests of boards: facts as text, the real metrics and kinds, a desk in a folder.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use argosy_chapter::{
    face::Ground,
    kind::{Body, Kinds},
};
use argosy_desk::{Desk, Store};
use argosy_facts::{
    FactStore, Session,
    arrow::{
        array::{ArrayRef, RecordBatch, StringArray},
        compute::cast,
    },
    schema::schema,
};
use argosy_kernel::{Currency, Day, Files, Money, Origin, Table};
use argosy_metrics::{DeskData, Engine, Pairing, Product, UnitCost};
use serde_json::Value;

/// A dollar is half a euro, eight yuan are one.
const RATES: &str = "Date,USD,CNY\n2026-01-01,2,8\n2026-12-31,2,8\n";

pub(crate) struct World {
    pub engine: Engine,
    pub data: DeskData,
    pub session: Session,
    pub desk: Desk,
    pub files: Files,
    pub kinds: Kinds,
    pub today: Day,
    pub newest: Option<Day>,
    _folder: tempfile::TempDir,
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

impl World {
    /// Facts as `table: column=value column=value …`, one row a line. Blanks in values are `_`; a
    /// line may begin with `7 x`, which repeats it on seven days up to its own. Every product is
    /// paired with the seller SKU of its name in the store `de`.
    pub(crate) async fn new(facts: &str, products: &[(&str, &str, &str)], today: &str) -> Self {
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
        let files = files();
        let engine = Engine::new(&files).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
        let kinds = super::right(Kinds::load(&files));
        let url = format!("sqlite://{}", folder.path().join("desk.sqlite").display());
        let desk = Desk::open(&url).await.unwrap();
        let store = Store {
            name: "de".into(),
            channel: "amazon".into(),
            market: Some("DE".into()),
            currency: Some(Currency::EUR),
            time_zone: None,
        };
        desk.save_store(&store, "test").await.unwrap();
        let mut data = DeskData::default();
        for (sku, name, category) in products {
            let of_desk = argosy_desk::Product {
                sku: (*sku).into(),
                name: (*name).into(),
                brand: None,
                category: Some((*category).to_owned()).filter(|one| !one.is_empty()),
                owner: None,
                stage: None,
            };
            desk.save_product(&of_desk, "test").await.unwrap();
            let (sku, name) = ((*sku).to_owned(), (*name).to_owned());
            data.products.push(Product { sku: sku.clone(), name, brand: None });
            let (store, seller_sku) = ("de".to_owned(), sku.clone());
            data.pairings.push(Pairing { store, seller_sku, sku, since: None, until: None });
        }
        let newest = (!facts.trim().is_empty()).then(|| day(today));
        let today = day(today);
        Self { engine, data, session, desk, files, kinds, today, newest, _folder: folder }
    }

    /// What a unit of a product costs.
    pub(crate) fn cost(&mut self, sku: &str, cost: &str) {
        let cost: Money = cost.parse().unwrap();
        let since = day("2020-01-01");
        self.data.costs.push(UnitCost { sku: sku.into(), market: None, since, cost });
    }

    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground {
            session: &self.session,
            engine: &self.engine,
            desk_data: &self.data,
            desk: &self.desk,
            files: &self.files,
            kinds: &self.kinds,
            today: self.today,
            newest: self.newest,
            currency: Currency::EUR,
            tell: &|_, _, _| (),
        }
    }

    /// Saves a record through the book; gives its key.
    pub(crate) async fn save(&self, kind: &str, body: Value) -> String {
        let ground = self.ground();
        let chapters = crate::chapter::Product::alone();
        let book = argosy_chapter::book::Book::by_argosy(&ground, &chapters);
        let body: Body = body.as_object().unwrap().clone();
        let saved = book.save(vec![argosy_chapter::book::New::of(kind, body)], "mei").await;
        saved.unwrap_or_else(|wrong| panic!("{wrong:#?}")).remove(0).id
    }
}

/// The built-in knowledge: metrics, this chapter's files, its records and boards.
fn files() -> Files {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let mut files = Files::default();
    for folder in ["", "metrics", "compliance", "records/product", "boards/product", "supply"] {
        add(&mut files, &root, &root.join(folder));
    }
    files.add("fx/ecb.csv", RATES, Origin::BuiltIn);
    files
}

fn add(files: &mut Files, root: &Path, folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_file()
            && path.extension().is_some_and(|ending| ending == "toml" || ending == "csv")
        {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            files.add(name, std::fs::read_to_string(&path).unwrap(), Origin::BuiltIn);
        }
    }
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
    ("store", "de"),
    ("channel", "amazon"),
    ("market", "DE"),
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

/// The last value given for a column; codes keep their underscores.
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
    let codes = [
        "line",
        "state",
        "level",
        "kind",
        "measure",
        "subject_kind",
        "status",
        "reason",
        "disposition",
    ];
    found.filter(|value| !value.is_empty() && *value != "-").map(|value| {
        if codes.contains(&column) { value.to_owned() } else { value.replace('_', " ") }
    })
}
