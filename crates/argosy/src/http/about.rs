//! HTTP: health, known reports, templates, the description of the API itself.

use std::collections::BTreeSet;

use argosy_intake::definition::Definition;
use argosy_kernel::Table;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    download,
    http::{
        dto::{TextDto, origin_name},
        error::ApiError,
        extract::{Can, Json, Path, Read},
        openapi,
    },
    templates,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(list_reports))
        .routes(routes!(get_template))
        .routes(routes!(get_openapi))
}

/// That the server runs and can reach its desk.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`
    pub status: String,
    pub version: String,
}

/// A report that Argosy can read.
#[derive(Serialize, ToSchema)]
#[schema(as = Report)]
pub(super) struct ReportDto {
    pub id: String,
    pub version: String,
    pub name: TextDto,
    pub channel: String,
    /// Where the layout is known from.
    pub source: String,
    /// `built_in` or `company`.
    pub origin: String,
    /// What the file does not say and must be given: `period`, `market`, `snapshot_day`.
    pub needs: Vec<String>,
    /// The tables it feeds; empty for templates that go to the desk.
    pub tables: Vec<String>,
}

/// All reports that Argosy can read.
#[derive(Serialize, ToSchema)]
pub(super) struct Reports {
    pub reports: Vec<ReportDto>,
}

/// Whether the server runs.
#[utoipa::path(get, path = "/health", operation_id = "health", tag = "about",
    extensions(("x-permission" = json!("public"))),
    responses((status = 200, body = Health)))]
async fn health(State(app): State<App>) -> Result<Json<Health>, ApiError> {
    // A server that has lost its desk is not well.
    app.desk().latest_commit().await?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Ok(Json(Health { status: "ok".to_owned(), version }))
}

/// The reports that Argosy can read.
#[utoipa::path(get, path = "/reports", operation_id = "list_reports", tag = "about",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = Reports)))]
async fn list_reports(State(app): State<App>, _: Can<Read>) -> Result<Json<Reports>, ApiError> {
    let report = |definition: &std::sync::Arc<Definition>| ReportDto {
        id: definition.id.clone(),
        version: definition.version.clone(),
        name: TextDto::from(&definition.name),
        channel: definition.channel.clone(),
        source: definition.source.trim().to_owned(),
        origin: origin_name(definition.origin).to_owned(),
        needs: definition.needs.iter().map(|need| need.name().to_owned()).collect(),
        tables: tables_of(definition),
    };
    Ok(Json(Reports {
        reports: app.definitions().iter().filter(|one| one.refuse.is_none()).map(report).collect(),
    }))
}

/// An empty template to fill in: `product_costs`, `pairing`, `fx_rates` or `expenses`, with the
/// ending `.xlsx` or `.csv`.
#[utoipa::path(get, path = "/templates/{file}", operation_id = "get_template", tag = "products",
    extensions(("x-permission" = json!("read"))),
    params(("file" = String, Path, example = "product_costs.xlsx")),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn get_template(
    State(app): State<App>,
    _: Can<Read>,
    Path(file): Path<String>,
) -> Result<Response, ApiError> {
    let (name, kind) = templates::parse(&file)
        .filter(|(name, _)| templates::NAMES.contains(name))
        .ok_or_else(|| ApiError::not_found("such template"))?;
    let bytes = templates::bytes(&app.files(), name, kind)?;
    Ok(download::file(name, kind, bytes))
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", operation_id = "get_openapi", tag = "about",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, content_type = "application/json", body = Object)))]
async fn get_openapi(_: Can<Read>) -> Result<Response, ApiError> {
    let json = [(header::CONTENT_TYPE, "application/json")];
    Ok((json, openapi::json()).into_response())
}

/// Fact tables a report feeds, each once.
fn tables_of(definition: &Definition) -> Vec<String> {
    let tables: BTreeSet<Table> = definition.facts.iter().map(|plan| plan.table).collect();
    tables.into_iter().map(|table| table.name().to_owned()).collect()
}
