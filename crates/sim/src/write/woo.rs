//! Orders of the own site as WooCommerce's REST API answers them.

use std::io;

use argosy_kernel::Day;
use chrono::Days;

use crate::{
    catalogue::Product,
    dice::scramble,
    outlets::{Deed, Movement, ON_THE_WAY_DAYS, Outlet, order_number},
    place::{Market, WOO, utc},
    words::woo,
    write::{
        out::Out,
        text::{Numerals, json},
    },
};

const MONEY: Numerals = Numerals::plain(2);

/// Writes the orders placed in a range of days as they stood at the end of `known`.
pub(crate) fn write_orders(
    out: &mut Out,
    outlet: &Outlet,
    products: &[Product],
    (from, to): (Day, Day),
    known: Day,
) -> io::Result<()> {
    out.put("[")?;
    let told = |movement: &&Movement| (from..=to).contains(&movement.day);
    for (index, movement) in outlet.movements.iter().filter(told).enumerate() {
        let young = movement.day + Days::new(ON_THE_WAY_DAYS) > known;
        out.put(if index > 0 { ",\n" } else { "\n" })?;
        out.put(&order(movement, products, young))?;
    }
    out.put("\n]\n")
}

fn order(movement: &Movement, products: &[Product], young: bool) -> String {
    let part = |words| movement.part(words);
    let (sales, coupon) = (part(&woo::SALES), part(&woo::COUPON));
    let refund = if young { 0 } else { part(&woo::REFUND) + part(&woo::REFUND_TAX) };
    let (shipping, wrap, tax) = (part(&woo::SHIPPING), part(&woo::FEE_LINE), part(&woo::TAX));
    let total = sales + coupon + shipping + wrap + tax;
    let status = match movement.deed {
        Deed::Cancelled => "cancelled",
        _ if young => "processing",
        _ if refund != 0 && refund == -total => "refunded",
        _ => "completed",
    };
    let local = |at| utc(at).with_timezone(&Market::De.zone()).format("%Y-%m-%dT%H:%M:%S");
    let gmt = |at| utc(at).format("%Y-%m-%dT%H:%M:%S");
    let modified = movement.at + if young { 40 } else { 8 * 86_400 };
    let number = order_number(WOO, movement.number);
    let money = |minor: i64| format!("\"{}\"", MONEY.write(minor));
    let goods_tax = |net: i64| crate::fees::part(net, 1900);
    let refunds = match refund {
        0 => String::new(),
        minor => format!("{{\"id\":{},\"reason\":\"\",\"total\":{}}}", number, money(minor)),
    };
    let fee_lines = match wrap {
        0 => String::new(),
        minor => format!(
            "{{\"id\":{},\"name\":\"Geschenkverpackung\",\"total\":{},\"total_tax\":{}}}",
            movement.number * 10 + 3,
            money(minor),
            money(goods_tax(minor))
        ),
    };
    let buyer = scramble(movement.number) % 90_000;
    let person = format!(
        "\"first_name\":\"Kundin\",\"last_name\":\"{buyer}\",\"city\":\"Köln\",\
         \"postcode\":\"50667\",\"country\":\"DE\""
    );
    let line = line_item(movement, products);
    format!(
        "{{\"id\":{number},\"parent_id\":0,\"number\":\"{number}\",\
         \"order_key\":\"wc_order_{:x}\",\"status\":\"{status}\",\"currency\":\"EUR\",\
         \"date_created\":\"{}\",\"date_created_gmt\":\"{}\",\"date_modified\":\"{}\",\
         \"date_modified_gmt\":\"{}\",\"discount_total\":{},\"discount_tax\":{},\
         \"shipping_total\":{},\"shipping_tax\":{},\"cart_tax\":{},\"total\":{},\
         \"total_tax\":{},\"prices_include_tax\":true,\"customer_id\":{buyer},\
         \"customer_ip_address\":\"203.0.113.7\",\"customer_note\":\"\",\
         \"billing\":{{{person},\"email\":\"kundin{buyer}@example.com\",\"phone\":\"\"}},\
         \"shipping\":{{{person}}},\"payment_method\":\"stripe\",\
         \"meta_data\":[{{\"id\":1,\"key\":\"_order_source\",\"value\":\"direct\"}},\
         {{\"id\":2,\"key\":\"_stripe_fee\",\"value\":{}}}],\"line_items\":[{line}],\
         \"tax_lines\":[],\"shipping_lines\":[],\"fee_lines\":[{fee_lines}],\
         \"coupon_lines\":[],\"refunds\":[{refunds}]}}",
        scramble(movement.number ^ 0x77),
        local(movement.at),
        gmt(movement.at),
        local(modified),
        gmt(modified),
        money(-coupon),
        money(goods_tax(-coupon)),
        money(shipping),
        money(goods_tax(shipping)),
        money(tax - goods_tax(shipping)),
        money(total),
        money(tax),
        money(-part(&woo::PAYMENT_FEE)),
    )
}

fn line_item(movement: &Movement, products: &[Product]) -> String {
    let Some(listing) = movement.listing else { return String::new() };
    let product = &products[usize::from(listing)];
    let subtotal = movement.part(&woo::SALES);
    let total = subtotal + movement.part(&woo::COUPON);
    let tax = |net: i64| MONEY.write(crate::fees::part(net, 1900));
    format!(
        "{{\"id\":{},\"name\":{},\"product_id\":{},\"variation_id\":0,\"quantity\":{},\
         \"subtotal\":\"{}\",\"subtotal_tax\":\"{}\",\"total\":\"{}\",\"total_tax\":\"{}\",\
         \"sku\":{}}}",
        movement.number * 10 + 1,
        json(&product.name_de),
        900 + u32::from(listing),
        movement.units,
        MONEY.write(subtotal),
        tax(subtotal),
        MONEY.write(total),
        tax(total),
        json(&product.seller_sku(WOO)),
    )
}
