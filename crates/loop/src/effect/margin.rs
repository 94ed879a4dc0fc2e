//! Money of changes after which a unit earns something else than before: prices, coupons, bids.
//!
//! What was earned after the change is held against what the units that would have been sold anyway
//! earned before it. So a lower price that sells more units for less is told as the loss it may be.
//! float-ok: statistics only; money leaves as decimals in `measure`.

use argosy_kernel::{Day, Period};
use argosy_metrics::Filters;
use rust_decimal::prelude::ToPrimitive;

use super::{
    facts,
    gather::{EffectInput, Gathered, ask, grain},
    rules::Effects,
    stats::{count, squares, student_quantile},
    types::{EffectError, Subject},
    worth::Base,
};

/// What a unit earned week by week, before and after a change.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Margin {
    /// Contribution per unit before.
    each: f64,
    /// Contribution after, beyond what the units sold after would have earned at `each`.
    beyond: f64,
    /// Units before and after.
    units: (f64, f64),
    /// Standard deviation of a week around `each` times its units.
    spread: f64,
    /// Weeks before and after.
    weeks: (usize, usize),
}

impl Margin {
    /// From weeks of contribution and of units, the first `before` of them before the change. `None`
    /// where nothing was sold before, or where too few weeks tell a spread.
    fn of(earned: &[f64], units: &[f64], before: usize) -> Option<Self> {
        let sold = (units[..before].iter().sum::<f64>(), units[before..].iter().sum::<f64>());
        if before < 3 || sold.0 <= 0.0 {
            return None;
        }
        let each = earned[..before].iter().sum::<f64>() / sold.0;
        let rest: Vec<f64> = earned.iter().zip(units).map(|(e, u)| e - each * u).collect();
        // They add up to nothing by the choice of `each`.
        let spread = (squares(&rest[..before]) / count(before - 1)).sqrt();
        Some(Self {
            each,
            beyond: rest[before..].iter().sum(),
            units: sold,
            spread,
            weeks: (before, units.len() - before),
        })
    }

    /// Contribution won over the whole window, with its interval, from units won over it.
    pub(crate) fn band(&self, (effect, low, high): (f64, f64, f64), level: f64) -> (f64, f64, f64) {
        let (before, after) = (count(self.weeks.0), count(self.weeks.1));
        let anyway = self.units.1 - effect;
        let variance =
            self.spread * self.spread * (after + before * (anyway / self.units.0).powi(2));
        let reach = student_quantile(f64::midpoint(1.0, level), before - 1.0) * variance.sqrt();
        let of = |units: f64| (units * self.each).abs().hypot(reach);
        let (down, up) = match self.each < 0.0 {
            true => (of(high - effect), of(effect - low)),
            false => (of(effect - low), of(high - effect)),
        };
        let middle = self.beyond + self.each * effect;
        (middle - down, middle, middle + up)
    }
}

/// Metrics that add up to what was earned, each with its factor, and whom they are asked of.
struct Earned {
    parts: Vec<(String, f64)>,
    filters: Filters,
}

