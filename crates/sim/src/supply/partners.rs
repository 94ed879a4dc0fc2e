//! Places and suppliers, and what these ask for.

use chrono::Days;
use serde_json::json;

use super::{ALONE, FADING, LATE_LANE, Noted, amount, day};
use crate::{company::Company, dice::Dice, goods::documents};

/// A maker of some of the ten kinds of goods.
pub(super) struct Maker {
    pub(super) code: &'static str,
    name: &'static str,
    city: &'static str,
    /// Kinds of goods by their place in the catalogue.
    pub(super) makes: &'static [u16],
    /// Days from order to ready.
    pub(super) days: i64,
    moq: i64,
    deposit: &'static str,
}

pub(super) const MAKERS: [Maker; 5] = [
    Maker {
        code: ALONE,
        name: "中山古镇明远灯饰厂",
        city: "中山",
        makes: &[0, 2, 8],
        days: 28,
        moq: 60,
        deposit: "0.3",
    },
    Maker {
        code: FADING,
        name: "义乌星河节日灯有限公司",
        city: "义乌",
        makes: &[1, 3],
        days: 21,
        moq: 100,
        deposit: "0.3",
    },
    Maker {
        code: "NB-SOLAR",
        name: "宁波海曙光能电器有限公司",
        city: "宁波",
        makes: &[4, 5],
        days: 32,
        moq: 50,
        deposit: "0.2",
    },
    Maker {
        code: "SX-TEX",
        name: "绍兴柯桥暖织家纺",
        city: "绍兴",
        makes: &[6, 7],
        days: 24,
        moq: 80,
        deposit: "0.3",
    },
    Maker {
        code: "CA-PAPER",
        name: "潮安纸艺工坊",
        city: "潮州",
        makes: &[9],
        days: 18,
        moq: 120,
        deposit: "0.5",
    },
];

/// Who makes a product of the catalogue.
pub(super) fn maker_of(listing: u16) -> &'static Maker {
    let kind = listing % 10;
    MAKERS.iter().find(|maker| maker.makes.contains(&kind)).unwrap_or(&MAKERS[0])
}

/// Codes of warehouses by the names that documents have for them.
pub(super) fn place_code(name: &str) -> &'static str {
    match name {
        documents::AMERICA => LATE_LANE,
        documents::EUROPE => "HAM",
        _ => "SZX",
    }
}

pub(super) fn places() -> Vec<Noted> {
    let place = |code: &str, name: &str, kind: &str, country: &str, m3_day: &str, out: &str| {
        let body = json!({
            "code": code, "name": name, "kind": kind, "country": country, "in_reports": name,
            "storage_m3_day": { "amount": m3_day, "currency": "USD" },
            "outbound_unit": { "amount": out, "currency": "USD" },
        });
        Noted::new("place", Some(code.to_owned()), body)
    };
    vec![
        place("SZX", documents::HUB, "own", "CN", "0.15", "0.20"),
        place(LATE_LANE, documents::AMERICA, "overseas", "US", "0.55", "2.90"),
        place("HAM", documents::EUROPE, "overseas", "DE", "0.60", "3.20"),
    ]
}

pub(super) fn suppliers(company: &Company) -> Vec<Noted> {
    let from = company.spec.from;
    let certificate = |maker: &Maker, at: u64| {
        // The second one's runs out two months after the last day.
        let until = company.spec.to + Days::new(if at == 1 { 55 } else { 400 });
        json!({
            "kind": "ISO 9001", "number": format!("Q-{}-{}", maker.code, 17 + at),
            "from": day(from - Days::new(500)), "until": day(until),
        })
    };
    let maker = |(at, maker): (u64, &Maker)| {
        let body = json!({
            "code": maker.code, "name": maker.name, "kind": "factory", "country": "CN",
            "city": maker.city, "currency": "CNY", "incoterm": "exw",
            "deposit_share": maker.deposit, "balance_when": "before_shipment", "balance_days": 0,
            "lead_days": maker.days, "certificates": [certificate(maker, at)],
            "contacts": [{ "name": format!("{}业务部", maker.city), "position": "销售" }],
        });
        Noted::new("supplier", Some(maker.code.to_owned()), body).in_state("approved")
    };
    let mut all: Vec<Noted> = (0..).zip(&MAKERS).map(maker).collect();
    let forwarder = json!({
        "code": "FWD-1", "name": "深圳前海联运国际货代", "kind": "forwarder", "country": "CN",
        "city": "深圳", "currency": "CNY", "balance_when": "month_end", "balance_days": 30,
    });
    all.push(Noted::new("supplier", Some("FWD-1".to_owned()), forwarder).in_state("approved"));
    // One more who could make night lights and string lights.
    let second = json!({
        "code": "XM-GLOW", "name": "厦门格露照明科技", "kind": "factory", "country": "CN",
        "city": "厦门", "currency": "CNY", "incoterm": "fob", "deposit_share": "0.3",
        "balance_when": "before_shipment", "lead_days": 26,
    });
    all.push(Noted::new("supplier", Some("XM-GLOW".to_owned()), second).in_state("trial"));
    all
}

/// What each maker asks for each product: two steps by quantity.
pub(super) fn prices(company: &Company) -> Vec<Noted> {
    let mut dice = Dice::new(company.spec.seed, "prices");
    let since = company.spec.from - Days::new(30);
    let mut all = Vec::new();
    for (listing, product) in (0_u16..).zip(&company.products) {
        let maker = maker_of(listing);
        let fen = product.costs.iter().rev().find(|cost| cost.currency == "CNY");
        let fen = fen.map_or(1000, |cost| cost.minor);
        let step = maker.moq * 5;
        let body = json!({
            "supplier": maker.code, "sku": product.sku, "since": day(since), "currency": "CNY",
            "moq": maker.moq, "lead_days": maker.days, "incoterm": "exw",
            "tiers": [
                { "from_units": maker.moq, "price": amount(fen) },
                { "from_units": step, "price": amount(fen * dice.between(945, 975) / 1000) },
            ],
        });
        all.push(Noted::new("supplier_price", None, body));
        if [1, 3].contains(&(listing % 10)) {
            let body = json!({
                "supplier": "XM-GLOW", "sku": product.sku, "since": day(since), "currency": "CNY",
                "moq": 200, "lead_days": 26, "incoterm": "fob",
                "tiers": [{ "from_units": 200, "price": amount(fen * 104 / 100) }],
            });
            all.push(Noted::new("supplier_price", None, body));
        }
    }
    all
}
