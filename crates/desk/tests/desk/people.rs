use argosy_desk::{DeskError, NewUser, Role, UserChange};
use chrono::TimeDelta;

use crate::support::{PASSWORD, on_both};

on_both! {
    async fn of_two_first_owners_one_is_made(bench: Bench) {
        assert!(bench.desk.needs_owner().await.unwrap());
        let other = bench.another().await;
        let (left, right) = tokio::join!(
            bench.desk.create_owner("Ada ", PASSWORD, "en"),
            other.create_owner("eve", PASSWORD, "en"),
        );
        assert!(left.is_ok() != right.is_ok());
        let refused = left.and(right).unwrap_err();
        assert!(matches!(refused, DeskError::Conflict(text) if text.contains("has an owner")));
        let users = bench.desk.users().await.unwrap();
        assert_eq!((users.len(), users[0].role), (1, Role::Owner));
        assert!(!bench.desk.needs_owner().await.unwrap());
    }
}

on_both! {
    async fn a_session_opens_with_the_password_and_ends_on_sign_out(bench: Bench) {
        let owner = bench.owner().await;
        let desk = &bench.desk;
        let first = desk.sign_in(" ADA", PASSWORD, "10.0.0.1").await.unwrap();
        let second = desk.sign_in("ada", PASSWORD, "10.0.0.1").await.unwrap();
        assert_ne!(first.expose(), second.expose());
        assert!(first.expose().len() >= 43, "256 bits");
        assert_eq!(desk.session_user(first.expose()).await.unwrap(), Some(owner.clone()));
        assert_eq!(desk.session_user("guessed").await.unwrap(), None);
        let sessions = desk.sessions(owner.id).await.unwrap();
        assert_eq!(sessions.len(), 2);

        desk.sign_out(first.expose()).await.unwrap();
        assert_eq!(desk.session_user(first.expose()).await.unwrap(), None);
        let left = desk.sessions(owner.id).await.unwrap();
        desk.end_session(owner.id, &left[0].id, "1").await.unwrap();
        assert_eq!(desk.session_user(second.expose()).await.unwrap(), None);
    }
}

on_both! {
    async fn a_session_ends_when_idle_and_after_two_weeks_at_most(bench: Bench) {
        bench.owner().await;
        let desk = &bench.desk;
        let idle = desk.sign_in("ada", PASSWORD, "10.0.0.1").await.unwrap();
        let busy = desk.sign_in("ada", PASSWORD, "10.0.0.1").await.unwrap();
        for _ in 0..30 {
            bench.clock.advance(TimeDelta::hours(11));
            assert!(desk.session_user(busy.expose()).await.unwrap().is_some());
        }
        bench.clock.advance(TimeDelta::hours(2));
        assert!(desk.session_user(idle.expose()).await.unwrap().is_none());
        assert!(desk.session_user(busy.expose()).await.unwrap().is_some());
        bench.clock.advance(TimeDelta::hours(11));
        assert!(desk.session_user(busy.expose()).await.unwrap().is_none(), "14 days are over");
        desk.sweep_sessions().await.unwrap();
        assert!(desk.sessions(1).await.unwrap().is_empty());
    }
}

on_both! {
    async fn a_new_password_ends_all_sessions(bench: Bench) {
        let owner = bench.owner().await;
        let desk = &bench.desk;
        let session = desk.sign_in("ada", PASSWORD, "10.0.0.1").await.unwrap();
        let weak = desk.set_password(owner.id, "short", "1").await.unwrap_err();
        assert!(weak.to_string().contains("at least 12 characters"));
        desk.set_password(owner.id, "an entirely new one", "1").await.unwrap();
        assert_eq!(desk.session_user(session.expose()).await.unwrap(), None);
        let old = desk.sign_in("ada", PASSWORD, "10.0.0.1").await;
        assert!(matches!(old, Err(DeskError::WrongSignIn)));
        desk.sign_in("ada", "an entirely new one", "10.0.0.1").await.unwrap();
    }
}

