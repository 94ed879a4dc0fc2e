//! Due payments: what to pay when, and the cash it takes by week.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Line, Picture, Row, Unit},
    face::{ChapterError, Ground},
};
use argosy_kernel::{Day, Money};
use chrono::{Datelike, Days};
use rust_decimal::Decimal;
use serde_json::Value;

use super::pay::{self, Expected};
use crate::{
    choice::show::{param, plain, remark},
    model::{Of, buying::Payment, supply::Supply},
    says::both,
    worth::Change,
};

/// Weeks of the cash calendar.
const WEEKS: usize = 13;

/// One row before it is laid out.
struct Due {
    key: String,
    state: String,
    what: String,
    supplier: Option<String>,
    document: Option<String>,
    amount: Money,
    due: Option<Day>,
    planned: bool,
}

fn of_payment(payment: &Of<Payment>) -> Due {
    let of = &payment.body;
    Due {
        key: payment.id.clone(),
        state: payment.state.clone(),
        what: of.what.clone(),
        supplier: of.supplier.clone(),
        document: of.purchase_order.clone().or_else(|| of.shipment.clone()),
        amount: of.amount,
        due: Some(of.due),
        planned: false,
    }
}

fn of_expected(one: Expected) -> Due {
    Due {
        key: one.key(),
        state: "expected".to_owned(),
        what: one.what,
        supplier: one.supplier,
        document: Some(one.document),
        amount: one.amount,
        due: one.due,
        planned: one.planned,
    }
}

pub(super) async fn board(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    let supply = Supply::read(ground, pay::KINDS, &[]).await?;
    let change = Change::new(ground, ground.currency, ground.today);
    let open = supply.payments.values().filter(|one| one.is(&["requested", "approved"]));
    let mut dues: Vec<Due> = open.map(of_payment).collect();
    if params.get("expected").and_then(Value::as_bool).unwrap_or(true) {
        dues.extend(pay::expected(&supply).into_iter().map(of_expected));
    }
    if let Some(wanted) = param(params, "supplier") {
        dues.retain(|due| due.supplier.as_deref() == Some(wanted));
    }
    let mut board = Board { day: Some(ground.today), ..Board::default() };
    let mut sums = Sums::new(ground.today);
    let mut unknown = std::collections::BTreeSet::new();
    for due in &dues {
        let worth = change.money(due.amount).map(Money::rounded);
        match worth {
            Some(worth) => sums.add(due, worth.amount),
            None => {
                unknown.insert(due.amount.currency);
            }
        }
        board.rows.push(row(&supply, due, worth, ground.today));
    }
    for currency in unknown {
        let en = format!("no rate of {currency} is known: its amounts are not in the sums");
        let zh = format!("缺少 {currency} 汇率：相应金额未计入合计");
        board.remarks.push(remark("warning", both(en, zh)));
    }
    for (id, amount) in
        [("overdue", sums.overdue), ("week", sums.week), ("month", sums.month), ("all", sums.all)]
    {
        board.tiles.insert(id.to_owned(), Money::new(amount, ground.currency).rounded().into());
    }
    board.pictures.push(sums.picture(ground.currency));
    Ok(board)
}

fn row(supply: &Supply, due: &Due, worth: Option<Money>, today: Day) -> Row {
    let name = due.supplier.as_ref().map(|code| {
        supply.suppliers.get(code).map_or_else(|| code.clone(), |one| one.body.name.clone())
    });
    let forwarder = || {
        let shipment = supply.shipments.get(due.document.as_ref()?)?;
        shipment.body.forwarder.clone()
    };
    let mut row = Row::new(&due.key)
        .with("key", due.key.as_str())
        .with("state", due.state.as_str())
        .with("what", due.what.as_str())
        .with("payee", name.or_else(forwarder))
        .with("document", due.document.clone())
        .with("amount", due.amount)
        .with("worth", worth)
        .with("due", due.due)
        .with("days", due.due.map(|day| (day - today).num_days()));
    if due.planned {
        let says = both(
            "the day or amount it hangs on is planned, not known",
            "所依据的日期或金额为预计值",
        );
        row = row.noted("due", says);
    }
    if due.due.is_none() {
        row = row.noted("due", both("the terms give no day", "条款未能确定日期"));
    }
    if worth.is_none() {
        row = row.noted("worth", both("no exchange rate", "无汇率"));
    }
    row
}

/// Sums in the reporting currency.
struct Sums {
    today: Day,
    monday: Day,
    overdue: Decimal,
    week: Decimal,
    month: Decimal,
    all: Decimal,
    /// By series (asked for, expected): overdue first, then weeks.
    bars: [Vec<Decimal>; 2],
}

impl Sums {
    fn new(today: Day) -> Self {
        let back = Days::new(u64::from(today.weekday().num_days_from_monday()));
        let zero = Decimal::ZERO;
        let bars = [vec![zero; WEEKS + 1], vec![zero; WEEKS + 1]];
        let monday = today.checked_sub_days(back).unwrap_or(today);
        Self { today, monday, overdue: zero, week: zero, month: zero, all: zero, bars }
    }

    fn add(&mut self, due: &Due, amount: Decimal) {
        self.all += amount;
        let Some(day) = due.due else { return };
        let days = (day - self.today).num_days();
        let at = if days < 0 {
            self.overdue += amount;
            0
        } else {
            let weeks = (day - self.monday).num_days() / 7;
            usize::try_from(weeks).unwrap_or_default() + 1
        };
        if (0..=7).contains(&days) {
            self.week += amount;
        }
        if (0..=30).contains(&days) {
            self.month += amount;
        }
        let series = usize::from(due.state == "expected");
        if let Some(bar) = self.bars[series].get_mut(at) {
            *bar += amount;
        }
    }

    fn picture(&self, currency: argosy_kernel::Currency) -> Picture {
        let weeks = (0..WEEKS as u64).map(|week| {
            let monday = self.monday.checked_add_days(Days::new(week * 7));
            monday.unwrap_or(self.monday).to_string()
        });
        let labels = std::iter::once("!".to_owned()).chain(weeks).collect();
        let names = [both("asked for", "已请款"), both("expected by terms", "按条款预计")];
        let series = names.into_iter().zip(&self.bars).enumerate().map(|(at, (name, bars))| Line {
            name,
            values: bars.iter().map(|bar| Some(plain(*bar))).collect(),
            expected: at == 1,
        });
        let title = both(
            format!("Cash needed by week, {currency} (! = overdue)"),
            format!("每周资金需求，{currency}（! = 已逾期）"),
        );
        Picture::Bars { title, unit: Unit::Money, labels, series: series.collect() }
    }
}
