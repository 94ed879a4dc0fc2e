//! All products at once, under the cash, room and weight they share.

use argosy_kernel::{Currency, Day, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    item::Item,
    propose::{Draft, Limit, Proposal, Refusal, draft},
    reasons::text,
    reckon::{
        choose::Block,
        edge::{decimal, number},
        share::{Piece, Shared, SharedBy, Sharing},
    },
    route::Mode,
};
use crate::forecast::many::each;

/// Rounds in which limits are shared anew without what fell below a least order.
const ROUNDS: usize = 4;

/// What all orders share; without any, each product gets what it needs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// Cash for goods and freight until the next look.
    pub cash: Option<Money>,
    /// Room and weight by way of transport, of all containers or pallets together.
    pub holds: Vec<Hold>,
}

/// Room and weight by one way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hold {
    pub mode: Mode,
    /// Cubic metres that can be loaded.
    pub m3: Option<Decimal>,
    pub kg: Option<Decimal>,
}

/// What to order of everything.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// In the order of the items; where an item cannot be reckoned with, why.
    pub proposals: Vec<Result<Proposal, Refusal>>,
    pub limits: Vec<Used>,
    /// What people want and limits do not allow.
    pub infeasible: Vec<Refusal>,
    /// Expected gain of all orders, an estimate; the most any plan under these limits could gain, where
    /// it was found.
    pub gain: Decimal,
    pub bound: Option<Decimal>,
    pub shared_by: SharedBy,
}

/// A limit and what became of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Used {
    pub limit: Limit,
    pub allowed: Decimal,
    /// Used by the orders; before cutting in `wanted`.
    pub used: Decimal,
    pub wanted: Decimal,
    /// Gain of one more unit of it: the shadow price. 0.30 for cash means that a further euro earns
    /// 30 cents until the next look.
    pub price: Decimal,
}

