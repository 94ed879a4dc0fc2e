//! Importing once, twice, in any order, and rebuilding: the facts are the same.

use std::io::Write as _;

use argosy_desk::ImportState;
use argosy_intake::ImportOptions;

use crate::company::Company;

const HEADER: &str = "settlement-id\tsettlement-start-date\tsettlement-end-date\tdeposit-date\t\
    total-amount\tcurrency\ttransaction-type\torder-id\tmerchant-order-id\tadjustment-id\t\
    shipment-id\tmarketplace-name\tamount-type\tamount-description\tamount\tfulfillment-id\t\
    posted-date\tposted-date-time\torder-item-code\tmerchant-order-item-id\t\
    merchant-adjustment-item-id\tsku\tquantity-purchased\tpromotion-id";

/// A line of a settlement: type, order, kind, description, amount, time, SKU.
pub(crate) fn line(id: &str, cells: [&str; 7]) -> String {
    let [transaction, order, kind, description, amount, at, sku] = cells;
    let units = if description == "Principal" { "1" } else { "" };
    format!(
        "{id}\t\t\t\t\t\t{transaction}\t{order}\t\t\t\tAmazon.com\t{kind}\t{description}\t\
         {amount}\tAFN\t{at} UTC\t{at} UTC\t\t\t\t{sku}\t{units}\t"
    )
}

