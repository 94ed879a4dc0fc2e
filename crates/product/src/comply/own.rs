//! What the gate is asked about: our products with their answers, documents, and where they sell.

use std::collections::{BTreeMap, BTreeSet};

use argosy_chapter::{
    face::{ChapterError, Ground},
    kind::Body,
};
use argosy_desk::Record;
use argosy_kernel::Money;

use super::{
    attributes::Product,
    document::Document,
    gate::{Asked, Gate, gate},
    localise::{Pack, Units},
};
use crate::choice::{
    body::{day, flag, lines, list, number, owned, text, words},
    facts::{QUARTER_DAYS, by_pair, month},
    known::Known,
};

/// All that gates are worked out from.
pub(crate) struct Own {
    pub products: BTreeMap<String, Product>,
    pub names: BTreeMap<String, String>,
    pub documents: Vec<Document>,
    pub confirmed: BTreeSet<String>,
    /// Where each product sells or is meant to.
    pub pairs: BTreeSet<(String, String)>,
    /// Contribution after ads of the last 30 days.
    pub month: BTreeMap<(String, String), Money>,
    pub packs: BTreeMap<(String, String), (Pack, Record)>,
}

impl Own {
    /// Everything, for one market or for those where products sell.
    pub(crate) async fn read(
        ground: &Ground<'_>,
        known: &Known,
        market: Option<&str>,
    ) -> Result<Self, ChapterError> {
        let mut names = BTreeMap::new();
        let mut products = BTreeMap::new();
        for one in &ground.desk_data.products {
            names.insert(one.sku.clone(), one.name.clone());
            let product = Product { sku: one.sku.clone(), ..Product::default() };
            products.insert(one.sku.clone(), product);
        }
        for record in ground.desk.records("item").await? {
            let sku = owned(&record.body, "sku").unwrap_or_else(|| record.id.clone());
            // Packaging and accessories that are not sold by themselves are still asked when they sell.
            names.insert(sku.clone(), owned(&record.body, "name").unwrap_or_default());
            products.insert(sku.clone(), Product { sku, answers: answers(&record.body) });
        }
        let packs = packs(ground).await?;
        let pairs = pairs(ground, &products, &packs, market).await?;
        let confirmed = ground.desk.records("confirmation").await?;
        let confirmed = confirmed.into_iter().filter(|one| text(&one.body, "holds") == Some("yes"));
        let documents = ground.desk.records("document").await?;
        let documents = documents.iter().filter_map(|one| document(&one.id, &one.body)).collect();
        let regimes = &known.regimes.regimes;
        Ok(Self {
            products,
            names,
            documents,
            confirmed: confirmed
                .map(|one| one.id)
                .filter(|id| regimes.iter().any(|regime| regime.id == *id))
                .collect(),
            pairs,
            month: month(ground).await?,
            packs,
        })
    }

    pub(crate) fn name(&self, sku: &str) -> String {
        self.names.get(sku).cloned().unwrap_or_default()
    }

    /// The gate of a SKU in a market.
    pub(crate) fn gate(&self, ground: &Ground<'_>, known: &Known, sku: &str, market: &str) -> Gate {
        let bare = Product { sku: sku.to_owned(), ..Product::default() };
        let product = self.products.get(sku).unwrap_or(&bare);
        let asked = Asked {
            product,
            market,
            documents: &self.documents,
            today: ground.today,
            confirmed: &self.confirmed,
        };
        gate(&known.regimes, &known.places, asked)
    }

    /// The gates of all pairs.
    pub(crate) fn gates(&self, ground: &Ground<'_>, known: &Known) -> Vec<Gate> {
        self.pairs.iter().map(|(sku, market)| self.gate(ground, known, sku, market)).collect()
    }
}

async fn pairs(
    ground: &Ground<'_>,
    products: &BTreeMap<String, Product>,
    packs: &BTreeMap<(String, String), (Pack, Record)>,
    market: Option<&str>,
) -> Result<BTreeSet<(String, String)>, ChapterError> {
    if let Some(market) = market {
        return Ok(products.keys().map(|sku| (sku.clone(), market.to_owned())).collect());
    }
    let sold = by_pair(ground, &["units_sold", "stock_sellable"], QUARTER_DAYS).await?;
    let is_there =
        |figures: &crate::choice::facts::Figures| figures.values().any(|units| !units.is_zero());
    let mut pairs: BTreeSet<(String, String)> =
        sold.into_iter().filter(|(_, figures)| is_there(figures)).map(|(pair, _)| pair).collect();
    pairs.extend(packs.keys().cloned());
    for record in ground.desk.records("landed_case").await? {
        let pair = (owned(&record.body, "sku"), owned(&record.body, "market"));
        if let (Some(sku), Some(market)) = pair {
            pairs.insert((sku, market));
        }
    }
    Ok(pairs)
}

