//! The chart of ledger lines: one tree for all channels, and where each line stands in the P&L.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Diagnostic, Files, Text, knowledge::nearest};
use serde::{Deserialize, Serialize};

use crate::expression::{Expr, ExpressionError, Operator};

/// Where a line stands in the profit and loss account, in its order; the last three stand outside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Sales,
    Promotions,
    Refunds,
    Goods,
    Channel,
    Logistics,
    Ads,
    Overhead,
    /// Exchange gains and losses: of the company's result, but not of its operation.
    Financial,
    PassThrough,
    Balance,
    Unclassified,
}

impl Stage {
    pub const ALL: [Self; 12] = [
        Self::Sales,
        Self::Promotions,
        Self::Refunds,
        Self::Goods,
        Self::Channel,
        Self::Logistics,
        Self::Ads,
        Self::Overhead,
        Self::Financial,
        Self::PassThrough,
        Self::Balance,
        Self::Unclassified,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Promotions => "promotions",
            Self::Refunds => "refunds",
            Self::Goods => "goods",
            Self::Channel => "channel",
            Self::Logistics => "logistics",
            Self::Ads => "ads",
            Self::Overhead => "overhead",
            Self::Financial => "financial",
            Self::PassThrough => "pass_through",
            Self::Balance => "balance",
            Self::Unclassified => "unclassified",
        }
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.id() == id)
    }

    /// Whether money of this stage is income or cost.
    pub fn is_profit(self) -> bool {
        self <= Self::Financial
    }
}

/// The line whose amounts are computed from units and dated unit costs.
pub(crate) const COGS: &str = "cogs";
/// The line of money whose fee type is not known.
pub(crate) const UNCLASSIFIED: &str = "unclassified";

/// One line or group of the chart.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: String,
    pub parent: Option<String>,
    pub stage: Stage,
    pub carries_units: bool,
    pub name: Text,
    pub says: Text,
}

/// The whole chart, in the order of its file.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    lines: Vec<Line>,
    index: BTreeMap<String, usize>,
    groups: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Row {
    line: String,
    parent: String,
    stage: String,
    carries_units: String,
    name_en: String,
    name_zh: String,
    says_en: String,
    says_zh: String,
}

/// Where the chart stands below `knowledge/`.
pub(crate) const CHART_PATH: &str = "chart.csv";

