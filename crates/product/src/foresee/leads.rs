//! How long each stage takes, learnt from own purchase orders and shipments; and what shipping costs.
//!
//! float-ok: days and estimates of rates.

use std::collections::BTreeMap;

use argosy_desk::Record;
use argosy_kernel::{Currency, Day, Money};
use rust_decimal::Decimal;

use super::{
    fields::Fields,
    flows::{Papers, mode},
    settings::{ModeSettings, Settings},
    supply::Supply,
};
use crate::replenish::{LeadTime, Mode, Passage, Prior, Route, Stage, StageTime};

/// From so many own passages on, those of one supplier or one market are taken for themselves.
const ENOUGH: usize = 3;
/// The deviation of a lead time that a supplier promises, as a share of it.
const PROMISED_SPREAD: f64 = 0.25;

/// A stage of one order or shipment.
#[derive(Clone, Debug)]
pub(crate) struct Passed {
    pub(crate) stage: Stage,
    pub(crate) mode: Option<Mode>,
    /// Supplier of production and inspection, market of the rest.
    pub(crate) whose: Option<String>,
    pub(crate) paper: String,
    pub(crate) began: Day,
    pub(crate) days: f64,
    pub(crate) over: bool,
}

/// All of them.
pub(crate) struct Passages {
    pub(crate) all: Vec<Passed>,
    rates: BTreeMap<Mode, Paid>,
}

/// What own shipments by one way cost, and what they held.
#[derive(Clone, Copy, Default)]
struct Paid {
    freight: Decimal,
    kg: Decimal,
    m3: Decimal,
}

impl Passages {
    /// Reads orders and shipments as of a day.
    pub(crate) fn of(papers: &Papers<'_>, supply: &Supply<'_>, today: Day) -> Self {
        let mut all = Vec::new();
        for order in papers.orders.iter().filter(|one| is_real(one)) {
            of_order(order, today, &mut all);
        }
        let mut rates: BTreeMap<Mode, Paid> = BTreeMap::new();
        for shipment in papers.shipments.iter().filter(|one| is_real(one)) {
            of_shipment(shipment, papers.market_of(shipment), today, &mut all);
            let way = mode(Fields(&shipment.body).text("mode"));
            paid(shipment, supply, rates.entry(way).or_default());
        }
        Self { all, rates }
    }

    /// The belief about a stage.
    fn time(&self, prior: Prior, stage: Stage, (way, whose): (Mode, Option<&str>)) -> StageTime {
        let of_way =
            |passed: &&Passed| passed.stage == stage && passed.mode.is_none_or(|mode| mode == way);
        let own: Vec<&Passed> = self.all.iter().filter(of_way).collect();
        let his: Vec<&&Passed> = own
            .iter()
            .filter(|passed| whose.is_some() && passed.whose.as_deref() == whose)
            .collect();
        let passage = |passed: &Passed| Passage { days: passed.days, over: passed.over };
        let used: Vec<Passage> = if his.iter().filter(|passed| passed.over).count() >= ENOUGH {
            his.into_iter().map(|passed| passage(passed)).collect()
        } else {
            own.into_iter().map(passage).collect()
        };
        StageTime::learn(prior, &used)
    }

    /// The ways to a market, priced and timed.
    pub(crate) fn routes(
        &self,
        settings: &Settings,
        supply: &Supply<'_>,
        (market, supplier): (&str, Option<&str>),
        (lead_days, beside): (Option<i64>, Decimal),
    ) -> Vec<Route> {
        let open = settings
            .modes
            .iter()
            .filter(|mode| mode.markets.is_empty() || mode.markets.iter().any(|own| own == market));
        open.map(|mode| {
            let counts_as = settings.warn.counts_as;
            let stages = STAGES.map(|stage| {
                let mut prior = mode.prior(stage, counts_as);
                if let (Stage::Production, Some(days)) = (stage, lead_days) {
                    prior.mean_days = f64::from(i32::try_from(days).unwrap_or(0));
                    prior.sd_days = prior.mean_days * PROMISED_SPREAD;
                }
                let whose = match stage {
                    Stage::Production | Stage::Inspection => supplier,
                    _ => Some(market),
                };
                (stage, self.time(prior, stage, (mode.id, whose)))
            });
            let lead = LeadTime::new(stages.into_iter().collect());
            self.priced(mode, lead, supply, beside)
        })
        .collect()
    }

