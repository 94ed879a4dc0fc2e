//! Orders, receipts, inspections, payments and shipments: those behind the documents that goods are
//! costed by, and those still open on the last day.

use std::collections::BTreeMap;

use argosy_kernel::Day;
use chrono::{Datelike, Days};
use serde_json::{Value, json};

use super::{
    FADING, LATE_LANE, Noted, amount, day,
    items::{carton, size},
    money,
    partners::{MAKERS, Maker, maker_of, place_code},
};
use crate::{
    company::Company,
    dice::Dice,
    goods::documents::{self, Bill, Kind, Line},
};

/// Days at the end in which the fading supplier's goods are worse and the late lane is slower.
const LATELY: u64 = 120;

/// Orders by document and maker, oldest first; then those that are open.
pub(super) fn orders(company: &Company) -> Vec<Noted> {
    let made = documents::of(company);
    let mut lots: BTreeMap<(Day, String, usize), Vec<&Line>> = BTreeMap::new();
    for line in made.lines.iter().filter(|line| line.kind == Kind::Purchase) {
        let maker = maker_of(line.listing);
        let at = MAKERS.iter().position(|one| one.code == maker.code).unwrap_or_default();
        lots.entry((line.received, line.document.clone(), at)).or_default().push(line);
    }
    let mut desk =
        Desk { company, dice: Dice::new(company.spec.seed, "orders"), number: 0, made: vec![] };
    for ((received, _, at), lines) in &lots {
        desk.closed(&MAKERS[*at], *received, lines);
    }
    // What was bought last, again and a little more, in every state an order can be in.
    let mut last: BTreeMap<usize, &Vec<&Line>> = BTreeMap::new();
    for ((_, _, at), lines) in &lots {
        last.insert(*at, lines);
    }
    let states = ["in_production", "sent", "ready", "approved", "draft"];
    for ((at, lines), state) in last.into_iter().zip(states) {
        desk.open(&MAKERS[at], lines, state);
    }
    desk.made
}

struct Desk<'a> {
    company: &'a Company,
    dice: Dice,
    number: u32,
    made: Vec<Noted>,
}

