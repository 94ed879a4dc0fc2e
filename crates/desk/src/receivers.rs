//! Receivers: where messages about the company's work are sent, and what each wants to hear.

use argosy_kernel::Day;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Desk, DeskError, Result,
    database::Write,
    rows::{message, receiver, receiver_told},
    values::{instant, json as read_json, title, to_json},
};

/// What a receiver can be told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A finding came into the queue.
    Finding,
    /// A task was given to somebody, or handed over.
    Task,
    /// Somebody commented on a task.
    Comment,
    /// What a change did is known.
    Effect,
    /// The day at a glance.
    Digest,
}

impl Event {
    pub const ALL: [Self; 5] =
        [Self::Finding, Self::Task, Self::Comment, Self::Effect, Self::Digest];

    pub fn name(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::Task => "task",
            Self::Comment => "comment",
            Self::Effect => "effect",
            Self::Digest => "digest",
        }
    }
}

/// A receiver as a person sets it up. Address and secret are sealed by the caller.
#[derive(Clone, PartialEq, Debug)]
pub struct NewReceiver {
    pub name: String,
    /// `email` or a form of webhook.
    pub kind: String,
    /// Sealed, in hex; `None` keeps the one there is.
    pub address: Option<String>,
    /// Sealed, in hex; `None` keeps the one there is, `Some(None)` takes it away.
    pub secret: Option<Option<String>>,
    pub language: String,
    pub events: Vec<Event>,
    /// Login: only what is hers.
    pub person: Option<String>,
    /// Findings from this expected money a month on.
    pub min_monthly: Decimal,
    /// Hour of the digest, UTC.
    pub digest_hour: u32,
    pub active: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Receiver {
    pub id: i64,
    pub name: String,
    pub kind: String,
    /// Sealed, in hex.
    pub address: String,
    /// Sealed, in hex.
    pub secret: Option<String>,
    pub language: String,
    pub events: Vec<Event>,
    pub person: Option<String>,
    pub min_monthly: Decimal,
    pub digest_hour: u32,
    pub active: bool,
    /// The audit entry up to which it has been told.
    pub after_entry: i64,
    pub digest_day: Option<Day>,
    pub who: String,
    pub at: DateTime<Utc>,
}

impl Desk {
    /// All receivers, by name.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn receivers(&self) -> Result<Vec<Receiver>> {
        let rows =
            receiver::Entity::find().order_by_asc(receiver::Column::Name).all(&self.db).await?;
        rows.into_iter().map(from_row).collect()
    }

    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn receiver(&self, id: i64) -> Result<Receiver> {
        let row = receiver::Entity::find_by_id(id).one(&self.db).await?;
        row.map(from_row).transpose()?.ok_or_else(|| DeskError::not_found("receiver", id))
    }

