//! The course of one product's stock in whole numbers: units, and millionths of a yuan.
//!
//! Written from the concept (costs in time) alone. What is taken out of a value is rounded to the
//! millionth, halves to even, and the rest stays: nothing is made or lost.

use std::collections::{BTreeMap, VecDeque};

use argosy_kernel::{Day, Grain};

use super::Method;

/// Whom an event belongs to; `None` for the company's own documents.
pub(super) type Seller = (usize, Option<crate::place::Market>);

/// What happened to units of one product, in the order of a day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Act {
    In {
        micros: i128,
    },
    Transfer {
        to: &'static str,
        micros: i128,
    },
    /// Sellable again; `left` is the day it went.
    Back {
        left: Option<Day>,
    },
    Out,
    /// Came back broken.
    Spoilt {
        left: Option<Day>,
    },
}

impl Act {
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::In { .. } => 0,
            Self::Transfer { .. } => 1,
            Self::Back { .. } => 2,
            Self::Out => 3,
            Self::Spoilt { .. } => 4,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) day: Day,
    pub(super) place: &'static str,
    pub(super) act: Act,
    pub(super) units: i64,
    pub(super) seller: Option<Seller>,
}

/// Units with their cost.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Lot {
    pub(super) units: i64,
    pub(super) micros: i128,
}

/// What an event cost the seller.
#[derive(Clone, Copy, Debug)]
pub(super) struct Booked {
    /// Place of the event in the course given.
    pub(super) event: usize,
    /// Cost of goods sold: below zero when goods came back.
    pub(super) sold: Lot,
    /// Written off as unsellable.
    pub(super) spoilt: i128,
    /// Units that no document covers; below zero when they came back.
    pub(super) bare: i64,
}

#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) booked: Vec<Booked>,
    pub(super) stock: BTreeMap<&'static str, Lot>,
    /// Freight of a way on which nothing was carried.
    pub(super) stranded: i128,
}

/// `part` of `whole` units worth `micros`.
pub(super) fn worth(micros: i128, part: i64, whole: i64) -> i128 {
    if part == whole {
        return micros;
    }
    half_even(micros * i128::from(part), i128::from(whole))
}

/// Both above or at zero.
fn half_even(number: i128, by: i128) -> i128 {
    let (whole, rest) = (number / by, number % by);
    match (rest * 2).cmp(&by) {
        std::cmp::Ordering::Less => whole,
        std::cmp::Ordering::Greater => whole + 1,
        std::cmp::Ordering::Equal => whole + whole % 2,
    }
}

/// What left and may come back.
struct Gone {
    day: Day,
    store: usize,
    lots: Vec<Lot>,
}

struct Course {
    method: Method,
    lots: BTreeMap<&'static str, VecDeque<Lot>>,
    gone: Vec<Gone>,
    out: Outcome,
}

/// Works through events that are sorted by day and, within it, by [`Act::rank`].
pub(super) fn run(events: &[Event], method: Method) -> Outcome {
    let mut course =
        Course { method, lots: BTreeMap::new(), gone: Vec::new(), out: Outcome::default() };
    if method == Method::MonthAverage {
        course.by_month(events);
    } else {
        for (at, event) in events.iter().enumerate() {
            course.step(at, event);
        }
    }
    for (place, lots) in course.lots {
        let sum = |of: fn(&Lot) -> i128| lots.iter().map(of).sum::<i128>();
        let units = lots.iter().map(|lot| lot.units).sum();
        course.out.stock.insert(place, Lot { units, micros: sum(|lot| lot.micros) });
    }
    course.out
}

fn total(lots: &[Lot]) -> Lot {
    Lot {
        units: lots.iter().map(|lot| lot.units).sum(),
        micros: lots.iter().map(|lot| lot.micros).sum(),
    }
}

impl Course {
    fn put(&mut self, place: &'static str, lot: Lot) {
        if lot.units == 0 {
            return;
        }
        let there = self.lots.entry(place).or_default();
        match there.back_mut() {
            Some(pot) if self.method != Method::Fifo => {
                pot.units += lot.units;
                pot.micros += lot.micros;
            }
            _ => there.push_back(lot),
        }
    }

    fn there(&self, place: &str) -> i64 {
        self.lots.get(place).into_iter().flatten().map(|lot| lot.units).sum()
    }

    /// The oldest first, as many as there are.
    fn take(&mut self, place: &'static str, mut wanted: i64) -> Vec<Lot> {
        let there = self.lots.entry(place).or_default();
        let mut taken = Vec::new();
        while let Some(lot) = there.front_mut().filter(|_| wanted > 0) {
            let units = wanted.min(lot.units);
            let micros = worth(lot.micros, units, lot.units);
            taken.push(Lot { units, micros });
            *lot = Lot { units: lot.units - units, micros: lot.micros - micros };
            wanted -= units;
            if lot.units == 0 {
                there.pop_front();
            }
        }
        taken
    }

