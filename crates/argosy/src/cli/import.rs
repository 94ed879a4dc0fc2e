//! `import`, `walk`, `rebuild`: files in.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use argosy_desk::ImportState;
use argosy_intake::{ImportReport, Progress};
use argosy_kernel::{Change, Diff, Problem, Severity};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::{
    app::App,
    cli::{
        Outcome,
        args::{self, Given as GivenArgs},
        print::{Out, Table, shown},
    },
    error::Error,
    http::{dto::plain, imported},
    jobs::step_name,
    receive::{self, Given, Sender},
};

/// How records made on the command line are signed.
pub(crate) const CLI: &str = "cli";
const BYTES: &str = "{prefix} {msg:8} {wide_bar} {bytes}/{total_bytes}";
/// Problems shown of one file; all of them are in the web pages and in `--json`.
const PROBLEMS_SHOWN: usize = 10;

impl From<GivenArgs> for Given {
    fn from(args: GivenArgs) -> Self {
        Self {
            store: args.store,
            market: args.market,
            channel: args.channel,
            from: args.from,
            to: args.to,
            replace: args.replace,
        }
    }
}

pub(super) async fn import(out: Out, app: &App, args: args::Import) -> Result<Outcome, Error> {
    let files = files_of(&args.paths)?;
    let given = Given { replace: args.replace, ..Given::from(args.given) };
    // What holds for all files is refused once, not file by file.
    given.check(app)?;
    let mut reports = Vec::new();
    let mut failures = 0;
    let mut partial = 0;
    for file in &files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match one(out, app, file, &name, &given).await {
            Ok(report) => {
                failures += usize::from(report.state == ImportState::Failed);
                partial += usize::from(!shortfalls(out, &report).is_empty());
                if !out.json {
                    tell(out, app, &report);
                }
                reports.push(describe(app, &report).await?);
            }
            // What hinders one file (a store that cannot be told) need not hinder the next.
            Err(error @ (Error::Usage(_) | Error::Told(_))) => {
                failures += 1;
                let why = error.sentence(out.lang);
                if !out.json {
                    eprintln!("✗ {name}: {why}");
                }
                reports.push(json!({ "file_name": name, "state": "failed", "error": why }));
            }
            Err(error) => return Err(error),
        }
    }
    if out.json {
        out.json(&json!({ "imports": reports }));
    } else if files.len() > 1 {
        let (all, good) = (files.len(), files.len() - failures);
        out.say(
            &format!("{good} of {all} files are in"),
            &format!("{all} 个文件中已导入 {good} 个"),
        );
    }
    Ok(Outcome::of(failures == 0 && !(args.strict && partial > 0)))
}

/// What is wanting in a file that was loaded: rows that were left out, sums that do not agree.
fn shortfalls(out: Out, report: &ImportReport) -> Vec<String> {
    if report.state != ImportState::Done {
        return Vec::new();
    }
    let errors = || report.problems.iter().filter(|problem| problem.severity == Severity::Error);
    let rows: BTreeSet<_> = errors()
        .filter_map(|problem| Some((problem.place.file.as_str(), problem.place.line?)))
        .collect();
    // Of one kind only the first problems are listed word by word; the rest has no line.
    let more = errors().any(|problem| problem.place.line.is_none());
    let mut wanting = Vec::new();
    match (rows.len(), more) {
        (0, false) => {}
        (0, true) => wanting.push(out.lang.pick("loaded in part", "仅部分导入").to_owned()),
        (1, false) => {
            wanting.push(out.lang.pick("loaded, 1 row left out", "已导入，1 行未导入").to_owned());
        }
        (rows, more) => {
            let (at_least, zh) = if more { ("at least ", "至少 ") } else { ("", "") };
            let en = format!("loaded, {at_least}{rows} rows left out");
            let zh = format!("已导入，{zh}{rows} 行未导入");
            wanting.push(out.lang.pick(&en, &zh).to_owned());
        }
    }
    if report.balance.iter().any(|balance| !balance.difference.is_zero() && !balance.in_part) {
        wanting.push(out.lang.pick("does not add up", "合计不符").to_owned());
    }
    wanting
}

/// One file with a bar on the terminal.
pub(super) async fn one(
    out: Out,
    app: &App,
    file: &Path,
    name: &str,
    given: &Given,
) -> Result<ImportReport, Error> {
    let bar = bar(out, name, BYTES);
    let sender = Sender { who: CLI, file_name: name, may_edit: true };
    let report = receive::import(app, file, given, sender, &|progress| show(&bar, progress)).await;
    bar.finish_and_clear();
    report
}

