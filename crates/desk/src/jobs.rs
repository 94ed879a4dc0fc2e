//! Background jobs as rows: they survive a restart, are tried again, and show their progress.
//!
//! A worker holds a job by a lease that its progress extends. When the worker dies the lease runs
//! out and the job goes back to the queue; a worker that comes back late finds that its claim
//! (worker and try) is no longer the current one, so each effect happens once.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Desk, DeskError, Result,
    rows::job,
    values::{instant, json, signed, storable, to_json},
};

const BACK_OFF_FIRST: TimeDelta = TimeDelta::seconds(10);
const BACK_OFF_MAX: TimeDelta = TimeDelta::hours(1);
/// How many finished jobs the list shows.
const LISTED_MAX: u64 = 200;
/// Finished jobs are kept this long.
const KEPT: TimeDelta = TimeDelta::days(30);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Queued,
    Running,
    Done,
    Failed,
}

impl JobState {
    const ALL: [Self; 4] = [Self::Queued, Self::Running, Self::Done, Self::Failed];

    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// How far a job is: `done` of `total` `unit` in the step at hand.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Progress {
    pub done: u64,
    /// 0 when nobody knows.
    pub total: u64,
    pub unit: String,
    pub step: String,
}

#[derive(Clone, PartialEq, Debug)]
pub struct NewJob {
    pub kind: String,
    pub payload: Value,
    pub who: String,
    /// How often it is tried, the first time included.
    pub max_tries: u32,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Job {
    pub id: i64,
    pub kind: String,
    pub payload: Value,
    pub who: String,
    pub state: JobState,
    /// How often it was begun.
    pub tries: i64,
    pub max_tries: i64,
    pub created: DateTime<Utc>,
    pub finished: Option<DateTime<Utc>>,
    pub progress: Progress,
    pub result: Option<Value>,
    pub error: Option<String>,
    #[serde(skip)]
    worker: Option<String>,
}

impl Desk {
    /// Puts a job in the queue.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn enqueue(&self, new: NewJob) -> Result<i64> {
        let write = self.write().await?;
        let row = job::ActiveModel {
            id: NotSet,
            kind: Set(new.kind),
            payload: Set(new.payload.to_string()),
            who: Set(new.who),
            state: Set(JobState::Queued.name().to_owned()),
            tries: Set(0),
            max_tries: Set(i64::from(new.max_tries.max(1))),
            created_us: Set(write.now_us()),
            run_after_us: Set(write.now_us()),
            worker: Set(None),
            lease_until_us: Set(None),
            progress: Set(to_json(&Progress::default())),
            result: Set(None),
            error: Set(None),
            finished_us: Set(None),
        };
        let id = job::Entity::insert(row).exec(&write.tx).await?.last_insert_id;
        write.commit().await?;
        Ok(id)
    }

