//! Landed cost held against an answer key worked out by hand: markets, modes, duties and fees.
//!
//! Every amount is exact to six digits behind the point, so to the cent too. The working stands at each case.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;

use argosy_kernel::{Currency, Money, Text};
use argosy_product::landed::{
    Case, Levy, Sheet,
    case::{Basis, Border, Charge, Cost, Fee, Fx, Plan, Returns, Tax},
    freight::{Carton, ChargedBy, Mode, Quote},
    price_for,
    rate::{Duty, Part, Quantity, Rate, RateText, Unit},
    sheet::{Group, Target, payback},
    work_out,
};
use rust_decimal::Decimal;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn name(word: &str) -> Text {
    Text { en: word.into(), zh_cn: word.into() }
}

fn cost(id: &str, amount: &str) -> Cost {
    Cost { id: id.into(), name: name(id), amount: money(amount), source: "key".into() }
}

fn mode(by: ChargedBy, divisor: &str) -> Mode {
    Mode {
        id: "freight".into(),
        name: name("freight"),
        by,
        divisor: dec(divisor),
        source: "key".into(),
    }
}

fn quote(mode: Mode, rate: &str, step: Option<&str>) -> Quote {
    Quote { mode, rate: money(rate), step: step.map(dec), source: "key".into() }
}

fn carton(cm: [&str; 3], kg: &str, units: &str) -> Carton {
    Carton { cm: cm.map(dec), kg: dec(kg), units: dec(units) }
}

fn share(id: &str, share: &str) -> Levy {
    rated(
        id,
        Rate { parts: vec![Part { what: Duty::OfValue(dec(share)), on: None }] },
        Currency::USD,
    )
}

fn rated(id: &str, rate: Rate, currency: Currency) -> Levy {
    Levy {
        id: id.into(),
        name: name(id),
        charge: Charge::Rate { rate, currency },
        parcels_only: false,
        up_to: None,
        ordinary: id == "duty",
        source: "key".into(),
    }
}

fn fee(id: &str, share: &str) -> Fee {
    Fee {
        id: id.into(),
        name: name(id),
        share: dec(share),
        of_net: false,
        minimum: None,
        fixed: None,
        kept: Decimal::ONE,
        source: "key".into(),
    }
}

/// Nothing but a price in a market with VAT.
fn bare(price: &str, vat: &str) -> Case {
    Case {
        sku: "KEY".into(),
        market: "DE".into(),
        hs: "9405.21".into(),
        origin: "CN".into(),
        price: money(price),
        tax: Tax { rate: dec(vat), in_price: true, recoverable: true, source: "key".into() },
        goods: Vec::new(),
        freight: Vec::new(),
        carriage: Vec::new(),
        customs: Border {
            basis: Basis::Cif,
            levies: Vec::new(),
            parcel: false,
            parcel_units: Decimal::ONE,
            free_to: None,
            declared: None,
            quantity: Quantity::default(),
        },
        fees: Vec::new(),
        fulfilment: Vec::new(),
        ads_share: Decimal::ZERO,
        returns: Returns {
            share: Decimal::ZERO,
            unsellable: Decimal::ONE,
            handling: None,
            source: "key".into(),
        },
        plan: Plan::default(),
        fx: Fx { worth: BTreeMap::new(), source: "key".into() },
    }
}

fn us(price: &str) -> Case {
    let mut case = bare(price, "0");
    case.market = "US".into();
    case.tax =
        Tax { rate: Decimal::ZERO, in_price: false, recoverable: false, source: "key".into() };
    case.customs.basis = Basis::Fob;
    case
}

/// The sum of a group's lines, as costs: above 0.
fn paid(sheet: &Sheet, group: Group) -> Decimal {
    let of = sheet.lines.iter().filter(|line| line.group == group);
    -of.map(|line| line.amount.amount).sum::<Decimal>()
}

/// What the key says: landed cost and contribution.
fn key(case: &Case, landed: &str, contribution: &str) -> Sheet {
    let sheet = work_out(case).unwrap();
    assert_eq!(sheet.landed_cost.amount.normalize(), dec(landed), "landed cost {sheet:#?}");
    assert_eq!(sheet.contribution.amount.normalize(), dec(contribution), "contribution {sheet:#?}");
    let all: Decimal = sheet.lines.iter().map(|line| line.amount.amount).sum();
    assert_eq!(all.normalize(), dec(contribution), "the lines add up");
    sheet
}

