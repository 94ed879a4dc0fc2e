//! Tasks: who does what until when, with a checklist, comments and a promise in money.

use argosy_kernel::{Currency, Day, Text};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Desk, DeskError, FindingState, Result,
    database::Write,
    decisions::{known_login, login_of},
    findings::part,
    rows::{finding, task, task_comment, task_item},
    tasks_read::{Counts, from_row},
    values::{instant, long_text, title, to_json},
};

/// Steps a checklist may have.
const ITEMS_MAX: usize = 100;
/// Stands for "no day" so that lists by due day end with those.
pub(crate) const NO_DAY: &str = "9999-12-31";

/// Where a task stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    Todo,
    Doing,
    /// For somebody or something else.
    Waiting,
    Done,
    /// It will not be done.
    Dropped,
}

impl TaskState {
    pub const ALL: [Self; 5] = [Self::Todo, Self::Doing, Self::Waiting, Self::Done, Self::Dropped];

    pub fn name(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Doing => "doing",
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    pub fn is_open(self) -> bool {
        matches!(self, Self::Todo | Self::Doing | Self::Waiting)
    }
}

/// A step of a checklist.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CheckItem {
    pub text: String,
    /// In both languages, when a play gave it.
    pub says: Option<Text>,
    pub done: bool,
}

/// What whoever accepted a task expects of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Promise {
    pub metric: String,
    #[serde(with = "rust_decimal::serde::str")]
    pub amount: Decimal,
    /// Of amounts of money.
    pub currency: Option<Currency>,
    pub date: Day,
}

/// A task about to be made.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct NewTask {
    pub title: String,
    /// The title in both languages, when a finding gave it.
    pub says: Option<Text>,
    pub note: Option<String>,
    /// Login.
    pub owner: Option<String>,
    pub due: Option<Day>,
    pub play: Option<String>,
    pub promise: Option<Promise>,
    pub checklist: Vec<CheckItem>,
    /// Of the finding it comes from: subject, stake, how its effect is told.
    pub body: Value,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Task {
    pub id: i64,
    pub title: String,
    pub says: Option<Text>,
    pub note: Option<String>,
    pub state: TaskState,
    pub owner: Option<String>,
    pub due: Option<Day>,
    pub play: Option<String>,
    pub finding: Option<String>,
    pub promise: Option<Promise>,
    pub created: DateTime<Utc>,
    pub created_by: String,
    pub done: Option<DateTime<Utc>>,
    pub done_by: Option<String>,
    pub revision: i64,
    pub body: Value,
    pub checklist: Vec<CheckItem>,
    pub comments: u64,
    pub attachments: u64,
}

/// What to change of a task; `None` stays.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TaskChange {
    pub state: Option<TaskState>,
    pub owner: Option<String>,
    pub due: Option<Day>,
    pub title: Option<String>,
    pub note: Option<String>,
    pub checklist: Option<Vec<CheckItem>>,
    /// The revision the person looked at.
    pub seen: Option<i64>,
}

/// Which tasks; what is empty does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TaskFilter {
    pub states: Vec<TaskState>,
    pub owner: Option<String>,
    pub due_from: Option<Day>,
    pub due_to: Option<Day>,
    pub finding: Option<String>,
    pub words: Option<String>,
}

/// What somebody wrote to a task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comment {
    pub id: i64,
    pub who: String,
    pub at: DateTime<Utc>,
    pub text: String,
}

