//! Facts to events: what the reports say happened to the stock.
//!
//! Reports overlap: shipments are told by the fulfilled-shipments report and by the inventory
//! ledger, and sales by the settlement. Of one kind of movement, one report counts for a store,
//! market and month: the one that tells the most units. Where no report tells shipments, goods leave
//! with the sale in the ledger. Goods that a channel ships for a sale on another channel leave with
//! that sale: the shipment names no market, and its order is the order of the other channel.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use argosy_facts::Session;
use argosy_kernel::{Day, Grain};

use super::{
    landed::CostProblem,
    model::{Act, Event, Listing, Reason},
    warehouses::Warehouses,
};
use crate::{
    chart::Chart,
    expression::quoted,
    goods::Goods,
    question::AskError,
    rows::{Numbers, Texts},
    view::imported,
};

/// Store, market, month, kind.
type Told = (String, String, Day, String);

/// Units that found no product: no cost can be known of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Unpaired {
    pub day: Day,
    pub listing: Arc<Listing>,
    pub units: i64,
}

/// Events by product.
#[derive(Debug, Default)]
pub(crate) struct Happened {
    pub events: BTreeMap<String, Vec<Event>>,
    pub unpaired: Vec<Unpaired>,
    pub problems: Vec<CostProblem>,
}

/// Reads the events.
pub(crate) struct Reader<'a> {
    pub session: &'a Session,
    pub chart: &'a Chart,
    pub goods: &'a Goods,
    pub warehouses: &'a Warehouses<'a>,
}

/// One row of the movements, grouped.
struct Movement {
    listing: Arc<Listing>,
    day: Day,
    kind: String,
    report: String,
    place: Option<String>,
    sellable: bool,
    reference: Option<String>,
    left_on: Option<Day>,
    units: i64,
}

