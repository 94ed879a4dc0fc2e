//! Everything this part knows from knowledge files, read once for as long as they stay the same.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use argosy_chapter::face::ChapterError;
use argosy_kernel::{Currency, Day, Diagnostic, Files, Problem, Source};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::{
    comply::{Localisation, Regimes},
    improve::Topics,
    landed::{Rules, Tariff},
    matrix::Roles,
    select::Criteria,
};

/// Folder of tariffs: `tariff/us.csv` or `tariff/us.json`, as hts.usitc.gov exports it.
const TARIFFS: &str = "tariff/";
const VAT: &str = "vat.csv";
const COUNTRIES: &str = "countries.csv";

/// All of it, checked.
#[derive(Debug)]
pub(crate) struct Known {
    pub criteria: Criteria,
    pub rules: Rules,
    pub regimes: Regimes,
    pub places: Localisation,
    pub roles: Option<Roles>,
    pub topics: Topics,
    /// By market.
    pub tariffs: BTreeMap<String, Tariff>,
    vat: BTreeMap<String, Vec<(Day, Decimal)>>,
    currencies: BTreeMap<String, Currency>,
}

#[derive(Deserialize)]
struct VatRow {
    market: String,
    since: Day,
    rate: Decimal,
}

#[derive(Deserialize)]
struct CountryRow {
    country: String,
    currency: String,
}

impl Known {
    /// Reads all files of this part.
    ///
    /// # Errors
    /// Everything wrong, each with its place.
    pub(crate) fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let criteria = told(Criteria::load(files), &mut wrong);
        let rules = told(Rules::load(files), &mut wrong);
        let regimes = told(Regimes::load(files), &mut wrong);
        let places = told(Localisation::load(files), &mut wrong);
        let roles = told(Roles::load(files), &mut wrong);
        let topics = told(Topics::load(files), &mut wrong);
        let tariffs = told(tariffs(files), &mut wrong);
        let vat = told(rows::<VatRow>(files, VAT), &mut wrong).unwrap_or_default();
        let countries = told(rows::<CountryRow>(files, COUNTRIES), &mut wrong).unwrap_or_default();
        let (Some(criteria), Some(rules), Some(regimes), Some(places)) =
            (criteria, rules, regimes, places)
        else {
            return Err(wrong);
        };
        let (Some(roles), Some(topics), Some(tariffs), true) =
            (roles, topics, tariffs, wrong.is_empty())
        else {
            return Err(wrong);
        };
        let mut by_market: BTreeMap<String, Vec<(Day, Decimal)>> = BTreeMap::new();
        for row in vat {
            by_market.entry(row.market).or_default().push((row.since, row.rate));
        }
        by_market.values_mut().for_each(|rates| rates.sort());
        let currencies = countries.into_iter().filter_map(|row| {
            let currency = row.currency.parse().ok()?;
            Some((row.country, currency))
        });
        let currencies = currencies.collect();
        Ok(Self {
            criteria,
            rules,
            regimes,
            places,
            roles,
            topics,
            tariffs,
            vat: by_market,
            currencies,
        })
    }

    /// The standard rate of VAT of a market on a day, as a fraction.
    pub(crate) fn vat(&self, market: &str, day: Day) -> Option<Decimal> {
        let rates = self.vat.get(market)?;
        let rate = rates.iter().rev().find(|(since, _)| *since <= day)?.1;
        Some(rate / Decimal::ONE_HUNDRED)
    }

    /// The currency of a market.
    pub(crate) fn currency(&self, market: &str) -> Option<Currency> {
        self.currencies.get(market).copied()
    }
}

fn told<T>(read: Result<T, Vec<Diagnostic>>, wrong: &mut Vec<Diagnostic>) -> Option<T> {
    read.map_err(|found| wrong.extend(found)).ok()
}

fn rows<T: serde::de::DeserializeOwned>(
    files: &Files,
    path: &str,
) -> Result<Vec<T>, Vec<Diagnostic>> {
    let Some(source) = files.get(path) else { return Ok(Vec::new()) };
    Ok(source.csv::<T>()?.into_iter().map(|(_, row)| row).collect())
}

