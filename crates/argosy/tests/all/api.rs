//! The shape of the API: one error envelope, one description, headers on every answer.

use axum::{
    body::Body,
    http::{Method, Request},
};

use serde_json::{Value, json};

use crate::harness::{Caller, SETTLEMENT, Server, import_settlement};

#[test]
fn the_committed_description_is_the_one_the_handlers_give() {
    let committed = include_str!("../../../../web/openapi.json");
    assert!(
        committed == argosy::http::openapi::json(),
        "web/openapi.json is stale: run `cargo run -p argosy -- openapi > web/openapi.json`, then \
         regenerate the web client"
    );
}

#[test]
fn every_operation_says_what_it_needs_and_how_it_fails() {
    let document = serde_json::to_value(argosy::http::openapi::document()).unwrap();
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(path.starts_with("/api/v1/"), "{path}");
        for (method, operation) in item.as_object().unwrap() {
            let needs = operation["x-permission"].as_str().unwrap_or_default();
            let known = ["public", "read", "import", "work", "edit", "administer"];
            assert!(known.contains(&needs), "{method} {path} needs `{needs}`");
            assert!(operation["responses"]["default"].is_object(), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            operations += 1;
        }
    }
    assert!(operations > 40, "{operations}");
}

/// What of `value` the description of its schema does not allow.
pub(crate) fn strays(
    document: &Value,
    schema: &Value,
    value: &Value,
    place: &str,
    found: &mut Vec<String>,
) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.trim_start_matches("#/components/schemas/");
        return strays(document, &document["components"]["schemas"][name], value, place, found);
    }
    if let Some(options) = schema["oneOf"].as_array() {
        let fits = |option: &Value| {
            let mut inner = Vec::new();
            strays(document, option, value, place, &mut inner);
            inner.is_empty()
        };
        if !options.iter().any(fits) {
            found.push(format!("{place} is none of the described: {value}"));
        }
        return;
    }
    if let Some(names) = schema["enum"].as_array()
        && !names.contains(value)
    {
        found.push(format!("{place} is {value}, not one of {names:?}"));
    }
    if let Some(parts) = schema["allOf"].as_array() {
        // What one part does not know another may: they are one object together.
        let mut whole = json!({ "type": "object", "properties": {}, "required": [] });
        for part in parts {
            let name = part["$ref"].as_str().unwrap_or_default();
            let name = name.trim_start_matches("#/components/schemas/");
            let part =
                if name.is_empty() { part } else { &document["components"]["schemas"][name] };
            for (name, schema) in part["properties"].as_object().into_iter().flatten() {
                whole["properties"][name] = schema.clone();
            }
            let required = part["required"].as_array().cloned().unwrap_or_default();
            whole["required"].as_array_mut().unwrap().extend(required);
        }
        return strays(document, &whole, value, place, found);
    }
    let kinds = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return,
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) if kinds.contains(&"number") => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.contains(&kind) {
        found.push(format!("{place} is {value}, not {kinds:?}"));
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        strays(document, &schema["items"], item, &format!("{place}/{at}"), found);
    }
    let Some(properties) = schema["properties"].as_object() else { return };
    for (name, inner) in value.as_object().into_iter().flatten() {
        match properties.get(name) {
            Some(schema) => strays(document, schema, inner, &format!("{place}/{name}"), found),
            None => found.push(format!("{place}/{name} is not described")),
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.is_object() && value.get(name).is_none() {
            found.push(format!("{place}/{name} is missing"));
        }
    }
}

