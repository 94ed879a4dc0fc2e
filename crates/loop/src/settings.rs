//! What holds for all rules: how long they may run, how young a day is judged, what is expected of
//! them before anything is measured. `knowledge/loop.toml`.

use std::time::Duration;

use argosy_kernel::{Diagnostic, Files};
use rust_decimal::Decimal;
use serde::Deserialize;

/// Where the settings stand below `knowledge/`.
const SETTINGS_PATH: &str = "loop.toml";

/// The settings of the loop.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub schema: u32,
    pub source: String,
    pub run: Run,
    pub provisional: ProvisionalDays,
    pub delivered: DeliveredPrior,
}

/// Limits of a run.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Seconds that one rule may take.
    pub seconds_per_rule: u64,
    /// Findings of one rule; more is a rule that matches everything.
    pub fired_most: usize,
    /// Rows of one table of a rule.
    pub rows_most: usize,
}

impl Run {
    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs(self.seconds_per_rule)
    }
}

/// When a day may be judged.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvisionalDays {
    /// Days not judged while nothing is learnt.
    pub ads: u32,
    pub traffic: u32,
    /// A day is judged from the age at which half of the days seen had this share of their final
    /// value.
    pub settled_share: Decimal,
    /// And never later than this: a slow measure must not stop the rule.
    pub most: u32,
}

/// What is known of a rule before anything is measured.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveredPrior {
    /// Share of the stake that an accepted finding brings.
    pub share: Decimal,
    /// How many measured findings this weighs.
    pub weight: Decimal,
    /// How far single ratios of measured to promised lie apart.
    pub spread: Decimal,
}

impl Settings {
    /// Reads `loop.toml`; without the file the built-in values hold.
    pub(crate) fn load(files: &Files) -> Result<Self, Box<Diagnostic>> {
        match files.get(SETTINGS_PATH) {
            Some(file) => file.toml(),
            None => Ok(Self::default()),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schema: 1,
            source: String::new(),
            run: Run { seconds_per_rule: 60, fired_most: 5_000, rows_most: 1_000_000 },
            provisional: ProvisionalDays {
                ads: 3,
                traffic: 3,
                settled_share: Decimal::new(95, 2),
                most: 14,
            },
            delivered: DeliveredPrior {
                share: Decimal::new(5, 1),
                weight: Decimal::from(8),
                spread: Decimal::new(6, 1),
            },
        }
    }
}
