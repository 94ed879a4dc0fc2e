//! Shares into the sums of an account.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Grain, Money, Period};
use rust_decimal::Decimal;

use super::{
    AllocationNote,
    rule::{Basis, EXPENSE, Rule, Scope},
    weights::{Target, Weights, whole_months},
};
use crate::{
    desk_data::DeskData,
    dimension::Dimension,
    expression::{Value, quoted},
    fetch::{Gathered, Key, LineSums},
    frame::Frame,
    money::before,
    question::AskError,
    rows::{Numbers, Texts},
};

/// What a rounding of converted sums may leave behind; less than a thousandth of any coin.
const DUST: Decimal = Decimal::from_parts(1, 0, 0, false, 6);

/// Money of a day that names no product.
#[derive(Debug)]
struct Fee {
    store: String,
    channel: String,
    market: Option<String>,
    day: Day,
    line: String,
    rule: Rule,
    amount: Decimal,
}

/// One cell that an amount belongs to.
struct Place<'p> {
    store: &'p str,
    channel: &'p str,
    market: Option<&'p str>,
    seller_sku: Option<&'p str>,
    product: Option<&'p str>,
    day: Day,
    line: &'p str,
}

impl Place<'_> {
    fn text(&self, dimension: Dimension) -> Option<String> {
        match dimension {
            Dimension::Store => Some(self.store.to_owned()),
            Dimension::Channel => Some(self.channel.to_owned()),
            Dimension::Market => self.market.map(str::to_owned),
            Dimension::SellerSku => self.seller_sku.map(str::to_owned),
            Dimension::Product => self.product.map(str::to_owned),
            Dimension::Line => Some(self.line.to_owned()),
            other => other.grain().map(|grain| grain.start(self.day).to_string()),
        }
    }
}

fn knows(dimension: Dimension) -> bool {
    use Dimension::{Channel, Market, Product, SellerSku, Store};
    matches!(dimension, Channel | Market | Product | SellerSku | Store)
        || dimension.grain().is_some()
}

/// Shares what can be shared, and says in the notes what could not.
pub(crate) async fn apply(
    frame: &Frame<'_>,
    desk: &DeskData,
    period: Period,
    sums: &mut LineSums,
    gathered: &mut Gathered,
) -> Result<(), AskError> {
    // Shares are not known by order or statement: there everything stays where it was booked.
    if !frame.by.iter().copied().all(knows) {
        return Ok(());
    }
    // Whole months: what a fee was charged for must not depend on the days that are asked.
    let all = fees(frame, whole_months(period)).await?;
    let charged = charged(&all);
    let is_asked = |fee: &Fee| period.from <= fee.day && fee.day <= period.to;
    let fees: Vec<Fee> = all.into_iter().filter(is_asked).collect();
    let bases: BTreeSet<Basis> = fees.iter().map(|fee| fee.rule.basis.clone()).collect();
    let weights = Weights::read(frame, &bases, period).await?;
    let mut told: BTreeMap<(String, String), (Decimal, Decimal)> = BTreeMap::new();
    for fee in &fees {
        let note = told.entry((fee.line.clone(), fee.rule.basis.id())).or_default();
        let parts = parts(frame, desk, &weights, &charged, fee);
        if parts.is_empty() {
            note.1 += fee.amount;
            continue;
        }
        note.0 += fee.amount;
        move_money(frame, fee, &parts, sums);
    }
    gathered.allocation = told
        .into_iter()
        .map(|((line, by), (allocated, not_allocated))| AllocationNote {
            line,
            by,
            allocated: allocated.normalize().to_string(),
            not_allocated: not_allocated.normalize().to_string(),
        })
        .collect();
    Ok(())
}

/// Money without a product that has a rule, by day, converted as the account is.
async fn fees(frame: &Frame<'_>, period: Period) -> Result<Vec<Fee>, AskError> {
    let rules = frame.engine.allocation();
    let mut lines: Vec<String> = rules.lines().map(quoted).collect();
    // Never an empty list: an unknown line matches nothing.
    lines.push(quoted(""));
    let sql = format!(
        "SELECT f.\"store\", f.\"channel\", f.\"market\", f.\"day\", f.\"line\", f.\"currency\", \
         CASE WHEN f.\"transaction\" LIKE '{EXPENSE}%' THEN f.\"transaction\" END, \
         sum(f.\"amount\")\nFROM ledger f\nWHERE f.\"seller_sku\" IS NULL \
         AND f.\"day\" >= DATE '{}' AND f.\"day\" <= DATE '{}' \
         AND (f.\"line\" IN ({}) OR f.\"transaction\" LIKE '{EXPENSE};%')\n\
         GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7",
        period.from,
        period.to,
        lines.join(", ")
    );
    let mut fees = Vec::new();
    for batch in frame.session.query(&sql).await? {
        let texts = (0..7).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let amounts = Numbers::of(&batch, 7)?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row);
            let line = text(4).unwrap_or_default();
            let Some(rule) = rules.of(&line, text(6).as_deref()) else { continue };
            let (Some(Ok(day)), Some(amount)) = (text(3).map(|d| d.parse()), amounts.at(row))
            else {
                continue;
            };
            let from = text(5).unwrap_or_default();
            // Without a rate the money is in no sum, and so has nothing to share.
            let Some(rate) = frame.rates.between(&from, frame.currency.code(), day) else {
                continue;
            };
            fees.push(Fee {
                store: text(0).unwrap_or_default(),
                channel: text(1).unwrap_or_default(),
                market: text(2),
                day,
                line,
                rule,
                amount: amount * rate,
            });
        }
    }
    Ok(fees)
}

