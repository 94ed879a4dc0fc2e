//! A year of ordering on made-up sellers: our proposals against rules of the trade. The whole judge is
//! the example `replenish_judge`; `ARGOSY_REPLENISH_FULL=1` runs twenty seeds here.

use argosy_product::replenish::{
    Aim,
    reckon::judge::{Kind, Rule, World, Year, run},
};

const REVIEW: usize = 14;

fn years(rule: Rule, seeds: u64) -> Year {
    let cases = Kind::ALL.into_iter().flat_map(|kind| (0..seeds).map(move |seed| (kind, seed)));
    cases.fold(Year::default(), |sum, (kind, seed)| {
        sum.and(run(&World::new(kind, seed), rule, REVIEW))
    })
}

#[test]
fn our_proposals_earn_more_than_days_of_cover_and_weighted_sales_and_keep_their_promise() {
    let full = std::env::var_os("ARGOSY_REPLENISH_FULL").is_some();
    let seeds = if full { 20 } else { 4 };
    let ours = years(Rule::Ours { aim: Aim::Profit, air: true }, seeds);
    let weights = [0.1, 0.2, 0.2, 0.2, 0.15, 0.15];
    // Also against the days of safety that turn out best in hindsight.
    for safe_days in [7.0, 14.0, 21.0, 30.0, 45.0] {
        for rule in [Rule::Cover { safe_days }, Rule::Weighted { weights, safe_days }] {
            let theirs = years(rule, seeds);
            assert!(ours.profit > theirs.profit, "{rule:?}: {ours:?} {theirs:?}");
        }
    }
    let promise = ours.promise().unwrap();
    assert!((promise - ours.service()).abs() < 0.02, "{promise} {}", ours.service());
}

/// Uneven demand makes one year a lottery: only many products together tell whether a promise holds.
/// 200 of them tell it to 0.7 points.
#[test]
fn what_is_promised_for_lumpy_demand_is_served_within_two_points() {
    let full = std::env::var_os("ARGOSY_REPLENISH_FULL").is_some();
    let (seeds, within) = if full { (200, 0.02) } else { (40, 0.04) };
    let ours = Rule::Ours { aim: Aim::Profit, air: true };
    let cases: Vec<u64> = (0..seeds).collect();
    let years = argosy_product::forecast::many::each(&cases, 0, |seed| {
        run(&World::new(Kind::Lumpy, *seed), ours, REVIEW)
    });
    let all = years.into_iter().fold(Year::default(), Year::and);
    let (served, promised) = (all.service(), all.promise().unwrap());
    assert!((served - promised).abs() < within, "{promised} promised, {served} served");
}
