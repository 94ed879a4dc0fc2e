//! `notify` and `mcp`: messages that leave the house, and the assistant at its door.

use std::io::Read as _;

use argosy_desk::receivers::{Event, NewReceiver};
use clap::{Args, Subcommand};
use rust_decimal::Decimal;
use serde_json::json;

use crate::{
    app::App,
    cli::{
        Outcome,
        import::CLI,
        print::{Out, Table},
    },
    error::Error,
    mcp, notify,
};

#[derive(Debug, Args)]
pub struct Notify {
    #[command(subcommand)]
    pub what: NotifyWhat,
}

#[derive(Debug, Subcommand)]
pub enum NotifyWhat {
    /// List receivers
    List,
    /// Add a receiver; its address is read from standard input, the secret from `ARGOSY_SECRET`
    Add(AddReceiver),
    /// Send a trial message
    Try { name: String },
    /// Take a receiver away
    Remove { name: String },
    /// Write and send what is due now; a server does so every minute
    Run,
    /// List what was sent
    Messages,
}

#[derive(Debug, Args)]
pub struct AddReceiver {
    pub name: String,
    /// email, feishu, dingtalk, wecom, slack or webhook
    #[arg(long)]
    pub kind: String,
    /// finding, task, comment, effect, digest; may be repeated
    #[arg(long = "event", value_name = "EVENT", required = true)]
    pub events: Vec<String>,
    /// Language of the messages: en or zh-CN
    #[arg(long, default_value = "en")]
    pub language: String,
    /// Only what is this person's
    #[arg(long, value_name = "LOGIN")]
    pub person: Option<String>,
    /// Findings from this expected money a month on
    #[arg(long, value_name = "AMOUNT", default_value = "0")]
    pub min_monthly: Decimal,
    /// Hour of the digest, UTC
    #[arg(long, default_value_t = 1)]
    pub digest_hour: u32,
}

#[derive(Debug, Args)]
pub struct Mcp {
    /// API token of the person the assistant works for; better in `ARGOSY_TOKEN`
    #[arg(long, env = "ARGOSY_TOKEN", hide_env_values = true)]
    pub token: String,
}

/// Serves one assistant on standard input and output.
pub(super) async fn mcp(app: &App, args: &Mcp) -> Result<Outcome, Error> {
    mcp::serve(app, &args.token).await?;
    Ok(Outcome::Good)
}

pub(super) async fn notify(out: Out, app: &App, args: Notify) -> Result<Outcome, Error> {
    match args.what {
        NotifyWhat::List => list(out, app).await,
        NotifyWhat::Add(wish) => add(out, app, wish).await,
        NotifyWhat::Try { name } => {
            let receiver = named(app, &name).await?;
            notify::try_out(app, &receiver, CLI).await.map_err(Error::Usage)?;
            out.say("The trial message was taken.", "测试消息已被接收。");
            Ok(Outcome::Good)
        }
        NotifyWhat::Remove { name } => {
            let receiver = named(app, &name).await?;
            app.desk().delete_receiver(receiver.id, CLI).await?;
            Ok(Outcome::Good)
        }
        NotifyWhat::Run => {
            let done = notify::look(app).await?;
            if out.json {
                out.json(&done);
            }
            let (written, sent, failed) = (done.written, done.sent, done.failed);
            out.say(
                &format!("{written} written, {sent} sent, {failed} not taken"),
                &format!("写入 {written} 条，发送 {sent} 条，失败 {failed} 条"),
            );
            Ok(Outcome::of(failed == 0))
        }
        NotifyWhat::Messages => messages(out, app).await,
    }
}

async fn named(app: &App, name: &str) -> Result<argosy_desk::receivers::Receiver, Error> {
    let found = app.desk().receivers().await?.into_iter().find(|receiver| receiver.name == name);
    found.ok_or_else(|| {
        Error::Usage(format!("there is no receiver `{name}`; `argosy notify list` shows them"))
    })
}

