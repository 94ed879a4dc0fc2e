//! `findings`, `tasks`, `changes`, `effects`, `experiments`, `rules`: the loop from the command line.
//!
//! Each is a request to the same API that the pages use; `--json` prints its answer.

mod args;

use std::path::Path;

use axum::http::Method;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

pub(crate) use args::*;

use crate::{
    app::App,
    cli::{
        Outcome,
        books::shown,
        import::{self, CLI},
        print::{Out, Table},
        tend::call,
    },
    error::Error,
    looping,
};

/// The answer of the API, or the outcome after its refusal was told.
pub(super) async fn ask(
    out: Out,
    app: &App,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Result<Result<Value, Outcome>, Error> {
    let body = body.map(|body| body.to_string());
    let (good, bytes) = call(app, method, path, body).await?;
    if good {
        return Ok(Ok(serde_json::from_slice(&bytes).unwrap_or_default()));
    }
    Ok(Err(refused(out, &bytes)))
}

/// Tells why the API refused; of records field by field.
pub(super) fn refused(out: Out, answer: &[u8]) -> Outcome {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    if out.json {
        out.json(&answer);
        return Outcome::Bad;
    }
    let error = &answer["error"];
    let said = error["says"][out.lang.code()].as_str().or_else(|| error["detail"].as_str());
    eprintln!("{}: {}", out.lang.pick("error", "错误"), said.unwrap_or_default());
    let fields = error["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    for field in fields.iter().skip(1) {
        eprintln!("  {}", field["says"][out.lang.code()].as_str().unwrap_or_default());
    }
    Outcome::Bad
}

/// Asks and shows what comes back.
pub(super) async fn show(
    out: Out,
    app: &App,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Result<Outcome, Error> {
    match ask(out, app, method, path, body).await? {
        Ok(answer) => {
            shown(out, &answer);
            Ok(Outcome::Good)
        }
        Err(outcome) => Ok(outcome),
    }
}

/// A query of what was given.
pub(super) fn query(path: &str, given: &[(&str, Option<String>)]) -> String {
    let given = given.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    let pairs: Vec<String> =
        given.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    format!("{path}?{}", pairs.join("&"))
}

pub(super) fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let part = |byte: u8| match byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(part).collect()
}

/// An object of what was given.
fn body(given: Vec<(&str, Value)>) -> Option<Value> {
    let given = given.into_iter().filter(|(_, value)| !value.is_null());
    let fields: Map<String, Value> = given.map(|(name, value)| (name.to_owned(), value)).collect();
    Some(Value::Object(fields))
}

fn parsed(text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|error| {
        Error::told(format!("this is not JSON: {error}"), format!("不是有效的 JSON：{error}"))
    })
}

pub(super) async fn findings(out: Out, app: &App, what: Findings) -> Result<Outcome, Error> {
    let of = |id: &str, verb: &str| format!("/findings/{}/{verb}", encoded(id));
    match what {
        Findings::Run(args) => run(out, app, args).await,
        Findings::List(args) => list(out, app, args).await,
        Findings::Show { id } => {
            show(out, app, Method::GET, &format!("/findings/{}", encoded(&id)), None).await
        }
        Findings::Accept(args) => {
            let said = body(vec![
                ("owner", json!(args.owner)),
                ("due", json!(args.due)),
                ("play", json!(args.play)),
                ("note", json!(args.note)),
            ]);
            show(out, app, Method::POST, &of(&args.id, "accept"), said).await
        }
        Findings::Snooze { id, until } => {
            let said = json!({ "until": until });
            decided(out, app, &of(&id, "snooze"), Some(said)).await
        }
        Findings::Dismiss { id, reason, note } => {
            let said = body(vec![("reason", json!(reason)), ("note", json!(note))]);
            decided(out, app, &of(&id, "dismiss"), said).await
        }
        Findings::Reopen { id } => decided(out, app, &of(&id, "reopen"), None).await,
        Findings::Export { file } => export(out, app, &file).await,
    }
}

