//! Distributions that detectors, shrinkage and effects need, by `statrs`. What lies outside the
//! parameters of a distribution is no number; nothing here panics.

use statrs::{
    distribution::{ContinuousCDF, Normal, StudentsT},
    function::{beta, gamma},
};

/// ln Γ(x) for x > 0.
pub fn ln_gamma(x: f64) -> f64 {
    gamma::ln_gamma(x)
}

/// ln B(a, b).
pub(crate) fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// P(X ≤ x) for X ~ Beta(a, b).
pub(crate) fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    beta::checked_beta_reg(a, b, x.clamp(0.0, 1.0)).unwrap_or(f64::NAN)
}

/// P(X ≤ x) for X ~ Gamma(shape, 1).
pub(crate) fn gamma_cdf(x: f64, shape: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    gamma::checked_gamma_lr(shape, x).unwrap_or(f64::NAN)
}

/// The x where `cdf` reaches `p`, between `low` and `high`: the quantiles of `statrs` are off by up to
/// 1e-5 where beta is narrow, and by more where gamma's shape is far below 1.
fn bisect(p: f64, mut low: f64, mut high: f64, cdf: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if cdf(middle) < p {
            low = middle;
        } else {
            high = middle;
        }
        if high - low <= 1e-10 * high.abs().max(1e-12) {
            break;
        }
    }
    0.5 * (low + high)
}

/// The quantile of Beta(a, b).
pub(crate) fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    bisect(p, 0.0, 1.0, |x| beta_cdf(x, a, b))
}

/// The quantile of Gamma(shape, 1).
pub(crate) fn gamma_quantile(p: f64, shape: f64) -> f64 {
    let mut high = shape + 10.0 * shape.sqrt() + 10.0;
    while gamma_cdf(high, shape) < p {
        high *= 2.0;
    }
    bisect(p, 0.0, high, |x| gamma_cdf(x, shape))
}

fn student(df: f64) -> Option<StudentsT> {
    StudentsT::new(0.0, 1.0, df).ok()
}

/// P(T ≤ t) for Student's t with `df` degrees of freedom.
pub fn student_cdf(t: f64, df: f64) -> f64 {
    student(df).map_or(f64::NAN, |student| student.cdf(t))
}

/// The quantile of Student's t.
pub fn student_quantile(p: f64, df: f64) -> f64 {
    student(df).filter(|_| is_share(p)).map_or(f64::NAN, |student| student.inverse_cdf(p))
}

/// Two-sided p value of Student's t.
pub fn student_p(t: f64, df: f64) -> f64 {
    2.0 * (1.0 - student_cdf(t.abs(), df))
}

/// P(Z ≤ z) of the normal distribution.
pub fn normal_cdf(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// The quantile of the normal distribution.
pub fn normal_quantile(p: f64) -> f64 {
    if is_share(p) { Normal::standard().inverse_cdf(p) } else { f64::NAN }
}

fn is_share(p: f64) -> bool {
    (0.0..=1.0).contains(&p)
}

/// P(X ≤ k) for X ~ Binomial(n, p), with `k` and `n` as real numbers for scaled counts.
pub(crate) fn binomial_cdf(k: f64, n: f64, p: f64) -> f64 {
    if k < 0.0 {
        return 0.0;
    }
    if k >= n {
        return 1.0;
    }
    1.0 - beta_cdf(p, k + 1.0, n - k)
}

/// Which of these p-values are discoveries, as q-values (Benjamini and Hochberg 1995): the smallest
/// false-discovery rate at which each would be one.
pub(crate) fn q_values(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|left, right| p[*left].total_cmp(&p[*right]));
    let mut q = vec![1.0; p.len()];
    let mut least: f64 = 1.0;
    let count = p.len();
    for (rank, at) in order.iter().enumerate().rev() {
        let adjusted = p[*at] * count as f64 / (rank + 1) as f64;
        least = least.min(adjusted);
        q[*at] = least;
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64, within: f64) {
        assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
    }

    #[test]
    fn zero_orders_in_many_clicks_speak_ever_louder_against_a_term() {
        // ALGORITHMS topic 7: prior Beta(2, 18), P(CVR < 6 %) after 10, 20, 28, 45 clicks.
        for (clicks, share) in [(10.0, 0.526), (20.0, 0.688), (28.0, 0.782), (45.0, 0.903)] {
            near(beta_cdf(0.06, 2.0, 18.0 + clicks), share, 0.0005);
        }
    }

    #[test]
    fn distributions_give_the_values_of_the_tables() {
        near(ln_gamma(10.0), 362_880_f64.ln(), 1e-10);
        near(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln(), 1e-10);
        near(ln_gamma(5.0), 24.0_f64.ln(), 1e-10);
        near(student_quantile(0.975, 10.0), 2.228_139, 1e-5);
        near(student_quantile(0.95, 10.0), 1.812_461, 1e-6);
        near(student_quantile(0.975, 3.0), 3.182_446, 1e-6);
        near(student_quantile(0.95, 1.0), 6.313_752, 1e-5);
        near(student_cdf(2.0, 5.0), 0.949_030, 1e-6);
        near(student_cdf(1.0, 5.0), 0.818_391, 1e-6);
        near(normal_quantile(0.975), 1.959_964, 1e-6);
        near(normal_quantile(0.05), -1.644_854, 1e-6);
        near(normal_cdf(1.0), 0.841_344_7, 1e-7);
        near(beta_cdf(0.5, 2.0, 3.0), 0.6875, 1e-10);
        // P(X ≤ 3), X ~ Poisson(5) = 1 − P(Gamma(4) ≤ 5).
        near(1.0 - gamma_cdf(5.0, 4.0), 0.265_026, 1e-6);
        near(binomial_cdf(2.0, 10.0, 0.5), 56.0 / 1024.0, 1e-12);
        near(beta_quantile(0.5, 2.0, 2.0), 0.5, 1e-9);
        near(gamma_quantile(0.5, 1.0), 2.0_f64.ln(), 1e-8);
    }

    #[test]
    fn what_no_distribution_has_is_no_number() {
        for found in [
            beta_cdf(f64::NAN, 1.0, 1.0),
            beta_cdf(0.5, 0.0, 1.0),
            gamma_cdf(1.0, -1.0),
            student_cdf(1.0, 0.0),
            student_quantile(f64::NAN, 3.0),
            student_quantile(0.5, f64::NAN),
            normal_quantile(1.5),
        ] {
            assert!(found.is_nan(), "{found}");
        }
    }

    #[test]
    fn of_many_series_only_the_first_two_are_discoveries() {
        // ALGORITHMS topic 5: Benjamini and Hochberg at 5 %.
        let p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216];
        let q = q_values(&p);
        let found: Vec<bool> = q.iter().map(|q| *q <= 0.05).collect();
        assert_eq!(found.iter().filter(|one| **one).count(), 2);
        assert!(found[0] && found[1]);
    }
}
