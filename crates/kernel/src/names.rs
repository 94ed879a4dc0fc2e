//! Names: those shown to people, in both languages, and those that rooms call things by.

use serde::{Deserialize, Serialize};

/// A text in English and Simplified Chinese; knowledge files must carry both.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub en: String,
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
}

impl Text {
    /// The text in `language` (`zh-CN`, `zh`, … or anything else for English).
    pub fn in_language(&self, language: &str) -> &str {
        if language.starts_with("zh") { &self.zh_cn } else { &self.en }
    }
}

/// How facts and lists call a raw file: the first 16 digits of the SHA-256 of its bytes.
pub fn short_hash(sha256: &str) -> String {
    sha256.chars().take(16).collect()
}

/// A text as SQL writes it. NUL goes: no database keeps it in a text.
pub fn sql_text(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_mark_in_a_name_ends_no_text_of_sql() {
        assert_eq!(sql_text("Mei's lamp"), "'Mei''s lamp'");
        assert_eq!(sql_text("a\0b"), "'ab'");
    }

    #[test]
    fn a_raw_file_is_called_by_the_beginning_of_its_hash() {
        assert_eq!(short_hash(&"0123456789abcdef".repeat(4)), "0123456789abcdef");
    }
}
