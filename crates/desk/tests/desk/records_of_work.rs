use argosy_desk::{
    ChangeFilter, ChangeSource, DeskError, EffectLook, EffectState, Measured, NewAttachment,
    NewChange, NewEffect, NewExperiment, NewTask, Scope, Store, TaskState, Vault,
};
use rust_decimal::Decimal;
use serde_json::json;

use crate::support::{Bench, day, on_both};

async fn shop(bench: &Bench) {
    let store = Store {
        name: "shop".to_owned(),
        channel: "amazon".to_owned(),
        market: Some("US".to_owned()),
        currency: None,
        time_zone: None,
    };
    bench.desk.save_store(&store, "1").await.unwrap();
}

fn change(key: &str) -> NewChange {
    NewChange {
        kind: "listing.price".to_owned(),
        store: "shop".to_owned(),
        market: Some("US".to_owned()),
        seller_sku: Some("LAMP-1".to_owned()),
        campaign: None,
        what: "price".to_owned(),
        before: Some("19.99".to_owned()),
        after: Some("17.99".to_owned()),
        day: day("2026-11-20"),
        source: ChangeSource::Typed,
        task: None,
        play: None,
        key: key.to_owned(),
    }
}

fn effect() -> NewEffect {
    NewEffect {
        metric: "contribution_3".to_owned(),
        before: 56,
        after: 28,
        wait: 3,
        controls: None,
        task: None,
        play: Some("listing.lower_price".to_owned()),
        rule: None,
    }
}

on_both! {
    async fn a_change_to_come_or_of_an_unknown_store_is_refused(bench: Bench) {
        shop(&bench).await;
        let future = NewChange { day: day("2026-11-25"), ..change("") };
        let refused = bench.desk.record_change(&future, "1").await;
        assert!(matches!(refused, Err(DeskError::Wrong(_))), "{refused:?}");
        let stray = NewChange { store: "shap".to_owned(), ..change("") };
        let refused = bench.desk.record_change(&stray, "1").await;
        assert!(matches!(refused, Err(DeskError::Refused(text)) if text.contains("shop")));
        let nameless = NewChange { what: " ".to_owned(), ..change("") };
        assert!(bench.desk.record_change(&nameless, "1").await.is_err());
        assert!(bench.desk.changes(&ChangeFilter::default(), None, 9).await.unwrap().is_empty());
    }
}

on_both! {
    async fn a_change_found_twice_is_recorded_once_and_one_told_twice_is_two(bench: Bench) {
        shop(&bench).await;
        let found = NewChange { source: ChangeSource::Detected, ..change("00ff00ff00ff00ff") };
        assert_eq!(bench.desk.record_found_changes(std::slice::from_ref(&found), "argosy").await.unwrap(), 1);
        assert_eq!(bench.desk.record_found_changes(&[found], "argosy").await.unwrap(), 0);
        bench.desk.record_change(&change(""), "1").await.unwrap();
        bench.desk.record_change(&change(""), "1").await.unwrap();
        let all = bench.desk.changes(&ChangeFilter::default(), None, 9).await.unwrap();
        assert_eq!(all.len(), 3);
        let newest = all.first().unwrap();
        let after = Some((newest.day, newest.id));
        let rest = bench.desk.changes(&ChangeFilter::default(), after, 9).await.unwrap();
        assert_eq!(rest.len(), 2);
        let other = ChangeFilter { seller_sku: Some("LAMP-2".to_owned()), ..Default::default() };
        assert!(bench.desk.changes(&other, None, 9).await.unwrap().is_empty());
    }
}

on_both! {
    async fn a_done_task_records_its_change_and_declares_its_effect_or_none_of_it(bench: Bench) {
        shop(&bench).await;
        let new = NewTask { title: "Lower the price".to_owned(), ..NewTask::default() };
        let task = bench.desk.create_task(&new, "1").await.unwrap();
        let stray = NewChange { store: "nowhere".to_owned(), ..change("") };
        let failed = bench.desk.finish_task(task.id, None, Some((&stray, None)), "1").await;
        assert!(failed.is_err());
        assert_eq!(bench.desk.task(task.id).await.unwrap().state, TaskState::Todo);

        let record = (&change(""), Some(&effect()));
        let (done, made, effect) =
            bench.desk.finish_task(task.id, Some(1), Some(record), "1").await.unwrap();
        assert_eq!((done.state, done.done_by.as_deref()), (TaskState::Done, Some("1")));
        let made = made.unwrap();
        assert_eq!((made.task, made.source), (Some(task.id), ChangeSource::Task));
        let effect = bench.desk.effect(effect.unwrap()).await.unwrap();
        assert_eq!((effect.task, effect.change.id), (Some(task.id), made.id));
        assert_eq!(effect.ready_on, day("2026-12-21"), "3 days left out, 28 after");
        assert_eq!(bench.desk.changes_of_task(task.id).await.unwrap().len(), 1);
    }
}

