use std::time::Duration;

use argosy_desk::{DeskError, JobState, NewJob, Progress};
use chrono::TimeDelta;
use serde_json::json;

use crate::support::on_both;

const LEASE: Duration = Duration::from_secs(60);

fn job(max_tries: u32) -> NewJob {
    NewJob {
        kind: "import".to_owned(),
        payload: json!({ "raw": "a1" }),
        who: "1".to_owned(),
        max_tries,
    }
}

on_both! {
    async fn a_job_is_claimed_told_and_finished(bench: Bench) {
        let desk = &bench.desk;
        let id = desk.enqueue(job(3)).await.unwrap();
        let claimed = desk.claim("w1", LEASE).await.unwrap().unwrap();
        assert_eq!((claimed.id, claimed.tries), (id, 1));
        assert!(desk.claim("w2", LEASE).await.unwrap().is_none());
        let progress = Progress { done: 5, total: 9, unit: "rows".into(), step: "decode".into() };
        desk.progress(&claimed, &progress, LEASE).await.unwrap();
        let listed = &desk.jobs(true).await.unwrap()[0];
        assert_eq!((listed.state, &listed.progress), (JobState::Running, &progress));

        desk.finish(&claimed, &json!({ "import": 7 })).await.unwrap();
        assert!(desk.jobs(true).await.unwrap().is_empty());
        let done = desk.job(id).await.unwrap().unwrap();
        assert_eq!((done.state, done.result), (JobState::Done, Some(json!({ "import": 7 }))));
        assert!(desk.finish(&claimed, &json!(null)).await.is_err(), "it ended already");
        bench.clock.advance(TimeDelta::days(31));
        desk.sweep_jobs().await.unwrap();
        assert!(desk.jobs(false).await.unwrap().is_empty());
    }
}

on_both! {
    async fn a_failed_job_waits_longer_each_time_and_is_parked_at_last(bench: Bench) {
        let desk = &bench.desk;
        let id = desk.enqueue(job(3)).await.unwrap();
        for wait in [10, 40] {
            let claimed = desk.claim("w1", LEASE).await.unwrap().unwrap();
            desk.retry(&claimed, "disk full").await.unwrap();
            bench.clock.advance(TimeDelta::seconds(wait - 1));
            assert!(desk.claim("w1", LEASE).await.unwrap().is_none());
            bench.clock.advance(TimeDelta::seconds(1));
        }
        let last = desk.claim("w1", LEASE).await.unwrap().unwrap();
        desk.retry(&last, "disk full").await.unwrap();
        let parked = desk.job(id).await.unwrap().unwrap();
        assert_eq!((parked.state, parked.tries), (JobState::Failed, 3));
        assert_eq!(parked.error.as_deref(), Some("disk full"));
        assert!(parked.finished.is_some());
    }
}

on_both! {
    async fn a_hopeless_job_is_not_tried_again(bench: Bench) {
        let id = bench.desk.enqueue(job(3)).await.unwrap();
        let claimed = bench.desk.claim("w1", LEASE).await.unwrap().unwrap();
        bench.desk.fail(&claimed, "unknown report").await.unwrap();
        assert_eq!(bench.desk.job(id).await.unwrap().unwrap().state, JobState::Failed);
    }
}

on_both! {
    async fn a_dead_workers_job_goes_to_another_and_the_dead_one_has_no_say(bench: Bench) {
        let desk = &bench.desk;
        desk.enqueue(job(2)).await.unwrap();
        let dead = desk.claim("w1", LEASE).await.unwrap().unwrap();
        bench.clock.advance(TimeDelta::seconds(50));
        desk.progress(&dead, &Progress::default(), LEASE).await.unwrap();
        bench.clock.advance(TimeDelta::seconds(50));
        assert_eq!(desk.requeue_expired().await.unwrap(), 0, "progress held the lease");
        bench.clock.advance(TimeDelta::seconds(11));
        assert_eq!(desk.requeue_expired().await.unwrap(), 1);
        bench.clock.advance(TimeDelta::seconds(10));

        let alive = desk.claim("w1", LEASE).await.unwrap().unwrap();
        let late = desk.finish(&dead, &json!("late")).await;
        assert!(matches!(late, Err(DeskError::Conflict(text)) if text.contains("stop working")));
        bench.clock.advance(TimeDelta::seconds(61));
        assert_eq!(desk.requeue_expired().await.unwrap(), 1);
        let parked = desk.job(alive.id).await.unwrap().unwrap();
        assert_eq!(parked.state, JobState::Failed, "a job that kills workers is parked");
    }
}

on_both! {
    async fn of_many_workers_each_job_has_one(bench: Bench) {
        for _ in 0..10 {
            bench.desk.enqueue(job(1)).await.unwrap();
        }
        let mut tasks = tokio::task::JoinSet::new();
        for worker in 0..4 {
            let desk = bench.another().await;
            tasks.spawn(async move {
                let mut mine = Vec::new();
                while let Some(job) = desk.claim(&format!("w{worker}"), LEASE).await.unwrap() {
                    mine.push(job.id);
                    desk.finish(&job, &json!(null)).await.unwrap();
                }
                mine
            });
        }
        let mut done: Vec<i64> = tasks.join_all().await.into_iter().flatten().collect();
        done.sort_unstable();
        assert_eq!(done, (1..=10).collect::<Vec<_>>());
    }
}
