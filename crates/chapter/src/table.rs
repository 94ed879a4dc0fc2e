//! Boards as tables: for people as sheets, for rules as batches of Arrow.

use std::sync::Arc;

use argosy_facts::arrow::{
    array::{
        ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, RecordBatch,
        StringBuilder,
    },
    datatypes::{DataType, Field, Schema},
    error::ArrowError,
};
use argosy_kernel::{Currency, Day};
use argosy_metrics::export::{Cell as Written, Sheet};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use crate::board::{Board, BoardKind, Cell, Column, Row, Unit};

/// The column with the id of a row in the batch of a board.
pub(crate) const ROW: &str = "row";
/// Money in batches is as in the facts.
const MONEY_PRECISION: u8 = 20;
const MONEY_SCALE: i8 = 6;

/// A board as a table for people, all columns, in a language.
pub fn sheet(kind: &BoardKind, board: &Board, language: &str) -> Sheet {
    let shown: Vec<(&Column, Option<Currency>)> = kind
        .columns
        .iter()
        .filter(|column| column.unit != Unit::Spark)
        .map(|column| (column, one_currency(&board.rows, column)))
        .collect();
    let mut header = Vec::with_capacity(shown.len());
    for (column, currency) in &shown {
        let name = column.name.in_language(language);
        match (column.unit, currency) {
            (Unit::Money, Some(currency)) => header.push(format!("{name} ({currency})")),
            (Unit::Money, None) => {
                header.push(name.to_owned());
                header.push(format!(
                    "{name} {}",
                    if is_chinese(language) { "币种" } else { "currency" }
                ));
            }
            _ => header.push(name.to_owned()),
        }
    }
    let rows = board.rows.iter().map(|row| {
        let mut cells = Vec::with_capacity(header.len());
        for (column, currency) in &shown {
            let cell = row.cells.get(&column.id).unwrap_or(&Cell::Empty);
            cells.push(written(column, cell, language));
            if column.unit == Unit::Money && currency.is_none() {
                cells.push(match cell {
                    Cell::Money(money) => Written::Text(money.currency.code().to_owned()),
                    _ => Written::Empty,
                });
            }
        }
        cells
    });
    let rows = rows.collect();
    Sheet { name: kind.title.in_language(language).to_owned(), header, rows }
}

fn is_chinese(language: &str) -> bool {
    language.starts_with("zh")
}

/// The currency of all amounts of a column, when there is but one.
fn one_currency(rows: &[Row], column: &Column) -> Option<Currency> {
    let mut found = None;
    for row in rows {
        if let Some(Cell::Money(money)) = row.cells.get(&column.id) {
            if found.is_some_and(|found| found != money.currency) {
                return None;
            }
            found = Some(money.currency);
        }
    }
    found
}

fn written(column: &Column, cell: &Cell, language: &str) -> Written {
    match cell {
        Cell::Empty | Cell::Spark(_) => Written::Empty,
        Cell::Flag(flag) => Written::Text(crate::sheet::flag(*flag, language).to_owned()),
        Cell::Integer(number) => Written::Number(Decimal::from(*number)),
        Cell::Number(number) => Written::Number(number.normalize()),
        Cell::Money(money) => Written::Number(money.rounded().amount),
        Cell::Day(day) => Written::Text(day.to_string()),
        Cell::Words(text) => Written::Text(text.in_language(language).to_owned()),
        Cell::Text(text) => {
            let choice = column.choices.iter().find(|choice| choice.id == *text);
            let name = choice.map(|choice| choice.name.in_language(language).to_owned());
            Written::Text(name.unwrap_or_else(|| text.clone()))
        }
    }
}

/// The columns of a board as rules see them; they do not depend on rows.
fn schema(kind: &BoardKind) -> Schema {
    let mut fields = vec![Field::new(ROW, DataType::Utf8, false)];
    for column in &kind.columns {
        let plain = |kind: DataType| Field::new(&column.id, kind, true);
        match column.unit {
            Unit::Text | Unit::Words | Unit::Choice => fields.push(plain(DataType::Utf8)),
            Unit::Number | Unit::Integer | Unit::Percent | Unit::Days => {
                fields.push(plain(DataType::Float64));
            }
            Unit::Money => {
                fields.push(plain(DataType::Decimal128(MONEY_PRECISION, MONEY_SCALE)));
                let name = format!("{}_currency", column.id);
                fields.push(Field::new(name, DataType::Utf8, true));
            }
            Unit::Day => fields.push(plain(DataType::Date32)),
            Unit::Flag => fields.push(plain(DataType::Boolean)),
            Unit::Spark => {}
        }
    }
    Schema::new(fields)
}

