//! Which product a listing is on which day, and what a unit of it costs.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use argosy_facts::{
    FactsError,
    arrow::{
        array::{Date32Array, Decimal128Array, RecordBatch, StringArray},
        datatypes::{DataType, Field, Schema},
    },
    schema::{MONEY, MONEY_SCALE},
};
use argosy_kernel::{Day, Money};

use crate::{
    desk_data::{DeskData, UnitCost},
    intervals::{Span, overlap, resolve},
    rows::day_number,
};

/// The first and last day of records without a beginning or an end.
const FIRST_DAY: Day = Day::from_ymd_opt(1990, 1, 1).expect("a valid day");
const LAST_DAY: Day = Day::from_ymd_opt(2199, 12, 31).expect("a valid day");

/// The market key of costs that hold wherever there is no cost of the market's own.
pub(crate) const ANY_MARKET: &str = "*";

/// Store, seller SKU and market; any market when `None`.
pub(crate) type ListingKey = (String, String, Option<String>);

/// Pairing and unit costs without overlaps, ready to be joined with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Goods {
    pairings: BTreeMap<(String, String), Vec<Span<String>>>,
    costs: Vec<ListingCost>,
    /// Markets that have costs of their own.
    markets: BTreeSet<String>,
}

/// Store and seller SKU to market key, first and last day, unit cost.
pub(crate) type CostIndex<'g> = HashMap<(&'g str, &'g str), Vec<(&'g str, Day, Day, Money)>>;

#[derive(Clone, Debug)]
struct ListingCost {
    store: String,
    seller_sku: String,
    market: String,
    span: Span<Money>,
}

impl Goods {
    /// A seller SKU without a pairing in its store that is spelled exactly like a product's own SKU
    /// is that product: small sellers use one code for both.
    pub(crate) fn new(desk: &DeskData) -> Self {
        let mut records: BTreeMap<(String, String), Vec<_>> = BTreeMap::new();
        for pairing in &desk.pairings {
            let key = (pairing.store.clone(), pairing.seller_sku.clone());
            let from = pairing.since.unwrap_or(FIRST_DAY);
            let to = pairing.until.unwrap_or(LAST_DAY);
            let span = Span { from, to, value: pairing.sku.clone() };
            records.entry(key).or_default().push((span, (0, from)));
        }
        let skus: BTreeSet<&String> = desk
            .products
            .iter()
            .map(|product| &product.sku)
            .chain(desk.costs.iter().map(|cost| &cost.sku))
            .collect();
        for store in &desk.stores {
            for sku in &skus {
                let key = (store.clone(), (*sku).clone());
                let whole = Span { from: FIRST_DAY, to: LAST_DAY, value: (*sku).clone() };
                records.entry(key).or_insert_with(|| vec![(whole, (0, FIRST_DAY))]);
            }
        }
        let pairings: BTreeMap<_, _> =
            records.into_iter().map(|(key, records)| (key, resolve(&records))).collect();
        let mut goods = Self { pairings, ..Self::default() };
        goods.markets = desk.costs.iter().filter_map(|cost| cost.market.clone()).collect();
        goods.costs = goods.listing_costs(&desk.costs);
        goods
    }

