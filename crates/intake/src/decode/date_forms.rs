//! The forms of dates that appear in reports of all channels, recognised without being told.

use super::{
    date_words::{half_of_day, japanese_half, month_named, word_length, zone},
    dates::{Fields, Moment, Wrong, century, micros, serial_in_text},
};

/// A piece of a date, and where the text goes on behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token<'a> {
    Number { value: u32, width: usize },
    Word(&'a str),
    Mark(char),
}

/// A reader of the usual forms, token by token.
struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<(Token<'a>, &'a str)> {
        let text = self.rest.trim_start();
        let first = text.chars().next()?;
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let value = text.get(..digits.min(9))?.parse().ok()?;
            return Some((Token::Number { value, width: digits }, &text[digits..]));
        }
        let letters = word_length(text);
        if letters > 0 {
            return Some((Token::Word(&text[..letters]), &text[letters..]));
        }
        Some((Token::Mark(first), &text[first.len_utf8()..]))
    }

    fn number(&mut self) -> Option<(u32, usize)> {
        let (Token::Number { value, width }, rest) = self.peek()? else { return None };
        self.rest = rest;
        Some((value, width))
    }

    fn month(&mut self) -> Option<u32> {
        let (Token::Word(word), rest) = self.peek()? else { return None };
        let month = month_named(word)?;
        self.rest = rest.strip_prefix('.').unwrap_or(rest);
        Some(month)
    }

    /// Passes over marks and words that only stand between the parts of a date.
    fn pass(&mut self, marks: &str, words: &[&str]) -> Option<char> {
        let mut first = None;
        while let Some((token, rest)) = self.peek() {
            match token {
                Token::Mark(mark) if marks.contains(mark) => first = first.or(Some(mark)),
                Token::Word(word) if words.iter().any(|known| word.eq_ignore_ascii_case(known)) => {
                }
                _ => break,
            }
            self.rest = rest;
        }
        first
    }
}

/// The forms of dates that appear in reports of all channels.
pub(super) fn usual(text: &str, day_first: Option<bool>) -> Option<Result<Moment, Wrong>> {
    let text: String = text.chars().map(plain_form).collect();
    if let Some(serial) = serial_in_text(&text) {
        return Some(Ok(serial));
    }
    let mut scanner = Scanner { rest: &text };
    skip_weekday(&mut scanner);
    let mut fields = Fields::default();
    if let Err(wrong) = date_part(&mut scanner, &mut fields, day_first)? {
        return Some(Err(wrong));
    }
    scanner.pass(",", &["T", "at", "um", "à", "a", "alle", "om", "las", "kl", "日"]);
    if let Some((Token::Word(word), rest)) = scanner.peek()
        && let Some(half) = japanese_half(word)
    {
        fields.half = Some(half);
        scanner.rest = rest;
    }
    time_part(&mut scanner, &mut fields)?;
    let tail = scanner.rest.trim();
    match half_of_day(tail) {
        Some((half, rest)) if fields.has_time => {
            fields.half = Some(half);
            scanner.rest = rest;
        }
        _ => {}
    }
    let tail = scanner.rest.trim();
    match zone(tail) {
        Some(zone) => fields.zone = zone,
        // Letters behind a time are meant as a zone; anything else is no date at all.
        None if fields.has_time && tail.chars().all(is_zone_letter) => {
            return Some(Err(Wrong::UnknownZone));
        }
        None => return None,
    }
    Some(fields.moment())
}

fn is_zone_letter(char: char) -> bool {
    char.is_ascii_alphabetic() || "/_ ()".contains(char)
}

fn plain_form(char: char) -> char {
    match char {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(char) - 0xFEE0).unwrap_or(char),
        '\u{A0}' | '\u{202F}' | '\u{3000}' | '\u{2009}' => ' ',
        '\u{2212}' => '-',
        other => other,
    }
}

