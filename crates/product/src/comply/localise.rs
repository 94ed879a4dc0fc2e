//! What a market wants to read and plug in: completeness of a SKU's localisation.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Diagnostic, Files, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{
    attributes::{Answers, Known},
    regime::LOCALISATION,
};
use crate::says::both;

/// Markets and the texts they want, as knowledge.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Localisation {
    pub texts: Vec<Wanted>,
    pub markets: Vec<Place>,
}

/// A text that must be there in every language of a market.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    pub id: String,
    pub name: Text,
    /// Only for products of which this holds.
    #[serde(default)]
    pub when: Option<String>,
}

/// One market.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub market: String,
    pub languages: BTreeSet<String>,
    /// IEC letters of plugs that fit.
    pub plugs: BTreeSet<String>,
    pub volts: [u32; 2],
    pub hertz: u32,
    pub units: Units,
    #[serde(default)]
    pub avoid: Vec<Avoid>,
}

/// Units of size and weight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Units {
    Metric,
    Imperial,
}

/// A colour or symbol to avoid.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Avoid {
    pub id: String,
    pub what: Text,
    pub why: Text,
}

/// What is there for a SKU in a market.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Pack {
    pub sku: String,
    pub market: String,
    /// By language the texts that are ready.
    pub texts: BTreeMap<String, BTreeSet<String>>,
    /// Units its texts are written in.
    pub units: BTreeSet<Units>,
    /// Plugs that come with it, and what voltage and frequencies it takes.
    pub plugs: BTreeSet<String>,
    pub volts: Option<[u32; 2]>,
    pub hertz: BTreeSet<u32>,
    /// Whether a table of the market's sizes is there (clothing, shoes).
    pub sizes: bool,
    /// Ids of colours and symbols on product, packaging or pictures that markets may want avoided.
    pub shows: BTreeSet<String>,
}

/// How complete a pack is.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Complete {
    /// Of what is needed, the share that is there.
    pub share: Decimal,
    pub items: Vec<Item>,
}

/// One thing a market wants.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Item {
    /// `text.title.de`, `units`, `plug`, `voltage`, `frequency`, `sizes`, `avoid.number_4`.
    pub id: String,
    pub done: bool,
    pub says: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: u32,
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "version")]
    _version: String,
    #[serde(rename = "source")]
    _source: String,
    text: Vec<Wanted>,
    market: Vec<Spanned<Place>>,
}

impl Localisation {
    /// Reads `compliance/localisation.toml`.
    ///
    /// # Errors
    /// Everything wrong, each with its place.
    pub fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(LOCALISATION) else { return Ok(Self::default()) };
        let written: Written = source.toml().map_err(|wrong| vec![*wrong])?;
        let mut wrong = Vec::new();
        let mut seen = BTreeSet::new();
        if written.schema != 1 {
            wrong.push(source.complain(0..1, "this file is of another time", "schema = 1"));
        }
        for spanned in &written.market {
            let place = spanned.get_ref();
            let mut complain = |message: &str, hint: &str| {
                let message = format!("market {}: {message}", place.market);
                wrong.push(source.complain(spanned.span(), &message, hint));
            };
            if !seen.insert(place.market.clone()) {
                complain("it is there twice", "keep one");
            }
            if place.languages.is_empty() || place.plugs.is_empty() {
                complain("it has no language or no plug", "write `languages` and `plugs`");
            }
            if place.volts[0] > place.volts[1] {
                complain("its voltages are turned round", "write the lower one first");
            }
        }
        let markets = written.market.into_iter().map(Spanned::into_inner).collect();
        if wrong.is_empty() { Ok(Self { texts: written.text, markets }) } else { Err(wrong) }
    }

    /// What is known of a market.
    pub fn place(&self, market: &str) -> Option<&Place> {
        self.markets.iter().find(|place| place.market == market)
    }

    /// The languages of a market.
    pub fn languages(&self, market: &str) -> Option<&BTreeSet<String>> {
        self.place(market).map(|place| &place.languages)
    }

    /// What of a pack is there and what is missing; `None` of a market nothing is known of.
    pub fn completeness(&self, pack: &Pack, answers: &Answers) -> Option<Complete> {
        let place = self.place(&pack.market)?;
        let mut items = Vec::new();
        let mut put = |id: String, done: bool, en: String, zh: String| {
            items.push(Item { id, done, says: both(en, zh) });
        };
        for language in &place.languages {
            let ready = pack.texts.get(language);
            for text in &self.texts {
                // What nobody has answered is wanted: a text too many does no harm.
                let wanted = text.when.as_deref().is_none_or(|id| answers.is(id) != Known::No);
                if wanted {
                    let done = ready.is_some_and(|ready| ready.contains(&text.id));
                    let id = format!("text.{}.{language}", text.id);
                    put(
                        id,
                        done,
                        format!("{} ({language})", text.name.en),
                        format!("{}（{language}）", text.name.zh_cn),
                    );
                }
            }
        }
        items.extend(place.goods(pack, answers));
        let done = items.iter().filter(|item| item.done).count();
        let share = Decimal::from(done) / Decimal::from(items.len().max(1));
        Some(Complete { share, items })
    }
}

impl Place {
    /// What the market wants of the goods themselves: units, plug, voltage, sizes, nothing to avoid.
    fn goods(&self, pack: &Pack, answers: &Answers) -> Vec<Item> {
        let place = self;
        let mut items = Vec::new();
        let mut put = |id: String, done: bool, en: String, zh: String| {
            items.push(Item { id, done, says: both(en, zh) });
        };
        let (en, zh) = match place.units {
            Units::Metric => ("Sizes and weights in metric units", "公制尺寸与重量"),
            Units::Imperial => ("Sizes and weights in inches and pounds", "英制尺寸与重量"),
        };
        put("units".to_owned(), pack.units.contains(&place.units), en.to_owned(), zh.to_owned());
        if answers.is("mains_plug") == Known::Yes {
            let fits = pack.plugs.intersection(&place.plugs).next().is_some();
            let listed = place.plugs.iter().cloned().collect::<Vec<_>>().join("/");
            put(
                "plug".to_owned(),
                fits,
                format!("Plug of type {listed}"),
                format!("{listed} 型插头"),
            );
        }
        if answers.is("mains") == Known::Yes {
            let [low, high] = place.volts;
            let fits = pack.volts.is_some_and(|takes| takes[0] <= low && takes[1] >= high);
            put(
                "voltage".to_owned(),
                fits,
                format!("Takes {low}–{high} V"),
                format!("适用 {low}–{high} V 电压"),
            );
            let fits = pack.hertz.contains(&place.hertz);
            put(
                "frequency".to_owned(),
                fits,
                format!("Takes {} Hz", place.hertz),
                format!("适用 {} Hz 频率", place.hertz),
            );
        }
        if answers.is("apparel") == Known::Yes {
            put(
                "sizes".to_owned(),
                pack.sizes,
                "Table of the market's sizes".to_owned(),
                "当地尺码对照表".to_owned(),
            );
        }
        for avoid in &place.avoid {
            let id = format!("avoid.{}", avoid.id);
            let done = !pack.shows.contains(&avoid.id);
            put(
                id,
                done,
                format!("Without {}: {}", avoid.what.en, avoid.why.en),
                format!("避免{}：{}", avoid.what.zh_cn, avoid.why.zh_cn),
            );
        }
        items
    }
}
