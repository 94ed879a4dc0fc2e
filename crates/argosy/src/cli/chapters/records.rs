//! `argosy records`: the same requests that the pages make.

use std::path::Path;

use argosy_chapter::kind::{Body, Field, Key, Kind, What};
use axum::http::Method;
use serde_json::{Value, json};

use super::{
    ActOnRecords, ImportRecords, ListRecords, Records, RecordsWhat, act, cells::field_text,
    file_kind, pairs, write,
};
use crate::{
    app::App,
    chapters::{Deed, not_found},
    cli::{
        Outcome,
        print::{Out, Table},
        tend::{call, send},
        work::{ask, encoded, query, refused, show},
    },
    error::Error,
};

pub(crate) async fn records(out: Out, app: &App, args: Records) -> Result<Outcome, Error> {
    let known = app.knowledge();
    let Some(id) = args.kind else {
        return match args.what {
            None => Ok(kinds(out, app)),
            Some(_) => Err(Error::told(
                "say of which kind: `argosy records supplier list`; `argosy records` lists the kinds",
                "请指明记录类型：`argosy records supplier list`；`argosy records` 列出全部类型",
            )),
        };
    };
    let kind = known.kinds.get(&id).ok_or_else(|| not_found("kind of record", &id))?;
    let of = |id: &str| format!("/records/{}/{}", kind.id, encoded(id));
    match args.what.unwrap_or_else(|| RecordsWhat::List(ListRecords::few())) {
        RecordsWhat::List(args) => list(out, app, kind, args).await,
        RecordsWhat::Show { id } => one(out, app, kind, &of(&id)).await,
        RecordsWhat::History { id } => {
            show(out, app, Method::GET, &format!("{}/history", of(&id)), None).await
        }
        RecordsWhat::Where { id } => {
            show(out, app, Method::GET, &format!("{}/where", of(&id)), None).await
        }
        RecordsWhat::Save { file } => save(out, app, kind, &file).await,
        RecordsWhat::Import(args) => import(out, app, kind, args).await,
        RecordsWhat::Export { file } => download(out, app, kind, "export", &file).await,
        RecordsWhat::Template { file } => download(out, app, kind, "template", &file).await,
        RecordsWhat::Move { id, step } => {
            let record = match ask(out, app, Method::GET, &of(&id), None).await? {
                Ok(record) => record,
                Err(outcome) => return Ok(outcome),
            };
            let path = format!("{}/moves/{}", of(&id), encoded(&step));
            let said = json!({ "version": record["version"] });
            changed(out, app, kind, (Method::POST, &path, said)).await
        }
        RecordsWhat::Act(ActOnRecords { action, ids, form }) => {
            let form: Body = pairs(&form)?.into_iter().collect();
            let of = kind.id.clone();
            act(out, app, Deed { of, action, rows: ids, form, ..Deed::default() }).await
        }
        RecordsWhat::Print { id, paper, file } => {
            let language = out.lang.code();
            let path = format!("{}/papers/{}?lang={language}", of(&id), encoded(&paper));
            fetched(out, app, &path, &file).await
        }
        RecordsWhat::Delete { id } => match ask(out, app, Method::DELETE, &of(&id), None).await? {
            Ok(_) => {
                out.say(&format!("{id} is deleted"), &format!("已删除 {id}"));
                Ok(Outcome::Good)
            }
            Err(outcome) => Ok(outcome),
        },
    }
}

impl ListRecords {
    /// As `list` without options.
    fn few() -> Self {
        Self { limit: 100, ..Self::default() }
    }
}

fn kinds(out: Out, app: &App) -> Outcome {
    let known = app.knowledge();
    if out.json {
        let kinds: Vec<&Kind> = known.kinds.iter().collect();
        out.json(&json!({ "kinds": kinds }));
        return Outcome::Good;
    }
    let mut table = Table::new(match out.lang.code() {
        "zh-CN" => ["类型", "名称", "章节"],
        _ => ["kind", "title", "chapter"],
    });
    for kind in known.kinds.iter() {
        table.row([&*kind.id, out.lang.of(&kind.title), &*kind.chapter]);
    }
    out.text(&table.render());
    Outcome::Good
}

