//! Tables for people: CSV that no spreadsheet runs as formulas, and XLSX with numbers as numbers.

use argosy_kernel::Text;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::{
    answer::{Answer, Figure},
    engine::Engine,
    profit::{Amount, Profit},
    registry::Unit,
};

/// The longest text a spreadsheet cell may hold.
const CELL_CHARS_MAX: usize = 32_767;

/// One cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    Empty,
    Text(String),
    Number(Decimal),
}

/// A table with a header, ready to be written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sheet {
    pub name: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// How CSV treats texts that a spreadsheet would take for a formula.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Formulas {
    /// An apostrophe is put before them.
    #[default]
    Defused,
    /// They are written as they are, for programs.
    Raw,
}

impl Sheet {
    /// Comma-separated text as RFC 4180 says, with a byte order mark so that Excel reads Chinese.
    pub fn csv(&self, formulas: Formulas) -> Vec<u8> {
        let mut text = String::from('\u{feff}');
        let header = self.header.iter().map(|name| csv_text(name, formulas));
        text += &header.collect::<Vec<_>>().join(",");
        text += "\r\n";
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Empty => String::new(),
                Cell::Text(text) => csv_text(text, formulas),
                Cell::Number(number) => number.to_string(),
            });
            text += &cells.collect::<Vec<_>>().join(",");
            text += "\r\n";
        }
        text.into_bytes()
    }

    /// An Excel workbook with one sheet; texts stay texts, whatever they begin with.
    ///
    /// # Errors
    /// More rows or columns than a sheet can hold.
    pub fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let bold = Format::new().set_bold();
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(&self.name))?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, name) in (0_u16..).zip(&self.header) {
            sheet.write_string_with_format(0, column, clipped(name), &bold)?;
        }
        for (line, row) in (1_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(row) {
                match cell {
                    Cell::Empty => {}
                    Cell::Text(text) => {
                        sheet.write_string(line, column, clipped(text))?;
                    }
                    // A workbook knows only doubles; their 15 digits show every cent.
                    Cell::Number(number) => match number.to_f64() /* float-ok: XLSX */ {
                        Some(number) => {
                            sheet.write_number(line, column, number)?;
                        }
                        None => {
                            sheet.write_string(line, column, number.to_string())?;
                        }
                    },
                }
            }
        }
        sheet.autofit();
        book.save_to_buffer()
    }
}

