//! Findings and tasks as tables: written for people, read back with what they changed.
//!
//! Headings are read in both languages, whatever language a file was written in.

use std::path::Path;

use argosy_desk::{Finding, FindingState, Task, TaskState};
use argosy_intake::decode::{self, Opened};
use argosy_loop::accept;
use argosy_metrics::export::{Cell, Sheet};
use chrono::NaiveDate;

use super::dto::{ChangeDto, DismissReason};
use crate::{app::Logins, http::error::ApiError, lang::Lang};

/// A heading in English and Chinese.
pub(super) type Heading = (&'static str, &'static str);

pub(super) const ID: Heading = ("ID", "编号");
pub(super) const STATE: Heading = ("State", "状态");
pub(super) const OWNER: Heading = ("Owner", "负责人");
pub(super) const DUE: Heading = ("Due", "截止日期");
pub(super) const NOTE: Heading = ("Note", "备注");
pub(super) const REASON: Heading = ("Reason", "忽略原因");
pub(super) const SNOOZED: Heading = ("Snoozed until", "推迟至");
pub(super) const TITLE: Heading = ("Title", "标题");
const SUBJECT: Heading = ("About", "对象");
const STORE: Heading = ("Store", "店铺");
const MARKET: Heading = ("Market", "站点");
const SKU: Heading = ("SKU", "SKU");
const RULE: Heading = ("Rule", "规则");
const MONTHLY: Heading = ("Stake of 30 days", "30 天金额");
const EXPECTED: Heading = ("Expected of 30 days", "30 天预期金额");
const LOW: Heading = ("Stake from", "金额下限");
const HIGH: Heading = ("Stake to", "金额上限");
const PER: Heading = ("Stake is for days", "金额对应天数");
const CURRENCY: Heading = ("Currency", "币种");
const FIRST: Heading = ("First seen", "首次出现");
const LAST: Heading = ("Last seen", "最近出现");
const TASK: Heading = ("Task", "任务");
const CAUSE: Heading = ("Cause", "原因");
const FINDING: Heading = ("Finding", "发现");
const WHAT: Heading = ("What", "改动内容");
const KIND: Heading = ("Kind", "类型");
const CAMPAIGN: Heading = ("Campaign", "广告活动");
const BEFORE: Heading = ("Before", "改前");
const AFTER: Heading = ("After", "改后");
const DAY: Heading = ("Day", "日期");
const WHO: Heading = ("Who", "操作人");
const SOURCE: Heading = ("Source", "来源");
const VERDICT: Heading = ("Effect", "效果");
const READY: Heading = ("Told on", "得出结论日期");
const PROMISE: Heading = ("Promise", "承诺金额");
const DONE: Heading = ("Done", "完成时间");
const CHECKLIST: Heading = ("Checklist", "检查清单");

