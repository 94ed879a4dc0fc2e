//! What is answered: figures with their reasons, and the notes that make them reproducible.

use std::{collections::BTreeMap, sync::Arc};

use argosy_kernel::{Currency, Day, Money, Origin, Text};
use rust_decimal::Decimal;
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    allocation::{AdCostNote, AllocationNote},
    bands::Band,
    money::{Basis, Vat},
    registry::{Better, Unit},
    view::Laid,
};

/// A figure, or the reason why there is none. Never zero for unknown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Figure {
    Known(Decimal),
    Undefined(Arc<str>),
}

impl Figure {
    pub fn known(&self) -> Option<Decimal> {
        match self {
            Self::Known(number) => Some(*number),
            Self::Undefined(_) => None,
        }
    }

    pub(crate) fn rounded(self, digits: u32) -> Self {
        match self {
            Self::Known(number) => Self::Known(number.round_dp(digits).normalize()),
            undefined @ Self::Undefined(_) => undefined,
        }
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Known(number) => map.serialize_entry("value", &number.to_string())?,
            Self::Undefined(reason) => {
                map.serialize_entry("value", &None::<String>)?;
                map.serialize_entry("undefined", reason.as_ref())?;
            }
        }
        map.end()
    }
}

/// A column of an answer.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerColumn {
    pub id: String,
    /// `dimension` or `metric`.
    pub kind: &'static str,
    pub unit: Option<Unit>,
    pub better: Option<Better>,
    pub name: Text,
}

/// Values of dimensions by dimension; `None` is "unknown".
pub type RowKey = BTreeMap<String, Option<String>>;

/// One row of an answer.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerRow {
    pub key: RowKey,
    pub values: BTreeMap<String, Figure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<BTreeMap<String, Figure>>,
    /// What figures that may still change may become.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub bands: BTreeMap<String, Band>,
}

/// The answer to a [`crate::Question`].
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    pub columns: Vec<AnswerColumn>,
    pub rows: Vec<AnswerRow>,
    /// Worked out over all rows, also those past the limit; never a sum of ratios.
    pub totals: BTreeMap<String, Figure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_totals: Option<BTreeMap<String, Figure>>,
    /// What totals that may still change may become.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub total_bands: BTreeMap<String, Band>,
    /// How many rows there are without the limit.
    pub total_rows: usize,
    pub currency: Currency,
    pub notes: Notes,
}

/// A metric as it was defined when the answer was made.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct DefinitionNote {
    pub id: String,
    pub version: String,
    pub origin: &'static str,
}

impl DefinitionNote {
    pub(crate) fn origin(origin: Origin) -> &'static str {
        match origin {
            Origin::BuiltIn => "built_in",
            Origin::Company => "company",
        }
    }
}

/// How money was converted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FxNote {
    /// `ecb_event_day`, `ecb_month_average`, `ecb_month_end` (own rates winning) or `own`; `none`
    /// when all money was in the reporting currency already.
    pub policy: &'static str,
    /// The last day of the built-in list; later days take its rates.
    pub last_rate_day: Option<Day>,
}

/// Money that could not be converted, and so is in no figure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MoneyWithoutRate {
    pub table: &'static str,
    pub money: Option<Money>,
    /// The code as the file wrote it, when it is no currency.
    pub currency: Option<String>,
    pub rows: u64,
}

/// A report period that could not be counted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PeriodExcluded {
    pub table: &'static str,
    pub store: String,
    pub market: Option<String>,
    pub from: Day,
    pub to: Day,
    /// `outside`: it reaches past the days asked (or past one row's days); `overlaps`: its days are
    /// told by other reports already.
    pub reason: &'static str,
}

/// Which level of a table answered; the others tell the same clicks or visits again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LevelNote {
    pub table: &'static str,
    pub level: String,
    /// On how many days.
    pub days: usize,
}

/// How many units got their cost by a rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CostRuleNote {
    /// `fifo`, `moving_average`, `month_average`, or `dated_cost` where no document covers them.
    pub rule: &'static str,
    pub units: i64,
}

/// What one needs to judge and reproduce an answer.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Notes {
    pub sql: String,
    pub definitions: Vec<DefinitionNote>,
    pub fx: Option<FxNote>,
    /// Share of ledger money that is not final yet; by line, in absolute amounts.
    pub provisional_share: Option<String>,
    /// Share of ledger money whose fee type is unknown.
    pub unclassified_share: Option<String>,
    pub as_of: Option<i64>,
    pub rows_read: u64,
    /// Units sold for which no unit cost is known: their cost is missing from `cogs`.
    pub units_without_cost: Option<String>,
    pub money_without_rate: Vec<MoneyWithoutRate>,
    pub periods_excluded: Vec<PeriodExcluded>,
    pub levels: Vec<LevelNote>,
    /// Units sold, in the whole history, by the rule that gave their cost; empty without purchases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cost_rules: Vec<CostRuleNote>,
    /// What was shared over products, where the question asked for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allocation: Vec<AllocationNote>,
    /// Whether settlement or ad report told the ad cost of a store and month.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ad_cost_sources: Vec<AdCostNote>,
    pub vat: Vat,
    pub basis: Basis,
    /// Advertising and visits of this day and later may still change.
    pub provisional_from: Option<Day>,
}

impl Notes {
    /// Notes down how money was looked at.
    pub(crate) fn look(&mut self, laid: Laid) {
        (self.vat, self.basis) = (laid.vat, laid.basis);
    }
}
