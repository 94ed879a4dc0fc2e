//! Why a proposal says what it says, in both languages.

use argosy_kernel::{Day, Text};

use super::{
    item::{Aim, Item},
    propose::{Limit, Order, Refusal, Working, percent},
    reckon::choose::{Bend, Considered},
};

pub(super) fn text(en: String, zh_cn: String) -> Text {
    Text { en, zh_cn }
}

pub(super) fn of(
    item: &Item<'_>,
    found: &Considered,
    orders: &[Order],
    working: &Working,
    today: Day,
) -> Vec<Text> {
    let mut all = vec![stock(working), demand(working)];
    if item.position.is_wrong() {
        all.push(text(
            "Stock in the books is below zero; it is counted as none. Count the shelf.".into(),
            "账面库存为负数，按零计算。请盘点。".into(),
        ));
    }
    if working.too_late > rust_decimal::Decimal::new(5, 1) {
        all.push(text(
            format!(
                "{} units will be lost before anything ordered today can arrive ({})",
                working.too_late, working.too_late_lost
            ),
            format!(
                "今天下单的货到之前，预计已断货损失 {} 件（{}）",
                working.too_late, working.too_late_lost
            ),
        ));
    }
    all.extend(orders.iter().map(|order| ordered(order, working, today)));
    all.extend(found.bends.iter().map(|bend| bent(*bend, working)));
    if !orders.is_empty() {
        all.push(promise(item.aim, working));
    }
    all
}

fn stock(working: &Working) -> Text {
    let Working { free, in_transit, in_production, empty_on, .. } = working;
    text(
        format!(
            "{free} free to sell, {in_transit} on the road, {in_production} in production; \
             together they last until about {empty_on}"
        ),
        format!(
            "可售 {free} 件，在途 {in_transit} 件，在产 {in_production} 件；合计约可售至 {empty_on}"
        ),
    )
}

fn demand(working: &Working) -> Text {
    let [mean, _, most, _, _] = working.demand;
    let (en, zh) = (working.usual.says().en, working.usual.says().zh_cn);
    text(
        format!(
            "Until the next order by {en} could arrive {mean} units are expected to be asked for, \
             at most {most} in nine of ten cases"
        ),
        format!("到下一批{zh}货可到之前，预计需求 {mean} 件，十次中有九次不超过 {most} 件"),
    )
}

fn ordered(order: &Order, working: &Working, today: Day) -> Text {
    let Order { units, by, goods, freight, gain, .. } = order;
    let mode = order.mode.says();
    let fast = order.mode != working.usual;
    let (why_en, why_zh) = match (fast, *by <= today) {
        (true, _) => (", for the gap until slower goods can arrive", "，补足慢速货到之前的缺口"),
        (false, true) => (", order today: it is late already", "，今天就下单，已经偏晚"),
        (false, false) => ("", ""),
    };
    text(
        format!(
            "{units} by {}{why_en}: by {by} at the latest; goods {goods}, freight {freight}, \
             expected gain {gain}",
            mode.en
        ),
        format!(
            "{}{units} 件{why_zh}：最晚 {by} 下单；货款 {goods}，运费 {freight}，预期收益 {gain}",
            mode.zh_cn
        ),
    )
}

fn bent(bend: Bend, working: &Working) -> Text {
    let last = working.empty_on;
    let (en, zh_cn) = match bend {
        Bend::NoMargin => (
            "By no way is there a margin left after goods and freight: nothing is ordered".into(),
            "任何运输方式扣除货款和运费后都没有毛利：不下单".into(),
        ),
        Bend::Enough => (
            format!(
                "Enough is there and on its way: ordering at the next look is soon enough (lasts until about {last})"
            ),
            format!("现有和在途已够：下次检视时再下单也来得及（约可售至 {last}）"),
        ),
        Bend::LeastTooDear(units) => (
            format!("The least order of {units} would cost more to keep than it saves: wait"),
            format!("最小起订 {units} 件的持有成本高于收益：暂缓"),
        ),
        Bend::Least(units) => {
            (format!("Raised to the least order: {units}"), format!("提高到最小起订量：{units} 件"))
        }
        Bend::Lot(units) => (
            format!("Raised to {units}, which shares the fixed cost of an order best"),
            format!("提高到 {units} 件，使每单固定费用分摊最合算"),
        ),
        Bend::Tier(units) => (
            format!("Raised to {units}: the lower price saves more than keeping costs"),
            format!("提高到 {units} 件：阶梯价节省的金额高于持有成本"),
        ),
        Bend::Asked(units) => (
            format!("Raised to {units}, as a person wants"),
            format!("按人工要求提高到 {units} 件"),
        ),
    };
    text(en, zh_cn)
}

