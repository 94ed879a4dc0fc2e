//! HS codes: whether one has the form of a code of the Harmonized System. Whether a market's tariff
//! has it is asked where a tariff is loaded.

use argosy_chapter::kind::FieldProblem;
use argosy_kernel::Text;

use crate::{model::item::Item, says::both};

/// The last chapter of the Harmonized System that goods are in; 98 and 99 are for national use.
const CHAPTERS: u32 = 97;
/// Kept free by the convention.
const RESERVED: u32 = 77;

/// What is wrong with an HS code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HsWrong {
    /// Something other than digits, dots and blanks.
    Letters,
    /// Not 6 to 10 digits, or an odd number of them.
    Length(usize),
    /// There is no such chapter; the nearest one that there is.
    Chapter { asked: u32, nearest: u32 },
}

impl HsWrong {
    fn says(&self, code: &str) -> Text {
        match self {
            Self::Letters => both(
                format!("`{code}` is no HS code: it consists of digits, such as 9405.21"),
                format!("「{code}」不是 HS 编码：应为数字，如 9405.21"),
            ),
            Self::Length(digits) => both(
                format!("`{code}` has {digits} digits; an HS code has 6, 8 or 10"),
                format!("「{code}」有 {digits} 位数字；HS 编码应为 6、8 或 10 位"),
            ),
            Self::Chapter { asked, nearest } => both(
                format!("`{code}`: there is no chapter {asked:02}; the nearest is {nearest:02}"),
                format!("「{code}」：不存在第 {asked:02} 章；最接近的是第 {nearest:02} 章"),
            ),
        }
    }
}

/// The digits of an HS code.
///
/// # Errors
/// [`HsWrong`] when it cannot be one.
///
/// # Source
/// Convention on the Harmonized System: chapters 01 to 97, of which 77 is reserved; six digits, and
/// national subdivisions of two more or four.
fn digits(code: &str) -> Result<String, HsWrong> {
    let plain: String = code.chars().filter(|sign| !matches!(sign, '.' | ' ')).collect();
    if plain.is_empty() || !plain.chars().all(|sign| sign.is_ascii_digit()) {
        return Err(HsWrong::Letters);
    }
    if !matches!(plain.len(), 6 | 8 | 10) {
        return Err(HsWrong::Length(plain.len()));
    }
    let asked: u32 = plain[..2].parse().map_err(|_| HsWrong::Letters)?;
    match asked {
        0 => Err(HsWrong::Chapter { asked, nearest: 1 }),
        RESERVED => Err(HsWrong::Chapter { asked, nearest: RESERVED - 1 }),
        1..=CHAPTERS => Ok(plain),
        _ => Err(HsWrong::Chapter { asked, nearest: CHAPTERS }),
    }
}

/// What is wrong with an item's code.
pub(super) fn check(item: &Item) -> Option<FieldProblem> {
    let code = item.hs_code.as_deref()?;
    let wrong = digits(code).err()?;
    Some(FieldProblem::new("item", "hs_code", "hs_code", wrong.says(code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_with_dots_is_its_digits() {
        assert_eq!(digits("9405.21.60.10"), Ok("9405216010".to_owned()));
        assert_eq!(digits("940521"), Ok("940521".to_owned()));
    }

    #[test]
    fn codes_that_cannot_be_are_told_why() {
        assert_eq!(digits("lamp"), Err(HsWrong::Letters));
        assert_eq!(digits("9405"), Err(HsWrong::Length(4)));
        assert_eq!(digits("94052"), Err(HsWrong::Length(5)));
        assert_eq!(digits("770110"), Err(HsWrong::Chapter { asked: 77, nearest: 76 }));
        assert_eq!(digits("991122"), Err(HsWrong::Chapter { asked: 99, nearest: 97 }));
        assert_eq!(digits("001122"), Err(HsWrong::Chapter { asked: 0, nearest: 1 }));
    }
}
