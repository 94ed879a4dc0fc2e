//! The company's smaller shops, on eBay, Walmart, Etsy, TikTok Shop and a WooCommerce site of its own:
//! what happens there, and what each channel makes of it in money.
//!
//! Trade goes on to the company's last day: what is not paid out by then is provisional, and what no
//! report tells yet (Walmart's open period) has not happened.

mod amounts;

use argosy_kernel::{Day, Grain};
use chrono::{Datelike, Days};

use crate::{
    amazon::World,
    dice::Dice,
    entry::{Entry, Reference},
    fees::portion,
    place::{EBAY, ETSY, Instant, STORES, StoreIndex, TIKTOK, WALMART, WOO, day_of, start_of},
    words::{Words, ebay, etsy, tiktok, walmart, woo},
};

/// Orders of the own site that are younger are still on their way to the buyer.
pub(crate) const ON_THE_WAY_DAYS: u64 = 5;

/// What a row of the channel's report is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Deed {
    Sale,
    Refund,
    ShippingLabel,
    Advertising,
    /// An order that came to nothing: the report still shows it.
    Cancelled,
}

/// Something that moved money, with its amounts as the channel names them.
pub(crate) struct Movement {
    /// When the order was placed, where the report tells money later than that.
    pub(crate) placed: Instant,
    pub(crate) at: Instant,
    pub(crate) day: Day,
    pub(crate) deed: Deed,
    /// Number of the order; 0 without one.
    pub(crate) number: u64,
    pub(crate) listing: Option<u16>,
    /// As far as the report tells them.
    pub(crate) units: u16,
    pub(crate) parts: Vec<(&'static Words, i64)>,
    /// `None` while it waits to be paid out.
    pub(crate) statement: Option<usize>,
}

impl Movement {
    pub(crate) fn net(&self) -> i64 {
        self.parts.iter().map(|(_, minor)| minor).sum()
    }

    /// The amount under a word; nothing when the row has none.
    pub(crate) fn part(&self, words: &'static Words) -> i64 {
        let same = |part: &&(&'static Words, i64)| std::ptr::eq(part.0, words);
        self.parts.iter().filter(same).map(|(_, minor)| minor).sum()
    }
}

/// A payout, payment period or month.
pub(crate) struct Closed {
    pub(crate) id: String,
    pub(crate) from: Day,
    pub(crate) to: Day,
    /// The day the money is sent.
    pub(crate) paid: Day,
    pub(crate) total: i64,
}

pub(crate) struct Outlet {
    pub(crate) store: StoreIndex,
    /// In order of time.
    pub(crate) movements: Vec<Movement>,
    pub(crate) statements: Vec<Closed>,
    pub(crate) entries: Vec<Entry>,
}

pub(crate) fn live(world: &World, store: StoreIndex) -> Outlet {
    let mut trade = Trade {
        world,
        store,
        dice: Dice::new(world.spec.seed, STORES[store].name),
        movements: Vec::new(),
        orders: 0,
    };
    let last = world.spec.to;
    for day in world.spec.from.iter_days().take_while(|day| *day <= last) {
        trade.day(day);
    }
    let mut movements = trade.movements;
    movements.sort_by_key(|movement| (movement.at, movement.number));
    let mut statements = periods(store, world.spec.from, last);
    for movement in &mut movements {
        movement.statement = statements.iter().position(|closed| movement.day <= closed.to);
        if let Some(home) = movement.statement.filter(|_| store != WOO) {
            statements[home].total += movement.net();
        }
    }
    if store == EBAY || store == WALMART {
        carry_over(&mut movements, &mut statements);
    }
    movements.retain(|movement| match store {
        // An order is known as soon as it is placed, its refund when it is settled.
        TIKTOK => movement.day <= last || movement.deed == Deed::Sale,
        WALMART => movement.statement.is_some(),
        _ => movement.day <= last,
    });
    let mut entries = entries(store, &movements);
    entries.extend(payouts(store, &statements));
    Outlet { store, movements, statements, entries }
}

/// eBay and Walmart send nothing while the balance is below zero: those days wait for the next
/// payout.
fn carry_over(movements: &mut [Movement], statements: &mut [Closed]) {
    for index in 1..statements.len() {
        let before = index - 1;
        if statements[before].total < 0 {
            statements[index].total += std::mem::take(&mut statements[before].total);
            let waits = |movement: &&mut Movement| movement.statement == Some(before);
            for movement in movements.iter_mut().filter(waits) {
                movement.statement = Some(index);
            }
        }
    }
}

/// Amounts under the channel's words.
type Parts = Vec<(&'static Words, i64)>;

struct Trade<'a> {
    world: &'a World<'a>,
    store: StoreIndex,
    dice: Dice,
    movements: Vec<Movement>,
    orders: u64,
}

impl Trade<'_> {
    fn day(&mut self, day: Day) {
        let all: u64 = self.world.products.iter().map(|product| product.weight).sum();
        for (listing, product) in (0..).zip(self.world.products) {
            let base = u64::from(self.world.spec.orders_per_day) * STORES[self.store].share * 1000;
            let demand = base * product.weight / all * product.season(day) / 10_000;
            for _ in 0..self.dice.count(demand) {
                self.order(day, listing);
            }
        }
        // Walmart's advertising is paid by card, that of the own site to other channels.
        let words = match self.store {
            EBAY => Some(&ebay::PROMOTED),
            ETSY => Some(&etsy::ADS),
            TIKTOK => Some(&tiktok::ADS),
            _ => None,
        };
        if let Some(words) = words.filter(|_| day.day() == 18) {
            let minor = -self.dice.between(500, 3000);
            self.add((day, day), Deed::Advertising, 0, (None, 0), vec![(words, minor)]);
        }
    }

