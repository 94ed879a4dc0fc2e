//! How far a forecast was off.
//!
//! # Source
//! MASE: Hyndman and Koehler (2006); RMSSE: M5 competition (Makridakis et al. 2022); sMAPE as in the
//! M3 competition; WQL: mean pinball loss over the quantiles, weighted by volume (Gasthaus et al.
//! 2019).
//!
//! float-ok: statistics only.

use serde::{Deserialize, Serialize};

use super::numbers::{count, mean};

/// Misses of the seasonal naive forecast inside the series: what MASE and RMSSE measure against.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    /// Mean absolute difference to the season before.
    pub absolute: f64,
    /// Mean squared difference to the season before.
    pub squared: f64,
}

impl Scale {
    /// `None` where nothing ever changes or the series is shorter than a season.
    pub fn of(values: &[f64], season: usize) -> Option<Self> {
        let season = season.max(1);
        let season = if values.len() > season { season } else { 1 };
        let apart: Vec<f64> =
            values.iter().skip(season).zip(values).map(|(now, then)| now - then).collect();
        let absolute = mean(&apart.iter().map(|d| d.abs()).collect::<Vec<_>>());
        let squared = mean(&apart.iter().map(|d| d * d).collect::<Vec<_>>());
        (absolute > 0.0).then_some(Self { absolute, squared })
    }
}

/// Errors of one method over all tested buckets. Measures that are undefined are `None`, never 0.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Score {
    /// Mean absolute error over that of the seasonal naive: below 1 is better than it.
    pub mase: Option<f64>,
    /// The same from squared errors: what matters when the mean is stocked.
    pub rmsse: Option<f64>,
    /// Sum of absolute errors over the sum of demand.
    pub wape: Option<f64>,
    /// Sum of errors over the sum of demand; above 0 forecasts too much.
    pub bias: Option<f64>,
    /// Mean pinball loss of the quantiles over the sum of demand.
    pub wql: Option<f64>,
    /// Buckets tested.
    pub buckets: usize,
}

/// Collects misses bucket by bucket.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub absolute: f64,
    pub squared: f64,
    signed: f64,
    demand: f64,
    pinball: f64,
    quantiles: usize,
    pub buckets: usize,
}

impl Tally {
    /// One bucket: what was said and what came.
    pub fn add(&mut self, said: f64, came: f64) {
        let miss = said - came;
        self.absolute += miss.abs();
        self.squared += miss * miss;
        self.signed += miss;
        self.demand += came;
        self.buckets += 1;
    }

    /// One quantile of a bucket.
    pub fn add_quantile(&mut self, level: f64, said: f64, came: f64) {
        self.pinball += pinball(level, said, came);
        self.quantiles += 1;
    }

    /// The measures.
    pub fn score(&self, scale: Option<Scale>) -> Score {
        if self.buckets == 0 {
            return Score::default();
        }
        let n = count(self.buckets);
        let over_demand = |sum: f64| (self.demand > 0.0).then(|| sum / self.demand);
        let per_bucket = count(self.quantiles) / n;
        Score {
            mase: scale.map(|scale| self.absolute / n / scale.absolute),
            rmsse: scale.map(|scale| (self.squared / n / scale.squared).sqrt()),
            wape: over_demand(self.absolute),
            bias: over_demand(self.signed),
            wql: if self.quantiles > 0 {
                over_demand(2.0 * self.pinball / per_bucket)
            } else {
                None
            },
            buckets: self.buckets,
        }
    }
}

/// The loss of having said that demand stays below `said` in a share `level` of all cases.
pub fn pinball(level: f64, said: f64, came: f64) -> f64 {
    if came >= said { level * (came - said) } else { (1.0 - level) * (said - came) }
}

/// Symmetric mean absolute percentage error, 0–200.
pub fn smape(said: &[f64], came: &[f64]) -> f64 {
    let one = |(f, y): (&f64, &f64)| {
        let size = f.abs() + y.abs();
        if size > 0.0 { 200.0 * (f - y).abs() / size } else { 0.0 }
    };
    mean(&said.iter().zip(came).map(one).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measures_are_those_of_a_worked_example() {
        // Seasonal naive misses inside: |3-1|, |5-2|, |4-3| = 2, 3, 1.
        let scale = Scale::of(&[1.0, 2.0, 3.0, 5.0, 4.0], 2).unwrap();
        assert!((scale.absolute - 2.0).abs() < 1e-12);
        assert!((scale.squared - 14.0 / 3.0).abs() < 1e-12);
        let mut tally = Tally::default();
        tally.add(5.0, 6.0);
        tally.add(7.0, 4.0);
        tally.add_quantile(0.9, 8.0, 6.0);
        tally.add_quantile(0.9, 3.0, 4.0);
        let score = tally.score(Some(scale));
        assert!((score.mase.unwrap() - 1.0).abs() < 1e-12);
        assert!((score.rmsse.unwrap() - (5.0 / (14.0 / 3.0_f64)).sqrt()).abs() < 1e-12);
        assert!((score.wape.unwrap() - 0.4).abs() < 1e-12);
        assert!((score.bias.unwrap() - 0.2).abs() < 1e-12);
        assert!((score.wql.unwrap() - 2.0 * 1.1 / 10.0).abs() < 1e-12);
        assert!((smape(&[5.0, 7.0], &[6.0, 4.0]) - 100.0 * (1.0 / 11.0 + 3.0 / 11.0)).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_measured_is_not_zero() {
        assert!(Scale::of(&[3.0, 3.0, 3.0], 1).is_none());
        let mut tally = Tally::default();
        assert_eq!(tally.score(None), Score::default());
        tally.add(1.0, 0.0);
        let score = tally.score(None);
        assert!(score.mase.is_none() && score.wape.is_none() && score.wql.is_none());
    }
}