async fn list(out: Out, app: &App, kind: &Kind, args: ListRecords) -> Result<Outcome, Error> {
    let path = query(
        &format!("/records/{}", kind.id),
        &[("q", args.q), ("state", args.state), ("limit", Some(args.limit.to_string()))],
    );
    let answer = match ask(out, app, Method::GET, &path, None).await? {
        Ok(answer) => answer,
        Err(outcome) => return Ok(outcome),
    };
    if out.json {
        out.json(&answer);
        return Ok(Outcome::Good);
    }
    let records = answer["records"].as_array().map(Vec::as_slice).unwrap_or_default();
    if records.is_empty() {
        out.line(out.lang.of(&kind.says));
        return Ok(Outcome::Good);
    }
    // The key stands in the first column already.
    let key = |field: &Field| matches!(&kind.key, Key::Field(key) if *key == field.id);
    let listed = kind.fields.iter().filter(|field| field.list && !key(field));
    let fields: Vec<&Field> = listed.collect();
    let mut header = vec![out.lang.pick("id", "编号").to_owned()];
    header.extend(fields.iter().map(|field| out.lang.of(&field.name).to_owned()));
    if kind.states.is_some() {
        header.push(out.lang.pick("state", "状态").to_owned());
    }
    let mut table = Table::new(header);
    for record in records {
        let mut cells = vec![record["id"].as_str().unwrap_or_default().to_owned()];
        cells.extend(
            fields.iter().map(|field| field_text(field, record["body"].get(&field.id), out.lang)),
        );
        if kind.states.is_some() {
            cells.push(state(out, kind, record));
        }
        table.row(cells);
    }
    out.text(&table.render());
    let (shown, total) = (records.len(), answer["total"].as_u64().unwrap_or_default());
    out.say(&format!("{shown} of {total}"), &format!("显示 {shown} / 共 {total}"));
    Ok(Outcome::Good)
}

/// What the state of a record is called.
fn state(out: Out, kind: &Kind, record: &Value) -> String {
    let id = record["state"].as_str().unwrap_or_default();
    let states = kind.states.as_ref().map(|states| states.states.as_slice()).unwrap_or_default();
    let found = states.iter().find(|state| state.id == id);
    found.map_or(id, |state| out.lang.of(&state.name)).to_owned()
}

async fn one(out: Out, app: &App, kind: &Kind, path: &str) -> Result<Outcome, Error> {
    let record = match ask(out, app, Method::GET, path, None).await? {
        Ok(record) => record,
        Err(outcome) => return Ok(outcome),
    };
    if out.json {
        out.json(&record);
    } else {
        told(out, kind, &record);
    }
    Ok(Outcome::Good)
}

fn told(out: Out, kind: &Kind, record: &Value) {
    let text = |name: &str| record[name].as_str().unwrap_or_default();
    out.line(&format!("{} {} {}", out.lang.of(&kind.one), text("id"), state(out, kind, record)));
    let body = &record["body"];
    for field in &kind.fields {
        let Some(value) = body.get(&field.id) else { continue };
        let name = out.lang.of(&field.name);
        out.line(&format!("  {name}: {}", field_text(field, Some(value), out.lang)));
        if let (What::Lines { fields }, Some(lines)) = (&field.what, value.as_array()) {
            let mut table = Table::new(fields.iter().map(|field| out.lang.of(&field.name)));
            for line in lines {
                let cells =
                    fields.iter().map(|field| field_text(field, line.get(&field.id), out.lang));
                table.row(cells.collect::<Vec<_>>());
            }
            out.text(&table.render());
        }
    }
    let (version, at, by) = (&record["version"], text("changed_at"), text("changed_by"));
    out.say(
        &format!("version {version}, changed {at} by {by}"),
        &format!("版本 {version}，{by} 于 {at} 修改"),
    );
}

