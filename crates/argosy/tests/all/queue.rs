//! The queue of findings over HTTP: pages, decisions, files, and what cannot be.

use std::collections::BTreeMap;

use argosy_desk::{NewRun, SeenFinding};
use argosy_kernel::{Currency, Day, Money, Period, Text};
use argosy_loop::finding::{
    Cause, CauseTest, EffectPlan, Evidence, Finding, FiredThreshold, Subject, ThresholdScope, Unit,
    Working, WorkingValue, identity,
};
use axum::http::Method;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    api::strays,
    harness::{Caller, Server},
};

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn text(en: &str, zh: &str) -> Text {
    Text { en: en.to_owned(), zh_cn: zh.to_owned() }
}

/// A finding as the rules tell it: `number` makes it another one.
pub(crate) fn finding(number: u32, monthly: i64) -> Finding {
    let usd = |amount| Money::new(Decimal::from(amount), Currency::USD);
    let key = BTreeMap::from([
        ("store".to_owned(), "lantern-us".to_owned()),
        ("market".to_owned(), "US".to_owned()),
        ("seller_sku".to_owned(), format!("LAMP-{number}")),
    ]);
    let title = text("Search term spends without orders", "搜索词只花钱不出单");
    let question = json!({
        "metrics": ["ad_cost"], "from": "2026-10-01", "to": "2026-10-28", "currency": "USD",
    });
    Finding {
        id: identity("wasted_term", &key),
        rule: "ads.search_term_wastes".to_owned(),
        problem: "wasted_term".to_owned(),
        family: "ads".to_owned(),
        title: title.clone(),
        subject: Subject { kind: "sku".to_owned(), key, name: format!("lamp {number}") },
        window: Period { from: day("2026-10-01"), to: day("2026-10-28") },
        stake: usd(monthly),
        low: usd(monthly / 2),
        high: usd(monthly * 2),
        per_days: 30,
        monthly: usd(monthly),
        causes: vec![Cause {
            rule: "ads.search_term_wastes".to_owned(),
            id: "no_fit".to_owned(),
            title: text("It does not fit", "不匹配"),
            holds: true,
            tests: vec![CauseTest {
                sql: "clicks > 20".to_owned(),
                values: BTreeMap::from([("clicks".to_owned(), Some("64".to_owned()))]),
                holds: Some(true),
            }],
            plays: vec!["ads.add_negative".to_owned()],
        }],
        evidence: vec![Evidence {
            id: "ad_cost".to_owned(),
            name: text("Ad cost", "广告花费"),
            unit: Unit::Money,
            value: Some("96.00".to_owned()),
            before: None,
            question: serde_json::from_value(question).unwrap(),
        }],
        working: Working {
            stake: "ad_cost".to_owned(),
            values: vec![WorkingValue {
                id: "ad_cost".to_owned(),
                name: text("Ad cost", "广告花费"),
                unit: Unit::Money,
                sql: None,
                value: Some("96.00".to_owned()),
            }],
        },
        thresholds: vec![FiredThreshold {
            rule: "ads.search_term_wastes".to_owned(),
            name: "min_clicks".to_owned(),
            says: text("Clicks", "点击"),
            value: Decimal::from(20),
            unit: Unit::Count,
            scope: ThresholdScope::Rule,
        }],
        effect: Some(EffectPlan {
            metric: "contribution_3".to_owned(),
            scope: vec!["store".to_owned(), "seller_sku".to_owned()],
            before: 56,
            after: 28,
            wait: 3,
        }),
        joined: vec!["ads.search_term_wastes".to_owned()],
    }
}

/// Puts findings into the queue as a run of the rules would.
pub(crate) async fn queue(server: &Server, findings: &[Finding]) {
    let seen: Vec<SeenFinding> = findings
        .iter()
        .map(|one| SeenFinding {
            id: one.id.clone(),
            problem: one.problem.clone(),
            rule: one.rule.clone(),
            rules: one.joined.clone(),
            family: one.family.clone(),
            store: one.subject.key["store"].clone(),
            market: one.subject.key["market"].clone(),
            seller_sku: one.subject.key["seller_sku"].clone(),
            words: format!("{}\n{}\n{}", one.title.en, one.title.zh_cn, one.subject.name),
            monthly: one.monthly.amount,
            expected: one.monthly.amount / Decimal::TWO,
            window_from: one.window.from,
            owner: None,
            body: serde_json::to_value(one).unwrap(),
        })
        .collect();
    let run = NewRun {
        day: day("2026-10-28"),
        currency: Currency::USD,
        rules: 1,
        delivered: json!({ "ads.search_term_wastes": {
            "factor": "0.5", "low": "0.3", "high": "0.8", "n": 0,
            "says": { "en": "nothing measured yet", "zh-CN": "尚无实测" },
        } }),
        runs: json!([{ "rule": "ads.search_term_wastes", "problem": {
            "code": "too_slow", "text": { "en": "slow", "zh-CN": "慢" },
        } }]),
    };
    server.app().desk().merge_findings(&run, &seen, &|_, _| true, "argosy").await.unwrap();
}

