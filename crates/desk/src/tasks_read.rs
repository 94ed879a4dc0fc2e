//! Tasks out of their rows, with what hangs on them.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    CheckItem, DeskError, Result, Task, TaskState,
    rows::{attachment, task, task_comment, task_item},
    tasks::NO_DAY,
    values::{day, instant, json, unsigned},
};

/// What hangs on tasks.
#[derive(Default)]
pub(crate) struct Counts {
    items: HashMap<i64, Vec<CheckItem>>,
    comments: HashMap<i64, u64>,
    attachments: HashMap<i64, u64>,
}

impl Counts {
    pub(crate) async fn read(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Self> {
        let mut counts = Self::default();
        if ids.is_empty() {
            return Ok(counts);
        }
        let ids = || ids.iter().copied();
        let items = task_item::Entity::find()
            .filter(task_item::Column::TaskId.is_in(ids()))
            .order_by_asc(task_item::Column::Seq)
            .all(db)
            .await?;
        for row in items {
            let says = row.says.as_deref().map(json).transpose()?;
            let item = CheckItem { text: row.text, says, done: row.done };
            counts.items.entry(row.task_id).or_default().push(item);
        }
        let comments: Vec<(i64, i64)> = task_comment::Entity::find()
            .select_only()
            .column(task_comment::Column::TaskId)
            .column_as(task_comment::Column::Id.count(), "number")
            .filter(task_comment::Column::TaskId.is_in(ids()))
            .group_by(task_comment::Column::TaskId)
            .into_tuple()
            .all(db)
            .await?;
        let attachments: Vec<(i64, i64)> = attachment::Entity::find()
            .select_only()
            .column(attachment::Column::TaskId)
            .column_as(attachment::Column::Id.count(), "number")
            .filter(attachment::Column::TaskId.is_in(ids()))
            .group_by(attachment::Column::TaskId)
            .into_tuple()
            .all(db)
            .await?;
        let counted = |(id, number): (i64, i64)| (id, unsigned(number));
        counts.comments = comments.into_iter().map(counted).collect();
        counts.attachments = attachments.into_iter().map(counted).collect();
        Ok(counts)
    }
}

pub(crate) fn from_row(row: task::Model, counts: &mut Counts) -> Result<Task> {
    let state = TaskState::from_name(&row.state)
        .ok_or_else(|| DeskError::Damaged(format!("`{}` is not a state of a task", row.state)))?;
    Ok(Task {
        state,
        checklist: counts.items.remove(&row.id).unwrap_or_default(),
        comments: counts.comments.get(&row.id).copied().unwrap_or(0),
        attachments: counts.attachments.get(&row.id).copied().unwrap_or(0),
        id: row.id,
        title: row.title,
        says: row.says.as_deref().map(json).transpose()?,
        note: row.note,
        owner: row.owner,
        due: Some(row.due.as_str()).filter(|due| *due != NO_DAY).map(day).transpose()?,
        play: row.play,
        finding: row.finding_id,
        promise: row.promise.as_deref().map(json).transpose()?,
        created: instant(row.created_us)?,
        created_by: row.created_by,
        done: row.done_us.map(instant).transpose()?,
        done_by: row.done_by,
        revision: row.revision,
        body: json(&row.body)?,
    })
}
