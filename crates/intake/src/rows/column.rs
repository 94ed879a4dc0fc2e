//! One column: from the cell of a record to the end of an Arrow array.

use std::sync::Arc;

use argosy_desk::Vault;
use argosy_facts::{
    arrow::array::{
        ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, StringBuilder,
        TimestampMicrosecondBuilder,
    },
    schema::{MONEY, instant},
};
use chrono::{NaiveTime, Timelike};
use chrono_tz::Tz;
use rustc_hash::FxHashMap;

use super::{given::Given, habits::Habits};
use crate::{
    decode::{
        Cell, RawRecord,
        cells::{self, DateFormat, DateRules, DecimalSign, Moment, Unreadable},
        days_in,
    },
    definition::{Column, ColumnType, Fill, Recognise},
    recognise::Recognised,
    words::fold,
};

/// A day without a time stands at this hour of UTC: it is then the same day in every market, from
/// Honolulu (UTC−10) to Auckland in summer (UTC+13).
const HOUR_OF_DAY_ONLY: i64 = 10;

/// The first cell with content among those a column may stand in.
pub(super) fn cell_at<'r>(record: &RawRecord<'r>, positions: &[usize]) -> Cell<'r> {
    match positions {
        [] => Cell::Empty,
        [only] => record.cell(*only),
        many => {
            let cells = many.iter().map(|at| record.cell(*at));
            cells.into_iter().find(|cell| !cell.is_empty()).unwrap_or(Cell::Empty)
        }
    }
}

/// The value above a blank cell.
#[derive(Clone, PartialEq, Debug, Default)]
enum Above {
    #[default]
    Nothing,
    /// The text lies in the reader's own buffer.
    Text,
    Whole(i64),
    Decimal(i128),
    Day(i32),
    Instant(i64),
    Bool(bool),
}

enum Builder {
    Text(StringBuilder),
    Whole(Int64Builder),
    Decimal(Decimal128Builder),
    Day(Date32Builder),
    Instant(TimestampMicrosecondBuilder),
    Bool(BooleanBuilder),
    /// Personal data does not travel.
    None,
}

/// Reads one column of a definition.
pub(super) struct ColumnReader<'a> {
    kind: ColumnType,
    positions: Vec<usize>,
    nulls: Vec<String>,
    sign: DecimalSign,
    dates: DateRules,
    /// Without formats: for files that were saved again by a spreadsheet.
    usual_dates: DateRules,
    zone: Tz,
    values: Option<FxHashMap<String, String>>,
    /// What stands where the file says nothing: the currency of the header.
    otherwise: Option<&'static str>,
    vault: &'a Vault,
    builder: Builder,
    fills: bool,
    above: Above,
    above_text: String,
    group: Option<String>,
    /// Only the first row of a group has the value; the others repeat it.
    first_only: bool,
    repeats: bool,
    /// Numbers of the file have all their digits.
    exact_numbers: bool,
    /// What the lines above the header say, for a column that reads them.
    preamble: String,
    /// The last date or word and what it meant: reports repeat them line by line.
    last_text: String,
    last_moment: Option<Moment>,
    last_word: Option<String>,
}

