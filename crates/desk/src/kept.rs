//! Results of long runs (forecasts, replenishment): worked out in the night, looked at by day.

use argosy_kernel::Day;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Desk, DeskError, Result,
    rows::kept_run,
    values::{day as read_day, json as from_json, name as checked_name},
};

/// So many newest runs of a name stay.
const KEPT_RUNS: u64 = 30;
/// Fast and small enough: runs are written once and read often.
const COMPRESSION_LEVEL: i32 = 3;
/// No run is larger; a larger one is not what was written.
const RUN_BYTES_MAX: usize = 1 << 30;

/// A kept result.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Kept {
    pub id: i64,
    pub name: String,
    /// The day it is about.
    pub day: Day,
    pub at_us: i64,
    pub who: String,
    pub meta: Value,
    /// Empty in lists.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

impl Desk {
    /// Keeps a result under a name; the newest 30 of a name stay. Tells its number.
    ///
    /// # Errors
    /// [`DeskError::Refused`] for a name that is none, or more than a gigabyte.
    #[expect(clippy::too_many_arguments, reason = "what is kept of a run, and who")]
    pub async fn keep(
        &self,
        name: &str,
        day: Day,
        meta: Value,
        bytes: Vec<u8>,
        who: &str,
    ) -> Result<i64> {
        let name = checked_name("the name of the run", name)?;
        if bytes.len() > RUN_BYTES_MAX {
            return Err(DeskError::refused(format!("the result of `{name}` is too large to keep")));
        }
        let size = bytes.len();
        let packing =
            tokio::task::spawn_blocking(move || zstd::bulk::compress(&bytes, COMPRESSION_LEVEL));
        let packed = packing
            .await
            .map_err(|error| DeskError::Damaged(format!("packing a result broke off: {error}")))?
            .map_err(|error| DeskError::Damaged(format!("a result cannot be packed: {error}")))?;
        let mut write = self.write().await?;
        let row = kept_run::ActiveModel {
            id: NotSet,
            name: Set(name.clone()),
            day: Set(day.to_string()),
            at_us: Set(write.now_us()),
            who: Set(who.to_owned()),
            meta: Set(meta.to_string()),
            bytes: Set(packed),
        };
        let id = kept_run::Entity::insert(row).exec(&write.tx).await?.last_insert_id;
        let oldest: Option<i64> = kept_run::Entity::find()
            .select_only()
            .column(kept_run::Column::Id)
            .filter(kept_run::Column::Name.eq(name.as_str()))
            .order_by_desc(kept_run::Column::Id)
            .offset(KEPT_RUNS)
            .limit(1)
            .into_tuple()
            .one(&write.tx)
            .await?;
        if let Some(oldest) = oldest {
            kept_run::Entity::delete_many()
                .filter(kept_run::Column::Name.eq(name.as_str()))
                .filter(kept_run::Column::Id.lte(oldest))
                .exec(&write.tx)
                .await?;
        }
        let detail = json!({ "id": id, "day": day, "bytes": size });
        write.audit(who, "run_kept", &format!("kept_run:{name}"), detail).await?;
        write.commit().await?;
        Ok(id)
    }

    /// The newest result of a name.
    ///
    /// # Errors
    /// [`DeskError::Database`], [`DeskError::Damaged`].
    pub async fn kept(&self, name: &str) -> Result<Option<Kept>> {
        let row = kept_run::Entity::find()
            .filter(kept_run::Column::Name.eq(name))
            .order_by_desc(kept_run::Column::Id)
            .one(&self.db)
            .await?;
        row.map(unpacked).transpose()
    }

    /// One result by its number.
    ///
    /// # Errors
    /// [`DeskError::Database`], [`DeskError::Damaged`].
    pub async fn kept_run(&self, id: i64) -> Result<Option<Kept>> {
        kept_run::Entity::find_by_id(id).one(&self.db).await?.map(unpacked).transpose()
    }

    /// The results of a name, the newest first, without their bytes.
    ///
    /// # Errors
    /// [`DeskError::Database`], [`DeskError::Damaged`].
    pub async fn kept_list(&self, name: &str) -> Result<Vec<Kept>> {
        use kept_run::Column;
        let rows: Vec<(i64, String, String, i64, String, String)> = kept_run::Entity::find()
            .select_only()
            .columns([Column::Id, Column::Name, Column::Day, Column::AtUs, Column::Who])
            .column(Column::Meta)
            .filter(Column::Name.eq(name))
            .order_by_desc(Column::Id)
            .into_tuple()
            .all(&self.db)
            .await?;
        rows.into_iter()
            .map(|(id, name, day, at_us, who, meta)| {
                let day = read_day(&day)?;
                Ok(Kept { id, name, day, at_us, who, meta: from_json(&meta)?, bytes: Vec::new() })
            })
            .collect()
    }
}

fn unpacked(row: kept_run::Model) -> Result<Kept> {
    let bytes = zstd::stream::decode_all(row.bytes.as_slice()).map_err(|error| {
        let name = &row.name;
        DeskError::Damaged(format!("the kept result {} of `{name}` is damaged: {error}", row.id))
    })?;
    Ok(Kept {
        id: row.id,
        day: read_day(&row.day)?,
        name: row.name,
        at_us: row.at_us,
        who: row.who,
        meta: from_json(&row.meta)?,
        bytes,
    })
}
