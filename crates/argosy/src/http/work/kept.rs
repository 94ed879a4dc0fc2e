//! HTTP: saved views, owners, and who there is to hand work to.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::dto::ScopeDto;
use crate::{
    app::App,
    http::{
        error::ApiError,
        extract::{Can, Edit, Json, Path, Query, Read},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_views, save_view))
        .routes(routes!(delete_view))
        .routes(routes!(list_people))
        .routes(routes!(list_owners, save_owner, delete_owner))
}

/// Saved filters of a page.
#[derive(Serialize, ToSchema)]
#[schema(as = SavedView)]
pub(super) struct ViewDto {
    pub id: i64,
    pub page: String,
    pub name: String,
    #[schema(value_type = BTreeMap<String, String>)]
    pub search: Value,
}

#[derive(Serialize, ToSchema)]
pub(super) struct SavedViews {
    pub views: Vec<ViewDto>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveView {
    pub page: String,
    pub name: String,
    pub search: BTreeMap<String, String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ViewQuery {
    /// Only those of this page.
    pub page: Option<String>,
}

/// One's own saved filters.
#[utoipa::path(get, path = "/views", operation_id = "list_views", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(ViewQuery), responses((status = 200, body = SavedViews)))]
async fn list_views(
    State(app): State<App>,
    can: Can<Read>,
    Query(query): Query<ViewQuery>,
) -> Result<Json<SavedViews>, ApiError> {
    let views = app.desk().views(&can.who(), query.page.as_deref()).await?;
    Ok(Json(SavedViews { views: views.into_iter().map(told).collect() }))
}

/// Save filters under a name; those of the same page and name are replaced.
#[utoipa::path(put, path = "/views", operation_id = "save_view", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    request_body = SaveView, responses((status = 200, body = ViewDto)))]
async fn save_view(
    State(app): State<App>,
    can: Can<Read>,
    Json(view): Json<SaveView>,
) -> Result<Json<ViewDto>, ApiError> {
    let search = serde_json::to_value(&view.search).unwrap_or_default();
    let saved = app.desk().save_view(&can.who(), &view.page, &view.name, &search).await?;
    Ok(Json(told(saved)))
}

/// Delete saved filters.
#[utoipa::path(delete, path = "/views/{id}", operation_id = "delete_view", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(("id" = i64, Path)), responses((status = 204)))]
async fn delete_view(
    State(app): State<App>,
    can: Can<Read>,
    Path(id): Path<i64>,
) -> Result<StatusCode, ApiError> {
    app.desk().delete_view(&can.who(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn told(view: argosy_desk::View) -> ViewDto {
    ViewDto { id: view.id, page: view.page, name: view.name, search: view.search }
}

/// Somebody work can be handed to.
#[derive(Serialize, ToSchema)]
pub(super) struct Person {
    pub login: String,
    pub role: String,
    /// Whether that is the one who asks.
    pub me: bool,
}

#[derive(Serialize, ToSchema)]
pub(super) struct People {
    pub people: Vec<Person>,
}

/// Whom work can be handed to.
#[utoipa::path(get, path = "/people", operation_id = "list_people", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = People)))]
async fn list_people(State(app): State<App>, can: Can<Read>) -> Result<Json<People>, ApiError> {
    let users = app.desk().users().await?.into_iter().filter(|user| user.active);
    let people = users.map(|user| Person {
        me: user.id == can.user.0.id,
        role: user.role.name().to_owned(),
        login: user.login,
    });
    Ok(Json(People { people: people.collect() }))
}

/// Whose something is.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnerDto {
    pub scope: ScopeDto,
    pub user: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Owners {
    pub owners: Vec<OwnerDto>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveOwner {
    pub scope: ScopeDto,
    /// Login.
    pub user: String,
}

/// To whom work is proposed: SKU before product before category before store.
#[utoipa::path(get, path = "/owners", operation_id = "list_owners", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = Owners)))]
async fn list_owners(State(app): State<App>, _: Can<Read>) -> Result<Json<Owners>, ApiError> {
    Ok(Json(owners(&app).await?))
}

/// Name an owner; one of the same scope is replaced.
#[utoipa::path(put, path = "/owners", operation_id = "save_owner", tag = "loop",
    extensions(("x-permission" = json!("edit"))),
    request_body = SaveOwner, responses((status = 200, body = Owners)))]
async fn save_owner(
    State(app): State<App>,
    can: Can<Edit>,
    Json(owner): Json<SaveOwner>,
) -> Result<Json<Owners>, ApiError> {
    app.desk().save_owner(&owner.scope.read()?, &owner.user, &can.who()).await?;
    Ok(Json(owners(&app).await?))
}

/// Take an owner back.
#[utoipa::path(delete, path = "/owners", operation_id = "delete_owner", tag = "loop",
    extensions(("x-permission" = json!("edit"))),
    params(ScopeDto), responses((status = 204)))]
async fn delete_owner(
    State(app): State<App>,
    can: Can<Edit>,
    Query(scope): Query<ScopeDto>,
) -> Result<StatusCode, ApiError> {
    app.desk().delete_owner(&scope.read()?, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn owners(app: &App) -> Result<Owners, ApiError> {
    let told = |one: argosy_desk::Ownership| OwnerDto { scope: one.scope.into(), user: one.login };
    Ok(Owners { owners: app.desk().owners().await?.into_iter().map(told).collect() })
}
