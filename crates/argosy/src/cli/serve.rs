//! `serve` and `demo`: the server.

use std::net::SocketAddr;

use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    app::App,
    cli::{
        Outcome,
        args::{self, Global},
        import,
        print::Out,
    },
    demo::{self, Wish},
    error::Error,
    home::Home,
    housekeeping, http, jobs, notify,
};

pub(super) async fn serve(out: Out, global: &Global, args: args::Serve) -> Result<Outcome, Error> {
    // The first start makes the home: the owner is then made in the browser.
    let home = Home::create(&Home::locate(global.home.as_deref()))?;
    let address = match args.addr {
        Some(address) => address,
        None => home.config.address.parse().map_err(|_| {
            Error::Usage(format!("`address` in argosy.toml is `{}`", home.config.address))
        })?,
    };
    let app = App::open(home).await?;
    answer(out, app, address).await
}

/// Listens until the process is told to stop, then lets requests and jobs at hand end.
async fn answer(out: Out, app: App, address: SocketAddr) -> Result<Outcome, Error> {
    let failed = |source| Error::Io { path: address.to_string().into(), source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let url = match app.home().config.public_url.as_str() {
        "" => format!("http://{address}"),
        public => public.to_owned(),
    };
    if out.json {
        out.json(&json!({ "url": url }));
    }
    out.say(&format!("Argosy is at {url}"), &format!("Argosy 已启动：{url}"));
    if app.desk().needs_owner().await? {
        out.say(
            "Nobody can sign in yet: open it in a browser on this machine and make the owner",
            "尚无用户：请在本机浏览器中打开并创建所有者",
        );
    }
    if !address.ip().is_loopback() && !app.home().config.is_https() {
        tracing::warn!("passwords travel unencrypted: put a proxy with HTTPS in front");
    }
    let workers = jobs::start(&app);
    let housekeeping = tokio::spawn(housekeeping::run(app.clone()));
    let telling = tokio::spawn(notify::run(app.clone()));
    let served = http::serve(app, listener, stopped()).await;
    housekeeping.abort();
    telling.abort();
    workers.stop().await;
    served.map_err(failed)?;
    Ok(Outcome::Good)
}

/// Ends with Ctrl-C, or when the service manager asks.
pub(super) async fn stopped() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without signals the process ends by being killed.
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

pub(super) async fn demo(out: Out, global: &Global, args: args::Demo) -> Result<Outcome, Error> {
    let folder = match Home::given(global.home.as_deref()) {
        Some(folder) => folder,
        // Never the usual home: that is for the user's own company.
        None => std::env::temp_dir().join(format!("argosy-demo-{}", crate::ids::random())),
    };
    let wish = Wish {
        size: args.size.parse().map_err(Error::Usage)?,
        seed: args.seed,
        password: args.password,
        language: out.lang.code().to_owned(),
    };
    let home = Home::create(&folder)?;
    let app = App::open(home).await?;
    let bar = import::bar(out, "demo", "{prefix} {wide_bar} {pos}/{len} {msg}");
    let told = |done: usize, total: usize, name: &str| {
        bar.set_length(u64::try_from(total).unwrap_or(u64::MAX));
        bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
        bar.set_message(name.to_owned());
    };
    let made = demo::make(&app, wish, &told).await;
    bar.finish_and_clear();
    let made = made?;
    if out.json {
        out.json(&json!({
            "home": folder,
            "login": demo::LOGIN,
            "password": made.password,
            "files": made.files,
            "failed": made.failed,
        }));
    } else {
        let home = folder.display();
        out.say(&format!("The demo company is in {home}"), &format!("演示公司位于 {home}"));
        let good = made.files - made.failed;
        let files = made.files;
        if files > 0 {
            out.say(
                &format!("{good} of its {files} reports are in"),
                &format!("{files} 份报表中已导入 {good} 份"),
            );
        }
        let word = out.lang.pick("sign in as", "登录名");
        let secret = out.lang.pick("password", "密码");
        if let Some(password) = &made.password {
            out.line(&format!("{word} {} · {secret} {password}", demo::LOGIN));
        } else {
            out.say(
                "It was there already: its password is as before (`argosy user password demo` sets a new one)",
                "该公司已存在，密码不变（可用 `argosy user password demo` 重设）",
            );
        }
    }
    if args.no_serve {
        return Ok(Outcome::of(made.failed == 0));
    }
    answer(out, app, args.addr).await
}
