//! Changes: what was changed, where, from what to what, when, and who says so.

use argosy_kernel::Day;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _, Func, OnConflict},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Desk, DeskError, Result,
    database::Write,
    findings::part,
    rows::change,
    stores::refuse_unknown_store,
    values::{day, hex, instant, title},
    vault::random_bytes,
};

/// Changes in one INSERT, below the parameter limits of both databases.
const ROWS_PER_INSERT: usize = 500;
/// A day that is over somewhere may still be to come here.
const TIME_ZONES_DAYS: i64 = 1;

/// Where a change is known from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeSource {
    Task,
    Typed,
    Imported,
    Detected,
}

impl ChangeSource {
    pub fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Typed => "typed",
            Self::Imported => "imported",
            Self::Detected => "detected",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Task, Self::Typed, Self::Imported, Self::Detected]
            .into_iter()
            .find(|source| source.name() == name)
    }
}

/// A change about to be recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewChange {
    /// `ads.bid`, `listing.price` …
    pub kind: String,
    pub store: String,
    pub market: Option<String>,
    pub seller_sku: Option<String>,
    pub campaign: Option<String>,
    pub what: String,
    pub before: Option<String>,
    pub after: Option<String>,
    /// The first day on which it held.
    pub day: Day,
    pub source: ChangeSource,
    pub task: Option<i64>,
    pub play: Option<String>,
    /// The same for the same event however often it is found; empty for what people tell.
    pub key: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    pub id: i64,
    pub kind: String,
    pub store: String,
    pub market: Option<String>,
    pub seller_sku: Option<String>,
    pub campaign: Option<String>,
    pub what: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub day: Day,
    pub who: String,
    pub source: ChangeSource,
    pub task: Option<i64>,
    pub play: Option<String>,
    pub key: String,
    pub at: DateTime<Utc>,
}

/// Which changes; what is empty does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ChangeFilter {
    pub stores: Vec<String>,
    pub markets: Vec<String>,
    pub seller_sku: Option<String>,
    pub campaign: Option<String>,
    /// `ads.bid`; a family with a dot at its end (`ads.`) means all of its kinds.
    pub kind: Option<String>,
    pub source: Option<ChangeSource>,
    /// User id, or the program that told of it.
    pub who: Option<String>,
    /// Parts of what was changed, of the SKU or of the campaign; each must be found.
    pub words: Option<String>,
    pub from: Option<Day>,
    pub to: Option<Day>,
}

impl Desk {
    /// Changes, the newest day first. `after` is day and id of the last one of the page before.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn changes(
        &self,
        filter: &ChangeFilter,
        after: Option<(Day, i64)>,
        limit: u64,
    ) -> Result<Vec<Change>> {
        let mut query = change::Entity::find()
            .filter(filter.condition())
            .order_by_desc(change::Column::Day)
            .order_by_desc(change::Column::Id)
            .limit(limit);
        if let Some((day, id)) = after {
            let day = day.to_string();
            let same = Condition::all()
                .add(change::Column::Day.eq(day.as_str()))
                .add(change::Column::Id.lt(id));
            query = query.filter(Condition::any().add(change::Column::Day.lt(day)).add(same));
        }
        query.all(&self.db).await?.into_iter().map(from_row).collect()
    }

    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn change(&self, id: i64) -> Result<Change> {
        let row = change::Entity::find_by_id(id).one(&self.db).await?;
        row.map(from_row).transpose()?.ok_or_else(|| DeskError::not_found("change", id))
    }

    /// The changes that a task led to.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn changes_of_task(&self, task: i64) -> Result<Vec<Change>> {
        let rows = change::Entity::find()
            .filter(change::Column::TaskId.eq(task))
            .order_by_asc(change::Column::Id)
            .all(&self.db)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// Records what somebody tells.
    ///
    /// # Errors
    /// [`DeskError::Wrong`] for a day to come or a missing word, [`DeskError::Refused`] for an
    /// unknown store.
    pub async fn record_change(&self, new: &NewChange, who: &str) -> Result<Change> {
        let mut write = self.write().await?;
        let made = write.insert_change(new, who).await?;
        write.commit().await?;
        Ok(made)
    }

    /// Records what was found in the facts or in a file; what is known already stays as it is. Gives
    /// how many were new.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn record_found_changes(&self, found: &[NewChange], who: &str) -> Result<u64> {
        let mut write = self.write().await?;
        let mut recorded = 0;
        for chunk in found.chunks(ROWS_PER_INSERT) {
            let rows = chunk.iter().map(|new| row(new, new.key.clone(), who, write.now_us()));
            let known = OnConflict::column(change::Column::Identity).do_nothing().to_owned();
            recorded += change::Entity::insert_many(rows)
                .on_conflict(known)
                .exec_without_returning(&write.tx)
                .await?;
        }
        if recorded > 0 {
            let detail = json!({ "changes": recorded });
            write.audit(who, "changes_found", "changes", detail).await?;
        }
        write.commit().await?;
        Ok(recorded)
    }
}

