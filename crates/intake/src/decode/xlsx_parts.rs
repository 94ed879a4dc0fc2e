//! The parts of a workbook that its sheets need: their list, number formats, shared strings.

use argosy_kernel::Problem;

use super::{
    Limits,
    guard::Stream,
    record::SharedStrings,
    xml::{self, Node, Xml, attribute, damaged},
};

/// A sheet's name and the archive member it lies in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SheetPart {
    pub name: String,
    pub path: String,
}

/// How a number is shown, as far as it changes its meaning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shown {
    Number,
    Date,
    Percent,
}

/// Relations of a part: id, type, target.
pub(super) fn relations(stream: Stream, limits: &Limits) -> Result<Vec<[String; 3]>, Problem> {
    let mut xml = Xml::new(stream, limits.string_bytes);
    let mut found = Vec::new();
    loop {
        match xml.next()? {
            Node::End => return Ok(found),
            Node::Open(tag) if tag.local_name().as_ref() == "Relationship" => {
                let of = |name| attribute(&tag, name).unwrap_or_default().into_owned();
                found.push([of("Id"), of("Type"), of("Target")]);
                if found.len() > limits.zip_members {
                    return Err(damaged("too many relations between its parts"));
                }
            }
            _ => {}
        }
    }
}

/// The target of a relation as a member name.
pub(super) fn resolve(base: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The visible sheets with their relation ids, and whether days count from 1904.
pub(super) fn sheets(
    stream: Stream,
    limits: &Limits,
) -> Result<(Vec<(String, String)>, bool), Problem> {
    let mut xml = Xml::new(stream, limits.string_bytes);
    let (mut all, mut from_1904) = (Vec::new(), false);
    loop {
        let Node::Open(tag) = (match xml.next()? {
            Node::End => break,
            node => node,
        }) else {
            continue;
        };
        match tag.local_name().as_ref() {
            "workbookPr" => {
                let flag = attribute(&tag, "date1904").unwrap_or_default();
                from_1904 = matches!(flag.as_ref(), "1" | "true");
            }
            "sheet" => {
                let hidden = attribute(&tag, "state").is_some_and(|state| state != "visible");
                let name = attribute(&tag, "name").unwrap_or_default().into_owned();
                let id = attribute(&tag, "id").unwrap_or_default().into_owned();
                all.push((name, id, hidden));
                if all.len() > limits.zip_members {
                    return Err(damaged("too many sheets"));
                }
            }
            _ => {}
        }
    }
    // Hidden sheets hold lists for drop-downs; only a workbook of nothing else is read whole.
    let only_hidden = all.iter().all(|(.., hidden)| *hidden);
    let visible = all.into_iter().filter(|(.., hidden)| only_hidden || !hidden);
    Ok((visible.map(|(name, id, _)| (name, id)).collect(), from_1904))
}

/// What each cell style does to a number, by the style's index.
pub(super) fn styles(stream: Stream, limits: &Limits) -> Result<Vec<Shown>, Problem> {
    let mut xml = Xml::new(stream, limits.string_bytes);
    let mut custom = std::collections::BTreeMap::new();
    let (mut shown, mut in_cell_styles) = (Vec::new(), false);
    loop {
        match xml.next()? {
            Node::End => return Ok(shown),
            Node::Open(tag) => match tag.local_name().as_ref() {
                "numFmt" => {
                    let id: Option<u32> =
                        attribute(&tag, "numFmtId").and_then(|id| id.parse().ok());
                    let code = attribute(&tag, "formatCode").unwrap_or_default();
                    if let Some(id) = id {
                        custom.insert(id, shown_by(&code));
                    }
                }
                "cellXfs" => in_cell_styles = true,
                "xf" if in_cell_styles => {
                    let id: u32 =
                        attribute(&tag, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    shown.push(custom.get(&id).copied().unwrap_or_else(|| built_in(id)));
                }
                _ => {}
            },
            Node::Close(name) if name == "cellXfs" => in_cell_styles = false,
            _ => {}
        }
        if shown.len() > 1 << 16 || custom.len() > 1 << 16 {
            return Err(damaged("more cell styles than Excel allows"));
        }
    }
}

/// Formats that need no code: ECMA-376 part 1, 18.8.30, with the East Asian date formats.
fn built_in(id: u32) -> Shown {
    match id {
        9 | 10 => Shown::Percent,
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Shown::Date,
        _ => Shown::Number,
    }
}

/// Reads a format code: a date when letters of dates stand outside quotes and brackets.
fn shown_by(code: &str) -> Shown {
    let mut chars = code.chars();
    let mut shown = Shown::Number;
    while let Some(char) = chars.next() {
        match char {
            ';' => break,
            '"' => {
                chars.by_ref().find(|inner| *inner == '"');
            }
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|inner| *inner != ']').collect();
                // `[h]:mm` is a duration, not a day.
                if !inside.is_empty() && inside.chars().all(|c| matches!(c, 'h' | 'm' | 's' | 'H'))
                {
                    return Shown::Number;
                }
            }
            '%' => shown = Shown::Percent,
            'y' | 'Y' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'm' | 'M' => return Shown::Date,
            // `General` holds none of these letters, but `E+` of scientific formats is no year.
            _ => {}
        }
    }
    shown
}