impl Reader<'_> {
    pub(crate) async fn read(&self) -> Result<Happened, AskError> {
        let mut happened = Happened::default();
        let chosen = self.chosen().await?;
        let mut transfers = Vec::new();
        for movement in self.movements().await? {
            let month = Grain::Month.start(movement.day);
            let market = movement.listing.market.clone().unwrap_or_default();
            let key = (movement.listing.store.clone(), market, month, movement.kind.clone());
            if chosen.get(&key).is_none_or(|report| *report != movement.report) {
                continue;
            }
            if movement.kind == "transfer" {
                transfers.push(movement);
            } else {
                self.add_movement(movement, &mut happened);
            }
        }
        self.pair_transfers(transfers, &mut happened);
        let shipped: HashSet<(String, String, Day)> = chosen
            .into_keys()
            .filter(|(.., kind)| kind == "shipped")
            .map(|(store, market, month, _)| (store, market, month))
            .collect();
        self.sales(&shipped, &mut happened).await?;
        Ok(happened)
    }

    /// Which report counts, by store, market, month and kind.
    async fn chosen(&self) -> Result<HashMap<Told, String>, AskError> {
        let sql = "SELECT f.\"store\", coalesce(f.\"market\", ''), \
                   CAST(date_trunc('month', f.\"day\") AS DATE), f.\"kind\", \
                   split_part(f.\"definition\", '@', 1), sum(abs(f.\"units\")), \
                   count(f.\"order_id\")\nFROM movements f\nGROUP BY 1, 2, 3, 4, 5 ORDER BY 5";
        let mut best: HashMap<Told, (u64, u64, String)> = HashMap::new();
        for batch in self.session.query(sql).await? {
            let texts = (0..5).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
            let (units, orders) = (Numbers::of(&batch, 5)?, Numbers::of(&batch, 6)?);
            for row in 0..batch.num_rows() {
                let text = |at: usize| texts[at].at(row).unwrap_or_default();
                let Ok(month) = text(2).parse::<Day>() else { continue };
                let found = (units.count(row), orders.count(row), text(4));
                let of = best.entry((text(0), text(1), month, text(3))).or_insert(found.clone());
                if (found.0, found.1) > (of.0, of.1) {
                    *of = found;
                }
            }
        }
        Ok(best.into_iter().map(|(key, (.., report))| (key, report)).collect())
    }

    async fn movements(&self) -> Result<Vec<Movement>, AskError> {
        let lines = self.unit_lines();
        let ledger = imported(self.session)?;
        let sold = if lines.is_empty() {
            String::new()
        } else {
            format!(
                "\n  UNION ALL SELECT s.\"store\", s.\"order_id\", s.\"seller_sku\", s.\"day\" \
                 FROM {ledger} s WHERE s.\"line\" IN ({lines}) AND s.\"units\" > 0 \
                 AND s.\"order_id\" IN (SELECT r.\"order_id\" FROM movements r \
                 WHERE r.\"kind\" = 'returned' AND r.\"order_id\" IS NOT NULL)"
            )
        };
        let [sold_orders, joins, condition] = self.sold_elsewhere(ledger);
        let sql = format!(
            "WITH gone AS (SELECT o.\"store\", o.\"order_id\", o.\"seller_sku\", \
             min(o.\"day\") AS left_on FROM (SELECT s.\"store\", s.\"order_id\", \
             s.\"seller_sku\", s.\"day\" FROM movements s WHERE s.\"kind\" = 'shipped' \
             AND s.\"order_id\" IS NOT NULL{sold}) o GROUP BY 1, 2, 3){sold_orders}\n\
             SELECT f.\"store\", f.\"channel\", f.\"market\", f.\"day\", f.\"kind\", \
             split_part(f.\"definition\", '@', 1), f.\"place\", f.\"seller_sku\", \
             lower(coalesce(f.\"disposition\", 'sellable')) = 'sellable', \
             CASE WHEN f.\"kind\" = 'transfer' THEN f.\"reference\" END, g.left_on, \
             f.\"units\" > 0, sum(f.\"units\")\nFROM movements f\n\
             LEFT JOIN gone g ON f.\"kind\" = 'returned' AND g.\"store\" = f.\"store\" \
             AND g.\"order_id\" = f.\"order_id\" AND g.\"seller_sku\" = f.\"seller_sku\"{joins}\n\
             WHERE f.\"units\" <> 0 AND f.\"seller_sku\" IS NOT NULL{condition}\n\
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12\n\
             ORDER BY 4, 1, 8, 5, 7, 11, 12"
        );
        let mut movements = Vec::new();
        for batch in self.session.query(&sql).await? {
            let texts = (0..12).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
            let units = Numbers::of(&batch, 12)?;
            for row in 0..batch.num_rows() {
                let text = |at: usize| texts[at].at(row);
                let day = |at: usize| text(at).and_then(|day| day.parse::<Day>().ok());
                let (Some(on), Some(units)) = (day(3), whole(&units, row)) else { continue };
                movements.push(Movement {
                    listing: Arc::new(Listing {
                        store: text(0).unwrap_or_default(),
                        channel: text(1).unwrap_or_default(),
                        market: text(2),
                        seller_sku: text(7).unwrap_or_default(),
                    }),
                    day: on,
                    kind: text(4).unwrap_or_default(),
                    report: text(5).unwrap_or_default(),
                    place: text(6),
                    sellable: text(8).as_deref() == Some("true"),
                    reference: text(9),
                    left_on: day(10),
                    units,
                });
            }
        }
        Ok(movements)
    }

    /// Leaves out what was shipped for a sale that only another store tells: its goods leave with
    /// that sale. Gives the sales, the joins and the condition.
    fn sold_elsewhere(&self, ledger: &str) -> [String; 3] {
        let lines = self.unit_lines();
        if lines.is_empty() {
            return Default::default();
        }
        // A shop writes its number as #1001; the channel that ships for it may leave out the #.
        let order = |relation: &str| format!("ltrim({relation}.\"order_id\", '#')");
        let sold = format!(
            ", sold AS (SELECT DISTINCT s.\"store\", {} AS order_id FROM {ledger} s \
             WHERE s.\"line\" IN ({lines}) AND s.\"units\" > 0 AND s.\"order_id\" IS NOT NULL)",
            order("s")
        );
        let joins = format!(
            "\nLEFT JOIN (SELECT DISTINCT order_id FROM sold) e ON f.\"kind\" = 'shipped' \
             AND f.\"market\" IS NULL AND e.order_id = {0}\n\
             LEFT JOIN sold o ON o.\"store\" = f.\"store\" AND o.order_id = {0}",
            order("f")
        );
        let condition = " AND (e.order_id IS NULL OR o.order_id IS NOT NULL)".to_owned();
        [sold, joins, condition]
    }

    /// Only sellable units have a cost: unsellable ones were written off when they became so.
    fn add_movement(&self, movement: Movement, happened: &mut Happened) {
        let Movement { listing, day, kind, report, place, sellable, left_on, units, .. } = movement;
        let out = units < 0;
        let left =
            |reason| if out { Act::Out(reason) } else { Act::Back { from: reason, left_on: None } };
        let act = match (kind.as_str(), sellable) {
            ("shipped", _) if out => Act::Out(Reason::Shipped),
            ("shipped" | "returned", true) if !out => Act::Back { from: Reason::Shipped, left_on },
            ("returned", false) if !out => Act::Spoilt { left_on },
            ("damaged", true) => left(Reason::Damaged),
            ("lost" | "found", true) => left(Reason::Lost),
            ("disposed", true) => left(Reason::Disposed),
            ("other" | "returned", true) => left(Reason::Adjusted),
            ("removed", true) if out => Act::Transfer { to: "".into(), freight: 0.into() },
            // What the channel receives is told by our own documents, with its cost.
            _ => return,
        };
        self.add(listing, day, place.as_deref(), act, units.abs(), &report, happened);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one event, from two sources")]
    fn add(
        &self,
        listing: Arc<Listing>,
        day: Day,
        place: Option<&str>,
        mut act: Act,
        units: i64,
        source: &str,
        happened: &mut Happened,
    ) {
        let Some(sku) = self.goods.product(&listing.store, &listing.seller_sku, day) else {
            let sold = match act {
                Act::Out(Reason::Shipped) => units,
                Act::Back { from: Reason::Shipped, .. } => -units,
                _ => return,
            };
            happened.unpaired.push(Unpaired { day, listing, units: sold });
            return;
        };
        let market = listing.market.as_deref();
        let warehouse = self.warehouses.of(&listing.store, market, place).unwrap_or_else(|| {
            let found = [Some(listing.store.as_str()), market, place];
            let found = found.into_iter().flatten().collect::<Vec<_>>().join(" / ");
            let problem = CostProblem { code: "no_warehouse", document: None, sku: None, found };
            if !happened.problems.contains(&problem) {
                happened.problems.push(problem);
            }
            "".into()
        });
        if let Act::Transfer { to, .. } = &mut act
            && to.is_empty()
        {
            *to = Warehouses::removed_from(&warehouse);
        }
        let source = Arc::from(source);
        let event = Event { day, warehouse, act, units, listing: Some(listing), source };
        happened.events.entry(sku.to_owned()).or_default().push(event);
    }

    /// Goods that a channel moved between places of different warehouses; both ends are found by
    /// their reference. Within one warehouse nothing moves.
    fn pair_transfers(&self, transfers: Vec<Movement>, happened: &mut Happened) {
        let place = |movement: &Movement| {
            let listing = &movement.listing;
            let market = listing.market.as_deref();
            self.warehouses.of(&listing.store, market, movement.place.as_deref())
        };
        /// Store, seller SKU, reference.
        type Way = (String, String, String);
        let mut arriving: HashMap<Way, Vec<(Arc<str>, i64)>> = HashMap::new();
        let key = |movement: &Movement| {
            let reference = movement.reference.clone().unwrap_or_default();
            (movement.listing.store.clone(), movement.listing.seller_sku.clone(), reference)
        };
        let sellable = |movement: &&Movement| movement.sellable;
        for movement in transfers.iter().filter(sellable).filter(|movement| movement.units > 0) {
            if let Some(to) = place(movement) {
                arriving.entry(key(movement)).or_default().push((to, movement.units));
            }
        }
        for movement in transfers.iter().filter(sellable).filter(|movement| movement.units < 0) {
            let Some(from) = place(movement) else { continue };
            let mut left = -movement.units;
            for (to, units) in arriving.get_mut(&key(movement)).into_iter().flatten() {
                let moved = left.min(*units);
                left -= moved;
                *units -= moved;
                if moved > 0 && *to != from {
                    let act = Act::Transfer { to: Arc::clone(to), freight: 0.into() };
                    let listing = Arc::clone(&movement.listing);
                    let place = movement.place.as_deref();
                    let report = &movement.report;
                    self.add(listing, movement.day, place, act, moved, report, happened);
                }
            }
        }
    }

    fn unit_lines(&self) -> String {
        let lines = self.chart.lines_of_units_sold().into_iter();
        lines.map(quoted).collect::<Vec<_>>().join(", ")
    }

    /// Sales of the ledger, where no report tells what was shipped.
    async fn sales(
        &self,
        shipped: &HashSet<(String, String, Day)>,
        happened: &mut Happened,
    ) -> Result<(), AskError> {
        let lines = self.unit_lines();
        if lines.is_empty() {
            return Ok(());
        }
        let ledger = imported(self.session)?;
        // An order shipped in the last month of a report may be settled in the month after. What was
        // shipped for another channel is that channel's order, and not told here.
        let told = if shipped.is_empty() {
            ""
        } else {
            "\nAND (f.\"order_id\" IS NULL OR f.\"store\" || ' ' || f.\"order_id\" NOT IN \
             (SELECT s.\"store\" || ' ' || s.\"order_id\" FROM movements s \
             WHERE s.\"kind\" = 'shipped' AND s.\"order_id\" IS NOT NULL))"
        };
        let sql = format!(
            "SELECT f.\"store\", f.\"channel\", f.\"market\", f.\"day\", f.\"seller_sku\", \
             sum(f.\"units\")\nFROM {ledger} f\nWHERE f.\"line\" IN ({lines}) \
             AND f.\"units\" <> 0{told}\nGROUP BY 1, 2, 3, 4, 5 ORDER BY 4, 1, 5, 3"
        );
        for batch in self.session.query(&sql).await? {
            let texts = (0..5).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
            let units = Numbers::of(&batch, 5)?;
            for row in 0..batch.num_rows() {
                let text = |at: usize| texts[at].at(row);
                let Some(day) = text(3).and_then(|day| day.parse::<Day>().ok()) else { continue };
                let Some(units) = whole(&units, row).filter(|units| *units != 0) else { continue };
                let listing = Listing {
                    store: text(0).unwrap_or_default(),
                    channel: text(1).unwrap_or_default(),
                    market: text(2),
                    seller_sku: text(4).unwrap_or_default(),
                };
                let market = listing.market.clone().unwrap_or_default();
                if shipped.contains(&(listing.store.clone(), market, Grain::Month.start(day))) {
                    continue;
                }
                let act = if units > 0 {
                    Act::Out(Reason::Shipped)
                } else {
                    Act::Back { from: Reason::Shipped, left_on: None }
                };
                self.add(Arc::new(listing), day, None, act, units.abs(), "ledger", happened);
            }
        }
        Ok(())
    }
}

fn whole(numbers: &Numbers<'_>, row: usize) -> Option<i64> {
    numbers.at(row).and_then(|number| i64::try_from(number).ok())
}
