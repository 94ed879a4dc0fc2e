//! The pages of each chapter, in the order in which its menu shows them.

use std::collections::BTreeMap;

use argosy_kernel::{Diagnostic, Files, Text};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{board_read::Boards, kind_read::Kinds, place::Complaints};

const FOLDER: &str = "chapters/";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MenuFile {
    schema: Spanned<u32>,
    id: Spanned<String>,
    version: String,
    title: Spanned<Text>,
    icon: Option<String>,
    section: Vec<SectionFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionFile {
    title: Spanned<Text>,
    pages: Vec<Spanned<String>>,
}

/// What a page shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    Board,
    Records,
}

/// A page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Page {
    pub page: Shows,
    /// Of the board or the kind of records.
    pub id: String,
    pub title: Text,
    pub icon: Option<String>,
}

/// Pages under one heading.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Section {
    pub title: Text,
    pub pages: Vec<Page>,
}

/// The menu of a chapter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Menu {
    pub id: String,
    pub version: String,
    pub title: Text,
    pub icon: Option<String>,
    pub sections: Vec<Section>,
}

/// All menus by chapter.
#[derive(Clone, Debug, Default)]
pub struct Menus {
    by_id: BTreeMap<String, Menu>,
}

impl Menus {
    /// Reads `chapters/*.toml`.
    ///
    /// # Errors
    /// Everything wrong, each with its place.
    pub fn load(files: &Files, kinds: &Kinds, boards: &Boards) -> Result<Self, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let mut menus = Self::default();
        for source in files.below(FOLDER, ".toml") {
            let parsed: MenuFile = match source.toml() {
                Ok(parsed) => parsed,
                Err(error) => {
                    wrong.push(*error);
                    continue;
                }
            };
            let mut say = Complaints::new(source);
            let menu = read(&mut say, &parsed, kinds, boards);
            wrong.extend(say.wrong);
            menus.by_id.insert(menu.id.clone(), menu);
        }
        if wrong.is_empty() { Ok(menus) } else { Err(wrong) }
    }

    pub fn get(&self, id: &str) -> Option<&Menu> {
        self.by_id.get(id)
    }

    /// All of them by chapter.
    pub fn iter(&self) -> impl Iterator<Item = &Menu> {
        self.by_id.values()
    }
}

fn read(say: &mut Complaints<'_>, file: &MenuFile, kinds: &Kinds, boards: &Boards) -> Menu {
    say.schema(&file.schema);
    let id = say.id(&file.id);
    if say.file.path != format!("{FOLDER}{id}.toml") {
        let message = "the file is called otherwise than its chapter";
        say.say(file.id.span(), message, &format!("rename it to {FOLDER}{id}.toml"));
    }
    let pages = file.section.iter().flat_map(|section| &section.pages);
    say.twice("pages", pages.map(|page| (page.get_ref().as_str(), page.span())));
    let mut sections = Vec::with_capacity(file.section.len());
    for section in &file.section {
        let pages = section.pages.iter().filter_map(|word| page(say, word, kinds, boards));
        let pages = pages.collect();
        sections.push(Section { title: say.words(&section.title), pages });
    }
    Menu {
        id,
        version: file.version.clone(),
        title: say.words(&file.title),
        icon: file.icon.clone(),
        sections,
    }
}

/// `board:stock` or `records:supplier`.
fn page(
    say: &mut Complaints<'_>,
    word: &Spanned<String>,
    kinds: &Kinds,
    boards: &Boards,
) -> Option<Page> {
    let unknown = |say: &mut Complaints<'_>, what: &str, id: &str, hint: String| {
        say.say(word.span(), &format!("unknown {what} `{id}`"), &hint);
        None
    };
    match word.get_ref().split_once(':') {
        Some(("board", id)) => match boards.get(id) {
            Some(board) => Some(Page {
                page: Shows::Board,
                id: id.to_owned(),
                title: board.title.clone(),
                icon: board.icon.clone(),
            }),
            None => {
                let known = boards.iter().map(|board| board.id.as_str());
                unknown(say, "board", id, crate::place::hint(id, known))
            }
        },
        Some(("records", id)) => match kinds.get(id) {
            Some(kind) => Some(Page {
                page: Shows::Records,
                id: id.to_owned(),
                title: kind.title.clone(),
                icon: kind.icon.clone(),
            }),
            None => {
                let known = kinds.iter().map(|kind| kind.id.as_str());
                unknown(say, "kind", id, crate::place::hint(id, known))
            }
        },
        _ => {
            let message = format!("`{}` is no page", word.get_ref());
            say.say(word.span(), &message, "write board:<id> or records:<kind>");
            None
        }
    }
}
