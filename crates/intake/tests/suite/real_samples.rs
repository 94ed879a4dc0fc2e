//! Public samples of real layouts, read from the folder `ARGOSY_SAMPLES` names.

use std::path::PathBuf;

use argosy_desk::ImportState;
use argosy_intake::ImportOptions;
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

#[tokio::test(flavor = "multi_thread")]
async fn every_covered_public_sample_imports_without_a_lost_row() {
    let Some(folder) = samples() else { return };
    let covered = [
        ("amazon-report-json/sellerSalesAndTrafficReport.1.json", "amazon.sales_and_traffic"),
        ("amazon-report-json/sellerSalesAndTrafficReport.2.json", "amazon.sales_and_traffic"),
    ];
    for (file, definition) in covered {
        let company = Company::with_knowledge().await;
        let june = |day| chrono::NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
        let options = ImportOptions {
            market: Some("US".to_owned()),
            period: Period::new(june(1), june(30)),
            ..ImportOptions::default()
        };
        let report = company.import_with(&folder.join(file), "us", options).await;
        assert_eq!(report.state, ImportState::Done, "{file}: {report:#?}");
        assert_eq!(report.definition.as_deref(), Some(definition), "{file}");
        let errors: Vec<_> =
            report.problems.iter().filter(|p| p.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{file}: {errors:#?}");
        assert!(report.rows > 0 && report.facts.values().sum::<u64>() > 0, "{file}");
    }
}

/// Two public samples have one row of placeholders (each cell says its column's name): the layout is
/// known, and no placeholder becomes a fact.
#[tokio::test(flavor = "multi_thread")]
async fn placeholders_of_public_samples_are_told_and_not_loaded() {
    let Some(folder) = samples() else { return };
    let placeholders = [
        ("GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA.tsv", "amazon.fba_myi_inventory", "not_a_number"),
        ("GET_FLAT_FILE_ARCHIVED_ORDERS_DATA_BY_ORDER_DATE.tsv", "amazon.all_orders", "not_a_date"),
    ];
    for (file, definition, code) in placeholders {
        let company = Company::with_knowledge().await;
        let june = |day| chrono::NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
        let options = ImportOptions {
            market: Some("US".to_owned()),
            period: Period::new(june(30), june(30)),
            ..ImportOptions::default()
        };
        let file = folder.join("amazon-fba-reports").join(file);
        let report = company.import_with(&file, "us", options).await;
        assert_eq!(report.definition.as_deref(), Some(definition));
        assert_eq!(report.state, ImportState::Failed);
        assert!(report.problems.iter().any(|p| p.code == code), "{report:#?}");
        assert!(report.facts.is_empty(), "{report:#?}");
    }
}
