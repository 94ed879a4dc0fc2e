//! A row that fired becomes a finding: subject, stake, causes with their tests, evidence that opens.

use std::collections::BTreeMap;

use argosy_kernel::{Day, Money, Period};
use argosy_metrics::{Engine, Filters, Question, View, expression::Value};
use rust_decimal::Decimal;

use super::WatchQuestion;
use crate::{
    diagnose,
    finding::{Evidence, Finding, FiredThreshold, Subject, Unit, Working, WorkingValue, identity},
    frame::{
        Frame, inputs,
        thresholds::{Catalogue, Thresholds},
    },
    judge::{Row, shown},
    rules::{InputKind, Label, Rule, ThresholdDef, name_of},
};

/// Makes findings of one rule.
pub(super) struct Builder<'a> {
    rule: &'a Rule,
    catalogue: &'a Catalogue,
    evidence: Vec<(&'a str, Label)>,
    /// Columns that the stake rests on, in the order they are worked out.
    working: Vec<(&'a str, Label)>,
}

/// Where the row stands.
pub(super) struct Place<'a> {
    pub frame: &'a Frame,
    pub at: usize,
    pub thresholds: &'a Thresholds<'a>,
}

/// Days that findings are compared over.
const MONTH_DAYS: u32 = 30;

impl<'a> Builder<'a> {
    pub(super) fn new(rule: &'a Rule, engine: &Engine, catalogue: &'a Catalogue) -> Self {
        let labelled = |column: &'a str| {
            let plain = || {
                let name = argosy_kernel::Text { en: column.to_owned(), zh_cn: column.to_owned() };
                Label { name, unit: Unit::Ratio, origin: None }
            };
            (column, name_of(rule, column, engine).unwrap_or_else(plain))
        };
        let evidence = rule.evidence.iter().map(|column| labelled(column)).collect();
        let working = behind_the_stake(rule).into_iter().map(labelled).collect();
        Self { rule, catalogue, evidence, working }
    }

    pub(super) fn finding(
        &self,
        row: &Row<'_>,
        place: &Place<'_>,
        question: &WatchQuestion,
        end: Day,
    ) -> Finding {
        let rule = self.rule;
        let key = |columns: &[String]| -> BTreeMap<String, String> {
            let value = |name: &String| {
                place.frame.column(name).map_or_else(String::new, |column| column.key(place.at))
            };
            columns.iter().map(|name| (name.clone(), value(name))).collect()
        };
        let stake = row.stake();
        let money = |amount: Decimal| Money::new(amount, question.currency).rounded();
        let monthly = stake.middle * Decimal::from(MONTH_DAYS) / Decimal::from(rule.per);
        Finding {
            id: identity(&rule.problem, &key(&rule.join)),
            rule: rule.id.clone(),
            problem: rule.problem.clone(),
            family: rule.family.clone(),
            title: rule.title.clone(),
            subject: self.subject(key(&rule.grain)),
            window: inputs::days_until(end, rule.window),
            stake: money(stake.middle),
            low: money(stake.low),
            high: money(stake.high),
            per_days: rule.per,
            monthly: money(monthly),
            causes: diagnose::causes(rule, row),
            evidence: self.evidence(row, place, question, end),
            working: self.working(row),
            thresholds: self.thresholds(place),
            effect: rule.effect.clone(),
            joined: vec![rule.id.clone()],
        }
    }

    /// People call it by the column that the subject is named after; a SKU by its product.
    fn subject(&self, key: BTreeMap<String, String>) -> Subject {
        let text = |name: &str| key.get(name).map_or("", String::as_str);
        let rule = self.rule;
        let named = if rule.subject == "sku" { "seller_sku" } else { rule.subject.as_str() };
        let column = rule.grain.iter().find(|column| *column == named).or(rule.grain.last());
        let name = match column.map(String::as_str) {
            Some("seller_sku") => {
                let sku = text("seller_sku");
                self.catalogue.name(text("store"), sku).unwrap_or(sku)
            }
            Some(column) => text(column),
            None => "",
        };
        Subject { kind: rule.subject.clone(), name: name.to_owned(), key }
    }

    fn evidence(
        &self,
        row: &Row<'_>,
        place: &Place<'_>,
        question: &WatchQuestion,
        end: Day,
    ) -> Vec<Evidence> {
        let one = |(column, label): &(&str, Label)| {
            let earlier = format!("{column}_before");
            let has_earlier =
                place.frame.column(&earlier).is_some() || self.rule.value(&earlier).is_some();
            Evidence {
                id: (*column).to_owned(),
                name: label.name.clone(),
                unit: label.unit,
                value: in_unit(&row.value(column), label.unit),
                before: has_earlier.then(|| in_unit(&row.value(&earlier), label.unit)).flatten(),
                question: self.question(column, label, place, (question, end)),
            }
        };
        self.evidence.iter().map(one).collect()
    }

    /// The question that gives a figure again.
    fn question(
        &self,
        column: &str,
        label: &Label,
        place: &Place<'_>,
        (question, end): (&WatchQuestion, Day),
    ) -> Option<Question> {
        let (metric, name) = label.origin.as_ref()?;
        let input = self.rule.inputs.iter().find(|input| input.name == *name)?;
        let InputKind::Metrics { by, before, condition, .. } = &input.kind else { return None };
        let window = match before {
            Some(days) if column.ends_with("_before") => {
                inputs::before(inputs::window(input, end), *days)
            }
            _ => inputs::window(input, end),
        };
        let mut filters: Filters = question.filters.clone();
        for name in by {
            // Without the column the row cannot say which part of the metric it is.
            let value = place.frame.column(name)?.key(place.at);
            filters.insert(name.clone(), vec![value]);
        }
        Some(asked(metric, window, condition.clone(), filters, question))
    }

    fn working(&self, row: &Row<'_>) -> Working {
        let values = self.working.iter().map(|(column, label)| WorkingValue {
            id: (*column).to_owned(),
            name: label.name.clone(),
            unit: label.unit,
            sql: self.rule.value(column).map(|value| value.formula.text.clone()),
            value: in_unit(&row.value(column), label.unit),
        });
        Working { stake: self.rule.stake.text.clone(), values: values.collect() }
    }

    fn thresholds(&self, place: &Place<'_>) -> Vec<FiredThreshold> {
        let one = |threshold: &ThresholdDef| {
            let (value, scope) = place.thresholds.of(&threshold.name, place.frame, place.at)?;
            Some(FiredThreshold {
                rule: self.rule.id.clone(),
                name: threshold.name.clone(),
                says: threshold.says.clone(),
                value,
                unit: threshold.unit,
                scope,
            })
        };
        self.rule.thresholds.iter().filter_map(one).collect()
    }
}

