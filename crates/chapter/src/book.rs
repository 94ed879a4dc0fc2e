//! Records in the desk: the one way to write them. What is stored has passed its kind and its
//! chapter, against the very state of all records it is stored into.

mod import;
mod judge;
mod labels;

use std::collections::HashMap;

use argosy_desk::{DeskError, Record, RecordRef, RecordWrite};
use argosy_kernel::Text;
use serde_json::Value;

pub use self::import::{Preview, Sample};
use self::judge::{Item, Judged};
use crate::{
    check::By,
    face::{Chapter, ChapterError, Draft, Ground},
    kind::{Body, Field, Key, Kind, What},
};

/// How often a write begins anew because somebody else wrote records meanwhile.
const ATTEMPTS: usize = 8;

/// A record as somebody wants it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct New {
    pub kind: String,
    /// The key; `None` takes it from the body, or the next number.
    pub id: Option<String>,
    pub body: Body,
    /// `None` keeps the state, or takes the first one.
    pub state: Option<String>,
    /// The version that it changes; `None` for a record that must not be there yet.
    pub version: Option<i64>,
}

impl New {
    /// A new record.
    pub fn of(kind: impl Into<String>, body: Body) -> Self {
        Self { kind: kind.into(), body, ..Self::default() }
    }

    /// A record as it is, to be changed.
    pub fn change(record: &Record) -> Self {
        Self {
            kind: record.kind.clone(),
            id: Some(record.id.clone()),
            body: record.body.clone(),
            state: record.state.clone(),
            version: Some(record.version),
        }
    }
}

/// The book of all records.
pub struct Book<'a> {
    ground: &'a Ground<'a>,
    chapters: &'a [Box<dyn Chapter>],
    by: By,
}

impl<'a> Book<'a> {
    /// What people write: fields that only Argosy sets and records in a closed state stay as they
    /// are.
    pub fn new(ground: &'a Ground<'a>, chapters: &'a [Box<dyn Chapter>]) -> Self {
        Self { ground, chapters, by: By::Person }
    }

    /// What the actions of chapters write.
    pub fn by_argosy(ground: &'a Ground<'a>, chapters: &'a [Box<dyn Chapter>]) -> Self {
        Self { ground, chapters, by: By::Argosy }
    }

    /// Stores records, all or none; tells them as they now stand, in the order given. A record that
    /// stays as it is gets no new version.
    ///
    /// # Errors
    /// [`ChapterError::Records`] with everything wrong; [`DeskError::Clash`] when a version is not the
    /// newest.
    pub async fn save(&self, news: Vec<New>, who: &str) -> Result<Vec<Record>, ChapterError> {
        let mut numbers = Numbers::default();
        for attempt in 1.. {
            let clock = self.ground.desk.records_clock().await?;
            let items = self.items(&news).await?;
            let judged = self.judge(items, who, Some(&mut numbers)).await?;
            if !judged.problems.is_empty() {
                return Err(ChapterError::Records(judged.problems));
            }
            match self.store(&judged, clock, who).await {
                Err(ChapterError::Desk(DeskError::Clash(_))) if attempt < ATTEMPTS => {}
                stored => return stored,
            }
        }
        Ok(Vec::new())
    }

    /// Makes a move of a record's life.
    ///
    /// # Errors
    /// [`ChapterError::Unknown`], [`ChapterError::Told`] when the record is not in a state from which
    /// the move goes, and as [`Self::save`].
    #[expect(clippy::too_many_arguments, reason = "which record, which move, and who")]
    pub async fn shift(
        &self,
        kind: &str,
        id: &str,
        step: &str,
        version: Option<i64>,
        who: &str,
    ) -> Result<Record, ChapterError> {
        let of = self.kind(kind)?;
        let record = self.ground.record(kind, id).await?;
        let moves = of.states.as_ref().map_or(&[][..], |states| states.moves.as_slice());
        let unknown = || ChapterError::Unknown { what: "move", id: step.to_owned() };
        let step = moves.iter().find(|one| one.id == step).ok_or_else(unknown)?;
        let state = record.state.clone().unwrap_or_default();
        if !step.from.contains(&state) {
            let name = judge::state_name(of, &state);
            return Err(ChapterError::told(
                format!("`{id}` is {}; “{}” cannot be done from there", name.en, step.name.en),
                format!("`{id}` 当前为“{}”，不能执行“{}”", name.zh_cn, step.name.zh_cn),
            ));
        }
        let new = New {
            state: Some(step.to.clone()),
            version: version.or(Some(record.version)),
            ..New::change(&record)
        };
        let saved = self.save(vec![new], who).await?;
        saved
            .into_iter()
            .next()
            .ok_or_else(|| ChapterError::Unknown { what: "record", id: format!("{kind} {id}") })
    }

