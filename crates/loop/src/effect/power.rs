//! How large an effect must be to be told, before anything is changed.
//!
//! float-ok: statistics only.

use super::{
    panel::Panel,
    stats::{normal_quantile, student_cdf, student_quantile},
};

/// The smallest effect that is told with this power by a t interval.
pub fn smallest(error: f64, df: f64, level: f64, power: f64) -> f64 {
    (student_quantile(f64::midpoint(1.0, level), df) + student_quantile(power, df)) * error
}

/// How likely an effect is told (the far side of the interval is left out: it hardly counts).
pub fn power_at(effect: f64, error: f64, df: f64, level: f64) -> f64 {
    if error <= 0.0 {
        return 1.0;
    }
    student_cdf(effect.abs() / error - student_quantile(f64::midpoint(1.0, level), df), df)
}

/// The panel before the change, its last blocks taken as if they came after one.
pub fn rehearsal(panel: &Panel, after: usize) -> Option<Panel> {
    let blocks = panel.before.min(panel.treated.len());
    let pretended = after.min(blocks / 3).max(1);
    if blocks < pretended + 3 {
        return None;
    }
    Some(Panel {
        treated: panel.treated[..blocks].to_vec(),
        controls: panel.controls.iter().map(|control| control[..blocks].to_vec()).collect(),
        before: blocks - pretended,
    })
}

/// Receivers each arm needs to tell a rate from another, two-sided.
pub fn receivers(rate: f64, other: f64, alpha: f64, power: f64) -> f64 {
    let middle = f64::midpoint(rate, other);
    let even = (2.0 * middle * (1.0 - middle)).sqrt();
    let apart = (rate * (1.0 - rate) + other * (1.0 - other)).sqrt();
    let reach = normal_quantile(1.0 - alpha / 2.0) * even + normal_quantile(power) * apart;
    (reach / (rate - other)).powi(2).ceil()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_are_as_large_as_the_tables_say() {
        for (rate, other, each) in [
            (0.05, 0.06, 8_158.0),
            (0.10, 0.12, 3_841.0),
            (0.10, 0.11, 14_751.0),
            (0.02, 0.03, 3_825.0),
        ] {
            let told = receivers(rate, other, 0.05, 0.8);
            assert!((told - each).abs() <= 1.0, "{rate} → {other}: {told}, not {each}");
        }
    }

    #[test]
    fn the_smallest_effect_is_told_four_times_in_five() {
        let effect = smallest(2.0, 10.0, 0.9, 0.8);
        assert!((power_at(effect, 2.0, 10.0, 0.9) - 0.8).abs() < 1e-6);
    }
}
