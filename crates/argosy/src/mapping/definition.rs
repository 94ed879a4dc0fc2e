//! A draft as the text of a report definition.

use std::{collections::BTreeSet, fmt::Write as _};

use argosy_facts::{arrow::datatypes::Field, schema::schema};
use argosy_kernel::{Table, names::sql_text};

use super::{Draft, DraftColumn, MAPPED};

/// Fact columns that the import itself fills in.
pub const BY_IMPORT: [&str; 5] = ["store", "container", "definition", "raw", "row"];
/// Fact columns with a value when nothing is said.
const BY_DEFAULT: [&str; 4] = ["channel", "provisional", "day_to", "order_line"];

/// Whether a draft must say something about the column.
pub(super) fn is_required(table: Table, field: &Field) -> bool {
    let name = field.name().as_str();
    let told = BY_IMPORT.contains(&name) || BY_DEFAULT.contains(&name);
    !(field.is_nullable() || told || (table == Table::Measures && name == "subject_kind"))
}

/// Small letters, digits and underscores.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before_small = false;
    let plain = text.replace(['ä', 'Ä'], "ae").replace(['ö', 'Ö'], "oe").replace(['ü', 'Ü'], "ue");
    for c in plain.trim().replace('ß', "ss").chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && before_small {
                out.push('_');
            }
            before_small = c.is_ascii_lowercase() || c.is_ascii_digit();
            out.push(c.to_ascii_lowercase());
        } else {
            before_small = false;
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
        }
    }
    let out = out.trim_matches('_');
    if out.starts_with(|c: char| c.is_ascii_digit()) { format!("c_{out}") } else { out.to_owned() }
}

/// The draft with names where none were given, each once.
pub(super) fn completed(mut draft: Draft, file_name: &str) -> Draft {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    if draft.id.trim().is_empty() {
        draft.id = slug(stem);
    }
    draft.id = match slug(&draft.id) {
        id if id.is_empty() => "mapped".to_owned(),
        id => id,
    };
    if draft.name.trim().is_empty() {
        draft.name = stem.to_owned();
    }
    draft.channel = match slug(&draft.channel) {
        channel if channel.is_empty() => "own".to_owned(),
        channel => channel,
    };
    let mut taken: BTreeSet<String> = GIVEN.iter().map(|name| (*name).to_owned()).collect();
    for (number, column) in draft.columns.iter_mut().enumerate() {
        let wished = if column.name.trim().is_empty() { &column.from } else { &column.name };
        let mut name = slug(wished);
        if name.is_empty() {
            name = format!("column_{}", number + 1);
        }
        while taken.contains(&name) {
            name.push('_');
        }
        taken.insert(name.clone());
        column.name = name;
        if column.kind.is_empty() {
            "text".clone_into(&mut column.kind);
        }
    }
    draft
}

/// Names that definitions have besides their columns.
const GIVEN: [&str; 10] = [
    "store_name",
    "store_market",
    "store_currency",
    "file_currency",
    "given_market",
    "given_period_from",
    "given_period_to",
    "amount_key",
    "file_row",
    "file_preamble",
];

pub(super) fn id(draft: &Draft) -> String {
    format!("{}.{}", draft.channel, draft.id)
}

/// Below the company's knowledge folder.
pub(super) fn path(draft: &Draft) -> String {
    format!("channels/{}/{}.toml", draft.channel, draft.id)
}

/// The definition as text.
pub(super) fn toml(draft: &Draft, file_name: &str) -> String {
    let today = chrono::Utc::now().date_naive();
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = String::new();
    let name = quoted(&draft.name);
    // Writing into a String cannot fail.
    let _ = write!(
        text,
        "schema = 1\nid = {}\nversion = \"{today}\"\nname = {{ en = {name}, zh-CN = {name} }}\n\
         channel = {}\nsource = {}\n\n[recognise]\nkind = \"table\"\nheader_has = [",
        quoted(&id(draft)),
        quoted(&draft.channel),
        quoted(&format!("{MAPPED} {file_name}, {today}")),
    );
    for (at, column) in draft.columns.iter().filter(|one| is_used(draft, one)).enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        let _ = write!(text, "{comma}{}", quoted(&column.from));
    }
    text.push_str("]\n\n[columns]\n");
    // What is personal is named although nothing is made of it: so it is masked and goes in time.
    let personal = |column: &&DraftColumn| matches!(column.kind.as_str(), "personal" | "buyer");
    for column in draft.columns.iter().filter(|one| is_used(draft, one) || personal(one)) {
        let _ = write!(
            text,
            "{} = {{ header = [{}], as = {}",
            column.name,
            quoted(&column.from),
            quoted(&column.kind)
        );
        if !column.formats.is_empty() {
            let formats: Vec<String> = column.formats.iter().map(|one| quoted(one)).collect();
            let _ = write!(text, ", formats = [{}]", formats.join(", "));
        }
        text.push_str(" }\n");
    }
    let _ = write!(
        text,
        "\n[[fact]]\ntable = {}\ncontainer = {}\n",
        quoted(&draft.table),
        quoted(&container(draft))
    );
    facts(&mut text, draft, &quoted);
    text
}

