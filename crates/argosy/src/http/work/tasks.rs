//! HTTP: tasks – who does what until when.

use argosy_desk::{CheckItem, NewTask, Task, TaskChange, TaskFilter, TaskState};
use argosy_loop::accept;
use axum::{
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    response::Response,
};
use chrono::{NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    changes::{new_change, told},
    dto::{
        AttachmentDto, BatchResult, ChangeDto, CheckItemDto, CommentDto, NewChangeDto, TaskCore,
        TaskDetail, TaskDto, TaskEvent, TaskLink, Tasks,
    },
    findings::failure,
    sheets,
};
use crate::{
    app::{App, Logins},
    download::{self, Kind},
    http::{
        auth::SignedIn,
        dto::{FormatQuery, PageMeta, TextDto, rfc3339},
        error::ApiError,
        extract::{Can, Form, Json, Path, Query, Read, Work},
        upload::Upload,
    },
    looping,
};

const PAGE_MAX: u64 = 1_000;
const BATCH_MAX: usize = 1_000;
const DOWNLOAD_MAX: u64 = 50_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    let uploads =
        OpenApiRouter::new().routes(routes!(import_tasks)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(uploads)
        .routes(routes!(list_tasks, create_task))
        .routes(routes!(export_tasks))
        .routes(routes!(change_tasks))
        .routes(routes!(get_task, change_task))
        .routes(routes!(finish_task))
        .routes(routes!(comment_task))
}

/// `me` is whoever asks.
pub(super) fn login_or_me(login: &str, user: &SignedIn) -> String {
    if login == "me" { user.0.login.clone() } else { login.to_owned() }
}

/// Which tasks.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TaskQuery {
    /// `open` (the default), `done`, `all`, or one of `todo`, `doing`, `waiting`, `dropped`.
    pub state: Option<String>,
    /// Login; `me` for oneself.
    pub owner: Option<String>,
    pub due_from: Option<NaiveDate>,
    pub due_to: Option<NaiveDate>,
    pub finding: Option<String>,
    /// Words in title or subject.
    pub q: Option<String>,
    pub cursor: Option<String>,
    /// 200 when left out, 1,000 at most.
    pub limit: Option<u64>,
}

impl TaskQuery {
    fn filter(&self, user: &SignedIn) -> Result<TaskFilter, ApiError> {
        let states = match self.state.as_deref().unwrap_or("open") {
            "open" | "" => vec![TaskState::Todo, TaskState::Doing, TaskState::Waiting],
            "all" => Vec::new(),
            name => vec![state(name)?],
        };
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Ok(TaskFilter {
            states,
            owner: given(&self.owner).map(|owner| login_or_me(&owner, user)),
            due_from: self.due_from,
            due_to: self.due_to,
            finding: given(&self.finding),
            words: given(&self.q),
        })
    }
}

fn state(name: &str) -> Result<TaskState, ApiError> {
    TaskState::from_name(name).ok_or_else(|| {
        ApiError::told(
            format!("`{name}` is no state; use todo, doing, waiting, done or dropped"),
            format!("`{name}` 不是有效状态；请使用 todo、doing、waiting、done 或 dropped"),
        )
    })
}

/// Due day (`-` for none) and id of the last task of the page before.
fn cursor(text: Option<&str>) -> Result<Option<(Option<NaiveDate>, i64)>, ApiError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let read = || {
        let (due, id) = text.split_once('~')?;
        let due = if due == "-" { None } else { Some(due.parse().ok()?) };
        Some((due, id.parse().ok()?))
    };
    let after = read().ok_or_else(|| {
        ApiError::told("this cursor was not given by this list", "该游标不属于此列表")
    })?;
    Ok(Some(after))
}

