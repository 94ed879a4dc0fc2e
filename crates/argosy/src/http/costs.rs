//! HTTP: purchases, freight, warehouses; stock value and cost flow.

use argosy_desk::{FreightLine, PurchaseLine, WarehouseRule};
use argosy_metrics::{CostFlow, CostFlowQuestion, CostProblem, StockValue};
use axum::{extract::State, http::StatusCode};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    error::Error,
    http::{
        error::ApiError,
        extract::{Can, Edit, Json, Path, Query, Read},
        shapes,
    },
    questions,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_purchases))
        .routes(routes!(save_purchase, delete_purchase))
        .routes(routes!(list_freight))
        .routes(routes!(save_freight, delete_freight))
        .routes(routes!(list_warehouses, save_warehouses))
        .routes(routes!(stock_value))
        .routes(routes!(cost_flow))
        .routes(routes!(cost_problems))
}

/// Lines of one document that brought goods; `document` and `line` of each are filled in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPurchaseLines {
    #[schema(value_type = Vec<shapes::NewPurchaseLine>)]
    pub lines: Vec<Value>,
}

/// Lines of one freight document; `document` and `line` of each are filled in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFreightLines {
    #[schema(value_type = Vec<shapes::NewFreightLine>)]
    pub lines: Vec<Value>,
}

/// Which goods leave from where.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Warehouses {
    #[schema(value_type = Vec<shapes::WarehouseRule>)]
    pub rules: Vec<WarehouseRule>,
}

/// What keeps costs from being known.
#[derive(Serialize, ToSchema)]
pub(crate) struct CostProblems {
    pub problems: Vec<CostProblem>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DayQuery {
    /// At the end of this day; today when left out.
    pub day: Option<NaiveDate>,
    pub as_of: Option<i64>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FlowQuery {
    pub sku: String,
    pub place: Option<String>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub as_of: Option<i64>,
}

/// Lines with the document they are of, as records of the desk.
fn lines<T: serde::de::DeserializeOwned>(
    document: &str,
    lines: Vec<Value>,
) -> Result<Vec<T>, ApiError> {
    let read = |(at, mut line): (usize, Value)| {
        line["document"] = json!(document);
        line["line"] = json!(at + 1);
        serde_json::from_value(line)
            .map_err(|error| ApiError::invalid(format!("line {}: {error}", at + 1)))
    };
    lines.into_iter().enumerate().map(read).collect()
}

/// Lines of documents that brought goods: purchases, opening stock, transfers.
#[utoipa::path(get, path = "/purchases", operation_id = "list_purchases", tag = "costs",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = shapes::PurchaseLines)))]
async fn list_purchases(State(app): State<App>, _: Can<Read>) -> Result<Json<Value>, ApiError> {
    Ok(Json(json!({ "lines": app.desk().purchases().await? })))
}

/// Save a document; its lines take the place of those it had.
#[utoipa::path(put, path = "/purchases/{document}", operation_id = "save_purchase", tag = "costs",
    extensions(("x-permission" = json!("edit"))),
    params(("document" = String, Path)), request_body = NewPurchaseLines,
    responses((status = 200, body = shapes::PurchaseLines)))]
async fn save_purchase(
    State(app): State<App>,
    can: Can<Edit>,
    Path(document): Path<String>,
    Json(body): Json<NewPurchaseLines>,
) -> Result<Json<Value>, ApiError> {
    let new: Vec<PurchaseLine> = lines(&document, body.lines)?;
    app.desk().replace_purchases(&new, &can.who()).await?;
    Ok(Json(json!({ "lines": new })))
}

/// Delete a document.
#[utoipa::path(delete, path = "/purchases/{document}", operation_id = "delete_purchase",
    tag = "costs", extensions(("x-permission" = json!("edit"))),
    params(("document" = String, Path)), responses((status = 204)))]
async fn delete_purchase(
    State(app): State<App>,
    can: Can<Edit>,
    Path(document): Path<String>,
) -> Result<StatusCode, ApiError> {
    app.desk().delete_purchase(&document, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Freight, duty and insurance documents.
#[utoipa::path(get, path = "/freight", operation_id = "list_freight", tag = "costs",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = shapes::FreightLines)))]
async fn list_freight(State(app): State<App>, _: Can<Read>) -> Result<Json<Value>, ApiError> {
    Ok(Json(json!({ "lines": app.desk().freight().await? })))
}

/// Save a freight document; its lines take the place of those it had.
#[utoipa::path(put, path = "/freight/{document}", operation_id = "save_freight", tag = "costs",
    extensions(("x-permission" = json!("edit"))),
    params(("document" = String, Path)), request_body = NewFreightLines,
    responses((status = 200, body = shapes::FreightLines)))]