/// Holds an answer against the description of the API.
pub(crate) fn as_described(answer: &Value, schema: &str) {
    let document = serde_json::to_value(argosy::http::openapi::document()).unwrap();
    let mut found = Vec::new();
    let schema = &document["components"]["schemas"][schema];
    assert!(schema.is_object());
    strays(&document, schema, answer, "", &mut found);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

pub(crate) async fn post(
    server: &Server,
    caller: &Caller,
    path: &str,
    body: Value,
    status: u16,
) -> Value {
    server.post(caller, &format!("/api/v1{path}"), body).await.expect(status).json()
}

#[tokio::test]
async fn the_queue_tells_what_is_worth_most_first_page_by_page() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let empty = server.get(&owner, "/api/v1/findings").await.expect(200).json();
    assert_eq!(empty["totals"]["count"], 0);
    assert!(empty["run"].is_null());
    as_described(&empty, "Findings");

    let all: Vec<Finding> = (1..=5).map(|n| finding(n, i64::from(n) * 100)).collect();
    queue(&server, &all).await;
    let first = server.get(&owner, "/api/v1/findings?limit=3").await.expect(200).json();
    as_described(&first, "Findings");
    assert_eq!(first["totals"]["monthly"], json!({ "amount": "1500.00", "currency": "USD" }));
    assert_eq!(first["findings"][0]["expected"]["amount"], "250.00");
    assert_eq!(first["findings"][0]["plays"], json!(["ads.add_negative"]));
    assert_eq!(first["run"]["problems"][0]["code"], "too_slow");
    let next = first["meta"]["next"].as_str().unwrap();
    let path = format!("/api/v1/findings?limit=3&cursor={next}");
    let rest = server.get(&owner, &path).await.expect(200).json();
    assert_eq!(rest["findings"].as_array().unwrap().len(), 2);
    assert!(rest["meta"]["next"].is_null());

    let of = async |query: &str| {
        let path = format!("/api/v1/findings?{query}");
        server.get(&owner, &path).await.expect(200).json()["totals"]["count"].clone()
    };
    assert_eq!(of("q=LAMP%203").await, 1);
    assert_eq!(of("store=lantern-us,lantern-eu&market=US").await, 5);
    assert_eq!(of("store=lantern-eu").await, 0);
    assert_eq!(of("rule=ads.search_term_wastes&family=ads").await, 5);
    assert_eq!(of("state=snoozed,dismissed").await, 0);

    let detail = format!("/api/v1/findings/{}", all[0].id);
    let detail = server.get(&owner, &detail).await.expect(200).json();
    as_described(&detail, "FindingDetail");
    assert_eq!(detail["history"][0]["stake"]["amount"], "100.00");
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_in_both_languages() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let get = async |path: &str, status: u16| {
        let error = server.get(&owner, &format!("/api/v1{path}")).await.expect(status).json();
        error["error"].clone()
    };
    for path in
        ["/findings?state=lost", "/findings?cursor=x", "/tasks?state=lost", "/tasks?cursor=x"]
    {
        let error = get(path, 422).await;
        assert!(error["says"]["zh-CN"].is_string(), "{path}: {error}");
    }
    for path in ["/findings/0123456789abcdef", "/tasks/77", "/effects/77", "/experiments/77"] {
        let error = get(path, 404).await;
        assert!(error["says"]["zh-CN"].is_string(), "{path}: {error}");
    }
    assert_eq!(get("/rules/none.such", 404).await["code"], "not_found");
    let run = json!({ "rules": ["none.such"] });
    post(&server, &owner, "/findings/run", run, 422).await;
    post(&server, &owner, "/findings/run", json!({ "day": "2999-01-01" }), 422).await;
}

