//! Shapes of metrics, answers and the profit statement.

use std::collections::BTreeMap;

use argosy_kernel::Currency;
use argosy_metrics::{Amount, Answer, Better, Cells, Figure, MetricCard, Notes, Profit, Unit};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    http::dto::{MoneyDto, TextDto, plain},
};

/// A metric and how it is worked out.
#[derive(Serialize, ToSchema)]
#[schema(as = Metric)]
pub(crate) struct MetricDto {
    pub id: String,
    pub version: String,
    pub name: TextDto,
    /// What it tells, in a sentence.
    pub says: TextDto,
    /// simple, ratio, derived or cumulative.
    pub kind: String,
    /// money, fraction, count, days …
    pub unit: String,
    /// `higher`, `lower`, or neither.
    pub better: Option<String>,
    /// The dimensions it can be split by.
    pub dimensions: Vec<String>,
    /// The formula in words of other metrics and columns.
    pub formula: String,
    /// When it is undefined, as a condition in SQL.
    pub undefined: Option<String>,
    /// The aggregate in SQL, for simple metrics.
    pub sql: Option<String>,
    /// The fact tables it is made from.
    pub tables: Vec<String>,
    pub source: String,
    /// `built_in`, or `company` when the company's own folder says so.
    pub origin: String,
}

/// Something to split by.
#[derive(Serialize, ToSchema)]
#[schema(as = Dimension)]
pub(crate) struct DimensionDto {
    pub id: String,
    pub name: TextDto,
}

/// The registry.
#[derive(Serialize, ToSchema)]
pub(crate) struct Metrics {
    pub metrics: Vec<MetricDto>,
    pub dimensions: Vec<DimensionDto>,
}

/// Whether a column is split by or measured.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ColumnKind {
    Dimension,
    Metric,
}

/// A column of the answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskColumn {
    pub id: String,
    pub kind: ColumnKind,
    pub unit: Option<String>,
    /// `higher` or `lower`, when one of them is better.
    pub better: Option<String>,
    pub name: TextDto,
}

/// A value, or why there is none.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Value)]
pub(crate) struct ValueDto {
    /// A decimal text; absent when undefined.
    pub value: Option<String>,
    /// Why it is undefined: nothing to divide by, no cost known …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undefined: Option<String>,
}

/// What a figure that may still change may become.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Band)]
pub(crate) struct BandDto {
    pub low: String,
    pub high: String,
}

fn bands(bands: BTreeMap<String, argosy_metrics::Band>) -> BTreeMap<String, BandDto> {
    let band = |band: argosy_metrics::Band| BandDto {
        low: band.low.normalize().to_string(),
        high: band.high.normalize().to_string(),
    };
    bands.into_iter().map(|(id, one)| (id, band(one))).collect()
}

/// A row of the answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskRow {
    /// Value of each dimension; null is "none".
    pub key: BTreeMap<String, Option<String>>,
    /// Value of each metric.
    pub values: BTreeMap<String, ValueDto>,
    /// The same in the period compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<BTreeMap<String, ValueDto>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub bands: BTreeMap<String, BandDto>,
}

/// The answer over all rows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskTotals {
    pub values: BTreeMap<String, ValueDto>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<BTreeMap<String, ValueDto>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub bands: BTreeMap<String, BandDto>,
}

/// How amounts were converted: `ecb_event_day` is the European Central Bank's reference rate of the
/// event's day, own rates winning; `none` when nothing needed converting.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FxNote {
    pub policy: String,
    /// The newest day with a rate.
    pub last_rate_day: Option<NaiveDate>,
}

/// A definition as it was when the answer was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinitionNote)]
pub(crate) struct DefinitionDto {
    pub id: String,
    pub version: String,
    /// `built_in` or `company`.
    pub origin: String,
}

/// Money that could not be converted, and so is in no figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MoneyWithoutRate {
    pub table: String,
    pub money: Option<MoneyDto>,
    /// The code as the file wrote it, when it is no currency.
    pub currency: Option<String>,
    pub rows: u64,
}

/// A report period that could not be counted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PeriodExcluded {
    pub table: String,
    pub store: String,
    pub market: Option<String>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// `outside`: it reaches past the days asked; `overlaps`: its days are told by other reports.
    pub reason: String,
}

