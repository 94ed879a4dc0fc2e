//! Collecting problems without letting a broken file fill the memory with them.

use std::collections::BTreeMap;

use argosy_kernel::{Problem, Severity};

/// How many problems of one kind in one column are kept word by word; the rest are counted.
const KEPT_OF_A_KIND: u64 = 200;

/// The problems of one file.
#[derive(Debug, Default)]
pub struct Problems {
    kept: Vec<Problem>,
    seen: BTreeMap<(String, Option<String>, Severity), u64>,
}

impl Problems {
    pub fn push(&mut self, problem: Problem) {
        let key = (problem.code.clone(), problem.place.column.clone(), problem.severity);
        let count = self.seen.entry(key).or_default();
        *count += 1;
        if *count <= KEPT_OF_A_KIND {
            self.kept.push(problem);
        }
    }

    pub fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        for problem in problems {
            self.push(problem);
        }
    }

    pub fn merge(&mut self, other: Self) {
        let dropped: Vec<_> = other
            .seen
            .into_iter()
            .filter(|(_, count)| *count > KEPT_OF_A_KIND)
            .map(|(key, count)| (key, count - KEPT_OF_A_KIND))
            .collect();
        self.extend(other.kept);
        for (key, count) in dropped {
            *self.seen.entry(key).or_default() += count;
        }
    }

    /// Counts lines from the table they stand in, when rows were counted over several tables, and
    /// says which table that is.
    pub(crate) fn stand_in(&mut self, label: Option<&str>, after: u64) {
        for problem in &mut self.kept {
            stand_in(problem, label, after);
        }
    }

    pub(crate) fn any(&self, is: impl Fn(&Problem) -> bool) -> bool {
        self.kept.iter().any(is)
    }

    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The problems in the order of lines, each with the file's name; kinds with more than are kept
    /// end with one that says how many there are.
    pub fn finish(self, file: &str) -> Vec<Problem> {
        let mut all = self.kept;
        for ((code, column, severity), count) in self.seen {
            if count > KEPT_OF_A_KIND {
                let mut more = Problem::new(&code, severity)
                    .found(format!("{} more of this kind", count - KEPT_OF_A_KIND))
                    .hint("only the first ones are listed");
                more.place.column = column;
                all.push(more);
            }
        }
        for problem in &mut all {
            if problem.place.file.is_empty() {
                file.clone_into(&mut problem.place.file);
            }
        }
        all.sort_by_key(|problem| problem.place.line.unwrap_or(u64::MAX));
        all
    }
}

/// The same for one problem.
pub(crate) fn stand_in(problem: &mut Problem, label: Option<&str>, after: u64) {
    problem.place.line = problem.place.line.map(|line| line.saturating_sub(after));
    if let Some(label) = label.filter(|_| problem.place.file.is_empty()) {
        label.clone_into(&mut problem.place.file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_a_million_bad_cells_is_told_in_a_page() {
        let mut problems = Problems::default();
        for line in 1..=1_000 {
            problems.push(Problem::error("bad_cell").at_line(line).in_column("amount"));
        }
        let told = problems.finish("report.txt");
        assert_eq!(told.len(), 201);
        assert_eq!(told[200].found, "800 more of this kind");
        assert!(told.iter().all(|problem| problem.place.file == "report.txt"));
    }
}
