//! Boards: worked out for people, and as tables that rules read.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::{
    board::{self, Board, BoardKind, Boards, Detail},
    check::{self, Known},
    face::Ground,
    kind::{Body, Field, What},
};
use argosy_facts::{FactsError, Session};
use argosy_kernel::Text;
use argosy_loop::{
    finding::{RuleRun, RunProblem},
    rules::{InputKind, Rule, Rules},
};
use serde_json::Value;

use super::{Floor, Tell, chapter, nobody, not_found};
use crate::{app::App, error::Error};

/// A board with the parameters asked for.
///
/// # Errors
/// [`Error::Records`] for wrong parameters; what the chapter says; when it takes too long.
pub(crate) async fn board(
    app: &App,
    id: &str,
    given: &BTreeMap<String, Value>,
    tell: &Tell,
) -> Result<Board, Error> {
    let floor = Floor::open(app).await?;
    let worked = app.analytics().within(worked(&floor, id, given, tell)).await?;
    floor.leave();
    worked
}

async fn worked(
    floor: &Floor<'_>,
    id: &str,
    given: &BTreeMap<String, Value>,
    tell: &Tell,
) -> Result<Board, Error> {
    let known = floor.knowledge();
    let kind = known.boards.get(id).ok_or_else(|| not_found("board", id))?;
    let ground = floor.ground(tell);
    let params = board_params(&ground, kind, given).await?;
    let mut board = chapter(&kind.chapter)?.board(&ground, id, &params).await?;
    if board.params.is_empty() {
        board.params = params;
    }
    Ok(board)
}

/// More about one row of a board.
///
/// # Errors
/// As [`board`].
pub(crate) async fn detail(
    app: &App,
    id: &str,
    row: &str,
    given: &BTreeMap<String, Value>,
) -> Result<Option<Detail>, Error> {
    let floor = Floor::open(app).await?;
    let work = async {
        let known = floor.knowledge();
        let kind = known.boards.get(id).ok_or_else(|| not_found("board", id))?;
        let ground = floor.ground(&nobody);
        let params = board_params(&ground, kind, given).await?;
        Ok::<_, Error>(chapter(&kind.chapter)?.detail(&ground, id, row, &params).await?)
    };
    let detail = app.analytics().within(work).await?;
    floor.leave();
    detail
}

/// The parameters of a board: what was given, checked, and the defaults of the others. Out of an
/// address or a command line all of them come as texts.
///
/// # Errors
/// [`Error::Records`] names each wrong one, and those that the board does not have.
pub(crate) async fn board_params(
    ground: &Ground<'_>,
    board: &BoardKind,
    given: &BTreeMap<String, Value>,
) -> Result<BTreeMap<String, Value>, Error> {
    let mut form = Body::new();
    for (name, value) in given {
        let field = board.params.iter().find(|field| field.id == *name);
        let lists = |field: &Field| matches!(field.what, What::Choices { .. } | What::Refs { .. });
        let value = match value.as_str() {
            Some("") => continue,
            Some(text) if field.is_some_and(lists) => {
                let parts = text.split([';', ',']).map(str::trim).filter(|part| !part.is_empty());
                parts.map(Value::from).collect()
            }
            _ => value.clone(),
        };
        form.insert(name.clone(), value);
    }
    let known = Known::for_fields(ground, &board.params).await?;
    let checked = check::form(&board.params, ground.kinds, &form, &known);
    Ok(checked.map_err(Error::Records)?.into_iter().collect())
}

/// The table under which rules read a board.
fn table(board: &str) -> String {
    format!("board_{board}")
}

/// Lays all boards out without a row: for SQL that is only planned.
///
/// # Errors
/// When the session takes no table.
pub(crate) fn empty_tables(session: &Session, boards: &Boards) -> Result<(), Error> {
    for kind in boards.iter() {
        session.register(&table(&kind.id), vec![board::empty_batch(kind)])?;
    }
    Ok(())
}

/// Works out the boards that rules read and registers them with `session`; gives those that could
/// not be, with why.
///
/// # Errors
/// When the session takes no table. A board that fails is no error: it costs only its own rules.
pub(crate) async fn lay_boards(
    app: &App,
    session: &Session,
    rules: &Rules,
    ids: &[String],
) -> Result<BTreeMap<String, Text>, Error> {
    let mut failed = BTreeMap::new();
    let known = app.knowledge();
    let meant = |rule: &&Rule| ids.is_empty() || ids.contains(&rule.id);
    let read: BTreeSet<&str> =
        rules.iter().filter(meant).flat_map(|rule| read_by(rule, &known.boards)).collect();
    for id in read {
        let Some(kind) = known.boards.get(id) else { continue };
        let told = match unhurried(app, id).await {
            Ok((board, currency)) => {
                let table = table(id);
                let batch = board::batch(kind, &board, currency).map_err(FactsError::from)?;
                session.register(&table, vec![batch])?;
                continue;
            }
            Err(error) => error,
        };
        tracing::warn!(board = id, error = %told, "a board that rules read cannot be worked out");
        let says = |lang: crate::lang::Lang| told.sentence(lang);
        failed.insert(
            id.to_owned(),
            Text {
                en: format!(
                    "it reads the board “{}”, which could not be worked out: {}",
                    kind.title.en,
                    says(crate::lang::Lang::En)
                ),
                zh_cn: format!(
                    "该规则读取看板“{}”，但看板无法计算：{}",
                    kind.title.zh_cn,
                    says(crate::lang::Lang::Zh)
                ),
            },
        );
    }
    Ok(failed)
}

