//! A report definition as it is written: the TOML keys, each value with its place in the file.

use std::collections::BTreeMap;

use argosy_kernel::Text;
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DefinitionFile {
    pub(super) schema: Spanned<i64>,
    pub(super) id: Spanned<String>,
    pub(super) version: Spanned<String>,
    pub(super) name: Text,
    #[serde(default)]
    pub(super) says: Option<Text>,
    pub(super) channel: Spanned<String>,
    #[serde(default)]
    pub(super) source: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) rank: i32,
    /// `any`: taken into a store of whatever channel (advertising, analytics, mail).
    #[serde(default)]
    pub(super) stores: Option<Spanned<String>>,
    /// Known, but nothing is made of it: the sentence that says why.
    #[serde(default)]
    pub(super) refuse: Option<Text>,
    /// Of two files that tell the same, the one imported later counts: what people edit themselves.
    #[serde(default)]
    pub(super) later_wins: Option<bool>,
    /// Table → a number over the fact's own fields: of two copies that no time tells apart the one
    /// with the higher number is the later one.
    #[serde(default)]
    pub(super) later: BTreeMap<Spanned<String>, Spanned<String>>,
    pub(super) recognise: Spanned<RecogniseFile>,
    #[serde(default)]
    pub(super) read: ReadFile,
    #[serde(default)]
    pub(super) locale: Vec<LocaleFile>,
    #[serde(default)]
    pub(super) columns: BTreeMap<Spanned<String>, ColumnFile>,
    #[serde(default)]
    pub(super) fact: Vec<Spanned<FactEntry>>,
    #[serde(default)]
    pub(super) record: Vec<Spanned<RecordEntry>>,
    #[serde(default)]
    pub(super) control: Vec<Spanned<ControlEntry>>,
    #[serde(default)]
    pub(super) check: Vec<Spanned<CheckEntry>>,
    #[serde(default)]
    pub(super) leave_out: Vec<Spanned<LeaveOutEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecogniseFile {
    pub(super) kind: Spanned<String>,
    #[serde(default)]
    pub(super) header_has: Vec<String>,
    #[serde(default)]
    pub(super) header_has_any: Vec<Vec<String>>,
    #[serde(default)]
    pub(super) header_lacks: Vec<String>,
    #[serde(default)]
    pub(super) json_has: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) json_lacks: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadFile {
    #[serde(default)]
    pub(super) quoting: Option<Spanned<QuotingFile>>,
    /// Patterns of a row's first cell (`Total*`): rows that are none of data.
    #[serde(default)]
    pub(super) skip_rows: Vec<String>,
    #[serde(default)]
    pub(super) header_within: Option<usize>,
    #[serde(default)]
    pub(super) records: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) needs: Vec<Spanned<String>>,
}

/// `true`, `false`, or `"comma"`: quotes count unless a tab separates the cells.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum QuotingFile {
    Is(bool),
    Where(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LocaleFile {
    pub(super) id: Spanned<String>,
    #[serde(default)]
    pub(super) when_header: Vec<String>,
    #[serde(default)]
    pub(super) decimal: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) dates: Vec<String>,
    #[serde(default)]
    pub(super) months: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) values: BTreeMap<Spanned<String>, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnFile {
    #[serde(default)]
    pub(super) header: Vec<String>,
    #[serde(rename = "as")]
    pub(super) kind: Spanned<String>,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) formats: Vec<String>,
    #[serde(default)]
    pub(super) null: Vec<String>,
    #[serde(default)]
    pub(super) fill: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) currency_from_header: bool,
    /// The clock of times that name none, where the report always uses the same.
    #[serde(default)]
    pub(super) zone: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactEntry {
    pub(super) table: Spanned<String>,
    #[serde(default)]
    pub(super) when: Option<Spanned<String>>,
    pub(super) container: Spanned<String>,
    #[serde(default)]
    pub(super) amounts: BTreeMap<String, Spanned<String>>,
    /// Keys of `amounts` whose zero is a fact too; `*` for all.
    #[serde(default)]
    pub(super) keep_zero: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) classify: Option<ClassifyEntry>,
    pub(super) set: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassifyEntry {
    pub(super) table: Spanned<String>,
    pub(super) by: Vec<Spanned<String>>,
    /// Words of `by` worked out in SQL, so that several reports share one fee table.
    #[serde(default)]
    pub(super) words: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordEntry {
    pub(super) kind: Spanned<String>,
    #[serde(default)]
    pub(super) when: Option<Spanned<String>>,
    pub(super) set: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ControlEntry {
    pub(super) name: Spanned<String>,
    #[serde(default)]
    pub(super) when: Option<Spanned<String>>,
    pub(super) statement: Spanned<String>,
    pub(super) expected: Spanned<String>,
    pub(super) currency: Spanned<String>,
    #[serde(default)]
    pub(super) period_from: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) period_to: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) deposit_day: Option<Spanned<String>>,
    /// True when every row states its own part of the total (date-range reports): the parts are
    /// added up and compared, but are not the channel's word on the whole statement.
    #[serde(default)]
    pub(super) each_row: bool,
    /// True when exports are cut by days, so that one may hold only a part of a statement's lines.
    #[serde(default)]
    pub(super) in_parts: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckEntry {
    pub(super) name: Text,
    pub(super) holds: Spanned<String>,
    #[serde(default)]
    pub(super) found: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) expected: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) column: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LeaveOutEntry {
    pub(super) when: Spanned<String>,
    pub(super) why: Text,
}
