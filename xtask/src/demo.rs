//! `cargo xtask demo`: from a fresh clone to the demo company in a browser.

use std::process::Command;

use crate::{
    shell::{self, cargo, npm, root},
    tools::web_packages,
};

pub(crate) fn run_web_build() -> Result<(), String> {
    web_packages()?;
    shell::run(&mut npm(&["run", "bundle"]))
}

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    run_web_build()?;
    shell::run(cargo().args(["build", "--package", "argosy"]))?;
    let binary = root().join("target/debug/argosy");
    // The server takes this terminal over; Ctrl-C stops it.
    let status = Command::new(binary)
        .arg("demo")
        .args(arguments)
        .current_dir(root())
        .status()
        .map_err(|error| format!("cannot start the demo: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("the demo stopped ({status})")) }
}
