//! A folder of reports as a seller would have downloaded them over time, and what to say at import.

use std::{
    fs,
    path::{Path, PathBuf},
};

use argosy_kernel::Day;
use chrono::Days;
use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, WINDOWS_1252};
use serde::Serialize;

use crate::{
    ads::{ADVERTISERS, AdDay},
    amazon::Account,
    company::Company,
    expenses::{self, OWN_STORE},
    outlets::{Closed, Movement, Outlet},
    place::{
        EBAY, ETSY, EU, JP, Market, SHOP, STORES, StoreIndex, TIKTOK, US, WALMART, WOO, start_of,
        utc,
    },
    statements::Teller,
    write::{
        ads, changes,
        date_range::{self, Cut},
        orders,
        out::{Out, zip},
        outlets, settlement, shopify, stock, templates,
        text::months,
        tiktok,
        traffic::Traffic,
        woo,
    },
};

/// Why a folder could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    #[error("a report could not be written")]
    Io(#[from] std::io::Error),
    #[error("a workbook could not be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    #[error("the manifest could not be written")]
    Manifest(#[from] serde_json::Error),
}

/// One file, and what its user would choose when importing it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Written {
    /// Below the folder, with `/`.
    pub path: String,
    pub store: &'static str,
    /// Given only where the file does not say it.
    pub market: Option<&'static str>,
    /// Given only where the file does not say it; for a snapshot both are its day.
    pub period_from: Option<Day>,
    pub period_to: Option<Day>,
    /// The definition that should recognise it.
    pub kind: &'static str,
    pub note: String,
}

/// What a text report is.
pub(crate) struct Form {
    store: StoreIndex,
    encoding: &'static Encoding,
    kind: &'static str,
}

/// A report of a store in an encoding, to be recognised as `kind`.
pub(crate) fn form(store: StoreIndex, encoding: &'static Encoding, kind: &'static str) -> Form {
    Form { store, encoding, kind }
}

/// Files being written to one folder.
pub(crate) struct Folder<'a> {
    pub(crate) company: &'a Company,
    dir: PathBuf,
    pub(crate) written: Vec<Written>,
}

impl<'a> Folder<'a> {
    pub(crate) fn new(company: &'a Company, dir: &Path) -> Result<Self, SimError> {
        fs::create_dir_all(dir)?;
        Ok(Self { company, dir: dir.to_owned(), written: Vec::new() })
    }

    pub(crate) fn path(&self, name: &str) -> Result<PathBuf, SimError> {
        let path = self.dir.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(path)
    }

    /// Notes a file that is there.
    pub(crate) fn note(&mut self, name: &str, store: &'static str, kind: &'static str, note: &str) {
        self.written.push(Written {
            path: name.to_owned(),
            store,
            market: None,
            period_from: None,
            period_to: None,
            kind,
            note: note.to_owned(),
        });
    }

    /// Says what the user must give for the file noted last.
    pub(crate) fn given(&mut self, market: Market, (from, to): (Day, Day)) {
        if let Some(last) = self.written.last_mut() {
            last.market = Some(market.code());
            last.period_from = Some(from);
            last.period_to = Some(to);
        }
    }

    /// A text report.
    pub(crate) fn text(
        &mut self,
        name: &str,
        form: Form,
        write: impl FnOnce(&mut Out) -> std::io::Result<()>,
    ) -> Result<(), SimError> {
        let mut out = Out::create(&self.path(name)?, form.encoding)?;
        write(&mut out)?;
        out.finish()?;
        self.note(name, STORES[form.store].name, form.kind, form.encoding.name());
        Ok(())
    }
}

