//! The checks of reconciliation, worked out by hand.

use rust_decimal::Decimal;

use super::world::{World, day};
use crate::{
    BankState, LinkState, OrderCheckQuestion, ProofState, ReconcileQuestion, StatementState,
    Unjudged,
};

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[tokio::test]
async fn statements_form_a_chain_of_debts_reserves_and_days() {
    let world = World::new(
        "
        controls: statement=S1 expected=100 period_from=2026-05-01 period_to=2026-05-15
        ledger: day=2026-05-10 amount=130 statement=S1
        ledger: day=2026-05-15 line=reserve_held amount=-30 statement=S1
        controls: statement=S2 expected=-20 period_from=2026-05-15 period_to=2026-05-29
        ledger: day=2026-05-15 line=reserve_released amount=30 statement=S2
        ledger: day=2026-05-20 line=ad_cost amount=-50 statement=S2
        controls: statement=S3 expected=40 period_from=2026-05-29 period_to=2026-06-12
        ledger: day=2026-05-29 line=debt amount=-20 statement=S3
        ledger: day=2026-06-01 amount=60 statement=S3
        controls: statement=S5 expected=7 period_from=2026-06-26 period_to=2026-07-10
        ledger: day=2026-06-26 line=reserve_released amount=3 statement=S5
        ledger: day=2026-06-27 amount=4 statement=S5
    ",
    );
    let ask = ReconcileQuestion::default();
    let chains = world.engine.reconcile_chain(world.session(), &world.desk, &ask).await.unwrap();
    let [chain] = chains.as_slice() else { panic!("{chains:?}") };
    let states: Vec<_> =
        chain.links.iter().map(|link| (link.statement.as_str(), link.states.clone())).collect();
    assert_eq!(
        states,
        [
            ("S1", vec![LinkState::First]),
            ("S2", vec![LinkState::Holds]),
            ("S3", vec![LinkState::Holds]),
            // The statement between is missing: its days, and the reserve it held.
            ("S5", vec![LinkState::Gap, LinkState::ReserveDiffers]),
        ]
    );
    assert_eq!((chain.links[3].gap_days, chain.broken), (Some(14), 1));
    assert_eq!((chain.links[2].debt_expected, chain.links[2].debt_found), (dec("-20"), dec("-20")));
}

#[tokio::test]
async fn a_debt_that_does_not_come_back_is_said() {
    let world = World::new(
        "
        controls: statement=S1 expected=-20 period_from=2026-05-01 period_to=2026-05-15
        controls: statement=S2 expected=5 period_from=2026-05-14 period_to=2026-05-29
    ",
    );
    let ask = ReconcileQuestion::default();
    let chains = world.engine.reconcile_chain(world.session(), &world.desk, &ask).await.unwrap();
    assert_eq!(chains[0].links[1].states, [LinkState::DebtDiffers, LinkState::Overlap]);
}

#[tokio::test]
async fn balances_are_judged_only_where_both_reports_can_tell_them() {
    let world = World::new(
        "
        controls: statement=S1 expected=-20 period_from=2026-05-01 period_to=2026-05-15
        ledger: day=2026-05-15 line=reserve_held amount=-30 statement=S1
        ledger: day=2026-05-20 amount=7 statement=S2 definition=test.list@1
        controls: statement=S3 expected=9 period_from=2026-05-29 period_to=2026-06-12
        ledger: day=2026-06-01 amount=9 statement=S3
        controls: store=web channel=other statement=P1 expected=-20 definition=other.payouts@1
        ledger: store=web channel=other day=2026-05-01 line=reserve_held amount=-20 statement=P1 definition=other.payouts@1
        controls: store=web channel=other statement=P2 expected=8 definition=other.payouts@1
        ledger: store=web channel=other day=2026-05-02 amount=8 statement=P2 definition=other.payouts@1
    ",
    );
    let ask = ReconcileQuestion::default();
    let chains = world.engine.reconcile_chain(world.session(), &world.desk, &ask).await.unwrap();
    let why = |store: &str, at: usize| {
        let chain = chains.iter().find(|chain| chain.store == store).unwrap();
        let link = &chain.links[at];
        (link.states.clone(), link.not_judged.iter().map(|one| one.why).collect::<Vec<_>>())
    };
    // Known from a list of transactions alone, which tells no balances: neither it nor the next.
    let silent = [Unjudged::ReportDoesNotTell; 2].to_vec();
    assert_eq!(why("us", 1), (vec![LinkState::NotJudged], silent.clone()));
    assert_eq!(why("us", 2), (vec![LinkState::NotJudged], silent));
    // A channel that hands no balances on: a negative payout is no debt of the next.
    let never = [Unjudged::ChannelDoesNotTell; 2].to_vec();
    assert_eq!(why("web", 1), (vec![LinkState::NotJudged], never));
    assert!(chains.iter().all(|chain| chain.broken == 0), "{chains:?}");
}

