//! Changes of a small seller, measured from facts: figures whose truth is known.

use argosy_kernel::{Currency, Day, Money, Origin};
use argosy_metrics::{Pairing, UnitCost};
use chrono::Days;

use super::{chance::Chance, *};
use crate::{
    change::{ChangeRecord, ChangeSource},
    testing::{World, day, knowledge},
};

fn effects() -> Effects {
    let mut files = knowledge();
    let texts = include_str!("../../../../knowledge/texts/effects.toml");
    files.add("texts/effects.toml", texts, Origin::BuiltIn);
    Effects::load(&files).unwrap_or_else(|wrong| panic!("{wrong:#?}"))
}

/// The change happens on this day, in the middle of what is known.
const CHANGED: &str = "2026-06-01";

/// Sixteen SKUs that share a season; `S00` sells `lift` more from the change on. Ledger rows from 70
/// days before the change to 40 days after it: ten a unit, three of them fee.
fn seller(daily: f64, lift: f64, skus: usize) -> String {
    let mut chance = Chance::new(4);
    let changed = day(CHANGED);
    let first = changed - Days::new(70);
    let mut facts = String::new();
    for at in 0..110_u64 {
        let on = first + Days::new(at);
        let season = 1.0 + 0.2 * f64::from(u32::try_from(at % 7).unwrap()) / 6.0;
        let common = (0.1 * chance.normal()).exp();
        for sku in 0..skus {
            let lifted = if sku == 0 && on >= changed { 1.0 + lift } else { 1.0 };
            let units = chance.negative_binomial(daily * season * common * lifted, 20.0);
            if units > 0.0 {
                let (sales, fee) = (units * 10.0, -units * 3.0);
                facts += &format!(
                    "ledger: day={on} seller_sku=S{sku:02} units={units} amount={sales}\n\
                     ledger: day={on} seller_sku=S{sku:02} line=referral_fee amount={fee}\n"
                );
            }
        }
    }
    facts
}

/// The seller with all units bought for one euro: six are left of each.
fn company(facts: &str) -> World {
    let mut world = World::new(facts);
    world.desk.stores = vec!["us".to_owned()];
    for sku in 0..16 {
        let sku = format!("S{sku:02}");
        world.desk.pairings.push(Pairing {
            store: "us".to_owned(),
            seller_sku: sku.clone(),
            sku: sku.clone(),
            since: None,
            until: None,
        });
        let cost = Money::new(1.into(), Currency::EUR);
        world.desk.costs.push(UnitCost { sku, market: None, since: day("2026-01-01"), cost });
    }
    world
}

fn change() -> ChangeRecord {
    ChangeRecord {
        id: Some(1),
        kind: "listing.price".into(),
        store: "us".into(),
        market: Some("US".into()),
        seller_sku: Some("S00".into()),
        campaign: None,
        what: "price".into(),
        before: Some("10".into()),
        after: Some("9".into()),
        at: day(CHANGED).and_hms_opt(9, 0, 0).unwrap().and_utc(),
        day: Some(day(CHANGED)),
        who: "mei".into(),
        source: ChangeSource::Typed,
        task: None,
        key: String::new(),
    }
}

fn declared(metric: &str) -> DeclaredEffect {
    DeclaredEffect {
        metric: metric.into(),
        before: 56,
        after: 28,
        wait: 0,
        controls: None,
        currency: Currency::EUR,
        declared_on: day(CHANGED),
    }
}

fn input<'a>(world: &'a World, changes: &'a [ChangeRecord], today: Day) -> EffectInput<'a> {
    EffectInput {
        engine: &world.engine,
        session: &world.session,
        desk: &world.desk,
        changes,
        day: today,
    }
}

/// Sentences are whole in both languages: no code and no open parameter is left.
fn is_whole(text: &argosy_kernel::Text) {
    for text in [&text.en, &text.zh_cn] {
        assert!(text.contains(' ') || !text.is_ascii(), "{text}");
        assert!(!text.contains('{') && !text.contains('_'), "{text}");
    }
}

