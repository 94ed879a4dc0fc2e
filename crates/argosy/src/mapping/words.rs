//! Words that files use for what facts hold, and fact columns in people's words.

use argosy_facts::arrow::datatypes::DataType;
use argosy_kernel::{Diagnostic, Files};
use serde::Deserialize;

use super::definition::slug;
use crate::http::dto::TextDto;

/// Where the words stand below `knowledge/`.
const COLUMNS_PATH: &str = "columns.toml";

/// The words of files for fact columns, in small letters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    #[expect(
        dead_code,
        reason = "the number is checked by its type only; there is one schema yet"
    )]
    schema: u32,
    number_words: Vec<String>,
    buyer_words: Vec<String>,
    personal_words: Vec<String>,
    unit_price_words: Vec<String>,
    column: Vec<Column>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    id: String,
    #[serde(rename = "zh-CN")]
    zh_cn: String,
    words: Vec<String>,
}

impl Words {
    /// Reads `columns.toml`; without it only headers that are fact columns themselves are known.
    ///
    /// # Errors
    /// What is wrong in it.
    pub(crate) fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(COLUMNS_PATH) else { return Ok(Self::default()) };
        source.toml().map_err(|wrong| vec![*wrong])
    }

    fn column(&self, id: &str) -> Option<&Column> {
        self.column.iter().find(|column| column.id == id)
    }

    /// The name of a fact column for people.
    pub(super) fn names(&self, column: &str) -> TextDto {
        let en = column.replace('_', " ");
        let zh_cn = self.column(column).map_or_else(|| en.clone(), |one| one.zh_cn.clone());
        TextDto { en, zh_cn }
    }

    /// How near a header is to a fact column: 3 the same word, 2 a known other word, 1 a part of one.
    pub(super) fn nearness(&self, column: &str, header: &str) -> u8 {
        let own = slug(header);
        let plain = header.trim().to_lowercase();
        if own == column {
            return 3;
        }
        let Some(Column { words, .. }) = self.column(column) else { return 0 };
        if words.iter().any(|word| *word == own || *word == plain || own == word.replace('_', "")) {
            return 2;
        }
        let parts: Vec<&str> = own.split('_').collect();
        u8::from(words.iter().any(|word| parts.contains(&word.as_str())))
    }

    /// Whether a column is called like the number of something.
    pub(super) fn sounds_like_number(&self, header: &str) -> bool {
        let own = slug(header);
        let header = header.to_lowercase();
        let is_part = |word: &String| own.split('_').any(|part| part == word);
        // Chinese writes no blanks between words: there the last sign tells.
        let is_end = |word: &String| !word.is_ascii() && header.ends_with(word.as_str());
        self.number_words.iter().any(|word| is_part(word) || is_end(word))
    }

    /// Whether a column is called like one that names a buyer.
    pub(super) fn sounds_like_buyer(&self, header: &str) -> bool {
        self.buyer_words.iter().any(|word| header.contains(word.as_str()))
    }

    /// Whether a column is called like one that tells where somebody lives or what they are called.
    pub(super) fn sounds_personal(&self, header: &str) -> bool {
        self.personal_words.iter().any(|word| header.contains(word.as_str()))
    }

    /// Whether a column, by its name in SQL, is the price of one unit.
    pub(super) fn is_unit_price(&self, name: &str) -> bool {
        self.unit_price_words.iter().any(|word| word == name)
    }
}

/// The column type that fits a fact column.
pub(super) fn kind_of(kind: &DataType) -> &'static str {
    match kind {
        DataType::Int64 => "integer",
        DataType::Decimal128(_, _) => "decimal",
        DataType::Date32 => "day",
        DataType::Timestamp(_, _) => "instant",
        DataType::Boolean => "bool",
        _ => "text",
    }
}

/// Whether values of one type can stand in a fact column of the other.
pub(super) fn may_become(have: &str, want: &str) -> bool {
    match want {
        "integer" => have == "integer",
        "decimal" => matches!(have, "decimal" | "integer" | "percent" | "fraction"),
        "day" | "instant" => matches!(have, "day" | "instant"),
        "bool" => have == "bool",
        _ => matches!(have, "text" | "id" | "currency" | "buyer" | "integer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_by_other_words_in_three_languages() {
        let words = Words::load(&crate::knowledge::built_in()).unwrap();
        assert_eq!(words.nearness("units", "Menge"), 2);
        assert_eq!(words.nearness("order_id", "订单编号"), 2);
        assert_eq!(words.nearness("amount", "Net amount"), 1);
        assert_eq!(words.nearness("amount", "Colour"), 0);
        assert!(words.sounds_like_number("Invoice No") && words.sounds_like_number("订单号"));
        assert!(!words.sounds_like_number("Quantity"));
        assert_eq!(words.names("day").zh_cn, "日期");
    }
}
