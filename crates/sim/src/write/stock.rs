//! FBA manage-your-inventory report: a snapshot that does not say of which day.

use std::io;

use crate::{
    amazon::{Account, StockCount},
    catalogue::Product,
    dice::scramble,
    place::{JP, STORES},
    write::{out::Out, text::Numerals},
};

const HEADER: [&str; 21] = [
    "sku",
    "fnsku",
    "asin",
    "product-name",
    "condition",
    "your-price",
    "mfn-listing-exists",
    "mfn-fulfillable-quantity",
    "afn-listing-exists",
    "afn-warehouse-quantity",
    "afn-fulfillable-quantity",
    "afn-unsellable-quantity",
    "afn-reserved-quantity",
    "afn-total-quantity",
    "per-unit-volume",
    "afn-inbound-working-quantity",
    "afn-inbound-shipped-quantity",
    "afn-inbound-receiving-quantity",
    "afn-researching-quantity",
    "afn-reserved-future-supply",
    "afn-future-supply-buyable",
];

pub(crate) fn write(
    out: &mut Out,
    account: &Account,
    products: &[Product],
    count: &StockCount,
) -> io::Result<()> {
    let store = account.books.store;
    let numerals = Numerals::plain(STORES[store].digits);
    out.row("\t", &HEADER)?;
    for (index, product) in products.iter().enumerate() {
        let whole = count.units[index].max(0);
        let chance = scramble(index as u64 ^ (whole as u64) << 8);
        let reserved = whole.min((chance % 4) as i64);
        let unsellable = (chance / 7 % 3) as i64;
        let shipped = if whole < 8 { 20 + (chance % 30) as i64 } else { 0 };
        let researching = i64::from(chance.is_multiple_of(11));
        let in_warehouse = whole + unsellable;
        let title = if store == JP { &product.name_jp } else { &product.name };
        let row = [
            product.seller_sku(store),
            product.fnsku.clone(),
            product.asin.clone(),
            title.clone(),
            "New".to_owned(),
            numerals.write(product.price(store, 0)),
            "No".to_owned(),
            String::new(),
            "Yes".to_owned(),
            in_warehouse.to_string(),
            (whole - reserved).to_string(),
            unsellable.to_string(),
            reserved.to_string(),
            (in_warehouse + shipped).to_string(),
            format!("0.{:02}", 4 + index % 60),
            "0".to_owned(),
            shipped.to_string(),
            "0".to_owned(),
            researching.to_string(),
            "0".to_owned(),
            "0".to_owned(),
        ];
        out.row("\t", &row)?;
    }
    Ok(())
}
