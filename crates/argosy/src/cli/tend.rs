//! `health`, `retention`, `imports`, `undo`, `api`: looking after the data.

use std::net::SocketAddr;

use argosy_desk::{Role, User};
use argosy_metrics::health::{HealthQuestion, ReportState};
use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Method, Request, header},
};
use serde_json::json;
use tower::ServiceExt as _;

use crate::{
    app::App,
    cli::{
        Outcome, args,
        books::shown,
        decide,
        import::CLI,
        print::{Out, Table},
    },
    error::Error,
    health,
    http::{self, auth::SignedIn, imported},
    retention, tasks,
};

pub(super) async fn health(out: Out, app: &App, args: args::Health) -> Result<Outcome, Error> {
    let question =
        HealthQuestion { from: args.from, to: args.to, store: args.store, channel: Vec::new() };
    let found = health::data_health(app, &question).await?;
    let wanting = |state| matches!(state, ReportState::Missing | ReportState::Stale);
    let good = !found.reports.iter().any(|report| wanting(report.state));
    let outcome = Outcome::of(good || !args.strict);
    if out.json {
        let drift: Vec<_> = found
            .drift
            .iter()
            .map(|drift| {
                json!({ "import": drift.import.id, "definition": drift.import.definition,
                        "added": drift.added, "gone": drift.gone })
            })
            .collect();
        out.json(&json!({ "reports": found.reports, "drift": drift }));
        return Ok(outcome);
    }
    let mut table = Table::new(match out.lang.code() {
        "zh-CN" => ["店铺", "报表", "首日", "末日", "周期（天）", "缺失", "状态"],
        _ => ["store", "report", "first", "last", "every", "missing", "state"],
    });
    for report in &found.reports {
        let missing: Vec<String> =
            report.missing.iter().map(|gap| format!("{}…{}", gap.from, gap.to)).collect();
        let state = match (report.state, out.lang.code()) {
            (ReportState::Ok, "zh-CN") => "完整",
            (ReportState::Missing, "zh-CN") => "缺失",
            (ReportState::Stale, "zh-CN") => "过期",
            (ReportState::Ended, "zh-CN") => "已结束",
            (ReportState::Overlapping, "zh-CN") => "重叠",
            (ReportState::Restated, "zh-CN") => "已重述",
            (ReportState::Ok, _) => "ok",
            (ReportState::Missing, _) => "MISSING",
            (ReportState::Stale, _) => "STALE",
            (ReportState::Ended, _) => "ended",
            (ReportState::Overlapping, _) => "overlapping",
            (ReportState::Restated, _) => "restated",
        };
        table.row([
            report.store.clone(),
            report.definition.clone(),
            report.first_day.to_string(),
            report.last_day.to_string(),
            report.cadence_days.map_or_else(|| "—".to_owned(), |days| days.to_string()),
            missing.join(" "),
            state.to_owned(),
        ]);
    }
    out.text(&table.render());
    for drift in &found.drift {
        let file = &drift.import.file_name;
        let (added, gone) = (drift.added.join(", "), drift.gone.join(", "));
        if !added.is_empty() {
            out.say(&format!("{file}: new columns {added}"), &format!("{file}：新列 {added}"));
        }
        if !gone.is_empty() {
            out.say(&format!("{file}: columns gone {gone}"), &format!("{file}：缺少的列 {gone}"));
        }
    }
    Ok(outcome)
}

pub(super) async fn retention(
    out: Out,
    app: &App,
    args: &args::Retention,
) -> Result<Outcome, Error> {
    if args.rules || args.days.is_some() || !args.keep.is_empty() {
        return decide::retention(out, app, args).await;
    }
    let run = retention::run(app, CLI, args.dry_run, &|_, _| {}).await?;
    let stuck = run.files.iter().any(|file| file.state == "stuck");
    if out.json {
        out.json(&run);
        return Ok(Outcome::of(!stuck));
    }
    for file in &run.files {
        let reason = if file.reason.is_empty() { "" } else { " – " };
        out.line(&format!(
            "{} {}: {}, {}{reason}{}",
            file.import, file.file_name, file.state, file.cells, file.reason
        ));
    }
    let (files, cells) = (run.files.len(), run.cells);
    if args.dry_run {
        out.say(
            &format!("{files} files are due, {cells} cells would be covered; nothing was changed"),
            &format!("{files} 个文件到期，将清除 {cells} 个单元格；未作任何更改"),
        );
    } else {
        out.say(
            &format!("{files} files were due, {cells} cells are covered"),
            &format!("{files} 个文件到期，已清除 {cells} 个单元格"),
        );
    }
    Ok(Outcome::of(!stuck))
}

