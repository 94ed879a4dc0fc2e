//! Problems of advertising.
// float-ok: sizes of planted things in a model.

use std::collections::BTreeMap;

use super::{Near, Part, Planner, Plant, Worth};
use crate::trial::{
    goods::{BRAND, Role, Size, TRIAL_STORES, Term},
    level::{AdsMod, What},
};

const EXACT: usize = 0;
const BROAD: usize = 2;

impl Planner<'_> {
    pub(super) fn ads(&mut self) {
        for _ in 0..self.times() + 1 {
            self.wasted_term();
        }
        for _ in 0..self.times() {
            self.harvest();
            self.bid_too_low();
            self.budget_out();
            self.clicks_dearer();
        }
        self.burning();
        self.branded();
        self.no_stock();
        self.near_terms();
    }

    /// Where a campaign stands.
    fn campaign(&self, sku: usize) -> BTreeMap<&'static str, String> {
        let of = &self.skus[sku];
        let store = &TRIAL_STORES[of.store];
        BTreeMap::from([
            ("store", store.name.to_owned()),
            ("market", store.market.code().to_owned()),
            ("campaign", of.campaign()),
        ])
    }

    fn target(&self, sku: usize, target: usize) -> BTreeMap<&'static str, String> {
        let mut subject = self.campaign(sku);
        let of = &self.skus[sku];
        subject.insert("ad_group", of.ad_group());
        subject.insert("target", of.targets[target].text.clone());
        subject.insert("match_type", of.targets[target].matching.name().to_lowercase());
        subject
    }

    fn term(&self, sku: usize, term: usize) -> BTreeMap<&'static str, String> {
        let mut subject = self.campaign(sku);
        let of = &self.skus[sku];
        subject.insert("ad_group", of.ad_group());
        subject.insert("search_term", of.terms[term].text.clone());
        subject
    }

    fn of_ads(
        &mut self,
        rule: &'static str,
        sku: usize,
        (subject, part): (BTreeMap<&'static str, String>, Part),
    ) -> &mut Plant {
        let plant = self.problem(rule, sku, 0);
        plant.subject = subject;
        plant.noisy = Some(part);
        plant
    }

    /// Adds what buyers type to a campaign and gives its number.
    fn add_term(&mut self, sku: usize, text: String, clicks: f64, conversion: f64) -> usize {
        let term = Term { target: BROAD, text, clicks, impressions: 110.0, conversion };
        self.skus[sku].terms.push(term);
        self.skus[sku].terms.len() - 1
    }

    fn wasted_term(&mut self) {
        let sku = self.struck();
        let clicks = self.chance.between(1.6, 4.0);
        let text = format!("{} repair manual", self.skus[sku].targets[0].text);
        let term = self.add_term(sku, text, clicks, 0.0);
        let subject = self.term(sku, term);
        let plant = self.of_ads("ads.search_term_wastes", sku, (subject, Part::Term(term)));
        plant.cause = "no_fit";
        plant.noisy = None;
        plant.worth = Worth::Remedy(vec![without(term)]);
        plant.says = format!("{clicks:.1} clicks a day and never an order");
    }

    fn harvest(&mut self) {
        let sku = self.struck();
        let text = format!("{} with warm light", self.skus[sku].targets[0].text);
        let clicks = self.chance.between(4.0, 7.0);
        let term = self.add_term(sku, text, clicks, 1.9);
        let subject = self.term(sku, term);
        let more = AdsMod { term: Some(term), clicks: 1.5, ..AdsMod::all() };
        let plant = self.of_ads("ads.harvest_exact", sku, (subject, Part::Term(term)));
        plant.cause = "no_exact";
        plant.worth = Worth::Remedy(vec![What::Ads(more)]);
        plant.says = "a term that sells well and has no exact target of its own".to_owned();
    }

    fn bid_too_low(&mut self) {
        let sku = self.struck();
        let subject = self.target(sku, EXACT);
        let plant = self.of_ads("ads.bid_below_margin", sku, (subject, Part::Target(EXACT)));
        plant.cause = "bid_too_low";
        plant.says = "a good target that hardly shows".to_owned();
        let low = AdsMod { target: Some(EXACT), clicks: 0.5, cost: 0.4, bid: 0.4, ..AdsMod::all() };
        // Otherwise the few clicks that are left would prove nothing.
        let good = AdsMod { target: Some(EXACT), clicks: 1.6, conversion: 1.4, ..AdsMod::all() };
        self.slightly(sku, 0, What::Ads(good));
        self.because(sku, 0, What::Ads(low));
    }

    fn budget_out(&mut self) {
        let (sku, from) = (self.struck(), self.ago(24, 45));
        let share = self.chance.between(0.4, 0.6);
        let subject = self.campaign(sku);
        let plant = self.of_ads("ads.budget_out", sku, (subject, Part::Campaign));
        plant.from = from;
        plant.cause = "budget_too_low";
        plant.says = format!("the budget is gone after {:.0} % of the day", share * 100.0);
        let more = AdsMod { clicks: 1.5, ..AdsMod::all() };
        self.slightly(sku, 0, What::Ads(more));
        self.because(sku, from, What::Budget(share));
    }

    fn clicks_dearer(&mut self) {
        let (sku, from) = (self.struck(), self.ago(14, 26));
        let dearer = self.chance.between(1.45, 1.65);
        let subject = self.campaign(sku);
        let plant = self.of_ads("ads.cpc_jumped", sku, (subject, Part::Campaign));
        plant.from = from;
        plant.cause = "own_bid";
        plant.noisy = None;
        plant.says = format!("clicks cost {dearer:.2} times as much at the same bid");
        let jump = AdsMod { cost: dearer, ..AdsMod::all() };
        self.because(sku, from, What::Ads(jump));
    }

    /// Three ways in which a target takes more than it brings.
    fn burning(&mut self) {
        let sku = self.struck();
        let much = self.chance.between(3.0, 3.8);
        let subject = self.target(sku, EXACT);
        let plant = self.of_ads("ads.keyword_burns_margin", sku, (subject, Part::Target(EXACT)));
        plant.cause = "bid_too_high";
        plant.says = "the bid is far above what a click is worth".to_owned();
        let bid = AdsMod { target: Some(EXACT), cost: much, bid: much, ..AdsMod::all() };
        self.because(sku, 0, What::Ads(bid));

        let sku = self.struck();
        let subject = self.target(sku, BROAD);
        let plant = self.of_ads("ads.keyword_burns_margin", sku, (subject, Part::Target(BROAD)));
        plant.cause = "query_does_not_match";
        let only = AdsMod { target: Some(BROAD), clicks: 0.0, ..AdsMod::all() };
        plant.worth = Worth::Remedy(vec![What::Ads(only)]);
        plant.says = "the broad target brings the wrong buyers".to_owned();
        let wrong = AdsMod {
            target: Some(BROAD),
            impressions: 2.6,
            clicks: 3.0,
            conversion: 0.2,
            ..AdsMod::all()
        };
        self.because(sku, 0, What::Ads(wrong));

        let sku = self.struck();
        let subject = self.target(sku, EXACT);
        let plant = self.of_ads("ads.keyword_burns_margin", sku, (subject, Part::Target(EXACT)));
        plant.cause = "listing_does_not_convert";
        let none = AdsMod { clicks: 0.0, ..AdsMod::all() };
        plant.worth = Worth::Remedy(vec![What::Ads(none)]);
        plant.says = "the page does not sell, so no click pays".to_owned();
        self.because(sku, 0, What::Conversion(0.2));
        let more = AdsMod { target: Some(EXACT), clicks: 2.0, ..AdsMod::all() };
        self.because(sku, 0, What::Ads(more));
    }

    fn branded(&mut self) {
        let sku = self.struck();
        let text = format!("{} {}", BRAND.to_lowercase(), self.skus[sku].noun);
        let clicks = self.chance.between(3.0, 6.0);
        let term = self.add_term(sku, text, clicks, 2.2);
        let subject = self.term(sku, term);
        // Most of these buyers look for the brand and come anyway.
        let free = AdsMod { term: Some(term), cost: 0.0, conversion: 0.9, ..AdsMod::all() };
        let plant = self.of_ads("ads.branded_term_paid", sku, (subject, Part::Term(term)));
        plant.cause = "organic_holds";
        plant.noisy = None;
        plant.worth = Worth::Remedy(vec![What::Ads(free)]);
        plant.says = "buyers who type the brand are paid for".to_owned();
        self.quirks.branded.push((sku, term));
    }

    /// Ads go on though nothing is left to sell: also out of stock.
    fn no_stock(&mut self) {
        let store = usize::from(self.chance.holds(0.4));
        let sku = self.sku(store, Size::Ten, Role::Problem);
        let from = self.ago(8, 14);
        let stop = AdsMod { clicks: 0.0, ..AdsMod::all() };
        let subject = self.at(sku);
        let plant = self.of_ads("ads.ads_without_stock", sku, (subject, Part::Sku));
        plant.from = from;
        plant.cause = "out";
        plant.noisy = None;
        plant.worth = Worth::Remedy(vec![What::Ads(stop)]);
        plant.says = "ads run though nothing is left to sell".to_owned();
        self.skus[sku].stock.out_from = Some(from);
        let plant = self.problem("stock.out_of_stock", sku, from);
        plant.cause = "nothing_ordered";
        plant.says = "nothing left to sell, and the ads go on".to_owned();
        self.because(sku, from, What::Empty(true));
    }

    /// Hardly any stock is left and the ads go on, but goods come before it ends. Planned last, so
    /// that what was planted before it stays as it is.
    pub(super) fn arriving(&mut self) {
        let near = self.spared();
        let (sent, due) = (self.spec.back(16), self.last() + 2);
        self.skus[near].stock.end_cover = Some(3.0);
        self.skus[near].stock.inbound = Some((60.0, sent, due));
        self.spare("ads.ads_without_stock", near, "little stock, but goods arrive in two days");
    }

    fn near_terms(&mut self) {
        let sku = self.spared();
        let text = format!("{} spare part", self.skus[sku].targets[0].text);
        let term = self.add_term(sku, text, 0.28, 0.0);
        let (store, subject) = (self.skus[sku].store, self.term(sku, term));
        let says = "about eight clicks and no order".to_owned();
        self.near.push(Near { rule: "ads.search_term_wastes", store, subject, says });
        let sku = self.spared();
        let text = format!("{} for living room", self.skus[sku].targets[0].text);
        let term = self.add_term(sku, text, 3.0, 0.75);
        let (store, subject) = (self.skus[sku].store, self.term(sku, term));
        let says = "many clicks and enough orders".to_owned();
        self.near.push(Near { rule: "ads.search_term_wastes", store, subject, says });
    }
}

fn without(term: usize) -> What {
    What::Ads(AdsMod { term: Some(term), clicks: 0.0, ..AdsMod::all() })
}
