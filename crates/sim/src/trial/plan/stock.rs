//! Problems of stock.
// float-ok: sizes of planted things in a model.

use super::{Planner, Worth};
use crate::trial::level::What;

/// Dollars that a unit costs to keep for a month: storage and the money in it.
const KEEPING: f64 = 0.15;
const CAPITAL: f64 = 0.015;
/// Cover beyond this many days is too much.
const ENOUGH: f64 = 90.0;

impl Planner<'_> {
    pub(super) fn stock(&mut self) {
        for _ in 0..self.times() {
            self.runs_out();
            self.ran_out();
            self.too_much();
        }
        self.never_sold();
        self.late();
    }

    fn units_a_day(&self, sku: usize) -> f64 {
        let of = &self.skus[sku];
        let ads: f64 = of.terms.iter().map(|term| term.clicks * term.conversion).sum();
        (of.organic + ads) * of.conversion
    }

    fn runs_out(&mut self) {
        let sku = self.struck();
        let cover = self.chance.between(5.0, 12.0);
        self.skus[sku].stock.end_cover = Some(cover);
        let from = self.spec.back(7);
        let plant = self.problem("stock.stockout_ahead", sku, from);
        plant.cause = "nothing_ordered";
        plant.worth = Worth::Ahead { cover };
        plant.says = format!("{cover:.0} days of cover and nothing on its way");
        let near = self.spared();
        let (sent, due) = (self.spec.back(16), self.last() + 4);
        self.skus[near].stock.end_cover = Some(cover);
        self.skus[near].stock.inbound = Some((60.0, sent, due));
        self.spare("stock.stockout_ahead", near, "as little cover, but goods arrive in four days");
    }

    fn ran_out(&mut self) {
        let (sku, from) = (self.struck(), self.ago(6, 14));
        self.skus[sku].stock.out_from = Some(from);
        let plant = self.problem("stock.out_of_stock", sku, from);
        plant.cause = "nothing_ordered";
        plant.says = "nothing left to sell".to_owned();
        self.because(sku, from, What::Empty(false));
    }

    fn too_much(&mut self) {
        let sku = self.struck();
        let cover = self.chance.between(220.0, 320.0);
        self.skus[sku].stock.end_cover = Some(cover);
        let excess = (cover - ENOUGH) * self.units_a_day(sku);
        let cost = self.skus[sku].cost as f64 / 100.0;
        let from = self.spec.back(30);
        let plant = self.problem("stock.overstock", sku, from);
        plant.cause = "too_much_bought";
        plant.worth = Worth::Dollars(excess * (KEEPING + cost * CAPITAL));
        plant.says = format!("{cover:.0} days of cover");
        let near = self.spared();
        self.skus[near].stock.end_cover = Some(80.0);
        self.spare("stock.overstock", near, "cover of 80 days");
    }

    fn never_sold(&mut self) {
        let sku = self.struck();
        let units = self.chance.dice().between(150, 320) as u32;
        let from = self.spec.back(80).max(20);
        self.skus[sku].stock.still = Some(units);
        let cost = self.skus[sku].cost as f64 / 100.0;
        let plant = self.problem("stock.no_sales", sku, from);
        plant.cause = "no_demand";
        plant.worth = Worth::Dollars(f64::from(units) * (KEEPING + cost * CAPITAL));
        plant.says = format!("{units} units and not one sold");
        self.because(sku, from, What::Organic(0.02));
        self.because(sku, from, What::Conversion(0.0));
        self.because(sku, from, What::Nothing);
    }

    fn late(&mut self) {
        let sku = self.struck();
        let cover = self.chance.between(8.0, 14.0);
        let (sent, due) = (self.spec.back(52), self.ago(20, 30));
        self.skus[sku].stock.end_cover = Some(cover);
        self.skus[sku].stock.inbound = Some((45.0, sent, due));
        let plant = self.problem("stock.inbound_late", sku, due);
        plant.cause = "stock_will_end";
        plant.worth = Worth::Ahead { cover };
        plant.says = "a shipment is weeks late and little is left".to_owned();
        let near = self.spared();
        let (sent, due) = (self.spec.back(22), self.spec.back(2));
        self.skus[near].stock.inbound = Some((45.0, sent, due));
        self.spare("stock.inbound_late", near, "a shipment two days late, and stock enough");
    }
}
