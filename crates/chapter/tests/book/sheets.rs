use std::io::Write as _;

use argosy_chapter::{
    book::{Book, Preview},
    sheet,
};

use crate::support::{Bench, UNITS_MAX, maker};

pub(crate) fn table(bench: &Bench, kind: &str, text: &str) -> sheet::Table {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    sheet::read(bench.kinds.get(kind).unwrap(), file.path(), "upload.csv").unwrap()
}

fn counts(preview: &Preview) -> [usize; 4] {
    [preview.new, preview.changed, preview.same, preview.wrong]
}

fn problems(preview: &Preview) -> Vec<(u64, &str, &str)> {
    let told = |one: &argosy_chapter::kind::FieldProblem| one.row.unwrap();
    preview.problems.iter().map(|one| (told(one), one.path.as_str(), one.code.as_str())).collect()
}

#[tokio::test]
async fn a_table_with_one_wrong_row_stores_nothing_and_says_where_it_is_wrong() {
    let bench = Bench::new().await;
    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    book.save(vec![maker("A"), maker("B")], "1").await.unwrap();
    let text = "Code,Name,Lead time,Country\n\
                A,Maker A,,CN\nB,Other,30,CN\nC,New,40,\nD,New,800,UK\nE,New,soon,CN\n,Nameless,1,CN\nC,Twice,1,CN\n";
    let wrong = table(&bench, "maker", text);
    let expected = [
        (5, "country", "unknown_country"),
        (5, "lead_days", "above_max"),
        (6, "lead_days", "not_number"),
        (7, "code", "required"),
        (8, "code", "duplicate_key"),
    ];
    for preview in [
        book.preview("maker", &wrong, "1").await.unwrap(),
        book.import("maker", &wrong, "1").await.unwrap(),
    ] {
        assert_eq!(problems(&preview), expected);
        assert_eq!(counts(&preview), [1, 1, 1, 4]);
    }
    assert_eq!(bench.desk.record_keys("maker").await.unwrap(), ["A", "B"]);
    let right = table(&bench, "maker", "Code,Name,Lead time\nA,Maker A,\nB,Other,30\nC,New,40\n");
    let preview = book.preview("maker", &right, "1").await.unwrap();
    assert_eq!(counts(&preview), [1, 1, 1, 0]);
    let sample: Vec<_> =
        preview.sample.iter().map(|one| (one.row, one.id.as_deref(), one.change)).collect();
    assert_eq!(sample, [(3, Some("B"), "changed"), (4, Some("C"), "new")]);
    assert_eq!(book.import("maker", &right, "1").await.unwrap(), preview);
    let records = bench.desk.records("maker").await.unwrap();
    let told: Vec<_> = records.iter().map(|one| (one.id.as_str(), one.version)).collect();
    assert_eq!(told, [("A", 1), ("B", 2), ("C", 1)]);
    assert_eq!(records[2].body["country"], "CN", "a new record takes the default");
    assert_eq!(counts(&book.import("maker", &right, "1").await.unwrap()), [0, 0, 3, 0]);
}

#[tokio::test]
async fn a_column_that_a_table_lacks_stays_and_an_empty_cell_clears() {
    let bench = Bench::new().await;
    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    let first = table(&bench, "maker", "Code,Name,Lead time\nA,Lamp,30\n");
    book.import("maker", &first, "1").await.unwrap();
    let second = table(&bench, "maker", "编码,交期\nA,\n");
    book.import("maker", &second, "1").await.unwrap();
    let now = bench.desk.record("maker", "A").await.unwrap().unwrap();
    assert_eq!((now.body["name"].as_str(), now.body.get("lead_days")), (Some("Lamp"), None));
}

#[tokio::test]
async fn orders_come_in_with_their_lines_and_go_out_and_in_again_unchanged() {
    let bench = Bench::new().await;
    bench.products(3).await;
    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    book.save(vec![maker("A")], "1").await.unwrap();
    // The first two rows are one order, told by its repeated cells; the last has its own number.
    let text = "Number,Maker,Ordered on,State,Lines: SKU,Lines: Units\n\
                ,A,2026-11-01,,L0,10\n,A,2026-11-01,,L1,20\n,A,2026-11-02,,L2,5\nOLD-7,A,2026/1/5,已发出,L0,1\n";
    let orders = table(&bench, "buying", text);
    let preview = book.preview("buying", &orders, "1").await.unwrap();
    assert_eq!((counts(&preview), preview.sample[0].id.clone()), ([3, 0, 0, 0], None));
    book.import("buying", &orders, "1").await.unwrap();
    let records = bench.desk.records("buying").await.unwrap();
    let told: Vec<_> = records
        .iter()
        .map(|one| {
            let lines = one.body["lines"].as_array().unwrap().len();
            (one.id.as_str(), one.state.as_deref().unwrap(), lines)
        })
        .collect();
    let expected =
        [("OLD-7", "sent", 1), ("PO-2026-0001", "draft", 2), ("PO-2026-0002", "draft", 1)];
    assert_eq!(told, expected);

    let kind = bench.kinds.get("buying").unwrap();
    for language in ["en", "zh-CN"] {
        let sheet = sheet::export(kind, &records, language);
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&sheet.xlsx().unwrap()).unwrap();
        let back = sheet::read(kind, file.path(), "orders.xlsx").unwrap();
        assert_eq!(counts(&book.import("buying", &back, "1").await.unwrap()), [0, 0, 3, 0]);
    }
}

#[tokio::test]
async fn what_a_chapter_finds_wrong_is_told_in_the_row_where_it_stands() {
    let bench = Bench::new().await;
    bench.products(1).await;
    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    book.save(vec![maker("A")], "1").await.unwrap();
    let much = UNITS_MAX + 1;
    let text = format!(
        "Number,Maker,Lines: SKU,Lines: Units\nO-1,A,L0,1\nO-2,A,L0,{much}\nO-2,,L0,1\nO-3,A,L9,1\n"
    );
    let orders = table(&bench, "buying", &text);
    let preview = book.import("buying", &orders, "1").await.unwrap();
    let expected = [(3, "lines[0].units", "too_much"), (5, "lines[0].sku", "unknown_sku")];
    assert_eq!((problems(&preview), counts(&preview)), (expected.to_vec(), [1, 0, 0, 2]));
    let sheet = sheet::errors(&orders, &preview.problems, "zh-CN");
    let said = |row: usize| matches!(&sheet.rows[row][4], argosy_metrics::export::Cell::Text(_));
    assert_eq!([said(0), said(1), said(2), said(3)], [false, true, false, true]);
}

#[tokio::test]
async fn a_table_may_name_records_by_their_names_where_these_are_clear() {
    let bench = Bench::new().await;
    bench.products(1).await;
    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    let makers = "Code,Name\nS1,Ningbo Light\nS2,Twin\nS3,Twin\n";
    book.import("maker", &table(&bench, "maker", makers), "1").await.unwrap();
    let text = "Maker,Lines: SKU,Lines: Units\nNingbo Light,L0,1\nS2,L0,2\n";
    let preview = book.import("buying", &table(&bench, "buying", text), "1").await.unwrap();
    assert_eq!(counts(&preview), [2, 0, 0, 0]);
    let orders = bench.desk.records("buying").await.unwrap();
    assert_eq!([&orders[0].body["maker"], &orders[1].body["maker"]], ["S1", "S2"]);
    let twins = "Maker,Lines: SKU,Lines: Units\nTwin,L0,1\n";
    let preview = book.import("buying", &table(&bench, "buying", twins), "1").await.unwrap();
    assert_eq!(problems(&preview), [(2, "maker", "unknown_record")]);
}
