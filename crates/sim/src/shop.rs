//! What the Shopify shop lives through: orders, payments, payouts.

use argosy_kernel::Day;
use chrono::{Datelike, Days};

use crate::{
    amazon::{Shipment, World},
    dice::Dice,
    entry::{Entry, Reference},
    fees::part,
    place::{Instant, Market, SHOP, SHOP_ZONE, STORES, day_of, start_of},
    words::{Words, shop},
};

/// One line of a shop order.
pub(crate) struct ShopItem {
    pub(crate) listing: u16,
    pub(crate) units: u16,
    pub(crate) unit_price: i64,
    /// Given on this line, above zero.
    pub(crate) discount: i64,
}

/// How an order stands with its money.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ShopState {
    Paid,
    PartiallyRefunded,
    Refunded,
    /// Cancelled before any money moved: it stands in the export, but is no sale.
    Voided,
}

pub(crate) struct ShopOrder {
    pub(crate) number: u64,
    pub(crate) created: Instant,
    pub(crate) fulfilled: Instant,
    pub(crate) cancelled: Option<Instant>,
    pub(crate) state: ShopState,
    pub(crate) ship_to: Market,
    pub(crate) items: Vec<ShopItem>,
    /// Given on the whole order, above zero.
    pub(crate) discount: i64,
    pub(crate) shipping: i64,
    pub(crate) taxes: i64,
    pub(crate) refunded: i64,
    pub(crate) refunded_at: Option<Instant>,
}

impl ShopOrder {
    pub(crate) fn subtotal(&self) -> i64 {
        let lines: i64 = self
            .items
            .iter()
            .map(|item| item.unit_price * i64::from(item.units) - item.discount)
            .sum();
        lines - self.discount
    }

