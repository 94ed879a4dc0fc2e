//! The median of a column over the other members of a row's group.

use argosy_facts::{
    FactsError,
    arrow::array::{Array, Float64Array},
};

use super::{Column, Frame};
use crate::rules::Peer;

/// Adds the column of a peer; rows with too few others have none.
pub(crate) fn add(frame: &mut Frame, peer: &Peer) -> Result<(), FactsError> {
    let Some(column) = frame.column(&peer.of) else { return Ok(()) };
    let values = column.estimates(frame.rows)?;
    let (groups, count) = frame.groups(&peer.within);
    // Rows of each group in order of value: then the median without one row is looked up by rank.
    let mut sorted: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (row, group) in groups.iter().enumerate() {
        if values.is_valid(row) && values.value(row).is_finite() {
            sorted[*group].push(row);
        }
    }
    let mut ranks: Vec<Option<usize>> = vec![None; frame.rows];
    for rows in &mut sorted {
        rows.sort_by(|left, right| values.value(*left).total_cmp(&values.value(*right)));
        for (rank, row) in rows.iter().enumerate() {
            ranks[*row] = Some(rank);
        }
    }
    let medians: Float64Array = groups
        .iter()
        .enumerate()
        .map(|(row, group)| {
            let rows = &sorted[*group];
            let others = rows.len() - usize::from(ranks[row].is_some());
            if others == 0 || others < peer.at_least {
                return None;
            }
            let at = |place: usize| {
                let skip = ranks[row].is_some_and(|rank| place >= rank);
                values.value(rows[place + usize::from(skip)])
            };
            Some((at((others - 1) / 2) + at(others / 2)) / 2.0)
        })
        .collect();
    frame.add(peer.name.clone(), Column::Estimate(medians));
    Ok(())
}
