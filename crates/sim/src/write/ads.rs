//! Search-term reports of the advertising console: the new layout, the old one in German and in
//! Japanese, as CSV and as XLSX.

use std::{io, path::Path};

use argosy_kernel::Day;
use chrono::Datelike;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::{
    ads::AdDay,
    catalogue::Product,
    place::{EU, STORES},
    write::{
        out::Out,
        text::{Numerals, field, percent},
    },
};

/// The names of a row as the console shows them.
struct Shown {
    campaign: String,
    ad_group: String,
    target: String,
    search_term: String,
}

impl Shown {
    fn of(ad: &AdDay, products: &[Product]) -> Self {
        let product = &products[usize::from(ad.listing)];
        Self {
            campaign: ad.campaign(products),
            ad_group: format!("{} main", product.category),
            target: ad.target(products),
            search_term: ad.search_term(products),
        }
    }
}

/// The new layout of 2026, a row per day with the day written as a range.
pub(crate) fn write_new_csv(out: &mut Out, ads: &[AdDay], products: &[Product]) -> io::Result<()> {
    out.put("\u{feff}")?;
    out.row(
        ",",
        &[
            "Date range",
            "Country",
            "Retailer",
            "Budget currency",
            "Ad product",
            "Campaign name",
            "Ad group name",
            "Target value",
            "Target match type",
            "Search term",
            "Impressions",
            "Top-of-search Impression Share",
            "Clicks",
            "CTR",
            "CPC",
            "Total cost",
            "Purchases",
            "Sales",
            "Units sold",
        ],
    )?;
    let numerals = Numerals { decimal: '.', thousands: Some(','), digits: 2 };
    for ad in ads {
        let shown = Shown::of(ad, products);
        let day = ad.day.format("%b %d, %Y");
        let row = [
            format!("{day} - {day}"),
            "United States".to_owned(),
            "Amazon.com".to_owned(),
            STORES[ad.store].currency.to_owned(),
            "Sponsored Products".to_owned(),
            shown.campaign,
            shown.ad_group,
            shown.target,
            ad.match_type().to_owned(),
            shown.search_term,
            Numerals { digits: 0, ..numerals }.write(ad.impressions as i64),
            "<5%".to_owned(),
            ad.clicks.to_string(),
            format!("{}%", percent(ad.clicks, ad.impressions, '.')),
            cost_per_click(ad, numerals),
            numerals.write(ad.cost),
            ad.orders.to_string(),
            numerals.write(ad.sales),
            ad.units.to_string(),
        ];
        out.row(",", &row.map(|cell| field(&cell, ",")))?;
    }
    Ok(())
}

fn cost_per_click(ad: &AdDay, numerals: Numerals) -> String {
    match ad.clicks {
        0 => String::new(),
        clicks => numerals.write(ad.cost / clicks as i64),
    }
}

const OLD_DE: [&str; 19] = [
    "Datum",
    "Portfolioname",
    "Währung",
    "Kampagnenname",
    "Anzeigengruppenname",
    "Ausrichtung",
    "Übereinstimmungstyp",
    "Suchbegriff des Kunden",
    "Impressionen",
    "Klicks",
    "Klickrate (CTR)",
    "Kosten pro Klick (CPC)",
    "Ausgaben",
    "Gesamtumsatz in 7 Tagen ",
    "Zugeschriebene Umsatzkosten (ACOS) gesamt ",
    "Return on Advertising Spend (ROAS) gesamt",
    "Gesamtzahl der Bestellungen in 7 Tagen (#)",
    "Gesamtzahl der Einheiten in 7 Tagen (#)",
    "Konversionsrate in 7 Tagen",
];

const OLD_JA: [&str; 19] = [
    "日付",
    "ポートフォリオ名",
    "通貨",
    "キャンペーン名",
    "広告グループ名",
    "ターゲティング",
    "マッチタイプ",
    "カスタマーの検索キーワード",
    "インプレッション",
    "クリック",
    "クリックスルー率（CTR）",
    "平均クリック単価（CPC）",
    "広告費",
    "広告がクリックされてから7日間の総売上高",
    "広告費売上高比率（ACOS）合計",
    "広告費用対効果（ROAS）合計",
    "広告がクリックされてから7日間の合計注文数",
    "広告がクリックされてから7日間の合計販売数",
    "広告がクリックされてから7日間のコンバージョン率",
];

