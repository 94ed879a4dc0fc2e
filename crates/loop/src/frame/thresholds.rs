//! Which value a threshold has for a row: of its SKU, its category, its store, the company, the rule.

use std::collections::{BTreeMap, HashMap};

use argosy_metrics::DeskData;
use rust_decimal::Decimal;

use super::Frame;
use crate::{
    finding::{Threshold, ThresholdScope},
    rules::Rule,
    watch::Facet,
};

/// What is known of products, for thresholds of categories and for names.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    /// Our product by store and seller SKU; the pairing that began last counts.
    products: HashMap<(String, String), String>,
    categories: HashMap<String, String>,
    names: HashMap<String, String>,
}

impl Catalogue {
    pub(crate) fn new(desk: &DeskData, facets: &[Facet]) -> Self {
        let mut pairings: Vec<_> = desk.pairings.iter().collect();
        pairings.sort_by_key(|pairing| pairing.since);
        let products = pairings
            .into_iter()
            .map(|one| ((one.store.clone(), one.seller_sku.clone()), one.sku.clone()))
            .collect();
        let categories = facets
            .iter()
            .filter_map(|facet| Some((facet.sku.clone(), facet.category.clone()?)))
            .collect();
        let names = desk.products.iter().map(|p| (p.sku.clone(), p.name.clone())).collect();
        Self { products, categories, names }
    }

    /// Our SKU of a seller SKU; unpaired ones may be called as ours.
    fn product<'a>(&'a self, store: &str, seller_sku: &'a str) -> &'a str {
        let paired = self.products.get(&(store.to_owned(), seller_sku.to_owned()));
        paired.map_or(seller_sku, String::as_str)
    }

    /// The name of a seller SKU's product.
    pub(crate) fn name(&self, store: &str, seller_sku: &str) -> Option<&str> {
        let name = self.names.get(self.product(store, seller_sku))?;
        (!name.is_empty()).then_some(name.as_str())
    }

    fn category(&self, store: &str, seller_sku: &str) -> Option<&str> {
        self.categories.get(self.product(store, seller_sku)).map(String::as_str)
    }
}

/// The thresholds of one rule.
pub(crate) struct Thresholds<'a> {
    rule: &'a Rule,
    /// The company's own, by name.
    own: BTreeMap<&'a str, Vec<&'a Threshold>>,
    catalogue: &'a Catalogue,
}

impl<'a> Thresholds<'a> {
    pub(crate) fn new(rule: &'a Rule, all: &'a [Threshold], catalogue: &'a Catalogue) -> Self {
        let mut own: BTreeMap<&str, Vec<&Threshold>> = BTreeMap::new();
        for threshold in all.iter().filter(|threshold| threshold.rule == rule.id) {
            own.entry(&threshold.name).or_default().push(threshold);
        }
        Self { rule, own, catalogue }
    }

    /// The value for a row, and where it was set. The narrowest scope wins.
    pub(crate) fn of(
        &self,
        name: &str,
        frame: &Frame,
        row: usize,
    ) -> Option<(Decimal, ThresholdScope)> {
        let written = self.rule.threshold(name)?;
        let Some(own) = self.own.get(name) else {
            return Some((written.value, ThresholdScope::Rule));
        };
        let text = |column: &str| frame.column(column).map(|column| column.key(row));
        let store = text("store").unwrap_or_default();
        let sku = text("seller_sku").unwrap_or_default();
        let category = || self.catalogue.category(&store, &sku);
        let width = |scope: &ThresholdScope| match scope {
            ThresholdScope::Sku { store: Some(of), sku: one } => {
                (*of == store && *one == sku).then_some(0)
            }
            ThresholdScope::Sku { store: None, sku: one } => {
                (*one == sku || self.catalogue.product(&store, &sku) == one).then_some(1)
            }
            ThresholdScope::Category { name } => (category() == Some(name)).then_some(2),
            ThresholdScope::Store { name } => (*name == store).then_some(3),
            ThresholdScope::Global => Some(4),
            ThresholdScope::Rule => None,
        };
        let found = own.iter().filter_map(|one| Some((width(&one.scope)?, *one)));
        let narrowest = found.min_by_key(|(width, _)| *width);
        Some(match narrowest {
            Some((_, one)) => (one.value, one.scope.clone()),
            None => (written.value, ThresholdScope::Rule),
        })
    }
}
