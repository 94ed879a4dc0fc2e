//! The products of Lantern Home: names, prices, true unit costs with their dates.

use argosy_kernel::Day;
use chrono::{Datelike, Days};

use crate::{
    dice::{Dice, hash_text, scramble},
    place::{Market, STORES, StoreIndex, TIKTOK},
    spec::Spec,
};

/// What one unit costs from a day on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cost {
    /// `None` holds in every market that has no cost of its own.
    pub market: Option<Market>,
    pub since: Day,
    /// In minor units of `currency`.
    pub minor: i64,
    pub currency: &'static str,
}

/// One of the company's own products.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Product {
    /// The company's own SKU.
    pub sku: String,
    /// Stem of the seller SKUs on the channels.
    pub(crate) stem: String,
    pub name: String,
    pub(crate) name_de: String,
    pub(crate) name_jp: String,
    pub category: &'static str,
    pub asin: String,
    pub(crate) parent_asin: String,
    pub(crate) fnsku: String,
    /// List price in US cents; other markets follow from it.
    pub(crate) price_cents: i64,
    /// Share of demand.
    pub(crate) weight: u64,
    pub costs: Vec<Cost>,
}

struct Kind {
    en: &'static str,
    de: &'static str,
    jp: &'static str,
    category: &'static str,
    price_cents: i64,
}

const fn kind(
    en: &'static str,
    de: &'static str,
    jp: &'static str,
    category: &'static str,
    price_cents: i64,
) -> Kind {
    Kind { en, de, jp, category, price_cents }
}

const KINDS: [Kind; 10] = [
    kind("Desk Lamp", "Schreibtischlampe", "デスクライト", "Lighting", 3499),
    kind("Night Light", "Nachtlicht für Kinder", "ナイトライト", "Lighting", 1699),
    kind("Floor Lamp", "Stehlampe, höhenverstellbar", "フロアランプ", "Lighting", 8999),
    kind("String Lights", "Lichterkette außen", "ストリングライト", "Garden", 2199),
    kind("Solar Lantern", "Solarlaterne für den Garten", "ソーラーランタン", "Garden", 2799),
    kind("Candle Warmer", "Kerzenwärmer", "キャンドルウォーマー", "Decor", 3999),
    kind("Linen Cushion", "Kissenhülle, Größe 45", "クッションカバー", "Decor", 1899),
    kind("Wool Throw", "Wolldecke", "ウールブランケット", "Decor", 5499),
    kind("Bedside Lamp", "Nachttischlampe", "ベッドサイドランプ", "Lighting", 2999),
    kind("Paper Shade", "Lampenschirm, natürlich", "ペーパーシェード", "Decor", 1299),
];

const FINISHES: [(&str, &str, &str); 4] = [
    ("Walnut", "Nußbaum", "ウォールナット"),
    ("Oak", "Eiche", "オーク"),
    ("Ivory", "Elfenbein", "アイボリー"),
    ("Slate", "Schiefer", "スレート"),
];

pub(crate) fn products(spec: &Spec) -> Vec<Product> {
    let mut dice = Dice::new(spec.seed, "products");
    (0..spec.products.clamp(8, 999)).map(|index| product(spec, &mut dice, index)).collect()
}

fn product(spec: &Spec, dice: &mut Dice, index: u16) -> Product {
    let kind = &KINDS[usize::from(index) % KINDS.len()];
    let (en, de, jp) = FINISHES[usize::from(index) / KINDS.len() % FINISHES.len()];
    let series = index / 40;
    let name = if series == 0 {
        format!("Lantern Home {} {en}", kind.en)
    } else {
        format!("Lantern Home {} {en} {}", kind.en, series + 1)
    };
    let price_cents = kind.price_cents + dice.between(-3, 6) * 100;
    Product {
        sku: format!("LH-{:04}", 1001 + index),
        stem: stem(index, kind.en, en),
        name,
        name_de: format!("Lantern Home {} {de}", kind.de),
        name_jp: format!("Lantern Home {} {jp}", kind.jp),
        category: kind.category,
        asin: asin(spec.seed, u64::from(index)),
        parent_asin: asin(spec.seed, 10_000 + u64::from(index) % KINDS.len() as u64),
        fnsku: format!("X00{}", &asin(spec.seed, 20_000 + u64::from(index))[2..9]),
        price_cents,
        weight: 1000 / (2 + u64::from(index) * 3 / 4) + dice.below(12) + 3,
        costs: costs(spec, dice, index, price_cents),
    }
}

/// Seller SKUs are text: two look like numbers, which spreadsheets damage.
fn stem(index: u16, kind: &str, finish: &str) -> String {
    match index {
        5 => "00421733".to_owned(),
        17 => "14E6".to_owned(),
        _ => {
            let letters: String = kind.split(' ').filter_map(|word| word.chars().next()).collect();
            format!("LH-{letters}-{}-{:03}", finish[..2].to_uppercase(), 101 + index)
        }
    }
}

