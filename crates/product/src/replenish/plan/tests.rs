use super::*;
use crate::{
    forecast::{Chance, paths::Paths},
    replenish::{
        Aim, Change, Due, Inbound, Mode, Stage, Tier,
        examples::{self, usd},
        propose,
        what_if::LeadChange,
    },
};

/// Thirty weeks of about so many units, 200 ways they may go.
fn paths(weekly: u32, seed: u64) -> Paths {
    let mut chance = Chance::new(seed);
    let mean = f64::from(weekly); // float-ok: units
    Paths::new(30, (0..200 * 30).map(|_| chance.negative_binomial(mean, 2.0 * mean)).collect())
}

fn today() -> Day {
    "2026-03-02".parse().unwrap()
}

fn alone(item: &Item<'_>) -> Proposal {
    propose(item, today(), 7).unwrap()
}

#[test]
fn what_is_missing_by_sea_is_ordered_to_the_coming_look_and_prices_are_exact() {
    let paths = paths(40, 1);
    let mut item = examples::item(&paths);
    // 50 days by sea and a week: about 8 weeks of 40, and safety.
    item.position.sellable = 340;
    let found = alone(&item);
    let sea = found.orders.iter().find(|order| order.mode == Mode::Sea).unwrap();
    assert!((20..=200).contains(&sea.units), "{}", sea.units);
    assert_eq!(sea.units % 20, 0);
    let units = Decimal::from(sea.units);
    assert_eq!(sea.goods.amount, units * Decimal::new(900, 2));
    // 200 a cubic metre, 0.06 of them a carton of twenty.
    assert_eq!(sea.freight.amount, Decimal::from(sea.cartons) * Decimal::from(12));
    assert!(found.working.target >= 340 + i64::from(sea.units));
    assert!(found.reasons.iter().all(|r| !r.en.is_empty() && !r.zh_cn.is_empty()));
    assert!(found.working.promised > Decimal::new(97, 2));
}

#[test]
fn a_gap_that_the_ship_cannot_fill_goes_by_air_and_the_rest_by_sea() {
    let paths = paths(40, 2);
    let mut item = examples::item(&paths);
    item.position.sellable = 160;
    let found = alone(&item);
    let modes: Vec<Mode> = found.orders.iter().map(|order| order.mode).collect();
    assert_eq!(modes, [Mode::Air, Mode::Sea]);
    // The air is for the days from its arrival (23) to that of the next flight, not for all.
    assert!(found.orders[0].units < found.orders[1].units);
    assert_eq!(found.orders[1].by, today());
    // With the air gone nothing fills the gap, and what is lost is told.
    let change = Change { only: vec![Mode::Sea], ..Change::default() };
    let same = change.paths(&paths);
    let without = alone(&change.item(&item, &same));
    assert_eq!(without.orders.len(), 1);
    assert!(without.working.too_late > found.working.too_late);
}

#[test]
fn enough_on_the_way_means_no_order_and_says_until_when_it_lasts() {
    let paths = paths(40, 3);
    let mut item = examples::item(&paths);
    item.position.inbound = vec![Inbound {
        units: 600,
        mode: Mode::Sea,
        due: Due::Underway { stage: Stage::HeadHaul, since: today() - chrono::Days::new(20) },
    }];
    let found = alone(&item);
    assert!(found.orders.is_empty(), "{:?}", found.orders);
    assert_eq!(found.working.in_transit, 600);
    assert!(found.reasons.iter().any(|reason| reason.zh_cn.contains("现有和在途已够")));
    assert!(found.working.empty_on > today() + chrono::Days::new(120));
}

#[test]
fn longer_at_sea_and_more_demand_order_more_and_a_service_level_has_its_price() {
    let paths = paths(40, 4);
    let item = examples::item(&paths);
    let units = |found: &Proposal| found.orders.iter().map(|order| order.units).sum::<u32>();
    let plain = units(&alone(&item));
    let slower = Change {
        lead: Some(LeadChange {
            mode: None,
            stage: Some(Stage::HeadHaul),
            factor: Decimal::new(15, 1),
        }),
        ..Change::default()
    };
    let same = slower.paths(&paths);
    assert!(units(&alone(&slower.item(&item, &same))) > plain + 60);
    let more = Change { demand: Some(Decimal::new(13, 1)), ..Change::default() };
    let grown = more.paths(&paths);
    assert!(units(&alone(&more.item(&item, &grown))) > plain + 60);
    let levels = alone(&item).working.levels;
    assert!(levels.windows(2).all(|two| two[0].units <= two[1].units));
    assert!(levels[3].keeping.amount > levels[0].keeping.amount);
    assert!(levels[3].lost.amount < levels[0].lost.amount);
    let mut modest = item.clone();
    modest.aim = Aim::PerMille(900);
    assert!(units(&alone(&modest)) < plain);
}

#[test]
fn least_orders_and_price_tiers_are_taken_when_they_pay_and_refused_when_they_do_not() {
    let paths = paths(2, 5);
    let mut item = examples::item(&paths);
    item.position.sellable = 10;
    item.routes.truncate(1);
    item.goods.moq = 60;
    let found = alone(&item);
    assert_eq!(found.orders[0].units, 60);
    item.goods.moq = 2000;
    let refused = alone(&item);
    assert!(refused.orders.is_empty());
    assert!(refused.reasons.iter().any(|reason| reason.en.contains("least order of 2000")));
    item.goods.moq = 1;
    item.goods.tiers.push(Tier { from_units: 100, price: usd("6.00") });
    let cheap = alone(&item);
    assert_eq!((cheap.orders[0].units, cheap.orders[0].goods), (100, usd("600.00")));
}

