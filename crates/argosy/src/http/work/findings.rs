//! HTTP: the queue of findings, and what people decide about them.

use argosy_desk::{Decision, Finding, FindingFilter, FindingState};
use argosy_kernel::Currency;
use argosy_loop::{accept::Acceptance, finding};
use axum::{
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    response::Response,
};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    dto::{
        AcceptRequest, BatchFailure, BatchResult, DismissRequest, FindingAction, FindingBatch,
        SnoozeRequest, TaskDto,
    },
    shapes, sheets,
};
use crate::{
    app::{App, Logins},
    download::{self, Kind},
    http::{
        auth::SignedIn,
        dto::{FormatQuery, MoneyDto, rfc3339},
        error::ApiError,
        extract::{Can, Form, Json, Path, Query, Read, Work},
        imported::Jobs,
        imports::queued,
        upload::Upload,
    },
    jobs::{self, Task},
    looping,
};

/// Findings on one page.
const PAGE_MAX: u64 = 500;
/// Findings decided on at once, and rows of one file.
const BATCH_MAX: usize = 1_000;
/// Findings in one download.
const DOWNLOAD_MAX: u64 = 50_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    let uploads =
        OpenApiRouter::new().routes(routes!(import_findings)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(uploads)
        .routes(routes!(list_findings))
        .routes(routes!(export_findings))
        .routes(routes!(run_findings))
        .routes(routes!(decide_findings))
        .routes(routes!(get_finding))
        .routes(routes!(measurable))
        .routes(routes!(accept_finding))
        .routes(routes!(snooze_finding))
        .routes(routes!(dismiss_finding))
        .routes(routes!(reopen_finding))
}

/// Which findings.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FindingQuery {
    /// `open` (new or accepted; the default), `all`, or one or more of `new`, `accepted`, `snoozed`,
    /// `dismissed`, `resolved`, comma-separated.
    pub state: Option<String>,
    pub family: Option<String>,
    pub rule: Option<String>,
    /// Names, comma-separated.
    pub store: Option<String>,
    /// Countries, comma-separated.
    pub market: Option<String>,
    pub seller_sku: Option<String>,
    /// Proposed to this login; `me` for oneself.
    pub owner: Option<String>,
    /// Words in title, subject or key.
    pub q: Option<String>,
    pub cursor: Option<String>,
    /// 50 when left out, 500 at most.
    pub limit: Option<u64>,
}

impl FindingQuery {
    fn filter(&self, user: &SignedIn) -> Result<FindingFilter, ApiError> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let owner = given(&self.owner);
        Ok(FindingFilter {
            states: states(self.state.as_deref().unwrap_or("open"))?,
            family: given(&self.family),
            rule: given(&self.rule),
            stores: listed(self.store.as_deref()),
            markets: listed(self.market.as_deref()),
            seller_sku: given(&self.seller_sku),
            owner: owner.map(|owner| super::tasks::login_or_me(&owner, user)),
            words: given(&self.q),
        })
    }
}

pub(super) fn listed(text: Option<&str>) -> Vec<String> {
    let parts = text.unwrap_or_default().split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn states(text: &str) -> Result<Vec<FindingState>, ApiError> {
    match text {
        "all" => return Ok(Vec::new()),
        "open" | "" => return Ok(vec![FindingState::New, FindingState::Accepted]),
        _ => {}
    }
    let read = |name: String| {
        FindingState::from_name(&name).ok_or_else(|| {
            ApiError::told(
                format!(
                    "`{name}` is no state; use open, all, new, accepted, snoozed, dismissed or \
                     resolved"
                ),
                format!(
                    "`{name}` 不是有效状态；请使用 open、all、new、accepted、snoozed、dismissed 或 resolved"
                ),
            )
        })
    };
    listed(Some(text)).into_iter().map(read).collect()
}

/// Weight and id of the last finding of the page before.
fn cursor(text: Option<&str>) -> Result<Option<(i64, String)>, ApiError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let parts = text.split_once('~').and_then(|(weight, id)| Some((weight.parse().ok()?, id)));
    let (weight, id) = parts.ok_or_else(|| {
        ApiError::told("this cursor was not given by this list", "该游标不属于此列表")
    })?;
    Ok(Some((weight, id.to_owned())))
}

