//! The same truth again in other cuts: what a seller downloads who does not keep count.

use std::path::Path;

use argosy_kernel::Day;
use chrono::Days;
use encoding_rs::UTF_8;

use crate::{
    ads::ADVERTISERS,
    company::Company,
    expenses::OWN_STORE,
    place::{EBAY, STORES, StoreIndex, TIKTOK, US, WOO, start_of},
    statements::Teller,
    write::{
        date_range::{self, Cut},
        folder::{Folder, SimError, Written, date_range_name, form},
        orders,
        out::Out,
        settlement, templates,
    },
};

/// How long an export is, and how far the next one begins after it.
const LENGTH_DAYS: u64 = 30;
const STEP_DAYS: u64 = 20;

/// Writes overlapping exports of the whole time into `dir`, each as it looked on its last day
/// (deferred transactions, sales not yet attributed), the last as it looks now. Together with the
/// files of [`crate::write_all`], in any order, they must change nothing.
///
/// # Errors
/// When a file cannot be written.
pub fn overlapping(company: &Company, dir: &Path) -> Result<Vec<Written>, SimError> {
    let mut folder = Folder::new(company, dir)?;
    let spec = &company.spec;
    let windows = windows(spec.from, spec.to);
    for (from, to) in &windows {
        for (store, market) in ADVERTISERS {
            folder.ads_csv(store, market, (*from, *to), *to)?;
        }
        folder.shop_orders((*from, *to), *to)?;
        folder.shop_payments(*from, *to)?;
    }
    let any_range = |store: StoreIndex| [EBAY, TIKTOK, WOO].contains(&store);
    for outlet in company.outlets.iter().filter(|outlet| any_range(outlet.store)) {
        for range in &windows {
            folder.outlet(outlet, *range, range.1)?;
        }
    }
    for account in &company.accounts {
        let store = account.books.store;
        let products = &company.products;
        let zone = STORES[store].home.zone();
        for (from, to) in &windows {
            let exported = Some(*to).filter(|to| *to < spec.to);
            let cut = Cut { from: *from, to: *to, status: true, exported };
            let write = |out: &mut Out| date_range::write(out, account, products, cut);
            let name = date_range_name(store, cut);
            folder.text(&name, form(store, UTF_8, "amazon.date_range_transactions"), write)?;
            let since = start_of(*from, zone) - 1;
            let until = start_of(*to + Days::new(1), zone) - 1;
            let write = |out: &mut Out| orders::write(out, account, products, since, until);
            let name = format!("{}/all-orders-{from}.txt", STORES[store].name);
            folder.text(&name, form(store, UTF_8, "amazon.all_orders"), write)?;
        }
        // A settlement again, in other bytes.
        let settled = |at: &usize| account.books.statements[*at].teller == Teller::Settlement;
        if let Some(index) = (0..account.books.statements.len()).filter(settled).nth(1) {
            let name = format!("{}/settlement-again.txt.gz", STORES[store].name);
            let write = |out: &mut Out| {
                if store == US {
                    out.put("\u{feff}")?;
                }
                settlement::write(out, account, products, index)
            };
            folder.text(&name, form(store, UTF_8, "amazon.settlement_v2"), write)?;
        }
    }
    // The same costs, typed into the other form of the template.
    let name = "argosy/product-costs.csv";
    let mut out = Out::create(&folder.path(name)?, UTF_8)?;
    templates::write_costs_csv(&mut out, &company.products)?;
    out.finish()?;
    folder.note(name, OWN_STORE, "argosy.product_costs", "UTF-8");
    folder.manifest("manifest.json")?;
    Ok(folder.written)
}

/// Ranges that overlap by ten days and end on the last day.
fn windows(from: Day, to: Day) -> Vec<(Day, Day)> {
    let mut windows = Vec::new();
    let mut start = from;
    loop {
        let end = start + Days::new(LENGTH_DAYS - 1);
        if end >= to {
            windows.push((start, to));
            return windows;
        }
        windows.push((start, end));
        start = start + Days::new(STEP_DAYS);
    }
}