/// What was charged by store, market, line and month: says which month's details a fee was charged
/// for.
type Charged = BTreeMap<(String, Option<String>, String, Day), Decimal>;

fn charged(fees: &[Fee]) -> Charged {
    let mut charged = Charged::new();
    for fee in fees {
        *charged.entry(fee.charge()).or_default() += fee.amount;
    }
    charged
}

impl Fee {
    /// Its place in [`Charged`].
    fn charge(&self) -> (String, Option<String>, String, Day) {
        let month = Grain::Month.start(self.day);
        (self.store.clone(), self.market.clone(), self.line.clone(), month)
    }
}

/// Who shares a fee: listings with their weights.
fn sharers<'w>(
    frame: &Frame<'_>,
    desk: &DeskData,
    weights: &'w Weights,
    fee: &Fee,
    month: Day,
) -> Vec<(&'w Target, Decimal)> {
    let product = |target: &Target| frame.goods.product(&target.store, &target.seller_sku, fee.day);
    let brand = |sku: &str| {
        let product = desk.products.iter().find(|product| product.sku == sku)?;
        product.brand.as_deref()
    };
    let fits = |target: &Target| match &fee.rule.scope {
        Scope::Company => true,
        Scope::Store => {
            let of_market = fee.market.is_none() || fee.market == target.market;
            target.store == fee.store && of_market
        }
        Scope::Market => fee.market.is_some() && fee.market == target.market,
        Scope::Brand(wanted) => product(target).and_then(brand) == Some(wanted.as_str()),
        Scope::Sku(wanted) => product(target) == Some(wanted.as_str()),
    };
    let of_basis = weights.of(&fee.rule.basis, month).into_iter().flatten();
    of_basis
        .filter(|(target, weight)| **weight > Decimal::ZERO && fits(target))
        .map(|(target, weight)| (target, *weight))
        .collect()
}

/// The parts of a fee, which are the fee to the last digit; none where nothing is known to share by.
fn parts<'w>(
    frame: &Frame<'_>,
    desk: &DeskData,
    weights: &'w Weights,
    charged: &Charged,
    fee: &Fee,
) -> Vec<(&'w Target, Decimal)> {
    let month = Grain::Month.start(fee.day);
    let mut sharing = sharers(frame, desk, weights, fee, month);
    if matches!(fee.rule.basis, Basis::Details(_)) {
        // Channels charge storage in the month after: the month whose details come closest to what
        // was charged is the one it was charged for.
        let other = sharers(frame, desk, weights, fee, Grain::Month.start(before(month)));
        let whole = charged.get(&fee.charge());
        let off = |sharing: &[(&Target, Decimal)]| {
            let sum: Decimal = sharing.iter().map(|(_, weight)| *weight).sum();
            (sum - whole.copied().unwrap_or_default().abs()).abs()
        };
        if !other.is_empty() && (sharing.is_empty() || off(&other) <= off(&sharing)) {
            sharing = other;
        }
    }
    let weights: Vec<Decimal> = sharing.iter().map(|(_, weight)| *weight).collect();
    let Ok(parts) = Money::new(fee.amount, frame.currency).allocate(&weights) else {
        return Vec::new();
    };
    sharing.into_iter().zip(parts).map(|((target, _), part)| (target, part.amount)).collect()
}

fn move_money(frame: &Frame<'_>, fee: &Fee, parts: &[(&Target, Decimal)], sums: &mut LineSums) {
    let whole = Place {
        store: &fee.store,
        channel: &fee.channel,
        market: fee.market.as_deref(),
        seller_sku: None,
        product: None,
        day: fee.day,
        line: &fee.line,
    };
    let key = |place: &Place<'_>| -> Key { frame.by.iter().map(|by| place.text(*by)).collect() };
    let admits = |place: &Place<'_>| {
        frame.admits(&|name| match Dimension::from_id(name).and_then(|by| place.text(by)) {
            Some(text) => Value::Text(text),
            None => Value::Null,
        })
    };
    let mut last = None;
    for (target, amount) in parts {
        let place = Place {
            store: &target.store,
            channel: &target.channel,
            market: target.market.as_deref(),
            seller_sku: Some(&target.seller_sku),
            product: frame.goods.product(&target.store, &target.seller_sku, fee.day),
            ..whole
        };
        if admits(&place) {
            let key = key(&place);
            sums.add(key.clone(), &fee.line, *amount);
            last = Some(key);
        }
    }
    if admits(&whole) {
        let rest = sums.add(key(&whole), &fee.line, -fee.amount);
        // Sums are rounded once, a fee by itself: what that leaves behind is nobody's.
        if let Some(last) = last
            && !rest.is_zero()
            && rest.abs() < DUST
        {
            sums.add(key(&whole), &fee.line, -rest);
            sums.add(last, &fee.line, rest);
        }
    }
}
