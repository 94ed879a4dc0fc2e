//! Cash, room and weight shared over all orders: by gain per use first, then by linear programming.
//!
//! The linear programme works on the concave hull of each order's gain, so that a least order that is
//! a lump is priced with what follows it. At most as many orders as there are limits come out in part;
//! these are cut to whole blocks and what is left is filled up again. The better of both plans is
//! kept, and how far it may be from the best one is told by the programme's bound. Prices of limits are
//! the solution of its dual.
//!
//! float-ok: optimisation; amounts are rounded where they leave.

use std::{cmp::Ordering, collections::BinaryHeap};

use good_lp::{
    Expression, ProblemVariables, Solution, SolverModel, Variable, solvers::microlp::microlp,
    variable,
};
use serde::Serialize;

/// More pieces than this are shared by gain per use alone.
const MOST_PIECES: usize = 4000;
const HAIR: f64 = 1e-7;

/// A piece of an order.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) units: f64,
    pub(crate) gain: f64,
    /// What it uses of each limit.
    pub(crate) uses: Vec<f64>,
}

/// Orders in pieces, each piece only after the one before it.
pub(crate) struct Sharing {
    pub(crate) limits: Vec<f64>,
    pub(crate) orders: Vec<Vec<Piece>>,
}

/// How limits were shared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SharedBy {
    /// Nothing was short.
    All,
    /// By gain per use of what is short.
    Greedy,
    /// By linear programming, cut to whole pieces.
    Programme,
}

pub(crate) struct Shared {
    /// Pieces taken of each order.
    pub(crate) taken: Vec<usize>,
    /// No plan can gain more; the gain itself where nothing is short.
    pub(crate) bound: Option<f64>,
    /// What one more unit of each limit would gain.
    pub(crate) prices: Vec<f64>,
    pub(crate) by: SharedBy,
}

struct Next {
    worth: f64,
    order: usize,
}

impl PartialEq for Next {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Next {}
impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Next {
    fn cmp(&self, other: &Self) -> Ordering {
        self.worth.total_cmp(&other.worth).then(other.order.cmp(&self.order))
    }
}

impl Sharing {
    pub(crate) fn solve(&self) -> Shared {
        let all: Vec<usize> = self.orders.iter().map(Vec::len).collect();
        let used = self.used(&all);
        let short: Vec<bool> =
            used.iter().zip(&self.limits).map(|(used, limit)| used > limit).collect();
        if !short.contains(&true) {
            let gain = self.gain(&all);
            let prices = vec![0.0; self.limits.len()];
            return Shared { taken: all, bound: Some(gain), prices, by: SharedBy::All };
        }
        let greedy = self.fill(vec![0; self.orders.len()], &short);
        let gain = self.gain(&greedy);
        let pieces: usize = all.iter().sum();
        let programme = if pieces <= MOST_PIECES { self.programme(&short) } else { None };
        let Some((taken, bound, prices)) = programme else {
            let prices = self.margin(&greedy, &short);
            return Shared { taken: greedy, bound: None, prices, by: SharedBy::Greedy };
        };
        let better = self.gain(&taken);
        let bound = Some(bound.max(gain).max(better));
        if better > gain {
            Shared { taken, bound, prices, by: SharedBy::Programme }
        } else {
            Shared { taken: greedy, bound, prices, by: SharedBy::Greedy }
        }
    }

    fn gain(&self, taken: &[usize]) -> f64 {
        self.chosen(taken).map(|piece| piece.gain).sum()
    }

    fn used(&self, taken: &[usize]) -> Vec<f64> {
        let mut used = vec![0.0; self.limits.len()];
        for piece in self.chosen(taken) {
            for (sum, use_of) in used.iter_mut().zip(&piece.uses) {
                *sum += use_of;
            }
        }
        used
    }

    fn chosen<'a>(&'a self, taken: &'a [usize]) -> impl Iterator<Item = &'a Piece> {
        self.orders.iter().zip(taken).flat_map(|(pieces, taken)| &pieces[..*taken])
    }

    /// What a piece uses of what is short, as shares of the limits.
    fn weight(&self, piece: &Piece, short: &[bool]) -> f64 {
        let shares = piece.uses.iter().zip(&self.limits).zip(short);
        let sum: f64 = shares
            .filter(|(_, short)| **short)
            .map(|((used, limit), _)| used / limit.max(HAIR))
            .sum();
        sum.max(HAIR)
    }

