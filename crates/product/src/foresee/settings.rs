//! How the company forecasts, replenishes and warns, and what ways of transport usually cost and take.
//!
//! float-ok: days and thresholds of statistics; money is exact.

use argosy_kernel::{Diagnostic, Files};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::replenish::{Mode, Prior, Stage};

/// Where they stand.
pub(crate) const FILE: &str = "supply/settings.toml";

/// All of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    #[serde(rename = "schema")]
    _schema: u32,
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "version")]
    _version: String,
    #[serde(rename = "source")]
    _source: String,
    pub(crate) forecast: ForecastSettings,
    pub(crate) replenish: ReplenishSettings,
    #[serde(rename = "mode")]
    pub(crate) modes: Vec<ModeSettings>,
    pub(crate) warn: WarnSettings,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForecastSettings {
    pub(crate) history_weeks: u32,
    pub(crate) horizon_weeks: usize,
    pub(crate) paths: usize,
    /// A store that usually sells so many orders a day and shows none has no report of that day.
    pub(crate) quiet_orders_per_day: f64,
    pub(crate) launch_weeks: usize,
    pub(crate) launches: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplenishSettings {
    pub(crate) review_days: u32,
    pub(crate) capital_per_year: Decimal,
    /// Share of the margin that is lost beyond it with a lost sale.
    pub(crate) lost_beyond: Decimal,
    /// Share of the goods cost that clearing out brings.
    pub(crate) cleared: Decimal,
    /// In US dollars, as all money here.
    pub(crate) storage_m3_month: Decimal,
    pub(crate) per_order: Decimal,
    pub(crate) carton_units: u32,
    pub(crate) carton_kg: Decimal,
    pub(crate) carton_m3: Decimal,
    pub(crate) margin_days: u32,
    pub(crate) aged: Vec<Aged>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Aged {
    pub(crate) from_day: u32,
    pub(crate) m3_month: Decimal,
}

/// A way of transport as it usually is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModeSettings {
    pub(crate) id: Mode,
    pub(crate) per_kg: Decimal,
    pub(crate) per_m3: Decimal,
    pub(crate) minimum: Decimal,
    pub(crate) kg_per_m3: Option<Decimal>,
    production: (f64, f64),
    inspection: (f64, f64),
    head_haul: (f64, f64),
    customs: (f64, f64),
    receiving: (f64, f64),
    /// Markets it goes to; all where none is named.
    #[serde(default)]
    pub(crate) markets: Vec<String>,
}

impl ModeSettings {
    /// What is believed of a stage before own shipments.
    pub(crate) fn prior(&self, stage: Stage, counts_as: f64) -> Prior {
        let (mean_days, sd_days) = match stage {
            Stage::Production => self.production,
            Stage::Inspection => self.inspection,
            Stage::HeadHaul => self.head_haul,
            Stage::Customs => self.customs,
            Stage::Receiving => self.receiving,
        };
        Prior { mean_days, sd_days, counts_as }
    }
}

/// When a signal is a warning.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WarnSettings {
    pub(crate) counts_as: f64,
    pub(crate) drift_k: f64,
    pub(crate) drift_h: f64,
    pub(crate) otif_least: usize,
    pub(crate) otif_drop: Decimal,
    pub(crate) quality_least: usize,
    pub(crate) quality_times: Decimal,
    pub(crate) price_window: i64,
    pub(crate) price_move: Decimal,
    pub(crate) freight_move: Decimal,
    pub(crate) pressure_level: Decimal,
    pub(crate) single_source_share: Decimal,
    pub(crate) holiday_days: i64,
    pub(crate) horizon_days: i64,
}

impl Settings {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong in it, or that it is missing.
    pub(crate) fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(FILE) else {
            return Err(vec![missing(FILE)]);
        };
        let read: Self = source.toml().map_err(|wrong| vec![*wrong])?;
        let mut wrong = Vec::new();
        let mut complain = |word: &str, message: &str| {
            let at = source.text.find(word).unwrap_or(0);
            wrong.push(source.complain(at..at + word.len(), message, ""));
        };
        if read.forecast.horizon_weeks < 13 {
            complain("horizon_weeks", "at least 13 weeks are foreseen: orders by sea need them");
        }
        if read.replenish.review_days == 0 {
            complain("review_days", "there is at least a day from one look at orders to the next");
        }
        if read.replenish.carton_units == 0 {
            complain("carton_units", "a carton holds at least one unit");
        }
        if read.modes.is_empty() {
            complain("schema", "at least one way of transport is needed");
        }
        if wrong.is_empty() { Ok(read) } else { Err(wrong) }
    }
}

/// A file that must be there is not.
pub(crate) fn missing(file: &str) -> Diagnostic {
    Diagnostic {
        file: file.to_owned(),
        line: 1,
        column: 1,
        width: 1,
        excerpt: String::new(),
        message: "the file is missing".to_owned(),
        hint: "it is shipped with Argosy; the company's folder may hold its own".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{knowledge, right};

    #[test]
    fn the_shipped_settings_are_right_and_wrong_ones_are_pointed_at() {
        let settings = right(Settings::load(&knowledge(&[FILE])));
        assert_eq!(settings.modes[0].id, Mode::Sea);
        assert!(settings.modes[0].prior(Stage::HeadHaul, 5.0).mean_days > 20.0);
        let mut files = knowledge(&[FILE]);
        let text = files.get(FILE).unwrap().text.replace("review_days = 7", "review_days = 0");
        files.add(FILE, text, argosy_kernel::Origin::Company);
        let wrong = Settings::load(&files).unwrap_err();
        assert!(wrong[0].to_string().contains("review_days"), "{}", wrong[0]);
    }
}
