//! HTTP: reconciliation in depth, bookings of unknown fees, deferred money, how money is looked at.
//!
//! The answers are the metrics' own shapes: their fields are described where they are made.

use argosy_desk::{Booking, NewBooking};
use argosy_metrics::{
    BankMatching, Chain, EconomicsLine, MoneySettings, OrderCheckQuestion, OrderChecks,
    ProfitQuestion, Proof, ReconcileQuestion, StoreWithVat, Unsettled, UnsettledQuestion,
};
use axum::{extract::State, http::StatusCode};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    desk_data::MONEY,
    error::Error,
    http::{
        answers::{LineDto, ProfitResponse},
        data::list,
        dto::rfc3339,
        error::ApiError,
        extract::{Can, Edit, Json, Path, Query, Read},
        questions::ProfitRequest,
    },
    lang::Lang,
    questions,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(reconcile_chain))
        .routes(routes!(reconcile_bank))
        .routes(routes!(reconcile_proof))
        .routes(routes!(reconcile_orders))
        .routes(routes!(reconcile_economics))
        .routes(routes!(unsettled))
        .routes(routes!(profit_bases))
        .routes(routes!(list_bookings, book))
        .routes(routes!(unbook))
        .routes(routes!(get_money_settings, change_money_settings))
}

/// Which statements; lists are comma-separated.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct BooksQuery {
    pub store: Option<String>,
    pub channel: Option<String>,
    pub statement: Option<String>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub as_of: Option<i64>,
    /// Only for orders: how many days an order may wait for its settlement.
    pub unpaid_after_days: Option<u32>,
    /// Only for orders: rows of each finding.
    pub limit: Option<usize>,
}

impl BooksQuery {
    fn question(self) -> (ReconcileQuestion, Option<i64>) {
        let question = ReconcileQuestion {
            store: list(self.store),
            channel: list(self.channel),
            statement: self.statement,
            from: self.from,
            to: self.to,
        };
        (question, self.as_of)
    }
}

/// Consecutive statements of every store and currency.
#[derive(Serialize, ToSchema)]
struct Chains {
    chains: Vec<Chain>,
}

/// The proof of every statement.
#[derive(Serialize, ToSchema)]
struct Proofs {
    proofs: Vec<Proof>,
}

/// The ledger beside the channel's own economics.
#[derive(Serialize, ToSchema)]
struct Economics {
    lines: Vec<EconomicsLine>,
}

/// Which face of the reconciliation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Face {
    Chain,
    Bank,
    Proof,
    Economics,
}

/// One face of the reconciliation, as the API and the command line give it.
///
/// # Errors
/// As every question.
pub(crate) async fn face(
    app: &App,
    face: Face,
    question: &ReconcileQuestion,
    as_of: Option<i64>,
) -> Result<Value, Error> {
    questions::with_engine(app, as_of, async |engine, session, desk| {
        Ok(match face {
            Face::Chain => {
                json!(Chains { chains: engine.reconcile_chain(session, desk, question).await? })
            }
            Face::Bank => json!(engine.reconcile_bank(session, desk, question).await?),
            Face::Proof => {
                json!(Proofs { proofs: engine.reconcile_proof(session, desk, question).await? })
            }
            Face::Economics => {
                json!(Economics {
                    lines: engine.reconcile_economics(session, desk, question).await?
                })
            }
        })
    })
    .await
}

/// The order checks, as the API and the command line give them.
///
/// # Errors
/// As every question.
pub(crate) async fn orders(
    app: &App,
    question: &OrderCheckQuestion,
    as_of: Option<i64>,
) -> Result<OrderChecks, Error> {
    questions::with_engine(app, as_of, async |engine, session, desk| {
        Ok(engine.reconcile_orders(session, desk, question).await?)
    })
    .await
}

/// Money that is not settled, as the API and the command line give it.
///
/// # Errors
/// As every question.
pub(crate) async fn not_settled(
    app: &App,
    question: &UnsettledQuestion,
    as_of: Option<i64>,
) -> Result<Unsettled, Error> {
    questions::with_engine(app, as_of, async |engine, session, desk| {
        Ok(engine.unsettled(session, desk, question).await?)
    })
    .await
}

