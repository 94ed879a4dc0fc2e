//! What Amazon tells about goods that left its warehouses and came back: the fulfilled-shipments
//! report and the customer returns.

use std::{io, path::Path};

use argosy_kernel::Day;
use chrono::Days;
use encoding_rs::UTF_8;

use crate::{
    amazon::{Account, CameBack, Order},
    catalogue::Product,
    company::Company,
    dice::scramble,
    entry::Reference,
    place::{Instant, Market, STORES, US, day_of},
    write::{
        folder::{Folder, SimError, Written, form},
        out::Out,
        text::{iso_offset, months},
    },
};

const SHIPMENTS: [&str; 48] = [
    "amazon-order-id",
    "merchant-order-id",
    "shipment-id",
    "shipment-item-id",
    "amazon-order-item-id",
    "merchant-order-item-id",
    "purchase-date",
    "payments-date",
    "shipment-date",
    "reporting-date",
    "buyer-email",
    "buyer-name",
    "buyer-phone-number",
    "sku",
    "product-name",
    "quantity-shipped",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "ship-service-level",
    "recipient-name",
    "ship-address-1",
    "ship-address-2",
    "ship-address-3",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "ship-phone-number",
    "bill-address-1",
    "bill-address-2",
    "bill-address-3",
    "bill-city",
    "bill-state",
    "bill-postal-code",
    "bill-country",
    "item-promotion-discount",
    "ship-promotion-discount",
    "carrier",
    "tracking-number",
    "estimated-arrival-date",
    "fulfillment-center-id",
    "fulfillment-channel",
    "sales-channel",
];

const RETURNS: [&str; 13] = [
    "return-date",
    "order-id",
    "sku",
    "asin",
    "fnsku",
    "product-name",
    "quantity",
    "fulfillment-center-id",
    "detailed-disposition",
    "reason",
    "status",
    "license-plate-number",
    "customer-comments",
];

/// The warehouse of Amazon that an order leaves from and comes back to.
pub(crate) fn centre(reference: Reference) -> &'static str {
    if scramble(reference.number()).is_multiple_of(3) { "CMH1" } else { "PHX7" }
}

/// Where Amazon's US reports count days.
fn local(at: Instant) -> Day {
    day_of(at, US, Some(Market::Us))
}

/// Writes the movements of goods that Amazon US tells into `dir`: every month, and some days a
/// second time in another cut.
///
/// # Errors
/// When a file cannot be written.
pub fn write_movements(company: &Company, dir: &Path) -> Result<Vec<Written>, SimError> {
    let mut folder = Folder::new(company, dir)?;
    let account = &company.accounts[US];
    let products = &company.products;
    let store = STORES[US].name;
    let (from, to) = (company.spec.from, company.spec.to);
    let mut ranges = months(from, to);
    ranges.push((from + Days::new(20), (from + Days::new(45)).min(to)));
    for range in ranges {
        let name = format!("{store}/fulfilled-shipments-{}-{}.txt", range.0, range.1);
        let kind = "amazon.fulfilled_shipments";
        let write = |out: &mut Out| write_shipments(out, account, products, range);
        folder.text(&name, form(US, UTF_8, kind), write)?;
        let name = format!("{store}/customer-returns-{}-{}.txt", range.0, range.1);
        let kind = "amazon.fba_customer_returns";
        let write = |out: &mut Out| write_returns(out, account, products, range);
        folder.text(&name, form(US, UTF_8, kind), write)?;
    }
    Ok(folder.written)
}

fn write_shipments(
    out: &mut Out,
    account: &Account,
    products: &[Product],
    (from, to): (Day, Day),
) -> io::Result<()> {
    out.row("\t", &SHIPMENTS)?;
    let left = |order: &&Order| !order.cancelled && (from..=to).contains(&local(order.shipped));
    for order in account.orders.iter().filter(left) {
        for (line, item) in order.items.iter().enumerate() {
            let product = &products[usize::from(item.listing)];
            let shipment = scramble(order.reference.number() ^ 0x51) % 900_000_000 + 100_000_000;
            let mut row = vec![String::new(); SHIPMENTS.len()];
            let mut set = |name: &str, value: String| {
                let at = SHIPMENTS.iter().position(|column| *column == name);
                row[at.expect("only columns of the report's own header are filled")] = value;
            };
            set("amazon-order-id", order.reference.order_id(US));
            set("merchant-order-id", order.reference.merchant_order_id());
            set("shipment-id", format!("Dx{shipment}"));
            set("shipment-item-id", format!("Dx{shipment}{line}"));
            set("purchase-date", iso_offset(order.purchased));
            set("shipment-date", iso_offset(order.shipped));
            set("sku", product.seller_sku(US));
            set("product-name", product.name.clone());
            set("quantity-shipped", item.units.to_string());
            if order.market.is_some() {
                set("currency", "USD".to_owned());
            }
            set("ship-city", "Portland".to_owned());
            set("ship-country", "US".to_owned());
            set("carrier", "AMZN_US".to_owned());
            set("fulfillment-center-id", centre(order.reference).to_owned());
            set("fulfillment-channel", "AFN".to_owned());
            set("sales-channel", order.market.map_or("Non-Amazon", Market::amazon_name).to_owned());
            out.row("\t", &row)?;
        }
    }
    Ok(())
}

fn write_returns(
    out: &mut Out,
    account: &Account,
    products: &[Product],
    (from, to): (Day, Day),
) -> io::Result<()> {
    out.row("\t", &RETURNS)?;
    let came = |(_, back): &(usize, &CameBack)| (from..=to).contains(&local(back.at));
    for (number, back) in account.came_back.iter().enumerate().filter(came) {
        let product = &products[usize::from(back.listing)];
        let (disposition, reason) =
            if back.sellable { ("SELLABLE", "UNWANTED_ITEM") } else { ("DEFECTIVE", "DEFECTIVE") };
        let row = [
            iso_offset(back.at),
            back.reference.order_id(US),
            product.seller_sku(US),
            product.asin.clone(),
            product.fnsku.clone(),
            product.name.clone(),
            back.units.to_string(),
            centre(back.reference).to_owned(),
            disposition.to_owned(),
            reason.to_owned(),
            "Unit returned to inventory".to_owned(),
            format!("LPNRR{number:08}"),
            String::new(),
        ];
        out.row("\t", &row)?;
    }
    Ok(())
}
