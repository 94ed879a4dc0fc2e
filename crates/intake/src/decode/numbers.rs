//! Numbers as people and programs write them, exact to the last digit: never through a float.

use std::{borrow::Cow, fmt::Write as _};

use super::cells::Unreadable;

/// Which character separates the decimals; the other one can only group thousands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DecimalSign {
    Point,
    Comma,
}

/// `mantissa × 10^exponent`, with the sign apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Exact {
    pub negative: bool,
    pub mantissa: u128,
    pub exponent: i32,
    /// A per cent sign stood beside it.
    pub percent: bool,
}

/// Decimals of the facts: `Decimal128(20, 6)`.
const SCALE: i32 = 6;
/// One more than the largest value, in millionths.
const LIMIT: u128 = 10u128.pow(20);
/// Binary doubles, as workbooks store numbers, carry no more digits than these.
const EXCEL_DIGITS: u32 = 15;

/// What to do with digits beyond the sixth decimal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Beyond {
    /// Refuse: the channel's amounts have fewer, so something else is wrong.
    Refuse,
    /// Round half to even: ratios and results of a workbook's formulas.
    Round,
}

impl Exact {
    /// The value in millionths.
    pub(super) fn millionths(self, beyond: Beyond) -> Result<i128, &'static str> {
        let shift = self.exponent + SCALE + if self.percent { -2 } else { 0 };
        let value = if self.mantissa == 0 {
            0
        } else if shift >= 0 {
            let factor = u32::try_from(shift).ok().and_then(|shift| 10u128.checked_pow(shift));
            factor.and_then(|factor| self.mantissa.checked_mul(factor)).ok_or("number_too_large")?
        } else {
            let divisor = 10u128.checked_pow(shift.unsigned_abs());
            let (whole, rest) =
                divisor.map_or((0, self.mantissa), |by| (self.mantissa / by, self.mantissa % by));
            if rest != 0 && beyond == Beyond::Refuse {
                return Err("too_many_decimals");
            }
            whole + u128::from(divisor.is_some_and(|by| rounds_up(whole, rest, by)))
        };
        if value >= LIMIT {
            return Err("number_too_large");
        }
        let value = i128::try_from(value).map_err(|_| "number_too_large")?;
        Ok(if self.negative { -value } else { value })
    }

    /// The value when it is a whole number.
    pub(super) fn whole(self) -> Result<i64, &'static str> {
        let millionths = self.millionths(Beyond::Refuse).map_err(|code| match code {
            "too_many_decimals" => "not_whole",
            other => other,
        })?;
        if millionths % 1_000_000 != 0 || self.percent {
            return Err("not_whole");
        }
        i64::try_from(millionths / 1_000_000).map_err(|_| "number_too_large")
    }

    /// The digits of a whole number, however large; `None` when a fraction is left.
    pub(super) fn digits(self) -> Option<u128> {
        let by = 10u128.checked_pow(self.exponent.unsigned_abs())?;
        if self.exponent >= 0 {
            self.mantissa.checked_mul(by)
        } else {
            self.mantissa.is_multiple_of(by).then(|| self.mantissa / by)
        }
    }

    /// Without the noise of binary doubles: `12.300000000000001` is 12.3.
    pub(super) fn without_noise(mut self) -> Self {
        let digits = self.mantissa.checked_ilog10().map_or(1, |log| log + 1);
        if digits > EXCEL_DIGITS {
            let by = 10u128.pow(digits - EXCEL_DIGITS);
            let (whole, rest) = (self.mantissa / by, self.mantissa % by);
            self.mantissa = whole + u128::from(rounds_up(whole, rest, by));
            self.exponent += i32::try_from(digits - EXCEL_DIGITS).unwrap_or(0);
        }
        while self.mantissa != 0 && self.mantissa.is_multiple_of(10) {
            self.mantissa /= 10;
            self.exponent += 1;
        }
        self
    }
}

fn rounds_up(whole: u128, rest: u128, by: u128) -> bool {
    match (rest * 2).cmp(&by) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => !whole.is_multiple_of(2),
        std::cmp::Ordering::Greater => true,
    }
}

/// Whether a program wrote this as a number (`-12.5`, `1.2E-3`).
pub(super) fn is_plain(text: &str) -> bool {
    plain(text).is_some()
}

