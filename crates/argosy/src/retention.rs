//! Personal data in raw files goes when its time is over (SECURITY.md R31–R33).
//!
//! Facts never hold it. The files as received do, because facts are made anew from them; so they
//! are rewritten without it, under the proof that every fact comes out the same.

use std::collections::{BTreeMap, BTreeSet};

use argosy_desk::{BlankState, BlankedFile, ImportRow, ImportState};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{app::App, error::Error};

const DAYS: &str = "retention_days";
const POLICIES: &str = "retention_policies";
/// What channels ask for at most: buyers' data up to 30 days after delivery.
pub const DAYS_DEFAULT: u32 = 30;
const DAYS_MAX: u32 = 3_650;

/// How long one source's personal data stays, and why not as long as the others'.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RetentionPolicy)]
pub struct Policy {
    /// A channel (`amazon`) or a report (`amazon.all_orders`).
    pub source: String,
    /// Days after the import; absent: it stays.
    pub days: Option<u32>,
    /// The law or contract that asks for it; needed for more days than the others.
    pub reason: String,
}

/// How long personal data stays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rules {
    pub days: u32,
    pub policies: Vec<Policy>,
}

impl Rules {
    /// # Errors
    /// When the desk cannot be read.
    pub async fn read(app: &App) -> Result<Self, Error> {
        let days = app.desk().setting(DAYS).await?.and_then(|text| text.parse().ok());
        let policies = app.desk().setting(POLICIES).await?.unwrap_or_default();
        Ok(Self {
            days: days.unwrap_or(DAYS_DEFAULT),
            policies: serde_json::from_str(&policies).unwrap_or_default(),
        })
    }

    /// # Errors
    /// [`Error::Usage`] for days or sources that cannot be, or a longer time without a reason.
    pub async fn save(&self, app: &App, who: &str) -> Result<(), Error> {
        let days = self.policies.iter().filter_map(|policy| policy.days);
        if days.chain([self.days]).any(|days| !(1..=DAYS_MAX).contains(&days)) {
            return Err(Error::told(
                format!("personal data may stay 1 to {DAYS_MAX} days"),
                format!("个人信息可保留 1 到 {DAYS_MAX} 天"),
            ));
        }
        for policy in &self.policies {
            let source = &policy.source;
            let channel = source.split('.').next().unwrap_or_default();
            if !app.channels().iter().any(|known| known == channel) {
                return Err(Error::told(
                    format!("`{source}` is neither a channel nor a report"),
                    format!("`{source}` 既不是渠道也不是报表"),
                ));
            }
            let longer = policy.days.is_none_or(|days| days > self.days);
            if longer && policy.reason.trim().is_empty() {
                return Err(Error::told(
                    format!(
                        "say why data of `{source}` stays longer: the law or contract that asks \
                         for it"
                    ),
                    format!("请说明 `{source}` 的数据为何要保留更久：依据的法律或合同"),
                ));
            }
        }
        app.desk().set_setting(DAYS, &self.days.to_string(), who).await?;
        let policies = serde_json::to_string(&self.policies).unwrap_or_default();
        Ok(app.desk().set_setting(POLICIES, &policies, who).await?)
    }

    /// The days for a report: its own policy, its channel's, or those of all.
    fn days_of(&self, definition: &str) -> Option<u32> {
        let channel = definition.split('.').next().unwrap_or_default();
        let of = |source: &str| self.policies.iter().find(|policy| policy.source == source);
        match of(definition).or_else(|| of(channel)) {
            Some(policy) => policy.days,
            None => Some(self.days),
        }
    }
}

/// One raw file and what became (or is to become) of its personal data.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RetentionFile)]
pub struct FileReport {
    /// The newest import of the file.
    pub import: i64,
    pub file_name: String,
    pub definition: Option<String>,
    pub received_at: String,
    /// When its time is over; absent: it stays.
    pub due: Option<String>,
    /// `waiting`, `due`, `blanked`, `nothing` (nothing personal), `removed` (refused file), `stuck`
    /// or `kept` by policy.
    pub state: String,
    /// Cells that were (or, tried only, would be) emptied or hashed.
    pub cells: u64,
    /// Why a file is stuck or kept.
    pub reason: String,
}

/// What a run did.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RetentionRun)]
pub struct Run {
    /// Nothing was changed, only counted.
    pub dry_run: bool,
    /// Files by state.
    pub counts: BTreeMap<String, u64>,
    pub cells: u64,
    pub files: Vec<FileReport>,
}

/// Every raw file with its time, nothing done.
///
/// # Errors
/// When the desk cannot be read.
pub async fn list(app: &App) -> Result<Vec<FileReport>, Error> {
    let (rules, now) = (Rules::read(app).await?, Utc::now());
    let known: BTreeMap<String, BlankedFile> = app
        .desk()
        .blanked_files()
        .await?
        .into_iter()
        .map(|file| (file.raw_sha256.clone(), file))
        .collect();
    let mut files = Vec::new();
    for row in newest_of_each_file(app).await? {
        let mut file = describe(&rules, &row, now);
        if let Some(done) = known.get(&row.raw_sha256).filter(|done| is_told(done)) {
            done.state.name().clone_into(&mut file.state);
            file.cells = done.cells;
            file.reason.clone_from(&done.reason);
        }
        files.push(file);
    }
    Ok(files)
}