/// What findings are shown with.
pub(super) struct Shown {
    logins: Logins,
    delivered: Value,
    run: Option<Value>,
    currency: Currency,
}

impl Shown {
    pub(super) async fn read(app: &App) -> Result<Self, ApiError> {
        let run = app.desk().last_finding_run().await?;
        let currency = match &run {
            Some(run) => run.currency,
            None => app.reporting_currency().await?,
        };
        Ok(Self {
            logins: app.logins().await?,
            delivered: run.as_ref().map(|run| run.delivered.clone()).unwrap_or_default(),
            run: run.map(|run| {
                let problem = |one: &Value| {
                    let problem = one.get("problem").filter(|problem| !problem.is_null())?;
                    Some(json!({
                        "rule": one["rule"], "code": problem["code"], "text": problem["text"],
                    }))
                };
                let ran = run.runs.as_array().map(Vec::as_slice).unwrap_or_default();
                json!({
                    "at": rfc3339(run.at),
                    "day": run.day,
                    "rules": run.rules,
                    "fired": run.fired,
                    "problems": ran.iter().filter_map(problem).collect::<Vec<_>>(),
                })
            }),
            currency,
        })
    }

    /// The finding as it is told: what the rule said, and where it stands.
    pub(super) fn finding(&self, finding: Finding) -> Value {
        let money = |amount: Decimal| {
            json!(MoneyDto::from(argosy_kernel::Money::new(amount, finding.currency)))
        };
        let dismissed = finding.reason.as_ref().map(|reason| {
            let who = finding.decided_by.as_deref().map(|who| self.logins.name(who));
            json!({ "reason": reason, "note": finding.note, "who": who.unwrap_or_default() })
        });
        let delivered = self.delivered.get(&finding.rule).cloned().unwrap_or_default();
        let more = json!({
            "plays": plays(&finding.body),
            "state": finding.state,
            "expected": money(Decimal::new(finding.weight, 2)),
            "delivered": delivered,
            "first_day": finding.first_day,
            "last_day": finding.last_day,
            "days_open": (finding.last_day - finding.first_day).num_days() + 1,
            "snoozed_until": finding.snoozed_until,
            "dismissed": dismissed,
            "task_id": finding.task,
            "owner_proposed": finding.owner,
            "revision": finding.revision,
        });
        let mut told = finding.body;
        if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
            told.extend(more);
        }
        told
    }
}

/// Plays of the named causes, each once, in order.
fn plays(body: &Value) -> Vec<Value> {
    let mut plays: Vec<Value> = Vec::new();
    let causes = body["causes"].as_array().into_iter().flatten();
    for cause in causes.filter(|cause| cause["holds"] == true) {
        for play in cause["plays"].as_array().into_iter().flatten() {
            if !plays.contains(play) {
                plays.push(play.clone());
            }
        }
    }
    plays
}

/// The queue: what is wrong or possible, what is worth most first.
#[utoipa::path(get, path = "/findings", operation_id = "list_findings", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(FindingQuery), responses((status = 200, body = shapes::Findings)))]
async fn list_findings(
    State(app): State<App>,
    can: Can<Read>,
    Query(query): Query<FindingQuery>,
) -> Result<Json<Value>, ApiError> {
    let limit = query.limit.unwrap_or(50).clamp(1, PAGE_MAX);
    let filter = query.filter(&can.user)?;
    let after = cursor(query.cursor.as_deref())?;
    let after = after.as_ref().map(|(weight, id)| (*weight, id.as_str()));
    let mut rows = app.desk().findings(&filter, after, limit + 1).await?;
    let more = u64::try_from(rows.len()).is_ok_and(|count| count > limit);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|last| format!("{}~{}", last.weight, last.id));
    let totals = app.desk().finding_totals(&filter).await?;
    let shown = Shown::read(&app).await?;
    let monthly = argosy_kernel::Money::new(totals.monthly, shown.currency);
    Ok(Json(json!({
        "findings": rows.into_iter().map(|row| shown.finding(row)).collect::<Vec<_>>(),
        "totals": { "count": totals.count, "monthly": MoneyDto::from(monthly) },
        "run": shown.run,
        "meta": { "next": next },
    })))
}

