//! How words of reports are compared: fee types and values of localised columns. Headers have their
//! own form, [`crate::decode::header`].

use unicode_normalization::UnicodeNormalization;

pub(crate) use crate::decode::header::normalise_header as header;

/// Folds what people and exports write differently: width and composition of characters (NFKC),
/// case, blanks at the ends and repeated blanks inside.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for (index, word) in text.nfkc().collect::<String>().split_whitespace().enumerate() {
        if index > 0 {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_however_an_export_writes_them() {
        assert_eq!(fold(" FBA  在庫関連の手数料"), fold("ＦＢＡ 在庫関連の手数料 "));
        assert_eq!(fold("Ma\u{0303} Ðơn"), fold("Mã ðơn"));
    }
}
