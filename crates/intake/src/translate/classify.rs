//! The channel's words to ledger lines, fast enough for millions of rows.
//!
//! A report has a few hundred distinct combinations of words; each is matched against the fee table
//! once and then found by its bytes.

use std::collections::BTreeMap;

use argosy_facts::arrow::{
    array::{Array, Date32Array, Decimal128Array, StringArray, StringBuilder},
    datatypes::DataType,
};
use argosy_kernel::{Day, Problem};
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::money;
use crate::definition::{Classify, FeeTable, Meaning, UNCLASSIFIED};

/// What was decided for each row of a batch.
pub(super) struct Verdict {
    pub(super) line: StringArray,
    pub(super) amount: Decimal128Array,
    /// The channel's words, joined.
    pub(super) words: StringArray,
    /// Per row the entry that decided; empty when the file names its lines itself.
    pub(super) entries: Vec<(u32, bool)>,
}

impl Verdict {
    /// Rows whose own line is not in the chart.
    pub(super) fn unknown_rows(&self) -> impl Iterator<Item = usize> {
        (0..self.line.len()).filter(|row| {
            self.line.is_valid(*row)
                && self.line.value(*row) == UNCLASSIFIED
                && self.words.value(*row) != UNCLASSIFIED
        })
    }
}

/// Words no fee table knows, how often and how much money.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct UnknownFee {
    pub words: String,
    pub rows: u64,
    pub amounts: BTreeMap<String, Decimal>,
    pub first_line: u64,
}

impl UnknownFee {
    pub(super) fn problem(&self) -> Problem {
        let money: Vec<String> =
            self.amounts.iter().map(|(currency, amount)| format!("{amount} {currency}")).collect();
        Problem::warning("unknown_fee_type")
            .at_line(self.first_line)
            .found(self.words.clone())
            .expected("words of the fee table")
            .hint(format!(
                "{} rows, {}, stand as unclassified; add the words to the fee table and rebuild",
                self.rows,
                money.join(" + ")
            ))
    }
}

struct Entry {
    words: String,
    meanings: Vec<Meaning>,
    rows: u64,
    sums: FxHashMap<String, i128>,
    first_line: u64,
}

/// One fee table at work on one file.
pub(super) struct Classifier {
    fees: FeeTable,
    entries: Vec<Entry>,
    by_words: FxHashMap<Box<[u8]>, u32>,
    key: Vec<u8>,
}

/// Combinations of words kept at once. Free text (product titles) may bring more: they are matched
/// anew then.
const COMBINATIONS_KEPT: usize = 200_000;

/// Stands between the words of a key; no report writes it.
const BETWEEN: u8 = 0x1f;

impl Classifier {
    pub(super) fn new(classify: &Classify) -> Self {
        Self {
            fees: classify.fees.clone(),
            entries: Vec::new(),
            by_words: FxHashMap::default(),
            key: Vec::new(),
        }
    }

    /// The line of each row on its day, and the amounts with the sign the ledger wants.
    pub(super) fn classify(
        &mut self,
        words: &[&StringArray],
        day: Option<&Date32Array>,
        amount: Decimal128Array,
    ) -> Verdict {
        if self.entries.len() > COMBINATIONS_KEPT {
            self.by_words.clear();
            self.entries.retain(|entry| entry.rows > 0);
        }
        let rows = amount.len();
        let mut line = StringBuilder::with_capacity(rows, rows * 16);
        let mut joined = StringBuilder::with_capacity(rows, rows * 24);
        let mut entries = Vec::with_capacity(rows);
        let mut turned: Vec<usize> = Vec::new();
        for row in 0..rows {
            let index = self.entry(words, row);
            let entry = &self.entries[index as usize];
            let on = day.filter(|day| day.is_valid(row)).map(|day| day.value(row));
            let on = on.and_then(Day::from_epoch_days);
            let meaning = entry.meanings.iter().find(|meaning| meaning.holds(on));
            line.append_value(meaning.map_or(UNCLASSIFIED, |meaning| meaning.line.as_str()));
            joined.append_value(&entry.words);
            if meaning.is_some_and(|meaning| meaning.negate) {
                turned.push(row);
            }
            entries.push((index, meaning.is_none()));
        }
        let amount = if turned.is_empty() { amount } else { negated(&amount, &turned) };
        Verdict { line: line.finish(), amount, words: joined.finish(), entries }
    }

    /// The entry of a row's words, matched against the table when they are new.
    fn entry(&mut self, words: &[&StringArray], row: usize) -> u32 {
        self.key.clear();
        for column in words {
            if column.is_valid(row) {
                self.key.extend_from_slice(column.value(row).as_bytes());
            }
            self.key.push(BETWEEN);
        }
        if let Some(index) = self.by_words.get(self.key.as_slice()) {
            return *index;
        }
        let values: Vec<&str> = words
            .iter()
            .map(|column| if column.is_valid(row) { column.value(row) } else { "" })
            .collect();
        let said: Vec<&str> = values.iter().copied().filter(|word| !word.is_empty()).collect();
        let index = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.entries.push(Entry {
            words: said.join("/"),
            meanings: self.fees.meanings(&values),
            rows: 0,
            sums: FxHashMap::default(),
            first_line: 0,
        });
        self.by_words.insert(self.key.clone().into_boxed_slice(), index);
        index
    }

    /// Adds up the money of rows without meaning, by their words.
    pub(super) fn count_unknown(
        &mut self,
        verdict: &Verdict,
        currency: Option<&StringArray>,
        line_of: &dyn Fn(usize) -> u64,
    ) {
        let unknown = verdict.entries.iter().enumerate().filter(|(_, (_, unknown))| *unknown);
        for (row, (index, _)) in unknown {
            let entry = &mut self.entries[*index as usize];
            entry.rows += 1;
            if entry.rows == 1 {
                entry.first_line = line_of(row);
            }
            let code = match currency {
                Some(currency) if currency.is_valid(row) => currency.value(row),
                _ => "?",
            };
            let amount = verdict.amount.value(row);
            match entry.sums.get_mut(code) {
                Some(sum) => *sum += amount,
                None => {
                    entry.sums.insert(code.to_owned(), amount);
                }
            }
        }
    }

    /// The words that had no meaning on some day.
    pub(super) fn unknown(&self) -> Vec<UnknownFee> {
        let mut by_words: BTreeMap<&str, UnknownFee> = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| entry.rows > 0) {
            let fee = by_words.entry(&entry.words).or_insert_with(|| UnknownFee {
                words: entry.words.clone(),
                rows: 0,
                amounts: BTreeMap::new(),
                first_line: entry.first_line,
            });
            fee.rows += entry.rows;
            for (code, sum) in &entry.sums {
                *fee.amounts.entry(code.clone()).or_default() += money(*sum);
            }
        }
        by_words.into_values().collect()
    }
}

fn negated(amount: &Decimal128Array, turned: &[usize]) -> Decimal128Array {
    let mut values: Vec<i128> = amount.values().to_vec();
    for row in turned {
        values[*row] = -values[*row];
    }
    let (precision, scale) = match amount.data_type() {
        DataType::Decimal128(precision, scale) => (*precision, *scale),
        _ => (argosy_facts::schema::MONEY_PRECISION, argosy_facts::schema::MONEY_SCALE),
    };
    Decimal128Array::from_iter_values(values)
        .with_precision_and_scale(precision, scale)
        .unwrap_or_else(|_| amount.clone())
}
