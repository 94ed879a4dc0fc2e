//! Sales and Traffic: the JSON of the reports API, and the business report that people download.

use std::{collections::BTreeMap, io};

use argosy_kernel::Day;

use crate::{
    amazon::Account,
    catalogue::Product,
    dice::scramble,
    interventions::Season,
    place::{JP, Market, STORES, StoreIndex, day_of},
    write::{
        out::Out,
        text::{Numerals, percent, quoted},
    },
};

/// Visits and sales of a day, a listing, or both.
#[derive(Clone, Copy, Default)]
struct Visits {
    units: u64,
    items: u64,
    sales: i64,
    sessions: u64,
    page_views: u64,
    /// Page views with the buy box, in per cent of all.
    buy_box: u64,
}

/// What an account sold and who looked at it, by market, day and listing.
pub(crate) struct Traffic<'a> {
    store: StoreIndex,
    products: &'a [Product],
    visits: BTreeMap<(Market, Day, u16), Visits>,
}

impl<'a> Traffic<'a> {
    /// Counts an account's orders as ordered (cancelled ones too) and makes up the visits around
    /// them.
    pub(crate) fn of(
        account: &Account,
        products: &'a [Product],
        season: &Season,
        days: &[Day],
    ) -> Self {
        let store = account.books.store;
        let mut visits: BTreeMap<(Market, Day, u16), Visits> = BTreeMap::new();
        for order in &account.orders {
            let Some(market) = order.market else { continue };
            let day = day_of(order.purchased, store, Some(market));
            for item in &order.items {
                let cell = visits.entry((market, day, item.listing)).or_default();
                cell.units += u64::from(item.units);
                cell.items += 1;
                cell.sales += item.price - item.discount;
            }
        }
        for (market, share) in STORES[store].markets {
            for day in days {
                for (listing, product) in (0u16..).zip(products) {
                    let key = (u64::from(listing) << 32) ^ *market as u64;
                    let date = (*day - Day::default()).num_days().unsigned_abs();
                    let chance = scramble(key ^ (date << 8));
                    let cell = visits.entry((*market, *day, listing)).or_default();
                    // What was changed made more (or fewer) of the same visitors buy.
                    let visits = cell.items * 9 * 1000 / season.demand(store, listing, *day).max(1);
                    cell.sessions = visits + chance % (product.weight * share / 2000 + 3);
                    cell.page_views = cell.sessions * (120 + chance / 7 % 50) / 100;
                    cell.buy_box = 90 + chance / 11 % 11;
                }
            }
        }
        Self { store, products, visits }
    }

    fn by_day(&self, market: Market, from: Day, to: Day) -> BTreeMap<Day, Visits> {
        let mut days: BTreeMap<Day, Visits> = BTreeMap::new();
        for ((_, day, _), cell) in self.visits.range((market, from, 0)..=(market, to, u16::MAX)) {
            days.entry(*day).or_default().add(cell);
        }
        days
    }

    fn by_listing(&self, market: Market, from: Day, to: Day) -> BTreeMap<u16, Visits> {
        let mut listings: BTreeMap<u16, Visits> = BTreeMap::new();
        for ((_, _, listing), cell) in self.visits.range((market, from, 0)..=(market, to, u16::MAX))
        {
            listings.entry(*listing).or_default().add(cell);
        }
        listings
    }

