//! How this chapter speaks: sentences in both languages, and refusals that say what to do.

use std::fmt;

use argosy_kernel::Text;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

/// A sentence in English and Chinese.
pub(crate) fn both(en: impl Into<String>, zh_cn: impl Into<String>) -> Text {
    Text { en: en.into(), zh_cn: zh_cn.into() }
}

/// Several sentences in a row.
pub(crate) fn joined(texts: &[Text], between: (&str, &str)) -> Text {
    let of = |part: fn(&Text) -> &str| texts.iter().map(part).collect::<Vec<_>>();
    both(of(|text| &text.en).join(between.0), of(|text| &text.zh_cn).join(between.1))
}

/// A number as people read it: at most four digits behind the point, none for nothing.
pub(crate) fn shown(value: Decimal) -> String {
    value.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero).normalize().to_string()
}

/// A share as per cent.
pub(crate) fn percent(share: Decimal) -> String {
    let hundred = share * Decimal::ONE_HUNDRED;
    let rounded = hundred.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    format!("{}%", rounded.normalize())
}

/// Why something asked for cannot be done, with what to do instead.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Refusal {
    /// Stable, for programs.
    pub code: &'static str,
    pub says: Text,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, en: impl Into<String>, zh_cn: impl Into<String>) -> Self {
        Self { code, says: both(en, zh_cn) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.says.en)
    }
}

impl std::error::Error for Refusal {}
