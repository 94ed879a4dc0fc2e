use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use argosy_chapter::{book::Book, sheet};

use crate::{
    sheets::table,
    support::{Bench, maker},
};

const ROWS: usize = 100_000;
/// Ten times the rows may take so many times as long: work in squares would take a hundred times.
const TIMES_MAX: u32 = 60;

/// Suppliers with unique tax numbers, each naming another one.
fn makers(rows: usize, days: usize) -> String {
    let mut text = "Code,Name,Tax number,Lead time,Group\n".to_owned();
    for at in 0..rows {
        writeln!(text, "M{at},工厂 {at},T{at},{days},M{}", rows - 1 - at).unwrap();
    }
    text
}

async fn store(rows: usize) -> (Bench, Duration) {
    let bench = Bench::new().await;
    let begun = Instant::now();
    let first = table(&bench, "maker", &makers(rows, 30));
    let stored =
        Book::new(&bench.ground(), &bench.chapters).import("maker", &first, "1").await.unwrap();
    assert_eq!((stored.new, stored.wrong), (rows, 0));
    let took = begun.elapsed();
    (bench, took)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_rows_are_stored_refused_and_come_back_in_one_go() {
    let (_, small) = store(ROWS / 10).await;
    let (bench, took) = store(ROWS).await;
    println!("{ROWS} rows stored in {took:.1?}, a tenth of them in {small:.1?}");
    assert!(took < small * TIMES_MAX, "{took:?} for ten times as many rows as in {small:?}");

    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    let begun = Instant::now();
    let wrong = table(&bench, "maker", &makers(ROWS, 900));
    let wrong = book.import("maker", &wrong, "1").await.unwrap();
    assert_eq!((wrong.wrong, wrong.problems.len()), (ROWS, ROWS));
    println!("{ROWS} wrong rows refused in {:.1?}", begun.elapsed());
    let records = bench.desk.records("maker").await.unwrap();
    assert!(records.iter().all(|one| one.version == 1 && one.body["lead_days"] == 30));

    let begun = Instant::now();
    let kind = bench.kinds.get("maker").unwrap();
    let bytes = sheet::export(kind, &records, "zh-CN").xlsx().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let back = sheet::read(kind, file.path(), "makers.xlsx").unwrap();
    assert_eq!(book.preview("maker", &back, "1").await.unwrap().same, ROWS);
    println!("{ROWS} records written as a workbook and read back in {:.1?}", begun.elapsed());
}

/// The rows of an order lie far apart; they find their order without a search.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_lines_find_their_orders() {
    let bench = Bench::new().await;
    bench.products(1_000).await;
    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    book.save(vec![maker("A")], "1").await.unwrap();
    let import = async |rows: usize, name: &str| {
        let mut text = "Number,Maker,Lines: SKU,Lines: Units\n".to_owned();
        for at in 0..rows {
            writeln!(text, "{name}-{},A,L{},1", at % (rows / 10), at % 1_000).unwrap();
        }
        let begun = Instant::now();
        let orders = table(&bench, "buying", &text);
        let preview = book.import("buying", &orders, "1").await.unwrap();
        assert_eq!((preview.new, preview.wrong), (rows / 10, 0), "{:?}", preview.problems.first());
        begun.elapsed()
    };
    let small = import(ROWS / 10, "S").await;
    let took = import(ROWS, "O").await;
    println!("{ROWS} lines of orders in {took:.1?}, a tenth of them in {small:.1?}");
    assert!(took < small * TIMES_MAX, "{took:?} for ten times as many rows as in {small:?}");
}
