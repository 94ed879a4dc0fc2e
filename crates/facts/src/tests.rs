//! Imports in any order, twice, and overlapping; told as small ledgers.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use argosy_kernel::{FactFile, Table};
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};

use crate::{
    FactStore, FactsError, Limits, Staged, VersionOrder, content_hash,
    expr::{Compiled, Compiler, MarketTable},
    schema::schema,
};

/// A row as `container amount day [statement] [provisional]`.
#[derive(Clone)]
struct Row {
    container: &'static str,
    amount: i128,
    day: i32,
    statement: Option<&'static str>,
    order_id: Option<&'static str>,
    provisional: bool,
}

fn row(container: &'static str, amount: i128, day: i32) -> Row {
    Row { container, amount, day, statement: None, order_id: None, provisional: false }
}

fn batch(rows: &[Row], definition: &str, raw: &str) -> RecordBatch {
    let n = rows.len();
    let same = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text; n])) };
    let none = || -> ArrayRef { Arc::new(StringArray::new_null(n)) };
    let money = Decimal128Array::from_iter_values(rows.iter().map(|row| row.amount * 1_000_000))
        .with_precision_and_scale(20, 6)
        .unwrap();
    let columns: Vec<ArrayRef> = vec![
        same("shop"),
        same("amazon"),
        same("US"),
        Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.day))),
        Arc::new(TimestampMicrosecondArray::new_null(n).with_timezone("UTC")),
        same("product_sales"),
        Arc::new(money),
        same("USD"),
        Arc::new(BooleanArray::from_iter(rows.iter().map(|row| Some(row.provisional)))),
        none(),
        Arc::new(StringArray::from_iter(rows.iter().map(|row| row.order_id))),
        Arc::new(Int64Array::new_null(n)),
        Arc::new(StringArray::from_iter(rows.iter().map(|row| row.statement))),
        same("Order"),
        none(),
        Arc::new(Date32Array::new_null(n)),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.container))),
        same(definition),
        same(raw),
        Arc::new(Int64Array::from_iter_values(1..=i64::try_from(n).unwrap())),
    ];
    RecordBatch::try_new(schema(Table::Ledger), columns).unwrap()
}

/// A fact store with the manifest that the desk would keep.
pub(crate) struct Shop {
    pub(crate) facts: FactStore,
    pub(crate) files: Vec<FactFile>,
    horizons: HashMap<String, i64>,
    /// Statements that do not add up, by the file they stand in.
    broken: HashMap<String, HashSet<String>>,
    /// Imports that were told to take the place of others.
    forced: HashMap<String, i64>,
    later: HashMap<(String, Table), Compiled>,
    in_parts: HashSet<String>,
    _folder: tempfile::TempDir,
}

