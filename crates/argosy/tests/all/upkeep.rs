//! Data health, retention, repeated requests, looking back, one wrong knowledge file.

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::{Value, json};

use crate::harness::{Caller, SETTLEMENT, Server, import_settlement};

/// Orders as Shopify exports them, with people in them.
const ORDERS: &str = "\
Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,\
Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,\
Lineitem sku,Lineitem discount,Billing Name,Shipping Name,Shipping Street,Shipping City,\
Shipping Zip,Shipping Country,Phone,Id,Cancelled at,Refunded Amount\n\
#1001,mei.lin@example.com,paid,2026-06-03 10:00:00 +0000,fulfilled,USD,30.00,0.00,0.00,30.00,,0.00,\
2026-06-03 10:00:00 +0000,1,Mug,30.00,MUG-1,0.00,Mei Lin,Mei Lin,\"Harbour Road 5, Flat 2\",Seattle,\
98101,US,+1 206 555 0100,5001,,0.00\n";

const PEOPLE: [&str; 6] =
    ["mei.lin@example.com", "Mei Lin", "Harbour Road", "Seattle", "98101", "555 0100"];

async fn sql(server: &Server, who: &Caller, query: &str) -> Value {
    let reply = server.post(who, "/api/v1/sql", json!({ "query": query })).await;
    reply.expect(200).json()["rows"].clone()
}

#[tokio::test]
async fn personal_data_is_gone_from_the_file_after_its_time_and_a_rebuild_gives_the_same_facts() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let fields = [("store", "shop"), ("market", "US")];
    let job = server.import(&owner, "orders.csv", ORDERS.as_bytes(), &fields).await;
    assert_eq!(job["result"]["state"], "done", "{job}");
    let facts = sql(&server, &owner, "select * exclude (definition) from orders").await;
    let import = job["result"]["import"].as_i64().unwrap();

    let app = server.app();
    let row = app.desk().import(import).await.unwrap().unwrap();
    let blanked = app.intake().blank(&row, false).await.unwrap();

    assert_eq!(blanked.state, argosy_desk::BlankState::Blanked, "{blanked:?}");
    assert!(blanked.cells >= 6, "{blanked:?}");
    assert!(app.intake().raw().is_blanked(&row.raw_sha256));
    let mut text = String::new();
    let mut plain = app.intake().raw().open(&row.raw_sha256).unwrap();
    std::io::Read::read_to_string(&mut plain, &mut text).unwrap();
    for person in PEOPLE {
        assert!(!text.contains(person), "{person} stands in {text}");
    }
    let report = app.intake().rebuild("test", &|_| {}).await.unwrap();
    assert!(report.is_same(), "{report:?}");
    assert_eq!(sql(&server, &owner, "select * exclude (definition) from orders").await, facts);
}