#[tokio::test]
async fn a_deposit_belongs_to_one_payout_and_equal_ones_are_not_guessed() {
    let world = World::new(
        "
        controls: statement=10000001 expected=80 currency=EUR deposit_day=2026-06-16
        controls: statement=10000002 expected=90 currency=EUR deposit_day=2026-06-16
        controls: store=de statement=10000003 expected=90 currency=EUR deposit_day=2026-06-16
        controls: store=jp statement=10000004 expected=3000 currency=JPY deposit_day=2026-06-16
        controls: store=jp statement=10000005 expected=55 currency=EUR deposit_day=2026-06-16
        bank: store=bank channel=bank day=2026-06-17 amount=80 currency=EUR row=1
        bank: store=bank channel=bank day=2026-06-17 amount=90 currency=EUR row=2
        bank: store=bank channel=bank day=2026-06-18 amount=29.40 currency=EUR row=3
        bank: store=bank channel=bank day=2026-06-19 amount=7 currency=EUR row=4
    ",
    );
    let ask = ReconcileQuestion::default();
    let found = world.engine.reconcile_bank(world.session(), &world.desk, &ask).await.unwrap();
    let state = |id: &str| {
        let one = found.matches.iter().find(|one| one.statement.as_deref() == Some(id)).unwrap();
        (one.state, one.bank.as_ref().map(|line| line.row), one.candidates.len())
    };
    assert_eq!(state("10000001"), (BankState::Matched, Some(1), 0));
    // One deposit of 90 and two payouts of 90: neither is taken.
    assert_eq!(state("10000002"), (BankState::Ambiguous, None, 1));
    assert_eq!(state("10000003"), (BankState::Ambiguous, None, 1));
    assert_eq!(state("10000004"), (BankState::Converted, Some(3), 0));
    assert_eq!(state("10000005"), (BankState::Missing, None, 0));
    let yen = found.matches.iter().find(|one| one.state == BankState::Converted).unwrap();
    // 3000 yen are 30 euro; 29.40 arrived.
    assert_eq!((yen.effective_rate, yen.reference_rate), (Some(dec("0.0098")), Some(dec("0.01"))));
    assert_eq!(yen.rate_cost.map(|cost| cost.amount), Some(dec("0.60")));
    assert_eq!(found.unmatched_bank.iter().map(|line| line.row).collect::<Vec<_>>(), [2, 4]);
}

#[tokio::test]
async fn a_reference_that_names_the_statement_settles_what_amounts_cannot() {
    let world = World::new(
        "
        controls: statement=10000002 expected=90 currency=EUR deposit_day=2026-06-16
        controls: store=de statement=10000003 expected=90 currency=EUR deposit_day=2026-06-16
        bank: store=bank channel=bank day=2026-06-17 amount=90 currency=EUR row=1 reference=Pay_10000003
        bank: store=bank channel=bank day=2026-06-17 amount=90 currency=EUR row=2
    ",
    );
    let ask = ReconcileQuestion::default();
    let found = world.engine.reconcile_bank(world.session(), &world.desk, &ask).await.unwrap();
    let mut pairs: Vec<_> = found
        .matches
        .iter()
        .map(|one| (one.statement.clone().unwrap(), one.bank.as_ref().map(|line| line.row)))
        .collect();
    pairs.sort();
    assert_eq!(pairs, [("10000002".into(), Some(2)), ("10000003".into(), Some(1))]);
}

