//! The methods by name, and how each is fitted to a prepared series.
//!
//! float-ok: statistics only.

use argosy_kernel::Text;
use serde::{Deserialize, Serialize};

use super::{
    ets::{self, Blend, Choice, Form, LONGEST, Noise, Trend},
    fit::{Fit, Response},
    intermittent::{self, smooth_best},
    season::{Join, Season, decompose, is_seasonal},
    theta,
};

/// A forecasting method.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The last value goes on.
    Naive,
    /// The last season comes again.
    SeasonalNaive,
    /// Simple exponential smoothing.
    Ses,
    /// Smoothing with a trend that fades.
    Damped,
    /// Exponential smoothing: the likely forms, weighted by AICc.
    Ets,
    /// The Theta method of the M3 competition.
    Theta,
    /// Theta, optimised and dynamic.
    DynamicTheta,
    Croston,
    Sba,
    Tsb,
    Adida,
    Imapa,
    /// The mean of ETS and dynamic Theta: for products that sell in every bucket.
    SteadyMean,
    /// The mean of SES, Theta and IMAPA: for products with empty buckets.
    SlowMean,
    /// The curve of similar products.
    Analogue,
}

impl Method {
    /// Its stable name, as stored and as the API says it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Naive => "naive",
            Self::SeasonalNaive => "seasonal_naive",
            Self::Ses => "ses",
            Self::Damped => "damped",
            Self::Ets => "ets",
            Self::Theta => "theta",
            Self::DynamicTheta => "dynamic_theta",
            Self::Croston => "croston",
            Self::Sba => "sba",
            Self::Tsb => "tsb",
            Self::Adida => "adida",
            Self::Imapa => "imapa",
            Self::SteadyMean => "steady_mean",
            Self::SlowMean => "slow_mean",
            Self::Analogue => "analogue",
        }
    }

    /// Its name for people.
    pub fn name(self) -> Text {
        let (en, zh_cn) = match self {
            Self::Naive => ("Last value", "上期值"),
            Self::SeasonalNaive => ("Last season", "上一季节同期值"),
            Self::Ses => ("Simple smoothing", "简单指数平滑"),
            Self::Damped => ("Fading trend", "衰减趋势平滑"),
            Self::Ets => ("Exponential smoothing (ETS)", "指数平滑（ETS）"),
            Self::Theta => ("Theta", "Theta 法"),
            Self::DynamicTheta => ("Theta, optimised", "优化 Theta 法"),
            Self::Croston => ("Croston", "Croston 法"),
            Self::Sba => ("Croston without bias (SBA)", "无偏 Croston 法（SBA）"),
            Self::Tsb => ("Size and chance (TSB)", "量与概率法（TSB）"),
            Self::Adida => ("Aggregated over time (ADIDA)", "时间聚合法（ADIDA）"),
            Self::Imapa => ("Several aggregations (IMAPA)", "多重时间聚合法（IMAPA）"),
            Self::SteadyMean => ("Mean for steady sellers", "常销品组合均值"),
            Self::SlowMean => ("Mean for slow sellers", "慢销品组合均值"),
            Self::Analogue => ("Similar products", "相似产品类比"),
        };
        Text { en: en.to_owned(), zh_cn: zh_cn.to_owned() }
    }

    /// The methods a combination is made of; itself otherwise.
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::SteadyMean => &[Self::Ets, Self::DynamicTheta],
            Self::SlowMean => &[Self::Ses, Self::Theta, Self::Imapa],
            one => std::slice::from_ref(one),
        }
    }
}

/// A series made ready once for all methods.
#[derive(Clone, Debug)]
pub struct Prepared {
    values: Vec<f64>,
    length: usize,
    season: Option<Season>,
    /// The series without its season.
    plain: Vec<f64>,
    /// The forms that ETS found on an earlier part of the same series: saves the search.
    forms: Vec<Form>,
}

impl Prepared {
    /// `length` is the number of buckets in a season; below 2 there is none.
    pub fn new(values: &[f64], length: usize) -> Self {
        let season = if is_seasonal(values, length) {
            decompose(values, length, Join::Product, length > 24)
                .or_else(|| decompose(values, length, Join::Sum, length > 24))
        } else {
            None
        };
        let plain = season.as_ref().map_or_else(|| values.to_vec(), |s| s.without(values));
        Self { values: values.to_vec(), length: length.max(1), season, plain, forms: Vec::new() }
    }

    /// The same, with ETS trying only these forms; none given means all.
    pub fn with_forms(self, forms: &[Form]) -> Self {
        Self { forms: forms.to_vec(), ..self }
    }

    /// Whether the series repeats itself every season.
    pub fn is_seasonal(&self) -> bool {
        self.season.is_some()
    }

    /// The forms that ETS blends, the likeliest first.
    pub fn ets_forms(&self) -> Vec<Form> {
        self.ets().forms()
    }

    /// The method fitted; simpler methods stand in where the series is too short.
    pub fn fit(&self, method: Method, horizon: usize) -> Fit {
        let fit = match method {
            Method::SteadyMean | Method::SlowMean => {
                let fit = |part: &Method| (1.0, self.fit(*part, horizon));
                Fit::blend(method.parts().iter().map(fit))
            }
            Method::Naive | Method::Analogue => None,
            Method::SeasonalNaive => self.last_season(horizon),
            Method::Ses => self.plainly(|plain| Some(ses(plain, horizon))),
            Method::Damped => self.plainly(|plain| damped(plain, horizon)),
            Method::Ets if self.length > LONGEST => self.plainly(|_| self.ets().fit(horizon)),
            Method::Ets => self.ets().fit(horizon),
            Method::Theta => {
                self.plainly(|plain| theta::fit(plain, theta::Kind::Standard, horizon))
            }
            Method::DynamicTheta => {
                self.plainly(|plain| theta::fit(plain, theta::Kind::Dynamic, horizon))
            }
            Method::Croston => self.slow(intermittent::Kind::Croston, horizon),
            Method::Sba => self.slow(intermittent::Kind::Sba, horizon),
            Method::Tsb => self.slow(intermittent::Kind::Tsb, horizon),
            Method::Adida => self.slow(intermittent::Kind::Adida, horizon),
            Method::Imapa => self.slow(intermittent::Kind::Imapa, horizon),
        };
        fit.unwrap_or_else(|| self.last_value(horizon)).floored()
    }

