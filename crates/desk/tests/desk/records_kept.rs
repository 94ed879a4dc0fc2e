//! Records of chapters and kept runs.

use argosy_desk::{DeskError, Product, Record, RecordRef, RecordWrite};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{day, on_both};

fn supplier(id: &str, name: &str) -> RecordWrite {
    write("supplier", id, json!({ "code": id, "name": name }), &[])
}

fn write(kind: &str, id: &str, body: Value, refs: &[(&str, &str, &str)]) -> RecordWrite {
    let Value::Object(body) = body else { panic!("a body is an object") };
    RecordWrite {
        kind: kind.to_owned(),
        id: id.to_owned(),
        state: None,
        body,
        refs: refs.iter().map(|(kind, id, path)| reference(kind, id, path)).collect(),
        version: None,
    }
}

fn reference(kind: &str, id: &str, path: &str) -> RecordRef {
    RecordRef { kind: kind.to_owned(), id: id.to_owned(), path: path.to_owned() }
}

fn again(record: &Record, body: Value) -> RecordWrite {
    RecordWrite { version: Some(record.version), ..write(&record.kind, &record.id, body, &[]) }
}

fn is_clash<T>(result: &Result<T, DeskError>) -> bool {
    matches!(result, Err(DeskError::Clash(text)) if !text.zh_cn.is_empty())
}

on_both! {
    async fn a_record_keeps_all_its_versions_and_who_wrote_them(bench: Bench) {
        let desk = &bench.desk;
        let clock = desk.records_clock().await.unwrap();
        let first = desk.save_records(&[supplier("S1", "Ningbo Light")], clock, "1").await.unwrap();
        assert_eq!((first[0].version, first[0].changed_by.as_str()), (1, "1"));
        bench.clock.advance(TimeDelta::hours(1));
        let renamed = again(&first[0], json!({ "code": "S1", "name": "Ningbo Lighting" }));
        let clock = desk.records_clock().await.unwrap();
        desk.save_records(&[renamed], clock, "2").await.unwrap();

        let now = desk.record("supplier", "S1").await.unwrap().unwrap();
        assert_eq!((now.version, now.body["name"].as_str()), (2, Some("Ningbo Lighting")));
        let history = desk.record_history("supplier", "S1").await.unwrap();
        let told: Vec<_> = history
            .iter()
            .map(|one| (one.version, one.who.as_str(), one.body["name"].as_str().unwrap()))
            .collect();
        assert_eq!(told, [(2, "2", "Ningbo Lighting"), (1, "1", "Ningbo Light")]);
        assert_eq!(history[0].at_us - history[1].at_us, 3_600_000_000);
        assert!(desk.record_history("supplier", "S2").await.unwrap().is_empty());
    }
}

on_both! {
    async fn whoever_saw_an_older_version_does_not_overwrite_the_newer_one(bench: Bench) {
        let desk = &bench.desk;
        let saved = desk.save_records(&[supplier("S1", "A")], 0, "1").await.unwrap();
        let change = again(&saved[0], json!({ "name": "B" }));
        desk.save_records(std::slice::from_ref(&change), 1, "1").await.unwrap();
        let stale = desk.save_records(std::slice::from_ref(&change), 2, "2").await;
        assert!(is_clash(&stale), "{stale:?}");
        assert!(is_clash(&desk.save_records(&[supplier("S1", "C")], 2, "2").await), "is there");
        let unseen = RecordWrite { version: Some(1), ..supplier("S9", "C") };
        assert!(is_clash(&desk.save_records(&[unseen], 2, "2").await), "is not there");
        assert_eq!(desk.record("supplier", "S1").await.unwrap().unwrap().body["name"], "B");
    }
}

on_both! {
    async fn what_was_checked_against_an_older_state_of_the_records_is_not_stored(bench: Bench) {
        let desk = &bench.desk;
        let clock = desk.records_clock().await.unwrap();
        let other = bench.another().await;
        other.save_records(&[supplier("S1", "A")], clock, "1").await.unwrap();
        let late = desk.save_records(&[supplier("S2", "B")], clock, "2").await;
        assert!(is_clash(&late), "{late:?}");
        assert_eq!(desk.record_keys("supplier").await.unwrap(), ["S1"]);
        let clock = desk.records_clock().await.unwrap();
        desk.delete_record("supplier", "S1", "1").await.unwrap();
        assert!(is_clash(&desk.save_records(&[supplier("S2", "B")], clock, "2").await));
    }
}

