//! Searching the least value of a function without derivatives.
//!
//! float-ok: statistics only.

/// At most so many numbers are searched at once.
pub(super) const AT_MOST: usize = 6;

/// A place in the search: the first `size` numbers count.
pub(super) type Place = [f64; AT_MOST];

/// Where to search: start, first step and limits of each number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search {
    pub(super) size: usize,
    pub(super) start: Place,
    pub(super) step: Place,
    pub(super) low: Place,
    pub(super) high: Place,
    /// Stops when the best and the worst corner differ by less.
    pub(super) close: f64,
    /// Stops after so many values.
    pub(super) most: usize,
}

impl Search {
    /// An empty search to add numbers to.
    pub(super) fn new(close: f64, most: usize) -> Self {
        let zero = [0.0; AT_MOST];
        Self { size: 0, start: zero, step: zero, low: zero, high: zero, close, most }
    }

    /// Adds a number: where it starts, how far the first step goes, and its limits.
    pub(super) fn add(&mut self, start: f64, step: f64, limits: (f64, f64)) {
        let at = self.size;
        self.start[at] = start.clamp(limits.0, limits.1);
        // A step over the edge goes the other way.
        self.step[at] = if start + step > limits.1 { -step } else { step };
        (self.low[at], self.high[at]) = limits;
        self.size += 1;
    }

    fn hold(&self, mut place: Place) -> Place {
        for (at, value) in place.iter_mut().enumerate().take(self.size) {
            *value = value.clamp(self.low[at], self.high[at]);
        }
        place
    }

    /// The best place and its value.
    ///
    /// # Source
    /// Nelder and Mead (1965), with corners held inside the limits.
    pub(super) fn least(&self, mut of: impl FnMut(&Place) -> f64) -> (Place, f64) {
        let n = self.size;
        let mut corners = [(self.start, f64::INFINITY); AT_MOST + 1];
        for (at, corner) in corners.iter_mut().enumerate().take(n + 1) {
            if at > 0 {
                corner.0[at - 1] += self.step[at - 1];
            }
            corner.0 = self.hold(corner.0);
            corner.1 = finite(of(&corner.0));
        }
        let corners = &mut corners[..=n];
        let mut asked = n + 1;
        while asked < self.most {
            corners.sort_unstable_by(|a, b| a.1.total_cmp(&b.1));
            if corners[n].1 - corners[0].1 < self.close {
                break;
            }
            let centre = centre(&corners[..n], n);
            let worst = corners[n];
            let mut at = |far: f64| {
                let place = self.hold(between(&centre, &worst.0, far));
                asked += 1;
                (place, finite(of(&place)))
            };
            let mirrored = at(-1.0);
            let next = if mirrored.1 < corners[0].1 {
                let further = at(-2.0);
                if further.1 < mirrored.1 { further } else { mirrored }
            } else if mirrored.1 < corners[n - 1].1 {
                mirrored
            } else if mirrored.1 < worst.1 {
                let outside = at(-0.5);
                if outside.1 <= mirrored.1 { outside } else { worst }
            } else {
                let inside = at(0.5);
                if inside.1 < worst.1 { inside } else { worst }
            };
            if next.1 < worst.1 {
                corners[n] = next;
                continue;
            }
            let best = corners[0].0;
            for corner in &mut corners[1..] {
                corner.0 = between(&best, &corner.0, 0.5);
                corner.1 = finite(of(&corner.0));
            }
            asked += n;
        }
        corners.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or(corners[0])
    }
}

/// Undefined values are never the best.
fn finite(value: f64) -> f64 {
    if value.is_nan() { f64::INFINITY } else { value }
}

fn centre(corners: &[(Place, f64)], n: usize) -> Place {
    let mut sum = [0.0; AT_MOST];
    for (place, _) in corners {
        for (total, value) in sum.iter_mut().zip(place) {
            *total += value / super::numbers::count(n);
        }
    }
    sum
}

/// `from` moved towards `to` by a share; negative shares move away.
fn between(from: &Place, to: &Place, share: f64) -> Place {
    let mut place = *from;
    for (value, target) in place.iter_mut().zip(to) {
        *value += share * (target - *value);
    }
    place
}

/// Where a function of one number is least between two limits.
///
/// # Source
/// Golden-section search (Kiefer 1953); it needs one valley.
pub(super) fn least_between(low: f64, high: f64, close: f64, of: impl Fn(f64) -> f64) -> f64 {
    const SHARE: f64 = 0.618_033_988_749_894_9;
    let (mut low, mut high) = (low, high);
    let (mut left, mut right) = (high - SHARE * (high - low), low + SHARE * (high - low));
    let (mut at_left, mut at_right) = (of(left), of(right));
    while high - low > close {
        if at_left < at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - SHARE * (high - low);
            at_left = of(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + SHARE * (high - low);
            at_right = of(right);
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_a_bent_valley_is_found() {
        let mut search = Search::new(1e-12, 2000);
        search.add(-1.2, 0.5, (-5.0, 5.0));
        search.add(1.0, 0.5, (-5.0, 5.0));
        let (place, value) =
            search.least(|p| 100.0 * (p[1] - p[0] * p[0]).powi(2) + (1.0 - p[0]).powi(2));
        assert!(value < 1e-8 && (place[0] - 1.0).abs() < 1e-3, "{place:?} {value}");
    }

    #[test]
    fn limits_hold_even_where_the_function_falls_beyond_them() {
        let mut search = Search::new(1e-9, 500);
        search.add(0.5, 0.2, (0.0, 1.0));
        search.add(0.5, 0.2, (0.0, 1.0));
        let (place, _) = search.least(|p| p[0] - p[1]);
        assert!(place[0] < 1e-6 && place[1] > 1.0 - 1e-6, "{place:?}");
        let least = least_between(0.0, 1.0, 1e-6, |x| (x - 0.3).powi(2));
        assert!((least - 0.3).abs() < 1e-5);
    }
}
