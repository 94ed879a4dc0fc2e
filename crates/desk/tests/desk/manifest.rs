use argosy_desk::{Balance, DeskError, ImportState, ProblemCounts, Rebuild};
use argosy_kernel::{Change, Diff, Problem, Table};
use chrono::TimeDelta;

use crate::support::{file, on_both};

on_both! {
    async fn the_facts_can_be_asked_as_of_any_import(bench: Bench) {
        let desk = &bench.desk;
        let first = bench.import("a1", "lantern-us").await;
        let first = desk.commit_import(first, &[file("june-1", "lantern-us")], &[]).await.unwrap();
        let second = bench.import("b2", "lantern-us").await;
        let retired = ["june-1".to_owned()];
        let added = [file("june-2", "lantern-us"), file("july-1", "lantern-us")];
        let second = desk.commit_import(second, &added, &retired).await.unwrap();

        assert_eq!(bench.paths(None).await, ["july-1", "june-2"]);
        assert_eq!(bench.paths(Some(first)).await, ["june-1"]);
        assert_eq!(bench.paths(Some(second)).await, ["july-1", "june-2"]);
        assert_eq!(bench.paths(Some(0)).await, Vec::<String>::new());
        assert_eq!(desk.current_files(Some(first)).await.unwrap(), [file("june-1", "lantern-us")]);
        assert_eq!(desk.latest_commit().await.unwrap(), second);
    }
}

on_both! {
    async fn a_file_cannot_be_retired_twice(bench: Bench) {
        let desk = &bench.desk;
        let first = bench.import("a1", "lantern-us").await;
        desk.commit_import(first, &[file("june-1", "lantern-us")], &[]).await.unwrap();
        let retired = ["june-1".to_owned()];
        let left = bench.import("b2", "lantern-us").await;
        let mut right = bench.import("c3", "lantern-us").await;
        desk.commit_import(left, &[file("june-2", "lantern-us")], &retired).await.unwrap();

        right.base = desk.latest_commit().await.unwrap();
        let again = desk.commit_import(right, &[file("june-3", "lantern-us")], &retired).await;

        assert!(matches!(again, Err(DeskError::Conflict(text)) if text.contains("lantern-us")));
        assert_eq!(bench.paths(None).await, ["june-2"]);
        assert_eq!(desk.imports(None, 10).await.unwrap().len(), 2, "the refused one left no trace");
    }
}

on_both! {
    /// Neither retires anything, yet both may hold the same settlement.
    async fn of_two_imports_held_against_the_same_facts_the_second_looks_again(bench: Bench) {
        let desk = &bench.desk;
        let left = bench.import("a1", "lantern-us").await;
        let right = bench.import("b2", "lantern-us").await;
        let elsewhere = bench.import("c3", "lantern-de").await;
        desk.commit_import(left, &[file("june-1", "lantern-us")], &[]).await.unwrap();

        let stale = desk.commit_import(right, &[file("june-2", "lantern-us")], &[]).await;
        assert!(matches!(stale, Err(DeskError::Conflict(_))));
        desk.commit_import(elsewhere, &[file("june-de", "lantern-de")], &[]).await.unwrap();
        assert_eq!(bench.paths(None).await, ["june-1", "june-de"]);
    }
}

on_both! {
    async fn of_many_imports_at_once_one_takes_the_place_of_a_file(bench: Bench) {
        let first = bench.import("a1", "lantern-us").await;
        let base = [file("june-0", "lantern-us")];
        bench.desk.commit_import(first, &base, &[]).await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for number in 1..=8 {
            let import = bench.import(&format!("{number:02}"), "lantern-us").await;
            let desk = bench.another().await;
            tasks.spawn(async move {
                let added = [file(&format!("june-{number}"), "lantern-us")];
                desk.commit_import(import, &added, &["june-0".to_owned()]).await.is_ok()
            });
        }
        let won = tasks.join_all().await.into_iter().filter(|won| *won).count();
        assert_eq!(won, 1);
        assert_eq!(bench.paths(None).await.len(), 1);
        bench.desk.verify_audit().await.unwrap();
    }
}