on_both! {
    async fn of_records_that_cannot_all_be_stored_none_is(bench: Bench) {
        let desk = &bench.desk;
        let twice = [supplier("S1", "A"), supplier("S1", "B")];
        assert!(matches!(desk.save_records(&twice, 0, "1").await, Err(DeskError::Refused(_))));
        let wrong = ["", " S1", "S;1", "S\n1", ".", "..", &"x".repeat(201)];
        for id in wrong {
            let refused = desk.save_records(&[supplier("S2", "A"), supplier(id, "B")], 0, "1").await;
            assert!(matches!(refused, Err(DeskError::Refused(_))), "{id}");
        }
        let unseen = RecordWrite { version: Some(3), ..supplier("S3", "C") };
        assert!(is_clash(&desk.save_records(&[supplier("S2", "A"), unseen], 0, "1").await));
        assert!(desk.records("supplier").await.unwrap().is_empty());
        assert_eq!(desk.records_clock().await.unwrap(), 0, "nothing has moved");
        assert_eq!(desk.save_records(&[], 7, "1").await.unwrap(), []);
    }
}

on_both! {
    async fn a_record_that_others_name_stays_until_they_no_longer_do(bench: Bench) {
        let desk = &bench.desk;
        let order = |supplier: &str| {
            let refs = [("supplier", supplier, "supplier"), ("sku", "LAMP", "lines[0].sku")];
            write("purchase_order", "PO-1", json!({ "supplier": supplier }), &refs)
        };
        let lamp = Product {
            sku: "LAMP".to_owned(),
            name: "Lamp".to_owned(),
            brand: None,
            category: None,
            owner: None,
            stage: None,
        };
        desk.save_products(&[lamp], "1").await.unwrap();
        let both = [supplier("S1", "A"), supplier("S2", "B"), order("S1")];
        desk.save_records(&both, 0, "1").await.unwrap();
        let kept = desk.delete_record("supplier", "S1", "1").await;
        let Err(DeskError::Wrong(says)) = kept else { panic!("{kept:?}") };
        assert!(says.en.contains("purchase_order `PO-1`"), "{}", says.en);
        assert!(matches!(desk.delete_product("LAMP", "1").await, Err(DeskError::Wrong(_))));
        let named = desk.referring("supplier", "S1").await.unwrap();
        assert_eq!(named, [reference("purchase_order", "PO-1", "supplier")]);

        let moved = RecordWrite { version: Some(1), ..order("S2") };
        desk.save_records(&[moved], 1, "1").await.unwrap();
        desk.delete_record("supplier", "S1", "1").await.unwrap();
        desk.delete_record("purchase_order", "PO-1", "1").await.unwrap();
        desk.delete_product("LAMP", "1").await.unwrap();
        let gone = desk.delete_record("supplier", "S1", "1").await;
        assert!(matches!(gone, Err(DeskError::NotFound { .. })));
    }
}

on_both! {
    async fn a_removed_record_leaves_its_history_and_may_come_again(bench: Bench) {
        let desk = &bench.desk;
        desk.save_records(&[supplier("S1", "A")], 0, "1").await.unwrap();
        desk.delete_record("supplier", "S1", "2").await.unwrap();
        assert_eq!(desk.record("supplier", "S1").await.unwrap(), None);
        let clock = desk.records_clock().await.unwrap();
        let back = desk.save_records(&[supplier("S1", "B")], clock, "3").await.unwrap();
        assert_eq!(back[0].version, 3);
        let history = desk.record_history("supplier", "S1").await.unwrap();
        let told: Vec<_> =
            history.iter().map(|one| (one.version, one.deleted, one.who.as_str())).collect();
        assert_eq!(told, [(3, false, "3"), (2, true, "2"), (1, false, "1")]);
    }
}

