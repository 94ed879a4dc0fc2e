//! Examples worked out by hand, and what holds for every course of events.

use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    model::{Act, Event, Listing, Method, Reason},
    run::{Outcome, run},
};

fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn listing() -> Arc<Listing> {
    Arc::new(Listing {
        store: "us".into(),
        channel: "amazon".into(),
        market: Some("US".into()),
        seller_sku: "LAMP".into(),
    })
}

fn event(day: &str, units: i64, act: Act) -> Event {
    let is_listed = !matches!(act, Act::In { .. });
    Event {
        day: day.parse().unwrap(),
        warehouse: "FBA".into(),
        act,
        units,
        listing: is_listed.then(listing),
        source: day.into(),
    }
}

fn bought(day: &str, units: i64, value: &str) -> Event {
    event(day, units, Act::In { value: amount(value), opening: false })
}

fn sold(day: &str, units: i64) -> Event {
    event(day, units, Act::Out(Reason::Shipped))
}

/// Cost booked on a line, and what is left: units and value.
fn told(outcome: &Outcome, line: &str) -> (String, i64, String) {
    let booked = outcome.steps.iter().flat_map(|step| &step.booked);
    let cost: Decimal = booked.filter(|(of, ..)| *of == line).map(|(.., cost)| *cost).sum();
    let units = outcome.stocks.values().map(super::stock::Stock::units).sum();
    let value: Decimal = outcome.stocks.values().map(super::stock::Stock::value).sum();
    (cost.normalize().to_string(), units, value.normalize().to_string())
}

/// Lots of 10 at 5.00, 15 at 5.20 and 20 at 5.50, of which 22 are sold: the textbook case of
/// periodic and perpetual valuation (IAS 2.25–27).
fn three_lots() -> Vec<Event> {
    vec![
        bought("2026-01-02", 10, "50.00"),
        bought("2026-01-05", 15, "78.00"),
        bought("2026-01-09", 20, "110.00"),
        sold("2026-01-20", 22),
    ]
}

#[test]
fn first_in_first_out_takes_the_oldest_lots() {
    let outcome = run(three_lots(), Method::Fifo);
    // 10 × 5.00 + 12 × 5.20 leave; 3 × 5.20 + 20 × 5.50 stay.
    assert_eq!(told(&outcome, "cogs"), ("112.4".into(), 23, "125.6".into()));
    let parts = &outcome.steps[3].parts;
    let seen: Vec<_> = parts.iter().map(|part| (&*part.origin, part.units)).collect();
    assert_eq!(seen, [("2026-01-02", 10), ("2026-01-05", 12)]);
}

#[test]
fn the_months_average_is_the_whole_value_over_all_units() {
    let outcome = run(three_lots(), Method::MonthAverage);
    // 238.00 ÷ 45 × 22 = 116.3555…
    assert_eq!(told(&outcome, "cogs"), ("116.355556".into(), 23, "121.644444".into()));
}

#[test]
fn the_moving_average_changes_with_every_receipt_and_the_months_does_not() {
    let course = || {
        vec![
            bought("2026-01-02", 100, "500.00"),
            sold("2026-01-10", 40),
            bought("2026-01-15", 60, "420.00"),
            sold("2026-01-20", 60),
        ]
    };
    // 40 × 5.00; then (300 + 420) ÷ 120 = 6.00 × 60.
    let moving = run(course(), Method::MovingAverage);
    assert_eq!(told(&moving, "cogs"), ("560".into(), 60, "360".into()));
    // (500 + 420) ÷ 160 = 5.75 × 100.
    let month = run(course(), Method::MonthAverage);
    assert_eq!(told(&month, "cogs"), ("575".into(), 60, "345".into()));
}

#[test]
fn goods_that_come_back_cost_what_they_left_with() {
    let back = Act::Back { from: Reason::Shipped, left_on: Some("2026-01-10".parse().unwrap()) };
    let course = || {
        vec![
            bought("2026-01-02", 10, "50.00"),
            sold("2026-01-10", 10),
            bought("2026-02-02", 10, "80.00"),
            sold("2026-02-05", 4),
            event("2026-02-20", 2, back.clone()),
        ]
    };
    // 50 + 4 × 8, less 2 × 5 of the order of January.
    assert_eq!(told(&run(course(), Method::Fifo), "cogs"), ("72".into(), 8, "58".into()));
    // Units of January come in at 5.00: (80 + 10) ÷ 12 = 7.50 for the four sold in February.
    let month = run(course(), Method::MonthAverage);
    assert_eq!(told(&month, "cogs"), ("70".into(), 8, "60".into()));
}

#[test]
fn unsellable_returns_and_damage_change_their_line_and_not_their_cost() {
    for method in Method::ALL {
        let outcome = run(
            vec![
                bought("2026-01-02", 10, "50.00"),
                sold("2026-01-10", 6),
                event("2026-01-15", 1, Act::Spoilt { left_on: None }),
                event("2026-01-16", 2, Act::Out(Reason::Damaged)),
                event("2026-01-17", 1, Act::Out(Reason::Lost)),
                event("2026-02-17", 1, Act::Back { from: Reason::Lost, left_on: None }),
            ],
            method,
        );
        assert_eq!(told(&outcome, "cogs"), ("25".into(), 2, "10".into()), "{method:?}");
        let line = |line| told(&outcome, line).0;
        assert_eq!(line("goods_returned_unsellable"), "5", "{method:?}");
        assert_eq!(line("goods_damaged"), "10", "{method:?}");
        assert_eq!(line("goods_lost"), "0", "{method:?}: lost and found again");
    }
}

