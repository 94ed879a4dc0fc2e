//! A document as PDF: A4, the table over as many pages as it takes, its head on each.
//!
//! No font is embedded. Latin letters are Helvetica, one of the fonts every viewer has. Chinese is
//! the predefined STSong-Light of the collection Adobe-GB1, told in UTF-16 (`UniGB-UTF16-H`): viewers
//! put a Chinese font of their own in its place. A printer or viewer without any Chinese font shows
//! blanks there; embedding one would add megabytes to every document.

use pdf_writer::{
    Content, Finish, Name, Pdf, Rect, Ref, Str,
    types::{CidFontType, FontFlags, SystemInfo},
};

use super::{
    glyphs::{Font, runs, width_of, win_ansi, wrapped},
    page::Page,
};

// A4 in points.
const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 42.0;
const BOTTOM: f32 = 56.0;

const SMALL: f32 = 8.5;
const LINE: f32 = 11.5;
/// Room between a column's text and the next column.
const GAP: f32 = 6.0;

const LATIN: Name<'_> = Name(b"F1");
const BOLD: Name<'_> = Name(b"F2");
const CHINESE: Name<'_> = Name(b"F3");

/// The document.
pub(super) fn written(page: &Page) -> Vec<u8> {
    let mut sheets = Sheets::new(page);
    sheets.head();
    sheets.table();
    sheets.end();
    file(sheets.finished())
}

/// Pages while they are written on.
struct Sheets<'p> {
    page: &'p Page,
    done: Vec<Content>,
    now: Content,
    /// Where the next line stands.
    y: f32,
    /// Left edge and width of each column.
    columns: Vec<(f32, f32)>,
}

impl<'p> Sheets<'p> {
    fn new(page: &'p Page) -> Self {
        let parts: f32 = page.columns.iter().map(|head| f32::from(head.part)).sum();
        let room = WIDTH - 2.0 * MARGIN;
        let mut x = MARGIN;
        let columns = page
            .columns
            .iter()
            .map(|head| {
                let width = room * f32::from(head.part) / parts.max(1.0);
                let column = (x, width);
                x += width;
                column
            })
            .collect();
        Self { page, done: Vec::new(), now: Content::new(), y: HEIGHT - MARGIN, columns }
    }

