//! The home folder: where a company's data lives, and its settings.
//!
//! `argosy.toml` · `desk.sqlite` · `facts/` · `raw/` · `keys/master.key` · `knowledge/` · `tmp/`

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::error::Error;

/// The settings with their explanation; also the file that a new home begins with.
pub const DEFAULT_CONFIG: &str = include_str!("../argosy.default.toml");

const CONFIG_FILE: &str = "argosy.toml";

/// A company's folder and settings.
#[derive(Clone, Debug)]
pub struct Home {
    path: PathBuf,
    pub config: Config,
}

/// Settings as in `argosy.toml`; see `argosy.default.toml` for what they mean.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub address: String,
    pub public_url: String,
    pub trust_forwarded_for: bool,
    pub desk: String,
    /// `s3://bucket/folder`; empty: in the home.
    pub facts: String,
    pub upload_limit_mib: u64,
    pub limits: Limits,
    pub storage: Storage,
    pub cluster: Cluster,
    pub mail: Mail,
    pub notify: Notify,
}

/// The mail server that takes the company's letters.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    /// `starttls`, `tls` or `none`.
    pub security: String,
    pub user: String,
    pub password_file: PathBuf,
    pub from: String,
}

impl Mail {
    /// The password: of the file, else of `ARGOSY_MAIL_PASSWORD`.
    ///
    /// # Errors
    /// A sentence when the file cannot be read; it does not repeat what is in it.
    pub fn password(&self, home: &Path) -> Result<Option<String>, String> {
        if self.password_file.as_os_str().is_empty() {
            return Ok(std::env::var("ARGOSY_MAIL_PASSWORD").ok().filter(|text| !text.is_empty()));
        }
        let file = home.join(&self.password_file);
        let text = fs::read_to_string(&file)
            .map_err(|_| format!("the password file {} cannot be read", file.display()))?;
        Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
    }
}

/// Whom messages may reach.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    pub allow_hosts: Vec<String>,
}

/// How to reach object storage.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    pub endpoint: String,
    pub region: String,
    pub keys_file: PathBuf,
    pub cache_mib: u64,
}

/// Other machines that help answer questions.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    pub workers: Vec<String>,
    pub secret_file: PathBuf,
    pub share_kib: u64,
    pub worker_memory_mib: u64,
}

/// How much one may ask at once.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub questions_at_once: usize,
    pub question_seconds: u64,
    pub import_workers: usize,
    pub sql_rows: usize,
}

impl Config {
    /// Reads settings; what `text` leaves out is as in `argosy.default.toml`.
    ///
    /// # Errors
    /// [`Error::Config`] with the line that is wrong.
    pub fn read(text: &str, file: &Path) -> Result<Self, Error> {
        let wrong = |message: String| Error::Config { file: file.to_owned(), message };
        let mut settings: toml::Table =
            toml::from_str(DEFAULT_CONFIG).map_err(|error| wrong(error.to_string()))?;
        let own: toml::Table = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        overlay(&mut settings, own);
        settings.try_into().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))
    }

    /// Reads the settings of a home that exists.
    ///
    /// # Errors
    /// [`Error::NoHome`] when there is none yet, [`Error::Config`] when they are wrong.
    pub fn of_home(path: &Path) -> Result<Self, Error> {
        let file = path.join(CONFIG_FILE);
        match fs::read_to_string(&file) {
            Ok(text) => Self::read(&text, &file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Error::NoHome(path.to_owned()))
            }
            Err(source) => Err(Error::Io { path: file, source }),
        }
    }

    /// The largest upload in bytes.
    pub fn upload_limit_bytes(&self) -> u64 {
        self.upload_limit_mib.saturating_mul(1024 * 1024)
    }

    /// Whether people reach this server over HTTPS.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

fn overlay(under: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(toml::Value::Table(under)), toml::Value::Table(over)) => overlay(under, over),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

