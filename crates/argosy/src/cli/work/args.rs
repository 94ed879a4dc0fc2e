//! What can be typed about the loop.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

/// `argosy findings`
#[derive(Debug, Subcommand)]
pub enum Findings {
    /// Let the rules look at the facts
    Run(RunFindings),
    /// The queue
    List(ListFindings),
    /// One finding with evidence, causes and working
    Show { id: String },
    /// Make a task of a finding
    Accept(AcceptFinding),
    /// Put a finding off until a day
    Snooze {
        id: String,
        #[arg(long)]
        until: NaiveDate,
    },
    /// Dismiss a finding
    Dismiss {
        id: String,
        /// `not_true`, `known`, `not_worth`, `wrong_data` or `other`
        #[arg(long)]
        reason: String,
        #[arg(long)]
        note: Option<String>,
    },
    /// Put a finding back into the queue
    Reopen { id: String },
    /// Write the queue to a file (XLSX, or CSV by its ending)
    Export { file: PathBuf },
}

#[derive(Debug, Args)]
pub struct RunFindings {
    /// The day judged; the newest one of the facts when left out
    #[arg(long)]
    pub day: Option<NaiveDate>,
    /// Only these rules, comma-separated
    #[arg(long, value_delimiter = ',')]
    pub rules: Vec<String>,
}

#[derive(Debug, Args)]
pub struct ListFindings {
    /// open, all, new, accepted, snoozed, dismissed or resolved
    #[arg(long, default_value = "open")]
    pub state: String,
    #[arg(long)]
    pub family: Option<String>,
    #[arg(long)]
    pub rule: Option<String>,
    #[arg(long)]
    pub store: Option<String>,
    #[arg(long)]
    pub market: Option<String>,
    #[arg(long)]
    pub owner: Option<String>,
    /// Words in title, subject or key
    #[arg(long)]
    pub q: Option<String>,
    #[arg(long, default_value_t = 50)]
    pub limit: u64,
}

#[derive(Debug, Args)]
pub struct AcceptFinding {
    pub id: String,
    /// Login
    #[arg(long)]
    pub owner: Option<String>,
    #[arg(long)]
    pub due: Option<NaiveDate>,
    #[arg(long)]
    pub play: Option<String>,
    #[arg(long)]
    pub note: Option<String>,
}

/// `argosy tasks`
#[derive(Debug, Subcommand)]
pub enum Tasks {
    /// Tasks by due day
    List {
        /// open, done, all, todo, doing, waiting or dropped
        #[arg(long, default_value = "open")]
        state: String,
        #[arg(long)]
        owner: Option<String>,
    },
    /// One task with checklist, comments and history
    Show { id: i64 },
    /// Make a task
    Add {
        title: String,
        #[arg(long)]
        owner: Option<String>,
        #[arg(long)]
        due: Option<NaiveDate>,
        #[arg(long)]
        note: Option<String>,
    },
    /// Change a task
    Change {
        id: i64,
        /// todo, doing, waiting, done or dropped
        #[arg(long)]
        state: Option<String>,
        #[arg(long)]
        owner: Option<String>,
        #[arg(long)]
        due: Option<NaiveDate>,
    },
    /// End a task and record what was changed
    Done(DoneTask),
    /// Write to a task
    Comment { id: i64, text: String },
}

#[derive(Debug, Args)]
pub struct DoneTask {
    pub id: i64,
    /// What was changed, as JSON: {"kind", "store", "what", "before", "after", "at", …}
    #[arg(long, value_name = "JSON")]
    pub change: Option<String>,
}

/// `argosy changes`
#[derive(Debug, Subcommand)]
pub enum Changes {
    /// What was changed, the newest day first
    List {
        #[arg(long)]
        store: Option<String>,
        #[arg(long)]
        sku: Option<String>,
        #[arg(long)]
        from: Option<NaiveDate>,
        #[arg(long)]
        to: Option<NaiveDate>,
    },
    /// Record a change
    Add(AddChange),
    /// Look for changes in the facts
    Detect {
        #[arg(long)]
        from: Option<NaiveDate>,
        #[arg(long)]
        to: Option<NaiveDate>,
    },
}

#[derive(Debug, Args)]
pub struct AddChange {
    /// `ads.bid`, `listing.price` …
    #[arg(long)]
    pub kind: String,
    #[arg(long)]
    pub store: String,
    #[arg(long)]
    pub market: Option<String>,
    #[arg(long)]
    pub sku: Option<String>,
    #[arg(long)]
    pub campaign: Option<String>,
    /// What exactly
    #[arg(long)]
    pub what: String,
    #[arg(long)]
    pub before: Option<String>,
    #[arg(long)]
    pub after: Option<String>,
    /// The first day on which it held; else today
    #[arg(long)]
    pub at: Option<NaiveDate>,
}

/// `argosy effects`
#[derive(Debug, Subcommand)]
pub enum Effects {
    /// Effects, the newest first
    List {
        /// waiting or measured
        #[arg(long)]
        state: Option<String>,
    },
    /// One effect with its picture
    Show { id: i64 },
    /// Say how the effect of a change will be told, before anybody looks
    Declare(DeclareEffect),
    /// Measure effects whose days are there
    Measure,
    /// The ledger of what changes have really brought
    Gains,
}

#[derive(Debug, Args)]
pub struct DeclareEffect {
    pub change: i64,
    #[arg(long, default_value = "contribution_3")]
    pub metric: String,
    /// Days before the change
    #[arg(long, default_value_t = 56)]
    pub before: u32,
    /// Days after it
    #[arg(long, default_value_t = 28)]
    pub after: u32,
    /// Days left out in between
    #[arg(long, default_value_t = 0)]
    pub wait: u32,
    /// To compare with, comma-separated; chosen by data when left out
    #[arg(long, value_delimiter = ',')]
    pub controls: Vec<String>,
}

/// `argosy experiments`
#[derive(Debug, Subcommand)]
pub enum Experiments {
    /// All experiments
    List,
    /// One experiment
    Show { id: i64 },
    /// What a plan could tell; nothing is kept
    Plan {
        /// The plan as JSON, as the API takes it
        plan: String,
    },
    /// Keep a plan
    Start {
        /// The plan as JSON, as the API takes it
        plan: String,
    },
}

/// `argosy rules`
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// All rules with their record
    List,
    /// One rule
    Show { id: String },
    /// Set a threshold
    Set(SetThreshold),
    /// How often a rule would have fired with another threshold
    Preview {
        id: String,
        /// NAME=VALUE; may be repeated
        #[arg(long = "threshold", value_name = "NAME=VALUE")]
        thresholds: Vec<String>,
        #[arg(long, default_value_t = 90)]
        last_days: u32,
    },
}

#[derive(Debug, Args)]
pub struct SetThreshold {
    pub id: String,
    pub name: String,
    #[arg(allow_hyphen_values = true)]
    pub value: String,
    /// Only this seller SKU
    #[arg(long, group = "where")]
    pub sku: Option<String>,
    /// Only this category
    #[arg(long, group = "where")]
    pub category: Option<String>,
    /// Only this store
    #[arg(long)]
    pub store: Option<String>,
}
