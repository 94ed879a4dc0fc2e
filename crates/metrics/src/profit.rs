//! The profit and loss account: leaves of the chart, their groups, and the subtotals between.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use argosy_facts::Session;
use argosy_kernel::{Currency, Text};
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::{
    allocation,
    answer::{Notes, RowKey},
    ask,
    chart::{Chart, Stage, UNCLASSIFIED},
    desk_data::DeskData,
    engine::Engine,
    fetch::{Gathered, Key, LineSums, fetch_lines},
    frame::{Asked, Frame, shift},
    question::{AskError, ProfitQuestion, dimensions, period},
};

/// The subtotals: id, the last stage that enters, names.
pub const SUBTOTALS: [(&str, Stage, &str, &str); 7] = [
    ("gross_sales", Stage::Sales, "Gross sales", "销售总额"),
    ("net_sales", Stage::Refunds, "Net sales", "净销售额"),
    ("contribution_1", Stage::Goods, "Contribution after goods", "毛利一（扣商品成本）"),
    (
        "contribution_2",
        Stage::Logistics,
        "Contribution after channel and logistics",
        "毛利二（扣平台与物流费用）",
    ),
    ("contribution_3", Stage::Ads, "Contribution after advertising", "毛利三（扣广告费）"),
    ("operating_profit", Stage::Overhead, "Operating profit", "经营利润"),
    (RESULT, Stage::Financial, "Result after exchange differences", "汇兑后利润"),
];

/// The subtotal below exchange gains and losses; shown only when there are any.
const RESULT: &str = "result";

/// An amount of a cell; `null` when it is not known (cost of goods without a unit cost).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Amount(pub Option<Decimal>);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(amount) => serializer.serialize_str(&amount.to_string()),
            None => serializer.serialize_none(),
        }
    }
}

/// One line of the account.
#[derive(Clone, Debug, Serialize)]
pub struct ProfitLine {
    pub id: String,
    pub parent: Option<String>,
    pub stage: Stage,
    pub level: usize,
    /// `group`, `line` or `subtotal`.
    pub kind: &'static str,
    pub name: Text,
}

/// One column: the values of the dimensions, and what is missing in it.
#[derive(Clone, Debug, Serialize)]
pub struct ProfitColumn {
    pub key: RowKey,
    /// Units sold in it for which no unit cost is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units_without_cost: Option<String>,
}

/// Cells by line, one amount per column.
pub type Cells = BTreeMap<String, Vec<Amount>>;

/// The profit and loss account.
#[derive(Clone, Debug, Serialize)]
pub struct Profit {
    pub lines: Vec<ProfitLine>,
    pub columns: Vec<ProfitColumn>,
    pub cells: Cells,
    /// The sum over all columns.
    pub totals: BTreeMap<String, Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Cells>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_totals: Option<BTreeMap<String, Amount>>,
    pub currency: Currency,
    pub notes: Notes,
}

/// The stages that make up a subtotal.
pub(crate) fn stages_of(subtotal: &str) -> Option<Vec<Stage>> {
    let (_, last, ..) = SUBTOTALS.iter().find(|(id, ..)| *id == subtotal)?;
    Some(Stage::ALL.into_iter().filter(|stage| stage <= last).collect())
}

pub(crate) async fn profit(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
    question: &ProfitQuestion,
) -> Result<Profit, AskError> {
    let asked = period(question.from, question.to)?;
    let by = dimensions(&question.by)?;
    let scope = Asked {
        currency: question.currency,
        by,
        filters: &question.filters,
        condition: question.condition.as_deref(),
    };
    let mut frame = Frame::new(engine, session, desk, scope)?;
    frame.basis = question.view.basis;
    let unknown = frame.unknown_in(crate::Source::Ledger);
    if let Some(dimension) = unknown {
        let message = format!("profit is not known by {}", dimension.id());
        let hint = "the ledger tells money by store, channel, market, product, SKU, order and day";
        return Err(AskError::question("unknown_dimension", message, hint));
    }
    let mut gathered = Gathered::default();
    let mut now = fetch_lines(&frame, &frame.by, asked, &mut gathered).await?;
    if question.allocate {
        allocation::apply(&frame, desk, asked, &mut now, &mut gathered).await?;
    }
    gathered.ad_cost = allocation::ad_cost::notes(engine, session, desk, asked).await?;
    let before = match question.compare {
        Some(compare) => {
            let other = compare.of(asked);
            let mut apart = Gathered::default();
            let mut sums = fetch_lines(&frame, &frame.by, other, &mut apart).await?;
            if question.allocate {
                allocation::apply(&frame, desk, other, &mut sums, &mut apart).await?;
            }
            gathered.sql.append(&mut apart.sql);
            let mut cache = BTreeMap::new();
            let rows = std::mem::take(&mut sums.rows);
            sums.rows = rows
                .into_iter()
                .map(|(mut key, row)| {
                    shift(&frame.by, &mut key, other, asked, &mut cache);
                    (key, row)
                })
                .collect();
            Some(sums)
        }
        None => None,
    };
    Ok(assemble(&frame, question, now, before, gathered))
}

