use argosy_kernel::{Files, Origin};

use super::*;

const CHART: &str = "line,parent,stage,carries_units,name_en,name_zh,says_en,says_zh\n\
    product_sales,,sales,true,Sales,销售,,\n\
    referral_fee,,channel,false,Referral fee,佣金,,\n\
    unclassified,,unclassified,false,Unclassified,未分类,,\n";

const FEES: &str = "kind,line,sign,since,until,source\nsale,product_sales,,,,test\n";

const DEFINITION: &str = r#"schema = 1
id = "shop.report"
version = "2026-11-22"
name = { en = "Report", zh-CN = "报告" }
channel = "shop"
source = "made up"
[recognise]
kind = "table"
header_has = ["Order", "Amount"]
[columns]
order = { header = ["Order"], as = "id" }
amount = { header = ["Amount"], as = "decimal" }
day = { header = ["Day"], as = "day" }
kind = { header = ["Kind"], as = "text" }
[[fact]]
table = "ledger"
container = "'shop:' || cast(\"day\" as varchar)"
amounts = { amount = "amount" }
classify = { table = "report.fees.csv", by = ["kind"] }
set = { day = "\"day\"", currency = "'EUR'", order_id = "\"order\"" }
"#;

fn load(definition: &str) -> Result<Definitions, String> {
    let mut files = Files::default();
    files.add("chart.csv", CHART, Origin::BuiltIn);
    files.add("channels/shop/report.fees.csv", FEES, Origin::BuiltIn);
    files.add("channels/shop/report.toml", definition, Origin::BuiltIn);
    Definitions::load(&files)
        .map_err(|wrong| wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// What is said when `from` stands as `to`.
#[track_caller]
fn complaint(from: &str, to: &str) -> String {
    assert!(DEFINITION.contains(from), "{from}");
    load(&DEFINITION.replace(from, to)).unwrap_err()
}

#[test]
fn a_sound_definition_loads_and_knows_what_it_needs() {
    let definitions = load(DEFINITION).unwrap();
    let definition = definitions.get("shop.report").unwrap();
    let needed: Vec<&str> =
        definition.columns.iter().filter(|c| c.needed).map(|c| c.name.as_str()).collect();
    assert_eq!(needed, ["amount", "day", "kind"]);
}

#[test]
fn an_unknown_column_type_is_shown_with_the_nearest() {
    assert_eq!(
        complaint("as = \"decimal\"", "as = \"decimals\""),
        "channels/shop/report.toml:12:38: unknown column type `decimals`\n \
         12 | amount = { header = [\"Amount\"], as = \"decimals\" }\n    \
         |                                      ^^^^^^^^^^\n    \
         = hint: did you mean `decimal`?"
    );
}

#[test]
fn an_unknown_name_in_sql_is_pointed_at_inside_the_text() {
    let told = complaint("amounts = { amount = \"amount\" }", "amounts = { amount = \"-amuont\" }");
    assert_eq!(
        told,
        "channels/shop/report.toml:18:24: unknown name `amuont`\n \
         18 | amounts = { amount = \"-amuont\" }\n    \
         |                        ^^^^^^\n    \
         = hint: did you mean `amount`?"
    );
}

#[test]
fn unknown_tables_fields_and_lines_are_refused() {
    for (from, to, expected) in [
        ("table = \"ledger\"", "table = \"ledgers\"", "unknown fact table `ledgers`"),
        ("order_id = ", "orderid = ", "unknown fact field `orderid`"),
        ("currency = \"'EUR'\", ", "", "`currency` of ledger is not set"),
        ("source = \"made up\"", "", "the definition names no `source`"),
        ("version = \"2026-11-22\"", "version = \"1\"", "`1` is not a version"),
        ("id = \"shop.report\"", "id = \"other.report\"", "the id does not name the channel"),
        ("report.fees.csv\"", "fees.csv\"", "there is no fee table `channels/shop/fees.csv`"),
        ("zh-CN", "zh", "unknown field `zh`, expected `en` or `zh-CN`"),
        ("header_has = [\"Order\", \"Amount\"]", "", "nothing tells this report from others"),
        ("as = \"day\"", "as = \"day\", formats = [\"%Q\"]", "unknown letter `%Q`"),
        ("as = \"day\"", "as = \"day\", fill = \"up\"", "unknown way to fill `up`"),
        ("amounts = { amount = \"amount\" }", "", "a ledger fact needs amounts"),
    ] {
        let told = complaint(from, to);
        assert!(told.contains(expected), "{from} → {to}\n{told}");
        assert!(told.starts_with("channels/shop/report.toml:"), "{told}");
    }
}

#[test]
fn a_companys_definition_takes_the_place_of_the_built_in_one() {
    let mut files = Files::default();
    files.add("chart.csv", CHART, Origin::BuiltIn);
    files.add("channels/shop/report.fees.csv", FEES, Origin::BuiltIn);
    files.add("channels/shop/report.toml", DEFINITION, Origin::BuiltIn);
    let own = DEFINITION.replace("2026-11-22", "2027-01-01");
    files.add("channels/shop/a_own.toml", own, Origin::Company);
    let definitions = Definitions::load(&files).unwrap();
    assert_eq!(definitions.get("shop.report").unwrap().version, "2027-01-01");
    assert_eq!(definitions.company_overlays().count(), 1);
}

#[test]
fn two_built_in_definitions_must_not_share_an_id() {
    let mut files = Files::default();
    files.add("chart.csv", CHART, Origin::BuiltIn);
    files.add("channels/shop/report.fees.csv", FEES, Origin::BuiltIn);
    files.add("channels/shop/a.toml", DEFINITION, Origin::BuiltIn);
    files.add("channels/shop/b.toml", DEFINITION, Origin::BuiltIn);
    let wrong = Definitions::load(&files).unwrap_err();
    assert!(wrong[0].message.contains("already taken"), "{}", wrong[0]);
}
