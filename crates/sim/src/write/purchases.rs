//! Purchases and freight as Argosy's own templates: opening stock and transfers as CSV in English,
//! purchases as a workbook in Chinese, freight as it comes, late bills in a file of their own.

use std::{io, path::Path};

use encoding_rs::UTF_8;
use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, XlsxError};

use crate::{
    catalogue::Product,
    company::Company,
    expenses::OWN_STORE,
    goods::documents::{self, Bill, Kind, Line, Split},
    write::{
        ads::{cell, excel_day, workbook},
        folder::{Folder, SimError, Written},
        out::Out,
        text::{Numerals, field},
    },
};

const MONEY: Numerals = Numerals::plain(2);
const KILOGRAMS: Numerals = Numerals::plain(3);

/// Writes the documents that goods are costed by into `dir`, in the order in which they came. The
/// company's other reports do not need them: without these, unit costs by day count.
///
/// # Errors
/// When a file cannot be written.
pub fn write_purchases(company: &Company, dir: &Path) -> Result<Vec<Written>, SimError> {
    let made = documents::of(company);
    let products = &company.products;
    let mut folder = Folder::new(company, dir)?;
    let purchase = "argosy.purchases";
    let (bought, other): (Vec<&Line>, Vec<&Line>) =
        made.lines.iter().partition(|line| line.kind == Kind::Purchase);
    let name = "argosy/采购入库.xlsx";
    write_bought(&folder.path(name)?, products, &bought)?;
    folder.note(name, OWN_STORE, purchase, "workbook");
    let name = "argosy/opening-and-transfers.csv";
    let mut out = Out::create(&folder.path(name)?, UTF_8)?;
    write_lines(&mut out, products, &other)?;
    out.finish()?;
    folder.note(name, OWN_STORE, purchase, "UTF-8");
    // The whole document again, with the price that was really paid.
    let corrected = bought.into_iter().filter(|line| line.first_said.is_some()).collect::<Vec<_>>();
    let name = "argosy/purchase-corrected.csv";
    let mut out = Out::create(&folder.path(name)?, UTF_8)?;
    write_lines(&mut out, products, &corrected)?;
    out.finish()?;
    folder.note(name, OWN_STORE, purchase, "UTF-8");
    for (name, late) in [("argosy/freight.csv", false), ("argosy/freight-late.csv", true)] {
        let mut out = Out::create(&folder.path(name)?, UTF_8)?;
        write_bills(&mut out, made.bills.iter().filter(|bill| bill.late == late))?;
        out.finish()?;
        folder.note(name, OWN_STORE, "argosy.freight", "UTF-8");
    }
    Ok(folder.written)
}

fn write_bought(path: &Path, products: &[Product], lines: &[&Line]) -> Result<(), XlsxError> {
    let mut book = workbook()?;
    let sheet = book.add_worksheet();
    sheet.set_name("采购入库")?;
    let headers = [
        "采购单号",
        "单据类型",
        "供应商",
        "入库日期",
        "入库仓库",
        "商品SKU",
        "入库数量",
        "采购单价",
        "币种",
        "单件重量(kg)",
    ];
    for (column, header) in (0..).zip(headers) {
        sheet.write_string(0, column, header)?;
    }
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (row, line) in (1..).zip(lines) {
        let fen = line.first_said.unwrap_or(line.fen);
        sheet.write_string(row, 0, &line.document)?;
        sheet.write_string(row, 1, "采购")?;
        sheet.write_string(row, 2, "中山市灯之家照明厂")?;
        sheet.write_datetime_with_format(row, 3, excel_day(line.received)?, &date)?;
        sheet.write_string(row, 4, line.place)?;
        sheet.write_string(row, 5, &products[usize::from(line.listing)].sku)?;
        sheet.write_number(row, 6, cell(Decimal::from(line.units)))?;
        sheet.write_number(row, 7, cell(Decimal::new(fen, 2)))?;
        sheet.write_string(row, 8, "CNY")?;
        sheet.write_number(row, 9, cell(Decimal::new(line.grams, 3)))?;
    }
    book.save(path)
}

fn write_lines(out: &mut Out, products: &[Product], lines: &[&Line]) -> io::Result<()> {
    let header = [
        "Document",
        "Kind",
        "Received",
        "Warehouse",
        "From warehouse",
        "SKU",
        "Units",
        "Unit cost",
        "Currency",
        "Unit weight (kg)",
    ];
    out.row(",", &header)?;
    for line in lines {
        let bought = line.kind != Kind::Transfer;
        let kind = match line.kind {
            Kind::Purchase => "purchase",
            Kind::Opening => "opening",
            Kind::Transfer => "transfer",
        };
        let row = [
            line.document.clone(),
            kind.to_owned(),
            line.received.to_string(),
            line.place.to_owned(),
            line.from.unwrap_or_default().to_owned(),
            products[usize::from(line.listing)].sku.clone(),
            line.units.to_string(),
            if bought { MONEY.write(line.fen) } else { String::new() },
            if bought { "CNY" } else { "" }.to_owned(),
            KILOGRAMS.write(line.grams),
        ];
        out.row(",", &row.map(|cell| field(&cell, ",")))?;
    }
    Ok(())
}

fn write_bills<'b>(out: &mut Out, bills: impl Iterator<Item = &'b Bill>) -> io::Result<()> {
    let header = ["Document", "Kind", "Day", "Amount", "Currency", "Split by", "For documents"];
    out.row(",", &header)?;
    for bill in bills {
        let split = match bill.split {
            Split::Units => "units",
            Split::Value => "value",
            Split::Weight => "weight",
        };
        let row = [
            bill.document.clone(),
            bill.kind.to_owned(),
            bill.day.to_string(),
            MONEY.write(bill.fen),
            "CNY".to_owned(),
            split.to_owned(),
            bill.applies_to.join(";"),
        ];
        out.row(",", &row.map(|cell| field(&cell, ",")))?;
    }
    Ok(())
}
