//! One record out of a buffer of delimited text, with or without quoting.
//!
//! A quote opens a cell only at the cell's beginning and closes it only before a delimiter or the
//! end of the line (blanks between are forgiven). A lone quote inside stays a letter as long as
//! the cell is on one line (`"Monitor 27" black"`); once the cell runs over several lines it means
//! that a quote was never closed, and the reader must not swallow the rows that follow.

use memchr::{memchr, memchr_iter, memchr2};

use super::record::Span;

/// How cells and lines end in this text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub delimiter: u8,
    /// Line feed, or carriage return for text that has no line feeds.
    pub line_end: u8,
}

/// What [`quoted`] found at the beginning of the buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// A record of `length` bytes; the next begins at `next`, `lines` lines further down.
    Record { length: usize, next: usize, lines: u64, doubled_quotes: bool },
    /// The record goes on beyond the buffer.
    NeedMore,
    /// The quote that opened in line `opened` of the record (from 0) never closes; the line after
    /// it begins at `resume`.
    Unclosed { opened: u64, resume: usize },
    /// No end of the line within the cap.
    TooLong,
}

/// Caps of one record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caps {
    pub bytes: usize,
    pub lines: u64,
}

/// Splits a line without quoting; the fast way for large flat files.
#[inline]
pub(super) fn plain(line: &[u8], delimiter: u8, spans: &mut Vec<Span>) {
    spans.clear();
    let mut start = 0u32;
    for end in memchr_iter(delimiter, line) {
        // Lines are capped far below 4 GiB.
        let end = end as u32;
        spans.push((start, end));
        start = end + 1;
    }
    spans.push((start, line.len() as u32));
}

