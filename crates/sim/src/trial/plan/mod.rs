//! What is planted: problems, near misses that are none, changes with known effects.
// float-ok: sizes of planted things in a model.

mod ads;
mod changes;
mod data;
mod listing;
mod money;
mod stock;

use std::collections::BTreeMap;

pub(crate) use self::{
    changes::{NEW_TITLE, Planned},
    data::{MISSING, RESTATED, STALE},
    money::{UNKNOWN, aged_fee},
};
use super::{
    chance::Chance,
    goods::{Role, Size, Sku, TRIAL_STORES},
    level::{Mod, What},
    spec::TrialSpec,
};

/// How a planted problem's worth is known.
#[derive(Clone, Debug)]
pub(crate) enum Worth {
    /// What the SKU would bring without it.
    Undo,
    /// What the SKU would bring if this were done.
    Remedy(Vec<What>),
    /// Dollars a month.
    Dollars(f64),
    /// Dollars a month for each dollar that is in the statement, the payouts … (filled in when the
    /// books are closed).
    Booked,
    /// Nothing sold on some of the next thirty days: until goods ordered today could be there.
    Ahead {
        /// Days of cover that are left.
        cover: f64,
    },
}

/// Which sales tell a problem.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    Sku,
    Target(usize),
    Term(usize),
    Campaign,
}

/// A planted problem, before its worth is known.
#[derive(Clone, Debug)]
pub(crate) struct Plant {
    pub(crate) rule: &'static str,
    pub(crate) store: usize,
    pub(crate) sku: Option<usize>,
    pub(crate) subject: BTreeMap<&'static str, String>,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) cause: &'static str,
    pub(crate) worth: Worth,
    /// Whether what it costs can only be told from what chance did to sales: of the whole SKU, or of
    /// some of its ads.
    pub(crate) noisy: Option<Part>,
    pub(crate) says: String,
}

/// What is no problem though it looks like one.
#[derive(Clone, Debug)]
pub(crate) struct Near {
    pub(crate) rule: &'static str,
    pub(crate) store: usize,
    pub(crate) subject: BTreeMap<&'static str, String>,
    pub(crate) says: String,
}

/// Units that the channel lost or damaged.
#[derive(Clone, Debug)]
pub(crate) struct Lost {
    pub(crate) sku: usize,
    pub(crate) day: usize,
    pub(crate) units: u32,
    /// The ledger's reason code.
    pub(crate) reason: &'static str,
    pub(crate) found: bool,
    pub(crate) reimbursed: bool,
}

/// What is wrong beside the SKUs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quirks {
    /// Store, plant, minor units in each of the last two statements.
    pub(crate) unknown_fees: Vec<(usize, usize, i64)>,
    /// Store, plant, statement counted from the last, minor units that the total is off.
    pub(crate) unbalanced: Vec<(usize, usize, usize, i64)>,
    /// Store, plant, share of the last statement that is held back.
    pub(crate) held: Vec<(usize, usize, f64)>,
    /// Plant, what conversions of the last two months lose.
    pub(crate) spread: Option<(usize, f64)>,
    pub(crate) lost: Vec<Lost>,
    /// SKUs whose refunded units never come back, from which day on.
    pub(crate) kept_by_buyers: Vec<(usize, usize)>,
    /// SKUs that buyers rate worse, from which day on.
    pub(crate) rated_down: Vec<(usize, usize)>,
    /// Branded terms: SKU and term.
    pub(crate) branded: Vec<(usize, usize)>,
}

/// Everything that is planted, and the SKUs it is planted in.
pub(crate) struct Planner<'a> {
    pub(crate) spec: &'a TrialSpec,
    pub(crate) chance: Chance,
    pub(crate) skus: Vec<Sku>,
    pub(crate) plants: Vec<Plant>,
    pub(crate) near: Vec<Near>,
    pub(crate) planned: Vec<Planned>,
    pub(crate) quirks: Quirks,
}

