//! Requests that carry an idempotency key: repeated, they get the first answer and no second effect.

use chrono::TimeDelta;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{Desk, DeskError, Result, rows::answered_request, values::name};

/// How long an answer is kept.
const KEPT: TimeDelta = TimeDelta::hours(24);
const KEY_CHARS_MAX: usize = 255;

/// What to do with a request that carries a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Begun {
    /// Do it, then [`Desk::answer_request`] or [`Desk::drop_request`].
    New,
    /// It was done: give this answer again.
    Answered { status: u16, answer: String },
}

impl Desk {
    /// Notes that `who` asks for something under `key`.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when the key was used with another body, [`DeskError::Conflict`] while
    /// the first request is still at work.
    pub async fn begin_request(&self, who: &str, key: &str, body_sha256: &str) -> Result<Begun> {
        let key = name("the idempotency key", key)?;
        if key.chars().count() > KEY_CHARS_MAX {
            return Err(DeskError::refused(format!(
                "the idempotency key is longer than {KEY_CHARS_MAX} characters; use a UUID"
            )));
        }
        let write = self.write().await?;
        answered_request::Entity::delete_many()
            .filter(answered_request::Column::AtUs.lt((write.now - KEPT).timestamp_micros()))
            .exec(&write.tx)
            .await?;
        let id = (who.to_owned(), key.clone());
        if let Some(row) = answered_request::Entity::find_by_id(id).one(&write.tx).await? {
            return known(row, body_sha256);
        }
        let row = answered_request::ActiveModel {
            who: Set(who.to_owned()),
            request_key: Set(key),
            body_sha256: Set(body_sha256.to_owned()),
            at_us: Set(write.now_us()),
            status: Set(None),
            answer: Set(None),
        };
        answered_request::Entity::insert(row).exec_without_returning(&write.tx).await?;
        write.commit().await?;
        Ok(Begun::New)
    }

    /// Keeps the answer of a request begun before.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn answer_request(
        &self,
        who: &str,
        key: &str,
        status: u16,
        answer: &str,
    ) -> Result<()> {
        answered_request::Entity::update_many()
            .col_expr(answered_request::Column::Status, Expr::value(i64::from(status)))
            .col_expr(answered_request::Column::Answer, Expr::value(answer))
            .filter(answered_request::Column::Who.eq(who))
            .filter(answered_request::Column::RequestKey.eq(key.trim()))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Forgets a request that had no effect, so that it may be tried again.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn drop_request(&self, who: &str, key: &str) -> Result<()> {
        let id = (who.to_owned(), key.trim().to_owned());
        answered_request::Entity::delete_by_id(id).exec(&self.db).await?;
        Ok(())
    }
}

fn known(row: answered_request::Model, body_sha256: &str) -> Result<Begun> {
    if row.body_sha256 != body_sha256 {
        return Err(DeskError::refused(
            "this idempotency key was used for another request; take a new key",
        ));
    }
    match (row.status, row.answer) {
        (Some(status), Some(answer)) => {
            Ok(Begun::Answered { status: u16::try_from(status).unwrap_or(500), answer })
        }
        _ => Err(DeskError::Conflict(
            "the same request is still at work; ask again in a moment".into(),
        )),
    }
}