struct Import<'a> {
    rows: &'a [Row],
    definition: &'a str,
    raw: &'a str,
    horizon: i64,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        #[cfg(not(feature = "cluster"))]
        let facts = FactStore::open(folder.path()).unwrap();
        #[cfg(feature = "cluster")]
        let facts = crate::cluster::tests::store(folder.path());
        Self {
            facts,
            files: Vec::new(),
            horizons: HashMap::new(),
            broken: HashMap::new(),
            forced: HashMap::new(),
            later: HashMap::new(),
            in_parts: HashSet::new(),
            _folder: folder,
        }
    }

    async fn import(&mut self, import: &Import<'_>) -> Staged {
        let mut stage = self.facts.stage("shop", Table::Ledger);
        stage.write(&batch(import.rows, import.definition, import.raw)).unwrap();
        let ranks = [("best", 20), ("list", 10)];
        let order = VersionOrder {
            horizon: import.horizon,
            horizon_of_raw: self.horizons.clone(),
            broken: self.broken.get(import.raw).cloned().unwrap_or_default(),
            broken_of_raw: self.broken.clone(),
            rank_of_definition: ranks.map(|(id, rank)| (id.to_owned(), rank)).into(),
            forced: self.forced.get(import.raw).copied().unwrap_or(0),
            forced_of_raw: self.forced.clone(),
            later: self.later.clone(),
            in_parts: self.in_parts.clone(),
        };
        let staged = stage.finish(&self.files, &order).await.unwrap();
        self.files.retain(|file| !staged.retired.contains(&file.path));
        self.files.extend(staged.added.clone());
        self.horizons.insert(import.raw.to_owned(), import.horizon);
        staged
    }

    async fn list(&mut self, rows: &[Row], raw: &str, horizon: i64) -> Staged {
        self.import(&Import { rows, definition: "list@1", raw, horizon }).await
    }

    /// Imports one row of a container.
    #[cfg(feature = "cluster")]
    pub(crate) async fn sell(&mut self, container: &'static str, amount: i128, day: i32) {
        let raw = format!("{container} {amount}");
        self.list(&[row(container, amount, day)], &raw, amount as i64).await;
    }

    pub(crate) async fn sum(&self) -> String {
        let session = self.facts.session(&self.files).unwrap();
        let sql = "select cast(coalesce(sum(amount), 0) as decimal(20, 2)) from ledger";
        let answer = session.query(sql).await.unwrap();
        let sum: &Decimal128Array = answer[0].column(0).as_any().downcast_ref().unwrap();
        sum.value_as_string(0)
    }

    async fn hash(&self) -> String {
        let session = self.facts.session(&self.files).unwrap();
        content_hash(&session).await.unwrap()[&Table::Ledger].clone()
    }
}

#[tokio::test]
async fn the_same_rows_again_change_nothing() {
    let mut shop = Shop::new();
    // Two identical lines of one settlement are legal and both count.
    let rows = [row("s1", 5, 10), row("s1", 5, 10), row("s2", -2, 45)];
    let first = shop.list(&rows, "a", 45).await;
    assert_eq!((first.diff.added.rows, first.added.len()), (3, 2));

    let again = shop.list(&rows, "b", 45).await;

    assert_eq!((again.diff.unchanged.rows, again.added.len(), again.retired.len()), (3, 0, 0));
    assert_eq!(shop.sum().await, "8.00");
}

#[tokio::test]
async fn a_later_export_replaces_whole_containers_and_an_earlier_one_does_not() {
    let mut shop = Shop::new();
    shop.list(&[row("d1", 5, 1), row("d2", 7, 2)], "a", 2).await;
    let newer = shop.list(&[row("d2", 8, 2), row("d3", 1, 3)], "b", 3).await;
    assert_eq!((newer.diff.replacing.rows, newer.diff.replaced.rows), (1, 1));
    assert_eq!(newer.diff.replaced.money["USD"].to_string(), "7.000000");

    let older = shop.list(&[row("d2", 6, 2)], "c", 2).await;

    assert_eq!(older.diff.covered.rows, 1);
    assert_eq!(shop.sum().await, "14.00");
}

#[tokio::test]
async fn a_copy_that_does_not_add_up_never_takes_the_place_of_a_whole_one() {
    let told = |amount| Row { statement: Some("S1"), ..row("settlement:S1", amount, 10) };
    let (good, torn) = ([told(10), told(5)], [told(10)]);
    for torn_horizon in [9, 10, 11] {
        for good_first in [true, false] {
            let mut shop = Shop::new();
            shop.broken.insert("torn".to_owned(), ["S1".to_owned()].into());
            let files = [(&good[..], "good", 10), (&torn[..], "torn", torn_horizon)];
            let order = if good_first { [files[0], files[1]] } else { [files[1], files[0]] };
            let mut last = Staged::default();
            for (rows, raw, horizon) in order {
                last = shop.list(rows, raw, horizon).await;
            }
            assert_eq!(shop.sum().await, "15.00", "{torn_horizon} {good_first}");
            assert_eq!(last.worse.contains("S1"), good_first);
            assert_eq!(last.diff.covered.rows, u64::from(good_first));
        }
    }
}

