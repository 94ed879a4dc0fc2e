//! Finding things in JSON text without building a tree: values stay where they are, numbers stay
//! as they were written, and depth is capped.

use super::record::TypedCell;

/// Why a place is not JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Wrong {
    pub at: usize,
    pub why: Why,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Why {
    /// The text ends in the middle.
    Torn,
    NotJson,
    TooDeep,
}

/// JSON text with the deepest nesting allowed in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan<'a> {
    pub text: &'a str,
    pub depth: usize,
}

/// One element of an array or member of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Entry<'a> {
    /// The key between its quotes, escapes as written; empty in arrays.
    pub key: &'a str,
    pub value: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The next place that is not blank.
    pub(super) fn skip_blank(&self, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at.min(self.text.len())..];
        at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
    }

    fn wrong(&self, at: usize) -> Wrong {
        let why = if at >= self.text.len() { Why::Torn } else { Why::NotJson };
        Wrong { at: at.min(self.text.len()), why }
    }

    /// Where the value that begins at `at` ends.
    pub(super) fn end_of(&self, at: usize) -> Result<usize, Wrong> {
        let mut depth = 0usize;
        let mut at = at;
        // What closes each open container, one bit per level: set for objects.
        let mut objects = 0u128;
        loop {
            at = self.skip_blank(at);
            match self.byte(at) {
                Some(opening @ (b'{' | b'[')) => {
                    depth += 1;
                    if depth > self.depth.min(127) {
                        return Err(Wrong { at, why: Why::TooDeep });
                    }
                    objects = objects << 1 | u128::from(opening == b'{');
                    at = self.skip_blank(at + 1);
                    if !self.closes(at, objects) {
                        at = self.key_of(at, objects)?;
                        continue;
                    }
                }
                Some(b'"') => at = self.end_of_string(at)?,
                _ => at = self.end_of_word(at)?,
            }
            // A value is complete; close what it completes.
            loop {
                if depth == 0 {
                    return Ok(at);
                }
                at = self.skip_blank(at);
                if self.closes(at, objects) {
                    (at, depth, objects) = (at + 1, depth - 1, objects >> 1);
                } else if self.byte(at) == Some(b',') {
                    at = self.key_of(self.skip_blank(at + 1), objects)?;
                    break;
                } else {
                    return Err(self.wrong(at));
                }
            }
        }
    }

    fn closes(&self, at: usize, objects: u128) -> bool {
        self.byte(at) == Some(if objects & 1 == 1 { b'}' } else { b']' })
    }

    /// Passes over the key and colon when inside an object.
    fn key_of(&self, at: usize, objects: u128) -> Result<usize, Wrong> {
        if objects & 1 == 0 {
            return Ok(at);
        }
        let end = self.skip_blank(self.end_of_string(at)?);
        if self.byte(end) == Some(b':') { Ok(end + 1) } else { Err(self.wrong(end)) }
    }

    pub(super) fn end_of_string(&self, at: usize) -> Result<usize, Wrong> {
        if self.byte(at) != Some(b'"') {
            return Err(self.wrong(at));
        }
        let mut at = at + 1;
        loop {
            let rest = &self.text.as_bytes()[at.min(self.text.len())..];
            match memchr::memchr2(b'"', b'\\', rest) {
                Some(found) if rest[found] == b'"' => return Ok(at + found + 1),
                Some(found) => at += found + 2,
                None => return Err(self.wrong(self.text.len())),
            }
        }
    }

    fn end_of_word(&self, at: usize) -> Result<usize, Wrong> {
        let rest = &self.text.as_bytes()[at.min(self.text.len())..];
        let is_part =
            |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let end = at + rest.iter().take_while(is_part).count();
        let word = self.text.get(at..end).unwrap_or_default();
        let known = matches!(word, "true" | "false" | "null") || super::numbers::is_plain(word);
        if known {
            return Ok(end);
        }
        // A word that touches the end of the text was cut.
        Err(if end == self.text.len() { self.wrong(end) } else { self.wrong(at) })
    }

    /// The entry at `at`, which stands behind the opening bracket or behind the entry before;
    /// `None` at the end of the container.
    pub(super) fn entry(&self, at: usize) -> Result<Option<Entry<'a>>, Wrong> {
        let mut at = self.skip_blank(at);
        if self.byte(at) == Some(b',') {
            at = self.skip_blank(at + 1);
        }
        match self.byte(at) {
            Some(b'}' | b']') => Ok(None),
            None => Err(self.wrong(at)),
            Some(_) => Ok(Some(Entry { key: "", value: at })),
        }
    }

    /// As [`Self::entry`], inside an object.
    pub(super) fn member(&self, at: usize) -> Result<Option<Entry<'a>>, Wrong> {
        let Some(Entry { value: key_at, .. }) = self.entry(at)? else { return Ok(None) };
        let key_end = self.end_of_string(key_at)?;
        let colon = self.skip_blank(key_end);
        if self.byte(colon) != Some(b':') {
            return Err(self.wrong(colon));
        }
        let key = &self.text[key_at + 1..key_end - 1];
        Ok(Some(Entry { key, value: self.skip_blank(colon + 1) }))
    }

    /// Whether the object at `at` has a member `key` that is `word`.
    fn says(&self, at: usize, key: &str, word: &str) -> bool {
        let mut text = String::new();
        let found = self.find(at, &[Step::Key(key)]);
        found.and_then(|at| scalar(*self, at, &mut text)).is_some() && text == word
    }

    /// The value at `path` below the value at `at`.
    pub(super) fn find(&self, at: usize, path: &[Step<'_>]) -> Option<usize> {
        let Some((step, rest)) = path.split_first() else { return Some(at) };
        let opening = self.byte(at)?;
        let mut cursor = at + 1;
        let mut index = 0;
        loop {
            let entry = match (opening, step) {
                (b'{', Step::Key(_)) => self.member(cursor),
                (b'[', Step::Index(_) | Step::Where(..)) => self.entry(cursor),
                _ => return None,
            };
            let entry = entry.ok()??;
            let found = match step {
                Step::Key(key) => *key == entry.key,
                Step::Index(wanted) => *wanted == index,
                Step::Where(key, word) => self.says(entry.value, key, word),
            };
            if found {
                return self.find(entry.value, rest);
            }
            cursor = self.end_of(entry.value).ok()?;
            index += 1;
        }
    }
}

