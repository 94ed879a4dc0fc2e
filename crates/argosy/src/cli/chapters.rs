//! `records`, `board` and the words of the trade for boards: what the chapters' pages show.

mod args;
mod cells;
mod records;

use std::{collections::BTreeMap, path::Path};

use argosy_chapter::{
    board::{self as boards, Board as Worked, BoardKind, Cell, Column, Detail, Holds, Row},
    kind::Body,
};
use serde_json::{Value, json};

pub(crate) use args::*;
use cells::shown;
pub(super) use records::records;

use crate::{
    app::App,
    chapters::{self, Deed, not_found},
    cli::{
        Outcome,
        import::{self, CLI},
        print::{Out, Table},
    },
    download::{self, Kind as File},
    error::Error,
};

/// Shows a board, or does something with it.
pub(super) async fn board(out: Out, app: &App, args: Board) -> Result<Outcome, Error> {
    match args.board {
        None => list(out, app),
        Some(id) => looked_at(out, app, &id, args.look, &[]).await,
    }
}

/// A board by the word of the trade.
pub(super) async fn short_cut(
    out: Out,
    app: &App,
    id: &str,
    args: ShortCut,
) -> Result<Outcome, Error> {
    let only = [("sku", args.sku), ("market", args.market.map(|market| market.to_uppercase()))];
    let only: Vec<(&str, String)> =
        only.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    looked_at(out, app, id, args.look, &only).await
}

fn list(out: Out, app: &App) -> Result<Outcome, Error> {
    let known = app.knowledge();
    if out.json {
        let boards: Vec<&BoardKind> = known.boards.iter().collect();
        out.json(&json!({ "boards": boards }));
        return Ok(Outcome::Good);
    }
    let mut table = Table::new(match out.lang.code() {
        "zh-CN" => ["看板", "名称", "参数", "操作"],
        _ => ["board", "title", "parameters", "actions"],
    });
    for board in known.boards.iter() {
        let params: Vec<&str> = board.params.iter().map(|param| param.id.as_str()).collect();
        let actions: Vec<&str> = board.actions.iter().map(|action| action.id.as_str()).collect();
        table.row([&board.id, out.lang.of(&board.title), &params.join(" "), &actions.join(" ")]);
    }
    out.text(&table.render());
    Ok(Outcome::Good)
}

/// `NAME=VALUE`s; lists and objects may be given as JSON.
fn pairs(given: &[String]) -> Result<BTreeMap<String, Value>, Error> {
    let pair = |one: &String| {
        let (name, text) = one.split_once('=').ok_or_else(|| {
            Error::told(
                format!("`{one}` is not NAME=VALUE"),
                format!("`{one}` 不是“名称=值”的形式"),
            )
        })?;
        let whole = text.starts_with(['[', '{']).then(|| serde_json::from_str(text).ok());
        let value = whole.flatten().unwrap_or_else(|| Value::from(text));
        Ok((name.trim().to_owned(), value))
    };
    given.iter().map(pair).collect()
}

async fn looked_at(
    out: Out,
    app: &App,
    id: &str,
    look: Look,
    only: &[(&str, String)],
) -> Result<Outcome, Error> {
    let known = app.knowledge();
    let kind = known.boards.get(id).ok_or_else(|| not_found("board", id))?;
    let mut params = pairs(&look.params)?;
    // What the board cannot be asked is looked for in its columns.
    let mut columns = Vec::new();
    for (name, value) in only {
        if kind.params.iter().any(|param| param.id == *name) {
            params.insert((*name).to_owned(), value.as_str().into());
        } else if kind.columns.iter().any(|column| column.id == *name) {
            columns.push((*name, value.as_str()));
        } else {
            return Err(Error::told(
                format!("the board `{id}` has no {name}; leave --{name} out"),
                format!("看板 `{id}` 没有 {name}，请去掉 --{name}"),
            ));
        }
    }
    if let Some(action) = look.act {
        let form: Body = pairs(&look.form)?.into_iter().collect();
        let (of, rows) = (id.to_owned(), look.rows);
        return act(out, app, Deed { board: true, of, action, rows, form, params }).await;
    }
    if let Some(row) = &look.row {
        let detail = chapters::detail(app, id, row, &params).await?;
        return Ok(told_detail(out, detail));
    }
    let bar = bar(out, id);
    let worked = chapters::board(app, id, &params, &bar.tell()).await;
    bar.0.finish_and_clear();
    let mut worked = worked?;
    worked.rows.retain(|row| {
        columns.iter().all(|(column, value)| {
            row.cells.get(*column).is_some_and(|cell| plain(cell).eq_ignore_ascii_case(value))
        })
    });
    let outcome = Outcome::of(!look.alarm || worked.rows.is_empty());
    if let Some(file) = &look.export {
        let sheet = boards::sheet(kind, &worked, out.lang.code());
        write(out, file, &download::bytes(&sheet, file_kind(file))?)?;
        return Ok(outcome);
    }
    match out.json {
        true => out.json(&worked),
        false => told(out, kind, &worked, &look),
    }
    Ok(outcome)
}

/// A progress bar that chapters can tell.
struct Bar(indicatif::ProgressBar);

fn bar(out: Out, what: &str) -> Bar {
    let bar = import::bar(out, what, "{prefix} {wide_bar} {pos}/{len} {msg}");
    Bar(bar)
}

