//! Boards and papers, and costs shared to the cent.

use super::*;

#[tokio::test]
async fn papers_are_printed_in_both_languages() {
    let world = company().await;
    let po = sent_order(&world, 600).await;
    let form = json!({ "mode": "sea", "to": "FBA-DE" });
    let done = act(&world, ("purchase_order", "ship"), &[&po], form).await.unwrap();
    let ground = world.ground();
    let chapters = Product::alone();
    let rfq = json!({ "title": "春季台灯", "suppliers": ["S1"], "currency": "CNY",
                      "lines": [{ "sku": "LAMP", "units": 600, "spec": "3000 K" }] });
    let rfq = save(&world, "rfq", rfq).await.unwrap();
    let sheets = [
        ("rfq", rfq.as_str(), "rfq"),
        ("purchase_order", po.as_str(), "order"),
        ("shipment", done.records[0].1.as_str(), "packing_list"),
        ("shipment", done.records[0].1.as_str(), "commercial_invoice"),
    ];
    for (kind, id, paper) in sheets {
        let record = ground.record(kind, id).await.unwrap();
        for language in ["en", "zh-CN"] {
            let printed = chapters[0].print(&ground, &record, paper, language).await.unwrap();
            assert!(printed.bytes.starts_with(b"%PDF-"), "{paper} {language}");
            if let Ok(folder) = std::env::var("ARGOSY_PAPERS") {
                let name = format!("{folder}/{language}-{}", printed.name);
                std::fs::write(name, printed.bytes).unwrap();
            }
        }
    }
}

#[tokio::test]
async fn every_board_answers_an_empty_and_a_running_company() {
    let empty = World::new("", &[], "2026-06-30").await;
    let running = company().await;
    let po = sent_order(&running, 100).await;
    let form = json!({ "day": "2026-04-10", "place": "SZ" });
    act(&running, ("purchase_order", "receive"), &[&po], form).await.unwrap();
    for id in [
        "items",
        "quotations",
        "orders",
        "due_payments",
        "shipment_costs",
        "scorecard",
        "certificates",
        "stock",
        "disposal",
    ] {
        assert_eq!(board(&empty, id).await.rows, [], "{id}");
        board(&running, id).await;
    }
    let cards = board(&running, "scorecard").await;
    let row = cards.rows.iter().find(|row| row.id == "S1").unwrap();
    assert_eq!(row.cells["otif"], Cell::Number(Decimal::ONE), "all there ten days early");
    assert_eq!(row.cells["single_share"], Cell::Number(Decimal::ONE));
}

/// Draws from a fixed sequence (Numerical Recipes' linear congruential generator).
fn draw(seed: &mut u64, below: u64) -> u64 {
    *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) % (1 << 32);
    *seed * below / (1 << 32)
}

#[test]
fn costs_shared_over_lines_neither_make_nor_lose_a_cent() {
    let mut seed = 7;
    for _ in 0..2_000 {
        let lines = 1 + draw(&mut seed, 12);
        let lines: Vec<Value> = (0..lines)
            .map(|at| json!({ "sku": format!("S{at}"), "units": 1 + draw(&mut seed, 5_000) }))
            .collect();
        let shipment: crate::model::goods::Shipment =
            serde_json::from_value(json!({ "mode": "sea", "to": "X", "lines": lines })).unwrap();
        let cents = i64::try_from(draw(&mut seed, 10_000_000)).unwrap();
        let amount = Money::new(Decimal::new(cents - 5_000_000, 2), Currency::USD);
        let prices: Vec<Decimal> = shipment
            .lines
            .iter()
            .map(|_| Decimal::new(i64::try_from(draw(&mut seed, 99_999)).unwrap(), 3))
            .collect();
        for by in [
            crate::purchasing::freight::By::Value,
            crate::purchasing::freight::By::Units,
            crate::purchasing::freight::By::Weight,
        ] {
            let parts =
                crate::purchasing::freight::shared(amount, &shipment, &BTreeMap::new(), by, |at| {
                    Some(prices[at])
                });
            assert_eq!(parts.len(), shipment.lines.len());
            let sum: Decimal = parts.iter().map(|part| part.amount).sum();
            assert_eq!(sum, amount.amount, "{by:?} {shipment:?}");
        }
    }
}
