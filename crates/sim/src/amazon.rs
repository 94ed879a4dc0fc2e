//! What an Amazon account lives through, day by day.

mod charges;
mod refunds;

use argosy_kernel::Day;
use chrono::Datelike;

use crate::{
    ads::AdDay,
    catalogue::Product,
    dice::Dice,
    entry::Reference,
    fees::{self, share},
    place::{EU, Instant, JP, Market, STORES, StoreIndex, US, start_of, utc_midnight},
    planted::Plan,
    spec::Spec,
    statements::{Books, Posting},
    words::*,
};

/// One line of an order, in minor units of the store's currency.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    pub(crate) listing: u16,
    pub(crate) units: u16,
    pub(crate) price: i64,
    pub(crate) tax: i64,
    pub(crate) shipping: i64,
    pub(crate) shipping_tax: i64,
    pub(crate) gift_wrap: i64,
    /// Given to the buyer, above zero.
    pub(crate) discount: i64,
    pub(crate) free_shipping: bool,
}

/// An order on Amazon, or one of another channel that Amazon ships.
pub(crate) struct Order {
    pub(crate) reference: Reference,
    pub(crate) market: Option<Market>,
    pub(crate) purchased: Instant,
    /// When it was shipped, even if that lies after the last day that reports know.
    pub(crate) shipped: Instant,
    pub(crate) cancelled: bool,
    pub(crate) business: bool,
    pub(crate) items: Vec<Item>,
}

/// Units of every listing in Amazon's warehouses at the end of a day.
pub(crate) struct StockCount {
    pub(crate) day: Day,
    pub(crate) units: Vec<i64>,
}

/// Goods of an order that came back to Amazon.
pub(crate) struct CameBack {
    pub(crate) reference: Reference,
    pub(crate) listing: u16,
    pub(crate) units: u16,
    pub(crate) left: Instant,
    pub(crate) at: Instant,
    pub(crate) sellable: bool,
}

/// One Amazon account and everything that happened in it.
pub(crate) struct Account {
    pub(crate) books: Books,
    pub(crate) orders: Vec<Order>,
    pub(crate) counts: Vec<StockCount>,
    pub(crate) came_back: Vec<CameBack>,
}

/// An order of the Shopify shop that Amazon ships.
pub(crate) struct Shipment {
    pub(crate) number: u64,
    pub(crate) at: Instant,
    pub(crate) items: Vec<(u16, u16)>,
}

pub(crate) struct World<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) products: &'a [Product],
    pub(crate) plan: &'a Plan,
}

struct Seller<'a> {
    world: &'a World<'a>,
    store: StoreIndex,
    dice: Dice,
    account: Account,
    stock: Vec<i64>,
    weights: u64,
    coupons: u64,
}

/// Lives one account through its time.
pub(crate) fn live(
    world: &World,
    store: StoreIndex,
    ads: &[AdDay],
    shipments: &[Shipment],
) -> Account {
    let spec = world.spec;
    let books = Books::open(store, spec);
    let mut seller = Seller {
        world,
        store,
        dice: Dice::new(spec.seed, STORES[store].name),
        account: Account { books, orders: Vec::new(), counts: Vec::new(), came_back: Vec::new() },
        stock: vec![0; world.products.len()],
        weights: world.products.iter().map(|product| product.weight).sum(),
        coupons: 0,
    };
    let mut shipments = shipments.iter().peekable();
    let mut ads = ads.iter().filter(|ad| ad.store == store).peekable();
    let mut unbilled = 0;
    for (number, day) in spec.from.iter_days().take_while(|day| *day <= spec.to).enumerate() {
        seller.restock(day, number == 0);
        seller.sell_all_day(day);
        let evening = start_of(day, STORES[store].home.zone()) + 20 * 3600;
        while let Some(shipment) = shipments.next_if(|shipment| shipment.at < evening) {
            seller.ship_for_shop(shipment);
        }
        while let Some(ad) = ads.next_if(|ad| ad.day <= day) {
            unbilled += ad.cost;
        }
        // Advertising is charged when a few days have come together.
        if number % 3 == 2 || day == spec.to {
            let at = utc_midnight(day) + 22 * 3600 + 17;
            if seller.charge(at, &ADVERTISING, -unbilled) {
                unbilled = 0;
            }
        }
        seller.account_events(day);
        seller.accidents(day);
        if day.weekday().num_days_from_monday() == 6 || day == spec.to {
            let units = seller.stock.clone();
            seller.account.counts.push(StockCount { day, units });
        }
    }
    seller.account.books.close();
    seller.account
}

