//! A replenishment run: every product and market planned under the limits they share, and what is kept
//! of it.
//!
//! float-ok: estimates of units; money is exact.

use argosy_desk::Record;
use argosy_kernel::{Currency, Day, Grain, Money, Text};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use super::{
    buying::{Arriving, Buying, Prepared},
    facts::Shelf,
    fields::Fields,
    flows::mode,
    kept::{row_id, short},
    run::Seen,
    work::SEED,
};
use crate::{
    forecast::{many::each, numbers::mean, paths::Paths},
    replenish::{
        Aim, Change, Demand, Drafted, Goods, Hold, Item, Limits, Mode, Position, Projection,
        Proposal, Route, SharedBy, Worth, drafted, plan::Used, project, settle,
        what_if::LeadChange,
    },
    says::both,
};

/// Under this name the desk keeps plans.
pub(crate) const NAME: &str = "replenishment";
/// Weeks of stock that are projected, and delays that are priced.
const WEEKS: usize = 17;
const DELAYS: [u32; 3] = [7, 14, 21];

/// What is supposed beside the facts.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Assumed {
    /// Demand multiplied.
    pub(crate) demand: Decimal,
    /// Days that all ways take longer or shorter.
    pub(crate) lead_days: i64,
    /// Another amount of cash than the records say.
    pub(crate) cash: Option<Money>,
    /// Service wanted in parts of 1,000; none: what pays best.
    pub(crate) service: Option<u16>,
}

impl Default for Assumed {
    fn default() -> Self {
        Self { demand: Decimal::ONE, lead_days: 0, cash: None, service: None }
    }
}

/// A plan as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Planned {
    pub(crate) day: Day,
    pub(crate) currency: Currency,
    pub(crate) assumed: Assumed,
    pub(crate) rows: Vec<Row>,
    pub(crate) limits: Vec<Used>,
    /// What people want and limits do not allow; limits that cannot be read.
    pub(crate) infeasible: Vec<Text>,
    pub(crate) gain: Decimal,
    pub(crate) bound: Option<Decimal>,
    /// Cash was shared by the best plan that was found, or by gain per use only.
    pub(crate) greedy: bool,
}

/// One product in one market.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) sku: String,
    pub(crate) market: String,
    pub(crate) name: String,
    pub(crate) category: Option<String>,
    pub(crate) supplier: Option<String>,
    pub(crate) sellable: i64,
    pub(crate) reserved: i64,
    pub(crate) unsellable: i64,
    pub(crate) places: Vec<(String, i64)>,
    pub(crate) stock_day: Option<Day>,
    pub(crate) stock_shared: bool,
    pub(crate) coming: Vec<Arriving>,
    /// Units a day over 7, 14, 30 and 90 days, and foreseen over the next 30.
    pub(crate) daily: [f64; 4],
    pub(crate) foreseen: f64,
    pub(crate) projection: Projection,
    /// Margin of a unit: what it brings less goods and freight by sea.
    pub(crate) margin: Option<Money>,
    pub(crate) goods: Option<Goods>,
    pub(crate) proposal: Option<Proposal>,
    /// Why there is none.
    pub(crate) refused: Option<Text>,
    pub(crate) notes: Vec<Text>,
}

impl Row {
    pub(crate) fn id(&self) -> String {
        row_id(&self.sku, &self.market)
    }

    pub(crate) fn units(&self) -> i64 {
        let orders = self.proposal.iter().flat_map(|proposal| &proposal.orders);
        orders.map(|order| i64::from(order.units)).sum()
    }

    pub(crate) fn in_transit(&self) -> i64 {
        let made = |one: &&Arriving| !one.is_made();
        self.coming.iter().filter(made).map(|one| one.units).sum()
    }

    pub(crate) fn in_production(&self) -> i64 {
        self.coming.iter().filter(|one| one.is_made()).map(|one| one.units).sum()
    }

    /// Margin lost in 30, 60 or 90 days (0, 1, 2) if nothing is ordered.
    pub(crate) fn lost(&self, within: usize) -> Option<Money> {
        let units = Decimal::from_f64_retain(self.projection.lost[within])?;
        self.margin.map(|margin| Money::new(margin.amount * units, margin.currency).rounded())
    }
}

impl Arriving {
    pub(crate) fn is_made(&self) -> bool {
        use crate::replenish::Stage;
        matches!(self.stage, Some(Stage::Production | Stage::Inspection))
    }
}

/// An item without the paths of its demand, waiting for its share of what is short.
struct Waiting {
    row: usize,
    goods: Goods,
    routes: Vec<Route>,
    worth: Worth,
    position: Position,
    drafted: Drafted,
}