/// Tasks by due day.
#[utoipa::path(get, path = "/tasks", operation_id = "list_tasks", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(TaskQuery), responses((status = 200, body = Tasks)))]
async fn list_tasks(
    State(app): State<App>,
    can: Can<Read>,
    Query(query): Query<TaskQuery>,
) -> Result<Json<Tasks>, ApiError> {
    let limit = query.limit.unwrap_or(200).clamp(1, PAGE_MAX);
    let after = cursor(query.cursor.as_deref())?;
    let mut rows = app.desk().tasks(&query.filter(&can.user)?, after, limit + 1).await?;
    let more = u64::try_from(rows.len()).is_ok_and(|count| count > limit);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|last| {
        let due = last.due.map_or_else(|| "-".to_owned(), |due| due.to_string());
        format!("{due}~{}", last.id)
    });
    let logins = app.logins().await?;
    let tasks = rows.into_iter().map(|task| TaskDto::new(task, &logins)).collect();
    Ok(Json(Tasks { tasks, meta: PageMeta { next } }))
}

/// A task that comes from no finding.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[schema(as = NewTask)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTaskDto {
    pub title: String,
    /// Login; `me` for oneself.
    pub owner: Option<String>,
    pub due: Option<NaiveDate>,
    pub note: Option<String>,
    #[serde(default)]
    pub checklist: Vec<CheckItemDto>,
}

/// Make a task.
#[utoipa::path(post, path = "/tasks", operation_id = "create_task", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    request_body = NewTaskDto, responses((status = 201, body = TaskDto)))]
async fn create_task(
    State(app): State<App>,
    can: Can<Work>,
    Json(new): Json<NewTaskDto>,
) -> Result<(StatusCode, Json<TaskDto>), ApiError> {
    let task = create(&app, new, &can.user).await?;
    Ok((StatusCode::CREATED, Json(TaskDto::new(task, &app.logins().await?))))
}

async fn create(app: &App, new: NewTaskDto, user: &SignedIn) -> Result<Task, ApiError> {
    let new = NewTask {
        title: new.title,
        owner: new.owner.map(|owner| login_or_me(&owner, user)),
        due: new.due,
        note: new.note,
        checklist: new.checklist.into_iter().map(CheckItem::from).collect(),
        body: Value::Object(serde_json::Map::default()),
        ..NewTask::default()
    };
    Ok(app.desk().create_task(&new, &user.who()).await?)
}

/// Tasks as a table.
#[utoipa::path(get, path = "/tasks/export", operation_id = "export_tasks", tag = "loop",
    extensions(("x-permission" = json!("read"))), params(TaskQuery, FormatQuery),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn export_tasks(
    State(app): State<App>,
    can: Can<Read>,
    Query(query): Query<TaskQuery>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let rows = app.desk().tasks(&query.filter(&can.user)?, None, DOWNLOAD_MAX).await?;
    let sheet = sheets::tasks(rows, &app.logins().await?, format.language());
    Ok(download::sheet(&sheet, "argosy-tasks", format.kind().unwrap_or(Kind::Xlsx))?)
}

/// Take tasks from a table: rows with an ID change that task, rows without one are new tasks.
#[utoipa::path(post, path = "/tasks/import", operation_id = "import_tasks", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    request_body(content = super::findings::SheetForm, content_type = "multipart/form-data"),
    responses((status = 200, body = BatchResult)))]
async fn import_tasks(
    State(app): State<App>,
    can: Can<Work>,
    Form(form): Form,
) -> Result<Json<BatchResult>, ApiError> {
    let upload = Upload::receive(&app, form).await?;
    let file = upload.only_file()?;
    let mut result = BatchResult::default();
    for row in sheets::read(file.path(), &file.name, BATCH_MAX).await? {
        let place = match row.of(&sheets::ID) {
            id if id.is_empty() => format!("line {}", row.line),
            id => id,
        };
        match take_row(&app, &row, &can.user).await {
            Ok(true) => result.done.push(place),
            Ok(false) => {}
            Err(error) => result.failed.push(failure(place, &error)),
        }
    }
    Ok(Json(result))
}

