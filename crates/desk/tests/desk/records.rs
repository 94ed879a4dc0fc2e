use argosy_desk::{DeskError, OwnRate, Pairing, Product, ProductCost, Store};
use argosy_kernel::Currency;

use crate::support::{day, file, on_both};

fn store(name: &str) -> Store {
    Store {
        name: name.to_owned(),
        channel: "amazon".to_owned(),
        market: Some("de".to_owned()),
        currency: Some(Currency::EUR),
        time_zone: Some("Europe/Berlin".to_owned()),
    }
}

fn cost(sku: &str, since: &str, cost: &str) -> ProductCost {
    let cost = cost.parse().unwrap();
    ProductCost { sku: sku.to_owned(), market: None, since: day(since), cost, note: None }
}

fn pairing(sku: &str, since: Option<&str>, until: Option<&str>) -> Pairing {
    Pairing {
        store: "lantern-de".to_owned(),
        seller_sku: "LH-LAMP-01".to_owned(),
        sku: sku.to_owned(),
        since: since.map(day),
        until: until.map(day),
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, DeskError>) -> String {
    match result {
        Err(DeskError::Refused(text)) => text,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

on_both! {
    async fn a_store_keeps_its_channel_once_it_has_reports(bench: Bench) {
        let desk = &bench.desk;
        desk.save_store(&store("lantern-de"), "1").await.unwrap();
        assert_eq!(desk.store("lantern-de").await.unwrap().unwrap().market.as_deref(), Some("DE"));
        let import = bench.import("a1", "lantern-de").await;
        desk.commit_import(import, &[file("june", "lantern-de")], &[]).await.unwrap();

        let moved = Store { channel: "shopify".to_owned(), ..store("lantern-de") };
        assert!(refusal(desk.save_store(&moved, "1").await).contains("add another store"));
        let renamed = Store { time_zone: None, ..store("lantern-de") };
        desk.save_store(&renamed, "1").await.unwrap();
        assert_eq!(desk.stores().await.unwrap().len(), 1);
    }
}

on_both! {
    async fn the_name_of_a_store_cannot_leave_its_folder(bench: Bench) {
        for name in ["../etc", "a/b", "", "two words", "."] {
            refusal(bench.desk.save_store(&store(name), "1").await);
        }
        bench.desk.save_store(&store("灯笼_de-1"), "1").await.unwrap();
    }
}

on_both! {
    async fn costs_are_dated_replaced_and_bring_their_product(bench: Bench) {
        let desk = &bench.desk;
        let costs = [cost("LAMP", "2026-01-01", "4.10 CNY"), cost("LAMP", "2026-06-01", "4.5 USD")];
        desk.save_costs(&costs, "1").await.unwrap();
        let corrected = cost("LAMP", "2026-06-01", "4.75 USD");
        let german = ProductCost { market: Some("DE".to_owned()), ..corrected.clone() };
        desk.save_costs(&[corrected.clone(), german.clone()], "1").await.unwrap();

        let expected = [costs[0].clone(), corrected, german];
        assert_eq!(desk.product_costs().await.unwrap(), expected);
        assert_eq!(desk.products().await.unwrap()[0].name, "LAMP", "named by its SKU until later");
        assert!(refusal(desk.delete_product("LAMP", "1").await).contains("past profit needs them"));
        desk.delete_cost("LAMP", Some("DE"), day("2026-06-01"), "1").await.unwrap();
        assert_eq!(desk.product_costs().await.unwrap().len(), 2);
        let gone = desk.delete_cost("LAMP", Some("DE"), day("2026-06-01"), "1").await;
        assert!(matches!(gone, Err(DeskError::NotFound { .. })));
        let negative = desk.save_costs(&[cost("LAMP", "2026-07-01", "-1 USD")], "1").await;
        assert!(refusal(negative).contains("below zero"));
    }
}

on_both! {
    async fn a_product_is_changed_under_its_sku(bench: Bench) {
        let desk = &bench.desk;
        let mut lamp = Product {
            sku: "LAMP".to_owned(),
            name: "Lamp".to_owned(),
            brand: Some("Lantern".to_owned()),
            category: None,
            owner: Some(" ".to_owned()),
            stage: None,
        };
        desk.save_product(&lamp, "1").await.unwrap();
        lamp.name = "Paper lamp".to_owned();
        desk.save_product(&lamp, "1").await.unwrap();
        lamp.owner = None;
        assert_eq!(desk.products().await.unwrap(), [lamp]);
        desk.delete_product("LAMP", "1").await.unwrap();
        assert!(desk.products().await.unwrap().is_empty());
    }
}

on_both! {
    async fn a_seller_sku_is_one_product_at_a_time(bench: Bench) {
        let desk = &bench.desk;
        desk.save_store(&store("lantern-de"), "1").await.unwrap();
        desk.save_pairings(&[pairing("LAMP", None, None)], "1").await.unwrap();

        let again = [pairing("LAMP-2", Some("2026-05-01"), None)];
        let text = refusal(desk.save_pairings(&again, "1").await);
        assert!(text.ends_with("let the first end on 2026-04-30"), "{text}");
        assert_eq!(desk.products().await.unwrap().len(), 1, "nothing of the batch was kept");

        let both = [pairing("LAMP", None, Some("2026-04-30")), again[0].clone()];
        desk.save_pairings(&both, "1").await.unwrap();
        assert_eq!(desk.pairings().await.unwrap(), both);
        let inside = [pairing("LAMP-3", Some("2026-04-30"), Some("2026-04-30"))];
        refusal(desk.save_pairings(&inside, "1").await);
        desk.delete_pairing("lantern-de", "LH-LAMP-01", None, "1").await.unwrap();
        desk.save_pairings(&inside, "1").await.unwrap();
    }
}

on_both! {
    async fn a_pairing_names_a_store_that_exists_and_days_in_order(bench: Bench) {
        let desk = &bench.desk;
        desk.save_store(&store("lantern-us"), "1").await.unwrap();
        let text = refusal(desk.save_pairings(&[pairing("LAMP", None, None)], "1").await);
        assert_eq!(text, "there is no store `lantern-de`; did you mean `lantern-us`?");
        let backwards = pairing("LAMP", Some("2026-05-01"), Some("2026-04-01"));
        assert!(refusal(desk.save_pairings(&[backwards], "1").await).contains("exchange the days"));
    }
}

on_both! {
    async fn own_rates_are_per_euro_and_above_zero(bench: Bench) {
        let desk = &bench.desk;
        let rate = |currency, per_eur: &str| OwnRate {
            day: day("2026-06-30"),
            currency,
            per_eur: per_eur.parse().unwrap(),
        };
        desk.save_own_rates(&[rate(Currency::USD, "1.0854")], "1").await.unwrap();
        desk.save_own_rates(&[rate(Currency::USD, "1.09")], "1").await.unwrap();
        assert_eq!(desk.own_rates().await.unwrap(), [rate(Currency::USD, "1.09")]);
        refusal(desk.save_own_rates(&[rate(Currency::USD, "0")], "1").await);
        refusal(desk.save_own_rates(&[rate(Currency::EUR, "1")], "1").await);
        desk.delete_own_rate(day("2026-06-30"), Currency::USD, "1").await.unwrap();
        assert!(desk.own_rates().await.unwrap().is_empty());
    }
}

on_both! {
    /// A company with many products pastes them all at once.
    async fn thousands_of_costs_are_saved_in_one_go(bench: Bench) {
        let costs: Vec<_> = (0..5_000)
            .map(|number| cost(&format!("SKU-{number:05}"), "2026-01-01", "1.25 USD"))
            .collect();
        bench.desk.save_costs(&costs, "1").await.unwrap();
        assert_eq!(bench.desk.product_costs().await.unwrap(), costs);
        bench.desk.verify_audit().await.unwrap();
    }
}
