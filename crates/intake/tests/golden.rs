//! Reports through the whole room, on a real desk and a real fact store.
//!
//! One test crate on purpose: each crate that links the engine costs minutes.
//!
//! `ARGOSY_BLESS=1 cargo test -p argosy-intake --test golden` writes the golden files anew; they
//! are then reviewed by eye. `ARGOSY_GOLDEN=etsy/samples/statement` takes only the samples whose
//! path holds these words.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "suite/bad_input.rs"]
mod bad_input;
#[path = "suite/blanking.rs"]
mod blanking;
#[path = "suite/company.rs"]
mod company;
#[path = "suite/copies.rs"]
mod copies;
#[path = "suite/imports.rs"]
mod imports;
#[path = "suite/mutations.rs"]
mod mutations;
#[path = "suite/real_samples.rs"]
mod real_samples;
#[path = "suite/rules.rs"]
mod rules;

use std::{fs, path::Path};

use argosy_intake::ImportOptions;
use argosy_kernel::Period;
use company::{Company, knowledge_folder};

/// Market and period of a sample, where the file does not say them.
fn options_beside(sample: &Path) -> (ImportOptions, Option<String>) {
    let name = sample.file_name().unwrap().to_str().unwrap();
    let stem = name.rsplit_once('.').unwrap().0;
    let path = sample.with_file_name(format!("{stem}.options.toml"));
    let text = fs::read_to_string(path).unwrap_or_default();
    let table: toml::Table = text.parse().unwrap();
    let text = |key: &str| table.get(key).map(|value| value.as_str().unwrap().to_owned());
    let day = |key: &str| text(key).map(|day| day.parse().unwrap());
    let from = day("period_from").or(day("period_to"));
    let to = day("period_to").or(from);
    let period = from.zip(to).map(|(from, to)| Period::new(from, to).unwrap());
    let options = ImportOptions { market: text("market"), period, ..ImportOptions::default() };
    (options, text("store_market"))
}

fn samples() -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for channel in fs::read_dir(knowledge_folder().join("channels")).unwrap() {
        let folder = channel.unwrap().path().join("samples");
        let Ok(entries) = fs::read_dir(folder) else { continue };
        found.extend(entries.map(|entry| entry.unwrap().path()).filter(|path| {
            let name = path.to_string_lossy();
            !name.ends_with(".golden.txt") && !name.ends_with(".options.toml")
        }));
    }
    let only = std::env::var("ARGOSY_GOLDEN").unwrap_or_default();
    found.retain(|path| path.to_string_lossy().contains(&only));
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_report_gives_the_facts_beside_it() {
    let bless = std::env::var_os("ARGOSY_BLESS").is_some();
    let mut wrong = Vec::new();
    for sample in samples() {
        let (options, store_market) = options_beside(&sample);
        let company = Company::with_knowledge().await;
        let channel = sample.parent().unwrap().parent().unwrap().file_name().unwrap();
        company.store("shop", channel.to_str().unwrap(), store_market.as_deref()).await;
        let report = company.import_with(&sample, "shop", options).await;
        let told = company.told(&report).await;
        let name = sample.file_name().unwrap().to_str().unwrap();
        let golden =
            sample.with_file_name(format!("{}.golden.txt", name.rsplit_once('.').unwrap().0));
        if bless {
            fs::write(&golden, &told).unwrap();
            continue;
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        if expected != told {
            let first = told.lines().zip(expected.lines().chain(std::iter::repeat("")));
            let differs = first.into_iter().find(|(told, expected)| told != expected);
            wrong.push(format!("{name}: {differs:?}"));
        }
    }
    assert!(wrong.is_empty(), "samples that differ:\n{}", wrong.join("\n"));
}
