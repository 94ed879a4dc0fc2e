use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::{Day, Files, Money, Origin};

use super::{
    attributes::Answers,
    document::Document,
    gate::{Asked, Code, at_risk},
    localise::Units,
    *,
};
use crate::testing::{knowledge, right};

fn files() -> Files {
    knowledge(&["compliance"])
}

fn regimes() -> Regimes {
    right(Regimes::load(&files()))
}

fn places() -> Localisation {
    right(Localisation::load(&files()))
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn product(yes: &[&str], others: bool) -> Product {
    let mut answers: BTreeMap<String, bool> = if others {
        regimes().attributes.into_iter().map(|one| (one.id, false)).collect()
    } else {
        BTreeMap::new()
    };
    answers.extend(yes.iter().map(|id| ((*id).to_owned(), true)));
    Product { sku: "TOY-1".into(), answers }
}

fn document(kind: &str, from: &str, to: Option<&str>) -> Document {
    Document {
        id: format!("{kind}-1"),
        kind: kind.into(),
        issuer: "TÜV".into(),
        number: "Z-17".into(),
        from: day(from),
        to: to.map(day),
        skus: set(&["TOY-1"]),
        markets: BTreeSet::new(),
        languages: set(&["de"]),
    }
}

fn asked<'a>(
    product: &'a Product,
    market: &'a str,
    documents: &'a [Document],
    confirmed: &'a BTreeSet<String>,
) -> Asked<'a> {
    Asked { product, market, documents, today: day("2026-11-23"), confirmed }
}

#[test]
fn all_eighty_eight_rules_are_there_in_both_languages() {
    let regimes = regimes();
    assert_eq!(regimes.regimes.len(), 88);
    let unverified = regimes.regimes.iter().filter(|one| !one.is_checked()).count();
    assert_eq!(unverified, 88 - 15);
    for one in &regimes.regimes {
        assert!(!one.name.zh_cn.is_ascii() || one.id.starts_with("US-CAN"), "{}", one.id);
        assert!(
            one.is_checked()
                || one.confidence != regime::Confidence::Unverified
                || one.source.starts_with("Unverified"),
            "{}",
            one.id
        );
    }
    for attribute in &regimes.attributes {
        assert!(
            attribute.implies.iter().all(|id| regimes.attribute(id).is_some()),
            "{attribute:?}"
        );
    }
}

#[test]
fn one_more_yes_never_takes_a_duty_away() {
    let (regimes, places, none) = (regimes(), places(), BTreeSet::new());
    for market in ["DE", "FR", "IT", "GB", "US", "JP", "KR", "AU", "CA", "SA", "BR", "VN"] {
        for first in &regimes.attributes {
            let small = product(&[&first.id], false);
            let before: BTreeSet<String> =
                gate(&regimes, &places, asked(&small, market, &[], &none))
                    .regimes
                    .into_iter()
                    .collect();
            for second in &regimes.attributes {
                let big = product(&[&first.id, &second.id], false);
                let after = gate(&regimes, &places, asked(&big, market, &[], &none)).regimes;
                let after: BTreeSet<String> = after.into_iter().collect();
                assert!(before.is_subset(&after), "{market}: {} + {}", first.id, second.id);
            }
        }
    }
}

#[test]
fn a_toy_without_its_papers_is_blocked_and_with_them_allowed() {
    let (regimes, places, none) = (regimes(), places(), BTreeSet::new());
    let toy = product(&["toy"], true);
    let without = gate(&regimes, &places, asked(&toy, "DE", &[], &none));
    assert_eq!(without.state, State::Blocked);
    let told = without.reasons.iter().find(|one| one.regime == "EU-TOY").unwrap();
    assert_eq!((told.code, told.state), (Code::Missing, State::Blocked));
    assert!(told.says.zh_cn.contains("缺少"), "{told:?}");
    let papers: Vec<Document> = without
        .documents
        .keys()
        .map(|kind| document(kind.split('|').next().unwrap(), "2026-01-01", Some("2030-01-01")))
        .collect();
    let with = gate(&regimes, &places, asked(&toy, "DE", &papers, &none));
    assert_eq!((with.state, with.reasons.len()), (State::Allowed, 0), "{:?}", with.reasons);
    // A paper for another SKU does not help.
    let mut other = papers.clone();
    other.iter_mut().for_each(|one| one.skus = set(&["TOY-2"]));
    assert_eq!(gate(&regimes, &places, asked(&toy, "DE", &other, &none)).state, State::Blocked);
}

