use std::sync::Arc;

use argosy_chapter::{
    book::{Book, New},
    face::ChapterError,
};
use argosy_desk::DeskError;
use serde_json::json;

use crate::support::{Bench, UNITS_MAX, body, buying, codes, maker, pairs};

#[tokio::test]
async fn new_records_are_numbered_and_a_refused_one_uses_no_number_up() {
    let bench = Bench::new().await;
    bench.products(1).await;
    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    book.save(vec![maker("A")], "1").await.unwrap();
    let refused = book.save(vec![buying("A", 1), buying("nobody", 0)], "1").await;
    let expected = [("maker", "unknown_record"), ("lines[0].units", "below_min")];
    assert_eq!(codes(refused), pairs(&expected));
    let own = New { id: Some("PO-2026-0002".to_owned()), ..buying("A", 5) };
    book.save(vec![own], "1").await.unwrap();
    let saved = book.save(vec![buying("A", 1), buying("A", 2)], "1").await.unwrap();
    let told: Vec<_> = saved.iter().map(|one| (one.id.as_str(), one.state.as_deref())).collect();
    assert_eq!(told, [("PO-2026-0001", Some("draft")), ("PO-2026-0003", Some("draft"))]);
    assert_eq!(saved[0].body["on"], "2026-11-23", "the day it is, as the form begins with");
    // A company brings its own orders along, and goes on after them.
    let own = |n: usize| New { id: Some(format!("PO-2026-{n:04}")), ..buying("A", 1) };
    book.save((4..2_000).map(own).collect(), "1").await.unwrap();
    let begun = bench.desk.audit(None, 1).await.unwrap()[0].id;
    let saved = book.save(vec![buying("A", 1), buying("A", 2)], "1").await.unwrap();
    assert_eq!([saved[0].id.as_str(), &saved[1].id], ["PO-2026-2000", "PO-2026-2001"]);
    assert_eq!(bench.desk.audit(None, 1).await.unwrap()[0].id, begun + 1);
}

#[tokio::test]
async fn records_of_one_save_may_name_each_other_and_stand_or_fall_together() {
    let bench = Bench::new().await;
    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    let child = New::of("maker", body(json!({ "code": "B", "parent": "A" })));
    book.save(vec![child.clone(), maker("A")], "1").await.unwrap();
    let named = bench.desk.referring("maker", "A").await.unwrap();
    assert_eq!((named[0].id.as_str(), named[0].path.as_str()), ("B", "parent"));
    let lost = New::of("maker", body(json!({ "code": "D", "parent": "Z" })));
    assert_eq!(
        codes(book.save(vec![maker("C"), lost], "1").await),
        pairs(&[("parent", "unknown_record")])
    );
    assert_eq!(bench.desk.record_keys("maker").await.unwrap(), ["A", "B"]);
    let twice = book.save(vec![maker("E"), maker("E"), maker("A")], "1").await;
    assert_eq!(codes(twice), pairs(&[("code", "duplicate_key"), ("code", "exists")]));
}

#[tokio::test]
async fn whoever_looked_at_an_older_version_is_told_and_nothing_is_overwritten() {
    let bench = Bench::new().await;
    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    let saved = book.save(vec![maker("A")], "1").await.unwrap();
    let mut mine = New::change(&saved[0]);
    mine.body.insert("name".to_owned(), json!("Mine"));
    let mut theirs = New::change(&saved[0]);
    theirs.body.insert("name".to_owned(), json!("Theirs"));
    book.save(vec![theirs], "2").await.unwrap();
    let late = book.save(vec![mine.clone()], "1").await;
    assert!(matches!(late, Err(ChapterError::Desk(DeskError::Clash(_)))), "{late:?}");
    let seen = New { version: Some(2), ..mine };
    assert_eq!(book.save(vec![seen.clone()], "1").await.unwrap()[0].version, 3);
    let same = New { version: Some(3), ..seen };
    assert_eq!(
        book.save(vec![same], "1").await.unwrap()[0].version,
        3,
        "as it was: no new version"
    );
    let gone = New { version: Some(1), ..maker("Z") };
    assert!(matches!(book.save(vec![gone], "1").await, Err(ChapterError::Unknown { .. })));
}

#[tokio::test]
async fn people_leave_what_argosy_sets_and_closed_records_alone() {
    let bench = Bench::new().await;
    bench.products(1).await;
    let ground = bench.ground();
    let (book, own) =
        (Book::new(&ground, &bench.chapters), Book::by_argosy(&ground, &bench.chapters));
    let saved = book.save(vec![maker("A"), buying("A", 1)], "1").await.unwrap();
    let mut scored = New::change(&saved[0]);
    scored.body.insert("score".to_owned(), json!("4.5"));
    assert_eq!(codes(book.save(vec![scored.clone()], "1").await), pairs(&[("score", "read_only")]));
    assert_eq!(own.save(vec![scored], "argosy").await.unwrap()[0].body["score"], "4.5");

    let order = saved[1].id.clone();
    let sent = book.shift("buying", &order, "send", Some(1), "1").await.unwrap();
    assert_eq!(
        (sent.state.as_deref(), &sent.body["sent_on"]),
        (Some("sent"), &json!("2026-11-23"))
    );
    let mut more = New::change(&sent);
    more.body.insert("lines".to_owned(), json!([{ "sku": "L0", "units": 2 }]));
    assert_eq!(codes(book.save(vec![more.clone()], "1").await), pairs(&[("", "state_closed")]));
    let back = New { state: Some("draft".to_owned()), ..New::change(&sent) };
    assert_eq!(codes(book.save(vec![back], "1").await), pairs(&[("", "no_move")]));
    let again = book.shift("buying", &order, "send", None, "1").await;
    assert!(matches!(again, Err(ChapterError::Told(says)) if says.zh_cn.contains("已发出")));
    assert!(matches!(book.delete("buying", &order, "1").await, Err(ChapterError::Told(_))));
    own.save(vec![more], "argosy").await.unwrap();
    own.delete("buying", &order, "argosy").await.unwrap();
}

