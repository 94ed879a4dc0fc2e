//! Rules and plays: knowledge files, read and checked, with every mistake shown where it stands.

mod examples;
mod file;
mod names;
mod place;
pub(crate) mod plan;
mod read;
#[cfg(test)]
pub(crate) mod tests;

use std::{collections::BTreeMap, ops::Range};

use argosy_kernel::{Diagnostic, Files, Origin, Source, Text};
use argosy_metrics::Engine;
use rust_decimal::Decimal;

pub use self::place::Formula;
pub(crate) use self::{names::name_of, place::Complaints};
use crate::{
    detect::Detector,
    finding::{EffectPlan, Unit},
    plays::{self, Play},
    settings::Settings,
};

/// Where rule files stand below `knowledge/`.
pub(crate) const RULES_FOLDER: &str = "rules/";

/// Which kind of figure may still change, so that its last days are not judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Provisional {
    Ads,
    Traffic,
}

impl Provisional {
    /// The fact table whose young days grow.
    pub fn table(self) -> &'static str {
        match self {
            Self::Ads => "ads",
            Self::Traffic => "traffic",
        }
    }
}

/// How the stakes of findings about one problem come together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Joined {
    /// They are the same money: the larger one counts.
    Most,
    /// They are money beside each other.
    Add,
}

/// A number that decides, with its meaning.
#[derive(Clone, PartialEq, Debug)]
pub struct ThresholdDef {
    pub name: String,
    pub value: Decimal,
    pub unit: Unit,
    pub says: Text,
    pub source: String,
}

/// A table that a rule looks at.
#[derive(Clone, PartialEq, Debug)]
pub struct Input {
    pub name: String,
    /// How many days, and how many days earlier they end.
    pub window: u32,
    pub lag: u32,
    pub kind: InputKind,
    pub(crate) span: Range<usize>,
}

/// Where the rows of an input come from.
#[derive(Clone, PartialEq, Debug)]
pub enum InputKind {
    Metrics {
        metrics: Vec<String>,
        by: Vec<String>,
        /// The same metrics over so many days before the window, as `<metric>_before`.
        before: Option<u32>,
        condition: Option<String>,
    },
    Sql(String),
    Detector(Detector),
}

/// A rate of small numbers, pulled towards what its neighbours show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shrink {
    pub kind: ShrinkKind,
    pub rate: String,
    pub hits: String,
    /// Trials, or the exposure of a count.
    pub trials: String,
    pub within: Vec<String>,
}

/// The family of the prior.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShrinkKind {
    /// Hits of trials: CTR, CVR, return rate.
    BetaBinomial,
    /// Counts per exposure: sales per day, reviews per order.
    GammaPoisson,
}

/// The median of a column over the others of its group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    pub name: String,
    pub of: String,
    pub within: Vec<String>,
    pub at_least: usize,
}

/// A column worked out of those before it.
#[derive(Clone, PartialEq, Debug)]
pub struct ValueDef {
    pub name: String,
    pub label: Text,
    pub unit: Unit,
    pub formula: Formula,
}

/// What a column is called, and which metric it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Label {
    pub name: Text,
    pub unit: Unit,
    /// The metric and the input it is asked through.
    pub origin: Option<(String, String)>,
}

/// A possible cause.
#[derive(Clone, PartialEq, Debug)]
pub struct CauseDef {
    pub id: String,
    pub title: Text,
    pub test: Formula,
    pub plays: Vec<String>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    pub id: String,
    pub family: String,
    pub version: String,
    pub origin: Origin,
    pub title: Text,
    pub says: Text,
    /// Where method and thresholds come from.
    pub source: String,
    pub subject: String,
    /// Key columns of the frame; with the problem they are the identity.
    pub grain: Vec<String>,
    pub window: u32,
    pub provisional: Option<Provisional>,
    /// Days at the end that are not judged while nothing is learnt about their growth.
    pub provisional_days: Option<u32>,
    pub problem: String,
    pub join: Vec<String>,
    pub joined: Joined,
    /// The share of its stakes that it is taken to deliver before anything is measured.
    pub delivers: Option<Decimal>,
    pub thresholds: Vec<ThresholdDef>,
    pub inputs: Vec<Input>,
    pub frame: Option<String>,
    pub shrinks: Vec<Shrink>,
    pub peers: Vec<Peer>,
    pub values: Vec<ValueDef>,
    pub enough: Option<Formula>,
    pub when: Formula,
    pub stake: Formula,
    pub stake_low: Option<Formula>,
    pub stake_high: Option<Formula>,
    /// Days that the stake is for.
    pub per: u32,
    /// Columns shown, in order.
    pub evidence: Vec<String>,
    pub labels: BTreeMap<String, Label>,
    pub causes: Vec<CauseDef>,
    pub effect: Option<EffectPlan>,
    pub(crate) place: Place,
}

