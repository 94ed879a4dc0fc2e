//! The way of goods and their money.

use super::*;

/// Asks two suppliers, orders from the better one, and has the goods made; gives the order.
async fn ordered(world: &World) -> String {
    let rfq = save(
        world,
        "rfq",
        json!({
            "title": "Lamps", "suppliers": ["S1", "S2"], "currency": "CNY",
            "lines": [{ "sku": "LAMP", "units": 600 }, { "sku": "STAND", "units": 100 }],
        }),
    )
    .await
    .unwrap();
    shift(world, "rfq", &rfq, &["send"]).await.unwrap();
    for (supplier, lamp, stand) in [("S1", "28.50", "41.00"), ("S2", "30.00", "39.00")] {
        save(
            world,
            "quotation",
            json!({
                "rfq": rfq, "supplier": supplier, "received_on": "2026-06-29", "currency": "CNY",
                "valid_until": "2026-07-31", "deposit_share": "0.3",
                "lines": [{ "sku": "LAMP", "price": lamp, "moq": 500, "lead_days": 30 },
                          { "sku": "STAND", "price": stand, "moq": 200, "lead_days": 30 }],
            }),
        )
        .await
        .unwrap();
    }
    let offers = board(world, "quotations").await;
    let best: Vec<&str> = offers
        .rows
        .iter()
        .filter(|row| row.cells["best"] == Cell::Flag(true))
        .map(|row| row.id.as_str())
        .collect();
    assert_eq!(best, ["LAMP · QT-2026-0001"], "stands are below the least order of both");
    let done = act(world, ("quotations", "order"), &best, json!({})).await.unwrap();
    let po = done.records.iter().find(|(kind, _)| kind == "purchase_order").unwrap().1.clone();
    shift(world, "purchase_order", &po, &["approve", "send", "produce", "ready"]).await.unwrap();

    let order = world.ground().record("purchase_order", &po).await.unwrap();
    assert_eq!(order.body["approved_by"], "mei");
    assert_eq!(order.body["ready_on"], "2026-06-30");
    po
}

#[tokio::test]
async fn goods_go_from_a_request_to_their_cost_in_the_books_to_the_cent() {
    let mut world = company().await;
    let po = ordered(&world).await;
    let form = json!({ "what": "deposit" });
    act(&world, ("purchase_order", "request_payment"), &[&po], form).await.unwrap();
    let payment = world.ground().record("payment", "PAY-2026-0001").await.unwrap();
    assert_eq!(payment.body["amount"], json!({ "amount": "5130", "currency": "CNY" }));

    let form = json!({ "mode": "sea", "to": "FBA-DE" });
    let done = act(&world, ("purchase_order", "ship"), &[&po], form).await.unwrap();
    assert!(done.says.en.contains("30 boxes, 300 kg, 2.4 m³"), "{}", done.says.en);
    let shipment = done.records[0].1.clone();
    change(&world, "shipment", &shipment, json!({ "costs": [
        { "kind": "freight", "actual": { "amount": "860.01", "currency": "USD" }, "split": "weight" },
        { "kind": "duty", "estimated": { "amount": "214.33", "currency": "EUR" }, "split": "value" },
    ] })).await.unwrap();
    let form = json!({ "stage": "departed", "day": "2026-06-30" });
    act(&world, ("shipment", "arrive"), &[&shipment], form).await.unwrap();
    let counted = json!({ "day": "2026-06-30", "lines": [
        { "sku": "LAMP", "received": 595, "damaged": 3 },
    ] });
    let done = act(&world, ("shipment", "receive"), &[&shipment], counted).await.unwrap();
    let receipt = done.records[0].1.clone();
    let written = world.ground().record("receipt", &receipt).await.unwrap();
    assert_eq!(written.body["lines"][0]["expected"], 600);
    assert_eq!(written.body["lines"][0]["po"], json!(po));

    // 595 at 28.50 CNY, 860.01 USD and 214.33 EUR, at 8 CNY and 2 USD for a euro.
    let worth = number("16957.50") / number("8") + number("430.005") + number("214.33");
    assert_eq!(books(&mut world).await, (595, worth));

    // Saving again changes nothing; the bill replaces the estimate.
    let before = (world.desk.purchases().await.unwrap(), world.desk.freight().await.unwrap());
    change(&world, "shipment", &shipment, json!({ "note": "seen" })).await.unwrap();
    assert_eq!(
        (world.desk.purchases().await.unwrap(), world.desk.freight().await.unwrap()),
        before
    );
    change(&world, "shipment", &shipment, json!({ "costs": [
        { "kind": "freight", "actual": { "amount": "860.01", "currency": "USD" }, "split": "weight" },
        { "kind": "duty", "estimated": { "amount": "214.33", "currency": "EUR" },
          "actual": { "amount": "209.99", "currency": "EUR" }, "split": "value" },
    ] })).await.unwrap();
    assert_eq!(books(&mut world).await, (595, worth - number("4.34")));

    // The rest comes: order and shipment are received by themselves.
    let form = json!({ "day": "2026-06-30" });
    act(&world, ("shipment", "receive"), &[&shipment], form).await.unwrap();
    for (kind, id) in [("purchase_order", &po), ("shipment", &shipment)] {
        let record = world.ground().record(kind, id).await.unwrap();
        assert_eq!(record.state.as_deref(), Some("received"), "{id}");
    }
    assert_eq!(books(&mut world).await.0, 600);
}

