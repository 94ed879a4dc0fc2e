//! The criteria of selection, as knowledge: measures with fixed anchors, and hard gates.
//!
//! Anchors are fixed so that a score says how good a candidate is, and not how good it is beside the
//! others that happen to stand on the board: adding or removing one never turns the others round.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Diagnostic, Files, Source, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Candidate, board, real};

/// Where the criteria stand.
pub const FILE: &str = "selection.toml";

/// The criteria of the seed, in their order.
pub const CRITERIA: [&str; 6] =
    ["demand", "competition", "margin", "supply_advantage", "logistics_ease", "entry_barrier"];

/// What is known about selection, checked.
#[derive(Clone, Debug, Serialize)]
pub struct Criteria {
    pub version: String,
    pub source: String,
    pub settings: Settings,
    pub criteria: Vec<Criterion>,
    pub gates: Vec<Gate>,
    pub confidence: BTreeMap<String, Confidence>,
}

/// Numbers of the method.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Pairwise weights with a higher consistency ratio are refused.
    pub consistency_max: Decimal,
    /// How sure the weights are: the concentration of the Dirichlet distribution around them.
    pub weight_certainty: Decimal,
    /// How many plausible worlds are looked at.
    pub draws: usize,
}

/// How far off a value of this confidence may be, as a share of the whole scale on either side.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confidence {
    pub name: Text,
    pub spread: Decimal,
}

/// One of the six.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    pub id: String,
    pub name: Text,
    pub says: Text,
    /// Its share of the whole when nobody has said otherwise.
    pub weight: Decimal,
    #[serde(rename = "measure")]
    pub measures: Vec<Measure>,
}

/// One number that tells about a criterion.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    pub id: String,
    pub name: Text,
    pub unit: Text,
    /// The value that scores 0, and the one that scores 1; `worst` above `best` where less is better.
    pub worst: Decimal,
    pub best: Decimal,
    #[serde(default)]
    pub scale: Scale,
    /// Its share of the criterion.
    pub share: Decimal,
    pub source: String,
}

/// How values between the anchors are placed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    #[default]
    Linear,
    /// Ten times as much is one step, wherever it begins: volumes, counts of reviews.
    Log,
}

/// A condition without which nothing else counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    pub id: String,
    pub name: Text,
    /// Why a candidate that fails goes out.
    pub reason: Text,
    /// A measure with limits; without one a person answers.
    #[serde(default)]
    pub measure: Option<String>,
    #[serde(default)]
    pub min: Option<Decimal>,
    #[serde(default)]
    pub max: Option<Decimal>,
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: u32,
    id: String,
    version: String,
    source: String,
    settings: Settings,
    confidence: BTreeMap<String, Confidence>,
    criterion: Vec<Spanned<Criterion>>,
    gate: Vec<Spanned<Gate>>,
    example: Vec<Spanned<Example>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    says: String,
    candidate: Candidate,
    /// Gates it must fail; empty: it must pass all.
    #[serde(default)]
    fails: BTreeSet<String>,
    /// Its score with the usual weights, between these.
    #[serde(default)]
    score: Option<[Decimal; 2]>,
}

impl Measure {
    /// Where a value lies between the anchors, 0 worst and 1 best.
    pub fn score(&self, value: Decimal) -> f64 {
        let place = |number: Decimal| {
            let number = real(number);
            if self.scale == Scale::Log { number.max(1e-9).ln() } else { number }
        };
        let (worst, best) = (place(self.worst), place(self.best));
        ((place(value) - worst) / (best - worst)).clamp(0.0, 1.0)
    }
}