/// How the answer came about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notes)]
pub(crate) struct NotesDto {
    pub sql: String,
    pub definitions: Vec<DefinitionDto>,
    pub currency: String,
    pub fx: Option<FxNote>,
    /// Share of ledger money that may still change, 0 to 1.
    pub provisional_share: Option<String>,
    /// Share of ledger money of fee types that nobody has classified yet, 0 to 1.
    pub unclassified_share: Option<String>,
    /// The import the facts were looked at.
    pub as_of: Option<i64>,
    pub rows_read: u64,
    /// Units sold for which no unit cost is known: their cost is missing from `cogs`.
    pub units_without_cost: Option<String>,
    pub money_without_rate: Vec<MoneyWithoutRate>,
    pub periods_excluded: Vec<PeriodExcluded>,
    /// `as_told`, `exclusive` or `inclusive`.
    pub vat: String,
    /// `settlement` or `order`.
    pub basis: String,
    /// From this day on figures may still grow.
    pub provisional_from: Option<NaiveDate>,
    /// Which level of a table answered: `{table, level, days}`.
    #[schema(value_type = Vec<Object>)]
    pub levels: serde_json::Value,
    /// Units by the rule that gave their cost: `{rule, units}`.
    #[schema(value_type = Vec<Object>)]
    pub cost_rules: serde_json::Value,
    /// What was shared over products: `{line, by, allocated, not_allocated}`.
    #[schema(value_type = Vec<Object>)]
    pub allocation: serde_json::Value,
    /// What told the ad cost of a store and month: `{store, channel, month, source, levels}`.
    #[schema(value_type = Vec<Object>)]
    pub ad_cost_sources: serde_json::Value,
}

/// The answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskResponse {
    pub columns: Vec<AskColumn>,
    pub rows: Vec<AskRow>,
    pub totals: AskTotals,
    /// How many rows there are without the limit.
    pub total_rows: u64,
    pub notes: NotesDto,
}

/// What a line of the profit statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LineKind {
    /// The sum of the lines below it in the chart.
    Group,
    Line,
    /// The sum of the stages above it: `net_sales`, `contribution_1` …
    Subtotal,
}

/// A line of the profit statement, in the order to print.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProfitLine)]
pub(crate) struct LineDto {
    pub id: String,
    pub parent: Option<String>,
    pub stage: String,
    /// How deep it stands in the chart, from 0.
    pub level: u64,
    pub kind: LineKind,
    pub name: TextDto,
    /// What the line means.
    pub says: Option<TextDto>,
}

/// A column of the profit statement; an empty key is everything.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProfitColumn)]
pub(crate) struct ColumnDto {
    pub key: BTreeMap<String, Option<String>>,
    /// Units sold in it for which no unit cost is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units_without_cost: Option<String>,
}

/// The profit statement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProfitResponse {
    pub lines: Vec<LineDto>,
    pub columns: Vec<ColumnDto>,
    /// For each line one amount per column; null when it cannot be known (no unit cost).
    pub cells: BTreeMap<String, Vec<Option<String>>>,
    /// For each line the sum over all columns.
    pub totals: BTreeMap<String, Option<String>>,
    /// The same in the period compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<BTreeMap<String, Vec<Option<String>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_totals: Option<BTreeMap<String, Option<String>>>,
    pub notes: NotesDto,
}

/// Stable names of the nouns of metrics.
fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "money",
        Unit::Units => "units",
        Unit::Count => "count",
        Unit::Fraction => "fraction",
        Unit::Ratio => "ratio",
        Unit::Days => "days",
    }
}

fn better_name(better: Better) -> Option<&'static str> {
    match better {
        Better::Higher => Some("higher"),
        Better::Lower => Some("lower"),
        Better::Neutral => None,
    }
}

impl From<MetricCard> for MetricDto {
    fn from(metric: MetricCard) -> Self {
        Self {
            id: metric.id,
            version: metric.version,
            name: TextDto::from(&metric.name),
            says: TextDto::from(&metric.says),
            kind: metric.kind.to_owned(),
            unit: unit_name(metric.unit).to_owned(),
            better: better_name(metric.better).map(str::to_owned),
            dimensions: metric.dimensions.iter().map(|d| d.id().to_owned()).collect(),
            formula: metric.formula,
            undefined: metric.undefined,
            sql: metric.sql,
            tables: metric.tables.into_iter().map(str::to_owned).collect(),
            source: metric.source,
            origin: metric.origin.to_owned(),
        }
    }
}

impl From<Figure> for ValueDto {
    fn from(figure: Figure) -> Self {
        match figure {
            Figure::Known(number) => Self { value: Some(number.to_string()), undefined: None },
            Figure::Undefined(why) => Self { value: None, undefined: Some(why.to_string()) },
        }
    }
}

fn values(figures: BTreeMap<String, Figure>) -> BTreeMap<String, ValueDto> {
    figures.into_iter().map(|(id, figure)| (id, figure.into())).collect()
}

