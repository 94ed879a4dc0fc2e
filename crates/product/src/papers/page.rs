//! What is on a document, before it is laid out.

/// A document.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Page {
    pub title: String,
    pub company: String,
    /// Names and values, left and right below the title.
    pub left: Vec<(String, String)>,
    pub right: Vec<(String, String)>,
    pub columns: Vec<Head>,
    pub rows: Vec<Vec<String>>,
    /// Below the table, at the right.
    pub totals: Vec<(String, String)>,
    /// Below everything.
    pub closing: Vec<String>,
    /// Such as "Page 1 of 3": what stands before, between and behind the numbers.
    pub counting: [String; 3],
}

/// A column of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Head {
    pub name: String,
    /// Its part of the width; parts need not add up to anything.
    pub part: u16,
    /// Figures stand at the right.
    pub right: bool,
}

impl Head {
    pub(super) fn text(name: impl Into<String>, part: u16) -> Self {
        Self { name: name.into(), part, right: false }
    }

    pub(super) fn figure(name: impl Into<String>, part: u16) -> Self {
        Self { name: name.into(), part, right: true }
    }
}
