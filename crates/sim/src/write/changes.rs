//! What channels show of changes: the listings report, coupons, and the history of the advertising
//! console.

use std::io;

use argosy_kernel::Day;
use chrono::Days;

use crate::{
    ads,
    amazon::Account,
    catalogue::Product,
    dice::scramble,
    place::{EU, JP, STORES, StoreIndex, day_of, start_of},
    planted::Plan,
    write::{
        out::Out,
        text::{Numerals, iso_offset, json},
    },
};

const LISTINGS: &str = "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\topen-date\t\
    image-url\titem-is-marketplace\tproduct-id-type\tzshop-shipping-fee\titem-note\titem-condition\t\
    zshop-category1\tzshop-browse-path\tzshop-storefront-feature\tasin1\tasin2\tasin3\t\
    will-ship-internationally\texpedited-shipping\tzshop-boldface\tproduct-id\t\
    bid-for-featured-placement\tadd-delete\tpending-quantity\tfulfillment-channel\t\
    merchant-shipping-group\tstatus\n";

/// All listings of a store as they stood at the end of a day.
pub(crate) fn write_listings(
    out: &mut Out,
    store: StoreIndex,
    (products, plan): (&[Product], &Plan),
    day: Day,
) -> io::Result<()> {
    let numerals = Numerals::plain(STORES[store].digits);
    let channel = match store {
        EU => "AMAZON_EU",
        JP => "AMAZON_JP",
        _ => "AMAZON_NA",
    };
    out.put(LISTINGS)?;
    for (listing, product) in (0u16..).zip(products) {
        let title = plan.season.title((store, listing), product, day);
        let price = product.price(store, plan.price_change(store, listing, day));
        out.put(&format!(
            "{title}\t\t{:04}LH{listing:05}\t{}\t{}\t\t2024-03-10 23:35:42 PST\t\ty\t1\t\t\t11\t\t\t\t{asin}\
             \t\t\t\t\t\t{asin}\t\t\t\t{channel}\t\tActive\n",
            310 + store,
            product.seller_sku(store),
            numerals.write(price),
            asin = product.asin,
        ))?;
    }
    Ok(())
}

/// The coupons of a store that had begun by `known`, with what was redeemed until then.
pub(crate) fn write_coupons(
    out: &mut Out,
    account: &Account,
    (products, plan): (&[Product], &Plan),
    known: Day,
) -> io::Result<()> {
    let store = account.books.store;
    let (home, numerals) = (STORES[store].home, Numerals::plain(STORES[store].digits));
    out.put(&format!(
        "{{\"reportSpecification\":{{\"reportType\":\"GET_COUPON_PERFORMANCE_REPORT\",\
         \"marketplaceIds\":[\"{}\"]}},\n\"coupons\":[",
        home.amazon_id()
    ))?;
    let begun = plan.season.coupons(store).filter(|(_, from, _)| *from <= known);
    for (index, (listing, from, to)) in begun.enumerate() {
        let product = &products[usize::from(listing)];
        let (mut redeemed, mut discount, mut sales) = (0u64, 0, 0);
        for order in account.orders.iter().filter(|order| !order.cancelled) {
            let day = day_of(order.purchased, store, order.market);
            if order.market != Some(home) || !(from..=to.min(known)).contains(&day) {
                continue;
            }
            let clipped =
                |item: &&crate::amazon::Item| item.listing == listing && item.discount > 0;
            for item in order.items.iter().filter(clipped) {
                redeemed += 1;
                discount += item.discount;
                sales += item.price - item.discount;
            }
        }
        let comma = if index > 0 { "," } else { "" };
        let money = |minor| numerals.write(minor);
        out.put(&format!(
            "{comma}\n{{\"couponId\":\"{:016x}\",\"marketplaceId\":\"{}\",\"currencyCode\":\"{}\",\
             \"name\":{},\"startDateTime\":\"{}\",\"endDateTime\":\"{}\",\"asins\":[{{\"asin\":\"{}\"}}],\
             \"clips\":{},\"redemptions\":{redeemed},\"budget\":{},\"totalDiscount\":{},\
             \"budgetSpent\":{},\"sales\":{}}}",
            scramble(u64::from(listing)),
            home.amazon_id(),
            STORES[store].currency,
            json(&format!("Save 10% on {}", product.sku)),
            iso_offset(start_of(from, home.zone())),
            iso_offset(start_of(to + Days::new(1), home.zone()) - 1),
            product.asin,
            redeemed * 2,
            money(100_000),
            money(discount),
            money(discount),
            money(sales),
        ))?;
    }
    out.put("\n]}\n")
}

/// Bids that were changed in a store's home market.
pub(crate) fn write_history(
    out: &mut Out,
    store: StoreIndex,
    (products, plan): (&[Product], &Plan),
) -> io::Result<()> {
    let (home, numerals) = (STORES[store].home, Numerals::plain(STORES[store].digits));
    out.put("{\"events\":[")?;
    for (index, (listing, day, before, after)) in plan.season.bids(store, products).enumerate() {
        let product = &products[usize::from(listing)];
        let campaign = 23_880_114_000_000 + u64::from(listing);
        let comma = if index > 0 { "," } else { "" };
        out.put(&format!(
            "{comma}\n{{\"timestamp\":{},\"entityType\":\"KEYWORD\",\"entityId\":\"{}\",\
             \"changeType\":\"BID_AMOUNT\",\"previousValue\":\"{}\",\"newValue\":\"{}\",\
             \"metadata\":{{\"keyword\":{},\"campaignId\":\"{campaign}\"}}}}",
            (start_of(day, home.zone()) + 60) * 1000,
            campaign * 10,
            numerals.write(before),
            numerals.write(after),
            json(&ads::search_term(home, product, 0)),
        ))?;
    }
    out.put("\n]}\n")
}
