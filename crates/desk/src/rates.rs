//! The company's own exchange rates; they win over the built-in ECB rates of the same day.

use std::collections::BTreeMap;

use argosy_kernel::{Currency, Day};
use rust_decimal::Decimal;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Desk, DeskError, Result,
    products::{RECORDS_PER_AUDIT, ROWS_PER_INSERT},
    rows::own_rate,
    values::{currency, day, decimal},
};

/// Units of `currency` for one euro on `day`, as the ECB states them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OwnRate {
    pub day: Day,
    pub currency: Currency,
    #[serde(with = "rust_decimal::serde::str")]
    pub per_eur: Decimal,
}

/// What a rate may be: nothing on earth trades outside, and a slip of the decimal sign does.
const PER_EUR_MIN: Decimal = Decimal::from_parts(1, 0, 0, false, 6);
const PER_EUR_MAX: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

impl Desk {
    /// All own rates by day and currency.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn own_rates(&self) -> Result<Vec<OwnRate>> {
        let rows = own_rate::Entity::find()
            .order_by_asc(own_rate::Column::Day)
            .order_by_asc(own_rate::Column::Currency)
            .all(&self.db)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// Saves rates, all or none; a rate of the same day and currency is replaced.
    ///
    /// # Errors
    /// [`DeskError::Refused`] for a rate no currency has, or one of the euro to itself.
    pub async fn save_own_rates(&self, rates: &[OwnRate], who: &str) -> Result<()> {
        let mut checked = BTreeMap::new();
        for rate in rates {
            refuse_impossible(rate)?;
            checked.insert((rate.day, rate.currency), *rate);
        }
        let rates: Vec<OwnRate> = checked.into_values().collect();
        let mut write = self.write().await?;
        let replace = OnConflict::columns([own_rate::Column::Day, own_rate::Column::Currency])
            .update_column(own_rate::Column::PerEur)
            .to_owned();
        for chunk in rates.chunks(ROWS_PER_INSERT) {
            own_rate::Entity::insert_many(chunk.iter().map(to_row))
                .on_conflict(replace.clone())
                .exec_without_returning(&write.tx)
                .await?;
        }
        for chunk in rates.chunks(RECORDS_PER_AUDIT) {
            write.audit(who, "own_rates_saved", "own_rates", json!(chunk)).await?;
        }
        write.commit().await
    }

    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn delete_own_rate(&self, day: Day, currency: Currency, who: &str) -> Result<()> {
        let mut write = self.write().await?;
        let key = (day.to_string(), currency.code().to_owned());
        let gone = own_rate::Entity::delete_by_id(key).exec(&write.tx).await?;
        if gone.rows_affected == 0 {
            return Err(DeskError::not_found("own rate", format!("{currency} of {day}")));
        }
        let detail = json!({ "day": day, "currency": currency });
        write.audit(who, "own_rate_deleted", "own_rates", detail).await?;
        write.commit().await
    }
}

fn refuse_impossible(rate: &OwnRate) -> Result<()> {
    if rate.currency == Currency::EUR {
        return Err(DeskError::refused(format!(
            "the rate of {} is of EUR to EUR; write units of another currency for one euro",
            rate.day
        )));
    }
    if !(PER_EUR_MIN..=PER_EUR_MAX).contains(&rate.per_eur) {
        return Err(DeskError::refused(format!(
            "the rate of {} on {} is {}; write how many {} one euro buys, from {PER_EUR_MIN} to \
             {PER_EUR_MAX}",
            rate.currency, rate.day, rate.per_eur, rate.currency
        )));
    }
    Ok(())
}

fn to_row(rate: &OwnRate) -> own_rate::ActiveModel {
    own_rate::ActiveModel {
        day: Set(rate.day.to_string()),
        currency: Set(rate.currency.code().to_owned()),
        per_eur: Set(rate.per_eur.to_string()),
    }
}

fn from_row(row: own_rate::Model) -> Result<OwnRate> {
    Ok(OwnRate {
        day: day(&row.day)?,
        currency: currency(&row.currency)?,
        per_eur: decimal(&row.per_eur)?,
    })
}
