//! Value added tax: the standard rate of a market on a day, and what of a price is tax.

use std::collections::BTreeMap;

use argosy_kernel::{Day, Diagnostic, Files};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::{
    chart::{Chart, Stage},
    expression::quoted,
    money::{StoreWithVat, before},
};

/// Where the rates stand below `knowledge/`.
pub(crate) const VAT_PATH: &str = "vat.csv";

/// The line that tax in sales stands on in the view with tax.
pub(crate) const VAT_IN_SALES: &str = "vat_in_sales";

/// Rates by market, in order of days: per cent of the price before tax.
#[derive(Clone, Debug, Default)]
pub(crate) struct VatRates {
    by_market: BTreeMap<String, Vec<(Day, Decimal)>>,
}

#[derive(Deserialize)]
struct Row {
    market: String,
    since: Day,
    rate: Decimal,
}

impl VatRates {
    /// Reads `vat.csv`; without the file there are no rates.
    pub(crate) fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(VAT_PATH) else { return Ok(Self::default()) };
        let rows: Vec<(u64, Row)> = source.csv()?;
        let mut rates = Self::default();
        let mut wrong = Vec::new();
        for (line, row) in rows {
            if row.rate.is_sign_negative() || row.rate >= Decimal::ONE_HUNDRED {
                let message = format!("`{}` is not a rate of tax", row.rate);
                wrong.push(source.complain_at_line(line, &message, "write per cent, such as 19"));
            }
            rates.by_market.entry(row.market).or_default().push((row.since, row.rate));
        }
        for series in rates.by_market.values_mut() {
            series.sort_by_key(|(since, _)| *since);
        }
        if wrong.is_empty() { Ok(rates) } else { Err(wrong) }
    }

    /// When which rate holds: market, first day, last day, rate as a fraction.
    fn spans(&self) -> Vec<(&str, Day, Option<Day>, Decimal)> {
        let mut spans = Vec::new();
        for (market, series) in &self.by_market {
            for (at, (since, rate)) in series.iter().enumerate() {
                let until = series.get(at + 1).map(|(next, _)| before(*next));
                spans.push((market.as_str(), *since, until, rate / Decimal::ONE_HUNDRED));
            }
        }
        spans
    }

    /// SQL over `l` that gives one plus the rate of a row of sales told with tax, and `NULL` for
    /// every other row. `None` when no store is told with tax.
    pub(crate) fn divisor_sql(&self, stores: &[StoreWithVat], chart: &Chart) -> Option<String> {
        if stores.is_empty() {
            return None;
        }
        let lines: Vec<String> = [Stage::Sales, Stage::Promotions, Stage::Refunds]
            .into_iter()
            .flat_map(|stage| chart.leaves_of(stage))
            .filter(|line| *line != VAT_IN_SALES)
            .map(quoted)
            .collect();
        let mut cases = String::new();
        for store in stores {
            let of_store = format!("l.\"store\" = {}", quoted(&store.store));
            let is_market = |market: &str| store.market.as_deref().is_none_or(|own| own == market);
            match (store.rate, &store.market) {
                (Some(rate), None) => case(&mut cases, &of_store, rate),
                (Some(rate), Some(market)) => {
                    let condition = format!("{of_store} AND l.\"market\" = {}", quoted(market));
                    case(&mut cases, &condition, rate);
                }
                (None, _) => {
                    for (market, since, until, rate) in self.spans() {
                        if !is_market(market) {
                            continue;
                        }
                        let mut condition = format!(
                            "{of_store} AND l.\"market\" = {} AND l.\"day\" >= DATE '{since}'",
                            quoted(market)
                        );
                        if let Some(until) = until {
                            condition += &format!(" AND l.\"day\" <= DATE '{until}'");
                        }
                        case(&mut cases, &condition, rate);
                    }
                }
            }
        }
        if cases.is_empty() || lines.is_empty() {
            return None;
        }
        Some(format!(
            "CASE WHEN l.\"line\" IN ({}) AND t.\"order_id\" IS NULL THEN CASE{cases} END END",
            lines.join(", ")
        ))
    }
}

fn case(cases: &mut String, condition: &str, rate: Decimal) {
    let divisor = Decimal::ONE + rate;
    *cases += &format!(" WHEN {condition} THEN CAST('{divisor}' AS DECIMAL(8, 6))");
}
