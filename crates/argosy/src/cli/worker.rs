//! `worker`: helps the server of a cluster answer questions (docs/guide/cluster.md).

use argosy_facts::cluster::serve_worker;
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    cli::{
        Outcome,
        args::{self, Global},
        print::Out,
        serve::stopped,
    },
    cluster,
    error::Error,
    home::{Config, Home},
};

/// Works until the process is told to stop. Of a home it reads `argosy.toml` and no more: it has no
/// desk, no raw files and no key.
pub(super) async fn worker(
    out: Out,
    global: &Global,
    args: args::Worker,
) -> Result<Outcome, Error> {
    let home = Home::locate(global.home.as_deref());
    let config = cluster::worker(&Config::of_home(&home)?, &home)?;
    let failed = |source| Error::Io { path: args.listen.to_string().into(), source };
    let listener = TcpListener::bind(args.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    if !address.ip().is_loopback() {
        tracing::warn!("rows travel unencrypted: let workers listen in a private network only");
    }
    if out.json {
        out.json(&json!({ "url": format!("http://{address}") }));
    }
    out.say(
        &format!("This worker is at http://{address}"),
        &format!("工作进程已启动：http://{address}"),
    );
    serve_worker(&config, listener, stopped()).await.map_err(|error| Error::Usage(error.0))?;
    Ok(Outcome::Good)
}
