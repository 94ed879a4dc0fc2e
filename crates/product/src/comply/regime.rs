//! Rules for goods and sellers by market, as knowledge.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Diagnostic, Files, Source, Text, knowledge::nearest};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::attributes::{Answers, Attribute, Known, Product};

/// Where it stands.
pub const FOLDER: &str = "compliance/";
const ATTRIBUTES: &str = "compliance/attributes.toml";
const DOCUMENTS: &str = "compliance/documents.toml";
const EXAMPLES: &str = "compliance/examples.toml";
/// Read by [`super::localise`].
pub(super) const LOCALISATION: &str = "compliance/localisation.toml";

/// All of it, checked.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Regimes {
    pub regimes: Vec<Regime>,
    pub attributes: Vec<Attribute>,
    pub kinds: BTreeMap<String, Kind>,
    pub groups: BTreeMap<String, BTreeSet<String>>,
    /// Days before the end of a document at which people are reminded, most first.
    pub reminders: Vec<i64>,
}

/// A rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    pub id: String,
    pub about: About,
    /// Countries, names of groups, or `ALL`.
    pub markets: BTreeSet<String>,
    pub name: Text,
    pub law: String,
    pub when: Text,
    /// Attributes that must all hold, and those of which one is enough.
    #[serde(default)]
    pub all: BTreeSet<String>,
    #[serde(default)]
    pub any: BTreeSet<String>,
    /// Kinds of documents; `a|b`: either will do.
    pub documents: Vec<String>,
    #[serde(default)]
    pub authority: Option<Text>,
    /// Who must stand for it in the market.
    #[serde(default)]
    pub role: Option<Text>,
    #[serde(default)]
    pub mark: Option<String>,
    pub since: Day,
    #[serde(default)]
    pub until: Option<Day>,
    /// What a missing document does once the rule has been checked.
    pub without: Without,
    pub confidence: Confidence,
    pub source: String,
    #[serde(default)]
    pub checked_on: Option<Day>,
    #[serde(default)]
    pub checked_by: Option<String>,
    #[serde(default)]
    pub next_check: Option<Day>,
}

/// What a rule is about. Only rules about products and sellers gate a SKU.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    Product,
    Seller,
    Shipment,
    /// Shops, mails, reviews.
    Trading,
}

/// What a missing document does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Without {
    Warn,
    Blocked,
}

/// How well a rule is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Its source was read.
    Seen,
    PartlySeen,
    /// From general knowledge.
    Unverified,
}

/// A kind of document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub id: String,
    pub name: Text,
    #[serde(default)]
    pub expires: bool,
    #[serde(default)]
    pub market_language: bool,
    #[serde(default)]
    pub of_seller: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head<T> {
    schema: u32,
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "version")]
    _version: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(
        default = "Vec::new",
        alias = "document",
        alias = "attribute",
        alias = "example",
        alias = "regime"
    )]
    row: Vec<Spanned<T>>,
    #[serde(default)]
    groups: BTreeMap<String, BTreeSet<String>>,
    #[serde(default)]
    reminders: Vec<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    says: String,
    market: String,
    day: Day,
    #[serde(default)]
    yes: BTreeSet<String>,
    #[serde(default)]
    no: BTreeSet<String>,
    rules: BTreeSet<String>,
    #[serde(default)]
    asks: BTreeSet<String>,
}

impl Regime {
    /// Whether a person has checked it, or its source was read when it was written down.
    pub fn is_checked(&self) -> bool {
        self.confidence == Confidence::Seen || self.checked_on.is_some()
    }

    /// Whether it concerns a product with these answers.
    pub fn concerns(&self, answers: &Answers) -> Known {
        let mut open = false;
        for id in &self.all {
            match answers.is(id) {
                Known::Yes => {}
                Known::No => return Known::No,
                Known::Open => open = true,
            }
        }
        if !self.any.is_empty() && !self.any.iter().any(|id| answers.is(id) == Known::Yes) {
            if self.any.iter().all(|id| answers.is(id) == Known::No) {
                return Known::No;
            }
            open = true;
        }
        if open { Known::Open } else { Known::Yes }
    }

    /// Whether it is in force on a day.
    pub fn in_force(&self, day: Day) -> bool {
        self.since <= day && self.until.is_none_or(|until| day <= until)
    }

    /// The questions that decide whether it concerns the product.
    pub fn asks<'a>(&'a self, answers: &'a Answers) -> impl Iterator<Item = &'a str> {
        let ids = self.all.iter().chain(&self.any).map(String::as_str);
        ids.filter(|id| answers.is(id) == Known::Open)
    }
}

