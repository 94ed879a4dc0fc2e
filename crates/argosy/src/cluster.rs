//! From settings to the place where facts lie, and to the machines that help
//! (docs/guide/cluster.md).

use argosy_facts::FactStore;

use crate::{error::Error, home::Home};

/// The fact store of a home: its own folder or, in a build with the feature `cluster`, a bucket.
///
/// # Errors
/// When the settings ask for what this build cannot do, or are wrong.
pub(crate) fn facts(home: &Home) -> Result<FactStore, Error> {
    let config = &home.config;
    if !config.facts.is_empty() {
        return in_bucket(home);
    }
    if config.cluster.workers.is_empty() {
        return Ok(FactStore::open(&home.facts())?);
    }
    Err(Error::told(
        "workers read facts from S3-compatible storage: set `facts = \"s3://…\"` in argosy.toml",
        "工作进程从 S3 兼容存储读取事实：请在 argosy.toml 中设置 `facts = \"s3://…\"`",
    ))
}

#[cfg(not(feature = "cluster"))]
fn in_bucket(_: &Home) -> Result<FactStore, Error> {
    Err(Error::told(
        "this build keeps facts in its home only; build it with `--features cluster` for S3",
        "此版本仅能把事实存放在数据目录中；如需 S3 请用 `--features cluster` 编译",
    ))
}

#[cfg(feature = "cluster")]
use shared::in_bucket;
#[cfg(feature = "cluster")]
pub(crate) use shared::worker;

#[cfg(feature = "cluster")]
mod shared {
    use std::{
        fs,
        path::{Path, PathBuf},
    };

    use argosy_facts::{
        FactStore,
        cluster::{BucketAddress, Cluster, ClusterConfig, Keys, Secret, Unusable, WorkerConfig},
    };
    use serde::Deserialize;

    use crate::{
        error::Error,
        home::{Config, Home},
    };

    const KIB: u64 = 1024;
    const MIB: u64 = KIB * KIB;
    /// The secret of the cluster, where no file holds it.
    const SECRET: &str = "ARGOSY_CLUSTER_SECRET";

    pub(super) fn in_bucket(home: &Home) -> Result<FactStore, Error> {
        let config = &home.config;
        let bucket = bucket(config, home.path())?;
        let cache = config.storage.cache_mib.saturating_mul(MIB);
        let store = FactStore::in_bucket(&bucket, &home.facts_cache(), cache).map_err(unusable)?;
        if config.cluster.workers.is_empty() {
            return Ok(store);
        }
        let cluster = ClusterConfig {
            workers: config.cluster.workers.clone(),
            secret: secret(config, home.path())?,
            share_bytes: bytes(config.cluster.share_kib, KIB),
        };
        Ok(store.with_cluster(Cluster::new(&cluster, &bucket).map_err(unusable)?))
    }

    /// What a worker with these settings needs; files are named relative to `home`.
    ///
    /// # Errors
    /// When a setting is missing or wrong.
    pub(crate) fn worker(config: &Config, home: &Path) -> Result<WorkerConfig, Error> {
        Ok(WorkerConfig {
            bucket: bucket(config, home)?,
            secret: secret(config, home)?,
            memory_bytes: bytes(config.cluster.worker_memory_mib, MIB),
        })
    }

    fn bytes(count: u64, unit: u64) -> usize {
        usize::try_from(count.saturating_mul(unit)).unwrap_or(usize::MAX)
    }

    /// A file of keys to the storage.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct KeysFile {
        access_key_id: String,
        secret_access_key: String,
    }

    fn bucket(config: &Config, home: &Path) -> Result<BucketAddress, Error> {
        let storage = &config.storage;
        let keys = if storage.keys_file.as_os_str().is_empty() {
            None
        } else {
            let file = home.join(&storage.keys_file);
            // What is wrong in it is not shown: the line may hold the key.
            let wrong = || Error::Config {
                file: file.clone(),
                message: "write access_key_id = \"…\" and secret_access_key = \"…\"".to_owned(),
            };
            let keys: KeysFile = toml::from_str(&text_of(&file)?).map_err(|_| wrong())?;
            Some(Keys { id: keys.access_key_id, secret: keys.secret_access_key })
        };
        Ok(BucketAddress {
            url: config.facts.clone(),
            endpoint: Some(storage.endpoint.clone()).filter(|endpoint| !endpoint.is_empty()),
            region: storage.region.clone(),
            keys,
        })
    }

    fn secret(config: &Config, home: &Path) -> Result<Secret, Error> {
        let file = &config.cluster.secret_file;
        let text = if file.as_os_str().is_empty() {
            std::env::var(SECRET).map_err(|_| {
                Error::told(
                    format!("a cluster needs a secret: set `secret_file` or {SECRET}"),
                    format!("集群需要共享密钥：请设置 `secret_file` 或 {SECRET}"),
                )
            })?
        } else {
            text_of(&home.join(file))?
        };
        Secret::new(&text).map_err(unusable)
    }

    fn text_of(file: &PathBuf) -> Result<String, Error> {
        fs::read_to_string(file).map_err(|source| Error::Io { path: file.clone(), source })
    }

    pub(crate) fn unusable(error: Unusable) -> Error {
        Error::Usage(error.0)
    }
}
