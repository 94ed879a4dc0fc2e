//! What is known of the reports themselves, beside the facts they brought: the caller tells it, as
//! this room reads no report definitions.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// One report definition, as far as figures are judged by it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReportTraits {
    pub channel: String,
    /// Of two reports that tell the same statement, the higher rank counts.
    pub rank: i32,
    /// Lines of the chart that its rows can become.
    pub lines: BTreeSet<String>,
}

/// Traits by id of the definition, without version.
pub type Reports = Arc<BTreeMap<String, ReportTraits>>;
