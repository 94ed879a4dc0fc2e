//! A rule changes: what does it do to each product, which price would keep the margin, who is hit first.

use argosy_kernel::{Currency, Money, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    case::{Case, Charge, Fee, Levy},
    rate::{Duty, Part, Rate},
    sheet::{Target, price_for, work_out},
};
use crate::says::{Refusal, both, percent};

const DAYS_OF_MONTH: Decimal = Decimal::from_parts(30, 0, 0, false, 0);

/// One change of the rules.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shock {
    /// Duty on top of what is paid, as a share of customs value (negative: less).
    Duty { whom: Whom, add: Decimal },
    /// A new limit up to which parcels pay no ordinary duty; none: every parcel pays.
    DeMinimis { whom: Whom, free_to: Option<Money> },
    /// An amount per tariff item of each parcel.
    PerItem { whom: Whom, amount: Money },
    /// A fee of the channel: more share of it, more of a fixed amount. Unknown ids are new fees.
    Fee { whom: Whom, fee: String, add_share: Decimal, add_fixed: Option<Money> },
    /// Fulfilment dearer by this share.
    Fulfilment { whom: Whom, share: Decimal },
    /// Another rate of tax.
    Vat { whom: Whom, rate: Decimal },
    /// A currency is worth more by this share (negative: less).
    Fx { currency: Currency, change: Decimal },
}

/// Whom a change is for; empty fields: all.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Whom {
    pub market: String,
    pub origin: String,
    /// The beginning of the HS code.
    pub hs: String,
}

/// What a shock does to one product.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Hit {
    pub sku: String,
    pub market: String,
    pub before: Money,
    pub after: Money,
    pub margin_before: Option<Decimal>,
    pub margin_after: Option<Decimal>,
    /// Contribution lost per unit and month; negative: won.
    pub per_unit: Money,
    pub per_month: Money,
    /// Days until it is felt: stock that is through customs is sold first.
    pub felt_in_days: Decimal,
    /// The price that keeps the margin, and the one that keeps the amount per unit.
    pub price_for_margin: Option<Money>,
    pub price_for_amount: Option<Money>,
    pub says: Text,
}

impl Whom {
    fn is(&self, case: &Case) -> bool {
        let digits = |code: &str| code.chars().filter(char::is_ascii_digit).collect::<String>();
        (self.market.is_empty() || self.market == case.market)
            && (self.origin.is_empty() || self.origin == case.origin)
            && digits(&case.hs).starts_with(&digits(&self.hs))
    }
}

impl Shock {
    /// The case after the change; `None` when it does not concern it.
    pub fn apply(&self, case: &Case) -> Option<Case> {
        let mut changed = case.clone();
        match self {
            Self::Fx { currency, change } => {
                let factor = Decimal::ONE + change;
                if factor <= Decimal::ZERO {
                    return None;
                }
                if *currency == case.price.currency {
                    changed.fx.worth.values_mut().for_each(|worth| *worth /= factor);
                } else {
                    *changed.fx.worth.get_mut(currency)? *= factor;
                }
            }
            Self::Duty { whom, add } if whom.is(case) => {
                let what = Duty::OfValue(*add);
                let rate = Rate { parts: vec![Part { what, on: None }] };
                let charge = Charge::Rate { rate, currency: case.price.currency };
                changed.customs.levies.push(shock_levy(charge, false));
            }
            Self::DeMinimis { whom, free_to } if whom.is(case) => {
                changed.customs.free_to = *free_to;
            }
            Self::PerItem { whom, amount } if whom.is(case) => {
                let charge = Charge::PerItem { amount: *amount };
                changed.customs.levies.push(shock_levy(charge, true));
            }
            Self::Fee { whom, fee, add_share, add_fixed } if whom.is(case) => {
                raise(&mut changed, fee, *add_share, *add_fixed);
            }
            Self::Fulfilment { whom, share } if whom.is(case) => {
                for cost in &mut changed.fulfilment {
                    cost.amount.amount *= Decimal::ONE + share;
                }
            }
            Self::Vat { whom, rate } if whom.is(case) => changed.tax.rate = *rate,
            _ => return None,
        }
        Some(changed)
    }

    /// Whether goods that are through customs already escape it.
    fn spares_stock(&self, case: &Case) -> bool {
        match self {
            Self::Duty { .. } | Self::DeMinimis { .. } | Self::PerItem { .. } => true,
            // Goods that are here were paid at the old rate; the price is earned at the new one.
            Self::Fx { currency, .. } => *currency != case.price.currency,
            Self::Fee { .. } | Self::Fulfilment { .. } | Self::Vat { .. } => false,
        }
    }
}

