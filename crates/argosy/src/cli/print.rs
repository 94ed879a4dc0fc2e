//! How the command line speaks: two languages, tables for people, JSON for programs.

use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use crate::lang::Lang;

/// Where a command writes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Out {
    pub json: bool,
    pub lang: Lang,
}

impl Out {
    /// One line for people; silent with `--json`.
    pub(super) fn say(self, en: &str, zh: &str) {
        if !self.json {
            self.line(self.lang.pick(en, zh));
        }
    }

    /// One line on standard output.
    pub(super) fn line(self, text: &str) {
        // A closed pipe (`argosy … | head`) is the reader's choice, not our failure.
        let _ = writeln!(io::stdout().lock(), "{text}");
    }

    /// Text that carries its own line breaks.
    pub(super) fn text(self, text: &str) {
        let _ = io::stdout().lock().write_all(text.as_bytes());
    }

    /// The answer for programs.
    pub(super) fn json(self, value: &impl Serialize) {
        self.line(&serde_json::to_string_pretty(value).unwrap_or_default());
    }

    /// Whether bars and questions make sense.
    pub(super) fn is_terminal(self) -> bool {
        !self.json && io::stderr().is_terminal()
    }
}

/// A table for people: numbers to the right, all columns as wide as needed.
#[derive(Debug, Default)]
pub(super) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Self {
        Self { header: header.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    pub(super) fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let cells = cells.into_iter().map(|cell| shown(&cell.into())).collect();
        self.rows.push(cells);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as text; Chinese characters count double as terminals draw them.
    pub(super) fn render(&self) -> String {
        let columns = self.header.len();
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .chain(self.header.get(column))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let right: Vec<bool> = (0..columns).map(|column| self.is_numeric(column)).collect();
        let mut text = String::new();
        let mut push = |cells: &[String]| {
            let mut line = String::new();
            for (column, cell) in cells.iter().enumerate().take(columns) {
                let gap = " ".repeat(widths[column].saturating_sub(cell.width()));
                let (before, after) = if right[column] { (gap.as_str(), "") } else { ("", &*gap) };
                line.push_str(before);
                line.push_str(cell);
                line.push_str(after);
                line.push_str("  ");
            }
            text.push_str(line.trim_end());
            text.push('\n');
        };
        push(&self.header);
        push(&widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>());
        for row in &self.rows {
            push(row);
        }
        text
    }

    fn is_numeric(&self, column: usize) -> bool {
        let numeric = |cell: &String| {
            cell == "—" || cell.bytes().all(|b| b.is_ascii_digit() || b"-+.,% ".contains(&b))
        };
        !self.rows.is_empty() && self.rows.iter().filter_map(|row| row.get(column)).all(numeric)
    }
}

/// Control characters out of foreign files must not steer the terminal.
pub(super) fn shown(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_chinese_counts_double() {
        let mut table = Table::new(["名称", "amount"]);
        table.row(["销售额", "12.50"]);
        table.row(["ads", "-3.10"]);
        assert_eq!(
            table.render(),
            "名称    amount\n──────  ──────\n销售额   12.50\nads      -3.10\n"
        );
    }

    #[test]
    fn escape_sequences_of_a_file_do_not_reach_the_terminal() {
        let mut table = Table::new(["cell"]);
        table.row(["\u{1b}[31mred"]);
        assert!(!table.render().contains('\u{1b}'));
    }
}
