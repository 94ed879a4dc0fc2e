//! Records of chapters: suppliers, orders, documents. The desk keeps them, all their versions and who
//! names whom; what they must hold is decided by the chapters' room, against one tick of
//! [`Desk::records_clock`].

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    Desk, DeskError, Result,
    database::Write,
    products::{RECORDS_PER_AUDIT, ROWS_PER_INSERT},
    rows::{product, record, record_clock, record_number, record_ref, record_version},
    values::{json as from_json, signed},
};

/// The kind under which references to our products are kept.
pub const SKU: &str = "sku";

/// The longest key of a record, in characters.
const KEY_CHARS_MAX: usize = 200;
/// How many records are named in a refusal.
const NAMED_MAX: u64 = 3;

/// A record as it stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Record {
    pub kind: String,
    pub id: String,
    /// Counts up with every change, from 1.
    pub version: i64,
    /// `None` when its kind has no states.
    pub state: Option<String>,
    pub body: Map<String, Value>,
    pub changed_us: i64,
    pub changed_by: String,
}

/// A record to be stored.
#[derive(Clone, PartialEq, Debug)]
pub struct RecordWrite {
    pub kind: String,
    pub id: String,
    pub state: Option<String>,
    pub body: Map<String, Value>,
    /// Whom it names.
    pub refs: Vec<RecordRef>,
    /// The version that it follows; `None` for a new record.
    pub version: Option<i64>,
}

/// A record names another one, or a product ([`SKU`]).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct RecordRef {
    pub kind: String,
    pub id: String,
    /// The field, in lines `lines[0].sku`.
    pub path: String,
}

/// A record as it once was.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RecordVersion {
    pub version: i64,
    pub state: Option<String>,
    pub body: Map<String, Value>,
    pub who: String,
    pub at_us: i64,
    /// With this version it was removed.
    pub deleted: bool,
}

impl Desk {
    /// All records of a kind by key.
    ///
    /// # Errors
    /// [`DeskError::Database`], [`DeskError::Damaged`].
    pub async fn records(&self, kind: &str) -> Result<Vec<Record>> {
        let rows = record::Entity::find()
            .filter(record::Column::Kind.eq(kind))
            .order_by_asc(record::Column::Id)
            .all(&self.db)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// # Errors
    /// [`DeskError::Database`], [`DeskError::Damaged`].
    pub async fn record(&self, kind: &str, id: &str) -> Result<Option<Record>> {
        let key = (kind.to_owned(), id.to_owned());
        let row = record::Entity::find_by_id(key).one(&self.db).await?;
        row.map(from_row).transpose()
    }

    /// Those of these keys that there are, in no order.
    ///
    /// # Errors
    /// [`DeskError::Database`], [`DeskError::Damaged`].
    pub async fn records_of(&self, kind: &str, ids: &[&str]) -> Result<Vec<Record>> {
        let mut found = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(ROWS_PER_INSERT) {
            let rows = record::Entity::find()
                .filter(record::Column::Kind.eq(kind))
                .filter(record::Column::Id.is_in(chunk.iter().copied()))
                .all(&self.db)
                .await?;
            found.extend(rows.into_iter().map(from_row).collect::<Result<Vec<_>>>()?);
        }
        Ok(found)
    }

    /// The keys of all records of a kind.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn record_keys(&self, kind: &str) -> Result<Vec<String>> {
        let keys = record::Entity::find()
            .select_only()
            .column(record::Column::Id)
            .filter(record::Column::Kind.eq(kind))
            .order_by_asc(record::Column::Id)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(keys)
    }