/// The findings as a table.
#[utoipa::path(get, path = "/findings/export", operation_id = "export_findings", tag = "loop",
    extensions(("x-permission" = json!("read"))), params(FindingQuery, FormatQuery),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn export_findings(
    State(app): State<App>,
    can: Can<Read>,
    Query(query): Query<FindingQuery>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let rows = app.desk().findings(&query.filter(&can.user)?, None, DOWNLOAD_MAX).await?;
    let sheet = sheets::findings(rows, format.language())?;
    Ok(download::sheet(&sheet, "argosy-findings", format.kind().unwrap_or(Kind::Xlsx))?)
}

/// A sheet of findings with decisions.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a multipart form; the parts are read as a stream")]
pub(super) struct SheetForm {
    /// XLSX or CSV as the export writes it, with states and owners changed.
    #[schema(content_media_type = "application/octet-stream")]
    pub file: String,
}

/// Take decisions back from a table: state, owner, due day, reason, note. Rows that say nothing new
/// are left alone.
#[utoipa::path(post, path = "/findings/import", operation_id = "import_findings", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    request_body(content = SheetForm, content_type = "multipart/form-data"),
    responses((status = 200, body = BatchResult)))]
async fn import_findings(
    State(app): State<App>,
    can: Can<Work>,
    Form(form): Form,
) -> Result<Json<BatchResult>, ApiError> {
    let upload = Upload::receive(&app, form).await?;
    let file = upload.only_file()?;
    let rows = sheets::read(file.path(), &file.name, BATCH_MAX).await?;
    let mut result = BatchResult::default();
    for row in rows {
        let id = row.of(&sheets::ID);
        if id.is_empty() {
            continue;
        }
        match decide_row(&app, &id, &row, &can.user).await {
            Ok(true) => result.done.push(id),
            Ok(false) => {}
            Err(error) => result.failed.push(failure(id, &error)),
        }
    }
    Ok(Json(result))
}

/// Carries out what a row of a sheet says; tells whether it said anything new.
async fn decide_row(
    app: &App,
    id: &str,
    row: &sheets::Row,
    user: &SignedIn,
) -> Result<bool, ApiError> {
    let before = app.desk().finding(id).await?;
    let owner = Some(row.of(&sheets::OWNER)).filter(|owner| !owner.is_empty());
    let new_owner = owner.clone().filter(|owner| before.owner.as_ref() != Some(owner));
    let wanted = sheets::finding_state(&row.of(&sheets::STATE))?.unwrap_or(before.state);
    let note = Some(row.of(&sheets::NOTE)).filter(|note| !note.is_empty());
    if wanted == before.state {
        if let Some(owner) = new_owner {
            app.desk().assign_finding(id, &owner, &user.who()).await?;
            return Ok(true);
        }
        return Ok(false);
    }
    let action = match wanted {
        FindingState::Accepted => FindingAction::Accept(AcceptRequest {
            owner,
            due: row.day(&sheets::DUE)?,
            note,
            ..AcceptRequest::default()
        }),
        FindingState::Snoozed => {
            let until = row.day(&sheets::SNOOZED)?.ok_or_else(|| {
                ApiError::told("say until when it is snoozed", "请填写推迟到哪一天")
            })?;
            FindingAction::Snooze(SnoozeRequest { until, revision: None })
        }
        FindingState::Dismissed => FindingAction::Dismiss(DismissRequest {
            reason: sheets::reason(&row.of(&sheets::REASON))?,
            note,
            revision: None,
        }),
        FindingState::New => FindingAction::Reopen,
        FindingState::Resolved => {
            return Err(ApiError::told(
                "findings resolve by themselves; dismiss it instead",
                "发现只会自行消失；请改为忽略",
            ));
        }
    };
    act(app, id, &action, user).await?;
    Ok(true)
}