    /// The best gain per use that begins with the next piece of an order: a lump may pay by what
    /// follows it.
    fn next(&self, order: usize, taken: usize, short: &[bool]) -> Option<Next> {
        let (mut gain, mut weight, mut best) = (0.0, 0.0, f64::NEG_INFINITY);
        for piece in self.orders[order].get(taken..)? {
            gain += piece.gain;
            weight += self.weight(piece, short);
            best = f64::max(best, gain / weight);
        }
        (best > f64::NEG_INFINITY).then_some(Next { worth: best, order })
    }

    /// Takes pieces by gain per use until nothing more fits.
    fn fill(&self, mut taken: Vec<usize>, short: &[bool]) -> Vec<usize> {
        let mut left: Vec<f64> =
            self.limits.iter().zip(self.used(&taken)).map(|(limit, used)| limit - used).collect();
        let first = taken.iter().enumerate();
        let mut heap: BinaryHeap<Next> =
            first.filter_map(|(order, taken)| self.next(order, *taken, short)).collect();
        while let Some(Next { worth, order }) = heap.pop() {
            let piece = &self.orders[order][taken[order]];
            let fits = piece.uses.iter().zip(&left).all(|(used, left)| *used <= left + HAIR);
            if worth <= 0.0 || !fits {
                continue;
            }
            for (left, used) in left.iter_mut().zip(&piece.uses) {
                *left -= used;
            }
            taken[order] += 1;
            heap.extend(self.next(order, taken[order], short));
        }
        taken
    }

    /// What the best piece left out would gain per unit of the limit that is short.
    fn margin(&self, taken: &[usize], short: &[bool]) -> Vec<f64> {
        let best = |limit: usize| {
            let left =
                self.orders.iter().zip(taken).filter_map(|(pieces, taken)| pieces.get(*taken));
            let worth = left.filter(|piece| piece.uses[limit] > 0.0);
            worth.map(|piece| piece.gain / piece.uses[limit]).fold(0.0, f64::max)
        };
        (0..self.limits.len()).map(|limit| if short[limit] { best(limit) } else { 0.0 }).collect()
    }