    /// The JSON report: days of the market, and, when asked, SKUs over the whole range.
    pub(crate) fn write_json(
        &self,
        out: &mut Out,
        market: Market,
        (from, to): (Day, Day),
        with_skus: bool,
    ) -> io::Result<()> {
        let money = |minor| self.money(minor);
        out.put(&format!(
            "{{\"reportSpecification\":{{\"reportType\":\"GET_SALES_AND_TRAFFIC_REPORT\",\
             \"reportOptions\":{{\"dateGranularity\":\"DAY\",\"asinGranularity\":\"SKU\"}},\
             \"dataStartTime\":\"{from}\",\"dataEndTime\":\"{to}\",\"marketplaceIds\":[\"{}\"]}},\n\
             \"salesAndTrafficByDate\":[",
            market.amazon_id()
        ))?;
        for (index, (day, cell)) in self.by_day(market, from, to).into_iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            out.put(&format!(
                "{comma}\n{{\"date\":\"{day}\",\"salesByDate\":{{\"orderedProductSales\":{},\
                 \"unitsOrdered\":{},\"totalOrderItems\":{},\"unitsRefunded\":0,\
                 \"refundRate\":0.0}},\"trafficByDate\":{{\"pageViews\":{},\"sessions\":{},\
                 \"buyBoxPercentage\":{},\"unitSessionPercentage\":{}}}}}",
                money(cell.sales),
                cell.units,
                cell.items,
                cell.page_views,
                cell.sessions,
                cell.buy_box_percent(),
                percent(cell.units, cell.sessions, '.'),
            ))?;
        }
        out.put("\n],\n\"salesAndTrafficByAsin\":[")?;
        let listings = if with_skus { self.by_listing(market, from, to) } else { BTreeMap::new() };
        for (index, (listing, cell)) in listings.into_iter().enumerate() {
            let product = &self.products[usize::from(listing)];
            let comma = if index > 0 { "," } else { "" };
            out.put(&format!(
                "{comma}\n{{\"parentAsin\":\"{}\",\"childAsin\":\"{}\",\"sku\":\"{}\",\
                 \"salesByAsin\":{{\"unitsOrdered\":{},\"orderedProductSales\":{},\
                 \"totalOrderItems\":{}}},\"trafficByAsin\":{{\"sessions\":{},\"pageViews\":{},\
                 \"buyBoxPercentage\":{},\"unitSessionPercentage\":{}}}}}",
                product.parent_asin,
                product.asin,
                product.seller_sku(self.store),
                cell.units,
                money(cell.sales),
                cell.items,
                cell.sessions,
                cell.page_views,
                cell.buy_box_percent(),
                percent(cell.units, cell.sessions, '.'),
            ))?;
        }
        out.put("\n]}\n")
    }

    fn money(&self, minor: i64) -> String {
        let store = &STORES[self.store];
        // JSON numbers carry a fraction even for yen.
        let amount = match store.digits {
            0 => format!("{minor}.0"),
            digits => Numerals::plain(digits).write(minor),
        };
        format!("{{\"amount\":{amount},\"currencyCode\":\"{}\"}}", store.currency)
    }

    /// The business report by child item: no date in it, the user must say the period.
    pub(crate) fn write_business(
        &self,
        out: &mut Out,
        market: Market,
        (from, to): (Day, Day),
    ) -> io::Result<()> {
        let headers = if self.store == JP { BUSINESS_JP } else { BUSINESS_EN };
        let digits = STORES[self.store].digits;
        let numerals = Numerals { decimal: '.', thousands: Some(','), digits };
        let counts = Numerals { digits: 0, ..numerals };
        let count = |n: u64| counts.write(i64::try_from(n).unwrap_or(i64::MAX));
        out.put("\u{feff}")?;
        out.row(",", &headers.map(quoted))?;
        let listings = self.by_listing(market, from, to);
        let all: u64 = listings.values().map(|cell| cell.sessions).sum();
        for (listing, cell) in listings {
            let product = &self.products[usize::from(listing)];
            let amount = numerals.write(cell.sales);
            let sign = if self.store == JP { '￥' } else { '$' };
            let amount = format!("{sign}{amount}");
            let row = [
                product.parent_asin.clone(),
                product.asin.clone(),
                product.title(market).to_owned(),
                product.seller_sku(self.store),
                count(cell.sessions),
                percent(cell.sessions, all, '.') + "%",
                count(cell.page_views),
                cell.buy_box_percent() + "%",
                count(cell.units),
                percent(cell.units, cell.sessions, '.') + "%",
                amount,
                count(cell.items),
            ];
            out.row(",", &row.map(|cell| quoted(&cell)))?;
        }
        Ok(())
    }
}

impl Visits {
    fn add(&mut self, other: &Self) {
        self.units += other.units;
        self.items += other.items;
        self.sales += other.sales;
        self.sessions += other.sessions;
        // The share of a sum is the sum of what it is a share of.
        let with_box = self.buy_box * self.page_views + other.buy_box * other.page_views;
        self.page_views += other.page_views;
        self.buy_box = with_box.checked_div(self.page_views).unwrap_or(0);
    }

    fn buy_box_percent(&self) -> String {
        percent(self.buy_box, 100, '.')
    }
}

const BUSINESS_EN: [&str; 12] = [
    "(Parent) ASIN",
    "(Child) ASIN",
    "Title",
    "SKU",
    "Sessions - Total",
    "Session Percentage - Total",
    "Page Views - Total",
    "Featured Offer (Buy Box) Percentage",
    "Units Ordered",
    "Unit Session Percentage",
    "Ordered Product Sales",
    "Total Order Items",
];

const BUSINESS_JP: [&str; 12] = [
    "（親）ASIN",
    "（子）ASIN",
    "タイトル",
    "SKU",
    "セッション数 - 合計",
    "セッションのパーセンテージ - 合計",
    "ページビュー - 合計",
    "おすすめ出品（おすすめ商品）の獲得率",
    "注文された商品点数",
    "ユニットセッション率",
    "注文商品の売上額",
    "注文品目総数",
];
