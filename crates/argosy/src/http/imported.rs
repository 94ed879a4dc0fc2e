//! Shapes of imports, jobs, source lines and walks.

use std::collections::BTreeMap;

use argosy_desk::{Balance, ImportRow, Job};
use argosy_intake::{SampleTable, SourceLine, Walk, WalkPart};
use argosy_kernel::{Change, Diff};
use argosy_metrics::export::{Cell, Sheet};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::{App, Logins},
    download,
    http::dto::{PageMeta, ProblemDto, SeverityDto, TextDto, plain, rfc3339},
    lang::Lang,
};

/// Work that goes on in the background.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub(crate) struct JobDto {
    pub id: i64,
    #[schema(example = "import")]
    pub kind: String,
    pub state: JobState,
    /// What it is about: the name of the file.
    pub subject: String,
    pub progress: ProgressDto,
    pub result: Option<JobResult>,
    pub error: Option<String>,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JobState {
    Queued,
    Running,
    Done,
    Failed,
}

/// How far a job is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = Progress)]
pub(crate) struct ProgressDto {
    pub done: u64,
    /// 0 when not known yet.
    pub total: u64,
    #[schema(example = "bytes")]
    pub unit: String,
    /// `receive`, `read` or `compare`.
    pub step: String,
}

/// What a finished import job made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct JobResult {
    /// Look it up under `/imports/{id}`.
    pub import: Option<i64>,
    /// `done`, `duplicate` or `failed`.
    pub state: String,
    pub rows: u64,
    /// What an action of a chapter did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::http::records::shapes::Done>)]
    pub done: Option<serde_json::Value>,
}

/// Jobs, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Jobs {
    pub jobs: Vec<JobDto>,
}

/// Rows, and money by currency (ledger only).
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = Change)]
pub(crate) struct ChangeDto {
    pub rows: u64,
    pub money: BTreeMap<String, String>,
}

/// What an import did to one table. Rows of the file = added + replacing + unchanged + covered.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = Diff)]
pub(crate) struct DiffDto {
    pub added: ChangeDto,
    /// Rows that took the place of older ones.
    pub replacing: ChangeDto,
    /// The older rows that were taken out.
    pub replaced: ChangeDto,
    pub unchanged: ChangeDto,
    /// Rows left out because a better or newer source already tells the same money.
    pub covered: ChangeDto,
}

/// One control total of a file beside the sum of its lines.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Balance)]
pub(crate) struct BalanceDto {
    pub statement: String,
    pub name: String,
    pub currency: String,
    pub expected: String,
    pub sum: String,
    pub difference: String,
    /// Only a part of the statement is here yet: the difference is no mistake.
    pub in_part: bool,
}

/// How many problems of each severity.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(crate) struct ProblemCounts {
    pub error: u64,
    pub warning: u64,
    pub note: u64,
}

/// One imported file.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub(crate) struct ImportDto {
    pub id: i64,
    /// RFC 3339.
    pub at: String,
    pub who: String,
    pub file_name: String,
    pub bytes: u64,
    /// SHA-256 of the file.
    pub raw: String,
    /// Id and version of the report definition; absent when the file was not recognised.
    pub definition: Option<String>,
    pub definition_name: Option<TextDto>,
    pub store: String,
    pub market: Option<String>,
    /// `done`, `duplicate`, `failed` or `undone`.
    pub state: String,
    /// It can be taken back: it brought facts, and has not been.
    pub undoable: bool,
    pub rows: u64,
    pub problems: ProblemCounts,
    /// By table.
    pub diff: BTreeMap<String, DiffDto>,
    pub balance: Vec<BalanceDto>,
}

/// Imports, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportPage {
    pub imports: Vec<ImportDto>,
    pub meta: PageMeta,
}

/// Problems of one file.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProblemList {
    pub problems: Vec<ProblemDto>,
}

/// One line of a received file; personal columns are masked.
#[derive(Serialize, ToSchema)]
#[schema(as = SourceLine)]
pub(crate) struct SourceLineDto {
    pub file_name: String,
    /// Archive member or sheet.
    pub label: String,
    pub definition: String,
    /// Line of the file, row of the sheet or number of the record.
    pub line: u64,
    pub header: Vec<String>,
    pub cells: Vec<String>,
    /// The cells in one piece.
    pub text: String,
}