impl<'a> ColumnReader<'a> {
    pub(super) fn new(
        recognised: &Recognised,
        index: usize,
        habits: &Habits,
        given: &Given,
        vault: &'a Vault,
    ) -> Self {
        let definition = &recognised.definition;
        let column = &definition.columns[index];
        let locale = recognised.locale.map(|locale| &definition.locales[locale]);
        let habit = habits.of(index);
        let by_locale = locale.map(|locale| locale.dates.as_slice()).unwrap_or_default();
        let formats = if column.formats.is_empty() { by_locale } else { &column.formats };
        // Formats were checked when the definition was loaded.
        let formats = formats.iter().filter_map(|spec| DateFormat::new(spec).ok()).collect();
        let values = locale.and_then(|locale| locale.values.get(&column.name));
        let header_currency = recognised
            .header_currency
            .filter(|_| column.kind == ColumnType::Currency && column.name == "currency");
        Self {
            kind: column.kind,
            positions: recognised.positions[index].clone(),
            nulls: column.nulls.iter().map(|null| null.trim().to_owned()).collect(),
            sign: habit.sign,
            dates: DateRules { formats, day_first: habit.day_first },
            usual_dates: DateRules { formats: Vec::new(), day_first: habit.day_first },
            zone: column.zone.unwrap_or(given.zone),
            values: values.map(|words| words.clone().into_iter().collect()),
            otherwise: header_currency.map(argosy_kernel::Currency::code),
            vault,
            builder: Builder::new(column),
            fills: matches!(column.fill, Some(Fill::Down | Fill::DownIn(_))),
            above: Above::Nothing,
            above_text: String::new(),
            group: matches!(column.fill, Some(Fill::DownIn(_) | Fill::FirstIn(_)))
                .then(String::new),
            first_only: matches!(column.fill, Some(Fill::FirstIn(_))),
            repeats: false,
            exact_numbers: matches!(definition.recognise, Recognise::Json { .. }),
            preamble: if column.preamble { recognised.preamble.clone() } else { String::new() },
            last_text: String::new(),
            last_moment: None,
            last_word: None,
        }
    }

    pub(super) fn positions(&self) -> &[usize] {
        &self.positions
    }

    /// A new group begins when its column says something else: nothing is filled across.
    pub(super) fn enter_group(&mut self, group: &str) {
        if let Some(known) = &mut self.group
            && known != group
        {
            group.clone_into(known);
            self.above = Above::Nothing;
            self.repeats = false;
        } else {
            self.repeats = self.first_only;
        }
    }

    /// Appends the cell of a record; one that cannot be read is appended as null.
    pub(super) fn append(&mut self, record: &RawRecord<'_>) -> Result<(), Unreadable> {
        if self.kind == ColumnType::Personal {
            return Ok(());
        }
        let cell = cell_at(record, &self.positions);
        let nothing = cell.is_empty() || self.is_null(cell);
        if nothing && !self.preamble.is_empty() {
            let preamble = std::mem::take(&mut self.preamble);
            let appended = self.append_value(Cell::Text(&preamble));
            self.preamble = preamble;
            return self.or_null(appended);
        }
        if nothing || self.repeats {
            self.append_above();
            return Ok(());
        }
        let appended = self.append_value(cell);
        self.or_null(appended)
    }

    /// A cell that could not be read leaves its place empty.
    fn or_null(&mut self, appended: Result<(), Unreadable>) -> Result<(), Unreadable> {
        if appended.is_err() {
            self.above = Above::Nothing;
            self.builder.append_null();
        }
        appended
    }

    fn is_null(&self, cell: Cell<'_>) -> bool {
        if self.nulls.is_empty() {
            return false;
        }
        let text = cell.text();
        let text = text.trim();
        self.nulls.iter().any(|null| null == text)
    }

    fn append_above(&mut self) {
        match (&self.above, &mut self.builder) {
            (Above::Text, Builder::Text(builder)) => builder.append_value(&self.above_text),
            (Above::Whole(value), Builder::Whole(builder)) => builder.append_value(*value),
            (Above::Decimal(value), Builder::Decimal(builder)) => builder.append_value(*value),
            (Above::Day(value), Builder::Day(builder)) => builder.append_value(*value),
            (Above::Instant(value), Builder::Instant(builder)) => builder.append_value(*value),
            (Above::Bool(value), Builder::Bool(builder)) => builder.append_value(*value),
            (_, Builder::Text(builder)) => builder.append_option(self.otherwise),
            (_, builder) => builder.append_null(),
        }
    }

