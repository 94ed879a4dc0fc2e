//! Forecast and replenishment of many made-up products with three years of weeks in one run, with
//! time and peak memory:
//! `cargo run --release -p argosy-product --example many -- [--skus 2000] [--portion 1000]`.
//!
//! Portion by portion products are foreseen and drafted, and their paths forgotten; then all share
//! half the cash they would need.

use std::{env, fs, time::Instant};

use argosy_kernel::{Currency, Grain, Money};
use argosy_product::{
    forecast::{Request, Series, foresee, many::each, paths::Paths},
    replenish::{
        Aim, Demand, Item, Limits, drafted,
        reckon::judge::{Kind, World},
        settle,
    },
};
use rust_decimal::Decimal;

/// Three years.
const WEEKS: usize = 156;
const HORIZON: usize = 30;
const PATHS: usize = 200;

fn number(name: &str, usual: usize) -> usize {
    let words: Vec<String> = env::args().collect();
    let at = words.iter().position(|word| word == name);
    at.and_then(|at| words.get(at + 1)?.parse().ok()).unwrap_or(usual)
}

/// The most memory the process had at once, in mebibytes; as Linux counts it.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

fn main() {
    let (skus, portion) = (number("--skus", 2000), number("--portion", 1000).max(1));
    let today = World::today();
    let first = today - chrono::Days::new(7 * WEEKS as u64);
    let nothing = Paths::new(0, Vec::new());
    let names: Vec<String> = (0..skus).map(|at| format!("SKU-{at}")).collect();
    let mut items: Vec<Item<'_>> = Vec::with_capacity(skus);
    let mut drafts = Vec::with_capacity(skus);
    let (mut made, mut worked) = (0.0, 0.0);
    for from in (0..skus).step_by(portion) {
        let begun = Instant::now();
        let numbers: Vec<usize> = (from..skus.min(from + portion)).collect();
        let worlds = each(&numbers, 0, |at| (*at, World::new(Kind::ALL[at % 5], (at / 5) as u64)));
        made += begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        let found = each(&worlds, 0, |(at, world)| {
            let series = Series::of_units(Grain::Week, first, &world.weeks(WEEKS));
            let seen = foresee(Request {
                events: world.events(),
                paths: PATHS,
                ..Request::new(&series, HORIZON, &names[*at])
            });
            let paths = &seen.outlook.paths;
            let demand = Demand { paths, grain: Grain::Week, starts: today };
            let weeks = u32::try_from(at / 5 % 9).unwrap_or(0);
            let item = Item { sku: &names[*at], demand, ..world.item(paths, weeks) };
            let draft = drafted(&item, &Limits::default(), today, 1);
            let Item { position, goods, routes, worth, .. } = item;
            (position, goods, routes, worth, draft)
        });
        for ((at, _), (position, goods, routes, worth, draft)) in worlds.iter().zip(found) {
            let demand = Demand { paths: &nothing, grain: Grain::Week, starts: today };
            items.push(Item {
                sku: &names[*at],
                market: "US",
                demand,
                position,
                goods,
                routes,
                worth,
                aim: Aim::Profit,
                review_days: 7,
                at_least: 0,
            });
            drafts.push(draft);
        }
        worked += begun.elapsed().as_secs_f64();
    }
    let wanted: Decimal = drafts
        .iter()
        .filter_map(|draft| draft.proposal().ok())
        .flat_map(|proposal| &proposal.orders)
        .map(argosy_product::replenish::Order::cost)
        .sum();
    let cash = Some(Money::new(wanted / Decimal::TWO, Currency::USD).rounded());
    let begun = Instant::now();
    let plan = settle(&items, drafts, &Limits { cash, ..Limits::default() });
    let shared = begun.elapsed().as_secs_f64();
    let cost = plan.cost(Currency::USD);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{skus} products, {WEEKS} weeks each, {cores} cores");
    println!("made up in {made:.1} s (not counted)");
    println!("forecast and drafts {worked:.1} s, half of {wanted} shared in {shared:.1} s");
    println!(
        "together {:.1} s, {:.2} ms a product; ordered for {cost}, a further dollar earns {}",
        worked + shared,
        1000.0 * (worked + shared) / f64::from(u32::try_from(skus.max(1)).unwrap_or(1)),
        plan.limits[0].price
    );
    match peak() {
        Some(mebibytes) => println!("peak memory {mebibytes} MiB"),
        None => println!("peak memory is not told on this system"),
    }
}