/// A few rows to look at.
#[derive(Serialize, ToSchema)]
#[schema(as = SampleTable)]
pub(crate) struct SampleDto {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

/// Words of the file that no fee table knows.
#[derive(Serialize, ToSchema)]
#[schema(as = UnknownWords)]
pub(crate) struct UnknownWordsDto {
    pub words: String,
    pub rows: u64,
    pub amounts: BTreeMap<String, String>,
    pub first_line: u64,
}

/// What the rooms made of one table of the file.
#[derive(Serialize, ToSchema)]
#[schema(as = WalkPart)]
pub(crate) struct WalkPartDto {
    /// Archive member or sheet.
    pub label: String,
    pub definition: String,
    pub version: String,
    pub header_line: u64,
    pub locale: Option<String>,
    pub encoding: String,
    pub delimiter: Option<String>,
    /// Columns of the file that no column of the definition stands for.
    pub columns_unused: Vec<String>,
    /// Columns of the definition that the file does not have.
    pub columns_absent: Vec<String>,
    /// How columns were read: decimal sign, order of dates.
    pub reading: BTreeMap<String, String>,
    pub rows: u64,
    /// The first typed rows.
    pub decoded: SampleDto,
    /// Facts by table.
    pub facts: BTreeMap<String, u64>,
    /// The first facts of each table.
    pub translated: BTreeMap<String, SampleDto>,
    pub unknown_fees: Vec<UnknownWordsDto>,
    pub balance: Vec<BalanceDto>,
}

/// The nearest known report, and what stands between it and the file.
#[derive(Serialize, ToSchema)]
#[schema(as = Closest)]
pub(crate) struct ClosestDto {
    pub id: String,
    pub name: TextDto,
    /// Columns the definition asks for and the file lacks.
    pub missing: Vec<String>,
    /// Columns of the file the definition does not know.
    pub extra: Vec<String>,
}

/// What each room made of a file; nothing was stored.
#[derive(Serialize, ToSchema)]
#[schema(as = Walk)]
pub(crate) struct WalkDto {
    pub file_name: String,
    pub bytes: u64,
    pub parts: Vec<WalkPartDto>,
    /// For an unknown file the nearest report.
    pub closest: Option<ClosestDto>,
    pub problems: Vec<ProblemDto>,
}

impl From<Job> for JobDto {
    fn from(job: Job) -> Self {
        let subject = job.payload.get("file_name").and_then(serde_json::Value::as_str);
        Self {
            id: job.id,
            subject: subject.unwrap_or_default().to_owned(),
            kind: job.kind,
            state: match job.state {
                argosy_desk::JobState::Queued => JobState::Queued,
                argosy_desk::JobState::Running => JobState::Running,
                argosy_desk::JobState::Done => JobState::Done,
                argosy_desk::JobState::Failed => JobState::Failed,
            },
            progress: ProgressDto {
                done: job.progress.done,
                total: job.progress.total,
                unit: job.progress.unit,
                step: job.progress.step,
            },
            result: job.result.and_then(|result| serde_json::from_value(result).ok()),
            error: job.error,
        }
    }
}

/// An import as the API tells it.
pub(crate) fn describe(app: &App, logins: &Logins, row: ImportRow) -> ImportDto {
    let definitions = app.definitions();
    let known = row.definition.as_deref().and_then(|id| definitions.get(id));
    let version = row.definition_version.as_deref().unwrap_or_default();
    ImportDto {
        id: row.id,
        at: rfc3339(row.at),
        who: logins.name(&row.who),
        definition_name: known.map(|definition| TextDto::from(&definition.name)),
        definition: row.definition.map(|id| format!("{id}@{version}")),
        file_name: row.file_name,
        bytes: row.raw_bytes,
        raw: row.raw_sha256,
        store: row.store,
        market: row.market,
        undoable: row.state == argosy_desk::ImportState::Done && !row.diff.is_empty(),
        state: row.state.name().to_owned(),
        rows: row.rows,
        problems: ProblemCounts {
            error: row.problems.error,
            warning: row.problems.warning,
            note: row.problems.note,
        },
        diff: row
            .diff
            .into_iter()
            .map(|(table, diff)| (table.name().to_owned(), DiffDto::from(diff)))
            .collect(),
        balance: row.balance.into_iter().map(BalanceDto::from).collect(),
    }
}

impl From<Diff> for DiffDto {
    fn from(diff: Diff) -> Self {
        Self {
            added: diff.added.into(),
            replacing: diff.replacing.into(),
            replaced: diff.replaced.into(),
            unchanged: diff.unchanged.into(),
            covered: diff.covered.into(),
        }
    }
}

impl From<Change> for ChangeDto {
    fn from(change: Change) -> Self {
        let money = change.money.into_iter();
        Self {
            rows: change.rows,
            money: money.map(|(currency, amount)| (currency, plain(amount))).collect(),
        }
    }
}

impl From<Balance> for BalanceDto {
    fn from(balance: Balance) -> Self {
        Self {
            statement: balance.statement,
            name: balance.name,
            currency: balance.currency,
            expected: plain(balance.expected),
            sum: plain(balance.sum),
            difference: plain(balance.difference),
            in_part: balance.in_part,
        }
    }
}

pub(super) fn problem_sheet(problems: &[ProblemDto], lang: Lang) -> Sheet {
    const HEADER: [(&str, &str); 8] = [
        ("Line", "行"),
        ("Column", "列"),
        ("Severity", "级别"),
        ("Code", "代码"),
        ("Found", "实际"),
        ("Expected", "应为"),
        ("What to do", "建议"),
        ("Message", "说明"),
    ];
    let text = |text: &str| Cell::Text(text.to_owned());
    let rows = problems.iter().map(|problem| {
        vec![
            problem.line.map_or(Cell::Empty, |line| Cell::Number(line.into())),
            text(problem.column.as_deref().unwrap_or_default()),
            text(match problem.severity {
                SeverityDto::Note => lang.pick("note", "提示"),
                SeverityDto::Warning => lang.pick("warning", "警告"),
                SeverityDto::Error => lang.pick("error", "错误"),
            }),
            text(&problem.code),
            text(&problem.found),
            text(&problem.expected),
            text(&problem.hint),
            text(lang.pick(&problem.message.en, &problem.message.zh_cn)),
        ]
    });
    Sheet {
        name: lang.pick("Problems", "问题").to_owned(),
        header: download::header(&HEADER, lang),
        rows: rows.collect(),
    }
}

impl From<SourceLine> for SourceLineDto {
    fn from(line: SourceLine) -> Self {
        Self {
            file_name: line.file_name,
            label: line.label,
            definition: line.definition,
            line: line.line,
            header: line.header,
            cells: line.cells,
            text: line.text,
        }
    }
}

impl From<SampleTable> for SampleDto {
    fn from(table: SampleTable) -> Self {
        Self { columns: table.columns, rows: table.rows }
    }
}

impl From<WalkPart> for WalkPartDto {
    fn from(part: WalkPart) -> Self {
        let by_name = |table: argosy_kernel::Table| table.name().to_owned();
        let fees = part.unknown_fees.into_iter().map(|fee| UnknownWordsDto {
            words: fee.words,
            rows: fee.rows,
            amounts: fee.amounts.into_iter().map(|(code, sum)| (code, plain(sum))).collect(),
            first_line: fee.first_line,
        });
        let translated = part.translated.into_iter();
        Self {
            unknown_fees: fees.collect(),
            label: part.label,
            definition: part.definition,
            version: part.version,
            header_line: part.header_line,
            locale: part.locale,
            encoding: part.encoding,
            delimiter: part.delimiter.map(String::from),
            columns_unused: part.columns_unused,
            columns_absent: part.columns_absent,
            reading: part.reading,
            rows: part.rows,
            decoded: part.decoded.into(),
            facts: part.facts.into_iter().map(|(table, rows)| (by_name(table), rows)).collect(),
            translated: translated.map(|(table, rows)| (by_name(table), rows.into())).collect(),
            balance: part.balance.into_iter().map(BalanceDto::from).collect(),
        }
    }
}

impl WalkDto {
    pub(crate) fn new(app: &App, walk: Walk) -> Self {
        Self {
            file_name: walk.file_name,
            bytes: walk.bytes,
            parts: walk.parts.into_iter().map(WalkPartDto::from).collect(),
            closest: walk.closest.map(|closest| ClosestDto {
                id: closest.id,
                name: TextDto::from(&closest.name),
                missing: closest.missing,
                extra: closest.extra,
            }),
            problems: walk.problems.iter().map(|problem| app.texts().describe(problem)).collect(),
        }
    }
}
