//! Which columns the table of a kind has, and which header means which.

use std::collections::HashMap;

use argosy_kernel::Text;

use crate::kind::{Field, Key, Kind, What};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Part<'a> {
    /// The number that the desk gave.
    Number,
    State,
    Own(&'a Field),
    /// The currency of a field of money.
    Currency(&'a Field),
    /// A field of lines.
    Line(&'a Field, &'a Field),
    LineCurrency(&'a Field, &'a Field),
}

#[derive(Clone, Debug)]
pub(super) struct Column<'a> {
    pub part: Part<'a>,
    /// Where its values are told in problems: the field's id, or `lines.units`.
    pub path: String,
    header: Text,
    pub is_key: bool,
    /// Other headers that mean it.
    also: Vec<String>,
}

impl Column<'_> {
    pub(super) fn header(&self, language: &str) -> &str {
        self.header.in_language(language)
    }

    /// The field that it holds the whole value of.
    pub(super) fn field(&self) -> Option<&Field> {
        match self.part {
            Part::Own(field) | Part::Line(_, field) => Some(field),
            _ => None,
        }
    }
}

const NUMBER: (&str, &str) = ("Number", "单号");
const STATE: (&str, &str) = ("State", "状态");

fn text(en: impl Into<String>, zh: impl Into<String>) -> Text {
    Text { en: en.into(), zh_cn: zh.into() }
}

/// All columns in the order of a file.
pub(super) fn columns(kind: &Kind) -> Vec<Column<'_>> {
    let mut columns = Vec::new();
    if matches!(kind.key, Key::Number(_)) {
        let taken = kind.fields.iter().any(|field| field.name.en.eq_ignore_ascii_case(NUMBER.0));
        let header = match taken {
            true => {
                text(format!("{} number", kind.one.en), format!("{}{}", kind.one.zh_cn, NUMBER.1))
            }
            false => text(NUMBER.0, NUMBER.1),
        };
        let also =
            vec!["id".to_owned(), NUMBER.0.to_owned(), NUMBER.1.to_owned(), "编号".to_owned()];
        columns.push(Column {
            part: Part::Number,
            path: String::new(),
            header,
            is_key: true,
            also,
        });
    }
    let key = |field: &Field| matches!(&kind.key, Key::Field(key) if *key == field.id);
    let lines = |field: &&Field| matches!(field.what, What::Lines { .. });
    for field in kind.fields.iter().filter(|field| !lines(field)) {
        let mut also = vec![field.id.clone(), field.name.en.clone(), field.name.zh_cn.clone()];
        also.extend(field.alias.iter().cloned());
        columns.push(Column {
            part: Part::Own(field),
            path: field.id.clone(),
            header: with_unit(field),
            is_key: key(field),
            also,
        });
        if field.what == What::Money {
            let header = currency_of(&field.name);
            let also = vec![format!("{}.currency", field.id)];
            let part = Part::Currency(field);
            columns.push(Column { part, path: field.id.clone(), header, is_key: false, also });
        }
    }
    if kind.states.is_some() {
        let header = text(STATE.0, STATE.1);
        columns.push(Column {
            part: Part::State,
            path: String::new(),
            header,
            is_key: false,
            also: vec!["state".to_owned()],
        });
    }
    for field in kind.fields.iter().filter(lines) {
        if let What::Lines { fields } = &field.what {
            fields.iter().for_each(|inner| of_line(&mut columns, field, inner));
        }
    }
    columns
}

fn of_line<'a>(columns: &mut Vec<Column<'a>>, lines: &'a Field, inner: &'a Field) {
    let name = with_unit(inner);
    let within = |name: &Text| {
        text(
            format!("{}: {}", lines.name.en, name.en),
            format!("{}：{}", lines.name.zh_cn, name.zh_cn),
        )
    };
    let mut also = vec![format!("{}.{}", lines.id, inner.id)];
    let plain = within(&inner.name);
    also.extend([plain.en, plain.zh_cn, inner.name.en.clone(), inner.name.zh_cn.clone()]);
    also.extend(inner.alias.iter().cloned());
    let path = format!("{}.{}", lines.id, inner.id);
    columns.push(Column {
        part: Part::Line(lines, inner),
        path: path.clone(),
        header: within(&name),
        is_key: false,
        also,
    });
    if inner.what == What::Money {
        columns.push(Column {
            part: Part::LineCurrency(lines, inner),
            also: vec![format!("{path}.currency")],
            path,
            header: within(&currency_of(&inner.name)),
            is_key: false,
        });
    }
}

fn with_unit(field: &Field) -> Text {
    match &field.unit {
        Some(unit) => {
            text(format!("{} ({unit})", field.name.en), format!("{} ({unit})", field.name.zh_cn))
        }
        None => field.name.clone(),
    }
}

fn currency_of(name: &Text) -> Text {
    text(format!("{} currency", name.en), format!("{}币种", name.zh_cn))
}

/// A header without what does not matter: case, blanks, full width, stars.
pub(super) fn plain(header: &str) -> String {
    let narrow = header.trim_start_matches('\u{feff}').chars().filter_map(|one| match one {
        '：' => Some(':'),
        '（' => Some('('),
        '）' => Some(')'),
        '*' | '＊' => None,
        one if one.is_whitespace() || one == '\u{200b}' => None,
        one => Some(one),
    });
    narrow.flat_map(char::to_lowercase).collect()
}

/// Which column each header means. What stands first in the file's own order wins.
pub(super) fn meaning(columns: &[Column<'_>], header: &[String]) -> Vec<Option<usize>> {
    let mut known: HashMap<String, usize> = HashMap::new();
    for (at, column) in columns.iter().enumerate() {
        for name in [&column.header.en, &column.header.zh_cn] {
            known.entry(plain(name)).or_insert(at);
        }
    }
    for (at, column) in columns.iter().enumerate() {
        for name in &column.also {
            known.entry(plain(name)).or_insert(at);
        }
    }
    let mut taken = vec![false; columns.len()];
    header
        .iter()
        .map(|name| {
            let at = *known.get(&plain(name))?;
            // A second column of the same name means nothing.
            (!std::mem::replace(&mut taken[at], true)).then_some(at)
        })
        .collect()
}
