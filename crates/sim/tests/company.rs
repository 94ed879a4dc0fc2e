//! The company against its own reports, read by parsers that share nothing with the writers.

#![allow(clippy::unwrap_used, reason = "a report that cannot be read must stop the test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use argosy_sim::{
    Company, Fault, KeyCell, STORES, Spec, StatementTruth, Teller, Written, load_ads,
    load_settlement, overlapping, write_all,
};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    path
}

/// The bytes of a file as text, unpacked, in the encoding its note names.
fn text(dir: &Path, file: &Written) -> String {
    let bytes = fs::read(dir.join(&file.path)).unwrap();
    let bytes = if file.path.ends_with(".gz") {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).unwrap();
        plain
    } else {
        bytes
    };
    let encoding = encoding_rs::Encoding::for_label(file.note.as_bytes()).unwrap();
    let (text, _, broken) = encoding.decode(&bytes);
    assert!(!broken, "{} is not {}", file.path, file.note);
    text.into_owned()
}

fn of_kind<'a>(files: &'a [Written], kind: &'a str) -> impl Iterator<Item = &'a Written> {
    files.iter().filter(move |file| file.kind == kind)
}

fn decimal(text: &str) -> Decimal {
    text.replace(',', ".").parse().unwrap()
}

/// Records of a comma-separated file with quotation marks.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut inside = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if inside && letters.peek() == Some(&'"') => {
                cell.push('"');
                letters.next();
            }
            '"' => inside = !inside,
            ',' if !inside => record.push(std::mem::take(&mut cell)),
            '\n' if !inside => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            '\r' if !inside => {}
            other => cell.push(other),
        }
    }
    records
}

