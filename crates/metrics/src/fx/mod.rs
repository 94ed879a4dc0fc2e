//! Exchange results: what foreign money gained or lost between the sale and its conversion.
//!
//! Every store has a pot of each foreign currency. Money enters it on the day its row was posted, at
//! the rate the account shows it at; it leaves when it is paid out. What the bank made of it is
//! taken from the bank line where one is matched; without one, the reference rate of the payout's
//! day stands for it. Foreign money that arrived on a foreign account waits there in a pot of its
//! own. Realised results are computed rows of the line `fx_realised` on the day of the payout, the
//! change of what is still open rows of `fx_open` on the last day of each row of the answer, so that
//! the results of consecutive periods add up.

mod chain;

use std::collections::{BTreeMap, BTreeSet};

use argosy_facts::{
    FactsError, Session,
    arrow::{
        array::{ArrayRef, RecordBatch, StringArray},
        compute::cast,
    },
    schema::schema,
};
use argosy_kernel::{Currency, Day, Grain, Period, Table};
use rust_decimal::Decimal;

use self::chain::{Outcome, Pot};
use crate::{
    chart::Stage,
    desk_data::DeskData,
    engine::Engine,
    expression::quoted,
    money::{Booking, FxPolicy, before},
    question::AskError,
    rates::Rates,
    reconcile::{bank, payouts},
    rows::{Numbers, Texts},
    view::{IMPORTED, booked_line},
};

/// Results are kept to a ten-thousandth of a cent, as the ledger keeps amounts.
const RESULT_DIGITS: u32 = 6;

/// Between the two sides of an exchange at the bank lie this many days at most.
const CONVERSION_DAYS: i64 = 3;

/// A computed row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FxRow {
    pub store: String,
    pub channel: String,
    pub day: Day,
    pub line: &'static str,
    pub amount: Decimal,
    pub statement: Option<String>,
    /// What happened, in the row's words.
    pub words: String,
}

/// Store, channel, currency; money on a foreign bank account has a pot beside the channel's.
type PotKey = (String, String, String, bool);

enum Happening {
    Entered { amount: Decimal },
    PaidOut { amount: Decimal, statement: Option<String>, proceeds: Option<Decimal> },
}

type Events = BTreeMap<PotKey, Vec<(Day, Happening)>>;

/// The rates of one question: what the account shows money at, and what it would fetch.
struct Sight<'a> {
    shown: &'a Rates,
    spot: &'a Rates,
    to: &'a str,
}

/// The computed rows of the asked periods.
pub(crate) async fn rows(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
    currency: Currency,
    closings: &[(Period, Option<Grain>)],
) -> Result<Vec<FxRow>, AskError> {
    let Some(end) = closings.iter().map(|(period, _)| period.to).max() else {
        return Ok(Vec::new());
    };
    let shown = engine.rates().with_own(&desk.own_rates).with_policy(desk.money.fx_policy);
    // What money fetches is no matter of policy, unless the company knows no rates but its own.
    let spot = match desk.money.fx_policy {
        FxPolicy::Own => shown.clone(),
        _ => shown.clone().with_policy(FxPolicy::EventDay),
    };
    let sight = Sight { shown: &shown, spot: &spot, to: currency.code() };
    let events = events(engine, session, &desk.bookings, &sight, end).await?;
    let days: BTreeSet<Day> =
        closings.iter().flat_map(|(period, grain)| closing_days(*period, *grain)).collect();
    let mut rows = Vec::new();
    for (key, events) in events {
        if key.2 != sight.to {
            follow(&key, events, &days, &sight, &mut rows);
        }
    }
    Ok(rows)
}

/// The last days of the rows of an answer, and the day before the first.
fn closing_days(period: Period, grain: Option<Grain>) -> BTreeSet<Day> {
    let mut days = BTreeSet::from([before(period.from), period.to]);
    if let Some(grain) = grain {
        let starts = period.each_day().filter(|day| grain.start(*day) == *day);
        days.extend(starts.map(before));
    }
    days
}

