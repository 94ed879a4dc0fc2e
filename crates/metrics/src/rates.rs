//! Exchange rates: the European Central Bank's history, and the company's own rates above it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use argosy_facts::{
    FactsError,
    arrow::{
        array::{Date32Array, Decimal128Array, RecordBatch, StringArray},
        datatypes::{DataType, Field, Schema},
    },
};
use argosy_kernel::{Currency, Day, Diagnostic, Files, Grain, Period};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use crate::{desk_data::OwnRate, money::FxPolicy, rows::day_number};

/// Where the rates stand below `knowledge/`.
pub(crate) const RATES_PATH: &str = "fx/ecb.csv";

/// Digits after the point of a rate between two currencies.
///
/// Fourteen keep ten significant digits even from rupiah to euro, so that a hundred million convert
/// to the cent; amounts of six digits times rates of fourteen still sum exactly in 38 digits.
pub(crate) const RATE_SCALE: i8 = 14;
const RATE_PRECISION: u8 = 24;

/// A currency whose last rate is older than the file's last day by more than this has left the list
/// (rouble 2022, kuna 2023); the longest run of closed days is shorter.
const STALE_DAYS: i64 = 14;

/// Rates by currency: units of it for one euro, in order of days.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    per_eur: BTreeMap<String, Vec<(Day, Decimal)>>,
    own: BTreeMap<String, Vec<(Day, Decimal)>>,
    last_day: Option<Day>,
    policy: FxPolicy,
}

/// What a rate is and where it comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Rate {
    /// The day it was published for.
    pub day: Day,
    #[serde(with = "rust_decimal::serde::str")]
    pub per_eur: Decimal,
    pub own: bool,
}