impl From<Answer> for AskResponse {
    fn from(answer: Answer) -> Self {
        let column = |column: argosy_metrics::AnswerColumn| AskColumn {
            id: column.id,
            kind: match column.kind {
                "metric" => ColumnKind::Metric,
                _ => ColumnKind::Dimension,
            },
            unit: column.unit.map(|unit| unit_name(unit).to_owned()),
            better: column.better.and_then(better_name).map(str::to_owned),
            name: TextDto::from(&column.name),
        };
        let row = |row: argosy_metrics::AnswerRow| AskRow {
            key: row.key,
            values: values(row.values),
            previous: row.previous.map(values),
            bands: bands(row.bands),
        };
        Self {
            columns: answer.columns.into_iter().map(column).collect(),
            rows: answer.rows.into_iter().map(row).collect(),
            totals: AskTotals {
                values: values(answer.totals),
                previous: answer.previous_totals.map(values),
                bands: bands(answer.total_bands),
            },
            total_rows: u64::try_from(answer.total_rows).unwrap_or(u64::MAX),
            notes: NotesDto::new(answer.notes, answer.currency),
        }
    }
}

impl NotesDto {
    fn new(notes: Notes, currency: Currency) -> Self {
        let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            vat: word(serde_json::json!(notes.vat)),
            basis: word(serde_json::json!(notes.basis)),
            provisional_from: notes.provisional_from,
            levels: serde_json::json!(notes.levels),
            cost_rules: serde_json::json!(notes.cost_rules),
            allocation: serde_json::json!(notes.allocation),
            ad_cost_sources: serde_json::json!(notes.ad_cost_sources),
            sql: notes.sql,
            definitions: notes
                .definitions
                .into_iter()
                .map(|note| DefinitionDto {
                    id: note.id,
                    version: note.version,
                    origin: note.origin.to_owned(),
                })
                .collect(),
            currency: currency.code().to_owned(),
            fx: notes
                .fx
                .map(|fx| FxNote { policy: fx.policy.to_owned(), last_rate_day: fx.last_rate_day }),
            provisional_share: notes.provisional_share,
            unclassified_share: notes.unclassified_share,
            as_of: notes.as_of,
            rows_read: notes.rows_read,
            units_without_cost: notes.units_without_cost,
            money_without_rate: notes
                .money_without_rate
                .into_iter()
                .map(|note| MoneyWithoutRate {
                    table: note.table.to_owned(),
                    money: note.money.map(Into::into),
                    currency: note.currency,
                    rows: note.rows,
                })
                .collect(),
            periods_excluded: notes
                .periods_excluded
                .into_iter()
                .map(|note| PeriodExcluded {
                    table: note.table.to_owned(),
                    store: note.store,
                    market: note.market,
                    from: note.from,
                    to: note.to,
                    reason: note.reason.to_owned(),
                })
                .collect(),
        }
    }
}

fn amount(amount: Amount) -> Option<String> {
    amount.0.map(plain)
}

fn cells(cells: Cells) -> BTreeMap<String, Vec<Option<String>>> {
    let line =
        |(id, amounts): (String, Vec<Amount>)| (id, amounts.into_iter().map(amount).collect());
    cells.into_iter().map(line).collect()
}

fn totals(totals: BTreeMap<String, Amount>) -> BTreeMap<String, Option<String>> {
    totals.into_iter().map(|(id, total)| (id, amount(total))).collect()
}

impl ProfitResponse {
    pub(crate) fn new(app: &App, profit: Profit) -> Self {
        let engine = app.engine();
        let line = |line: argosy_metrics::ProfitLine| LineDto {
            says: engine.chart().get(&line.id).map(|line| TextDto::from(&line.says)),
            id: line.id,
            parent: line.parent,
            stage: line.stage.id().to_owned(),
            level: u64::try_from(line.level).unwrap_or(u64::MAX),
            kind: match line.kind {
                "group" => LineKind::Group,
                "subtotal" => LineKind::Subtotal,
                _ => LineKind::Line,
            },
            name: TextDto::from(&line.name),
        };
        let column = |column: argosy_metrics::ProfitColumn| ColumnDto {
            key: column.key,
            units_without_cost: column.units_without_cost,
        };
        Self {
            lines: profit.lines.into_iter().map(line).collect(),
            columns: profit.columns.into_iter().map(column).collect(),
            cells: cells(profit.cells),
            totals: totals(profit.totals),
            previous: profit.previous.map(cells),
            previous_totals: profit.previous_totals.map(totals),
            notes: NotesDto::new(profit.notes, profit.currency),
        }
    }
}
