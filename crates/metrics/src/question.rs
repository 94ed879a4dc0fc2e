//! What is asked, and why a question may be refused.

use std::collections::BTreeMap;

use argosy_facts::FactsError;
use argosy_kernel::{Currency, Day, Period, knowledge::nearest};
use serde::{Deserialize, Serialize};

use crate::{dimension::Dimension, expression::ExpressionError, money::View};

/// Which period figures are compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// The period of the same length that ends the day before.
    Previous,
    /// The same days one year earlier.
    LastYear,
}

impl Compare {
    pub(crate) fn of(self, period: Period) -> Period {
        match self {
            Self::Previous => period.previous(),
            Self::LastYear => period.last_year(),
        }
    }
}

/// Values allowed per dimension; an empty list allows all, an empty text means "unknown".
pub type Filters = BTreeMap<String, Vec<String>>;

/// What the rows are sorted by: a dimension or a metric of the question.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    pub by: String,
    #[serde(default)]
    pub desc: bool,
}

/// A question to the metrics.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub metrics: Vec<String>,
    #[serde(default)]
    pub by: Vec<String>,
    pub from: Day,
    pub to: Day,
    #[serde(default, rename = "where")]
    pub condition: Option<String>,
    #[serde(default)]
    pub filters: Filters,
    pub currency: Currency,
    #[serde(default)]
    pub compare: Option<Compare>,
    /// The import after which the facts are seen; the caller opens the session of that import, and
    /// the answer repeats it.
    #[serde(default)]
    pub as_of: Option<i64>,
    #[serde(default)]
    pub order: Option<Order>,
    #[serde(default)]
    pub limit: Option<usize>,
    /// How money is looked at.
    #[serde(default)]
    pub view: View,
}

/// A question about the profit and loss account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfitQuestion {
    #[serde(default)]
    pub by: Vec<String>,
    pub from: Day,
    pub to: Day,
    #[serde(default)]
    pub filters: Filters,
    #[serde(default, rename = "where")]
    pub condition: Option<String>,
    pub currency: Currency,
    #[serde(default)]
    pub compare: Option<Compare>,
    #[serde(default)]
    pub as_of: Option<i64>,
    /// How many levels of the chart are told apart; all when absent.
    #[serde(default)]
    pub depth: Option<usize>,
    /// Whether money booked for a whole account is shared over products.
    #[serde(default)]
    pub allocate: bool,
    /// How money is looked at.
    #[serde(default)]
    pub view: View,
}

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The question itself is wrong; `code` is stable, the hint says what to do.
    #[error("{message}{}{hint}", if hint.is_empty() { "" } else { "; " })]
    Question { code: &'static str, message: String, hint: String },
    #[error(transparent)]
    Facts(#[from] FactsError),
}

impl AskError {
    pub(crate) fn question(
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self::Question { code, message: message.into(), hint: hint.into() }
    }
}

impl From<ExpressionError> for AskError {
    fn from(wrong: ExpressionError) -> Self {
        let message = format!("{} (at character {})", wrong.message, wrong.at + 1);
        Self::question("wrong_condition", message, wrong.hint)
    }
}

/// The period between two days.
pub(crate) fn period(from: Day, to: Day) -> Result<Period, AskError> {
    Period::new(from, to).ok_or_else(|| {
        let message = format!("the period ends on {to}, before it begins on {from}");
        AskError::question("wrong_period", message, "give the earlier day as `from`")
    })
}

/// The dimensions with these names.
pub(crate) fn dimensions(names: &[String]) -> Result<Vec<Dimension>, AskError> {
    let mut found: Vec<Dimension> = Vec::new();
    for name in names {
        let dimension = dimension(name)?;
        if !found.contains(&dimension) {
            found.push(dimension);
        }
    }
    Ok(found)
}

pub(crate) fn dimension(name: &str) -> Result<Dimension, AskError> {
    Dimension::from_id(name).ok_or_else(|| {
        let known = Dimension::ALL.map(Dimension::id);
        let hint = nearest(name, known).map_or_else(
            || format!("use one of: {}", known.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        AskError::question("unknown_dimension", format!("unknown dimension `{name}`"), hint)
    })
}