fn skip_weekday(scanner: &mut Scanner<'_>) {
    const DAYS: [&str; 14] = [
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    if let Some((Token::Word(word), rest)) = scanner.peek()
        && DAYS.iter().any(|day| word.eq_ignore_ascii_case(day))
    {
        scanner.rest = rest.trim_start_matches([',', '.', ' ']);
    }
}

fn date_part(
    scanner: &mut Scanner<'_>,
    fields: &mut Fields,
    day_first: Option<bool>,
) -> Option<Result<(), Wrong>> {
    if let Some(month) = scanner.month() {
        // Jun 2, 2026 · Jul-21-25
        fields.month = month;
        scanner.pass("-/", &[]);
        fields.day = scanner.number()?.0;
        scanner.pass(",-/", &["th", "st", "nd", "rd"]);
        fields.year = year(scanner.number()?)?;
        return Some(Ok(()));
    }
    let (first, width) = scanner.number()?;
    match width {
        8 => {
            (fields.year, fields.month, fields.day) =
                (first / 10_000, first / 100 % 100, first % 100)
        }
        4 => {
            // 2026/03/01 · 2026年3月1日 · 2026-Mar-01
            fields.year = first;
            scanner.pass("-/.", &["年"]);
            fields.month = scanner.month().or_else(|| scanner.number().map(|(month, _)| month))?;
            scanner.pass("-/.", &["月"]);
            fields.day = scanner.number()?.0;
        }
        1 | 2 => return day_or_month(scanner, fields, first, day_first),
        _ => return None,
    }
    Some(Ok(()))
}

/// A date that begins with a small number.
fn day_or_month(
    scanner: &mut Scanner<'_>,
    fields: &mut Fields,
    first: u32,
    day_first: Option<bool>,
) -> Option<Result<(), Wrong>> {
    let mark = scanner.pass(".-/", &["de", "th", "st", "nd", "rd", "er"]);
    if let Some(month) = scanner.month() {
        // 1 Mar 2026 · 1. März 2026 · 1 de marzo de 2026
        (fields.day, fields.month) = (first, month);
        scanner.pass(".-/,", &["de"]);
        fields.year = year(scanner.number()?)?;
        return Some(Ok(()));
    }
    let mark = mark?;
    let (second, _) = scanner.number()?;
    (scanner.pass(".-/", &[])? == mark).then_some(())?;
    fields.year = year(scanner.number()?)?;
    let is_day_first = match (mark, day_first) {
        ('.', _) => true,
        _ if first > 12 => true,
        _ if second > 12 => false,
        (_, Some(day_first)) => day_first,
        _ if first == second => true,
        _ => return Some(Err(Wrong::Ambiguous)),
    };
    (fields.day, fields.month) = if is_day_first { (first, second) } else { (second, first) };
    Some(Ok(()))
}

fn year((value, width): (u32, usize)) -> Option<u32> {
    match width {
        4 => Some(value),
        2 => Some(century(value)),
        _ => None,
    }
}

/// `7:11`, `07:11:52`, `07:11:52.123`, `071152`; nothing at all is fine too.
fn time_part(scanner: &mut Scanner<'_>, fields: &mut Fields) -> Option<()> {
    let Some((Token::Number { value, width }, rest)) = scanner.peek() else { return Some(()) };
    if width == 6 {
        (fields.hour, fields.minute, fields.second) =
            (value / 10_000, value / 100 % 100, value % 100);
        (scanner.rest, fields.has_time) = (rest, true);
        return Some(());
    }
    scanner.rest = rest.strip_prefix(':')?;
    (fields.hour, fields.has_time) = (value, true);
    fields.minute = scanner.number()?.0;
    if let Some(rest) = scanner.rest.strip_prefix(':') {
        scanner.rest = rest;
        fields.second = scanner.number()?.0;
        if let Some(rest) = scanner.rest.strip_prefix(['.', ',']) {
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            fields.micros = micros(&rest[..length]);
            scanner.rest = &rest[length..];
        }
    }
    Some(())
}