async fn save(out: Out, app: &App, kind: &Kind, file: &Path) -> Result<Outcome, Error> {
    let failed = |source| Error::Io { path: file.to_owned(), source };
    let text = match file == Path::new("-") {
        true => std::io::read_to_string(std::io::stdin()).map_err(failed)?,
        false => std::fs::read_to_string(file).map_err(failed)?,
    };
    let mut given: Value = serde_json::from_str(&text).map_err(|error| {
        Error::told(format!("this is not JSON: {error}"), format!("不是有效的 JSON：{error}"))
    })?;
    let path = format!("/records/{}", kind.id);
    let version = given["version"].as_i64();
    let id = given["id"].as_str().map(str::to_owned);
    let call = match (id, version) {
        (Some(id), Some(version)) => {
            let said = json!({ "body": given["body"].take(), "version": version });
            (Method::PUT, format!("{path}/{}", encoded(&id)), said)
        }
        _ => (Method::POST, path, given),
    };
    changed(out, app, kind, (call.0, &call.1, call.2)).await
}

/// A change, told by the record as it is then.
async fn changed(
    out: Out,
    app: &App,
    kind: &Kind,
    (method, path, said): (Method, &str, Value),
) -> Result<Outcome, Error> {
    let record = match ask(out, app, method, path, Some(said)).await? {
        Ok(record) => record,
        Err(outcome) => return Ok(outcome),
    };
    match out.json {
        true => out.json(&record),
        false => told(out, kind, &record),
    }
    Ok(Outcome::Good)
}

async fn import(out: Out, app: &App, kind: &Kind, args: ImportRecords) -> Result<Outcome, Error> {
    let failed = |source| Error::Io { path: args.file.clone(), source };
    let bytes = std::fs::read(&args.file).map_err(failed)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let path = format!("/records/{}/import", kind.id);
    if let Some(errors) = &args.errors {
        let format = file_kind(errors).ending();
        let path = format!("{path}/errors?format={format}&lang={}", out.lang.code());
        let (good, answer) = send(app, &path, form(&name, &bytes)).await?;
        if !good {
            return Ok(refused(out, &answer));
        }
        std::fs::write(errors, &answer)
            .map_err(|source| Error::Io { path: errors.clone(), source })?;
    }
    let path = format!("{path}?dry={}", args.dry);
    let (good, answer) = send(app, &path, form(&name, &bytes)).await?;
    if !good {
        return Ok(refused(out, &answer));
    }
    let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
    let count = |name: &str| answer[name].as_u64().unwrap_or_default();
    let (new, changed, same, wrong) =
        (count("new"), count("changed"), count("same"), count("wrong"));
    if out.json {
        out.json(&answer);
        return Ok(Outcome::of(wrong == 0));
    }
    for problem in answer["problems"].as_array().into_iter().flatten().take(PROBLEMS_SHOWN) {
        let row = problem["row"].as_u64().map(|row| format!("{row}: ")).unwrap_or_default();
        out.line(&format!("✗ {row}{}", problem["says"][out.lang.code()].as_str().unwrap_or("")));
    }
    let (en, zh) = match (args.dry, wrong) {
        (true, _) => ("; nothing was stored", "；未保存任何内容"),
        (false, 0) => ("", ""),
        _ => ("; nothing was stored, correct these rows first", "；未保存任何内容，请先更正"),
    };
    out.say(
        &format!("{new} new, {changed} changed, {same} the same, {wrong} wrong{en}"),
        &format!("新增 {new}，更改 {changed}，相同 {same}，有误 {wrong}{zh}"),
    );
    Ok(Outcome::of(wrong == 0))
}

/// Problems of a sheet told line by line; `--errors` writes all of them.
const PROBLEMS_SHOWN: usize = 20;

const EDGE: &str = "argosy-command-line-0d9f1e7b52c84a63";

/// A form with one file.
fn form(name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let name: String = name.chars().filter(|sign| *sign != '"' && !sign.is_control()).collect();
    let mut body = format!(
        "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={EDGE}"), body)
}

async fn download(
    out: Out,
    app: &App,
    kind: &Kind,
    what: &str,
    file: &Path,
) -> Result<Outcome, Error> {
    let (format, language) = (file_kind(file).ending(), out.lang.code());
    let path = format!("/records/{}/{what}?format={format}&lang={language}", kind.id);
    fetched(out, app, &path, file).await
}

async fn fetched(out: Out, app: &App, path: &str, file: &Path) -> Result<Outcome, Error> {
    let (good, bytes) = call(app, Method::GET, path, None).await?;
    if !good {
        return Ok(refused(out, &bytes));
    }
    write(out, file, &bytes)?;
    Ok(Outcome::Good)
}
