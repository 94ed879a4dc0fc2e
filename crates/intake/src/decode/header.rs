//! Headers made comparable: the same column is written differently by country, year and program.

use argosy_kernel::Currency;
use unicode_normalization::UnicodeNormalization as _;

/// A header in the form in which headers are compared.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Header {
    pub name: String,
    /// The currency it named in brackets: `Total cost (USD)`, `Spend (₹)`.
    pub currency: Option<Currency>,
}

/// NFKC, case-folded, blanks collapsed, without colons at the end and without a currency in
/// brackets, which is returned beside it. A symbol that several currencies use is taken off too,
/// but names none.
///
/// ```
/// # use argosy_intake::decode::header::normalise_header;
/// let header = normalise_header(" Total  cost（USD）: ");
/// assert_eq!(header.name, "total cost");
/// assert_eq!(header.currency.map(|currency| currency.code()), Some("USD"));
/// ```
pub fn normalise_header(text: &str) -> Header {
    let text: String = text.nfkc().filter(|char| !is_invisible(*char)).collect();
    let mut name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    trim_colons(&mut name);
    let mut currency = None;
    if let Some((before, inside)) = bracketed_end(&name)
        && let Some(found) = currency_named(inside)
    {
        currency = found;
        name = before.trim_end().to_owned();
        trim_colons(&mut name);
    }
    Header { name: name.to_lowercase().replace('ß', "ss"), currency }
}

fn is_invisible(char: char) -> bool {
    matches!(char, '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}')
}

fn trim_colons(name: &mut String) {
    let length = name.trim_end_matches([':', ' ']).len();
    name.truncate(length);
}

fn bracketed_end(name: &str) -> Option<(&str, &str)> {
    let inner = name.strip_suffix(')').map(|rest| rest.rsplit_once('('));
    let square = name.strip_suffix(']').map(|rest| rest.rsplit_once('['));
    inner.or(square).flatten()
}

/// `Some(None)` for a symbol of several currencies.
fn currency_named(inside: &str) -> Option<Option<Currency>> {
    let code = match inside.trim() {
        "₹" | "Rs" | "Rs." => "INR",
        "€" => "EUR",
        "£" => "GBP",
        "₩" => "KRW",
        "₫" => "VND",
        "₺" => "TRY",
        "zł" => "PLN",
        "R$" => "BRL",
        "US$" => "USD",
        "CA$" => "CAD",
        "A$" => "AUD",
        "S$" => "SGD",
        "RM" => "MYR",
        "Rp" => "IDR",
        "฿" => "THB",
        "₱" => "PHP",
        "円" => "JPY",
        "元" => "CNY",
        "$" | "¥" | "kr" => return Some(None),
        code if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) => code,
        _ => return None,
    };
    code.parse().ok().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        normalise_header(text).name
    }

    #[test]
    fn the_same_column_compares_equal_however_it_is_written() {
        assert_eq!(name("7 Day Total Sales "), "7 day total sales");
        assert_eq!(name("\u{FEFF}Data/Ora:"), "data/ora");
        assert_eq!(name("e\u{301}tat"), "état");
        assert_eq!(name("Ｓｋｕ"), "sku");
        assert_eq!(name("14 Day Total Sales (₹)"), "14 day total sales");
        assert_eq!(name("tipo "), "tipo");
        assert_eq!(name("Order\u{A0}ID"), "order id");
    }

    #[test]
    fn brackets_that_are_no_currency_stay() {
        assert_eq!(name("Click-Thru Rate (CTR)"), "click-thru rate (ctr)");
        assert_eq!(name("(Child) ASIN"), "(child) asin");
        assert_eq!(name("7 Day Total Orders (#)"), "7 day total orders (#)");
    }

    #[test]
    fn a_symbol_of_many_currencies_names_none() {
        let header = normalise_header("Spend ($)");
        assert_eq!((header.name.as_str(), header.currency), ("spend", None));
    }
}
