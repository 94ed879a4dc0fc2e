//! Which encoding text without a mark is in, decided from the bytes.
//!
//! UTF-8 proves itself: other encodings hardly ever form valid UTF-8 by chance. Between the
//! others, each candidate decodes the sample and the share of *usual* characters decides: kana and
//! level 1 kanji for CP932, level 1 hanzi for GB18030, letters with accents beside letters for
//! Windows-1252. Amazon sends no charset, and Excel saves in the computer's own.

use encoding_rs::{Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1252};

/// How much text is looked at.
pub(super) const SAMPLE_BYTES: usize = 1 << 20;

/// A decision and how sure it is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Guess {
    pub encoding: &'static Encoding,
    /// Per cent of the characters beyond ASCII that are usual in this encoding.
    pub sure_percent: u32,
}

/// Decides on a sample that begins with its first byte beyond ASCII.
pub(super) fn guess(sample: &[u8], market: Option<&str>) -> Guess {
    let sample = &sample[..sample.len().min(SAMPLE_BYTES)];
    if let Some(sure_percent) = utf8_percent(sample) {
        return Guess { encoding: UTF_8, sure_percent };
    }
    let hinted = |markets: &[&str]| u32::from(market.is_some_and(|m| markets.contains(&m))) * 5;
    let candidates = [
        (WINDOWS_1252, latin_percent(sample), 1),
        (GB18030, double_byte_percent(sample, gb18030), hinted(&["CN", "HK", "SG"])),
        (SHIFT_JIS, double_byte_percent(sample, cp932), hinted(&["JP"])),
    ];
    let best = candidates.into_iter().max_by_key(|(_, percent, bonus)| percent + bonus);
    let (encoding, sure_percent, _) = best.unwrap_or((WINDOWS_1252, 0, 0));
    Guess { encoding, sure_percent }
}

