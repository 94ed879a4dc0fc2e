//! Complaints of a product by topic, and what it would bring to take them away.
//!
//! # Source
//! Loss of a return: what is refunded less the goods that can be sold again. Loss of stars: a share of
//! contribution per star (`sales_per_star`), an assumption that is told with every figure.

use std::collections::BTreeMap;

use argosy_kernel::{Currency, Money, Text};
use rust_decimal::Decimal;
use serde::Serialize;

use super::Topics;
use crate::says::{both, percent, shown};

const MONTH: Decimal = Decimal::from_parts(30, 0, 0, false, 0);

/// Returns, reviews or messages that say the same of one product.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Complaint {
    pub kind: Kind,
    pub reason: Option<String>,
    pub text: Option<String>,
    /// Units of returns, else how many.
    pub count: i64,
    /// Stars of reviews, summed over `count`.
    pub stars: Option<Decimal>,
}

/// Where somebody complained.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Return,
    Review,
    Message,
}

/// A product's figures over the window; amounts in one currency.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Numbers {
    pub days: Decimal,
    pub units_sold: Decimal,
    pub net_sales: Decimal,
    pub contribution: Option<Decimal>,
    pub units_returned: Decimal,
    /// Refunded for all units returned.
    pub refunds: Option<Decimal>,
    /// What one unit costs.
    pub goods: Option<Decimal>,
    /// Of units returned, the share that can be sold again.
    pub sellable: Option<Decimal>,
    /// Reviews and their stars, summed.
    pub reviews: Decimal,
    pub stars: Decimal,
}

/// One topic of one product.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Topic {
    pub topic: String,
    pub returns: i64,
    pub reviews: i64,
    pub messages: i64,
    /// Of all complaints of the product.
    pub share: Decimal,
    /// Points of the return rate that an improvement takes away.
    pub points: Option<Decimal>,
    /// Stars the average would rise by.
    pub stars: Option<Decimal>,
    /// What that is worth a month; `None` with the reason in `assumes`.
    pub gain: Option<Money>,
    /// The gain as points of margin.
    pub margin: Option<Decimal>,
    /// What was assumed, and what is missing.
    pub assumes: Vec<Text>,
}

#[derive(Default)]
struct Heap {
    returns: i64,
    reviews: i64,
    messages: i64,
    stars: Decimal,
}

/// The topics of one product that are worth looking at, the dearest first. `avoids` are shares that
/// people gave for a topic, over those of the knowledge file.
pub fn backlog(
    topics: &Topics,
    complaints: &[Complaint],
    numbers: &Numbers,
    (avoids, currency): (&BTreeMap<String, Decimal>, Currency),
) -> Vec<Topic> {
    let mut heaps: BTreeMap<&str, Heap> = BTreeMap::new();
    let mut all = 0;
    for one in complaints {
        all += one.count;
        for topic in topics.of(one.reason.as_deref(), one.text.as_deref()) {
            let heap = heaps.entry(topic.id.as_str()).or_default();
            match one.kind {
                Kind::Return => heap.returns += one.count,
                Kind::Review => {
                    heap.reviews += one.count;
                    heap.stars += one.stars.unwrap_or_default();
                }
                Kind::Message => heap.messages += one.count,
            }
        }
    }
    let mut found: Vec<Topic> = heaps
        .into_iter()
        .filter(|(_, heap)| heap.all() >= topics.settings.count_min)
        .filter_map(|(id, heap)| {
            let told = topics.get(id)?;
            let share = avoids.get(id).copied().unwrap_or(told.avoids);
            Some(heap.topic(topics, (id, share, all), numbers, currency))
        })
        .collect();
    let size = |one: &Topic| one.gain.map(|gain| gain.amount);
    found.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| a.topic.cmp(&b.topic)));
    found
}

impl Heap {
    fn all(&self) -> i64 {
        self.returns + self.reviews + self.messages
    }