#[test]
fn a_rule_nobody_has_checked_only_warns_until_somebody_has() {
    let (regimes, places) = (regimes(), places());
    let lipstick = product(&["cosmetic"], true);
    let of = |confirmed: &BTreeSet<String>| {
        let found = gate(&regimes, &places, asked(&lipstick, "DE", &[], confirmed));
        found.reasons.into_iter().find(|one| one.regime == "EU-COS").unwrap()
    };
    let doubted = of(&BTreeSet::new());
    assert_eq!(doubted.state, State::Warn);
    assert!(doubted.says.en.contains("Unverified") && doubted.says.zh_cn.contains("未核实"));
    assert_eq!(of(&set(&["EU-COS"])).state, State::Blocked);
}

#[test]
fn an_expired_paper_blocks_and_one_in_the_wrong_language_too() {
    let (regimes, places, none) = (regimes(), places(), BTreeSet::new());
    let toy = product(&["toy"], true);
    let papers = [
        document("toy_report", "2024-01-01", Some("2026-11-22")),
        document("toy_assessment", "2026-12-01", None),
        Document { languages: set(&["en"]), ..document("gpsr_listing", "2026-01-01", None) },
        document("gpsr_file", "2026-01-01", Some("2026-12-20")),
    ];
    let found = gate(&regimes, &places, asked(&toy, "DE", &papers, &none));
    let code = |kind: &str| found.reasons.iter().find(|one| one.about == kind).unwrap().code;
    assert_eq!(code("toy_report"), Code::Expired);
    assert_eq!(code("toy_assessment"), Code::NotYetValid);
    assert_eq!(code("gpsr_listing"), Code::OtherLanguage);
    assert_eq!(code("gpsr_file"), Code::ExpiresSoon);
    // The last day still counts.
    let mut last = papers.clone();
    last[0].to = Some(day("2026-11-23"));
    let found = gate(&regimes, &places, asked(&toy, "DE", &last, &none));
    let report = found.reasons.iter().find(|one| one.about == "toy_report").unwrap();
    assert_eq!(report.code, Code::ExpiresSoon);
}

#[test]
fn a_document_that_expired_before_it_began_is_refused() {
    let regimes = regimes();
    let wrong = document("toy_report", "2026-05-01", Some("2026-04-30"));
    assert_eq!(wrong.check(&regimes).unwrap_err().code, "document_expired_before_it_began");
    let unknown = document("toy_raport", "2026-05-01", None);
    assert!(unknown.check(&regimes).unwrap_err().says.en.contains("toy_report"));
    let endless = document("pse", "2026-05-01", None);
    assert!(endless.check(&regimes).is_ok());
    assert_eq!(
        document("bis", "2026-05-01", None).check(&regimes).unwrap_err().code,
        "document_end_missing"
    );
}

#[test]
fn people_are_reminded_ninety_sixty_and_thirty_days_before() {
    let regimes = regimes();
    let today = day("2026-11-23");
    let stage = |to: &str| {
        let told = reminders(&regimes, &[document("bis", "2025-01-01", Some(to))], today);
        told.first().map(|one| (one.days_left, one.stage))
    };
    assert_eq!(stage("2027-02-22"), None);
    assert_eq!(stage("2027-02-21"), Some((90, 90)));
    assert_eq!(stage("2027-01-22"), Some((60, 60)));
    assert_eq!(stage("2026-12-23"), Some((30, 30)));
    assert_eq!(stage("2026-11-22"), Some((-1, 0)));
    let old = document("bis", "2025-01-01", Some("2026-12-01"));
    let next = Document { id: "bis-2".into(), ..document("bis", "2026-12-02", Some("2028-12-01")) };
    assert!(reminders(&regimes, &[old.clone(), next], today).is_empty());
    let gap = Document { id: "bis-2".into(), ..document("bis", "2026-12-05", Some("2028-12-01")) };
    assert_eq!(reminders(&regimes, &[old, gap], today).len(), 1);
}

