//! The loop as people type it.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use crate::harness::PASSWORD;

pub(crate) fn argosy(home: &Path, lang: &str, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_argosy"))
        .arg("--home")
        .arg(home)
        .args(["--lang", lang])
        .args(args)
        .env("ARGOSY_PASSWORD", PASSWORD)
        .env_remove("RUST_LOG")
        .output()
        .unwrap()
}

#[test]
fn the_loop_is_at_hand_on_the_command_line_and_refuses_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let json = |args: &[&str]| -> Value {
        let output = argosy(&home, "en", &[args, &["--json"]].concat());
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{args:?}: {said}");
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
    };
    let refused = |lang: &str, args: &[&str]| -> String {
        let output = argosy(&home, lang, args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(argosy(&home, "en", &["init", "--owner", "owner"]).status.success());

    assert_eq!(json(&["findings", "list"])["totals"]["count"], 0);
    assert!(refused("en", &["findings", "run"]).contains("import reports first"));
    assert!(refused("zh-CN", &["findings", "run"]).contains("请先导入报表"));
    assert!(refused("zh-CN", &["findings", "show", "0000000000000000"]).contains("找不到"));
    assert!(refused("en", &["findings", "run", "--rules", "none.such"]).contains("none.such"));

    let task = json(&["tasks", "add", "Order cartons", "--owner", "owner", "--due", "2099-01-01"]);
    let id = task["id"].to_string();
    assert_eq!(json(&["tasks", "list"])["tasks"][0]["owner"], "owner");
    json(&["tasks", "comment", &id, "纸箱已订"]);
    assert_eq!(json(&["tasks", "show", &id])["comments"][0]["who"], "cli");
    assert!(refused("zh-CN", &["tasks", "add", "x", "--due", "2020-01-01"]).contains("已经过去"));
    json(&["tasks", "done", &id]);
    assert!(refused("en", &["tasks", "done", &id]).contains("already"));

    let change = ["changes", "add", "--kind", "listing.price", "--store", "shop", "--what", "x"];
    assert!(refused("en", &change).contains("no store `shop`"));
    assert_eq!(json(&["effects", "gains"])["total"]["n"], 0);
    assert!(json(&["rules", "list"])["rules"].as_array().unwrap().len() >= 30);
    assert!(refused("en", &["experiments", "plan", "{"]).contains("not JSON"));

    let file = folder.path().join("queue.csv");
    json(&["findings", "export", file.to_str().unwrap()]);
    assert!(std::fs::read_to_string(file).unwrap().contains("Stake of 30 days"));
}
