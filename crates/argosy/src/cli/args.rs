//! What can be typed on the command line.

mod depth;

use std::{net::SocketAddr, path::PathBuf};

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use depth::*;

use crate::{http::Face, lang::Lang};

/// Argosy: what was really earned per SKU, channel and market, down to the line of the report.
#[derive(Debug, Parser)]
#[command(name = "argosy", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Home folder; else `ARGOSY_HOME`, else ~/.argosy
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Language: en or zh-CN; else from LANG
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<Lang>,
    /// Tell more about what goes on (twice: everything)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a home
    Init(Init),
    /// Bring report files in
    Import(Import),
    /// Show what each room makes of one file; nothing is stored
    Walk(Walk),
    /// Ask for metrics by dimensions
    Ask(Ask),
    /// The profit statement
    Profit(Profit),
    /// Settlements and payouts beside the sums of their lines
    Reconcile(Reconcile),
    /// Rows of the ledger
    Ledger(Ledger),
    /// Fees that no table knows
    Quarantine(Quarantine),
    /// Give an unknown fee a line of the chart
    Book(Book),
    /// Bookings of unknown fees, those taken back included
    Bookings,
    /// Take a booking back
    Unbook(Unbook),
    /// Money that channels hold back, and orders no statement tells yet
    Unsettled(Unsettled),
    /// Which warehouse the goods of a store leave from
    Warehouses(Warehouses),
    /// How the company looks at money: exchange rates and value added tax
    Money(MoneyPolicy),
    /// What the stock was worth
    StockValue(StockValue),
    /// Where the cost of a product came from and went
    CostFlow(CostFlow),
    /// What keeps costs from being known
    CostProblems,
    /// Whether reports are missing, stale, overlapping or restated
    Health(Health),
    /// Free files as received of personal data whose time is over
    Retention(Retention),
    /// Learn from past imports how figures of a day still grow; a server does so once a day
    Learn,
    /// Map an unknown table to facts
    Map(Map),
    /// List imports
    Imports(Imports),
    /// Take an import back
    Undo(Undo),
    /// Call the HTTP API without a server: everything the web pages can do
    Api(Api),
    /// Ask the facts in SQL; read-only
    Sql(Sql),
    /// List the current Parquet files of a table
    Files(Files),
    /// Make all facts anew from the files as received
    Rebuild,
    /// Check knowledge files, fact files and the audit log
    Check,
    /// Serve the web pages and the API
    Serve(Serve),
    /// Help the server of a cluster answer questions
    #[cfg(feature = "cluster")]
    Worker(Worker),
    /// What is wrong or possible, what is worth most first
    #[command(subcommand)]
    Findings(super::work::Findings),
    /// Who does what until when
    #[command(subcommand)]
    Tasks(super::work::Tasks),
    /// What was changed
    #[command(subcommand)]
    Changes(super::work::Changes),
    /// What changes did, and what they have really brought
    #[command(subcommand)]
    Effects(super::work::Effects),
    /// Experiments: what they can tell, before they start
    #[command(subcommand)]
    Experiments(super::work::Experiments),
    /// Rules, their thresholds and their record
    #[command(subcommand)]
    Rules(super::work::Rules),
    /// What people note: suppliers, items, purchase orders, documents …
    Records(super::chapters::Records),
    /// Tables that chapters work out
    Board(super::chapters::Board),
    /// What will be sold, per SKU and market
    Forecast(super::chapters::ShortCut),
    /// What to order, when and by which transport mode
    Replenish(super::chapters::ShortCut),
    /// Which products to take up
    Select(super::chapters::ShortCut),
    /// What may be sold where, and which documents are missing
    Comply(super::chapters::ShortCut),
    /// Stock everywhere: at channels, in warehouses, on the way, in production
    Stock(super::chapters::ShortCut),
    /// The roles of products: traffic, profit, image
    Matrix(super::chapters::ShortCut),
    /// What a change of duty, fees, tax or rates does to margins
    Shock(super::chapters::ShortCut),
    /// Tell people what happens: receivers of messages, and what was sent
    Notify(super::notify::Notify),
    /// Serve an assistant (Model Context Protocol) on standard input and output
    Mcp(super::notify::Mcp),
    /// People with access
    User(UserCommand),
    /// Make the demo company, import its reports and serve it; without `--home` or `ARGOSY_HOME` in a temporary folder
    Demo(Demo),
    /// Print the description of the HTTP API
    Openapi,
    /// Write empty templates (costs, pairing, rates, expenses) to a folder
    Templates(Templates),
    /// Write reports of the simulated seller: to try things out and to measure speed
    Sim(SimCommand),
}

impl Command {
    /// Whether it goes on until it is stopped, telling what it does.
    pub(super) fn serves(&self) -> bool {
        #[cfg(feature = "cluster")]
        if matches!(self, Self::Worker(_)) {
            return true;
        }
        matches!(self, Self::Serve(_) | Self::Demo(_))
    }
}

