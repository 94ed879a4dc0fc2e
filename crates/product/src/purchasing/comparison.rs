//! Quotations side by side: what each would cost landed, by when, and which one is best and why.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Board, Detail, Row, Unit},
    face::{ChapterError, Done, Ground, Order},
};
use argosy_kernel::{Day, Money, Text};
use chrono::Days;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    act::{body, new, save},
    costs::{Learnt, learnt},
};
use crate::{
    choice::show::{fact, facts, noted, number, param, remark, row_id, two},
    model::{
        Of,
        buying::{Quotation, QuotationLine, Request, RequestLine},
        supply::Supply,
    },
    says::{both, joined, percent, shown},
    worth::Change,
};

const KINDS: &[&str] =
    &["item", "supplier", "rfq", "quotation", "purchase_order", "shipment", "receipt"];

/// One offer for one line of a request.
#[derive(Clone, PartialEq, Debug)]
struct Offer {
    request: String,
    sku: String,
    units: i64,
    quotation: String,
    supplier: String,
    price: Money,
    /// Per unit in the reporting currency.
    goods: Option<Decimal>,
    one_off: Decimal,
    freight: Option<Decimal>,
    duty: Option<Decimal>,
    moq: Option<i64>,
    lead_days: Option<i64>,
    ready: Option<Day>,
    /// What stands against it; empty when it can be taken.
    against: Vec<Text>,
}

impl Offer {
    fn id(&self) -> String {
        row_id(&[&self.sku, &self.quotation])
    }

    /// A unit with everything that is known.
    fn landed(&self) -> Option<Decimal> {
        let beside = self.freight.unwrap_or_default() + self.duty.unwrap_or_default();
        Some((self.goods? + self.one_off + beside).round_dp(6))
    }
}

/// What is added to prices.
struct Beside {
    per_kg: Option<Decimal>,
    duty: Option<Decimal>,
}

impl Beside {
    fn new(params: &BTreeMap<String, Value>, learnt: Learnt, change: &Change) -> Self {
        let given = params.get("freight_kg").cloned();
        let given: Option<Money> = given.and_then(|given| serde_json::from_value(given).ok());
        let per_kg = given.and_then(|money| change.money(money)).map(|money| money.amount);
        Self { per_kg: per_kg.or(learnt.per_kg), duty: number(params, "duty").or(learnt.duty) }
    }
}

async fn offers(
    ground: &Ground<'_>,
    supply: &Supply,
    params: &BTreeMap<String, Value>,
) -> Result<Vec<Offer>, ChapterError> {
    let change = Change::new(ground, ground.currency, ground.today);
    let beside = Beside::new(params, learnt(supply, &change), &change);
    let wanted = param(params, "rfq");
    let mut offers = Vec::new();
    for request in supply.requests.values() {
        let shown = match wanted {
            Some(wanted) => wanted == request.id,
            None => request.is(&["sent"]),
        };
        if !shown {
            continue;
        }
        for quotation in supply.quotations.values() {
            if quotation.body.rfq.as_deref() != Some(request.id.as_str()) {
                continue;
            }
            for line in &request.body.lines {
                offers.extend(offer(
                    supply,
                    (request, line),
                    quotation,
                    &beside,
                    (&change, ground.today),
                ));
            }
        }
    }
    Ok(offers)
}

