//! Load for measuring the loop: a large seller's reports of every kind that rules look at.
//!
//! Sizes and cadence are those of a large seller; numbers are plain, and nothing is planted.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use argosy_kernel::Day;
use chrono::Days;
use encoding_rs::UTF_8;

use crate::{
    dice::{Dice, scramble},
    entry::amazon_order_id,
    fees::share,
    load::load_ads,
    place::{US, start_of, utc},
    trial::TRIAL_STORES,
    write::{Out, SETTLEMENT_HEADER, SimError, Written, iso_utc, months},
};

/// How large a seller to make up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadSeller {
    pub skus: u32,
    /// Up to the last day.
    pub days: u16,
    /// Rows of search terms a day, of 200,000 terms in all.
    pub terms_per_day: u32,
    pub to: Day,
    pub seed: u64,
}

impl LoadSeller {
    /// What the loop is measured on: 20,000 SKUs, 400 days, 200,000 search terms.
    pub fn large() -> Self {
        let to = Day::from_ymd_opt(2026, 10, 28).expect("the day exists");
        Self { skus: 20_000, days: 400, terms_per_day: 10_000, to, seed: 1 }
    }

    fn from(&self) -> Day {
        self.to - Days::new(u64::from(self.days.max(1)) - 1)
    }
}

/// Of a hundred SKUs so many sell a unit on a day.
const SELL: u64 = 20;
const FORTNIGHT: u64 = 14;
/// Ad groups in the load of search terms.
const GROUPS: u64 = 2000;
/// Weekly snapshots of stock and listings.
const SNAPSHOTS: u64 = 17;

struct Load<'a> {
    seller: &'a LoadSeller,
    dir: PathBuf,
    written: Vec<Written>,
}

/// Writes the reports of a large seller into `dir`, in the order in which they should be imported.
///
/// # Errors
/// When a file cannot be written.
pub fn load_seller(seller: &LoadSeller, dir: &Path) -> Result<Vec<Written>, SimError> {
    let mut load = Load { seller, dir: dir.to_owned(), written: Vec::new() };
    load.settlements()?;
    // Pairing names the store, which the first report makes.
    load.products()?;
    load.traffic()?;
    load.search_terms()?;
    load.targets()?;
    load.snapshots()?;
    Ok(load.written)
}

