//! What the replenishment of one product in one market hangs on besides its forecast.
//!
//! float-ok: hands estimates of demand to the engine; money is exact.

use std::collections::BTreeMap;

use argosy_chapter::face::{ChapterError, Ground};
use argosy_kernel::{Currency, Day, Money, Text};
use rust_decimal::Decimal;

use super::{
    facts::{Daily, Shelf},
    fields::Fields,
    flows::{Coming, Flows, Papers, of_market},
    leads::Passages,
    settings::{ReplenishSettings, Settings},
    supply::{Bought, Supply},
    work::Records,
};
use crate::{
    asked,
    forecast::Chance,
    replenish::{AgedFee, Due, Goods, Inbound, Mode, Position, Route, Stage, Worth},
    says::both,
};

/// A told arrival so many days later than usual counts; an earlier one is only hoped for.
const TOLD_LATER: i64 = 3;
/// Goods that only the channel knows of have been under way for so many days.
const UNKNOWN_SINCE: u64 = 14;
/// Draws behind the expected day of an arrival.
const DRAWS: u32 = 40;
/// Settled units from which on a margin is taken for itself.
const ENOUGH: Decimal = Decimal::TEN;

/// What a sold unit brings before goods and freight, by SKU and market; and by SKU over all markets.
pub(crate) struct Margins {
    by_market: BTreeMap<(String, String), Decimal>,
    by_sku: BTreeMap<String, Decimal>,
}

impl Margins {
    /// Over the last days of the settings, and over a year where too little sold.
    ///
    /// # Errors
    /// When the metrics cannot be asked.
    pub(crate) async fn read(
        ground: &Ground<'_>,
        settings: &ReplenishSettings,
    ) -> Result<Self, ChapterError> {
        let (mut by_market, mut by_sku) = (BTreeMap::new(), BTreeMap::new());
        for days in [365, u64::from(settings.margin_days)] {
            let metrics = ["net_sales", "channel_fees", "logistics_cost", "ad_cost", "units_sold"];
            let by = ["product", "market"];
            let answer = asked::ask(ground, &metrics, &by, days, ground.currency).await?;
            let mut sums: BTreeMap<String, (Decimal, Decimal)> = BTreeMap::new();
            for row in &answer.rows {
                let figure = |name: &str| answer.figure(row, name);
                let Some(sku) = answer.key(row, "product") else { continue };
                let market = answer.key(row, "market").unwrap_or_default();
                let Some(units) = figure("units_sold").filter(|units| *units > Decimal::ZERO)
                else {
                    continue;
                };
                let Some(sales) = figure("net_sales") else { continue };
                let cost = |name: &str| figure(name).unwrap_or_default();
                let left = sales - cost("channel_fees") - cost("logistics_cost") - cost("ad_cost");
                let sum = sums.entry(sku.to_owned()).or_default();
                (sum.0, sum.1) = (sum.0 + left, sum.1 + units);
                if units >= ENOUGH {
                    let key = (sku.to_owned(), market.to_owned());
                    by_market.insert(key, (left / units).round_dp(4));
                }
            }
            for (sku, (left, units)) in sums.into_iter().filter(|(_, sum)| sum.1 >= ENOUGH) {
                by_sku.insert(sku, (left / units).round_dp(4));
            }
        }
        Ok(Self { by_market, by_sku })
    }

    /// Of the market, and whether it is that; else over all markets.
    pub(crate) fn of(&self, sku: &str, market: &str) -> Option<(Decimal, bool)> {
        let own = self.by_market.get(&(sku.to_owned(), market.to_owned()));
        let all = || self.by_sku.get(sku).map(|margin| (*margin, false));
        own.map(|margin| (*margin, true)).or_else(all)
    }
}

/// Everything about buying, as of a day.
pub(crate) struct Buying<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) supply: &'a Supply<'a>,
    pub(crate) passages: Passages,
    margins: &'a Margins,
    flows: Flows,
    storage: BTreeMap<String, Decimal>,
    /// Markets of each product, and each market's share of its recent units.
    markets: BTreeMap<&'a str, Vec<(&'a str, Decimal)>>,
    /// How many products and markets are bought from each supplier, and sent to each market.
    along: (BTreeMap<Option<String>, u32>, BTreeMap<&'a str, u32>),
}

/// What one product in one market is planned with.
pub(crate) struct Prepared {
    pub(crate) bought: Bought,
    pub(crate) routes: Vec<Route>,
    pub(crate) worth: Worth,
    pub(crate) position: Position,
    pub(crate) coming: Vec<Arriving>,
}

/// Goods on their way with the day they are expected to be on the shelf.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Arriving {
    pub(crate) paper: String,
    pub(crate) units: i64,
    pub(crate) mode: Mode,
    /// `None` when the channel alone tells of it.
    pub(crate) stage: Option<Stage>,
    pub(crate) expected: Day,
    pub(crate) told: Option<Day>,
}

