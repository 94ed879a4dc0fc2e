//! Bad input: a clear message, the good rows load, nothing counts twice, the process lives.

use argosy_desk::ImportState;
use argosy_intake::ImportReport;
use argosy_kernel::Severity;

use crate::{
    company::Company,
    imports::{line, settlement},
};

fn told(report: &ImportReport) -> Vec<String> {
    report.problems.iter().map(|problem| format!("{} | {problem}", problem.code)).collect()
}

fn lines() -> Vec<String> {
    let at = "2026-06-03 18:00:00";
    vec![
        line("7", ["Order", "111-1", "ItemPrice", "Principal", "29.99", at, "LAMP-1"]),
        line("7", ["Order", "111-1", "ItemFees", "Commission", "-4.50", at, "LAMP-1"]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_amount_costs_its_row_and_the_statement_says_so() {
    let company = Company::with_knowledge().await;
    let mut lines = lines();
    let at = "2026-06-03 18:00:00";
    lines.push(line("7", ["Order", "111-2", "ItemPrice", "Principal", "ten", at, "LAMP-1"]));
    let report = company.import("bad.txt", settlement("7", "35.49", &lines)).await;
    assert_eq!(report.state, ImportState::Done);
    assert_eq!(company.query("select sum(amount) from ledger").await, ["25.49"]);
    let problems = told(&report);
    assert_eq!(problems.len(), 2, "{problems:#?}");
    let bad = report.problems.iter().find(|problem| problem.code == "not_a_number").unwrap();
    assert_eq!((bad.place.line, bad.place.column.as_deref()), (Some(5), Some("amount")));
    assert_eq!((bad.severity, bad.found.as_str()), (Severity::Error, "ten"));
    assert_eq!(report.balance[0].difference.to_string(), "-10");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_impossible_date_costs_its_row_only() {
    let company = Company::with_knowledge().await;
    let mut lines = lines();
    let at = "2026-02-30 18:00:00";
    lines.push(line("7", ["Order", "111-2", "ItemPrice", "Principal", "10.00", at, "LAMP-1"]));
    let report = company.import("bad.txt", settlement("7", "35.49", &lines)).await;
    assert_eq!(company.query("select count(*) from ledger").await, ["2"]);
    assert!(told(&report).iter().any(|told| told.contains("2026-02-30")), "{:#?}", told(&report));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_fee_is_counted_by_its_words_and_its_money_kept() {
    let company = Company::with_knowledge().await;
    let mut lines = lines();
    let at = "2026-06-03 18:00:00";
    for amount in ["-1.25", "-0.75"] {
        lines.push(line("7", ["Order", "111-2", "ItemFees", "MoonDust", amount, at, "LAMP-1"]));
    }
    let report = company.import("new.txt", settlement("7", "23.49", &lines)).await;
    assert!(report.balance[0].difference.is_zero());
    let [fee] = report.unknown_fees.as_slice() else { panic!("{:?}", report.unknown_fees) };
    assert_eq!((fee.words.as_str(), fee.rows), ("Order/ItemFees/MoonDust", 2));
    assert_eq!(fee.amounts["USD"].to_string(), "-2");
    let unclassified = "select sum(amount) from ledger where line = 'unclassified'";
    assert_eq!(company.query(unclassified).await, ["-2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_does_not_balance_is_loaded_and_marked() {
    let company = Company::with_knowledge().await;
    let report = company.import("cut.txt", settlement("7", "100.00", &lines())).await;
    assert_eq!(report.state, ImportState::Done);
    assert_eq!(report.balance[0].difference.to_string(), "-74.51");
    assert_eq!(report.problems[0].code, "statement_does_not_balance");
    let stored = company.query("select expected, currency, deposit_day from controls").await;
    assert_eq!(stored, ["100 USD 2026-06-17"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_line_that_was_cut_off_is_not_taken_for_a_row() {
    let company = Company::with_knowledge().await;
    let text = settlement("7", "25.49", &lines());
    let cut = &text[..text.len() - 60];
    let report = company.import("cut.txt", cut).await;
    assert!(report.problems.iter().any(|p| p.code == "too_few_cells"), "{:#?}", told(&report));
    assert!(report.problems.iter().any(|p| p.code == "statement_does_not_balance"));
    assert_eq!(company.query("select sum(amount) from ledger").await, ["29.99"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_report_names_the_nearest_and_what_differs() {
    let company = Company::with_knowledge().await;
    let text = "settlement-id\ttotal-amount\ttransaction-type\tamount-type\tamount\tmoon-phase\n\
        1\t2\tOrder\tItemPrice\t2\tfull\n";
    let report = company.import("odd.txt", text).await;
    assert_eq!(report.state, ImportState::Failed);
    let closest = report.closest.unwrap();
    assert_eq!(closest.id, "amazon.settlement_v2");
    assert_eq!(closest.missing, ["amount-description"]);
    assert_eq!(closest.extra, ["moon-phase"]);
    let listed = company.desk.imports(None, 10).await.unwrap();
    assert_eq!((listed.len(), listed[0].state), (1, ImportState::Failed));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_no_reports_are_refused_with_a_reason() {
    let company = Company::with_knowledge().await;
    let photo = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[0_u8; 200]].concat();
    let cases: [(&str, &[u8]); 4] = [
        ("photo.png", &photo),
        ("empty.csv", b""),
        ("nul.txt", &[0_u8; 4096]),
        ("prose.txt", b"Dear seller,\nthank you for your message.\n"),
    ];
    for (name, bytes) in cases {
        let report = company.import(name, bytes).await;
        assert_eq!(report.state, ImportState::Failed, "{name}");
        let problem = &report.problems[0];
        assert_eq!(problem.place.file, name);
        assert!(!problem.hint.is_empty(), "{name}: {problem:?}");
    }
    assert_eq!(company.query("select count(*) from ledger").await, ["0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_does_not_say_its_period_asks_for_it() {
    let company = Company::with_knowledge().await;
    let text = "(Parent) ASIN,(Child) ASIN,Title,SKU,Sessions - Total,Page Views - Total,\
        Featured Offer (Buy Box) Percentage,Units Ordered,Ordered Product Sales,Total Order Items\n\
        B0PARENT01,B0CHILD001,Lamp,LAMP-1,\"1,200\",\"2,000\",95.5%,12,\"$1,920.00\",11\n";
    let report = company.import("business.csv", text).await;
    assert_eq!(report.state, ImportState::Failed);
    assert_eq!(report.problems[0].code, "needs_given");
    assert!(report.problems[0].hint.contains("--from"), "{}", report.problems[0].hint);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_another_channel_does_not_enter_the_store() {
    let company = Company::with_knowledge().await;
    company.store("shop", "shopify", None).await;
    let report = company.import("june.txt", settlement("7", "25.49", &lines())).await;
    assert_eq!(report.problems[0].code, "other_channel");
    assert_eq!(company.query("select count(*) from ledger").await, ["0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_larger_than_allowed_is_refused_with_the_limit() {
    let company = Company::with_knowledge().await;
    let intake = company.intake.clone().with_limit(1 << 20);
    let path = company.home.path().join("large.txt");
    std::fs::write(&path, vec![b'x'; 2 << 20]).unwrap();
    let options = argosy_intake::ImportOptions {
        store: "shop".to_owned(),
        ..argosy_intake::ImportOptions::default()
    };
    let report = intake.import(&path, &options, &|_| {}).await.unwrap();
    assert_eq!(report.problems[0].code, "file_too_large");
}
