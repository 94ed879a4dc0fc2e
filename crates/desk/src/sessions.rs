//! Signing in and staying signed in.
//!
//! A session is an opaque random token; only its hash is stored. Wrong sign-ins are counted for
//! each login from each address, and an attempt is counted *before* the password is looked at, so
//! that many at once do not slip through.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde::Serialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    Desk, DeskError, Result,
    passwords::is_outdated,
    rows::{session, sign_in_attempt, user},
    tokens::random_token,
    users::{User, fold_login, from_row, subject},
    values::{instant, sha256_hex},
};

const WRONG_SIGN_INS_MAX: u64 = 10;
const WRONG_SIGN_INS_WINDOW: TimeDelta = TimeDelta::minutes(15);
const IDLE_MAX: TimeDelta = TimeDelta::hours(12);
const AGE_MAX: TimeDelta = TimeDelta::days(14);
/// A session's last use is noted this often at most: reads should not write.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// The secret a signed-in browser shows. It is not stored and cannot be asked for again.
pub struct SessionToken(Zeroizing<String>);

impl SessionToken {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A session as its user sees it in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Session {
    /// Names the session without being its secret.
    pub id: String,
    pub created: DateTime<Utc>,
    pub seen: DateTime<Utc>,
}

impl Desk {
    /// Checks login and password and begins a session.
    ///
    /// # Errors
    /// [`DeskError::WrongSignIn`], the same in text and time for an unknown login, a wrong password
    /// and a disabled user; [`DeskError::TooMany`] after ten wrong ones in 15 minutes.
    pub async fn sign_in(&self, login: &str, password: &str, ip: &str) -> Result<SessionToken> {
        let login = fold_login(login);
        let who = sha256_hex(format!("{login}\0{ip}").as_bytes());
        self.count_attempt(&who).await?;
        // PostgreSQL refuses NUL even in a question.
        let found = user::Entity::find()
            .filter(user::Column::Login.eq(login.replace('\0', "")))
            .one(&self.db)
            .await?;
        let stored = found.as_ref().map(|user| user.password_hash.as_str());
        let right = self.hasher.verify(password, stored).await?;
        let Some(user) = found.filter(|user| right && user.active) else {
            tracing::warn!(ip, "sign-in refused");
            return Err(DeskError::WrongSignIn);
        };
        let fresh_hash = match is_outdated(&user.password_hash) {
            true => Some(self.hasher.hash(password).await?),
            false => None,
        };
        self.begin_session(user, &who, fresh_hash).await
    }

    /// The user behind a session token, if the session still holds.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn session_user(&self, token: &str) -> Result<Option<User>> {
        let now = self.now();
        let found = session::Entity::find_by_id(sha256_hex(token.as_bytes())).one(&self.db).await?;
        let Some(found) = found.filter(|session| holds(session, now)) else { return Ok(None) };
        let user = user::Entity::find_by_id(found.user_id).one(&self.db).await?;
        let Some(user) = user.filter(|user| user.active) else { return Ok(None) };
        if found.seen_us <= (now - SEEN_EVERY).timestamp_micros() {
            session::Entity::update_many()
                .col_expr(session::Column::SeenUs, Expr::value(now.timestamp_micros()))
                .filter(session::Column::TokenSha256.eq(found.token_sha256))
                .exec(&self.db)
                .await?;
        }
        from_row(user).map(Some)
    }

