//! Tasks, changes, effects, experiments and rules over HTTP, and what cannot be.

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::{Value, json};

use crate::{
    harness::{Caller, Server, import_settlement},
    queue::{as_described, finding, post, queue},
};

async fn patch(server: &Server, caller: &Caller, path: &str, body: Value, status: u16) -> Value {
    let path = format!("/api/v1{path}");
    server.call(caller, Method::PATCH, &path, Some(body)).await.expect(status).json()
}

async fn get(server: &Server, caller: &Caller, path: &str) -> Value {
    server.get(caller, &format!("/api/v1{path}")).await.expect(200).json()
}

async fn store(server: &Server, owner: &Caller) {
    let new = json!({ "name": "lantern-us", "channel": "amazon", "market": "US" });
    server.post(owner, "/api/v1/stores", new).await.expect(201);
}

#[tokio::test]
async fn a_task_is_made_handed_over_commented_and_done() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let operator = server.user(&owner, "operator").await;
    store(&server, &owner).await;
    let one = finding(1, 100);
    queue(&server, std::slice::from_ref(&one)).await;
    let path = format!("/findings/{}/accept", one.id);
    let task = post(&server, &owner, &path, json!({ "owner": "me" }), 201).await;
    let (id, path) = (task["id"].clone(), format!("/tasks/{}", task["id"]));

    let over = json!({ "owner": "operator", "state": "doing", "revision": 1 });
    let handed = patch(&server, &owner, &path, over.clone(), 200).await;
    as_described(&handed, "TaskDetail");
    assert_eq!(handed["owner"], "operator");
    assert!(handed["history"].to_string().contains("handed it to operator"), "{handed}");
    assert_eq!(handed["change"]["seller_sku"], "LAMP-1", "the form begins with it");
    let late = patch(&server, &operator, &path, over, 409).await;
    assert!(late["error"]["says"]["zh-CN"].is_string());
    for bad in [
        json!({ "due": "2020-01-01" }),
        json!({ "state": "lost" }),
        json!({ "owner": "nobody" }),
        json!({ "title": " " }),
        json!({ "checklist": [{ "text": "" }] }),
    ] {
        patch(&server, &operator, &path, bad, 422).await;
    }
    let steps = json!({ "checklist": [{ "text": "look", "done": true }, { "text": "act" }] });
    let stepped = patch(&server, &operator, &path, steps, 200).await;
    assert_eq!(stepped["checklist"][0]["done"], true);

    let comments = format!("{path}/comments");
    post(&server, &operator, &comments, json!({ "text": "  " }), 422).await;
    post(&server, &operator, &comments, json!({ "text": "x".repeat(4_001) }), 422).await;
    let said = post(&server, &operator, &comments, json!({ "text": "已处理\n第二行" }), 201).await;
    assert_eq!(said["text"], "已处理\n第二行");
    let mine = get(&server, &operator, "/tasks?owner=me").await;
    as_described(&mine, "Tasks");
    assert_eq!((&mine["tasks"][0]["id"], &mine["tasks"][0]["comments"]), (&id, &json!(1)));
    assert_eq!(get(&server, &owner, "/tasks?owner=me").await["tasks"], json!([]));

    let change = |at: &str, store: &str| {
        json!({ "change": { "kind": "ads.negative", "store": store, "market": "US",
            "seller_sku": "LAMP-1", "what": "negative: lamp", "after": "exact", "at": at } })
    };
    let done = format!("{path}/done");
    let future = post(&server, &operator, &done, change("2999-01-01", "lantern-us"), 422).await;
    assert!(future["error"]["says"]["zh-CN"].as_str().unwrap().contains("尚未到来"), "{future}");
    post(&server, &operator, &done, change("2026-10-29", "nowhere"), 422).await;
    assert_eq!(get(&server, &owner, &path).await["state"], "doing", "nothing half done");
    let ended = post(&server, &operator, &done, change("2026-10-29", "lantern-us"), 200).await;
    as_described(&ended, "FinishedTask");
    assert_eq!(ended["task"]["state"], "done");
    assert_eq!(ended["change"]["source"], "task");
    let twice = post(&server, &owner, &done, json!({}), 409).await;
    assert!(twice["error"]["says"]["en"].as_str().unwrap().contains("operator"));

    let effect = get(&server, &owner, &format!("/effects/{}", ended["effect_id"])).await;
    as_described(&effect, "Effect");
    assert_eq!(
        (effect["state"].as_str(), effect["metric"].as_str()),
        (Some("waiting"), Some("contribution_3"))
    );
    assert_eq!(effect["change"]["id"], ended["change"]["id"]);
    let links = get(&server, &owner, &path).await["links"].clone();
    assert_eq!(links.as_array().unwrap().len(), 3, "finding, change, effect: {links}");
}