impl Regimes {
    /// Reads `compliance/` and runs its examples.
    ///
    /// # Errors
    /// Everything wrong, each with its place and what to do.
    pub fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let mut found = Self::default();
        if let Some(head) = files.get(ATTRIBUTES).and_then(|one| read::<Attribute>(one, &mut wrong))
        {
            found.groups = head.groups;
            found.attributes = head.row.into_iter().map(Spanned::into_inner).collect();
        }
        if let Some(head) = files.get(DOCUMENTS).and_then(|one| read::<Kind>(one, &mut wrong)) {
            found.reminders = head.reminders;
            found.reminders.sort_unstable_by(|a, b| b.cmp(a));
            let kinds = head.row.into_iter().map(Spanned::into_inner);
            found.kinds = kinds.map(|kind| (kind.id.clone(), kind)).collect();
        }
        let mut by_id: BTreeMap<String, Regime> = BTreeMap::new();
        let special = [ATTRIBUTES, DOCUMENTS, EXAMPLES, LOCALISATION];
        for source in
            files.below(FOLDER, ".toml").filter(|one| !special.contains(&one.path.as_str()))
        {
            let Some(head) = read::<Regime>(source, &mut wrong) else { continue };
            let mut here = BTreeSet::new();
            for spanned in head.row {
                wrong.extend(found.check(source, &spanned));
                let regime = spanned.get_ref();
                if !here.insert(regime.id.clone()) {
                    let message = format!("rule `{}` is there twice", regime.id);
                    wrong.push(source.complain(spanned.span(), &message, "give it another id"));
                }
                // Built-in files come first: the company's rule of the same id stands in for it.
                by_id.insert(regime.id.clone(), spanned.into_inner());
            }
        }
        found.regimes = by_id.into_values().collect();
        if wrong.is_empty()
            && let Some(source) = files.get(EXAMPLES)
            && let Some(head) = read::<Example>(source, &mut wrong)
        {
            wrong.extend(head.row.iter().filter_map(|one| found.try_example(source, one)));
        }
        if wrong.is_empty() { Ok(found) } else { Err(wrong) }
    }

    fn check(&self, source: &Source, spanned: &Spanned<Regime>) -> Vec<Diagnostic> {
        let regime = spanned.get_ref();
        let mut wrong = Vec::new();
        let mut complain = |message: String, hint: &str| {
            let message = format!("rule `{}`: {message}", regime.id);
            wrong.push(source.complain(spanned.span(), &message, hint));
        };
        let attributes = || self.attributes.iter().map(|one| one.id.as_str());
        for id in regime.all.iter().chain(&regime.any) {
            if !attributes().any(|known| known == id) {
                let near = nearest(id, attributes());
                let hint = near.map_or_else(
                    || "add it to compliance/attributes.toml".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                complain(format!("there is no attribute `{id}`"), &hint);
            }
        }
        for kind in regime.documents.iter().flat_map(|either| either.split('|')) {
            if !self.kinds.contains_key(kind) {
                let near = nearest(kind, self.kinds.keys().map(String::as_str));
                let hint = near.map_or_else(
                    || "add it to compliance/documents.toml".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                complain(format!("there is no kind of document `{kind}`"), &hint);
            }
        }
        for market in &regime.markets {
            let is_country = market.len() == 2 && market.chars().all(|c| c.is_ascii_uppercase());
            if !is_country && market != "ALL" && !self.groups.contains_key(market) {
                let hint = "write ISO 3166-1 alpha-2, ALL, or a name of [groups]";
                complain(format!("there is no market `{market}`"), hint);
            }
        }
        if regime.until.is_some_and(|until| until < regime.since) {
            complain("it ends before it begins".to_owned(), "correct `since` or `until`");
        }
        if regime.law.trim().is_empty() || regime.source.trim().is_empty() {
            complain("it names no law or source".to_owned(), "write `law` and `source`");
        }
        if [&regime.name, &regime.when]
            .iter()
            .any(|text| text.en.is_empty() || text.zh_cn.is_empty())
        {
            complain("a text is empty".to_owned(), "write both languages");
        }
        wrong
    }

    fn try_example(&self, source: &Source, spanned: &Spanned<Example>) -> Option<Diagnostic> {
        let example = spanned.get_ref();
        let said = |ids: &BTreeSet<String>, answer: bool| {
            ids.iter().map(|id| (id.clone(), answer)).collect::<Vec<_>>()
        };
        let answers = said(&example.yes, true).into_iter().chain(said(&example.no, false));
        let product = Product { sku: "example".to_owned(), answers: answers.collect() };
        let answers = Answers::of(&self.attributes, &product);
        let here = || {
            let of_market = self.of_market(&example.market);
            of_market.filter(|one| one.about == About::Product && one.in_force(example.day))
        };
        let rules: BTreeSet<String> = here()
            .filter(|one| one.concerns(&answers) == Known::Yes)
            .map(|one| one.id.clone())
            .collect();
        let open = here().filter(|one| one.concerns(&answers) == Known::Open);
        let asks: BTreeSet<String> = open
            .flat_map(|one| one.asks(&answers).map(str::to_owned).collect::<Vec<_>>())
            .collect();
        let complain = |what: &str, found: &BTreeSet<String>, told: &BTreeSet<String>| {
            let message = format!("{}: {what} {found:?}, not {told:?}", example.says);
            let hint = "correct the example, or the rules it tries";
            Some(source.complain(spanned.span(), &message, hint))
        };
        if rules != example.rules {
            return complain("concerned by", &rules, &example.rules);
        }
        if !example.asks.is_empty() && asks != example.asks {
            return complain("asks", &asks, &example.asks);
        }
        None
    }

    /// The rules that hold in a market.
    pub fn of_market<'a>(&'a self, market: &'a str) -> impl Iterator<Item = &'a Regime> {
        self.regimes.iter().filter(move |one| {
            one.markets.iter().any(|name| {
                name == "ALL"
                    || name == market
                    || self.groups.get(name).is_some_and(|group| group.contains(market))
            })
        })
    }

    /// A question by its id.
    pub fn attribute(&self, id: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|one| one.id == id)
    }
}

fn read<T: serde::de::DeserializeOwned>(
    source: &Source,
    wrong: &mut Vec<Diagnostic>,
) -> Option<Head<T>> {
    match source.toml::<Head<T>>() {
        Ok(head) if head.schema == 1 => Some(head),
        Ok(_) => {
            wrong.push(source.complain(0..1, "this file is of another time", "schema = 1"));
            None
        }
        Err(one) => {
            wrong.push(*one);
            None
        }
    }
}
