//! Cells, facts and columns of boards.
//!
//! float-ok: rounds estimates for showing.

use argosy_chapter::board::{Cell, Column, Fact, Holds, Remark, Section, Unit};
use argosy_kernel::{Money, Text};
use rust_decimal::Decimal;

use crate::says::both;

/// An estimate, rounded to so many digits; nothing where it is no number.
pub(crate) fn number(value: f64, digits: u32) -> Cell {
    Decimal::from_f64_retain(value).map_or(Cell::Empty, |n| Cell::Number(n.round_dp(digits)))
}

/// A share; the board shows it in percent.
pub(crate) fn share(value: Option<f64>) -> Cell {
    value.map_or(Cell::Empty, |value| number(value, 4))
}

/// An estimate as a decimal.
pub(crate) fn decimal(value: f64) -> Decimal {
    Decimal::from_f64_retain(value).unwrap_or_default().round_dp(4)
}

/// Money as people read it.
pub(crate) fn money(value: Option<Money>) -> Cell {
    value.map_or(Cell::Empty, |money| Cell::Money(money.rounded()))
}

pub(crate) fn remark(level: &str, says: Text) -> Remark {
    Remark { level: level.to_owned(), says }
}

/// A name and its value.
pub(crate) fn fact(en: &str, zh: &str, unit: Unit, value: impl Into<Cell>) -> Fact {
    Fact { name: both(en, zh), unit, value: value.into(), note: None }
}

pub(crate) fn column(id: &str, en: &str, zh: &str, unit: Unit) -> Column {
    let (id, name) = (id.to_owned(), both(en, zh));
    Column { id, name, help: None, unit, choices: Vec::new(), shown: true }
}

pub(crate) fn section(en: &str, zh: &str, holds: Holds) -> Section {
    Section { title: both(en, zh), holds }
}

/// What to say of facts that are behind.
pub(crate) fn old(days: Option<i64>) -> Option<Remark> {
    let days = days?;
    Some(remark(
        "warning",
        both(
            format!("The newest sales are {days} days old: import newer reports, then run again"),
            format!("最新销售数据已是 {days} 天前：请导入新报告后重新运行"),
        ),
    ))
}
