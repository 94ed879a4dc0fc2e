//! The stock of one product in one warehouse, and what has left it.

use std::{collections::VecDeque, sync::Arc};

use argosy_kernel::Day;
use rust_decimal::Decimal;

use super::{
    model::{Listing, Method, Part, Reason},
    share::worth,
};

/// The origin of units whose method keeps no layers.
pub(crate) const AVERAGE: &str = "average";

/// Units with their cost: layers for FIFO, one pot for averages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stock {
    layers: VecDeque<Part>,
}

impl Stock {
    pub(crate) fn units(&self) -> i64 {
        self.layers.iter().map(|layer| layer.units).sum()
    }

    pub(crate) fn value(&self) -> Decimal {
        self.layers.iter().map(|layer| layer.cost).sum()
    }

    pub(crate) fn layers(&self) -> impl Iterator<Item = &Part> {
        self.layers.iter()
    }

    /// Takes units in.
    pub(crate) fn put(&mut self, method: Method, part: Part) {
        if part.units <= 0 {
            return;
        }
        if method == Method::Fifo {
            self.layers.push_back(part);
            return;
        }
        match self.layers.front_mut() {
            Some(pot) => {
                pot.units += part.units;
                pot.cost += part.cost;
            }
            None => self.layers.push_back(Part { origin: AVERAGE.into(), ..part }),
        }
    }

    /// Takes units out, the oldest first, as many as there are.
    pub(crate) fn take(&mut self, units: i64) -> Vec<Part> {
        let mut wanted = units;
        let mut parts = Vec::new();
        while wanted > 0
            && let Some(layer) = self.layers.front_mut()
        {
            let units = wanted.min(layer.units);
            let cost = worth(layer.cost, units, layer.units);
            parts.push(Part { units, cost, ..layer.clone() });
            layer.units -= units;
            layer.cost -= cost;
            wanted -= units;
            if layer.units == 0 {
                self.layers.pop_front();
            }
        }
        parts
    }

    /// What `units` found are worth where nothing says what they cost: the average of the stock.
    pub(crate) fn guess(&self, units: i64) -> Option<Decimal> {
        let there = self.units();
        (there > 0).then(|| worth(self.value() * Decimal::from(units), 1, there))
    }
}

pub(crate) fn units_of(parts: &[Part]) -> i64 {
    parts.iter().map(|part| part.units).sum()
}

pub(crate) fn cost_of(parts: &[Part]) -> Decimal {
    parts.iter().map(|part| part.cost).sum()
}

/// Units that left, as long as some of them may come back.
#[derive(Clone, Debug)]
struct Gone {
    day: Day,
    reason: Reason,
    listing: Option<Arc<Listing>>,
    parts: Vec<Part>,
}

impl Gone {
    /// Goods of a store come back to that store; where one side names none, to any.
    fn is_of(&self, listing: Option<&Listing>) -> bool {
        match (listing, &self.listing) {
            (Some(wanted), Some(found)) => wanted.store == found.store,
            _ => true,
        }
    }
}

/// What has left the stock of one product, from all warehouses.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    gone: Vec<Gone>,
}

impl History {
    pub(crate) fn push(
        &mut self,
        day: Day,
        reason: Reason,
        listing: Option<Arc<Listing>>,
        parts: Vec<Part>,
    ) {
        if !parts.is_empty() {
            self.gone.push(Gone { day, reason, listing, parts });
        }
    }

    /// How many units that left for `reason` can still come back to this listing's store.
    pub(crate) fn out(&self, reason: Reason, listing: Option<&Listing>) -> i64 {
        let fits = |gone: &&Gone| gone.reason == reason && gone.is_of(listing);
        self.gone.iter().filter(fits).map(|gone| units_of(&gone.parts)).sum()
    }

    /// Takes back units that left for `reason`: those of the day they are known to have left on,
    /// then the newest.
    pub(crate) fn take_back(
        &mut self,
        reason: Reason,
        left_on: Option<Day>,
        listing: Option<&Listing>,
        units: i64,
    ) -> Vec<Part> {
        let mut wanted = units;
        let mut back = Vec::new();
        let mut pass = |only: Option<Day>, wanted: &mut i64| {
            for gone in self.gone.iter_mut().rev() {
                if *wanted == 0 {
                    break;
                }
                if gone.reason != reason
                    || !gone.is_of(listing)
                    || only.is_some_and(|day| day != gone.day)
                {
                    continue;
                }
                while *wanted > 0
                    && let Some(part) = gone.parts.last_mut()
                {
                    let units = part.units.min(*wanted);
                    let cost = worth(part.cost, units, part.units);
                    back.push(Part { units, cost, ..part.clone() });
                    part.units -= units;
                    part.cost -= cost;
                    *wanted -= units;
                    if part.units == 0 {
                        gone.parts.pop();
                    }
                }
            }
        };
        if left_on.is_some() {
            pass(left_on, &mut wanted);
        }
        pass(None, &mut wanted);
        self.gone.retain(|gone| !gone.parts.is_empty());
        back
    }
}