/// The profit statement on both bases, as the API and the command line give it.
///
/// # Errors
/// As every question.
pub(crate) async fn bases(
    app: &App,
    question: &ProfitQuestion,
) -> Result<ProfitBasesResponse, Error> {
    let both = questions::with_engine(app, question.as_of, async |engine, session, desk| {
        Ok(engine.profit_bases(session, desk, question).await?)
    })
    .await?;
    Ok(ProfitBasesResponse {
        settlement: ProfitResponse::new(app, both.settlement),
        order: ProfitResponse::new(app, both.order),
    })
}

/// Consecutive statements: reserve, debt and payout handed on from one to the next.
#[utoipa::path(get, path = "/reconcile/chain", operation_id = "reconcile_chain", tag = "books",
    extensions(("x-permission" = json!("read"))),
    params(BooksQuery), responses((status = 200, body = Chains)))]
async fn reconcile_chain(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<BooksQuery>,
) -> Result<Json<Value>, ApiError> {
    let (question, as_of) = query.question();
    Ok(Json(face(&app, Face::Chain, &question, as_of).await?))
}

/// Payouts beside the lines of the bank.
#[utoipa::path(get, path = "/reconcile/bank", operation_id = "reconcile_bank", tag = "books",
    extensions(("x-permission" = json!("read"))),
    params(BooksQuery), responses((status = 200, body = BankMatching)))]
async fn reconcile_bank(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<BooksQuery>,
) -> Result<Json<Value>, ApiError> {
    let (question, as_of) = query.question();
    Ok(Json(face(&app, Face::Bank, &question, as_of).await?))
}

/// Profit, pass-through and balance of each statement beside what was paid out; the rest named with
/// its rows.
#[utoipa::path(get, path = "/reconcile/proof", operation_id = "reconcile_proof", tag = "books",
    extensions(("x-permission" = json!("read"))),
    params(BooksQuery), responses((status = 200, body = Proofs)))]
async fn reconcile_proof(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<BooksQuery>,
) -> Result<Json<Value>, ApiError> {
    let (question, as_of) = query.question();
    Ok(Json(face(&app, Face::Proof, &question, as_of).await?))
}

/// Settled beside ordered: unpaid orders, payments without an order, refunds without fee reversal.
#[utoipa::path(get, path = "/reconcile/orders", operation_id = "reconcile_orders", tag = "books",
    extensions(("x-permission" = json!("read"))),
    params(BooksQuery), responses((status = 200, body = OrderChecks)))]
async fn reconcile_orders(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<BooksQuery>,
) -> Result<Json<OrderChecks>, ApiError> {
    let scope = app.analytics().scope(&app.engine(), query.as_of).await?;
    let first = query.from.or(scope.first_day);
    let last = query.to.or(scope.last_day);
    let (Some(from), Some(to)) = (first, last) else {
        return Err(ApiError::invalid("there are no facts yet: name the days with from and to"));
    };
    let question = OrderCheckQuestion {
        store: list(query.store),
        channel: list(query.channel),
        from,
        to,
        unpaid_after_days: query.unpaid_after_days,
        limit: query.limit,
    };
    Ok(Json(orders(&app, &question, query.as_of).await?))
}

/// The ledger beside the channel's own economics, by SKU, month and line.
#[utoipa::path(get, path = "/reconcile/economics", operation_id = "reconcile_economics",
    tag = "books", extensions(("x-permission" = json!("read"))),
    params(BooksQuery), responses((status = 200, body = Economics)))]
async fn reconcile_economics(
    State(app): State<App>,
    _: Can<Read>,
    Query(query): Query<BooksQuery>,
) -> Result<Json<Value>, ApiError> {
    let (question, as_of) = query.question();
    Ok(Json(face(&app, Face::Economics, &question, as_of).await?))
}

/// Which money has not been settled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UnsettledRequest {
    #[serde(default)]
    pub store: Vec<String>,
    #[serde(default)]
    pub channel: Vec<String>,
    pub currency: Option<String>,
    /// The day it is looked at; the newest day of an order when left out.
    pub at: Option<NaiveDate>,
    pub as_of: Option<i64>,
}

