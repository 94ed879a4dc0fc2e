//! Judgement: candidates, documents, events, limits, improvements, roles, localisation, questions to
//! suppliers, prices of materials.

use argosy_kernel::Day;
use chrono::{Datelike, Days};
use serde_json::{Value, json};

use super::{FADING, Noted, amount, day, items::hs, money};
use crate::{company::Company, dice::Dice};

pub(super) fn choice(company: &Company) -> Vec<Noted> {
    let mut all = candidates(company);
    all.extend(documents(company));
    all.extend(plans(company));
    all.extend(materials(company));
    all.extend(questions(company));
    all.extend(pages(company));
    all
}

/// An idea: name, market, price in hundredths, and what was found out about each measure.
struct Idea {
    name: &'static str,
    market: &'static str,
    currency: &'static str,
    price: i64,
    found: [&'static str; 10],
    units: i64,
    rights: bool,
}

/// Measures of `Idea::found`, with where they come from and how sure they are.
const MEASURES: [(&str, &str, &str); 10] = [
    ("search_volume", "Search-term report, June", "reported"),
    ("demand_growth", "Search-term report, June against June", "reported"),
    ("season_share", "Search-term report, twelve months", "reported"),
    ("top_reviews", "First page, looked up by hand", "estimated"),
    ("click_share_top3", "Search-term report, June", "reported"),
    ("rating_gap", "First page, looked up by hand", "estimated"),
    ("landed_margin", "Landed margin by hand", "judged"),
    ("supply_lead_days", "Asked two makers", "estimated"),
    ("chargeable_kg", "Sample weighed", "reported"),
    ("difference", "Opinion of the team", "judged"),
];

const IDEAS: [Idea; 5] = [
    Idea {
        name: "Clip-on Book Light",
        market: "US",
        currency: "USD",
        price: 1499,
        found: ["86000", "0.08", "0.31", "5200", "0.48", "0.5", "0.21", "20", "0.18", "1"],
        units: 600,
        rights: true,
    },
    Idea {
        name: "Motion Sensor Cabinet Light",
        market: "US",
        currency: "USD",
        price: 2299,
        found: ["210000", "0.22", "0.28", "18400", "0.61", "0.6", "0.14", "24", "0.32", "2"],
        units: 1_400,
        rights: true,
    },
    Idea {
        name: "Rattan Pendant Shade",
        market: "DE",
        currency: "EUR",
        price: 4599,
        found: ["19500", "0.34", "0.30", "160", "0.29", "0.9", "0.26", "30", "1.9", "4"],
        units: 180,
        rights: true,
    },
    Idea {
        name: "Camping Lantern, USB",
        market: "US",
        currency: "USD",
        price: 2999,
        found: ["140000", "-0.06", "0.52", "9600", "0.44", "0.4", "0.11", "26", "0.55", "2"],
        units: 900,
        rights: false,
    },
    Idea {
        name: "Linen Table Runner",
        market: "GB",
        currency: "GBP",
        price: 2199,
        found: ["8200", "0.05", "0.36", "420", "0.33", "0.7", "0.23", "22", "0.35", "3"],
        units: 140,
        rights: true,
    },
];

/// What might be taken on, with figures somebody has looked up, and how much each criterion counts.
fn candidates(company: &Company) -> Vec<Noted> {
    let share =
        |(criterion, share): (&str, &str)| json!({ "criterion": criterion, "share": share });
    let shares: Vec<Value> = [
        ("demand", "0.25"),
        ("competition", "0.2"),
        ("margin", "0.25"),
        ("supply_advantage", "0.1"),
        ("logistics_ease", "0.1"),
        ("entry_barrier", "0.1"),
    ]
    .into_iter()
    .map(share)
    .collect();
    let weights = json!({ "name": "2026", "by": "hand", "shares": shares, "active": true });
    let mut all = vec![Noted::new("weights", Some("W-001".to_owned()), weights)];
    for idea in &IDEAS {
        let value = |((measure, source, confidence), value): (&(&str, &str, &str), &&str)| json!({ "measure": measure, "value": value, "source": source, "confidence": confidence });
        let values: Vec<Value> = MEASURES.iter().zip(&idea.found).map(value).collect();
        let gate = |gate: &str, passes: bool| json!({ "gate": gate, "passes": passes, "source": "Looked up by the team" });
        let body = json!({
            "name": idea.name, "market": idea.market, "channel": "amazon", "category": "Lighting",
            "price": money(idea.price, idea.currency), "units_per_month": idea.units.to_string(),
            "first_order": 500, "one_off": money(180_000, "USD"), "values": values,
            "gates": [gate("law", true), gate("channel_policy", true), gate("rights", idea.rights)],
            "note": format!("Idea of the team, {}", company.spec.to),
        });
        all.push(Noted::new("candidate", None, body));
    }
    all
}

/// Papers for the goods that need them: one expires soon, one has expired.
fn documents(company: &Company) -> Vec<Noted> {
    let to = company.spec.to;
    let paper = |kind: &str, listings: &[u16], number: &str, from: Day, until: Option<Day>| {
        let skus: Vec<Value> = (0_u16..)
            .zip(&company.products)
            .filter(|(listing, _)| listings.contains(&(listing % 10)))
            .map(|(_, product)| json!({ "sku": product.sku }))
            .collect();
        let body = json!({
            "kind": kind, "issuer": "SGS 深圳", "number": number, "from": day(from),
            "until": until.map(|until| until.to_string()), "skus": skus,
        });
        Noted::new("document", None, body)
    };
    vec![
        paper("un383", &[1, 4], "SZ-38-20418", to - Days::new(400), None),
        paper("eu_doc", &[0, 2, 8], "CE-LVD-7719", to - Days::new(300), Some(to + Days::new(52))),
        paper(
            "rohs_file",
            &[0, 1, 2, 3],
            "ROHS-5512",
            to - Days::new(760),
            Some(to - Days::new(30)),
        ),
    ]
}

fn plans(company: &Company) -> Vec<Noted> {
    let to = company.spec.to;
    let skus = &company.products;
    let sale = json!({
        "name": "Summer sale", "series": "summer_sale", "from": day(to + Days::new(15)),
        "until": day(to + Days::new(18)), "uplift": "1.8", "sure": "known", "category": "Garden",
    });
    let cash = json!({
        "name": "Cash for goods until autumn", "kind": "cash",
        "amount": { "amount": "60000.00", "currency": "USD" },
    });
    let moved = json!({
        "sku": skus[3].sku, "from": day(to + Days::new(1)), "until": day(to + Days::new(56)),
        "factor": "1.25", "reason": "A chain of garden centres has asked for string lights",
    });
    let better = json!({
        "sku": skus[1].sku, "topic": "faulty", "title": "Sturdier switch for the night light",
        "avoids": "0.4", "cost_up": { "amount": "0.18", "currency": "USD" },
        "one_off": { "amount": "900.00", "currency": "USD" }, "due": day(to + Days::new(60)),
    });
    let role = |at: usize, role: &str, reason: &str| {
        let body = json!({
            "sku": skus[at].sku, "role": role, "since": day(to - Days::new(90)), "reason": reason,
        });
        Noted::new("role", None, body)
    };
    vec![
        Noted::new("event", None, sale),
        Noted::new("limit", None, cash),
        Noted::new("forecast_override", None, moved),
        Noted::new("improvement", Some("IMP-0001".to_owned()), better),
        role(2, "image_item", "The floor lamp is what the brand is known by"),
        role(1, "traffic_item", "Brings most visits to the shop"),
    ]
}

/// Prices of what the goods are made of; aluminium has risen since spring.
fn materials(company: &Company) -> Vec<Noted> {
    let mut dice = Dice::new(company.spec.seed, "materials");
    let to = company.spec.to;
    let mut series = |(code, material): (&str, &str),
                      name: &str,
                      start: i64,
                      rise: i64,
                      share: &str| {
        let points: Vec<Value> = (0_i64..14)
            .map(|age| {
                let month = to - Days::new(30 * (13 - age).unsigned_abs());
                let late = (age - 9).max(0) * rise;
                let value = start * (1000 + late + dice.between(-12, 12)) / 1000;
                json!({ "day": day(month.with_day(1).unwrap_or(month)), "value": value.to_string() })
            })
            .collect();
        let mut seen = Vec::new();
        let mut kept = Vec::new();
        for point in points {
            if !seen.contains(&point["day"]) {
                seen.push(point["day"].clone());
                kept.push(point);
            }
        }
        let body = json!({
            "code": code, "name": name, "kind": "commodity", "share": share, "material": material,
            "points": kept, "from_where": "Made up with the demo company",
        });
        Noted::new("price_series", Some(code.to_owned()), body)
    };
    vec![
        series(("ALU", "aluminium"), "Aluminium, CNY per tonne", 19_400, 45, "0.28"),
        series(("COTTON", "cotton"), "Cotton, CNY per tonne", 15_100, 0, "0.30"),
    ]
}

/// A request to two suppliers for what the fading one makes, and what they answered.
fn questions(company: &Company) -> Vec<Noted> {
    let to = company.spec.to;
    let skus = &company.products;
    let id = format!("RFQ-{}-0001", to.year());
    let line = |at: usize, units: i64| json!({ "sku": skus[at].sku, "units": units });
    let body = json!({
        "title": "Night lights and string lights for autumn", "suppliers": [FADING, "XM-GLOW"],
        "lines": [line(1, 600), line(3, 800)], "currency": "CNY", "incoterm": "fob",
        "deliver_to": "SZX", "sent_on": day(to - Days::new(9)),
        "answer_by": day(to - Days::new(2)), "wanted_by": day(to + Days::new(45)),
    });
    let mut all = vec![Noted::new("rfq", Some(id.clone()), body).in_state("sent")];
    for (supplier, share, lead, moq) in [(FADING, 100, 22, 100), ("XM-GLOW", 103, 27, 200)] {
        let price = |at: usize| {
            let fen = skus[at].costs.first().map_or(1000, |cost| cost.minor) * share / 100;
            amount(fen)
        };
        let body = json!({
            "rfq": id, "supplier": supplier, "received_on": day(to - Days::new(3)),
            "valid_until": day(to + Days::new(27)), "currency": "CNY", "incoterm": "fob",
            "lines": [
                { "sku": skus[1].sku, "from_units": 600, "price": price(1), "moq": moq, "lead_days": lead },
                { "sku": skus[3].sku, "from_units": 800, "price": price(3), "moq": moq, "lead_days": lead },
            ],
            "deposit_share": "0.3", "balance_when": "before_shipment",
        });
        all.push(Noted::new("quotation", None, body).in_state("open"));
    }
    all
}

/// What is translated for which market, and what a unit costs on the way there.
fn pages(company: &Company) -> Vec<Noted> {
    let mut all = Vec::new();
    for (at, product) in company.products.iter().enumerate().take(6) {
        let texts = if at % 2 == 0 {
            json!([{ "text": "title", "language": "de" }, { "text": "bullets", "language": "de" }])
        } else {
            json!([{ "text": "title", "language": "de" }])
        };
        let body = json!({
            "sku": product.sku, "market": "DE", "texts": texts, "units": ["metric"],
        });
        all.push(Noted::new("localisation", None, body));
    }
    for (at, product) in (0_u16..).zip(&company.products).take(8) {
        let cents = company.products[usize::from(at)].price_cents;
        let body = json!({
            "name": format!("{} · US", product.sku), "sku": product.sku, "market": "US",
            "price": { "amount": amount(cents), "currency": "USD" },
            "hs_code": hs(at), "origin": "CN", "duty_rate": "0.039", "mode": "sea_lcl",
            "freight_rate": { "amount": "145.00", "currency": "USD" },
            "fees": [{ "name": "Referral", "share": "0.15" }],
            "fulfilment": [{ "name": "FBA", "amount": { "amount": "5.40", "currency": "USD" } }],
            "ads_share": "0.10", "return_share": "0.05", "unsellable_share": "0.4",
        });
        all.push(Noted::new("landed_case", None, body));
    }
    all
}