impl Load<'_> {
    fn file(
        &mut self,
        name: &str,
        kind: &'static str,
        days: Option<(Day, Day)>,
        write: impl FnOnce(&mut Out) -> io::Result<()>,
    ) -> Result<(), SimError> {
        let mut out = Out::create(&self.dir.join(name), UTF_8)?;
        write(&mut out)?;
        out.finish()?;
        self.note(name, kind, days);
        Ok(())
    }

    fn note(&mut self, name: &str, kind: &'static str, days: Option<(Day, Day)>) {
        self.written.push(Written {
            path: name.to_owned(),
            store: TRIAL_STORES[0].name,
            market: Some("US"),
            period_from: days.map(|days| days.0),
            period_to: days.map(|days| days.1),
            kind,
            note: "load".to_owned(),
        });
    }

    fn products(&mut self) -> Result<(), SimError> {
        let seller = self.seller;
        self.file("product-costs.csv", "argosy.product_costs", None, |out| {
            out.put("SKU,Name,Brand,Category,Valid from,Unit cost,Currency\n")?;
            let since = seller.from() - Days::new(30);
            for sku in 0..seller.skus {
                let cents = price(sku) / 4;
                out.put(&format!(
                    "P-{sku:05},Lamp {sku},Lumenta,Category {},{since},{}.{:02},USD\n",
                    sku % 40,
                    cents / 100,
                    cents % 100
                ))?;
            }
            Ok(())
        })?;
        self.file("pairing.csv", "argosy.pairing", None, |out| {
            out.put("Store,Seller SKU,SKU,Valid from,Valid until\n")?;
            for sku in 0..seller.skus {
                out.put(&format!("{},{},P-{sku:05},,\n", TRIAL_STORES[0].name, name(sku)))?;
            }
            Ok(())
        })
    }

    fn settlements(&mut self) -> Result<(), SimError> {
        let seller = self.seller;
        let mut dice = Dice::new(seller.seed, "load seller");
        let (mut start, mut number) = (seller.from(), 0);
        while start <= seller.to {
            let end = (start + Days::new(FORTNIGHT - 1)).min(seller.to);
            let mut body = Vec::new();
            let mut sum = 0;
            let id = 42_000_000_000 + u64::from(start.to_epoch_days().unsigned_abs());
            for day in start.iter_days().take_while(|day| *day <= end) {
                for sku in 0..seller.skus {
                    if dice.below(100) < SELL {
                        number += 1;
                        sum += order(&mut body, &mut dice, (id, number), (sku, day))?;
                    }
                }
            }
            let zone = TRIAL_STORES[0].market.zone();
            let (from, to) = (start_of(start, zone), start_of(end, zone) + 86_399);
            let (first, last, paid) = (iso_utc(from), iso_utc(to), iso_utc(to + 172_800));
            let total = money(sum);
            let file = format!("settlement-{end}.txt");
            self.file(&file, "amazon.settlement_v2", None, |out| {
                out.put(SETTLEMENT_HEADER)?;
                let rest = "\t".repeat(18);
                out.put(&format!("{id}\t{first}\t{last}\t{paid}\t{total}\tUSD{rest}\n"))?;
                out.put(&String::from_utf8_lossy(&body))
            })?;
            start = end + Days::new(1);
        }
        Ok(())
    }

    fn traffic(&mut self) -> Result<(), SimError> {
        let seller = self.seller;
        for (from, to) in months(seller.from(), seller.to) {
            let file = format!("traffic-{from}.json.gz");
            self.file(&file, "amazon.sales_and_traffic_kiosk", None, |out| {
                let market = TRIAL_STORES[0].market.amazon_id();
                for day in from.iter_days().take_while(|day| *day <= to) {
                    for sku in 0..seller.skus {
                        let chance = scramble(u64::from(sku) ^ (day_number(day) << 20));
                        let (sessions, units) = (1 + chance % 6, u64::from(chance / 7 % 100 < SELL));
                        let name = name(sku);
                        out.put(&format!(
                            "{{\"startDate\":\"{day}\",\"endDate\":\"{day}\",\"marketplaceId\":\"{market}\",\
                             \"childAsin\":\"B0{sku:08}\",\"sku\":\"{name}\",\"sales\":{{\
                             \"orderedProductSales\":{{\"amount\":{},\"currencyCode\":\"USD\"}},\
                             \"unitsOrdered\":{units},\"totalOrderItems\":{units}}},\"traffic\":{{\
                             \"sessions\":{sessions},\"pageViews\":{sessions},\
                             \"buyBoxPercentage\":97.00}}}}\n",
                            money(price(sku) * units as i64),
                        ))?;
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn search_terms(&mut self) -> Result<(), SimError> {
        let seller = self.seller;
        let first = Day::from_ymd_opt(2025, 1, 1).expect("the day exists");
        for (from, to) in months(seller.from(), seller.to) {
            let days = (to - from).num_days().unsigned_abs() + 1;
            let file = format!("search-terms-{from}.csv");
            let since = (from - first).num_days().unsigned_abs();
            let rows = days * u64::from(seller.terms_per_day);
            load_ads(&self.dir.join(&file), rows, days, since, seller.seed)?;
            self.note(&file, "amazon.ads_search_term_new", None);
        }
        Ok(())
    }

    /// The newest sixty days of targets and advertised products of the same ad groups.
    fn targets(&mut self) -> Result<(), SimError> {
        let seller = self.seller;
        let from = seller.to - Days::new(59);
        let head = "Date,Country,Budget currency,Ad product,Campaign name,Ad group name";
        let figures = "Impressions,Clicks,Total cost,Purchases,Sales,Units sold";
        for (file, kind, own) in [
            (
                "targets.csv",
                "amazon.ads_targeting_new",
                "Target value,Target match type,Target bid",
            ),
            (
                "products.csv",
                "amazon.ads_product_new",
                "Advertised product ID,Advertised product SKU",
            ),
        ] {
            self.file(file, kind, None, |out| {
                out.put(&format!("{head},{own},{figures}\n"))?;
                for day in from.iter_days().take_while(|day| *day <= seller.to) {
                    for group in 0..GROUPS {
                        let chance = scramble(group ^ (day_number(day) << 16));
                        let sku = (group % u64::from(seller.skus)) as u32;
                        let cells = if kind.ends_with("targeting_new") {
                            format!("lamp {group},BROAD,0.90")
                        } else {
                            format!("B0{sku:08},{}", name(sku))
                        };
                        let clicks = chance % 9;
                        let orders = u64::from(chance / 11 % 100 < clicks * 8);
                        out.put(&format!(
                            "\"{}\",United States,USD,Sponsored Products,Campaign {},Group {group},{cells},\
                             {},{clicks},{},{orders},{},{orders}\n",
                            day.format("%b %d, %Y"),
                            group % 200,
                            clicks * 40,
                            money(clicks as i64 * 60),
                            money(price(sku) * orders as i64),
                        ))?;
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn snapshots(&mut self) -> Result<(), SimError> {
        let seller = self.seller;
        for back in (0..SNAPSHOTS).rev() {
            let day = seller.to - Days::new(back * 7);
            let file = format!("planning-{day}.txt");
            self.file(&file, "amazon.fba_inventory_planning", None, |out| {
                out.put(
                    "snapshot-date\tsku\tfnsku\tasin\tcondition\tavailable\tinv-age-0-to-90-days\t\
                     currency\tmarketplace\tinbound-shipped\n",
                )?;
                for sku in 0..seller.skus {
                    let units = scramble(u64::from(sku) ^ back) % 30;
                    out.put(&format!(
                        "{day}\t{}\tX0{sku:07}\tB0{sku:08}\tNew\t{units}\t{units}\tUSD\tUS\t0\n",
                        name(sku)
                    ))?;
                }
                Ok(())
            })?;
            let file = format!("listings-{day}.txt");
            self.file(&file, "amazon.merchant_listings", Some((day, day)), |out| {
                out.put("item-name\tlisting-id\tseller-sku\tprice\tquantity\topen-date\tasin1\tstatus\n")?;
                for sku in 0..seller.skus {
                    out.put(&format!(
                        "Lamp {sku}\tL{sku:08}\t{}\t{}\t\t2024-03-10 23:35:42 PST\tB0{sku:08}\tActive\n",
                        name(sku),
                        money(price(sku))
                    ))?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

fn name(sku: u32) -> String {
    format!("LH-SKU-{sku:05}")
}

fn price(sku: u32) -> i64 {
    1499 + (scramble(u64::from(sku)) % 40) as i64 * 100
}

fn day_number(day: Day) -> u64 {
    u64::from(day.to_epoch_days().unsigned_abs())
}

fn money(minor: i64) -> String {
    crate::write::Numerals::plain(2).write(minor)
}

/// One order of one unit, now and then with a refund; gives its sum.
fn order(
    out: &mut Vec<u8>,
    dice: &mut Dice,
    (statement, number): (u64, u64),
    (sku, day): (u32, Day),
) -> io::Result<i64> {
    let zone = TRIAL_STORES[0].market.zone();
    let time = iso_utc(start_of(day, zone) + 3600 + dice.below(80_000) as i64);
    let date = utc(start_of(day, zone)).date_naive();
    let (order, name, price) = (amazon_order_id(US, number), name(sku), price(sku));
    let mut sum = 0;
    let mut line = |transaction: &str, kind: &str, description: &str, minor: i64| {
        sum += minor;
        writeln!(
            out,
            "{statement}\t\t\t\t\tUSD\t{transaction}\t{order}\t\t\t\tAmazon.com\t{kind}\t{description}\t{}\tAFN\t\
             {date} 00:00:00 UTC\t{time}\t\t\t\t{name}\t1\t",
            money(minor)
        )
    };
    line("Order", "ItemPrice", "Principal", price)?;
    line("Order", "ItemFees", "Commission", -share(price, 150))?;
    line("Order", "ItemFees", "FBAPerUnitFulfillmentFee", -486)?;
    if dice.chance(40) {
        line("Refund", "ItemPrice", "Principal", -price)?;
        line("Refund", "ItemFees", "Commission", share(price, 150))?;
    }
    Ok(sum)
}