fn offer(
    supply: &Supply,
    (request, line): (&Of<Request>, &RequestLine),
    quotation: &Of<Quotation>,
    beside: &Beside,
    (change, today): (&Change, Day),
) -> Option<Offer> {
    let of = &quotation.body;
    let tier = tier(&of.lines, &line.sku, line.units)?;
    let units = Decimal::from(line.units);
    let goods = change.amount(tier.price, of.currency);
    // One-off costs are shared over the goods of the quotation by their worth.
    let worth = |request_line: &RequestLine| {
        let tier = self::tier(&of.lines, &request_line.sku, request_line.units)?;
        Some(tier.price * Decimal::from(request_line.units))
    };
    let all: Decimal = request.body.lines.iter().filter_map(worth).sum();
    let one_off = of.one_off.unwrap_or_default();
    let one_off = match all.is_zero() {
        true => Decimal::ZERO,
        false => one_off * (tier.price * units / all) / units,
    };
    let kg = supply.items.get(&line.sku).and_then(|item| item.body.unit_kg());
    let ready =
        tier.lead_days.and_then(|days| today.checked_add_days(Days::new(days.unsigned_abs())));
    let least = tier.moq.unwrap_or(1).max(tier.from_units.unwrap_or(1));
    let mut against = Vec::new();
    if let Some(until) = of.valid_until.filter(|until| *until < today) {
        against.push(both(format!("ended on {until}"), format!("已于 {until} 失效")));
    }
    if line.units < least {
        against.push(both(format!("least order {least}"), format!("最小起订量 {least}")));
    }
    if let (Some(ready), Some(wanted)) = (ready, request.body.wanted_by)
        && ready > wanted
    {
        let late = (ready - wanted).num_days();
        against.push(both(format!("ready {late} days too late"), format!("晚于期望 {late} 天")));
    }
    Some(Offer {
        request: request.id.clone(),
        sku: line.sku.clone(),
        units: line.units,
        quotation: quotation.id.clone(),
        supplier: of.supplier.clone(),
        price: Money::new(tier.price, of.currency),
        goods,
        one_off: change.amount(one_off, of.currency).unwrap_or_default(),
        freight: beside.per_kg.zip(kg).map(|(per_kg, kg)| per_kg * kg),
        duty: beside.duty.zip(goods).map(|(duty, goods)| duty * goods),
        moq: tier.moq,
        lead_days: tier.lead_days,
        ready,
        against,
    })
}

/// The price for so many units: the highest tier they reach, else the lowest there is.
fn tier<'l>(lines: &'l [QuotationLine], sku: &str, units: i64) -> Option<&'l QuotationLine> {
    let of_sku = || lines.iter().filter(|line| line.sku == sku);
    let from = |line: &&QuotationLine| line.from_units.unwrap_or(1);
    let reached = of_sku().filter(|line| from(line) <= units).max_by_key(from);
    reached.or_else(|| of_sku().min_by_key(from))
}

/// By request and SKU: the offers that can be taken, the cheapest landed first.
fn ranked(offers: &[Offer]) -> BTreeMap<(&str, &str), Vec<&Offer>> {
    let mut ranked: BTreeMap<(&str, &str), Vec<&Offer>> = BTreeMap::new();
    for offer in offers.iter().filter(|one| one.against.is_empty() && one.landed().is_some()) {
        ranked.entry((&offer.request, &offer.sku)).or_default().push(offer);
    }
    for offers in ranked.values_mut() {
        offers.sort_by_key(|one| (one.landed(), one.lead_days, one.quotation.as_str()));
    }
    ranked
}

/// Why the first of the ranked is best.
fn why(ranked: &[&Offer], currency: argosy_kernel::Currency) -> Text {
    let (Some(best), Some(next)) = (ranked.first(), ranked.get(1)) else {
        return both("the only one that can be taken", "唯一可选的报价");
    };
    let (Some(low), Some(high)) = (best.landed(), next.landed()) else {
        return both("the only one with a known cost", "唯一成本已知的报价");
    };
    let less = high - low;
    let of = &next.supplier;
    let mut parts = vec![match less.is_zero() {
        true => both(format!("as cheap as {of}"), format!("与 {of} 同价")),
        false => {
            let amount = Money::new(less, currency).rounded();
            let share = percent(less / high);
            both(
                format!("{amount} a unit ({share}) below {of}"),
                format!("单件比 {of} 低 {amount}（{share}）"),
            )
        }
    }];
    if let (Some(own), Some(other)) = (best.lead_days, next.lead_days) {
        parts.extend(match own - other {
            0 => None,
            more if more > 0 => {
                Some(both(format!("but {more} days slower"), format!("但慢 {more} 天")))
            }
            less => Some(both(format!("and {} days faster", -less), format!("且快 {} 天", -less))),
        });
    }
    joined(&parts, (", ", "，"))
}

