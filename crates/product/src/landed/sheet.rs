//! The landed margin itself: every line with its working, break-even price and payback.
//!
//! # Source
//! Customs value FOB or CIF; import tax on customs value, freight and duty; payback by cash: what the
//! first order and the one-offs bind, over what each unit sold brings back.

use argosy_kernel::{Currency, Money, Text};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use super::{
    case::{Basis, Case, Charge, Fee, Levy},
    rate::{Duty, Rate},
};
use crate::says::{Refusal, both, percent, shown};

/// Amounts are kept to this many digits behind the point.
const DIGITS: u32 = 6;
/// No price above this many coins is looked for.
const COINS_MAX: i64 = 1_000_000_000_000;

/// The answer.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Sheet {
    pub lines: Vec<Line>,
    /// Price without tax.
    pub net_price: Money,
    /// Goods, freight, duties and import tax that does not come back.
    pub landed_cost: Money,
    /// What a unit sold leaves after everything; the sum of all lines.
    pub contribution: Money,
    /// Contribution over net price.
    pub margin: Option<Decimal>,
    /// Import tax that is paid first and comes back.
    pub tax_advanced: Money,
}

/// One line; costs are negative.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Line {
    pub id: String,
    pub group: Group,
    pub name: Text,
    pub amount: Money,
    pub working: Text,
    pub source: String,
}

/// What a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    Price,
    Tax,
    Goods,
    Freight,
    Duty,
    ImportTax,
    Fees,
    Fulfilment,
    Ads,
    Returns,
}

struct Work<'a> {
    case: &'a Case,
    currency: Currency,
    lines: Vec<Line>,
}

/// Works the case out.
///
/// # Errors
/// `fx_missing`, `carton_wrong`, `quantity_missing`, `share_wrong`.
pub fn work_out(case: &Case) -> Result<Sheet, Refusal> {
    check(case)?;
    let currency = case.price.currency;
    let mut work = Work { case, currency, lines: Vec::new() };
    let net = work.price();
    for cost in &case.goods {
        work.cost(Group::Goods, cost)?;
    }
    for (quote, carton) in &case.freight {
        let (per_unit, working) = quote.per_unit(carton)?;
        let amount = -case.fx.convert(per_unit, currency)?;
        work.put(
            Group::Freight,
            &quote.mode.id,
            (&quote.mode.name, working),
            (amount, &quote.source),
        );
    }
    for cost in &case.carriage {
        work.cost(Group::Freight, cost)?;
    }
    let tax_advanced = work.border(net)?;
    let landed = -work.sum(|group| {
        matches!(group, Group::Goods | Group::Freight | Group::Duty | Group::ImportTax)
    });
    let fees_back = work.fees(net)?;
    for cost in &case.fulfilment {
        work.cost(Group::Fulfilment, cost)?;
    }
    let working = format!("{} × {}", shown(net), percent(case.ads_share));
    let name = both("Advertising", "广告费");
    let words = (&name, both(working.clone(), working));
    work.put(Group::Ads, "ads", words, (-(net * case.ads_share), "ads_share"));
    work.returns((net, landed, fees_back))?;
    let contribution = work.sum(|_| true);
    let money = |amount| Money::new(amount, currency);
    Ok(Sheet {
        lines: work.lines,
        net_price: money(net),
        landed_cost: money(landed),
        contribution: money(contribution),
        margin: (net > Decimal::ZERO).then(|| contribution / net),
        tax_advanced: money(tax_advanced),
    })
}

fn check(case: &Case) -> Result<(), Refusal> {
    let shares = [case.ads_share, case.returns.share, case.returns.unsellable, case.tax.rate];
    let fees = case.fees.iter().flat_map(|fee| [fee.share, fee.kept]);
    let is_wrong = |share: Decimal| share < Decimal::ZERO || share > Decimal::TWO;
    if shares.into_iter().chain(fees).any(is_wrong) || case.price.amount < Decimal::ZERO {
        let en = "shares are written as 0.15 for 15%, prices not below 0";
        return Err(Refusal::new("share_wrong", en, "比例请写成 0.15（即 15%），价格不得为负"));
    }
    Ok(())
}

