//! Costs in time: what goods cost when they leave, from purchases, freight and movements.
//!
//! Purchases, opening stock and transfers are layers of the stock of a product in a warehouse;
//! freight and duty land on them, also when their bill comes later. Goods leave when the channel
//! ships them (where no report tells, when they are sold) and come back at the cost they left with;
//! damage, loss, disposal and unsellable returns are written off to lines of their own.
//! `docs/concepts/costs-in-time.md` tells the formulas with worked examples.
//!
//! **Invariants**
//! - For every method, Σ cost in = Σ cost booked + Σ value of the stock, to the last digit ([`run`]).
//! - Units without a cost are told as such and never count as free.
//! - Nothing is stored: everything is worked out from documents and facts, so that a bill that comes
//!   late or a corrected report tells the same as if it had been there from the start.

mod book;
pub(crate) mod booked;
mod events;
mod landed;
mod ledger_rows;
mod model;
mod month;
mod run;
mod share;
mod shown;
mod stock;
#[cfg(test)]
mod tests;
mod warehouses;

use std::{
    fmt::{self, Write},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use argosy_facts::Session;
use argosy_kernel::Day;

pub(crate) use self::book::Book;
pub use self::{
    landed::CostProblem,
    model::{Costing, Freight, Method, Purchase, PurchaseKind, Split, WarehouseRule},
    shown::{
        CostFlow, CostFlowQuestion, CostLayer, FlowBalance, FlowBooking, FlowStep, StockRow,
        StockValue,
    },
};
use crate::{desk_data::DeskData, engine::Engine, goods::Goods, question::AskError};

/// Hashes what is written to it.
struct Hashing<'h>(&'h mut DefaultHasher);

impl Write for Hashing<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.hash(self.0);
        Ok(())
    }
}

fn key(session: &Session, desk: &DeskData) -> u64 {
    let mut hasher = DefaultHasher::new();
    session.facts_id().hash(&mut hasher);
    let DeskData { products, costs, pairings, own_rates, stores, costing, .. } = desk;
    let parts = (products, costs, pairings, own_rates, stores, costing);
    // Writing to a hasher cannot fail.
    let _ = write!(Hashing(&mut hasher), "{parts:?}");
    hasher.finish()
}

/// The book of this desk and these facts; `None` where the company keeps no purchases.
pub(crate) async fn book(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
) -> Result<Option<Arc<Book>>, AskError> {
    if !desk.costing.is_on() {
        return Ok(None);
    }
    let key = key(session, desk);
    if let Some(book) = engine.shelf().book.get(key) {
        return Ok(Some(book));
    }
    let rates = engine.rates().with_own(&desk.own_rates);
    let goods = Goods::new(desk);
    let book = Book::read(session, engine.chart(), &goods, &desk.costing, &rates).await?;
    Ok(Some(engine.shelf().book.put(key, book)))
}

/// Rows that costing adds to the ledger, as SELECTs with its columns.
pub(crate) async fn extra_ledger(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
) -> Result<Vec<String>, AskError> {
    let mut selects = Vec::new();
    if let Some(book) = book(engine, session, desk).await? {
        selects.extend(ledger_rows::write_offs(session, &book)?);
    }
    selects.extend(crate::allocation::ad_cost::rows(engine, session, desk).await?);
    Ok(selects)
}

pub(crate) async fn stock_value(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
    day: Day,
) -> Result<StockValue, AskError> {
    let book = book(engine, session, desk).await?.ok_or_else(no_purchases)?;
    Ok(shown::stock_value(&book, day))
}

pub(crate) async fn cost_flow(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
    question: &CostFlowQuestion,
) -> Result<CostFlow, AskError> {
    let book = book(engine, session, desk).await?.ok_or_else(no_purchases)?;
    if !book.events.contains_key(&question.sku) {
        let message = format!("no document and no movement names the product `{}`", question.sku);
        return Err(AskError::question("unknown_product", message, "check how its SKU is spelled"));
    }
    Ok(shown::cost_flow(&book, question))
}

pub(crate) async fn problems(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
) -> Result<Vec<CostProblem>, AskError> {
    let book = book(engine, session, desk).await?;
    Ok(book.map(|book| book.problems.clone()).unwrap_or_default())
}

fn no_purchases() -> AskError {
    let hint = "import purchases or opening stock with the template `purchases`";
    AskError::question("no_purchases", "there are no purchases to value the stock by", hint)
}
