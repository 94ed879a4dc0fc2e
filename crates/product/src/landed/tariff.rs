//! A tariff: duty rates by HS code.
//!
//! A line without a rate of its own has that of the line it stands under. Nothing is dropped: a rate
//! that could not be read is in [`Tariff::unread`], and asking for it is refused with its words.

use std::collections::BTreeMap;

use argosy_kernel::Currency;
use serde::{Deserialize, Serialize};

use super::rate::{Rate, RateText};
use crate::says::Refusal;

/// One tariff.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tariff {
    /// ISO 3166-1 alpha-2.
    pub market: String,
    /// Edition and where it is from.
    pub source: String,
    /// What duties by quantity are written in.
    pub currency: Currency,
    pub(super) lines: Vec<Line>,
    /// Digits of a code → place in `lines`.
    pub(super) places: BTreeMap<String, usize>,
    pub(super) unread: Vec<Unread>,
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// As written, `9405.21.60.10`; empty of a line that only groups others.
    pub code: String,
    pub indent: usize,
    pub description: String,
    pub units: String,
    pub general: Option<RateText>,
    /// Rates of preference programmes.
    pub special: Vec<Special>,
    /// For the few countries without normal trade relations.
    pub column_2: Option<RateText>,
    /// The line above it that it stands under.
    pub parent: Option<usize>,
    /// Line of the file, from 1.
    pub row: u64,
}

/// A preferential rate and the programmes it is for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Special {
    pub rate: RateText,
    /// As the tariff writes them: `A`, `KR`, `S+` …
    pub programmes: Vec<String>,
}

/// A rate that was not understood.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unread {
    pub row: u64,
    pub code: String,
    pub column: String,
    pub text: String,
}

/// Which column of the tariff is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column<'a> {
    General,
    /// Goods that qualify for this programme; the general rate where it has none.
    Programme(&'a str),
    Column2,
}

/// The answer of a tariff.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Found {
    /// The line of the code asked for, or the one above it where the tariff has no finer one.
    pub code: String,
    /// From the heading down.
    pub description: String,
    pub rate: Rate,
    /// The line that carries the rate.
    pub rate_of: String,
    pub row: u64,
    /// Whether the programme asked for gave the rate.
    pub preferential: bool,
}

impl Line {
    /// Code and the beginning of what it is.
    pub fn brief(&self) -> String {
        let words: String = self.description.chars().take(48).collect();
        let cut = if self.description.chars().count() > 48 { "…" } else { "" };
        format!("{} ({words}{cut})", self.code)
    }
}

