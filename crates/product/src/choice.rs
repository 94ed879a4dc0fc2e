//! Choosing and complying as people see it: boards, details and actions over the engines.
//!
//! | board | engine | face |
//! |---|---|---|
//! | selection, decisions | [`crate::select`] | `select/face`, `select/past` |
//! | landed, shock | [`crate::landed`] | `landed/own`, `landed/face`, `landed/shock_face` |
//! | compliance, questions, documents_due, localisation | [`crate::comply`] | `comply/face`, `comply/papers` |
//! | matrix | [`crate::matrix`] | `matrix/face` |
//! | improvements | [`crate::improve`] | `improve/face` |
//!
//! **Invariant:** what is not known stays empty with its reason; nothing is filled in that neither a
//! person nor the facts told.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail},
    face::{ChapterError, Done, Draft, Ground, Order},
    kind::FieldProblem,
};
use argosy_kernel::{Diagnostic, Files};
use serde_json::Value;

pub(crate) mod body;
mod check;
pub(crate) mod facts;
pub(crate) mod known;
pub(crate) mod show;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use crate::{comply, improve, landed, matrix, select};

/// Boards that are answered here.
pub const BOARDS: [&str; 10] = [
    "selection",
    "decisions",
    "landed",
    "shock",
    "compliance",
    "questions",
    "documents_due",
    "localisation",
    "matrix",
    "improvements",
];

/// Kinds of records that are checked and acted on here.
pub const KINDS: [&str; 10] = [
    "candidate",
    "weights",
    "decision",
    "landed_case",
    "shock",
    "document",
    "confirmation",
    "localisation",
    "role",
    "improvement",
];

/// Parameters of a board as they came in.
pub(crate) type Params = BTreeMap<String, Value>;

/// What is wrong in the knowledge files of this part: selection, landed, compliance, matrix,
/// improvement, and a tariff of the company.
pub fn knowledge(files: &Files) -> Vec<Diagnostic> {
    known::Known::load(files).err().unwrap_or_default()
}

/// What is wrong with records beyond their kinds: weights that contradict one another, documents
/// that cannot be, HS codes that do not exist, second cases of the same product.
///
/// # Errors
/// What keeps records or knowledge from being read.
pub async fn check(
    ground: &Ground<'_>,
    drafts: &[Draft],
) -> Result<Vec<FieldProblem>, ChapterError> {
    check::check(ground, drafts).await
}

/// A board of [`BOARDS`].
///
/// # Errors
/// What keeps facts or records from being read; a question that cannot be answered, with what to do.
pub async fn board(ground: &Ground<'_>, id: &str, params: &Params) -> Result<Board, ChapterError> {
    match id {
        "selection" => select::face::board(ground, params).await,
        "decisions" => select::past::board(ground).await,
        "landed" => landed::face::board(ground, params).await,
        "shock" => landed::shock_face::board(ground, params).await,
        "compliance" => comply::face::board(ground, params).await,
        "questions" => comply::face::questions(ground, params).await,
        "documents_due" => comply::papers::due(ground).await,
        "localisation" => comply::papers::localisation(ground, params).await,
        "matrix" => matrix::face::board(ground, params).await,
        "improvements" => improve::face::board(ground, params).await,
        _ => Err(ChapterError::Unknown { what: "board", id: id.to_owned() }),
    }
}

/// More about a row of a board; `None` when there is no more.
///
/// # Errors
/// As [`board`].
pub async fn detail(
    ground: &Ground<'_>,
    id: &str,
    row: &str,
    params: &Params,
) -> Result<Option<Detail>, ChapterError> {
    match id {
        "selection" => select::face::detail(ground, row, params).await,
        "decisions" => select::past::detail(ground, row).await,
        "landed" => landed::face::detail(ground, row, params).await,
        "shock" => landed::shock_face::detail(ground, row, params).await,
        "compliance" => comply::face::detail(ground, row).await,
        "localisation" => comply::papers::localisation_detail(ground, row).await,
        "matrix" => matrix::face::detail(ground, row, params).await,
        "improvements" => improve::face::detail(ground, row).await,
        _ => Ok(None),
    }
}

/// Does what somebody wants done with rows of a board or with a record of [`KINDS`].
///
/// # Errors
/// [`ChapterError::Told`] with what to do instead, [`ChapterError::Records`].
pub async fn act(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    match (order.of.as_str(), order.action.as_str()) {
        ("selection", "decide") => select::face::decide(ground, order).await,
        ("landed", "begin") => landed::face::begin(ground, order).await,
        ("shock", "save") => landed::shock_face::save(ground, order).await,
        ("compliance", "confirm") => comply::face::confirm(ground, order).await,
        ("questions", "answer") => comply::face::answer(ground, order).await,
        ("questions", "copy") => comply::face::copy(ground, order).await,
        ("localisation", "ready") => comply::papers::ready(ground, order).await,
        ("matrix", "set") => matrix::face::set(ground, order).await,
        ("matrix", "accept") => matrix::face::accept(ground, order).await,
        ("improvements", "take_up") => improve::face::take_up(ground, order).await,
        ("improvement", "finish") => improve::face::finish(ground, order).await,
        _ => Err(ChapterError::Unknown {
            what: "action",
            id: format!("{} {}", order.of, order.action),
        }),
    }
}
