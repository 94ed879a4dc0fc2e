//! What is refused, and with what words.

use super::*;

#[tokio::test]
async fn more_than_ordered_is_only_received_with_a_reason() {
    let world = company().await;
    let po = sent_order(&world, 600).await;
    let receive = |units: i64, more: Value| {
        let mut form = json!({
            "day": "2026-04-20", "place": "SZ", "lines": [{ "sku": "LAMP", "received": units }],
        });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        form
    };
    let to = ("purchase_order", "receive");
    act(&world, to, &[&po], receive(580, json!({}))).await.unwrap();
    let refused = wrong(act(&world, to, &[&po], receive(30, json!({}))).await);
    assert_eq!(refused[0].0, "above_order");
    assert!(
        refused[0].1.contains("600 expected, 580 came before, 30 now: 10 too many"),
        "{refused:?}"
    );
    let ticked = json!({ "accept_over": true });
    let refused = wrong(act(&world, to, &[&po], receive(30, ticked)).await);
    assert_eq!(refused[0].0, "required");
    let reasoned = json!({ "accept_over": true, "over_reason": "free spares" });
    act(&world, to, &[&po], receive(30, reasoned)).await.unwrap();
    assert_eq!(
        world.desk.purchases().await.unwrap().iter().map(|line| line.units).sum::<i64>(),
        610
    );
}

#[tokio::test]
async fn goods_nobody_ordered_and_goods_without_a_cost_are_not_received() {
    let world = company().await;
    let po = sent_order(&world, 10).await;
    let stand = json!({ "purchase_order": po, "place": "SZ", "day": "2026-04-20",
                        "lines": [{ "sku": "STAND", "received": 1 }] });
    assert_eq!(wrong(save(&world, "receipt", stand).await)[0].0, "not_ordered");
    let early = json!({ "purchase_order": po, "place": "SZ", "day": "2026-01-20",
                        "lines": [{ "sku": "LAMP", "received": 1, "damaged": 2 }] });
    let codes: Vec<String> =
        wrong(save(&world, "receipt", early).await).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["above_received", "before_order"]);
    let loose = json!({ "mode": "sea", "to": "FBA-DE", "lines": [{ "sku": "LAMP", "units": 5 }] });
    let loose = save(&world, "shipment", loose).await.unwrap();
    let receipt = json!({ "shipment": loose, "place": "FBA-DE", "day": "2026-05-01",
                          "lines": [{ "sku": "LAMP", "received": 5 }] });
    assert_eq!(wrong(save(&world, "receipt", receipt).await)[0].0, "no_cost");
}

#[tokio::test]
async fn nothing_leaves_a_place_that_is_not_there() {
    let world = company().await;
    let po = sent_order(&world, 10).await;
    let form = json!({ "day": "2026-04-10", "place": "SZ" });
    act(&world, ("purchase_order", "receive"), &[&po], form).await.unwrap();
    let out = |units: i64, day: &str| {
        json!({ "kind": "write_off", "day": day, "place": "SZ",
                "lines": [{ "sku": "LAMP", "units": units }] })
    };
    let refused = wrong(save(&world, "movement", out(12, "2026-05-01")).await);
    assert_eq!(refused[0].0, "not_there");
    assert!(
        refused[0].1.contains("SZ has 10 of LAMP on 2026-05-01, 12 would leave: 2 too many"),
        "{refused:?}"
    );
    assert_eq!(
        wrong(save(&world, "movement", out(5, "2026-04-01")).await)[0].0,
        "not_there",
        "before the goods came"
    );
    save(&world, "movement", out(4, "2026-05-01")).await.unwrap();
    let sent = json!({ "mode": "sea", "from": "SZ", "to": "FBA-DE", "atd": "2026-05-02",
                       "lines": [{ "sku": "LAMP", "units": 7 }] });
    let sent = save(&world, "shipment", sent).await.unwrap();
    assert_eq!(wrong(shift(&world, "shipment", &sent, &["depart"]).await)[0].0, "not_there");
}

#[tokio::test]
async fn an_approved_order_is_frozen_until_it_is_taken_back() {
    let world = company().await;
    let po = sent_order(&world, 100).await;
    let more = json!({ "lines": [{ "sku": "LAMP", "units": 900, "price": "28.50" }] });
    assert_eq!(wrong(change(&world, "purchase_order", &po, more.clone()).await)[0].0, "frozen");
    shift(&world, "purchase_order", &po, &["reopen"]).await.unwrap();
    change(&world, "purchase_order", &po, more).await.unwrap();
    let order = world.ground().record("purchase_order", &po).await.unwrap();
    assert!(
        !order.body.contains_key("approved_by"),
        "who approved the old one has not approved this"
    );
}

