//! Several tables in one text, as Google Analytics exports them: lines of comment, a table, a blank
//! line, the next table.

/// The lines of one table, from 1, its comments among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Block {
    pub first: u64,
    pub last: u64,
}

/// The tables of a text that begins with a comment (`#`); at most one for every other text.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if !is_comment(text) {
        return Vec::new();
    }
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let mut has_rows = false;
    for (number, line) in (1..).zip(text.lines()) {
        let blank =
            line.chars().all(|char| char.is_whitespace() || matches!(char, ',' | ';' | '"'));
        if has_rows && (blank || is_comment(line)) {
            blocks.extend(open.take());
            has_rows = false;
        }
        if blank {
            continue;
        }
        has_rows |= !is_comment(line);
        let block = open.get_or_insert(Block { first: number, last: number });
        block.last = number;
    }
    if has_rows {
        blocks.extend(open);
    }
    blocks
}

/// Whether a line is one, perhaps between quotes.
pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start_matches('"').starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_parted_by_blank_lines_and_comments() {
        let text = "# All users\n# Start date: 20260101\n\nDay,Users\n0000,5\n0001,6\n\nCity,Users\n\
                    Rome,3\n# Next\nPage,Views\n/,9\n,,\n# The end\n";
        let found = [(1, 6), (8, 9), (10, 12)].map(|(first, last)| Block { first, last });
        assert_eq!(blocks(text), found);
        assert_eq!(blocks("a,b\n1,2\n\nc\n3\n"), []);
        assert_eq!(blocks("# nothing\n"), []);
    }
}
