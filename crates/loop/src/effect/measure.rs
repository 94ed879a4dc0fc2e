//! After a change: what it did, told once, on the day that was declared.

use argosy_kernel::{Day, Money, Period, Text};
use chrono::Days as Span;
use rust_decimal::Decimal;

use super::{
    design::{Chosen, choose, usable},
    facts,
    gather::{EffectInput, Gathered, Shape, Windows, gather, treated_name},
    margin::{Margin, margin},
    power,
    rules::{Effects, Said, decimal, number, percent, size},
    sequence,
    stats::{count, mean, student_quantile},
    types::{
        DeclaredEffect, Effect, EffectError, Flag, Look, Picture, PreFit, Share, State, Subject,
        Verdict,
    },
    verdict::{Findings, money_band, share},
    worth::{Worth, worth},
};
use crate::change::ChangeRecord;

/// Digits of shares and of values in pictures.
const SHARE_DIGITS: u32 = 4;

/// How an effect becomes money.
#[derive(Clone, Copy)]
enum Price {
    /// So much for each of the metric.
    Each(Worth),
    /// By what was really earned.
    Earned(Margin),
}

/// What is at hand when a verdict is given.
struct Case<'a> {
    input: &'a EffectInput<'a>,
    change: &'a ChangeRecord,
    subject: Subject,
    declared: &'a DeclaredEffect,
    windows: Windows,
    gathered: Gathered,
    metric: Text,
    ready_on: Day,
}

impl Effects {
    /// Measures what a change did, as it was declared.
    ///
    /// Before all declared weeks are there and settled the answer is `waiting`, with looks whose
    /// intervals hold however often one looks; the verdict itself is given once.
    ///
    /// # Errors
    /// `future_change`, and as [`Effects::plan`].
    pub async fn measure(
        &self,
        input: &EffectInput<'_>,
        change: &ChangeRecord,
        declared: &DeclaredEffect,
    ) -> Result<Effect, EffectError> {
        self.check(input.engine, declared)?;
        if change.day() > input.day {
            let with =
                [("day", change.day().to_string().into()), ("today", input.day.to_string().into())];
            return Err(self.refuse("future_change", &with));
        }
        let subject = Subject::of(change);
        let windows = Windows::of(declared, change.day());
        let gathered = gather(self, input, (&subject, declared), &windows).await?;
        let end = windows.to(windows.weeks_after);
        let lag = gathered.last_day.map_or(0, |last| (input.day - last).num_days().max(1));
        let ready_on = end + Span::new(lag.unsigned_abs().max(1));
        let metric = self.name(input, &declared.metric);
        let case = Case { input, change, subject, declared, windows, gathered, metric, ready_on };
        let flags = self.flags(&case).await?;
        if let Some(refused) = self.too_little(&case, &flags) {
            return Ok(refused);
        }
        let Some(chosen) = choose(&case.gathered.material, &self.limits) else {
            let with = [
                ("unit", treated_name(&case.subject).into()),
                ("metric", case.metric.clone().into()),
            ];
            return Ok(self.without_figures(&case, flags, self.say("not_told", &with)));
        };
        let base = case.gathered.base(&case.subject, declared, windows.before);
        let price = match margin(self, input, (&case.subject, &base), &case.gathered).await? {
            Some(margin) => Some(Price::Earned(margin)),
            None => worth(self, input, &base).await?.map(Price::Each),
        };
        Ok(self.told(&case, &chosen, price, flags))
    }

    /// What one must know before believing the number, as far as the blocks themselves do not say.
    async fn flags(&self, case: &Case<'_>) -> Result<Vec<Flag>, EffectError> {
        let mut flags = Vec::new();
        let overlapping = overlapping(case).await?;
        let mut flag = |code: &str, names: Vec<String>, with: &[(&str, Said)]| {
            let says = self.say(&format!("flag_{code}"), with);
            flags.push(Flag { code: code.to_owned(), says, names });
        };
        if !overlapping.is_empty() {
            flag("overlap", overlapping, &[]);
        }
        let gathered = &case.gathered;
        if !gathered.related_kept.is_empty() {
            flag("spill_over", gathered.related_kept.clone(), &[]);
        } else if !gathered.left_out.is_empty() {
            flag("siblings", gathered.left_out.clone(), &[]);
        }
        let planned = usize::try_from(case.declared.before / 7).unwrap_or(0);
        if gathered.weeks_before < planned {
            let with = [("weeks", gathered.weeks_before.into()), ("declared", planned.into())];
            flag("short_before", Vec::new(), &with);
        }
        if let Some(day) = gathered.provisional_from {
            flag("provisional", Vec::new(), &[("day", day.to_string().into())]);
        }
        Ok(flags)
    }

