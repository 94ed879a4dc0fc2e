//! A role for each product of a line, from its figures, with the reasons.

use argosy_kernel::Text;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::roles::{Role, Roles};
use crate::says::{both, joined, percent, shown};

/// A product's figures over the window looked at; amounts in one currency.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Figures {
    pub sku: String,
    pub days_on_sale: Decimal,
    pub sessions: Decimal,
    pub units: Decimal,
    pub net_sales: Decimal,
    /// After ads.
    pub contribution: Decimal,
    /// Share of its stock older than half a year.
    pub aged_share: Decimal,
    pub days_of_cover: Decimal,
}

/// A role proposed, and where the product stands in the picture.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Proposal {
    pub sku: String,
    /// `None`: no role stands out, or too little is known.
    pub role: Option<Role>,
    pub enough: bool,
    /// Of the line's sessions, and of its profit (of products that earn).
    pub traffic_share: Decimal,
    pub profit_share: Decimal,
    pub margin: Option<Decimal>,
    pub price: Option<Decimal>,
    pub says: Text,
}

/// What a line is as a whole.
struct Whole {
    sessions: Decimal,
    profit: Decimal,
    /// The even share of one product.
    even: Decimal,
    margin: Option<Decimal>,
    price: Option<Decimal>,
}

/// Proposes roles for the products of one line, in their order.
pub fn propose(roles: &Roles, products: &[Figures]) -> Vec<Proposal> {
    let judged: Vec<&Figures> = products.iter().filter(|one| is_enough(roles, one)).collect();
    let count = Decimal::from(judged.len().max(1));
    let whole = Whole {
        sessions: products.iter().map(|one| one.sessions).sum(),
        profit: products.iter().map(|one| one.contribution.max(Decimal::ZERO)).sum(),
        even: Decimal::ONE / count,
        margin: median(judged.iter().filter_map(|one| margin(one)).collect()),
        price: median(judged.iter().filter_map(|one| price(one)).collect()),
    };
    products.iter().map(|one| propose_one(roles, &whole, one)).collect()
}

fn is_enough(roles: &Roles, one: &Figures) -> bool {
    let settings = &roles.settings;
    one.days_on_sale >= settings.days_min && one.sessions >= settings.sessions_min
}

fn margin(one: &Figures) -> Option<Decimal> {
    (one.net_sales > Decimal::ZERO).then(|| one.contribution / one.net_sales)
}

fn price(one: &Figures) -> Option<Decimal> {
    (one.units > Decimal::ZERO).then(|| one.net_sales / one.units)
}

pub(super) fn median(mut values: Vec<Decimal>) -> Option<Decimal> {
    values.sort();
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[half]),
        _ => Some((values[half - 1] + values[half]) / Decimal::TWO),
    }
}

fn share(part: Decimal, whole: Decimal) -> Decimal {
    if whole > Decimal::ZERO { part / whole } else { Decimal::ZERO }
}

fn propose_one(roles: &Roles, whole: &Whole, one: &Figures) -> Proposal {
    let traffic_share = share(one.sessions, whole.sessions);
    let profit_share = share(one.contribution.max(Decimal::ZERO), whole.profit);
    let (margin, price) = (margin(one), price(one));
    let enough = is_enough(roles, one);
    let mut proposal = Proposal {
        sku: one.sku.clone(),
        role: None,
        enough,
        traffic_share,
        profit_share,
        margin,
        price,
        says: Text::default(),
    };
    // Old stock is a matter of stock, however few visitors there were.
    if let Some(says) = clear_out(roles, one) {
        proposal.role = Some(Role::ClearOut);
        proposal.says = says;
        return proposal;
    }
    if !enough {
        let (days, sessions) = (shown(one.days_on_sale), shown(one.sessions));
        proposal.says = both(
            format!("too little to judge: {days} days on sale, {sessions} sessions"),
            format!("数据不足：上架 {days} 天，{sessions} 次访问"),
        );
        return proposal;
    }
    let (role, says) = by_figures(roles, whole, &proposal);
    proposal.role = role;
    proposal.says = says;
    proposal
}

fn clear_out(roles: &Roles, one: &Figures) -> Option<Text> {
    let settings = &roles.settings;
    let mut reasons = Vec::new();
    if one.aged_share >= settings.aged_share {
        let aged = percent(one.aged_share);
        reasons.push(both(
            format!("{aged} of its stock is older than half a year"),
            format!("{aged} 的库存超过半年"),
        ));
    }
    if one.days_of_cover >= settings.cover_days {
        let days = shown(one.days_of_cover);
        reasons.push(both(format!("stock for {days} days"), format!("库存可售 {days} 天")));
    }
    let loses = one.contribution <= Decimal::ZERO;
    if loses {
        reasons.push(both("it earns nothing after ads", "扣除广告后没有利润"));
    }
    // Old stock that still earns is a matter of price, a loss with fresh stock one of cost.
    (reasons.len() >= 2 && (loses || reasons.len() == 3)).then(|| joined(&reasons, ("; ", "；")))
}

fn by_figures(roles: &Roles, whole: &Whole, one: &Proposal) -> (Option<Role>, Text) {
    let settings = &roles.settings;
    let above = |value: Option<Decimal>, middle: Option<Decimal>| {
        value.zip(middle).is_some_and(|(value, middle)| value >= middle)
    };
    let is_rich = above(one.margin, whole.margin);
    let (traffic, profit) = (percent(one.traffic_share), percent(one.profit_share));
    let margin = one.margin.map_or_else(|| "–".to_owned(), percent);
    let middle = whole.margin.map_or_else(|| "–".to_owned(), percent);
    let dear = one
        .price
        .zip(whole.price)
        .filter(|(price, middle)| *price >= *middle * settings.price_times);
    if let Some((price, usual)) = dear.filter(|_| is_rich && one.traffic_share <= whole.even) {
        let (price, usual) = (shown(price.round_dp(2)), shown(usual.round_dp(2)));
        return (
            Some(Role::ImageItem),
            both(
                format!(
                    "sells at {price} beside {usual} in the line, margin {margin} (line {middle}), {traffic} of visitors"
                ),
                format!(
                    "售价 {price}，产品线中位 {usual}；利润率 {margin}（产品线 {middle}），访客占 {traffic}"
                ),
            ),
        );
    }
    if is_rich && one.profit_share >= whole.even * settings.profit_times {
        return (
            Some(Role::ProfitItem),
            both(
                format!("brings {profit} of the line's profit, margin {margin} (line {middle})"),
                format!("贡献产品线 {profit} 的利润，利润率 {margin}（产品线 {middle}）"),
            ),
        );
    }
    if one.traffic_share >= whole.even * settings.traffic_times {
        return (
            Some(Role::TrafficItem),
            both(
                format!(
                    "brings {traffic} of the line's visitors and {profit} of its profit, margin {margin} (line {middle})"
                ),
                format!(
                    "带来产品线 {traffic} 的访客、{profit} 的利润，利润率 {margin}（产品线 {middle}）"
                ),
            ),
        );
    }
    (
        None,
        both(
            format!(
                "no role stands out: {traffic} of visitors, {profit} of profit, margin {margin} (line {middle})"
            ),
            format!(
                "没有突出的角色：访客占 {traffic}，利润占 {profit}，利润率 {margin}（产品线 {middle}）"
            ),
        ),
    )
}
