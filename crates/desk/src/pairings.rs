//! Pairings: which of our products a channel's SKU was, and when.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::Day;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Desk, DeskError, Result,
    database::Write,
    products::{RECORDS_PER_AUDIT, ROWS_PER_INSERT},
    rows::pairing,
    stores::refuse_unknown_store,
    values::{day, name},
};

/// From `since` to `until` (both days included, `None` = open), `seller_sku` of `store` was `sku`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Pairing {
    pub store: String,
    pub seller_sku: String,
    pub sku: String,
    pub since: Option<Day>,
    pub until: Option<Day>,
}

/// Store and seller SKU, then the first day: all pairings of one listing in the order of time.
type Timeline = BTreeMap<(String, String), BTreeMap<Option<Day>, Pairing>>;

impl Desk {
    /// All pairings by store, seller SKU and first day.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn pairings(&self) -> Result<Vec<Pairing>> {
        let rows = pairing::Entity::find()
            .order_by_asc(pairing::Column::Store)
            .order_by_asc(pairing::Column::SellerSku)
            .order_by_asc(pairing::Column::Since)
            .all(&self.db)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// Saves pairings, all or none. One with the same store, seller SKU and first day is replaced;
    /// a SKU that is not a product yet becomes one.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when a store is unknown, a period ends before it begins, or two
    /// periods of one seller SKU overlap.
    pub async fn save_pairings(&self, pairings: &[Pairing], who: &str) -> Result<()> {
        let mut fresh = Timeline::new();
        for pairing in pairings {
            let pairing = checked(pairing)?;
            let key = (pairing.store.clone(), pairing.seller_sku.clone());
            fresh.entry(key).or_default().insert(pairing.since, pairing);
        }
        let mut write = self.write().await?;
        let stores: BTreeSet<&str> = fresh.keys().map(|(store, _)| store.as_str()).collect();
        refuse_unknown_store(&write.tx, stores.into_iter()).await?;
        write.refuse_overlaps(&fresh).await?;
        let pairings: Vec<Pairing> = fresh.into_values().flat_map(BTreeMap::into_values).collect();
        write
            .add_missing_products(pairings.iter().map(|pairing| pairing.sku.as_str()), who)
            .await?;
        let replace = OnConflict::columns([
            pairing::Column::Store,
            pairing::Column::SellerSku,
            pairing::Column::Since,
        ])
        .update_columns([pairing::Column::Until, pairing::Column::Sku])
        .to_owned();
        for chunk in pairings.chunks(ROWS_PER_INSERT) {
            pairing::Entity::insert_many(chunk.iter().map(to_row))
                .on_conflict(replace.clone())
                .exec_without_returning(&write.tx)
                .await?;
        }
        for chunk in pairings.chunks(RECORDS_PER_AUDIT) {
            write.audit(who, "pairings_saved", "pairings", json!(chunk)).await?;
        }
        write.commit().await
    }

    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn delete_pairing(
        &self,
        store: &str,
        seller_sku: &str,
        since: Option<Day>,
        who: &str,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let key = (store.to_owned(), seller_sku.to_owned(), since_text(since));
        let gone = pairing::Entity::delete_by_id(key).exec(&write.tx).await?;
        if gone.rows_affected == 0 {
            return Err(DeskError::not_found("pairing", format!("{store}/{seller_sku}")));
        }
        let detail = json!({ "seller_sku": seller_sku, "since": since });
        write.audit(who, "pairing_deleted", &format!("store:{store}"), detail).await?;
        write.commit().await
    }
}

impl Write {
    /// Lays the new pairings over the stored ones and looks at neighbours in time.
    async fn refuse_overlaps(&self, fresh: &Timeline) -> Result<()> {
        let stores: BTreeSet<&str> = fresh.keys().map(|(store, _)| store.as_str()).collect();
        let stored = pairing::Entity::find()
            .filter(pairing::Column::Store.is_in(stores))
            .all(&self.tx)
            .await?;
        let mut timeline = Timeline::new();
        for row in stored {
            let pairing = from_row(row)?;
            let key = (pairing.store.clone(), pairing.seller_sku.clone());
            if fresh.contains_key(&key) {
                timeline.entry(key).or_default().insert(pairing.since, pairing);
            }
        }
        for (key, periods) in fresh {
            timeline.entry(key.clone()).or_default().extend(periods.clone());
        }
        timeline.values().try_for_each(refuse_overlap)
    }
}

fn refuse_overlap(periods: &BTreeMap<Option<Day>, Pairing>) -> Result<()> {
    for (earlier, later) in periods.values().zip(periods.values().skip(1)) {
        // Keys differ, so only the first can be open at its beginning.
        let Some(begins) = later.since else { continue };
        if earlier.until.is_some_and(|until| until < begins) {
            continue;
        }
        let last = begins.pred_opt().unwrap_or(begins);
        return Err(DeskError::refused(format!(
            "`{}` of store `{}` is paired with `{}` {} and again with `{}` {}; let the first end \
             on {last}",
            earlier.seller_sku,
            earlier.store,
            earlier.sku,
            period_text(earlier),
            later.sku,
            period_text(later),
        )));
    }
    Ok(())
}

fn period_text(pairing: &Pairing) -> String {
    match (pairing.since, pairing.until) {
        (None, None) => "without beginning or end".to_owned(),
        (Some(since), None) => format!("from {since} without end"),
        (None, Some(until)) => format!("until {until}"),
        (Some(since), Some(until)) => format!("from {since} to {until}"),
    }
}

fn checked(pairing: &Pairing) -> Result<Pairing> {
    let pairing = Pairing {
        store: name("the store", &pairing.store)?,
        seller_sku: name("the seller SKU", &pairing.seller_sku)?,
        sku: name("the SKU", &pairing.sku)?,
        ..*pairing
    };
    if let (Some(since), Some(until)) = (pairing.since, pairing.until)
        && until < since
    {
        return Err(DeskError::refused(format!(
            "the pairing of `{}` ends on {until}, before it begins on {since}; exchange the days",
            pairing.seller_sku
        )));
    }
    Ok(pairing)
}

fn since_text(since: Option<Day>) -> String {
    since.map_or_else(String::new, |day| day.to_string())
}

fn to_row(pairing: &Pairing) -> pairing::ActiveModel {
    pairing::ActiveModel {
        store: Set(pairing.store.clone()),
        seller_sku: Set(pairing.seller_sku.clone()),
        since: Set(since_text(pairing.since)),
        until: Set(pairing.until.map(|day| day.to_string())),
        sku: Set(pairing.sku.clone()),
    }
}

fn from_row(row: pairing::Model) -> Result<Pairing> {
    let since = Some(row.since.as_str()).filter(|since| !since.is_empty());
    Ok(Pairing {
        store: row.store,
        seller_sku: row.seller_sku,
        sku: row.sku,
        since: since.map(day).transpose()?,
        until: row.until.as_deref().map(day).transpose()?,
    })
}