    fn listing_costs(&self, costs: &[UnitCost]) -> Vec<ListingCost> {
        let mut by_sku: BTreeMap<&str, Vec<&UnitCost>> = BTreeMap::new();
        for cost in costs {
            by_sku.entry(&cost.sku).or_default().push(cost);
        }
        let keys = self.markets.iter().map(String::as_str).chain([ANY_MARKET]);
        let mut dated: BTreeMap<(&str, &str), Vec<Span<Money>>> = BTreeMap::new();
        for market in keys {
            for (sku, costs) in &by_sku {
                let records: Vec<_> = costs
                    .iter()
                    .filter(|cost| cost.market.as_deref().is_none_or(|own| own == market))
                    .map(|cost| {
                        let span = Span { from: cost.since, to: LAST_DAY, value: cost.cost };
                        (span, (u8::from(cost.market.is_some()), cost.since))
                    })
                    .collect();
                dated.insert((*sku, market), resolve(&records));
            }
        }
        let mut listing_costs = Vec::new();
        for ((store, seller_sku), pairings) in &self.pairings {
            for pairing in pairings {
                let of_sku = dated.range((pairing.value.as_str(), "")..);
                for ((_, market), spans) in of_sku.take_while(|((sku, _), _)| *sku == pairing.value)
                {
                    for span in spans {
                        let Some((from, to)) = overlap(pairing, span) else { continue };
                        listing_costs.push(ListingCost {
                            store: store.clone(),
                            seller_sku: seller_sku.clone(),
                            market: (*market).to_owned(),
                            span: Span { from, to, value: span.value },
                        });
                    }
                }
            }
        }
        listing_costs
    }

