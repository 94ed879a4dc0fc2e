//! Records over HTTP: made, changed, moved, brought in from sheets, and who may.

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    api::strays,
    harness::{Caller, Reply, Server},
};

const SUPPLIERS: &str = "/api/v1/records/supplier";

async fn supplier(server: &Server, caller: &Caller, code: &str, name: &str) -> Reply {
    let body = json!({ "code": code, "name": name, "lead_days": 30 });
    server.post(caller, SUPPLIERS, json!({ "body": body })).await
}

async fn put(server: &Server, caller: &Caller, path: &str, body: Value) -> Reply {
    server.call(caller, Method::PUT, path, Some(body)).await
}

#[tokio::test]
async fn a_supplier_is_made_changed_and_deleted_and_what_it_was_stays_known() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let made = supplier(&server, &owner, "S1", "Lantern works").await.expect(201).json();
    assert_eq!((&made["id"], &made["label"]), (&json!("S1"), &json!("Lantern works")));
    assert_eq!(made["state"], "trial");
    assert_eq!(made["body"]["country"], "CN", "the default of the field: {made}");
    assert_eq!(made["changed_by"], "owner");
    let again = supplier(&server, &owner, "S1", "Another").await;
    assert!(again.status.is_client_error(), "{}", again.text());

    let path = format!("{SUPPLIERS}/S1");
    let body = json!({ "code": "S1", "name": "Lantern factory", "lead_days": 21 });
    let change = json!({ "body": body, "version": made["version"] });
    let changed = put(&server, &owner, &path, change.clone()).await.expect(200).json();
    assert_eq!(changed["label"], "Lantern factory");
    let late = put(&server, &owner, &path, change).await.expect(409);
    assert_eq!(late.code(), "conflict");
    assert!(late.json()["error"]["says"]["zh-CN"].is_string(), "{}", late.text());

    let list = server.get(&owner, &format!("{SUPPLIERS}?q=FACTORY")).await.expect(200).json();
    assert_eq!(list["total"], 1, "{list}");
    assert_eq!(list["records"][0]["body"]["lead_days"], 21);
    let none = server.get(&owner, &format!("{SUPPLIERS}?state=ended")).await.expect(200).json();
    assert_eq!(none["records"], json!([]));

    server.call(&owner, Method::DELETE, &path, None).await.expect(204);
    server.get(&owner, &path).await.expect(404);
    let was = server.get(&owner, &format!("{path}/history")).await.expect(200).json();
    let versions = was["versions"].as_array().unwrap();
    assert_eq!(versions[0]["deleted"], true, "{was}");
    let first = versions.last().unwrap();
    assert_eq!(first["body"]["name"], "Lantern works");
    assert_eq!((&first["who"], &first["deleted"]), (&json!("owner"), &json!(false)));
}

#[tokio::test]
async fn a_wrong_record_is_refused_field_by_field_in_both_languages() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let body = json!({ "code": "S1", "lead_days": 1000, "country": "XX", "nmae": "x" });
    let reply = server.post(&owner, SUPPLIERS, json!({ "body": body })).await.expect(422);
    assert_eq!(reply.code(), "invalid_records");
    let error = &reply.json()["error"];
    let fields = error["fields"].as_array().unwrap();
    let code_of = |path: &str| {
        let found = fields.iter().find(|field| field["path"] == path);
        found.map(|field| field["code"].as_str().unwrap().to_owned())
    };
    assert_eq!(code_of("name").as_deref(), Some("required"), "{error}");
    assert_eq!(code_of("lead_days").as_deref(), Some("above_max"), "{error}");
    assert!(code_of("country").is_some() && code_of("nmae").is_some(), "{error}");
    assert!(fields.iter().all(|field| {
        let says = |lang: &str| field["says"][lang].as_str().is_some_and(|text| !text.is_empty());
        says("en") && says("zh-CN")
    }));
    assert!(error["says"]["zh-CN"].as_str().unwrap().contains("另有"), "{error}");
    let list = server.get(&owner, SUPPLIERS).await.expect(200).json();
    assert_eq!(list["total"], 0, "nothing may be stored: {list}");
}

