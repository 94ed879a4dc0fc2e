//! Forecasts that add up: product × market × channel, and every sum of them.
//!
//! # Source
//! Minimum trace reconciliation with shrinkage (Wickramasuriya, Athanasopoulos and Hyndman 2019) in
//! its projection form, so that only a matrix of the size of the sums is solved; shrinkage of Schäfer
//! and Strimmer (2005); negative parts set to zero and summed again (Di Fonzo and Girolimetto 2023).
//!
//! float-ok: statistics only.

use std::collections::BTreeMap;

use super::{
    linear::{Factor, Symmetric},
    numbers::{count, mean},
};

/// Beyond so many series the correlations are left out: there are more of them than data.
const CORRELATED: usize = 300;

/// Bottom series and the sums over them. Values of all nodes are listed sums first, then the bottom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hierarchy {
    bottom: usize,
    /// For each sum, the bottom series in it.
    sums: Vec<Vec<usize>>,
}

/// How forecasts are made to add up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// The sums are those of the bottom.
    BottomUp,
    /// Who misses more gives way more.
    Weighted,
    /// The same, and who misses together moves together.
    MinTrace,
}

impl Hierarchy {
    /// `sums` lists the bottom series (0 to `bottom` − 1) of every sum. `None` where one names a
    /// series that does not exist.
    pub fn new(bottom: usize, sums: Vec<Vec<usize>>) -> Option<Self> {
        let inside = sums.iter().flatten().all(|at| *at < bottom);
        inside.then_some(Self { bottom, sums })
    }

    /// All sums over keys such as `[product, market, channel]`: the whole, and every group of equal
    /// values in every non-empty set of the keys except all of them. Groups of one are left out. With
    /// the names, `*` for a key that is summed over.
    pub fn by_keys(keys: &[Vec<String>]) -> (Self, Vec<Vec<String>>) {
        let parts = keys.first().map_or(0, Vec::len);
        let mut groups: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
        for kept in 0..(1_usize << parts).saturating_sub(1) {
            for (at, key) in keys.iter().enumerate() {
                let name = key.iter().enumerate().map(|(part, value)| {
                    if kept >> part & 1 == 1 { value.clone() } else { "*".to_owned() }
                });
                groups.entry(name.collect()).or_default().push(at);
            }
        }
        groups.retain(|_, members| members.len() > 1);
        // Two names for the same set (one market only) would be the same equation twice.
        let mut told: BTreeMap<Vec<usize>, Vec<String>> = BTreeMap::new();
        for (name, members) in groups {
            told.entry(members).or_insert(name);
        }
        let (sums, names) = told.into_iter().unzip();
        (Self { bottom: keys.len(), sums }, names)
    }

    /// How many sums there are.
    pub fn sums(&self) -> usize {
        self.sums.len()
    }

    /// All nodes from the bottom alone.
    pub fn summed(&self, bottom: &[f64]) -> Vec<f64> {
        let sum = |members: &Vec<usize>| members.iter().map(|at| bottom[*at]).sum();
        self.sums.iter().map(sum).chain(bottom.iter().copied()).collect()
    }

    /// How far each sum is from its parts.
    fn gaps(&self, nodes: &[f64]) -> Vec<f64> {
        let (sums, bottom) = nodes.split_at(self.sums.len());
        let gap = |(members, sum): (&Vec<usize>, &f64)| {
            sum - members.iter().map(|at| bottom[*at]).sum::<f64>()
        };
        self.sums.iter().zip(sums).map(gap).collect()
    }

