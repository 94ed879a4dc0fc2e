//! Until which day a rule judges: days whose figures still grow are left out.

use std::collections::BTreeSet;

use argosy_kernel::Day;
use argosy_metrics::{Engine, Kind, expression::Expr, restatement::RestatementCurve};
use chrono::Days;

use super::{WatchInput, WatchQuestion};
use crate::{
    error::LoopError,
    frame::day_of,
    rules::{InputKind, Provisional, Rule},
    settings::Settings,
};

/// The last day that a rule judges.
pub(super) async fn judged_until(
    rule: &Rule,
    input: &WatchInput<'_>,
    question: &WatchQuestion,
    settings: &Settings,
    told: &mut Told,
) -> Result<Day, LoopError> {
    let Some(kind) = rule.provisional else { return Ok(question.day) };
    let age = settled_age(rule, kind, input, settings);
    // Figures of a day long past have settled, however they look at their own age.
    let seen = input.desk.seen.unwrap_or(question.day).max(question.day);
    let settled = seen.checked_sub_days(Days::new(age.into())).unwrap_or(question.day);
    let told = told.last(input, kind).await?.unwrap_or(question.day);
    Ok(question.day.min(settled).min(told))
}

/// From which age on the figures of a rule may be judged.
fn settled_age(rule: &Rule, kind: Provisional, input: &WatchInput<'_>, settings: &Settings) -> u32 {
    let young = &settings.provisional;
    let measures = measures(rule, kind, input.engine);
    let curves = input.desk.money.curves.iter().filter(|curve| {
        curve.table == kind.table() && (measures.is_empty() || measures.contains(&curve.measure))
    });
    let learnt = curves.map(|curve| age_of(curve, settings)).max();
    let unlearnt = rule.provisional_days.unwrap_or(match kind {
        Provisional::Ads => young.ads,
        Provisional::Traffic => young.traffic,
    });
    learnt.unwrap_or(unlearnt).min(young.most)
}

/// The age at which a curve has reached the share that is called settled.
fn age_of(curve: &RestatementCurve, settings: &Settings) -> u32 {
    let reached = curve.steps.iter().find(|step| step.middle >= settings.provisional.settled_share);
    let age = reached.map_or(curve.final_age, |step| step.age);
    u32::try_from(age.max(0)).unwrap_or(0)
}

/// The columns of the table that the rule's metrics sum.
fn measures(rule: &Rule, kind: Provisional, engine: &Engine) -> BTreeSet<String> {
    let registry = engine.registry();
    let mut open: Vec<&str> = Vec::new();
    for input in &rule.inputs {
        if let InputKind::Metrics { metrics, .. } = &input.kind {
            open.extend(metrics.iter().map(String::as_str));
        }
    }
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut measures = BTreeSet::new();
    while let Some(id) = open.pop() {
        let Some(metric) = registry.get(id).filter(|_| seen.insert(id)) else { continue };
        if let Kind::Simple(simple) = &metric.kind
            && simple.source.table() == kind.table()
            && let Some(Expr::Name { name, .. }) = &simple.expr
        {
            measures.insert(name.clone());
        }
        open.extend(registry.inputs(metric));
    }
    measures
}

/// The last days of tables that were looked at in this run.
#[derive(Debug, Default)]
pub(super) struct Told(Vec<(Provisional, Option<Day>)>);

impl Told {
    async fn last(
        &mut self,
        input: &WatchInput<'_>,
        kind: Provisional,
    ) -> Result<Option<Day>, LoopError> {
        if let Some((_, day)) = self.0.iter().find(|(known, _)| *known == kind) {
            return Ok(*day);
        }
        let day = last_told(input, kind).await?;
        self.0.push((kind, day));
        Ok(day)
    }
}

/// The last day that the table tells: a report that has not come must not look like a fall.
async fn last_told(input: &WatchInput<'_>, kind: Provisional) -> Result<Option<Day>, LoopError> {
    use argosy_facts::arrow::{array::AsArray, datatypes::Date32Type};
    let sql = format!("SELECT max(\"day_to\") FROM {}", kind.table());
    let batches = input.session.query(&sql).await?;
    let days = batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Date32Type>().iter());
    Ok(days.flatten().max().and_then(day_of))
}
