//! The verdict and its sentence, the same for changes and experiments.

use argosy_kernel::{Currency, Money, Text};
use rust_decimal::Decimal;

use super::{
    design::Method,
    rules::{Effects, Said, decimal, number, percent, size},
    types::{MoneyBand, Share, Verdict},
};

/// What was found over the whole window.
pub(crate) struct Findings {
    pub method: Method,
    pub metric: Text,
    /// Whether more of the metric is better.
    pub more_is_better: bool,
    /// Estimate, low and high as shares of what would have been.
    pub relative: Option<(f64, f64, f64)>,
    pub absolute: Option<Share>,
    pub money: Option<MoneyBand>,
    /// Whether the money was measured itself, not derived from the metric.
    pub is_earned: bool,
    /// The smallest effect that could have been told, as a share.
    pub smallest: Option<f64>,
    pub days: usize,
}

impl Findings {
    /// Estimate, low and high in words: money, or else the metric itself.
    fn amounts(&self) -> Option<[String; 3]> {
        if let Some(money) = &self.money {
            let of = |amount: Decimal| Money::new(amount, money.currency).to_string();
            // "Fell by" an amount, between two others: the smaller loss first.
            let (estimate, low, high) = match money.high < Decimal::ZERO {
                true => (-money.estimate, -money.high, -money.low),
                false => (money.estimate, money.low, money.high),
            };
            return Some([of(estimate), of(low), of(high)]);
        }
        let absolute = self.absolute.as_ref()?;
        let of = |value: Decimal| value.round_dp(2).normalize().to_string();
        Some([of(absolute.estimate), of(absolute.low), of(absolute.high)])
    }

    /// Whether zero lies outside the interval of the metric, and if so whether it rose.
    fn told(&self) -> Option<bool> {
        let (low, high) = match (&self.absolute, &self.relative) {
            (Some(absolute), _) => (number(absolute.low), number(absolute.high)),
            (None, Some((_, low, high))) => (*low, *high),
            (None, None) => return None,
        };
        (low > 0.0 || high < 0.0).then_some(low > 0.0)
    }
}

/// Money for each of a metric: estimate, low and high in the unit of the metric over the window.
pub(crate) fn money_band(
    (estimate, low, high): (f64, f64, f64),
    each: f64,
    currency: Currency,
) -> Option<MoneyBand> {
    let of = |value: f64| decimal(value * each, currency.minor_digits());
    let (one, other) = (of(low)?, of(high)?);
    Some(MoneyBand { estimate: of(estimate)?, low: one.min(other), high: one.max(other), currency })
}

pub(crate) fn share((estimate, low, high): (f64, f64, f64), digits: u32) -> Option<Share> {
    Some(Share {
        estimate: decimal(estimate, digits)?,
        low: decimal(low, digits)?,
        high: decimal(high, digits)?,
    })
}

impl Effects {
    /// The verdict on a finished window, with its sentence.
    pub(crate) fn judge(&self, found: &Findings) -> (Verdict, Text) {
        let naming = number(self.limits.naming);
        let shown = |share: f64| -> Said { percent(share).into() };
        let smallest = found.smallest.map_or_else(|| "?".to_owned(), size);
        let mut with: Vec<(&str, Said)> = vec![
            ("metric", found.metric.clone().into()),
            ("days", found.days.into()),
            ("naming", size(naming).into()),
            ("smallest", smallest.into()),
        ];
        match found.relative {
            Some((middle, low, high)) => {
                with.push(("relative", shown(middle)));
                with.push(("relative_low", shown(low)));
                with.push(("relative_high", shown(high)));
            }
            None => with.push(("relative", "?".into())),
        }
        for (name, amount) in
            ["estimate", "low", "high"].into_iter().zip(found.amounts().into_iter().flatten())
        {
            with.push((name, amount.into()));
        }
        let (verdict, code) = self.verdict(found, naming);
        (verdict, self.say(code, &with))
    }

    fn verdict(&self, found: &Findings, naming: f64) -> (Verdict, &'static str) {
        if found.method == Method::BeforeAfter {
            let code = if found.relative.is_some() { "observed" } else { "observed_level" };
            return (Verdict::Observed, code);
        }
        let is_small = found.relative.is_some_and(|(_, low, high)| low > -naming && high < naming);
        let is_told = |money: &MoneyBand| money.low > Decimal::ZERO || money.high < Decimal::ZERO;
        if is_small && !(found.is_earned && found.money.as_ref().is_some_and(is_told)) {
            return (Verdict::NoEffect, "no_effect");
        }
        if let Some(money) = found.money.as_ref().filter(|_| found.is_earned) {
            return match () {
                () if money.low > Decimal::ZERO => (Verdict::Gained, "gained_earned"),
                () if money.high < Decimal::ZERO => (Verdict::Lost, "lost_earned"),
                () if found.relative.is_none() => (Verdict::CannotTell, "cannot_tell_level"),
                () => (Verdict::CannotTell, "cannot_tell_earned"),
            };
        }
        let Some(rose) = found.told() else {
            let code = if found.relative.is_some() { "cannot_tell" } else { "cannot_tell_level" };
            return (Verdict::CannotTell, code);
        };
        match &found.money {
            Some(money) if money.estimate > Decimal::ZERO => (Verdict::Gained, "gained"),
            Some(money) if money.estimate < Decimal::ZERO => (Verdict::Lost, "lost"),
            // Worth nothing either way, or not known what.
            _ if rose == found.more_is_better => (Verdict::Gained, "gained_metric"),
            _ => (Verdict::Lost, "lost_metric"),
        }
    }
}
