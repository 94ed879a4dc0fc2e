//! Small summaries and distributions.
//!
//! float-ok: statistics only.

/// A count as a number of statistics.
#[expect(clippy::cast_precision_loss, reason = "counts of buckets and series are small")]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// A number rounded to a whole count; 0 below a half.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "limited before")]
pub(crate) fn whole(value: f64) -> usize {
    if value.is_finite() { value.round().clamp(0.0, 1e15) as usize } else { 0 }
}

/// The mean; 0 of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / count(values.len()) }
}

/// The sample variance (n − 1); 0 with fewer than two values.
pub(crate) fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let middle = mean(values);
    values.iter().map(|value| (value - middle).powi(2)).sum::<f64>() / count(values.len() - 1)
}

/// The quantile of sorted values, between neighbours in proportion (type 7 of Hyndman and Fan 1996);
/// 0 of nothing.
pub(crate) fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let at = p.clamp(0.0, 1.0) * count(last);
    let low = whole(at.floor()).min(last);
    let high = (low + 1).min(last);
    sorted[low] + (at - count(low)) * (sorted[high] - sorted[low])
}

/// Slope and intercept of the straight line through `values` at 0, 1, 2 …
pub(crate) fn line(values: &[f64]) -> (f64, f64) {
    let n = count(values.len());
    if values.len() < 2 {
        return (0.0, mean(values));
    }
    let middle = (n - 1.0) / 2.0;
    let height = mean(values);
    let mut slope = 0.0;
    for (at, value) in values.iter().enumerate() {
        slope += (count(at) - middle) * (value - height);
    }
    slope /= n * (n * n - 1.0) / 12.0;
    (slope, height - slope * middle)
}

/// The quantile of the standard normal distribution.
///
/// # Source
/// Rational approximation of Acklam (2003), relative error below 1.2e-9.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -39.696_830_286_653_76,
        220.946_098_424_520_5,
        -275.928_510_446_968_7,
        138.357_751_867_269,
        -30.664_798_066_147_16,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -54.476_098_798_224_06,
        161.585_836_858_040_9,
        -155.698_979_859_886_6,
        66.801_311_887_719_72,
        -13.280_681_552_885_72,
        1.0,
    ];
    const C: [f64; 6] = [
        -0.007_784_894_002_430_293,
        -0.322_396_458_041_136_4,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        0.007_784_695_709_041_462,
        0.322_467_129_070_039_8,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    let polynomial = |of: &[f64], x: f64| of.iter().fold(0.0, |sum, c| sum * x + c);
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    if p < 0.024_25 {
        let q = (-2.0 * p.ln()).sqrt();
        return polynomial(&C, q) / polynomial(&D, q);
    }
    if p > 1.0 - 0.024_25 {
        return -normal_quantile(1.0 - p);
    }
    let q = p - 0.5;
    q * polynomial(&A, q * q) / polynomial(&B, q * q)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        assert!((normal_quantile(0.975) - 1.959_964).abs() < 1e-6);
        assert!((normal_quantile(0.01) + 2.326_348).abs() < 1e-6);
        assert!(normal_quantile(0.5).abs() < 1e-12);
        assert!((quantile(&[1.0, 2.0, 3.0, 4.0], 0.9) - 3.7).abs() < 1e-12);
    }

    #[test]
    fn a_straight_line_is_found_again() {
        let values: Vec<f64> = (0..9).map(|t| 3.0 + 0.5 * f64::from(t)).collect();
        let (slope, height) = line(&values);
        assert!((slope - 0.5).abs() < 1e-12 && (height - 3.0).abs() < 1e-12);
    }
}
