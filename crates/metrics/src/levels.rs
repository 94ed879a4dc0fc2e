//! The levels that reports tell the same thing on, and which of them answers first: read from
//! `levels.toml`.

use std::collections::BTreeMap;

use argosy_kernel::{Diagnostic, Files};
use serde::Deserialize;

use crate::{dimension::Source, expression::quoted};

/// Where the levels stand below `knowledge/`.
const LEVELS_PATH: &str = "levels.toml";

/// The levels of each table that has some.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levels(BTreeMap<Source, OfTable>);

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfTable {
    table: toml::Spanned<String>,
    /// The most complete first.
    levels: Vec<String>,
    /// The level that tells all listings.
    #[serde(default)]
    listing: Option<String>,
    /// Kinds that begin so are one part; what follows is the level.
    #[serde(default)]
    prefix: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelsFile {
    #[expect(
        dead_code,
        reason = "the number is checked by its type only; there is one schema yet"
    )]
    schema: u32,
    #[serde(default)]
    table: Vec<OfTable>,
}

impl Levels {
    /// Reads `levels.toml`; without it no table has levels.
    ///
    /// # Errors
    /// One diagnostic per table that is none.
    pub(crate) fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(LEVELS_PATH) else { return Ok(Self::default()) };
        let file: LevelsFile = source.toml().map_err(|wrong| vec![*wrong])?;
        let mut levels = Self::default();
        let mut wrong = Vec::new();
        for entry in file.table {
            match Source::from_id(entry.table.get_ref()).filter(|source| source.has_periods()) {
                Some(table) => {
                    levels.0.insert(table, entry);
                }
                None => {
                    let message = format!("`{}` is no table with levels", entry.table.get_ref());
                    let hint = "use ads, traffic, search or another table that tells periods";
                    wrong.push(source.complain(entry.table.span(), &message, hint));
                }
            }
        }
        if wrong.is_empty() { Ok(levels) } else { Err(wrong) }
    }

    /// How a level is preferred for one question: lower is better.
    pub(crate) fn rank(&self, source: Source, level: &str, asks_listings: bool) -> usize {
        let Some(known) = self.0.get(&source) else { return 0 };
        // Of the reports that name a SKU, the one about products tells them all.
        if asks_listings && known.listing.as_deref() == Some(level) {
            return 0;
        }
        let place = known.levels.iter().position(|known| known == level);
        place.unwrap_or(known.levels.len()) + 1
    }

    /// Whether rows of this level tell all listings.
    pub(crate) fn is_listing(&self, source: Source, level: &str) -> bool {
        self.0.get(&source).is_some_and(|known| known.listing.as_deref() == Some(level))
    }

    /// SQL over `f` of what is told apart without being told twice.
    pub(crate) fn part_sql(&self, source: Source) -> String {
        match source {
            Source::Ads => "coalesce(f.\"ad_product\", '')".to_owned(),
            Source::Details => "f.\"kind\"".to_owned(),
            Source::Search => match self.prefix(source) {
                Some(prefix) => format!(
                    "CASE WHEN starts_with(f.\"kind\", {}) THEN {} ELSE f.\"kind\" END",
                    quoted(prefix),
                    quoted(prefix.trim_end_matches('_'))
                ),
                None => "f.\"kind\"".to_owned(),
            },
            Source::Measures => "f.\"subject_kind\" || '/' || f.\"measure\"".to_owned(),
            _ => "''".to_owned(),
        }
    }

    /// SQL over `f` of the level.
    pub(crate) fn level_sql(&self, source: Source) -> String {
        match (source, self.prefix(source)) {
            (Source::Ads | Source::Traffic, _) => "f.\"level\"".to_owned(),
            (Source::Search, Some(prefix)) => format!(
                "CASE WHEN starts_with(f.\"kind\", {}) THEN substr(f.\"kind\", {}) ELSE '' END",
                quoted(prefix),
                prefix.chars().count() + 1
            ),
            _ => "''".to_owned(),
        }
    }

    fn prefix(&self, source: Source) -> Option<&str> {
        self.0.get(&source)?.prefix.as_deref()
    }
}

#[cfg(test)]
pub(crate) fn built_in() -> Levels {
    let mut files = Files::default();
    let text = include_str!("../../../knowledge/levels.toml");
    files.add(LEVELS_PATH, text, argosy_kernel::Origin::BuiltIn);
    Levels::load(&files).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_about_products_answers_first_where_listings_are_asked() {
        let levels = built_in();
        let rank = |level, listings| levels.rank(Source::Ads, level, listings);
        assert!(rank("campaign", false) < rank("product", false));
        assert!(rank("product", true) < rank("campaign", true));
        assert!(rank("search_term", false) < rank("something new", false));
    }

    #[test]
    fn a_table_that_tells_no_periods_has_no_levels() {
        let mut files = Files::default();
        let text = "schema = 1\n[[table]]\ntable = \"stock\"\nlevels = []\n";
        files.add(LEVELS_PATH, text, argosy_kernel::Origin::Company);
        let wrong = Levels::load(&files).unwrap_err();
        assert!(wrong[0].message.contains("`stock`"), "{}", wrong[0].message);
    }
}
