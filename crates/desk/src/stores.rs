//! Settings of the company, and the stores that reports belong to.

use argosy_kernel::{Currency, knowledge::nearest};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Desk, DeskError, ImportState, Result,
    database::Write,
    rows::{import, setting, store},
    values::{currency, name, optional_name, storable},
};

const STORE_NAME_CHARS_MAX: usize = 64;

/// One account on one channel; its reports are one stream of money.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Store {
    /// Also the folder of its facts: letters, digits, `-` and `_`.
    pub name: String,
    pub channel: String,
    /// Home market, ISO 3166 alpha-2.
    pub market: Option<String>,
    pub currency: Option<Currency>,
    /// IANA name, such as `Europe/Berlin`.
    pub time_zone: Option<String>,
}

impl Desk {
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn setting(&self, name: &str) -> Result<Option<String>> {
        let row = setting::Entity::find_by_id(name).one(&self.db).await?;
        Ok(row.map(|row| row.value))
    }

    /// Sets one setting. Secrets are sealed by the vault first: the value is in the audit log too.
    ///
    /// # Errors
    /// [`DeskError::Refused`] for an empty name.
    pub async fn set_setting(&self, name: &str, value: &str, who: &str) -> Result<()> {
        let name = crate::values::name("the name of the setting", name)?;
        let mut write = self.write().await?;
        let before = setting::Entity::find_by_id(name.as_str()).one(&write.tx).await?;
        let value = storable(value);
        write.put_setting(&name, &value).await?;
        let detail = json!({ "from": before.map(|row| row.value), "to": value });
        write.audit(who, "setting_changed", &format!("setting:{name}"), detail).await?;
        write.commit().await
    }

    /// All stores by name.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn stores(&self) -> Result<Vec<Store>> {
        let rows = store::Entity::find().order_by_asc(store::Column::Name).all(&self.db).await?;
        rows.into_iter().map(from_row).collect()
    }

    /// # Errors
    /// [`DeskError::Database`].
    pub async fn store(&self, name: &str) -> Result<Option<Store>> {
        let row = store::Entity::find_by_id(name).one(&self.db).await?;
        row.map(from_row).transpose()
    }

    /// Adds a store or changes the one of that name.
    ///
    /// # Errors
    /// [`DeskError::Refused`] for a name that cannot be a folder, a market that is not two letters,
    /// or another channel for a store that has reports already.
    pub async fn save_store(&self, store: &Store, who: &str) -> Result<()> {
        let store = checked(store)?;
        let mut write = self.write().await?;
        write.refuse_other_channel(&store).await?;
        let row = store::ActiveModel {
            name: Set(store.name.clone()),
            channel: Set(store.channel.clone()),
            market: Set(store.market.clone()),
            currency: Set(store.currency.map(|currency| currency.code().to_owned())),
            time_zone: Set(store.time_zone.clone()),
        };
        let replace = OnConflict::column(store::Column::Name)
            .update_columns([
                store::Column::Channel,
                store::Column::Market,
                store::Column::Currency,
                store::Column::TimeZone,
            ])
            .to_owned();
        store::Entity::insert(row).on_conflict(replace).exec_without_returning(&write.tx).await?;
        write.audit(who, "store_saved", &format!("store:{}", store.name), json!(store)).await?;
        write.commit().await
    }
}

impl Write {
    pub(crate) async fn put_setting(&self, name: &str, value: &str) -> Result<()> {
        let row = setting::ActiveModel { name: Set(name.to_owned()), value: Set(value.to_owned()) };
        let replace = OnConflict::column(setting::Column::Name)
            .update_column(setting::Column::Value)
            .to_owned();
        setting::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.tx).await?;
        Ok(())
    }

    /// Facts carry the channel of the store they were loaded into.
    async fn refuse_other_channel(&self, store: &Store) -> Result<()> {
        let before = store::Entity::find_by_id(store.name.as_str()).one(&self.tx).await?;
        let Some(before) = before.filter(|before| before.channel != store.channel) else {
            return Ok(());
        };
        let loaded = import::Entity::find()
            .filter(import::Column::Store.eq(store.name.as_str()))
            .filter(import::Column::State.eq(ImportState::Done.name()))
            .one(&self.tx)
            .await?;
        if loaded.is_none() {
            return Ok(());
        }
        Err(DeskError::refused(format!(
            "store `{}` has reports of channel `{}`; add another store for channel `{}`",
            store.name, before.channel, store.channel
        )))
    }
}

/// The stores of a transaction, for records that name one.
pub(crate) async fn refuse_unknown_store<'a>(
    tx: &DatabaseTransaction,
    wanted: impl Iterator<Item = &'a str>,
) -> Result<()> {
    let known: Vec<String> =
        store::Entity::find().all(tx).await?.into_iter().map(|row| row.name).collect();
    for name in wanted {
        if known.iter().any(|store| store == name) {
            continue;
        }
        let hint = nearest(name, known.iter().map(String::as_str)).map_or_else(
            || "add the store first".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(DeskError::refused(format!("there is no store `{name}`; {hint}")));
    }
    Ok(())
}

fn checked(store: &Store) -> Result<Store> {
    Ok(Store {
        name: store_name(&store.name)?,
        channel: name("the channel of the store", &store.channel)?,
        market: optional_market(store.market.as_deref())?,
        currency: store.currency,
        time_zone: optional_name("the time zone", store.time_zone.as_deref())?,
    })
}

/// What a store may be called: the name is also a folder.
///
/// # Errors
/// [`DeskError::Refused`] for anything else.
pub fn store_name(text: &str) -> Result<String> {
    let name_of = name("the name of the store", text)?;
    let fits = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    if !name_of.chars().all(fits) || name_of.chars().count() > STORE_NAME_CHARS_MAX {
        return Err(DeskError::refused(format!(
            "`{name_of}` cannot be the name of a store; use up to {STORE_NAME_CHARS_MAX} letters, \
             digits, `-` and `_`, such as `lantern-us`"
        )));
    }
    Ok(name_of)
}

/// ISO 3166 alpha-2 in capitals; blank is no market.
pub(crate) fn optional_market(market: Option<&str>) -> Result<Option<String>> {
    let Some(market) = optional_name("the market", market)? else { return Ok(None) };
    if market.len() == 2 && market.chars().all(|c| c.is_ascii_alphabetic()) {
        return Ok(Some(market.to_ascii_uppercase()));
    }
    Err(DeskError::refused(format!(
        "`{market}` is not a market; use the two letters of the country, such as `DE`"
    )))
}

fn from_row(row: store::Model) -> Result<Store> {
    Ok(Store {
        name: row.name,
        channel: row.channel,
        market: row.market,
        currency: row.currency.as_deref().map(currency).transpose()?,
        time_zone: row.time_zone,
    })
}