#[test]
fn short_cash_is_kept_to_the_cent_priced_and_a_demand_beyond_it_named() {
    let many: Vec<Paths> = (0..6).map(|at| paths(20 + 10 * at, u64::from(at))).collect();
    let items: Vec<Item<'_>> = many
        .iter()
        .enumerate()
        .map(|(at, paths)| {
            let mut item = examples::item(paths);
            item.worth.brings = usd(["14.00", "16.00", "22.00", "30.00", "18.00", "25.00"][at]);
            item
        })
        .collect();
    let free = plan(&items, &Limits::default(), today(), (7, 1));
    assert_eq!(free.shared_by, SharedBy::All);
    let cost = free.cost(argosy_kernel::Currency::USD).amount;
    let cash = (cost / Decimal::from(3)).round_dp(2);
    let usd_cash = Money::new(cash, argosy_kernel::Currency::USD);
    let limits = Limits { cash: Some(usd_cash), ..Limits::default() };
    let short = plan(&items, &limits, today(), (7, 1));
    assert!(short.cost(argosy_kernel::Currency::USD).amount <= cash);
    let used = &short.limits[0];
    assert_eq!(used.used, short.cost(argosy_kernel::Currency::USD).amount);
    assert_eq!(used.wanted, cost);
    assert!(used.price > Decimal::ZERO && short.infeasible.is_empty());
    assert!(short.gain < free.gain && short.gain <= short.bound.unwrap());
    assert!(short.gain > short.bound.unwrap() * Decimal::new(85, 2), "{short:?}");
    // What a person wants is ordered first; more than there is cash for is named with what is short.
    let mut wanted = items.clone();
    wanted[0].at_least = 100_000;
    let torn = plan(&wanted, &limits, today(), (7, 1));
    let [Refusal::TooLittle { limit: Limit::Cash(_), needs, allowed }] = &torn.infeasible[..]
    else {
        panic!("{:?}", torn.infeasible)
    };
    assert!(*needs > Decimal::from(900_000) && *allowed == cash);
    assert!(torn.infeasible[0].says().en.contains("short"));
}

#[test]
fn a_container_that_holds_no_carton_two_currencies_and_wrong_books_are_told() {
    let paths = paths(40, 6);
    let mut item = examples::item(&paths);
    item.routes.truncate(1);
    let hold = |m3: &str| Limits {
        holds: vec![Hold { mode: Mode::Sea, m3: Some(m3.parse().unwrap()), kg: None }],
        ..Limits::default()
    };
    let small = plan(std::slice::from_ref(&item), &hold("0.05"), today(), (1, 1));
    assert!(matches!(small.proposals[0], Err(Refusal::CartonTooLarge { .. })));
    let tight = plan(std::slice::from_ref(&item), &hold("0.2"), today(), (1, 1));
    assert!(tight.limits[0].used <= Decimal::new(2, 1));
    assert!(tight.limits[0].price > Decimal::ZERO);
    let mut two = item.clone();
    two.worth.storage_month = "0.15 EUR".parse().unwrap();
    assert!(matches!(propose(&two, today(), 1), Err(Refusal::TwoCurrencies { .. })));
    item.position.sellable = -4;
    let wrong = alone(&item);
    assert!(wrong.reasons.iter().any(|reason| reason.zh_cn.contains("盘点")));
    item.worth.brings = usd("5.00");
    assert!(alone(&item).orders.is_empty());
}

#[test]
fn the_same_seed_gives_the_same_plan_on_any_number_of_threads() {
    let many: Vec<Paths> = (0..70).map(|at| paths(5 + at, u64::from(at))).collect();
    let items: Vec<Item<'_>> = many.iter().map(examples::item).collect();
    let plans = [1, 3].map(|threads| plan(&items, &Limits::default(), today(), (9, threads)));
    assert_eq!(plans[0].proposals, plans[1].proposals);
    assert_eq!(plans[0].gain, plans[1].gain);
}

#[test]
fn what_falls_below_a_least_order_is_left_out_and_its_cash_used_elsewhere() {
    let many: Vec<Paths> = (0..12).map(|at| paths(15 + 5 * at, u64::from(at))).collect();
    let items: Vec<Item<'_>> = many
        .iter()
        .map(|paths| {
            let mut item = examples::item(paths);
            item.position.sellable = 60;
            item.goods.moq = 100;
            item
        })
        .collect();
    let free = plan(&items, &Limits::default(), today(), (7, 1));
    let usd = argosy_kernel::Currency::USD;
    let cash = Money::new((free.cost(usd).amount / Decimal::TWO).round_dp(2), usd);
    let limits = Limits { cash: Some(cash), ..Limits::default() };
    let short = plan(&items, &limits, today(), (7, 1));
    for proposal in short.proposals.iter().flatten() {
        let units: u32 = proposal.orders.iter().map(|order| order.units).sum();
        assert!(units == 0 || units >= 100, "{} {units}", proposal.sku);
    }
    let used = short.cost(usd).amount;
    assert!(used <= cash.amount && used > cash.amount * Decimal::new(9, 1), "{used} of {cash}");
}
