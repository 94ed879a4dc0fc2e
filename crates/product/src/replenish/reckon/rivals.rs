//! Rules of the trade, to compare with: days of cover, and weighted sales as in Lingxing.
//!
//! float-ok: units and days, no money.

use crate::forecast::numbers::whole;

/// The rule of thumb: order up to so many days of the last 30 days' sales.
///
/// `position` is all stock on the shelf and on its way.
pub fn days_of_cover(daily_sales_30: f64, cover_days: f64, position: f64) -> u32 {
    need(daily_sales_30 * cover_days, position)
}

/// Average sales per day over the last 3, 7, 14, 30, 60 and 90 days.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Averages(pub [f64; 6]);

impl Averages {
    /// From sales by day, the latest last; a window longer than the history is its mean.
    pub fn of(daily: &[f64]) -> Self {
        Self([3, 7, 14, 30, 60, 90].map(|days: usize| {
            crate::forecast::numbers::mean(&daily[daily.len() - daily.len().min(days)..])
        }))
    }
}

/// Settings of the weighted-sales rule, named as in Lingxing's replenishment rules.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Weighted {
    /// Weights of the six windows (`weigth_3` … `weigth_90`); they need not sum to one.
    pub weights: [f64; 6],
    /// `days_plan`, `days_purchase`, `days_qc`.
    pub days_plan: f64,
    pub days_purchase: f64,
    pub days_qc: f64,
    /// `sm_fba_list>>days` of the way chosen.
    pub days_head_haul: f64,
    /// `days_frequency_purchase`.
    pub days_frequency: f64,
    /// `safe_day`.
    pub safe_day: f64,
    /// `is_ignore_certainly_short`: what will run out before goods can arrive is not ordered for.
    pub ignore_certainly_short: bool,
}

impl Weighted {
    /// Expected sales per day, rounded to two digits as there.
    pub fn daily(&self, averages: Averages) -> f64 {
        let sum: f64 = self.weights.iter().sum();
        let all: f64 = self.weights.iter().zip(averages.0).map(|(w, a)| w * a).sum();
        if sum <= 0.0 { 0.0 } else { (all / sum * 100.0).round() / 100.0 }
    }

    /// Total days to stock for: `days_total`.
    pub fn days_total(&self) -> f64 {
        self.lead_days() + self.days_frequency + self.safe_day
    }

    fn lead_days(&self) -> f64 {
        self.days_plan + self.days_purchase + self.days_qc + self.days_head_haul
    }

    /// The quantity suggested: expected sales over all days less what is there and on its way.
    pub fn order(&self, averages: Averages, position: f64) -> u32 {
        let daily = self.daily(averages);
        let mut wanted = daily * self.days_total();
        if self.ignore_certainly_short {
            wanted -= (daily * self.lead_days() - position).max(0.0);
        }
        need(wanted, position)
    }
}

fn need(wanted: f64, position: f64) -> u32 {
    u32::try_from(whole((wanted - position).max(0.0).ceil())).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weighted_sales_follow_the_weights_and_stock_for_all_days() {
        let mut daily = vec![10.0; 87];
        daily.extend([40.0; 3]);
        let averages = Averages::of(&daily);
        assert!((averages.0[0] - 40.0).abs() < 1e-9 && (averages.0[5] - 11.0).abs() < 1e-9);
        let rule = Weighted {
            weights: [0.5, 0.0, 0.0, 0.0, 0.0, 0.5],
            days_plan: 1.0,
            days_purchase: 15.0,
            days_qc: 2.0,
            days_head_haul: 35.0,
            days_frequency: 7.0,
            safe_day: 10.0,
            ignore_certainly_short: false,
        };
        assert!((rule.daily(averages) - 25.5).abs() < 1e-9);
        assert_eq!(rule.order(averages, 1000.0), 785);
        // 53 days of lead need 1351.5; 351.5 of them are lost whatever is done.
        let honest = Weighted { ignore_certainly_short: true, ..rule };
        assert_eq!(honest.order(averages, 1000.0), 434);
        assert_eq!(days_of_cover(11.0, 60.0, 700.0), 0);
        assert_eq!(days_of_cover(11.0, 70.0, 700.0), 70);
    }
}
