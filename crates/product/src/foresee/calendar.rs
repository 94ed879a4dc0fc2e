//! Days that move demand, and days on which nobody works at the origin.
//!
//! float-ok: factors of demand and shares of weeks, no money.

use argosy_desk::Record;
use argosy_kernel::{Day, Diagnostic, Files, Text};
use chrono::{Datelike, Days, Weekday};
use serde::Deserialize;
use toml::Spanned;

use super::{fields::Fields, settings::missing};
use crate::forecast::{Series, events::Event, numbers::count};

/// Where they stand.
pub(crate) const FILE: &str = "supply/holidays.toml";
/// Years before and after the ones asked for in which a rule's days are looked for.
const MARGIN_YEARS: i32 = 1;
/// Weeks of evidence that a person's word is worth: a guess, from experience, fixed.
const GUESS: f64 = 1.5;
const KNOWN: f64 = 6.0;
const FIXED: f64 = 10_000.0;

/// All known days.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calendar {
    pub(crate) events: Vec<Known>,
    pub(crate) closings: Vec<Closing>,
}

/// Days that move demand, and whose.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// Events with the same id have the same effect.
    pub(crate) id: String,
    pub(crate) name: Text,
    pub(crate) stretches: Vec<(Day, Day)>,
    pub(crate) usual: f64,
    pub(crate) sure: f64,
    /// Whom it moves; empty lists mean everybody.
    pub(crate) channels: Vec<String>,
    pub(crate) markets: Vec<String>,
    pub(crate) skus: Vec<String>,
    pub(crate) category: Option<String>,
    rule: Option<Rule>,
}

/// Days without work at the origin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Closing {
    #[serde(rename = "id")]
    _id: String,
    pub(crate) name: Text,
    pub(crate) country: String,
    /// Days before and after at half speed.
    pub(crate) slow_before: u32,
    pub(crate) slow_after: u32,
    #[serde(rename = "source")]
    _source: String,
    pub(crate) on: Vec<(Day, Day)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "schema")]
    _schema: u32,
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "version")]
    _version: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(default)]
    event: Vec<Spanned<WrittenEvent>>,
    #[serde(default)]
    closing: Vec<Spanned<Closing>>,
    #[serde(default)]
    example: Vec<Spanned<Example>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEvent {
    id: String,
    name: Text,
    #[serde(default)]
    channels: Vec<String>,
    #[serde(default)]
    markets: Vec<String>,
    usual: f64,
    sure: f64,
    #[serde(rename = "source")]
    _source: String,
    #[serde(default)]
    on: Vec<(Day, Day)>,
    rule: Option<Rule>,
}

/// Days that come every year.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    month: u32,
    /// Either a day of the month or the nth weekday of it.
    day: Option<u32>,
    #[serde(default)]
    weekday: Option<Weekday>,
    nth: Option<u8>,
    /// Days later.
    #[serde(default)]
    offset: u64,
    days: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    says: String,
    event: String,
    year: i32,
    expect: (Day, Day),
}

impl Rule {
    fn of_year(self, year: i32) -> Option<(Day, Day)> {
        let base = match (self.day, self.weekday, self.nth) {
            (Some(day), None, None) => Day::from_ymd_opt(year, self.month, day)?,
            (None, Some(weekday), Some(nth)) => {
                Day::from_weekday_of_month_opt(year, self.month, weekday, nth)?
            }
            _ => return None,
        };
        let from = base + Days::new(self.offset);
        Some((from, from + Days::new(self.days.max(1) - 1)))
    }
}

