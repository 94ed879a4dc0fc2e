//! Weights of the criteria: by hand, or from pairs compared one with another.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Criteria, criteria::CRITERIA, real};
use crate::says::Refusal;

/// What chance alone gives as consistency index, by number of things compared, from 1 on.
///
/// # Source
/// Saaty 1980, random index.
const RANDOM_INDEX: [f64; 10] = [0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49];
const ROUNDS: usize = 500;

/// Shares of the criteria in their order; they add up to 1.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Weights {
    pub shares: Vec<f64>,
    /// Of weights that came from pairs.
    pub consistency: Option<Consistency>,
}

/// How far pairs contradict one another.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Consistency {
    /// The principal eigenvalue; the number of criteria when nothing contradicts.
    pub lambda: f64,
    pub index: f64,
    /// The index over that of pairs made by chance; 0.10 is the usual limit.
    pub ratio: f64,
    /// The pair that contradicts the others most, as places from 0, and what they make of it.
    pub worst: Option<(usize, usize, f64)>,
}

/// Pairs compared: `more[i][j]` says how many times `i` matters more than `j` (1 to 9, or one over).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Pairs {
    pub more: Vec<Vec<f64>>,
}

impl Pairs {
    /// From the pairs above the diagonal, row by row.
    ///
    /// # Errors
    /// `pairs_missing`, `pair_not_a_ratio`.
    pub fn of_upper(n: usize, upper: &[f64]) -> Result<Self, Refusal> {
        if upper.len() != n * n.saturating_sub(1) / 2 {
            return Err(Refusal::new(
                "pairs_missing",
                format!(
                    "{n} criteria make {} pairs; {} are there",
                    n * n.saturating_sub(1) / 2,
                    upper.len()
                ),
                format!(
                    "{n} 个准则需要 {} 组两两比较，现有 {} 组",
                    n * n.saturating_sub(1) / 2,
                    upper.len()
                ),
            ));
        }
        let mut more = vec![vec![1.0; n]; n];
        let places = (0..n).flat_map(|row| (row + 1..n).map(move |column| (row, column)));
        for ((row, column), ratio) in places.zip(upper) {
            more[row][column] = *ratio;
            more[column][row] = 1.0 / ratio;
        }
        let pairs = Self { more };
        pairs.check().map(|()| pairs)
    }

    fn check(&self) -> Result<(), Refusal> {
        let n = self.more.len();
        if n == 0 || n > RANDOM_INDEX.len() || self.more.iter().any(|row| row.len() != n) {
            return Err(Refusal::new(
                "pairs_missing",
                "compare 1 to 10 criteria, each with each",
                "请对 1 至 10 个准则逐一两两比较",
            ));
        }
        for row in 0..n {
            for column in 0..n {
                let ratio = self.more[row][column];
                let is_ratio = (1.0 / 9.01..=9.01).contains(&ratio);
                if !is_ratio || (ratio * self.more[column][row] - 1.0).abs() > 0.01 {
                    return Err(Refusal::new(
                        "pair_not_a_ratio",
                        format!(
                            "the pair of {} and {} must be 1/9 to 9 and the other way round one over it",
                            row + 1,
                            column + 1
                        ),
                        format!(
                            "第 {} 与第 {} 个准则的比较值须在 1/9 至 9 之间，且反向互为倒数",
                            row + 1,
                            column + 1
                        ),
                    ));
                }
            }
        }
        Ok(())
    }

    /// The weights these pairs mean, with their consistency.
    ///
    /// # Source
    /// Saaty: analytic hierarchy process, principal eigenvector.
    ///
    /// # Errors
    /// `pairs_missing`, `pair_not_a_ratio`.
    pub fn weigh(&self) -> Result<Weights, Refusal> {
        self.check()?;
        let n = self.more.len();
        let size: f64 = self.more.iter().map(|_| 1.0).sum();
        let times = |weights: &[f64]| -> Vec<f64> {
            let row = |row: &Vec<f64>| row.iter().zip(weights).map(|(more, one)| more * one).sum();
            self.more.iter().map(row).collect()
        };
        let mut shares = vec![1.0 / size; n];
        for _ in 0..ROUNDS {
            shares = normalised(&times(&shares));
        }
        let lambda =
            times(&shares).iter().zip(&shares).map(|(more, one)| more / one).sum::<f64>() / size;
        let index = if n > 1 { ((lambda - size) / (size - 1.0)).max(0.0) } else { 0.0 };
        let by_chance = RANDOM_INDEX[n - 1];
        let ratio = if by_chance > 0.0 { index / by_chance } else { 0.0 };
        let consistency = Consistency { lambda, index, ratio, worst: self.worst(&shares) };
        Ok(Weights { shares, consistency: Some(consistency) })
    }

    fn worst(&self, shares: &[f64]) -> Option<(usize, usize, f64)> {
        let n = shares.len();
        let pairs = (0..n).flat_map(|row| (row + 1..n).map(move |column| (row, column)));
        let off = |&(row, column): &(usize, usize)| {
            (self.more[row][column] * shares[column] / shares[row]).ln().abs()
        };
        let worst = pairs.max_by(|a, b| off(a).total_cmp(&off(b)))?;
        (off(&worst) > 1e-6).then(|| (worst.0, worst.1, shares[worst.0] / shares[worst.1]))
    }
}

impl Weights {
    /// By hand: any numbers not below 0; only their proportion matters.
    ///
    /// # Errors
    /// `weights_wrong`.
    pub fn by_hand(numbers: &[Decimal]) -> Result<Self, Refusal> {
        let total: Decimal = numbers.iter().sum();
        if total <= Decimal::ZERO || numbers.iter().any(|one| *one < Decimal::ZERO) {
            return Err(Refusal::new(
                "weights_wrong",
                "weights must not be negative, and at least one must be above 0",
                "权重不得为负，且至少一个大于 0",
            ));
        }
        let shares = numbers.iter().map(|one| real(one / total)).collect();
        Ok(Self { shares, consistency: None })
    }

