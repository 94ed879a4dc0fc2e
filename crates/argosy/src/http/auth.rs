//! Who is asking: a session cookie from a browser, or an API token from a program.

use std::net::{IpAddr, SocketAddr};

use argosy_desk::User;
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{app::App, http::error::ApiError};

/// Name of the session cookie.
pub const COOKIE: &str = "argosy_session";
/// The browser forgets the cookie when the desk would no longer take it.
const COOKIE_SECONDS: u64 = 14 * 24 * 60 * 60;

/// Somebody who has signed in, and with what.
#[derive(Clone, Debug)]
pub struct SignedIn(pub User);

impl SignedIn {
    /// How changes are signed in the audit log.
    pub fn who(&self) -> String {
        match self.0.id {
            // Nobody's id: whoever sits at the machine itself.
            0 => self.0.login.clone(),
            id => id.to_string(),
        }
    }
}

/// The session token of the request's cookie.
#[derive(Clone)]
pub struct CookieToken(pub String);

/// Finds out who is asking; handlers decide whether that is enough.
pub async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    // Only this program itself can have put it there: `argosy api`.
    if request.extensions().get::<SignedIn>().is_some() {
        return next.run(request).await;
    }
    match who(&app, request.headers()).await {
        Ok(Some(user)) => {
            request.extensions_mut().insert(SignedIn(user));
        }
        Ok(None) => {}
        Err(error) => return error.into_response(),
    }
    next.run(request).await
}

async fn who(app: &App, headers: &HeaderMap) -> Result<Option<User>, ApiError> {
    // A token wins over a cookie: requests with a token skip the cross-site check, so the cookie
    // must not count in them.
    if let Some(token) = bearer(headers) {
        return Ok(app.desk().token_user(token).await?);
    }
    match cookie(headers) {
        Some(token) => Ok(app.desk().session_user(token).await?),
        None => Ok(None),
    }
}

/// The API token of a request.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value)
}

/// The header that gives a browser its session.
pub fn give_cookie(app: &App, token: &str) -> Option<HeaderValue> {
    set_cookie(app, token, COOKIE_SECONDS)
}

/// The header that takes the session away again.
pub fn take_cookie(app: &App) -> Option<HeaderValue> {
    set_cookie(app, "", 0)
}

fn set_cookie(app: &App, token: &str, seconds: u64) -> Option<HeaderValue> {
    let secure = if app.home().config.is_https() { "; Secure" } else { "" };
    let text =
        format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).ok()
}

/// Whoever is signed in, if anybody.
pub struct MaybeUser(pub Option<SignedIn>);

impl FromRequestParts<App> for MaybeUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        Ok(Self(parts.extensions.get::<SignedIn>().cloned()))
    }
}

impl FromRequestParts<App> for CookieToken {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        Ok(Self(cookie(&parts.headers).unwrap_or_default().to_owned()))
    }
}

/// The address the request comes from.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

impl FromRequestParts<App> for Peer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let direct = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let direct = direct.unwrap_or(IpAddr::from([0, 0, 0, 0]));
        if !app.home().config.trust_forwarded_for {
            return Ok(Self(direct));
        }
        // The last entry is what our own proxy wrote; those before it can be made up.
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().next_back();
        let forwarded = forwarded
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .and_then(|address| address.trim().parse().ok());
        Ok(Self(forwarded.unwrap_or(direct)))
    }
}
