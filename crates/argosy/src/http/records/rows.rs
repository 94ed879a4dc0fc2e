//! HTTP: records – listed, looked at, made, changed, deleted, and what they were.

use std::collections::BTreeMap;

use argosy_chapter::{
    book::New,
    kind::{Body, Key, Kind},
};
use argosy_desk::Record;
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Known, allowed,
    dto::{
        NewRecord, RecordPage, RecordReference, RecordReferences, RecordRow, RecordVersion,
        RecordVersions, SaveRecord, at,
    },
};
use crate::{
    app::App,
    chapters::{self, Floor, nobody, not_found},
    http::{
        dto::PageMeta,
        error::ApiError,
        extract::{Can, Json, Path, Query, Read, Work},
    },
};

/// Records on one page, unless told otherwise, and at most.
const PAGE: usize = 1_000;
const PAGE_MAX: usize = 5_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_records, create_record))
        .routes(routes!(get_record, save_record, delete_record))
        .routes(routes!(record_history))
        .routes(routes!(record_where))
}

/// Which records.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RecordQuery {
    /// Words that stand in the key or in a field.
    pub q: Option<String>,
    /// States, comma-separated.
    pub state: Option<String>,
    /// `meta.next` of the page before.
    pub cursor: Option<String>,
    /// 1000 when left out, 5000 at most.
    pub limit: Option<usize>,
}

impl RecordQuery {
    /// The records asked for, in order: numbers that Argosy counts newest first, keys that people
    /// type by the alphabet.
    pub(super) fn choose(&self, kind: &Kind, mut records: Vec<Record>) -> Vec<Record> {
        let words = self.q.as_deref().unwrap_or_default().to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let states = self.state.as_deref().unwrap_or_default().split(',').map(str::trim);
        let states: Vec<&str> = states.filter(|state| !state.is_empty()).collect();
        records.retain(|record| {
            let of_state = |state: &&str| record.state.as_deref() == Some(state);
            (states.is_empty() || states.iter().any(of_state)) && holds(record, &words)
        });
        match kind.key {
            Key::Number(_) => records.sort_by(|one, other| other.id.cmp(&one.id)),
            Key::Field(_) => records.sort_by(|one, other| one.id.cmp(&other.id)),
        }
        records
    }
}

/// Whether all words stand in the key or the values of a record.
fn holds(record: &Record, words: &[&str]) -> bool {
    if words.is_empty() {
        return true;
    }
    let mut text = record.id.to_lowercase();
    for value in record.body.values() {
        text.push(' ');
        match value.as_str() {
            Some(plain) => text.push_str(&plain.to_lowercase()),
            None => text.push_str(&value.to_string().to_lowercase()),
        }
    }
    words.iter().all(|word| text.contains(word))
}

/// Records of a kind, page by page.
#[utoipa::path(get, path = "/records/{kind}", operation_id = "list_records", tag = "records",
    extensions(("x-permission" = json!("read"))), params(("kind" = String, Path), RecordQuery),
    responses((status = 200, body = RecordPage)))]
async fn list_records(
    State(app): State<App>,
    _: Can<Read>,
    Path(kind): Path<String>,
    Query(query): Query<RecordQuery>,
) -> Result<Json<RecordPage>, ApiError> {
    let known = Known::find(&app, kind)?;
    let kind = known.kind()?;
    let mut records = query.choose(kind, app.desk().records(&kind.id).await?);
    let total = records.len();
    if let Some(last) = query.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
        let at = records.iter().position(|record| record.id == last).ok_or_else(|| {
            ApiError::told("this cursor was not given by this list", "该游标不属于此列表")
        })?;
        records.drain(..=at);
    }
    let limit = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let more = records.len() > limit;
    records.truncate(limit);
    let next = records.last().filter(|_| more).map(|last| last.id.clone());
    let bodies: Vec<&Body> = records.iter().map(|record| &record.body).collect();
    let names = chapters::names_of(app.desk(), &known.knowledge.kinds, kind, &bodies).await?;
    let logins = app.logins().await?;
    let rows = records.into_iter().map(|record| RecordRow::new(kind, &logins, record));
    Ok(Json(RecordPage { records: rows.collect(), names, total, meta: PageMeta { next } }))
}

/// Make a record.
#[utoipa::path(post, path = "/records/{kind}", operation_id = "create_record", tag = "records",
    extensions(("x-permission" = json!("work"))), params(("kind" = String, Path)),
    request_body = NewRecord, responses((status = 201, body = RecordRow)))]
async fn create_record(
    State(app): State<App>,
    can: Can<Work>,
    Path(kind): Path<String>,
    Json(new): Json<NewRecord>,
) -> Result<(StatusCode, Json<RecordRow>), ApiError> {
    let known = Known::find(&app, kind)?;
    allowed(&can.user, &known.kind()?.permission)?;
    let id = new.id.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
    let new = New { kind: known.id.clone(), id, body: new.body, state: new.state, version: None };
    Ok((StatusCode::CREATED, Json(saved(&app, &known, new, &can.who()).await?)))
}

/// One record.
#[utoipa::path(get, path = "/records/{kind}/{id}", operation_id = "get_record", tag = "records",
    extensions(("x-permission" = json!("read"))),
    params(("kind" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = RecordRow)))]