    /// Unit costs by store and seller SKU: market key, first and last day, cost.
    pub(crate) fn cost_index(&self) -> CostIndex<'_> {
        let mut index: CostIndex<'_> = HashMap::new();
        for cost in &self.costs {
            let key = (cost.store.as_str(), cost.seller_sku.as_str());
            let span = &cost.span;
            index.entry(key).or_default().push((&cost.market, span.from, span.to, span.value));
        }
        index
    }

    /// These pairings with other unit costs: store, seller SKU, market, the day they begin to hold.
    pub(crate) fn with_costs(
        &self,
        costs: impl Iterator<Item = (String, String, Option<String>, Day, Money)>,
    ) -> Self {
        let mut listings: BTreeMap<ListingKey, Vec<(Day, Money)>> = BTreeMap::new();
        for (store, seller_sku, market, since, cost) in costs {
            listings.entry((store, seller_sku, market)).or_default().push((since, cost));
        }
        let mut goods = Self { pairings: self.pairings.clone(), ..Self::default() };
        for ((store, seller_sku, market), mut costs) in listings {
            costs.sort_by_key(|(since, _)| *since);
            goods.markets.extend(market.clone());
            // An order comes before its goods leave: the first cost holds for what is before it.
            if let Some((first, _)) = costs.first_mut() {
                *first = FIRST_DAY;
            }
            let next = costs.iter().skip(1).map(|(since, _)| since.pred_opt().unwrap_or(*since));
            let ends: Vec<Day> = next.chain([LAST_DAY]).collect();
            for ((from, value), to) in costs.into_iter().zip(ends) {
                goods.costs.push(ListingCost {
                    store: store.clone(),
                    seller_sku: seller_sku.clone(),
                    market: market.clone().unwrap_or_else(|| ANY_MARKET.to_owned()),
                    span: Span { from, to, value },
                });
            }
        }
        goods
    }

    /// Whether any listing was a different product on different days.
    pub(crate) fn pairing_is_dated(&self) -> bool {
        let is_whole = |spans: &Vec<Span<String>>| matches!(spans.as_slice(), [span] if span.from == FIRST_DAY && span.to == LAST_DAY);
        !self.pairings.values().all(is_whole)
    }

    /// The product that `seller_sku` of `store` is on `day`.
    pub(crate) fn product(&self, store: &str, seller_sku: &str, day: Day) -> Option<&str> {
        let spans = self.pairings.get(&(store.to_owned(), seller_sku.to_owned()))?;
        let span = spans.iter().find(|span| span.from <= day && day <= span.to)?;
        Some(&span.value)
    }

    pub(crate) fn has_costs(&self) -> bool {
        !self.costs.is_empty()
    }

    /// SQL that turns a market column into the market key of `unit_cost`.
    pub(crate) fn market_key(&self, column: &str) -> String {
        if self.markets.is_empty() {
            return format!("'{ANY_MARKET}'");
        }
        let own: Vec<_> =
            self.markets.iter().map(|market| crate::expression::quoted(market)).collect();
        format!("CASE WHEN {column} IN ({}) THEN {column} ELSE '{ANY_MARKET}' END", own.join(", "))
    }

    pub(crate) fn cost_currencies(&self) -> BTreeSet<String> {
        self.costs.iter().map(|cost| cost.span.value.currency.code().to_owned()).collect()
    }

    /// The table `pairing` (store, seller_sku, since, until, sku).
    pub(crate) fn pairing_table(&self) -> Result<RecordBatch, FactsError> {
        let rows: Vec<_> = self
            .pairings
            .iter()
            .flat_map(|((store, seller_sku), spans)| {
                spans.iter().map(move |span| (store, seller_sku, span))
            })
            .collect();
        let texts = |name: &str| Field::new(name, DataType::Utf8, false);
        let days = |name: &str| Field::new(name, DataType::Date32, false);
        let schema = Schema::new(vec![
            texts("store"),
            texts("seller_sku"),
            days("since"),
            days("until"),
            texts("sku"),
        ]);
        Ok(RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0))),
                Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.1))),
                Arc::new(Date32Array::from_iter_values(
                    rows.iter().map(|row| day_number(row.2.from)),
                )),
                Arc::new(Date32Array::from_iter_values(
                    rows.iter().map(|row| day_number(row.2.to)),
                )),
                Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.2.value))),
            ],
        )?)
    }

    /// The table `unit_cost` (store, seller_sku, market, since, until, cost, currency).
    pub(crate) fn cost_table(&self) -> Result<RecordBatch, FactsError> {
        let texts = |name: &str| Field::new(name, DataType::Utf8, false);
        let days = |name: &str| Field::new(name, DataType::Date32, false);
        let schema = Schema::new(vec![
            texts("store"),
            texts("seller_sku"),
            texts("market"),
            days("since"),
            days("until"),
            Field::new("cost", MONEY, false),
            texts("currency"),
        ]);
        let amounts = self.costs.iter().map(|cost| {
            let mut amount = cost.span.value.amount;
            amount.rescale(MONEY_SCALE.unsigned_abs().into());
            amount.mantissa()
        });
        let costs = &self.costs;
        let text = |of: fn(&ListingCost) -> &str| {
            Arc::new(StringArray::from_iter_values(costs.iter().map(of)))
        };
        let day = |of: fn(&ListingCost) -> Day| {
            Arc::new(Date32Array::from_iter_values(costs.iter().map(|cost| day_number(of(cost)))))
        };
        Ok(RecordBatch::try_new(
            Arc::new(schema),
            vec![
                text(|cost| &cost.store),
                text(|cost| &cost.seller_sku),
                text(|cost| &cost.market),
                day(|cost| cost.span.from),
                day(|cost| cost.span.to),
                Arc::new(Decimal128Array::from_iter_values(amounts).with_data_type(MONEY)),
                text(|cost| cost.span.value.currency.code()),
            ],
        )?)
    }
}

#[cfg(test)]
mod tests {
    use argosy_kernel::Currency;

    use super::*;
    use crate::desk_data::{Pairing, Product};

    #[test]
    fn a_seller_sku_spelled_like_a_product_is_that_product_until_it_is_paired() {
        let desk = DeskData {
            products: vec![Product { sku: "LAMP".into(), ..Product::default() }],
            stores: vec!["us".into(), "de".into()],
            pairings: vec![Pairing {
                store: "de".into(),
                seller_sku: "LAMP".into(),
                sku: "OTHER".into(),
                since: None,
                until: None,
            }],
            costs: vec![UnitCost {
                sku: "LAMP".into(),
                market: None,
                since: FIRST_DAY,
                cost: Money::new("2.5".parse().unwrap(), Currency::USD),
            }],
            ..DeskData::default()
        };
        let goods = Goods::new(&desk);
        assert_eq!(goods.product("us", "LAMP", FIRST_DAY), Some("LAMP"));
        assert_eq!(goods.product("de", "LAMP", FIRST_DAY), Some("OTHER"));
        assert_eq!(goods.cost_table().unwrap().num_rows(), 1);
        assert!(!goods.pairing_is_dated());
    }
}