/// Carries out what a row says; tells whether it said anything new.
async fn take_row(app: &App, row: &sheets::Row, user: &SignedIn) -> Result<bool, ApiError> {
    let given = |heading| Some(row.of(heading)).filter(|cell| !cell.is_empty());
    let (title, owner) = (given(&sheets::TITLE), given(&sheets::OWNER));
    let due = row.day(&sheets::DUE)?;
    let wanted = sheets::task_state(&row.of(&sheets::STATE))?;
    let id = row.of(&sheets::ID);
    if id.is_empty() {
        let Some(title) = title else { return Ok(false) };
        let note = given(&sheets::NOTE);
        let new = NewTaskDto { title, owner, due, note, checklist: Vec::new() };
        create(app, new, user).await?;
        return Ok(true);
    }
    let id: i64 = id.parse().map_err(|_| {
        ApiError::told(format!("`{id}` is no number of a task"), format!("`{id}` 不是任务编号"))
    })?;
    let before = app.desk().task(id).await?;
    let change = TaskChange {
        state: wanted.filter(|state| *state != before.state),
        owner: owner.filter(|owner| before.owner.as_ref() != Some(owner)),
        due: due.filter(|due| before.due != Some(*due)),
        title: None,
        note: given(&sheets::NOTE).filter(|note| before.note.as_ref() != Some(note)),
        checklist: None,
        seen: None,
    };
    if change == TaskChange::default() {
        return Ok(false);
    }
    app.desk().change_task(id, &change, &user.who()).await?;
    Ok(true)
}

/// What to change of a task; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeTask {
    /// `todo`, `doing`, `waiting`, `done` or `dropped`.
    pub state: Option<String>,
    /// Login; `me` for oneself. A hand-over.
    pub owner: Option<String>,
    pub due: Option<NaiveDate>,
    pub title: Option<String>,
    pub note: Option<String>,
    /// All steps, in order.
    pub checklist: Option<Vec<CheckItemDto>>,
    /// Of the task as it was looked at.
    pub revision: Option<i64>,
}

impl ChangeTask {
    fn read(self, user: &SignedIn) -> Result<TaskChange, ApiError> {
        Ok(TaskChange {
            state: self.state.as_deref().map(state).transpose()?,
            owner: self.owner.map(|owner| login_or_me(&owner, user)),
            due: self.due,
            title: self.title,
            note: self.note,
            checklist: self.checklist.map(|items| items.into_iter().map(CheckItem::from).collect()),
            seen: self.revision,
        })
    }
}

/// What to change of several tasks.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskBatch {
    pub ids: Vec<i64>,
    pub change: ChangeTask,
}

/// Change several tasks at once; each for itself.
#[utoipa::path(post, path = "/tasks/batch", operation_id = "change_tasks", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    request_body = TaskBatch, responses((status = 200, body = BatchResult)))]
async fn change_tasks(
    State(app): State<App>,
    can: Can<Work>,
    Json(batch): Json<TaskBatch>,
) -> Result<Json<BatchResult>, ApiError> {
    if batch.ids.len() > BATCH_MAX {
        return Err(ApiError::told(
            format!("at most {BATCH_MAX} tasks at once"),
            format!("一次最多处理 {BATCH_MAX} 个任务"),
        ));
    }
    let change = batch.change.read(&can.user)?;
    let mut result = BatchResult::default();
    for id in batch.ids {
        match app.desk().change_task(id, &change, &can.who()).await {
            Ok(_) => result.done.push(id.to_string()),
            Err(error) => result.failed.push(failure(id.to_string(), &error.into())),
        }
    }
    Ok(Json(result))
}

/// One task with comments, files, links and history.
#[utoipa::path(get, path = "/tasks/{id}", operation_id = "get_task", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(("id" = i64, Path)), responses((status = 200, body = TaskDetail)))]
async fn get_task(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<i64>,
) -> Result<Json<TaskDetail>, ApiError> {
    let task = app.desk().task(id).await?;
    Ok(Json(detail(&app, task).await?))
}