on_both! {
    async fn a_disabled_user_is_out_at_once_and_reads_like_a_wrong_password(bench: Bench) {
        bench.owner().await;
        let finance = bench.user("fin", Role::Finance).await;
        let desk = &bench.desk;
        let session = desk.sign_in("fin", PASSWORD, "10.0.0.1").await.unwrap();
        let token = desk.create_token(finance.id, "reports", "1").await.unwrap();
        assert_eq!(desk.token_user(token.expose()).await.unwrap(), Some(finance.clone()));
        let off = UserChange { active: Some(false), ..UserChange::default() };
        desk.change_user(finance.id, &off, "1").await.unwrap();

        assert_eq!(desk.session_user(session.expose()).await.unwrap(), None);
        assert_eq!(desk.token_user(token.expose()).await.unwrap(), None);
        let mut texts = Vec::new();
        for (login, password) in
            [("fin", PASSWORD), ("fin", "a wrong password"), ("nobody", PASSWORD), ("no\0", "x")]
        {
            let error = desk.sign_in(login, password, "10.0.0.1").await.err().unwrap();
            texts.push(error.to_string());
        }
        texts.dedup();
        assert_eq!(texts, ["login or password is wrong"]);
    }
}

on_both! {
    /// The attempts are counted before the password is looked at, so haste does not help.
    async fn of_fifty_sign_ins_at_once_ten_are_tried(bench: Bench) {
        bench.owner().await;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..50 {
            let desk = bench.desk.clone();
            tasks.spawn(async move { desk.sign_in("ada", &format!("guess {number}"), "10.6.6.6").await });
        }
        let answers = tasks.join_all().await;
        let tried = answers.iter().filter(|a| matches!(a, Err(DeskError::WrongSignIn))).count();
        let limited = answers.iter().filter(|a| matches!(a, Err(DeskError::TooMany { .. }))).count();
        assert_eq!((tried, limited), (10, 40));

        let right = bench.desk.sign_in("ada", PASSWORD, "10.6.6.6").await.err().unwrap();
        assert_eq!(right.to_string(), "too many wrong sign-ins; wait 15 minutes and try again");
        bench.desk.sign_in("ada", PASSWORD, "10.0.0.1").await.unwrap();
        bench.clock.advance(TimeDelta::minutes(15));
        bench.desk.sign_in("ada", PASSWORD, "10.6.6.6").await.unwrap();
    }
}

on_both! {
    /// The fastest of several tries, with room for a busy machine: without the hash of nobody an
    /// unknown login would be hundreds of times faster.
    async fn an_unknown_login_takes_as_long_as_a_known_one(bench: Bench) {
        bench.owner().await;
        let mut fastest_ms = Vec::new();
        for login in ["ada", "nobody"] {
            let mut tries_ms = Vec::new();
            for _ in 0..5 {
                let start = std::time::Instant::now();
                assert!(bench.desk.sign_in(login, "a wrong password", "10.0.0.1").await.is_err());
                tries_ms.push(start.elapsed().as_millis());
            }
            fastest_ms.push(tries_ms.into_iter().min().unwrap());
        }
        let (known, unknown) = (fastest_ms[0], fastest_ms[1]);
        assert!(unknown * 10 >= known, "{known} ms and {unknown} ms");
    }
}

on_both! {
    async fn right_sign_ins_forgive_the_wrong_ones_before(bench: Bench) {
        bench.owner().await;
        for _ in 0..2 {
            for _ in 0..9 {
                let wrong = bench.desk.sign_in("ada", "mistyped", "10.0.0.1").await;
                assert!(matches!(wrong, Err(DeskError::WrongSignIn)));
            }
            bench.desk.sign_in("ada", PASSWORD, "10.0.0.1").await.unwrap();
        }
    }
}

