//! Payout → bank line: which deposit is which payout, one to one.
//!
//! Three signs tell a deposit, strongest first: its reference names the statement; amount and
//! currency are equal; it is in another currency and worth about the payout at the reference rate. A
//! payout is matched only when exactly one free deposit bears the strongest sign and belongs to no
//! other payout as well; of equal deposits the one nearest in time wins only if it is nearest for
//! both. Everything else is said to be ambiguous, with its candidates.

use argosy_facts::Session;
use argosy_kernel::{Currency, Day, Money};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ReconcileQuestion, payouts::Payout};
use crate::{
    question::AskError,
    rates::Rates,
    rows::{Numbers, Texts},
};

/// A deposit may come a day early (time zones) and takes up to ten days over holidays.
const DAYS_EARLY: i64 = 1;
const DAYS_LATE: i64 = 10;
/// What a bank or a payment service may take or give on a conversion, in per cent.
const CONVERSION_PERCENT: Decimal = Decimal::from_parts(8, 0, 0, false, 0);

/// One line of a bank statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct BankLine {
    pub store: String,
    pub account: Option<String>,
    #[schema(value_type = chrono::NaiveDate)]
    pub day: Day,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub amount: Decimal,
    pub currency: String,
    pub reference: Option<String>,
    pub counterparty: Option<String>,
    /// The first sixteen digits of the raw file's hash, and the row in it.
    pub raw: String,
    pub row: i64,
}

/// How a payout stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BankState {
    Missing,
    Ambiguous,
    Converted,
    Matched,
}

/// A payout and the deposit it became.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BankMatch {
    pub store: String,
    pub channel: String,
    pub statement: Option<String>,
    #[schema(value_type = chrono::NaiveDate)]
    pub payout_day: Day,
    pub currency: String,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub expected: Decimal,
    pub state: BankState,
    pub bank: Option<BankLine>,
    /// The deposits it may be, when there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<BankLine>,
    /// Bank's currency for one of the payout's, as it was converted.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[schema(value_type = Option<String>)]
    pub effective_rate: Option<Decimal>,
    /// The same at the reference rate of the deposit's day.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[schema(value_type = Option<String>)]
    pub reference_rate: Option<Decimal>,
    /// What the conversion cost against the reference rate, in the bank's currency.
    #[schema(value_type = Option<crate::shape::Money>)]
    pub rate_cost: Option<Money>,
}

/// All payouts, those without a deposit first, and the deposits nobody expects.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BankMatching {
    pub matches: Vec<BankMatch>,
    pub unmatched_bank: Vec<BankLine>,
}

impl BankMatching {
    /// Keeps what is asked, those without a deposit first.
    pub(crate) fn keep(&mut self, question: &ReconcileQuestion) {
        let among = |list: &[String], value: &String| list.is_empty() || list.contains(value);
        let in_time = |day: Day| {
            question.from.is_none_or(|from| day >= from) && question.to.is_none_or(|to| day <= to)
        };
        self.matches.retain(|one| {
            among(&question.store, &one.store)
                && among(&question.channel, &one.channel)
                && question.statement.as_ref().is_none_or(|id| one.statement.as_ref() == Some(id))
                && in_time(one.payout_day)
        });
        self.unmatched_bank.retain(|line| in_time(line.day));
        self.matches.sort_by_key(|one| (one.state, std::cmp::Reverse(one.payout_day)));
    }
}

/// Reads the bank lines by day.
pub(crate) async fn lines(session: &Session) -> Result<Vec<BankLine>, AskError> {
    let sql = "SELECT \"store\", \"account\", \"day\", \"currency\", \"reference\", \
               \"counterparty\", \"raw\", \"amount\", \"row\"\nFROM bank\n\
               ORDER BY \"day\", \"raw\", \"row\"";
    let mut lines = Vec::new();
    for batch in session.query(sql).await? {
        let texts = (0..7).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let (amounts, numbers) = (Numbers::of(&batch, 7)?, Numbers::of(&batch, 8)?);
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row);
            let Some(day) = text(2).and_then(|day| day.parse().ok()) else { continue };
            lines.push(BankLine {
                store: text(0).unwrap_or_default(),
                account: text(1),
                day,
                amount: amounts.at(row).unwrap_or_default(),
                currency: text(3).unwrap_or_default(),
                reference: text(4),
                counterparty: text(5),
                raw: text(6).unwrap_or_default(),
                row: numbers.at(row).and_then(|row| i64::try_from(row).ok()).unwrap_or_default(),
            });
        }
    }
    Ok(lines)
}

/// How strongly a deposit looks like a payout, strongest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Sign {
    Named,
    Equal,
    Worth,
}

