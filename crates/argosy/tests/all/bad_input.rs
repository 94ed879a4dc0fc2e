//! What is entered wrongly is refused at once, in plain words, and changes nothing.

use std::path::PathBuf;

use argosy::{
    app::App,
    home::Home,
    jobs::{self, ImportJob},
};
use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::{Value, json};

use crate::harness::{PASSWORD, SETTLEMENT, Server, import_settlement};

#[tokio::test]
async fn blanks_around_a_sku_do_not_make_another_product() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let path = "/api/v1/products";
    server.post(&owner, path, json!({ "sku": "LAMP-1", "name": "Lamp" })).await.expect(201);

    let again = json!({ "sku": "  LAMP-1 ", "name": "Another" });
    assert_eq!(server.post(&owner, path, again).await.expect(409).code(), "conflict");
    let new = json!({ "sku": " LAMP-2\t", "name": "Lamp" });
    assert_eq!(server.post(&owner, path, new).await.expect(201).json()["sku"], "LAMP-2");
    for sku in [".", " .. ", " "] {
        server.post(&owner, path, json!({ "sku": sku, "name": "x" })).await.expect(422);
    }

    let products = server.get(&owner, path).await.expect(200).json();
    assert_eq!(products["meta"]["total"], 2, "{products}");
    assert_eq!(products["products"][0]["name"], "Lamp");
}

#[tokio::test]
async fn a_refused_file_says_why_it_has_no_lines() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let photo = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[0_u8; 200]].concat();
    let torn = b"PK\x03\x04\x14\0\0\0\x08\0 torn in the middle of a workbook".to_vec();
    for (name, bytes) in [("photo.png", photo), ("torn.xlsx", torn)] {
        let job = server.import(&owner, name, &bytes, &[]).await;
        assert_eq!(job["result"]["state"], "failed", "{job}");
        let path = format!("/api/v1/imports/{}/lines/1", job["result"]["import"]);
        let reply = server.get(&owner, &path).await.expect(422);
        let said = reply.json();
        assert_eq!(said["error"]["code"], "invalid");
        assert!(said["error"]["detail"].as_str().unwrap().contains("refused"), "{said}");
        assert_eq!(said["error"]["problems"][0]["file"], name, "{said}");
    }
}

#[tokio::test]
async fn rates_and_costs_that_nothing_has_are_refused() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let rate = |per_eur: &str| {
        let rate = json!({ "day": "2026-06-01", "currency": "USD", "per_eur": per_eur });
        server.post(&owner, "/api/v1/fx", json!({ "rates": [rate] }))
    };
    for wrong in ["0", "-1", "0.0000009", "1000000001", "79228162514264337593543950335"] {
        assert!(rate(wrong).await.expect(422).text().contains("one euro buys"), "{wrong}");
    }
    rate("0.000001").await.expect(200);
    rate("1000000000").await.expect(200);

    let new = json!({ "sku": "LAMP-1", "name": "Lamp" });
    server.post(&owner, "/api/v1/products", new).await.expect(201);
    let cost = |amount: &str, market: &str| {
        let money = json!({ "amount": amount, "currency": "USD" });
        let cost = json!({ "since": "2026-01-01", "cost": money, "market": market });
        server.post(&owner, "/api/v1/products/LAMP-1/costs", json!({ "costs": [cost] }))
    };
    for wrong in ["-0.01", "1000000000.01", "79228162514264337593543950335"] {
        assert!(cost(wrong, "").await.expect(422).text().contains("from 0 to"), "{wrong}");
    }
    cost("10", "XX").await.expect(422);
    cost("0", "").await.expect(200);
    cost("1000000000", "de").await.expect(200);
}

