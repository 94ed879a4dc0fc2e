//! Connections to workers, with the secret in every call.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use axum::http::{HeaderValue, Request, header::AUTHORIZATION};
use datafusion::error::Result;
use datafusion_distributed::{
    ChannelResolver, WorkerChannel,
    grpc::{BoxCloneSyncChannel, create_worker_client},
};
use tonic::{body::Body, transport::Endpoint};
use tower::util::MapRequest;
use url::Url;

use super::{Secret, Unusable, unreachable};

const CONNECT: Duration = Duration::from_secs(3);
/// A machine that is unplugged sends no word: after this and [`SILENCE`] it counts as gone.
const PULSE: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(5);

/// Open connections by worker.
pub(super) struct Channels {
    secret: HeaderValue,
    open: Mutex<HashMap<Url, BoxCloneSyncChannel>>,
}

impl Channels {
    pub(super) fn new(secret: &Secret) -> std::result::Result<Self, Unusable> {
        let mut secret = HeaderValue::from_str(&secret.header())
            .map_err(|error| Unusable(format!("the secret of the cluster: {error}")))?;
        secret.set_sensitive(true);
        Ok(Self { secret, open: Mutex::default() })
    }

    pub(super) fn resolver(self: Arc<Self>) -> Resolver {
        Resolver(self)
    }

    /// A client of a worker. Whether it is there shows with the first call.
    pub(super) fn worker(&self, url: &Url) -> Result<Box<dyn WorkerChannel>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = open.get(url) {
            return Ok(create_worker_client(channel.clone()));
        }
        let endpoint = Endpoint::from_shared(url.to_string())
            .map_err(|error| unreachable(url.as_str(), &error))?
            .connect_timeout(CONNECT)
            .tcp_nodelay(true)
            .http2_adaptive_window(true)
            .http2_keep_alive_interval(PULSE)
            .keep_alive_timeout(SILENCE)
            .keep_alive_while_idle(true);
        let secret = self.secret.clone();
        let signed = MapRequest::new(endpoint.connect_lazy(), move |mut call: Request<Body>| {
            call.headers_mut().insert(AUTHORIZATION, secret.clone());
            call
        });
        let channel = BoxCloneSyncChannel::new(signed);
        open.insert(url.clone(), channel.clone());
        Ok(create_worker_client(channel))
    }
}

/// The connections, as the query engine asks for them.
pub(super) struct Resolver(Arc<Channels>);

#[async_trait]
impl ChannelResolver for Resolver {
    async fn get_worker_client_for_url(&self, url: &Url) -> Result<Box<dyn WorkerChannel>> {
        self.0.worker(url)
    }
}
