//! Visits and sales by SKU and day, listings, and what buyers searched for.
// float-ok: expected clicks of a search term.

use std::io;

use argosy_kernel::Day;
use chrono::Datelike as _;

use crate::{
    trial::{
        Trial,
        goods::{DE, TRIAL_STORES},
        level::{Level, Sight},
        plan::{NEW_TITLE, STALE},
        write::{Files, money, snapshots},
    },
    write::{Out, SimError},
};

const LISTINGS: &str = "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\topen-date\t\
    image-url\titem-is-marketplace\tproduct-id-type\tzshop-shipping-fee\titem-note\titem-condition\t\
    zshop-category1\tzshop-browse-path\tzshop-storefront-feature\tasin1\tasin2\tasin3\t\
    will-ship-internationally\texpedited-shipping\tzshop-boldface\tproduct-id\t\
    bid-for-featured-placement\tadd-delete\tpending-quantity\tfulfillment-channel\t\
    merchant-shipping-group\tstatus\n";
/// Search queries of so many days are there.
const WEEKS: i64 = 112;
/// Days between two snapshots of the listings.
const EVERY: usize = 7;

impl Files<'_> {
    pub(super) fn traffic(&mut self, store: usize) -> Result<(), SimError> {
        let trial = self.trial;
        for month in self.months(0) {
            let name = format!("sales-and-traffic-{}.json", trial.spec.day(month.0));
            let write = |out: &mut Out| kiosk(out, trial, store, month);
            self.text(store, &name, "amazon.sales_and_traffic_kiosk", write)?;
        }
        for day in snapshots(trial.spec.len(), EVERY, usize::MAX) {
            let date = trial.spec.day(day);
            let name = format!("listings-{date}.txt");
            let write = |out: &mut Out| listings(out, trial, store, day);
            self.text(store, &name, "amazon.merchant_listings", write)?;
            self.given(Some((date, date)));
        }
        let spec = &trial.spec;
        let end = if store == DE { spec.back(STALE) } else { spec.len() - 1 };
        let sunday = |day: &usize| spec.day(*day).weekday().num_days_from_sunday() == 0;
        for week in (spec.back(WEEKS)..spec.len()).filter(|day| sunday(day) && day + 6 <= end) {
            let name = format!("search-queries-{}.json", spec.day(week));
            self.text(store, &name, "amazon.search_query_performance", |out| {
                queries(out, trial, store, week)
            })?;
        }
        Ok(())
    }
}

fn kiosk(out: &mut Out, trial: &Trial, store: usize, (from, to): (usize, usize)) -> io::Result<()> {
    let (market, currency) = (TRIAL_STORES[store].market, TRIAL_STORES[store].currency);
    let line = |day: usize, names: &str, numbers: [u64; 4], sales: i64| {
        let [units, sessions, views, buy_box] = numbers;
        let date = trial.spec.day(day);
        format!(
            "{{\"startDate\":\"{date}\",\"endDate\":\"{date}\",\"marketplaceId\":\"{}\",{names}\
             \"sales\":{{\"orderedProductSales\":{{\"amount\":{},\"currencyCode\":\"{currency}\"}},\
             \"unitsOrdered\":{units},\"totalOrderItems\":{units}}},\"traffic\":{{\
             \"sessions\":{sessions},\"pageViews\":{views},\"buyBoxPercentage\":{}.{:02}}}}}\n",
            market.amazon_id(),
            money(sales),
            buy_box / 100,
            buy_box % 100,
        )
    };
    for day in from..=to {
        let (mut sums, mut sales) = ([0; 4], 0);
        for (number, sku) in trial.of_store(store) {
            let of = &trial.history.days[number][day];
            let numbers = [of.units, of.sessions, of.views, of.buy_box].map(u64::from);
            if of.sessions == 0 {
                continue;
            }
            let names = format!(
                "\"parentAsin\":\"{0}\",\"childAsin\":\"{0}\",\"sku\":\"{1}\",",
                sku.asin, sku.seller_sku
            );
            out.put(&line(day, &names, numbers, of.sales))?;
            for (sum, number) in sums.iter_mut().zip(numbers).take(3) {
                *sum += number;
            }
            sums[3] += numbers[3] * numbers[2];
            sales += of.sales;
        }
        sums[3] = sums[3].checked_div(sums[2]).unwrap_or(0);
        out.put(&line(day, "", sums, sales))?;
    }
    Ok(())
}

