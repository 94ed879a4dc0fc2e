//! Writes the reports of a large seller, with a list of how to import each (`files.json`):
//! `cargo run --release -p argosy-sim --example load -- /tmp/large [SKUs] [days] [terms a day]`.

use std::{error::Error, path::PathBuf};

use argosy_sim::{LoadSeller, load_seller};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let dir = PathBuf::from(arguments.next().ok_or("say which folder to write to")?);
    let mut seller = LoadSeller::large();
    if let Some(skus) = arguments.next() {
        seller.skus = skus.parse()?;
    }
    if let Some(days) = arguments.next() {
        seller.days = days.parse()?;
    }
    if let Some(terms) = arguments.next() {
        seller.terms_per_day = terms.parse()?;
    }
    let start = std::time::Instant::now();
    let files = load_seller(&seller, &dir)?;
    std::fs::write(dir.join("files.json"), serde_json::to_vec_pretty(&files)?)?;
    println!("{} files after {:?}", files.len(), start.elapsed());
    Ok(())
}