    fn book(&mut self, event: usize, sold: Lot, spoilt: i128, bare: i64) {
        self.out.booked.push(Booked { event, sold, spoilt, bare });
    }

    fn step(&mut self, at: usize, event: &Event) {
        match event.act {
            Act::In { micros } => self.put(event.place, Lot { units: event.units, micros }),
            Act::Transfer { to, micros } => self.carry(event.place, to, event.units, micros),
            Act::Out => {
                let lots = self.take(event.place, event.units);
                let sold = total(&lots);
                self.book(at, sold, 0, event.units - sold.units);
                self.remember(event, lots);
            }
            Act::Back { left } => self.back(at, event, left, event.units),
            Act::Spoilt { left } => self.spoil(at, event, left),
        }
    }

    fn remember(&mut self, event: &Event, lots: Vec<Lot>) {
        if let Some((store, _)) = event.seller.filter(|_| !lots.is_empty()) {
            self.gone.push(Gone { day: event.day, store, lots });
        }
    }

    /// The way's freight lies on the units that were really there, lot by lot.
    fn carry(&mut self, from: &'static str, to: &'static str, units: i64, mut micros: i128) {
        let lots = self.take(from, units);
        let mut left = total(&lots).units;
        if left == 0 {
            self.out.stranded += micros;
        }
        for lot in lots {
            let share = worth(micros, lot.units, left);
            micros -= share;
            left -= lot.units;
            self.put(to, Lot { units: lot.units, micros: lot.micros + share });
        }
    }

    /// Those of the day they left on, then the newest.
    fn recall(&mut self, event: &Event, left: Option<Day>, mut wanted: i64) -> Vec<Lot> {
        let mut back = Vec::new();
        for only in [left, None] {
            for gone in self.gone.iter_mut().rev() {
                let other_store = event.seller.is_none_or(|(store, _)| store != gone.store);
                if other_store || only.is_some_and(|day| day != gone.day) {
                    continue;
                }
                while let Some(lot) = gone.lots.last_mut().filter(|_| wanted > 0) {
                    let units = wanted.min(lot.units);
                    let micros = worth(lot.micros, units, lot.units);
                    back.push(Lot { units, micros });
                    *lot = Lot { units: lot.units - units, micros: lot.micros - micros };
                    wanted -= units;
                    if lot.units == 0 {
                        gone.lots.pop();
                    }
                }
            }
        }
        back
    }

    fn back(&mut self, at: usize, event: &Event, left: Option<Day>, units: i64) {
        let lots = self.recall(event, left, units);
        let back = total(&lots);
        let sold = Lot { units: -back.units, micros: -back.micros };
        self.book(at, sold, 0, back.units - units);
        for lot in lots {
            self.put(event.place, lot);
        }
    }

    fn spoil(&mut self, at: usize, event: &Event, left: Option<Day>) {
        let back = total(&self.recall(event, left, event.units));
        let sold = Lot { units: -back.units, micros: -back.micros };
        self.book(at, sold, back.micros, 0);
    }

    fn by_month(&mut self, events: &[Event]) {
        let mut first = 0;
        while let Some(event) = events.get(first) {
            let month = Grain::Month.start(event.day);
            let in_month = |event: &&Event| Grain::Month.start(event.day) == month;
            let length = events[first..].iter().take_while(in_month).count();
            self.month(first, &events[first..first + length]);
            first += length;
        }
    }

    /// All that leaves in a month leaves at one unit cost, known when the month is over.
    fn month(&mut self, first: usize, events: &[Event]) {
        let mut waiting: BTreeMap<&'static str, Vec<Waiting>> = BTreeMap::new();
        let mut after = Vec::new();
        for (at, event) in (first..).zip(events) {
            let waiting = waiting.entry(event.place).or_default();
            match event.act {
                Act::In { .. } => self.step(at, event),
                Act::Transfer { to, micros } => {
                    // What was sold this month is gone, though not priced yet.
                    let sold: i64 = waiting.iter().map(Waiting::signed).sum();
                    let free = (self.there(event.place) - sold).max(0);
                    self.carry(event.place, to, event.units.min(free), micros);
                }
                Act::Out => waiting.push(Waiting::new(at, *event)),
                Act::Back { left } => {
                    let rest = cancel(waiting, at, event, left);
                    let store = event.seller.map(|(store, _)| store);
                    let of_store = self.gone.iter().filter(|gone| Some(gone.store) == store);
                    let known: i64 = of_store.map(|gone| total(&gone.lots).units).sum();
                    let earlier = rest.min(known);
                    if earlier > 0 {
                        self.back(at, event, left, earlier);
                    }
                    if rest > earlier {
                        after.push((at, *event, rest - earlier));
                    }
                }
                Act::Spoilt { .. } => after.push((at, *event, event.units)),
            }
        }
        for (place, waiting) in waiting {
            self.price(place, waiting);
        }
        for (at, event, units) in after {
            match event.act {
                Act::Back { left } => self.back(at, &event, left, units),
                Act::Spoilt { left } => self.spoil(at, &event, left),
                _ => {}
            }
        }
    }

