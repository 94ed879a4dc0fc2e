use argosy_desk::DeskError;

use crate::support::{Bench, on_both};

async fn three_entries(bench: &Bench) {
    for value in ["one", "two", "three"] {
        bench.desk.set_setting("company", value, "1").await.unwrap();
    }
}

async fn complaint(bench: &Bench) -> String {
    match bench.desk.verify_audit().await {
        Err(DeskError::Damaged(text)) => text,
        other => panic!("the tampering was not found: {other:?}"),
    }
}

on_both! {
    async fn every_change_is_told_with_who_and_what(bench: Bench) {
        three_entries(&bench).await;
        let log = bench.desk.audit(None, 2).await.unwrap();
        assert_eq!(log.len(), 2);
        assert_eq!((log[0].id, log[0].who.as_str()), (3, "1"));
        assert_eq!(log[0].action, "setting_changed");
        assert_eq!(log[0].subject, "setting:company");
        assert_eq!(log[0].detail, serde_json::json!({ "from": "two", "to": "three" }));
        assert_eq!(bench.desk.audit(Some(2), 10).await.unwrap()[0].id, 1);
        let state = bench.desk.verify_audit().await.unwrap();
        assert_eq!((state.entries, state.hash), (3, log[0].hash.clone()));
    }
}

on_both! {
    async fn a_changed_entry_is_found(bench: Bench) {
        three_entries(&bench).await;
        bench.execute("UPDATE audit SET who = '2' WHERE id = 2").await;
        assert!(complaint(&bench).await.contains("at entry 2: its content"));
    }
}

on_both! {
    async fn a_removed_entry_is_found(bench: Bench) {
        three_entries(&bench).await;
        bench.execute("DELETE FROM audit WHERE id = 2").await;
        assert!(complaint(&bench).await.contains("at entry 2: the entry is missing"));
    }
}

on_both! {
    async fn a_cut_log_is_found(bench: Bench) {
        three_entries(&bench).await;
        bench.execute("DELETE FROM audit WHERE id = 3").await;
        assert!(complaint(&bench).await.contains("at entry 3: it and all later"));
    }
}

on_both! {
    async fn a_forged_entry_is_found(bench: Bench) {
        three_entries(&bench).await;
        bench.execute(
            "INSERT INTO audit SELECT 4, at_us, who, action, subject, detail, hash, hash FROM audit \
             WHERE id = 3",
        )
        .await;
        assert!(complaint(&bench).await.contains("at entry 4: it was put in"));
    }
}

on_both! {
    async fn writers_at_once_make_one_chain(bench: Bench) {
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..24 {
            let desk = if number % 8 == 0 { bench.another().await } else { bench.desk.clone() };
            tasks.spawn(async move {
                desk.set_setting(&format!("name-{number}"), "x", "1").await.unwrap();
            });
        }
        tasks.join_all().await;
        assert_eq!(bench.desk.verify_audit().await.unwrap().entries, 24);
    }
}
