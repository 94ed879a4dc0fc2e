//! What happened: every visit, click, order and refund, drawn from the model.
// float-ok: chance around expected values; money is in minor units.

use super::{
    chance::{Chance, exp},
    goods::{KEPT, REFERRAL, Sku, TRIAL_STORES},
    level::{Level, SELLABLE_AGAIN, Sight},
    plan::Planner,
    spec::TrialSpec,
};
use crate::{
    fees::share,
    place::{Instant, start_of},
};

/// Demand of the days of the week, Monday first.
const WEEK: [f64; 7] = [1.05, 1.0, 0.97, 0.96, 0.95, 1.0, 1.07];
/// Units come back so many days after they were sold, at most and at least.
const BACK: (i64, i64) = (5, 18);

/// One search term on one day.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct AdDay {
    pub(crate) impressions: u32,
    pub(crate) clicks: u32,
    pub(crate) cost: i64,
    pub(crate) orders: u32,
    pub(crate) sales: i64,
    /// Minor units.
    pub(crate) bid: i64,
}

/// One SKU on one day.
#[derive(Clone, Debug)]
pub(crate) struct SkuDay {
    pub(crate) sessions: u32,
    pub(crate) views: u32,
    pub(crate) units: u32,
    pub(crate) sales: i64,
    pub(crate) price: i64,
    pub(crate) buy_box: u32,
    pub(crate) open: bool,
    pub(crate) budget: i64,
    pub(crate) ads: Vec<AdDay>,
}

/// One unit sold.
#[derive(Clone, Debug)]
pub(crate) struct Sold {
    pub(crate) sku: usize,
    pub(crate) number: u64,
    pub(crate) at: Instant,
    pub(crate) price: i64,
    pub(crate) discount: i64,
    pub(crate) fulfilment: i64,
}

/// One unit refunded.
#[derive(Clone, Debug)]
pub(crate) struct Refund {
    pub(crate) sku: usize,
    pub(crate) number: u64,
    pub(crate) day: usize,
    pub(crate) at: Instant,
    pub(crate) paid: i64,
    /// The referral fee given back, and the part that the channel keeps.
    pub(crate) fee_back: i64,
    pub(crate) fee_kept: i64,
    /// `false` when the unit never comes back.
    pub(crate) returned: bool,
    pub(crate) reason: &'static str,
    pub(crate) sellable: bool,
}

/// Everything that happened.
pub(crate) struct History {
    /// By SKU and day.
    pub(crate) days: Vec<Vec<SkuDay>>,
    /// By store, in the order of time.
    pub(crate) sold: [Vec<Sold>; 2],
    pub(crate) refunds: [Vec<Refund>; 2],
    /// How much demand there was beside the usual, by SKU and day.
    pub(crate) shocks: Vec<Vec<f64>>,
}

impl History {
    pub(crate) fn live(planner: &Planner<'_>) -> Self {
        let spec = planner.spec;
        let shocks = shocks(spec, &planner.skus);
        let mut history = Self {
            days: Vec::new(),
            sold: Default::default(),
            refunds: Default::default(),
            shocks,
        };
        for (number, sku) in planner.skus.iter().enumerate() {
            history.live_sku(planner, number, sku);
        }
        for store in 0..TRIAL_STORES.len() {
            history.sold[store].sort_by_key(|sold| (sold.at, sold.sku));
            // Numbers of orders follow time; refunds know their order by what it was before.
            let mut of_unit = vec![0; history.sold[store].len()];
            for (order, sold) in (1u64..).zip(&mut history.sold[store]) {
                of_unit[sold.number as usize] = order;
                sold.number = order;
            }
            for refund in &mut history.refunds[store] {
                refund.number = of_unit[refund.number as usize];
            }
            history.refunds[store].sort_by_key(|refund| (refund.at, refund.number));
        }
        history
    }

    fn live_sku(&mut self, planner: &Planner<'_>, number: usize, sku: &Sku) {
        let spec = planner.spec;
        let mut chance = Chance::new(spec.seed, &format!("trial days {}", sku.seller_sku));
        let kept = planner.quirks.kept_by_buyers.iter().find(|(kept, _)| *kept == number);
        let kept_from = kept.map_or(usize::MAX, |(_, from)| *from);
        let mut days = Vec::with_capacity(spec.len());
        for day in 0..spec.len() {
            let level = Level::of(sku, day, Sight::AsItIs);
            let lived = draw(&mut chance, &level, self.shocks[number][day]);
            for _ in 0..lived.units {
                let kept = day >= kept_from;
                self.sell(&mut chance, spec, (number, sku), (day, &level, kept));
            }
            days.push(lived);
        }
        self.days.push(days);
    }

