//! eBay's transaction report, Walmart's reconciliation file, Etsy's monthly statement.

use std::io;

use argosy_kernel::Day;

use crate::{
    catalogue::Product,
    dice::scramble,
    outlets::{Closed, Deed, Movement, Outlet, ends_month, order_number},
    place::{EBAY, ETSY, WALMART},
    words::{ebay, etsy, walmart},
    write::{
        out::Out,
        text::{Numerals, field, quoted},
    },
};

const MONEY: Numerals = Numerals::plain(2);
const GROUPED: Numerals = Numerals { decimal: '.', thousands: Some(','), digits: 2 };

const EBAY_HEADER: [&str; 37] = [
    "Transaction creation date",
    "Type",
    "Order number",
    "Legacy order ID",
    "Buyer username",
    "Buyer name",
    "Ship to city",
    "Ship to province/region/state",
    "Ship to zip",
    "Ship to country",
    "Net amount",
    "Payout currency",
    "Payout date",
    "Payout ID",
    "Payout method",
    "Payout status",
    "Reason for hold",
    "Item ID",
    "Transaction ID",
    "Item title",
    "Custom label",
    "Quantity",
    "Item subtotal",
    "Shipping and handling",
    "Seller collected tax",
    "eBay collected tax",
    "Final Value Fee - fixed",
    "Final Value Fee - variable",
    "Regulatory operating fee",
    "Very high \"item not as described\" fee",
    "Below standard performance fee",
    "International fee",
    "Gross transaction amount",
    "Transaction currency",
    "Exchange rate",
    "Reference ID",
    "Description",
];

fn place_of(header: &[&str], name: &str) -> usize {
    let found = header.iter().position(|column| *column == name);
    found.expect("only columns of the report's own header are filled")
}

/// Writes the transactions created in a range of days, newest first, and the payouts sent in it.
pub(crate) fn write_ebay(
    out: &mut Out,
    outlet: &Outlet,
    products: &[Product],
    (from, to): (Day, Day),
) -> io::Result<()> {
    let day = |day: Day| day.format("%b %-d, %Y").to_string();
    out.put("\u{feff}")?;
    out.row(",", &[quoted("Transaction report")])?;
    out.row(
        ",",
        &[quoted("This report includes all transactions, fees and payouts of the range.")],
    )?;
    out.row(",", &[String::new()])?;
    for (name, value) in [("Seller", "lantern_home".to_owned()), ("Start date", day(from))] {
        out.row(",", &[quoted(name), quoted(&value)])?;
    }
    out.row(",", &[String::new()])?;
    out.row(",", &EBAY_HEADER.map(quoted))?;
    let mut rows: Vec<(Day, Vec<String>)> = Vec::new();
    let told = |movement: &&Movement| (from..=to).contains(&movement.day);
    for movement in outlet.movements.iter().filter(told) {
        rows.push((movement.day, ebay_row(outlet, products, movement)));
    }
    let sent = |closed: &&Closed| closed.total != 0 && (from..=to).contains(&closed.paid);
    for closed in outlet.statements.iter().filter(sent) {
        let mut row = vec!["--".to_owned(); EBAY_HEADER.len()];
        let mut set = |name: &str, value: String| row[place_of(&EBAY_HEADER, name)] = value;
        set("Transaction creation date", day(closed.paid));
        set("Type", "Payout".to_owned());
        set("Net amount", GROUPED.write(-closed.total));
        set("Transaction currency", "GBP".to_owned());
        ebay_payout(&mut set, closed);
        rows.push((closed.paid, row));
    }
    rows.sort_by_key(|(day, _)| *day);
    for (_, row) in rows.iter().rev() {
        out.row(",", &row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>())?;
    }
    Ok(())
}

fn ebay_payout(set: &mut impl FnMut(&str, String), closed: &Closed) {
    set("Payout currency", "GBP".to_owned());
    set("Payout date", closed.paid.format("%b %-d, %Y").to_string());
    set("Payout ID", closed.id.clone());
    set("Payout method", "Bank account".to_owned());
    set("Payout status", "Funds sent".to_owned());
}