impl Chart {
    /// Reads `chart.csv`.
    ///
    /// # Errors
    /// One diagnostic per wrong row: an unknown stage or parent, a line listed twice.
    pub fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(CHART_PATH) else {
            return Err(vec![missing(CHART_PATH, "the chart of ledger lines is missing")]);
        };
        let mut chart = Self::default();
        let mut wrong = Vec::new();
        let rows: Vec<(u64, Row)> = source.csv()?;
        let known: BTreeSet<String> = rows.iter().map(|(_, row)| row.line.clone()).collect();
        for (number, row) in rows {
            let Some(stage) = Stage::from_id(&row.stage) else {
                let hint = format!("use one of: {}", Stage::ALL.map(Stage::id).join(", "));
                let message = format!("unknown stage `{}`", row.stage);
                wrong.push(source.complain_at_line(number, &message, &hint));
                continue;
            };
            if !row.parent.is_empty() && !known.contains(&row.parent) {
                let near = nearest(&row.parent, known.iter().map(String::as_str));
                let hint = near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
                let message = format!("unknown parent `{}`", row.parent);
                wrong.push(source.complain_at_line(number, &message, &hint));
            }
            if chart.index.contains_key(&row.line) {
                let message = format!("line `{}` is listed twice", row.line);
                wrong.push(source.complain_at_line(number, &message, "keep one of them"));
                continue;
            }
            chart.add(row, stage);
        }
        if wrong.is_empty() { Ok(chart) } else { Err(wrong) }
    }

    fn add(&mut self, row: Row, stage: Stage) {
        let parent = (!row.parent.is_empty()).then_some(row.parent);
        self.groups.extend(parent.clone());
        self.index.insert(row.line.clone(), self.lines.len());
        self.lines.push(Line {
            id: row.line,
            parent,
            stage,
            carries_units: row.carries_units == "true",
            name: Text { en: row.name_en, zh_cn: row.name_zh },
            says: Text { en: row.says_en, zh_cn: row.says_zh },
        });
    }

    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub fn get(&self, id: &str) -> Option<&Line> {
        self.index.get(id).map(|at| &self.lines[*at])
    }

    pub fn is_group(&self, id: &str) -> bool {
        self.groups.contains(id)
    }

    /// The stage of a ledger line; a line the chart does not know is unclassified money.
    pub fn stage_of(&self, line: &str) -> Stage {
        self.get(line).map_or(Stage::Unclassified, |line| line.stage)
    }

    /// The leaves at or below `id`, in the order of the chart.
    pub fn leaves_under(&self, id: &str) -> Vec<&str> {
        let below = |line: &Line| {
            let mut at = Some(line.id.as_str());
            // A parent loop in a company's chart must not hang the program.
            for _ in 0..=self.lines.len() {
                match at {
                    Some(here) if here == id => return true,
                    Some(here) => at = self.get(here).and_then(|line| line.parent.as_deref()),
                    None => return false,
                }
            }
            false
        };
        self.lines
            .iter()
            .filter(|line| !self.is_group(&line.id) && below(line))
            .map(|line| line.id.as_str())
            .collect()
    }

    /// The leaves of a stage.
    pub fn leaves_of(&self, stage: Stage) -> Vec<&str> {
        self.lines
            .iter()
            .filter(|line| line.stage == stage && !self.is_group(&line.id))
            .map(|line| line.id.as_str())
            .collect()
    }

    /// Lines of sales that carry units: what goods leave by, and so what cost of goods follows.
    pub fn lines_of_units_sold(&self) -> Vec<&str> {
        let carries = |id: &&str| self.get(id).is_some_and(|line| line.carries_units);
        self.leaves_of(Stage::Sales).into_iter().filter(carries).collect()
    }

    /// Rewrites `under(line, 'group')` and comparisons of `stage` to lists of lines, which the
    /// engine can push down to the files.
    ///
    /// # Errors
    /// An unknown group or stage.
    pub fn expand(&self, expr: Expr) -> Result<Expr, ExpressionError> {
        let line = |at| Box::new(Expr::Name { name: "line".to_owned(), at });
        let texts = |ids: Vec<&str>| ids.iter().map(|id| Expr::Text((*id).to_owned())).collect();
        match expr {
            Expr::Call { function, arguments, at, .. } if function == "under" => {
                match arguments.as_slice() {
                    [Expr::Name { name, .. }, Expr::Text(group)] if name == "line" => {
                        if self.get(group).is_none() {
                            return Err(self.unknown_line(group, at));
                        }
                        let list = texts(self.leaves_under(group));
                        Ok(Expr::In { expr: line(at), list, negated: false })
                    }
                    _ => Err(ExpressionError::new(at, 5, "`under` takes a line and a group")
                        .hint("write under(line, 'own_expense')")),
                }
            }
            Expr::Binary { left, operator, right } => match (*left, operator, *right) {
                (
                    Expr::Name { name, at },
                    Operator::Equal | Operator::NotEqual,
                    Expr::Text(stage),
                ) if name == "stage" => {
                    let list = texts(self.stage_lines(&stage, at)?);
                    Ok(Expr::In { expr: line(at), list, negated: operator == Operator::NotEqual })
                }
                (left, operator, right) => Ok(Expr::Binary {
                    left: Box::new(self.expand(left)?),
                    operator,
                    right: Box::new(self.expand(right)?),
                }),
            },
            Expr::In { expr, list, negated } => match (*expr, list) {
                (Expr::Name { name, at }, list) if name == "stage" => {
                    let mut lines = Vec::new();
                    for stage in &list {
                        let Expr::Text(stage) = stage else {
                            return Err(ExpressionError::new(at, 5, "stages are texts"));
                        };
                        lines.extend(self.stage_lines(stage, at)?);
                    }
                    Ok(Expr::In { expr: line(at), list: texts(lines), negated })
                }
                (expr, list) => Ok(Expr::In { expr: Box::new(expr), list, negated }),
            },
            other => other.map_parts(&mut |part| self.expand(part)),
        }
    }

    fn stage_lines(&self, stage: &str, at: usize) -> Result<Vec<&str>, ExpressionError> {
        match Stage::from_id(stage) {
            Some(stage) => Ok(self.leaves_of(stage)),
            None => {
                let message = format!("unknown stage `{stage}`");
                let hint = format!("use one of: {}", Stage::ALL.map(Stage::id).join(", "));
                Err(ExpressionError::new(at, 5, message).hint(hint))
            }
        }
    }

    fn unknown_line(&self, id: &str, at: usize) -> ExpressionError {
        let near = nearest(id, self.lines.iter().map(|line| line.id.as_str()));
        let hint = near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
        ExpressionError::new(at, 5, format!("unknown line `{id}`")).hint(hint)
    }

    /// SQL that gives the stage of the line written `line`.
    pub(crate) fn stage_sql(&self, line: &str) -> String {
        let mut sql = "CASE".to_owned();
        for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Unclassified) {
            let lines: Vec<_> =
                self.leaves_of(stage).into_iter().map(|id| format!("'{id}'")).collect();
            if !lines.is_empty() {
                sql += &format!(" WHEN {line} IN ({}) THEN '{}'", lines.join(", "), stage.id());
            }
        }
        sql + " ELSE 'unclassified' END"
    }
}

/// A diagnostic about a knowledge file that is not there at all.
pub(crate) fn missing(path: &str, message: &str) -> Diagnostic {
    Diagnostic {
        file: path.to_owned(),
        line: 1,
        column: 1,
        width: 1,
        excerpt: String::new(),
        message: message.to_owned(),
        hint: "it belongs to the built-in knowledge; is the installation complete?".to_owned(),
    }
}
