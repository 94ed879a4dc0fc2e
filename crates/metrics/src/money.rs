//! How the company looks at money: exchange rates, value added tax, which day counts.

use argosy_kernel::Day;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::restatement::RestatementCurve;

/// Which rate money is converted at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FxPolicy {
    /// The reference rate of the event's day; own rates win.
    #[default]
    EventDay,
    /// The mean of the month's published rates; own rates win.
    MonthAverage,
    /// The last rate of the month; own rates win.
    MonthEnd,
    /// The company's own rates and no others.
    Own,
}

impl FxPolicy {
    /// A stable code that the UI puts into words.
    pub fn code(self) -> &'static str {
        match self {
            Self::EventDay => "ecb_event_day",
            Self::MonthAverage => "ecb_month_average",
            Self::MonthEnd => "ecb_month_end",
            Self::Own => "own",
        }
    }
}

/// Whether sales are shown with the value added tax in them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Vat {
    /// As each channel tells it.
    #[default]
    AsTold,
    /// Without: what stores with prices including tax sold is divided by one plus the rate.
    Exclusive,
    /// With: tax the seller owes stands in sales. Tax the marketplace pays itself stays out.
    Inclusive,
}

/// Which day money belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The day the channel posted it.
    #[default]
    Settlement,
    /// The day of the order it belongs to; orders not settled yet count as ordered, provisionally.
    Order,
}

/// A store whose sales are told with value added tax in them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StoreWithVat {
    pub store: String,
    /// One market of it, or all.
    #[serde(default)]
    pub market: Option<String>,
    /// A rate of its own, such as a reduced one; the standard rate of market and day otherwise.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub rate: Option<Decimal>,
}

/// What the company has decided.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct MoneySettings {
    pub fx_policy: FxPolicy,
    /// Whether exchange gains and losses are lines of the account.
    pub fx_results: bool,
    pub vat: Vat,
    pub stores_with_vat: Vec<StoreWithVat>,
    /// How figures of a day grew after it, as learnt from earlier imports.
    pub curves: Vec<RestatementCurve>,
}

/// How one question looks at money; what is not said is as the company has decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct View {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat: Option<Vat>,
    pub basis: Basis,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fx_results: Option<bool>,
}

/// An unknown fee that a person has given a line of the chart.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Booking {
    pub channel: String,
    pub fee_type: Option<String>,
    pub transaction: Option<String>,
    pub line: String,
}

/// The day before.
pub(crate) fn before(day: Day) -> Day {
    day.pred_opt().unwrap_or(day)
}
