//! The trial seller: one Amazon seller with two stores, made to judge the loop by.
//!
//! [`crate::Company`] proves that every cent arrives. This seller proves what is made of them: its
//! demand follows a known model (visits × conversion × price elasticity, days of the week, shocks
//! that all SKUs share and shocks of their own, limits of stock, advertising from impression to
//! order), so that what a planted problem costs and what a change brings is known as an expected
//! value – the same model with and without it – and never read off the noise.
//!
//! [`Trial::generate`] makes it up, [`write_trial`] writes what the channel would report about it,
//! [`Trial::answer`] says what must be found. Problems of every rule of the first set are planted,
//! several at once, beside near misses that are no problems and changes with known effects.

mod answer;
mod books;
mod chance;
mod goods;
mod level;
mod live;
mod plan;
mod spec;
mod truth;
mod warehouse;
mod write;

pub use self::{
    answer::{Effect, NearMiss, Problem, TrialAnswer, TrueChange},
    goods::{TRIAL_STORES, TrialStore},
    spec::TrialSpec,
    write::write_trial,
};
use self::{
    books::Books,
    goods::Sku,
    live::History,
    plan::{Near, Planned, Planner, Plant, Quirks},
    warehouse::Stock,
};

/// The trial seller: everything that happened, before anybody wrote a report about it.
pub struct Trial {
    pub spec: TrialSpec,
    pub(crate) skus: Vec<Sku>,
    pub(crate) plants: Vec<Plant>,
    pub(crate) near: Vec<Near>,
    pub(crate) planned: Vec<Planned>,
    pub(crate) quirks: Quirks,
    pub(crate) history: History,
    /// By SKU.
    pub(crate) stock: Vec<Stock>,
    pub(crate) books: Books,
}

impl Trial {
    /// Makes the seller up; the same `spec` gives the same seller.
    pub fn generate(spec: &TrialSpec) -> Self {
        let planner = Planner::plan(spec);
        let history = History::live(&planner);
        let stock_of = |(sku, days): (&Sku, &Vec<_>)| Stock::of(spec, sku, days);
        let stock = planner.skus.iter().zip(&history.days).map(stock_of).collect();
        let Planner { skus, plants, near, planned, quirks, .. } = planner;
        let books = Books::empty();
        let spec = spec.clone();
        let mut trial = Self { spec, skus, plants, near, planned, quirks, history, stock, books };
        trial.books = Books::close(&trial);
        trial
    }

    /// SKUs of a store with their numbers.
    pub(crate) fn of_store(&self, store: usize) -> impl Iterator<Item = (usize, &Sku)> {
        self.skus.iter().enumerate().filter(move |(_, sku)| sku.store == store)
    }

    /// What a month's storage costs for each SKU of a store, by the stock of the day: number of the
    /// SKU, minor units, units.
    pub(crate) fn storage(
        &self,
        store: usize,
        day: usize,
    ) -> impl Iterator<Item = (usize, i64, u32)> {
        self.of_store(store).map(move |(number, _)| {
            let units = self.stock[number].sellable[day];
            (number, i64::from(units) * books::STORAGE, units)
        })
    }

    /// Units sold in all.
    pub fn units(&self) -> usize {
        self.history.sold.iter().map(Vec::len).sum()
    }

    /// How many seller SKUs there are.
    pub fn skus(&self) -> usize {
        self.skus.len()
    }
}