/// The orders as a workbook.
fn workbook(orders: &str) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("orders").unwrap();
    for (row, line) in orders.lines().enumerate() {
        let mut cells: Vec<String> = vec![String::new()];
        let mut quoted = false;
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                c => cells.last_mut().unwrap().push(c),
            }
        }
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(row as u32, column as u16, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Everything that stands in a file, members of archives unpacked.
fn everything(bytes: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    if bytes.starts_with(b"PK") {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        for at in 0..zip.len() {
            let mut member = Vec::new();
            std::io::Read::read_to_end(&mut zip.by_index(at).unwrap(), &mut member).unwrap();
            text += &everything(&member);
        }
    }
    text
}

const ORDERED: &str = "select * exclude (definition) from orders order by order_id";

/// Imports the file, frees it of people, and gives what stands in it then.
async fn freed(name: &str, bytes: &[u8]) -> String {
    let server = Server::start().await;
    let owner = server.owner().await;
    let fields = [("store", "shop"), ("market", "US")];
    let job = server.import(&owner, name, bytes, &fields).await;
    assert_eq!(job["result"]["state"], "done", "{job}");
    let facts = sql(&server, &owner, ORDERED).await;
    assert!(!facts.as_array().unwrap().is_empty());
    let before = everything(bytes);
    assert!(PEOPLE.iter().any(|person| before.contains(person)), "{name} holds nobody");

    let app = server.app();
    let import = job["result"]["import"].as_i64().unwrap();
    let row = app.desk().import(import).await.unwrap().unwrap();
    let blanked = app.intake().blank(&row, false).await.unwrap();
    assert_eq!(blanked.state, argosy_desk::BlankState::Blanked, "{name}: {blanked:?}");
    let mut plain = Vec::new();
    let mut file = app.intake().raw().open(&row.raw_sha256).unwrap();
    std::io::Read::read_to_end(&mut file, &mut plain).unwrap();
    let report = app.intake().rebuild("test", &|_| {}).await.unwrap();
    assert!(report.is_same(), "{name}: {report:?}");
    assert_eq!(sql(&server, &owner, ORDERED).await, facts);
    everything(&plain)
}

#[tokio::test]
async fn people_go_from_workbooks_and_archives_too() {
    let second = ORDERS.replace("1001", "1002").replace("5001", "5002");
    let (one, two) = (workbook(ORDERS), workbook(&second));
    for (name, bytes) in [
        ("orders.xlsx", one.clone()),
        ("two.zip", archive(&[("may.xlsx", &one), ("june.xlsx", &two)])),
        ("mixed.zip", archive(&[("may.csv", ORDERS.as_bytes()), ("june.xlsx", &two)])),
    ] {
        let after = freed(name, &bytes).await;
        for person in PEOPLE {
            assert!(!after.contains(person), "{person} stands in {name}");
        }
    }
}

#[tokio::test]
async fn retention_waits_for_its_time_and_longer_times_need_a_reason() {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    let listed = server.get(&owner, "/api/v1/retention").await.expect(200).json();
    assert_eq!((&listed["days"], &listed["files"][0]["state"]), (&json!(30), &json!("waiting")));
    let run = server.post(&owner, "/api/v1/retention", json!({ "dry_run": true })).await;
    assert_eq!(run.expect(200).json()["files"], json!([]));
    let longer = |reason: &str| {
        let policy = json!({ "source": "amazon", "days": 3000, "reason": reason });
        let body = json!({ "retention_policies": [policy] });
        server.call(&owner, Method::PATCH, "/api/v1/settings", Some(body))
    };
    assert!(longer("").await.expect(422).text().contains("say why"));
    longer("invoices: tax law").await.expect(200);
}

#[tokio::test]
async fn every_look_at_a_line_of_a_file_is_noted() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let job = import_settlement(&server, &owner).await;
    let path = format!("/api/v1/imports/{}/lines/3", job["result"]["import"]);
    server.get(&owner, &path).await.expect(200);
    let audit = server.get(&owner, "/api/v1/audit").await.expect(200).json();
    assert_eq!(audit["entries"][0]["action"], "raw_read", "{audit}");
    assert_eq!(audit["entries"][0]["detail"]["row"], 3);
    assert_eq!(audit["chain"]["verified"], true);
}

