//! Load for measurements: one huge settlement report that balances, and ledger rows without files.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use argosy_kernel::Day;
use chrono::Days;
use rust_decimal::Decimal;

use crate::{
    dice::{Dice, scramble},
    entry::amazon_order_id,
    fees::{part, share},
    place::{US, utc},
    write::SETTLEMENT_HEADER,
};

/// What a huge settlement holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadSettlement {
    pub id: String,
    /// Ledger rows: the lines without header and summary.
    pub rows: u64,
    pub bytes: u64,
    /// The control total, which is also the sum of the rows.
    pub total: Decimal,
    pub currency: &'static str,
}

const ID: u64 = 39_900_000_017;
const TOTAL_CENTS: i64 = 123_456_789;
/// 2026-06-02 16:21:08 UTC
const START: i64 = 1_780_417_268;
const SECONDS: u64 = 14 * 86_400;

/// Writes one settlement report of about `bytes` bytes with constant memory; the same seed gives
/// the same bytes.
///
/// # Errors
/// When the file cannot be written.
pub fn load_settlement(path: &Path, bytes: u64, seed: u64) -> io::Result<LoadSettlement> {
    let mut dice = Dice::new(seed, "load");
    let mut out =
        Counted { inner: BufWriter::with_capacity(1 << 20, File::create(path)?), bytes: 0 };
    out.write_all(SETTLEMENT_HEADER.as_bytes())?;
    let (start, end) = (stamp(START), stamp(START + SECONDS as i64));
    let deposit = stamp(START + SECONDS as i64 + 2 * 86_400);
    writeln!(
        out,
        "{ID}\t{start}\t{end}\t{deposit}\t{}\tUSD{}",
        Decimal::new(TOTAL_CENTS, 2),
        "\t".repeat(18)
    )?;
    let mut sum = 0;
    let mut rows = 0;
    let mut lines = Vec::with_capacity(4096);
    let mut number = 0;
    while out.bytes + 400 < bytes {
        lines.clear();
        let (cents, count) = order(&mut lines, &mut dice, number);
        sum += cents;
        rows += count;
        number += 1;
        out.write_all(&lines)?;
    }
    // What is held back makes the sum what the summary says.
    lines.clear();
    let tail = Tail { at: START + SECONDS as i64 - 1, ..Tail::default() };
    let words = ["other-transaction", "other-transaction", "Current Reserve Amount"];
    tail.line(&mut lines, words, TOTAL_CENTS - sum);
    out.write_all(&lines)?;
    out.flush()?;
    Ok(LoadSettlement {
        id: ID.to_string(),
        rows: rows + 1,
        bytes: out.bytes,
        total: Decimal::new(TOTAL_CENTS, 2),
        currency: "USD",
    })
}