async fn run(out: Out, app: &App, args: RunFindings) -> Result<Outcome, Error> {
    looping::check_run(app, args.day, &args.rules)?;
    let bar = import::bar(out, "rules", "{prefix} {wide_bar} {pos}/{len} {msg}");
    let told = |done: usize, total: usize, name: &str| {
        bar.set_length(u64::try_from(total).unwrap_or(u64::MAX));
        bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
        bar.set_message(name.to_owned());
    };
    let merged = looping::run(app, (args.day, &args.rules), CLI, &told).await;
    bar.finish_and_clear();
    let merged = merged?;
    let run = app.desk().last_finding_run().await?;
    let runs = run.as_ref().map(|run| run.runs.clone()).unwrap_or_default();
    if out.json {
        out.json(&json!({ "merged": merged, "day": run.map(|run| run.day), "runs": runs }));
        return Ok(Outcome::Good);
    }
    out.say(
        &format!(
            "{} new, {} seen again, {} back, {} woken, {} gone by themselves",
            merged.new, merged.again, merged.reopened, merged.woken, merged.resolved
        ),
        &format!(
            "新发现 {}，再次出现 {}，重新出现 {}，到期唤醒 {}，自行消失 {}",
            merged.new, merged.again, merged.reopened, merged.woken, merged.resolved
        ),
    );
    for one in runs.as_array().into_iter().flatten().filter(|one| !one["problem"].is_null()) {
        let rule = one["rule"].as_str().unwrap_or_default();
        let text = one["problem"]["text"][out.lang.code()].as_str().unwrap_or_default();
        out.line(&format!("{rule}: {text}"));
    }
    Ok(Outcome::Good)
}

async fn list(out: Out, app: &App, args: ListFindings) -> Result<Outcome, Error> {
    let path = query(
        "/findings",
        &[
            ("state", Some(args.state)),
            ("family", args.family),
            ("rule", args.rule),
            ("store", args.store),
            ("market", args.market),
            ("owner", args.owner),
            ("q", args.q),
            ("limit", Some(args.limit.to_string())),
        ],
    );
    let answer = match ask(out, app, Method::GET, &path, None).await? {
        Ok(answer) => answer,
        Err(outcome) => return Ok(outcome),
    };
    if out.json {
        out.json(&answer);
        return Ok(Outcome::Good);
    }
    let mut table = Table::new(match out.lang.code() {
        "zh-CN" => ["编号", "30 天预期", "30 天金额", "状态", "问题", "对象", "店铺", "负责人"],
        _ => ["id", "expected/30d", "stake/30d", "state", "problem", "about", "store", "owner"],
    });
    for one in answer["findings"].as_array().into_iter().flatten() {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        table.row([
            text(&one["id"]),
            text(&one["expected"]["amount"]),
            text(&one["monthly"]["amount"]),
            text(&one["state"]),
            text(&one["title"][out.lang.code()]),
            text(&one["subject"]["name"]),
            text(&one["subject"]["key"]["store"]),
            text(&one["owner_proposed"]),
        ]);
    }
    out.text(&table.render());
    let (count, monthly) = (&answer["totals"]["count"], &answer["totals"]["monthly"]);
    let sum = |name: &str| monthly[name].as_str().unwrap_or_default().to_owned();
    let (amount, currency) = (sum("amount"), sum("currency"));
    out.say(
        &format!("{count} findings, {amount} {currency} in 30 days"),
        &format!("共 {count} 条发现，30 天合计 {amount} {currency}"),
    );
    Ok(Outcome::Good)
}

/// A decision about a finding, told in one line.
async fn decided(out: Out, app: &App, path: &str, said: Option<Value>) -> Result<Outcome, Error> {
    let answer = match ask(out, app, Method::POST, path, said).await? {
        Ok(answer) => answer,
        Err(outcome) => return Ok(outcome),
    };
    if out.json {
        out.json(&answer);
        return Ok(Outcome::Good);
    }
    let state = answer["state"].as_str().unwrap_or_default();
    let title = answer["title"][out.lang.code()].as_str().unwrap_or_default();
    out.line(&format!("{title}: {state}"));
    Ok(Outcome::Good)
}

