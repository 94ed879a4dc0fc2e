//! The demo company: made by the real rooms, with changes whose true effect is known.

use std::process::Command;

use argosy::demo::{self, Size, Wish};
use argosy_sim::{Company, Intervention, InterventionTold, Spec};
use serde_json::Value;

use crate::harness::{Caller, PASSWORD, Server};

fn wish() -> Wish {
    let password = Some(PASSWORD.to_owned());
    Wish { size: Size::Small, seed: None, password, language: "zh-CN".to_owned() }
}

/// The effect that was told of a change.
#[track_caller]
fn of<'a>(effects: &'a Value, change: &Intervention) -> &'a Value {
    let is_it = |effect: &&Value| {
        let told = &effect["change"];
        told["store"] == change.store
            && told["kind"] == change.kind
            && told["seller_sku"].as_str() == change.seller_sku.as_deref()
            && told["campaign"].as_str() == change.campaign.as_deref()
    };
    let found = effects["effects"].as_array().unwrap().iter().find(is_it);
    found.unwrap_or_else(|| panic!("no effect of {change:?}"))
}

fn number(value: &Value) -> f64 {
    value.as_str().unwrap().parse().unwrap()
}

/// The true effect on units sold, as a share of what would have been.
fn truth(change: &Intervention) -> f64 {
    (change.demand_per_mille - 1000) as f64 / 1000.0
}

async fn told(server: &Server, caller: &Caller, path: &str) -> Value {
    server.get(caller, path).await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_demo_company_changed_is_measured_as_it_truly_was() {
    let server = Server::start().await;
    let made = demo::make(server.app(), wish(), &|_, _, _| {}).await.unwrap();
    assert!(made.files > 20 && made.failed == 0, "{made:?}");
    let caller = server.sign_in(demo::LOGIN).await;
    let effects = told(&server, &caller, "/api/v1/effects").await;
    let changes = Company::generate(&Spec::small()).interventions();
    assert_eq!(effects["effects"].as_array().unwrap().len(), changes.len());

    for change in &changes {
        let effect = of(&effects, change);
        assert_eq!(effect["state"], "measured", "{change:?}");
        assert_eq!(effect["change"]["at"], change.day.to_string());
        // Said on its day or, of what nobody wrote down, when reports showed it: before its weeks ended.
        let declared = effect["declared_at"].as_str().unwrap();
        let known = change.day + chrono::Days::new(2);
        assert!(declared < known.to_string().as_str(), "{declared} {change:?}");
        let source = if change.told == InterventionTold::Seen { "detected" } else { "task" };
        assert_eq!(effect["change"]["source"], source, "{change:?}");
        if let Some(low) = effect["relative"]["low"].as_str() {
            let (low, high) = (low.parse::<f64>().unwrap(), number(&effect["relative"]["high"]));
            let truth = truth(change);
            assert!((low..=high).contains(&truth), "{truth} {} {change:?}", effect["relative"]);
        }
    }
    // The fast seller tripled, and this is told; a title in another order and a page that hardly
    // anybody sees tell nothing.
    let (strong, idle, slow) = (&changes[0], &changes[1], &changes[2]);
    assert_eq!((truth(strong), truth(idle), truth(slow)), (2.0, 0.0, 0.5));
    let effect = of(&effects, strong);
    assert_eq!(effect["verdict"], "gained", "{effect}");
    assert!(number(&effect["money"]["low"]) > 0.0, "{effect}");
    for change in [idle, slow] {
        let verdict = &of(&effects, change)["verdict"];
        assert!(*verdict != "gained" && *verdict != "lost", "{verdict} {change:?}");
    }

    let gains = told(&server, &caller, "/api/v1/effects/gains").await;
    let rewrite = gains["plays"].as_array().unwrap().iter().find(|play| {
        play["play"] == "listing.rewrite_page" && play["n"].as_u64().unwrap_or_default() > 1
    });
    assert!(rewrite.is_some(), "{gains}");
    let axis = format!(
        "/api/v1/skus/{}/{}?from={}&to={}",
        strong.store,
        strong.seller_sku.as_deref().unwrap(),
        strong.day - chrono::Days::new(7),
        strong.day + chrono::Days::new(30),
    );
    let axis = told(&server, &caller, &axis).await;
    assert_eq!(axis["changes"][0]["at"], strong.day.to_string(), "{}", axis["changes"]);
    assert_eq!(axis["effects"][0]["verdict"], "gained");

    let experiments = told(&server, &caller, "/api/v1/experiments").await;
    let states: Vec<&Value> = experiments["experiments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|experiment| &experiment["result"]["state"])
        .collect();
    assert_eq!(states, ["waiting", "measured"], "{experiments}");

    let again = demo::make(server.app(), wish(), &|_, _, _| {}).await.unwrap();
    assert_eq!((again.files, again.password), (0, None));
}

#[test]
fn the_demo_goes_where_argosy_home_says_but_never_into_the_home_of_another_company() {
    let home = tempfile::tempdir().unwrap();
    let argosy = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_argosy"));
        command.args(arguments).env("LANG", "en_US.UTF-8");
        command.env("ARGOSY_HOME", home.path()).env("ARGOSY_PASSWORD", PASSWORD);
        command.output().unwrap()
    };
    assert!(argosy(&["init", "--owner", "anna"]).status.success());
    let refused = argosy(&["demo", "--size", "small", "--no-serve"]);
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("another company") && said.contains("--home"), "{said}");
    assert!(!home.path().join("reports").exists());
}
