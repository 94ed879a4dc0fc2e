//! Topics of complaints, as knowledge: which return reasons and words mean them.

use std::collections::BTreeSet;

use argosy_kernel::{Diagnostic, Files, Source, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Where they stand.
pub const FILE: &str = "improve.toml";

/// All of it, checked.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Topics {
    pub topics: Vec<Told>,
    pub settings: Settings,
}

/// Numbers of the method.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Days of facts that are looked at.
    pub window_days: u64,
    /// Reviews with at most so many stars are complaints.
    pub stars_max: Decimal,
    /// A topic with fewer complaints of a product is not shown.
    pub count_min: i64,
    /// Share of sales at stake for a star less.
    pub sales_per_star: Decimal,
}

/// One topic.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    pub id: String,
    pub name: Text,
    /// What usually helps.
    pub does: Text,
    /// Codes of return reasons, in small letters.
    pub reasons: BTreeSet<String>,
    /// Words in reviews and messages, in small letters.
    pub words: Vec<String>,
    /// The share of such returns that an improvement takes away; 0: the product is not at fault.
    pub avoids: Decimal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: u32,
    id: String,
    #[serde(rename = "version")]
    _version: String,
    #[serde(rename = "source")]
    _source: String,
    settings: Settings,
    topic: Vec<Spanned<Told>>,
    example: Vec<Spanned<Example>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    says: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    text: Option<String>,
    expect: BTreeSet<String>,
}

impl Topics {
    /// Reads `improve.toml` and runs its examples; without the file there are no topics.
    ///
    /// # Errors
    /// Everything wrong, each with its place.
    pub fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(FILE) else { return Ok(Self::default()) };
        let written: Written = source.toml().map_err(|wrong| vec![*wrong])?;
        let mut wrong = check(source, &written);
        let topics = Self {
            topics: written.topic.into_iter().map(Spanned::into_inner).collect(),
            settings: written.settings,
        };
        for spanned in &written.example {
            let example = spanned.get_ref();
            let found: BTreeSet<String> = topics
                .of(example.reason.as_deref(), example.text.as_deref())
                .map(|topic| topic.id.clone())
                .collect();
            if found != example.expect {
                let message =
                    format!("{}: means {found:?}, not {:?}", example.says, example.expect);
                let hint = "correct the example, or `reasons` and `words`";
                wrong.push(source.complain(spanned.span(), &message, hint));
            }
        }
        if wrong.is_empty() { Ok(topics) } else { Err(wrong) }
    }

    /// The topics a complaint means, by its reason or its words.
    pub fn of<'a>(
        &'a self,
        reason: Option<&str>,
        text: Option<&str>,
    ) -> impl Iterator<Item = &'a Told> {
        let reason = reason.map(|reason| reason.trim().to_lowercase());
        let text = text.map(str::to_lowercase);
        self.topics.iter().filter(move |topic| {
            reason.as_ref().is_some_and(|reason| topic.reasons.contains(reason))
                || text.as_ref().is_some_and(|text| topic.words.iter().any(|word| says(text, word)))
        })
    }

    /// A topic by its id.
    pub fn get(&self, id: &str) -> Option<&Told> {
        self.topics.iter().find(|topic| topic.id == id)
    }
}

/// Whether a text holds a word as a whole; scripts without blanks have no ends of words.
fn says(text: &str, word: &str) -> bool {
    let joins = |letter: char| letter.is_alphabetic() && letter < '\u{2E80}';
    text.match_indices(word).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        let edge = |inner: Option<char>, outer: Option<char>| {
            !(inner.is_some_and(joins) && outer.is_some_and(joins))
        };
        edge(found.chars().next(), before) && edge(found.chars().next_back(), after)
    })
}

fn check(source: &Source, written: &Written) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    if written.schema != 1 || written.id != "improve" {
        let hint = "schema = 1, id = \"improve\"";
        wrong.push(source.complain(0..1, "this file is of another kind or time", hint));
    }
    let (mut ids, mut reasons) = (BTreeSet::new(), BTreeSet::new());
    for spanned in &written.topic {
        let topic = spanned.get_ref();
        let mut complain = |message: String, hint: &str| {
            wrong.push(source.complain(spanned.span(), &message, hint));
        };
        if !ids.insert(topic.id.as_str()) {
            complain(format!("topic `{}` is there twice", topic.id), "give it another id");
        }
        if !(Decimal::ZERO..=Decimal::ONE).contains(&topic.avoids) {
            complain(format!("`avoids` of `{}` is not a share", topic.id), "write 0 to 1");
        }
        for reason in &topic.reasons {
            if !reasons.insert(reason.as_str()) {
                complain(format!("reason `{reason}` belongs to two topics"), "keep it in one");
            }
        }
        let small = |text: &String| *text == text.to_lowercase() && !text.trim().is_empty();
        if !topic.reasons.iter().chain(&topic.words).all(small) {
            let message = format!("`{}` has an empty word or capital letters", topic.id);
            complain(message, "write reasons and words in small letters");
        }
        if topic.reasons.is_empty() && topic.words.is_empty() {
            complain(format!("nothing means `{}`", topic.id), "write `reasons` or `words`");
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use argosy_kernel::Origin;

    use super::*;
    use crate::testing::{knowledge, right};

    #[test]
    fn reasons_and_words_in_five_languages_find_their_topics() {
        let topics = right(Topics::load(&knowledge(&[FILE])));
        let of = |text: &str| -> Vec<&str> {
            topics.of(None, Some(text)).map(|topic| topic.id.as_str()).collect()
        };
        assert_eq!(of("Stopped working after a week"), ["faulty"]);
        assert_eq!(of("C'est trop petit pour moi"), ["size"]);
        assert_eq!(of("电池充不进电"), ["power"]);
        assert!(of("I love it").is_empty());
        let buyer: Vec<_> = topics.of(Some("UNWANTED_ITEM"), None).collect();
        assert!(buyer[0].avoids.is_zero());
    }

    #[test]
    fn a_reason_of_two_topics_is_shown_with_its_line() {
        let text = knowledge(&[FILE]).get(FILE).unwrap().text.to_string();
        let mut files = Files::default();
        let twice = text.replacen("\"missing_parts\", ", "\"defective\", ", 1);
        files.add(FILE, twice, Origin::Company);
        let wrong = Topics::load(&files).unwrap_err();
        assert!(wrong.iter().any(|one| one.message.contains("two topics")), "{wrong:?}");
    }
}
