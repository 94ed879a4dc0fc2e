//! Suppliers, prices, requests, quotations, orders, inspections and payments.

use argosy_kernel::{Currency, Day, Money};
use rust_decimal::Decimal;
use serde::Deserialize;

/// A supplier.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Supplier {
    pub code: String,
    pub name: String,
    pub kind: Option<String>,
    pub country: Option<String>,
    pub city: Option<String>,
    pub address: Option<String>,
    pub currency: Option<Currency>,
    pub incoterm: Option<String>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub deposit_share: Option<Decimal>,
    pub balance_when: Option<String>,
    pub balance_days: Option<i64>,
    pub lead_days: Option<i64>,
    pub bank: Option<String>,
    #[serde(default)]
    pub certificates: Vec<Certificate>,
}

/// A certificate of a supplier.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Certificate {
    pub kind: String,
    pub number: Option<String>,
    pub from: Option<Day>,
    pub until: Option<Day>,
}

/// What a supplier asks for a SKU (`supplier_price`).
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Price {
    pub supplier: String,
    pub sku: String,
    pub since: Day,
    pub until: Option<Day>,
    pub currency: Currency,
    pub moq: Option<i64>,
    pub tiers: Vec<Tier>,
    pub lead_days: Option<i64>,
    pub incoterm: Option<String>,
}

/// The price of a unit from so many units on, in the currency of the list.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Tier {
    pub from_units: i64,
    #[serde(with = "rust_decimal::serde::str")]
    pub price: Decimal,
}

/// A request for quotation (`rfq`).
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Request {
    pub title: String,
    pub suppliers: Vec<String>,
    pub lines: Vec<RequestLine>,
    pub currency: Currency,
    pub incoterm: Option<String>,
    pub deliver_to: Option<String>,
    pub sent_on: Option<Day>,
    pub answer_by: Option<Day>,
    pub wanted_by: Option<Day>,
    pub note: Option<String>,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct RequestLine {
    pub sku: String,
    pub units: i64,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub target_price: Option<Decimal>,
    pub spec: Option<String>,
}

/// A quotation.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Quotation {
    pub rfq: Option<String>,
    pub supplier: String,
    pub received_on: Day,
    pub valid_until: Option<Day>,
    pub currency: Currency,
    pub incoterm: Option<String>,
    pub lines: Vec<QuotationLine>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub one_off: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub deposit_share: Option<Decimal>,
    pub balance_when: Option<String>,
    pub balance_days: Option<i64>,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct QuotationLine {
    pub sku: String,
    pub from_units: Option<i64>,
    #[serde(with = "rust_decimal::serde::str")]
    pub price: Decimal,
    pub moq: Option<i64>,
    pub lead_days: Option<i64>,
    pub carton_units: Option<i64>,
}

/// A purchase order.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct PurchaseOrder {
    pub supplier: String,
    pub ordered_on: Day,
    pub currency: Currency,
    pub lines: Vec<OrderLine>,
    pub due: Option<Day>,
    pub deliver_to: Option<String>,
    pub buyer: Option<String>,
    pub rfq: Option<String>,
    pub quotation: Option<String>,
    pub incoterm: Option<String>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub one_off: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub deposit_share: Option<Decimal>,
    pub balance_when: Option<String>,
    pub balance_days: Option<i64>,
    pub approved_by: Option<String>,
    pub approved_on: Option<Day>,
    pub sent_on: Option<Day>,
    pub production_on: Option<Day>,
    pub ready_on: Option<Day>,
    pub shipped_on: Option<Day>,
    pub received_on: Option<Day>,
    pub note: Option<String>,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct OrderLine {
    pub sku: String,
    pub units: i64,
    #[serde(with = "rust_decimal::serde::str")]
    pub price: Decimal,
    pub due: Option<Day>,
    pub carton_units: Option<i64>,
    pub market: Option<String>,
}

/// An inspection.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Inspection {
    pub purchase_order: String,
    pub day: Day,
    pub lines: Vec<InspectionLine>,
    pub verdict: String,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct InspectionLine {
    pub sku: String,
    pub lot_units: Option<i64>,
    pub checked: i64,
    pub defective: i64,
    pub critical: Option<i64>,
}

/// A payment.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Payment {
    pub what: String,
    pub supplier: Option<String>,
    pub purchase_order: Option<String>,
    pub shipment: Option<String>,
    pub amount: Money,
    pub due: Day,
    pub paid_on: Option<Day>,
}

/// Up to what amount somebody may approve.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct ApprovalLimit {
    pub who: String,
    pub up_to: Money,
}

impl PurchaseOrder {
    /// The money of one line, rounded to the smallest coin as an invoice does.
    pub fn line_total(&self, line: &OrderLine) -> Money {
        Money::new(line.price * Decimal::from(line.units), self.currency).rounded()
    }

    /// All lines and one-off costs.
    pub fn total(&self) -> Money {
        let goods: Decimal = self.lines.iter().map(|line| self.line_total(line).amount).sum();
        Money::new(goods + self.one_off.unwrap_or_default(), self.currency).rounded()
    }

    /// Units of a SKU over all lines.
    pub fn units_of(&self, sku: &str) -> i64 {
        self.lines.iter().filter(|line| line.sku == sku).map(|line| line.units).sum()
    }

    /// When a line is wanted: its own day, else the order's.
    pub fn due_of(&self, line: &OrderLine) -> Option<Day> {
        line.due.or(self.due)
    }
}
