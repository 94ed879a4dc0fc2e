//! The proposal for one product in one market, with its working.

use argosy_kernel::{Currency, Day, Money, Text};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use super::{
    item::Item,
    reasons,
    reckon::{
        choose::{Block, Considered, Wish, consider},
        edge::{around, decimal, later},
    },
    route::Mode,
};

/// Why there is no answer, or not the one wanted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    NoRoute,
    NoPrice,
    NoCarton,
    NoForecast,
    NoReview,
    TwoCurrencies {
        one: Currency,
        other: Currency,
    },
    /// What must be ordered needs more than there is.
    TooLittle {
        limit: Limit,
        needs: Decimal,
        allowed: Decimal,
    },
    /// A carton fits into nothing that was offered.
    CartonTooLarge {
        sku: String,
        limit: Limit,
        needs: Decimal,
        allowed: Decimal,
    },
}

/// Something there is only so much of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    Cash(Currency),
    /// Cubic metres by this way.
    Room(Mode),
    /// Kilograms by this way.
    Weight(Mode),
}

/// What to do for one product in one market.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Proposal {
    pub sku: String,
    pub market: String,
    /// By way of transport, fastest first; none: nothing is to be ordered now.
    pub orders: Vec<Order>,
    pub working: Working,
    pub reasons: Vec<Text>,
}

/// An order by one way of transport.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Order {
    pub mode: Mode,
    pub units: u32,
    pub cartons: u32,
    /// The last day that is early enough; today when it is already late.
    pub by: Day,
    /// Ordered today it is on the shelf by these days with 10, 50 and 90 %.
    pub arrives: [Day; 3],
    pub goods: Money,
    pub freight: Money,
    /// Expected gain beside ordering at the next look only; an estimate.
    pub gain: Money,
}

/// How a proposal came about. Units, days and shares are estimates, rounded.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Working {
    pub free: u32,
    pub in_production: i64,
    pub in_transit: i64,
    /// Units wanted on the shelf and on their way after ordering.
    pub target: i64,
    /// Demand until an order of the next look could arrive: mean, then what it stays below with 50,
    /// 90, 95 and 99 %.
    pub demand: [Decimal; 5],
    /// The usual way and all that were weighed.
    pub usual: Mode,
    pub ways: Vec<Weighed>,
    /// The share of cycles without a lost sale that pays best.
    pub critical_ratio: Decimal,
    /// The share of demand served until the next order arrives, with these orders, and that demand.
    pub promised: Decimal,
    pub demand_promised: Decimal,
    /// Units lost before anything ordered today can arrive, and the margin with them.
    pub too_late: Decimal,
    pub too_late_lost: Money,
    /// Even chance that nothing is left on this day.
    pub empty_on: Day,
    /// What other service levels would cost until the next order arrives.
    pub levels: Vec<ServiceLevel>,
}

/// A way of transport as it was weighed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Weighed {
    pub mode: Mode,
    /// Lead time in days: mean, then within 50, 90 and 95 %.
    pub days: [Decimal; 4],
    /// Goods and freight of a unit in a usual order.
    pub landed: Money,
    /// The last day an order by it is early enough; before today: too late.
    pub by: Day,
}

/// A service level and its price.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ServiceLevel {
    pub per_mille: u16,
    pub units: u32,
    pub keeping: Money,
    /// Margin still lost.
    pub lost: Money,
}

/// What one product in one market needs, without limits shared with others.
///
/// # Errors
/// [`Refusal`] where the item cannot be reckoned with.
pub fn propose(item: &Item<'_>, today: Day, seed: u64) -> Result<Proposal, Refusal> {
    draft(item, today, seed).map(|draft| draft.proposal)
}

/// A proposal and the pieces its orders can be cut into.
pub(super) struct Draft {
    pub(super) proposal: Proposal,
    pub(super) blocks: Vec<Vec<Block>>,
}

