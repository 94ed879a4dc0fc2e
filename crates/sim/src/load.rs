//! Load for measurements: huge settlement reports that balance, and huge advertising reports.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

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

const TOTAL_CENTS: i64 = 123_456_789;
/// 2026-06-02 16:21:08 UTC
const LAST_START: i64 = 1_780_417_268;
const SECONDS: u64 = 14 * 86_400;
/// Fifty fortnights: settlements of more seeds stand beside each other.
const PERIODS: u64 = 50;

/// The fortnight that a settlement is about.
#[derive(Clone, Copy)]
struct Fortnight {
    id: u64,
    start: i64,
}

impl Fortnight {
    fn of(seed: u64) -> Self {
        let back = (seed % PERIODS * SECONDS) as i64;
        Self { id: 39_900_000_017 + seed, start: LAST_START - back }
    }
}

/// Writes one settlement report of about `bytes` bytes with constant memory; the same seed gives
/// the same bytes, another seed another settlement of another fortnight.
///
/// # Errors
/// When the file cannot be written.
pub fn load_settlement(path: &Path, bytes: u64, seed: u64) -> io::Result<LoadSettlement> {
    let mut dice = Dice::new(seed, "load");
    let mut out =
        Counted { inner: BufWriter::with_capacity(1 << 20, File::create(path)?), bytes: 0 };
    out.write_all(SETTLEMENT_HEADER.as_bytes())?;
    let fortnight = Fortnight::of(seed);
    let Fortnight { id, start: first } = fortnight;
    let (start, end) = (stamp(first), stamp(first + SECONDS as i64));
    let deposit = stamp(first + SECONDS as i64 + 2 * 86_400);
    writeln!(
        out,
        "{id}\t{start}\t{end}\t{deposit}\t{}\tUSD{}",
        Decimal::new(TOTAL_CENTS, 2),
        "\t".repeat(18)
    )?;
    let mut sum = 0;
    let mut rows = 0;
    let mut lines = Vec::with_capacity(4096);
    let mut number = 0;
    while out.bytes + 400 < bytes {
        lines.clear();
        let (cents, count) = order(&mut lines, &mut dice, fortnight, number);
        sum += cents;
        rows += count;
        number += 1;
        out.write_all(&lines)?;
    }
    // What is held back makes the sum what the summary says.
    lines.clear();
    let tail = Tail { statement: id, at: first + SECONDS as i64 - 1, ..Tail::default() };
    let words = ["other-transaction", "other-transaction", "Current Reserve Amount"];
    tail.line(&mut lines, words, TOTAL_CENTS - sum);
    out.write_all(&lines)?;
    out.flush()?;
    Ok(LoadSettlement {
        id: id.to_string(),
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
    statement: u64,
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
        digits(out, self.statement);
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
fn order(out: &mut Vec<u8>, dice: &mut Dice, fortnight: Fortnight, number: u64) -> (i64, u64) {
    let sku = dice.below(4000);
    let units = 1 + dice.below(10) / 8;
    let price = (999 + (scramble(sku) % 70) as i64 * 100) * units as i64;
    let tax = part(price, *dice.pick(&[0, 625, 725, 887]));
    let commission = share(price, 150);
    let fulfilment = (386 + (scramble(sku) % 5) as i64 * 97) * units as i64;
    let at = fortnight.start + dice.below(SECONDS) as i64;
    // Settlements of other seeds have other orders: an order number holds seven digits of its own.
    let order = amazon_order_id(US, fortnight.id % 1000 * 10_007 + number);
    let shipment = scramble(number) % 1_000_000_000;
    let tail = Tail { statement: fortnight.id, at, order, shipment, sku, units };
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

/// What a huge advertising report holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadAds {
    pub rows: u64,
    pub bytes: u64,
    pub clicks: u64,
    pub cost: Decimal,
}

/// First day of the advertising load.
const ADS_FROM: i64 = 1_735_689_600;
const TERMS: u64 = 200_000;

/// Writes a daily search-term report of the new advertising console with `rows` rows over `days`
/// days, 200,000 search terms at most, in constant memory. `from` counts days since 1 January 2025,
/// so that several reports stand one behind the other.
///
/// # Errors
/// When the file cannot be written.
pub fn load_ads(path: &Path, rows: u64, days: u64, from: u64, seed: u64) -> io::Result<LoadAds> {
    let mut dice = Dice::new(seed, "ad load");
    let mut out =
        Counted { inner: BufWriter::with_capacity(1 << 20, File::create(path)?), bytes: 0 };
    writeln!(
        out,
        "Date range,Country,Budget currency,Ad product,Campaign name,Ad group name,Target value,\
         Target match type,Search term,Impressions,Clicks,Total cost,Purchases,Sales,Units sold"
    )?;
    let (mut clicks_in_all, mut cents_in_all) = (0, 0);
    let per_day = rows.div_ceil(days.max(1));
    for row in 0..rows {
        let day = utc(ADS_FROM + ((from + row / per_day) * 86_400) as i64).format("%b %d, %Y");
        // A term stands once in a day: its number walks through all of them.
        let term = (row % per_day * 61 + row / per_day) % TERMS;
        let clicks = dice.below(6);
        let impressions = clicks * 30 + dice.below(400);
        let cents = clicks * (30 + dice.below(90));
        let orders = u64::from(dice.chance(clicks * 60));
        let sales = orders * (999 + term % 70 * 100);
        let (campaign, group) = (term % 200, term % 2000);
        writeln!(
            out,
            "\"{day} - {day}\",United States,USD,Sponsored Products,Campaign {campaign},Group \
             {group},lamp {group},Broad,lamp for room {term},{impressions},{clicks},{}.{:02},{orders},\
             {}.{:02},{orders}",
            cents / 100,
            cents % 100,
            sales / 100,
            sales % 100,
        )?;
        clicks_in_all += clicks;
        cents_in_all += cents;
    }
    out.flush()?;
    let cost = Decimal::new(cents_in_all as i64, 2);
    Ok(LoadAds { rows, bytes: out.bytes, clicks: clicks_in_all, cost })
}
