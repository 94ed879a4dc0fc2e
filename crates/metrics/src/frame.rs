//! What is the same for all queries of one question: scope, conditions, currency, rates, goods.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use argosy_facts::Session;
use argosy_kernel::{Currency, Grain, Period};

use crate::{
    chart::Chart,
    costing::{self, Book},
    desk_data::DeskData,
    dimension::{Dimension, Source},
    engine::Engine,
    expression::{self, Expr, ExpressionError, Operator, Value},
    fetch::Surveys,
    goods::Goods,
    money::Basis,
    plan::{self, Conditions},
    question::{AskError, Filters, dimension},
    rates::Rates,
};

/// One question in its surroundings: everything that its queries share.
pub(crate) struct Frame<'a> {
    pub engine: &'a Engine,
    pub session: &'a Session,
    pub rates: Rates,
    pub goods: Goods,
    pub desk: &'a DeskData,
    /// The day that sales stand on.
    pub basis: Basis,
    pub currency: Currency,
    pub by: Vec<Dimension>,
    pub surveys: Surveys,
    condition: Option<Expr>,
}

/// What all kinds of question ask alike.
pub(crate) struct Asked<'q> {
    pub currency: Currency,
    pub by: Vec<Dimension>,
    pub filters: &'q Filters,
    pub condition: Option<&'q str>,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(
        engine: &'a Engine,
        session: &'a Session,
        desk: &'a DeskData,
        asked: Asked<'_>,
    ) -> Result<Self, AskError> {
        let Asked { currency, by, filters, condition } = asked;
        let mut parts = Vec::new();
        for (name, values) in filters.iter().filter(|(_, values)| !values.is_empty()) {
            parts.push(filter(dimension(name)?, values));
        }
        if let Some(text) = condition.filter(|text| !text.trim().is_empty()) {
            let expr = expression::parse(text)?;
            for (name, at) in expr.names() {
                if Dimension::from_id(name).is_none() {
                    let wrong =
                        ExpressionError::new(at, name.len(), format!("unknown dimension `{name}`"));
                    let known = Dimension::ALL.map(Dimension::id).join(", ");
                    return Err(wrong.hint(format!("conditions speak of: {known}")).into());
                }
            }
            parts.push(expr);
        }
        let condition = parts.into_iter().reduce(|left, right| Expr::Binary {
            left: Box::new(left),
            operator: Operator::And,
            right: Box::new(right),
        });
        let condition = condition.map(|expr| engine.chart().expand(expr)).transpose()?;
        Ok(Self {
            engine,
            session,
            rates: engine.rates().with_own(&desk.own_rates).with_policy(desk.money.fx_policy),
            goods: Goods::new(desk),
            desk,
            basis: Basis::default(),
            currency,
            by,
            surveys: Surveys::default(),
            condition,
        })
    }

    pub(crate) fn chart(&self) -> &'a Chart {
        self.engine.chart()
    }

    /// The book of costs; `None` where the company keeps no purchases.
    pub(crate) async fn book(&self) -> Result<Option<Arc<Book>>, AskError> {
        costing::book(self.engine, self.session, self.desk).await
    }

    /// Whether the conditions let something with these values of the dimensions through.
    pub(crate) fn admits(&self, of: &dyn Fn(&str) -> Value) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.evaluate(of).is_true())
    }

    /// The dimensions that the conditions speak of.
    pub(crate) fn condition_dimensions(&self) -> BTreeSet<Dimension> {
        let names = self.condition.iter().flat_map(Expr::names);
        names.filter_map(|(name, _)| Dimension::from_id(name)).collect()
    }

    /// The first dimension of the question that rows of `source` do not say.
    pub(crate) fn unknown_in(&self, source: Source) -> Option<Dimension> {
        let conditions = self.condition_dimensions();
        self.by.iter().chain(&conditions).copied().find(|dimension| !dimension.known_in(source))
    }

    /// The conditions for one table.
    pub(crate) fn conditions(&self, source: Source) -> Result<Conditions, AskError> {
        let Some(condition) = &self.condition else {
            return Ok(Conditions::default());
        };
        let dimensions = self.condition_dimensions();
        let is_outer = dimensions.contains(&Dimension::Product);
        let relation = if is_outer { "b" } else { "f" };
        let sql = condition.render(&|name, at| {
            let unknown = || ExpressionError::new(at, name.len(), format!("unknown name `{name}`"));
            let dimension = Dimension::from_id(name).ok_or_else(unknown)?;
            Ok(plan::column(dimension, source, relation, self.chart()))
        })?;
        Ok(if is_outer {
            let columns = dimensions
                .iter()
                .flat_map(|dimension| plan::plain_columns(*dimension, source))
                .copied()
                .collect();
            Conditions { inner: Vec::new(), outer: vec![sql], columns }
        } else {
            Conditions { inner: vec![sql], ..Conditions::default() }
        })
    }

    /// Whether traffic must come from the level of listings.
    pub(crate) fn asks_listings(&self) -> bool {
        let conditions = self.condition_dimensions();
        self.by.iter().chain(&conditions).any(|dimension| dimension.is_listing())
    }

    /// The finest time grain among `by`.
    pub(crate) fn grain(by: &[Dimension]) -> Option<Grain> {
        [Dimension::Day, Dimension::Week, Dimension::Month]
            .into_iter()
            .find(|dimension| by.contains(dimension))
            .and_then(Dimension::grain)
    }

    /// How many days of `period` a row with this key covers.
    pub(crate) fn days(by: &[Dimension], key: &[Option<String>], period: Period) -> u64 {
        let Some(grain) = Self::grain(by) else {
            return period.days();
        };
        let place = by.iter().position(|dimension| dimension.grain() == Some(grain));
        let start = place.and_then(|at| key.get(at)?.as_ref()?.parse().ok());
        start.map_or(period.days(), |start| {
            period.each_day().filter(|day| grain.start(*day) == start).count() as u64
        })
    }
}