fn text(text: impl Into<String>) -> Cell {
    let text = text.into();
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

fn day(day: Option<NaiveDate>) -> Cell {
    text(day.map(|day| day.to_string()).unwrap_or_default())
}

fn header(names: &[Heading], lang: Lang) -> Vec<String> {
    crate::download::header(names, lang)
}

/// The queue as a table.
pub(super) fn findings(rows: Vec<Finding>, lang: Lang) -> Result<Sheet, ApiError> {
    let names = [
        ID, TITLE, SUBJECT, CAUSE, STATE, OWNER, DUE, SNOOZED, REASON, NOTE, EXPECTED, MONTHLY,
        LOW, HIGH, PER, CURRENCY, STORE, MARKET, SKU, RULE, FIRST, LAST, TASK,
    ];
    let mut sheet = Sheet {
        name: lang.pick("Findings", "发现").to_owned(),
        header: header(&names, lang),
        rows: Vec::with_capacity(rows.len()),
    };
    for row in rows {
        let told = accept::read(row.body)?;
        let cause = told.named_causes().next().map(|cause| lang.of(&cause.title).to_owned());
        sheet.rows.push(vec![
            text(row.id),
            text(lang.of(&told.title)),
            text(told.subject.name.as_str()),
            text(cause.unwrap_or_default()),
            text(row.state.name()),
            text(row.owner.unwrap_or_default()),
            Cell::Empty,
            day(row.snoozed_until),
            text(row.reason.unwrap_or_default()),
            text(row.note.unwrap_or_default()),
            Cell::Number(rust_decimal::Decimal::new(row.weight, 2)),
            Cell::Number(told.monthly.amount),
            Cell::Number(told.low.amount),
            Cell::Number(told.high.amount),
            Cell::Number(told.per_days.into()),
            text(row.currency.code()),
            text(row.store),
            text(row.market),
            text(row.seller_sku),
            text(row.rule),
            day(Some(row.first_day)),
            day(Some(row.last_day)),
            row.task.map_or(Cell::Empty, |task| Cell::Number(task.into())),
        ]);
    }
    Ok(sheet)
}

/// Tasks as a table.
pub(super) fn tasks(rows: Vec<Task>, logins: &Logins, lang: Lang) -> Sheet {
    let names =
        [ID, TITLE, STATE, OWNER, DUE, NOTE, CHECKLIST, PROMISE, CURRENCY, FINDING, DONE, FIRST];
    let mut sheet = Sheet {
        name: lang.pick("Tasks", "任务").to_owned(),
        header: header(&names, lang),
        rows: Vec::with_capacity(rows.len()),
    };
    for task in rows {
        let title = task.says.as_ref().map_or(task.title.as_str(), |says| lang.of(says));
        let done = task.checklist.iter().filter(|item| item.done).count();
        let steps = format!("{done}/{}", task.checklist.len());
        let promise = task.promise.as_ref();
        sheet.rows.push(vec![
            Cell::Number(task.id.into()),
            text(title),
            text(task.state.name()),
            text(task.owner.clone().unwrap_or_default()),
            day(task.due),
            text(task.note.clone().unwrap_or_default()),
            text(steps),
            promise.map_or(Cell::Empty, |promise| Cell::Number(promise.amount)),
            text(promise.and_then(|p| p.currency).map_or("", |currency| currency.code())),
            text(task.finding.clone().unwrap_or_default()),
            day(task.done.map(|done| done.date_naive())),
            text(format!("{} {}", task.created.date_naive(), logins.name(&task.created_by))),
        ]);
    }
    sheet
}

/// Recorded changes as a table.
pub(super) fn changes(rows: Vec<ChangeDto>, lang: Lang) -> Sheet {
    let names = [
        ID, DAY, KIND, WHAT, BEFORE, AFTER, STORE, MARKET, SKU, CAMPAIGN, WHO, SOURCE, TASK,
        VERDICT, READY,
    ];
    let mut sheet = Sheet {
        name: lang.pick("Changes", "改动").to_owned(),
        header: header(&names, lang),
        rows: Vec::with_capacity(rows.len()),
    };
    for row in rows {
        let verdict = row.effect.as_ref().map(|effect| effect.verdict.as_deref());
        let verdict = verdict.map(|verdict| verdict.unwrap_or("waiting").to_owned());
        sheet.rows.push(vec![
            Cell::Number(row.id.into()),
            day(Some(row.at)),
            text(row.kind),
            text(row.says.map_or(row.what, |says| lang.pick(&says.en, &says.zh_cn).to_owned())),
            text(row.before.unwrap_or_default()),
            text(row.after.unwrap_or_default()),
            text(row.store),
            text(row.market.unwrap_or_default()),
            text(row.seller_sku.unwrap_or_default()),
            text(row.campaign.unwrap_or_default()),
            text(row.who),
            text(row.source),
            row.task.map_or(Cell::Empty, |task| Cell::Number(task.into())),
            text(verdict.unwrap_or_default()),
            day(row.effect.map(|effect| effect.ready_on)),
        ]);
    }
    sheet
}

/// A row of a sheet that came back.
pub(super) struct Row {
    /// From 1, in the file.
    pub line: u64,
    cells: Vec<(String, String)>,
}

impl Row {
    /// The cell below a heading in either language; empty when there is none.
    pub(super) fn of(&self, heading: &Heading) -> String {
        let is = |name: &str| {
            name.eq_ignore_ascii_case(heading.0) || name.eq_ignore_ascii_case(heading.1)
        };
        let found = self.cells.iter().find(|(name, _)| is(name));
        found.map(|(_, cell)| cell.clone()).unwrap_or_default()
    }

    pub(super) fn day(&self, heading: &Heading) -> Result<Option<NaiveDate>, ApiError> {
        let cell = self.of(heading);
        if cell.is_empty() {
            return Ok(None);
        }
        // Workbooks tell days with a time of midnight.
        let head = cell.get(..10).unwrap_or(&cell);
        head.parse().map(Some).map_err(|_| {
            ApiError::told(
                format!("line {}: `{cell}` is no day; write it as 2026-06-30", self.line),
                format!("第 {} 行：`{cell}` 不是日期；请写成 2026-06-30", self.line),
            )
        })
    }
}

/// Reads the rows of the first table of a file; its first row is the header.
pub(super) async fn read(path: &Path, name: &str, most: usize) -> Result<Vec<Row>, ApiError> {
    let (path, name) = (path.to_owned(), name.to_owned());
    let rows = tokio::task::spawn_blocking(move || read_now(&path, &name, most));
    rows.await.map_err(|error| ApiError::internal(&error))?
}

fn read_now(path: &Path, name: &str, most: usize) -> Result<Vec<Row>, ApiError> {
    let refused = |problem: argosy_kernel::Problem| {
        ApiError::told(
            "the file cannot be read as a table; send the XLSX or CSV that was exported",
            "无法按表格读取该文件；请上传导出的 XLSX 或 CSV",
        )
        .with_problems(vec![problem])
    };
    let Opened::Tables(tables) =
        decode::open(path, name, &decode::Limits::default()).map_err(refused)?
    else {
        return Err(refused(argosy_kernel::Problem::error("unknown_report").found("JSON")));
    };
    let Some(table) = tables.first() else {
        return Err(refused(argosy_kernel::Problem::error("empty_file")));
    };
    let mut records = table.records(true, 0).map_err(refused)?;
    let header: Vec<String> = records
        .header()
        .iter()
        .map(|name| name.trim().trim_start_matches('\u{feff}').to_owned())
        .collect();
    if !header.iter().any(|name| name.eq_ignore_ascii_case(ID.0) || name == ID.1)
        && !header.iter().any(|name| name.eq_ignore_ascii_case(TITLE.0) || name == TITLE.1)
    {
        return Err(ApiError::told(
            "the first row has no column `ID`; send the table as it was exported",
            "首行没有“编号”列；请上传导出的表格",
        ));
    }
    let mut rows = Vec::new();
    while let Some(record) = records.next() {
        let Ok(record) = record else { continue };
        if rows.len() == most {
            return Err(ApiError::told(
                format!("at most {most} rows at once; split the file"),
                format!("一次最多 {most} 行，请拆分文件"),
            ));
        }
        let cells = header.iter().enumerate().map(|(at, name)| {
            // Exports put an apostrophe before what a spreadsheet would run.
            let cell = record.cell(at).text().trim().to_owned();
            let plain = cell.strip_prefix('\'').map(str::to_owned).unwrap_or(cell);
            (name.clone(), plain)
        });
        rows.push(Row { line: record.line, cells: cells.collect() });
    }
    Ok(rows)
}

/// A state as people may have written it.
pub(super) fn finding_state(cell: &str) -> Result<Option<FindingState>, ApiError> {
    const CHINESE: [(&str, FindingState); 5] = [
        ("新", FindingState::New),
        ("已接受", FindingState::Accepted),
        ("已推迟", FindingState::Snoozed),
        ("已忽略", FindingState::Dismissed),
        ("已消失", FindingState::Resolved),
    ];
    if cell.is_empty() {
        return Ok(None);
    }
    let zh = CHINESE.iter().find(|(name, _)| *name == cell).map(|(_, state)| *state);
    zh.or_else(|| FindingState::from_name(&cell.to_lowercase())).map(Some).ok_or_else(|| {
        ApiError::told(
            format!("`{cell}` is no state; write new, accepted, snoozed or dismissed"),
            format!("`{cell}` 不是有效状态；请填写 新、已接受、已推迟 或 已忽略"),
        )
    })
}

/// A state as people may have written it.
pub(super) fn task_state(cell: &str) -> Result<Option<TaskState>, ApiError> {
    const CHINESE: [(&str, TaskState); 5] = [
        ("待办", TaskState::Todo),
        ("进行中", TaskState::Doing),
        ("等待中", TaskState::Waiting),
        ("已完成", TaskState::Done),
        ("已放弃", TaskState::Dropped),
    ];
    if cell.is_empty() {
        return Ok(None);
    }
    let zh = CHINESE.iter().find(|(name, _)| *name == cell).map(|(_, state)| *state);
    zh.or_else(|| TaskState::from_name(&cell.to_lowercase())).map(Some).ok_or_else(|| {
        ApiError::told(
            format!("`{cell}` is no state; write todo, doing, waiting, done or dropped"),
            format!("`{cell}` 不是有效状态；请填写 待办、进行中、等待中、已完成 或 已放弃"),
        )
    })
}

/// A reason as people may have written it.
pub(super) fn reason(cell: &str) -> Result<DismissReason, ApiError> {
    match cell.to_lowercase().as_str() {
        "not_true" | "误报" => Ok(DismissReason::NotTrue),
        "known" | "已知" => Ok(DismissReason::Known),
        "not_worth" | "不值得" => Ok(DismissReason::NotWorth),
        "wrong_data" | "数据有误" => Ok(DismissReason::WrongData),
        "other" | "其他" => Ok(DismissReason::Other),
        _ => Err(ApiError::told(
            format!("`{cell}` is no reason; write not_true, known, not_worth, wrong_data or other"),
            format!("`{cell}` 不是有效原因；请填写 误报、已知、不值得、数据有误 或 其他"),
        )),
    }
}