fn assemble(
    frame: &Frame<'_>,
    question: &ProfitQuestion,
    now: LineSums,
    before: Option<LineSums>,
    gathered: Gathered,
) -> Profit {
    let mut keys: BTreeSet<&Key> = now.rows.keys().collect();
    keys.extend(before.iter().flat_map(|before| before.rows.keys()));
    let mut keys: Vec<Key> = keys.into_iter().cloned().collect();
    // Unknown values stand last.
    keys.sort_by_cached_key(|key| -> Vec<(bool, String)> {
        key.iter().map(|part| (part.is_none(), part.clone().unwrap_or_default())).collect()
    });
    if frame.by.is_empty() && keys.is_empty() {
        keys.push(Vec::new());
    }
    let mut tree = Tree::new(frame.chart());
    tree.learn(&now);
    before.iter().for_each(|before| tree.learn(before));
    let cells = tree.cells(&keys, &now);
    let previous = before.as_ref().map(|before| tree.cells(&keys, before));
    let lines = tree.lines(question.depth, &cells, previous.as_ref());
    let shown: BTreeSet<&str> = lines.iter().map(|line| line.id.as_str()).collect();
    let keep = |cells: Cells| -> Cells {
        cells.into_iter().filter(|(id, _)| shown.contains(id.as_str())).collect()
    };
    let (cells, previous) = (keep(cells), previous.map(keep));
    let columns = keys
        .into_iter()
        .map(|key| ProfitColumn {
            units_without_cost: now.without_cost.get(&key).map(Decimal::to_string),
            key: frame.by.iter().map(|by| by.id().to_owned()).zip(key).collect(),
        })
        .collect();
    Profit {
        totals: tree.totals(&now),
        previous_totals: before.as_ref().map(|before| tree.totals(before)),
        lines,
        columns,
        cells,
        previous,
        currency: question.currency,
        notes: ask::notes(frame, &[], gathered, question.as_of),
    }
}

/// The chart with the lines that only the facts know hung below `unclassified`.
struct Tree<'a> {
    chart: &'a Chart,
    strangers: BTreeSet<String>,
    /// Lines that occur, with all groups and subtotals they enter.
    entered: BTreeMap<String, Vec<String>>,
}

impl<'a> Tree<'a> {
    fn new(chart: &'a Chart) -> Self {
        Self { chart, strangers: BTreeSet::new(), entered: BTreeMap::new() }
    }

    fn learn(&mut self, sums: &LineSums) {
        for line in &sums.lines {
            if self.chart.get(line).is_none() {
                self.strangers.insert(line.clone());
            }
            let entered = self.enters(line);
            self.entered.insert(line.clone(), entered);
        }
    }

    /// The line itself, the groups above it, and the subtotals it counts in.
    fn enters(&self, line: &str) -> Vec<String> {
        let mut enters = Vec::new();
        let mut here = Some(line);
        // As many steps as there are lines: a loop of parents must not hang.
        for _ in 0..=self.chart.lines().len() {
            let Some(id) = here else { break };
            enters.push(id.to_owned());
            here = self.parent(id);
        }
        let stage = self.chart.stage_of(line);
        let counts = |last: Stage| stage.is_profit() && stage <= last;
        let subtotals = SUBTOTALS.iter().filter(|(_, last, ..)| counts(*last));
        enters.extend(subtotals.map(|(id, ..)| (*id).to_owned()));
        enters
    }

