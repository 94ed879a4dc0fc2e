//! The proof of a statement: profit, passed-through tax and balance movements are what was paid out.

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
    chart::{Chart, Stage},
    expression::quoted,
    question::AskError,
    rows::{Numbers, Texts},
};

/// Rows that are shown beside an unexplained rest.
const EVIDENCE_ROWS: usize = 20;

/// How a proof stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProofState {
    Unexplained,
    /// Nothing says what was paid out.
    NoControl,
    Proved,
}

/// A ledger row with its way to the source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct EvidenceRow {
    #[schema(value_type = chrono::NaiveDate)]
    pub day: Day,
    pub line: String,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub amount: Decimal,
    pub order_id: Option<String>,
    pub fee_type: Option<String>,
    pub raw: String,
    pub row: i64,
    /// Why it is shown: `amount` (it is the rest, or half of it), `outside` (its day is outside the
    /// statement's period), `unclassified`.
    pub reason: &'static str,
}

/// What a statement is made of, and what of the payout that does not explain.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Proof {
    pub store: String,
    pub channel: String,
    pub statement: String,
    pub currency: String,
    #[schema(value_type = Option<chrono::NaiveDate>)]
    pub period_from: Option<Day>,
    #[schema(value_type = Option<chrono::NaiveDate>)]
    pub period_to: Option<Day>,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub profit: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub pass_through: Decimal,
    /// Reserves and debts, without the transfer itself.
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub balance: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub unclassified: Decimal,
    #[serde(with = "rust_decimal::serde::str_option")]
    #[schema(value_type = Option<String>)]
    pub paid_out: Option<Decimal>,
    #[serde(with = "rust_decimal::serde::str_option")]
    #[schema(value_type = Option<String>)]
    pub unexplained: Option<Decimal>,
    pub state: ProofState,
    pub rows: Vec<EvidenceRow>,
}

pub(crate) async fn proofs(
    session: &Session,
    chart: &Chart,
    question: &ReconcileQuestion,
) -> Result<Vec<Proof>, AskError> {
    let mut proofs = Vec::new();
    for (id, told) in statements::read(session, question, Reach::Asked).await? {
        if !statements::is_asked(&id.statement, &told, question) {
            continue;
        }
        let mut proof = proof(&id, &told, chart);
        if let Some(rest) = proof.unexplained.filter(|rest| !rest.is_zero()) {
            proof.rows = evidence(session, &id, &told, rest).await?;
        }
        proofs.push(proof);
    }
    proofs.sort_by_key(|proof| (proof.state, std::cmp::Reverse(proof.period_to)));
    Ok(proofs)
}

fn proof(id: &Id, told: &Told, chart: &Chart) -> Proof {
    let transfers = ["payout", "failed_payout"].map(|line| told.line(line));
    let transferred: Decimal = transfers.iter().sum();
    let profit = told.sum(chart, Stage::is_profit);
    let pass_through = told.sum(chart, |stage| stage == Stage::PassThrough);
    let balance = told.sum(chart, |stage| stage == Stage::Balance) - transferred;
    let unclassified = told.sum(chart, |stage| stage == Stage::Unclassified);
    // A total that the transfer row belongs to says what is left, not what was sent.
    let paid_out = match (told.expected(), transferred.is_zero()) {
        (Some(expected), true) => Some(expected),
        (Some(left), false) => Some(left - transferred),
        (None, false) => Some(-transferred),
        (None, true) => None,
    };
    let unexplained =
        paid_out.map(|paid| (paid - profit - pass_through - balance - unclassified).normalize());
    let Id { store, channel, currency, statement } = id.clone();
    Proof {
        store,
        channel,
        statement,
        currency,
        period_from: told.begins(),
        period_to: told.ends(),
        profit: profit.normalize(),
        pass_through: pass_through.normalize(),
        balance: balance.normalize(),
        unclassified: unclassified.normalize(),
        paid_out: paid_out.map(|paid| paid.normalize()),
        unexplained,
        state: match unexplained {
            None => ProofState::NoControl,
            Some(rest) if rest.is_zero() => ProofState::Proved,
            Some(_) => ProofState::Unexplained,
        },
        rows: Vec::new(),
    }
}

/// The rows that most likely explain a rest: of its amount, outside the period, of unknown kind.
async fn evidence(
    session: &Session,
    Id { store, channel, currency, statement }: &Id,
    told: &Told,
    rest: Decimal,
) -> Result<Vec<EvidenceRow>, AskError> {
    let amounts: Vec<String> = [rest, rest / Decimal::TWO]
        .into_iter()
        .map(|amount| format!("CAST('{}' AS DECIMAL(20, 6))", amount.abs().round_dp(6)))
        .collect();
    let outside = told.period().map_or_else(
        || "FALSE".to_owned(),
        |(from, to)| format!("l.\"day\" < DATE '{from}' OR l.\"day\" > DATE '{to}'"),
    );
    let sql = format!(
        "SELECT l.\"day\", l.\"line\", l.\"order_id\", l.\"fee_type\", l.\"raw\", \
         CASE WHEN abs(l.\"amount\") IN ({}) THEN '1amount' WHEN {outside} THEN '2outside' \
         ELSE '3unclassified' END AS reason, l.\"amount\", l.\"row\"\nFROM ledger l\n\
         WHERE l.\"store\" = {} AND l.\"channel\" = {} AND l.\"currency\" = {} \
         AND l.\"statement\" = {} AND (abs(l.\"amount\") IN ({}) OR {outside} \
         OR l.\"line\" = 'unclassified')\nORDER BY 6, abs(l.\"amount\") DESC, l.\"raw\", l.\"row\"\n\
         LIMIT {EVIDENCE_ROWS}",
        amounts.join(", "),
        quoted(store),
        quoted(channel),
        quoted(currency),
        quoted(statement),
        amounts.join(", "),
    );
    let mut rows = Vec::new();
    for batch in session.query(&sql).await? {
        let texts = (0..6).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let (amounts, numbers) = (Numbers::of(&batch, 6)?, Numbers::of(&batch, 7)?);
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row);
            let Some(day) = text(0).and_then(|day| day.parse().ok()) else { continue };
            rows.push(EvidenceRow {
                day,
                line: text(1).unwrap_or_default(),
                amount: amounts.at(row).unwrap_or_default(),
                order_id: text(2),
                fee_type: text(3),
                raw: text(4).unwrap_or_default(),
                row: numbers.at(row).and_then(|row| i64::try_from(row).ok()).unwrap_or_default(),
                reason: match text(5).as_deref() {
                    Some("1amount") => "amount",
                    Some("2outside") => "outside",
                    _ => "unclassified",
                },
            });
        }
    }
    Ok(rows)
}
