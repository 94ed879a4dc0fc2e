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

    /// Every day of it, in order.
    pub fn each_day(self) -> impl Iterator<Item = Day> + Clone {
        self.from.iter_days().take_while(move |day| *day <= self.to)
    }

    /// The period just before this one: as many months where this one is made of whole months,
    /// otherwise as many days.
    pub fn previous(self) -> Self {
        if let Some(months) = self.whole_months() {
            let back = Months::new(months);
            let end = self.from - Days::new(1);
            return Self { from: self.from - back, to: end };
        }
        let length = Days::new(self.days());
        Self { from: self.from - length, to: self.to - length }
    }

    /// How many calendar months it is made of, when it begins with a first and ends with a last day.
    fn whole_months(self) -> Option<u32> {
        let after = self.to + Days::new(1);
        if self.from.day() != 1 || after.day() != 1 {
            return None;
        }
        let count = |day: Day| day.year() * 12 + i32::try_from(day.month()).unwrap_or(0);
        u32::try_from(count(after) - count(self.from)).ok()
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
        let days = Period::new(day("2026-03-02"), day("2026-03-31")).unwrap();
        let before = days.previous();
        assert_eq!((before.from, before.to), (day("2026-01-31"), day("2026-03-01")));
    }

    #[test]
    fn before_whole_months_come_as_many_whole_months() {
        for (asked, before) in [
            (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
            (("2026-01-01", "2026-03-31"), ("2025-10-01", "2025-12-31")),
            (("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31")),
        ] {
            let asked = Period::new(day(asked.0), day(asked.1)).unwrap();
            let seen = asked.previous();
            assert_eq!((seen.from, seen.to), (day(before.0), day(before.1)));
        }
    }

    #[test]
    fn a_period_holds_both_its_ends() {
        let weekend = Period::new(day("2026-02-28"), day("2026-03-01")).unwrap();
        assert_eq!(weekend.each_day().collect::<Vec<_>>(), [weekend.from, weekend.to]);
        assert_eq!(weekend.each_day().count() as u64, weekend.days());
    }

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!(Grain::Week.start(day("2026-11-22")), day("2026-11-16"));
    }
}
