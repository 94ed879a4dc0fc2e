//! What the desk knows and figures need, as it stands now.

use argosy_desk::{DeskError, ImportState};
use argosy_kernel::Day;
use argosy_metrics::{
    AdCostSource, Booking, Costing, DeskData, Freight, Method, MoneySettings, Product, Purchase,
    PurchaseKind, Split, UnitCost, WarehouseRule,
};

use crate::app::Parts;

/// Settings by their names at the desk.
pub(crate) const MONEY: &str = "money";
pub(crate) const COSTING_METHOD: &str = "costing_method";
pub(crate) const AD_COST_SOURCE: &str = "ad_cost_source";

/// Imports read at once when the newest good one is looked for.
const IMPORTS_LOOKED_AT: u64 = 20;

impl Parts {
    /// What the desk knows and figures need, as it stands now.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub async fn desk_data(&self) -> Result<DeskData, DeskError> {
        let desk = self.desk();
        let products = desk.products().await?.into_iter();
        let costs = desk.product_costs().await?.into_iter();
        let pairings = desk.pairings().await?.into_iter();
        let stores = desk.stores().await?.into_iter();
        let bookings = desk.bookings().await?.into_iter();
        Ok(DeskData {
            products: products
                .map(|product| Product {
                    sku: product.sku,
                    name: product.name,
                    brand: product.brand,
                })
                .collect(),
            costs: costs
                .map(|cost| UnitCost {
                    sku: cost.sku,
                    market: cost.market,
                    since: cost.since,
                    cost: cost.cost,
                })
                .collect(),
            pairings: pairings
                .map(|pairing| argosy_metrics::Pairing {
                    store: pairing.store,
                    seller_sku: pairing.seller_sku,
                    sku: pairing.sku,
                    since: pairing.since,
                    until: pairing.until,
                })
                .collect(),
            own_rates: self.own_rates().await?,
            stores: stores.map(|store| store.name).collect(),
            bookings: bookings
                .map(|booking| Booking {
                    channel: booking.channel,
                    fee_type: booking.fee_type,
                    transaction: booking.transaction,
                    line: booking.line,
                })
                .collect(),
            money: self.money_settings().await?,
            seen: self.seen().await?,
            costing: self.costing().await?,
            ad_cost: self.ad_cost_source().await?,
            reports: self.reports(),
        })
    }

    /// The day of the newest import that was loaded: a file that was refused, or taken back, has
    /// shown nothing.
    async fn seen(&self) -> Result<Option<Day>, DeskError> {
        let mut before = None;
        loop {
            let rows = self.desk().imports(before, IMPORTS_LOOKED_AT).await?;
            let Some(oldest) = rows.last() else { return Ok(None) };
            if let Some(done) = rows.iter().find(|row| row.state == ImportState::Done) {
                return Ok(Some(done.at.date_naive()));
            }
            before = Some(oldest.id);
        }
    }

    /// How the company looks at money.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub async fn money_settings(&self) -> Result<MoneySettings, DeskError> {
        let text = self.desk().setting(MONEY).await?.unwrap_or_default();
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// How units that leave the stock are valued.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub async fn costing_method(&self) -> Result<Method, DeskError> {
        let id = self.desk().setting(COSTING_METHOD).await?.unwrap_or_default();
        Ok(Method::from_id(&id).unwrap_or_default())
    }

    /// Which report tells the cost of advertising.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub async fn ad_cost_source(&self) -> Result<AdCostSource, DeskError> {
        let id = self.desk().setting(AD_COST_SOURCE).await?.unwrap_or_default();
        Ok(ad_cost_source(&id).unwrap_or_default())
    }

    async fn costing(&self) -> Result<Costing, DeskError> {
        let purchases = self.desk().purchases().await?.into_iter();
        let freight = self.desk().freight().await?.into_iter();
        let warehouses = self.desk().warehouse_rules().await?.into_iter();
        Ok(Costing {
            method: self.costing_method().await?,
            currency: self.reporting_currency().await?,
            purchases: purchases
                .map(|line| Purchase {
                    document: line.document,
                    line: line.line,
                    kind: match line.kind {
                        argosy_desk::PurchaseKind::Purchase => PurchaseKind::Purchase,
                        argosy_desk::PurchaseKind::Opening => PurchaseKind::Opening,
                        argosy_desk::PurchaseKind::Transfer => PurchaseKind::Transfer,
                    },
                    received: line.received,
                    place: line.place,
                    from_place: line.from_place,
                    sku: line.sku,
                    units: line.units,
                    unit_cost: line.unit_cost,
                    unit_weight: line.unit_weight,
                    unit_volume: line.unit_volume,
                })
                .collect(),
            freight: freight
                .map(|line| Freight {
                    document: line.document,
                    day: line.day,
                    amount: line.amount,
                    split: match line.split {
                        argosy_desk::Split::Units => Split::Units,
                        argosy_desk::Split::Value => Split::Value,
                        argosy_desk::Split::Weight => Split::Weight,
                        argosy_desk::Split::Volume => Split::Volume,
                    },
                    applies_to: line.applies_to,
                })
                .collect(),
            warehouses: warehouses
                .map(|rule| WarehouseRule {
                    store: rule.store,
                    market: rule.market,
                    place: rule.place,
                    warehouse: rule.warehouse,
                })
                .collect(),
        })
    }
}

/// The source with this name.
pub(crate) fn ad_cost_source(id: &str) -> Option<AdCostSource> {
    serde_json::from_value(id.into()).ok()
}

/// The name of a source.
pub(crate) fn ad_cost_source_id(source: AdCostSource) -> &'static str {
    match source {
        AdCostSource::Auto => "auto",
        AdCostSource::Settlement => "settlement",
        AdCostSource::Report => "report",
    }
}