#[tokio::test]
async fn of_two_copies_that_do_not_add_up_the_newer_counts() {
    let mut shop = Shop::new();
    shop.broken = ["a", "b"].map(|raw| (raw.to_owned(), ["S1".to_owned()].into())).into();
    let told = |amount| Row { statement: Some("S1"), ..row("settlement:S1", amount, 10) };
    shop.list(&[told(1)], "a", 10).await;
    let newer = shop.list(&[told(2)], "b", 10).await;
    assert_eq!(shop.sum().await, "2.00");
    assert!(newer.worse.is_empty());
}

#[tokio::test]
async fn the_order_of_imports_does_not_matter() {
    let files = [
        (vec![row("d1", 5, 1), row("d2", 7, 2)], "a", 2),
        (vec![row("d2", 8, 2), row("d3", 1, 40)], "b", 40),
        (vec![row("d3", 2, 40), row("d4", 3, 41)], "c", 41),
    ];
    let mut hashes = Vec::new();
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut shop = Shop::new();
        for index in order {
            let (rows, raw, horizon) = &files[index];
            shop.list(rows, raw, *horizon).await;
        }
        assert_eq!(shop.sum().await, "18.00");
        hashes.push(shop.hash().await);
    }
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:?}");
}

#[tokio::test]
async fn copies_without_any_time_give_the_same_facts_in_any_order() {
    // A small generator of its own, so that the same companies come every time.
    let mut seed = 7_u64;
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for _ in 0..12 {
        let files: Vec<Vec<Row>> = (0..3)
            .map(|_| {
                let rows = 1 + next(4);
                (0..rows)
                    .map(|_| Row {
                        provisional: next(2) == 0,
                        ..row(["d1", "d2", "d3"][next(3) as usize], next(3) as i128, 5)
                    })
                    .collect()
            })
            .collect();
        let mut hashes = Vec::new();
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut shop = Shop::new();
            for index in order {
                shop.list(&files[index], ["a", "b", "c"][index], 5).await;
            }
            hashes.push(shop.hash().await);
        }
        assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:?}");
    }
}

/// Imports each file in every order of three; the content must always be the same.
async fn same_in_any_order(shop: impl Fn() -> Shop, files: &[(Vec<Row>, i64)]) -> String {
    let mut hashes = Vec::new();
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut shop = shop();
        for index in order {
            let (rows, horizon) = &files[index];
            shop.list(rows, ["a", "b", "c"][index], *horizon).await;
        }
        // The first of them once more: nothing may change.
        let (rows, horizon) = &files[order[0]];
        shop.list(rows, ["a", "b", "c"][order[0]], *horizon).await;
        hashes.push(shop.hash().await);
    }
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:?}");
    hashes.swap_remove(0)
}

fn later_by(sql: &str) -> HashMap<(String, Table), Compiled> {
    let compiler = Compiler::new("amazon", &MarketTable::default());
    let to = datafusion::arrow::datatypes::DataType::Int64;
    let compiled = compiler.compile(sql, &schema(Table::Ledger), Some(&to)).unwrap();
    HashMap::from([(("list".to_owned(), Table::Ledger), compiled)])
}

#[tokio::test]
async fn overlapping_copies_with_and_without_times_and_states_give_the_same_facts_in_any_order() {
    let mut seed = 11_u64;
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let states = later_by("case when amount > 1 then 2 when amount > 0 then 1 end");
    for round in 0..6 {
        let files: Vec<(Vec<Row>, i64)> = (0..3)
            .map(|_| {
                let rows = (0..=next(4))
                    .map(|_| Row {
                        statement: [None, Some("S1")][next(2) as usize],
                        provisional: next(3) == 0,
                        ..row(["d1", "d2", "d3"][next(3) as usize], next(3) as i128, 5)
                    })
                    .collect();
                // Some exports say when they were made, some all say the same.
                (rows, if round % 2 == 0 { 5 } else { 5 + next(3) as i64 })
            })
            .collect();
        let torn: HashSet<String> = ["S1".to_owned()].into();
        let shop = || {
            let mut shop = Shop::new();
            shop.later.clone_from(&states);
            if round % 3 != 0 {
                shop.broken.insert("b".to_owned(), torn.clone());
            }
            if round % 3 == 2 {
                shop.in_parts.insert("list".to_owned());
            }
            shop
        };
        same_in_any_order(shop, &files).await;
    }
}

