//! Before anything is changed: which design, and the smallest effect that it would tell.

use argosy_kernel::{Money, Text};
use argosy_metrics::Better;

use super::{
    design::{Chosen, Method, choose, usable},
    gather::{EffectInput, Gathered, Windows, gather, treated_name},
    local_level,
    power::{self, rehearsal},
    rules::{Effects, decimal, number, size},
    types::{DeclaredEffect, EffectError, Measurable, Smallest, Subject, Tellable},
    worth::worth,
};

/// What a measurement with so many weeks after the change would be like.
struct Outlook {
    method: Method,
    controls: usize,
    /// Error of the mean effect per week, with degrees of freedom.
    error: f64,
    df: f64,
}

impl Effects {
    /// Checks what is declared: the metric and the windows.
    ///
    /// # Errors
    /// `unknown_metric`, `cumulative_metric`, `bad_window`.
    pub fn check(
        &self,
        engine: &argosy_metrics::Engine,
        declared: &DeclaredEffect,
    ) -> Result<(), EffectError> {
        super::gather::Shape::of(self, engine, &declared.metric)?;
        let weeks = self.limits.weeks_min;
        let short = usize::try_from(declared.before / 7).unwrap_or(0) < weeks || declared.after < 7;
        if short || declared.before > 728 || declared.after > 364 || declared.wait > 90 {
            let with = [
                ("weeks", weeks.into()),
                ("before", declared.before.to_string().into()),
                ("after", declared.after.to_string().into()),
            ];
            return Err(self.refuse("bad_window", &with));
        }
        Ok(())
    }

    /// Whether a change made now could be told, and from what size on. `promised` is what is hoped
    /// for over the window after the change; without it shares of the knowledge folder decide.
    ///
    /// # Errors
    /// As [`Effects::check`], `metric_not_by_unit`, `unknown_unit`, `own_control`; questions that
    /// cannot be run.
    pub async fn plan(
        &self,
        input: &EffectInput<'_>,
        subject: &Subject,
        declared: &DeclaredEffect,
        promised: Option<Money>,
    ) -> Result<Measurable, EffectError> {
        self.check(input.engine, declared)?;
        let names = [declared.metric.as_str()];
        let last =
            super::facts::last_day(input.engine, input.session, &names, &subject.store).await?;
        // As if it were changed on the day after the last one known.
        let changed = last.map_or(input.day, |last| input.day.min(last + chrono::Days::new(1)));
        let windows = Windows::of(declared, changed);
        let gathered = gather(self, input, (subject, declared), &windows).await?;
        let unit = treated_name(subject);
        let metric = self.name(input, &declared.metric);
        if gathered.is_told && gathered.weeks_before < self.limits.weeks_min {
            let (why, needed) = match gathered.before_total == 0.0 {
                true => ("no_sales", [("unit", unit.into()), ("metric", metric.into())]),
                false => (
                    "short_history",
                    [
                        ("weeks", gathered.weeks_before.into()),
                        ("needed", self.limits.weeks_min.into()),
                    ],
                ),
            };
            let better = self.say("better_wait", &[("needed", self.limits.weeks_min.into())]);
            return Ok(self.not_tellable(declared, self.say(why, &needed), better));
        }
        let weeks = windows.weeks_after;
        let outlook = self.outlook(&gathered, weeks).filter(|_| gathered.is_told);
        let Some(outlook) = outlook else {
            let why = self.say("not_told", &[("unit", unit.into()), ("metric", metric.into())]);
            return Ok(self.not_tellable(declared, why, self.say("better_pool", &[])));
        };
        let base = gathered.base(subject, declared, windows.before);
        let each = worth(self, input, &base).await?.map(|worth| worth.each);
        let smallest = self.smallest(&gathered, &outlook, declared, (weeks, each));
        Ok(self.judge_plan(&gathered, &outlook, (weeks, declared, promised), smallest))
    }

    /// What a metric is called.
    pub(crate) fn name(&self, input: &EffectInput<'_>, metric: &str) -> Text {
        input
            .engine
            .registry()
            .get(metric)
            .map(|known| known.name.clone())
            .unwrap_or_else(|| Text { en: metric.to_owned(), zh_cn: metric.to_owned() })
    }

    /// Whether more of a metric is better.
    pub(crate) fn more_is_better(&self, input: &EffectInput<'_>, metric: &str) -> bool {
        input.engine.registry().get(metric).is_none_or(|known| known.better != Better::Lower)
    }

    fn not_tellable(&self, declared: &DeclaredEffect, why: Text, better: Text) -> Measurable {
        Measurable {
            metric: declared.metric.clone(),
            design: Method::BeforeAfter,
            controls: 0,
            smallest: Smallest::default(),
            verdict: Tellable::NotTellable,
            why,
            better,
        }
    }

    /// The design the blocks before allow, and its error with `weeks` after the change.
    fn outlook(&self, gathered: &Gathered, weeks: usize) -> Option<Outlook> {
        let panel = &gathered.material.panel;
        let rehearsed = rehearsal(panel, weeks)?;
        let material = super::design::Material { panel: rehearsed, days: None };
        let Chosen { method, estimate, .. } = choose(&material, &self.limits)?;
        let controls = usable(panel);
        if method == Method::BeforeAfter
            && let Some((error, df)) = self.by_level(gathered, weeks)
        {
            return Some(Outlook { method: Method::LocalLevel, controls, error, df });
        }
        let (n, m) = (super::stats::count(panel.before), super::stats::count(weeks.max(1)));
        let error = estimate.miss * (1.0 / n + 1.0 / m).sqrt() * estimate.widening;
        Some(Outlook { method, controls, error, df: (n - 1.0 + m - 1.0).max(1.0) })
    }