async fn events(
    engine: &Engine,
    session: &Session,
    bookings: &[Booking],
    sight: &Sight<'_>,
    end: Day,
) -> Result<Events, AskError> {
    let mut events = entered(engine, session, bookings, sight.to, end).await?;
    let payouts = payouts::payouts(session, bookings).await?;
    let matching = bank::pair(&payouts, bank::lines(session).await?, sight.spot);
    for matched in &matching.matches {
        let channel_pot =
            (matched.store.clone(), matched.channel.clone(), matched.currency.clone(), false);
        let (day, proceeds) = match &matched.bank {
            Some(line) => (line.day, conversion(line, &matched.currency, sight)),
            None => (matched.payout_day, None),
        };
        let amount = matched.expected;
        let arrived = matched.bank.as_ref().filter(|line| line.currency == matched.currency);
        if let Some(line) = arrived {
            // An account serves all stores: its money is of none of them.
            let bank_pot = bank_pot(line);
            events.entry(bank_pot).or_default().push((day, Happening::Entered { amount }));
        }
        let statement = matched.statement.clone();
        let happening = Happening::PaidOut { amount, statement, proceeds };
        events.entry(channel_pot).or_default().push((day, happening));
    }
    spend(&matching.unmatched_bank, sight, &mut events);
    for of_pot in events.values_mut() {
        of_pot.retain(|(day, _)| *day <= end);
        of_pot.sort_by_key(|(day, happening)| {
            (*day, !matches!(happening, Happening::Entered { .. }))
        });
    }
    Ok(events)
}

fn bank_pot(line: &bank::BankLine) -> PotKey {
    let account = line.account.clone().unwrap_or_else(|| "bank".to_owned());
    (line.store.clone(), account, line.currency.clone(), true)
}

/// What leaves a foreign account: exchanged for what arrived under the same reference, or else spent
/// at the rate of the day.
fn spend(lines: &[bank::BankLine], sight: &Sight<'_>, events: &mut Events) {
    let mut is_used = vec![false; lines.len()];
    for line in lines.iter().filter(|line| line.amount < Decimal::ZERO) {
        let pot = bank_pot(line);
        if !events.contains_key(&pot) {
            continue;
        }
        let other_side = lines.iter().enumerate().find(|(at, other)| {
            !is_used[*at]
                && other.amount > Decimal::ZERO
                && other.currency != line.currency
                && line.reference.as_ref().is_some_and(|text| !text.trim().is_empty())
                && other.reference == line.reference
                && (0..=CONVERSION_DAYS).contains(&(other.day - line.day).num_days())
        });
        let proceeds = other_side.and_then(|(at, other)| {
            is_used[at] = true;
            Some(other.amount * sight.spot.between(&other.currency, sight.to, other.day)?)
        });
        let statement = line.reference.clone();
        let happening = Happening::PaidOut { amount: -line.amount, statement, proceeds };
        events.entry(pot).or_default().push((line.day, happening));
    }
}

/// What a converted deposit is worth in the reporting currency; `None` when it was not converted.
fn conversion(line: &bank::BankLine, currency: &str, sight: &Sight<'_>) -> Option<Decimal> {
    if line.currency == currency {
        return None;
    }
    Some(line.amount * sight.spot.between(&line.currency, sight.to, line.day)?)
}

/// What entered each pot: everything but movements of the balance, and own expenses, which are paid
/// from the company's own purse.
async fn entered(
    engine: &Engine,
    session: &Session,
    bookings: &[Booking],
    to: &str,
    end: Day,
) -> Result<Events, AskError> {
    let balance: Vec<String> =
        engine.chart().leaves_of(Stage::Balance).into_iter().map(quoted).collect();
    let sql = format!(
        "SELECT l.\"store\", l.\"channel\", l.\"currency\", l.\"day\", sum(l.\"amount\")\n\
         FROM {IMPORTED} l\nWHERE l.\"currency\" <> {} AND l.\"day\" <= DATE '{end}' \
         AND {} NOT IN ({})\n  AND l.\"definition\" NOT LIKE 'argosy.%'\nGROUP BY 1, 2, 3, 4",
        quoted(to),
        booked_line(bookings),
        if balance.is_empty() { "''".to_owned() } else { balance.join(", ") }
    );
    let mut events = Events::new();
    for batch in session.query(&sql).await? {
        let texts = (0..4).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let amounts = Numbers::of(&batch, 4)?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let (Ok(day), Some(amount)) = (text(3).parse(), amounts.at(row)) else { continue };
            let key = (text(0), text(1), text(2), false);
            events.entry(key).or_default().push((day, Happening::Entered { amount }));
        }
    }
    Ok(events)
}