    fn text(&mut self, (x, y): (f32, f32), size: f32, bold: bool, text: &str) {
        self.now.begin_text();
        self.now.next_line(x, y);
        for (font, run) in runs(text, bold) {
            let (name, bytes): (Name<'_>, Vec<u8>) = match font {
                Font::Latin => (LATIN, run.chars().filter_map(win_ansi).collect()),
                Font::Bold => (BOLD, run.chars().filter_map(win_ansi).collect()),
                Font::Chinese => (CHINESE, run.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            };
            self.now.set_font(name, size);
            self.now.show(Str(&bytes));
        }
        self.now.end_text();
    }

    fn at_right(&mut self, (edge, y): (f32, f32), size: f32, bold: bool, text: &str) {
        let width = points(width_of(text, bold), size);
        self.text((edge - width, y), size, bold, text);
    }

    fn rule(&mut self, y: f32) {
        self.now.set_line_width(0.5);
        self.now.move_to(MARGIN, y);
        self.now.line_to(WIDTH - MARGIN, y);
        self.now.stroke();
    }

    fn turn(&mut self) {
        self.done.push(std::mem::replace(&mut self.now, Content::new()));
        self.y = HEIGHT - MARGIN;
    }

    /// Title, company, and what stands at both sides below them.
    fn head(&mut self) {
        let page = self.page;
        self.y -= 16.0;
        self.text((MARGIN, self.y), 16.0, true, &page.title);
        self.at_right((WIDTH - MARGIN, self.y), 11.0, true, &page.company);
        self.y -= 10.0;
        self.rule(self.y);
        self.y -= 16.0;
        let half = (WIDTH - 2.0 * MARGIN) / 2.0;
        let top = self.y;
        let left = self.facts((MARGIN, top), half - 12.0, &page.left);
        let right = self.facts((MARGIN + half + 12.0, top), half - 12.0, &page.right);
        self.y = left.min(right) - 8.0;
    }

    /// Names and values, one below the other; the line after them.
    fn facts(&mut self, (x, mut y): (f32, f32), width: f32, facts: &[(String, String)]) -> f32 {
        let name_width = 92.0;
        for (name, value) in facts {
            self.text((x, y), SMALL, true, name);
            for line in wrapped(value, thousandths(width - name_width, SMALL), false) {
                self.text((x + name_width, y), SMALL, false, &line);
                y -= LINE;
            }
        }
        y
    }

    fn table_head(&mut self) {
        let page = self.page;
        self.rule(self.y + LINE - 1.0);
        let cells: Vec<Vec<String>> = page
            .columns
            .iter()
            .zip(&self.columns)
            .map(|(head, (_, width))| wrapped(&head.name, thousandths(width - GAP, SMALL), true))
            .collect();
        self.cells(&cells, true);
        self.rule(self.y + LINE - 2.0);
        self.y -= 3.0;
    }

    fn cells(&mut self, cells: &[Vec<String>], bold: bool) {
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
        for (at, lines) in cells.iter().enumerate() {
            let (Some((x, width)), Some(head)) =
                (self.columns.get(at).copied(), self.page.columns.get(at))
            else {
                continue;
            };
            let mut y = self.y;
            for line in lines {
                match head.right {
                    true => self.at_right((x + width - GAP, y), SMALL, bold, line),
                    false => self.text((x, y), SMALL, bold, line),
                }
                y -= LINE;
            }
        }
        for _ in 0..lines {
            self.y -= LINE;
        }
    }

    fn table(&mut self) {
        self.y -= LINE;
        self.table_head();
        for row in &self.page.rows {
            let cells: Vec<Vec<String>> = row
                .iter()
                .zip(&self.columns)
                .map(|(cell, (_, width))| wrapped(cell, thousandths(width - GAP, SMALL), false))
                .collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(1);
            let needed: f32 = std::iter::repeat_n(LINE, height).sum();
            if self.y - needed < BOTTOM {
                self.turn();
                self.y -= LINE;
                self.table_head();
            }
            self.cells(&cells, false);
        }
        self.rule(self.y + LINE - 3.0);
    }

    /// Totals and what is said below them; kept together with room for both.
    fn end(&mut self) {
        let page = self.page;
        let closing: Vec<String> = page
            .closing
            .iter()
            .flat_map(|text| wrapped(text, thousandths(WIDTH - 2.0 * MARGIN, SMALL), false))
            .collect();
        let lines = page.totals.len() + 1;
        let needed: f32 = std::iter::repeat_n(LINE, lines).sum();
        if self.y - needed < BOTTOM {
            self.turn();
        }
        self.y -= 4.0;
        for (name, value) in &page.totals {
            self.at_right((WIDTH - MARGIN - 120.0, self.y), SMALL, true, name);
            self.at_right((WIDTH - MARGIN - GAP, self.y), SMALL, true, value);
            self.y -= LINE;
        }
        self.y -= LINE;
        for line in &closing {
            if self.y < BOTTOM {
                self.turn();
                self.y -= LINE;
            }
            self.text((MARGIN, self.y), SMALL, false, line);
            self.y -= LINE;
        }
    }

    /// All pages, each with its number.
    fn finished(mut self) -> Vec<Content> {
        self.turn();
        let mut done = std::mem::take(&mut self.done);
        let of = done.len();
        let [before, between, behind] = &self.page.counting;
        for (at, content) in done.iter_mut().enumerate() {
            let text = format!("{before}{}{between}{of}{behind}", at + 1);
            std::mem::swap(&mut self.now, content);
            self.at_right((WIDTH - MARGIN, 30.0), SMALL, false, &text);
            std::mem::swap(&mut self.now, content);
        }
        done
    }
}

fn points(thousandths: u32, size: f32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "widths of a line are far below 2^24")]
    let wide = thousandths as f32;
    wide / 1000.0 * size
}

fn thousandths(points: f32, size: f32) -> u32 {
    let wide = (points / size * 1000.0).max(0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a page is some hundred points wide"
    )]
    let whole = wide as u32;
    whole
}

