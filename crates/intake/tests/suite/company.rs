//! A company in a temporary home: desk, facts, vault and the built-in knowledge.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use argosy_desk::{Desk, Store, Vault};
use argosy_facts::{FactStore, arrow::util::display::array_value_to_string, content_hash};
use argosy_intake::{Definitions, ImportOptions, ImportReport, Intake};
use argosy_kernel::{Files, Origin, Table};
use tempfile::TempDir;

pub(crate) fn knowledge_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

/// The built-in knowledge as the binary embeds it.
pub(crate) fn knowledge() -> Files {
    fn add(files: &mut Files, folder: &Path, below: &str) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{below}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                if entry.file_name() != "samples" {
                    add(files, &entry.path(), &format!("{name}/"));
                }
            } else if name.ends_with(".toml") || name.ends_with(".csv") {
                files.add(name, fs::read_to_string(entry.path()).unwrap(), Origin::BuiltIn);
            }
        }
    }
    let mut files = Files::default();
    add(&mut files, &knowledge_folder(), "");
    if std::env::var_os("ARGOSY_GOLDEN").is_some() { without_the_wrong(files) } else { files }
}

/// For people at work on single definitions: those of others that are wrong just now are left out
/// and named.
fn without_the_wrong(files: Files) -> Files {
    let Err(wrong) = Definitions::load(&files) else { return files };
    let mut kept = Files::default();
    for source in files.below("", "") {
        let name = source.path.rsplit('/').next().unwrap();
        let is_wrong = |wrong: &argosy_kernel::Diagnostic| {
            let of = wrong.file.rsplit('/').next().unwrap();
            let definition = source.path.ends_with(".toml") && source.path.starts_with("channels/");
            definition && (wrong.file == source.path || source.text.contains(of) && of != name)
        };
        match wrong.iter().find(|wrong| is_wrong(wrong)) {
            Some(wrong) => eprintln!("left out {}: {wrong}", source.path),
            None => kept.add(source.path.clone(), source.text.clone(), Origin::BuiltIn),
        }
    }
    kept
}

fn definitions(files: &Files) -> Arc<Definitions> {
    match Definitions::load(files) {
        Ok(definitions) => Arc::new(definitions),
        Err(wrong) => {
            let told: Vec<String> = wrong.iter().map(ToString::to_string).collect();
            panic!("wrong knowledge:\n{}", told.join("\n\n"));
        }
    }
}

pub(crate) struct Company {
    pub home: TempDir,
    pub intake: Intake,
    pub desk: Desk,
    pub facts: FactStore,
}

impl Company {
    pub(crate) async fn with_knowledge() -> Self {
        // Checking every expression of every definition takes a second: once for all tests.
        static BUILT_IN: LazyLock<Arc<Definitions>> = LazyLock::new(|| definitions(&knowledge()));
        Self::with_definitions(Arc::clone(&BUILT_IN)).await
    }

    pub(crate) async fn with_definitions(definitions: Arc<Definitions>) -> Self {
        let home = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", home.path().join("desk.sqlite").display());
        let desk = Desk::open(&url).await.unwrap();
        let facts = FactStore::open(&home.path().join("facts")).unwrap();
        let keys = home.path().join("keys");
        fs::create_dir_all(&keys).unwrap();
        // One key for all companies of tests: hashes of buyers stand in golden files.
        let key = keys.join("master.key");
        fs::write(&key, [7_u8; 32]).unwrap();
        fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let vault = Vault::open(&key).unwrap();
        let intake = Intake::new(home.path(), facts.clone(), desk.clone(), definitions, vault);
        Self { home, intake, desk, facts }
    }

    pub(crate) async fn store(&self, name: &str, channel: &str, market: Option<&str>) {
        let store = Store {
            name: name.to_owned(),
            channel: channel.to_owned(),
            market: market.map(str::to_owned),
            currency: None,
            time_zone: None,
        };
        self.desk.save_store(&store, "test").await.unwrap();
    }

    pub(crate) async fn import_with(
        &self,
        file: &Path,
        store: &str,
        options: ImportOptions,
    ) -> ImportReport {
        let options = ImportOptions { store: store.to_owned(), who: "test".to_owned(), ..options };
        self.intake.import(file, &options, &|_| {}).await.unwrap()
    }

