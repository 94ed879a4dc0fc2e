//! Figures over HTTP: metrics, the profit statement, the ledger, reconciliation, downloads.

use serde_json::{Value, json};

use crate::harness::{Caller, Server, import_settlement};

async fn with_settlement() -> (Server, Caller) {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    (server, owner)
}

fn june(mut question: Value) -> Value {
    question["from"] = json!("2026-06-01");
    question["to"] = json!("2026-06-30");
    question
}

#[tokio::test]
async fn the_scope_says_what_there_is_to_ask_about() {
    let (server, owner) = with_settlement().await;
    let scope = server.get(&owner, "/api/v1/scope").await.expect(200).json();
    assert_eq!(scope["first_day"], "2026-06-03");
    assert_eq!(scope["last_day"], "2026-06-05");
    assert_eq!(scope["markets"], json!(["US"]));
    assert_eq!(scope["reporting_currency"], "USD");
    assert!(scope["currencies"].as_array().unwrap().contains(&json!("EUR")));
    assert!(scope["last_import"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn profit_is_what_is_left_of_the_sales() {
    let (server, owner) = with_settlement().await;
    let profit = server.post(&owner, "/api/v1/profit", june(json!({}))).await.expect(200).json();
    let total = |line: &str| profit["totals"][line].as_str().unwrap_or("null").to_owned();
    assert_eq!(total("gross_sales"), "100.00", "{profit}");
    assert_eq!(total("ad_cost"), "-10.00");
    assert_eq!(total("unclassified"), "-0.51");
    assert_eq!(profit["columns"][0]["units_without_cost"], "2");
    let line = profit["lines"].as_array().unwrap().iter().find(|line| line["id"] == "net_sales");
    assert_eq!(line.unwrap()["kind"], "subtotal");
}

#[tokio::test]
async fn goods_cost_what_the_desk_says_from_its_day_on() {
    let (server, owner) = with_settlement().await;
    let product = json!({ "sku": "LAMP-1", "name": "Lamp" });
    server.post(&owner, "/api/v1/products", product).await.expect(201);
    let cost = |amount: &str| {
        let money = json!({ "amount": amount, "currency": "USD" });
        json!({ "costs": [{ "since": "2026-01-01", "cost": money }] })
    };
    let path = "/api/v1/products/LAMP-1/costs";
    server.post(&owner, path, cost("20.5")).await.expect(200);

    let profit = server.post(&owner, "/api/v1/profit", june(json!({}))).await.expect(200).json();
    assert_eq!(profit["totals"]["cogs"], "-41.00", "{profit}");
    assert_eq!(profit["totals"]["contribution_1"], "59.00");
    assert_eq!(profit["totals"]["contribution_3"], "26.00");

    // A changed cost is seen by the next question: the facts did not change, the desk did.
    server.post(&owner, path, cost("10")).await.expect(200);
    let profit = server.post(&owner, "/api/v1/profit", june(json!({}))).await.expect(200).json();
    assert_eq!(profit["totals"]["cogs"], "-20.00");
}

#[tokio::test]
async fn metrics_are_answered_by_dimension_with_totals_and_notes() {
    let (server, owner) = with_settlement().await;
    let registry = server.get(&owner, "/api/v1/metrics").await.expect(200).json();
    let first = registry["metrics"][0]["id"].as_str().unwrap();
    assert!(!first.is_empty());
    let question = june(json!({ "metrics": ["net_sales"], "by": ["seller_sku"] }));
    let answer = server.post(&owner, "/api/v1/ask", question).await.expect(200).json();
    assert_eq!(answer["totals"]["values"]["net_sales"]["value"], "100", "{answer}");
    assert!(answer["notes"]["sql"].as_str().unwrap().contains("ledger"));
    assert!(answer["notes"]["as_of"].is_null() || answer["notes"]["as_of"].is_i64());
    assert_eq!(answer["notes"]["currency"], "USD");
}

#[tokio::test]
async fn amounts_are_shown_in_the_currency_asked_for() {
    let (server, owner) = with_settlement().await;
    let question = june(json!({ "metrics": ["net_sales"], "currency": "EUR" }));
    let answer = server.post(&owner, "/api/v1/ask", question).await.expect(200).json();
    let value = answer["totals"]["values"]["net_sales"]["value"].as_str().unwrap();
    assert_ne!(value, "100", "{answer}");
    assert_eq!(answer["notes"]["currency"], "EUR");
    let unknown = june(json!({ "metrics": ["net_sales"], "currency": "EURO" }));
    let reply = server.post(&owner, "/api/v1/ask", unknown).await.expect(422);
    assert!(reply.text().contains("ISO 4217"), "{}", reply.text());
}

#[tokio::test]
async fn a_wrong_question_says_what_was_meant() {
    let (server, owner) = with_settlement().await;
    let ask = |question: Value| server.post(&owner, "/api/v1/ask", june(question));
    let metric = ask(json!({ "metrics": ["net_salse"] })).await.expect(422);
    assert_eq!(metric.code(), "invalid");
    assert!(metric.text().contains("net_sales"), "{}", metric.text());
    let dimension = ask(json!({ "metrics": ["net_sales"], "by": ["colour"] })).await.expect(422);
    assert_eq!(dimension.json()["error"]["problems"][0]["code"], "unknown_dimension");
    ask(json!({ "metrics": [] })).await.expect(422);
    let sneaky = json!({ "metrics": ["net_sales"], "where": "1=1; drop table ledger" });
    ask(sneaky).await.expect(422);
}

#[tokio::test]
async fn an_older_import_can_be_looked_back_at() {
    let (server, owner) = with_settlement().await;
    let scope = server.get(&owner, "/api/v1/scope").await.expect(200).json();
    let first = scope["last_import"].as_i64().unwrap();
    let more = crate::harness::SETTLEMENT.replace("9001", "9002");
    let fields = [("store", "lantern-us"), ("market", "US")];
    server.import(&owner, "more.txt", more.as_bytes(), &fields).await;
    let net = async |as_of: Option<i64>| {
        let question = june(json!({ "metrics": ["net_sales"], "as_of": as_of }));
        let answer = server.post(&owner, "/api/v1/ask", question).await.expect(200).json();
        answer["totals"]["values"]["net_sales"]["value"].as_str().unwrap().to_owned()
    };
    assert_eq!(net(None).await, "200");
    assert_eq!(net(Some(first)).await, "100");
}

#[tokio::test]
async fn statements_stand_beside_their_control_totals() {
    let (server, owner) = with_settlement().await;
    let found = server.get(&owner, "/api/v1/reconcile").await.expect(200).json();
    let statement = &found["statements"][0];
    assert_eq!(statement["statement"], "9001");
    assert_eq!(statement["expected"], "66.49");
    assert_eq!(statement["sum"], "66.49");
    assert_eq!(statement["difference"], "0.00");
    assert_eq!(statement["unclassified"], "-0.51");
    assert_eq!(statement["state"], "balanced");
    let none = server.get(&owner, "/api/v1/reconcile?store=other").await.expect(200).json();
    assert_eq!(none["statements"], json!([]));
}

#[tokio::test]
async fn money_nobody_knows_waits_in_quarantine() {
    let (server, owner) = with_settlement().await;
    let found = server.get(&owner, "/api/v1/quarantine").await.expect(200).json();
    let fee = &found["fee_types"][0];
    assert!(fee["fee_type"].as_str().unwrap().contains("MoonlightSurcharge"), "{found}");
    assert_eq!(fee["rows"], 1);
}

#[tokio::test]
async fn the_ledger_is_read_page_by_page() {
    let (server, owner) = with_settlement().await;
    let mut seen = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let question = june(json!({ "limit": 2, "cursor": cursor }));
        let page = server.post(&owner, "/api/v1/ledger", question).await.expect(200).json();
        assert_eq!(page["meta"]["total_rows"], 5);
        assert_eq!(page["meta"]["total"]["amount"], "66.49");
        seen.extend(page["rows"].as_array().unwrap().iter().map(|row| row["row"].clone()));
        cursor = page["meta"]["next"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(seen.len(), 5);
    let wrong = june(json!({ "cursor": "nonsense" }));
    server.post(&owner, "/api/v1/ledger", wrong).await.expect(422);
}

#[tokio::test]
async fn every_table_can_be_downloaded() {
    let (server, owner) = with_settlement().await;
    let ask = june(json!({ "metrics": ["net_sales"], "by": ["seller_sku"] }));
    let requests = [("/api/v1/ask", ask), ("/api/v1/profit", june(json!({})))];
    let ledger = ("/api/v1/ledger", june(json!({})));
    for (path, body) in requests.into_iter().chain([ledger]) {
        let csv = server.post(&owner, &format!("{path}?format=csv"), body.clone()).await;
        let csv = csv.expect(200);
        assert!(csv.text().starts_with('\u{feff}'), "{path}");
        assert!(csv.text().lines().count() > 1, "{path}");
        let xlsx = server.post(&owner, &format!("{path}?format=xlsx&lang=zh-CN"), body).await;
        let xlsx = xlsx.expect(200);
        assert!(xlsx.body.starts_with(b"PK"), "{path}");
        assert!(xlsx.header("content-disposition").contains(".xlsx"), "{path}");
    }
    let statements = server.get(&owner, "/api/v1/reconcile?format=csv").await.expect(200);
    assert!(statements.text().contains("9001"));
}
