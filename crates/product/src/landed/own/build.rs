//! One case in the making: each part from the case, the product master or the facts, in this order.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::kind::Body;
use argosy_kernel::{Currency, Money, Text};
use rust_decimal::Decimal;

use super::Sources;
use crate::{
    choice::{
        body::{currency, flag, lines, list, money, number, owned, text},
        facts::Figures,
    },
    landed::{
        case::{Border, Case, Charge, Cost, Fee, Fx, Levy, Plan, Returns, Tax},
        freight::{Carton, Quote},
        rate::{Duty, Part, Quantity, Rate, RateText},
        rules::At,
        work_out,
    },
    says::{Refusal, both, percent, shown},
};

/// One case in the making.
pub(super) struct Build<'a> {
    pub sources: &'a Sources<'a>,
    pub product: String,
    pub market: String,
    pub body: &'a Body,
    pub item: &'a Body,
    pub facts: &'a Figures,
    pub lacks: Vec<Text>,
    pub assumed: Vec<Text>,
}

/// Freight by quote and carton, and what is known per unit.
type Carriage = (Vec<(Quote, Carton)>, Vec<Cost>);

impl Build<'_> {
    fn lack<T>(&mut self, en: &str, zh: &str) -> Option<T> {
        self.lacks.push(both(en, zh));
        None
    }

    fn refuse<T>(&mut self, refusal: Refusal) -> Option<T> {
        self.lacks.push(refusal.says);
        None
    }

    fn assume(&mut self, en: String, zh: String) {
        self.assumed.push(both(en, zh));
    }

    /// A number of the case, else of the product master.
    fn of(&self, id: &str) -> Option<Decimal> {
        number(self.body, id).or_else(|| number(self.item, id))
    }

    fn word(&self, id: &str) -> Option<String> {
        owned(self.body, id).or_else(|| owned(self.item, id))
    }

    pub(super) fn case(&mut self) -> Option<Case> {
        // Every part is asked for, so that all that is missing is told at once.
        let price = self.price();
        let tax = self.tax();
        let goods = self.goods();
        let freight = self.freight();
        let levies = self.levies(price);
        let fees = self.fees();
        let fulfilment = self.fulfilment();
        let ads_share = self.ads();
        let returns = self.returns();
        let price = price?;
        let (freight, carriage) = freight?;
        let plan = self.plan();
        let case = Case {
            sku: self.product.clone(),
            market: self.market.clone(),
            hs: self.word("hs_code").unwrap_or_default(),
            origin: self.word("origin").unwrap_or_default(),
            price,
            tax: tax?,
            goods: goods?,
            freight,
            carriage,
            customs: self.border(levies?),
            fees: fees?,
            fulfilment: fulfilment?,
            ads_share: ads_share?,
            returns: returns?,
            plan,
            fx: self.fx(price.currency),
        };
        match work_out(&case) {
            Ok(_) => Some(case),
            Err(refusal) => self.refuse(refusal),
        }
    }

    fn price(&mut self) -> Option<Money> {
        // Of a candidate the price stands in its own record.
        if let Some(price) = money(self.body, "price").or_else(|| money(self.item, "price")) {
            return Some(price);
        }
        let pair = (self.product.clone(), self.market.clone());
        match self.sources.prices.get(&pair) {
            Some(price) => {
                self.assume(
                    format!("price {price}: mean of the listings on sale, last 30 days"),
                    format!("售价 {price}：近 30 天在售商品均价"),
                );
                Some(*price)
            }
            None => self.lack("the price paid by the buyer", "买家支付价格"),
        }
    }

    fn tax(&mut self) -> Option<Tax> {
        let known = self.sources.known;
        let recoverable = !flag(self.body, "vat_not_recoverable");
        let on_top = known.rules.tax_on_top.contains(&self.market);
        if let Some(rate) = number(self.body, "vat_rate") {
            let source = "landed case".to_owned();
            return Some(Tax { rate, in_price: !on_top, recoverable, source });
        }
        if on_top {
            let source = "landed.toml: tax on top of the price".to_owned();
            return Some(Tax { rate: Decimal::ZERO, in_price: false, recoverable, source });
        }
        match known.vat(&self.market, self.sources.ground.today) {
            Some(rate) => {
                let source = "vat.csv".to_owned();
                Some(Tax { rate, in_price: true, recoverable, source })
            }
            None => self.lack("the VAT rate of the market", "当地增值税率"),
        }
    }

    fn goods(&mut self) -> Option<Vec<Cost>> {
        let price = match money(self.body, "purchase") {
            Some(price) => price,
            None => match self.sources.purchase.get(&self.product).copied() {
                Some(price) => {
                    self.assume(
                        format!("purchase price {price}: lowest supplier price"),
                        format!("采购单价 {price}：供应商报价最低者"),
                    );
                    price
                }
                None => return self.lack("the purchase price", "采购单价"),
            },
        };
        let mut goods = vec![Cost {
            id: "purchase".to_owned(),
            name: both("Purchase price", "采购价"),
            amount: price,
            source: "landed case".to_owned(),
        }];
        goods.extend(costs(self.body, "extras"));
        Some(goods)
    }

    fn freight(&mut self) -> Option<Carriage> {
        if let Some(amount) = money(self.body, "freight_per_unit") {
            let name = both("Head-haul per unit", "头程（每件）");
            let source = "landed case".to_owned();
            let cost = Cost { id: "freight".to_owned(), name, amount, source };
            return Some((Vec::new(), vec![cost]));
        }
        let mode = text(self.body, "mode").and_then(|id| self.sources.known.rules.mode(id));
        let rate = money(self.body, "freight_rate");
        let (Some(mode), Some(rate)) = (mode.cloned(), rate) else {
            return self.lack(
                "the head-haul: mode and rate, or an amount per unit",
                "头程：运输方式与运价，或每件费用",
            );
        };
        let Some(carton) = self.carton() else {
            return self.lack("the carton: sides, weight and units", "箱规：长宽高、毛重、装箱数");
        };
        if let Err(refusal) = carton.check() {
            return self.refuse(refusal);
        }
        let step = number(self.body, "freight_step");
        let source = "landed case".to_owned();
        Some((vec![(Quote { mode, rate, step, source }, carton)], Vec::new()))
    }

    pub(super) fn carton(&self) -> Option<Carton> {
        let sides = ["carton_length_cm", "carton_width_cm", "carton_height_cm"];
        let [length, width, height] = sides.map(|id| self.of(id));
        let cm = [length?, width?, height?];
        Some(Carton { cm, kg: self.of("carton_kg")?, units: self.of("carton_units")? })
    }

    fn levies(&mut self, price: Option<Money>) -> Option<Vec<Levy>> {
        let known = self.sources.known;
        let named: BTreeSet<String> = list(self.body, "lists").into_iter().collect();
        let (hs, origin) =
            (self.word("hs_code").unwrap_or_default(), self.word("origin").unwrap_or_default());
        let at = At {
            market: &self.market,
            origin: &origin,
            hs: &hs,
            day: self.sources.ground.today,
            named: &named,
        };
        let open: Vec<Text> =
            known.rules.to_ask(at).iter().map(|extra| extra.name.clone()).collect();
        let typed = match (number(self.body, "duty_rate"), text(self.body, "duty_text")) {
            (Some(share), _) => {
                let what = Duty::OfValue(share);
                Some(Ok(Rate { parts: vec![Part { what, on: None }] }))
            }
            (None, Some(words)) => Some(read(words)),
            (None, None) => None,
        };
        let levies = match typed {
            Some(Ok(rate)) => {
                let currency = price.map_or(Currency::USD, |price| price.currency);
                let currency = if self.market == "US" { Currency::USD } else { currency };
                let mut levies = vec![Levy {
                    id: "duty".to_owned(),
                    name: both("Duty", "关税"),
                    charge: Charge::Rate { rate, currency },
                    parcels_only: false,
                    up_to: None,
                    ordinary: true,
                    source: "landed case".to_owned(),
                }];
                levies.extend(known.rules.levies(at));
                Ok(levies)
            }
            Some(Err(refusal)) => Err(refusal),
            None if origin == self.market && !origin.is_empty() => Ok(Vec::new()),
            None => match known.tariffs.get(&self.market) {
                Some(_) if hs.is_empty() => {
                    return self.lack("the HS code, or a duty rate", "HS 编码或关税税率");
                }
                Some(tariff) => known.rules.duties(tariff, at, text(self.body, "programme")),
                None => return self.lack("the duty rate", "关税税率"),
            },
        };
        if !open.is_empty() && origin == "CN" {
            let listed = crate::says::joined(&open, (", ", "、"));
            self.assume(
                format!("counted as on none of these lists: {}", listed.en),
                format!("按不在以下清单计：{}", listed.zh_cn),
            );
        }
        levies.map_err(|refusal| self.lacks.push(refusal.says)).ok()
    }

    fn border(&self, levies: Vec<Levy>) -> Border {
        let known = self.sources.known;
        let kg = self.of("unit_kg").or_else(|| number(self.item, "weight_kg"));
        Border {
            basis: known.rules.basis(&self.market),
            levies,
            parcel: flag(self.body, "parcel"),
            parcel_units: number(self.body, "parcel_units").unwrap_or(Decimal::ONE),
            free_to: known.rules.free_to(&self.market, self.sources.ground.today),
            declared: money(self.body, "declared"),
            quantity: Quantity { kg: kg.unwrap_or_default(), ..Quantity::default() },
        }
    }

    /// A figure of the facts over another one.
    fn over(&self, part: &str, whole: &str) -> Option<Decimal> {
        let whole = self.facts.get(whole).filter(|whole| **whole > Decimal::ZERO)?;
        self.facts.get(part).map(|part| (part / whole).round_dp(6))
    }

    /// The return rate of the facts, where reports of returns tell it.
    fn returned(&self) -> Option<Decimal> {
        let is_told = self.sources.told.returns.contains(&self.market);
        self.over("units_returned", "units_sold").filter(|_| is_told)
    }

    fn fees(&mut self) -> Option<Vec<Fee>> {
        let typed: Vec<Fee> = lines(self.body, "fees").enumerate().map(fee).collect();
        if !typed.is_empty() {
            return Some(typed);
        }
        match self.over("channel_fees", "net_sales") {
            Some(share) => {
                let told = percent(share);
                self.assume(
                    format!("channel fees {told} of net sales: own facts, 90 days"),
                    format!("平台费用占净销售额 {told}：近 90 天实际"),
                );
                Some(vec![Fee {
                    id: "channel_fees".to_owned(),
                    name: both("Channel fees", "平台费用"),
                    share,
                    of_net: true,
                    minimum: None,
                    fixed: None,
                    kept: Decimal::ONE,
                    source: "facts".to_owned(),
                }])
            }
            None => self.lack("the fees of the channel", "平台费用"),
        }
    }

    fn fulfilment(&mut self) -> Option<Vec<Cost>> {
        let typed: Vec<Cost> = costs(self.body, "fulfilment").collect();
        if !typed.is_empty() {
            return Some(typed);
        }
        let currency = self.sources.ground.currency;
        let told =
            [("fulfilment_cost", "Fulfilment", "配送费"), ("storage_cost", "Storage", "仓储费")];
        let mut found = Vec::new();
        for (metric, en, zh) in told {
            if let Some(each) = self.over(metric, "units_sold") {
                let amount = Money::new(each, currency);
                self.assume(
                    format!("{en} {} a unit: own facts, 90 days", amount.rounded()),
                    format!("{zh}每件 {}：近 90 天实际", amount.rounded()),
                );
                let source = "facts".to_owned();
                found.push(Cost { id: metric.to_owned(), name: both(en, zh), amount, source });
            }
        }
        if found.is_empty() {
            return self.lack("fulfilment per unit", "每件配送费");
        }
        Some(found)
    }

    fn ads(&mut self) -> Option<Decimal> {
        if let Some(share) = number(self.body, "ads_share") {
            return Some(share);
        }
        let is_told = self.sources.told.ads.contains(&self.market);
        match self.over("ad_spend", "net_sales").filter(|_| is_told) {
            Some(share) => {
                let told = percent(share);
                self.assume(
                    format!("ads {told} of net sales: own facts, 90 days"),
                    format!("广告占净销售额 {told}：近 90 天实际"),
                );
                Some(share)
            }
            None => self.lack("ad spend as a share of net sales", "广告占净销售额比例"),
        }
    }

    fn returns(&mut self) -> Option<Returns> {
        let share = match number(self.body, "return_share") {
            Some(share) => share,
            None => match self.returned() {
                Some(share) => {
                    let told = percent(share);
                    self.assume(
                        format!("return rate {told}: own facts, 90 days"),
                        format!("退货率 {told}：近 90 天实际"),
                    );
                    share
                }
                None => return self.lack("the return rate", "退货率"),
            },
        };
        let unsellable = number(self.body, "unsellable_share").unwrap_or_else(|| {
            if !share.is_zero() {
                self.assumed.push(both(
                    "returned goods are counted as lost: nobody said which can be sold again",
                    "退货按全部不可再售计：未填写可再售比例",
                ));
            }
            Decimal::ONE
        });
        let handling = money(self.body, "return_handling");
        Some(Returns { share, unsellable, handling, source: "landed case".to_owned() })
    }

    fn plan(&mut self) -> Plan {
        let pair = (self.product.clone(), self.market.clone());
        let sold = self.sources.month.get(&pair).and_then(|one| one.get("units_sold")).copied();
        let typed = self.of("units_per_month");
        let units_per_month = typed.or(sold).unwrap_or_default();
        let stock = self.facts.get("stock_sellable").copied();
        let landed_units = number(self.body, "landed_units").or(stock).unwrap_or_default();
        if typed.is_none()
            && let Some(sold) = sold
        {
            let told = shown(sold);
            self.assume(
                format!("{told} units a month: sold in the last 30 days"),
                format!("月销量 {told}：近 30 天实际"),
            );
        }
        Plan {
            units_per_month,
            one_off: money(self.body, "one_off").or_else(|| money(self.item, "one_off")),
            first_order: self.of("first_order").unwrap_or_default(),
            landed_units,
        }
    }

    /// What currencies are worth in that of the price: typed in, else the central bank's.
    fn fx(&self, price: Currency) -> Fx {
        let ground = self.sources.ground;
        let rates = ground.engine.rates().with_own(&ground.desk_data.own_rates);
        let mut codes: BTreeSet<Currency> =
            [Currency::USD, Currency::EUR, Currency::GBP, Currency::CNY, ground.currency].into();
        codes.extend(amounts(self.body).map(|money| money.currency));
        codes.extend(self.sources.purchase.get(&self.product).map(|money| money.currency));
        codes.remove(&price);
        let worth = |from: &Currency| rates.between(from.code(), price.code(), ground.today);
        let mut worth: BTreeMap<Currency, Decimal> =
            codes.iter().filter_map(|from| Some((*from, worth(from)?))).collect();
        for line in lines(self.body, "fx") {
            if let (Some(from), Some(rate)) = (currency(line, "currency"), number(line, "worth")) {
                worth.insert(from, rate);
            }
        }
        Fx { worth, source: "fx/ecb.csv and own rates".to_owned() }
    }
}

