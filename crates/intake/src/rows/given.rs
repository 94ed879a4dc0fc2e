//! What the user and the store say beside the file.

use std::sync::Arc;

use argosy_desk::Store;
use argosy_facts::arrow::array::{ArrayRef, Date32Array, StringArray};
use argosy_kernel::{Currency, Day};
use chrono_tz::Tz;

use crate::{definition::Definitions, report::ImportOptions};

/// The values a definition may name beside its columns.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Given {
    pub(crate) store: String,
    pub(crate) store_market: Option<String>,
    pub(crate) store_currency: Option<Currency>,
    pub(crate) market: Option<String>,
    pub(crate) period_from: Option<Day>,
    pub(crate) period_to: Option<Day>,
    /// The clock of times that name none.
    pub(crate) zone: Tz,
}

impl Given {
    pub(crate) fn new(
        options: &ImportOptions,
        store: Option<&Store>,
        definitions: &Definitions,
    ) -> Self {
        let store_market = store.and_then(|store| store.market.clone());
        let market = options.market.as_ref().map(|market| market.to_uppercase());
        let home = market.as_ref().or(store_market.as_ref());
        let of_market = |market: &String| {
            let channel = store.map(|store| store.channel.as_str());
            let rows = definitions.markets().rows.iter();
            let found = rows
                .filter(|row| row.market == *market)
                .max_by_key(|row| Some(row.channel.as_str()) == channel);
            found.and_then(|row| row.time_zone.parse::<Tz>().ok())
        };
        let own = store.and_then(|store| store.time_zone.as_deref()?.parse::<Tz>().ok());
        let zone = own.or_else(|| home.and_then(of_market)).unwrap_or(Tz::UTC);
        Self {
            store: options.store.clone(),
            store_currency: store.and_then(|store| store.currency),
            store_market,
            market,
            period_from: options.period.map(|period| period.from),
            period_to: options.period.map(|period| period.to),
            zone,
        }
    }

    /// The market the report is most likely from.
    pub(crate) fn home(&self) -> Option<&str> {
        self.market.as_deref().or(self.store_market.as_deref())
    }
}

/// The given values as columns, in the order in which a definition's schema ends.
pub(super) struct Constants {
    texts_before: [Option<String>; 5],
    days: [Option<Day>; 2],
}

impl Constants {
    pub(super) fn new(given: &Given, file_currency: Option<Currency>) -> Self {
        let code = |currency: Option<Currency>| currency.map(|code| code.code().to_owned());
        Self {
            texts_before: [
                Some(given.store.clone()),
                given.store_market.clone(),
                code(given.store_currency),
                code(file_currency),
                given.market.clone(),
            ],
            days: [given.period_from, given.period_to],
        }
    }

    /// The columns but for the row number, which is each row's own.
    pub(super) fn arrays(&self, rows: usize) -> Vec<ArrayRef> {
        let text = |text: &Option<String>| -> ArrayRef {
            match text {
                Some(text) => {
                    Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, rows)))
                }
                None => Arc::new(StringArray::new_null(rows)),
            }
        };
        let day = |day: &Option<Day>| -> ArrayRef {
            match day {
                Some(day) => Arc::new(Date32Array::from_value(day.to_epoch_days(), rows)),
                None => Arc::new(Date32Array::new_null(rows)),
            }
        };
        let amount_key: ArrayRef = Arc::new(StringArray::new_null(rows));
        let texts = self.texts_before.iter().map(text);
        texts.chain(self.days.iter().map(day)).chain([amount_key]).collect()
    }
}