/// Plans portion by portion while the forecast runs.
pub(crate) struct Planner<'a> {
    buying: &'a Buying<'a>,
    assumed: Assumed,
    limits: Limits,
    wrong: Vec<Text>,
    rows: Vec<Row>,
    waiting: Vec<Waiting>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(buying: &'a Buying<'a>, assumed: Assumed, limits: &[Record]) -> Self {
        let mut wrong = Vec::new();
        let mut limits = read_limits(buying, limits, &mut wrong);
        if let Some(cash) = assumed.cash {
            let amount = buying.supply.convert(cash.amount, cash.currency);
            limits.cash = amount.map(|amount| Money::new(amount, buying.supply.currency));
        }
        Self { buying, assumed, limits, wrong, rows: Vec::new(), waiting: Vec::new() }
    }

    /// Plans a portion that has been foreseen.
    pub(crate) fn take(&mut self, seen: &[Seen<'_>], starts: Day) {
        let today = self.buying.supply.today;
        let found = each(seen, 0, |one| self.one(one, starts, today));
        for (row, waiting) in found {
            if let Some(mut waiting) = waiting {
                waiting.row = self.rows.len();
                self.waiting.push(waiting);
            }
            self.rows.push(row);
        }
    }

    fn one(&self, seen: &Seen<'_>, starts: Day, today: Day) -> (Row, Option<Waiting>) {
        let daily = seen.subject.daily;
        let kept = seen.keep(today, today.pred_opt().unwrap_or(today));
        let mut row = Row {
            sku: daily.sku.clone(),
            market: daily.market.clone(),
            name: seen.subject.name.clone(),
            category: seen.subject.category.clone(),
            supplier: None,
            coming: Vec::new(),
            daily: [kept.daily[1], kept.daily[2], kept.daily[3], kept.daily[5]],
            foreseen: 0.0,
            projection: Projection::default(),
            margin: None,
            goods: None,
            proposal: None,
            refused: None,
            notes: Vec::new(),
            ..Row::on(&daily.shelf)
        };
        let prepared = match self.buying.prepare(daily) {
            Ok(prepared) => prepared,
            Err(why) => {
                row.foreseen = short(kept.sums[0][0] / 30.0);
                row.refused = Some(why);
                return (row, None);
            }
        };
        let change = self.change();
        let paths = change.paths(&seen.foresight.outlook.paths);
        let Prepared { bought, mut routes, worth, position, coming } = prepared;
        self.delay(&mut routes);
        let item = Item {
            sku: &daily.sku,
            market: &daily.market,
            demand: Demand { paths: &paths, grain: Grain::Week, starts },
            position,
            goods: bought.goods,
            routes,
            worth,
            aim: self.assumed.service.map_or(Aim::Profit, Aim::PerMille),
            review_days: self.buying.settings.replenish.review_days,
            at_least: 0,
        };
        let mut projection = project(&item, today, SEED, WEEKS, &DELAYS);
        trim(&mut projection);
        row.foreseen = short(projection.asked[0] / 30.0);
        row.projection = projection;
        row.supplier = bought.supplier;
        row.coming = coming;
        row.notes = bought.notes;
        row.margin = margin(&item);
        row.goods = Some(item.goods.clone());
        let drafted = drafted(&item, &self.limits, today, SEED);
        let Item { position, goods, routes, worth, .. } = item;
        (row, Some(Waiting { row: 0, goods, routes, worth, position, drafted }))
    }

    fn change(&self) -> Change {
        let demand = (self.assumed.demand != Decimal::ONE).then_some(self.assumed.demand);
        Change { demand, ..Change::default() }
    }

    /// Makes every way take so many days longer or shorter.
    fn delay(&self, routes: &mut [Route]) {
        if self.assumed.lead_days == 0 {
            return;
        }
        let days = self.assumed.lead_days.to_f64().unwrap_or(0.0);
        for route in routes {
            let usual = route.lead.mean();
            let factor = if usual > 0.0 { ((usual + days) / usual).max(0.1) } else { 1.0 };
            let factor = Decimal::from_f64_retain(factor).unwrap_or(Decimal::ONE);
            let change = LeadChange { mode: Some(route.mode), stage: None, factor };
            route.lead = route.lead.times(change.stage, change.factor.to_f64().unwrap_or(1.0));
        }
    }

    /// Shares what is short among all.
    pub(crate) fn settle(self) -> Planned {
        let Self { buying, assumed, limits, wrong, mut rows, waiting } = self;
        let nothing = Paths::new(0, Vec::new());
        let mut drafts = Vec::with_capacity(waiting.len());
        let mut at = Vec::with_capacity(waiting.len());
        let mut items: Vec<Item<'_>> = Vec::with_capacity(waiting.len());
        let names: Vec<(String, String)> = waiting
            .iter()
            .map(|one| (rows[one.row].sku.clone(), rows[one.row].market.clone()))
            .collect();
        for (one, (sku, market)) in waiting.into_iter().zip(&names) {
            items.push(Item {
                sku,
                market,
                demand: Demand { paths: &nothing, grain: Grain::Week, starts: buying.supply.today },
                position: one.position,
                goods: one.goods,
                routes: one.routes,
                worth: one.worth,
                aim: assumed.service.map_or(Aim::Profit, Aim::PerMille),
                review_days: buying.settings.replenish.review_days,
                at_least: 0,
            });
            drafts.push(one.drafted);
            at.push(one.row);
        }
        let plan = settle(&items, drafts, &limits);
        let mut infeasible = wrong;
        infeasible.extend(plan.infeasible.iter().map(crate::replenish::Refusal::says));
        for (row, proposal) in at.into_iter().zip(plan.proposals) {
            match proposal {
                Ok(proposal) => rows[row].proposal = Some(proposal),
                Err(refusal) => rows[row].refused = Some(refusal.says()),
            }
        }
        rows.sort_by(|a, b| (&a.sku, &a.market).cmp(&(&b.sku, &b.market)));
        Planned {
            day: buying.supply.today,
            currency: buying.supply.currency,
            assumed,
            rows,
            limits: plan.limits,
            infeasible,
            gain: plan.gain,
            bound: plan.bound,
            greedy: plan.shared_by == SharedBy::Greedy,
        }
    }
}

