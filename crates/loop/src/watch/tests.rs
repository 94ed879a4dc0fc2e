//! Rules over a small seller.

use std::collections::BTreeSet;

use crate::{
    finding::{Threshold, ThresholdScope},
    rules::tests::RULE,
    testing::{World, asked, day},
    watch::{PreviewQuestion, preview, watch},
};

/// `garden lamp` spends 96 and sells nothing; `desk lamp` sells; `lamp` has six clicks.
const TERMS: &str = "
    ads: level=search_term search_term=garden_lamp clicks=64 cost=96 orders=0 impressions=900
    ads: level=search_term search_term=desk_lamp clicks=80 cost=100 orders=9 impressions=900
    ads: level=search_term search_term=lamp clicks=6 cost=30 orders=0 impressions=50
    ads: level=search_term search_term=free clicks=0 cost=0 orders=0 impressions=50
";

#[tokio::test]
async fn a_term_that_spends_and_sells_nothing_is_found_with_its_money() {
    let world = World::new(TERMS);
    let watch = world.watch(&world.rules(&[RULE]), "2026-06-30").await;
    let run = &watch.runs[0];
    assert_eq!((run.rows, run.fired, run.not_enough, &run.problem), (4, 1, 2, &None));
    let found = &watch.findings[0];
    assert_eq!(found.subject.name, "garden lamp");
    assert_eq!(found.stake.to_string(), "96.00 EUR");
    assert_eq!(
        (found.low.to_string(), found.high.to_string()),
        ("48.00 EUR".into(), "96.00 EUR".into())
    );
    // 96 in 28 days are 102.86 in 30.
    assert_eq!(found.monthly.to_string(), "102.86 EUR");
    let named: Vec<_> = found.named_causes().map(|cause| cause.id.as_str()).collect();
    assert_eq!(named, ["no_fit"]);
    let dear = &found.causes[0];
    assert_eq!(
        (dear.tests[0].holds, dear.tests[0].values["cpc_own"].as_deref()),
        (Some(false), Some("1.5"))
    );
    assert_eq!(found.thresholds[0].scope, ThresholdScope::Rule);
    assert_eq!(found.working.values.last().unwrap().id, "wasted");
    assert_eq!(found.window.from, day("2026-06-03"));
}

#[tokio::test]
async fn evidence_opens_asked_again_it_gives_the_same_figure() {
    let world = World::new(TERMS);
    let watch = world.watch(&world.rules(&[RULE]), "2026-06-30").await;
    let evidence = &watch.findings[0].evidence;
    let ids: Vec<_> = evidence.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["clicks", "ad_spend", "ad_orders", "cpc_own"]);
    let mut opened = 0;
    for one in evidence {
        let Some(question) = &one.question else { continue };
        let answer = world.engine.ask(&world.session, &world.desk, question).await.unwrap();
        let again = answer.totals[&question.metrics[0]].known().unwrap();
        assert_eq!(Some(again.normalize().to_string()), one.value, "{}", one.id);
        opened += 1;
    }
    assert_eq!(opened, 3);
}

#[tokio::test]
async fn a_subject_is_called_by_what_it_is_and_money_is_shown_in_cents() {
    let world = World::new(
        "ads: level=search_term search_term=lamp match_type=broad clicks=70 cost=96.123456 orders=0",
    );
    let rule = RULE.replace("\"search_term\"]", "\"search_term\", \"match_type\"]");
    let watch = world.watch(&world.rules(&[&rule]), "2026-06-30").await;
    let found = &watch.findings[0];
    assert_eq!(found.subject.name, "lamp");
    let shown = |id: &str| found.evidence.iter().find(|one| one.id == id).unwrap().value.clone();
    assert_eq!(shown("ad_spend").as_deref(), Some("96.12"));
    assert_eq!(shown("cpc_own").as_deref(), Some("1.37"));
}

#[tokio::test]
async fn tomorrow_the_same_problem_is_the_same_finding() {
    let world = World::new(TERMS);
    let rules = world.rules(&[RULE]);
    let today = world.watch(&rules, "2026-06-30").await;
    let tomorrow = world.watch(&rules, "2026-07-01").await;
    assert_eq!(today.findings[0].id, tomorrow.findings[0].id);
    assert_eq!(today.findings[0].id.len(), 16);
}