    /// The answer where there is nothing to work with: no week after, no or too short a time before.
    fn too_little(&self, case: &Case<'_>, flags: &[Flag]) -> Option<Effect> {
        let gathered = &case.gathered;
        let (unit, metric) = (treated_name(&case.subject), case.metric.clone());
        let says = match () {
            () if !gathered.is_told => {
                self.say("not_told", &[("unit", unit.into()), ("metric", metric.into())])
            }
            () if gathered.before_total == 0.0 => {
                self.say("no_sales", &[("unit", unit.into()), ("metric", metric.into())])
            }
            () if gathered.weeks_before < self.limits.weeks_min => {
                let with = [
                    ("weeks", gathered.weeks_before.into()),
                    ("needed", self.limits.weeks_min.into()),
                ];
                self.say("short_history", &with)
            }
            () if gathered.weeks_after == 0 => {
                let mut waiting =
                    self.without_figures(case, flags.to_vec(), self.say_waiting(case, None));
                waiting.state = State::Waiting;
                return Some(waiting);
            }
            () => return None,
        };
        Some(self.without_figures(case, flags.to_vec(), says))
    }

    fn say_waiting(&self, case: &Case<'_>, look: Option<&Look>) -> Text {
        let mut with: Vec<(&str, Said)> = vec![
            ("blocks", case.gathered.weeks_after.into()),
            ("planned", case.windows.weeks_after.into()),
            ("ready", case.ready_on.to_string().into()),
            ("metric", case.metric.clone().into()),
        ];
        let Some(look) = look else { return self.say("waiting", &with) };
        with.push(("relative", percent(number(look.estimate)).into()));
        with.push(("relative_low", percent(number(look.low)).into()));
        with.push(("relative_high", percent(number(look.high)).into()));
        self.say("waiting_looks", &with)
    }

    fn without_figures(&self, case: &Case<'_>, mut flags: Vec<Flag>, says: Text) -> Effect {
        if case.gathered.is_told && case.gathered.before_total == 0.0 {
            let code = "zero_baseline".to_owned();
            flags.push(Flag { code, says: self.say("flag_zero_baseline", &[]), names: Vec::new() });
        }
        let better = self.say("better_wait", &[("needed", self.limits.weeks_min.into())]);
        Effect {
            metric: case.declared.metric.clone(),
            state: State::Measured,
            ready_on: case.ready_on,
            verdict: Verdict::CannotTell,
            says,
            money: None,
            relative: None,
            absolute: None,
            method: None,
            controls: 0,
            control_names: Vec::new(),
            confidence: self.limits.confidence,
            picture: None,
            placebo: Vec::new(),
            prefit: None,
            flags,
            looks: Vec::new(),
            better: Some(better),
            blocks: (case.gathered.weeks_before, case.gathered.weeks_after),
        }
    }

