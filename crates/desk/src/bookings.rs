//! Bookings: unknown fees of a channel that a person has given a line of the chart.
//!
//! A booking holds for all rows with the channel's same words, past and coming; it is laid over the
//! ledger when a question is asked, so that taking it back leaves no trace in the facts.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter,
    QueryOrder, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Desk, DeskError, Result,
    rows::booking,
    values::{instant, name, optional_name, storable},
};

/// What a person books: the words as the ledger shows them, and the line they belong to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewBooking {
    pub channel: String,
    pub fee_type: Option<String>,
    pub transaction: Option<String>,
    pub line: String,
    pub note: Option<String>,
}

/// A booking with who made it, and who took it back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Booking {
    pub id: i64,
    pub channel: String,
    pub fee_type: Option<String>,
    pub transaction: Option<String>,
    pub line: String,
    pub note: Option<String>,
    pub who: String,
    pub at: DateTime<Utc>,
    pub revoked_by: Option<String>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Desk {
    /// The bookings in force, by channel and words.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn bookings(&self) -> Result<Vec<Booking>> {
        let rows = booking::Entity::find()
            .filter(booking::Column::RevokedUs.is_null())
            .order_by_asc(booking::Column::Channel)
            .order_by_asc(booking::Column::FeeType)
            .order_by_asc(booking::Column::TransactionType)
            .all(&self.db)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// All bookings, also those taken back, newest first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn booking_history(&self) -> Result<Vec<Booking>> {
        let rows = booking::Entity::find().order_by_desc(booking::Column::Id).all(&self.db).await?;
        rows.into_iter().map(from_row).collect()
    }

    /// Books an unknown fee to a line; a booking of the same words is taken back by it.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when channel or line is missing, or the same booking is in force.
    pub async fn book(&self, new: &NewBooking, who: &str) -> Result<i64> {
        let channel = name("the channel", &new.channel)?;
        let line = name("the line", &new.line)?;
        let note = optional_name("the note", new.note.as_deref())?;
        let words = |text: &Option<String>| storable(text.as_deref().unwrap_or_default());
        let (fee_type, transaction) = (words(&new.fee_type), words(&new.transaction));
        let mut write = self.write().await?;
        let same = booking::Entity::find()
            .filter(booking::Column::RevokedUs.is_null())
            .filter(booking::Column::Channel.eq(&channel))
            .filter(booking::Column::FeeType.eq(&fee_type))
            .filter(booking::Column::TransactionType.eq(&transaction));
        for before in same.all(&write.tx).await? {
            if before.line == line {
                return Err(DeskError::refused(format!(
                    "`{fee_type}` of {channel} is booked to `{line}` already; choose another line \
                     or take the booking back"
                )));
            }
            revoke(&write.tx, before.id, who, write.now_us()).await?;
        }
        let row = booking::ActiveModel {
            id: NotSet,
            channel: Set(channel),
            fee_type: Set(fee_type),
            transaction_type: Set(transaction),
            line: Set(line),
            note: Set(note),
            who: Set(who.to_owned()),
            at_us: Set(write.now_us()),
            revoked_by: Set(None),
            revoked_us: Set(None),
        };
        let id = row.insert(&write.tx).await?.id;
        write.audit(who, "fee_booked", &format!("booking:{id}"), json!(new)).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Takes a booking back: its rows are unclassified again.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is no such booking in force.
    pub async fn unbook(&self, id: i64, who: &str) -> Result<()> {
        let mut write = self.write().await?;
        let found = booking::Entity::find_by_id(id)
            .filter(booking::Column::RevokedUs.is_null())
            .one(&write.tx)
            .await?;
        let Some(row) = found else {
            return Err(DeskError::not_found("booking", id.to_string()));
        };
        revoke(&write.tx, id, who, write.now_us()).await?;
        let detail = json!({ "channel": row.channel, "fee_type": row.fee_type, "line": row.line });
        write.audit(who, "fee_unbooked", &format!("booking:{id}"), detail).await?;
        write.commit().await
    }
}

async fn revoke(tx: &sea_orm::DatabaseTransaction, id: i64, who: &str, now_us: i64) -> Result<()> {
    booking::Entity::update_many()
        .col_expr(booking::Column::RevokedBy, Expr::value(who))
        .col_expr(booking::Column::RevokedUs, Expr::value(now_us))
        .filter(booking::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

fn from_row(row: booking::Model) -> Result<Booking> {
    let words = |text: String| (!text.is_empty()).then_some(text);
    Ok(Booking {
        id: row.id,
        channel: row.channel,
        fee_type: words(row.fee_type),
        transaction: words(row.transaction_type),
        line: row.line,
        note: row.note,
        who: row.who,
        at: instant(row.at_us)?,
        revoked_by: row.revoked_by,
        revoked_at: row.revoked_us.map(instant).transpose()?,
    })
}