fn ebay_row(outlet: &Outlet, products: &[Product], movement: &Movement) -> Vec<String> {
    let mut row = vec!["--".to_owned(); EBAY_HEADER.len()];
    let mut set = |name: &str, value: String| row[place_of(&EBAY_HEADER, name)] = value;
    set("Transaction creation date", movement.day.format("%b %-d, %Y").to_string());
    let kind = match movement.deed {
        Deed::Sale | Deed::Cancelled => "Order",
        Deed::Refund => "Refund",
        Deed::ShippingLabel => "Shipping label",
        Deed::Advertising => "Other fee",
    };
    set("Type", kind.to_owned());
    set("Net amount", GROUPED.write(movement.net()));
    set("Transaction currency", "GBP".to_owned());
    if let Some(home) = movement.statement {
        ebay_payout(&mut set, &outlet.statements[home]);
    }
    if movement.number > 0 {
        set("Order number", order_number(EBAY, movement.number));
        set("Buyer username", format!("buyer{}", scramble(movement.number) % 90_000));
        set("Buyer name", format!("Buyer {}", movement.number));
        set("Ship to city", "Leeds".to_owned());
        set("Ship to zip", "LS1 4AP".to_owned());
        set("Ship to country", "GB".to_owned());
    }
    match movement.deed {
        Deed::Sale | Deed::Cancelled => {
            let gross = movement.part(&ebay::ITEM) + movement.part(&ebay::SHIPPING);
            set("Item subtotal", GROUPED.write(movement.part(&ebay::ITEM)));
            set("Shipping and handling", GROUPED.write(movement.part(&ebay::SHIPPING)));
            set("Final Value Fee - fixed", MONEY.write(movement.part(&ebay::FIXED_FEE)));
            set("Regulatory operating fee", MONEY.write(movement.part(&ebay::REGULATORY_FEE)));
            set("Final Value Fee - variable", GROUPED.write(movement.part(&ebay::VARIABLE_FEE)));
            // Paid by the buyer to eBay: in no amount of the seller.
            set("eBay collected tax", MONEY.write(gross / 5));
            set("Gross transaction amount", GROUPED.write(gross));
            set("Quantity", movement.units.to_string());
        }
        Deed::Refund => {
            let gross = movement.part(&ebay::REFUND_ITEM) + movement.part(&ebay::REFUND_SHIPPING);
            set("Shipping and handling", GROUPED.write(movement.part(&ebay::REFUND_SHIPPING)));
            set("Final Value Fee - variable", GROUPED.write(movement.part(&ebay::VARIABLE_FEE)));
            set("Item subtotal", GROUPED.write(movement.part(&ebay::REFUND_ITEM)));
            set("Gross transaction amount", GROUPED.write(gross));
        }
        Deed::ShippingLabel | Deed::Advertising => {
            set("Gross transaction amount", GROUPED.write(movement.net()));
            let ads = movement.deed == Deed::Advertising;
            let words = if ads { ebay::PROMOTED.description } else { "Royal Mail Tracked 48" };
            set("Description", words.to_owned());
        }
    }
    if let Some(listing) = movement.listing {
        let product = &products[usize::from(listing)];
        set("Item ID", (354_118_220_000 + u64::from(listing) * 37).to_string());
        set("Transaction ID", (10_071_330_000 + movement.number).to_string());
        set("Item title", product.name.clone());
        set("Custom label", product.seller_sku(EBAY));
    }
    row
}

const WALMART_HEADER: [&str; 32] = [
    "Period Start Date",
    "Period End Date",
    "Total Payable",
    "Currency",
    "Transaction Key",
    "Transaction Posted Timestamp",
    "Transaction Type",
    "Transaction Description",
    "Customer Order #",
    "Customer Order line #",
    "Purchase Order #",
    "Purchase Order line #",
    "Amount",
    "Amount Type",
    "Ship Qty",
    "Commission Rate",
    "Base Commission Rate",
    "Transaction Reason Description",
    "Partner Item Id",
    "Partner GTIN",
    "Partner Item Name",
    "Product Tax Code",
    "Ship to State",
    "Ship to City",
    "Ship to Zipcode",
    "Contract Category",
    "Product Type",
    "Commission Rule",
    "Shipping Method",
    "Fulfillment Type",
    "Fulfillment Details",
    "Original Commission",
];