/// Money a channel has deferred, by the day of its release, and orders not settled yet, by age.
#[utoipa::path(post, path = "/unsettled", operation_id = "unsettled", tag = "books",
    extensions(("x-permission" = json!("read"))),
    request_body = UnsettledRequest, responses((status = 200, body = Unsettled)))]
async fn unsettled(
    State(app): State<App>,
    _: Can<Read>,
    Json(request): Json<UnsettledRequest>,
) -> Result<Json<Unsettled>, ApiError> {
    let question = UnsettledQuestion {
        store: request.store,
        channel: request.channel,
        currency: app.currency_or_own(request.currency.as_deref()).await?,
        at: request.at,
    };
    Ok(Json(not_settled(&app, &question, request.as_of).await?))
}

/// The profit statement by day of settlement and by day of order.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProfitBasesResponse {
    pub settlement: ProfitResponse,
    pub order: ProfitResponse,
}

impl ProfitBasesResponse {
    /// Ids and names of the lines of both, in the order of the account.
    pub(crate) fn lines(&self, lang: Lang) -> Vec<(String, String)> {
        let mut lines: Vec<&LineDto> = self.settlement.lines.iter().collect();
        for (at, line) in self.order.lines.iter().enumerate() {
            if lines.iter().all(|known| known.id != line.id) {
                // After the line it follows on the other side.
                let before = self.order.lines[..at].last().map(|line| &line.id);
                let place = lines.iter().position(|known| Some(&known.id) == before);
                lines.insert(place.map_or(0, |place| place + 1), line);
            }
        }
        let name = |line: &LineDto| lang.pick(&line.name.en, &line.name.zh_cn).to_owned();
        lines.into_iter().map(|line| (line.id.clone(), name(line))).collect()
    }
}

/// The profit statement twice: by day of settlement and by day of order.
#[utoipa::path(post, path = "/profit/bases", operation_id = "profit_bases", tag = "books",
    extensions(("x-permission" = json!("read"))),
    request_body = ProfitRequest, responses((status = 200, body = ProfitBasesResponse)))]
async fn profit_bases(
    State(app): State<App>,
    _: Can<Read>,
    Json(request): Json<ProfitRequest>,
) -> Result<Json<ProfitBasesResponse>, ApiError> {
    let currency = app.currency_or_own(request.currency.as_deref()).await?;
    Ok(Json(bases(&app, &request.into_question(currency)).await?))
}

/// An unknown fee that was given a line of the chart.
#[derive(Serialize, ToSchema)]
#[schema(as = Booking)]
pub(crate) struct BookingDto {
    pub id: i64,
    pub channel: String,
    pub fee_type: Option<String>,
    pub transaction: Option<String>,
    pub line: String,
    pub note: Option<String>,
    pub who: String,
    pub at: String,
    /// Who took it back.
    pub revoked_by: Option<String>,
    pub revoked_at: Option<String>,
}

/// Bookings, those taken back included.
#[derive(Serialize, ToSchema)]
pub(super) struct Bookings {
    pub bookings: Vec<BookingDto>,
}

/// A fee to book.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BookRequest {
    pub channel: String,
    pub fee_type: Option<String>,
    pub transaction: Option<String>,
    /// A line of `/chart` that is bookable.
    pub line: String,
    pub note: Option<String>,
}

/// Bookings of unknown fees, with those that were taken back.
#[utoipa::path(get, path = "/bookings", operation_id = "list_bookings", tag = "books",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = Bookings)))]
async fn list_bookings(State(app): State<App>, _: Can<Read>) -> Result<Json<Bookings>, ApiError> {
    Ok(Json(Bookings { bookings: history(&app).await? }))
}

/// All bookings, those taken back included, the newest first.
///
/// # Errors
/// When the desk cannot be read.
pub(crate) async fn history(app: &App) -> Result<Vec<BookingDto>, Error> {
    let logins = app.logins().await?;
    let told = |booking: Booking| BookingDto {
        id: booking.id,
        channel: booking.channel,
        fee_type: booking.fee_type,
        transaction: booking.transaction,
        line: booking.line,
        note: booking.note,
        who: logins.name(&booking.who),
        at: rfc3339(booking.at),
        revoked_by: booking.revoked_by.map(|who| logins.name(&who)),
        revoked_at: booking.revoked_at.map(rfc3339),
    };
    Ok(app.desk().booking_history().await?.into_iter().map(told).collect())
}

