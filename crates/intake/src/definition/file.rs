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
    pub(super) recognise: Spanned<RecogniseFile>,
    #[serde(default)]
    pub(super) read: ReadFile,
    #[serde(default)]
    pub(super) locale: Vec<LocaleFile>,
    pub(super) columns: BTreeMap<Spanned<String>, ColumnFile>,
    #[serde(default)]
    pub(super) fact: Vec<Spanned<FactEntry>>,
    #[serde(default)]
    pub(super) record: Vec<Spanned<RecordEntry>>,
    #[serde(default)]
    pub(super) control: Vec<Spanned<ControlEntry>>,
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
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadFile {
    #[serde(default)]
    pub(super) quoting: Option<bool>,
    #[serde(default)]
    pub(super) header_within: Option<usize>,
    #[serde(default)]
    pub(super) records: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) needs: Vec<Spanned<String>>,
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
    #[serde(default)]
    pub(super) classify: Option<ClassifyEntry>,
    pub(super) set: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassifyEntry {
    pub(super) table: Spanned<String>,
    pub(super) by: Vec<Spanned<String>>,
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
}