impl Seller<'_> {
    fn charge(&mut self, at: Instant, words: &'static Words, minor: i64) -> bool {
        self.account.books.post(Posting::account(at), &[(words, minor)])
    }

    /// Expected orders of a listing on a day in a market, in millionths.
    fn demand(&self, listing: u16, market_share: u64, day: Day) -> u64 {
        let (spec, product) = (self.world.spec, &self.world.products[usize::from(listing)]);
        let base = u64::from(spec.orders_per_day) * STORES[self.store].share * market_share;
        let age = (day - spec.from).num_days().unsigned_abs();
        // A third more after a year.
        let trend = 1000 + age * 333 / 365;
        let usual =
            base * product.weight / self.weights * product.season(day) / 10_000 * trend / 1000;
        usual * self.world.plan.season.demand(self.store, listing, day) / 1000
    }

    /// Ships stock in twice a month so that it lasts about two months.
    fn restock(&mut self, day: Day, first: bool) {
        if !first && day.day() != 1 && day.day() != 16 {
            return;
        }
        for index in 0..self.world.products.len() {
            let target = self.demand(index as u16, 1000, day) * 60 / 1_000_000 + 6;
            let target = target as i64;
            let late = self.world.plan.is_out_of_stock(self.store, index as u16, day);
            if self.stock[index] < target && !late {
                self.stock[index] = target + self.dice.between(0, 5);
            }
        }
    }

    fn sell_all_day(&mut self, day: Day) {
        for (market, market_share) in STORES[self.store].markets {
            for index in 0..self.world.products.len() {
                let demand = self.demand(index as u16, *market_share, day);
                for _ in 0..self.dice.count(demand) {
                    if self.world.plan.is_out_of_stock(self.store, index as u16, day) {
                        self.stock[index] = 0;
                        continue;
                    }
                    self.sell(*market, index as u16, day);
                }
            }
        }
    }

    fn sell(&mut self, market: Market, listing: u16, day: Day) {
        let purchased = start_of(day, market.zone()) + self.dice.between(0, 86_399);
        let mut items = vec![self.item(market, listing, day)];
        if self.dice.chance(90) {
            let other = self.dice.below(self.world.products.len() as u64) as u16;
            items.push(self.item(market, other, day));
        } else if self.dice.chance(16) {
            // Two identical lines of one order: both are real.
            items.push(items[0].clone());
        }
        for item in &items {
            self.stock[usize::from(item.listing)] -= i64::from(item.units);
        }
        let order = Order {
            reference: Reference::Order(self.account.orders.len() as u64),
            market: Some(market),
            purchased,
            shipped: purchased + self.dice.between(4 * 3600, 40 * 3600),
            cancelled: self.dice.chance(20),
            business: self.dice.chance(60),
            items,
        };
        if !order.cancelled {
            self.settle(&order, market);
        }
        self.account.orders.push(order);
    }

    fn item(&mut self, market: Market, listing: u16, day: Day) -> Item {
        let product = &self.world.products[usize::from(listing)];
        let units = [1, 1, 1, 1, 1, 1, 1, 2, 2, 3][self.dice.below(10) as usize];
        let plan = self.world.plan;
        let change = plan.price_change(self.store, listing, day);
        let price = product.price(self.store, change) * i64::from(units);
        let has_coupon = plan.season.has_coupon(self.store, listing, day);
        let clipped = self.dice.chance(if has_coupon { 700 } else { 80 });
        let discount = if clipped { share(price, 100) } else { 0 };
        let shipping = if self.dice.chance(130) { fees::shipping(self.store) } else { 0 };
        let gift_wrap = if self.dice.chance(15) { fees::gift_wrap(self.store) } else { 0 };
        let per_ten_thousand = match market {
            Market::Us => *self.dice.pick(&[0, 625, 725, 825, 887, 950]),
            _ => market.tax_per_mille() * 10,
        };
        let tax = fees::part(price - discount, per_ten_thousand);
        let free_shipping = shipping > 0 && self.dice.chance(400);
        let taxed = if free_shipping { 0 } else { shipping };
        let shipping_tax = fees::part(taxed, per_ten_thousand);
        Item {
            listing,
            units,
            price,
            tax,
            shipping,
            shipping_tax,
            gift_wrap,
            discount,
            free_shipping,
        }
    }

    /// The money of a shipped order, and of what comes back of it.
    fn settle(&mut self, order: &Order, market: Market) {
        let late = self.dice.chance(120);
        for item in &order.items {
            let amounts = self.amounts(order, item, market);
            let note = if item.discount > 0 {
                self.coupons += 1;
                Some(format!("Save 10% on {}", self.world.products[usize::from(item.listing)].sku))
            } else {
                None
            };
            let posting = Posting {
                at: order.shipped,
                market: Some(market),
                listing: Some(item.listing),
                quantity: item.units,
                reference: order.reference,
                note,
                late,
            };
            self.account.books.post(posting, &amounts);
            if self.dice.chance(60) {
                self.give_back(order, item, market);
            }
        }
    }

    fn amounts(
        &mut self,
        order: &Order,
        item: &Item,
        market: Market,
    ) -> Vec<(&'static Words, i64)> {
        let product = &self.world.products[usize::from(item.listing)];
        let net = item.price - item.discount;
        let commission = share(net, if self.store == JP { 100 } else { 150 });
        let day = crate::place::day_of(order.shipped, self.store, Some(market));
        let overcharged = self.world.plan.is_overcharged(self.store, item.listing, day);
        let tier = if overcharged { product.size_tier() + 1 } else { product.size_tier() };
        let fulfilment = fees::fulfilment(self.store, tier) * i64::from(item.units);
        let mut amounts = vec![
            (&PRINCIPAL, item.price),
            (&TAX, item.tax),
            (&SHIPPING, item.shipping),
            (&SHIPPING_TAX, item.shipping_tax),
            (&GIFT_WRAP, item.gift_wrap),
            (&PROMOTION, -item.discount),
            (&COMMISSION, -commission),
            (&FBA_UNIT, -fulfilment),
            (&GIFT_WRAP_CHARGEBACK, -item.gift_wrap),
        ];
        if product.size_tier() == 2 && self.store == EU {
            amounts.push((&FBA_WEIGHT, -fees::weight_based()));
        }
        if item.free_shipping {
            amounts.push((&PROMOTION_SHIPPING, -item.shipping));
        } else if item.shipping > 0 {
            amounts.push((&SHIPPING_CHARGEBACK, -item.shipping));
            if self.store == US && order.business {
                amounts.push((&SHIPPING_HB, -share(item.shipping, 150)));
            }
        }
        match market {
            Market::Us => {
                amounts.push((&WITHHELD, -item.tax));
                amounts.push((&WITHHELD_SHIPPING, -item.shipping_tax));
            }
            // In Japan the seller remits the tax.
            Market::Jp => {
                if order.business {
                    amounts.push((&POINTS, -share(item.price, 10)));
                }
            }
            _ => {
                amounts.push((&WITHHELD_VAT, -item.tax - item.shipping_tax));
                if market != Market::De {
                    amounts.push((&DIGITAL_SERVICES, -share(commission, 30)));
                }
            }
        }
        amounts
    }

    /// An order of the shop, shipped by Amazon: fees without a marketplace.
    fn ship_for_shop(&mut self, shipment: &Shipment) {
        let reference = Reference::OtherChannel(shipment.number);
        let mut items = Vec::new();
        for (listing, units) in &shipment.items {
            let tier = self.world.products[usize::from(*listing)].size_tier();
            let fee = fees::fulfilment(self.store, tier) * 13 / 10 * i64::from(*units);
            let posting = Posting {
                listing: Some(*listing),
                quantity: *units,
                reference,
                ..Posting::account(shipment.at)
            };
            self.account.books.post(posting, &[(&FBA_UNIT_ELSEWHERE, -fee)]);
            self.stock[usize::from(*listing)] -= i64::from(*units);
            items.push(Item { listing: *listing, units: *units, ..Item::default() });
        }
        let whole = Posting { reference, ..Posting::account(shipment.at) };
        self.account.books.post(whole, &[(&FBA_ORDER, -fees::per_shipment())]);
        self.account.orders.push(Order {
            reference,
            market: None,
            purchased: shipment.at - 7200,
            shipped: shipment.at,
            cancelled: false,
            business: false,
            items,
        });
    }
}