on_both! {
    async fn an_import_is_listed_with_what_it_changed(bench: Bench) {
        let desk = &bench.desk;
        let mut import = bench.import("a1", "lantern-us").await;
        let money = [("EUR".to_owned(), "-12.345678".parse().unwrap())].into();
        let added = Change { rows: 10, money };
        import.diff = [(Table::Ledger, Diff { added, ..Diff::default() })].into();
        import.balance = vec![Balance {
            statement: "18906543210".to_owned(),
            name: "settlement total".to_owned(),
            currency: "USD".to_owned(),
            expected: "582.89".parse().unwrap(),
            sum: "582.89".parse().unwrap(),
            difference: "0.00".parse().unwrap(),
            of_file: None,
            in_part: false,
        }];
        import.problems = vec![
            Problem::warning("unknown_fee_type").at_line(7).in_column("type").found("NUL \0 here"),
        ];
        let id = desk.commit_import(import.clone(), &[], &[]).await.unwrap();

        let row = desk.import(id).await.unwrap().unwrap();
        assert_eq!((&row.diff, &row.balance), (&import.diff, &import.balance));
        assert_eq!((row.rows, row.at, &row.given), (10, import.at, &import.given));
        assert_eq!(row.problems, ProblemCounts { error: 0, warning: 1, note: 0 });
        let problems = desk.problems(id).await.unwrap();
        assert_eq!(problems[0].to_string(), "line 7, type: found `NUL \u{2400} here`");
        let found = desk.import_of_raw(&import.raw_sha256, "lantern-us").await.unwrap();
        assert_eq!(found.map(|row| row.id), Some(id));
        assert_eq!(desk.import_of_raw(&import.raw_sha256, "lantern-de").await.unwrap(), None);
        let balances = desk.balances("lantern-us").await.unwrap();
        assert_eq!((balances[0].import, balances[0].raw.as_str()), (id, "a1a1a1a1a1a1a1a1"));
        assert_eq!((balances.len(), &balances[0].balance), (1, &import.balance));
        assert_eq!(desk.horizons("lantern-us").await.unwrap()["a1a1a1a1a1a1a1a1"], 20_000);
    }
}

on_both! {
    async fn an_import_completes_the_balance_of_an_earlier_one(bench: Bench) {
        let desk = &bench.desk;
        let balance = |sum: i64| Balance {
            statement: "7001".to_owned(),
            name: "payout".to_owned(),
            currency: "USD".to_owned(),
            expected: 57.into(),
            sum: sum.into(),
            difference: (sum - 57).into(),
            of_file: (sum == 57).then(|| 9.into()),
            in_part: sum != 57,
        };
        let mut late = bench.import("a1", "lantern-us").await;
        late.balance = vec![balance(9)];
        let id = desk.commit_import(late, &[], &[]).await.unwrap();
        let mut early = bench.import("b2", "lantern-us").await;
        early.completed = [(id, vec![balance(57)])].into();
        desk.commit_import(early, &[], &[]).await.unwrap();
        assert_eq!(desk.import(id).await.unwrap().unwrap().balance, [balance(57)]);
    }
}

on_both! {
    async fn rows_taken_out_of_a_store_are_known_by_its_later_imports(bench: Bench) {
        let desk = &bench.desk;
        let first = bench.import("a1", "lantern-us").await;
        let first = desk.commit_import(first, &[], &[]).await.unwrap();
        let replacing = async |raw: &str, store: &str, rows: u64| {
            let mut import = bench.import(raw, store).await;
            let replaced = Change { rows, ..Change::default() };
            import.diff = [(Table::Ledger, Diff { replaced, ..Diff::default() })].into();
            desk.commit_import(import, &[], &[]).await.unwrap()
        };
        replacing("b2", "lantern-us", 0).await;
        replacing("c3", "lantern-de", 4).await;
        assert!(!desk.has_replaced_since("lantern-us", first).await.unwrap());
        let last = replacing("d4", "lantern-us", 4).await;
        assert!(desk.has_replaced_since("lantern-us", first).await.unwrap());
        assert!(!desk.has_replaced_since("lantern-us", last).await.unwrap());
    }
}