/// Whether facts are made of a column: only those tell the report from others.
fn is_used(draft: &Draft, column: &DraftColumn) -> bool {
    let name = column.name.as_str();
    let word = |sql: &String| {
        sql.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
    };
    !column.from.is_empty()
        && (!column.to.is_empty()
            || draft.computed.values().any(word)
            || draft.replace_by.iter().any(|key| key == name || *key == column.from))
}

fn facts(text: &mut String, draft: &Draft, quoted: &dyn Fn(&str) -> String) {
    let mut set: Vec<(String, String)> = Vec::new();
    for column in &draft.columns {
        for to in &column.to {
            set.push((to.clone(), taken(draft, column, to)));
        }
    }
    for (to, value) in &draft.fixed {
        set.push((to.clone(), sql_text(value)));
    }
    for (to, sql) in &draft.computed {
        set.push((to.clone(), sql.clone()));
    }
    let missing = |set: &[(String, String)], name: &str| !set.iter().any(|(to, _)| to == name);
    if draft.table == Table::Orders.name() && missing(&set, "order_line") {
        set.push(("order_line".to_owned(), "cast(file_row as varchar)".to_owned()));
    }
    if draft.table == Table::Ledger.name() {
        let amount = set.iter().position(|(to, _)| to == "amount").map(|at| set.remove(at).1);
        if let Some(amount) = amount {
            let _ = writeln!(text, "amounts = {{ amount = {} }}", quoted(&amount));
        }
    }
    text.push_str("set = { ");
    for (at, (to, sql)) in set.iter().enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        let _ = write!(text, "{comma}{to} = {}", quoted(sql));
    }
    text.push_str(" }\n");
}

/// How a column's value becomes that of a fact column.
fn taken(draft: &Draft, column: &DraftColumn, to: &str) -> String {
    let name = &column.name;
    let table = Table::from_name(&draft.table);
    let field = table.and_then(|table| {
        schema(table).field_with_name(to).ok().map(|field| super::words::kind_of(field.data_type()))
    });
    match (column.kind.as_str(), field) {
        // The day in the market where it happened.
        ("instant", Some("day")) => {
            format!("market_day({name}, coalesce(given_market, store_market))")
        }
        (have, Some(want)) if is_text(have) && !is_text(want) => name.clone(),
        (have, Some(want)) if !is_text(have) && is_text(want) => {
            format!("cast({name} as varchar)")
        }
        ("decimal", Some("integer")) => format!("cast({name} as bigint)"),
        _ => name.clone(),
    }
}

fn is_text(kind: &str) -> bool {
    matches!(kind, "text" | "id" | "currency" | "buyer")
}

/// What belongs together and is replaced together.
fn container(draft: &Draft) -> String {
    let prefix = id(draft);
    let mut parts = Vec::new();
    for key in &draft.replace_by {
        if key == "file" {
            parts.clear();
            break;
        }
        let column = draft.columns.iter().find(|column| {
            column.name == *key || column.from == *key || column.to.iter().any(|to| to == key)
        });
        let sql = match column {
            Some(column) if key == "day" => taken(draft, column, "day"),
            Some(column) => column.name.clone(),
            None => draft.computed.get(key).cloned().unwrap_or_else(|| key.clone()),
        };
        parts.push(format!("coalesce(cast({sql} as varchar), '')"));
    }
    if parts.is_empty() {
        return format!("'{prefix}'");
    }
    format!("'{prefix}:' || {}", parts.join(" || '/' || "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_become_names_that_sql_can_use() {
        assert_eq!(slug("InvoiceNo"), "invoice_no");
        assert_eq!(slug(" Unit Price (GBP) "), "unit_price_gbp");
        assert_eq!(slug("2nd line"), "c_2nd_line");
    }

    #[test]
    fn what_is_replaced_together_is_named_by_its_values() {
        let column = DraftColumn {
            from: "InvoiceNo".into(),
            kind: "id".into(),
            to: vec!["order_id".into()],
            ..DraftColumn::default()
        };
        let draft = Draft {
            id: "retail".into(),
            channel: "uci".into(),
            table: "orders".into(),
            columns: vec![column],
            replace_by: vec!["order_id".into()],
            ..Draft::default()
        };
        let draft = completed(draft, "x.csv");
        let sql = "'uci.retail:' || coalesce(cast(invoice_no as varchar), '')";
        assert_eq!(container(&draft), sql);
        let file = Draft { replace_by: vec!["file".into()], ..draft };
        assert_eq!(container(&file), "'uci.retail'");
    }
}