    /// The SKUs of all products.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn skus(&self) -> Result<Vec<String>> {
        let query = product::Entity::find().select_only().column(product::Column::Sku);
        Ok(query.into_tuple().all(&self.db).await?)
    }

    /// A tick that moves with every write of records.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn records_clock(&self) -> Result<i64> {
        tick(&self.db).await
    }

    /// Stores records, all or none, provided that no record was written since the clock showed
    /// `clock`; tells them as they now stand.
    ///
    /// # Errors
    /// [`DeskError::Clash`] when the clock has moved, a version is not the newest, or a new record
    /// is there already; [`DeskError::Refused`] for a key that cannot be one.
    pub async fn save_records(
        &self,
        writes: &[RecordWrite],
        clock: i64,
        who: &str,
    ) -> Result<Vec<Record>> {
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        let mut kinds: BTreeMap<&str, Vec<&RecordWrite>> = BTreeMap::new();
        let mut seen = HashSet::with_capacity(writes.len());
        for one in writes {
            checked_key(&one.id)?;
            if !seen.insert((one.kind.as_str(), one.id.as_str())) {
                let text = format!("`{}` is there twice in what is to be stored", one.id);
                return Err(DeskError::refused(text));
            }
            kinds.entry(one.kind.as_str()).or_default().push(one);
        }
        let mut write = self.write().await?;
        write.move_clock(Some(clock)).await?;
        let mut saved = Vec::with_capacity(writes.len());
        for (kind, writes) in kinds {
            for chunk in writes.chunks(ROWS_PER_INSERT) {
                saved.extend(write.put_records(kind, chunk, who).await?);
            }
            for chunk in writes.chunks(RECORDS_PER_AUDIT) {
                let from = saved.len() - writes.len();
                let told: Vec<Value> = chunk.iter().map(|one| json!(one.id)).collect();
                let versions: BTreeSet<i64> =
                    saved[from..].iter().map(|record| record.version).collect();
                let subject = match writes.as_slice() {
                    [only] => format!("{kind}:{}", only.id),
                    _ => kind.to_owned(),
                };
                let detail = json!({ "kind": kind, "ids": told, "versions": versions });
                write.audit(who, "records_saved", &subject, detail).await?;
            }
        }
        write.commit().await?;
        Ok(saved)
    }

    /// Removes a record that no other one names. Its versions stay.
    ///
    /// # Errors
    /// [`DeskError::Wrong`] while another record names it, [`DeskError::NotFound`].
    pub async fn delete_record(&self, kind: &str, id: &str, who: &str) -> Result<()> {
        let mut write = self.write().await?;
        let key = (kind.to_owned(), id.to_owned());
        let before = record::Entity::find_by_id(key.clone()).one(&write.tx).await?;
        let before =
            before.ok_or_else(|| DeskError::not_found("record", format!("{kind} {id}")))?;
        write.refuse_while_named(kind, id).await?;
        record::Entity::delete_by_id(key).exec(&write.tx).await?;
        write.drop_refs(kind, &[id]).await?;
        let version = before.version + 1;
        let last = record_version::ActiveModel {
            kind: Set(before.kind),
            id: Set(before.id),
            version: Set(version),
            state: Set(before.state),
            body: Set(before.body),
            who: Set(who.to_owned()),
            at_us: Set(write.now_us()),
            deleted: Set(true),
        };
        record_version::Entity::insert(last).exec_without_returning(&write.tx).await?;
        write.move_clock(None).await?;
        let detail = json!({ "kind": kind, "ids": [id], "versions": [version] });
        write.audit(who, "record_deleted", &format!("{kind}:{id}"), detail).await?;
        write.commit().await
    }

    /// All versions of a record, the newest first; also of one that was removed.
    ///
    /// # Errors
    /// [`DeskError::Database`], [`DeskError::Damaged`].
    pub async fn record_history(&self, kind: &str, id: &str) -> Result<Vec<RecordVersion>> {
        let rows = record_version::Entity::find()
            .filter(record_version::Column::Kind.eq(kind))
            .filter(record_version::Column::Id.eq(id))
            .order_by_desc(record_version::Column::Version)
            .all(&self.db)
            .await?;
        let version = |row: record_version::Model| {
            Ok(RecordVersion {
                version: row.version,
                state: row.state,
                body: from_json(&row.body)?,
                who: row.who,
                at_us: row.at_us,
                deleted: row.deleted,
            })
        };
        rows.into_iter().map(version).collect()
    }

    /// Which records name this one (or, with kind [`SKU`], this product), and in which field.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn referring(&self, kind: &str, id: &str) -> Result<Vec<RecordRef>> {
        let rows = record_ref::Entity::find()
            .filter(record_ref::Column::ToKind.eq(kind))
            .filter(record_ref::Column::ToId.eq(id))
            .order_by_asc(record_ref::Column::Kind)
            .order_by_asc(record_ref::Column::Id)
            .order_by_asc(record_ref::Column::Path)
            .all(&self.db)
            .await?;
        let of = |row: record_ref::Model| RecordRef { kind: row.kind, id: row.id, path: row.path };
        Ok(rows.into_iter().map(of).collect())
    }

    /// Takes the next `count` numbers after `prefix` and gives the first of them, from 1. Numbers
    /// that are then not used leave a gap; none is given twice.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn next_numbers(&self, prefix: &str, count: u64) -> Result<i64> {
        let write = self.write().await?;
        let last = write.last_number(prefix).await?;
        write.put_number(prefix, last.saturating_add(signed(count))).await?;
        write.commit().await?;
        Ok(last + 1)
    }

    /// Goes on counting after `last`, if it has not come that far: records brought their own numbers.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn skip_numbers(&self, prefix: &str, last: i64) -> Result<()> {
        let write = self.write().await?;
        let last = std::cmp::Ord::max(write.last_number(prefix).await?, last);
        write.put_number(prefix, last).await?;
        write.commit().await
    }
}