/// The file: catalogue, pages, fonts.
fn file(contents: Vec<Content>) -> Vec<u8> {
    let mut next = 1..;
    let mut id = || Ref::new(next.next().unwrap_or(i32::MAX));
    let (catalog, tree, latin, bold, chinese, glyphs, shape) =
        (id(), id(), id(), id(), id(), id(), id());
    let pages: Vec<(Ref, Ref, Content)> =
        contents.into_iter().map(|content| (id(), id(), content)).collect();
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(pages.iter().map(|(page, ..)| *page)).count(count);
    for (page, stream, content) in pages {
        let mut sheet = pdf.page(page);
        sheet.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(tree).contents(stream);
        let mut resources = sheet.resources();
        let mut fonts = resources.fonts();
        fonts.pair(LATIN, latin).pair(BOLD, bold).pair(CHINESE, chinese);
        fonts.finish();
        resources.finish();
        sheet.finish();
        pdf.stream(stream, &content.finish());
    }
    for (font, name) in [(latin, &b"Helvetica"[..]), (bold, &b"Helvetica-Bold"[..])] {
        pdf.type1_font(font).base_font(Name(name)).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    song(&mut pdf, chinese, glyphs, shape);
    pdf.finish()
}

/// The predefined Chinese font.
///
/// # Source
/// ISO 32000-1, 9.7: predefined `CMaps`, character collection Adobe-GB1.
fn song(pdf: &mut Pdf, font: Ref, glyphs: Ref, shape: Ref) {
    let name = Name(b"STSong-Light");
    pdf.type0_font(font)
        .base_font(Name(b"STSong-Light-UniGB-UTF16-H"))
        .encoding_predefined(Name(b"UniGB-UTF16-H"))
        .descendant_font(glyphs);
    pdf.cid_font(glyphs)
        .subtype(CidFontType::Type0)
        .base_font(name)
        .system_info(SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"GB1"), supplement: 4 })
        .font_descriptor(shape)
        .default_width(1000.0);
    pdf.font_descriptor(shape)
        .name(name)
        .flags(FontFlags::SYMBOLIC | FontFlags::SERIF)
        .bbox(Rect::new(-25.0, -254.0, 1000.0, 880.0))
        .italic_angle(0.0)
        .ascent(880.0)
        .descent(-120.0)
        .cap_height(880.0)
        .stem_v(93.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::papers::page::Head;

    fn page(rows: usize) -> Page {
        let row = |at: usize| vec![at.to_string(), format!("LAMP-{at:03}"), "阅读台灯".to_owned()];
        Page {
            title: "采购单 PO-2026-0001".into(),
            company: "Lantern Trading".into(),
            columns: vec![Head::figure("#", 1), Head::text("SKU", 4), Head::text("品名", 8)],
            rows: (0..rows).map(row).collect(),
            totals: vec![("合计".into(), "17,100.00 CNY".into())],
            counting: ["第 ".into(), " / ".into(), " 页".into()],
            ..Page::default()
        }
    }

    fn sheets(bytes: &[u8]) -> usize {
        let text = String::from_utf8_lossy(bytes);
        text.matches("/Type /Page\n").count()
    }

    #[test]
    fn a_long_table_goes_over_pages_and_each_has_its_number() {
        assert_eq!(sheets(&written(&page(5))), 1);
        let long = written(&page(200));
        assert_eq!(sheets(&long), 4);
        assert!(long.starts_with(b"%PDF-"));
    }

    #[test]
    fn every_row_is_on_some_page() {
        let bytes = written(&page(200));
        let text = String::from_utf8_lossy(&bytes);
        for at in 0..200 {
            assert!(text.contains(&format!("(LAMP-{at:03})")), "row {at}");
        }
    }

    #[test]
    fn chinese_is_told_in_utf_16() {
        let bytes = written(&page(1));
        let wanted: Vec<u8> = "阅读台灯".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let hex: String = wanted.iter().map(|byte| format!("{byte:02X}")).collect();
        let text = String::from_utf8_lossy(&bytes).to_uppercase();
        let plain = bytes.windows(wanted.len()).any(|window| window == wanted);
        assert!(plain || text.contains(&hex));
        assert!(text.contains("UNIGB-UTF16-H"));
    }
}