/// Rows whose dimension has one of the values; an empty text stands for "unknown".
fn filter(dimension: Dimension, values: &[String]) -> Expr {
    let name = || Box::new(Expr::Name { name: dimension.id().to_owned(), at: 0 });
    let list: Vec<Expr> = values
        .iter()
        .filter(|value| !value.is_empty())
        .map(|value| Expr::Text(value.clone()))
        .collect();
    let known = Expr::In { expr: name(), list, negated: false };
    if values.iter().any(String::is_empty) {
        let unknown = Expr::IsNull { expr: name(), negated: false };
        return Expr::Binary {
            left: Box::new(known),
            operator: Operator::Or,
            right: Box::new(unknown),
        };
    }
    known
}

/// Bucket starts of `period` in order, for putting two periods side by side.
pub(crate) fn buckets(grain: Grain, period: Period) -> Vec<String> {
    let mut starts: Vec<_> = period.each_day().map(|day| grain.start(day)).collect();
    starts.dedup();
    starts.into_iter().map(|day| day.to_string()).collect()
}

/// Replaces the days of an earlier period by those of the asked one at the same place, counted from
/// the end: the days just before stand beside the last ones, whole months beside whole months.
pub(crate) fn shift(
    by: &[Dimension],
    key: &mut [Option<String>],
    from: Period,
    to: Period,
    cache: &mut BTreeMap<Dimension, BTreeMap<String, String>>,
) {
    for (dimension, value) in by.iter().zip(key) {
        let (Some(grain), Some(start)) = (dimension.grain(), value.as_mut()) else {
            continue;
        };
        let map = cache.entry(*dimension).or_insert_with(|| {
            let (from, to) = (buckets(grain, from), buckets(grain, to));
            from.into_iter().rev().zip(to.into_iter().rev()).collect()
        });
        if let Some(shifted) = map.get(start.as_str()) {
            shifted.clone_into(start);
        }
    }
}
