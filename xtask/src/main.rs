//! The two commands of the README, and the bench.
//!
//! `cargo xtask demo` builds web UI and binary and serves the demo company; `cargo xtask test` runs
//! everything there is to test. Both find what they need, install it from the system's packages
//! where they may, and otherwise say plainly what is missing. No dependencies: it must build at once.

mod bench;
mod cluster;
mod demo;
mod postgres;
mod shell;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask demo [--addr HOST:PORT] [--home DIR]   build all, make the demo company, serve it
cargo xtask test [rust|web|browser]        run all tests, or one part of them
cargo xtask cluster-test [NAME]            test workers over S3-compatible storage, PostgreSQL
cargo xtask bench                          compare speed with DuckDB, Polars, SQLite, PostgreSQL
cargo xtask bench scale|hostile            how it grows; hostile files under a memory limit
cargo xtask bench truth [--seeds N]        findings and effects held against the simulated truth
cargo xtask bench findings                 all rules over 20,000 SKUs and 200,000 search terms
cargo xtask bench forecast                 accuracy and speed beside statsforecast, 100,000 SKUs
cargo xtask bless [WORD]                   rewrite golden files (of samples with the word in
                                           their path) and snapshots; review the diff
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_str() {
        "demo" => demo::run(&rest),
        "test" => test::run(&rest),
        "bench" => bench::run(&rest),
        "cluster-test" => cluster::test(&rest),
        "bless" => test::bless(&rest),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\nxtask: {message}");
            ExitCode::FAILURE
        }
    }
}