    fn topic(
        &self,
        topics: &Topics,
        (id, avoids, all): (&str, Decimal, i64),
        numbers: &Numbers,
        currency: Currency,
    ) -> Topic {
        let mut assumes = vec![both(
            format!("assumes that {} of such complaints go away", percent(avoids)),
            format!("假设此类问题可减少 {}", percent(avoids)),
        )];
        let away = Decimal::from(self.returns) * avoids;
        let sold = Some(numbers.units_sold).filter(|units| *units > Decimal::ZERO);
        let points = sold.map(|units| away / units);
        let by_returns = self.by_returns(away, numbers, &mut assumes);
        let stars = self.stars_won(avoids, numbers);
        let by_stars = by_stars(topics, stars, numbers, &mut assumes);
        let gain = match (by_returns, by_stars) {
            (None, None) => None,
            (returns, stars) => Some(returns.unwrap_or_default() + stars.unwrap_or_default()),
        };
        let gain = gain.filter(|_| avoids > Decimal::ZERO);
        let sales = numbers.net_sales / numbers.days.max(Decimal::ONE) * MONTH;
        let margin = gain.filter(|_| sales > Decimal::ZERO).map(|gain| gain / sales);
        Topic {
            topic: id.to_owned(),
            returns: self.returns,
            reviews: self.reviews,
            messages: self.messages,
            share: Decimal::from(self.all()) / Decimal::from(all.max(1)),
            points,
            stars,
            gain: gain.map(|amount| Money::new(amount, currency).rounded()),
            margin,
            assumes,
        }
    }

    /// What fewer returns save a month.
    fn by_returns(
        &self,
        away: Decimal,
        numbers: &Numbers,
        assumes: &mut Vec<Text>,
    ) -> Option<Decimal> {
        if self.returns == 0 || numbers.units_returned <= Decimal::ZERO {
            return None;
        }
        let Some(refunds) = numbers.refunds else {
            assumes.push(both("refunds are not known", "退款金额未知"));
            return None;
        };
        let refund = refunds / numbers.units_returned;
        let goods = match (numbers.goods, numbers.sellable) {
            (Some(goods), Some(sellable)) => goods * sellable,
            (Some(goods), None) => {
                let en = "nothing says what comes back fit for sale: all of it is counted as fit";
                assumes.push(both(en, "未知退货可再售比例：按全部可再售计（保守）"));
                goods
            }
            (None, _) => {
                let en = "no unit cost: what goods that come back are worth is not known";
                assumes.push(both(en, "缺少单位成本，无法计算退回货值"));
                return None;
            }
        };
        let each = (refund - goods).max(Decimal::ZERO);
        let (each_told, back) = (shown(each.round_dp(2)), shown(goods.round_dp(2)));
        assumes.push(both(
            format!("a return costs {each_told}: refund less goods worth {back}"),
            format!("单件退货损失 {each_told}：退款减去可再售货值 {back}"),
        ));
        Some(away * each / numbers.days.max(Decimal::ONE) * MONTH)
    }

    /// Stars the average rises by when `avoids` of these reviews had not been written.
    fn stars_won(&self, avoids: Decimal, numbers: &Numbers) -> Option<Decimal> {
        let gone = Decimal::from(self.reviews) * avoids;
        let left = numbers.reviews - gone;
        if self.reviews == 0 || left <= Decimal::ZERO || numbers.reviews <= Decimal::ZERO {
            return None;
        }
        let after = (numbers.stars - self.stars * avoids) / left;
        Some((after - numbers.stars / numbers.reviews).max(Decimal::ZERO))
    }
}

