//! The shape of the house: which room may use which, how long a file may grow, what is banned.

use std::path::{Path, PathBuf};

/// Which crate may use which; read it as the one-line map of the workspace.
const MAY_USE: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("facts", &["kernel"]),
    ("desk", &["kernel"]),
    ("intake", &["kernel", "facts", "desk"]),
    ("metrics", &["kernel", "facts", "desk"]),
    ("sim", &["kernel"]),
    ("loop", &["kernel", "facts", "desk", "metrics"]),
    ("chapter", &["kernel", "facts", "desk", "intake", "metrics", "loop"]),
    ("product", &["kernel", "facts", "desk", "metrics", "loop", "chapter"]),
    ("notify", &["kernel"]),
    (
        "argosy",
        &[
            "kernel", "facts", "desk", "intake", "metrics", "loop", "chapter", "product", "notify",
            "sim",
        ],
    ),
];

/// A file above this is cut where a name of the trade appears.
const LINES_MAX: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Files below `folder` with one of the `endings`.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", "dist", ".git"].contains(&name.as_str()) {
                found.extend(files(&path, endings));
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[test]
fn crates_point_only_downward() {
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(root().join("crates")).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((_, allowed)) = MAY_USE.iter().find(|(room, _)| *room == name) else {
            wrong.push(format!("crates/{name} is not on the map in tests/tidy.rs"));
            continue;
        };
        let manifest: toml::Table = read(&entry.path().join("Cargo.toml")).parse().unwrap();
        // What tests use is free: the edges are about what the product is made of.
        let dependencies = manifest["dependencies"].as_table().unwrap();
        for used in dependencies.keys().filter_map(|key| key.strip_prefix("argosy-")) {
            if !allowed.contains(&used) {
                wrong.push(format!("crates/{name} must not use {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_package_keeps_the_lints_of_the_house() {
    for manifest in files(&root(), &["Cargo.toml"]) {
        let text = read(&manifest);
        if text.contains("[package]") {
            let keeps = text.contains("[lints]\nworkspace = true");
            assert!(keeps, "{} lacks `[lints] workspace = true`", shown(&manifest));
        }
    }
}

#[test]
fn no_source_file_is_longer_than_one_can_hold_in_mind() {
    let mut long = Vec::new();
    for file in files(&root(), &[".rs", ".ts", ".tsx"]) {
        let lines = read(&file).lines().count();
        let generated = file.to_string_lossy().ends_with(".gen.ts");
        if lines > LINES_MAX && !generated {
            long.push(format!("{}: {lines} lines", shown(&file)));
        }
    }
    assert!(long.is_empty(), "cut these where a name of the trade appears:\n{}", long.join("\n"));
}

#[test]
fn money_is_never_a_float() {
    let mut found = Vec::new();
    // Estimates are floating point by nature; only what leaves these folders is money.
    let mut statistics = vec!["/effect/", "/detect/", "/experiment/", "/shrink"];
    statistics.extend([
        "/product/src/forecast/",
        "/product/src/foresee",
        "/product/src/warn",
        "/product/src/replenish/reckon",
        "/product/src/select",
    ]);
    for room in ["kernel", "facts", "metrics", "intake", "loop", "product"] {
        for file in files(&root().join("crates").join(room).join("src"), &[".rs"]) {
            if statistics.iter().any(|folder| shown(&file).contains(folder)) {
                continue;
            }
            for (number, line) in read(&file).lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                if code.contains("f64") && !line.contains("float-ok:") {
                    found.push(format!("{}:{}: {}", shown(&file), number + 1, line.trim()));
                }
            }
        }
    }
    assert!(
        found.is_empty(),
        "f64 in rooms that count money; say `float-ok: why` where it is none:\n{}",
        found.join("\n")
    );
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    let mut broken = Vec::new();
    let documents = files(&root(), &[".md"]);
    assert!(documents.len() > 5);
    for document in documents {
        let text = read(&document);
        for (_, rest) in text.match_indices("](").map(|(at, _)| text.split_at(at + 2)) {
            let target = rest.split([')', '#', ' ']).next().unwrap_or_default();
            let outside =
                target.is_empty() || target.contains("://") || target.starts_with("mailto");
            if !outside && !document.parent().unwrap().join(target).exists() {
                broken.push(format!("{}: {target}", shown(&document)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn knowledge_says_where_it_comes_from() {
    let mut silent = Vec::new();
    for file in files(&root().join("knowledge"), &[".toml"]) {
        let name = shown(&file);
        if name.contains("/samples/") || name.contains("/texts/") {
            continue;
        }
        let text = read(&file);
        if !text.to_lowercase().contains("source") {
            silent.push(name);
        }
    }
    assert!(silent.is_empty(), "no `source` in: {silent:?}");
}
