//! Candidates as the engine wants them: what facts, cases and quotations know, else what people typed.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::{
    face::{ChapterError, Ground},
    kind::Body,
};
use argosy_desk::Record;
use argosy_kernel::{Currency, Money};
use rust_decimal::Decimal;

use super::{
    Candidate, Input,
    candidate::Answer,
    demand::{Demands, demands},
};
use crate::{
    choice::{
        body::{currency, flag, lines, number, owned, text},
        facts::{ByPair, QUARTER_DAYS, by_pair, told},
        known::Known,
    },
    comply::{
        Product,
        attributes::{Answers, Known as Told},
        own::answers,
        regime::About,
    },
    landed::{
        own::{self, Own},
        sheet::{Target, payback, price_for, work_out},
    },
};

/// The first ones of a search, as competitor lists are cut.
const FIRST: usize = 10;
/// Fewer quotations than this have no usual price.
const QUOTES_MIN: usize = 3;

/// A candidate with what it was made from.
pub(super) struct Gathered {
    pub record: Record,
    pub candidate: Candidate,
    /// Values that people typed and facts know better.
    pub overruled: BTreeMap<String, Decimal>,
    pub landed: Landed,
}

/// What its landed case gives.
#[derive(Clone, Debug, Default)]
pub(super) struct Landed {
    pub margin: Option<Decimal>,
    pub contribution: Option<Money>,
    pub break_even: Option<Money>,
    pub months: Option<Decimal>,
    pub units: Decimal,
    /// The same product in other markets: market and margin.
    pub others: Vec<(String, Option<Decimal>)>,
}

/// What is asked once for all candidates.
pub(super) struct World<'a> {
    ground: &'a Ground<'a>,
    known: &'a Known,
    demands: Demands,
    owns: Vec<Own>,
    /// Margin and return rate by category and market.
    categories: BTreeMap<(String, String), (Option<Decimal>, Option<Decimal>)>,
    quotes: BTreeMap<String, Quotes>,
}

/// What suppliers offer for a SKU.
#[derive(Clone, Debug, Default)]
struct Quotes {
    prices: BTreeMap<Currency, Vec<Decimal>>,
    leads: Vec<Decimal>,
    suppliers: BTreeSet<String>,
}

/// All candidates with everything known of them.
pub(super) async fn gather(
    ground: &Ground<'_>,
    known: &Known,
) -> Result<Vec<Gathered>, ChapterError> {
    let records = ground.desk.records("candidate").await?;
    let terms: BTreeSet<String> = records
        .iter()
        .filter_map(|one| text(&one.body, "search_term"))
        .map(str::to_lowercase)
        .collect();
    let terms: Vec<String> = terms.into_iter().collect();
    let world = World {
        ground,
        known,
        demands: demands(ground, &terms).await?,
        owns: own::all(ground, known).await?,
        categories: categories(ground).await?,
        quotes: quotes(ground).await?,
    };
    Ok(records.into_iter().map(|record| world.one(record)).collect())
}

/// Margins and return rates of our own categories by market, last 90 days; each only where reports
/// tell what it rests on.
async fn categories(
    ground: &Ground<'_>,
) -> Result<BTreeMap<(String, String), (Option<Decimal>, Option<Decimal>)>, ChapterError> {
    let metrics = ["contribution_after_ads", "net_sales", "units_returned", "units_sold"];
    let facts: ByPair = by_pair(ground, &metrics, QUARTER_DAYS).await?;
    let of: BTreeMap<String, String> = ground
        .desk
        .products()
        .await?
        .into_iter()
        .filter_map(|one| Some((one.sku, one.category?)))
        .collect();
    let mut sums: BTreeMap<(String, String), [Decimal; 4]> = BTreeMap::new();
    for ((sku, market), figures) in facts {
        let Some(category) = of.get(&sku) else { continue };
        let sum = sums.entry((category.clone(), market)).or_default();
        for (sum, metric) in sum.iter_mut().zip(metrics) {
            *sum += figures.get(metric).copied().unwrap_or_default();
        }
    }
    let over =
        |part: Decimal, whole: Decimal| (whole > Decimal::ZERO).then(|| (part / whole).round_dp(4));
    let reports = told(ground, QUARTER_DAYS).await?;
    let rates = |market: &str, [left, sales, back, sold]: [Decimal; 4]| {
        let margin = over(left, sales).filter(|_| reports.ads.contains(market));
        (margin, over(back, sold).filter(|_| reports.returns.contains(market)))
    };
    Ok(sums
        .into_iter()
        .map(|(key, sums)| {
            let found = rates(&key.1, sums);
            (key, found)
        })
        .collect())
}

