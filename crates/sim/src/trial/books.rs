//! The settlements of each store: fourteen days each, the last one closing on the last day.
// float-ok: a share of a total, rounded to minor units.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::{
    Trial,
    goods::{COUPON_FEE, REFERRAL, TRIAL_STORES},
    plan::{self, Quirks},
    spec::TrialSpec,
};
use crate::{
    fees::share,
    place::{Instant, start_of},
};

/// Refunds of so many days ago are claimed: the goods had time to come back, the clock still runs.
const CLAIMABLE: (i64, i64) = (105, 45);
/// Days of a statement.
pub(crate) const PERIOD: usize = 14;
/// Share of a statement that is usually held back, in per cent.
const USUAL_RESERVE: i64 = 5;
/// Minor units of a month's storage for one unit.
pub(crate) const STORAGE: i64 = 14;
const SUBSCRIPTION: i64 = 3999;
/// What a conversion usually costs.
const USUAL_SPREAD: f64 = 0.008;
/// What a conversion may cost, and what money that waits costs in a month.
const ALLOWED_SPREAD: f64 = 0.015;
const COST_OF_MONEY: f64 = 0.015;

/// One row of a settlement.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) at: Instant,
    pub(crate) words: [&'static str; 3],
    pub(crate) minor: i64,
    pub(crate) sku: Option<usize>,
    pub(crate) order: Option<u64>,
}

/// One settlement of a store.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) id: String,
    /// First and last day.
    pub(crate) days: (usize, usize),
    /// Noon of the last day: then it is closed.
    pub(crate) noon: Instant,
    pub(crate) rows: Vec<Row>,
    /// What the report says it adds up to.
    pub(crate) stated: i64,
    /// What is paid out in the currency of the bank, where it is converted: minor units.
    pub(crate) converted: Option<i64>,
}

/// The books of both stores, and what booked problems cost in dollars a month.
pub(crate) struct Books {
    pub(crate) statements: [Vec<Statement>; 2],
    /// By plant.
    pub(crate) worth: BTreeMap<usize, f64>,
    /// Keys that are only known when the books are closed.
    pub(crate) keys: BTreeMap<usize, (&'static str, String)>,
}

impl Books {
    /// Before anything was booked.
    pub(crate) fn empty() -> Self {
        Self { statements: Default::default(), worth: BTreeMap::new(), keys: BTreeMap::new() }
    }

    pub(crate) fn close(trial: &Trial) -> Self {
        let mut books = Self::empty();
        for store in 0..TRIAL_STORES.len() {
            let mut statements = periods(&trial.spec, store);
            fill(trial, store, &mut statements);
            books.strike(&trial.quirks, store, &mut statements);
            books.statements[store] = statements;
        }
        books.kept(trial);
        books.not_given_back(trial);
        books
    }

    /// The planted faults, reserves and totals of one store's statements.
    fn strike(&mut self, quirks: &Quirks, store: usize, statements: &mut [Statement]) {
        let dollars = TRIAL_STORES[store].dollars();
        let last = statements.len() - 1;
        for (of, plant, minor) in &quirks.unknown_fees {
            if *of == store {
                for statement in statements.iter_mut().skip(last - 1) {
                    let at = statement.noon;
                    let words = ["other-transaction", "other-transaction", plan::UNKNOWN[store]];
                    statement.rows.push(Row { at, words, minor: -minor, sku: None, order: None });
                }
                self.worth.insert(*plant, 2.0 * *minor as f64 / 100.0 * dollars);
                self.keys.insert(
                    *plant,
                    ("fee_type", format!("other-transaction/{}", plan::UNKNOWN[store])),
                );
            }
        }
        let held = quirks.held.iter().find(|(of, _, _)| *of == store);
        let mut carried = 0;
        for (number, statement) in statements.iter_mut().enumerate() {
            let (first, end) = (statement.rows[0].at, statement.noon);
            let words =
                ["other-transaction", "other-transaction", "Previous Reserve Amount Balance"];
            if carried > 0 {
                let row = Row { at: first, words, minor: carried, sku: None, order: None };
                statement.rows.insert(0, row);
            }
            let sum: i64 = statement.rows.iter().map(|row| row.minor).sum();
            let usual = sum.max(0) * USUAL_RESERVE / 100;
            carried = match held {
                Some((_, plant, part)) if number == last => {
                    let minor = (sum.max(0) as f64 * part) as i64;
                    let held = (minor - usual) as f64 / 100.0 * dollars;
                    self.worth.insert(*plant, held * COST_OF_MONEY);
                    minor
                }
                _ => usual,
            };
            let words = ["other-transaction", "other-transaction", "Current Reserve Amount"];
            statement.rows.push(Row { at: end, words, minor: -carried, sku: None, order: None });
            statement.stated = sum - carried;
        }
        for (of, plant, back, off) in &quirks.unbalanced {
            if *of == store {
                let statement = &mut statements[last - back];
                statement.stated -= off;
                self.worth.insert(*plant, *off as f64 / 100.0 * dollars);
                self.keys.insert(*plant, ("statement", statement.id.clone()));
            }
        }
        if TRIAL_STORES[store].currency == "USD" {
            return;
        }
        let mut lost = 0.0;
        for (number, statement) in statements.iter_mut().enumerate() {
            let newest = number + 4 > last;
            let spread = match quirks.spread {
                Some((_, spread)) if newest => spread,
                _ => USUAL_SPREAD,
            };
            let paid = statement.stated as f64 * dollars;
            statement.converted = Some((paid * (1.0 - spread)) as i64);
            let beyond = if newest { spread } else { USUAL_SPREAD } - ALLOWED_SPREAD;
            // The last ninety days count.
            lost += if number + 6 > last { paid * beyond / 100.0 } else { 0.0 };
        }
        if let Some((plant, _)) = quirks.spread {
            self.worth.insert(plant, lost.max(0.0) / 3.0);
        }
    }

