//! The gate of one SKU in one market: allowed, warn or blocked, and why.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Money, Text};
use serde::Serialize;

use super::{
    attributes::{Answers, Known, Product},
    document::Document,
    localise::Localisation,
    regime::{About, Confidence, Regime, Regimes, Without},
};
use crate::says::both;

/// Rules that begin within this many days are told beforehand.
const AHEAD_DAYS: i64 = 180;

/// The answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Gate {
    pub sku: String,
    pub market: String,
    pub state: State,
    /// The gravest first.
    pub reasons: Vec<Reason>,
    /// Rules that concern it today.
    pub regimes: Vec<String>,
    /// Kinds of documents needed, and the one that serves.
    pub documents: BTreeMap<String, Option<String>>,
}

/// What the gate says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Allowed,
    Warn,
    Blocked,
}

/// Why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Reason {
    pub state: State,
    pub code: Code,
    pub regime: String,
    /// A kind of document or an attribute.
    pub about: String,
    pub confidence: Confidence,
    pub says: Text,
}

/// What is the matter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    Missing,
    Expired,
    NotYetValid,
    OtherLanguage,
    ExpiresSoon,
    Unanswered,
    BeginsSoon,
}

/// What a gate is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub product: &'a Product,
    pub market: &'a str,
    pub documents: &'a [Document],
    pub today: Day,
    /// Rules a person of the company has checked: they count as known.
    pub confirmed: &'a BTreeSet<String>,
}

/// Works the gate out.
pub fn gate(regimes: &Regimes, places: &Localisation, asked: Asked<'_>) -> Gate {
    let answers = Answers::of(&regimes.attributes, asked.product);
    let mut found = Gate {
        sku: asked.product.sku.clone(),
        market: asked.market.to_owned(),
        state: State::Allowed,
        reasons: Vec::new(),
        regimes: Vec::new(),
        documents: BTreeMap::new(),
    };
    for regime in regimes.of_market(asked.market).filter(|one| gates(one)) {
        match regime.concerns(&answers) {
            Known::No => {}
            Known::Open if regime.in_force(asked.today) => {
                for id in regime.asks(&answers) {
                    if let Some(attribute) = regimes.attribute(id) {
                        let says = both(
                            format!("{} ({} depends on it)", attribute.asks.en, regime.name.en),
                            format!(
                                "{}（决定“{}”是否适用）",
                                attribute.asks.zh_cn, regime.name.zh_cn
                            ),
                        );
                        found.add(regime, (State::Warn, Code::Unanswered), id, says);
                    }
                }
            }
            Known::Yes if regime.in_force(asked.today) => {
                found.regimes.push(regime.id.clone());
                for kinds in &regime.documents {
                    found.ask(regimes, places, (regime, kinds), asked);
                }
            }
            Known::Yes | Known::Open => found.ahead(regime, asked.today),
        }
    }
    let gravity = |one: &Reason| std::cmp::Reverse(one.state);
    found.reasons.sort_by(|a, b| {
        gravity(a).cmp(&gravity(b)).then(a.code.cmp(&b.code)).then(a.regime.cmp(&b.regime))
    });
    found.state = found.reasons.first().map_or(State::Allowed, |one| one.state);
    found
}

/// Trading and shipments are gated where they happen, not at the SKU.
fn gates(regime: &Regime) -> bool {
    matches!(regime.about, About::Product | About::Seller)
}

