//! The demo company: made up by the simulated seller, taken in by the real intake; what its people
//! changed is recorded and measured as it would be by users.

mod past;
mod supply;

use std::str::FromStr;

use argosy_desk::ImportState;
use argosy_kernel::Currency;
use argosy_sim::{Company, Spec, Written};

use self::past::{Past, Story};
use crate::{
    app::{self, App},
    chapters,
    error::Error,
    looping,
    receive::{self, Given, Sender},
};

/// Login of the demo's owner.
pub const LOGIN: &str = "demo";

const LARGE_ORDERS_PER_DAY: u32 = 400;

/// How large the demo company is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// A quarter and a bit: for tests.
    Small,
    /// Fourteen months.
    Medium,
    /// Fourteen months of a busy shop.
    Large,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "small" => Ok(Self::Small),
            "medium" => Ok(Self::Medium),
            "large" => Ok(Self::Large),
            _ => Err(format!("`{text}` is no size; use small, medium or large")),
        }
    }
}

/// What company is wished for.
#[derive(Clone, Debug)]
pub struct Wish {
    pub size: Size,
    /// The same seed makes the same company.
    pub seed: Option<u64>,
    /// Of the owner; made up when absent.
    pub password: Option<String>,
    pub language: String,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Absent when the home had its owner already.
    pub password: Option<String>,
    pub files: usize,
    pub failed: usize,
}

/// Makes the company in an open home: its reports are written below `reports/` and imported as if
/// somebody had downloaded them. A home that holds the demo already is left as it is.
///
/// `told` hears of each file before it is imported: how many are in, how many there are, its name.
///
/// # Errors
/// [`Error::Told`] for a home that holds another company; when the home cannot be written. A file that
/// is not loaded is counted instead.
pub async fn make(
    app: &App,
    wish: Wish,
    told: &(dyn Fn(usize, usize, &str) + Sync),
) -> Result<Made, Error> {
    refuse_other_company(app).await?;
    let password = people(app, &wish).await?;
    if app.is_demo().await? {
        return Ok(Made { password, files: 0, failed: 0 });
    }
    let folder = app.home().path().join("reports");
    let target = folder.clone();
    let language = wish.language.clone();
    let (written, story, noted) = tokio::task::spawn_blocking(move || {
        let company = Company::generate(&wish.spec());
        let mut written = argosy_sim::write_all(&company, &target)?;
        // The documents come last: products are named by the list of their costs.
        written.extend(argosy_sim::write_purchases(&company, &target)?);
        let noted = argosy_sim::supply(&company);
        Ok::<_, argosy_sim::SimError>((written, Story::of(&company), noted))
    })
    .await
    .map_err(|error| Error::Usage(format!("the company was not made: {error}")))?
    .map_err(|error| Error::Usage(format!("the reports were not written: {error}")))?;
    stores(app).await?;
    warehouses(app).await?;
    let mut made = Made { password, files: written.len(), failed: 0 };
    for (number, report) in written.iter().enumerate() {
        told(number, written.len(), &report.path);
        let path = folder.join(&report.path);
        let name = report.path.rsplit('/').next().unwrap_or(&report.path);
        let sender = Sender { who: "cli", file_name: name, may_edit: true };
        let import = receive::import(app, &path, &given(report), sender, &|_| {}).await?;
        if import.state == ImportState::Failed {
            tracing::warn!(file = report.path, "a report of the demo was not loaded");
            made.failed += 1;
        }
    }
    let all = written.len();
    told(all, all, "products and supply");
    if let Err(error) = supply::note(app, noted).await {
        tracing::warn!(%error, "what was noted of the demo's products and supply is not kept");
    }
    for deed in chapters::nightly(&app.knowledge()) {
        told(all, all, &deed.of);
        if let Err(error) = deed.carry_out(app, "cli", &chapters::nobody).await {
            tracing::warn!(%error, board = deed.of, "a board of the demo is not worked out");
        }
    }
    if let Err(error) = look_back(app, &story, &language, &|step| told(all, all, step)).await {
        tracing::warn!(%error, "what was done in the demo is not recorded");
    }
    told(all, all, "findings");
    if let Err(error) = looping::run(app, (None, &[]), "cli", &|_, _, _| {}).await {
        tracing::warn!(%error, "the rules did not look at the demo");
    }
    app.mark_as_demo().await?;
    Ok(made)
}