    fn parent<'b>(&'b self, id: &str) -> Option<&'b str> {
        match self.chart.get(id) {
            Some(line) => line.parent.as_deref(),
            None => Some(UNCLASSIFIED),
        }
    }

    /// All lines in the order of the account: id, stage.
    fn order(&self) -> Vec<(&str, Stage)> {
        let mut order = Vec::new();
        for stage in Stage::ALL {
            let of_stage = self.chart.lines().iter().filter(|line| line.stage == stage);
            order.extend(of_stage.map(|line| (line.id.as_str(), stage)));
            order.extend(
                SUBTOTALS
                    .iter()
                    .filter(|(_, last, ..)| *last == stage)
                    .map(|(id, ..)| (*id, stage)),
            );
        }
        order.extend(self.strangers.iter().map(|id| (id.as_str(), Stage::Unclassified)));
        order
    }

    /// The account over all columns. Cost of goods is what is known of it, and unknown only where
    /// nothing is; the notes say for how many units it is missing.
    fn totals(&self, sums: &LineSums) -> BTreeMap<String, Amount> {
        let mut of_lines: BTreeMap<usize, Option<Decimal>> = BTreeMap::new();
        for (line, amount) in sums.rows.values().flatten() {
            let sum = of_lines.entry(*line).or_default();
            *sum = match (*sum, *amount) {
                (Some(sum), Some(amount)) => Some(sum + amount),
                (sum, amount) => sum.or(amount),
            };
        }
        let rows = HashMap::from([(Key::new(), of_lines.into_iter().collect())]);
        let whole = LineSums { lines: sums.lines.clone(), rows, without_cost: HashMap::new() };
        let cells = self.cells(&[Key::new()], &whole);
        cells.into_iter().map(|(id, amounts)| (id, amounts[0])).collect()
    }

    /// Every leaf, group and subtotal that occurs, in every column. Groups are the exact sums of
    /// their leaves.
    fn cells(&self, keys: &[Key], sums: &LineSums) -> Cells {
        let always = SUBTOTALS.iter().map(|(id, ..)| *id).chain([UNCLASSIFIED]);
        let has_exchange = self.has_exchange();
        let ids: BTreeSet<&str> = self
            .entered
            .values()
            .flatten()
            .map(String::as_str)
            .chain(always)
            .filter(|id| *id != RESULT || has_exchange)
            .collect();
        let places: HashMap<&str, usize> = ids.iter().copied().zip(0..).collect();
        let targets: Vec<Vec<usize>> = sums
            .lines
            .iter()
            .map(|line| {
                let entered = self.entered[line].iter();
                entered.filter_map(|id| places.get(id.as_str()).copied()).collect()
            })
            .collect();
        let mut columns = vec![vec![Amount(Some(Decimal::ZERO)); keys.len()]; ids.len()];
        for (at, key) in keys.iter().enumerate() {
            for (line, amount) in sums.rows.get(key).into_iter().flatten() {
                for target in &targets[*line] {
                    let cell = &mut columns[*target][at];
                    *cell = Amount(cell.0.zip(*amount).map(|(sum, amount)| sum + amount));
                }
            }
        }
        for amount in columns.iter_mut().flatten() {
            amount.0 = amount.0.map(|amount| amount.normalize());
        }
        ids.into_iter().map(str::to_owned).zip(columns).collect()
    }

    /// Whether exchange gains and losses occur.
    fn has_exchange(&self) -> bool {
        self.entered.keys().any(|line| self.chart.stage_of(line) == Stage::Financial)
    }

    /// The lines to show: subtotals always, others when any amount is not zero.
    fn lines(&self, depth: Option<usize>, now: &Cells, before: Option<&Cells>) -> Vec<ProfitLine> {
        let is_moved = |line: &String| {
            [Some(now), before].into_iter().flatten().any(|cells| {
                cells.get(line).is_some_and(|amounts| {
                    amounts.iter().any(|amount| amount.0 != Some(Decimal::ZERO))
                })
            })
        };
        // A group whose lines cancel out is still shown above them.
        let shown: BTreeSet<&str> = self
            .entered
            .iter()
            .filter(|(line, _)| is_moved(line))
            .flat_map(|(_, ids)| ids.iter().map(String::as_str))
            .collect();
        let moved = |id: &str| shown.contains(id);
        let mut lines = Vec::new();
        for (id, stage) in self.order() {
            if id == RESULT && !self.has_exchange() {
                continue;
            }
            let subtotal = SUBTOTALS.iter().find(|(subtotal, ..)| *subtotal == id);
            let line = match (subtotal, self.chart.get(id)) {
                (Some((_, _, en, zh)), None) => ProfitLine {
                    id: id.to_owned(),
                    parent: None,
                    stage,
                    level: 0,
                    kind: "subtotal",
                    name: Text { en: (*en).to_owned(), zh_cn: (*zh).to_owned() },
                },
                (_, line) => {
                    let level = self.level(id);
                    let is_shown = id == UNCLASSIFIED || moved(id);
                    if !is_shown || depth.is_some_and(|depth| level >= depth) {
                        continue;
                    }
                    let own_name = || Text { en: id.to_owned(), zh_cn: id.to_owned() };
                    ProfitLine {
                        id: id.to_owned(),
                        parent: self.parent(id).map(str::to_owned),
                        stage,
                        level,
                        kind: if self.chart.is_group(id) { "group" } else { "line" },
                        name: line.map_or_else(own_name, |line| line.name.clone()),
                    }
                }
            };
            lines.push(line);
        }
        lines
    }

    fn level(&self, id: &str) -> usize {
        let mut level = 0;
        let mut here = self.parent(id);
        while let Some(parent) = here.filter(|_| level < self.chart.lines().len()) {
            level += 1;
            here = self.parent(parent);
        }
        level
    }
}