impl Home {
    /// The folder from `--home`, else `ARGOSY_HOME`, else `~/.argosy`.
    pub fn locate(given: Option<&Path>) -> PathBuf {
        Self::given(given).unwrap_or_else(|| {
            std::env::home_dir().unwrap_or_else(|| PathBuf::from(".")).join(".argosy")
        })
    }

    /// The folder from `--home`, else `ARGOSY_HOME`, when somebody named one.
    pub fn given(given: Option<&Path>) -> Option<PathBuf> {
        let named = || std::env::var_os("ARGOSY_HOME").filter(|path| !path.is_empty());
        given.map(Path::to_owned).or_else(|| named().map(PathBuf::from))
    }

    /// Opens a home that exists.
    ///
    /// # Errors
    /// [`Error::NoHome`] when there is none yet, [`Error::Config`] when its settings are wrong.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let home = Self { path: path.to_owned(), config: Config::of_home(path)? };
        home.make_folders()?;
        Ok(home)
    }

    /// Makes a home, or opens the one that is there already.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let file = path.join(CONFIG_FILE);
        if !file.exists() {
            make_private_folder(path)?;
            fs::write(&file, commented(DEFAULT_CONFIG))
                .map_err(|source| Error::Io { path: file, source })?;
        }
        Self::open(path)
    }

    fn make_folders(&self) -> Result<(), Error> {
        for folder in [self.facts(), self.raw(), self.keys(), self.knowledge(), self.tmp()] {
            make_private_folder(&folder)?;
        }
        Ok(())
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn facts(&self) -> PathBuf {
        self.path.join("facts")
    }

    /// Copies of fact files that lie in object storage; may be removed at any time.
    pub fn facts_cache(&self) -> PathBuf {
        self.path.join("facts-cache")
    }

    pub fn raw(&self) -> PathBuf {
        self.path.join("raw")
    }

    fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }

    pub fn master_key(&self) -> PathBuf {
        self.keys().join("master.key")
    }

    /// The company's own knowledge files.
    pub fn knowledge(&self) -> PathBuf {
        self.path.join("knowledge")
    }

    /// Files attached to tasks, sealed.
    pub fn attachments(&self) -> PathBuf {
        self.path.join("attachments")
    }

    pub fn tmp(&self) -> PathBuf {
        self.path.join("tmp")
    }

    /// Address of the desk for its driver.
    pub fn desk_url(&self) -> String {
        if self.config.desk.is_empty() {
            format!("sqlite://{}", self.path.join("desk.sqlite").display())
        } else {
            self.config.desk.clone()
        }
    }
}

/// The defaults with every setting commented out, so that later defaults reach old homes.
fn commented(defaults: &str) -> String {
    let mut text = String::with_capacity(defaults.len() + 64);
    for line in defaults.lines() {
        if !line.is_empty() && !line.starts_with(['#', '[']) {
            text.push_str("# ");
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// Makes a folder that only its owner can read: it holds keys and a company's figures.
fn make_private_folder(path: &Path) -> Result<(), Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_home_changes_no_default() {
        let file = Path::new("argosy.toml");
        let fresh = Config::read(&commented(DEFAULT_CONFIG), file).unwrap();
        assert_eq!(fresh, Config::read("", file).unwrap());
        assert_eq!(fresh.address, "127.0.0.1:7070");
    }

    #[test]
    fn one_changed_limit_leaves_the_others_alone() {
        let text = "[limits]\nquestions_at_once = 9\n";
        let config = Config::read(text, Path::new("argosy.toml")).unwrap();
        assert_eq!(config.limits.questions_at_once, 9);
        assert_eq!(config.limits.question_seconds, 60);
    }

    #[test]
    fn a_misspelt_setting_is_refused_by_name() {
        let error = Config::read("adress = \"x\"", Path::new("argosy.toml")).unwrap_err();
        assert!(error.to_string().contains("adress"), "{error}");
    }
}