pub(super) async fn board(
    ground: &Ground<'_>,
    params: &BTreeMap<String, Value>,
) -> Result<Board, ChapterError> {
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let offers = offers(ground, &supply, params).await?;
    let ranked = ranked(&offers);
    let mut board = Board { day: Some(ground.today), ..Board::default() };
    let unit = |amount: Decimal| Money::new(amount.round_dp(4), ground.currency);
    for offer in &offers {
        let order = ranked.get(&(offer.request.as_str(), offer.sku.as_str()));
        let place = order.and_then(|order| order.iter().position(|one| one.id() == offer.id()));
        let says = match place {
            Some(0) => order.map(|order| why(order, ground.currency)),
            _ if !offer.against.is_empty() => Some(joined(&offer.against, (", ", "，"))),
            _ => None,
        };
        let name = supply.suppliers.get(&offer.supplier).map(|one| one.body.name.clone());
        let mut row = Row::new(offer.id())
            .with("rfq", offer.request.as_str())
            .with("sku", offer.sku.as_str())
            .with("units", offer.units)
            .with("quotation", offer.quotation.as_str())
            .with("supplier", name.unwrap_or_else(|| offer.supplier.clone()))
            .with("price", offer.price)
            .with("goods", offer.goods.map(unit))
            .with("one_off", unit(offer.one_off))
            .with("freight", offer.freight.map(unit))
            .with("duty", offer.duty.map(unit))
            .with("landed", offer.landed().map(unit))
            .with(
                "total",
                offer.landed().map(|one| {
                    Money::new(one * Decimal::from(offer.units), ground.currency).rounded()
                }),
            )
            .with("moq", offer.moq)
            .with("lead_days", offer.lead_days)
            .with("ready", offer.ready)
            .with("place", place.and_then(|place| i64::try_from(place + 1).ok()))
            .with("best", place == Some(0))
            .with("why", says);
        if offer.goods.is_none() {
            row = row.noted("landed", both("no exchange rate", "无汇率"));
        } else if offer.freight.is_none() || offer.duty.is_none() {
            row = row.noted(
                "landed",
                both("without freight or duty: not known", "未含运费或关税：未知"),
            );
        }
        board.rows.push(row);
    }
    if offers.iter().any(|one| one.freight.is_none()) {
        board.remarks.push(remark("info", both(
            "Freight is estimated from own shipments by weight; enter a rate above, or weights of the SKUs, where it is empty",
            "运费按自有发货单的每公斤费用估算；为空时请在上方填写费率或补全 SKU 重量",
        )));
    }
    Ok(board)
}

pub(super) async fn detail(
    ground: &Ground<'_>,
    row: &str,
    params: &BTreeMap<String, Value>,
) -> Result<Option<Detail>, ChapterError> {
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let offers = offers(ground, &supply, params).await?;
    let Some(offer) = offers.iter().find(|one| one.id() == row) else { return Ok(None) };
    let unit = |amount: Decimal| Money::new(amount.round_dp(4), ground.currency);
    let learnt = learnt(&supply, &Change::new(ground, ground.currency, ground.today));
    let from = both(
        format!("from {} own shipments with bills", learnt.shipments),
        format!("依据 {} 票已结算发货", learnt.shipments),
    );
    let lines = vec![
        fact(both("Price", "报价"), Unit::Money, offer.price),
        fact(both("Goods", "货物"), Unit::Money, offer.goods.map(unit)),
        fact(both("One-off costs, per unit", "一次性费用分摊"), Unit::Money, unit(offer.one_off)),
        noted(both("Freight", "运费"), Unit::Money, offer.freight.map(unit), from.clone()),
        noted(both("Duty", "关税"), Unit::Money, offer.duty.map(unit), from),
        fact(both("Landed", "到岸成本"), Unit::Money, offer.landed().map(unit)),
        fact(both("Ready", "预计完工"), Unit::Day, offer.ready),
    ];
    let title = both(offer.id(), offer.id());
    Ok(Some(Detail { title, sections: vec![facts(both("Per unit", "单件"), lines)] }))
}

