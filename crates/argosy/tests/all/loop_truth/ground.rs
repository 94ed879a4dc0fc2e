//! A home that holds a trial seller's reports, and what the loop reads of it.

use argosy::{
    app::App,
    health,
    home::Home,
    receive::{self, Given, Sender},
};
use argosy_desk::ImportState;
use argosy_facts::Session;
use argosy_kernel::{Currency, Day};
use argosy_loop::{
    finding::Watch,
    watch::{self, Facet, ImportRows, ReportDrift, WatchInput, WatchQuestion},
};
use argosy_metrics::{
    DeskData,
    health::{HealthImport, HealthQuestion},
};
use argosy_sim::{TRIAL_STORES, Trial, Written, write_trial};
use tempfile::TempDir;

/// The facts and the desk of one trial seller.
pub(super) struct Ground {
    pub(super) app: App,
    pub(super) session: Session,
    pub(super) desk: DeskData,
    pub(super) day: Day,
    facets: Vec<Facet>,
    imports: Vec<HealthImport>,
    restated: Vec<ImportRows>,
    drifts: Vec<ReportDrift>,
    _home: TempDir,
}

impl Ground {
    /// Writes the reports and takes them in one by one, as a seller would over time.
    pub(super) async fn of(trial: &Trial) -> Self {
        let (reports, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let written = write_trial(trial, reports.path()).unwrap();
        let app = App::open(Home::create(home.path()).unwrap()).await.unwrap();
        for store in &TRIAL_STORES {
            let store = argosy_desk::Store {
                name: store.name.to_owned(),
                channel: "amazon".to_owned(),
                market: Some(store.market.code().to_owned()),
                currency: store.currency.parse().ok(),
                time_zone: None,
            };
            app.save_store(store, "cli").await.unwrap();
        }
        for file in &written {
            take(&app, &reports.path().join(&file.path), file).await;
        }
        let files = app.desk().current_files(None).await.unwrap();
        let session = app.facts().session(&files).unwrap();
        let mut ground = Self {
            session,
            desk: app.desk_data().await.unwrap(),
            day: trial.spec.to,
            facets: Vec::new(),
            imports: Vec::new(),
            restated: Vec::new(),
            drifts: Vec::new(),
            app,
            _home: home,
        };
        ground.read().await;
        ground
    }

    /// What the desk knows of imports. They all came in today: for the loop they came on the last day
    /// that the trial knows.
    async fn read(&mut self) {
        let desk = self.app.desk();
        for row in desk.loaded_imports().await.unwrap() {
            let Some(report) = row.definition.clone() else { continue };
            let raw: String = row.raw_sha256.chars().take(16).collect();
            let day = |name: &str| -> Option<Day> { row.given.get(name)?.as_str()?.parse().ok() };
            self.imports.push(HealthImport {
                id: row.id,
                store: row.store.clone(),
                definition: report.clone(),
                raw: raw.clone(),
                period: day("period_from").zip(day("period_to")),
                replaced_rows: row.diff.values().map(|diff| diff.replaced.rows).sum(),
            });
            self.restated.push(ImportRows {
                id: row.id,
                store: row.store.clone(),
                report,
                raw,
                day: row.at.date_naive().min(self.day),
                rows: row.rows,
                replaced: row.diff.values().map(|diff| diff.replaced.rows).sum(),
            });
        }
        self.restated.sort_by_key(|row| row.id);
        let products = desk.products().await.unwrap().into_iter();
        self.facets = products
            .map(|one| Facet { sku: one.sku, category: one.category, stage: one.stage })
            .collect();
        let told = health::data_health(&self.app, &HealthQuestion::default()).await.unwrap();
        self.drifts = told
            .drift
            .into_iter()
            .map(|drift| ReportDrift {
                store: drift.import.store,
                report: drift.import.definition.unwrap_or_default(),
                day: drift.import.at.date_naive().min(self.day),
                gone: drift.gone,
                added: drift.added,
            })
            .collect();
    }

    /// All rules over the last day.
    pub(super) async fn watch(&self) -> Watch {
        let (engine, rules) = (self.app.engine(), self.app.rules());
        let input = WatchInput {
            engine: &engine,
            session: &self.session,
            desk: &self.desk,
            facets: &self.facets,
            imports: &self.imports,
            restated: &self.restated,
            drifts: &self.drifts,
            thresholds: &[],
        };
        let question = WatchQuestion {
            day: self.day,
            currency: Currency::USD,
            rules: Vec::new(),
            filters: Default::default(),
        };
        watch::watch(&rules, &input, &question, &|_, _, _| {}).await.unwrap()
    }
}

async fn take(app: &App, path: &std::path::Path, file: &Written) {
    let given = Given {
        store: Some(file.store.to_owned()),
        market: file.market.map(str::to_owned),
        channel: None,
        from: file.period_from,
        to: file.period_to,
        replace: false,
    };
    let sender = Sender { who: "cli", file_name: &file.path, may_edit: true };
    let report = receive::import(app, path, &given, sender, &|_| {}).await.unwrap();
    let definition = report.definition.as_deref().unwrap_or_default();
    assert!(
        report.state != ImportState::Failed && definition.starts_with(file.kind),
        "{}: {definition}, {:?}",
        file.path,
        report.problems.iter().take(3).collect::<Vec<_>>()
    );
}