impl Rates {
    /// Reads `fx/ecb.csv`: `date,currency,rate`, or the ECB's own wide form `Date,USD,JPY,…` with
    /// empty cells or `N/A` where there is no rate.
    ///
    /// # Errors
    /// One diagnostic per wrong cell.
    pub fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(RATES_PATH) else {
            return Err(vec![crate::chart::missing(RATES_PATH, "the exchange rates are missing")]);
        };
        let mut rates = Self::default();
        let mut wrong = Vec::new();
        let mut lines =
            (1_u64..).zip(source.text.lines()).filter(|(_, line)| !line.starts_with('#'));
        let header: Vec<&str> = lines
            .next()
            .map_or_else(Vec::new, |(_, line)| line.split(',').map(str::trim).collect());
        let is_long = header.get(1).is_some_and(|name| name.eq_ignore_ascii_case("currency"));
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let cells: Vec<&str> = line.split(',').map(str::trim).collect();
            let Ok(day) = cells[0].parse::<Day>() else {
                let message = format!("`{}` is not a day", cells[0]);
                wrong.push(source.complain_at_line(number, &message, "write 2026-06-30"));
                continue;
            };
            let pairs: Vec<(&str, &str)> = if is_long {
                cells.get(1).copied().zip(cells.get(2).copied()).into_iter().collect()
            } else {
                header.iter().copied().zip(cells.iter().copied()).skip(1).collect()
            };
            for (code, cell) in pairs {
                if code.is_empty() || matches!(cell, "" | "N/A") {
                    continue;
                }
                match cell.parse::<Decimal>() {
                    Ok(rate) if rate > Decimal::ZERO => {
                        rates.per_eur.entry(code.to_owned()).or_default().push((day, rate));
                        rates.last_day = rates.last_day.max(Some(day));
                    }
                    _ => {
                        let message = format!("`{cell}` is not a rate");
                        wrong.push(source.complain_at_line(number, &message, ""));
                    }
                }
            }
        }
        for series in rates.per_eur.values_mut() {
            series.sort_by_key(|(day, _)| *day);
        }
        if wrong.is_empty() { Ok(rates) } else { Err(wrong) }
    }

    /// These rates with the company's own above them.
    #[must_use]
    pub fn with_own(&self, own: &[OwnRate]) -> Self {
        let mut rates = self.clone();
        for rate in own.iter().filter(|rate| rate.per_eur > Decimal::ZERO) {
            let code = rate.currency.code().to_owned();
            rates.own.entry(code).or_default().push((rate.day, rate.per_eur));
        }
        for series in rates.own.values_mut() {
            series.sort_by_key(|(day, _)| *day);
        }
        rates
    }

    /// These rates under a policy.
    #[must_use]
    pub fn with_policy(mut self, policy: FxPolicy) -> Self {
        self.policy = policy;
        self
    }

    pub fn policy(&self) -> FxPolicy {
        self.policy
    }

    /// The last day the European Central Bank's list covers.
    pub fn last_day(&self) -> Option<Day> {
        self.last_day
    }

    /// Units of `currency` for one euro on `day`.
    ///
    /// An own rate holds from its day until the next own rate of that currency and wins over the
    /// ECB's; otherwise the ECB's of that day or of the last business day before counts. `None`
    /// before the first rate, and after a currency has left the list. The policy decides which of
    /// the month's rates stands for the day.
    pub fn per_eur(&self, currency: &str, day: Day) -> Option<Rate> {
        if let Some((on, per_eur)) = last_until(self.own.get(currency), day) {
            return Some(Rate { day: on, per_eur, own: true });
        }
        if currency == Currency::EUR.code() {
            return Some(Rate { day, per_eur: Decimal::ONE, own: false });
        }
        if self.policy == FxPolicy::Own {
            return None;
        }
        let series = self.per_eur.get(currency)?;
        let (on, per_eur) = last_until(Some(series), day)?;
        let last = series.last().map(|(day, _)| *day);
        let has_left = last == Some(on)
            && self.last_day.is_some_and(|end| (end - on).num_days() > STALE_DAYS)
            && (day - on).num_days() > STALE_DAYS;
        if has_left {
            return None;
        }
        let of_day = Rate { day: on, per_eur, own: false };
        Some(match self.policy {
            FxPolicy::EventDay | FxPolicy::Own => of_day,
            FxPolicy::MonthAverage => month_average(series, day).unwrap_or(of_day),
            FxPolicy::MonthEnd => published_in_month(series, day)
                .last()
                .map_or(of_day, |(day, per_eur)| Rate { day: *day, per_eur: *per_eur, own: false }),
        })
    }

    /// What one unit of `from` is worth in `to` on `day`, to fourteen digits.
    pub fn between(&self, from: &str, to: &str, day: Day) -> Option<Decimal> {
        if from == to {
            return Some(Decimal::ONE);
        }
        let (from, to) = (self.per_eur(from, day)?, self.per_eur(to, day)?);
        let rate = to.per_eur.checked_div(from.per_eur)?;
        let digits = RATE_SCALE.unsigned_abs().into();
        Some(rate.round_dp_with_strategy(digits, RoundingStrategy::MidpointNearestEven))
    }

    /// The table `fx` (day, currency, rate): what one unit is worth in `to` on each day of `period`.
    pub(crate) fn table(
        &self,
        currencies: &BTreeSet<String>,
        to: &str,
        period: Period,
    ) -> Result<RecordBatch, FactsError> {
        let (mut days, mut codes, mut rates) = (Vec::new(), Vec::new(), Vec::new());
        for currency in currencies {
            for day in period.each_day() {
                if let Some(mut rate) = self.between(currency, to, day) {
                    rate.rescale(RATE_SCALE.unsigned_abs().into());
                    days.push(day_number(day));
                    codes.push(currency.as_str());
                    rates.push(rate.mantissa());
                }
            }
        }
        let rate_type = DataType::Decimal128(RATE_PRECISION, RATE_SCALE);
        let schema = Schema::new(vec![
            Field::new("day", DataType::Date32, false),
            Field::new("currency", DataType::Utf8, false),
            Field::new("rate", rate_type.clone(), false),
        ]);
        let rates = Decimal128Array::from(rates).with_data_type(rate_type);
        Ok(RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(Date32Array::from(days)),
                Arc::new(StringArray::from(codes)),
                Arc::new(rates),
            ],
        )?)
    }
}

fn last_until(series: Option<&Vec<(Day, Decimal)>>, day: Day) -> Option<(Day, Decimal)> {
    let series = series?;
    let after = series.partition_point(|(on, _)| *on <= day);
    after.checked_sub(1).map(|at| series[at])
}