/// Plans all items on all cores; `threads` 0 means one per core. The same seed gives the same plan.
pub fn plan(
    items: &[Item<'_>],
    limits: &Limits,
    today: Day,
    (seed, threads): (u64, usize),
) -> Plan {
    let drafts = each(items, threads, |item| drafted(item, limits, today, seed));
    settle(items, drafts, limits)
}

/// What one item would order if nothing were short. Needs the paths of its demand, [`settle`] does
/// not: many thousands of items can be drafted portion by portion.
pub struct Drafted(Result<Draft, Refusal>);

impl Drafted {
    /// The proposal as it stands before limits are shared.
    ///
    /// # Errors
    /// Why the item cannot be reckoned with.
    pub fn proposal(&self) -> Result<&Proposal, &Refusal> {
        self.0.as_ref().map(|draft| &draft.proposal)
    }
}

/// The wish of one item.
pub fn drafted(item: &Item<'_>, limits: &Limits, today: Day, seed: u64) -> Drafted {
    let wish = || {
        let draft = draft(item, today, seed)?;
        same_currency(item, limits)?;
        fits(item, limits)?;
        Ok(draft)
    };
    Drafted(wish())
}

/// Shares what is short among all wishes; `drafts` are those of the `items`, in their order.
pub fn settle(items: &[Item<'_>], drafts: Vec<Drafted>, limits: &Limits) -> Plan {
    let mut drafts: Vec<Result<Draft, Refusal>> = drafts.into_iter().map(|one| one.0).collect();
    let all = named(limits);
    let mut plan = Plan {
        proposals: Vec::with_capacity(items.len()),
        limits: Vec::new(),
        infeasible: Vec::new(),
        gain: Decimal::ZERO,
        bound: None,
        shared_by: SharedBy::All,
    };
    let wanted: Vec<Vec<usize>> =
        drafts.iter().map(|draft| draft.as_ref().map_or(Vec::new(), pieces)).collect();
    let before = used(items, &drafts, &wanted, &all);
    let must: Vec<Vec<usize>> =
        items.iter().zip(&drafts).map(|(item, draft)| musts(item, draft)).collect();
    let base = used(items, &drafts, &must, &all);
    for ((limit, allowed), needs) in all.iter().zip(&base) {
        if needs > allowed {
            let (limit, needs, allowed) = (*limit, *needs, *allowed);
            plan.infeasible.push(Refusal::TooLittle { limit, needs, allowed });
        }
    }
    let (mut rounds, mut bound) = (0, None);
    let (shared, mut taken) = loop {
        let shared = sharing(items, &drafts, &must, &all, &base).solve();
        let taken = add(&must, &shared);
        if rounds == 0 {
            // Later rounds leave something out: only the first one binds every plan.
            bound = shared.bound;
        }
        rounds += 1;
        if rounds == ROUNDS || !leave_out(items, &mut drafts, (&must, &taken)) {
            break (shared, taken);
        }
    };
    repair(items, &drafts, (&must, &mut taken), &all);
    plan.shared_by = shared.by;
    let after = used(items, &drafts, &taken, &all);
    for (at, (limit, allowed)) in all.iter().enumerate() {
        let price = decimal(shared.prices[at], 4);
        let (limit, allowed) = (*limit, *allowed);
        plan.limits.push(Used { limit, allowed, used: after[at], wanted: before[at], price });
    }
    let fixed: Decimal = gains(&drafts, &must);
    plan.gain = gains(&drafts, &taken).round_dp(2);
    plan.bound = bound.map(|bound| (decimal(bound, 6) + fixed).round_dp(2).max(plan.gain));
    for ((item, draft), taken) in items.iter().zip(drafts).zip(&taken) {
        plan.proposals.push(draft.map(|draft| cut(item, draft, taken)));
    }
    plan
}

type Drafts = [Result<Draft, Refusal>];

fn same_currency(item: &Item<'_>, limits: &Limits) -> Result<(), Refusal> {
    let own = item.worth.brings.currency;
    match limits.cash {
        Some(cash) if cash.currency != own => {
            Err(Refusal::TwoCurrencies { one: cash.currency, other: own })
        }
        _ => Ok(()),
    }
}

/// A carton that fits nowhere is told, not cut to nothing.
fn fits(item: &Item<'_>, limits: &Limits) -> Result<(), Refusal> {
    let goods = &item.goods;
    for hold in &limits.holds {
        let both = [
            (Limit::Room(hold.mode), goods.carton_m3, hold.m3),
            (Limit::Weight(hold.mode), goods.carton_kg, hold.kg),
        ];
        for (limit, needs, allowed) in both {
            let other = item
                .routes
                .iter()
                .any(|route| limits.holds.iter().all(|held| held.mode != route.mode));
            if let Some(allowed) = allowed.filter(|allowed| needs > *allowed && !other) {
                let sku = item.sku.to_owned();
                return Err(Refusal::CartonTooLarge { sku, limit, needs, allowed });
            }
        }
    }
    Ok(())
}

fn named(limits: &Limits) -> Vec<(Limit, Decimal)> {
    let mut all: Vec<(Limit, Decimal)> = Vec::new();
    all.extend(limits.cash.map(|cash| (Limit::Cash(cash.currency), cash.amount)));
    for hold in &limits.holds {
        all.extend(hold.m3.map(|m3| (Limit::Room(hold.mode), m3)));
        all.extend(hold.kg.map(|kg| (Limit::Weight(hold.mode), kg)));
    }
    all
}

fn pieces(draft: &Draft) -> Vec<usize> {
    draft.blocks.iter().map(Vec::len).collect()
}

/// Pieces that people want in any case.
fn musts(item: &Item<'_>, draft: &Result<Draft, Refusal>) -> Vec<usize> {
    let Ok(draft) = draft else { return Vec::new() };
    let mut left = item.at_least;
    let mut needed = |blocks: &Vec<Block>| {
        let enough = blocks.iter().position(|block| block.upto >= left);
        let pieces = if left == 0 { 0 } else { enough.map_or(blocks.len(), |at| at + 1) };
        left = left.saturating_sub(if pieces == 0 { 0 } else { blocks[pieces - 1].upto });
        pieces
    };
    // The usual way is last and carries what is wanted; faster ones only what it cannot.
    let mut all: Vec<usize> = draft.blocks.iter().rev().map(&mut needed).collect();
    all.reverse();
    all
}

fn upto(blocks: &[Block], pieces: usize) -> u32 {
    pieces.checked_sub(1).and_then(|last| blocks.get(last)).map_or(0, |block| block.upto)
}

/// What the orders of an item use of each limit, exactly.
fn uses(item: &Item<'_>, draft: &Draft, taken: &[usize], all: &[(Limit, Decimal)]) -> Vec<Decimal> {
    let amounts: Vec<u32> =
        draft.blocks.iter().zip(taken).map(|(blocks, taken)| upto(blocks, *taken)).collect();
    let sum: u32 = amounts.iter().sum();
    let mut fixed = true;
    let mut used = vec![Decimal::ZERO; all.len()];
    for (order, units) in draft.proposal.orders.iter().zip(amounts) {
        if units == 0 {
            continue;
        }
        let mut order = order.clone();
        order.units = units;
        order.priced(item, sum, std::mem::take(&mut fixed));
        for (used, (limit, _)) in used.iter_mut().zip(all) {
            *used += match limit {
                Limit::Cash(_) => order.cost(),
                Limit::Room(mode) if *mode == order.mode => item.goods.m3(units),
                Limit::Weight(mode) if *mode == order.mode => item.goods.kg(units),
                Limit::Room(_) | Limit::Weight(_) => Decimal::ZERO,
            };
        }
    }
    used
}

fn used(
    items: &[Item<'_>],
    drafts: &Drafts,
    taken: &[Vec<usize>],
    all: &[(Limit, Decimal)],
) -> Vec<Decimal> {
    let mut sum = vec![Decimal::ZERO; all.len()];
    for ((item, draft), taken) in items.iter().zip(drafts).zip(taken) {
        let Ok(draft) = draft else { continue };
        for (sum, used) in sum.iter_mut().zip(uses(item, draft, taken, all)) {
            *sum += used;
        }
    }
    sum
}

/// What is left to share: the limits less what must be, the pieces beyond it.
fn sharing(
    items: &[Item<'_>],
    drafts: &Drafts,
    must: &[Vec<usize>],
    all: &[(Limit, Decimal)],
    base: &[Decimal],
) -> Sharing {
    let left = |((_, allowed), used): (&(Limit, Decimal), &Decimal)| {
        number((*allowed - *used).max(Decimal::ZERO))
    };
    let limits = all.iter().zip(base).map(left).collect();
    let mut orders = Vec::new();
    for ((item, draft), must) in items.iter().zip(drafts).zip(must) {
        let Ok(draft) = draft else { continue };
        for (order, blocks) in draft.blocks.iter().enumerate() {
            let mut pieces = Vec::new();
            for at in must[order]..blocks.len() {
                let mut taken = must.clone();
                taken[order] = at;
                let before = uses(item, draft, &taken, all);
                taken[order] = at + 1;
                let after = uses(item, draft, &taken, all);
                pieces.push(Piece {
                    units: f64::from(blocks[at].upto - upto(blocks, at)), // float-ok: units
                    gain: blocks[at].gain,
                    uses: after
                        .iter()
                        .zip(&before)
                        .map(|(a, b)| number(*a - *b).max(0.0))
                        .collect(),
                });
            }
            orders.push(pieces);
        }
    }
    Sharing { limits, orders }
}

fn add(must: &[Vec<usize>], shared: &Shared) -> Vec<Vec<usize>> {
    let mut more = shared.taken.iter();
    let mut add = |must: &usize| must + more.next().copied().unwrap_or(0);
    must.iter().map(|orders| orders.iter().map(&mut add).collect()).collect()
}

/// Parts of a purchase that fell below the supplier's least order are left out, so that what they
/// would have used goes elsewhere. Whether there were any.
fn leave_out(
    items: &[Item<'_>],
    drafts: &mut Drafts,
    (must, taken): (&[Vec<usize>], &[Vec<usize>]),
) -> bool {
    let mut any = false;
    for (((item, draft), must), taken) in items.iter().zip(drafts).zip(must).zip(taken) {
        let Ok(draft) = draft else { continue };
        let units: u32 = draft.blocks.iter().zip(taken).map(|(b, t)| upto(b, *t)).sum();
        if units == 0 || units >= item.goods.least() || must.iter().any(|pieces| *pieces > 0) {
            continue;
        }
        for (blocks, taken) in draft.blocks.iter_mut().zip(taken) {
            if *taken > 0 {
                blocks.clear();
            }
        }
        any = true;
    }
    any
}

/// Cutting may lose a price tier or leave less than the least order: such orders go, and pieces that
/// gain least per cost until all limits hold exactly.
fn repair(
    items: &[Item<'_>],
    drafts: &Drafts,
    (must, taken): (&[Vec<usize>], &mut Vec<Vec<usize>>),
    all: &[(Limit, Decimal)],
) {
    for ((item, draft), (must, taken)) in
        items.iter().zip(drafts).zip(must.iter().zip(taken.iter_mut()))
    {
        let Ok(draft) = draft else { continue };
        let units: u32 = draft.blocks.iter().zip(taken.iter()).map(|(b, t)| upto(b, *t)).sum();
        if units > 0 && units < item.goods.least() {
            taken.clone_from(must);
        }
    }
    loop {
        let sum = used(items, drafts, taken, all);
        let over = sum.iter().zip(all).any(|(used, (_, allowed))| used > allowed);
        let worst = drafts
            .iter()
            .enumerate()
            .filter_map(|(at, draft)| draft.as_ref().ok().map(|draft| (at, draft)))
            .flat_map(|(at, draft)| {
                draft.blocks.iter().enumerate().map(move |(order, blocks)| (at, order, blocks))
            })
            .filter(|(at, order, _)| taken[*at][*order] > must[*at][*order])
            .min_by(|a, b| {
                let gain = |(at, order, blocks): &(usize, usize, &Vec<Block>)| {
                    let last = taken[*at][*order] - 1;
                    let units = blocks[last].upto - upto(blocks, last);
                    blocks[last].gain / f64::from(units.max(1)) // float-ok: estimate
                };
                gain(a).total_cmp(&gain(b))
            })
            .map(|(at, order, _)| (at, order));
        match worst {
            Some((at, order)) if over => taken[at][order] -= 1,
            _ => return,
        }
    }
}

fn gains(drafts: &Drafts, taken: &[Vec<usize>]) -> Decimal {
    let drafts =
        drafts.iter().zip(taken).filter_map(|(draft, taken)| Some((draft.as_ref().ok()?, taken)));
    let blocks = drafts.flat_map(|(draft, taken)| draft.blocks.iter().zip(taken));
    blocks.flat_map(|(blocks, taken)| &blocks[..*taken]).map(|block| decimal(block.gain, 6)).sum()
}

/// The proposal as limits allow it, saying what was cut.
fn cut(item: &Item<'_>, draft: Draft, taken: &[usize]) -> Proposal {
    let Draft { mut proposal, blocks } = draft;
    let wanted: u32 = proposal.orders.iter().map(|order| order.units).sum();
    for ((order, blocks), taken) in proposal.orders.iter_mut().zip(&blocks).zip(taken) {
        order.units = upto(blocks, *taken);
        order.gain.amount = blocks[..*taken].iter().map(|block| decimal(block.gain, 6)).sum();
        order.gain = order.gain.rounded();
    }
    proposal.orders.retain(|order| order.units > 0);
    let left: u32 = proposal.orders.iter().map(|order| order.units).sum();
    if left < wanted {
        for at in 0..proposal.orders.len() {
            proposal.orders[at].priced(item, left, at == 0);
        }
        proposal.working.target -= i64::from(wanted - left);
        proposal.reasons.push(text(
            format!(
                "Cut from {wanted} to {left}: what is short gains more elsewhere. Amounts, gain and \
                 service above are those before the cut"
            ),
            format!("由 {wanted} 件减至 {left} 件：短缺的资源用在别处收益更高。以上金额、收益和服务水平为削减前的数值"),
        ));
    }
    proposal
}

impl Plan {
    /// Cost of all orders in a currency, exactly.
    pub fn cost(&self, currency: Currency) -> Money {
        let orders = self.proposals.iter().flatten().flat_map(|proposal| &proposal.orders);
        let own = orders.filter(|order| order.goods.currency == currency);
        Money::new(own.map(super::propose::Order::cost).sum(), currency)
    }
}

#[cfg(test)]
mod tests;
