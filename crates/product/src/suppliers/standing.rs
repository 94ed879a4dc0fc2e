//! How good a supplier is by the company's standards (`knowledge/purchasing.toml`).

use argosy_kernel::{Diagnostic, Files, Text};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::record::Performance;
use crate::says::both;

const FILE: &str = "purchasing.toml";

/// The standards.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standards {
    #[serde(rename = "schema")]
    _schema: u32,
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "version")]
    _version: String,
    #[serde(rename = "source")]
    _source: String,
    /// Days after the due day that still count as on time.
    pub(crate) tolerance_days: i64,
    /// Days before a certificate ends at which it is told.
    pub(crate) certificate_days: i64,
    #[serde(rename = "measure")]
    pub(crate) measures: Vec<Measure>,
}

/// A measure: 0 at `worst`, 1 at `best`, a line between.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Measure {
    pub(crate) id: Part,
    pub(crate) name: Text,
    pub(crate) weight: Decimal,
    pub(crate) worst: Decimal,
    pub(crate) best: Decimal,
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    Otif,
    DefectsPpm,
    PriceAgainstOthers,
    ResponseDays,
}

impl Standards {
    /// # Errors
    /// What is wrong with the file.
    pub(crate) fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(FILE) else {
            return Err(vec![Diagnostic {
                file: FILE.to_owned(),
                line: 1,
                column: 1,
                width: 1,
                excerpt: String::new(),
                message: "the standards of suppliers are missing".to_owned(),
                hint: "they belong to the built-in knowledge; is the installation complete?"
                    .to_owned(),
            }]);
        };
        let standards: Self = source.toml().map_err(|wrong| vec![*wrong])?;
        let flat = standards.measures.iter().any(|one| one.worst == one.best);
        let weighed = standards.measures.iter().any(|one| one.weight > Decimal::ZERO);
        if flat || !weighed {
            let message = "worst and best must differ, and one weight must be above zero";
            return Err(vec![source.complain(0..1, message, "correct the measures")]);
        }
        Ok(standards)
    }

    /// From 0 to 1 over the measures that are known, and which are not.
    pub(crate) fn score(&self, of: &Performance) -> (Option<Decimal>, Vec<Text>) {
        let (mut sum, mut weights, mut unknown) = (Decimal::ZERO, Decimal::ZERO, Vec::new());
        for measure in &self.measures {
            let value = match measure.id {
                Part::Otif => of.otif(),
                Part::DefectsPpm => of.defects_ppm(),
                Part::PriceAgainstOthers => of.price_against_others(),
                Part::ResponseDays => of.response_days(),
            };
            match value {
                Some(value) => {
                    let at = (value - measure.worst) / (measure.best - measure.worst);
                    sum += at.clamp(Decimal::ZERO, Decimal::ONE) * measure.weight;
                    weights += measure.weight;
                }
                None => unknown.push(measure.name.clone()),
            }
        }
        let score = (weights > Decimal::ZERO).then(|| (sum / weights).round_dp(4));
        (score, unknown)
    }
}

/// Says which measures a score is without.
pub(crate) fn without(unknown: &[Text]) -> Option<Text> {
    if unknown.is_empty() {
        return None;
    }
    let names = crate::says::joined(unknown, (", ", "、"));
    Some(both(format!("without: {}", names.en), format!("未计入：{}", names.zh_cn)))
}
