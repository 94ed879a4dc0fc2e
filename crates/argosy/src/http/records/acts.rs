//! HTTP: steps of a record's life, actions of its chapter, its printed documents.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    ActionAnswer, Known, allowed,
    dto::{ActOnRecord, ActOnRecords, MoveRecord, RecordRow},
    rows::found,
};
use crate::{
    app::App,
    chapters::{self, Deed, Floor, nobody, not_found},
    download,
    error::Error,
    http::{
        auth::SignedIn,
        error::ApiError,
        extract::{Can, Json, Path, Query, Read, Work},
        imported::JobDto,
    },
    jobs::{self, Task},
    lang::Lang,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(move_record))
        .routes(routes!(act_on_record))
        .routes(routes!(act_on_records))
        .routes(routes!(print_record))
}

/// Take a record a step further in its life.
#[utoipa::path(post, path = "/records/{kind}/{id}/moves/{move}", operation_id = "move_record",
    tag = "records", extensions(("x-permission" = json!("work"))),
    params(("kind" = String, Path), ("id" = String, Path), ("move" = String, Path)),
    request_body = MoveRecord, responses((status = 200, body = RecordRow)))]
async fn move_record(
    State(app): State<App>,
    can: Can<Work>,
    Path((kind, id, step)): Path<(String, String, String)>,
    Json(asked): Json<MoveRecord>,
) -> Result<Json<RecordRow>, ApiError> {
    let known = Known::find(&app, kind)?;
    let kind = known.kind()?;
    let moves = kind.states.as_ref().map(|states| states.moves.as_slice()).unwrap_or_default();
    let meant = moves.iter().find(|one| one.id == step).ok_or_else(|| not_found("move", &step))?;
    allowed(&can.user, meant.permission.as_ref().unwrap_or(&kind.permission))?;
    found(&app, &known, &id).await?;
    let floor = Floor::open(&app).await?;
    let ground = floor.ground(&nobody);
    let book = chapters::book(&ground);
    let moved = book.shift(&known.id, &id, &step, Some(asked.version), &can.who()).await;
    floor.leave();
    let record = moved.map_err(Error::from)?;
    Ok(Json(RecordRow::alone(&app, &known.knowledge, kind, record).await?))
}

/// Let the chapter do something with a record. What takes long becomes a background job (202).
#[utoipa::path(post, path = "/records/{kind}/{id}/actions/{action}",
    operation_id = "act_on_record", tag = "records",
    extensions(("x-permission" = json!("work"))),
    params(("kind" = String, Path), ("id" = String, Path), ("action" = String, Path)),
    request_body = ActOnRecord,
    responses((status = 200, body = ActionAnswer), (status = 202, body = ActionAnswer)))]
async fn act_on_record(
    State(app): State<App>,
    can: Can<Work>,
    Path((kind, id, action)): Path<(String, String, String)>,
    Json(asked): Json<ActOnRecord>,
) -> Result<(StatusCode, Json<ActionAnswer>), ApiError> {
    let known = Known::find(&app, kind)?;
    found(&app, &known, &id).await?;
    let deed = Deed { of: known.id, action, rows: vec![id], form: asked.form, ..Deed::default() };
    act(&app, &can.user, deed).await
}

/// Let the chapter do something with chosen records, or with all of a kind. What takes long becomes
/// a background job (202).
#[utoipa::path(post, path = "/records/{kind}/actions/{action}", operation_id = "act_on_records",
    tag = "records", extensions(("x-permission" = json!("work"))),
    params(("kind" = String, Path), ("action" = String, Path)), request_body = ActOnRecords,
    responses((status = 200, body = ActionAnswer), (status = 202, body = ActionAnswer)))]
async fn act_on_records(
    State(app): State<App>,
    can: Can<Work>,
    Path((kind, action)): Path<(String, String)>,
    Json(asked): Json<ActOnRecords>,
) -> Result<(StatusCode, Json<ActionAnswer>), ApiError> {
    let known = Known::find(&app, kind)?;
    let (rows, form) = (asked.rows, asked.form);
    let deed = Deed { of: known.id, action, rows, form, ..Deed::default() };
    act(&app, &can.user, deed).await
}

/// Does it now, or puts it into the queue of jobs when it takes long.
pub(in crate::http) async fn act(
    app: &App,
    user: &SignedIn,
    deed: Deed,
) -> Result<(StatusCode, Json<ActionAnswer>), ApiError> {
    let action = deed.action(&app.knowledge())?;
    allowed(user, &action.permission)?;
    if !action.job {
        let done = deed.carry_out(app, &user.who(), &nobody).await?;
        return Ok((StatusCode::OK, Json(ActionAnswer::done(&done))));
    }
    // A form that is filled in wrongly is told now and not when the job begins.
    deed.check(app).await?;
    let id = jobs::enqueue_task(app, Task::Deed(Box::new(deed)), &user.who()).await?;
    let job = app.desk().job(id).await?.map(JobDto::from);
    Ok((StatusCode::ACCEPTED, Json(ActionAnswer { done: None, job })))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PaperQuery {
    /// Language of the document: `en` (default) or `zh-CN`.
    lang: Option<String>,
}

/// A printed document of a record, such as a purchase order.
#[utoipa::path(get, path = "/records/{kind}/{id}/papers/{paper}", operation_id = "print_record",
    tag = "records", extensions(("x-permission" = json!("read"))),
    params(("kind" = String, Path), ("id" = String, Path), ("paper" = String, Path), PaperQuery),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn print_record(
    State(app): State<App>,
    _: Can<Read>,
    Path((kind, id, paper)): Path<(String, String, String)>,
    Query(query): Query<PaperQuery>,
) -> Result<Response, ApiError> {
    let known = Known::find(&app, kind)?;
    let kind = known.kind()?;
    if !kind.papers.iter().any(|one| one.id == paper) {
        return Err(not_found("paper", &paper).into());
    }
    let record = found(&app, &known, &id).await?;
    let lang = query.lang.as_deref().unwrap_or_default().parse().unwrap_or(Lang::En);
    let floor = Floor::open(&app).await?;
    let ground = floor.ground(&nobody);
    let chapter = chapters::chapter(&kind.chapter)?;
    let printed = chapter.print(&ground, &record, &paper, lang.code()).await;
    floor.leave();
    let printed = printed.map_err(Error::from)?;
    Ok(download::named(&printed.name, printed.media_type, printed.bytes))
}
