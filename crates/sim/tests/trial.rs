//! The trial seller holds together: what is planted is worth something, what is written adds up, and
//! the same wish gives the same seller.

use std::{collections::BTreeSet, fs};

use argosy_sim::{Trial, TrialSpec, write_trial};
use rust_decimal::Decimal;

const RULES: [&str; 34] = [
    "money.unknown_fee",
    "money.statement_unbalanced",
    "money.payout_held",
    "money.fx_loss",
    "money.negative_contribution",
    "money.margin_fell",
    "money.fee_per_unit_jumped",
    "money.refund_without_fee_reversal",
    "money.reimbursement_due",
    "money.aged_fee_ahead",
    "ads.search_term_wastes",
    "ads.keyword_burns_margin",
    "ads.harvest_exact",
    "ads.bid_below_margin",
    "ads.budget_out",
    "ads.cpc_jumped",
    "ads.ads_without_stock",
    "ads.branded_term_paid",
    "listing.conversion_fell",
    "listing.sessions_fell",
    "listing.buy_box_lost",
    "listing.price_beyond_policy",
    "listing.inactive_with_stock",
    "listing.returns_up",
    "listing.rating_fell",
    "stock.stockout_ahead",
    "stock.out_of_stock",
    "stock.overstock",
    "stock.no_sales",
    "stock.inbound_late",
    "data.report_missing",
    "data.report_stale",
    "data.header_changed",
    "data.restated_more",
];

#[test]
fn every_rule_has_a_planted_problem_that_costs_money() {
    for seed in 1..=3 {
        let answer = Trial::generate(&TrialSpec::full(seed)).answer();
        let planted: BTreeSet<&str> = answer.problems.iter().map(|problem| problem.rule).collect();
        assert_eq!(planted, RULES.into_iter().collect());
        for problem in &answer.problems {
            let costs = problem.rule.starts_with("data.") || problem.monthly > Decimal::TEN;
            assert!(costs, "seed {seed}: {problem:?}");
        }
        assert!(answer.near.len() >= 10 && answer.controls.len() >= 30);
        assert!(answer.changes.len() >= 25);
    }
}

#[test]
fn changes_do_what_they_say_and_some_do_nothing() {
    let trial = Trial::generate(&TrialSpec::full(4));
    let answer = trial.answer();
    let idle = answer.changes.iter().filter(|change| {
        let effect = change.effect;
        effect.units_with == effect.units_without
            && effect.contribution_with == effect.contribution_without
    });
    assert!((8..=14).contains(&idle.count()));
    let better = answer.changes.iter().filter(|change| {
        change.effect.units_with > change.effect.units_without * Decimal::new(105, 2)
    });
    assert!(better.count() >= 8);
    let controls: BTreeSet<&String> = answer.controls.iter().collect();
    assert!(answer.changes.iter().all(|change| !controls.contains(&change.seller_sku)));
}

#[test]
fn statements_add_up_but_for_the_planted_one() {
    let trial = Trial::generate(&TrialSpec::small(2));
    let folder = std::env::temp_dir().join(format!("argosy-trial-{}", std::process::id()));
    let files = write_trial(&trial, &folder).unwrap();
    let mut off = Vec::new();
    for file in files.iter().filter(|file| file.kind == "amazon.settlement_v2") {
        let text = fs::read_to_string(folder.join(&file.path)).unwrap();
        let amount = |cell: &str| cell.replace(',', ".").parse::<Decimal>().unwrap();
        let mut lines = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
        let summary = lines.next().unwrap();
        let sum: Decimal = lines.map(|cells| amount(cells[14])).sum();
        if sum != amount(summary[4]) {
            off.push(summary[0].to_owned());
        }
    }
    fs::remove_dir_all(&folder).unwrap();
    let answer = trial.answer();
    let planted: Vec<String> = answer
        .problems
        .iter()
        .filter(|problem| problem.rule == "money.statement_unbalanced")
        .map(|problem| problem.subject["statement"].clone())
        .collect();
    assert_eq!(off, planted);
}

#[test]
fn the_same_wish_gives_the_same_seller() {
    let of =
        |seed| serde_json::to_string(&Trial::generate(&TrialSpec::small(seed)).answer()).unwrap();
    assert_eq!(of(5), of(5));
    assert_ne!(of(5), of(6));
}