/// To hundredths.
fn trim(projection: &mut Projection) {
    for week in &mut projection.weeks {
        *week = week.map(short);
    }
    projection.asked = projection.asked.map(short);
    projection.lost = projection.lost.map(short);
    projection.chance = projection.chance.map(short);
    for (_, lost) in &mut projection.delayed {
        *lost = short(*lost);
    }
}

/// What a unit brings less goods and freight by the first way, in a usual order.
fn margin(item: &Item<'_>) -> Option<Money> {
    let route = item.routes.first()?;
    let asked = item.demand.paths.sums_of(0.0, 4.0);
    let usual = mean(&asked).clamp(1.0, 1_000_000.0).to_u32().unwrap_or(1);
    let units = item.goods.cartons(usual.max(item.goods.moq)) * item.goods.carton_units;
    let price = item.goods.price(units)?.amount;
    let freight = route.freight(&item.goods, units) / Decimal::from(units);
    let left = item.worth.brings.amount - price - freight;
    Some(Money::new(left.round_dp(4), item.worth.brings.currency))
}

/// Limits that hold today. Of several for the same thing the least counts.
fn read_limits(buying: &Buying<'_>, records: &[Record], wrong: &mut Vec<Text>) -> Limits {
    let today = buying.supply.today;
    let mut limits = Limits::default();
    for record in records {
        let fields = Fields(&record.body);
        let holds = fields.day("from").is_none_or(|from| from <= today)
            && fields.day("until").is_none_or(|until| until >= today);
        if !holds {
            continue;
        }
        let name = fields.text("name").unwrap_or(&record.id);
        match (fields.text("kind"), fields.money("amount"), fields.decimal("quantity")) {
            (Some("cash"), Some(cash), _) => {
                let Some(amount) = buying.supply.convert(cash.amount, cash.currency) else {
                    wrong.push(both(
                        format!("Limit `{name}`: no rate for {}", cash.currency),
                        format!("限额「{name}」：没有 {} 的汇率", cash.currency),
                    ));
                    continue;
                };
                let cash = Money::new(amount, buying.supply.currency).rounded();
                let less = limits.cash.is_none_or(|known| cash.amount < known.amount);
                limits.cash = if less { Some(cash) } else { limits.cash };
            }
            (Some(kind @ ("room" | "weight")), _, Some(quantity)) => {
                let way = mode(fields.text("mode"));
                let at = limits.holds.iter().position(|hold| hold.mode == way);
                let at = at.unwrap_or_else(|| {
                    limits.holds.push(Hold { mode: way, m3: None, kg: None });
                    limits.holds.len() - 1
                });
                let hold = &mut limits.holds[at];
                let one = if kind == "room" { &mut hold.m3 } else { &mut hold.kg };
                *one = Some(one.map_or(quantity, |known| known.min(quantity)));
            }
            _ => wrong.push(both(
                format!("Limit `{name}` says no amount: it was left out"),
                format!("限额「{name}」没有数值，未计入"),
            )),
        }
    }
    limits
}

impl Row {
    fn on(shelf: &Shelf) -> Self {
        Self {
            sku: String::new(),
            market: String::new(),
            name: String::new(),
            category: None,
            supplier: None,
            sellable: shelf.sellable,
            reserved: shelf.reserved,
            unsellable: shelf.unsellable,
            places: shelf.places.iter().map(|(place, units)| (place.clone(), *units)).collect(),
            stock_day: shelf.day,
            stock_shared: shelf.shared,
            coming: Vec::new(),
            daily: [0.0; 4],
            foreseen: 0.0,
            projection: Projection::default(),
            margin: None,
            goods: None,
            proposal: None,
            refused: None,
            notes: Vec::new(),
        }
    }
}

/// A way of transport and its units in a proposal.
pub(crate) fn units_by(proposal: Option<&Proposal>, mode: Mode) -> i64 {
    let orders = proposal.into_iter().flat_map(|proposal| &proposal.orders);
    orders.filter(|order| order.mode == mode).map(|order| i64::from(order.units)).sum()
}
