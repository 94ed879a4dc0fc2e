//! Stock value and cost flow as faces show them.

use std::collections::BTreeMap;
use std::sync::Arc;

use argosy_kernel::{Currency, Day};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    book::Book,
    landed::CostProblem,
    model::{Method, Part, Step},
    share::COST_DIGITS,
};

/// Units of one origin still there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct CostLayer {
    /// The document and line they came with; `average` where the method forgets it.
    pub document: String,
    #[schema(value_type = chrono::NaiveDate)]
    pub day: Day,
    pub units: i64,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub cost: Decimal,
}

/// The stock of one product in one warehouse.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct StockRow {
    pub sku: String,
    pub warehouse: String,
    pub units: i64,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub value: Decimal,
    #[serde(with = "rust_decimal::serde::str_option")]
    #[schema(value_type = Option<String>)]
    pub unit_cost: Option<Decimal>,
    pub layers: Vec<CostLayer>,
}

/// What the stock was worth at the end of a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct StockValue {
    #[schema(value_type = chrono::NaiveDate)]
    pub day: Day,
    #[schema(value_type = String)]
    pub currency: Currency,
    pub method: Method,
    pub rows: Vec<StockRow>,
    pub units: i64,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub value: Decimal,
    /// Units that left until that day without a cost: documents are missing.
    pub units_without_cost: i64,
    pub problems: Vec<CostProblem>,
}

/// Which product's costs are to be explained.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CostFlowQuestion {
    pub sku: String,
    #[serde(default)]
    pub warehouse: Option<String>,
    #[serde(default)]
    pub from: Option<Day>,
    #[serde(default)]
    pub to: Option<Day>,
}

/// A booking of a step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct FlowBooking {
    pub line: &'static str,
    pub units: i64,
    /// Above zero = expense.
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub cost: Decimal,
}

/// What one event did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct FlowStep {
    #[schema(value_type = chrono::NaiveDate)]
    pub day: Day,
    pub warehouse: String,
    /// `opening`, `purchase`, `transfer_in`, `transfer_out`, `shipped`, `returned`,
    /// `returned_unsellable`, `damaged`, `lost`, `found`, `disposed`, `adjusted`.
    pub event: &'static str,
    /// Below zero when they left.
    pub units: i64,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub cost: Decimal,
    #[serde(with = "rust_decimal::serde::str_option")]
    #[schema(value_type = Option<String>)]
    pub unit_cost: Option<Decimal>,
    pub booked: Vec<FlowBooking>,
    /// Units of it that have no cost.
    pub units_without_cost: i64,
    pub layers: Vec<CostLayer>,
    /// The document and line, or the report that tells it.
    pub source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub market: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller_sku: Option<String>,
    /// The stock of the warehouse after it.
    pub stock_units: i64,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub stock_value: Decimal,
}

/// Units and value at one end of a period.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, ToSchema)]
pub struct FlowBalance {
    pub units: i64,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub value: Decimal,
}

/// Every unit of a product: layer → event → layer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct CostFlow {
    pub sku: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    pub method: Method,
    pub opening: FlowBalance,
    pub steps: Vec<FlowStep>,
    pub closing: FlowBalance,
}

fn unit_cost(value: Decimal, units: i64) -> Option<Decimal> {
    let units = Decimal::from(units.abs());
    value.abs().checked_div(units).map(|cost| cost.round_dp(COST_DIGITS).normalize())
}

fn layers(parts: &[Part]) -> Vec<CostLayer> {
    parts
        .iter()
        .map(|part| CostLayer {
            document: part.origin.to_string(),
            day: part.day,
            units: part.units,
            cost: part.cost.normalize(),
        })
        .collect()
}

pub(crate) fn stock_value(book: &Book, day: Day) -> StockValue {
    let mut shown = StockValue {
        day,
        currency: book.currency,
        method: book.method,
        rows: Vec::new(),
        units: 0,
        value: Decimal::ZERO,
        units_without_cost: 0,
        problems: book.problems.clone(),
    };
    for (sku, outcome) in book.at(day) {
        shown.units_without_cost += outcome.steps.iter().map(|step| step.uncosted).sum::<i64>();
        for (warehouse, stock) in outcome.stocks {
            let (units, value) = (stock.units(), stock.value());
            if units == 0 {
                continue;
            }
            let parts: Vec<Part> = stock.layers().cloned().collect();
            shown.units += units;
            shown.value += value;
            shown.rows.push(StockRow {
                sku: sku.to_owned(),
                warehouse: warehouse.to_string(),
                units,
                value: value.normalize(),
                unit_cost: unit_cost(value, units),
                layers: layers(&parts),
            });
        }
    }
    shown.value = shown.value.normalize();
    shown
}

pub(crate) fn cost_flow(book: &Book, question: &CostFlowQuestion) -> CostFlow {
    let mut flow = CostFlow {
        sku: question.sku.clone(),
        currency: book.currency,
        method: book.method,
        opening: FlowBalance::default(),
        steps: Vec::new(),
        closing: FlowBalance::default(),
    };
    let mut stocks: BTreeMap<Arc<str>, FlowBalance> = BTreeMap::new();
    for step in book.course(&question.sku).into_iter().flat_map(|outcome| outcome.steps) {
        if question.warehouse.as_deref().is_some_and(|wanted| wanted != &*step.warehouse)
            || question.to.is_some_and(|to| step.day > to)
        {
            continue;
        }
        let balance = stocks.entry(Arc::clone(&step.warehouse)).or_default();
        balance.units += step.moved;
        balance.value += step.cost;
        let after = *balance;
        flow.closing.units += step.moved;
        flow.closing.value += step.cost;
        if question.from.is_some_and(|from| step.day < from) {
            flow.opening = flow.closing;
            continue;
        }
        flow.steps.push(shown_step(step, after));
    }
    flow
}

fn shown_step(step: Step, after: FlowBalance) -> FlowStep {
    FlowStep {
        day: step.day,
        warehouse: step.warehouse.to_string(),
        event: step.event,
        units: step.units,
        cost: step.cost.normalize(),
        unit_cost: unit_cost(step.cost, step.moved),
        booked: step
            .booked
            .into_iter()
            .filter(|(_, units, cost)| *units != 0 || !cost.is_zero())
            .map(|(line, units, cost)| FlowBooking { line, units, cost: cost.normalize() })
            .collect(),
        units_without_cost: step.uncosted,
        layers: layers(&step.parts),
        source: step.source.to_string(),
        store: step.listing.as_ref().map(|listing| listing.store.clone()),
        market: step.listing.as_ref().and_then(|listing| listing.market.clone()),
        seller_sku: step.listing.as_ref().map(|listing| listing.seller_sku.clone()),
        stock_units: after.units,
        stock_value: after.value.normalize(),
    }
}