#[tokio::test]
async fn where_no_time_tells_it_the_later_state_counts() {
    let told = |state, amount| vec![Row { order_id: Some(state), ..row("order:1", amount, 5) }];
    let files = [told("paid", 9), told("refunded", 1), told("open", 20)];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut shop = Shop::new();
        let states = "case order_id when 'refunded' then 3 when 'paid' then 2 else 1 end";
        shop.later = later_by(states);
        for index in order {
            shop.list(&files[index], ["a", "b", "c"][index], 5).await;
        }
        assert_eq!(shop.sum().await, "1.00", "{order:?}");
        // A later export knows better than any state: a refund that was taken back.
        shop.list(&told("paid", 9), "d", 6).await;
        assert_eq!(shop.sum().await, "9.00", "{order:?}");
    }
}

#[tokio::test]
async fn a_part_of_a_statement_is_no_damaged_copy_of_it() {
    let told = |amount| vec![Row { statement: Some("P1"), ..row("payout:P1/5", amount, 5) }];
    let shop = || {
        let mut shop = Shop::new();
        shop.in_parts.insert("list".to_owned());
        shop.broken.insert("part".to_owned(), ["P1".to_owned()].into());
        shop
    };
    let mut later = shop();
    later.list(&told(9), "whole", 5).await;
    let newer = later.list(&told(8), "part", 6).await;
    assert_eq!((later.sum().await.as_str(), newer.worse.len()), ("8.00", 0));
    // Of two copies of the same age the one of a statement that adds up counts.
    for part_first in [true, false] {
        let mut same = shop();
        let mut files = [(told(9), "whole"), (told(8), "part")];
        if part_first {
            files.reverse();
        }
        let mut last = Staged::default();
        for (rows, raw) in &files {
            last = same.list(rows, raw, 5).await;
        }
        assert_eq!(same.sum().await, "9.00", "{part_first}");
        assert_eq!(last.worse.contains("P1"), !part_first);
    }
}

#[tokio::test]
async fn of_two_reports_on_money_still_open_only_the_better_counts() {
    let open = |container, amount| {
        [Row { order_id: Some("o1"), provisional: true, ..row(container, amount, 5) }]
    };
    let (best, list) = (open("best:o1", 10), open("day:5", 11));
    for best_first in [true, false] {
        let mut shop = Shop::new();
        let best = Import { rows: &best, definition: "best@1", raw: "s", horizon: 5 };
        let rest = Import { rows: &list, definition: "list@1", raw: "l", horizon: 6 };
        let order = if best_first { [&best, &rest] } else { [&rest, &best] };
        for import in order {
            shop.import(import).await;
        }
        assert_eq!(shop.sum().await, "10.00", "best first: {best_first}");
    }
}

#[tokio::test]
async fn what_somebody_put_in_place_stays_in_place() {
    let mut shop = Shop::new();
    shop.forced.insert("right".to_owned(), 2);
    shop.list(&[row("d1", 9, 1), row("d1", 9, 1)], "wrong", 1).await;
    shop.list(&[row("d1", 5, 1)], "right", 1).await;
    let later = shop.list(&[row("d1", 8, 1), row("d2", 1, 9)], "later", 9).await;
    assert_eq!((shop.sum().await.as_str(), later.diff.covered.rows, later.fuller), ("6.00", 1, 0));
}

