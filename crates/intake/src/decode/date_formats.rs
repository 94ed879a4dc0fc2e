//! Dates in a form that a report definition gives.

use super::{
    date_words::{half_of_day, month_named, word_length, zone},
    dates::{Fields, Moment, Wrong, Zone, century, micros},
};

/// A format in the letters of `strftime`: `%Y %y %m %d %e %b %B %H %I %M %S %f %p %Z %z %%`; or `%s`
/// and `%ms` alone, the seconds or milliseconds since 1970.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DateFormat {
    pub(super) spec: String,
    items: Vec<Item>,
    /// How many of its units make a second, for a count since 1970.
    per_second: Option<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Item {
    Year4,
    Year2,
    Month,
    MonthName,
    Day,
    Hour,
    Minute,
    Second,
    Fraction,
    Half,
    Zone,
    Blank,
    Literal(char),
}

impl DateFormat {
    /// # Errors
    /// The letter that is not known.
    pub fn new(spec: &str) -> Result<Self, String> {
        let per_second = match spec {
            "%s" => Some(1),
            "%ms" => Some(1_000),
            _ => None,
        };
        if per_second.is_some() {
            return Ok(Self { spec: spec.to_owned(), items: Vec::new(), per_second });
        }
        let mut items = Vec::new();
        let mut chars = spec.chars();
        while let Some(char) = chars.next() {
            let item = match char {
                '%' => match chars.next() {
                    Some('Y') => Item::Year4,
                    Some('y') => Item::Year2,
                    Some('m') => Item::Month,
                    Some('b' | 'B' | 'h') => Item::MonthName,
                    Some('d' | 'e') => Item::Day,
                    Some('H' | 'I' | 'k' | 'l') => Item::Hour,
                    Some('M') => Item::Minute,
                    Some('S') => Item::Second,
                    Some('f') => Item::Fraction,
                    Some('p' | 'P') => Item::Half,
                    Some('Z' | 'z') => Item::Zone,
                    Some('T') => {
                        let colon = Item::Literal(':');
                        items.extend([Item::Hour, colon, Item::Minute, colon]);
                        Item::Second
                    }
                    Some('%') => Item::Literal('%'),
                    other => return Err(format!("%{}", other.map_or(String::new(), String::from))),
                },
                blank if blank.is_whitespace() => Item::Blank,
                other => Item::Literal(other),
            };
            items.push(item);
        }
        Ok(Self { spec: spec.to_owned(), items, per_second })
    }

    pub(super) fn read(&self, text: &str) -> Option<Result<Moment, Wrong>> {
        if self.per_second.is_some() {
            return self.since_1970(text).map(Ok);
        }
        let mut fields = Fields::default();
        let mut rest = text;
        for item in &self.items {
            rest = fields.take(*item, rest)?;
        }
        rest.trim().is_empty().then(|| fields.moment())
    }

    /// The moment so many units after the beginning of 1970; `None` for any other kind of format.
    pub(super) fn since_1970(&self, text: &str) -> Option<Moment> {
        let units: i64 = text.trim().parse().ok()?;
        let micros = units.checked_mul(1_000_000 / self.per_second?)?;
        let local = chrono::DateTime::from_timestamp_micros(micros)?.naive_utc();
        let known = (1990..2100).contains(&chrono::Datelike::year(&local));
        known.then_some(Moment { local, zone: Some(Zone::Offset(0)), has_time: true })
    }
}

impl Fields {
    /// Reads one item at the beginning of the text; answers the rest.
    fn take<'a>(&mut self, item: Item, text: &'a str) -> Option<&'a str> {
        let number = |width: usize| {
            let length = text.bytes().take(width).take_while(u8::is_ascii_digit).count();
            Some((text[..length].parse::<u32>().ok()?, &text[length..]))
        };
        let rest;
        match item {
            Item::Year4 => {
                (self.year, rest) = number(4)?;
                (text.len() - rest.len() == 4).then_some(())?;
            }
            Item::Year2 => {
                (self.year, rest) = number(2)?;
                self.year = century(self.year);
            }
            Item::Month => (self.month, rest) = number(2)?,
            Item::Day => (self.day, rest) = number(2)?,
            Item::Hour => {
                (self.hour, rest) = number(2)?;
                self.has_time = true;
            }
            Item::Minute => (self.minute, rest) = number(2)?,
            Item::Second => (self.second, rest) = number(2)?,
            Item::Fraction => {
                let length = text.bytes().take(9).take_while(u8::is_ascii_digit).count();
                self.micros = micros(text.get(..length).filter(|digits| !digits.is_empty())?);
                rest = &text[length..];
            }
            Item::MonthName => {
                let length = word_length(text);
                self.month = month_named(&text[..length])?;
                rest = text[length..].strip_prefix('.').unwrap_or(&text[length..]);
            }
            Item::Half => {
                let (half, after) = half_of_day(text)?;
                self.half = Some(half);
                rest = after;
            }
            Item::Zone => {
                let end = text.find(char::is_whitespace).unwrap_or(text.len());
                self.zone = zone(&text[..end])?;
                rest = &text[end..];
            }
            Item::Blank => rest = text.trim_start(),
            Item::Literal(char) => rest = text.strip_prefix(char)?,
        }
        Some(rest)
    }
}
