//! What done tasks have changed: recorded with them or later, or said to be nothing.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Query,
};
use serde_json::{Value, json};

use crate::{
    Change, ChangeSource, Desk, DeskError, NewChange, NewEffect, Result, Task, TaskState,
    rows::{change, task},
    tasks,
    tasks_read::{Counts, from_row},
    values::{json as read_json, to_json},
};

/// Set in the body of a task of which somebody said that it changed nothing.
const UNCHANGED: &str = "unchanged";

impl Desk {
    /// Records what a task that is done has changed, and declares how the effect will be told.
    ///
    /// # Errors
    /// [`DeskError::Wrong`] for a task that is still open; as [`Desk::record_change`] and
    /// [`Desk::declare_effect`].
    pub async fn record_change_of_task(
        &self,
        id: i64,
        (new, effect): (&NewChange, Option<&NewEffect>),
        who: &str,
    ) -> Result<(Change, Option<i64>)> {
        let mut write = self.write().await?;
        if tasks::read(&write.tx, id).await?.state != TaskState::Done {
            return Err(DeskError::wrong(
                format!("task {id} is not done; say what was changed when it is"),
                format!("任务 {id} 尚未完成；请在完成时填写变更"),
            ));
        }
        let new = NewChange { task: Some(id), source: ChangeSource::Task, ..new.clone() };
        let change = write.insert_change(&new, who).await?;
        let mut declared = None;
        if let Some(effect) = effect {
            let effect = NewEffect { task: Some(id), ..effect.clone() };
            declared = Some(write.insert_effect(&change, &effect, who).await?);
        }
        write.commit().await?;
        Ok((change, declared))
    }

    /// Notes that a task has changed nothing, so that nobody is asked again.
    ///
    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn changed_nothing(&self, id: i64, who: &str) -> Result<()> {
        let mut write = self.write().await?;
        let mut row = write.task_row(id).await?;
        let mut body: Value = read_json(&row.body)?;
        if !body.is_object() {
            body = json!({});
        }
        body[UNCHANGED] = json!(true);
        row.body = to_json(&body);
        task::Entity::update(task::ActiveModel::from(row).reset_all())
            .exec_without_returning(&write.tx)
            .await?;
        write.audit(who, "task_unchanged", &format!("task:{id}"), json!({})).await?;
        write.commit().await
    }

    /// Tasks of findings that were done since then, of which nobody has said what they changed. The
    /// last one done comes first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn done_without_change(&self, since: DateTime<Utc>, limit: u64) -> Result<Vec<Task>> {
        let told = Query::select()
            .column(change::Column::TaskId)
            .from(change::Entity)
            .and_where(change::Column::TaskId.is_not_null())
            .to_owned();
        let rows = task::Entity::find()
            .filter(task::Column::State.eq(TaskState::Done.name()))
            .filter(task::Column::FindingId.is_not_null())
            .filter(task::Column::DoneUs.gte(since.timestamp_micros()))
            .filter(task::Column::Id.not_in_subquery(told))
            .filter(task::Column::Body.not_like(format!("%\"{UNCHANGED}\":true%")))
            .order_by_desc(task::Column::DoneUs)
            .order_by_desc(task::Column::Id)
            .limit(limit)
            .all(&self.db)
            .await?;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let mut counts = Counts::read(&self.db, &ids).await?;
        rows.into_iter().map(|row| from_row(row, &mut counts)).collect()
    }
}
