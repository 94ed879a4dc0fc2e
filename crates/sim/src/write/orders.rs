//! Amazon's all-orders report by last update: the same order comes again when it changes.

use std::io;

use crate::{
    amazon::{Account, Item, Order},
    catalogue::Product,
    entry::Reference,
    place::{EU, Instant, JP, Market, STORES, StoreIndex},
    write::{
        out::Out,
        text::{Numerals, iso_offset},
    },
};

pub(crate) const HEADER: [&str; 34] = [
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
    "url",
    "ship-service-level",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "item-promotion-discount",
    "ship-promotion-discount",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "promotion-ids",
    "is-business-order",
    "purchase-order-number",
    "price-designation",
    "is-replacement-order",
    "original-order-id",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Pending,
    Shipped,
    Cancelled,
}

/// How an order stood at an instant, and since when; `None` before it was placed.
fn state_at(order: &Order, now: Instant) -> Option<(State, Instant)> {
    if order.purchased > now {
        return None;
    }
    let cancelled = order.purchased + 5 * 3600;
    Some(if order.cancelled && cancelled <= now {
        (State::Cancelled, cancelled)
    } else if !order.cancelled && order.shipped <= now {
        (State::Shipped, order.shipped)
    } else {
        (State::Pending, order.purchased + 1800)
    })
}

/// Writes the orders that changed after `from` and not after `to`, as they stood at `to`.
pub(crate) fn write(
    out: &mut Out,
    account: &Account,
    products: &[Product],
    from: Instant,
    to: Instant,
) -> io::Result<()> {
    let store = account.books.store;
    out.row("\t", &HEADER)?;
    for order in &account.orders {
        let Some((state, updated)) = state_at(order, to) else { continue };
        if updated <= from {
            continue;
        }
        for item in &order.items {
            out.row("\t", &cells(store, products, order, item, (state, updated)))?;
        }
    }
    Ok(())
}

fn cells(
    store: StoreIndex,
    products: &[Product],
    order: &Order,
    item: &Item,
    (state, updated): (State, Instant),
) -> Vec<String> {
    let product = &products[usize::from(item.listing)];
    let numerals = Numerals::plain(STORES[store].digits);
    let shipped = state == State::Shipped && order.market.is_some();
    // Only a shipped order has prices; a pending one may still be refused.
    let money = |minor: i64| {
        if shipped && minor != 0 { numerals.write(minor) } else { String::new() }
    };
    let status = match state {
        State::Pending => "Pending",
        State::Shipped => "Shipped",
        State::Cancelled => "Cancelled",
    };
    let home = STORES[store].home;
    let title = if store == EU || store == JP { product.title(home) } else { &product.name };
    let text = str::to_owned;
    let place = address(store, order.reference.number());
    vec![
        order.reference.order_id(store),
        order.reference.merchant_order_id(),
        iso_offset(order.purchased),
        iso_offset(updated),
        text(status),
        text("Amazon"),
        text(order.market.map_or("Non-Amazon", Market::amazon_name)),
        String::new(),
        String::new(),
        text(if order.business { "Expedited" } else { "Standard" }),
        text(title),
        product.seller_sku(store),
        product.asin.clone(),
        text(if state == State::Pending { "Unshipped" } else { status }),
        if state == State::Cancelled { text("0") } else { item.units.to_string() },
        if shipped { text(STORES[store].currency) } else { String::new() },
        money(item.price),
        money(item.tax),
        money(item.shipping),
        money(item.shipping_tax),
        money(item.gift_wrap),
        String::new(),
        money(item.discount),
        money(if item.free_shipping { item.shipping } else { 0 }),
        text(place[0]),
        text(place[1]),
        text(place[2]),
        text(order.market.unwrap_or(Market::Us).code()),
        if item.discount > 0 { format!("Save 10% on {}", product.sku) } else { String::new() },
        text(if order.business { "true" } else { "false" }),
        String::new(),
        text(if order.business { "Business Price" } else { "" }),
        text("false"),
        match order.reference {
            Reference::OtherChannel(_) => order.reference.merchant_order_id(),
            _ => String::new(),
        },
    ]
}

/// Personal data, which must never reach a fact.
fn address(store: StoreIndex, number: u64) -> [&'static str; 3] {
    match (store, number % 2) {
        (EU, 0) => ["Köln", "NRW", "50667"],
        (EU, _) => ["Würzburg", "", "97070"],
        (JP, 0) => ["名古屋市", "愛知県", "460-0001"],
        (JP, _) => ["仙台市", "宮城県", "980-0001"],
        (_, 0) => ["Tucson", "AZ", "85701-0042"],
        (_, _) => ["Bronx", "NY", "10451"],
    }
}