/// A number as programs write it. `None` also for more digits than 128 bits hold.
pub(super) fn plain(text: &str) -> Option<Exact> {
    let text = text.trim_ascii();
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (digits, power) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], digits[at + 1..].parse::<i32>().ok()?),
        None => (digits, 0),
    };
    if !(-400..=400).contains(&power) {
        return None;
    }
    let (mut mantissa, mut seen, mut decimals, mut after_point) = (0u128, 0, 0, false);
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa.checked_mul(10)?.checked_add(u128::from(byte - b'0'))?;
                seen += 1;
                decimals += i32::from(after_point);
            }
            b'.' if !after_point => after_point = true,
            _ => return None,
        }
    }
    (seen > 0).then_some(Exact { negative, mantissa, exponent: power - decimals, percent: false })
}

/// A workbook's number as a person reads it, at most 15 digits; whole numbers stay as they are,
/// because longer ones are ids.
pub(super) fn readable(text: &str) -> Cow<'_, str> {
    let is_simple = text.len() <= 15 && !text.contains(['e', 'E']);
    let Some(exact) = plain(text).filter(|_| !is_simple) else { return Cow::Borrowed(text) };
    if exact.exponent >= 0 && exact.exponent < 30 {
        return Cow::Owned(written(exact));
    }
    Cow::Owned(written(exact.without_noise()))
}

fn written(exact: Exact) -> String {
    let mut text = String::new();
    let digits = exact.mantissa.to_string();
    let places = usize::try_from(-exact.exponent).unwrap_or(0);
    if exact.negative {
        text.push('-');
    }
    if places >= digits.len() {
        let _ = write!(text, "0.{}{digits}", "0".repeat((places - digits.len()).min(60)));
    } else if places > 0 {
        let _ = write!(
            text,
            "{}.{}",
            &digits[..digits.len() - places],
            &digits[digits.len() - places..]
        );
    } else {
        let zeros = usize::try_from(exact.exponent).unwrap_or(0).min(60);
        let _ = write!(
            text,
            "{digits}{}",
            if exact.mantissa == 0 { String::new() } else { "0".repeat(zeros) }
        );
    }
    text
}

/// A number as a person or a report writes it.
///
/// # Errors
/// `not_a_number`, with a hint when it would be one under the other decimal sign.
pub(super) fn human(text: &str, sign: DecimalSign) -> Result<Exact, Unreadable> {
    if let Some(exact) = simple(text.as_bytes(), sign) {
        return Ok(exact);
    }
    decorated(text, sign).ok_or_else(|| {
        let other = match sign {
            DecimalSign::Point => DecimalSign::Comma,
            DecimalSign::Comma => DecimalSign::Point,
        };
        let hint = if decorated(text, other).is_some() {
            "the decimal sign differs from the rest of the column"
        } else {
            ""
        };
        Unreadable::new("not_a_number", text, format!("a number such as {}", example(sign)))
            .hint(hint)
    })
}

pub(super) fn example(sign: DecimalSign) -> &'static str {
    match sign {
        DecimalSign::Point => "1,234.56",
        DecimalSign::Comma => "1.234,56",
    }
}

/// The way nearly all cells look: digits, perhaps a minus and one decimal sign.
#[inline]
fn simple(text: &[u8], sign: DecimalSign) -> Option<Exact> {
    let (negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 18 || !digits[0].is_ascii_digit() {
        return None;
    }
    let separator = if sign == DecimalSign::Point { b'.' } else { b',' };
    let (mut mantissa, mut decimals, mut after) = (0u64, 0, false);
    for byte in digits {
        if byte.is_ascii_digit() {
            mantissa = mantissa * 10 + u64::from(byte - b'0');
            decimals += i32::from(after);
        } else if *byte == separator && !after {
            after = true;
        } else {
            return None;
        }
    }
    Some(Exact { negative, mantissa: u128::from(mantissa), exponent: -decimals, percent: false })
}

/// With thousands, currency, brackets, trailing minus, per cent or full-width digits.
fn decorated(text: &str, sign: DecimalSign) -> Option<Exact> {
    const LONGEST: usize = 80;
    if text.len() > LONGEST {
        return None;
    }
    let plain_text: String = text.chars().map(narrow).collect();
    let mut rest = plain_text.trim();
    let mut negative = false;
    if let Some(inside) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (rest, negative) = (inside.trim(), true);
    }
    let mut percent = false;
    let mut signs = 0;
    loop {
        let before = rest;
        if let Some(inner) = rest.strip_prefix(['-', '+']) {
            negative |= rest.starts_with('-');
            (rest, signs) = (inner.trim_start(), signs + 1);
        } else if let Some(inner) = rest.strip_suffix(['-', '+']) {
            negative |= rest.ends_with('-');
            (rest, signs) = (inner.trim_end(), signs + 1);
        } else if let Some(inner) = rest.strip_suffix('%').filter(|_| !percent) {
            (rest, percent) = (inner.trim_end(), true);
        }
        rest = without_currency(rest);
        if rest.len() == before.len() {
            break;
        }
    }
    if signs > 1 {
        return None;
    }
    let exact = grouped(rest, sign).or_else(|| small_power(rest, sign))?;
    Some(Exact { negative, percent, ..exact })
}

