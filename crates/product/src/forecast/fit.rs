//! What every method gives back: what it would have said of the past, and what it says of the future.
//!
//! float-ok: statistics only.

use super::numbers::count;

/// How strongly the forecast moves after a miss of one unit: the path of the expected values shifts
/// by `level` at once, by `trend` more with every bucket (fading by `fade`), and by `season` more
/// when the same season comes again.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Response {
    pub level: f64,
    pub trend: f64,
    pub fade: f64,
    pub season: f64,
}

impl Response {
    /// The shift of the expected value `ahead` buckets (from 1) after a miss of one unit.
    ///
    /// # Source
    /// Hyndman, Koehler, Ord and Snyder (2008), table 6.1: the coefficients c_j of class 1.
    pub fn shift(&self, ahead: usize, season: usize) -> f64 {
        let fade = if self.fade > 0.0 { self.fade } else { 1.0 };
        let slopes = if (fade - 1.0).abs() < 1e-9 {
            count(ahead)
        } else {
            fade * (1.0 - fade.powf(count(ahead))) / (1.0 - fade)
        };
        let again = season > 1 && ahead.is_multiple_of(season);
        self.level + self.trend * slopes + if again { self.season } else { 0.0 }
    }
}

/// A method fitted to one series.
#[derive(Clone, Debug)]
pub struct Fit {
    /// What the method expected of each bucket one step before it; as long as the series.
    pub fitted: Vec<f64>,
    /// What it expects of the buckets to come.
    pub ahead: Vec<f64>,
    pub response: Response,
    /// Misses grow with the level (they are shares of it) rather than being units.
    pub relative: bool,
}

impl Fit {
    /// Several fits of the same series joined by weight; `None` of nothing.
    pub fn blend(fits: impl IntoIterator<Item = (f64, Self)>) -> Option<Self> {
        let mut fits = fits.into_iter();
        let (mut all, mut sum) = fits.next()?;
        sum.scale(all);
        let mut relative = if sum.relative { all } else { 0.0 };
        for (weight, fit) in fits {
            add(&mut sum.fitted, &fit.fitted, weight);
            add(&mut sum.ahead, &fit.ahead, weight);
            sum.response.level += weight * fit.response.level;
            // What fades without a trend does not count.
            sum.response.fade += weight * fit.response.trend * fit.response.fade;
            sum.response.trend += weight * fit.response.trend;
            sum.response.season += weight * fit.response.season;
            relative += if fit.relative { weight } else { 0.0 };
            all += weight;
        }
        if sum.response.trend > 0.0 {
            sum.response.fade /= sum.response.trend;
        }
        sum.relative = 2.0 * relative > all;
        let fade = sum.response.fade;
        sum.scale(1.0 / all);
        sum.response.fade = fade;
        Some(sum)
    }

    fn scale(&mut self, by: f64) {
        for value in self.fitted.iter_mut().chain(&mut self.ahead) {
            *value *= by;
        }
        let Response { level, trend, fade, season } = &mut self.response;
        *fade *= *trend * by;
        for part in [level, trend, season] {
            *part *= by;
        }
    }

    /// Sales are never below zero.
    pub fn floored(mut self) -> Self {
        for value in self.ahead.iter_mut().chain(&mut self.fitted) {
            *value = value.max(0.0);
        }
        self
    }
}

fn add(sum: &mut [f64], values: &[f64], weight: f64) {
    for (total, value) in sum.iter_mut().zip(values) {
        *total += weight * value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_miss_moves_the_path_as_the_method_learns() {
        let ses = Response { level: 0.3, ..Response::default() };
        assert!((ses.shift(1, 1) - 0.3).abs() < 1e-12 && (ses.shift(9, 1) - 0.3).abs() < 1e-12);
        let holt = Response { level: 0.3, trend: 0.1, fade: 1.0, season: 0.2 };
        assert!((holt.shift(4, 4) - 0.9).abs() < 1e-12);
        let damped = Response { fade: 0.5, season: 0.0, ..holt };
        assert!((damped.shift(2, 4) - (0.3 + 0.1 * 0.75)).abs() < 1e-12);
    }

    #[test]
    fn a_blend_of_equals_is_itself_and_others_meet_between() {
        let one = Fit {
            fitted: vec![1.0, 2.0],
            ahead: vec![3.0],
            response: Response { level: 0.4, trend: 0.2, fade: 0.9, season: 0.1 },
            relative: true,
        };
        let twice = Fit::blend([(1.0, one.clone()), (3.0, one.clone())]).unwrap();
        assert!((twice.ahead[0] - 3.0).abs() < 1e-12 && twice.relative);
        assert!((twice.response.fade - 0.9).abs() < 1e-12);
        assert!((twice.response.level - 0.4).abs() < 1e-12);
        let flat = Fit { ahead: vec![7.0], response: Response::default(), ..one.clone() };
        let both = Fit::blend([(1.0, one), (1.0, flat)]).unwrap();
        assert!((both.ahead[0] - 5.0).abs() < 1e-12);
        assert!((both.response.fade - 0.9).abs() < 1e-12);
        assert!((both.response.trend - 0.1).abs() < 1e-12);
        assert!(Fit::blend([]).is_none());
    }
}
