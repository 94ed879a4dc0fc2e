//! HTTP: data health, retention, SQL, rebuild, check, the chart.

use std::collections::BTreeMap;

use argosy_metrics::health::{HealthQuestion, ReportHealth};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    download, health,
    http::{
        dto::{FormatQuery, TextDto, rfc3339},
        error::ApiError,
        extract::{Administer, Can, Edit, Json, Query, Read},
        imported::Jobs,
        imports::queued,
    },
    jobs::{self, Task},
    knowledge, questions,
    retention::{self, FileReport, Policy, Rules, Run},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(data_health))
        .routes(routes!(get_retention, run_retention))
        .routes(routes!(run_sql))
        .routes(routes!(list_files))
        .routes(routes!(rebuild))
        .routes(routes!(check))
        .routes(routes!(get_chart))
}

/// Which days and stores; lists are comma-separated.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HealthQuery {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub store: Option<String>,
    pub channel: Option<String>,
}

/// Days that one or more files tell.
#[derive(Serialize, ToSchema)]
#[schema(as = CoveredDays)]
pub(super) struct CoveredDto {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// `once`, `overlapping`, `restated` or `provisional`.
    pub state: String,
    pub imports: Vec<i64>,
}

/// Days that no file tells.
#[derive(Serialize, ToSchema)]
pub(super) struct MissingDays {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// How complete one report of one store is.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportHealth)]
pub(super) struct ReportHealthDto {
    pub store: String,
    pub channel: String,
    pub definition: String,
    pub name: TextDto,
    pub table: String,
    /// The usual number of days from one file to the next.
    pub cadence_days: Option<i64>,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub covered: Vec<CoveredDto>,
    pub missing: Vec<MissingDays>,
    /// Days without news, when that is more than twice the usual.
    pub stale_days: Option<i64>,
    /// `ok`, `missing`, `stale`, `ended` (a closed store), `overlapping` or `restated`.
    pub state: String,
}

/// A known report that came with other columns.
#[derive(Serialize, ToSchema)]
#[schema(as = ColumnDrift)]
pub(super) struct DriftDto {
    pub definition: String,
    pub name: TextDto,
    pub store: String,
    pub import: i64,
    pub file_name: String,
    pub at: String,
    /// Columns nobody has told Argosy about.
    pub added: Vec<String>,
    /// Columns that are not there any more.
    pub gone: Vec<String>,
}

/// How complete the books are.
#[derive(Serialize, ToSchema)]
#[schema(as = DataHealth)]
pub(super) struct DataHealthDto {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub reports: Vec<ReportHealthDto>,
    /// Reports by state.
    pub counts: BTreeMap<String, u64>,
    pub drift: Vec<DriftDto>,
}

/// How long personal data stays, and what became of it file by file.
#[derive(Serialize, ToSchema)]
pub(super) struct Retention {
    pub days: u32,
    pub policies: Vec<Policy>,
    pub counts: BTreeMap<String, u64>,
    pub files: Vec<FileReport>,
}

/// How to run the retention.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunRetention {
    /// Only count; answered at once.
    #[serde(default)]
    pub dry_run: bool,
}

/// A question in SQL.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SqlRequest {
    /// One `select` over the fact tables.
    pub query: String,
    pub as_of: Option<i64>,
}

/// The answer to a question in SQL.
#[derive(Serialize, ToSchema)]
pub(super) struct SqlAnswer {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

/// Current files of facts.
#[derive(Serialize, ToSchema)]
pub(super) struct FactFiles {
    /// Paths at the server, by table.
    pub files: BTreeMap<String, Vec<String>>,
}

/// Which files.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FilesQuery {
    pub table: Option<String>,
    pub as_of: Option<i64>,
}

/// Whether everything is as it should be.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckReport)]
pub(super) struct CheckDto {
    pub good: bool,
    /// Knowledge files that are wrong and left out, with place and hint.
    pub diagnostics: Vec<String>,
    pub fact_files: u64,
    pub damaged: Vec<String>,
    /// What is wrong with the audit log.
    pub audit: Option<String>,
}

/// A line of the chart.
#[derive(Serialize, ToSchema)]
#[schema(as = ChartLine)]
pub(super) struct ChartLineDto {
    pub id: String,
    pub parent: Option<String>,
    pub stage: String,
    /// An unknown fee can be booked to it.
    pub bookable: bool,
    pub name: TextDto,
    pub says: TextDto,
}

