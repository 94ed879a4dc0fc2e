//! Finding programs, and installing them from the system's packages where that is allowed.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use crate::shell::{output, root, run, succeeds};

/// A program in `PATH` or at one of the usual places.
pub(crate) fn find(names: &[&str], folders: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let places: Vec<PathBuf> =
        env::split_paths(&path).chain(folders.iter().map(PathBuf::from)).collect();
    names
        .iter()
        .flat_map(|name| places.iter().map(move |place| place.join(name)))
        .find(|candidate| candidate.is_file())
}

/// Chromium for the browser tests.
pub(crate) fn chromium() -> Result<PathBuf, String> {
    let find_it = || {
        env::var_os("CHROMIUM")
            .map(PathBuf::from)
            .or_else(|| find(&["chromium", "chromium-browser", "google-chrome"], &["/snap/bin"]))
    };
    find_it().or_else(|| apt("chromium").then(find_it).flatten()).ok_or_else(|| {
        "Chromium is missing: install it (Debian: apt-get install chromium) or set \
         CHROMIUM to its path"
            .to_owned()
    })
}

/// The folder of PostgreSQL's server programs.
pub(crate) fn postgres_folder() -> Result<PathBuf, String> {
    let find_it = || {
        let newest = std::fs::read_dir("/usr/lib/postgresql").ok().and_then(|versions| {
            let mut folders: Vec<PathBuf> =
                versions.flatten().map(|version| version.path().join("bin")).collect();
            folders.retain(|folder| folder.join("initdb").is_file());
            folders.sort();
            folders.pop()
        });
        newest.or_else(|| {
            find(&["initdb"], &["/opt/homebrew/bin", "/usr/local/bin"])
                .and_then(|initdb| initdb.parent().map(Path::to_path_buf))
        })
    };
    find_it().or_else(|| apt("postgresql").then(find_it).flatten()).ok_or_else(|| {
        "PostgreSQL's server is missing: install it (Debian: apt-get install postgresql)".to_owned()
    })
}

/// Node and npm, and the web UI's packages as locked.
pub(crate) fn web_packages() -> Result<(), String> {
    let version = output(Command::new("node").arg("--version"))
        .ok_or("Node.js is missing: install version 20.19 or newer from nodejs.org")?;
    let major: u32 =
        version.trim_start_matches('v').split('.').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    if major < 20 {
        return Err(format!("Node.js {version} is too old: version 20.19 or newer is needed"));
    }
    let modules = root().join("web/node_modules/.package-lock.json");
    let lock = root().join("web/package-lock.json");
    let changed = |path: &Path| path.metadata().and_then(|meta| meta.modified()).ok();
    if changed(&modules) < changed(&lock) {
        run(&mut crate::shell::npm(&["ci", "--no-audit", "--no-fund"]))?;
    }
    Ok(())
}

/// Installs a Debian package when this user may; says whether it did.
fn apt(package: &str) -> bool {
    let root = output(Command::new("id").arg("-u")).as_deref() == Some("0");
    if !root || find(&["apt-get"], &[]).is_none() {
        return false;
    }
    eprintln!("── installing {package} from the system's packages");
    succeeds(Command::new("apt-get").args(["update", "-qq"]))
        && succeeds(Command::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args([
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            package,
        ]))
}