    /// The usual ones of the knowledge file.
    pub fn usual(criteria: &Criteria) -> Self {
        let of = |one: &super::criteria::Criterion| real(one.weight);
        let shares = normalised(&criteria.criteria.iter().map(of).collect::<Vec<_>>());
        Self { shares, consistency: None }
    }

    /// Refuses weights for another number of criteria, and pairs that contradict one another more
    /// than the knowledge file allows: a ranking on them would be an accident.
    ///
    /// # Errors
    /// `weights_count`, `pairs_contradict` with the pair to look at again.
    pub fn accept(&self, criteria: &Criteria) -> Result<(), Refusal> {
        if self.shares.len() != criteria.criteria.len() {
            let (needed, given) = (criteria.criteria.len(), self.shares.len());
            return Err(Refusal::new(
                "weights_count",
                format!("{needed} criteria need {needed} weights; {given} are there"),
                format!("{needed} 个准则需要 {needed} 个权重，现有 {given} 个"),
            ));
        }
        let Some(found) = &self.consistency else { return Ok(()) };
        let limit = real(criteria.settings.consistency_max);
        if found.ratio <= limit {
            return Ok(());
        }
        let name = |place: usize| criteria.criteria.get(place).map(|one| one.name.clone());
        let (left, right, would) = found.worst.unwrap_or((0, 0, 1.0));
        let (left, right) = (name(left).unwrap_or_default(), name(right).unwrap_or_default());
        Err(Refusal::new(
            "pairs_contradict",
            format!(
                "the pairs contradict one another (consistency ratio {:.3}, at most {limit}); look again at {} and {}: the others make it {would:.2}",
                found.ratio, left.en, right.en
            ),
            format!(
                "两两比较互相矛盾（一致性比率 {:.3}，上限 {limit}）；请重新考虑“{}”与“{}”：其余比较推得 {would:.2}",
                found.ratio, left.zh_cn, right.zh_cn
            ),
        ))
    }

    /// The weight of a criterion by its id.
    pub fn of(&self, criterion: &str) -> f64 {
        let place = CRITERIA.iter().position(|id| *id == criterion);
        place.and_then(|place| self.shares.get(place)).copied().unwrap_or(0.0)
    }
}

fn normalised(numbers: &[f64]) -> Vec<f64> {
    let total: f64 = numbers.iter().sum();
    numbers.iter().map(|one| if total > 0.0 { one / total } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Saaty's house: size, transport, neighbourhood, age, yard, modern, condition, financing.
    const HOUSE: [f64; 28] = [
        5.0,
        3.0,
        7.0,
        6.0,
        6.0,
        1.0 / 3.0,
        0.25,
        1.0 / 3.0,
        5.0,
        3.0,
        3.0,
        0.2,
        1.0 / 7.0,
        6.0,
        3.0,
        4.0,
        6.0,
        0.2,
        1.0 / 3.0,
        0.25,
        1.0 / 7.0,
        0.125,
        0.5,
        0.2,
        1.0 / 6.0,
        0.2,
        1.0 / 6.0,
        0.5,
    ];

    #[test]
    fn saatys_house_is_weighed_as_published() {
        let found = Pairs::of_upper(8, &HOUSE).unwrap().weigh().unwrap();
        let published = [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333];
        for (share, told) in found.shares.iter().zip(published) {
            assert!((share - told).abs() < 0.001, "{found:?}");
        }
        let consistency = found.consistency.unwrap();
        assert!((consistency.lambda - 9.669).abs() < 0.001, "{consistency:?}");
        assert!((consistency.ratio - 0.169).abs() < 0.0005, "{consistency:?}");
    }

    #[test]
    fn three_by_three_has_the_known_eigenvector() {
        let found = Pairs::of_upper(3, &[3.0, 5.0, 3.0]).unwrap().weigh().unwrap();
        for (share, told) in found.shares.iter().zip([0.6370, 0.2583, 0.1047]) {
            assert!((share - told).abs() < 0.0001, "{found:?}");
        }
        assert!((found.consistency.unwrap().ratio - 0.0332).abs() < 0.0001);
    }

    #[test]
    fn pairs_that_contradict_are_refused_with_the_pair_to_look_at() {
        let criteria = crate::testing::criteria();
        // Demand beats competition, competition margin, margin demand: a circle.
        let mut upper = vec![1.0; 15];
        (upper[0], upper[1], upper[5]) = (7.0, 1.0 / 7.0, 7.0);
        let weights = Pairs::of_upper(6, &upper).unwrap().weigh().unwrap();
        let refused = weights.accept(&criteria).unwrap_err();
        assert_eq!(refused.code, "pairs_contradict");
        assert!(refused.says.zh_cn.contains("一致性比率"), "{refused:?}");
        assert!(Weights::usual(&criteria).accept(&criteria).is_ok());
    }

    #[test]
    fn a_pair_that_is_not_one_over_the_other_is_refused() {
        let pairs = Pairs { more: vec![vec![1.0, 3.0], vec![3.0, 1.0]] };
        assert_eq!(pairs.weigh().unwrap_err().code, "pair_not_a_ratio");
        assert_eq!(Pairs::of_upper(3, &[1.0]).unwrap_err().code, "pairs_missing");
        assert_eq!(Weights::by_hand(&[Decimal::ZERO]).unwrap_err().code, "weights_wrong");
    }
}
