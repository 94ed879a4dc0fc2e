//! What is wrong with a field, in both languages, and what to do.

use argosy_kernel::{Text, knowledge::nearest};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::kind::{Choice, Field, What};

/// Choices named in a message.
const NAMED_MAX: usize = 12;

fn text(en: impl Into<String>, zh: impl Into<String>) -> Text {
    Text { en: en.into(), zh_cn: zh.into() }
}

/// The name of the field before what is said about it.
fn of(field: &Field, en: impl AsRef<str>, zh: impl AsRef<str>) -> Text {
    text(
        format!("{}: {}", field.name.en, en.as_ref()),
        format!("{}：{}", field.name.zh_cn, zh.as_ref()),
    )
}

pub(super) fn required(field: &Field) -> Text {
    of(field, "is missing; fill it in", "不能为空，请填写")
}

pub(super) fn unknown_field<'a>(id: &str, known: impl IntoIterator<Item = &'a str>) -> Text {
    match nearest(id, known) {
        Some(near) => text(
            format!("there is no field `{id}`; did you mean `{near}`?"),
            format!("没有字段 `{id}`；是否应为 `{near}`？"),
        ),
        None => text(
            format!("there is no field `{id}`; leave it out"),
            format!("没有字段 `{id}`，请删除"),
        ),
    }
}

pub(super) fn read_only(field: &Field) -> Text {
    of(field, "is set by Argosy; leave it as it is", "由系统自动填写，请勿修改")
}

pub(super) fn key_changed(field: &Field, before: &Value) -> Text {
    let before = before.as_str().unwrap_or_default();
    of(
        field,
        format!("stays `{before}`, because other records refer to it; add a new record instead"),
        format!("创建后不能修改（当前为 `{before}`），因为其他记录在引用它；请新建一条"),
    )
}

pub(super) fn wrong_type(field: &Field, found: &Value) -> Text {
    let found: String = found.to_string().chars().take(60).collect();
    let (en, zh) = match field.what {
        What::Number | What::Integer => ("a number", "数字"),
        What::Percent => ("a fraction such as 0.13", "小数，如 0.13"),
        What::Money => {
            ("an amount with its currency, such as 12.34 CNY", "金额加币种，如 12.34 CNY")
        }
        What::Day => ("a day such as 2026-11-23", "日期，如 2026-11-23"),
        What::Flag => ("yes or no", "是或否"),
        What::Choices { .. } | What::Refs { .. } => ("a list", "列表"),
        What::Lines { .. } => ("a list of lines", "明细行"),
        _ => ("a text", "文本"),
    };
    of(field, format!("{found} is not {en}"), format!("{found} 不是{zh}"))
}

pub(super) fn not_number(field: &Field, found: &str) -> Text {
    of(
        field,
        format!("`{found}` is not a number; write it as 1234.5"),
        format!("`{found}` 不是数字，请写成 1234.5"),
    )
}

pub(super) fn ambiguous_number(field: &Field, found: &str, whole: &str, part: &str) -> Text {
    of(
        field,
        format!("`{found}` can be read in two ways; write {whole} or {part}"),
        format!("`{found}` 有两种读法，请写成 {whole} 或 {part}"),
    )
}

pub(super) fn not_whole(field: &Field, found: Decimal) -> Text {
    of(field, format!("{found} is not a whole number"), format!("{found} 不是整数"))
}

pub(super) fn too_many_digits(field: &Field, decimals: u32) -> Text {
    of(
        field,
        format!("has too many digits; at most {decimals} after the point and 15 before it"),
        format!("位数过多；小数最多 {decimals} 位，整数最多 15 位"),
    )
}

pub(super) fn below_min(field: &Field, found: Decimal, min: Decimal) -> Text {
    let (found, min) = (shown(field, found), shown(field, min));
    of(
        field,
        format!("{found} is too small; at least {min}"),
        format!("{found} 过小，最小为 {min}"),
    )
}

pub(super) fn above_max(field: &Field, found: Decimal, max: Decimal) -> Text {
    if field.what == What::Percent {
        let (found, max) = (shown(field, found), shown(field, max));
        return of(
            field,
            format!("{found} is too large; at most {max}. Write 13% or 0.13"),
            format!("{found} 过大，最大为 {max}；请写 13% 或 0.13"),
        );
    }
    of(field, format!("{found} is too large; at most {max}"), format!("{found} 过大，最大为 {max}"))
}

fn shown(field: &Field, number: Decimal) -> String {
    if field.what == What::Percent {
        return format!("{} %", (number * Decimal::ONE_HUNDRED).normalize());
    }
    number.normalize().to_string()
}

pub(super) fn too_long(field: &Field, max: usize) -> Text {
    of(
        field,
        format!("is longer than {max} characters; shorten it"),
        format!("超过 {max} 个字符，请缩短"),
    )
}

pub(super) fn control(field: &Field) -> Text {
    of(
        field,
        "holds a line break or another control character; remove it",
        "含有换行或其他控制字符，请删除",
    )
}

pub(super) fn bad_key(field: &Field) -> Text {
    of(
        field,
        "cannot be a key; leave out semicolons, at most 200 characters",
        "不能作为编号；请勿使用分号，最多 200 个字符",
    )
}

pub(super) fn not_day(field: &Field, found: &str) -> Text {
    of(
        field,
        format!("`{found}` is not a day; write it as 2026-11-23"),
        format!("`{found}` 不是日期，请写成 2026-11-23"),
    )
}

