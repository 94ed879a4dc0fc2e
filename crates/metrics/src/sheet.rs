//! A sheet: the rows of a question without anything around them, for readers of very many rows.

use rust_decimal::Decimal;

/// Figures by key, in order of keys; nothing is said of why a figure is unknown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    /// Dimensions of the keys, each once.
    pub by: Vec<&'static str>,
    /// Metrics of the figures, each once.
    pub metrics: Vec<String>,
    pub rows: Vec<SheetRow>,
}

/// One row of a sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetRow {
    pub key: Vec<Option<String>>,
    pub figures: Vec<Option<Decimal>>,
}