    fn append_value(&mut self, cell: Cell<'_>) -> Result<(), Unreadable> {
        match self.kind {
            ColumnType::Text => {
                let text = cells::text(cell);
                self.append_word(&text);
            }
            ColumnType::Id => {
                // JSON writes numbers to the last digit; only workbooks lose some.
                if let Cell::Number(text) = cell
                    && self.exact_numbers
                    && text.bytes().all(|byte| byte.is_ascii_digit())
                {
                    self.append_text(text);
                    return Ok(());
                }
                let id = cells::id(cell)?;
                self.append_text(&id);
            }
            ColumnType::Currency => {
                let code = cells::currency(cell)?.code();
                self.append_text(code);
            }
            ColumnType::Buyer => self.append_buyer(&cells::text(cell)),
            ColumnType::Integer => {
                let value = cells::integer(cell, self.sign)?;
                self.remember(Above::Whole(value));
                self.builder.append_whole(value);
            }
            ColumnType::Decimal => self.append_decimal(cells::decimal(cell, self.sign)?),
            ColumnType::Percent => self.append_decimal(cells::percent(cell, self.sign)?),
            ColumnType::Fraction => self.append_decimal(cells::fraction(cell, self.sign)?),
            ColumnType::Day => {
                let value = self.moment(cell)?.local.date().to_epoch_days();
                self.remember(Above::Day(value));
                self.builder.append_day(value);
            }
            ColumnType::FirstDay | ColumnType::LastDay => {
                // Free text names a day or it does not: neither is wrong.
                match self.day_in_text(cell) {
                    Some(value) => self.builder.append_day(value),
                    None => self.builder.append_null(),
                }
            }
            ColumnType::Instant => {
                let value = self.instant(cell)?;
                self.remember(Above::Instant(value));
                self.builder.append_instant(value);
            }
            ColumnType::Bool => {
                let value = cells::truth(cell)?;
                self.remember(Above::Bool(value));
                self.builder.append_bool(value);
            }
            ColumnType::Personal => {}
        }
        Ok(())
    }

    fn remember(&mut self, value: Above) {
        if self.fills {
            self.above = value;
        }
    }

    fn append_text(&mut self, text: &str) {
        if self.fills {
            self.above = Above::Text;
            text.clone_into(&mut self.above_text);
        }
        if let Builder::Text(builder) = &mut self.builder {
            builder.append_value(text);
        }
    }

    /// Words of a localised column in their canonical form.
    fn append_word(&mut self, text: &str) {
        if self.values.is_none() {
            self.append_text(text);
            return;
        }
        if self.last_text != text || self.last_word.is_none() {
            let known = self.values.as_ref().and_then(|values| values.get(&fold(text)));
            self.last_word = Some(known.map_or_else(|| text.to_owned(), Clone::clone));
            text.clone_into(&mut self.last_text);
        }
        let word = self.last_word.take().unwrap_or_default();
        self.append_text(&word);
        self.last_word = Some(word);
    }

    /// Only the keyed hash of a buyer travels on; case and blanks do not make two of one.
    fn append_buyer(&mut self, text: &str) {
        if self.last_text != text || self.last_word.is_none() {
            // A file freed of personal data has the hash itself.
            let known = crate::blank::hash_in(text).map(str::to_owned);
            self.last_word = Some(known.unwrap_or_else(|| self.vault.keyed_hash(&fold(text))));
            text.clone_into(&mut self.last_text);
        }
        let hash = self.last_word.take().unwrap_or_default();
        self.append_text(&hash);
        self.last_word = Some(hash);
    }

    fn append_decimal(&mut self, value: i128) {
        self.remember(Above::Decimal(value));
        if let Builder::Decimal(builder) = &mut self.builder {
            builder.append_value(value);
        }
    }