async fn export(out: Out, app: &App, file: &Path) -> Result<Outcome, Error> {
    let csv = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let format = if csv { "csv" } else { "xlsx" };
    let path = format!("/findings/export?state=all&format={format}&lang={}", out.lang.code());
    let (good, bytes) = call(app, Method::GET, &path, None).await?;
    if !good {
        return Err(Error::Usage(String::from_utf8_lossy(&bytes).into_owned()));
    }
    std::fs::write(file, &bytes).map_err(|source| Error::Io { path: file.to_owned(), source })?;
    if out.json {
        out.json(&json!({ "file": file, "bytes": bytes.len() }));
    }
    let file = file.display();
    out.say(&format!("written to {file}"), &format!("已写入 {file}"));
    Ok(Outcome::Good)
}

pub(super) async fn tasks(out: Out, app: &App, what: Tasks) -> Result<Outcome, Error> {
    match what {
        Tasks::List { state, owner } => {
            let path = query("/tasks", &[("state", Some(state)), ("owner", owner)]);
            task_list(out, app, &path).await
        }
        Tasks::Show { id } => show(out, app, Method::GET, &format!("/tasks/{id}"), None).await,
        Tasks::Add { title, owner, due, note } => {
            let new = body(vec![
                ("title", json!(title)),
                ("owner", json!(owner)),
                ("due", json!(due)),
                ("note", json!(note)),
            ]);
            show(out, app, Method::POST, "/tasks", new).await
        }
        Tasks::Change { id, state, owner, due } => {
            let change =
                body(vec![("state", json!(state)), ("owner", json!(owner)), ("due", json!(due))]);
            show(out, app, Method::PATCH, &format!("/tasks/{id}"), change).await
        }
        Tasks::Done(args) => {
            let change = args.change.as_deref().map(parsed).transpose()?;
            let said = body(vec![("change", json!(change))]);
            show(out, app, Method::POST, &format!("/tasks/{}/done", args.id), said).await
        }
        Tasks::Comment { id, text } => {
            let said = Some(json!({ "text": text }));
            show(out, app, Method::POST, &format!("/tasks/{id}/comments"), said).await
        }
    }
}

async fn task_list(out: Out, app: &App, path: &str) -> Result<Outcome, Error> {
    let answer = match ask(out, app, Method::GET, path, None).await? {
        Ok(answer) => answer,
        Err(outcome) => return Ok(outcome),
    };
    if out.json {
        out.json(&answer);
        return Ok(Outcome::Good);
    }
    let mut table = Table::new(match out.lang.code() {
        "zh-CN" => ["编号", "截止日期", "状态", "负责人", "任务"],
        _ => ["id", "due", "state", "owner", "task"],
    });
    for task in answer["tasks"].as_array().into_iter().flatten() {
        let text = |value: &Value| value.as_str().unwrap_or("—").to_owned();
        let title = task["says"][out.lang.code()].as_str().or_else(|| task["title"].as_str());
        table.row([
            task["id"].to_string(),
            text(&task["due"]),
            text(&task["state"]),
            text(&task["owner"]),
            title.unwrap_or_default().to_owned(),
        ]);
    }
    out.text(&table.render());
    Ok(Outcome::Good)
}

pub(super) async fn changes(out: Out, app: &App, what: Changes) -> Result<Outcome, Error> {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    match what {
        Changes::List { store, sku, from, to } => {
            let given =
                [("store", store), ("seller_sku", sku), ("from", day(from)), ("to", day(to))];
            show(out, app, Method::GET, &query("/changes", &given), None).await
        }
        Changes::Add(args) => {
            let new = body(vec![
                ("kind", json!(args.kind)),
                ("store", json!(args.store)),
                ("market", json!(args.market)),
                ("seller_sku", json!(args.sku)),
                ("campaign", json!(args.campaign)),
                ("what", json!(args.what)),
                ("before", json!(args.before)),
                ("after", json!(args.after)),
                ("at", json!(args.at)),
            ]);
            show(out, app, Method::POST, "/changes", new).await
        }
        Changes::Detect { from, to } => {
            let found = looping::detect(app, (from, to), CLI).await?;
            if out.json {
                out.json(&json!({ "new": found }));
            }
            out.say(&format!("{found} new changes"), &format!("新检测到 {found} 项变更"));
            Ok(Outcome::Good)
        }
    }
}