/// Change a task.
#[utoipa::path(patch, path = "/tasks/{id}", operation_id = "change_task", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    params(("id" = i64, Path)), request_body = ChangeTask,
    responses((status = 200, body = TaskDetail)))]
async fn change_task(
    State(app): State<App>,
    can: Can<Work>,
    Path(id): Path<i64>,
    Json(change): Json<ChangeTask>,
) -> Result<Json<TaskDetail>, ApiError> {
    let task = app.desk().change_task(id, &change.read(&can.user)?, &can.who()).await?;
    Ok(Json(detail(&app, task).await?))
}

/// A task ends: what was changed by it, when something was.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FinishTask {
    pub change: Option<NewChangeDto>,
    pub revision: Option<i64>,
}

/// A task that ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FinishedTask {
    pub task: TaskDto,
    pub change: Option<ChangeDto>,
    /// Declared as the rule and the play say; it is measured when its days are there.
    pub effect_id: Option<i64>,
}

/// End a task, record what was changed, and declare how its effect will be told.
#[utoipa::path(post, path = "/tasks/{id}/done", operation_id = "finish_task", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    params(("id" = i64, Path)), request_body = FinishTask,
    responses((status = 200, body = FinishedTask)))]
async fn finish_task(
    State(app): State<App>,
    can: Can<Work>,
    Path(id): Path<i64>,
    Json(request): Json<FinishTask>,
) -> Result<Json<FinishedTask>, ApiError> {
    let before = app.desk().task(id).await?;
    let effect = accept::effect_of(&before);
    let mut change = request
        .change
        .map(|change| new_change(&app, change, argosy_desk::ChangeSource::Task))
        .transpose()?;
    if let Some(change) = &mut change {
        change.play.clone_from(&before.play);
    }
    let record = change.as_ref().map(|change| (change, effect.as_ref()));
    let (task, change, effect_id) =
        app.desk().finish_task(id, request.revision, record, &can.who()).await?;
    let logins = app.logins().await?;
    let change = match change {
        Some(change) => told(&app, vec![change], &logins).await?.pop(),
        None => {
            app.desk().changed_nothing(id, &can.who()).await?;
            None
        }
    };
    Ok(Json(FinishedTask { task: TaskDto::new(task, &logins), change, effect_id }))
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewComment {
    /// At most 4,000 characters.
    pub text: String,
}

/// Write to a task.
#[utoipa::path(post, path = "/tasks/{id}/comments", operation_id = "comment_task", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    params(("id" = i64, Path)), request_body = NewComment,
    responses((status = 201, body = CommentDto)))]
async fn comment_task(
    State(app): State<App>,
    can: Can<Work>,
    Path(id): Path<i64>,
    Json(comment): Json<NewComment>,
) -> Result<(StatusCode, Json<CommentDto>), ApiError> {
    let made = app.desk().comment_task(id, &comment.text, &can.who()).await?;
    Ok((StatusCode::CREATED, Json(CommentDto::new(made, &app.logins().await?))))
}

async fn detail(app: &App, task: Task) -> Result<TaskDetail, ApiError> {
    let desk = app.desk();
    let logins = app.logins().await?;
    let comments = desk.task_comments(task.id).await?;
    let attachments = desk.attachments(task.id).await?;
    let entries = desk.audit_of(&format!("task:{}", task.id)).await?;
    let history = entries.into_iter().map(|entry| event(entry, &logins)).collect();
    let today = Utc::now().date_naive();
    let change = accept::change_of(&task, today).filter(|_| task.state.is_open());
    Ok(TaskDetail {
        links: links(app, &task).await?,
        comments: comments.into_iter().map(|one| CommentDto::new(one, &logins)).collect(),
        attachments: attachments.into_iter().map(|one| AttachmentDto::new(one, &logins)).collect(),
        history,
        // It is recorded as the task ends, so the task need not be named.
        change: change.map(|change| NewChangeDto {
            task: None,
            ..NewChangeDto::proposed(change, &app.rules())
        }),
        core: TaskCore::new(task, &logins),
    })
}

