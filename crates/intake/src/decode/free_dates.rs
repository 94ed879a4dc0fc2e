//! Days in free text: the period that a report tells in a sentence above its table or in one cell.

use argosy_kernel::Day;

use super::date_words::{month_named, word_length};

/// A piece of text that may be a part of a date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Piece<'a> {
    /// A number, and how many digits it is written with.
    Number(u32, usize),
    Month(u32),
    /// What stands between, trimmed: `-`, `.`, `年`, `de` …
    Other(&'a str),
}

/// The first and the last day that free text names: `27 January 2026 - 23 February 2026`,
/// `1. Januar 2026`, `2026年1月1日`, `20260101-20260131`. `None` when it names no day, or one that
/// can be read in two ways (`05/06/2026`).
pub(crate) fn days_in(text: &str) -> Option<(Day, Day)> {
    let pieces = pieces(text);
    let mut days: Vec<Day> = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        match date_at(&pieces[at..]) {
            Found::Date(day, length) => {
                days.push(day);
                at += length;
            }
            Found::TwoWays => return None,
            Found::Nothing => at += 1,
        }
    }
    Some((*days.iter().min()?, *days.iter().max()?))
}

enum Found {
    Date(Day, usize),
    TwoWays,
    Nothing,
}

fn date_at(pieces: &[Piece]) -> Found {
    use Piece::{Month, Number, Other};
    let found = |year: u32, month: u32, day: u32, length: usize| match Day::from_ymd_opt(
        i32::try_from(year).unwrap_or_default(),
        month,
        day,
    ) {
        Some(day) if (1990..=2100).contains(&year) => Found::Date(day, length),
        _ => Found::Nothing,
    };
    match *pieces {
        [Number(n, 8), ..] => found(n / 10_000, n / 100 % 100, n % 100, 1),
        [Number(y, 4), Other("年"), Number(m, 1..=2), Other("月"), Number(d, 1..=2), ..] => {
            found(y, m, d, 5)
        }
        [
            Number(y, 4),
            Other(a @ ("-" | "/" | ".")),
            Number(m, 1..=2),
            Other(b),
            Number(d, 1..=2),
            ..,
        ] if a == b => found(y, m, d, 5),
        [Number(d, 1..=2), Other("."), Number(m, 1..=2), Other("."), Number(y, 4), ..] => {
            found(y, m, d, 5)
        }
        [
            Number(a, 1..=2),
            Other("/" | "-"),
            Number(b, 1..=2),
            Other("/" | "-"),
            Number(y, 4),
            ..,
        ] => match (a > 12, b > 12) {
            (true, false) => found(y, b, a, 5),
            (false, true) => found(y, a, b, 5),
            (false, false) if a == b => found(y, a, b, 5),
            _ => Found::TwoWays,
        },
        // 27 January 2026, 1. Januar 2026, 3 de mayo de 2026
        [Number(d, 1..=2), Month(m), Number(y, 4), ..] => found(y, m, d, 3),
        [Number(d, 1..=2), Other("." | "de"), Month(m), Number(y, 4), ..]
        | [Number(d, 1..=2), Month(m), Other("." | "de" | ","), Number(y, 4), ..] => {
            found(y, m, d, 4)
        }
        [Number(d, 1..=2), Other("." | "de"), Month(m), Other("." | "de"), Number(y, 4), ..] => {
            found(y, m, d, 5)
        }
        // January 27, 2026; Jan 27 2026; Jan. 27, 2026
        [Month(m), Number(d, 1..=2), Number(y, 4), ..] => found(y, m, d, 3),
        [Month(m), Number(d, 1..=2), Other(","), Number(y, 4), ..]
        | [Month(m), Other("."), Number(d, 1..=2), Number(y, 4), ..] => found(y, m, d, 4),
        [Month(m), Other("."), Number(d, 1..=2), Other(","), Number(y, 4), ..] => found(y, m, d, 5),
        _ => Found::Nothing,
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() {
            rest.bytes().take_while(u8::is_ascii_digit).count()
        } else if first.is_whitespace() {
            rest = &rest[first.len_utf8()..];
            continue;
        } else {
            // `年` and `月` are letters, but no words.
            word_length(rest).max(first.len_utf8())
        };
        let (piece, after) = rest.split_at(length);
        pieces.push(match (first.is_ascii_digit(), piece.parse()) {
            (true, Ok(number)) => Piece::Number(number, length),
            _ => month_named(piece).map_or(Piece::Other(piece), Piece::Month),
        });
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(String, String)> {
        days_in(text).map(|(from, to)| (from.to_string(), to.to_string()))
    }

    #[test]
    fn a_period_is_found_in_the_words_of_each_channel() {
        let both = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        for text in [
            "1 January 2026 - 31 January 2026",
            "Search terms report\nJanuary 1, 2026 - January 31, 2026",
            "Jan 01, 2026 - Jan 31, 2026",
            "1. Januar 2026 - 31. Januar 2026",
            "1 de enero de 2026 - 31 de enero de 2026",
            "2026年1月1日 - 2026年1月31日",
            "# Start date: 20260101\n# End date: 20260131",
            "20260101-20260131",
            "2026-01-01 – 2026-01-31",
            "2026/01/01~2026/01/31",
            "01.01.2026 - 31.01.2026",
            "01/01/2026 - 31/01/2026",
        ] {
            assert_eq!(told(text), both("2026-01-01", "2026-01-31"), "{text}");
        }
    }

    #[test]
    fn a_day_that_can_be_read_in_two_ways_is_no_day() {
        assert_eq!(told("05/06/2026 - 30/06/2026"), None);
        assert_eq!(told("All amounts in USD"), None);
        assert_eq!(told("Order 20269999"), None);
        assert_eq!(told("Account 123-456-7890"), None);
    }
}