impl Write {
    async fn last_number(&self, prefix: &str) -> Result<i64> {
        let row = record_number::Entity::find_by_id(prefix).one(&self.tx).await?;
        Ok(row.map_or(0, |row| row.last))
    }

    async fn put_number(&self, prefix: &str, last: i64) -> Result<()> {
        let row = record_number::ActiveModel { prefix: Set(prefix.to_owned()), last: Set(last) };
        let replace = OnConflict::column(record_number::Column::Prefix)
            .update_column(record_number::Column::Last)
            .to_owned();
        record_number::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(&self.tx)
            .await?;
        Ok(())
    }

    /// Moves the clock of records, if it still shows `expected`.
    async fn move_clock(&self, expected: Option<i64>) -> Result<()> {
        let now = tick(&self.tx).await?;
        if expected.is_some_and(|expected| expected != now) {
            return Err(DeskError::clash(
                "somebody else changed records at the same moment; repeat it",
                "有人同时修改了记录，请重试",
            ));
        }
        record_clock::Entity::update_many()
            .col_expr(record_clock::Column::Tick, Expr::col(record_clock::Column::Tick).add(1_i64))
            .filter(record_clock::Column::Id.eq(1))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Stores a chunk of records of one kind with their versions and references.
    async fn put_records(
        &self,
        kind: &str,
        writes: &[&RecordWrite],
        who: &str,
    ) -> Result<Vec<Record>> {
        let ids: Vec<&str> = writes.iter().map(|one| one.id.as_str()).collect();
        let present = self.newest(kind, &ids).await?;
        let mut saved = Vec::with_capacity(writes.len());
        for one in writes {
            saved.push(Record {
                kind: kind.to_owned(),
                id: one.id.clone(),
                version: following(one, present.get(one.id.as_str()).copied())?,
                state: one.state.clone(),
                body: one.body.clone(),
                changed_us: self.now_us(),
                changed_by: who.to_owned(),
            });
        }
        let replace = OnConflict::columns([record::Column::Kind, record::Column::Id])
            .update_columns([record::Column::Version, record::Column::State])
            .update_columns([record::Column::Body])
            .update_columns([record::Column::ChangedUs, record::Column::ChangedBy])
            .to_owned();
        let bodies: Vec<String> =
            saved.iter().map(|one| crate::values::to_json(&one.body)).collect();
        record::Entity::insert_many(saved.iter().zip(&bodies).map(|(one, body)| row(one, body)))
            .on_conflict(replace)
            .exec_without_returning(&self.tx)
            .await?;
        let versions = saved.iter().zip(bodies).map(|(one, body)| version_row(one, body));
        record_version::Entity::insert_many(versions).exec_without_returning(&self.tx).await?;
        self.drop_refs(kind, &ids).await?;
        let refs: Vec<record_ref::ActiveModel> = writes
            .iter()
            .flat_map(|one| {
                one.refs.iter().collect::<BTreeSet<_>>().into_iter().map(move |to| (one, to))
            })
            .map(|(one, to)| record_ref::ActiveModel {
                kind: Set(kind.to_owned()),
                id: Set(one.id.clone()),
                path: Set(to.path.clone()),
                to_kind: Set(to.kind.clone()),
                to_id: Set(to.id.clone()),
            })
            .collect();
        for chunk in refs.chunks(ROWS_PER_INSERT) {
            record_ref::Entity::insert_many(chunk.iter().cloned())
                .exec_without_returning(&self.tx)
                .await?;
        }
        Ok(saved)
    }

    /// The newest version of each of these keys, and whether the record is there.
    async fn newest(&self, kind: &str, ids: &[&str]) -> Result<HashMap<String, (i64, bool)>> {
        use record_version::Column;
        let gone: Vec<(String, Option<i64>)> = record_version::Entity::find()
            .select_only()
            .column(Column::Id)
            .column_as(Column::Version.max(), "version")
            .filter(Column::Kind.eq(kind))
            .filter(Column::Id.is_in(ids.iter().copied()))
            .group_by(Column::Id)
            .into_tuple()
            .all(&self.tx)
            .await?;
        let there: Vec<(String, i64)> = record::Entity::find()
            .select_only()
            .columns([record::Column::Id, record::Column::Version])
            .filter(record::Column::Kind.eq(kind))
            .filter(record::Column::Id.is_in(ids.iter().copied()))
            .into_tuple()
            .all(&self.tx)
            .await?;
        let mut newest: HashMap<String, (i64, bool)> =
            gone.into_iter().map(|(id, version)| (id, (version.unwrap_or(0), false))).collect();
        newest.extend(there.into_iter().map(|(id, version)| (id, (version, true))));
        Ok(newest)
    }

    async fn drop_refs(&self, kind: &str, ids: &[&str]) -> Result<()> {
        record_ref::Entity::delete_many()
            .filter(record_ref::Column::Kind.eq(kind))
            .filter(record_ref::Column::Id.is_in(ids.iter().copied()))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Refuses while another record names this one.
    pub(crate) async fn refuse_while_named(&self, kind: &str, id: &str) -> Result<()> {
        let itself = Condition::all()
            .add(record_ref::Column::Kind.eq(kind))
            .add(record_ref::Column::Id.eq(id));
        let rows = record_ref::Entity::find()
            .filter(record_ref::Column::ToKind.eq(kind))
            .filter(record_ref::Column::ToId.eq(id))
            .filter(itself.not())
            .order_by_asc(record_ref::Column::Kind)
            .order_by_asc(record_ref::Column::Id)
            .limit(NAMED_MAX)
            .all(&self.tx)
            .await?;
        if rows.is_empty() {
            return Ok(());
        }
        let named: BTreeSet<String> =
            rows.into_iter().map(|row| format!("{} `{}`", row.kind, row.id)).collect();
        let named = named.into_iter().collect::<Vec<_>>().join(", ");
        Err(DeskError::wrong(
            format!("`{id}` cannot be removed: {named} refers to it; change that first"),
            format!("无法删除 `{id}`：{named} 正在引用它，请先修改引用方"),
        ))
    }
}

async fn tick<C: sea_orm::ConnectionTrait>(db: &C) -> Result<i64> {
    let row = record_clock::Entity::find_by_id(1).one(db).await?;
    let row = row.ok_or_else(|| {
        DeskError::Damaged("the clock of records is missing; restore the desk from a backup".into())
    })?;
    Ok(row.tick)
}

/// The version that a write makes, given what there is.
fn following(write: &RecordWrite, newest: Option<(i64, bool)>) -> Result<i64> {
    let id = &write.id;
    match (write.version, newest) {
        (None, None) => Ok(1),
        (None, Some((version, false))) => Ok(version + 1),
        (None, Some((_, true))) => Err(DeskError::clash(
            format!("there is a record `{id}` already; open it, or choose another key"),
            format!("记录 `{id}` 已存在；请打开该记录，或换一个编号"),
        )),
        (Some(expected), Some((version, true))) if expected == version => Ok(version + 1),
        (Some(_), Some((_, true))) => Err(DeskError::clash(
            format!("somebody else has changed `{id}` meanwhile; look at it again"),
            format!("`{id}` 已被他人修改，请刷新后再试"),
        )),
        (Some(_), _) => Err(DeskError::clash(
            format!("`{id}` has been removed meanwhile"),
            format!("`{id}` 已被删除"),
        )),
    }
}

/// A key stands in addresses and in lists separated by `;`.
fn checked_key(id: &str) -> Result<()> {
    let wrong = if id.trim() != id || id.is_empty() {
        "is empty or has blanks around it"
    } else if id.chars().any(char::is_control) || id.contains([';', '；']) {
        "holds a control character or a semicolon"
    } else if id == "." || id == ".." {
        "means something else in an address"
    } else if id.chars().count() > KEY_CHARS_MAX {
        "is too long"
    } else {
        return Ok(());
    };
    Err(DeskError::refused(format!("`{id}` cannot be the key of a record: it {wrong}")))
}

fn row(one: &Record, body: &str) -> record::ActiveModel {
    record::ActiveModel {
        kind: Set(one.kind.clone()),
        id: Set(one.id.clone()),
        version: Set(one.version),
        state: Set(one.state.clone()),
        body: Set(body.to_owned()),
        changed_us: Set(one.changed_us),
        changed_by: Set(one.changed_by.clone()),
    }
}

fn version_row(one: &Record, body: String) -> record_version::ActiveModel {
    record_version::ActiveModel {
        kind: Set(one.kind.clone()),
        id: Set(one.id.clone()),
        version: Set(one.version),
        state: Set(one.state.clone()),
        body: Set(body),
        who: Set(one.changed_by.clone()),
        at_us: Set(one.changed_us),
        deleted: Set(false),
    }
}

fn from_row(row: record::Model) -> Result<Record> {
    Ok(Record {
        body: from_json(&row.body)?,
        kind: row.kind,
        id: row.id,
        version: row.version,
        state: row.state,
        changed_us: row.changed_us,
        changed_by: row.changed_by,
    })
}