#[tokio::test]
async fn a_statement_is_proved_by_its_parts_or_names_the_rows_that_break_it() {
    let world = World::new(
        "
        controls: statement=S1 expected=85 period_from=2026-06-01 period_to=2026-06-14
        ledger: day=2026-06-10 amount=120 statement=S1 row=1
        ledger: day=2026-06-10 line=tax_collected amount=5 statement=S1 row=2
        ledger: day=2026-06-10 line=reserve_held amount=-30 statement=S1 row=3
        ledger: day=2026-06-20 line=closing_fee amount=-10 statement=S1 row=4
        controls: statement=S2 expected=95 period_from=2026-06-14 period_to=2026-06-28
        ledger: day=2026-06-15 amount=100 statement=S2 row=5
        ledger: day=2026-06-15 line=referral_fee amount=-15 statement=S2 row=6
        ledger: day=2026-06-15 line=goodwill amount=-10 statement=S2 row=7
        ledger: day=2026-06-15 amount=40 statement=S3 row=8
        ledger: day=2026-06-16 line=payout amount=-40 statement=S3 row=9
    ",
    );
    let ask = ReconcileQuestion::default();
    let proofs = world.engine.reconcile_proof(world.session(), &world.desk, &ask).await.unwrap();
    let of = |id: &str| proofs.iter().find(|proof| proof.statement == id).unwrap();
    assert_eq!(of("S1").state, ProofState::Proved);
    assert_eq!((of("S1").profit, of("S1").balance), (dec("110"), dec("-30")));
    // 100 − 15 − 10 = 75 and 95 were paid: 20 without an explanation.
    assert_eq!(of("S2").unexplained, Some(dec("20")));
    let rows: Vec<_> = of("S2").rows.iter().map(|row| (row.row, row.reason)).collect();
    assert_eq!(rows, [(7, "amount")]);
    assert_eq!((of("S3").state, of("S3").paid_out), (ProofState::Proved, Some(dec("40"))));
}

#[tokio::test]
async fn orders_without_money_and_money_without_orders_are_found() {
    let world = World::new(
        "
        orders: day=2026-01-02 order_id=0 currency=USD item_price=1 units=1
        orders: day=2026-04-01 order_id=1 currency=USD item_price=30 units=1 row=1
        orders: day=2026-04-02 order_id=2 currency=USD item_price=40 item_tax=4 units=1
        orders: day=2026-04-03 order_id=3 currency=USD item_price=50 units=1
        orders: day=2026-06-25 order_id=4 currency=USD item_price=60 units=1
        ledger: day=2026-04-05 order_id=2 amount=40
        ledger: day=2026-04-05 order_id=3 amount=45 row=9
        ledger: day=2026-04-06 order_id=5 amount=70
        ledger: day=2026-04-06 order_id=S01-1 amount=70
        ledger: day=2026-06-28 order_id=0 amount=1
    ",
    );
    let checks = world.engine.reconcile_orders(world.session(), &world.desk, &ask_orders()).await;
    let checks = checks.unwrap();
    let ids = |found: &crate::OrderFindings| {
        found.rows.iter().map(|row| (row.order_id.clone(), row.at_stake)).collect::<Vec<_>>()
    };
    assert_eq!(ids(&checks.unpaid), [("1".into(), dec("30"))]);
    assert_eq!(ids(&checks.unordered), [("5".into(), dec("-70"))]);
    assert_eq!(ids(&checks.differing), [("3".into(), dec("5"))]);
    assert_eq!(checks.unpaid.at_stake["USD"], "30");
}

#[tokio::test]
async fn a_refund_gives_the_commission_back_but_for_what_the_channel_may_keep() {
    let order = |id: u32, refund: &str, back: &str, kept: &str| {
        format!(
            "ledger: day=2026-04-05 order_id={id} seller_sku=A amount=100\n\
             ledger: day=2026-04-05 order_id={id} seller_sku=A line=referral_fee amount=-15\n\
             ledger: day=2026-04-09 order_id={id} seller_sku=A line=product_refunds amount={refund} row=7\n\
             ledger: day=2026-04-09 order_id={id} seller_sku=A line=referral_fee amount={back}\n\
             ledger: day=2026-04-09 order_id={id} seller_sku=A line=refund_admin_fee amount={kept}\n"
        )
    };
    let world = World::new(
        &[
            order(1, "-100", "15", "-3"),
            // A fifth is kept silently.
            order(2, "-100", "12", "0"),
            order(3, "-100", "0", "0"),
            // Half is refunded, and half of the commission is due.
            order(4, "-50", "2.50", "-1.50"),
        ]
        .concat(),
    );
    let checks = world.engine.reconcile_orders(world.session(), &world.desk, &ask_orders()).await;
    let found: Vec<_> = checks
        .unwrap()
        .fee_not_returned
        .rows
        .iter()
        .map(|row| (row.order_id.clone(), row.at_stake, row.row))
        .collect();
    assert_eq!(found, [("3".into(), dec("15"), 7), ("4".into(), dec("5"), 7)]);
}

