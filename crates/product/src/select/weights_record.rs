//! Weights as people keep them: six numbers, or fifteen pairs.

use argosy_chapter::kind::Body;
use rust_decimal::Decimal;

use super::{Criteria, Pairs, Weights, criteria::CRITERIA, real};
use crate::{
    choice::body::{lines, number, text},
    says::Refusal,
};

/// The weights a record tells.
///
/// # Errors
/// `weights_wrong`, `pairs_missing` with the pair, `pair_not_a_ratio`, `pairs_contradict`.
pub(crate) fn weights(body: &Body, criteria: &Criteria) -> Result<Weights, Refusal> {
    let found = match text(body, "by") {
        Some("pairs") => Pairs::of_upper(CRITERIA.len(), &upper(body, criteria)?)?.weigh()?,
        _ => {
            let of = |id: &&str| -> Decimal {
                let mine = lines(body, "shares").filter(|line| text(line, "criterion") == Some(id));
                mine.filter_map(|line| number(line, "share")).sum()
            };
            Weights::by_hand(&CRITERIA.iter().map(of).collect::<Vec<_>>())?
        }
    };
    found.accept(criteria).map(|()| found)
}

/// How many times each criterion matters more than each later one.
fn upper(body: &Body, criteria: &Criteria) -> Result<Vec<f64>, Refusal> {
    let mut ratios = Vec::new();
    for (at, left) in CRITERIA.iter().enumerate() {
        for right in &CRITERIA[at + 1..] {
            let told = lines(body, "pairs").find_map(|line| {
                let times = number(line, "times").filter(|times| *times > Decimal::ZERO)?;
                match (text(line, "left")?, text(line, "right")?) {
                    (one, other) if one == *left && other == *right => Some(ratio(times)),
                    (one, other) if one == *right && other == *left => Some(1.0 / ratio(times)),
                    _ => None,
                }
            });
            ratios.push(told.ok_or_else(|| missing(criteria, left, right))?);
        }
    }
    Ok(ratios)
}

/// A ratio as it was meant: 0.11 and 0.33 are one ninth and one third.
fn ratio(times: Decimal) -> f64 {
    let times = real(times);
    if times < 1.0 { 1.0 / (1.0 / times).round().clamp(1.0, 9.0) } else { times }
}

fn missing(criteria: &Criteria, left: &str, right: &str) -> Refusal {
    let name = |id: &str| {
        let of = criteria.criteria.iter().find(|one| one.id == id);
        of.map(|one| one.name.clone()).unwrap_or_default()
    };
    let (left, right) = (name(left), name(right));
    Refusal::new(
        "pairs_missing",
        format!("the pair of {} and {} is missing", left.en, right.en),
        format!("缺少“{}”与“{}”的比较", left.zh_cn, right.zh_cn),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(value: serde_json::Value) -> Body {
        value.as_object().unwrap().clone()
    }

    fn pairs(times: impl Fn(usize, usize) -> &'static str) -> Body {
        let mut list = Vec::new();
        for left in 0..6 {
            for right in left + 1..6 {
                // Every second pair is typed the other way round.
                let (one, other) =
                    if (left + right) % 2 == 0 { (left, right) } else { (right, left) };
                list.push(json!({ "left": CRITERIA[one], "right": CRITERIA[other], "times": times(one, other) }));
            }
        }
        body(json!({ "by": "pairs", "pairs": list }))
    }

    #[test]
    fn pairs_typed_either_way_round_agree() {
        let criteria = crate::testing::criteria();
        let told = pairs(|one, other| match (one, other) {
            (2, _) => "3",
            (_, 2) => "0.33",
            _ => "1",
        });
        let found = weights(&told, &criteria).unwrap();
        assert!((found.of("margin") - 0.375).abs() < 1e-9, "{found:?}");
        assert!(found.consistency.unwrap().ratio < 1e-9);
    }

    #[test]
    fn a_missing_pair_is_named_and_all_zeros_are_refused() {
        let criteria = crate::testing::criteria();
        let mut told = pairs(|_, _| "1");
        told["pairs"].as_array_mut().unwrap().remove(0);
        let refused = weights(&told, &criteria).unwrap_err();
        assert_eq!(refused.code, "pairs_missing");
        assert!(refused.says.en.contains("demand") && refused.says.en.contains("competition"));
        let none = body(json!({ "by": "hand" }));
        assert_eq!(weights(&none, &criteria).unwrap_err().code, "weights_wrong");
        let circle = pairs(|one, other| match (one, other) {
            (0, 1) | (1, 2) | (2, 0) => "7",
            (1, 0) | (2, 1) | (0, 2) => "0.1428",
            _ => "1",
        });
        assert_eq!(weights(&circle, &criteria).unwrap_err().code, "pairs_contradict");
    }
}