fn shock_levy(charge: Charge, parcels_only: bool) -> Levy {
    Levy {
        id: "shock".to_owned(),
        name: both("Change of duty", "关税变化"),
        charge,
        parcels_only,
        up_to: None,
        ordinary: false,
        source: "what-if".to_owned(),
    }
}

fn raise(case: &mut Case, id: &str, add_share: Decimal, add_fixed: Option<Money>) {
    if let Some(fee) = case.fees.iter_mut().find(|fee| fee.id == id && fee.fixed.is_none()) {
        fee.share += add_share;
        fee.fixed = add_fixed;
    } else {
        case.fees.push(Fee {
            id: id.to_owned(),
            name: both("Change of fee", "费用变化"),
            share: add_share,
            of_net: false,
            minimum: None,
            fixed: add_fixed,
            kept: Decimal::ONE,
            source: "what-if".to_owned(),
        });
    }
}

/// What several changes at once do to all products: those hit, soonest and hardest first, then those
/// that win. Monthly amounts are compared in `currency` by each case's own rates.
///
/// # Errors
/// As `work_out`, with the SKU it failed for.
pub fn simulate(
    cases: &[Case],
    shocks: &[Shock],
    currency: Currency,
) -> Result<Vec<Hit>, (String, Refusal)> {
    let mut hits = Vec::new();
    for case in cases {
        let of_case = |refusal| (case.sku.clone(), refusal);
        if let Some(hit) = one(case, shocks).map_err(of_case)? {
            let size = in_common(case, hit.per_month, currency).map_err(of_case)?;
            hits.push((size, hit));
        }
    }
    hits.sort_by(|(one_size, one), (other_size, other)| {
        let wins = |size: &Decimal| *size <= Decimal::ZERO;
        wins(one_size)
            .cmp(&wins(other_size))
            .then(one.felt_in_days.cmp(&other.felt_in_days))
            .then(other_size.cmp(one_size))
            .then(one.sku.cmp(&other.sku))
    });
    Ok(hits.into_iter().map(|(_, hit)| hit).collect())
}

/// An amount of the sheet in another currency, by the sheet's own rates turned round.
fn in_common(case: &Case, money: Money, currency: Currency) -> Result<Decimal, Refusal> {
    if money.currency == currency {
        return Ok(money.amount);
    }
    let worth = case.fx.convert(Money::new(Decimal::ONE, currency), money.currency)?;
    Ok(money.amount / worth)
}

fn one(case: &Case, shocks: &[Shock]) -> Result<Option<Hit>, Refusal> {
    let mut changed = case.clone();
    let (mut touched, mut at_once) = (false, false);
    for shock in shocks {
        if let Some(next) = shock.apply(&changed) {
            touched = true;
            at_once |= !shock.spares_stock(case) || case.customs.parcel;
            changed = next;
        }
    }
    if !touched {
        return Ok(None);
    }
    let (before, after) = (work_out(case)?, work_out(&changed)?);
    let per_unit = before.contribution.amount - after.contribution.amount;
    if per_unit.is_zero() {
        return Ok(None);
    }
    let (plan, currency) = (&case.plan, case.price.currency);
    let per_month = per_unit * plan.units_per_month;
    let felt_in_days = if at_once || plan.units_per_month <= Decimal::ZERO {
        Decimal::ZERO
    } else {
        (plan.landed_units / plan.units_per_month * DAYS_OF_MONTH).floor()
    };
    let for_margin = match before.margin {
        Some(margin) => price_for(&changed, Target::Margin(margin))?,
        None => None,
    };
    let for_amount = price_for(&changed, Target::Leaves(before.contribution.amount))?;
    let money = |amount| Money::new(amount, currency);
    let mut hit = Hit {
        sku: case.sku.clone(),
        market: case.market.clone(),
        before: before.contribution,
        after: after.contribution,
        margin_before: before.margin,
        margin_after: after.margin,
        per_unit: money(per_unit),
        per_month: money(per_month),
        felt_in_days,
        price_for_margin: for_margin,
        price_for_amount: for_amount,
        says: Text::default(),
    };
    hit.says = tell(&hit);
    Ok(Some(hit))
}