impl Desk {
    /// Tasks by due day. `after` is due day and id of the last one of the page before.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn tasks(
        &self,
        filter: &TaskFilter,
        after: Option<(Option<Day>, i64)>,
        limit: u64,
    ) -> Result<Vec<Task>> {
        let mut query = task::Entity::find()
            .filter(filter.condition())
            .order_by_asc(task::Column::Due)
            .order_by_asc(task::Column::Id)
            .limit(limit);
        if let Some((due, id)) = after {
            let due = due_text(due);
            let same = Condition::all()
                .add(task::Column::Due.eq(due.as_str()))
                .add(task::Column::Id.gt(id));
            query = query.filter(Condition::any().add(task::Column::Due.gt(due)).add(same));
        }
        let rows = query.all(&self.db).await?;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let mut counts = Counts::read(&self.db, &ids).await?;
        rows.into_iter().map(|row| from_row(row, &mut counts)).collect()
    }

    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn task(&self, id: i64) -> Result<Task> {
        read(&self.db, id).await
    }

    /// Tasks counted by play and state.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn task_counts(&self) -> Result<Vec<(String, TaskState, u64)>> {
        let rows: Vec<(Option<String>, String, i64)> = task::Entity::find()
            .select_only()
            .column(task::Column::Play)
            .column(task::Column::State)
            .column_as(task::Column::Id.count(), "number")
            .filter(task::Column::Play.is_not_null())
            .group_by(task::Column::Play)
            .group_by(task::Column::State)
            .into_tuple()
            .all(&self.db)
            .await?;
        let told = rows.into_iter().filter_map(|(play, state, number)| {
            Some((play?, TaskState::from_name(&state)?, crate::values::unsigned(number)))
        });
        Ok(told.collect())
    }

    /// Makes a task that comes from no finding.
    ///
    /// # Errors
    /// [`DeskError::Wrong`] names what cannot be taken.
    pub async fn create_task(&self, new: &NewTask, who: &str) -> Result<Task> {
        let mut write = self.write().await?;
        let made = write.insert_task(new, None, who).await?;
        write.commit().await?;
        Ok(made)
    }

    /// Changes a task; a new owner is a hand-over.
    ///
    /// # Errors
    /// [`DeskError::Clash`] when somebody changed it since it was looked at, [`DeskError::Wrong`],
    /// [`DeskError::NotFound`].
    pub async fn change_task(&self, id: i64, change: &TaskChange, who: &str) -> Result<Task> {
        let mut write = self.write().await?;
        write.apply_task(id, change, who).await?;
        let task = read(&write.tx, id).await?;
        write.commit().await?;
        Ok(task)
    }

    /// Adds a comment.
    ///
    /// # Errors
    /// [`DeskError::Wrong`] for an empty or huge one, [`DeskError::NotFound`].
    pub async fn comment_task(&self, id: i64, text: &str, who: &str) -> Result<Comment> {
        let text = long_text(("the comment", "评论"), Some(text))?.ok_or_else(|| {
            DeskError::wrong("the comment is empty; write something", "评论为空，请填写内容")
        })?;
        let mut write = self.write().await?;
        write.task_row(id).await?;
        let row = task_comment::ActiveModel {
            id: NotSet,
            task_id: Set(id),
            who: Set(who.to_owned()),
            at_us: Set(write.now_us()),
            text: Set(text.clone()),
        };
        let made = task_comment::Entity::insert(row).exec(&write.tx).await?.last_insert_id;
        // The words stay with the task: people may write what does not belong in a log for ever.
        let detail = json!({ "comment": made });
        write.audit(who, "task_commented", &subject(id), detail).await?;
        let at = write.now;
        write.commit().await?;
        Ok(Comment { id: made, who: who.to_owned(), at, text })
    }

    /// The comments of a task, the oldest first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn task_comments(&self, id: i64) -> Result<Vec<Comment>> {
        let rows = task_comment::Entity::find()
            .filter(task_comment::Column::TaskId.eq(id))
            .order_by_asc(task_comment::Column::Id)
            .all(&self.db)
            .await?;
        let told = |row: task_comment::Model| {
            Ok(Comment { id: row.id, who: row.who, at: instant(row.at_us)?, text: row.text })
        };
        rows.into_iter().map(told).collect()
    }
}

impl TaskFilter {
    fn condition(&self) -> Condition {
        let mut all = Condition::all();
        if !self.states.is_empty() {
            let names = self.states.iter().map(|state| state.name());
            all = all.add(task::Column::State.is_in(names));
        }
        if let Some(owner) = &self.owner {
            all = all.add(task::Column::Owner.eq(owner.as_str()));
        }
        if let Some(finding) = &self.finding {
            all = all.add(task::Column::FindingId.eq(finding.as_str()));
        }
        if let Some(from) = self.due_from {
            all = all.add(task::Column::Due.gte(from.to_string()));
        }
        if let Some(to) = self.due_to {
            all = all.add(task::Column::Due.lte(to.to_string()));
        }
        for word in self.words.iter().flat_map(|words| words.split_whitespace()) {
            all = all.add(task::Column::Words.like(part(&word.to_lowercase())));
        }
        all
    }
}

