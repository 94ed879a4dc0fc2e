//! Everything that a command or a request needs, opened once.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Deref,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use argosy_desk::{Desk, DeskError, Store, Vault};
use argosy_facts::FactStore;
use argosy_intake::{
    Intake,
    definition::{Definition, Definitions},
};
use argosy_kernel::{Currency, Day, Diagnostic, Files};
use argosy_loop::{effect::Effects, rules::Rules};
use argosy_metrics::{Engine, ReportTraits, Reports};
use tokio::sync::Notify;

use crate::{
    analytics::Analytics, checks, cluster, error::Error, home::Home, knowledge::Knowledge,
    texts::Texts,
};

/// The opened home; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] holds.
pub struct Parts {
    home: Home,
    desk: Desk,
    facts: FactStore,
    vault: Vault,
    /// Changes when a definition is saved: whoever asks twice may get two.
    known: RwLock<Arc<Known>>,
    analytics: Analytics,
    job_queued: Notify,
}

/// Knowledge, and what is made of it.
struct Known {
    knowledge: Arc<Knowledge>,
    intake: Intake,
    /// Currencies of the newest day of the built-in exchange rates.
    rated_currencies: Vec<String>,
    /// Codes of all countries: what a market may be.
    countries: BTreeSet<String>,
    reports: Reports,
}

impl Known {
    fn new(knowledge: Knowledge, intake: Intake) -> Self {
        for wrong in &knowledge.refused {
            tracing::warn!(file = wrong.file, line = wrong.line, "left out: {}", wrong.message);
        }
        Self {
            rated_currencies: rated_currencies(&knowledge.files),
            countries: checks::countries(&knowledge.files),
            reports: reports(&knowledge.definitions),
            knowledge: Arc::new(knowledge),
            intake,
        }
    }
}

/// Settings of the company.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Company {
    pub name: String,
    /// Amounts are converted to it unless a question says otherwise.
    pub currency: Currency,
    pub language: String,
}

/// Names of the people behind the ids that records are signed with.
#[derive(Debug, Default)]
pub struct Logins(HashMap<String, String>);

impl Logins {
    /// The login of a user id; anything else (`cli`, `setup`) stands for itself.
    pub fn name(&self, who: &str) -> String {
        self.0.get(who).map_or_else(|| who.to_owned(), Clone::clone)
    }

    /// The user id of a login; anything else stands for itself.
    pub fn id(&self, login: &str) -> String {
        let found = self.0.iter().find(|(_, name)| *name == login);
        found.map_or_else(|| login.to_owned(), |(id, _)| id.clone())
    }
}

const COMPANY: &str = "company";
const REPORTING_CURRENCY: &str = "reporting_currency";
const LANGUAGE: &str = "language";
const DEMO: &str = "demo";

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Opens the desk, the facts and all knowledge of a home.
    ///
    /// # Errors
    /// When knowledge files are wrong, or the desk or a folder cannot be opened.
    pub async fn open(home: Home) -> Result<Self, Error> {
        let knowledge = Knowledge::read(&home.knowledge()).await?;
        let desk = Desk::open(&home.desk_url()).await?;
        let facts = cluster::facts(&home)?;
        let vault = Vault::open(&home.master_key())?;
        let limits = &home.config.limits;
        let patience = Duration::from_secs(limits.question_seconds.max(1));
        let at_once = limits.questions_at_once;
        let definitions = knowledge.definitions.clone();
        let intake =
            Intake::new(home.path(), facts.clone(), desk.clone(), definitions, vault.clone());
        Ok(Self(Arc::new(Parts {
            analytics: Analytics::new(facts.clone(), desk.clone(), at_once, patience),
            known: RwLock::new(Arc::new(Known::new(knowledge, intake))),
            home,
            desk,
            facts,
            vault,
            job_queued: Notify::new(),
        })))
    }
}

impl Parts {
    pub fn home(&self) -> &Home {
        &self.home
    }

