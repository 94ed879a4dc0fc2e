//! A second opinion: nearness to the best and farness from the worst of those on the board.
//!
//! It depends on who else stands there, which is why it is not the first opinion.

/// How near each row is to the best of all rows, 0 to 1.
///
/// `benefit` says of each column whether more is better.
///
/// # Source
/// Hwang and Yoon 1981, TOPSIS with vector normalisation.
pub fn closeness(rows: &[Vec<f64>], weights: &[f64], benefit: &[bool]) -> Vec<f64> {
    let columns = weights.len();
    let length = |column: usize| {
        rows.iter().map(|row| row[column].powi(2)).sum::<f64>().sqrt().max(f64::MIN_POSITIVE)
    };
    let lengths: Vec<f64> = (0..columns).map(length).collect();
    let weighed: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| (0..columns).map(|at| row[at] / lengths[at] * weights[at]).collect())
        .collect();
    let end = |best: bool| -> Vec<f64> {
        let of = |at: usize| {
            let column = weighed.iter().map(|row| row[at]);
            if benefit[at] == best {
                column.fold(f64::NEG_INFINITY, f64::max)
            } else {
                column.fold(f64::INFINITY, f64::min)
            }
        };
        (0..columns).map(of).collect()
    };
    let (best, worst) = (end(true), end(false));
    let far = |row: &[f64], from: &[f64]| {
        row.iter().zip(from).map(|(one, end)| (one - end).powi(2)).sum::<f64>().sqrt()
    };
    let near = |row: &Vec<f64>| {
        let (to_best, to_worst) = (far(row, &best), far(row, &worst));
        // All alike: neither near nor far.
        if to_best + to_worst > 0.0 { to_worst / (to_best + to_worst) } else { 0.5 }
    };
    weighed.iter().map(near).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hwang_and_yoons_fighter_aircraft_come_out_as_published() {
        let rows = [
            vec![2.0, 1500.0, 20_000.0, 5.5, 5.0, 9.0],
            vec![2.5, 2700.0, 18_000.0, 6.5, 3.0, 5.0],
            vec![1.8, 2000.0, 21_000.0, 4.5, 7.0, 7.0],
            vec![2.2, 1800.0, 20_000.0, 5.0, 5.0, 5.0],
        ];
        let benefit = [true, true, true, false, true, true];
        let found = closeness(&rows, &[0.2, 0.1, 0.1, 0.1, 0.2, 0.3], &benefit);
        for (one, told) in found.iter().zip([0.643, 0.268, 0.613, 0.312]) {
            assert!((one - told).abs() < 0.001, "{found:?}");
        }
    }

    #[test]
    fn five_markets_come_out_as_with_pymcdm() {
        let rows = [
            vec![330.0, 9.8, 3.1, 0.35, 2.5, 12.0],
            vec![67.0, 7.9, 2.2, 0.42, 4.1, 19.0],
            vec![125.0, 6.5, 2.9, 0.30, 2.2, 10.0],
            vec![84.0, 8.8, 2.0, 0.38, 3.4, 19.0],
            vec![215.0, 4.1, 7.5, 0.22, 1.2, 17.0],
        ];
        let benefit = [true, true, true, false, true, false];
        let found = closeness(&rows, &[0.25, 0.2, 0.15, 0.15, 0.1, 0.15], &benefit);
        let told = [0.680_583, 0.253_767, 0.305_658, 0.270_283, 0.547_025];
        for (one, told) in found.iter().zip(told) {
            assert!((one - told).abs() < 1e-5, "{found:?}");
        }
    }
}
