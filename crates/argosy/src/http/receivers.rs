//! HTTP: who is told what happens, and what was told.

use argosy_desk::{
    messages::{Message, MessageState},
    receivers::{Event, NewReceiver, Receiver},
};
use axum::{extract::State, http::StatusCode};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    http::{
        dto::rfc3339,
        error::{ApiError, Code},
        extract::{Administer, Can, Json, Path, Query},
    },
    notify,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_receivers, create_receiver))
        .routes(routes!(change_receiver, delete_receiver))
        .routes(routes!(try_receiver))
        .routes(routes!(list_messages))
        .routes(routes!(look_now))
}

/// Someone or something that is told what happens. Its address is never shown again.
#[derive(Serialize, ToSchema)]
#[schema(as = Receiver)]
pub(super) struct ReceiverDto {
    pub id: i64,
    pub name: String,
    /// `email`, `feishu`, `dingtalk`, `wecom`, `slack` or `webhook`.
    pub kind: String,
    pub has_secret: bool,
    pub language: String,
    /// `finding`, `task`, `comment`, `effect`, `digest`.
    pub events: Vec<String>,
    /// Login: only what is hers.
    pub person: Option<String>,
    /// Findings from this expected money a month on, in the reporting currency.
    pub min_monthly: String,
    /// Hour of the digest, UTC.
    pub digest_hour: u32,
    pub active: bool,
}

/// All receivers.
#[derive(Serialize, ToSchema)]
pub(super) struct Receivers {
    pub receivers: Vec<ReceiverDto>,
    pub kinds: Vec<String>,
    pub events: Vec<String>,
    /// Whether a mail server is set up in argosy.toml.
    pub mail: bool,
}

/// A receiver to be made, or what it shall be from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveReceiver {
    pub name: String,
    pub kind: String,
    /// E-mail addresses with commas between them, or the webhook's address; left out, it stays.
    pub address: Option<String>,
    /// The secret messages are signed with; left out, it stays, empty, it goes.
    pub secret: Option<String>,
    #[serde(default = "english")]
    pub language: String,
    pub events: Vec<String>,
    pub person: Option<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    pub min_monthly: Decimal,
    #[serde(default)]
    pub digest_hour: u32,
    #[serde(default = "yes")]
    pub active: bool,
}

fn english() -> String {
    "en".to_owned()
}

fn yes() -> bool {
    true
}

/// A message, and whether it arrived.
#[derive(Serialize, ToSchema)]
#[schema(as = SentMessage)]
pub(super) struct MessageDto {
    pub id: i64,
    pub receiver: i64,
    pub event: String,
    pub title: String,
    /// `waiting`, `sent` or `failed`.
    pub state: String,
    pub tries: u64,
    pub at: String,
    pub sent: Option<String>,
    /// Why the last try did not arrive.
    pub error: Option<String>,
}

/// Messages, the newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct SentMessages {
    pub messages: Vec<MessageDto>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct MessageQuery {
    /// Of this receiver only.
    pub receiver: Option<i64>,
    pub limit: Option<u64>,
}

/// What was written and sent.
#[derive(Serialize, ToSchema)]
pub(super) struct Looked {
    pub written: usize,
    pub sent: usize,
    pub failed: usize,
}

/// All receivers.
#[utoipa::path(get, path = "/receivers", operation_id = "list_receivers", tag = "settings",
    extensions(("x-permission" = json!("administer"))),
    responses((status = 200, body = Receivers)))]
async fn list_receivers(
    State(app): State<App>,
    _: Can<Administer>,
) -> Result<Json<Receivers>, ApiError> {
    let receivers = app.desk().receivers().await?.into_iter().map(dto).collect();
    Ok(Json(Receivers {
        receivers,
        kinds: notify::kinds().into_iter().map(str::to_owned).collect(),
        events: Event::ALL.map(|event| event.name().to_owned()).into(),
        mail: !app.home().config.mail.host.is_empty(),
    }))
}

/// Make a receiver; it is told what happens from now on.
#[utoipa::path(post, path = "/receivers", operation_id = "create_receiver", tag = "settings",
    extensions(("x-permission" = json!("administer"))),
    request_body = SaveReceiver, responses((status = 201, body = ReceiverDto)))]
async fn create_receiver(
    State(app): State<App>,
    can: Can<Administer>,
    Json(wish): Json<SaveReceiver>,
) -> Result<(StatusCode, Json<ReceiverDto>), ApiError> {
    let new = read(&app, wish)?;
    let saved = app.desk().save_receiver(None, &new, &can.who()).await?;
    Ok((StatusCode::CREATED, Json(dto(saved))))
}

/// Change a receiver.
#[utoipa::path(put, path = "/receivers/{id}", operation_id = "change_receiver", tag = "settings",
    extensions(("x-permission" = json!("administer"))),
    params(("id" = i64, Path)),
    request_body = SaveReceiver, responses((status = 200, body = ReceiverDto)))]
