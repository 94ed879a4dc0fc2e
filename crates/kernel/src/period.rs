//! Days and periods. A day is a calendar day of the market; instants live in the facts as UTC.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A calendar day in the market's own time zone.
pub type Day = NaiveDate;

/// A closed range of days: both ends belong to it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Period {
    pub from: Day,
    pub to: Day,
}

impl Period {
    /// `None` when `to` lies before `from`.
    pub fn new(from: Day, to: Day) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// How many days the period has.
    pub fn days(self) -> u64 {
        u64::try_from((self.to - self.from).num_days() + 1).unwrap_or(0)
    }

    /// The period of the same length that ends the day before this one begins.
    pub fn previous(self) -> Self {
        let length = Days::new(self.days());
        Self { from: self.from - length, to: self.to - length }
    }

    /// The same days one year earlier (29 February becomes the 28th).
    pub fn last_year(self) -> Self {
        let year = Months::new(12);
        Self { from: self.from - year, to: self.to - year }
    }
}

/// How days are grouped on a time axis.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    Day,
    Week,
    Month,
}

impl Grain {
    /// The first day of the group that `day` belongs to; weeks begin on Monday (ISO 8601).
    pub fn start(self, day: Day) -> Day {
        match self {
            Self::Day => day,
            Self::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Self::Month => day.with_day(1).unwrap_or(day),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_previous_period_is_as_long_and_ends_the_day_before() {
        let march = Period::new(day("2026-03-01"), day("2026-03-31")).unwrap();
        let before = march.previous();
        assert_eq!((before.from, before.to), (day("2026-01-29"), day("2026-02-28")));
    }

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!(Grain::Week.start(day("2026-11-22")), day("2026-11-16"));
    }
}
