//! How the numbers and dates of a table are written, learnt from its values.
//!
//! One `1,234` alone says nothing, nor does `05/09/2026`. So the first thousands of records are
//! looked at, column by column, and the whole file when they do not tell. What stays open is decided
//! by the other columns, then by the language of the header, then by the market; and said aloud.

use argosy_kernel::Problem;

use super::{column::cell_at, given::Given, skip::Skipper};
use crate::{
    decode::{
        Cell, Format,
        cells::DecimalSign,
        locale::{OrderEvidence, SignEvidence},
    },
    definition::{ColumnType, Definition, Locale},
    parts::{Examined, Part},
    pipeline::open_records,
    problems::Problems,
};

/// Enough for nearly every file; the rest is read to its end.
const SAMPLE_RECORDS: u64 = 5_000;

/// Markets that write the decimal point; all others of our channels write a comma.
const POINT_MARKETS: [&str; 23] = [
    "US", "CA", "MX", "GB", "UK", "IE", "JP", "CN", "IN", "AU", "NZ", "SG", "AE", "SA", "EG", "TH",
    "ZA", "MY", "PH", "TW", "HK", "KR", "IL",
];

/// The habits of each column of a definition.
pub(super) struct Habits {
    columns: Vec<Habit>,
}

/// How one column is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Habit {
    pub(super) sign: DecimalSign,
    pub(super) day_first: Option<bool>,
    /// Worth telling: the values had marks that could be read in two ways.
    told: bool,
}

#[derive(Clone, Default)]
struct Seen {
    sign: SignEvidence,
    order: OrderEvidence,
    /// Values with marks that say nothing: `1,234`, `05/09/2026`.
    ambiguous: bool,
    any_mark: bool,
}

/// Reads values until they tell how they are written.
pub(super) fn learn(
    examined: &Examined,
    part: &Part,
    given: &Given,
    problems: &mut Problems,
) -> Result<Habits, Problem> {
    let recognised = &part.recognised;
    let definition = &recognised.definition;
    let mut seen = vec![Seen::default(); definition.columns.len()];
    let mut records = open_records(examined, part)?;
    let format = examined.table(part).map_or(Format::Json, |table| table.format());
    let skipper = Skipper::new(recognised, format);
    let mut count = 0;
    let watched: Vec<(usize, ColumnType)> = definition
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.kind.depends_on_locale())
        .map(|(index, column)| (index, column.kind))
        .collect();
    while let Some(record) = records.next() {
        // Problems of records are told when the records are read.
        let Ok(record) = record else { continue };
        if skipper.skips(&record).is_some() {
            continue;
        }
        for (index, kind) in &watched {
            if let Cell::Text(text) = cell_at(&record, &recognised.positions[*index]) {
                seen[*index].add(*kind, text.trim());
            }
        }
        count += 1;
        if count >= SAMPLE_RECORDS && count % SAMPLE_RECORDS == 0 && is_decided(&seen) {
            break;
        }
    }
    let locale = recognised.locale.map(|index| &definition.locales[index]);
    let habits = Habits { columns: decide(&seen, locale, given) };
    habits.tell(definition, &seen, problems);
    Ok(habits)
}

impl Seen {
    fn add(&mut self, kind: ColumnType, text: &str) {
        if matches!(kind, ColumnType::Day | ColumnType::Instant) {
            let before = (self.order.day_first, self.order.month_first);
            self.order.add(text);
            let told = before != (self.order.day_first, self.order.month_first);
            self.ambiguous |= !told && could_be_either(text);
            return;
        }
        if !text.contains(['.', ',']) {
            return;
        }
        self.any_mark = true;
        let before = (self.sign.point, self.sign.comma);
        self.sign.add(text);
        self.ambiguous |= before == (self.sign.point, self.sign.comma);
    }
}

/// Two small numbers before a year, and different ones.
fn could_be_either(text: &str) -> bool {
    let mut numbers = text.splitn(3, ['/', '-']);
    let small = |part: Option<&str>| {
        part.and_then(|part| part.trim().parse::<u8>().ok())
            .filter(|number| (1..=12).contains(number))
    };
    let (first, second) = (small(numbers.next()), small(numbers.next()));
    first.is_some() && second.is_some() && first != second && numbers.next().is_some()
}

/// Whether nothing that further records could tell is still open.
fn is_decided(seen: &[Seen]) -> bool {
    let pooled = pool(seen).decide().is_some();
    seen.iter().all(|column| {
        !column.ambiguous
            || column.sign.decide().is_some()
            || column.order.decide().is_some()
            || (pooled && column.any_mark)
    })
}

/// What all columns of numbers say together.
fn pool(seen: &[Seen]) -> SignEvidence {
    let mut pooled = SignEvidence::default();
    for column in seen {
        match column.sign.decide() {
            Some(DecimalSign::Point) => pooled.point += 1,
            Some(DecimalSign::Comma) => pooled.comma += 1,
            None => {}
        }
    }
    // Columns do not vote: when they disagree, each undecided one falls back to the header.
    if pooled.is_mixed() { SignEvidence::default() } else { pooled }
}

