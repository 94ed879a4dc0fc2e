//! The board: gates, scores on fixed anchors, a second opinion, how sure, and why.

use std::collections::BTreeMap;

use argosy_kernel::Text;
use serde::Serialize;

use super::{
    Candidate, Criteria, Weights,
    criteria::{Criterion, Gate},
    plausible::{Doubt, chance_best},
    real,
    topsis::closeness,
};
use crate::says::{Refusal, both, joined, shown};

/// How far off a value of unknown confidence may be: as a guess.
const NO_CONFIDENCE: f64 = 0.5;
/// What a criterion counts of which nothing is known.
const MIDDLE: f64 = 0.5;

/// All candidates: those ranked, best first, and those out with the reason.
#[derive(Clone, Debug, Serialize)]
pub struct Board {
    pub ranked: Vec<Ranked>,
    pub out: Vec<Out>,
    pub weights: Weights,
    /// What the knowledge file said when this was worked out.
    pub version: String,
    pub seed: u64,
}

/// One candidate that passes all gates.
#[derive(Clone, Debug, Serialize)]
pub struct Ranked {
    pub id: String,
    pub rank: usize,
    /// The weighted sum of its criteria, 0 to 1.
    pub score: f64,
    pub criteria: Vec<Scored>,
    /// Its nearness to the best on the board, and its place by that.
    pub topsis: f64,
    pub topsis_rank: usize,
    /// In which share of plausible worlds it is the best.
    pub chance_best: f64,
    /// Gates nobody has answered.
    pub open_gates: Vec<String>,
    pub says: Text,
}

/// One criterion of one candidate.
#[derive(Clone, Debug, Serialize)]
pub struct Scored {
    pub criterion: String,
    pub score: f64,
    pub weight: f64,
    /// The share of its measures that is known; of 0 the score is only the middle.
    pub known: f64,
    /// How far off it may be.
    pub spread: Option<f64>,
}

/// One candidate that fails a gate.
#[derive(Clone, Debug, Serialize)]
pub struct Out {
    pub id: String,
    pub gates: Vec<String>,
    pub says: Text,
}

/// Ranks candidates.
///
/// # Errors
/// `no_criteria`, and what [`Weights::accept`] refuses.
pub fn rank(
    criteria: &Criteria,
    candidates: &[Candidate],
    weights: &Weights,
    seed: u64,
) -> Result<Board, Refusal> {
    if criteria.criteria.is_empty() {
        let (en, zh) =
            ("the knowledge file selection.toml is missing", "缺少知识文件 selection.toml");
        return Err(Refusal::new("no_criteria", en, zh));
    }
    weights.accept(criteria)?;
    let mut out = Vec::new();
    let mut inside = Vec::new();
    for candidate in candidates {
        let failed = failed_gates(criteria, candidate);
        if failed.is_empty() {
            inside.push((candidate, scores(criteria, candidate, weights)));
        } else {
            let (gates, reasons): (Vec<_>, Vec<_>) = failed.into_iter().unzip();
            out.push(Out {
                id: candidate.id.clone(), gates, says: joined(&reasons, ("; ", "；"))
            });
        }
    }
    let ranked = place(criteria, inside, weights, seed);
    Ok(Board { ranked, out, weights: weights.clone(), version: criteria.version.clone(), seed })
}

fn place(
    criteria: &Criteria,
    inside: Vec<(&Candidate, Vec<Scored>)>,
    weights: &Weights,
    seed: u64,
) -> Vec<Ranked> {
    let doubts: Vec<Vec<Doubt>> = inside.iter().map(|(_, scored)| doubts(scored)).collect();
    let rows: Vec<Vec<f64>> =
        inside.iter().map(|(_, scored)| scored.iter().map(|one| one.score).collect()).collect();
    let settings = &criteria.settings;
    let certainty = real(settings.weight_certainty);
    let chances = chance_best(&doubts, &weights.shares, certainty, (settings.draws, seed));
    let near = closeness(&rows, &weights.shares, &vec![true; weights.shares.len()]);
    let mut ranked: Vec<Ranked> = inside
        .into_iter()
        .zip(chances.into_iter().zip(near))
        .map(|((candidate, scored), (chance_best, topsis))| Ranked {
            id: candidate.id.clone(),
            rank: 0,
            score: scored.iter().map(|one| one.score * one.weight).sum(),
            criteria: scored,
            topsis,
            topsis_rank: 0,
            chance_best,
            open_gates: open_gates(criteria, candidate),
            says: Text::default(),
        })
        .collect();
    ranked.sort_by(|a, b| b.topsis.total_cmp(&a.topsis).then_with(|| a.id.cmp(&b.id)));
    for (place, one) in ranked.iter_mut().enumerate() {
        one.topsis_rank = place + 1;
    }
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    for place in 0..ranked.len() {
        ranked[place].rank = place + 1;
        ranked[place].says = explain(criteria, &ranked[place], ranked.get(place + 1));
    }
    ranked
}

