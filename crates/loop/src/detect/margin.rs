//! What moved the contribution of a SKU between two windows.
//!
//! Contribution = units × (price × (1 − refunds − fees of price) − fees of a unit − cost of a unit)
//! − advertising + other. Each lever's part is its Shapley value: its mean effect over all orders in
//! which the levers can be changed one after another; the parts add up to the change exactly.
//! Source: Shapley 1953; ALGORITHMS topic 5 for the worked example in the test.

use std::collections::BTreeMap;

use argosy_metrics::AskError;

use super::{
    MarginDrivers,
    rate::key,
    run::{Rows, Surroundings, row},
};
use crate::frame::inputs;

const METRICS: [&str; 8] = [
    "units_sold",
    "gross_sales",
    "promotions",
    "refunds",
    "goods_cost",
    "channel_fees",
    "logistics_cost",
    "ad_spend",
];
const BY: [&str; 3] = ["store", "market", "seller_sku"];

/// The levers of one SKU in one window.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Levers {
    units: f64,
    /// Of a unit, after discounts.
    price: f64,
    /// Shares of the price.
    refunds: f64,
    fees: f64,
    /// Of a unit.
    logistics: f64,
    cost: f64,
    ads: f64,
    /// Money of a window without sales, which has no unit to belong to.
    other: f64,
}

const LEVERS: usize = 8;

impl Levers {
    fn array(self) -> [f64; LEVERS] {
        [
            self.units,
            self.price,
            self.refunds,
            self.fees,
            self.logistics,
            self.cost,
            self.ads,
            self.other,
        ]
    }

    fn contribution(
        [units, price, refunds, fees, logistics, cost, ads, other]: [f64; LEVERS],
    ) -> f64 {
        units * (price * (1.0 - refunds - fees) - logistics - cost) - ads + other
    }

    fn net_sales(self) -> f64 {
        self.units * self.price * (1.0 - self.refunds)
    }
}

/// Sums of one window, in the order of `METRICS`.
type Sums = [f64; 8];

/// Both windows of each SKU, split over the levers.
pub(super) async fn margin_drivers(
    around: &Surroundings<'_>,
    drivers: &MarginDrivers,
) -> Result<Rows, AskError> {
    let days = drivers
        .window
        .map_or_else(|| u32::try_from(around.window.days()).unwrap_or(1), |span| span.0);
    let window = inputs::days_until(around.window.to, days);
    let by: Vec<String> = BY.iter().map(ToString::to_string).collect();
    let mut told: BTreeMap<Vec<String>, [Sums; 2]> = BTreeMap::new();
    for (at, period) in [inputs::before(window, days), window].into_iter().enumerate() {
        let found = around.ask(&METRICS, &by, period, Some("seller_sku is not null")).await?;
        for row in 0..found.rows {
            let sums = METRICS.map(|metric| found.number(metric, row).unwrap_or_default());
            told.entry(key(&found, &by, row)).or_default()[at] = sums;
        }
    }
    Ok(told.into_iter().map(|(key, [before, now])| drive(&key, before, now)).collect())
}

fn drive(key: &[String], before: Sums, now: Sums) -> Vec<super::run::Cell> {
    let (first, second) = levers(before, now);
    let parts = shapley(first.array(), second.array(), Levers::contribution);
    let [volume, price, returns, fees, logistics, cost, ads, other] = parts;
    let (was, is) = (Levers::contribution(first.array()), Levers::contribution(second.array()));
    let margin = |contribution: f64, sales: f64| (sales > 0.0).then(|| contribution / sales);
    let margins = (margin(was, first.net_sales()), margin(is, second.net_sales()));
    let lost = margins.0.zip(margins.1).map(|(was, is)| (was - is) * second.net_sales());
    let named = [
        ("price", price),
        ("volume", volume),
        ("fees", fees + logistics),
        ("ads", ads),
        ("returns", returns),
        ("cost", cost),
        ("other", other),
    ];
    let worst = named.iter().min_by(|left, right| left.1.total_cmp(&right.1));
    let driver = worst.filter(|(_, part)| *part < 0.0).map_or("", |(name, _)| name);
    let mut cells: Vec<_> = key.iter().map(|key| key.as_str().into()).collect();
    cells.extend(row![
        second.units,
        first.units,
        second.net_sales(),
        first.net_sales(),
        is,
        was,
        margins.1,
        margins.0,
        lost,
        price,
        volume,
        fees + logistics,
        ads,
        returns,
        cost,
        other,
        driver,
    ]);
    cells
}

