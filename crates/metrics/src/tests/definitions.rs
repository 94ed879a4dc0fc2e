//! The built-in metrics are right, and mistakes in a company's own are shown where they stand.

use super::world::knowledge_with;
use crate::Engine;

fn complaints(path: &str, text: &str) -> String {
    match Engine::new(&knowledge_with(&[(path, text)])) {
        Ok(engine) => engine.check().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Err(wrong) => wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

/// A metric file of the company with these lines after the names.
fn metric(id: &str, lines: &str) -> String {
    format!(
        "schema = 1\nid = \"{id}\"\nversion = \"2026-11-22\"\nname = {{ en = \"x\", zh-CN = \"x\" }}\n\
         says = {{ en = \"x\", zh-CN = \"x\" }}\nsource = \"test\"\nbetter = \"higher\"\n{lines}\n"
    )
}

#[test]
fn every_built_in_example_holds() {
    let engine = Engine::new(&knowledge_with(&[]))
        .map_err(|wrong| wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    let engine = engine.unwrap_or_else(|wrong| panic!("{wrong}"));
    let wrong: Vec<String> = engine.check().iter().map(ToString::to_string).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(engine.metrics().len() >= 50);
}

#[test]
fn an_unknown_metric_is_shown_with_the_nearest() {
    let text = metric(
        "my_rate",
        "kind = \"ratio\"\nnumerator = \"net_sale\"\ndenominator = \"units_sold\"\nunit = \"money\"\n\
         [[example]]\nexpect = \"undefined\"",
    );
    let shown = complaints("metrics/my_rate.toml", &text);
    assert!(shown.starts_with("metrics/my_rate.toml:9:14: unknown metric `net_sale`"), "{shown}");
    assert!(shown.contains("did you mean `net_sales`?"), "{shown}");
}

#[test]
fn words_left_over_in_a_formula_are_shown_where_they_stand() {
    let text = metric(
        "x",
        "kind = \"derived\"\nformula = \"net_sales - cogs ad_cost\"\nunit = \"money\"\n\
         [[example]]\nexpect = \"undefined\"",
    );
    let shown = complaints("metrics/x.toml", &text);
    assert!(shown.contains("metrics/x.toml:9:29: `ad_cost` is left over"), "{shown}");
}

#[test]
fn circles_wrong_units_and_wrong_columns_are_refused() {
    let circle = metric(
        "cogs_rate",
        "kind = \"derived\"\nformula = \"cogs_rate + 1\"\nunit = \"fraction\"\n\
         [[example]]\nexpect = \"undefined\"",
    );
    assert!(complaints("metrics/a.toml", &circle).contains("is made of itself"));
    let unit = metric(
        "u",
        "kind = \"derived\"\nformula = \"net_sales + units_sold\"\nunit = \"money\"\n\
         [[example]]\nexpect = \"undefined\"",
    );
    let shown = complaints("metrics/u.toml", &unit);
    assert!(shown.contains("money and count cannot be added"), "{shown}");
    let column = metric(
        "c",
        "kind = \"simple\"\ntable = \"ads\"\nmeasure = \"sum(click)\"\nunit = \"count\"\n\
         [[example]]\nexpect = \"0\"",
    );
    let shown = complaints("metrics/c.toml", &column);
    assert!(shown.contains("table `ads` has no column `click`"), "{shown}");
    assert!(shown.contains("did you mean `clicks`?"), "{shown}");
    let declared = metric(
        "d",
        "kind = \"ratio\"\nnumerator = \"cogs\"\ndenominator = \"net_sales\"\nunit = \"money\"\n\
         [[example]]\nexpect = \"undefined\"",
    );
    let shown = complaints("metrics/d.toml", &declared);
    assert!(shown.contains("the metric comes out in fraction"), "{shown}");
}

#[test]
fn a_wrong_example_says_what_came_out() {
    let text = metric(
        "e",
        "kind = \"derived\"\nformula = \"net_sales - cogs\"\nunit = \"money\"\n\
         [[example]]\ngiven = { net_sales = \"5.00 USD\", cogs = \"2.00 USD\" }\nexpect = \"4\"",
    );
    let shown = complaints("metrics/e.toml", &text);
    assert!(shown.contains("the example gives 3, expected 4"), "{shown}");
}

#[test]
fn a_company_replaces_a_metric_by_its_id() {
    let text = metric(
        "tacos",
        "kind = \"ratio\"\nnumerator = \"ad_cost\"\ndenominator = \"net_sales\"\nunit = \"fraction\"\n\
         [[example]]\ngiven = { ad_cost = \"1 USD\", net_sales = \"4 USD\" }\nexpect = \"0.25\"",
    );
    let engine = Engine::new(&knowledge_with(&[("metrics/own.toml", &text)])).unwrap();
    let card = engine.metrics().into_iter().find(|card| card.id == "tacos").unwrap();
    assert_eq!((card.origin, card.formula.as_str()), ("company", "ad_cost / net_sales"));
}