#[tokio::test]
async fn many_tasks_are_changed_at_once_and_go_out_and_come_back_as_a_table() {
    let server = Server::start().await;
    let owner = server.owner().await;
    post(&server, &owner, "/tasks", json!({ "title": "" }), 422).await;
    post(&server, &owner, "/tasks", json!({ "title": "x", "due": "2020-01-01" }), 422).await;
    let mut ids = Vec::new();
    for title in ["Order cartons", "Call the forwarder", "Photos"] {
        let new = json!({ "title": title, "due": "2099-01-01" });
        ids.push(post(&server, &owner, "/tasks", new, 201).await["id"].clone());
    }
    let batch = json!({ "ids": [ids[0], 99, ids[1]], "change": { "state": "waiting" } });
    let result = post(&server, &owner, "/tasks/batch", batch, 200).await;
    assert_eq!(result["done"].as_array().unwrap().len(), 2);
    assert_eq!(result["failed"][0]["code"], "not_found");
    let waiting = get(&server, &owner, "/tasks?state=waiting&limit=1").await;
    let next = waiting["meta"]["next"].as_str().unwrap().to_owned();
    let rest = get(&server, &owner, &format!("/tasks?state=waiting&limit=1&cursor={next}")).await;
    assert_eq!(rest["tasks"][0]["id"], ids[1]);
    assert!(rest["meta"]["next"].is_null());
    let found = get(&server, &owner, "/tasks?q=forwarder&due_to=2099-01-01").await;
    assert_eq!(found["tasks"][0]["id"], ids[1]);

    let book = server.get(&owner, "/api/v1/tasks/export").await.expect(200);
    let path = "/api/v1/tasks/import";
    let files = [("tasks.xlsx", book.body.as_slice())];
    let same = server.upload(&owner, path, &files, &[]).await.expect(200).json();
    assert_eq!(same, json!({ "done": [], "failed": [] }), "nothing new");
    let sheet = format!(
        "ID,Title,State,Owner,Due\n{},,doing,owner,2099-02-01\n,Weigh parcels,,owner,\n{},,,ghost,\n",
        ids[2], ids[0]
    );
    let files = [("tasks.csv", sheet.as_bytes())];
    let result = server.upload(&owner, path, &files, &[]).await.expect(200).json();
    assert_eq!(result["done"].as_array().unwrap().len(), 2, "{result}");
    assert_eq!(result["failed"][0]["id"], ids[0].to_string());
    let third = get(&server, &owner, &format!("/tasks/{}", ids[2])).await;
    assert_eq!(
        (third["state"].as_str(), third["due"].as_str()),
        (Some("doing"), Some("2099-02-01"))
    );
}

#[tokio::test]
async fn a_file_of_a_task_is_downloaded_as_it_was_and_pages_that_run_are_refused() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let task = post(&server, &owner, "/tasks", json!({ "title": "Photos" }), 201).await;
    let path = format!("/api/v1/tasks/{}/attachments", task["id"]);
    let send = |name: &'static str, bytes: &'static [u8]| {
        let (server, owner, path) = (&server, &owner, &path);
        async move { server.upload(owner, path, &[(name, bytes)], &[]).await }
    };
    let refused = send("x.svg", b"<svg onload=alert(1)>").await.expect(422).json();
    assert!(refused["error"]["says"]["zh-CN"].is_string());
    send("x.png", b"").await.expect(422);
    let made = send("报价.csv", b"sku,price\n").await.expect(201).json();
    as_described(&made, "TaskAttachment");
    let file = format!("{path}/{}", made["id"]);
    let down = server.get(&owner, &file).await.expect(200);
    assert_eq!(down.body, b"sku,price\n");
    assert!(down.header("content-disposition").starts_with("attachment"));
    assert_eq!(down.header("x-content-type-options"), "nosniff");
    let large = vec![b'a'; (20 << 20) + 1];
    let too_large = server.upload(&owner, &path, &[("a.txt", &large)], &[]).await;
    assert!([413, 422].contains(&too_large.status.as_u16()), "{}", too_large.text());
    let viewer = server.user(&owner, "viewer").await;
    server.get(&viewer, &file).await.expect(200);
    server.call(&viewer, Method::DELETE, &file, None).await.expect(403);
    server.call(&owner, Method::DELETE, &file, None).await.expect(204);
    server.get(&owner, &file).await.expect(404);
    let stray = owner.request(Method::POST, "/api/v1/tasks/99/attachments");
    let stray = stray.header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    server.send(stray.body(Body::from("--x--\r\n")).unwrap()).await.expect(404);
}