async fn measured(facts: &str, metric: &str, others: &[ChangeRecord]) -> Effect {
    let world = company(facts);
    let told = effects()
        .measure(&input(&world, others, day("2026-07-15")), &change(), &declared(metric))
        .await
        .unwrap();
    is_whole(&told.says);
    told.flags.iter().for_each(|flag| is_whole(&flag.says));
    told
}

fn float(value: rust_decimal::Decimal) -> f64 {
    rules::number(value)
}

#[tokio::test]
async fn a_change_that_sells_half_as_much_again_is_told_in_money() {
    let told = measured(&seller(20.0, 0.5, 16), "units_sold", &[]).await;
    assert_eq!(
        (told.state, told.verdict, told.method),
        (State::Measured, Verdict::Gained, Some(Method::Did))
    );
    assert_eq!(told.blocks, (8, 4));
    assert!(told.controls >= 10 && told.placebo.len() == told.controls);
    let relative = told.relative.unwrap();
    assert!(float(relative.low) < 0.5 && 0.5 < float(relative.high), "{relative:?}");
    // About 22 a day: a half more over 28 days are 308 units, six euros left of each.
    let money = told.money.unwrap();
    assert_eq!(money.currency, Currency::EUR);
    assert!(float(money.low) < 1848.0 && 1848.0 < float(money.high), "{money:?}");
    assert!(told.says.en.starts_with("Gained: contribution rose by "), "{}", told.says.en);
    let picture = told.picture.unwrap();
    assert_eq!(picture.days.len(), 12);
    assert_eq!((picture.days[0], picture.days[8]), (day("2026-04-06"), day("2026-06-02")));
    assert!(told.looks.len() == 4 && told.prefit.is_some());
}

#[tokio::test]
async fn contribution_itself_is_measured_without_a_margin_assumed() {
    let told = measured(&seller(20.0, -0.5, 16), "contribution_3", &[]).await;
    assert_eq!(told.verdict, Verdict::Lost);
    assert!(told.flags.iter().all(|flag| flag.code != "margin_not_in"));
    let money = told.money.unwrap();
    assert!(float(money.high) < 0.0 && float(money.low) < -1848.0, "{money:?}");
    assert!(told.says.en.starts_with("Lost: contribution fell by "), "{}", told.says.en);
}

#[tokio::test]
async fn without_costs_contribution_is_not_taken_as_zero() {
    let world = World::new(&seller(20.0, 0.5, 16));
    let today = day("2026-07-15");
    let input = input(&world, &[], today);
    let told = effects().measure(&input, &change(), &declared("contribution_3")).await.unwrap();
    assert_eq!(told.verdict, Verdict::CannotTell);
    assert!(told.says.en.contains("is not known for S00"), "{}", told.says.en);
    // Units are known all the same; what they are worth is not.
    let told = effects().measure(&input, &change(), &declared("units_sold")).await.unwrap();
    assert_eq!((told.verdict, told.money), (Verdict::Gained, None));
    is_whole(&told.says);
}

/// Ten campaigns that each sell two a day at ten euros for a spend of four; from the change on `C0`
/// spends one and sells as before.
fn campaigns() -> String {
    let first = day(CHANGED) - Days::new(70);
    let mut facts = String::new();
    for at in 0..110_u64 {
        let on = first + Days::new(at);
        for number in 0..10_u64 {
            let swing = (at + number) % 3;
            let cost = if number == 0 && on >= day(CHANGED) { 1 } else { 4 };
            facts += &format!(
                "ads: day={on} level=product seller_sku=S{number:02} campaign=C{number} clicks={} cost={cost} sales={}\n",
                9 + swing,
                19 + swing,
            );
        }
    }
    facts
}

