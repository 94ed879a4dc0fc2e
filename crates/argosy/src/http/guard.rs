//! Walls around every request: who is asking from where, and what browsers may do with the answer.

use std::time::Instant;

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    app::App,
    http::{
        auth,
        error::{ApiError, Code},
    },
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Scripts only from our own files; styles may stand inline because antd writes them at run time.
const CONTENT_POLICY: &str = "default-src 'self'; script-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; \
     connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

/// Gives each request a name and writes one line to the log: never the query, which may hold data.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let id = crate::ids::random();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "pages".to_owned(), |path| path.as_str().to_owned());
    let begin = Instant::now();
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    let took_ms = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(request = id, %method, route, status, took_ms, "answered");
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Tells browsers what they may do with our answers.
pub(super) async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=()",
    );
    if app.home().config.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if is_api {
        set(header::CACHE_CONTROL, "no-store");
    }
    response
}

/// A server on the loopback address answers only to its own names: a foreign name that a page made
/// to point here (DNS rebinding) is refused.
pub(super) async fn host(State(app): State<App>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<std::net::SocketAddr>>();
    let local = peer.is_some_and(|peer| peer.0.ip().is_loopback());
    let named = host_of(request.headers(), request.uri()).map(without_port).unwrap_or_default();
    let ours = app.home().config.public_url.as_str();
    let known = ["", "localhost", "127.0.0.1", "[::1]"].contains(&named.as_str())
        || ours.is_empty() && named.parse::<std::net::IpAddr>().is_ok()
        || without_scheme(ours).is_some_and(|host| without_port(host) == named);
    if local && !known {
        let detail = format!("this server does not answer to the name `{named}`; set public_url");
        return ApiError::new(Code::CrossSite, detail).into_response();
    }
    next.run(request).await
}

/// Refuses requests that change something unless they come from our own pages or carry a token.
pub(super) async fn cross_site(State(app): State<App>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || auth::bearer(request.headers()).is_some() {
        return next.run(request).await;
    }
    match from_our_pages(&app, &request) {
        Ok(()) => next.run(request).await,
        Err(why) => ApiError::new(Code::CrossSite, why).into_response(),
    }
}

fn from_our_pages(app: &App, request: &Request) -> Result<(), &'static str> {
    let headers = request.headers();
    // A foreign page cannot set this header without asking first (CORS), and we never say yes.
    if !headers.contains_key("x-argosy") {
        return Err("requests that change something need the header `X-Argosy: 1`");
    }
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
        return Err("the request comes from another site");
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().ok().and_then(without_scheme);
    let here = host_of(headers, request.uri());
    let public = without_scheme(&app.home().config.public_url);
    if origin.is_some() && (origin == here || origin == public) {
        Ok(())
    } else {
        Err("the request comes from another origin")
    }
}

fn host_of<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let header = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    header.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str))
}

fn without_scheme(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    Some(rest.trim_end_matches('/'))
}

fn without_port(host: &str) -> String {
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    port.map_or(host, |(name, _)| name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_and_schemes_are_not_part_of_a_name() {
        assert_eq!(without_port("Localhost:7070"), "localhost");
        assert_eq!(without_port("[::1]:7070"), "[::1]");
        assert_eq!(without_port("[::1]"), "[::1]");
        assert_eq!(without_scheme("https://a.example/"), Some("a.example"));
        assert_eq!(without_scheme("null"), None);
    }
}