#[tokio::test]
async fn changes_and_effects_are_told_declared_and_refused() {
    let server = Server::start().await;
    let owner = server.owner().await;
    store(&server, &owner).await;
    let change = |at: &str| {
        json!({ "kind": "listing.price", "store": "lantern-us", "market": "us",
            "seller_sku": "LAMP-1", "what": "price", "before": "19.99", "after": "17.99", "at": at })
    };
    post(&server, &owner, "/changes", change("2999-01-01"), 422).await;
    post(&server, &owner, "/changes", json!({ "kind": "x", "store": "nowhere", "what": "x" }), 422)
        .await;
    let mut odd = change("2026-06-01");
    odd["market"] = json!("Atlantis");
    post(&server, &owner, "/changes", odd, 422).await;
    let made = post(&server, &owner, "/changes", change("2026-06-01"), 201).await;
    as_described(&made, "RecordedChange");
    assert_eq!((made["market"].as_str(), made["source"].as_str()), (Some("US"), Some("typed")));

    let declare = |metric: &str, after: u32| json!({ "change": made["id"], "metric": metric, "before": 56, "after": after });
    let unknown = post(&server, &owner, "/effects", declare("contribution_4", 28), 422).await;
    assert!(unknown["error"]["detail"].as_str().unwrap().contains("did you mean"), "{unknown}");
    let short = post(&server, &owner, "/effects", declare("contribution_3", 3), 422).await;
    assert!(short["error"]["says"]["zh-CN"].is_string(), "three days of data: {short}");
    let stray = json!({ "change": 99, "metric": "units", "before": 56, "after": 28 });
    post(&server, &owner, "/effects", stray, 404).await;
    let effect = post(&server, &owner, "/effects", declare("contribution_3", 28), 201).await;
    as_described(&effect, "Effect");
    assert_eq!(effect["ready_on"], "2026-06-29");
    post(&server, &owner, "/effects", declare("contribution_3", 14), 409).await;
    let listed = get(&server, &owner, "/effects?state=waiting").await;
    as_described(&listed, "Effects");
    assert_eq!(listed["effects"][0]["id"], effect["id"]);
    server.get(&owner, "/api/v1/effects?state=odd").await.expect(422);
    let changes = get(&server, &owner, "/changes?store=lantern-us&seller_sku=LAMP-1").await;
    as_described(&changes, "Changes");
    assert_eq!(changes["changes"][0]["effect_id"], effect["id"]);
    let gains = get(&server, &owner, "/effects/gains").await;
    as_described(&gains, "Gains");
    assert_eq!(gains["total"]["n"], 0);
    let backward = json!({ "from": "2026-06-02", "to": "2026-06-01" });
    post(&server, &owner, "/changes/detect", backward, 422).await;
}

