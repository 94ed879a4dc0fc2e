//! `ask`: a question in, an answer with its notes out.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use argosy_facts::Session;
use argosy_kernel::{Period, Text};

use crate::{
    answer::{
        Answer, AnswerColumn, AnswerRow, CostRuleNote, DefinitionNote, Figure, FxNote, LevelNote,
        Notes,
    },
    bands,
    cumulative::{self, Running},
    desk_data::DeskData,
    dimension::Dimension,
    engine::Engine,
    fetch::{Gathered, Key, fetch},
    frame::{Asked, Frame, shift},
    question::{AskError, Order, Question, dimensions, period},
    registry::{Kind, Metric, Program},
    sheet::{Sheet, SheetRow},
};

/// Figures of one period by key.
struct Table {
    rows: HashMap<Key, Vec<Figure>>,
    totals: Vec<Figure>,
}

pub(crate) async fn ask(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
    question: &Question,
) -> Result<Answer, AskError> {
    let asked = period(question.from, question.to)?;
    let by = dimensions(&question.by)?;
    let wanted = wanted(engine, &question.metrics)?;
    check_order(question, &by, &wanted)?;
    let scope = Asked {
        currency: question.currency,
        by,
        filters: &question.filters,
        condition: question.condition.as_deref(),
    };
    let mut frame = Frame::new(engine, session, desk, scope)?;
    frame.basis = question.view.basis;
    let program = Program::new(engine.registry(), &wanted);
    let mut gathered = Gathered::default();
    let now = figures(&frame, &program, asked, &mut gathered).await?;
    let before = match question.compare {
        Some(compare) => {
            // The notes speak of the asked period; what they say of the other one would mix in.
            let mut apart = Gathered::default();
            let other = compare.of(asked);
            let mut table = figures(&frame, &program, other, &mut apart).await?;
            gathered.sql.append(&mut apart.sql);
            table.rows = shifted(&frame.by, table.rows, other, asked);
            Some(table)
        }
        None => None,
    };
    let slots: Vec<usize> = wanted.iter().filter_map(|id| program.position(id)).collect();
    let asked_metrics: Vec<&Metric> = slots.iter().map(|slot| program.steps()[*slot]).collect();
    let changes = bands::changes(&frame, desk, &asked_metrics, asked).await?;
    let worked = Worked { program, slots, now, before, gathered };
    let mut answer = assemble(&frame, question, worked);
    changes.attach(&frame.by, &mut answer);
    Ok(answer)
}

/// The rows of a question as plain columns.
pub(crate) async fn sheet(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
    question: &Question,
) -> Result<Sheet, AskError> {
    let asked = period(question.from, question.to)?;
    let by = dimensions(&question.by)?;
    let wanted = wanted(engine, &question.metrics)?;
    let scope = Asked {
        currency: question.currency,
        by,
        filters: &question.filters,
        condition: question.condition.as_deref(),
    };
    let mut frame = Frame::new(engine, session, desk, scope)?;
    frame.basis = question.view.basis;
    let program = Program::new(engine.registry(), &wanted);
    let table = figures(&frame, &program, asked, &mut Gathered::default()).await?;
    let slots: Vec<usize> = wanted.iter().filter_map(|id| program.position(id)).collect();
    let of = |figures: Vec<Figure>| slots.iter().map(|slot| figures[*slot].known()).collect();
    let mut rows: Vec<SheetRow> = match frame.by.is_empty() {
        true => vec![SheetRow { key: Vec::new(), figures: of(table.totals) }],
        false => table
            .rows
            .into_iter()
            .map(|(key, figures)| SheetRow { key, figures: of(figures) })
            .collect(),
    };
    rows.sort_by(|left, right| left.key.cmp(&right.key));
    Ok(Sheet {
        by: frame.by.iter().map(|by| by.id()).collect(),
        metrics: wanted.into_iter().map(str::to_owned).collect(),
        rows,
    })
}

/// Whether a metric of the question is made of exchange results.
pub(crate) fn asks_exchange_results(engine: &Engine, question: &Question) -> bool {
    let Ok(wanted) = wanted(engine, &question.metrics) else { return false };
    let program = Program::new(engine.registry(), &wanted);
    program.steps().iter().any(|metric| match &metric.kind {
        Kind::Simple(simple) => {
            let filter = simple.filter_text.as_deref().unwrap_or_default();
            filter.contains("financial") || filter.contains("fx_")
        }
        _ => false,
    })
}

fn wanted<'a>(engine: &'a Engine, ids: &[String]) -> Result<Vec<&'a str>, AskError> {
    if ids.is_empty() {
        let hint = "name at least one, such as net_sales";
        return Err(AskError::question("no_metric", "no metric is asked", hint));
    }
    let mut wanted: Vec<&str> = Vec::new();
    for id in ids {
        let Some(metric) = engine.registry().get(id) else {
            let hint = match engine.registry().nearest(id) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "the page Metrics and docs/concepts/metrics.md list all of them".to_owned(),
            };
            return Err(AskError::question(
                "unknown_metric",
                format!("unknown metric `{id}`"),
                hint,
            ));
        };
        if !wanted.contains(&metric.id.as_str()) {
            wanted.push(&metric.id);
        }
    }
    Ok(wanted)
}

