//! Where the stock of one product for one market is: on the shelf, promised, on its way.

use argosy_kernel::Day;
use serde::{Deserialize, Serialize};

use super::{reckon::lead::Stage, route::Mode};

/// Stock of one product for one market.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Position {
    /// Units that can be sold today. Below zero where the books are wrong; counted as none.
    pub sellable: i64,
    /// Units of these already promised to buyers.
    pub reserved: i64,
    /// What is on its way, in any order.
    pub inbound: Vec<Inbound>,
}

/// Goods on their way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Inbound {
    pub units: i64,
    pub mode: Mode,
    pub due: Due,
}

/// What is known of an arrival.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// Somebody vouches for the day it can be sold.
    On(Day),
    /// In this stage since that day: the rest follows the lead times learnt.
    Underway { stage: Stage, since: Day },
}

impl Position {
    /// Units free to sell today.
    pub fn free(&self) -> u32 {
        u32::try_from((self.sellable.max(0) - self.reserved.max(0)).max(0)).unwrap_or(u32::MAX)
    }

    /// Units still being made or checked.
    pub fn in_production(&self) -> i64 {
        self.sum(|inbound| {
            matches!(
                inbound.due,
                Due::Underway { stage: Stage::Production | Stage::Inspection, .. }
            )
        })
    }

    /// Units on the road.
    pub fn in_transit(&self) -> i64 {
        self.sum(|_| true) - self.in_production()
    }

    /// All units, on the shelf and on their way, less what is promised.
    pub fn all(&self) -> i64 {
        i64::from(self.free()) + self.sum(|_| true)
    }

    /// Whether a count of it is below zero.
    pub fn is_wrong(&self) -> bool {
        self.sellable < 0 || self.reserved < 0 || self.inbound.iter().any(|i| i.units < 0)
    }

    fn sum(&self, of: impl Fn(&Inbound) -> bool) -> i64 {
        self.inbound.iter().filter(|inbound| of(inbound)).map(|i| i.units.max(0)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_and_what_sails_are_told_apart_and_wrong_books_count_as_none() {
        let since = "2026-03-01".parse().unwrap();
        let inbound =
            |units, stage| Inbound { units, mode: Mode::Sea, due: Due::Underway { stage, since } };
        let inbound = vec![inbound(40, Stage::Inspection), inbound(60, Stage::HeadHaul)];
        let position = Position { sellable: 30, reserved: 5, inbound };
        assert_eq!((position.free(), position.all()), (25, 125));
        assert_eq!((position.in_production(), position.in_transit()), (40, 60));
        let wrong = Position { sellable: -3, ..Position::default() };
        assert!(wrong.is_wrong());
        assert_eq!(wrong.free(), 0);
    }
}