#[tokio::test]
async fn changes_are_found_by_kind_origin_words_and_days_and_taken_away_as_a_table() {
    let server = Server::start().await;
    let owner = server.owner().await;
    store(&server, &owner).await;
    for (kind, what, day) in [
        ("ads.bid", "Bid of 100% cotton", "2026-06-01"),
        ("ads.budget", "Daily budget", "2026-06-03"),
        ("listing.price", "Price", "2026-06-05"),
    ] {
        let change = json!({ "kind": kind, "store": "lantern-us", "market": "US",
            "seller_sku": "LAMP-1", "what": what, "at": day });
        post(&server, &owner, "/changes", change, 201).await;
    }
    let found = async |query: &str| {
        let told = get(&server, &owner, &format!("/changes?{query}")).await;
        as_described(&told, "Changes");
        let whats = told["changes"].as_array().unwrap().iter();
        whats.map(|one| one["what"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("kind=ads.").await, ["Daily budget", "Bid of 100% cotton"]);
    assert_eq!(found("kind=ads.bid").await, ["Bid of 100% cotton"]);
    assert_eq!(found("from=2026-06-02&to=2026-06-03").await, ["Daily budget"]);
    assert_eq!(found("q=cotton%20100%25").await, ["Bid of 100% cotton"], "% is a letter here");
    assert_eq!(found("q=lamp-1%20price").await, ["Price"]);
    assert_eq!(found("who=me").await.len(), 3);
    assert_eq!(found("who=nobody").await.len(), 0);
    assert_eq!(found("source=typed&store=lantern-us,other").await.len(), 3);
    assert_eq!(found("market=DE").await.len(), 0);
    server.get(&owner, "/api/v1/changes?source=rumour").await.expect(422);
    server.get(&owner, "/api/v1/changes?from=2026-06-02&to=2026-06-01").await.expect(422);
    let table = server.get(&owner, "/api/v1/changes/export?kind=ads.bid&format=csv&lang=zh-CN");
    let table = table.await.expect(200).text();
    let lines: Vec<&str> = table.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 2, "{table}");
    assert!(lines[0].contains("改动内容") && lines[1].contains("100% cotton"), "{table}");
    server.get(&owner, "/api/v1/changes/export?format=xlsx").await.expect(200);
}

#[tokio::test]
async fn done_tasks_are_asked_what_they_changed_until_somebody_says_it() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let viewer = server.user(&owner, "viewer").await;
    store(&server, &owner).await;
    let all = [finding(1, 100), finding(2, 90), finding(3, 80)];
    queue(&server, &all).await;
    let mut tasks = Vec::new();
    for one in &all {
        let path = format!("/findings/{}/accept", one.id);
        tasks.push(post(&server, &owner, &path, json!({}), 201).await["id"].clone());
    }
    let open = json!({ "kind": "x", "store": "lantern-us", "what": "x", "task": tasks[0] });
    post(&server, &owner, "/changes", open, 422).await;
    // Two are done in the list, where nobody is asked; the third says itself that nothing changed.
    for task in &tasks[..2] {
        patch(&server, &owner, &format!("/tasks/{task}"), json!({ "state": "done" }), 200).await;
    }
    post(&server, &owner, &format!("/tasks/{}/done", tasks[2]), json!({}), 200).await;
    let asked = async || {
        let told = get(&server, &viewer, "/changes/proposed").await;
        as_described(&told, "ProposedChanges");
        told["proposed"].as_array().unwrap().clone()
    };
    let proposed = asked().await;
    assert_eq!(proposed.len(), 2);
    let change =
        proposed.iter().find(|one| one["task"]["id"] == tasks[0]).unwrap()["change"].clone();
    assert_eq!((&change["seller_sku"], &change["task"]), (&json!("LAMP-1"), &tasks[0]));
    let made = post(&server, &owner, "/changes", change, 201).await;
    assert_eq!((&made["source"], &made["task"]), (&json!("task"), &tasks[0]));
    assert_eq!(asked().await.len(), 1);
    let nothing = format!("/api/v1/changes/proposed/{}", tasks[1]);
    server.call(&viewer, Method::DELETE, &nothing, None).await.expect(403);
    server.call(&owner, Method::DELETE, &nothing, None).await.expect(204);
    assert_eq!(asked().await.len(), 0);
    let stray = server.call(&owner, Method::DELETE, "/api/v1/changes/proposed/99", None).await;
    stray.expect(404);
}