    fn told(
        &self,
        case: &Case<'_>,
        chosen: &Chosen,
        price: Option<Price>,
        mut flags: Vec<Flag>,
    ) -> Effect {
        let gathered = &case.gathered;
        let estimate = &chosen.estimate;
        let before = gathered.weeks_before;
        self.flags_of(case, chosen, price, &mut flags);
        let looks = self.looks(case, chosen);
        let is_over = gathered.weeks_after >= case.windows.weeks_after;
        let found = findings(self, case, chosen, price);
        let (verdict, says) = match is_over {
            true => self.judge(&found),
            false => (Verdict::CannotTell, self.say_waiting(case, looks.last())),
        };
        let better = matches!(verdict, Verdict::CannotTell | Verdict::Observed).then(|| {
            let method = (estimate.error, gathered.weeks_after);
            self.better(gathered, chosen.method, method, case.declared)
        });
        let used: Vec<String> = gathered
            .names
            .iter()
            .zip(&estimate.weights)
            .filter(|(_, weight)| **weight > 0.0)
            .map(|(name, _)| name.clone())
            .collect();
        let mut placebo: Vec<Decimal> =
            estimate.placebo.iter().filter_map(|p| decimal(p.effect, SHARE_DIGITS)).collect();
        placebo.sort();
        // Early, only what holds however often one looks.
        let relative = match is_over {
            true => found.relative.and_then(|all| share(all, SHARE_DIGITS)),
            false => looks.last().map(|look| Share {
                estimate: look.estimate,
                low: look.low,
                high: look.high,
            }),
        };
        Effect {
            metric: case.declared.metric.clone(),
            state: if is_over { State::Measured } else { State::Waiting },
            ready_on: case.ready_on,
            verdict,
            says,
            money: found.money.filter(|_| is_over),
            relative,
            absolute: found.absolute.filter(|_| is_over),
            method: Some(chosen.method),
            controls: used.len(),
            control_names: used,
            confidence: self.limits.confidence,
            picture: Some(picture(case, chosen, number(self.limits.confidence))),
            placebo,
            prefit: self.prefit(chosen, before),
            flags,
            looks,
            better,
            blocks: (before, gathered.weeks_after),
        }
    }

    fn flags_of(
        &self,
        case: &Case<'_>,
        chosen: &Chosen,
        price: Option<Price>,
        flags: &mut Vec<Flag>,
    ) {
        let mut flag = |code: &str, with: &[(&str, Said)]| {
            let says = self.say(&format!("flag_{code}"), with);
            flags.push(Flag { code: code.to_owned(), says, names: Vec::new() });
        };
        let gathered = &case.gathered;
        if gathered.weeks_after < 2 {
            flag("short_after", &[("weeks", gathered.weeks_after.into())]);
        }
        if chosen.estimate.level(gathered.weeks_before) <= 0.0 {
            flag("zero_baseline", &[]);
        }
        if !chosen.fits {
            flag("poor_fit", &[]);
        }
        if usable(&gathered.material.panel) < self.limits.controls_min {
            flag("no_controls", &[("needed", self.limits.controls_min.into())]);
        }
        if matches!(price, Some(Price::Earned(_))) && case.subject.unit().0 == "campaign" {
            flag("attributed", &[]);
        }
        if let Some(Price::Each(worth)) = price
            && worth.is_derived
            && let Some(amount) = decimal(worth.each, 2)
        {
            let each = Money::new(amount, case.declared.currency);
            flag(
                "margin_not_in",
                &[("metric", case.metric.clone().into()), ("worth", each.into())],
            );
        }
    }

    fn looks(&self, case: &Case<'_>, chosen: &Chosen) -> Vec<Look> {
        let before = case.gathered.weeks_before;
        let estimate = &chosen.estimate;
        let spread = estimate.miss * estimate.widening;
        let df = (count(before) - 1.0).max(1.0);
        let level = number(self.limits.confidence);
        let seen = sequence::looks(&chosen.gap, before, spread, df, level);
        let starts = &case.gathered.starts[before..];
        let expected = &estimate.counterfactual[before..];
        seen.iter()
            .zip(starts)
            .enumerate()
            .filter_map(|(k, (seen, start))| {
                let usual = mean(&expected[..=k]);
                (usual > 0.0).then_some(())?;
                let of = |value: f64| decimal(value / usual, SHARE_DIGITS);
                Some(Look {
                    day: *start + Span::new(6),
                    estimate: of(seen.effect)?,
                    low: of(seen.low)?,
                    high: of(seen.high)?,
                })
            })
            .collect()
    }

    fn prefit(&self, chosen: &Chosen, before: usize) -> Option<PreFit> {
        let estimate = &chosen.estimate;
        let level = mean(&estimate.counterfactual[..before]);
        if level <= 0.0 {
            return None;
        }
        let (effect, p) = chosen.false_change.unzip();
        let effect = effect.map(|effect| effect / level);
        let miss = estimate.miss / level;
        let with: Vec<(&str, Said)> = vec![
            ("miss", size(miss).into()),
            ("false_change", percent(effect.unwrap_or(0.0)).into()),
            ("p", format!("{:.2}", p.unwrap_or(1.0)).into()),
        ];
        Some(PreFit {
            miss: decimal(miss, SHARE_DIGITS)?,
            false_change: effect.and_then(|effect| decimal(effect, SHARE_DIGITS)),
            false_change_p: p.and_then(|p| decimal(p, 3)),
            placebo_p: estimate.placebo_p.and_then(|p| decimal(p, 3)),
            says: self.say(if chosen.fits { "fit_good" } else { "fit_poor" }, &with),
        })
    }
}

