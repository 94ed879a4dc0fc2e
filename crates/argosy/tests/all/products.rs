//! Products, costs, pairings, rates, templates.

use axum::http::Method;
use serde_json::json;

use crate::harness::{Server, import_settlement};

#[tokio::test]
async fn a_product_is_made_changed_and_deleted() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let new = json!({ "sku": "LAMP-1", "name": "Lamp", "brand": "Lantern" });
    server.post(&owner, "/api/v1/products", new.clone()).await.expect(201);
    assert_eq!(server.post(&owner, "/api/v1/products", new).await.expect(409).code(), "conflict");
    let path = "/api/v1/products/LAMP-1";
    let change = json!({ "name": "Desk lamp", "brand": "" });
    let changed = server.call(&owner, Method::PATCH, path, Some(change)).await.expect(200).json();
    assert_eq!(changed["name"], "Desk lamp");
    assert!(changed["brand"].is_null());
    let found = server.get(&owner, "/api/v1/products?q=desk").await.expect(200).json();
    assert_eq!(found["meta"]["total"], 1);
    server.call(&owner, Method::DELETE, path, None).await.expect(204);
    server.call(&owner, Method::PATCH, path, Some(json!({}))).await.expect(404);
}

#[tokio::test]
async fn products_come_page_by_page() {
    let server = Server::start().await;
    let owner = server.owner().await;
    for sku in ["A", "B", "C"] {
        let new = json!({ "sku": sku, "name": sku });
        server.post(&owner, "/api/v1/products", new).await.expect(201);
    }
    let first = server.get(&owner, "/api/v1/products?limit=2").await.expect(200).json();
    assert_eq!(first["meta"], json!({ "next": "B", "total": 3 }));
    let rest = server.get(&owner, "/api/v1/products?limit=2&cursor=B").await.expect(200).json();
    assert_eq!(rest["products"][0]["sku"], "C");
    assert!(rest["meta"]["next"].is_null());
}

#[tokio::test]
async fn a_listing_without_product_waits_until_it_is_paired() {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    let new = json!({ "sku": "lamp1", "name": "Lamp" });
    server.post(&owner, "/api/v1/products", new).await.expect(201);
    let waiting = server.get(&owner, "/api/v1/products/unpaired").await.expect(200).json();
    assert_eq!(waiting["unpaired"][0]["seller_sku"], "LAMP-1", "{waiting}");
    assert_eq!(waiting["unpaired"][0]["units"], "2");
    assert_eq!(waiting["unpaired"][0]["suggestion"], "lamp1");

    let pairing = json!({ "store": "lantern-us", "seller_sku": "LAMP-1", "sku": "lamp1" });
    let body = json!({ "pairings": [pairing] });
    server.post(&owner, "/api/v1/pairings", body).await.expect(200);

    let waiting = server.get(&owner, "/api/v1/products/unpaired").await.expect(200).json();
    assert_eq!(waiting["unpaired"], json!([]));
    let path = "/api/v1/pairings?store=lantern-us&seller_sku=LAMP-1";
    server.call(&owner, Method::DELETE, path, None).await.expect(204);
    server.call(&owner, Method::DELETE, path, None).await.expect(404);
}

#[tokio::test]
async fn own_rates_are_kept_beside_the_central_banks() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let rate = json!({ "day": "2026-06-01", "currency": "USD", "per_eur": "1.25" });
    let body = json!({ "rates": [rate] });
    let rates = server.post(&owner, "/api/v1/fx", body).await.expect(200).json();
    assert_eq!(rates["own"][0]["per_eur"], "1.25");
    assert!(rates["currencies"].as_array().unwrap().len() > 20);
    assert!(rates["last_day"].is_string());
    let wrong = json!({ "rates": [{ "day": "2026-06-01", "currency": "USD", "per_eur": "x" }] });
    server.post(&owner, "/api/v1/fx", wrong).await.expect(422);
    let path = "/api/v1/fx?day=2026-06-01&currency=USD";
    server.call(&owner, Method::DELETE, path, None).await.expect(204);
}

#[tokio::test]
async fn a_filled_template_comes_back_as_costs() {
    let server = Server::start().await;
    let owner = server.owner().await;
    for file in ["product_costs.xlsx", "pairing.xlsx", "fx_rates.xlsx", "expenses.xlsx"] {
        let path = format!("/api/v1/templates/{file}");
        let reply = server.get(&owner, &path).await.expect(200);
        assert!(reply.body.starts_with(b"PK"), "{file}");
    }
    server.get(&owner, "/api/v1/templates/passwords.csv").await.expect(404);
    let template = server.get(&owner, "/api/v1/templates/product_costs.csv").await.expect(200);
    let header = template.text().trim_start_matches('\u{feff}').to_owned();
    let filled = format!("{header}LAMP-1,Lamp,,,,2026-01-01,20.50,USD,landed\r\n");
    let files = [("costs.csv", filled.as_bytes())];

    let jobs = server.upload(&owner, "/api/v1/products/import", &files, &[]).await.expect(202);

    let id = jobs.json()["jobs"][0]["id"].as_i64().unwrap();
    let job = server.finished(&owner, id).await;
    assert_eq!(job["result"]["state"], "done", "{job}");
    let products = server.get(&owner, "/api/v1/products").await.expect(200).json();
    let product = &products["products"][0];
    assert_eq!(product["sku"], "LAMP-1", "{products}");
    let money = json!({ "amount": "20.50", "currency": "USD" });
    assert_eq!(product["costs"][0]["cost"], money);
}
