//! Days told by several records at once: which record counts on which day.

use argosy_kernel::Day;

/// A record that holds from a day to a day, both included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Span<T> {
    pub from: Day,
    pub to: Day,
    pub value: T,
}

/// Resolves overlaps: on each day the record with the highest rank counts, of equal ones the later
/// in the list. The result is in order of days and has no overlaps, so that no join doubles money.
pub(crate) fn resolve<T: Clone + PartialEq>(records: &[(Span<T>, (u8, Day))]) -> Vec<Span<T>> {
    let mut edges: Vec<Day> = records
        .iter()
        .flat_map(|(span, _)| [Some(span.from), span.to.succ_opt()])
        .flatten()
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let mut resolved: Vec<Span<T>> = Vec::new();
    for (at, from) in edges.iter().enumerate() {
        let to = edges.get(at + 1).and_then(Day::pred_opt).unwrap_or(Day::MAX);
        let winner = records
            .iter()
            .filter(|(span, _)| span.from <= *from && *from <= span.to)
            .max_by_key(|(_, rank)| *rank);
        let Some((winner, _)) = winner else { continue };
        let to = to.min(winner.to);
        match resolved.last_mut() {
            Some(last) if last.value == winner.value && last.to.succ_opt() == Some(*from) => {
                last.to = to;
            }
            _ => resolved.push(Span { from: *from, to, value: winner.value.clone() }),
        }
    }
    resolved
}

/// The days both spans hold.
pub(crate) fn overlap<A, B>(left: &Span<A>, right: &Span<B>) -> Option<(Day, Day)> {
    let (from, to) = (left.from.max(right.from), left.to.min(right.to));
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn span(from: &str, to: &str, value: &'static str) -> Span<&'static str> {
        Span { from: day(from), to: day(to), value }
    }

    #[test]
    fn the_later_record_wins_where_two_overlap_and_the_earlier_resumes_after() {
        let records = [
            (span("2026-01-01", "2026-12-31", "old"), (0, day("2026-01-01"))),
            (span("2026-06-01", "2026-06-30", "june"), (0, day("2026-06-01"))),
        ];
        assert_eq!(
            resolve(&records),
            [
                span("2026-01-01", "2026-05-31", "old"),
                span("2026-06-01", "2026-06-30", "june"),
                span("2026-07-01", "2026-12-31", "old"),
            ]
        );
    }

    #[test]
    fn rank_goes_before_age() {
        let records = [
            (span("2026-01-01", "2026-12-31", "DE"), (1, day("2026-01-01"))),
            (span("2026-06-01", "2026-12-31", "general"), (0, day("2026-06-01"))),
        ];
        assert_eq!(resolve(&records), [span("2026-01-01", "2026-12-31", "DE")]);
    }
}