#[tokio::test]
async fn the_narrowest_threshold_of_the_company_wins() {
    let by_sku = RULE.replace("\"search_term\"]", "\"seller_sku\", \"search_term\"]");
    let mut world = World::new(
        "
        ads: level=search_term seller_sku=A search_term=x clicks=64 cost=96 orders=0
        ads: level=search_term seller_sku=B search_term=x clicks=64 cost=96 orders=0
        ads: level=search_term store=de market=DE seller_sku=C search_term=x clicks=64 cost=96 orders=0
    ",
    );
    let rules = world.rules(&[&by_sku]);
    let own = |scope, value: &str| Threshold {
        rule: "test.wasted".into(),
        name: "min_cost".into(),
        scope,
        value: value.parse().unwrap(),
    };
    let store = || ThresholdScope::Store { name: "us".into() };
    world.thresholds = vec![
        own(ThresholdScope::Global, "1000"),
        own(store(), "1000"),
        own(ThresholdScope::Sku { store: Some("us".into()), sku: "B".into() }, "10"),
    ];
    let watch = world.watch(&rules, "2026-06-30").await;
    let fired: Vec<_> = watch.findings.iter().map(|one| &one.subject.key["seller_sku"]).collect();
    assert_eq!(fired, ["B"]);
    let cost = watch.findings[0].thresholds.iter().find(|one| one.name == "min_cost").unwrap();
    assert!(matches!(cost.scope, ThresholdScope::Sku { .. }) && cost.value == 10.into());
}

#[tokio::test]
async fn a_rule_that_fails_is_told_and_keeps_no_other_from_running() {
    let world = World::new(TERMS);
    let broken = RULE
        .replace("test.wasted", "test.broken")
        .replace("\nenough = ", "\nframe = \"select t.*, no_such_column from term t\"\nenough = ");
    let watch = world.watch(&world.rules(&[RULE, &broken]), "2026-06-30").await;
    assert_eq!(watch.findings.len(), 1);
    let told = watch.runs.iter().find(|run| run.rule == "test.broken").unwrap();
    let problem = told.problem.as_ref().unwrap();
    assert_eq!(problem.code, "wrong_rule");
    assert!(problem.text.en.contains("no_such_column"), "{problem:?}");
}

#[tokio::test]
async fn a_rule_cannot_write_or_drop() {
    let world = World::new(TERMS);
    let drop = RULE.replace("\nenough = ", "\nframe = \"drop table ads\"\nenough = ");
    let watch = world.watch(&world.rules(&[&drop]), "2026-06-30").await;
    assert_eq!(watch.runs[0].problem.as_ref().unwrap().code, "wrong_rule");
    let again = world.watch(&world.rules(&[RULE]), "2026-06-30").await;
    assert_eq!(again.findings.len(), 1);
}

#[tokio::test]
async fn a_rule_that_matches_everything_is_stopped() {
    let world = World::new("ads: level=search_term search_term=x clicks=64 cost=96 orders=0");
    let all = RULE.replace(
        "\nenough = ",
        "\nframe = \"select t.store, t.market, cast(g.value as varchar) as search_term, t.clicks, \
         t.ad_spend, t.ad_orders from term t cross join (select a.value * 100 + b.value as value from \
         (select row_number() over () as value from (values (1),(2),(3),(4),(5),(6),(7),(8),(9),(10)) x(a) \
          cross join (values (1),(2),(3),(4),(5),(6),(7),(8),(9),(10)) y(b)) a cross join \
         (select row_number() over () as value from (values (1),(2),(3),(4),(5),(6),(7),(8),(9),(10)) x(a) \
          cross join (values (1),(2),(3),(4),(5),(6),(7),(8),(9),(10)) y(b)) b) g\"\nenough = ",
    );
    let watch = world.watch(&world.rules(&[&all]), "2026-06-30").await;
    assert_eq!(watch.findings.len(), 0);
    assert_eq!(watch.runs[0].problem.as_ref().unwrap().code, "too_many", "{:?}", watch.runs);
}

#[tokio::test]
async fn an_unknown_rule_is_named_with_the_nearest() {
    let world = World::new(TERMS);
    let rules = world.rules(&[RULE]);
    let mut question = asked("2026-06-30");
    question.rules = vec!["test.wastd".into()];
    let error = watch(&rules, &world.input(), &question, &|_, _, _| ()).await.unwrap_err();
    assert_eq!(error.to_string(), "unknown rule `test.wastd`; did you mean `test.wasted`?");
}

#[tokio::test]
async fn two_rules_about_one_problem_make_one_finding_with_two_causes() {
    let joined = |id: &str, extra: &str| {
        RULE.replace("id = \"test.wasted\"", &format!("id = \"{id}\"\nproblem = \"waste\"{extra}"))
    };
    let world = World::new(TERMS);
    let first = joined("test.wasted", "");
    let second = joined("test.more", "").replace("stake = \"wasted\"", "stake = \"wasted / 2\"");
    let watch = world.watch(&world.rules(&[&first, &second]), "2026-06-30").await;
    let [found] = watch.findings.as_slice() else { panic!("{:?}", watch.findings.len()) };
    assert_eq!(found.joined, ["test.wasted", "test.more"]);
    assert_eq!(found.named_causes().count(), 2);
    // The same money is counted once …
    assert_eq!(found.stake.to_string(), "96.00 EUR");
    // … and other money is added where the rule says so.
    let second = joined("test.more", "\njoined = \"add\"")
        .replace("stake = \"wasted\"", "stake = \"wasted / 2\"");
    let watch = world.watch(&world.rules(&[&first, &second]), "2026-06-30").await;
    assert_eq!(watch.findings[0].stake.to_string(), "144.00 EUR");
}

