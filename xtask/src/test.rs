//! `cargo xtask test`: everything — Rust on SQLite and PostgreSQL, web, browser.

use crate::{
    demo::run_web_build,
    postgres::Postgres,
    shell::{self, cargo, npm, root},
    tools::{chromium, web_packages},
};

pub(crate) fn run(parts: &[String]) -> Result<(), String> {
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|given| given == part);
    if let Some(unknown) = parts.iter().find(|p| !["rust", "web", "browser"].contains(&p.as_str()))
    {
        return Err(format!("`{unknown}` is no part of the tests; use rust, web or browser"));
    }
    let browser = if wanted("browser") { Some(chromium()?) } else { None };
    // The binary carries the built UI, so that comes first whatever is tested.
    run_web_build()?;
    if wanted("web") {
        web_packages()?;
        for script in ["lint", "typecheck", "test"] {
            shell::run(&mut npm(&["run", script]))?;
        }
    }
    if wanted("rust") {
        rust()?;
    }
    if let Some(chromium) = browser {
        // As the Rust tests build it, so that nothing is compiled twice for other features.
        shell::run(cargo().args(["test", "--workspace", "--no-run"]))?;
        shell::run(
            npm(&["run", "e2e"])
                .env("ARGOSY_BIN", root().join("target/debug/argosy"))
                .env("CHROMIUM", chromium),
        )?;
    }
    eprintln!("\nall tests passed");
    Ok(())
}

fn rust() -> Result<(), String> {
    run_cargo(&["fmt", "--all", "--check"])?;
    run_cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    let postgres = Postgres::start()?;
    let mut tests = cargo();
    tests.args(["test", "--workspace"]).env("ARGOSY_TEST_POSTGRES", &postgres.url);
    tests.envs(shell::shared_folders());
    shell::run(&mut tests)
}

/// Rewrites what tests compare with. The diff is then read by a person. Given a word, only the
/// golden samples whose path holds it.
pub(crate) fn bless(words: &[String]) -> Result<(), String> {
    let mut tests = cargo();
    match words.first() {
        None => tests.args(["test", "--workspace"]),
        Some(word) => tests
            .args(["test", "-p", "argosy-intake", "--test", "golden", "every_sample"])
            .env("ARGOSY_GOLDEN", word),
    };
    shell::run(tests.env("ARGOSY_BLESS", "1").env("INSTA_UPDATE", "always"))
}

fn run_cargo(arguments: &[&str]) -> Result<(), String> {
    shell::run(cargo().args(arguments))
}
