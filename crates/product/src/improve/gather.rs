//! Complaints of each of our products from the facts: returns, bad reviews, messages.

use std::collections::BTreeMap;

use argosy_chapter::face::{ChapterError, Ground};
use argosy_kernel::Currency;
use argosy_metrics::Filters;
use rust_decimal::Decimal;

use super::{
    Topics,
    backlog::{Complaint, Kind, Numbers},
};
use crate::choice::facts::{Asked, Figures, Paired, ask, sql_day, texts, window};

/// No more texts than this are read; the newest first.
const TEXTS_MAX: usize = 50_000;

/// Complaints of one product and the figures behind them.
#[derive(Clone, Debug)]
pub(super) struct Complaints {
    pub list: Vec<Complaint>,
    pub numbers: Numbers,
    pub currency: Currency,
}

/// By product.
pub(super) async fn gather(
    ground: &Ground<'_>,
    topics: &Topics,
) -> Result<BTreeMap<String, Complaints>, ChapterError> {
    let mut found = BTreeMap::new();
    let Some((from, to)) = window(ground, topics.settings.window_days.max(1)) else {
        return Ok(found);
    };
    let paired = Paired::of(ground);
    let days = Decimal::from((to - from).num_days() + 1);
    let period = format!("day between {} and {}", sql_day(from), sql_day(to));
    let mut add = |store: &str, seller_sku: &str| -> Option<String> {
        let sku = paired.product(store, seller_sku)?.to_owned();
        found.entry(sku.clone()).or_insert_with(|| Complaints {
            list: Vec::new(),
            numbers: Numbers { days, ..Numbers::default() },
            currency: ground.currency,
        });
        Some(sku)
    };
    let mut put: Vec<(String, Complaint)> = Vec::new();
    let mut fit: BTreeMap<String, (Decimal, Decimal)> = BTreeMap::new();
    for row in texts(ground, &returns(&period)).await? {
        let [Some(store), Some(seller), reason, Some(count), sellable, told] = row.as_slice()
        else {
            continue;
        };
        let Some(sku) = add(store, seller) else { continue };
        let whole = |text: &Option<String>| -> Decimal {
            text.as_ref().and_then(|text| text.parse().ok()).unwrap_or_default()
        };
        let sum = fit.entry(sku.clone()).or_default();
        *sum = (sum.0 + whole(sellable), sum.1 + whole(told));
        let count = count.parse().unwrap_or(0);
        put.push((sku, Complaint { reason: reason.clone(), count, ..Complaint::default() }));
    }
    for row in texts(ground, &words(&period, topics.settings.stars_max)).await? {
        let [Some(store), Some(seller), Some(kind), Some(text), stars] = row.as_slice() else {
            continue;
        };
        let Some(sku) = add(store, seller) else { continue };
        let kind = if kind == "review" { Kind::Review } else { Kind::Message };
        let stars = stars.as_ref().and_then(|stars| stars.parse().ok());
        let complaint = Complaint { kind, reason: None, text: Some(text.clone()), count: 1, stars };
        put.push((sku, complaint));
    }
    let mut stars: BTreeMap<String, (Decimal, Decimal)> = BTreeMap::new();
    for row in texts(ground, &ratings(&period)).await? {
        let [Some(store), Some(seller), Some(count), Some(sum)] = row.as_slice() else { continue };
        let Some(sku) = paired.product(store, seller) else { continue };
        let of = stars.entry(sku.to_owned()).or_default();
        of.0 += count.parse::<Decimal>().unwrap_or_default();
        of.1 += sum.parse::<Decimal>().unwrap_or_default();
    }
    for (sku, complaint) in put {
        if let Some(of) = found.get_mut(&sku) {
            of.list.push(complaint);
        }
    }
    let figures = figures(ground, (from, to)).await?;
    for (sku, of) in &mut found {
        let numbers = &mut of.numbers;
        if let Some(figures) = figures.get(sku) {
            fill(numbers, figures);
        }
        let (sellable, told) = fit.get(sku).copied().unwrap_or_default();
        numbers.sellable = (told > Decimal::ZERO).then(|| sellable / told);
        (numbers.reviews, numbers.stars) = stars.get(sku).copied().unwrap_or_default();
    }
    Ok(found)
}

fn fill(numbers: &mut Numbers, figures: &Figures) {
    let of = |metric: &str| figures.get(metric).copied();
    numbers.units_sold = of("units_sold").unwrap_or_default();
    numbers.net_sales = of("net_sales").unwrap_or_default();
    numbers.contribution = of("contribution_after_ads");
    numbers.units_returned = of("units_returned").unwrap_or_default();
    numbers.refunds = of("refunds");
    let costed = of("units_without_cost").is_none_or(|units| units.is_zero());
    let goods = of("cogs").filter(|cost| costed && !cost.is_zero());
    numbers.goods =
        goods.filter(|_| numbers.units_sold > Decimal::ZERO).map(|cost| cost / numbers.units_sold);
}

async fn figures(
    ground: &Ground<'_>,
    (from, to): (argosy_kernel::Day, argosy_kernel::Day),
) -> Result<BTreeMap<String, Figures>, ChapterError> {
    let asked = Asked {
        metrics: &[
            "units_sold",
            "net_sales",
            "contribution_after_ads",
            "units_returned",
            "refunds",
            "cogs",
            "units_without_cost",
        ],
        by: &["product"],
        from,
        to,
        currency: ground.currency,
        filters: Filters::default(),
    };
    let rows = ask(ground, &asked).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(key, figures)| Some((key.into_iter().next()?, figures)))
        .collect())
}

/// Reviews name an ASIN where they do not name a seller SKU.
const SOLD_AS: &str = "reviews r left join (select store as s, asin as a, max(seller_sku) as sold_as \
    from listings where asin is not null group by store, asin) l on r.store = l.s and r.asin = l.a";

fn returns(period: &str) -> String {
    format!(
        "select store, seller, reason, cast(sum(n) as varchar), cast(sum(fit) as varchar), \
         cast(sum(told) as varchar) from (select r.store as store, \
         coalesce(r.seller_sku, l.sold_as) as seller, lower(r.reason) as reason, \
         coalesce(r.units, 1) as n, \
         case when r.disposition = 'sellable' then coalesce(r.units, 1) else 0 end as fit, \
         case when r.disposition is not null then coalesce(r.units, 1) else 0 end as told \
         from {SOLD_AS} where r.kind = 'return' and r.{period}) group by store, seller, reason"
    )
}

fn words(period: &str, stars_max: Decimal) -> String {
    format!(
        "select r.store, coalesce(r.seller_sku, l.sold_as), r.kind, r.text, cast(r.rating as varchar) \
         from {SOLD_AS} where r.kind in ('review', 'message') and r.text is not null \
         and (r.rating is null or r.rating <= {stars_max}) and r.{period} \
         order by r.day desc limit {TEXTS_MAX}"
    )
}

fn ratings(period: &str) -> String {
    format!(
        "select store, seller, cast(count(*) as varchar), cast(sum(rating) as varchar) from ( \
         select r.store as store, coalesce(r.seller_sku, l.sold_as) as seller, r.rating as rating \
         from {SOLD_AS} where r.kind = 'review' and r.rating is not null and r.{period}) \
         group by store, seller"
    )
}
