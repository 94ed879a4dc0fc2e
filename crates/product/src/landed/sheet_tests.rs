use std::collections::BTreeMap;

use super::*;
use crate::landed::{
    case::{Border, Cost, Fx, Plan, Returns, Tax},
    freight::{Carton, ChargedBy, Mode, Quote},
    rate::{Part, Quantity, Unit},
};

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(in crate::landed) fn of_value(id: &str, share: &str) -> Levy {
    let rate = Rate { parts: vec![Part { what: Duty::OfValue(dec(share)), on: None }] };
    Levy {
        id: id.into(),
        name: both(id, id),
        charge: Charge::Rate { rate, currency: Currency::USD },
        parcels_only: false,
        up_to: None,
        ordinary: id == "duty",
        source: "tariff".into(),
    }
}

/// A lamp for Germany, worked out by hand below.
pub(in crate::landed) fn lamp() -> Case {
    let mode = Mode {
        id: "sea_lcl".into(),
        name: both("Sea, shared container", "海运拼箱"),
        by: ChargedBy::Volume,
        divisor: dec("1000"),
        source: "W/M".into(),
    };
    let carton = Carton { cm: [dec("50"), dec("40"), dec("40")], kg: dec("9"), units: dec("16") };
    let quote =
        Quote { mode, rate: "1280 CNY".parse().unwrap(), step: None, source: "quote".into() };
    let cost = |id: &str, amount: &str| Cost {
        id: id.into(),
        name: both(id, id),
        amount: amount.parse().unwrap(),
        source: "offer".into(),
    };
    Case {
        sku: "LAMP-1".into(),
        market: "DE".into(),
        hs: "9405.21".into(),
        origin: "CN".into(),
        price: "35.70 EUR".parse().unwrap(),
        tax: Tax { rate: dec("0.19"), in_price: true, recoverable: true, source: "vat.csv".into() },
        goods: vec![cost("purchase", "40 CNY")],
        freight: vec![(quote, carton)],
        carriage: Vec::new(),
        customs: Border {
            basis: Basis::Cif,
            levies: vec![of_value("duty", "0.037")],
            parcel: false,
            parcel_units: Decimal::ONE,
            free_to: Some("150 EUR".parse().unwrap()),
            declared: None,
            quantity: Quantity { kg: dec("0.5"), ..Quantity::default() },
        },
        fees: vec![Fee {
            id: "referral_fee".into(),
            name: both("Referral fee", "销售佣金"),
            share: dec("0.15"),
            of_net: false,
            minimum: Some("0.30 EUR".parse().unwrap()),
            fixed: None,
            kept: dec("0.2"),
            source: "channel".into(),
        }],
        fulfilment: vec![cost("fba", "4.20 EUR")],
        ads_share: dec("0.10"),
        returns: Returns {
            share: dec("0.05"),
            unsellable: dec("0.4"),
            handling: Some("2 EUR".parse().unwrap()),
            source: "own facts".into(),
        },
        plan: Plan {
            units_per_month: dec("300"),
            one_off: Some("2000 EUR".parse().unwrap()),
            first_order: dec("1000"),
            landed_units: dec("200"),
        },
        fx: Fx { worth: BTreeMap::from([(Currency::CNY, dec("0.125"))]), source: "ecb".into() },
    }
}

fn line(sheet: &Sheet, id: &str) -> String {
    let line = sheet.lines.iter().find(|line| line.id == id).unwrap();
    line.amount.amount.normalize().to_string()
}

#[test]
fn a_lamp_in_germany_leaves_what_it_leaves_by_hand() {
    let sheet = work_out(&lamp()).unwrap();
    // 35.70 ÷ 1.19 = 30 net; goods 40 CNY = 5 EUR; 0.08 m³ × 1280 ÷ 16 = 6.40 CNY = 0.80 EUR.
    assert_eq!(sheet.net_price.to_string(), "30.00 EUR");
    assert_eq!(line(&sheet, "tax"), "-5.7");
    assert_eq!(line(&sheet, "purchase"), "-5");
    assert_eq!(line(&sheet, "sea_lcl"), "-0.8");
    // (5 + 0.80) × 3.7% = 0.2146; import tax (5.80 + 0.2146) × 19% comes back.
    assert_eq!(line(&sheet, "duty"), "-0.2146");
    assert_eq!(line(&sheet, "import_tax"), "0");
    assert_eq!(sheet.tax_advanced.amount, dec("1.142774"));
    assert_eq!(sheet.landed_cost.amount, dec("6.0146"));
    // 15% of 35.70 = 5.355; ads 3; returns 5% × (30 + 2 − 6.0146 × 0.6 − 5.355 × 0.8) = 1.205362.
    assert_eq!(line(&sheet, "referral_fee"), "-5.355");
    assert_eq!(line(&sheet, "ads"), "-3");
    assert_eq!(line(&sheet, "returns"), "-1.205362");
    let by_hand =
        dec("30") - dec("6.0146") - dec("5.355") - dec("4.2") - dec("3") - dec("1.205362");
    assert_eq!(sheet.contribution.amount, by_hand);
    let all: Decimal = sheet.lines.iter().map(|line| line.amount.amount).sum();
    assert_eq!(all, by_hand);
    for line in &sheet.lines {
        assert!(!line.name.zh_cn.is_empty() && (line.id == "price" || !line.working.en.is_empty()));
    }
}

