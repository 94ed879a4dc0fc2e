//! What is told twice counts once, in whatever order it comes, and can be taken back.

use argosy_desk::ImportState;
use argosy_intake::{ImportOptions, ImportReport, Progress, Step};

use crate::{
    company::Company,
    imports::{ZipText, june, line, settlement},
};

fn codes(report: &ImportReport) -> Vec<&str> {
    report.problems.iter().map(|problem| problem.code.as_str()).collect()
}

/// The rows of a file without its header.
fn body(text: &str) -> &str {
    text.split_once('\n').unwrap().1
}

async fn is_june(company: &Company, report: &ImportReport, code: &str) {
    assert_eq!(report.state, ImportState::Done, "{report:#?}");
    assert!(codes(report).contains(&code), "{:#?}", report.problems);
    assert_eq!(company.query("select sum(amount), count(*) from ledger").await, ["33.99 5"]);
    assert!(report.balance.iter().all(|b| b.difference.is_zero()), "{:?}", report.balance);
    assert!(company.intake.rebuild("test", &|_| {}).await.unwrap().is_same());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_pasted_below_itself_counts_once() {
    let company = Company::with_knowledge().await;
    let report = company.import("twice.txt", format!("{}{}", june(), june())).await;
    is_june(&company, &report, "file_repeated").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_pasted_twice_without_its_header_counts_once() {
    let company = Company::with_knowledge().await;
    let text = format!("{}{}{}", june(), body(&june()), body(&june()));
    let report = company.import("thrice.txt", text).await;
    is_june(&company, &report, "statement_repeated").await;
    assert_eq!(report.problems[0].expected, "3");
    let walked = company.home.path().join("inbox/thrice.txt");
    let options = ImportOptions { store: "shop".to_owned(), ..ImportOptions::default() };
    let walk = company.intake.walk(&walked, &options, &|_| {}).await.unwrap();
    assert!(walk.parts[0].balance[0].difference.is_zero());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_whole_and_a_torn_copy_in_one_file_the_whole_one_counts() {
    let again = june();
    let torn: Vec<&str> = body(&again).lines().take(3).collect();
    for text in [
        format!("{}{}\n", june(), torn.join("\n")),
        format!("{}\n{}\n{}", june().lines().next().unwrap(), torn.join("\n"), body(&june())),
    ] {
        let company = Company::with_knowledge().await;
        let report = company.import("torn.txt", text).await;
        is_june(&company, &report, "statement_repeated").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_whose_every_line_is_doubled_counts_once() {
    let company = Company::with_knowledge().await;
    let one = june();
    let doubled: Vec<String> = body(&one).lines().map(|line| format!("{line}\n{line}\n")).collect();
    let text = format!("{}\n{}", one.lines().next().unwrap(), doubled.concat());
    let report = company.import("doubled.txt", text).await;
    is_june(&company, &report, "statement_repeated").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_settlements_pasted_together_both_count() {
    let company = Company::with_knowledge().await;
    let at = "2026-07-02 18:00:00";
    let lines = [line("102", ["Order", "9", "ItemPrice", "Principal", "7.00", at, "LAMP-1"])];
    let report = company.import("two.txt", june() + &settlement("102", "7.00", &lines)).await;
    let told: Vec<_> = report.problems.iter().filter(|p| p.code == "header_repeated").collect();
    assert_eq!((told.len(), report.problems.len()), (1, 1), "{:#?}", report.problems);
    assert_eq!(company.query("select sum(amount) from ledger").await, ["40.99"]);
}

/// An export of one day of advertising: impressions, clicks, cost and sales of a search term.
fn ads(rows: &[(&str, u32, u32, &str, &str)]) -> String {
    let mut text = "Date,Budget currency,Campaign name,Ad group name,Search term,Impressions,\
        Clicks,Total cost,Purchases,Sales,Units sold\n"
        .to_owned();
    for (day, impressions, clicks, cost, sales) in rows {
        text.push_str(&format!(
            "{day},USD,Lamps,Exact,desk lamp,{impressions},{clicks},{cost},1,{sales},1\n"
        ));
    }
    text
}

async fn hash_after(files: &[String], order: &[usize]) -> String {
    let company = Company::with_knowledge().await;
    company.store("shop", "amazon", Some("US")).await;
    for index in order {
        let report = company.import(&format!("{index}.csv"), &files[*index]).await;
        assert_eq!(report.state, ImportState::Done, "{:#?}", report.problems);
    }
    company.hash().await
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_of_a_closed_period_give_the_same_facts_in_any_order() {
    // The same two days, exported three times: sales come in late, and one was cut to one day.
    let files = [
        ads(&[("2026-06-01", 100, 5, "2.50", "0.00"), ("2026-06-02", 80, 4, "2.00", "19.99")]),
        ads(&[("2026-06-01", 100, 5, "2.50", "29.99"), ("2026-06-02", 80, 4, "2.00", "19.99")]),
        ads(&[("2026-06-02", 80, 4, "2.00", "49.98")]),
    ];
    let first = hash_after(&files, &[0, 1, 2]).await;
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(hash_after(&files, &order).await, first, "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_file_takes_the_place_of_a_fuller_one_when_it_is_told_to() {
    let company = Company::with_knowledge().await;
    company.store("shop", "amazon", Some("US")).await;
    company.import("wrong.csv", ads(&[("2026-06-01", 900, 5, "2.50", "29.99")])).await;
    let right = ads(&[("2026-06-01", 100, 5, "2.50", "29.99")]);
    let kept = company.import("right.csv", &right).await;
    assert!(codes(&kept).contains(&"fuller_copy_kept"), "{:#?}", kept.problems);
    assert_eq!(company.query("select impressions from ads").await, ["900"]);
    let path = company.home.path().join("inbox/right.csv");
    let replace = || ImportOptions { replace: true, ..ImportOptions::default() };
    let replaced = company.import_with(&path, "shop", replace()).await;
    assert_eq!(replaced.state, ImportState::Done, "{:#?}", replaced.problems);
    assert_eq!(company.query("select impressions from ads").await, ["100"]);
    // The wrong one in other bytes does not come back by itself, nor by a rebuild.
    let again = ads(&[("2026-06-01", 900, 5, "2.50", "29.99")]).replace('\n', "\r\n");
    company.import("wrong again.csv", again).await;
    assert!(company.intake.rebuild("test", &|_| {}).await.unwrap().is_same());
    assert_eq!(company.query("select impressions from ads").await, ["100"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_taken_back_leaves_the_facts_as_they_were_without_it() {
    let company = Company::with_knowledge().await;
    company.import("june.txt", june()).await;
    let before = company.hash().await;
    let other = june().replace("29.99", "39.99").replace("33.99", "43.99");
    let path = company.home.path().join("inbox/wrong.txt");
    std::fs::write(&path, other).unwrap();
    let options = ImportOptions { replace: true, ..ImportOptions::default() };
    let wrong = company.import_with(&path, "shop", options).await;
    assert_ne!(company.hash().await, before);
    let id = wrong.import.unwrap();
    let undone = company.intake.undo(id, "test", &|_| {}).await.unwrap();
    assert!(undone.commit.is_some() && undone.imports == 1, "{undone:?}");
    assert_eq!(company.hash().await, before);
    assert_eq!(company.desk.import(id).await.unwrap().unwrap().state, ImportState::Undone);
    // Twice is no harm, and what was never loaded cannot be taken back.
    assert_eq!(company.intake.undo(id, "test", &|_| {}).await.unwrap().commit, None);
    let duplicate = company.import("june.txt", june()).await;
    assert_eq!(duplicate.state, ImportState::Duplicate);
    assert!(company.intake.undo(duplicate.import.unwrap(), "test", &|_| {}).await.is_err());
    // The file may come again, even into another store.
    let again = company.import_with(&path, "second", ImportOptions::default()).await;
    assert_eq!(again.state, ImportState::Done, "{:#?}", again.problems);
    assert!(company.intake.rebuild("test", &|_| {}).await.unwrap().is_same());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_nobody_knows_is_named_once_with_its_rows() {
    let company = Company::with_knowledge().await;
    let report = company.import("mars.txt", june().replace("Amazon.com", "Amazon.mars")).await;
    let told: Vec<_> = report.problems.iter().filter(|p| p.code == "unknown_market").collect();
    let [problem] = told.as_slice() else { panic!("{:#?}", report.problems) };
    assert_eq!((problem.found.as_str(), problem.expected.as_str()), ("Amazon.mars", "5"));
    assert_eq!(problem.place.column.as_deref(), Some("marketplace-name"));
    assert_eq!(company.query("select sum(amount), count(market) from ledger").await, ["33.99 0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_headers_are_named() {
    let company = Company::with_knowledge().await;
    company.store("shop", "amazon", Some("US")).await;
    let empty = company.import("empty.csv", ads(&[])).await;
    assert_eq!(codes(&empty), ["no_rows"], "{:#?}", empty.problems);
    let twice = ads(&[("2026-06-01", 100, 5, "2.50", "29.99")]).replace("Ad group name", "Clicks");
    let twice = company.import("twice.csv", twice).await;
    let told = twice.problems.iter().find(|problem| problem.code == "column_twice").unwrap();
    assert_eq!((told.place.column.as_deref(), told.found.as_str()), (Some("Clicks"), "4, 7"));
    let drifted = ads(&[("2026-06-03", 1, 1, "2.50", "29.99")]).replace("Units sold", "Moon phase");
    let drifted = company.import("drifted.csv", drifted).await;
    let found = |code: &str| {
        let problem = drifted.problems.iter().find(|problem| problem.code == code);
        problem.map(|problem| problem.found.clone())
    };
    assert_eq!(found("column_new").as_deref(), Some("Moon phase"), "{:#?}", drifted.problems);
    assert_eq!(found("column_gone").as_deref(), Some("Units sold"));
}

/// An export of Shopify Payments: moment, kind, order, amount, fee, payout.
fn payments(lines: &[(&str, &str, &str, &str, &str, &str)]) -> String {
    let mut text = "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,\
                    Payout ID,Available On,Amount,Fee,Net,Currency\n"
        .to_owned();
    for (at, kind, order, amount, fee, payout) in lines {
        let net = amount.parse::<rust_decimal::Decimal>().unwrap()
            - fee.parse::<rust_decimal::Decimal>().unwrap();
        text += &format!(
            "{at} 10:00:00 +0000,{kind},{order},visa,online,paid,2026-06-05,{payout},\
             2026-06-05,{amount},{fee},{net},USD\n"
        );
    }
    text
}

const EARLY: [(&str, &str, &str, &str, &str, &str); 2] = [
    ("2026-06-01", "charge", "#1", "20.00", "0.88", "7001"),
    ("2026-06-02", "charge", "#2", "30.00", "1.17", "7001"),
];
const LATE: [(&str, &str, &str, &str, &str, &str); 3] = [
    ("2026-06-03", "charge", "#3", "10.00", "0.59", "7001"),
    ("2026-06-05", "payout", "", "-57.36", "0.00", "7001"),
    ("2026-06-06", "charge", "#4", "5.00", "0.45", "7002"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_cut_by_two_exports_adds_up_over_both() {
    let company = Company::with_knowledge().await;
    company.store("shop", "shopify", Some("US")).await;
    let first = company.import("early.csv", payments(&EARLY)).await;
    assert!(first.balance.is_empty() && codes(&first).is_empty(), "{first:#?}");
    let second = company.import("late.csv", payments(&LATE)).await;
    assert!(codes(&second).is_empty(), "{:#?}", second.problems);
    let balance = &second.balance[0];
    assert_eq!((balance.sum.to_string(), balance.difference.is_zero()), ("57.36".into(), true));
    assert_eq!(balance.of_file.map(|sum| sum.to_string()).as_deref(), Some("9.41"));
    // The rebuild says the same of both imports.
    company.intake.rebuild("test", &|_| {}).await.unwrap();
    let kept = company.desk.import(second.import.unwrap()).await.unwrap().unwrap();
    assert_eq!(&kept.balance[0], balance);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_whose_other_part_is_not_here_yet_is_a_note_and_settled_when_it_comes() {
    let company = Company::with_knowledge().await;
    company.store("shop", "shopify", Some("US")).await;
    let late = company.import("late.csv", payments(&LATE)).await;
    assert_eq!(codes(&late), ["statement_in_part"], "{:#?}", late.problems);
    assert_eq!(late.problems[0].severity, argosy_kernel::Severity::Note);
    assert!(late.balance[0].in_part && !late.balance[0].difference.is_zero());
    let balance = async || {
        let late = company.desk.import(late.import.unwrap()).await.unwrap().unwrap();
        late.balance[0].clone()
    };
    // A file of other payouts changes nothing of it.
    let other = [("2026-05-20", "charge", "#0", "10.00", "0.00", "7000")];
    company.import("other.csv", payments(&other)).await;
    assert_eq!(balance().await, late.balance[0]);
    company.import("early.csv", payments(&EARLY)).await;
    let settled = balance().await;
    assert!(settled.difference.is_zero() && !settled.in_part, "{settled:?}");
    assert_eq!(settled.of_file.map(|sum| sum.to_string()).as_deref(), Some("9.41"));
    assert!(company.intake.rebuild("test", &|_| {}).await.unwrap().is_same());
    assert_eq!(balance().await, settled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_told_twice_in_one_archive_is_settled_both_times() {
    let company = Company::with_knowledge().await;
    company.store("shop", "shopify", Some("US")).await;
    let payout = LATE[1];
    let mut bytes = Vec::new();
    let mut archive = ZipText::new(&mut bytes);
    archive.add("one.csv", &payments(&EARLY[..1]));
    archive.add("two.csv", &payments(&[EARLY[1], payout]));
    archive.add("three.csv", &payments(&[LATE[0], payout]));
    archive.finish();
    let report = company.import("weeks.zip", &bytes).await;
    assert_eq!(report.balance.len(), 2, "{:#?}", report.balance);
    assert!(report.balance.iter().all(|one| one.difference.is_zero()), "{:#?}", report.balance);
    assert!(!codes(&report).iter().any(|code| code.starts_with("statement")), "{report:#?}");

    // What all of them lack is told once.
    let company = Company::with_knowledge().await;
    company.store("shop", "shopify", Some("US")).await;
    let mut bytes = Vec::new();
    let mut archive = ZipText::new(&mut bytes);
    archive.add("two.csv", &payments(&[EARLY[1], payout]));
    archive.add("three.csv", &payments(&[LATE[0], payout]));
    archive.finish();
    let report = company.import("weeks.zip", &bytes).await;
    let told: Vec<_> = codes(&report).into_iter().filter(|c| c.starts_with("statement")).collect();
    assert_eq!(told.len(), 1, "{:#?}", report.problems);
    let sums: Vec<_> = report.balance.iter().map(|one| one.sum.to_string()).collect();
    assert_eq!(sums, ["38.24", "38.24"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_behind_a_member_that_was_pasted_twice_leads_back_to_its_line() {
    let company = Company::with_knowledge().await;
    let at = "2026-07-02 18:00:00";
    let lines = [line("102", ["Order", "9", "ItemPrice", "Principal", "7.00", at, "LAMP-1"])];
    let mut bytes = Vec::new();
    let mut archive = ZipText::new(&mut bytes);
    archive.add("june.txt", &format!("{}{}", june(), june()));
    archive.add("july.txt", &settlement("102", "7.00", &lines));
    archive.finish();
    let report = company.import("both.zip", &bytes).await;
    assert!(codes(&report).contains(&"file_repeated"), "{:#?}", report.problems);
    let rows = company.query("select row from ledger where order_id = '9'").await;
    let row: i64 = rows[0].parse().unwrap();
    let found = company.intake.source_line(report.import.unwrap(), row).await.unwrap();
    assert_eq!((found.label.as_str(), found.line), ("july.txt", 3));
    assert!(found.text.contains("7.00"), "{}", found.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn torn_copies_of_many_settlements_cost_a_few_readings_of_the_file() {
    const SETTLEMENTS: usize = 60;
    let one = june();
    let torn: Vec<&str> = body(&one).lines().take(4).collect();
    let torn = torn.join("\n");
    let mut text = format!("{}\n", one.lines().next().unwrap());
    for number in 0..SETTLEMENTS {
        let id = format!("{}", 30_000 + number);
        let numbered = |rows: &str| {
            let own = rows.lines().map(|row| format!("{id}{}\n", row.strip_prefix("101").unwrap()));
            own.collect::<String>()
        };
        text += &(numbered(&torn) + &numbered(body(&one)) + &numbered(&torn));
    }
    let company = Company::with_knowledge().await;
    let path = company.home.path().join("many.txt");
    std::fs::write(&path, text).unwrap();
    let options = ImportOptions { store: "shop".to_owned(), ..ImportOptions::default() };
    let readings = std::sync::atomic::AtomicUsize::new(0);
    let count = |told: Progress| {
        if told.step == Step::Read {
            readings.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    };
    let report = company.intake.import(&path, &options, &count).await.unwrap();
    let repeated = codes(&report).iter().filter(|code| **code == "statement_repeated").count();
    assert_eq!(repeated, SETTLEMENTS, "{:#?}", report.problems);
    assert!(report.balance.iter().all(|b| b.difference.is_zero()), "{:?}", report.balance);
    // One batch each: the first reading, the rows, their money, the reading without copies.
    assert!(readings.into_inner() <= 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_with_own_expenses_behind_a_report_takes_no_precedence_for_the_report() {
    let company = Company::with_knowledge().await;
    company.store("shop", "amazon", Some("US")).await;
    let mut bytes = Vec::new();
    let mut archive = ZipText::new(&mut bytes);
    archive.add("ads.csv", &ads(&[("2026-06-01", 100, 5, "2.50", "29.99")]));
    archive.add("costs.csv", "Day,Expense,Amount,Currency\n2026-06-01,rent,1800.00,EUR\n");
    archive.finish();
    let both = company.import("both.zip", &bytes).await;
    assert_eq!((both.state, both.parts.len()), (ImportState::Done, 2), "{:#?}", both.problems);
    // A later export says more of the day, and stays after a rebuild.
    company.import("later.csv", ads(&[("2026-06-01", 900, 5, "2.50", "29.99")])).await;
    assert_eq!(company.query("select impressions from ads").await, ["900"]);
    assert!(company.intake.rebuild("test", &|_| {}).await.unwrap().is_same());
    assert_eq!(company.query("select impressions from ads").await, ["900"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_lies_wholly_in_the_file_and_does_not_add_up_is_marked() {
    let company = Company::with_knowledge().await;
    company.store("shop", "shopify", Some("US")).await;
    // A payout of days before the one with the missing line.
    let before = [
        ("2026-05-20", "charge", "#0", "10.00", "0.00", "7000"),
        ("2026-05-22", "payout", "", "-10.00", "0.00", "7000"),
    ];
    let torn: Vec<_> = before.iter().chain(&EARLY).chain(&LATE[1..]).copied().collect();
    let report = company.import("torn.csv", payments(&torn)).await;
    assert_eq!(codes(&report), ["statement_does_not_balance"], "{:#?}", report.problems);
    assert!(report.problems[0].hint.starts_with("-9.41 USD are not explained"));
    assert!(!report.balance.iter().any(|balance| balance.in_part));
}

/// An export of TikTok Shop's settlements: statement, order, money.
fn settled(lines: &[(&str, &str, &str)]) -> String {
    let mut text = "Statement Date,Statement ID,Payment ID,Status,Currency,Type,\
                    Order\\adjustment ID,SKU ID,Quantity,Product name,SKU name,Related order ID,\
                    Order created date,Total settlement amount,Net sales,Gross sales,\
                    Seller discount,Gross sales refund,Seller discount refund,Shipping,\
                    TikTok Shop shipping fee,Customer-paid shipping fee,Fees,Referral fee,\
                    Sales tax on referral fees,Refund administration fee,Affiliate Commission,\
                    Adjustment amount,Adjustment reason\n"
        .to_owned();
    for (statement, order, money) in lines {
        text += &format!(
            "2026/06/12,{statement},800000001,Paid,USD,Order,{order},1732000000000000001,1,Lamp,\
             Brass,{order},2026/06/01,{money},{money},{money},0,0,0,0,0,0,0,0,0,0,0,0,/\n"
        );
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_that_stands_again_below_the_next_one_counts_once() {
    let company = Company::with_knowledge().await;
    company.store("shop", "tiktok_shop", Some("US")).await;
    let first = [("9001", "577000000000000031", "10.00"), ("9001", "577000000000000032", "7.00")];
    let next = [("9002", "577000000000000041", "5.00"), ("9002", "577000000000000042", "3.00")];
    let again: Vec<_> = first.iter().chain(&next).chain(&first).copied().collect();
    let report = company.import("weeks.csv", settled(&again)).await;
    assert_eq!(codes(&report), ["statement_runs_repeated"], "{:#?}", report.problems);
    assert_eq!((report.problems[0].place.line, report.rows), (Some(6), 4));
    assert_eq!(company.query("select sum(amount) from ledger").await, ["25"]);
    assert!(company.intake.rebuild("test", &|_| {}).await.unwrap().is_same());

    // Lines of a statement that come later and are others are no copy.
    let other = [("9001", "577000000000000033", "10.00"), ("9001", "577000000000000034", "7.00")];
    let company = Company::with_knowledge().await;
    company.store("shop", "tiktok_shop", Some("US")).await;
    let all: Vec<_> = first.iter().chain(&next).chain(&other).copied().collect();
    let report = company.import("weeks.csv", settled(&all)).await;
    assert!(!codes(&report).contains(&"statement_runs_repeated"), "{:#?}", report.problems);
    assert_eq!(company.query("select sum(amount) from ledger").await, ["42"]);
}
