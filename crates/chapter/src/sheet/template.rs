//! Empty tables to fill in, with notes on every column.

use argosy_kernel::Text;
use argosy_metrics::export::Sheet;
use rust_xlsxwriter::{DataValidation, Format, FormatBorder, Note, Workbook, Worksheet, XlsxError};

use super::{
    cells,
    columns::{Column, Part, columns},
};
use crate::kind::{Choice, Field, Key, Kind, What};

/// Rows of a template that have lists to choose from.
const ROWS: u32 = 10_000;
/// Excel takes no longer list of choices in one cell.
const LIST_CHARS_MAX: usize = 255;
const WIDTH_MIN: f64 = 12.0; // float-ok: width of a column
const NOTE_WIDTH: u32 = 260;
const NOTE_LINE_HEIGHT: u32 = 20;

/// The headers of a kind in a language, without rows.
pub fn template(kind: &Kind, language: &str) -> Sheet {
    let header = columns(kind).iter().map(|column| column.header(language).to_owned()).collect();
    Sheet { name: kind.title.in_language(language).to_owned(), header, rows: Vec::new() }
}

/// A workbook to fill in: notes at the headers, lists to choose from, and a second sheet that explains
/// every column.
///
/// # Errors
/// When the workbook cannot be written.
pub fn template_xlsx(kind: &Kind, language: &str) -> Result<Vec<u8>, XlsxError> {
    let columns = columns(kind);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(name(kind.title.in_language(language)))?;
    sheet.set_freeze_panes(1, 0)?;
    let plain = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
    let needed = plain.clone().set_background_color(0x00FF_F2CC_u32);
    for (at, column) in (0_u16..).zip(&columns) {
        let says = explain(kind, column);
        let is_needed = column.field().is_some_and(|field| field.required);
        let format = if is_needed { &needed } else { &plain };
        let header = column.header(language);
        sheet.write_string_with_format(0, at, header, format)?;
        let text = says.in_language(language);
        let lines = u32::try_from(text.lines().count()).unwrap_or(1) + 2;
        let note = Note::new(text)
            .add_author_prefix(false)
            .set_width(NOTE_WIDTH)
            .set_height(lines.saturating_mul(NOTE_LINE_HEIGHT));
        sheet.insert_note(0, at, &note)?;
        let wide = header.chars().map(|one| if one.is_ascii() { 1 } else { 2 }).sum::<u32>();
        sheet.set_column_width(at, f64::from(wide + 2).max(WIDTH_MIN))?; // float-ok: width
        choose(sheet, at, column, kind, language)?;
    }
    explanations(&mut book, kind, &columns, language)?;
    book.save_to_buffer()
}

fn name(title: &str) -> String {
    let clean: String = title.chars().filter(|one| !"[]:*?/\\'".contains(*one)).take(31).collect();
    if clean.is_empty() { "Argosy".to_owned() } else { clean }
}

fn text(en: impl Into<String>, zh: impl Into<String>) -> Text {
    Text { en: en.into(), zh_cn: zh.into() }
}

/// A list in the cells of a column that has few choices.
fn choose(
    sheet: &mut Worksheet,
    at: u16,
    column: &Column<'_>,
    kind: &Kind,
    language: &str,
) -> Result<(), XlsxError> {
    let names: Vec<String> = match (&column.part, column.field().map(|field| &field.what)) {
        (Part::State, _) => kind.states.as_ref().map_or_else(Vec::new, |states| {
            states.states.iter().map(|one| one.name.in_language(language).to_owned()).collect()
        }),
        (_, Some(What::Choice { choices })) => {
            choices.iter().map(|one| one.name.in_language(language).to_owned()).collect()
        }
        (_, Some(What::Flag)) => {
            [true, false].map(|flag| cells::flag(flag, language).to_owned()).into()
        }
        _ => return Ok(()),
    };
    let length: usize = names.iter().map(|name| name.chars().count() + 1).sum();
    if names.is_empty() || length > LIST_CHARS_MAX || names.iter().any(|name| name.contains(',')) {
        return Ok(());
    }
    let list = DataValidation::new().allow_list_strings(&names)?;
    sheet.add_data_validation(1, at, ROWS, at, &list)?;
    Ok(())
}

