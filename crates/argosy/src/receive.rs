//! Files in: for which store, by whom, and then to the intake. The same for the command line, the
//! upload and the demo.

use std::{path::Path, sync::Arc};

use argosy_desk::{Store, store_name};
use argosy_intake::{
    ImportOptions, ImportReport, Progress, Walk,
    decode::{self, Opened},
    definition::Definition,
    recognise,
};
use argosy_kernel::{Day, Period};

use crate::{
    app::{App, OWN},
    error::Error,
};

/// Where facts of the company's own files go when no store is named: rent belongs to no channel.
const OWN_STORE: &str = "company";
/// What an unknown file is listed under when no store is named.
const NO_STORE: &str = "-";

/// What comes with a file.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Chosen by the report's channel when not named.
    pub store: Option<String>,
    /// Of files that do not name theirs, and home of a new store.
    pub market: Option<String>,
    /// Of a new store, when it is not the report's.
    pub channel: Option<String>,
    pub from: Option<Day>,
    pub to: Option<Day>,
    /// Takes the place of what is there, even when the file looks older.
    pub replace: bool,
}

impl Given {
    /// The days given; one alone is a snapshot's day.
    fn period(&self) -> Result<Option<Period>, Error> {
        let (Some(from), Some(to)) = (self.from.or(self.to), self.to.or(self.from)) else {
            return Ok(None);
        };
        let wrong = || {
            Error::told(
                format!("the period ends on {to}, before it begins on {from}"),
                format!("期间的结束日 {to} 早于开始日 {from}"),
            )
        };
        Period::new(from, to).map(Some).ok_or_else(wrong)
    }

    /// Refuses what no store, market or period can be, before any work is begun.
    ///
    /// # Errors
    /// [`Error::Usage`] or what the desk refuses; the sentence says what to write.
    pub fn check(&self, app: &App) -> Result<(), Error> {
        self.period()?;
        self.store.as_deref().map(store_name).transpose()?;
        self.market.as_deref().map(|market| app.market(market)).transpose()?;
        Ok(())
    }

    fn options(&self, store: String, who: &str, file_name: &str) -> Result<ImportOptions, Error> {
        Ok(ImportOptions {
            store,
            market: self.market.as_ref().map(|market| market.trim().to_uppercase()),
            period: self.period()?,
            who: who.to_owned(),
            file_name: file_name.to_owned(),
            replace: self.replace,
        })
    }
}

/// Who brings a file, and under what name they know it.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// User id, or `cli`.
    pub who: &'a str,
    pub file_name: &'a str,
    /// Whether files of costs, pairings and rates are welcome.
    pub may_edit: bool,
}

/// Takes one file in; the store is made when it does not exist.
///
/// # Errors
/// [`Error::Usage`] when the store cannot be told, or the sender may not bring such a file; else
/// what the intake says.
pub async fn import(
    app: &App,
    path: &Path,
    given: &Given,
    sender: Sender<'_>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<ImportReport, Error> {
    given.check(app)?;
    let reports = look(app, path, sender.file_name).await;
    if !sender.may_edit && reports.iter().any(|report| !report.records.is_empty()) {
        let file = sender.file_name;
        return Err(Error::told(
            format!("`{file}` changes costs, pairings or rates, and your role may not"),
            format!("`{file}` 会修改成本、配对或汇率，您的角色无此权限"),
        ));
    }
    let store = store_for(app, &reports, given, sender.who).await?;
    let options = given.options(store, sender.who, sender.file_name)?;
    Ok(app.intake().import(path, &options, progress).await?)
}

/// Shows what each room makes of a file; nothing is stored.
///
/// # Errors
/// What the intake says.
pub async fn walk(app: &App, path: &Path, given: &Given, file_name: &str) -> Result<Walk, Error> {
    walk_with(app, &app.intake(), path, given, file_name).await
}

/// The same with definitions of one's own.
///
/// # Errors
/// What the intake says.
pub async fn walk_with(
    app: &App,
    intake: &argosy_intake::Intake,
    path: &Path,
    given: &Given,
    file_name: &str,
) -> Result<Walk, Error> {
    given.check(app)?;
    let store = given.store.clone().unwrap_or_else(|| NO_STORE.to_owned());
    let options = given.options(store, "cli", file_name)?;
    Ok(intake.walk(path, &options, &|_| {}).await?)
}

/// The reports in a file, by a look at its first rows. A file that cannot be read has none: the
/// intake will say why.
async fn look(app: &App, path: &Path, file_name: &str) -> Vec<Arc<Definition>> {
    let definitions = app.definitions();
    let (path, name) = (path.to_owned(), file_name.to_owned());
    let look = tokio::task::spawn_blocking(move || {
        let opened = decode::open(&path, &name, &decode::Limits::default());
        match opened {
            Ok(Opened::Tables(tables)) => tables
                .iter()
                .filter_map(|table| recognise::table(&definitions, table.head()).ok())
                .map(|recognised| recognised.definition)
                .collect(),
            Ok(Opened::Json(source)) => recognise::json(&definitions, &source)
                .unwrap_or_default()
                .into_iter()
                .map(|recognised| recognised.definition)
                .collect(),
            Err(_) => Vec::new(),
        }
    });
    look.await.unwrap_or_default()
}

/// The store a file goes to. Without a name it is the one store of the report's channel, or a new
/// one called after channel and market.
async fn store_for(
    app: &App,
    reports: &[Arc<Definition>],
    given: &Given,
    who: &str,
) -> Result<String, Error> {
    let channel = reports.iter().map(|report| report.channel.as_str()).find(|c| *c != OWN);
    let own = !reports.is_empty() && channel.is_none();
    let channel = given.channel.as_deref().or(channel);
    let name = match (&given.store, channel) {
        (Some(name), _) => store_name(name)?,
        (None, _) if own => return Ok(OWN_STORE.to_owned()),
        (None, None) => return Ok(NO_STORE.to_owned()),
        (None, Some(channel)) => only_store(app, channel, given).await?,
    };
    let Some(channel) = channel.filter(|_| !own) else { return Ok(name) };
    if app.desk().store(&name).await?.is_none() {
        let store = Store {
            name: name.clone(),
            channel: channel.to_owned(),
            market: given.market.clone(),
            currency: None,
            time_zone: None,
        };
        app.save_store(store, who).await?;
    }
    Ok(name)
}

async fn only_store(app: &App, channel: &str, given: &Given) -> Result<String, Error> {
    let stores = app.desk().stores().await?;
    let mut here = stores.into_iter().filter(|store| store.channel == channel);
    match (here.next(), here.next()) {
        (Some(store), None) => Ok(store.name),
        (None, _) => Ok(match &given.market {
            Some(market) => format!("{channel}-{}", market.trim().to_lowercase()),
            None => channel.to_owned(),
        }),
        (Some(_), Some(_)) => Err(Error::told(
            format!("there are several {channel} stores; say which one the file belongs to"),
            format!("有多个 {channel} 店铺，请指明文件属于哪一个"),
        )),
    }
}
