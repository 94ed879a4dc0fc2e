//! Knowledge files: those compiled in, and the company's own folder over them.

use std::{fs, path::Path};

use argosy_kernel::{Files, Origin};
use rust_embed::RustEmbed;

use crate::error::Error;

#[derive(RustEmbed)]
#[folder = "../../knowledge"]
#[allow_missing = true]
struct BuiltIn;

/// All knowledge files; those below `company` win over built-in ones with the same path.
///
/// # Errors
/// When the company's folder cannot be read, or holds a file that is not UTF-8.
pub fn load(company: &Path) -> Result<Files, Error> {
    let mut files = built_in();
    if company.is_dir() {
        add_folder(&mut files, company, company)?;
    }
    Ok(files)
}

/// The files that are shipped with Argosy. Samples are for tests and stay outside.
pub fn built_in() -> Files {
    let mut files = Files::default();
    for path in BuiltIn::iter() {
        if is_sample(&path) {
            continue;
        }
        let text =
            BuiltIn::get(&path).and_then(|file| String::from_utf8(file.data.into_owned()).ok());
        if let Some(text) = text {
            files.add(path.as_ref(), text, Origin::BuiltIn);
        }
    }
    files
}

fn is_sample(path: &str) -> bool {
    path.split('/').any(|part| part == "samples")
}

fn add_folder(files: &mut Files, root: &Path, folder: &Path) -> Result<(), Error> {
    let failed = |source| Error::Io { path: folder.to_owned(), source };
    let mut entries: Vec<_> =
        fs::read_dir(folder).map_err(failed)?.collect::<Result<_, _>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            add_folder(files, root, &path)?;
        } else if path.extension().is_some_and(|ending| ending == "toml" || ending == "csv") {
            let text = fs::read_to_string(&path)
                .map_err(|source| Error::Io { path: path.clone(), source })?;
            let below = path.strip_prefix(root).unwrap_or(&path);
            let name = below.to_string_lossy().replace('\\', "/");
            files.add(name, text, Origin::Company);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_file_stands_in_for_the_built_in_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("metrics")).unwrap();
        fs::write(folder.path().join("metrics/own.toml"), "id = \"own\"").unwrap();
        fs::write(folder.path().join("metrics/notes.txt"), "not knowledge").unwrap();

        let files = load(folder.path()).unwrap();

        assert_eq!(files.get("metrics/own.toml").unwrap().origin, Origin::Company);
        assert!(files.get("metrics/notes.txt").is_none());
    }
}
