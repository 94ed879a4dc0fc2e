//! An unknown table becomes a known one: its columns are told once, saved as a definition of the
//! company, and from then on the file is imported like any other.

mod definition;
mod guess;
mod words;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use argosy_facts::schema::schema;
use argosy_intake::{
    Walk,
    decode::{self, Opened, TableSource},
    definition::Definitions,
};
use argosy_kernel::{Diagnostic, Files, Origin, Problem, Table};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use definition::BY_IMPORT;
pub(crate) use words::Words;

use crate::{
    app::App,
    error::Error,
    receive::{self, Given},
};

/// Values of a column shown beside its name.
const SAMPLES: usize = 5;
/// First words of the `source` of every definition that was mapped by hand: how they are told from
/// definitions that somebody wrote.
pub(crate) const MAPPED: &str = "Mapped from";

/// What a person says about a table.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = MappingDraft)]
pub struct Draft {
    /// Small letters, digits and `_`; the definition is called `channel.id`.
    pub id: String,
    /// How the report is called in lists.
    pub name: String,
    pub channel: String,
    /// The fact table that rows go to.
    pub table: String,
    /// The file's columns that are read.
    pub columns: Vec<DraftColumn>,
    /// Fact columns with one value for all rows: `currency` → `GBP`.
    pub fixed: BTreeMap<String, String>,
    /// Fact columns worked out in SQL from the names of `columns`: `item_price` → `quantity * price`.
    pub computed: BTreeMap<String, String>,
    /// What a later file replaces: names of `columns` whose values together name what belongs
    /// together (`order_id`), `day`, or `file` for everything.
    pub replace_by: Vec<String>,
}

/// One column of the file.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = MappingColumn)]
pub struct DraftColumn {
    /// The header as the file writes it.
    pub from: String,
    /// Our own name for it, used in `computed`; made of the header when left out.
    pub name: String,
    /// text, id, integer, decimal, percent, fraction, day, instant, currency, bool, buyer or
    /// personal.
    #[serde(rename = "as")]
    pub kind: String,
    /// Formats of dates, such as `%d.%m.%Y`; when left out they are found from the values.
    pub formats: Vec<String>,
    /// Fact columns that take the value as it is.
    pub to: Vec<String>,
}

/// A column of the file as it stands there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = MappingSource)]
pub struct FileColumn {
    pub name: String,
    /// First values; empty ones left out.
    pub samples: Vec<String>,
    /// What it looks like.
    pub guess: Option<DraftColumn>,
}

/// What a draft makes of a file.
pub struct Preview {
    pub file_name: String,
    pub columns: Vec<FileColumn>,
    pub draft: Draft,
    /// The definition as it would be saved.
    pub toml: String,
    /// What the rooms make of the file with it.
    pub walk: Option<Walk>,
    pub problems: Vec<Problem>,
}

/// A fact table and its columns, for choosing.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MappingTable)]
pub struct TableCard {
    pub name: String,
    pub columns: Vec<TableColumn>,
}

/// A column of a fact table.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MappingTableColumn)]
pub struct TableColumn {
    pub name: String,
    /// The column type that fits it.
    #[serde(rename = "as")]
    pub kind: String,
    /// A draft without it is refused.
    pub required: bool,
    pub names: crate::http::dto::TextDto,
}

/// The fact tables that a table can be mapped to, with their columns.
///
/// # Errors
/// [`Error::Knowledge`] when the words for columns cannot be read.
pub fn tables(app: &App) -> Result<Vec<TableCard>, Error> {
    let words = Words::load(&app.files()).map_err(Error::Knowledge)?;
    let tables = Table::ALL.into_iter().filter(|table| *table != Table::Controls);
    let cards = tables
        .map(|table| TableCard {
            name: table.name().to_owned(),
            columns: schema(table)
                .fields()
                .iter()
                .filter(|field| !BY_IMPORT.contains(&field.name().as_str()))
                .map(|field| TableColumn {
                    name: field.name().clone(),
                    kind: words::kind_of(field.data_type()).to_owned(),
                    required: definition::is_required(table, field),
                    names: words.names(field.name()),
                })
                .collect(),
        })
        .collect();
    Ok(cards)
}