    fn by_level(&self, gathered: &Gathered, weeks: usize) -> Option<(f64, f64)> {
        let days = gathered.days_before.as_ref()?;
        if days.before < self.limits.level_days_min {
            return None;
        }
        let mut days = days.clone();
        days.values.resize(days.before + days.hole + weeks * 7, 0.0);
        local_level::expected(&days)
    }

    fn smallest(
        &self,
        gathered: &Gathered,
        outlook: &Outlook,
        declared: &DeclaredEffect,
        (weeks, worth): (usize, Option<f64>),
    ) -> Smallest {
        let (level, power) = (number(self.limits.confidence), number(self.limits.power));
        let each = power::smallest(outlook.error, outlook.df, level, power);
        let usual = super::stats::mean(&gathered.material.panel.treated);
        let relative = (usual > 0.0).then(|| decimal(each / usual, 4)).flatten();
        let money = worth.and_then(|worth| {
            let volume = gathered.volume.unwrap_or(1.0);
            let amount = (each * worth * volume).abs() * super::stats::count(weeks);
            decimal(amount, declared.currency.minor_digits())
        });
        Smallest { relative, money: money.map(|amount| Money::new(amount, declared.currency)) }
    }

    fn judge_plan(
        &self,
        gathered: &Gathered,
        outlook: &Outlook,
        (weeks, declared, promised): (usize, &DeclaredEffect, Option<Money>),
        smallest: Smallest,
    ) -> Measurable {
        let limits = &self.limits;
        let verdict = match (outlook.method, &smallest, promised) {
            (Method::BeforeAfter, ..) => Tellable::NotTellable,
            (_, Smallest { money: Some(money), .. }, Some(promised))
                if promised.currency == money.currency && !promised.amount.is_zero() =>
            {
                let hoped = promised.amount.abs();
                match () {
                    () if money.amount <= hoped => Tellable::Tellable,
                    () if money.amount <= hoped + hoped => Tellable::Weak,
                    () => Tellable::NotTellable,
                }
            }
            (_, Smallest { relative: Some(relative), .. }, _) => match () {
                () if *relative <= limits.tellable => Tellable::Tellable,
                () if *relative <= limits.weak => Tellable::Weak,
                () => Tellable::NotTellable,
            },
            _ => Tellable::Weak,
        };
        let said = said(&smallest);
        let code = match (outlook.method, verdict) {
            (Method::BeforeAfter, _) => "plan_observed",
            (_, Tellable::Tellable) => "plan_tellable",
            (_, Tellable::Weak) => "plan_weak",
            (_, Tellable::NotTellable) => "plan_not_tellable",
        };
        let with = [("smallest", said.into()), ("controls", outlook.controls.into())];
        let better = match verdict {
            Tellable::Tellable => self.say("better_none", &[]),
            _ => self.better(gathered, outlook.method, (outlook.error, weeks), declared),
        };
        Measurable {
            metric: declared.metric.clone(),
            design: outlook.method,
            controls: outlook.controls,
            why: self.say(code, &with),
            smallest,
            verdict,
            better,
        }
    }

    /// What would make an effect easier to tell. `error` is per week with `weeks` after the change.
    pub(crate) fn better(
        &self,
        gathered: &Gathered,
        method: Method,
        (error, weeks): (f64, usize),
        declared: &DeclaredEffect,
    ) -> Text {
        let panel = &gathered.material.panel;
        let controls = usable(panel);
        if matches!(method, Method::BeforeAfter | Method::LocalLevel) {
            let with = [("needed", self.limits.controls_min.into()), ("controls", controls.into())];
            return self.say("better_controls", &with);
        }
        let longer = weeks * 2;
        let n = super::stats::count(panel.before);
        let of = |weeks: usize| (1.0 / n + 1.0 / super::stats::count(weeks.max(1))).sqrt();
        let (level, power) = (number(self.limits.confidence), number(self.limits.power));
        let df = n - 1.0 + super::stats::count(longer.max(1)) - 1.0;
        let each = power::smallest(error * of(longer) / of(weeks), df, level, power);
        let usual = super::stats::mean(&panel.treated[..panel.before]);
        let now = power::smallest(error, df, level, power);
        if usual > 0.0 && declared.after < 56 && each < 0.85 * now {
            let with = [
                ("weeks", longer.into()),
                ("now", weeks.into()),
                ("smallest", size(each / usual).into()),
            ];
            return self.say("better_longer", &with);
        }
        match declared.metric.starts_with("ad_") {
            true => self.say("better_switchback", &[]),
            false => self.say("better_pool", &[]),
        }
    }
}

/// The smallest effect in words: money and share.
pub(crate) fn said(smallest: &Smallest) -> String {
    let share = smallest.relative.map(|relative| size(number(relative)));
    match (smallest.money, share) {
        (Some(money), Some(share)) => format!("{money} ({share})"),
        (Some(money), None) => money.to_string(),
        (None, Some(share)) => share,
        (None, None) => "?".to_owned(),
    }
}
