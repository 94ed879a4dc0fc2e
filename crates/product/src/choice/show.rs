//! How boards of this part are laid out: cells with their reasons, sections of a detail.

use argosy_chapter::board::{Cell, Column, Fact, Holds, Remark, Row, Section, Unit};
use argosy_kernel::Text;
use rust_decimal::{Decimal, prelude::ToPrimitive};

pub(crate) use crate::says::both;

/// What joins the parts of a row's id.
pub(crate) const BETWEEN: &str = " · ";

pub(crate) fn row_id(parts: &[&str]) -> String {
    parts.join(BETWEEN)
}

/// The parts of a row's id: two, such as SKU and market. A SKU may hold the joint itself.
pub(crate) fn two(id: &str) -> Option<(&str, &str)> {
    id.rsplit_once(BETWEEN)
}

/// What estimates and pictures are made of; never an amount of the ledger.
pub(crate) type Estimate = f64; // float-ok: estimates and pictures only

/// A share that an estimate gives, rounded to four digits.
pub(crate) fn estimate(value: Estimate) -> Option<Decimal> {
    Decimal::try_from(value).ok().map(|value| value.round_dp(4).normalize())
}

/// A decimal for a picture.
pub(crate) fn plain(value: Decimal) -> Estimate {
    value.to_f64().unwrap_or(0.0) // float-ok: for drawing only
}

/// A share to four digits, a number to two.
pub(crate) fn share(value: Decimal) -> Decimal {
    value.round_dp(4).normalize()
}

pub(crate) fn brief(value: Decimal) -> Decimal {
    value.round_dp(2).normalize()
}

/// A value, or an empty cell with its reason.
pub(crate) fn or_why(row: Row, column: &str, value: Option<impl Into<Cell>>, why: &Text) -> Row {
    match value {
        Some(value) => row.with(column, value),
        None => row.noted(column, why.clone()),
    }
}

pub(crate) fn says(title: Text, says: Text) -> Section {
    Section { title, holds: Holds::Says(says) }
}

pub(crate) fn facts(title: Text, facts: Vec<Fact>) -> Section {
    Section { title, holds: Holds::Facts(facts) }
}

pub(crate) fn fact(name: Text, unit: Unit, value: impl Into<Cell>) -> Fact {
    Fact { name, unit, value: value.into(), note: None }
}

pub(crate) fn noted(name: Text, unit: Unit, value: impl Into<Cell>, note: Text) -> Fact {
    Fact { name, unit, value: value.into(), note: Some(note) }
}

/// A fact whose reason is told only where there is no value.
pub(crate) fn fact_or(name: Text, unit: Unit, value: impl Into<Cell>, why: Text) -> Fact {
    let value = value.into();
    let note = (value == Cell::Empty).then_some(why);
    Fact { name, unit, value, note }
}

pub(crate) fn column(id: &str, name: Text, unit: Unit) -> Column {
    Column { id: id.to_owned(), name, help: None, unit, choices: Vec::new(), shown: true }
}

pub(crate) fn table(title: Text, columns: Vec<Column>, rows: Vec<Row>) -> Section {
    Section { title, holds: Holds::Table { columns, rows } }
}

pub(crate) fn remark(level: &str, says: Text) -> Remark {
    Remark { level: level.to_owned(), says }
}

/// A parameter as a text that is not empty.
pub(crate) fn param<'a>(params: &'a super::Params, id: &str) -> Option<&'a str> {
    params.get(id)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// A parameter as a number.
pub(crate) fn number(params: &super::Params, id: &str) -> Option<Decimal> {
    super::body::of_value(params.get(id)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_row_comes_apart_even_when_a_sku_holds_the_joint() {
        let id = row_id(&["A · B", "DE"]);
        assert_eq!(two(&id), Some(("A · B", "DE")));
        assert_eq!(two("alone"), None);
    }
}
