//! Which copy of a statement is whole: one that adds up beats every one that does not.

use std::collections::{HashMap, HashSet};

use argosy_desk::{Balance, BalanceRow};

/// Which controls of which raw files add up, by the first 16 digits of the file's hash.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wholeness {
    /// By raw file: statement and name of the control, and whether it ever added up. A file may hold
    /// a statement twice, or be read twice with other options; its rows are then those of the better
    /// reading.
    controls: HashMap<String, HashMap<(String, String), bool>>,
}

impl Wholeness {
    pub(crate) fn of(imports: &[BalanceRow]) -> Self {
        let mut whole = Self::default();
        for import in imports {
            whole.learn(&import.raw, &import.balance);
        }
        whole
    }

    pub(crate) fn learn(&mut self, raw: &str, balances: &[Balance]) {
        let controls = self.controls.entry(raw.to_owned()).or_default();
        for balance in balances {
            let key = (balance.statement.clone(), balance.name.clone());
            // What other files tell of the statement says nothing of this copy.
            let sum = balance.of_file.unwrap_or(balance.sum);
            *controls.entry(key).or_default() |= sum == balance.expected;
        }
    }

    /// Statements that do not add up, by raw file.
    pub(crate) fn broken_of_raw(&self) -> HashMap<String, HashSet<String>> {
        let broken = |controls: &HashMap<(String, String), bool>| {
            let wrong = controls.iter().filter(|(_, adds_up)| !**adds_up);
            wrong.map(|((statement, _), _)| statement.clone()).collect::<HashSet<_>>()
        };
        let all = self.controls.iter().map(|(raw, controls)| (raw.clone(), broken(controls)));
        all.filter(|(_, broken)| !broken.is_empty()).collect()
    }
}

/// Statements that do not add up in one reading.
pub(crate) fn broken(balances: &[Balance]) -> HashSet<String> {
    let mut whole = Wholeness::default();
    whole.learn("", balances);
    whole.broken_of_raw().remove("").unwrap_or_default()
}
