//! Knowledge files: those compiled in, and the company's own folder over them.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use argosy_chapter::{board::Boards, kind::Kinds, menu::Menus};
use argosy_facts::Session;
use argosy_intake::definition::Definitions;
use argosy_kernel::{Diagnostic, Files, Origin, knowledge::nearest};
use argosy_loop::{
    effect::Effects,
    rules::{Rule, Rules},
};
use argosy_metrics::Engine;
use rust_embed::RustEmbed;

use crate::{chapters, error::Error, texts::Texts};

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
    pub kinds: Arc<Kinds>,
    pub boards: Arc<Boards>,
    pub menus: Arc<Menus>,
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
                    let wrong = rule_sql(&known.rules, (&known.engine, &known.boards), own).await?;
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
        let chapters = Chapters::load(&files);
        match (definitions, engine, texts, rules, effects, chapters) {
            (
                Ok(definitions),
                Ok(engine),
                Ok(texts),
                Ok(Some(rules)),
                Ok(effects),
                Ok(chapters),
            ) => Ok(Self {
                texts: Arc::new(texts.with_reports(&definitions)),
                definitions: Arc::new(definitions),
                engine: Arc::new(engine),
                rules: Arc::new(rules),
                effects: Arc::new(effects),
                kinds: Arc::new(chapters.kinds),
                boards: Arc::new(chapters.boards),
                menus: Arc::new(chapters.menus),
                files,
                refused: Vec::new(),
            }),
            (definitions, engine, texts, rules, effects, chapters) => {
                let wrong = [
                    definitions.err(),
                    engine.err(),
                    texts.err(),
                    rules.err(),
                    effects.err(),
                    chapters.err(),
                ];
                Err((files, wrong.into_iter().flatten().flatten().collect()))
            }
        }
    }
}

/// What chapters are made of.
pub(crate) struct Chapters {
    pub kinds: Kinds,
    pub boards: Boards,
    pub menus: Menus,
}

impl Chapters {
    /// Reads kinds of records, boards, menus and what each chapter knows itself. Boards are of
    /// kinds and menus of both: while those are wrong, nothing can be said about what rests on them.
    ///
    /// # Errors
    /// What is wrong in the files, examples of records included.
    pub(crate) fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let mut wrong: Vec<Diagnostic> =
            chapters::all().iter().flat_map(|chapter| chapter.knowledge(files)).collect();
        let read = Kinds::load(files).and_then(|kinds| {
            let boards = Boards::load(files, &kinds)?;
            let menus = Menus::load(files, &kinds, &boards)?;
            Ok(Self { kinds, boards, menus })
        });
        match read {
            Ok(chapters) => {
                wrong.extend(nobodys_boards(files, &chapters.boards));
                if wrong.is_empty() { Ok(chapters) } else { Err(wrong) }
            }
            Err(more) => {
                wrong.extend(more);
                Err(wrong)
            }
        }
    }
}

/// Boards of the company that no chapter works out: a new one needs code, a file alone is not enough.
/// A test holds the built-in ones against the code.
fn nobodys_boards(files: &Files, boards: &Boards) -> Vec<Diagnostic> {
    let known: Vec<(&str, &str)> = chapters::all()
        .iter()
        .flat_map(|chapter| chapter.boards().iter().map(|board| (chapter.id(), *board)))
        .collect();
    let mut wrong = Vec::new();
    for board in boards.iter() {
        if known.contains(&(&board.chapter, &board.id)) {
            continue;
        }
        let path = format!("boards/{}/{}.toml", board.chapter, board.id);
        let own = files.get(&path).filter(|source| source.origin == Origin::Company);
        let Some(source) = own else { continue };
        let near = nearest(&board.id, known.iter().map(|(_, board)| *board));
        let hint = near.map_or_else(
            || "a board needs code that works out its rows; a file only describes it".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("no chapter `{}` works out a board `{}`", board.chapter, board.id);
        wrong.push(source.complain_at_line(1, &message, &hint));
    }
    wrong
}

/// What is wrong in the SQL of rules, and in the columns they use of it.
async fn rule_sql(
    rules: &Rules,
    (engine, boards): (&Engine, &Boards),
    meant: fn(&Rule) -> bool,
) -> Result<Vec<Diagnostic>, Error> {
    if !rules.iter().any(meant) {
        return Ok(Vec::new());
    }
    let session = Session::empty()?;
    chapters::empty_tables(&session, boards)?;
    Ok(rules.check_sql(engine, &session, meant).await?)
}

/// What is wrong in rules that could be read: examples that fail, and SQL that cannot run.
///
/// # Errors
/// When no tables can be laid out to plan the SQL over.
pub async fn check_rules(
    rules: &Rules,
    engine: &Engine,
    boards: &Boards,
) -> Result<Vec<Diagnostic>, Error> {
    let mut wrong = rules.check();
    wrong.extend(rule_sql(rules, (engine, boards), |_| true).await?);
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

    #[test]
    fn every_board_is_described_by_a_file_and_worked_out_by_its_chapter() {
        let described = Chapters::load(&built_in()).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let described: BTreeSet<(String, String)> =
            described.boards.iter().map(|b| (b.chapter.clone(), b.id.clone())).collect();
        let of = |chapter: &dyn argosy_chapter::face::Chapter| -> Vec<(String, String)> {
            let boards = chapter.boards().iter();
            boards.map(|board| (chapter.id().to_owned(), (*board).to_owned())).collect()
        };
        let coded: BTreeSet<(String, String)> =
            chapters::all().iter().flat_map(|chapter| of(&**chapter)).collect();
        assert_eq!(described, coded);
    }

    #[tokio::test]
    async fn a_wrong_kind_or_board_of_the_company_gives_way_to_the_built_in_one() {
        let folder = tempfile::tempdir().unwrap();
        for (path, from, to) in [
            ("records/product/supplier.toml", "label = \"name\"", "label = \"nmae\""),
            ("boards/product/stock.toml", "schema = 1", "schema = 1\nrows = 3"),
        ] {
            let text = built_in().get(path).unwrap().text.replace(from, to);
            fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
            fs::write(folder.path().join(path), text).unwrap();
        }

        let knowledge = Knowledge::read(folder.path()).await.unwrap();

        assert_eq!(knowledge.kinds.get("supplier").unwrap().origin, Origin::BuiltIn);
        assert_eq!(knowledge.boards.get("stock").unwrap().origin, Origin::BuiltIn);
        let told: BTreeSet<&str> = knowledge.refused.iter().map(|one| one.file.as_str()).collect();
        let wrong = ["boards/product/stock.toml", "records/product/supplier.toml"];
        assert_eq!(told, BTreeSet::from(wrong));
    }
}
