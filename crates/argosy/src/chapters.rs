//! The chapters of this binary, and the ground they work on.
//!
//! What a chapter knows and works out is in its own crate; here it is given the facts, the desk and
//! the day, and what it says is passed on to whoever asks: pages, command line, rules.

mod boards;
mod deeds;
mod records;

use std::sync::{Arc, LazyLock};

use argosy_chapter::{
    book::Book,
    face::{Chapter, ChapterError, Ground},
};
use argosy_desk::DeskError;
use argosy_kernel::{Currency, Day, Files};
use argosy_metrics::{DeskData, Engine};
use chrono::Utc;

pub(crate) use boards::{board, detail, empty_tables, lay_boards, told_of_boards};
pub(crate) use deeds::Deed;
pub(crate) use records::names_of;

use crate::{analytics::Lease, app::App, error::Error, knowledge::Knowledge, looping};

static CHAPTERS: LazyLock<Vec<Box<dyn Chapter>>> =
    LazyLock::new(|| vec![Box::new(argosy_product::Product)]);

/// All chapters, in the order of the menu.
pub(crate) fn all() -> &'static [Box<dyn Chapter>] {
    &CHAPTERS
}

/// The chapter with this id.
///
/// # Errors
/// [`DeskError::NotFound`] where a company's file names a chapter that is not built yet.
pub(crate) fn chapter(id: &str) -> Result<&'static dyn Chapter, Error> {
    let found = all().iter().find(|chapter| chapter.id() == id);
    found.map(|chapter| &**chapter).ok_or_else(|| not_found("chapter", id))
}

/// Nothing here is called so.
pub(crate) fn not_found(what: &'static str, id: &str) -> Error {
    Error::Desk(DeskError::NotFound { what, id: id.to_owned() })
}

/// What a chapter needs to work, held while it does: a session of the newest facts, the desk, the
/// knowledge of one moment.
pub(crate) struct Floor<'a> {
    app: &'a App,
    lease: Lease<'a>,
    known: Arc<Knowledge>,
    desk_data: DeskData,
    today: Day,
    newest: Option<Day>,
    currency: Currency,
}

impl<'a> Floor<'a> {
    /// Waits for its turn and lays everything out.
    ///
    /// # Errors
    /// When the turn does not come, and when desk or facts cannot be read.
    pub(crate) async fn open(app: &'a App) -> Result<Self, Error> {
        // Asks the facts itself: its turn must be over before ours begins.
        let newest = looping::newest_day(app).await?;
        let desk_data = app.desk_data().await?;
        let currency = app.reporting_currency().await?;
        let known = app.knowledge();
        let lease = app.analytics().lease(None).await?;
        known.engine.prepare(lease.session(), &desk_data).await?;
        let mut today = Utc::now().date_naive();
        // The made-up company lives on the day after its newest report: what is due and what is
        // expected would else lie months apart from its figures.
        if let Some(next) = newest.and_then(|newest| newest.succ_opt())
            && app.is_demo().await?
        {
            today = next;
        }
        Ok(Self { app, lease, known, desk_data, today, newest, currency })
    }

    pub(crate) fn knowledge(&self) -> &Knowledge {
        &self.known
    }

    /// The floor as chapters see it.
    pub(crate) fn ground<'g>(&'g self, tell: &'g Tell) -> Ground<'g> {
        let engine: &Engine = &self.known.engine;
        let files: &Files = &self.known.files;
        Ground {
            session: self.lease.session(),
            engine,
            desk_data: &self.desk_data,
            desk: self.app.desk(),
            files,
            kinds: &self.known.kinds,
            today: self.today,
            newest: self.newest,
            currency: self.currency,
            tell,
        }
    }

    /// Work is over; the session may serve others.
    pub(crate) fn leave(self) {
        self.lease.give_back();
    }
}

/// What is done by itself once a day, in the order of the boards.
pub(crate) fn nightly(known: &Knowledge) -> Vec<Deed> {
    let mut deeds = Vec::new();
    for board in known.boards.iter() {
        for action in board.actions.iter().filter(|action| action.nightly) {
            let (of, action) = (board.id.clone(), action.id.clone());
            deeds.push(Deed { board: true, of, action, ..Deed::default() });
        }
    }
    deeds
}

/// Hears how much of long work is done.
pub(crate) type Tell = dyn Fn(usize, usize, &str) + Send + Sync;

/// For work that is quick.
pub(crate) fn nobody(_: usize, _: usize, _: &str) {}

/// The book of records over a ground.
pub(crate) fn book<'a>(ground: &'a Ground<'a>) -> Book<'a> {
    Book::new(ground, all())
}

impl From<ChapterError> for Error {
    fn from(error: ChapterError) -> Self {
        match error {
            ChapterError::Told(text) => Self::Told(text),
            ChapterError::Records(problems) => Self::Records(problems),
            ChapterError::Unknown { what, id } => Self::Desk(DeskError::NotFound { what, id }),
            ChapterError::Desk(error) => error.into(),
            ChapterError::Facts(error) => error.into(),
            ChapterError::Ask(error) => error.into(),
        }
    }
}