pub(super) fn unknown_choice(field: &Field, found: &str, choices: &[Choice]) -> Text {
    let more = if choices.len() > NAMED_MAX { " …" } else { "" };
    let list = |name: &dyn Fn(&Choice) -> String| {
        choices.iter().take(NAMED_MAX).map(name).collect::<Vec<_>>()
    };
    let en = list(&|choice| format!("{} ({})", choice.id, choice.name.en)).join(", ");
    let zh = list(&|choice| choice.name.zh_cn.clone()).join("、");
    of(
        field,
        format!("`{found}` is none of {en}{more}"),
        format!("`{found}` 不在可选范围内：{zh}{more}"),
    )
}

pub(super) fn unknown_record(field: &Field, found: &str, of_kind: Option<&Text>) -> Text {
    let (en, zh) =
        of_kind.map_or(("Records", "记录"), |title| (title.en.as_str(), title.zh_cn.as_str()));
    of(
        field,
        format!("`{found}` is not among {en}; add it there first, or correct it"),
        format!("“{zh}”中没有 `{found}`；请先新建，或更正"),
    )
}

pub(super) fn unknown_sku(field: &Field, found: &str) -> Text {
    of(
        field,
        format!("there is no product `{found}`; add it first, or correct the SKU"),
        format!("没有商品 `{found}`；请先新建商品，或更正 SKU"),
    )
}

pub(super) fn unknown_store(field: &Field, found: &str, near: Option<&str>) -> Text {
    match near {
        Some(near) => of(
            field,
            format!("there is no store `{found}`; did you mean `{near}`?"),
            format!("没有店铺 `{found}`；是否应为 `{near}`？"),
        ),
        None => of(
            field,
            format!("there is no store `{found}`; add it in the settings, or correct it"),
            format!("没有店铺 `{found}`；请先在设置中添加，或更正"),
        ),
    }
}

pub(super) fn unknown_country(field: &Field, found: &str) -> Text {
    if found == "UK" {
        return of(field, "the United Kingdom is `GB`", "英国的代码是 `GB`");
    }
    of(
        field,
        format!("`{found}` is not a country; use two letters (ISO 3166) such as US, DE or CN"),
        format!("`{found}` 不是国家；请用两个字母的国家代码（ISO 3166），如 US、DE、CN"),
    )
}

pub(super) fn unknown_currency(field: &Field, found: &str) -> Text {
    of(
        field,
        format!("`{found}` is not a currency; use three letters such as CNY, USD or EUR"),
        format!("`{found}` 不是币种；请用三个字母的代码，如 CNY、USD、EUR"),
    )
}

pub(super) fn currency_missing(field: &Field) -> Text {
    of(
        field,
        "the currency is missing; write it beside the amount, such as 12.34 CNY",
        "缺少币种；请与金额一起填写，如 12.34 CNY",
    )
}

pub(super) fn unknown_language(field: &Field, found: &str) -> Text {
    of(
        field,
        format!("`{found}` is not a language; use a code such as de, ja or zh-CN"),
        format!("`{found}` 不是语言；请用语言代码，如 de、ja、zh-CN"),
    )
}

pub(super) fn unknown_user(field: &Field, found: &str) -> Text {
    of(
        field,
        format!("there is no active user `{found}`; use a login name"),
        format!("没有启用的用户 `{found}`；请填写登录名"),
    )
}

pub(super) fn not_url(field: &Field, found: &str) -> Text {
    let found: String = found.chars().take(80).collect();
    of(
        field,
        format!("`{found}` is not an address; it begins with https://"),
        format!("`{found}` 不是网址；请以 https:// 开头"),
    )
}

pub(super) fn too_many(field: &Field, max: usize) -> Text {
    of(field, format!("at most {max} of them"), format!("最多 {max} 项"))
}

pub(super) fn other_currency(low: &Field, high: &Field) -> Text {
    of(
        high,
        format!("has another currency than {}; use one", low.name.en),
        format!("与“{}”币种不同，请统一", low.name.zh_cn),
    )
}

pub(super) fn order(low: &Field, left: &Value, high: &Field, right: &Value) -> Text {
    let plain = |field: &Field, value: &Value| match (&field.what, value) {
        (What::Money, value) => value["amount"].as_str().unwrap_or_default().to_owned(),
        (What::Percent, value) => {
            super::value::decimal(value).map(|number| shown(field, number)).unwrap_or_default()
        }
        (_, Value::String(text)) => text.clone(),
        (_, value) => value.to_string(),
    };
    let (left, right) = (plain(low, left), plain(high, right));
    let (before, zh) = match low.what {
        What::Day => ("before", "早于"),
        _ => ("below", "小于"),
    };
    of(
        high,
        format!("{right} is {before} {} ({left}); correct one of them", low.name.en),
        format!("{right} {zh}“{}”（{left}），请更正", low.name.zh_cn),
    )
}

/// Words about sheets, where cells are read before records are checked.
pub(crate) mod cells {
    use super::{Field, Text, Value};

    pub(crate) fn ambiguous_number(field: &Field, found: &str, whole: &str, part: &str) -> Text {
        super::ambiguous_number(field, found, whole, part)
    }

    pub(crate) fn not_number(field: &Field, found: &str) -> Text {
        super::not_number(field, found)
    }

    pub(crate) fn not_day(field: &Field, found: &str) -> Text {
        super::not_day(field, found)
    }

    pub(crate) fn wrong_type(field: &Field, found: &str) -> Text {
        super::wrong_type(field, &Value::from(found))
    }

    pub(crate) fn unknown_choice(field: &Field, found: &str) -> Text {
        match &field.what {
            super::What::Choice { choices } | super::What::Choices { choices } => {
                super::unknown_choice(field, found, choices)
            }
            _ => super::wrong_type(field, &Value::from(found)),
        }
    }
}
