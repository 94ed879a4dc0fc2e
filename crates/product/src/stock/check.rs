//! Movements, counts, shipments and returns never take more out of a place than is there.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::{
    face::{ChapterError, Draft, Ground},
    kind::FieldProblem,
};

use super::{
    keep,
    ledger::{self, Balance, Entry},
};
use crate::{
    model::{
        goods::{Movement, StockCount},
        item::Place,
        of_draft,
        supply::Supply,
    },
    purchasing::Findings,
};

/// Kinds that move goods.
const MOVING: &[&str] = &["movement", "shipment", "supplier_return", "receipt"];

pub(super) async fn check(
    ground: &Ground<'_>,
    drafts: &[Draft],
) -> Result<Vec<FieldProblem>, ChapterError> {
    let is_ours = |draft: &Draft| {
        MOVING.contains(&draft.kind.as_str())
            || ["place", "stock_count"].contains(&draft.kind.as_str())
    };
    if !drafts.iter().any(is_ours) {
        return Ok(Vec::new());
    }
    let mut problems = Vec::new();
    for draft in drafts {
        let mut findings = Findings::new(draft);
        match draft.kind.as_str() {
            "place" => place(&of_draft::<Place>(draft)?.body, &mut findings),
            "movement" => movement(&of_draft::<Movement>(draft)?.body, &mut findings),
            "stock_count" => count(&of_draft::<StockCount>(draft)?.body, &mut findings),
            _ => {}
        }
        problems.extend(findings.done());
    }
    if drafts.iter().any(|draft| MOVING.contains(&draft.kind.as_str())) {
        problems.extend(not_there(ground, drafts).await?);
    }
    Ok(problems)
}

fn place(place: &Place, findings: &mut Findings<'_>) {
    if place.kind == "fba" && place.store.is_none() {
        let en = "say whose stock reports tell what is there: choose the store";
        findings.add("store", "required", en, "请选择店铺，以其库存报告为准");
    }
}

fn movement(movement: &Movement, findings: &mut Findings<'_>) {
    match (movement.kind.as_str(), &movement.to) {
        ("transfer", None) => {
            findings.add("to", "required", "say where it goes", "请填写调入仓库");
        }
        ("transfer", Some(to)) if *to == movement.place => {
            let en = "it moves to the place it is in; choose another";
            findings.add("to", "same_place", en, "调入仓库与调出仓库相同，请更换");
        }
        ("transfer", Some(_)) | (_, None) => {}
        (_, Some(_)) => {
            let en = "only a transfer goes to another place; leave it empty";
            findings.add("to", "not_a_transfer", en, "仅调拨需要填写调入仓库");
        }
    }
    for (at, line) in movement.lines.iter().enumerate() {
        if movement.kind == "opening" && line.unit_cost.is_none() {
            let en =
                format!("say what one {} had cost: opening stock brings its cost along", line.sku);
            let zh = format!("请填写 {} 的单位成本：期初库存需带成本", line.sku);
            findings.add(format!("lines[{at}].unit_cost"), "required", en, zh);
        }
        let path = format!("lines[{at}].units");
        if line.units == 0 {
            findings.add(&path, "zero", "no units move; write how many", "数量不能为 0");
        } else if line.units < 0 && movement.kind != "adjust" {
            let en = "only an adjustment may be below zero; write the units that move";
            findings.add(&path, "below_min", en, "仅调整可为负数，请填写正数");
        }
    }
}

fn count(count: &StockCount, findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for (at, line) in count.lines.iter().enumerate() {
        if !seen.insert((&line.sku, &line.batch)) {
            let en = format!("{} is counted twice; add the counts up", line.sku);
            let zh = format!("{} 重复盘点，请合并", line.sku);
            findings.add(format!("lines[{at}].sku"), "twice", en, zh);
        }
    }
}

/// What would be less than nothing by these drafts and is not by what is stored.
async fn not_there(
    ground: &Ground<'_>,
    drafts: &[Draft],
) -> Result<Vec<FieldProblem>, ChapterError> {
    let before = Supply::read(ground, ledger::KINDS, &[]).await?;
    let after = Supply::read(ground, ledger::KINDS, drafts).await?;
    let old = ledger::entries(&before, &[]);
    let new = ledger::entries(&after, &[]);
    let leaves =
        |entry: &Entry| entry.units < 0 && drafts.iter().any(|draft| draft.id == entry.document);
    if !new.iter().any(leaves) && !lessens(&old, &new) {
        return Ok(Vec::new());
    }
    let sold = keep::sold(ground, &after).await?;
    let was = ledger::balance(&ledger::entries(&before, &sold));
    let is = ledger::balance(&ledger::entries(&after, &sold));
    Ok(told(&was, &is, &new, drafts))
}

/// Whether something that came before comes less or no longer.
fn lessens(old: &[Entry], new: &[Entry]) -> bool {
    let sum = |entries: &[Entry]| {
        let mut sums: BTreeMap<(String, String, String), i64> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.units > 0) {
            let key = (entry.document.clone(), entry.place.clone(), entry.sku.clone());
            *sums.entry(key).or_default() += entry.units;
        }
        sums
    };
    let new = sum(new);
    sum(old).iter().any(|(key, units)| new.get(key).copied().unwrap_or_default() < *units)
}

fn told(was: &Balance, is: &Balance, entries: &[Entry], drafts: &[Draft]) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    for (key, there) in is {
        let Some((day, least)) = there.below else { continue };
        let before = was.get(key).and_then(|there| there.below).map_or(0, |(_, least)| least);
        if least >= before {
            continue;
        }
        let (place, sku, batch) = key;
        let of = |entry: &&Entry| {
            entry.place == *place
                && entry.sku == *sku
                && drafts.iter().any(|draft| draft.id == entry.document)
        };
        let by = entries.iter().find(of).map(|entry| entry.document.as_str());
        let draft = by.and_then(|id| drafts.iter().find(|draft| draft.id == id));
        let Some(draft) = draft.or_else(|| drafts.first()) else { continue };
        let out: i64 = entries
            .iter()
            .filter(|entry| of(entry) && entry.document == draft.id && entry.units < 0)
            .map(|entry| -entry.units)
            .sum();
        let mut findings = Findings::new(draft);
        let (batch_en, batch_zh) = match batch {
            Some(batch) => (format!(" of batch {batch}"), format!("（批次 {batch}）")),
            None => Default::default(),
        };
        let there = (out + least).max(0);
        let en = format!(
            "{place} has {there} of {sku}{batch_en} on {day}, {out} would leave: {} too many. \
             Correct the units, or enter first how the goods came",
            -least
        );
        let zh = format!(
            "{place} 在 {day} 有 {sku}{batch_zh} {there} 件，将出库 {out} 件，缺 {} 件。\
             请核对数量，或先录入入库",
            -least
        );
        findings.add("lines", "not_there", en, zh);
        problems.extend(findings.done());
    }
    problems
}