impl Desk<'_> {
    fn order(&mut self, maker: &Maker, ordered: Day, due: Day, lines: &[&Line]) -> (String, Value) {
        self.number += 1;
        let id = format!("PO-{}-{:04}", ordered.year(), self.number);
        let rows: Vec<Value> = lines
            .iter()
            .map(|line| {
                let (_, _, carton_units) = size(line.listing);
                json!({
                    "sku": self.sku(line.listing), "units": line.units, "price": amount(line.fen),
                    "due": day(due), "carton_units": carton_units,
                })
            })
            .collect();
        let body = json!({
            "supplier": maker.code, "ordered_on": day(ordered), "currency": "CNY", "lines": rows,
            "due": day(due), "deliver_to": "SZX", "incoterm": "exw", "deposit_share": "0.3",
            "balance_when": "before_shipment", "balance_days": 0,
        });
        (id, body)
    }

    fn sku(&self, listing: u16) -> &str {
        &self.company.products[usize::from(listing)].sku
    }

    /// An order that is long done: when it was ready, inspected, received and paid.
    fn closed(&mut self, maker: &'static Maker, received: Day, lines: &[&Line]) {
        let slip = self.dice.between(-3, 5);
        let ready = received - Days::new(4);
        let sent = ready - Days::new((maker.days + slip).unsigned_abs());
        let ordered = sent - Days::new(2);
        let due = ordered + Days::new((maker.days + 8).unsigned_abs());
        let (id, mut body) = self.order(maker, ordered, due, lines);
        for (field, on) in [
            ("approved_on", ordered),
            ("sent_on", sent),
            ("production_on", sent + Days::new(2)),
            ("ready_on", ready),
            ("shipped_on", received - Days::new(2)),
            ("received_on", received),
        ] {
            body[field] = day(on);
        }
        self.made.push(Noted::new("purchase_order", Some(id.clone()), body).in_state("closed"));
        self.inspected(maker, &id, ready, lines);
        let rows: Vec<Value> = lines
            .iter()
            .map(|line| {
                json!({
                    "sku": self.sku(line.listing), "po": id, "expected": line.units,
                    "received": line.units, "damaged": 0,
                })
            })
            .collect();
        let body = json!({
            "purchase_order": id, "place": "SZX", "day": day(received), "lines": rows,
            // The cost of these goods came in with the company's lists of purchases.
            "booked": false,
        });
        let number = format!("GR-{}-{:04}", received.year(), self.number);
        self.made.push(Noted::new("receipt", Some(number), body));
        if ready + Days::new(LATELY) > self.company.spec.to {
            let goods: i64 = lines.iter().map(|line| line.units * line.fen).sum();
            self.paid(maker, &id, ("deposit", goods * 3 / 10), ordered);
            self.paid(maker, &id, ("balance", goods - goods * 3 / 10), ready);
        }
    }

    fn inspected(&mut self, maker: &Maker, order: &str, on: Day, lines: &[&Line]) {
        let lately = on + Days::new(LATELY) > self.company.spec.to;
        let per_mille = if lately && maker.code == FADING { 65 } else { 8 };
        let mut all = 0;
        let rows: Vec<Value> = lines
            .iter()
            .map(|line| {
                let checked = line.units.clamp(1, 80);
                let defective = (0..checked).filter(|_| self.dice.chance(per_mille)).count();
                all += defective;
                json!({
                    "sku": self.sku(line.listing), "lot_units": line.units, "checked": checked,
                    "defective": defective, "major": defective,
                })
            })
            .collect();
        let body = json!({
            "purchase_order": order, "day": day(on), "kind": "final", "inspector": "QC 深圳",
            "lines": rows, "verdict": if all > 12 { "conditional" } else { "pass" },
        });
        self.made.push(Noted::new("inspection", None, body));
    }

    fn paid(&mut self, maker: &Maker, order: &str, (what, fen): (&str, i64), on: Day) {
        let body = json!({
            "what": what, "supplier": maker.code, "purchase_order": order,
            "amount": money(fen, "CNY"), "due": day(on), "requested_on": day(on),
            "paid_on": day(on),
        });
        self.made.push(Noted::new("payment", None, body).in_state("paid"));
    }

    /// An order on its way on the last day.
    fn open(&mut self, maker: &'static Maker, lines: &[&Line], state: &'static str) {
        let to = self.company.spec.to;
        let days = maker.days.unsigned_abs();
        let ordered = match state {
            "ready" => to - Days::new(days + 3),
            "in_production" => to - Days::new(days / 2),
            "sent" => to - Days::new(4),
            _ => to,
        };
        let due = ordered + Days::new(days + 8);
        let more: Vec<Line> = lines
            .iter()
            .take(6)
            .map(|line| Line { units: line.units * 5 / 4 + 12, ..(*line).clone() })
            .collect();
        let more: Vec<&Line> = more.iter().collect();
        let (id, mut body) = self.order(maker, ordered, due, &more);
        let reached = ["approved", "sent", "in_production", "ready"];
        let fields = ["approved_on", "sent_on", "production_on", "ready_on"];
        let known = reached.iter().position(|one| *one == state).map_or(0, |at| at + 1);
        for (field, after) in fields.into_iter().zip([0, 1, 3, days]).take(known) {
            body[field] = day(ordered + Days::new(after));
        }
        self.made.push(Noted::new("purchase_order", Some(id.clone()), body).in_state(state));
        if known >= 2 {
            let goods: i64 = more.iter().map(|line| line.units * line.fen).sum();
            self.paid(maker, &id, ("deposit", goods * 3 / 10), ordered);
            let body = json!({
                "what": "balance", "supplier": maker.code, "purchase_order": id,
                "amount": money(goods - goods * 3 / 10, "CNY"),
                "due": day(due - Days::new(3)), "requested_on": day(to),
            });
            let state = if state == "ready" { "approved" } else { "requested" };
            self.made.push(Noted::new("payment", None, body).in_state(state));
        }
    }
}

/// Head-haul to the warehouses overseas: those that have arrived, then three still to come.
pub(super) fn shipments(company: &Company) -> Vec<Noted> {
    let made = documents::of(company);
    let mut dice = Dice::new(company.spec.seed, "shipments");
    let mut sent: BTreeMap<(Day, String), Vec<&Line>> = BTreeMap::new();
    for line in made.lines.iter().filter(|line| line.kind == Kind::Transfer) {
        sent.entry((line.received, line.document.clone())).or_default().push(line);
    }
    let mut all = Vec::new();
    for (number, ((arrived, document), lines)) in (1..).zip(&sent) {
        all.push(arrived_shipment(
            company,
            &mut dice,
            (number, *arrived),
            (document, lines),
            &made.bills,
        ));
    }
    all.extend(coming(company, &sent, all.len()));
    all
}

/// Days at sea, as they are planned and as they are.
fn at_sea(company: &Company, dice: &mut Dice, place: &str, arrived: Day) -> (u64, u64) {
    let planned = if place == LATE_LANE { 28 } else { 36 };
    let lately = arrived + Days::new(LATELY) > company.spec.to;
    let slower = if lately && place == LATE_LANE { 11 } else { 0 };
    (planned, planned + slower + dice.below(4))
}

