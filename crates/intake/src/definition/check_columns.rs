//! Columns and locales of a definition, checked.

use std::{collections::BTreeMap, ops::Range};

use chrono_tz::Tz;
use toml::Spanned;

use super::{
    check::Check,
    file::{ColumnFile, LocaleFile},
    model::{Column, ColumnType, Fill, Locale, given_fields},
};
use crate::{
    decode::cells::DateFormat,
    words::{fold, header},
};

/// Languages whose month names dates may use.
const MONTH_LANGUAGES: [&str; 12] =
    ["en", "de", "fr", "es", "it", "nl", "pt", "sv", "pl", "tr", "ja", "zh"];
/// Names the lines above the header among the headers of a column.
const PREAMBLE: &str = "$preamble";

impl Check<'_> {
    pub(super) fn columns(
        &mut self,
        entries: &BTreeMap<Spanned<String>, ColumnFile>,
        json: bool,
    ) -> Vec<Column> {
        let names: Vec<&str> = entries.keys().map(|name| name.get_ref().as_str()).collect();
        let given = given_fields();
        let mut columns = Vec::new();
        for (name, entry) in entries {
            if given.iter().any(|field| field.name() == name.get_ref()) {
                let message = format!("`{}` is a name of Argosy's own", name.get_ref());
                self.complain(name.span(), &message, "choose another name");
            }
            let kind = ColumnType::from_name(entry.kind.get_ref()).unwrap_or_else(|| {
                self.unknown("column type", &entry.kind, ColumnType::names().collect::<Vec<_>>());
                ColumnType::Text
            });
            self.formats(&entry.formats, name.span());
            let fill = entry.fill.as_ref().and_then(|fill| self.fill(fill, &names));
            let folded = |text: &String| if json { text.clone() } else { header(text).name };
            let named = entry.header.iter().filter(|header| *header != PREAMBLE);
            columns.push(Column {
                name: name.get_ref().clone(),
                headers: named.map(folded).collect(),
                shown: entry.header.first().unwrap_or(name.get_ref()).clone(),
                kind,
                required: entry.required,
                formats: entry.formats.clone(),
                nulls: entry.null.clone(),
                fill,
                currency_from_header: entry.currency_from_header,
                preamble: entry.header.iter().any(|header| header == PREAMBLE),
                zone: entry.zone.as_ref().and_then(|zone| self.zone(zone)),
                needed: false,
            });
        }
        columns
    }

    fn zone(&mut self, zone: &Spanned<String>) -> Option<Tz> {
        let known = zone.get_ref().parse().ok();
        if known.is_none() {
            let message = format!("unknown time zone `{}`", zone.get_ref());
            self.complain(zone.span(), &message, "write `UTC` or a name such as `Asia/Tokyo`");
        }
        known
    }

    fn formats(&mut self, formats: &[String], place: Range<usize>) {
        for format in formats {
            if let Err(letter) = DateFormat::new(format) {
                let message = format!("unknown letter `{letter}` in the date format `{format}`");
                let hint = "use %Y %m %d %b %H %I %M %S %p %Z, or %s or %ms alone";
                self.complain(place.clone(), &message, hint);
            }
        }
    }

    fn fill(&mut self, fill: &Spanned<String>, names: &[&str]) -> Option<Fill> {
        if fill.get_ref() == "down" {
            return Some(Fill::Down);
        }
        type Within = fn(usize) -> Fill;
        let down: (&str, Within) = ("down_in:", Fill::DownIn);
        for (way, filled) in [down, ("first_in:", Fill::FirstIn)] {
            let Some(within) = fill.get_ref().strip_prefix(way) else { continue };
            let found = names.iter().position(|name| *name == within);
            if found.is_none() {
                let word = Spanned::new(fill.span(), within.to_owned());
                self.unknown("column", &word, names.iter().copied());
            }
            return found.map(filled);
        }
        self.unknown("way to fill", fill, ["down", "down_in:<column>", "first_in:<column>"]);
        None
    }

    pub(super) fn locale(&mut self, file: &LocaleFile, columns: &[Column]) -> Locale {
        let id = file.id.get_ref();
        let (language, country) = id.split_once('-').unwrap_or((id, "XX"));
        let letters = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
        if !letters(language) || !letters(country) {
            let message = format!("`{id}` is not a locale");
            self.complain(file.id.span(), &message, "write language and country: `de-DE`");
        }
        let decimal = file.decimal.as_ref().and_then(|sign| match sign.get_ref().as_str() {
            "," => Some(','),
            "." => Some('.'),
            _ => {
                self.unknown("decimal sign", sign, [",", "."]);
                None
            }
        });
        if let Some(months) = &file.months
            && !MONTH_LANGUAGES.contains(&months.get_ref().as_str())
        {
            self.unknown("language of months", months, MONTH_LANGUAGES.iter().copied());
        }
        self.formats(&file.dates, file.id.span());
        for name in file.values.keys() {
            if !columns.iter().any(|column| column.name == *name.get_ref()) {
                let known: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                self.unknown("column", name, known);
            }
        }
        let fold_keys = |words: &BTreeMap<String, String>| {
            words.iter().map(|(word, meaning)| (fold(word), meaning.clone())).collect()
        };
        Locale {
            id: id.clone(),
            when_header: file.when_header.iter().map(|name| header(name).name).collect(),
            decimal,
            dates: file.dates.clone(),
            months: file.months.as_ref().map(|months| months.get_ref().clone()),
            values: file
                .values
                .iter()
                .map(|(name, words)| (name.get_ref().clone(), fold_keys(words)))
                .collect(),
        }
    }
}