impl ChangeFilter {
    fn condition(&self) -> Condition {
        use change::Column::{Campaign, Day, Kind, Market, SellerSku, Source, Store, What, Who};
        let mut all = Condition::all();
        for (column, wanted) in [(Store, &self.stores), (Market, &self.markets)] {
            if !wanted.is_empty() {
                all = all.add(column.is_in(wanted.iter().map(String::as_str)));
            }
        }
        let source = self.source.map(|source| source.name().to_owned());
        let exact = [
            (SellerSku, &self.seller_sku),
            (Campaign, &self.campaign),
            (Source, &source),
            (Who, &self.who),
        ];
        for (column, wanted) in exact {
            if let Some(wanted) = wanted {
                all = all.add(column.eq(wanted.as_str()));
            }
        }
        match self.kind.as_deref() {
            Some(family) if family.ends_with('.') => all = all.add(Kind.starts_with(family)),
            Some(kind) => all = all.add(Kind.eq(kind)),
            None => {}
        }
        // Case does not matter, as in the other lists.
        for word in self.words.iter().flat_map(|words| words.split_whitespace()) {
            let word = part(&word.to_lowercase());
            let holds = |column: change::Column| {
                Func::lower(Expr::col((change::Entity, column))).like(word.clone())
            };
            all = all
                .add(Condition::any().add(holds(What)).add(holds(SellerSku)).add(holds(Campaign)));
        }
        if let Some(from) = self.from {
            all = all.add(Day.gte(from.to_string()));
        }
        if let Some(to) = self.to {
            all = all.add(Day.lte(to.to_string()));
        }
        all
    }
}

impl Write {
    pub(crate) async fn insert_change(&mut self, new: &NewChange, who: &str) -> Result<Change> {
        let new = NewChange {
            kind: title(("the kind of the change", "变更类型"), &new.kind)?,
            what: title(("what was changed", "变更内容"), &new.what)?,
            before: new
                .before
                .as_deref()
                .map(|v| title(("the value before", "变更前"), v))
                .transpose()?,
            after: new
                .after
                .as_deref()
                .map(|v| title(("the value after", "变更后"), v))
                .transpose()?,
            ..new.clone()
        };
        refuse_unknown_store(&self.tx, [new.store.as_str()].into_iter()).await?;
        let latest = self.now.date_naive() + chrono::Duration::days(TIME_ZONES_DAYS);
        if new.day > latest {
            let day = new.day;
            return Err(DeskError::wrong(
                format!("{day} has not come yet; record the change when it is made"),
                format!("{day} 尚未到来；请在变更实际发生后再记录"),
            ));
        }
        // What a person tells is a record of its own, even when it is told twice.
        let identity = format!("told:{}", hex(random_bytes::<16>().as_slice()));
        let made = row(&new, identity, who, self.now_us());
        let id = change::Entity::insert(made).exec(&self.tx).await?.last_insert_id;
        let detail = json!({ "kind": new.kind, "store": new.store, "day": new.day });
        self.audit(who, "change_recorded", &format!("change:{id}"), detail).await?;
        let stored = change::Entity::find_by_id(id).one(&self.tx).await?;
        stored.map(from_row).transpose()?.ok_or_else(|| DeskError::not_found("change", id))
    }
}

fn row(new: &NewChange, identity: String, who: &str, now_us: i64) -> change::ActiveModel {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    change::ActiveModel {
        id: NotSet,
        identity: Set(identity),
        kind: Set(new.kind.clone()),
        store: Set(new.store.clone()),
        market: Set(text(&new.market)),
        seller_sku: Set(text(&new.seller_sku)),
        campaign: Set(text(&new.campaign)),
        what: Set(new.what.clone()),
        before_value: Set(new.before.clone()),
        after_value: Set(new.after.clone()),
        day: Set(new.day.to_string()),
        who: Set(who.to_owned()),
        source: Set(new.source.name().to_owned()),
        task_id: Set(new.task),
        play: Set(new.play.clone()),
        at_us: Set(now_us),
    }
}

pub(crate) fn from_row(row: change::Model) -> Result<Change> {
    let text = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(Change {
        id: row.id,
        kind: row.kind,
        store: row.store,
        market: text(row.market),
        seller_sku: text(row.seller_sku),
        campaign: text(row.campaign),
        what: row.what,
        before: row.before_value,
        after: row.after_value,
        day: day(&row.day)?,
        who: row.who,
        source: ChangeSource::from_name(&row.source).ok_or_else(|| {
            DeskError::Damaged(format!("`{}` is not a source of a change", row.source))
        })?,
        task: row.task_id,
        play: row.play,
        key: row.identity,
        at: instant(row.at_us)?,
    })
}
