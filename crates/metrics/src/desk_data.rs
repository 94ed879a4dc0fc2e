//! What the desk knows and figures need: products, their dated costs, pairings, own rates, reports.

use argosy_kernel::{Currency, Day, Money};

use crate::{
    allocation::AdCostSource,
    costing::Costing,
    money::{Booking, MoneySettings},
    reports::Reports,
};

/// One of our own products.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Product {
    pub sku: String,
    pub name: String,
    pub brand: Option<String>,
}

/// What one unit of a product costs landed, from a day on; for one market, or for all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitCost {
    pub sku: String,
    pub market: Option<String>,
    pub since: Day,
    pub cost: Money,
}

/// Which product a seller SKU of a store is, and when. Both ends belong to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pairing {
    pub store: String,
    pub seller_sku: String,
    pub sku: String,
    pub since: Option<Day>,
    pub until: Option<Day>,
}

/// A rate the company uses instead of the central bank's: units of the currency for one euro.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnRate {
    pub day: Day,
    pub currency: Currency,
    pub per_eur: rust_decimal::Decimal,
}

/// Everything together, as it stood when the question was asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DeskData {
    pub products: Vec<Product>,
    pub costs: Vec<UnitCost>,
    pub pairings: Vec<Pairing>,
    pub own_rates: Vec<OwnRate>,
    /// Names of the stores.
    pub stores: Vec<String>,
    /// Unknown fees that were given a line of the chart.
    pub bookings: Vec<Booking>,
    /// How the company looks at money.
    pub money: MoneySettings,
    /// The day of the newest import: how young figures are counts up to it.
    pub seen: Option<Day>,
    /// Purchases, freight and warehouses, and how cost follows from them.
    pub costing: Costing,
    pub ad_cost: AdCostSource,
    /// What the known reports can tell.
    pub reports: Reports,
}
