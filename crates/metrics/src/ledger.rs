//! Drill-down: the ledger rows behind a number, each with its lineage.

use argosy_facts::Session;
use argosy_kernel::{Currency, Day, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    chart::{COGS, UNCLASSIFIED},
    desk_data::DeskData,
    dimension::Source,
    engine::Engine,
    expression::quoted,
    frame::{Asked, Frame},
    money::View,
    profit::stages_of,
    question::{AskError, Filters, period},
    rows::{Numbers, Texts},
};

/// Rows on one page at most.
const PAGE_ROWS_MAX: usize = 1_000;
const PAGE_ROWS: usize = 100;

/// Which ledger rows are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerQuestion {
    #[serde(default)]
    pub filters: Filters,
    pub from: Day,
    pub to: Day,
    /// A line, a group of the chart, or a subtotal of the account.
    #[serde(default)]
    pub line: Option<String>,
    #[serde(default, rename = "where")]
    pub condition: Option<String>,
    pub currency: Currency,
    #[serde(default)]
    pub cursor: Option<String>,
    #[serde(default)]
    pub limit: Option<usize>,
    /// How money is looked at.
    #[serde(default)]
    pub view: View,
}

/// One movement of money with where it came from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LedgerRow {
    pub store: String,
    pub channel: String,
    pub market: Option<String>,
    pub day: String,
    pub line: String,
    pub amount: Money,
    /// In the reporting currency at the rate of the day; `None` without a rate.
    pub converted: Option<Money>,
    pub provisional: bool,
    pub seller_sku: Option<String>,
    pub order_id: Option<String>,
    pub units: Option<String>,
    pub statement: Option<String>,
    pub transaction: Option<String>,
    pub fee_type: Option<String>,
    /// When deferred money is or was released, where the report says so.
    pub release_day: Option<String>,
    pub container: String,
    pub definition: String,
    /// The first sixteen digits of the raw file's hash.
    pub raw: String,
    pub row: i64,
}

/// One page of rows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LedgerPage {
    pub rows: Vec<LedgerRow>,
    pub meta: LedgerMeta,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LedgerMeta {
    /// Hand this back as `cursor` for the next page.
    pub next: Option<String>,
    pub total_rows: u64,
    /// The sum of all rows in the reporting currency.
    pub total: Money,
}

/// Where a page ended: the sort key of its last row, and how many rows with that key were shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Cursor(Day, String, i64, String, String, usize);

impl Cursor {
    fn read(text: &str) -> Result<Self, AskError> {
        let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
        let cursor = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let hint = "take `meta.next` of the page before, unchanged";
        cursor.ok_or_else(|| AskError::question("wrong_cursor", "the cursor cannot be read", hint))
    }