fn decide(seen: &[Seen], locale: Option<&Locale>, given: &Given) -> Vec<Habit> {
    let by_header = locale.and_then(|locale| locale.decimal).map(|sign| match sign {
        ',' => DecimalSign::Comma,
        _ => DecimalSign::Point,
    });
    let by_market = given.home().map(|market| {
        if POINT_MARKETS.contains(&market) { DecimalSign::Point } else { DecimalSign::Comma }
    });
    let pooled = pool(seen).decide();
    let fallback = pooled.or(by_header).or(by_market).unwrap_or(DecimalSign::Point);
    let order_by_header = locale.and_then(|locale| match locale.id.as_str() {
        "en-US" => Some(false),
        id if id.starts_with("en") && id.len() == 2 => None,
        id if id.starts_with("ja") || id.starts_with("zh") => None,
        _ => Some(true),
    });
    let order_by_market = given.home().and_then(|market| match market {
        "US" => Some(false),
        "JP" | "CN" | "CA" => None,
        _ => Some(true),
    });
    let pooled_order = pool_order(seen);
    let order = pooled_order.or(order_by_header).or(order_by_market);
    seen.iter()
        .map(|column| Habit {
            sign: column.sign.decide().unwrap_or(fallback),
            day_first: column.order.decide().or(order),
            told: column.ambiguous || column.any_mark,
        })
        .collect()
}

fn pool_order(seen: &[Seen]) -> Option<bool> {
    let mut orders: Vec<bool> = seen.iter().filter_map(|column| column.order.decide()).collect();
    orders.dedup();
    if orders.len() == 1 { orders.pop() } else { None }
}

impl Habits {
    pub(super) fn of(&self, index: usize) -> Habit {
        self.columns[index]
    }

    /// How the columns with marks are read, for people.
    pub(super) fn described(&self, definition: &Definition) -> Vec<(String, String)> {
        let columns = definition.columns.iter().zip(&self.columns);
        columns
            .filter(|(_, habit)| habit.told)
            .map(|(column, habit)| (column.shown.clone(), habit.describe(column.kind)))
            .collect()
    }

    /// Says what was assumed because the values did not tell, and what they contradict.
    fn tell(&self, definition: &Definition, seen: &[Seen], problems: &mut Problems) {
        for ((column, habit), seen) in definition.columns.iter().zip(&self.columns).zip(seen) {
            let date = matches!(column.kind, ColumnType::Day | ColumnType::Instant);
            if seen.sign.is_mixed() || seen.order.is_mixed() {
                problems.push(
                    Problem::warning(if date { "mixed_date_order" } else { "mixed_decimal_signs" })
                        .in_column(column.shown.clone())
                        .found(format!("{}: two ways of writing", column.shown))
                        .expected(habit.describe(column.kind))
                        .hint("values are written in two ways; those that do not fit are refused"),
                );
            } else if date
                && seen.ambiguous
                && seen.order.decide().is_none()
                && habit.day_first.is_some()
            {
                problems.push(
                    Problem::note("date_order_assumed")
                        .in_column(column.shown.clone())
                        .found(format!("{}: dates that do not tell", column.shown))
                        .expected(habit.describe(column.kind))
                        .hint("the dates themselves do not tell; the header or market does"),
                );
            }
        }
    }
}

impl Habit {
    fn describe(self, kind: ColumnType) -> String {
        match (kind, self.day_first, self.sign) {
            (ColumnType::Day | ColumnType::Instant, Some(true), _) => "day before month",
            (ColumnType::Day | ColumnType::Instant, Some(false), _) => "month before day",
            (ColumnType::Day | ColumnType::Instant, None, _) => "order of day and month unknown",
            (_, _, DecimalSign::Point) => "decimal point",
            (_, _, DecimalSign::Comma) => "decimal comma",
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(kind: ColumnType, values: &[&str]) -> Seen {
        let mut seen = Seen::default();
        values.iter().for_each(|value| seen.add(kind, value));
        seen
    }

    fn habits(columns: &[Seen], market: Option<&str>) -> Vec<Habit> {
        let given = Given { market: market.map(str::to_owned), ..Given::default() };
        decide(columns, None, &given)
    }

    #[test]
    fn a_column_of_thousands_is_read_as_the_column_of_cents_beside_it() {
        let impressions = seen(ColumnType::Integer, &["1.234", "2.000"]);
        let cost = seen(ColumnType::Decimal, &["6,00", "12,5"]);
        let learnt = habits(&[impressions, cost], Some("US"));
        assert_eq!((learnt[0].sign, learnt[1].sign), (DecimalSign::Comma, DecimalSign::Comma));
    }

    #[test]
    fn where_no_value_tells_the_market_does() {
        let impressions = seen(ColumnType::Integer, &["1.234"]);
        assert_eq!(
            habits(std::slice::from_ref(&impressions), Some("DE"))[0].sign,
            DecimalSign::Comma
        );
        assert_eq!(habits(&[impressions], Some("US"))[0].sign, DecimalSign::Point);
    }

    #[test]
    fn a_day_above_twelve_tells_the_order_of_all_dates() {
        let first = seen(ColumnType::Day, &["05/09/2026", "05/31/2026"]);
        let second = seen(ColumnType::Day, &["05/09/2026"]);
        let learnt = habits(&[first, second], Some("DE"));
        assert_eq!((learnt[0].day_first, learnt[1].day_first), (Some(false), Some(false)));
    }
}
