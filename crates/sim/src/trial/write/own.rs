//! Argosy's own templates: costs, pairing, rates, shipments on their way, reviews.

use std::io;

use chrono::Days;

use crate::{
    trial::{
        Trial,
        chance::Chance,
        goods::{BRAND, TRIAL_STORES, USD_PER_EUR_HUNDREDTHS},
        level::What,
        write::{Files, money, stock::shipment_id},
    },
    write::{Out, SimError, field},
};

/// One buyer of so many writes a review.
const REVIEWS: f64 = 0.06;

impl Files<'_> {
    /// What belongs to no store; imported for the first one.
    pub(super) fn own(&mut self) -> Result<(), SimError> {
        let trial = self.trial;
        self.text(0, "product-costs.csv", "argosy.product_costs", |out| costs(out, trial))?;
        self.text(0, "pairing.csv", "argosy.pairing", |out| {
            out.row(",", &["Store", "Seller SKU", "SKU", "Valid from", "Valid until"])?;
            for sku in &trial.skus {
                let store = TRIAL_STORES[sku.store].name;
                out.row(",", &[store, &sku.seller_sku, &sku.product(), "", ""])?;
            }
            Ok(())
        })?;
        self.text(0, "rates.csv", "argosy.fx_rates", |out| {
            out.row(",", &["Day", "Currency", "Units per EUR"])?;
            for day in 0..trial.spec.len() {
                let date = trial.spec.day(day).to_string();
                out.row(",", &[date, "USD".to_owned(), money(USD_PER_EUR_HUNDREDTHS)])?;
            }
            Ok(())
        })
    }

    /// What no report of the channel tells.
    pub(super) fn told_by_own(&mut self, store: usize) -> Result<(), SimError> {
        let trial = self.trial;
        self.text(store, "inbound.csv", "argosy.inbound", |out| inbound(out, trial, store))?;
        self.text(store, "reviews.csv", "argosy.reviews", |out| reviews(out, trial, store))
    }
}

fn costs(out: &mut Out, trial: &Trial) -> io::Result<()> {
    out.row(",", &["SKU", "Name", "Brand", "Category", "Valid from", "Unit cost", "Currency"])?;
    let before = trial.spec.from() - Days::new(30);
    for sku in &trial.skus {
        let mut line = |since: argosy_kernel::Day, cost: i64| {
            let cells = [
                sku.product(),
                sku.title.clone(),
                BRAND.to_owned(),
                sku.noun.to_owned(),
                since.to_string(),
                money(cost),
                "USD".to_owned(),
            ];
            out.row(",", &cells.map(|cell| field(&cell, ",")))
        };
        let dearer = sku.mods.iter().find_map(|change| match change.what {
            What::UnitCost(factor) => Some((change.from, (sku.cost as f64 * factor + 0.5) as i64)),
            _ => None,
        });
        match dearer {
            Some((0, cost)) => line(before, cost)?,
            Some((from, cost)) => {
                line(before, sku.cost)?;
                line(trial.spec.day(from), cost)?;
            }
            None => line(before, sku.cost)?,
        }
    }
    Ok(())
}

fn inbound(out: &mut Out, trial: &Trial, store: usize) -> io::Result<()> {
    let names = [
        "Shipment ID",
        "Market",
        "Seller SKU",
        "Sent on",
        "Expected on",
        "Units sent",
        "Units received",
        "Closed",
    ];
    out.row(",", &names)?;
    let market = TRIAL_STORES[store].market.code();
    for (number, sku) in trial.of_store(store) {
        for (at, shipment) in trial.stock[number].shipments.iter().enumerate() {
            let received = if shipment.arrived.is_some() { shipment.units } else { 0 };
            let due = trial.spec.from() + Days::new(shipment.due as u64);
            out.row(
                ",",
                &[
                    shipment_id(number, at),
                    market.to_owned(),
                    sku.seller_sku.clone(),
                    trial.spec.day(shipment.sent).to_string(),
                    due.to_string(),
                    shipment.units.to_string(),
                    received.to_string(),
                    if shipment.arrived.is_some() { "yes" } else { "no" }.to_owned(),
                ],
            )?;
        }
    }
    Ok(())
}

fn reviews(out: &mut Out, trial: &Trial, store: usize) -> io::Result<()> {
    let names = ["Review ID", "Day", "Market", "Seller SKU", "ASIN", "Stars", "Language", "Text"];
    out.row(",", &names)?;
    let market = TRIAL_STORES[store].market.code();
    let mut chance = Chance::new(trial.spec.seed, &format!("trial reviews {market}"));
    let mut written = 0;
    for (number, sku) in trial.of_store(store) {
        let worse = trial.quirks.rated_down.iter().find(|(of, _)| *of == number);
        for day in 0..trial.spec.len() {
            let bad = worse.is_some_and(|(_, from)| *from <= day);
            let units = trial.history.days[number][day].units;
            // Angry buyers write more.
            let count = chance.binomial(units, if bad { REVIEWS * 2.0 } else { REVIEWS });
            for _ in 0..count {
                let stars = stars(&mut chance, bad);
                written += 1;
                let text = match stars {
                    1 | 2 => "Stopped working after a week",
                    3 => "It is all right",
                    _ => "Nice light",
                };
                out.row(
                    ",",
                    &[
                        format!("RTRIAL{store}{written:06}"),
                        trial.spec.day(day).to_string(),
                        market.to_owned(),
                        sku.seller_sku.clone(),
                        sku.asin.clone(),
                        stars.to_string(),
                        "en".to_owned(),
                        text.to_owned(),
                    ],
                )?;
            }
        }
    }
    Ok(())
}

fn stars(chance: &mut Chance, bad: bool) -> u8 {
    let drawn = chance.unit();
    let shares: [f64; 4] = if bad { [0.35, 0.55, 0.7, 0.85] } else { [0.02, 0.05, 0.1, 0.3] };
    (1u8..).zip(shares).find(|(_, share)| drawn < *share).map_or(5, |(stars, _)| stars)
}