fn asked(
    metric: &str,
    window: Period,
    condition: Option<String>,
    filters: Filters,
    question: &WatchQuestion,
) -> Question {
    Question {
        metrics: vec![metric.to_owned()],
        by: Vec::new(),
        from: window.from,
        to: window.to,
        condition,
        filters,
        currency: question.currency,
        compare: None,
        as_of: None,
        order: None,
        limit: None,
        view: View::default(),
    }
}

/// A value as precise as its unit is read: money in cents (parts of a coin finer), shares to a
/// ten-thousandth of a percent.
fn in_unit(value: &Value, unit: Unit) -> Option<String> {
    let Value::Number(number) = value else { return shown(value) };
    let digits = match unit {
        Unit::Money if number.abs() < Decimal::ONE => 4,
        Unit::Fraction | Unit::Ratio => 6,
        _ => 2,
    };
    shown(&Value::Number(number.round_dp(digits)))
}

/// The columns that the stake is made of in the end, worked values after what they rest on.
fn behind_the_stake(rule: &Rule) -> Vec<&str> {
    let mut wanted: Vec<&str> = rule.stake.columns();
    // Values rest on earlier ones only: one pass from the last to the first finds all.
    for value in rule.values.iter().rev() {
        if wanted.contains(&value.name.as_str()) {
            for column in value.formula.columns() {
                if !wanted.contains(&column) {
                    wanted.push(column);
                }
            }
        }
    }
    let is_value = |column: &str| rule.values.iter().position(|value| value.name == column);
    wanted.sort_by_key(|column| is_value(column).map_or(0, |at| at + 1));
    wanted
}
