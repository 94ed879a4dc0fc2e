//! The answer key: exact sums that must come out of the reports, whatever way they are imported.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use argosy_kernel::{Day, Grain};
use rust_decimal::Decimal;

use crate::{
    company::{Company, StatementTruth},
    expenses,
    place::STORES,
};

/// What a sum is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct KeyCell {
    pub store: &'static str,
    pub seller_sku: Option<String>,
    /// ISO 3166 alpha-2; `None` where the channel names no market.
    pub market: Option<&'static str>,
    /// The first day of the month.
    pub month: Day,
    pub line: &'static str,
    pub currency: &'static str,
}

/// One exact sum.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct KeySum {
    pub amount: Decimal,
    /// Units sold (+) or given back (−); only of lines that carry units.
    pub units: i64,
    pub rows: u64,
    /// The part of `amount` that may still change.
    pub provisional: Decimal,
}

/// What the goods of a product cost in a market and month, at the cost of each day.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct GoodsCell {
    pub store: &'static str,
    pub sku: String,
    pub seller_sku: String,
    pub market: Option<&'static str>,
    pub month: Day,
    /// The currency of the unit cost.
    pub currency: &'static str,
}

/// Units and their cost, both above zero.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct GoodsSum {
    pub units_sold: i64,
    pub cost_sold: Decimal,
    pub units_returned: i64,
    pub cost_returned: Decimal,
}

/// Advertising as the newest export of each day tells it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct AdSum {
    pub impressions: u64,
    pub clicks: u64,
    pub orders: u64,
    pub units: u64,
    pub cost: Decimal,
    pub sales: Decimal,
}

/// Everything that is known to be true about the company.
///
/// An importer may add rows that cancel each other (a payment that no longer waits, a voided order):
/// amounts and units must agree, counts of rows of the Shopify store need not, and a cell that sums
/// to zero may be missing here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnswerKey {
    pub ledger: BTreeMap<KeyCell, KeySum>,
    pub goods: BTreeMap<GoodsCell, GoodsSum>,
    /// By store, market and month.
    pub ads: BTreeMap<(&'static str, &'static str, Day), AdSum>,
    pub statements: Vec<StatementTruth>,
}

impl AnswerKey {
    pub(crate) fn of(company: &Company) -> Self {
        let mut key = Self {
            ledger: BTreeMap::new(),
            goods: BTreeMap::new(),
            ads: BTreeMap::new(),
            statements: company.statements(),
        };
        // Sums in minor units per number, names only once per cell.
        let mut sums: BTreeMap<_, (i64, i64, u64, i64)> = BTreeMap::new();
        for entry in company.entries() {
            let month = Grain::Month.start(entry.day());
            let cell = (entry.store, entry.listing, entry.market, month, entry.line);
            let sum = sums.entry(cell).or_default();
            sum.0 += entry.minor;
            sum.1 += entry.units();
            sum.2 += 1;
            sum.3 += if entry.provisional { entry.minor } else { 0 };
            key.add_goods(company, entry);
        }
        for ((store, listing, market, month, line), (amount, units, rows, provisional)) in sums {
            let sku = listing.map(|at| company.products[usize::from(at)].seller_sku(store));
            let store = &STORES[store];
            let decimal = |minor| Decimal::new(minor, store.digits);
            let cell = KeyCell {
                store: store.name,
                seller_sku: sku,
                market: market.map(crate::place::Market::code),
                month,
                line,
                currency: store.currency,
            };
            let (amount, provisional) = (decimal(amount), decimal(provisional));
            key.ledger.insert(cell, KeySum { amount, units, rows, provisional });
        }
        key.add_ads(company);
        for expense in expenses::of(&company.spec) {
            let row = expense.truth();
            let cell = KeyCell {
                store: row.store,
                seller_sku: None,
                market: None,
                month: Grain::Month.start(row.day),
                line: row.line,
                currency: row.currency,
            };
            let sum = key.ledger.entry(cell).or_default();
            sum.amount += row.amount;
            sum.rows += 1;
        }
        key
    }

    fn add_goods(&mut self, company: &Company, entry: &crate::entry::Entry) {
        let (units, Some(listing)) = (entry.units(), entry.listing) else { return };
        let product = &company.products[usize::from(listing)];
        let Some(cost) = product.cost_on(entry.market, entry.day()).filter(|_| units != 0) else {
            return;
        };
        let cell = GoodsCell {
            store: STORES[entry.store].name,
            sku: product.sku.clone(),
            seller_sku: product.seller_sku(entry.store),
            market: entry.market.map(crate::place::Market::code),
            month: Grain::Month.start(entry.day()),
            currency: cost.currency,
        };
        let sum = self.goods.entry(cell).or_default();
        let worth = Decimal::new(cost.minor * units.abs(), 2);
        if units > 0 {
            sum.units_sold += units;
            sum.cost_sold += worth;
        } else {
            sum.units_returned -= units;
            sum.cost_returned += worth;
        }
    }

    fn add_ads(&mut self, company: &Company) {
        let last_export = company.spec.to;
        for ad in &company.ads {
            let ad = ad.as_known_on(last_export);
            let store = &STORES[ad.store];
            let month = Grain::Month.start(ad.day);
            let sum = self.ads.entry((store.name, ad.market.code(), month)).or_default();
            sum.impressions += ad.impressions;
            sum.clicks += ad.clicks;
            sum.orders += ad.orders;
            sum.units += ad.units;
            sum.cost += Decimal::new(ad.cost, store.digits);
            sum.sales += Decimal::new(ad.sales, store.digits);
        }
    }

    /// The ledger sums as CSV, one line per cell, sorted.
    ///
    /// # Errors
    /// What the writer gives back.
    pub fn write_csv(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "store,seller_sku,market,month,line,currency,amount,units,rows,provisional")?;
        for (cell, sum) in &self.ledger {
            writeln!(
                out,
                "{},{},{},{},{},{},{},{},{},{}",
                cell.store,
                cell.seller_sku.as_deref().unwrap_or(""),
                cell.market.unwrap_or(""),
                cell.month,
                cell.line,
                cell.currency,
                sum.amount,
                sum.units,
                sum.rows,
                sum.provisional,
            )?;
        }
        Ok(())
    }

    /// The cost of goods as CSV.
    ///
    /// # Errors
    /// What the writer gives back.
    pub fn write_goods_csv(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "store,sku,seller_sku,market,month,currency,units_sold,cost_sold,units_returned,cost_returned"
        )?;
        for (cell, sum) in &self.goods {
            writeln!(
                out,
                "{},{},{},{},{},{},{},{},{},{}",
                cell.store,
                cell.sku,
                cell.seller_sku,
                cell.market.unwrap_or(""),
                cell.month,
                cell.currency,
                sum.units_sold,
                sum.cost_sold,
                sum.units_returned,
                sum.cost_returned,
            )?;
        }
        Ok(())
    }

    /// Settlements and payouts with their totals as CSV.
    ///
    /// # Errors
    /// What the writer gives back.
    pub fn write_statements_csv(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "store,statement,currency,teller,stated,sum,rows")?;
        for truth in &self.statements {
            let decimal = |minor| Decimal::new(minor, truth.digits);
            writeln!(
                out,
                "{},{},{},{:?},{},{},{}",
                truth.store,
                truth.id,
                truth.currency,
                truth.teller,
                truth.stated.map(|minor| decimal(minor).to_string()).unwrap_or_default(),
                decimal(truth.sum),
                truth.rows,
            )?;
        }
        Ok(())
    }
}
