//! What is wrong with requests, orders, shipments, receipts, returns and payments beyond their form.

use argosy_chapter::{
    face::{ChapterError, Draft, Ground},
    kind::FieldProblem,
};
use argosy_kernel::Text;

use super::progress::{self, ByDocument};
use crate::{
    model::{buying::Quotation, goods::Shipment, of_draft, supply::Supply},
    says::both,
};

mod orders;
pub(super) mod payments;
mod quality;
mod receipts;

/// A draft with room for what is wrong with it.
pub(crate) struct Findings<'d> {
    draft: &'d Draft,
    found: Vec<FieldProblem>,
}

impl<'d> Findings<'d> {
    pub(crate) fn new(draft: &'d Draft) -> Self {
        Self { draft, found: Vec::new() }
    }

    pub(crate) fn add(
        &mut self,
        path: impl Into<String>,
        code: &str,
        en: impl Into<String>,
        zh: impl Into<String>,
    ) {
        self.add_text(path, code, both(en, zh));
    }

    pub(crate) fn add_text(&mut self, path: impl Into<String>, code: &str, says: Text) {
        let problem = FieldProblem::new(&self.draft.kind, path, code, says);
        self.found.push(problem.of_record(&self.draft.id));
    }

    pub(crate) fn done(self) -> Vec<FieldProblem> {
        self.found
    }
}

/// Kinds that are looked at here.
const CHECKED: &[&str] = &[
    "quotation",
    "purchase_order",
    "approval_limit",
    "inspection",
    "shipment",
    "receipt",
    "supplier_return",
    "payment",
];

/// Kinds that are read for it.
const READ: &[&str] = &[
    "item",
    "place",
    "supplier",
    "quotation",
    "purchase_order",
    "approval_limit",
    "payment",
    "shipment",
    "receipt",
    "supplier_return",
];

/// # Errors
/// [`ChapterError`] when stored records cannot be read.
pub(super) async fn check(
    ground: &Ground<'_>,
    drafts: &[Draft],
) -> Result<Vec<FieldProblem>, ChapterError> {
    if !drafts.iter().any(|draft| CHECKED.contains(&draft.kind.as_str())) {
        return Ok(Vec::new());
    }
    let supply = Supply::read(ground, READ, drafts).await?;
    let approvers = match drafts.iter().any(orders::is_approved_now) {
        true => Some(orders::Approvers::read(ground, &supply).await?),
        false => None,
    };
    let scene = Scene::of(&supply);
    let mut problems = Vec::new();
    for draft in drafts {
        let mut findings = Findings::new(draft);
        match draft.kind.as_str() {
            "quotation" => quotation(draft, &mut findings)?,
            "purchase_order" => {
                orders::check(&scene, draft, approvers.as_ref(), &mut findings)?;
            }
            "approval_limit" => payments::limit(draft, &mut findings)?,
            "inspection" => quality::check(&supply, draft, &mut findings)?,
            "shipment" => shipment(&scene, draft, &mut findings)?,
            "receipt" => receipts::check(&scene, draft, &mut findings)?,
            "supplier_return" => receipts::back(&supply, draft, &mut findings)?,
            "payment" => payments::check(&scene, draft, &mut findings)?,
            _ => {}
        }
        problems.extend(findings.done());
    }
    Ok(problems)
}

/// Everything stored with the drafts in it, and what follows for all of them at once.
pub(super) struct Scene<'s> {
    supply: &'s Supply,
    orders: ByDocument,
    shipments: ByDocument,
    /// Asked for or paid by order and currency.
    asked: payments::Asked,
}

impl<'s> Scene<'s> {
    fn of(supply: &'s Supply) -> Self {
        Self {
            supply,
            orders: progress::of_orders(supply),
            shipments: progress::of_shipments(supply),
            asked: payments::all_asked(supply),
        }
    }
}

