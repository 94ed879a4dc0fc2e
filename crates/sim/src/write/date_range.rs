//! Payments transactions by date range: one row per order line, wide, in the language of the site.

use std::{collections::BTreeMap, io};

use argosy_kernel::Day;

use crate::{
    amazon::Account,
    catalogue::Product,
    entry::{Entry, Reference},
    place::{EU, JP, Market, STORES, StoreIndex, day_of},
    words::Column,
    write::{
        language::{Language, language},
        out::Out,
        text::{american, european_utc, japanese, quoted},
    },
};

/// What to leave out and what to pretend.
#[derive(Clone, Copy)]
pub(crate) struct Cut {
    pub(crate) from: Day,
    pub(crate) to: Day,
    /// The newer layout says whether a transaction is released. Japan has no such columns.
    pub(crate) status: bool,
    /// The day of an earlier export, when more was deferred than is now; `None` = the newest.
    pub(crate) exported: Option<Day>,
}

/// One row: an order line, a refund or a charge.
#[derive(Default)]
struct Row<'a> {
    entry: Option<&'a Entry>,
    amounts: BTreeMap<Column, i64>,
}

/// The columns of money in their order; the last two exist in the US only.
const MONEY: [Column; 14] = [
    Column::ProductSales,
    Column::ProductSalesTax,
    Column::ShippingCredits,
    Column::ShippingCreditsTax,
    Column::GiftWrapCredits,
    Column::GiftWrapCreditsTax,
    Column::Points,
    Column::PromotionalRebates,
    Column::PromotionalRebatesTax,
    Column::WithheldTax,
    Column::SellingFees,
    Column::FbaFees,
    Column::OtherTransactionFees,
    Column::Other,
];

/// Writes the rows of a range of days, in the order of time.
pub(crate) fn write(
    out: &mut Out,
    account: &Account,
    products: &[Product],
    cut: Cut,
) -> io::Result<()> {
    let store = account.books.store;
    let language = language(store);
    out.put("\u{feff}")?;
    for line in language.preamble {
        out.row(",", &[quoted(line)])?;
    }
    let headers: Vec<String> = language
        .headers
        .iter()
        .enumerate()
        .filter(|(at, header)| !header.is_empty() && (*at < 28 || cut.status))
        .map(|(_, header)| quoted(header))
        .collect();
    out.row(",", &headers)?;
    let page = Page { language, account, products, cut };
    for row in rows(account, cut) {
        let Some(entry) = row.entry else { continue };
        out.row(",", &page.cells(entry, &row.amounts))?;
    }
    Ok(())
}

fn rows(account: &Account, cut: Cut) -> Vec<Row<'_>> {
    let home = Some(STORES[account.books.store].home);
    let mut rows: BTreeMap<(i64, u32), Row> = BTreeMap::new();
    for entry in &account.books.entries {
        let Some(wide) = &entry.words.wide else { continue };
        let day = day_of(entry.at, entry.store, home);
        if day < cut.from || day > cut.to {
            continue;
        }
        let row = rows.entry((entry.at, entry.group)).or_default();
        row.entry.get_or_insert(entry);
        *row.amounts.entry(wide.column).or_default() += entry.minor;
    }
    rows.into_values().collect()
}

/// What all rows of a file share.
struct Page<'a> {
    language: Language,
    account: &'a Account,
    products: &'a [Product],
    cut: Cut,
}

impl Page<'_> {
    fn cells(&self, entry: &Entry, amounts: &BTreeMap<Column, i64>) -> Vec<String> {
        let Self { language, account, products, cut } = self;
        let statement = entry.statement.map(|at| account.books.statements[at].id.clone());
        let store = entry.store;
        let (kind, described) =
            entry.words.wide.as_ref().map_or(("", ""), |wide| (wide.kind, wide.description));
        let is_order = matches!(entry.reference, Reference::Order(_) | Reference::OtherChannel(_));
        let product = entry.listing.map(|at| &products[usize::from(at)]);
        let title = product.map(|product| product.title(STORES[store].home));
        let description =
            if is_order { title.unwrap_or(described) } else { language.word(described) };
        let place = if is_order { place(store, entry.reference.number()) } else { ["", "", ""] };
        let marketplace = match entry.reference {
            Reference::OtherChannel(_) => "Non-Amazon".to_owned(),
            _ => entry.market.map(|market| market.amazon_name().to_lowercase()).unwrap_or_default(),
        };
        let quantity = if entry.quantity > 0 { entry.quantity.to_string() } else { String::new() };
        let mut cells = vec![
            instant(store, entry.at),
            statement.unwrap_or_default(),
            language.word(kind).to_owned(),
            entry.reference.order_id(store),
            product.map(|product| product.seller_sku(store)).unwrap_or_default(),
            description.to_owned(),
            quantity,
            marketplace,
            if is_order { "Amazon" } else { "" }.to_owned(),
            place[0].to_owned(),
            place[1].to_owned(),
            place[2].to_owned(),
            if is_order && store != JP { "MarketplaceFacilitator" } else { "" }.to_owned(),
        ];
        let mut total = 0;
        for column in MONEY {
            if column == Column::Points && store != JP {
                continue;
            }
            let minor = amounts.get(&column).copied().unwrap_or(0);
            total += minor;
            cells.push(language.numerals.write_or_zero(minor));
        }
        cells.push(language.numerals.write_or_zero(total));
        if cut.status && store != JP {
            cells.extend(status(language, entry, *cut));
        }
        cells.iter().map(|cell| quoted(cell)).collect()
    }
}

/// Released, unless the buyer may not have it yet on the day of the export.
fn status(language: &Language, entry: &Entry, cut: Cut) -> [String; 2] {
    let day = day_of(entry.at, entry.store, Some(STORES[entry.store].home));
    let waits = match cut.exported {
        Some(exported) => entry.market.is_some() && (exported - day).num_days() < 6,
        None => entry.provisional,
    };
    let word = if waits { "Deferred" } else { "Released" };
    let released = if waits { entry.at + 8 * 86_400 } else { entry.at };
    [language.word(word).to_owned(), instant(entry.store, released)]
}

fn instant(store: StoreIndex, at: i64) -> String {
    match store {
        EU => european_utc(at),
        JP => japanese(at),
        _ => american(at, Market::Us.zone()),
    }
}

/// Where the buyer lives: personal data, which must never reach a fact.
fn place(store: StoreIndex, number: u64) -> [&'static str; 3] {
    let all: [[&str; 3]; 3] = match store {
        EU => [
            ["Düsseldorf", "NRW", "40213"],
            ["München", "Bayern", "80331"],
            ["Saarbrücken", "", "66111"],
        ],
        JP => [
            ["横浜市", "神奈川県", "231-0017"],
            ["札幌市", "北海道", "060-0001"],
            ["大阪市", "大阪府", "530-0001"],
        ],
        _ => [
            ["SEATTLE", "WA", "98101-1234"],
            ["BOISE", "ID", "83702"],
            ["ST. PAUL, EAST", "MN", "55101"],
        ],
    };
    all[(number % 3) as usize]
}
