//! What people let a chapter do, now or as a background job.

use std::collections::BTreeMap;

use argosy_chapter::{
    face::{Chapter, Done, Ground, Order},
    kind::{Action, Body, On},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Floor, Tell, boards::board_params, chapter, nobody, not_found, records};
use crate::{app::App, error::Error, knowledge::Knowledge};

/// Something to be done with a board or with records, as it waits in the queue of jobs.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Deed {
    /// Whether `of` is a board; else a kind.
    pub board: bool,
    pub of: String,
    pub action: String,
    #[serde(default)]
    pub rows: Vec<String>,
    #[serde(default)]
    pub form: Body,
    /// Parameters of the board as they were shown.
    #[serde(default)]
    pub params: BTreeMap<String, Value>,
}

impl Deed {
    /// The action that is meant.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] for what is not known; [`Error::Told`] for rows where none or one is
    /// asked for.
    pub(crate) fn action(&self, known: &Knowledge) -> Result<Action, Error> {
        let actions = match self.board {
            true => known.boards.get(&self.of).map(|board| &board.actions),
            false => known.kinds.get(&self.of).map(|kind| &kind.actions),
        };
        let what = if self.board { "board" } else { "kind of record" };
        let actions = actions.ok_or_else(|| not_found(what, &self.of))?;
        let found = actions.iter().find(|action| action.id == self.action);
        let action = found.ok_or_else(|| not_found("action", &self.action))?;
        match (action.on, self.rows.len()) {
            (On::Row, 1) | (On::Rows, 1..) | (On::Whole, _) => Ok(action.clone()),
            (On::Row, _) => Err(Error::told(
                format!("`{}` is done with one row at a time; choose one", action.name.en),
                format!("“{}”一次只能处理一行，请选择一行", action.name.zh_cn),
            )),
            (On::Rows, _) => Err(Error::told(
                format!("choose the rows to do `{}` with", action.name.en),
                format!("请先选择要执行“{}”的行", action.name.zh_cn),
            )),
        }
    }

    /// Checks the form and lets the chapter do it.
    ///
    /// # Errors
    /// [`Error::Records`] for a form that is filled in wrongly, and what the chapter says.
    pub(crate) async fn carry_out(&self, app: &App, who: &str, tell: &Tell) -> Result<Done, Error> {
        let floor = Floor::open(app).await?;
        let done = self.work(&floor, who, tell).await?;
        floor.leave();
        Ok(done)
    }

    /// Whether it could be begun: rows, form and parameters are right.
    ///
    /// # Errors
    /// As [`Deed::carry_out`], without what only shows at work.
    pub(crate) async fn check(&self, app: &App) -> Result<(), Error> {
        let floor = Floor::open(app).await?;
        self.order(&floor, &floor.ground(&nobody), "").await?;
        floor.leave();
        Ok(())
    }

    async fn work(&self, floor: &Floor<'_>, who: &str, tell: &Tell) -> Result<Done, Error> {
        let ground = floor.ground(tell);
        let (chapter, order) = self.order(floor, &ground, who).await?;
        Ok(chapter.act(&ground, &order).await?)
    }

    /// The chapter, and what it is told to do.
    async fn order(
        &self,
        floor: &Floor<'_>,
        ground: &Ground<'_>,
        who: &str,
    ) -> Result<(&'static dyn Chapter, Order), Error> {
        let known = floor.knowledge();
        let action = self.action(known)?;
        let (chapter, params) = match self.board {
            true => {
                let board =
                    known.boards.get(&self.of).ok_or_else(|| not_found("board", &self.of))?;
                let params = board_params(ground, board, &self.params).await?;
                (chapter(&board.chapter)?, params)
            }
            false => {
                let kind = known.kinds.get(&self.of);
                let kind = kind.ok_or_else(|| not_found("kind of record", &self.of))?;
                records::in_state(ground, kind, &action, &self.rows).await?;
                (chapter(&kind.chapter)?, BTreeMap::new())
            }
        };
        let form = records::form(ground, &action.fields, &self.form).await?;
        let order = Order {
            of: self.of.clone(),
            action: action.id.clone(),
            rows: self.rows.clone(),
            form,
            params,
            who: who.to_owned(),
        };
        Ok((chapter, order))
    }
}