pub(crate) fn asin(seed: u64, number: u64) -> String {
    const LETTERS: &[u8] = b"0123456789BCDFGHJKLMNPQRSTVWXYZ";
    let mut rest = scramble(seed.wrapping_mul(31).wrapping_add(number));
    let tail: String = (0..8)
        .map(|_| {
            let letter = LETTERS[(rest % LETTERS.len() as u64) as usize];
            rest /= LETTERS.len() as u64;
            char::from(letter)
        })
        .collect();
    format!("B0{tail}")
}

/// A first cost, a change in the middle of the time, for some a second one; two products have a
/// cost of their own in the US.
fn costs(spec: &Spec, dice: &mut Dice, index: u16, price_cents: i64) -> Vec<Cost> {
    let length = (spec.to - spec.from).num_days().max(1);
    let at = |percent: i64| {
        let day = spec.from + Days::new((length * percent / 100).unsigned_abs());
        day.with_day(1).unwrap_or(day).max(spec.from)
    };
    let before = spec.from - Days::new(90);
    // About a fifth of the price, in fen at seven yuan to the dollar.
    let first = price_cents * 7 * dice.between(17, 26) / 100;
    let mut costs = vec![Cost { market: None, since: before, minor: first, currency: "CNY" }];
    if !index.is_multiple_of(5) {
        let second = first * dice.between(940, 1090) / 1000;
        costs.push(Cost { market: None, since: at(55), minor: second, currency: "CNY" });
    }
    if index.is_multiple_of(4) {
        let third = first * dice.between(980, 1120) / 1000;
        costs.push(Cost { market: None, since: at(80), minor: third, currency: "CNY" });
    }
    if index == 3 || index == 11 {
        let minor = price_cents * 24 / 100;
        costs.push(Cost { market: Some(Market::Us), since: before, minor, currency: "USD" });
    }
    costs
}

impl Product {
    /// What the channel calls this product in a store.
    pub fn seller_sku(&self, store: StoreIndex) -> String {
        if store == TIKTOK {
            // TikTok Shop knows its own numbers only.
            let tail = hash_text(&self.stem) % 1_000_000_000_000_000;
            return (1_732_000_000_000_000_000 + tail).to_string();
        }
        format!("{}{}", self.stem, STORES[store].sku_suffix)
    }

    /// The cost of a unit sold in `market` on `day`: the market's own before the general one, the
    /// newest that had begun.
    pub fn cost_on(&self, market: Option<Market>, day: Day) -> Option<&Cost> {
        let newest = |wanted: Option<Market>| {
            self.costs
                .iter()
                .filter(|cost| cost.market == wanted && cost.since <= day)
                .max_by_key(|cost| cost.since)
        };
        market.and_then(|market| newest(Some(market))).or_else(|| newest(None))
    }

    pub(crate) fn title(&self, market: Market) -> &str {
        match market {
            Market::De => &self.name_de,
            Market::Jp => &self.name_jp,
            _ => &self.name,
        }
    }

    /// The price of one unit in minor units of the store's currency, tax not included.
    pub(crate) fn price(&self, store: StoreIndex, rise_per_mille: i64) -> i64 {
        let cents = self.price_cents * (1000 + rise_per_mille) / 1000;
        match STORES[store].currency {
            // Yen have no smaller coin; prices end in 80.
            "JPY" => cents * 3 / 2 / 100 * 100 + 80,
            "EUR" => cents * 92 / 100 / 100 * 100 + 95,
            _ => cents / 100 * 100 + 99,
        }
    }

    /// Demand of the month and weekday, in per cent squared (10,000 = an average day).
    pub(crate) fn season(&self, day: Day) -> u64 {
        const LIGHTING: [u64; 12] = [108, 96, 88, 82, 80, 78, 80, 86, 98, 112, 142, 150];
        const GARDEN: [u64; 12] = [52, 62, 94, 124, 142, 150, 146, 124, 92, 70, 72, 72];
        const DECOR: [u64; 12] = [84, 86, 90, 94, 92, 88, 86, 92, 100, 110, 138, 140];
        const WEEKDAYS: [u64; 7] = [104, 100, 98, 96, 94, 100, 108];
        let months = match self.category {
            "Lighting" => LIGHTING,
            "Garden" => GARDEN,
            _ => DECOR,
        };
        months[day.month0() as usize] * WEEKDAYS[day.weekday().num_days_from_monday() as usize]
    }

    /// The size tier of the fulfilment fee, 0 to 2.
    pub(crate) fn size_tier(&self) -> usize {
        match self.price_cents {
            ..2000 => 0,
            2000..5000 => 1,
            _ => 2,
        }
    }
}
