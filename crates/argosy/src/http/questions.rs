//! HTTP: metrics, questions, the profit statement.

use argosy_kernel::Currency;
use argosy_metrics::{ProfitQuestion, Question};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    download,
    http::{
        answers::{AskResponse, DimensionDto, MetricDto, Metrics, ProfitResponse},
        dto::{Compare, Filters, FormatQuery, TextDto, ViewDto},
        error::ApiError,
        extract::{Can, Json, Query, Read},
    },
    questions,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_metrics)).routes(routes!(ask)).routes(routes!(profit))
}

/// How to sort.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    /// A metric or dimension of the question.
    pub by: String,
    #[serde(default)]
    pub desc: bool,
}

/// A question to the facts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AskRequest {
    pub metrics: Vec<String>,
    #[serde(default)]
    pub by: Vec<String>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// SQL condition over dimensions.
    pub r#where: Option<String>,
    #[serde(default)]
    pub filters: Filters,
    /// ISO 4217; the reporting currency when left out.
    pub currency: Option<String>,
    pub compare: Option<Compare>,
    /// The facts as they were after this import.
    pub as_of: Option<i64>,
    #[serde(default)]
    pub view: ViewDto,
    pub order: Option<Order>,
    pub limit: Option<u64>,
}

/// A question for the profit statement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfitRequest {
    #[serde(default)]
    pub by: Vec<String>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub r#where: Option<String>,
    #[serde(default)]
    pub filters: Filters,
    pub currency: Option<String>,
    pub compare: Option<Compare>,
    pub as_of: Option<i64>,
    #[serde(default)]
    pub view: ViewDto,
    /// Shares money that was booked for a whole account over products.
    #[serde(default)]
    pub allocate: bool,
    /// How deep to open the chart: 1 shows the stages, 9 every line.
    pub depth: Option<u32>,
}

/// All metrics and dimensions.
#[utoipa::path(get, path = "/metrics", operation_id = "list_metrics", tag = "questions",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = Metrics)))]
async fn list_metrics(State(app): State<App>, _: Can<Read>) -> Result<Json<Metrics>, ApiError> {
    let engine = app.engine();
    let metrics = engine.metrics().into_iter().map(MetricDto::from).collect();
    let dimensions = engine
        .dimensions()
        .iter()
        .map(|dimension| DimensionDto {
            id: dimension.id.id().to_owned(),
            name: TextDto::from(&dimension.name),
        })
        .collect();
    Ok(Json(Metrics { metrics, dimensions }))
}

/// Ask for metrics by dimensions; `format=csv|xlsx` downloads the answer.
#[utoipa::path(post, path = "/ask", operation_id = "ask", tag = "questions",
    extensions(("x-permission" = json!("read"))),
    params(FormatQuery), request_body = AskRequest,
    responses((status = 200, body = AskResponse)))]
async fn ask(
    State(app): State<App>,
    _: Can<Read>,
    Query(format): Query<FormatQuery>,
    Json(question): Json<AskRequest>,
) -> Result<Response, ApiError> {
    let currency = app.currency_or_own(question.currency.as_deref()).await?;
    let question = question.into_question(currency)?;
    let answer = questions::ask(&app, &question).await?;
    match format.kind() {
        Some(kind) => {
            let sheet = answer.sheet(format.language().code());
            Ok(download::sheet(&sheet, "answer", kind)?)
        }
        None => Ok(Json(AskResponse::from(answer)).into_response()),
    }
}

/// The profit statement, to any depth; `format=csv|xlsx` downloads it.
#[utoipa::path(post, path = "/profit", operation_id = "profit", tag = "questions",
    extensions(("x-permission" = json!("read"))),
    params(FormatQuery), request_body = ProfitRequest,
    responses((status = 200, body = ProfitResponse)))]
async fn profit(
    State(app): State<App>,
    _: Can<Read>,
    Query(format): Query<FormatQuery>,
    Json(question): Json<ProfitRequest>,
) -> Result<Response, ApiError> {
    let currency = app.currency_or_own(question.currency.as_deref()).await?;
    let question = question.into_question(currency);
    let answer = questions::profit(&app, &question).await?;
    match format.kind() {
        Some(kind) => {
            let sheet = answer.sheet(&app.engine(), format.language().code());
            Ok(download::sheet(&sheet, "profit", kind)?)
        }
        None => Ok(Json(ProfitResponse::new(&app, answer)).into_response()),
    }
}

impl AskRequest {
    fn into_question(self, currency: Currency) -> Result<Question, ApiError> {
        if self.metrics.is_empty() {
            return Err(ApiError::invalid("name at least one metric"));
        }
        Ok(Question {
            metrics: self.metrics,
            by: self.by,
            from: self.from,
            to: self.to,
            condition: self.r#where,
            filters: self.filters.0,
            currency,
            compare: self.compare.map(Into::into),
            as_of: self.as_of,
            view: self.view.0,
            order: self.order.map(|order| argosy_metrics::Order { by: order.by, desc: order.desc }),
            limit: self.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)),
        })
    }
}

impl ProfitRequest {
    pub(super) fn into_question(self, currency: Currency) -> ProfitQuestion {
        ProfitQuestion {
            by: self.by,
            from: self.from,
            to: self.to,
            filters: self.filters.0,
            condition: self.r#where,
            currency,
            compare: self.compare.map(Into::into),
            as_of: self.as_of,
            view: self.view.0,
            allocate: self.allocate,
            depth: self.depth.map(|depth| usize::try_from(depth).unwrap_or(usize::MAX)),
        }
    }
}

impl From<Compare> for argosy_metrics::Compare {
    fn from(compare: Compare) -> Self {
        match compare {
            Compare::Previous => Self::Previous,
            Compare::LastYear => Self::LastYear,
        }
    }
}