/// The second sheet: every column with what it takes.
fn explanations(
    book: &mut Workbook,
    kind: &Kind,
    columns: &[Column<'_>],
    language: &str,
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap();
    let sheet = book.add_worksheet();
    sheet.set_name(text("Notes", "填写说明").in_language(language))?;
    sheet.write_string_with_format(0, 0, kind.says.in_language(language), &bold)?;
    if columns.iter().any(|column| matches!(column.part, Part::Line(..))) {
        let says = text(
            "A record with several lines has one row per line. Repeat its key in each row and leave the \
             other cells of the record empty, or the same.",
            "一条记录有多行明细时，每行明细占一行；每行重复填写编号，其余字段留空或保持一致。",
        );
        sheet.write_string(1, 0, says.in_language(language))?;
    }
    for (row, column) in (2..).zip(columns) {
        sheet.write_string_with_format(row, 0, column.header(language), &bold)?;
        sheet.write_string_with_format(
            row,
            1,
            explain(kind, column).in_language(language),
            &wrap,
        )?;
    }
    sheet.set_column_width(0, 30)?;
    sheet.set_column_width(1, 90)?;
    Ok(())
}

/// What a column takes.
fn explain(kind: &Kind, column: &Column<'_>) -> Text {
    let mut says: Vec<Text> = Vec::new();
    match column.part {
        Part::Number => says.push(text(
            "Leave empty for a new record: Argosy gives the number. With a number, that record is changed.",
            "新建时留空，系统自动编号；填写已有单号则修改该记录。",
        )),
        Part::State => says.push(text(
            "Empty: a new record gets the first state, others keep theirs.",
            "留空：新建取初始状态，已有记录保持不变。",
        )),
        Part::Currency(_) | Part::LineCurrency(..) => says.push(text(
            "Three letters such as CNY, USD or EUR.",
            "三个字母的币种代码，如 CNY、USD、EUR。",
        )),
        Part::Own(field) | Part::Line(_, field) => of_field(field, &mut says),
    }
    if column.is_key && matches!(kind.key, Key::Field(_)) {
        says.push(text(
            "The key: a record that has it already is changed.",
            "唯一编号：已存在则修改该记录。",
        ));
    }
    let join = |language: &str| {
        says.iter().map(|one| one.in_language(language)).collect::<Vec<_>>().join("\n")
    };
    text(join("en"), join("zh-CN"))
}

fn of_field(field: &Field, says: &mut Vec<Text>) {
    if field.required {
        says.push(text("Required.", "必填。"));
    }
    if field.read_only {
        says.push(text("Set by Argosy; leave it as it is.", "由系统填写，请勿修改。"));
    }
    says.extend(field.help.clone());
    let list = |choices: &[Choice]| {
        let names = |language: &str| {
            choices.iter().map(|one| one.name.in_language(language)).collect::<Vec<_>>()
        };
        (names("en").join(", "), names("zh-CN").join("、"))
    };
    says.extend(match &field.what {
        What::Number => Some(text("A number such as 1234.5.", "数字，如 1234.5。")),
        What::Integer => Some(text("A whole number.", "整数。")),
        What::Percent => {
            Some(text("A percentage such as 13%, or 0.13.", "百分比，如 13% 或 0.13。"))
        }
        What::Money => Some(text(
            "An amount; its currency stands in the next column.",
            "金额；币种填在后一列。",
        )),
        What::Day => Some(text("A day such as 2026-11-23.", "日期，如 2026-11-23。")),
        What::Flag => Some(text("Yes or No.", "是 或 否。")),
        What::Choice { choices } => {
            let (en, zh) = list(choices);
            Some(text(format!("One of: {en}."), format!("可选：{zh}。")))
        }
        What::Choices { choices } => {
            let (en, zh) = list(choices);
            Some(text(
                format!("Any of: {en}; several with ; between them."),
                format!("可多选：{zh}；用分号隔开。"),
            ))
        }
        What::Ref { to } => {
            Some(text(format!("The key of a record ({to})."), format!("已有记录的编号（{to}）。")))
        }
        What::Refs { to } => Some(text(
            format!("Keys of records ({to}), with ; between them."),
            format!("已有记录的编号（{to}），用分号隔开。"),
        )),
        What::Sku => Some(text("A SKU of our products.", "本公司商品的 SKU。")),
        What::Store => Some(text("The name of a store.", "店铺名称。")),
        What::Market | What::Country => Some(text(
            "Two letters of the country, such as US, DE or CN.",
            "两个字母的国家代码，如 US、DE、CN。",
        )),
        What::Currency => {
            Some(text("Three letters such as CNY or USD.", "三个字母，如 CNY、USD。"))
        }
        What::Language => Some(text("A code such as de or zh-CN.", "语言代码，如 de、zh-CN。")),
        What::User => Some(text("A login name.", "登录名。")),
        What::Url => {
            Some(text("An address that begins with https://.", "以 https:// 开头的网址。"))
        }
        What::Text | What::LongText | What::Lines { .. } => None,
    });
    let plain = |number: rust_decimal::Decimal| number.normalize().to_string();
    says.extend(match (field.min.map(plain), field.max.map(plain)) {
        (Some(min), Some(max)) => {
            Some(text(format!("From {min} to {max}."), format!("范围 {min} 至 {max}。")))
        }
        (Some(min), None) => Some(text(format!("At least {min}."), format!("最小 {min}。"))),
        (None, Some(max)) => Some(text(format!("At most {max}."), format!("最大 {max}。"))),
        (None, None) => None,
    });
}
