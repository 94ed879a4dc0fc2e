//! A worker: it runs parts of plans that a server sends, and reads fact files from the bucket. It
//! keeps nothing and knows no company.

use std::{fmt, future::Future, sync::Arc};

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header::AUTHORIZATION},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::get,
};
use datafusion::{
    error::{DataFusionError, Result},
    execution::{SessionState, object_store::ObjectStoreRegistry, runtime_env::RuntimeEnvBuilder},
};
use datafusion_distributed::{DistributedExt, Worker, WorkerQueryContext};
use object_store::ObjectStore;
use subtle::ConstantTimeEq;
use tokio::net::TcpListener;
use tonic::{
    service::Routes,
    transport::{Server, server::TcpIncoming},
};
use url::Url;

use super::{BucketAddress, Secret, Unusable, channels::Channels, version};
use crate::FactsError;

/// What a worker needs.
#[derive(Clone, Debug)]
pub struct WorkerConfig {
    pub bucket: BucketAddress,
    pub secret: Secret,
    /// For sorting, grouping and joining, over all questions at a time; above it a question spills
    /// to disk or is refused.
    pub memory_bytes: usize,
}

/// Answers servers until `stop` ends; `GET /health` is open to all, everything else needs the
/// secret.
///
/// # Errors
/// [`Unusable`] when the bucket's address is wrong or the listener fails.
pub async fn serve_worker(
    config: &WorkerConfig,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> std::result::Result<(), Unusable> {
    let only = OnlyBucket { root: config.bucket.root()?, store: config.bucket.reader()? };
    let unusable = |error: FactsError| Unusable(error.to_string());
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_limit(config.memory_bytes, 1.0)
        .with_object_store_registry(Arc::new(only))
        .build_arc()
        .map_err(|error| unusable(error.into()))?;
    let channels = Arc::new(Channels::new(&config.secret)?);
    // The engine's own functions are on both sides, as both are one build (`version`).
    let session = move |context: WorkerQueryContext| {
        let channels = channels.clone();
        async move {
            let state: SessionState =
                context.builder.with_distributed_channel_resolver(channels.resolver()).build();
            Ok::<_, DataFusionError>(state)
        }
    };
    let worker = Worker::from_session_builder(session)
        .with_runtime_env(runtime)
        .with_version(version(&config.bucket));
    let guarded = Routes::new(worker.into_worker_server())
        .into_axum_router()
        .layer(from_fn_with_state(Arc::new(config.secret.header()), guard));
    let routes = Router::new().route("/health", get(health)).merge(guarded);
    Server::builder()
        .accept_http1(true)
        .http2_adaptive_window(Some(true))
        .add_routes(Routes::from(routes))
        .serve_with_incoming_shutdown(TcpIncoming::from(listener).with_nodelay(Some(true)), stop)
        .await
        .map_err(|error| Unusable(format!("the worker stopped listening: {error}")))
}

/// Lets only those through who know the secret.
async fn guard(
    State(wanted): State<Arc<String>>,
    request: Request,
    next: Next,
) -> std::result::Result<Response, StatusCode> {
    let given = request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes);
    // Compared in the same time whatever is given, so that the secret cannot be felt out.
    if given.is_some_and(|given| given.ct_eq(wanted.as_bytes()).into()) {
        Ok(next.run(request).await)
    } else {
        Err(StatusCode::UNAUTHORIZED)
    }
}

async fn health() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "state": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

/// The one place a worker reads from. Plans come over the network: none may read another bucket, a
/// file of this machine or a web address.
struct OnlyBucket {
    root: Url,
    store: Arc<dyn ObjectStore>,
}

impl fmt::Debug for OnlyBucket {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "only {}", self.root)
    }
}

impl ObjectStoreRegistry for OnlyBucket {
    fn register_store(
        &self,
        _url: &Url,
        _store: Arc<dyn ObjectStore>,
    ) -> Option<Arc<dyn ObjectStore>> {
        None
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        let same = (url.scheme(), url.host_str()) == (self.root.scheme(), self.root.host_str());
        if same {
            return Ok(self.store.clone());
        }
        Err(DataFusionError::Execution(format!("this worker reads {} only", self.root)))
    }
}
