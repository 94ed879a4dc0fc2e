//! What tests of this chapter share: the knowledge files as they are shipped, and candidates.

pub(crate) mod world;

use std::path::PathBuf;

use argosy_kernel::{Files, Origin};

use crate::select::{Candidate, Criteria, Input, criteria::Scale};

/// The files of `knowledge/` with these paths or below these folders.
pub(crate) fn knowledge(paths: &[&str]) -> Files {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let mut files = Files::default();
    for path in paths {
        let whole = root.join(path);
        if whole.is_dir() {
            for entry in std::fs::read_dir(&whole).unwrap().flatten() {
                let name = entry.file_name().into_string().unwrap();
                if name.ends_with(".toml") {
                    let text = std::fs::read_to_string(entry.path()).unwrap();
                    files.add(format!("{path}/{name}"), text, Origin::BuiltIn);
                }
            }
        } else {
            files.add(*path, std::fs::read_to_string(whole).unwrap(), Origin::BuiltIn);
        }
    }
    files
}

/// Shows every complaint when knowledge that must be right is wrong.
pub(crate) fn right<T>(loaded: Result<T, Vec<argosy_kernel::Diagnostic>>) -> T {
    loaded.unwrap_or_else(|wrong| {
        let told: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        panic!("{}", told.join("\n"))
    })
}

pub(crate) fn criteria() -> Criteria {
    right(Criteria::load(&knowledge(&["selection.toml"])))
}

/// A candidate that stands at the same place between all anchors (of linear measures).
pub(crate) fn candidate(id: &str, level: &str) -> Candidate {
    let level: rust_decimal::Decimal = level.parse().unwrap();
    let mut candidate = Candidate { id: id.into(), market: "DE".into(), ..Candidate::default() };
    for measure in criteria().criteria.iter().flat_map(|one| &one.measures) {
        let middle = measure.worst + (measure.best - measure.worst) * level;
        let value = if measure.scale == Scale::Log { measure.best } else { middle };
        let input = Input { value, source: "test".into(), confidence: "reported".into() };
        candidate.inputs.insert(measure.id.clone(), input);
    }
    candidate
}