impl Bar {
    fn tell(&self) -> impl Fn(usize, usize, &str) + Send + Sync + use<> {
        let bar = self.0.clone();
        move |done, total, next: &str| {
            bar.set_length(u64::try_from(total).unwrap_or(u64::MAX));
            bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
            bar.set_message(next.to_owned());
        }
    }
}

/// Does it here and now, also what a server would do in the background.
async fn act(out: Out, app: &App, deed: Deed) -> Result<Outcome, Error> {
    let bar = bar(out, &deed.action);
    let done = deed.carry_out(app, CLI, &bar.tell()).await;
    bar.0.finish_and_clear();
    let done = done?;
    if out.json {
        out.json(&done);
        return Ok(Outcome::Good);
    }
    out.line(out.lang.of(&done.says));
    for (kind, id) in &done.records {
        out.line(&format!("  {kind} {id}"));
    }
    Ok(Outcome::Good)
}

fn file_kind(file: &Path) -> File {
    let csv = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    if csv { File::Csv } else { File::Xlsx }
}

fn write(out: Out, file: &Path, bytes: &[u8]) -> Result<(), Error> {
    std::fs::write(file, bytes).map_err(|source| Error::Io { path: file.to_owned(), source })?;
    if out.json {
        out.json(&json!({ "file": file, "bytes": bytes.len() }));
    }
    let file = file.display();
    out.say(&format!("written to {file}"), &format!("已写入 {file}"));
    Ok(())
}

/// The value of a cell without words around it.
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Integer(number) => number.to_string(),
        Cell::Day(day) => day.to_string(),
        _ => String::new(),
    }
}

fn told(out: Out, kind: &BoardKind, worked: &Worked, look: &Look) {
    for remark in &worked.remarks {
        let sign = match remark.level.as_str() {
            "error" => "✗ ",
            "warning" => "! ",
            _ => "",
        };
        out.line(&format!("{sign}{}", out.lang.of(&remark.says)));
    }
    for tile in &kind.tiles {
        if let Some(cell) = worked.tiles.get(&tile.id) {
            let value = shown(cell, tile.unit, &[], out.lang);
            out.line(&format!("{}: {value}", out.lang.of(&tile.name)));
        }
    }
    if worked.rows.is_empty() {
        return out.line(out.lang.of(&kind.empty));
    }
    let columns: Vec<&Column> =
        kind.columns.iter().filter(|column| column.shown || look.wide).collect();
    out.text(&rows(out, &columns, in_order(kind, worked, look.limit)).render());
    let (all, limit) = (worked.rows.len(), look.limit);
    if all > limit {
        out.say(
            &format!("{all} rows, {limit} shown; --limit shows more, --export writes all"),
            &format!("共 {all} 行，显示 {limit} 行；--limit 显示更多，--export 导出全部"),
        );
    }
}

/// The first rows in the order of the board.
fn in_order<'a>(
    kind: &BoardKind,
    worked: &'a Worked,
    limit: usize,
) -> impl Iterator<Item = &'a Row> {
    let mut rows: Vec<&Row> = worked.rows.iter().collect();
    if let Some((column, descending)) = &kind.order {
        let key = |row: &&Row| row.cells.get(column).and_then(cells::order);
        rows.sort_by(|one, other| {
            let (one, other) = (key(one), key(other));
            // Rows without a value come last, whichever way the others go.
            match (one.is_none(), other.is_none()) {
                (false, false) if *descending => other.partial_cmp(&one),
                (false, false) => one.partial_cmp(&other),
                (one, other) => Some(one.cmp(&other)),
            }
            .unwrap_or(std::cmp::Ordering::Equal)
        });
    }
    rows.into_iter().take(limit)
}

fn rows<'a>(out: Out, columns: &[&Column], rows: impl Iterator<Item = &'a Row>) -> Table {
    let mut table = Table::new(columns.iter().map(|column| out.lang.of(&column.name)));
    for row in rows {
        table.row(columns.iter().map(|column| {
            let cell = row.cells.get(&column.id).unwrap_or(&Cell::Empty);
            shown(cell, column.unit, &column.choices, out.lang)
        }));
    }
    table
}

fn told_detail(out: Out, detail: Option<Detail>) -> Outcome {
    if out.json {
        out.json(&json!({ "detail": detail }));
        return Outcome::Good;
    }
    let Some(detail) = detail else {
        out.say("there is no more about this row", "该行没有更多内容");
        return Outcome::Good;
    };
    out.line(out.lang.of(&detail.title));
    for section in &detail.sections {
        out.line("");
        out.line(out.lang.of(&section.title));
        match &section.holds {
            Holds::Says(text) => out.line(out.lang.of(text)),
            Holds::Facts(facts) => {
                for fact in facts {
                    let value = shown(&fact.value, fact.unit, &[], out.lang);
                    let note = fact.note.as_ref().map(|note| out.lang.of(note));
                    let note = note.map(|note| format!(" ({note})")).unwrap_or_default();
                    out.line(&format!("  {}: {value}{note}", out.lang.of(&fact.name)));
                }
            }
            Holds::Table { columns, rows: all } => {
                let columns: Vec<&Column> = columns.iter().collect();
                out.text(&rows(out, &columns, all.iter()).render());
            }
            Holds::Picture(_) => {
                out.say("  (a picture; the web page draws it)", "  （图表请在网页中查看）");
            }
        }
    }
    Outcome::Good
}
