//! What must hold in a row: a row where it does not is loaded and told.

use argosy_facts::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use argosy_kernel::Problem;

use super::line_of;
use crate::{definition::CheckPlan, problems::Problems};

/// Looks at each row of a batch. A condition that cannot be worked out says nothing.
pub(super) fn run(plan: &CheckPlan, batch: &RecordBatch, problems: &mut Problems) {
    let Ok(holds) = plan.holds.evaluate(batch) else { return };
    let holds = holds.as_boolean();
    let text = |sql: &Option<argosy_facts::expr::Compiled>| -> Option<ArrayRef> {
        sql.as_ref().and_then(|sql| sql.evaluate(batch).ok())
    };
    let (found, expected) = (text(&plan.found), text(&plan.expected));
    let at = |texts: &Option<ArrayRef>, row: usize| {
        let texts: Option<&StringArray> = texts.as_ref().map(|texts| texts.as_string());
        texts.filter(|texts| texts.is_valid(row)).map_or("", |texts| texts.value(row)).to_owned()
    };
    for row in 0..batch.num_rows() {
        if holds.is_null(row) || holds.value(row) {
            continue;
        }
        let mut problem = Problem::warning("check_failed")
            .at_line(line_of(batch, row))
            .found(at(&found, row))
            .expected(at(&expected, row))
            .hint(plan.name.en.clone());
        problem.place.column.clone_from(&plan.column);
        problems.push(problem);
    }
}
