//! HTTP: changes, and all that is known of one SKU on one time axis.

use std::collections::BTreeMap;

use argosy_desk::{ChangeFilter, ChangeSource, FindingFilter, NewChange, TaskFilter};
use axum::{extract::State, http::StatusCode};
use chrono::{Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    dto::{ChangeDto, Changes, NewChangeDto, TaskDto},
    effects, findings, shapes,
};
use crate::{
    app::{App, Logins},
    http::{
        dto::{PageMeta, TextDto},
        error::ApiError,
        extract::{Can, Json, Path, Query, Read, Work},
        imported::Jobs,
        imports::queued,
    },
    jobs::{self, Task},
    looping,
};

const PAGE_MAX: u64 = 1_000;
/// Days that SKU 360 shows when nobody says which.
const AXIS_DAYS: u64 = 120;
/// Findings, tasks and changes of one SKU.
const OF_SKU_MAX: u64 = 200;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_changes, record_change))
        .routes(routes!(detect_changes))
        .routes(routes!(sku_360))
}

/// Which changes.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangeQuery {
    pub store: Option<String>,
    pub market: Option<String>,
    pub seller_sku: Option<String>,
    pub kind: Option<String>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub cursor: Option<String>,
    /// 200 when left out, 1,000 at most.
    pub limit: Option<u64>,
}

/// Day and id of the last change of the page before.
fn cursor(text: Option<&str>) -> Result<Option<(NaiveDate, i64)>, ApiError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let parts = text.split_once('~');
    let after = parts.and_then(|(day, id)| Some((day.parse().ok()?, id.parse().ok()?)));
    let after = after.ok_or_else(|| {
        ApiError::told("this cursor was not given by this list", "该游标不属于此列表")
    })?;
    Ok(Some(after))
}

/// What was changed, the newest day first.
#[utoipa::path(get, path = "/changes", operation_id = "list_changes", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(ChangeQuery), responses((status = 200, body = Changes)))]
async fn list_changes(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<ChangeQuery>,
) -> Result<Json<Changes>, ApiError> {
    let limit = query.limit.unwrap_or(200).clamp(1, PAGE_MAX);
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let filter = ChangeFilter {
        store: given(query.store),
        market: given(query.market),
        seller_sku: given(query.seller_sku),
        kind: given(query.kind),
        from: query.from,
        to: query.to,
    };
    let after = cursor(query.cursor.as_deref())?;
    let mut rows = app.desk().changes(&filter, after, limit + 1).await?;
    let more = u64::try_from(rows.len()).is_ok_and(|count| count > limit);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|last| format!("{}~{}", last.day, last.id));
    let changes = told(&app, rows, &app.logins().await?).await?;
    Ok(Json(Changes { changes, meta: PageMeta { next } }))
}

/// Changes with the effects that are declared for them.
async fn told(
    app: &App,
    rows: Vec<argosy_desk::Change>,
    logins: &Logins,
) -> Result<Vec<ChangeDto>, ApiError> {
    let ids: Vec<i64> = rows.iter().map(|change| change.id).collect();
    let effects = app.desk().effects_of_changes(&ids).await?;
    let effects: BTreeMap<i64, i64> =
        effects.into_iter().map(|effect| (effect.change.id, effect.id)).collect();
    Ok(rows.into_iter().map(|change| ChangeDto::new(change, logins, &effects)).collect())
}

/// Record a change.
#[utoipa::path(post, path = "/changes", operation_id = "record_change", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    request_body = NewChangeDto, responses((status = 201, body = ChangeDto)))]
async fn record_change(
    State(app): State<App>,
    can: Can<Work>,
    Json(change): Json<NewChangeDto>,
) -> Result<(StatusCode, Json<ChangeDto>), ApiError> {
    let new = new_change(&app, change, ChangeSource::Typed)?;
    let made = app.desk().record_change(&new, &can.who()).await?;
    let told = ChangeDto::new(made, &app.logins().await?, &BTreeMap::new());
    Ok((StatusCode::CREATED, Json(told)))
}

/// A change as it was sent, checked as far as the desk cannot.
pub(super) fn new_change(
    app: &App,
    change: NewChangeDto,
    source: ChangeSource,
) -> Result<NewChange, ApiError> {
    let given = |text: Option<String>| {
        text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    Ok(NewChange {
        kind: change.kind,
        store: change.store,
        market: given(change.market).map(|market| app.market(&market)).transpose()?,
        seller_sku: given(change.seller_sku),
        campaign: given(change.campaign),
        what: change.what,
        before: given(change.before),
        after: given(change.after),
        day: change.at.unwrap_or_else(|| Utc::now().date_naive()),
        source,
        task: None,
        play: None,
        key: String::new(),
    })
}

/// Which days to look through.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DetectRequest {
    /// 90 days before `to` when left out.
    pub from: Option<NaiveDate>,
    /// The newest day of the facts when left out.
    pub to: Option<NaiveDate>,
}

/// Look for changes in the facts: prices, titles, images, bids, budgets, coupons, stock. A background
/// job; what is known already stays as it is.
#[utoipa::path(post, path = "/changes/detect", operation_id = "detect_changes", tag = "loop",
    extensions(("x-permission" = json!("work"))),
    request_body = DetectRequest, responses((status = 202, body = Jobs)))]
