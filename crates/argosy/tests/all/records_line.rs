//! Records and boards as people type them.

use std::{fs, path::Path};

use serde_json::Value;

use crate::work_line::argosy;

fn said(home: &Path, lang: &str, args: &[&str], code: i32) -> String {
    let output = argosy(home, lang, args);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (told, refused) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{args:?}: {told}{refused}");
    told + &refused
}

fn json(home: &Path, args: &[&str], code: i32) -> Value {
    let told = said(home, "en", &[args, &["--json"]].concat(), code);
    serde_json::from_str(&told).unwrap_or_else(|error| panic!("{args:?}: {error}: {told}"))
}

#[test]
fn records_are_at_hand_on_the_command_line_and_refused_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    said(&home, "en", &["init", "--owner", "owner"], 0);
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        at(name)
    };

    assert!(said(&home, "zh-CN", &["records"], 0).contains("供应商"));
    assert!(said(&home, "zh-CN", &["records", "suplier"], 1).contains("找不到"));
    assert!(said(&home, "en", &["records", "list"], 1).contains("of which kind"));
    let supplier = write("s.json", r#"{ "body": { "code": "S1", "name": "Lantern works" } }"#);
    let made = json(&home, &["records", "supplier", "save", &supplier], 0);
    assert_eq!((&made["id"], &made["state"]), (&"S1".into(), &"trial".into()));
    assert!(
        said(&home, "zh-CN", &["records", "supplier", "save", &supplier], 1).contains("已存在")
    );
    let wrong = write("w.json", r#"{ "body": { "code": "S2", "lead_days": 1000 } }"#);
    let refused = said(&home, "en", &["records", "supplier", "save", &wrong], 1);
    assert!(refused.contains("Name") && refused.contains("730"), "all of it is told: {refused}");
    let change = r#"{ "id": "S1", "version": 1, "body": { "code": "S1", "name": "灯厂" } }"#;
    let change = write("c.json", change);
    assert_eq!(json(&home, &["records", "supplier", "save", &change], 0)["version"], 2);
    let late = json(&home, &["records", "supplier", "save", &change], 1);
    assert_eq!(late["error"]["code"], "conflict", "{late}");
    let moved = json(&home, &["records", "supplier", "move", "S1", "approve"], 0);
    assert_eq!(moved["state"], "approved");
    said(&home, "en", &["records", "supplier", "move", "S1", "approve"], 1);
    assert!(said(&home, "zh-CN", &["records", "supplier", "show", "S1"], 0).contains("合格"));
    assert!(said(&home, "en", &["records", "supplier"], 0).contains("1 of 1"));

    let sheet = write("in.csv", "Code,Name,Lead time\nS5,x,10\nS6,,9999\n");
    let errors = at("errors.csv");
    let import = ["records", "supplier", "import", &sheet, "--errors", &errors];
    assert!(said(&home, "zh-CN", &import, 1).contains("未保存任何内容"));
    assert!(fs::read_to_string(&errors).unwrap().contains("730"));
    assert_eq!(json(&home, &["records", "supplier", "list"], 0)["total"], 1);
    let sheet = write("in.csv", "Code,Name,Lead time\nS5,x,10\nS6,y,99\n");
    assert_eq!(json(&home, &["records", "supplier", "import", &sheet, "--dry"], 0)["new"], 2);
    assert_eq!(json(&home, &["records", "supplier", "import", &sheet], 0)["new"], 2);
    let export = at("out.csv");
    said(&home, "zh-CN", &["records", "supplier", "export", &export], 0);
    let text = fs::read_to_string(export).unwrap();
    assert!(text.contains("供应商名称") && text.contains("灯厂"), "{text}");
    said(&home, "en", &["records", "supplier", "delete", "S6"], 0);
    said(&home, "en", &["records", "supplier", "delete", "S6"], 1);
    let was = json(&home, &["records", "supplier", "history", "S1"], 0);
    assert_eq!(was["versions"].as_array().unwrap().len(), 3, "{was}");
}

#[test]
fn boards_are_at_hand_by_their_id_and_by_the_word_of_the_trade() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    said(&home, "en", &["init", "--owner", "owner"], 0);
    let listed = json(&home, &["board"], 0);
    assert!(listed["boards"].as_array().unwrap().len() >= 10, "{listed}");
    for word in ["forecast", "replenish", "select", "comply", "stock", "matrix", "shock"] {
        let output = argosy(&home, "zh-CN", &[word]);
        let told =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)) && told.len() > 5, "{word}: {told}");
        assert!(!told.contains("找不到"), "the board of `{word}` is not there: {told}");
    }
    let file = folder.path().join("stock.csv");
    said(&home, "en", &["stock", "--export", file.to_str().unwrap()], 0);
    assert!(fs::read_to_string(file).unwrap().contains("SKU"));
    said(&home, "en", &["stock", "--alarm"], 0);
    assert!(said(&home, "zh-CN", &["board", "none"], 1).contains("找不到"));
    let wrong = json(&home, &["board", "stock", "--param", "no_such=1"], 1);
    assert_eq!(wrong["error"]["fields"][0]["path"], "no_such", "{wrong}");
    assert!(said(&home, "zh-CN", &["stock", "--param", "x"], 1).contains("名称=值"));
}