    /// One unit goes, and perhaps comes back.
    fn sell(
        &mut self,
        chance: &mut Chance,
        spec: &TrialSpec,
        (number, sku): (usize, &Sku),
        (day, level, kept_by_buyers): (usize, &Level, bool),
    ) {
        let store = sku.store;
        let zone = TRIAL_STORES[store].market.zone();
        let at = start_of(spec.day(day), zone) + chance.dice().between(3600, 82_000);
        let price = level.price as i64;
        let (users, off) = level.coupon;
        let discount = if chance.holds(users) { (price as f64 * off) as i64 } else { 0 };
        let unit = self.sold[store].len() as u64;
        let fulfilment = level.fulfilment as i64;
        self.sold[store].push(Sold { sku: number, number: unit, at, price, discount, fulfilment });
        let refunded = chance.holds(level.returns);
        let later = chance.dice().between(BACK.0, BACK.1) as usize;
        let defective = chance.unit();
        if !refunded || day + later >= spec.len() {
            return;
        }
        let back = day + later;
        // What is wrong with the goods shows in the reasons that buyers give.
        let worse = level.returns > sku.returns * 3.0;
        let reason = match defective {
            x if worse && x < 0.75 => "DEFECTIVE",
            x if x < 0.15 => "DEFECTIVE",
            x if x < 0.35 => "NOT_AS_DESCRIBED",
            x if x < 0.75 => "UNWANTED_ITEM",
            _ => "NOT_COMPATIBLE",
        };
        let paid = price - discount;
        let fee = share(paid, REFERRAL);
        let fee_kept = share(fee, KEPT);
        self.refunds[store].push(Refund {
            sku: number,
            number: unit,
            day: back,
            at: start_of(spec.day(back), zone) + chance.dice().between(3600, 82_000),
            paid,
            fee_back: if level_keeps_fee(sku, back) { 0 } else { fee },
            fee_kept: if level_keeps_fee(sku, back) { 0 } else { fee_kept },
            returned: !kept_by_buyers,
            reason,
            sellable: chance.holds(SELLABLE_AGAIN),
        });
    }
}

fn level_keeps_fee(sku: &Sku, day: usize) -> bool {
    Level::of(sku, day, Sight::AsItIs).fee_kept
}

fn draw(chance: &mut Chance, level: &Level, shock: f64) -> SkuDay {
    let sells = level.sells();
    let mut sessions = chance.poisson(level.visits(shock));
    let mut units = if sells { chance.binomial(sessions, level.conversion.min(0.9)) } else { 0 };
    let allowed = level.allowed(shock);
    let capped = (allowed < 1.0).then(|| until_spent(chance, level, shock));
    let price = level.price as i64;
    let mut ads = Vec::with_capacity(level.ads.len());
    for (number, ad) in level.ads.iter().enumerate() {
        let clicks = match &capped {
            Some(clicks) => clicks[number],
            None => chance.poisson(ad.clicks * shock),
        };
        let more =
            chance.poisson((ad.impressions * shock * allowed - f64::from(clicks)).max(0.0) / 8.0);
        let conversion = (level.conversion * ad.conversion).min(0.9);
        let orders = if sells { chance.binomial(clicks, conversion) } else { 0 };
        let around = chance.between(0.93, 1.07);
        ads.push(AdDay {
            impressions: clicks + more * 8,
            clicks,
            cost: (f64::from(clicks) * ad.cost * around + 0.5) as i64,
            orders,
            sales: i64::from(orders) * price,
            bid: (ad.bid + 0.5) as i64,
        });
        sessions += clicks;
        units += orders;
    }
    let around = chance.between(-0.02, 0.02);
    let buy_box = if sells { ((level.buy_box + around) * 10_000.0) as u32 } else { 0 };
    SkuDay {
        sessions,
        views: sessions * 13 / 10,
        units,
        sales: i64::from(units) * price,
        price,
        buy_box: buy_box.min(10_000),
        open: level.open,
        budget: level.budget as i64,
        ads,
    }
}

/// The clicks of a day whose budget is gone before it ends: buyers click until it is spent, and the
/// last click may go over it.
fn until_spent(chance: &mut Chance, level: &Level, shock: f64) -> Vec<u32> {
    let mut clicks: Vec<u32> =
        level.ads.iter().map(|ad| chance.poisson(ad.clicks * shock)).collect();
    let mut spent: f64 =
        clicks.iter().zip(&level.ads).map(|(clicks, ad)| f64::from(*clicks) * ad.cost).sum();
    loop {
        let left: u32 = clicks.iter().sum();
        if left == 0 {
            return clicks;
        }
        let mut nth = chance.dice().below(u64::from(left)) as u32;
        let which = clicks.iter().position(|clicks| {
            let is_it = nth < *clicks;
            nth = nth.saturating_sub(*clicks);
            is_it
        });
        let Some(which) = which.filter(|which| spent - level.ads[*which].cost >= level.budget)
        else {
            return clicks;
        };
        clicks[which] -= 1;
        spent -= level.ads[which].cost;
    }
}

/// Common shocks of a store, own shocks of each SKU, and the days of the week.
fn shocks(spec: &TrialSpec, skus: &[Sku]) -> Vec<Vec<f64>> {
    let walk = |subject: &str, keep: f64, push: f64| {
        let mut chance = Chance::new(spec.seed, subject);
        let mut state = 0.0;
        let mut days = Vec::with_capacity(spec.len());
        for _ in 0..spec.len() {
            state = keep * state + push * chance.normal();
            days.push(state);
        }
        days
    };
    let common: Vec<Vec<f64>> = TRIAL_STORES
        .iter()
        .map(|store| walk(&format!("trial {}", store.name), 0.85, 0.03))
        .collect();
    let of = |sku: &Sku| {
        let own = walk(&format!("trial own {}", sku.seller_sku), 0.6, 0.08);
        let day = |number: usize| {
            let weekday = chrono::Datelike::weekday(&spec.day(number)).num_days_from_monday();
            WEEK[weekday as usize] * exp(common[sku.store][number] + own[number])
        };
        (0..spec.len()).map(day).collect()
    };
    skus.iter().map(of).collect()
}