on_both! {
    async fn too_many_problems_are_counted_and_the_worst_kept(bench: Bench) {
        let mut import = bench.import("a1", "lantern-us").await;
        import.state = ImportState::Failed;
        import.problems = (1..=10_500).map(|line| Problem::note("blank_row").at_line(line)).collect();
        import.problems.push(Problem::error("bad_amount").at_line(10_501));
        let id = bench.desk.record_failed_import(import).await.unwrap();

        let row = bench.desk.import(id).await.unwrap().unwrap();
        assert_eq!(row.problems, ProblemCounts { error: 1, warning: 0, note: 10_500 });
        let problems = bench.desk.problems(id).await.unwrap();
        assert_eq!(problems.len(), 10_000);
        assert_eq!(problems[0].place.line, Some(1));
        assert_eq!(problems[9_999].code, "bad_amount");
        assert_eq!(bench.desk.latest_commit().await.unwrap(), 0, "nothing was committed");
        assert!(bench.desk.loaded_imports().await.unwrap().is_empty());
    }
}

on_both! {
    async fn a_rebuild_replaces_all_facts_and_keeps_the_diffs(bench: Bench) {
        let desk = &bench.desk;
        let import = bench.import("a1", "lantern-us").await;
        let first = desk.commit_import(import, &[file("june-1", "lantern-us")], &[]).await.unwrap();
        let rebuild = Rebuild {
            who: "cli".to_owned(),
            base: first,
            added: vec![file("june-rebuilt", "lantern-us")],
            horizons: [(first, 20_001)].into(),
            balances: [].into(),
        };
        desk.replace_all_facts(rebuild.clone()).await.unwrap();

        assert_eq!(bench.paths(None).await, ["june-rebuilt"]);
        assert_eq!(bench.paths(Some(first)).await, ["june-1"]);
        assert_eq!(desk.imports(None, 10).await.unwrap().len(), 1, "a rebuild is no import");
        assert_eq!(desk.horizons("lantern-us").await.unwrap()["a1a1a1a1a1a1a1a1"], 20_001);
        let stale = desk.replace_all_facts(rebuild).await;
        assert!(matches!(stale, Err(DeskError::Conflict(text)) if text.contains("rebuild again")));
    }
}

on_both! {
    async fn facts_that_were_cleaned_up_are_refused_not_answered_wrong(bench: Bench) {
        let desk = &bench.desk;
        let first = bench.import("a1", "lantern-us").await;
        let first = desk.commit_import(first, &[file("june-1", "lantern-us")], &[]).await.unwrap();
        let before_second = argosy_desk::Clock::now(&*bench.clock);
        bench.clock.advance(TimeDelta::days(1));
        let second = bench.import("b2", "lantern-us").await;
        let retired = ["june-1".to_owned()];
        desk.commit_import(second, &[file("june-2", "lantern-us")], &retired).await.unwrap();
        assert!(desk.retired_files(before_second).await.unwrap().is_empty());
        bench.clock.advance(TimeDelta::days(1));
        let now = argosy_desk::Clock::now(&*bench.clock);
        let old: Vec<_> = desk.retired_files(now).await.unwrap();
        assert_eq!(old.len(), 1);

        desk.forget_files(&retired).await.unwrap();
        let error = desk.current_files(Some(first)).await.unwrap_err().to_string();
        assert!(error.contains("were cleaned up; ask as of import"), "{error}");
        assert_eq!(bench.paths(None).await, ["june-2"]);
        let current = desk.forget_files(&["june-2".to_owned()]).await;
        assert!(matches!(current, Err(DeskError::Conflict(_))));
    }
}
