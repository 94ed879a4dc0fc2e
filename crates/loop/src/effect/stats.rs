//! Small summaries, and the distributions that effects need.
//!
//! float-ok: estimates are statistics, not ledger money; they are rounded to decimals at the edge.

pub use crate::detect::special::{
    ln_gamma, normal_cdf, normal_quantile, student_cdf, student_p, student_quantile,
};

/// The mean; 0 of nothing.
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / count(values.len()) }
}

/// A count as a number of statistics.
#[expect(clippy::cast_precision_loss, reason = "counts of blocks and units are small")]
pub fn count(n: usize) -> f64 {
    n as f64
}

/// Sum of squared deviations from the mean.
pub fn squares(values: &[f64]) -> f64 {
    let middle = mean(values);
    values.iter().map(|value| (value - middle).powi(2)).sum()
}

/// The sample variance (n − 1); 0 with fewer than two values.
pub fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 { 0.0 } else { squares(values) / count(values.len() - 1) }
}

/// The middle value; 0 of nothing.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}