impl Criteria {
    /// Reads `selection.toml` and runs its examples.
    ///
    /// # Errors
    /// Everything wrong, each with its place.
    pub fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(FILE) else {
            return Ok(Self::none());
        };
        let written: Written = source.toml().map_err(|wrong| vec![*wrong])?;
        let mut wrong = check(source, &written);
        let criteria = Self {
            version: written.version,
            source: written.source,
            settings: written.settings,
            criteria: written.criterion.into_iter().map(Spanned::into_inner).collect(),
            gates: written.gate.into_iter().map(Spanned::into_inner).collect(),
            confidence: written.confidence,
        };
        if wrong.is_empty() {
            let told = |example| criteria.try_example(source, example);
            wrong = written.example.iter().filter_map(told).collect();
        }
        if wrong.is_empty() { Ok(criteria) } else { Err(wrong) }
    }

    fn none() -> Self {
        let settings = Settings {
            consistency_max: Decimal::new(1, 1),
            weight_certainty: Decimal::from(20),
            draws: 0,
        };
        let (version, source) = (String::new(), String::new());
        let (criteria, gates) = (Vec::new(), Vec::new());
        Self { version, source, settings, criteria, gates, confidence: BTreeMap::new() }
    }

    /// The measure of this name, wherever it belongs.
    pub fn measure(&self, id: &str) -> Option<&Measure> {
        self.criteria.iter().flat_map(|one| &one.measures).find(|measure| measure.id == id)
    }

    fn try_example(&self, source: &Source, example: &Spanned<Example>) -> Option<Diagnostic> {
        let Example { says, candidate, fails, score } = example.get_ref();
        let complain = |message: String| {
            let hint = "correct the example, or the anchors and gates it tries";
            Some(source.complain(example.span(), &format!("{says}: {message}"), hint))
        };
        let failed: BTreeSet<String> =
            board::failed_gates(self, candidate).into_iter().map(|(gate, _)| gate).collect();
        if failed != *fails {
            return complain(format!("fails the gates {failed:?}, not {fails:?}"));
        }
        let [low, high] = (*score)?;
        let found = board::usual_score(self, candidate);
        let within = real(low)..=real(high);
        if within.contains(&found) {
            return None;
        }
        complain(format!("scores {found:.3}, not between {low} and {high}"))
    }
}

fn check(source: &Source, written: &Written) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    let whole = 0..written.id.len();
    if written.schema != 1 || written.id != "selection" {
        let message = "this file is of another kind or time";
        wrong.push(source.complain(whole.clone(), message, "schema = 1, id = \"selection\""));
    }
    let ids: Vec<&str> = written.criterion.iter().map(|one| one.get_ref().id.as_str()).collect();
    if ids != CRITERIA {
        let hint = format!("write exactly these, in this order: {}", CRITERIA.join(", "));
        wrong.push(source.complain(whole, "the six criteria are not all there", &hint));
    }
    let mut measures = BTreeSet::new();
    for spanned in &written.criterion {
        let criterion = spanned.get_ref();
        let mut complain = |message: &str, hint: &str| {
            let message = format!("criterion `{}`: {message}", criterion.id);
            wrong.push(source.complain(spanned.span(), &message, hint));
        };
        let shares: Decimal = criterion.measures.iter().map(|measure| measure.share).sum();
        if shares != Decimal::ONE {
            complain("the shares of its measures do not add up to 1", "change the `share`s");
        }
        if criterion.weight <= Decimal::ZERO {
            complain("its weight is not above 0", "write a share such as \"0.2\"");
        }
        for measure in &criterion.measures {
            if !measures.insert(measure.id.as_str()) {
                complain(&format!("`{}` is there twice", measure.id), "give it another id");
            }
            if measure.worst == measure.best {
                complain(&format!("`{}` has equal anchors", measure.id), "set `worst` ≠ `best`");
            }
            let low = measure.worst.min(measure.best);
            if measure.scale == Scale::Log && low <= Decimal::ZERO {
                complain(&format!("`{}` has no logarithm", measure.id), "anchors above 0");
            }
        }
    }
    for spanned in &written.gate {
        let gate = spanned.get_ref();
        let known = gate.measure.as_deref().is_none_or(|id| measures.contains(id));
        let limited = gate.measure.is_some() == (gate.min.is_some() || gate.max.is_some());
        if !known || !limited {
            let message = format!("gate `{}` has no measure to hold its limits against", gate.id);
            let hint = "name a measure of a criterion and `min` or `max`, or neither";
            wrong.push(source.complain(spanned.span(), &message, hint));
        }
    }
    wrong
}
