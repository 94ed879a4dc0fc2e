//! What company to make up.

use argosy_kernel::Day;

/// The wish: the same wish always gives the same company, to the byte.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spec {
    pub seed: u64,
    /// First day of trade.
    pub from: Day,
    /// Last day of trade: what the reports know ends here.
    pub to: Day,
    /// Orders of an average day on Amazon and in the Shopify shop together.
    pub orders_per_day: u32,
    /// How many products; between 8 and 999.
    pub products: u16,
}

impl Spec {
    /// The demo company: fourteen months, about 75,000 ledger rows.
    pub fn demo() -> Self {
        Self { seed: 20_260_630, from: day(2025, 5, 1), to: day(2026, 6, 30), ..Self::small() }
            .with_orders_per_day(20)
    }

    /// A quarter and a bit of a small shop, for tests.
    pub fn small() -> Self {
        Self {
            seed: 7,
            from: day(2026, 1, 1),
            to: day(2026, 5, 20),
            orders_per_day: 6,
            products: 40,
        }
    }

    #[must_use]
    pub fn with_orders_per_day(self, orders_per_day: u32) -> Self {
        Self { orders_per_day, ..self }
    }

    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
}

fn day(year: i32, month: u32, day: u32) -> Day {
    Day::from_ymd_opt(year, month, day).expect("days written here exist in the calendar")
}
