//! Unknown tables are mapped to facts once, and are reports like any other from then on.

use std::path::PathBuf;

use argosy::{
    app::App,
    home::Home,
    mapping,
    receive::{self, Given, Sender},
};
use argosy_desk::ImportState;
use argosy_facts::arrow::{array::AsArray, datatypes::Int64Type};
use axum::http::Method;
use serde_json::{Value, json};

use crate::harness::{Caller, Server};

/// A bank's export: semicolons, decimal commas, German headers.
const BANK: &str = "\
Buchungstag;Betrag;Währung;Verwendungszweck;IBAN
16.06.2026;66,49;EUR;AMAZON PAYOUT 9001;DE00123
17.06.2026;-1.250,00;EUR;RENT JUNE;DE00123
";

async fn preview(server: &Server, who: &Caller, file: (&str, &str), draft: &str) -> Value {
    let files = [(file.0, file.1.as_bytes())];
    let fields = [("draft", draft)];
    let reply = server.upload(who, "/api/v1/mappings/preview", &files, &fields).await;
    reply.expect(200).json()
}

#[tokio::test]
async fn a_bank_statement_is_mapped_once_and_recognised_from_then_on() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let wish = json!({ "table": "bank" }).to_string();

    let seen = preview(&server, &owner, ("bank.csv", BANK), &wish).await;

    let mut draft = seen["draft"].clone();
    assert_eq!(seen["facts"]["bank"], 2, "{seen:#}");
    draft["id"] = json!("giro");
    draft["channel"] = json!("hausbank");
    let body = json!({ "draft": draft, "file_name": "bank.csv" });
    let saved = server.post(&owner, "/api/v1/mappings", body).await.expect(201).json();
    assert_eq!(saved["id"], "hausbank.giro");

    let job = server.import(&owner, "july.csv", BANK.as_bytes(), &[("store", "konto")]).await;
    assert_eq!(job["result"]["state"], "done", "{job}");
    let import = format!("/api/v1/imports/{}", job["result"]["import"]);
    let import = server.get(&owner, &import).await.expect(200).json();
    assert!(import["definition"].as_str().unwrap().starts_with("hausbank.giro@"), "{import}");
    let sql = json!({ "query": "select sum(amount), count(*) from bank" });
    let answer = server.post(&owner, "/api/v1/sql", sql).await.expect(200).json();
    assert_eq!(answer["rows"][0], json!(["-1183.510000", "2"]), "{answer}");

    // It stays while a rebuild needs it.
    let path = "/api/v1/mappings/hausbank.giro";
    let refused = server.call(&owner, Method::DELETE, path, None).await.expect(422);
    assert!(refused.text().contains("july.csv"), "{}", refused.text());
}

#[tokio::test]
async fn a_mapping_that_lacks_what_a_fact_needs_is_refused_with_the_column() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let draft = json!({
        "id": "half", "channel": "hausbank", "table": "bank",
        "columns": [{ "from": "Betrag", "as": "decimal", "to": ["amount"] }],
        "replace_by": ["file"],
    });
    let seen = preview(&server, &owner, ("bank.csv", BANK), &draft.to_string()).await;
    assert_eq!(seen["problems"][0]["code"], "mapping_wrong", "{seen:#}");
    assert!(seen["problems"].to_string().contains("`day`"), "{seen:#}");
    let body = json!({ "draft": draft, "file_name": "bank.csv" });
    server.post(&owner, "/api/v1/mappings", body).await.expect(422);
}

#[tokio::test]
async fn a_mapping_cannot_take_the_place_of_a_report_argosy_knows() {
    let server = Server::start().await;
    let owner = server.owner().await;
    let wish = json!({ "table": "bank" }).to_string();
    let mut draft = preview(&server, &owner, ("bank.csv", BANK), &wish).await["draft"].clone();
    draft["id"] = json!("settlement_v2");
    draft["channel"] = json!("amazon");
    let body = json!({ "draft": draft, "file_name": "bank.csv" });
    let refused = server.post(&owner, "/api/v1/mappings", body).await.expect(422);
    assert!(refused.text().contains("already"), "{}", refused.text());
}

/// UCI Online Retail: half a million real order lines of a company Argosy knows nothing of.
#[tokio::test(flavor = "multi_thread")]
async fn online_retail_comes_in_through_a_mapping_to_the_last_penny() {
    let Some(datasets) = std::env::var_os("ARGOSY_DATASETS").map(PathBuf::from) else {
        eprintln!("skipped: set ARGOSY_DATASETS");
        return;
    };
    let file = datasets.join("online_retail_uci/online_retail.csv.gz");
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(Home::create(folder.path()).unwrap()).await.unwrap();
    let given = Given { store: Some("retail".to_owned()), ..Given::default() };
    let draft: mapping::Draft = serde_json::from_value(json!({
        "id": "online_retail", "channel": "uci", "table": "orders",
        "columns": [
            { "from": "InvoiceNo", "as": "id", "to": ["order_id"] },
            { "from": "StockCode", "as": "id", "to": ["seller_sku"] },
            { "from": "Quantity", "as": "integer", "to": ["units"] },
            { "from": "InvoiceDate", "as": "instant", "to": ["day", "at"] },
            { "from": "UnitPrice", "as": "decimal" },
            { "from": "CustomerID", "as": "buyer", "to": ["buyer"] },
            { "from": "Country", "as": "text", "to": ["ship_country"] },
        ],
        "fixed": { "currency": "GBP" },
        "computed": { "item_price": "quantity * unit_price" },
        "replace_by": ["order_id"],
    }))
    .unwrap();
    mapping::save(&app, draft, "online_retail.csv.gz").await.unwrap();

    let sender = Sender { who: "cli", file_name: "online_retail.csv.gz", may_edit: true };
    let report = receive::import(&app, &file, &given, sender, &|_| {}).await.unwrap();

    assert_eq!(report.state, ImportState::Done, "{:?}", report.problems.first());
    assert_eq!(report.rows, 541_909);
    let files = app.desk().current_files(None).await.unwrap();
    let session = app.facts().session(&files).unwrap();
    let sql = "select count(*), count(distinct ship_country), \
               cast(sum(item_price) as decimal(20, 2)) from orders";
    let batches = session.query(sql).await.unwrap();
    let whole = |at: usize| batches[0].column(at).as_primitive::<Int64Type>().value(0);
    assert_eq!((whole(0), whole(1)), (541_909, 38));
    let sum = argosy_facts::arrow::util::display::array_value_to_string(batches[0].column(2), 0);
    assert_eq!(sum.unwrap(), "9747747.93");
}
