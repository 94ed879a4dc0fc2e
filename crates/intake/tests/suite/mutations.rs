//! Damaged reports and damaged definitions: every one is answered, none crashes.
//!
//! A short run by default; `ARGOSY_MUTATIONS=20000` makes it a long one, `ARGOSY_SEED` another one.

use std::fs;

use argosy_intake::{Definitions, ImportOptions};
use argosy_kernel::{Files, Period};

use super::{
    company::{Company, knowledge},
    samples,
};

/// Bytes that readers stumble over.
const NASTY: [&[u8]; 22] = [
    b"\0",
    b"\"",
    b"\"\"",
    b"\n",
    b"\r",
    b"\t",
    b",",
    b";",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"'",
    b"-",
    b"1e999",
    b"99999999999999999999.99",
    b"NaN",
    b"0000-00-00",
    b"31/02/2026",
    b"{",
    b"]",
    b"\\u0000",
    b"PK\x03\x04",
    b"\x1f\x8b",
];

/// xorshift64*: the same seed gives the same damage on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap() % n.max(1)
    }

    fn damage(&mut self, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
        let length = bytes.len();
        let from = self.below(length + 1);
        let to = (from + self.below(40)).min(length);
        match self.below(7) {
            0 => bytes.truncate(from),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let piece = bytes[from..to].to_vec();
                drop(bytes.splice(from..from, piece));
            }
            3 => {
                let nasty = NASTY[self.below(NASTY.len())];
                drop(bytes.splice(from..to, nasty.iter().copied()));
            }
            4 => {
                for byte in &mut bytes[from..to] {
                    *byte = u8::try_from(self.below(256)).unwrap();
                }
            }
            5 if length > 0 => bytes[from.min(length - 1)] ^= 1 << self.below(8),
            _ => {
                // The head of one report, the tail of another.
                let other = &others[self.below(others.len())];
                bytes.truncate(from);
                bytes.extend_from_slice(&other[self.below(other.len() + 1)..]);
            }
        }
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_report_is_answered_and_never_crashes() {
    let reports: Vec<Vec<u8>> = samples().iter().map(|path| fs::read(path).unwrap()).collect();
    let company = Company::with_knowledge().await;
    company.store("shop", "amazon", Some("US")).await;
    let period = Period::new("2026-06-01".parse().unwrap(), "2026-06-30".parse().unwrap());
    let mut chance = Chance(number("ARGOSY_SEED", 0x9e37_79b9));
    let path = company.home.path().join("damaged");
    for round in 0..number("ARGOSY_MUTATIONS", 150) {
        let mut bytes = reports[chance.below(reports.len())].clone();
        for _ in 0..=chance.below(4) {
            chance.damage(&mut bytes, &reports);
        }
        fs::write(&path, &bytes).unwrap();
        let options = ImportOptions {
            store: "shop".to_owned(),
            market: Some("US".to_owned()),
            period: Some(period.unwrap()),
            who: "test".to_owned(),
            ..ImportOptions::default()
        };
        let walked = company.intake.walk(&path, &options, &|_| {}).await;
        // Kept for looking at, where a long run found something.
        let kept = std::env::temp_dir().join(format!("argosy-damaged-{round}"));
        if let Err(error) = walked {
            fs::write(&kept, &bytes).unwrap();
            panic!("round {round}: {error:?}, kept as {}", kept.display());
        }
    }
}

#[test]
fn a_damaged_definition_is_refused_with_its_place_and_never_crashes() {
    let good = knowledge();
    let definitions: Vec<_> =
        good.iter().filter(|source| source.path.starts_with("channels/")).collect();
    let others: Vec<Vec<u8>> =
        definitions.iter().map(|source| source.text.as_bytes().to_vec()).collect();
    let mut chance = Chance(number("ARGOSY_SEED", 0x51_7cc1));
    for _ in 0..number("ARGOSY_MUTATIONS", 150) / 10 {
        let hit = chance.below(definitions.len());
        let mut bytes = others[hit].clone();
        chance.damage(&mut bytes, &others);
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let mut files = Files::default();
        for source in good.iter() {
            let damaged = source.path == definitions[hit].path;
            let text = if damaged { text.as_str() } else { &source.text };
            files.add(source.path.clone(), text, source.origin);
        }
        if let Err(wrong) = Definitions::load(&files) {
            assert!(!wrong.is_empty(), "refused without a reason:\n{text}");
            assert!(wrong.iter().all(|one| !one.file.is_empty() && one.line > 0), "{wrong:?}");
        }
    }
}
