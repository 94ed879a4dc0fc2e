//! What is being made and what is on its way, from purchase orders, shipments and receipts.

use std::collections::BTreeMap;

use argosy_desk::Record;
use argosy_kernel::Day;
use rust_decimal::Decimal;

use super::fields::Fields;
use crate::replenish::{Due, Inbound, Mode, Stage};

/// Records that tell of goods.
pub(crate) struct Papers<'a> {
    pub(crate) orders: &'a [Record],
    pub(crate) shipments: &'a [Record],
    pub(crate) receipts: &'a [Record],
    pub(crate) places: &'a [Record],
}

/// Goods of one document on their way.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Coming {
    /// Number of the purchase order or shipment.
    pub(crate) paper: String,
    pub(crate) inbound: Inbound,
    /// The day of arrival somebody has told.
    pub(crate) eta: Option<Day>,
}

/// Where goods of a document go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Goes<'a> {
    Market(&'a str),
    /// Nobody said: to the markets by their demand.
    Shared,
    /// To a warehouse at the origin.
    Origin,
}

/// What is coming of one SKU, by market; the empty market is shared among all.
pub(crate) type Flows = BTreeMap<(String, String), Vec<Coming>>;

/// The way of a shipment record.
pub(crate) fn mode(text: Option<&str>) -> Mode {
    match text {
        Some("air") => Mode::Air,
        Some("express") => Mode::Express,
        Some("rail" | "truck") => Mode::Rail,
        _ => Mode::Sea,
    }
}

