//! The face of this chapter: who answers for which board and kind.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail},
    face::{Chapter, ChapterError, Done, Draft, Ground, Later, Order, Printed},
    kind::FieldProblem,
};
use argosy_desk::Record;
use argosy_kernel::{Diagnostic, Files};
use serde_json::Value;

use crate::{choice, foresee::face as foresee, master, papers, purchasing, stock, suppliers, warn};

/// Chapter 2.
#[derive(Clone, Copy, Debug, Default)]
pub struct Product;

impl Product {
    /// The chapter by itself, as its own actions save records.
    pub(crate) fn alone() -> Vec<Box<dyn Chapter>> {
        vec![Box::new(Self)]
    }
}

/// Asks the part that has `$id` among its `BOARDS` (and `KINDS`); each part is a module of the same
/// shape.
macro_rules! asked {
    ($id:expr, $lists:ident, $call:ident($($given:expr),*)) => {
        asked!(@ $id, $lists, $call($($given),*);
            master, suppliers, purchasing, stock, choice, foresee, warn)
    };
    (@ $id:expr, boards, $call:ident $given:tt; $($part:ident),*) => {
        $(if $part::BOARDS.contains(&$id) { return $part::$call $given.await; })*
    };
    (@ $id:expr, all, $call:ident $given:tt; $($part:ident),*) => {
        $(if $part::BOARDS.contains(&$id) || $part::KINDS.contains(&$id) {
            return $part::$call $given.await;
        })*
    };
}

/// All boards, gathered once.
fn all_boards() -> &'static [&'static str] {
    static ALL: std::sync::OnceLock<Vec<&'static str>> = std::sync::OnceLock::new();
    ALL.get_or_init(|| {
        let parts: [&[&'static str]; 7] = [
            master::BOARDS,
            suppliers::BOARDS,
            purchasing::BOARDS,
            stock::BOARDS,
            &choice::BOARDS,
            &foresee::BOARDS,
            &warn::BOARDS,
        ];
        parts.concat()
    })
}

fn unknown(id: &str) -> ChapterError {
    ChapterError::Unknown { what: "board or action", id: id.to_owned() }
}

async fn board(
    ground: &Ground<'_>,
    id: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    asked!(id, boards, board(ground, id, params));
    Err(unknown(id))
}

async fn detail(
    ground: &Ground<'_>,
    id: &str,
    row: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Option<Detail>, ChapterError> {
    asked!(id, boards, detail(ground, id, row, params));
    Ok(None)
}

async fn act(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let of = order.of.as_str();
    asked!(of, all, act(ground, order));
    Err(unknown(of))
}

async fn check(ground: &Ground<'_>, drafts: &[Draft]) -> Result<Vec<FieldProblem>, ChapterError> {
    let mut problems = master::check(ground, drafts).await?;
    problems.extend(suppliers::check(ground, drafts).await?);
    problems.extend(purchasing::check(ground, drafts).await?);
    problems.extend(stock::check(ground, drafts).await?);
    problems.extend(choice::check(ground, drafts).await?);
    problems.extend(foresee::check(ground, drafts).await?);
    problems.extend(warn::check(ground, drafts).await?);
    Ok(problems)
}

async fn saved(ground: &Ground<'_>, records: &[Record], who: &str) -> Result<(), ChapterError> {
    master::saved(ground, records, who).await?;
    purchasing::saved(ground, records, who).await
}

impl Chapter for Product {
    fn id(&self) -> &'static str {
        "product"
    }

    fn boards(&self) -> &'static [&'static str] {
        all_boards()
    }

    fn knowledge(&self, files: &Files) -> Vec<Diagnostic> {
        let mut wrong = suppliers::knowledge(files);
        wrong.extend(choice::knowledge(files));
        wrong.extend(foresee::knowledge(files));
        wrong.extend(warn::knowledge(files));
        wrong
    }

    fn prepare<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        drafts: &'a mut [Draft],
    ) -> Later<'a, Result<(), ChapterError>> {
        Box::pin(purchasing::prepare(ground, drafts))
    }

    fn check<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        drafts: &'a [Draft],
    ) -> Later<'a, Result<Vec<FieldProblem>, ChapterError>> {
        Box::pin(check(ground, drafts))
    }

    fn saved<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        records: &'a [Record],
        who: &'a str,
    ) -> Later<'a, Result<(), ChapterError>> {
        Box::pin(saved(ground, records, who))
    }

    fn removing<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        record: &'a Record,
        who: &'a str,
    ) -> Later<'a, Result<(), ChapterError>> {
        Box::pin(purchasing::removing(ground, record, who))
    }

    fn board<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        id: &'a str,
        params: &'a BTreeMap<String, Value>,
    ) -> Later<'a, Result<Board, ChapterError>> {
        Box::pin(board(ground, id, params))
    }

    fn detail<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        id: &'a str,
        row: &'a str,
        params: &'a BTreeMap<String, Value>,
    ) -> Later<'a, Result<Option<Detail>, ChapterError>> {
        Box::pin(detail(ground, id, row, params))
    }

    fn act<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        order: &'a Order,
    ) -> Later<'a, Result<Done, ChapterError>> {
        Box::pin(act(ground, order))
    }

    fn print<'a>(
        &'a self,
        ground: &'a Ground<'a>,
        record: &'a Record,
        paper: &'a str,
        language: &'a str,
    ) -> Later<'a, Result<Printed, ChapterError>> {
        Box::pin(papers::print(ground, record, paper, language))
    }
}