/// A board with its defaults, however long it takes: nobody waits at a page.
async fn unhurried(app: &App, id: &str) -> Result<(Board, argosy_kernel::Currency), Error> {
    let floor = Floor::open(app).await?;
    let board = worked(&floor, id, &BTreeMap::new(), &nobody).await?;
    let currency = floor.currency;
    floor.leave();
    Ok((board, currency))
}

/// Tells rules whose board failed so, in place of a table that is not there.
pub(crate) fn told_of_boards(
    runs: &mut [RuleRun],
    rules: &Rules,
    boards: &Boards,
    failed: &BTreeMap<String, Text>,
) {
    if failed.is_empty() {
        return;
    }
    for run in runs.iter_mut().filter(|run| run.problem.is_some()) {
        let Some(rule) = rules.get(&run.rule) else { continue };
        if let Some(text) = read_by(rule, boards).find_map(|id| failed.get(id)) {
            run.problem = Some(RunProblem { code: "board".to_owned(), text: text.clone() });
        }
    }
}

/// The boards that the SQL of a rule reads.
fn read_by<'a>(rule: &'a Rule, boards: &'a Boards) -> impl Iterator<Item = &'a str> {
    let texts = rule.inputs.iter().filter_map(|input| match &input.kind {
        InputKind::Sql(text) => Some(text.as_str()),
        _ => None,
    });
    let texts: Vec<&str> = texts.chain(rule.frame.as_deref()).collect();
    let ids = boards.iter().map(|kind| kind.id.as_str());
    ids.filter(move |id| texts.iter().any(|text| names(text, &table(id))))
}

/// Whether `word` stands in SQL as a word of its own.
fn names(sql: &str, word: &str) -> bool {
    let sql = sql.to_lowercase();
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    sql.match_indices(word)
        .any(|(at, _)| !sql[..at].ends_with(part) && !sql[at + word.len()..].starts_with(part))
}

#[cfg(test)]
mod tests {
    use argosy_kernel::{Day, Period};

    use super::*;

    #[test]
    fn a_board_counts_as_read_only_under_its_whole_name() {
        assert!(names("select * from Board_Stock where x", "board_stock"));
        assert!(names("(select 1 from board_stock)", "board_stock"));
        assert!(!names("select * from board_stock_outlook", "board_stock"));
        assert!(!names("select dashboard_stock from x", "board_stock"));
    }

    #[test]
    fn a_board_that_fails_is_told_by_the_rules_that_read_it_and_by_no_other() {
        let files = crate::knowledge::built_in();
        let engine = argosy_metrics::Engine::new(&files).unwrap();
        let rules = Rules::load(&files, &engine).unwrap();
        let chapters = crate::knowledge::Chapters::load(&files).unwrap();
        let reads = |rule: &&Rule| read_by(rule, &chapters.boards).next().is_some();
        let reader = rules.iter().find(reads).unwrap();
        let other = rules.iter().find(|rule| !reads(rule)).unwrap();
        let board = read_by(reader, &chapters.boards).next().unwrap();
        let text = |en: &str| Text { en: en.to_owned(), zh_cn: en.to_owned() };
        let run = |rule: &Rule, problem: Option<&str>| RuleRun {
            rule: rule.id.clone(),
            rows: 0,
            fired: 0,
            not_enough: 0,
            millis: 0,
            window: Period { from: Day::default(), to: Day::default() },
            problem: problem.map(|en| RunProblem { code: "facts".to_owned(), text: text(en) }),
        };
        let mut runs = [run(reader, Some("no table")), run(other, Some("slow")), run(reader, None)];
        let failed = BTreeMap::from([(board.to_owned(), text("it fell over"))]);

        told_of_boards(&mut runs, &rules, &chapters.boards, &failed);

        let told: Vec<Option<&str>> = runs
            .iter()
            .map(|run| run.problem.as_ref().map(|problem| problem.text.en.as_str()))
            .collect();
        assert_eq!(told, [Some("it fell over"), Some("slow"), None]);
    }
}
