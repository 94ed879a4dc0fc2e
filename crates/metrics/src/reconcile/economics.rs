//! The ledger beside what the channel's own economics say, by SKU, month and line.

use argosy_facts::Session;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ReconcileQuestion, places_sql};
use crate::{
    question::AskError,
    rows::{Numbers, Texts},
};

/// One SKU, month and line on both sides.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EconomicsLine {
    pub store: String,
    pub market: Option<String>,
    /// The first day of the month.
    pub month: String,
    pub seller_sku: Option<String>,
    pub line: String,
    pub currency: String,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub ledger: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub economics: Decimal,
    /// Ledger less economics.
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String)]
    pub difference: Decimal,
}

/// All lines that economics speak of, the largest differences first.
pub(crate) async fn compare(
    session: &Session,
    question: &ReconcileQuestion,
) -> Result<Vec<EconomicsLine>, AskError> {
    let mut days = String::new();
    if let Some(from) = question.from {
        days += &format!(" AND l.\"day\" >= DATE '{from}'");
    }
    if let Some(to) = question.to {
        days += &format!(" AND l.\"day\" <= DATE '{to}'");
    }
    let keys = "l.\"store\", l.\"market\", CAST(date_trunc('month', l.\"day\") AS DATE) AS month, \
                l.\"seller_sku\", l.\"line\", l.\"currency\"";
    let scope = places_sql(&question.store, &question.channel, "l");
    let same = ["store", "market", "month", "seller_sku", "line", "currency"]
        .map(|column| format!("(e.\"{column}\" IS NOT DISTINCT FROM g.\"{column}\")"));
    let sql = format!(
        "WITH e AS (SELECT {keys}, sum(l.\"amount\") AS amount FROM details l \
         WHERE l.\"kind\" = 'economics' AND l.\"per\" = 'period' AND l.\"line\" IS NOT NULL\
         {days}{scope} GROUP BY 1, 2, 3, 4, 5, 6),\n\
         g AS (SELECT {keys}, sum(l.\"amount\") AS amount FROM ledger l WHERE TRUE{days}{scope} \
         GROUP BY 1, 2, 3, 4, 5, 6)\n\
         SELECT e.\"store\", e.\"market\", e.\"month\", e.\"seller_sku\", e.\"line\", \
         e.\"currency\", coalesce(g.amount, 0) AS told, e.amount AS said\nFROM e\n\
         LEFT JOIN g ON {}\nORDER BY abs(coalesce(g.amount, 0) - e.amount) DESC, 1, 3, 4, 5",
        same.join(" AND ")
    );
    let mut lines = Vec::new();
    for batch in session.query(&sql).await? {
        let texts = (0..6).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let (told, said) = (Numbers::of(&batch, 6)?, Numbers::of(&batch, 7)?);
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row);
            let ledger = told.at(row).unwrap_or_default();
            let economics = said.at(row).unwrap_or_default();
            lines.push(EconomicsLine {
                store: text(0).unwrap_or_default(),
                market: text(1),
                month: text(2).unwrap_or_default(),
                seller_sku: text(3),
                line: text(4).unwrap_or_default(),
                currency: text(5).unwrap_or_default(),
                ledger,
                economics,
                difference: (ledger - economics).normalize(),
            });
        }
    }
    Ok(lines)
}
