//! How sure a ranking is: weights and values are drawn again and again as far as they may be off,
//! and it is counted how often each candidate comes out best.

use crate::forecast::Chance;

/// A score that may be off: most likely `middle`, surely within `spread` on either side.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Doubt {
    pub middle: f64,
    /// Half the width of the triangle; `None`: nothing is known, anything from 0 to 1.
    pub spread: Option<f64>,
}

/// In which share of plausible worlds each candidate is the best. Ties are shared.
///
/// Weights come from a Dirichlet distribution around `weights` with concentration `certainty`,
/// scores from triangles. The same seed gives the same answer.
pub fn chance_best(
    rows: &[Vec<Doubt>],
    weights: &[f64],
    certainty: f64,
    (draws, seed): (usize, u64),
) -> Vec<f64> {
    let mut chance = Chance::new(seed);
    let mut won = vec![0.0; rows.len()];
    if rows.is_empty() || draws == 0 {
        return won;
    }
    for _ in 0..draws {
        let drawn: Vec<f64> = weights.iter().map(|one| chance.gamma(one * certainty)).collect();
        let mut score = |row: &Vec<Doubt>| -> f64 {
            row.iter().zip(&drawn).map(|(doubt, weight)| weight * doubt.draw(&mut chance)).sum()
        };
        let scores: Vec<f64> = rows.iter().map(&mut score).collect();
        let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let first: Vec<usize> = (0..rows.len()).filter(|at| scores[*at] >= best - 1e-12).collect();
        let part: f64 = first.iter().map(|_| 1.0).sum();
        for at in first {
            won[at] += 1.0 / part;
        }
    }
    let all: f64 = won.iter().sum();
    won.into_iter().map(|one| one / all).collect()
}

impl Doubt {
    fn draw(self, chance: &mut Chance) -> f64 {
        match self.spread {
            None => chance.share(),
            // The sum of two even draws is a triangle.
            Some(spread) => {
                (self.middle + spread * (chance.share() + chance.share() - 1.0)).clamp(0.0, 1.0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(scores: [f64; 2], spread: Option<f64>) -> Vec<Doubt> {
        scores.iter().map(|middle| Doubt { middle: *middle, spread }).collect()
    }

    #[test]
    fn who_is_better_in_everything_is_best_in_every_world() {
        let rows = [row([0.9, 0.8], Some(0.05)), row([0.4, 0.5], Some(0.05))];
        assert_eq!(chance_best(&rows, &[0.5, 0.5], 20.0, (500, 1)), [1.0, 0.0]);
    }

    #[test]
    fn the_less_is_known_the_less_sure_the_first_place() {
        let of = |spread| {
            let rows = [row([0.6, 0.6], spread), row([0.5, 0.5], Some(0.05))];
            chance_best(&rows, &[0.5, 0.5], 20.0, (4000, 7))[0]
        };
        let (sure, unsure, unknown) = (of(Some(0.05)), of(Some(0.4)), of(None));
        assert!(sure > 0.99 && unsure < 0.85 && unknown < unsure, "{sure} {unsure} {unknown}");
    }

    #[test]
    fn a_rival_that_is_better_where_weights_are_in_doubt_wins_in_some_worlds() {
        let rows = [row([0.9, 0.2], Some(0.02)), row([0.2, 0.8], Some(0.02))];
        let found = chance_best(&rows, &[0.5, 0.5], 20.0, (4000, 3));
        assert!(found[1] > 0.2 && found[1] < 0.5, "{found:?}");
        assert_eq!(found, chance_best(&rows, &[0.5, 0.5], 20.0, (4000, 3)));
    }
}