#[tokio::test]
async fn a_finding_is_accepted_once_and_the_second_hears_by_whom() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let operator = server.user(&owner, "operator").await;
    let viewer = server.user(&owner, "viewer").await;
    let one = finding(1, 100);
    queue(&server, std::slice::from_ref(&one)).await;
    let path = format!("/findings/{}/accept", one.id);
    post(&server, &viewer, &path, json!({}), 403).await;

    let bad = [
        json!({ "due": "2020-01-01" }),
        json!({ "owner": "nobody" }),
        json!({ "play": "none.such" }),
        json!({ "note": "x".repeat(5_000) }),
        json!({ "promise": { "metric": "happiness", "amount": "1", "currency": "USD",
            "date": "2099-01-01" } }),
    ];
    for body in bad {
        let error = post(&server, &operator, &path, body.clone(), 422).await;
        assert!(error["error"]["says"]["zh-CN"].is_string(), "{body}: {error}");
    }
    let promise = json!({ "metric": "contribution_3", "amount": "80.00", "currency": "USD",
        "date": "2099-01-01" });
    let said = json!({ "owner": "me", "promise": promise, "revision": 1 });
    let task = post(&server, &operator, &path, said, 201).await;
    as_described(&task, "Task");
    assert_eq!((task["owner"].as_str(), task["state"].as_str()), (Some("operator"), Some("todo")));
    assert_eq!(task["promise"]["amount"], "80.00");
    assert_eq!(task["subject"]["name"], "lamp 1");
    assert!(!task["checklist"].as_array().unwrap().is_empty(), "from the play: {task}");
    assert!(task["says"]["zh-CN"].as_str().unwrap().contains("lamp 1"));

    let error = post(&server, &owner, &path, json!({}), 409).await;
    let says = &error["error"]["says"];
    assert!(says["en"].as_str().unwrap().contains("operator"), "{says}");
    assert!(says["zh-CN"].as_str().unwrap().contains("operator"), "{says}");

    let reopen = format!("/findings/{}/reopen", one.id);
    let open = post(&server, &owner, &reopen, json!({}), 200).await;
    assert_eq!((open["state"].as_str(), open["task_id"].is_null()), (Some("new"), true));
    let dropped = server.get(&owner, "/api/v1/tasks?state=dropped").await.expect(200).json();
    assert_eq!(dropped["tasks"][0]["id"], task["id"]);
}

#[tokio::test]
async fn findings_are_put_off_and_dismissed_with_a_reason() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let all = [finding(1, 100), finding(2, 200), finding(3, 300)];
    queue(&server, &all).await;
    let path = |n: usize, verb: &str| format!("/findings/{}/{verb}", all[n].id);
    post(&server, &owner, &path(0, "snooze"), json!({ "until": "2020-01-01" }), 422).await;
    post(&server, &owner, &path(0, "snooze"), json!({ "until": "2999-01-01" }), 422).await;
    let tomorrow = chrono::Utc::now().date_naive() + chrono::Days::new(1);
    let put_off =
        post(&server, &owner, &path(0, "snooze"), json!({ "until": tomorrow }), 200).await;
    as_described(&put_off, "Finding");
    assert_eq!(put_off["snoozed_until"], json!(tomorrow));

    post(&server, &owner, &path(1, "dismiss"), json!({ "reason": "bored" }), 422).await;
    post(&server, &owner, &path(1, "dismiss"), json!({ "reason": "other", "note": " " }), 422)
        .await;
    let said = json!({ "reason": "other", "note": "the listing ends" });
    let away = post(&server, &owner, &path(1, "dismiss"), said, 200).await;
    assert_eq!(away["dismissed"]["who"], "owner");
    assert_eq!(away["dismissed"]["note"], "the listing ends");

    // The third was changed after it was looked at.
    let stale = json!({ "reason": "known", "revision": 7 });
    assert_eq!(
        post(&server, &owner, &path(2, "dismiss"), stale, 409).await["error"]["code"],
        "conflict"
    );
    let batch = json!({
        "ids": [all[0].id, all[1].id, "ffffffffffffffff", all[2].id],
        "action": { "kind": "dismiss", "reason": "known" },
    });
    let result = post(&server, &owner, "/findings/batch", batch, 200).await;
    as_described(&result, "BatchResult");
    assert_eq!(result["done"], json!([all[0].id, all[2].id]));
    assert_eq!(result["failed"][0]["code"], "conflict");
    assert_eq!(result["failed"][1]["code"], "not_found");
}

