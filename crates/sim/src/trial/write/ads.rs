//! Sponsored Products: search terms, targets, campaigns, advertised products, and what was changed.

use std::io;

use crate::{
    place::start_of,
    trial::{
        Trial,
        goods::{DE, Sku, TRIAL_STORES},
        live::AdDay,
        plan::{MISSING, RESTATED},
        write::{Files, money},
    },
    write::{Out, SimError, field},
};

/// The console keeps search terms and targets of so many days.
const KEPT: i64 = 119;
/// Younger days miss some sales when they are told for the first time.
const YOUNG: usize = 8;

/// Names of a row's columns before its figures.
const TERMS: [&str; 12] = [
    "Date",
    "Country",
    "Budget currency",
    "Ad product",
    "Campaign ID",
    "Campaign name",
    "Ad group name",
    "Advertised product ID",
    "Advertised product SKU",
    "Target value",
    "Target match type",
    "Search term",
];
const TARGETS: [&str; 10] = [
    "Date",
    "Country",
    "Budget currency",
    "Ad product",
    "Campaign ID",
    "Campaign name",
    "Ad group name",
    "Target value",
    "Target match type",
    "Target bid",
];
const CAMPAIGNS: [&str; 7] = [
    "Date",
    "Country",
    "Budget currency",
    "Ad product",
    "Campaign ID",
    "Campaign name",
    "Campaign budget amount",
];
const PRODUCTS: [&str; 9] = [
    "Date",
    "Country",
    "Budget currency",
    "Ad product",
    "Campaign ID",
    "Campaign name",
    "Ad group name",
    "Advertised product ID",
    "Advertised product SKU",
];
const FIGURES: [&str; 6] =
    ["Impressions", "Clicks", "Total cost", "Purchases", "Sales", "Units sold"];

/// Figures of several search terms together.
#[derive(Clone, Copy, Default)]
struct Sum {
    impressions: u64,
    clicks: u64,
    cost: i64,
    orders: u64,
    sales: i64,
}

impl Sum {
    fn add(&mut self, ad: &AdDay) {
        self.impressions += u64::from(ad.impressions);
        self.clicks += u64::from(ad.clicks);
        self.cost += ad.cost;
        self.orders += u64::from(ad.orders);
        self.sales += ad.sales;
    }

    fn cells(self) -> [String; 6] {
        [
            self.impressions.to_string(),
            self.clicks.to_string(),
            money(self.cost),
            self.orders.to_string(),
            money(self.sales),
            self.orders.to_string(),
        ]
    }

    /// With some of the sales not told.
    fn less(self, keep_per_cent: i64) -> Self {
        let orders = self.orders as i64 * keep_per_cent / 100;
        let sales = self.sales.checked_div(self.orders as i64).unwrap_or(0) * orders;
        Self { orders: orders as u64, sales, ..self }
    }
}

