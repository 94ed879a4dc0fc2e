//! Messages on their way to receivers: written in the same step in which it is noted what they
//! tell, sent later, tried again when the receiver is away.

use std::collections::BTreeSet;

use argosy_kernel::Day;
use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Desk, Result,
    receivers::Event,
    rows::{message, receiver_told},
    values::{instant, json as read_json, unsigned},
};

/// How often a message is tried.
const TRIES_MAX: i64 = 6;
/// Minutes before the second, third … try.
const PAUSES: [i64; 5] = [1, 5, 30, 120, 480];
/// Sent and failed messages are kept this long.
const KEEP_DAYS: i64 = 60;

/// Where a message stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    Waiting,
    Sent,
    Failed,
}

impl MessageState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

/// A message to be written.
#[derive(Clone, PartialEq, Debug)]
pub struct NewMessage {
    pub event: Event,
    pub title: String,
    /// The message as its room has it.
    pub body: Value,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Message {
    pub id: i64,
    pub receiver: i64,
    pub event: String,
    pub title: String,
    pub body: Value,
    pub state: MessageState,
    pub tries: u64,
    pub at: DateTime<Utc>,
    pub sent: Option<DateTime<Utc>>,
    /// Why the last try did not arrive.
    pub error: Option<String>,
}

/// How far a receiver has been told once its messages are written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Told {
    /// The newest audit entry that was looked at.
    pub after_entry: i64,
    /// The day a digest was written for.
    pub digest_day: Option<Day>,
    /// What the messages tell, so that it is told once.
    pub keys: Vec<String>,
}

impl Desk {
    /// Which of `keys` a receiver has not been told.
    ///
    /// # Errors
    /// [`crate::DeskError::Database`].
    pub async fn untold(&self, receiver: i64, keys: &[String]) -> Result<BTreeSet<String>> {
        let mut untold: BTreeSet<String> = keys.iter().cloned().collect();
        for some in keys.chunks(500) {
            let rows = receiver_told::Entity::find()
                .filter(receiver_told::Column::ReceiverId.eq(receiver))
                .filter(receiver_told::Column::Told.is_in(some.to_vec()))
                .all(&self.db)
                .await?;
            for row in rows {
                untold.remove(&row.told);
            }
        }
        Ok(untold)
    }

    /// Writes messages to a receiver together with the note of how far it has been told: after a
    /// crash between the two nothing is told twice and nothing is left out.
    ///
    /// # Errors
    /// [`crate::DeskError::Database`].
    pub async fn queue_messages(
        &self,
        receiver: i64,
        messages: &[NewMessage],
        told: &Told,
    ) -> Result<()> {
        let write = self.write().await?;
        for new in messages {
            let row = message::ActiveModel {
                id: NotSet,
                receiver_id: Set(receiver),
                event: Set(new.event.name().to_owned()),
                title: Set(new.title.clone()),
                body: Set(new.body.to_string()),
                state: Set(MessageState::Waiting.name().to_owned()),
                tries: Set(0),
                next_us: Set(write.now_us()),
                at_us: Set(write.now_us()),
                sent_us: Set(None),
                error: Set(None),
            };
            row.insert(&write.tx).await?;
        }
        for key in &told.keys {
            let row =
                receiver_told::ActiveModel { receiver_id: Set(receiver), told: Set(key.clone()) };
            receiver_told::Entity::insert(row)
                .on_conflict_do_nothing()
                .exec_without_returning(&write.tx)
                .await?;
        }
        write.mark_receiver(receiver, told.after_entry, told.digest_day).await?;
        write.commit().await
    }

    /// Messages whose time has come, the oldest first.
    ///
    /// # Errors
    /// [`crate::DeskError::Database`].
    pub async fn due_messages(&self, limit: u64) -> Result<Vec<Message>> {
        let rows = message::Entity::find()
            .filter(message::Column::State.eq(MessageState::Waiting.name()))
            .filter(message::Column::NextUs.lte(self.now().timestamp_micros()))
            .order_by_asc(message::Column::Id)
            .limit(limit)
            .all(&self.db)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// Notes down that a message arrived.
    ///
    /// # Errors
    /// [`crate::DeskError::Database`].
    pub async fn message_sent(&self, id: i64) -> Result<()> {
        let now = self.now().timestamp_micros();
        let row = message::ActiveModel {
            id: Set(id),
            state: Set(MessageState::Sent.name().to_owned()),
            sent_us: Set(Some(now)),
            error: Set(None),
            ..Default::default()
        };
        row.update(&self.db).await?;
        Ok(())
    }

    /// Notes down that a message did not arrive; `again` when a later try may help.
    ///
    /// # Errors
    /// [`crate::DeskError::Database`].
    pub async fn message_failed(&self, of: &Message, error: &str, again: bool) -> Result<()> {
        let tries = i64::try_from(of.tries).unwrap_or(TRIES_MAX) + 1;
        let pause = usize::try_from(tries - 1).ok().and_then(|index| PAUSES.get(index));
        let (state, pause) = match pause.filter(|_| again && tries < TRIES_MAX) {
            Some(minutes) => (MessageState::Waiting, *minutes),
            None => (MessageState::Failed, 0),
        };
        let row = message::ActiveModel {
            id: Set(of.id),
            state: Set(state.name().to_owned()),
            tries: Set(tries),
            next_us: Set((self.now() + Duration::minutes(pause)).timestamp_micros()),
            error: Set(Some(error.to_owned())),
            ..Default::default()
        };
        row.update(&self.db).await?;
        Ok(())
    }

    /// The newest messages, of one receiver or of all.
    ///
    /// # Errors
    /// [`crate::DeskError::Database`].
    pub async fn messages(&self, receiver: Option<i64>, limit: u64) -> Result<Vec<Message>> {
        let mut query = message::Entity::find().order_by_desc(message::Column::Id).limit(limit);
        if let Some(receiver) = receiver {
            query = query.filter(message::Column::ReceiverId.eq(receiver));
        }
        query.all(&self.db).await?.into_iter().map(from_row).collect()
    }

    /// Forgets messages that went or failed long ago.
    ///
    /// # Errors
    /// [`crate::DeskError::Database`].
    pub async fn sweep_messages(&self) -> Result<()> {
        let before = (self.now() - Duration::days(KEEP_DAYS)).timestamp_micros();
        message::Entity::delete_many()
            .filter(message::Column::State.ne(MessageState::Waiting.name()))
            .filter(message::Column::AtUs.lt(before))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}

fn from_row(row: message::Model) -> Result<Message> {
    let state = [MessageState::Waiting, MessageState::Sent, MessageState::Failed]
        .into_iter()
        .find(|state| state.name() == row.state);
    Ok(Message {
        id: row.id,
        receiver: row.receiver_id,
        event: row.event,
        title: row.title,
        body: read_json(&row.body)?,
        state: state.unwrap_or(MessageState::Failed),
        tries: unsigned(row.tries),
        at: instant(row.at_us)?,
        sent: row.sent_us.map(instant).transpose()?,
        error: row.error,
    })
}