#[derive(Debug, Args)]
pub struct Init {
    /// Login of the first owner; the password is read from `ARGOSY_PASSWORD` or standard input
    #[arg(long, value_name = "LOGIN")]
    pub owner: Option<String>,
    /// Name of the company
    #[arg(long)]
    pub company: Option<String>,
    /// Reporting currency
    #[arg(long, value_name = "CODE", default_value = "USD")]
    pub currency: String,
}

#[derive(Debug, Args)]
pub struct Import {
    /// Files, or folders with files
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub given: Given,
    /// Take the place of what is there, even when a file looks older or shorter
    #[arg(long)]
    pub replace: bool,
    /// Exit with 1 also when a file was loaded only in part, or does not add up
    #[arg(long)]
    pub strict: bool,
}

/// What a file does not say itself.
#[derive(Clone, Debug, Default, Args)]
pub struct Given {
    /// The store the files belong to; made when it does not exist
    #[arg(long)]
    pub store: Option<String>,
    /// Market of files that do not name theirs, and home of a new store (US, DE, JP …)
    #[arg(long)]
    pub market: Option<String>,
    /// Channel of a new store; else that of the report
    #[arg(long)]
    pub channel: Option<String>,
    /// First day of files that do not name their period
    #[arg(long)]
    pub from: Option<NaiveDate>,
    /// Last day of files that do not name their period
    #[arg(long)]
    pub to: Option<NaiveDate>,
    #[arg(skip)]
    pub replace: bool,
}

#[derive(Debug, Args)]
pub struct Walk {
    pub file: PathBuf,
    #[command(flatten)]
    pub given: Given,
}

/// Which days, where and in which money.
#[derive(Clone, Debug, Default, Args)]
pub struct Window {
    /// First day; else the first with facts
    #[arg(long)]
    pub from: Option<NaiveDate>,
    /// Last day; else the last with facts
    #[arg(long)]
    pub to: Option<NaiveDate>,
    /// Currency of amounts; else the reporting currency
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Condition over dimensions, e.g. "market = 'DE'"
    #[arg(long = "where", value_name = "SQL")]
    pub condition: Option<String>,
    /// Beside another period
    #[arg(long, value_enum)]
    pub compare: Option<CompareTo>,
    /// As the facts were after this import
    #[arg(long, value_name = "IMPORT")]
    pub as_of: Option<i64>,
    #[command(flatten)]
    pub view: View,
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
}

/// How money is looked at; else as the company has decided.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct View {
    /// Sales with or without value added tax
    #[arg(long, value_enum)]
    pub vat: Option<VatView>,
    /// Which day money belongs to
    #[arg(long, value_enum, default_value = "settlement")]
    pub basis: BasisView,
    /// Exchange gains and losses as lines of the account (true, or false to leave them out)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub fx_results: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum VatView {
    AsTold,
    Exclusive,
    Inclusive,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum BasisView {
    #[default]
    Settlement,
    Order,
}

