//! `cargo xtask cluster-test`: workers over S3-compatible storage and PostgreSQL.

use std::{
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    postgres::{Postgres, free_port},
    shell::{cargo, root, run, succeeds},
    tools::find,
};

const BUCKET: &str = "argosy-test";

/// Storage of our own, unless `ARGOSY_TEST_S3` names some as `bucket@http://host:port`
/// (`ARGOSY_TEST_S3_ID` and `ARGOSY_TEST_S3_KEY` hold its keys).
pub(crate) fn test(words: &[String]) -> Result<(), String> {
    let storage = match std::env::var("ARGOSY_TEST_S3") {
        Ok(given) => (None, given),
        Err(_) => {
            let moto = Moto::start()?;
            let address = format!("{BUCKET}@{}", moto.endpoint);
            (Some(moto), address)
        }
    };
    let postgres = Postgres::start()?;
    // Other features than the default build's, so that neither makes the other compile anew.
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target/cluster"), Into::into);
    // The same packages both times, so that nothing is compiled twice for other features.
    for part in ["--lib", "--test=cluster"] {
        let mut tests = cargo();
        tests
            .args(["test", "-p", "argosy-facts", "-p", "argosy", "--features", "argosy/cluster"])
            .args([part, "--", "--nocapture", "--test-threads", "2"])
            .args(words)
            .env("CARGO_TARGET_DIR", &target)
            .env("ARGOSY_TEST_S3", &storage.1)
            .env("ARGOSY_TEST_POSTGRES", &postgres.url);
        run(&mut tests)?;
    }
    eprintln!("\nthe cluster gives the answers of one machine");
    Ok(())
}

/// A simulated S3, in memory.
struct Moto {
    process: Child,
    endpoint: String,
}

impl Moto {
    fn start() -> Result<Self, String> {
        let folders = ["/usr/local/bin"];
        let program = find(&["moto_server"], &folders).ok_or(
            "S3-compatible storage is missing: `pip install 'moto[server]'`, or set ARGOSY_TEST_S3 \
             to `bucket@http://host:port` of a server that runs",
        )?;
        let port = free_port()?;
        let process = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start moto_server: {error}"))?;
        let moto = Self { process, endpoint: format!("http://127.0.0.1:{port}") };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if start.elapsed() > Duration::from_secs(60) {
                return Err("moto_server does not answer".to_owned());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        let bucket = format!("{}/{BUCKET}", moto.endpoint);
        match succeeds(Command::new("curl").args(["--fail", "-X", "PUT", &bucket])) {
            true => Ok(moto),
            false => Err(format!("cannot make the bucket {bucket} with curl")),
        }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
