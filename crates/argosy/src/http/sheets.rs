//! HTTP: a table as the page shows it, as a workbook or CSV.

use argosy_metrics::export::{Cell, Sheet};
use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    download::{self, Kind},
    http::{
        error::ApiError,
        extract::{Can, Json, Query, Read},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(write_sheet))
}

/// A table: one header, rows of the same width.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShownTable {
    /// Name of the file, without ending.
    pub name: String,
    pub header: Vec<String>,
    /// Columns that hold numbers, from 0.
    pub figures: Vec<usize>,
    pub rows: Vec<Vec<Option<String>>>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SheetFormat {
    /// `xlsx` (default) or `csv`
    pub format: Option<String>,
}

/// Write a table as a file: numbers as numbers, texts never as formulas.
#[utoipa::path(post, path = "/sheets", operation_id = "write_sheet", tag = "about",
    extensions(("x-permission" = json!("read"))), params(SheetFormat), request_body = ShownTable,
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn write_sheet(
    _: Can<Read>,
    Query(query): Query<SheetFormat>,
    Json(table): Json<ShownTable>,
) -> Result<Response, ApiError> {
    let kind = if query.format.as_deref() == Some("csv") { Kind::Csv } else { Kind::Xlsx };
    let cell = |(at, text): (usize, Option<String>)| match text {
        None => Cell::Empty,
        Some(text) if table.figures.contains(&at) => {
            text.parse().map_or(Cell::Text(text), Cell::Number)
        }
        Some(text) => Cell::Text(text),
    };
    let rows = table.rows.into_iter().map(|row| row.into_iter().enumerate().map(cell).collect());
    let sheet = Sheet { name: table.name.clone(), header: table.header, rows: rows.collect() };
    Ok(download::sheet(&sheet, &table.name, kind)?)
}
