//! Records that are no data: footers and sums that the definition names, and the header once more.

use crate::{
    decode::{Format, RawRecord},
    recognise::Recognised,
    words::fold,
};

/// Why a record is passed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Skip {
    /// A row the definition names.
    Row,
    /// The header again, as in files that were pasted together.
    Header,
}

/// Tells records of data from those to pass over.
pub(crate) struct Skipper {
    /// Patterns of the first cell, cut at their stars.
    patterns: Vec<Vec<String>>,
    /// Cells of the header with their index; none for JSON, which has no header.
    header: Vec<(usize, String)>,
}

impl Skipper {
    pub(crate) fn new(recognised: &Recognised, format: Format) -> Self {
        let patterns = recognised.definition.skip_rows.iter();
        let named = recognised.header.iter().enumerate();
        let named = named.filter(|(_, cell)| !cell.trim().is_empty());
        let header: Vec<_> = match format {
            Format::Json => Vec::new(),
            _ => named.map(|(at, cell)| (at, cell.trim().to_owned())).collect(),
        };
        Self {
            patterns: patterns.map(|text| text.split('*').map(str::to_owned).collect()).collect(),
            // One cell alone may be a value like its header.
            header: if header.len() > 1 { header } else { Vec::new() },
        }
    }

    pub(super) fn skips(&self, record: &RawRecord<'_>) -> Option<Skip> {
        if self.is_header(record) {
            return Some(Skip::Header);
        }
        if self.patterns.is_empty() {
            return None;
        }
        let first = (0..record.len()).map(|at| record.cell(at)).find(|cell| !cell.is_empty())?;
        let first = fold(&first.text());
        self.patterns.iter().any(|pattern| fits(pattern, &first)).then_some(Skip::Row)
    }

    /// Whether the header stands again in a record.
    pub(crate) fn is_header(&self, record: &RawRecord<'_>) -> bool {
        !self.header.is_empty()
            && self.header.iter().all(|(at, name)| record.cell(*at).text().trim() == name)
    }
}

/// Whether `text` is the pieces in their order, the first at its beginning and the last at its end.
fn fits(pieces: &[String], text: &str) -> bool {
    let [first, rest @ ..] = pieces else { return false };
    let Some(mut text) = text.strip_prefix(first.as_str()) else { return false };
    let Some((last, middle)) = rest.split_last() else { return text.is_empty() };
    for piece in middle {
        let Some(at) = text.find(piece.as_str()) else { return false };
        text = &text[at + piece.len()..];
    }
    text.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_footer_is_known_by_the_words_around_its_number() {
        let fits = |pattern: &str, text: &str| {
            let pieces: Vec<String> = pattern.split('*').map(str::to_owned).collect();
            super::fits(&pieces, text)
        };
        assert!(fits("*record(s) downloaded*", "83 record(s) downloaded, all"));
        assert!(fits("total*", "total: account") && fits("total", "total"));
        assert!(!fits("total", "total: account") && !fits("total*", "subtotal"));
        assert!(!fits("a*b", "ba"));
    }
}
