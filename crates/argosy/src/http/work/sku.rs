//! HTTP: all that is known of one SKU on one time axis.

use argosy_desk::{ChangeFilter, FindingFilter, TaskFilter};
use axum::extract::State;
use chrono::{Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    changes::told,
    dto::{ChangeDto, TaskDto},
    effects, findings, shapes,
};
use crate::{
    app::App,
    http::{
        dto::TextDto,
        error::ApiError,
        extract::{Can, Json, Path, Query, Read},
    },
    looping,
};

/// Days that SKU 360 shows when nobody says which.
const AXIS_DAYS: u64 = 120;
/// Findings, tasks and changes of one SKU.
const OF_SKU_MAX: u64 = 200;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sku_360))
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
        stores: vec![store.clone()],
        markets: market.iter().cloned().collect(),
        seller_sku: Some(seller_sku.clone()),
        from: Some(from),
        to: Some(to),
        ..ChangeFilter::default()
    };
    let (logins, rules) = (app.logins().await?, app.rules());
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
        effects: effects.into_iter().map(|one| effects::brief(one, (&logins, &rules))).collect(),
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