    /// Removes a record that no other one names.
    ///
    /// # Errors
    /// [`ChapterError::Unknown`]; [`ChapterError::Told`] when its state or its chapter keeps it;
    /// [`DeskError::Wrong`] while another record names it.
    pub async fn delete(&self, kind: &str, id: &str, who: &str) -> Result<(), ChapterError> {
        let of = self.kind(kind)?;
        let record = self.ground.record(kind, id).await?;
        if self.by == By::Person && !judge::is_open(of, record.state.as_deref()) {
            let name = judge::state_name(of, record.state.as_deref().unwrap_or_default());
            return Err(ChapterError::told(
                format!("`{id}` is {} and is kept; it can no longer be removed", name.en),
                format!("`{id}` 当前为“{}”，须保留，不能删除", name.zh_cn),
            ));
        }
        let named = self.ground.desk.referring(kind, id).await?;
        // While another record names it, the desk refuses: nothing must be taken back before.
        if !named.iter().any(|one| one.kind != kind || one.id != id) {
            self.chapter(of)?.removing(self.ground, &record, who).await?;
        }
        Ok(self.ground.desk.delete_record(kind, id, who).await?)
    }

    fn kind(&self, id: &str) -> Result<&'a Kind, ChapterError> {
        let found = self.ground.kinds.get(id);
        found.ok_or_else(|| ChapterError::Unknown { what: "kind", id: id.to_owned() })
    }

    fn chapter(&self, kind: &Kind) -> Result<&'a dyn Chapter, ChapterError> {
        let found = self.chapters.iter().find(|chapter| chapter.id() == kind.chapter);
        found
            .map(Box::as_ref)
            .ok_or_else(|| ChapterError::Unknown { what: "chapter", id: kind.chapter.clone() })
    }

    /// What is to be stored beside what is stored.
    async fn items(&self, news: &[New]) -> Result<Vec<Item<'a>>, ChapterError> {
        let mut items = Vec::with_capacity(news.len());
        for new in news {
            let kind = self.kind(&new.kind)?;
            items.push(Item::new(kind, new.clone(), key_of(kind, new)));
        }
        let mut wanted: HashMap<&str, Vec<&str>> = HashMap::new();
        for item in &items {
            if let Some(id) = &item.id {
                wanted.entry(&item.kind.id).or_default().push(id);
            }
        }
        let mut stored: HashMap<(String, String), Record> = HashMap::new();
        for (kind, ids) in wanted {
            for record in self.ground.desk.records_of(kind, &ids).await? {
                stored.insert((record.kind.clone(), record.id.clone()), record);
            }
        }
        for (item, new) in items.iter_mut().zip(news) {
            let Some(id) = &item.id else { continue };
            let found = stored.get(&(new.kind.clone(), id.clone())).cloned();
            match (new.version, &found) {
                (Some(version), Some(record)) if record.version != version => {
                    return Err(DeskError::Clash(Text {
                        en: format!("somebody else has changed `{id}` meanwhile; look at it again"),
                        zh_cn: format!("`{id}` 已被他人修改，请刷新后再试"),
                    })
                    .into());
                }
                (Some(_), None) => {
                    let id = format!("{} {id}", new.kind);
                    return Err(ChapterError::Unknown { what: "record", id });
                }
                _ => {}
            }
            item.exists = new.version.is_none() && found.is_some();
            item.before = found;
        }
        Ok(items)
    }

    /// Writes what was found right.
    async fn store(
        &self,
        judged: &Judged<'a>,
        clock: i64,
        who: &str,
    ) -> Result<Vec<Record>, ChapterError> {
        let mut writes = Vec::with_capacity(judged.drafts.len());
        for (draft, kind) in judged.drafts.iter().zip(&judged.kinds) {
            if is_changed(draft) {
                writes.push(RecordWrite {
                    kind: draft.kind.clone(),
                    id: draft.id.clone(),
                    state: draft.state.clone(),
                    body: draft.body.clone(),
                    refs: refs(kind, &draft.id, &draft.body),
                    version: draft.before.as_ref().map(|before| before.version),
                });
            }
        }
        let saved = self.ground.desk.save_records(&writes, clock, who).await?;
        let mut by_key: HashMap<(String, String), Record> = saved
            .into_iter()
            .map(|record| ((record.kind.clone(), record.id.clone()), record))
            .collect();
        let stand = |draft: &Draft| {
            let new = by_key.remove(&(draft.kind.clone(), draft.id.clone()));
            new.or_else(|| draft.before.clone())
        };
        let records: Vec<Record> = judged.drafts.iter().filter_map(stand).collect();
        self.carry(&records, who).await?;
        Ok(records)
    }

    /// Lets the chapters carry records elsewhere; also those that stayed as they are, so that saving
    /// again repairs what could not be carried.
    async fn carry(&self, records: &[Record], who: &str) -> Result<(), ChapterError> {
        for chapter in self.chapters {
            let of = |record: &&Record| {
                self.ground.kinds.get(&record.kind).is_some_and(|kind| kind.chapter == chapter.id())
            };
            let count = records.iter().filter(of).count();
            if count == records.len() && count > 0 {
                chapter.saved(self.ground, records, who).await?;
            } else if count > 0 {
                let mine: Vec<Record> = records.iter().filter(of).cloned().collect();
                chapter.saved(self.ground, &mine, who).await?;
            }
        }
        Ok(())
    }
}

