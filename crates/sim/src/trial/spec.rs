//! What trial seller to make up.

use argosy_kernel::Day;
use chrono::Days;

/// The wish: the same wish always gives the same seller, to the byte.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrialSpec {
    pub seed: u64,
    /// The last day that the reports know.
    pub to: Day,
    /// How many days of trade; at least 120.
    pub days: u16,
    /// Changes with a known effect.
    pub changes: u16,
    /// SKUs that are left alone, for comparison.
    pub controls: u16,
    /// Whether order reports are written: they are the largest files.
    pub orders: bool,
    /// Days between two snapshots of stock.
    pub snapshots: u8,
}

impl TrialSpec {
    /// The seller that the loop is judged by.
    pub fn full(seed: u64) -> Self {
        let to = Day::from_ymd_opt(2026, 10, 28).expect("the day exists");
        Self { seed, to, days: 240, changes: 28, controls: 34, orders: true, snapshots: 3 }
    }

    /// A smaller one, for tests: every problem, few changes.
    pub fn small(seed: u64) -> Self {
        Self {
            days: 150,
            changes: 4,
            controls: 10,
            orders: false,
            snapshots: 7,
            ..Self::full(seed)
        }
    }

    /// The first day of trade.
    pub fn from(&self) -> Day {
        self.to - Days::new(u64::from(self.days.max(1)) - 1)
    }

    /// The day with this number, from 0.
    pub(crate) fn day(&self, number: usize) -> Day {
        self.from() + Days::new(number as u64)
    }

    /// How many days.
    pub(crate) fn len(&self) -> usize {
        usize::from(self.days)
    }

    /// The number of the day that lies `back` days before the last one.
    pub(crate) fn back(&self, back: i64) -> usize {
        (i64::from(self.days) - 1 - back).max(0) as usize
    }
}
