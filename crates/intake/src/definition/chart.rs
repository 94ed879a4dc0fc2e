//! The chart of ledger lines and the list of marketplaces.

use std::collections::{BTreeMap, BTreeSet};

use argosy_facts::expr::{MarketRow, MarketTable};
use argosy_kernel::{Diagnostic, Files, Text};
use serde::Deserialize;

/// The line of money whose words no fee table knows yet.
pub const UNCLASSIFIED: &str = "unclassified";

const STAGES: [&str; 12] = [
    "sales",
    "promotions",
    "refunds",
    "goods",
    "channel",
    "logistics",
    "ads",
    "overhead",
    "financial",
    "pass_through",
    "balance",
    "unclassified",
];

/// One line of the chart: a leaf carries money, a group adds its children up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChartLine {
    pub line: String,
    pub parent: Option<String>,
    pub stage: String,
    /// Only these lines carry units, so that units are counted once per sold piece.
    pub carries_units: bool,
    pub name: Text,
    pub says: Text,
}

/// The one chart of ledger lines of all channels.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chart {
    lines: BTreeMap<String, ChartLine>,
}

impl Chart {
    pub fn get(&self, line: &str) -> Option<&ChartLine> {
        self.lines.get(line)
    }

    pub fn carries_units(&self, line: &str) -> bool {
        self.lines.get(line).is_some_and(|line| line.carries_units)
    }

    /// Lines by id.
    pub fn lines(&self) -> impl Iterator<Item = &ChartLine> {
        self.lines.values()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.lines.keys().map(String::as_str)
    }

    /// Reads `chart.csv`; without the file the chart has the unclassified line only.
    pub(super) fn load(files: &Files, wrong: &mut Vec<Diagnostic>) -> Self {
        let mut chart = Self::default();
        let Some(source) = files.get("chart.csv") else {
            chart.insert(ChartLine {
                line: UNCLASSIFIED.to_owned(),
                parent: None,
                stage: UNCLASSIFIED.to_owned(),
                carries_units: false,
                name: Text { en: "Unclassified".into(), zh_cn: "未分类".into() },
                says: Text::default(),
            });
            return chart;
        };
        let rows: Vec<(u64, ChartRow)> = match source.csv() {
            Ok(rows) => rows,
            Err(found) => {
                wrong.extend(found);
                return chart;
            }
        };
        for (line, row) in &rows {
            if row.stage.is_empty() || STAGES.contains(&row.stage.as_str()) {
                continue;
            }
            let hint = format!("use one of: {}", STAGES.join(", "));
            let message = format!("unknown stage `{}`", row.stage);
            wrong.push(source.complain_at_line(*line, &message, &hint));
        }
        let known: BTreeSet<&str> = rows.iter().map(|(_, row)| row.line.as_str()).collect();
        for (line, row) in &rows {
            if !row.parent.is_empty() && !known.contains(row.parent.as_str()) {
                let message = format!("the parent `{}` is not a line of the chart", row.parent);
                wrong.push(source.complain_at_line(*line, &message, ""));
            }
            if chart.lines.contains_key(&row.line) {
                let message = format!("the line `{}` stands twice in the chart", row.line);
                wrong.push(source.complain_at_line(*line, &message, "remove one of them"));
            }
            chart.insert(row.clone().into_line());
        }
        if !chart.lines.contains_key(UNCLASSIFIED) {
            let hint = "money that no fee table knows needs a line to stand on";
            wrong.push(source.complain(0..1, "the chart has no line `unclassified`", hint));
        }
        chart
    }

    fn insert(&mut self, line: ChartLine) {
        self.lines.insert(line.line.clone(), line);
    }
}

#[derive(Deserialize, Clone)]
struct ChartRow {
    line: String,
    #[serde(default)]
    parent: String,
    #[serde(default)]
    stage: String,
    #[serde(default)]
    carries_units: String,
    name_en: String,
    name_zh: String,
    #[serde(default)]
    says_en: String,
    #[serde(default)]
    says_zh: String,
}

impl ChartRow {
    fn into_line(self) -> ChartLine {
        ChartLine {
            carries_units: matches!(self.carries_units.trim(), "true" | "yes" | "1" | "x"),
            line: self.line,
            parent: (!self.parent.is_empty()).then_some(self.parent),
            stage: self.stage,
            name: Text { en: self.name_en, zh_cn: self.name_zh },
            says: Text { en: self.says_en, zh_cn: self.says_zh },
        }
    }
}

#[derive(Deserialize)]
struct MarketplaceRow {
    channel: String,
    name: String,
    #[serde(default)]
    market: String,
    #[serde(default)]
    currency: String,
    #[serde(default)]
    time_zone: String,
    #[serde(default)]
    marketplace_id: String,
}

/// Reads `marketplaces.csv`; a marketplace is also known by its id (`ATVPDKIKX0DER`).
pub(super) fn load_markets(files: &Files, wrong: &mut Vec<Diagnostic>) -> MarketTable {
    let mut table = MarketTable { rows: Vec::new() };
    let Some(source) = files.get("marketplaces.csv") else { return table };
    let rows: Vec<(u64, MarketplaceRow)> = match source.csv() {
        Ok(rows) => rows,
        Err(found) => {
            wrong.extend(found);
            return table;
        }
    };
    let mut seen = BTreeSet::new();
    for (line, row) in rows {
        if !row.time_zone.is_empty() && row.time_zone.parse::<chrono_tz::Tz>().is_err() {
            let message = format!("unknown time zone `{}`", row.time_zone);
            let hint = "write it as in the IANA list, such as Europe/Berlin";
            wrong.push(source.complain_at_line(line, &message, hint));
            continue;
        }
        if !row.currency.is_empty() && row.currency.parse::<argosy_kernel::Currency>().is_err() {
            let message = format!("unknown currency `{}`", row.currency);
            wrong.push(source.complain_at_line(line, &message, "use an ISO 4217 code"));
            continue;
        }
        for name in [row.name, row.marketplace_id] {
            if !name.is_empty() && seen.insert((row.channel.clone(), name.to_lowercase())) {
                table.rows.push(MarketRow {
                    channel: row.channel.clone(),
                    name,
                    market: row.market.clone(),
                    currency: row.currency.clone(),
                    time_zone: row.time_zone.clone(),
                });
            }
        }
    }
    table
}