    /// Referral fees that refunds of the last ninety days should have brought back.
    fn not_given_back(&mut self, trial: &Trial) {
        for (number, plant) in trial.plants.iter().enumerate() {
            let (Some(sku), "money.refund_without_fee_reversal") = (plant.sku, plant.rule) else {
                continue;
            };
            let refunds = trial.history.refunds[plant.store].iter();
            let kept = refunds.filter(|refund| refund.sku == sku && refund.fee_back == 0);
            let minor: i64 = kept.map(|refund| share(refund.paid, REFERRAL)).sum();
            let dollars = TRIAL_STORES[plant.store].dollars();
            self.worth.insert(number, minor as f64 / 100.0 * dollars);
        }
    }

    /// Refunds of units that should be back by now and are not, as far back as they can be claimed.
    fn kept(&mut self, trial: &Trial) {
        let claimable = trial.spec.back(CLAIMABLE.0)..=trial.spec.back(CLAIMABLE.1);
        for (number, plant) in trial.plants.iter().enumerate() {
            let kept = |(sku, _): &&(usize, usize)| Some(*sku) == plant.sku;
            let Some((sku, _)) = trial.quirks.kept_by_buyers.iter().find(kept) else { continue };
            let refunds = trial.history.refunds[plant.store].iter();
            let owed = refunds
                .filter(|one| one.sku == *sku && !one.returned && claimable.contains(&one.day));
            let minor: i64 = owed.map(|one| one.paid).sum();
            let dollars = TRIAL_STORES[plant.store].dollars();
            self.worth.insert(number, minor as f64 / 100.0 * dollars);
        }
    }
}

fn periods(spec: &TrialSpec, store: usize) -> Vec<Statement> {
    let mut all = Vec::new();
    let mut end = spec.len();
    while end > 0 {
        let start = end.saturating_sub(PERIOD);
        all.push((start, end - 1));
        end = start;
    }
    all.reverse();
    let statement = |(number, days): (usize, (usize, usize))| Statement {
        id: (41_300_000_000
            + store as u64 * 500_000_000
            + spec.seed % 1000 * 100_003
            + number as u64 * 977)
            .to_string(),
        days,
        noon: start_of(spec.day(days.1), TRIAL_STORES[store].market.zone()) + 43_200,
        rows: Vec::new(),
        stated: 0,
        converted: None,
    };
    all.into_iter().enumerate().map(statement).collect()
}

/// Sales, refunds, ads, storage and subscription.
fn fill(trial: &Trial, store: usize, statements: &mut [Statement]) {
    let spec = &trial.spec;
    let zone = TRIAL_STORES[store].market.zone();
    let starts: Vec<Instant> =
        statements.iter().map(|statement| start_of(spec.day(statement.days.0), zone)).collect();
    let mut post =
        |at: Instant, words: [&'static str; 3], minor: i64, of: (Option<usize>, Option<u64>)| {
            let index = starts.partition_point(|start| *start <= at).max(1) - 1;
            if minor != 0 {
                statements[index].rows.push(Row { at, words, minor, sku: of.0, order: of.1 });
            }
        };
    for sold in &trial.history.sold[store] {
        let of = (Some(sold.sku), Some(sold.number));
        let paid = sold.price - sold.discount;
        post(sold.at, ["Order", "ItemPrice", "Principal"], sold.price, of);
        post(sold.at, ["Order", "Promotion", "Principal"], -sold.discount, of);
        post(sold.at, ["Order", "ItemFees", "Commission"], -share(paid, REFERRAL), of);
        post(sold.at, ["Order", "ItemFees", "FBAPerUnitFulfillmentFee"], -sold.fulfilment, of);
        if sold.discount > 0 {
            let words = ["CouponRedemptionFee", "CouponRedemptionFee", "Save 10%"];
            post(sold.at, words, -COUPON_FEE, (None, None));
        }
    }
    for refund in &trial.history.refunds[store] {
        let of = (Some(refund.sku), Some(refund.number));
        post(refund.at, ["Refund", "ItemPrice", "Principal"], -refund.paid, of);
        post(refund.at, ["Refund", "ItemFees", "Commission"], refund.fee_back, of);
        post(refund.at, ["Refund", "ItemFees", "RefundCommission"], -refund.fee_kept, of);
    }
    let mut unpaid = 0;
    for day in 0..spec.len() {
        let noon = start_of(spec.day(day), zone) + 43_200;
        for (number, _) in trial.of_store(store) {
            unpaid += trial.history.days[number][day].ads.iter().map(|ad| ad.cost).sum::<i64>();
        }
        if day % 3 == 2 || day + 1 == spec.len() {
            let words = ["ServiceFee", "Cost of Advertising", "TransactionTotalAmount"];
            post(noon, words, -unpaid, (None, None));
            unpaid = 0;
        }
        if spec.day(day).day() == 7 {
            let stored: i64 = trial.storage(store, day).map(|(_, minor, _)| minor).sum();
            post(
                noon,
                ["other-transaction", "other-transaction", "Storage Fee"],
                -stored,
                (None, None),
            );
            let words = ["other-transaction", "other-transaction", "Subscription Fee"];
            post(noon, words, -SUBSCRIPTION, (None, None));
        }
    }
    for statement in statements {
        statement.rows.sort_by_key(|row| row.at);
    }
}