#[tokio::test]
async fn an_upload_for_nowhere_is_refused_before_it_is_queued() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let file: [(&str, &[u8]); 1] = [("june.txt", SETTLEMENT.as_bytes())];
    let long = "x".repeat(65);
    let wrong: [&[(&str, &str)]; 6] = [
        &[("store", "../etc")],
        &[("store", "two words")],
        &[("store", &long)],
        &[("market", "Mars")],
        &[("market", "XX")],
        &[("period_from", "2026-06-30"), ("period_to", "2026-06-01")],
    ];
    for path in ["/api/v1/imports", "/api/v1/walk", "/api/v1/products/import"] {
        for fields in wrong {
            let reply = server.upload(&owner, path, &file, fields).await.expect(422);
            assert_eq!(reply.code(), "invalid", "{path} {fields:?}");
        }
    }
    let jobs = server.get(&owner, "/api/v1/jobs").await.expect(200).json();
    assert_eq!(jobs["jobs"], json!([]));
    assert_eq!(std::fs::read_dir(server.home().join("tmp")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_job_that_can_never_succeed_fails_at_once_and_its_file_is_found_from_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("argosy.toml"), "").unwrap();
    let app = App::open(Home::open(folder.path()).unwrap()).await.unwrap();
    let file = folder.path().join("tmp/june.txt");
    std::fs::write(&file, SETTLEMENT).unwrap();
    let job = |path: PathBuf| ImportJob {
        path,
        file_name: "june.txt".to_owned(),
        store: Some("no such name".to_owned()),
        market: None,
        channel: None,
        period_from: None,
        period_to: None,
        replace: false,
        may_edit: true,
    };
    let refused = jobs::enqueue(&app, &job(file), "1").await.unwrap();
    let relative = jobs::enqueue(&app, &job("somewhere/june.txt".into()), "1").await.unwrap();
    let queued = app.desk().job(relative).await.unwrap().unwrap();
    let path = PathBuf::from(queued.payload["path"].as_str().unwrap());
    assert!(path.is_absolute() && path.ends_with("somewhere/june.txt"), "{}", path.display());

    let workers = jobs::start(&app);
    let mut told = None;
    for _ in 0..100 {
        told = app.desk().job(refused).await.unwrap().filter(|job| job.finished.is_some());
        if told.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    workers.stop().await;
    let told = told.expect("a job that is refused is over at once, not tried again");
    assert_eq!((told.state, told.tries), (argosy_desk::JobState::Failed, 1));
    assert!(told.error.unwrap().contains("cannot be the name of a store"));
}

#[tokio::test]
async fn an_unknown_report_is_told_in_whole_sentences_of_either_language() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let told = async |name: &str, text: &str| -> Value {
        let job = server.import(&owner, name, text.as_bytes(), &[]).await;
        let path = format!("/api/v1/imports/{}/problems", job["result"]["import"]);
        server.get(&owner, &path).await.expect(200).json()["problems"][0].clone()
    };
    let near = told(
        "near.txt",
        "settlement-id\ttotal-amount\ttransaction-type\tamount-type\tamount\tmoon\n\
         1\t2\tOrder\tItemPrice\t2\tfull\n",
    )
    .await;
    assert_eq!(near["code"], "unknown_report_near", "{near}");
    let zh = near["message"]["zh-CN"].as_str().unwrap();
    assert!(zh.contains("缺少以下列：amount-description"), "{zh}");
    assert!(!zh.contains("nearest") && !zh.contains("amazon.settlement_v2"), "{zh}");
    assert!(near["message"]["en"].as_str().unwrap().contains("amount-description"), "{near}");

    // One header in common with a report of many is no resemblance.
    let far = told("far.txt", "settlement-id\tsome-amount\n1\t2\n").await;
    assert_eq!(far["code"], "unknown_report", "{far}");
    let zh = far["message"]["zh-CN"].as_str().unwrap();
    assert!(!zh.chars().any(|c| c.is_ascii_alphabetic()), "{zh}");
}

#[tokio::test]
async fn a_misspelt_field_is_refused_not_ignored() {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    let product = json!({ "sku": "LAMP-1", "name": "Lamp" });
    server.post(&owner, "/api/v1/products", product).await.expect(201);
    let bodies = [
        (Method::PATCH, "session", json!({ "lang": "en" })),
        (Method::POST, "session", json!({ "login": "a", "password": "b", "x": 1 })),
        (Method::PATCH, "settings", json!({ "currency": "EUR" })),
        (
            Method::POST,
            "users",
            json!({ "login": "a", "password": PASSWORD, "role": "viewer", "x": 1 }),
        ),
        (Method::PATCH, "users/1", json!({ "active": false })),
        (Method::POST, "tokens", json!({ "name": "a", "days": 3 })),
        (Method::POST, "products", json!({ "sku": "a", "name": "a", "colour": "red" })),
        (Method::PATCH, "products/LAMP-1", json!({ "title": "a" })),
        (Method::POST, "products/LAMP-1/costs", json!({ "costs": [], "x": 1 })),
        (Method::POST, "pairings", json!({ "pairings": [], "x": 1 })),
        (Method::POST, "stores", json!({ "name": "a", "channel": "shopify", "country": "US" })),
        (Method::PATCH, "stores/lantern-us", json!({ "zone": "UTC" })),
        (Method::POST, "fx", json!({ "rates": [], "x": 1 })),
    ];
    for (method, path, body) in bodies {
        let path = format!("/api/v1/{path}");
        let reply = server.call(&owner, method, &path, Some(body)).await.expect(422);
        assert_eq!(reply.code(), "bad_json", "{path}");
        assert!(reply.text().contains("there is no field"), "{path}: {}", reply.text());
    }
}