#[tokio::test]
async fn a_campaign_that_spends_less_gains_at_the_margin_of_its_skus() {
    let world = company(&(seller(20.0, 0.0, 16) + &campaigns()));
    let mut bid = change();
    (bid.kind, bid.seller_sku, bid.campaign) = ("ads.bid".into(), None, Some("C0".into()));
    let input = input(&world, &[], day("2026-07-15"));
    let told = effects().measure(&input, &bid, &declared("ad_sales")).await.unwrap();
    assert!(told.flags.iter().any(|flag| flag.code == "attributed"), "{:?}", told.flags);
    // The same sales for three euros less on each of 28 days.
    let money = told.money.unwrap();
    assert!((80.0..=88.0).contains(&float(money.estimate)), "{money:?}");
    assert_eq!(told.verdict, Verdict::Gained);
    is_whole(&told.says);
}

#[tokio::test]
async fn nothing_changed_is_not_told_as_gain_or_loss() {
    let told = measured(&seller(20.0, 0.0, 16), "units_sold", &[]).await;
    assert!(matches!(told.verdict, Verdict::CannotTell | Verdict::NoEffect), "{}", told.says.en);
    assert!(told.better.is_some());
}

#[tokio::test]
async fn a_lonely_sku_is_measured_by_its_own_past() {
    let told = measured(&seller(50.0, 0.8, 1), "units_sold", &[]).await;
    assert_eq!(told.method, Some(Method::LocalLevel));
    assert!(told.flags.iter().any(|flag| flag.code == "no_controls"));
    assert_eq!(told.verdict, Verdict::Gained, "{}", told.says.en);
}

#[tokio::test]
async fn looking_early_says_wait_and_when() {
    let world = World::new(&seller(20.0, 0.5, 16));
    let told = effects()
        .measure(&input(&world, &[], day("2026-06-18")), &change(), &declared("units_sold"))
        .await
        .unwrap();
    assert_eq!((told.state, told.verdict), (State::Waiting, Verdict::CannotTell));
    assert_eq!((told.blocks.1, told.looks.len()), (2, 2));
    assert_eq!(told.ready_on, day("2026-06-30"));
    assert!(told.says.en.contains("2 of 4 weeks"), "{}", told.says.en);
    let early = effects()
        .measure(&input(&world, &[], day("2026-06-04")), &change(), &declared("units_sold"))
        .await
        .unwrap();
    assert_eq!((early.state, early.blocks.1), (State::Waiting, 0));
    is_whole(&early.says);
}

#[tokio::test]
async fn other_changes_of_the_same_sku_and_its_siblings_are_flagged() {
    let mut other = change();
    other.id = Some(2);
    other.kind = "listing.title".into();
    other.day = Some(day("2026-06-10"));
    let mut elsewhere = other.clone();
    elsewhere.id = Some(3);
    elsewhere.seller_sku = Some("S05".into());
    let facts = seller(20.0, 0.5, 16)
        + "listings: day=2026-05-01 seller_sku=S00 parent_id=P\n\
           listings: day=2026-05-01 seller_sku=S01 parent_id=P\n";
    let told = measured(&facts, "units_sold", &[change(), other, elsewhere]).await;
    let flag = |code: &str| told.flags.iter().find(|flag| flag.code == code);
    assert_eq!(flag("overlap").unwrap().names, ["2026-06-10 listing.title price"]);
    assert_eq!(flag("siblings").unwrap().names, ["S01"]);
    assert!(!told.control_names.contains(&"S01".to_owned()));
    // A SKU that was itself changed is no control.
    assert!(!told.control_names.contains(&"S05".to_owned()));
}

