//! `cargo xtask bench`: our speed beside peers from PyPI, in one run on one machine.

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
    let postgres = Postgres::start()?;
    run_command(
        Command::new(&python)
            .arg("bench/run.py")
            .args(arguments)
            .env("ARGOSY_BIN", root().join("target/release/argosy"))
            .env("ARGOSY_TEST_POSTGRES", &postgres.url),
    )
}
