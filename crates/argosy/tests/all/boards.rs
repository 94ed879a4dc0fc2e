//! Boards over HTTP: every one of them, on nothing and on facts; actions as jobs; rules that read
//! them.

use std::fs;

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    api::strays,
    harness::{Caller, Server, import_settlement},
};

async fn boards(server: &Server, caller: &Caller) -> Vec<Value> {
    let all = server.get(caller, "/api/v1/boards").await.expect(200).json();
    all["boards"].as_array().unwrap().clone()
}

/// A product with sales, paired, and a supplier of it.
async fn seller(server: &Server, owner: &Caller) {
    import_settlement(server, owner).await;
    server.post(owner, "/api/v1/products", json!({ "sku": "LAMP", "name": "Lamp" })).await;
    let pairing = json!({ "store": "lantern-us", "seller_sku": "LAMP-1", "sku": "LAMP" });
    server.post(owner, "/api/v1/pairings", json!({ "pairings": [pairing] })).await.expect(200);
    let body = json!({ "code": "S1", "name": "Lantern works", "lead_days": 30 });
    let made = server.post(owner, "/api/v1/records/supplier", json!({ "body": body })).await;
    made.expect(201);
}

#[tokio::test]
async fn every_board_of_the_menu_answers_as_described_on_nothing_and_on_facts() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let document = serde_json::to_value(argosy::http::openapi::document()).unwrap();
    let shape = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let known = boards(&server, &owner).await;
    assert!(known.len() >= 10, "{}", known.len());
    let mut found = Vec::new();
    for with_facts in [false, true] {
        if with_facts {
            seller(&server, &owner).await;
        }
        for board in &known {
            let id = board["id"].as_str().unwrap();
            let path = format!("/api/v1/boards/{id}");
            let reply = server.get(&owner, &format!("{path}/rows")).await;
            if reply.status.as_u16() == 422 {
                // It may need to be told something first; then it says what.
                assert!(reply.json()["error"]["says"]["zh-CN"].is_string(), "{}", reply.text());
                continue;
            }
            assert_eq!(reply.status.as_u16(), 200, "{id}: {}", reply.text());
            let rows = reply.json();
            strays(&document, &shape("Board"), &rows, id, &mut found);
            let columns: Vec<&str> = board["columns"]
                .as_array()
                .unwrap()
                .iter()
                .map(|column| column["id"].as_str().unwrap())
                .collect();
            for row in rows["rows"].as_array().unwrap() {
                for cell in row["cells"].as_object().unwrap().keys() {
                    assert!(columns.contains(&cell.as_str()), "{id}: {cell} is no column of it");
                }
            }
            if let Some(row) = rows["rows"][0]["id"].as_str() {
                let row: String = row.bytes().map(|byte| format!("%{byte:02X}")).collect();
                let path = format!("{path}/rows/detail?row={row}");
                let detail = server.get(&owner, &path).await.expect(200).json();
                strays(&document, &shape("BoardDetailAnswer"), &detail, id, &mut found);
            }
            for query in ["lang=en", "format=csv&lang=zh-CN"] {
                server.get(&owner, &format!("{path}/export?{query}")).await.expect(200);
            }
            let wrong = server.get(&owner, &format!("{path}/rows?no_such=1")).await.expect(422);
            assert_eq!(wrong.code(), "invalid_records", "{id}: {}", wrong.text());
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn what_takes_long_becomes_a_job_and_tells_what_it_did() {
    let server = Server::start().await;
    let owner = server.owner().await;
    seller(&server, &owner).await;
    let viewer = server.user(&owner, "viewer").await;
    let mut tried = 0;
    for board in boards(&server, &owner).await {
        for action in board["actions"].as_array().unwrap() {
            let needs = |field: &Value| field["required"] == true && field["default"].is_null();
            let asks = action["fields"].as_array().unwrap().iter().any(needs);
            if action["job"] != true || action["on"] != "whole" || asks {
                continue;
            }
            let (board, action) = (board["id"].as_str().unwrap(), action["id"].as_str().unwrap());
            let path = format!("/api/v1/boards/{board}/actions/{action}");
            server.post(&viewer, &path, json!({})).await.expect(403);
            let begun = server.post(&owner, &path, json!({})).await.expect(202).json();
            assert!(begun["done"].is_null(), "{begun}");
            assert_eq!(begun["job"]["subject"], format!("{board} · {action}"));
            let job = server.finished(&owner, begun["job"]["id"].as_i64().unwrap()).await;
            // It may have nothing to work on; then it says so in words.
            match job["state"].as_str() {
                Some("done") => {
                    assert!(job["result"]["done"]["says"]["zh-CN"].is_string(), "{job}");
                }
                _ => assert!(job["error"].as_str().is_some_and(|text| text.len() > 10), "{job}"),
            }
            tried += 1;
        }
    }
    assert!(tried > 0, "no board has an action that takes long");
}

/// A rule of the company over a board.
fn rule(column: &str) -> String {
    format!(
        r#"schema = 1
id = "stock.noted"
version = "2026-11-23"
title = {{ en = "Product noted", zh-CN = "已登记产品" }}
says = {{ en = "A product that is noted.", zh-CN = "产品已登记。" }}
source = "test"
family = "stock"
subject = "sku"
grain = ["sku"]
window = "28d"
per = "30d"
problem = "noted"
join = ["sku"]
when = "known = 1"
stake = "10"
stake_low = "10"
stake_high = "10"
evidence = ["known"]

[[input]]
name = "items"
sql = "select {column} as sku, 1 as known from board_items"

[label.known]
name = {{ en = "Known", zh-CN = "已知" }}
unit = "count"

[[cause]]
id = "new"
title = {{ en = "It is new", zh-CN = "新产品" }}
test = "true"
plays = []

[[example]]
given = {{ known = 1 }}
expect = {{ fires = true, cause = "new", stake = "10.00" }}
"#
    )
}

#[tokio::test]
async fn a_rule_reads_a_board_and_one_that_names_no_column_of_it_is_told_at_once() {
    let server = Server::start().await;
    let owner = server.owner().await;
    seller(&server, &owner).await;
    let folder = server.home().join("knowledge/rules/stock");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("noted.toml");
    fs::write(&file, rule("sku")).unwrap();
    let server = server.restart().await;
    assert_eq!(server.app().refused(), []);

    let said = json!({ "rules": ["stock.noted"] });
    let begun = server.post(&owner, "/api/v1/findings/run", said).await.expect(202).json();
    let job = server.finished(&owner, begun["jobs"][0]["id"].as_i64().unwrap()).await;
    assert_eq!(job["state"], "done", "{job}");
    let path = "/api/v1/findings?rule=stock.noted";
    let found = server.get(&owner, path).await.expect(200).json();
    assert_eq!(found["run"]["problems"], json!([]), "{found}");
    assert_eq!(found["totals"]["count"], 1, "{found}");
    assert_eq!(found["findings"][0]["subject"]["key"]["sku"], "LAMP", "{found}");

    fs::write(&file, rule("skuu")).unwrap();
    let server = server.restart().await;
    let refused = server.app().refused();
    assert_eq!(refused[0].file, "rules/stock/noted.toml", "{refused:?}");
    assert!(refused[0].message.contains("skuu"), "{refused:?}");
}

#[tokio::test]
async fn a_wrong_kind_of_the_company_is_left_out_and_told() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let folder = server.home().join("knowledge/records/product");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("supplier.toml"), "schema = 1\nid = \"supplier\"\n").unwrap();
    let server = server.restart().await;
    let refused = server.app().refused();
    assert_eq!(refused[0].file, "records/product/supplier.toml", "{refused:?}");
    let kind = server.get(&owner, "/api/v1/kinds/supplier").await.expect(200).json();
    assert_eq!(kind["label"], "name", "the built-in file counts again: {kind}");
    let check = server.get(&owner, "/api/v1/check").await.expect(200);
    assert!(check.text().contains("records/product/supplier.toml"), "{}", check.text());
}

#[tokio::test]
async fn an_action_with_rows_is_refused_without_one() {
    let server = Server::start().await;
    let owner = server.owner().await;
    for board in boards(&server, &owner).await {
        for action in board["actions"].as_array().unwrap() {
            if action["on"] == "whole" {
                continue;
            }
            let (board, action) = (board["id"].as_str().unwrap(), action["id"].as_str().unwrap());
            let path = format!("/api/v1/boards/{board}/actions/{action}");
            let reply = server.call(&owner, Method::POST, &path, Some(json!({}))).await.expect(422);
            assert!(reply.json()["error"]["says"]["zh-CN"].is_string(), "{path}");
        }
    }
}