/// The rates published in the month of `day`.
fn published_in_month(series: &[(Day, Decimal)], day: Day) -> &[(Day, Decimal)] {
    let first = Grain::Month.start(day);
    let from = series.partition_point(|(on, _)| *on < first);
    let length = series[from..].partition_point(|(on, _)| Grain::Month.start(*on) == first);
    &series[from..from + length]
}

/// Digits of a mean rate: as many as the central bank's own monthly means have at most.
const MEAN_DIGITS: u32 = 10;

fn month_average(series: &[(Day, Decimal)], day: Day) -> Option<Rate> {
    let published = published_in_month(series, day);
    let sum: Decimal = published.iter().map(|(_, per_eur)| per_eur).sum();
    let mean = sum.checked_div(Decimal::from(published.len()))?;
    let (day, _) = published.last()?;
    Some(Rate { day: *day, per_eur: mean.round_dp(MEAN_DIGITS), own: false })
}

#[cfg(test)]
mod tests {
    use argosy_kernel::Origin;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn rates() -> Rates {
        let mut files = Files::default();
        let wide = "Date,USD,JPY,RUB\n2026-06-08,1.20,160,\n2026-06-05,1.10,150,N/A\n\
                    2022-03-01,1.12,129,117.2\n";
        files.add(RATES_PATH, wide, Origin::BuiltIn);
        Rates::load(&files).unwrap()
    }

    #[test]
    fn weekends_take_the_last_business_day() {
        let sunday = rates().per_eur("USD", day("2026-06-07")).unwrap();
        assert_eq!((sunday.day, sunday.per_eur), (day("2026-06-05"), "1.10".parse().unwrap()));
    }

    #[test]
    fn days_after_the_file_keep_the_last_rate_but_a_currency_that_left_has_none() {
        assert!(rates().per_eur("USD", day("2026-11-22")).is_some());
        assert!(rates().per_eur("RUB", day("2022-03-03")).is_some());
        assert!(rates().per_eur("RUB", day("2026-06-08")).is_none());
        assert!(rates().per_eur("USD", day("1998-01-01")).is_none());
    }

    #[test]
    fn own_rates_win_from_their_day_on() {
        let own = [OwnRate {
            day: day("2026-06-06"),
            currency: Currency::USD,
            per_eur: "1.5".parse().unwrap(),
        }];
        let rates = rates().with_own(&own);
        assert_eq!(rates.between("EUR", "USD", day("2026-06-09")), Some("1.5".parse().unwrap()));
        assert_eq!(rates.between("EUR", "USD", day("2026-06-05")), Some("1.10".parse().unwrap()));
    }

    #[test]
    fn cross_rates_go_through_the_euro() {
        let rate = rates().between("JPY", "USD", day("2026-06-08")).unwrap();
        assert_eq!(rate, "0.0075".parse().unwrap());
    }

    #[test]
    fn a_month_rate_stands_for_every_day_of_the_month() {
        let mean = rates().with_policy(FxPolicy::MonthAverage);
        let end = rates().with_policy(FxPolicy::MonthEnd);
        // Published in June: 1.10 on the 5th and 1.20 on the 8th.
        for text in ["2026-06-01", "2026-06-06", "2026-06-30"] {
            let of = |rates: &Rates| rates.per_eur("USD", day(text)).map(|rate| rate.per_eur);
            if text != "2026-06-01" {
                assert_eq!(of(&mean), Some("1.15".parse().unwrap()), "{text}");
                assert_eq!(of(&end), Some("1.20".parse().unwrap()), "{text}");
            }
        }
        // July has none yet: the last one known counts.
        assert_eq!(
            mean.per_eur("USD", day("2026-07-03")).map(|rate| rate.per_eur),
            Some("1.20".parse().unwrap())
        );
    }

    #[test]
    fn own_rates_only_means_no_others() {
        let own = [OwnRate {
            day: day("2026-06-06"),
            currency: Currency::USD,
            per_eur: "1.5".parse().unwrap(),
        }];
        let rates = rates().with_own(&own).with_policy(FxPolicy::Own);
        assert_eq!(rates.between("EUR", "USD", day("2026-06-09")), Some("1.5".parse().unwrap()));
        assert!(rates.between("EUR", "USD", day("2026-06-05")).is_none());
        assert!(rates.between("EUR", "JPY", day("2026-06-09")).is_none());
    }
}