#[test]
fn at_the_break_even_price_a_unit_leaves_nothing_and_a_cent_less_is_a_loss() {
    let price = price_for(&lamp(), Target::Leaves(Decimal::ZERO)).unwrap().unwrap();
    let at = |amount: Decimal| {
        let price = Money::new(amount, Currency::EUR);
        work_out(&Case { price, ..lamp() }).unwrap().contribution.amount
    };
    assert!(at(price.amount) >= Decimal::ZERO && at(price.amount - dec("0.01")) < Decimal::ZERO);
    let hopeless = Case { ads_share: dec("1.5"), ..lamp() };
    assert_eq!(price_for(&hopeless, Target::Leaves(Decimal::ZERO)).unwrap(), None);
}

#[test]
fn payback_counts_the_money_bound_in_the_first_order() {
    let found = payback(&lamp()).unwrap();
    // 2,000 + 1,000 × 6.0146 bound; each unit brings 10.225038 + 6.0146 back: 494 units.
    assert_eq!(found.invested.to_string(), "8014.60 EUR");
    assert_eq!(found.units.unwrap().round(), dec("494"));
    assert_eq!(found.months.unwrap().round_dp(2), dec("1.65"));
    // With a large one-off the first order is not enough: 50,000 ÷ 10.225038.
    let mut dear = lamp();
    dear.plan.one_off = Some("50000 EUR".parse().unwrap());
    assert_eq!(payback(&dear).unwrap().units.unwrap().round(), dec("4890"));
}

#[test]
fn a_parcel_to_the_eu_pays_three_euro_per_item_and_no_ordinary_duty() {
    let mut parcel = lamp();
    parcel.customs.parcel = true;
    parcel.customs.levies.push(Levy {
        id: "flat".into(),
        name: both("flat", "定额"),
        charge: Charge::PerItem { amount: "3 EUR".parse().unwrap() },
        parcels_only: true,
        up_to: Some("150 EUR".parse().unwrap()),
        ordinary: false,
        source: "Reg (EU) 2026/382".into(),
    });
    let sheet = work_out(&parcel).unwrap();
    assert_eq!((line(&sheet, "flat"), line(&sheet, "duty")), ("-3".into(), "0".into()));
    // Two in a parcel share it; in bulk it is not taken.
    parcel.customs.parcel_units = dec("2");
    assert_eq!(line(&work_out(&parcel).unwrap(), "flat"), "-1.5");
    parcel.customs.parcel = false;
    assert!(work_out(&parcel).unwrap().lines.iter().all(|line| line.id != "flat"));
    // Above the limit it is the ordinary duty on the net price, not the flat one.
    parcel.customs.parcel = true;
    parcel.customs.parcel_units = dec("6");
    let above = work_out(&parcel).unwrap();
    assert_eq!(line(&above, "duty"), "-1.11");
    assert!(above.lines.iter().all(|line| line.id != "flat"));
}

#[test]
fn a_duty_by_weight_needs_the_weight_and_a_foreign_price_a_rate() {
    let mut heavy = lamp();
    let what = Duty::PerQuantity { amount: dec("0.04"), unit: Unit::Kilogram };
    let rate = Rate { parts: vec![Part { what, on: None }] };
    heavy.customs.levies[0].charge = Charge::Rate { rate, currency: Currency::CNY };
    assert_eq!(line(&work_out(&heavy).unwrap(), "duty"), "-0.0025");
    heavy.customs.quantity.kg = Decimal::ZERO;
    assert_eq!(work_out(&heavy).unwrap_err().code, "quantity_missing");
    let mut without = lamp();
    without.fx.worth.clear();
    assert_eq!(work_out(&without).unwrap_err().code, "fx_missing");
}

#[test]
fn a_tax_on_top_of_the_price_costs_the_seller_nothing() {
    let mut us = lamp();
    us.tax = Tax { rate: dec("0.08"), in_price: false, recoverable: false, source: "state".into() };
    us.customs.basis = Basis::Fob;
    let sheet = work_out(&us).unwrap();
    assert_eq!(sheet.net_price.to_string(), "35.70 EUR");
    assert_eq!(line(&sheet, "duty"), "-0.185");
    assert!(sheet.lines.iter().all(|line| line.id != "tax" && line.id != "import_tax"));
}