/// Tariffs of the company's folder. Lines that cannot be read are told; of a large file the first.
fn tariffs(files: &Files) -> Result<BTreeMap<String, Tariff>, Vec<Diagnostic>> {
    let mut found = BTreeMap::new();
    let mut wrong = Vec::new();
    for source in files.below(TARIFFS, ".csv").chain(files.below(TARIFFS, ".json")) {
        let market = source.path[TARIFFS.len()..].split('.').next().unwrap_or_default();
        let market = market.to_ascii_uppercase();
        if market != "US" {
            let hint = "name it us.csv or us.json; of other markets enter the rate of a product";
            let message = "only the tariff of the United States can be read";
            wrong.push(source.complain_at_line(1, message, hint));
            continue;
        }
        let (tariff, problems) = if source.path.ends_with(".json") {
            Tariff::us_json(&source.text, &source.path)
        } else {
            Tariff::us_csv(&source.text, &source.path)
        };
        wrong.extend(problems.iter().take(20).map(|problem| complain(source, problem)));
        if tariff.is_empty() && problems.is_empty() {
            wrong.push(source.complain_at_line(1, "the tariff has no line", "export it again"));
        }
        found.insert(market, tariff);
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

fn complain(source: &Source, problem: &Problem) -> Diagnostic {
    let message = format!("{} {} {}", problem.code, problem.found, problem.expected);
    source.complain_at_line(problem.place.line.unwrap_or(1), message.trim(), &problem.hint)
}

/// What was read last, and the texts it was read from.
type Kept = Mutex<Option<(Vec<Arc<str>>, Arc<Known>)>>;
static KEPT: Kept = Mutex::new(None);

/// The knowledge of these files; read again only when a file has changed.
///
/// # Errors
/// [`ChapterError::Told`] with the first thing that is wrong.
pub(crate) fn known(files: &Files) -> Result<Arc<Known>, ChapterError> {
    let texts: Vec<Arc<str>> = files
        .iter()
        .filter(|source| is_mine(&source.path))
        .map(|source| Arc::clone(&source.text))
        .collect();
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner).clone();
    // The texts are held, so an equal address is an equal text.
    let same = |before: &[Arc<str>]| {
        before.len() == texts.len() && before.iter().zip(&texts).all(|(a, b)| Arc::ptr_eq(a, b))
    };
    if let Some((_, known)) = kept.filter(|(before, _)| same(before)) {
        return Ok(known);
    }
    let read = Arc::new(Known::load(files).map_err(|wrong| {
        let first = wrong.first().map(ToString::to_string).unwrap_or_default();
        ChapterError::told(
            format!("knowledge files cannot be read: {first}"),
            format!("知识文件无法读取：{first}"),
        )
    })?);
    *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = Some((texts, Arc::clone(&read)));
    Ok(read)
}

fn is_mine(path: &str) -> bool {
    ["selection.toml", "landed.toml", "matrix.toml", "improve.toml", VAT, COUNTRIES].contains(&path)
        || path.starts_with("compliance/")
        || path.starts_with(TARIFFS)
}

#[cfg(test)]
mod tests {
    use argosy_kernel::Origin;

    use super::*;
    use crate::testing::{knowledge, right};

    const ALL: [&str; 7] = [
        "selection.toml",
        "landed.toml",
        "matrix.toml",
        "improve.toml",
        "vat.csv",
        "countries.csv",
        "compliance",
    ];

    #[test]
    fn all_knowledge_of_choosing_is_right_and_read_once() {
        let files = knowledge(&ALL);
        let read = right(Known::load(&files));
        let day = "2026-11-23".parse().unwrap();
        assert_eq!(read.vat("DE", day), Some("0.19".parse().unwrap()));
        assert_eq!(read.currency("JP"), Some(Currency::JPY));
        assert!(read.vat("US", day).is_none());
        let (one, two) = (known(&files).unwrap(), known(&files).unwrap());
        assert!(Arc::ptr_eq(&one, &two));
    }

    #[test]
    fn a_tariff_of_the_company_folder_is_read_and_a_wrong_one_told_with_its_line() {
        let mut files = knowledge(&ALL);
        let csv = "HTS Number,Indent,Description,Unit of Quantity,General Rate of Duty,Special Rate of Duty,Column 2 Rate of Duty\n9405.21.60,0,Lamps,No.,3.7%,,40%\n";
        files.add("tariff/us.csv", csv, Origin::Company);
        assert_eq!(right(Known::load(&files)).tariffs["US"].len(), 1);
        files.add("tariff/us.csv", "a,b\n1,2\n", Origin::Company);
        let wrong = Known::load(&files).unwrap_err();
        assert!(wrong[0].file.contains("tariff/us.csv"), "{wrong:?}");
        files.add("tariff/de.csv", csv, Origin::Company);
        assert!(knowledge_of(&files).iter().any(|one| one.message.contains("United States")));
    }

    fn knowledge_of(files: &Files) -> Vec<Diagnostic> {
        crate::choice::knowledge(files)
    }
}
