//! Writing the channel's reports about the trial seller, in its own formats.

mod ads;
mod money;
mod own;
mod stock;
mod traffic;

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use argosy_kernel::Day;
use encoding_rs::UTF_8;

use super::{Trial, goods::TRIAL_STORES};
use crate::write::{Out, SimError, Written};

/// Files being written to one folder.
struct Files<'a> {
    trial: &'a Trial,
    dir: PathBuf,
    written: Vec<Written>,
}

/// Writes every report of the trial seller and its answers (`answers.json`) into `dir`, in the order
/// in which they should be imported.
///
/// # Errors
/// When a file cannot be written.
pub fn write_trial(trial: &Trial, dir: &Path) -> Result<Vec<Written>, SimError> {
    fs::create_dir_all(dir)?;
    let mut files = Files { trial, dir: dir.to_owned(), written: Vec::new() };
    for store in 0..TRIAL_STORES.len() {
        files.money(store)?;
        files.traffic(store)?;
        files.ads(store)?;
        files.stock(store)?;
        files.told_by_own(store)?;
    }
    // Last: pairing names both stores, which their reports make.
    files.own()?;
    let mut file = io::BufWriter::new(fs::File::create(dir.join("answers.json"))?);
    serde_json::to_writer_pretty(&mut file, &trial.answer())?;
    file.flush()?;
    Ok(files.written)
}

impl Files<'_> {
    /// A text report of a store.
    fn text(
        &mut self,
        store: usize,
        name: &str,
        kind: &'static str,
        write: impl FnOnce(&mut Out) -> io::Result<()>,
    ) -> Result<(), SimError> {
        let path = format!("{}/{name}", TRIAL_STORES[store].name);
        let mut out = Out::create(&self.dir.join(&path), UTF_8)?;
        write(&mut out)?;
        out.finish()?;
        self.written.push(Written {
            path,
            store: TRIAL_STORES[store].name,
            market: None,
            period_from: None,
            period_to: None,
            kind,
            note: "UTF-8".to_owned(),
        });
        Ok(())
    }

    /// Says what the user must give for the file written last.
    fn given(&mut self, days: Option<(Day, Day)>) {
        let Some(last) = self.written.last_mut() else { return };
        let store = TRIAL_STORES.iter().find(|store| store.name == last.store);
        last.market = store.map(|store| store.market.code());
        last.period_from = days.map(|days| days.0);
        last.period_to = days.map(|days| days.1);
    }

    /// The calendar months of the trial's days, from a day on: numbers of first and last day.
    fn months(&self, from: usize) -> Vec<(usize, usize)> {
        let spec = &self.trial.spec;
        let number = |day: Day| (day - spec.from()).num_days().unsigned_abs() as usize;
        let all = crate::write::months(spec.day(from), spec.to);
        all.into_iter().map(|(from, to)| (number(from), number(to))).collect()
    }
}

/// Days of snapshots: the last day, and every so many days before it.
fn snapshots(days: usize, every: usize, most: usize) -> Vec<usize> {
    let mut all: Vec<usize> = (0..days).rev().step_by(every).take(most).collect();
    all.reverse();
    all
}

/// A money amount in minor units with two digits.
fn money(minor: i64) -> String {
    crate::write::Numerals::plain(2).write(minor)
}
