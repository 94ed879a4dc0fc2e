//! When the time of personal data is over it goes from raw files, and every fact stays.

use std::io::{Read, Write};

use argosy_desk::{BlankState, ImportState, PurchaseKind};
use argosy_intake::{Blanked, ImportReport};

use crate::company::Company;

const HEADER: &str = "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,\
    Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,\
    Lineitem price,Lineitem sku,Lineitem discount,Billing Name,Shipping Name,Shipping Street,\
    Shipping City,Shipping Zip,Shipping Country,Phone,Id,Cancelled at,Refunded Amount\n";
const ORDER: &str = "#1001,mei.lin@example.com,paid,2026-06-03 10:00:00 +0000,fulfilled,USD,30.00,\
    0.00,0.00,30.00,,0.00,2026-06-03 10:00:00 +0000,1,Mug,30.00,MUG-1,0.00,Mei Lin,Mei Lin,\
    \"Harbour Road 5, Flat 2\",Seattle,98101,US,+1 206 555 0100,5001,,0.00\n";
const OTHER: &str = "#1002,bo.chen@example.com,paid,2026-06-04 10:00:00 +0000,fulfilled,USD,10.00,\
    0.00,0.00,10.00,,0.00,2026-06-04 10:00:00 +0000,1,Cup,10.00,CUP-1,0.00,Bo Chen,Bo Chen,\
    Hill Road 7,Seattle,98101,US,+1 206 555 0101,5002,,0.00\n";
const PEOPLE: [&str; 5] = ["mei.lin@example.com", "Mei Lin", "Harbour Road", "98101", "555 0100"];

async fn shop(channel: &str) -> Company {
    let company = Company::with_knowledge().await;
    company.store("shop", channel, Some("US")).await;
    company
}

async fn blank(company: &Company, report: &ImportReport) -> Blanked {
    let row = company.desk.import(report.import.unwrap()).await.unwrap().unwrap();
    company.intake.blank(&row, false).await.unwrap()
}

/// What is kept of a file, members of an archive unpacked.
fn kept(company: &Company, report: &ImportReport) -> String {
    let mut bytes = Vec::new();
    company.intake.raw().open(&report.raw_sha256).unwrap().read_to_end(&mut bytes).unwrap();
    if !bytes.starts_with(b"PK") {
        return String::from_utf8(bytes).unwrap();
    }
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    for at in 0..zip.len() {
        zip.by_index(at).unwrap().read_to_string(&mut text).unwrap();
    }
    text
}

fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Frees the file of people and says what is kept; facts and a rebuild must stay the same.
async fn freed(company: &Company, report: &ImportReport) -> String {
    let before = company.hash().await;
    let blanked = blank(company, report).await;
    assert_eq!(blanked.state, BlankState::Blanked, "{blanked:?}");
    let rebuilt = company.intake.rebuild("test", &|_| {}).await.unwrap();
    assert!(rebuilt.is_same(), "{rebuilt:?}");
    assert_eq!(company.hash().await, before);
    kept(company, report)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_freed_of_people_stays_so_when_it_is_uploaded_again() {
    let company = shop("shopify").await;
    let text = format!("{HEADER}{ORDER}");
    let report = company.import("orders.csv", &text).await;
    freed(&company, &report).await;
    let again = company.import("orders again.csv", &text).await;
    assert_eq!(again.state, ImportState::Duplicate);
    assert!(company.intake.raw().is_blanked(&report.raw_sha256));
    // Also where it is loaded once more: taken back, and imported anew.
    company.intake.undo(report.import.unwrap(), "test", &|_| {}).await.unwrap();
    let anew = company.import("orders anew.csv", &text).await;
    assert_eq!(anew.state, ImportState::Done, "{:#?}", anew.problems);
    let kept = kept(&company, &anew);
    for person in PEOPLE {
        assert!(!kept.contains(person), "{person} is back");
    }
    assert!(company.intake.rebuild("test", &|_| {}).await.unwrap().is_same());
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_pasted_below_themselves_count_once_also_without_their_people() {
    let company = shop("shopify").await;
    let text = format!("{HEADER}{ORDER}{OTHER}{HEADER}{ORDER}{OTHER}");
    let report = company.import("twice.csv", text).await;
    assert!(report.problems.iter().any(|one| one.code == "file_repeated"), "{report:#?}");
    assert_eq!(company.query("select sum(amount) from ledger").await, ["40"]);
    let kept = freed(&company, &report).await;
    assert_eq!(company.query("select sum(amount) from ledger").await, ["40"]);
    assert!(PEOPLE.iter().all(|person| !kept.contains(person)), "{kept}");
}

/// An order of a WooCommerce shop with keys that plugins put into it.
fn woo_order() -> String {
    r#"[{"id":727,"parent_id":0,"number":"727","order_key":"wc_order_1","status":"completed",
    "currency":"EUR","date_created":"2026-06-02T00:28:02","date_created_gmt":"2026-06-01T22:28:02",
    "date_modified":"2026-06-03T10:00:00","date_modified_gmt":"2026-06-03T08:00:00",
    "shipping_total":"4.00","total":"14.00","total_tax":"0.00","prices_include_tax":true,
    "buyer_email":"ada@example.com","phone_number":"+49 30 5550100","zip_code":50667,
    "address_line1":"Hafenweg 5","buyer":{"name":"Ada Muster"},
    "postalAddress":{"name":"Ada Muster","region":"Rhineland","countryCode":"DE"},
    "deliveryAddress":{"name":"Ada Muster","lines":["Hafenweg 5"]},
    "billing":{"email":"ada@example.com","country":"DE"},"shipping":{"country":"DE"},
    "meta_data":[{"id":2,"key":"_stripe_fee","value":"0.40"}],
    "line_items":[{"id":315,"name":"Lamp","quantity":1,"subtotal":"10.00","total":"10.00",
    "total_tax":"0.00","sku":"LAMP-01","product_id":93,"variation_id":0}],
    "tax_lines":[],"fee_lines":[],"refunds":[]}]"#
        .to_owned()
}