fn doubts(scored: &[Scored]) -> Vec<Doubt> {
    scored.iter().map(|one| Doubt { middle: one.score, spread: one.spread }).collect()
}

/// The criteria of a candidate, scored on the anchors.
pub fn scores(criteria: &Criteria, candidate: &Candidate, weights: &Weights) -> Vec<Scored> {
    let one = |criterion: &Criterion| {
        let (mut sum, mut known, mut spread) = (0.0, 0.0, 0.0);
        for measure in &criterion.measures {
            if let Some(input) = candidate.inputs.get(&measure.id) {
                let share = real(measure.share);
                let confidence = criteria.confidence.get(&input.confidence);
                let off = confidence.map_or(NO_CONFIDENCE, |one| real(one.spread));
                sum += share * measure.score(input.value);
                known += share;
                spread += share * off;
            }
        }
        let is_known = known > 0.0;
        // What is missing of a criterion is as unsure as a guess.
        let spread = spread + (1.0 - known) * NO_CONFIDENCE;
        Scored {
            criterion: criterion.id.clone(),
            score: if is_known { sum / known } else { MIDDLE },
            weight: weights.of(&criterion.id),
            known,
            spread: is_known.then_some(spread),
        }
    };
    criteria.criteria.iter().map(one).collect()
}

/// The score with the usual weights.
pub fn usual_score(criteria: &Criteria, candidate: &Candidate) -> f64 {
    let scored = scores(criteria, candidate, &Weights::usual(criteria));
    scored.iter().map(|one| one.score * one.weight).sum()
}

/// The gates a candidate fails, each with its reason.
pub fn failed_gates(criteria: &Criteria, candidate: &Candidate) -> Vec<(String, Text)> {
    let fails = |gate: &Gate| {
        let told = match &gate.measure {
            Some(measure) => {
                let input = candidate.inputs.get(measure)?;
                let low = gate.min.is_some_and(|min| input.value < min);
                let high = gate.max.is_some_and(|max| input.value > max);
                (low || high).then(|| (shown(input.value), &input.source))?
            }
            None => {
                let answer = candidate.gates.get(&gate.id)?;
                (!answer.passes).then(|| (String::new(), &answer.source))?
            }
        };
        let (value, source) = told;
        let value = if value.is_empty() { value } else { format!("{value}, ") };
        let en = format!("{} ({value}{source})", gate.reason.en);
        Some((gate.id.clone(), both(en, format!("{}（{value}{source}）", gate.reason.zh_cn))))
    };
    criteria.gates.iter().filter_map(fails).collect()
}

fn open_gates(criteria: &Criteria, candidate: &Candidate) -> Vec<String> {
    let is_open = |gate: &&Gate| match &gate.measure {
        Some(measure) => !candidate.inputs.contains_key(measure),
        None => !candidate.gates.contains_key(&gate.id),
    };
    criteria.gates.iter().filter(is_open).map(|gate| gate.id.clone()).collect()
}

fn explain(criteria: &Criteria, one: &Ranked, next: Option<&Ranked>) -> Text {
    let names: BTreeMap<&str, &Text> =
        criteria.criteria.iter().map(|one| (one.id.as_str(), &one.name)).collect();
    let known = || one.criteria.iter().filter(|scored| scored.known > 0.0);
    let most = known().max_by(|a, b| (a.score * a.weight).total_cmp(&(b.score * b.weight)));
    let lost = |scored: &Scored| (1.0 - scored.score) * scored.weight;
    let least = known().max_by(|a, b| lost(a).total_cmp(&lost(b)));
    let mut said = vec![both(
        format!(
            "Place {} with {:.0} of 100 points, best in {:.0}% of plausible worlds",
            one.rank,
            one.score * 100.0,
            one.chance_best * 100.0
        ),
        format!(
            "第 {} 名，{:.0} 分（满分 100），在 {:.0}% 的合理情形中排第一",
            one.rank,
            one.score * 100.0,
            one.chance_best * 100.0
        ),
    )];
    if let (Some(most), Some(least)) = (most, least) {
        let (strong, weak) = (names[most.criterion.as_str()], names[least.criterion.as_str()]);
        said.push(both(
            format!(
                "most of it from {} ({:.0}), most lost on {} ({:.0})",
                strong.en,
                most.score * 100.0,
                weak.en,
                least.score * 100.0
            ),
            format!(
                "得分主要来自{}（{:.0}），失分最多在{}（{:.0}）",
                strong.zh_cn,
                most.score * 100.0,
                weak.zh_cn,
                least.score * 100.0
            ),
        ));
    }
    said.extend(next.and_then(|next| ahead_of(&names, one, next)));
    said.extend(doubts_told(&names, one));
    joined(&said, ("; ", "；"))
}