fn listings(out: &mut Out, trial: &Trial, store: usize, day: usize) -> io::Result<()> {
    out.put(LISTINGS)?;
    for (number, sku) in trial.of_store(store) {
        let of = &trial.history.days[number][day];
        let renamed = trial.planned.iter().any(|planned| {
            planned.sku == number && planned.kind == "listing.title" && planned.day <= day
        });
        let title = if renamed { format!("{NEW_TITLE}{}", sku.title) } else { sku.title.clone() };
        let channel = if store == DE { "AMAZON_EU" } else { "AMAZON_NA" };
        out.put(&format!(
            "{title}\t\t{:07}TRL{:04}\t{}\t{}\t\t2024-03-10 23:35:42 PST\t\ty\t1\t\t\t11\t\t\t\t{}\t\t\t\t\t\t{}\t\t\t\t\
             {channel}\t\t{}\n",
            602 + store,
            number,
            sku.seller_sku,
            money(of.price),
            sku.asin,
            sku.asin,
            if of.open { "Active" } else { "Inactive" },
        ))?;
    }
    Ok(())
}

/// A week from Sunday on; for the branded terms and the first term of some campaigns.
fn queries(out: &mut Out, trial: &Trial, store: usize, week: usize) -> io::Result<()> {
    let spec = &trial.spec;
    let market = TRIAL_STORES[store].market.amazon_id();
    let (from, to): (Day, Day) = (spec.day(week), spec.day(week + 6));
    out.put(&format!(
        "{{\"reportSpecification\":{{\"reportType\":\
         \"GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT\",\"reportOptions\":{{\
         \"reportPeriod\":\"WEEK\"}},\"dataStartTime\":\"{from}\",\"dataEndTime\":\"{to}\",\
         \"marketplaceIds\":[\"{market}\"]}},\"dataByAsin\":["
    ))?;
    let mut first = true;
    for (number, sku) in trial.of_store(store).filter(|(_, sku)| !sku.terms.is_empty()) {
        let branded = trial.quirks.branded.iter().find(|(of, _)| *of == number);
        let (term, share, volume) = match branded {
            Some((_, term)) => (sku.terms[*term].text.clone(), 82, 60),
            // What buyers type without the brand, of which this seller has little.
            None if number % 3 == 0 => (sku.terms[0].text.clone(), 6, 300),
            None => continue,
        };
        let clicks = Level::of(sku, week, Sight::AsItIs).organic * 7.0 * 0.12;
        let own = (clicks as u64).max(5);
        let all = own * 100 / share;
        out.put(if first { "\n" } else { ",\n" })?;
        first = false;
        out.put(&format!(
                "{{\"startDate\":\"{}\",\"endDate\":\"{}\",\"asin\":\"{}\",\"searchQueryData\":{{\
                 \"searchQuery\":\"{term}\",\"searchQueryScore\":1,\"searchQueryVolume\":{}}},\
                 \"impressionData\":{{\"totalQueryImpressionCount\":{},\"asinImpressionCount\":{}}},\
                 \"clickData\":{{\"totalClickCount\":{all},\"asinClickCount\":{own},\
                 \"asinClickShare\":0.{share:02}}},\"cartAddData\":{{\"totalCartAddCount\":{},\
                 \"asinCartAddCount\":{}}},\"purchaseData\":{{\"totalPurchaseCount\":{},\
                 \"asinPurchaseCount\":{},\"asinPurchaseShare\":0.{share:02}}}}}",
                spec.day(week),
                spec.day(week + 6),
                sku.asin,
                all * volume / 50,
                all * 30,
                own * 20,
                all / 3,
                own / 3,
                all / 6,
                own / 6,
            ))?;
    }

    out.put("\n]}\n")
}
