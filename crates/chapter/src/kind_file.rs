//! The TOML form of kinds of records and of the fields that boards and actions ask for.

use argosy_kernel::Text;
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KindFile {
    pub schema: Spanned<u32>,
    pub id: Spanned<String>,
    pub version: String,
    pub chapter: Spanned<String>,
    pub title: Spanned<Text>,
    pub one: Spanned<Text>,
    pub says: Spanned<Text>,
    pub source: String,
    pub icon: Option<String>,
    pub key: Spanned<KeyFile>,
    pub label: Spanned<String>,
    pub permission: Spanned<String>,
    #[serde(default)]
    pub group: Vec<GroupFile>,
    pub field: Vec<Spanned<FieldFile>>,
    #[serde(default)]
    pub order: Vec<OrderFile>,
    #[serde(default)]
    pub state: Vec<StateFile>,
    #[serde(default, rename = "move")]
    pub moves: Vec<MoveFile>,
    #[serde(default)]
    pub paper: Vec<PaperFile>,
    #[serde(default)]
    pub action: Vec<Spanned<ActionFile>>,
    #[serde(default)]
    pub example: Vec<Spanned<ExampleFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyFile {
    pub field: Option<Spanned<String>>,
    pub number: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupFile {
    pub id: Spanned<String>,
    pub name: Spanned<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderFile {
    pub low: Spanned<String>,
    pub high: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StateFile {
    pub id: Spanned<String>,
    pub name: Spanned<Text>,
    pub colour: Spanned<String>,
    #[serde(default)]
    pub open: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoveFile {
    pub id: Spanned<String>,
    pub name: Spanned<Text>,
    pub from: Vec<Spanned<String>>,
    pub to: Spanned<String>,
    pub permission: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaperFile {
    pub id: Spanned<String>,
    pub name: Spanned<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionFile {
    pub id: Spanned<String>,
    pub name: Spanned<Text>,
    pub help: Option<Spanned<Text>>,
    pub on: Spanned<String>,
    #[serde(default)]
    pub field: Vec<Spanned<FieldFile>>,
    #[serde(default)]
    pub states: Vec<Spanned<String>>,
    pub permission: Spanned<String>,
    #[serde(default)]
    pub job: bool,
    #[serde(default)]
    pub nightly: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldFile {
    pub id: Spanned<String>,
    #[serde(rename = "type")]
    pub what: Spanned<String>,
    pub name: Spanned<Text>,
    pub help: Option<Spanned<Text>>,
    #[serde(default)]
    pub required: bool,
    pub unit: Option<Spanned<String>>,
    pub min: Option<Spanned<String>>,
    pub max: Option<Spanned<String>>,
    pub default: Option<Spanned<toml::Value>>,
    pub unique: Option<Spanned<bool>>,
    pub group: Option<Spanned<String>>,
    #[serde(default)]
    pub list: bool,
    #[serde(default)]
    pub read_only: bool,
    #[serde(default)]
    pub alias: Vec<Spanned<String>>,
    pub choices: Option<Spanned<Vec<ChoiceFile>>>,
    pub to: Option<Spanned<String>>,
    pub field: Option<Vec<Spanned<FieldFile>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceFile {
    pub id: Spanned<String>,
    pub en: Spanned<String>,
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExampleFile {
    pub given: Spanned<toml::Table>,
    pub expect: Spanned<toml::Value>,
}