/// What it is ahead of the next one by.
fn ahead_of(names: &BTreeMap<&str, &Text>, one: &Ranked, next: &Ranked) -> Option<Text> {
    let ahead = |pair: &(&Scored, &Scored)| (pair.0.score - pair.1.score) * pair.0.weight;
    let pairs = one.criteria.iter().zip(&next.criteria);
    let (scored, _) = pairs.max_by(|a, b| ahead(a).total_cmp(&ahead(b)))?;
    let name = names[scored.criterion.as_str()];
    let points = (one.score - next.score) * 100.0;
    Some(both(
        format!("ahead of {} by {points:.1} points, mostly by {}", next.id, name.en),
        format!("领先 {} {points:.1} 分，主要因为{}", next.id, name.zh_cn),
    ))
}

/// What speaks against the place: another opinion, criteria nothing is known of, open gates.
fn doubts_told(names: &BTreeMap<&str, &Text>, one: &Ranked) -> Vec<Text> {
    let mut said = Vec::new();
    if one.topsis_rank != one.rank {
        said.push(both(
            format!("the second opinion (TOPSIS) puts it at place {}", one.topsis_rank),
            format!("第二意见（TOPSIS）将其排在第 {} 名", one.topsis_rank),
        ));
    }
    let unknown = one.criteria.iter().filter(|scored| scored.known <= 0.0);
    let unknown: Vec<Text> =
        unknown.map(|scored| names[scored.criterion.as_str()].clone()).collect();
    if !unknown.is_empty() {
        let listed = joined(&unknown, (", ", "、"));
        said.push(both(
            format!("nothing is known of {}: counted as the middle", listed.en),
            format!("{}没有数据：按中间值计", listed.zh_cn),
        ));
    }
    if !one.open_gates.is_empty() {
        said.push(both(
            format!("{} gates are not answered yet", one.open_gates.len()),
            format!("还有 {} 项硬性条件未确认", one.open_gates.len()),
        ));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::{super::candidate::Answer, *};
    use crate::testing::{candidate, criteria};

    #[test]
    fn a_candidate_against_the_law_is_out_however_well_it_sells() {
        let criteria = criteria();
        let mut good = candidate("good", "0.9");
        good.gates.insert("law".into(), Answer { passes: false, source: "lawyer 2026-11".into() });
        let plain = candidate("plain", "0.5");
        let board = rank(&criteria, &[good, plain], &Weights::usual(&criteria), 1).unwrap();
        assert_eq!(board.ranked.len(), 1);
        assert_eq!((board.out[0].id.as_str(), board.out[0].gates[0].as_str()), ("good", "law"));
        assert!(board.out[0].says.en.contains("lawyer 2026-11"), "{:?}", board.out[0].says);
        assert!(!board.out[0].says.zh_cn.is_empty());
    }

    #[test]
    fn taking_one_away_never_turns_the_others_round() {
        let criteria = criteria();
        let all: Vec<_> = [("a", "0.9"), ("b", "0.55"), ("c", "0.5"), ("d", "0.2")]
            .map(|(id, level)| candidate(id, level))
            .into();
        let weights = Weights::usual(&criteria);
        let order = |of: &[Candidate]| -> Vec<(String, String)> {
            let board = rank(&criteria, of, &weights, 1).unwrap();
            board.ranked.into_iter().map(|one| (one.id, format!("{:.9}", one.score))).collect()
        };
        let (whole, less) = (order(&all), order(&all[1..]));
        assert_eq!(whole[1..], less);
        assert_eq!(whole[0].0, "a");
    }

    #[test]
    fn what_nobody_knows_counts_as_the_middle_and_is_said() {
        let criteria = criteria();
        let known = candidate("known", "0.5");
        let mut partly = candidate("partly", "0.5");
        partly.inputs.retain(|id, _| criteria.criteria[0].measures.iter().all(|one| one.id != *id));
        let board = rank(&criteria, &[known, partly], &Weights::usual(&criteria), 1).unwrap();
        let partly = board.ranked.iter().find(|one| one.id == "partly").unwrap();
        assert!(partly.criteria[0].known <= 0.0 && partly.says.zh_cn.contains("没有数据"));
        let chances: f64 = board.ranked.iter().map(|one| one.chance_best).sum();
        assert!((chances - 1.0).abs() < 1e-9);
    }
}
