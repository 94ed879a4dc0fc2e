//! Upload → job → import diff → the line of the file.

use serde_json::json;

use crate::harness::{Caller, SETTLEMENT, Server, import_settlement};

#[tokio::test]
async fn a_dropped_settlement_becomes_facts_with_a_diff_and_a_balance() {
    let server = Server::start().await;
    let owner = server.owner().await;

    let job = import_settlement(&server, &owner).await;

    assert_eq!(job["result"]["state"], "done", "{job}");
    assert_eq!(job["subject"], "june.txt");
    let id = job["result"]["import"].as_i64().unwrap();
    let import = server.get(&owner, &format!("/api/v1/imports/{id}")).await.expect(200).json();
    assert_eq!(import["who"], "owner");
    assert_eq!(import["store"], "lantern-us");
    assert!(import["definition"].as_str().unwrap().starts_with("amazon.settlement_v2@"));
    assert_eq!(import["diff"]["ledger"]["added"]["rows"], 5);
    assert_eq!(import["diff"]["ledger"]["added"]["money"]["USD"], "66.49");
    assert_eq!(import["balance"][0]["difference"], "0.00");
    let stores = server.get(&owner, "/api/v1/stores").await.expect(200).json();
    assert_eq!(stores["stores"][0]["channel"], "amazon");
    assert_eq!(stores["stores"][0]["currency"], "USD");
    // It goes right after the job is over.
    let uploads = || std::fs::read_dir(server.home().join("tmp")).unwrap().count();
    for _ in 0..50 {
        if uploads() == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(uploads(), 0, "the plain upload must not stay");
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;

    let again = import_settlement(&server, &owner).await;

    assert_eq!(again["result"]["state"], "duplicate", "{again}");
    let list = server.get(&owner, "/api/v1/imports").await.expect(200).json();
    assert_eq!(list["imports"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_job_survives_a_restart_of_the_server() {
    let mut server = Server::start().await;
    let owner = server.owner().await;
    server.pause_jobs().await;
    let fields = [("store", "lantern-us"), ("market", "US")];
    let files = [("june.txt", SETTLEMENT.as_bytes())];
    let queued = server.upload(&owner, "/api/v1/imports", &files, &fields).await.expect(202);
    let id = queued.json()["jobs"][0]["id"].as_i64().unwrap();
    let active = server.get(&owner, "/api/v1/jobs?active=true").await.expect(200).json();
    assert_eq!(active["jobs"][0]["state"], "queued");

    let server = server.restart().await;

    let job = server.finished(&owner, id).await;
    assert_eq!(job["result"]["state"], "done", "{job}");
}

#[tokio::test]
async fn an_unknown_file_is_listed_with_what_is_wrong() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let bytes = b"settlement-id\tsome-amount\n1\t2\n";
    let job = server.import(&owner, "what.txt", bytes, &[]).await;
    assert_eq!(job["result"]["state"], "failed", "{job}");
    let id = job["result"]["import"].as_i64().unwrap();
    let path = format!("/api/v1/imports/{id}/problems");
    let problems = server.get(&owner, &path).await.expect(200).json();
    assert_eq!(problems["problems"][0]["code"], "unknown_report", "{problems}");
    assert!(problems["problems"][0]["message"]["zh-CN"].is_string());
    let csv = server.get(&owner, &format!("{path}?format=csv&lang=zh-CN")).await.expect(200);
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.header("content-disposition").contains("problems-what.txt.csv"));
    assert!(csv.text().contains("unknown_report"));
}

#[tokio::test]
async fn a_row_leads_back_to_its_line_in_the_file() {
    let server = Server::start().await;
    let owner = server.owner().await;
    import_settlement(&server, &owner).await;
    let question = json!({ "from": "2026-06-01", "to": "2026-06-30", "line": "referral_fee" });
    let page = server.post(&owner, "/api/v1/ledger", question).await.expect(200).json();
    assert_eq!(page["meta"]["total_rows"], 1, "{page}");
    let row = &page["rows"][0];
    assert_eq!(row["amount"], json!({ "amount": "-15.00", "currency": "USD" }));
    assert_eq!(row["file_name"], "june.txt");

    let path = format!("/api/v1/imports/{}/lines/{}", row["import_id"], row["row"]);
    let line = server.get(&owner, &path).await.expect(200).json();

    assert!(line["text"].as_str().unwrap().contains("Commission"), "{line}");
    let missing = format!("/api/v1/imports/{}/lines/100000", row["import_id"]);
    assert_eq!(server.get(&owner, &missing).await.expect(404).code(), "not_found");
}

#[tokio::test]
async fn a_walk_shows_every_room_and_keeps_nothing() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let files = [("june.txt", SETTLEMENT.as_bytes())];
    let walk = server.upload(&owner, "/api/v1/walk", &files, &[("market", "US")]).await;
    let walk = walk.expect(200).json();
    assert_eq!(walk["parts"][0]["definition"], "amazon.settlement_v2", "{walk}");
    assert_eq!(walk["parts"][0]["facts"]["ledger"], 5);
    assert_eq!(walk["parts"][0]["unknown_fees"].as_array().unwrap().len(), 1);
    let list = server.get(&owner, "/api/v1/imports").await.expect(200).json();
    assert_eq!(list["imports"], json!([]));
}

#[tokio::test]
async fn an_upload_larger_than_allowed_is_refused_while_it_streams() {
    let server = Server::start_with("upload_limit_mib = 1").await;
    let owner = server.owner().await;
    let bytes = vec![b'x'; (1 << 20) + 1];
    let files = [("big.txt", bytes.as_slice())];
    let reply = server.upload(&owner, "/api/v1/imports", &files, &[]).await.expect(413);
    assert_eq!(reply.code(), "too_large");
    assert_eq!(std::fs::read_dir(server.home().join("tmp")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_form_that_makes_no_sense_is_refused_before_anything_is_queued() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let path = "/api/v1/imports";
    let file: [(&str, &[u8]); 1] = [("a.txt", b"x")];
    let none = server.upload(&owner, path, &[], &[("store", "a")]).await.expect(422);
    assert_eq!(none.code(), "invalid");
    let day = server.upload(&owner, path, &file, &[("period_from", "June")]).await.expect(422);
    assert!(day.text().contains("2026-06-30"), "{}", day.text());
    let field = server.upload(&owner, path, &file, &[("shop", "a")]).await.expect(422);
    assert!(field.text().contains("unknown field"), "{}", field.text());
    let jobs = server.get(&owner, "/api/v1/jobs").await.expect(200).json();
    assert_eq!(jobs["jobs"], json!([]));
}

#[tokio::test]
async fn an_operator_brings_reports_but_not_costs() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let operator = server.user(&owner, "operator").await;
    import_settlement(&server, &operator).await;
    let template = server.get(&owner, "/api/v1/templates/product_costs.csv").await.expect(200);
    let header = template.text().trim_start_matches('\u{feff}').to_owned();
    let costs = format!("{header}LAMP-1,Lamp,,,,2026-01-01,20,USD,\r\n");

    let job = server.import(&operator, "costs.csv", costs.as_bytes(), &[]).await;

    assert_eq!(job["state"], "failed", "{job}");
    assert!(job["error"].as_str().unwrap().contains("your role"), "{job}");
    let products = server.get(&owner, "/api/v1/products").await.expect(200).json();
    assert_eq!(products["products"], json!([]));
}

#[tokio::test]
async fn people_who_are_not_signed_in_see_nothing_of_uploads() {
    let server = Server::start().await;
    server.owner().await;
    let file: [(&str, &[u8]); 1] = [("a.txt", b"x")];
    let reply = server.upload(&Caller::default(), "/api/v1/imports", &file, &[]).await;
    assert_eq!(reply.expect(401).code(), "not_signed_in");
}
