//! The made-up company as a whole.

use crate::{
    ads::{self, AdDay},
    amazon::{self, Account, World},
    catalogue::{self, Product},
    entry::{Entry, TruthRow},
    expenses,
    goods::{CostKey, Method, Told},
    interventions::Intervention,
    key::AnswerKey,
    outlets::{self, Closed, Outlet},
    place::{EU, JP, OUTLETS, SHOP, STORES, Store, StoreIndex, US},
    planted::{Plan, Planted},
    shop::{self, Shop},
    spec::Spec,
    statements::Teller,
};

/// Lantern Home: everything that happened, before anybody wrote a report about it.
pub struct Company {
    pub spec: Spec,
    pub products: Vec<Product>,
    /// Advertising by search term and day.
    pub ads: Vec<AdDay>,
    /// Indexed by [`US`], [`EU`], [`JP`].
    pub(crate) accounts: Vec<Account>,
    pub(crate) shop: Shop,
    pub(crate) outlets: Vec<Outlet>,
    pub(crate) plan: Plan,
    planted: Vec<Planted>,
}

/// A settlement or payout, and what it must add up to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatementTruth {
    pub store: &'static str,
    pub id: String,
    pub currency: &'static str,
    pub digits: u32,
    pub teller: Teller,
    /// The control total that the channel states, in minor units; `None` where no report states
    /// one. A payout's own row is not part of what it sums up.
    pub stated: Option<i64>,
    /// Sum of all ledger rows of the statement, in minor units.
    pub sum: i64,
    pub rows: u64,
}

impl Company {
    /// Makes the company up; the same `spec` gives the same company.
    pub fn generate(spec: &Spec) -> Self {
        let products = catalogue::products(spec);
        let plan = Plan::new(spec);
        let ads = ads::days(spec, &products, &plan.season);
        let world = World { spec, products: &products, plan: &plan };
        let shop = shop::live(&world);
        let accounts: Vec<Account> = [US, EU, JP]
            .into_iter()
            .map(|store| {
                let shipments = if store == US { shop.shipments.as_slice() } else { &[] };
                amazon::live(&world, store, &ads, shipments)
            })
            .collect();
        let mut debts = Vec::new();
        for (store, account) in accounts.iter().enumerate() {
            for statement in &account.books.statements {
                if statement.total < 0 {
                    let day = |at| crate::place::utc(at).date_naive();
                    debts.push((store, day(statement.start), day(statement.end)));
                }
            }
        }
        let planted = plan.list(&products, &debts);
        let outlets = OUTLETS.into_iter().map(|store| outlets::live(&world, store)).collect();
        Self { spec: spec.clone(), products, ads, accounts, shop, outlets, plan, planted }
    }

    pub fn stores(&self) -> &'static [Store] {
        &STORES
    }

    /// The faults hidden on purpose.
    pub fn planted(&self) -> &[Planted] {
        &self.planted
    }

    /// What the company changed on purpose, in order of time, with what each change truly did.
    pub fn interventions(&self) -> Vec<Intervention> {
        self.plan.interventions(&self.products)
    }

    /// How many ledger rows the channels' reports must give.
    pub fn ledger_len(&self) -> usize {
        self.accounts.iter().map(|account| account.books.entries.len()).sum::<usize>()
            + self.shop.entries.len()
            + self.outlets.iter().map(|outlet| outlet.entries.len()).sum::<usize>()
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.accounts
            .iter()
            .flat_map(|account| account.books.entries.iter())
            .chain(self.shop.entries.iter())
            .chain(self.outlets.iter().flat_map(|outlet| outlet.entries.iter()))
    }

    /// Every ledger row that the channels' reports must give, in no promised order.
    pub fn truth(&self) -> impl Iterator<Item = TruthRow> + '_ {
        let ids: Vec<Vec<String>> =
            (0..STORES.len()).map(|store| self.statement_ids(store)).collect();
        let own = expenses::of(&self.spec).into_iter().map(|expense| expense.truth());
        self.entries().map(move |entry| entry.truth(&self.products, &ids[entry.store])).chain(own)
    }

    fn statement_ids(&self, store: StoreIndex) -> Vec<String> {
        if store == SHOP {
            return self.shop.payouts.iter().map(|payout| payout.id.clone()).collect();
        }
        if let Some(outlet) = self.outlets.iter().find(|outlet| outlet.store == store) {
            return outlet.statements.iter().map(|closed| closed.id.clone()).collect();
        }
        let statements = &self.accounts[store].books.statements;
        statements.iter().map(|statement| statement.id.clone()).collect()
    }

    /// All settlements and payouts.
    pub fn statements(&self) -> Vec<StatementTruth> {
        let mut all = Vec::new();
        for (store, account) in self.accounts.iter().enumerate() {
            for statement in &account.books.statements {
                let told = statement.teller == Teller::Settlement;
                let stated = told.then_some(statement.total);
                all.push(StatementTruth::new(store, &statement.id, statement.teller, stated));
            }
        }
        let mut first = [0; STORES.len()];
        for store in [EU, JP] {
            first[store] = first[store - 1] + self.accounts[store - 1].books.statements.len();
        }
        first[SHOP] = all.len();
        for payout in &self.shop.payouts {
            all.push(StatementTruth::new(SHOP, &payout.id, Teller::Settlement, Some(payout.total)));
        }
        for outlet in &self.outlets {
            first[outlet.store] = all.len();
            for Closed { id, total, .. } in &outlet.statements {
                let teller = Teller::Settlement;
                all.push(StatementTruth::new(outlet.store, id, teller, Some(*total)));
            }
        }
        for entry in self.entries() {
            if let Some(index) = entry.statement {
                let statement = &mut all[first[entry.store] + index];
                statement.sum += entry.minor;
                statement.rows += 1;
            }
        }
        // No report tells a period in which nothing happened.
        all.retain(|statement| statement.rows > 0);
        all
    }

    /// The exact sums that a profit and loss account must show.
    pub fn answer_key(&self) -> AnswerKey {
        AnswerKey::of(self)
    }

    /// What goods cost when they left and what the stock is worth, by the documents of
    /// [`crate::write_purchases`].
    pub fn costs_in_time(&self, method: Method, told: Told) -> CostKey {
        CostKey::of(self, method, told)
    }
}

impl StatementTruth {
    fn new(store: StoreIndex, id: &str, teller: Teller, stated: Option<i64>) -> Self {
        let Store { name, currency, digits, .. } = STORES[store];
        let id = id.to_owned();
        Self { store: name, id, currency, digits, teller, stated, sum: 0, rows: 0 }
    }
}