pub(super) async fn effects(out: Out, app: &App, what: Effects) -> Result<Outcome, Error> {
    match what {
        Effects::List { state } => {
            show(out, app, Method::GET, &query("/effects", &[("state", state)]), None).await
        }
        Effects::Show { id } => show(out, app, Method::GET, &format!("/effects/{id}"), None).await,
        Effects::Declare(args) => {
            let controls = Some(args.controls).filter(|controls| !controls.is_empty());
            let new = json!({
                "change": args.change, "metric": args.metric, "before": args.before,
                "after": args.after, "wait": args.wait, "controls": controls,
            });
            show(out, app, Method::POST, "/effects", Some(new)).await
        }
        Effects::Measure => {
            let looked = looping::measure(app, CLI, &|_, _, _| {}).await?;
            if out.json {
                out.json(&json!({ "looked_at": looked }));
            }
            out.say(&format!("{looked} effects looked at"), &format!("已查看 {looked} 项效果"));
            Ok(Outcome::Good)
        }
        Effects::Gains => show(out, app, Method::GET, "/effects/gains", None).await,
    }
}

pub(super) async fn experiments(out: Out, app: &App, what: Experiments) -> Result<Outcome, Error> {
    match what {
        Experiments::List => show(out, app, Method::GET, "/experiments", None).await,
        Experiments::Show { id } => {
            show(out, app, Method::GET, &format!("/experiments/{id}"), None).await
        }
        Experiments::Plan { plan } => {
            show(out, app, Method::POST, "/experiments/plan", Some(parsed(&plan)?)).await
        }
        Experiments::Start { plan } => {
            show(out, app, Method::POST, "/experiments", Some(parsed(&plan)?)).await
        }
    }
}

pub(super) async fn rules(out: Out, app: &App, what: Rules) -> Result<Outcome, Error> {
    match what {
        Rules::List => rule_list(out, app).await,
        Rules::Show { id } => {
            show(out, app, Method::GET, &format!("/rules/{}", encoded(&id)), None).await
        }
        Rules::Set(args) => {
            let scope = match (args.sku, args.category, args.store) {
                (Some(sku), _, store) => json!({ "scope": "sku", "sku": sku, "store": store }),
                (_, Some(name), _) => json!({ "scope": "category", "name": name }),
                (_, _, Some(name)) => json!({ "scope": "store", "name": name }),
                _ => json!({ "scope": "global" }),
            };
            let new = json!({ "name": args.name, "value": args.value, "scope": scope });
            let path = format!("/rules/{}/thresholds", encoded(&args.id));
            show(out, app, Method::PUT, &path, Some(new)).await
        }
        Rules::Preview { id, thresholds, last_days } => {
            let mut tried = Vec::new();
            for one in thresholds {
                let Some((name, value)) = one.split_once('=') else {
                    return Err(Error::told(
                        format!("`{one}` is not NAME=VALUE"),
                        format!("`{one}` 不是“名称=值”的形式"),
                    ));
                };
                tried.push(json!({
                    "name": name, "value": value, "scope": { "scope": "global" },
                }));
            }
            let path = format!("/rules/{}/preview", encoded(&id));
            let said = json!({ "thresholds": tried, "last_days": last_days });
            show(out, app, Method::POST, &path, Some(said)).await
        }
    }
}

async fn rule_list(out: Out, app: &App) -> Result<Outcome, Error> {
    let answer = match ask(out, app, Method::GET, "/rules", None).await? {
        Ok(answer) => answer,
        Err(outcome) => return Ok(outcome),
    };
    if out.json {
        out.json(&answer);
        return Ok(Outcome::Good);
    }
    let mut table = Table::new(match out.lang.code() {
        "zh-CN" => ["规则", "名称", "命中", "已接受", "已忽略", "兑现比例"],
        _ => ["rule", "title", "hits", "accepted", "dismissed", "delivered"],
    });
    for rule in answer["rules"].as_array().into_iter().flatten() {
        let record = &rule["record"];
        table.row([
            rule["id"].as_str().unwrap_or_default().to_owned(),
            rule["title"][out.lang.code()].as_str().unwrap_or_default().to_owned(),
            record["hits"].to_string(),
            record["accepted"].to_string(),
            record["dismissed"].to_string(),
            record["delivered"]["factor"].as_str().unwrap_or("—").to_owned(),
        ]);
    }
    out.text(&table.render());
    Ok(Outcome::Good)
}
