//! HTTP: changes – told, imported, found, or still to be told of tasks that are done.

use std::collections::BTreeMap;

use argosy_desk::{Change, ChangeFilter, ChangeSource, NewChange};
use argosy_loop::accept;
use axum::{extract::State, http::StatusCode, response::Response};
use chrono::{Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    dto::{ChangeDto, Changes, EffectOfChange, NewChangeDto, TaskDto},
    findings::listed,
    sheets,
    tasks::login_or_me,
};
use crate::{
    app::{App, Logins},
    download::{self, Kind},
    http::{
        auth::SignedIn,
        dto::{FormatQuery, PageMeta},
        error::ApiError,
        extract::{Can, Json, Path, Query, Read, Work},
        imported::Jobs,
        imports::queued,
    },
    jobs::{self, Task},
};

const PAGE_MAX: u64 = 1_000;
/// Changes in one download.
const DOWNLOAD_MAX: u64 = 50_000;
/// How long a done task is asked about what it has changed.
const ASKED_DAYS: u64 = 60;
const ASKED_MAX: u64 = 100;
/// Effects read by one query, below the parameter limits of both databases.
const EFFECTS_AT_ONCE: usize = 500;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_changes, record_change))
        .routes(routes!(export_changes))
        .routes(routes!(proposed_changes))
        .routes(routes!(changed_nothing))
        .routes(routes!(detect_changes))
}

/// Which changes.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangeQuery {
    /// Names, comma-separated.
    pub store: Option<String>,
    /// Countries, comma-separated.
    pub market: Option<String>,
    pub seller_sku: Option<String>,
    pub campaign: Option<String>,
    /// `ads.bid`; a family with a dot at its end (`ads.`) for all of its kinds.
    pub kind: Option<String>,
    /// `task`, `typed`, `imported` or `detected`.
    pub source: Option<String>,
    /// Login; `me` for oneself.
    pub who: Option<String>,
    /// Words in what was changed, the SKU or the campaign.
    pub q: Option<String>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub cursor: Option<String>,
    /// 200 when left out, 1,000 at most.
    pub limit: Option<u64>,
}

impl ChangeQuery {
    fn filter(&self, user: &SignedIn, logins: &Logins) -> Result<ChangeFilter, ApiError> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let (Some(from), Some(to)) = (self.from, self.to) {
            in_order(from, to)?;
        }
        let source = |name: String| {
            ChangeSource::from_name(&name).ok_or_else(|| {
                ApiError::told(
                    format!("`{name}` is no source; use task, typed, imported or detected"),
                    format!("`{name}` 不是有效来源；请使用 task、typed、imported 或 detected"),
                )
            })
        };
        Ok(ChangeFilter {
            stores: listed(self.store.as_deref()),
            markets: listed(self.market.as_deref()),
            seller_sku: given(&self.seller_sku),
            campaign: given(&self.campaign),
            kind: given(&self.kind),
            source: given(&self.source).map(source).transpose()?,
            who: given(&self.who).map(|who| logins.id(&login_or_me(&who, user))),
            words: given(&self.q),
            from: self.from,
            to: self.to,
        })
    }
}

fn in_order(from: NaiveDate, to: NaiveDate) -> Result<(), ApiError> {
    if from <= to {
        return Ok(());
    }
    Err(ApiError::told(
        format!("{from} lies after {to}; exchange them"),
        format!("{from} 晚于 {to}，请对调"),
    ))
}

/// Day and id of the last change of the page before.
fn cursor(text: Option<&str>) -> Result<Option<(NaiveDate, i64)>, ApiError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let parts = text.split_once('~');
    let after = parts.and_then(|(day, id)| Some((day.parse().ok()?, id.parse().ok()?)));
    let after = after.ok_or_else(|| {
        ApiError::told("this cursor was not given by this list", "该游标不属于此列表")
    })?;
    Ok(Some(after))
}

/// What was changed, the newest day first.
#[utoipa::path(get, path = "/changes", operation_id = "list_changes", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(ChangeQuery), responses((status = 200, body = Changes)))]
async fn list_changes(
    State(app): State<App>,
    can: Can<Read>,
    Query(query): Query<ChangeQuery>,
) -> Result<Json<Changes>, ApiError> {
    let limit = query.limit.unwrap_or(200).clamp(1, PAGE_MAX);
    let logins = app.logins().await?;
    let filter = query.filter(&can.user, &logins)?;
    let after = cursor(query.cursor.as_deref())?;
    let mut rows = app.desk().changes(&filter, after, limit + 1).await?;
    let more = u64::try_from(rows.len()).is_ok_and(|count| count > limit);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|last| format!("{}~{}", last.day, last.id));
    let changes = told(&app, rows, &logins).await?;
    Ok(Json(Changes { changes, meta: PageMeta { next } }))
}

/// Changes with the effects that are declared for them.
pub(super) async fn told(
    app: &App,
    rows: Vec<Change>,
    logins: &Logins,
) -> Result<Vec<ChangeDto>, ApiError> {
    let ids: Vec<i64> = rows.iter().map(|change| change.id).collect();
    let mut effects = BTreeMap::new();
    for ids in ids.chunks(EFFECTS_AT_ONCE) {
        for effect in app.desk().effects_of_changes(ids).await? {
            effects.insert(effect.change.id, EffectOfChange::of(&effect));
        }
    }
    let known = (logins, &*app.rules());
    Ok(rows.into_iter().map(|change| ChangeDto::new(change, known, &effects)).collect())
}