#[tokio::test]
async fn a_receipt_that_is_removed_leaves_the_books() {
    let mut world = company().await;
    let po = sent_order(&world, 100).await;
    let form = json!({ "day": "2026-04-10", "place": "SZ" });
    let done = act(&world, ("purchase_order", "receive"), &[&po], form).await.unwrap();
    assert_eq!(books(&mut world).await, (100, number("356.25")));
    let chapters = Product::alone();
    let ground = world.ground();
    Book::new(&ground, &chapters).delete("receipt", &done.records[0].1, "mei").await.unwrap();
    assert_eq!(world.desk.purchases().await.unwrap(), []);
}

#[tokio::test]
async fn goods_of_an_own_warehouse_move_with_their_cost_and_their_freight() {
    let mut world = company().await;
    let po = sent_order(&world, 100).await;
    let form = json!({ "day": "2026-04-10", "place": "SZ" });
    act(&world, ("purchase_order", "receive"), &[&po], form).await.unwrap();
    let sent = json!({
        "mode": "air", "from": "SZ", "to": "FBA-DE", "lines": [{ "sku": "LAMP", "units": 40 }],
        "costs": [{ "kind": "freight", "actual": { "amount": "33.33", "currency": "EUR" } }],
    });
    let sent = save(&world, "shipment", sent).await.unwrap();
    shift(&world, "shipment", &sent, &["depart"]).await.unwrap();
    let form = json!({ "day": "2026-06-30" });
    act(&world, ("shipment", "receive"), &[&sent], form).await.unwrap();
    let kinds: Vec<PurchaseKind> =
        world.desk.purchases().await.unwrap().iter().map(|line| line.kind).collect();
    assert_eq!(kinds, [PurchaseKind::Purchase, PurchaseKind::Transfer]);
    assert_eq!(books(&mut world).await, (100, number("356.25") + number("33.33")));
    let stock = board(&world, "stock").await;
    let there: Vec<(&str, &Cell)> = stock
        .rows
        .iter()
        .filter(|row| row.cells["is"] == Cell::Text("counted".into()))
        .map(|row| (row.id.as_str(), &row.cells["sellable"]))
        .collect();
    assert_eq!(there, [("LAMP · counted · SZ · ", &Cell::Integer(60))]);
}

#[tokio::test]
async fn what_goes_back_for_money_leaves_the_purchase_and_what_is_replaced_comes_again() {
    let world = company().await;
    let po = sent_order(&world, 100).await;
    let form = json!({ "day": "2026-04-10", "place": "SZ" });
    let done = act(&world, ("purchase_order", "receive"), &[&po], form).await.unwrap();
    let receipt = done.records[0].1.clone();
    let back = |units: i64, by: &str| {
        json!({ "supplier": "S1", "receipt": receipt, "day": "2026-04-12", "settled_by": by,
                "lines": [{ "sku": "LAMP", "units": units }] })
    };
    assert_eq!(
        wrong(save(&world, "supplier_return", back(101, "refund")).await)[0].0,
        "above_receipt"
    );
    let refund = save(&world, "supplier_return", back(10, "refund")).await.unwrap();
    shift(&world, "supplier_return", &refund, &["send"]).await.unwrap();
    let written = world.ground().record("supplier_return", &refund).await.unwrap();
    assert_eq!(written.body["amount"], json!({ "amount": "285", "currency": "CNY" }));
    assert_eq!(world.desk.purchases().await.unwrap()[0].units, 90);
    let replaced = save(&world, "supplier_return", back(5, "replacement")).await.unwrap();
    shift(&world, "supplier_return", &replaced, &["send"]).await.unwrap();
    assert_eq!(world.desk.purchases().await.unwrap()[0].units, 90, "their cost stays");
}

#[tokio::test]
async fn a_count_books_its_difference_once() {
    let world = company().await;
    let po = sent_order(&world, 100).await;
    let form = json!({ "day": "2026-04-10", "place": "SZ" });
    act(&world, ("purchase_order", "receive"), &[&po], form).await.unwrap();
    let count =
        json!({ "place": "SZ", "day": "2026-04-30", "lines": [{ "sku": "LAMP", "counted": 97 }] });
    let count = save(&world, "stock_count", count).await.unwrap();
    act(&world, ("stock_count", "book"), &[&count], json!({})).await.unwrap();
    let moved = world.ground().records("movement").await.unwrap();
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0].body["lines"][0]["units"], -3);
    let record = world.ground().record("stock_count", &count).await.unwrap();
    assert_eq!(record.state.as_deref(), Some("booked"));
}

#[tokio::test]
async fn a_new_item_becomes_a_product_and_keeps_what_it_does_not_say() {
    let world = company().await;
    let told = json!({ "sku": "DESK", "name": "Desk", "stage": "launch", "brand": "Lantern" });
    save(&world, "item", told).await.unwrap();
    change(&world, "item", "DESK", json!({ "name": "Standing desk" })).await.unwrap();
    let products = world.desk.products().await.unwrap();
    let desk = products.iter().find(|product| product.sku == "DESK").unwrap();
    assert_eq!((desk.name.as_str(), desk.brand.as_deref()), ("Standing desk", Some("Lantern")));
    assert_eq!(desk.stage.as_deref(), Some("launch"));
}