impl<'a> Planner<'a> {
    pub(crate) fn plan(spec: &'a TrialSpec) -> Self {
        let mut planner = Self {
            spec,
            chance: Chance::new(spec.seed, "trial plan"),
            skus: Vec::new(),
            plants: Vec::new(),
            near: Vec::new(),
            planned: Vec::new(),
            quirks: Quirks::default(),
        };
        planner.controls();
        planner.money();
        planner.ads();
        planner.listing();
        planner.stock();
        planner.data();
        planner.changes();
        planner.arriving();
        planner
    }

    /// SKUs that are left alone: two of three in the first store.
    fn controls(&mut self) {
        for number in 0..usize::from(self.spec.controls) {
            let size = match number % 8 {
                0..3 => Size::Two,
                7 => Size::Fifty,
                _ => Size::Ten,
            };
            self.sku(usize::from(number % 3 == 2), size, Role::Control);
        }
    }

    /// A new SKU of a store.
    fn sku(&mut self, store: usize, size: Size, role: Role) -> usize {
        let number = self.skus.len();
        let mut sku = Sku::make(&mut self.chance, self.spec.seed, number, (store, size));
        sku.role = role;
        self.skus.push(sku);
        number
    }

    /// A SKU of its own for a problem, in either store.
    fn struck(&mut self) -> usize {
        let store = usize::from(self.chance.holds(0.4));
        self.sku(store, Size::Ten, Role::Problem)
    }

    /// A SKU of its own for what is no problem.
    fn spared(&mut self) -> usize {
        let store = usize::from(self.chance.holds(0.4));
        self.sku(store, Size::Ten, Role::NearMiss)
    }

    /// Once, and in a third of the sellers a second time.
    fn times(&mut self) -> usize {
        1 + usize::from(self.chance.holds(0.35))
    }

    /// A number of days before the last day.
    fn ago(&mut self, least: i64, most: i64) -> usize {
        let back = self.chance.dice().between(least, most);
        self.spec.back(back)
    }

    fn last(&self) -> usize {
        self.spec.len() - 1
    }

    /// Where a SKU stands.
    fn at(&self, sku: usize) -> BTreeMap<&'static str, String> {
        let store = &TRIAL_STORES[self.skus[sku].store];
        BTreeMap::from([
            ("store", store.name.to_owned()),
            ("market", store.market.code().to_owned()),
            ("seller_sku", self.skus[sku].seller_sku.clone()),
        ])
    }

    /// A problem of a SKU whose worth is what it would bring without it, until the last day.
    fn problem(&mut self, rule: &'static str, sku: usize, from: usize) -> &mut Plant {
        let plant = Plant {
            rule,
            store: self.skus[sku].store,
            sku: Some(sku),
            subject: self.at(sku),
            from,
            to: self.last(),
            cause: "",
            worth: Worth::Undo,
            noisy: None,
            says: String::new(),
        };
        self.plants.push(plant);
        self.plants.last_mut().expect("it has just been added")
    }

    /// Something is different in a SKU because of the newest problem.
    fn because(&mut self, sku: usize, from: usize, what: What) {
        let (because, to) = (self.plants.len() - 1, self.last());
        self.skus[sku].mods.push(Mod { from, to, because, what });
    }

    /// Something is different in a SKU that is no problem.
    fn spare(&mut self, rule: &'static str, sku: usize, says: &str) {
        let (store, subject) = (self.skus[sku].store, self.at(sku));
        self.near.push(Near { rule, store, subject, says: says.to_owned() });
    }

    /// Something is different in a SKU of a near miss.
    fn slightly(&mut self, sku: usize, from: usize, what: What) {
        let to = self.last();
        self.skus[sku].mods.push(Mod { from, to, because: NEVER, what });
    }
}

/// Counts for no planted problem: it is always there.
pub(crate) const NEVER: usize = usize::MAX;
