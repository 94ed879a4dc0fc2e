//! What the rules saw today, merged into the queue: new, seen again, gone by itself, back again.

use std::collections::{HashMap, HashSet};

use argosy_kernel::{Currency, Day};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Desk, FindingState, Result, TaskState,
    database::Write,
    findings::{cents, state},
    rows::{finding, finding_history, finding_run, task},
    values::{day, instant, signed, storable},
};

/// Findings in one INSERT, below the parameter limits of both databases.
const ROWS_PER_INSERT: usize = 400;
/// A finding dismissed as too small comes back when this many times as much is at stake.
const GROWN: i64 = 2;

/// One look of the rules.
#[derive(Clone, PartialEq, Debug)]
pub struct NewRun {
    pub day: Day,
    pub currency: Currency,
    pub rules: u64,
    /// JSON by rule: what it has really delivered so far.
    pub delivered: Value,
    /// JSON: what each rule did.
    pub runs: Value,
}

/// A problem as it was seen.
#[derive(Clone, PartialEq, Debug)]
pub struct SeenFinding {
    pub id: String,
    pub problem: String,
    pub rule: String,
    /// All rules that tell it.
    pub rules: Vec<String>,
    pub family: String,
    pub store: String,
    pub market: String,
    pub seller_sku: String,
    /// What a search looks through.
    pub words: String,
    /// Stake of 30 days.
    pub monthly: Decimal,
    /// Of it, what is expected by experience.
    pub expected: Decimal,
    /// First day of the facts it rests on.
    pub window_from: Day,
    /// Login of whom it is proposed to.
    pub owner: Option<String>,
    pub body: Value,
}

/// What a merge did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Merged {
    pub run: i64,
    pub new: u64,
    pub again: u64,
    /// Gone by themselves.
    pub resolved: u64,
    /// Resolved, dismissed or worked on, and there again.
    pub reopened: u64,
    /// Snoozed until a day that has come.
    pub woken: u64,
}

/// What of a known finding a merge needs; columns have the names of the table.
#[derive(FromQueryResult)]
struct Known {
    id: String,
    rules: String,
    store: String,
    state: String,
    monthly: i64,
    first_day: String,
    snoozed_until: Option<String>,
    reason: Option<String>,
    note: Option<String>,
    decided_by: Option<String>,
    decided_us: Option<i64>,
    decided_monthly: Option<i64>,
    task_id: Option<i64>,
    owner: Option<String>,
    revision: i64,
}

impl Known {
    fn state(&self) -> Result<FindingState> {
        state(&self.state)
    }
}

impl Desk {
    /// Merges what the rules saw. `covers` tells whether a finding of these rules in this store would
    /// have been seen: only then has it gone by itself.
    ///
    /// # Errors
    /// [`crate::DeskError::Database`]; then nothing was merged.
    pub async fn merge_findings(
        &self,
        run: &NewRun,
        seen: &[SeenFinding],
        covers: &(dyn Fn(&[&str], &str) -> bool + Sync),
        who: &str,
    ) -> Result<Merged> {
        let mut write = self.write().await?;
        let known = write.known_findings().await?;
        let tasks = write.ended_tasks().await?;
        let mut merged = Merged::default();
        let mut rows = Vec::new();
        let mut days = Vec::new();
        for one in seen {
            let before = known.get(&one.id);
            let next = next_state(one, before, &tasks, run.day, &mut merged)?;
            let moved = before.is_none_or(|before| {
                before.monthly != cents(one.monthly) || before.state != next.name()
            });
            if moved {
                days.push(history(&one.id, run.day, cents(one.monthly), next));
            }
            rows.push(row(one, before, next, run));
        }
        write.put_findings(rows).await?;
        let present: HashSet<&str> = seen.iter().map(|one| one.id.as_str()).collect();
        let mut gone = Vec::new();
        for (id, before) in &known {
            let rules: Vec<&str> = before.rules.split_whitespace().collect();
            let still = present.contains(id.as_str()) || !covers(&rules, &before.store);
            if !still && goes_by_itself(before, &tasks)? {
                days.push(history(id, run.day, before.monthly, FindingState::Resolved));
                gone.push(id.clone());
            }
        }
        merged.resolved = gone.len() as u64;
        write.resolve(&gone).await?;
        write.put_history(days).await?;
        merged.run = write.put_run(run, seen.len(), who).await?;
        let detail = json!({ "day": run.day, "merged": merged });
        write.audit(who, "findings_run", &format!("findings:{}", merged.run), detail).await?;
        write.commit().await?;
        Ok(merged)
    }
}