/// A bar on the terminal, and nothing elsewhere.
pub(super) fn bar(out: Out, name: &str, template: &str) -> ProgressBar {
    let target = match out.is_terminal() {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    };
    let bar = ProgressBar::with_draw_target(Some(0), target);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.with_prefix(name.to_owned())
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_message(step_name(progress.step));
    bar.set_length(progress.total);
    bar.set_position(progress.done);
}

/// Files of the arguments, folders opened; hidden files are not reports.
fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for path in paths {
        add(&mut files, path)?;
    }
    if files.is_empty() {
        return Err(Error::told("there is no file in what was named", "指定的路径中没有文件"));
    }
    Ok(files)
}

fn add(files: &mut Vec<PathBuf>, path: &Path) -> Result<(), Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(failed)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries = std::fs::read_dir(path).map_err(failed)?;
    let mut inner = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    inner.sort();
    let hidden =
        |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    inner.iter().filter(|path| !hidden(path)).try_for_each(|path| add(files, path))
}

/// The import as the API tells it, with all problems.
async fn describe(app: &App, report: &ImportReport) -> Result<serde_json::Value, Error> {
    let problems: Vec<_> =
        report.problems.iter().map(|problem| app.texts().describe(problem)).collect();
    let row = match report.import {
        Some(id) => app.desk().import(id).await?,
        None => None,
    };
    let import = match row {
        Some(row) => json!(imported::describe(app, &app.logins().await?, row)),
        None => json!({ "file_name": report.file_name, "state": report.state.name() }),
    };
    Ok(json!({ "import": import, "records": report.records, "problems": problems }))
}

/// The import diff, the balance and the first problems.
fn tell(out: Out, app: &App, report: &ImportReport) {
    let wanting = shortfalls(out, report);
    let (mark, state) = match report.state {
        ImportState::Done if wanting.is_empty() => ("✓", String::new()),
        ImportState::Done => ("!", format!(" – {}", wanting.join(out.lang.pick(", ", "，")))),
        ImportState::Failed => ("✗", out.lang.pick(" – not loaded", " – 未导入").to_owned()),
        ImportState::Undone => ("↶", out.lang.pick(" – taken back", " – 已撤销").to_owned()),
        ImportState::Duplicate => ("=", out.lang.pick(" – here already", " – 已导入过").to_owned()),
    };
    let name = report.definition_name.as_ref().map(|name| out.lang.of(name).to_owned());
    let name = name.map(|name| format!(" · {name} → {}", report.store)).unwrap_or_default();
    out.line(&format!("{mark} {}{name}{state}", report.file_name));
    for (table, diff) in &report.diff {
        out.line(&format!("    {:8} {}", table.name(), diff_text(out, diff)));
    }
    for (kind, count) in &report.records {
        out.line(&format!("    {kind}: {count}"));
    }
    for balance in &report.balance {
        let good = balance.difference.is_zero();
        let word = if good {
            out.lang.pick("balanced", "已平")
        } else if balance.in_part {
            out.lang.pick("the other part is not here yet", "其余部分尚未导入")
        } else {
            out.lang.pick("DIFFERS", "不平")
        };
        out.line(&format!(
            "    {} {}: {} {} · {word}{}",
            balance.name,
            balance.statement,
            plain(balance.sum),
            balance.currency,
            if good { String::new() } else { format!(" ({})", plain(balance.difference)) },
        ));
    }
    for problem in report.problems.iter().take(PROBLEMS_SHOWN) {
        let sentence = app.texts().sentence(problem);
        let sign = match problem.severity {
            Severity::Note => "·",
            Severity::Warning => "!",
            Severity::Error => "✗",
        };
        out.line(&format!(
            "    {sign} {}{}",
            place(out, problem),
            out.lang.pick(&sentence.en, &sentence.zh_cn)
        ));
    }
    let more = report.problems.len().saturating_sub(PROBLEMS_SHOWN);
    if more > 0 {
        out.say(&format!("    … and {more} more"), &format!("    … 另有 {more} 条"));
    }
}

/// Where in the file, before what is wrong there.
pub(super) fn place(out: Out, problem: &Problem) -> String {
    let line = problem.place.line;
    let column = problem.place.column.as_deref().filter(|column| !column.is_empty()).map(shown);
    match (line, column) {
        (Some(line), Some(column)) => out
            .lang
            .pick(
                &format!("line {line}, column {column}: "),
                &format!("第 {line} 行，{column} 列："),
            )
            .to_owned(),
        (Some(line), None) => {
            out.lang.pick(&format!("line {line}: "), &format!("第 {line} 行：")).to_owned()
        }
        (None, Some(column)) => {
            out.lang.pick(&format!("column {column}: "), &format!("{column} 列：")).to_owned()
        }
        (None, None) => String::new(),
    }
}