fn quotation(draft: &Draft, findings: &mut Findings<'_>) -> Result<(), ChapterError> {
    let quotation = of_draft::<Quotation>(draft)?.body;
    let mut seen = std::collections::BTreeSet::new();
    for (at, line) in quotation.lines.iter().enumerate() {
        let from = line.from_units.unwrap_or(1);
        if !seen.insert((&line.sku, from)) {
            let en = format!("{} from {from} units has two prices; keep one", line.sku);
            let zh = format!("{} 起订 {from} 件有两个价格，请保留一个", line.sku);
            findings.add(format!("lines[{at}].price"), "twice", en, zh);
        }
    }
    Ok(())
}

fn shipment(
    scene: &Scene<'_>,
    draft: &Draft,
    findings: &mut Findings<'_>,
) -> Result<(), ChapterError> {
    let shipment = of_draft::<Shipment>(draft)?.body;
    if shipment.from.as_ref() == Some(&shipment.to) {
        let en = "it goes from a warehouse to the same one; choose another";
        findings.add("to", "same_place", en, "发货地与目的仓相同，请更换");
    }
    boxes(&shipment, findings);
    let owned = shipment.from.as_ref().and_then(|from| scene.supply.places.get(from));
    if owned.is_none_or(|place| !place.body.holds_own_goods()) {
        of_orders(scene, &shipment, findings);
    }
    Ok(())
}

/// Boxes hold what the lines say; the last of each SKU need not be full.
fn boxes(shipment: &Shipment, findings: &mut Findings<'_>) {
    if shipment.boxes.is_empty() {
        return;
    }
    let skus = shipment.lines.iter().map(|line| &line.sku);
    let skus: std::collections::BTreeSet<&String> =
        skus.chain(shipment.boxes.iter().map(|one| &one.sku)).collect();
    for sku in skus {
        let of_sku = || shipment.boxes.iter().filter(|one| one.sku == *sku);
        let boxed: i64 = of_sku().map(|one| one.count * one.units).sum();
        let last = of_sku().map(|one| one.units).max().unwrap_or_default();
        let sent = shipment.units_of(sku);
        if boxed < sent || boxed - sent >= last.max(1) {
            let en =
                format!("boxes hold {boxed} of {sku}, the lines say {sent}; correct one of them");
            let zh = format!("{sku}：箱单共 {boxed} 件，发货明细为 {sent} 件，请核对");
            findings.add("boxes", "boxes_differ", en, zh);
        }
    }
}

/// Bought goods: the orders are running, have these goods, and not less than what is sent.
fn of_orders(scene: &Scene<'_>, shipment: &Shipment, findings: &mut Findings<'_>) {
    for (at, line) in shipment.lines.iter().enumerate() {
        let Some(id) = &line.po else { continue };
        let Some(order) = scene.supply.orders.get(id) else { continue };
        let path = format!("lines[{at}].po");
        if order.is(&["draft", "cancelled"]) {
            let en = format!("order {id} is not with the supplier; send it first");
            findings.add(&path, "order_state", en, format!("采购单 {id} 尚未下单，请先下单"));
            continue;
        }
        let Some(state) = scene.orders.get(id).and_then(|skus| skus.get(&line.sku)) else {
            continue;
        };
        if state.wanted == 0 {
            let en = format!("order {id} has no {}; choose the right order", line.sku);
            let zh = format!("采购单 {id} 中没有 {}，请选择正确的采购单", line.sku);
            findings.add(&path, "not_ordered", en, zh);
        } else if state.shipped > state.wanted + state.to_replace {
            let (sent, wanted) = (state.shipped, state.wanted + state.to_replace);
            let en =
                format!("of {wanted} {} of order {id}, {sent} would be on shipments", line.sku);
            let zh = format!("采购单 {id} 的 {} 共 {wanted} 件，发货将达 {sent} 件", line.sku);
            findings.add(format!("lines[{at}].units"), "above_order", en, zh);
        }
    }
}