impl Calendar {
    /// Reads the knowledge file and runs its examples.
    ///
    /// # Errors
    /// Everything wrong, each with its place.
    pub(crate) fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(FILE) else { return Err(vec![missing(FILE)]) };
        let written: Written = source.toml().map_err(|wrong| vec![*wrong])?;
        let mut wrong = Vec::new();
        let mut calendar = Self::default();
        for event in written.event {
            let span = event.span();
            let event = event.into_inner();
            if !(0.05..=30.0).contains(&event.usual) {
                wrong.push(source.complain(span.clone(), "`usual` lies between 0.05 and 30", ""));
            }
            if event.rule.is_some_and(|rule| rule.of_year(2026).is_none()) {
                let hint = "give `day`, or `weekday` and `nth`";
                wrong.push(source.complain(span.clone(), "the rule names no day", hint));
            }
            if event.on.iter().any(|(from, to)| from > to) {
                wrong.push(source.complain(span, "an event ends before it begins", ""));
            }
            calendar.events.push(Known {
                id: event.id,
                name: event.name,
                stretches: event.on,
                usual: event.usual,
                sure: event.sure,
                channels: event.channels,
                markets: event.markets,
                skus: Vec::new(),
                category: None,
                rule: event.rule,
            });
        }
        for closing in written.closing {
            let span = closing.span();
            let closing = closing.into_inner();
            if closing.on.iter().any(|(from, to)| from > to) {
                wrong.push(source.complain(span, "a closing ends before it begins", ""));
            }
            calendar.closings.push(closing);
        }
        for example in written.example {
            let (span, example) = (example.span(), example.into_inner());
            let found = calendar.events.iter().find(|event| event.id == example.event);
            let days = found.and_then(|event| event.rule).and_then(|r| r.of_year(example.year));
            if days != Some(example.expect) {
                let message = format!("{}: found {days:?}", example.says);
                wrong.push(source.complain(span, &message, ""));
            }
        }
        if wrong.is_empty() { Ok(calendar) } else { Err(wrong) }
    }

    /// Adds what the company has noted.
    pub(crate) fn with_records(mut self, records: &[Record]) -> Self {
        for record in records {
            let fields = Fields(&record.body);
            let Some((from, to)) = fields.day("from").zip(fields.day("until")) else { continue };
            let usual = fields.decimal("uplift").and_then(|times| f64::try_from(times).ok());
            let sure = match fields.text("sure") {
                Some("known") => KNOWN,
                Some("fixed") => FIXED,
                _ => GUESS,
            };
            let id = fields.text("series").map_or_else(
                || format!("event:{}", record.id),
                |series| format!("series:{series}"),
            );
            let name = fields.text("name").unwrap_or(&record.id);
            let skus: Vec<String> =
                fields.lines("skus").filter_map(|l| l.text("sku")).map(str::to_owned).collect();
            self.events.push(Known {
                id,
                name: Text { en: name.to_owned(), zh_cn: name.to_owned() },
                stretches: vec![(from, to)],
                usual: usual.unwrap_or(1.0),
                sure,
                channels: Vec::new(),
                markets: fields.text("market").map(str::to_owned).into_iter().collect(),
                skus,
                category: fields.text("category").map(str::to_owned),
                rule: None,
            });
        }
        self
    }

    /// The events of one product over the weeks of its series and those to come. Events that never
    /// fall on them are left out.
    pub(crate) fn of(&self, whom: Whom<'_>, series: &Series, horizon: usize) -> Vec<Event> {
        let all = series.buckets.len() + horizon;
        let mut found: Vec<Event> = Vec::new();
        for known in self.events.iter().filter(|known| known.moves(whom)) {
            let on = known.weeks(series, all);
            if on.iter().all(|share| *share <= 0.0) {
                continue;
            }
            if let Some(same) = found.iter_mut().find(|event| event.id == known.id) {
                for (have, more) in same.on.iter_mut().zip(on) {
                    *have = (*have + more).min(1.0);
                }
            } else {
                found.push(Event {
                    id: known.id.clone(),
                    on,
                    usual: known.usual,
                    sure: known.sure,
                });
            }
        }
        found
    }

    /// What people call an event of the forecast.
    pub(crate) fn name(&self, id: &str) -> Text {
        let known = self.events.iter().find(|known| known.id == id);
        known.map_or_else(
            || Text { en: id.to_owned(), zh_cn: id.to_owned() },
            |known| known.name.clone(),
        )
    }

    /// Closings of a country whose slow days touch a stretch: with their first and last slow day.
    pub(crate) fn closed<'a>(
        &'a self,
        country: &'a str,
        (from, to): (Day, Day),
    ) -> impl Iterator<Item = (&'a Closing, Day, Day)> {
        let own = self.closings.iter().filter(move |closing| closing.country == country);
        own.flat_map(|closing| {
            closing.on.iter().map(move |(first, last)| {
                let first = *first - Days::new(closing.slow_before.into());
                (closing, first, *last + Days::new(closing.slow_after.into()))
            })
        })
        .filter(move |(_, first, last)| *first <= to && *last >= from)
    }
}