async fn get_record(
    State(app): State<App>,
    _: Can<Read>,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Json<RecordRow>, ApiError> {
    let known = Known::find(&app, kind)?;
    let record = found(&app, &known, &id).await?;
    Ok(Json(RecordRow::alone(&app, &known.knowledge, known.kind()?, record).await?))
}

/// Change a record: its body takes the place of the one before.
#[utoipa::path(put, path = "/records/{kind}/{id}", operation_id = "save_record", tag = "records",
    extensions(("x-permission" = json!("work"))),
    params(("kind" = String, Path), ("id" = String, Path)), request_body = SaveRecord,
    responses((status = 200, body = RecordRow)))]
async fn save_record(
    State(app): State<App>,
    can: Can<Work>,
    Path((kind, id)): Path<(String, String)>,
    Json(change): Json<SaveRecord>,
) -> Result<Json<RecordRow>, ApiError> {
    let known = Known::find(&app, kind)?;
    allowed(&can.user, &known.kind()?.permission)?;
    let before = found(&app, &known, &id).await?;
    let new = New {
        kind: known.id.clone(),
        id: Some(id),
        body: change.body,
        state: before.state,
        version: Some(change.version),
    };
    Ok(Json(saved(&app, &known, new, &can.who()).await?))
}

/// Delete a record; refused while another one refers to it.
#[utoipa::path(delete, path = "/records/{kind}/{id}", operation_id = "delete_record",
    tag = "records", extensions(("x-permission" = json!("work"))),
    params(("kind" = String, Path), ("id" = String, Path)), responses((status = 204)))]
async fn delete_record(
    State(app): State<App>,
    can: Can<Work>,
    Path((kind, id)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let known = Known::find(&app, kind)?;
    allowed(&can.user, &known.kind()?.permission)?;
    found(&app, &known, &id).await?;
    let floor = Floor::open(&app).await?;
    let ground = floor.ground(&nobody);
    let deleted = chapters::book(&ground).delete(&known.id, &id, &can.who()).await;
    floor.leave();
    deleted.map_err(crate::error::Error::from)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a record was, the newest version first; also of one that was deleted.
#[utoipa::path(get, path = "/records/{kind}/{id}/history", operation_id = "record_history",
    tag = "records", extensions(("x-permission" = json!("read"))),
    params(("kind" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = RecordVersions)))]
async fn record_history(
    State(app): State<App>,
    _: Can<Read>,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Json<RecordVersions>, ApiError> {
    let known = Known::find(&app, kind)?;
    let mut versions = app.desk().record_history(&known.id, &id).await?;
    if versions.is_empty() {
        return Err(not_found("record", &id).into());
    }
    versions.sort_by_key(|version| std::cmp::Reverse(version.version));
    let bodies: Vec<&Body> = versions.iter().map(|version| &version.body).collect();
    let kinds = &known.knowledge.kinds;
    let names = chapters::names_of(app.desk(), kinds, known.kind()?, &bodies).await?;
    let logins = app.logins().await?;
    let versions = versions.into_iter().map(|version| RecordVersion {
        version: version.version,
        state: version.state,
        body: version.body,
        who: logins.name(&version.who),
        at: at(version.at_us),
        deleted: version.deleted,
    });
    Ok(Json(RecordVersions { versions: versions.collect(), names }))
}

/// Which records refer to this one, and in which field.
#[utoipa::path(get, path = "/records/{kind}/{id}/where", operation_id = "record_where",
    tag = "records", extensions(("x-permission" = json!("read"))),
    params(("kind" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = RecordReferences)))]
async fn record_where(
    State(app): State<App>,
    _: Can<Read>,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Json<RecordReferences>, ApiError> {
    let known = Known::find(&app, kind)?;
    found(&app, &known, &id).await?;
    let refs = app.desk().referring(&known.id, &id).await?;
    let mut ids: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in &refs {
        ids.entry(&one.kind).or_default().push(&one.id);
    }
    let mut labels: BTreeMap<(String, String), String> = BTreeMap::new();
    for (kind, ids) in ids {
        let of = known.knowledge.kinds.get(kind);
        for record in app.desk().records_of(kind, &ids).await? {
            let label = of.map_or(&*record.id, |of| of.label_of(&record.id, &record.body));
            labels.insert((kind.to_owned(), record.id.clone()), label.to_owned());
        }
    }
    let records = refs.into_iter().map(|one| {
        let label = labels.get(&(one.kind.clone(), one.id.clone()));
        let label = label.unwrap_or(&one.id).clone();
        RecordReference { kind: one.kind, id: one.id, label, path: one.path }
    });
    let records = records.collect();
    Ok(Json(RecordReferences { records }))
}

/// The record, which must be there.
pub(super) async fn found(app: &App, known: &Known, id: &str) -> Result<Record, ApiError> {
    let record = app.desk().record(&known.id, id).await?;
    record.ok_or_else(|| not_found("record", id).into())
}

/// Stores one record through the book, and gives it as it is now.
async fn saved(app: &App, known: &Known, new: New, who: &str) -> Result<RecordRow, ApiError> {
    let floor = Floor::open(app).await?;
    let ground = floor.ground(&nobody);
    let saved = chapters::book(&ground).save(vec![new], who).await;
    floor.leave();
    let record = saved.map_err(crate::error::Error::from)?.into_iter().next();
    let record = record.ok_or_else(|| not_found("record", &known.id))?;
    Ok(RecordRow::alone(app, &known.knowledge, known.kind()?, record).await?)
}
