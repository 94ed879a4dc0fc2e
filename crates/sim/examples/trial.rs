//! Writes the trial seller's reports into a folder, with a list of how to import each (`files.json`):
//! `cargo run -p argosy-sim --example trial -- /tmp/trial [seed] [small]`.

use std::{error::Error, path::PathBuf};

use argosy_sim::{Trial, TrialSpec, write_trial};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let dir = PathBuf::from(arguments.next().ok_or("say which folder to write to")?);
    let seed = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let small = arguments.next().is_some_and(|text| text == "small");
    let spec = if small { TrialSpec::small(seed) } else { TrialSpec::full(seed) };
    let start = std::time::Instant::now();
    let trial = Trial::generate(&spec);
    println!("{} SKUs, {} units after {:?}", trial.skus(), trial.units(), start.elapsed());
    let files = write_trial(&trial, &dir)?;
    println!("{} files after {:?}", files.len(), start.elapsed());
    std::fs::write(dir.join("files.json"), serde_json::to_vec_pretty(&files)?)?;
    for problem in trial.answer().problems {
        println!(
            "{:9.2} {} {:?} {}",
            problem.monthly, problem.rule, problem.subject, problem.cause
        );
    }
    Ok(())
}