/// The answers about a product: those given, and those that its other fields give.
pub(crate) fn answers(body: &Body) -> BTreeMap<String, bool> {
    let mut found = derived(body);
    for line in lines(body, "answers") {
        if let (Some(id), Some(answer)) = (owned(line, "attribute"), text(line, "answer")) {
            found.insert(id, answer == "yes");
        }
    }
    found
}

/// What fields of the product master say about it; a field that is empty says nothing.
fn derived(body: &Body) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    let mut say = |id: &str, answer: bool| {
        found.insert(id.to_owned(), answer);
    };
    if flag(body, "radio") {
        say("radio", true);
    }
    if flag(body, "food_contact") {
        say("food_contact", true);
    }
    if let Some(battery) = text(body, "battery") {
        say("battery", battery != "none");
    }
    if let Some(plug) = text(body, "plug") {
        say("mains_plug", plug != "none");
    }
    match text(body, "age_group") {
        Some("under_3") => say("child_3", true),
        Some("under_14") => say("child_12", true),
        Some("adults") => say("child_12", false),
        _ => {}
    }
    for line in lines(body, "materials") {
        if let Some(same @ ("cotton" | "leather" | "rubber" | "wood" | "paper" | "aluminium")) =
            text(line, "material")
        {
            say(same, true);
        }
    }
    found
}

/// A document as a record tells it; `None` without a day it begins.
pub(crate) fn document(id: &str, body: &Body) -> Option<Document> {
    let skus = lines(body, "skus").filter_map(|line| owned(line, "sku")).collect();
    let upper = |words: BTreeSet<String>| words.iter().map(|one| one.to_uppercase()).collect();
    let lower = |words: BTreeSet<String>| words.iter().map(|one| one.to_lowercase()).collect();
    Some(Document {
        id: id.to_owned(),
        kind: owned(body, "kind").unwrap_or_default(),
        issuer: owned(body, "issuer").unwrap_or_default(),
        number: owned(body, "number").unwrap_or_default(),
        from: day(body, "from")?,
        to: day(body, "until"),
        skus,
        markets: upper(words(body, "markets")),
        languages: lower(words(body, "languages")),
    })
}

async fn packs(
    ground: &Ground<'_>,
) -> Result<BTreeMap<(String, String), (Pack, Record)>, ChapterError> {
    let records = ground.desk.records("localisation").await?;
    let one = |record: Record| {
        let pack = pack(&record.body)?;
        Some(((pack.sku.clone(), pack.market.clone()), (pack, record)))
    };
    Ok(records.into_iter().filter_map(one).collect())
}

/// A localisation pack as a record tells it.
pub(crate) fn pack(body: &Body) -> Option<Pack> {
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in lines(body, "texts") {
        if let (Some(text), Some(language)) = (owned(line, "text"), owned(line, "language")) {
            texts.entry(language.to_lowercase()).or_default().insert(text);
        }
    }
    let whole = |id: &str| number(body, id).and_then(|value| u32::try_from(value).ok());
    let units = list(body, "units").into_iter().map(|one| match one.as_str() {
        "imperial" => Units::Imperial,
        _ => Units::Metric,
    });
    let plugs = words(body, "plugs");
    Some(Pack {
        sku: owned(body, "sku")?,
        market: owned(body, "market")?,
        texts,
        units: units.collect(),
        plugs: plugs.iter().map(|one| one.to_uppercase()).collect(),
        volts: whole("volts_low").zip(whole("volts_high")).map(|(low, high)| [low, high]),
        hertz: list(body, "hertz").iter().filter_map(|one| one.parse().ok()).collect(),
        sizes: flag(body, "sizes"),
        shows: list(body, "shows").into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_of_the_product_master_answer_and_people_s_answers_win() {
        let body: Body = serde_json::from_value(json!({
            "radio": true, "battery": "none", "plug": "g", "age_group": "adults",
            "materials": [{ "material": "wood" }, { "material": "other" }],
            "answers": [{ "attribute": "radio", "answer": "no" }, { "attribute": "toy", "answer": "yes" }],
        }))
        .unwrap();
        let found = answers(&body);
        assert_eq!(found.get("radio"), Some(&false));
        assert_eq!(found.get("battery"), Some(&false));
        assert!(found["mains_plug"] && found["wood"] && found["toy"] && !found["child_12"]);
        assert!(!found.contains_key("food_contact"));
    }

    #[test]
    fn a_document_covers_what_its_record_lists() {
        let body: Body = serde_json::from_value(json!({
            "kind": "toy_report", "issuer": "TÜV", "number": "Z-17", "from": "2026-01-01",
            "skus": [{ "sku": "TOY-1" }], "markets": "de, eu", "languages": "DE",
        }))
        .unwrap();
        let found = document("DOC-00001", &body).unwrap();
        assert!(found.markets.contains("EU") && found.languages.contains("de"));
        assert!(found.skus.contains("TOY-1") && found.to.is_none());
    }
}