/// Changes as a table.
#[utoipa::path(get, path = "/changes/export", operation_id = "export_changes", tag = "loop",
    extensions(("x-permission" = json!("read"))), params(ChangeQuery, FormatQuery),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn export_changes(
    State(app): State<App>,
    can: Can<Read>,
    Query(query): Query<ChangeQuery>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let logins = app.logins().await?;
    let filter = query.filter(&can.user, &logins)?;
    let rows = app.desk().changes(&filter, None, DOWNLOAD_MAX).await?;
    let sheet = sheets::changes(told(&app, rows, &logins).await?, format.language());
    Ok(download::sheet(&sheet, "argosy-changes", format.kind().unwrap_or(Kind::Xlsx))?)
}

/// Record a change; of a task that is done, its effect is declared with it.
#[utoipa::path(post, path = "/changes", operation_id = "record_change", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    request_body = NewChangeDto, responses((status = 201, body = ChangeDto)))]
async fn record_change(
    State(app): State<App>,
    can: Can<Work>,
    Json(change): Json<NewChangeDto>,
) -> Result<(StatusCode, Json<ChangeDto>), ApiError> {
    let desk = app.desk();
    let made = match change.task {
        None => {
            desk.record_change(&new_change(&app, change, ChangeSource::Typed)?, &can.who()).await?
        }
        Some(id) => {
            let task = desk.task(id).await?;
            let mut new = new_change(&app, change, ChangeSource::Task)?;
            new.play.clone_from(&task.play);
            let effect = accept::effect_of(&task);
            desk.record_change_of_task(id, (&new, effect.as_ref()), &can.who()).await?.0
        }
    };
    let mut told = told(&app, vec![made], &app.logins().await?).await?;
    let told = told.pop().ok_or_else(|| ApiError::not_found("such change"))?;
    Ok((StatusCode::CREATED, Json(told)))
}

/// A task that is done, and what it has most likely changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ProposedChange {
    pub task: TaskDto,
    pub change: NewChangeDto,
}

/// Done tasks of which nobody has said what they changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ProposedChanges {
    pub proposed: Vec<ProposedChange>,
}

/// Tasks that were done in the last 60 days without a word on what they changed, the last one first.
#[utoipa::path(get, path = "/changes/proposed", operation_id = "proposed_changes", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = ProposedChanges)))]
async fn proposed_changes(
    State(app): State<App>,
    _: Can<Read>,
) -> Result<Json<ProposedChanges>, ApiError> {
    let now = Utc::now();
    let tasks = app.desk().done_without_change(now - Days::new(ASKED_DAYS), ASKED_MAX).await?;
    let (logins, rules) = (app.logins().await?, app.rules());
    let proposed = tasks.into_iter().filter_map(|task| {
        let day = task.done.unwrap_or(now).date_naive();
        let change = NewChangeDto::proposed(accept::change_of(&task, day)?, &rules);
        Some(ProposedChange { change, task: TaskDto::new(task, &logins) })
    });
    Ok(Json(ProposedChanges { proposed: proposed.collect() }))
}

/// A done task has changed nothing whose effect could be told.
#[utoipa::path(delete, path = "/changes/proposed/{task}", operation_id = "changed_nothing",
    tag = "loop", extensions(("x-permission" = json!("work"))), params(("task" = i64, Path)),
    responses((status = 204)))]
async fn changed_nothing(
    State(app): State<App>,
    can: Can<Work>,
    Path(task): Path<i64>,
) -> Result<StatusCode, ApiError> {
    app.desk().changed_nothing(task, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A change as it was sent, checked as far as the desk cannot.
pub(super) fn new_change(
    app: &App,
    change: NewChangeDto,
    source: ChangeSource,
) -> Result<NewChange, ApiError> {
    let given = |text: Option<String>| {
        text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    Ok(NewChange {
        kind: change.kind,
        store: change.store,
        market: given(change.market).map(|market| app.market(&market)).transpose()?,
        seller_sku: given(change.seller_sku),
        campaign: given(change.campaign),
        what: change.what,
        before: given(change.before),
        after: given(change.after),
        day: change.at.unwrap_or_else(|| Utc::now().date_naive()),
        source,
        task: None,
        play: None,
        key: String::new(),
    })
}

/// Which days to look through.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DetectRequest {
    /// 90 days before `to` when left out.
    pub from: Option<NaiveDate>,
    /// The newest day of the facts when left out.
    pub to: Option<NaiveDate>,
}

/// Look for changes in the facts: prices, titles, images, bids, budgets, coupons, stock. A background
/// job; what is known already stays as it is.
#[utoipa::path(post, path = "/changes/detect", operation_id = "detect_changes", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    request_body = DetectRequest, responses((status = 202, body = Jobs)))]
async fn detect_changes(
    State(app): State<App>,
    can: Can<Work>,
    Json(request): Json<DetectRequest>,
) -> Result<(StatusCode, Json<Jobs>), ApiError> {
    if let (Some(from), Some(to)) = (request.from, request.to) {
        in_order(from, to)?;
    }
    let task = Task::Changes { from: request.from, to: request.to };
    queued(&app, jobs::enqueue_task(&app, task, &can.who()).await?).await
}