#[tokio::test]
async fn wrong_questions_are_refused_with_what_to_do() {
    let world = World::new(&seller(5.0, 0.0, 8));
    let effects = effects();
    let refused = async |change: &ChangeRecord, declared: &DeclaredEffect| match effects
        .measure(&input(&world, &[], day("2026-07-01")), change, declared)
        .await
    {
        Err(EffectError::Question { code, says }) => {
            assert!(!says.en.contains('{') && !says.zh_cn.contains('{'), "{says:?}");
            code
        }
        other => panic!("{other:?}"),
    };
    let mut future = change();
    future.day = Some(day("2026-07-09"));
    assert_eq!(refused(&future, &declared("units_sold")).await, "future_change");
    assert_eq!(refused(&change(), &declared("units_sould")).await, "unknown_metric");
    assert_eq!(refused(&change(), &declared("net_sales_mtd")).await, "cumulative_metric");
    let three_days = DeclaredEffect { after: 3, ..declared("units_sold") };
    assert_eq!(refused(&change(), &three_days).await, "bad_window");
    let own = DeclaredEffect { controls: Some(vec!["S00".into()]), ..declared("units_sold") };
    assert_eq!(refused(&change(), &own).await, "own_control");
    let gone = DeclaredEffect { controls: Some(vec!["X".into()]), ..declared("units_sold") };
    assert_eq!(refused(&change(), &gone).await, "unknown_unit");
    let mut campaign = change();
    campaign.seller_sku = None;
    campaign.campaign = Some("SP".into());
    assert_eq!(refused(&campaign, &declared("units_sold")).await, "metric_not_by_unit");
}

#[tokio::test]
async fn a_sku_without_sales_or_history_says_so() {
    let world = World::new(&seller(5.0, 0.0, 8));
    let mut unsold = change();
    unsold.seller_sku = Some("NEW".into());
    let today = day("2026-07-08");
    let told =
        effects().measure(&input(&world, &[], today), &unsold, &declared("units_sold")).await;
    let told = told.unwrap();
    assert_eq!(told.verdict, Verdict::CannotTell);
    assert!(told.flags.iter().any(|flag| flag.code == "zero_baseline"));
    is_whole(&told.says);
    let mut soon = change();
    soon.day = Some(day("2026-04-03"));
    let told = effects().measure(&input(&world, &[], today), &soon, &declared("units_sold")).await;
    assert!(told.unwrap().says.en.contains("1 whole weeks before"));
}

/// Servers run these on other threads: a compile-time promise.
#[test]
fn measuring_may_move_between_threads() {
    fn may_travel(_: impl Send) {}
    let world = World::new("");
    let (effects, change, declared) = (effects(), change(), declared("units_sold"));
    let input = input(&world, &[], day("2026-07-15"));
    may_travel(effects.measure(&input, &change, &declared));
    may_travel(effects.plan(&input, &Subject::of(&change), &declared, None));
    let june = crate::change::DetectQuestion {
        from: day("2026-06-01"),
        to: day("2026-06-30"),
        store: None,
    };
    may_travel(crate::change::detect(&world.session, &june));
}

#[tokio::test]
async fn before_accepting_one_sees_what_could_be_told() {
    let effects = effects();
    let today = day(CHANGED);
    let plan = async |daily: f64, skus: usize, promised: Option<Money>| {
        let world = company(&seller(daily, 0.0, skus));
        let mut subject = Subject::of(&change());
        subject.kind = None;
        let input = input(&world, &[], today);
        effects.plan(&input, &subject, &declared("units_sold"), promised).await.unwrap()
    };
    let large = plan(50.0, 16, None).await;
    let small = plan(1.0, 16, None).await;
    assert_eq!(large.design, Method::Did);
    let relative = |plan: &Measurable| float(plan.smallest.relative.unwrap());
    assert!(relative(&large) < 0.4 && relative(&small) > 0.4, "{large:?} {small:?}");
    assert_eq!(small.verdict, Tellable::NotTellable);
    assert!(large.smallest.money.unwrap().amount > rust_decimal::Decimal::ZERO);
    is_whole(&large.why);
    is_whole(&small.better);
    // Of a promise of ten thousand a month it would be told whether it came true.
    let much = Money::new(10_000.into(), Currency::EUR);
    assert_eq!(plan(50.0, 16, Some(much)).await.verdict, Tellable::Tellable);
    let alone = plan(50.0, 1, None).await;
    assert_eq!(alone.design, Method::LocalLevel);
}

