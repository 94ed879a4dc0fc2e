//! Questions to the metrics: the right view of the facts, and the limits of all questions.

use std::time::Duration;

use argosy_facts::{FactsError, Limits, Session};
use argosy_metrics::{
    Answer, DeskData, Engine, LedgerPage, LedgerQuestion, Profit, ProfitQuestion, Question,
    ReconcileQuestion, Statement, UnknownFee, Unpaired,
};

use crate::{app::App, error::Error, rows::Rows};

/// Rows of the ledger in one download.
const LEDGER_DOWNLOAD_MAX: u64 = 200_000;
/// Rows read at once for a download.
const LEDGER_PAGE: usize = 1_000;

/// Answers a question.
///
/// # Errors
/// When the question is wrong, or its turn does not come, or it takes too long.
pub async fn ask(app: &App, question: &Question) -> Result<Answer, Error> {
    let desk = app.desk_data().await?;
    app.analytics()
        .question(question.as_of, async |session| {
            Ok(app.engine().ask(session, &desk, question).await?)
        })
        .await
}

/// The profit statement.
///
/// # Errors
/// As [`ask`].
pub async fn profit(app: &App, question: &ProfitQuestion) -> Result<Profit, Error> {
    let desk = app.desk_data().await?;
    app.analytics()
        .question(question.as_of, async |session| {
            Ok(app.engine().profit(session, &desk, question).await?)
        })
        .await
}

/// The ledger rows behind a number.
///
/// # Errors
/// As [`ask`].
pub async fn ledger(
    app: &App,
    question: &LedgerQuestion,
    as_of: Option<i64>,
) -> Result<LedgerPage, Error> {
    let desk = app.desk_data().await?;
    app.analytics()
        .question(as_of, async |session| Ok(app.engine().ledger(session, &desk, question).await?))
        .await
}

/// All ledger rows behind a number, for a download.
///
/// # Errors
/// As [`ask`], and when there are too many rows for a file.
pub async fn whole_ledger(
    app: &App,
    mut question: LedgerQuestion,
    as_of: Option<i64>,
) -> Result<LedgerPage, Error> {
    question.limit = Some(LEDGER_PAGE);
    question.cursor = None;
    // All pages are of one commit, whatever is imported meanwhile.
    let as_of = Some(app.analytics().commit(as_of).await?);
    let mut whole = ledger(app, &question, as_of).await?;
    if whole.meta.total_rows > LEDGER_DOWNLOAD_MAX {
        let rows = whole.meta.total_rows;
        return Err(Error::told(
            format!(
                "{rows} rows are too many for one file; choose fewer days or one line of the chart"
            ),
            format!("{rows} 行超出单个文件的上限；请缩短日期范围，或只选一个科目"),
        ));
    }
    while let Some(next) = whole.meta.next.take() {
        question.cursor = Some(next);
        let page = ledger(app, &question, as_of).await?;
        whole.rows.extend(page.rows);
        whole.meta.next = page.meta.next;
    }
    Ok(whole)
}

/// Statements beside their control totals.
///
/// # Errors
/// As [`ask`].
pub async fn reconcile(
    app: &App,
    question: &ReconcileQuestion,
    as_of: Option<i64>,
) -> Result<Vec<Statement>, Error> {
    with_engine(app, as_of, async |engine, session, desk| {
        Ok(engine.reconcile(session, desk, question).await?.statements)
    })
    .await
}

/// Money whose fee type is not known.
///
/// # Errors
/// As [`ask`].
pub async fn quarantine(app: &App, as_of: Option<i64>) -> Result<Vec<UnknownFee>, Error> {
    with_engine(app, as_of, async |engine, session, desk| {
        Ok(engine.quarantine(session, desk).await?)
    })
    .await
}

/// Answers a question in SQL, within the limits of the home.
///
/// # Errors
/// What is wrong with the SQL, a limit, or an unknown `as_of`.
pub async fn sql(app: &App, query: &str, as_of: Option<i64>) -> Result<Rows, Error> {
    let config = &app.home().config.limits;
    let time = Duration::from_secs(config.question_seconds.max(1));
    let limits = Limits { rows: config.sql_rows, time };
    let batches = sql_session(app, as_of).await?.read_only(query, limits).await?;
    Ok(Rows::read(&batches).map_err(FactsError::from)?)
}

/// A session of its own for SQL: tables that other questions have registered are no part of the
/// facts. Its ledger is the books as all questions see them.
///
/// # Errors
/// As [`sql`].
pub async fn sql_session(app: &App, as_of: Option<i64>) -> Result<Session, Error> {
    let commit = app.analytics().commit(as_of).await?;
    let session = app.facts().session(&app.desk().current_files(Some(commit)).await?)?;
    app.engine().prepare(&session, &app.desk_data().await?).await?;
    Ok(session)
}

/// Runs a question with everything it may need.
///
/// # Errors
/// As [`ask`].
pub async fn with_engine<T>(
    app: &App,
    as_of: Option<i64>,
    question: impl AsyncFnOnce(&Engine, &Session, &DeskData) -> Result<T, Error>,
) -> Result<T, Error> {
    let (desk, engine) = (app.desk_data().await?, app.engine());
    app.analytics().question(as_of, async |session| question(&engine, session, &desk).await).await
}

/// Seller SKUs with sales that are no product yet.
///
/// # Errors
/// As [`ask`].
pub async fn unpaired(app: &App) -> Result<Vec<Unpaired>, Error> {
    let desk = app.desk_data().await?;
    app.analytics()
        .question(None, async |session| Ok(app.engine().unpaired(session, &desk).await?))
        .await
}

/// Gives an unknown fee a line of the chart.
///
/// # Errors
/// [`Error::Usage`] for a line nothing can be booked to, and what the desk refuses.
pub async fn book(app: &App, new: &argosy_desk::NewBooking, who: &str) -> Result<i64, Error> {
    if !app.engine().bookable(&new.line) {
        let line = &new.line;
        return Err(Error::told(
            format!(
                "nothing can be booked to `{line}`; choose a line of the chart that holds imported \
                 money"
            ),
            format!("不能记入 `{line}`；请选择存放导入金额的科目"),
        ));
    }
    Ok(app.desk().book(new, who).await?)
}