pub(super) fn draft(item: &Item<'_>, today: Day, seed: u64) -> Result<Draft, Refusal> {
    let currency = item.checked()?;
    let found = consider(item, today, seed);
    let working = working(item, &found, (today, seed), currency);
    let all: u32 = found.wishes.iter().map(units).sum();
    let mut orders: Vec<Order> = Vec::new();
    for (at, wish) in found.wishes.iter().enumerate() {
        let route = &item.routes[wish.route];
        let gain: Decimal = wish.blocks.iter().map(|block| decimal(block.gain, 6)).sum();
        let mut arrive = found.ways[wish.route].window.arrive.clone();
        arrive.sort_by(|a, b| a.total_cmp(b));
        let day = |percent: usize| later(today, arrive[(arrive.len() - 1) * percent / 100]);
        let mut order = Order {
            mode: route.mode,
            units: units(wish),
            cartons: 0,
            by: later(today, found.ways[wish.route].due),
            arrives: [day(10), day(50), day(90)],
            goods: Money::new(Decimal::ZERO, currency),
            freight: Money::new(Decimal::ZERO, currency),
            gain: Money::new(gain, currency).rounded(),
        };
        order.priced(item, all, at == 0);
        orders.push(order);
    }
    let reasons = reasons::of(item, &found, &orders, &working, today);
    let proposal = Proposal {
        sku: item.sku.to_owned(),
        market: item.market.to_owned(),
        orders,
        working,
        reasons,
    };
    Ok(Draft { proposal, blocks: found.wishes.into_iter().map(|wish| wish.blocks).collect() })
}

impl Order {
    /// Prices it exactly, as part of a purchase of `all` units; the first part bears the fixed cost.
    pub(super) fn priced(&mut self, item: &Item<'_>, all: u32, first: bool) {
        let goods = &item.goods;
        self.cartons = goods.cartons(self.units);
        let price = goods.price(all).map_or(Decimal::ZERO, |price| price.amount);
        let fixed = if first { goods.per_order.amount } else { Decimal::ZERO };
        self.goods.amount = price * Decimal::from(self.units) + fixed;
        let route = item.routes.iter().find(|route| route.mode == self.mode);
        self.freight.amount = route.map_or(Decimal::ZERO, |route| route.freight(goods, self.units));
        (self.goods, self.freight) = (self.goods.rounded(), self.freight.rounded());
    }

    /// Goods and freight.
    pub fn cost(&self) -> Decimal {
        self.goods.amount + self.freight.amount
    }
}

fn units(wish: &Wish) -> u32 {
    wish.blocks.last().map_or(0, |block| block.upto)
}

fn working(
    item: &Item<'_>,
    found: &Considered,
    (today, seed): (Day, u64),
    currency: Currency,
) -> Working {
    let money = |value| Money::new(decimal(value, 6), currency).rounded();
    let ordered: i64 = found.wishes.iter().map(|wish| i64::from(units(wish))).sum();
    let ways = item.routes.iter().zip(&found.ways).map(|(route, way)| {
        let within = route.lead.within(&[0.5, 0.9, 0.95], seed);
        Weighed {
            mode: route.mode,
            days: [route.lead.mean(), within[0], within[1], within[2]].map(|d| decimal(d, 1)),
            landed: money(way.landed),
            by: around(today, way.due),
        }
    });
    let levels = found.levels.iter().map(|level| ServiceLevel {
        per_mille: level.per_mille,
        units: level.units,
        keeping: money(level.keeping),
        lost: money(level.missed),
    });
    Working {
        free: item.position.free(),
        in_production: item.position.in_production(),
        in_transit: item.position.in_transit(),
        target: item.position.all() + ordered,
        demand: found.demand.map(|units| decimal(units, 1)),
        usual: item.routes[found.base].mode,
        ways: ways.collect(),
        critical_ratio: decimal(found.ratio, 4),
        promised: decimal(found.promised, 4),
        demand_promised: decimal(found.asked, 1),
        too_late: decimal(found.too_late, 1),
        too_late_lost: money(found.too_late * found.lost_each.max(0.0)),
        empty_on: later(today, found.empty),
        levels: levels.collect(),
    }
}

/// A share of one as parts of 1,000, for texts.
pub(super) fn percent(share: Decimal) -> String {
    let tenths = (share * Decimal::from(1000)).round().to_i64().unwrap_or(0);
    format!("{}.{} %", tenths / 10, tenths % 10)
}
