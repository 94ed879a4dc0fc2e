//! The two languages that Argosy speaks.

use std::str::FromStr;

use argosy_kernel::Text;

/// Language of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    En,
    Zh,
}

impl FromStr for Lang {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "en" => Ok(Self::En),
            "zh" | "zh-cn" | "zh_cn" => Ok(Self::Zh),
            _ => Err(format!("`{text}` is not a language here; use en or zh-CN")),
        }
    }
}

impl Lang {
    /// From `LC_ALL`, `LC_MESSAGES` or `LANG`, as other programs do.
    pub fn from_environment() -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        if set.is_some_and(|value| value.starts_with("zh")) { Self::Zh } else { Self::En }
    }

    /// The text in this language.
    pub fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    pub fn of(self, text: &Text) -> &str {
        text.in_language(self.code())
    }

    pub fn code(self) -> &'static str {
        self.pick("en", "zh-CN")
    }
}