/// UTF-16 without a mark shows as zero bytes on one side of nearly every pair.
pub(super) fn utf16_without_mark(start: &[u8]) -> Option<&'static Encoding> {
    let pairs = start.len().min(4096) / 2;
    if pairs < 4 {
        return None;
    }
    let zeros = |offset: usize| {
        start[..pairs * 2].iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs * 4 && even == 0 {
        Some(encoding_rs::UTF_16LE)
    } else if even * 10 > pairs * 4 && odd == 0 {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

/// `Some` when the sample is UTF-8, perhaps with a few damaged places.
fn utf8_percent(sample: &[u8]) -> Option<u32> {
    let (mut good, mut bad) = (0u64, 0u64);
    let mut rest = sample;
    while !rest.is_empty() {
        match std::str::from_utf8(rest) {
            Ok(text) => {
                good += beyond_ascii(text);
                break;
            }
            Err(error) => {
                let (valid, broken) = rest.split_at(error.valid_up_to());
                good += std::str::from_utf8(valid).map_or(0, beyond_ascii);
                let Some(length) = error.error_len() else { break };
                bad += 1;
                rest = &broken[length..];
                if bad > 1000 && bad > good {
                    return None;
                }
            }
        }
    }
    (good >= bad * 10 && good + bad > 0).then(|| percent(good, good + bad))
}

fn beyond_ascii(text: &str) -> u64 {
    text.chars().filter(|char| !char.is_ascii()).count() as u64
}

fn percent(part: u64, whole: u64) -> u32 {
    u32::try_from(part * 100 / whole.max(1)).unwrap_or(0)
}

/// How usual one character of a double-byte encoding is, out of 4, and its length; `None` when the
/// bytes are not one.
type Usual = fn(u8, Option<u8>) -> Option<(u64, usize)>;

fn double_byte_percent(sample: &[u8], usual: Usual) -> u32 {
    let (mut score, mut characters, mut wrong) = (0u64, 0u64, 0u64);
    let mut at = 0;
    while at < sample.len() {
        let lead = sample[at];
        if lead.is_ascii() {
            at += 1;
            continue;
        }
        if at + 1 == sample.len() {
            break;
        }
        characters += 1;
        if let Some((points, length)) = usual(lead, sample.get(at + 1).copied()) {
            score += points;
            at += length;
        } else {
            wrong += 1;
            at += 1;
        }
    }
    if wrong * 200 > characters { 0 } else { percent(score, characters * 4) }
}

fn gb18030(lead: u8, trail: Option<u8>) -> Option<(u64, usize)> {
    let trail = trail?;
    match (lead, trail) {
        (0xA1..=0xA3 | 0xB0..=0xD7, 0xA1..=0xFE) => Some((4, 2)),
        (0xD8..=0xF7, 0xA1..=0xFE) => Some((2, 2)),
        (0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE) => Some((0, 2)),
        (0x81..=0xFE, 0x30..=0x39) => Some((0, 4)),
        _ => None,
    }
}

fn cp932(lead: u8, trail: Option<u8>) -> Option<(u64, usize)> {
    if matches!(lead, 0xA1..=0xDF) {
        return Some((1, 1));
    }
    match (lead, trail?) {
        (0x81..=0x83 | 0x88..=0x97, 0x40..=0x7E | 0x80..=0xFC) => Some((4, 2)),
        (0x84 | 0x87 | 0x98..=0x9F | 0xE0..=0xEA, 0x40..=0x7E | 0x80..=0xFC) => Some((2, 2)),
        (0xED..=0xEE | 0xF0..=0xFC, 0x40..=0x7E | 0x80..=0xFC) => Some((0, 2)),
        _ => None,
    }
}

/// Accents stand alone between letters; long runs of high bytes are not Latin text.
fn latin_percent(sample: &[u8]) -> u32 {
    let (mut score, mut characters) = (0u64, 0u64);
    let mut at = 0;
    while at < sample.len() {
        if sample[at].is_ascii() {
            at += 1;
            continue;
        }
        let run = sample[at..].iter().take_while(|byte| !byte.is_ascii()).count();
        let before = at.checked_sub(1).map(|index| sample[index]);
        let letters = before.into_iter().chain(sample.get(at + run).copied());
        let beside_letter = letters.into_iter().any(|byte| byte.is_ascii_alphanumeric());
        let weight = match (run, beside_letter) {
            (1, true) => 4,
            (1, false) => 3,
            (2, true) => 3,
            (2, false) => 2,
            _ => 1,
        };
        characters += run as u64;
        score +=
            weight * sample[at..at + run].iter().filter(|byte| usual_latin(**byte)).count() as u64;
        at += run;
    }
    percent(score, characters * 4)
}

fn usual_latin(byte: u8) -> bool {
    // € ‚„… ‘’“”•–—™ and NBSP ¡£¥§ª«®°²³´·º»¿, then the letters without × and ÷.
    matches!(
        byte,
        0x80 | 0x82 | 0x84 | 0x85 | 0x8A | 0x8C | 0x8E | 0x91
            ..=0x97
                | 0x99
                | 0x9A
                | 0x9C
                | 0x9E
                | 0x9F
                | 0xA0
                | 0xA1
                | 0xA3
                | 0xA5
                | 0xA7
                | 0xAA
                | 0xAB
                | 0xAE
                | 0xB0
                | 0xB2
                | 0xB3
                | 0xB4
                | 0xB7
                | 0xBA
                | 0xBB
                | 0xBF
    ) || (byte >= 0xC0 && byte != 0xD7 && byte != 0xF7)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(bytes: &[u8]) -> &'static str {
        let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap();
        guess(&bytes[start..], None).encoding.name()
    }

    fn encoded(text: &str, encoding: &'static Encoding) -> &'static str {
        name_of(&encoding.encode(text).0)
    }

    #[test]
    fn excel_in_each_country_is_told_apart() {
        for text in ["Größe,Menge\n", "Café,naïve\n", "Prix: 3,50 €\n", "año\n", "ß", "Übertrag"]
        {
            assert_eq!(encoded(text, WINDOWS_1252), "windows-1252", "{text}");
        }
        for text in ["订单号,金额\n1,2.5\n", "店铺\t商品名称\n", "广告活动,花费", "是"]
        {
            assert_eq!(encoded(text, GB18030), "gb18030", "{text}");
        }
        for text in
            ["日付/時間,注文番号\n", "キャンペーン名\n", "ｷｬﾝﾍﾟｰﾝ名と検索用語\n", "手数料の合計"]
        {
            assert_eq!(encoded(text, SHIFT_JIS), "Shift_JIS", "{text}");
        }
        assert_eq!(encoded("中文 и café", UTF_8), "UTF-8");
    }

    #[test]
    fn one_broken_byte_does_not_turn_utf8_into_something_else() {
        let mut bytes = "价格 数量 名称 商品 店铺".as_bytes().to_vec();
        bytes.push(0xFF);
        assert_eq!(name_of(&bytes), "UTF-8");
    }

    #[test]
    fn a_market_decides_only_between_equals() {
        let bytes = SHIFT_JIS.encode("注文番号").0;
        assert_eq!(guess(&bytes, Some("CN")).encoding, SHIFT_JIS);
    }

    #[test]
    fn utf16_is_seen_without_its_mark() {
        let little: Vec<u8> = "sku,name\n1,x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(utf16_without_mark(&little).map(Encoding::name), Some("UTF-16LE"));
        assert_eq!(utf16_without_mark(b"sku,name\n1,x\n"), None);
    }
}