struct Counted<W> {
    inner: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn stamp(at: i64) -> String {
    utc(at).format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// What the rows of one order line share.
#[derive(Default)]
struct Tail {
    at: i64,
    order: String,
    shipment: u64,
    sku: u64,
    units: u64,
}

impl Tail {
    fn line(&self, out: &mut Vec<u8>, words: [&str; 3], cents: i64) {
        let [transaction, amount_type, description] = words;
        let of_order = !self.order.is_empty();
        let digits = |out: &mut Vec<u8>, n: u64| {
            let mut buffer = [0u8; 20];
            let mut at = buffer.len();
            let mut rest = n;
            loop {
                at -= 1;
                buffer[at] = b'0' + (rest % 10) as u8;
                rest /= 10;
                if rest == 0 {
                    break;
                }
            }
            out.extend_from_slice(&buffer[at..]);
        };
        digits(out, ID);
        out.extend_from_slice(b"\t\t\t\t\tUSD\t");
        out.extend_from_slice(transaction.as_bytes());
        out.push(b'\t');
        out.extend_from_slice(self.order.as_bytes());
        out.extend_from_slice(b"\t\t\t");
        if of_order {
            out.push(b'D');
            digits(out, self.shipment);
        }
        out.extend_from_slice(if of_order { b"\tAmazon.com\t" } else { b"\t\t" });
        out.extend_from_slice(amount_type.as_bytes());
        out.push(b'\t');
        out.extend_from_slice(description.as_bytes());
        out.push(b'\t');
        if cents < 0 {
            out.push(b'-');
        }
        digits(out, cents.unsigned_abs() / 100);
        out.push(b'.');
        out.push(b'0' + (cents.unsigned_abs() / 10 % 10) as u8);
        out.push(b'0' + (cents.unsigned_abs() % 10) as u8);
        out.extend_from_slice(if of_order { b"\tAFN\t" } else { b"\t\t" });
        self.time(out);
        if of_order {
            digits(out, 55_000_000_000 + self.shipment);
        }
        out.extend_from_slice(b"\t\t\t");
        if of_order {
            out.extend_from_slice(b"LH-SKU-");
            digits(out, 10_000 + self.sku);
        }
        out.push(b'\t');
        if self.units > 0 {
            digits(out, self.units);
        }
        out.extend_from_slice(b"\t\n");
    }

    /// Day and time of posting; days are counted from the start, which is enough within a period.
    fn time(&self, out: &mut Vec<u8>) {
        let text = stamp(self.at);
        out.extend_from_slice(&text.as_bytes()[..10]);
        out.extend_from_slice(b" 00:00:00 UTC\t");
        out.extend_from_slice(text.as_bytes());
        out.push(b'\t');
    }
}

/// One order line, now and then with its refund; gives its sum and its number of rows.
fn order(out: &mut Vec<u8>, dice: &mut Dice, number: u64) -> (i64, u64) {
    let sku = dice.below(4000);
    let units = 1 + dice.below(10) / 8;
    let price = (999 + (scramble(sku) % 70) as i64 * 100) * units as i64;
    let tax = part(price, *dice.pick(&[0, 625, 725, 887]));
    let commission = share(price, 150);
    let fulfilment = (386 + (scramble(sku) % 5) as i64 * 97) * units as i64;
    let at = START + dice.below(SECONDS) as i64;
    let order = amazon_order_id(US, number);
    let tail = Tail { at, order, shipment: scramble(number) % 1_000_000_000, sku, units };
    let mut sum = 0;
    let mut rows = 0;
    let mut add = |transaction, amount_type, description, cents: i64| {
        if cents != 0 {
            tail.line(out, [transaction, amount_type, description], cents);
            sum += cents;
            rows += 1;
        }
    };
    if dice.chance(950) {
        add("Order", "ItemPrice", "Principal", price);
        add("Order", "ItemPrice", "Tax", tax);
        add("Order", "ItemFees", "Commission", -commission);
        add("Order", "ItemFees", "FBAPerUnitFulfillmentFee", -fulfilment);
        add("Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", -tax);
        if dice.chance(80) {
            add("Order", "Promotion", "Principal", -share(price, 100));
        }
    } else {
        add("Refund", "ItemPrice", "Principal", -price);
        add("Refund", "ItemPrice", "Tax", -tax);
        add("Refund", "ItemFees", "Commission", commission);
        add("Refund", "ItemFees", "RefundCommission", -share(commission, 200));
        add("Refund", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", tax);
    }
    (sum, rows)
}

/// A ledger row for measurements.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadRow {
    pub store: &'static str,
    pub channel: &'static str,
    pub market: &'static str,
    pub day: Day,
    /// Seconds since 1970, UTC.
    pub at: i64,
    pub line: &'static str,
    /// In minor units; all currencies here have two digits except JPY.
    pub minor: i64,
    pub digits: u32,
    pub currency: &'static str,
    /// Number of the seller SKU, 0 to 4999.
    pub sku: u32,
    pub order: u64,
    pub units: Option<i64>,
    /// Number of the settlement.
    pub statement: u64,
    pub transaction: &'static str,
    pub fee_type: &'static str,
}

impl LoadRow {
    /// The seller SKU as text.
    pub fn seller_sku(&self) -> String {
        format!("LH-SKU-{:05}", self.sku)
    }

    /// The order number as the channel writes it.
    pub fn order_id(&self) -> String {
        amazon_order_id(US, self.order)
    }
}

/// Rows of two years over three stores and six markets, in the order in which settlements come.
pub fn ledger_rows(rows: u64, seed: u64) -> LoadRows {
    LoadRows { dice: Dice::new(seed, "rows"), next: 0, rows, order: Drawn::default() }
}

/// See [`ledger_rows`].
pub struct LoadRows {
    dice: Dice,
    next: u64,
    rows: u64,
    order: Drawn,
}

#[derive(Default)]
struct Drawn {
    place: usize,
    sku: u32,
    units: i64,
    price: i64,
    at: i64,
    refund: bool,
}

const PLACES: [(&str, &str, &str, u32); 6] = [
    ("lantern-us", "US", "USD", 2),
    ("lantern-us", "US", "USD", 2),
    ("lantern-eu", "DE", "EUR", 2),
    ("lantern-eu", "FR", "EUR", 2),
    ("lantern-eu", "IT", "EUR", 2),
    ("lantern-jp", "JP", "JPY", 0),
];

/// Line, fee, words, and its share of the price in per mille, for an order and for a refund.
const ORDER_LINES: [(&str, &str, i64); 5] = [
    ("product_sales", "ItemPrice/Principal", 1000),
    ("tax_collected", "ItemPrice/Tax", 80),
    ("referral_fee", "ItemFees/Commission", -150),
    ("fulfilment_fee", "ItemFees/FBAPerUnitFulfillmentFee", -170),
    ("tax_withheld", "ItemWithheldTax/MarketplaceFacilitatorTax-Principal", -80),
];
const REFUND_LINES: [(&str, &str, i64); 5] = [
    ("product_refunds", "ItemPrice/Principal", -1000),
    ("tax_collected", "ItemPrice/Tax", -80),
    ("referral_fee", "ItemFees/Commission", 150),
    ("refund_admin_fee", "ItemFees/RefundCommission", -30),
    ("tax_withheld", "ItemWithheldTax/MarketplaceFacilitatorTax-Principal", 80),
];

impl Iterator for LoadRows {
    type Item = LoadRow;

    fn next(&mut self) -> Option<LoadRow> {
        if self.next == self.rows {
            return None;
        }
        let number = self.next / 5;
        if self.next.is_multiple_of(5) {
            self.draw(number);
        }
        let drawn = &self.order;
        let lines = if drawn.refund { REFUND_LINES } else { ORDER_LINES };
        let (line, fee_type, per_mille) = lines[(self.next % 5) as usize];
        let (store, market, currency, digits) = PLACES[drawn.place];
        let units = match line {
            "product_sales" => Some(drawn.units),
            "product_refunds" => Some(-drawn.units),
            _ => None,
        };
        self.next += 1;
        let first = Day::from_ymd_opt(2024, 7, 1).unwrap_or_default();
        let days = drawn.at / 86_400;
        Some(LoadRow {
            store,
            channel: "amazon",
            market,
            day: first + Days::new(days.unsigned_abs()),
            at: 1_719_792_000 + drawn.at,
            line,
            minor: share(drawn.price * drawn.units, per_mille),
            digits,
            currency,
            sku: drawn.sku,
            order: number,
            units,
            statement: 30_000_000_000 + drawn.place as u64 * 1000 + (days / 14).unsigned_abs(),
            transaction: if drawn.refund { "Refund" } else { "Order" },
            fee_type,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.rows - self.next) as usize;
        (left, Some(left))
    }
}

impl LoadRows {
    fn draw(&mut self, number: u64) {
        let orders = (self.rows / 5).max(1);
        // Few products sell most: the smaller of two draws.
        let sku = self.dice.below(5000).min(self.dice.below(5000)) as u32;
        let spread = self.dice.below(5 * 86_400);
        let at = number * (725 * 86_400) / orders + spread;
        self.order = Drawn {
            place: self.dice.below(PLACES.len() as u64) as usize,
            sku,
            units: 1 + (self.dice.below(10) / 8) as i64,
            price: 999 + (scramble(u64::from(sku)) % 80) as i64 * 100,
            at: at as i64,
            refund: self.dice.chance(60),
        };
    }
}