#[test]
fn one_sea_freight_to_germany_by_volume() {
    let mut case = bare("59.50 EUR", "0.19");
    // 59.50 ÷ 1.19 = 50.00 net. Goods 96 CNY × 0.125 = 12.00.
    case.goods = vec![cost("purchase", "96 CNY")];
    // 60 × 50 × 40 cm = 120,000 cm³ = 0.12 m³; 18 kg count 0.018 m³: volume. 0.12 × 100 USD ÷ 10 = 1.20 USD
    // × 0.9 = 1.08.
    case.freight = vec![(
        quote(mode(ChargedBy::Volume, "1000"), "100 USD", None),
        carton(["60", "50", "40"], "18", "10"),
    )];
    case.fx.worth = BTreeMap::from([(Currency::CNY, dec("0.125")), (Currency::USD, dec("0.9"))]);
    // CIF 13.08 × 4.7 % = 0.61476. Landed 13.69476; import VAT (13.08 + 0.61476) × 19 % comes back.
    case.customs.levies = vec![share("duty", "0.047")];
    // 15 % of 59.50 = 8.925; fulfilment 4.80; ads 8 % of 50 = 4. No returns.
    case.fees = vec![fee("referral", "0.15")];
    case.fulfilment = vec![cost("fba", "4.80 EUR")];
    case.ads_share = dec("0.08");
    // 50 − 13.69476 − 8.925 − 4.80 − 4 = 18.58024.
    let sheet = key(&case, "13.69476", "18.58024");
    assert_eq!(sheet.tax_advanced.amount, dec("2.6020044"));
}

#[test]
fn two_the_same_goods_where_import_tax_is_lost() {
    let mut case = bare("59.50 EUR", "0.19");
    case.goods = vec![cost("purchase", "12 EUR")];
    case.carriage = vec![cost("freight", "1.08 EUR")];
    case.customs.levies = vec![share("duty", "0.047")];
    case.tax.recoverable = false;
    // Duty 0.61476; import VAT (13.08 + 0.61476) × 0.19 = 2.6020044, kept as 2.602004. Landed 16.296764.
    // 50 − 16.296764 = 33.703236.
    let sheet = key(&case, "16.296764", "33.703236");
    assert_eq!(paid(&sheet, Group::ImportTax), dec("2.602004"));
    assert_eq!(sheet.tax_advanced.amount, Decimal::ZERO);
}

#[test]
fn three_air_freight_charged_by_the_heavier_of_weight_and_volume() {
    let mut case = bare("23.80 EUR", "0.19");
    case.goods = vec![cost("purchase", "4 EUR")];
    // 50 × 40 × 30 = 60,000 cm³ ÷ 6,000 = 10 kg against 7.2 kg: 10, in steps of 0.5: 10. × 6.50 EUR ÷ 20 = 3.25.
    let air = mode(ChargedBy::Weight, "6000");
    case.freight = vec![(
        quote(air.clone(), "6.50 EUR", Some("0.5")),
        carton(["50", "40", "30"], "7.2", "20"),
    )];
    // CIF 7.25 × 2.5 % = 0.18125. Landed 7.43125; net 20.
    case.customs.levies = vec![share("duty", "0.025")];
    key(&case, "7.43125", "12.56875");
    // The same carton at 11.3 kg is charged for 11.5: 11.5 × 6.50 ÷ 20 = 3.7375; duty 7.7375 × 2.5 % = 0.1934375,
    // kept as 0.193438; landed 7.930938.
    case.freight =
        vec![(quote(air, "6.50 EUR", Some("0.5")), carton(["50", "40", "30"], "11.3", "20"))];
    key(&case, "7.930938", "12.069062");
}

#[test]
fn four_the_united_states_value_goods_without_freight() {
    let mut case = us("39.99 USD");
    // Goods 63 CNY × 0.14 = 8.82. Freight 2.10. Duty 3.7 % of 8.82 alone = 0.32634. Landed 11.24634.
    case.goods = vec![cost("purchase", "63 CNY")];
    case.carriage = vec![cost("freight", "2.10 USD")];
    case.fx.worth = BTreeMap::from([(Currency::CNY, dec("0.14"))]);
    case.customs.levies = vec![share("duty", "0.037")];
    // 15 % of 39.99 = 5.9985; FBA 5.40; ads 12 % of 39.99 = 4.7988.
    case.fees = vec![fee("referral", "0.15")];
    case.fulfilment = vec![cost("fba", "5.40 USD")];
    case.ads_share = dec("0.12");
    // 39.99 − 11.24634 − 5.9985 − 5.40 − 4.7988 = 12.54636.
    let sheet = key(&case, "11.24634", "12.54636");
    assert!(sheet.lines.iter().all(|line| line.group != Group::Tax), "sales tax comes on top");
}

#[test]
fn five_goods_on_a_list_of_section_301_pay_a_quarter_more() {
    let mut case = us("39.99 USD");
    case.goods = vec![cost("purchase", "8.82 USD")];
    case.carriage = vec![cost("freight", "2.10 USD")];
    case.customs.levies = vec![share("duty", "0.037"), share("us_301_list_3", "0.25")];
    // 8.82 × 28.7 % = 0.32634 + 2.205 = 2.53134. Landed 13.45134; left 26.53866.
    let sheet = key(&case, "13.45134", "26.53866");
    assert_eq!(paid(&sheet, Group::Duty), dec("2.53134"));
}

