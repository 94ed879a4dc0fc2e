//! What the readers of JSON, addresses and SQL say, in words for people: which field, and what was
//! expected there. Names of our own types and libraries stay inside.

use std::error::Error;

use axum::extract::path::ErrorKind;

/// What is wrong with a JSON body.
pub(super) fn of_json(rejection: &(dyn Error + 'static)) -> String {
    type WithPath = serde_path_to_error::Error<serde_json::Error>;
    let mut source = Some(rejection);
    while let Some(error) = source {
        if let Some(found) = error.downcast_ref::<WithPath>() {
            return of_field(&found.path().to_string(), &found.inner().to_string());
        }
        if let Some(found) = error.downcast_ref::<serde_json::Error>() {
            return of_field(".", &found.to_string());
        }
        source = error.source();
    }
    "the body is not the JSON that is expected here".to_owned()
}

/// What is wrong with JSON that does not even end properly.
pub(super) fn of_syntax(rejection: &(dyn Error + 'static)) -> String {
    let mut source = Some(rejection);
    let mut place = String::new();
    while let Some(error) = source {
        if let Some((_, at)) = error.to_string().rsplit_once(" at line ") {
            place = format!(" (line {})", at.replace(" column ", ", column "));
        }
        source = error.source();
    }
    format!("the body is not valid JSON{place}; check brackets, quotation marks and commas")
}

/// What is wrong with the query of an address; `text` is the reader's own sentence.
pub(super) fn of_query(text: &str) -> String {
    let inner = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(text);
    match inner.split_once(": ") {
        Some((path, message)) if !path.contains(['`', ' ']) => of_field(path, message),
        _ => of_field(".", inner),
    }
}

/// What is wrong with the variable parts of an address.
pub(super) fn of_path(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::ParseErrorAtKey { value, .. }
        | ErrorKind::ParseErrorAtIndex { value, .. }
        | ErrorKind::ParseError { value, .. } => {
            format!("`{value}` in the address is not a whole number")
        }
        _ => "a part of the address cannot be read".to_owned(),
    }
}

/// What is wrong with a question to the facts, without the names of the layers that passed it on.
pub(super) fn of_query_engine(text: &str) -> String {
    const LAYERS: [&str; 13] = [
        "DataFusion error: ",
        "Arrow error: ",
        "External error: ",
        "Execution error: ",
        "Error during planning: ",
        "Schema error: ",
        "SQL error: ",
        "Optimizer error: ",
        "Invalid argument error: ",
        "Parser error: ",
        "Cast error: ",
        "Compute error: ",
        "type_coercion\ncaused by\n",
    ];
    let mut rest = text;
    while let Some(inner) = LAYERS.iter().find_map(|layer| rest.strip_prefix(layer)) {
        rest = inner;
    }
    let unwrapped = rest.strip_prefix("ParserError(\"").and_then(|rest| rest.strip_suffix("\")"));
    let said = unwrapped.unwrap_or(rest);
    if said.len() == text.len() { text.to_owned() } else { format!("the question: {said}") }
}

/// A sentence of the JSON reader about the field at `path`.
fn of_field(path: &str, message: &str) -> String {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let here = match path {
        "." | "" | "?" => "the body".to_owned(),
        path => format!("`{path}`"),
    };
    if let Some(field) = quoted(message, "missing field ") {
        let inside = if here == "the body" { String::new() } else { format!(" in {here}") };
        return format!("the field `{field}` is missing{inside}; add it");
    }
    if let Some(field) = quoted(message, "unknown field ") {
        let known = message.split_once(", expected ").map_or("", |(_, known)| known);
        let known = known.strip_prefix("one of ").unwrap_or(known);
        let hint = match known {
            "" => String::new(),
            known => format!("; the fields are {known}"),
        };
        return format!("there is no field `{field}` here{hint}");
    }
    if let Some(field) = quoted(message, "duplicate field ") {
        return format!("the field `{field}` is given twice; give it once");
    }
    if let Some(name) = quoted(message, "unknown variant ") {
        let known = message.split_once(", expected ").map_or("", |(_, known)| known);
        let known = known.strip_prefix("one of ").unwrap_or(known);
        return format!("{here} is `{name}`; use one of {known}");
    }
    match message.rsplit_once(", expected ") {
        Some((found, expected)) => {
            let found = found.split_once(": ").map_or(found, |(_, found)| found);
            format!("{here} is {}; write {}", kind_found(found), kind_expected(expected))
        }
        None => format!("{here} cannot be read; write {}", kind_expected(message)),
    }
}

/// The name in backticks after `start`.
fn quoted<'a>(message: &'a str, start: &str) -> Option<&'a str> {
    message.strip_prefix(start)?.strip_prefix('`')?.split('`').next()
}

fn kind_found(found: &str) -> String {
    const WORDS: [(&str, &str); 7] = [
        ("null", "null"),
        ("sequence", "a list"),
        ("map", "an object"),
        ("string ", "the text "),
        ("integer ", "the number "),
        ("floating point ", "the number "),
        ("boolean ", ""),
    ];
    let known = WORDS
        .iter()
        .find_map(|(word, plain)| found.strip_prefix(word).map(|rest| format!("{plain}{rest}")));
    known.unwrap_or_else(|| "something else".to_owned())
}

fn kind_expected(expected: &str) -> &'static str {
    const NUMBERS: [&str; 9] =
        ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "invalid digit found in string"];
    match expected {
        "a string" | "string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "provided string was not `true` or `false`" => "true or false",
        "a formatted date string"
        | "input contains invalid characters"
        | "premature end of input"
        | "input is out of range"
        | "trailing input" => "a day such as 2026-06-30",
        number if NUMBERS.contains(&number) || number.contains("number") => "a whole number",
        shape if shape.starts_with("struct ") || shape.starts_with("a map") => {
            "an object with named fields"
        }
        _ => "what the description of the API says",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_named_and_said_what_to_write() {
        let cases = [
            (".", "missing field `from` at line 1 column 2", "the field `from` is missing; add it"),
            (
                "from",
                "premature end of input at line 1 column 9",
                "`from` cannot be read; write a day such as 2026-06-30",
            ),
            (
                "by[0]",
                "invalid type: integer `1`, expected a string at line 1 column 9",
                "`by[0]` is the number `1`; write a text",
            ),
            (
                ".",
                "invalid type: sequence, expected struct AskRequest with 11 elements",
                "the body is a list; write an object with named fields",
            ),
            (
                ".",
                "invalid length 0, expected struct AskRequest with 11 elements",
                "the body is something else; write an object with named fields",
            ),
            (
                "depth",
                "invalid value: integer `-1`, expected u32",
                "`depth` is the number `-1`; write a whole number",
            ),
            (
                "x",
                "unknown field `x`, expected one of `a`, `b`",
                "there is no field `x` here; the fields are `a`, `b`",
            ),
            (
                "compare",
                "unknown variant `x`, expected `previous` or `last_year`",
                "`compare` is `x`; use one of `previous` or `last_year`",
            ),
        ];
        for (path, message, plain) in cases {
            assert_eq!(of_field(path, message), plain, "{message}");
        }
    }

    #[test]
    fn layers_of_the_query_engine_are_not_named() {
        let said = of_query_engine("Arrow error: Cast error: Cannot cast string 'x' to Int32");
        assert_eq!(said, "the question: Cannot cast string 'x' to Int32");
        assert_eq!(of_query_engine("only `select` is allowed"), "only `select` is allowed");
    }
}
