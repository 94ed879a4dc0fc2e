//! HTTP: stores, and what there is to look at (the scope bar).

use std::collections::BTreeSet;

use argosy_desk::Store;
use argosy_facts::expr::MarketRow;
use argosy_kernel::{Currency, MoneyError};
use axum::{extract::State, http::StatusCode};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    http::{
        dto::AsOf,
        error::{ApiError, Code},
        extract::{Can, Edit, Import, Json, Path, Query, Read},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_stores, create_store))
        .routes(routes!(change_store))
        .routes(routes!(get_scope))
}

/// A place where the company sells: an account on a channel, or an own shop.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Store)]
#[serde(deny_unknown_fields)]
pub(super) struct StoreDto {
    /// Lower-case name, also used on the command line.
    #[schema(example = "lantern-us")]
    pub name: String,
    #[schema(example = "amazon")]
    pub channel: String,
    /// Home market, ISO 3166 alpha-2.
    pub market: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// IANA name, when it differs from the market's.
    pub time_zone: Option<String>,
}

/// All stores.
#[derive(Serialize, ToSchema)]
pub(super) struct Stores {
    pub stores: Vec<StoreDto>,
    /// The channels a store may be on.
    pub channels: Vec<String>,
    /// The markets a store may be in.
    pub markets: Vec<String>,
}

/// What to change about a store; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeStore {
    pub market: Option<String>,
    pub currency: Option<String>,
    pub time_zone: Option<String>,
}

/// What there is to look at.
#[derive(Serialize, ToSchema)]
pub(super) struct Scope {
    pub stores: Vec<StoreDto>,
    pub channels: Vec<String>,
    pub markets: Vec<String>,
    /// Currencies of the facts, and those that amounts can be shown in.
    pub currencies: Vec<String>,
    pub reporting_currency: String,
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    /// The newest import; a question may be asked as of an older one.
    pub last_import: Option<i64>,
}

/// All stores.
#[utoipa::path(get, path = "/stores", operation_id = "list_stores", tag = "stores",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = Stores)))]
async fn list_stores(State(app): State<App>, _: Can<Read>) -> Result<Json<Stores>, ApiError> {
    let stores = app.desk().stores().await?.into_iter().map(StoreDto::from).collect();
    let definitions = app.definitions();
    let markets = definitions.markets();
    let names = |pick: fn(&MarketRow) -> &String| {
        let unique: BTreeSet<String> =
            markets.rows.iter().map(pick).filter(|name| !name.is_empty()).cloned().collect();
        unique.into_iter().collect()
    };
    Ok(Json(Stores { stores, channels: app.channels(), markets: names(|row| &row.market) }))
}

/// Make a store.
#[utoipa::path(post, path = "/stores", operation_id = "create_store", tag = "stores",
    extensions(("x-permission" = json!("import"))),
    request_body = StoreDto, responses((status = 201, body = StoreDto)))]
async fn create_store(
    State(app): State<App>,
    can: Can<Import>,
    Json(store): Json<StoreDto>,
) -> Result<(StatusCode, Json<StoreDto>), ApiError> {
    if app.desk().store(store.name.trim()).await?.is_some() {
        let detail = format!("there is a store `{}` already", store.name.trim());
        return Err(ApiError::new(Code::Conflict, detail));
    }
    let saved = app.save_store(store.into_store()?, &can.who()).await?;
    Ok((StatusCode::CREATED, Json(saved.into())))
}

/// Change a store's home market, currency or time zone.
#[utoipa::path(patch, path = "/stores/{name}", operation_id = "change_store", tag = "stores",
    extensions(("x-permission" = json!("edit"))),
    params(("name" = String, Path)),
    request_body = ChangeStore, responses((status = 200, body = StoreDto)))]
async fn change_store(
    State(app): State<App>,
    can: Can<Edit>,
    Path(name): Path<String>,
    Json(change): Json<ChangeStore>,
) -> Result<Json<StoreDto>, ApiError> {
    let mut store =
        app.desk().store(&name).await?.ok_or_else(|| ApiError::not_found("such store"))?;
    if let Some(market) = change.market {
        store.market = Some(market).filter(|market| !market.is_empty());
    }
    if let Some(currency) = change.currency {
        store.currency = currency_or_none(&currency)?;
    }
    if let Some(zone) = change.time_zone {
        store.time_zone = Some(zone).filter(|zone| !zone.is_empty());
    }
    let saved = app.save_store(store, &can.who()).await?;
    Ok(Json(saved.into()))
}

/// What there is to look at: stores, markets, currencies, days.
#[utoipa::path(get, path = "/scope", operation_id = "get_scope", tag = "stores",
    extensions(("x-permission" = json!("read"))),
    params(AsOf), responses((status = 200, body = Scope)))]
async fn get_scope(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<AsOf>,
) -> Result<Json<Scope>, ApiError> {
    let seen = app.analytics().scope(&app.engine(), query.as_of).await?;
    let stores: Vec<StoreDto> =
        app.desk().stores().await?.into_iter().map(StoreDto::from).collect();
    let mut channels: BTreeSet<String> = stores.iter().map(|store| store.channel.clone()).collect();
    channels.extend(seen.channels.iter().cloned());
    Ok(Json(Scope {
        stores,
        channels: channels.into_iter().collect(),
        markets: seen.markets.iter().cloned().collect(),
        currencies: app.currencies(seen.currencies.iter().cloned()),
        reporting_currency: app.reporting_currency().await?.code().to_owned(),
        first_day: seen.first_day,
        last_day: seen.last_day,
        last_import: Some(app.desk().latest_commit().await?).filter(|commit| *commit > 0),
    }))
}

impl From<Store> for StoreDto {
    fn from(store: Store) -> Self {
        Self {
            name: store.name,
            channel: store.channel,
            market: store.market,
            currency: store.currency.map(|currency| currency.code().to_owned()),
            time_zone: store.time_zone,
        }
    }
}

impl StoreDto {
    fn into_store(self) -> Result<Store, ApiError> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        Ok(Store {
            name: self.name,
            channel: self.channel,
            market: given(self.market),
            currency: currency_or_none(&self.currency.unwrap_or_default())?,
            time_zone: given(self.time_zone),
        })
    }
}

fn currency_or_none(code: &str) -> Result<Option<Currency>, ApiError> {
    if code.is_empty() {
        return Ok(None);
    }
    code.parse().map(Some).map_err(|error: MoneyError| ApiError::invalid(error.to_string()))
}
