//! What an unknown table looks like: which line is the header, what its columns hold, where they
//! might belong. A guess is shown, never saved by itself.

use argosy_facts::schema::schema;
use argosy_intake::decode::{
    Cell,
    cells::{self, DateRules, DecimalSign},
    locale,
};
use argosy_kernel::Table;

use super::{BY_IMPORT, Draft, DraftColumn, FileColumn, definition, words::Words};

/// The row with most texts, the first of equals: titles above it are shorter, data holds numbers.
pub(super) fn header_row(head: &[Vec<String>]) -> usize {
    const WITHIN: usize = 20;
    let words = |row: &Vec<String>| {
        row.iter()
            .filter(|cell| cell.chars().any(char::is_alphabetic))
            .filter(|cell| cell.chars().count() < 80)
            .count()
    };
    let counts = head.iter().take(WITHIN).map(words).enumerate();
    counts.max_by_key(|(at, count)| (*count, std::cmp::Reverse(*at))).map_or(0, |(at, _)| at)
}

/// What the values look like.
fn kind_of(column: &FileColumn, words: &Words) -> &'static str {
    let values: Vec<&str> = column.samples.iter().map(|value| value.trim()).collect();
    if values.is_empty() {
        return "text";
    }
    let sign = locale::decimal_sign(values.iter().copied()).unwrap_or(DecimalSign::Point);
    let rules = DateRules {
        formats: Vec::new(),
        day_first: locale::day_first(values.iter().copied()).or(Some(false)),
    };
    let all = |fits: &dyn Fn(Cell<'_>) -> bool| values.iter().all(|value| fits(Cell::Text(value)));
    let name = column.name.to_lowercase();
    if words.sounds_like_buyer(&name) {
        return "buyer";
    }
    if words.sounds_personal(&name) {
        return "personal";
    }
    if all(&|cell| cells::currency(cell).is_ok()) && values.iter().all(|v| v.len() == 3) {
        return "currency";
    }
    // Numbers that name something are no quantities.
    let is_id = words.sounds_like_number(&column.name);
    if is_id && !all(&|cell| cells::moment(cell, &rules).is_ok() && !is_number(cell, sign)) {
        return "id";
    }
    if all(&|cell| cells::integer(cell, sign).is_ok()) {
        return "integer";
    }
    if all(&|cell| cells::decimal(cell, sign).is_ok()) {
        return "decimal";
    }
    if all(&|cell| cells::percent(cell, sign).is_ok()) {
        return "percent";
    }
    if all(&|cell| cells::moment(cell, &rules).is_ok_and(|moment| moment.has_time)) {
        return "instant";
    }
    if all(&|cell| cells::moment(cell, &rules).is_ok()) {
        return "day";
    }
    "text"
}

fn is_number(cell: Cell<'_>, sign: DecimalSign) -> bool {
    cells::decimal(cell, sign).is_ok()
}

/// A first draft: types by values, fact columns by names, the table that takes most of them.
pub(super) fn draft(
    columns: &[FileColumn],
    table: Option<&str>,
    file_name: &str,
    words: &Words,
) -> Draft {
    let mut kinds: Vec<DraftColumn> = columns
        .iter()
        .map(|column| DraftColumn {
            from: column.name.clone(),
            kind: kind_of(column, words).to_owned(),
            ..DraftColumn::default()
        })
        .collect();
    let wished = table.and_then(Table::from_name);
    let choices = [Table::Orders, Table::Bank, Table::Ads, Table::Traffic, Table::Stock];
    let best = wished.unwrap_or_else(|| {
        let score = |table: &Table| {
            let (found, missing) = pairs(&kinds, *table, words);
            2 * found.len() as i64 - 3 * missing as i64
        };
        choices.into_iter().rev().max_by_key(score).unwrap_or(Table::Orders)
    });
    for (at, to) in pairs(&kinds, best, words).0 {
        kinds[at].to.push(to);
    }
    // One moment tells the day as well.
    let told = |kinds: &[DraftColumn], name: &str| {
        kinds.iter().any(|one| one.to.iter().any(|to| to == name))
    };
    if !told(&kinds, "day")
        && let Some(moment) =
            kinds.iter_mut().find(|one| one.kind == "instant" || one.kind == "day")
    {
        moment.to.push("day".to_owned());
    }
    let replace_by = match best {
        Table::Orders if told(&kinds, "order_id") => vec!["order_id".to_owned()],
        _ => vec!["day".to_owned()],
    };
    let mut draft =
        Draft { table: best.name().to_owned(), columns: kinds, replace_by, ..Draft::default() };
    price_of_lines(&mut draft, words);
    definition::completed(draft, file_name)
}

/// An order line with a price for one unit and no total: the total is what facts hold.
fn price_of_lines(draft: &mut Draft, words: &Words) {
    if draft.table != Table::Orders.name() {
        return;
    }
    let named = |to: &str| draft.columns.iter().position(|one| one.to.iter().any(|t| t == to));
    let (Some(price), Some(units)) = (named("item_price"), named("units")) else { return };
    let per_unit = definition::slug(&draft.columns[price].from);
    if !words.is_unit_price(&per_unit) {
        return;
    }
    draft.columns[price].to.retain(|to| to != "item_price");
    let units = definition::slug(&draft.columns[units].from);
    draft.computed.insert("item_price".to_owned(), format!("{units} * {per_unit}"));
}

/// Which column goes to which fact column, and how many required ones nothing goes to.
fn pairs(columns: &[DraftColumn], table: Table, words: &Words) -> (Vec<(usize, String)>, usize) {
    let schema = schema(table);
    let mut found = Vec::new();
    let mut missing = 0;
    let mut used = vec![false; columns.len()];
    for field in schema.fields() {
        let name = field.name().as_str();
        if BY_IMPORT.contains(&name) || name == "channel" {
            continue;
        }
        let want = super::words::kind_of(field.data_type());
        let fits = |(at, column): (usize, &DraftColumn)| {
            let score = words.nearness(name, &column.from);
            let typed = super::words::may_become(&column.kind, want);
            (!used[at] && typed && score > 0).then_some((score, std::cmp::Reverse(at)))
        };
        let best = columns.iter().enumerate().filter_map(fits).max();
        match best {
            Some((_, std::cmp::Reverse(at))) => {
                // A moment may tell both its instant and its day.
                used[at] = !matches!(name, "day" | "at");
                found.push((at, name.to_owned()));
            }
            None if definition::is_required(table, field) && name != "day" => missing += 1,
            None => {}
        }
    }
    (found, missing)
}