/// The best that a kind of document can offer.
enum Offer<'a> {
    Holds(&'a Document),
    OtherLanguage,
    NotYet(&'a Document),
    Expired(&'a Document),
    None,
}

impl Gate {
    fn add(&mut self, regime: &Regime, (state, code): (State, Code), about: &str, says: Text) {
        // One question is asked once, whatever depends on it.
        let is_told = code == Code::Unanswered
            && self.reasons.iter().any(|one| one.code == code && one.about == about);
        if !is_told {
            let (regime, confidence) = (regime.id.clone(), regime.confidence);
            let about = about.to_owned();
            self.reasons.push(Reason { state, code, regime, about, confidence, says });
        }
    }

    fn ask(
        &mut self,
        regimes: &Regimes,
        places: &Localisation,
        (regime, kinds): (&Regime, &str),
        asked: Asked<'_>,
    ) {
        let offers = kinds.split('|').map(|kind| offer(regimes, places, kind, asked));
        let best = offers.min_by_key(Offer::place).unwrap_or(Offer::None);
        let serves =
            if let Offer::Holds(document) = &best { Some(document.id.clone()) } else { None };
        let slot = self.documents.entry(kinds.to_owned()).or_default();
        *slot = slot.take().or(serves);
        let names: Vec<&Text> =
            kinds.split('|').filter_map(|kind| Some(&regimes.kinds.get(kind)?.name)).collect();
        let en = names.iter().map(|name| name.en.as_str()).collect::<Vec<_>>().join(" or ");
        let zh = names.iter().map(|name| name.zh_cn.as_str()).collect::<Vec<_>>().join("或");
        let (code, en, zh) = match best {
            Offer::Holds(document) => {
                let soon = regimes.reminders.first().copied().unwrap_or(90);
                let Some(to) = document.to.filter(|to| (*to - asked.today).num_days() <= soon)
                else {
                    return;
                };
                let says = both(format!("{en} runs out on {to}"), format!("{zh}将于 {to} 到期"));
                self.add(regime, (State::Warn, Code::ExpiresSoon), kinds, says);
                return;
            }
            Offer::OtherLanguage => (
                Code::OtherLanguage,
                format!("{en} is not there in a language of {}", asked.market),
                format!("{zh}缺少 {} 当地语言版本", asked.market),
            ),
            Offer::NotYet(one) => (
                Code::NotYetValid,
                format!("{en} holds only from {}", one.from),
                format!("{zh}自 {} 起才生效", one.from),
            ),
            Offer::Expired(one) => {
                let to = one.to.map(|to| to.to_string()).unwrap_or_default();
                (Code::Expired, format!("{en} ran out on {to}"), format!("{zh}已于 {to} 到期"))
            }
            Offer::None => (Code::Missing, format!("{en} is missing"), format!("缺少{zh}")),
        };
        let is_checked = regime.is_checked() || asked.confirmed.contains(&regime.id);
        let state = match regime.without {
            Without::Blocked if is_checked => State::Blocked,
            _ => State::Warn,
        };
        let (doubt_en, doubt_zh) = if is_checked {
            ("", "")
        } else {
            (
                " (Unverified: have this rule checked; until then it only warns)",
                "（未核实：请确认该规则，确认前仅提示）",
            )
        };
        let says = both(
            format!("{}: {en}{doubt_en}", regime.name.en),
            format!("{}：{zh}{doubt_zh}", regime.name.zh_cn),
        );
        self.add(regime, (state, code), kinds, says);
    }

    fn ahead(&mut self, regime: &Regime, today: Day) {
        let days = (regime.since - today).num_days();
        if (1..=AHEAD_DAYS).contains(&days) {
            let since = regime.since;
            let says = both(
                format!("{} applies from {since}, in {days} days", regime.name.en),
                format!("{}将于 {since} 起适用（还有 {days} 天）", regime.name.zh_cn),
            );
            self.add(regime, (State::Warn, Code::BeginsSoon), "", says);
        }
    }
}

impl Offer<'_> {
    /// The better the smaller.
    fn place(&self) -> u8 {
        match self {
            Self::Holds(_) => 0,
            Self::OtherLanguage => 1,
            Self::NotYet(_) => 2,
            Self::Expired(_) => 3,
            Self::None => 4,
        }
    }
}

fn offer<'a>(regimes: &Regimes, places: &Localisation, kind: &str, asked: Asked<'a>) -> Offer<'a> {
    let known = regimes.kinds.get(kind);
    let speaks = |document: &Document| {
        let languages = places.languages(asked.market);
        let needed = known.is_some_and(|kind| kind.market_language);
        !needed
            || languages.is_none_or(|all| all.iter().all(|one| document.languages.contains(one)))
    };
    let sku = &asked.product.sku;
    let covering = asked
        .documents
        .iter()
        .filter(|one| one.check(regimes).is_ok() && one.covers(kind, sku, asked.market, regimes));
    let judged = covering.map(|one| match () {
        () if one.holds(asked.today) && speaks(one) => Offer::Holds(one),
        () if one.holds(asked.today) => Offer::OtherLanguage,
        () if one.from > asked.today => Offer::NotYet(one),
        () => Offer::Expired(one),
    });
    // Of several that hold, the one that holds longest.
    let longest = |offer: &Offer<'_>| match offer {
        Offer::Holds(one) => one.to.map_or(i64::MIN, |to| -(to - asked.today).num_days()),
        _ => 0,
    };
    judged.min_by_key(|offer| (offer.place(), longest(offer))).unwrap_or(Offer::None)
}

/// The money that stands behind a gate that is not open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AtRisk {
    pub sku: String,
    pub market: String,
    pub state: State,
    /// Contribution of a month.
    pub month: Money,
    pub says: Text,
}

/// What blocked and doubtful products earn in a month, blocked first, dearest first. Products that
/// earn nothing are left out. Amounts of one run must be in one currency to be compared.
pub fn at_risk(gates: &[Gate], months: &BTreeMap<(String, String), Money>) -> Vec<AtRisk> {
    let mut found: Vec<AtRisk> = gates
        .iter()
        .filter(|gate| gate.state != State::Allowed)
        .filter_map(|gate| {
            let month = *months.get(&(gate.sku.clone(), gate.market.clone()))?;
            let why = gate.reasons.first()?;
            let says = both(
                format!(
                    "{} a month stand behind {} in {}: {}",
                    month, gate.sku, gate.market, why.says.en
                ),
                format!(
                    "{}（{}）每月 {} 存在风险：{}",
                    gate.sku, gate.market, month, why.says.zh_cn
                ),
            );
            let (sku, market) = (gate.sku.clone(), gate.market.clone());
            (!month.amount.is_sign_negative() && !month.amount.is_zero()).then_some(AtRisk {
                sku,
                market,
                state: gate.state,
                month,
                says,
            })
        })
        .collect();
    found.sort_by(|a, b| b.state.cmp(&a.state).then(b.month.amount.cmp(&a.month.amount)));
    found
}