/// When the work on a finding ended: done at an instant, or dropped.
type Ended = HashMap<i64, Option<i64>>;

/// What state a finding has after it was seen.
fn next_state(
    one: &SeenFinding,
    before: Option<&Known>,
    ended: &Ended,
    today: Day,
    merged: &mut Merged,
) -> Result<FindingState> {
    let Some(before) = before else {
        merged.new += 1;
        return Ok(FindingState::New);
    };
    let back = match before.state()? {
        FindingState::New => false,
        FindingState::Resolved => true,
        FindingState::Snoozed => {
            let until = before.snoozed_until.as_deref().map(day).transpose()?;
            let over = until.is_none_or(|until| until <= today);
            merged.woken += u64::from(over);
            merged.again += u64::from(!over);
            return Ok(if over { FindingState::New } else { FindingState::Snoozed });
        }
        FindingState::Dismissed => {
            let then = before.decided_monthly.unwrap_or(i64::MAX / GROWN);
            let grown = cents(one.monthly) > then.saturating_mul(GROWN);
            grown && before.reason.as_deref() == Some("not_worth")
        }
        FindingState::Accepted => match before.task_id.and_then(|task| ended.get(&task)) {
            // Somebody is at it.
            None => false,
            // Dropped: it is nobody's again.
            Some(None) => true,
            // Done: only facts from after that day can say that it did not help.
            Some(Some(done_us)) => one.window_from > instant(*done_us)?.date_naive(),
        },
    };
    if back {
        merged.reopened += 1;
        return Ok(FindingState::New);
    }
    merged.again += 1;
    before.state()
}

/// What somebody works on stays until the work has ended; what was dismissed stays dismissed.
fn goes_by_itself(before: &Known, ended: &Ended) -> Result<bool> {
    Ok(match before.state()? {
        FindingState::New | FindingState::Snoozed => true,
        FindingState::Accepted => before.task_id.is_none_or(|task| ended.contains_key(&task)),
        FindingState::Dismissed | FindingState::Resolved => false,
    })
}

fn row(
    one: &SeenFinding,
    before: Option<&Known>,
    next: FindingState,
    run: &NewRun,
) -> finding::ActiveModel {
    let today = run.day.to_string();
    let first = before.map_or_else(|| today.clone(), |before| before.first_day.clone());
    // What was decided holds as long as the state that it led to.
    let kept = before.filter(|before| before.state == next.name());
    finding::ActiveModel {
        id: Set(one.id.clone()),
        problem: Set(one.problem.clone()),
        rule: Set(one.rule.clone()),
        rules: Set(format!(" {} ", one.rules.join(" "))),
        family: Set(one.family.clone()),
        store: Set(storable(&one.store)),
        market: Set(storable(&one.market)),
        seller_sku: Set(storable(&one.seller_sku)),
        state: Set(next.name().to_owned()),
        weight: Set(cents(one.expected)),
        monthly: Set(cents(one.monthly)),
        currency: Set(run.currency.code().to_owned()),
        first_day: Set(first),
        last_day: Set(today),
        snoozed_until: Set(kept.and_then(|before| before.snoozed_until.clone())),
        reason: Set(kept.and_then(|before| before.reason.clone())),
        note: Set(kept.and_then(|before| before.note.clone())),
        decided_by: Set(kept.and_then(|before| before.decided_by.clone())),
        decided_us: Set(kept.and_then(|before| before.decided_us)),
        decided_monthly: Set(kept.and_then(|before| before.decided_monthly)),
        task_id: Set(before.and_then(|before| before.task_id)),
        owner: Set(one.owner.clone().or_else(|| before.and_then(|before| before.owner.clone()))),
        revision: Set(
            before.map_or(1, |before| before.revision + i64::from(before.state != next.name()))
        ),
        words: Set(storable(&one.words.to_lowercase())),
        body: Set(storable(&one.body.to_string())),
    }
}

fn history(
    id: &str,
    today: Day,
    monthly: i64,
    state: FindingState,
) -> finding_history::ActiveModel {
    finding_history::ActiveModel {
        finding_id: Set(id.to_owned()),
        day: Set(today.to_string()),
        monthly: Set(monthly),
        state: Set(state.name().to_owned()),
    }
}

