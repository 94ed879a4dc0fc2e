//! `Idempotency-Key`: a POST that is sent again gets the first answer and has no second effect.
//!
//! Kept answers are sealed: some of them hold secrets that are shown once.

use argosy_desk::Begun;
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use crate::{
    app::App,
    http::{
        BODY_BYTES_MAX,
        auth::SignedIn,
        error::{ApiError, Code},
    },
};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is not of this request but of the first one.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Larger answers (whole downloads) are not kept: asking again changes nothing.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// Answers a repeated request from memory.
pub(super) async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(key) = request.headers().get(KEY) else { return next.run(request).await };
    let signed_in = request.extensions().get::<SignedIn>().map(SignedIn::who);
    let (Some(who), &Method::POST) = (signed_in, request.method()) else {
        return next.run(request).await;
    };
    let Ok(key) = key.to_str().map(str::to_owned) else {
        let detail = "the idempotency key is not plain text; use a UUID";
        return ApiError::new(Code::BadRequest, detail).into_response();
    };
    match keyed(&app, &who, &key, request, next).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn keyed(
    app: &App,
    who: &str,
    key: &str,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (request, hash) = hashed(request).await?;
    match app.desk().begin_request(who, key, &hash).await? {
        Begun::Answered { status, answer } => replay(app, status, &answer),
        Begun::New => {
            let response = next.run(request).await;
            keep(app, who, key, response).await
        }
    }
}

/// What the request is about. Uploads are streamed, so their size stands for their content.
async fn hashed(request: Request) -> Result<(Request, String), ApiError> {
    let (parts, body) = request.into_parts();
    let mut hash = Sha256::new();
    hash.update(parts.uri.to_string());
    let header_text = |name: HeaderName| {
        parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    };
    if header_text(header::CONTENT_TYPE).starts_with("multipart/") {
        hash.update(header_text(header::CONTENT_LENGTH));
        return Ok((Request::from_parts(parts, body), hex(&hash.finalize())));
    }
    let bytes = to_bytes(body, BODY_BYTES_MAX)
        .await
        .map_err(|_| ApiError::new(Code::TooLarge, "the body is larger than this API takes"))?;
    hash.update(&bytes);
    Ok((Request::from_parts(parts, Body::from(bytes)), hex(&hash.finalize())))
}

/// Keeps what was answered, so that the same can be said again.
async fn keep(app: &App, who: &str, key: &str, response: Response) -> Result<Response, ApiError> {
    let (parts, body) = response.into_parts();
    let json = content_type(&parts.headers).starts_with("application/json");
    // Our own failures and passing ones may go away; whoever asks again should get through.
    let passing = parts.status.is_server_error()
        || matches!(parts.status, StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS);
    let empty = parts.status == StatusCode::NO_CONTENT;
    if passing || !(json || empty) {
        app.desk().drop_request(who, key).await?;
        return Ok(Response::from_parts(parts, body));
    }
    let bytes = match to_bytes(body, ANSWER_BYTES_MAX).await {
        Ok(bytes) => bytes,
        Err(error) => {
            app.desk().drop_request(who, key).await?;
            return Err(ApiError::internal(&error));
        }
    };
    let sealed = hex(&app.vault().seal(&bytes));
    app.desk().answer_request(who, key, parts.status.as_u16(), &sealed).await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn replay(app: &App, status: u16, sealed: &str) -> Result<Response, ApiError> {
    let plain = app.vault().unseal(&bytes_of(sealed))?;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, Body::from(plain.to_vec())).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .filter_map(|pair| std::str::from_utf8(pair).ok())
        .filter_map(|pair| u8::from_str_radix(pair, 16).ok())
        .collect()
}