    fn programme(&self, short: &[bool]) -> Option<(Vec<usize>, f64, Vec<f64>)> {
        let hull: Vec<(usize, usize, Piece)> = self
            .orders
            .iter()
            .enumerate()
            .flat_map(|(order, pieces)| hull(pieces).into_iter().map(move |(n, p)| (order, n, p)))
            .collect();
        let (values, bound) = primal(&hull, &self.limits)?;
        let prices = dual(&hull, &self.limits)?;
        let mut taken = vec![0; self.orders.len()];
        let mut open = vec![true; self.orders.len()];
        // Whole parts of the hull, each only after the one before it; the rest is filled up.
        for ((order, pieces, _), value) in hull.iter().zip(&values) {
            open[*order] &= *value > 1.0 - HAIR;
            if open[*order] {
                taken[*order] += pieces;
            }
        }
        Some((self.fill(taken, short), bound, prices))
    }
}

/// Pieces joined until gain per unit falls from each to the next.
fn hull(pieces: &[Piece]) -> Vec<(usize, Piece)> {
    let mut hull: Vec<(usize, Piece)> = Vec::new();
    for piece in pieces {
        hull.push((1, piece.clone()));
        while let [.., before, last] = hull.as_slice() {
            if last.1.gain / last.1.units <= before.1.gain / before.1.units {
                break;
            }
            let Some((n, last)) = hull.pop() else { break };
            if let Some((count, before)) = hull.last_mut() {
                *count += n;
                before.units += last.units;
                before.gain += last.gain;
                for (sum, used) in before.uses.iter_mut().zip(&last.uses) {
                    *sum += used;
                }
            }
        }
    }
    hull.retain(|(_, piece)| piece.gain > 0.0);
    hull
}

fn primal(hull: &[(usize, usize, Piece)], limits: &[f64]) -> Option<(Vec<f64>, f64)> {
    let mut problem = ProblemVariables::new();
    let shares = problem.add_vector(variable().min(0.0).max(1.0), hull.len());
    let sum = |of: &dyn Fn(&Piece) -> f64| -> Expression {
        shares.iter().zip(hull).map(|(share, (_, _, piece))| of(piece) * *share).sum()
    };
    let mut model = problem.maximise(sum(&|piece| piece.gain)).using(microlp);
    for (at, limit) in limits.iter().enumerate() {
        model = model.with(sum(&|piece| piece.uses[at]).leq(*limit));
    }
    let solution = model.solve().ok()?;
    let values: Vec<f64> = shares.iter().map(|share| solution.value(*share)).collect();
    let gain = values.iter().zip(hull).map(|(value, (_, _, piece))| value * piece.gain).sum();
    Some((values, gain))
}

/// Prices of the limits: the least sum of limits at their prices and what each piece earns above
/// them.
fn dual(hull: &[(usize, usize, Piece)], limits: &[f64]) -> Option<Vec<f64>> {
    let mut problem = ProblemVariables::new();
    let prices: Vec<Variable> = problem.add_vector(variable().min(0.0), limits.len());
    let rents: Vec<Variable> = problem.add_vector(variable().min(0.0), hull.len());
    let value: Expression = prices.iter().zip(limits).map(|(price, limit)| *limit * *price).sum();
    let rent: Expression = rents.iter().sum();
    let mut model = problem.minimise(value + rent).using(microlp);
    for (rent, (_, _, piece)) in rents.iter().zip(hull) {
        let used: Expression =
            prices.iter().zip(&piece.uses).map(|(price, used)| *used * *price).sum();
        model = model.with((used + *rent).geq(piece.gain));
    }
    let solution = model.solve().ok()?;
    Some(prices.iter().map(|price| solution.value(*price)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(units: f64, gain: f64, cash: f64) -> Piece {
        Piece { units, gain, uses: vec![cash] }
    }

    #[test]
    fn short_cash_goes_where_a_euro_gains_most_and_has_a_price() {
        let orders = vec![
            vec![piece(10.0, 50.0, 100.0), piece(10.0, 20.0, 100.0)],
            vec![piece(10.0, 40.0, 100.0), piece(10.0, 5.0, 100.0)],
        ];
        let sharing = Sharing { limits: vec![250.0], orders };
        let shared = sharing.solve();
        assert_eq!(shared.taken, [1, 1]);
        let gain = sharing.gain(&shared.taken);
        // The next euro would go into the second piece of the first order: 20 for 100.
        assert!((shared.prices[0] - 0.20).abs() < 1e-9, "{:?}", shared.prices);
        assert!((shared.bound.unwrap() - 100.0).abs() < 1e-6 && (gain - 90.0).abs() < 1e-9);
        let enough = Sharing { limits: vec![400.0], ..sharing }.solve();
        assert_eq!((enough.taken, enough.by), (vec![2, 2], SharedBy::All));
    }

    #[test]
    fn a_lump_that_pays_only_by_what_follows_it_is_seen_with_it() {
        let orders = vec![
            vec![piece(50.0, 10.0, 500.0), piece(50.0, 400.0, 500.0)],
            vec![piece(10.0, 30.0, 400.0), piece(10.0, 29.0, 400.0), piece(10.0, 28.0, 400.0)],
        ];
        let shared = Sharing { limits: vec![1100.0], orders }.solve();
        assert_eq!(shared.taken, [2, 0]);
    }

    #[test]
    fn the_programme_is_never_worse_than_greed_and_never_above_its_bound() {
        let mut chance = crate::forecast::Chance::new(5);
        for _ in 0..40 {
            let orders: Vec<Vec<Piece>> = (0..12)
                .map(|_| {
                    let first = 5.0 + 20.0 * chance.share();
                    (0..4)
                        .map(|at| Piece {
                            units: 10.0,
                            gain: first * 0.7_f64.powi(at),
                            uses: vec![20.0 + 80.0 * chance.share(), 0.1 + chance.share()],
                        })
                        .collect()
                })
                .collect();
            let sharing = Sharing { limits: vec![900.0, 9.0], orders };
            let shared = sharing.solve();
            let used = sharing.used(&shared.taken);
            assert!(used[0] <= 900.0 + 1e-6 && used[1] <= 9.0 + 1e-6);
            let greedy = sharing.gain(&sharing.fill(vec![0; 12], &[true, true]));
            let (gain, bound) = (sharing.gain(&shared.taken), shared.bound.unwrap());
            assert!(gain >= greedy - 1e-9);
            assert!(gain <= bound + 1e-6 && gain > 0.9 * bound);
        }
    }
}