fn ask_orders() -> OrderCheckQuestion {
    OrderCheckQuestion {
        store: Vec::new(),
        channel: Vec::new(),
        from: day("2026-01-01"),
        to: day("2026-06-30"),
        unpaid_after_days: None,
        limit: None,
    }
}

#[tokio::test]
async fn the_channels_own_economics_are_compared_by_sku_month_and_line() {
    let world = World::new(
        "
        ledger: day=2026-06-10 seller_sku=A amount=100
        ledger: day=2026-06-11 seller_sku=A line=referral_fee amount=-15
        details: day=2026-06-01 day_to=2026-06-30 kind=economics per=period seller_sku=A line=product_sales amount=100
        details: day=2026-06-01 day_to=2026-06-30 kind=economics per=period seller_sku=A line=referral_fee amount=-16
    ",
    );
    let ask = ReconcileQuestion::default();
    let lines = world.engine.reconcile_economics(world.session(), &world.desk, &ask).await.unwrap();
    let shown: Vec<_> = lines.iter().map(|line| (line.line.as_str(), line.difference)).collect();
    assert_eq!(shown, [("referral_fee", dec("1")), ("product_sales", dec("0"))]);
}

#[tokio::test]
async fn a_total_told_under_two_names_is_one_total_for_every_check() {
    let world = World::new(
        "
        controls: statement=S1 name=amount expected=80 deposit_day=2026-06-16
        controls: statement=S1 name=balance expected=95 period_from=2026-06-01 period_to=2026-06-14
        ledger: day=2026-06-10 amount=80 statement=S1
    ",
    );
    let ask = ReconcileQuestion::default();
    let (engine, session, desk) = (&world.engine, world.session(), &world.desk);
    let listed = engine.reconcile(session, desk, &ask).await.unwrap();
    let [statement] = listed.statements.as_slice() else { panic!("{listed:?}") };
    let said = (statement.control.as_deref(), statement.expected.0, statement.state);
    assert_eq!(said, (Some("amount"), Some(dec("80")), StatementState::Balanced));
    assert_eq!(statement.period_to.as_deref(), Some("2026-06-14"));
    let proofs = engine.reconcile_proof(session, desk, &ask).await.unwrap();
    assert_eq!((proofs[0].state, proofs[0].paid_out), (ProofState::Proved, Some(dec("80"))));
    let bank = engine.reconcile_bank(session, desk, &ask).await.unwrap();
    let payouts: Vec<_> = bank.matches.iter().map(|payout| payout.expected).collect();
    assert_eq!(payouts, [dec("80")]);
    let chains = engine.reconcile_chain(session, desk, &ask).await.unwrap();
    assert_eq!(chains[0].links[0].close, dec("80"));
}

#[tokio::test]
async fn a_yen_more_or_less_is_a_rounding_and_two_are_not() {
    let world = World::new(
        "
        orders: day=2026-04-02 order_id=1 currency=JPY item_price=400 units=1
        orders: day=2026-04-02 order_id=2 currency=JPY item_price=400 units=1
        orders: day=2026-04-02 order_id=3 currency=USD item_price=4 units=1
        orders: day=2026-04-02 order_id=4 currency=USD item_price=4 units=1
        ledger: day=2026-04-05 order_id=1 currency=JPY amount=399
        ledger: day=2026-04-05 order_id=2 currency=JPY amount=398
        ledger: day=2026-04-05 order_id=3 amount=4.02
        ledger: day=2026-04-05 order_id=4 amount=4.03
    ",
    );
    let checks = world.engine.reconcile_orders(world.session(), &world.desk, &ask_orders()).await;
    let differing = checks.unwrap().differing.rows;
    let ids: Vec<_> = differing.iter().map(|row| row.order_id.as_str()).collect();
    assert_eq!(ids, ["2", "4"]);
}
