//! Shopify's orders export and payment transactions.

use std::io;

use argosy_kernel::Day;

use crate::{
    catalogue::Product,
    dice::scramble,
    place::{Instant, Market, SHOP, SHOP_ZONE, day_of},
    shop::{Payment, PaymentKind, Shop, ShopOrder, ShopState},
    write::{
        out::Out,
        text::{Numerals, field, with_offset},
    },
};

const ORDERS: &str = "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,\
Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,\
Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,\
Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,\
Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,\
Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,\
Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,\
Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,\
Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,\
Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,\
Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,\
Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties";

const MONEY: Numerals = Numerals::plain(2);

/// Where the columns of the export that are filled stand in [`ORDERS`].
struct Columns {
    names: Vec<&'static str>,
}

impl Columns {
    fn new() -> Self {
        Self { names: ORDERS.split(',').collect() }
    }

    fn set(&self, row: &mut [String], name: &str, value: impl Into<String>) {
        let at = self.names.iter().position(|column| *column == name);
        row[at.expect("only names of the export's own header are set")] = value.into();
    }
}

/// Writes the orders created in a range of days as they stood at the end of `known`.
pub(crate) fn write_orders(
    out: &mut Out,
    shop: &Shop,
    products: &[Product],
    (from, to): (Day, Day),
    known: Day,
) -> io::Result<()> {
    let columns = Columns::new();
    out.row(",", &columns.names)?;
    let day = |at: Instant| day_of(at, SHOP, Some(Market::Us));
    for order in shop.orders.iter().rev() {
        let created = day(order.created);
        if created < from || created > to {
            continue;
        }
        let refund_known = order.refunded_at.is_some_and(|at| day(at) <= known);
        for index in 0..order.items.len() {
            let mut row = vec![String::new(); columns.names.len()];
            line(&columns, &mut row, order, products, index);
            if index == 0 {
                head(&columns, &mut row, order, refund_known);
            }
            out.row(",", &row.iter().map(|cell| field(cell, ",")).collect::<Vec<_>>())?;
        }
    }
    Ok(())
}

/// What every line of an order has.
fn line(
    columns: &Columns,
    row: &mut [String],
    order: &ShopOrder,
    products: &[Product],
    index: usize,
) {
    let item = &order.items[index];
    let product = &products[usize::from(item.listing)];
    let mut set = |name: &str, value: String| columns.set(row, name, value);
    set("Name", format!("#{}", 1000 + order.number));
    set("Email", format!("buyer{}@example.com", scramble(order.number) % 90_000));
    set("Lineitem quantity", item.units.to_string());
    set("Lineitem name", format!("{}, gift box", product.name));
    set("Lineitem price", MONEY.write(item.unit_price));
    set("Lineitem sku", product.seller_sku(SHOP));
    set("Lineitem requires shipping", "true".to_owned());
    set("Lineitem taxable", "true".to_owned());
    let shipped = order.state != ShopState::Voided;
    set("Lineitem fulfillment status", if shipped { "fulfilled" } else { "pending" }.to_owned());
    set("Vendor", "Lantern Home".to_owned());
    set("Lineitem discount", MONEY.write(item.discount));
}