fn arrived_shipment(
    company: &Company,
    dice: &mut Dice,
    (number, received): (usize, Day),
    (document, lines): (&str, &[&Line]),
    bills: &[Bill],
) -> Noted {
    let place = place_code(lines.first().map_or(documents::HUB, |line| line.place));
    let (planned, days) = at_sea(company, dice, place, received);
    let arrived = received - Days::new(6);
    let departed = arrived - Days::new(days);
    let costs: Vec<Value> = bills
        .iter()
        .filter(|bill| bill.applies_to.iter().any(|one| one == document))
        .map(|bill| {
            json!({
                "kind": bill.kind, "estimated": money(bill.fen * 95 / 100, "CNY"),
                "actual": money(bill.fen, "CNY"), "day": day(bill.day),
                "split": if bill.kind == "freight" { "weight" } else { "value" },
                "invoice": bill.document,
            })
        })
        .collect();
    let mut body = shipment(company, place, lines);
    body["etd"] = day(departed);
    body["eta"] = day(departed + Days::new(planned));
    body["booked_on"] = day(departed - Days::new(7));
    body["atd"] = day(departed);
    body["ata"] = day(arrived);
    body["cleared_on"] = day(arrived + Days::new(3));
    body["received_on"] = day(received);
    body["costs"] = Value::Array(costs);
    body["booked"] = Value::Bool(false);
    let id = format!("SH-{}-{number:04}", departed.year());
    Noted::new("shipment", Some(id), body).in_state("closed")
}

/// Full cartons of a line, and one with the rest.
fn packed(company: &Company, line: &Line) -> Vec<Value> {
    let (grams, _, full) = size(line.listing);
    let [length, width, height] = carton(line.listing).map(|side| side / 10);
    let boxes = [(line.units / full, full), (1, line.units % full)];
    let boxes = boxes.into_iter().filter(|(count, units)| count * units > 0);
    boxes
        .map(|(count, units)| {
            let kg = grams * units + 900;
            json!({
                "sku": company.products[usize::from(line.listing)].sku, "units": units,
                "count": count, "weight_kg": format!("{}.{:03}", kg / 1000, kg % 1000),
                "length_cm": length.to_string(), "width_cm": width.to_string(),
                "height_cm": height.to_string(),
            })
        })
        .collect()
}

fn shipment(company: &Company, place: &str, lines: &[&Line]) -> Value {
    let rows: Vec<Value> = lines
        .iter()
        .map(|line| {
            let sku = &company.products[usize::from(line.listing)].sku;
            json!({ "sku": sku, "units": line.units })
        })
        .collect();
    let boxes: Vec<Value> = lines.iter().flat_map(|line| packed(company, line)).collect();
    json!({
        "mode": "sea", "from": "SZX", "to": place, "forwarder": "FWD-1", "lines": rows,
        "boxes": boxes, "declared_currency": "USD",
    })
}

/// One that should have come twelve days ago, one on its way, one planned.
fn coming(
    company: &Company,
    sent: &BTreeMap<(Day, String), Vec<&Line>>,
    before: usize,
) -> Vec<Noted> {
    let to = company.spec.to;
    let newest = |place: &str| {
        sent.values()
            .rev()
            .find(|lines| lines.first().is_some_and(|one| place_code(one.place) == place))
    };
    let mut all = Vec::new();
    let plans = [
        (LATE_LANE, "departed", Some(to - Days::new(41)), to - Days::new(12)),
        ("HAM", "departed", Some(to - Days::new(9)), to + Days::new(27)),
        (LATE_LANE, "planned", None, to + Days::new(33)),
    ];
    for (number, (place, state, departed, eta)) in (before + 1..).zip(plans) {
        let Some(lines) = newest(place) else { continue };
        let lines: Vec<&Line> = lines.iter().take(9).copied().collect();
        let mut body = shipment(company, place, &lines);
        body["etd"] = day(departed.unwrap_or(to + Days::new(5)));
        body["eta"] = day(eta);
        if let Some(departed) = departed {
            body["booked_on"] = day(departed - Days::new(6));
            body["atd"] = day(departed);
        }
        body["costs"] = json!([{
            "kind": "freight", "estimated": money(386_000, "CNY"), "split": "weight",
        }]);
        let id = format!("SH-{}-{number:04}", to.year());
        all.push(Noted::new("shipment", Some(id), body).in_state(state));
    }
    all
}
