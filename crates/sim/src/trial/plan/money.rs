//! Problems of money: fees, statements, cost, claims.
// float-ok: sizes of planted things in a model.

use std::collections::BTreeMap;

use super::{Lost, Planner, Plant, Worth};
use crate::trial::{
    goods::{DE, TRIAL_STORES},
    level::{Level, SELLABLE_AGAIN, Sight, What},
};

/// Words that no fee table knows.
pub(crate) const UNKNOWN: [&str; 2] = ["Regional Handling Levy", "Verpackungsregister Umlage"];

impl Planner<'_> {
    pub(super) fn money(&mut self) {
        self.statements();
        for _ in 0..self.times() {
            self.sold_below_cost();
            self.dearer_goods();
            self.dearer_fulfilment();
        }
        self.fee_kept();
        self.claims();
        self.aged();
    }

    /// A problem of a whole store.
    fn of_store(&mut self, rule: &'static str, store: usize, from: usize) -> &mut Plant {
        let plant = Plant {
            rule,
            store,
            sku: None,
            subject: BTreeMap::from([("store", TRIAL_STORES[store].name.to_owned())]),
            from,
            to: self.last(),
            cause: "",
            worth: Worth::Booked,
            noisy: None,
            says: String::new(),
        };
        self.plants.push(plant);
        self.plants.last_mut().expect("it has just been added")
    }

    fn statements(&mut self) {
        let first = usize::from(self.chance.holds(0.5));
        let from = self.spec.back(27);
        for store in [first, 1 - first].into_iter().take(self.times()) {
            let minor = self.chance.dice().between(6_000, 40_000);
            let plant = self.of_store("money.unknown_fee", store, from);
            plant.cause = "charged";
            plant.says = format!("a fee that no table knows, {minor} minor units each statement");
            self.quirks.unknown_fees.push((store, self.plants.len() - 1, minor));
        }
        let store = usize::from(self.chance.holds(0.5));
        let back = self.chance.dice().below(2) as usize;
        let off = self.chance.dice().between(2_000, 30_000);
        let plant = self.of_store("money.statement_unbalanced", store, from);
        plant.cause = "small_rest";
        plant.says = format!("the stated total is {off} minor units below the sum of the rows");
        self.quirks.unbalanced.push((store, self.plants.len() - 1, back, off));
        // Not the store whose statement is off, so that each is told by itself.
        let share = self.chance.between(0.4, 0.6);
        let from = self.spec.back(13);
        let plant = self.of_store("money.payout_held", 1 - store, from);
        plant.cause = "reserve_raised";
        plant.says = "most of the last statement is held back".to_owned();
        self.quirks.held.push((1 - store, self.plants.len() - 1, share));
        let spread = self.chance.between(0.025, 0.038);
        let from = self.spec.back(55);
        let plant = self.of_store("money.fx_loss", DE, from);
        plant.cause = "conversion_spread";
        plant.says = "payouts are converted far below the day's rate".to_owned();
        self.quirks.spread = Some((self.plants.len() - 1, spread));
    }

    fn sold_below_cost(&mut self) {
        let sku = self.struck();
        let share = self.chance.between(0.06, 0.16);
        let dear = self.cost_that_leaves(sku, -share);
        let plant = self.problem("money.negative_contribution", sku, 0);
        plant.cause = "price_below_cost";
        plant.worth = Worth::Remedy(vec![What::Nothing]);
        plant.says = "goods and fees cost more than the price".to_owned();
        self.because(sku, 0, What::UnitCost(dear));
        let near = self.spared();
        let dear = self.cost_that_leaves(near, 0.07);
        self.slightly(near, 0, What::UnitCost(dear));
        self.spare("money.negative_contribution", near, "a thin margin, but one");
    }

    /// By which factor goods must be dearer for a unit to leave this share of its price.
    fn cost_that_leaves(&self, sku: usize, share: f64) -> f64 {
        let level = Level::of(&self.skus[sku], 0, Sight::AsItIs);
        let usual = level.economics(1.0);
        let too_much = usual.contribution / usual.units - share * level.price;
        1.0 + too_much / (level.unit_cost * (1.0 - level.returns * SELLABLE_AGAIN))
    }

    fn dearer_goods(&mut self) {
        let (sku, from) = (self.struck(), self.ago(24, 35));
        let dearer = self.chance.between(1.35, 1.6);
        let plant = self.problem("money.margin_fell", sku, from);
        plant.cause = "cost";
        plant.says = "goods are dearer".to_owned();
        self.because(sku, from, What::UnitCost(dearer));
        let near = self.spared();
        self.slightly(near, from, What::UnitCost(1.04));
        self.spare("money.margin_fell", near, "goods four per cent dearer");
    }

    fn dearer_fulfilment(&mut self) {
        let (sku, from) = (self.struck(), self.ago(14, 26));
        let more = self.chance.dice().between(120, 260);
        let plant = self.problem("money.fee_per_unit_jumped", sku, from);
        plant.cause = "size_tier";
        plant.says = format!("fulfilment {more} minor units dearer for the same parcel");
        self.because(sku, from, What::Fulfilment(more));
        let near = self.spared();
        self.slightly(near, from, What::Fulfilment(6));
        self.spare("money.fee_per_unit_jumped", near, "fulfilment a few cents dearer");
    }

    fn fee_kept(&mut self) {
        let (sku, from) = (self.struck(), self.ago(40, 50));
        let plant = self.problem("money.refund_without_fee_reversal", sku, from);
        plant.cause = "not_reversed";
        plant.worth = Worth::Booked;
        plant.says = "refunds do not bring the referral fee back".to_owned();
        // More refunds than usual, from long before: otherwise there is little to see.
        self.slightly(sku, 0, What::Returns(2.5));
        self.because(sku, from, What::FeeKept);
    }

    /// What the channel owes: lost, damaged, refunded but never sent back.
    fn claims(&mut self) {
        for (reason, cause) in [("M", "lost"), ("E", "damaged")] {
            let (sku, day) = (self.struck(), self.ago(32, 50));
            let units = self.chance.dice().between(6, 20) as u32;
            let dollars = f64::from(units) * self.skus[sku].cost as f64 / 100.0;
            let plant = self.problem("money.reimbursement_due", sku, day);
            plant.cause = cause;
            plant.worth = Worth::Dollars(dollars);
            plant.says = format!("{units} units {cause} and never paid for");
            let lost = Lost { sku, day, units, reason, found: false, reimbursed: false };
            self.quirks.lost.push(lost);
        }
        let (sku, from) = (self.struck(), self.ago(105, 118));
        let plant = self.problem("money.reimbursement_due", sku, from);
        plant.cause = "returned_not_received";
        plant.worth = Worth::Booked;
        plant.says = "refunded units never came back".to_owned();
        self.slightly(sku, 0, What::Returns(2.0));
        self.quirks.kept_by_buyers.push((sku, from));
        for (found, says) in [(true, "lost and found again"), (false, "lost and paid for")] {
            let (sku, day) = (self.spared(), self.ago(32, 50));
            let (units, reimbursed) = (8, !found);
            self.quirks.lost.push(Lost { sku, day, units, reason: "M", found, reimbursed });
            self.spare("money.reimbursement_due", sku, says);
        }
    }

    fn aged(&mut self) {
        let sku = self.struck();
        let units = self.chance.dice().between(80, 260) as u32;
        let older = units / 3;
        self.skus[sku].stock.aged = (units, older);
        self.skus[sku].stock.end_cover = Some(f64::from(units + older) / 9.0 + 20.0);
        let from = self.spec.back(30);
        let minor = aged_fee(units, older);
        let dollars = TRIAL_STORES[self.skus[sku].store].dollars();
        let plant = self.problem("money.aged_fee_ahead", sku, from);
        plant.cause = "too_much";
        plant.worth = Worth::Dollars((minor.0 + minor.1) as f64 / 100.0 * dollars);
        plant.says = "stock older than half a year is about to be charged".to_owned();
    }
}

/// What the channel says the next aged-inventory charge will be, for each of the two ages, in minor
/// units.
pub(crate) fn aged_fee(half_year: u32, year: u32) -> (i64, i64) {
    (i64::from(half_year) * 38, i64::from(year) * 150)
}
