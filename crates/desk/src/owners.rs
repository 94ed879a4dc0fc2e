//! To whom work is proposed: the owner of the SKU, else of the product, the category, the store.

use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder, sea_query::OnConflict};
use serde_json::json;

use crate::{Desk, DeskError, Result, Scope, decisions::known_login, rows::owner};

/// Whose something is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ownership {
    pub scope: Scope,
    pub login: String,
}

impl Desk {
    /// All owners.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn owners(&self) -> Result<Vec<Ownership>> {
        let rows = owner::Entity::find()
            .order_by_asc(owner::Column::Scope)
            .order_by_asc(owner::Column::ValueOf)
            .order_by_asc(owner::Column::Store)
            .all(&self.db)
            .await?;
        let told = |row: owner::Model| {
            Ok(Ownership {
                scope: Scope::read(&row.scope, row.store, row.value_of)?,
                login: row.login,
            })
        };
        rows.into_iter().map(told).collect()
    }

    /// Names an owner; one of the same scope is replaced.
    ///
    /// # Errors
    /// [`DeskError::Wrong`] for an unknown login or a scope that names nothing.
    pub async fn save_owner(&self, of: &Scope, login: &str, who: &str) -> Result<()> {
        of.checked()?;
        let mut write = self.write().await?;
        let login = known_login(&write.tx, login).await?;
        let (scope, store, value_of) = of.columns();
        let row = owner::ActiveModel {
            scope: Set(scope.to_owned()),
            store: Set(store),
            value_of: Set(value_of),
            login: Set(login.clone()),
        };
        let replace = OnConflict::columns([
            owner::Column::Scope,
            owner::Column::Store,
            owner::Column::ValueOf,
        ])
        .update_column(owner::Column::Login)
        .to_owned();
        owner::Entity::insert(row).on_conflict(replace).exec_without_returning(&write.tx).await?;
        let detail = json!({ "scope": of, "login": login });
        write.audit(who, "owner_named", "owners", detail).await?;
        write.commit().await
    }

    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn delete_owner(&self, of: &Scope, who: &str) -> Result<()> {
        let mut write = self.write().await?;
        let (scope, store, value_of) = of.columns();
        let key = (scope.to_owned(), store, value_of.clone());
        let gone = owner::Entity::delete_by_id(key).exec(&write.tx).await?;
        if gone.rows_affected == 0 {
            return Err(DeskError::not_found("owner", value_of));
        }
        write.audit(who, "owner_deleted", "owners", json!({ "scope": of })).await?;
        write.commit().await
    }
}