pub(super) async fn imports(out: Out, app: &App, args: &args::Imports) -> Result<Outcome, Error> {
    let logins = app.logins().await?;
    let rows = app.desk().imports(None, args.limit.max(1)).await?;
    let rows: Vec<_> = rows.into_iter().map(|row| imported::describe(app, &logins, row)).collect();
    if out.json {
        out.json(&json!({ "imports": rows }));
        return Ok(Outcome::Good);
    }
    let mut table = Table::new(match out.lang.code() {
        "zh-CN" => ["编号", "时间", "店铺", "文件", "报表", "行数", "状态"],
        _ => ["id", "at", "store", "file", "report", "rows", "state"],
    });
    for row in rows {
        table.row([
            row.id.to_string(),
            row.at,
            row.store,
            row.file_name,
            row.definition.unwrap_or_default(),
            row.rows.to_string(),
            row.state,
        ]);
    }
    out.text(&table.render());
    Ok(Outcome::Good)
}

pub(super) async fn undo(out: Out, app: &App, args: &args::Undo) -> Result<Outcome, Error> {
    let import = args.import;
    let undone = tasks::undo(app, import, CLI, &|_| {}).await?;
    if out.json {
        let (commit, imports) = (undone.commit, undone.imports);
        out.json(&json!({ "import": undone.import, "commit": commit, "imports": imports }));
    }
    match undone.commit {
        Some(_) => out.say(
            &format!("import {import} is taken back; what it had replaced is there again"),
            &format!("已撤销导入 {import}，被它替换的数据已恢复"),
        ),
        None => out.say(
            &format!("import {import} was taken back before"),
            &format!("导入 {import} 此前已撤销"),
        ),
    }
    Ok(Outcome::Good)
}

pub(super) async fn learn(out: Out, app: &App) -> Result<Outcome, Error> {
    let curves = tasks::learn(app, CLI).await?;
    if out.json {
        out.json(&json!({ "curves": curves }));
    }
    out.say(
        &format!("{curves} figures are known to grow after their day"),
        &format!("已学习 {curves} 个会在事后增长的指标"),
    );
    Ok(Outcome::Good)
}

/// Calls the HTTP API without a server, as whoever sits at the machine.
pub(super) async fn api(out: Out, app: &App, args: &args::Api) -> Result<Outcome, Error> {
    let method: Method = args
        .method
        .to_uppercase()
        .parse()
        .map_err(|_| Error::Usage(format!("`{}` is not a method", args.method)))?;
    let (good, bytes) = call(app, method, &args.path, args.data.clone()).await?;
    match serde_json::from_slice::<serde_json::Value>(&bytes) {
        Ok(answer) if out.json || !good => out.json(&answer),
        Ok(answer) => shown(out, &answer),
        Err(_) => out.text(&String::from_utf8_lossy(&bytes)),
    }
    Ok(Outcome::of(good))
}

/// What the API answers to the command line, and whether it did as asked.
pub(super) async fn call(
    app: &App,
    method: Method,
    path: &str,
    body: Option<String>,
) -> Result<(bool, Vec<u8>), Error> {
    let body = body.map_or_else(Body::empty, Body::from);
    request(app, method, path, ("application/json", body)).await
}

/// The same for a form with files: its media type and its bytes.
pub(super) async fn send(
    app: &App,
    path: &str,
    (media_type, form): (String, Vec<u8>),
) -> Result<(bool, Vec<u8>), Error> {
    request(app, Method::POST, path, (&media_type, Body::from(form))).await
}

async fn request(
    app: &App,
    method: Method,
    path: &str,
    (media_type, body): (&str, Body),
) -> Result<(bool, Vec<u8>), Error> {
    let usage = |text: String| Error::Usage(text);
    let path = path.strip_prefix(http::openapi::PREFIX).unwrap_or(path);
    let uri = format!("{}/{}", http::openapi::PREFIX, path.trim_start_matches('/'));
    let cli = User {
        id: 0,
        login: CLI.to_owned(),
        role: Role::Owner,
        language: String::new(),
        active: true,
        created: chrono::Utc::now(),
    };
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, media_type)
        .header("x-argosy", "1")
        .extension(SignedIn(cli))
        .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 0))))
        .body(body)
        .map_err(|error| usage(format!("the address cannot be used: {error}")))?;
    let Ok(response) = http::service(app.clone()).oneshot(request).await;
    let good = response.status().is_success();
    let bytes = to_bytes(response.into_body(), usize::MAX)
        .await
        .map_err(|error| usage(format!("the answer was cut off: {error}")))?;
    Ok((good, bytes.to_vec()))
}
