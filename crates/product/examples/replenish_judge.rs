//! Profit and service of our proposals against rules of the trade, on made-up sellers:
//! `cargo run -p argosy-product --example replenish_judge -- [--seeds N] [--review DAYS]`.
//! `--skus N` plans N made-up products at once instead, then under half the cash, and tells the time.

use std::{env, time::Instant};

use argosy_kernel::{Currency, Money};
use argosy_product::{
    forecast::many::each,
    replenish::{
        Aim, Limits, plan,
        reckon::judge::{Kind, Rule, World, Year, run},
    },
};
use rust_decimal::Decimal;

const WEIGHTS: [f64; 6] = [0.1, 0.2, 0.2, 0.2, 0.15, 0.15];

fn rules() -> Vec<(String, Rule)> {
    let mut all = vec![
        ("ours, sea and air".to_owned(), Rule::Ours { aim: Aim::Profit, air: true }),
        ("ours, sea only".to_owned(), Rule::Ours { aim: Aim::Profit, air: false }),
        ("ours, 95 % by sea".to_owned(), Rule::Ours { aim: Aim::PerMille(950), air: false }),
    ];
    for safe_days in [7.0, 14.0, 21.0, 30.0, 45.0] {
        all.push((format!("days of cover, {safe_days} safe"), Rule::Cover { safe_days }));
    }
    for safe_days in [7.0, 14.0, 21.0, 30.0, 45.0] {
        let rule = Rule::Weighted { weights: WEIGHTS, safe_days };
        all.push((format!("weighted sales, {safe_days} safe"), rule));
    }
    all
}

fn number(name: &str, usual: u32) -> u32 {
    let words: Vec<String> = env::args().collect();
    let at = words.iter().position(|word| word == name);
    at.and_then(|at| words.get(at + 1)?.parse().ok()).unwrap_or(usual)
}

/// Plans many products at once, free and with half the cash that takes.
fn many(skus: u32) {
    let worlds: Vec<World> = (0..25).map(|at| World::new(Kind::ALL[at % 5], at as u64)).collect();
    let paths: Vec<_> = worlds.iter().map(|world| world.foreseen(300)).collect();
    let items: Vec<_> = (0..skus as usize)
        .map(|at| worlds[at % 25].item(&paths[at % 25], u32::try_from(at / 25 % 7).unwrap_or(0)))
        .collect();
    let today = World::today();
    let begun = Instant::now();
    let free = plan(&items, &Limits::default(), today, (1, 0));
    println!(
        "{skus} products: {:.2} s, {}",
        begun.elapsed().as_secs_f64(),
        free.cost(Currency::USD)
    );
    let half = free.cost(Currency::USD).amount / Decimal::TWO;
    let cash = Some(Money::new(half, Currency::USD).rounded());
    let begun = Instant::now();
    let short = plan(&items, &Limits { cash, ..Limits::default() }, today, (1, 0));
    let (took, used) = (begun.elapsed().as_secs_f64(), &short.limits[0]);
    println!(
        "half the cash: {took:.2} s, {:?}, used {} of {}, a further dollar earns {}, gain {} of {}, \
         at most {:?}",
        short.shared_by, used.used, used.allowed, used.price, short.gain, free.gain, short.bound
    );
}

fn main() {
    if number("--skus", 0) > 0 {
        return many(number("--skus", 0));
    }
    let (seeds, review) = (number("--seeds", 20), number("--review", 14));
    let begun = Instant::now();
    let rules = rules();
    let cases: Vec<(usize, Kind, u64)> = (0..rules.len())
        .flat_map(|rule| Kind::ALL.map(|kind| (rule, kind)))
        .flat_map(|(rule, kind)| (0..u64::from(seeds)).map(move |seed| (rule, kind, seed)))
        .collect();
    let years = each(&cases, 0, |(rule, kind, seed)| {
        let year = run(&World::new(*kind, *seed), rules[*rule].1, review as usize);
        (*rule, *kind, year)
    });
    println!("{seeds} seeds, review every {review} days; profit per product and year, USD");
    println!("| rule | {:?} | all | served | promised | stock | by air |", Kind::ALL);
    for (at, (name, _)) in rules.iter().enumerate() {
        let of = |kind: Option<Kind>| {
            let own = years.iter().filter(|y| y.0 == at && kind.is_none_or(|kind| kind == y.1));
            own.fold(Year::default(), |sum, (_, _, year)| sum.and(*year))
        };
        let cell = |kind| {
            let year = of(Some(kind));
            let promise = year.promise().map_or(String::new(), |p| format!("/{:.1}", 100.0 * p));
            format!(
                "{:.0} ({:.1}{promise})",
                year.profit / f64::from(seeds),
                100.0 * year.service()
            )
        };
        let kinds = Kind::ALL.map(cell).join(" | ");
        let all = of(None);
        let products = f64::from(seeds) * 5.0;
        println!(
            "| {name} | {kinds} | {:.0} | {:.1} % | {} | {:.0} | {:.1} % |",
            all.profit / products,
            100.0 * all.service(),
            all.promise().map_or("–".to_owned(), |p| format!("{:.1} %", 100.0 * p)),
            all.stock / products,
            100.0 * all.by_air / (all.by_air + all.by_sea).max(1.0),
        );
    }
    println!("{:.0} s", begun.elapsed().as_secs_f64());
}
