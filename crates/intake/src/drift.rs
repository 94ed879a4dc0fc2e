//! Columns that come and go: a report whose header is not what it was when it came last.
//!
//! The desk keeps the last header of each report, store and language. Headers are words of the
//! channel, never data of people.

use std::collections::BTreeSet;

use argosy_kernel::Problem;

use crate::{
    Intake, IntakeError,
    decode::header::normalise_header,
    parts::{Examined, Part},
};

/// A header to keep once the import stands.
pub(crate) struct Seen {
    setting: String,
    columns: String,
}

fn setting_of(store: &str, part: &Part) -> String {
    let recognised = &part.recognised;
    let locale = recognised.locale.map_or("", |at| recognised.definition.locales[at].id.as_str());
    format!("columns/{store}/{}/{locale}", recognised.definition.id)
}

fn columns_of(part: &Part) -> Vec<&str> {
    let named = part.recognised.header.iter().map(|name| name.trim());
    named.filter(|name| !name.is_empty()).collect()
}

impl Intake {
    /// What differs from the headers that came before, and what to keep of those of this file.
    pub(crate) async fn drift(
        &self,
        examined: &Examined,
        store: &str,
    ) -> Result<(Vec<Problem>, Vec<Seen>), IntakeError> {
        let (mut problems, mut seen) = (Vec::new(), Vec::new());
        let mut known: BTreeSet<String> = BTreeSet::new();
        for part in examined.parts.iter().filter(|part| examined.table(part).is_some()) {
            let setting = setting_of(store, part);
            let columns = columns_of(part);
            if columns.is_empty() || !known.insert(setting.clone()) {
                continue;
            }
            let before = self.desk.setting(&setting).await?;
            let before: Option<Vec<String>> =
                before.and_then(|text| serde_json::from_str(&text).ok());
            if let Some(before) = &before {
                problems.extend(differences(before, &columns, part));
            }
            let is_new = before.is_none_or(|before| before != columns);
            if is_new && let Ok(columns) = serde_json::to_string(&columns) {
                seen.push(Seen { setting, columns });
            }
        }
        Ok((problems, seen))
    }

    pub(crate) async fn keep_headers(&self, seen: &[Seen], who: &str) -> Result<(), IntakeError> {
        for Seen { setting, columns } in seen {
            self.desk.set_setting(setting, columns, who).await?;
        }
        Ok(())
    }
}

/// Columns that were not there before and that the definition does not read, and those that are
/// there no more.
fn differences(before: &[String], now: &[&str], part: &Part) -> Vec<Problem> {
    let folded = |name: &str| normalise_header(name).name;
    let old: BTreeSet<String> = before.iter().map(|name| folded(name)).collect();
    let new: BTreeSet<String> = now.iter().map(|name| folded(name)).collect();
    let definition = &part.recognised.definition;
    let reads =
        |name: &String| definition.columns.iter().any(|column| column.headers.contains(name));
    let come: Vec<&str> = now
        .iter()
        .copied()
        .filter(|name| !old.contains(&folded(name)) && !reads(&folded(name)))
        .collect();
    let gone: Vec<&str> =
        before.iter().map(String::as_str).filter(|name| !new.contains(&folded(name))).collect();
    let told = |code: &str, names: &[&str], hint: &str| {
        (!names.is_empty()).then(|| {
            let mut problem = Problem::note(code).hint(hint);
            // All of them: the list is what the note is for.
            problem.found = names.join(", ");
            problem.expected = definition.id.clone();
            problem
        })
    };
    let come =
        told("column_new", &come, "they are not read; the channel may have changed the report");
    let gone = told("column_gone", &gone, "what they told is missing now");
    come.into_iter().chain(gone).collect()
}
