//! What is wrong with a rule is told where it stands.

use crate::testing::{World, rules};

/// A rule that is right, to be broken.
pub(crate) const RULE: &str = r#"schema = 1
id = "test.wasted"
version = "2026-11-22"
title = { en = "Wasted", zh-CN = "浪费" }
says = { en = "Spends without orders.", zh-CN = "只花不出单。" }
source = "made up"
subject = "search_term"
grain = ["store", "market", "search_term"]
window = "28d"
enough = "clicks >= :min_clicks"
when = "ad_orders = 0 and ad_spend > :min_cost"
stake = "wasted"
stake_low = "wasted * 0.5"
stake_high = "wasted"
evidence = ["clicks", "ad_spend", "ad_orders", "cpc_own"]

[threshold.min_clicks]
value = "20"
unit = "count"
says = { en = "Clicks, at least.", zh-CN = "点击下限。" }
source = "made up"
[threshold.min_cost]
value = "5"
unit = "money"
says = { en = "Cost, at least.", zh-CN = "花费下限。" }
source = "made up"

[[input]]
name = "term"
metrics = ["clicks", "ad_spend", "ad_orders"]

[value.cpc_own]
sql = "ad_spend / clicks"
unit = "money"
name = { en = "Cost per click", zh-CN = "单次点击成本" }
[value.wasted]
sql = "cpc_own * clicks"
unit = "money"
name = { en = "Wasted", zh-CN = "浪费" }

[[cause]]
id = "dear"
title = { en = "Clicks are dear", zh-CN = "点击太贵" }
test = "cpc_own > 2"
plays = ["test.play"]
[[cause]]
id = "no_fit"
title = { en = "No fit", zh-CN = "不匹配" }
test = "true"
plays = ["test.play"]

[effect]
metric = "ad_spend"
before = "56d"
after = "28d"
wait = "3d"

[[example]]
given = { clicks = 64, ad_spend = "96.00", ad_orders = 0 }
expect = { fires = true, cause = "no_fit", stake = "96.00", low = "48.00", values = { cpc_own = "1.50" } }
[[example]]
given = { clicks = 0, ad_spend = "0", ad_orders = 0 }
expect = { fires = false, enough = false }
"#;

fn broken(from: &str, to: &str) -> Vec<String> {
    assert!(RULE.contains(from), "{from}");
    let world = World::new("");
    let text = RULE.replacen(from, to, 1);
    match rules(&world.engine, &[&text]) {
        Ok(rules) => rules.check().iter().map(ToString::to_string).collect(),
        Err(wrong) => wrong,
    }
}

#[test]
fn a_right_rule_is_read_and_its_examples_hold() {
    assert_eq!(broken("20", "20"), Vec::<String>::new());
}

#[test]
fn misspelt_names_are_told_with_their_place_and_the_nearest() {
    for (from, to, place, hint) in [
        (
            "\"ad_spend\", \"ad_orders\"]\n\n[v",
            "\"ad_spent\", \"ad_orders\"]\n\n[v",
            "30:22",
            "`ad_spend`?",
        ),
        ("ad_spend / clicks", "ad_spend / clics", "33:19", "`clicks`?"),
        ("> :min_cost", "> :min_costs", "11:38", "`min_cost`?"),
        ("[\"store\", \"market\"", "[\"stor\", \"market\"", "8:10", "`store`?"),
        ("plays = [\"test.play\"]", "plays = [\"test.pla\"]", "45:10", "`test.play`?"),
        ("metric = \"ad_spend\"", "metric = \"ad_cast\"", "53:10", "did you mean `ad_cost`?"),
    ] {
        let wrong = broken(from, to);
        let first = wrong.first().unwrap_or_else(|| panic!("{to} is let through"));
        assert!(first.contains(&format!("rule0.toml:{place}:")), "{to}: {first}");
        assert!(first.contains(hint), "{to}: {first}");
    }
}

#[test]
fn half_an_expression_and_a_circle_of_values_are_refused() {
    let left_over = broken("ad_orders = 0 and ad", "ad_orders = 0 and and ad");
    assert!(left_over[0].contains("11:"), "{left_over:?}");
    let circle = broken("ad_spend / clicks", "ad_spend / wasted");
    assert!(circle[0].contains("`wasted` is not worked out before `cpc_own`"), "{circle:?}");
    let twice = broken("name = \"term\"\nmetrics", "name = \"term\"\nsql = \"select 1\"\nmetrics");
    assert!(twice[0].contains("one of `metrics`, `sql` and `detector`"), "{twice:?}");
}

#[test]
fn an_example_that_fails_shows_the_values_on_the_way() {
    let wrong = broken("cause = \"no_fit\"", "cause = \"dear\"");
    assert!(wrong[0].contains("names cause `no_fit`, expected `dear`"), "{wrong:?}");
    assert!(wrong[0].contains("cpc_own = 1.5, wasted = 96"), "{wrong:?}");
    let wrong = broken("stake = \"96.00\"", "stake = \"95.00\"");
    assert!(wrong[0].contains("gives stake 96, expected 95"), "{wrong:?}");
}

#[test]
fn a_metric_that_does_not_know_the_grain_is_refused_at_once() {
    let wrong =
        broken("[\"clicks\", \"ad_spend\", \"ad_orders\"]\n\n", "[\"clicks\", \"sessions\"]\n\n");
    assert!(wrong[0].contains("`sessions` is not known by search_term"), "{wrong:?}");
}

#[tokio::test]
async fn sql_is_planned_and_its_columns_are_checked_without_any_fact() {
    let world = World::new("");
    let with_frame = RULE.replace(
        "\nenough = ",
        "\nframe = \"select t.*, t.clicks + 1 as more, date_part('day', $day - interval '3 days') as d from term t\"\nenough = ",
    );
    let right = rules(&world.engine, &[&with_frame]).unwrap();
    assert_eq!(right.check_sql(&world.engine, &world.session, |_| true).await.unwrap(), []);
    let wrong = with_frame.replace("t.clicks + 1", "t.clickz + 1");
    let wrong = rules(&world.engine, &[&wrong]).unwrap();
    let told = wrong.check_sql(&world.engine, &world.session, |_| true).await.unwrap();
    assert!(told[0].to_string().contains("clickz") && told[0].line == 10, "{told:?}");
    let wrong =
        with_frame.replace("t.*, ", "t.store, t.market, t.search_term, t.clicks, t.ad_spend, ");
    let wrong = rules(&world.engine, &[&wrong]).unwrap();
    let told = wrong.check_sql(&world.engine, &world.session, |_| true).await.unwrap();
    assert!(told[0].to_string().contains("unknown column `ad_orders`"), "{told:?}");
}