impl View {
    pub(super) fn view(self) -> argosy_metrics::View {
        argosy_metrics::View {
            vat: self.vat.map(|vat| match vat {
                VatView::AsTold => argosy_metrics::Vat::AsTold,
                VatView::Exclusive => argosy_metrics::Vat::Exclusive,
                VatView::Inclusive => argosy_metrics::Vat::Inclusive,
            }),
            basis: match self.basis {
                BasisView::Settlement => argosy_metrics::Basis::Settlement,
                BasisView::Order => argosy_metrics::Basis::Order,
            },
            fx_results: self.fx_results,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompareTo {
    /// As many days before
    Previous,
    /// The same days a year earlier
    LastYear,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Table,
    Csv,
    Json,
}

#[derive(Debug, Args)]
pub struct Ask {
    /// Metrics, comma-separated
    #[arg(value_delimiter = ',', required = true)]
    pub metrics: Vec<String>,
    /// Dimensions, comma-separated
    #[arg(long, value_delimiter = ',')]
    pub by: Vec<String>,
    #[command(flatten)]
    pub window: Window,
    /// Sort by this metric or dimension; `-` before it: largest first
    #[arg(long, allow_hyphen_values = true)]
    pub order: Option<String>,
    /// At most so many rows
    #[arg(long)]
    pub limit: Option<u64>,
}

#[derive(Debug, Args)]
pub struct Profit {
    /// Dimensions, comma-separated: one column per value
    #[arg(long, value_delimiter = ',')]
    pub by: Vec<String>,
    /// How deep to open the chart
    #[arg(long)]
    pub depth: Option<u32>,
    /// Share money that was booked for a whole account over products
    #[arg(long)]
    pub allocate: bool,
    /// By day of settlement and by day of order, side by side
    #[arg(long)]
    pub bases: bool,
    #[command(flatten)]
    pub window: Window,
}

#[derive(Debug, Args)]
pub struct Reconcile {
    /// Only these stores, comma-separated
    #[arg(long, value_delimiter = ',')]
    pub store: Vec<String>,
    #[arg(long)]
    pub from: Option<NaiveDate>,
    #[arg(long)]
    pub to: Option<NaiveDate>,
    /// As the facts were after this import
    #[arg(long, value_name = "IMPORT")]
    pub as_of: Option<i64>,
    /// Reserve, debt and payout from one statement to the next (JSON)
    #[arg(long, group = "face")]
    pub chain: bool,
    /// Payouts beside the lines of the bank (JSON)
    #[arg(long, group = "face")]
    pub bank: bool,
    /// Profit, pass-through and balance beside what was paid out (JSON)
    #[arg(long, group = "face")]
    pub proof: bool,
    /// Settled beside ordered (JSON)
    #[arg(long, group = "face")]
    pub orders: bool,
    /// The ledger beside the channel's own economics (JSON)
    #[arg(long, group = "face")]
    pub economics: bool,
    /// Fail when a statement does not add up
    #[arg(long)]
    pub strict: bool,
}

impl Reconcile {
    pub(super) fn face(&self) -> Option<ReconcileFace> {
        let faces = [
            (self.chain, ReconcileFace::Of(Face::Chain)),
            (self.bank, ReconcileFace::Of(Face::Bank)),
            (self.proof, ReconcileFace::Of(Face::Proof)),
            (self.economics, ReconcileFace::Of(Face::Economics)),
            (self.orders, ReconcileFace::Orders),
        ];
        faces.into_iter().find(|(wanted, _)| *wanted).map(|(_, face)| face)
    }
}

/// A deeper look than the list of statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReconcileFace {
    Of(Face),
    Orders,
}

#[derive(Debug, Args)]
pub struct Sql {
    /// One select over ledger, orders, ads, traffic, stock, controls
    pub query: String,
    /// As the facts were after this import
    #[arg(long, value_name = "IMPORT")]
    pub as_of: Option<i64>,
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
    /// Say only how many rows the answer has and how long it took
    #[arg(long)]
    pub count: bool,
}

#[derive(Debug, Args)]
pub struct SimCommand {
    #[command(subcommand)]
    pub what: Sim,
}

#[derive(Debug, Subcommand)]
pub enum Sim {
    /// A whole company: every report, and the answers that must come out
    Company {
        /// Folder to write to
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        #[arg(long, default_value_t = 40)]
        orders_per_day: u32,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// One settlement report of any size that balances
    Settlement {
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[arg(long)]
        bytes: u64,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// One daily search-term report of any size
    Ads {
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[arg(long)]
        rows: u64,
        #[arg(long, default_value_t = 30)]
        days: u64,
        /// First day, counted from 1 January 2025
        #[arg(long, default_value_t = 0)]
        from: u64,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

#[derive(Debug, Args)]
pub struct Files {
    /// ledger, orders, ads, traffic, stock …: any fact table
    pub table: String,
    /// As the facts were after this import
    #[arg(long, value_name = "IMPORT")]
    pub as_of: Option<i64>,
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Address to listen on; else from argosy.toml
    #[arg(long)]
    pub addr: Option<SocketAddr>,
}

#[cfg(feature = "cluster")]
#[derive(Debug, Args)]
pub struct Worker {
    /// Address to listen on; servers on other machines reach it only when it is no loopback address
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7071")]
    pub listen: SocketAddr,
}

#[derive(Debug, Args)]
pub struct UserCommand {
    #[command(subcommand)]
    pub action: UserAction,
}

/// What to do about people.
#[derive(Debug, Subcommand)]
pub enum UserAction {
    /// Give somebody access; the password is read from `ARGOSY_PASSWORD` or standard input
    Add {
        login: String,
        /// viewer, operator, finance, manager or owner
        #[arg(long, default_value = "viewer")]
        role: String,
    },
    /// List people
    List,
    /// Take access away; ends all sessions and tokens
    Disable { login: String },
    /// Set a new password, read from `ARGOSY_PASSWORD` or standard input
    Password { login: String },
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:7070")]
    pub addr: SocketAddr,
    /// Password of the owner `demo`; made up and printed when not given
    #[arg(long)]
    pub password: Option<String>,
    /// How large the company is: small, medium or large
    #[arg(long, default_value = "medium")]
    pub size: String,
    /// Another seed makes another company
    #[arg(long)]
    pub seed: Option<u64>,
    /// Only make the home; do not serve it
    #[arg(long)]
    pub no_serve: bool,
}

#[derive(Debug, Args)]
pub struct Templates {
    /// Where to write them
    #[arg(default_value = ".")]
    pub folder: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_takes_a_home_and_json() {
        let cli = Cli::parse_from(["argosy", "ask", "net_sales,units", "--by", "market", "--json"]);
        assert!(cli.global.json);
        let Command::Ask(ask) = cli.command else { panic!("another command") };
        assert_eq!(ask.metrics, ["net_sales", "units"]);
    }
}
