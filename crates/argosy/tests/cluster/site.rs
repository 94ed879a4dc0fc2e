//! The simulated company twice: in a home of its own, and in a bucket with a PostgreSQL desk; and
//! worker processes to answer for the second.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use argosy::{app::App, home::Home};
use argosy_facts::cluster::Cluster;
use tempfile::TempDir;

/// The company's data, loaded once for all tests.
pub(crate) struct Site {
    folder: PathBuf,
    config: String,
    /// How long it took to load in its own folder, and in the bucket.
    pub(crate) load: [Duration; 2],
}

/// The site, or nothing where storage or database are not there.
pub(crate) fn site() -> Option<&'static Site> {
    static SITE: OnceLock<Option<Site>> = OnceLock::new();
    SITE.get_or_init(Site::load).as_ref()
}

fn argosy(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_argosy"));
    command.arg("--home").arg(home);
    command
}

pub(crate) const SECRET: &str = "a-secret-for-tests-only-0123456789";

impl Site {
    fn load() -> Option<Self> {
        let set = |name: &str| {
            let value = std::env::var(name).ok();
            if value.is_none() {
                eprintln!("skipped: {name} is not set; `cargo xtask cluster-test` sets it");
            }
            value
        };
        let (storage, desk) = (set("ARGOSY_TEST_S3")?, set("ARGOSY_TEST_POSTGRES")?);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cluster-site");
        _ = fs::remove_dir_all(&folder);
        let (bucket, endpoint) = storage.split_once('@').unwrap();
        let run = std::process::id();
        let config = format!(
            "desk = \"{desk}\"\n\
             facts = \"s3://{bucket}/tests/{run}\"\n\
             [storage]\nendpoint = \"{endpoint}\"\nkeys_file = \"keys/storage.toml\"\n\
             [cluster]\nsecret_file = \"keys/cluster.secret\"\n\
             # So little that the small company is worth sharing.\n\
             share_kib = 1\n",
        );
        let mut site = Self { folder, config, load: [Duration::ZERO; 2] };
        site.write_home(&site.plain_home(), "");
        site.write_home(&site.shared_home(), &site.config);
        for (at, home) in [site.plain_home(), site.shared_home()].iter().enumerate() {
            let start = Instant::now();
            let size = std::env::var("ARGOSY_TEST_SIZE").unwrap_or_else(|_| "small".to_owned());
            let mut demo = argosy(home);
            demo.args(["demo", "--no-serve", "--size", &size]).stdout(Stdio::null());
            assert!(demo.status().unwrap().success());
            site.load[at] = start.elapsed();
        }
        Some(site)
    }

    fn plain_home(&self) -> PathBuf {
        self.folder.join("plain")
    }

    fn shared_home(&self) -> PathBuf {
        self.folder.join("shared")
    }

    pub(crate) fn write_home(&self, home: &Path, config: &str) {
        let keys = home.join("keys");
        fs::create_dir_all(&keys).unwrap();
        fs::write(home.join("argosy.toml"), config).unwrap();
        fs::write(keys.join("cluster.secret"), SECRET).unwrap();
        let (id, secret) = storage_keys();
        let storage = format!("access_key_id = \"{id}\"\nsecret_access_key = \"{secret}\"\n");
        fs::write(keys.join("storage.toml"), storage).unwrap();
        // Buyers are hashed under this key: homes that are compared share one.
        let master = keys.join("master.key");
        fs::write(&master, [7; 32]).unwrap();
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(&master, private).unwrap();
    }

    /// The company on one machine.
    pub(crate) async fn plain(&self) -> App {
        App::open(Home::open(&self.plain_home()).unwrap()).await.unwrap()
    }

    pub(crate) fn plain_command(&self) -> Command {
        argosy(&self.plain_home())
    }

    /// Settings of a home whose facts lie in a place of their own in the bucket, without workers.
    pub(crate) fn settings_for(&self, place: &str) -> String {
        let own = self.config.lines().filter(|line| !line.starts_with("desk"));
        let own: Vec<&str> = own.collect();
        let run = format!("/{}\"", std::process::id());
        own.join("\n").replacen(&run, &format!("-{place}{run}"), 1)
    }

    /// One more server for the company in the bucket, with these workers.
    pub(crate) async fn server(&self, workers: &[Worker]) -> Server {
        let urls: Vec<&str> = workers.iter().map(|worker| worker.url.as_str()).collect();
        self.server_at(&urls).await
    }

    pub(crate) async fn server_at(&self, urls: &[&str]) -> Server {
        let home = tempfile::tempdir().unwrap();
        self.write_home(home.path(), &format!("{}workers = {urls:?}\n", self.config));
        let app = App::open(Home::open(home.path()).unwrap()).await.unwrap();
        Server { app, home }
    }

    /// A worker on a machine that knows the storage and the secret, and nothing else.
    pub(crate) fn worker(&self) -> Worker {
        self.worker_with(SECRET)
    }

    pub(crate) fn worker_with(&self, secret: &str) -> Worker {
        let home = tempfile::tempdir().unwrap();
        let config = self.config.lines().filter(|line| {
            // Storage keys and secret come by the environment here, by files at the server.
            !["desk", "keys_file", "secret_file"].iter().any(|setting| line.starts_with(setting))
        });
        let config: Vec<&str> = config.collect();
        fs::write(home.path().join("argosy.toml"), config.join("\n")).unwrap();
        let (id, key) = storage_keys();
        let mut process = argosy(home.path())
            .args(["--json", "worker", "--listen", "127.0.0.1:0"])
            .env("AWS_ACCESS_KEY_ID", id)
            .env("AWS_SECRET_ACCESS_KEY", key)
            .env("ARGOSY_CLUSTER_SECRET", secret)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = String::new();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        // The answer is one JSON object over some lines.
        while !told.contains('}') {
            assert!(stdout.read_line(&mut told).unwrap() > 0, "the worker did not start: {told}");
        }
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        let url = told["url"].as_str().unwrap().to_owned();
        Worker { url, process, _home: home }
    }

    pub(crate) fn workers(&self, count: usize) -> Vec<Worker> {
        (0..count).map(|_| self.worker()).collect()
    }
}

/// Keys to the storage under test; the simulated one takes any.
fn storage_keys() -> (String, String) {
    let of = |name: &str| std::env::var(name).unwrap_or_else(|_| "for-tests".to_owned());
    (of("ARGOSY_TEST_S3_ID"), of("ARGOSY_TEST_S3_KEY"))
}

/// A server process in this process.
pub(crate) struct Server {
    pub(crate) app: App,
    pub(crate) home: TempDir,
}

impl Server {
    pub(crate) fn cluster(&self) -> &Cluster {
        self.app.facts().cluster().unwrap()
    }

    /// The command line on the same home.
    pub(crate) fn command(&self) -> Command {
        argosy(self.home.path())
    }
}

/// A worker process; killed when dropped.
pub(crate) struct Worker {
    pub(crate) url: String,
    process: Child,
    _home: TempDir,
}

impl Worker {
    /// Kills it at once, as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Freezes it: it takes calls and answers none.
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