/// Orders from the chosen offers: one draft for each quotation, and the quotation is chosen.
pub(super) async fn order(ground: &Ground<'_>, order: &Order) -> Result<Done, ChapterError> {
    let supply = Supply::read(ground, KINDS, &[]).await?;
    let offers = offers(ground, &supply, &order.params).await?;
    let mut chosen: BTreeMap<&str, Vec<&Offer>> = BTreeMap::new();
    for row in &order.rows {
        let known = || {
            let what = two(row).map_or(row.as_str(), |(sku, _)| sku);
            ChapterError::told(
                format!("{what}: this quotation is no longer on the board; load it again"),
                format!("{what}：该报价已不在看板上，请刷新"),
            )
        };
        let offer = offers.iter().find(|one| one.id() == *row).ok_or_else(known)?;
        if let Some(ended) = offer.against.iter().find(|says| says.en.starts_with("ended")) {
            return Err(ChapterError::told(
                format!("{}: {}; ask for a new quotation", offer.quotation, ended.en),
                format!("{}：{}；请重新询价", offer.quotation, ended.zh_cn),
            ));
        }
        chosen.entry(&offer.quotation).or_default().push(offer);
    }
    let mut writes = Vec::new();
    for (id, offers) in chosen {
        let Some(quotation) = supply.quotations.get(id) else { continue };
        writes.push(new("purchase_order", draft(&supply, quotation, &offers, order, ground.today)));
        if let Some(record) = ground.desk.record("quotation", id).await?
            && record.state.as_deref() != Some("chosen")
        {
            let mut change = argosy_chapter::book::New::change(&record);
            change.state = Some("chosen".to_owned());
            writes.push(change);
        }
    }
    let says = |ids: &str| {
        both(
            format!("made: {ids}; check and approve the drafts"),
            format!("已生成：{ids}；请核对并审批草稿"),
        )
    };
    save(ground, writes, &order.who, says).await
}

fn draft(
    supply: &Supply,
    quotation: &Of<Quotation>,
    offers: &[&Offer],
    order: &Order,
    today: Day,
) -> argosy_chapter::kind::Body {
    let of = &quotation.body;
    let request = of.rfq.as_ref().and_then(|id| supply.requests.get(id)).map(|one| &one.body);
    let supplier = supply.suppliers.get(&of.supplier).map(|one| &one.body);
    let lines: Vec<Value> = offers
        .iter()
        .map(|offer| {
            let tier = tier(&of.lines, &offer.sku, offer.units);
            let line = json!({
                "sku": offer.sku, "units": offer.units, "price": shown_exact(offer.price.amount),
                "due": offer.ready, "carton_units": tier.and_then(|tier| tier.carton_units),
            });
            Value::Object(body(line))
        })
        .collect();
    let own = |of_quotation: Option<Decimal>, of_supplier: Option<Decimal>| {
        of_quotation.or(of_supplier).map(shown)
    };
    body(json!({
        "supplier": of.supplier, "currency": of.currency, "rfq": of.rfq, "quotation": quotation.id,
        "ordered_on": order.form.get("ordered_on").cloned().unwrap_or(json!(today)),
        "deliver_to": order.form.get("deliver_to").cloned()
            .or_else(|| request?.deliver_to.clone().map(Value::from)),
        "incoterm": of.incoterm.clone().or_else(|| supplier?.incoterm.clone()),
        "one_off": of.one_off.map(shown_exact),
        "deposit_share": own(of.deposit_share, supplier.and_then(|one| one.deposit_share)),
        "balance_when": of.balance_when.clone().or_else(|| supplier?.balance_when.clone()),
        "balance_days": of.balance_days.or_else(|| supplier?.balance_days),
        "lines": lines,
    }))
}

/// A decimal with all its digits.
fn shown_exact(value: Decimal) -> String {
    value.to_string()
}
