//! The columns of each detector, with their names for people.

use argosy_kernel::Text;

use super::{Column, Detector, Holds};
use crate::finding::Unit;

type Row = (&'static str, Unit, &'static str, &'static str);

const STORE: [&str; 2] = ["store", "channel"];

const SKU: [&str; 3] = ["store", "market", "seller_sku"];

const STATEMENTS: [Row; 11] = [
    ("state", Unit::Text, "State", "状态"),
    ("currency", Unit::Text, "Currency", "币种"),
    ("expected", Unit::Money, "Total the channel states", "平台给出的总额"),
    ("sum", Unit::Money, "Sum of the lines", "明细合计"),
    ("difference", Unit::Money, "Difference", "差额"),
    ("unclassified", Unit::Money, "Of unknown fee type", "其中未知费用"),
    ("provisional", Unit::Money, "Not final yet", "其中未定"),
    ("period_from", Unit::Day, "From", "起始日"),
    ("period_to", Unit::Day, "To", "截止日"),
    ("deposit_day", Unit::Day, "Paid out on", "打款日"),
    ("age_days", Unit::Days, "Days since its end", "结束至今天数"),
];

const PAYOUTS_HELD: [Row; 5] = [
    ("kind", Unit::Text, "Kind", "类型"),
    ("currency", Unit::Text, "Currency", "币种"),
    ("amount", Unit::Money, "Held beyond the usual", "超出通常的被扣金额"),
    ("usual", Unit::Money, "Usual", "通常金额"),
    ("days", Unit::Days, "For how many days", "持续天数"),
];

const QUARANTINE: [Row; 6] = [
    ("fee_type", Unit::Text, "Fee type", "费用类型"),
    ("transaction", Unit::Text, "Transaction", "交易类型"),
    ("amount", Unit::Money, "Amount", "金额"),
    ("rows", Unit::Count, "Rows", "行数"),
    ("first_day", Unit::Day, "First seen", "首次出现"),
    ("last_day", Unit::Day, "Last seen", "最近出现"),
];

const HEALTH: [Row; 8] = [
    ("report", Unit::Text, "Report", "报表"),
    ("table", Unit::Text, "Facts it tells", "对应事实表"),
    ("kind", Unit::Text, "What is wrong", "问题类型"),
    ("days", Unit::Days, "Days concerned", "涉及天数"),
    ("usual_days", Unit::Days, "Usual days between files", "通常间隔天数"),
    ("last_day", Unit::Day, "Last day told", "最后有数据日"),
    ("columns", Unit::Text, "Columns gone or new", "消失或新增的列"),
    ("share", Unit::Fraction, "Share of rows restated", "被改写的行占比"),
];

const RATE_SHIFT: [Row; 14] = [
    ("hits", Unit::Count, "Count", "次数"),
    ("trials", Unit::Count, "Out of", "基数"),
    ("rate", Unit::Fraction, "Rate", "比率"),
    ("hits_before", Unit::Count, "Count before", "此前次数"),
    ("trials_before", Unit::Count, "Out of, before", "此前基数"),
    ("rate_before", Unit::Fraction, "Rate before", "此前比率"),
    ("expected", Unit::Count, "Count expected", "预期次数"),
    ("ratio", Unit::Ratio, "Times what was expected", "相对预期倍数"),
    ("ratio_low", Unit::Ratio, "At least", "下限"),
    ("ratio_high", Unit::Ratio, "At most", "上限"),
    ("p", Unit::Fraction, "Chance of this without a change", "无变化时出现的概率"),
    ("q", Unit::Fraction, "The same over all subjects", "按全部对象校正后的概率"),
    ("cusum", Unit::Ratio, "Lasting shift (alarm from 1 on)", "持续偏移程度（达到1即报警）"),
    ("since", Unit::Day, "Since about", "大约始于"),
];

const LEVEL_SHIFT: [Row; 10] = [
    ("level", Unit::Ratio, "Level", "水平"),
    ("level_before", Unit::Ratio, "Level before", "此前水平"),
    ("amount", Unit::Money, "Amount", "金额"),
    ("base", Unit::Count, "Out of", "基数"),
    ("ratio", Unit::Ratio, "Times what it was", "相对此前倍数"),
    ("ratio_low", Unit::Ratio, "At least", "下限"),
    ("ratio_high", Unit::Ratio, "At most", "上限"),
    ("p", Unit::Fraction, "Chance of this without a change", "无变化时出现的概率"),
    ("q", Unit::Fraction, "The same over all subjects", "按全部对象校正后的概率"),
    ("weeks", Unit::Count, "Weeks compared with", "对比周数"),
];

const MARGIN_DRIVERS: [Row; 17] = [
    ("units", Unit::Units, "Units", "销量"),
    ("units_before", Unit::Units, "Units before", "此前销量"),
    ("net_sales", Unit::Money, "Net sales", "净销售额"),
    ("net_sales_before", Unit::Money, "Net sales before", "此前净销售额"),
    ("contribution", Unit::Money, "Contribution after ads", "广告后毛利"),
    ("contribution_before", Unit::Money, "Contribution before", "此前毛利"),
    ("margin", Unit::Fraction, "Margin", "毛利率"),
    ("margin_before", Unit::Fraction, "Margin before", "此前毛利率"),
    ("margin_loss", Unit::Money, "Lost by the lower margin", "毛利率下降造成的损失"),
    ("price_effect", Unit::Money, "By price", "价格影响"),
    ("volume_effect", Unit::Money, "By volume", "销量影响"),
    ("fees_effect", Unit::Money, "By fees", "费用影响"),
    ("ads_effect", Unit::Money, "By ads", "广告影响"),
    ("returns_effect", Unit::Money, "By returns", "退货影响"),
    ("cost_effect", Unit::Money, "By cost of goods", "采购成本影响"),
    ("other_effect", Unit::Money, "By other money", "其他影响"),
    ("driver", Unit::Text, "Main driver", "主要原因"),
];

const DEMAND: [Row; 10] = [
    ("sellable", Unit::Units, "Sellable now", "当前可售库存"),
    ("inbound", Unit::Units, "On the way", "在途库存"),
    ("daily", Unit::Units, "Sold a day", "日均销量"),
    ("daily_low", Unit::Units, "Sold a day, at least", "日均销量下限"),
    ("daily_high", Unit::Units, "Sold a day, at most", "日均销量上限"),
    ("days_sold", Unit::Days, "Days with a sale", "有销售的天数"),
    ("last_sale", Unit::Day, "Last sale", "最后销售日"),
    ("stock_days", Unit::Days, "Days in stock", "有货天数"),
    ("days_out", Unit::Days, "Days out of stock up to now", "至今连续缺货天数"),
    ("snapshot_day", Unit::Day, "Stock of", "库存日期"),
];

const ORDER_CHECKS: [Row; 4] = [
    ("missing", Unit::Money, "Not given back", "未返还金额"),
    ("refunded", Unit::Money, "Given back", "已返还金额"),
    ("day", Unit::Day, "Day", "日期"),
    ("age_days", Unit::Days, "Days ago", "距今天数"),
];

const REIMBURSABLE: [Row; 8] = [
    ("kind", Unit::Text, "Kind", "类型"),
    ("units", Unit::Units, "Units not made good", "未获赔件数"),
    ("units_all", Unit::Units, "Units lost in all", "损失总件数"),
    ("units_reimbursed", Unit::Units, "Units reimbursed or found", "已获赔或找回件数"),
    ("unit_value", Unit::Money, "Value of one", "单件价值"),
    ("amount", Unit::Money, "Due", "应赔金额"),
    ("first_day", Unit::Day, "Since", "起始日"),
    ("days_left", Unit::Days, "Days left to claim", "剩余索赔天数"),
];

const FX_RESULT: [Row; 3] = [
    ("converted", Unit::Money, "Converted", "换汇金额"),
    ("loss", Unit::Money, "Lost against the reference rate", "相对参考汇率的损失"),
    ("share", Unit::Fraction, "Share lost", "损失占比"),
];

impl Detector {
    /// The columns of its table: keys first.
    pub(crate) fn columns(&self) -> Vec<Column> {
        let (keys, rows): (Vec<&str>, &[Row]) = match self {
            Self::Statements => ([&STORE[..], &["statement"]].concat(), &STATEMENTS),
            Self::PayoutsHeld(_) => (STORE.to_vec(), &PAYOUTS_HELD),
            Self::Quarantine => (STORE.to_vec(), &QUARANTINE),
            Self::Health => ([&STORE[..], &["market"]].concat(), &HEALTH),
            Self::RateShift(shift) => (shift.by.iter().map(String::as_str).collect(), &RATE_SHIFT),
            Self::LevelShift(shift) => {
                (shift.by.iter().map(String::as_str).collect(), &LEVEL_SHIFT)
            }
            Self::MarginDrivers(_) => (SKU.to_vec(), &MARGIN_DRIVERS),
            Self::Demand(_) => (SKU.to_vec(), &DEMAND),
            Self::OrderChecks(_) => {
                (vec!["store", "market", "order_id", "seller_sku"], &ORDER_CHECKS)
            }
            Self::Reimbursable(_) => (SKU.to_vec(), &REIMBURSABLE),
            Self::FxResult => (vec!["store", "currency"], &FX_RESULT),
        };
        let keys = keys.into_iter().map(|name| Column {
            name: name.to_owned(),
            holds: Holds::Text,
            label: None,
        });
        let rows = rows.iter().map(|(name, unit, en, zh)| Column {
            name: (*name).to_owned(),
            holds: match unit {
                Unit::Text => Holds::Text,
                Unit::Day => Holds::Day,
                _ => Holds::Number,
            },
            label: Some((Text { en: (*en).to_owned(), zh_cn: (*zh).to_owned() }, *unit)),
        });
        keys.chain(rows).collect()
    }
}