    fn write(&self) -> Option<String> {
        let json = serde_json::to_vec(self).ok()?;
        Some(json.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Rows at or after this key, in the order of the page.
    fn condition(&self) -> String {
        let Self(day, raw, row, line, fee_type, _) = self;
        let parts = [
            ("f.\"day\"", format!("DATE '{day}'")),
            ("f.\"raw\"", quoted(raw)),
            ("f.\"row\"", row.to_string()),
            ("f.\"line\"", quoted(line)),
            ("coalesce(f.\"fee_type\", '')", quoted(fee_type)),
        ];
        let mut condition = String::new();
        for (at, (column, value)) in parts.iter().enumerate().rev() {
            condition = if at == parts.len() - 1 {
                format!("{column} >= {value}")
            } else {
                format!("({column} > {value} OR ({column} = {value} AND {condition}))")
            };
        }
        condition
    }
}

const COLUMNS: [&str; 19] = [
    "store",
    "channel",
    "market",
    "day",
    "line",
    "currency",
    "provisional",
    "seller_sku",
    "order_id",
    "statement",
    "transaction",
    "fee_type",
    "container",
    "definition",
    "raw",
    "release_day",
    "amount",
    "units",
    "row",
];
/// From this one on the columns are numbers.
const FIRST_NUMBER: usize = 16;

pub(crate) async fn rows(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
    question: &LedgerQuestion,
) -> Result<LedgerPage, AskError> {
    let asked = period(question.from, question.to)?;
    let scope = Asked {
        currency: question.currency,
        by: Vec::new(),
        filters: &question.filters,
        condition: question.condition.as_deref(),
    };
    let frame = Frame::new(engine, session, desk, scope)?;
    let unknown = frame.condition_dimensions().into_iter().find(|d| !d.known_in(Source::Ledger));
    if let Some(dimension) = unknown {
        let message = format!("the ledger does not know `{}`", dimension.id());
        return Err(AskError::question("unknown_dimension", message, ""));
    }
    let conditions = frame.conditions(Source::Ledger)?;
    let mut parts =
        vec![format!("f.\"day\" BETWEEN DATE '{}' AND DATE '{}'", asked.from, asked.to)];
    parts.extend(conditions.inner);
    // Conditions on products speak of the grouped relation; here that is the ledger itself.
    let by_product = !conditions.outer.is_empty();
    parts.extend(conditions.outer.iter().map(|sql| sql.replace("b.\"", "f.\"")));
    if let Some(line) = &question.line {
        parts.push(line_condition(&frame, line)?);
    }
    let mut from = "ledger f".to_owned();
    if by_product {
        session.register("pairing", vec![frame.goods.pairing_table()?])?;
        from += "\nLEFT JOIN pairing p ON p.\"store\" = f.\"store\" \
                 AND p.\"seller_sku\" = f.\"seller_sku\" \
                 AND f.\"day\" >= p.\"since\" AND f.\"day\" <= p.\"until\"";
    }
    let (total_rows, total) = total(&frame, &from, &parts).await?;
    let limit = question.limit.unwrap_or(PAGE_ROWS).clamp(1, PAGE_ROWS_MAX);
    let cursor = question.cursor.as_deref().map(Cursor::read).transpose()?;
    let rows = page(&frame, &from, parts, cursor.as_ref(), limit).await?;
    let next = next(&rows, cursor.as_ref(), limit);
    let shown = rows.into_iter().take(limit).collect();
    Ok(LedgerPage { rows: shown, meta: LedgerMeta { next, total_rows, total } })
}

/// SQL for a line, a group, a subtotal, or money nobody knows.
fn line_condition(frame: &Frame<'_>, line: &str) -> Result<String, AskError> {
    let chart = frame.chart();
    let list = |ids: Vec<&str>| {
        let quoted: Vec<_> = ids.into_iter().map(quoted).collect();
        if quoted.is_empty() {
            "FALSE".to_owned()
        } else {
            format!("f.\"line\" IN ({})", quoted.join(", "))
        }
    };
    if line == UNCLASSIFIED {
        let known = chart.lines().iter().map(|line| line.id.as_str());
        let known: Vec<_> = known.filter(|id| *id != UNCLASSIFIED).map(quoted).collect();
        return Ok(format!("f.\"line\" NOT IN ({})", known.join(", ")));
    }
    // Cost of goods is computed from the units of the sales lines: those rows are its evidence.
    if line == COGS {
        return Ok(format!("({}) AND f.\"units\" <> 0", list(chart.lines_of_units_sold())));
    }
    if let Some(stages) = stages_of(line) {
        return Ok(list(stages.into_iter().flat_map(|stage| chart.leaves_of(stage)).collect()));
    }
    if chart.get(line).is_none() {
        let known = chart.lines().iter().map(|line| line.id.as_str());
        let hint = argosy_kernel::knowledge::nearest(line, known);
        let hint = hint.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
        return Err(AskError::question("unknown_line", format!("unknown line `{line}`"), hint));
    }
    Ok(list(chart.leaves_under(line)))
}

async fn total(frame: &Frame<'_>, from: &str, parts: &[String]) -> Result<(u64, Money), AskError> {
    let sql = format!(
        "SELECT f.\"day\", f.\"currency\", sum(f.\"amount\"), count(*)\nFROM {from}\nWHERE {}\nGROUP BY 1, 2",
        parts.join("\n  AND ")
    );
    let (mut rows, mut sum) = (0, Decimal::ZERO);
    for batch in frame.session.query(&sql).await? {
        let (days, codes) = (Texts::of(&batch, 0)?, Texts::of(&batch, 1)?);
        let (amounts, counts) = (Numbers::of(&batch, 2)?, Numbers::of(&batch, 3)?);
        for row in 0..batch.num_rows() {
            rows += counts.count(row);
            let (day, code) = (days.at(row).unwrap_or_default(), codes.at(row).unwrap_or_default());
            let amount = amounts.at(row).unwrap_or_default();
            sum += convert(frame, &code, &day, amount).unwrap_or_default();
        }
    }
    Ok((rows, Money::new(sum.normalize(), frame.currency)))
}

fn convert(frame: &Frame<'_>, code: &str, day: &str, amount: Decimal) -> Option<Decimal> {
    let rate = frame.rates.between(code, frame.currency.code(), day.parse().ok()?)?;
    amount.checked_mul(rate).map(|amount| amount.round_dp(8).normalize())
}

async fn page(
    frame: &Frame<'_>,
    from: &str,
    mut parts: Vec<String>,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Vec<LedgerRow>, AskError> {
    parts.extend(cursor.map(Cursor::condition));
    let columns: Vec<_> = COLUMNS.iter().map(|column| format!("f.\"{column}\"")).collect();
    let sql = format!(
        "SELECT {}\nFROM {from}\nWHERE {}\nORDER BY f.\"day\", f.\"raw\", f.\"row\", f.\"line\", \
         coalesce(f.\"fee_type\", ''), f.\"amount\"\nLIMIT {} OFFSET {}",
        columns.join(", "),
        parts.join("\n  AND "),
        limit + 1,
        cursor.map_or(0, |cursor| cursor.5)
    );
    let mut rows = Vec::new();
    for batch in frame.session.query(&sql).await? {
        let texts =
            (0..FIRST_NUMBER).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let numbers = (FIRST_NUMBER..COLUMNS.len())
            .map(|at| Numbers::of(&batch, at))
            .collect::<Result<Vec<_>, _>>()?;
        for at in 0..batch.num_rows() {
            let number = |column: usize| numbers[column].at(at);
            let values: Vec<Option<String>> = texts.iter().map(|column| column.at(at)).collect();
            rows.extend(row(frame, values, [number(0), number(1), number(2)]));
        }
    }
    Ok(rows)
}

fn row(
    frame: &Frame<'_>,
    values: Vec<Option<String>>,
    [amount, units, row]: [Option<Decimal>; 3],
) -> Option<LedgerRow> {
    let values: [Option<String>; FIRST_NUMBER] = values.try_into().ok()?;
    let [store, channel, market, day, line, currency, provisional, rest @ ..] = values;
    let [seller_sku, order_id, statement, transaction, fee_type, lineage @ ..] = rest;
    let [container, definition, raw, release_day] = lineage;
    let (code, day, amount) = (currency?, day?, amount?);
    let currency: Currency = code.parse().ok()?;
    Some(LedgerRow {
        converted: convert(frame, &code, &day, amount)
            .map(|converted| Money::new(converted, frame.currency)),
        store: store?,
        channel: channel?,
        market,
        day,
        line: line?,
        amount: Money::new(amount, currency),
        provisional: provisional.as_deref() == Some("true"),
        seller_sku,
        order_id,
        units: units.map(|units| units.to_string()),
        statement,
        transaction,
        fee_type,
        release_day,
        container: container?,
        definition: definition?,
        raw: raw?,
        row: row.and_then(|row| i64::try_from(row).ok())?,
    })
}

fn next(rows: &[LedgerRow], before: Option<&Cursor>, limit: usize) -> Option<String> {
    if rows.len() <= limit {
        return None;
    }
    let key = |row: &LedgerRow| -> Option<Cursor> {
        let fee_type = row.fee_type.clone().unwrap_or_default();
        let day = row.day.parse().ok()?;
        Some(Cursor(day, row.raw.clone(), row.row, row.line.clone(), fee_type, 0))
    };
    let last = key(rows.get(limit - 1)?)?;
    let same =
        rows[..limit].iter().rev().take_while(|row| key(row).as_ref() == Some(&last)).count();
    // When the whole page has one key, the rows skipped for it before count too.
    let skipped = before
        .filter(|before| {
            same == limit
                && Cursor(
                    before.0,
                    before.1.clone(),
                    before.2,
                    before.3.clone(),
                    before.4.clone(),
                    0,
                ) == last
        })
        .map_or(0, |before| before.5);
    Cursor(last.0, last.1, last.2, last.3, last.4, same + skipped).write()
}
