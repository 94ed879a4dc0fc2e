//! What the books say beside the profit statement, as programs ask for it.

use serde_json::{Value, json};

use crate::harness::{Caller, Server, import_settlement};

async fn with_settlement() -> (Server, Caller) {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    (server, owner)
}

const ORDERS: &str = "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\t\
order-status\tfulfillment-channel\tsales-channel\torder-channel\turl\tship-service-level\t\
product-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\titem-tax\tshipping-price\t\
shipping-tax\tgift-wrap-price\tgift-wrap-tax\titem-promotion-discount\tship-promotion-discount\t\
ship-city\tship-state\tship-postal-code\tship-country\tpromotion-ids\n\
222-1111111-1111111\t\t2026-06-12T10:00:00+00:00\t2026-06-12T11:00:00+00:00\tShipped\tAmazon\t\
Amazon.com\t\t\tStandard\tLamp\tLAMP-1\tB000000001\tShipped\t1\tUSD\t50.00\t0\t0\t0\t0\t0\t0\t0\t\t\t\tUS\t\n";

#[tokio::test]
async fn the_account_stands_on_both_bases_side_by_side() {
    let (server, owner) = with_settlement().await;
    let fields = [("store", "lantern-us"), ("market", "US")];
    let job = server.import(&owner, "orders.txt", ORDERS.as_bytes(), &fields).await;
    assert_eq!(job["result"]["state"], "done", "{job}");
    let ask = json!({ "from": "2026-06-01", "to": "2026-06-30" });
    let both = server.post(&owner, "/api/v1/profit/bases", ask).await.expect(200).json();
    // The order is on its way: no statement tells it yet.
    assert_eq!(both["settlement"]["totals"]["gross_sales"], "100.00", "{both}");
    assert_eq!(both["order"]["totals"]["gross_sales"], "150.00");
    assert_eq!(both["order"]["notes"]["basis"], "order");

    let ask = json!({ "at": "2026-06-20" });
    let found = server.post(&owner, "/api/v1/unsettled", ask).await.expect(200).json();
    assert_eq!(found["orders_total"], "50", "{found}");
    assert_eq!(found["orders"][0]["age"], "8-14");
    assert_eq!((&found["deferred"], &found["currency"]), (&json!([]), &json!("USD")));
}

#[tokio::test]
async fn the_chart_names_every_line_and_what_can_be_booked_to() {
    let (server, owner) = with_settlement().await;
    let chart = server.get(&owner, "/api/v1/chart").await.expect(200).json();
    let line = |id: &str| -> Value {
        let lines = chart["lines"].as_array().unwrap();
        lines.iter().find(|line| line["id"] == id).unwrap_or(&Value::Null).clone()
    };
    assert_eq!(line("referral_fee")["bookable"], true);
    assert_eq!(line("cogs")["bookable"], false);
    assert_eq!(line("referral_fee")["stage"], "channel");
    assert!(!line("referral_fee")["name"]["zh-CN"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn known_reports_and_the_tables_to_map_to_are_listed() {
    let (server, owner) = with_settlement().await;
    let known = server.get(&owner, "/api/v1/reports").await.expect(200).json();
    let ids: Vec<&str> =
        known["reports"].as_array().unwrap().iter().filter_map(|one| one["id"].as_str()).collect();
    assert!(ids.contains(&"amazon.settlement_v2"), "{ids:?}");
    let tables = server.get(&owner, "/api/v1/mappings/tables").await.expect(200).json();
    let orders = tables["tables"].as_array().unwrap().iter().find(|one| one["name"] == "orders");
    let columns = orders.unwrap()["columns"].as_array().unwrap();
    let order = columns.iter().find(|column| column["name"] == "order_id").unwrap();
    assert_eq!((&order["required"], &order["names"]["zh-CN"]), (&json!(true), &json!("订单号")));
    assert!(tables["kinds"].as_array().unwrap().contains(&json!("instant")));
}

#[tokio::test]
async fn the_files_of_facts_are_named_and_made_anew() {
    let (server, owner) = with_settlement().await;
    let files = async |query: &str| {
        let path = format!("/api/v1/files{query}");
        server.get(&owner, &path).await.expect(200).json()["files"].clone()
    };
    let before = files("").await;
    assert!(before["ledger"].as_array().is_some_and(|files| !files.is_empty()), "{before}");
    assert!(before["controls"].is_array());
    assert_eq!(files("?table=ads").await, json!({}));
    assert_eq!(files("?as_of=0").await, json!({}));
    let jobs = server.post(&owner, "/api/v1/rebuild", json!({})).await.expect(202).json();
    let job = server.finished(&owner, jobs["jobs"][0]["id"].as_i64().unwrap()).await;
    assert_eq!((&job["state"], &job["result"]["rows"]), (&json!("done"), &json!(6)), "{job}");
    let ask = json!({ "from": "2026-06-01", "to": "2026-06-30" });
    let profit = server.post(&owner, "/api/v1/profit", ask).await.expect(200).json();
    assert_eq!(profit["totals"]["gross_sales"], "100.00");
}

#[tokio::test]
async fn goods_that_find_no_warehouse_are_a_problem_of_costs() {
    let (server, owner) = with_settlement().await;
    let problems = async || {
        let found = server.get(&owner, "/api/v1/costs/problems").await.expect(200).json();
        found["problems"].clone()
    };
    assert_eq!(problems().await, json!([]));
    let product = json!({ "sku": "LAMP-1", "name": "Lamp" });
    server.post(&owner, "/api/v1/products", product).await.expect(201);
    for place in ["East", "West"] {
        let line = json!({ "kind": "purchase", "received": "2026-05-02", "place": place,
                           "sku": "LAMP-1", "units": 9,
                           "unit_cost": { "amount": "10.00", "currency": "USD" } });
        let path = format!("/api/v1/purchases/PO-{place}");
        let body = json!({ "lines": [line] });
        server.call(&owner, axum::http::Method::PUT, &path, Some(body)).await.expect(200);
    }
    assert_eq!(problems().await[0]["code"], "no_warehouse");
}

#[tokio::test]
async fn only_what_was_loaded_has_been_seen() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let fields = [("store", "lantern-us"), ("market", "US")];
    server.import(&owner, "letter.txt", b"Dear seller,\nthank you.\n", &fields).await;
    assert_eq!(server.app().desk_data().await.unwrap().seen, None);
    import_settlement(&server, &owner).await;
    assert!(server.app().desk_data().await.unwrap().seen.is_some());
}