async fn list(out: Out, app: &App) -> Result<Outcome, Error> {
    let receivers = app.desk().receivers().await?;
    if out.json {
        let rows: Vec<_> = receivers
            .iter()
            .map(|receiver| {
                json!({ "id": receiver.id, "name": receiver.name, "kind": receiver.kind,
                    "events": receiver.events, "language": receiver.language,
                    "person": receiver.person, "min_monthly": receiver.min_monthly,
                    "digest_hour": receiver.digest_hour, "active": receiver.active })
            })
            .collect();
        out.json(&json!({ "receivers": rows }));
        return Ok(Outcome::Good);
    }
    let mut table = Table::new(match out.lang.code() {
        "zh-CN" => ["名称", "类型", "事件", "人员", "启用"],
        _ => ["name", "kind", "events", "person", "active"],
    });
    for receiver in receivers {
        let events: Vec<&str> = receiver.events.iter().map(|event| event.name()).collect();
        table.row([
            receiver.name,
            receiver.kind,
            events.join(", "),
            receiver.person.unwrap_or_default(),
            receiver.active.to_string(),
        ]);
    }
    out.text(&table.render());
    Ok(Outcome::Good)
}

async fn add(out: Out, app: &App, wish: AddReceiver) -> Result<Outcome, Error> {
    let usage = Error::Usage;
    let kinds = notify::kinds();
    if !kinds.contains(&wish.kind.as_str()) {
        return Err(usage(format!("`{}` is none of {}", wish.kind, kinds.join(", "))));
    }
    let mut events = Vec::new();
    for name in &wish.events {
        let event = Event::ALL.into_iter().find(|event| event.name() == name);
        let known = Event::ALL.map(Event::name).join(", ");
        events.push(event.ok_or_else(|| usage(format!("`{name}` is none of {known}")))?);
    }
    let mut address = String::new();
    std::io::stdin()
        .read_to_string(&mut address)
        .map_err(|error| usage(format!("the address could not be read: {error}")))?;
    notify::check_address(&wish.kind, &address).map_err(usage)?;
    let secret = std::env::var("ARGOSY_SECRET").ok().filter(|text| !text.is_empty());
    let new = NewReceiver {
        name: wish.name,
        kind: wish.kind,
        address: Some(address)
            .filter(|text| !text.trim().is_empty())
            .map(|text| notify::sealed(app, &text)),
        secret: secret.map(|text| Some(notify::sealed(app, &text))),
        language: wish.language,
        events,
        person: wish.person,
        min_monthly: wish.min_monthly,
        digest_hour: wish.digest_hour,
        active: true,
    };
    let saved = app.desk().save_receiver(None, &new, CLI).await?;
    out.say(
        &format!("{} is told what happens from now on.", saved.name),
        &format!("{} 将从现在起收到通知。", saved.name),
    );
    Ok(Outcome::Good)
}

async fn messages(out: Out, app: &App) -> Result<Outcome, Error> {
    let messages = app.desk().messages(None, 100).await?;
    if out.json {
        let rows: Vec<_> = messages
            .iter()
            .map(|message| {
                json!({ "id": message.id, "receiver": message.receiver, "event": message.event,
                    "title": message.title, "state": message.state, "tries": message.tries,
                    "at": message.at, "sent": message.sent, "error": message.error })
            })
            .collect();
        out.json(&json!({ "messages": rows }));
        return Ok(Outcome::Good);
    }
    let mut table = Table::new(match out.lang.code() {
        "zh-CN" => ["时间", "标题", "状态", "原因"],
        _ => ["at", "title", "state", "why"],
    });
    for message in messages {
        table.row([
            message.at.format("%Y-%m-%d %H:%M").to_string(),
            message.title,
            message.state.name().to_owned(),
            message.error.unwrap_or_default(),
        ]);
    }
    out.text(&table.render());
    Ok(Outcome::Good)
}
