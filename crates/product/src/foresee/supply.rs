//! How each product is bought and packed, from the company's records; usual values where it says
//! nothing, and then it is told so.

use std::collections::BTreeMap;

use argosy_desk::Record;
use argosy_kernel::{Currency, Day, Money, Text};
use argosy_metrics::{DeskData, Rates};
use rust_decimal::Decimal;

use super::{fields::Fields, settings::ReplenishSettings};
use crate::{
    replenish::{Goods, Tier},
    says::both,
};

/// A landed cost is never taken apart below this share of itself.
const LEAST_GOODS_SHARE: Decimal = Decimal::from_parts(3, 0, 0, false, 1);

/// Items and prices as they stand.
pub(crate) struct Supply<'a> {
    items: BTreeMap<&'a str, Fields<'a>>,
    prices: BTreeMap<&'a str, Vec<Price<'a>>>,
    suppliers: BTreeMap<&'a str, (&'a str, Option<&'a str>)>,
    desk: &'a DeskData,
    rates: Rates,
    pub(crate) currency: Currency,
    pub(crate) today: Day,
}

#[derive(Clone, Copy)]
struct Price<'a> {
    supplier: &'a str,
    fields: Fields<'a>,
    currency: Currency,
}

/// How one product is bought for one market.
#[derive(Clone, Debug)]
pub(crate) struct Bought {
    pub(crate) goods: Goods,
    pub(crate) supplier: Option<String>,
    pub(crate) lead_days: Option<i64>,
    /// Duty and other costs of a unit beside goods and freight.
    pub(crate) beside: Decimal,
    /// Volume of a unit in cubic metres.
    pub(crate) unit_m3: Decimal,
    /// What was assumed.
    pub(crate) notes: Vec<Text>,
}

impl<'a> Supply<'a> {
    pub(crate) fn of(
        (items, prices, suppliers): (&'a [Record], &'a [Record], &'a [Record]),
        desk: &'a DeskData,
        rates: &Rates,
        (currency, today): (Currency, Day),
    ) -> Self {
        let suppliers: BTreeMap<&str, (&str, Option<&str>)> = suppliers
            .iter()
            .filter(|one| !matches!(one.state.as_deref(), Some("paused" | "ended")))
            .map(|one| {
                let fields = Fields(&one.body);
                (one.id.as_str(), (fields.text("name").unwrap_or(&one.id), fields.text("country")))
            })
            .collect();
        let mut by_sku: BTreeMap<&str, Vec<Price<'a>>> = BTreeMap::new();
        for record in prices {
            let fields = Fields(&record.body);
            let Some((sku, supplier)) = fields.text("sku").zip(fields.text("supplier")) else {
                continue;
            };
            let holds = fields.day("since").is_none_or(|since| since <= today)
                && fields.day("until").is_none_or(|until| until >= today);
            let Some(currency) = fields.currency("currency") else { continue };
            if holds && suppliers.contains_key(supplier) {
                by_sku.entry(sku).or_default().push(Price { supplier, fields, currency });
            }
        }
        let item = |one: &'a Record| {
            let fields = Fields(&one.body);
            Some((fields.text("sku").unwrap_or(&one.id), fields))
        };
        Self {
            items: items.iter().filter_map(item).collect(),
            prices: by_sku,
            suppliers,
            desk,
            rates: rates.with_own(&desk.own_rates),
            currency,
            today,
        }
    }

