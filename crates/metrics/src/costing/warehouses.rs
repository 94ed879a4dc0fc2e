//! Which warehouse the goods of a store, market and place are kept in.

use std::{collections::BTreeSet, sync::Arc};

use super::model::Costing;

/// Goods sent back from the channel that no document has received yet.
const REMOVED: &str = "removed";

/// Warehouses by what reports call them.
#[derive(Debug)]
pub(crate) struct Warehouses<'c> {
    costing: &'c Costing,
    known: BTreeSet<&'c str>,
}

impl<'c> Warehouses<'c> {
    pub(crate) fn new(costing: &'c Costing) -> Self {
        let of_documents = costing.purchases.iter().flat_map(|line| {
            [Some(line.place.as_str()), line.from_place.as_deref()].into_iter().flatten()
        });
        Self { costing, known: of_documents.collect() }
    }

    /// The warehouse: the company's rule that names the most; a place with the name of a warehouse;
    /// the only warehouse there is; one named after the store or its market. Otherwise unknown.
    pub(crate) fn of(
        &self,
        store: &str,
        market: Option<&str>,
        place: Option<&str>,
    ) -> Option<Arc<str>> {
        let fits = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| Some(wanted) == found)
        };
        let rule = self
            .costing
            .warehouses
            .iter()
            .filter(|rule| {
                rule.store == store && fits(&rule.market, market) && fits(&rule.place, place)
            })
            .max_by_key(|rule| (rule.place.is_some(), rule.market.is_some()));
        if let Some(rule) = rule {
            return Some(rule.warehouse.as_str().into());
        }
        let named = |name: Option<&str>| {
            self.known.iter().find(|known| Some(**known) == name).map(|known| Arc::from(*known))
        };
        if let Some(warehouse) = named(place) {
            return Some(warehouse);
        }
        // A warehouse that goods are only sent on from is where none are sold.
        let mut ends = self.known.iter().filter(|known| !self.only_sends(known));
        if let (Some(only), None) = (ends.next(), ends.next()) {
            return Some(Arc::from(*only));
        }
        named(Some(store)).or_else(|| named(market))
    }

    fn only_sends(&self, warehouse: &str) -> bool {
        self.costing.purchases.iter().any(|line| line.from_place.as_deref() == Some(warehouse))
    }

    /// Where goods go that the channel sends back.
    pub(crate) fn removed_from(warehouse: &str) -> Arc<str> {
        format!("{warehouse} ({REMOVED})").into()
    }
}