    fn moment(&mut self, cell: Cell<'_>) -> Result<Moment, Unreadable> {
        if let (Cell::Text(text), Some(moment)) = (cell, self.last_moment)
            && text == self.last_text
        {
            return Ok(moment);
        }
        let moment = cells::moment(cell, &self.dates).or_else(|wrong| {
            let again = wrong.code == "not_a_date" && !self.dates.formats.is_empty();
            let usual = again.then(|| cells::moment(cell, &self.usual_dates));
            match usual {
                Some(Ok(moment)) => Ok(moment),
                Some(Err(other)) if other.code != "not_a_date" => Err(other),
                _ => Err(wrong),
            }
        })?;
        if let Cell::Text(text) = cell {
            text.clone_into(&mut self.last_text);
            self.last_moment = Some(moment);
        }
        Ok(moment)
    }

    fn day_in_text(&self, cell: Cell<'_>) -> Option<i32> {
        if let Cell::Date(at) = cell {
            return Some(at.date().to_epoch_days());
        }
        let (first, last) = days_in(&cell.text())?;
        let day = if self.kind == ColumnType::FirstDay { first } else { last };
        Some(day.to_epoch_days())
    }

    fn instant(&mut self, cell: Cell<'_>) -> Result<i64, Unreadable> {
        let moment = self.moment(cell)?;
        let no_time = !moment.has_time || moment.local.time().num_seconds_from_midnight() == 0;
        if moment.zone.is_none() && no_time {
            let day = moment.local.date().and_time(NaiveTime::MIN).and_utc().timestamp_micros();
            return Ok(day + HOUR_OF_DAY_ONLY * 3_600_000_000);
        }
        Ok(moment.utc_micros(self.zone))
    }

    /// The column of a batch; `None` for personal data.
    pub(super) fn finish(&mut self) -> Option<ArrayRef> {
        self.builder.finish()
    }
}

impl Builder {
    fn new(column: &Column) -> Self {
        match column.kind {
            ColumnType::Text | ColumnType::Id | ColumnType::Currency | ColumnType::Buyer => {
                Self::Text(StringBuilder::new())
            }
            ColumnType::Integer => Self::Whole(Int64Builder::new()),
            ColumnType::Decimal | ColumnType::Percent | ColumnType::Fraction => {
                Self::Decimal(Decimal128Builder::new().with_data_type(MONEY))
            }
            ColumnType::Day | ColumnType::FirstDay | ColumnType::LastDay => {
                Self::Day(Date32Builder::new())
            }
            ColumnType::Instant => {
                Self::Instant(TimestampMicrosecondBuilder::new().with_data_type(instant()))
            }
            ColumnType::Bool => Self::Bool(BooleanBuilder::new()),
            ColumnType::Personal => Self::None,
        }
    }

    fn append_null(&mut self) {
        match self {
            Self::Text(builder) => builder.append_null(),
            Self::Whole(builder) => builder.append_null(),
            Self::Decimal(builder) => builder.append_null(),
            Self::Day(builder) => builder.append_null(),
            Self::Instant(builder) => builder.append_null(),
            Self::Bool(builder) => builder.append_null(),
            Self::None => {}
        }
    }

    fn append_whole(&mut self, value: i64) {
        if let Self::Whole(builder) = self {
            builder.append_value(value);
        }
    }

    fn append_day(&mut self, value: i32) {
        if let Self::Day(builder) = self {
            builder.append_value(value);
        }
    }

    fn append_instant(&mut self, value: i64) {
        if let Self::Instant(builder) = self {
            builder.append_value(value);
        }
    }

    fn append_bool(&mut self, value: bool) {
        if let Self::Bool(builder) = self {
            builder.append_value(value);
        }
    }

    fn finish(&mut self) -> Option<ArrayRef> {
        Some(match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Whole(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder) => Arc::new(builder.finish()),
            Self::Day(builder) => Arc::new(builder.finish()),
            Self::Instant(builder) => Arc::new(builder.finish()),
            Self::Bool(builder) => Arc::new(builder.finish()),
            Self::None => return None,
        })
    }
}
