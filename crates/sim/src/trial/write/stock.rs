//! Stock and its ages, movements, returns, reimbursements, storage, fees to be expected.

use std::io;

use argosy_kernel::Day;
use chrono::{Datelike as _, Days};

use crate::{
    entry::amazon_order_id,
    fees::share,
    place::start_of,
    trial::{
        Trial,
        goods::{REFERRAL, TRIAL_STORES, US},
        plan::aged_fee,
        write::{Files, money, snapshots},
    },
    write::{Out, SimError, iso_offset},
};

/// Snapshots of stock are there for so many days.
const SNAPSHOTS: usize = 120;
const PLANNING: [&str; 32] = [
    "snapshot-date",
    "sku",
    "fnsku",
    "asin",
    "product-name",
    "condition",
    "available",
    "pending-removal-quantity",
    "inv-age-0-to-90-days",
    "inv-age-91-to-180-days",
    "inv-age-181-to-270-days",
    "inv-age-271-to-365-days",
    "inv-age-365-plus-days",
    "currency",
    "units-shipped-t30",
    "your-price",
    "volume-unit-measurement",
    "storage-volume",
    "marketplace",
    "days-of-supply",
    "estimated-storage-cost-next-month",
    "inbound-quantity",
    "inbound-working",
    "inbound-shipped",
    "inbound-received",
    "reserved-quantity",
    "unfulfillable-quantity",
    "quantity-to-be-charged-ais-181-210-days",
    "estimated-ais-181-210-days",
    "quantity-to-be-charged-ais-365-plus-days",
    "estimated-ais-365-plus-days",
    "alert",
];
const DETAIL: &str = "Date\tFNSKU\tASIN\tMSKU\tTitle\tEventType\tReferenceID\tQuantity\t\
    FulfillmentCenter\tDisposition\tReason\tCountry\tReconciledQuantity\tUnreconciledQuantity\n";
const RETURNS: &str = "return-date\torder-id\tsku\tasin\tfnsku\tproduct-name\tquantity\t\
    fulfillment-center-id\tdetailed-disposition\treason\tstatus\tlicense-plate-number\t\
    customer-comments\n";
const REIMBURSED: &str = "approval-date\treimbursement-id\tcase-id\tamazon-order-id\treason\tsku\t\
    fnsku\tasin\tproduct-name\tcondition\tcurrency-unit\tamount-per-unit\tamount-total\t\
    quantity-reimbursed-cash\tquantity-reimbursed-inventory\tquantity-reimbursed-total\t\
    original-reimbursement-id\toriginal-reimbursement-type\n";
const STORAGE: [&str; 17] = [
    "asin",
    "fnsku",
    "product_name",
    "fulfillment_center",
    "country_code",
    "item_volume",
    "volume_units",
    "product_size_tier",
    "average_quantity_on_hand",
    "average_quantity_pending_removal",
    "estimated_total_item_volume",
    "month_of_charge",
    "storage_rate",
    "currency",
    "estimated_monthly_storage_fee",
    "dangerous_goods_storage_type",
    "sku",
];
const PREVIEW: &str = "sku\tfnsku\tasin\tproduct-name\tproduct-group\tbrand\tfulfilled-by\tyour-price\t\
    sales-price\titem-package-weight\tunit-of-weight\tproduct-size-tier\tcurrency\testimated-fee-total\t\
    estimated-referral-fee-per-unit\testimated-variable-closing-fee\t\
    expected-fulfillment-fee-per-unit\n";

