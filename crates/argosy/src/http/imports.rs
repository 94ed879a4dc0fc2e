//! HTTP: uploads, jobs, the import diff, and the way back to the line of the file.

use argosy_desk::ImportState;
use argosy_intake::IntakeError;
use axum::{
    extract::{DefaultBodyLimit, Multipart, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    download,
    http::{
        auth::SignedIn,
        dto::{FormatQuery, PageMeta, ProblemDto},
        error::{ApiError, Code},
        extract::{Can, Edit, Form, Import, Json, Path, Query, Read},
        imported::{
            ImportDto, ImportPage, JobDto, Jobs, ProblemList, SourceLineDto, WalkDto, describe,
            problem_sheet,
        },
        people::PageQuery,
        upload::Upload,
    },
    jobs::{self, Task},
    permission::{self, Permission},
    receive,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(uploads())
        .routes(routes!(get_import))
        .routes(routes!(undo_import))
        .routes(routes!(list_problems))
        .routes(routes!(get_line))
        .routes(routes!(list_jobs))
        .routes(routes!(get_job))
}

/// Routes whose bodies are limited file by file, while they stream.
fn uploads() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_imports, upload))
        .routes(routes!(walk))
        .routes(routes!(upload_products))
        .layer(DefaultBodyLimit::disable())
}

/// Files to import, and what they do not say themselves.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a multipart form; the parts are read as a stream")]
pub(super) struct UploadForm {
    /// One part per file.
    #[schema(content_media_type = "application/octet-stream")]
    pub file: Vec<String>,
    /// The store the files belong to; made when it does not exist. Not needed for own templates.
    pub store: Option<String>,
    /// Market of files that do not name theirs, and home of a new store.
    pub market: Option<String>,
    /// Channel of a new store, when the report does not belong to one.
    pub channel: Option<String>,
    /// First day of files that do not name their period.
    pub period_from: Option<NaiveDate>,
    pub period_to: Option<NaiveDate>,
    /// Takes the place of what is there, even when this file looks older.
    pub replace: Option<bool>,
}

/// Which jobs to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct JobQuery {
    /// Only those that are queued or running.
    #[serde(default)]
    pub active: bool,
}

/// Imported files, the newest first.
#[utoipa::path(get, path = "/imports", operation_id = "list_imports", tag = "imports",
    extensions(("x-permission" = json!("read"))),
    params(PageQuery), responses((status = 200, body = ImportPage)))]
async fn list_imports(
    State(app): State<App>,
    _: Can<Read>,
    Query(page): Query<PageQuery>,
) -> Result<Json<ImportPage>, ApiError> {
    let limit = page.limit.unwrap_or(50).clamp(1, 500);
    let logins = app.logins().await?;
    let rows = app.desk().imports(page.before()?, limit).await?;
    let full = u64::try_from(rows.len()).is_ok_and(|count| count == limit);
    let next = rows.last().filter(|_| full).map(|row| row.id.to_string());
    let imports = rows.into_iter().map(|row| describe(&app, &logins, row)).collect();
    Ok(Json(ImportPage { imports, meta: PageMeta { next } }))
}

/// Upload reports. Each file becomes one background job.
#[utoipa::path(post, path = "/imports", operation_id = "upload", tag = "imports",
    extensions(("x-permission" = json!("import"))),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 202, body = Jobs)))]
async fn upload(
    State(app): State<App>,
    can: Can<Import>,
    Form(form): Form,
) -> Result<(StatusCode, Json<Jobs>), ApiError> {
    enqueue(&app, &can.user, form).await
}

/// Upload product costs, pairings, rates or expenses in Argosy's own templates.
#[utoipa::path(post, path = "/products/import", operation_id = "upload_products", tag = "products",
    extensions(("x-permission" = json!("edit"))),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 202, body = Jobs)))]
async fn upload_products(
    State(app): State<App>,
    can: Can<Edit>,
    Form(form): Form,
) -> Result<(StatusCode, Json<Jobs>), ApiError> {
    enqueue(&app, &can.user, form).await
}

/// One imported file: what it changed, and whether it adds up.
#[utoipa::path(get, path = "/imports/{id}", operation_id = "get_import", tag = "imports",
    extensions(("x-permission" = json!("read"))),
    params(("id" = i64, Path)), responses((status = 200, body = ImportDto)))]
async fn get_import(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<i64>,
) -> Result<Json<ImportDto>, ApiError> {
    let row = app.desk().import(id).await?.ok_or_else(|| ApiError::not_found("such import"))?;
    Ok(Json(describe(&app, &app.logins().await?, row)))
}

/// Take an import back: what it replaced comes again. A background job; its bytes are kept.
#[utoipa::path(post, path = "/imports/{id}/undo", operation_id = "undo_import", tag = "imports",
    extensions(("x-permission" = json!("edit"))),
    params(("id" = i64, Path)), responses((status = 202, body = Jobs)))]
async fn undo_import(
    State(app): State<App>,
    can: Can<Edit>,
    Path(id): Path<i64>,
) -> Result<(StatusCode, Json<Jobs>), ApiError> {
    let import = app.desk().import(id).await?.ok_or_else(|| ApiError::not_found("such import"))?;
    if import.state != ImportState::Done || import.diff.is_empty() {
        let detail = "this import brought no facts that could be taken back";
        return Err(ApiError::new(Code::Conflict, detail));
    }
    queued(&app, jobs::enqueue_task(&app, Task::Undo(id), &can.who()).await?).await
}

