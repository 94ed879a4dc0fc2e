//! Workers that die, freeze, come back or are not ours.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use crate::{
    answers::{profit, profit_question},
    site::{Worker, site},
};

/// Long enough for a question to be on its way to the workers.
const UNDER_WAY: Duration = Duration::from_millis(700);

#[tokio::test(flavor = "multi_thread")]
async fn workers_killed_in_mid_question_cost_one_retry_and_no_figure() {
    let Some(site) = site() else { return };
    let question = profit_question(&["store", "month"]);
    let truth = profit(&site.plain().await, &question).await;
    for victims in [1, 2] {
        let mut workers = site.workers(4 - victims);
        let left = workers.len() - victims;
        let server = site.server(&workers).await;
        assert_eq!(profit(&server.app, &question).await, truth);
        let before = server.cluster().counts();
        assert_eq!((server.cluster().present().len(), before.again), (workers.len(), 0));
        server.cluster().check().await;
        // Frozen first, so that the question cannot be over before the workers die.
        workers[..victims].iter().for_each(Worker::freeze);
        let (app, asked) = (server.app.clone(), question.clone());
        let answer = tokio::spawn(async move { profit(&app, &asked).await });
        tokio::time::sleep(UNDER_WAY).await;
        assert!(!answer.is_finished(), "the question did not wait for the workers");
        workers[..victims].iter_mut().for_each(Worker::kill);
        let killed_at = Instant::now();
        assert_eq!(answer.await.unwrap(), truth);
        let counts = server.cluster().counts();
        eprintln!(
            "{victims} of {} killed in mid question: answered {:.1?} later; {counts:?}",
            workers.len(),
            killed_at.elapsed()
        );
        assert_eq!(counts.again - before.again, 1, "{counts:?}");
        assert_eq!(counts.alone, u64::from(left == 0), "{counts:?}");
        assert_eq!(server.cluster().present().len(), left);
        // What is asked next finds the rest, or nobody.
        assert_eq!(profit(&server.app, &question).await, truth);
        assert_eq!(server.cluster().counts().again, counts.again);
        assert_eq!(server.cluster().counts().shared > counts.shared, left > 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_killed_at_any_moment_never_change_an_answer() {
    let Some(site) = site() else { return };
    let question = profit_question(&["channel", "month"]);
    let truth = profit(&site.plain().await, &question).await;
    let steady = site.worker();
    let mut again = 0;
    for round in 0..8 {
        let mut victim = site.worker();
        let server = site.server_at(&[&victim.url, &steady.url]).await;
        let (app, asked) = (server.app.clone(), question.clone());
        let answer = tokio::spawn(async move { profit(&app, &asked).await });
        tokio::time::sleep(Duration::from_millis(60 + 170 * round)).await;
        victim.kill();
        assert_eq!(answer.await.unwrap(), truth, "round {round}");
        again += server.cluster().counts().again;
    }
    eprintln!("8 kills at any moment: {again} questions asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_worker_is_left_out_and_helps_again_once_it_answers() {
    let Some(site) = site() else { return };
    let workers = site.workers(2);
    let server = site.server(&workers).await;
    let question = profit_question(&["store"]);
    let truth = profit(&site.plain().await, &question).await;
    server.cluster().check().await;
    workers[0].freeze();
    let start = Instant::now();
    assert_eq!(profit(&server.app, &question).await, truth);
    let took = start.elapsed();
    eprintln!("a worker that froze cost {took:.1?}");
    assert!(took < Duration::from_secs(40), "{took:?}");
    assert_eq!(server.cluster().present(), [format!("{}/", workers[1].url)]);
    workers[0].thaw();
    server.cluster().check().await;
    assert_eq!(server.cluster().present().len(), 2);
    assert_eq!(profit(&server.app, &question).await, truth);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_secret_a_worker_tells_that_it_is_there_and_nothing_else() {
    let Some(site) = site() else { return };
    let stranger = site.worker_with("the-secret-of-somebody-else-9876543210");
    let answer = |request: &str| {
        let mut stream = TcpStream::connect(stranger.url.trim_start_matches("http://")).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).unwrap();
        told
    };
    assert!(answer("GET /health").starts_with("HTTP/1.1 200"));
    for call in ["CoordinatorChannel", "ExecuteTask", "GetWorkerInfo"] {
        let told = answer(&format!("POST /worker.WorkerService/{call}"));
        assert!(told.starts_with("HTTP/1.1 401"), "{call}: {told}");
    }
    // To the server it is not there, and questions are answered all the same.
    let workers = [stranger];
    let server = site.server(&workers).await;
    let question = profit_question(&["store"]);
    assert_eq!(profit(&server.app, &question).await, profit(&site.plain().await, &question).await);
    assert!(server.cluster().present().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_secret_neither_worker_nor_server_starts() {
    let Some(site) = site() else { return };
    let home = tempfile::tempdir().unwrap();
    let config = site.settings_for("nobody").replace("secret_file", "# secret_file");
    for (arguments, workers) in [
        (["worker", "--listen=127.0.0.1:0"], ""),
        (["sql", "select 1"], "workers = [\"http://127.0.0.1:1\"]\n"),
    ] {
        site.write_home(home.path(), &format!("{config}\n{workers}"));
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_argosy"));
        command.arg("--home").arg(home.path()).args(arguments).env_remove("ARGOSY_CLUSTER_SECRET");
        let done = command.output().unwrap();
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success() && told.contains("ARGOSY_CLUSTER_SECRET"), "{told}");
    }
}
