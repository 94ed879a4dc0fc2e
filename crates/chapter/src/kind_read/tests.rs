use crate::testing::{EVERY, every, load};

/// Line, column and what is said about the only mistake of a changed file.
fn complaint(from: &str, to: &str) -> (usize, usize, String) {
    assert!(EVERY.contains(from), "{from}");
    let wrong = load(&[&EVERY.replacen(from, to, 1)]).unwrap_err();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    (wrong[0].line, wrong[0].column, format!("{}; {}", wrong[0].message, wrong[0].hint))
}

/// Where a part of the file stands.
fn place(part: &str) -> (usize, usize) {
    let at = EVERY.find(part).unwrap();
    let before = &EVERY[..at];
    let line = before.matches('\n').count() + 1;
    (line, before.chars().rev().take_while(|one| *one != '\n').count() + 1)
}

#[test]
fn every_mistake_in_a_kind_is_told_where_it_stands_and_what_to_do() {
    for (from, to, shift, says) in [
        ("label = \"name\"", "label = \"nmae\"", 8, "unknown field `nmae`; did you mean `name`?"),
        ("permission = \"edit\"", "permission = \"admin\"", 13, "unknown permission `admin`"),
        ("type = \"long_text\"", "type = \"longtext\"", 7, "did you mean `long_text`?"),
        ("group = \"terms\"", "group = \"term\"", 8, "unknown group `term`; did you mean `terms`?"),
        ("max = \"730\"", "max = \"730d\"", 6, "`730d` is not a number"),
        ("max = \"730\"", "max = \"-1\"", 6, "`max` is below `min`"),
        ("to = \"every\"", "to = \"evry\"", 5, "unknown kind `evry`; did you mean `every`?"),
        ("low = \"since\"", "low = \"weight\"", 0, "cannot be compared"),
        ("zh-CN = \"重量\"", "zh-CN = \"\"", 0, "write both en and zh-CN"),
        ("id = \"weight\"", "id = \"Weight\"", 5, "`Weight` is not an id"),
        ("id = \"until\"", "id = \"since\"", 5, "two fields are called `since`"),
        ("unit = \"kg\"", "units = \"kg\"", 0, "unknown field `units`"),
        ("code = \"above_max\"", "code = \"below_min\"", 0, "expected days below_min"),
        ("weight = \"1.5\"", "weight = \"heavy\"", 0, "is not a number"),
        ("key = { field = \"code\" }", "key = { number = \"PO\" }", 17, "no pattern of numbers"),
    ] {
        if from.starts_with("id = \"until\"") {
            // The order then names a field that is no more: two complaints.
            let wrong = load(&[&EVERY.replacen(from, to, 1)]).unwrap_err();
            assert!(wrong.iter().any(|one| one.message == says), "{wrong:?}");
            continue;
        }
        let told = complaint(from, to);
        assert!(told.2.contains(says), "{from}: {}", told.2);
        let (line, column) = place(from);
        assert!(told.0.abs_diff(line) <= 1, "{from}: line {} for {line}", told.0);
        if shift > 0 {
            assert_eq!((told.0, told.1), (line, column + shift), "{from}");
        }
    }
}

#[test]
fn a_kind_needs_an_example_and_lies_where_its_name_says() {
    let (first, _) = EVERY.split_once("[[example]]").unwrap();
    let wrong = load(&[first]).unwrap_err();
    assert!(wrong[0].message.contains("no example"), "{wrong:?}");
    let moved = complaint("chapter = \"trial\"", "chapter = \"other\"");
    assert!(moved.2.contains("move it to records/other/every.toml"), "{}", moved.2);
}

#[test]
fn what_the_web_reads_of_a_kind_is_what_the_file_says() {
    let kind = serde_json::to_value(every()).unwrap();
    let days = &kind["fields"][4];
    assert_eq!((&days["type"], &days["max"]), (&"integer".into(), &"730".into()));
    assert_eq!(kind["fields"][11]["choices"][0]["zh-CN"], "离岸价");
    assert_eq!(kind["key"]["field"], "code");
    assert_eq!(kind["fields"][24]["fields"][0]["type"], "sku");
}