    /// A method on the series without its season, which is put back.
    fn plainly(&self, of: impl FnOnce(&[f64]) -> Option<Fit>) -> Option<Fit> {
        let fit = of(&self.plain)?;
        let Some(season) = &self.season else { return Some(fit) };
        Some(Fit {
            fitted: season.with(&fit.fitted, 0),
            ahead: season.with(&fit.ahead, self.values.len()),
            relative: fit.relative || season.join == Join::Product,
            ..fit
        })
    }

    fn slow(&self, kind: intermittent::Kind, horizon: usize) -> Option<Fit> {
        self.plainly(|plain| Some(intermittent::fit(plain, kind, horizon)))
    }

    fn ets(&self) -> Blend {
        let only = self.forms.as_slice();
        if self.length > LONGEST {
            // Too many indices to follow: the season comes from the decomposition.
            return ets::blend(&self.plain, Choice { season: 1, only });
        }
        ets::blend(&self.values, Choice { season: self.length, only })
    }

    fn last_season(&self, horizon: usize) -> Option<Fit> {
        let (n, length) = (self.values.len(), self.length);
        if length < 2 || n < length {
            return None;
        }
        let ahead = (0..horizon).map(|step| self.values[n - length + step % length]).collect();
        let mut fitted = self.values[..length].to_vec();
        fitted.extend_from_slice(&self.values[..n - length]);
        let response = Response { season: 1.0, ..Response::default() };
        Some(Fit { fitted, ahead, response, relative: false })
    }

    fn last_value(&self, horizon: usize) -> Fit {
        let last = self.values.last().copied().unwrap_or(0.0);
        let first = self.values.first().copied();
        let earlier = self.values.iter().copied();
        Fit {
            fitted: first.into_iter().chain(earlier).take(self.values.len()).collect(),
            ahead: vec![last; horizon],
            response: Response { level: 1.0, ..Response::default() },
            relative: false,
        }
    }
}

fn ses(plain: &[f64], horizon: usize) -> Fit {
    let (alpha, level, fitted) = smooth_best(plain, (0.01, 0.99));
    let response = Response { level: alpha, ..Response::default() };
    Fit { fitted, ahead: vec![level; horizon], response, relative: false }
}

fn damped(plain: &[f64], horizon: usize) -> Option<Fit> {
    let form = Form { noise: Noise::Sum, trend: Trend::Damped, season: None };
    ets::blend(plain, Choice { season: 1, only: &[form] }).fit(horizon)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::testing::AIRLINE;

    /// Sum of absolute errors over the sum of passengers in the last year.
    fn missed(method: Method) -> f64 {
        let said = Prepared::new(&AIRLINE[..132], 12).fit(method, 12).ahead;
        let errors = said.iter().zip(&AIRLINE[132..]).map(|(f, y)| (f - y).abs());
        errors.sum::<f64>() / AIRLINE[132..].iter().sum::<f64>()
    }

    #[test]
    fn the_last_year_of_the_airline_is_missed_as_much_as_published() {
        // statsforecast 2.1.1: SeasonalNaive .10046, Theta .05524, DynamicOptimizedTheta .04046.
        let near = |method, told: f64, within: f64| {
            let seen = missed(method);
            assert!((seen - told).abs() < within, "{method:?}: {seen} is not {told}");
        };
        near(Method::SeasonalNaive, 0.100_455, 1e-6);
        near(Method::Theta, 0.055_235, 5e-4);
        near(Method::DynamicTheta, 0.040_455, 1e-3);
    }

    #[test]
    fn every_method_answers_every_series_with_as_many_buckets_as_asked() {
        use Method as M;
        let all = [
            M::Naive,
            M::SeasonalNaive,
            M::Ses,
            M::Damped,
            M::Ets,
            M::Theta,
            M::DynamicTheta,
            M::Croston,
            M::Sba,
            M::Tsb,
            M::Adida,
            M::Imapa,
            M::SteadyMean,
            M::SlowMean,
            M::Analogue,
        ];
        let series: [&[f64]; 6] =
            [&[], &[4.0], &[0.0, 3.0], &[0.0; 30], &[7.0; 30], &AIRLINE[..29]];
        for method in all {
            for values in series {
                let fit = Prepared::new(values, 12).fit(method, 5);
                assert_eq!(fit.ahead.len(), 5, "{method:?}");
                assert_eq!(fit.fitted.len(), values.len(), "{method:?}");
                let told = fit.ahead.iter().chain(&fit.fitted);
                assert!(told.into_iter().all(|v| v.is_finite() && *v >= 0.0), "{method:?}");
            }
        }
    }

    #[test]
    fn a_method_is_stored_by_its_stable_name() {
        for method in [Method::SteadyMean, Method::SeasonalNaive, Method::Tsb] {
            let stored = serde_json::to_string(&method).unwrap();
            assert_eq!(stored, format!("\"{}\"", method.id()));
            assert!(!method.name().en.is_empty() && !method.name().zh_cn.is_empty());
        }
    }
}