/// All amounts anywhere in a body.
fn amounts(body: &Body) -> impl Iterator<Item = Money> {
    let direct = body.values().filter_map(crate::choice::body::money_of);
    let inner = body.values().filter_map(serde_json::Value::as_array).flatten();
    let inner = inner.filter_map(serde_json::Value::as_object);
    direct.chain(inner.flat_map(|line| line.values().filter_map(crate::choice::body::money_of)))
}

fn costs(body: &Body, id: &str) -> impl Iterator<Item = Cost> {
    lines(body, id).enumerate().filter_map(move |(at, line)| {
        let name = owned(line, "name").unwrap_or_default();
        Some(Cost {
            id: format!("cost_{at}"),
            name: both(name.clone(), name),
            amount: money(line, "amount")?,
            source: "landed case".to_owned(),
        })
    })
}

fn fee((at, line): (usize, &Body)) -> Fee {
    let name = owned(line, "name").unwrap_or_default();
    Fee {
        id: if name.is_empty() { format!("fee_{at}") } else { name.clone() },
        name: both(name.clone(), name),
        share: number(line, "share").unwrap_or_default(),
        of_net: false,
        minimum: money(line, "minimum"),
        fixed: money(line, "fixed"),
        kept: number(line, "kept").unwrap_or(Decimal::ONE),
        source: "landed case".to_owned(),
    }
}

/// A rate as people copy it from a tariff.
///
/// # Errors
/// `rate_unread`.
pub(crate) fn read(words: &str) -> Result<Rate, Refusal> {
    match RateText::read(words) {
        Some(RateText::Known(rate)) => Ok(rate),
        _ => Err(Refusal::new(
            "rate_unread",
            format!("the duty `{words}` cannot be read; write it like 6.5% or 1¢/kg + 4%"),
            format!("无法识别关税“{words}”，请写成 6.5% 或 1¢/kg + 4% 的形式"),
        )),
    }
}