async fn save_freight(
    State(app): State<App>,
    can: Can<Edit>,
    Path(document): Path<String>,
    Json(body): Json<NewFreightLines>,
) -> Result<Json<Value>, ApiError> {
    let new: Vec<FreightLine> = lines(&document, body.lines)?;
    app.desk().replace_freight(&new, &can.who()).await?;
    Ok(Json(json!({ "lines": new })))
}

/// Delete a freight document.
#[utoipa::path(delete, path = "/freight/{document}", operation_id = "delete_freight",
    tag = "costs", extensions(("x-permission" = json!("edit"))),
    params(("document" = String, Path)), responses((status = 204)))]
async fn delete_freight(
    State(app): State<App>,
    can: Can<Edit>,
    Path(document): Path<String>,
) -> Result<StatusCode, ApiError> {
    app.desk().delete_freight(&document, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which warehouse the goods of a store leave from.
#[utoipa::path(get, path = "/warehouses", operation_id = "list_warehouses", tag = "costs",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = Warehouses)))]
async fn list_warehouses(
    State(app): State<App>,
    _: Can<Read>,
) -> Result<Json<Warehouses>, ApiError> {
    Ok(Json(Warehouses { rules: app.desk().warehouse_rules().await? }))
}

/// Save all warehouse rules; those left out end.
#[utoipa::path(put, path = "/warehouses", operation_id = "save_warehouses", tag = "costs",
    extensions(("x-permission" = json!("edit"))),
    request_body = Warehouses, responses((status = 200, body = Warehouses)))]
async fn save_warehouses(
    State(app): State<App>,
    can: Can<Edit>,
    Json(body): Json<Warehouses>,
) -> Result<Json<Warehouses>, ApiError> {
    app.desk().save_warehouse_rules(&body.rules, &can.who()).await?;
    Ok(Json(Warehouses { rules: app.desk().warehouse_rules().await? }))
}

/// What the stock was worth, as the API and the command line give it.
///
/// # Errors
/// As every question.
pub(crate) async fn stock(
    app: &App,
    day: Option<NaiveDate>,
    as_of: Option<i64>,
) -> Result<StockValue, Error> {
    let day = day.unwrap_or_else(|| chrono::Utc::now().date_naive());
    questions::with_engine(app, as_of, async |engine, session, desk| {
        Ok(engine.stock_value(session, desk, day).await?)
    })
    .await
}

/// Where the cost of a product came from and went, as the API and the command line give it.
///
/// # Errors
/// As every question.
pub(crate) async fn flow(
    app: &App,
    question: &CostFlowQuestion,
    as_of: Option<i64>,
) -> Result<CostFlow, Error> {
    questions::with_engine(app, as_of, async |engine, session, desk| {
        Ok(engine.cost_flow(session, desk, question).await?)
    })
    .await
}

/// What keeps costs from being known, as the API and the command line give it.
///
/// # Errors
/// As every question.
pub(crate) async fn problems(app: &App) -> Result<CostProblems, Error> {
    questions::with_engine(app, None, async |engine, session, desk| {
        Ok(CostProblems { problems: engine.cost_problems(session, desk).await? })
    })
    .await
}

/// What the stock was worth at the end of a day, by product and warehouse, with its layers.
#[utoipa::path(get, path = "/costs/stock_value", operation_id = "stock_value", tag = "costs",
    extensions(("x-permission" = json!("read"))),
    params(DayQuery), responses((status = 200, body = StockValue)))]
async fn stock_value(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<DayQuery>,
) -> Result<Json<StockValue>, ApiError> {
    Ok(Json(stock(&app, query.day, query.as_of).await?))
}

/// Every event of a product's stock with the layers it moved.
#[utoipa::path(get, path = "/costs/flow", operation_id = "cost_flow", tag = "costs",
    extensions(("x-permission" = json!("read"))),
    params(FlowQuery), responses((status = 200, body = CostFlow)))]
async fn cost_flow(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<FlowQuery>,
) -> Result<Json<CostFlow>, ApiError> {
    let question =
        CostFlowQuestion { sku: query.sku, warehouse: query.place, from: query.from, to: query.to };
    Ok(Json(flow(&app, &question, query.as_of).await?))
}

/// What keeps costs from being known.
#[utoipa::path(get, path = "/costs/problems", operation_id = "cost_problems", tag = "costs",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = CostProblems)))]
async fn cost_problems(
    State(app): State<App>,
    _: Can<Read>,
) -> Result<Json<CostProblems>, ApiError> {
    Ok(Json(problems(&app).await?))
}
