//! HTTP: exchange rates.

use argosy_desk::OwnRate;
use axum::{extract::State, http::StatusCode};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    http::{
        dto::{currency, decimal},
        error::ApiError,
        extract::{Can, Edit, Json, Query, Read},
        goods::{NewRates, OwnRateDto, Rates},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_rates, save_rates, delete_rate))
}

/// Which own rate to delete.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RateQuery {
    pub day: NaiveDate,
    pub currency: String,
}

/// Exchange rates: the company's own, and how far the built-in ones reach.
#[utoipa::path(get, path = "/fx", operation_id = "list_rates", tag = "products",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = Rates)))]
async fn list_rates(State(app): State<App>, _: Can<Read>) -> Result<Json<Rates>, ApiError> {
    Ok(Json(rates(&app).await?))
}

/// Save own exchange rates; one with the same day and currency is replaced.
#[utoipa::path(post, path = "/fx", operation_id = "save_rates", tag = "products",
    extensions(("x-permission" = json!("edit"))),
    request_body = NewRates, responses((status = 200, body = Rates)))]
async fn save_rates(
    State(app): State<App>,
    can: Can<Edit>,
    Json(new): Json<NewRates>,
) -> Result<Json<Rates>, ApiError> {
    let wanted = new
        .rates
        .iter()
        .map(|rate| {
            Ok(OwnRate {
                day: rate.day,
                currency: currency(&rate.currency)?,
                per_eur: decimal(&rate.per_eur)?,
            })
        })
        .collect::<Result<Vec<_>, ApiError>>()?;
    app.desk().save_own_rates(&wanted, &can.who()).await?;
    Ok(Json(rates(&app).await?))
}

/// Delete an own exchange rate.
#[utoipa::path(delete, path = "/fx", operation_id = "delete_rate", tag = "products",
    extensions(("x-permission" = json!("edit"))),
    params(RateQuery), responses((status = 204)))]
async fn delete_rate(
    State(app): State<App>,
    can: Can<Edit>,
    Query(query): Query<RateQuery>,
) -> Result<StatusCode, ApiError> {
    let currency = currency(&query.currency)?;
    app.desk().delete_own_rate(query.day, currency, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn rates(app: &App) -> Result<Rates, ApiError> {
    let own = app.desk().own_rates().await?;
    let used: Vec<String> = own.iter().map(|rate| rate.currency.code().to_owned()).collect();
    Ok(Rates {
        own: own
            .into_iter()
            .map(|rate| OwnRateDto {
                day: rate.day,
                currency: rate.currency.code().to_owned(),
                per_eur: rate.per_eur.normalize().to_string(),
            })
            .collect(),
        currencies: app.currencies(used),
        last_day: app.last_rate_day(),
    })
}