#[tokio::test]
async fn rules_are_readable_and_their_thresholds_hold_where_they_are_set() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let operator = server.user(&owner, "operator").await;
    let rules = get(&server, &operator, "/rules").await;
    as_described(&rules, "Rules");
    let rules = rules["rules"].as_array().unwrap().clone();
    assert!(rules.len() >= 30, "{}", rules.len());
    let rule = rules.iter().find(|rule| rule["thresholds"][0].is_object()).unwrap();
    let (id, name) = (rule["id"].as_str().unwrap(), rule["thresholds"][0]["name"].clone());
    let path = format!("/api/v1/rules/{id}/thresholds");
    let set = |name: &Value, value: &str, scope: Value| json!({ "name": name, "value": value, "scope": scope });
    let sku = json!({ "scope": "sku", "sku": "LAMP-1" });
    let put = async |caller: &Caller, body: Value| {
        server.call(caller, Method::PUT, &path, Some(body)).await
    };
    put(&operator, set(&name, "3", sku.clone())).await.expect(403);
    put(&owner, set(&json!("none"), "3", sku.clone())).await.expect(422);
    put(&owner, set(&name, "many", sku.clone())).await.expect(422);
    put(&owner, set(&name, "3", json!({ "scope": "sku" }))).await.expect(422);
    put(&owner, set(&name, "3", json!({ "scope": "product", "sku": "x" }))).await.expect(422);
    let told = put(&owner, set(&name, "3", sku)).await.expect(200).json();
    as_described(&told, "Rule");
    assert_eq!(told["thresholds"][0]["overrides"][0]["value"], "3");
    assert_eq!(told["thresholds"][0]["overrides"][0]["scope"]["sku"], "LAMP-1");
    let name = name.as_str().unwrap();
    let gone = format!("{path}?threshold={name}&scope=sku&sku=LAMP-1");
    server.call(&owner, Method::DELETE, &gone, None).await.expect(204);
    server.call(&owner, Method::DELETE, &gone, None).await.expect(404);

    let plays = get(&server, &operator, "/plays").await;
    as_described(&plays, "Plays");
    assert!(!plays["plays"].as_array().unwrap().is_empty());
    let none = format!("/rules/{id}/preview");
    let empty = post(&server, &operator, &none, json!({}), 422).await;
    assert!(empty["error"]["says"]["zh-CN"].is_string(), "without facts: {empty}");
}

#[tokio::test]
async fn the_rules_look_at_the_facts_after_an_import_and_when_asked() {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    let mut ran = false;
    for _ in 0..600 {
        let jobs = get(&server, &owner, "/jobs").await;
        let jobs = jobs["jobs"].as_array().unwrap().clone();
        let run = jobs.iter().find(|job| job["kind"] == "findings_run");
        if let Some(run) = run.filter(|job| job["state"] == "done" || job["state"] == "failed") {
            assert_eq!(run["state"], "done", "{run}");
            ran = true;
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(ran, "after an import the rules look by themselves");
    let queue = get(&server, &owner, "/findings?state=all").await;
    as_described(&queue, "Findings");
    assert!(queue["run"]["rules"].as_u64().unwrap() >= 30, "{}", queue["run"]);
    assert_eq!(queue["run"]["problems"], json!([]), "no rule fails on few facts");
    let jobs = post(&server, &owner, "/findings/run", json!({ "day": "2026-06-05" }), 202).await;
    let job = server.finished(&owner, jobs["jobs"][0]["id"].as_i64().unwrap()).await;
    assert_eq!(job["state"], "done", "{job}");
    for path in ["/changes/detect", "/effects/measure"] {
        let jobs = post(&server, &owner, path, json!({}), 202).await;
        let job = server.finished(&owner, jobs["jobs"][0]["id"].as_i64().unwrap()).await;
        assert_eq!(job["state"], "done", "{path}: {job}");
    }
    let sku = get(&server, &owner, "/skus/lantern-us/LAMP-1?from=2026-06-01&to=2026-06-14").await;
    as_described(&sku, "Sku360");
    assert_eq!(sku["sku"]["markets"], json!(["US"]));
    assert!(sku["series"].as_array().unwrap().len() > 3, "{sku}");
    server.get(&owner, "/api/v1/skus/nowhere/LAMP-1").await.expect(404);
    let turned = "/api/v1/skus/lantern-us/LAMP-1?from=2026-06-14&to=2026-06-01";
    server.get(&owner, turned).await.expect(422);
}

#[tokio::test]
async fn a_plan_of_an_experiment_that_makes_no_sense_is_refused() {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    let plan = |field: &str, value: Value| {
        let mut plan = json!({ "kind": "groups", "title": "Images", "what": "new main image",
            "metric": "units", "store": "lantern-us", "units": ["LAMP-1"], "start": "2099-01-01",
            "days": 28 });
        plan[field] = value;
        plan
    };
    for bad in [
        plan("metric", json!("happiness")),
        plan("kind", json!("magic")),
        plan("days", json!("long")),
        plan("units", json!([])),
    ] {
        let error = post(&server, &owner, "/experiments/plan", bad, 422).await;
        assert!(error["error"]["says"]["zh-CN"].is_string(), "{error}");
    }
    let listed = get(&server, &owner, "/experiments").await;
    as_described(&listed, "Experiments");
    assert_eq!(listed["experiments"], json!([]));
}
