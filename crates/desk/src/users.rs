//! People who may sign in, and what they may do.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Desk, DeskError, Result,
    database::Write,
    passwords::refuse_weak,
    rows::{session, user},
    values::{instant, name},
};

/// What somebody may do, from everything to looking on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Viewer,
    Operator,
    Finance,
    Manager,
    Owner,
}

impl Role {
    pub const ALL: [Self; 5] =
        [Self::Viewer, Self::Operator, Self::Finance, Self::Manager, Self::Owner];

    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Finance => "finance",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct User {
    pub id: i64,
    /// In lower case.
    pub login: String,
    pub role: Role,
    /// `en` or `zh-CN`; empty while the user has chosen none and follows the browser.
    pub language: String,
    pub active: bool,
    pub created: DateTime<Utc>,
}

/// A user about to be made. No `Debug`: it holds the password.
#[derive(Clone)]
pub struct NewUser {
    pub login: String,
    pub password: String,
    pub role: Role,
    pub language: String,
}

/// What to change of a user; `None` stays.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
pub struct UserChange {
    pub role: Option<Role>,
    pub language: Option<String>,
    pub active: Option<bool>,
}

impl Desk {
    /// Whether nobody has been made yet, so that the first owner may be.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn needs_owner(&self) -> Result<bool> {
        Ok(user::Entity::find().one(&self.db).await?.is_none())
    }

    /// Makes the first user, the owner. Of two at once, one is made.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when there is any user already.
    pub async fn create_owner(&self, login: &str, password: &str, language: &str) -> Result<User> {
        let owner = NewUser {
            login: login.to_owned(),
            password: password.to_owned(),
            role: Role::Owner,
            language: language.to_owned(),
        };
        let (login, hash) = self.checked_user(&owner).await?;
        let mut write = self.write().await?;
        if user::Entity::find().one(&write.tx).await?.is_some() {
            return Err(DeskError::Conflict(
                "this desk has an owner already; sign in, or ask the owner for a user".into(),
            ));
        }
        let made = write.insert_user(&owner, login, hash).await?;
        write.audit("setup", "owner_created", &subject(made.id), json!({})).await?;
        write.commit().await?;
        Ok(made)
    }

    /// # Errors
    /// [`DeskError::Refused`] for a weak password or an empty login, [`DeskError::Conflict`] when
    /// the login is taken.
    pub async fn create_user(&self, new: &NewUser, who: &str) -> Result<User> {
        let (login, hash) = self.checked_user(new).await?;
        let mut write = self.write().await?;
        let taken = user::Entity::find().filter(user::Column::Login.eq(login.as_str()));
        if taken.one(&write.tx).await?.is_some() {
            return Err(DeskError::Conflict(format!(
                "the login `{login}` is taken; choose another"
            )));
        }
        let made = write.insert_user(new, login, hash).await?;
        let detail = json!({ "role": new.role });
        write.audit(who, "user_created", &subject(made.id), detail).await?;
        write.commit().await?;
        Ok(made)
    }

