use argosy_desk::{Begun, DeskError};
use chrono::TimeDelta;

use crate::support::on_both;

on_both! {
    async fn of_equal_requests_at_once_one_has_an_effect(bench: Bench) {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let desk = bench.desk.clone();
            tasks.spawn(async move { desk.begin_request("1", "key", "body").await });
        }
        let begun = tasks.join_all().await;
        assert_eq!(begun.iter().filter(|begun| matches!(begun, Ok(Begun::New))).count(), 1);
        let waiting = begun.iter().filter(|begun| matches!(begun, Err(DeskError::Conflict(_))));
        assert_eq!(waiting.count(), 19);
    }
}

on_both! {
    async fn a_repeated_request_gets_the_first_answer(bench: Bench) {
        let desk = &bench.desk;
        assert_eq!(desk.begin_request("1", "key", "body").await.unwrap(), Begun::New);
        desk.answer_request("1", "key", 201, "{}").await.unwrap();
        let again = desk.begin_request("1", "key", "body").await.unwrap();
        assert_eq!(again, Begun::Answered { status: 201, answer: "{}".to_owned() });
        let other = desk.begin_request("1", "key", "another body").await;
        assert!(matches!(other, Err(DeskError::Refused(text)) if text.contains("new key")));
        assert_eq!(desk.begin_request("2", "key", "body").await.unwrap(), Begun::New);

        desk.drop_request("2", "key").await.unwrap();
        assert_eq!(desk.begin_request("2", "key", "body").await.unwrap(), Begun::New);
        bench.clock.advance(TimeDelta::hours(25));
        assert_eq!(desk.begin_request("1", "key", "body").await.unwrap(), Begun::New);
    }
}