impl<'a> Papers<'a> {
    /// The market that a place belongs to.
    fn goes(&self, place: Option<&str>) -> Goes<'a> {
        let record = self.places.iter().find(|record| Some(record.id.as_str()) == place);
        let Some(fields) = record.map(|record| Fields(&record.body)) else { return Goes::Shared };
        match fields.text("kind") {
            Some("own" | "supplier") => Goes::Origin,
            _ => {
                let market = fields.text("market").or_else(|| fields.text("country"));
                market.map_or(Goes::Shared, Goes::Market)
            }
        }
    }

    /// The market a shipment goes to.
    pub(crate) fn market_of(&self, shipment: &'a Record) -> Option<&'a str> {
        match self.goes_of(Fields(&shipment.body)) {
            Goes::Market(market) => Some(market),
            _ => None,
        }
    }

    fn goes_of(&self, shipment: Fields<'a>) -> Goes<'a> {
        match (self.goes(shipment.text("to")), shipment.text("market")) {
            (Goes::Origin, _) => Goes::Origin,
            (_, Some(market)) => Goes::Market(market),
            (goes, None) => goes,
        }
    }

    /// Everything under way as of a day.
    pub(crate) fn coming(&self, today: Day) -> Flows {
        let mut flows = Flows::new();
        let shipped = self.shipped();
        let received = self.received();
        for order in self.orders.iter().filter(|order| is_open(order, &CLOSED_ORDERS)) {
            self.order(order, (&shipped, &received), today, &mut flows);
        }
        for shipment in self.shipments.iter().filter(|one| is_open(one, &CLOSED_SHIPMENTS)) {
            self.shipment(shipment, &received, today, &mut flows);
        }
        flows
    }

    /// Units shipped by order and SKU.
    fn shipped(&self) -> BTreeMap<(&'a str, &'a str), i64> {
        let mut sums = BTreeMap::new();
        let sent = self.shipments.iter().filter(|one| one.state.as_deref() != Some("cancelled"));
        for line in sent.flat_map(|one| Fields(&one.body).lines("lines")) {
            if let Some((po, sku)) = line.text("po").zip(line.text("sku")) {
                *sums.entry((po, sku)).or_default() += line.integer("units").unwrap_or(0);
            }
        }
        sums
    }

    /// Units received by document and SKU: of shipments, and of orders that came without one.
    fn received(&self) -> BTreeMap<(&'a str, &'a str), i64> {
        let mut sums = BTreeMap::new();
        for record in self.receipts {
            let fields = Fields(&record.body);
            let paper = fields.text("shipment").or_else(|| fields.text("purchase_order"));
            let Some(paper) = paper else { continue };
            for line in fields.lines("lines") {
                let Some(sku) = line.text("sku") else { continue };
                *sums.entry((paper, sku)).or_default() += line.integer("received").unwrap_or(0);
            }
        }
        sums
    }

    fn order(
        &self,
        order: &'a Record,
        (shipped, received): (&Sums<'a>, &Sums<'a>),
        today: Day,
        flows: &mut Flows,
    ) {
        let fields = Fields(&order.body);
        let (stage, since) = match order.state.as_deref() {
            Some("ready" | "shipped") => (Stage::Inspection, fields.day("ready_on")),
            Some("in_production") => (Stage::Production, fields.day("production_on")),
            _ => (Stage::Production, fields.day("sent_on")),
        };
        let since = since.or_else(|| fields.day("ordered_on")).unwrap_or(today).min(today);
        let mut gone: BTreeMap<&str, i64> = BTreeMap::new();
        for line in fields.lines("lines") {
            let Some(sku) = line.text("sku") else { continue };
            let key = (order.id.as_str(), sku);
            let left = gone.entry(sku).or_insert_with(|| {
                shipped.get(&key).copied().unwrap_or(0) + received.get(&key).copied().unwrap_or(0)
            });
            let units = line.integer("units").unwrap_or(0);
            let taken = units.min(*left).max(0);
            *left -= taken;
            let market = line.text("market").map_or(Goes::Shared, Goes::Market);
            let due = Due::Underway { stage, since };
            let inbound = Inbound { units: units - taken, mode: Mode::Sea, due };
            let coming = Coming { paper: order.id.clone(), inbound, eta: None };
            put(flows, sku, market, coming);
        }
    }

    fn shipment(&self, shipment: &'a Record, received: &Sums<'a>, today: Day, flows: &mut Flows) {
        let fields = Fields(&shipment.body);
        let goes = self.goes_of(fields);
        let (departed, arrived) = (fields.day("atd"), fields.day("ata"));
        let (stage, since) = match (departed, arrived, fields.day("cleared_on")) {
            (_, _, Some(cleared)) => (Stage::Receiving, cleared),
            (_, Some(arrived), None) => (Stage::Customs, arrived),
            (Some(departed), None, None) => (Stage::HeadHaul, departed),
            (None, None, None) => (Stage::HeadHaul, today),
        };
        let eta = fields.day("eta").filter(|_| arrived.is_none());
        let mut gone: BTreeMap<&str, i64> = BTreeMap::new();
        for line in fields.lines("lines") {
            let Some(sku) = line.text("sku") else { continue };
            let left = gone.entry(sku).or_insert_with(|| {
                received.get(&(shipment.id.as_str(), sku)).copied().unwrap_or(0)
            });
            let units = line.integer("units").unwrap_or(0);
            let taken = units.min(*left).max(0);
            *left -= taken;
            let due = Due::Underway { stage, since: since.min(today) };
            let mode = mode(fields.text("mode"));
            let inbound = Inbound { units: units - taken, mode, due };
            put(flows, sku, goes, Coming { paper: shipment.id.clone(), inbound, eta });
        }
    }
}

type Sums<'a> = BTreeMap<(&'a str, &'a str), i64>;

const CLOSED_ORDERS: [&str; 3] = ["received", "closed", "cancelled"];
const CLOSED_SHIPMENTS: [&str; 3] = ["received", "closed", "cancelled"];

fn is_open(record: &Record, closed: &[&str]) -> bool {
    record.state.as_deref().is_none_or(|state| !closed.contains(&state))
}

fn put(flows: &mut Flows, sku: &str, goes: Goes<'_>, coming: Coming) {
    let market = match goes {
        Goes::Market(market) => market,
        Goes::Shared => "",
        Goes::Origin => return,
    };
    if coming.inbound.units > 0 {
        flows.entry((sku.to_owned(), market.to_owned())).or_default().push(coming);
    }
}

/// What is coming of one product for one market: its own, and its share of what nobody has assigned.
/// Goods for a market in which the product does not sell count as shared, too.
pub(crate) fn of_market(
    flows: &Flows,
    (sku, market): (&str, &str),
    markets: &[&str],
    share: Decimal,
) -> Vec<Coming> {
    let from = (sku.to_owned(), String::new());
    let all = flows.range(from..).take_while(|((of, _), _)| of == sku);
    let mut found = Vec::new();
    for ((_, goes), comings) in all {
        if goes == market {
            found.extend(comings.iter().cloned());
        } else if !markets.contains(&goes.as_str()) {
            found.extend(comings.iter().filter_map(|coming| {
                let units = (Decimal::from(coming.inbound.units) * share).round();
                let units = i64::try_from(units).unwrap_or(0);
                let inbound = Inbound { units, ..coming.inbound.clone() };
                (units > 0).then(|| Coming { inbound, ..coming.clone() })
            }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn record(kind: &str, id: &str, state: &str, body: Value) -> Record {
        let Value::Object(body) = body else { panic!("an object") };
        Record {
            kind: kind.to_owned(),
            id: id.to_owned(),
            version: 1,
            state: Some(state.to_owned()),
            body,
            changed_us: 0,
            changed_by: "mei".to_owned(),
        }
    }

    #[test]
    fn units_are_counted_once_on_their_way_from_order_to_shelf() {
        let orders = [record(
            "purchase_order",
            "PO-1",
            "in_production",
            json!({ "ordered_on": "2026-09-01", "production_on": "2026-09-05",
                "lines": [{ "sku": "LAMP-1", "units": 500, "market": "US" },
                          { "sku": "LAMP-1", "units": 100 }] }),
        )];
        let shipments = [record(
            "shipment",
            "SH-1",
            "departed",
            json!({ "mode": "sea", "to": "FBA-US", "atd": "2026-10-01", "eta": "2026-11-20",
                "lines": [{ "sku": "LAMP-1", "units": 200, "po": "PO-1" }] }),
        )];
        let receipts = [record(
            "receipt",
            "GR-1",
            "",
            json!({ "shipment": "SH-1", "lines": [{ "sku": "LAMP-1", "received": 50 }] }),
        )];
        let places = [record("place", "FBA-US", "", json!({ "kind": "fba", "country": "US" }))];
        let papers =
            Papers { orders: &orders, shipments: &shipments, receipts: &receipts, places: &places };
        let today: Day = "2026-10-20".parse().unwrap();
        let flows = papers.coming(today);
        let us = of_market(&flows, ("LAMP-1", "US"), &["US", "DE"], Decimal::new(5, 1));
        let units: Vec<i64> = us.iter().map(|coming| coming.inbound.units).collect();
        // Half of the 100 nobody assigned; 300 of 500 still being made; 150 of 200 at sea.
        assert_eq!(units, [50, 300, 150]);
        assert_eq!(us[2].eta, "2026-11-20".parse().ok());
        let sea = Due::Underway { stage: Stage::HeadHaul, since: "2026-10-01".parse().unwrap() };
        assert_eq!(us[2].inbound.due, sea);
        let de = of_market(&flows, ("LAMP-1", "DE"), &["US", "DE"], Decimal::new(5, 1));
        assert_eq!(de.iter().map(|coming| coming.inbound.units).collect::<Vec<_>>(), [50]);
    }
}