/// The finding a task comes from, and the changes and effects it led to.
async fn links(app: &App, task: &Task) -> Result<Vec<TaskLink>, ApiError> {
    let mut links = Vec::new();
    if let Some(id) = &task.finding
        && let Ok(finding) = app.desk().finding(id).await
    {
        let said = |language: &str| {
            finding.body["title"][language].as_str().unwrap_or_default().to_owned()
        };
        let title = TextDto { en: said("en"), zh_cn: said("zh-CN") };
        links.push(TaskLink { kind: "finding".to_owned(), id: id.clone(), title });
    }
    let changes = app.desk().changes_of_task(task.id).await?;
    let ids: Vec<i64> = changes.iter().map(|change| change.id).collect();
    for change in changes {
        let says = looping::says(&app.rules(), &change);
        let title = says.unwrap_or_else(|| looping::plain(&change.what));
        let title = TextDto::from(&title);
        links.push(TaskLink { kind: "change".to_owned(), id: change.id.to_string(), title });
    }
    for effect in app.desk().effects_of_changes(&ids).await? {
        let metric = app.engine().registry().get(&effect.metric).map(|metric| metric.name.clone());
        let title = metric.as_ref().map(TextDto::from);
        let id = effect.id.to_string();
        let plain = || TextDto { en: effect.metric.clone(), zh_cn: effect.metric.clone() };
        links.push(TaskLink { kind: "effect".to_owned(), id, title: title.unwrap_or_else(plain) });
    }
    Ok(links)
}

/// An entry of the audit log as a sentence.
fn event(entry: argosy_desk::AuditEntry, logins: &Logins) -> TaskEvent {
    let of = |name: &str| entry.detail[name].as_str().unwrap_or_default().to_owned();
    let (en, zh_cn) = match entry.action.as_str() {
        "task_made" => ("made the task".to_owned(), "创建了任务".to_owned()),
        "task_commented" => ("wrote a comment".to_owned(), "发表了评论".to_owned()),
        "task_file_added" => ("attached a file".to_owned(), "添加了附件".to_owned()),
        "task_file_removed" => ("removed a file".to_owned(), "删除了附件".to_owned()),
        "task_unchanged" => ("said that nothing was changed".to_owned(), "表示没有变更".to_owned()),
        _ => {
            let mut en = Vec::new();
            let mut zh = Vec::new();
            if entry.detail["state"].is_string() {
                let state = of("state");
                let name = state_name(&state);
                en.push(format!("moved it to {}", name.en));
                zh.push(format!("状态改为{}", name.zh_cn));
            }
            if entry.detail["owner"].is_string() {
                en.push(format!("handed it to {}", of("owner")));
                zh.push(format!("移交给 {}", of("owner")));
            }
            if entry.detail["due"].is_string() {
                en.push(format!("moved the due day to {}", of("due")));
                zh.push(format!("截止日期改为 {}", of("due")));
            }
            if entry.detail["checklist"].is_string() {
                en.push(format!("checklist {}", of("checklist")));
                zh.push(format!("检查清单 {}", of("checklist")));
            }
            if entry.detail["title"].is_string() {
                en.push("changed the title".to_owned());
                zh.push("修改了标题".to_owned());
            }
            if !entry.detail["note"].is_null() {
                en.push("changed the note".to_owned());
                zh.push("修改了备注".to_owned());
            }
            (en.join(", "), zh.join("，"))
        }
    };
    TaskEvent {
        at: rfc3339(entry.at),
        who: logins.name(&entry.who),
        what: entry.action,
        says: TextDto { en, zh_cn },
    }
}

fn state_name(state: &str) -> TextDto {
    let (en, zh) = match state {
        "todo" => ("to do", "待办"),
        "doing" => ("doing", "进行中"),
        "waiting" => ("waiting", "等待中"),
        "done" => ("done", "已完成"),
        "dropped" => ("dropped", "已放弃"),
        other => (other, other),
    };
    TextDto { en: en.to_owned(), zh_cn: zh.to_owned() }
}