/// Full-width forms, odd minus signs, blanks and apostrophes in their plain form.
fn narrow(char: char) -> char {
    match char {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(char) - 0xFEE0).unwrap_or(char),
        '\u{2212}' | '\u{2013}' | '\u{2010}' | '\u{2011}' | '\u{FE63}' => '-',
        '\u{A0}' | '\u{202F}' | '\u{2007}' | '\u{2009}' | '\u{3000}' | '\u{2008}' => ' ',
        '\u{2019}' | '\u{2018}' | '\u{2032}' => '\'',
        '\u{FFE5}' => '¥',
        '\u{FFE1}' => '£',
        '\u{FFE6}' => '₩',
        other => other,
    }
}

/// Removes a currency at either end: a symbol, a known abbreviation or an ISO code.
fn without_currency(text: &str) -> &str {
    const KNOWN: [&str; 31] = [
        "$", "us$", "ca$", "c$", "can$", "a$", "au$", "nz$", "hk$", "nt$", "s$", "sg$", "mx$",
        "mex$", "r$", "€", "£", "¥", "cn¥", "jp¥", "zł", "kr", "kr.", "rs", "rs.", "rp", "rp.",
        "rm", "円", "元", "tl",
    ];
    let is_currency = |word: &str| {
        let word = word.trim();
        KNOWN.contains(&word.to_lowercase().as_str())
            || matches!(word, "₹" | "₩" | "₫" | "฿" | "₺" | "₱" | "₽" | "₪" | "₦" | "₴")
            || (word.len() == 3 && word.parse::<argosy_kernel::Currency>().is_ok())
    };
    if let Some(rest) = text.strip_prefix("US $") {
        return rest.trim_start();
    }
    let is_number = |char: char| char.is_ascii_digit() || "-+(),' ".contains(char);
    if let Some(at) = text.find(is_number).filter(|at| *at > 0)
        && is_currency(&text[..at])
    {
        return text[at..].trim_start();
    }
    let tail = text.rfind(is_number).map(|at| at + 1).filter(|at| *at < text.len());
    match tail {
        Some(at) if is_currency(&text[at..]) => text[..at].trim_end(),
        _ => text,
    }
}

/// Digits with thousands: groups of three, or of two above the last three as in India.
fn grouped(text: &str, sign: DecimalSign) -> Option<Exact> {
    let (decimal, group) = match sign {
        DecimalSign::Point => ('.', ','),
        DecimalSign::Comma => (',', '.'),
    };
    let (whole, decimals) = text.split_once(decimal).unwrap_or((text, ""));
    if !decimals.bytes().all(|byte| byte.is_ascii_digit()) || whole.len() + decimals.len() == 0 {
        return None;
    }
    let separator = whole.chars().find(|char| !char.is_ascii_digit());
    let digits = match separator {
        None => Cow::Borrowed(whole),
        Some(used) if used == group || used == ' ' || used == '\'' => {
            let groups: Vec<&str> = whole.split(used).collect();
            are_groups(&groups, used == ',').then(|| Cow::Owned(groups.concat()))?
        }
        Some(_) => return None,
    };
    if digits.is_empty() && decimals.is_empty() {
        return None;
    }
    let exact = plain(&format!("{digits}.{decimals}"))?;
    Some(exact)
}

fn are_groups(groups: &[&str], may_be_indian: bool) -> bool {
    let are_digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    let [first, middle @ .., last] = groups else { return false };
    let of = |size: usize| middle.iter().all(|group| group.len() == size);
    are_digits
        && last.len() == 3
        && ((matches!(first.len(), 1..=3) && of(3))
            || (may_be_indian && matches!(first.len(), 1..=2) && of(2)))
}

/// `1.2E-05`, as Excel writes small numbers into CSV. Positive powers have lost digits.
fn small_power(text: &str, sign: DecimalSign) -> Option<Exact> {
    let is_small = text.contains("E-") || text.contains("e-");
    let text = if sign == DecimalSign::Comma { text.replace(',', ".") } else { text.to_owned() };
    plain(&text).filter(|_| is_small)
}