impl Work<'_> {
    fn put(&mut self, group: Group, id: &str, words: (&Text, Text), told: (Decimal, &str)) {
        let amount = told.0.round_dp_with_strategy(DIGITS, RoundingStrategy::MidpointAwayFromZero);
        self.lines.push(Line {
            id: id.to_owned(),
            group,
            name: words.0.clone(),
            amount: Money::new(amount, self.currency),
            working: words.1,
            source: told.1.to_owned(),
        });
    }

    fn sum(&self, of: impl Fn(Group) -> bool) -> Decimal {
        self.lines.iter().filter(|line| of(line.group)).map(|line| line.amount.amount).sum()
    }

    fn cost(&mut self, group: Group, cost: &super::case::Cost) -> Result<(), Refusal> {
        let amount = self.case.fx.convert(cost.amount, self.currency)?;
        let working = format!("{} {}", shown(cost.amount.amount), cost.amount.currency);
        let words = (&cost.name, both(working.clone(), working));
        self.put(group, &cost.id, words, (-amount, &cost.source));
        Ok(())
    }

    /// The price and the tax in it; gives the net price.
    fn price(&mut self) -> Decimal {
        let (gross, tax) = (self.case.price.amount, &self.case.tax);
        let name = both("Price paid by the buyer", "买家支付价格");
        self.put(Group::Price, "price", (&name, Text::default()), (gross, "price"));
        if tax.in_price && !tax.rate.is_zero() {
            let net = gross / (Decimal::ONE + tax.rate);
            let working =
                format!("{} ÷ (1 + {}) × {}", shown(gross), percent(tax.rate), percent(tax.rate));
            let name = both("Tax in the price", "价内税");
            let words = (&name, both(working.clone(), working));
            self.put(Group::Tax, "tax", words, (net - gross, &tax.source));
        }
        self.sum(|_| true)
    }

    /// Duties and import tax; gives the import tax that comes back.
    fn border(&mut self, net: Decimal) -> Result<Decimal, Refusal> {
        let case = self.case;
        let (goods, freight) =
            (-self.sum(|group| group == Group::Goods), -self.sum(|group| group == Group::Freight));
        let border = &case.customs;
        let bare = match border.declared {
            Some(declared) => case.fx.convert(declared, self.currency)?,
            None if border.parcel => net,
            None => goods,
        };
        // A parcel's price already has its carriage in it.
        let carriage = if border.parcel { Decimal::ZERO } else { freight };
        let value = bare + if border.basis == Basis::Cif { carriage } else { Decimal::ZERO };
        let units = border.parcel_units.max(Decimal::ONE);
        let consigned = bare * units;
        for levy in &border.levies {
            if let Some((amount, working)) = self.levy(levy, (value, consigned, units))? {
                self.put(Group::Duty, &levy.id, (&levy.name, working), (-amount, &levy.source));
            }
        }
        if border.parcel || !case.tax.in_price {
            // Of parcels the tax is in the price; without VAT there is none at the border.
            return Ok(Decimal::ZERO);
        }
        let duty = -self.sum(|group| group == Group::Duty);
        let base = bare + carriage + duty;
        let tax = base * case.tax.rate;
        let working = format!(
            "({} + {} + {}) × {}",
            shown(bare),
            shown(carriage),
            shown(duty),
            percent(case.tax.rate)
        );
        let name = both("Import tax", "进口增值税");
        let (amount, words) = if case.tax.recoverable {
            (
                Decimal::ZERO,
                both(
                    format!("{working} = {}, comes back", shown(tax)),
                    format!("{working} = {}，可抵扣", shown(tax)),
                ),
            )
        } else {
            (-tax, both(working.clone(), working))
        };
        self.put(Group::ImportTax, "import_tax", (&name, words), (amount, &case.tax.source));
        Ok(if case.tax.recoverable { tax } else { Decimal::ZERO })
    }

    fn levy(
        &self,
        levy: &Levy,
        (value, consigned, units): (Decimal, Decimal, Decimal),
    ) -> Result<Option<(Decimal, Text)>, Refusal> {
        let (border, fx) = (&self.case.customs, &self.case.fx);
        let above = |limit: Option<Money>| -> Result<Option<bool>, Refusal> {
            let limit = limit.map(|limit| fx.convert(limit, self.currency)).transpose()?;
            Ok(limit.map(|limit| consigned > limit))
        };
        if levy.parcels_only && !border.parcel || above(levy.up_to)? == Some(true) {
            return Ok(None);
        }
        if levy.ordinary && border.parcel && above(border.free_to)? == Some(false) {
            let working = both("consignment below the limit: free", "低于免税限额：免征");
            return Ok(Some((Decimal::ZERO, working)));
        }
        Ok(Some(match &levy.charge {
            Charge::Rate { rate, currency } => self.rated(rate, *currency, value)?,
            Charge::PerItem { amount } | Charge::PerConsignment { amount } => {
                let whole = fx.convert(*amount, self.currency)?;
                let working =
                    format!("{} {} ÷ {}", shown(amount.amount), amount.currency, shown(units));
                (whole / units, both(working.clone(), working))
            }
        }))
    }

    fn rated(
        &self,
        rate: &Rate,
        currency: Currency,
        value: Decimal,
    ) -> Result<(Decimal, Text), Refusal> {
        if rate.parts.is_empty() {
            return Ok((Decimal::ZERO, both("free", "免税")));
        }
        let (mut total, mut en, mut zh) = (Decimal::ZERO, Vec::new(), Vec::new());
        for part in &rate.parts {
            let (amount, working) = match &part.what {
                Duty::OfValue(share) => {
                    (value * share, format!("{} × {}", shown(value), percent(*share)))
                }
                Duty::PerQuantity { amount, unit } => {
                    let quantity = self.case.customs.quantity.of(unit).ok_or_else(|| {
                        Refusal::new(
                            "quantity_missing",
                            format!(
                                "this duty is counted by {unit:?}; enter how much of it one unit is"
                            ),
                            format!("该关税按 {unit:?} 计征，请填写单件数量"),
                        )
                    })?;
                    let worth =
                        self.case.fx.convert(Money::new(*amount, currency), self.currency)?;
                    (worth * quantity, format!("{} × {}", shown(quantity), shown(worth)))
                }
            };
            total += amount;
            match &part.on {
                // The share of the part is not told: the whole is the most it can be.
                Some(on) => {
                    en.push(format!("{working} (only {on}; counted on the whole: at most this)"));
                    zh.push(format!("{working}（仅对 {on}；按整体计，为上限）"));
                }
                None => {
                    en.push(working.clone());
                    zh.push(working);
                }
            }
        }
        Ok((total, both(en.join(" + "), zh.join(" + "))))
    }

    /// Fees of the channel; gives what of them comes back when goods do.
    fn fees(&mut self, net: Decimal) -> Result<Decimal, Refusal> {
        let mut back = Decimal::ZERO;
        for fee in &self.case.fees {
            let (charged, working) = self.fee(fee, net)?;
            back += charged * (Decimal::ONE - fee.kept);
            let words = (&fee.name, both(working.clone(), working));
            self.put(Group::Fees, &fee.id, words, (-charged, &fee.source));
        }
        Ok(back)
    }

    fn fee(&self, fee: &Fee, net: Decimal) -> Result<(Decimal, String), Refusal> {
        let convert = |money: Option<Money>| {
            money.map(|money| self.case.fx.convert(money, self.currency)).transpose()
        };
        let base = if fee.of_net { net } else { self.case.price.amount };
        let by_share = base * fee.share;
        let minimum = convert(fee.minimum)?.unwrap_or_default();
        let fixed = convert(fee.fixed)?.unwrap_or_default();
        let mut working = format!("{} × {}", shown(base), percent(fee.share));
        if minimum > by_share {
            working = format!("{working} < {}", shown(minimum));
        }
        if !fixed.is_zero() {
            working = format!("{working} + {}", shown(fixed));
        }
        Ok((by_share.max(minimum) + fixed, working))
    }

    /// What returned units cost per unit sold: the net price goes back, sellable goods and some fees come back.
    fn returns(&mut self, (net, landed, fees): (Decimal, Decimal, Decimal)) -> Result<(), Refusal> {
        let returns = &self.case.returns;
        let handling = match returns.handling {
            Some(handling) => self.case.fx.convert(handling, self.currency)?,
            None => Decimal::ZERO,
        };
        let goods = landed * (Decimal::ONE - returns.unsellable);
        let each = net + handling - goods - fees;
        let working = |words: [&str; 4]| {
            format!(
                "{} × ({} {} + {} {} − {} {} − {} {})",
                percent(returns.share),
                shown(net),
                words[0],
                shown(handling),
                words[1],
                shown(goods),
                words[2],
                shown(fees),
                words[3]
            )
        };
        let words = both(
            working(["refund", "handling", "goods back", "fees back"]),
            working(["退款", "处理费", "可再售货值", "退回佣金"]),
        );
        let name = both("Returns", "退货");
        self.put(
            Group::Returns,
            "returns",
            (&name, words),
            (-(each * returns.share), &returns.source),
        );
        Ok(())
    }
}