fn all_files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![dir.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(path.strip_prefix(dir).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn the_same_wish_gives_the_same_bytes() {
    let (one, two) = (folder("same-1"), folder("same-2"));
    for dir in [&one, &two] {
        let company = Company::generate(&Spec::small());
        write_all(&company, dir).unwrap();
        overlapping(&company, &dir.join("again")).unwrap();
    }
    let (one, two) = (all_files(&one), all_files(&two));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (path, bytes) in &one {
        assert!(two[path] == *bytes, "{} differs", path.display());
    }
    let other = Company::generate(&Spec::small().with_seed(8));
    assert_ne!(other.answer_key().ledger, Company::generate(&Spec::small()).answer_key().ledger);
}

#[test]
fn the_answer_key_is_the_sum_of_what_happened() {
    let company = Company::generate(&Spec::small());
    let mut sums: BTreeMap<KeyCell, (Decimal, i64, u64)> = BTreeMap::new();
    for row in company.truth() {
        let cell = KeyCell {
            store: row.store,
            seller_sku: row.seller_sku,
            market: row.market,
            month: row.day.with_day0(0).unwrap(),
            line: row.line,
            currency: row.currency,
        };
        let sum = sums.entry(cell).or_default();
        sum.0 += row.amount;
        sum.1 += row.units.unwrap_or(0);
        sum.2 += 1;
    }
    let key = company.answer_key();
    let keyed: BTreeMap<_, _> = key
        .ledger
        .into_iter()
        .map(|(cell, sum)| (cell, (sum.amount, sum.units, sum.rows)))
        .collect();
    assert_eq!(sums, keyed);
}

#[test]
fn goods_are_counted_once_at_the_cost_of_their_day() {
    let company = Company::generate(&Spec::small());
    let mut sold = 0;
    let mut cost = Decimal::ZERO;
    for row in company.truth().filter(|row| row.line == "product_sales") {
        let Some(sku) = row.seller_sku else {
            // Etsy's statement names neither goods nor units, TikTok's list of what waits neither.
            assert!(row.channel == "etsy" || row.channel == "tiktok_shop" && row.provisional);
            assert_eq!(row.units, None);
            continue;
        };
        let product = company
            .products
            .iter()
            .find(|product| (0..STORES.len()).any(|store| product.seller_sku(store) == sku))
            .unwrap();
        let general = product.costs.iter().filter(|cost| cost.since <= row.day);
        let own = general
            .clone()
            .filter(|cost| cost.market.is_some_and(|market| Some(market.code()) == row.market));
        let newest = own
            .max_by_key(|cost| cost.since)
            .or_else(|| general.filter(|cost| cost.market.is_none()).max_by_key(|cost| cost.since))
            .unwrap();
        sold += row.units.unwrap();
        cost += Decimal::new(newest.minor * row.units.unwrap(), 2);
    }
    let goods = company.answer_key().goods;
    assert_eq!(goods.values().map(|sum| sum.units_sold).sum::<i64>(), sold);
    assert_eq!(goods.values().map(|sum| sum.cost_sold).sum::<Decimal>(), cost);
}

#[test]
fn every_statement_adds_up_to_its_control_total() {
    let company = Company::generate(&Spec::small());
    for statement in company.statements() {
        match statement.teller {
            Teller::Settlement => {
                assert_eq!(statement.stated, Some(statement.sum), "{statement:?}")
            }
            // An old settlement ends with its payout.
            Teller::DateRange => assert_eq!(statement.sum, 0, "{statement:?}"),
            Teller::Open => assert!(statement.stated.is_none() && statement.rows > 0),
        }
    }
}

/// The fields of one settlement row that matter here.
struct Line {
    words: [String; 3],
    marketplace: String,
    amount: Decimal,
    at: DateTime<Utc>,
    sku: String,
}

/// A settlement file: its id, its total, its rows.
fn settlement(text: &str) -> (String, Decimal, Vec<Line>) {
    let mut rows = text.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = rows.next().unwrap().split('\t').collect();
    assert_eq!(header.len(), 24);
    let first: Vec<&str> = rows.next().unwrap().split('\t').collect();
    let lines = rows.map(|row| {
        let cells: Vec<&str> = row.split('\t').collect();
        assert_eq!(cells.len(), 24, "{row}");
        assert_eq!(cells[0], first[0]);
        let format = if cells[17].as_bytes()[2] == b'.' {
            "%d.%m.%Y %H:%M:%S UTC"
        } else {
            "%Y-%m-%d %H:%M:%S UTC"
        };
        Line {
            words: [cells[6], cells[12], cells[13]].map(str::to_owned),
            marketplace: cells[11].to_owned(),
            amount: decimal(cells[14]),
            at: NaiveDateTime::parse_from_str(cells[17], format).unwrap().and_utc(),
            sku: cells[21].to_owned(),
        }
    });
    (first[0].to_owned(), decimal(first[4]), lines.collect())
}

fn local_day(line: &Line) -> NaiveDate {
    let zone = match line.marketplace.as_str() {
        "Amazon.com" => Tz::America__Los_Angeles,
        "Amazon.co.jp" => Tz::Asia__Tokyo,
        "Amazon.de" | "Amazon.fr" | "Amazon.it" | "Amazon.es" => Tz::Europe__Berlin,
        _ => Tz::UTC,
    };
    zone.from_utc_datetime(&line.at.naive_utc()).date_naive()
}

#[test]
fn settlement_files_say_to_the_cent_what_happened() {
    let dir = folder("settlements");
    let company = Company::generate(&Spec::small());
    let files = write_all(&company, &dir).unwrap();
    let settled: BTreeMap<String, StatementTruth> = company
        .statements()
        .into_iter()
        .filter(|truth| truth.teller == Teller::Settlement)
        .filter(|truth| ["lantern-us", "lantern-eu", "lantern-jp"].contains(&truth.store))
        .map(|truth| (truth.id.clone(), truth))
        .collect();
    let mut seen = BTreeSet::new();
    let mut sales: BTreeMap<(String, NaiveDate, String), Decimal> = BTreeMap::new();
    for file in of_kind(&files, "amazon.settlement_v2") {
        let (id, total, lines) = settlement(&text(&dir, file));
        let truth = &settled[&id];
        assert_eq!(lines.iter().map(|line| line.amount).sum::<Decimal>(), total);
        assert_eq!(truth.stated, Some(i64::try_from(total.mantissa()).unwrap()));
        assert_eq!(truth.rows, lines.len() as u64);
        for line in lines.iter().filter(|line| line.words == ["Order", "ItemPrice", "Principal"]) {
            let cell = (id.clone(), local_day(line), line.sku.clone());
            *sales.entry(cell).or_default() += line.amount;
        }
        seen.insert(id);
    }
    assert_eq!(seen, settled.keys().cloned().collect());
    let mut truth: BTreeMap<(String, NaiveDate, String), Decimal> = BTreeMap::new();
    for row in company.truth().filter(|row| row.line == "product_sales") {
        if let Some(id) = row.statement.filter(|id| settled.contains_key(id)) {
            *truth.entry((id, row.day, row.seller_sku.unwrap())).or_default() += row.amount;
        }
    }
    assert_eq!(sales, truth);
}

#[test]
fn reserves_and_debts_go_on_in_the_next_settlement() {
    let dir = folder("chain");
    let company = Company::generate(&Spec::small());
    let files = write_all(&company, &dir).unwrap();
    let mut debts = 0usize;
    for store in ["lantern-us", "lantern-eu", "lantern-jp"] {
        let mut held = Decimal::ZERO;
        let mut owed = Decimal::ZERO;
        for file in of_kind(&files, "amazon.settlement_v2").filter(|file| file.store == store) {
            let (_, total, lines) = settlement(&text(&dir, file));
            let sum = |words: &str| -> Decimal {
                lines.iter().filter(|line| line.words[2] == words).map(|line| line.amount).sum()
            };
            assert_eq!(sum("Previous Reserve Amount Balance"), held, "{}", file.path);
            assert_eq!(sum("Payable to Amazon"), owed, "{}", file.path);
            assert_eq!(sum("Successful charge"), -owed, "{}", file.path);
            held = -sum("Current Reserve Amount");
            owed = total.min(Decimal::ZERO);
            debts += usize::from(!owed.is_zero());
        }
    }
    let planted = company.planted().iter();
    let planted = planted.filter(|planted| planted.fault == Fault::NegativeSettlement).count();
    assert!(debts > 0 && debts == planted);
}

#[test]
fn date_range_files_tell_the_old_and_the_newest_days() {
    let dir = folder("date-ranges");
    let company = Company::generate(&Spec::small());
    let files = write_all(&company, &dir).unwrap();
    let told: BTreeSet<String> = company
        .statements()
        .into_iter()
        .filter(|truth| truth.teller != Teller::Settlement && truth.store == "lantern-us")
        .map(|truth| truth.id)
        .collect();
    let mut deferred = Decimal::ZERO;
    let mut totals: BTreeMap<String, Decimal> = BTreeMap::new();
    let files = of_kind(&files, "amazon.date_range_transactions");
    for file in files.filter(|file| file.store == "lantern-us") {
        let text = text(&dir, file);
        let text = text.trim_start_matches('\u{feff}');
        let start = text.find("\"date/time\"").unwrap();
        let records = csv(&text[start..]);
        let total = records[0].iter().position(|name| name == "total").unwrap();
        for record in &records[1..] {
            let amounts: Decimal = record[13..total].iter().map(|cell| number(cell)).sum();
            assert_eq!(amounts, number(&record[total]));
            if told.contains(&record[1]) {
                *totals.entry(record[1].clone()).or_default() += amounts;
            }
            if record.get(total + 1).is_some_and(|status| status == "Deferred") {
                deferred += amounts;
            }
        }
    }
    let mut truth: BTreeMap<String, Decimal> = BTreeMap::new();
    for row in company.truth() {
        if let Some(id) = row.statement.filter(|id| told.contains(id)) {
            *truth.entry(id).or_default() += row.amount;
        }
    }
    assert_eq!(totals, truth);
    let provisional: Decimal = company
        .truth()
        .filter(|row| row.provisional && row.store == "lantern-us")
        .map(|row| row.amount)
        .sum();
    assert_eq!(deferred, provisional);
    assert!(!provisional.is_zero());
}

fn number(text: &str) -> Decimal {
    text.replace(',', "").parse().unwrap()
}

#[test]
fn shop_files_say_what_was_sold_and_paid_out() {
    let dir = folder("shop");
    let company = Company::generate(&Spec::small());
    let files = write_all(&company, &dir).unwrap();
    let of = |record: &[String], header: &[String], name: &str| {
        record[header.iter().position(|column| column == name).unwrap()].clone()
    };
    let (mut sold, mut counts, mut taxes) = (Decimal::ZERO, false, Decimal::ZERO);
    for file in of_kind(&files, "shopify.orders") {
        let records = csv(&text(&dir, file));
        let header = &records[0];
        for record in &records[1..] {
            let get = |name| of(record, header, name);
            if !get("Total").is_empty() {
                counts = get("Financial Status") != "voided";
                let parts = ["Subtotal", "Shipping", "Taxes"].map(|name| decimal(&get(name)));
                assert_eq!(parts.into_iter().sum::<Decimal>(), decimal(&get("Total")));
                taxes += if counts { parts[2] } else { Decimal::ZERO };
            }
            if counts {
                sold += decimal(&get("Lineitem price")) * decimal(&get("Lineitem quantity"));
            }
        }
    }
    let truth = |line: &str| -> Decimal {
        let shop = company.truth().filter(|row| row.store == "lantern-shop" && row.line == line);
        shop.map(|row| row.amount).sum()
    };
    assert_eq!((sold, taxes), (truth("product_sales"), truth("tax_collected")));

    let mut payouts: BTreeMap<String, Decimal> = BTreeMap::new();
    for file in of_kind(&files, "shopify.payment_transactions") {
        let records = csv(&text(&dir, file));
        for record in records[1..].iter().filter(|record| !record[7].is_empty()) {
            assert_eq!(decimal(&record[9]) - decimal(&record[10]), decimal(&record[11]));
            *payouts.entry(record[7].clone()).or_default() += decimal(&record[11]);
        }
    }
    assert!(payouts.len() > 20);
    assert!(payouts.values().all(Decimal::is_zero), "rows of a payout and its own row cancel");
}

#[test]
fn the_company_holds_what_was_planted() {
    let company = Company::generate(&Spec::demo());
    let rows = company.ledger_len();
    assert!((60_000..90_000).contains(&rows), "{rows}");
    let faults: BTreeSet<Fault> = company.planted().iter().map(|planted| planted.fault).collect();
    assert_eq!(faults.len(), 5);
    let unknown: Vec<_> =
        company.truth().filter(|row| row.line == "unclassified").map(|row| row.store).collect();
    assert_eq!(unknown, ["lantern-us", "lantern-eu", "lantern-jp"]);
    for planted in company.planted().iter().filter(|planted| planted.fault == Fault::StockOut) {
        let sku = planted.seller_sku.as_deref();
        let sold_in = |from: NaiveDate, to: NaiveDate| {
            company
                .truth()
                .filter(|row| row.line == "product_sales" && row.seller_sku.as_deref() == sku)
                .filter(|row| row.day >= from && row.day <= to)
                .count()
        };
        let days = planted.to - planted.from;
        assert!(sold_in(planted.from - days, planted.from) > 0);
        // What was bought before is still being shipped on the first days.
        assert_eq!(sold_in(planted.from + chrono::Days::new(3), planted.to), 0);
    }
}

#[test]
fn a_huge_settlement_balances_and_repeats() {
    let dir = folder("load");
    fs::create_dir_all(&dir).unwrap();
    let (one, two) = (dir.join("one.txt"), dir.join("two.txt"));
    let load = load_settlement(&one, 2_000_000, 5).unwrap();
    assert_eq!(load, load_settlement(&two, 2_000_000, 5).unwrap());
    let bytes = fs::read(&one).unwrap();
    assert!(bytes == fs::read(&two).unwrap());
    assert_eq!(bytes.len() as u64, load.bytes);
    let (id, total, lines) = settlement(std::str::from_utf8(&bytes).unwrap());
    assert_eq!((id, total, lines.len() as u64), (load.id, load.total, load.rows));
    assert_eq!(lines.iter().map(|line| line.amount).sum::<Decimal>(), load.total);
}

#[test]
fn two_huge_settlements_are_two_settlements() {
    let dir = folder("load-two");
    fs::create_dir_all(&dir).unwrap();
    let one = load_settlement(&dir.join("one.txt"), 200_000, 1).unwrap();
    let two = load_settlement(&dir.join("two.txt"), 200_000, 2).unwrap();
    assert_ne!(one.id, two.id);
}

#[test]
fn a_huge_advertising_report_has_each_term_once_a_day() {
    let dir = folder("load-ads");
    fs::create_dir_all(&dir).unwrap();
    let load = load_ads(&dir.join("ads.csv"), 5000, 10, 0, 3).unwrap();
    let text = fs::read_to_string(dir.join("ads.csv")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for line in text.lines().skip(1) {
        let fields: Vec<_> = line.rsplitn(8, ',').collect();
        let day = line.split('"').nth(1).unwrap();
        assert!(seen.insert((day.to_owned(), fields[6].to_owned())), "{line}");
    }
    assert_eq!(seen.len() as u64, load.rows);
    assert_eq!(text.len() as u64, load.bytes);
}
