//! HTTP: boards – tables that chapters work out, with their actions.
//!
//! Which parameters a board takes stands in its knowledge file: they come as they are named there
//! in the query of the address (`rows`, `detail`, `export`) or as an object (`actions`).

pub(crate) mod shapes;

use std::collections::BTreeMap;

use argosy_chapter::{board, kind::Body};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    chapters::{self, Deed, nobody, not_found},
    download::{self, Kind as File},
    http::{
        error::ApiError,
        extract::{Can, Json, Path, Query, Read, Work},
        records::{ActionAnswer, act, kind_json},
    },
    lang::Lang,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_boards))
        .routes(routes!(get_board))
        .routes(routes!(board_rows))
        .routes(routes!(board_detail))
        .routes(routes!(export_board))
        .routes(routes!(act_on_board))
}

/// What was written in the query of an address, by name.
type Asked = BTreeMap<String, String>;

/// The parameters of the board: what was asked without what is not the board's.
fn params(mut asked: Asked, not: &[&str]) -> BTreeMap<String, Value> {
    for name in not {
        asked.remove(*name);
    }
    asked.into_iter().map(|(name, text)| (name, text.into())).collect()
}

/// An action with rows of a board, or with all of it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActOnBoard {
    /// Ids of rows.
    #[serde(default)]
    #[schema(required = false)]
    pub rows: Vec<String>,
    /// Fields of the action's form by id.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>, required = false)]
    pub form: Body,
    /// Parameters of the board as it was shown.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>, required = false)]
    pub params: BTreeMap<String, Value>,
}

/// All boards with their columns and parameters.
#[utoipa::path(get, path = "/boards", operation_id = "list_boards", tag = "records",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = shapes::BoardKinds)))]
async fn list_boards(State(app): State<App>, _: Can<Read>) -> Result<Json<Value>, ApiError> {
    let known = app.knowledge();
    let boards = known.boards.iter().map(kind_json).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({ "boards": boards })))
}

/// One board: what it shows and can be asked.
#[utoipa::path(get, path = "/boards/{board}", operation_id = "get_board", tag = "records",
    extensions(("x-permission" = json!("read"))), params(("board" = String, Path)),
    responses((status = 200, body = shapes::BoardKindShape)))]
async fn get_board(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let known = app.knowledge();
    let board = known.boards.get(&id).ok_or_else(|| not_found("board", &id))?;
    Ok(Json(kind_json(board)?))
}

/// A board, worked out. Its parameters stand in the query, each under its own name.
#[utoipa::path(get, path = "/boards/{board}/rows", operation_id = "board_rows", tag = "records",
    extensions(("x-permission" = json!("read"))), params(("board" = String, Path)),
    responses((status = 200, body = shapes::BoardShape)))]
async fn board_rows(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, ApiError> {
    let board = chapters::board(&app, &id, &params(asked, &[]), &nobody).await?;
    Ok(Json(kind_json(&board)?))
}

/// More about one row (`row` is its id), beside the parameters that the board was shown with.
#[utoipa::path(get, path = "/boards/{board}/rows/detail", operation_id = "board_detail",
    tag = "records", extensions(("x-permission" = json!("read"))),
    params(("board" = String, Path), ("row" = String, Query)),
    responses((status = 200, body = shapes::DetailAnswer)))]
async fn board_detail(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, ApiError> {
    let Some(row) = asked.get("row").cloned() else {
        return Err(ApiError::told("say which row: `row=` and its id", "请用 `row=` 指定行"));
    };
    let detail = chapters::detail(&app, &id, &row, &params(asked, &["row"])).await?;
    Ok(Json(json!({ "detail": detail.as_ref().map(kind_json).transpose()? })))
}

/// A board as a file (`format` is `xlsx`, the default, or `csv`; `lang` is `en` or `zh-CN`), beside
/// its parameters.
#[utoipa::path(get, path = "/boards/{board}/export", operation_id = "export_board",
    tag = "records", extensions(("x-permission" = json!("read"))),
    params(("board" = String, Path), ("format" = Option<String>, Query),
           ("lang" = Option<String>, Query)),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn export_board(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    let csv = asked.get("format").is_some_and(|format| format == "csv");
    let lang = asked.get("lang").and_then(|lang| lang.parse().ok()).unwrap_or(Lang::En);
    let worked = chapters::board(&app, &id, &params(asked, &["format", "lang"]), &nobody).await?;
    let known = app.knowledge();
    let kind = known.boards.get(&id).ok_or_else(|| not_found("board", &id))?;
    let sheet = board::sheet(kind, &worked, lang.code());
    let file = if csv { File::Csv } else { File::Xlsx };
    Ok(download::sheet(&sheet, &format!("argosy-{id}"), file)?)
}

/// Let the chapter do something with rows of a board, or with all of it. What takes long becomes a
/// background job (202).
#[utoipa::path(post, path = "/boards/{board}/actions/{action}", operation_id = "act_on_board",
    tag = "records", extensions(("x-permission" = json!("work"))),
    params(("board" = String, Path), ("action" = String, Path)), request_body = ActOnBoard,
    responses((status = 200, body = ActionAnswer), (status = 202, body = ActionAnswer)))]
async fn act_on_board(
    State(app): State<App>,
    can: Can<Work>,
    Path((of, action)): Path<(String, String)>,
    Json(asked): Json<ActOnBoard>,
) -> Result<(StatusCode, Json<ActionAnswer>), ApiError> {
    let ActOnBoard { rows, form, params } = asked;
    act(&app, &can.user, Deed { board: true, of, action, rows, form, params }).await
}