/// The lowest price in whole coins at which a unit leaves at least `leaves` (an amount) or `margin`
/// (of the net price), whichever is given as [`Target`]; `None`: no price does.
///
/// # Errors
/// As [`work_out`].
pub fn price_for(case: &Case, target: Target) -> Result<Option<Money>, Refusal> {
    let currency = case.price.currency;
    let digits = currency.minor_digits();
    let reaches = |coins: i64| -> Result<bool, Refusal> {
        let mut tried = case.clone();
        tried.price = Money::new(Decimal::new(coins, digits), currency);
        let sheet = work_out(&tried)?;
        Ok(match target {
            Target::Leaves(amount) => sheet.contribution.amount >= amount,
            Target::Margin(share) => sheet.contribution.amount >= share * sheet.net_price.amount,
        })
    };
    let mut high = 1;
    while !reaches(high)? {
        high *= 2;
        if high > COINS_MAX {
            return Ok(None);
        }
    }
    let mut low = 0;
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if reaches(middle)? { high = middle } else { low = middle }
    }
    Ok(Some(Money::new(Decimal::new(high, digits), currency)))
}

/// What a price is looked for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Target {
    /// An amount per unit in the sheet's currency; 0 is break-even.
    Leaves(Decimal),
    /// A share of the net price.
    Margin(Decimal),
}

