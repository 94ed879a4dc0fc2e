//! "Would have fired n times in the last 90 days": a rule run again over days past.

use std::collections::BTreeSet;

use argosy_kernel::Day;
use argosy_metrics::Filters;
use chrono::Days;
use serde::{Deserialize, Serialize};

use super::{WatchInput, WatchQuestion, watch};
use crate::{
    error::LoopError,
    finding::{Finding, RunProblem, Threshold},
    rules::Rules,
};

/// How often a rule would have fired.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Preview {
    /// Oldest first.
    pub days: Vec<PreviewDay>,
    /// Different findings over all days.
    pub distinct: usize,
    /// The dearest of the newest day.
    pub sample: Vec<Finding>,
    /// Why a day could not be worked out.
    pub problem: Option<RunProblem>,
}

/// One day of a preview.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PreviewDay {
    pub day: Day,
    pub fired: usize,
}

/// What is tried out.
#[derive(Clone, PartialEq, Debug)]
pub struct PreviewQuestion {
    pub rule: String,
    /// The newest day looked at, and how many days back, every so many days.
    pub question: WatchQuestion,
    pub last_days: u32,
    pub every: u32,
}

const SAMPLE: usize = 10;

/// Runs one rule as of several days, with thresholds that are not in force yet.
///
/// # Errors
/// As [`watch`].
pub async fn preview(
    rules: &Rules,
    input: &WatchInput<'_>,
    wanted: &PreviewQuestion,
    thresholds: &[Threshold],
) -> Result<Preview, LoopError> {
    let input = WatchInput { thresholds, ..*input };
    let mut found = Preview { days: Vec::new(), distinct: 0, sample: Vec::new(), problem: None };
    let mut distinct: BTreeSet<String> = BTreeSet::new();
    let mut back = 0;
    while back < wanted.last_days {
        let Some(day) = wanted.question.day.checked_sub_days(Days::new(back.into())) else { break };
        let question = WatchQuestion {
            day,
            rules: vec![wanted.rule.clone()],
            filters: Filters::clone(&wanted.question.filters),
            ..wanted.question
        };
        let watch = watch(rules, &input, &question, &|_, _, _| ()).await?;
        found.problem =
            found.problem.or_else(|| watch.runs.into_iter().find_map(|run| run.problem));
        found.days.push(PreviewDay { day, fired: watch.findings.len() });
        distinct.extend(watch.findings.iter().map(|finding| finding.id.clone()));
        if back == 0 {
            found.sample = watch.findings.into_iter().take(SAMPLE).collect();
        }
        back += wanted.every.max(1);
    }
    found.days.reverse();
    found.distinct = distinct.len();
    Ok(found)
}
