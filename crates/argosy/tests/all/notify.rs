//! Receivers of messages, from the page to the wire; the assistant at the door.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::harness::{Caller, Server};

/// A chat server on this machine: what it is sent comes out of the channel.
fn chat(answers: usize) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for _ in 0..answers {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut length = 0;
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
            (&stream).write_all(ok.as_bytes()).unwrap();
            tell.send(String::from_utf8(body).unwrap()).unwrap();
        }
    });
    (host, told)
}

fn receiver(host: &str, events: &[&str]) -> Value {
    json!({ "name": "team", "kind": "slack", "address": format!("http://{host}/hook/s3cret"),
        "language": "zh-CN", "events": events })
}

#[tokio::test]
async fn a_task_given_to_somebody_is_told_once() {
    let (host, told) = chat(2);
    let server = Server::start_with(&format!("[notify]\nallow_hosts = [\"{host}\"]\n")).await;
    let owner = server.owner().await;
    let made = server
        .post(&owner, "/api/v1/receivers", receiver(&host, &["task"]))
        .await
        .expect(201)
        .json();
    assert!(!made.to_string().contains("s3cret"), "{made}");
    let id = made["id"].as_i64().unwrap();
    server.post(&owner, &format!("/api/v1/receivers/{id}/try"), json!({})).await.expect(204);
    let trial = told.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(trial.contains("Argosy 可以在此通知您"), "{trial}");

    let task = json!({ "title": "提高出价", "owner": "owner", "due": "2099-01-02" });
    server.post(&owner, "/api/v1/tasks", task).await.expect(201);
    let done = server.post(&owner, "/api/v1/messages/send", json!({})).await.expect(200).json();
    assert_eq!(done, json!({ "written": 1, "sent": 1, "failed": 0 }));
    let message = told.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(message.contains("提高出价") && message.contains("2099-01-02"), "{message}");

    let again = server.post(&owner, "/api/v1/messages/send", json!({})).await.expect(200).json();
    assert_eq!(again, json!({ "written": 0, "sent": 0, "failed": 0 }));
    let list = server.get(&owner, "/api/v1/messages").await.expect(200).json();
    assert_eq!(list["messages"][0]["state"], "sent");
}

#[tokio::test]
async fn a_webhook_never_reaches_the_inside() {
    let (host, told) = chat(1);
    let server = Server::start().await;
    let owner = server.owner().await;
    let mut inside = receiver(&host, &["task"]);
    inside["address"] = json!(format!("https://{host}/hook/s3cret"));
    let made = server.post(&owner, "/api/v1/receivers", inside).await.expect(201).json();
    let id = made["id"].as_i64().unwrap();
    let refused = server.post(&owner, &format!("/api/v1/receivers/{id}/try"), json!({})).await;
    let refused = refused.expect(422);
    assert!(refused.text().contains("private network"), "{}", refused.text());
    assert!(!refused.text().contains("s3cret"));
    assert!(told.recv_timeout(Duration::from_millis(300)).is_err());
}

#[tokio::test]
async fn receivers_are_the_business_of_administrators_and_bad_ones_are_refused() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let operator = server.user(&owner, "operator").await;
    server.get(&operator, "/api/v1/receivers").await.expect(403);
    server.get(&Caller::default(), "/api/v1/receivers").await.expect(401);
    for (wrong, word) in [
        (json!({ "name": "a", "kind": "pigeon", "events": [] }), "pigeon"),
        (json!({ "name": "a", "kind": "slack", "events": ["weather"] }), "weather"),
        (json!({ "name": "a", "kind": "slack", "events": [], "address": "ftp://x" }), "https://"),
        (json!({ "name": "a", "kind": "email", "events": [], "address": "nobody" }), "nobody"),
        (json!({ "name": "a", "kind": "slack", "events": [] }), "address is missing"),
        (json!({ "name": " ", "kind": "slack", "events": [], "address": "https://x" }), "name"),
    ] {
        let reply = server.post(&owner, "/api/v1/receivers", wrong).await.expect(422);
        assert!(reply.text().contains(word), "{word}: {}", reply.text());
    }
}

/// What `argosy mcp` answers to these calls.
fn assistant(server: &Server, token: &str, calls: &[Value]) -> Vec<Value> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_argosy"))
        .arg("--home")
        .arg(server.home())
        .arg("mcp")
        .env("ARGOSY_TOKEN", token)
        .env_remove("RUST_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" } } });
    // Who is refused has gone before everything is said to it.
    let mut say = |line: &Value| writeln!(input, "{line}").ok();
    say(&hello);
    let mut answers: Vec<Value> = Vec::new();
    answers.extend(output.next().map(|line| serde_json::from_str(&line.unwrap()).unwrap()));
    say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
    for call in calls {
        say(call);
        answers.extend(output.next().map(|line| serde_json::from_str(&line.unwrap()).unwrap()));
    }
    drop(input);
    child.wait().unwrap();
    answers
}

fn call(id: u32, tool: &str, arguments: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call",
        "params": { "name": tool, "arguments": arguments } })
}

#[tokio::test]
async fn an_assistant_has_the_rights_of_its_person_and_no_more() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let viewer = server.user(&owner, "viewer").await;
    let token = |caller: Caller| {
        let server = &server;
        async move {
            let made = server.post(&caller, "/api/v1/tokens", json!({ "name": "mcp" })).await;
            made.expect(201).json()["token"].as_str().unwrap().to_owned()
        }
    };
    let (owners, viewers) = (token(owner).await, token(viewer).await);
    let open = json!({ "title": "check the listing", "owner": "owner", "due": "2099-01-02" });
    let calls = [
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }),
        call(2, "metrics_list", json!({ "contains": "net_sales_ytd" })),
        call(3, "findings_list", json!({ "state": "open" })),
        call(4, "task_open", open),
        call(5, "ask", json!({ "metrics": ["net_sales"] })),
    ];
    let answers = assistant(&server, &owners, &calls);
    assert_eq!(answers[0]["result"]["serverInfo"]["name"], "argosy");
    let tools = answers[1]["result"]["tools"].as_array().unwrap();
    assert!(tools.iter().any(|tool| tool["name"] == "ask"), "{tools:?}");
    let said = |answer: &Value| answer["result"]["content"][0]["text"].as_str().unwrap().to_owned();
    assert!(said(&answers[2]).contains("net_sales_ytd"));
    assert!(!said(&answers[2]).contains("\"stock_sellable\""));
    assert!(said(&answers[3]).contains("\"findings\""));
    assert!(said(&answers[4]).contains("check the listing"));
    assert_eq!(answers[5]["result"]["isError"], true);
    assert!(said(&answers[5]).contains("`from` is missing"), "{}", said(&answers[5]));

    let answers = assistant(&server, &viewers, &calls[..4]);
    assert_eq!(answers[4]["result"]["isError"], true);
    assert!(said(&answers[4]).contains("not_allowed"), "{}", said(&answers[4]));
    assert!(assistant(&server, "wrong", &[]).is_empty());
}
