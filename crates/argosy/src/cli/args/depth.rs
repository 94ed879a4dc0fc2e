//! What can be typed about the books in depth and about looking after the data.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::Given;

#[derive(Debug, Args)]
pub struct Book {
    /// The fee in the channel's own words, as `argosy quarantine` lists it
    pub fee_type: String,
    /// Line of the chart
    #[arg(long)]
    pub line: String,
    #[arg(long)]
    pub channel: String,
    /// Only in transactions of this type
    #[arg(long)]
    pub transaction: Option<String>,
    #[arg(long)]
    pub note: Option<String>,
}

#[derive(Debug, Args)]
pub struct Ledger {
    #[arg(long)]
    pub from: Option<NaiveDate>,
    #[arg(long)]
    pub to: Option<NaiveDate>,
    /// A line or group of the chart, or a subtotal such as `net_sales`
    #[arg(long)]
    pub line: Option<String>,
    /// Condition over dimensions
    #[arg(long = "where", value_name = "SQL")]
    pub condition: Option<String>,
    /// Currency of converted amounts
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    #[arg(long, value_name = "IMPORT")]
    pub as_of: Option<i64>,
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct Quarantine {
    #[arg(long, value_name = "IMPORT")]
    pub as_of: Option<i64>,
}

#[derive(Debug, Args)]
pub struct Unbook {
    /// Number of the booking, as `argosy bookings` lists it
    pub booking: i64,
}

#[derive(Debug, Args)]
pub struct Unsettled {
    /// Only these stores, comma-separated
    #[arg(long, value_delimiter = ',')]
    pub store: Vec<String>,
    /// Currency of converted amounts
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// As it looked on this day; else the newest day of an order
    #[arg(long)]
    pub at: Option<NaiveDate>,
    #[arg(long, value_name = "IMPORT")]
    pub as_of: Option<i64>,
}

/// Without options the rules are listed.
#[derive(Debug, Args)]
pub struct Warehouses {
    /// STORE[/MARKET[/PLACE]]=WAREHOUSE: where goods leave from; may be repeated
    #[arg(long, value_name = "STORE=WAREHOUSE")]
    pub set: Vec<String>,
    /// STORE[/MARKET[/PLACE]]: this rule ends; may be repeated
    #[arg(long, value_name = "STORE")]
    pub remove: Vec<String>,
}

/// Without options the settings are shown.
#[derive(Debug, Args)]
pub struct MoneyPolicy {
    /// event_day, month_average, month_end or own
    #[arg(long, value_name = "POLICY")]
    pub fx_policy: Option<String>,
    /// Whether exchange gains and losses are lines of the account
    #[arg(long, value_name = "BOOL")]
    pub fx_results: Option<bool>,
    /// as_told, exclusive or inclusive
    #[arg(long, value_name = "VIEW")]
    pub vat: Option<String>,
    /// STORE[/MARKET][=RATE]: its sales are told with tax in them; may be repeated, replaces all
    #[arg(long, value_name = "STORE")]
    pub store_with_vat: Vec<String>,
    /// No store's sales are told with tax in them
    #[arg(long, conflicts_with = "store_with_vat")]
    pub no_store_with_vat: bool,
}

#[derive(Debug, Args)]
pub struct StockValue {
    /// At the end of this day; else today
    #[arg(long)]
    pub day: Option<NaiveDate>,
    #[arg(long, value_name = "IMPORT")]
    pub as_of: Option<i64>,
}

#[derive(Debug, Args)]
pub struct CostFlow {
    /// Our product
    pub sku: String,
    /// Only this warehouse
    #[arg(long)]
    pub place: Option<String>,
    #[arg(long)]
    pub from: Option<NaiveDate>,
    #[arg(long)]
    pub to: Option<NaiveDate>,
    #[arg(long, value_name = "IMPORT")]
    pub as_of: Option<i64>,
}

#[derive(Debug, Args)]
pub struct Health {
    #[arg(long)]
    pub from: Option<NaiveDate>,
    #[arg(long)]
    pub to: Option<NaiveDate>,
    /// Only these stores, comma-separated
    #[arg(long, value_delimiter = ',')]
    pub store: Vec<String>,
    /// Fail when days are missing or a report is stale
    #[arg(long)]
    pub strict: bool,
}

#[derive(Debug, Args)]
pub struct Retention {
    /// Change nothing, only count
    #[arg(long)]
    pub dry_run: bool,
    /// Show how long personal data stays, and run nothing
    #[arg(long)]
    pub rules: bool,
    /// Personal data stays so many days after the import; runs nothing
    #[arg(long)]
    pub days: Option<u32>,
    /// SOURCE=DAYS, SOURCE=forever or SOURCE=usual: a channel or report of its own; may be repeated
    #[arg(long, value_name = "SOURCE=DAYS")]
    pub keep: Vec<String>,
    /// The law or contract that asks for a longer time
    #[arg(long, requires = "keep", default_value = "")]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct Undo {
    /// Number of the import, as `argosy imports` lists it
    pub import: i64,
}

#[derive(Debug, Args)]
pub struct Imports {
    #[arg(long, default_value_t = 50)]
    pub limit: u64,
}

#[derive(Debug, Args)]
pub struct Api {
    /// GET, POST, PATCH, PUT or DELETE
    pub method: String,
    /// Address below /api/v1, such as /stores
    pub path: String,
    /// Body as JSON
    #[arg(long, value_name = "JSON")]
    pub data: Option<String>,
}

#[derive(Debug, Args)]
pub struct Map {
    pub file: PathBuf,
    /// Fact table that rows go to: orders, bank, ledger, ads …
    #[arg(long)]
    pub table: Option<String>,
    /// FACT COLUMN=HEADER, or FACT COLUMN=SQL over the names of columns; may be repeated
    #[arg(long, value_name = "COLUMN=HEADER")]
    pub set: Vec<String>,
    /// FACT COLUMN=VALUE for all rows; may be repeated
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub fixed: Vec<String>,
    /// HEADER=TYPE[:FORMAT]: how a column is read (day, instant, decimal, id, buyer, personal …)
    #[arg(long = "as", value_name = "HEADER=TYPE")]
    pub kinds: Vec<String>,
    /// What a later file replaces: names of columns, `day`, or `file`; comma-separated
    #[arg(long, value_delimiter = ',', value_name = "KEY")]
    pub container: Vec<String>,
    /// Name of the report in lists
    #[arg(long)]
    pub name: Option<String>,
    /// Keep it under this id; files like this one are recognised from now on
    #[arg(long, value_name = "ID")]
    pub save: Option<String>,
    /// Only print the definition
    #[arg(long)]
    pub suggest: bool,
    #[command(flatten)]
    pub given: Given,
}
