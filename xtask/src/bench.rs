//! `cargo xtask bench`: our speed beside peers from PyPI, in one run on one machine;
//! `bench scale`: how we grow; `bench hostile`: hostile files under a memory limit.

use std::process::Command;

use crate::{
    postgres::Postgres,
    shell::{cargo, root, run as run_command, succeeds},
};

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let python = root().join("target/bench-venv/bin/python");
    if !python.is_file() {
        run_command(Command::new("python3").args(["-m", "venv", "target/bench-venv"]))?;
    }
    let ready = succeeds(Command::new(&python).args(["-c", "import duckdb, polars, psycopg"]));
    if !ready {
        run_command(Command::new(&python).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--requirement",
            "bench/requirements.txt",
        ]))?;
    }
    run_command(cargo().args(["build", "--release", "--package", "argosy"]))?;
    let binary = root().join("target/release/argosy");
    if let Some((script, rest)) = own_script(arguments) {
        let script = root().join("bench").join(script);
        return run_command(Command::new(&python).arg(script).args(rest).env("ARGOSY_BIN", binary));
    }
    let postgres = Postgres::start()?;
    run_command(
        Command::new(&python)
            .arg("bench/run.py")
            .args(arguments)
            .env("ARGOSY_BIN", binary)
            .env("ARGOSY_TEST_POSTGRES", &postgres.url),
    )
}

/// The script that needs no peers, and what is handed on to it.
fn own_script(arguments: &[String]) -> Option<(&'static str, &[String])> {
    let (first, rest) = arguments.split_first()?;
    match first.as_str() {
        "scale" => Some(("scale.py", rest)),
        "hostile" => Some(("hostile.py", rest)),
        _ => None,
    }
}