fn promise(aim: Aim, working: &Working) -> Text {
    let (promised, ratio) = (percent(working.promised), percent(working.critical_ratio));
    match aim {
        Aim::Profit => text(
            format!(
                "{promised} of demand is then served from the shelf; a cycle without a lost sale is \
                 worth it in {ratio} of cases (margin lost against cost of keeping)"
            ),
            format!(
                "届时 {promised} 的需求可由现货满足；按损失毛利与持有成本权衡，{ratio} 的周期不断货最合算"
            ),
        ),
        Aim::PerMille(level) => {
            let wanted = percent(rust_decimal::Decimal::new(i64::from(level), 3));
            text(
                format!(
                    "{promised} of demand is then served from the shelf; {wanted} was asked for"
                ),
                format!("届时 {promised} 的需求可由现货满足；要求为 {wanted}"),
            )
        }
    }
}

impl Limit {
    /// Its name for people, with its unit.
    pub fn says(self) -> Text {
        match self {
            Self::Cash(currency) => {
                text(format!("cash in {currency}"), format!("资金（{currency}）"))
            }
            Self::Room(mode) => text(
                format!("room by {} in cubic metres", mode.says().en),
                format!("{}舱位（立方米）", mode.says().zh_cn),
            ),
            Self::Weight(mode) => text(
                format!("weight by {} in kilograms", mode.says().en),
                format!("{}载重（千克）", mode.says().zh_cn),
            ),
        }
    }
}

impl Refusal {
    /// What is wrong and what to do, for people.
    pub fn says(&self) -> Text {
        let plain = |en: &str, zh: &str| text(en.to_owned(), zh.to_owned());
        match self {
            Self::NoRoute => plain("No way of transport is given; add one", "没有运输方式，请添加"),
            Self::NoPrice => plain("No purchase price is given; add one", "没有采购价，请添加"),
            Self::NoCarton => {
                plain("A carton holds no unit; give its content", "箱规为零，请填写每箱数量")
            }
            Self::NoForecast => {
                plain("There is no forecast; run it first", "没有预测，请先运行预测")
            }
            Self::NoReview => plain(
                "Days from one look at orders to the next are 0; give at least 1",
                "检视周期为 0 天，请至少填 1 天",
            ),
            Self::TwoCurrencies { one, other } => text(
                format!("Amounts are in {one} and in {other}; convert them to one currency"),
                format!("金额币种不一致（{one} 与 {other}），请换算为同一币种"),
            ),
            Self::TooLittle { limit, needs, allowed } => text(
                format!(
                    "What must be ordered does not fit: {} needs {needs}, {allowed} is there, {} short",
                    limit.says().en,
                    *needs - *allowed
                ),
                format!(
                    "必须下单的部分放不下：{}需要 {needs}，现有 {allowed}，缺 {}",
                    limit.says().zh_cn,
                    *needs - *allowed
                ),
            ),
            Self::CartonTooLarge { sku, limit, needs, allowed } => text(
                format!(
                    "A carton of `{sku}` does not fit: {} needs {needs}, {allowed} is there",
                    limit.says().en
                ),
                format!("`{sku}` 的一箱放不下：{}需要 {needs}，现有 {allowed}", limit.says().zh_cn),
            ),
        }
    }
}