    /// Makes a receiver (`id` is `None`) or changes one. A new one is told what happens from now on,
    /// not what happened before.
    ///
    /// # Errors
    /// [`DeskError::Wrong`] for a missing name or address, or a name that is taken.
    pub async fn save_receiver(
        &self,
        id: Option<i64>,
        new: &NewReceiver,
        who: &str,
    ) -> Result<Receiver> {
        let name = title(("the name of the receiver", "接收方名称"), &new.name)?;
        if new.digest_hour > 23 {
            return Err(DeskError::wrong(
                "the hour of the digest must be between 0 and 23",
                "日报时间须在 0 到 23 点之间",
            ));
        }
        let mut write = self.write().await?;
        let taken = receiver::Entity::find()
            .filter(receiver::Column::Name.eq(&name))
            .one(&write.tx)
            .await?
            .is_some_and(|row| Some(row.id) != id);
        if taken {
            return Err(DeskError::wrong(
                format!("there is a receiver `{name}` already"),
                format!("接收方“{name}”已存在"),
            ));
        }
        let old = match id {
            Some(id) => {
                let row = receiver::Entity::find_by_id(id).one(&write.tx).await?;
                Some(row.ok_or_else(|| DeskError::not_found("receiver", id))?)
            }
            None => None,
        };
        let address = new.address.clone().or_else(|| old.as_ref().map(|row| row.address.clone()));
        let address = address.ok_or_else(|| {
            DeskError::wrong("the address is missing; fill it in", "缺少地址，请填写")
        })?;
        let kept = old.as_ref().and_then(|row| row.secret.clone());
        let row = receiver::ActiveModel {
            id: old.as_ref().map_or(NotSet, |row| Set(row.id)),
            name: Set(name.clone()),
            kind: Set(new.kind.clone()),
            address: Set(address),
            secret: Set(new.secret.clone().unwrap_or(kept)),
            language: Set(new.language.clone()),
            events: Set(to_json(&new.events)),
            person: Set(new.person.clone()),
            min_monthly: Set(cents(new.min_monthly)),
            digest_hour: Set(i64::from(new.digest_hour)),
            active: Set(new.active),
            after_entry: Set(old.as_ref().map_or(write.chain.seq(), |row| row.after_entry)),
            digest_day: Set(old.as_ref().map_or_else(String::new, |row| row.digest_day.clone())),
            who: Set(who.to_owned()),
            at_us: Set(write.now_us()),
        };
        let saved = match old {
            Some(_) => row.update(&write.tx).await?,
            None => row.insert(&write.tx).await?,
        };
        let detail = json!({ "name": name, "kind": new.kind, "events": new.events,
            "person": new.person, "active": new.active, "address_changed": new.address.is_some() });
        write.audit(who, "receiver_saved", &format!("receiver:{}", saved.id), detail).await?;
        write.commit().await?;
        from_row(saved)
    }

    /// Takes a receiver away, with its messages.
    ///
    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn delete_receiver(&self, id: i64, who: &str) -> Result<()> {
        let mut write = self.write().await?;
        message::Entity::delete_many()
            .filter(message::Column::ReceiverId.eq(id))
            .exec(&write.tx)
            .await?;
        receiver_told::Entity::delete_many()
            .filter(receiver_told::Column::ReceiverId.eq(id))
            .exec(&write.tx)
            .await?;
        let gone = receiver::Entity::delete_by_id(id).exec(&write.tx).await?;
        if gone.rows_affected == 0 {
            return Err(DeskError::not_found("receiver", id));
        }
        write.audit(who, "receiver_deleted", &format!("receiver:{id}"), json!({})).await?;
        write.commit().await
    }
}

impl Write {
    /// Notes down how far a receiver has been told.
    pub(crate) async fn mark_receiver(
        &self,
        id: i64,
        after_entry: i64,
        digest_day: Option<Day>,
    ) -> Result<()> {
        let row = receiver::Entity::find_by_id(id).one(&self.tx).await?;
        let row = row.ok_or_else(|| DeskError::not_found("receiver", id))?;
        let mut row: receiver::ActiveModel = row.into();
        row.after_entry = Set(after_entry);
        if let Some(day) = digest_day {
            row.digest_day = Set(day.to_string());
        }
        row.update(&self.tx).await?;
        Ok(())
    }
}

fn cents(amount: Decimal) -> i64 {
    i64::try_from((amount * Decimal::ONE_HUNDRED).round().mantissa()).unwrap_or(i64::MAX)
}

fn from_row(row: receiver::Model) -> Result<Receiver> {
    Ok(Receiver {
        id: row.id,
        name: row.name,
        kind: row.kind,
        address: row.address,
        secret: row.secret,
        language: row.language,
        events: read_json(&row.events)?,
        person: row.person,
        min_monthly: Decimal::new(row.min_monthly, 2),
        digest_hour: u32::try_from(row.digest_hour).unwrap_or(0),
        active: row.active,
        after_entry: row.after_entry,
        digest_day: row.digest_day.parse().ok(),
        who: row.who,
        at: instant(row.at_us)?,
    })
}
