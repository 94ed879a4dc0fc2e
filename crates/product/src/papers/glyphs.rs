//! Letters: which font has them, and how wide they are.

/// The fonts of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Font {
    /// Helvetica: every viewer has it.
    Latin,
    /// Helvetica-Bold.
    Bold,
    /// Song: a predefined Chinese font, which viewers replace by their own.
    Chinese,
}

/// The widths of Helvetica from the blank to the tilde, in thousandths of the size.
///
/// # Source
/// Adobe Core 14 font metrics, Helvetica.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The widths of Helvetica-Bold from the blank to the tilde.
///
/// # Source
/// Adobe Core 14 font metrics, Helvetica-Bold.
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667,
    611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556,
    278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];

/// The byte of a letter in WinAnsi; `None` for what Helvetica is not asked to write.
pub(super) fn win_ansi(sign: char) -> Option<u8> {
    match sign {
        ' '..='~' => u8::try_from(sign).ok(),
        '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(sign)).ok(),
        '€' => Some(0x80),
        '…' => Some(0x85),
        '’' => Some(0x92),
        '“' => Some(0x93),
        '”' => Some(0x94),
        '•' => Some(0x95),
        '–' => Some(0x96),
        '—' => Some(0x97),
        _ => None,
    }
}

/// The width of a letter in thousandths of the size.
pub(super) fn width(sign: char, bold: bool) -> u32 {
    match win_ansi(sign) {
        None => 1000,
        Some(byte) => {
            let widths = if bold { &BOLD } else { &HELVETICA };
            let place = usize::from(byte).checked_sub(32);
            let known = place.and_then(|place| widths.get(place)).copied();
            // Letters with accents are about as wide as figures.
            known.map_or(556, u32::from)
        }
    }
}

/// The width of a text in thousandths of the size.
pub(super) fn width_of(text: &str, bold: bool) -> u32 {
    text.chars().map(|sign| width(sign, bold)).sum()
}

/// Stretches of a text that one font writes.
pub(super) fn runs(text: &str, bold: bool) -> Vec<(Font, String)> {
    let mut runs: Vec<(Font, String)> = Vec::new();
    for sign in text.chars() {
        let latin = if bold { Font::Bold } else { Font::Latin };
        let font = if win_ansi(sign).is_some() { latin } else { Font::Chinese };
        match runs.last_mut() {
            Some((last, run)) if *last == font => run.push(sign),
            _ => runs.push((font, sign.to_string())),
        }
    }
    runs
}

/// Lines of a text that are no wider than `most` thousandths: broken at blanks, else, as Chinese
/// is, anywhere.
pub(super) fn wrapped(text: &str, most: u32, bold: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut wide = 0;
        for sign in paragraph.chars() {
            let own = width(sign, bold);
            if wide + own > most && !line.is_empty() {
                // Whole words go to the next line where there is a blank to break at.
                let blank = line.rfind(' ').filter(|at| win_ansi(sign).is_some() && *at > 0);
                let rest = blank.map_or_else(String::new, |at| line.split_off(at));
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                rest.trim_start().clone_into(&mut line);
                wide = width_of(&line, bold);
            }
            if !(line.is_empty() && sign == ' ') {
                line.push(sign);
                wide += own;
            }
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_letters_are_written_by_their_own_fonts() {
        let runs = runs("采购单 PO-1（USD）", false);
        let fonts: Vec<(Font, &str)> =
            runs.iter().map(|(font, run)| (*font, run.as_str())).collect();
        let expected = [
            (Font::Chinese, "采购单"),
            (Font::Latin, " PO-1"),
            (Font::Chinese, "（"),
            (Font::Latin, "USD"),
            (Font::Chinese, "）"),
        ];
        assert_eq!(fonts, expected);
    }

    #[test]
    fn long_names_are_broken_at_blanks_and_chinese_ones_anywhere_without_losing_letters() {
        let english = "Reading lamp with a very long name and a warranty";
        let lines = wrapped(english, 9_000, false);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| width_of(line, false) <= 9_000));
        assert_eq!(lines.join(" "), english);
        let chinese = "可调光充电式阅读台灯带三年质保";
        let lines = wrapped(chinese, 5_000, false);
        assert_eq!(lines.len(), 3);
        assert_eq!(lines.concat(), chinese);
    }

    #[test]
    fn figures_are_as_wide_as_adobe_says() {
        assert_eq!(width_of("0123456789", false), 5_560);
        assert_eq!(width_of("AW.", true), 722 + 944 + 278);
    }
}