/// Which day to judge.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunRequest {
    /// The newest day of the facts when left out.
    pub day: Option<NaiveDate>,
    /// All rules when left out.
    #[serde(default)]
    pub rules: Vec<String>,
}

/// Let the rules look at the facts again. A background job.
#[utoipa::path(post, path = "/findings/run", operation_id = "run_findings", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    request_body = RunRequest, responses((status = 202, body = Jobs)))]
async fn run_findings(
    State(app): State<App>,
    can: Can<Work>,
    Json(request): Json<RunRequest>,
) -> Result<(StatusCode, Json<Jobs>), ApiError> {
    looping::check_run(&app, request.day, &request.rules)?;
    let task = Task::Findings { day: request.day, rules: request.rules };
    queued(&app, jobs::enqueue_task(&app, task, &can.who()).await?).await
}

/// Decide on several findings at once; each for itself.
#[utoipa::path(post, path = "/findings/batch", operation_id = "decide_findings", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    request_body = FindingBatch, responses((status = 200, body = BatchResult)))]
async fn decide_findings(
    State(app): State<App>,
    can: Can<Work>,
    Json(batch): Json<FindingBatch>,
) -> Result<Json<BatchResult>, ApiError> {
    if batch.ids.len() > BATCH_MAX {
        return Err(ApiError::told(
            format!("at most {BATCH_MAX} findings at once"),
            format!("一次最多处理 {BATCH_MAX} 条发现"),
        ));
    }
    let mut result = BatchResult::default();
    for id in batch.ids {
        match act(&app, &id, &batch.action, &can.user).await {
            Ok(()) => result.done.push(id),
            Err(error) => result.failed.push(failure(id, &error)),
        }
    }
    Ok(Json(result))
}

pub(super) fn failure(id: String, error: &ApiError) -> BatchFailure {
    BatchFailure { id, code: error.code().name().to_owned(), text: error.sentence() }
}

async fn act(app: &App, id: &str, action: &FindingAction, user: &SignedIn) -> Result<(), ApiError> {
    let decision = match action {
        FindingAction::Accept(request) => {
            accept(app, id, request, user).await?;
            return Ok(());
        }
        FindingAction::Snooze(request) => Decision::Snooze { until: request.until },
        FindingAction::Dismiss(request) => {
            Decision::Dismiss { reason: request.reason.into(), note: request.note.clone() }
        }
        FindingAction::Reopen => Decision::Reopen,
    };
    app.desk().decide_finding(id, None, &decision, &user.who()).await?;
    Ok(())
}

/// One finding with its history.
#[utoipa::path(get, path = "/findings/{id}", operation_id = "get_finding", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(("id" = String, Path)), responses((status = 200, body = shapes::FindingDetail)))]
async fn get_finding(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let finding = app.desk().finding(&id).await?;
    let currency = finding.currency;
    let days = app.desk().finding_history(&id).await?;
    let history: Vec<Value> = days
        .into_iter()
        .map(|one| {
            let stake = MoneyDto::from(argosy_kernel::Money::new(one.monthly, currency));
            json!({ "day": one.day, "stake": stake, "state": one.state })
        })
        .collect();
    let mut told = Shown::read(&app).await?.finding(finding);
    told["history"] = json!(history);
    Ok(Json(told))
}

/// How the effect would be looked at.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MeasurableQuery {
    /// As the rule says when left out.
    pub metric: Option<String>,
    /// Days before and after the change.
    pub before: Option<u32>,
    pub after: Option<u32>,
}

/// The smallest effect that could be told if something were done: known before it is done.
#[utoipa::path(get, path = "/findings/{id}/measurable", operation_id = "measurable", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(("id" = String, Path), MeasurableQuery),
    responses((status = 200, body = shapes::Measurable)))]
