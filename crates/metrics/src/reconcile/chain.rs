//! The chain of statements: what one closes with, the next one begins with.
//!
//! A negative close comes back as opening debt ("Payable to Amazon"); money held in reserve is
//! released by the next statement; one period ends where the next begins. Where a link does not
//! hold, a statement is missing or was changed.
//!
//! Not every channel hands balances on like that: whether a report can tell such lines at all, its
//! fee tables say. What cannot be told is not judged, and the link says why.

use std::collections::BTreeMap;

use argosy_facts::Session;
use argosy_kernel::Day;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    ReconcileQuestion,
    statements::{self, Id, Reach, Told},
};
use crate::{
    question::AskError,
    reports::{ReportTraits, Reports},
};

/// How a statement hangs on the one before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// It is the first one known.
    First,
    /// Nothing that could be wrong is told; see [`Link::not_judged`].
    NotJudged,
    Holds,
    /// Days between the two belong to no statement.
    Gap,
    Overlap,
    /// The negative close before did not come back, or a debt came from nowhere.
    DebtDiffers,
    /// What was held before is not what was released.
    ReserveDiffers,
}

/// What was not judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct NotJudged {
    /// `debt` or `reserve`.
    pub what: &'static str,
    pub why: Unjudged,
}

/// Why something was not judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unjudged {
    /// No report of the channel tells it.
    ChannelDoesNotTell,
    /// The channel tells it, but not in the report that this statement, or the one before, is known
    /// from.
    ReportDoesNotTell,
}

/// One statement and how it hangs on the one before.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Link {
    pub statement: String,
    pub previous: Option<String>,
    #[schema(value_type = Option<chrono::NaiveDate>)]
    pub period_from: Option<Day>,
    #[schema(value_type = Option<chrono::NaiveDate>)]
    pub period_to: Option<Day>,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub close: Decimal,
    /// Days between the two periods; negative when they overlap.
    pub gap_days: Option<i64>,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub debt_expected: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub debt_found: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub reserve_expected: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub reserve_found: Decimal,
    /// Everything that is wrong with it, worst first; [`LinkState::Holds`] alone when nothing is.
    pub states: Vec<LinkState>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<NotJudged>,
}

/// The statements of one store in one currency, in order of time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Chain {
    pub store: String,
    pub channel: String,
    pub currency: String,
    pub links: Vec<Link>,
    /// How many links do not hold.
    pub broken: usize,
}

pub(crate) async fn chains(
    session: &Session,
    reports: &Reports,
    question: &ReconcileQuestion,
) -> Result<Vec<Chain>, AskError> {
    let mut by_pot: BTreeMap<(String, String, String), Vec<(String, Told)>> = BTreeMap::new();
    for (id, told) in statements::read(session, question, Reach::Stores).await? {
        let Id { store, channel, currency, statement } = id;
        by_pot.entry((store, channel, currency)).or_default().push((statement, told));
    }
    let mut chains = Vec::new();
    for ((store, channel, currency), mut statements) in by_pot {
        statements.sort_by_key(|(id, told)| (told.begins(), told.ends(), id.clone()));
        let mut links = Vec::new();
        for (at, (id, told)) in statements.iter().enumerate() {
            if statements::is_asked(id, told, question) {
                let before = at.checked_sub(1).map(|before| &statements[before]);
                links.push(link((id, told), before, (&channel, reports)));
            }
        }
        let broken = links.iter().filter(|link| link.states[0] > LinkState::Holds).count();
        if !links.is_empty() {
            chains.push(Chain { store, channel, currency, links, broken });
        }
    }
    chains.sort_by_key(|chain| std::cmp::Reverse(chain.broken));
    Ok(chains)
}

/// Balances that are handed on: what they are called, and the line by which a report shows that it
/// tells them. Reports that only hold money back and release it row by row hand no balance on: the
/// release has no place of its own, so an opening debt is asked of them too.
const HANDED_ON: [(&str, &[&str]); 2] =
    [("debt", &["debt"]), ("reserve", &["debt", "reserve_held", "reserve_released"])];

/// Why a balance cannot be judged between two statements.
fn unjudged(
    lines: &[&str],
    (told, before): (&Told, &Told),
    (channel, reports): (&str, &Reports),
) -> Option<Unjudged> {
    let tells = |report: &ReportTraits| lines.iter().all(|line| report.lines.contains(*line));
    let known = |told: &Told| told.definitions.iter().filter_map(|id| reports.get(id)).any(tells);
    if known(told) && known(before) {
        return None;
    }
    Some(match reports.values().filter(|report| report.channel == channel).any(tells) {
        true => Unjudged::ReportDoesNotTell,
        false => Unjudged::ChannelDoesNotTell,
    })
}

fn link((id, told): (&str, &Told), before: Option<&(String, Told)>, of: (&str, &Reports)) -> Link {
    let debt_found = told.line("debt");
    let reserve_found = told.line("reserve_released");
    let debt_expected = before.map(|(_, before)| before.close().min(Decimal::ZERO));
    let reserve_expected = before.map(|(_, before)| -before.line("reserve_held"));
    // Periods are compared only where the channel says them: rows may lie outside.
    let periods = before.and_then(|(_, before)| before.period()).zip(told.period());
    let gap_days = periods.map(|((_, end), (begin, _))| (begin - end).num_days());
    let not_judged: Vec<NotJudged> = HANDED_ON
        .into_iter()
        .filter_map(|(what, lines)| {
            let why = unjudged(lines, (told, &before?.1), of)?;
            Some(NotJudged { what, why })
        })
        .collect();
    let is_judged = |what: &str| not_judged.iter().all(|one| one.what != what);
    let differs = |expected: Option<Decimal>, found: Decimal| {
        // A statement that is still open tells no balance yet.
        let is_told = told.expected().is_some() || !found.is_zero();
        is_told && expected.is_some_and(|expected| expected != found)
    };
    let mut states = Vec::new();
    if is_judged("reserve") && differs(reserve_expected, reserve_found) {
        states.push(LinkState::ReserveDiffers);
    }
    if is_judged("debt") && differs(debt_expected, debt_found) {
        states.push(LinkState::DebtDiffers);
    }
    match gap_days {
        Some(days) if days > 1 => states.push(LinkState::Gap),
        Some(days) if days < 0 => states.push(LinkState::Overlap),
        _ => {}
    }
    // A gap explains what else does not hold.
    states.sort_by_key(|state| *state != LinkState::Gap);
    if states.is_empty() {
        let nothing_judged = gap_days.is_none() && not_judged.len() == HANDED_ON.len();
        states.push(match before {
            None => LinkState::First,
            Some(_) if nothing_judged => LinkState::NotJudged,
            Some(_) => LinkState::Holds,
        });
    }
    Link {
        statement: id.to_owned(),
        previous: before.map(|(id, _)| id.clone()),
        period_from: told.begins(),
        period_to: told.ends(),
        close: told.close().normalize(),
        gap_days,
        debt_expected: debt_expected.unwrap_or_default().normalize(),
        debt_found: debt_found.normalize(),
        reserve_expected: reserve_expected.unwrap_or_default().normalize(),
        reserve_found: reserve_found.normalize(),
        states,
        not_judged,
    }
}