    fn order(&mut self, day: Day, listing: u16) {
        self.orders += 1;
        let number = self.orders;
        let units = 1 + u16::from(self.dice.chance(180));
        let product = &self.world.products[usize::from(listing)];
        let item = product.price(self.store, 0) * i64::from(units);
        let shipping = if item >= 5000 { 0 } else { 499 };
        let parts = self.sale(item, shipping, units);
        // The Etsy statement names neither goods nor units.
        let told = (self.store != ETSY).then_some(listing);
        let told_units = if told.is_some() { units } else { 0 };
        match self.store {
            TIKTOK => self.settled_later(day, number, (listing, units), item, parts),
            WOO => self.own_order(day, number, (listing, units), parts),
            _ => {
                self.add((day, day), Deed::Sale, number, (told, told_units), parts);
                self.aftermath(day, number, (told, units), (item, shipping));
            }
        }
    }

    /// Labels and refunds of a marketplace order.
    fn aftermath(
        &mut self,
        day: Day,
        number: u64,
        (told, units): (Option<u16>, u16),
        (item, shipping): (i64, i64),
    ) {
        let label_of = told.filter(|_| self.store == WALMART);
        if self.dice.chance(300) {
            let words = match self.store {
                EBAY => &ebay::LABEL,
                WALMART => &walmart::LABEL,
                _ => &etsy::LABEL,
            };
            let minor = -self.dice.between(350, 900);
            let later = day + Days::new(2);
            self.add(
                (day, later),
                Deed::ShippingLabel,
                number,
                (label_of, 0),
                vec![(words, minor)],
            );
        }
        if self.dice.chance(70) {
            let later = day + Days::new(self.dice.below(13) + 3);
            let parts = self.refund(item, shipping);
            // eBay's refund row names the order only.
            let told = told.filter(|_| self.store == WALMART);
            let units = if told.is_some() { units } else { 0 };
            self.add((day, later), Deed::Refund, number, (told, units), parts);
        }
    }

    /// TikTok settles one to three weeks after the order; the refund has the number of the order.
    #[expect(clippy::too_many_arguments, reason = "what one order is made of")]
    fn settled_later(
        &mut self,
        day: Day,
        number: u64,
        (listing, units): (u16, u16),
        item: i64,
        parts: Parts,
    ) {
        let settled = day + Days::new(self.dice.below(14) + 7);
        // Two equal rows of one order: both are real.
        for _ in 0..1 + u8::from(self.dice.chance(30)) {
            let parts = parts.clone();
            self.add((day, settled), Deed::Sale, number, (Some(listing), units), parts);
        }
        if self.dice.chance(120) {
            // Sometimes on the same day as the sale.
            let later = settled + Days::new(self.dice.below(3) * 4);
            let parts = self.refund(item, 0);
            self.add((day, later), Deed::Refund, number, (Some(listing), units), parts);
        }
    }

