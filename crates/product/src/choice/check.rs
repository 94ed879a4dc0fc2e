//! What is wrong with records of this part beyond their kinds.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::{
    face::{ChapterError, Draft, Ground},
    kind::FieldProblem,
};
use argosy_kernel::{Text, knowledge::nearest};

use super::{
    body::{lines, owned, text},
    known::{Known, known},
};
use crate::{
    comply::own::document,
    landed::{own::read, own::who, shock_face::shock},
    says::{Refusal, both},
    select::weights_record::weights,
};

/// Kinds that a HS code stands in.
const WITH_HS: [&str; 3] = ["item", "candidate", "landed_case"];
/// Kinds of which there is one per product and market.
const ONE_EACH: [&str; 2] = ["landed_case", "localisation"];

pub(super) async fn check(
    ground: &Ground<'_>,
    drafts: &[Draft],
) -> Result<Vec<FieldProblem>, ChapterError> {
    let mine = |draft: &&Draft| {
        super::KINDS.contains(&draft.kind.as_str()) || WITH_HS.contains(&draft.kind.as_str())
    };
    let mine: Vec<&Draft> = drafts.iter().filter(mine).collect();
    if mine.is_empty() {
        return Ok(Vec::new());
    }
    let known = known(ground.files)?;
    let mut problems: Vec<FieldProblem> =
        mine.iter().flat_map(|draft| one(&known, draft)).collect();
    for kind in ONE_EACH {
        problems.extend(twice(ground, kind, &mine).await?);
    }
    Ok(problems)
}

fn one(known: &Known, draft: &Draft) -> Vec<FieldProblem> {
    let mut found = Vec::new();
    let mut say = |path: &str, code: &str, says: Text| {
        let problem = FieldProblem::new(&draft.kind, path, code, says);
        found.push(problem.of_record(draft.id.clone()));
    };
    let body = &draft.body;
    if WITH_HS.contains(&draft.kind.as_str())
        && let Some(Err(refusal)) = text(body, "hs_code").map(|code| hs(known, code))
    {
        say("hs_code", refusal.code, refusal.says);
    }
    match draft.kind.as_str() {
        "weights" => {
            if let Err(refusal) = weights(body, &known.criteria) {
                let path = if refusal.code == "weights_wrong" { "shares" } else { "pairs" };
                say(path, refusal.code, refusal.says);
            }
        }
        "document" => {
            let told = document(&draft.id, body).map(|one| one.check(&known.regimes));
            if let Some(Err(refusal)) = told {
                say(document_path(refusal.code), refusal.code, refusal.says);
            }
            for (path, code, says) in places(known, draft) {
                say(path, code, says);
            }
        }
        "shock" => {
            if let Err(says) = shock(body) {
                say("change", "shock_incomplete", says);
            }
        }
        "landed_case" => {
            if let Some(Err(refusal)) = text(body, "duty_text").map(read) {
                say("duty_text", refusal.code, refusal.says);
            }
            if text(body, "sku").is_some() == text(body, "candidate").is_some() {
                let en = "name a SKU or a candidate, one of both";
                say("sku", "sku_or_candidate", both(en, "SKU 与候选产品须且只能填写一项"));
            }
        }
        "confirmation" => {
            let rule = text(body, "rule").unwrap_or_default();
            if let Some(says) = unknown_rule(known, rule) {
                say("rule", "unknown_rule", says);
            }
        }
        "item" | "candidate" => {
            for (path, says) in unknown_answers(known, draft) {
                say(&path, "unknown_attribute", says);
            }
        }
        _ => {}
    }
    found
}

fn document_path(code: &str) -> &'static str {
    match code {
        "document_kind" => "kind",
        "document_expired_before_it_began" | "document_end_missing" => "until",
        _ => "number",
    }
}

/// Whether a HS code can be: six to twelve digits, a chapter that exists, and a line of the tariff
/// where one is loaded.
///
/// # Errors
/// `hs_too_short`, `hs_unknown` with the nearest ones.
pub(crate) fn hs(known: &Known, code: &str) -> Result<(), Refusal> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let plain = code.chars().all(|one| one.is_ascii_digit() || [' ', '.'].contains(&one));
    if !plain || !(6..=12).contains(&digits.len()) {
        return Err(Refusal::new(
            "hs_too_short",
            format!("HS code `{code}` must have six to twelve digits, such as 9405.21"),
            format!("HS 编码“{code}”应为 6 至 12 位数字，例如 9405.21"),
        ));
    }
    let chapter: u32 = digits[..2].parse().unwrap_or(0);
    // Chapter 77 is kept free by the Harmonized System; 98 and 99 are national.
    if chapter == 0 || chapter == 77 {
        return Err(Refusal::new(
            "hs_unknown",
            format!("HS code `{code}` does not exist: there is no chapter {chapter:02}"),
            format!("HS 编码“{code}”不存在：没有第 {chapter:02} 章"),
        ));
    }
    let Some(tariff) = known.tariffs.values().next() else { return Ok(()) };
    if tariff.has(code) {
        return Ok(());
    }
    let near: Vec<String> = tariff.nearest(code).iter().map(|line| line.brief()).collect();
    let near = near.join(", ");
    Err(Refusal::new(
        "hs_unknown",
        format!("HS code `{code}` does not exist; the nearest are {near}"),
        format!("HS 编码“{code}”不存在；最接近的是 {near}"),
    ))
}