on_both! {
    async fn the_audit_log_names_records_and_not_what_they_hold(bench: Bench) {
        let desk = &bench.desk;
        desk.save_records(&[supplier("S1", "Mei Chen")], 0, "1").await.unwrap();
        desk.delete_record("supplier", "S1", "1").await.unwrap();
        let log = desk.audit(None, 10).await.unwrap();
        let told: Vec<_> = log.iter().map(|one| (one.action.as_str(), one.subject.as_str())).collect();
        let expected = [("record_deleted", "supplier:S1"), ("records_saved", "supplier:S1")];
        assert_eq!(told, expected);
        assert!(log.iter().all(|one| !one.detail.to_string().contains("Mei")));
        assert_eq!(log[1].detail, json!({ "kind": "supplier", "ids": ["S1"], "versions": [1] }));
        desk.verify_audit().await.unwrap();
    }
}

on_both! {
    async fn no_number_is_given_twice_and_each_prefix_counts_for_itself(bench: Bench) {
        let desk = &bench.desk;
        let other = bench.another().await;
        assert_eq!(desk.next_numbers("PO-2026-", 3).await.unwrap(), 1);
        assert_eq!(other.next_numbers("PO-2026-", 1).await.unwrap(), 4);
        assert_eq!(desk.next_numbers("PO-2027-", 1).await.unwrap(), 1);
        desk.skip_numbers("PO-2027-", 40).await.unwrap();
        desk.skip_numbers("PO-2027-", 7).await.unwrap();
        assert_eq!(desk.next_numbers("PO-2027-", 1).await.unwrap(), 41);
        let many = (0..20).map(|_| {
            let desk = desk.clone();
            tokio::spawn(async move { desk.next_numbers("PO-2026-", 2).await.unwrap() })
        });
        let mut given = Vec::new();
        for one in many.collect::<Vec<_>>() {
            given.push(one.await.unwrap());
        }
        given.sort_unstable();
        assert_eq!(given, (0..20).map(|at| 5 + 2 * at).collect::<Vec<i64>>());
    }
}

on_both! {
    async fn a_hundred_thousand_records_are_stored_in_one_go(bench: Bench) {
        let desk = &bench.desk;
        let many: Vec<RecordWrite> = (0..100_000)
            .map(|at| {
                let id = format!("S{at:06}");
                let refs = if at > 0 { vec![("supplier", "S000000", "parent")] } else { vec![] };
                write("supplier", &id, json!({ "code": id, "name": "名字" }), &refs)
            })
            .collect();
        let saved = desk.save_records(&many, 0, "1").await.unwrap();
        assert_eq!(saved.len(), 100_000);
        assert_eq!(desk.record_keys("supplier").await.unwrap().len(), 100_000);
        assert_eq!(desk.referring("supplier", "S000000").await.unwrap().len(), 99_999);
        let changed: Vec<RecordWrite> =
            saved.iter().map(|one| again(one, json!({ "code": one.id }))).collect();
        desk.save_records(&changed, 1, "1").await.unwrap();
        let ids: Vec<&str> = saved.iter().map(|one| one.id.as_str()).collect();
        let now = desk.records_of("supplier", &ids).await.unwrap();
        assert!(now.len() == 100_000 && now.iter().all(|one| one.version == 2));
    }
}

on_both! {
    async fn of_a_run_the_newest_thirty_results_stay(bench: Bench) {
        let desk = &bench.desk;
        assert_eq!(desk.kept("forecast").await.unwrap(), None);
        let large: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        for at in 0..32_u8 {
            let meta = json!({ "at": at });
            let bytes = if at == 31 { large.clone() } else { vec![at; 1_000] };
            desk.keep("forecast", day("2026-06-30"), meta, bytes, "argosy").await.unwrap();
        }
        desk.keep("replenishment", day("2026-06-30"), json!({}), Vec::new(), "1").await.unwrap();
        let newest = desk.kept("forecast").await.unwrap().unwrap();
        assert_eq!((newest.meta["at"].as_i64(), newest.bytes == large), (Some(31), true));
        assert_eq!((newest.day, newest.who.as_str()), (day("2026-06-30"), "argosy"));
        let list = desk.kept_list("forecast").await.unwrap();
        assert_eq!(list.len(), 30);
        let ends = [list[0].meta["at"].as_i64(), list[29].meta["at"].as_i64()];
        assert_eq!(ends, [Some(31), Some(2)]);
        let oldest = desk.kept_run(list[29].id).await.unwrap().unwrap();
        assert_eq!(oldest.bytes, vec![2; 1_000]);
        assert!(desk.kept("replenishment").await.unwrap().unwrap().bytes.is_empty());
    }
}
