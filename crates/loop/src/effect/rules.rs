//! What the knowledge folder says about effects: limits of designs and judgement, and sentences.

use std::collections::BTreeMap;

use argosy_kernel::{Diagnostic, Files, Money, Text};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::Deserialize;

use super::types::EffectError;

const LIMITS: &str = "effects.toml";
const TEXTS: &str = "texts/effects.toml";

/// Limits of designs and judgement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "schema, version and source are for readers of the file")]
pub(crate) struct Limits {
    schema: u32,
    version: String,
    source: String,
    pub confidence: Decimal,
    pub power: Decimal,
    pub controls_min: usize,
    pub controls_max: usize,
    pub controls_many: usize,
    pub weeks_many: usize,
    pub weeks_min: usize,
    pub level_days_min: usize,
    pub misfit: Decimal,
    pub naming: Decimal,
    pub tellable: Decimal,
    pub weak: Decimal,
    pub contribution: Vec<String>,
    pub same_margin: Vec<String>,
    pub worth: String,
    pub earned_by_sku: String,
    pub earned: String,
    pub campaign: CampaignMetrics,
}

/// What a campaign earned: sales × margin − spend.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignMetrics {
    pub sales: String,
    pub margin: String,
    pub spend: String,
}

/// A decimal of the knowledge folder as a number of statistics.
pub(crate) fn number(value: Decimal) -> f64 {
    value.to_f64().unwrap_or(0.0)
}

/// A parameter of a sentence.
pub(crate) enum Said {
    Same(String),
    Both(Text),
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self::Same(text)
    }
}

impl From<&str> for Said {
    fn from(text: &str) -> Self {
        Self::Same(text.to_owned())
    }
}

impl From<Text> for Said {
    fn from(text: Text) -> Self {
        Self::Both(text)
    }
}

impl From<usize> for Said {
    fn from(n: usize) -> Self {
        Self::Same(n.to_string())
    }
}

impl From<Money> for Said {
    fn from(money: Money) -> Self {
        Self::Same(money.to_string())
    }
}

/// Effects and experiments: limits and sentences, read once.
#[derive(Clone, Debug)]
pub struct Effects {
    pub(crate) limits: Limits,
    texts: BTreeMap<String, Text>,
}

impl Effects {
    /// Reads limits and sentences.
    ///
    /// # Errors
    /// What is wrong in these files, or that one is missing.
    pub fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let open = |path: &str| {
            files.get(path).ok_or_else(|| {
                vec![Diagnostic {
                    file: path.to_owned(),
                    line: 1,
                    column: 1,
                    width: 1,
                    excerpt: String::new(),
                    message: "the file is missing".to_owned(),
                    hint: "effects are measured and told by it".to_owned(),
                }]
            })
        };
        let limits: Limits = open(LIMITS)?.toml().map_err(|wrong| vec![*wrong])?;
        let source = open(LIMITS)?;
        let at = |name: &str| source.text.find(name).map_or(0..0, |at| at..at + name.len());
        let share = |value: Decimal| value > Decimal::ZERO && value < Decimal::ONE;
        for (name, value) in
            [("confidence", limits.confidence), ("power", limits.power), ("misfit", limits.misfit)]
        {
            if !share(value) {
                return Err(vec![source.complain(at(name), "must lie between 0 and 1", "")]);
            }
        }
        let texts = open(TEXTS)?.toml().map_err(|wrong| vec![*wrong])?;
        Ok(Self { limits, texts })
    }

    /// The sentence with its parameters put in, each once. Without a sentence its code is said.
    pub(crate) fn say(&self, code: &str, with: &[(&str, Said)]) -> Text {
        let Some(text) = self.texts.get(code) else {
            return Text { en: code.to_owned(), zh_cn: code.to_owned() };
        };
        let put = |sentence: &str, of: fn(&Text) -> &str| {
            fill(sentence, |name| {
                let (_, said) = with.iter().find(|(known, _)| *known == name)?;
                Some(match said {
                    Said::Same(text) => text.clone(),
                    Said::Both(text) => of(text).to_owned(),
                })
            })
        };
        Text { en: put(&text.en, |text| &text.en), zh_cn: put(&text.zh_cn, |text| &text.zh_cn) }
    }

    /// A refusal with its sentence.
    pub(crate) fn refuse(&self, code: &'static str, with: &[(&str, Said)]) -> EffectError {
        EffectError::Question { code, says: self.say(&format!("error_{code}"), with) }
    }
}

fn fill(sentence: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match value(name) {
            Some(value) => filled.push_str(&value),
            None => filled.push_str(&format!("{{{name}}}")),
        }
        rest = tail;
    }
    filled + rest
}

/// A share as people read it: `+12 %`, `−3.4 %`.
pub(crate) fn percent(share: f64) -> String {
    let points = share * 100.0;
    let digits = usize::from(points.abs() < 10.0);
    let sign = if points < 0.0 { "−" } else { "+" };
    format!("{sign}{:.digits$} %", points.abs())
}

/// The same without a sign, for sizes.
pub(crate) fn size(share: f64) -> String {
    percent(share.abs()).trim_start_matches('+').to_owned()
}

/// A number of statistics as a decimal of this many digits; nothing where there is none.
pub(crate) fn decimal(value: f64, digits: u32) -> Option<Decimal> {
    // Larger than any company's money: a division by almost nothing.
    if !value.is_finite() || value.abs() > 1e15 {
        return None;
    }
    Decimal::try_from(value).ok().map(|number| number.round_dp(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_put_in_once_and_unknown_ones_stay() {
        let with = |name: &str| (name == "a").then(|| "{b}".to_owned());
        assert_eq!(fill("x {a} y {b} z", with), "x {b} y {b} z");
        assert_eq!(fill("open { only", with), "open { only");
    }

    #[test]
    fn shares_are_read_as_percent() {
        assert_eq!(percent(0.123), "+12 %");
        assert_eq!(percent(-0.034), "−3.4 %");
        assert_eq!(size(-0.5), "50 %");
    }

    #[test]
    fn a_number_too_large_for_money_is_none() {
        assert!(decimal(f64::INFINITY, 2).is_none());
        assert_eq!(decimal(1.005, 2).map(|d| d.to_string()), Some("1.00".to_owned()).or(None));
    }
}
