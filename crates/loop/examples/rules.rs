//! Checks the rules and plays of a knowledge folder: `cargo run -p argosy-loop --example rules [knowledge]`.

use std::{error::Error, fs, path::Path};

use argosy_facts::Session;
use argosy_kernel::{Diagnostic, Files, Origin};
use argosy_loop::rules::Rules;
use argosy_metrics::Engine;

fn add(files: &mut Files, root: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.ends_with("channels") {
            continue;
        }
        if path.is_dir() {
            add(files, root, &path)?;
        } else if path.extension().is_some_and(|ending| ending == "toml" || ending == "csv") {
            let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
            files.add(name, fs::read_to_string(&path)?, Origin::BuiltIn);
        }
    }
    Ok(())
}

fn show(wrong: &[Diagnostic]) {
    for one in wrong {
        println!("{one}\n");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "knowledge".to_owned());
    let mut files = Files::default();
    add(&mut files, Path::new(&folder), Path::new(&folder))?;
    let engine = match Engine::new(&files) {
        Ok(engine) => engine,
        Err(wrong) => {
            show(&wrong);
            return Err("metrics are wrong".into());
        }
    };
    match Rules::load(&files, &engine) {
        Ok(rules) => {
            let mut wrong = rules.check();
            wrong.extend(rules.check_sql(&engine, &Session::empty()?, |_| true).await?);
            show(&wrong);
            println!(
                "{} rules, {} plays, {} mistakes",
                rules.iter().count(),
                rules.plays().count(),
                wrong.len()
            );
        }
        Err(wrong) => {
            show(&wrong);
            println!("{} mistakes", wrong.len());
        }
    }
    Ok(())
}
