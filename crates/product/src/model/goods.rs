//! Goods on their way and in places: shipments, receipts, returns, movements, counts.

use argosy_kernel::{Currency, Day, Money};
use rust_decimal::Decimal;
use serde::Deserialize;

/// A shipment.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Shipment {
    pub mode: String,
    pub from: Option<String>,
    pub to: String,
    pub market: Option<String>,
    pub forwarder: Option<String>,
    pub carrier: Option<String>,
    pub tracking: Option<String>,
    pub channel_id: Option<String>,
    pub lines: Vec<ShipmentLine>,
    pub declared_currency: Option<Currency>,
    #[serde(default)]
    pub boxes: Vec<Boxes>,
    pub etd: Option<Day>,
    pub eta: Option<Day>,
    pub booked_on: Option<Day>,
    pub atd: Option<Day>,
    pub ata: Option<Day>,
    pub cleared_on: Option<Day>,
    pub received_on: Option<Day>,
    #[serde(default)]
    pub costs: Vec<ShipmentCost>,
    /// Whether its costs are in the books by this record; absent means yes.
    pub booked: Option<bool>,
    pub note: Option<String>,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct ShipmentLine {
    pub sku: String,
    pub units: i64,
    pub po: Option<String>,
    pub batch: Option<String>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub declared: Option<Decimal>,
}

/// Equal boxes; sides in centimetres, gross weight of each in kilograms.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Boxes {
    #[serde(rename = "box")]
    pub label: Option<String>,
    pub count: i64,
    pub sku: String,
    pub units: i64,
    #[serde(with = "rust_decimal::serde::str")]
    pub weight_kg: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    pub length_cm: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    pub width_cm: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    pub height_cm: Decimal,
}

/// A cost of a shipment.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct ShipmentCost {
    /// `freight`, `duty`, `insurance` or `other`.
    pub kind: String,
    pub estimated: Option<Money>,
    pub actual: Option<Money>,
    pub day: Option<Day>,
    pub split: Option<String>,
    pub invoice: Option<String>,
}

/// A receipt.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Receipt {
    pub purchase_order: Option<String>,
    pub shipment: Option<String>,
    pub place: String,
    pub day: Day,
    pub lines: Vec<ReceiptLine>,
    pub accept_over: Option<bool>,
    pub over_reason: Option<String>,
    /// Absent means yes.
    pub booked: Option<bool>,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct ReceiptLine {
    pub sku: String,
    pub po: Option<String>,
    pub expected: Option<i64>,
    pub received: i64,
    pub damaged: Option<i64>,
    pub batch: Option<String>,
    pub made_on: Option<Day>,
    pub expires_on: Option<Day>,
}

/// A return to a supplier.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct SupplierReturn {
    pub supplier: String,
    pub receipt: String,
    pub day: Day,
    pub lines: Vec<ReturnLine>,
    pub settled_by: String,
    pub amount: Option<Money>,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct ReturnLine {
    pub sku: String,
    pub units: i64,
    pub batch: Option<String>,
}

/// A stock movement.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Movement {
    pub kind: String,
    pub day: Day,
    pub place: String,
    pub to: Option<String>,
    pub lines: Vec<MovementLine>,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct MovementLine {
    pub sku: String,
    pub units: i64,
    pub batch: Option<String>,
    pub unit_cost: Option<Money>,
    pub reason: Option<String>,
}

/// A stock count.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct StockCount {
    pub place: String,
    pub day: Day,
    pub lines: Vec<CountLine>,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct CountLine {
    pub sku: String,
    pub batch: Option<String>,
    pub counted: i64,
    pub reason: Option<String>,
}

impl Shipment {
    /// The day the goods left: as noted, else none.
    pub fn left(&self, state: &str) -> Option<Day> {
        let gone = ["departed", "arrived", "customs", "received", "closed"].contains(&state);
        gone.then(|| self.atd.or(self.etd)).flatten()
    }

    pub fn is_booked(&self) -> bool {
        self.booked.unwrap_or(true)
    }

    /// Gross weight of all boxes.
    pub fn kg(&self) -> Decimal {
        self.boxes.iter().map(|one| one.weight_kg * Decimal::from(one.count)).sum()
    }

    /// Volume of all boxes.
    pub fn m3(&self) -> Decimal {
        self.boxes.iter().map(|one| one.cm3() * Decimal::from(one.count)).sum::<Decimal>()
            / Decimal::from(1_000_000)
    }

    pub fn units_of(&self, sku: &str) -> i64 {
        self.lines.iter().filter(|line| line.sku == sku).map(|line| line.units).sum()
    }
}

impl Boxes {
    pub fn cm3(&self) -> Decimal {
        self.length_cm * self.width_cm * self.height_cm
    }
}

impl Receipt {
    pub fn is_booked(&self) -> bool {
        self.booked.unwrap_or(true)
    }
}