/// The chart of ledger lines.
#[derive(Serialize, ToSchema)]
#[schema(as = Chart)]
pub(super) struct ChartDto {
    pub lines: Vec<ChartLineDto>,
}

/// Values of a comma-separated list.
pub(super) fn list(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// How complete each report of each store is: covered and missing days, what is stale, overlapping
/// or restated, and reports that came with other columns.
#[utoipa::path(get, path = "/data_health", operation_id = "data_health", tag = "data",
    extensions(("x-permission" = json!("read"))),
    params(HealthQuery), responses((status = 200, body = DataHealthDto)))]
async fn data_health(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<HealthQuery>,
) -> Result<Json<DataHealthDto>, ApiError> {
    let question = HealthQuestion {
        from: query.from,
        to: query.to,
        store: list(query.store),
        channel: list(query.channel),
    };
    let found = health::data_health(&app, &question).await?;
    let counts = health::counts(&found.reports);
    let name = |definition: &str| report_name(&app, definition);
    let drift = found.drift.into_iter().map(|drift| DriftDto {
        name: name(drift.import.definition.as_deref().unwrap_or_default()),
        definition: drift.import.definition.unwrap_or_default(),
        store: drift.import.store,
        import: drift.import.id,
        file_name: drift.import.file_name,
        at: rfc3339(drift.import.at),
        added: drift.added,
        gone: drift.gone,
    });
    let drift = drift.collect();
    let reports = found.reports.into_iter().map(|report| {
        let name = name(&report.definition);
        ReportHealthDto::new(report, name)
    });
    Ok(Json(DataHealthDto {
        from: query.from,
        to: query.to,
        reports: reports.collect(),
        counts,
        drift,
    }))
}

fn report_name(app: &App, definition: &str) -> TextDto {
    match app.definitions().get(definition) {
        Some(known) => TextDto::from(&known.name),
        None => TextDto { en: definition.to_owned(), zh_cn: definition.to_owned() },
    }
}

/// The stable name of a state.
fn word(state: impl Serialize) -> String {
    let value = serde_json::to_value(state).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

impl ReportHealthDto {
    fn new(report: ReportHealth, name: TextDto) -> Self {
        let covered = report.covered.into_iter().map(|span| CoveredDto {
            from: span.from,
            to: span.to,
            state: word(span.state),
            imports: span.imports,
        });
        let missing = report.missing.into_iter();
        Self {
            store: report.store,
            channel: report.channel,
            definition: report.definition,
            name,
            table: report.table.to_owned(),
            cadence_days: report.cadence_days,
            first_day: report.first_day,
            last_day: report.last_day,
            covered: covered.collect(),
            missing: missing.map(|gap| MissingDays { from: gap.from, to: gap.to }).collect(),
            stale_days: report.stale_days,
            state: word(report.state),
        }
    }
}

/// How long personal data stays in the files as received, and where each file stands.
#[utoipa::path(get, path = "/retention", operation_id = "get_retention", tag = "data",
    extensions(("x-permission" = json!("administer"))),
    responses((status = 200, body = Retention)))]
async fn get_retention(
    State(app): State<App>,
    _: Can<Administer>,
) -> Result<Json<Retention>, ApiError> {
    let rules = Rules::read(&app).await?;
    let files = retention::list(&app).await?;
    let mut counts = BTreeMap::new();
    for file in &files {
        *counts.entry(file.state.clone()).or_default() += 1;
    }
    Ok(Json(Retention { days: rules.days, policies: rules.policies, counts, files }))
}

/// Free files of personal data whose time is over: a background job, or with `dry_run` a count.
#[utoipa::path(post, path = "/retention", operation_id = "run_retention", tag = "data",
    extensions(("x-permission" = json!("administer"))),
    request_body = RunRetention,
    responses((status = 200, body = Run), (status = 202, body = Jobs)))]
async fn run_retention(
    State(app): State<App>,
    can: Can<Administer>,
    Json(request): Json<RunRetention>,
) -> Result<Response, ApiError> {
    if request.dry_run {
        let run = retention::run(&app, &can.who(), true, &|_, _| {}).await?;
        return Ok(Json(run).into_response());
    }
    let id = jobs::enqueue_task(&app, Task::Retention, &can.who()).await?;
    Ok(queued(&app, id).await?.into_response())
}

