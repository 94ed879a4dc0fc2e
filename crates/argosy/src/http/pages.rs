//! The web pages inside the binary: compressed beforehand, cached for ever when their name says so.

use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::{
    error::{ApiError, Code},
    openapi::PREFIX,
};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

const NOT_BUILT: &str = include_str!("not_built.html");

/// Everything that is not an API route.
pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if uri.path().starts_with("/api") {
        let detail = format!("there is no `{}` below {PREFIX}", uri.path());
        return ApiError::new(Code::UnknownRoute, detail).into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return ApiError::new(Code::MethodNotAllowed, "pages can only be read").into_response();
    }
    if let Some(response) = file(path, &headers) {
        return response;
    }
    // A missing script or picture must not become a page. Pages have ids in their paths, and ids of
    // rules have points in them: what a browser asks for as a page is one.
    let has_ending = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if path.starts_with("assets/") || (has_ending && !wants_page(&headers)) {
        return (StatusCode::NOT_FOUND, "not found").into_response();
    }
    file("index.html", &headers).unwrap_or_else(|| {
        let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        (StatusCode::OK, html, NOT_BUILT).into_response()
    })
}

/// Whether the client names pages among what it accepts, as browsers do for what they navigate to.
fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let kind = |one: &str| one.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    accepted.is_some_and(|all| all.split(',').any(|one| kind(one) == "text/html"))
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    if path.is_empty() || path.ends_with(".br") || path.ends_with(".gz") {
        return None;
    }
    let plain = Dist::get(path)?;
    let (file, encoding) = smallest(path, headers).unwrap_or((plain, None));
    let etag = etag(&file);
    let mut answer = HeaderMap::new();
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = if kind.type_() == "text" || kind.essence_str() == "application/javascript" {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        answer.insert(header::CONTENT_TYPE, kind);
    }
    // Names below assets/ carry a hash of the content: such a file never changes.
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let unchanged = known.is_some_and(|known| known.split(',').any(|one| one.trim() == etag));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answer.insert(header::ETAG, etag);
    }
    if unchanged {
        return Some((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    Some((answer, file.data).into_response())
}

/// The compressed neighbour that the browser accepts.
fn smallest(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    [("br", "br"), ("gz", "gzip")].into_iter().find_map(|(ending, encoding)| {
        let accepts = accepted.split(',').any(|one| {
            let mut parts = one.split(';').map(str::trim);
            parts.next() == Some(encoding) && parts.all(|part| part != "q=0")
        });
        let file = accepts.then(|| Dist::get(&format!("{path}.{ending}"))).flatten()?;
        Some((file, Some(encoding)))
    })
}

fn etag(file: &EmbeddedFile) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("\"");
    for byte in &file.metadata.sha256_hash()[..12] {
        let _ = write!(text, "{byte:02x}");
    }
    text.push('"');
    text
}