    /// All users, also those switched off, by login.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn users(&self) -> Result<Vec<User>> {
        let rows = user::Entity::find().order_by_asc(user::Column::Login).all(&self.db).await?;
        rows.into_iter().map(from_row).collect()
    }

    /// # Errors
    /// [`DeskError::Database`].
    pub async fn user(&self, id: i64) -> Result<Option<User>> {
        user::Entity::find_by_id(id).one(&self.db).await?.map(from_row).transpose()
    }

    /// Changes role, language or whether the user may sign in. Switching off and another role end
    /// all sessions.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when no active owner would be left, [`DeskError::NotFound`].
    pub async fn change_user(&self, id: i64, change: &UserChange, who: &str) -> Result<User> {
        let mut write = self.write().await?;
        let before = write.user(id).await?;
        let mut row = before.clone();
        row.role = change.role.map_or(row.role, |role| role.name().to_owned());
        row.active = change.active.unwrap_or(row.active);
        if let Some(language) = &change.language {
            language.trim().clone_into(&mut row.language);
        }
        let was_owner = before.active && before.role == Role::Owner.name();
        let is_owner = row.active && row.role == Role::Owner.name();
        if was_owner && !is_owner {
            write.refuse_last_owner(id).await?;
        }
        if row.role != before.role || row.active != before.active {
            write.end_sessions(id).await?;
        }
        let detail = json!({
            "from": { "role": before.role, "language": before.language, "active": before.active },
            "to": { "role": row.role, "language": row.language, "active": row.active },
        });
        user::Entity::update(row.clone().into_active_model().reset_all())
            .exec_without_returning(&write.tx)
            .await?;
        write.audit(who, "user_changed", &subject(id), detail).await?;
        write.commit().await?;
        from_row(row)
    }

    /// Sets a new password and ends all sessions of the user.
    ///
    /// # Errors
    /// [`DeskError::Refused`] for a weak password, [`DeskError::NotFound`].
    pub async fn set_password(&self, id: i64, password: &str, who: &str) -> Result<()> {
        refuse_weak(password)?;
        let hash = self.hasher.hash(password).await?;
        let mut write = self.write().await?;
        let row = write.user(id).await?;
        write.put_password_hash(row, hash).await?;
        write.end_sessions(id).await?;
        write.audit(who, "password_set", &subject(id), json!({})).await?;
        write.commit().await
    }

    /// The login as stored and the hash; hashing takes a while, so it happens before the write.
    async fn checked_user(&self, new: &NewUser) -> Result<(String, String)> {
        let login = fold_login(&name("the login", &new.login)?);
        refuse_weak(&new.password)?;
        if fold_login(&new.password) == login {
            return Err(DeskError::refused("the password is the login; choose another password"));
        }
        Ok((login, self.hasher.hash(&new.password).await?))
    }
}

impl Write {
    async fn insert_user(&self, new: &NewUser, login: String, hash: String) -> Result<User> {
        let row = user::ActiveModel {
            id: NotSet,
            login: Set(login.clone()),
            password_hash: Set(hash),
            role: Set(new.role.name().to_owned()),
            language: Set(new.language.trim().to_owned()),
            active: Set(true),
            created_us: Set(self.now_us()),
        };
        let id = user::Entity::insert(row).exec(&self.tx).await?.last_insert_id;
        from_row(self.user(id).await?)
    }

    pub(crate) async fn user(&self, id: i64) -> Result<user::Model> {
        let row = user::Entity::find_by_id(id).one(&self.tx).await?;
        row.ok_or_else(|| DeskError::not_found("user", id))
    }

    pub(crate) async fn put_password_hash(&self, row: user::Model, hash: String) -> Result<()> {
        let mut row = row.into_active_model();
        row.password_hash = Set(hash);
        user::Entity::update(row).exec_without_returning(&self.tx).await?;
        Ok(())
    }

    async fn end_sessions(&self, user_id: i64) -> Result<()> {
        session::Entity::delete_many()
            .filter(session::Column::UserId.eq(user_id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    async fn refuse_last_owner(&self, id: i64) -> Result<()> {
        let others = user::Entity::find()
            .filter(user::Column::Role.eq(Role::Owner.name()))
            .filter(user::Column::Active.eq(true))
            .filter(user::Column::Id.ne(id))
            .count(&self.tx)
            .await?;
        if others == 0 {
            return Err(DeskError::refused(
                "this is the last owner; make somebody else an owner first",
            ));
        }
        Ok(())
    }
}

/// Logins are the same in any case and with blanks around them.
pub(crate) fn fold_login(login: &str) -> String {
    login.trim().to_lowercase()
}

pub(crate) fn subject(id: i64) -> String {
    format!("user:{id}")
}

pub(crate) fn from_row(row: user::Model) -> Result<User> {
    let role = Role::from_name(&row.role)
        .ok_or_else(|| DeskError::Damaged(format!("`{}` is not a role", row.role)))?;
    Ok(User {
        id: row.id,
        login: row.login,
        role,
        language: row.language,
        active: row.active,
        created: instant(row.created_us)?,
    })
}
