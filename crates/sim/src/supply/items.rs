//! Families and items: what the ten kinds of goods weigh and consist of.

use serde_json::json;

use super::{Noted, partners::maker_of};
use crate::company::Company;

/// Facts of one of the ten kinds of goods; sizes in millimetres, weights in grams.
struct Goods {
    family: &'static str,
    name: &'static str,
    hs: &'static str,
    grams: i64,
    packed: [i64; 3],
    carton_units: i64,
    carton: [i64; 3],
    material: &'static str,
    volts: Option<&'static str>,
    battery: Option<(&'static str, &'static str)>,
}

#[expect(clippy::too_many_arguments, reason = "the cells of one row")]
const fn goods(
    family: &'static str,
    name: &'static str,
    hs: &'static str,
    grams: i64,
    packed: [i64; 3],
    carton_units: i64,
    carton: [i64; 3],
    material: &'static str,
    volts: Option<&'static str>,
    battery: Option<(&'static str, &'static str)>,
) -> Goods {
    Goods { family, name, hs, grams, packed, carton_units, carton, material, volts, battery }
}

const MAINS: Option<&str> = Some("100-240V");
const LITHIUM: Option<(&str, &str)> = Some(("in_device", "4.4"));

/// In the order of the catalogue's kinds.
const GOODS: [Goods; 10] = [
    goods(
        "DL",
        "Desk Lamp",
        "9405.21",
        980,
        [420, 180, 120],
        12,
        [560, 440, 400],
        "aluminium",
        MAINS,
        None,
    ),
    goods(
        "NL",
        "Night Light",
        "9405.21",
        240,
        [130, 120, 110],
        48,
        [540, 500, 460],
        "silicone",
        None,
        LITHIUM,
    ),
    goods(
        "FL",
        "Floor Lamp",
        "9405.21",
        4_300,
        [900, 300, 140],
        4,
        [920, 620, 300],
        "steel",
        MAINS,
        None,
    ),
    goods(
        "SL",
        "String Lights",
        "9405.31",
        620,
        [240, 160, 110],
        24,
        [660, 500, 340],
        "copper",
        MAINS,
        None,
    ),
    goods(
        "SO",
        "Solar Lantern",
        "9405.41",
        760,
        [220, 180, 180],
        16,
        [760, 460, 380],
        "plastic",
        None,
        LITHIUM,
    ),
    goods(
        "CW",
        "Candle Warmer",
        "9405.21",
        1_450,
        [330, 180, 180],
        8,
        [740, 380, 380],
        "wood",
        MAINS,
        None,
    ),
    goods(
        "LC",
        "Linen Cushion",
        "6304.92",
        320,
        [300, 260, 60],
        30,
        [620, 540, 320],
        "cotton",
        None,
        None,
    ),
    goods(
        "WT",
        "Wool Throw",
        "6301.20",
        1_250,
        [360, 300, 120],
        12,
        [740, 620, 380],
        "wool",
        None,
        None,
    ),
    goods(
        "BL",
        "Bedside Lamp",
        "9405.21",
        870,
        [260, 180, 180],
        12,
        [560, 540, 380],
        "steel",
        MAINS,
        None,
    ),
    goods(
        "PS",
        "Paper Shade",
        "9405.99",
        210,
        [420, 420, 30],
        40,
        [860, 440, 440],
        "paper",
        None,
        None,
    ),
];

/// Millimetres as centimetres, grams as kilograms.
fn tenths(number: i64) -> String {
    format!("{}.{}", number / 10, number % 10)
}

fn thousandths(number: i64) -> String {
    format!("{}.{:03}", number / 1000, number % 1000)
}

/// HS code of a product's kind.
pub(super) fn hs(listing: u16) -> &'static str {
    GOODS[usize::from(listing % 10)].hs
}

/// Grams of a packed unit, and the volume of a carton in cubic centimetres with its units.
pub(super) fn size(listing: u16) -> (i64, i64, i64) {
    let goods = &GOODS[usize::from(listing % 10)];
    let [length, width, height] = goods.carton;
    (goods.grams, length * width * height / 1000, goods.carton_units)
}

/// Sides of a carton in millimetres.
pub(super) fn carton(listing: u16) -> [i64; 3] {
    GOODS[usize::from(listing % 10)].carton
}

pub(super) fn families(company: &Company) -> Vec<Noted> {
    let used = company.products.len().min(GOODS.len());
    let family = |(goods, product): (&Goods, &crate::Product)| {
        let body = json!({
            "code": goods.family, "name": goods.name, "brand": "Lantern Home",
            "category": product.category,
            "stage": if goods.family == "PS" { "decline" } else { "mature" },
        });
        Noted::new("family", Some(goods.family.to_owned()), body)
    };
    GOODS[..used].iter().zip(&company.products).map(family).collect()
}

pub(super) fn items(company: &Company) -> Vec<Noted> {
    (0_u16..).zip(&company.products).map(|(listing, product)| item(listing, product)).collect()
}

fn item(listing: u16, product: &crate::Product) -> Noted {
    let goods = &GOODS[usize::from(listing % 10)];
    let [length, width, height] = goods.packed;
    let carton = goods.carton;
    // What a few nobody has weighed or asked for shows as missing.
    let known = listing % 13 != 11;
    let mut body = json!({
        "sku": product.sku, "name": product.name, "family": goods.family,
        "variant": product.name.rsplit(' ').next().unwrap_or_default(),
        "kind": "product", "brand": "Lantern Home", "category": product.category,
        "stage": if listing >= 36 { "launch" } else { "mature" },
        "origin": "CN", "hs_code": goods.hs, "declared_name": goods.name,
        "weight_kg": thousandths(goods.grams * 9 / 10),
        "pack_weight_kg": known.then(|| thousandths(goods.grams)),
        "pack_length_cm": known.then(|| tenths(length)),
        "pack_width_cm": known.then(|| tenths(width)),
        "pack_height_cm": known.then(|| tenths(height)),
        "carton_units": goods.carton_units,
        "carton_kg": thousandths(goods.grams * goods.carton_units + 900),
        "carton_length_cm": tenths(carton[0]), "carton_width_cm": tenths(carton[1]),
        "carton_height_cm": tenths(carton[2]),
        "materials": [{ "material": goods.material, "cost_share": "0.35" }],
        "voltage": goods.volts, "plug": goods.volts.map(|_| "a"),
        "battery": goods.battery.map_or("none", |battery| battery.0),
        "battery_wh": goods.battery.map(|battery| battery.1),
        "age_group": if goods.family == "NL" { "under_14" } else { "adults" },
        "note": format!("Maker {}", maker_of(listing).code),
    });
    if let Some(body) = body.as_object_mut() {
        body.retain(|_, value| !value.is_null());
    }
    Noted::new("item", Some(product.sku.clone()), body)
}