#[tokio::test]
async fn a_record_that_others_name_stays_and_they_are_told() {
    let server = Server::start().await;
    let owner = server.owner().await;
    supplier(&server, &owner, "S1", "Lantern works").await.expect(201);
    server.post(&owner, "/api/v1/products", json!({ "sku": "LAMP", "name": "Lamp" })).await;
    let kinds = server.get(&owner, "/api/v1/kinds/purchase_order").await.expect(200).json();
    assert_eq!(kinds["permission"], "work");
    let order = json!({ "supplier": "S1", "ordered_on": "2026-03-02", "currency": "CNY",
        "lines": [{ "sku": "LAMP", "units": 600, "price": "28.50" }] });
    let path = "/api/v1/records/purchase_order";
    let order = server.post(&owner, path, json!({ "body": order })).await.expect(201).json();
    let id = order["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("PO-20"), "{order}");
    assert_eq!(order["names"]["supplier"]["S1"], "Lantern works", "{order}");
    assert_eq!(order["names"]["sku"]["LAMP"], "Lamp", "{order}");

    let kept = server.call(&owner, Method::DELETE, &format!("{SUPPLIERS}/S1"), None).await;
    assert!(kept.status.is_client_error(), "{}", kept.text());
    assert!(kept.text().contains(&id), "the order is named: {}", kept.text());
    let named = server.get(&owner, &format!("{SUPPLIERS}/S1/where")).await.expect(200).json();
    assert_eq!(named["records"][0]["kind"], "purchase_order", "{named}");
    assert_eq!(named["records"][0]["path"], "supplier");

    server.call(&owner, Method::DELETE, &format!("{path}/{id}"), None).await.expect(204);
    server.call(&owner, Method::DELETE, &format!("{SUPPLIERS}/S1"), None).await.expect(204);
}

#[tokio::test]
async fn a_sheet_is_looked_at_first_and_taken_whole_or_not_at_all() {
    let server = Server::start().await;
    let owner = server.owner().await;
    supplier(&server, &owner, "S0", "There before").await.expect(201);
    let sheet = "\u{feff}供应商编码,供应商名称,交期,类型\r\n\
                 S1,灯厂,30,工厂\r\nS2,贸易商,9999,贸易商\r\nS0,There before,30,factory\r\n";
    let upload = async |path: &str, sheet: &str| {
        let files = [("suppliers.csv", sheet.as_bytes())];
        server.upload(&owner, &format!("{SUPPLIERS}/{path}"), &files, &[]).await
    };
    let looked = upload("import?dry=true", sheet).await.expect(200).json();
    let counts = |told: &Value| {
        let count = |name: &str| told[name].as_u64().unwrap();
        (count("new"), count("changed"), count("same"), count("wrong"))
    };
    assert_eq!(counts(&looked), (1, 0, 1, 1), "{looked}");
    assert_eq!(looked["problems"][0]["row"], 3, "{looked}");
    assert_eq!(looked["problems"][0]["path"], "lead_days");

    let refused = upload("import?dry=false", sheet).await;
    assert!(refused.text().contains("lead_days"), "{}", refused.text());
    let list = server.get(&owner, SUPPLIERS).await.expect(200).json();
    assert_eq!(list["total"], 1, "nothing is half saved: {list}");
    let errors = upload("import/errors?format=csv&lang=zh-CN", sheet).await.expect(200).text();
    assert!(errors.contains("S2") && errors.contains("730"), "{errors}");

    let right = sheet.replace("9999", "45");
    let taken = upload("import?dry=false", &right).await.expect(200).json();
    assert_eq!(counts(&taken), (2, 0, 1, 0), "{taken}");
    let one = server.get(&owner, &format!("{SUPPLIERS}/S1")).await.expect(200).json();
    assert_eq!((&one["body"]["name"], &one["body"]["lead_days"]), (&json!("灯厂"), &json!(30)));
    assert_eq!(one["body"]["kind"], "factory");
    let same = upload("import?dry=true", &right).await.expect(200).json();
    assert_eq!(counts(&same), (0, 0, 3, 0), "{same}");
    let nonsense = upload("import?dry=true", "what,is,this\r\n1,2,3\r\n").await;
    assert!(nonsense.status.as_u16() == 422, "{}", nonsense.text());
}

#[tokio::test]
async fn what_is_exported_comes_back_the_same() {
    let server = Server::start().await;
    let owner = server.owner().await;
    supplier(&server, &owner, "S1", "=Lantern, \"works\"").await.expect(201);
    supplier(&server, &owner, "S2", "灯厂").await.expect(201);
    for (lang, format) in [("en", "xlsx"), ("zh-CN", "xlsx"), ("en", "csv"), ("zh-CN", "csv")] {
        let query = format!("format={format}&lang={lang}");
        let file = server.get(&owner, &format!("{SUPPLIERS}/export?{query}")).await.expect(200);
        assert!(file.header("content-disposition").ends_with(&format!(".{format}\"")));
        let name = format!("suppliers.{format}");
        let files = [(name.as_str(), file.body.as_slice())];
        let path = format!("{SUPPLIERS}/import?dry=true");
        let told = server.upload(&owner, &path, &files, &[]).await.expect(200).json();
        assert_eq!(told["same"], 2, "{query}: {told}");
        let template = server.get(&owner, &format!("{SUPPLIERS}/template?{query}")).await;
        assert!(template.expect(200).body.len() > 20);
    }
}

#[tokio::test]
async fn a_purchase_order_lives_through_approval_payment_and_print() {
    let server = Server::start().await;
    let owner = server.owner().await;
    supplier(&server, &owner, "S1", "Lantern works").await.expect(201);
    server.post(&owner, "/api/v1/products", json!({ "sku": "LAMP", "name": "Lamp" })).await;
    let order = json!({ "supplier": "S1", "ordered_on": "2026-03-02", "currency": "CNY",
        "deposit_share": "0.3", "lines": [{ "sku": "LAMP", "units": 600, "price": "28.50" }] });
    let path = "/api/v1/records/purchase_order";
    let order = server.post(&owner, path, json!({ "body": order })).await.expect(201).json();
    let path = format!("{path}/{}", order["id"].as_str().unwrap());
    let step = async |name: &str, version: &Value| {
        let said = json!({ "version": version });
        server.post(&owner, &format!("{path}/moves/{name}"), said).await
    };
    let early = step("receive", &order["version"]).await;
    assert!(early.status.is_client_error() && early.text().contains("zh-CN"), "{}", early.text());
    let said = json!({ "form": { "what": "deposit" } });
    let pay = format!("{path}/actions/request_payment");
    let early = server.post(&owner, &pay, said.clone()).await.expect(422);
    assert!(early.text().contains("approved"), "its state is told: {}", early.text());

    let approved = step("approve", &order["version"]).await.expect(200).json();
    assert_eq!(approved["state"], "approved");
    assert!(step("approve", &approved["version"]).await.status.is_client_error());
    let wrong = json!({ "form": { "what": "all of it" } });
    let wrong = server.post(&owner, &pay, wrong).await.expect(422);
    assert_eq!(wrong.code(), "invalid_records", "{}", wrong.text());
    let done = server.post(&owner, &pay, said).await.expect(200).json();
    assert_eq!(done["done"]["records"][0][0], "payment", "{done}");
    assert!(done["job"].is_null() && done["done"]["says"]["zh-CN"].is_string(), "{done}");
    let payment = done["done"]["records"][0][1].as_str().unwrap();
    let payment = server.get(&owner, &format!("/api/v1/records/payment/{payment}")).await;
    let payment = payment.expect(200).json();
    assert!(payment["body"].to_string().contains("5130"), "30 % of 17,100 CNY: {payment}");

    for lang in ["en", "zh-CN"] {
        let paper =
            server.get(&owner, &format!("{path}/papers/order?lang={lang}")).await.expect(200);
        assert!(paper.body.starts_with(b"%PDF-"), "{lang}");
        assert_eq!(paper.header("content-type"), "application/pdf");
        assert!(paper.header("content-disposition").starts_with("attachment"));
    }
    server.get(&owner, &format!("{path}/papers/poem")).await.expect(404);
}

#[tokio::test]
async fn who_may_change_a_record_stands_in_its_kind() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let operator = server.user(&owner, "operator").await;
    let viewer = server.user(&owner, "viewer").await;
    let made = supplier(&server, &owner, "S1", "Lantern works").await.expect(201).json();
    server.post(&owner, "/api/v1/products", json!({ "sku": "LAMP", "name": "Lamp" })).await;

    for caller in [&operator, &viewer] {
        server.get(caller, SUPPLIERS).await.expect(200);
        assert_eq!(supplier(&server, caller, "S2", "x").await.expect(403).code(), "not_allowed");
        let path = format!("{SUPPLIERS}/S1");
        let change = json!({ "body": made["body"], "version": made["version"] });
        put(&server, caller, &path, change).await.expect(403);
        server.call(caller, Method::DELETE, &path, None).await.expect(403);
        let said = json!({ "version": made["version"] });
        server.post(caller, &format!("{path}/moves/approve"), said).await.expect(403);
        let files = [("s.csv", b"Code,Name\r\nS3,x\r\n".as_slice())];
        let path = format!("{SUPPLIERS}/import?dry=true");
        server.upload(caller, &path, &files, &[]).await.expect(403);
    }
    let order = json!({ "supplier": "S1", "ordered_on": "2026-03-02", "currency": "CNY",
        "lines": [{ "sku": "LAMP", "units": 1, "price": "1" }] });
    let path = "/api/v1/records/purchase_order";
    let order = json!({ "body": order });
    server.post(&viewer, path, order.clone()).await.expect(403);
    let order = server.post(&operator, path, order).await.expect(201).json();
    let path = format!("{path}/{}", order["id"].as_str().unwrap());
    let said = json!({ "version": order["version"] });
    server.post(&operator, &format!("{path}/moves/approve"), said).await.expect(403);
}

