use argosy_desk::{
    DeskError, FreightKind, FreightLine, PurchaseKind, PurchaseLine, Split, Store, WarehouseRule,
};

use crate::support::{day, on_both};

fn bought(document: &str, sku: &str, units: i64, cost: &str) -> PurchaseLine {
    PurchaseLine {
        document: document.to_owned(),
        line: 1,
        kind: PurchaseKind::Purchase,
        supplier: Some("Lantern works".to_owned()),
        received: day("2026-03-04"),
        place: "Shenzhen".to_owned(),
        from_place: None,
        sku: sku.to_owned(),
        units,
        unit_cost: Some(cost.parse().unwrap()),
        unit_weight: Some("0.45".parse().unwrap()),
        unit_volume: None,
        note: None,
    }
}

fn shipped(document: &str, applies_to: &[&str]) -> FreightLine {
    FreightLine {
        document: document.to_owned(),
        line: 1,
        kind: FreightKind::Freight,
        day: day("2026-03-20"),
        amount: "800 USD".parse().unwrap(),
        split: Split::Weight,
        applies_to: applies_to.iter().map(ToString::to_string).collect(),
        note: None,
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, DeskError>) -> String {
    match result {
        Err(DeskError::Refused(text)) => text,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

on_both! {
    async fn a_purchase_document_sent_again_replaces_its_lines_and_no_others(bench: Bench) {
        let desk = &bench.desk;
        let lamp = bought("PO-1", "LAMP", 100, "28.50 CNY");
        let mut shade = PurchaseLine { line: 2, ..bought("PO-1", "SHADE", 50, "7.25 CNY") };
        let other = bought("PO-2", "LAMP", 10, "30 CNY");
        desk.replace_purchases(&[lamp.clone(), shade.clone(), other.clone()], "1").await.unwrap();
        assert_eq!(desk.purchases().await.unwrap(), [lamp, shade.clone(), other.clone()]);
        assert_eq!(desk.products().await.unwrap().len(), 2, "products come with their purchase");

        shade.units = 48;
        desk.replace_purchases(&[shade.clone()], "1").await.unwrap();
        shade.line = 1;
        assert_eq!(desk.purchases().await.unwrap(), [shade, other]);
        let text = refusal(desk.delete_product("LAMP", "1").await);
        assert!(text.contains("purchases"), "{text}");
    }
}

on_both! {
    async fn a_purchase_says_what_a_unit_cost_and_a_transfer_where_it_came_from(bench: Bench) {
        let desk = &bench.desk;
        let good = bought("PO-1", "LAMP", 1, "1 USD");
        let transfer = PurchaseLine {
            kind: PurchaseKind::Transfer,
            from_place: Some("Shenzhen".to_owned()),
            place: "FBA US".to_owned(),
            unit_cost: None,
            ..good.clone()
        };
        let wrong = [
            PurchaseLine { unit_cost: None, ..good.clone() },
            PurchaseLine { units: 0, ..good.clone() },
            PurchaseLine { unit_cost: Some("-1 USD".parse().unwrap()), ..good.clone() },
            PurchaseLine { from_place: Some("Ningbo".to_owned()), ..good.clone() },
            PurchaseLine { place: " ".to_owned(), ..good.clone() },
            PurchaseLine { from_place: None, ..transfer.clone() },
            PurchaseLine { place: "Shenzhen".to_owned(), ..transfer.clone() },
            PurchaseLine { unit_cost: good.unit_cost, ..transfer.clone() },
        ];
        for line in wrong {
            refusal(desk.replace_purchases(&[good.clone(), line], "1").await);
            assert!(desk.purchases().await.unwrap().is_empty(), "all of a document or nothing");
        }
        desk.replace_purchases(std::slice::from_ref(&transfer), "1").await.unwrap();
        assert_eq!(desk.purchases().await.unwrap(), [transfer]);
    }
}

on_both! {
    async fn freight_keeps_the_purchase_it_is_shared_over(bench: Bench) {
        let desk = &bench.desk;
        desk.replace_purchases(&[bought("PO-1", "LAMP", 1, "1 USD")], "1").await.unwrap();
        let mut freight = shipped("F-9", &["PO-1", "PO-2", "PO-1"]);
        desk.replace_freight(&[freight.clone()], "1").await.unwrap();
        freight.applies_to.pop();
        assert_eq!(desk.freight().await.unwrap(), [freight]);
        assert!(refusal(desk.delete_purchase("PO-1", "1").await).contains("F-9"));
        desk.delete_freight("F-9", "1").await.unwrap();
        desk.delete_purchase("PO-1", "1").await.unwrap();
        let gone = desk.delete_purchase("PO-1", "1").await;
        assert!(matches!(gone, Err(DeskError::NotFound { .. })));
        refusal(desk.replace_freight(&[shipped("F-1", &[])], "1").await);
        desk.verify_audit().await.unwrap();
    }
}

on_both! {
    async fn a_store_names_one_warehouse_for_each_market_and_place(bench: Bench) {
        let desk = &bench.desk;
        let store = Store {
            name: "lantern-de".to_owned(),
            channel: "amazon".to_owned(),
            market: None,
            currency: None,
            time_zone: None,
        };
        desk.save_store(&store, "1").await.unwrap();
        let rule = |market: Option<&str>, warehouse: &str| WarehouseRule {
            store: "lantern-de".to_owned(),
            market: market.map(str::to_owned),
            place: None,
            warehouse: warehouse.to_owned(),
        };
        let rules = [rule(None, "FBA EU"), rule(Some("GB"), "FBA UK")];
        desk.save_warehouse_rules(&rules, "1").await.unwrap();
        assert_eq!(desk.warehouse_rules().await.unwrap(), rules);
        let twice = [rule(Some("GB"), "A"), rule(Some("gb"), "B")];
        assert!(refusal(desk.save_warehouse_rules(&twice, "1").await).contains("two warehouses"));
        desk.save_warehouse_rules(&[], "1").await.unwrap();
        assert!(desk.warehouse_rules().await.unwrap().is_empty());
    }
}

#[test]
fn kinds_of_documents_are_kept_by_their_names() {
    assert_eq!(PurchaseKind::from_name("opening"), Some(PurchaseKind::Opening));
    assert_eq!(FreightKind::from_name("duty"), Some(FreightKind::Duty));
    assert_eq!(Split::from_name("by moonlight"), None);
    for split in Split::ALL {
        assert_eq!(Split::from_name(split.name()), Some(*split));
    }
}
