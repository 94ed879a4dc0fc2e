//! What stands beside the reports: how to import them, and the answers.

use std::{fs, io::Write as _};

use argosy_kernel::Day;
use serde::Serialize;

use crate::{
    expenses::OWN_STORE,
    place::STORES,
    write::folder::{Folder, SimError, Written},
};

#[derive(Serialize)]
struct Manifest<'a> {
    company: &'static str,
    seed: u64,
    from: Day,
    to: Day,
    stores: Vec<StoreOf>,
    files: &'a [Written],
    planted: &'a [crate::planted::Planted],
}

#[derive(Serialize)]
struct StoreOf {
    name: &'static str,
    channel: &'static str,
    market: Option<&'static str>,
    currency: &'static str,
}

impl Folder<'_> {
    /// What to say at import, and what was planted.
    pub(crate) fn manifest(&self, name: &str) -> Result<(), SimError> {
        let of_channels = STORES.iter().map(|store| StoreOf {
            name: store.name,
            channel: store.channel.id(),
            market: Some(store.home.code()),
            currency: store.currency,
        });
        let own = StoreOf { name: OWN_STORE, channel: "argosy", market: None, currency: "CNY" };
        let spec = &self.company.spec;
        let manifest = Manifest {
            company: "Lantern Home",
            seed: spec.seed,
            from: spec.from,
            to: spec.to,
            stores: of_channels.chain([own]).collect(),
            files: &self.written,
            planted: self.company.planted(),
        };
        let file = fs::File::create(self.path(name)?)?;
        serde_json::to_writer_pretty(file, &manifest)?;
        Ok(())
    }

    /// What must come out of the reports.
    pub(crate) fn answers(&self) -> Result<(), SimError> {
        let key = self.company.answer_key();
        let file = |name: &str| -> Result<_, SimError> {
            Ok(std::io::BufWriter::new(fs::File::create(self.path(name)?)?))
        };
        let mut ledger = file("answers/ledger.csv")?;
        key.write_csv(&mut ledger)?;
        ledger.flush()?;
        let mut goods = file("answers/goods.csv")?;
        key.write_goods_csv(&mut goods)?;
        goods.flush()?;
        let mut statements = file("answers/statements.csv")?;
        key.write_statements_csv(&mut statements)?;
        statements.flush()?;
        Ok(())
    }
}