impl Write {
    /// All known findings without their bodies.
    async fn known_findings(&self) -> Result<HashMap<String, Known>> {
        use finding::Column;
        let rows = finding::Entity::find()
            .select_only()
            .columns([Column::Id, Column::Rules, Column::Store, Column::State])
            .columns([Column::Monthly, Column::FirstDay, Column::SnoozedUntil])
            .columns([Column::Reason, Column::Note, Column::DecidedBy, Column::DecidedUs])
            .columns([Column::DecidedMonthly, Column::TaskId, Column::Owner, Column::Revision])
            .into_model::<Known>()
            .all(&self.tx)
            .await?;
        Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
    }

    /// Tasks of findings that have ended.
    async fn ended_tasks(&self) -> Result<Ended> {
        let ended = [TaskState::Done.name(), TaskState::Dropped.name()];
        let rows: Vec<(i64, String, Option<i64>)> = task::Entity::find()
            .select_only()
            .columns([task::Column::Id, task::Column::State, task::Column::DoneUs])
            .filter(task::Column::FindingId.is_not_null())
            .filter(task::Column::State.is_in(ended))
            .into_tuple()
            .all(&self.tx)
            .await?;
        let done = |state: &str| state == TaskState::Done.name();
        Ok(rows.into_iter().map(|(id, state, us)| (id, us.filter(|_| done(&state)))).collect())
    }

    async fn put_findings(&self, rows: Vec<finding::ActiveModel>) -> Result<()> {
        use finding::Column;
        let replace = OnConflict::column(Column::Id)
            .update_columns([Column::Problem, Column::Rule, Column::Rules, Column::Family])
            .update_columns([Column::Store, Column::Market, Column::SellerSku, Column::State])
            .update_columns([Column::Weight, Column::Monthly, Column::Currency, Column::LastDay])
            .update_columns([Column::SnoozedUntil, Column::Reason, Column::Note])
            .update_columns([Column::DecidedBy, Column::DecidedUs, Column::DecidedMonthly])
            .update_columns([Column::Owner, Column::Revision, Column::Words, Column::Body])
            .to_owned();
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let chunk: Vec<_> = rows.by_ref().take(ROWS_PER_INSERT).collect();
            finding::Entity::insert_many(chunk)
                .on_conflict(replace.clone())
                .exec_without_returning(&self.tx)
                .await?;
        }
        Ok(())
    }

    pub(crate) async fn put_history(&self, rows: Vec<finding_history::ActiveModel>) -> Result<()> {
        use finding_history::Column;
        let replace = OnConflict::columns([Column::FindingId, Column::Day])
            .update_columns([Column::Monthly, Column::State])
            .to_owned();
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let chunk: Vec<_> = rows.by_ref().take(ROWS_PER_INSERT).collect();
            finding_history::Entity::insert_many(chunk)
                .on_conflict(replace.clone())
                .exec_without_returning(&self.tx)
                .await?;
        }
        Ok(())
    }

    async fn resolve(&self, ids: &[String]) -> Result<()> {
        for chunk in ids.chunks(ROWS_PER_INSERT) {
            finding::Entity::update_many()
                .col_expr(finding::Column::State, Expr::value(FindingState::Resolved.name()))
                .col_expr(finding::Column::SnoozedUntil, Expr::value(None::<String>))
                .col_expr(
                    finding::Column::Revision,
                    Expr::col(finding::Column::Revision).add(1_i64),
                )
                .filter(finding::Column::Id.is_in(chunk.iter().map(String::as_str)))
                .exec(&self.tx)
                .await?;
        }
        Ok(())
    }

    async fn put_run(&self, run: &NewRun, fired: usize, who: &str) -> Result<i64> {
        let row = finding_run::ActiveModel {
            id: NotSet,
            at_us: Set(self.now_us()),
            who: Set(who.to_owned()),
            day: Set(run.day.to_string()),
            currency: Set(run.currency.code().to_owned()),
            rules: Set(signed(run.rules)),
            fired: Set(signed(fired as u64)),
            delivered: Set(run.delivered.to_string()),
            runs: Set(storable(&run.runs.to_string())),
        };
        Ok(finding_run::Entity::insert(row).exec(&self.tx).await?.last_insert_id)
    }
}
