//! What the desk knows and figures need: products, their dated costs, pairings, own rates.

use argosy_kernel::{Currency, Day, Money};

/// One of our own products.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Product {
    pub sku: String,
    pub name: String,
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
}
