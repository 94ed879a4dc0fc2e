//! Where things stand in a knowledge file, and complaints about them.

use std::ops::Range;

use argosy_kernel::{Diagnostic, Source, knowledge::nearest};
use argosy_metrics::expression::{self, Expr, ExpressionError};
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

    /// Days as in `28d`.
    pub(crate) fn days(&mut self, text: &Spanned<String>) -> Option<u32> {
        let days = text.get_ref().strip_suffix('d').and_then(|days| days.parse().ok());
        let days = days.filter(|days| *days <= DAYS_MAX);
        if days.is_none() {
            let message = format!("`{}` is not a number of days", text.get_ref());
            self.say(text.span(), &message, "write days as in 28d, at most 800d");
        }
        days
    }

    /// The family of an id such as `ads.search_term_wastes`.
    pub(crate) fn family(&mut self, id: &Spanned<String>) -> Option<String> {
        let is_word = |word: &str| {
            let letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
            !word.is_empty() && word.chars().all(|one| letter(one) || one == '_')
        };
        match id.get_ref().split_once('.') {
            Some((family, name)) if is_word(family) && is_word(name) => Some(family.to_owned()),
            _ => {
                let message = format!("`{}` is not an id", id.get_ref());
                self.say(id.span(), &message, "write family.name in small letters");
                None
            }
        }
    }

    /// An expression, with `:threshold` read as the name `_threshold`.
    pub(crate) fn formula(&mut self, text: &Spanned<String>) -> Option<Formula> {
        match expression::parse(&with_thresholds(text.get_ref())) {
            Ok(expr) => Some(Formula { text: text.get_ref().clone(), expr, span: text.span() }),
            Err(wrong) => {
                self.inside(&text.span(), &wrong);
                None
            }
        }
    }

    /// A complaint about a part of the text that stands at `span`.
    pub(crate) fn inside(&mut self, span: &Range<usize>, wrong: &ExpressionError) {
        let diagnostic = inside(self.file, span, wrong);
        self.wrong.push(diagnostic);
    }
}

/// The longest window.
const DAYS_MAX: u32 = 800;

/// The nearest known word, or all of them.
pub(crate) fn hint<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => String::new(),
        None => format!("use one of: {}", known.join(", ")),
    }
}

/// An expression of a rule: its text, what it means, and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Formula {
    pub text: String,
    pub(crate) expr: Expr,
    pub(crate) span: Range<usize>,
}

impl Formula {
    /// Names of columns (not of thresholds) that it needs, each once.
    pub fn columns(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for (name, _) in self.expr.names() {
            if !name.starts_with('_') && !found.contains(&name) {
                found.push(name);
            }
        }
        found
    }

    /// Names of thresholds that it needs, each once.
    pub fn thresholds(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for name in self.expr.names().into_iter().filter_map(|(name, _)| name.strip_prefix('_')) {
            if !found.contains(&name) {
                found.push(name);
            }
        }
        found
    }
}

/// `:name` becomes `_name`, of equal length, so that places stay true; texts in quotes stay.
fn with_thresholds(text: &str) -> String {
    let mut quoted = false;
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        quoted ^= letter == '\'';
        let begins = letters.peek().is_some_and(char::is_ascii_lowercase);
        shown.push(if letter == ':' && !quoted && begins { '_' } else { letter });
    }
    shown
}

/// A complaint about a part of a text that stands somewhere in the file.
pub(crate) fn inside(file: &Source, span: &Range<usize>, wrong: &ExpressionError) -> Diagnostic {
    let whole = file.text.get(span.clone()).unwrap_or("");
    let quotes = if whole.starts_with("\"\"\"") || whole.starts_with("'''") {
        // A line break right after the opening quotes is not part of the text.
        3 + usize::from(whole.get(3..4) == Some("\n"))
    } else {
        1
    };
    let start = (span.start + quotes + wrong.at).min(span.end);
    let message = wrong.message.replace("`_", "`:");
    file.complain(start..(start + wrong.length).min(span.end), &message, &wrong.hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_names_and_places_stay() {
        assert_eq!(with_thresholds("clicks >= :min and x = ':a'"), "clicks >= _min and x = ':a'");
        assert_eq!(with_thresholds("a:b :C : 1"), "a_b :C : 1");
    }
}
