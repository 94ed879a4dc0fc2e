//! Amazon settlement report, flat file V2: 24 columns, tab separated, nothing quoted.

use std::{fmt::Write as _, io};

use crate::{
    amazon::Account,
    catalogue::Product,
    dice::scramble,
    entry::{Entry, Reference},
    place::{Market, STORES, StoreIndex, US},
    statements::Statement,
    write::{
        out::Out,
        text::{Numerals, european_utc, iso_utc},
    },
};

pub(crate) const HEADER: &str = "settlement-id\tsettlement-start-date\tsettlement-end-date\t\
deposit-date\ttotal-amount\tcurrency\ttransaction-type\torder-id\tmerchant-order-id\t\
adjustment-id\tshipment-id\tmarketplace-name\tamount-type\tamount-description\tamount\t\
fulfillment-id\tposted-date\tposted-date-time\torder-item-code\tmerchant-order-item-id\t\
merchant-adjustment-item-id\tsku\tquantity-purchased\tpromotion-id\n";

/// How an account's region writes its settlement reports.
pub(crate) struct Style {
    numerals: Numerals,
    european: bool,
    /// Whether every row repeats the currency, or only the first has it.
    repeats_currency: bool,
}

impl Style {
    pub(crate) fn of(store: StoreIndex) -> Self {
        let european = store == crate::place::EU;
        let decimal = if european { ',' } else { '.' };
        let numerals = Numerals { decimal, thousands: None, digits: STORES[store].digits };
        Self { numerals, european, repeats_currency: store == US }
    }

    fn instant(&self, at: i64) -> String {
        if self.european { european_utc(at) } else { iso_utc(at) }
    }

    fn day(&self, at: i64) -> String {
        let text = self.instant(at);
        if self.european { text[..10].to_owned() } else { format!("{} 00:00:00 UTC", &text[..10]) }
    }
}

/// Writes one settlement with all its rows.
pub(crate) fn write(
    out: &mut Out,
    account: &Account,
    products: &[Product],
    index: usize,
) -> io::Result<()> {
    let store = account.books.store;
    let style = Style::of(store);
    let statement = &account.books.statements[index];
    let entries = &account.books.entries;
    let first = entries.partition_point(|entry| entry.statement < Some(index));
    let last = entries.partition_point(|entry| entry.statement <= Some(index));
    out.put(HEADER)?;
    out.put(&summary(&style, statement, STORES[store].currency))?;
    let mut line = String::new();
    for entry in &entries[first..last] {
        line.clear();
        row(&mut line, &style, statement, products, entry);
        out.put(&line)?;
    }
    Ok(())
}

fn summary(style: &Style, statement: &Statement, currency: &str) -> String {
    format!(
        "{}\t{}\t{}\t{}\t{}\t{currency}{}\n",
        statement.id,
        style.instant(statement.start),
        style.instant(statement.end),
        style.instant(statement.deposit()),
        style.numerals.write(statement.total),
        "\t".repeat(18),
    )
}

fn row(
    line: &mut String,
    style: &Style,
    statement: &Statement,
    products: &[Product],
    entry: &Entry,
) {
    let store = entry.store;
    let words = entry.words;
    let of_order = matches!(entry.reference, Reference::Order(_) | Reference::OtherChannel(_));
    let number = scramble(entry.reference.number() ^ 0xa5a5) % 1_000_000_000;
    let shipment = if of_order { format!("D{number:09}") } else { String::new() };
    let item = match entry.listing {
        Some(listing) if of_order => {
            (55_000_000_000 + number * 10 + u64::from(listing)).to_string()
        }
        _ => String::new(),
    };
    let is_refund = entry.words.transaction.contains("Refund");
    let adjustment = if is_refund { format!("A{number:010}") } else { String::new() };
    let marketplace = match entry.reference {
        Reference::OtherChannel(_) => "Non-Amazon",
        _ => entry.market.map_or("", Market::amazon_name),
    };
    let sku = entry.listing.map(|at| products[usize::from(at)].seller_sku(store));
    let quantity = if entry.quantity > 0 { entry.quantity.to_string() } else { String::new() };
    let is_coupon = words.transaction == "CouponRedemptionFee";
    let note = entry.note.as_deref().unwrap_or("");
    let description = if is_coupon { note } else { words.description };
    let promotion = if words.amount_type == "Promotion" { note } else { "" };
    // Writing to a String cannot fail.
    let _ = writeln!(
        line,
        "{}\t\t\t\t\t{}\t{}\t{}\t{}\t{adjustment}\t{shipment}\t{marketplace}\t{}\t{description}\t{}\
         \t{}\t{}\t{}\t{item}\t\t\t{}\t{quantity}\t{promotion}",
        statement.id,
        if style.repeats_currency { STORES[store].currency } else { "" },
        words.transaction,
        entry.reference.order_id(store),
        entry.reference.merchant_order_id(),
        words.amount_type,
        style.numerals.write(entry.minor),
        if of_order { "AFN" } else { "" },
        style.day(entry.at),
        style.instant(entry.at),
        sku.as_deref().unwrap_or(""),
    );
}
