//! Names shown to people, in both languages.

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