fn check_order(question: &Question, by: &[Dimension], wanted: &[&str]) -> Result<(), AskError> {
    let Some(order) = &question.order else { return Ok(()) };
    let is_dimension = by.iter().any(|dimension| dimension.id() == order.by);
    if is_dimension || wanted.contains(&order.by.as_str()) {
        return Ok(());
    }
    let message = format!("the rows cannot be ordered by `{}`", order.by);
    Err(AskError::question("unknown_order", message, "order by a metric or dimension you ask for"))
}

/// Why this question cannot ask a metric.
fn refusal(frame: &Frame<'_>, metric: &Metric) -> Option<Arc<str>> {
    let unknown =
        |dimension: Dimension| -> Arc<str> { format!("not known by {}", dimension.id()).into() };
    let named = frame.by.iter().find(|dimension| {
        let is_simple = matches!(metric.kind, Kind::Simple(_));
        !metric.dimensions.contains(dimension) && !is_simple
    });
    match &metric.kind {
        Kind::Simple(simple) => frame.unknown_in(simple.source).map(unknown),
        _ => named.copied().map(unknown),
    }
}

async fn figures(
    frame: &Frame<'_>,
    program: &Program<'_>,
    period: Period,
    gathered: &mut Gathered,
) -> Result<Table, AskError> {
    let refusals: Vec<Option<Arc<str>>> =
        program.steps().iter().map(|metric| refusal(frame, metric)).collect();
    let askable = || program.steps().iter().zip(&refusals).filter(|(_, no)| no.is_none());
    let simples: Vec<&Metric> =
        askable().map(|(m, _)| *m).filter(|m| matches!(m.kind, Kind::Simple(_))).collect();
    let sums = fetch(frame, &simples, &frame.by, period, gathered).await?;
    let mut running: BTreeMap<&str, Running> = BTreeMap::new();
    for (metric, _) in askable() {
        if matches!(metric.kind, Kind::Cumulative { .. }) {
            let total = cumulative::running(frame, metric, &frame.by, period, gathered).await?;
            running.insert(&metric.id, total);
        }
    }
    let refused = |at: usize| refusals[at].clone();
    let nothing = || Figure::Undefined("no facts in this scope".into());
    let mut keys: BTreeSet<&Key> = sums.rows.keys().collect();
    keys.extend(running.values().flat_map(|running| running.rows.keys()));
    let empty = Vec::new();
    let rows = keys
        .into_iter()
        .map(|key| {
            let row = sums.rows.get(key).unwrap_or(&empty);
            let read = |metric: &Metric| match running.get(metric.id.as_str()) {
                Some(running) => running.rows.get(key).cloned().unwrap_or_else(nothing),
                None => sums.figure(metric, Some(row)),
            };
            let days = Frame::days(&frame.by, key, period);
            (key.clone(), program.run(&read, &refused, days))
        })
        .collect();
    let read = |metric: &Metric| match running.get(metric.id.as_str()) {
        Some(running) => running.total.clone().unwrap_or_else(nothing),
        None => sums.figure(metric, None),
    };
    let totals = program.run(&read, &refused, period.days());
    Ok(Table { rows, totals })
}

/// Rows of an earlier period under the keys of the asked one.
fn shifted<T>(
    by: &[Dimension],
    rows: HashMap<Key, T>,
    from: Period,
    to: Period,
) -> HashMap<Key, T> {
    let mut cache = BTreeMap::new();
    rows.into_iter()
        .map(|(mut key, row)| {
            shift(by, &mut key, from, to, &mut cache);
            (key, row)
        })
        .collect()
}

/// Everything worked out for an answer; `slots` are the places of the asked metrics.
struct Worked<'a> {
    program: Program<'a>,
    slots: Vec<usize>,
    now: Table,
    before: Option<Table>,
    gathered: Gathered,
}

