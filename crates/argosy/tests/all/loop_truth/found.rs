//! Findings held against what was planted.

use std::collections::{BTreeMap, BTreeSet};

use argosy_loop::finding::{Finding, Watch};
use argosy_sim::{Problem, Trial, TrialAnswer};
use rust_decimal::{Decimal, prelude::ToPrimitive};

/// Findings that a manager reads in the morning.
const TOP: usize = 50;

/// How one rule did.
#[derive(Clone, Default)]
pub(super) struct RuleScore {
    pub(super) planted: usize,
    /// Of those, worth more than the noise.
    pub(super) above_noise: usize,
    pub(super) found: usize,
    pub(super) right_cause: usize,
    /// Of the top findings of all rules.
    pub(super) in_top: usize,
    pub(super) false_in_top: usize,
    pub(super) near: usize,
    pub(super) near_found: usize,
    pub(super) millis: u64,
    pub(super) failed: usize,
}

/// Over all sellers.
#[derive(Default)]
pub(super) struct FoundScore {
    pub(super) rules: BTreeMap<String, RuleScore>,
    /// True loss and stake of what was found, in dollars a month.
    pub(super) pairs: Vec<(String, f64, f64)>,
    pub(super) missed: Vec<String>,
    pub(super) wrong: Vec<String>,
    pub(super) findings: usize,
    pub(super) watch_millis: Vec<u64>,
}

impl FoundScore {
    pub(super) fn add(&mut self, trial: &Trial, watch: &Watch) {
        let answer = trial.answer();
        let seed = trial.spec.seed;
        for run in &watch.runs {
            let score = self.rules.entry(run.rule.clone()).or_default();
            score.millis += run.millis;
            if let Some(problem) = &run.problem {
                score.failed += 1;
                self.wrong.push(format!("seed {seed}: {} {}", run.rule, problem.text.en));
            }
        }
        self.watch_millis.push(watch.runs.iter().map(|run| run.millis).sum());
        self.findings += watch.findings.len();
        let mut told: BTreeMap<usize, f64> = BTreeMap::new();
        for problem in &answer.problems {
            self.one(seed, problem, watch, &mut told);
        }
        for (finding, loss) in told {
            let finding = &watch.findings[finding];
            let stake = finding.monthly.amount.to_f64().unwrap_or_default();
            self.pairs.push((finding.rule.clone(), loss, stake));
        }
        for near in &answer.near {
            let hit = watch.findings.iter().any(|one| tells(one, near.rule, &near.subject));
            let so =
                answer.also.iter().any(|(rule, keys)| *rule == near.rule && *keys == near.subject);
            let score = self.rules.entry(near.rule.to_owned()).or_default();
            score.near += 1;
            if hit && !so {
                score.near_found += 1;
            }
        }
        for finding in watch.findings.iter().take(TOP) {
            let score = self.rules.entry(finding.rule.clone()).or_default();
            score.in_top += 1;
            if !is_true(finding, &answer) {
                score.false_in_top += 1;
                let key = &finding.subject.key;
                self.wrong.push(format!(
                    "seed {seed}: false {} {key:?} {}",
                    finding.rule, finding.monthly
                ));
            }
        }
    }

    fn one(
        &mut self,
        seed: u64,
        problem: &Problem,
        watch: &Watch,
        told: &mut BTreeMap<usize, f64>,
    ) {
        let score = self.rules.entry(problem.rule.to_owned()).or_default();
        score.planted += 1;
        // Problems of the data cost nothing by themselves and are never noise.
        let loud =
            problem.monthly.is_zero() || problem.monthly > problem.noise * Decimal::new(1645, 3);
        if !loud {
            return;
        }
        score.above_noise += 1;
        let hit = watch.findings.iter().position(|one| tells(one, problem.rule, &problem.subject));
        let Some(hit) = hit else {
            let Problem { rule, subject, monthly, noise, .. } = problem;
            self.missed.push(format!("seed {seed}: {rule} {subject:?} {monthly} (noise {noise})"));
            return;
        };
        score.found += 1;
        let finding = &watch.findings[hit];
        let cause =
            |cause: &&argosy_loop::finding::Cause| cause.rule == problem.rule && cause.holds;
        let named: Vec<&str> =
            finding.causes.iter().filter(cause).map(|cause| cause.id.as_str()).collect();
        if named.contains(&problem.cause) {
            score.right_cause += 1;
        } else {
            let rule = problem.rule;
            let key = &problem.subject;
            self.missed.push(format!(
                "seed {seed}: cause of {rule} {key:?}: {named:?}, not {}",
                problem.cause
            ));
        }
        if !problem.monthly.is_zero() {
            let loss = problem.monthly.to_f64().unwrap_or_default();
            *told.entry(hit).or_default() += loss;
        }
    }

