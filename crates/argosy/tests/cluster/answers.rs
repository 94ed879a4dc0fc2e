//! The same figures with and without workers.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    time::Instant,
};

use argosy::app::App;
use argosy_facts::content_hash;
use argosy_metrics::{ProfitQuestion, Question, ReconcileQuestion};
use serde_json::{Value, json};

use crate::site::site;

/// Metrics asked for in one question.
const AT_ONCE: usize = 24;

fn hash(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.to_string().hash(&mut hasher);
    hasher.finish()
}

/// An answer's rows by metric: a hash of every figure with its key.
async fn by_metric(app: &App, question: &Question) -> BTreeMap<String, u64> {
    let desk = app.desk_data().await.unwrap();
    let answer = app
        .analytics()
        .question(None, async |session| Ok(app.engine().ask(session, &desk, question).await?))
        .await
        .unwrap_or_else(|error| panic!("{:?}: {error}", question.metrics));
    question
        .metrics
        .iter()
        .map(|metric| {
            let rows = answer
                .rows
                .iter()
                .map(|row| json!([row.key, row.values.get(metric), row.bands.get(metric)]));
            let figures = json!([rows.collect::<Vec<_>>(), answer.totals.get(metric)]);
            (metric.clone(), hash(&figures))
        })
        .collect()
}

pub(crate) fn question(metrics: &[String], by: &[&str]) -> Question {
    serde_json::from_value(json!({
        "metrics": metrics, "by": by,
        "from": "2025-01-01", "to": "2026-12-31", "currency": "EUR",
    }))
    .unwrap()
}

pub(crate) fn profit_question(by: &[&str]) -> ProfitQuestion {
    serde_json::from_value(json!({
        "by": by, "from": "2025-01-01", "to": "2026-12-31", "currency": "EUR",
    }))
    .unwrap()
}

pub(crate) async fn profit(app: &App, question: &ProfitQuestion) -> Value {
    let desk = app.desk_data().await.unwrap();
    let profit = app
        .analytics()
        .question(None, async |session| Ok(app.engine().profit(session, &desk, question).await?))
        .await
        .unwrap();
    let columns: Vec<_> = profit.columns.iter().map(|column| &column.key).collect();
    json!([profit.lines, columns, profit.cells])
}

#[tokio::test(flavor = "multi_thread")]
async fn every_metric_and_the_profit_report_are_those_of_one_machine() {
    let Some(site) = site() else { return };
    let workers = site.workers(2);
    let plain = site.plain().await;
    let server = site.server(&workers).await;
    let app = &server.app;
    let facts = async |app: &App| {
        let files = app.desk().current_files(None).await.unwrap();
        content_hash(&app.facts().session(&files).unwrap()).await.unwrap()
    };
    assert_eq!(facts(app).await, facts(&plain).await);

    let cards = plain.engine().metrics();
    let (mut alone, mut shared) = (BTreeMap::new(), BTreeMap::new());
    let mut seconds = [0.0; 2];
    for by in [&["month", "channel"][..], &["seller_sku", "market"]] {
        let fits = |card: &&argosy_metrics::MetricCard| {
            let has = |wanted: &str| card.dimensions.iter().any(|own| own.id() == wanted);
            by.iter().all(|wanted| *wanted == "month" || has(wanted))
        };
        let ids: Vec<String> = cards.iter().filter(fits).map(|card| card.id.clone()).collect();
        for metrics in ids.chunks(AT_ONCE) {
            let question = question(metrics, by);
            let start = Instant::now();
            let named = |(metric, hash)| (format!("{metric} by {by:?}"), hash);
            alone.extend(by_metric(&plain, &question).await.into_iter().map(named));
            seconds[0] += start.elapsed().as_secs_f32();
            let start = Instant::now();
            shared.extend(by_metric(app, &question).await.into_iter().map(named));
            seconds[1] += start.elapsed().as_secs_f32();
        }
    }
    // What fits neither grouping is asked for as it stands.
    for card in &cards {
        if !alone.keys().any(|asked| asked.starts_with(&format!("{} by", card.id))) {
            let question = question(std::slice::from_ref(&card.id), &[]);
            alone.extend(by_metric(&plain, &question).await);
            shared.extend(by_metric(app, &question).await);
        }
    }
    assert!(alone.len() >= cards.len());
    let differ: Vec<_> = alone.iter().filter(|(id, hash)| shared.get(*id) != Some(hash)).collect();
    assert!(differ.is_empty(), "{} of {} differ: {differ:#?}", differ.len(), alone.len());

    for by in [&["month"][..], &["store", "seller_sku"], &["channel", "market", "month"]] {
        let question = profit_question(by);
        assert_eq!(hash(&profit(app, &question).await), hash(&profit(&plain, &question).await));
    }
    let counts = server.cluster().counts();
    eprintln!(
        "{} metrics in {} groupings: {:.1} s alone, {:.1} s shared; {counts:?}; loaded in {:?}",
        cards.len(),
        alone.len(),
        seconds[0],
        seconds[1],
        site.load
    );
    assert!(counts.shared > 50 && counts.again == 0 && counts.alone == 0, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn reconciliation_stock_and_open_sql_are_those_of_one_machine() {
    let Some(site) = site() else { return };
    let workers = site.workers(2);
    let plain = site.plain().await;
    let server = site.server(&workers).await;
    let everything = async |app: &App| {
        let engine = app.engine();
        let desk = app.desk_data().await.unwrap();
        let of = |name: &str, value: Value| (name.to_owned(), value);
        app.analytics()
            .question(None, async |session| {
                let wanted = ReconcileQuestion::default();
                let statements = engine.reconcile(session, &desk, &wanted).await?;
                let scope = engine.scope(session).await?;
                Ok([
                    of("statements", serde_json::to_value(statements).unwrap()),
                    of("scope", serde_json::to_value(scope).unwrap()),
                    of(
                        "unknown",
                        serde_json::to_value(engine.quarantine(session, &desk).await?).unwrap(),
                    ),
                ])
            })
            .await
            .unwrap()
    };
    assert_eq!(everything(&server.app).await, everything(&plain).await);

    // Joins, distinct counts, windows and sorting on the workers; the whole command line around it.
    let sql = "select l.channel, l.day, sum(l.amount) s, count(distinct o.order_id) o, \
               rank() over (partition by l.channel order by sum(l.amount) desc) r \
               from ledger l left join orders o on l.order_id = o.order_id \
               group by 1, 2 order by 1, 5, 2 limit 500";
    let answer = |mut command: std::process::Command| {
        let done = command.args(["--json", "sql", sql]).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    assert_eq!(answer(server.command()), answer(site.plain_command()));
    assert!(server.cluster().counts().shared > 0);
}
