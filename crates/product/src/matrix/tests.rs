use std::collections::BTreeMap;

use argosy_kernel::{Files, Origin};
use rust_decimal::Decimal;

use super::{gaps::Kind, *};
use crate::testing::{knowledge, right};

fn roles() -> Roles {
    right(Roles::load(&knowledge(&["matrix.toml"]))).unwrap()
}

fn product(sku: &str, numbers: [i64; 4]) -> Figures {
    let [sessions, units, net_sales, contribution] = numbers.map(Decimal::from);
    Figures {
        sku: sku.into(),
        days_on_sale: 90.into(),
        sessions,
        units,
        net_sales,
        contribution,
        days_of_cover: 40.into(),
        ..Figures::default()
    }
}

/// Five lamps: one draws, one earns, one shines, two are plain.
fn lamps() -> Vec<Figures> {
    vec![
        product("DRAW", [6000, 500, 5000, 150]),
        product("EARN", [2500, 300, 9000, 2700]),
        product("SHINE", [500, 20, 2000, 500]),
        product("PLAIN", [1000, 60, 1500, 120]),
        product("OLD", [700, 10, 300, -60]),
    ]
}

#[test]
fn each_lamp_is_proposed_the_role_its_figures_tell() {
    let mut lamps = lamps();
    lamps[4].aged_share = "0.7".parse().unwrap();
    lamps[4].days_of_cover = 400.into();
    let found = propose(&roles(), &lamps);
    let played: Vec<Option<Role>> = found.iter().map(|one| one.role).collect();
    let told = [
        Some(Role::TrafficItem),
        Some(Role::ProfitItem),
        Some(Role::ImageItem),
        None,
        Some(Role::ClearOut),
    ];
    assert_eq!(played, told, "{found:#?}");
    assert!(found[4].says.zh_cn.contains("库存超过半年"), "{:?}", found[4].says);
    let profit: Decimal = found.iter().map(|one| one.profit_share).sum();
    assert_eq!(profit.round_dp(20), Decimal::ONE);
}

#[test]
fn a_product_of_last_week_is_not_judged() {
    let mut lamps = lamps();
    lamps[1].days_on_sale = 7.into();
    let found = propose(&roles(), &lamps);
    assert!(found[1].role.is_none() && !found[1].enough);
    assert!(found[1].says.en.contains("too little"), "{:?}", found[1].says);
}

#[test]
fn a_line_without_an_image_item_is_told_so_and_people_s_roles_count() {
    let roles = roles();
    let lamps: Vec<Figures> = lamps().into_iter().filter(|one| one.sku != "SHINE").collect();
    let proposals = propose(&roles, &lamps);
    let line = gaps(&roles, &proposals, &BTreeMap::new());
    let lacks = |line: &Line, kind: Kind| {
        line.gaps.iter().filter(|gap| gap.kind == kind).map(|gap| gap.role).collect::<Vec<_>>()
    };
    assert_eq!(lacks(&line, Kind::NoProduct), [Some(Role::ImageItem)]);
    assert_eq!(lacks(&line, Kind::Concentrated), [Some(Role::ProfitItem)]);
    assert_eq!(line.next, Some(Role::ImageItem));
    let set = BTreeMap::from([("PLAIN".to_owned(), Role::ImageItem)]);
    let line = gaps(&roles, &proposals, &set);
    assert!(lacks(&line, Kind::NoProduct).is_empty());
    // What people call an image item is held to what image items are held to.
    let below = line.gaps.iter().find(|gap| gap.sku.as_deref() == Some("PLAIN")).unwrap();
    assert_eq!(below.kind, Kind::BelowTarget);
}

#[test]
fn an_example_that_does_not_hold_is_shown_with_its_line() {
    let text = knowledge(&["matrix.toml"]).get("matrix.toml").unwrap().text.to_string();
    let mut files = Files::default();
    files.add(
        "matrix.toml",
        text.replace("traffic_times = \"1.5\"", "traffic_times = \"9\""),
        Origin::Company,
    );
    let wrong = Roles::load(&files).unwrap_err();
    assert!(wrong[0].line > 20 && wrong[0].message.contains("proposes"), "{wrong:?}");
    assert!(Roles::load(&Files::default()).unwrap().is_none());
}
