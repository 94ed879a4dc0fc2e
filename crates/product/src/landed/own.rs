//! Cases of our own products: what people typed in, what the product master says, and what the facts
//! know. What none of them tells is listed, never guessed.

mod build;

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::{
    face::{ChapterError, Ground},
    kind::Body,
};
use argosy_desk::Record;
use argosy_kernel::{Currency, Day, Money, Text};

use self::build::Build;
pub(crate) use self::build::read;
use super::{case::Case, freight::Carton};
use crate::choice::{
    body::{currency, day, lines, number, owned},
    facts::{ByPair, Figures, QUARTER_DAYS, Told, by_pair, prices, told},
    known::Known,
};

/// A case of one product in one market, or what keeps it from being worked out.
pub(crate) struct Own {
    /// SKU, or the key of a candidate.
    pub product: String,
    pub market: String,
    pub name: String,
    /// The landed case behind it.
    pub record: Option<String>,
    pub case: Option<Case>,
    /// The carton it travels in, where it is known.
    pub carton: Option<Carton>,
    /// What is missing or wrong.
    pub lacks: Vec<Text>,
    /// What was taken from where.
    pub assumed: Vec<Text>,
}

/// What cases are built from.
pub(crate) struct Sources<'a> {
    ground: &'a Ground<'a>,
    known: &'a Known,
    items: BTreeMap<String, Body>,
    candidates: BTreeMap<String, Body>,
    purchase: BTreeMap<String, Money>,
    facts: ByPair,
    told: Told,
    month: ByPair,
    prices: BTreeMap<(String, String), Money>,
    names: BTreeMap<String, String>,
    cases: Vec<Record>,
}

const METRICS: [&str; 9] = [
    "net_sales",
    "units_sold",
    "channel_fees",
    "fulfilment_cost",
    "storage_cost",
    "ad_spend",
    "units_returned",
    "stock_sellable",
    "return_rate",
];

/// All cases: those of records, and products that sold in the last 90 days without one.
pub(crate) async fn all(ground: &Ground<'_>, known: &Known) -> Result<Vec<Own>, ChapterError> {
    Ok(Sources::read(ground, known).await?.owns())
}

impl<'a> Sources<'a> {
    pub(crate) async fn read(
        ground: &'a Ground<'a>,
        known: &'a Known,
    ) -> Result<Self, ChapterError> {
        let by_key = |records: Vec<Record>| -> BTreeMap<String, Body> {
            records.into_iter().map(|one| (one.id, one.body)).collect()
        };
        let items = by_key(ground.desk.records("item").await?);
        let candidates = by_key(ground.desk.records("candidate").await?);
        let cases = ground.desk.records("landed_case").await?;
        let facts = by_pair(ground, &METRICS, QUARTER_DAYS).await?;
        let told = told(ground, QUARTER_DAYS).await?;
        let month = by_pair(ground, &["units_sold"], MONTH).await?;
        let markets = facts.keys().map(|(_, market)| market.clone());
        let markets = markets.chain(cases.iter().filter_map(|one| owned(&one.body, "market")));
        let currencies: BTreeMap<String, Currency> =
            markets.filter_map(|market| Some((market.clone(), known.currency(&market)?))).collect();
        let prices = prices(ground, &currencies).await?;
        let mut purchase = BTreeMap::new();
        for record in ground.desk.records("supplier_price").await? {
            if let (Some(sku), Some(price)) =
                (owned(&record.body, "sku"), bought(&record.body, ground.today))
            {
                let kept = purchase.entry(sku).or_insert(price);
                if kept.currency == price.currency && price.amount < kept.amount {
                    *kept = price;
                }
            }
        }
        let names = ground.desk_data.products.iter();
        let names = names.map(|one| (one.sku.clone(), one.name.clone())).collect();
        Ok(Self {
            ground,
            known,
            items,
            candidates,
            purchase,
            facts,
            told,
            month,
            prices,
            names,
            cases,
        })
    }

    pub(crate) fn owns(&self) -> Vec<Own> {
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for record in &self.cases {
            let Some((product, market)) = who(&record.body) else { continue };
            seen.insert((product.clone(), market.clone()));
            found.push(self.own((product, market), Some(record)));
        }
        for pair in self.facts.keys().filter(|pair| !seen.contains(*pair)) {
            let sells = self.facts[pair].get("units_sold").is_some_and(|units| !units.is_zero());
            if sells {
                let mut own = self.own(pair.clone(), None);
                own.record = None;
                found.push(own);
            }
        }
        found.sort_by(|a, b| (&a.product, &a.market).cmp(&(&b.product, &b.market)));
        found
    }

    fn own(&self, (product, market): (String, String), record: Option<&Record>) -> Own {
        let none = Body::new();
        let body = record.map_or(&none, |one| &one.body);
        let item = self.items.get(&product).or_else(|| self.candidates.get(&product));
        let pair = (product.clone(), market.clone());
        let empty = Figures::new();
        let facts = self.facts.get(&pair).unwrap_or(&empty);
        let name = owned(body, "name")
            .or_else(|| item.and_then(|item| owned(item, "name")))
            .or_else(|| self.names.get(&product).cloned())
            .unwrap_or_default();
        let mut build = Build {
            sources: self,
            product: product.clone(),
            market: market.clone(),
            body,
            item: item.unwrap_or(&none),
            facts,
            lacks: Vec::new(),
            assumed: Vec::new(),
        };
        let case = build.case();
        let carton = build.carton();
        let (lacks, assumed) = (build.lacks, build.assumed);
        let record = record.map(|one| one.id.clone());
        Own { product, market, name, record, case, carton, lacks, assumed }
    }
}

/// Days that monthly units are counted over.
const MONTH: u64 = crate::choice::facts::MONTH_DAYS;

/// Product (SKU or candidate) and market of a landed case.
pub(crate) fn who(body: &Body) -> Option<(String, String)> {
    let product = owned(body, "sku").or_else(|| owned(body, "candidate"))?;
    Some((product, owned(body, "market")?))
}

/// The price of a supplier that holds on a day: that of its first tier.
fn bought(body: &Body, today: Day) -> Option<Money> {
    let over = day(body, "until").is_some_and(|until| until < today);
    let ahead = day(body, "since").is_some_and(|since| since > today);
    let code = currency(body, "currency")?;
    let price = lines(body, "tiers").find_map(|line| number(line, "price"))?;
    (!over && !ahead).then(|| Money::new(price, code))
}
