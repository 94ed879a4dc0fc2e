//! The course of one product's stock: events in, steps with their costs out.
//!
//! Pure and exact: units are whole numbers, costs are decimals of [`super::share::COST_DIGITS`]
//! digits, and what is taken out of a value is subtracted from it. So for every method
//! Σ cost in = Σ cost booked + Σ value of the stock, to the last digit.

use std::{collections::BTreeMap, sync::Arc};

use rust_decimal::Decimal;

use super::{
    model::{Act, Event, Method, Part, Reason, SPOILT_LINE, Step},
    month,
    stock::{History, Stock, cost_of, units_of},
};

/// The stock of one product in all warehouses while its events are worked through.
#[derive(Debug)]
pub(crate) struct Run {
    pub(super) method: Method,
    pub(super) stocks: BTreeMap<Arc<str>, Stock>,
    pub(super) history: History,
    /// Steps with the place of their event, since a month's are only known at its end.
    pub(super) steps: Vec<(usize, Step)>,
    /// Freight of transfers that found no goods to lie on.
    pub unplaced: Decimal,
}

/// What came out.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub steps: Vec<Step>,
    pub stocks: BTreeMap<Arc<str>, Stock>,
    pub unplaced: Decimal,
}

/// Works through the events of one product.
pub(crate) fn run(mut events: Vec<Event>, method: Method) -> Outcome {
    events.sort_by_key(|event| (event.day, event.act.rank()));
    let mut run = Run {
        method,
        stocks: BTreeMap::new(),
        history: History::default(),
        steps: Vec::new(),
        unplaced: Decimal::ZERO,
    };
    if method == Method::MonthAverage {
        month::work(&mut run, &events);
    } else {
        for (at, event) in events.iter().enumerate() {
            run.work(at, event);
        }
    }
    run.steps.sort_by_key(|(at, _)| *at);
    Outcome {
        steps: run.steps.into_iter().map(|(_, step)| step).collect(),
        stocks: run.stocks,
        unplaced: run.unplaced,
    }
}

impl Run {
    pub(super) fn stock(&mut self, warehouse: &Arc<str>) -> &mut Stock {
        self.stocks.entry(Arc::clone(warehouse)).or_default()
    }

    pub(super) fn work(&mut self, at: usize, event: &Event) {
        match &event.act {
            Act::In { value, .. } => self.receive(at, event, *value),
            Act::Transfer { to, freight } => {
                let parts = self.stock(&event.warehouse).take(event.units);
                self.arrive(at, event, to, *freight, parts);
            }
            Act::Out(reason) => {
                let parts = self.stock(&event.warehouse).take(event.units);
                self.history.push(event.day, *reason, event.listing.clone(), parts.clone());
                self.leave(at, event, *reason, parts);
            }
            Act::Back { from, .. } => self.come_back(at, event, *from, event.units),
            Act::Spoilt { left_on } => self.spoil(at, event, *left_on),
        }
    }

    pub(super) fn receive(&mut self, at: usize, event: &Event, value: Decimal) {
        let part = Part {
            origin: Arc::clone(&event.source),
            day: event.day,
            units: event.units,
            cost: value,
        };
        let method = self.method;
        self.stock(&event.warehouse).put(method, part.clone());
        let step = Step { moved: event.units, cost: value, parts: vec![part], ..step(event, 1) };
        self.steps.push((at, step));
    }

    /// Puts moved units into their new warehouse, with the freight of the way shared over them.
    #[expect(clippy::too_many_arguments, reason = "the event and what the other end sent")]
    pub(super) fn arrive(
        &mut self,
        at: usize,
        event: &Event,
        to: &Arc<str>,
        freight: Decimal,
        parts: Vec<Part>,
    ) {
        let units = units_of(&parts);
        let left = Step {
            moved: -units,
            cost: -cost_of(&parts),
            uncosted: event.units - units,
            parts: parts.clone(),
            ..step(event, -1)
        };
        self.steps.push((at, left));
        if units == 0 {
            self.unplaced += freight;
            return;
        }
        let mut arrived = Vec::new();
        let (mut rest, mut units_left) = (freight, units);
        for mut part in parts {
            let share = super::share::worth(rest, part.units, units_left);
            rest -= share;
            units_left -= part.units;
            part.cost += share;
            arrived.push(part);
        }
        let came = Step {
            warehouse: Arc::clone(to),
            event: "transfer_in",
            moved: units,
            cost: cost_of(&arrived),
            parts: arrived.clone(),
            ..step(event, 1)
        };
        self.steps.push((at, came));
        let method = self.method;
        for part in arrived {
            self.stock(to).put(method, part);
        }
    }

    /// Books units that left; `parts` are those that had a cost.
    fn leave(&mut self, at: usize, event: &Event, reason: Reason, parts: Vec<Part>) {
        let (units, cost) = (units_of(&parts), cost_of(&parts));
        let step = Step {
            moved: -units,
            cost: -cost,
            booked: vec![(reason.line(), units, cost)],
            uncosted: event.units - units,
            parts,
            ..step(event, -1)
        };
        self.steps.push((at, step));
    }

    /// Takes units back at the cost they left with; found units nobody missed at the average.
    pub(super) fn come_back(&mut self, at: usize, event: &Event, from: Reason, units: i64) {
        let Act::Back { left_on, .. } = event.act else { return };
        let listing = event.listing.as_deref();
        let mut parts = self.history.take_back(from, left_on, listing, units);
        let missing = units - units_of(&parts);
        if missing > 0
            && from != Reason::Shipped
            && let Some(cost) = self.stock(&event.warehouse).guess(missing)
        {
            let origin = Arc::clone(&event.source);
            parts.push(Part { origin, day: event.day, units: missing, cost });
        }
        let (known, cost) = (units_of(&parts), cost_of(&parts));
        let step = Step {
            units,
            moved: known,
            cost,
            booked: vec![(from.line(), -known, -cost)],
            uncosted: known - units,
            parts: parts.clone(),
            ..step(event, 1)
        };
        self.steps.push((at, step));
        let method = self.method;
        for part in parts {
            self.stock(&event.warehouse).put(method, part);
        }
    }

    /// Units that come back and cannot be sold never enter the stock: their cost only changes its
    /// line. Those that left without a cost leave nothing to move.
    pub(super) fn spoil(&mut self, at: usize, event: &Event, left_on: Option<argosy_kernel::Day>) {
        let listing = event.listing.as_deref();
        let parts = self.history.take_back(Reason::Shipped, left_on, listing, event.units);
        let (units, cost) = (units_of(&parts), cost_of(&parts));
        let sold = Reason::Shipped.line();
        let booked = vec![(sold, -units, -cost), (SPOILT_LINE, units, cost)];
        let step = Step { booked, parts, ..step(event, 1) };
        self.steps.push((at, step));
    }
}

/// A step of an event that has not moved anything yet.
pub(super) fn step(event: &Event, sign: i64) -> Step {
    Step {
        day: event.day,
        warehouse: Arc::clone(&event.warehouse),
        event: event.act.name(),
        units: sign * event.units,
        moved: 0,
        cost: Decimal::ZERO,
        booked: Vec::new(),
        uncosted: 0,
        parts: Vec::new(),
        listing: event.listing.clone(),
        source: Arc::clone(&event.source),
    }
}
