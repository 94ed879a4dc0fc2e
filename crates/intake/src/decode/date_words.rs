//! The words of dates: months, halves of the day, time zones.

use std::str::FromStr as _;

use chrono_tz::Tz;

use super::dates::Zone;

pub(super) fn japanese_half(word: &str) -> Option<u32> {
    match word {
        "午前" | "上午" => Some(0),
        "午後" | "下午" => Some(12),
        _ => None,
    }
}

/// `AM`, `p.m.`, `a. m.`: 0 or 12 hours, and the rest of the text.
pub(super) fn half_of_day(text: &str) -> Option<(u32, &str)> {
    let text = text.trim_start();
    if let Some(half) = text.get(..6).and_then(japanese_half) {
        return Some((half, &text[6..]));
    }
    let half = match text.bytes().next()?.to_ascii_lowercase() {
        b'a' => 0,
        b'p' => 12,
        _ => return None,
    };
    let rest = text[1..].trim_start_matches(['.', ' ']);
    let rest = rest.strip_prefix(['m', 'M'])?;
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    (!rest.starts_with(char::is_alphabetic)).then_some((half, rest))
}

/// A zone by name or offset. `Some(None)` for no text, `None` for an unknown one.
pub(super) fn zone(text: &str) -> Option<Option<Zone>> {
    let text = text.trim().trim_start_matches('(').trim_end_matches(')').trim();
    if text.is_empty() {
        return Some(None);
    }
    let upper = text.to_ascii_uppercase();
    if let Some(minutes) = zone_minutes(&upper) {
        return Some(Some(Zone::Offset(minutes * 60)));
    }
    let after = ["UTC", "GMT"].iter().find_map(|name| upper.strip_prefix(name)).unwrap_or(&upper);
    if let Some(minutes) = offset_minutes(after.trim()) {
        return Some(Some(Zone::Offset(minutes * 60)));
    }
    let named = text.contains('/').then(|| Tz::from_str(text).ok()).flatten()?;
    Some(Some(Zone::Named(named)))
}

/// `+2`, `-0700`, `+05:30`.
fn offset_minutes(text: &str) -> Option<i32> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let number = |digits: &str| {
        let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        all_digits.then(|| digits.parse::<i32>().ok()).flatten()
    };
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some((hours, minutes)), _) => (number(hours)?, number(minutes)?),
        (None, 1 | 2) => (number(digits)?, 0),
        (None, 4) => (number(digits)? / 100, number(digits)? % 100),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Zone names as reports write them, in minutes east of UTC. `CST` is North America's and `IST`
/// India's, because those are the markets whose reports write them.
fn zone_minutes(name: &str) -> Option<i32> {
    Some(match name {
        "UTC" | "GMT" | "Z" | "UT" | "WET" => 0,
        "PST" => -480,
        "PDT" | "MST" => -420,
        "MDT" | "CST" => -360,
        "CDT" | "EST" => -300,
        "EDT" => -240,
        "AKST" => -540,
        "AKDT" => -480,
        "HST" => -600,
        "NST" => -210,
        "NDT" => -150,
        "BRT" => -180,
        "BST" | "CET" | "MEZ" | "WEST" => 60,
        "CEST" | "MESZ" | "EET" | "SAST" => 120,
        "EEST" | "MSK" | "TRT" => 180,
        "GST" => 240,
        "PKT" => 300,
        "IST" => 330,
        "ICT" | "WIB" => 420,
        "SGT" | "HKT" | "AWST" | "PHT" | "MYT" => 480,
        "JST" | "KST" => 540,
        "ACST" => 570,
        "AEST" => 600,
        "ACDT" => 630,
        "AEDT" => 660,
        "NZST" => 720,
        "NZDT" => 780,
        _ => return None,
    })
}

pub(super) fn word_length(text: &str) -> usize {
    let mut kind = None;
    text.char_indices()
        .find(|(_, char)| {
            // Letters of different scripts do not form one word: `10:00:00JST`, `3月`.
            let script = char.is_alphabetic().then_some(u32::from(*char) > 0x2E80);
            kind = kind.or(script);
            script.is_none() || script != kind
        })
        .map_or(text.len(), |(at, _)| at)
}

/// Month names of English, German, French, Spanish, Italian, Dutch, Portuguese, Swedish and
/// Polish; no name means two months.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan", "january", "januar", "jänner", "janv", "janvier", "ene", "enero", "gen", "gennaio",
        "januari", "janeiro", "sty", "stycznia",
    ],
    &[
        "feb",
        "february",
        "februar",
        "févr",
        "fév",
        "fevr",
        "février",
        "fevrier",
        "febrero",
        "febbraio",
        "februari",
        "fev",
        "fevereiro",
        "lut",
        "lutego",
    ],
    &["mar", "march", "mär", "märz", "mrz", "mars", "marzo", "mrt", "maart", "março", "marca"],
    &["apr", "april", "avr", "avril", "abr", "abril", "aprile", "kwi", "kwietnia"],
    &["may", "mai", "mayo", "mag", "maggio", "mei", "maio", "maj", "maja"],
    &["jun", "june", "juni", "juin", "junio", "giu", "giugno", "junho", "cze", "czerwca"],
    &["jul", "july", "juli", "juil", "juillet", "julio", "lug", "luglio", "julho", "lip", "lipca"],
    &["aug", "august", "août", "aout", "ago", "agosto", "augustus", "augusti", "sie", "sierpnia"],
    &[
        "sep",
        "sept",
        "september",
        "septembre",
        "septiembre",
        "set",
        "sett",
        "settembre",
        "setembro",
        "wrz",
        "września",
    ],
    &[
        "oct",
        "october",
        "okt",
        "oktober",
        "octobre",
        "octubre",
        "ott",
        "ottobre",
        "out",
        "outubro",
        "paź",
        "października",
    ],
    &["nov", "november", "novembre", "noviembre", "novembro", "lis", "listopada"],
    &[
        "dec",
        "december",
        "dez",
        "dezember",
        "déc",
        "décembre",
        "decembre",
        "dic",
        "diciembre",
        "dicembre",
        "dezembro",
        "gru",
        "grudnia",
    ],
];

/// The month a word names, from 1.
pub(super) fn month_named(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    let month = MONTHS.iter().position(|names| names.contains(&word.as_str()))?;
    u32::try_from(month + 1).ok()
}