/// Whose demand is asked about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whom<'a> {
    pub(crate) sku: &'a str,
    pub(crate) market: &'a str,
    pub(crate) category: Option<&'a str>,
    pub(crate) channels: &'a [String],
}

impl Known {
    fn moves(&self, whom: Whom<'_>) -> bool {
        let any = |list: &[String], one: &str| list.is_empty() || list.iter().any(|x| x == one);
        let of_goods = self.skus.is_empty() || self.skus.iter().any(|sku| sku == whom.sku);
        let of_channel = self.channels.is_empty()
            || whom.channels.iter().any(|channel| self.channels.contains(channel));
        let of_category =
            self.category.as_deref().is_none_or(|category| Some(category) == whom.category);
        any(&self.markets, whom.market) && of_goods && of_channel && of_category
    }

    /// The share of each week it covers.
    fn weeks(&self, series: &Series, weeks: usize) -> Vec<f64> {
        let (first, end) = (series.first, series.first + Days::new(7 * weeks as u64));
        let mut stretches = self.stretches.clone();
        if let Some(rule) = self.rule {
            let years = first.year() - MARGIN_YEARS..=end.year() + MARGIN_YEARS;
            stretches.extend(years.filter_map(|year| rule.of_year(year)));
        }
        let mut on = vec![0.0; weeks];
        for (from, to) in stretches {
            for day in from.iter_days().take_while(|day| *day <= to) {
                let since = (day - first).num_days();
                if let Some(share) =
                    usize::try_from(since.div_euclid(7)).ok().and_then(|week| on.get_mut(week))
                {
                    *share += 1.0 / count(7);
                }
            }
        }
        on
    }
}

#[cfg(test)]
mod tests {
    use argosy_kernel::Grain;

    use super::*;
    use crate::testing::{knowledge, right};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn whom<'a>(channels: &'a [String], market: &'a str) -> Whom<'a> {
        Whom { sku: "LAMP-1", market, category: None, channels }
    }

    #[test]
    fn events_cover_the_weeks_their_days_fall_in_and_only_their_channels() {
        let calendar = right(Calendar::load(&knowledge(&[FILE])));
        let series = Series::of_units(Grain::Week, day("2026-11-02"), &[1.0; 3]);
        let amazon = ["amazon".to_owned()];
        let found = calendar.of(whom(&amazon, "US"), &series, 6);
        let friday = found.iter().find(|event| event.id == "black_friday").unwrap();
        // Friday to Sunday in the week of 23 November, Monday in the next.
        let on: Vec<f64> = friday.on.iter().map(|share| (share * 7.0).round()).collect();
        assert_eq!(on, [0.0, 0.0, 0.0, 3.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        assert!(found.iter().all(|event| event.id != "singles_day"));
        let shopee = ["shopee".to_owned()];
        let found = calendar.of(whom(&shopee, "SG"), &series, 6);
        assert!(found.iter().any(|event| event.id == "singles_day"));
    }

    #[test]
    fn a_closing_counts_with_its_slow_days() {
        let calendar = right(Calendar::load(&knowledge(&[FILE])));
        let found: Vec<_> = calendar.closed("CN", (day("2027-01-20"), day("2027-01-30"))).collect();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].1, found[0].2), (day("2027-01-26"), day("2027-02-23")));
        assert_eq!(calendar.closed("DE", (day("2027-01-20"), day("2027-01-30"))).count(), 0);
    }
}
