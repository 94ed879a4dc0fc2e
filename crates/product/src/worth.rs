//! Money of one currency: what amounts are worth on a day, and what a unit of a product cost.

use std::collections::BTreeMap;

use argosy_chapter::face::{ChapterError, Ground};
use argosy_kernel::{Currency, Day, Money, Text};
use argosy_metrics::{AskError, Rates};
use rust_decimal::Decimal;

use crate::{
    model::{buying::PurchaseOrder, supply::Supply},
    model::{item::Item, supply::Book},
    says::both,
};

/// Changes money into one currency at the rates of a day.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    rates: Rates,
    to: Currency,
    day: Day,
}

impl Change {
    pub(crate) fn new(ground: &Ground<'_>, to: Currency, day: Day) -> Self {
        Self { rates: ground.engine.rates().with_own(&ground.desk_data.own_rates), to, day }
    }

    /// `None` where no rate is known.
    pub(crate) fn money(&self, money: Money) -> Option<Money> {
        self.money_on(money, self.day)
    }

    /// At the rate of another day.
    pub(crate) fn money_on(&self, money: Money, day: Day) -> Option<Money> {
        let rate = self.rates.between(money.currency.code(), self.to.code(), day)?;
        Some(Money::new(money.amount.checked_mul(rate)?, self.to))
    }

    pub(crate) fn amount(&self, amount: Decimal, currency: Currency) -> Option<Decimal> {
        self.money(Money::new(amount, currency)).map(|money| money.amount)
    }
}

/// What a unit costs and where that is known from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct UnitCost {
    pub(crate) cost: Money,
    pub(crate) from: Text,
}

/// Unit costs by SKU in one currency.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct UnitCosts(BTreeMap<String, UnitCost>);

impl UnitCosts {
    /// Layers of stock first (landed, from purchases and freight), then dated costs, then the newest
    /// order's price; bundles from their components.
    ///
    /// # Errors
    /// [`ChapterError::Ask`] where stock cannot be valued.
    pub(crate) async fn read(
        ground: &Ground<'_>,
        supply: &Supply,
        change: &Change,
    ) -> Result<Self, ChapterError> {
        let mut costs = BTreeMap::new();
        for (sku, cost) in newest_prices(&supply.orders) {
            if let Some(cost) = change.money(cost) {
                let from =
                    both("price of the newest order, without freight", "最近采购价，不含头程");
                costs.insert(sku, UnitCost { cost, from });
            }
        }
        let dated = ground.desk_data.costs.iter().filter(|cost| cost.since <= ground.today);
        let mut newest: BTreeMap<&str, (bool, Day, Money)> = BTreeMap::new();
        for cost in dated {
            let found = (cost.market.is_none(), cost.since, cost.cost);
            let held = newest.entry(&cost.sku).or_insert(found);
            if (found.0, found.1) > (held.0, held.1) {
                *held = found;
            }
        }
        for (sku, (_, _, cost)) in newest {
            if let Some(cost) = change.money(cost) {
                let from = both("unit cost of the product", "产品成本");
                costs.insert(sku.to_owned(), UnitCost { cost, from });
            }
        }
        for (sku, cost) in layers(ground, change).await? {
            let from = both("landed cost of the stock", "库存到岸成本");
            costs.insert(sku, UnitCost { cost, from });
        }
        let mut all = Self(costs);
        all.roll_up(&supply.items);
        Ok(all)
    }

    pub(crate) fn of(&self, sku: &str) -> Option<&UnitCost> {
        self.0.get(sku)
    }

    #[cfg(test)]
    pub(crate) fn told(costs: impl IntoIterator<Item = (String, Money)>) -> Self {
        let from = both("told", "已给出");
        let of = |(sku, cost)| (sku, UnitCost { cost, from: from.clone() });
        Self(costs.into_iter().map(of).collect())
    }

    /// Bundles cost what their components cost; one component without a cost leaves the bundle
    /// without one. Circles cannot be stored, and would be left without a cost here.
    pub(crate) fn roll_up(&mut self, items: &Book<Item>) {
        for (sku, item) in items {
            if item.body.is_bundle()
                && let Some(cost) = self.of_bundle(items, sku, &mut Vec::new())
            {
                let from = both("sum of its components", "组件成本之和");
                self.0.insert(sku.clone(), UnitCost { cost, from });
            }
        }
    }

    fn of_bundle(&self, items: &Book<Item>, sku: &str, above: &mut Vec<String>) -> Option<Money> {
        let bundle = items.get(sku).filter(|item| item.body.is_bundle());
        let Some(bundle) = bundle else { return self.0.get(sku).map(|known| known.cost) };
        if above.iter().any(|other| other == sku) || bundle.body.components.is_empty() {
            return None;
        }
        above.push(sku.to_owned());
        let mut sum: Option<Money> = None;
        for part in &bundle.body.components {
            let unit = self.of_bundle(items, &part.sku, above)?;
            let amount = unit.amount * Decimal::from(part.units);
            let before = sum.map_or(Decimal::ZERO, |sum| sum.amount);
            sum = Some(Money::new(before + amount, unit.currency));
        }
        above.pop();
        sum
    }
}

fn newest_prices(orders: &Book<PurchaseOrder>) -> BTreeMap<String, Money> {
    let mut newest: BTreeMap<String, (Day, Money)> = BTreeMap::new();
    for order in orders.values().filter(|order| !order.is(&["draft", "cancelled"])) {
        for line in &order.body.lines {
            let found = (order.body.ordered_on, Money::new(line.price, order.body.currency));
            let held = newest.entry(line.sku.clone()).or_insert(found);
            if found.0 > held.0 {
                *held = found;
            }
        }
    }
    newest.into_iter().map(|(sku, (_, price))| (sku, price)).collect()
}

async fn layers(
    ground: &Ground<'_>,
    change: &Change,
) -> Result<BTreeMap<String, Money>, ChapterError> {
    if !ground.desk_data.costing.is_on() {
        return Ok(BTreeMap::new());
    }
    let day = ground.newest.unwrap_or(ground.today);
    let stock = match ground.engine.stock_value(ground.session, ground.desk_data, day).await {
        Ok(stock) => stock,
        // Nothing was bought until that day.
        Err(AskError::Question { .. }) => return Ok(BTreeMap::new()),
        Err(wrong) => return Err(wrong.into()),
    };
    let mut sums: BTreeMap<String, (i64, Decimal)> = BTreeMap::new();
    for row in stock.rows.into_iter().filter(|row| row.units > 0) {
        let sum = sums.entry(row.sku).or_default();
        sum.0 += row.units;
        sum.1 += row.value;
    }
    let unit = |(sku, (units, value)): (String, (i64, Decimal))| {
        let cost = Money::new(value / Decimal::from(units), stock.currency);
        Some((sku, change.money_on(cost, day)?))
    };
    Ok(sums.into_iter().filter_map(unit).collect())
}