#[tokio::test]
async fn days_that_still_grow_are_not_judged() {
    let world = World::new(TERMS);
    let young = RULE.replace("window = \"28d\"", "window = \"28d\"\nprovisional = \"ads\"");
    let rules = world.rules(&[&young]);
    let watch = world.watch(&rules, "2026-06-30").await;
    // The facts are of the 30th; three days of ads are not settled.
    assert_eq!((watch.findings.len(), watch.runs[0].window.to), (0, day("2026-06-27")));
    let watch = world.watch(&rules, "2026-07-03").await;
    assert_eq!((watch.findings.len(), watch.runs[0].window.to), (1, day("2026-06-30")));
    // A report that stopped does not look like a fall: the last told day is judged.
    let watch = world.watch(&rules, "2026-07-20").await;
    assert_eq!(watch.runs[0].window.to, day("2026-06-30"));
}

#[tokio::test]
async fn the_window_before_stands_beside_the_window() {
    let world = World::new(
        "
        7 x ads: level=search_term search_term=a clicks=10 cost=20 orders=0
        7 x ads: level=search_term search_term=a clicks=10 cost=8 orders=1 day=2026-06-16
        7 x ads: level=search_term search_term=gone clicks=10 cost=8 orders=1 day=2026-06-16
    ",
    );
    let rule = RULE
        .replace("window = \"28d\"", "window = \"14d\"")
        .replace("name = \"term\"", "name = \"term\"\nbefore = \"14d\"")
        .replace("ad_orders = 0 and ad", "coalesce(ad_spend, 0) <> ad_spend_before and ad");
    let rules =
        world.rules(&[&rule.replace("ad_orders = 0 }", "ad_orders = 0, ad_spend_before = 0 }")]);
    let watch = world.watch(&rules, "2026-06-30").await;
    assert_eq!(watch.runs[0].rows, 2, "{:?}", watch.runs);
    let spend = watch.findings[0].evidence.iter().find(|one| one.id == "ad_spend").unwrap();
    assert_eq!((spend.value.as_deref(), spend.before.as_deref()), (Some("140"), Some("56")));
}

#[tokio::test]
async fn peers_and_shrunk_rates_are_columns() {
    let world = World::new(
        "
        ads: level=search_term search_term=a clicks=10 cost=10 orders=1
        ads: level=search_term search_term=b clicks=20 cost=40 orders=2
        ads: level=search_term search_term=c clicks=30 cost=90 orders=3
        ads: level=search_term search_term=d clicks=40 cost=400 orders=0
    ",
    );
    let rule = RULE
        .replace("[value.cpc_own]", "[[shrink]]\nrate = \"cvr\"\nhits = \"ad_orders\"\ntrials = \"clicks\"\n[[peer]]\nname = \"others\"\nof = \"ad_spend\"\nwithin = [\"store\"]\nat_least = 3\n[value.cpc_own]")
        .replace("ad_orders = 0 and ad_spend > :min_cost", "ad_spend > 5 * others and cvr_low < cvr and cvr < cvr_high")
        .replace("\"cpc_own\"]", "\"cpc_own\", \"cvr\", \"others\"]")
        .replace("[[cause]]\nid = \"dear\"", "[label.cvr]\nname = { en = \"CVR\", zh-CN = \"转化率\" }\nunit = \"fraction\"\n[label.others]\nname = { en = \"Others\", zh-CN = \"其他\" }\nunit = \"money\"\n[[cause]]\nid = \"dear\"")
        .replace("ad_orders = 0 }", "ad_orders = 0, cvr = 0.05, cvr_low = 0.01, cvr_high = 0.1, others = 10 }");
    let watch = world.watch(&world.rules(&[&rule]), "2026-06-30").await;
    let fired: BTreeSet<_> = watch.findings.iter().map(|one| one.subject.name.as_str()).collect();
    // The median of the others of d is 40; its own 400 does not raise it.
    assert_eq!(fired, BTreeSet::from(["d"]));
    let others = watch.findings[0].evidence.iter().find(|one| one.id == "others").unwrap();
    assert_eq!(others.value.as_deref(), Some("40"));
}

#[tokio::test]
async fn a_preview_counts_how_often_a_rule_would_have_fired() {
    let world = World::new(TERMS);
    let rules = world.rules(&[RULE]);
    let wanted = PreviewQuestion {
        rule: "test.wasted".into(),
        question: asked("2026-07-31"),
        last_days: 90,
        every: 7,
    };
    let found = preview(&rules, &world.input(), &wanted, &[]).await.unwrap();
    assert_eq!(found.days.len(), 13);
    // The 30th of June is in the window of 28 days on 3, 10, 17, 24 July only.
    let fired: Vec<_> = found.days.iter().filter(|one| one.fired > 0).map(|one| one.day).collect();
    assert_eq!(fired, ["2026-07-03", "2026-07-10", "2026-07-17", "2026-07-24"].map(day));
    assert_eq!((found.distinct, found.sample.len()), (1, 0));
}
