//! Tables of the desk that SQL of rules may read.

use std::{collections::HashMap, sync::Arc};

use argosy_facts::{
    FactsError, Session,
    arrow::{
        array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray},
        datatypes::{Field, Schema},
    },
};
use argosy_metrics::{DeskData, Product};
use rust_decimal::prelude::ToPrimitive;

use super::Facet;
use crate::frame::day_number;

/// Registers `products`, `pairings` and `unit_costs`.
pub(crate) fn register(
    session: &Session,
    desk: &DeskData,
    facets: &[Facet],
) -> Result<(), FactsError> {
    session.register("products", vec![products(desk, facets)?])?;
    session.register("pairings", vec![pairings(desk)?])?;
    session.register("unit_costs", vec![unit_costs(desk)?])
}

fn table(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, FactsError> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

fn texts<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(texts.collect::<StringArray>())
}

/// One row per listing of a product, and one for a product without any.
fn products(desk: &DeskData, facets: &[Facet]) -> Result<RecordBatch, FactsError> {
    let facets: HashMap<&str, &Facet> =
        facets.iter().map(|facet| (facet.sku.as_str(), facet)).collect();
    let mut listings: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
    for one in desk.pairings.iter().filter(|one| one.until.is_none()) {
        listings.entry(&one.sku).or_default().push((&one.store, &one.seller_sku));
    }
    let rows: Vec<(&Product, Option<(&str, &str)>)> = desk
        .products
        .iter()
        .flat_map(|product| {
            let known = listings.get(product.sku.as_str()).map(Vec::as_slice).unwrap_or_default();
            let none = known.is_empty().then_some((product, None));
            known.iter().map(move |listing| (product, Some(*listing))).chain(none)
        })
        .collect();
    let facet = |product: &Product| facets.get(product.sku.as_str()).copied();
    table(vec![
        ("sku", texts(rows.iter().map(|(product, _)| Some(product.sku.as_str())))),
        ("name", texts(rows.iter().map(|(product, _)| Some(product.name.as_str())))),
        ("brand", texts(rows.iter().map(|(product, _)| product.brand.as_deref()))),
        ("category", texts(rows.iter().map(|(one, _)| facet(one)?.category.as_deref()))),
        ("stage", texts(rows.iter().map(|(one, _)| facet(one)?.stage.as_deref()))),
        ("store", texts(rows.iter().map(|(_, listing)| Some(listing.as_ref()?.0)))),
        ("seller_sku", texts(rows.iter().map(|(_, listing)| Some(listing.as_ref()?.1)))),
    ])
}

fn pairings(desk: &DeskData) -> Result<RecordBatch, FactsError> {
    let all = || desk.pairings.iter();
    let since: Date32Array = all().map(|one| one.since.map(day_number)).collect();
    let until: Date32Array = all().map(|one| one.until.map(day_number)).collect();
    table(vec![
        ("store", texts(all().map(|one| Some(one.store.as_str())))),
        ("seller_sku", texts(all().map(|one| Some(one.seller_sku.as_str())))),
        ("sku", texts(all().map(|one| Some(one.sku.as_str())))),
        ("since", Arc::new(since)),
        ("until", Arc::new(until)),
    ])
}

fn unit_costs(desk: &DeskData) -> Result<RecordBatch, FactsError> {
    let all = || desk.costs.iter();
    let since: Date32Array = all().map(|one| Some(day_number(one.since))).collect();
    let costs: Float64Array = all().map(|one| one.cost.amount.to_f64()).collect(); // float-ok: rules weigh with it
    table(vec![
        ("sku", texts(all().map(|one| Some(one.sku.as_str())))),
        ("market", texts(all().map(|one| one.market.as_deref()))),
        ("since", Arc::new(since)),
        ("cost", Arc::new(costs)),
        ("currency", texts(all().map(|one| Some(one.cost.currency.code())))),
    ])
}