impl Files<'_> {
    pub(super) fn ads(&mut self, store: usize) -> Result<(), SimError> {
        let trial = self.trial;
        let kept = trial.spec.back(KEPT);
        for days in self.months(kept) {
            let name = format!("ads-search-terms-{}.csv", trial.spec.day(days.0));
            self.text(store, &name, "amazon.ads_search_term_new", |out| {
                terms(out, trial, store, days)
            })?;
        }
        for days in self.told_targets(store, kept) {
            let name = format!("ads-targets-{}.csv", trial.spec.day(days.0));
            self.text(store, &name, "amazon.ads_targeting_new", |out| {
                targets(out, trial, store, days)
            })?;
        }
        self.told_before(store)?;
        for days in self.months(0) {
            let name = |what: &str| format!("ads-{what}-{}.csv", trial.spec.day(days.0));
            self.text(store, &name("campaigns"), "amazon.ads_campaign_new", |out| {
                campaigns(out, trial, store, days)
            })?;
            self.text(store, &name("products"), "amazon.ads_product_new", |out| {
                products(out, trial, store, days, |_| 100)
            })?;
        }
        if store == DE {
            let days = (trial.spec.back(RESTATED), trial.spec.len() - 1);
            self.text(store, "ads-products-restated.csv", "amazon.ads_product_new", |out| {
                products(out, trial, store, days, |_| 75)
            })?;
        }
        self.text(store, "ads-history.json", "amazon.ads_history", |out| history(out, trial, store))
    }

    /// The months of targets; one store's files leave days out.
    fn told_targets(&self, store: usize, kept: usize) -> Vec<(usize, usize)> {
        let (first, last) = (self.trial.spec.back(MISSING.0), self.trial.spec.back(MISSING.1));
        let mut told = Vec::new();
        for (from, to) in self.months(kept) {
            if store == DE && from <= last && first <= to {
                told.extend(
                    [(from, first - 1), (last + 1, to)].into_iter().filter(|(a, b)| a <= b),
                );
            } else {
                told.push((from, to));
            }
        }
        told
    }

    /// The newest weeks as they were told at first, when some sales were still missing.
    fn told_before(&mut self, store: usize) -> Result<(), SimError> {
        let trial = self.trial;
        let last = trial.spec.len() - 1;
        for back in [28, 21, 14, 7] {
            let seen = last - back;
            let name = format!("ads-products-seen-{}.csv", trial.spec.day(seen));
            self.text(store, &name, "amazon.ads_product_new", |out| {
                let known = |day: usize| if seen - day < YOUNG { 90 } else { 100 };
                products(out, trial, store, (seen.saturating_sub(20), seen), known)
            })?;
        }
        Ok(())
    }
}

/// What every row begins with.
fn start(trial: &Trial, store: usize, sku: &Sku, day: usize) -> Vec<String> {
    let country = if store == DE { "Germany" } else { "United States" };
    vec![
        trial.spec.day(day).format("%b %d, %Y").to_string(),
        country.to_owned(),
        TRIAL_STORES[store].currency.to_owned(),
        "Sponsored Products".to_owned(),
        sku.campaign_id().to_string(),
        sku.campaign(),
    ]
}

fn header(out: &mut Out, names: &[&str]) -> io::Result<()> {
    let all: Vec<&str> = names.iter().chain(&FIGURES).copied().collect();
    out.row(",", &all)
}

fn row(out: &mut Out, cells: Vec<String>, sum: Sum) -> io::Result<()> {
    let all: Vec<String> =
        cells.into_iter().chain(sum.cells()).map(|cell| field(&cell, ",")).collect();
    out.row(",", &all)
}

fn terms(out: &mut Out, trial: &Trial, store: usize, (from, to): (usize, usize)) -> io::Result<()> {
    header(out, &TERMS)?;
    for day in from..=to {
        for (number, sku) in trial.of_store(store) {
            for (ad, term) in trial.history.days[number][day].ads.iter().zip(&sku.terms) {
                if ad.impressions == 0 {
                    continue;
                }
                let target = &sku.targets[term.target];
                let mut cells = start(trial, store, sku, day);
                cells.extend([
                    sku.ad_group(),
                    sku.asin.clone(),
                    sku.seller_sku.clone(),
                    target.text.clone(),
                    target.matching.name().to_owned(),
                    term.text.clone(),
                ]);
                let mut sum = Sum::default();
                sum.add(ad);
                row(out, cells, sum)?;
            }
        }
    }
    Ok(())
}

fn targets(
    out: &mut Out,
    trial: &Trial,
    store: usize,
    (from, to): (usize, usize),
) -> io::Result<()> {
    header(out, &TARGETS)?;
    for day in from..=to {
        for (number, sku) in trial.of_store(store) {
            let ads = &trial.history.days[number][day].ads;
            for (at, target) in sku.targets.iter().enumerate() {
                let mut sum = Sum::default();
                let mut bid = 0;
                for (ad, _) in ads.iter().zip(&sku.terms).filter(|(_, term)| term.target == at) {
                    sum.add(ad);
                    bid = ad.bid;
                }
                let mut cells = start(trial, store, sku, day);
                cells.extend([
                    sku.ad_group(),
                    target.text.clone(),
                    target.matching.name().to_owned(),
                    money(bid),
                ]);
                row(out, cells, sum)?;
            }
        }
    }
    Ok(())
}

