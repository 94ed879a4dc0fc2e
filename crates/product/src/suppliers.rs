//! Suppliers: their prices, how they perform, which of their certificates run out.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail},
    face::{ChapterError, Done, Draft, Ground, Order},
    kind::FieldProblem,
};
use argosy_kernel::{Diagnostic, Files};
use serde_json::Value;

use crate::{
    model::{
        buying::{Price, Supplier},
        of_draft,
        supply::Supply,
    },
    purchasing::Findings,
};

mod certificates;
pub mod prices;
mod record;
mod scorecard;
mod standing;

/// Boards that are answered here.
pub const BOARDS: &[&str] = &["scorecard", "certificates"];

/// Kinds of records that are acted on here.
pub const KINDS: &[&str] = &["supplier", "supplier_price"];

/// What is wrong in `knowledge/purchasing.toml`.
pub fn knowledge(files: &Files) -> Vec<Diagnostic> {
    standing::Standards::load(files).err().unwrap_or_default()
}

/// What is wrong with suppliers and price lists beyond their form.
///
/// # Errors
/// [`ChapterError`] when stored records cannot be read.
pub async fn check(
    ground: &Ground<'_>,
    drafts: &[Draft],
) -> Result<Vec<FieldProblem>, ChapterError> {
    let mut problems = Vec::new();
    let prices = drafts.iter().any(|draft| draft.kind == "supplier_price");
    let supply = match prices {
        true => Supply::read(ground, &["supplier_price"], drafts).await?,
        false => Supply::default(),
    };
    // Lists of the same supplier and SKU stand together: 100,000 of them are compared in one pass.
    let mut lists = BTreeMap::<(&str, &str, &str), Vec<(&str, &Price)>>::new();
    for one in supply.prices.values() {
        let of = &one.body;
        let key = (of.supplier.as_str(), of.sku.as_str(), of.currency.code());
        lists.entry(key).or_default().push((&one.id, of));
    }
    for draft in drafts {
        let mut findings = Findings::new(draft);
        match draft.kind.as_str() {
            "supplier" => supplier(&of_draft::<Supplier>(draft)?.body, &mut findings),
            "supplier_price" => {
                let price = of_draft::<Price>(draft)?.body;
                let key = (price.supplier.as_str(), price.sku.as_str(), price.currency.code());
                let others = lists.get(&key).map_or(&[][..], Vec::as_slice);
                price_list(&draft.id, &price, others, &mut findings);
            }
            _ => {}
        }
        problems.extend(findings.done());
    }
    Ok(problems)
}

fn supplier(supplier: &Supplier, findings: &mut Findings<'_>) {
    for (at, one) in supplier.certificates.iter().enumerate() {
        if let (Some(from), Some(until)) = (one.from, one.until)
            && until < from
        {
            let en = format!("{} ends on {until}, before it begins on {from}", one.kind);
            let zh = format!("{} 的到期日 {until} 早于生效日 {from}", one.kind);
            findings.add(format!("certificates[{at}].until"), "order", en, zh);
        }
    }
}

fn price_list(id: &str, price: &Price, lists: &[(&str, &Price)], findings: &mut Findings<'_>) {
    let mut seen = std::collections::BTreeSet::new();
    for (at, tier) in price.tiers.iter().enumerate() {
        if !seen.insert(tier.from_units) {
            let en = format!("two prices from {} units; keep one", tier.from_units);
            let zh = format!("起订 {} 件有两个价格，请保留一个", tier.from_units);
            findings.add(format!("tiers[{at}].from_units"), "twice", en, zh);
        }
    }
    // A list that began earlier is followed by this one; two that begin together contradict.
    let same_day = lists.iter().find(|(other, one)| *other != id && one.since == price.since);
    if let Some((other, _)) = same_day {
        let en = format!("{other} begins on the same day; change that one or another day");
        let zh = format!("{other} 的生效日相同；请修改该报价或更改日期");
        findings.add("since", "twice", en, zh);
    }
}

/// # Errors
/// [`ChapterError`] when records cannot be read.
pub async fn board(
    ground: &Ground<'_>,
    id: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    match id {
        "scorecard" => scorecard::board(ground, params).await,
        _ => certificates::board(ground, params).await,
    }
}

/// # Errors
/// [`ChapterError`] when records cannot be read.
pub async fn detail(
    ground: &Ground<'_>,
    id: &str,
    row: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Option<Detail>, ChapterError> {
    match id {
        "scorecard" => scorecard::detail(ground, row, params).await,
        _ => Ok(None),
    }
}

/// Nothing here is done by boards or records themselves.
///
/// # Errors
/// [`ChapterError::Unknown`] always.
pub async fn act(_ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    Err(ChapterError::Unknown { what: "action", id: order.action.clone() })
}