async fn quotes(ground: &Ground<'_>) -> Result<BTreeMap<String, Quotes>, ChapterError> {
    let mut found: BTreeMap<String, Quotes> = BTreeMap::new();
    let mut add = |sku: String, body: &Body, supplier: Option<String>, of: &Body| {
        let quotes = found.entry(sku).or_default();
        let price = number(of, "price").zip(currency(body, "currency"));
        if let Some((price, currency)) = price {
            quotes.prices.entry(currency).or_default().push(price);
        }
        quotes.leads.extend(number(of, "lead_days"));
        quotes.suppliers.extend(supplier);
    };
    for record in ground.desk.records("supplier_price").await? {
        let body = &record.body;
        let Some(sku) = owned(body, "sku") else { continue };
        let first = lines(body, "tiers").next().cloned().unwrap_or_default();
        add(sku.clone(), body, owned(body, "supplier"), &first);
        add(sku, &Body::new(), None, &lead(body));
    }
    for record in ground.desk.records("quotation").await? {
        for line in lines(&record.body, "lines") {
            if let Some(sku) = owned(line, "sku") {
                add(sku, &record.body, owned(&record.body, "supplier"), line);
            }
        }
    }
    Ok(found)
}

fn lead(body: &Body) -> Body {
    body.get("lead_days").map(|days| ("lead_days".to_owned(), days.clone())).into_iter().collect()
}

impl World<'_> {
    fn one(&self, record: Record) -> Gathered {
        let body = &record.body;
        let market = owned(body, "market").unwrap_or_default();
        let mut candidate = Candidate {
            id: record.id.clone(),
            name: owned(body, "name").unwrap_or_default(),
            market: market.clone(),
            ..Candidate::default()
        };
        let landed = self.landed(&record, &market);
        let known = self.inputs(&record, &market, &landed);
        let mut overruled = BTreeMap::new();
        for line in lines(body, "values") {
            let (Some(measure), Some(value)) = (owned(line, "measure"), number(line, "value"))
            else {
                continue;
            };
            if known.contains_key(&measure) {
                overruled.insert(measure, value);
                continue;
            }
            let source = owned(line, "source").unwrap_or_default();
            let confidence = owned(line, "confidence").unwrap_or_default();
            candidate.inputs.insert(measure, Input { value, source, confidence });
        }
        candidate.inputs.extend(known);
        for line in lines(body, "gates") {
            if let Some(gate) = owned(line, "gate") {
                let source = owned(line, "source").unwrap_or_default();
                candidate.gates.insert(gate, Answer { passes: flag(line, "passes"), source });
            }
        }
        Gathered { record, candidate, overruled, landed }
    }

    /// The cases of a candidate, or of the SKU it became.
    fn owns(&self, record: &Record) -> impl Iterator<Item = &Own> {
        let sku = owned(&record.body, "sku");
        let id = record.id.clone();
        self.owns.iter().filter(move |own| own.product == id || Some(&own.product) == sku.as_ref())
    }

    fn landed(&self, record: &Record, market: &str) -> Landed {
        let mut found = Landed::default();
        for own in self.owns(record) {
            let sheet = own.case.as_ref().and_then(|case| work_out(case).ok());
            let margin = sheet.as_ref().and_then(|sheet| sheet.margin);
            if own.market != market {
                found.others.push((own.market.clone(), margin));
                continue;
            }
            let (Some(case), Some(sheet)) = (&own.case, sheet) else { continue };
            found.margin = margin;
            found.contribution = Some(sheet.contribution);
            found.break_even = price_for(case, Target::Leaves(Decimal::ZERO)).ok().flatten();
            found.months = payback(case).ok().and_then(|back| back.months);
            found.units = case.plan.units_per_month;
        }
        found
    }

    /// What is known without anybody typing it.
    fn inputs(&self, record: &Record, market: &str, landed: &Landed) -> BTreeMap<String, Input> {
        let mut found = Inputs::default();
        let body = &record.body;
        self.searched(body, market, &mut found);
        rivals(body, &mut found);
        self.earned(body, market, landed, &mut found);
        self.offered(record, &mut found);
        self.carried(record, &mut found);
        self.guarded(body, market, &mut found);
        found.0
    }

    fn searched(&self, body: &Body, market: &str, found: &mut Inputs) {
        let Some(term) = text(body, "search_term") else { return };
        let key = (market.to_owned(), term.to_lowercase());
        let Some(demand) = self.demands.get(&key) else { return };
        let source = "search-term reports / 搜索词报告";
        found.put("search_volume", demand.volume, source, "reported");
        found.put("demand_growth", demand.growth, source, "reported");
        found.put("season_share", demand.season, source, "reported");
        found.put("click_share_top3", demand.clicks_top3, source, "reported");
    }

    fn earned(&self, body: &Body, market: &str, landed: &Landed, found: &mut Inputs) {
        let category = owned(body, "category").map(|category| (category, market.to_owned()));
        let own = category.and_then(|key| self.categories.get(&key));
        let (margin, returns) = own.copied().unwrap_or_default();
        let source = "landed case / 到岸测算";
        match landed.margin {
            Some(margin) => found.put("landed_margin", Some(margin), source, "estimated"),
            None => {
                let source = "own margin of the category, 90 days / 自有类目近 90 天利润率";
                found.put("landed_margin", margin, source, "estimated");
            }
        }
        found.put("payback_months", landed.months, source, "estimated");
        let source = "own return rate of the category, 90 days / 自有类目近 90 天退货率";
        found.put("return_rate_expected", returns, source, "reported");
    }

    fn offered(&self, record: &Record, found: &mut Inputs) {
        let sku = owned(&record.body, "sku").unwrap_or_else(|| record.id.clone());
        let Some(quotes) = self.quotes.get(&sku) else { return };
        let source = "quotations / 供应商报价";
        let suppliers = (!quotes.suppliers.is_empty()).then(|| quotes.suppliers.len().into());
        found.put("suppliers_able", suppliers, source, "reported");
        found.put("supply_lead_days", quotes.leads.iter().min().copied(), source, "reported");
        for prices in quotes.prices.values().filter(|prices| prices.len() >= QUOTES_MIN) {
            let usual = median(prices.clone()).filter(|usual| *usual > Decimal::ZERO);
            let best = prices.iter().min().copied();
            let ahead = best.zip(usual).map(|(best, usual)| Decimal::ONE - best / usual);
            found.put("cost_advantage", ahead, source, "reported");
        }
    }

    fn carried(&self, record: &Record, found: &mut Inputs) {
        let carton = self.owns(record).find_map(|own| own.carton.as_ref());
        if let (Some(carton), Some(air)) = (carton, self.known.rules.mode("air")) {
            let kg = air.chargeable(carton, None).ok().map(|charged| charged.amount / carton.units);
            found.put("chargeable_kg", kg, "carton / 箱规", "reported");
        }
    }

    /// Care in transport and certificates, from the answers about the product.
    fn guarded(&self, body: &Body, market: &str, found: &mut Inputs) {
        let product = Product { sku: String::new(), answers: answers(body) };
        if product.answers.is_empty() {
            return;
        }
        let regimes = &self.known.regimes;
        let told = Answers::of(&regimes.attributes, &product);
        let is = |id: &str| told.is(id);
        let all_no = ["chemical", "battery", "cosmetic"].iter().all(|id| is(id) == Told::No);
        let risk = match () {
            () if is("chemical") == Told::Yes => Some(3),
            () if is("battery") == Told::Yes => Some(2),
            () if is("cosmetic") == Told::Yes => Some(1),
            () if all_no => Some(0),
            () => None,
        };
        let source = "answers about the product / 产品属性回答";
        found.put("handling_risk", risk.map(Decimal::from), source, "estimated");
        let (mut needed, mut open) = (BTreeSet::new(), false);
        let here = regimes
            .of_market(market)
            .filter(|one| one.about == About::Product && one.in_force(self.ground.today));
        for regime in here {
            match regime.concerns(&told) {
                Told::Yes => needed.extend(regime.documents.iter().cloned()),
                Told::Open => open = true,
                Told::No => {}
            }
        }
        let count = (!needed.is_empty() || !open).then(|| Decimal::from(needed.len()));
        let confidence = if open { "estimated" } else { "reported" };
        found.put("certificates_needed", count, "compliance rules / 合规规则", confidence);
    }
}

