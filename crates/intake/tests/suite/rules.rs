//! What a definition may say beside facts: checks, rows to leave out, states, whose word counts.

use std::sync::Arc;

use argosy_intake::{Definitions, ImportReport};
use argosy_kernel::{Files, Origin, Severity};

use crate::company::Company;

const CHART: &str = "line,parent,stage,carries_units,name_en,name_zh,says_en,says_zh\n\
    product_sales,,sales,true,Sales,销售,,\n\
    unclassified,,unclassified,false,Unclassified,未分类,,\n";

const FEES: &str = "kind,line,sign,since,until,source\nsale,product_sales,,,,test\n";

const REPORT: &str = r#"schema = 1
id = "shop.report"
version = "2026-11-22"
name = { en = "Report", zh-CN = "报告" }
channel = "shop"
source = "made up"
#extra

[recognise]
kind = "table"
header_has = ["Order", "Amount"]

[columns]
number = { header = ["Order"], as = "id" }
amount = { header = ["Amount"], as = "decimal" }
before = { header = ["Before"], as = "decimal" }
after = { header = ["After"], as = "decimal" }
posted = { header = ["Day"], as = "day" }
kind = { header = ["Kind"], as = "text" }

[[fact]]
table = "ledger"
container = "'order:' || number"
amounts = { amount = "amount" }
classify = { table = "report.fees.csv", by = ["kind"] }
set = { day = "posted", currency = "'EUR'", order_id = "number" }

[[fact]]
table = "orders"
container = "'order:' || number"
set = { day = "posted", order_id = "number", order_line = "'1'", status = "kind", currency = "'EUR'", item_price = "amount" }

[[check]]
name = { en = "before and after", zh-CN = "期初与期末" }
holds = "before + amount = after"
found = "cast(before + amount as varchar)"
expected = "cast(after as varchar)"
column = "After"

[[leave_out]]
when = "kind = 'test'"
why = { en = "test payments", zh-CN = "测试付款" }
"#;

fn shop(extra: &str) -> Result<Arc<Definitions>, String> {
    let mut files = Files::default();
    files.add("chart.csv", CHART, Origin::BuiltIn);
    files.add("channels/shop/report.fees.csv", FEES, Origin::BuiltIn);
    files.add("channels/shop/report.toml", REPORT.replace("#extra", extra), Origin::BuiltIn);
    Definitions::load(&files)
        .map(Arc::new)
        .map_err(|wrong| wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

async fn company(extra: &str) -> Company {
    let company = Company::with_definitions(shop(extra).unwrap()).await;
    company.store("shop", "shop", None).await;
    company
}

/// Rows of `order,amount,before,after,kind`, all of one day.
async fn import(company: &Company, name: &str, rows: &[&str]) -> ImportReport {
    let mut text = "Order,Amount,Before,After,Kind,Day\n".to_owned();
    for row in rows {
        text += &format!("{row},2026-06-03\n");
    }
    company.import(name, text).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_fails_a_check_is_loaded_and_told_with_both_sides() {
    let company = company("").await;
    let rows = ["A1,5.00,1.00,6.00,sale", "A2,5.00,1.00,7.00,sale", "A3,2.00,,,sale"];
    let report = import(&company, "a.csv", &rows).await;
    let [told] = report.problems.as_slice() else { panic!("{:#?}", report.problems) };
    assert_eq!((told.code.as_str(), told.severity), ("check_failed", Severity::Warning));
    assert_eq!((told.place.line, told.place.column.as_deref()), (Some(3), Some("After")));
    assert!(told.found.starts_with("6.00") && told.expected.starts_with("7.00"), "{told:?}");
    assert_eq!(company.query("select sum(amount) from ledger").await, ["12"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_left_out_make_no_fact_and_no_error_but_one_note() {
    let company = company("").await;
    // The test payment's amount cannot even be read.
    let rows = ["A1,5.00,,,sale", "T1,oops,,,test", "T2,9.00,1.00,1.00,test"];
    let report = import(&company, "a.csv", &rows).await;
    let [told] = report.problems.as_slice() else { panic!("{:#?}", report.problems) };
    assert_eq!((told.code.as_str(), told.severity), ("rows_left_out", Severity::Note));
    assert_eq!((told.found.as_str(), told.expected.as_str()), ("2", "测试付款"));
    assert_eq!(company.query("select sum(amount), count(*) from ledger").await, ["5 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_reports_people_write_themselves_the_later_import_counts_and_a_rebuild_agrees() {
    for extra in ["later_wins = true", ""] {
        let company = company(extra).await;
        import(&company, "a.csv", &["A1,5.00,2.00,7.00,sale"]).await;
        // Tells less than the first: only who writes it himself may take something back.
        import(&company, "b.csv", &["A1,1.00,,,sale"]).await;
        let sums = company.query("select sum(amount) from ledger").await;
        // Else any rule may decide, as long as it is the same in any order.
        if !extra.is_empty() {
            assert_eq!(sums, ["1"]);
        }
        assert!(company.intake.rebuild("test", &|_| {}).await.unwrap().is_same(), "{extra}");
        assert_eq!(company.query("select sum(amount) from ledger").await, sums, "{extra}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_time_tells_it_the_definition_says_which_state_is_later() {
    let extra = "[later]\norders = \"case status when 'refunded' then 2 when 'paid' then 1 end\"";
    let states = ["A1,5.00,,,paid", "A1,5.00,,,refunded", "A1,5.00,,,open"];
    for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0], [1, 2, 0]] {
        let company = company(extra).await;
        for at in order {
            import(&company, &format!("{at}.csv"), &[states[at]]).await;
        }
        assert_eq!(company.query("select status from orders").await, ["refunded"], "{order:?}");
        assert!(company.intake.rebuild("test", &|_| {}).await.unwrap().is_same());
    }
}

#[test]
fn states_are_told_of_known_tables_and_their_own_fields() {
    for (extra, expected) in [
        ("[later]\norder = \"1\"", "unknown fact table `order`"),
        ("[later]\norders = \"stauts\"", "unknown name `stauts`"),
        // A column of the file is no field of the fact.
        ("[later]\norders = \"kind\"", "unknown name `kind`"),
    ] {
        let told = shop(extra).unwrap_err();
        assert!(told.contains(expected), "{extra}: {told}");
    }
}