on_both! {
    async fn changes_are_found_by_family_origin_and_words(bench: Bench) {
        shop(&bench).await;
        let bid = NewChange { kind: "ads.bid".to_owned(), what: "Bid of 100% Cotton".to_owned(), ..change("") };
        bench.desk.record_change(&bid, "1").await.unwrap();
        bench.desk.record_change(&change(""), "2").await.unwrap();
        let count = async |filter: ChangeFilter| {
            bench.desk.changes(&filter, None, 9).await.unwrap().len()
        };
        let words = |text: &str| ChangeFilter { words: Some(text.to_owned()), ..ChangeFilter::default() };
        assert_eq!(count(words("cotton 100%")).await, 1);
        assert_eq!(count(words("cotton_100%")).await, 0, "signs of patterns are letters");
        let kind = |kind: &str| ChangeFilter { kind: Some(kind.to_owned()), ..ChangeFilter::default() };
        assert_eq!((count(kind("ads.")).await, count(kind("ads")).await), (1, 0));
        let mine = ChangeFilter { who: Some("2".to_owned()), ..ChangeFilter::default() };
        assert_eq!(count(mine).await, 1);
        let found = ChangeFilter { source: Some(ChangeSource::Detected), ..ChangeFilter::default() };
        assert_eq!(count(found).await, 0);
    }
}

on_both! {
    async fn an_effect_is_declared_once_looked_at_and_then_measured(bench: Bench) {
        shop(&bench).await;
        let of = bench.desk.record_change(&change(""), "1").await.unwrap();
        let short = NewEffect { after: 3, ..effect() };
        let refused = bench.desk.declare_effect(of.id, &short, "1").await;
        assert!(matches!(refused, Err(DeskError::Wrong(_))), "{refused:?}");
        let made = bench.desk.declare_effect(of.id, &effect(), "1").await.unwrap();
        let again = bench.desk.declare_effect(of.id, &effect(), "2").await;
        assert!(matches!(again, Err(DeskError::Clash(_))), "a second choice after looking");

        let look = EffectLook {
            day: day("2026-11-30"),
            estimate: "0.10".to_owned(),
            low: "-0.30".to_owned(),
            high: "0.50".to_owned(),
        };
        let mut told = Measured {
            day: day("2026-12-01"),
            verdict: None,
            body: json!({ "says": { "en": "too early" } }),
            look: Some(look.clone()),
        };
        bench.desk.save_measurement(made.id, &told, "argosy").await.unwrap();
        let changed = EffectLook { estimate: "9".to_owned(), ..look.clone() };
        told.look = Some(changed);
        bench.desk.save_measurement(made.id, &told, "argosy").await.unwrap();
        assert_eq!(bench.desk.effect_looks(made.id).await.unwrap(), [look], "it stays as seen");
        assert_eq!(bench.desk.effect(made.id).await.unwrap().state, EffectState::Waiting);

        told.verdict = Some("gained".to_owned());
        told.look = None;
        bench.desk.save_measurement(made.id, &told, "argosy").await.unwrap();
        let measured = bench.desk.effects(Some(EffectState::Measured), None, 9).await.unwrap();
        assert_eq!(measured[0].verdict.as_deref(), Some("gained"));
        assert!(bench.desk.effects(Some(EffectState::Waiting), None, 9).await.unwrap().is_empty());
        assert!(bench.desk.verify_audit().await.is_ok());
    }
}