async fn change_receiver(
    State(app): State<App>,
    can: Can<Administer>,
    Path(id): Path<i64>,
    Json(wish): Json<SaveReceiver>,
) -> Result<Json<ReceiverDto>, ApiError> {
    let new = read(&app, wish)?;
    Ok(Json(dto(app.desk().save_receiver(Some(id), &new, &can.who()).await?)))
}

/// Take a receiver away.
#[utoipa::path(delete, path = "/receivers/{id}", operation_id = "delete_receiver", tag = "settings",
    extensions(("x-permission" = json!("administer"))),
    params(("id" = i64, Path)), responses((status = 204)))]
async fn delete_receiver(
    State(app): State<App>,
    can: Can<Administer>,
    Path(id): Path<i64>,
) -> Result<StatusCode, ApiError> {
    app.desk().delete_receiver(id, &can.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a trial message at once.
#[utoipa::path(post, path = "/receivers/{id}/try", operation_id = "try_receiver", tag = "settings",
    extensions(("x-permission" = json!("administer"))),
    params(("id" = i64, Path)), responses((status = 204)))]
async fn try_receiver(
    State(app): State<App>,
    can: Can<Administer>,
    Path(id): Path<i64>,
) -> Result<StatusCode, ApiError> {
    let receiver = app.desk().receiver(id).await?;
    let who = app.logins().await?.name(&can.who());
    match notify::try_out(&app, &receiver, &who).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(says) => Err(ApiError::new(Code::Invalid, says)),
    }
}

/// What receivers were told.
#[utoipa::path(get, path = "/messages", operation_id = "list_messages", tag = "settings",
    extensions(("x-permission" = json!("administer"))),
    params(MessageQuery), responses((status = 200, body = SentMessages)))]
async fn list_messages(
    State(app): State<App>,
    _: Can<Administer>,
    Query(query): Query<MessageQuery>,
) -> Result<Json<SentMessages>, ApiError> {
    let limit = query.limit.unwrap_or(100).clamp(1, 500);
    let found = app.desk().messages(query.receiver, limit).await?;
    Ok(Json(SentMessages { messages: found.into_iter().map(message_dto).collect() }))
}

/// Write and send what is due now; a server does so every minute.
#[utoipa::path(post, path = "/messages/send", operation_id = "send_messages", tag = "settings",
    extensions(("x-permission" = json!("administer"))),
    responses((status = 200, body = Looked)))]
async fn look_now(State(app): State<App>, _: Can<Administer>) -> Result<Json<Looked>, ApiError> {
    let notify::Outcome { written, sent, failed } = notify::look(&app).await?;
    Ok(Json(Looked { written, sent, failed }))
}

fn read(app: &App, wish: SaveReceiver) -> Result<NewReceiver, ApiError> {
    let wrong = |detail: String| ApiError::new(Code::Invalid, detail);
    let kinds = notify::kinds();
    if !kinds.contains(&wish.kind.as_str()) {
        let known = kinds.join(", ");
        return Err(wrong(format!("`{}` is no kind of receiver; use one of {known}", wish.kind)));
    }
    if !["en", "zh-CN"].contains(&wish.language.as_str()) {
        return Err(wrong(format!("`{}` is not a language here; use en or zh-CN", wish.language)));
    }
    let mut events = Vec::new();
    for name in &wish.events {
        let event = Event::ALL.into_iter().find(|event| event.name() == name);
        events.push(event.ok_or_else(|| {
            let known = Event::ALL.map(Event::name).join(", ");
            wrong(format!("`{name}` is nothing a receiver is told; use some of {known}"))
        })?);
    }
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let address = filled(wish.address);
    if let Some(address) = &address {
        notify::check_address(&wish.kind, address).map_err(wrong)?;
    }
    Ok(NewReceiver {
        name: wish.name,
        kind: wish.kind,
        address: address.map(|text| notify::sealed(app, &text)),
        secret: wish.secret.map(|text| filled(Some(text)).map(|text| notify::sealed(app, &text))),
        language: wish.language,
        events,
        person: filled(wish.person),
        min_monthly: wish.min_monthly,
        digest_hour: wish.digest_hour,
        active: wish.active,
    })
}

fn dto(receiver: Receiver) -> ReceiverDto {
    ReceiverDto {
        id: receiver.id,
        name: receiver.name,
        kind: receiver.kind,
        has_secret: receiver.secret.is_some(),
        language: receiver.language,
        events: receiver.events.iter().map(|event| event.name().to_owned()).collect(),
        person: receiver.person,
        min_monthly: receiver.min_monthly.to_string(),
        digest_hour: receiver.digest_hour,
        active: receiver.active,
    }
}

fn message_dto(message: Message) -> MessageDto {
    let state: MessageState = message.state;
    MessageDto {
        id: message.id,
        receiver: message.receiver,
        event: message.event,
        title: message.title,
        state: state.name().to_owned(),
        tries: message.tries,
        at: rfc3339(message.at),
        sent: message.sent.map(rfc3339),
        error: message.error,
    }
}
