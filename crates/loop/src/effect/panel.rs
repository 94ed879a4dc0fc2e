//! Blocks of one treated unit beside those of untouched ones, and what is estimated from them.
//!
//! float-ok: statistics only; money leaves as decimals in `measure`.

use super::stats::{count, ln_gamma, mean, squares, student_p, student_quantile, variance};

/// Treated and control series over the same blocks (mostly weeks).
#[derive(Clone, Debug, Default)]
pub struct Panel {
    pub treated: Vec<f64>,
    pub controls: Vec<Vec<f64>>,
    /// How many blocks lie before the change.
    pub before: usize,
}

/// What a method says about the blocks after the change.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// Mean effect per block, in the unit of the series.
    pub effect: f64,
    /// Its standard error and degrees of freedom.
    pub error: f64,
    pub df: f64,
    pub low: f64,
    pub high: f64,
    /// What would have been, for all blocks.
    pub counterfactual: Vec<f64>,
    /// Standard deviation of a single block around the counterfactual.
    pub miss: f64,
    /// Weight of each control.
    pub weights: Vec<f64>,
    /// What untouched units show in place of the treated one, as shares of their own level.
    pub placebo: Vec<Placebo>,
    /// Share of them that are at least as far from nothing as the treated one, itself counted.
    pub placebo_p: Option<f64>,
    /// By how much placebos widened (above 1) or narrowed the plain interval.
    pub widening: f64,
}

impl Estimate {
    /// Mean of the counterfactual after the change.
    pub fn level(&self, before: usize) -> f64 {
        mean(self.counterfactual.get(before..).unwrap_or_default())
    }

    /// Estimate, low and high as shares of what would have been; `None` without a level.
    pub fn relative(&self, before: usize) -> Option<(f64, f64, f64)> {
        let level = self.level(before);
        (level > 0.0).then(|| (self.effect / level, self.low / level, self.high / level))
    }
}

/// Difference between two stretches of a gap series, with its plain standard error.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    pub effect: f64,
    pub error: f64,
    pub df: f64,
    /// Standard deviation of one block.
    pub spread: f64,
}

impl Difference {
    /// The mean after less the mean before, as if blocks were independent and equally noisy.
    pub fn of(before: &[f64], after: &[f64]) -> Self {
        let (n, m) = (count(before.len()), count(after.len()));
        let df = (n - 1.0).max(0.0) + (m - 1.0).max(0.0);
        let pooled = if df > 0.0 { (squares(before) + squares(after)) / df } else { f64::NAN };
        let error = (pooled * (1.0 / n + 1.0 / m)).sqrt();
        Self { effect: mean(after) - mean(before), error, df: df.max(1.0), spread: pooled.sqrt() }
    }

    pub fn t(self) -> f64 {
        if self.error > 0.0 { self.effect / self.error } else { 0.0 }
    }
}

/// How strongly a widening learnt from placebos is drawn to the usual one, in placebos.
const WIDENING_PRIOR: f64 = 3.0;
/// Placebos count the less the more their level differs, on a logarithmic scale: noise that is
/// nothing but small numbers makes no weeks alike, shocks of a unit do.
const LEVEL_REACH: f64 = 1.2;

/// What a unit that nothing was done to shows, as if the change had been made to it.
#[derive(Clone, Copy, Debug)]
pub struct Placebo {
    /// As a share of its own level.
    pub effect: f64,
    pub t: f64,
    /// Its level before.
    pub level: f64,
}

/// The square of the factor by which plain errors are too small, learnt from units that nothing was
/// done to: their mean square t over the one Student's t has, and how far out nine of ten of them
/// lie over how far Student's t would have them; drawn to the `usual` of the method.
pub fn widening(placebo: &[Placebo], level: f64, df: f64, usual: f64) -> f64 {
    let cap = student_quantile(0.995, df).powi(2);
    let mut told: Vec<(f64, f64)> = placebo
        .iter()
        .filter(|one| one.level > 0.0)
        .map(|one| {
            let apart = if level > 0.0 { (one.level / level).ln() / LEVEL_REACH } else { 0.0 };
            (one.t.powi(2).min(cap), (-0.5 * apart * apart).exp())
        })
        .collect();
    let weights: f64 = told.iter().map(|(_, weight)| weight).sum();
    if weights <= 0.0 {
        return usual;
    }
    // The mean of min(t², cap) under Student's t, so that capping pulls nothing down.
    let square = told.iter().map(|(square, weight)| square * weight).sum::<f64>()
        / weights
        / capped_square(df, cap);
    let reach = outer(&mut told, weights) / student_quantile(0.95, df).powi(2);
    let both = f64::midpoint(square, reach);
    (both * weights + usual * WIDENING_PRIOR) / (weights + WIDENING_PRIOR)
}