/// Markets of a document that are neither countries nor groups, and languages that are no codes.
fn places(known: &Known, draft: &Draft) -> Vec<(&'static str, &'static str, Text)> {
    let mut found = Vec::new();
    let upper = |text: &String| text.to_uppercase();
    for market in super::body::words(&draft.body, "markets").iter().map(upper) {
        let is_country = known.currency(&market).is_some();
        if !is_country && !known.regimes.groups.contains_key(&market) {
            let groups = known.regimes.groups.keys().cloned().collect::<Vec<_>>().join(", ");
            let says = both(
                format!("`{market}` is no market; write codes such as DE, or a group: {groups}"),
                format!("“{market}”不是站点；请填写 DE 等代码或组：{groups}"),
            );
            found.push(("markets", "unknown_market", says));
        }
    }
    for language in super::body::words(&draft.body, "languages") {
        let is_code = (2..=7).contains(&language.len()) && language.is_ascii();
        if !is_code {
            let says = both(
                format!("`{language}` is no language; write codes such as de or zh"),
                format!("“{language}”不是语言代码；请填写 de、zh 等"),
            );
            found.push(("languages", "unknown_language", says));
        }
    }
    found
}

fn unknown_rule(known: &Known, rule: &str) -> Option<Text> {
    let ids = || known.regimes.regimes.iter().map(|one| one.id.as_str());
    if rule.is_empty() || ids().any(|id| id == rule) {
        return None;
    }
    let near = nearest(rule, ids());
    let (en, zh) = near.map_or_else(Default::default, |near| {
        (format!("; did you mean `{near}`?"), format!("；是否为“{near}”？"))
    });
    Some(both(format!("there is no rule `{rule}`{en}"), format!("没有规则“{rule}”{zh}")))
}

fn unknown_answers(known: &Known, draft: &Draft) -> Vec<(String, Text)> {
    let ids = || known.regimes.attributes.iter().map(|one| one.id.as_str());
    let mut found = Vec::new();
    for (line, at) in lines(&draft.body, "answers").zip(0..) {
        let Some(id) = text(line, "attribute") else { continue };
        if !ids().any(|known| known == id) {
            let near = nearest(id, ids()).unwrap_or_default();
            let says = both(
                format!("there is no question `{id}`; did you mean `{near}`?"),
                format!("没有问题“{id}”；是否为“{near}”？"),
            );
            found.push((format!("answers[{at}].attribute"), says));
        }
    }
    found
}

/// A second record of the same product and market, stored or in the same save.
async fn twice(
    ground: &Ground<'_>,
    kind: &str,
    drafts: &[&Draft],
) -> Result<Vec<FieldProblem>, ChapterError> {
    let of_kind: Vec<&&Draft> = drafts.iter().filter(|draft| draft.kind == kind).collect();
    if of_kind.is_empty() {
        return Ok(Vec::new());
    }
    let saved: BTreeSet<&str> = of_kind.iter().map(|draft| draft.id.as_str()).collect();
    let mut seen: BTreeMap<(String, String), String> = BTreeMap::new();
    for record in ground.desk.records(kind).await? {
        if let Some(key) = who(&record.body).filter(|_| !saved.contains(record.id.as_str())) {
            seen.insert(key, record.id);
        }
    }
    let mut found = Vec::new();
    for draft in of_kind {
        let Some((product, market)) = who(&draft.body) else { continue };
        let before = seen.insert((product.clone(), market.clone()), draft.id.clone());
        if let Some(other) = before {
            let says = both(
                format!("{product} has one for {market} already: {other}"),
                format!("{product} 在 {market} 已有记录：{other}"),
            );
            let path = if owned(&draft.body, "sku").is_some() { "sku" } else { "candidate" };
            found.push(FieldProblem::new(kind, path, "twice", says).of_record(draft.id.clone()));
        }
    }
    Ok(found)
}
