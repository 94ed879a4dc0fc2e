//! What rooms tell each other about facts: which files hold them, and what an import changed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Day;

/// The fact tables (DESIGN §5). The name in SQL is the name in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Movements of money, each with its line of the chart.
    Ledger,
    /// Order lines in their newest state.
    Orders,
    /// One day of one advertising target or search term.
    Ads,
    /// One day of visits and page views of a listing, or of a whole market.
    Traffic,
    /// Snapshots of stock.
    Stock,
    /// Movements of stock: shipped, returned, received, lost, found, disposed of.
    Movements,
    /// Money the channel explains, estimates or claims beside the ledger; never added to it.
    Details,
    /// Snapshots of listings: title, price, status.
    Listings,
    /// One period of one search term: in a channel's search or in a search engine.
    Search,
    /// Reviews, ratings and return reasons.
    Reviews,
    /// Changes of prices, bids, budgets and the like, as the channel's change log tells them.
    Changes,
    /// Events of visitors of the own site.
    Events,
    /// Single measured values of campaigns, coupons, promotions, accounts, which no table above holds.
    Measures,
    /// Lines of bank statements.
    Bank,
    /// What the channel says a statement adds up to; the other side of reconciliation.
    Controls,
}

impl Table {
    pub const ALL: [Self; 15] = [
        Self::Ledger,
        Self::Orders,
        Self::Ads,
        Self::Traffic,
        Self::Stock,
        Self::Movements,
        Self::Details,
        Self::Listings,
        Self::Search,
        Self::Reviews,
        Self::Changes,
        Self::Events,
        Self::Measures,
        Self::Bank,
        Self::Controls,
    ];

    /// The name in SQL, in file paths and in definitions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Orders => "orders",
            Self::Ads => "ads",
            Self::Traffic => "traffic",
            Self::Stock => "stock",
            Self::Movements => "movements",
            Self::Details => "details",
            Self::Listings => "listings",
            Self::Search => "search",
            Self::Reviews => "reviews",
            Self::Changes => "changes",
            Self::Events => "events",
            Self::Measures => "measures",
            Self::Bank => "bank",
            Self::Controls => "controls",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }
}

/// One immutable Parquet file of facts, as the desk's manifest lists it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FactFile {
    /// Path below the facts folder, unique for ever: `ledger/lantern-us/2026-06/<random>.parquet`.
    pub path: String,
    pub table: Table,
    pub store: String,
    /// First day of the month whose rows it holds.
    pub month: Day,
    pub rows: u64,
    pub bytes: u64,
    pub min_day: Day,
    pub max_day: Day,
    /// XXH3-64 of the file's bytes in hexadecimal: bit rot is found on `argosy check`.
    pub checksum: String,
}

/// What an import did to one table, in rows and in money per currency (ledger only).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Change {
    pub rows: u64,
    pub money: BTreeMap<String, Decimal>,
}

/// The import diff of one table. Rows of the file = added + replacing + unchanged + covered.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Diff {
    /// New containers.
    pub added: Change,
    /// Rows of containers that took the place of older ones.
    pub replacing: Change,
    /// The older rows that were taken out.
    pub replaced: Change,
    /// Rows of containers that were here already, equal to the last cell.
    pub unchanged: Change,
    /// Rows left out because a better or newer source already tells the same money.
    pub covered: Change,
}
