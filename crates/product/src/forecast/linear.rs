//! Solving symmetric equations.
//!
//! float-ok: statistics only.

use super::numbers::count;

/// A square symmetric matrix, row after row.
#[derive(Clone, Debug)]
pub(super) struct Symmetric {
    size: usize,
    values: Vec<f64>,
}

impl Symmetric {
    pub(super) fn of(size: usize, at: impl Fn(usize, usize) -> f64) -> Self {
        let mut values = vec![0.0; size * size];
        for row in 0..size {
            for column in 0..=row {
                let value = at(row, column);
                values[row * size + column] = value;
                values[column * size + row] = value;
            }
        }
        Self { size, values }
    }

    /// The lower factor of Cholesky, or `None` where the matrix is not positive.
    ///
    /// A sliver of the trace is added on the diagonal, so that nearly equal rows do not stop it.
    pub(super) fn factor(mut self) -> Option<Factor> {
        let n = self.size;
        let trace: f64 = (0..n).map(|at| self.values[at * n + at]).sum();
        let sliver = 1e-10 * trace / count(n.max(1));
        for row in 0..n {
            for column in 0..=row {
                let dot: f64 = (0..column)
                    .map(|k| self.values[row * n + k] * self.values[column * n + k])
                    .sum();
                let left = self.values[row * n + column] - dot;
                if row == column {
                    let pivot = left + sliver;
                    if pivot <= 0.0 {
                        return None;
                    }
                    self.values[row * n + row] = pivot.sqrt();
                } else {
                    self.values[row * n + column] = left / self.values[column * n + column];
                }
            }
        }
        Some(Factor { size: n, lower: self.values })
    }
}

/// A factored matrix, ready to solve any number of right sides.
#[derive(Clone, Debug)]
pub(super) struct Factor {
    size: usize,
    lower: Vec<f64>,
}

impl Factor {
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let n = self.size;
        let mut found = right.to_vec();
        for row in 0..n {
            let dot: f64 = (0..row).map(|k| self.lower[row * n + k] * found[k]).sum();
            found[row] = (found[row] - dot) / self.lower[row * n + row];
        }
        for row in (0..n).rev() {
            let dot: f64 = (row + 1..n).map(|k| self.lower[k * n + row] * found[k]).sum();
            found[row] = (found[row] - dot) / self.lower[row * n + row];
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solved_system_gives_its_right_side_back() {
        let values = [[4.0, 2.0, 0.6], [2.0, 5.0, 1.0], [0.6, 1.0, 3.0]];
        let factor = Symmetric::of(3, |i, j| values[i][j]).factor().unwrap();
        let found = factor.solve(&[1.0, 2.0, 3.0]);
        for (row, right) in values.iter().zip([1.0, 2.0, 3.0]) {
            let dot: f64 = row.iter().zip(&found).map(|(a, x)| a * x).sum();
            assert!((dot - right).abs() < 1e-6);
        }
        assert!(Symmetric::of(2, |i, j| if i == j { -1.0 } else { 0.0 }).factor().is_none());
    }
}
