//! What may be entered: markets, time zones, languages, names. The same rules for the command line
//! and the API, so that a mistake is refused where it is made and not where it first hurts.

use std::collections::BTreeSet;

use argosy_kernel::Files;

use crate::error::Error;

/// Countries by ISO 3166 alpha-2, one a line.
const COUNTRIES: &str = "countries.csv";
/// The longest name of a company, in characters.
const COMPANY_CHARS_MAX: usize = 200;
/// The languages that Argosy speaks.
const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

/// The codes of all countries.
pub(crate) fn countries(files: &Files) -> BTreeSet<String> {
    let text = files.get(COUNTRIES).map(|source| &*source.text).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    let codes = lines.filter_map(|line| line.split(',').next());
    codes.filter(|code| code.len() == 2).map(str::to_owned).collect()
}

/// A market in capitals.
pub(crate) fn market(countries: &BTreeSet<String>, text: &str) -> Result<String, Error> {
    let code = text.trim().to_uppercase();
    if countries.contains(&code) {
        return Ok(code);
    }
    let (hint, zh) = match code.as_str() {
        "UK" => ("the United Kingdom is `GB`", "英国是 `GB`"),
        _ => ("such as US, DE or JP", "如 US、DE、JP"),
    };
    Err(Error::told(
        format!("`{text}` is not a market; use the two letters of the country (ISO 3166), {hint}"),
        format!("`{text}` 不是市场；请用两个字母的国家代码（ISO 3166），{zh}"),
    ))
}

/// A time zone by its IANA name.
pub(crate) fn time_zone(text: &str) -> Result<String, Error> {
    let zone = text.trim();
    if zone.parse::<chrono_tz::Tz>().is_ok() {
        return Ok(zone.to_owned());
    }
    Err(Error::told(
        format!(
            "`{text}` is not a time zone; use an IANA name such as Europe/Berlin or Asia/Shanghai"
        ),
        format!("`{text}` 不是时区；请用 IANA 名称，如 Europe/Berlin、Asia/Shanghai"),
    ))
}

/// A language that Argosy speaks.
pub(crate) fn language(text: &str) -> Result<String, Error> {
    if LANGUAGES.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(Error::told(
        format!("`{text}` is not a language here; use en or zh-CN"),
        format!("不支持语言 `{text}`；请用 en 或 zh-CN"),
    ))
}

/// The name of a company.
pub(crate) fn company(text: &str) -> Result<String, Error> {
    let name = text.trim();
    let wrong = if name.is_empty() {
        ("is missing; fill it in".to_owned(), "不能为空".to_owned())
    } else if name.chars().any(char::is_control) {
        let en = "holds a line break or another control character; remove it";
        (en.to_owned(), "含有换行或其他控制字符，请删除".to_owned())
    } else if name.chars().count() > COMPANY_CHARS_MAX {
        let en = format!("is longer than {COMPANY_CHARS_MAX} characters; shorten it");
        (en, format!("超过 {COMPANY_CHARS_MAX} 个字符，请缩短"))
    } else {
        return Ok(name.to_owned());
    };
    let (en, zh) = wrong;
    Err(Error::told(format!("the name of the company {en}"), format!("公司名称{zh}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_market_a_report_may_name_is_a_country() {
        let countries = countries(&crate::knowledge::built_in());
        assert!(countries.len() > 200, "{}", countries.len());
        assert_eq!(market(&countries, " de ").unwrap(), "DE");
        for wrong in ["Mars", "XX", "", "D"] {
            assert!(market(&countries, wrong).is_err(), "{wrong}");
        }
        assert!(market(&countries, "UK").unwrap_err().to_string().contains("GB"));
    }
}
