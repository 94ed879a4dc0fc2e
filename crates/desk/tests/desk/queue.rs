use argosy_desk::{
    Decision, DeskError, DismissReason, FindingFilter, FindingState, Merged, NewRun, NewTask, Role,
    SeenFinding, TaskChange, TaskState,
};
use argosy_kernel::Currency;
use chrono::TimeDelta;
use rust_decimal::Decimal;
use serde_json::json;

use crate::support::{Bench, day, on_both};

fn seen(id: &str, monthly: i64) -> SeenFinding {
    SeenFinding {
        id: id.to_owned(),
        problem: "wasted_term".to_owned(),
        rule: "ads.search_term_wastes".to_owned(),
        rules: vec!["ads.search_term_wastes".to_owned()],
        family: "ads".to_owned(),
        store: "lantern-us".to_owned(),
        market: "US".to_owned(),
        seller_sku: "LAMP-1".to_owned(),
        words: format!("Search term spends\n搜索词只花钱\nlamp {id}"),
        monthly: Decimal::from(monthly),
        expected: Decimal::from(monthly) / Decimal::TWO,
        window_from: day("2026-10-25"),
        owner: None,
        body: json!({ "title": { "en": "Search term" }, "subject": { "name": id } }),
    }
}

fn new_run(on: &str) -> NewRun {
    NewRun {
        day: day(on),
        currency: Currency::USD,
        rules: 1,
        delivered: json!({}),
        runs: json!([]),
    }
}

async fn merge(bench: &Bench, on: &str, seen: &[SeenFinding]) -> Merged {
    bench.desk.merge_findings(&new_run(on), seen, &|_, _| true, "argosy").await.unwrap()
}

fn new_task() -> NewTask {
    NewTask { title: "Add a negative: lamp".to_owned(), body: json!({}), ..NewTask::default() }
}

async fn state(bench: &Bench, id: &str) -> FindingState {
    bench.desk.finding(id).await.unwrap().state
}

on_both! {
    async fn the_same_problem_is_the_same_finding_and_goes_by_itself(bench: Bench) {
        let both = [seen("a1", 90), seen("b2", 30)];
        let first = merge(&bench, "2026-11-20", &both).await;
        assert_eq!((first.new, first.again, first.resolved), (2, 0, 0));
        let again = merge(&bench, "2026-11-21", &[seen("a1", 120)]).await;
        assert_eq!((again.new, again.again, again.resolved), (0, 1, 1));

        let a1 = bench.desk.finding("a1").await.unwrap();
        assert_eq!((a1.first_day, a1.last_day), (day("2026-11-20"), day("2026-11-21")));
        assert_eq!(state(&bench, "b2").await, FindingState::Resolved);
        let history = bench.desk.finding_history("a1").await.unwrap();
        let monthly: Vec<Decimal> = history.iter().map(|one| one.monthly).collect();
        assert_eq!(monthly, [Decimal::from(90), Decimal::from(120)]);

        let back = merge(&bench, "2026-11-22", &both).await;
        assert_eq!((back.reopened, back.again), (1, 1));
        assert_eq!(state(&bench, "b2").await, FindingState::New);
        assert!(bench.desk.verify_audit().await.is_ok());
    }
}

on_both! {
    async fn a_rule_that_failed_or_was_not_asked_says_nothing_about_its_findings(bench: Bench) {
        merge(&bench, "2026-11-20", &[seen("a1", 90)]).await;
        let covers = |rules: &[&str], store: &str| {
            assert_eq!((rules, store), (["ads.search_term_wastes"].as_slice(), "lantern-us"));
            false
        };
        let run = new_run("2026-11-21");
        let merged = bench.desk.merge_findings(&run, &[], &covers, "argosy").await.unwrap();
        assert_eq!(merged.resolved, 0);
        assert_eq!(state(&bench, "a1").await, FindingState::New);
    }
}