    /// An order of the own site tells its refund too, on its own day.
    fn own_order(&mut self, day: Day, number: u64, (listing, units): (u16, u16), mut parts: Parts) {
        let fee = |(words, _): &&(&'static Words, i64)| !std::ptr::eq(*words, &woo::PAYMENT_FEE);
        let paid: i64 = parts.iter().filter(fee).map(|(_, minor)| minor).sum();
        let is_tax = |(words, _): &&(&'static Words, i64)| std::ptr::eq(*words, &woo::TAX);
        let tax: i64 = parts.iter().filter(is_tax).map(|(_, minor)| minor).sum();
        // An order on its way has no refund yet.
        let young = day + Days::new(ON_THE_WAY_DAYS) > self.world.spec.to;
        let refund = match self.dice.below(1000) {
            _ if young => 0,
            0..60 => -paid,
            60..90 => -paid / 4,
            _ => 0,
        };
        if refund != 0 {
            // One rate holds for all of the order: so much of what is given back is tax.
            let refund_tax = portion(refund, tax, paid);
            parts.push((&woo::REFUND, refund - refund_tax));
            parts.push((&woo::REFUND_TAX, refund_tax));
        }
        let deed = if self.dice.chance(40) { Deed::Cancelled } else { Deed::Sale };
        self.add((day, day), deed, number, (Some(listing), units), parts);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one movement")]
    fn add(
        &mut self,
        (placed, day): (Day, Day),
        deed: Deed,
        number: u64,
        (listing, units): (Option<u16>, u16),
        parts: Parts,
    ) {
        let zone = STORES[self.store].home.zone();
        let second = self.dice.between(3600, 22 * 3600);
        let (placed, at) = (start_of(placed, zone) + second, start_of(day, zone) + second);
        let parts: Vec<_> = parts.into_iter().filter(|(_, minor)| *minor != 0).collect();
        let day = day_of(at, self.store, Some(STORES[self.store].home));
        let movement =
            Movement { placed, at, day, deed, number, listing, units, parts, statement: None };
        self.movements.push(movement);
    }
}

/// When the channel closes its books: eBay every seventh day for what is two days old, Walmart
/// every fortnight, TikTok every day, Etsy every month; the own site has none (its months here are
/// those of its exports).
fn periods(store: StoreIndex, from: Day, to: Day) -> Vec<Closed> {
    let closed =
        |id: String, from: Day, to: Day, paid: Day| Closed { id, from, to, paid, total: 0 };
    let days = |step: usize| from.iter_days().step_by(step).take_while(move |day| *day <= to);
    match store {
        EBAY => (0..)
            .zip(days(7).skip(1))
            .map(|(number, paid): (u64, Day)| {
                let until = paid - Days::new(2);
                closed((5_603_118_207 + number * 13).to_string(), until - Days::new(6), until, paid)
            })
            .collect(),
        WALMART => days(14)
            .map(|first| (first, first + Days::new(13)))
            .take_while(|(_, last)| *last <= to)
            .map(|(first, last)| closed(last.to_string(), first, last, last))
            .collect(),
        TIKTOK => (0..)
            .zip(days(1))
            .map(|(number, day): (u64, Day)| {
                closed((3_612_440_018 + number * 7).to_string(), day, day, day)
            })
            .collect(),
        _ => {
            let mut months: Vec<Closed> = Vec::new();
            for day in from.iter_days().take_while(|day| *day <= to) {
                match months.last_mut() {
                    Some(month) if Grain::Month.start(month.from) == Grain::Month.start(day) => {
                        (month.to, month.paid) = (day, day);
                    }
                    _ => months.push(closed(day.format("%Y-%m").to_string(), day, day, day)),
                }
            }
            months
        }
    }
}

fn entries(store: StoreIndex, movements: &[Movement]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let counts = |movement: &&Movement| movement.deed != Deed::Cancelled;
    for (group, movement) in (0..).zip(movements.iter().filter(counts)) {
        for (words, minor) in &movement.parts {
            let waits = movement.statement.is_none();
            // Money of a whole order of the own site, and what TikTok expects, names no goods.
            let of_goods = match store {
                WOO => std::ptr::eq(*words, &woo::SALES) || std::ptr::eq(*words, &woo::COUPON),
                TIKTOK => !waits,
                _ => true,
            };
            entries.push(Entry {
                store,
                market: Some(STORES[store].home),
                // TikTok shows expected money on the day of its order.
                at: if waits { movement.placed } else { movement.at },
                words,
                note: None,
                listing: movement.listing.filter(|_| of_goods),
                minor: *minor,
                quantity: if of_goods { movement.units } else { 0 },
                reference: match movement.number {
                    0 => Reference::None,
                    number => Reference::Outlet(number),
                },
                group,
                statement: movement.statement.filter(|_| store != WOO),
                line: words.line,
                provisional: waits,
            });
        }
    }
    entries
}

/// What the report says was sent to the bank: the other side of a statement, not a part of it.
/// Walmart's file has no such row.
fn payouts(store: StoreIndex, statements: &[Closed]) -> Vec<Entry> {
    let words = match store {
        EBAY => &ebay::PAYOUT,
        ETSY => &etsy::DEPOSIT,
        _ => return Vec::new(),
    };
    // Etsy pays when a month is over, and does not say that it collects a debt.
    let sent = |closed: &&Closed| match store {
        EBAY => closed.total != 0,
        _ => closed.total > 0 && ends_month(closed.to),
    };
    let entry = |closed: &Closed| Entry {
        store,
        market: Some(STORES[store].home),
        at: start_of(closed.paid, STORES[store].home.zone()) + 12 * 3600,
        words,
        note: None,
        listing: None,
        minor: -closed.total,
        quantity: 0,
        reference: Reference::None,
        group: 0,
        statement: None,
        line: words.line,
        provisional: false,
    };
    statements.iter().filter(sent).map(entry).collect()
}

/// Whether a day is the last of its month.
pub(crate) fn ends_month(day: Day) -> bool {
    day.succ_opt().is_some_and(|next| next.day() == 1)
}

/// The order number in the channel's own form.
pub(crate) fn order_number(store: StoreIndex, number: u64) -> String {
    match store {
        EBAY => format!("{:02}-{:05}-{:05}", 10 + number % 20, number * 7919 % 100_000, number),
        WALMART => (119_110_000_000_000 + number * 1009).to_string(),
        // Eighteen digits: as a number a spreadsheet would lose the last ones.
        TIKTOK if number == 0 => String::new(),
        TIKTOK => (577_000_000_000_000_031 + number * 1_000_003).to_string(),
        WOO => (20_400 + number).to_string(),
        _ => (3_301_000_000 + number).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{company::Company, spec::Spec};

    #[test]
    fn each_outlet_sells_to_the_last_days_and_what_was_paid_adds_up() {
        let company = Company::generate(&Spec::small());
        assert_eq!(company.outlets.len(), 5);
        for outlet in &company.outlets {
            assert!(outlet.movements.len() > 30, "{}", STORES[outlet.store].name);
            let of_statements: i64 = outlet.statements.iter().map(|closed| closed.total).sum();
            let told = |entry: &&Entry| entry.statement.is_some();
            let of_entries: i64 = outlet.entries.iter().filter(told).map(|entry| entry.minor).sum();
            assert_eq!(of_statements, of_entries);
            for movement in &outlet.movements {
                let Some(home) = movement.statement else { continue };
                let closed = &outlet.statements[home];
                assert!(movement.day <= closed.to && closed.paid <= company.spec.to);
            }
            let last = outlet.movements.iter().map(|movement| movement.day).max().unwrap();
            assert!(last + Days::new(20) > company.spec.to, "{}", STORES[outlet.store].name);
        }
    }
}
