//! Which days the books cover, and what is to be said of them.

use std::collections::BTreeMap;

use super::world::{World, day};
use crate::health::{self, HealthQuestion, ReportHealth, ReportState};

async fn health(world: &World, today: &str) -> BTreeMap<String, ReportHealth> {
    let told = health::told_days(world.session()).await.unwrap();
    let question = HealthQuestion::default();
    let found = health::reports(&told, &[], &world.desk.reports, &question, day(today));
    found.into_iter().map(|one| (format!("{} {}", one.store, one.definition), one)).collect()
}

#[tokio::test]
async fn days_of_a_list_that_the_settlements_tell_are_not_missing_in_it() {
    // The list of May to July has lost its June to the settlements, which count before it.
    let world = World::new(
        "
        ledger: day=2026-05-01 raw=0a definition=test.list@1
        ledger: day=2026-05-31 raw=0a definition=test.list@1
        ledger: day=2026-06-01 raw=0b statement=S1
        ledger: day=2026-06-30 raw=0b statement=S1
        ledger: day=2026-07-01 raw=0c definition=test.list@1
        ledger: day=2026-07-05 raw=0c definition=test.list@1
        orders: store=de day=2026-05-01 raw=0d definition=test.orders@1 order_id=1
        orders: store=de day=2026-07-01 raw=0e definition=test.orders@1 order_id=2
    ",
    );
    let found = health(&world, "2026-07-06").await;
    let list = &found["us test.list"];
    assert_eq!((list.state, list.missing.len()), (ReportState::Ok, 0));
    // Nobody tells the June of another store's orders.
    assert_eq!(found["de test.orders"].state, ReportState::Missing);
    // The list goes on where the settlements end; theirs are still to come.
    assert_eq!(found["us test.all"].last_day, day("2026-06-30"));
}

#[tokio::test]
async fn a_list_is_not_stale_while_the_settlements_go_on() {
    let world = World::new(
        "
        ledger: day=2026-05-01 raw=0a definition=test.list@1
        ledger: day=2026-05-02 raw=0b definition=test.list@1
        ledger: day=2026-05-03 raw=0c statement=S1
        ledger: day=2026-06-29 raw=0c statement=S1
    ",
    );
    assert_eq!(health(&world, "2026-06-30").await["us test.list"].state, ReportState::Ok);
}

#[tokio::test]
async fn two_files_tell_the_rhythm_and_the_third_is_waited_for() {
    let world = World::new(
        "
        ledger: day=2026-06-01 raw=0a statement=S1
        ledger: day=2026-06-14 raw=0a statement=S1
        ledger: day=2026-06-15 raw=0b statement=S2
        ledger: day=2026-06-28 raw=0b statement=S2
    ",
    );
    let soon = &health(&world, "2026-07-20").await["us test.all"];
    assert_eq!((soon.state, soon.cadence_days), (ReportState::Ok, Some(14)));
    let late = &health(&world, "2026-07-28").await["us test.all"];
    assert_eq!((late.state, late.stale_days), (ReportState::Stale, Some(30)));
}

#[tokio::test]
async fn a_closed_store_has_ended_and_only_what_stopped_before_is_stale() {
    let world = World::new(
        "
        ledger: day=2026-06-01 raw=0a statement=S1
        ledger: day=2026-06-14 raw=0a statement=S1
        ledger: day=2026-06-15 raw=0b statement=S2
        ledger: day=2026-06-28 raw=0b statement=S2
        stock: day=2026-05-01 raw=1a definition=test.stock@1 units=1
        stock: day=2026-05-02 raw=1b definition=test.stock@1 units=1
    ",
    );
    let found = health(&world, "2026-11-22").await;
    let ended = &found["us test.all"];
    assert_eq!((ended.state, ended.stale_days), (ReportState::Ended, None));
    assert_eq!(ended.last_day, day("2026-06-28"));
    let stale = &found["us test.stock"];
    assert_eq!((stale.state, stale.stale_days), (ReportState::Stale, Some(57)));
}
