//! Shapes of products, unit costs, pairings and exchange rates.

use argosy_desk::{Pairing, ProductCost};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::dto::{MoneyDto, PageMeta};

/// A product of the company and what is known about it.
#[derive(Serialize, ToSchema)]
#[schema(as = Product)]
pub(super) struct ProductDto {
    pub sku: String,
    pub name: String,
    pub brand: Option<String>,
    pub category: Option<String>,
    /// Who looks after it.
    pub owner: Option<String>,
    /// Stage of life, in the company's words.
    pub stage: Option<String>,
    /// Unit costs, the newest first.
    pub costs: Vec<CostDto>,
    pub pairings: Vec<PairingDto>,
}

/// Landed cost of one unit from a day on.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Cost)]
#[serde(deny_unknown_fields)]
pub(super) struct CostDto {
    /// Only for this market; for all when absent.
    pub market: Option<String>,
    pub since: NaiveDate,
    pub cost: MoneyDto,
    pub note: Option<String>,
}

/// Unit costs of one product.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Costs {
    pub costs: Vec<CostDto>,
}

/// A channel's SKU belongs to a product of ours, for a time.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Pairing)]
#[serde(deny_unknown_fields)]
pub struct PairingDto {
    pub store: String,
    pub seller_sku: String,
    /// Our product.
    pub sku: String,
    pub since: Option<NaiveDate>,
    /// The last day it holds.
    pub until: Option<NaiveDate>,
}

/// Pairings.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Pairings {
    pub pairings: Vec<PairingDto>,
}

/// About the whole list.
#[derive(Serialize, ToSchema)]
pub(super) struct ProductMeta {
    #[serde(flatten)]
    pub page: PageMeta,
    pub total: u64,
}

/// Products in order of SKU.
#[derive(Serialize, ToSchema)]
pub(super) struct Products {
    pub products: Vec<ProductDto>,
    pub meta: ProductMeta,
}

/// A channel's SKU that no product of ours stands behind.
#[derive(Serialize, ToSchema)]
pub(super) struct Unpaired {
    pub store: String,
    pub channel: String,
    pub seller_sku: String,
    /// A product whose SKU differs in case or hyphens only.
    pub suggestion: Option<String>,
    pub units: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
}

/// SKUs that wait for a pairing, the best sellers first.
#[derive(Serialize, ToSchema)]
pub(super) struct UnpairedList {
    pub unpaired: Vec<Unpaired>,
}

/// The company's own rate of a day.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = OwnRate)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnRateDto {
    pub day: NaiveDate,
    pub currency: String,
    /// Units of the currency for one euro.
    #[schema(example = "1.0812")]
    pub per_eur: String,
}

/// Exchange rates.
#[derive(Serialize, ToSchema)]
pub(super) struct Rates {
    /// The company's own; they win over the European Central Bank's.
    pub own: Vec<OwnRateDto>,
    /// Currencies with rates.
    pub currencies: Vec<String>,
    /// The newest day of the built-in rates.
    pub last_day: Option<NaiveDate>,
}

/// Own rates to save.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRates {
    pub rates: Vec<OwnRateDto>,
}

impl From<ProductCost> for CostDto {
    fn from(cost: ProductCost) -> Self {
        Self { market: cost.market, since: cost.since, cost: cost.cost.into(), note: cost.note }
    }
}

impl From<Pairing> for PairingDto {
    fn from(pairing: Pairing) -> Self {
        let Pairing { store, seller_sku, sku, since, until } = pairing;
        Self { store, seller_sku, sku, since, until }
    }
}

impl From<PairingDto> for Pairing {
    fn from(pairing: PairingDto) -> Self {
        let PairingDto { store, seller_sku, sku, since, until } = pairing;
        Self { store, seller_sku, sku, since, until }
    }
}
