//! What was decided and why, and what the product really earned afterwards.

use argosy_kernel::{Currency, Day, Money, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::says::{Refusal, both, percent};

/// One decision, kept as it was made.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Decision {
    pub candidate: String,
    pub market: String,
    pub day: Day,
    /// The id of the user who decided.
    pub by: String,
    pub choice: Choice,
    pub reason: String,
    /// The board on that day.
    pub score: f64,
    pub rank: usize,
    pub chance_best: f64,
    /// The version of `selection.toml` it was ranked with.
    pub version: String,
    /// What it was expected to earn; of a rejected one what it would have.
    pub prognosis: Option<Prognosis>,
    /// The SKU it became.
    pub sku: Option<String>,
}

/// What people did with a candidate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Take,
    Test,
    Wait,
    Reject,
}

/// Expected sales and what one unit leaves.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Prognosis {
    pub units_per_month: Decimal,
    /// Contribution after ads of one unit sold.
    pub contribution_per_unit: Money,
    /// From which day on it should sell like that.
    pub from: Day,
}

/// What came, from the metrics: units and contribution after ads over some months.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Earned {
    pub months: Decimal,
    pub units: Decimal,
    pub contribution: Money,
}

/// Prognosis and actual, and where the difference is from.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Comparison {
    pub expected: Money,
    pub earned: Money,
    pub difference: Money,
    /// Of the difference, that of more or fewer units at the expected contribution.
    pub by_units: Money,
    /// Of the difference, that of more or less left per unit; both add up to the whole exactly.
    pub by_margin: Money,
    /// Earned over expected; `None` when nothing was expected.
    pub kept: Option<Decimal>,
    pub says: Text,
}

/// Compares a decision with what was earned.
///
/// # Errors
/// `no_prognosis`, `no_months`, `other_currency`.
pub fn compare(decision: &Decision, earned: &Earned) -> Result<Comparison, Refusal> {
    let Some(prognosis) = &decision.prognosis else {
        let (en, zh) = ("no prognosis was kept with this decision", "该决定未保存预测，无法对比");
        return Err(Refusal::new("no_prognosis", en, zh));
    };
    if earned.months <= Decimal::ZERO {
        let (en, zh) = ("nothing has been sold long enough yet", "销售时间还不够，无法对比");
        return Err(Refusal::new("no_months", en, zh));
    }
    let currency = prognosis.contribution_per_unit.currency;
    if earned.contribution.currency != currency {
        let other = earned.contribution.currency;
        return Err(Refusal::new(
            "other_currency",
            format!("convert what was earned from {other} to {currency} first"),
            format!("请先将实际利润从 {other} 换算为 {currency}"),
        ));
    }
    let per_unit = prognosis.contribution_per_unit.amount;
    let units = prognosis.units_per_month * earned.months;
    let expected = units * per_unit;
    let by_units = (earned.units - units) * per_unit;
    let difference = earned.contribution.amount - expected;
    let kept = (expected > Decimal::ZERO).then(|| earned.contribution.amount / expected);
    let money = |amount| Money::new(amount, currency);
    let by_margin = difference - by_units;
    Ok(Comparison {
        expected: money(expected),
        earned: earned.contribution,
        difference: money(difference),
        by_units: money(by_units),
        by_margin: money(by_margin),
        kept,
        says: tell((expected, earned.contribution.amount), (by_units, by_margin), (kept, currency)),
    })
}

fn tell(
    (expected, earned): (Decimal, Decimal),
    (by_units, by_margin): (Decimal, Decimal),
    (kept, currency): (Option<Decimal>, Currency),
) -> Text {
    let money = |amount| Money::new(amount, currency).to_string();
    let share = kept.map_or_else(|| "–".to_owned(), percent);
    both(
        format!(
            "Earned {} of {} expected ({share}): {} by units sold, {} by what a unit leaves",
            money(earned),
            money(expected),
            money(by_units),
            money(by_margin)
        ),
        format!(
            "实际利润 {}，预期 {}（{share}）：销量影响 {}，单件利润影响 {}",
            money(earned),
            money(expected),
            money(by_units),
            money(by_margin)
        ),
    )
}

/// How good the decisions were that can be judged by now.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Record {
    pub judged: usize,
    /// How many earned at least what was expected.
    pub kept: usize,
    /// The middle of earned over expected: below 1, prognoses are too high as a habit.
    pub median_kept: Option<Decimal>,
}

/// The record over many comparisons.
pub fn record(comparisons: &[Comparison]) -> Record {
    let mut shares: Vec<Decimal> = comparisons.iter().filter_map(|one| one.kept).collect();
    shares.sort();
    let half = shares.len() / 2;
    let median_kept = match shares.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(shares[half]),
        _ => Some((shares[half - 1] + shares[half]) / Decimal::TWO),
    };
    let kept = shares.iter().filter(|share| **share >= Decimal::ONE).count();
    Record { judged: shares.len(), kept, median_kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(units: &str, per_unit: &str) -> Decision {
        let day = Day::from_ymd_opt(2026, 1, 10).unwrap();
        Decision {
            candidate: "lamp".into(),
            market: "DE".into(),
            day,
            by: "u1".into(),
            choice: Choice::Take,
            reason: "first on the board".into(),
            score: 0.71,
            rank: 1,
            chance_best: 0.64,
            version: "2026-11-23".into(),
            prognosis: Some(Prognosis {
                units_per_month: units.parse().unwrap(),
                contribution_per_unit: per_unit.parse().unwrap(),
                from: day,
            }),
            sku: Some("LAMP-1".into()),
        }
    }

    fn earned(months: i64, units: i64, contribution: &str) -> Earned {
        let contribution = contribution.parse().unwrap();
        Earned { months: months.into(), units: units.into(), contribution }
    }

    #[test]
    fn what_was_missed_is_split_into_units_and_margin() {
        // 300 a month at 5 EUR expected; 250 a month at 4 EUR came, over three months.
        let found = compare(&decision("300", "5 EUR"), &earned(3, 750, "3000 EUR")).unwrap();
        assert_eq!(found.expected.to_string(), "4500.00 EUR");
        assert_eq!(found.by_units.to_string(), "-750.00 EUR");
        assert_eq!(found.by_margin.to_string(), "-750.00 EUR");
        assert_eq!(found.by_units.amount + found.by_margin.amount, found.difference.amount);
        assert!(found.says.en.contains("66.67%"), "{:?}", found.says);
        let other = compare(&decision("100", "1 EUR"), &earned(1, 120, "120 EUR")).unwrap();
        let record = record(&[found, other]);
        assert_eq!((record.judged, record.kept), (2, 1));
        assert_eq!(record.median_kept.unwrap().round_dp(3).to_string(), "0.933");
    }

    #[test]
    fn contribution_in_another_currency_is_not_compared() {
        let refused = compare(&decision("300", "5 EUR"), &earned(1, 10, "50 USD")).unwrap_err();
        assert_eq!(refused.code, "other_currency");
        let mut without = decision("1", "1 EUR");
        without.prognosis = None;
        assert_eq!(compare(&without, &earned(1, 1, "1 EUR")).unwrap_err().code, "no_prognosis");
    }
}