/// Frees every file whose time is over. A file that was stuck is tried again, as definitions change,
/// and so is one that was removed and came in again.
///
/// # Errors
/// When the desk or the disk does not do as asked.
pub async fn run(
    app: &App,
    who: &str,
    dry_run: bool,
    told: &(dyn Fn(usize, usize) + Send + Sync),
) -> Result<Run, Error> {
    let (rules, now) = (Rules::read(app).await?, Utc::now());
    let done: BTreeSet<String> = app
        .desk()
        .blanked_files()
        .await?
        .into_iter()
        .filter(is_over)
        .map(|file| file.raw_sha256)
        .collect();
    let rows = newest_of_each_file(app).await?;
    let due: Vec<(ImportRow, FileReport)> = rows
        .into_iter()
        .filter(|row| !done.contains(&row.raw_sha256))
        .map(|row| (describe(&rules, &row, now), row))
        .filter(|(file, _)| file.state == "due")
        .map(|(file, row)| (row, file))
        .collect();
    let mut run = Run { dry_run, counts: BTreeMap::new(), cells: 0, files: Vec::new() };
    let total = due.len();
    for (number, (row, mut file)) in due.into_iter().enumerate() {
        told(number, total);
        let (state, cells, reason) = one(app, &row, who, dry_run).await?;
        state.name().clone_into(&mut file.state);
        (file.cells, file.reason) = (cells, reason);
        *run.counts.entry(file.state.clone()).or_default() += 1;
        run.cells += cells;
        run.files.push(file);
    }
    Ok(run)
}

/// Whether what became of a file still tells how it is: one that was removed and is here again came
/// in again since.
fn is_told(file: &BlankedFile) -> bool {
    file.state != BlankState::Removed
}

/// Whether nothing is left to do for a file.
fn is_over(file: &BlankedFile) -> bool {
    !matches!(file.state, BlankState::Stuck | BlankState::Removed)
}

async fn one(
    app: &App,
    row: &ImportRow,
    who: &str,
    dry_run: bool,
) -> Result<(BlankState, u64, String), Error> {
    let raw = &row.raw_sha256;
    if !dry_run {
        let why = json!({ "why": "retention", "raw": raw });
        app.desk().note_raw_access(who, &format!("import:{}", row.id), why).await?;
    }
    let (state, cells, reason) = if row.state == ImportState::Done {
        let blanked = app.intake().blank(row, dry_run).await?;
        (blanked.state, blanked.cells, blanked.reason)
    } else {
        // Nothing was made of it, so nothing will be missed; and nobody knows what is in it.
        if !dry_run {
            app.intake().raw().remove_original(raw)?;
        }
        (BlankState::Removed, 0, String::new())
    };
    if !dry_run {
        app.desk().save_blanked(raw, state, cells, &reason, who).await?;
    }
    Ok((state, cells, reason))
}

/// One import of each raw file that is still there: a loaded one before a refused one.
async fn newest_of_each_file(app: &App) -> Result<Vec<ImportRow>, Error> {
    const PAGE: u64 = 1_000;
    let mut by_file: BTreeMap<String, ImportRow> = BTreeMap::new();
    let mut before = None;
    loop {
        let page = app.desk().imports(before, PAGE).await?;
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        for row in page {
            let loaded = |row: &ImportRow| row.state == ImportState::Done;
            match by_file.get(&row.raw_sha256) {
                Some(known) if loaded(known) || !loaded(&row) => {}
                _ => drop(by_file.insert(row.raw_sha256.clone(), row)),
            }
        }
    }
    let raw = app.intake().raw().clone();
    let mut rows: Vec<ImportRow> =
        by_file.into_values().filter(|row| raw.contains(&row.raw_sha256)).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    Ok(rows)
}

fn describe(rules: &Rules, row: &ImportRow, now: DateTime<Utc>) -> FileReport {
    let definition = row.definition.as_deref().unwrap_or_default();
    let due = rules.days_of(definition).map(|days| row.at + TimeDelta::days(i64::from(days)));
    let state = match due {
        None => "kept",
        Some(due) if due <= now => "due",
        Some(_) => "waiting",
    };
    let policy = rules.policies.iter().find(|policy| policy.days.is_none());
    FileReport {
        import: row.id,
        file_name: row.file_name.clone(),
        definition: row.definition.clone(),
        received_at: crate::http::dto::rfc3339(row.at),
        due: due.map(crate::http::dto::rfc3339),
        state: state.to_owned(),
        cells: 0,
        reason: match (due, policy) {
            (None, Some(policy)) => policy.reason.clone(),
            _ => String::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_file_that_came_in_again_is_waited_for_anew() {
        let over = |state| {
            let file = BlankedFile {
                raw_sha256: String::new(),
                at: Utc::now(),
                who: "1".to_owned(),
                state,
                cells: 0,
                reason: String::new(),
            };
            (is_over(&file), is_told(&file))
        };
        assert_eq!(over(BlankState::Removed), (false, false));
        assert_eq!(over(BlankState::Stuck), (false, true));
        assert_eq!(over(BlankState::Blanked), (true, true));
        assert_eq!(over(BlankState::Nothing), (true, true));
    }

    #[test]
    fn a_report_goes_by_its_own_policy_before_that_of_its_channel() {
        let policy = |source: &str, days| Policy {
            source: source.to_owned(),
            days,
            reason: "tax law".to_owned(),
        };
        let rules = Rules {
            days: 30,
            policies: vec![policy("amazon", Some(10)), policy("amazon.invoices", None)],
        };
        assert_eq!(rules.days_of("amazon.all_orders"), Some(10));
        assert_eq!(rules.days_of("amazon.invoices"), None);
        assert_eq!(rules.days_of("shopify.orders"), Some(30));
    }
}
