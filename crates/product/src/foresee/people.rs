//! What people say beside the machine: their changes, and how they turned out.
//!
//! float-ok: statistics of units.

use std::collections::BTreeMap;

use argosy_desk::Record;
use argosy_kernel::Day;
use chrono::Days;

use super::{
    fields::Fields,
    kept::{Forecast, Foreseen, Noted, short},
};
use crate::forecast::judgement::Change;

/// Weeks of changes kept in all.
const MOST: usize = 20_000;

/// Changes of the forecast as they stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides(Vec<Override>);

#[derive(Clone, Debug)]
struct Override {
    record: String,
    sku: String,
    market: Option<String>,
    from: Day,
    until: Day,
    factor: Option<f64>,
    units_week: Option<f64>,
    reason: String,
    who: String,
}

impl Overrides {
    /// From records; those without days or a number are left out.
    pub(crate) fn of(records: &[Record]) -> Self {
        let one = |record: &Record| {
            let fields = Fields(&record.body);
            let number = |id: &str| fields.decimal(id).and_then(|n| f64::try_from(n).ok());
            Some(Override {
                record: record.id.clone(),
                sku: fields.text("sku")?.to_owned(),
                market: fields.text("market").map(str::to_owned),
                from: fields.day("from")?,
                until: fields.day("until")?,
                factor: number("factor"),
                units_week: number("units_week"),
                reason: fields.text("reason").unwrap_or_default().to_owned(),
                who: record.changed_by.clone(),
            })
        };
        Self(records.iter().filter_map(one).collect())
    }

    /// What is said of each week from `starts` on; of several the one that began last counts. A week
    /// that is covered in part is changed in part.
    pub(crate) fn said(
        &self,
        (sku, market): (&str, &str),
        starts: Day,
        machine: &[f64],
    ) -> Vec<Option<f64>> {
        let mut said = vec![None; machine.len()];
        let own = self.0.iter().filter(|one| one.is_for(sku, market));
        let mut own: Vec<&Override> = own.collect();
        own.sort_by_key(|one| one.from);
        for one in own {
            for (week, said) in said.iter_mut().enumerate() {
                let share = one.share(starts + Days::new(7 * week as u64));
                if share > 0.0
                    && let Some(value) = one.value(machine[week])
                {
                    *said = Some(machine[week] + share * (value - machine[week]));
                }
            }
        }
        said
    }

    /// Changes of all weeks to come beside the machine's word, and what earlier runs had noted, with
    /// what came by now.
    pub(crate) fn noted(&self, now: &Forecast, before: Option<&Forecast>) -> Vec<Noted> {
        let mut all: BTreeMap<(String, String, Day), Noted> = BTreeMap::new();
        for noted in before.into_iter().flat_map(|before| &before.changes) {
            let change = &noted.change;
            // A week that has not begun is said anew, or taken back.
            if change.day < now.starts {
                let key = (noted.record.clone(), change.subject.clone(), change.day);
                all.insert(key, noted.clone());
            }
        }
        for foreseen in now.all.iter().filter(|one| one.machine.is_some()) {
            let machine = foreseen.machine.as_deref().unwrap_or_default();
            for one in self.0.iter().filter(|one| one.is_for(&foreseen.sku, &foreseen.market)) {
                for (week, machine) in machine.iter().enumerate() {
                    let day = now.starts + Days::new(7 * week as u64);
                    if one.share(day) <= 0.0 {
                        continue;
                    }
                    let change = Change {
                        who: one.who.clone(),
                        subject: foreseen.id(),
                        day,
                        machine: *machine,
                        person: foreseen.expected.get(week).copied().unwrap_or(*machine),
                        came: None,
                    };
                    let (record, reason) = (one.record.clone(), one.reason.clone());
                    let key = (record.clone(), change.subject.clone(), day);
                    all.insert(key, Noted { record, reason, change });
                }
            }
        }
        let came: BTreeMap<String, &Foreseen> = now.all.iter().map(|one| (one.id(), one)).collect();
        let mut all: Vec<Noted> = all.into_values().collect();
        for noted in &mut all {
            let change = &mut noted.change;
            change.came = came.get(&change.subject).and_then(|one| one.demand_of(change.day));
        }
        all.sort_by_key(|noted| std::cmp::Reverse(noted.change.day));
        all.truncate(MOST);
        all
    }
}

impl Override {
    fn is_for(&self, sku: &str, market: &str) -> bool {
        self.sku == sku && self.market.as_deref().is_none_or(|own| own == market)
    }

    /// The share of a week it covers.
    fn share(&self, monday: Day) -> f64 {
        let (from, to) = (self.from.max(monday), self.until.min(monday + Days::new(6)));
        let days = (to - from).num_days() + 1;
        f64::from(i32::try_from(days.clamp(0, 7)).unwrap_or(0)) / 7.0
    }

    fn value(&self, machine: f64) -> Option<f64> {
        self.factor.map(|factor| factor * machine).or(self.units_week)
    }
}

impl Foreseen {
    /// Demand of a past week; none where it was hardly seen or is still to come.
    pub(crate) fn demand_of(&self, day: Day) -> Option<f64> {
        let week = usize::try_from((day - self.first).num_days() / 7).ok()?;
        let seen = day >= self.first && !self.masked.contains(&week);
        seen.then(|| self.history.get(week).copied().map(short)).flatten()
    }
}
