//! HTTP: first set-up, signing in and out.

use argosy_desk::{User, UserChange};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::{App, Company},
    checks,
    http::{
        auth::{self, CookieToken, MaybeUser, Peer, SignedIn},
        dto::currency,
        error::{ApiError, Code},
        extract::{Can, Json, Read},
    },
    permission::{self, Permission},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_session, sign_in, sign_out, change_me))
        .routes(routes!(set_up))
}

/// Who is looking, and whether Argosy waits for its first owner.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionInfo {
    pub user: Option<SessionUser>,
    /// No user exists yet: the first visitor becomes the owner.
    pub setup_required: bool,
    /// This is the demo company.
    pub demo: bool,
    pub version: String,
}

/// The person who is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionUser {
    pub id: String,
    pub login: String,
    /// `viewer`, `operator`, `finance`, `manager` or `owner`.
    pub role: String,
    /// `en` or `zh-CN`; null while the user has chosen none and follows the browser.
    pub language: Option<String>,
    pub permissions: Vec<Permission>,
}

/// Login and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    pub login: String,
    pub password: String,
}

/// The first owner and the company.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Setup {
    pub login: String,
    /// At least 12 characters.
    pub password: String,
    pub company: String,
    /// Reporting currency, ISO 4217.
    pub currency: String,
    /// `en` or `zh-CN`, for new users; left out, everybody follows the browser.
    pub language: Option<String>,
}

/// What people may change about themselves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeMe {
    /// `en` or `zh-CN`; an empty text follows the browser again.
    pub language: Option<String>,
    /// The present password; needed to set a new one.
    pub password: Option<String>,
    /// Ends all other sessions.
    pub new_password: Option<String>,
}

/// Who is signed in.
#[utoipa::path(get, path = "/session", operation_id = "get_session", tag = "session",
    extensions(("x-permission" = json!("public"))),
    responses((status = 200, body = SessionInfo)))]
async fn get_session(
    State(app): State<App>,
    MaybeUser(user): MaybeUser,
) -> Result<Json<SessionInfo>, ApiError> {
    Ok(Json(info(&app, user.map(|user| user.0)).await?))
}

/// Sign in; the session comes as a cookie.
#[utoipa::path(post, path = "/session", operation_id = "sign_in", tag = "session",
    extensions(("x-permission" = json!("public"))),
    request_body = Credentials, responses((status = 200, body = SessionInfo)))]
async fn sign_in(
    State(app): State<App>,
    Peer(peer): Peer,
    Json(credentials): Json<Credentials>,
) -> Result<Response, ApiError> {
    let ip = peer.to_string();
    let token = app.desk().sign_in(&credentials.login, &credentials.password, &ip).await?;
    let user = app.desk().session_user(token.expose()).await?;
    with_session(&app, StatusCode::OK, token.expose(), user).await
}

/// Sign out.
#[utoipa::path(delete, path = "/session", operation_id = "sign_out", tag = "session",
    extensions(("x-permission" = json!("public"))),
    responses((status = 204)))]
async fn sign_out(State(app): State<App>, token: CookieToken) -> Result<Response, ApiError> {
    if !token.0.is_empty() {
        app.desk().sign_out(&token.0).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = auth::take_cookie(&app) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Change one's own language or password.
#[utoipa::path(patch, path = "/session", operation_id = "change_me", tag = "session",
    extensions(("x-permission" = json!("read"))),
    request_body = ChangeMe, responses((status = 200, body = SessionInfo)))]
async fn change_me(
    State(app): State<App>,
    can: Can<Read>,
    Peer(peer): Peer,
    Json(change): Json<ChangeMe>,
) -> Result<Response, ApiError> {
    let SignedIn(user) = &can.user;
    if let Some(language) = change.language {
        let language = match language.as_str() {
            "" => language,
            named => checks::language(named)?,
        };
        let change = UserChange { language: Some(language), ..UserChange::default() };
        app.desk().change_user(user.id, &change, &can.who()).await?;
    }
    let Some(new_password) = change.new_password else {
        let user = app.desk().user(user.id).await?;
        return Ok(Json(info(&app, user).await?).into_response());
    };
    // Signing in checks the present password, and counts wrong ones.
    let ip = peer.to_string();
    let present = change.password.unwrap_or_default();
    app.desk().sign_in(&user.login, &present, &ip).await?;
    app.desk().set_password(user.id, &new_password, &can.who()).await?;
    let token = app.desk().sign_in(&user.login, &new_password, &ip).await?;
    let user = app.desk().session_user(token.expose()).await?;
    with_session(&app, StatusCode::OK, token.expose(), user).await
}

/// Make the first owner; only while there is no user.
#[utoipa::path(post, path = "/setup", operation_id = "set_up", tag = "session",
    extensions(("x-permission" = json!("public"))),
    request_body = Setup, responses((status = 201, body = SessionInfo)))]
async fn set_up(
    State(app): State<App>,
    Peer(peer): Peer,
    Json(setup): Json<Setup>,
) -> Result<Response, ApiError> {
    if !app.desk().needs_owner().await? {
        return Err(ApiError::new(Code::SetupDone, "the owner exists already; sign in"));
    }
    // Whoever comes first owns everything: that must be somebody at this machine.
    if !peer.is_loopback() {
        let detail = "the first owner is made at the machine itself: \
                      `argosy user add LOGIN --role owner`";
        return Err(ApiError::new(Code::NotAllowed, detail));
    }
    let currency = currency(&setup.currency)?;
    let name = checks::company(&setup.company)?;
    let language = setup.language.as_deref().map(checks::language).transpose()?;
    let own = language.clone().unwrap_or_default();
    app.desk().create_owner(&setup.login, &setup.password, &own).await?;
    let company = Company { name, currency, language: language.unwrap_or_else(|| "en".into()) };
    app.save_company(&company, "setup").await?;
    let ip = peer.to_string();
    let token = app.desk().sign_in(&setup.login, &setup.password, &ip).await?;
    let user = app.desk().session_user(token.expose()).await?;
    with_session(&app, StatusCode::CREATED, token.expose(), user).await
}

async fn info(app: &App, user: Option<User>) -> Result<SessionInfo, ApiError> {
    Ok(SessionInfo {
        setup_required: user.is_none() && app.desk().needs_owner().await?,
        user: user.map(|user| SessionUser {
            id: user.id.to_string(),
            login: user.login,
            role: user.role.name().to_owned(),
            language: Some(user.language).filter(|language| !language.is_empty()),
            permissions: permission::of(user.role),
        }),
        demo: app.is_demo().await?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

async fn with_session(
    app: &App,
    status: StatusCode,
    token: &str,
    user: Option<User>,
) -> Result<Response, ApiError> {
    let mut response = (status, Json(info(app, user).await?)).into_response();
    if let Some(cookie) = auth::give_cookie(app, token) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