impl<'a> Buying<'a> {
    pub(crate) fn of(
        settings: &'a Settings,
        supply: &'a Supply<'a>,
        records: &'a Records,
        margins: &'a Margins,
        all: &'a [Daily],
    ) -> Self {
        let papers = Papers {
            orders: &records.orders,
            shipments: &records.shipments,
            receipts: &records.receipts,
            places: &records.places,
        };
        let mut storage: BTreeMap<String, Decimal> = BTreeMap::new();
        for place in &records.places {
            let fields = Fields(&place.body);
            let day = fields.money("storage_m3_day");
            let per_day = day.and_then(|money| supply.convert(money.amount, money.currency));
            let market = fields.text("market").or_else(|| fields.text("country"));
            let abroad = !matches!(fields.text("kind"), Some("own" | "supplier"));
            if let (Some(per_day), Some(market), true) = (per_day, market, abroad) {
                let month = storage.entry(market.to_owned()).or_default();
                *month = (*month).max(per_day * Decimal::from(30));
            }
        }
        Self {
            settings,
            supply,
            passages: Passages::of(&papers, supply, supply.today),
            margins,
            flows: papers.coming(supply.today),
            storage,
            markets: shares(all),
            along: along(supply, all),
        }
    }

    /// A market's share of a product's recent units.
    fn share(&self, sku: &str, market: &str) -> Decimal {
        let markets = self.markets.get(sku).into_iter().flatten();
        markets.clone().find(|(own, _)| *own == market).map_or(Decimal::ONE, |(_, share)| *share)
    }

    /// Makes one product in one market ready.
    ///
    /// # Errors
    /// What is missing and what to do, as people are told.
    pub(crate) fn prepare(&self, daily: &Daily) -> Result<Prepared, Text> {
        let key = (daily.sku.as_str(), daily.market.as_str());
        let share = self.share(key.0, key.1);
        let replenish = &self.settings.replenish;
        let mut bought = self.supply.bought(key, replenish, share, |goods| self.by_sea(goods))?;
        let Some((brings, own)) = self.margins.of(key.0, key.1) else {
            return Err(both(
                "No margin is known: fewer than ten units were settled within a year",
                "毛利未知：一年内结算不足十件",
            ));
        };
        if !own {
            bought.notes.push(both(
                "Hardly sold in this market: the margin of a unit is that over all markets",
                "本站点销量太少：单件毛利取所有站点的平均",
            ));
        }
        // What one more order or shipment costs is shared by all that goes along with it.
        let orders = Decimal::from(self.along.0.get(&bought.supplier).copied().unwrap_or(1));
        let per_order = &mut bought.goods.per_order;
        per_order.amount = (per_order.amount / orders).round_dp(2);
        let mut routes = self.passages.routes(
            self.settings,
            self.supply,
            (key.1, bought.supplier.as_deref()),
            (bought.lead_days, bought.beside),
        );
        let shipments = Decimal::from(self.along.1.get(key.1).copied().unwrap_or(1));
        for route in &mut routes {
            route.minimum.amount = (route.minimum.amount / shipments).round_dp(2);
        }
        let worth = self.worth(brings, &bought, key.1);
        let coming = self.coming(key, &daily.shelf, share, &routes);
        let inbound = coming.iter().map(|(_, inbound)| inbound.clone()).collect();
        let position = Position { sellable: daily.shelf.sellable, reserved: 0, inbound };
        let coming = coming.into_iter().map(|(arriving, _)| arriving).collect();
        Ok(Prepared { bought, routes, worth, position, coming })
    }

    /// What a unit costs by the usual way in a full carton.
    fn by_sea(&self, goods: &Goods) -> Decimal {
        let sea = self.settings.modes.iter().find(|mode| mode.id == Mode::Sea);
        let rate = sea.map_or(Decimal::ZERO, |mode| mode.per_m3);
        let rate = self.supply.convert(rate, Currency::USD).unwrap_or_default();
        rate * goods.carton_m3 / Decimal::from(goods.carton_units.max(1))
    }

    fn worth(&self, brings: Decimal, bought: &Bought, market: &str) -> Worth {
        let settings = &self.settings.replenish;
        let money = |amount: Decimal| Money::new(amount.round_dp(4), self.supply.currency);
        let usual = |dollars: Decimal| {
            self.supply.convert(dollars, Currency::USD).unwrap_or_default() * bought.unit_m3
        };
        let price = bought.goods.price(bought.goods.moq).map_or(Decimal::ZERO, |p| p.amount);
        let margin = (brings - price).max(Decimal::ZERO);
        let own = self.storage.get(market).map(|month| *month * bought.unit_m3);
        let aged = settings.aged.iter();
        Worth {
            brings: money(brings),
            lost_beyond: money(margin * settings.lost_beyond),
            capital_per_year: settings.capital_per_year,
            storage_month: money(own.unwrap_or_else(|| usual(settings.storage_m3_month))),
            aged: aged
                .map(|one| AgedFee { from_day: one.from_day, month: money(usual(one.m3_month)) })
                .collect(),
            cleared: money(price * settings.cleared),
        }
    }

