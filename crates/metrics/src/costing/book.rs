//! The whole history worked through once: what was booked, what is there, and why.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use argosy_facts::{Session, arrow::array::RecordBatch};
use argosy_kernel::{Currency, Day, Money};
use rust_decimal::Decimal;

use super::{
    events::{Happened, Reader},
    landed::{CostProblem, land},
    model::{Costing, Event, Listing, Method, Reason, Step},
    run::{Outcome, run},
    share::kept,
    warehouses::Warehouses,
};
use crate::{
    chart::Chart,
    goods::{CostIndex, Goods},
    question::AskError,
    rates::Rates,
};

/// What unit costs of units sold were taken from, when no layer had them.
pub(crate) const DATED_COST: &str = "dated_cost";

/// Cost of one listing, day and line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Booking {
    pub day: Day,
    pub listing: Arc<Listing>,
    pub sku: Option<Arc<str>>,
    pub line: &'static str,
    /// Units with a cost; below zero when they came back.
    pub units: i64,
    /// Above zero = expense, in the currency of the books.
    pub cost: Decimal,
    /// Units without any cost.
    pub without: i64,
    pub source: Arc<str>,
}

/// Everything worked out from one state of desk and facts.
#[derive(Debug)]
pub(crate) struct Book {
    pub method: Method,
    pub currency: Currency,
    pub events: BTreeMap<String, Vec<Event>>,
    pub bookings: Vec<Booking>,
    pub problems: Vec<CostProblem>,
    /// Units sold by the rule that gave their cost.
    pub rules: BTreeMap<&'static str, i64>,
    /// Cost of goods sold as a table; made when a question first needs it.
    pub sold: OnceLock<RecordBatch>,
}

impl Book {
    /// Reads documents and facts, and works through them.
    pub(crate) async fn read(
        session: &Session,
        chart: &Chart,
        goods: &Goods,
        costing: &Costing,
        rates: &Rates,
    ) -> Result<Self, AskError> {
        let warehouses = Warehouses::new(costing);
        let reader = Reader { session, chart, goods, warehouses: &warehouses };
        Ok(Self::new(costing, reader.read().await?, goods, rates))
    }

    fn new(costing: &Costing, happened: Happened, goods: &Goods, rates: &Rates) -> Self {
        let landed = land(costing, rates);
        let mut events = landed.events;
        for (sku, happened) in happened.events {
            events.entry(sku).or_default().extend(happened);
        }
        let mut book = Self {
            method: costing.method,
            currency: costing.currency,
            events,
            bookings: Vec::new(),
            problems: landed.problems,
            rules: BTreeMap::new(),
            sold: OnceLock::new(),
        };
        book.problems.extend(happened.problems);
        let dated = goods.cost_index();
        let fallback = Fallback { dated, rates, currency: costing.currency };
        for (sku, events) in &book.events {
            let outcome = run(events.clone(), costing.method);
            if !outcome.unplaced.is_zero() {
                book.problems.push(CostProblem {
                    code: "no_goods_to_carry_freight",
                    document: None,
                    sku: Some(sku.clone()),
                    found: Money::new(outcome.unplaced, costing.currency).to_string(),
                });
            }
            let sku: Arc<str> = sku.as_str().into();
            for step in outcome.steps {
                let rules = &mut book.rules;
                post(&mut book.bookings, rules, costing.method, &fallback, &sku, step);
            }
        }
        for unpaired in happened.unpaired {
            book.bookings.push(Booking {
                day: unpaired.day,
                listing: unpaired.listing,
                sku: None,
                line: Reason::Shipped.line(),
                units: 0,
                cost: Decimal::ZERO,
                without: unpaired.units,
                source: "ledger".into(),
            });
        }
        book
    }

    /// The stock of all products at the end of a day.
    pub(crate) fn at(&self, day: Day) -> impl Iterator<Item = (&str, Outcome)> {
        self.events.iter().map(move |(sku, events)| {
            let events = events.iter().filter(|event| event.day <= day).cloned().collect();
            (sku.as_str(), run(events, self.method))
        })
    }

    /// The whole course of one product.
    pub(crate) fn course(&self, sku: &str) -> Option<Outcome> {
        Some(run(self.events.get(sku)?.clone(), self.method))
    }
}

/// Dated unit costs, for units that no document covers.
struct Fallback<'g> {
    dated: CostIndex<'g>,
    rates: &'g Rates,
    currency: Currency,
}

impl Fallback<'_> {
    /// The market's own cost before the general one.
    fn unit_cost(&self, listing: &Listing, day: Day) -> Option<Decimal> {
        let spans = self.dated.get(&(listing.store.as_str(), listing.seller_sku.as_str()))?;
        let market = listing.market.as_deref().unwrap_or(crate::goods::ANY_MARKET);
        let has_own = spans.iter().any(|(of, ..)| *of == market);
        let wanted = if has_own { market } else { crate::goods::ANY_MARKET };
        let (.., cost) =
            spans.iter().find(|(of, from, to, _)| *of == wanted && *from <= day && day <= *to)?;
        let rate = self.rates.between(cost.currency.code(), self.currency.code(), day)?;
        Some(cost.amount * rate)
    }
}

/// Books one step.
#[expect(clippy::too_many_arguments, reason = "two places to write to, and one step's parts")]
fn post(
    bookings: &mut Vec<Booking>,
    rules: &mut BTreeMap<&'static str, i64>,
    method: Method,
    fallback: &Fallback<'_>,
    sku: &Arc<str>,
    step: Step,
) {
    let Some(listing) = step.listing else { return };
    let is_sold = |line: &str| line == Reason::Shipped.line();
    for (line, units, cost) in step.booked {
        if is_sold(line) && units > 0 {
            *rules.entry(method.id()).or_default() += units;
        }
        let (mut units, mut cost, mut without) = (units, cost, 0);
        if is_sold(line) && step.uncosted != 0 {
            match fallback.unit_cost(&listing, step.day) {
                Some(unit_cost) => {
                    units += step.uncosted;
                    cost += kept(unit_cost * Decimal::from(step.uncosted));
                    *rules.entry(DATED_COST).or_default() += step.uncosted.max(0);
                }
                None => without = step.uncosted,
            }
        }
        if units == 0 && cost.is_zero() && without == 0 {
            continue;
        }
        bookings.push(Booking {
            day: step.day,
            listing: Arc::clone(&listing),
            sku: Some(Arc::clone(sku)),
            line,
            units,
            cost,
            without,
            source: Arc::clone(&step.source),
        });
    }
}