impl Write {
    pub(crate) async fn insert_task(
        &mut self,
        new: &NewTask,
        finding: Option<&str>,
        who: &str,
    ) -> Result<Task> {
        let title = title(("the title of the task", "任务标题"), &new.title)?;
        let note = long_text(("the note", "备注"), new.note.as_deref())?;
        let owner = match &new.owner {
            Some(login) => Some(known_login(&self.tx, login).await?),
            None => None,
        };
        let today = self.now.date_naive();
        refuse_past(new.due, today)?;
        if let Some(promise) = &new.promise {
            refuse_past(Some(promise.date), today)?;
        }
        let words = words(&title, new.says.as_ref(), &new.body);
        let row = task::ActiveModel {
            id: NotSet,
            title: Set(title),
            says: Set(new.says.as_ref().map(to_json)),
            note: Set(note),
            state: Set(TaskState::Todo.name().to_owned()),
            owner: Set(owner),
            due: Set(due_text(new.due)),
            play: Set(new.play.clone()),
            finding_id: Set(finding.map(str::to_owned)),
            promise: Set(new.promise.as_ref().map(to_json)),
            created_us: Set(self.now_us()),
            created_by: Set(who.to_owned()),
            done_us: Set(None),
            done_by: Set(None),
            revision: Set(1),
            words: Set(words),
            body: Set(new.body.to_string()),
        };
        let id = task::Entity::insert(row).exec(&self.tx).await?.last_insert_id;
        self.put_items(id, &new.checklist).await?;
        let task = read(&self.tx, id).await?;
        let detail = json!({
            "title": task.title, "owner": task.owner, "due": task.due, "finding": finding,
        });
        self.audit(who, "task_made", &subject(id), detail).await?;
        Ok(task)
    }

    pub(crate) async fn task_row(&self, id: i64) -> Result<task::Model> {
        let row = task::Entity::find_by_id(id).one(&self.tx).await?;
        row.ok_or_else(|| DeskError::not_found("task", id))
    }

    pub(crate) async fn apply_task(
        &mut self,
        id: i64,
        change: &TaskChange,
        who: &str,
    ) -> Result<()> {
        let mut row = self.task_row(id).await?;
        if change.seen.is_some_and(|seen| seen != row.revision) {
            return Err(DeskError::clash(
                "somebody has changed this task meanwhile; look at it again",
                "该任务刚刚被他人修改，请重新查看",
            ));
        }
        let mut detail = serde_json::Map::new();
        if let Some(text) = &change.title {
            row.title = title(("the title of the task", "任务标题"), text)?;
            row.says = None;
            detail.insert("title".into(), json!(row.title));
        }
        if let Some(text) = &change.note {
            row.note = long_text(("the note", "备注"), Some(text))?;
            detail.insert("note".into(), json!(true));
        }
        if let Some(due) = change.due {
            refuse_past(Some(due), self.now.date_naive())?;
            row.due = due.to_string();
            detail.insert("due".into(), json!(due));
        }
        if let Some(login) = &change.owner {
            let next = known_login(&self.tx, login).await?;
            detail.insert("from".into(), json!(row.owner));
            detail.insert("owner".into(), json!(next));
            row.owner = Some(next);
        }
        if let Some(items) = &change.checklist {
            self.put_items(id, items).await?;
            let done = items.iter().filter(|item| item.done).count();
            detail.insert("checklist".into(), json!(format!("{done}/{}", items.len())));
        }
        if let Some(state) = change.state {
            self.move_task(&mut row, state, who).await?;
            detail.insert("state".into(), json!(state));
        }
        row.revision += 1;
        row.words = words(&row.title, None, &crate::values::json(&row.body)?);
        let changed = task::ActiveModel::from(row).reset_all();
        task::Entity::update(changed).exec_without_returning(&self.tx).await?;
        self.audit(who, "task_changed", &subject(id), Value::Object(detail)).await
    }

    async fn move_task(&self, row: &mut task::Model, next: TaskState, who: &str) -> Result<()> {
        let was = TaskState::from_name(&row.state);
        next.name().clone_into(&mut row.state);
        let ended = next == TaskState::Done;
        if ended && was == Some(TaskState::Done) {
            let by = row.done_by.clone().unwrap_or_default();
            let by = login_of(&self.tx, &by).await?;
            return Err(DeskError::clash(
                format!("{by} has done this task already"),
                format!("{by} 已完成该任务"),
            ));
        }
        row.done_us = ended.then_some(self.now_us());
        row.done_by = ended.then(|| who.to_owned());
        if next == TaskState::Dropped
            && let Some(id) = &row.finding_id
        {
            self.give_back(id, row.id).await?;
        }
        Ok(())
    }

