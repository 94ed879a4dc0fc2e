//! Stores and markets of the made-up company, and the day an event belongs to.

use argosy_kernel::Day;
use chrono::{DateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// A country the company sells in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Market {
    Us,
    De,
    Fr,
    It,
    Es,
    Jp,
    Ca,
    Gb,
}

impl Market {
    /// ISO 3166-1 alpha-2.
    pub fn code(self) -> &'static str {
        ["US", "DE", "FR", "IT", "ES", "JP", "CA", "GB"][self as usize]
    }

    /// What Amazon writes into `marketplace-name` and `sales-channel`.
    pub(crate) fn amazon_name(self) -> &'static str {
        [
            "Amazon.com",
            "Amazon.de",
            "Amazon.fr",
            "Amazon.it",
            "Amazon.es",
            "Amazon.co.jp",
            "Amazon.ca",
            "Amazon.co.uk",
        ][self as usize]
    }

    pub(crate) fn amazon_id(self) -> &'static str {
        [
            "ATVPDKIKX0DER",
            "A1PA6795UKMFR9",
            "A13V1IB3VIYZZH",
            "APJ6JRA9NG5V4",
            "A1RKKUPIHCS9HS",
            "A1VC38T7YXB528",
            "A2EUQ1WTGCTBG2",
            "A1F83G8C2ARO7P",
        ][self as usize]
    }

    pub(crate) fn zone(self) -> Tz {
        match self {
            Self::Us => Tz::America__Los_Angeles,
            Self::De => Tz::Europe__Berlin,
            Self::Fr => Tz::Europe__Paris,
            Self::It => Tz::Europe__Rome,
            Self::Es => Tz::Europe__Madrid,
            Self::Jp => Tz::Asia__Tokyo,
            Self::Ca => Tz::America__Toronto,
            Self::Gb => Tz::Europe__London,
        }
    }

    /// Sales tax or VAT on the net price, in per mille; US rates differ by buyer.
    pub(crate) fn tax_per_mille(self) -> i64 {
        match self {
            Self::De => 190,
            Self::Fr | Self::Gb => 200,
            Self::It => 220,
            Self::Es => 210,
            Self::Jp => 100,
            Self::Us => 0,
            Self::Ca => 130,
        }
    }
}

/// Where a store sells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Channel {
    Amazon,
    Shopify,
    Ebay,
    Walmart,
    Etsy,
    TiktokShop,
    Woocommerce,
}

impl Channel {
    pub fn id(self) -> &'static str {
        match self {
            Self::Amazon => "amazon",
            Self::Shopify => "shopify",
            Self::Ebay => "ebay",
            Self::Walmart => "walmart",
            Self::Etsy => "etsy",
            Self::TiktokShop => "tiktok_shop",
            Self::Woocommerce => "woocommerce",
        }
    }
}

/// One account of the company on a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Store {
    pub name: &'static str,
    pub channel: Channel,
    /// The home market: what a user would choose when importing its files.
    pub home: Market,
    /// Every market it sells in, with its share of the store's orders in per mille.
    pub markets: &'static [(Market, u64)],
    pub currency: &'static str,
    /// Decimal digits of the currency.
    pub digits: u32,
    /// Its share of the company's orders in per mille.
    pub(crate) share: u64,
    pub(crate) sku_suffix: &'static str,
}

/// Index of a store in [`STORES`].
pub type StoreIndex = usize;
pub(crate) const US: StoreIndex = 0;
pub(crate) const EU: StoreIndex = 1;
pub(crate) const JP: StoreIndex = 2;
pub(crate) const SHOP: StoreIndex = 3;
pub(crate) const EBAY: StoreIndex = 4;
pub(crate) const WALMART: StoreIndex = 5;
pub(crate) const ETSY: StoreIndex = 6;
pub(crate) const TIKTOK: StoreIndex = 7;
pub(crate) const WOO: StoreIndex = 8;
/// The smaller shops, behind the others in [`STORES`].
pub(crate) const OUTLETS: [StoreIndex; 5] = [EBAY, WALMART, ETSY, TIKTOK, WOO];

