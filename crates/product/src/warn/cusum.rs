//! When a process has drifted: the cumulative sum of what lies above what was usual.
//!
//! # Source
//! Page (1954); upper one-sided CUSUM of standardised values.
//!
//! float-ok: statistics only.

use crate::forecast::numbers::{count, mean, variance};

/// Values that make up what was usual, at least.
const LEAST: usize = 4;
/// The deviation is taken at least as this share of the mean: a few equal values prove no regularity.
const LEAST_SPREAD: f64 = 0.1;

/// A drift upward.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Drift {
    /// Place of the first value of it.
    pub(crate) since: usize,
    pub(crate) before: f64,
    pub(crate) now: f64,
}

/// Whether the last values lie above what the first half was used to. `slack` and `alarm` in standard
/// deviations. `None` while the sum is below the alarm, and with fewer than six values.
pub(crate) fn drift(values: &[f64], slack: f64, alarm: f64) -> Option<Drift> {
    let usual = (values.len() / 2).max(LEAST);
    if values.len() < usual + 2 {
        return None;
    }
    let before = mean(&values[..usual]);
    let deviation = variance(&values[..usual]).sqrt().max(LEAST_SPREAD * before).max(1e-9);
    // The usual mean is itself an estimate.
    let deviation = deviation * (1.0 + 1.0 / count(usual)).sqrt();
    let (mut sum, mut since) = (0.0_f64, usual);
    for (at, value) in values.iter().enumerate().skip(usual) {
        if sum <= 0.0 {
            since = at;
        }
        sum = (sum + (value - before) / deviation - slack).max(0.0);
    }
    // One late case is chance, two in a row are not.
    (sum > alarm && values.len() - since > 1).then(|| Drift {
        since,
        before,
        now: mean(&values[since..]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::Chance;

    #[test]
    fn a_lasting_shift_alarms_and_tells_its_beginning() {
        let values = [30.0, 33.0, 28.0, 31.0, 29.0, 32.0, 30.0, 38.0, 41.0, 40.0, 42.0];
        let found = drift(&values, 0.5, 4.0).unwrap();
        assert_eq!(found.since, 7);
        assert!((found.now - 40.25).abs() < 1e-9 && found.before < 31.0);
        assert_eq!(drift(&values[..8], 0.5, 4.0), None);
        assert_eq!(drift(&values[..5], 0.5, 4.0), None);
    }

    #[test]
    fn steady_shipments_hardly_ever_alarm() {
        let mut chance = Chance::new(3);
        let alarms = (0..1000).filter(|_| {
            let values: Vec<f64> = (0..16).map(|_| 30.0 + 5.0 * chance.normal()).collect();
            drift(&values, 0.5, 4.0).is_some()
        });
        let alarms = alarms.count();
        assert!(alarms < 60, "{alarms} of 1,000");
    }
}
