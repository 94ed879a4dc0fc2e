//! Distributions that detectors and shrinkage need: beta, gamma, Student's t, binomial.
//!
//! Sources: Lanczos' approximation of the logarithm of Γ (g = 7, nine terms); continued fractions of
//! the incomplete beta and gamma functions after Press et al., Numerical Recipes, §6.2 and §6.4;
//! quantiles by bisection, which cannot diverge.

use std::f64::consts::PI;

const LANCZOS: [f64; 9] = [
    0.999_999_999_999_809_9,
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

/// ln Γ(x) for x > 0.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    if x < 0.5 {
        return (PI / (PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let tail: f64 =
        LANCZOS.iter().zip(0_i32..).skip(1).map(|(c, at)| c / (x + f64::from(at))).sum();
    let base = x + 7.5;
    0.5 * (2.0 * PI).ln() + (x + 0.5) * base.ln() - base + (LANCZOS[0] + tail).ln()
}

/// ln B(a, b).
pub(crate) fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// P(X ≤ x) for X ~ Beta(a, b).
pub(crate) fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (a * x.ln() + b * (1.0 - x).ln() - ln_beta(a, b)).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(x, a, b) / a
    } else {
        1.0 - front * beta_fraction(1.0 - x, b, a) / b
    }
}

/// The continued fraction of the incomplete beta function (Lentz).
fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let kept = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / kept(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..500 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / kept(1.0 + even * d);
        c = kept(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / kept(1.0 + odd * d);
        c = kept(1.0 + odd / c);
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-14 {
            break;
        }
    }
    h
}

/// P(X ≤ x) for X ~ Gamma(shape, 1).
pub(crate) fn gamma_cdf(x: f64, shape: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = (shape * x.ln() - x - ln_gamma(shape)).exp();
    if x < shape + 1.0 {
        let mut term = 1.0 / shape;
        let mut sum = term;
        let mut next = shape;
        for _ in 0..10_000 {
            next += 1.0;
            term *= x / next;
            sum += term;
            if term < sum * 1e-15 {
                break;
            }
        }
        return front * sum;
    }
    let mut b = x + 1.0 - shape;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut h = d;
    for at in 1..10_000 {
        let at = f64::from(at);
        let an = -at * (at - shape);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    1.0 - front * h
}

/// The x where `cdf` reaches `p`, between `low` and `high`.
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

/// P(T ≤ t) for Student's t with `df` degrees of freedom.
pub(crate) fn student_cdf(t: f64, df: f64) -> f64 {
    let tail = 0.5 * beta_cdf(df / (df + t * t), df / 2.0, 0.5);
    if t >= 0.0 { 1.0 - tail } else { tail }
}

/// The quantile of Student's t.
pub(crate) fn student_quantile(p: f64, df: f64) -> f64 {
    bisect(p, -1e4, 1e4, |t| student_cdf(t, df))
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
        near(ln_gamma(0.5), PI.sqrt().ln(), 1e-10);
        near(student_quantile(0.975, 10.0), 2.228_139, 1e-5);
        near(student_cdf(2.0, 5.0), 0.949_030, 1e-6);
        // P(X ≤ 3), X ~ Poisson(5) = 1 − P(Gamma(4) ≤ 5).
        near(1.0 - gamma_cdf(5.0, 4.0), 0.265_026, 1e-6);
        near(binomial_cdf(2.0, 10.0, 0.5), 56.0 / 1024.0, 1e-12);
        near(beta_quantile(0.5, 2.0, 2.0), 0.5, 1e-9);
        near(gamma_quantile(0.5, 1.0), 2.0_f64.ln(), 1e-8);
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
