//! Payouts: what each statement sent to the bank, and when.

use argosy_facts::Session;
use argosy_kernel::Day;
use rust_decimal::Decimal;

use super::statements::{Control, Id, controls};
use crate::{
    money::Booking,
    question::AskError,
    rows::{Numbers, Texts},
    view::{IMPORTED, booked_line},
};

/// A control and a payout row this many days apart may be the same transfer.
const SAME_TRANSFER_DAYS: i64 = 7;

/// Money that left a channel's balance for the bank; negative when the seller paid in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Payout {
    pub store: String,
    pub channel: String,
    pub currency: String,
    pub day: Day,
    pub statement: Option<String>,
    pub amount: Decimal,
}

/// All payouts, by store and day.
///
/// Some reports hold the transfer as a row (Amazon's date range, Shopify), others say it only as
/// their total and deposit day (Amazon V2). One transfer told both ways counts once.
pub(crate) async fn payouts(
    session: &Session,
    bookings: &[Booking],
) -> Result<Vec<Payout>, AskError> {
    let mut payouts = told_as_rows(session, bookings).await?;
    for control in told_as_totals(session).await? {
        let is_same = |row: &Payout| {
            (&row.store, &row.currency, row.amount)
                == (&control.store, &control.currency, control.amount)
                && (row.day - control.day).num_days().abs() <= SAME_TRANSFER_DAYS
        };
        match payouts.iter_mut().find(|row| is_same(row)) {
            Some(row) => row.statement = row.statement.take().or(control.statement),
            None => payouts.push(control),
        }
    }
    payouts.sort();
    Ok(payouts)
}

async fn told_as_rows(session: &Session, bookings: &[Booking]) -> Result<Vec<Payout>, AskError> {
    let sql = format!(
        "SELECT l.\"store\", l.\"channel\", l.\"currency\", l.\"day\", l.\"statement\", \
         -sum(l.\"amount\")\nFROM {IMPORTED} l\n\
         WHERE {} IN ('payout', 'failed_payout', 'debt_collected')\n\
         GROUP BY 1, 2, 3, 4, 5, l.\"raw\", l.\"row\"",
        booked_line(bookings)
    );
    let mut payouts = Vec::new();
    for batch in session.query(&sql).await? {
        let texts = (0..5).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let amounts = Numbers::of(&batch, 5)?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let Ok(day) = text(3).parse() else { continue };
            let amount = amounts.at(row).unwrap_or_default();
            if !amount.is_zero() {
                payouts.push(Payout {
                    store: text(0),
                    channel: text(1),
                    currency: text(2),
                    day,
                    statement: texts[4].at(row).filter(|id| !id.is_empty()),
                    amount,
                });
            }
        }
    }
    Ok(payouts)
}

async fn told_as_totals(session: &Session) -> Result<Vec<Payout>, AskError> {
    let controls = controls(session, "").await?.into_iter();
    let payout = |(id, control): (Id, Control)| {
        let amount = control.expected.filter(|amount| *amount > Decimal::ZERO)?;
        Some(Payout {
            store: id.store,
            channel: id.channel,
            currency: id.currency,
            day: control.deposit_day?,
            statement: Some(id.statement).filter(|id| !id.is_empty()),
            amount,
        })
    };
    Ok(controls.filter_map(payout).collect())
}
