//! How figures of a day still grow after it, learnt from what earlier imports said.
//!
//! Advertising credits sales to a click for up to thirty days, and channels fill in visits for days.
//! Every import is kept, so what was known of a day when it was `n` days old can be compared with
//! what it became. The share that was known at each age is a curve; its spread is the band that a
//! young figure is shown with.

use std::collections::BTreeMap;

use argosy_facts::Session;
use argosy_kernel::Day;
use chrono::Days;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    dimension::Source,
    question::AskError,
    rows::{Numbers, Texts},
};

/// From this age on a figure is taken as final when a curve is learnt.
const FINAL_AGE: i64 = 30;
/// How far back each import is looked at: a day must be seen once after it became final.
const DAYS_LOOKED_BACK: u64 = 60;
/// Days that must have been seen at an age before it says anything.
const DAYS_SEEN_MIN: usize = 5;
/// The band holds the middle eight of ten days.
const LOW_TENTHS: usize = 1;
const HIGH_TENTHS: usize = 9;
/// A figure that misses less than this in its band is final.
const FINAL_SHARE: Decimal = Decimal::from_parts(995, 0, 0, false, 3);
const SHARE_DIGITS: u32 = 6;

/// What grows, by table.
const MEASURES: [(Source, &[&str]); 2] = [
    (Source::Ads, &["impressions", "clicks", "cost", "sales", "orders", "units"]),
    (
        Source::Traffic,
        &["sessions", "page_views", "units_ordered", "order_items", "sales", "users"],
    ),
];

/// What an import knew of one day: the sum of a column at one level of one store.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct DayFigure {
    pub table: String,
    pub measure: String,
    /// Store, channel, level and currency: what is compared with itself only.
    pub of: String,
    pub day: Day,
    pub value: Decimal,
}

/// All figures as they were known on a day.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Snapshot {
    pub seen: Day,
    pub figures: Vec<DayFigure>,
}

/// What share of its final value a figure had at an age.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = GrowthStep)]
pub struct Step {
    /// In days after the day the figure is of.
    pub age: i64,
    #[schema(value_type = String)]
    pub low: Decimal,
    #[schema(value_type = String)]
    pub middle: Decimal,
    #[schema(value_type = String)]
    pub high: Decimal,
    /// How many days this rests on.
    pub days: usize,
}

/// How a measure grows, age by age, up to the age from which it is final.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct RestatementCurve {
    pub table: String,
    pub measure: String,
    pub steps: Vec<Step>,
    pub final_age: i64,
}

impl RestatementCurve {
    /// The step that speaks for an age: the youngest one at or above it; `None` when final.
    fn step(&self, age: i64) -> Option<&Step> {
        if age >= self.final_age {
            return None;
        }
        self.steps.iter().find(|step| step.age >= age.max(0))
    }

    /// How much a figure of this age may still change: the least and the most.
    pub(crate) fn change(&self, value: Decimal, age: i64) -> (Decimal, Decimal) {
        let Some(step) = self.step(age) else { return Default::default() };
        let grown = |share: Decimal| value.checked_div(share).map(|grown| grown - value);
        let (one, other) = (grown(step.high), grown(step.low));
        let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
        (one.min(other), one.max(other))
    }
}

/// What an import knew on `seen` of the days that may still grow, and of those that just became
/// final: older ones teach nothing more.
///
/// # Errors
/// [`AskError::Facts`].
pub async fn figures(session: &Session, seen: Day) -> Result<Vec<DayFigure>, AskError> {
    let oldest = seen - Days::new(DAYS_LOOKED_BACK);
    let mut figures = Vec::new();
    for (source, measures) in MEASURES {
        let sums: Vec<String> =
            measures.iter().map(|measure| format!("sum(\"{measure}\")")).collect();
        let sql = format!(
            "SELECT \"store\", \"channel\", \"level\", coalesce(\"currency\", ''), \"day\", {}\n\
             FROM {}\nWHERE \"day\" = \"day_to\" AND \"day\" >= DATE '{oldest}'\nGROUP BY 1, 2, 3, 4, 5",
            sums.join(", "),
            source.table()
        );
        for batch in session.query(&sql).await? {
            let texts = (0..5).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
            for (at, measure) in measures.iter().enumerate() {
                let numbers = Numbers::of(&batch, 5 + at)?;
                for row in 0..batch.num_rows() {
                    let day = texts[4].at(row).and_then(|day| day.parse().ok());
                    let (Some(day), Some(value)) = (day, numbers.at(row)) else { continue };
                    let of: Vec<String> =
                        texts[..4].iter().filter_map(|text| text.at(row)).collect();
                    figures.push(DayFigure {
                        table: source.table().to_owned(),
                        measure: (*measure).to_owned(),
                        of: of.join("/"),
                        day,
                        value,
                    });
                }
            }
        }
    }
    Ok(figures)
}