    /// Makes ready to reconcile. `misses` holds one row per node (sums first): its one-step misses in
    /// the past, all of equal length; the last ones count where lengths differ.
    pub fn reconciler(&self, misses: &[Vec<f64>], way: Way) -> Reconciler<'_> {
        let nodes = self.sums.len() + self.bottom;
        let length = misses.iter().map(Vec::len).min().unwrap_or(0);
        let rows: Vec<&[f64]> = misses.iter().map(|row| &row[row.len() - length..]).collect();
        let own: Vec<f64> = if rows.len() == nodes && length > 1 {
            let squares = rows.iter().map(|row| row.iter().map(|m| m * m).sum::<f64>());
            squares.map(|sum| (sum / count(length)).max(1e-9)).collect()
        } else {
            // Nothing is known of the misses: a sum of many misses as many do.
            let sizes = self.sums.iter().map(|members| count(members.len()));
            sizes.chain(std::iter::repeat_n(1.0, self.bottom)).collect()
        };
        let together = way == Way::MinTrace && rows.len() == nodes && nodes <= CORRELATED;
        let kept = if together && length > 3 { 1.0 - shrinkage(&rows, &own) } else { 0.0 };
        let moves = Moves { own, kept, length, rows: if kept > 0.0 { rows } else { Vec::new() } };
        let factor = if way == Way::BottomUp { None } else { self.system(&moves).factor() };
        let moves = moves.prepare(self);
        Reconciler { hierarchy: self, factor, moves }
    }

    /// C·W·Cᵀ, where a row of C is a sum less its parts.
    fn system(&self, moves: &Moves<'_>) -> Symmetric {
        let q = self.sums.len();
        let gaps: Vec<Vec<f64>> = (0..if moves.rows.is_empty() { 0 } else { moves.length })
            .map(|t| self.gaps(&moves.rows.iter().map(|row| row[t]).collect::<Vec<_>>()))
            .collect();
        let mut members = vec![vec![false; self.bottom]; q];
        for (row, sum) in members.iter_mut().zip(&self.sums) {
            for at in sum {
                row[*at] = true;
            }
        }
        Symmetric::of(q, |a, b| {
            let mut own: f64 =
                self.sums[a].iter().filter(|at| members[b][**at]).map(|at| moves.own[q + at]).sum();
            if a == b {
                own += moves.own[a];
            }
            let both = mean(&gaps.iter().map(|gap| gap[a] * gap[b]).collect::<Vec<_>>());
            (1.0 - moves.kept) * own + moves.kept * both
        })
    }
}

/// The covariance of the misses: variances, and how much of the correlations is kept.
struct Moves<'a> {
    own: Vec<f64>,
    kept: f64,
    length: usize,
    rows: Vec<&'a [f64]>,
}

impl Moves<'_> {
    fn prepare(self, hierarchy: &Hierarchy) -> Ready {
        let gaps: Vec<Vec<f64>> = if self.rows.is_empty() {
            Vec::new()
        } else {
            let at = |t: usize| self.rows.iter().map(|row| row[t]).collect::<Vec<_>>();
            (0..self.length).map(|t| hierarchy.gaps(&at(t))).collect()
        };
        let rows = self.rows.iter().map(|row| row.to_vec()).collect();
        Ready { own: self.own, kept: self.kept, rows, gaps }
    }
}

#[derive(Clone, Debug)]
struct Ready {
    own: Vec<f64>,
    kept: f64,
    rows: Vec<Vec<f64>>,
    gaps: Vec<Vec<f64>>,
}

/// Makes any number of forecasts of one hierarchy add up.
#[derive(Clone, Debug)]
pub struct Reconciler<'a> {
    hierarchy: &'a Hierarchy,
    factor: Option<Factor>,
    moves: Ready,
}

impl Reconciler<'_> {
    /// The forecasts of all nodes, sums first, made to add up and never negative.
    pub fn reconcile(&self, nodes: &[f64]) -> Vec<f64> {
        let q = self.hierarchy.sums.len();
        let Some(factor) = &self.factor else { return self.hierarchy.summed(&nodes[q..]) };
        let pulls = factor.solve(&self.hierarchy.gaps(nodes));
        // W·Cᵀ·pulls, for the bottom only: the sums follow from it.
        let mut moved: Vec<f64> = vec![0.0; self.hierarchy.bottom];
        for (members, pull) in self.hierarchy.sums.iter().zip(&pulls) {
            for at in members {
                moved[*at] -= (1.0 - self.moves.kept) * self.moves.own[q + at] * pull;
            }
        }
        let told: Vec<f64> = self
            .moves
            .gaps
            .iter()
            .map(|gap| gap.iter().zip(&pulls).map(|(g, p)| g * p).sum::<f64>())
            .collect();
        for (value, row) in moved.iter_mut().zip(self.moves.rows.iter().skip(q)) {
            let both: f64 = row.iter().zip(&told).map(|(m, t)| m * t).sum();
            *value += self.moves.kept * both / count(told.len().max(1));
        }
        let bottom: Vec<f64> = nodes[q..]
            .iter()
            .zip(moved)
            .map(|(value, move_by)| (value - move_by).max(0.0))
            .collect();
        self.hierarchy.summed(&bottom)
    }

    /// The share of the correlations between misses that is kept, 0–1.
    pub fn correlations_kept(&self) -> f64 {
        self.moves.kept
    }
}