/// What only the first line of an order has; the money of the whole order is among it.
fn head(columns: &Columns, row: &mut [String], order: &ShopOrder, refund_known: bool) {
    let mut set = |name: &str, value: String| columns.set(row, name, value);
    let at = |instant| with_offset(instant, SHOP_ZONE);
    let voided = order.state == ShopState::Voided;
    let state = match order.state {
        ShopState::Voided => "voided",
        ShopState::PartiallyRefunded if refund_known => "partially_refunded",
        ShopState::Refunded if refund_known => "refunded",
        _ => "paid",
    };
    set("Financial Status", state.to_owned());
    if !voided {
        set("Paid at", at(order.created));
        set("Fulfillment Status", "fulfilled".to_owned());
        set("Fulfilled at", at(order.fulfilled));
    }
    set("Accepts Marketing", if order.number.is_multiple_of(3) { "yes" } else { "no" }.to_owned());
    set("Currency", "USD".to_owned());
    set("Subtotal", MONEY.write(order.subtotal()));
    set("Shipping", MONEY.write(order.shipping));
    set("Taxes", MONEY.write(order.taxes));
    set("Total", MONEY.write(order.total()));
    if order.discount > 0 {
        set("Discount Code", "WELCOME10".to_owned());
    }
    set("Discount Amount", MONEY.write(order.discount));
    set("Shipping Method", "Standard".to_owned());
    set("Created at", at(order.created));
    let (country, city, zip, province) = match order.ship_to {
        Market::Ca => ("CA", "Montréal", "'H2X 1Y4", "QC"),
        Market::Gb => ("GB", "Leeds", "'LS1 4AP", ""),
        _ => ("US", "Portland", "'04101", "ME"),
    };
    for side in ["Billing", "Shipping"] {
        set(&format!("{side} Name"), format!("Buyer {}", order.number));
        set(&format!("{side} Street"), format!("{} Elm St, Apt \"B\"", order.number % 900));
        set(&format!("{side} City"), city.to_owned());
        set(&format!("{side} Zip"), zip.to_owned());
        set(&format!("{side} Province"), province.to_owned());
        set(&format!("{side} Country"), country.to_owned());
    }
    if order.number.is_multiple_of(7) {
        set("Notes", "Please leave it\nby the \"green\" door".to_owned());
    }
    if let Some(cancelled) = order.cancelled.filter(|_| voided || refund_known) {
        set("Cancelled at", at(cancelled));
    }
    set("Payment Method", "Shopify Payments".to_owned());
    set("Refunded Amount", MONEY.write(if refund_known { order.refunded } else { 0 }));
    set("Outstanding Balance", MONEY.write(0));
    set("Id", (5_500_000_000_000 + order.number * 32_771).to_string());
    set("Risk Level", "Low".to_owned());
    set("Source", "web".to_owned());
    if order.taxes > 0 {
        set("Tax 1 Name", "Sales tax".to_owned());
        set("Tax 1 Value", MONEY.write(order.taxes));
    }
}

const PAYMENTS: [&str; 17] = [
    "Transaction Date",
    "Type",
    "Order",
    "Card Brand",
    "Card Source",
    "Payout Status",
    "Payout Date",
    "Payout ID",
    "Available On",
    "Amount",
    "Fee",
    "Net",
    "Checkout",
    "Payment Method Name",
    "Presentment Amount",
    "Presentment Currency",
    "Currency",
];

/// Writes whole payouts of a range of days, and what was still pending on the last of them.
pub(crate) fn write_payments(out: &mut Out, shop: &Shop, from: Day, to: Day) -> io::Result<()> {
    out.row(",", &PAYMENTS)?;
    let day = |at: Instant| day_of(at, SHOP, Some(Market::Us));
    for payment in &shop.payments {
        let payout = payment.payout.map(|at| &shop.payouts[at]);
        let paid_later = payout.is_none_or(|payout| payout.day > to);
        if payout.is_some_and(|payout| payout.day < from)
            || paid_later && (day(payment.at) > to || payment.kind == PaymentKind::Payout)
        {
            continue;
        }
        let payout = payout.filter(|_| !paid_later);
        let row = cells(payment, payout.map(|payout| (payout.id.as_str(), payout.day)));
        out.row(",", &row.map(|cell| field(&cell, ",")))?;
    }
    Ok(())
}

fn cells(payment: &Payment, payout: Option<(&str, Day)>) -> [String; 17] {
    let text = str::to_owned;
    let kind = match payment.kind {
        PaymentKind::Charge => "charge",
        PaymentKind::Refund => "refund",
        PaymentKind::Chargeback => "chargeback",
        PaymentKind::Adjustment => "adjustment",
        PaymentKind::Payout => "payout",
    };
    let by_card = payment.order.is_some();
    // What the buyer saw: another currency, another number.
    let (presented, presentment) = match payment.ship_to {
        Market::Ca => (payment.amount * 137 / 100, "CAD"),
        Market::Gb => (payment.amount * 79 / 100, "GBP"),
        _ => (payment.amount, "USD"),
    };
    [
        with_offset(payment.at, SHOP_ZONE),
        text(kind),
        payment.order.map(|number| format!("#{}", 1000 + number)).unwrap_or_default(),
        text(if by_card { "visa" } else { "" }),
        text(if by_card { "online" } else { "" }),
        text(if payout.is_some() { "paid" } else { "pending" }),
        payout.map(|(_, day)| day.to_string()).unwrap_or_default(),
        payout.map(|(id, _)| id.to_owned()).unwrap_or_default(),
        payout.map(|(_, day)| day.to_string()).unwrap_or_default(),
        MONEY.write(payment.amount),
        MONEY.write(payment.fee),
        MONEY.write(payment.amount - payment.fee),
        payment.order.map(|number| format!("#{}", 300_000 + number)).unwrap_or_default(),
        text(if by_card { "card" } else { "" }),
        MONEY.write(presented),
        text(presentment),
        text("USD"),
    ]
}