/// What is needed for complaints that only show later.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub file: Source,
    pub id: Range<usize>,
    pub frame: Option<Range<usize>>,
    pub grain: Vec<Range<usize>>,
    pub evidence: Vec<Range<usize>>,
    /// Names of columns in `[[shrink]]` and `[[peer]]`, and where they stand.
    pub mentions: Vec<(String, Range<usize>)>,
    /// Plays with the places where they are named.
    pub plays: Vec<(String, Range<usize>)>,
    examples: Vec<(file::ExampleFile, Range<usize>)>,
}

impl Rule {
    pub fn threshold(&self, name: &str) -> Option<&ThresholdDef> {
        self.thresholds.iter().find(|threshold| threshold.name == name)
    }

    pub fn value(&self, name: &str) -> Option<&ValueDef> {
        self.values.iter().find(|value| value.name == name)
    }

    /// All expressions, in the order they are worked out.
    pub(crate) fn formulas(&self) -> impl Iterator<Item = &Formula> {
        let values = self.values.iter().map(|value| &value.formula);
        let stakes = [Some(&self.stake), self.stake_low.as_ref(), self.stake_high.as_ref()];
        values
            .chain(self.enough.as_ref())
            .chain([&self.when])
            .chain(stakes.into_iter().flatten())
            .chain(self.causes.iter().map(|cause| &cause.test))
    }
}

/// All rules and plays.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    rules: BTreeMap<String, Rule>,
    plays: BTreeMap<String, Play>,
    settings: Settings,
}

impl Rules {
    /// Reads `rules/`, `plays/` and `loop.toml`, the company's over the built-in ones by id, and
    /// checks that every name in them exists. Examples run apart, by [`Rules::check`].
    ///
    /// # Errors
    /// Everything that is wrong, each with its place.
    pub fn load(files: &Files, engine: &Engine) -> Result<Self, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let settings = Settings::load(files).unwrap_or_else(|one| {
            wrong.push(*one);
            Settings::default()
        });
        let mut plays = BTreeMap::new();
        for file in files.below(plays::PLAYS_FOLDER, ".toml") {
            match plays::read(file, engine) {
                Ok(play) => _ = plays.insert(play.id.clone(), play),
                Err(complaints) => wrong.extend(complaints),
            }
        }
        let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
        for file in files.below(RULES_FOLDER, ".toml") {
            match read::read(file, engine) {
                Ok(rule) => {
                    let twin = rules.get(&rule.id).filter(|twin| twin.origin == rule.origin);
                    if let Some(twin) = twin {
                        let message =
                            format!("`{}` is in {} already", rule.id, twin.place.file.path);
                        wrong.push(file.complain(rule.place.id.clone(), &message, "rename one"));
                    }
                    rules.insert(rule.id.clone(), rule);
                }
                Err(complaints) => wrong.extend(complaints),
            }
        }
        let loaded = Self { rules, plays, settings };
        wrong.extend(loaded.unknown_plays());
        if wrong.is_empty() { Ok(loaded) } else { Err(wrong) }
    }

    fn unknown_plays(&self) -> Vec<Diagnostic> {
        let mut wrong = Vec::new();
        for rule in self.rules.values() {
            for (play, span) in &rule.place.plays {
                if !self.plays.contains_key(play) {
                    let hint = place::hint(play, self.plays.keys().map(String::as_str));
                    let message = format!("unknown play `{play}`");
                    wrong.push(rule.place.file.complain(span.clone(), &message, &hint));
                }
            }
        }
        wrong
    }

    /// Runs the examples of all rules.
    pub fn check(&self) -> Vec<Diagnostic> {
        self.rules.values().flat_map(examples::run).collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.get(id)
    }

    pub fn plays(&self) -> impl Iterator<Item = &Play> {
        self.plays.values()
    }

    pub fn play(&self, id: &str) -> Option<&Play> {
        self.plays.get(id)
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