/// What people did and what nights would have told of it: changes on record, changes that only the
/// facts show, and what each of them did.
async fn look_back(
    app: &App,
    story: &Story,
    language: &str,
    told: &(dyn Fn(&str) + Sync),
) -> Result<(), Error> {
    if !app.desk().effects(None, None, 1).await?.is_empty() {
        // Recorded already, in a making that was interrupted.
        return Ok(());
    }
    told("changes");
    let past = Past::of(app, language).await?;
    past.record(story).await?;
    looping::detect(app, (None, None), "cli").await?;
    past.declare_seen(story).await?;
    past.experiment(story, app.reporting_currency().await?).await?;
    looping::measure(app, "cli", &|_, _, what| told(what)).await?;
    Ok(())
}

/// The demo's reports do not belong among those of a real company.
async fn refuse_other_company(app: &App) -> Result<(), Error> {
    if app.is_demo().await? || app.desk().needs_owner().await? {
        return Ok(());
    }
    let users = app.desk().users().await?;
    if users.iter().any(|user| user.login == LOGIN) {
        // A demo whose making was interrupted.
        return Ok(());
    }
    let home = app.home().path().display();
    Err(Error::told(
        format!("{home} holds another company; give the demo a folder of its own with --home"),
        format!("{home} 中已有其他公司；请用 --home 为演示公司指定单独的文件夹"),
    ))
}

impl Wish {
    fn spec(&self) -> Spec {
        let spec = match self.size {
            Size::Small => Spec::small(),
            Size::Medium => Spec::demo(),
            Size::Large => Spec::demo().with_orders_per_day(LARGE_ORDERS_PER_DAY),
        };
        match self.seed {
            Some(seed) => spec.with_seed(seed),
            None => spec,
        }
    }
}

/// The owner, when the home has none yet; gives the password.
async fn people(app: &App, wish: &Wish) -> Result<Option<String>, Error> {
    if !app.desk().needs_owner().await? {
        return Ok(None);
    }
    let password = wish.password.clone().unwrap_or_else(crate::ids::password);
    // No language of its own: whoever looks at the demo sees it in that of their browser.
    app.desk().create_owner(LOGIN, &password, "").await?;
    let company = app::Company {
        name: "Lantern Home".to_owned(),
        currency: Currency::USD,
        language: wish.language.clone(),
    };
    app.save_company(&company, "cli").await?;
    Ok(Some(password))
}

/// Which warehouse the goods of each store leave from.
async fn warehouses(app: &App) -> Result<(), Error> {
    let rule = |(store, warehouse): (&str, &str)| argosy_desk::WarehouseRule {
        store: store.to_owned(),
        market: None,
        place: None,
        warehouse: warehouse.to_owned(),
    };
    let rules: Vec<_> = argosy_sim::warehouses().map(rule).collect();
    Ok(app.desk().save_warehouse_rules(&rules, "cli").await?)
}

/// The stores with their home markets, which not every report names.
pub async fn stores(app: &App) -> Result<(), Error> {
    for store in &argosy_sim::STORES {
        let store = argosy_desk::Store {
            name: store.name.to_owned(),
            channel: store.channel.id().to_owned(),
            market: Some(store.home.code().to_owned()),
            currency: store.currency.parse().ok(),
            time_zone: None,
        };
        app.save_store(store, "cli").await?;
    }
    Ok(())
}

fn given(report: &Written) -> Given {
    Given {
        store: Some(report.store.to_owned()),
        market: report.market.map(str::to_owned),
        channel: None,
        from: report.period_from,
        to: report.period_to,
        replace: false,
    }
}