/// Shows what a draft makes of a file; without a draft, what the file looks like.
///
/// # Errors
/// [`Error::Usage`] when the file cannot be read as a table, else what the rooms say.
pub async fn preview(
    app: &App,
    path: &Path,
    file_name: &str,
    draft: Option<Draft>,
    given: &Given,
) -> Result<Preview, Error> {
    let (file, name) = (path.to_owned(), file_name.to_owned());
    let table = draft.as_ref().map(|draft| draft.table.clone()).filter(|name| !name.is_empty());
    let words = Words::load(&app.files()).map_err(Error::Knowledge)?;
    let look = move || look(&file, &name, table.as_deref(), &words);
    let seen = tokio::task::spawn_blocking(look);
    let (columns, guessed) =
        seen.await.map_err(|error| Error::Usage(format!("the file was not read: {error}")))??;
    let whole = draft.filter(|draft| !draft.columns.is_empty());
    let draft = definition::completed(whole.unwrap_or(guessed), file_name);
    let toml = definition::toml(&draft, file_name);
    let mut preview = Preview {
        file_name: file_name.to_owned(),
        columns,
        draft,
        toml,
        walk: None,
        problems: Vec::new(),
    };
    match candidate(app, &preview.draft, &preview.toml) {
        Ok(definitions) => {
            let intake = app.intake().with_definitions(definitions.into());
            let walk = receive::walk_with(app, &intake, path, given, file_name).await?;
            preview.problems.clone_from(&walk.problems);
            preview.walk = Some(walk);
        }
        Err(wrong) => preview.problems = wrong.into_iter().map(told).collect(),
    }
    Ok(preview)
}

/// Saves a draft as a definition of the company; it is known from now on.
///
/// # Errors
/// [`Error::Usage`] when it is not a definition, or another one has its id.
pub async fn save(app: &App, draft: Draft, file_name: &str) -> Result<Saved, Error> {
    let draft = definition::completed(draft, file_name);
    let id = definition::id(&draft);
    if let Some(known) = app.definitions().get(&id)
        && !known.source.starts_with(MAPPED)
    {
        return Err(Error::told(
            format!("there is a report `{id}` already; choose another id"),
            format!("已有报表 `{id}`；请换一个名称"),
        ));
    }
    let toml = definition::toml(&draft, file_name);
    candidate(app, &draft, &toml).map_err(|wrong| {
        let first = wrong.into_iter().next().map(|one| told(one).to_string());
        Error::Usage(first.unwrap_or_else(|| "the mapping is not complete".to_owned()))
    })?;
    let path = path_of(app, &draft);
    let failed = |source| Error::Io { path: path.clone(), source };
    fs::create_dir_all(path.parent().unwrap_or(&path)).map_err(failed)?;
    // Whole or not at all: a definition cut in the middle would be left out at the next start.
    let part = path.with_extension("part");
    fs::write(&part, &toml).and_then(|()| fs::rename(&part, &path)).map_err(failed)?;
    app.reload().await?;
    Ok(Saved { id, path: path.display().to_string(), toml })
}

/// A definition that was saved.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SavedMapping)]
pub struct Saved {
    pub id: String,
    pub path: String,
    #[serde(rename = "definition_toml")]
    pub toml: String,
}

/// The definitions that were mapped by hand.
pub fn saved(app: &App) -> Vec<Saved> {
    let definitions = app.definitions();
    let files = app.files();
    definitions
        .iter()
        .filter(|one| one.origin == Origin::Company && one.source.starts_with(MAPPED))
        .map(|one| Saved {
            id: one.id.clone(),
            path: app.home().knowledge().join(&one.path).display().to_string(),
            toml: files.get(&one.path).map(|source| source.text.to_string()).unwrap_or_default(),
        })
        .collect()
}