on_both! {
    async fn there_is_always_an_owner(bench: Bench) {
        let owner = bench.owner().await;
        let desk = &bench.desk;
        let demote = UserChange { role: Some(Role::Viewer), ..UserChange::default() };
        let last = desk.change_user(owner.id, &demote, "1").await.unwrap_err();
        assert!(last.to_string().contains("make somebody else an owner first"));
        let manager = bench.user("max", Role::Manager).await;
        let promote = UserChange { role: Some(Role::Owner), ..UserChange::default() };
        desk.change_user(manager.id, &promote, "1").await.unwrap();
        desk.change_user(owner.id, &demote, "1").await.unwrap();
        assert_eq!(desk.user(owner.id).await.unwrap().unwrap().role, Role::Viewer);
    }
}

on_both! {
    async fn a_login_is_taken_once_whatever_its_case(bench: Bench) {
        bench.owner().await;
        let twin = NewUser {
            login: "ADA".to_owned(),
            password: PASSWORD.to_owned(),
            role: Role::Viewer,
            language: "en".to_owned(),
        };
        let taken = bench.desk.create_user(&twin, "1").await;
        assert!(matches!(taken, Err(DeskError::Conflict(text)) if text.contains("`ada` is taken")));
    }
}

on_both! {
    async fn an_api_token_is_shown_once_and_ends_when_revoked(bench: Bench) {
        let owner = bench.owner().await;
        let other = bench.user("max", Role::Manager).await;
        let desk = &bench.desk;
        let token = desk.create_token(owner.id, "spreadsheet", "1").await.unwrap();
        assert!(token.expose().starts_with("argosy_"));
        assert_eq!(desk.tokens(owner.id).await.unwrap()[0].used, None);
        assert_eq!(desk.token_user(token.expose()).await.unwrap(), Some(owner.clone()));
        assert!(desk.tokens(owner.id).await.unwrap()[0].used.is_some());

        let foreign = desk.revoke_token(other.id, token.id, "2").await;
        assert!(matches!(foreign, Err(DeskError::NotFound { .. })));
        desk.revoke_token(owner.id, token.id, "1").await.unwrap();
        assert_eq!(desk.token_user(token.expose()).await.unwrap(), None);
    }
}

on_both! {
    /// Neither passwords nor tokens can be read from the tables or from the audit log.
    async fn secrets_are_stored_hashed_only(bench: Bench) {
        let owner = bench.owner().await;
        let session = bench.desk.sign_in("ada", PASSWORD, "10.0.0.1").await.unwrap();
        let token = bench.desk.create_token(owner.id, "x", "1").await.unwrap();
        let log = format!("{:?}", bench.desk.audit(None, 100).await.unwrap());
        let mut seen = vec![log.into_bytes()];
        if let Some(path) = bench.url.strip_prefix("sqlite://") {
            seen.push(std::fs::read(path).unwrap());
            seen.push(std::fs::read(format!("{path}-wal")).unwrap());
        }
        for secret in [PASSWORD, session.expose(), token.expose()] {
            let found = seen
                .iter()
                .any(|bytes| bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
            assert!(!found, "a secret is stored readable");
        }
    }
}

on_both! {
    async fn an_old_hash_is_renewed_at_the_next_sign_in(bench: Bench) {
        use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
        use sea_orm::{ConnectionTrait, Statement};

        bench.owner().await;
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let weak = weak.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
        bench.execute(&format!("UPDATE users SET password_hash = '{weak}'")).await;
        bench.desk.sign_in("ada", PASSWORD, "10.0.0.1").await.unwrap();

        let raw = bench.raw().await;
        let query = Statement::from_string(
            raw.get_database_backend(),
            "SELECT password_hash FROM users",
        );
        let row = raw.query_one_raw(query).await.unwrap().unwrap();
        let stored: String = row.try_get_by_index(0).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        bench.desk.sign_in("ada", PASSWORD, "10.0.0.1").await.unwrap();
    }
}