#[tokio::test]
async fn a_repeated_request_has_one_effect_and_the_first_answer() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let send = |key: &str, name: &str| {
        let body = json!({ "name": name }).to_string();
        let request = owner
            .request(Method::POST, "/api/v1/tokens")
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key)
            .body(Body::from(body))
            .unwrap();
        server.send(request)
    };
    let first = send("k1", "script").await.expect(201);
    let again = send("k1", "script").await.expect(201);
    assert_eq!(first.json(), again.json());
    assert_eq!(again.header("idempotency-replayed"), "true");
    send("k1", "another").await.expect(422);
    let tokens = server.get(&owner, "/api/v1/tokens").await.expect(200).json();
    assert_eq!(tokens["tokens"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_import_that_never_was_cannot_be_looked_back_at() {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    let june = |metric: &str| json!({ "metrics": [metric], "from": "2026-06-01", "to": "2026-06-30", "as_of": 999 });
    let reply = server.post(&owner, "/api/v1/ask", june("net_sales")).await.expect(404);
    assert!(reply.text().contains("no import 999"), "{}", reply.text());
    for path in ["reconcile", "scope", "quarantine"] {
        server.get(&owner, &format!("/api/v1/{path}?as_of=999")).await.expect(404);
    }
}

#[tokio::test]
async fn the_language_of_an_account_is_none_until_chosen_and_then_stays() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let ben = server.user(&owner, "viewer").await;
    let language = async |server: &Server| {
        let session = server.get(&ben, "/api/v1/session").await.expect(200).json();
        session["user"]["language"].clone()
    };
    assert_eq!(language(&server).await, Value::Null);
    let choose = json!({ "language": "zh-CN" });
    server.call(&ben, Method::PATCH, "/api/v1/session", Some(choose)).await.expect(200);
    assert_eq!(language(&server).await, "zh-CN");
    let server = server.restart().await;
    assert_eq!(language(&server).await, "zh-CN");
}

#[tokio::test]
async fn a_month_without_a_settlement_is_seen() {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    let august = SETTLEMENT.replace("9001", "9003").replace("2026-06-", "2026-08-");
    let fields = [("store", "lantern-us"), ("market", "US")];
    server.import(&owner, "august.txt", august.as_bytes(), &fields).await;
    let health = server.get(&owner, "/api/v1/data_health").await.expect(200).json();
    let report = &health["reports"][0];
    assert_eq!(report["definition"], "amazon.settlement_v2", "{health}");
    assert_eq!(report["state"], "missing");
    assert_eq!(report["covered"].as_array().unwrap().len(), 2, "{health}");
    assert!(report["missing"][0]["to"].as_str().unwrap().starts_with("2026-0"), "{health}");
}

#[tokio::test]
async fn one_wrong_metric_of_the_company_is_refused_and_told_and_others_work() {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    let folder = server.home().join("knowledge/metrics");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("own.toml"), "id = \"own\"\nkind = \"magic\"\n").unwrap();
    let server = server.restart().await;
    let ask = json!({ "metrics": ["net_sales"], "from": "2026-06-01", "to": "2026-06-30" });
    server.post(&owner, "/api/v1/ask", ask).await.expect(200);
    let check = server.get(&owner, "/api/v1/check").await.expect(200).json();
    assert_eq!(check["good"], false);
    assert!(check["diagnostics"].to_string().contains("metrics/own.toml"), "{check}");
}

#[tokio::test]
async fn an_import_can_be_taken_back() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let job = import_settlement(&server, &owner).await;
    let import = format!("/api/v1/imports/{}", job["result"]["import"]);
    assert_eq!(server.get(&owner, &import).await.expect(200).json()["undoable"], true);
    let jobs = server.post(&owner, &format!("{import}/undo"), json!({})).await.expect(202).json();
    let job = server.finished(&owner, jobs["jobs"][0]["id"].as_i64().unwrap()).await;
    assert_eq!(job["state"], "done", "{job}");
    assert_eq!(sql(&server, &owner, "select count(*) from ledger").await, json!([["0"]]));
    let after = server.get(&owner, &import).await.expect(200).json();
    assert_eq!((&after["state"], &after["undoable"]), (&json!("undone"), &json!(false)));
}

#[tokio::test]
async fn an_unknown_fee_is_booked_to_a_line_and_taken_back() {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    let fee = server.get(&owner, "/api/v1/quarantine").await.expect(200).json();
    let fee = fee["fee_types"][0].clone();
    let book = |line: &str| {
        let body = json!({ "channel": "amazon", "fee_type": fee["fee_type"],
                           "transaction": fee["transaction"], "line": line });
        server.post(&owner, "/api/v1/bookings", body)
    };
    book("cogs").await.expect(422);
    let booking = book("other_channel_fee").await.expect(201).json();
    let unclassified = async || {
        let question = json!({ "from": "2026-06-01", "to": "2026-06-30" });
        let profit = server.post(&owner, "/api/v1/profit", question).await.expect(200).json();
        profit["totals"]["other_channel_fee"].clone()
    };
    assert_eq!(unclassified().await, "-0.51");
    let path = format!("/api/v1/bookings/{}", booking["id"]);
    server.call(&owner, Method::DELETE, &path, None).await.expect(204);
    assert_ne!(unclassified().await, "-0.51");
    let history = server.get(&owner, "/api/v1/bookings").await.expect(200).json();
    assert_eq!(history["bookings"][0]["revoked_by"], "owner", "{history}");
}
