//! The binary as people type it.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{PASSWORD, SETTLEMENT};

fn argosy(home: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_argosy"))
        .arg("--home")
        .arg(home)
        .args(args)
        .env("ARGOSY_PASSWORD", PASSWORD)
        .env("LC_ALL", "C")
        .env_remove("RUST_LOG")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a command that must go well.
#[track_caller]
fn good(home: &Path, args: &[&str]) -> String {
    let output = argosy(home, args);
    let said = text(&output.stdout);
    assert!(output.status.success(), "{args:?}: {said}{}", text(&output.stderr));
    said
}

#[track_caller]
fn json(home: &Path, args: &[&str]) -> Value {
    let said = good(home, &[args, &["--json"]].concat());
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

fn home_with_settlement() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    std::fs::write(folder.path().join("june.txt"), SETTLEMENT).unwrap();
    good(&home, &["init", "--owner", "owner", "--currency", "USD"]);
    let file = folder.path().join("june.txt");
    let import = ["import", file.to_str().unwrap(), "--store", "lantern-us", "--market", "US"];
    let said = good(&home, &import);
    assert!(said.contains("added 5 (66.49 USD)"), "{said}");
    assert!(said.contains("balanced"), "{said}");
    assert!(said.contains("MoonlightSurcharge"), "{said}");
    (folder, home)
}

#[test]
fn from_an_empty_folder_to_reconciled_profit() {
    let (folder, home) = home_with_settlement();

    let profit = json(&home, &["profit"]);
    assert_eq!(profit["totals"]["gross_sales"], "100.00");
    let said = good(&home, &["profit", "--by", "market", "--lang", "zh-CN"]);
    assert!(said.contains("净销售额"), "{said}");
    let said = good(&home, &["ask", "net_sales", "--by", "seller_sku"]);
    assert!(said.contains("LAMP-1"), "{said}");
    let said = good(&home, &["ask", "net_sales", "--by", "seller_sku", "--format", "csv"]);
    assert!(said.starts_with('\u{feff}') && said.contains("LAMP-1,100"), "{said}");
    let statements = json(&home, &["reconcile", "--strict"]);
    assert_eq!(statements["statements"][0]["state"], "balanced");
    let rows = json(&home, &["sql", "select count(*) as n, sum(amount) as amount from ledger"]);
    assert_eq!(rows["rows"][0], serde_json::json!(["5", "66.490000"]));
    let files = json(&home, &["files", "ledger"]);
    assert!(Path::new(files["files"][0].as_str().unwrap()).is_file());
    let walk = json(&home, &["walk", folder.path().join("june.txt").to_str().unwrap()]);
    assert_eq!(walk["parts"][0]["facts"]["ledger"], 5);
    let users = json(&home, &["user", "list"]);
    assert_eq!(users["users"][0]["login"], "owner");
}

#[test]
fn facts_made_anew_are_the_same_facts() {
    let (_folder, home) = home_with_settlement();
    let rebuilt = json(&home, &["rebuild"]);
    assert_eq!(rebuilt["same"], true, "{rebuilt}");
    let checked = json(&home, &["check"]);
    assert_eq!(checked["good"], true, "{checked}");
}

#[test]
fn a_damaged_fact_file_is_found() {
    let (_folder, home) = home_with_settlement();
    let files = json(&home, &["files", "ledger"]);
    let path = files["files"][0].as_str().unwrap();
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
    let output = argosy(&home, &["check"]);
    assert!(!output.status.success());
    assert!(text(&output.stdout).contains("rebuild"), "{}", text(&output.stdout));
}

#[test]
fn sql_only_reads() {
    let (_folder, home) = home_with_settlement();
    for statement in [
        "drop table ledger",
        "insert into ledger select * from ledger",
        "create external table t stored as csv location '/etc/passwd'",
        "copy (select 1) to '/tmp/argosy-must-not-exist.csv'",
        "select * from '/etc/passwd'",
        "set datafusion.execution.batch_size = 1",
        "select 1; select 2",
    ] {
        let output = argosy(&home, &["sql", statement]);
        assert_eq!(output.status.code(), Some(1), "{statement}: {}", text(&output.stdout));
    }
    assert!(!Path::new("/tmp/argosy-must-not-exist.csv").exists());
}

#[test]
fn what_goes_wrong_ends_with_a_failure_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let output = argosy(&home, &["reconcile"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("argosy init"), "{}", text(&output.stderr));

    good(&home, &["init"]);
    let photo = folder.path().join("photo.jpg");
    std::fs::write(&photo, b"\xff\xd8\xff\xe0 not a report").unwrap();
    let output = argosy(&home, &["import", photo.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["imports"][0]["import"]["state"], "failed", "{said}");

    let output = argosy(&home, &["import"]);
    assert_eq!(output.status.code(), Some(2), "a wrong command line");
}

#[test]
fn built_in_knowledge_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    good(&home, &["init"]);
    let checked = json(&home, &["check"]);
    assert_eq!(checked["diagnostics"], serde_json::json!([]), "{checked}");
    std::fs::create_dir_all(home.join("knowledge/metrics")).unwrap();
    std::fs::write(home.join("knowledge/metrics/own.toml"), "schema = 1\nidd = \"own\"\n").unwrap();
    let output = argosy(&home, &["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("metrics/own.toml:"), "{}", text(&output.stderr));
}

#[test]
fn templates_are_written_to_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("templates");
    let home = folder.path().join("home");
    let written = json(&home, &["templates", target.to_str().unwrap()]);
    assert_eq!(written["files"].as_array().unwrap().len(), 12);
    assert!(target.join("product_costs.xlsx").is_file());
}

#[test]
fn a_copy_that_does_not_add_up_takes_no_rows_from_one_that_does() {
    let (folder, home) = home_with_settlement();
    let sum = || {
        let rows = json(&home, &["sql", "select sum(amount) from ledger"]);
        rows["rows"][0][0].as_str().unwrap().to_owned()
    };
    let wrong = folder.path().join("wrong.txt");
    std::fs::write(&wrong, SETTLEMENT.replace("100.00", "900.00")).unwrap();
    argosy(&home, &["import", wrong.to_str().unwrap(), "--store", "lantern-us"]);
    assert_eq!(sum(), "66.490000");

    good(
        &home,
        &["import", folder.path().join("june.txt").to_str().unwrap(), "--store", "lantern-us"],
    );

    assert_eq!(sum(), "66.490000");
    let again = folder.path().join("june.txt");
    let said = good(&home, &["import", again.to_str().unwrap(), "--store", "lantern-us"]);
    assert!(said.contains("unchanged") || said.contains("already"), "{said}");
}

#[test]
fn lost_fact_files_are_made_anew() {
    let (_folder, home) = home_with_settlement();
    let files = json(&home, &["files", "ledger"]);
    std::fs::remove_file(files["files"][0].as_str().unwrap()).unwrap();
    assert!(!argosy(&home, &["check"]).status.success());

    good(&home, &["rebuild"]);

    let rows = json(&home, &["sql", "select sum(amount) from ledger"]);
    assert_eq!(rows["rows"][0][0], "66.490000");
    good(&home, &["check"]);
}

#[test]
fn a_file_that_is_in_only_in_part_is_not_ticked_off() {
    let (folder, home) = home_with_settlement();
    let path = folder.path().join("july.txt");
    let broken = SETTLEMENT.replace("9001", "9002").replace("-8.00", "eight");
    std::fs::write(&path, broken).unwrap();
    let file = path.to_str().unwrap();

    let said = good(&home, &["import", file, "--store", "lantern-us"]);

    assert!(said.starts_with("! july.txt"), "{said}");
    assert!(said.contains("loaded, 1 row left out, does not add up"), "{said}");
    assert!(said.contains("✗ line 5, column amount: "), "{said}");
    let other = folder.path().join("august.txt");
    std::fs::write(&other, SETTLEMENT.replace("9001", "9003").replace("-8.00", "-9.00")).unwrap();
    let again =
        ["import", other.to_str().unwrap(), "--store", "lantern-us", "--strict", "--lang", "zh-CN"];
    let output = argosy(&home, &again);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    assert!(said.starts_with("! august.txt") && said.contains("合计不符"), "{said}");
}

#[test]
fn a_market_that_is_no_country_is_refused() {
    let (folder, home) = home_with_settlement();
    let file = folder.path().join("june.txt");
    for market in ["Mars", "XX"] {
        let output = argosy(&home, &["import", file.to_str().unwrap(), "--market", market]);
        assert_eq!(output.status.code(), Some(1), "{market}");
        assert!(text(&output.stderr).contains("is not a market"), "{}", text(&output.stderr));
    }
}

#[test]
fn what_was_decided_is_listed_and_taken_back() {
    let (_folder, home) = home_with_settlement();
    let booked = json(
        &home,
        &[
            "book",
            "ItemFees/MoonlightSurcharge",
            "--transaction",
            "Order",
            "--channel",
            "amazon",
            "--line",
            "other_channel_fee",
        ],
    );
    let number = booked["booking"].to_string();
    let unclassified = || json(&home, &["profit"])["totals"]["unclassified"].clone();
    let listed = json(&home, &["bookings"]);
    assert_eq!(listed["bookings"][0]["line"], "other_channel_fee", "{listed}");
    assert_eq!(unclassified(), "0.00");
    good(&home, &["unbook", &number]);
    assert_eq!(unclassified(), "-0.51");
    let listed = json(&home, &["bookings"]);
    assert_eq!(listed["bookings"][0]["revoked_by"], "cli", "{listed}");
    assert!(!argosy(&home, &["unbook", &number]).status.success());
}

#[test]
fn warehouses_money_and_retention_are_set_at_the_command_line() {
    let (_folder, home) = home_with_settlement();
    let set = ["warehouses", "--set", "lantern-us=East", "--set", "lantern-us/CA=North"];
    let rules = json(&home, &set);
    assert_eq!(rules["rules"].as_array().map(Vec::len), Some(2), "{rules}");
    let rules = json(&home, &["warehouses", "--set", "lantern-us=West"]);
    assert_eq!(rules["rules"][0]["warehouse"], "West", "{rules}");
    let rules = json(&home, &["warehouses", "--remove", "lantern-us/CA"]);
    assert_eq!(rules["rules"].as_array().map(Vec::len), Some(1), "{rules}");
    let wrong = argosy(&home, &["warehouses", "--set", "lantern-us"]);
    assert!(text(&wrong.stderr).contains("STORE=WAREHOUSE"), "{}", text(&wrong.stderr));

    let money =
        json(&home, &["money", "--fx-policy", "month_end", "--store-with-vat", "de/DE=0.07"]);
    assert_eq!(money["fx_policy"], "month_end");
    assert_eq!(money["stores_with_vat"][0]["rate"], "0.07", "{money}");
    assert_eq!(json(&home, &["money"]), money);
    assert_eq!(
        json(&home, &["money", "--no-store-with-vat"])["stores_with_vat"],
        serde_json::json!([])
    );
    assert!(!argosy(&home, &["money", "--vat", "sometimes"]).status.success());

    let wish = ["retention", "--days", "20", "--keep", "amazon=90"];
    assert!(!argosy(&home, &wish).status.success(), "a longer time needs a reason");
    json(&home, &[&wish[..], &["--reason", "AO § 147"]].concat());
    let rules = json(&home, &["retention", "--rules"]);
    assert_eq!((&rules["days"], &rules["policies"][0]["days"]), (&20.into(), &90.into()));
    let rules = json(&home, &["retention", "--keep", "amazon=usual"]);
    assert_eq!(rules["policies"], serde_json::json!([]));
}

#[test]
fn both_bases_open_money_and_problems_of_costs_are_told_at_the_command_line() {
    let (_folder, home) = home_with_settlement();
    let both = json(&home, &["profit", "--bases"]);
    assert_eq!(both["settlement"]["totals"]["gross_sales"], "100.00");
    assert_eq!(both["order"]["totals"]["gross_sales"], "100.00");
    let said = good(&home, &["profit", "--bases", "--lang", "zh-CN"]);
    assert!(said.contains("按下单日") && said.contains("销售总额"), "{said}");
    assert!(!argosy(&home, &["profit", "--bases", "--by", "month"]).status.success());
    let open = json(&home, &["unsettled", "--at", "2026-06-20"]);
    assert_eq!((&open["deferred_total"], &open["currency"]), (&"0".into(), &"USD".into()));
    assert_eq!(json(&home, &["cost-problems"])["problems"], serde_json::json!([]));
}