    /// The item master of a product.
    pub(crate) fn item(&self, sku: &str) -> Option<Fields<'a>> {
        self.items.get(sku).copied()
    }

    /// What people call a supplier, and where it is.
    pub(crate) fn supplier(&self, code: &str) -> Option<(&'a str, Option<&'a str>)> {
        self.suppliers.get(code).copied()
    }

    /// Suppliers with a price for a product today.
    pub(crate) fn suppliers_of(&self, sku: &str) -> Vec<&'a str> {
        let prices = self.prices.get(sku).into_iter().flatten();
        let mut all: Vec<&str> = prices.map(|price| price.supplier).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// An amount in the reporting currency at today's rate.
    pub(crate) fn convert(&self, amount: Decimal, from: Currency) -> Option<Decimal> {
        let rate = self.rates.between(from.code(), self.currency.code(), self.today)?;
        Some(amount * rate)
    }

    /// The landed cost of a unit as the desk knows it: of the market, or of all.
    pub(crate) fn landed(&self, sku: &str, market: &str) -> Option<Decimal> {
        let own = self.desk.costs.iter().filter(|cost| cost.sku == sku && cost.since <= self.today);
        let of = |wanted: Option<&str>| {
            own.clone().filter(|cost| cost.market.as_deref() == wanted).max_by_key(|c| c.since)
        };
        let cost = of(Some(market)).or_else(|| of(None))?.cost;
        self.convert(cost.amount, cost.currency)
    }

    /// How a product is bought for a market. `share` of the supplier's least order falls to it;
    /// `sea` tells what shipping a unit in a full order by the usual way costs.
    ///
    /// # Errors
    /// What is missing and what to do.
    pub(crate) fn bought(
        &self,
        (sku, market): (&str, &str),
        settings: &ReplenishSettings,
        share: Decimal,
        sea: impl Fn(&Goods) -> Decimal,
    ) -> Result<Bought, Text> {
        let mut notes = Vec::new();
        let mut goods = self.packed(sku, settings, &mut notes);
        let unit_m3 = goods.carton_m3 / Decimal::from(goods.carton_units);
        let landed = self.landed(sku, market);
        let (mut supplier, mut lead_days, mut beside) = (None, None, Decimal::ZERO);
        if let Some((price, tiers)) = self.best_price(sku) {
            goods.tiers = tiers;
            let moq = price.fields.integer("moq").unwrap_or(1).max(1);
            let own = (Decimal::from(moq) * share).ceil();
            goods.moq = u32::try_from(own).unwrap_or(u32::MAX).max(1);
            supplier = Some(price.supplier.to_owned());
            lead_days = price.fields.integer("lead_days");
            let unit = goods.price(goods.moq).map_or(Decimal::ZERO, |price| price.amount);
            if let Some(landed) = landed {
                beside = (landed - unit - sea(&goods)).clamp(Decimal::ZERO, unit);
            }
        } else if let Some(landed) = landed {
            goods.tiers = vec![Tier { from_units: 1, price: self.money(landed) }];
            let price = (landed - sea(&goods)).max(landed * LEAST_GOODS_SHARE);
            goods.tiers[0].price = self.money(price).rounded();
            notes.push(both(
                "No supplier price: the landed unit cost less freight by sea stands in for it",
                "没有供应商报价：以到仓成本减去海运费估算采购价",
            ));
        } else {
            return Err(both(
                format!(
                    "No price of a supplier and no unit cost of `{sku}`: enter a supplier price"
                ),
                format!("`{sku}` 没有供应商报价，也没有单位成本：请录入供应商报价"),
            ));
        }
        Ok(Bought { goods, supplier, lead_days, beside, unit_m3, notes })
    }

    fn money(&self, amount: Decimal) -> Money {
        Money::new(amount, self.currency)
    }

    /// The supplier a product is bought from.
    pub(crate) fn cheapest(&self, sku: &str) -> Option<&'a str> {
        self.best_price(sku).map(|(price, _)| price.supplier)
    }

    /// The price that is lowest at its own least order, with its tiers in the reporting currency.
    fn best_price(&self, sku: &str) -> Option<(Price<'a>, Vec<Tier>)> {
        let priced = self.prices.get(sku)?.iter().filter_map(|price| {
            let mut tiers: Vec<Tier> = Vec::new();
            for line in price.fields.lines("tiers") {
                let from_units = u32::try_from(line.integer("from_units")?).ok()?;
                let amount = self.convert(line.decimal("price")?, price.currency)?;
                tiers.push(Tier { from_units, price: self.money(amount.round_dp(4)) });
            }
            (!tiers.is_empty()).then_some((*price, tiers))
        });
        priced.min_by_key(|(price, tiers)| {
            let moq = u32::try_from(price.fields.integer("moq").unwrap_or(1)).unwrap_or(1);
            let below = tiers.iter().filter(|tier| tier.from_units <= moq.max(1));
            let at = below.max_by_key(|tier| tier.from_units).or_else(|| tiers.first());
            at.map(|tier| tier.price.amount)
        })
    }

    fn packed(&self, sku: &str, settings: &ReplenishSettings, notes: &mut Vec<Text>) -> Goods {
        let item = self.items.get(sku).copied();
        let number = |id: &str| item.and_then(|item| item.decimal(id));
        let positive = |id: &str| number(id).filter(|value| *value > Decimal::ZERO);
        let size = |prefix: &str| {
            let [l, w, h] = ["length_cm", "width_cm", "height_cm"]
                .map(|side| positive(&format!("{prefix}{side}")));
            Some(l? * w? * h? / Decimal::from(1_000_000))
        };
        let units = positive("carton_units").and_then(|n| u32::try_from(n).ok());
        let carton_units = units.unwrap_or(settings.carton_units);
        let each = Decimal::from(carton_units);
        let carton_m3 = size("carton_").or_else(|| Some(size("pack_")? * each));
        let carton_kg = positive("carton_kg").or_else(|| Some(positive("pack_weight_kg")? * each));
        if units.is_none() || carton_m3.is_none() || carton_kg.is_none() {
            notes.push(both(
                "Carton not complete in the item master: usual values stand in",
                "产品资料中箱规不完整：以常用值代替",
            ));
        }
        let per_order = self.convert(settings.per_order, Currency::USD).unwrap_or_default();
        Goods {
            carton_units,
            carton_kg: carton_kg.unwrap_or(settings.carton_kg),
            carton_m3: carton_m3.unwrap_or(settings.carton_m3),
            moq: 1,
            tiers: Vec::new(),
            per_order: self.money(per_order).rounded(),
        }
    }
}
