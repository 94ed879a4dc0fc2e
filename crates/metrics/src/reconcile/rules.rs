//! What the checks of orders go by: read from `reconcile.toml`.

use argosy_kernel::{Currency, Diagnostic, Files};
use rust_decimal::Decimal;
use serde::Deserialize;

/// Where the rules stand below `knowledge/`.
const CHECKS_PATH: &str = "reconcile.toml";
/// Coins of a currency nobody knows.
const DIGITS: u32 = 2;

/// What orders are checked by. Without the file every difference counts, however small or young.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckRules {
    /// After so many days an order is settled on every channel.
    pub unpaid_after_days: u32,
    /// So many days before an order the ledger may already speak of it.
    pub paid_ahead_days: u32,
    /// So many days an order report must have begun before a sale it should tell.
    pub lead_days: u32,
    /// Roundings, in the smallest coin …
    rounding_coins: u32,
    /// … and in whole units of a currency without coins.
    rounding_whole: u32,
    /// Share of the commission that is kept on a refund where the channel does not say what it keeps.
    pub fee_kept_at_most: Decimal,
    /// Small letters: orders in these states bring no money.
    pub not_sold: Vec<String>,
    #[serde(skip)]
    pub not_ordered: Vec<NotOrdered>,
}

/// Numbers of a channel that are no orders of its order report.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotOrdered {
    pub channel: String,
    /// As SQL's LIKE.
    pub order_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChecksFile {
    #[expect(
        dead_code,
        reason = "the number is checked by its type only; there is one schema yet"
    )]
    schema: u32,
    orders: CheckRules,
    #[serde(default)]
    not_ordered: Vec<NotOrdered>,
}

impl CheckRules {
    /// Reads `reconcile.toml`.
    ///
    /// # Errors
    /// What is wrong in it.
    pub(crate) fn load(files: &Files) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(CHECKS_PATH) else { return Ok(Self::default()) };
        let file: ChecksFile = source.toml().map_err(|wrong| vec![*wrong])?;
        let mut rules = Self { not_ordered: file.not_ordered, ..file.orders };
        for state in &mut rules.not_sold {
            *state = state.to_lowercase();
        }
        Ok(rules)
    }

    /// What a channel may have rounded in a currency.
    pub(crate) fn rounding(&self, currency: &str) -> Decimal {
        let digits = currency.parse().map_or(DIGITS, Currency::minor_digits);
        match digits {
            0 => Decimal::from(self.rounding_whole),
            digits => Decimal::new(i64::from(self.rounding_coins), digits),
        }
    }
}

#[cfg(test)]
mod tests {
    use argosy_kernel::Origin;

    use super::*;

    #[test]
    fn a_yen_and_two_cents_are_roundings() {
        let mut files = Files::default();
        let text = include_str!("../../../../knowledge/reconcile.toml");
        files.add(CHECKS_PATH, text, Origin::BuiltIn);
        let rules = CheckRules::load(&files).unwrap();
        let rounding = |code| rules.rounding(code).to_string();
        assert_eq!([rounding("JPY"), rounding("EUR"), rounding("KWD")], ["1", "0.02", "0.002"]);
        assert_eq!(rules.unpaid_after_days, 45);
        assert!(rules.not_sold.contains(&"unpaid".to_owned()));
    }
}
