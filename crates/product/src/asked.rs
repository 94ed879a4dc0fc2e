//! Questions to the metrics, as tables by SKU.

use argosy_chapter::face::{ChapterError, Ground};
use argosy_kernel::{Currency, Day};
use argosy_metrics::{Question, View};
use rust_decimal::Decimal;

/// One row of an answer.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Told {
    key: Vec<Option<String>>,
    figures: Vec<Option<Decimal>>,
}

/// An answer, read by the names of the question.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Answer {
    by: Vec<String>,
    metrics: Vec<String>,
    pub(crate) rows: Vec<Told>,
}

impl Answer {
    /// What a row is about in a dimension of the question.
    pub(crate) fn key<'r>(&self, row: &'r Told, dimension: &str) -> Option<&'r str> {
        let at = self.by.iter().position(|by| by == dimension)?;
        row.key.get(at)?.as_deref()
    }

    /// A figure of a row; `None` where it is not known.
    pub(crate) fn figure(&self, row: &Told, metric: &str) -> Option<Decimal> {
        let at = self.metrics.iter().position(|known| known == metric)?;
        *row.figures.get(at)?
    }

    /// Whole units of a row, none where it is not known.
    pub(crate) fn units(&self, row: &Told, metric: &str) -> i64 {
        let figure = self.figure(row, metric).unwrap_or_default();
        figure.trunc().try_into().unwrap_or_default()
    }
}

/// Asks metrics over the days up to the newest one of the facts; nothing where there are no facts.
///
/// # Errors
/// [`ChapterError::Ask`].
pub(crate) async fn ask(
    ground: &Ground<'_>,
    metrics: &[&str],
    by: &[&str],
    days: u64,
    currency: Currency,
) -> Result<Answer, ChapterError> {
    let Some(newest) = ground.newest else { return Ok(Answer::default()) };
    let from = newest.checked_sub_days(chrono::Days::new(days.saturating_sub(1)));
    ask_from(ground, metrics, by, (from.unwrap_or(newest), newest), currency).await
}

/// As [`ask`], over given days.
///
/// # Errors
/// [`ChapterError::Ask`].
pub(crate) async fn ask_from(
    ground: &Ground<'_>,
    metrics: &[&str],
    by: &[&str],
    (from, to): (Day, Day),
    currency: Currency,
) -> Result<Answer, ChapterError> {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let question = Question {
        metrics: names(metrics),
        by: names(by),
        from,
        to,
        condition: None,
        filters: argosy_metrics::Filters::new(),
        currency,
        compare: None,
        as_of: None,
        order: None,
        limit: None,
        view: View::default(),
    };
    let sheet = ground.engine.sheet(ground.session, ground.desk_data, &question).await?;
    let rows = sheet.rows.into_iter().map(|row| Told { key: row.key, figures: row.figures });
    Ok(Answer {
        by: sheet.by.iter().map(|by| (*by).to_owned()).collect(),
        metrics: sheet.metrics,
        rows: rows.collect(),
    })
}