#[tokio::test]
async fn the_queue_goes_out_as_a_table_and_decisions_come_back() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let mut evil = finding(3, 300);
    evil.subject.name = "=cmd|' /C calc'!A0".to_owned();
    let all = [finding(1, 100), finding(2, 200), evil];
    queue(&server, &all).await;
    let book = server.get(&owner, "/api/v1/findings/export?format=xlsx").await.expect(200);
    assert!(book.body.starts_with(b"PK"));
    let csv = server.get(&owner, "/api/v1/findings/export?format=csv&lang=zh-CN").await.expect(200);
    let csv = csv.text();
    assert!(csv.contains("搜索词只花钱不出单") && csv.contains("'=cmd"), "{csv}");

    let unchanged = [("findings.csv", csv.as_bytes())];
    let path = "/api/v1/findings/import";
    let same = server.upload(&owner, path, &unchanged, &[]).await.expect(200).json();
    assert_eq!(same, json!({ "done": [], "failed": [] }));

    let sheet = format!(
        "编号,状态,负责人,忽略原因\n{},已接受,owner,\n{},已忽略,,已知\n{},done,,\n",
        all[0].id, all[1].id, all[2].id
    );
    let files = [("findings.csv", sheet.as_bytes())];
    let result = server.upload(&owner, path, &files, &[]).await.expect(200).json();
    assert_eq!(result["done"], json!([all[0].id, all[1].id]), "{result}");
    assert_eq!(result["failed"][0]["id"], json!(all[2].id));
    let tasks = server.get(&owner, "/api/v1/tasks").await.expect(200).json();
    assert_eq!(tasks["tasks"][0]["owner"], "owner");

    let book_again = [("findings.xlsx", book.body.as_slice())];
    let late = server.upload(&owner, path, &book_again, &[]).await.expect(200).json();
    assert_eq!(late["done"].as_array().unwrap().len(), 2, "as they were: {late}");
    let junk = [("findings.xlsx", b"PK\x03\x04 not a workbook".as_slice())];
    server.upload(&owner, path, &junk, &[]).await.expect(422);
    let other = [("x.csv", b"a,b\n1,2\n".as_slice())];
    server.upload(&owner, path, &other, &[]).await.expect(422);
}

#[tokio::test]
async fn five_thousand_findings_are_read_page_by_page() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let all: Vec<Finding> = (0..5_000).map(|n| finding(n, i64::from(n % 900) + 1)).collect();
    queue(&server, &all).await;
    let mut cursor = String::new();
    let mut fastest = std::time::Duration::MAX;
    for _ in 0..5 {
        let begin = std::time::Instant::now();
        let path = format!("/api/v1/findings?limit=50&q=lamp&cursor={cursor}");
        let page = server.get(&owner, &path).await.expect(200).json();
        fastest = fastest.min(begin.elapsed());
        cursor = page["meta"]["next"].as_str().unwrap().to_owned();
        assert_eq!(page["totals"]["count"], 5_000);
    }
    // No measurement, only no disaster: tests run unoptimised, beside others.
    println!("a page of 5,000 findings: {} ms", fastest.as_millis());
    assert!(fastest.as_secs() < 5, "{} ms", fastest.as_millis());
}

#[tokio::test]
async fn views_owners_and_people_are_kept_and_refused() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let operator = server.user(&owner, "operator").await;
    let view = json!({ "page": "today", "name": "Ads", "search": { "family": "ads" } });
    let put = |path: &'static str, body: Value| {
        let caller = operator.clone();
        let server = &server;
        async move { server.call(&caller, Method::PUT, path, Some(body)).await }
    };
    let saved = put("/api/v1/views", view).await.expect(200).json();
    let nameless = json!({ "page": "today", "name": " ", "search": {} });
    put("/api/v1/views", nameless).await.expect(422);
    let seen = server.get(&owner, "/api/v1/views?page=today").await.expect(200).json();
    assert_eq!(seen["views"], json!([]), "each one's own");
    let path = format!("/api/v1/views/{}", saved["id"]);
    server.call(&owner, Method::DELETE, &path, None).await.expect(404);
    server.call(&operator, Method::DELETE, &path, None).await.expect(204);

    let people = server.get(&operator, "/api/v1/people").await.expect(200).json();
    let me: Vec<&Value> =
        people["people"].as_array().unwrap().iter().filter(|one| one["me"] == true).collect();
    assert_eq!(me, [&json!({ "login": "operator", "role": "operator", "me": true })]);

    let of = json!({ "scope": { "scope": "store", "name": "lantern-us" }, "user": "operator" });
    put("/api/v1/owners", of.clone()).await.expect(403);
    let named = server.call(&owner, Method::PUT, "/api/v1/owners", Some(of)).await;
    assert_eq!(named.expect(200).json()["owners"][0]["user"], "operator");
    let nobody = json!({ "scope": { "scope": "planet", "name": "x" }, "user": "operator" });
    server.call(&owner, Method::PUT, "/api/v1/owners", Some(nobody)).await.expect(422);
    let path = "/api/v1/owners?scope=store&name=lantern-us";
    server.call(&owner, Method::DELETE, path, None).await.expect(204);
    server.call(&owner, Method::DELETE, path, None).await.expect(404);
}
