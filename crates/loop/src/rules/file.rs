//! The TOML form of rule files, as they are written.

use std::collections::BTreeMap;

use argosy_kernel::Text;
use rust_decimal::Decimal;
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    pub schema: Spanned<u32>,
    pub id: Spanned<String>,
    pub version: String,
    pub title: Text,
    pub says: Text,
    pub source: String,
    pub family: Option<Spanned<String>>,
    pub subject: String,
    pub grain: Vec<Spanned<String>>,
    pub window: Spanned<String>,
    pub provisional: Option<Spanned<String>>,
    pub provisional_days: Option<Spanned<String>>,
    pub problem: Option<String>,
    pub join: Option<Vec<Spanned<String>>>,
    pub joined: Option<Spanned<String>>,
    pub delivers: Option<Spanned<String>>,
    #[serde(default)]
    pub threshold: BTreeMap<String, ThresholdFile>,
    #[serde(default)]
    pub input: Vec<Spanned<InputFile>>,
    pub frame: Option<Spanned<String>>,
    #[serde(default)]
    pub shrink: Vec<Spanned<ShrinkFile>>,
    #[serde(default)]
    pub peer: Vec<Spanned<PeerFile>>,
    #[serde(default)]
    pub value: BTreeMap<String, ValueFile>,
    #[serde(default)]
    pub label: BTreeMap<String, Spanned<LabelFile>>,
    pub enough: Option<Spanned<String>>,
    pub when: Spanned<String>,
    pub stake: Spanned<String>,
    pub stake_low: Option<Spanned<String>>,
    pub stake_high: Option<Spanned<String>>,
    pub per: Option<Spanned<String>>,
    pub evidence: Vec<Spanned<String>>,
    #[serde(default)]
    pub cause: Vec<CauseFile>,
    pub effect: Option<EffectFile>,
    #[serde(default)]
    pub example: Vec<Spanned<ExampleFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThresholdFile {
    pub value: Spanned<String>,
    pub unit: Spanned<String>,
    pub says: Text,
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InputFile {
    pub name: Spanned<String>,
    pub metrics: Option<Vec<Spanned<String>>>,
    pub by: Option<Vec<Spanned<String>>>,
    pub window: Option<Spanned<String>>,
    pub lag: Option<Spanned<String>>,
    pub before: Option<Spanned<String>>,
    #[serde(rename = "where")]
    pub condition: Option<Spanned<String>>,
    pub sql: Option<Spanned<String>>,
    pub detector: Option<Spanned<String>>,
    pub with: Option<Spanned<toml::Table>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShrinkFile {
    pub kind: Option<Spanned<String>>,
    pub rate: Spanned<String>,
    pub hits: Spanned<String>,
    pub trials: Option<Spanned<String>>,
    pub exposure: Option<Spanned<String>>,
    #[serde(default)]
    pub within: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PeerFile {
    pub name: Spanned<String>,
    pub of: Spanned<String>,
    #[serde(default)]
    pub within: Vec<Spanned<String>>,
    pub at_least: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValueFile {
    pub sql: Spanned<String>,
    pub unit: Spanned<String>,
    pub name: Text,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelFile {
    pub name: Text,
    pub unit: Option<Spanned<String>>,
    pub metric: Option<Spanned<String>>,
    pub input: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CauseFile {
    pub id: Spanned<String>,
    pub title: Text,
    pub test: Spanned<String>,
    #[serde(default)]
    pub plays: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EffectFile {
    pub metric: Spanned<String>,
    pub scope: Option<Vec<Spanned<String>>>,
    pub before: Spanned<String>,
    pub after: Spanned<String>,
    pub wait: Option<Spanned<String>>,
}

/// One example: what is given, what must come out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExampleFile {
    pub given: BTreeMap<String, Scalar>,
    pub expect: ExpectFile,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectFile {
    pub fires: bool,
    pub cause: Option<String>,
    pub stake: Option<Scalar>,
    pub low: Option<Scalar>,
    pub high: Option<Scalar>,
    /// Whether there is enough evidence to judge; `true` when absent.
    pub enough: Option<bool>,
    #[serde(default)]
    pub values: BTreeMap<String, Scalar>,
}

/// A cell of an example.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Scalar {
    Bool(bool),
    Integer(i64),
    Float(f64), // float-ok: TOML's own number, read by its shortest decimal form
    Text(String),
}

impl Scalar {
    pub(super) fn value(&self) -> argosy_metrics::expression::Value {
        use argosy_metrics::expression::Value;
        let number = |text: &str| text.parse::<Decimal>().ok();
        match self {
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Integer(number) => Value::Number(Decimal::from(*number)),
            Self::Float(float) => number(&float.to_string()).into(),
            Self::Text(text) if text == "null" => Value::Null,
            Self::Text(text) => {
                number(text).map_or_else(|| Value::Text(text.clone()), Value::Number)
            }
        }
    }
}
