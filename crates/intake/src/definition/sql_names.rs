//! Names in SQL: where they stand in the file, and which columns must not be misread.

use std::{collections::BTreeSet, ops::Range};

use argosy_facts::{
    expr::{Compiled, ExprError},
    schema::{MONEY, schema},
};
use toml::Spanned;

use super::model::{By, ControlPlan, FactPlan, RecordPlan};

/// Where in the file the place is that the compiler means; the whole value when the text there is
/// not the SQL letter by letter (escapes, joined lines).
pub(super) fn place_in_sql(text: &str, sql: &Spanned<String>, error: &ExprError) -> Range<usize> {
    let span = sql.span();
    let Some(start) = text.get(span.clone()).and_then(|raw| raw.find(sql.get_ref().as_str()))
    else {
        return span;
    };
    let start = span.start + start;
    if let Some(name) = &error.unknown_name {
        return match find_word(sql.get_ref(), name) {
            Some(at) => start + at..start + at + name.len(),
            None => span,
        };
    }
    let (line, column) = (error.line.max(1), error.column.max(1));
    let mut offset = 0;
    for (number, text) in (1..).zip(sql.get_ref().split_inclusive('\n')) {
        if number == line {
            let skip = usize::try_from(column - 1).unwrap_or(0);
            let within: usize = text.chars().take(skip).map(char::len_utf8).sum();
            return start + offset + within..span.end.max(start + offset + within + 1);
        }
        offset += text.len();
    }
    span
}

/// Where `word` stands alone in `sql`.
fn find_word(sql: &str, word: &str) -> Option<usize> {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    sql.match_indices(word)
        .find(|(at, _)| {
            !part(sql[..*at].chars().next_back()) && !part(sql[at + word.len()..].chars().next())
        })
        .map(|(at, _)| at)
}

/// The columns on which money, identity or the row's very existence hangs.
pub(super) fn needed_columns(
    facts: &[FactPlan],
    records: &[RecordPlan],
    controls: &[ControlPlan],
) -> BTreeSet<String> {
    let mut used: Vec<&Compiled> = Vec::new();
    for fact in facts {
        used.extend(fact.when.as_ref());
        used.push(&fact.container);
        used.extend(fact.amounts.iter().map(|amount| &amount.sql));
        for by in fact.classify.iter().flat_map(|classify| &classify.by) {
            if let By::Sql(sql) = by {
                used.push(sql);
            }
        }
        let fields = schema(fact.table);
        used.extend(fact.set.iter().filter_map(|(name, sql)| {
            let field = fields.field_with_name(name).ok()?;
            (!field.is_nullable() || *field.data_type() == MONEY).then_some(sql)
        }));
    }
    for record in records {
        used.extend(record.when.as_ref());
        used.extend(record.set.values());
    }
    for control in controls {
        used.extend([&control.statement, &control.expected, &control.currency]);
        used.extend(control.when.as_ref());
    }
    used.into_iter().flat_map(|sql| sql.columns().iter().cloned()).collect()
}
