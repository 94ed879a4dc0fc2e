//! The same question with other assumptions: longer at sea, more demand, no air, less cash.
//!
//! A change makes changed input; the answer comes from the same function as the plan itself.

use argosy_kernel::Money;
use rust_decimal::Decimal;

use super::{
    item::Item,
    plan::Limits,
    reckon::{edge::number, lead::Stage},
    route::Mode,
};
use crate::forecast::paths::Paths;

/// What is supposed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Change {
    /// Lead time multiplied: of one stage, or of all of them, by one way or all.
    pub lead: Option<LeadChange>,
    /// Demand multiplied.
    pub demand: Option<Decimal>,
    /// Only these ways; empty: all. An item left without any keeps none and says so.
    pub only: Vec<Mode>,
    /// Another amount of cash.
    pub cash: Option<Money>,
}

/// A longer or shorter lead time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LeadChange {
    pub mode: Option<Mode>,
    pub stage: Option<Stage>,
    pub factor: Decimal,
}

impl Change {
    /// The paths of demand as supposed; they are borrowed by the items.
    pub fn paths(&self, paths: &Paths) -> Paths {
        let factor = self.demand.map_or(1.0, |factor| number(factor).max(0.0));
        paths.clone().times(&vec![factor; paths.horizon()])
    }

    /// An item as supposed, over paths from [`Change::paths`].
    pub fn item<'a>(&self, item: &Item<'a>, paths: &'a Paths) -> Item<'a> {
        let mut item = item.clone();
        item.demand.paths = paths;
        item.routes.retain(|route| self.only.is_empty() || self.only.contains(&route.mode));
        if let Some(change) = self.lead {
            for route in &mut item.routes {
                if change.mode.is_none_or(|mode| mode == route.mode) {
                    route.lead = route.lead.times(change.stage, number(change.factor).max(0.0));
                }
            }
        }
        item
    }

    /// Limits as supposed.
    pub fn limits(&self, limits: &Limits) -> Limits {
        Limits { cash: self.cash.or(limits.cash), ..limits.clone() }
    }
}