#[test]
fn six_a_duty_by_weight_and_value_as_the_tariff_writes_it() {
    let Some(RateText::Known(rate)) = RateText::read("1.4¢/kg + 5%") else { panic!("not read") };
    let mut case = us("20 USD");
    case.goods = vec![cost("purchase", "6 USD")];
    case.customs.levies = vec![rated("duty", rate, Currency::USD)];
    case.customs.quantity = Quantity { kg: dec("2.5"), ..Quantity::default() };
    // 2.5 kg × 0.014 = 0.035; 6 × 5 % = 0.30. Landed 6.335; left 13.665.
    key(&case, "6.335", "13.665");
}

#[test]
fn seven_an_amount_per_pair_in_a_currency_that_is_not_the_sheet_s() {
    let mut case = us("60 EUR");
    case.goods = vec![cost("purchase", "15 EUR")];
    let what = Duty::PerQuantity { amount: dec("0.90"), unit: Unit::Pair };
    let parts = vec![Part { what, on: None }, Part { what: Duty::OfValue(dec("0.2")), on: None }];
    case.customs.levies = vec![rated("duty", Rate { parts }, Currency::USD)];
    case.fx.worth = BTreeMap::from([(Currency::USD, dec("0.8"))]);
    // 0.90 USD = 0.72; 15 × 20 % = 3. Landed 18.72; left 41.28.
    key(&case, "18.72", "41.28");
}

#[test]
fn eight_a_parcel_to_france_pays_flat_amounts_per_item_shared_by_what_is_in_it() {
    let mut case = bare("24 EUR", "0.2");
    case.goods = vec![cost("purchase", "5 EUR")];
    case.carriage = vec![cost("post", "3.30 EUR")];
    case.customs.parcel = true;
    case.customs.parcel_units = dec("2");
    case.customs.free_to = Some(money("150 EUR"));
    let flat = |id: &str, amount: &str| Levy {
        charge: Charge::PerItem { amount: money(amount) },
        parcels_only: true,
        up_to: Some(money("150 EUR")),
        ordinary: false,
        ..share(id, "0")
    };
    case.customs.levies = vec![share("duty", "0.12"), flat("eu", "3 EUR"), flat("fr", "2 EUR")];
    // Net 20; two in a parcel are 40 EUR: below 150, no ordinary duty. 3 ÷ 2 + 2 ÷ 2 = 2.50.
    // Landed 5 + 3.30 + 2.50 = 10.80; left 9.20. VAT is in the price, none at the border.
    let sheet = key(&case, "10.8", "9.2");
    assert!(sheet.lines.iter().all(|line| line.group != Group::ImportTax));
    // Eight of them are 160 EUR: 12 % of 20 = 2.40 and nothing flat. Landed 10.70; left 9.30.
    case.customs.parcel_units = dec("8");
    key(&case, "10.7", "9.3");
}

#[test]
fn nine_britain_a_fee_with_a_minimum_a_fixed_part_and_one_on_the_net_price() {
    let mut case = bare("11.99 GBP", "0.2");
    // 11.99 ÷ 1.2 = 9.991666…: the tax line is −1.998333, net 9.991667.
    case.goods = vec![cost("purchase", "3 GBP")];
    let referral = Fee { minimum: Some(money("2 GBP")), ..fee("referral", "0.08") };
    let payment = Fee { fixed: Some(money("0.20 GBP")), of_net: true, ..fee("payment", "0.02") };
    case.fees = vec![referral, payment];
    // 8 % of 11.99 = 0.9592 < 2: 2. 2 % of 9.991667 = 0.19983334 + 0.20 = 0.399833.
    // 9.991667 − 3 − 2 − 0.399833 = 4.591834.
    let sheet = key(&case, "3", "4.591834");
    assert_eq!(paid(&sheet, Group::Fees), dec("2.399833"));
}