/// The shared strings, counted by what is there and not by what the part claims.
pub(super) fn shared_strings(stream: Stream, limits: &Limits) -> Result<SharedStrings, Problem> {
    let mut xml = Xml::new(stream, limits.string_bytes);
    let mut strings = SharedStrings::default();
    let (mut start, mut in_text, mut in_reading_aid) = (0, false, false);
    loop {
        match xml.next()? {
            Node::End => return Ok(strings),
            Node::Open(tag) => match tag.local_name().as_ref() {
                "si" => start = strings.text.len(),
                "rPh" => in_reading_aid = true,
                "t" => in_text = !in_reading_aid,
                _ => {}
            },
            Node::Text(text) if in_text => {
                strings.text.push_str(&text);
                if strings.text.len() - start > limits.string_bytes {
                    return Err(xml::too_long());
                }
            }
            Node::Close(name) => match name.as_ref() {
                "t" => in_text = false,
                "rPh" => in_reading_aid = false,
                "si" => {
                    unescape(&mut strings.text, start);
                    let end =
                        u32::try_from(strings.text.len()).map_err(|_| too_many_strings(limits))?;
                    strings.ends.push(end);
                }
                _ => {}
            },
            _ => {}
        }
        if strings.text.len() + strings.ends.len() * 4 > limits.shared_string_bytes {
            return Err(too_many_strings(limits));
        }
    }
}

fn too_many_strings(limits: &Limits) -> Problem {
    Problem::error("workbook_too_large")
        .found(format!("more than {} MiB of text", limits.shared_string_bytes >> 20))
        .expected(format!("at most {} MiB of text in a workbook", limits.shared_string_bytes >> 20))
        .hint("export the report as CSV, or for a shorter period")
}

/// `_x000D_` stands for the character with that code; done in place from `start` on.
pub(super) fn unescape(text: &mut String, start: usize) {
    if memchr::memmem::find(&text.as_bytes()[start..], b"_x").is_none() {
        return;
    }
    let escaped = text.split_off(start);
    let mut rest = escaped.as_str();
    while let Some(at) = rest.find("_x") {
        text.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let char = code.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        if let Some(char) = char {
            text.push(char);
            rest = &rest[at + 7..];
        } else {
            text.push_str("_x");
            rest = &rest[at + 2..];
        }
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_formats_are_told_from_numbers() {
        for date in ["yyyy-mm-dd", "[$-409]d-mmm-yy;@", "m/d/yy\\ h:mm", "[Red]dd.mm.yyyy"] {
            assert_eq!(shown_by(date), Shown::Date, "{date}");
        }
        for number in
            ["General", "0.00E+00", "#,##0.00 \"days\"", "[h]:mm:ss", "_-* #,##0.00", "\\d0"]
        {
            assert_eq!(shown_by(number), Shown::Number, "{number}");
        }
        assert_eq!(shown_by("0.00%"), Shown::Percent);
    }

    #[test]
    fn escaped_characters_come_back() {
        let mut text = "a_x000D_b_x_x0041_é_x00e9".to_owned();
        unescape(&mut text, 0);
        assert_eq!(text, "a\rb_xAé_x00e9");
    }

    #[test]
    fn targets_are_found_from_the_folder_of_their_part() {
        assert_eq!(resolve("xl/workbook.xml", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl/workbook.xml", "/xl/a.xml"), "xl/a.xml");
        assert_eq!(resolve("xl/workbook.xml", "../b.xml"), "b.xml");
    }
}