/// Learns how figures grow. Days that were never seen old enough teach nothing.
pub fn learn(snapshots: &[Snapshot]) -> Vec<RestatementCurve> {
    type Told<'a> = BTreeMap<(&'a str, &'a str), BTreeMap<(&'a str, Day), BTreeMap<i64, Decimal>>>;
    let mut told: Told<'_> = BTreeMap::new();
    for snapshot in snapshots {
        for figure in &snapshot.figures {
            let age = (snapshot.seen - figure.day).num_days();
            if age >= 0 {
                told.entry((&figure.table, &figure.measure))
                    .or_default()
                    .entry((&figure.of, figure.day))
                    .or_default()
                    .insert(age, figure.value);
            }
        }
    }
    let mut curves = Vec::new();
    for ((table, measure), days) in told {
        let mut shares: BTreeMap<i64, Vec<Decimal>> = BTreeMap::new();
        for ages in days.values() {
            let Some((last_age, last)) = ages.last_key_value() else { continue };
            if *last_age < FINAL_AGE || last.is_zero() {
                continue;
            }
            for (age, value) in ages.range(..FINAL_AGE) {
                let share = value.checked_div(*last).filter(|share| *share > Decimal::ZERO);
                shares.entry(*age).or_default().extend(share.map(|s| s.round_dp(SHARE_DIGITS)));
            }
        }
        let steps: Vec<Step> = shares
            .into_iter()
            .filter(|(_, shares)| shares.len() >= DAYS_SEEN_MIN)
            .map(|(age, shares)| step(age, shares))
            .collect();
        let is_young =
            |step: &&Step| step.low < FINAL_SHARE || step.high > Decimal::TWO - FINAL_SHARE;
        if let Some(last_young) = steps.iter().rev().find(is_young).map(|step| step.age) {
            let steps = steps.into_iter().filter(|step| step.age <= last_young).collect();
            let (table, measure) = (table.to_owned(), measure.to_owned());
            curves.push(RestatementCurve { table, measure, steps, final_age: last_young + 1 });
        }
    }
    curves
}

fn step(age: i64, mut shares: Vec<Decimal>) -> Step {
    shares.sort();
    let at = |tenths: usize| shares[(shares.len() - 1) * tenths / 10];
    Step { age, low: at(LOW_TENTHS), middle: at(5), high: at(HIGH_TENTHS), days: shares.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// Ten days of ad sales, each 60 of 100 on the day after, 90 after a week, 100 after a month.
    fn history() -> Vec<Snapshot> {
        let first = day("2026-05-01");
        let value = |age: i64| match age {
            ..1 => None,
            1..7 => Some("60"),
            7..30 => Some("90"),
            _ => Some("100"),
        };
        (1..45)
            .map(|seen| {
                let seen = first + Days::new(seen);
                let figures = (0..10).filter_map(|n| {
                    let day = first + Days::new(n);
                    Some(DayFigure {
                        table: "ads".into(),
                        measure: "sales".into(),
                        of: "us/amazon/campaign/USD".into(),
                        day,
                        value: value((seen - day).num_days())?.parse().unwrap(),
                    })
                });
                Snapshot { seen, figures: figures.collect() }
            })
            .collect()
    }

    #[test]
    fn what_ad_sales_became_teaches_how_young_ones_will_grow() {
        let curves = learn(&history());
        let [curve] = curves.as_slice() else { panic!("{curves:?}") };
        assert_eq!((curve.measure.as_str(), curve.final_age), ("sales", 30));
        assert_eq!(curve.step(2).map(|step| step.middle), Some("0.6".parse().unwrap()));
        // 45 of 90 % known are 50: five more are to come.
        let (low, high) = curve.change("45".parse().unwrap(), 10);
        assert_eq!((low, high), ("5".parse().unwrap(), "5".parse().unwrap()));
        assert_eq!(curve.change("45".parse().unwrap(), 30), Default::default());
    }

    #[test]
    fn days_that_are_still_young_teach_nothing() {
        let young: Vec<Snapshot> = history().into_iter().take(20).collect();
        assert!(learn(&young).is_empty());
    }
}
