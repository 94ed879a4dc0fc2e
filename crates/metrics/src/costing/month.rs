//! The month-end weighted average (periodic method).
//!
//! Units that leave in a month all leave at one unit cost: the value of the opening stock and of
//! everything that came in during the month, over their units. Goods that went to another warehouse
//! leave at the average of their moment, so that two warehouses that feed each other in one month
//! do not wait for one another; they are no part of the month's average then.

use std::{collections::BTreeMap, sync::Arc};

use argosy_kernel::Day;
use chrono::Datelike;
use rust_decimal::Decimal;

use super::{
    model::{Act, Event, Part, Reason, Step},
    run::{Run, step},
    share::worth,
    stock::AVERAGE,
};

/// Units that left in the month, or came back in the same month they left in.
struct Pending<'e> {
    at: usize,
    event: &'e Event,
    reason: Reason,
    units: i64,
    /// The pending that these units left with, when they came back.
    back_of: Option<usize>,
    /// Units not come back yet.
    open: i64,
}

/// Works month by month.
pub(super) fn work(run: &mut Run, events: &[Event]) {
    let month_of = |day: Day| (day.year(), day.month());
    let mut numbered = events.iter().enumerate().peekable();
    while let Some((_, first)) = numbered.peek() {
        let month = month_of(first.day);
        let mut waiting: BTreeMap<Arc<str>, Vec<Pending<'_>>> = BTreeMap::new();
        let mut late = Vec::new();
        while let Some((at, event)) = numbered.next_if(|(_, event)| month_of(event.day) == month) {
            during(run, &mut waiting, &mut late, at, event);
        }
        for (warehouse, pending) in waiting {
            settle(run, &warehouse, &pending);
        }
        for (at, event, units) in late {
            match event.act {
                Act::Back { from, .. } => run.come_back(at, event, from, units),
                Act::Spoilt { left_on } => run.spoil(at, event, left_on),
                _ => {}
            }
        }
    }
}

fn during<'e>(
    run: &mut Run,
    waiting: &mut BTreeMap<Arc<str>, Vec<Pending<'e>>>,
    late: &mut Vec<(usize, &'e Event, i64)>,
    at: usize,
    event: &'e Event,
) {
    let pending = waiting.entry(Arc::clone(&event.warehouse)).or_default();
    match &event.act {
        Act::In { value, .. } => run.receive(at, event, *value),
        Act::Transfer { to, freight } => {
            let leaving: i64 = pending.iter().map(signed).sum();
            let stock = run.stock(&event.warehouse);
            let free = (stock.units() - leaving).max(0);
            let parts = stock.take(event.units.min(free));
            run.arrive(at, event, to, *freight, parts);
        }
        Act::Out(reason) => pending.push(Pending {
            at,
            event,
            reason: *reason,
            units: event.units,
            back_of: None,
            open: event.units,
        }),
        Act::Back { from, left_on } => {
            let mut units = event.units;
            for place in (0..pending.len()).rev() {
                let gone = &mut pending[place];
                let fits = gone.reason == *from
                    && gone.back_of.is_none()
                    && same_store(gone.event, event)
                    && left_on.is_none_or(|day| day == gone.event.day);
                let back = gone.open.min(units);
                if fits && back > 0 {
                    gone.open -= back;
                    units -= back;
                    pending.push(Pending {
                        at,
                        event,
                        reason: *from,
                        units: back,
                        back_of: Some(place),
                        open: 0,
                    });
                }
            }
            // What left in earlier months has its cost already.
            let earlier = units.min(run.history.out(*from, event.listing.as_deref()));
            if earlier > 0 {
                run.come_back(at, event, *from, earlier);
            }
            if units > earlier {
                late.push((at, event, units - earlier));
            }
        }
        Act::Spoilt { .. } => late.push((at, event, event.units)),
    }
}

fn same_store(left: &Event, right: &Event) -> bool {
    match (&left.listing, &right.listing) {
        (Some(left), Some(right)) => left.store == right.store,
        _ => true,
    }
}

fn signed(pending: &Pending<'_>) -> i64 {
    if pending.back_of.is_some() { -pending.units } else { pending.units }
}

/// Gives all units that left in the month their one unit cost.
fn settle(run: &mut Run, warehouse: &Arc<str>, pending: &[Pending<'_>]) {
    let stock = run.stock(warehouse);
    let (there, value) = (stock.units(), stock.value());
    // Units of each entry that have a cost; of those that left, how many have not come back.
    let mut covered: Vec<i64> = Vec::with_capacity(pending.len());
    let mut free = there;
    let mut open: Vec<i64> = vec![0; pending.len()];
    for (place, entry) in pending.iter().enumerate() {
        let units = match entry.back_of {
            None => entry.units.min(free),
            Some(gone) => entry.units.min(open[gone]),
        };
        match entry.back_of {
            None => {
                free -= units;
                open[place] = units;
            }
            Some(gone) => {
                free += units;
                open[gone] -= units;
            }
        }
        covered.push(units);
    }
    let mut costs: Vec<Decimal> = vec![Decimal::ZERO; pending.len()];
    let mut gone_units = 0;
    let mut gone_value = Decimal::ZERO;
    for (place, entry) in pending.iter().enumerate() {
        // Each cost is a difference of two running values, so that rounding never adds up.
        gone_units += if entry.back_of.is_some() { -covered[place] } else { covered[place] };
        let now = if gone_units == 0 { Decimal::ZERO } else { worth(value, gone_units, there) };
        costs[place] = (now - gone_value).abs();
        gone_value = now;
    }
    let taken = stock.take(gone_units);
    debug_assert_eq!(super::stock::cost_of(&taken), gone_value, "one pot holds the whole value");
    let month_day = pending.first().map(|entry| entry.event.day);
    let part = |units: i64, cost: Decimal| -> Vec<Part> {
        let day = month_day.unwrap_or_default();
        let origin: Arc<str> = AVERAGE.into();
        if units == 0 { Vec::new() } else { vec![Part { origin, day, units, cost }] }
    };
    for (place, entry) in pending.iter().enumerate() {
        let (units, cost) = (covered[place], costs[place]);
        let sign = if entry.back_of.is_some() { -1 } else { 1 };
        let booked = Step {
            units: -sign * entry.units,
            moved: -sign * units,
            cost: cost * Decimal::from(-sign),
            booked: vec![(entry.reason.line(), sign * units, cost * Decimal::from(sign))],
            uncosted: sign * (entry.units - units),
            parts: part(units, cost),
            ..step(entry.event, -sign)
        };
        run.steps.push((entry.at, booked));
    }
    // What has come back already cannot come back again.
    for (place, entry) in pending.iter().enumerate().filter(|(_, entry)| entry.back_of.is_none()) {
        let cost = kept_of(pending, &costs, place);
        let parts = part(open[place], cost);
        run.history.push(entry.event.day, entry.reason, entry.event.listing.clone(), parts);
    }
}

/// What an entry cost, less what came back of it in the month.
fn kept_of(pending: &[Pending<'_>], costs: &[Decimal], place: usize) -> Decimal {
    let back: Decimal = pending
        .iter()
        .zip(costs)
        .filter(|(entry, _)| entry.back_of == Some(place))
        .map(|(_, cost)| *cost)
        .sum();
    costs[place] - back
}
