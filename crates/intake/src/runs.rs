//! Statements whose rows stand in more than one run of a file: the second may be a copy.

use std::collections::{BTreeSet, HashSet};

use argosy_facts::arrow::array::{AsArray, RecordBatch};

use crate::definition::Definition;

/// Beyond this the file is simply not in the order of its statements.
const RETURNS_MAX: usize = 400;

/// What a first reading sees of the order of statements.
#[derive(Default)]
pub(crate) struct Runs {
    current: String,
    ended: HashSet<String>,
    /// Statements that came again after others.
    again: BTreeSet<String>,
    returns: usize,
}

impl Runs {
    pub(crate) fn look_at(&mut self, definition: &Definition, batch: &RecordBatch) {
        if self.returns > RETURNS_MAX {
            return;
        }
        let Some(Ok(statements)) = definition.statement().map(|sql| sql.evaluate(batch)) else {
            return;
        };
        for statement in statements.as_string::<i32>().iter().flatten() {
            if statement == self.current {
                continue;
            }
            let before = std::mem::replace(&mut self.current, statement.to_owned());
            self.ended.insert(before);
            if self.ended.contains(statement) {
                self.returns += 1;
                self.again.insert(statement.to_owned());
            }
        }
    }

    /// Statements in more than one run, where the file is in the order of statements at all.
    pub(crate) fn again(&self) -> Vec<String> {
        if self.returns > RETURNS_MAX {
            return Vec::new();
        }
        self.again.iter().cloned().collect()
    }
}