    fn sum(&self, of: fn(&RuleScore) -> usize) -> usize {
        self.rules.values().map(of).sum()
    }

    /// Of what is worth more than the noise, what was found with its cause.
    pub(super) fn share_found(&self) -> f64 {
        self.sum(|rule| rule.right_cause) as f64 / self.sum(|rule| rule.above_noise).max(1) as f64
    }

    /// Of the top findings, what is not so.
    pub(super) fn share_false(&self) -> f64 {
        self.sum(|rule| rule.false_in_top) as f64 / self.sum(|rule| rule.in_top).max(1) as f64
    }

    /// Spearman's correlation of stake and true loss.
    pub(super) fn rank_correlation(&self) -> f64 {
        let losses: Vec<f64> = self.pairs.iter().map(|pair| pair.1).collect();
        let stakes: Vec<f64> = self.pairs.iter().map(|pair| pair.2).collect();
        spearman(&losses, &stakes)
    }

    pub(super) fn line(&self) -> String {
        format!(
            "found {:.1} %, false {:.1} %, rank {:.3}, {} findings, {} ms",
            self.share_found() * 100.0,
            self.share_false() * 100.0,
            self.rank_correlation(),
            self.findings,
            self.watch_millis.last().copied().unwrap_or_default(),
        )
    }
}

/// Whether a finding tells a rule's problem: all key columns that both name are equal.
fn tells(finding: &Finding, rule: &str, subject: &BTreeMap<&'static str, String>) -> bool {
    let of_rule = finding.rule == rule
        || finding.joined.iter().any(|joined| joined == rule)
        || finding.causes.iter().any(|cause| cause.rule == rule);
    let key = &finding.subject.key;
    let shared: BTreeSet<&str> =
        subject.keys().copied().filter(|column| key.contains_key(*column)).collect();
    of_rule
        && shared.contains("store")
        && shared.iter().all(|column| key[*column].eq_ignore_ascii_case(&subject[*column]))
}

fn is_true(finding: &Finding, answer: &TrialAnswer) -> bool {
    let planted = answer.problems.iter().any(|one| tells(finding, one.rule, &one.subject));
    planted || answer.also.iter().any(|(rule, keys)| tells(finding, rule, keys))
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let below = |value: f64| values.iter().filter(|other| **other < value).count();
    let same = |value: f64| values.iter().filter(|other| **other <= value).count();
    values.iter().map(|value| (below(*value) + same(*value)) as f64 / 2.0).collect()
}

fn spearman(left: &[f64], right: &[f64]) -> f64 {
    let (left, right) = (ranks(left), ranks(right));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (left_mean, right_mean) = (mean(&left), mean(&right));
    let product: f64 =
        left.iter().zip(&right).map(|(a, b)| (a - left_mean) * (b - right_mean)).sum();
    let spread = |values: &[f64], mean: f64| -> f64 {
        values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>().sqrt()
    };
    product / (spread(&left, left_mean) * spread(&right, right_mean)).max(f64::MIN_POSITIVE)
}

#[test]
fn ranks_that_agree_correlate_fully() {
    assert!((spearman(&[1.0, 5.0, 20.0], &[2.0, 3.0, 4.0]) - 1.0).abs() < 1e-12);
    assert!((spearman(&[1.0, 5.0, 20.0], &[4.0, 3.0, 2.0]) + 1.0).abs() < 1e-12);
}
