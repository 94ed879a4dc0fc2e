//! What the company spends beside its channels.

use argosy_kernel::{Day, Grain};
use chrono::Days;
use rust_decimal::Decimal;

use crate::{dice::Dice, entry::TruthRow, spec::Spec};

/// One own expense.
pub(crate) struct Expense {
    pub(crate) day: Day,
    pub(crate) line: &'static str,
    /// Signed as in the ledger: an expense is below zero.
    pub(crate) minor: i64,
    pub(crate) currency: &'static str,
    pub(crate) note: &'static str,
    /// What it is shared over products by, and over which; nothing is never shared.
    pub(crate) share: Option<(&'static str, &'static str)>,
}

/// The store under which own expenses are imported.
pub const OWN_STORE: &str = "lantern-home";

impl Expense {
    pub(crate) fn truth(&self) -> TruthRow {
        TruthRow {
            store: OWN_STORE,
            channel: "argosy",
            market: None,
            day: self.day,
            line: self.line,
            seller_sku: None,
            amount: Decimal::new(self.minor, 2),
            currency: self.currency,
            order_id: None,
            statement: None,
            units: None,
            provisional: false,
        }
    }
}

pub(crate) fn of(spec: &Spec) -> Vec<Expense> {
    let mut dice = Dice::new(spec.seed, "expenses");
    let mut all = Vec::new();
    let firsts = spec.from.iter_days().take_while(|day| *day <= spec.to);
    for month in firsts.filter(|day| Grain::Month.start(*day) == *day) {
        let mut add = |after: u64, line, minor: i64, currency, note, share| {
            let day = month + Days::new(after);
            if day <= spec.to {
                all.push(Expense { day, line, minor: -minor, currency, note, share });
            }
        };
        let company = |by| Some((by, "company"));
        add(0, "rent", 320_000, "CNY", "办公室租金", company("sales"));
        let salaries = 1_850_000 + dice.between(0, 40_000);
        add(9, "salaries", salaries, "CNY", "工资", company("units"));
        add(14, "software", 7900, "USD", "ERP, helpdesk", company("orders"));
        let samples = 12_000 + dice.between(0, 30_000);
        add(19, "samples", samples, "CNY", "打样", Some(("equal", "brand:Lantern Home")));
        add(22, "other_expense", 3500 + dice.between(0, 9000), "EUR", "Buchhaltung", None);
    }
    all
}