/// What the treated unit earned in the weeks of a comparison; `None` where a cost is missing.
///
/// # Errors
/// [`EffectError::Ask`].
pub(crate) async fn margin(
    effects: &Effects,
    input: &EffectInput<'_>,
    (subject, base): (&Subject, &Base<'_>),
    gathered: &Gathered,
) -> Result<Option<Margin>, EffectError> {
    let limits = &effects.limits;
    let is_own = limits.contribution.iter().any(|own| own == base.metric);
    let units = base.shape.metrics(base.metric).into_iter().next();
    let (Some(units), false) = (units, is_own || base.keeps_margin(limits)) else {
        return Ok(None);
    };
    let earned = match &base.treated {
        Some(filters) => of_ledger(effects, input, (base, filters)).await?,
        None => of_campaign(effects, input, (subject, base)).await?,
    };
    let (Some(Earned { parts, filters }), Some(first), Some(last)) =
        (earned, gathered.starts.first(), gathered.starts.last())
    else {
        return Ok(None);
    };
    let metrics: Vec<String> =
        parts.iter().map(|(metric, _)| metric).chain([&units]).cloned().collect();
    let period = Period { from: *first, to: *last + chrono::Days::new(6) };
    let answer = ask(input, (&metrics, &["day"], &filters), period, base.currency).await?;
    let mut weeks = vec![(0.0, 0.0); gathered.starts.len()];
    for row in &answer.rows {
        let day = row.key.get("day").and_then(|day| day.as_ref()?.parse::<Day>().ok());
        let Some(at) = day.and_then(|day| week(&gathered.starts, day)) else { continue };
        let value = |metric: &str| row.values.get(metric)?.known()?.to_f64();
        let money: Option<f64> =
            parts.iter().map(|(metric, factor)| Some(value(metric)? * factor)).sum();
        let (Some(money), Some(sold)) = (money, value(&units)) else { return Ok(None) };
        weeks[at].0 += money;
        weeks[at].1 += sold;
    }
    let (earned, units): (Vec<f64>, Vec<f64>) = weeks.into_iter().unzip();
    Ok(Margin::of(&earned, &units, gathered.weeks_before))
}

/// Of a SKU, market or store: contribution.
async fn of_ledger(
    effects: &Effects,
    input: &EffectInput<'_>,
    (base, filters): (&Base<'_>, &Filters),
) -> Result<Option<Earned>, EffectError> {
    let candidates = base.earned(&effects.limits);
    let answer = ask(input, (&candidates, &[], filters), base.before, base.currency).await?;
    let is_known =
        |metric: &String| answer.totals.get(metric).is_some_and(|all| all.known().is_some());
    let known = candidates.into_iter().find(is_known);
    Ok(known.map(|metric| Earned { parts: vec![(metric, 1.0)], filters: filters.clone() }))
}

/// Of a campaign, which the ledger does not know: the sales that the platform attributes to it, at the
/// margin of the SKUs it advertises (of the store where the reports name none), less its spend.
async fn of_campaign(
    effects: &Effects,
    input: &EffectInput<'_>,
    (subject, base): (&Subject, &Base<'_>),
) -> Result<Option<Earned>, EffectError> {
    let known = &effects.limits.campaign;
    let (_, mut filters) = grain(subject);
    let Some(campaign) = &subject.campaign else { return Ok(None) };
    let skus = facts::skus_of(input.session, &subject.store, campaign, base.before).await?;
    let mut advertised = filters.clone();
    if !skus.is_empty() {
        advertised.insert("seller_sku".to_owned(), skus.into_iter().collect());
    }
    let margin = [known.margin.clone()];
    let answer = ask(input, (&margin, &[], &advertised), base.before, base.currency).await?;
    let share = answer.totals.get(&known.margin).and_then(|all| all.known()?.to_f64());
    filters.insert("campaign".to_owned(), vec![campaign.clone()]);
    Ok(share.map(|share| Earned {
        parts: vec![(known.sales.clone(), share), (known.spend.clone(), -1.0)],
        filters,
    }))
}

/// The week of a day; `None` between the weeks.
fn week(starts: &[Day], day: Day) -> Option<usize> {
    let at = starts.partition_point(|start| *start <= day).checked_sub(1)?;
    ((day - starts[at]).num_days() < 7).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lower_price_that_sells_more_for_less_is_a_loss() {
        // Ten a week at 10.00, then fourteen at 6.00.
        let units = [10.0, 10.0, 10.0, 10.0, 14.0, 14.0];
        let earned = [100.0, 100.0, 100.0, 100.0, 84.0, 84.0];
        let margin = Margin::of(&earned, &units, 4).unwrap();
        assert_eq!(margin.band((8.0, 6.0, 10.0), 0.9), (-52.0, -32.0, -12.0));
    }

    #[test]
    fn what_weeks_earn_by_chance_widens_the_band() {
        let units = [10.0, 10.0, 10.0, 10.0, 10.0, 10.0];
        let margin = |by: f64| {
            let earned = [100.0 + by, 100.0 - by, 100.0 + by, 100.0 - by, 100.0, 100.0];
            Margin::of(&earned, &units, 4).unwrap().band((0.0, -1.0, 1.0), 0.9)
        };
        let (low, middle, high) = margin(10.0);
        assert!(middle.abs() < 1e-9 && low < -20.0 && high > 20.0, "{low} {high}");
        assert_eq!(margin(0.0), (-10.0, 0.0, 10.0));
    }

    #[test]
    fn units_that_lose_money_gain_by_not_being_sold() {
        let margin = Margin::of(&[-10.0, -10.0, -10.0, 0.0], &[5.0, 5.0, 5.0, 0.0], 3).unwrap();
        assert_eq!(margin.band((-5.0, -6.0, -4.0), 0.9), (8.0, 10.0, 12.0));
    }

    #[test]
    fn without_sales_before_nothing_is_known_of_the_margin() {
        assert_eq!(Margin::of(&[0.0; 5], &[0.0, 0.0, 0.0, 0.0, 3.0], 4), None);
    }

    #[test]
    fn days_between_before_and_after_belong_to_no_week() {
        let day = |d| Day::from_ymd_opt(2026, 3, d).unwrap();
        let starts = [day(1), day(10)];
        assert_eq!(
            [7, 8, 9, 10, 16, 17].map(|d| week(&starts, day(d))),
            [Some(0), None, None, Some(1), Some(1), None]
        );
    }
}