#[tokio::test]
async fn of_two_reports_on_one_statement_only_the_better_counts() {
    let told = |statement, order_id, provisional, row| Row {
        statement,
        order_id: Some(order_id),
        provisional,
        ..row
    };
    let settlement = [told(Some("S1"), "o1", false, row("settlement:S1", 10, 5))];
    let list = [
        told(Some("S1"), "o1", false, row("day:5", 10, 5)),
        told(Some("S2"), "o2", false, row("day:5", 4, 5)),
        // Still open when the list was exported; the settlement has it by now.
        told(None, "o1", true, row("day:6", 10, 6)),
        told(None, "o3", true, row("day:6", 1, 6)),
    ];
    for settlement_first in [true, false] {
        let mut shop = Shop::new();
        let best = Import { rows: &settlement, definition: "best@1", raw: "s", horizon: 5 };
        let rest = Import { rows: &list, definition: "list@1", raw: "l", horizon: 6 };
        let order = if settlement_first { [&best, &rest] } else { [&rest, &best] };
        for import in order {
            shop.import(import).await;
        }
        assert_eq!(shop.sum().await, "15.00", "settlement first: {settlement_first}");
        let again = shop.import(&rest).await;
        assert_eq!((again.diff.unchanged.rows, again.diff.covered.rows), (2, 2));
    }
}

#[tokio::test]
async fn many_small_imports_are_compacted_without_a_change() {
    let mut shop = Shop::new();
    let containers = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    for container in containers {
        shop.list(&[row(container, 1, 3)], container, 3).await;
    }
    assert_eq!(shop.sum().await, "12.00");
    assert!(shop.files.len() <= 8, "{} files", shop.files.len());
    assert!(shop.facts.verify(&shop.files).is_empty());
}

#[tokio::test]
async fn a_flipped_bit_is_found_with_its_file() {
    let mut shop = Shop::new();
    shop.list(&[row("a", 1, 3)], "a", 3).await;
    let path = shop.facts.location_of(&shop.files[0].path);
    // In a bucket this is done by other means: cluster/tests.rs.
    let Ok(mut bytes) = std::fs::read(&path) else { return assert!(path.starts_with("s3://")) };
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();

    let problems = shop.facts.verify(&shop.files);

    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].place.file, shop.files[0].path);
}

#[tokio::test]
async fn a_users_sql_can_only_read_facts() {
    let mut shop = Shop::new();
    shop.list(&[row("a", 1, 3)], "a", 3).await;
    let session = shop.facts.session(&shop.files).unwrap();
    for sql in [
        "drop table ledger",
        "create external table x stored as parquet location '/etc'",
        "copy ledger to '/tmp/stolen.parquet'",
        "insert into ledger select * from ledger",
        "set datafusion.execution.batch_size = 1",
        "select * from '/etc/passwd'",
        "select 1; select 2",
        "select * from information_schema.tables",
        "select repeat('x', 2000000000)",
        "select lpad('x', 2000000000)",
        "select array_repeat(1, 2000000000)",
        "select list_repeat(1, 2000000000)",
        "select range(1, 20000000000)",
        "select generate_series(1, 20000000000)",
    ] {
        let refused = session.read_only(sql, Limits::default()).await;
        assert!(matches!(refused, Err(FactsError::Query(_))), "{sql}: {refused:?}");
    }
    let limits = Limits { rows: 10, ..Limits::default() };
    let long = session.read_only("select * from generate_series(1, 1000000)", limits).await;
    assert!(matches!(long, Err(FactsError::Limit(_))), "{long:?}");
    assert_eq!(session.read_only("select * from ledger", limits).await.unwrap()[0].num_rows(), 1);
}

#[tokio::test]
async fn a_discarded_stage_leaves_no_file() {
    let shop = Shop::new();
    let mut stage = shop.facts.stage("shop", Table::Ledger);
    stage.write(&batch(&[row("a", 1, 3)], "list@1", "a")).unwrap();
    stage.discard();
    assert!(shop.facts.orphans(&std::collections::HashSet::new()).is_empty());
}
