//! One product in one market, with all that its replenishment hangs on.

use argosy_kernel::{Currency, Day, Grain, Money};

use super::{goods::Goods, position::Position, propose::Refusal, route::Route, worth::Worth};
use crate::forecast::paths::Paths;

/// What is asked for one product in one market.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    pub sku: &'a str,
    pub market: &'a str,
    pub demand: Demand<'a>,
    pub position: Position,
    pub goods: Goods,
    /// Ways it can be sent; at least one.
    pub routes: Vec<Route>,
    pub worth: Worth,
    pub aim: Aim,
    /// Days from one look at orders to the next.
    pub review_days: u32,
    /// Units a person wants in any case.
    pub at_least: u32,
}

/// Demand to come: paths of the forecast and the day their first bucket begins.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    pub paths: &'a Paths,
    pub grain: Grain,
    /// First day of the first bucket; today or before.
    pub starts: Day,
}

/// How much safety is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aim {
    /// As much as pays: margin lost against the cost of keeping.
    Profit,
    /// At least so many of 1,000 units asked for come from the shelf.
    PerMille(u16),
}

impl Item<'_> {
    /// The currency of all its money.
    ///
    /// # Errors
    /// [`Refusal`] names what cannot be reckoned with: no way, no price, no carton, no forecast, two
    /// currencies, no days between two looks.
    pub fn checked(&self) -> Result<Currency, Refusal> {
        let refused = |found: bool, why: Refusal| if found { Err(why) } else { Ok(()) };
        refused(self.routes.is_empty(), Refusal::NoRoute)?;
        refused(self.goods.tiers.is_empty(), Refusal::NoPrice)?;
        refused(self.goods.carton_units == 0, Refusal::NoCarton)?;
        refused(self.demand.paths.is_empty(), Refusal::NoForecast)?;
        refused(self.review_days == 0, Refusal::NoReview)?;
        let currency = self.worth.brings.currency;
        match self.all_money().into_iter().find(|money| money.currency != currency) {
            Some(other) => Err(Refusal::TwoCurrencies { one: currency, other: other.currency }),
            None => Ok(currency),
        }
    }

    fn all_money(&self) -> Vec<Money> {
        let worth = &self.worth;
        let mut all =
            vec![worth.lost_beyond, worth.storage_month, worth.cleared, self.goods.per_order];
        all.extend(worth.aged.iter().map(|fee| fee.month));
        all.extend(self.goods.tiers.iter().map(|tier| tier.price));
        for route in &self.routes {
            all.extend([route.per_kg, route.per_m3, route.per_unit, route.minimum]);
        }
        all
    }
}