    /// A finding whose task is dropped waits for somebody again.
    async fn give_back(&self, finding_id: &str, task: i64) -> Result<()> {
        let found = finding::Entity::find_by_id(finding_id).one(&self.tx).await?;
        let accepted = |row: &finding::Model| {
            row.task_id == Some(task) && row.state == FindingState::Accepted.name()
        };
        if let Some(mut row) = found.filter(accepted) {
            FindingState::New.name().clone_into(&mut row.state);
            row.task_id = None;
            row.revision += 1;
            let changed = finding::ActiveModel::from(row).reset_all();
            finding::Entity::update(changed).exec_without_returning(&self.tx).await?;
        }
        Ok(())
    }

    /// Drops the task of a finding that was taken up again, unless it was done.
    pub(crate) async fn drop_open_task(&mut self, id: i64, who: &str) -> Result<()> {
        let mut row = self.task_row(id).await?;
        if TaskState::from_name(&row.state).is_none_or(|state| !state.is_open()) {
            return Ok(());
        }
        TaskState::Dropped.name().clone_into(&mut row.state);
        row.revision += 1;
        let changed = task::ActiveModel::from(row).reset_all();
        task::Entity::update(changed).exec_without_returning(&self.tx).await?;
        let detail = json!({ "state": TaskState::Dropped });
        self.audit(who, "task_changed", &subject(id), detail).await
    }

    async fn put_items(&self, id: i64, items: &[CheckItem]) -> Result<()> {
        if items.len() > ITEMS_MAX {
            return Err(DeskError::wrong(
                format!("a checklist has at most {ITEMS_MAX} steps"),
                format!("检查清单最多 {ITEMS_MAX} 项"),
            ));
        }
        task_item::Entity::delete_many()
            .filter(task_item::Column::TaskId.eq(id))
            .exec(&self.tx)
            .await?;
        let mut rows = Vec::new();
        for (seq, item) in (1_i64..).zip(items) {
            rows.push(task_item::ActiveModel {
                task_id: Set(id),
                seq: Set(seq),
                text: Set(title(("a step of the checklist", "检查项"), &item.text)?),
                says: Set(item.says.as_ref().map(to_json)),
                done: Set(item.done),
            });
        }
        if !rows.is_empty() {
            task_item::Entity::insert_many(rows).exec_without_returning(&self.tx).await?;
        }
        Ok(())
    }
}

/// A task as it stands in a transaction or outside of one.
pub(crate) async fn read(db: &impl ConnectionTrait, id: i64) -> Result<Task> {
    let row = task::Entity::find_by_id(id).one(db).await?;
    let row = row.ok_or_else(|| DeskError::not_found("task", id))?;
    let mut counts = Counts::read(db, &[id]).await?;
    from_row(row, &mut counts)
}

pub(crate) fn subject(id: i64) -> String {
    format!("task:{id}")
}

fn due_text(due: Option<Day>) -> String {
    due.map_or_else(|| NO_DAY.to_owned(), |due| due.to_string())
}

fn refuse_past(due: Option<Day>, today: Day) -> Result<()> {
    match due.filter(|due| *due < today) {
        Some(due) => Err(DeskError::wrong(
            format!("{due} has passed; choose today or a later day"),
            format!("{due} 已经过去，请选择今天或之后的日期"),
        )),
        None => Ok(()),
    }
}

fn words(title: &str, says: Option<&Text>, body: &Value) -> String {
    let mut words = title.to_lowercase();
    let more = says.iter().flat_map(|says| [says.en.clone(), says.zh_cn.clone()]);
    let name = body["subject"]["name"].as_str().map(str::to_owned);
    let key = body["subject"]["key"].as_object().into_iter().flatten();
    let key = key.filter_map(|(_, value)| value.as_str().map(str::to_owned));
    for text in more.chain(name).chain(key) {
        words.push('\n');
        words.push_str(&text.to_lowercase());
    }
    words
}
