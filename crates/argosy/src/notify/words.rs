//! The sentences of messages, in both languages, from the knowledge folder.

use std::collections::BTreeMap;

use argosy_kernel::{Files, Text};
use argosy_notify::{Item, Message};

use crate::error::Error;

/// Where the sentences stand below `knowledge/`.
const PATH: &str = "texts/notify.toml";

/// Sentences by their name.
#[derive(Clone, Debug)]
pub struct Words(BTreeMap<String, Text>);

impl Words {
    /// Reads the sentences.
    ///
    /// # Errors
    /// Where the file is wrong or missing.
    pub fn load(files: &Files) -> Result<Self, Error> {
        let source = files
            .get(PATH)
            .ok_or_else(|| Error::Usage(format!("the knowledge folder has no `{PATH}`")))?;
        source.toml().map(Self).map_err(|wrong| Error::Knowledge(vec![*wrong]))
    }

    /// The sentence `name` with its parameters filled in; each is put in once.
    pub(super) fn say(&self, name: &str, language: &str, values: &[(&str, &str)]) -> String {
        let Some(text) = self.0.get(name) else { return name.to_owned() };
        let mut rest = text.in_language(language);
        let mut said = String::with_capacity(rest.len());
        while let Some(open) = rest.find('{') {
            said.push_str(&rest[..open]);
            rest = &rest[open..];
            let Some(close) = rest.find('}') else { break };
            match values.iter().find(|(name, _)| *name == &rest[1..close]) {
                Some((_, value)) => said.push_str(value),
                None => said.push_str(&rest[..=close]),
            }
            rest = &rest[close + 1..];
        }
        said.push_str(rest);
        said
    }

    pub(super) fn trial(&self, language: &str, who: &str) -> Message {
        Message {
            title: self.say("test_title", language, &[]),
            items: vec![Item::new(self.say("test_line", language, &[("who", who)]))],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_title_says_is_not_read_as_a_parameter() {
        let text = Text { en: "{who}: {title}".into(), zh_cn: "{title}（{who}）".into() };
        let words = Words([("line".to_owned(), text)].into());
        let values = [("who", "{title}"), ("title", "a {who}")];
        assert_eq!(words.say("line", "en", &values), "{title}: a {who}");
        assert_eq!(words.say("line", "zh-CN", &values), "a {who}（{title}）");
    }
}
