//! All rules over the newest facts, and their findings into the queue.

use std::collections::BTreeMap;

use argosy_desk::{ImportState, Merged};
use argosy_facts::Session;
use argosy_kernel::{Day, Money, Text, names::short_hash};
use argosy_loop::{
    finding::{Finding, Threshold},
    learn::{self, Delivered, Prior},
    queue::{self, Owners, Refresh},
    rank,
    rules::Rules,
    watch::{self, Facet, ImportRows, ReportDrift, WatchInput, WatchQuestion},
};
use argosy_metrics::{
    DeskData, Engine,
    health::{HealthImport, HealthQuestion},
};
use chrono::Utc;

use super::{record::records, threshold_scope};
use crate::{
    app::App,
    chapters::{lay_boards, told_of_boards},
    error::Error,
    health,
};

/// Where rules look: the newest facts and what the desk knows.
pub(super) struct Ground {
    session: Session,
    desk: DeskData,
    facets: Vec<Facet>,
    imports: Vec<HealthImport>,
    restated: Vec<ImportRows>,
    drifts: Vec<ReportDrift>,
}

impl Ground {
    pub(super) async fn read(app: &App) -> Result<Self, Error> {
        let files = app.desk().current_files(None).await?;
        let rows = app.desk().loaded_imports().await?;
        let products = app.desk().products().await?.into_iter();
        let loaded = rows.iter().filter(|row| row.state == ImportState::Done);
        let restated = loaded.filter_map(|row| {
            Some(ImportRows {
                id: row.id,
                store: row.store.clone(),
                report: row.definition.clone()?,
                raw: short_hash(&row.raw_sha256),
                day: row.at.date_naive(),
                rows: row.rows,
                replaced: row.diff.values().map(|diff| diff.replaced.rows).sum(),
            })
        });
        let mut restated: Vec<ImportRows> = restated.collect();
        restated.sort_by_key(|row| row.id);
        let drifts = health::drift(app, &HealthQuestion::default()).await?;
        Ok(Self {
            session: app.facts().session(&files)?,
            desk: app.desk_data().await?,
            facets: products
                .map(|one| Facet { sku: one.sku, category: one.category, stage: one.stage })
                .collect(),
            imports: rows.iter().filter_map(health::import).collect(),
            restated,
            drifts: drifts
                .into_iter()
                .map(|drift| ReportDrift {
                    store: drift.import.store,
                    report: drift.import.definition.unwrap_or_default(),
                    day: drift.import.at.date_naive(),
                    gone: drift.gone,
                    added: drift.added,
                })
                .collect(),
        })
    }

    /// Lays out the boards that rules read; gives those that could not be worked out, with why.
    pub(super) async fn lay_boards(
        &self,
        app: &App,
        rules: &Rules,
        ids: &[String],
    ) -> Result<BTreeMap<String, Text>, Error> {
        lay_boards(app, &self.session, rules, ids).await
    }

    pub(super) fn input<'a>(
        &'a self,
        engine: &'a Engine,
        thresholds: &'a [Threshold],
    ) -> WatchInput<'a> {
        WatchInput {
            engine,
            session: &self.session,
            desk: &self.desk,
            facets: &self.facets,
            imports: &self.imports,
            restated: &self.restated,
            drifts: &self.drifts,
            thresholds,
        }
    }
}

/// The thresholds of the company.
pub(super) async fn thresholds(app: &App) -> Result<Vec<Threshold>, Error> {
    let rows = app.desk().thresholds().await?.into_iter();
    let told = rows.filter_map(|row| {
        let scope = threshold_scope(row.scope)?;
        Some(Threshold { rule: row.rule, name: row.name, scope, value: row.value })
    });
    Ok(told.collect())
}

/// The newest day of the facts that is not still to come.
pub(crate) async fn newest_day(app: &App) -> Result<Option<Day>, Error> {
    let scope = app.analytics().scope(&app.engine(), None).await?;
    Ok(scope.last_day.map(|last| last.min(Utc::now().date_naive())))
}

pub(super) fn no_facts() -> Error {
    Error::told("there are no facts yet; import reports first", "还没有数据，请先导入报表")
}

/// Lets the rules look at the facts of a day and merges what they see into the queue. `tell` hears how
/// many rules are done, of how many, and which comes next.
///
/// # Errors
/// [`Error::Told`] without facts; when the desk or the facts cannot be read. A rule that fails is told
/// in the run and stops no other.
pub(crate) async fn run(
    app: &App,
    (day, rules): (Option<Day>, &[String]),
    who: &str,
    tell: &(dyn Fn(usize, usize, &str) + Sync),
) -> Result<Merged, Error> {
    let Some(newest) = newest_day(app).await? else { return Err(no_facts()) };
    let known = app.rules();
    let engine = app.engine();
    let ground = Ground::read(app).await?;
    let thresholds = thresholds(app).await?;
    let question = WatchQuestion {
        day: day.unwrap_or(newest),
        currency: app.reporting_currency().await?,
        rules: rules.to_vec(),
        filters: Default::default(),
    };
    let failed = ground.lay_boards(app, &known, rules).await?;
    let input = ground.input(&engine, &thresholds);
    let mut watch = watch::watch(&known, &input, &question, tell).await?;
    told_of_boards(&mut watch.runs, &known, &app.knowledge().boards, &failed);
    let records = records(app).await?;
    let delivered: BTreeMap<&str, Delivered> = known
        .iter()
        .map(|rule| {
            let record = records.learnt(&rule.id);
            let prior = Prior::of(Some(rule), known.settings());
            (rule.id.as_str(), learn::delivered(&prior, &record))
        })
        .collect();
    let expected = |finding: &Finding| -> Money {
        delivered
            .get(finding.rule.as_str())
            .map_or(finding.monthly, |one| rank::expected(finding.monthly, one))
    };
    let owners = Owners::read(app.desk()).await?;
    let how = Refresh {
        rules,
        stores: &[],
        owners: &owners,
        expected: &expected,
        delivered: serde_json::to_value(&delivered).unwrap_or_default(),
    };
    Ok(queue::refresh(app.desk(), &watch, &how, who).await?)
}