    /// Ends the session of this token; an unknown token is no error.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        let mut write = self.write().await?;
        let key = sha256_hex(token.as_bytes());
        let Some(found) = session::Entity::find_by_id(key.as_str()).one(&write.tx).await? else {
            return Ok(());
        };
        session::Entity::delete_by_id(key).exec(&write.tx).await?;
        let id = found.user_id;
        write.audit(&id.to_string(), "signed_out", &subject(id), json!({})).await?;
        write.commit().await
    }

    /// The sessions of a user that still hold, the last used first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn sessions(&self, user_id: i64) -> Result<Vec<Session>> {
        let now = self.now();
        let rows = session::Entity::find()
            .filter(session::Column::UserId.eq(user_id))
            .order_by_desc(session::Column::SeenUs)
            .all(&self.db)
            .await?;
        rows.into_iter().filter(|row| holds(row, now)).map(listed).collect()
    }

    /// Ends one session of a user from the list.
    ///
    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn end_session(&self, user_id: i64, id: &str, who: &str) -> Result<()> {
        let mut write = self.write().await?;
        let rows = session::Entity::find()
            .filter(session::Column::UserId.eq(user_id))
            .all(&write.tx)
            .await?;
        let found = rows.into_iter().find(|row| public_id(row) == id);
        let found = found.ok_or_else(|| DeskError::not_found("session", id))?;
        session::Entity::delete_by_id(found.token_sha256).exec(&write.tx).await?;
        write.audit(who, "session_ended", &subject(user_id), json!({})).await?;
        write.commit().await
    }

    /// Counts this attempt as a wrong one until it turns out right.
    async fn count_attempt(&self, who: &str) -> Result<()> {
        let write = self.write().await?;
        let window_us = (write.now - WRONG_SIGN_INS_WINDOW).timestamp_micros();
        let recent = sign_in_attempt::Entity::find()
            .filter(sign_in_attempt::Column::WhoSha256.eq(who))
            .filter(sign_in_attempt::Column::AtUs.gt(window_us));
        if recent.clone().count(&write.tx).await? >= WRONG_SIGN_INS_MAX {
            let oldest = recent.order_by_asc(sign_in_attempt::Column::AtUs).one(&write.tx).await?;
            let left_us = oldest.map_or(0, |attempt| attempt.at_us - window_us);
            let retry_after = std::time::Duration::from_micros(left_us.unsigned_abs());
            return Err(DeskError::TooMany { retry_after });
        }
        let row = sign_in_attempt::ActiveModel {
            id: NotSet,
            who_sha256: Set(who.to_owned()),
            at_us: Set(write.now_us()),
        };
        sign_in_attempt::Entity::insert(row).exec_without_returning(&write.tx).await?;
        write.commit().await
    }

    async fn begin_session(
        &self,
        user: user::Model,
        attempt: &str,
        fresh_hash: Option<String>,
    ) -> Result<SessionToken> {
        let token = random_token();
        let mut write = self.write().await?;
        // Between the check and now the password may have been changed or the user disabled.
        let now_stored = write.user(user.id).await?;
        if now_stored.password_hash != user.password_hash || !now_stored.active {
            return Err(DeskError::WrongSignIn);
        }
        sign_in_attempt::Entity::delete_many()
            .filter(sign_in_attempt::Column::WhoSha256.eq(attempt))
            .exec(&write.tx)
            .await?;
        if let Some(hash) = fresh_hash {
            write.put_password_hash(now_stored, hash).await?;
        }
        let row = session::ActiveModel {
            token_sha256: Set(sha256_hex(token.as_bytes())),
            user_id: Set(user.id),
            created_us: Set(write.now_us()),
            seen_us: Set(write.now_us()),
        };
        session::Entity::insert(row).exec_without_returning(&write.tx).await?;
        write.audit(&user.id.to_string(), "signed_in", &subject(user.id), json!({})).await?;
        write.commit().await?;
        Ok(SessionToken(token))
    }

    /// Removes sessions and sign-in attempts that no longer matter.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn sweep_sessions(&self) -> Result<()> {
        let write = self.write().await?;
        session::Entity::delete_many()
            .filter(
                sea_orm::Condition::any()
                    .add(session::Column::SeenUs.lt((write.now - IDLE_MAX).timestamp_micros()))
                    .add(session::Column::CreatedUs.lt((write.now - AGE_MAX).timestamp_micros())),
            )
            .exec(&write.tx)
            .await?;
        let window_us = (write.now - WRONG_SIGN_INS_WINDOW).timestamp_micros();
        sign_in_attempt::Entity::delete_many()
            .filter(sign_in_attempt::Column::AtUs.lt(window_us))
            .exec(&write.tx)
            .await?;
        write.commit().await
    }
}

fn holds(session: &session::Model, now: DateTime<Utc>) -> bool {
    session.seen_us > (now - IDLE_MAX).timestamp_micros()
        && session.created_us > (now - AGE_MAX).timestamp_micros()
}

/// A hash cannot be turned back into the token, so its beginning may be shown.
fn public_id(session: &session::Model) -> String {
    session.token_sha256.chars().take(16).collect()
}

fn listed(row: session::Model) -> Result<Session> {
    Ok(Session {
        id: public_id(&row),
        created: instant(row.created_us)?,
        seen: instant(row.seen_us)?,
    })
}