#[test]
fn what_is_not_answered_is_asked_once() {
    let (regimes, places, none) = (regimes(), places(), BTreeSet::new());
    let blank = product(&[], false);
    let found = gate(&regimes, &places, asked(&blank, "US", &[], &none));
    let questions: Vec<&str> = found
        .reasons
        .iter()
        .filter(|one| one.code == Code::Unanswered)
        .map(|one| one.about.as_str())
        .collect();
    let once: BTreeSet<&str> = questions.iter().copied().collect();
    assert!(questions.len() > 10 && once.len() == questions.len(), "{questions:?}");
    assert_ne!(found.state, State::Allowed);
}

#[test]
fn a_no_to_electricity_answers_everything_that_runs_on_it() {
    let regimes = regimes();
    let cushion =
        Product { sku: "C".into(), answers: BTreeMap::from([("electrical".to_owned(), false)]) };
    let answers = Answers::of(&regimes.attributes, &cushion);
    assert_eq!(answers.is("radio"), attributes::Known::No);
    assert_eq!(answers.is("toy"), attributes::Known::Open);
}

#[test]
fn the_dearest_blocked_product_comes_first() {
    let (regimes, places, none) = (regimes(), places(), BTreeSet::new());
    let toy = product(&["toy"], true);
    let other = Product { sku: "TOY-9".into(), ..toy.clone() };
    let gates: Vec<Gate> =
        [&toy, &other].map(|one| gate(&regimes, &places, asked(one, "DE", &[], &none))).into();
    let month = |text: &str| text.parse::<Money>().unwrap();
    let months = BTreeMap::from([
        (("TOY-1".to_owned(), "DE".to_owned()), month("400 EUR")),
        (("TOY-9".to_owned(), "DE".to_owned()), month("900 EUR")),
    ]);
    let order: Vec<String> = at_risk(&gates, &months).into_iter().map(|one| one.sku).collect();
    assert_eq!(order, ["TOY-9", "TOY-1"]);
}

#[test]
fn a_misspelt_attribute_is_shown_with_its_line_and_the_word_meant() {
    let mut files = files();
    let text =
        files.get("compliance/gb.toml").unwrap().text.replacen("\"internet\"", "\"internat\"", 1);
    files.add("compliance/gb.toml", text, Origin::Company);
    let wrong = Regimes::load(&files).unwrap_err();
    assert_eq!(wrong[0].file, "compliance/gb.toml");
    assert!(wrong[0].line > 5 && wrong[0].hint.contains("internet"), "{wrong:?}");
}

#[test]
fn a_lamp_for_britain_wants_its_plug_its_manual_and_its_units() {
    let (regimes, places) = (regimes(), places());
    let lamp = product(&["mains", "mains_plug", "consumer"], true);
    let answers = Answers::of(&regimes.attributes, &lamp);
    let texts = set(&["title", "bullets", "description", "label", "warnings"]);
    let mut pack = Pack {
        sku: "LAMP".into(),
        market: "GB".into(),
        texts: BTreeMap::from([("en".to_owned(), texts)]),
        units: BTreeSet::from([Units::Metric]),
        plugs: set(&["F"]),
        volts: Some([220, 240]),
        hertz: BTreeSet::from([50]),
        ..Pack::default()
    };
    let missing = |pack: &Pack| -> Vec<String> {
        let found = places.completeness(pack, &answers).unwrap();
        found.items.into_iter().filter(|one| !one.done).map(|one| one.id).collect()
    };
    assert_eq!(missing(&pack), ["text.manual.en", "plug"]);
    pack.market = "JP".into();
    pack.shows = set(&["number_4"]);
    let found = missing(&pack);
    assert!(found.contains(&"avoid.number_4".to_owned()) && found.contains(&"voltage".to_owned()));
    pack.market = "XX".into();
    assert!(places.completeness(&pack, &answers).is_none());
}