/// A settlement of `lines` whose total is `total`.
pub(crate) fn settlement(id: &str, total: &str, lines: &[String]) -> String {
    let summary = format!(
        "{id}\t2026-06-01 00:00:00 UTC\t2026-06-15 00:00:00 UTC\t2026-06-17 00:00:00 UTC\t\
         {total}\tUSD{}",
        "\t".repeat(18)
    );
    let mut text = format!("{HEADER}\n{summary}\n");
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn sale(id: &str, order: &str, amount: &str, day: &str) -> String {
    let at = format!("{day} 18:00:00");
    line(id, ["Order", order, "ItemPrice", "Principal", amount, &at, "LAMP-1"])
}

fn fee(id: &str, order: &str, amount: &str, day: &str) -> String {
    let at = format!("{day} 18:00:00");
    line(id, ["Order", order, "ItemFees", "Commission", amount, &at, "LAMP-1"])
}

pub(crate) fn june() -> String {
    let lines = [
        sale("101", "111-1", "29.99", "2026-06-03"),
        fee("101", "111-1", "-4.50", "2026-06-03"),
        sale("101", "111-2", "10.00", "2026-06-04"),
        // Two equal lines are legal, both are money.
        fee("101", "111-2", "-0.75", "2026-06-04"),
        fee("101", "111-2", "-0.75", "2026-06-04"),
    ];
    settlement("101", "33.99", &lines)
}

fn date_range(rows: &[(&str, &str, &str, &str)]) -> String {
    let mut text = "\"Includes Amazon Marketplace transactions\"\n\
        \"All amounts in USD, unless specified\"\n\
        date/time,settlement id,type,order id,sku,description,quantity,marketplace,product sales,\
        selling fees,total\n"
        .to_owned();
    for (at, order, sales, fees) in rows {
        let total: rust_decimal::Decimal = sales.parse::<rust_decimal::Decimal>().unwrap()
            + fees.parse::<rust_decimal::Decimal>().unwrap();
        text.push_str(&format!(
            "\"{at}\",101,Order,{order},LAMP-1,A lamp,1,amazon.com,{sales},{fees},{total}\n"
        ));
    }
    text
}

fn transactions() -> String {
    date_range(&[
        ("Jun 3, 2026 11:00:00 AM PDT", "111-1", "29.99", "-4.50"),
        ("Jun 4, 2026 11:00:00 AM PDT", "111-2", "10.00", "-1.50"),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_again_is_a_duplicate_and_changes_nothing() {
    let company = Company::with_knowledge().await;
    let first = company.import("june.txt", june()).await;
    assert_eq!((first.state, first.rows, first.problems.len()), (ImportState::Done, 6, 0));
    let hash = company.hash().await;
    let again = company.import("renamed.csv", june()).await;
    assert_eq!(again.state, ImportState::Duplicate);
    assert_eq!(again.duplicate_of, first.import);
    assert_eq!(company.hash().await, hash);
    let sum = company.query("select sum(amount), count(*) from ledger").await;
    assert_eq!(sum, ["33.99 5"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_downloaded_again_adds_no_row() {
    let company = Company::with_knowledge().await;
    company.import("june.txt", june()).await;
    let hash = company.hash().await;
    let again = company.import("june.txt", june().replace('\n', "\r\n")).await;
    let ledger = &again.diff[&argosy_kernel::Table::Ledger];
    assert_eq!((ledger.unchanged.rows, ledger.added.rows, ledger.replacing.rows), (5, 0, 0));
    assert_eq!(ledger.unchanged.money["USD"].to_string(), "33.990000");
    assert_eq!(company.hash().await, hash);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_copy_of_a_settlement_never_replaces_the_whole_one() {
    let damaged = june().replace("\t10.00\t", "\tten\t");
    let company = Company::with_knowledge().await;
    company.import("june.txt", june()).await;
    let worse = company.import("damaged.txt", &damaged).await;
    assert_eq!(worse.state, ImportState::Done);
    assert_eq!(worse.diff[&argosy_kernel::Table::Ledger].covered.rows, 4);
    let told = worse.problems.iter().find(|problem| problem.code == "worse_copy").unwrap();
    assert_eq!(told.found, "101");
    assert_eq!(company.query("select sum(amount), count(*) from ledger").await, ["33.99 5"]);
    let rebuilt = company.intake.rebuild("test", &|_| {}).await.unwrap();
    assert!(rebuilt.is_same(), "{rebuilt:?}");

    let other = Company::with_knowledge().await;
    let first = other.import("damaged.txt", &damaged).await;
    assert!(first.problems.iter().all(|problem| problem.code != "worse_copy"));
    assert_eq!(other.query("select sum(amount) from ledger").await, ["23.99"]);
    let better = other.import("june.txt", june()).await;
    assert_eq!(better.problems.len(), 0);
    // The damaged file once more, in other bytes: still worse.
    other.import("damaged.txt", damaged.replace('\n', "\r\n")).await;
    assert_eq!(other.hash().await, company.hash().await);
    assert!(other.intake.rebuild("test", &|_| {}).await.unwrap().is_same());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_do_not_enter_a_second_store() {
    let company = Company::with_knowledge().await;
    company.import("june.txt", june()).await;
    let path = company.home.path().join("inbox/june.txt");
    let again = company.import_with(&path, "second", ImportOptions::default()).await;
    assert_eq!((again.state, again.problems.len()), (ImportState::Failed, 1));
    let problem = &again.problems[0];
    assert_eq!((problem.code.as_str(), problem.found.as_str()), ("in_other_store", "shop"));
    assert_eq!(company.query("select sum(amount), count(*) from ledger").await, ["33.99 5"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_visits_by_sku_and_by_child_count_once() {
    let company = Company::with_knowledge().await;
    let report = |granularity: &str, id: &str| {
        format!(
            r#"{{"reportSpecification":{{"reportType":"GET_SALES_AND_TRAFFIC_REPORT",
            "reportOptions":{{"asinGranularity":"{granularity}"}},"dataStartTime":"2026-06-01",
            "dataEndTime":"2026-06-30","marketplaceIds":["ATVPDKIKX0DER"]}},
            "salesAndTrafficByAsin":[{{"parentAsin":"B0PARENT01",{id},
            "salesByAsin":{{"unitsOrdered":3,"totalOrderItems":3,"orderedProductSales":
            {{"amount":30.5,"currencyCode":"USD"}}}},"trafficByAsin":{{"sessions":120,
            "pageViews":200,"buyBoxPercentage":95.0}}}}]}}"#
        )
    };
    let child = report("CHILD", r#""childAsin":"B0CHILD001""#);
    let sku = report("SKU", r#""childAsin":"B0CHILD001","sku":"LAMP-1""#);
    let first = company.import("child.json", child).await;
    assert_eq!(first.state, ImportState::Done, "{:?}", first.problems);
    let second = company.import("sku.json", sku).await;
    assert_eq!(second.diff[&argosy_kernel::Table::Traffic].replaced.rows, 1);
    let seen = company.query("select seller_sku, sessions from traffic").await;
    assert_eq!(seen, ["LAMP-1 120"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_file_with_a_wrong_checksum_is_not_loaded() {
    // Stored without packing, so that a changed digit changes nothing else.
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    encoder.write_all(june().as_bytes()).unwrap();
    let good = encoder.finish().unwrap();
    let mut flipped = good.clone();
    let at = flipped.windows(5).position(|bytes| bytes == b"29.99").unwrap();
    flipped[at] = b'3';
    let company = Company::with_knowledge().await;
    for (name, bytes, code) in [
        ("flip.gz", &flipped[..], "archive_damaged"),
        ("cut.gz", &good[..good.len() - 4], "file_torn"),
    ] {
        let report = company.import(name, bytes).await;
        assert_eq!(report.state, ImportState::Failed, "{name}: {:?}", report.problems);
        let told = report.problems.iter().find(|problem| problem.code == code);
        assert!(told.is_some(), "{name}: {:?}", report.problems);
        assert_eq!(company.query("select count(*) from ledger").await, ["0"], "{name}");
    }
    assert_eq!(company.import("good.gz", &good).await.state, ImportState::Done);
    assert_eq!(company.query("select sum(amount) from ledger").await, ["33.99"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settlement_beats_the_transaction_list_whichever_comes_first() {
    let one = Company::with_knowledge().await;
    one.import("june.txt", june()).await;
    let covered = one.import("range.csv", transactions()).await;
    assert_eq!(covered.diff[&argosy_kernel::Table::Ledger].covered.rows, 4);
    let other = Company::with_knowledge().await;
    other.import("range.csv", transactions()).await;
    assert_eq!(other.query("select sum(amount) from ledger").await, ["33.99"]);
    other.import("june.txt", june()).await;
    assert_eq!(one.hash().await, other.hash().await);
    assert_eq!(other.query("select sum(amount), count(*) from ledger").await, ["33.99 5"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_transaction_lists_count_each_day_once() {
    let company = Company::with_knowledge().await;
    let day = |day: u32| format!("Jun {day}, 2026 11:00:00 AM PDT");
    let (third, fourth, fifth) = (day(3), day(4), day(5));
    let early = [(third.as_str(), "111-1", "29.99", "-4.50"), (&fourth, "111-2", "10.00", "-1.50")];
    let late = [(fourth.as_str(), "111-2", "10.00", "-1.50"), (&fifth, "111-3", "5.00", "-0.75")];
    company.import("early.csv", date_range(&early)).await;
    company.import("late.csv", date_range(&late)).await;
    assert_eq!(
        company.query("select order_id, sum(amount) from ledger group by 1 order by 1").await,
        ["111-1 25.49", "111-2 8.5", "111-3 4.25"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_an_archive_are_reports_of_their_own() {
    let company = Company::with_knowledge().await;
    let july = settlement("102", "7.00", &[sale("102", "111-9", "7.00", "2026-07-02")]);
    let mut bytes = Vec::new();
    {
        let mut archive = ZipText::new(&mut bytes);
        archive.add("june.txt", &june());
        // The same settlement once more: it must not count twice.
        archive.add("june again.txt", &june());
        archive.add("july.txt", &july);
        archive.finish();
    }
    let report = company.import("all.zip", &bytes).await;
    assert_eq!((report.state, report.parts.len()), (ImportState::Done, 3), "{report:#?}");
    let sums = "select statement, sum(amount) from ledger group by 1 order by 1";
    assert_eq!(company.query(sums).await, ["101 33.99", "102 7"]);
    let same = company.import("july.txt", july).await;
    assert_eq!(same.diff[&argosy_kernel::Table::Ledger].unchanged.rows, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_gives_the_same_facts() {
    let company = Company::with_knowledge().await;
    company.import("june.txt", june()).await;
    company.import("range.csv", transactions()).await;
    let changed =
        june().replace("111-2\t\t\t\tAmazon.com\tItemPrice", "111-7\t\t\t\tAmazon.com\tItemPrice");
    company.import("june v2.txt", changed).await;
    let hash = company.hash().await;
    let report = company.intake.rebuild("test", &|_| {}).await.unwrap();
    assert!(report.is_same(), "{report:#?}");
    assert_eq!((report.imports, company.hash().await), (3, hash));
    // What was rebuilt goes on as before.
    let again = company.import("june v3.txt", june() + "\n").await;
    assert_eq!(again.state, ImportState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_files_at_once_are_all_counted_once() {
    let company = std::sync::Arc::new(Company::with_knowledge().await);
    company.store("shop", "amazon", Some("US")).await;
    let mut tasks = Vec::new();
    for number in 0..6 {
        let company = company.clone();
        tasks.push(tokio::spawn(async move {
            let id = format!("20{}", number % 3);
            let text = settlement(&id, "9.99", &[sale(&id, "111-1", "9.99", "2026-06-03")]);
            let text = text + &"\n".repeat(number);
            company.import(&format!("{number}.txt"), text).await
        }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap().state, ImportState::Done);
    }
    let sums = "select statement, sum(amount) from ledger group by 1 order by 1";
    assert_eq!(company.query(sums).await, ["200 9.99", "201 9.99", "202 9.99"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_leads_back_to_its_line() {
    let company = Company::with_knowledge().await;
    let report = company.import("june.txt", june()).await;
    let rows =
        company.query("select row from ledger where order_id = '111-1' and amount > 0").await;
    let row: i64 = rows[0].parse().unwrap();
    let found = company.intake.source_line(report.import.unwrap(), row).await.unwrap();
    assert_eq!((found.line, found.header[0].as_str()), (3, "settlement-id"));
    assert_eq!(found.cells[14], "29.99");
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_stays_in_the_sealed_file() {
    let company = Company::with_knowledge().await;
    let text = "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,\
        Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Id\n\
        #1001,jo@example.org,paid,2026-06-03 10:00:00 -0400,USD,20.00,0.00,0.00,20.00,\
        2026-06-03 10:00:00 -0400,2,Lamp,10.00,LAMP-1,Jo Somebody,5001\n";
    let report = company.import("orders.csv", text).await;
    assert_eq!(report.state, ImportState::Done, "{report:#?}");
    let buyers = company.query("select buyer, row from orders").await;
    assert!(!buyers[0].contains("jo@") && !buyers[0].starts_with('—'), "{buyers:?}");
    let found = company.intake.source_line(report.import.unwrap(), 2).await.unwrap();
    assert_eq!((found.cells[1].as_str(), found.cells[14].as_str()), ("•••", "•••"));
    for entry in walk_files(company.home.path()) {
        if entry.starts_with(company.home.path().join("inbox")) {
            continue;
        }
        let bytes = std::fs::read(&entry).unwrap();
        let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
        assert!(!holds(b"Somebody") && !holds(b"jo@example"), "{}", entry.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_shows_every_room_and_stores_nothing() {
    let company = Company::with_knowledge().await;
    let path = company.home.path().join("june.txt");
    std::fs::write(&path, june()).unwrap();
    let walk = company.intake.walk(&path, &ImportOptions::default(), &|_| {}).await.unwrap();
    let text = walk.to_string();
    for told in ["amazon.settlement_v2", "5 facts of ledger", "33.99 of 33.99 USD, balances"] {
        assert!(text.contains(told), "{told} is not in\n{text}");
    }
    assert!(company.desk.imports(None, 10).await.unwrap().is_empty());
    assert!(!company.home.path().join("raw").exists());
}

fn walk_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk_files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Writes archives whose members are stored, not packed.
pub(crate) struct ZipText<'a> {
    bytes: &'a mut Vec<u8>,
    directory: Vec<u8>,
    members: u16,
}

impl<'a> ZipText<'a> {
    pub(crate) fn new(bytes: &'a mut Vec<u8>) -> Self {
        Self { bytes, directory: Vec::new(), members: 0 }
    }

    pub(crate) fn add(&mut self, name: &str, text: &str) {
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let size = u32::try_from(text.len()).unwrap();
        let mut common = Vec::new();
        for short in [20_u16, 0, 0, 0, 0x5a21] {
            common.extend(short.to_le_bytes());
        }
        for long in [crc.sum(), size, size] {
            common.extend(long.to_le_bytes());
        }
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        let at = u32::try_from(self.bytes.len()).unwrap();
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.bytes.write_all(text.as_bytes()).unwrap();
        self.directory.extend(b"PK\x01\x02\x14\x00");
        self.directory.extend(&common);
        self.directory.extend([0_u8; 10]);
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.members += 1;
    }

    pub(crate) fn finish(self) {
        let at = u32::try_from(self.bytes.len()).unwrap();
        let size = u32::try_from(self.directory.len()).unwrap();
        self.bytes.extend(&self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(self.members.to_le_bytes());
        self.bytes.extend(self.members.to_le_bytes());
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(at.to_le_bytes());
        self.bytes.extend([0_u8; 2]);
    }
}
