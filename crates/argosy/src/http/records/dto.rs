//! Records as the API tells them.

use std::collections::BTreeMap;

use argosy_chapter::{
    face::Done,
    kind::{Body, Kind},
};
use argosy_desk::Record;
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::shapes;
use crate::{
    app::{App, Logins},
    chapters,
    error::Error,
    http::{
        dto::{PageMeta, rfc3339},
        error::ApiError,
        imported::JobDto,
    },
    knowledge::Knowledge,
};

/// A record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RecordRow {
    /// Its key.
    pub id: String,
    /// What people call it.
    pub label: String,
    pub state: Option<String>,
    /// Moves with every change; a change tells which one it rests on.
    pub version: i64,
    /// RFC 3339.
    pub changed_at: String,
    pub changed_by: String,
    /// Fields by id. Texts, days, choices and references are texts; numbers and percents (fractions)
    /// are texts of a decimal, integers are numbers, money is `{amount, currency}`, flags are
    /// booleans, several choices or references are lists of texts, lines are lists of objects. A
    /// field without value is absent.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub body: Body,
    /// Of a single record: what the records it refers to are called, by kind and key; products stand
    /// under `sku`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub names: Option<BTreeMap<String, BTreeMap<String, String>>>,
}

/// Records of a kind.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordPage {
    pub records: Vec<RecordRow>,
    /// What the records they refer to are called, by kind and key; products stand under `sku`.
    pub names: BTreeMap<String, BTreeMap<String, String>>,
    /// All that were asked for, on this page or not.
    pub total: usize,
    pub meta: PageMeta,
}

/// A record to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRecord {
    /// Needed neither where a field is the key nor where Argosy counts.
    #[serde(default)]
    pub id: Option<String>,
    /// The first state of the kind when left out.
    #[serde(default)]
    pub state: Option<String>,
    #[schema(value_type = BTreeMap<String, Value>)]
    pub body: Body,
}

/// A record as it shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveRecord {
    /// All fields; those left out are emptied.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub body: Body,
    /// The version that was looked at.
    pub version: i64,
}

/// The version that was looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveRecord {
    pub version: i64,
}

/// An action with one record.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActOnRecord {
    /// Fields of the action's form by id.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>, required = false)]
    pub form: Body,
}

/// An action with chosen records, or with all.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActOnRecords {
    /// Keys of the records.
    #[serde(default)]
    #[schema(required = false)]
    pub rows: Vec<String>,
    /// Fields of the action's form by id.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>, required = false)]
    pub form: Body,
}

/// What an action did, or the background job that does it: one of both.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ActionAnswer {
    #[schema(value_type = Option<shapes::Done>)]
    pub done: Option<Value>,
    pub job: Option<JobDto>,
}

impl ActionAnswer {
    pub(in crate::http) fn done(done: &Done) -> Self {
        Self { done: Some(json!(done)), job: None }
    }
}

/// A record as it was.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordVersion {
    pub version: i64,
    pub state: Option<String>,
    #[schema(value_type = BTreeMap<String, Value>)]
    pub body: Body,
    pub who: String,
    /// RFC 3339.
    pub at: String,
    /// It was deleted then.
    pub deleted: bool,
}

/// What a record was, the newest version first.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordVersions {
    pub versions: Vec<RecordVersion>,
    /// What the records they refer to are called now, by kind and key.
    pub names: BTreeMap<String, BTreeMap<String, String>>,
}

/// A record that refers to another.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordReference {
    pub kind: String,
    pub id: String,
    pub label: String,
    /// The field it does so in.
    pub path: String,
}

/// Records that refer to one.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordReferences {
    pub records: Vec<RecordReference>,
}

impl RecordRow {
    pub(super) fn new(kind: &Kind, logins: &Logins, record: Record) -> Self {
        Self {
            label: kind.label_of(&record.id, &record.body).to_owned(),
            changed_at: at(record.changed_us),
            changed_by: logins.name(&record.changed_by),
            id: record.id,
            state: record.state,
            version: record.version,
            body: record.body,
            names: None,
        }
    }

    /// A record as it is shown alone.
    pub(super) async fn alone(
        app: &App,
        knowledge: &Knowledge,
        kind: &Kind,
        record: Record,
    ) -> Result<Self, Error> {
        let kinds = &knowledge.kinds;
        let names = chapters::names_of(app.desk(), kinds, kind, &[&record.body]).await?;
        let logins = app.logins().await?;
        Ok(Self { names: Some(names), ..Self::new(kind, &logins, record) })
    }
}

/// Microseconds since 1970 as the API writes an instant.
pub(super) fn at(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros).map(rfc3339).unwrap_or_default()
}

/// What the chapters' room gives, as the API tells it.
///
/// # Errors
/// When it cannot be written as JSON.
pub(in crate::http) fn kind_json(kind: &impl Serialize) -> Result<Value, ApiError> {
    serde_json::to_value(kind).map_err(|error| ApiError::internal(&error))
}
