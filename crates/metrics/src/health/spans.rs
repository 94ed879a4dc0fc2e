//! Stretches of days: laid over each other, and what lies between them.

use std::collections::BTreeSet;

use argosy_kernel::Day;
use chrono::TimeDelta;

use super::{CoverState, CoveredSpan, DaySpan};

/// What one file covers in one piece.
#[derive(Clone, Debug)]
pub(super) struct Covered {
    pub(super) from: Day,
    pub(super) to: Day,
    pub(super) import: Option<i64>,
    /// It replaced what an earlier file said.
    pub(super) restated: bool,
    /// Days of it whose money may still change.
    pub(super) open: Option<(Day, Day)>,
}

fn next(day: Day) -> Day {
    day + TimeDelta::days(1)
}

/// The days cut where the files that tell them change.
pub(super) fn layers(covered: &[Covered]) -> Vec<CoveredSpan> {
    let open = covered.iter().filter_map(|one| one.open);
    let ends = covered.iter().map(|one| (one.from, one.to)).chain(open);
    let cuts: BTreeSet<Day> = ends.flat_map(|(from, to)| [from, next(to)]).collect();
    let cuts: Vec<Day> = cuts.into_iter().collect();
    let mut spans: Vec<CoveredSpan> = Vec::new();
    for pair in cuts.windows(2) {
        let (from, to) = (pair[0], pair[1] - TimeDelta::days(1));
        let here: Vec<&Covered> =
            covered.iter().filter(|one| one.from <= from && one.to >= to).collect();
        if here.is_empty() {
            continue;
        }
        let provisional =
            |one: &&Covered| one.open.is_some_and(|(first, last)| first <= from && last >= to);
        let state = if here.iter().any(provisional) {
            CoverState::Provisional
        } else if here.iter().any(|one| one.restated) {
            CoverState::Restated
        } else if here.len() > 1 {
            CoverState::Overlapping
        } else {
            CoverState::Once
        };
        let imports: BTreeSet<i64> = here.iter().filter_map(|one| one.import).collect();
        let imports: Vec<i64> = imports.into_iter().collect();
        match spans.last_mut() {
            Some(last)
                if last.state == state && last.imports == imports && next(last.to) == from =>
            {
                last.to = to;
            }
            _ => spans.push(CoveredSpan { from, to, state, imports }),
        }
    }
    spans
}

/// Stretches between `first` and `last` that nothing covers and that are longer than `allowed`.
pub(super) fn gaps(covered: &[&Covered], first: Day, last: Day, allowed: i64) -> Vec<DaySpan> {
    let mut sorted = covered.to_vec();
    sorted.sort_by_key(|one| one.from);
    let mut gaps = Vec::new();
    let mut open = first;
    for one in sorted {
        if one.from > last {
            break;
        }
        if one.from > open && (one.from - open).num_days() >= allowed.max(1) {
            gaps.push(DaySpan { from: open, to: one.from - TimeDelta::days(1) });
        }
        open = open.max(next(one.to));
    }
    if open <= last && (last - open).num_days() + 1 > allowed {
        gaps.push(DaySpan { from: open, to: last });
    }
    gaps
}

/// The usual number of days from one file to the next: the median, from two files on.
pub(super) fn cadence(covered: &[Covered], snapshot: bool) -> Option<i64> {
    const FILES_MIN: usize = 2;
    let ends: BTreeSet<Day> =
        covered.iter().map(|one| if snapshot { one.from } else { one.to }).collect();
    if ends.len() < FILES_MIN {
        return None;
    }
    let ends: Vec<Day> = ends.into_iter().collect();
    let mut steps: Vec<i64> = ends.windows(2).map(|pair| (pair[1] - pair[0]).num_days()).collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn covered(from: &str, to: &str, import: i64) -> Covered {
        Covered { from: day(from), to: day(to), import: Some(import), restated: false, open: None }
    }

    #[test]
    fn a_fortnight_without_a_settlement_is_missing() {
        let files =
            [covered("2026-01-01", "2026-01-14", 1), covered("2026-01-29", "2026-02-11", 2)];
        let gaps = gaps(&files.iter().collect::<Vec<_>>(), day("2026-01-01"), day("2026-02-11"), 0);
        assert_eq!(gaps, [DaySpan { from: day("2026-01-15"), to: day("2026-01-28") }]);
    }

    #[test]
    fn days_that_two_files_tell_are_named_with_both() {
        let files =
            [covered("2026-01-01", "2026-01-31", 1), covered("2026-01-20", "2026-02-10", 2)];
        let spans = layers(&files);
        let states: Vec<_> = spans.iter().map(|span| (span.state, span.imports.clone())).collect();
        assert_eq!(
            states,
            [
                (CoverState::Once, vec![1]),
                (CoverState::Overlapping, vec![1, 2]),
                (CoverState::Once, vec![2]),
            ]
        );
        assert_eq!((spans[1].from, spans[1].to), (day("2026-01-20"), day("2026-01-31")));
    }

    #[test]
    fn weekly_stock_pictures_leave_no_gap_between_them_but_a_lost_week_does() {
        let files: Vec<_> = ["2026-01-05", "2026-01-12", "2026-01-19", "2026-02-02"]
            .into_iter()
            .zip(1..)
            .map(|(day, import)| covered(day, day, import))
            .collect();
        let rhythm = cadence(&files, true);
        assert_eq!(rhythm, Some(7));
        let gaps = gaps(&files.iter().collect::<Vec<_>>(), day("2026-01-05"), day("2026-02-02"), 7);
        assert_eq!(gaps, [DaySpan { from: day("2026-01-20"), to: day("2026-02-01") }]);
    }
}