#[tokio::test]
async fn a_chapter_has_its_say_before_and_carries_records_on_after_a_save() {
    let bench = Bench::new().await;
    bench.products(1).await;
    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    let saved = book.save(vec![maker("A"), maker("KEEP")], "1").await.unwrap();
    let refused = book.save(vec![buying("A", 1), buying("A", UNITS_MAX + 1)], "1").await;
    assert_eq!(codes(refused), pairs(&[("lines[0].units", "too_much")]));
    assert!(bench.desk.records("buying").await.unwrap().is_empty());
    book.save(vec![New::change(&saved[0])], "1").await.unwrap();
    let carried = bench.carried.lock().unwrap().clone();
    assert_eq!(carried, [vec!["A", "KEEP"], vec!["A"]], "saving again carries again");

    assert!(matches!(book.delete("maker", "KEEP", "1").await, Err(ChapterError::Told(_))));
    let child = New::of("maker", body(json!({ "code": "B", "parent": "A" })));
    book.save(vec![child], "1").await.unwrap();
    let named = book.delete("maker", "A", "1").await;
    assert!(matches!(named, Err(ChapterError::Desk(DeskError::Wrong(_)))), "{named:?}");
    book.delete("maker", "B", "1").await.unwrap();
    book.delete("maker", "A", "1").await.unwrap();
}

#[tokio::test]
async fn a_value_that_must_be_unique_may_be_handed_on_but_not_shared() {
    let bench = Bench::new().await;
    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    let with = |code: &str, tax: &str| New::of("maker", body(json!({ "code": code, "tax": tax })));
    let saved = book.save(vec![with("A", "T1"), with("B", "T2")], "1").await.unwrap();
    assert_eq!(codes(book.save(vec![with("C", "T1")], "1").await), pairs(&[("tax", "not_unique")]));
    let both = vec![with("C", "T3"), with("D", "T3")];
    assert_eq!(codes(book.save(both, "1").await), pairs(&[("tax", "not_unique")]));
    // Two makers exchange their numbers in one save.
    let swap = |record: &argosy_desk::Record, tax: &str| {
        let mut new = New::change(record);
        new.body.insert("tax".to_owned(), json!(tax));
        new
    };
    book.save(vec![swap(&saved[0], "T2"), swap(&saved[1], "T1")], "1").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_write_at_once_all_get_their_turn_and_none_shares_a_number_or_a_unique_value() {
    let bench = Arc::new(Bench::new().await);
    bench.products(1).await;
    Book::new(&bench.ground(), &bench.chapters).save(vec![maker("A")], "1").await.unwrap();
    let tasks = (0..6).map(|at| {
        let bench = bench.clone();
        tokio::spawn(async move {
            let ground = bench.ground();
            let book = Book::new(&ground, &bench.chapters);
            let order = book.save(vec![buying("A", 1)], "1").await.map(|saved| saved[0].id.clone());
            let tax = json!({ "code": format!("T{at}"), "tax": "same" });
            let taken = book.save(vec![New::of("maker", body(tax))], "1").await.is_ok();
            (order, taken)
        })
    });
    let mut orders = Vec::new();
    let mut taken = 0;
    for task in tasks.collect::<Vec<_>>() {
        let (order, won) = task.await.unwrap();
        orders.push(order.unwrap());
        taken += usize::from(won);
    }
    orders.sort();
    orders.dedup();
    assert_eq!((orders.len(), taken), (6, 1));
}

#[tokio::test]
async fn what_is_read_as_a_type_names_the_record_that_does_not_fit() {
    #[derive(serde::Deserialize, Debug)]
    struct Short {
        lead_days: i64,
    }
    let bench = Bench::new().await;
    let ground = bench.ground();
    let book = Book::new(&ground, &bench.chapters);
    let with_days = New::of("maker", body(json!({ "code": "A", "lead_days": "30" })));
    book.save(vec![with_days], "1").await.unwrap();
    assert_eq!(ground.typed::<Short>("maker").await.unwrap()[0].body.lead_days, 30);
    book.save(vec![maker("B")], "1").await.unwrap();
    let told = ground.typed::<Short>("maker").await;
    assert!(matches!(told, Err(ChapterError::Told(says)) if says.en.contains("maker `B`")));
    assert!(matches!(ground.records("nothing").await, Err(ChapterError::Unknown { .. })));
}