/// How far correlations are drawn to zero.
///
/// # Source
/// Schäfer and Strimmer (2005), equation for target D.
fn shrinkage(rows: &[&[f64]], own: &[f64]) -> f64 {
    let n = count(rows.first().map_or(0, |row| row.len()));
    let (mut noise, mut signal) = (0.0, 0.0);
    for (i, left) in rows.iter().enumerate() {
        for (j, right) in rows.iter().enumerate().take(i) {
            let size = (own[i] * own[j]).sqrt();
            let products: Vec<f64> = left.iter().zip(*right).map(|(a, b)| a * b / size).collect();
            let r = mean(&products);
            let squares: f64 = products.iter().map(|p| (p - r).powi(2)).sum();
            noise += squares / (n * (n - 1.0));
            signal += r * r;
        }
    }
    if signal > 0.0 { (noise / signal).clamp(0.0, 1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::{super::chance::Chance, *};

    fn add_up(hierarchy: &Hierarchy, nodes: &[f64]) -> bool {
        hierarchy.gaps(nodes).iter().all(|gap| gap.abs() < 1e-6)
    }

    #[test]
    fn a_worked_example_of_two_parts() {
        // Equal variances: the gap of 10 is shared by three nodes alike (ordinary least squares).
        let hierarchy = Hierarchy::new(2, vec![vec![0, 1]]).unwrap();
        let alike = vec![vec![1.0, -1.0]; 3];
        let told = hierarchy.reconciler(&alike, Way::Weighted).reconcile(&[100.0, 50.0, 40.0]);
        for (seen, due) in told.iter().zip([290.0 / 3.0, 160.0 / 3.0, 130.0 / 3.0]) {
            assert!((seen - due).abs() < 1e-6, "{told:?}");
        }
        let plain = hierarchy.reconciler(&alike, Way::BottomUp).reconcile(&[100.0, 50.0, 40.0]);
        assert_eq!(plain, [90.0, 50.0, 40.0]);
        // A part that never misses does not move.
        let sure = vec![vec![3.0, -3.0], vec![1e-6, -1e-6], vec![1.0, -1.0]];
        let told = hierarchy.reconciler(&sure, Way::Weighted).reconcile(&[100.0, 50.0, 40.0]);
        assert!((told[1] - 50.0).abs() < 1e-6 && (told[0] - 91.0).abs() < 1e-6, "{told:?}");
    }

    #[test]
    fn sums_are_made_for_every_set_of_keys_once() {
        let key = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        let keys: Vec<Vec<String>> =
            ["lamp/US", "lamp/DE", "rug/US"].into_iter().map(key).collect();
        let (hierarchy, names) = Hierarchy::by_keys(&keys);
        // The whole, lamps, the US; rugs and DE have one member only.
        assert_eq!(hierarchy.sums(), 3);
        assert!(names.contains(&key("*/*")) && names.contains(&key("lamp/*")));
        let mut all = hierarchy.summed(&[1.0, 2.0, 4.0]);
        all.sort_unstable_by(f64::total_cmp);
        assert_eq!(all, [1.0, 2.0, 3.0, 4.0, 5.0, 7.0]);
        assert!(Hierarchy::new(2, vec![vec![2]]).is_none());
    }

    #[test]
    fn reconciled_forecasts_add_up_and_miss_less_than_the_bottom_alone() {
        let mut chance = Chance::new(12);
        let key = |at: usize| vec![format!("p{}", at / 4), format!("m{}", at % 4)];
        let keys: Vec<Vec<String>> = (0..16).map(key).collect();
        let (hierarchy, _) = Hierarchy::by_keys(&keys);
        let nodes = hierarchy.sums() + 16;
        // Truth 100 each; base forecasts miss, sums by less than their parts would together.
        let truth = hierarchy.summed(&[100.0; 16]);
        let wrong = |chance: &mut Chance| -> Vec<f64> {
            (0..nodes).map(|_| 12.0 * chance.normal()).collect()
        };
        let past: Vec<Vec<f64>> = (0..40).map(|_| wrong(&mut chance)).collect();
        let misses: Vec<Vec<f64>> =
            (0..nodes).map(|node| past.iter().map(|at| at[node]).collect()).collect();
        let mut errors = [0.0; 3];
        for _ in 0..200 {
            let miss = wrong(&mut chance);
            let base: Vec<f64> = truth.iter().zip(&miss).map(|(t, m)| t + m).collect();
            for (at, way) in [Way::BottomUp, Way::Weighted, Way::MinTrace].into_iter().enumerate() {
                let told = hierarchy.reconciler(&misses, way).reconcile(&base);
                assert!(add_up(&hierarchy, &told));
                errors[at] += told.iter().zip(&truth).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
            }
        }
        assert!(errors[1] < 0.7 * errors[0], "{errors:?}");
        assert!(errors[2] < 0.7 * errors[0] && errors[2] < 1.2 * errors[1], "{errors:?}");
    }

    #[test]
    fn nothing_becomes_negative() {
        let hierarchy = Hierarchy::new(2, vec![vec![0, 1]]).unwrap();
        let told = hierarchy.reconciler(&[], Way::Weighted).reconcile(&[0.0, 1.0, 30.0]);
        assert!(told.iter().all(|value| *value >= 0.0) && add_up(&hierarchy, &told), "{told:?}");
    }
}