async fn measurable(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<String>,
    Query(query): Query<MeasurableQuery>,
) -> Result<Json<Value>, ApiError> {
    let found = app.desk().finding(&id).await?;
    let finding = argosy_loop::accept::read(found.body)?;
    let mut plan = finding.effect.clone().unwrap_or(finding::EffectPlan {
        metric: "contribution_3".to_owned(),
        scope: Vec::new(),
        before: 56,
        after: 28,
        wait: 0,
    });
    plan.metric = query.metric.unwrap_or(plan.metric);
    plan.before = query.before.unwrap_or(plan.before);
    plan.after = query.after.unwrap_or(plan.after);
    Ok(Json(json!(looping::measurable(&app, &finding, &plan).await?)))
}

/// Accept a finding: it becomes a task.
#[utoipa::path(post, path = "/findings/{id}/accept", operation_id = "accept_finding", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    params(("id" = String, Path)), request_body = AcceptRequest,
    responses((status = 201, body = TaskDto)))]
async fn accept_finding(
    State(app): State<App>,
    can: Can<Work>,
    Path(id): Path<String>,
    Json(request): Json<AcceptRequest>,
) -> Result<(StatusCode, Json<TaskDto>), ApiError> {
    let task = accept(&app, &id, &request, &can.user).await?;
    Ok((StatusCode::CREATED, Json(TaskDto::new(task, &app.logins().await?))))
}

async fn accept(
    app: &App,
    id: &str,
    request: &AcceptRequest,
    user: &SignedIn,
) -> Result<argosy_desk::Task, ApiError> {
    let said = Acceptance {
        owner: request.owner.as_deref().map(|owner| super::tasks::login_or_me(owner, user)),
        due: request.due,
        promise: request.promise.as_ref().map(super::dto::PromiseDto::read).transpose()?,
        note: request.note.clone(),
    };
    let choice = looping::Choice { play: request.play.as_deref(), revision: request.revision };
    Ok(looping::accept(app, id, said, choice, (&user.0.login, &user.who())).await?)
}

/// Put a finding off until a day.
#[utoipa::path(post, path = "/findings/{id}/snooze", operation_id = "snooze_finding", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    params(("id" = String, Path)), request_body = SnoozeRequest,
    responses((status = 200, body = shapes::Finding)))]
async fn snooze_finding(
    State(app): State<App>,
    can: Can<Work>,
    Path(id): Path<String>,
    Json(request): Json<SnoozeRequest>,
) -> Result<Json<Value>, ApiError> {
    let decision = Decision::Snooze { until: request.until };
    decided(&app, &id, request.revision, &decision, &can.who()).await
}

/// Dismiss a finding, and say why: rules learn from it.
#[utoipa::path(post, path = "/findings/{id}/dismiss", operation_id = "dismiss_finding", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    params(("id" = String, Path)), request_body = DismissRequest,
    responses((status = 200, body = shapes::Finding)))]
async fn dismiss_finding(
    State(app): State<App>,
    can: Can<Work>,
    Path(id): Path<String>,
    Json(request): Json<DismissRequest>,
) -> Result<Json<Value>, ApiError> {
    let decision = Decision::Dismiss { reason: request.reason.into(), note: request.note.clone() };
    decided(&app, &id, request.revision, &decision, &can.who()).await
}

/// Put a finding back into the queue; an open task of it is dropped.
#[utoipa::path(post, path = "/findings/{id}/reopen", operation_id = "reopen_finding", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    params(("id" = String, Path)), responses((status = 200, body = shapes::Finding)))]
async fn reopen_finding(
    State(app): State<App>,
    can: Can<Work>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    decided(&app, &id, None, &Decision::Reopen, &can.who()).await
}

async fn decided(
    app: &App,
    id: &str,
    revision: Option<i64>,
    decision: &Decision,
    who: &str,
) -> Result<Json<Value>, ApiError> {
    let finding = app.desk().decide_finding(id, revision, decision, who).await?;
    Ok(Json(Shown::read(app).await?.finding(finding)))
}