    /// What comes by own papers; and what the channel knows of beyond them.
    fn coming(
        &self,
        (sku, market): (&str, &str),
        shelf: &Shelf,
        share: Decimal,
        routes: &[Route],
    ) -> Vec<(Arriving, Inbound)> {
        let markets: Vec<&str> =
            self.markets.get(sku).into_iter().flatten().map(|(market, _)| *market).collect();
        let own = of_market(&self.flows, (sku, market), &markets, share);
        let mut found: Vec<(Arriving, Inbound)> =
            own.iter().filter_map(|coming| self.arriving(coming, routes)).collect();
        let at_sea: i64 = found
            .iter()
            .filter(|(_, inbound)| !is_made(inbound))
            .map(|(arriving, _)| arriving.units)
            .sum();
        let today = self.supply.today;
        let beyond = (shelf.inbound + shelf.receiving - at_sea).max(0);
        let receiving = shelf.receiving.min(beyond);
        let more = [
            (receiving, Stage::Receiving, today),
            (beyond - receiving, Stage::HeadHaul, today - chrono::Days::new(UNKNOWN_SINCE)),
        ];
        for (units, stage, since) in more.into_iter().filter(|(units, _, _)| *units > 0) {
            let inbound = Inbound { units, mode: Mode::Sea, due: Due::Underway { stage, since } };
            let coming = Coming { paper: String::new(), inbound, eta: None };
            found.extend(self.arriving(&coming, routes));
        }
        found
    }

    fn arriving(&self, coming: &Coming, routes: &[Route]) -> Option<(Arriving, Inbound)> {
        let today = self.supply.today;
        let mut inbound = coming.inbound.clone();
        let own = routes.iter().find(|route| route.mode == inbound.mode);
        let route = own.or_else(|| routes.first())?;
        let Due::Underway { stage, since } = inbound.due else { return None };
        let mut chance = Chance::of(super::work::SEED, &coming.paper);
        let elapsed = f64::from(i32::try_from((today - since).num_days().max(0)).unwrap_or(0));
        let mut mean = |stage: Stage, elapsed: f64| {
            let drawn = (0..DRAWS).map(|_| route.lead.rest(stage, elapsed, &mut chance));
            later(today, drawn.sum::<f64>() / f64::from(DRAWS))
        };
        let mut expected = mean(stage, elapsed);
        if let Some(eta) = coming.eta {
            let told = eta.max(today) + (mean(Stage::Customs, 0.0) - today);
            if told > expected + chrono::Days::new(TOLD_LATER.unsigned_abs()) {
                expected = told;
                inbound.due = Due::On(told);
            }
        }
        let arriving = Arriving {
            paper: coming.paper.clone(),
            units: inbound.units,
            mode: route.mode,
            stage: (!coming.paper.is_empty()).then_some(stage),
            expected,
            told: coming.eta,
        };
        Some((arriving, inbound))
    }
}

/// A day so many days later.
fn later(day: Day, days: f64) -> Day {
    crate::replenish::reckon::edge::later(day, days)
}

fn is_made(inbound: &Inbound) -> bool {
    matches!(inbound.due, Due::Underway { stage: Stage::Production | Stage::Inspection, .. })
}

/// How many share an order or a shipment.
fn along<'a>(
    supply: &Supply<'_>,
    all: &'a [Daily],
) -> (BTreeMap<Option<String>, u32>, BTreeMap<&'a str, u32>) {
    let (mut orders, mut shipments) = (BTreeMap::new(), BTreeMap::new());
    for one in all {
        *orders.entry(supply.cheapest(&one.sku).map(str::to_owned)).or_default() += 1;
        *shipments.entry(one.market.as_str()).or_default() += 1;
    }
    (orders, shipments)
}

/// Each market's share of a product's units of the last 90 days; evenly where none sold.
fn shares(all: &[Daily]) -> BTreeMap<&str, Vec<(&str, Decimal)>> {
    let newest = all.iter().filter_map(|one| one.sold.keys().next_back()).max().copied();
    let since = newest.unwrap_or_default() - chrono::Days::new(89);
    let mut markets: BTreeMap<&str, Vec<(&str, Decimal)>> = BTreeMap::new();
    for one in all {
        let units: f64 = one.sold.range(since..).map(|(_, units)| units).sum();
        let units = Decimal::from_f64_retain(units).unwrap_or_default();
        markets.entry(&one.sku).or_default().push((&one.market, units));
    }
    for list in markets.values_mut() {
        let all: Decimal = list.iter().map(|(_, units)| units).sum();
        let even = Decimal::ONE / Decimal::from(list.len().max(1));
        for (_, share) in list {
            *share = if all > Decimal::ZERO { (*share / all).round_dp(6) } else { even };
        }
    }
    markets
}
