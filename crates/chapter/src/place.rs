//! Complaints about knowledge files, collected with their places.

use std::ops::Range;

use argosy_kernel::{Diagnostic, Source, Text, knowledge::nearest};
use toml::Spanned;

/// Collects what is wrong in one file.
pub(crate) struct Complaints<'a> {
    pub(crate) file: &'a Source,
    pub(crate) wrong: Vec<Diagnostic>,
}

impl<'a> Complaints<'a> {
    pub(crate) fn new(file: &'a Source) -> Self {
        Self { file, wrong: Vec::new() }
    }

    pub(crate) fn say(&mut self, span: Range<usize>, message: &str, hint: &str) {
        self.wrong.push(self.file.complain(span, message, hint));
    }

    /// A word that is none of the known ones.
    pub(crate) fn unknown<'k>(
        &mut self,
        word: &Spanned<String>,
        what: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let hint = hint(word.get_ref(), known);
        self.say(word.span(), &format!("unknown {what} `{}`", word.get_ref()), &hint);
    }

    /// A schema that this version reads.
    pub(crate) fn schema(&mut self, schema: &Spanned<u32>) {
        if *schema.get_ref() != 1 {
            self.say(schema.span(), "unknown schema", "this version reads schema = 1");
        }
    }

    /// A word in small letters, digits and underscores.
    pub(crate) fn id(&mut self, id: &Spanned<String>) -> String {
        let word = id.get_ref();
        let letter = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_';
        if !word.starts_with(|one: char| one.is_ascii_lowercase()) || !word.chars().all(letter) {
            let message = format!("`{word}` is not an id");
            self.say(id.span(), &message, "take small letters, digits and _, a letter first");
        }
        word.clone()
    }

    /// The file lies where its chapter and id say: `records/<chapter>/<id>.toml`.
    pub(crate) fn lies_at(
        &mut self,
        folder: &str,
        chapter: &Spanned<String>,
        id: &Spanned<String>,
    ) {
        let expected = format!("{folder}{}/{}.toml", chapter.get_ref(), id.get_ref());
        if self.file.path != expected {
            let message = "the file lies elsewhere than its chapter and id say";
            self.say(id.span(), message, &format!("move it to {expected}"));
        }
    }

    /// A text that says something in both languages.
    pub(crate) fn words(&mut self, text: &Spanned<Text>) -> Text {
        let words = text.get_ref();
        if words.en.trim().is_empty() || words.zh_cn.trim().is_empty() {
            self.say(text.span(), "a language is missing", "write both en and zh-CN");
        }
        words.clone()
    }

    /// Complains about every word that is there a second time.
    pub(crate) fn twice<'w>(
        &mut self,
        what: &str,
        words: impl IntoIterator<Item = (&'w str, Range<usize>)>,
    ) {
        let mut seen: Vec<&str> = Vec::new();
        for (word, span) in words {
            if seen.contains(&word) {
                self.say(span, &format!("two {what} are called `{word}`"), "rename one");
            }
            seen.push(word);
        }
    }
}

/// The nearest known word, or all of them.
pub(crate) fn hint<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => String::new(),
        None => format!("use one of: {}", known.join(", ")),
    }
}