impl Files<'_> {
    pub(super) fn stock(&mut self, store: usize) -> Result<(), SimError> {
        let trial = self.trial;
        let every = usize::from(trial.spec.snapshots.max(1));
        for day in snapshots(trial.spec.len(), every, SNAPSHOTS / every) {
            let name = format!("inventory-planning-{}.txt", trial.spec.day(day));
            let write = |out: &mut Out| planning(out, trial, store, day);
            self.text(store, &name, "amazon.fba_inventory_planning", write)?;
            self.given(None);
        }
        for (from, to) in self.months(0) {
            let name = format!("customer-returns-{}.txt", trial.spec.day(from));
            let write = |out: &mut Out| returns(out, trial, store, (from, to));
            self.text(store, &name, "amazon.fba_customer_returns", write)?;
        }
        let write = |out: &mut Out| detail(out, trial, store);
        self.text(store, "inventory-ledger.txt", "amazon.ledger_detail", write)?;
        if trial
            .quirks
            .lost
            .iter()
            .any(|lost| lost.reimbursed && trial.skus[lost.sku].store == store)
        {
            let write = |out: &mut Out| reimbursed(out, trial, store);
            self.text(store, "reimbursements.txt", "amazon.reimbursements", write)?;
        }
        self.storage(store)?;
        let write = |out: &mut Out| preview(out, trial, store);
        self.text(store, "fee-preview.txt", "amazon.fee_preview", write)?;
        self.given(Some((trial.spec.to, trial.spec.to)));
        Ok(())
    }

    /// Each charge explained; the newest file of one store has other columns than before.
    fn storage(&mut self, store: usize) -> Result<(), SimError> {
        let trial = self.trial;
        let charged: Vec<usize> =
            (0..trial.spec.len()).filter(|day| trial.spec.day(*day).day() == 7).collect();
        for (number, day) in charged.iter().enumerate() {
            let changed = store == US && number + 1 == charged.len();
            let name = format!("storage-fees-{}.txt", trial.spec.day(*day));
            let write = |out: &mut Out| storage(out, trial, (store, *day), changed);
            self.text(store, &name, "amazon.storage_fee_charges", write)?;
        }
        Ok(())
    }
}

fn planning(out: &mut Out, trial: &Trial, store: usize, day: usize) -> io::Result<()> {
    out.row("\t", &PLANNING)?;
    for (number, sku) in trial.of_store(store) {
        let stock = &trial.stock[number];
        let ages = stock.ages(day);
        let (half_year, year) = (ages[2], ages[4]);
        let (first, second) = aged_fee(half_year, year);
        let sold: u32 = trial.history.days[number][day.saturating_sub(29)..=day]
            .iter()
            .map(|day| day.units)
            .sum();
        let inbound = stock.inbound(day);
        let units = stock.sellable[day];
        let text = |number: u32| number.to_string();
        let mut cells = vec![
            trial.spec.day(day).to_string(),
            sku.seller_sku.clone(),
            sku.fnsku.clone(),
            sku.asin.clone(),
            sku.title.clone(),
            "New".to_owned(),
            text(units),
            "0".to_owned(),
        ];
        cells.extend(ages.map(text));
        cells.extend([
            TRIAL_STORES[store].currency.to_owned(),
            text(sold),
            money(trial.history.days[number][day].price),
            "cubic feet".to_owned(),
            money(i64::from(units) * 12),
            TRIAL_STORES[store].market.code().to_owned(),
            (units * 30).checked_div(sold).map_or(String::new(), text),
            money(i64::from(units) * crate::trial::books::STORAGE),
            text(inbound),
            "0".to_owned(),
            text(inbound),
            "0".to_owned(),
            "0".to_owned(),
            "0".to_owned(),
            text(half_year),
            money(first),
            text(year),
            money(second),
            String::new(),
        ]);
        out.row("\t", &cells)?;
    }

    Ok(())
}

/// Receipts, and what was lost, damaged and found; shipments and returns stand in other reports.
fn detail(out: &mut Out, trial: &Trial, store: usize) -> io::Result<()> {
    out.put(DETAIL)?;
    let centre = TRIAL_STORES[store].centre;
    let country = TRIAL_STORES[store].market.code();
    let mut line = |number: usize, day: Day, event: [&str; 3], units: i64| {
        let sku = &trial.skus[number];
        let [kind, reference, reason] = event;
        out.put(&format!(
            "{}\t{}\t{}\t{}\t{}\t{kind}\t{reference}\t{units}\t{centre}\tSELLABLE\t{reason}\t{country}\t\t\n",
            day.format("%m/%d/%Y"),
            sku.fnsku,
            sku.asin,
            sku.seller_sku,
            sku.title,
        ))
    };
    for (number, _) in trial.of_store(store) {
        for (at, shipment) in trial.stock[number].shipments.iter().enumerate() {
            if let Some(arrived) = shipment.arrived {
                let reference = shipment_id(number, at);
                let day = trial.spec.day(arrived);
                line(number, day, ["Receipts", &reference, ""], i64::from(shipment.units))?;
            }
        }
    }
    for lost in trial.quirks.lost.iter().filter(|lost| trial.skus[lost.sku].store == store) {
        let day = trial.spec.day(lost.day);
        let units = i64::from(lost.units);
        line(lost.sku, day, ["Adjustments", "20080000000009", lost.reason], -units)?;
        if lost.found {
            let day = day + Days::new(9);
            line(lost.sku, day, ["Adjustments", "20080000000010", "F"], units)?;
        }
    }
    Ok(())
}

