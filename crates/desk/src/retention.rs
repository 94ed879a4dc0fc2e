//! Which raw files have been freed of personal data, and which could not be.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Desk, DeskError, Result,
    rows::blanked_file,
    values::{instant, signed, storable, unsigned},
};

/// What became of a raw file when the time of its personal data was over.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlankState {
    /// Personal cells are empty and buyers are hashes; a rebuild gives the same facts.
    Blanked,
    /// The file holds nothing personal.
    Nothing,
    /// No facts came from it, so the whole file was removed.
    Removed,
    /// It could not be rewritten without changing facts, and stays as received.
    Stuck,
}

impl BlankState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Blanked => "blanked",
            Self::Nothing => "nothing",
            Self::Removed => "removed",
            Self::Stuck => "stuck",
        }
    }

    fn from_name(name: &str) -> Result<Self> {
        [Self::Blanked, Self::Nothing, Self::Removed, Self::Stuck]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or_else(|| DeskError::Damaged(format!("`{name}` is not a state of a raw file")))
    }
}

/// A raw file that the retention has been at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BlankedFile {
    pub raw_sha256: String,
    pub at: DateTime<Utc>,
    pub who: String,
    pub state: BlankState,
    /// Cells that were emptied or hashed.
    pub cells: u64,
    /// Why the file is stuck.
    pub reason: String,
}

impl Desk {
    /// All raw files that the retention has been at, the newest first.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn blanked_files(&self) -> Result<Vec<BlankedFile>> {
        let rows = blanked_file::Entity::find()
            .order_by_desc(blanked_file::Column::AtUs)
            .order_by_asc(blanked_file::Column::RawSha256)
            .all(&self.db)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// Notes what became of a raw file; a later try replaces an earlier one.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    #[expect(clippy::too_many_arguments, reason = "the columns of one row")]
    pub async fn save_blanked(
        &self,
        raw_sha256: &str,
        state: BlankState,
        cells: u64,
        reason: &str,
        who: &str,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let row = blanked_file::ActiveModel {
            raw_sha256: Set(raw_sha256.to_owned()),
            at_us: Set(write.now_us()),
            who: Set(who.to_owned()),
            state: Set(state.name().to_owned()),
            cells: Set(signed(cells)),
            reason: Set(storable(reason)),
        };
        let replace = OnConflict::column(blanked_file::Column::RawSha256)
            .update_columns([
                blanked_file::Column::AtUs,
                blanked_file::Column::Who,
                blanked_file::Column::State,
                blanked_file::Column::Cells,
                blanked_file::Column::Reason,
            ])
            .to_owned();
        blanked_file::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(&write.tx)
            .await?;
        let detail = json!({ "state": state.name(), "cells": cells });
        write.audit(who, "raw_blanked", &format!("raw:{raw_sha256}"), detail).await?;
        write.commit().await
    }
}

fn from_row(row: blanked_file::Model) -> Result<BlankedFile> {
    Ok(BlankedFile {
        raw_sha256: row.raw_sha256,
        at: instant(row.at_us)?,
        who: row.who,
        state: BlankState::from_name(&row.state)?,
        cells: unsigned(row.cells),
        reason: row.reason,
    })
}