/// The job that was just put into the queue.
pub(super) async fn queued(app: &App, id: i64) -> Result<(StatusCode, Json<Jobs>), ApiError> {
    let jobs = app.desk().job(id).await?.map(JobDto::from).into_iter().collect();
    Ok((StatusCode::ACCEPTED, Json(Jobs { jobs })))
}

/// What is wrong with a file, line by line; `format=csv` downloads the list.
#[utoipa::path(get, path = "/imports/{id}/problems", operation_id = "list_problems", tag = "imports",
    extensions(("x-permission" = json!("read"))),
    params(("id" = i64, Path), FormatQuery), responses((status = 200, body = ProblemList)))]
async fn list_problems(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<i64>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let import = app.desk().import(id).await?.ok_or_else(|| ApiError::not_found("such import"))?;
    let problems = app.desk().problems(id).await?;
    let problems: Vec<ProblemDto> =
        problems.iter().map(|problem| app.texts().describe(problem)).collect();
    let Some(kind) = format.kind() else {
        return Ok(Json(ProblemList { problems }).into_response());
    };
    let sheet = problem_sheet(&problems, format.language());
    Ok(download::sheet(&sheet, &format!("problems-{}", import.file_name), kind)?)
}

/// One line of the received file; personal columns are masked.
#[utoipa::path(get, path = "/imports/{id}/lines/{row}", operation_id = "get_line", tag = "imports",
    extensions(("x-permission" = json!("read"))),
    params(("id" = i64, Path), ("row" = i64, Path)),
    responses((status = 200, body = SourceLineDto)))]
async fn get_line(
    State(app): State<App>,
    can: Can<Read>,
    Path((id, row)): Path<(i64, i64)>,
) -> Result<Json<SourceLineDto>, ApiError> {
    // Noted before it is shown: what cannot be noted is not shown.
    if app.desk().import(id).await?.is_some() {
        let detail = serde_json::json!({ "why": "line", "row": row });
        app.desk().note_raw_access(&can.who(), &format!("import:{id}"), detail).await?;
    }
    match app.intake().source_line(id, row).await {
        Ok(line) => Ok(Json(SourceLineDto::from(line))),
        Err(error) => Err(no_line(&app, id, error).await?),
    }
}

/// Background jobs, the newest first.
#[utoipa::path(get, path = "/jobs", operation_id = "list_jobs", tag = "imports",
    extensions(("x-permission" = json!("read"))),
    params(JobQuery), responses((status = 200, body = Jobs)))]
async fn list_jobs(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<JobQuery>,
) -> Result<Json<Jobs>, ApiError> {
    let jobs = app.desk().jobs(query.active).await?.into_iter().map(JobDto::from).collect();
    Ok(Json(Jobs { jobs }))
}

/// One background job.
#[utoipa::path(get, path = "/jobs/{id}", operation_id = "get_job", tag = "imports",
    extensions(("x-permission" = json!("read"))),
    params(("id" = i64, Path)), responses((status = 200, body = JobDto)))]
async fn get_job(
    State(app): State<App>,
    _: Can<Read>,
    Path(id): Path<i64>,
) -> Result<Json<JobDto>, ApiError> {
    let job = app.desk().job(id).await?.ok_or_else(|| ApiError::not_found("such job"))?;
    Ok(Json(job.into()))
}

/// Show what each room makes of a file; nothing is stored.
#[utoipa::path(post, path = "/walk", operation_id = "walk", tag = "imports",
    extensions(("x-permission" = json!("import"))),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, body = WalkDto)))]
async fn walk(
    State(app): State<App>,
    _: Can<Import>,
    Form(form): Form,
) -> Result<Json<WalkDto>, ApiError> {
    let upload = Upload::receive(&app, form).await?;
    let file = upload.only_file()?;
    let walk = receive::walk(&app, file.path(), &upload.given, &file.name).await?;
    Ok(Json(WalkDto::new(&app, walk)))
}

/// Why there is no such line: for a file that was refused, what is wrong with the file.
async fn no_line(app: &App, id: i64, error: IntakeError) -> Result<ApiError, ApiError> {
    let import = app.desk().import(id).await?;
    let refused = import.is_some_and(|import| import.state == ImportState::Failed);
    if !refused || !matches!(error, IntakeError::Damaged(_) | IntakeError::NotFound(_)) {
        return Ok(error.into());
    }
    let problems = app.desk().problems(id).await?;
    let Some(first) = problems.first() else { return Ok(error.into()) };
    let why = app.texts().sentence(first).en;
    let detail = format!("the file was refused, so it has no lines to show: {why}");
    Ok(ApiError::invalid(detail).with_problems(problems))
}

async fn enqueue(
    app: &App,
    user: &SignedIn,
    form: Multipart,
) -> Result<(StatusCode, Json<Jobs>), ApiError> {
    let upload = Upload::receive(app, form).await?;
    let may_edit = permission::allows(user.0.role, Permission::Edit);
    let mut jobs = Vec::new();
    for job in upload.into_jobs(may_edit) {
        let id = jobs::enqueue(app, &job, &user.who()).await?;
        let queued = app.desk().job(id).await?;
        jobs.extend(queued.map(JobDto::from));
    }
    Ok((StatusCode::ACCEPTED, Json(Jobs { jobs })))
}