#[tokio::test]
async fn books_and_costs_answer_as_they_are_described() {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    let second = SETTLEMENT.replace("9001", "9002").replace("2026-06-", "2026-07-");
    let fields = [("store", "lantern-us"), ("market", "US")];
    server.import(&owner, "july.txt", second.as_bytes(), &fields).await;
    server.post(&owner, "/api/v1/products", json!({ "sku": "LAMP", "name": "Lamp" })).await;
    let pairing = json!({ "store": "lantern-us", "seller_sku": "LAMP-1", "sku": "LAMP" });
    server.post(&owner, "/api/v1/pairings", pairing).await;
    let put = async |path: &str, body: Value| {
        server.call(&owner, Method::PUT, path, Some(body)).await.expect(200)
    };
    let money = json!({ "amount": "10.00", "currency": "USD" });
    let line = json!({ "kind": "purchase", "received": "2026-05-01", "place": "FBA", "sku": "LAMP",
                       "units": 100, "unit_cost": money, "unit_weight": "1.5" });
    put("/api/v1/purchases/P1", json!({ "lines": [line] })).await;
    let line = json!({ "kind": "freight", "day": "2026-05-02", "amount": money, "split": "units",
                       "applies_to": ["P1", "P9"] });
    put("/api/v1/freight/F1", json!({ "lines": [line] })).await;
    put("/api/v1/warehouses", json!({ "rules": [{ "store": "lantern-us", "warehouse": "FBA" }] }))
        .await;

    let document = serde_json::to_value(argosy::http::openapi::document()).unwrap();
    let mut found = Vec::new();
    for path in [
        "/purchases",
        "/freight",
        "/warehouses",
        "/costs/stock_value?day=2026-07-31",
        "/costs/flow?sku=LAMP",
        "/costs/problems",
        "/settings/money",
        "/reconcile/chain",
        "/reconcile/bank",
        "/reconcile/proof",
        "/reconcile/orders",
        "/reconcile/economics",
        "/data_health",
    ] {
        let answer = server.get(&owner, &format!("/api/v1{path}")).await.expect(200).json();
        let route = format!("/api/v1{}", path.split('?').next().unwrap());
        let content = &document["paths"][&route]["get"]["responses"]["200"]["content"];
        let schema = &content["application/json"]["schema"];
        assert!(schema.get("$ref").is_some(), "{path} has no shape of its own: {schema}");
        strays(&document, schema, &answer, path, &mut found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    let flow = server.get(&owner, "/api/v1/costs/flow?sku=LAMP").await.expect(200).json();
    assert_eq!(flow["steps"][0]["event"], "purchase", "{flow}");
}

#[tokio::test]
async fn what_people_do_wrong_is_said_in_both_languages() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let store = json!({ "name": "a", "channel": "amazon", "market": "Mars" });
    let reply = server.post(&owner, "/api/v1/stores", store).await;
    let error = reply.expect(422).json()["error"].clone();
    assert!(error["detail"].as_str().unwrap().contains("is not a market"), "{error}");
    assert!(error["says"]["zh-CN"].as_str().unwrap().contains("不是市场"), "{error}");
}

#[tokio::test]
async fn an_unknown_address_below_api_is_json_not_a_page() {
    let server = Server::start().await;
    for path in ["/api/v1/nothing", "/api/v2/ask", "/api"] {
        let reply = server.get(&Caller::default(), path).await.expect(404);
        assert_eq!(reply.code(), "unknown_route", "{path}");
    }
    let reply = server.call(&Caller::default(), Method::PUT, "/api/v1/session", None).await;
    assert_eq!(reply.expect(405).code(), "method_not_allowed");
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_in_the_common_form() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let send = |kind: &'static str, body: String| {
        let request = owner.request(Method::POST, "/api/v1/ask").header("content-type", kind);
        server.send(request.body(Body::from(body)).unwrap())
    };
    assert_eq!(send("application/json", "{".into()).await.expect(400).code(), "bad_json");
    assert_eq!(send("application/json", "{}".into()).await.expect(422).code(), "bad_json");
    let deep = "[".repeat(100_000);
    assert_eq!(send("application/json", deep).await.expect(422).code(), "bad_json");
    let wrong_kind = send("text/plain", "{}".into()).await.expect(415);
    assert_eq!(wrong_kind.code(), "unsupported_media_type");
    let large = format!("{{\"metrics\":[\"{}\"]}}", "x".repeat(3 << 20));
    assert_eq!(send("application/json", large).await.expect(413).code(), "too_large");
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let server = Server::start().await;
    for path in ["/", "/api/v1/health", "/api/v1/nothing", "/assets/none.js"] {
        let reply = server.get(&Caller::default(), path).await;
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "same-origin");
        assert!(!reply.header("x-request-id").is_empty());
    }
    let reply = server.get(&Caller::default(), "/api/v1/health").await.expect(200);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("strict-transport-security"), "");
}

#[tokio::test]
async fn behind_https_browsers_are_told_to_stay_there() {
    let server = Server::start_with("public_url = \"https://argosy.example\"").await;
    let request = Request::builder().uri("/api/v1/health").header("host", "argosy.example");
    let reply = server.send(request.body(Body::empty()).unwrap()).await.expect(200);
    assert!(reply.header("strict-transport-security").contains("max-age"));
}

#[tokio::test]
async fn a_foreign_name_that_points_here_is_refused() {
    let server = Server::start().await;
    let request = Request::builder().uri("/api/v1/session").header("host", "evil.example:7070");
    let reply = server.send(request.body(Body::empty()).unwrap()).await.expect(403);
    assert_eq!(reply.code(), "cross_site");
}

#[tokio::test]
async fn a_table_as_shown_is_written_as_a_workbook_and_its_texts_never_run() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let table = serde_json::json!({
        "name": "argosy-products",
        "header": ["SKU", "Cost"],
        "figures": [1],
        "rows": [["=cmd|' /C calc'!A0", "12.30"], ["LAMP-1", null]],
    });
    let book = server.post(&owner, "/api/v1/sheets?format=xlsx", table.clone()).await.expect(200);
    assert!(book.body.starts_with(b"PK"));
    let csv = server.post(&owner, "/api/v1/sheets?format=csv", table).await.expect(200);
    assert!(csv.text().contains("'=cmd"), "{}", csv.text());
    assert!(csv.text().contains(",12.3"), "{}", csv.text());
}
