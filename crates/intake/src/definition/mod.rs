//! Report definitions: what a channel's report looks like and what its rows mean, as data.
//!
//! [`Definitions::load`] reads `channels/**.toml`, the fee tables beside them, `chart.csv`,
//! `marketplaces.csv` and `texts/personal.toml`, and refuses anything that is wrong with file, line, column and a hint. What
//! it returns needs no further checks: names exist and SQL is compiled.

mod chart;
mod check;
mod check_columns;
mod check_facts;
mod fees;
mod file;
mod model;
mod sql_names;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use argosy_facts::expr::{Compiled, MarketTable};
use argosy_kernel::{Diagnostic, Files, Origin, Table};

use crate::personal::Personal;

pub use chart::{Chart, ChartLine, UNCLASSIFIED};
pub(crate) use check_facts::amount_field;
pub use fees::{FeeTable, Meaning};
pub use model::{
    Amount, By, CheckPlan, Classify, Column, ColumnType, ControlPlan, Definition, FactPlan, Fill,
    LeaveOutPlan, Locale, Need, Quoting, Recognise, RecordKind, RecordPlan,
};

/// All known reports, the chart, the marketplaces, and the words that sound personal.
#[derive(Debug)]
pub struct Definitions {
    by_id: BTreeMap<String, Arc<Definition>>,
    chart: Chart,
    markets: MarketTable,
    personal: Personal,
}

impl Definitions {
    /// Reads and checks all definitions; a company's definition takes the place of the built-in one
    /// with the same id.
    ///
    /// # Errors
    /// Everything that is wrong in any file, in order of path.
    pub fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let chart = Chart::load(files, &mut wrong);
        let markets = chart::load_markets(files, &mut wrong);
        let personal = Personal::load(files, &mut wrong);
        let mut by_id: BTreeMap<String, Arc<Definition>> = BTreeMap::new();
        let own = |path: &str| !path.contains("/samples/");
        for source in files.below("channels/", ".toml").filter(|source| own(&source.path)) {
            let Some(definition) = check::read(source, files, &chart, &markets, &mut wrong) else {
                continue;
            };
            if let Some(other) = by_id.get(&definition.id)
                && other.origin == definition.origin
            {
                let message = format!("the id `{}` is already taken", definition.id);
                let hint = format!("by {}", other.path);
                let at = source.text.find("id").unwrap_or(0);
                wrong.push(source.complain(at..at + 2, &message, &hint));
            }
            by_id.insert(definition.id.clone(), Arc::new(definition));
        }
        if wrong.is_empty() { Ok(Self { by_id, chart, markets, personal }) } else { Err(wrong) }
    }

    pub fn get(&self, id: &str) -> Option<&Arc<Definition>> {
        self.by_id.get(id)
    }

    /// All definitions in order of id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.by_id.values()
    }

    pub fn chart(&self) -> &Chart {
        &self.chart
    }

    pub fn markets(&self) -> &MarketTable {
        &self.markets
    }

    /// By which names columns are personal that no definition speaks of.
    pub fn personal(&self) -> &Personal {
        &self.personal
    }

    /// Rank by definition id, for the fact store.
    pub fn ranks(&self) -> HashMap<String, i32> {
        self.iter().map(|definition| (definition.id.clone(), definition.rank)).collect()
    }

    /// How late facts are by definition id and table, for the fact store.
    pub fn later(&self) -> HashMap<(String, Table), Compiled> {
        let of = |definition: &Arc<Definition>| {
            let id = definition.id.clone();
            let later = definition.later.clone();
            later.into_iter().map(move |(table, sql)| ((id.clone(), table), sql))
        };
        self.iter().flat_map(of).collect()
    }

    /// Definitions whose statements may be told by several exports, by id.
    pub fn in_parts(&self) -> HashSet<String> {
        let in_parts = self.iter().filter(|definition| definition.is_in_parts());
        in_parts.map(|definition| definition.id.clone()).collect()
    }

    /// Whether any definition of the company takes the place of a built-in one.
    pub fn company_overlays(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.iter().filter(|definition| definition.origin == Origin::Company)
    }
}

#[cfg(test)]
mod tests;