/// Give an unknown fee a line of the chart; it holds for all rows, past and future.
#[utoipa::path(post, path = "/bookings", operation_id = "book", tag = "books",
    extensions(("x-permission" = json!("edit"))),
    request_body = BookRequest, responses((status = 201, body = BookingDto)))]
async fn book(
    State(app): State<App>,
    can: Can<Edit>,
    Json(request): Json<BookRequest>,
) -> Result<(StatusCode, Json<BookingDto>), ApiError> {
    let new = NewBooking {
        channel: request.channel,
        fee_type: request.fee_type,
        transaction: request.transaction,
        line: request.line,
        note: request.note,
    };
    let id = questions::book(&app, &new, &can.who()).await?;
    let made = history(&app).await?.into_iter().find(|booking| booking.id == id);
    let made = made.ok_or_else(|| ApiError::not_found("such booking"))?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Take a booking back; it stays in the history.
#[utoipa::path(delete, path = "/bookings/{id}", operation_id = "unbook", tag = "books",
    extensions(("x-permission" = json!("edit"))),
    params(("id" = i64, Path)), responses((status = 204)))]
async fn unbook(
    State(app): State<App>,
    can: Can<Edit>,
    Path(id): Path<i64>,
) -> Result<StatusCode, ApiError> {
    app.desk().unbook(id, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How the company looks at money: exchange rates, value added tax, learnt growth.
#[utoipa::path(get, path = "/settings/money", operation_id = "get_money_settings", tag = "settings",
    extensions(("x-permission" = json!("read"))),
    responses((status = 200, body = MoneySettings)))]
async fn get_money_settings(
    State(app): State<App>,
    _: Can<Read>,
) -> Result<Json<MoneySettings>, ApiError> {
    Ok(Json(app.money_settings().await?))
}

/// What to change; what is left out stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeMoney {
    /// `event_day`, `month_average`, `month_end` or `own`.
    pub fx_policy: Option<String>,
    /// Whether exchange gains and losses are lines of the account.
    pub fx_results: Option<bool>,
    /// `as_told`, `exclusive` or `inclusive`.
    pub vat: Option<String>,
    /// Stores whose sales are told with tax in them: `{store, market?, rate?}`.
    pub stores_with_vat: Option<Vec<StoreWithVat>>,
}

/// Change how the company looks at money.
#[utoipa::path(patch, path = "/settings/money", operation_id = "change_money_settings",
    tag = "settings", extensions(("x-permission" = json!("administer"))),
    request_body = ChangeMoney, responses((status = 200, body = MoneySettings)))]
async fn change_money_settings(
    State(app): State<App>,
    can: Can<super::extract::Administer>,
    Json(change): Json<ChangeMoney>,
) -> Result<Json<MoneySettings>, ApiError> {
    Ok(Json(change_money(&app, change, &can.who()).await?))
}

/// Changes how the company looks at money.
///
/// # Errors
/// [`Error::Usage`] for a word that is not known, and when the desk cannot be written.
pub(crate) async fn change_money(
    app: &App,
    change: ChangeMoney,
    who: &str,
) -> Result<MoneySettings, Error> {
    let mut money = app.money_settings().await?;
    if let Some(policy) = change.fx_policy {
        money.fx_policy = word(&policy, "event_day, month_average, month_end, own")?;
    }
    if let Some(vat) = change.vat {
        money.vat = word(&vat, "as_told, exclusive, inclusive")?;
    }
    money.fx_results = change.fx_results.unwrap_or(money.fx_results);
    money.stores_with_vat = change.stores_with_vat.unwrap_or(money.stores_with_vat);
    let text = serde_json::to_string(&money).unwrap_or_default();
    app.desk().set_setting(MONEY, &text, who).await?;
    Ok(money)
}

fn word<T: serde::de::DeserializeOwned>(text: &str, known: &str) -> Result<T, Error> {
    serde_json::from_value(text.into()).map_err(|_| {
        Error::told(
            format!("`{text}` is not known here; use one of {known}"),
            format!("不支持 `{text}`；可用：{known}"),
        )
    })
}