    /// Imports a file of these bytes into the store `shop`.
    pub(crate) async fn import(&self, name: &str, bytes: impl AsRef<[u8]>) -> ImportReport {
        let folder = self.home.path().join("inbox");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        self.import_with(&path, "shop", ImportOptions::default()).await
    }

    pub(crate) async fn query(&self, sql: &str) -> Vec<String> {
        let files = self.desk.current_files(None).await.unwrap();
        let session = self.facts.session(&files).unwrap();
        let mut rows = Vec::new();
        for batch in session.query(sql).await.unwrap() {
            for row in 0..batch.num_rows() {
                let cells = batch.columns().iter().map(|column| {
                    if column.is_null(row) {
                        "—".to_owned()
                    } else {
                        plain(&array_value_to_string(column, row).unwrap())
                    }
                });
                rows.push(cells.collect::<Vec<_>>().join(" "));
            }
        }
        rows
    }

    /// The content of all tables, lineage left out.
    pub(crate) async fn hash(&self) -> String {
        let files = self.desk.current_files(None).await.unwrap();
        format!("{:?}", content_hash(&self.facts.session(&files).unwrap()).await.unwrap())
    }

    /// Everything a report became, as text: facts, records of the desk, balance, problems.
    pub(crate) async fn told(&self, report: &ImportReport) -> String {
        let mut text = format!(
            "{} | {} rows | {:?}\n",
            report.definition.as_deref().unwrap_or("unknown"),
            report.rows,
            report.state
        );
        for table in Table::ALL {
            for line in self.facts_of(table).await {
                let _ = writeln!(text, "{} | {line}", table.name());
            }
        }
        for line in self.records().await {
            let _ = writeln!(text, "{line}");
        }
        for balance in &report.balance {
            let _ = writeln!(
                text,
                "balance | {} {} | expected {} sum {} difference {} {}",
                balance.name,
                balance.statement,
                balance.expected,
                balance.sum,
                balance.difference,
                balance.currency
            );
        }
        for problem in &report.problems {
            let severity = format!("{:?}", problem.severity).to_lowercase();
            let _ = writeln!(text, "{severity} {} | {problem}", problem.code);
        }
        text
    }

    async fn facts_of(&self, table: Table) -> Vec<String> {
        let files = self.desk.current_files(None).await.unwrap();
        let session = self.facts.session(&files).unwrap();
        let sql = format!("select * from {} order by row", table.name());
        let mut lines = Vec::new();
        for batch in session.query(&sql).await.unwrap() {
            let schema = batch.schema();
            for row in 0..batch.num_rows() {
                let mut cells = Vec::new();
                let mut number = 0_i64;
                for (field, column) in schema.fields().iter().zip(batch.columns()) {
                    let name = field.name().as_str();
                    if column.is_null(row) || ["store", "definition", "raw"].contains(&name) {
                        continue;
                    }
                    let value = plain(&array_value_to_string(column, row).unwrap());
                    if name == "row" {
                        number = value.parse().unwrap();
                    }
                    cells.push(format!("{name}={value}"));
                }
                lines.push((number, cells.join(" ")));
            }
        }
        lines.sort();
        lines.into_iter().map(|(_, line)| line).collect()
    }

    async fn records(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for product in self.desk.products().await.unwrap() {
            lines.push(format!("product | {product:?}"));
        }
        for cost in self.desk.product_costs().await.unwrap() {
            lines.push(format!("product_cost | {cost:?}"));
        }
        for pairing in self.desk.pairings().await.unwrap() {
            lines.push(format!("pairing | {pairing:?}"));
        }
        for rate in self.desk.own_rates().await.unwrap() {
            lines.push(format!("fx_rate | {rate:?}"));
        }
        for line in self.desk.purchases().await.unwrap() {
            lines.push(format!("purchase | {line:?}"));
        }
        for line in self.desk.freight().await.unwrap() {
            lines.push(format!("freight | {line:?}"));
        }
        lines
    }
}

/// Decimals without the zeros of their type.
fn plain(text: &str) -> String {
    let number = text.strip_prefix('-').unwrap_or(text);
    let is_decimal = number.split_once('.').is_some_and(|(whole, decimals)| {
        decimals.len() == 6
            && !whole.is_empty()
            && whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit())
    });
    if is_decimal {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}
