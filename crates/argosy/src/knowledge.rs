//! Knowledge files: those compiled in, and the company's own folder over them.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use argosy_facts::Session;
use argosy_intake::definition::Definitions;
use argosy_kernel::{Diagnostic, Files, Origin};
use argosy_loop::{
    effect::Effects,
    rules::{Rule, Rules},
};
use argosy_metrics::Engine;
use rust_embed::RustEmbed;

use crate::{error::Error, texts::Texts};

#[derive(RustEmbed)]
#[folder = "../../knowledge"]
#[allow_missing = true]
struct BuiltIn;

/// Everything made of knowledge files, and what of the company's own files was left out.
pub struct Knowledge {
    pub files: Files,
    pub definitions: Arc<Definitions>,
    pub engine: Arc<Engine>,
    pub texts: Arc<Texts>,
    pub rules: Arc<Rules>,
    pub effects: Arc<Effects>,
    /// What is wrong in the company's files that are not used.
    pub refused: Vec<Diagnostic>,
}

impl Knowledge {
    /// Reads all knowledge. A wrong file of the company is left out, together with nothing else:
    /// the built-in file of that path counts again, and `argosy check` shows what is wrong. The SQL
    /// of the company's rules is planned too: a column that does not exist is told now and not in
    /// the night.
    ///
    /// # Errors
    /// When a file cannot be read, or a built-in file is wrong.
    pub async fn read(company: &Path) -> Result<Self, Error> {
        let mut left_out = BTreeSet::new();
        let mut refused = Vec::new();
        loop {
            let files = load_without(company, &left_out)?;
            let tried = match Self::of(files) {
                Ok(known) => {
                    let own = |rule: &Rule| rule.origin == Origin::Company;
                    let wrong = rule_sql(&known.rules, &known.engine, own).await?;
                    if wrong.is_empty() { Ok(known) } else { Err((known.files, wrong)) }
                }
                Err(wrong) => Err(wrong),
            };
            match tried {
                Ok(knowledge) => return Ok(Self { refused, ..knowledge }),
                Err((files, wrong)) => {
                    let own = |file: &str| {
                        files.get(file).is_some_and(|source| source.origin == Origin::Company)
                    };
                    let before = left_out.len();
                    left_out.extend(
                        wrong.iter().filter(|one| own(&one.file)).map(|one| one.file.clone()),
                    );
                    // A name that a left-out file would have given is missed by others of the
                    // company: they go in the next round. Built-in files must be right.
                    if left_out.len() == before {
                        return Err(Error::Knowledge(wrong));
                    }
                    refused.extend(wrong);
                }
            }
        }
    }

    fn of(files: Files) -> Result<Self, (Files, Vec<Diagnostic>)> {
        let definitions = Definitions::load(&files);
        let engine = Engine::new(&files);
        let texts = Texts::load(&files);
        let effects = Effects::load(&files);
        // Rules are of metrics: while those are wrong, nothing can be said about rules.
        let rules = engine.as_ref().ok().map(|engine| Rules::load(&files, engine)).transpose();
        match (definitions, engine, texts, rules, effects) {
            (Ok(definitions), Ok(engine), Ok(texts), Ok(Some(rules)), Ok(effects)) => Ok(Self {
                texts: Arc::new(texts.with_reports(&definitions)),
                definitions: Arc::new(definitions),
                engine: Arc::new(engine),
                rules: Arc::new(rules),
                effects: Arc::new(effects),
                files,
                refused: Vec::new(),
            }),
            (definitions, engine, texts, rules, effects) => {
                let wrong =
                    [definitions.err(), engine.err(), texts.err(), rules.err(), effects.err()];
                Err((files, wrong.into_iter().flatten().flatten().collect()))
            }
        }
    }
}

/// What is wrong in the SQL of rules, and in the columns they use of it.
async fn rule_sql(
    rules: &Rules,
    engine: &Engine,
    meant: fn(&Rule) -> bool,
) -> Result<Vec<Diagnostic>, Error> {
    if !rules.iter().any(meant) {
        return Ok(Vec::new());
    }
    Ok(rules.check_sql(engine, &Session::empty()?, meant).await?)
}

/// What is wrong in rules that could be read: examples that fail, and SQL that cannot run.
///
/// # Errors
/// When no tables can be laid out to plan the SQL over.
pub async fn check_rules(rules: &Rules, engine: &Engine) -> Result<Vec<Diagnostic>, Error> {
    let mut wrong = rules.check();
    wrong.extend(rule_sql(rules, engine, |_| true).await?);
    Ok(wrong)
}

/// All knowledge files; those below `company` win over built-in ones with the same path.
///
/// # Errors
/// When the company's folder cannot be read, or holds a file that is not UTF-8.
pub fn load(company: &Path) -> Result<Files, Error> {
    load_without(company, &BTreeSet::new())
}

/// All knowledge files but the company's with these paths.
fn load_without(company: &Path, left_out: &BTreeSet<String>) -> Result<Files, Error> {
    let mut files = built_in();
    if company.is_dir() {
        add_folder(&mut files, (company, left_out), company)?;
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

fn add_folder(
    files: &mut Files,
    (root, left_out): (&Path, &BTreeSet<String>),
    folder: &Path,
) -> Result<(), Error> {
    let failed = |source| Error::Io { path: folder.to_owned(), source };
    let mut entries: Vec<_> =
        fs::read_dir(folder).map_err(failed)?.collect::<Result<_, _>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            add_folder(files, (root, left_out), &path)?;
        } else if path.extension().is_some_and(|ending| ending == "toml" || ending == "csv") {
            let below = path.strip_prefix(root).unwrap_or(&path);
            let name = below.to_string_lossy().replace('\\', "/");
            if left_out.contains(&name) {
                continue;
            }
            let text = fs::read_to_string(&path)
                .map_err(|source| Error::Io { path: path.clone(), source })?;
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

    #[tokio::test]
    async fn one_wrong_metric_of_the_company_leaves_all_others_at_work() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("metrics")).unwrap();
        fs::write(folder.path().join("metrics/own.toml"), "id = \"own\"").unwrap();

        let knowledge = Knowledge::read(folder.path()).await.unwrap();

        assert!(knowledge.engine.registry().get("net_sales").is_some());
        assert!(knowledge.engine.registry().get("own").is_none());
        assert_eq!(knowledge.refused[0].file, "metrics/own.toml");
    }

    #[tokio::test]
    async fn a_rule_of_the_company_that_asks_for_an_unknown_column_gives_way_to_the_built_in_one() {
        let path = "rules/stock/out_of_stock.toml";
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("rules/stock")).unwrap();
        let text = built_in().get(path).unwrap().text.replace("d.last_sale)", "d.last_sail)");
        fs::write(folder.path().join(path), text).unwrap();

        let knowledge = Knowledge::read(folder.path()).await.unwrap();

        assert_eq!(knowledge.rules.get("stock.out_of_stock").unwrap().origin, Origin::BuiltIn);
        let told = &knowledge.refused[0];
        assert_eq!(told.file, path);
        assert!(told.line > 1 && told.message.contains("last_sail"), "{told}");
        assert!(told.message.contains("last_sale") || told.hint.contains("last_sale"), "{told}");
    }
}