/// Writes one payment period: its total, then a row for each amount.
pub(crate) fn write_walmart(
    out: &mut Out,
    outlet: &Outlet,
    products: &[Product],
    closed: &Closed,
) -> io::Result<()> {
    let day = |day: Day| day.format("%m/%d/%Y").to_string();
    out.row(",", &WALMART_HEADER)?;
    let key = format!(
        "{}_{}",
        closed.to.format("%Y_%m_%d"),
        scramble(closed.total.unsigned_abs()) % 1_000_000
    );
    let mut write = |cells: &[(&str, String)]| {
        let mut row = vec![String::new(); WALMART_HEADER.len()];
        for (name, value) in cells {
            row[place_of(&WALMART_HEADER, name)] = field(value, ",");
        }
        out.row(",", &row)
    };
    write(&[
        ("Period Start Date", day(closed.from)),
        ("Period End Date", day(closed.to)),
        ("Total Payable", MONEY.write(closed.total)),
        ("Currency", "USD".to_owned()),
        ("Transaction Key", key.clone()),
        ("Transaction Posted Timestamp", day(closed.to)),
        ("Transaction Type", "PaymentSummary".to_owned()),
    ])?;
    let told = |movement: &&Movement| {
        movement.statement.is_some_and(|home| outlet.statements[home].id == closed.id)
    };
    for movement in outlet.movements.iter().filter(told) {
        for (words, minor) in &movement.parts {
            let commission = words.amount_type.starts_with("Commission");
            let mut cells = vec![
                ("Transaction Key", key.clone()),
                ("Transaction Posted Timestamp", day(movement.day)),
                ("Transaction Type", words.transaction.to_owned()),
                ("Transaction Description", words.description.to_owned()),
                ("Customer Order #", (200_011_000_000_000 + movement.number * 17).to_string()),
                ("Customer Order line #", "1".to_owned()),
                ("Purchase Order #", order_number(WALMART, movement.number)),
                ("Purchase Order line #", "1".to_owned()),
                ("Amount", MONEY.write(*minor)),
                ("Amount Type", words.amount_type.to_owned()),
                ("Commission Rate", if commission { "15%" } else { "" }.to_owned()),
                ("Ship to State", "OR".to_owned()),
                ("Ship to City", "Portland".to_owned()),
                ("Fulfillment Type", "Seller Fulfilled".to_owned()),
            ];
            if std::ptr::eq(*words, &walmart::PRICE) || std::ptr::eq(*words, &walmart::REFUND_PRICE)
            {
                cells.push(("Ship Qty", movement.units.to_string()));
            }
            if let Some(listing) = movement.listing {
                let product = &products[usize::from(listing)];
                cells.push(("Partner Item Id", product.seller_sku(WALMART)));
                cells.push(("Partner Item Name", format!("{}, 12\"", product.name)));
            }
            write(&cells)?;
        }
    }
    Ok(())
}

/// Writes a month, newest first; the deposit says its amount in words only.
pub(crate) fn write_etsy(out: &mut Out, outlet: &Outlet, (from, to): (Day, Day)) -> io::Result<()> {
    let header = [
        "Date",
        "Type",
        "Title",
        "Info",
        "Currency",
        "Amount",
        "Fees & Taxes",
        "Net",
        "Tax Details",
    ];
    out.row(",", &header)?;
    let money = |minor: i64| {
        let sign = if minor < 0 { "-" } else { "" };
        format!("{sign}${}", GROUPED.write(minor.abs()))
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut total = 0;
    let told = |movement: &&Movement| (from..=to).contains(&movement.day);
    for movement in outlet.movements.iter().filter(told) {
        let date = movement.day.format("%B %-d, %Y").to_string();
        let order = format!("Order #{}", order_number(ETSY, movement.number));
        total += movement.net();
        for (words, minor) in &movement.parts {
            // The sale's row holds the buyer's tax.
            if std::ptr::eq(*words, &etsy::TAX) {
                continue;
            }
            let sale = std::ptr::eq(*words, &etsy::SALE);
            let goods = sale || std::ptr::eq(*words, &etsy::REFUND);
            let minor = if sale { minor + movement.part(&etsy::TAX) } else { *minor };
            let title = match words.description {
                named if named.ends_with('#') => {
                    format!("{named}{}", order_number(ETSY, movement.number))
                }
                "Transaction fee: " => "Transaction fee: Lamp, \"brass\"".to_owned(),
                other => other.to_owned(),
            };
            let info = match movement.deed {
                Deed::Sale if !sale => order.clone(),
                Deed::ShippingLabel => format!("Label #{}", movement.number),
                Deed::Advertising => "Bill".to_owned(),
                _ => String::new(),
            };
            let (amount, fees) = if goods {
                (money(minor), "--".to_owned())
            } else {
                ("--".to_owned(), money(minor))
            };
            rows.push(vec![
                date.clone(),
                words.transaction.to_owned(),
                title,
                info,
                "USD".to_owned(),
                amount,
                fees,
                money(minor),
                "--".to_owned(),
            ]);
        }
    }
    if total > 0 && ends_month(to) {
        let mut row = vec!["--".to_owned(); header.len()];
        row[0] = to.format("%B %-d, %Y").to_string();
        row[1] = "Deposit".to_owned();
        row[2] = format!("{} sent to your bank account", money(total));
        row[3] = String::new();
        row[4] = "USD".to_owned();
        rows.push(row);
    }
    for row in rows.iter().rev() {
        out.row(",", &row.iter().map(|cell| field(cell, ",")).collect::<Vec<_>>())?;
    }
    Ok(())
}