const BUYER: [&str; 6] =
    ["ada@example.com", "5550100", "50667", "Hafenweg", "Ada Muster", "Rhineland"];

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_no_definition_knows_lose_what_sounds_personal() {
    let company = shop("woocommerce").await;
    let report = company.import("orders.json", woo_order()).await;
    assert_eq!(report.state, ImportState::Done, "{:#?}", report.problems);
    let kept = freed(&company, &report).await;
    for person in BUYER {
        assert!(!kept.contains(person), "{person} stands in {kept}");
    }
    for thing in ["Lamp", "LAMP-01", "_stripe_fee", "\"countryCode\":\"DE\"", "argosy-hash:"] {
        assert!(kept.contains(thing), "{thing} went from {kept}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_go_from_a_document_in_an_archive() {
    let second = woo_order().replace("727", "728");
    let lines = |order: &str| {
        let one: serde_json::Value = serde_json::from_str(order).unwrap();
        one[0].to_string()
    };
    for (name, bytes) in [
        ("orders.zip", archive(&[("export/orders.json", &woo_order())])),
        ("with note.zip", archive(&[("orders.json", &woo_order()), ("__MACOSX/._orders", "x")])),
        (
            "lines.zip",
            archive(&[("orders.jsonl", &format!("{}\n{}\n", lines(&woo_order()), lines(&second)))]),
        ),
    ] {
        let company = shop("woocommerce").await;
        let report = company.import(name, bytes).await;
        assert_eq!(report.state, ImportState::Done, "{name}: {:#?}", report.problems);
        let kept = freed(&company, &report).await;
        for person in BUYER {
            assert!(!kept.contains(person), "{name}: {person} stands in {kept}");
        }
        assert!(kept.contains("LAMP-01"), "{name}: {kept}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_a_purchase_template_are_understood_in_both_languages() {
    let company = shop("amazon").await;
    let text = "Document,Kind,Received,Warehouse,From warehouse,SKU,Units,Unit cost,Currency\n\
                A,期初库存,2026-01-01,FBA US,,LAMP-01,12,5.10,USD\n\
                B,Opening Stock,2026-01-01,FBA US,,LAMP-02,12,5.10,USD\n\
                C,采购入库,2026-01-02,Shenzhen,,LAMP-01,12,5.10,USD\n\
                D,Move,2026-01-03,FBA US,Shenzhen,LAMP-01,2,,\n\
                E,,2026-01-02,Shenzhen,,LAMP-01,12,5.10,USD\n\
                F,moonshine,2026-01-02,Shenzhen,,LAMP-01,12,5.10,USD\n";
    let report = company.import("purchases.csv", text).await;
    let kinds: Vec<PurchaseKind> =
        company.desk.purchases().await.unwrap().into_iter().map(|line| line.kind).collect();
    use PurchaseKind::{Opening, Purchase, Transfer};
    assert_eq!(kinds, [Opening, Opening, Purchase, Transfer, Purchase], "{:#?}", report.problems);
    let refused: Vec<_> =
        report.problems.iter().filter(|one| one.code == "record_refused").collect();
    assert_eq!((refused.len(), refused[0].place.line), (1, Some(7)), "{:#?}", report.problems);

    let text = "Document,Kind,Day,Amount,Currency,Split by,For documents\n\
                F,头程运费,2026-01-04,86.00,USD,按体积,D\nG,Customs,2026-01-05,8.00,USD,CBM,D\n";
    company.import("freight.csv", text).await;
    let freight = company.desk.freight().await.unwrap();
    let told: Vec<_> = freight.iter().map(|line| (line.kind.name(), line.split.name())).collect();
    assert_eq!(told, [("freight", "volume"), ("duty", "volume")]);
}