on_both! {
    async fn a_file_attached_lies_sealed_and_a_changed_one_is_not_given_out(bench: Bench) {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(&folder.path().join("keys/master.key")).unwrap();
        let files = folder.path().join("attachments");
        let new = NewTask { title: "Send photos".to_owned(), ..NewTask::default() };
        let task = bench.desk.create_task(&new, "1").await.unwrap();
        let attach = |name, bytes| {
            bench.desk.attach(task.id, NewAttachment { name, bytes }, (&vault, &files), "1")
        };
        let page = attach("a.html", b"<script>alert(1)</script>").await;
        assert!(matches!(page, Err(DeskError::Wrong(_))), "{page:?}");
        let made = attach("报价.csv", b"sku,price\nLAMP-1,9.99\n").await.unwrap();
        assert_eq!(made.open(&vault, &files).unwrap(), b"sku,price\nLAMP-1,9.99\n");
        let sealed = std::fs::read_dir(&files).unwrap().next().unwrap().unwrap().path();
        let mut bytes = std::fs::read(&sealed).unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"LAMP-1"), "sealed");
        let other = bench.desk.create_task(&new, "1").await.unwrap();
        assert!(bench.desk.attachment(other.id, made.id).await.is_err(), "of another task");

        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(&sealed, bytes).unwrap();
        assert!(matches!(made.open(&vault, &files), Err(DeskError::Damaged(_))));
        bench.desk.detach(task.id, made.id, &files, "1").await.unwrap();
        assert!(std::fs::read_dir(&files).unwrap().next().is_none());
        assert!(bench.desk.attachments(task.id).await.unwrap().is_empty());
    }
}

on_both! {
    async fn thresholds_and_owners_hold_for_what_they_name(bench: Bench) {
        bench.owner().await;
        let rule = ("ads.search_term_wastes", "min_clicks");
        let sku = Scope::Sku { store: Some("shop".to_owned()), sku: "LAMP-1".to_owned() };
        let nameless = Scope::Store { store: " ".to_owned() };
        let desk = &bench.desk;
        desk.save_threshold(rule, &Scope::Global, Decimal::from(20), "1").await.unwrap();
        desk.save_threshold(rule, &sku, Decimal::from(40), "1").await.unwrap();
        desk.save_threshold(rule, &sku, Decimal::from(50), "1").await.unwrap();
        assert!(desk.save_threshold(rule, &nameless, Decimal::ONE, "1").await.is_err());
        let all = desk.thresholds().await.unwrap();
        assert_eq!(all.len(), 2);
        assert!(all.iter().any(|one| one.scope == sku && one.value == Decimal::from(50)));
        desk.delete_threshold(rule, &sku, "1").await.unwrap();
        let twice = desk.delete_threshold(rule, &sku, "1").await;
        assert!(matches!(twice, Err(DeskError::NotFound { .. })));

        let product = Scope::Product { sku: "lamp".to_owned() };
        desk.save_owner(&product, " ADA ", "1").await.unwrap();
        assert!(desk.save_owner(&product, "nobody", "1").await.is_err());
        assert_eq!(desk.owners().await.unwrap()[0].login, "ada");
        desk.delete_owner(&product, "1").await.unwrap();
        assert!(desk.owners().await.unwrap().is_empty());
    }
}

on_both! {
    async fn a_view_is_ones_own_and_an_experiment_starts_after_it_is_planned(bench: Bench) {
        let search = json!({ "family": "ads" });
        let made = bench.desk.save_view("1", "today", "Ads", &search).await.unwrap();
        let again = bench.desk.save_view("1", "today", "Ads", &json!({ "q": "x" })).await.unwrap();
        assert_eq!((again.id, again.search), (made.id, json!({ "q": "x" })));
        assert!(bench.desk.views("2", None).await.unwrap().is_empty());
        assert!(bench.desk.delete_view("2", made.id).await.is_err());
        bench.desk.delete_view("1", made.id).await.unwrap();

        let plan = NewExperiment {
            title: "Bids up in odd weeks".to_owned(),
            kind: "switchback".to_owned(),
            start: day("2026-11-23"),
            end: day("2026-12-20"),
            plan: json!({}),
            power: json!({}),
        };
        let kept = bench.desk.plan_experiment(&plan, "1").await.unwrap();
        assert_eq!(bench.desk.experiment(kept.id).await.unwrap(), kept);
        let late = NewExperiment { start: day("2026-11-21"), ..plan };
        assert!(bench.desk.plan_experiment(&late, "1").await.is_err());
    }
}