/// Follows one pot and writes down what was realised, and what is open on each closing day.
fn follow(
    key: &PotKey,
    events: Vec<(Day, Happening)>,
    days: &BTreeSet<Day>,
    sight: &Sight<'_>,
    rows: &mut Vec<FxRow>,
) {
    let (store, channel, code, _) = key;
    let mut pot = Pot::default();
    let mut open = Decimal::ZERO;
    let mut closings = days.iter().copied().peekable();
    let mut row = |day: Day, line: &'static str, amount: Decimal, statement, words: String| {
        let amount = amount.round_dp(RESULT_DIGITS).normalize();
        if !amount.is_zero() {
            let (store, channel) = (store.clone(), channel.clone());
            rows.push(FxRow { store, channel, day, line, amount, statement, words });
        }
    };
    let mut close = |pot: &Pot, day: Day, row: &mut dyn FnMut(Day, Decimal, String)| {
        let Some(rate) = sight.spot.between(code, sight.to, day) else { return };
        let now = pot.open(rate);
        row(day, now - open, format!("{} {code} @ {}", pot.amount().normalize(), rate.normalize()));
        open = now;
    };
    for (day, happening) in events {
        while let Some(closing) = closings.next_if(|closing| *closing < day) {
            close(&pot, closing, &mut |day, amount, words| {
                row(day, "fx_open", amount, None, words);
            });
        }
        match happening {
            Happening::Entered { amount } => {
                let Some(rate) = sight.shown.between(code, sight.to, day) else { continue };
                let outcome = pot.enter(day, amount, rate);
                row(day, "fx_realised", outcome.gain(), None, words(&outcome, code, sight.to));
            }
            Happening::PaidOut { amount, statement, proceeds } => {
                let rate = sight.spot.between(code, sight.to, day);
                let outcome = match (proceeds, rate) {
                    (Some(proceeds), _) => pot.leave_for(amount, proceeds),
                    (None, Some(rate)) => pot.leave(amount, rate),
                    (None, None) => continue,
                };
                // A payout that came back, or a debt paid beyond what was owed, waits again.
                if let Some(rate) = rate.filter(|_| outcome.unseen < Decimal::ZERO) {
                    pot.enter(day, -outcome.unseen, rate);
                }
                let words = words(&outcome, code, sight.to);
                row(day, "fx_realised", outcome.gain(), statement, words);
            }
        }
    }
    for closing in closings {
        close(&pot, closing, &mut |day, amount, words| row(day, "fx_open", amount, None, words));
    }
}

fn words(outcome: &Outcome, code: &str, to: &str) -> String {
    let since = outcome.since.map(|day| format!(" since {day}")).unwrap_or_default();
    format!(
        "{} {code}{since}: {} → {} {to}",
        outcome.amount.normalize(),
        outcome.carried.round_dp(RESULT_DIGITS).normalize(),
        outcome.fetched.round_dp(RESULT_DIGITS).normalize()
    )
}

/// The rows as a batch of the ledger.
pub(crate) fn table(rows: &[FxRow], currency: Currency) -> Result<RecordBatch, FactsError> {
    let schema = schema(Table::Ledger);
    let number: Vec<String> = (1..=rows.len()).map(|row| row.to_string()).collect();
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|field| {
            let texts: StringArray = rows
                .iter()
                .zip(&number)
                .map(|(row, number)| match field.name().as_str() {
                    "store" => Some(row.store.clone()),
                    "channel" => Some(row.channel.clone()),
                    "day" => Some(row.day.to_string()),
                    "line" => Some(row.line.to_owned()),
                    "amount" => Some(row.amount.to_string()),
                    "currency" => Some(currency.code().to_owned()),
                    "provisional" => Some((row.line == "fx_open").to_string()),
                    "statement" => row.statement.clone(),
                    "transaction" => Some("FX".to_owned()),
                    "fee_type" => Some(row.words.clone()),
                    "container" => Some("computed:fx".to_owned()),
                    "definition" => Some("argosy.fx@1".to_owned()),
                    "raw" => Some(String::new()),
                    "row" => Some(number.clone()),
                    _ => None,
                })
                .collect();
            cast(&texts, field.data_type())
        })
        .collect::<Result<_, _>>()?;
    Ok(RecordBatch::try_new(schema, columns)?)
}
