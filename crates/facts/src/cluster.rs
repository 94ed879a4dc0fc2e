//! Several machines: fact files in S3-compatible storage, and workers that take a share of a
//! question (docs/adr/0008).
//!
//! The server plans; workers read, group and join parts of the files; the server puts the parts
//! together. Workers keep nothing: any of them may go at any moment.
//!
//! **Invariant:** an answer is whole or there is none. Whatever goes wrong while workers are in it,
//! the rows read so far are thrown away and the question is asked again, in the end by this machine
//! alone.

mod bucket;
mod channels;
mod members;
mod reading;
#[cfg(test)]
pub(crate) mod tests;
mod worker;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use datafusion::{
    error::{DataFusionError, Result as PlanResult},
    execution::{SessionStateBuilder, context::QueryPlanner, runtime_env::RuntimeEnv},
    logical_expr::LogicalPlan,
    physical_plan::{ExecutionPlan, execute_stream},
    physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner},
    prelude::{DataFrame, SessionConfig, SessionContext},
};
use datafusion_distributed::{
    DistributedExec, DistributedExt, SessionStateBuilderExt, WorkerResolver,
};
use url::Url;

pub use bucket::{Bucket, BucketAddress, Keys};
use channels::Channels;
use members::{Members, Which};
pub use worker::{WorkerConfig, serve_worker};

use crate::{
    FactStore, FactsError,
    session::{Add, add_up},
    shelf::Shelf,
};

/// A setting that cannot be used, and what to write instead.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub String);

/// What server and workers know each other by; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// A secret that can be guessed protects nothing.
const SECRET_CHARACTERS: usize = 32;

impl Secret {
    /// # Errors
    /// [`Unusable`] when it is too short or cannot stand in a header.
    pub fn new(text: &str) -> Result<Self, Unusable> {
        let text = text.trim();
        if text.len() < SECRET_CHARACTERS || !text.chars().all(|c| c.is_ascii_graphic()) {
            return Err(Unusable(format!(
                "the secret of a cluster is {SECRET_CHARACTERS} or more characters of ASCII \
                 without blanks; make one with `openssl rand -hex 32`"
            )));
        }
        Ok(Self(text.to_owned()))
    }

    fn header(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Secret")
    }
}

/// Which workers help, and how much work is worth sending.
#[derive(Clone, Debug)]
pub struct ClusterConfig {
    /// Where workers answer: `http://host:port`. Workers reach each other by the same addresses.
    pub workers: Vec<String>,
    pub secret: Secret,
    /// A worker thread gets about this many bytes of fact files; what is smaller stays here.
    pub share_bytes: usize,
}

/// How questions were answered since the start.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// With the help of workers.
    pub shared: u64,
    /// Without, as there was too little to share or nobody to share with.
    pub here: u64,
    /// A second time, as something went wrong while workers were in it.
    pub again: u64,
    /// By this machine alone after that.
    pub alone: u64,
}

/// The workers of a server.
pub struct Cluster {
    members: Members,
    channels: Arc<Channels>,
    share_bytes: usize,
    shared: AtomicU64,
    here: AtomicU64,
    again: AtomicU64,
    alone: AtomicU64,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Cluster").field("members", &self.members).finish_non_exhaustive()
    }
}

tokio::task_local! {
    /// Set while a question is answered without workers.
    static ALONE: ();
}

impl Cluster {
    /// Workers that read the same bucket. Nobody is asked yet.
    ///
    /// # Errors
    /// [`Unusable`] when an address is none.
    pub fn new(config: &ClusterConfig, bucket: &BucketAddress) -> Result<Arc<Self>, Unusable> {
        let urls = config.workers.iter().map(|address| worker_url(address));
        let channels = Arc::new(Channels::new(&config.secret)?);
        Ok(Arc::new(Self {
            members: Members::new(urls.collect::<Result<_, _>>()?, version(bucket)),
            channels,
            share_bytes: config.share_bytes.max(1),
            shared: AtomicU64::new(0),
            here: AtomicU64::new(0),
            again: AtomicU64::new(0),
            alone: AtomicU64::new(0),
        }))
    }

    /// Workers that answered when they were last asked.
    pub fn present(&self) -> Vec<String> {
        self.members.present().iter().map(ToString::to_string).collect()
    }

    /// Asks all workers whether they are there; gives how many were lost since the last time.
    pub async fn check(&self) -> usize {
        self.members.check(&self.channels, Which::All).await
    }

    pub fn counts(&self) -> Counts {
        Counts {
            shared: self.shared.load(Ordering::Relaxed),
            here: self.here.load(Ordering::Relaxed),
            again: self.again.load(Ordering::Relaxed),
            alone: self.alone.load(Ordering::Relaxed),
        }
    }

    /// A query engine that plans over the workers present.
    pub(crate) fn context(
        self: &Arc<Self>,
        config: SessionConfig,
        runtime: Arc<RuntimeEnv>,
    ) -> Result<SessionContext, FactsError> {
        let mut builder = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_default_features()
            .with_distributed_planner()
            .with_distributed_worker_resolver(Present(self.clone()))
            .with_distributed_channel_resolver(self.channels.clone().resolver())
            .with_distributed_file_scan_config_bytes_per_partition(self.share_bytes)?
            .with_distributed_metrics_collection(false)?;
        if let Some(sharing) = builder.query_planner().take() {
            let planner = Planner { cluster: self.clone(), sharing };
            builder = builder.with_query_planner(Arc::new(planner));
        }
        Ok(SessionContext::new_with_state(builder.build()))
    }

