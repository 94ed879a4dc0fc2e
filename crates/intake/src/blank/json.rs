//! JSON without personal values: every other byte stays as it is.

use std::collections::BTreeMap;

use super::{Cover, Coverer};
use crate::{
    definition::{ColumnType, Definition, Recognise},
    personal::Personal,
};

/// What is covered where: paths of keys without the numbers of arrays.
pub(super) struct Plan<'a> {
    covers: BTreeMap<Vec<String>, Option<Cover>>,
    /// What is covered where no definition says anything.
    personal: &'a Personal,
}

impl<'a> Plan<'a> {
    /// The paths that the definitions name, `None` for those that facts are made of.
    pub(super) fn of(definitions: &[&Definition], personal: &'a Personal) -> Self {
        let mut covers: BTreeMap<Vec<String>, Option<Cover>> = BTreeMap::new();
        for definition in definitions {
            let Recognise::Json { records, has, .. } = &definition.recognise else { continue };
            let bases: Vec<Vec<String>> = records.split('|').map(steps).collect();
            // What the report is known by stays, unless a column says it is personal.
            for path in has.keys().flat_map(|path| path.split('|')) {
                covers.entry(steps(path)).or_insert(None);
            }
            for column in &definition.columns {
                let cover = match column.kind {
                    ColumnType::Personal => Some(Cover::Empty),
                    ColumnType::Buyer => Some(Cover::Hash),
                    _ => None,
                };
                for path in column.headers.iter().flat_map(|path| path.split('|')) {
                    for base in &bases {
                        let known = covers.entry(absolute(base, path)).or_insert(cover);
                        *known = stronger(*known, cover);
                        // So does what an element of an array is chosen by.
                        for chosen in choices(path) {
                            covers.entry(absolute(base, &chosen)).or_insert(None);
                        }
                    }
                }
            }
        }
        Self { covers, personal }
    }

    /// What covers the value at `path`, if anything does.
    fn cover_of(&self, path: &[String]) -> Option<Cover> {
        for length in (1..=path.len()).rev() {
            if let Some(cover) = self.covers.get(&path[..length]) {
                // A fact made of a whole object says nothing of what lies in it.
                if cover.is_some() || length == path.len() {
                    return *cover;
                }
            }
        }
        self.personal.is_personal_path(path).then_some(Cover::Empty)
    }

    /// The document with covered values.
    pub(super) fn cover(&self, text: &str, coverer: &mut Coverer<'_>) -> String {
        let mut out = String::with_capacity(text.len());
        let mut path: Vec<String> = Vec::new();
        let mut open: Vec<u8> = Vec::new();
        let mut is_key = false;
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            match bytes[at] {
                b'"' => {
                    at = string_end(bytes, at);
                    let token = &text[start..at];
                    if is_key {
                        path.pop();
                        path.push(serde_json::from_str(token).unwrap_or_default());
                        out.push_str(token);
                    } else {
                        out.push_str(&self.string(token, &path, coverer));
                    }
                    continue;
                }
                b'{' => {
                    open.push(b'{');
                    path.push(String::new());
                    is_key = true;
                }
                b'[' => {
                    open.push(b'[');
                    is_key = false;
                }
                closing @ (b'}' | b']') => {
                    open.pop();
                    if closing == b'}' {
                        path.pop();
                    }
                    is_key = false;
                }
                b':' => is_key = false,
                b',' => is_key = open.last() == Some(&b'{'),
                b'-' | b'0'..=b'9' => {
                    while bytes.get(at).is_some_and(|byte| b"+-.eE0123456789".contains(byte)) {
                        at += 1;
                    }
                    out.push_str(&self.number(&text[start..at], &path, coverer));
                    continue;
                }
                _ => {}
            }
            at += 1;
            while at < bytes.len() && !text.is_char_boundary(at) {
                at += 1;
            }
            out.push_str(&text[start..at]);
        }
        out
    }

    fn string(&self, token: &str, path: &[String], coverer: &mut Coverer<'_>) -> String {
        let Some(cover) = self.cover_of(path) else { return token.to_owned() };
        let plain: String = serde_json::from_str(token).unwrap_or_default();
        serde_json::to_string(&coverer.cover(cover, &plain)).unwrap_or_default()
    }

    fn number(&self, token: &str, path: &[String], coverer: &mut Coverer<'_>) -> String {
        match self.cover_of(path) {
            None => token.to_owned(),
            Some(Cover::Empty) => {
                coverer.cover(Cover::Empty, token);
                "null".to_owned()
            }
            Some(Cover::Hash) => {
                serde_json::to_string(&coverer.cover(Cover::Hash, token)).unwrap_or_default()
            }
        }
    }
}

/// Of two columns at one path: whoever is a buyer stays one, and what facts need stays.
fn stronger(one: Option<Cover>, other: Option<Cover>) -> Option<Cover> {
    match (one, other) {
        (Some(Cover::Hash), _) | (_, Some(Cover::Hash)) => Some(Cover::Hash),
        (None, _) | (_, None) => None,
        _ => Some(Cover::Empty),
    }
}

/// Behind the closing quotation mark of the string that opens at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' => end += 2,
            b'"' => return end + 1,
            _ => end += 1,
        }
    }
    bytes.len()
}

/// The keys of a path, without numbers, filters and the root sign.
fn steps(path: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut depth = 0;
    for c in path.trim().chars() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let keys = plain.split('.').map(|key| key.trim_start_matches(['*', '^', '$']));
    keys.filter(|key| !key.is_empty()).map(str::to_owned).collect()
}

fn absolute(base: &[String], path: &str) -> Vec<String> {
    if let Some(rest) = path.strip_prefix("$.") {
        return steps(rest);
    }
    let mut base = base.to_vec();
    let mut rest = path;
    while let Some(above) = rest.strip_prefix("../") {
        base.pop();
        rest = above;
    }
    base.extend(steps(rest));
    base
}

/// The paths by which elements of arrays are chosen: `lines[kind=tax].amount` asks for `lines.kind`.
fn choices(path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (open, _) in path.match_indices('[') {
        let inside = path[open + 1..].split(']').next().unwrap_or_default();
        if let Some((key, _)) = inside.split_once('=') {
            found.push(format!("{}.{key}", &path[..open]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_climb_and_forget_numbers_and_filters() {
        let base = steps("orders.line_items");
        assert_eq!(absolute(&base, "../email"), ["orders", "email"]);
        assert_eq!(
            absolute(&base, "properties[name=x].value"),
            ["orders", "line_items", "properties", "value"]
        );
        assert_eq!(absolute(&base, "$.shop.name"), ["shop", "name"]);
        assert_eq!(choices("notes[name=tax].value"), ["notes.name"]);
    }
}