/// Removes a mapped definition. Refused while facts came through it: they could not be made again.
///
/// # Errors
/// [`Error::Usage`] with the reason.
pub async fn remove(app: &App, id: &str) -> Result<(), Error> {
    let definitions = app.definitions();
    let known = definitions.get(id).filter(|one| one.source.starts_with(MAPPED));
    let Some(known) = known else {
        return Err(Error::told(format!("there is no mapping `{id}`"), format!("没有映射 `{id}`")));
    };
    let used = app.desk().loaded_imports().await?;
    if let Some(import) = used.iter().find(|row| row.definition.as_deref() == Some(id)) {
        let file = &import.file_name;
        return Err(Error::told(
            format!(
                "`{file}` was imported with it, and a rebuild needs it; undo that import first"
            ),
            format!("`{file}` 是用它导入的，重建时还需要它；请先撤销该导入"),
        ));
    }
    let path = app.home().knowledge().join(&known.path);
    fs::remove_file(&path).map_err(|source| Error::Io { path, source })?;
    app.reload().await
}

fn path_of(app: &App, draft: &Draft) -> PathBuf {
    app.home().knowledge().join(definition::path(draft))
}

/// The definition alone with what definitions need, so that a preview does not read all others.
fn candidate(app: &App, draft: &Draft, toml: &str) -> Result<Definitions, Vec<Diagnostic>> {
    let known = app.files();
    let mut files = Files::default();
    for path in ["chart.csv", "marketplaces.csv"] {
        if let Some(source) = known.get(path) {
            files.add(path, source.text.clone(), source.origin);
        }
    }
    files.add(definition::path(draft), toml, Origin::Company);
    Definitions::load(&files)
}

/// A complaint about the definition as a problem of the mapping.
fn told(wrong: Diagnostic) -> Problem {
    Problem::error("mapping_wrong").found(wrong.message).hint(wrong.hint)
}

fn look(
    path: &Path,
    name: &str,
    table: Option<&str>,
    words: &Words,
) -> Result<(Vec<FileColumn>, Draft), Error> {
    let opened = decode::open(path, name, &decode::Limits::default());
    let opened = opened.map_err(|problem| Error::Usage(problem.to_string()))?;
    let Opened::Tables(tables) = opened else {
        return Err(Error::told(
            "a JSON document cannot be mapped here; write a definition for it (docs/guide/reports)",
            "JSON 文件不能在此映射；请为它编写报表定义（docs/guide/reports）",
        ));
    };
    let source = tables.into_iter().next();
    let source = source.ok_or_else(|| Error::told("the file holds no table", "文件中没有表格"))?;
    let header = guess::header_row(source.head());
    let columns = columns_of(&source, header);
    let draft = guess::draft(&columns, table, name, words);
    let columns = columns
        .into_iter()
        .map(|column| FileColumn {
            guess: draft.columns.iter().find(|one| one.from == column.name).cloned(),
            ..column
        })
        .collect();
    Ok((columns, draft))
}

fn columns_of(source: &TableSource, header: usize) -> Vec<FileColumn> {
    let head = source.head();
    let Some(names) = head.get(header) else { return Vec::new() };
    names
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.trim().is_empty())
        .map(|(at, name)| FileColumn {
            name: name.trim().to_owned(),
            samples: head[header + 1..]
                .iter()
                .filter_map(|row| row.get(at))
                .filter(|cell| !cell.trim().is_empty())
                .take(SAMPLES)
                .cloned()
                .collect(),
            guess: None,
        })
        .collect()
}

/// Notes at the desk who saved or deleted a mapping.
///
/// # Errors
/// When the desk cannot be written.
pub async fn note(app: &App, action: &str, id: &str, who: &str) -> Result<(), Error> {
    Ok(app.desk().note(who, action, &format!("definition:{id}")).await?)
}