/// Numbers taken from the desk in one save; what a first attempt took serves the next one.
#[derive(Default)]
struct Numbers {
    taken: HashMap<String, Vec<String>>,
}

/// The key that a record says itself, as it will be stored.
fn key_of(kind: &Kind, new: &New) -> Option<String> {
    let own = match &kind.key {
        Key::Field(field) => new.body.get(field).and_then(Value::as_str),
        Key::Number(_) => None,
    };
    let given = own.or(new.id.as_deref());
    // A change is of the record that was opened, whatever its body says now.
    let given = if new.version.is_some() { new.id.as_deref().or(given) } else { given };
    given.map(|id| as_key(kind, id)).filter(|id| !id.is_empty())
}

/// A key in the one way in which its field is stored.
fn as_key(kind: &Kind, id: &str) -> String {
    let field = match &kind.key {
        Key::Field(field) => kind.field(field),
        Key::Number(_) => None,
    };
    match field.map(|field| &field.what) {
        Some(What::Market | What::Country | What::Currency) => id.trim().to_ascii_uppercase(),
        Some(What::User) => id.trim().to_lowercase(),
        _ => id.trim().to_owned(),
    }
}

fn is_changed(draft: &Draft) -> bool {
    draft
        .before
        .as_ref()
        .is_none_or(|before| before.body != draft.body || before.state != draft.state)
}

/// Whom a record names.
fn refs(kind: &Kind, id: &str, body: &Body) -> Vec<RecordRef> {
    let mut found = Vec::new();
    gather(&kind.fields, body, "", &mut found);
    if let Key::Field(key) = &kind.key {
        // The record of a product is the product's own.
        found.retain(|one| {
            one.path != *key || one.kind != argosy_desk::records::SKU || one.id != id
        });
    }
    found
}

fn gather(fields: &[Field], body: &Body, prefix: &str, found: &mut Vec<RecordRef>) {
    for field in fields {
        let Some(value) = body.get(&field.id) else { continue };
        let path = format!("{prefix}{}", field.id);
        let mut name = |to: &str, id: &Value| {
            if let Some(id) = id.as_str() {
                found.push(RecordRef {
                    kind: to.to_owned(),
                    id: id.to_owned(),
                    path: path.clone(),
                });
            }
        };
        match &field.what {
            What::Ref { to } => name(to, value),
            What::Sku => name(argosy_desk::records::SKU, value),
            What::Refs { to } => value.as_array().into_iter().flatten().for_each(|id| name(to, id)),
            What::Lines { fields } => {
                for (at, line) in value.as_array().into_iter().flatten().enumerate() {
                    if let Some(line) = line.as_object() {
                        gather(fields, line, &format!("{path}[{at}]."), found);
                    }
                }
            }
            _ => {}
        }
    }
}