#[test]
fn units_without_a_layer_are_told_and_cost_nothing_that_is_not_known() {
    for method in Method::ALL {
        let outcome = run(vec![bought("2026-01-02", 3, "30.00"), sold("2026-01-03", 5)], method);
        assert_eq!(told(&outcome, "cogs"), ("30".into(), 0, "0".into()), "{method:?}");
        assert_eq!(outcome.steps[1].uncosted, 2, "{method:?}");
    }
}

#[test]
fn a_transfer_carries_its_cost_and_the_freight_of_its_way() {
    for method in Method::ALL {
        let way = Act::Transfer { to: "US".into(), freight: amount("12.00") };
        let outcome = run(
            vec![
                bought("2026-01-02", 10, "50.00"),
                event("2026-01-05", 4, way),
                Event { warehouse: "US".into(), ..sold("2026-01-10", 1) },
            ],
            method,
        );
        // 5.00 + 12.00 ÷ 4 = 8.00.
        assert_eq!(told(&outcome, "cogs").0, "8", "{method:?}");
        assert_eq!(outcome.stocks["FBA"].value(), amount("30"), "{method:?}");
        assert_eq!(outcome.stocks["US"].value(), amount("24"), "{method:?}");
    }
}

fn acts() -> impl Strategy<Value = Act> {
    let reason = || {
        prop_oneof![
            5 => Just(Reason::Shipped),
            1 => Just(Reason::Damaged),
            1 => Just(Reason::Lost),
            1 => Just(Reason::Adjusted),
        ]
    };
    let back = reason().prop_map(|from| Act::Back { from, left_on: None });
    prop_oneof![
        3 => (0_i64..100_000_000).prop_map(|micros| {
            Act::In { value: Decimal::new(micros, 6), opening: false }
        }),
        1 => (0_i64..5_000).prop_map(|cents| {
            Act::Transfer { to: "US".into(), freight: Decimal::new(cents, 2) }
        }),
        6 => reason().prop_map(Act::Out),
        2 => back,
        1 => Just(Act::Spoilt { left_on: None }),
    ]
}

fn courses() -> impl Strategy<Value = Vec<Event>> {
    let one =
        (0_u64..120, 1_i64..40, any::<bool>(), acts()).prop_map(|(day, units, other, act)| {
            let first: argosy_kernel::Day = "2026-01-01".parse().unwrap();
            let day = first.iter_days().nth(usize::try_from(day).unwrap()).unwrap();
            let is_transfer = matches!(act, Act::Transfer { .. });
            let warehouse = if other && !is_transfer { "US" } else { "FBA" };
            Event { warehouse: warehouse.into(), ..event(&day.to_string(), units, act) }
        });
    proptest::collection::vec(one, 1..60)
}

proptest! {
    #[test]
    fn cost_is_neither_made_nor_lost(course in courses()) {
        for method in Method::ALL {
            let put_in: Decimal = course
                .iter()
                .map(|event| match &event.act {
                    Act::In { value, .. } => *value,
                    Act::Transfer { freight, .. } => *freight,
                    _ => Decimal::ZERO,
                })
                .sum();
            let outcome = run(course.clone(), method);
            let booked: Decimal =
                outcome.steps.iter().flat_map(|step| &step.booked).map(|(.., cost)| *cost).sum();
            let there: Decimal = outcome.stocks.values().map(super::stock::Stock::value).sum();
            prop_assert_eq!(put_in, booked + there + outcome.unplaced, "{:?}", method);
        }
    }

    #[test]
    fn units_add_up_and_no_stock_is_below_zero(course in courses()) {
        for method in Method::ALL {
            let outcome = run(course.clone(), method);
            for (warehouse, stock) in &outcome.stocks {
                let moved: i64 = outcome
                    .steps
                    .iter()
                    .filter(|step| step.warehouse == *warehouse)
                    .map(|step| step.moved)
                    .sum();
                prop_assert_eq!(moved, stock.units(), "{:?} {}", method, warehouse);
                prop_assert!(stock.units() >= 0 && stock.value() >= Decimal::ZERO);
                prop_assert!(stock.units() > 0 || stock.value().is_zero(), "{:?}", method);
            }
        }
    }

    #[test]
    fn without_returns_every_method_books_all_once_all_is_sold(
        lots in proptest::collection::vec((1_i64..50, 1_i64..1_000_000), 1..20)
    ) {
        let mut course: Vec<Event> = lots
            .iter()
            .map(|(units, cents)| {
                let value = Decimal::new(*cents, 2);
                event("2026-01-01", *units, Act::In { value, opening: false })
            })
            .collect();
        let whole: Decimal = lots.iter().map(|(_, cents)| Decimal::new(*cents, 2)).sum();
        course.push(sold("2026-03-01", lots.iter().map(|(units, _)| units).sum()));
        for method in Method::ALL {
            let outcome = run(course.clone(), method);
            let booked: Decimal =
                outcome.steps.iter().flat_map(|step| &step.booked).map(|(.., cost)| *cost).sum();
            prop_assert_eq!(booked, whole);
        }
    }
}