fn diff_text(out: Out, diff: &Diff) -> String {
    let parts = [
        (out.lang.pick("added", "新增"), &diff.added),
        (out.lang.pick("replacing", "替换为"), &diff.replacing),
        (out.lang.pick("replaced", "被替换"), &diff.replaced),
        (out.lang.pick("unchanged", "未变"), &diff.unchanged),
        (out.lang.pick("covered", "已有更优来源"), &diff.covered),
    ];
    let told = parts.into_iter().filter(|(_, change)| change.rows > 0);
    let text: Vec<String> = told.map(|(word, change)| change_text(word, change)).collect();
    if text.is_empty() { out.lang.pick("nothing", "无").to_owned() } else { text.join(", ") }
}

fn change_text(word: &str, change: &Change) -> String {
    let money: Vec<String> =
        change.money.iter().map(|(code, sum)| format!("{} {code}", plain(*sum))).collect();
    let money = match money.is_empty() {
        true => String::new(),
        false => format!(" ({})", money.join(" + ")),
    };
    format!("{word} {}{money}", change.rows)
}

pub(super) async fn walk(out: Out, app: &App, args: args::Walk) -> Result<Outcome, Error> {
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let walk = receive::walk(app, &args.file, &args.given.into(), &name).await?;
    let good = walk.closest.is_none() && !walk.parts.is_empty();
    if out.json {
        out.json(&imported::WalkDto::new(app, walk));
        return Ok(Outcome::of(good));
    }
    let title = |en, zh| out.line(&format!("\n{}", out.lang.pick(en, zh)));
    out.line(&format!("{} · {} B", walk.file_name, walk.bytes));
    for part in &walk.parts {
        out.line(&format!("\n── {} ──", part.label));
        title("1 recognise", "1 识别");
        out.line(&format!("  {}@{}", part.definition, part.version));
        out.line(&format!("  {}", part.encoding));
        if !part.columns_absent.is_empty() {
            let columns = part.columns_absent.join(", ");
            out.say(&format!("  absent: {columns}"), &format!("  缺少的列：{columns}"));
        }
        if !part.columns_unused.is_empty() {
            let columns = part.columns_unused.join(", ");
            out.say(&format!("  not used: {columns}"), &format!("  未使用的列：{columns}"));
        }
        title("2 decode", "2 解码");
        for (column, how) in &part.reading {
            out.line(&format!("  {column}: {how}"));
        }
        sample(out, &part.decoded);
        title("3 translate", "3 翻译");
        for (table, rows) in &part.facts {
            out.line(&format!("  {} × {rows}", table.name()));
        }
        for table in part.translated.values() {
            sample(out, table);
        }
        for fee in &part.unknown_fees {
            out.line(&format!("  ? {} × {}", fee.words, fee.rows));
        }
        title("4 balance", "4 核对");
        for balance in &part.balance {
            let (sum, expected) = (plain(balance.sum), plain(balance.expected));
            out.line(&format!("  {}: {sum} / {expected} {}", balance.statement, balance.currency));
        }
    }
    for problem in &walk.problems {
        let sentence = app.texts().sentence(problem);
        let (place, said) = (place(out, problem), out.lang.pick(&sentence.en, &sentence.zh_cn));
        out.line(&format!("! {place}{said}"));
    }
    Ok(Outcome::of(good))
}

pub(super) fn sample(out: Out, sample: &argosy_intake::SampleTable) {
    // Columns that are empty in the whole sample only hide the others.
    let used: Vec<usize> = (0..sample.columns.len())
        .filter(|at| sample.rows.iter().any(|row| row.get(*at).is_some_and(Option::is_some)))
        .collect();
    let mut table = Table::new(used.iter().map(|at| sample.columns[*at].clone()));
    for row in &sample.rows {
        let cell = |at: &usize| row.get(*at).cloned().flatten().unwrap_or_default();
        table.row(used.iter().map(cell));
    }
    if !table.is_empty() {
        out.text(&table.render());
    }
}

pub(super) async fn rebuild(out: Out, app: &App) -> Result<Outcome, Error> {
    let bar = bar(out, "rebuild", BYTES);
    let detail = json!({ "why": "rebuild" });
    app.desk().note_raw_access(CLI, "raw:all", detail).await?;
    let report = app.intake().rebuild(CLI, &|progress| show(&bar, progress)).await;
    bar.finish_and_clear();
    let report = report?;
    let same = report.is_same();
    if out.json {
        out.json(&json!({ "report": report, "same": same }));
    } else {
        out.say(
            &format!("{} imports, {} rows made anew", report.imports, report.rows),
            &format!("已重建 {} 次导入、{} 行", report.imports, report.rows),
        );
        for (table, after) in &report.after {
            let mark = if report.before.get(table) == Some(after) { "=" } else { "≠" };
            out.line(&format!("  {mark} {} {after}", table.name()));
        }
    }
    Ok(Outcome::Good)
}
