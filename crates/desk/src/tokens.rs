//! Secrets for programs: API tokens, shown once and stored hashed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde::Serialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    Desk, DeskError, Result,
    rows::{api_token, user},
    users::{User, from_row, subject},
    values::{instant, sha256_hex},
    vault::random_bytes,
};

/// Lets secret scanners know our tokens when they lie about.
const PREFIX: &str = "argosy_";
/// The last use is noted this often at most.
const USED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A token just made; this is the only time it can be read.
pub struct ApiToken {
    pub id: i64,
    plain: Zeroizing<String>,
}

impl ApiToken {
    pub fn expose(&self) -> &str {
        &self.plain
    }
}

/// A token as listed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TokenInfo {
    pub id: i64,
    pub name: String,
    pub created: DateTime<Utc>,
    pub used: Option<DateTime<Utc>>,
}

impl Desk {
    /// Makes a token that acts as `user_id`.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] for an unknown user, [`DeskError::Refused`] without a name.
    pub async fn create_token(&self, user_id: i64, name: &str, who: &str) -> Result<ApiToken> {
        let name = crate::values::name("the name of the token", name)?;
        let plain = Zeroizing::new(format!("{PREFIX}{}", random_token().as_str()));
        let mut write = self.write().await?;
        write.user(user_id).await?;
        let row = api_token::ActiveModel {
            id: NotSet,
            user_id: Set(user_id),
            name: Set(name.clone()),
            token_sha256: Set(sha256_hex(plain.as_bytes())),
            created_us: Set(write.now_us()),
            used_us: Set(None),
        };
        let id = api_token::Entity::insert(row).exec(&write.tx).await?.last_insert_id;
        let detail = json!({ "token": id, "name": name });
        write.audit(who, "token_created", &subject(user_id), detail).await?;
        write.commit().await?;
        Ok(ApiToken { id, plain })
    }

    /// The user a token acts as, if the token exists and the user may sign in.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn token_user(&self, plain: &str) -> Result<Option<User>> {
        let now = self.now();
        let found = api_token::Entity::find()
            .filter(api_token::Column::TokenSha256.eq(sha256_hex(plain.as_bytes())))
            .one(&self.db)
            .await?;
        let Some(found) = found else { return Ok(None) };
        let user = user::Entity::find_by_id(found.user_id).one(&self.db).await?;
        let Some(user) = user.filter(|user| user.active) else { return Ok(None) };
        let stale_us = (now - USED_EVERY).timestamp_micros();
        if found.used_us.is_none_or(|used_us| used_us <= stale_us) {
            api_token::Entity::update_many()
                .col_expr(api_token::Column::UsedUs, Expr::value(now.timestamp_micros()))
                .filter(api_token::Column::Id.eq(found.id))
                .exec(&self.db)
                .await?;
        }
        from_row(user).map(Some)
    }

    /// The tokens of a user, newest first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn tokens(&self, user_id: i64) -> Result<Vec<TokenInfo>> {
        let rows = api_token::Entity::find()
            .filter(api_token::Column::UserId.eq(user_id))
            .order_by_desc(api_token::Column::Id)
            .all(&self.db)
            .await?;
        rows.into_iter().map(listed).collect()
    }

    /// Ends a token of a user at once.
    ///
    /// # Errors
    /// [`DeskError::NotFound`], also for a token of somebody else.
    pub async fn revoke_token(&self, user_id: i64, id: i64, who: &str) -> Result<()> {
        let mut write = self.write().await?;
        let gone = api_token::Entity::delete_many()
            .filter(api_token::Column::Id.eq(id))
            .filter(api_token::Column::UserId.eq(user_id))
            .exec(&write.tx)
            .await?;
        if gone.rows_affected == 0 {
            return Err(DeskError::not_found("token", id));
        }
        let detail = json!({ "token": id });
        write.audit(who, "token_revoked", &subject(user_id), detail).await?;
        write.commit().await
    }
}

/// 256 random bits as text for a cookie or a header.
pub(crate) fn random_token() -> Zeroizing<String> {
    Zeroizing::new(URL_SAFE_NO_PAD.encode(*random_bytes::<32>()))
}

fn listed(row: api_token::Model) -> Result<TokenInfo> {
    Ok(TokenInfo {
        id: row.id,
        name: row.name,
        created: instant(row.created_us)?,
        used: row.used_us.map(instant).transpose()?,
    })
}