    /// Runs a plan over the workers present. When that fails for whatever reason but a limit, it is
    /// run again over those that are left, and at last by this machine alone: a read changes
    /// nothing, so it may be done as often as needed.
    pub(crate) async fn answer<A: Default + Send>(
        &self,
        frame: DataFrame,
        add: impl Add<A>,
    ) -> Result<A, FactsError> {
        self.members.check(&self.channels, Which::Due).await;
        let error = match self.attempt(&frame, &add).await {
            Attempt::Over(answer) => return answer,
            Attempt::Lost(error) => error,
        };
        let gone = self.members.check(&self.channels, Which::All).await;
        let left = self.members.present().len();
        self.again.fetch_add(1, Ordering::Relaxed);
        // The words of a failure may hold values of rows: they are not for the usual log.
        tracing::debug!(%error, "why a question failed with workers in it");
        tracing::warn!(gone, left, "a question is asked again: it failed with workers in it");
        // Where nobody went, the same workers would fail the same way.
        if gone > 0 && left > 0 {
            match self.attempt(&frame, &add).await {
                Attempt::Over(answer) => return answer,
                Attempt::Lost(error) => {
                    tracing::debug!(%error, "why it failed again");
                    tracing::warn!("a question is asked a third time: by this machine alone");
                }
            }
        }
        self.alone.fetch_add(1, Ordering::Relaxed);
        let alone = async { add_up(frame.execute_stream().await?, &add).await };
        ALONE.scope((), alone).await
    }

    async fn attempt<A: Default + Send>(&self, frame: &DataFrame, add: &impl Add<A>) -> Attempt<A> {
        let task = Arc::new(frame.task_ctx());
        let plan = match frame.clone().create_physical_plan().await {
            Ok(plan) => plan,
            // Some plans have no form that can be sent; there is one without workers.
            Err(error) if self.members.present().is_empty() => {
                return Attempt::Over(Err(error.into()));
            }
            Err(error) => return Attempt::Lost(error.into()),
        };
        let is_shared = plan.is::<DistributedExec>();
        let answer = async { add_up(execute_stream(plan, task)?, add).await }.await;
        match answer {
            Err(FactsError::Query(text)) if is_shared => Attempt::Lost(FactsError::Query(text)),
            answer => {
                let how = if is_shared { &self.shared } else { &self.here };
                how.fetch_add(1, Ordering::Relaxed);
                Attempt::Over(answer)
            }
        }
    }
}

/// What came of asking with workers.
enum Attempt<A> {
    Over(Result<A, FactsError>),
    /// Nothing that counts, and why.
    Lost(FactsError),
}

/// The workers present, as the planner asks for them.
struct Present(Arc<Cluster>);

impl WorkerResolver for Present {
    fn get_urls(&self) -> PlanResult<Vec<Url>> {
        Ok(self.0.members.present())
    }
}

/// Plans as usual when nobody is there to help, or must not.
struct Planner {
    cluster: Arc<Cluster>,
    sharing: Arc<dyn QueryPlanner + Send + Sync>,
}

impl fmt::Debug for Planner {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sharing.fmt(to)
    }
}

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn datafusion::catalog::Session,
    ) -> PlanResult<Arc<dyn ExecutionPlan>> {
        let alone = ALONE.try_with(|()| ()).is_ok();
        if alone || self.cluster.members.present().is_empty() {
            return DefaultPhysicalPlanner::default().create_physical_plan(plan, session).await;
        }
        self.sharing.create_physical_plan(plan, session).await
    }
}

/// What server and worker must have in common to understand each other: their build and the bucket.
fn version(bucket: &BucketAddress) -> String {
    let (ours, engine) = (env!("CARGO_PKG_VERSION"), datafusion::DATAFUSION_VERSION);
    format!("argosy {ours}, engine {engine}, bucket {:016x}", bucket.fingerprint())
}

fn worker_url(address: &str) -> Result<Url, Unusable> {
    let url = Url::parse(address).ok().filter(|url| url.scheme() == "http" && url.has_host());
    url.ok_or_else(|| {
        Unusable(format!("`{address}` is no address of a worker; write it as http://host:7071"))
    })
}

fn unreachable(what: &str, error: &dyn fmt::Display) -> DataFusionError {
    DataFusionError::Execution(format!("{what}: {error}"))
}

impl FactStore {
    /// Fact files in S3-compatible storage; `cache` is a folder of this machine alone that holds
    /// copies of at most about `cache_bytes`.
    ///
    /// # Errors
    /// [`Unusable`] when the address or a key is wrong, or the folder cannot be made. Whether the
    /// storage answers is not asked.
    pub fn in_bucket(
        address: &BucketAddress,
        cache: &std::path::Path,
        cache_bytes: u64,
    ) -> Result<Self, Unusable> {
        Ok(Self::on(Shelf::Bucket(Arc::new(Bucket::open(address, cache, cache_bytes)?))))
    }

    /// The same files, with workers to ask.
    #[must_use]
    pub fn with_cluster(mut self, cluster: Arc<Cluster>) -> Self {
        self.cluster = Some(cluster);
        self
    }

    pub fn cluster(&self) -> Option<&Arc<Cluster>> {
        self.cluster.as_ref()
    }
}