/// What was found over the whole window after the change.
fn findings(effects: &Effects, case: &Case<'_>, chosen: &Chosen, price: Option<Price>) -> Findings {
    let (gathered, estimate) = (&case.gathered, &chosen.estimate);
    let weeks = count(gathered.weeks_after);
    // Sums run over the window, rates stay what they are.
    let is_sum = gathered.shape == Shape::Sum;
    let (times, digits) = if is_sum { (weeks, 2) } else { (1.0, 6) };
    let all = (estimate.effect * times, estimate.low * times, estimate.high * times);
    let level = estimate.level(gathered.weeks_before);
    let (confidence, power) = (number(effects.limits.confidence), number(effects.limits.power));
    // Of rates the numerator over the window.
    let volume = gathered.volume.map_or(1.0, |weekly| weekly * weeks);
    let money = price.and_then(|price| match price {
        Price::Each(worth) => money_band(all, worth.each * volume, case.declared.currency),
        Price::Earned(margin) => {
            let won = (all.0 * volume, all.1 * volume, all.2 * volume);
            let (low, middle, high) = margin.band(won, confidence);
            money_band((middle, low, high), 1.0, case.declared.currency)
        }
    });
    let least = power::smallest(estimate.error, estimate.df, confidence, power);
    Findings {
        method: chosen.method,
        metric: case.metric.clone(),
        more_is_better: effects.more_is_better(case.input, &case.declared.metric),
        relative: estimate.relative(gathered.weeks_before),
        absolute: share(all, digits),
        money,
        is_earned: matches!(price, Some(Price::Earned(_))),
        smallest: (level > 0.0).then(|| least / level),
        days: gathered.weeks_after * 7,
    }
}

fn picture(case: &Case<'_>, chosen: &Chosen, level: f64) -> Picture {
    let estimate = &chosen.estimate;
    let df = (count(case.gathered.weeks_before) - 1.0).max(1.0);
    let reach = student_quantile(f64::midpoint(1.0, level), df) * estimate.miss;
    let digits = if case.gathered.shape == Shape::Sum { 2 } else { 6 };
    let of = |values: &[f64], plus: f64| -> Vec<Option<Decimal>> {
        values.iter().map(|value| decimal(value + plus, digits)).collect()
    };
    let expected = &estimate.counterfactual;
    Picture {
        days: case.gathered.starts.clone(),
        treated: of(&case.gathered.material.panel.treated, 0.0),
        counterfactual: of(expected, 0.0),
        low: of(expected, -reach),
        high: of(expected, reach),
        change_day: Some(case.change.day()),
        block_days: 7,
    }
}

/// Other changes of the same unit inside the windows, in words.
async fn overlapping(case: &Case<'_>) -> Result<Vec<String>, EffectError> {
    let windows = case.windows.all();
    let period = Period { from: windows.from, to: windows.to };
    let inside = |other: &&ChangeRecord| {
        let day = other.day();
        let is_itself = (other.id.is_some() && other.id == case.change.id)
            || other.is_same_event(case.change, 2);
        !is_itself && day >= period.from && day <= period.to && other.store == case.change.store
    };
    let others: Vec<&ChangeRecord> = case.input.changes.iter().filter(inside).collect();
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let campaigns = match &case.subject.seller_sku {
        Some(sku) => {
            facts::campaigns_of(case.input.session, &case.subject.store, sku, period).await?
        }
        None => Default::default(),
    };
    let touches = |other: &ChangeRecord| {
        let by_campaign = other.seller_sku.is_none()
            && other.campaign.as_ref().is_some_and(|campaign| campaigns.contains(campaign));
        by_campaign || other.touches(case.change)
    };
    Ok(others
        .into_iter()
        .filter(|other| touches(other))
        .map(|other| format!("{} {} {}", other.day(), other.kind, other.what))
        .collect())
}
