//! TikTok Shop's settlement and its list of orders that wait for it, both as workbooks.

use std::path::Path;

use argosy_kernel::Day;
use chrono::Days;
use rust_decimal::Decimal;
use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::{
    catalogue::Product,
    outlets::{Deed, Movement, Outlet, order_number},
    place::{Market, TIKTOK, day_of},
    words::{Words, tiktok},
    write::ads::{cell, workbook},
};

/// Amount columns of both files. Blanks behind a name are the export's own.
const AMOUNTS: [(&str, &[&Words]); 17] = [
    ("Total revenue", &[&tiktok::SALES, &tiktok::DISCOUNT, &tiktok::REFUND]),
    ("Subtotal after seller discounts", &[&tiktok::SALES, &tiktok::DISCOUNT]),
    ("Subtotal before discounts", &[&tiktok::SALES]),
    ("Seller discounts", &[&tiktok::DISCOUNT]),
    ("Refund subtotal after seller discounts", &[&tiktok::REFUND]),
    ("Refund subtotal before seller discounts", &[&tiktok::REFUND]),
    ("Refund of seller discounts", &[]),
    (
        "Total fees",
        &[
            &tiktok::COMMISSION,
            &tiktok::REFUND_COMMISSION,
            &tiktok::REFUND_ADMIN,
            &tiktok::FEE_TAX,
            &tiktok::AFFILIATE,
            &tiktok::SHIPPING,
        ],
    ),
    ("Transaction fee", &[]),
    ("TikTok Shop commission fee", &[&tiktok::COMMISSION, &tiktok::REFUND_COMMISSION]),
    ("Sales tax on referral fees", &[&tiktok::FEE_TAX]),
    ("Refund administration fee", &[&tiktok::REFUND_ADMIN]),
    ("Seller shipping fee", &[&tiktok::SHIPPING]),
    // Explains the column before it, and is in no total.
    ("Actual shipping fee", &[&tiktok::SHIPPING]),
    ("Affiliate commission", &[&tiktok::AFFILIATE]),
    ("Affiliate partner commission", &[]),
    ("Ajustment amount", &[&tiktok::ADS]),
];

fn slashed(day: Day) -> String {
    day.format("%Y/%m/%d").to_string()
}

/// Numbers of orders are text: as numbers they would lose digits.
fn id(movement: &Movement) -> String {
    match movement.number {
        0 => format!("699000000000{}", movement.day.format("%y%m%d")),
        number => order_number(TIKTOK, number),
    }
}

fn kind(movement: &Movement) -> &'static str {
    match movement.deed {
        Deed::Refund => "Refund",
        Deed::Advertising => tiktok::ADS.transaction,
        _ => "Order",
    }
}

fn write_texts(sheet: &mut Worksheet, row: u32, texts: &[&str]) -> Result<(), XlsxError> {
    for (column, text) in (0..).zip(texts) {
        sheet.write_string(row, column, *text)?;
    }
    Ok(())
}

/// The columns that begin at `column`; nothing is a slash.
fn write_amounts(
    sheet: &mut Worksheet,
    (row, mut column): (u32, u16),
    movement: &Movement,
) -> Result<(), XlsxError> {
    for (_, words) in AMOUNTS {
        let minor: i64 = words.iter().map(|words| movement.part(words)).sum();
        if minor == 0 {
            sheet.write_string(row, column, "/")?;
        } else {
            sheet.write_number(row, column, cell(Decimal::new(minor, 2)))?;
        }
        column += 1;
    }
    Ok(())
}

/// Writes what was settled in a range of days, and once more the week before it.
pub(crate) fn write_settlement(
    path: &Path,
    outlet: &Outlet,
    products: &[Product],
    (from, to): (Day, Day),
) -> Result<(), XlsxError> {
    let mut book = workbook()?;
    let mut reports = rust_xlsxwriter::Worksheet::new();
    reports.set_name("Reports")?;
    write_texts(&mut reports, 0, &["Settlement report", "Lantern Home US", "UTC-7"])?;
    book.push_worksheet(reports);
    let sheet = book.add_worksheet();
    sheet.set_name("Order details")?;
    let mut header = vec![
        "Order/adjustment ID  ",
        "Type",
        "Order created time",
        "Order settled time",
        "Statement ID",
        "Currency",
        "SKU ID",
        "Quantity",
        "Product name",
        "Related order ID",
        "Total settlement amount",
    ];
    let amounts = header.len() as u16;
    header.extend(AMOUNTS.iter().map(|(name, _)| *name));
    write_texts(sheet, 0, &header)?;
    let since = from - Days::new(7);
    let told = |movement: &&Movement| (since..=to).contains(&movement.day);
    let settled = outlet.movements.iter().filter(told);
    let settled = settled.filter_map(|movement| Some((movement, movement.statement?)));
    for (row, (movement, home)) in (1..).zip(settled) {
        let of_order = movement.number > 0;
        let product = movement.listing.map(|listing| &products[usize::from(listing)]);
        let or_slash = |text: Option<String>| text.unwrap_or_else(|| "/".to_owned());
        let placed = day_of(movement.placed, TIKTOK, Some(Market::Us));
        let texts = [
            id(movement),
            kind(movement).to_owned(),
            or_slash(Some(slashed(placed)).filter(|_| of_order)),
            slashed(movement.day),
            outlet.statements[home].id.clone(),
            "USD".to_owned(),
            or_slash(product.map(|product| product.seller_sku(TIKTOK))),
            or_slash(product.map(|_| movement.units.to_string())),
            or_slash(product.map(|product| product.name.clone())),
            or_slash(Some(id(movement)).filter(|_| of_order)),
        ];
        write_texts(sheet, row, &texts.each_ref().map(String::as_str))?;
        sheet.write_number(row, amounts - 1, cell(Decimal::new(movement.net(), 2)))?;
        write_amounts(sheet, (row, amounts), movement)?;
    }
    book.save(path)
}

/// Writes the orders that on a day were placed and not settled yet, with what TikTok expects.
pub(crate) fn write_on_hold(path: &Path, outlet: &Outlet, known: Day) -> Result<(), XlsxError> {
    let mut book = workbook()?;
    let sheet = book.add_worksheet();
    sheet.set_name("Unsettled order and adjustment")?;
    let banner = [
        "Orders that are not settled yet",
        "All amounts are estimates",
        "Time zone: UTC-7",
        "Amounts of the final settlement may differ",
        "Lantern Home US",
    ];
    for (row, text) in (0..).zip(banner) {
        sheet.write_string(row, 0, text)?;
    }
    let mut header = vec![
        "Order/adjustment ID  ",
        "Type",
        "Order created time",
        "Currency",
        "Unsettled reason",
        "Total estimated settlement amount",
    ];
    let amounts = header.len() as u16;
    header.extend(AMOUNTS.iter().map(|(name, _)| *name));
    write_texts(sheet, 5, &header)?;
    let placed = |movement: &Movement| day_of(movement.placed, TIKTOK, Some(Market::Us));
    let waits = |movement: &&Movement| {
        movement.deed == Deed::Sale && placed(movement) <= known && movement.day > known
    };
    for (row, movement) in (6..).zip(outlet.movements.iter().filter(waits)) {
        let created = slashed(placed(movement));
        let texts = [&*id(movement), "Order", &created, "USD", "Delivery is not completed"];
        write_texts(sheet, row, &texts)?;
        sheet.write_number(row, amounts - 1, cell(Decimal::new(movement.net(), 2)))?;
        write_amounts(sheet, (row, amounts), movement)?;
    }
    book.save(path)
}
