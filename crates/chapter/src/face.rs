//! What a chapter's crate implements, and what it is given to work with.

use std::{collections::BTreeMap, pin::Pin};

use argosy_desk::{Desk, DeskError, Record};
use argosy_facts::{FactsError, Session};
use argosy_kernel::{Currency, Day, Diagnostic, Files, Text};
use argosy_metrics::{AskError, DeskData, Engine};
use serde_json::Value;

use crate::{
    board::{Board, Detail},
    kind::{Body, FieldProblem},
};

/// A future that a trait object can give.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Everything a chapter may read, as it stands now, and the desk to write to.
pub struct Ground<'a> {
    pub session: &'a Session,
    pub engine: &'a Engine,
    pub desk_data: &'a DeskData,
    pub desk: &'a Desk,
    pub files: &'a Files,
    pub kinds: &'a crate::kind::Kinds,
    /// The day it is, where the company is.
    pub today: Day,
    /// The newest day of the facts, if there are any.
    pub newest: Option<Day>,
    /// The reporting currency.
    pub currency: Currency,
    /// Told how much of long work is done: steps done, of how many, which comes next.
    pub tell: &'a (dyn Fn(usize, usize, &str) + Send + Sync),
}

/// A record as it is to be stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    pub kind: String,
    pub id: String,
    pub state: Option<String>,
    pub body: Body,
    /// As it is stored now; `None` for a new one.
    pub before: Option<Record>,
    /// Who wants it so: id of a user, or `argosy`.
    pub who: String,
}

/// What somebody wants done.
#[derive(Clone, PartialEq, Debug)]
pub struct Order {
    /// Id of the board or kind.
    pub of: String,
    /// Id of the action.
    pub action: String,
    /// Ids of rows or the key of the record.
    pub rows: Vec<String>,
    /// Fields of the action's form, checked.
    pub form: Body,
    /// Parameters of the board.
    pub params: BTreeMap<String, Value>,
    pub who: String,
}

/// What an action did.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Done {
    pub says: Text,
    /// Records that were made or changed: kind and key.
    pub records: Vec<(String, String)>,
}

/// A printed document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Printed {
    /// File name with ending.
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Why a chapter did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ChapterError {
    /// Something to tell the person: what is wrong and what to do.
    #[error("{}", .0.en)]
    Told(Text),
    /// Records that cannot be stored so.
    #[error("{} problems with records", .0.len())]
    Records(Vec<FieldProblem>),
    #[error("there is no {what} `{id}`")]
    Unknown { what: &'static str, id: String },
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Facts(#[from] FactsError),
    #[error(transparent)]
    Ask(#[from] AskError),
}

impl ChapterError {
    pub fn told(en: impl Into<String>, zh_cn: impl Into<String>) -> Self {
        Self::Told(Text { en: en.into(), zh_cn: zh_cn.into() })
    }
}

/// A chapter.
pub trait Chapter: Send + Sync {
    fn id(&self) -> &'static str;

    /// Boards that [`Chapter::board`] answers; each has a file in `knowledge/boards`, and a test
    /// compares.
    fn boards(&self) -> &'static [&'static str];

    /// Reads the chapter's own knowledge files; what is wrong in them.
    fn knowledge(&self, files: &Files) -> Vec<Diagnostic>;

    /// Fills what follows from the rest of a record, such as the day on which a move was made, before
    /// it is checked. Nothing unless the chapter says so.
    fn prepare<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        drafts: &'a mut [Draft],
    ) -> Later<'a, Result<(), ChapterError>> {
        let _ = (ground, drafts);
        Box::pin(std::future::ready(Ok(())))
    }

    /// What is wrong with records beyond what their kinds ask for. All drafts of one save together;
    /// what is stored is in `ground`.
    fn check<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        drafts: &'a [Draft],
    ) -> Later<'a, Result<Vec<FieldProblem>, ChapterError>>;

    /// Called after records were stored, such as to carry them to other lists of the desk. Nothing
    /// unless the chapter says so.
    fn saved<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        records: &'a [Record],
        who: &'a str,
    ) -> Later<'a, Result<(), ChapterError>> {
        let _ = (ground, records, who);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Called before a record is removed: may refuse with [`ChapterError::Told`], and takes back what
    /// [`Self::saved`] carried elsewhere.
    fn removing<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        record: &'a Record,
        who: &'a str,
    ) -> Later<'a, Result<(), ChapterError>> {
        let _ = (ground, record, who);
        Box::pin(std::future::ready(Ok(())))
    }

    fn board<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        id: &'a str,
        params: &'a BTreeMap<String, Value>,
    ) -> Later<'a, Result<Board, ChapterError>>;

    /// More about one row; `None` when there is no more.
    fn detail<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        id: &'a str,
        row: &'a str,
        params: &'a BTreeMap<String, Value>,
    ) -> Later<'a, Result<Option<Detail>, ChapterError>>;

    fn act<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        order: &'a Order,
    ) -> Later<'a, Result<Done, ChapterError>>;

    /// A printed document of a record in a language (`en` or `zh-CN`).
    fn print<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        record: &'a Record,
        paper: &'a str,
        language: &'a str,
    ) -> Later<'a, Result<Printed, ChapterError>>;
}
