//! HTTP: the chapters' menus and kinds of records.

use axum::extract::State;
use serde_json::{Value, json};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Known, kind_json, shapes};
use crate::{
    app::App,
    http::{
        error::ApiError,
        extract::{Can, Json, Path, Read},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_chapters))
        .routes(routes!(list_kinds))
        .routes(routes!(get_kind))
}

/// The chapters with their pages: boards and kinds of records.
#[utoipa::path(get, path = "/chapters", operation_id = "list_chapters", tag = "records",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = shapes::Menus)))]
async fn list_chapters(State(app): State<App>, _: Can<Read>) -> Result<Json<Value>, ApiError> {
    let known = app.knowledge();
    let chapters = known.menus.iter().map(kind_json).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({ "chapters": chapters })))
}

/// All kinds of records with their fields.
#[utoipa::path(get, path = "/kinds", operation_id = "list_kinds", tag = "records",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = shapes::Kinds)))]
async fn list_kinds(State(app): State<App>, _: Can<Read>) -> Result<Json<Value>, ApiError> {
    let known = app.knowledge();
    let kinds = known.kinds.iter().map(kind_json).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({ "kinds": kinds })))
}

/// One kind of record: fields, states, actions and the words for them.
#[utoipa::path(get, path = "/kinds/{kind}", operation_id = "get_kind", tag = "records",
    extensions(("x-permission" = json!("read"))), params(("kind" = String, Path)),
    responses((status = 200, body = shapes::Kind)))]
async fn get_kind(
    State(app): State<App>,
    _: Can<Read>,
    Path(kind): Path<String>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(kind_json(Known::find(&app, kind)?.kind()?)?))
}
