//! The HTTP face: `/api/v1` and the web pages. Handlers only translate; the work is in the rooms.

mod about;
pub(crate) mod answers;
pub mod auth;
mod boards;
pub(crate) mod books;
pub(crate) mod costs;
mod data;
pub mod dto;
pub mod error;
mod extract;
mod goods;
mod guard;
mod idempotency;
pub(crate) mod imported;
mod imports;
pub(crate) mod ledger;
mod mappings;
pub mod openapi;
mod pages;
mod people;
mod plain_words;
mod products;
mod questions;
mod rates;
mod receivers;
pub(crate) mod records;
mod session;
mod shapes;
mod sheets;
mod stores;
mod upload;
pub(crate) mod work;

use std::{any::Any, net::SocketAddr};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;

pub use books::Face;
pub use imported::JobResult;

use crate::{
    app::App,
    http::error::{ApiError, Code},
};

/// Bodies that are not uploads: questions and records.
const BODY_BYTES_MAX: usize = 2 << 20;

/// All routes with all walls around them, the outermost last.
pub fn service(app: App) -> Router {
    let (api, _) = openapi::router().split_for_parts();
    api.layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .method_not_allowed_fallback(async || {
            ApiError::new(Code::MethodNotAllowed, "this address does not take that method")
        })
        .fallback(pages::serve)
        .layer(from_fn_with_state(app.clone(), idempotency::once))
        .layer(from_fn_with_state(app.clone(), auth::authenticate))
        .layer(from_fn_with_state(app.clone(), guard::cross_site))
        .layer(from_fn_with_state(app.clone(), guard::host))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), guard::headers))
        .layer(from_fn(guard::log))
        .with_state(app)
}

/// A panic costs one request.
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let incident = crate::ids::random();
    let said = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(incident, said, "a request ended in a panic");
    ApiError::incident(incident).into_response()
}

/// Answers requests until `stop` is over.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = service(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
