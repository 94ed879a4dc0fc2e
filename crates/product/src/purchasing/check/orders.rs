//! Purchase orders: frozen once approved, approved within limits, from suppliers in use.

use std::collections::BTreeMap;

use argosy_chapter::face::{ChapterError, Draft, Ground};
use argosy_kernel::Money;

use super::{Findings, Scene};
use crate::{
    model::{Of, buying::PurchaseOrder, of_draft, supply::Supply},
    worth::Change,
};

/// What must not change once an order is approved: it is what was approved.
const FROZEN: &[&str] = &[
    "supplier",
    "currency",
    "lines",
    "one_off",
    "incoterm",
    "deposit_share",
    "balance_when",
    "balance_days",
];

/// Who may approve up to how much, by login.
pub(super) struct Approvers {
    /// Logins by id.
    logins: BTreeMap<String, String>,
    /// By login: the limit, and a change into its currency.
    limits: BTreeMap<String, (Money, Change)>,
}

impl Approvers {
    pub(super) async fn read(ground: &Ground<'_>, supply: &Supply) -> Result<Self, ChapterError> {
        let users = ground.desk.users().await?;
        let limit = |limit: &Of<crate::model::buying::ApprovalLimit>| {
            let up_to = limit.body.up_to;
            let change = Change::new(ground, up_to.currency, ground.today);
            (limit.body.who.clone(), (up_to, change))
        };
        Ok(Self {
            logins: users.into_iter().map(|user| (user.id.to_string(), user.login)).collect(),
            limits: supply.limits.values().map(limit).collect(),
        })
    }

    /// Logins that may approve an amount.
    fn of(&self, amount: Money) -> Vec<&str> {
        let enough = |(_, (limit, change)): &(&String, &(Money, Change))| {
            change.money(amount).is_some_and(|amount| amount.amount <= limit.amount)
        };
        self.limits.iter().filter(enough).map(|(login, _)| login.as_str()).collect()
    }

    fn check(&self, who: &str, amount: Money, findings: &mut Findings<'_>) {
        // Without any limit, the right to edit is enough; so it is for programs of the company.
        let Some(login) = self.logins.get(who).filter(|_| !self.limits.is_empty()) else { return };
        let may = self.of(amount);
        if may.contains(&login.as_str()) {
            return;
        }
        let own = self.limits.get(login).map(|(limit, _)| limit.rounded().to_string());
        let (own_en, own_zh) = match own {
            Some(own) => (format!("your limit is {own}"), format!("您的审批额度为 {own}")),
            None => ("you have no approval limit".to_owned(), "您没有审批额度".to_owned()),
        };
        let names = may.join(", ");
        let (ask_en, ask_zh) = match may.is_empty() {
            true => (
                "nobody's limit is high enough; raise one".to_owned(),
                "所有人额度均不足，请提高额度".to_owned(),
            ),
            false => (format!("ask {names}"), format!("请由 {names} 审批")),
        };
        let en = format!("the order is worth {amount}, {own_en}; {ask_en}");
        let zh = format!("采购单金额 {amount}，{own_zh}；{ask_zh}");
        findings.add("", "above_limit", en, zh);
    }
}

/// Whether a draft is an order that becomes approved by being saved.
pub(super) fn is_approved_now(draft: &Draft) -> bool {
    let before = draft.before.as_ref().and_then(|before| before.state.as_deref());
    let early = [None, Some("draft")].contains(&before);
    let is_new_draft = [None, Some("draft"), Some("cancelled")].contains(&draft.state.as_deref());
    draft.kind == "purchase_order" && early && !is_new_draft
}

pub(super) fn check(
    scene: &Scene<'_>,
    draft: &Draft,
    approvers: Option<&Approvers>,
    findings: &mut Findings<'_>,
) -> Result<(), ChapterError> {
    let order = of_draft::<PurchaseOrder>(draft)?;
    let before = draft.before.as_ref();
    let was = before.and_then(|before| before.state.as_deref()).unwrap_or("draft");
    if was != "draft" && order.state != "draft" {
        frozen(draft, findings);
    }
    lines(&order.body, findings);
    if is_approved_now(draft) {
        supplier(scene.supply, &order.body, findings);
        if let Some(approvers) = approvers {
            approvers.check(&draft.who, order.body.total(), findings);
        }
    }
    let came = scene.orders.get(&order.id);
    let came: i64 = came.map_or(0, |skus| skus.values().map(|one| one.received).sum());
    if was != order.state && order.is(&["cancelled", "draft"]) && came > 0 {
        let en =
            format!("{came} units of it came already; receive or return the goods, then close it");
        let zh = format!("已到货 {came} 件；请先收货或退货，再完结采购单");
        findings.add("", "goods_came", en, zh);
    }
    quotation(scene.supply, &order.body, findings);
    Ok(())
}

fn frozen(draft: &Draft, findings: &mut Findings<'_>) {
    let Some(before) = &draft.before else { return };
    for field in FROZEN {
        if before.body.get(*field) != draft.body.get(*field) {
            let en = "an approved order is not changed; take it back to draft first";
            findings.add(*field, "frozen", en, "已审批的采购单不可修改；请先退回草稿");
        }
    }
}

fn lines(order: &PurchaseOrder, findings: &mut Findings<'_>) {
    for (at, line) in order.lines.iter().enumerate() {
        if let Some(due) = line.due.filter(|due| *due < order.ordered_on) {
            let en = format!("due on {due}, before it is ordered on {}", order.ordered_on);
            let zh = format!("交期 {due} 早于下单日 {}", order.ordered_on);
            findings.add(format!("lines[{at}].due"), "order", en, zh);
        }
    }
}

fn supplier(supply: &Supply, order: &PurchaseOrder, findings: &mut Findings<'_>) {
    let Some(supplier) = supply.suppliers.get(&order.supplier) else { return };
    if supplier.is(&["paused", "ended"]) {
        let name = &supplier.body.name;
        let en = format!("supplier {name} is {}; approve the supplier again first", supplier.state);
        let zh = format!("供应商 {name} 已暂停或终止；请先恢复该供应商");
        findings.add("supplier", "supplier_state", en, zh);
    }
}

fn quotation(supply: &Supply, order: &PurchaseOrder, findings: &mut Findings<'_>) {
    let named = order.quotation.as_ref().and_then(|id| supply.quotations.get(id));
    if let Some(quotation) = named.filter(|named| named.body.supplier != order.supplier) {
        let of = &quotation.body.supplier;
        let en = format!("quotation {} is of {of}, the order is for another", quotation.id);
        let zh = format!("报价单 {} 属于 {of}，与采购单供应商不符", quotation.id);
        findings.add("quotation", "other_supplier", en, zh);
    }
}