/// A text as CSV cell. Spreadsheets run what begins with one of these signs as a formula, also in
/// full width, and also after blanks.
fn csv_text(text: &str, formulas: Formulas) -> String {
    const SIGNS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    let is_formula = |text: &str| text.trim_start_matches([' ', '\u{a0}']).starts_with(SIGNS);
    let defused = formulas == Formulas::Defused && is_formula(text);
    let text = if defused { format!("'{text}") } else { text.to_owned() };
    let needs_quotes = text.contains([',', '"', '\r', '\n', ';', '\t']);
    if needs_quotes { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn clipped(text: &str) -> String {
    text.chars().take(CELL_CHARS_MAX).collect()
}

/// Sheet names are short and without some signs.
fn sheet_name(name: &str) -> String {
    let clean: String = name.chars().filter(|sign| !"[]:*?/\\'".contains(*sign)).take(31).collect();
    if clean.is_empty() { "Argosy".to_owned() } else { clean }
}

fn cell(text: Option<&String>) -> Cell {
    text.map_or(Cell::Empty, |text| Cell::Text(text.clone()))
}

fn figure(figure: Option<&Figure>) -> Cell {
    figure.and_then(Figure::known).map_or(Cell::Empty, Cell::Number)
}

const TOTAL: (&str, &str) = ("Total", "合计");
const PREVIOUS: (&str, &str) = ("before", "对比期");

fn word(language: &str, (en, zh): (&str, &str)) -> String {
    Text { en: en.to_owned(), zh_cn: zh.to_owned() }.in_language(language).to_owned()
}

impl Answer {
    /// The answer as a table, with totals in the last row when there is more than one.
    pub fn sheet(&self, language: &str) -> Sheet {
        let mut header = Vec::new();
        let has_previous = self.previous_totals.is_some();
        for column in &self.columns {
            let name = column.name.in_language(language);
            let name = match column.unit {
                Some(Unit::Money) => format!("{name} ({})", self.currency),
                _ => name.to_owned(),
            };
            let previous = format!("{name} ({})", word(language, PREVIOUS));
            header.push(name);
            header.extend((has_previous && column.kind == "metric").then_some(previous));
        }
        let line =
            |key: &dyn Fn(&str) -> Cell,
             now: &std::collections::BTreeMap<String, Figure>,
             before: Option<&std::collections::BTreeMap<String, Figure>>| {
                let mut cells = Vec::new();
                for column in &self.columns {
                    if column.kind == "dimension" {
                        cells.push(key(&column.id));
                        continue;
                    }
                    cells.push(figure(now.get(&column.id)));
                    if has_previous {
                        cells.push(figure(before.and_then(|before| before.get(&column.id))));
                    }
                }
                cells
            };
        let mut rows: Vec<Vec<Cell>> = self
            .rows
            .iter()
            .map(|row| {
                let key = |id: &str| cell(row.key.get(id).and_then(Option::as_ref));
                line(&key, &row.values, row.previous.as_ref())
            })
            .collect();
        let first = self.columns.first().filter(|column| column.kind == "dimension");
        if let Some(first) = first.filter(|_| self.total_rows > 1) {
            let key = |id: &str| {
                if id == first.id { Cell::Text(word(language, TOTAL)) } else { Cell::Empty }
            };
            rows.push(line(&key, &self.totals, self.previous_totals.as_ref()));
        }
        Sheet { name: "Argosy".to_owned(), header, rows }
    }
}

impl Profit {
    /// The account as a table: one row per line, one column per column, and the total.
    pub fn sheet(&self, engine: &Engine, language: &str) -> Sheet {
        let line_word = engine.dimension_name(crate::Dimension::Line);
        let mut header = vec![line_word.in_language(language).to_owned()];
        let is_split = self.columns.iter().any(|column| !column.key.is_empty());
        if is_split {
            header.extend(self.columns.iter().map(|column| {
                let parts = column.key.values().map(|value| value.as_deref().unwrap_or("—"));
                parts.collect::<Vec<_>>().join(" · ")
            }));
        }
        header.push(format!("{} ({})", word(language, TOTAL), self.currency));
        if self.previous_totals.is_some() {
            header.push(format!("{} ({})", word(language, PREVIOUS), self.currency));
        }
        let number = |amount: Option<&Amount>| {
            amount.and_then(|amount| amount.0).map_or(Cell::Empty, Cell::Number)
        };
        let rows = self.lines.iter().map(|line| {
            // Full-width blanks keep the tree visible where cells have no indent.
            let indent = "\u{2003}".repeat(line.level);
            let mut cells =
                vec![Cell::Text(format!("{indent}{}", line.name.in_language(language)))];
            if is_split {
                let of_line = self.cells.get(&line.id).map(Vec::as_slice).unwrap_or_default();
                cells.extend(of_line.iter().map(|amount| number(Some(amount))));
            }
            cells.push(number(self.totals.get(&line.id)));
            if let Some(previous) = &self.previous_totals {
                cells.push(number(previous.get(&line.id)));
            }
            cells
        });
        Sheet { name: "P&L".to_owned(), header, rows: rows.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Sheet {
        Sheet {
            name: "x".into(),
            header: vec!["SKU".into(), "Net sales".into()],
            rows: vec![vec![Cell::Text(text.into()), Cell::Number("-12.34".parse().unwrap())]],
        }
    }

    fn csv(text: &str, formulas: Formulas) -> String {
        let bytes = sheet(text).csv(formulas);
        let text = String::from_utf8(bytes).unwrap();
        text.lines().nth(1).unwrap().to_owned()
    }

    #[test]
    fn a_sku_that_is_a_formula_does_not_run_and_negative_money_stays_a_number() {
        assert_eq!(csv("=cmd|'/c calc'!A1", Formulas::Defused), "'=cmd|'/c calc'!A1,-12.34");
        assert_eq!(csv("＝1+1", Formulas::Defused), "'＝1+1,-12.34");
        assert_eq!(csv(" @SUM(A1)", Formulas::Defused), "' @SUM(A1),-12.34");
        assert_eq!(csv("=1+1", Formulas::Raw), "=1+1,-12.34");
    }

    #[test]
    fn commas_and_quotes_are_quoted() {
        assert_eq!(csv("a \"b\", c", Formulas::Defused), "\"a \"\"b\"\", c\",-12.34");
    }

    #[test]
    fn a_workbook_is_written() {
        let bytes = sheet("=1+1").xlsx().unwrap();
        assert_eq!(&bytes[..2], b"PK");
    }
}