    fn known(&self) -> Arc<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the knowledge files again; requests at work keep what they began with.
    ///
    /// # Errors
    /// When a built-in file is wrong; what is wrong in the company's own is in [`Parts::refused`].
    pub async fn reload(&self) -> Result<(), Error> {
        let knowledge = Knowledge::read(&self.home.knowledge()).await?;
        let intake = self.known().intake.with_definitions(knowledge.definitions.clone());
        let fresh = Arc::new(Known::new(knowledge, intake));
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// What is wrong in knowledge files of the company that are left out.
    pub fn refused(&self) -> Vec<Diagnostic> {
        self.known().knowledge.refused.clone()
    }

    /// All knowledge as it stands now; files that are changed meanwhile do not touch it.
    pub(crate) fn knowledge(&self) -> Arc<Knowledge> {
        self.known().knowledge.clone()
    }

    /// All knowledge files, the company's over the built-in ones.
    pub fn files(&self) -> Files {
        self.known().knowledge.files.clone()
    }

    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    pub fn facts(&self) -> &FactStore {
        &self.facts
    }

    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    pub fn definitions(&self) -> Arc<Definitions> {
        self.known().knowledge.definitions.clone()
    }

    /// Metrics, the chart of ledger lines and the built-in exchange rates.
    pub fn engine(&self) -> Arc<Engine> {
        self.known().knowledge.engine.clone()
    }

    pub(crate) async fn own_rates(&self) -> Result<Vec<argosy_metrics::OwnRate>, DeskError> {
        let rates = self.desk.own_rates().await?.into_iter();
        Ok(rates
            .map(|rate| argosy_metrics::OwnRate {
                day: rate.day,
                currency: rate.currency,
                per_eur: rate.per_eur,
            })
            .collect())
    }

    /// Rules and plays.
    pub fn rules(&self) -> Arc<Rules> {
        self.known().knowledge.rules.clone()
    }

    /// How effects are told.
    pub(crate) fn effects(&self) -> Arc<Effects> {
        self.known().knowledge.effects.clone()
    }

    pub fn texts(&self) -> Arc<Texts> {
        self.known().knowledge.texts.clone()
    }

    pub fn intake(&self) -> Intake {
        self.known().intake.clone()
    }

    pub fn analytics(&self) -> &Analytics {
        &self.analytics
    }

    /// Wakes a worker; see [`crate::jobs`].
    pub(crate) fn job_queued(&self) -> &Notify {
        &self.job_queued
    }

    /// The company's settings, with defaults where nothing was set.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub async fn company(&self) -> Result<Company, DeskError> {
        let read = async |name: &str| -> Result<String, DeskError> {
            Ok(self.desk.setting(name).await?.unwrap_or_default())
        };
        let language = read(LANGUAGE).await?;
        Ok(Company {
            name: read(COMPANY).await?,
            currency: read(REPORTING_CURRENCY).await?.parse().unwrap_or(Currency::USD),
            language: if language.is_empty() { "en".to_owned() } else { language },
        })
    }

    /// # Errors
    /// When the desk cannot be written.
    pub async fn save_company(&self, company: &Company, who: &str) -> Result<(), DeskError> {
        self.desk.set_setting(COMPANY, &company.name, who).await?;
        self.desk.set_setting(REPORTING_CURRENCY, company.currency.code(), who).await?;
        self.desk.set_setting(LANGUAGE, &company.language, who).await
    }

    /// # Errors
    /// When the desk cannot be read.
    pub async fn reporting_currency(&self) -> Result<Currency, DeskError> {
        Ok(self.company().await?.currency)
    }

    /// The currency with this code, or the reporting currency.
    ///
    /// # Errors
    /// [`Error::Usage`] for an unknown code.
    pub async fn currency_or_own(&self, code: Option<&str>) -> Result<Currency, Error> {
        match code.filter(|code| !code.is_empty()) {
            Some(code) => Ok(code.parse::<Currency>()?),
            None => Ok(self.reporting_currency().await?),
        }
    }