/// Whichever design each change gets: intervals hold the truth, and nothing is made into something.
#[test]
fn the_ladder_of_designs_keeps_its_promise() {
    let effects = effects();
    for (daily, effect, controls) in
        [(2.0, 0.3, 15), (10.0, 0.0, 15), (50.0, 0.1, 6), (10.0, 0.0, 2)]
    {
        let world = calibrate::World { daily, effect, controls, ..calibrate::World::default() };
        let told = effects.coverage(&world, 300, 5);
        println!("{daily}/day, {effect}, {controls} controls: {told:?}");
        assert!((0.85..=0.96).contains(&told.covered), "{daily} {effect} {controls}: {told:?}");
        assert!(effect > 0.0 || told.decided <= 0.13, "{daily} {controls}: {told:?}");
    }
}

/// `cargo test -p argosy-loop -- --ignored --nocapture ladder_table`
#[test]
#[ignore = "prints the table of docs/concepts/effect.md"]
fn ladder_table() {
    let effects = effects();
    for controls in [15, 6, 2, 0] {
        for (daily, effect) in
            [(2.0, 0.0), (2.0, 0.3), (10.0, 0.0), (10.0, 0.3), (50.0, 0.0), (50.0, 0.1)]
        {
            for (own, own_memory) in [(0.0, 0.0), (0.15, 0.6), (0.25, 0.8), (0.3, 0.95)] {
                let world = calibrate::World {
                    daily,
                    effect,
                    own,
                    own_memory,
                    controls,
                    ..calibrate::World::default()
                };
                let told = effects.coverage(&world, 1_000, 42);
                println!(
                    "| {controls} | {daily} | {:.0} % | {own} / {own_memory} | {:.1} % | {:.1} % | {:.0} % |",
                    effect * 100.0,
                    told.covered * 100.0,
                    told.decided * 100.0,
                    told.half_width * 100.0
                );
            }
        }
    }
}

/// 100 postcodes with and without a campaign, drawn with and without it: the truth is known.
#[test]
fn a_campaign_in_some_postcodes_brought_what_it_truly_brought() {
    let Ok(folder) = std::env::var("ARGOSY_DATASETS") else {
        println!("skipped: ARGOSY_DATASETS is not set");
        return;
    };
    let file = format!("{folder}/causalpy_examples/zipcodes_data.csv");
    let Ok(text) = std::fs::read_to_string(file) else { return };
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|known| *known == name).unwrap();
    let (place, variant, on) = (column("zipcode"), column("variant"), column("is_campaign"));
    let (orders, without) = (column("orders"), column("orders_no_treatment"));
    let mut units = std::collections::BTreeMap::<&str, groups::Unit>::new();
    let (mut truth, mut began) = (0.0, false);
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let is_treated = cells[variant] == "treatment";
        let unit = units.entry(cells[place]).or_insert(groups::Unit {
            before: 0.0,
            after: 0.0,
            treated: is_treated,
            stratum: 0,
        });
        let sold: f64 = cells[orders].parse().unwrap();
        if cells[on] == "True" {
            began = true;
            unit.after += sold;
            if is_treated {
                truth += sold - cells[without].parse::<f64>().unwrap();
            }
        } else if !began {
            unit.before += sold;
        }
    }
    let units: Vec<groups::Unit> = units.into_values().collect();
    let told = groups::groups(&units, 0.9, 1).unwrap();
    println!("postcodes: {:.0} [{:.0}, {:.0}], truth {truth:.0}", told.effect, told.low, told.high);
    assert!(told.low <= truth && truth <= told.high);
    assert!((told.effect - truth).abs() < 0.03 * told.level);
}