/// The channel's number of a shipment of a SKU.
pub(super) fn shipment_id(sku: usize, number: usize) -> String {
    format!("FBA19T{sku:03}{number:02}")
}

fn returns(
    out: &mut Out,
    trial: &Trial,
    store: usize,
    (from, to): (usize, usize),
) -> io::Result<()> {
    out.put(RETURNS)?;
    let came =
        |refund: &&crate::trial::live::Refund| refund.returned && (from..=to).contains(&refund.day);
    for refund in trial.history.refunds[store].iter().filter(came) {
        let sku = &trial.skus[refund.sku];
        out.put(&format!(
            "{}\t{}\t{}\t{}\t{}\t{}\t1\t{}\t{}\t{}\tUnit returned to inventory\tLPN{}{:08}\t\n",
            iso_offset(refund.at),
            amazon_order_id(store, refund.number),
            sku.seller_sku,
            sku.asin,
            sku.fnsku,
            sku.title,
            TRIAL_STORES[store].centre,
            if refund.sellable { "SELLABLE" } else { "DEFECTIVE" },
            refund.reason,
            ["US", "DE"][store],
            refund.number,
        ))?;
    }
    Ok(())
}

fn reimbursed(out: &mut Out, trial: &Trial, store: usize) -> io::Result<()> {
    out.put(REIMBURSED)?;
    let zone = TRIAL_STORES[store].market.zone();
    for (number, lost) in trial.quirks.lost.iter().enumerate() {
        let sku = &trial.skus[lost.sku];
        if !lost.reimbursed || sku.store != store {
            continue;
        }
        let at = start_of(trial.spec.day(lost.day + 12), zone) + 40_000;
        out.put(&format!(
            "{}\t99000{number:05}\t\t\tLost_Warehouse\t{}\t{}\t{}\t{}\tSellable\t{}\t{}\t{}\t{}\t0\t{}\t\t\n",
            iso_offset(at),
            sku.seller_sku,
            sku.fnsku,
            sku.asin,
            sku.title,
            TRIAL_STORES[store].currency,
            money(sku.cost),
            money(sku.cost * i64::from(lost.units)),
            lost.units,
            lost.units,
        ))?;
    }
    Ok(())
}

fn storage(
    out: &mut Out,
    trial: &Trial,
    (store, day): (usize, usize),
    changed: bool,
) -> io::Result<()> {
    let mut names: Vec<&str> = STORAGE.to_vec();
    if changed {
        names[7] = "inventory_size_class";
    }
    out.row("\t", &names)?;
    let country = TRIAL_STORES[store].market.code();
    // The charge of the seventh is for the month before.
    let month = trial.spec.day(day) - Days::new(10);
    for (number, minor, units) in trial.storage(store, day) {
        let sku = &trial.skus[number];
        let volume = money(i64::from(units) * 12);
        out.row(
            "\t",
            &[
                sku.asin.as_str(),
                &sku.fnsku,
                &sku.title,
                TRIAL_STORES[store].centre,
                country,
                "0.12",
                "cubic feet",
                "Standard-Size",
                &format!("{units}.00"),
                "0.00",
                &volume,
                &month.format("%Y-%m").to_string(),
                "1.17",
                TRIAL_STORES[store].currency,
                &money(minor),
                "--",
                &sku.seller_sku,
            ],
        )?;
    }
    Ok(())
}

fn preview(out: &mut Out, trial: &Trial, store: usize) -> io::Result<()> {
    out.put(PREVIEW)?;
    for (number, sku) in trial.of_store(store) {
        let price = trial.history.days[number][trial.spec.len() - 1].price;
        let referral = share(price, REFERRAL);
        out.put(&format!(
            "{}\t{}\t{}\t{}\t\tLumenta\tAmazon\t{}\t{}\t1.25\tpounds\tUsLargeStandardSize\t{}\t{}\t{}\t0.00\t{}\n",
            sku.seller_sku,
            sku.fnsku,
            sku.asin,
            sku.title,
            money(price),
            money(price),
            TRIAL_STORES[store].currency,
            money(referral + sku.fulfilment),
            money(referral),
            money(sku.fulfilment),
        ))?;
    }
    Ok(())
}
