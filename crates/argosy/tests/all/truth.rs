//! The simulated company, taken in by the real rooms and held against its answer key.

use std::{
    collections::{BTreeMap, HashMap},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use argosy::{
    app::App,
    demo,
    home::Home,
    receive::{self, Given, Sender},
};
use argosy_desk::ImportState;
use argosy_facts::{
    arrow::{
        array::{Array, AsArray, Decimal128Array},
        datatypes::{Date32Type, Int64Type},
    },
    content_hash,
};
use argosy_kernel::{Day, Grain, Table};
use argosy_metrics::ProfitQuestion;
use argosy_sim::{Company, Spec, Written, overlapping, write_all};
use rust_decimal::Decimal;
use tempfile::TempDir;

/// A home that takes in reports one by one.
pub(crate) struct Books {
    pub(crate) app: App,
    _folder: TempDir,
}

/// The company's reports in a folder.
pub(crate) struct Reports {
    folder: TempDir,
    files: Vec<Written>,
}

impl Reports {
    pub(crate) fn of(
        company: &Company,
        write: fn(&Company, &Path) -> Result<Vec<Written>, argosy_sim::SimError>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = write(company, folder.path()).unwrap();
        Self { folder, files }
    }

    pub(crate) fn each(&self) -> impl Iterator<Item = (PathBuf, &Written)> {
        self.files.iter().map(|file| (self.folder.path().join(&file.path), file))
    }
}

impl Books {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        // Buyers are hashed under the home's key: homes that are compared share one.
        let key = home.master_key();
        std::fs::create_dir_all(key.parent().unwrap()).unwrap();
        std::fs::write(&key, [7; 32]).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
        let app = App::open(home).await.unwrap();
        demo::stores(&app).await.unwrap();
        Self { app, _folder: folder }
    }

    pub(crate) async fn take(&self, path: &Path, file: &Written) {
        let given = Given {
            store: Some(file.store.to_owned()),
            market: file.market.map(str::to_owned),
            channel: None,
            from: file.period_from,
            to: file.period_to,
            replace: false,
        };
        let sender = Sender { who: "cli", file_name: &file.path, may_edit: true };
        let report = receive::import(&self.app, path, &given, sender, &|_| {}).await.unwrap();
        let wrong: Vec<_> = report
            .problems
            .iter()
            .filter(|problem| problem.severity == argosy_kernel::Severity::Error)
            .take(3)
            .map(ToString::to_string)
            .collect();
        assert!(
            wrong.is_empty() && report.state != ImportState::Failed,
            "{}: {wrong:?}",
            file.path
        );
    }

    async fn hash(&self) -> BTreeMap<Table, String> {
        let files = self.app.desk().current_files(None).await.unwrap();
        content_hash(&self.app.facts().session(&files).unwrap()).await.unwrap()
    }

    /// Sums of the ledger as the answer key tells them.
    async fn ledger(&self) -> BTreeMap<Cell, (Decimal, i64)> {
        let files = self.app.desk().current_files(None).await.unwrap();
        let session = self.app.facts().session(&files).unwrap();
        let sql = "select store, coalesce(seller_sku, ''), coalesce(market, ''), \
                   cast(date_trunc('month', day) as date), line, currency, sum(amount), \
                   coalesce(sum(units), 0) from ledger group by 1, 2, 3, 4, 5, 6";
        let mut sums = BTreeMap::new();
        for batch in session.query(sql).await.unwrap() {
            let text = |at: usize| batch.column(at).as_string::<i32>();
            let month = batch.column(3).as_primitive::<Date32Type>();
            let amount: &Decimal128Array = batch.column(6).as_any().downcast_ref().unwrap();
            let units = batch.column(7).as_primitive::<Int64Type>();
            for row in 0..batch.num_rows() {
                let cell = Cell {
                    store: text(0).value(row).to_owned(),
                    sku: text(1).value(row).to_owned(),
                    market: text(2).value(row).to_owned(),
                    month: month.value_as_date(row).unwrap(),
                    line: text(4).value(row).to_owned(),
                    currency: text(5).value(row).to_owned(),
                };
                let amount = amount.value_as_string(row).parse().unwrap();
                sums.insert(cell, (amount, units.value(row)));
            }
        }
        sums
    }
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Cell {
    store: String,
    sku: String,
    market: String,
    month: Day,
    line: String,
    currency: String,
}

fn key_of(company: &Company) -> BTreeMap<Cell, (Decimal, i64)> {
    let cell = |cell: &argosy_sim::KeyCell| Cell {
        store: cell.store.to_owned(),
        sku: cell.seller_sku.clone().unwrap_or_default(),
        market: cell.market.unwrap_or_default().to_owned(),
        month: cell.month,
        line: cell.line.to_owned(),
        currency: cell.currency.to_owned(),
    };
    let key = company.answer_key();
    key.ledger.iter().map(|(key, sum)| (cell(key), (sum.amount, sum.units))).collect()
}

/// Cells in which two ledgers differ; cells that sum to nothing need not be there.
fn differences(
    seen: &BTreeMap<Cell, (Decimal, i64)>,
    truth: &BTreeMap<Cell, (Decimal, i64)>,
) -> Vec<String> {
    let nothing = (Decimal::ZERO, 0);
    let cells: std::collections::BTreeSet<_> = seen.keys().chain(truth.keys()).collect();
    cells
        .into_iter()
        .filter_map(|cell| {
            let (seen, truth) =
                (seen.get(cell).unwrap_or(&nothing), truth.get(cell).unwrap_or(&nothing));
            let units_told = cell.line == "product_sales";
            let same = seen.0 == truth.0 && (!units_told || seen.1 == truth.1);
            (!same).then(|| format!("{cell:?}: seen {seen:?}, truth {truth:?}"))
        })
        .collect()
}

#[track_caller]
fn assert_same(seen: &BTreeMap<Cell, (Decimal, i64)>, truth: &BTreeMap<Cell, (Decimal, i64)>) {
    let wrong = differences(seen, truth);
    let shown: Vec<_> = wrong.iter().take(25).collect();
    assert!(wrong.is_empty(), "{} of {} cells differ: {shown:#?}", wrong.len(), truth.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_equals_the_answer_key_to_the_cent_in_any_order_and_after_a_rebuild() {
    let company = Company::generate(&Spec::small());
    let plain = Reports::of(&company, write_all);
    let again = Reports::of(&company, overlapping);
    let truth = key_of(&company);

    let first = Books::new().await;
    for (path, file) in plain.each() {
        first.take(&path, file).await;
    }
    assert_same(&first.ledger().await, &truth);
    let hash = first.hash().await;

    // Everything a second time, in other cuts, changes nothing.
    for (path, file) in again.each().chain(plain.each()) {
        first.take(&path, file).await;
    }
    assert_same(&first.ledger().await, &truth);
    assert_eq!(first.hash().await, hash, "overlapping exports changed facts");

    let report = first.app.intake().rebuild("test", &|_| {}).await.unwrap();
    assert_eq!(first.hash().await, hash, "a rebuild changed facts: {report:?}");

    // The other way round, overlapping exports first and mixed in.
    let second = Books::new().await;
    let mut all: Vec<_> = plain.each().chain(again.each()).collect();
    all.reverse();
    let middle = all.len() / 3;
    all.rotate_left(middle);
    for (path, file) in all {
        second.take(&path, file).await;
    }
    assert_same(&second.ledger().await, &truth);
    assert_eq!(second.hash().await, hash, "the order of imports changed facts");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_profit_and_loss_account_equals_the_answer_key_per_sku_market_and_month() {
    let company = Company::generate(&Spec::small().with_seed(11));
    let reports = Reports::of(&company, write_all);
    let books = Books::new().await;
    for (path, file) in reports.each() {
        books.take(&path, file).await;
    }
    let files = books.app.desk().current_files(None).await.unwrap();
    let session = books.app.facts().session(&files).unwrap();
    let desk = books.app.desk_data().await.unwrap();
    let key = company.answer_key();
    let days = key.ledger.keys().map(|cell| cell.month);
    let (from, to) = (days.clone().min().unwrap(), days.max().unwrap() + chrono::Months::new(1));
    for store in company.stores() {
        let question: ProfitQuestion = serde_json::from_value(serde_json::json!({
            "by": ["seller_sku", "market", "month"],
            "from": from, "to": to,
            "filters": { "store": [store.name] },
            "currency": store.currency,
        }))
        .unwrap();
        let profit = books.app.engine().profit(&session, &desk, &question).await.unwrap();
        let mut truth: HashMap<(String, String, String, String), Decimal> = HashMap::new();
        for (cell, sum) in key.ledger.iter().filter(|(cell, _)| cell.store == store.name) {
            let at = (
                cell.seller_sku.clone().unwrap_or_default(),
                cell.market.unwrap_or_default().to_owned(),
                Grain::Month.start(cell.month).to_string(),
                cell.line.to_owned(),
            );
            *truth.entry(at).or_default() += sum.amount;
        }
        let mut wrong = Vec::new();
        for line in profit.lines.iter().filter(|line| line.kind == "line" && line.id != "cogs") {
            for (column, amount) in profit.columns.iter().zip(&profit.cells[&line.id]) {
                let part = |name: &str| {
                    let value = serde_json::to_value(&column.key).unwrap()[name].clone();
                    value.as_str().unwrap_or_default().to_owned()
                };
                let month: Day = format!("{}-01", &part("month")[..7]).parse().unwrap();
                let at = (part("seller_sku"), part("market"), month.to_string(), line.id.clone());
                let (seen, truth) =
                    (amount.0.unwrap_or_default(), truth.remove(&at).unwrap_or_default());
                if seen != truth {
                    wrong.push(format!("{at:?}: seen {seen}, truth {truth}"));
                }
            }
        }
        truth.retain(|_, amount| !amount.is_zero());
        // Balance and pass-through lines are no part of the account.
        let engine = books.app.engine();
        let chart = engine.chart();
        truth.retain(|at, _| chart.stage_of(&at.3).is_profit());
        assert!(wrong.is_empty() && truth.is_empty(), "{}: {wrong:#?} {truth:#?}", store.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cost_of_goods_equals_the_answer_key_at_the_cost_of_each_day() {
    let company = Company::generate(&Spec::small().with_seed(5));
    let reports = Reports::of(&company, write_all);
    let books = Books::new().await;
    for (path, file) in reports.each() {
        books.take(&path, file).await;
    }
    let files = books.app.desk().current_files(None).await.unwrap();
    let session = books.app.facts().session(&files).unwrap();
    let desk = books.app.desk_data().await.unwrap();
    let key = company.answer_key();
    let days = key.ledger.keys().map(|cell| cell.month);
    let (from, to) = (days.clone().min().unwrap(), days.max().unwrap() + chrono::Months::new(1));
    // Costs in the currency that is asked for, so that no exchange rate comes in between.
    let in_yuan = |cell: &&argosy_sim::GoodsCell| cell.currency == "CNY";
    assert!(key.goods.keys().filter(in_yuan).count() > 100);
    for store in company.stores() {
        let question: ProfitQuestion = serde_json::from_value(serde_json::json!({
            "by": ["seller_sku", "market", "month"],
            "from": from, "to": to,
            "filters": { "store": [store.name] },
            "currency": "CNY",
        }))
        .unwrap();
        let profit = books.app.engine().profit(&session, &desk, &question).await.unwrap();
        let mut seen = HashMap::new();
        // A shop whose reports name no goods (Etsy's statement) has no line for their cost.
        let goods = profit.cells.get("cogs").map(Vec::as_slice).unwrap_or_default();
        for (column, amount) in profit.columns.iter().zip(goods) {
            let key = serde_json::to_value(&column.key).unwrap();
            let part = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
            let month: Day = format!("{}-01", &part("month")[..7]).parse().unwrap();
            seen.insert((part("seller_sku"), part("market"), month), amount.0);
        }
        let of_store = |cell: &&argosy_sim::GoodsCell| cell.store == store.name;
        for cell in key.goods.keys().filter(in_yuan).filter(of_store) {
            let market = cell.market.unwrap_or_default().to_owned();
            let seen = seen.get(&(cell.seller_sku.clone(), market, cell.month)).copied();
            let truth = -key.goods[cell].cost_sold;
            assert_eq!(seen.flatten().unwrap_or_default(), truth, "{cell:?}");
        }
    }
}
