//! The forecast of one series: method, expected demand, quantiles, paths, and why.
//!
//! float-ok: statistics only; what becomes units of a purchase order is rounded there.

use argosy_kernel::Text;
use serde::{Deserialize, Serialize};

use super::{
    backtest::{Ground, LEVELS, Tested, backtest},
    chance::Chance,
    fit::Fit,
    method::{Method, Prepared},
    numbers::{normal_quantile, quantile},
    paths::Paths,
    profile::{Kind, Profile},
    spread::Spread,
};

/// A rival takes over only where it misses less than this share of the usual method's error:
/// choosing the best of several on little data chooses luck.
const CLEARLY: f64 = 0.6;
/// … over at least so many tested buckets.
const ENOUGH: usize = 8;
/// Fewer misses do not tell a tenth.
const ENOUGH_MISSES: usize = 30;
/// Keeps a lucky hit from taking all of the weight.
const LEAST_ERROR: f64 = 0.05;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Demand by bucket, stock-outs already corrected.
    pub values: &'a [f64],
    /// Buckets that were seen as they are; empty means all.
    pub known: &'a [bool],
    /// Demand comes in whole units, even where corrections have made fractions of them.
    pub counts: bool,
    /// Buckets in a season; below 2 there is none.
    pub season: usize,
    /// Buckets to come.
    pub horizon: usize,
    /// What the buckets to come are multiplied by: events, a season given from elsewhere. The values
    /// are without them. Beyond its end 1.
    pub factors: &'a [f64],
    /// A method that a person has set.
    pub method: Option<Method>,
    /// Widens the spread beyond the product's own back-test: what all products of a run together have
    /// shown ([`pooled_widening`]). 1 without.
    pub widening: f64,
    /// Paths to draw.
    pub paths: usize,
    /// Chance of the run, and whose series this is: the same pair gives the same paths.
    pub seed: u64,
    pub subject: &'a str,
}

impl<'a> Question<'a> {
    /// A plain question: all buckets known, the method chosen by the machine, 500 paths.
    pub fn new(values: &'a [f64], season: usize, horizon: usize) -> Self {
        Self {
            values,
            known: &[],
            counts: values.iter().all(|value| value.fract().abs() < 1e-9),
            season,
            horizon,
            factors: &[],
            method: None,
            widening: 1.0,
            paths: 500,
            seed: 0,
            subject: "",
        }
    }
}

/// Why a method was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A person set it.
    Set,
    /// Nothing has sold yet.
    NothingSold,
    /// Too young for a history of its own.
    Young,
    /// Too few buckets to test: the usual method of such products.
    TooShort,
    /// The usual method of such products; no other was clearly better.
    Usual,
    /// Clearly better than the usual method on this product's past.
    ProvedBetter,
}

impl Why {
    /// The reason for people.
    pub fn says(self) -> Text {
        let (en, zh_cn) = match self {
            Self::Set => ("Set by a person", "人工指定"),
            Self::NothingSold => ("Nothing has sold yet", "尚无销售"),
            Self::Young => (
                "Too young for a history of its own: the course of similar products",
                "上市时间太短，参照相似产品的走势",
            ),
            Self::TooShort => (
                "The usual method for such products; the history is too short to test others",
                "此类产品的常用方法；历史太短，无法检验其他方法",
            ),
            Self::Usual => (
                "The usual method for such products; no other was clearly better in the back-test",
                "此类产品的常用方法；回测中没有明显更好的方法",
            ),
            Self::ProvedBetter => {
                ("Clearly better than the usual method in the back-test", "回测中明显优于常用方法")
            }
        };
        Text { en: en.to_owned(), zh_cn: zh_cn.to_owned() }
    }
}

/// What is expected, and how sure that is. Written without its paths: the same seed draws them again.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Outlook {
    pub method: Method,
    pub why: Why,
    /// The methods joined in it and their shares, which sum to one.
    pub shares: Vec<(Method, f64)>,
    pub profile: Profile,
    /// A season was found.
    pub seasonal: bool,
    /// Expected demand of each bucket to come.
    pub expected: Vec<f64>,
    /// For each of [`LEVELS`], what demand of each bucket stays below with that chance.
    pub quantiles: Vec<Vec<f64>>,
    /// Paths; sums over lead times come from here.
    #[serde(skip)]
    pub paths: Paths,
    /// The back-test, best MASE first; empty where the series is too short.
    pub tested: Vec<Tested>,
    /// What the method expected of the past, one bucket ahead: the line in the chart.
    pub fitted: Vec<f64>,
}

impl Outlook {
    /// Answers a question. Never fails: without any demand it expects none.
    pub fn of(mut question: Question<'_>) -> Self {
        // Similar products are not known here; their outlook comes from `analogue`.
        question.method = question.method.filter(|method| *method != Method::Analogue);
        let profile = Profile::of(question.values, question.season);
        let mut tested = test(&question, profile);
        let (method, why) = choose(&question, profile, &tested);
        let prepared = Prepared::new(question.values, question.season);
        let shares = shares(method, &tested);
        let parts =
            shares.iter().map(|(part, share)| (*share, prepared.fit(*part, question.horizon)));
        let mut fit =
            Fit::blend(parts).unwrap_or_else(|| prepared.fit(Method::Naive, question.horizon));
        for (value, factor) in fit.ahead.iter_mut().zip(question.factors) {
            *value *= factor;
        }
        let widening = tested.iter().find(|t| t.method == method).map_or(1.0, |t| t.widening);
        tested.sort_by(|a, b| order(a).total_cmp(&order(b)));
        let spread = spread(&question, &fit).widened(widening * question.widening);
        let (quantiles, paths) = told(&question, &spread, &fit);
        let seasonal = prepared.is_seasonal();
        let Fit { fitted, ahead: expected, .. } = fit;
        Self { method, why, shares, profile, seasonal, expected, quantiles, paths, tested, fitted }
    }

