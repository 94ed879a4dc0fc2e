//! What has to be paid and when: what was asked for, and what the terms of orders and the costs of
//! shipments will ask for.

use argosy_chapter::{
    book::New,
    face::{ChapterError, Done, Ground, Order},
};
use argosy_kernel::{Day, Money};
use chrono::{Datelike, Days, Months};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    act::{body, new, only, save, text},
    booking::counted,
    check::payments::{Asked, OF_GOODS, all_asked},
};
use crate::{
    model::{Of, buying::PurchaseOrder, supply::Supply},
    says::both,
};

/// Kinds that dues are worked out from.
pub(super) const KINDS: &[&str] = &["purchase_order", "shipment", "payment", "supplier"];

/// States in which an order is owed for.
const OWING: &[&str] = &["approved", "sent", "in_production", "ready", "shipped", "received"];

/// Something that nobody has asked for yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Expected {
    /// The order or shipment.
    pub document: String,
    pub what: String,
    pub supplier: Option<String>,
    pub amount: Money,
    /// `None` where the terms hang on a day that is not known.
    pub due: Option<Day>,
    /// Whether the day it hangs on is planned only.
    pub planned: bool,
}

impl Expected {
    /// The id of its row.
    pub(super) fn key(&self) -> String {
        crate::choice::show::row_id(&[&self.document, &self.what])
    }
}

/// The deposit of an order by its terms.
fn deposit(order: &PurchaseOrder) -> Money {
    let total = order.total();
    let share = order.deposit_share.unwrap_or_default();
    Money::new(total.amount * share, total.currency).rounded()
}

/// When the balance of an order is due, and whether the day it hangs on is only planned.
fn balance_due(supply: &Supply, order: &Of<PurchaseOrder>) -> (Option<Day>, bool) {
    let of = &order.body;
    let latest = of.lines.iter().filter_map(|line| of.due_of(line)).max().or(of.due);
    let left = || {
        let sent = supply.shipments.values().filter(|shipment| {
            shipment.body.lines.iter().any(|line| line.po.as_deref() == Some(order.id.as_str()))
        });
        sent.filter_map(|shipment| shipment.body.left(&shipment.state)).min()
    };
    let known = match of.balance_when.as_deref() {
        Some("after_shipment") => of.shipped_on.or_else(left),
        Some("after_receipt" | "month_end") => of.received_on,
        _ => of.ready_on,
    };
    let Some(base) = known.or(latest) else { return (None, true) };
    let base = match of.balance_when.as_deref() {
        Some("month_end") => month_end(base),
        _ => base,
    };
    let days = match of.balance_when.as_deref() {
        None | Some("before_shipment") => 0,
        Some(_) => of.balance_days.unwrap_or_default().unsigned_abs(),
    };
    (base.checked_add_days(Days::new(days)), known.is_none())
}

fn month_end(day: Day) -> Day {
    let first = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
    first.and_then(|next| next.pred_opt()).unwrap_or(day)
}

/// What orders and shipments will still ask for.
pub(super) fn expected(supply: &Supply) -> Vec<Expected> {
    let mut all = Vec::new();
    let asked = all_asked(supply);
    for order in supply.orders.values().filter(|order| order.is(OWING)) {
        all.extend(of_order(supply, &asked, order));
    }
    for (id, shipment) in &supply.shipments {
        // Settled ones, and those whose costs are kept elsewhere, ask for nothing.
        if shipment.is(&["cancelled", "closed"]) || !shipment.body.is_booked() {
            continue;
        }
        for cost in &shipment.body.costs {
            let Some((amount, _)) = counted(cost) else { continue };
            let paid = supply.payments.values().filter(|payment| {
                payment.body.shipment.as_ref() == Some(id)
                    && payment.body.what == cost.kind
                    && payment.body.amount.currency == amount.currency
                    && payment.state != "refused"
            });
            let open = amount.amount - paid.map(|one| one.body.amount.amount).sum::<Decimal>();
            if open <= Decimal::ZERO {
                continue;
            }
            let of = &shipment.body;
            all.push(Expected {
                document: id.clone(),
                what: cost.kind.clone(),
                supplier: None,
                amount: Money::new(open, amount.currency).rounded(),
                due: cost.day.or(of.ata).or(of.eta),
                planned: cost.actual.is_none(),
            });
        }
    }
    all
}

fn of_order(supply: &Supply, asked: &Asked, order: &Of<PurchaseOrder>) -> Vec<Expected> {
    let of = &order.body;
    let total = of.total();
    let is_asked = supply.payments.values().any(|payment| {
        payment.body.purchase_order.as_ref() == Some(&order.id)
            && matches!(payment.body.what.as_str(), "deposit" | "full")
            && payment.state != "refused"
    });
    let deposit = deposit(of).amount;
    let key = (order.id.clone(), total.currency);
    let open = total.amount - asked.get(&key).copied().unwrap_or_default();
    let one = |what: &str, amount: Decimal, due: Option<Day>, planned: bool| Expected {
        document: order.id.clone(),
        what: what.to_owned(),
        supplier: Some(of.supplier.clone()),
        amount: Money::new(amount, total.currency).rounded(),
        due,
        planned,
    };
    let mut all = Vec::new();
    let mut rest = open;
    if !is_asked && deposit > Decimal::ZERO && open > Decimal::ZERO {
        let now = deposit.min(open);
        rest -= now;
        all.push(one("deposit", now, of.approved_on.or(Some(of.ordered_on)), false));
    }
    if rest > Decimal::ZERO {
        let (due, planned) = balance_due(supply, order);
        all.push(one("balance", rest, due, planned));
    }
    all
}