    fn price(&mut self, place: &'static str, mut waiting: Vec<Waiting>) {
        let pot = total(self.lots.entry(place).or_default().make_contiguous());
        let (mut away, mut so_far) = (0, 0_i128);
        for at in 0..waiting.len() {
            let Waiting { number, units, of, .. } = waiting[at];
            let covered = match of {
                None => units.min(pot.units - away),
                Some(sale) => units.min(waiting[sale].kept.units),
            };
            away += if of.is_some() { -covered } else { covered };
            // The difference of two running values, so that roundings never add up.
            let now = if away == 0 { 0 } else { worth(pot.micros, away, pot.units) };
            let cost = (now - so_far).abs();
            so_far = now;
            let sign = if of.is_some() { -1 } else { 1 };
            match of {
                None => waiting[at].kept = Lot { units: covered, micros: cost },
                Some(sale) => {
                    waiting[sale].kept.units -= covered;
                    waiting[sale].kept.micros -= cost;
                }
            }
            let sold = Lot { units: sign * covered, micros: i128::from(sign) * cost };
            self.book(number, sold, 0, sign * (units - covered));
        }
        self.take(place, away);
        for sale in waiting.iter().filter(|sale| sale.of.is_none() && sale.kept.units > 0) {
            self.remember(&sale.event, vec![sale.kept]);
        }
    }
}

/// A sale of the month, or what came back of one in the same month.
#[derive(Clone, Copy)]
struct Waiting {
    number: usize,
    event: Event,
    units: i64,
    /// Still away.
    open: i64,
    of: Option<usize>,
    kept: Lot,
}

impl Waiting {
    fn new(number: usize, event: Event) -> Self {
        let units = event.units;
        Self { number, event, units, open: units, of: None, kept: Lot::default() }
    }

    fn signed(&self) -> i64 {
        if self.of.is_some() { -self.units } else { self.units }
    }
}

/// Sets what came back against the newest sales of the month; gives the units that fit none.
fn cancel(waiting: &mut Vec<Waiting>, number: usize, event: &Event, left: Option<Day>) -> i64 {
    let mut units = event.units;
    let store = |event: &Event| event.seller.map(|(store, _)| store);
    for at in (0..waiting.len()).rev() {
        let sale = &mut waiting[at];
        let fits = sale.of.is_none()
            && store(&sale.event) == store(event)
            && left.is_none_or(|day| day == sale.event.day);
        let back = sale.open.min(units);
        if fits && back > 0 {
            sale.open -= back;
            units -= back;
            waiting.push(Waiting {
                number,
                event: *event,
                units: back,
                open: 0,
                of: Some(at),
                kept: Lot::default(),
            });
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(day: &str, units: i64, act: Act) -> Event {
        let seller = matches!(act, Act::Out | Act::Back { .. } | Act::Spoilt { .. });
        let seller = seller.then_some((0, None));
        Event { day: day.parse().unwrap(), place: "A", act, units, seller }
    }

    fn bought(day: &str, units: i64, fen: i128) -> Event {
        event(day, units, Act::In { micros: fen * 10_000 })
    }

    fn cost(events: &[Event], method: Method) -> (i128, i128) {
        let out = run(events, method);
        let sold = out.booked.iter().map(|booked| booked.sold.micros).sum();
        (sold, out.stock["A"].micros)
    }

    #[test]
    fn the_textbook_course_costs_what_the_textbook_says() {
        let course = [
            bought("2026-01-02", 10, 5000),
            bought("2026-01-05", 15, 7800),
            bought("2026-01-09", 20, 11_000),
            event("2026-01-20", 22, Act::Out),
        ];
        assert_eq!(cost(&course, Method::Fifo), (112_400_000, 125_600_000));
        assert_eq!(cost(&course, Method::MonthAverage), (116_355_556, 121_644_444));
        let course = [
            bought("2026-01-02", 100, 50_000),
            event("2026-01-10", 40, Act::Out),
            bought("2026-01-15", 60, 42_000),
            event("2026-01-20", 60, Act::Out),
        ];
        assert_eq!(cost(&course, Method::MovingAverage), (560_000_000, 360_000_000));
        assert_eq!(cost(&course, Method::MonthAverage), (575_000_000, 345_000_000));
    }

    #[test]
    fn goods_come_back_at_the_cost_they_left_with() {
        let back = Act::Back { left: Some("2026-01-10".parse().unwrap()) };
        let course = [
            bought("2026-01-02", 10, 5000),
            event("2026-01-10", 10, Act::Out),
            bought("2026-02-02", 10, 8000),
            event("2026-02-05", 4, Act::Out),
            event("2026-02-20", 2, back),
        ];
        assert_eq!(cost(&course, Method::Fifo), (72_000_000, 58_000_000));
        assert_eq!(cost(&course, Method::MonthAverage), (70_000_000, 60_000_000));
    }
}