fn tell(hit: &Hit) -> Text {
    let share = |margin: Option<Decimal>| margin.map_or_else(|| "–".to_owned(), percent);
    let (from, to) = (share(hit.margin_before), share(hit.margin_after));
    let price = hit.price_for_margin.map(|price| price.to_string());
    let days = hit.felt_in_days;
    both(
        format!(
            "{} in {}: margin {from} → {to}, {} a month less, felt in {days} days; {}",
            hit.sku,
            hit.market,
            hit.per_month,
            price.as_ref().map_or_else(
                || "no price keeps the margin".to_owned(),
                |price| format!("a price of {price} keeps the margin"),
            )
        ),
        format!(
            "{}（{}）：利润率 {from} → {to}，每月减少 {}，{days} 天后显现；{}",
            hit.sku,
            hit.market,
            hit.per_month,
            price.map_or_else(
                || "任何价格都无法保住利润率".to_owned(),
                |price| format!("售价 {price} 可保住利润率"),
            )
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::{super::sheet::tests::lamp, *};

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn duty(add: &str) -> Shock {
        Shock::Duty { whom: Whom { hs: "9405".into(), ..Whom::default() }, add: dec(add) }
    }

    #[test]
    fn a_duty_of_ten_points_takes_ten_per_cent_of_the_customs_value_and_what_returns_give_back() {
        let hits = simulate(&[lamp()], &[duty("0.1")], Currency::EUR).unwrap();
        // 10% of 5.80 = 0.58, of which 5% × 60% comes back with returned goods.
        assert_eq!(hits[0].per_unit.amount, dec("0.58") - dec("0.58") * dec("0.03"));
        assert_eq!(hits[0].per_month.amount, hits[0].per_unit.amount * dec("300"));
        // 200 units are through customs: 20 days at 300 a month.
        assert_eq!(hits[0].felt_in_days, dec("20"));
    }

    #[test]
    fn the_price_told_really_keeps_the_margin() {
        let shocks = [duty("0.25"), Shock::Vat { whom: Whom::default(), rate: dec("0.21") }];
        let hit = simulate(&[lamp()], &shocks, Currency::EUR).unwrap().remove(0);
        let mut changed = lamp();
        for shock in &shocks {
            changed = shock.apply(&changed).unwrap();
        }
        let margin_at =
            |price: Money| work_out(&Case { price, ..changed.clone() }).unwrap().margin.unwrap();
        let price = hit.price_for_margin.unwrap();
        let less = Money::new(price.amount - dec("0.01"), price.currency);
        let before = hit.margin_before.unwrap();
        assert!(margin_at(price) >= before && margin_at(less) < before);
        assert_eq!(hit.felt_in_days, Decimal::ZERO);
        assert!(hit.says.zh_cn.contains("保住利润率"), "{:?}", hit.says);
    }

    #[test]
    fn who_has_no_stock_left_is_hit_before_who_loses_more_later() {
        let mut empty = lamp();
        empty.sku = "EMPTY".into();
        empty.plan.landed_units = Decimal::ZERO;
        empty.plan.units_per_month = dec("10");
        let mut other = lamp();
        other.sku = "OTHER".into();
        other.hs = "4202.92".into();
        let hits = simulate(&[lamp(), empty, other], &[duty("0.1")], Currency::EUR).unwrap();
        let order: Vec<&str> = hits.iter().map(|hit| hit.sku.as_str()).collect();
        assert_eq!(order, ["EMPTY", "LAMP-1"]);
    }

    #[test]
    fn a_dearer_yuan_hits_those_who_buy_in_it_and_closing_de_minimis_those_who_send_parcels() {
        let yuan = Shock::Fx { currency: Currency::CNY, change: dec("0.1") };
        let hits = simulate(&[lamp()], &[yuan], Currency::EUR).unwrap();
        // Goods, freight and their duty 6.0146 become a tenth dearer, less what returns give back.
        assert_eq!(hits[0].per_unit.amount.round_dp(4), dec("0.5834"));
        let closed = Shock::DeMinimis { whom: Whom::default(), free_to: None };
        assert!(
            simulate(&[lamp()], std::slice::from_ref(&closed), Currency::EUR).unwrap().is_empty()
        );
        let mut parcel = lamp();
        parcel.customs.parcel = true;
        let hits = simulate(&[parcel], &[closed], Currency::EUR).unwrap();
        // 3.7% of the net price 30 = 1.11, of which 3% comes back.
        assert_eq!(hits[0].per_unit.amount, dec("1.0767"));
        assert_eq!(hits[0].felt_in_days, Decimal::ZERO);
    }

    #[test]
    fn a_fee_raised_by_two_points_takes_two_points() {
        let fee = "referral_fee".to_owned();
        let shock =
            Shock::Fee { whom: Whom::default(), fee, add_share: dec("0.02"), add_fixed: None };
        let hits = simulate(&[lamp()], &[shock], Currency::EUR).unwrap();
        // 2% of 35.70 = 0.714, of which 5% × 80% comes back with returns.
        assert_eq!(hits[0].per_unit.amount, dec("0.68544"));
    }
}