#[tokio::test]
async fn languages_names_markets_and_time_zones_are_real_ones() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let setup = |company: &str, language: &str| {
        json!({ "login": "second", "password": PASSWORD, "company": company, "currency": "USD",
                "language": language })
    };
    let fresh = Server::start().await;
    let nobody = crate::harness::Caller::default();
    for wrong in [setup(" ", "en"), setup(&"x".repeat(201), "en"), setup("x", "de")] {
        fresh.post(&nobody, "/api/v1/setup", wrong).await.expect(422);
    }
    fresh.post(&nobody, "/api/v1/setup", setup(&"x".repeat(200), "zh-CN")).await.expect(201);

    let store = |market: &str, zone: &str| json!({ "name": "shop", "channel": "shopify", "market": market, "time_zone": zone });
    let bodies = [
        (Method::PATCH, "session", json!({ "language": "fr" })),
        (Method::PATCH, "settings", json!({ "language": "zh" })),
        (Method::PATCH, "settings", json!({ "company": "" })),
        (
            Method::POST,
            "users",
            json!({ "login": "a", "password": PASSWORD, "role": "viewer", "language": "x" }),
        ),
        (Method::POST, "stores", store("XX", "")),
        (Method::POST, "stores", store("Germany", "")),
        (Method::POST, "stores", store("DE", "Mars/Olympus")),
    ];
    for (method, path, body) in bodies {
        let path = format!("/api/v1/{path}");
        let reply = server.call(&owner, method, &path, Some(body.clone())).await.expect(422);
        assert_eq!(reply.code(), "invalid", "{path} {body}");
    }
    let made = server.post(&owner, "/api/v1/stores", store("de", "Europe/Berlin")).await;
    assert_eq!(made.expect(201).json()["market"], "DE");
    let moved = json!({ "time_zone": "Berlin" });
    server.call(&owner, Method::PATCH, "/api/v1/stores/shop", Some(moved)).await.expect(422);
}

#[tokio::test]
async fn wrong_json_is_told_by_field_and_without_names_of_our_types() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let cases = [
        (r#"{"metrics":["net_sales"],"to":"2026-06-30"}"#, "the field `from` is missing"),
        (r#"{"metrics":"net_sales"}"#, "`metrics` is the text"),
        (r#"{"metrics":[1]}"#, "`metrics[0]` is the number `1`; write a text"),
        (r#"{"metrics":[],"from":"June"}"#, "`from` cannot be read; write a day such as"),
        ("[]", "write an object with named fields"),
        ("{", "not valid JSON (line 1, column 1)"),
    ];
    for (body, plain) in cases {
        let request = owner
            .request(Method::POST, "/api/v1/ask")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .unwrap();
        let reply = server.send(request).await;
        assert_eq!(reply.code(), "bad_json", "{body}");
        let said = reply.json()["error"]["detail"].as_str().unwrap().to_owned();
        assert!(said.contains(plain), "{body}: {said}");
        for inner in ["AskRequest", "serialize", "struct", "invalid type"] {
            assert!(!said.contains(inner), "{body}: {said}");
        }
    }
    let reply = server.get(&owner, "/api/v1/imports/seven").await.expect(400);
    assert!(reply.text().contains("`seven` in the address"), "{}", reply.text());
    let reply = server.get(&owner, "/api/v1/products?limit=many").await.expect(400);
    assert!(reply.text().contains("`limit`"), "{}", reply.text());
}