/// When the money is back.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Payback {
    /// What is bound before the first sale.
    pub invested: Money,
    /// Units to sell until it is back; `None`: never at this price.
    pub units: Option<Decimal>,
    pub months: Option<Decimal>,
}

/// Works out when one-offs and the first order are paid back, further orders being paid as they come.
///
/// # Errors
/// As [`work_out`].
pub fn payback(case: &Case) -> Result<Payback, Refusal> {
    let sheet = work_out(case)?;
    let currency = case.price.currency;
    let one_off = case.plan.one_off.map(|money| case.fx.convert(money, currency)).transpose()?;
    let one_off = one_off.unwrap_or_default();
    let landed = sheet.landed_cost.amount;
    let each = sheet.contribution.amount;
    let invested = one_off + landed * case.plan.first_order;
    let back = each + landed;
    let in_first = (back > Decimal::ZERO).then(|| invested / back);
    let units = match in_first {
        Some(units) if units <= case.plan.first_order => Some(units),
        // Beyond the first order each unit must be bought again: only its contribution is left.
        _ => (each > Decimal::ZERO).then(|| one_off / each),
    };
    let pace = case.plan.units_per_month;
    let months = units.filter(|_| pace > Decimal::ZERO).map(|units| units / pace);
    Ok(Payback { invested: Money::new(invested, currency), units, months })
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
pub(super) mod tests;