/// The stores of Lantern Home.
pub const STORES: [Store; 9] = [
    Store {
        name: "lantern-us",
        channel: Channel::Amazon,
        home: Market::Us,
        markets: &[(Market::Us, 1000)],
        currency: "USD",
        digits: 2,
        share: 450,
        sku_suffix: "",
    },
    Store {
        name: "lantern-eu",
        channel: Channel::Amazon,
        home: Market::De,
        markets: &[(Market::De, 520), (Market::Fr, 200), (Market::It, 160), (Market::Es, 120)],
        currency: "EUR",
        digits: 2,
        share: 270,
        sku_suffix: "-EU",
    },
    Store {
        name: "lantern-jp",
        channel: Channel::Amazon,
        home: Market::Jp,
        markets: &[(Market::Jp, 1000)],
        currency: "JPY",
        digits: 0,
        share: 130,
        sku_suffix: "-JP",
    },
    Store {
        name: "lantern-shop",
        channel: Channel::Shopify,
        home: Market::Us,
        markets: &[(Market::Us, 720), (Market::Ca, 160), (Market::Gb, 120)],
        currency: "USD",
        digits: 2,
        share: 150,
        sku_suffix: "-SHOP",
    },
    // What these sell comes on top of the orders that the wish speaks of.
    Store {
        name: "lantern-ebay",
        channel: Channel::Ebay,
        home: Market::Gb,
        markets: &[(Market::Gb, 1000)],
        currency: "GBP",
        digits: 2,
        share: 110,
        sku_suffix: "-UK",
    },
    Store {
        name: "lantern-walmart",
        channel: Channel::Walmart,
        home: Market::Us,
        markets: &[(Market::Us, 1000)],
        currency: "USD",
        digits: 2,
        share: 130,
        sku_suffix: "-WM",
    },
    Store {
        name: "lantern-etsy",
        channel: Channel::Etsy,
        home: Market::Us,
        markets: &[(Market::Us, 1000)],
        currency: "USD",
        digits: 2,
        share: 80,
        sku_suffix: "-ETSY",
    },
    Store {
        name: "lantern-tiktok",
        channel: Channel::TiktokShop,
        home: Market::Us,
        markets: &[(Market::Us, 1000)],
        currency: "USD",
        digits: 2,
        share: 120,
        sku_suffix: "",
    },
    Store {
        name: "lantern-woo",
        channel: Channel::Woocommerce,
        home: Market::De,
        markets: &[(Market::De, 1000)],
        currency: "EUR",
        digits: 2,
        share: 90,
        sku_suffix: "-WEB",
    },
];

/// An instant in seconds since 1970, UTC.
pub(crate) type Instant = i64;

pub(crate) fn utc(at: Instant) -> DateTime<Utc> {
    DateTime::from_timestamp(at, 0).unwrap_or_default()
}

/// The day an event belongs to: the market's own day, or the UTC day when the channel names no
/// market. A Shopify shop keeps the time of the country's largest city (New York), Amazon's US
/// reports keep Pacific time.
pub(crate) fn day_of(at: Instant, store: StoreIndex, market: Option<Market>) -> Day {
    match market {
        Some(_) if STORES[store].channel == Channel::Shopify => {
            utc(at).with_timezone(&SHOP_ZONE).date_naive()
        }
        Some(market) => utc(at).with_timezone(&market.zone()).date_naive(),
        None => utc(at).date_naive(),
    }
}

/// The time zone of the Shopify shop, in which its exports write their offsets.
pub(crate) const SHOP_ZONE: Tz = Tz::America__New_York;

/// The first second of a day in a market.
pub(crate) fn start_of(day: Day, zone: Tz) -> Instant {
    let midnight = day.and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&midnight).earliest() {
        Some(local) => local.timestamp(),
        None => midnight.and_utc().timestamp(),
    }
}

pub(crate) fn utc_midnight(day: Day) -> Instant {
    day.and_time(NaiveTime::MIN).and_utc().timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_evening_sale_in_california_belongs_to_the_day_there() {
        let at = "2026-07-01T05:30:00Z".parse::<DateTime<Utc>>().unwrap().timestamp();
        assert_eq!(day_of(at, US, Some(Market::Us)).to_string(), "2026-06-30");
        assert_eq!(day_of(at, US, None).to_string(), "2026-07-01");
        assert_eq!(day_of(at, SHOP, Some(Market::Us)).to_string(), "2026-07-01");
    }

    #[test]
    fn a_day_with_a_clock_change_begins_at_its_own_midnight() {
        let day = "2026-03-08".parse().unwrap();
        assert_eq!(utc(start_of(day, Market::Us.zone())).to_rfc3339(), "2026-03-08T08:00:00+00:00");
        let next = "2026-03-09".parse().unwrap();
        assert_eq!(
            utc(start_of(next, Market::Us.zone())).to_rfc3339(),
            "2026-03-09T07:00:00+00:00"
        );
    }
}