/// Finds and splits the record at the beginning of `bytes`. `ended`: no more bytes will come.
pub(super) fn quoted(
    bytes: &[u8],
    shape: Shape,
    ended: bool,
    caps: Caps,
    spans: &mut Vec<Span>,
) -> Outcome {
    spans.clear();
    let (mut at, mut lines, mut doubled_quotes) = (0, 0, false);
    loop {
        if bytes.get(at) == Some(&b'"') {
            match closing(bytes, at, shape, ended, Caps { lines: caps.lines - lines, ..caps }) {
                Closing::At { quote, after, lines: inside, doubled } => {
                    spans.push(span(at + 1, quote));
                    (at, lines) = (after, lines + inside);
                    doubled_quotes |= doubled;
                }
                Closing::NeedMore => return Outcome::NeedMore,
                Closing::Never => {
                    return match memchr(shape.line_end, &bytes[at..]) {
                        Some(end) => Outcome::Unclosed { opened: lines, resume: at + end + 1 },
                        None if ended => Outcome::Unclosed { opened: lines, resume: bytes.len() },
                        None => Outcome::TooLong,
                    };
                }
            }
        } else {
            let Some(end) = cell_end(bytes, at, shape, ended) else {
                return if bytes.len() > caps.bytes { Outcome::TooLong } else { Outcome::NeedMore };
            };
            let until = without_return(bytes, at, end, shape);
            spans.push(span(at, until));
            at = end;
        }
        if bytes.get(at) == Some(&shape.delimiter) {
            at += 1;
            if at == bytes.len() && ended {
                spans.push(span(at, at));
                return Outcome::Record { length: at, next: at, lines: lines + 1, doubled_quotes };
            }
            continue;
        }
        let next = memchr(shape.line_end, &bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
        return Outcome::Record { length: at, next, lines: lines + 1, doubled_quotes };
    }
}

fn span(start: usize, end: usize) -> Span {
    (start as u32, end as u32)
}

fn cell_end(bytes: &[u8], at: usize, shape: Shape, ended: bool) -> Option<usize> {
    match memchr2(shape.delimiter, shape.line_end, bytes.get(at..)?) {
        Some(end) => Some(at + end),
        None => ended.then_some(bytes.len()),
    }
}

/// The end of a cell without the carriage return of a CRLF line end.
fn without_return(bytes: &[u8], start: usize, end: usize, shape: Shape) -> usize {
    let last_in_line = bytes.get(end).is_none_or(|byte| *byte == shape.line_end);
    if last_in_line && end > start && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

enum Closing {
    /// The closing quote, the delimiter or line end after it, and the line breaks inside.
    At {
        quote: usize,
        after: usize,
        lines: u64,
        doubled: bool,
    },
    NeedMore,
    Never,
}

fn closing(bytes: &[u8], open: usize, shape: Shape, ended: bool, caps: Caps) -> Closing {
    let (mut at, mut lines, mut doubled) = (open + 1, 0, false);
    loop {
        let Some(found) = memchr2(b'"', shape.line_end, &bytes[at.min(bytes.len())..]) else {
            let never = ended || bytes.len() > caps.bytes;
            return if never { Closing::Never } else { Closing::NeedMore };
        };
        let found = at + found;
        if found > caps.bytes || lines >= caps.lines {
            return Closing::Never;
        }
        if bytes[found] == shape.line_end {
            lines += 1;
            at = found + 1;
            continue;
        }
        if bytes.get(found + 1) == Some(&b'"') {
            doubled = true;
            at = found + 2;
            continue;
        }
        let blanks = bytes[found + 1..].iter().take_while(|byte| **byte == b' ').count();
        let after = found + 1 + blanks;
        match bytes.get(after..) {
            None | Some([]) if !ended => return Closing::NeedMore,
            Some([b'\r']) if !ended => return Closing::NeedMore,
            None | Some([] | [b'\r']) => {
                return Closing::At { quote: found, after, lines, doubled };
            }
            Some([byte, ..]) if *byte == shape.delimiter || *byte == shape.line_end => {
                return Closing::At { quote: found, after, lines, doubled };
            }
            Some([b'\r', byte, ..]) if *byte == shape.line_end => {
                return Closing::At { quote: found, after, lines, doubled };
            }
            Some(_) if lines == 0 => at = found + 1,
            Some(_) => return Closing::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    const CAPS: Caps = Caps { bytes: 1 << 20, lines: 1000 };
    const COMMA: Shape = Shape { delimiter: b',', line_end: b'\n' };

    fn cells(text: &str) -> (Vec<String>, Outcome) {
        let mut spans = Vec::new();
        let outcome = quoted(text.as_bytes(), COMMA, true, CAPS, &mut spans);
        let cell = |(start, end): &Span| text[*start as usize..*end as usize].to_owned();
        (spans.iter().map(cell).collect(), outcome)
    }

    #[test]
    fn quotes_hide_delimiters_and_line_breaks() {
        let (seen, outcome) = cells("a,\"b,\nc\",\r\nnext");
        assert_eq!(seen, ["a", "b,\nc", ""]);
        let expected = Outcome::Record { length: 10, next: 11, lines: 2, doubled_quotes: false };
        assert_eq!(outcome, expected);
    }

    #[test]
    fn a_lone_quote_is_a_letter_on_one_line() {
        assert_eq!(cells("\"Monitor 27\" black\",5\n").0, ["Monitor 27\" black", "5"]);
        assert_eq!(cells("5\" pipe,\"x\" ,y").0, ["5\" pipe", "x", "y"]);
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only() {
        assert_eq!(cells("1,\"open\n2,\"x\"\n").1, Outcome::Unclosed { opened: 0, resume: 8 });
        assert_eq!(cells("\"a\nb\",\"open\n2,3").1, Outcome::Unclosed { opened: 1, resume: 12 });
        assert_eq!(cells("1,\"open").1, Outcome::Unclosed { opened: 0, resume: 7 });
    }

    proptest! {
        #[test]
        fn what_a_csv_writer_writes_is_read_back(
            rows in vec(vec("[a-z\"\n\r,; \u{e4}]{0,6}", 2..5), 1..6),
        ) {
            let mut writer = csv::WriterBuilder::new()
                .flexible(true)
                .quote_style(csv::QuoteStyle::Always)
                .from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let (mut at, mut seen, mut spans) = (0, Vec::new(), Vec::new());
            while at < text.len() {
                let rest = &text[at..];
                let outcome = quoted(rest.as_bytes(), COMMA, true, CAPS, &mut spans);
                let Outcome::Record { next, .. } = outcome else { panic!("{outcome:?} in {rest:?}") };
                let cell = |(start, end): &Span| {
                    rest[*start as usize..*end as usize].replace("\"\"", "\"")
                };
                seen.push(spans.iter().map(cell).collect::<Vec<_>>());
                at += next;
            }
            prop_assert_eq!(seen, rows);
        }

        #[test]
        fn any_bytes_move_forward(bytes in vec(prop::sample::select(b"a,\"\n\r ".to_vec()), 1..80)) {
            let mut spans = Vec::new();
            let mut at = 0;
            while at < bytes.len() {
                let step = match quoted(&bytes[at..], COMMA, true, CAPS, &mut spans) {
                    Outcome::Record { next, .. } => next,
                    Outcome::Unclosed { resume, .. } => resume,
                    other => panic!("{other:?}"),
                };
                prop_assert!(step > 0);
                at += step;
            }
        }
    }
}
