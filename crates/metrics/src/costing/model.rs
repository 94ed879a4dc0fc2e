//! What costing works with: documents of the company, and the events of one product's stock.

use std::sync::Arc;

use argosy_kernel::{Currency, Day, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How units that leave are valued. All of them keep cost: what went in is what went out and what
/// is there.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Debug,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The oldest units leave first (IAS 2.27).
    Fifo,
    /// Units leave at the average of what is there at that moment (perpetual weighted average).
    #[default]
    MovingAverage,
    /// Units leave at the average of the month: opening stock and all receipts of the month, known
    /// when the month is over (periodic weighted average).
    MonthAverage,
}

impl Method {
    pub const ALL: [Self; 3] = [Self::Fifo, Self::MovingAverage, Self::MonthAverage];

    pub fn id(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::MovingAverage => "moving_average",
            Self::MonthAverage => "month_average",
        }
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.id() == id)
    }
}

/// How goods came to be in a warehouse.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PurchaseKind {
    Purchase,
    Opening,
    Transfer,
}

/// One line of a document that brought goods into a warehouse.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Purchase {
    pub document: String,
    pub line: i64,
    pub kind: PurchaseKind,
    pub received: Day,
    pub place: String,
    pub from_place: Option<String>,
    pub sku: String,
    pub units: i64,
    pub unit_cost: Option<Money>,
    pub unit_weight: Option<Decimal>,
    pub unit_volume: Option<Decimal>,
}

/// What a freight document is shared by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    Units,
    Value,
    Weight,
    Volume,
}

/// Freight, duty or insurance of the goods of some documents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Freight {
    pub document: String,
    pub day: Day,
    pub amount: Money,
    pub split: Split,
    pub applies_to: Vec<String>,
}

/// The warehouse that goods of a store leave from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WarehouseRule {
    pub store: String,
    pub market: Option<String>,
    pub place: Option<String>,
    pub warehouse: String,
}

/// Everything costing needs from the desk. Without purchases it is off, and dated unit costs count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Costing {
    pub method: Method,
    /// What stock is kept in: purchases are converted to it on the day they were received, freight
    /// on the day of its document.
    pub currency: Currency,
    pub purchases: Vec<Purchase>,
    pub freight: Vec<Freight>,
    pub warehouses: Vec<WarehouseRule>,
}

impl Default for Costing {
    fn default() -> Self {
        Self {
            method: Method::default(),
            currency: Currency::EUR,
            purchases: Vec::new(),
            freight: Vec::new(),
            warehouses: Vec::new(),
        }
    }
}

impl Costing {
    /// Whether layers are kept at all.
    pub fn is_on(&self) -> bool {
        !self.purchases.is_empty()
    }
}

/// A listing that sold or took back goods.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Listing {
    pub store: String,
    pub channel: String,
    pub market: Option<String>,
    pub seller_sku: String,
}

/// Why units left the stock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reason {
    Shipped,
    Damaged,
    Lost,
    Disposed,
    /// A correction of the count that gives no other reason.
    Adjusted,
}

impl Reason {
    /// The line of the chart its cost is booked to.
    pub(crate) fn line(self) -> &'static str {
        match self {
            Self::Shipped => crate::chart::COGS,
            Self::Damaged => "goods_damaged",
            Self::Lost => "goods_lost",
            Self::Disposed => "goods_disposed",
            Self::Adjusted => "goods_adjusted",
        }
    }

    fn event(self) -> &'static str {
        match self {
            Self::Shipped => "shipped",
            Self::Damaged => "damaged",
            Self::Lost => "lost",
            Self::Disposed => "disposed",
            Self::Adjusted => "adjusted",
        }
    }
}

/// The line of returned goods that cannot be sold again.
pub(crate) const SPOILT_LINE: &str = "goods_returned_unsellable";

/// What happened to units of one product.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Act {
    /// They came in, worth this much landed.
    In {
        value: Decimal,
        opening: bool,
    },
    /// They went to another warehouse; `freight` is what the way cost.
    Transfer {
        to: Arc<str>,
        freight: Decimal,
    },
    Out(Reason),
    /// They came back into sellable stock; `left_on` is the day they left, where that is known.
    Back {
        from: Reason,
        left_on: Option<Day>,
    },
    /// They came back and cannot be sold: their cost moves from goods sold to goods written off.
    Spoilt {
        left_on: Option<Day>,
    },
}

impl Act {
    /// The order within a day: what comes in is there for what goes out.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::In { .. } => 0,
            Self::Transfer { .. } => 1,
            Self::Back { .. } => 2,
            Self::Out(_) => 3,
            Self::Spoilt { .. } => 4,
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::In { opening: true, .. } => "opening",
            Self::In { .. } => "purchase",
            Self::Transfer { .. } => "transfer_out",
            Self::Out(reason) => reason.event(),
            Self::Back { from: Reason::Shipped, .. } => "returned",
            Self::Back { .. } => "found",
            Self::Spoilt { .. } => "returned_unsellable",
        }
    }
}

/// One event of one product.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Event {
    pub day: Day,
    pub warehouse: Arc<str>,
    pub act: Act,
    /// Above zero.
    pub units: i64,
    pub listing: Option<Arc<Listing>>,
    /// What tells it: a document and its line, or the report.
    pub source: Arc<str>,
}

/// Units of one origin, and what they cost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    /// The document they came with; `average` where a method forgets it.
    pub origin: Arc<str>,
    pub day: Day,
    pub units: i64,
    pub cost: Decimal,
}

/// What one event did to the stock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Step {
    pub day: Day,
    pub warehouse: Arc<str>,
    pub event: &'static str,
    /// Units the event speaks of, below zero when they left.
    pub units: i64,
    /// Change of the stock that has a cost.
    pub moved: i64,
    /// Change of the value of the stock.
    pub cost: Decimal,
    /// Bookings in the profit and loss account: line, units, cost (above zero = expense).
    pub booked: Vec<(&'static str, i64, Decimal)>,
    /// Units that left (or came back, below zero) and have no cost.
    pub uncosted: i64,
    pub parts: Vec<Part>,
    pub listing: Option<Arc<Listing>>,
    pub source: Arc<str>,
}