    /// Whether this is the made-up company.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub async fn is_demo(&self) -> Result<bool, DeskError> {
        Ok(self.desk.setting(DEMO).await?.is_some())
    }

    pub(crate) async fn mark_as_demo(&self) -> Result<(), DeskError> {
        self.desk.set_setting(DEMO, "1", "cli").await
    }

    /// # Errors
    /// When the desk cannot be read.
    pub async fn logins(&self) -> Result<Logins, DeskError> {
        let users = self.desk.users().await?;
        Ok(Logins(users.into_iter().map(|user| (user.id.to_string(), user.login)).collect()))
    }

    /// A market in capitals.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is no country.
    pub fn market(&self, text: &str) -> Result<String, Error> {
        checks::market(&self.known().countries, text)
    }

    /// Saves a store; its currency is that of its market when none is given.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is no market or no time zone, and what the desk refuses.
    pub async fn save_store(&self, mut store: Store, who: &str) -> Result<Store, Error> {
        store.market = store.market.map(|market| self.market(&market)).transpose()?;
        store.time_zone = store.time_zone.map(|zone| checks::time_zone(&zone)).transpose()?;
        if store.currency.is_none()
            && let Some(market) = &store.market
        {
            let definitions = self.definitions();
            let rows = &definitions.markets().rows;
            let row = rows.iter().find(|row| row.market == *market);
            store.currency = row.and_then(|row| row.currency.parse().ok());
        }
        self.desk.save_store(&store, who).await?;
        Ok(self.desk.store(&store.name).await?.unwrap_or(store))
    }

    /// The channels that reports and marketplaces are known of, in order of name.
    pub fn channels(&self) -> Vec<String> {
        let definitions = self.definitions();
        let reports = definitions.iter().map(|definition| definition.channel.clone());
        let markets = definitions.markets().rows.iter().map(|row| row.channel.clone());
        let all: BTreeSet<String> = reports.chain(markets).collect();
        all.into_iter().filter(|channel| !channel.is_empty() && channel != OWN).collect()
    }

    /// Currencies that amounts can be shown in, and `also`.
    pub fn currencies(&self, also: impl IntoIterator<Item = String>) -> Vec<String> {
        let mut all: BTreeSet<String> = also.into_iter().collect();
        all.extend(self.known().rated_currencies.iter().cloned());
        all.into_iter().collect()
    }

    /// What figures are judged by of each known report.
    pub(crate) fn reports(&self) -> Reports {
        self.known().reports.clone()
    }

    /// The newest day of the built-in exchange rates.
    pub fn last_rate_day(&self) -> Option<Day> {
        self.engine().rates().last_day()
    }
}

/// What figures are judged by of each known report.
fn reports(definitions: &Definitions) -> Reports {
    let of = |definition: &Arc<Definition>| {
        let classified = definition.facts.iter().filter_map(|fact| fact.classify.as_ref());
        let lines = classified.flat_map(|classify| classify.fees.lines().map(str::to_owned));
        let (channel, rank) = (definition.channel.clone(), definition.rank);
        (definition.id.clone(), ReportTraits { channel, rank, lines: lines.collect() })
    };
    Arc::new(definitions.iter().map(of).collect())
}

/// The currencies of the last line of the European Central Bank's table, and the euro itself.
fn rated_currencies(files: &Files) -> Vec<String> {
    let text = files.get("fx/ecb.csv").map(|source| source.text.clone()).unwrap_or_default();
    let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (Some(header), Some(last)) = (lines.next(), lines.next_back()) else { return Vec::new() };
    let cells = header.split(',').zip(last.split(',')).skip(1);
    let rated = cells.filter(|(_, rate)| !rate.is_empty()).map(|(code, _)| code.to_owned());
    let mut all: Vec<String> = rated.chain([Currency::EUR.code().to_owned()]).collect();
    all.sort();
    all
}

/// The channel of Argosy's own templates: files of the company itself.
pub const OWN: &str = "argosy";