on_both! {
    async fn of_two_who_accept_at_once_one_is_first_and_the_other_hears_who(bench: Bench) {
        let (ada, li) = (bench.owner().await, bench.user("li", Role::Operator).await);
        merge(&bench, "2026-11-20", &[seen("a1", 90)]).await;
        let (one, other) = (bench.desk.clone(), bench.another().await);
        let (first, second) = (ada.id.to_string(), li.id.to_string());
        let task = new_task();
        let (left, right) = tokio::join!(
            one.accept_finding("a1", Some(1), &task, &first),
            other.accept_finding("a1", Some(1), &task, &second),
        );
        let (won, lost) = if left.is_ok() { (left, right) } else { (right, left) };
        let winner = if won.unwrap().created_by == first { "ada" } else { "li" };
        match lost {
            Err(DeskError::Clash(text)) => {
                assert!(text.en.contains(winner), "{}", text.en);
                assert!(text.zh_cn.contains(winner), "{}", text.zh_cn);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(bench.desk.tasks(&Default::default(), None, 10).await.unwrap().len(), 1);
        assert!(bench.desk.verify_audit().await.is_ok());
    }
}

on_both! {
    async fn a_snoozed_finding_wakes_on_its_day_and_not_before(bench: Bench) {
        merge(&bench, "2026-11-22", &[seen("a1", 90)]).await;
        let until = |text| Decision::Snooze { until: day(text) };
        let past = bench.desk.decide_finding("a1", None, &until("2026-11-22"), "1").await;
        assert!(matches!(past, Err(DeskError::Wrong(_))), "{past:?}");
        bench.desk.decide_finding("a1", Some(1), &until("2026-11-25"), "1").await.unwrap();
        let asleep = merge(&bench, "2026-11-24", &[seen("a1", 90)]).await;
        assert_eq!((asleep.again, asleep.woken), (1, 0));
        assert_eq!(state(&bench, "a1").await, FindingState::Snoozed);
        let awake = merge(&bench, "2026-11-25", &[seen("a1", 90)]).await;
        assert_eq!(awake.woken, 1);
        let finding = bench.desk.finding("a1").await.unwrap();
        assert_eq!((finding.state, finding.snoozed_until), (FindingState::New, None));
    }
}

on_both! {
    async fn what_was_dismissed_stays_away_unless_it_has_grown(bench: Bench) {
        merge(&bench, "2026-11-20", &[seen("a1", 90), seen("b2", 90)]).await;
        let dismiss = |reason| Decision::Dismiss { reason, note: None };
        let empty = bench.desk.decide_finding("a1", None, &dismiss(DismissReason::Other), "1").await;
        assert!(matches!(empty, Err(DeskError::Wrong(_))), "{empty:?}");
        for (id, reason) in [("a1", DismissReason::NotWorth), ("b2", DismissReason::NotTrue)] {
            bench.desk.decide_finding(id, None, &dismiss(reason), "1").await.unwrap();
        }
        merge(&bench, "2026-11-21", &[seen("a1", 170), seen("b2", 900)]).await;
        assert_eq!(state(&bench, "a1").await, FindingState::Dismissed);
        merge(&bench, "2026-11-22", &[seen("a1", 181), seen("b2", 900)]).await;
        assert_eq!(state(&bench, "a1").await, FindingState::New, "twice as much is at stake");
        assert_eq!(state(&bench, "b2").await, FindingState::Dismissed, "it was never true");
    }
}

on_both! {
    async fn work_that_was_done_or_dropped_gives_the_finding_back(bench: Bench) {
        merge(&bench, "2026-11-20", &[seen("a1", 90), seen("b2", 90)]).await;
        let done = bench.desk.accept_finding("a1", None, &new_task(), "1").await.unwrap();
        let dropped = bench.desk.accept_finding("b2", None, &new_task(), "1").await.unwrap();
        let gone = merge(&bench, "2026-11-21", &[seen("a1", 90)]).await;
        assert_eq!(gone.resolved, 0, "somebody is at it");

        let to = |state| TaskChange { state: Some(state), ..TaskChange::default() };
        bench.desk.change_task(dropped.id, &to(TaskState::Dropped), "1").await.unwrap();
        assert_eq!(state(&bench, "b2").await, FindingState::New);
        bench.desk.change_task(done.id, &to(TaskState::Done), "1").await.unwrap();
        let twice = bench.desk.change_task(done.id, &to(TaskState::Done), "1").await;
        assert!(matches!(twice, Err(DeskError::Clash(_))), "{twice:?}");

        // Facts from before the task was done cannot say that it did not help.
        merge(&bench, "2026-11-23", &[seen("a1", 90)]).await;
        assert_eq!(state(&bench, "a1").await, FindingState::Accepted);
        let mut later = seen("a1", 90);
        later.window_from = day("2026-11-23");
        let merged = merge(&bench, "2026-12-20", &[later]).await;
        assert_eq!(merged.reopened, 1);
        assert_eq!(state(&bench, "a1").await, FindingState::New);
    }
}

on_both! {
    async fn the_queue_is_read_page_by_page_by_what_is_expected(bench: Bench) {
        let all: Vec<SeenFinding> =
            (0..25).map(|n| seen(&format!("f{n:02}"), 10 + i64::from(n / 2))).collect();
        merge(&bench, "2026-11-20", &all).await;
        let filter = FindingFilter::default();
        let mut ids = Vec::new();
        let mut after: Option<(i64, String)> = None;
        loop {
            let from = after.as_ref().map(|(weight, id)| (*weight, id.as_str()));
            let page = bench.desk.findings(&filter, from, 10).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.weight, last.id.clone()));
            ids.extend(page.into_iter().map(|one| (std::cmp::Reverse(one.weight), one.id)));
        }
        assert_eq!(ids.len(), 25);
        assert!(ids.is_sorted(), "{ids:?}");
        let totals = bench.desk.finding_totals(&filter).await.unwrap();
        let sum: i64 = (0..25).map(|n| 10 + n / 2).sum();
        assert_eq!((totals.count, totals.monthly), (25, Decimal::from(sum)));

        let of = |words: &str| FindingFilter { words: Some(words.to_owned()), ..filter.clone() };
        assert_eq!(bench.desk.findings(&of("f07 LAMP"), None, 10).await.unwrap().len(), 1);
        assert_eq!(bench.desk.findings(&of("花钱"), None, 50).await.unwrap().len(), 25);
        assert_eq!(bench.desk.findings(&of("%"), None, 50).await.unwrap().len(), 0);
        let other = FindingFilter { stores: vec!["shop".to_owned()], ..filter };
        assert_eq!(bench.desk.finding_totals(&other).await.unwrap().count, 0);
    }
}