/// One step of a path: `a`, `[0]` or `[name=word]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step<'p> {
    Key(&'p str),
    Index(usize),
    /// The first element whose member is this word.
    Where(&'p str, &'p str),
}

/// `a.b[0].c` and `a.ids[kind=ORDER.ID].value` in steps.
pub(super) fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some((inner, after)) =
            rest.strip_prefix('[').and_then(|inside| inside.split_once(']'))
        {
            match (inner.parse(), inner.split_once('=')) {
                (Ok(index), _) => steps.push(Step::Index(index)),
                (_, Some((key, word))) => steps.push(Step::Where(key, word)),
                _ => {}
            }
            rest = after;
            continue;
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let name = &rest[..end];
        if !name.is_empty() && name != "$" {
            steps.push(Step::Key(name));
        }
        let jump = usize::from(rest[end..].starts_with('.'));
        // A bracket that never closes is passed over: it names nothing.
        let lost = usize::from(end == 0 && jump == 0);
        rest = &rest[end + jump + lost..];
    }
    steps
}

/// Appends the text of a string between its quotes, escapes resolved; lone surrogates become the
/// replacement character.
pub(super) fn unescape(inner: &str, out: &mut String) {
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let mut chars = rest[at + 1..].chars();
        let escape = chars.next();
        rest = chars.as_str();
        match escape {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => out.push(code_point(&mut rest)),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out.push_str(rest);
}

fn code_point(rest: &mut &str) -> char {
    let mut unit = || {
        let text = *rest;
        let hex = text.get(..4)?;
        let unit = u16::from_str_radix(hex, 16).ok()?;
        *rest = &text[4..];
        Some(unit)
    };
    let Some(first) = unit() else { return char::REPLACEMENT_CHARACTER };
    let mut units = vec![first];
    if (0xD800..0xDC00).contains(&first)
        && let Some(after) = rest.strip_prefix("\\u")
        && let Some(second) = after.get(..4).and_then(|hex| u16::from_str_radix(hex, 16).ok())
    {
        units.push(second);
        *rest = &after[4..];
    }
    let decoded = char::decode_utf16(units).next();
    decoded.and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The value at `at` as a cell with its text at the end of `arena`; containers as their text.
pub(super) fn scalar(scan: Scan<'_>, at: usize, arena: &mut String) -> Option<TypedCell> {
    let end = scan.end_of(at).ok()?;
    let text = &scan.text[at..end];
    let start = arena.len() as u32;
    Some(match text.as_bytes().first()? {
        b'"' => {
            unescape(&text[1..text.len() - 1], arena);
            TypedCell::Text((start, arena.len() as u32))
        }
        b't' => TypedCell::Bool(true),
        b'f' => TypedCell::Bool(false),
        b'n' => TypedCell::Empty,
        opening => {
            arena.push_str(text);
            let span = (start, arena.len() as u32);
            if matches!(opening, b'{' | b'[') {
                TypedCell::Text(span)
            } else {
                TypedCell::Number(span)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scan(text: &str) -> Scan<'_> {
        Scan { text, depth: 64 }
    }

    #[test]
    fn values_end_where_they_end() {
        for (text, end) in [
            ("{\"a\":[1,{\"b\":null}],\"c\":\"x\\\"}\"} ", Some(31)),
            ("[]", Some(2)),
            ("-1.5e3,", Some(6)),
            ("{\"a\":1", None),
            ("{\"a\" 1}", None),
            ("[1 2]", None),
            ("tru", None),
        ] {
            assert_eq!(scan(text).end_of(0).ok(), end, "{text}");
        }
        assert_eq!(scan(&"[".repeat(100)).end_of(0).unwrap_err().why, Why::TooDeep);
    }

    #[test]
    fn paths_lead_through_objects_and_arrays() {
        let scan = scan("{\"a\":{\"ids\":[\"x\",\"y\"]},\"b\":2}");
        assert_eq!(
            scan.find(0, &steps("a.ids[1]")).map(|at| &scan.text[at..at + 3]),
            Some("\"y\"")
        );
        assert_eq!(scan.find(0, &steps("$.b")), scan.find(0, &steps("b")));
        assert_eq!(scan.find(0, &steps("a.none")), None);
        assert_eq!(steps("a[0"), [Step::Key("a"), Step::Key("0")]);
    }

    #[test]
    fn an_element_is_found_by_what_it_says() {
        let text = "{\"ids\":[{\"k\":\"A\",\"v\":1},{\"k\":\"B.C\",\"v\":2}]}";
        let found = scan(text).find(0, &steps("ids[k=B.C].v")).map(|at| &text[at..=at]);
        assert_eq!(found, Some("2"));
        assert_eq!(scan(text).find(0, &steps("ids[k=D].v")), None);
    }

    #[test]
    fn escapes_are_resolved() {
        let mut out = String::new();
        unescape("a\\n\\u4e2d\\ud83d\\ude00\\ud800x\\/", &mut out);
        assert_eq!(out, "a\n中😀\u{FFFD}x/");
    }

    proptest! {
        #[test]
        fn any_text_is_scanned_without_panic(text in "[\\[\\]{}:,\"\\\\a1 .\\-é]{0,60}") {
            let scan = scan(&text);
            if let Ok(end) = scan.end_of(0) {
                prop_assert!(end <= text.len());
                // Strings may hold escapes that are none; everything else must agree.
                if !text.contains('\\') {
                    prop_assert!(serde_json::from_str::<serde_json::Value>(&text[..end]).is_ok()
                        || text[..end].contains("01") || text[..end].contains(['.', '1', '-']));
                }
            }
        }
    }
}
