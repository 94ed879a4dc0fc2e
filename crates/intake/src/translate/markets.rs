//! Marketplaces that nobody knows: their rows load without a market, and that is told.

use std::collections::{BTreeMap, HashSet};

use argosy_facts::{
    arrow::array::{Array, AsArray, RecordBatch, StringArray},
    expr::MarketTable,
};
use argosy_kernel::Problem;

use super::line_of;
use crate::{definition::Definition, problems::Problems};

/// Counts unknown names of marketplaces, column by column.
pub(super) struct Markets {
    /// Names of columns in the batches, and as the file writes them.
    columns: Vec<(String, String)>,
    /// Names the channel is known to use; some mean no market at all.
    known: HashSet<String>,
    /// By column and name: how many rows, and the first one's line.
    unknown: BTreeMap<(usize, String), (u64, u64)>,
}

impl Markets {
    pub(super) fn new(definition: &Definition, markets: &MarketTable) -> Self {
        let of_channel = markets.rows.iter().filter(|row| row.channel == definition.channel);
        let columns = definition.market_names.iter().filter_map(|name| {
            let (_, column) = definition.column(name)?;
            Some((name.clone(), column.shown.clone()))
        });
        Self {
            columns: columns.collect(),
            known: of_channel.map(|row| row.name.to_lowercase()).collect(),
            unknown: BTreeMap::new(),
        }
    }

    pub(super) fn look_at(&mut self, batch: &RecordBatch) {
        // A channel without a list of marketplaces has none that could be unknown.
        if self.columns.is_empty() || self.known.is_empty() {
            return;
        }
        let columns: Vec<Option<&StringArray>> = self
            .columns
            .iter()
            .map(|(name, _)| batch.column_by_name(name).map(|column| column.as_string()))
            .collect();
        let mut last: Vec<(&str, bool)> = vec![("", true); columns.len()];
        for row in 0..batch.num_rows() {
            let mut wrong = None;
            let mut any_known = false;
            for (index, column) in columns.iter().enumerate() {
                let Some(column) = column.filter(|column| column.is_valid(row)) else { continue };
                let name = column.value(row);
                if last[index].0 != name {
                    last[index] = (name, self.known.contains(&name.trim().to_lowercase()));
                }
                match last[index].1 {
                    true => any_known = true,
                    false => wrong = wrong.or(Some((index, name))),
                }
            }
            if let Some((index, name)) = wrong.filter(|_| !any_known) {
                let line = || line_of(batch, row);
                let key = (index, name.trim().to_owned());
                let entry = self.unknown.entry(key).or_insert_with(|| (0, line()));
                entry.0 += 1;
            }
        }
    }

    pub(super) fn tell(&self, problems: &mut Problems) {
        for ((column, name), (rows, line)) in &self.unknown {
            problems.push(
                Problem::warning("unknown_market")
                    .at_line(*line)
                    .in_column(self.columns[*column].1.clone())
                    .found(name.clone())
                    .expected(rows.to_string())
                    .hint("the rows have no market; add the name to marketplaces.csv and rebuild"),
            );
        }
    }
}
