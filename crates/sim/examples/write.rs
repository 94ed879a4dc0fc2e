//! Writes a company's reports into a folder, for looking at them:
//! `cargo run -p argosy-sim --example write -- /tmp/lantern [orders per day] [seed]`.

use std::{error::Error, path::PathBuf};

use argosy_sim::{Company, Spec, overlapping, write_all};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let dir = PathBuf::from(arguments.next().ok_or("say which folder to write to")?);
    let mut spec = Spec::demo();
    if let Some(orders) = arguments.next() {
        spec = spec.with_orders_per_day(orders.parse()?);
    }
    if let Some(seed) = arguments.next() {
        spec = spec.with_seed(seed.parse()?);
    }
    let start = std::time::Instant::now();
    let company = Company::generate(&spec);
    println!("{} ledger rows after {:?}", company.ledger_len(), start.elapsed());
    let files = write_all(&company, &dir.join("reports"))?;
    println!("{} files after {:?}", files.len(), start.elapsed());
    let again = overlapping(&company, &dir.join("again"))?;
    println!("{} overlapping files after {:?}", again.len(), start.elapsed());
    for planted in company.planted() {
        println!("planted: {planted:?}");
    }
    Ok(())
}
