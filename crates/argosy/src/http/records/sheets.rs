//! HTTP: records as sheets – out, and back in with a look at what would change.

use argosy_chapter::{
    book::Preview,
    sheet::{self, Table},
};
use axum::{
    extract::{DefaultBodyLimit, State},
    response::Response,
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Known, allowed, kind_json, rows::RecordQuery, shapes};
use crate::{
    app::App,
    chapters::{self, Floor, nobody},
    download::{self, Kind as File},
    error::Error,
    http::{
        dto::FormatQuery,
        error::ApiError,
        extract::{Can, Form, Json, Path, Query, Read, Work},
        upload::Upload,
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(import_records))
        .routes(routes!(import_errors))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(uploads)
        .routes(routes!(export_records))
        .routes(routes!(record_template))
}

/// Problems told of a sheet at once.
const PROBLEMS_MAX: usize = 1_000;

/// A filled-in sheet.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a multipart form; the parts are read as a stream")]
pub(super) struct RecordsForm {
    /// XLSX or CSV as the template or the export has it; headers in either language.
    #[schema(content_media_type = "application/octet-stream")]
    pub file: String,
}

/// A record of the sheet and what becomes of it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used")]
pub(super) struct ImportedRecord {
    /// Row of the sheet, from 1 with the header.
    pub row: u64,
    /// Null where Argosy will count.
    pub id: Option<String>,
    pub label: String,
    /// `new` or `changed`.
    pub change: String,
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    pub body: Value,
    /// As it is stored.
    #[schema(value_type = Option<std::collections::BTreeMap<String, Value>>)]
    pub before: Option<Value>,
}

/// What a sheet changes, or would change.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used")]
pub(super) struct ImportedRecords {
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    /// Records with a problem; while there is one, nothing is stored.
    pub wrong: usize,
    /// The first 1000 of them; the sheet with errors has all.
    pub problems: Vec<shapes::FieldProblemShape>,
    /// The first of those that are new or change.
    pub sample: Vec<ImportedRecord>,
    /// Headers of columns that no field has.
    pub ignored: Vec<String>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    /// Only look: nothing is stored.
    #[serde(default)]
    dry: bool,
}

/// Records as a table: the same columns that an import takes.
#[utoipa::path(get, path = "/records/{kind}/export", operation_id = "export_records",
    tag = "records", extensions(("x-permission" = json!("read"))),
    params(("kind" = String, Path), RecordQuery, FormatQuery),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn export_records(
    State(app): State<App>,
    _: Can<Read>,
    Path(kind): Path<String>,
    Query(query): Query<RecordQuery>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let known = Known::find(&app, kind)?;
    let kind = known.kind()?;
    let records = query.choose(kind, app.desk().records(&kind.id).await?);
    let table = sheet::export(kind, &records, format.language().code());
    let name = format!("argosy-{}", kind.id);
    Ok(download::sheet(&table, &name, format.kind().unwrap_or(File::Xlsx))?)
}

/// An empty sheet to fill in.
#[utoipa::path(get, path = "/records/{kind}/template", operation_id = "record_template",
    tag = "records", extensions(("x-permission" = json!("read"))),
    params(("kind" = String, Path), FormatQuery),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn record_template(
    State(app): State<App>,
    _: Can<Read>,
    Path(kind): Path<String>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let known = Known::find(&app, kind)?;
    let kind = known.kind()?;
    let language = format.language().code();
    let name = format!("argosy-{}-template", kind.id);
    if format.kind() == Some(File::Csv) {
        return Ok(download::sheet(&sheet::template(kind, language), &name, File::Csv)?);
    }
    // With choices to pick from, and a word on each column.
    let bytes = sheet::template_xlsx(kind, language).map_err(|error| ApiError::internal(&error))?;
    Ok(download::file(&name, File::Xlsx, bytes))
}

/// Take records from a sheet, all or none. With `dry` nothing is stored: it tells what would change.
#[utoipa::path(post, path = "/records/{kind}/import", operation_id = "import_records",
    tag = "records", extensions(("x-permission" = json!("work"))),
    params(("kind" = String, Path), ImportQuery),
    request_body(content = RecordsForm, content_type = "multipart/form-data"),
    responses((status = 200, body = ImportedRecords)))]
async fn import_records(
    State(app): State<App>,
    can: Can<Work>,
    Path(kind): Path<String>,
    Query(query): Query<ImportQuery>,
    Form(form): Form,
) -> Result<Json<Value>, ApiError> {
    let known = Known::find(&app, kind)?;
    allowed(&can.user, &known.kind()?.permission)?;
    let upload = Upload::receive(&app, form).await?;
    let table = read(&known, &upload).await?;
    if query.dry {
        return told(preview(&app, &known, &table, &can.who()).await?);
    }
    let floor = Floor::open(&app).await?;
    let ground = floor.ground(&nobody);
    let taken = chapters::book(&ground).import(&known.id, &table, &can.who()).await;
    floor.leave();
    told(taken.map_err(Error::from)?)
}

/// The same sheet with a column that says what is wrong in each row.
#[utoipa::path(post, path = "/records/{kind}/import/errors", operation_id = "import_errors",
    tag = "records", extensions(("x-permission" = json!("work"))),
    params(("kind" = String, Path), FormatQuery),
    request_body(content = RecordsForm, content_type = "multipart/form-data"),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn import_errors(
    State(app): State<App>,
    can: Can<Work>,
    Path(kind): Path<String>,
    Query(format): Query<FormatQuery>,
    Form(form): Form,
) -> Result<Response, ApiError> {
    let known = Known::find(&app, kind)?;
    let kind = known.kind()?;
    allowed(&can.user, &kind.permission)?;
    let upload = Upload::receive(&app, form).await?;
    let table = read(&known, &upload).await?;
    let told = preview(&app, &known, &table, &can.who()).await?;
    let sheet = sheet::errors(&table, &told.problems, format.language().code());
    let name = format!("argosy-{}-errors", kind.id);
    Ok(download::sheet(&sheet, &name, format.kind().unwrap_or(File::Xlsx))?)
}

/// The table of the one uploaded file; reading a large workbook must not hold up others.
async fn read(known: &Known, upload: &Upload) -> Result<Table, ApiError> {
    let file = upload.only_file()?;
    let kind = known.kind()?.clone();
    let (path, name) = (file.path().to_owned(), file.name.clone());
    let read = tokio::task::spawn_blocking(move || sheet::read(&kind, &path, &name)).await;
    let table = read.map_err(|error| ApiError::internal(&error))?;
    Ok(table.map_err(Error::from)?)
}

async fn preview(app: &App, known: &Known, table: &Table, who: &str) -> Result<Preview, ApiError> {
    let floor = Floor::open(app).await?;
    let ground = floor.ground(&nobody);
    let told = chapters::book(&ground).preview(&known.id, table, who).await;
    floor.leave();
    Ok(told.map_err(Error::from)?)
}

/// The answer; of very many problems only the first, `import/errors` has all.
fn told(mut preview: Preview) -> Result<Json<Value>, ApiError> {
    preview.problems.truncate(PROBLEMS_MAX);
    Ok(Json(kind_json(&preview)?))
}