/// The old layout: semicolons and decimal commas in German, commas in Japanese.
pub(crate) fn write_old_csv(out: &mut Out, ads: &[AdDay], products: &[Product]) -> io::Result<()> {
    let german = ads.first().is_some_and(|ad| ad.store == EU);
    let (separator, decimal, mark) = if german { (";", ',', '.') } else { (",", '.', ',') };
    out.row(separator, if german { &OLD_DE } else { &OLD_JA })?;
    for ad in ads {
        let store = &STORES[ad.store];
        let numerals = Numerals { decimal, thousands: Some(mark), digits: store.digits };
        let shown = Shown::of(ad, products);
        let cost = ad.cost.unsigned_abs();
        let sales = ad.sales.unsigned_abs();
        let share = |part, whole| match whole {
            0 => String::new(),
            _ => format!("{}%", percent(part, whole, decimal)),
        };
        let row = [
            ad.day.format(if german { "%d.%m.%Y" } else { "%Y/%m/%d" }).to_string(),
            if german { "Kein Portfolio" } else { "-" }.to_owned(),
            store.currency.to_owned(),
            shown.campaign,
            shown.ad_group,
            shown.target,
            match_type(german, ad.match_type()).to_owned(),
            shown.search_term,
            Numerals { digits: 0, ..numerals }.write(ad.impressions as i64),
            ad.clicks.to_string(),
            share(ad.clicks, ad.impressions),
            cost_per_click(ad, numerals),
            numerals.write(ad.cost),
            numerals.write(ad.sales),
            share(cost, sales),
            if cost == 0 { String::new() } else { percent(sales, cost * 100, decimal) },
            ad.orders.to_string(),
            ad.units.to_string(),
            share(ad.orders, ad.clicks),
        ];
        out.row(separator, &row.map(|cell| field(&cell, separator)))?;
    }
    Ok(())
}

fn match_type(german: bool, english: &str) -> &'static str {
    match (german, english) {
        (true, "EXACT") => "Exakt",
        (true, "PHRASE") => "Wortgruppe",
        (true, _) => "Weitgehend",
        (false, "EXACT") => "完全一致",
        (false, "PHRASE") => "フレーズ一致",
        (false, _) => "部分一致",
    }
}

/// The new layout as a workbook: true dates, numbers, fractions, currency in the header.
pub(crate) fn write_new_xlsx(
    path: &Path,
    ads: &[AdDay],
    products: &[Product],
) -> Result<(), XlsxError> {
    let mut book = workbook()?;
    let sheet = book.add_worksheet();
    // Excel cuts names at 31 characters, and the console lets it.
    sheet.set_name("Sponsored_Products_Search_term_")?;
    let headers = [
        "Date",
        "Country",
        "Ad product",
        "Campaign name",
        "Ad group name",
        "Target value",
        "Target match type",
        "Search term",
        "Impressions",
        "Clicks",
        "CTR",
        "Total cost (USD)",
        "Purchases",
        "Sales (USD)",
        "Units sold",
        "ACOS",
    ];
    for (column, header) in (0..).zip(headers) {
        sheet.write_string(0, column, header)?;
    }
    let date = Format::new().set_num_format("mmm dd, yyyy");
    for (row, ad) in (1..).zip(ads) {
        let shown = Shown::of(ad, products);
        sheet.write_datetime_with_format(row, 0, excel_day(ad.day)?, &date)?;
        let texts = [
            "United States",
            "Sponsored Products",
            &shown.campaign,
            &shown.ad_group,
            &shown.target,
            ad.match_type(),
            &shown.search_term,
        ];
        for (column, text) in (1..).zip(texts) {
            sheet.write_string(row, column, text)?;
        }
        sheet.write_number(row, 8, ad.impressions as u32)?;
        sheet.write_number(row, 9, ad.clicks as u32)?;
        let fraction = |part: i64, whole: i64| cell(Decimal::from(part) / Decimal::from(whole));
        if ad.impressions > 0 {
            sheet.write_number(row, 10, fraction(ad.clicks as i64, ad.impressions as i64))?;
        }
        sheet.write_number(row, 11, cell(Decimal::new(ad.cost, 2)))?;
        sheet.write_number(row, 12, ad.orders as u32)?;
        sheet.write_number(row, 13, cell(Decimal::new(ad.sales, 2)))?;
        sheet.write_number(row, 14, ad.units as u32)?;
        if ad.sales > 0 {
            sheet.write_number(row, 15, fraction(ad.cost, ad.sales))?;
        }
    }
    book.save(path)
}

/// Excel keeps every number as a binary fraction; the nearest one shows the same digits.
pub(crate) fn cell(value: Decimal) -> f64 {
    value.to_f64().unwrap_or(0.0)
}

pub(crate) fn excel_day(day: Day) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(day.year()).unwrap_or(1900);
    ExcelDateTime::from_ymd(year, day.month() as u8, day.day() as u8)
}

/// An empty workbook that does not say when it was made.
pub(crate) fn workbook() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    Ok(book)
}
