//! Argosy's own templates: product costs, pairing, own expenses.

use std::{io, path::Path};

use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, XlsxError};

use crate::{
    catalogue::Product,
    expenses::Expense,
    place::{Market, STORES},
    write::{
        ads::{cell, excel_day, workbook},
        out::Out,
        text::{Numerals, field},
    },
};

const COSTS: [&str; 8] =
    ["SKU", "Name", "Brand", "Category", "Market", "Valid from", "Unit cost", "Currency"];

/// Product costs as CSV in English.
pub(crate) fn write_costs_csv(out: &mut Out, products: &[Product]) -> io::Result<()> {
    out.row(",", &COSTS)?;
    for (product, cost) in costs(products) {
        let row = [
            product.sku.clone(),
            product.name.clone(),
            "Lantern Home".to_owned(),
            product.category.to_owned(),
            cost.market.map(Market::code).unwrap_or_default().to_owned(),
            cost.since.to_string(),
            Numerals::plain(2).write(cost.minor),
            cost.currency.to_owned(),
        ];
        out.row(",", &row.map(|cell| field(&cell, ",")))?;
    }
    Ok(())
}

/// Product costs as a workbook in Chinese.
pub(crate) fn write_costs_xlsx(path: &Path, products: &[Product]) -> Result<(), XlsxError> {
    let mut book = workbook()?;
    let sheet = book.add_worksheet();
    sheet.set_name("商品成本")?;
    let headers = ["商品SKU", "品名", "品牌", "品类", "站点", "生效日期", "单位成本", "币种"];
    for (column, header) in (0..).zip(headers) {
        sheet.write_string(0, column, header)?;
    }
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (row, (product, cost)) in (1..).zip(costs(products)) {
        sheet.write_string(row, 0, &product.sku)?;
        sheet.write_string(row, 1, &product.name)?;
        sheet.write_string(row, 2, "Lantern Home")?;
        sheet.write_string(row, 3, product.category)?;
        if let Some(market) = cost.market {
            sheet.write_string(row, 4, market.code())?;
        }
        sheet.write_datetime_with_format(row, 5, excel_day(cost.since)?, &date)?;
        sheet.write_number(row, 6, cell(Decimal::new(cost.minor, 2)))?;
        sheet.write_string(row, 7, cost.currency)?;
    }
    book.save(path)
}

fn costs(products: &[Product]) -> impl Iterator<Item = (&Product, &crate::catalogue::Cost)> {
    products.iter().flat_map(|product| product.costs.iter().map(move |cost| (product, cost)))
}

/// Which seller SKU of which store is which product.
pub(crate) fn write_pairing(out: &mut Out, products: &[Product]) -> io::Result<()> {
    out.row(",", &["Store", "Seller SKU", "SKU", "Valid from", "Valid until"])?;
    for (index, store) in STORES.iter().enumerate() {
        for product in products {
            let seller_sku = product.seller_sku(index);
            out.row(",", &[store.name, &seller_sku, &product.sku, "", ""])?;
        }
    }
    Ok(())
}

/// Own expenses as a workbook; costs are written above zero.
pub(crate) fn write_expenses(path: &Path, expenses: &[Expense]) -> Result<(), XlsxError> {
    let mut book = workbook()?;
    let sheet = book.add_worksheet();
    let headers = ["Date", "Expense", "Amount", "Currency", "Note", "Allocate by", "Allocate to"];
    for (column, header) in (0..).zip(headers) {
        sheet.write_string(0, column, header)?;
    }
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (row, expense) in (1..).zip(expenses) {
        sheet.write_datetime_with_format(row, 0, excel_day(expense.day)?, &date)?;
        sheet.write_string(row, 1, expense.line)?;
        sheet.write_number(row, 2, cell(Decimal::new(-expense.minor, 2)))?;
        sheet.write_string(row, 3, expense.currency)?;
        sheet.write_string(row, 4, expense.note)?;
        if let Some((by, to)) = expense.share {
            sheet.write_string(row, 5, by)?;
            sheet.write_string(row, 6, to)?;
        }
    }
    book.save(path)
}