/// The squared t below which nine of ten units lie, the treated one counted as a further unit
/// (split conformal prediction: Vovk, Gammerman, Shafer 2005), between neighbours in proportion.
fn outer(told: &mut [(f64, f64)], weights: f64) -> f64 {
    const SHARE: f64 = 0.9;
    told.sort_by(|a, b| a.0.total_cmp(&b.0));
    let wanted = SHARE * (weights + 1.0);
    let (mut below, mut last) = (0.0, 0.0);
    for (square, weight) in told.iter() {
        if below + weight >= wanted {
            return last + (square - last) * (wanted - below) / weight;
        }
        below += weight;
        last = *square;
    }
    last
}

/// The mean of min(t², cap) of Student's t, by Simpson's rule over its density.
fn capped_square(df: f64, cap: f64) -> f64 {
    const STEPS: u32 = 400;
    let end = cap.sqrt();
    let step = end / f64::from(STEPS);
    let scale = (ln_gamma(f64::midpoint(df, 1.0)) - ln_gamma(df / 2.0)).exp()
        / (df * std::f64::consts::PI).sqrt();
    let at = |t: f64| t * t * scale * (1.0 + t * t / df).powf(-f64::midpoint(df, 1.0));
    let inner = (1..STEPS).map(|i| {
        let weight = if i % 2 == 1 { 4.0 } else { 2.0 };
        weight * at(f64::from(i) * step)
    });
    let body = (inner.sum::<f64>() + at(end)) * step / 3.0;
    2.0 * body + cap * student_p(end, df)
}

/// Share of placebos at least as far from zero as `t`, the treated unit counted among them.
pub fn placebo_p(t: f64, placebo: &[Placebo]) -> Option<f64> {
    let further = placebo.iter().filter(|other| other.t.abs() >= t.abs()).count();
    (!placebo.is_empty()).then(|| count(further + 1) / count(placebo.len() + 1))
}

/// An untrue change in the middle of the period before: its effect and how likely it is by chance.
pub fn false_change(gap: &[f64], widening: f64) -> Option<(f64, f64)> {
    if gap.len() < 4 {
        return None;
    }
    let middle = gap.len() - gap.len() / 2;
    let difference = Difference::of(&gap[..middle], &gap[middle..]);
    (difference.error > 0.0)
        .then(|| (difference.effect, student_p(difference.t() / widening.sqrt(), difference.df)))
}

/// How likely so steep a slope is by chance; a small number means the control drifts away.
pub fn drift(gap: &[f64]) -> Option<f64> {
    let n = gap.len();
    if n < 5 {
        return None;
    }
    let times: Vec<f64> = (0..n).map(count).collect();
    let (middle, level) = (mean(&times), mean(gap));
    let spread: f64 = times.iter().map(|t| (t - middle).powi(2)).sum();
    let slope =
        times.iter().zip(gap).map(|(t, y)| (t - middle) * (y - level)).sum::<f64>() / spread;
    let rest: f64 =
        times.iter().zip(gap).map(|(t, y)| (y - level - slope * (t - middle)).powi(2)).sum();
    let df = count(n - 2);
    let error = (rest / df / spread).sqrt();
    (error > 0.0).then(|| student_p(slope / error, df))
}

/// The first and last step of a mean with a t interval.
pub fn interval(effect: f64, error: f64, df: f64, level: f64) -> (f64, f64) {
    let reach = student_quantile(f64::midpoint(1.0, level), df) * error;
    (effect - reach, effect + reach)
}

/// Before and after alone: what changed, not why.
pub fn before_after(treated: &[f64], before: usize, level: f64) -> Option<Estimate> {
    let (early, late) = (treated.get(..before)?, treated.get(before..)?);
    if early.len() < 2 || late.is_empty() {
        return None;
    }
    let difference = Difference::of(early, late);
    let usual = mean(early);
    let (low, high) = interval(difference.effect, difference.error, difference.df, level);
    Some(Estimate {
        effect: difference.effect,
        error: difference.error,
        df: difference.df,
        low,
        high,
        counterfactual: vec![usual; treated.len()],
        miss: variance(early).sqrt(),
        weights: Vec::new(),
        placebo: Vec::new(),
        placebo_p: None,
        widening: 1.0,
    })
}
