//! What is told, in one language, before it takes a receiver's form.

use serde::{Deserialize, Serialize};

/// One line of a message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Item {
    pub text: String,
    /// Where it leads: an address of this Argosy.
    pub link: Option<String>,
}

impl Item {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), link: None }
    }

    #[must_use]
    pub fn to(self, link: Option<String>) -> Self {
        Self { link, ..self }
    }
}

/// A message: a title, lines, and where to go on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Message {
    pub title: String,
    pub items: Vec<Item>,
}

impl Message {
    /// The message without any marks, for mail and for receivers that show plain text.
    pub fn plain(&self) -> String {
        let mut text = self.title.clone();
        for item in &self.items {
            text.push_str("\n- ");
            text.push_str(&item.text);
            if let Some(link) = &item.link {
                text.push_str("\n  ");
                text.push_str(link);
            }
        }
        text
    }

    /// The message in the Markdown that `DingTalk` and `WeCom` share.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("### {}\n", escaped(&self.title));
        for item in &self.items {
            let words = escaped(&item.text);
            match &item.link {
                Some(link) => text.push_str(&format!("- [{words}]({link})\n")),
                None => text.push_str(&format!("- {words}\n")),
            }
        }
        text
    }

    /// At most `bytes` long as `shape` writes it; what does not fit is counted in a last line.
    pub(crate) fn within(&self, bytes: usize, shape: impl Fn(&Self) -> String) -> String {
        let mut kept = self.clone();
        loop {
            let text = shape(&kept);
            if text.len() <= bytes {
                return text;
            }
            let left_out =
                self.items.len() - kept.items.iter().filter(|item| !is_rest(item)).count();
            kept.items.retain(|item| !is_rest(item));
            if kept.items.pop().is_none() {
                let cut =
                    text.char_indices().map(|(at, _)| at).take_while(|at| *at <= bytes).last();
                return text[..cut.unwrap_or(0)].to_owned();
            }
            kept.items.push(Item::new(format!("… +{}", left_out + 1)));
        }
    }
}

fn is_rest(item: &Item) -> bool {
    item.text.starts_with("… +")
}

/// Words of facts (a search term, a title) must not become links or headings.
fn escaped(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
        .replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]")
        .replace('*', "\\*")
        .replace('`', "\\`")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long() -> Message {
        let items = (0..200).map(|n| Item::new(format!("finding number {n} 断货"))).collect();
        Message { title: "Today".into(), items }
    }

    #[test]
    fn what_does_not_fit_is_counted_and_never_cut_inside_a_character() {
        let text = long().within(1000, Message::plain);
        assert!(text.len() <= 1000);
        let shown = text.matches("finding number").count();
        assert!(shown > 10);
        assert!(text.ends_with(&format!("… +{}", 200 - shown)), "{text}");
        let alone = Message { title: "断货".repeat(40), items: Vec::new() };
        assert!(alone.within(10, Message::plain).len() <= 10);
    }

    #[test]
    fn words_of_facts_cannot_become_links() {
        let item = Item::new("[click](http://evil) <at id=all>").to(Some("https://a/f/1".into()));
        let text = Message { title: "x".into(), items: vec![item] }.markdown();
        assert!(
            text.contains(r"[\[click\](http://evil) &lt;at id=all&gt;](https://a/f/1)"),
            "{text}"
        );
    }
}