/// Asks for the deposit or balance of an order.
pub(super) async fn request(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let id = only(order)?;
    let what = text(&order.form, "what").unwrap_or_default();
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let found = expected(&supply).into_iter().find(|one| one.document == id && one.what == what);
    let Some(found) = found else {
        return Err(ChapterError::told(
            format!("nothing is left to ask for as {what} of {id}"),
            format!("{id} 没有可请的该类款项"),
        ));
    };
    ask(ground, vec![found], text(&order.form, "due"), &order.who).await
}

/// Asks for a cost of a shipment.
pub(super) async fn request_cost(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let id = only(order)?;
    let kind = text(&order.form, "kind").unwrap_or_default();
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let found: Vec<Expected> = expected(&supply)
        .into_iter()
        .filter(|one| one.document == id && one.what == kind)
        .collect();
    if found.is_empty() {
        return Err(ChapterError::told(
            format!("{id} has no open cost of that kind; enter it under costs first"),
            format!("{id} 没有该类未请款费用；请先在费用中录入"),
        ));
    }
    ask(ground, found, text(&order.form, "due"), &order.who).await
}

/// Asks for what is expected, by rows of the board.
pub(super) async fn request_expected(
    ground: &Ground<'_>,
    order: &Order,
) -> Result<Done, ChapterError> {
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let found: Vec<Expected> =
        expected(&supply).into_iter().filter(|one| order.rows.contains(&one.key())).collect();
    if found.is_empty() {
        let en = "these were asked for already; choose rows that are expected";
        return Err(ChapterError::told(en, "所选款项已请款；请选择“预计”的行"));
    }
    ask(ground, found, None, &order.who).await
}

async fn ask(
    ground: &Ground<'_>,
    found: Vec<Expected>,
    due: Option<&str>,
    who: &str,
) -> Result<Done, ChapterError> {
    let mut requests: Vec<New> = Vec::new();
    for one in found {
        let due = match (due, one.due) {
            (Some(due), _) => json!(due),
            (None, Some(due)) => json!(due),
            (None, None) => {
                let en = format!("{}: the terms give no day; say when it is due", one.document);
                let zh = format!("{}：条款未能确定日期，请填写应付日", one.document);
                return Err(ChapterError::told(en, zh));
            }
        };
        let of_goods = OF_GOODS.contains(&one.what.as_str());
        let (po, shipment) =
            if of_goods { (Some(&one.document), None) } else { (None, Some(&one.document)) };
        requests.push(new("payment", body(json!({
            "what": one.what, "supplier": one.supplier, "purchase_order": po, "shipment": shipment,
            "amount": one.amount, "due": due,
        }))));
    }
    let says = |ids: &str| both(format!("{ids} asked for"), format!("已请款：{ids}"));
    save(ground, requests, who, says).await
}

/// Approves payments.
pub(super) async fn approve(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let changes = changes(ground, order, "requested").await?;
    let says = |ids: &str| both(format!("{ids} approved"), format!("已审批：{ids}"));
    let approved = |mut one: New| {
        one.state = Some("approved".to_owned());
        one
    };
    save(ground, changes.into_iter().map(approved).collect(), &order.who, says).await
}

/// Notes payments as paid.
pub(super) async fn paid(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let changes = changes(ground, order, "approved").await?;
    let paid = |mut one: New| {
        for (field, from) in [("paid_on", "day"), ("reference", "reference")] {
            if let Some(value) = order.form.get(from) {
                one.body.insert(field.to_owned(), value.clone());
            }
        }
        one.state = Some("paid".to_owned());
        one
    };
    let says = |ids: &str| both(format!("{ids} paid"), format!("已付款：{ids}"));
    save(ground, changes.into_iter().map(paid).collect(), &order.who, says).await
}

/// The chosen payments, all of which must be in a state.
async fn changes(
    ground: &Ground<'_>,
    order: &Order,
    state: &str,
) -> Result<Vec<New>, ChapterError> {
    let mut changes = Vec::new();
    for id in &order.rows {
        let record = ground.desk.record("payment", id).await?;
        match record.filter(|record| record.state.as_deref() == Some(state)) {
            Some(record) => changes.push(New::change(&record)),
            None => {
                let (en, zh) = match state {
                    "approved" => ("is not approved yet", "尚未审批"),
                    _ => ("is no open request", "不是待审批的付款单"),
                };
                return Err(ChapterError::told(format!("{id} {en}"), format!("{id} {zh}")));
            }
        }
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_month_is_its_last_day_in_leap_years_too() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(month_end(day("2024-02-03")), day("2024-02-29"));
        assert_eq!(month_end(day("2026-12-31")), day("2026-12-31"));
    }
}