/// The levers of both windows; what one window cannot tell is taken from the other.
fn levers(before: Sums, now: Sums) -> (Levers, Levers) {
    let (mut first, mut second) = (of(before), of(now));
    let fill = |empty: &mut Levers, full: &Levers| {
        if empty.units <= 0.0 {
            let Levers { ads, other, .. } = *empty;
            *empty = Levers { units: 0.0, ads, other, ..*full };
        }
    };
    fill(&mut first, &second);
    fill(&mut second, &first);
    (first, second)
}

fn of([units, gross, promotions, refunds, goods, channel, logistics, ads]: Sums) -> Levers {
    let paid = gross - promotions;
    if units <= 0.0 || paid <= 0.0 {
        let other = paid - refunds - goods - channel - logistics;
        return Levers { ads, other, ..Levers::default() };
    }
    Levers {
        units,
        price: paid / units,
        refunds: refunds / paid,
        fees: channel / paid,
        logistics: logistics / units,
        cost: goods / units,
        ads,
        other: 0.0,
    }
}

/// The Shapley value of each lever: what its change brought, over all orders of change.
pub(super) fn shapley<const N: usize>(
    before: [f64; N],
    after: [f64; N],
    of: impl Fn([f64; N]) -> f64,
) -> [f64; N] {
    let worth: Vec<f64> = (0..1_usize << N)
        .map(|changed| {
            let lever = |at: usize| if changed >> at & 1 == 1 { after[at] } else { before[at] };
            of(std::array::from_fn(lever))
        })
        .collect();
    // The share of orders in which exactly `size` given levers come before a lever.
    let share = |size: usize| {
        let choices = (0..size).fold(1.0, |sum, at| sum * (N - 1 - at) as f64 / (at + 1) as f64);
        1.0 / (N as f64 * choices)
    };
    std::array::from_fn(|lever| {
        (0..worth.len())
            .filter(|changed| changed >> lever & 1 == 0)
            .map(|changed| {
                let size = changed.count_ones() as usize;
                share(size) * (worth[changed | 1 << lever] - worth[changed])
            })
            .sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_split_of_two_skus_comes_out_to_the_cent() {
        // ALGORITHMS topic 5: sessions, conversion, price, unit cost, fee rate, ads.
        let profit = |[sessions, rate, price, cost, fee, ads]: [f64; 6]| {
            sessions * rate * (price * (1.0 - fee) - cost) - ads
        };
        let skus = [
            ([10000.0, 0.05, 25.0, 14.0, 0.30, 900.0], [9000.0, 0.045, 24.0, 14.5, 0.31, 1300.0]),
            ([4000.0, 0.08, 40.0, 22.0, 0.30, 500.0], [4600.0, 0.082, 40.0, 22.0, 0.31, 450.0]),
        ];
        let mut parts = [0.0; 6];
        let mut change = 0.0;
        for (before, after) in skus {
            change += profit(after) - profit(before);
            for (sum, part) in parts.iter_mut().zip(shapley(before, after, profit)) {
                *sum += part;
            }
        }
        let published = [149.2692, -82.7308, -313.9875, -225.8333, -250.0975, -350.0];
        for (found, wanted) in parts.iter().zip(published) {
            assert!((found - wanted).abs() < 6e-5, "{parts:?}");
        }
        assert!((change + 1073.38).abs() < 1e-9);
        assert!((parts.iter().sum::<f64>() - change).abs() < 1e-9);
    }

    #[test]
    fn the_parts_of_a_sku_add_up_and_name_the_dearer_goods() {
        let before = [100.0, 2000.0, 0.0, 100.0, 600.0, 300.0, 350.0, 150.0];
        let now = [100.0, 2000.0, 0.0, 100.0, 840.0, 300.0, 350.0, 150.0];
        let (first, second) = levers(before, now);
        let parts = shapley(first.array(), second.array(), Levers::contribution);
        assert!(
            (parts.iter().sum::<f64>() + 240.0).abs() < 1e-9 && (parts[5] + 240.0).abs() < 1e-9
        );
        let cells = drive(&["us".into(), "US".into(), "A".into()], before, now);
        assert_eq!(cells.last(), Some(&"cost".into()));
    }

    #[test]
    fn a_window_without_sales_gives_the_loss_to_volume() {
        let before = [10.0, 200.0, 0.0, 0.0, 50.0, 30.0, 40.0, 0.0];
        let (first, second) = levers(before, [0.0; 8]);
        let parts = shapley(first.array(), second.array(), Levers::contribution);
        assert!((parts[0] + 80.0).abs() < 1e-9, "{parts:?}");
    }
}