on_both! {
    async fn a_task_looked_at_before_somebody_changed_it_is_not_overwritten(bench: Bench) {
        bench.owner().await;
        let made = bench.desk.create_task(&new_task(), "1").await.unwrap();
        let rename = |title: &str, seen| TaskChange {
            title: Some(title.to_owned()),
            seen: Some(seen),
            ..TaskChange::default()
        };
        bench.desk.change_task(made.id, &rename("one", made.revision), "1").await.unwrap();
        let late = bench.desk.change_task(made.id, &rename("two", made.revision), "2").await;
        assert!(matches!(late, Err(DeskError::Clash(_))), "{late:?}");
        assert_eq!(bench.desk.task(made.id).await.unwrap().title, "one");

        let over = TaskChange { owner: Some("Ada".to_owned()), ..TaskChange::default() };
        let handed = bench.desk.change_task(made.id, &over, "1").await.unwrap();
        assert_eq!(handed.owner.as_deref(), Some("ada"));
        let nobody = TaskChange { owner: Some("bob".to_owned()), ..TaskChange::default() };
        assert!(bench.desk.change_task(made.id, &nobody, "1").await.is_err());
        let yesterday = TaskChange { due: Some(day("2026-11-21")), ..TaskChange::default() };
        assert!(bench.desk.change_task(made.id, &yesterday, "1").await.is_err());
        bench.clock.advance(TimeDelta::days(1));
        let entries = bench.desk.audit_of(&format!("task:{}", made.id)).await.unwrap();
        assert_eq!(entries.len(), 3, "made, renamed, handed over");
    }
}
