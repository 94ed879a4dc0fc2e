//! Taking an import back: the facts become what they would be without its file.
//!
//! An import may have replaced rows of others, so nothing less than the other files themselves can
//! tell what stood there: the store's facts are made anew from the raw files of its other imports.

use argosy_desk::{DeskError, ImportRow, ImportState, Undo};
use serde::Serialize;

use crate::{Intake, IntakeError, import::OnProgress, manifest::Manifest, rebuild::Replay};

/// What taking back an import did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Undone {
    pub import: i64,
    /// The commit at the desk; `None` when the import was taken back before.
    pub commit: Option<i64>,
    /// Imports of the store that were read again.
    pub imports: u64,
}

impl Intake {
    /// Takes an import back. Asking twice is no harm. The file may be imported again, into this
    /// store or into another.
    ///
    /// # Errors
    /// [`IntakeError::NotFound`] for an import that does not exist, [`IntakeError::Refused`] for one
    /// that loaded nothing, for records people edit (costs, pairings, rates: they are corrected on
    /// their own pages), and while another import or rebuild runs; [`IntakeError::Damaged`] when a
    /// raw file of the store is gone.
    pub async fn undo(
        &self,
        import: i64,
        who: &str,
        progress: OnProgress<'_>,
    ) -> Result<Undone, IntakeError> {
        let no_such = || IntakeError::NotFound(format!("there is no import {import}"));
        let row = self.desk.import(import).await?.ok_or_else(no_such)?;
        if row.state == ImportState::Undone {
            return Ok(Undone { import, commit: None, imports: 0 });
        }
        refuse(&row)?;
        let running = || {
            IntakeError::Refused(
                "another import or rebuild is running; wait until it is done and try again".into(),
            )
        };
        let _guard = self.commits.clone().try_lock_owned().map_err(|_| running())?;
        let base = self.desk.latest_commit().await?;
        let mut imports = self.desk.loaded_imports().await?;
        imports.retain(|other| other.store == row.store && other.id != import);
        let mut replay = Replay::new(imports.iter().map(|row| row.raw_bytes).sum());
        let undone = match self.replay(&imports, &mut replay, progress).await {
            Ok(()) => match replay.rebuild(base, who, &imports) {
                Ok(rebuild) => {
                    let undo = Undo { import, store: row.store.clone(), rebuild };
                    self.desk.undo_import(undo).await.map_err(IntakeError::from)
                }
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        if undone.is_err() {
            replay.manifests.values().for_each(Manifest::discard);
        }
        match undone {
            Err(IntakeError::Desk(DeskError::Conflict(_))) => Err(running()),
            other => Ok(Undone {
                import,
                commit: Some(other?),
                imports: u64::try_from(imports.len()).unwrap_or(u64::MAX),
            }),
        }
    }
}

fn refuse(row: &ImportRow) -> Result<(), IntakeError> {
    if row.state != ImportState::Done {
        return Err(IntakeError::Refused(format!(
            "import {} loaded nothing, so there is nothing to take back",
            row.id
        )));
    }
    if row.diff.is_empty() {
        return Err(IntakeError::Refused(format!(
            "import {} brought records that people edit (costs, pairings, rates, documents); correct \
             them on their own pages",
            row.id
        )));
    }
    Ok(())
}
