//! What can be typed about records and boards.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `argosy records`
#[derive(Debug, Args)]
pub struct Records {
    /// Kind of record, such as `supplier`; without it the kinds are listed
    pub kind: Option<String>,
    #[command(subcommand)]
    pub what: Option<RecordsWhat>,
}

#[derive(Debug, Subcommand)]
pub enum RecordsWhat {
    /// List records (as without a word)
    List(ListRecords),
    /// One record with all its fields
    Show { id: String },
    /// What a record was
    History { id: String },
    /// Which records refer to one
    Where { id: String },
    /// Make or change a record: `{"body": {…}}`, to change one with `id` and `version`
    Save {
        /// A JSON file; `-` for standard input
        file: PathBuf,
    },
    /// Take records from a sheet (XLSX or CSV), all or none
    Import(ImportRecords),
    /// Write all records to a sheet (XLSX, or CSV by its ending)
    Export { file: PathBuf },
    /// Write an empty sheet to fill in (XLSX, or CSV by its ending)
    Template { file: PathBuf },
    /// Take a record a step further, such as `approve`
    Move {
        id: String,
        #[arg(value_name = "MOVE")]
        step: String,
    },
    /// Let the chapter do something with records
    Act(ActOnRecords),
    /// Write a printed document of a record to a file
    Print { id: String, paper: String, file: PathBuf },
    /// Delete a record
    Delete { id: String },
}

#[derive(Debug, Default, Args)]
pub struct ListRecords {
    /// Words in the key or in a field
    #[arg(long)]
    pub q: Option<String>,
    /// States, comma-separated
    #[arg(long)]
    pub state: Option<String>,
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct ImportRecords {
    pub file: PathBuf,
    /// Only tell what would change
    #[arg(long)]
    pub dry: bool,
    /// Where to write the sheet with what is wrong in it
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ActOnRecords {
    pub action: String,
    /// Keys of the records
    pub ids: Vec<String>,
    /// NAME=VALUE of the action's form; may be repeated
    #[arg(long = "form", value_name = "NAME=VALUE")]
    pub form: Vec<String>,
}

/// `argosy board`
#[derive(Debug, Args)]
pub struct Board {
    /// Id of a board; without it the boards are listed
    pub board: Option<String>,
    #[command(flatten)]
    pub look: Look,
}

/// `argosy forecast`, `argosy replenish` …: a board by the word of the trade.
#[derive(Debug, Args)]
pub struct ShortCut {
    /// Only this SKU
    #[arg(long)]
    pub sku: Option<String>,
    /// Only this market
    #[arg(long)]
    pub market: Option<String>,
    #[command(flatten)]
    pub look: Look,
}

/// What to see of a board, or to do with it.
#[derive(Debug, Default, Args)]
pub struct Look {
    /// NAME=VALUE of what the board can be asked; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// More about the row with this id
    #[arg(long)]
    pub row: Option<String>,
    /// Write it to a file (XLSX, or CSV by its ending)
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
    /// Let the chapter do this with rows
    #[arg(long, value_name = "ACTION")]
    pub act: Option<String>,
    /// Ids of the rows to do it with, comma-separated
    #[arg(long, value_delimiter = ',')]
    pub rows: Vec<String>,
    /// NAME=VALUE of the action's form; may be repeated
    #[arg(long = "form", value_name = "NAME=VALUE")]
    pub form: Vec<String>,
    /// Rows shown at most
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    /// All columns, also those that the page hides at first
    #[arg(long)]
    pub wide: bool,
    /// Exit with 1 when there is a row: for watchers
    #[arg(long)]
    pub alarm: bool,
}
