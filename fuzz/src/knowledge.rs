//! The built-in knowledge, read from the folder beside.

#![allow(dead_code, reason = "each target uses its part")]

use std::{fs, path::Path};

use argosy_kernel::{Files, Origin};

pub(crate) fn files() -> Files {
    let mut files = Files::default();
    add(&mut files, &Path::new(env!("CARGO_MANIFEST_DIR")).join("../knowledge"), "", true);
    files
}

/// Chart and marketplaces only, so that one definition is loaded at a time.
pub(crate) fn without_channels() -> Files {
    let mut files = Files::default();
    add(&mut files, &Path::new(env!("CARGO_MANIFEST_DIR")).join("../knowledge"), "", false);
    files
}

fn add(files: &mut Files, folder: &Path, below: &str, channels: bool) {
    for entry in fs::read_dir(folder).expect("the folder knowledge").flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let name = format!("{below}{file}");
        if entry.path().is_dir() {
            if file != "samples" && (channels || file != "channels") {
                add(files, &entry.path(), &format!("{name}/"), channels);
            }
        } else if name.ends_with(".toml") || name.ends_with(".csv") {
            let text = fs::read_to_string(entry.path()).expect("a knowledge file");
            files.add(name, text, Origin::BuiltIn);
        }
    }
}