#[tokio::test]
async fn what_is_not_known_is_named_in_both_languages() {
    let server = Server::start().await;
    let owner = server.owner().await;
    supplier(&server, &owner, "S1", "Lantern works").await.expect(201);
    for path in [
        "/records/suplier",
        "/kinds/suplier",
        "/records/supplier/S9",
        "/records/supplier/S9/history",
        "/records/supplier/S9/where",
        "/records/suplier/export",
        "/records/supplier/S1/papers/x",
        "/boards/none",
        "/boards/none/rows",
        "/boards/none/rows/detail?row=1",
        "/boards/none/export",
    ] {
        let reply = server.get(&owner, &format!("/api/v1{path}")).await.expect(404);
        assert!(reply.json()["error"]["says"]["zh-CN"].is_string(), "{path}: {}", reply.text());
    }
    for path in [
        "/records/supplier/S1/actions/fly",
        "/records/supplier/actions/fly",
        "/boards/none/actions/fly",
    ] {
        server.post(&owner, &format!("/api/v1{path}"), json!({})).await.expect(404);
    }
    let said = json!({ "version": 1 });
    server.post(&owner, &format!("{SUPPLIERS}/S1/moves/fly"), said).await.expect(404);
}

#[tokio::test]
async fn kinds_and_records_answer_as_they_are_described() {
    let server = Server::start().await;
    let owner = server.owner().await;
    supplier(&server, &owner, "S1", "Lantern works").await.expect(201);
    let document = serde_json::to_value(argosy::http::openapi::document()).unwrap();
    let mut found = Vec::new();
    for (path, route) in [
        ("/chapters", "/chapters"),
        ("/kinds", "/kinds"),
        ("/kinds/supplier", "/kinds/{kind}"),
        ("/boards", "/boards"),
        ("/records/supplier", "/records/{kind}"),
        ("/records/supplier/S1", "/records/{kind}/{id}"),
        ("/records/supplier/S1/history", "/records/{kind}/{id}/history"),
        ("/records/supplier/S1/where", "/records/{kind}/{id}/where"),
    ] {
        let answer = server.get(&owner, &format!("/api/v1{path}")).await.expect(200).json();
        let content = &document["paths"][format!("/api/v1{route}")]["get"]["responses"]["200"];
        let schema = &content["content"]["application/json"]["schema"];
        assert!(schema.get("$ref").is_some(), "{path} has no shape of its own: {schema}");
        strays(&document, schema, &answer, path, &mut found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