    pub(crate) fn total(&self) -> i64 {
        self.subtotal() + self.shipping + self.taxes
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PaymentKind {
    Charge,
    Refund,
    Chargeback,
    Adjustment,
    Payout,
}

/// One row of the payment transactions report.
pub(crate) struct Payment {
    pub(crate) at: Instant,
    pub(crate) kind: PaymentKind,
    pub(crate) order: Option<u64>,
    pub(crate) ship_to: Market,
    pub(crate) amount: i64,
    /// What the channel keeps, above zero.
    pub(crate) fee: i64,
    /// Index of the payout; `None` while pending.
    pub(crate) payout: Option<usize>,
}

pub(crate) struct Payout {
    pub(crate) id: String,
    pub(crate) day: Day,
    pub(crate) total: i64,
}

pub(crate) struct Shop {
    pub(crate) orders: Vec<ShopOrder>,
    pub(crate) payments: Vec<Payment>,
    pub(crate) payouts: Vec<Payout>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) shipments: Vec<Shipment>,
}

pub(crate) fn live(world: &World) -> Shop {
    let mut shop = Shop {
        orders: Vec::new(),
        payments: Vec::new(),
        payouts: Vec::new(),
        entries: Vec::new(),
        shipments: Vec::new(),
    };
    let mut dice = Dice::new(world.spec.seed, STORES[SHOP].name);
    for day in world.spec.from.iter_days().take_while(|day| *day <= world.spec.to) {
        for index in 0..world.products.len() {
            for _ in 0..dice.count(demand(world, index, day)) {
                let order = order(world, &mut dice, index as u16, day, shop.orders.len() as u64);
                pay(world, &mut dice, &mut shop, &order);
                shop.orders.push(order);
            }
        }
        if day.day() == 11 {
            // A correction without an order.
            let at = start_of(day, SHOP_ZONE) + 11 * 3600;
            let amount = dice.between(-900, 1500);
            let kind = PaymentKind::Adjustment;
            let ship_to = Market::Us;
            let payment = Payment { at, kind, order: None, ship_to, amount, fee: 0, payout: None };
            shop.payments.push(payment);
        }
    }
    shop.shipments.sort_by_key(|shipment| shipment.at);
    pay_out(world, &mut shop);
    write_entries(&mut shop);
    shop
}

fn demand(world: &World, index: usize, day: Day) -> u64 {
    let product = &world.products[index];
    let all: u64 = world.products.iter().map(|product| product.weight).sum();
    let base = u64::from(world.spec.orders_per_day) * STORES[SHOP].share * 1000;
    base * product.weight / all * product.season(day) / 10_000
}

fn order(world: &World, dice: &mut Dice, listing: u16, day: Day, number: u64) -> ShopOrder {
    let created = start_of(day, SHOP_ZONE) + dice.between(0, 86_390);
    let mut items = vec![item(world, dice, listing, day)];
    while dice.chance(280) && items.len() < 4 {
        let other = dice.below(world.products.len() as u64) as u16;
        items.push(item(world, dice, other, day));
    }
    let ship_to = match dice.below(1000) {
        0..720 => Market::Us,
        720..880 => Market::Ca,
        _ => Market::Gb,
    };
    let lines: i64 = items.iter().map(|item| item.unit_price * i64::from(item.units)).sum();
    let discount = if dice.chance(150) { part(lines, 1000) } else { 0 };
    let given: i64 = items.iter().map(|item| item.discount).sum();
    let net = lines - given - discount;
    let shipping = if net >= 5000 { 0 } else { 695 };
    let rate = match ship_to {
        Market::Us => *dice.pick(&[0, 625, 725, 887]),
        Market::Ca => 1300,
        _ => 0,
    };
    let voided = dice.chance(15);
    ShopOrder {
        number: number + 1,
        created,
        fulfilled: created + dice.between(3600, 30 * 3600),
        cancelled: voided.then_some(created + 5400),
        state: if voided { ShopState::Voided } else { ShopState::Paid },
        ship_to,
        items,
        discount,
        shipping,
        taxes: part(net, rate),
        refunded: 0,
        refunded_at: None,
    }
    .maybe_refunded(dice, world.spec.to)
}

impl ShopOrder {
    fn maybe_refunded(mut self, dice: &mut Dice, last: Day) -> Self {
        if self.state == ShopState::Voided || !dice.chance(70) {
            return self;
        }
        let at = self.created + dice.between(86_400, 20 * 86_400);
        if day_of(at, SHOP, Some(Market::Us)) > last {
            return self;
        }
        let full = dice.chance(600);
        self.refunded = if full { self.total() } else { self.total() / 3 };
        self.refunded_at = Some(at);
        self.state = if full { ShopState::Refunded } else { ShopState::PartiallyRefunded };
        // Some are cancelled and paid back at once.
        if full && dice.chance(300) {
            self.cancelled = Some(at);
        }
        self
    }
}

fn item(world: &World, dice: &mut Dice, listing: u16, day: Day) -> ShopItem {
    let product = &world.products[usize::from(listing)];
    let unit_price = product.price(SHOP, world.plan.price_rise(day));
    let units = [1, 1, 1, 1, 2][dice.below(5) as usize];
    let discount = if dice.chance(70) { part(unit_price * i64::from(units), 1500) } else { 0 };
    ShopItem { listing, units, unit_price, discount }
}

fn pay(world: &World, dice: &mut Dice, shop: &mut Shop, order: &ShopOrder) {
    if order.state == ShopState::Voided {
        return;
    }
    let ship_to = order.ship_to;
    let number = Some(order.number);
    let mut add = |at, kind, amount, fee| {
        if day_of(at, SHOP, Some(Market::Us)) <= world.spec.to {
            let payment = Payment { at, kind, order: number, ship_to, amount, fee, payout: None };
            shop.payments.push(payment);
        }
    };
    let total = order.total();
    let rate = if ship_to == Market::Us { 290 } else { 390 };
    add(order.created, PaymentKind::Charge, total, part(total, rate) + 30);
    if let Some(at) = order.refunded_at {
        add(at, PaymentKind::Refund, -order.refunded, 0);
    } else if dice.chance(4) {
        add(order.created + 17 * 86_400, PaymentKind::Chargeback, -total, 1500);
    }
    if ship_to == Market::Us && order.cancelled.is_none() && dice.chance(500) {
        let items = order.items.iter().map(|item| (item.listing, item.units)).collect();
        let shipment = Shipment { number: order.number, at: order.fulfilled, items };
        shop.shipments.push(shipment);
    }
}

/// Every third day the payments up to two days before are paid out.
fn pay_out(world: &World, shop: &mut Shop) {
    shop.payments.sort_by_key(|payment| (payment.at, payment.order));
    let mut next = 0;
    let mut payout_rows = Vec::new();
    for day in world.spec.from.iter_days().step_by(3).take_while(|day| *day <= world.spec.to) {
        let until = start_of(day - Days::new(2), SHOP_ZONE);
        let first = next;
        while next < shop.payments.len() && shop.payments[next].at < until {
            next += 1;
        }
        let index = shop.payouts.len();
        let mut total = 0;
        for payment in &mut shop.payments[first..next] {
            payment.payout = Some(index);
            total += payment.amount - payment.fee;
        }
        if first == next {
            continue;
        }
        let id = (98_112_004_411 + index as u64 * 7919).to_string();
        shop.payouts.push(Payout { id, day, total });
        payout_rows.push(Payment {
            at: start_of(day, SHOP_ZONE) + 3 * 3600,
            kind: PaymentKind::Payout,
            order: None,
            ship_to: Market::Us,
            amount: -total,
            fee: 0,
            payout: Some(index),
        });
    }
    shop.payments.extend(payout_rows);
    // Whole payouts together, what is pending last.
    shop.payments
        .sort_by_key(|payment| (payment.payout.unwrap_or(usize::MAX), payment.at, payment.order));
}

/// The ledger rows that the orders and the payments mean.
fn write_entries(shop_: &mut Shop) {
    let mut entries = Vec::new();
    for order in shop_.orders.iter().filter(|order| order.state != ShopState::Voided) {
        let reference = Reference::Shop(order.number);
        let entry = |words, listing, minor, quantity| Sketch {
            at: order.created,
            words,
            listing,
            minor,
            quantity,
            reference,
            payout: None,
            provisional: false,
        };
        for item in &order.items {
            let listing = Some(item.listing);
            let price = item.unit_price * i64::from(item.units);
            entries.push(entry(&shop::SALE, listing, price, item.units));
            entries.push(entry(&shop::LINE_DISCOUNT, listing, -item.discount, item.units));
        }
        entries.push(entry(&shop::ORDER_DISCOUNT, None, -order.discount, 0));
        entries.push(entry(&shop::SHIPPING, None, order.shipping, 0));
        entries.push(entry(&shop::TAX, None, order.taxes, 0));
    }
    for payment in &shop_.payments {
        let (words, fee): (&'static Words, &'static Words) = match payment.kind {
            PaymentKind::Charge => (&shop::CHARGE, &shop::CHARGE_FEE),
            PaymentKind::Refund => (&shop::REFUND, &shop::CHARGE_FEE),
            PaymentKind::Chargeback => (&shop::CHARGEBACK, &shop::CHARGEBACK_FEE),
            PaymentKind::Adjustment => (&shop::ADJUSTMENT, &shop::CHARGE_FEE),
            PaymentKind::Payout => (&shop::PAYOUT, &shop::CHARGE_FEE),
        };
        for (words, minor) in [(words, payment.amount), (fee, -payment.fee)] {
            entries.push(Sketch {
                at: payment.at,
                words,
                listing: None,
                minor,
                quantity: 0,
                reference: payment.order.map_or(Reference::None, Reference::Shop),
                // The payout's own row is the other side of the statement, not a part of it.
                payout: payment.payout.filter(|_| payment.kind != PaymentKind::Payout),
                provisional: payment.payout.is_none(),
            });
        }
    }
    entries.retain(|sketch| sketch.minor != 0);
    shop_.entries = entries.into_iter().zip(0..).map(|(sketch, at)| sketch.entry(at)).collect();
}

struct Sketch {
    at: Instant,
    words: &'static Words,
    listing: Option<u16>,
    minor: i64,
    quantity: u16,
    reference: Reference,
    payout: Option<usize>,
    provisional: bool,
}

impl Sketch {
    fn entry(self, group: u32) -> Entry {
        Entry {
            store: SHOP,
            // Shopify knows no marketplaces: its money belongs to the store's home market.
            market: Some(Market::Us),
            at: self.at,
            words: self.words,
            note: None,
            listing: self.listing,
            minor: self.minor,
            quantity: self.quantity,
            reference: self.reference,
            group,
            statement: self.payout,
            line: self.words.line,
            provisional: self.provisional,
        }
    }
}