    fn priced(
        &self,
        mode: &ModeSettings,
        lead: LeadTime,
        supply: &Supply<'_>,
        beside: Decimal,
    ) -> Route {
        let usual = |dollars: Decimal| supply.convert(dollars, Currency::USD).unwrap_or(dollars);
        let money = |amount: Decimal| Money::new(amount.round_dp(4), supply.currency);
        let (mut per_kg, mut per_m3) = (usual(mode.per_kg), usual(mode.per_m3));
        if let Some(paid) = self.rates.get(&mode.id) {
            // What own shipments cost goes before any usual rate.
            if mode.per_kg > Decimal::ZERO && paid.kg > Decimal::ZERO {
                let charged = mode.kg_per_m3.map_or(paid.kg, |rate| paid.kg.max(paid.m3 * rate));
                per_kg = paid.freight / charged;
            } else if mode.per_m3 > Decimal::ZERO && paid.m3 > Decimal::ZERO {
                per_m3 = paid.freight / paid.m3;
            }
        }
        Route {
            mode: mode.id,
            lead,
            per_kg: money(per_kg),
            per_m3: money(per_m3),
            per_unit: money(beside),
            minimum: money(usual(mode.minimum)),
            kg_per_m3: mode.kg_per_m3,
        }
    }
}

pub(crate) const STAGES: [Stage; 5] =
    [Stage::Production, Stage::Inspection, Stage::HeadHaul, Stage::Customs, Stage::Receiving];

fn is_real(record: &Record) -> bool {
    !matches!(record.state.as_deref(), Some("draft" | "planned" | "cancelled"))
}

/// A stage between two days; one that has not ended lasts until today, if the document is open.
fn between(
    (stage, mode, whose): (Stage, Option<Mode>, Option<&str>),
    (began, ended): (Option<Day>, Option<Day>),
    (paper, today, closed): (&str, Day, bool),
    all: &mut Vec<Passed>,
) {
    let Some(began) = began.filter(|day| *day <= today) else { return };
    let over = ended.is_some();
    if !over && closed {
        return;
    }
    let days = (ended.unwrap_or(today) - began).num_days().max(0);
    all.push(Passed {
        stage,
        mode,
        whose: whose.map(str::to_owned),
        paper: paper.to_owned(),
        began,
        days: f64::from(i32::try_from(days).unwrap_or(0)),
        over,
    });
}

fn of_order(order: &Record, today: Day, all: &mut Vec<Passed>) {
    let fields = Fields(&order.body);
    let supplier = fields.text("supplier");
    let closed = matches!(order.state.as_deref(), Some("shipped" | "received" | "closed"));
    let paper = (order.id.as_str(), today, closed);
    let sent = fields.day("sent_on").or_else(|| fields.day("ordered_on"));
    let ready = fields.day("ready_on");
    between((Stage::Production, None, supplier), (sent, ready), paper, all);
    between((Stage::Inspection, None, supplier), (ready, fields.day("shipped_on")), paper, all);
}

fn of_shipment(shipment: &Record, market: Option<&str>, today: Day, all: &mut Vec<Passed>) {
    let fields = Fields(&shipment.body);
    let way = Some(mode(fields.text("mode")));
    let closed = matches!(shipment.state.as_deref(), Some("received" | "closed"));
    let paper = (shipment.id.as_str(), today, closed);
    let [atd, ata, cleared, received] =
        ["atd", "ata", "cleared_on", "received_on"].map(|id| fields.day(id));
    between((Stage::HeadHaul, way, market), (atd, ata), paper, all);
    between((Stage::Customs, way, market), (ata, cleared.or(received)), paper, all);
    between((Stage::Receiving, way, market), (cleared.or(ata), received), paper, all);
}

/// Adds what a shipment cost and held.
fn paid(shipment: &Record, supply: &Supply<'_>, sum: &mut Paid) {
    let fields = Fields(&shipment.body);
    let freight = fields.lines("costs").filter(|line| line.text("kind") == Some("freight"));
    let cost: Decimal = freight
        .filter_map(|line| line.money("actual").or_else(|| line.money("estimated")))
        .filter_map(|money| supply.convert(money.amount, money.currency))
        .sum();
    if cost <= Decimal::ZERO {
        return;
    }
    let (mut kg, mut m3) = (Decimal::ZERO, Decimal::ZERO);
    for line in fields.lines("boxes") {
        let number = |id: &str| line.decimal(id).unwrap_or_default();
        let count = number("count");
        kg += count * number("weight_kg");
        let volume = number("length_cm") * number("width_cm") * number("height_cm");
        m3 += count * volume / Decimal::from(1_000_000);
    }
    if kg > Decimal::ZERO || m3 > Decimal::ZERO {
        sum.freight += cost;
        sum.kg += kg;
        sum.m3 += m3;
    }
}