    /// Takes the job that has waited longest, for as long as `lease`.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn claim(&self, worker: &str, lease: Duration) -> Result<Option<Job>> {
        let waiting = job::Entity::find()
            .filter(job::Column::State.eq(JobState::Queued.name()))
            .filter(job::Column::RunAfterUs.lte(self.now().timestamp_micros()))
            .order_by_asc(job::Column::RunAfterUs)
            .order_by_asc(job::Column::Id);
        // Idle workers ask often: they look without taking the write lock.
        if waiting.clone().one(&self.db).await?.is_none() {
            return Ok(None);
        }
        let write = self.write().await?;
        let Some(mut row) = waiting.one(&write.tx).await? else { return Ok(None) };
        row.state = JobState::Running.name().to_owned();
        row.tries += 1;
        row.worker = Some(worker.to_owned());
        row.lease_until_us = Some(write.now_us() + micros(lease));
        row.progress = to_json(&Progress::default());
        let changed = job::ActiveModel::from(row.clone()).reset_all();
        job::Entity::update(changed).exec_without_returning(&write.tx).await?;
        write.commit().await?;
        from_row(row).map(Some)
    }

    /// Tells how far a claimed job is and holds it for another `lease`.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when the job was given to another worker: stop working on it.
    pub async fn progress(&self, job: &Job, progress: &Progress, lease: Duration) -> Result<()> {
        let until_us = self.now().timestamp_micros() + micros(lease);
        let changes = [
            (job::Column::Progress, Expr::value(to_json(progress))),
            (job::Column::LeaseUntilUs, Expr::value(until_us)),
        ];
        self.change_claimed(job, changes).await
    }

    /// Ends a claimed job well.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when the job was given to another worker.
    pub async fn finish(&self, job: &Job, result: &Value) -> Result<()> {
        let changes = [
            (job::Column::State, Expr::value(JobState::Done.name())),
            (job::Column::Result, Expr::value(result.to_string())),
            (job::Column::Error, Expr::value(None::<String>)),
            (job::Column::FinishedUs, Expr::value(self.now().timestamp_micros())),
        ];
        self.change_claimed(job, changes).await
    }

    /// Ends a claimed job that would fail again however often it is tried.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when the job was given to another worker.
    pub async fn fail(&self, job: &Job, error: &str) -> Result<()> {
        let changes = [
            (job::Column::State, Expr::value(JobState::Failed.name())),
            (job::Column::Error, Expr::value(storable(error))),
            (job::Column::FinishedUs, Expr::value(self.now().timestamp_micros())),
        ];
        self.change_claimed(job, changes).await
    }

    /// Puts a claimed job back to be tried later, each time after a longer pause; after its last
    /// try it fails for good, with the error kept.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when the job was given to another worker.
    pub async fn retry(&self, job: &Job, error: &str) -> Result<()> {
        if job.tries >= job.max_tries {
            return self.fail(job, error).await;
        }
        let run_after = self.now() + back_off(job.tries);
        let changes = [
            (job::Column::State, Expr::value(JobState::Queued.name())),
            (job::Column::Error, Expr::value(storable(error))),
            (job::Column::RunAfterUs, Expr::value(run_after.timestamp_micros())),
        ];
        self.change_claimed(job, changes).await
    }

    /// Takes back the jobs of workers that died, and returns how many.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn requeue_expired(&self) -> Result<u64> {
        const DIED: &str = "the worker died while it was at work";
        let expired = job::Entity::find()
            .filter(job::Column::State.eq(JobState::Running.name()))
            .filter(job::Column::LeaseUntilUs.lt(self.now().timestamp_micros()));
        if expired.clone().one(&self.db).await?.is_none() {
            return Ok(0);
        }
        let write = self.write().await?;
        let expired = expired.all(&write.tx).await?;
        let count = expired.len() as u64;
        for mut row in expired {
            let again = row.tries < row.max_tries;
            let state = if again { JobState::Queued } else { JobState::Failed };
            state.name().clone_into(&mut row.state);
            row.run_after_us = (write.now + back_off(row.tries)).timestamp_micros();
            row.finished_us = (!again).then_some(write.now_us());
            row.error = Some(DIED.to_owned());
            let changed = job::ActiveModel::from(row).reset_all();
            job::Entity::update(changed).exec_without_returning(&write.tx).await?;
        }
        write.commit().await?;
        Ok(count)
    }

    /// Jobs newest first: those waiting and running, or the newest of all.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn jobs(&self, active: bool) -> Result<Vec<Job>> {
        let mut query = job::Entity::find().order_by_desc(job::Column::Id).limit(LISTED_MAX);
        if active {
            let names = [JobState::Queued.name(), JobState::Running.name()];
            query = query.filter(job::Column::State.is_in(names));
        }
        query.all(&self.db).await?.into_iter().map(from_row).collect()
    }

    /// # Errors
    /// [`DeskError::Database`].
    pub async fn job(&self, id: i64) -> Result<Option<Job>> {
        job::Entity::find_by_id(id).one(&self.db).await?.map(from_row).transpose()
    }

    /// Removes jobs that ended long ago.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn sweep_jobs(&self) -> Result<()> {
        let before_us = (self.now() - KEPT).timestamp_micros();
        job::Entity::delete_many()
            .filter(job::Column::FinishedUs.lt(before_us))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// One statement, so it is whole without a transaction.
    async fn change_claimed(
        &self,
        job: &Job,
        changes: impl IntoIterator<Item = (job::Column, SimpleExpr)>,
    ) -> Result<()> {
        let mut update = job::Entity::update_many().filter(
            Condition::all()
                .add(job::Column::Id.eq(job.id))
                .add(job::Column::State.eq(JobState::Running.name()))
                .add(job::Column::Worker.eq(job.worker.clone()))
                .add(job::Column::Tries.eq(job.tries)),
        );
        for (column, value) in changes {
            update = update.col_expr(column, value);
        }
        if update.exec(&self.db).await?.rows_affected == 0 {
            return Err(DeskError::Conflict(format!(
                "job {} is no longer held by this worker; stop working on it",
                job.id
            )));
        }
        Ok(())
    }
}

/// 10 s, 40 s, 160 s … up to an hour.
fn back_off(tries: i64) -> TimeDelta {
    let exponent = u32::try_from(tries.clamp(1, 10) - 1).unwrap_or(0);
    (BACK_OFF_FIRST * 4_i32.pow(exponent)).min(BACK_OFF_MAX)
}

fn micros(duration: Duration) -> i64 {
    signed(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))
}

fn from_row(row: job::Model) -> Result<Job> {
    let state = JobState::ALL
        .into_iter()
        .find(|state| state.name() == row.state)
        .ok_or_else(|| DeskError::Damaged(format!("`{}` is not a state of a job", row.state)))?;
    Ok(Job {
        id: row.id,
        kind: row.kind,
        payload: json(&row.payload)?,
        who: row.who,
        state,
        tries: row.tries,
        max_tries: row.max_tries,
        created: instant(row.created_us)?,
        finished: row.finished_us.map(instant).transpose()?,
        progress: json(&row.progress)?,
        result: row.result.as_deref().map(json).transpose()?,
        error: row.error,
        worker: row.worker,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_at_most() {
        let seconds: Vec<i64> =
            [1, 2, 3, 9, 1_000].into_iter().map(|tries| back_off(tries).num_seconds()).collect();
        assert_eq!(seconds, [10, 40, 160, 3_600, 3_600]);
    }
}
