//! How a product is bought and packed: cartons, minimum order, prices by quantity.

use argosy_kernel::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How a product is bought.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Goods {
    /// Units in a carton; only whole cartons are ordered.
    pub carton_units: u32,
    /// Gross weight of a carton in kilograms.
    pub carton_kg: Decimal,
    /// Volume of a carton in cubic metres.
    pub carton_m3: Decimal,
    /// Least units of an order.
    pub moq: u32,
    /// Price per unit from a quantity on, in any order; one must begin at or below the least order.
    pub tiers: Vec<Tier>,
    /// What one more order costs whatever its size: papers, bank, inspection visit.
    pub per_order: Money,
}

/// A price from a quantity on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tier {
    pub from_units: u32,
    pub price: Money,
}

impl Goods {
    /// The price per unit of an order of this size: the tier with the highest beginning at or below
    /// it; for less than any tier the one that begins first.
    pub fn price(&self, units: u32) -> Option<Money> {
        let below = self.tiers.iter().filter(|tier| tier.from_units <= units);
        let tier = below.max_by_key(|tier| tier.from_units);
        tier.or_else(|| self.tiers.iter().min_by_key(|tier| tier.from_units)).map(|t| t.price)
    }

    /// Whole cartons that hold so many units.
    pub fn cartons(&self, units: u32) -> u32 {
        units.div_ceil(self.carton_units.max(1))
    }

    /// The least order in whole cartons, in units.
    pub fn least(&self) -> u32 {
        self.cartons(self.moq.max(1)).saturating_mul(self.carton_units.max(1))
    }

    /// What an order of goods costs, with its fixed cost; nothing for no units.
    pub fn cost(&self, units: u32) -> Decimal {
        if units == 0 {
            return Decimal::ZERO;
        }
        let price = self.price(units).map_or(Decimal::ZERO, |price| price.amount);
        price * Decimal::from(units) + self.per_order.amount
    }

    /// Gross weight of so many units in kilograms.
    pub fn kg(&self, units: u32) -> Decimal {
        self.carton_kg * Decimal::from(self.cartons(units))
    }

    /// Volume of so many units in cubic metres.
    pub fn m3(&self, units: u32) -> Decimal {
        self.carton_m3 * Decimal::from(self.cartons(units))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_holds_from_its_quantity_on_and_cartons_are_whole() {
        let money = |text: &str| text.parse::<Money>().unwrap();
        let goods = Goods {
            carton_units: 24,
            carton_kg: "12.5".parse().unwrap(),
            carton_m3: "0.06".parse().unwrap(),
            moq: 100,
            tiers: vec![
                Tier { from_units: 500, price: money("4.60 USD") },
                Tier { from_units: 1, price: money("5.00 USD") },
            ],
            per_order: money("40 USD"),
        };
        assert_eq!(goods.least(), 120);
        assert_eq!(goods.price(499), Some(money("5.00 USD")));
        assert_eq!(goods.cost(500).to_string(), "2340.00");
        assert_eq!(goods.cost(0), Decimal::ZERO);
        assert_eq!(
            (goods.kg(25).to_string(), goods.m3(25).to_string()),
            ("25.0".into(), "0.12".into())
        );
    }
}