fn assemble(frame: &Frame<'_>, question: &Question, worked: Worked<'_>) -> Answer {
    let Worked { program, slots, mut now, mut before, gathered } = worked;
    let (program, slots) = (&program, slots.as_slice());
    let mut keys: Vec<Key> = now.rows.keys().cloned().collect();
    if let Some(before) = &before {
        keys.extend(before.rows.keys().filter(|key| !now.rows.contains_key(*key)).cloned());
    }
    // Without dimensions the totals are the one row.
    if frame.by.is_empty() && keys.is_empty() {
        keys.push(Vec::new());
    }
    sort(&mut keys, question.order.as_ref(), &frame.by, program, &now.rows);
    let total_rows = keys.len();
    keys.truncate(question.limit.unwrap_or(usize::MAX));
    let values = |figures: Option<Vec<Figure>>| -> BTreeMap<String, Figure> {
        let nothing = || Figure::Undefined("no facts in this period".into());
        slots
            .iter()
            .map(|slot| {
                let figure =
                    figures.as_ref().map_or_else(nothing, |figures| figures[*slot].clone());
                (program.steps()[*slot].id.clone(), figure)
            })
            .collect()
    };
    let rows = keys
        .into_iter()
        .map(|key| AnswerRow {
            values: values(match frame.by.is_empty() {
                true => Some(now.totals.clone()),
                false => now.rows.remove(&key),
            }),
            bands: BTreeMap::new(),
            previous: before.as_mut().map(|before| {
                values(match frame.by.is_empty() {
                    true => Some(before.totals.clone()),
                    false => before.rows.remove(&key),
                })
            }),
            key: frame.by.iter().map(|by| by.id().to_owned()).zip(key).collect(),
        })
        .collect();
    Answer {
        columns: columns(frame, program, slots),
        rows,
        totals: values(Some(now.totals)),
        previous_totals: before.map(|before| values(Some(before.totals))),
        total_bands: BTreeMap::new(),
        total_rows,
        currency: question.currency,
        notes: notes(frame, program.steps(), gathered, question.as_of),
    }
}

fn columns(frame: &Frame<'_>, program: &Program<'_>, slots: &[usize]) -> Vec<AnswerColumn> {
    let dimensions = frame.by.iter().map(|dimension| AnswerColumn {
        id: dimension.id().to_owned(),
        kind: "dimension",
        unit: None,
        better: None,
        name: frame.engine.dimension_name(*dimension),
    });
    let metrics = slots.iter().map(|slot| {
        let metric = program.steps()[*slot];
        AnswerColumn {
            id: metric.id.clone(),
            kind: "metric",
            unit: Some(metric.unit),
            better: Some(metric.better),
            name: Text::clone(&metric.name),
        }
    });
    dimensions.chain(metrics).collect()
}

/// By the asked column, unknown figures last; otherwise by key.
fn sort(
    keys: &mut [Key],
    order: Option<&Order>,
    by: &[Dimension],
    program: &Program<'_>,
    rows: &HashMap<Key, Vec<Figure>>,
) {
    // Unknown dimensions stand last, as unknown figures do.
    let text = |left: &Option<String>, right: &Option<String>| match (left, right) {
        (Some(left), Some(right)) => left.cmp(right),
        (left, right) => left.is_none().cmp(&right.is_none()),
    };
    let by_key = |left: &Key, right: &Key| {
        let parts = left.iter().zip(right).map(|(left, right)| text(left, right));
        parts.fold(Ordering::Equal, Ordering::then)
    };
    keys.sort_by(by_key);
    let Some(order) = order else { return };
    let turn = |ordering: Ordering| if order.desc { ordering.reverse() } else { ordering };
    if let Some(at) = by.iter().position(|dimension| dimension.id() == order.by) {
        keys.sort_by(|left, right| turn(text(&left[at], &right[at])));
    } else if let Some(slot) = program.position(&order.by) {
        let figure = |key: &Key| rows.get(key).and_then(|figures| figures[slot].known());
        keys.sort_by_cached_key(|key| {
            let number = figure(key);
            let signed = number.map(|number| if order.desc { -number } else { number });
            (number.is_none(), signed)
        });
    }
}

pub(crate) fn notes(
    frame: &Frame<'_>,
    metrics: &[&Metric],
    gathered: Gathered,
    as_of: Option<i64>,
) -> Notes {
    let (provisional, unclassified) = gathered.shares();
    let mut definitions: Vec<DefinitionNote> = metrics
        .iter()
        .map(|metric| DefinitionNote {
            id: metric.id.clone(),
            version: metric.version.clone(),
            origin: DefinitionNote::origin(metric.origin),
        })
        .collect();
    definitions.sort();
    Notes {
        sql: gathered.sql.join(";\n\n"),
        definitions,
        fx: Some(FxNote {
            policy: if gathered.converted { frame.rates.policy().code() } else { "none" },
            last_rate_day: frame.rates.last_day().filter(|_| gathered.converted),
        }),
        provisional_share: provisional.map(|share| share.to_string()),
        unclassified_share: unclassified.map(|share| share.to_string()),
        as_of,
        rows_read: gathered.rows_read,
        units_without_cost: gathered.units_without_cost.map(|units| units.to_string()),
        money_without_rate: gathered.money_without_rate,
        periods_excluded: gathered.periods_excluded,
        levels: gathered
            .levels
            .into_iter()
            .map(|((table, level), days)| LevelNote { table, level, days: days.len() })
            .collect(),
        cost_rules: gathered
            .cost_rules
            .into_iter()
            .map(|(rule, units)| CostRuleNote { rule, units })
            .collect(),
        allocation: gathered.allocation,
        ad_cost_sources: gathered.ad_cost,
        ..Notes::default()
    }
}
