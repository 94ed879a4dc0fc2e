//! What a rule has really delivered: measured gains against what it promised, pulled to its prior.
//!
//! Each measured gain is a ratio of gained to promised money; a finding dismissed as not true
//! delivered nothing. Their mean is pulled towards the prior, which weighs as much as so many
//! measured findings; uncertain measurements weigh less. So a new rule is believed half, and each
//! result moves that belief.

use argosy_kernel::Text;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{rules::Rule, settings::Settings};

/// A measured effect of a finding that was acted on, in one currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MeasuredGain {
    /// The stake, over the days that were measured.
    #[serde(with = "rust_decimal::serde::str")]
    pub promised: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    pub gained: Decimal,
    /// The 80 % range of what was gained.
    #[serde(with = "rust_decimal::serde::str")]
    pub low: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    pub high: Decimal,
}

/// What became of the findings of a rule.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RuleRecord {
    /// Different findings it has told.
    pub hits: u64,
    pub accepted: u64,
    pub dismissed: u64,
    /// Those dismissed as not true, or for wrong data.
    pub false_alarms: u64,
    /// Gone without anybody acting.
    pub resolved: u64,
    pub measured: Vec<MeasuredGain>,
}

/// What is believed before anything is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prior {
    /// The share of a stake that is realised.
    pub share: Decimal,
    /// How many measured findings that belief weighs.
    pub weight: Decimal,
    /// How far single ratios lie apart.
    pub spread: Decimal,
}

impl Prior {
    /// The prior of a rule: its own share where its file gives one.
    pub fn of(rule: Option<&Rule>, settings: &Settings) -> Self {
        let all = &settings.delivered;
        let share = rule.and_then(|rule| rule.delivers).unwrap_or(all.share);
        Self { share, weight: all.weight, spread: all.spread }
    }
}

/// The share of its stakes that a rule delivers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Delivered {
    #[serde(with = "rust_decimal::serde::str")]
    pub factor: Decimal,
    /// Its 80 % range.
    #[serde(with = "rust_decimal::serde::str")]
    pub low: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    pub high: Decimal,
    /// Results it rests on: measured gains and false alarms.
    pub n: usize,
    pub says: Text,
}

/// Ratios beyond these say more about the measurement than about the rule.
const RATIO_LEAST: Decimal = Decimal::NEGATIVE_ONE;
const RATIO_MOST: Decimal = Decimal::TWO;
const DIGITS: u32 = 3;

/// z of an 80 % range.
fn z80() -> Decimal {
    Decimal::new(1_282, 3)
}

/// Works out what a rule delivers.
pub fn delivered(prior: &Prior, record: &RuleRecord) -> Delivered {
    let variance = prior.spread * prior.spread;
    let (mut weights, mut sum) = (prior.weight, prior.weight * prior.share);
    for gain in record.measured.iter().filter(|gain| gain.promised > Decimal::ZERO) {
        let ratio = (gain.gained / gain.promised).clamp(RATIO_LEAST, RATIO_MOST);
        let error = (gain.high - gain.low).abs() / gain.promised / (Decimal::TWO * z80());
        let weight = variance.checked_div(variance + error * error).unwrap_or(Decimal::ONE);
        weights += weight;
        sum += weight * ratio;
    }
    let false_alarms = Decimal::from(record.false_alarms);
    weights += false_alarms;
    let factor = sum.checked_div(weights).unwrap_or(prior.share).max(Decimal::ZERO);
    let reach = z80() * root(variance.checked_div(weights).unwrap_or(variance));
    let factor = factor.round_dp(DIGITS).normalize();
    let n = record.measured.len() + usize::try_from(record.false_alarms).unwrap_or(usize::MAX);
    Delivered {
        factor,
        low: (factor - reach).max(Decimal::ZERO).round_dp(DIGITS).normalize(),
        high: (factor + reach).round_dp(DIGITS).normalize(),
        n,
        says: says(factor, record, n),
    }
}

fn says(factor: Decimal, record: &RuleRecord, n: usize) -> Text {
    let percent = (factor * Decimal::ONE_HUNDRED).round().normalize();
    if n == 0 {
        return Text {
            en: format!(
                "Nothing measured yet: counted at {percent} % of the stake, as for any rule."
            ),
            zh_cn: format!("尚无实测结果：暂按涉及金额的 {percent}% 计。"),
        };
    }
    let (measured, false_alarms) = (record.measured.len(), record.false_alarms);
    Text {
        en: format!(
            "{measured} measured and {false_alarms} false: this rule delivers about {percent} % of \
             what it promises."
        ),
        zh_cn: format!(
            "已实测 {measured} 次，误报 {false_alarms} 次：该规则约兑现所承诺金额的 {percent}%。"
        ),
    }
}

/// False alarms among those somebody judged, pulled to one in twenty; `None` before any.
pub fn false_alarm_rate(record: &RuleRecord) -> Option<Decimal> {
    let judged = record.accepted + record.dismissed;
    if judged == 0 {
        return None;
    }
    let (usual, weight) = (Decimal::new(5, 2), Decimal::TEN);
    let sum = usual * weight + Decimal::from(record.false_alarms);
    Some((sum / (weight + Decimal::from(judged))).round_dp(DIGITS).normalize())
}

/// The square root, by Newton's steps.
fn root(number: Decimal) -> Decimal {
    if number <= Decimal::ZERO {
        return Decimal::ZERO;
    }
    let mut root = number.max(Decimal::ONE);
    for _ in 0..40 {
        let next = (root + number.checked_div(root).unwrap_or_default()) / Decimal::TWO;
        if (next - root).abs() < Decimal::new(1, 9) {
            return next;
        }
        root = next;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn prior() -> Prior {
        Prior { share: number("0.5"), weight: number("8"), spread: number("0.6") }
    }

    fn gain(gained: &str) -> MeasuredGain {
        let gained = number(gained);
        MeasuredGain { promised: Decimal::ONE_HUNDRED, gained, low: gained, high: gained }
    }

    #[test]
    fn a_new_rule_is_believed_half() {
        let found = delivered(&prior(), &RuleRecord::default());
        assert_eq!((found.factor, found.n), (number("0.5"), 0));
        assert!(found.low < found.factor && found.factor < found.high);
    }

    #[test]
    fn results_move_the_belief_and_false_alarms_move_it_down() {
        let record = RuleRecord { measured: vec![gain("90"); 8], ..RuleRecord::default() };
        // Eight results of 0.9 weigh as much as the prior of 0.5.
        assert_eq!(delivered(&prior(), &record).factor, number("0.7"));
        let record = RuleRecord { false_alarms: 8, ..record };
        // (8 × 0.5 + 8 × 0.9 + 8 × 0) / 24
        assert_eq!(delivered(&prior(), &record).factor, number("0.467"));
    }

    #[test]
    fn a_result_that_may_be_anything_weighs_little() {
        let sure = RuleRecord { measured: vec![gain("0")], ..RuleRecord::default() };
        let mut wide = sure.clone();
        wide.measured[0].low = number("-400");
        wide.measured[0].high = number("400");
        let of = |record: &RuleRecord| delivered(&prior(), record).factor;
        assert!(of(&sure) < of(&wide) && of(&wide) < number("0.5"));
    }

    #[test]
    fn no_judgement_is_no_false_alarm_rate() {
        assert_eq!(false_alarm_rate(&RuleRecord { hits: 9, ..RuleRecord::default() }), None);
        let record =
            RuleRecord { accepted: 8, dismissed: 2, false_alarms: 2, ..RuleRecord::default() };
        assert_eq!(false_alarm_rate(&record), Some(number("0.125")));
    }
}