fn sign(payout: &Payout, line: &BankLine, rates: &Rates) -> Option<Sign> {
    let days = (line.day - payout.day).num_days();
    let is_same_way = line.amount.is_sign_negative() == payout.amount.is_sign_negative();
    if !(-DAYS_EARLY..=DAYS_LATE).contains(&days) || !is_same_way || line.amount.is_zero() {
        return None;
    }
    let is_equal = line.currency == payout.currency && line.amount == payout.amount;
    let is_worth = line.currency != payout.currency
        && rates.between(&payout.currency, &line.currency, line.day).is_some_and(|rate| {
            let worth = payout.amount * rate;
            (line.amount - worth).abs() * Decimal::ONE_HUNDRED <= worth.abs() * CONVERSION_PERCENT
        });
    let names = |text: &Option<String>, id: &str| {
        text.as_ref().is_some_and(|text| text.replace([' ', '-'], "").contains(id))
    };
    let id = payout.statement.as_deref().unwrap_or_default();
    let is_named = id.len() >= 6 && (names(&line.reference, id) || names(&line.counterparty, id));
    match (is_equal, is_worth) {
        (false, false) => None,
        _ if is_named => Some(Sign::Named),
        (true, _) => Some(Sign::Equal),
        (false, true) => Some(Sign::Worth),
    }
}

/// Pairs payouts with deposits.
pub(crate) fn pair(payouts: &[Payout], lines: Vec<BankLine>, rates: &Rates) -> BankMatching {
    let mut taken: Vec<Option<usize>> = vec![None; payouts.len()];
    let mut is_free = vec![true; lines.len()];
    for wanted in [Sign::Named, Sign::Equal, Sign::Worth] {
        let pairs: Vec<(usize, usize, i64)> = payouts
            .iter()
            .enumerate()
            .filter(|(at, _)| taken[*at].is_none())
            .flat_map(|(at, payout)| {
                let free = lines.iter().enumerate().filter(|(line, _)| is_free[*line]);
                let fits = free.filter(|(_, line)| sign(payout, line, rates) == Some(wanted));
                fits.map(move |(line, found)| (at, line, (found.day - payout.day).num_days().abs()))
                    .collect::<Vec<_>>()
            })
            .collect();
        settle(pairs, &mut taken, &mut is_free);
    }
    let matches = payouts
        .iter()
        .zip(&taken)
        .map(|(payout, line)| {
            let candidates: Vec<BankLine> = match line {
                Some(_) => Vec::new(),
                None => lines
                    .iter()
                    .zip(&is_free)
                    .filter(|(line, is_free)| **is_free && sign(payout, line, rates).is_some())
                    .map(|(line, _)| line.clone())
                    .collect(),
            };
            described(payout, line.map(|at| &lines[at]), candidates, rates)
        })
        .collect();
    let mut keep = is_free.into_iter();
    let unmatched_bank = lines.into_iter().filter(|_| keep.next().unwrap_or(false)).collect();
    BankMatching { matches, unmatched_bank }
}

/// Takes pairs of which each side is the only or the strictly nearest choice of the other, until
/// nothing more follows.
fn settle(mut pairs: Vec<(usize, usize, i64)>, taken: &mut [Option<usize>], is_free: &mut [bool]) {
    loop {
        let nearest = |is_side: &dyn Fn(&(usize, usize, i64)) -> bool, days: i64| {
            pairs.iter().filter(|pair| is_side(pair) && pair.2 <= days).count() == 1
        };
        let found = pairs.iter().copied().find(|(payout, line, days)| {
            nearest(&|pair| pair.0 == *payout, *days) && nearest(&|pair| pair.1 == *line, *days)
        });
        let Some((payout, line, _)) = found else { return };
        taken[payout] = Some(line);
        is_free[line] = false;
        pairs.retain(|pair| pair.0 != payout && pair.1 != line);
    }
}

fn described(
    payout: &Payout,
    line: Option<&BankLine>,
    candidates: Vec<BankLine>,
    rates: &Rates,
) -> BankMatch {
    let converted = line.filter(|line| line.currency != payout.currency);
    let effective_rate =
        converted.and_then(|line| line.amount.checked_div(payout.amount)).map(|r| r.round_dp(8));
    let reference =
        converted.and_then(|line| rates.between(&payout.currency, &line.currency, line.day));
    let rate_cost = converted.zip(reference).and_then(|(line, rate)| {
        let currency: Currency = line.currency.parse().ok()?;
        Some(Money::new((payout.amount * rate - line.amount).round_dp(2), currency))
    });
    BankMatch {
        store: payout.store.clone(),
        channel: payout.channel.clone(),
        statement: payout.statement.clone(),
        payout_day: payout.day,
        currency: payout.currency.clone(),
        expected: payout.amount,
        state: match (line, candidates.is_empty()) {
            (Some(_), _) if converted.is_some() => BankState::Converted,
            (Some(_), _) => BankState::Matched,
            (None, false) => BankState::Ambiguous,
            (None, true) => BankState::Missing,
        },
        bank: line.cloned(),
        candidates,
        effective_rate,
        reference_rate: reference.map(|rate| rate.round_dp(8)),
        rate_cost,
    }
}