fn campaigns(
    out: &mut Out,
    trial: &Trial,
    store: usize,
    (from, to): (usize, usize),
) -> io::Result<()> {
    header(out, &CAMPAIGNS)?;
    for day in from..=to {
        for (number, sku) in trial.of_store(store).filter(|(_, sku)| !sku.terms.is_empty()) {
            let of = &trial.history.days[number][day];
            let mut sum = Sum::default();
            of.ads.iter().for_each(|ad| sum.add(ad));
            let mut cells = start(trial, store, sku, day);
            cells.push(money(of.budget));
            row(out, cells, sum)?;
        }
    }
    Ok(())
}

/// Advertised products; `known` says how many per cent of a day's sales are told.
fn products(
    out: &mut Out,
    trial: &Trial,
    store: usize,
    (from, to): (usize, usize),
    known: impl Fn(usize) -> i64,
) -> io::Result<()> {
    header(out, &PRODUCTS)?;
    for day in from..=to {
        for (number, sku) in trial.of_store(store).filter(|(_, sku)| !sku.terms.is_empty()) {
            let mut sum = Sum::default();
            trial.history.days[number][day].ads.iter().for_each(|ad| sum.add(ad));
            let mut cells = start(trial, store, sku, day);
            cells.extend([sku.ad_group(), sku.asin.clone(), sku.seller_sku.clone()]);
            row(out, cells, sum.less(known(day)))?;
        }
    }
    Ok(())
}

/// Bids and budgets that are not what they were the day before.
fn history(out: &mut Out, trial: &Trial, store: usize) -> io::Result<()> {
    let zone = TRIAL_STORES[store].market.zone();
    let mut events = Vec::new();
    for (number, sku) in trial.of_store(store).filter(|(_, sku)| !sku.terms.is_empty()) {
        for day in 1..trial.spec.len() {
            let (before, now) =
                (&trial.history.days[number][day - 1], &trial.history.days[number][day]);
            let millis = (start_of(trial.spec.day(day), zone) + 60) * 1000;
            let campaign = sku.campaign_id();
            let event = |entity: &str,
                         id: u64,
                         change: &str,
                         (was, is): (i64, i64),
                         meta: String| {
                format!(
                    "{{\"timestamp\":{millis},\"entityType\":\"{entity}\",\"entityId\":\"{id}\",\
                     \"changeType\":\"{change}\",\"previousValue\":\"{}\",\"newValue\":\"{}\",\
                     \"metadata\":{{{meta}}}}}",
                    money(was),
                    money(is),
                )
            };
            if before.budget != now.budget {
                let meta = format!("\"campaignName\":\"{}\"", sku.campaign());
                let values = (before.budget, now.budget);
                events.push(event("CAMPAIGN", campaign, "BUDGET_AMOUNT", values, meta));
            }
            for (at, target) in sku.targets.iter().enumerate() {
                let Some(term) = sku.terms.iter().position(|term| term.target == at) else {
                    continue;
                };
                let (was, is) = (before.ads[term].bid, now.ads[term].bid);
                if was != is {
                    let meta = format!(
                        "\"keyword\":\"{}\",\"campaignId\":\"{campaign}\",\"matchType\":\"{}\"",
                        target.text,
                        target.matching.name()
                    );
                    let id = campaign * 10 + at as u64;
                    events.push(event("KEYWORD", id, "BID_AMOUNT", (was, is), meta));
                }
            }
        }
    }
    // A history without events tells nothing, not even what it is.
    if events.is_empty() {
        let millis = (start_of(trial.spec.day(1), zone) + 60) * 1000;
        events.push(format!(
            "{{\"timestamp\":{millis},\"entityType\":\"CAMPAIGN\",\"entityId\":\"1\",\
             \"changeType\":\"STATUS\",\"previousValue\":\"PAUSED\",\"newValue\":\"ENABLED\"}}"
        ));
    }
    out.put(&format!("{{\"events\":[\n{}\n],\"nextToken\":null}}\n", events.join(",\n")))
}