/// A board as a table of Arrow: `row` is the id of each row; money is an exact decimal beside
/// `<column>_currency`, which is `currency` where a cell has no amount; sparks are left out.
///
/// # Errors
/// An amount with more digits than the facts hold.
pub fn batch(
    kind: &BoardKind,
    board: &Board,
    currency: Currency,
) -> Result<RecordBatch, ArrowError> {
    let mut arrays: Vec<ArrayRef> = Vec::new();
    let mut ids = StringBuilder::new();
    board.rows.iter().for_each(|row| ids.append_value(&row.id));
    arrays.push(Arc::new(ids.finish()));
    for column in &kind.columns {
        let cells = board.rows.iter().map(|row| row.cells.get(&column.id).unwrap_or(&Cell::Empty));
        match column.unit {
            Unit::Text | Unit::Words | Unit::Choice => arrays.push(texts(cells)),
            Unit::Number | Unit::Integer | Unit::Percent | Unit::Days => {
                arrays.push(numbers(cells));
            }
            Unit::Money => arrays.extend(amounts(cells, currency)?),
            Unit::Day => arrays.push(days(cells)),
            Unit::Flag => {
                let mut flags = BooleanBuilder::new();
                for cell in cells {
                    flags.append_option(if let Cell::Flag(flag) = cell {
                        Some(*flag)
                    } else {
                        None
                    });
                }
                arrays.push(Arc::new(flags.finish()));
            }
            Unit::Spark => {}
        }
    }
    RecordBatch::try_new(Arc::new(schema(kind)), arrays)
}

/// The table of a board without rows.
pub fn empty_batch(kind: &BoardKind) -> RecordBatch {
    RecordBatch::new_empty(Arc::new(schema(kind)))
}

fn texts<'a>(cells: impl Iterator<Item = &'a Cell>) -> ArrayRef {
    let mut texts = StringBuilder::new();
    for cell in cells {
        match cell {
            Cell::Text(text) => texts.append_value(text),
            Cell::Words(text) => texts.append_value(&text.en),
            Cell::Integer(number) => texts.append_value(number.to_string()),
            Cell::Number(number) => texts.append_value(number.normalize().to_string()),
            Cell::Day(day) => texts.append_value(day.to_string()),
            _ => texts.append_null(),
        }
    }
    Arc::new(texts.finish())
}

fn numbers<'a>(cells: impl Iterator<Item = &'a Cell>) -> ArrayRef {
    let mut numbers = Float64Builder::new();
    for cell in cells {
        numbers.append_option(match cell {
            Cell::Number(number) => number.to_f64(), // float-ok: rules compare, money is decimal
            Cell::Integer(number) => number.to_f64(), // float-ok: rules compare, money is decimal
            _ => None,
        });
    }
    Arc::new(numbers.finish())
}

fn amounts<'a>(
    cells: impl Iterator<Item = &'a Cell>,
    currency: Currency,
) -> Result<[ArrayRef; 2], ArrowError> {
    let mut amounts =
        Decimal128Builder::new().with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE)?;
    let mut codes = StringBuilder::new();
    for cell in cells {
        match cell {
            Cell::Money(money) => {
                amounts.append_value(units(money.amount)?);
                codes.append_value(money.currency.code());
            }
            _ => {
                amounts.append_null();
                codes.append_value(currency.code());
            }
        }
    }
    Ok([Arc::new(amounts.finish()), Arc::new(codes.finish())])
}

/// An amount in millionths.
fn units(amount: Decimal) -> Result<i128, ArrowError> {
    let scale = u32::from(MONEY_SCALE.unsigned_abs());
    let mut rounded = amount.round_dp(scale);
    rounded.rescale(scale);
    if rounded.scale() == scale
        && rounded.mantissa().unsigned_abs() < 10_u128.pow(MONEY_PRECISION.into())
    {
        return Ok(rounded.mantissa());
    }
    Err(ArrowError::ComputeError(format!("{amount} has more digits than amounts have")))
}

fn days<'a>(cells: impl Iterator<Item = &'a Cell>) -> ArrayRef {
    let mut days = Date32Builder::new();
    for cell in cells {
        days.append_option(match cell {
            Cell::Day(day) => i32::try_from((*day - Day::default()).num_days()).ok(),
            _ => None,
        });
    }
    Arc::new(days.finish())
}