impl Tariff {
    /// How many lines it has.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Rates that could not be read.
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// All lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The rate of an HS code, written with or without dots, 6 to 10 digits.
    ///
    /// # Errors
    /// `hs_unknown` (with the nearest that exists), `hs_too_short` (with the lines to choose from),
    /// `rate_refers`, `rate_unread`, `rate_none`.
    pub fn find(&self, code: &str, column: Column<'_>) -> Result<Found, Refusal> {
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        if digits.len() < 6 {
            return Err(Refusal::new(
                "hs_too_short",
                format!("HS code `{code}` is too short; write at least six digits"),
                format!("HS 编码“{code}”太短，至少填写六位"),
            ));
        }
        let place = self.place(&digits).ok_or_else(|| self.unknown(code))?;
        match self.rate_at(place, column) {
            Ok(found) => Ok(found),
            Err(refusal) if refusal.code == "rate_none" => {
                // A heading above is there, but neither a rate nor this code below it.
                let is_line = self.places.range(digits.clone()..).next();
                let is_line = is_line.is_some_and(|(line, _)| line.starts_with(&digits));
                let none = if is_line { refusal } else { self.unknown(code) };
                self.below(&digits, column, none)
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// The line of these digits, or the finest above it that has at least six.
    fn place(&self, digits: &str) -> Option<usize> {
        let lengths = (6..=digits.len()).rev();
        lengths.filter_map(|length| digits.get(..length)).find_map(|one| {
            let place = self.places.get(one).copied();
            // 9405.99 must not answer for a heading that merely begins like it.
            place.or_else(|| self.padded(one, digits))
        })
    }

    /// `9405.40` is often written `9405.40.00`.
    fn padded(&self, one: &str, digits: &str) -> Option<usize> {
        let is_last = one.len() == digits.len() && one.len().is_multiple_of(2);
        is_last.then(|| {
            let below = self.places.range(one.to_owned()..);
            below.take_while(|(code, _)| code.starts_with(one)).map(|(_, place)| *place).next()
        })?
    }

    /// Up to three lines that begin most like a code.
    pub fn nearest(&self, code: &str) -> Vec<&Line> {
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        let shorter = (2..digits.len().max(2)).rev().filter_map(|length| digits.get(..length));
        for one in shorter {
            let below = self.places.range(one.to_owned()..);
            let below = below.take_while(|(found, _)| found.starts_with(one));
            // A heading is no code to write down.
            let below = below.filter(|(found, _)| found.len() >= 6);
            let near: Vec<&Line> = below.map(|(_, place)| &self.lines[*place]).take(3).collect();
            if !near.is_empty() {
                return near;
            }
        }
        Vec::new()
    }

    /// Whether a code, or its first six digits, which are the same all over the world, stand in it.
    pub fn has(&self, code: &str) -> bool {
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        let six = digits.get(..6).unwrap_or(&digits);
        self.places.range(six.to_owned()..).next().is_some_and(|(found, _)| found.starts_with(six))
    }

    fn unknown(&self, code: &str) -> Refusal {
        let near = self.nearest(code);
        let listed = near.iter().map(|line| line.brief()).collect::<Vec<_>>().join(", ");
        let (en, zh) = if near.is_empty() {
            Default::default()
        } else {
            (format!("; the nearest are {listed}"), format!("；最接近的是 {listed}"))
        };
        Refusal::new(
            "hs_unknown",
            format!("HS code `{code}` is not in the tariff of {}{en}", self.market),
            format!("{} 税则中没有 HS 编码“{code}”{zh}", self.market),
        )
    }

    /// A code that only groups others has a rate when all those below it agree.
    fn below(&self, digits: &str, column: Column<'_>, none: Refusal) -> Result<Found, Refusal> {
        let below = self.places.range(digits.to_owned()..);
        let places =
            below.take_while(|(code, _)| code.starts_with(digits)).map(|(_, place)| *place);
        let mut found: Vec<Found> = Vec::new();
        for place in places {
            match self.rate_at(place, column) {
                Ok(one) => found.push(one),
                Err(refusal) if refusal.code == "rate_none" => {}
                Err(refusal) => return Err(refusal),
            }
        }
        let Some(first) = found.first().cloned() else { return Err(none) };
        if found.iter().all(|one| one.rate == first.rate) {
            return Ok(first);
        }
        let mut codes: Vec<&str> = found.iter().map(|one| one.rate_of.as_str()).collect();
        codes.dedup();
        let listed = codes.iter().take(8).copied().collect::<Vec<_>>().join(", ");
        Err(Refusal::new(
            "hs_too_short",
            format!("`{digits}` has several rates; choose one of {listed}"),
            format!("“{digits}”对应多个税率，请选择：{listed}"),
        ))
    }

    fn rate_at(&self, place: usize, column: Column<'_>) -> Result<Found, Refusal> {
        let up = || std::iter::successors(Some(place), |at| self.lines[*at].parent);
        let line = &self.lines[place];
        // The line that carries rates is the first with a general one; the others belong to it.
        let Some(carrier) = up().map(|at| &self.lines[at]).find(|line| line.general.is_some())
        else {
            return Err(Refusal::new(
                "rate_none",
                format!("no rate stands at `{}` or above it", line.code),
                format!("“{}”及其上级没有税率", line.code),
            ));
        };
        let preferred = |programme: &str| {
            let has = |one: &&Special| one.programmes.iter().any(|name| name == programme);
            carrier.special.iter().find(has).map(|one| &one.rate)
        };
        let special = match column {
            Column::Programme(programme) => preferred(programme),
            _ => None,
        };
        let text = match column {
            Column::Column2 => carrier.column_2.as_ref(),
            _ => special.or(carrier.general.as_ref()),
        };
        let rate = match text {
            Some(RateText::Known(rate)) => rate.clone(),
            Some(RateText::Refers { text, .. }) => return Err(refers(&carrier.code, text)),
            Some(RateText::Unread(text)) => return Err(unread(&carrier.code, text)),
            None => return Err(unread(&carrier.code, "")),
        };
        let mut names: Vec<&str> = up().map(|at| self.lines[at].description.as_str()).collect();
        names.reverse();
        Ok(Found {
            code: line.code.clone(),
            description: names.join(" › "),
            rate,
            rate_of: carrier.code.clone(),
            row: carrier.row,
            preferential: special.is_some(),
        })
    }
}

fn refers(code: &str, text: &str) -> Refusal {
    Refusal::new(
        "rate_refers",
        format!("the rate of {code} is told elsewhere: “{text}”; enter it by hand"),
        format!("{code} 的税率另见其他条目：“{text}”，请手工填写"),
    )
}

fn unread(code: &str, text: &str) -> Refusal {
    Refusal::new(
        "rate_unread",
        format!("the rate of {code} could not be read: “{text}”; enter it by hand"),
        format!("{code} 的税率无法识别：“{text}”，请手工填写"),
    )
}