fn by_stars(
    topics: &Topics,
    stars: Option<Decimal>,
    numbers: &Numbers,
    assumes: &mut Vec<Text>,
) -> Option<Decimal> {
    let stars = stars.filter(|stars| *stars > Decimal::ZERO)?;
    let each = topics.settings.sales_per_star;
    let contribution = numbers.contribution.filter(|amount| *amount > Decimal::ZERO)?;
    let (told, share) = (shown(stars.round_dp(2)), percent(each));
    assumes.push(both(
        format!("{told} stars more, and a star is worth {share} of contribution (Unverified)"),
        format!("评分提高 {told} 星，每星按利润的 {share} 计（未核实）"),
    ));
    Some(contribution * each * stars / numbers.days.max(Decimal::ONE) * MONTH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{knowledge, right};

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn topics() -> Topics {
        right(Topics::load(&knowledge(&["improve.toml"])))
    }

    fn returned(reason: &str, count: i64) -> Complaint {
        Complaint { reason: Some(reason.into()), count, ..Complaint::default() }
    }

    fn numbers() -> Numbers {
        Numbers {
            days: dec("90"),
            units_sold: dec("1000"),
            net_sales: dec("30000"),
            contribution: Some(dec("6000")),
            units_returned: dec("60"),
            refunds: Some(dec("1800")),
            goods: Some(dec("10")),
            sellable: Some(dec("0.5")),
            reviews: dec("40"),
            stars: dec("160"),
        }
    }

    #[test]
    fn fewer_returns_save_the_refund_less_the_goods_that_can_be_sold_again() {
        let complaints = [returned("defective", 40), returned("unwanted_item", 20)];
        let none = BTreeMap::new();
        let found = backlog(&topics(), &complaints, &numbers(), (&none, Currency::EUR));
        // 40 × 0.5 = 20 returns less; each costs 1800 ÷ 60 − 10 × 0.5 = 25; a third of that a month.
        let faulty = &found[0];
        assert_eq!(
            (faulty.topic.as_str(), faulty.gain.unwrap().to_string()),
            ("faulty", "166.67 EUR".into())
        );
        assert_eq!(faulty.points, Some(dec("0.02")));
        assert_eq!(faulty.margin.unwrap().round_dp(4), dec("0.0167"));
        // What buyers decided for themselves is told and worth nothing.
        let buyer = found.iter().find(|one| one.topic == "buyer").unwrap();
        assert!(buyer.gain.is_none() && buyer.returns == 20);
    }

    #[test]
    fn bad_reviews_cost_stars_and_stars_cost_sales() {
        let review = Complaint {
            kind: Kind::Review,
            text: Some("It smells".into()),
            count: 1,
            stars: Some(dec("2")),
            reason: None,
        };
        let mut complaints = vec![review.clone(), review.clone(), review];
        complaints[0].text = Some("a strong smell".into());
        let mut topics = topics();
        topics.topics.iter_mut().for_each(|one| one.words.push("smells".into()));
        topics.topics.retain(|one| one.id == "noise_smell");
        let avoids = BTreeMap::from([("noise_smell".to_owned(), Decimal::ONE)]);
        let found = backlog(&topics, &complaints, &numbers(), (&avoids, Currency::EUR));
        // (160 − 6) ÷ 37 − 4 = 0.162 stars; × 15 % × 6000 ÷ 3.
        assert_eq!(found[0].stars.unwrap().round_dp(3), dec("0.162"));
        assert_eq!(found[0].gain.unwrap().to_string(), "48.65 EUR");
        assert!(found[0].assumes.iter().any(|one| one.zh_cn.contains("未核实")));
    }

    #[test]
    fn without_a_unit_cost_the_gain_is_not_guessed_and_few_complaints_are_not_shown() {
        let mut numbers = numbers();
        numbers.goods = None;
        let complaints = [returned("defective", 40), returned("missing_parts", 2)];
        let none = BTreeMap::new();
        let found = backlog(&topics(), &complaints, &numbers, (&none, Currency::EUR));
        assert_eq!(found.len(), 1);
        assert!(found[0].gain.is_none());
        assert!(found[0].assumes.iter().any(|one| one.en.contains("no unit cost")));
    }
}
