//! What a landed margin is worked out from: one product in one market.

use std::collections::BTreeMap;

use argosy_kernel::{Currency, Money, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    freight::{Carton, Quote},
    rate::{Quantity, Rate},
    tariff::Found,
};
use crate::says::{Refusal, both};

/// One SKU in one market, with everything it costs.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Case {
    pub sku: String,
    pub market: String,
    /// HS code and country of origin, for shocks that ask who is meant.
    pub hs: String,
    pub origin: String,
    /// What the buyer pays; its currency is that of the whole sheet.
    pub price: Money,
    pub tax: Tax,
    /// Per unit: purchase price, packaging, inspection.
    pub goods: Vec<Cost>,
    pub freight: Vec<(Quote, Carton)>,
    /// Freight that is told per unit.
    #[serde(default)]
    pub carriage: Vec<Cost>,
    pub customs: Border,
    pub fees: Vec<Fee>,
    /// Per unit: picking and packing, storage, last mile.
    pub fulfilment: Vec<Cost>,
    /// Ad spend over net sales.
    pub ads_share: Decimal,
    pub returns: Returns,
    pub plan: Plan,
    pub fx: Fx,
}

/// An amount per unit with its name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Cost {
    pub id: String,
    pub name: Text,
    pub amount: Money,
    pub source: String,
}

/// Value added tax or sales tax of the market.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Tax {
    /// `0.19`.
    pub rate: Decimal,
    /// Whether the price contains it (VAT does, US sales tax comes on top).
    pub in_price: bool,
    /// Whether what is paid at the border comes back.
    pub recoverable: bool,
    pub source: String,
}

/// How goods come in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Border {
    pub basis: Basis,
    pub levies: Vec<Levy>,
    /// Each order crosses the border by itself; else goods come in bulk to a warehouse.
    pub parcel: bool,
    /// Units in one parcel.
    pub parcel_units: Decimal,
    /// Parcels up to this value pay no ordinary duty.
    pub free_to: Option<Money>,
    /// What is declared for a unit, where it is not the goods (bulk) or the net price (parcels).
    pub declared: Option<Money>,
    /// One unit in the tariff's quantities.
    pub quantity: Quantity,
}

/// What customs value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Goods at the port they leave from.
    Fob,
    /// Goods with freight and insurance to the border.
    Cif,
}

/// A duty.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Levy {
    pub id: String,
    pub name: Text,
    pub charge: Charge,
    pub parcels_only: bool,
    /// Only of consignments up to this value.
    pub up_to: Option<Money>,
    /// Of the tariff itself: falls away below [`Border::free_to`].
    pub ordinary: bool,
    pub source: String,
}

/// How a duty is counted.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// As a tariff's rate; `currency` is that of its amounts per quantity.
    Rate { rate: Rate, currency: Currency },
    /// Per tariff item of a parcel: all units of one SKU in it pay once.
    PerItem { amount: Money },
    /// Per parcel.
    PerConsignment { amount: Money },
}

/// A fee of the channel.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Fee {
    pub id: String,
    pub name: Text,
    /// Of what the buyer pays, or of the net price.
    pub share: Decimal,
    pub of_net: bool,
    pub minimum: Option<Money>,
    pub fixed: Option<Money>,
    /// The part of it that the channel keeps when goods come back.
    pub kept: Decimal,
    pub source: String,
}

/// What comes back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Returns {
    /// Of units sold.
    pub share: Decimal,
    /// Of units returned, those that cannot be sold again.
    pub unsellable: Decimal,
    /// Per unit returned.
    pub handling: Option<Money>,
    pub source: String,
}

/// How much and how soon.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    pub units_per_month: Decimal,
    /// Samples, certificates, moulds, photographs.
    pub one_off: Option<Money>,
    pub first_order: Decimal,
    /// Units that are through customs already.
    pub landed_units: Decimal,
}

/// What one unit of a currency is worth in the sheet's.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Fx {
    pub worth: BTreeMap<Currency, Decimal>,
    pub source: String,
}

impl Fx {
    /// An amount in `currency`, exact.
    ///
    /// # Errors
    /// `fx_missing`.
    pub fn convert(&self, money: Money, currency: Currency) -> Result<Decimal, Refusal> {
        if money.currency == currency {
            return Ok(money.amount);
        }
        let worth = self.worth.get(&money.currency).filter(|worth| **worth > Decimal::ZERO);
        worth.map(|worth| money.amount * worth).ok_or_else(|| {
            let from = money.currency;
            Refusal::new(
                "fx_missing",
                format!("no rate from {from} to {currency}; enter one"),
                format!("缺少 {from} 兑 {currency} 的汇率，请填写"),
            )
        })
    }
}

impl Levy {
    /// The ordinary duty that a tariff tells.
    pub fn of_tariff(found: &Found, currency: Currency, source: &str) -> Self {
        Self {
            id: "duty".to_owned(),
            name: both(format!("Duty {}", found.rate_of), format!("关税 {}", found.rate_of)),
            charge: Charge::Rate { rate: found.rate.clone(), currency },
            parcels_only: false,
            up_to: None,
            ordinary: true,
            source: format!("{source}, line {}", found.row),
        }
    }
}
