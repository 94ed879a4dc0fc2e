//! The answer key: what must be found, what must not, and what each change did.
// float-ok: expected values of the model, rounded to cents at the edge.

use std::collections::BTreeMap;

use argosy_kernel::Day;
use rust_decimal::{Decimal, prelude::FromPrimitive};

use super::{
    Trial,
    chance::root,
    goods::TRIAL_STORES,
    level::{Economics, Level, Sight},
    plan::{Part, Plant, Worth},
};

/// A planted problem and what it really costs.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Problem {
    /// The rule that should find it.
    pub rule: &'static str,
    pub store: &'static str,
    /// Which columns of a finding's key must say what.
    pub subject: BTreeMap<&'static str, String>,
    /// Expected loss of 30 days in dollars, as things stand on the last day; zero for problems of
    /// the data.
    pub monthly: Decimal,
    /// What chance alone does to such a figure in 30 days, in dollars.
    pub noise: Decimal,
    pub from: Day,
    pub to: Day,
    /// Why; the simulator's own word.
    pub cause: &'static str,
    pub says: String,
}

/// What is no problem though it looks like one.
#[derive(Clone, Debug, serde::Serialize)]
pub struct NearMiss {
    pub rule: &'static str,
    pub store: &'static str,
    pub subject: BTreeMap<&'static str, String>,
    pub says: String,
}

/// What happened over some days, with a change and without it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Effect {
    pub units_with: Decimal,
    pub units_without: Decimal,
    /// In the store's currency.
    pub contribution_with: Decimal,
    pub contribution_without: Decimal,
    pub sales_with: Decimal,
    pub sales_without: Decimal,
}

/// A change whose effect is known.
#[derive(Clone, Debug, serde::Serialize)]
pub struct TrueChange {
    pub store: &'static str,
    pub market: &'static str,
    pub seller_sku: String,
    pub day: Day,
    pub kind: &'static str,
    pub play: &'static str,
    pub before: String,
    pub after: String,
    /// Expected units of a day before it.
    pub units_per_day: Decimal,
    /// From the day after the change to the last day.
    pub effect: Effect,
}

/// Everything that is known to be true about the trial seller.
#[derive(Clone, Debug, serde::Serialize)]
pub struct TrialAnswer {
    pub problems: Vec<Problem>,
    pub near: Vec<NearMiss>,
    pub changes: Vec<TrueChange>,
    /// What else is so by the model though nothing was planted for it: consequences of what was
    /// planted, and chances that any seller has. A finding of these is not false.
    pub also: Vec<(&'static str, BTreeMap<&'static str, String>)>,
    /// SKUs that were left alone.
    pub controls: Vec<String>,
}

/// Days that a rate of loss is taken over at the end.
const WINDOW: usize = 28;
/// Terms and targets have few orders: they are looked at over so many days.
const ADS_WINDOW: f64 = 60.0;

impl Trial {
    /// What must come out.
    pub fn answer(&self) -> TrialAnswer {
        let name = |store: usize| TRIAL_STORES[store].name;
        let near = self.near.iter().map(|near| NearMiss {
            rule: near.rule,
            store: name(near.store),
            subject: near.subject.clone(),
            says: near.says.clone(),
        });
        let controls = self.skus.iter().filter(|sku| sku.role == super::goods::Role::Control);
        TrialAnswer {
            problems: (0..self.plants.len()).map(|plant| self.problem(plant)).collect(),
            near: near.collect(),
            changes: (0..self.planned.len()).map(|change| self.change(change)).collect(),
            also: self.also(),
            controls: controls.map(|sku| sku.seller_sku.clone()).collect(),
        }
    }

    fn problem(&self, number: usize) -> Problem {
        let plant = &self.plants[number];
        let mut subject = plant.subject.clone();
        if let Some((key, value)) = self.books.keys.get(&number) {
            subject.insert(key, value.clone());
        }
        let monthly = self.monthly(number, plant);
        Problem {
            rule: plant.rule,
            store: TRIAL_STORES[plant.store].name,
            subject,
            monthly: cents(monthly),
            noise: cents(self.noise(plant)),
            from: self.spec.day(plant.from),
            to: self.spec.day(plant.to),
            cause: plant.cause,
            says: plant.says.clone(),
        }
    }

