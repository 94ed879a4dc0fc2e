//! An item that the tests share: a lamp of 9.00 USD that brings 22.00, by sea or by air.

use argosy_kernel::{Grain, Money};

use super::{
    AgedFee, Aim, Demand, Goods, Item, LeadTime, Mode, Position, Prior, Route, Stage, StageTime,
    Tier, Worth,
};
use crate::forecast::paths::Paths;

pub(crate) fn usd(text: &str) -> Money {
    Money::new(text.parse().unwrap(), argosy_kernel::Currency::USD)
}

pub(crate) fn goods() -> Goods {
    Goods {
        carton_units: 20,
        carton_kg: 8.into(),
        carton_m3: "0.06".parse().unwrap(),
        moq: 1,
        tiers: vec![Tier { from_units: 1, price: usd("9.00") }],
        per_order: usd("0"),
    }
}

/// A way that takes so many days, give or take a fifth of them at sea.
pub(crate) fn route(mode: Mode, days: u32, per_m3: &str, per_kg: &str) -> Route {
    let days = f64::from(days); // float-ok: days
    let haul = Prior { mean_days: days, sd_days: days / 5.0, counts_as: 5.0 };
    Route {
        mode,
        lead: LeadTime::new(vec![
            (Stage::Production, StageTime::fixed(15.0)),
            (Stage::HeadHaul, StageTime::learn(haul, &[])),
        ]),
        per_kg: usd(per_kg),
        per_m3: usd(per_m3),
        per_unit: usd("0"),
        minimum: usd("0"),
        kg_per_m3: (mode != Mode::Sea).then(|| 167.into()),
    }
}

pub(crate) fn item(paths: &Paths) -> Item<'_> {
    Item {
        sku: "LAMP-1",
        market: "US",
        demand: Demand { paths, grain: Grain::Week, starts: "2026-03-02".parse().unwrap() },
        position: Position { sellable: 300, ..Position::default() },
        goods: goods(),
        routes: vec![route(Mode::Sea, 35, "200", "0"), route(Mode::Air, 8, "0", "5")],
        worth: Worth {
            brings: usd("22.00"),
            lost_beyond: usd("1.00"),
            capital_per_year: "0.12".parse().unwrap(),
            storage_month: usd("0.15"),
            aged: vec![AgedFee { from_day: 180, month: usd("0.60") }],
            cleared: usd("2.00"),
        },
        aim: Aim::Profit,
        review_days: 7,
        at_least: 0,
    }
}