    /// The outlook as a person has moved it: what was said for each bucket, `None` where it stays.
    /// Band and paths move along in proportion, for a person knows the size, not the chance.
    ///
    /// The machine's own word is in `self`: both belong into a [`judgement`](super::judgement).
    pub fn moved(&self, said: &[Option<f64>]) -> Self {
        let mut moved = self.clone();
        let mut factors = vec![1.0; self.expected.len()];
        for (step, said) in said.iter().enumerate().take(self.expected.len()) {
            let Some(said) = said.map(|said| said.max(0.0)) else { continue };
            let machine = self.expected[step];
            moved.expected[step] = said;
            if machine > 0.0 {
                factors[step] = said / machine;
            } else {
                // Out of nothing there is no band to stretch.
                for line in &mut moved.quantiles {
                    line[step] = said;
                }
                moved.paths = moved.paths.set(step, said);
            }
        }
        for line in &mut moved.quantiles {
            for (value, factor) in line.iter_mut().zip(&factors) {
                *value *= factor;
            }
        }
        moved.paths = moved.paths.times(&factors);
        moved
    }
}

/// What each part of a method counts. In the mean for steady sellers a part that missed less in the
/// back-test counts more; slow sellers are too noisy for that.
///
/// # Source
/// Bates and Granger (1969): weights by the inverse of the mean squared error. On 3,003 series of the
/// M3 competition and 1,311 of tourism they beat equal weights, the choice of the best, and both parts.
fn shares(method: Method, tested: &[Tested]) -> Vec<(Method, f64)> {
    let weight = |part: &Method| {
        let found = tested.iter().find(|tested| tested.method == *part);
        let error = found.and_then(|tested| tested.score.rmsse).unwrap_or(1.0);
        if method == Method::SteadyMean { (error + LEAST_ERROR).powi(-2) } else { 1.0 }
    };
    let weights: Vec<f64> = method.parts().iter().map(weight).collect();
    let all: f64 = weights.iter().sum();
    method.parts().iter().zip(weights).map(|(part, weight)| (*part, weight / all)).collect()
}

/// By how much the spreads of many products must be widened so that 95 of 100 sums over the tested
/// stretch lie below what they should, and as many above; never narrowed. One product alone has too
/// few tests to know; 1 with fewer than 30 tests in all.
///
/// # Source
/// Split-conformal calibration over exchangeable products (Vovk et al. 2005), on standardised misses.
pub fn pooled_widening<'a>(outlooks: impl IntoIterator<Item = &'a Outlook>) -> f64 {
    let mut misses: Vec<f64> = Vec::new();
    for outlook in outlooks {
        if let Some(tested) = outlook.tested.iter().find(|t| t.method == outlook.method) {
            misses.extend(tested.sums.iter().map(|miss| miss / tested.widening));
        }
    }
    if misses.len() < ENOUGH_MISSES {
        return 1.0;
    }
    misses.sort_unstable_by(f64::total_cmp);
    // The tail that is worse: a band too narrow on top is a stock-out.
    let tail = quantile(&misses, 0.95).max(-quantile(&misses, 0.05));
    (tail / normal_quantile(0.95)).clamp(1.0, 2.0)
}

fn order(tested: &Tested) -> f64 {
    tested.score.mase.unwrap_or(f64::INFINITY)
}

fn spread(question: &Question<'_>, fit: &Fit) -> Spread {
    let Question { values, known, season, counts, factors, .. } = *question;
    Spread::of(values, known, fit, season, counts).with_factors(factors)
}

fn told(question: &Question<'_>, spread: &Spread, fit: &Fit) -> (Vec<Vec<f64>>, Paths) {
    let variances = spread.variances(&fit.ahead);
    let mut quantiles = vec![Vec::with_capacity(fit.ahead.len()); LEVELS.len()];
    for (expected, variance) in fit.ahead.iter().zip(&variances) {
        let told = spread.quantiles(*expected, *variance, &LEVELS);
        for (line, value) in quantiles.iter_mut().zip(told) {
            line.push(value);
        }
    }
    let mut chance = Chance::of(question.seed, question.subject);
    (quantiles, spread.paths(&fit.ahead, question.paths, &mut chance))
}

fn test(question: &Question<'_>, profile: Profile) -> Vec<Tested> {
    let mut methods = vec![profile.usual()];
    methods.extend_from_slice(profile.rivals());
    methods.extend(question.method);
    methods.sort_unstable();
    methods.dedup();
    let Question { values, known, season, horizon, counts, .. } = *question;
    backtest(Ground { values, known, season, horizon, counts }, &methods)
}

fn choose(question: &Question<'_>, profile: Profile, tested: &[Tested]) -> (Method, Why) {
    let usual = profile.usual();
    if let Some(method) = question.method {
        return (method, Why::Set);
    }
    if profile.kind == Kind::Silent {
        return (usual, Why::NothingSold);
    }
    let error = |tested: &Tested| tested.score.rmsse.zip(tested.score.mase).map(|(r, m)| r + m);
    let Some(own) = tested.iter().find(|t| t.method == usual).and_then(error) else {
        return (usual, Why::TooShort);
    };
    let best = tested
        .iter()
        .filter(|t| t.score.buckets >= ENOUGH)
        .filter_map(|t| error(t).map(|error| (t.method, error)))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    match best {
        Some((method, error)) if error < CLEARLY * own => (method, Why::ProvedBetter),
        _ => (usual, Why::Usual),
    }
}