    /// Expected dollars of 30 days that a problem costs.
    fn monthly(&self, number: usize, plant: &Plant) -> f64 {
        let Some(sku) = plant.sku else { return self.of_books(number, plant) };
        let last = self.spec.len() - 1;
        let from = plant.from.max(last + 1 - WINDOW);
        let days = (last + 1 - from) as f64;
        let dollars = TRIAL_STORES[self.skus[sku].store].dollars() / 100.0;
        let rate = |better: f64, as_is: f64| (better - as_is) / days * 30.0 * dollars;
        let as_is = self.sum(sku, (from, last), Sight::AsItIs).contribution;
        match &plant.worth {
            Worth::Undo => {
                rate(self.sum(sku, (from, last), Sight::Without(number)).contribution, as_is)
            }
            Worth::Remedy(what) => {
                rate(self.sum(sku, (from, last), Sight::With(what)).contribution, as_is)
            }
            Worth::Ahead { cover } => as_is / days * dollars * (30.0 - cover).max(0.0),
            Worth::Dollars(_) | Worth::Booked => self.of_books(number, plant),
        }
    }

    fn of_books(&self, number: usize, plant: &Plant) -> f64 {
        match plant.worth {
            Worth::Dollars(dollars) => dollars,
            _ => self.books.worth.get(&number).copied().unwrap_or_default(),
        }
    }

    /// What chance does to the contribution of a window, in dollars of 30 days.
    fn noise(&self, plant: &Plant) -> f64 {
        let (Some(sku), Some(part)) = (plant.sku, plant.noisy) else { return 0.0 };
        let last = self.spec.len() - 1;
        let level = Level::of(&self.skus[sku], last, Sight::AsItIs);
        let dollars = TRIAL_STORES[self.skus[sku].store].dollars() / 100.0;
        let worth = level.margin().max(0.0) * dollars;
        let of_ads = |meant: &dyn Fn(usize) -> bool| -> f64 {
            let ads = level.ads.iter().enumerate().filter(|(number, _)| meant(*number));
            ads.map(|(_, ad)| ad.clicks * ad.conversion * level.conversion).sum::<f64>()
        };
        let target = |term: usize| self.skus[sku].terms[term].target;
        let orders = match part {
            Part::Sku => {
                let usual = self.sum(sku, (last + 1 - WINDOW, last), Sight::AsItIs);
                let spread = root(usual.units + usual.units * usual.units * 0.004);
                return spread * worth * 30.0 / WINDOW as f64;
            }
            Part::Target(meant) => of_ads(&|term| target(term) == meant),
            Part::Term(meant) => of_ads(&|term| term == meant),
            Part::Campaign => of_ads(&|_| true),
        };
        root(orders * ADS_WINDOW) * worth * 30.0 / ADS_WINDOW
    }

    /// What some days of a SKU bring by the model, on the demand that there really was.
    pub(crate) fn sum(
        &self,
        sku: usize,
        (from, to): (usize, usize),
        sight: Sight<'_>,
    ) -> Economics {
        let mut sum = Economics::default();
        for day in from..=to {
            let level = Level::of(&self.skus[sku], day, sight);
            sum.add(level.economics(self.history.shocks[sku][day]));
        }
        sum
    }

    fn change(&self, number: usize) -> TrueChange {
        let planned = &self.planned[number];
        let sku = &self.skus[planned.sku];
        let store = &TRIAL_STORES[sku.store];
        let last = self.spec.len() - 1;
        let usual = Level::of(sku, 0, Sight::AsItIs).economics(1.0);
        TrueChange {
            store: store.name,
            market: store.market.code(),
            seller_sku: sku.seller_sku.clone(),
            day: self.spec.day(planned.day),
            kind: planned.kind,
            play: planned.play,
            before: planned.before.clone(),
            after: planned.after.clone(),
            units_per_day: cents(usual.units),
            effect: self.over(number, (planned.day + 1, last)),
        }
    }

    /// The true effect of a change, by its place in [`TrialAnswer::changes`], from one day to
    /// another.
    pub fn effect(&self, change: usize, from: Day, to: Day) -> Effect {
        let number = |day: Day| {
            let number = (day - self.spec.from()).num_days().max(0);
            usize::try_from(number).unwrap_or(0).min(self.spec.len() - 1)
        };
        self.over(change, (number(from), number(to)))
    }

    fn over(&self, change: usize, days: (usize, usize)) -> Effect {
        let planned = &self.planned[change];
        let with = self.sum(planned.sku, days, Sight::AsItIs);
        let without = self.sum(planned.sku, days, Sight::Without(planned.because));
        Effect {
            units_with: cents(with.units),
            units_without: cents(without.units),
            contribution_with: cents(with.contribution / 100.0),
            contribution_without: cents(without.contribution / 100.0),
            sales_with: cents(with.sales / 100.0),
            sales_without: cents(without.sales / 100.0),
        }
    }
}

/// Rounded to cents.
pub(crate) fn cents(value: f64) -> Decimal {
    Decimal::from_f64(value).unwrap_or_default().round_dp(2)
}