#[tokio::test]
async fn an_order_above_the_limit_names_who_may_approve_it() {
    let world = company().await;
    for (login, role) in [("lin", argosy_desk::Role::Manager), ("boss", argosy_desk::Role::Owner)] {
        let user = argosy_desk::NewUser {
            login: login.into(),
            password: "a long enough password".into(),
            role,
            language: "en".into(),
        };
        world.desk.create_user(&user, "test").await.unwrap();
    }
    let users = world.desk.users().await.unwrap();
    let lin = users.iter().find(|user| user.login == "lin").unwrap().id.to_string();
    for (who, up_to) in [("lin", "1000"), ("boss", "100000")] {
        let up_to = json!({ "amount": up_to, "currency": "EUR" });
        save(&world, "approval_limit", json!({ "who": who, "up_to": up_to })).await.unwrap();
    }
    let po = save(&world, "purchase_order", order_of(600)).await.unwrap();
    let ground = world.ground();
    let chapters = Product::alone();
    let book = Book::new(&ground, &chapters);
    let refused = wrong(book.shift("purchase_order", &po, "approve", None, &lin).await);
    assert_eq!(refused[0].0, "above_limit");
    assert!(
        refused[0].1.contains("17100.00 CNY") && refused[0].1.contains("ask boss"),
        "{refused:?}"
    );
    let small = save(&world, "purchase_order", order_of(100)).await.unwrap();
    book.shift("purchase_order", &small, "approve", None, &lin).await.unwrap();
}

#[tokio::test]
async fn no_more_is_paid_than_an_order_is_worth_and_in_its_currency() {
    let world = company().await;
    let po = sent_order(&world, 100).await;
    let pay = |amount: &str, currency: &str| {
        json!({ "what": "balance", "purchase_order": po, "due": "2026-05-01",
                "amount": { "amount": amount, "currency": currency } })
    };
    assert_eq!(wrong(save(&world, "payment", pay("100", "USD")).await)[0].0, "other_currency");
    save(&world, "payment", pay("2000", "CNY")).await.unwrap();
    let refused = wrong(save(&world, "payment", pay("900", "CNY")).await);
    assert!(refused[0].1.contains("worth 2850.00 CNY; with this, 2900.00 CNY"), "{refused:?}");
    let due = board(&world, "due_payments").await;
    let all = &due.tiles["all"];
    assert_eq!(
        *all,
        Cell::Money(Money::new(number("356.25"), Currency::EUR)),
        "asked and expected"
    );
}

#[tokio::test]
async fn wrong_master_data_is_refused_and_nothing_of_it_is_kept() {
    let world = company().await;
    let bundle = |sku: &str, of: &str| {
        New::of(
            "item",
            json!({ "sku": sku, "name": sku, "kind": "bundle",
            "components": [{ "sku": of, "units": 1 }] })
            .as_object()
            .unwrap()
            .clone(),
        )
    };
    let ground = world.ground();
    let chapters = Product::alone();
    let book = Book::new(&ground, &chapters);
    let circle = book.save(vec![bundle("A", "B"), bundle("B", "A")], "mei").await;
    let refused = wrong(circle);
    assert!(refused.iter().all(|(code, _)| code == "circle"), "{refused:?}");
    assert!(ground.records("item").await.unwrap().iter().all(|item| item.id != "A"));
    let code = json!({ "sku": "LAMP2", "name": "Lamp", "hs_code": "9905.21" });
    let refused = wrong(save(&world, "item", code).await);
    assert_eq!(refused[0].0, "hs_code");
    assert!(refused[0].1.contains("the nearest is 97"), "{refused:?}");
    let mut order = order_of(1);
    order.as_object_mut().unwrap().remove("currency");
    let refused = wrong(save(&world, "purchase_order", order).await);
    assert_eq!(refused[0].0, "required");
    let products: Vec<String> =
        world.desk.products().await.unwrap().into_iter().map(|product| product.sku).collect();
    assert_eq!(products, ["LAMP", "STAND"]);
}