/// Writes every report of the company, the answers and `manifest.json` into `dir`.
///
/// # Errors
/// When a file cannot be written.
pub fn write_all(company: &Company, dir: &Path) -> Result<Vec<Written>, SimError> {
    let mut folder = Folder::new(company, dir)?;
    folder.own_templates()?;
    for account in &company.accounts {
        folder.settlements(account)?;
        folder.date_ranges(account)?;
        folder.orders(account)?;
        folder.snapshots(account)?;
        folder.traffic(account)?;
        folder.changes(account)?;
    }
    folder.ads()?;
    folder.shop()?;
    for outlet in &company.outlets {
        for range in months(company.spec.from, company.spec.to) {
            folder.outlet(outlet, range, company.spec.to)?;
        }
    }
    folder.manifest("manifest.json")?;
    folder.answers()?;
    Ok(folder.written)
}

impl Folder<'_> {
    fn own_templates(&mut self) -> Result<(), SimError> {
        let products = &self.company.products;
        let name = "argosy/product-costs.xlsx";
        templates::write_costs_xlsx(&self.path(name)?, products)?;
        self.note(name, OWN_STORE, "argosy.product_costs", "workbook");
        let name = "argosy/pairing.csv";
        let mut out = Out::create(&self.path(name)?, UTF_8)?;
        templates::write_pairing(&mut out, products)?;
        out.finish()?;
        self.note(name, OWN_STORE, "argosy.pairing", "UTF-8");
        let name = "argosy/expenses.xlsx";
        templates::write_expenses(&self.path(name)?, &expenses::of(&self.company.spec))?;
        self.note(name, OWN_STORE, "argosy.own_expenses", "workbook");
        Ok(())
    }

    fn settlements(&mut self, account: &Account) -> Result<(), SimError> {
        let store = account.books.store;
        let products = &self.company.products;
        let encoding = if store == EU { WINDOWS_1252 } else { UTF_8 };
        for (index, statement) in account.books.statements.iter().enumerate() {
            if statement.teller != Teller::Settlement {
                continue;
            }
            let packed = if store == US && index.is_multiple_of(5) { ".gz" } else { "" };
            let end = utc(statement.end).date_naive();
            let name = format!("{}/settlement-{end}.txt{packed}", STORES[store].name);
            let write = |out: &mut Out| settlement::write(out, account, products, index);
            self.text(&name, form(store, encoding, "amazon.settlement_v2"), write)?;
        }
        Ok(())
    }

    /// The months before the first settlement report, one month in the middle that settlements tell
    /// better, and the newest days.
    fn date_ranges(&mut self, account: &Account) -> Result<(), SimError> {
        let store = account.books.store;
        let spec = &self.company.spec;
        let statements = &account.books.statements;
        let zone = STORES[store].home.zone();
        let local = |at| utc(at).with_timezone(&zone).date_naive();
        let old_end = statements
            .iter()
            .rfind(|statement| statement.teller == Teller::DateRange)
            .map(|statement| local(statement.end + 3600));
        let open_start = statements
            .iter()
            .find(|statement| statement.teller == Teller::Open)
            .map_or(spec.to, |statement| local(statement.start));
        let all = months(spec.from, spec.to);
        let old = all.iter().filter(|month| old_end.is_some_and(|end| month.0 <= end));
        let mut cuts: Vec<Cut> = old
            .map(|(from, to)| Cut { from: *from, to: *to, status: false, exported: None })
            .collect();
        let (from, to) = all[all.len() / 2];
        cuts.push(Cut { from, to, status: true, exported: None });
        let from = (open_start - Days::new(10)).max(spec.from);
        cuts.push(Cut { from, to: spec.to, status: true, exported: None });
        if store == JP {
            return self.zipped_date_ranges(account, &cuts);
        }
        for cut in cuts {
            let name = date_range_name(store, cut);
            let products = &self.company.products;
            let write = |out: &mut Out| date_range::write(out, account, products, cut);
            self.text(&name, form(store, UTF_8, "amazon.date_range_transactions"), write)?;
        }
        Ok(())
    }

    /// The Japanese files come in one archive.
    fn zipped_date_ranges(&mut self, account: &Account, cuts: &[Cut]) -> Result<(), SimError> {
        let mut members = Vec::new();
        for cut in cuts {
            let mut bytes = Vec::new();
            let mut out = Out::to(&mut bytes, UTF_8);
            date_range::write(&mut out, account, &self.company.products, *cut)?;
            out.finish()?;
            members.push((format!("{}-{}.csv", cut.from, cut.to), bytes));
        }
        let name = format!("{}/payments.zip", STORES[JP].name);
        zip(&self.path(&name)?, &members)?;
        self.note(&name, STORES[JP].name, "amazon.date_range_transactions", "zip, UTF-8");
        Ok(())
    }

    fn orders(&mut self, account: &Account) -> Result<(), SimError> {
        let store = account.books.store;
        let spec = &self.company.spec;
        let zone = STORES[store].home.zone();
        let encoding = [UTF_8, WINDOWS_1252, SHIFT_JIS][store];
        for (from, to) in months(spec.from, spec.to) {
            let packed = if store == US { ".gz" } else { "" };
            let name = format!("{}/all-orders-{from}.txt{packed}", STORES[store].name);
            let since = if from == spec.from { i64::MIN } else { start_of(from, zone) - 1 };
            let until = start_of(to + Days::new(1), zone) - 1;
            let products = &self.company.products;
            let write = |out: &mut Out| orders::write(out, account, products, since, until);
            self.text(&name, form(store, encoding, "amazon.all_orders"), write)?;
        }
        Ok(())
    }

    fn snapshots(&mut self, account: &Account) -> Result<(), SimError> {
        let store = account.books.store;
        let encoding = if store == JP { SHIFT_JIS } else { UTF_8 };
        for count in account.counts.iter().rev().take(8) {
            let day = count.day;
            let name = format!("{}/manage-inventory-{day}.txt", STORES[store].name);
            let products = &self.company.products;
            let write = |out: &mut Out| stock::write(out, account, products, count);
            self.text(&name, form(store, encoding, "amazon.fba_myi_inventory"), write)?;
            self.given(STORES[store].home, (day, day));
        }
        Ok(())
    }

    fn traffic(&mut self, account: &Account) -> Result<(), SimError> {
        let store = account.books.store;
        let spec = &self.company.spec;
        let days: Vec<Day> = spec.from.iter_days().take_while(|day| *day <= spec.to).collect();
        let products = &self.company.products;
        let traffic = Traffic::of(account, products, &self.company.plan.season, &days);
        let folder = STORES[store].name;
        for (market, _) in STORES[store].markets {
            for range in months(spec.from, spec.to) {
                let name = format!("{folder}/traffic-{}-{}.json", market.code(), range.0);
                let write = |out: &mut Out| traffic.write_json(out, *market, range, false);
                self.text(&name, form(store, UTF_8, "amazon.sales_and_traffic"), write)?;
            }
        }
        let home = STORES[store].home;
        // SKUs carry no date: only a request for one day tells the day.
        for day in days.iter().rev().take(if store == US { 7 } else { 2 }) {
            let name = format!("{folder}/traffic-skus-{day}.json.gz");
            let range = (*day, *day);
            let write = |out: &mut Out| traffic.write_json(out, home, range, true);
            self.text(&name, form(store, UTF_8, "amazon.sales_and_traffic"), write)?;
        }
        if store == EU {
            return Ok(());
        }
        let all = months(spec.from, spec.to);
        let range = all[all.len().saturating_sub(2)];
        let name = format!("{folder}/business-report-{}.csv", range.0);
        let write = |out: &mut Out| traffic.write_business(out, home, range);
        self.text(&name, form(store, UTF_8, "amazon.business_report"), write)?;
        self.given(home, range);
        Ok(())
    }

    /// What the channel shows of changes, as far as there are any.
    fn changes(&mut self, account: &Account) -> Result<(), SimError> {
        let company = self.company;
        let (store, spec) = (account.books.store, &company.spec);
        let known = (company.products.as_slice(), &company.plan);
        let (name, home) = (STORES[store].name, STORES[store].home);
        if let Some(first) = company.plan.season.first_of_listings(store) {
            // Somebody began to download them a week before, and went on.
            let since = first - Days::new(7);
            let snapshots =
                account.counts.iter().map(|count| count.day).filter(|day| *day >= since);
            for day in snapshots {
                let name = format!("{name}/all-listings-{day}.txt");
                let write = |out: &mut Out| changes::write_listings(out, store, known, day);
                self.text(&name, form(store, UTF_8, "amazon.merchant_listings"), write)?;
                self.given(home, (day, day));
            }
        }
        if company.plan.season.coupons(store).next().is_some() {
            let name = format!("{name}/coupons-{}.json", spec.to);
            let write = |out: &mut Out| changes::write_coupons(out, account, known, spec.to);
            self.text(&name, form(store, UTF_8, "amazon.coupon_performance"), write)?;
        }
        if company.plan.season.bids(store, known.0).next().is_some() {
            let name = format!("{name}/ads-history-{}.json", spec.to);
            let write = |out: &mut Out| changes::write_history(out, store, known);
            self.text(&name, form(store, UTF_8, "amazon.ads_history"), write)?;
            if let Some(last) = self.written.last_mut() {
                last.market = Some(home.code());
            }
        }
        Ok(())
    }

    fn ads(&mut self) -> Result<(), SimError> {
        let spec = &self.company.spec;
        for (store, market) in ADVERTISERS {
            // The newest days of the US come twice, and the sales of the first export were too low.
            let restated = (spec.to - Days::new(44)).max(spec.from);
            let last = if store == US { restated - Days::new(1) } else { spec.to };
            for range in months(spec.from, last) {
                self.ads_csv(store, market, range, spec.to)?;
            }
            if store == US {
                let first_export = (spec.to - Days::new(15)).max(spec.from);
                self.ads_xlsx((restated, first_export), first_export)?;
                self.ads_xlsx(((spec.to - Days::new(29)).max(spec.from), spec.to), spec.to)?;
            }
        }
        Ok(())
    }

    pub(crate) fn ads_csv(
        &mut self,
        store: StoreIndex,
        market: Market,
        range: (Day, Day),
        known: Day,
    ) -> Result<(), SimError> {
        let ads = self.ads_of(store, range, known);
        let products = &self.company.products;
        let name = format!("{}/search-terms-{}-{}.csv", STORES[store].name, range.0, range.1);
        let (encoding, kind) = match store {
            EU => (WINDOWS_1252, "amazon.ads_search_term_old"),
            JP => (SHIFT_JIS, "amazon.ads_search_term_old"),
            _ => (UTF_8, "amazon.ads_search_term_new"),
        };
        self.text(&name, form(store, encoding, kind), |out| {
            if store == US {
                ads::write_new_csv(out, &ads, products)
            } else {
                ads::write_old_csv(out, &ads, products)
            }
        })?;
        if let Some(last) = self.written.last_mut() {
            last.market = Some(market.code());
        }
        Ok(())
    }

    fn ads_xlsx(&mut self, range: (Day, Day), known: Day) -> Result<(), SimError> {
        let ads = self.ads_of(US, range, known);
        let name = format!("{}/search-terms-{}-{}.xlsx", STORES[US].name, range.0, range.1);
        ads::write_new_xlsx(&self.path(&name)?, &ads, &self.company.products)?;
        self.note(&name, STORES[US].name, "amazon.ads_search_term_new", "workbook");
        if let Some(last) = self.written.last_mut() {
            last.market = Some(Market::Us.code());
        }
        Ok(())
    }

    fn ads_of(&self, store: StoreIndex, (from, to): (Day, Day), known: Day) -> Vec<AdDay> {
        let in_range = |ad: &&AdDay| ad.store == store && (from..=to).contains(&ad.day);
        self.company.ads.iter().filter(in_range).map(|ad| ad.as_known_on(known)).collect()
    }

    fn shop(&mut self) -> Result<(), SimError> {
        let spec = &self.company.spec;
        let all = months(spec.from, spec.to);
        for quarter in all.chunks(3) {
            let (Some(first), Some(last)) = (quarter.first(), quarter.last()) else { continue };
            self.shop_orders((first.0, last.1), spec.to)?;
            self.shop_payments(first.0, last.1)?;
        }
        Ok(())
    }

    pub(crate) fn shop_orders(&mut self, range: (Day, Day), known: Day) -> Result<(), SimError> {
        let (shop, products) = (&self.company.shop, &self.company.products);
        let name = format!("{}/orders_export-{}.csv", STORES[SHOP].name, range.0);
        let write = |out: &mut Out| shopify::write_orders(out, shop, products, range, known);
        self.text(&name, form(SHOP, UTF_8, "shopify.orders"), write)
    }

    /// What an outlet's reports tell of a range of days, as they looked at the end of `known`.
    pub(crate) fn outlet(
        &mut self,
        outlet: &Outlet,
        range: (Day, Day),
        known: Day,
    ) -> Result<(), SimError> {
        let products = &self.company.products;
        let folder = STORES[outlet.store].name;
        match outlet.store {
            EBAY => {
                let name = format!("{folder}/transactions-{}-{}.csv", range.0, range.1);
                let write = |out: &mut Out| outlets::write_ebay(out, outlet, products, range);
                self.text(&name, form(EBAY, UTF_8, "ebay.transactions"), write)
            }
            WALMART => {
                // One file for each payment period that ends in the range.
                let ends = |closed: &&Closed| {
                    closed.total != 0 && (range.0..=range.1).contains(&closed.to)
                };
                for closed in outlet.statements.iter().filter(ends) {
                    let name = format!("{folder}/recon-{}.csv", closed.to);
                    let write =
                        |out: &mut Out| outlets::write_walmart(out, outlet, products, closed);
                    self.text(&name, form(WALMART, UTF_8, "walmart.reconciliation"), write)?;
                }
                Ok(())
            }
            TIKTOK => {
                let store = STORES[TIKTOK].name;
                let name = format!("{folder}/income_{}-{}.xlsx", range.0, range.1);
                tiktok::write_settlement(&self.path(&name)?, outlet, products, range)?;
                self.note(&name, store, "tiktok_shop.settlement", "workbook");
                // What still waited when the range was over.
                let name = format!("{folder}/Onhold-unsettled-orders-{}(UTC-7).xlsx", range.1);
                tiktok::write_on_hold(&self.path(&name)?, outlet, range.1)?;
                self.note(&name, store, "tiktok_shop.unsettled", "workbook");
                Ok(())
            }
            WOO => {
                // An answer without orders says nothing, not even what it is: nobody keeps it.
                let told = |movement: &Movement| (range.0..=range.1).contains(&movement.day);
                if !outlet.movements.iter().any(told) {
                    return Ok(());
                }
                let name = format!("{folder}/orders-{}-{}.json", range.0, range.1);
                let write = |out: &mut Out| woo::write_orders(out, outlet, products, range, known);
                self.text(&name, form(WOO, UTF_8, "woocommerce.orders"), write)
            }
            _ => {
                let name = format!("{folder}/etsy_statement_{}.csv", range.0.format("%Y_%-m"));
                let write = |out: &mut Out| outlets::write_etsy(out, outlet, range);
                self.text(&name, form(ETSY, UTF_8, "etsy.statement"), write)
            }
        }
    }

    pub(crate) fn shop_payments(&mut self, from: Day, to: Day) -> Result<(), SimError> {
        let shop = &self.company.shop;
        let name = format!("{}/payment-transactions-{from}.csv", STORES[SHOP].name);
        let write = |out: &mut Out| shopify::write_payments(out, shop, from, to);
        self.text(&name, form(SHOP, UTF_8, "shopify.payment_transactions"), write)
    }
}

pub(crate) fn date_range_name(store: StoreIndex, cut: Cut) -> String {
    format!("{}/payments-{}-{}.csv", STORES[store].name, cut.from, cut.to)
}