#[derive(Default)]
struct Inputs(BTreeMap<String, Input>);

impl Inputs {
    fn put(&mut self, id: &str, value: Option<Decimal>, source: &str, confidence: &str) {
        if let Some(value) = value {
            let (source, confidence) = (source.to_owned(), confidence.to_owned());
            let value = value.round_dp(4).normalize();
            self.0.insert(id.to_owned(), Input { value, source, confidence });
        }
    }
}

/// Medians of the first ten of a competitor list.
fn rivals(body: &Body, found: &mut Inputs) {
    let first: Vec<&Body> = lines(body, "competitors").take(FIRST).collect();
    let of =
        |id: &str| -> Vec<Decimal> { first.iter().filter_map(|line| number(line, id)).collect() };
    let source = format!("{} competitors / {} 个竞品", first.len(), first.len());
    found.put("top_reviews", median(of("reviews")), &source, "estimated");
    let gap = median(of("rating")).map(|stars| Decimal::from(5) - stars);
    found.put("rating_gap", gap, &source, "estimated");
}

fn median(mut values: Vec<Decimal>) -> Option<Decimal> {
    values.sort();
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[half]),
        _ => Some((values[half - 1] + values[half]) / Decimal::TWO),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_competitor_list_gives_the_medians_of_its_first_ten() {
        let mut list: Vec<_> = (1..=10)
            .map(|at| json!({ "name": format!("B{at}"), "reviews": at * 100, "rating": "4.2" }))
            .collect();
        list.push(json!({ "name": "B11", "reviews": 99_999, "rating": "1" }));
        let body: Body = json!({ "competitors": list }).as_object().unwrap().clone();
        let mut found = Inputs::default();
        rivals(&body, &mut found);
        assert_eq!(found.0["top_reviews"].value, Decimal::from(550));
        assert_eq!(found.0["rating_gap"].value, "0.8".parse().unwrap());
        let mut none = Inputs::default();
        rivals(&Body::new(), &mut none);
        assert!(none.0.is_empty());
    }
}
