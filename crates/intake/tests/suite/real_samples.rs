//! Public samples of real layouts, read from the folder `ARGOSY_SAMPLES` names.

use std::path::PathBuf;

use argosy_desk::ImportState;
use argosy_intake::{ImportOptions, ImportReport};
use argosy_kernel::{Period, Severity};

use crate::company::Company;

fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("ARGOSY_SAMPLES").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("ARGOSY_SAMPLES is not set: the public samples are not read");
    }
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_settlement_reconciles_to_the_cent() {
    let Some(folder) = samples() else { return };
    let company = Company::with_knowledge().await;
    let file = folder.join("amazon-settlement/settlement_v2_usd.txt");
    let report = company.import_with(&file, "us", ImportOptions::default()).await;
    assert_eq!(report.state, ImportState::Done, "{report:#?}");
    let balance = &report.balance[0];
    assert_eq!(balance.expected.to_string(), "582.89");
    assert!(balance.difference.is_zero());
    assert_eq!(company.query("select sum(amount) from ledger").await, ["582.89"]);
    assert!(report.problems.iter().all(|p| p.severity != Severity::Error), "{report:#?}");
}

/// Imports a public sample into a shop of its channel, with what the file may not say.
async fn import(company: &Company, file: PathBuf, channel: &str) -> ImportReport {
    let june = |day| chrono::NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
    company.store("us", channel, Some("US")).await;
    let options = ImportOptions {
        market: Some("US".to_owned()),
        period: Period::new(june(30), june(30)),
        ..ImportOptions::default()
    };
    company.import_with(&file, "us", options).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_covered_public_sample_imports_without_a_lost_row() {
    let Some(folder) = samples() else { return };
    let covered: [(&str, &str, u64); 15] = [
        ("amazon-report-json/sellerSalesAndTrafficReport.1.json", "amazon.sales_and_traffic", 0),
        ("amazon-report-json/sellerSalesAndTrafficReport.2.json", "amazon.sales_and_traffic", 0),
        ("amazon-report-json/promotionReport.1.json", "amazon.promotion_performance", 8),
        (
            "amazon-report-json/sellingPartnerMarketBasketAnalysisReport.1.json",
            "amazon.market_basket",
            12,
        ),
        (
            "amazon-report-json/sellingPartnerRepeatPurchaseReport.1.json",
            "amazon.repeat_purchase",
            15,
        ),
        (
            "amazon-report-json/sellingPartnerSearchTermsReport.1.json",
            "amazon.brand_search_terms",
            12,
        ),
        (
            "amazon-fba-reports/GET_AMAZON_FULFILLED_SHIPMENTS.eolabs.csv",
            "amazon.fulfilled_shipments",
            5,
        ),
        ("shopify-csv/products_packt.csv", "shopify.products", 21),
        ("shopify-rest/order.json", "shopify.", 7),
        ("shopify-rest/orders.json", "shopify.rest_orders", 3),
        ("shopify-rest/payouts.json", "shopify.rest_payouts", 48),
        ("shopify-rest/payouts_transactions.json", "shopify.rest_balance_transactions", 82),
        ("shopify-rest/transactions.json", "shopify.rest_transactions", 1),
        ("shopify-rest/products.json", "shopify.", 4),
        ("shopify-rest/variants.json", "shopify.", 4),
    ];
    for (file, definition, facts) in covered {
        let company = Company::with_knowledge().await;
        let channel = definition.split_once('.').unwrap().0;
        let report = import(&company, folder.join(file), channel).await;
        assert_eq!(report.state, ImportState::Done, "{file}: {report:#?}");
        let found = report.definition.as_deref().unwrap_or_default();
        assert!(found.starts_with(definition), "{file}: {found}");
        let errors: Vec<_> =
            report.problems.iter().filter(|p| p.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{file}: {errors:#?}");
        let told: u64 = report.facts.values().sum();
        assert!(told > 0 && (facts == 0 || told == facts), "{file}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn public_samples_that_are_no_reports_are_refused_with_a_sentence() {
    let Some(folder) = samples() else { return };
    let refused = [
        ("amazon-report-json/vendorCouponReport.1.json", "amazon"),
        ("amazon-spapi-json/orders-getOrder.json", "amazon"),
        ("shopify-rest/balance.json", "shopify"),
        ("shopify-rest/customer.json", "shopify"),
    ];
    for (file, channel) in refused {
        let path = folder.join(file);
        if !path.exists() {
            eprintln!("{file} is not among the public samples");
            continue;
        }
        let company = Company::with_knowledge().await;
        let report = import(&company, path, channel).await;
        assert_eq!(report.state, ImportState::Failed, "{file}: {report:#?}");
        assert_eq!(report.problems[0].code, "refused_report", "{file}: {report:#?}");
        assert!(!report.problems[0].hint.is_empty() && report.facts.is_empty(), "{file}");
    }
}

/// Some public samples have one row of placeholders (each cell says its column's name): the layout
/// is known, and no placeholder becomes a fact.
#[tokio::test(flavor = "multi_thread")]
async fn placeholders_of_public_samples_are_told_and_not_loaded() {
    let Some(folder) = samples() else { return };
    let placeholders = [
        ("GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA.tsv", "amazon.fba_myi_inventory"),
        ("GET_FLAT_FILE_ARCHIVED_ORDERS_DATA_BY_ORDER_DATE.tsv", "amazon.all_orders"),
    ];
    for (file, definition) in placeholders {
        let company = Company::with_knowledge().await;
        let file = folder.join("amazon-fba-reports").join(file);
        let report = import(&company, file, "amazon").await;
        assert_eq!(report.definition.as_deref(), Some(definition));
        assert!(report.facts.is_empty() && !report.problems.is_empty(), "{report:#?}");
    }
}