#[test]
fn ten_japan_counts_whole_yen_and_returns_bring_part_of_the_goods_and_fees_back() {
    let mut case = bare("3300 JPY", "0.1");
    case.market = "JP".into();
    // Net 3,000. Goods 40 CNY × 20 = 800; freight 120; duty 5 % of 920 = 46. Landed 966.
    case.goods = vec![cost("purchase", "40 CNY")];
    case.carriage = vec![cost("freight", "120 JPY")];
    case.fx.worth = BTreeMap::from([(Currency::CNY, dec("20"))]);
    case.customs.levies = vec![share("duty", "0.05")];
    // 10 % of 3,300 = 330, of which 80 % comes back with a return: 264.
    case.fees = vec![Fee { kept: dec("0.2"), ..fee("referral", "0.1") }];
    case.fulfilment = vec![cost("fba", "450 JPY")];
    // 4 % × (3,000 + 100 − 966 × 70 % − 264) = 4 % × 2,159.8 = 86.392.
    case.returns = Returns {
        share: dec("0.04"),
        unsellable: dec("0.3"),
        handling: Some(money("100 JPY")),
        source: "key".into(),
    };
    // 3,000 − 966 − 330 − 450 − 86.392 = 1,167.608.
    key(&case, "966", "1167.608");
    // Break-even in whole yen: found by the sheet itself, a yen less is a loss.
    let price = price_for(&case, Target::Leaves(Decimal::ZERO)).unwrap().unwrap();
    assert_eq!(price.amount.fract(), Decimal::ZERO);
    let left = |amount: Decimal| {
        let price = Money::new(amount, Currency::JPY);
        work_out(&Case { price, ..case.clone() }).unwrap().contribution.amount
    };
    assert!(
        left(price.amount) >= Decimal::ZERO && left(price.amount - Decimal::ONE) < Decimal::ZERO
    );
}

#[test]
fn eleven_australia_values_without_freight_and_takes_tax_on_all_of_it() {
    let mut case = bare("55 AUD", "0.1");
    case.market = "AU".into();
    case.customs.basis = Basis::Fob;
    case.goods = vec![cost("purchase", "10 AUD"), cost("packaging", "0.50 AUD")];
    case.carriage = vec![cost("freight", "2 AUD")];
    case.customs.levies = vec![share("duty", "0.05")];
    case.tax.recoverable = false;
    // Net 50. FOB 10.50 × 5 % = 0.525. GST (10.50 + 2 + 0.525) × 10 % = 1.3025. Landed 14.3275; left 35.6725.
    key(&case, "14.3275", "35.6725");
}

#[test]
fn twelve_what_is_declared_counts_at_the_border_and_not_in_the_goods() {
    let mut case = us("30 USD");
    case.goods = vec![cost("purchase", "7 USD")];
    case.customs.declared = Some(money("9 USD"));
    case.customs.levies = vec![share("duty", "0.1")];
    // 9 × 10 % = 0.90. Landed 7.90; left 22.10.
    key(&case, "7.9", "22.1");
}

#[test]
fn thirteen_rail_to_poland_and_the_price_for_a_margin_of_a_fifth() {
    let mut case = bare("123 PLN", "0.23");
    case.market = "PL".into();
    // Net 100. Goods 20. 0.2 m³ against 130 kg ÷ 500 = 0.26 m³: weight. 0.26 × 400 PLN ÷ 26 = 4.
    case.goods = vec![cost("purchase", "20 PLN")];
    case.freight = vec![(
        quote(mode(ChargedBy::Volume, "500"), "400 PLN", None),
        carton(["100", "50", "40"], "130", "26"),
    )];
    // 24 × 6 % = 1.44. Landed 25.44. Fee 12 % of 123 = 14.76. Ads 10 % = 10. Fulfilment 9.
    case.customs.levies = vec![share("duty", "0.06")];
    case.fees = vec![fee("commission", "0.12")];
    case.ads_share = dec("0.1");
    case.fulfilment = vec![cost("delivery", "9 PLN")];
    // 100 − 25.44 − 14.76 − 10 − 9 = 40.80.
    key(&case, "25.44", "40.8");
    // n − 25.44 − 0.1476 n − 0.1 n − 9 = 0.2 n → n = 34.44 ÷ 0.5524 = 62.3461…; × 1.23 = 76.6858: 76.69 PLN.
    let price = price_for(&case, Target::Margin(dec("0.2"))).unwrap().unwrap();
    assert_eq!(price.to_string(), "76.69 PLN");
}

#[test]
fn fourteen_the_money_is_back_within_the_first_order_or_after_it() {
    let mut case = us("25 USD");
    case.goods = vec![cost("purchase", "5 USD")];
    case.fulfilment = vec![cost("fba", "4 USD")];
    case.plan = Plan {
        units_per_month: dec("100"),
        one_off: Some(money("1500 USD")),
        first_order: dec("500"),
        landed_units: Decimal::ZERO,
    };
    // Left 16. Bound 1,500 + 500 × 5 = 4,000; each unit brings 16 + 5 = 21 back: 190.476… units, 1.90 months.
    key(&case, "5", "16");
    let back = payback(&case).unwrap();
    assert_eq!(back.invested.to_string(), "4000.00 USD");
    assert_eq!(back.months.unwrap().round_dp(2), dec("1.90"));
    // With a mould of 20,000 the first order is not enough: 20,000 ÷ 16 = 1,250 units, 12.5 months.
    case.plan.one_off = Some(money("20000 USD"));
    assert_eq!(payback(&case).unwrap().months.unwrap(), dec("12.5"));
}
