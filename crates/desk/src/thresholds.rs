//! Thresholds of the company: for a SKU, a category, a store or everything, over the rules' own.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Desk, DeskError, Result,
    rows::threshold,
    values::{decimal, instant, title},
};

/// What a record holds for, the narrowest first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Scope {
    /// A seller SKU, of one store or of all.
    Sku {
        store: Option<String>,
        sku: String,
    },
    /// One of our own products.
    Product {
        sku: String,
    },
    Category {
        category: String,
    },
    Store {
        store: String,
    },
    Global,
}

impl Scope {
    /// Kind, store and value as the tables hold them.
    pub(crate) fn columns(&self) -> (&'static str, String, String) {
        let none = String::new;
        match self {
            Self::Sku { store, sku } => ("sku", store.clone().unwrap_or_default(), sku.clone()),
            Self::Product { sku } => ("product", none(), sku.clone()),
            Self::Category { category } => ("category", none(), category.clone()),
            Self::Store { store } => ("store", none(), store.clone()),
            Self::Global => ("global", none(), none()),
        }
    }

    pub(crate) fn read(kind: &str, store: String, value: String) -> Result<Self> {
        Ok(match kind {
            "sku" => Self::Sku { store: Some(store).filter(|store| !store.is_empty()), sku: value },
            "product" => Self::Product { sku: value },
            "category" => Self::Category { category: value },
            "store" => Self::Store { store: value },
            "global" => Self::Global,
            _ => return Err(DeskError::Damaged(format!("`{kind}` is not a scope"))),
        })
    }

    /// # Errors
    /// [`DeskError::Wrong`] when the SKU, category or store is not named.
    pub(crate) fn checked(&self) -> Result<()> {
        let (kind, store, value) = self.columns();
        if kind != "global" {
            title(("what it holds for", "适用范围"), &value)?;
        }
        if !store.is_empty() {
            title(("the store", "店铺"), &store)?;
        }
        Ok(())
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Threshold {
    pub rule: String,
    pub name: String,
    pub scope: Scope,
    pub value: Decimal,
    pub who: String,
    pub at: DateTime<Utc>,
}

impl Desk {
    /// All thresholds of the company.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn thresholds(&self) -> Result<Vec<Threshold>> {
        let rows = threshold::Entity::find()
            .order_by_asc(threshold::Column::Rule)
            .order_by_asc(threshold::Column::Name)
            .order_by_asc(threshold::Column::Scope)
            .order_by_asc(threshold::Column::ValueOf)
            .all(&self.db)
            .await?;
        let told = |row: threshold::Model| {
            Ok(Threshold {
                rule: row.rule,
                name: row.name,
                scope: Scope::read(&row.scope, row.store, row.value_of)?,
                value: decimal(&row.value)?,
                who: row.who,
                at: instant(row.at_us)?,
            })
        };
        rows.into_iter().map(told).collect()
    }

    /// Sets a threshold; one of the same rule, name and scope is replaced.
    ///
    /// # Errors
    /// [`DeskError::Wrong`] when its scope names nothing.
    pub async fn save_threshold(
        &self,
        (rule, name): (&str, &str),
        of: &Scope,
        value: Decimal,
        who: &str,
    ) -> Result<()> {
        of.checked()?;
        if matches!(of, Scope::Product { .. }) {
            return Err(DeskError::wrong(
                "thresholds hold for a seller SKU, a category, a store or everything",
                "阈值只能针对卖家 SKU、类目、店铺或全部设置",
            ));
        }
        let mut write = self.write().await?;
        let (scope, store, value_of) = of.columns();
        let row = threshold::ActiveModel {
            rule: Set(rule.to_owned()),
            name: Set(name.to_owned()),
            scope: Set(scope.to_owned()),
            store: Set(store),
            value_of: Set(value_of),
            value: Set(value.to_string()),
            who: Set(who.to_owned()),
            at_us: Set(write.now_us()),
        };
        use threshold::Column;
        let replace = OnConflict::columns([
            Column::Rule,
            Column::Name,
            Column::Scope,
            Column::Store,
            Column::ValueOf,
        ])
        .update_columns([Column::Value, Column::Who, Column::AtUs])
        .to_owned();
        threshold::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(&write.tx)
            .await?;
        let detail = json!({ "name": name, "scope": of, "value": value.to_string() });
        write.audit(who, "threshold_set", &format!("rule:{rule}"), detail).await?;
        write.commit().await
    }

    /// Takes a threshold back.
    ///
    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn delete_threshold(
        &self,
        (rule, name): (&str, &str),
        of: &Scope,
        who: &str,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let (scope, store, value_of) = of.columns();
        let key = (rule.to_owned(), name.to_owned(), scope.to_owned(), store, value_of);
        let gone = threshold::Entity::delete_by_id(key).exec(&write.tx).await?;
        if gone.rows_affected == 0 {
            return Err(DeskError::not_found("threshold", format!("{rule}:{name}")));
        }
        let detail = json!({ "name": name, "scope": of });
        write.audit(who, "threshold_deleted", &format!("rule:{rule}"), detail).await?;
        write.commit().await
    }
}