async fn detect_changes(
    State(app): State<App>,
    can: Can<Work>,
    Json(request): Json<DetectRequest>,
) -> Result<(StatusCode, Json<Jobs>), ApiError> {
    if let (Some(from), Some(to)) = (request.from, request.to)
        && from > to
    {
        return Err(ApiError::told(
            format!("{from} lies after {to}; exchange them"),
            format!("{from} 晚于 {to}，请对调"),
        ));
    }
    let task = Task::Changes { from: request.from, to: request.to };
    queued(&app, jobs::enqueue_task(&app, task, &can.who()).await?).await
}

/// Which days of a SKU.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SkuQuery {
    /// One market; all of the store's when left out.
    pub market: Option<String>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub currency: Option<String>,
}

/// A metric of a SKU, day by day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SkuSeries {
    pub metric: String,
    pub name: TextDto,
    pub unit: String,
    pub days: Vec<NaiveDate>,
    pub values: Vec<Option<String>>,
}

/// Which SKU.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SkuOf {
    pub store: String,
    pub seller_sku: String,
    pub market: Option<String>,
    /// Where it is known to be sold.
    pub markets: Vec<String>,
}

/// Our own product behind a SKU.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SkuProduct {
    pub sku: String,
    pub name: String,
    pub brand: Option<String>,
    pub category: Option<String>,
    pub owner: Option<String>,
}

/// All that is known of a SKU on one time axis.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sku360)]
pub(super) struct Sku360 {
    pub sku: SkuOf,
    pub product: Option<SkuProduct>,
    pub currency: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub series: Vec<SkuSeries>,
    pub changes: Vec<ChangeDto>,
    #[schema(value_type = Vec<shapes::Finding>)]
    pub findings: Vec<Value>,
    pub tasks: Vec<TaskDto>,
    #[schema(value_type = Vec<shapes::Effect>)]
    pub effects: Vec<Value>,
}

/// One SKU: profit, traffic, ads, stock, reviews and changes on one time axis.
#[utoipa::path(get, path = "/skus/{store}/{seller_sku}", operation_id = "sku_360", tag = "loop",
    extensions(("x-permission" = json!("read"))),
    params(("store" = String, Path), ("seller_sku" = String, Path), SkuQuery),
    responses((status = 200, body = Sku360)))]
async fn sku_360(
    State(app): State<App>,
    _: Can<Read>,
    Path((store, seller_sku)): Path<(String, String)>,
    Query(query): Query<SkuQuery>,
) -> Result<Json<Sku360>, ApiError> {
    let desk = app.desk();
    if desk.store(&store).await?.is_none() {
        return Err(ApiError::not_found("such store"));
    }
    let currency = app.currency_or_own(query.currency.as_deref()).await?;
    let scope = app.analytics().scope(&app.engine(), None).await?;
    let to = query.to.or(scope.last_day).unwrap_or_else(|| Utc::now().date_naive());
    let from = query.from.unwrap_or(to - Days::new(AXIS_DAYS - 1));
    let market = query.market.filter(|market| !market.is_empty());
    let market = market.map(|market| app.market(&market)).transpose()?;
    let axis = looping::Axis {
        store: store.clone(),
        market: market.clone(),
        seller_sku: seller_sku.clone(),
        from,
        to,
        currency,
    };
    let series = looping::axis(&app, axis).await?;
    let filter = ChangeFilter {
        store: Some(store.clone()),
        market: market.clone(),
        seller_sku: Some(seller_sku.clone()),
        kind: None,
        from: Some(from),
        to: Some(to),
    };
    let logins = app.logins().await?;
    let rows = desk.changes(&filter, None, OF_SKU_MAX).await?;
    let ids: Vec<i64> = rows.iter().map(|change| change.id).collect();
    let effects = desk.effects_of_changes(&ids).await?;
    let of_sku = FindingFilter {
        stores: vec![store.clone()],
        markets: market.iter().cloned().collect(),
        seller_sku: Some(seller_sku.clone()),
        ..FindingFilter::default()
    };
    let shown = findings::Shown::read(&app).await?;
    let found = desk.findings(&of_sku, None, OF_SKU_MAX).await?;
    let words = TaskFilter { words: Some(seller_sku.clone()), ..TaskFilter::default() };
    let tasks = desk.tasks(&words, None, OF_SKU_MAX).await?;
    let own = |task: &argosy_desk::Task| {
        let key = &task.body["subject"]["key"];
        key["store"] == store.as_str() && key["seller_sku"] == seller_sku.as_str()
    };
    let known: Vec<String> = series.markets;
    Ok(Json(Sku360 {
        product: product(&app, &store, &seller_sku).await?,
        sku: SkuOf { store: store.clone(), seller_sku: seller_sku.clone(), market, markets: known },
        currency: currency.code().to_owned(),
        from,
        to,
        series: series.series,
        changes: told(&app, rows, &logins).await?,
        findings: found.into_iter().map(|finding| shown.finding(finding)).collect(),
        tasks: tasks.into_iter().filter(own).map(|task| TaskDto::new(task, &logins)).collect(),
        effects: effects.into_iter().map(|one| effects::brief(one, &logins)).collect(),
    }))
}

async fn product(app: &App, store: &str, seller_sku: &str) -> Result<Option<SkuProduct>, ApiError> {
    let pairings = app.desk().pairings().await?;
    let mut here = pairings
        .into_iter()
        .filter(|pairing| pairing.store == store && pairing.seller_sku == seller_sku);
    let Some(pairing) = here.next_back() else { return Ok(None) };
    let products = app.desk().products().await?;
    let found = products.into_iter().find(|product| product.sku == pairing.sku);
    Ok(found.map(|product| SkuProduct {
        sku: product.sku,
        name: product.name,
        brand: product.brand,
        category: product.category,
        owner: product.owner,
    }))
}