/// Ask the facts in SQL: one `select`, limited in rows and time; `format=csv|xlsx` downloads it.
#[utoipa::path(post, path = "/sql", operation_id = "run_sql", tag = "data",
    extensions(("x-permission" = json!("read"))),
    params(FormatQuery), request_body = SqlRequest,
    responses((status = 200, body = SqlAnswer)))]
async fn run_sql(
    State(app): State<App>,
    _: Can<Read>,
    Query(format): Query<FormatQuery>,
    Json(request): Json<SqlRequest>,
) -> Result<Response, ApiError> {
    let rows = questions::sql(&app, &request.query, request.as_of).await?;
    let Some(kind) = format.kind() else {
        return Ok(Json(SqlAnswer { columns: rows.header, rows: rows.rows }).into_response());
    };
    Ok(download::sheet(&rows.sheet(), "sql", kind)?)
}

/// The current Parquet files, for tools at the server itself.
#[utoipa::path(get, path = "/files", operation_id = "list_files", tag = "data",
    extensions(("x-permission" = json!("administer"))),
    params(FilesQuery), responses((status = 200, body = FactFiles)))]
async fn list_files(
    State(app): State<App>,
    _: Can<Administer>,
    Query(query): Query<FilesQuery>,
) -> Result<Json<FactFiles>, ApiError> {
    let commit = app.analytics().commit(query.as_of).await.map_err(crate::error::Error::from)?;
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in app.desk().current_files(Some(commit)).await? {
        let table = file.table.name();
        if query.table.as_deref().is_none_or(|wanted| wanted == table) {
            let path = app.facts().location_of(&file.path);
            files.entry(table.to_owned()).or_default().push(path);
        }
    }
    Ok(Json(FactFiles { files }))
}

/// Make all facts anew from the files as received; a background job.
#[utoipa::path(post, path = "/rebuild", operation_id = "rebuild", tag = "data",
    extensions(("x-permission" = json!("administer"))),
    responses((status = 202, body = Jobs)))]
async fn rebuild(
    State(app): State<App>,
    can: Can<Administer>,
) -> Result<(StatusCode, Json<Jobs>), ApiError> {
    queued(&app, jobs::enqueue_task(&app, Task::Rebuild, &can.who()).await?).await
}

/// Check knowledge files of the company, fact files and the audit log.
#[utoipa::path(get, path = "/check", operation_id = "check", tag = "data",
    extensions(("x-permission" = json!("edit"))),
    responses((status = 200, body = CheckDto)))]
async fn check(State(app): State<App>, _: Can<Edit>) -> Result<Json<CheckDto>, ApiError> {
    let mut diagnostics: Vec<String> = app.refused().iter().map(ToString::to_string).collect();
    diagnostics.extend(app.engine().check().iter().map(ToString::to_string));
    let rules =
        knowledge::check_rules(&app.rules(), &app.engine(), &app.knowledge().boards).await?;
    diagnostics.extend(rules.iter().map(ToString::to_string));
    let current = app.desk().current_files(None).await?;
    let damaged: Vec<String> =
        app.facts().verify(&current).iter().map(ToString::to_string).collect();
    let audit = match app.desk().verify_audit().await {
        Ok(_) => None,
        Err(error) => Some(error.to_string()),
    };
    Ok(Json(CheckDto {
        good: diagnostics.is_empty() && damaged.is_empty() && audit.is_none(),
        diagnostics,
        fact_files: u64::try_from(current.len()).unwrap_or(u64::MAX),
        damaged,
        audit,
    }))
}

/// The chart of ledger lines, in its order.
#[utoipa::path(get, path = "/chart", operation_id = "get_chart", tag = "books",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = ChartDto)))]
async fn get_chart(State(app): State<App>, _: Can<Read>) -> Result<Json<ChartDto>, ApiError> {
    let engine = app.engine();
    let line = |line: &argosy_metrics::Line| ChartLineDto {
        id: line.id.clone(),
        parent: line.parent.clone(),
        stage: line.stage.id().to_owned(),
        bookable: engine.bookable(&line.id),
        name: TextDto::from(&line.name),
        says: TextDto::from(&line.says),
    };
    Ok(Json(ChartDto { lines: engine.chart().lines().iter().map(line).collect() }))
}
