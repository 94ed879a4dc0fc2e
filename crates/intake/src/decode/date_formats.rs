//! Dates in a form that a report definition gives.

use super::{
    date_words::{half_of_day, month_named, word_length, zone},
    dates::{Fields, Moment, Wrong, century, micros},
};

/// A format in the letters of `strftime`: `%Y %y %m %d %e %b %B %H %I %M %S %f %p %Z %z %%`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DateFormat {
    pub(super) spec: String,
    items: Vec<Item>,
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
        Ok(Self { spec: spec.to_owned(), items })
    }

    pub(super) fn read(&self, text: &str) -> Option<Result<Moment, Wrong>> {
        let mut fields = Fields::default();
        let mut rest = text;
        for item in &self.items {
            rest = fields.take(*item, rest)?;
        }
        rest.trim().is_empty().then(|| fields.moment())
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
