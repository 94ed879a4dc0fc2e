//! Exact money: a decimal beside its ISO 4217 currency, never a float.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// An ISO 4217 currency.
///
/// ```
/// # use argosy_kernel::Currency;
/// let yen: Currency = "jpy".parse()?;
/// assert_eq!((yen.code(), yen.minor_digits()), ("JPY", 0));
/// # Ok::<(), argosy_kernel::MoneyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    pub const EUR: Self = Self(iso_currency::Currency::EUR);
    pub const USD: Self = Self(iso_currency::Currency::USD);
    pub const JPY: Self = Self(iso_currency::Currency::JPY);
    pub const GBP: Self = Self(iso_currency::Currency::GBP);
    pub const CNY: Self = Self(iso_currency::Currency::CNY);

    /// The three-letter code in capitals.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimal digits the smallest coin has: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn minor_digits(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        let upper = code.trim().to_ascii_uppercase();
        iso_currency::Currency::from_code(&upper)
            .map(Self)
            .ok_or_else(|| MoneyError::UnknownCurrency(code.trim().to_owned()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount in the natural unit of its currency (euros, not cents).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Money {
    #[serde(with = "rust_decimal::serde::str")]
    pub amount: Decimal,
    pub currency: Currency,
}

/// What can go wrong with money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("`{0}` is not an ISO 4217 currency code; use three letters such as EUR, USD or CNY")]
    UnknownCurrency(String),
    #[error("an amount cannot be shared over no parts")]
    NoParts,
    #[error("weights must not be negative, and at least one must be above zero")]
    BadWeights,
    #[error("`{0}` is not an amount of money; write it as `-12.34 EUR`")]
    NotMoney(String),
}

impl Money {
    pub fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// This amount rounded to the currency's smallest coin, halves away from zero as on invoices.
    /// For display only: facts keep what the channel wrote.
    pub fn rounded(self) -> Self {
        let digits = self.currency.minor_digits();
        let mut amount =
            self.amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
        amount.rescale(digits);
        Self { amount, ..self }
    }

    /// Shares this amount over `weights` so that the parts add up to exactly the whole.
    ///
    /// Each part is rounded toward zero to the currency's minor unit; the units left over go to the
    /// largest remainders first, and to the earlier part on a tie, so that the answer does not
    /// depend on hash order. A whole finer than a minor unit keeps its fraction in the first part
    /// that receives a remainder.
    ///
    /// # Units
    /// `weights` are dimensionless shares (units, grams, net sales …): only their ratio matters.
    ///
    /// # Errors
    /// [`MoneyError::NoParts`] when `weights` is empty, [`MoneyError::BadWeights`] when one is
    /// negative or all are zero.
    ///
    /// # Source
    /// Largest-remainder method (Hamilton apportionment).
    ///
    /// ```
    /// # use argosy_kernel::{Currency, Money};
    /// let freight = Money::new("-10.00".parse()?, Currency::USD);
    /// let parts = freight.allocate(&[1.into(), 1.into(), 1.into()])?;
    /// let seen: Vec<_> = parts.iter().map(|part| part.amount.to_string()).collect();
    /// assert_eq!(seen, ["-3.34", "-3.33", "-3.33"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn allocate(self, weights: &[Decimal]) -> Result<Vec<Self>, MoneyError> {
        if weights.is_empty() {
            return Err(MoneyError::NoParts);
        }
        let total: Decimal = weights.iter().copied().sum();
        if total <= Decimal::ZERO || weights.iter().any(|weight| *weight < Decimal::ZERO) {
            return Err(MoneyError::BadWeights);
        }
        let digits = self.currency.minor_digits();
        let coin = Decimal::new(1, digits);
        let exact = |weight: &Decimal| self.amount * (*weight / total);
        let mut parts: Vec<Decimal> = weights
            .iter()
            .map(|weight| exact(weight).round_dp_with_strategy(digits, RoundingStrategy::ToZero))
            .collect();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by(|&a, &b| {
            let rest = |i: usize| (exact(&weights[i]) - parts[i]).abs();
            rest(b).cmp(&rest(a)).then(a.cmp(&b))
        });
        let mut left = self.amount - parts.iter().copied().sum::<Decimal>();
        for &index in order.iter().cycle() {
            if left.is_zero() {
                break;
            }
            let step = if left.abs() < coin {
                left
            } else if left.is_sign_negative() {
                -coin
            } else {
                coin
            };
            parts[index] += step;
            left -= step;
        }
        Ok(parts.into_iter().map(|amount| Self { amount, ..self }).collect())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.rounded().amount, self.currency)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::NotMoney(text.to_owned());
        let (amount, code) = text.trim().rsplit_once(' ').ok_or_else(wrong)?;
        let amount = amount.trim().parse().map_err(|_| wrong())?;
        Ok(Self { amount, currency: code.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        /// No cent is made or lost, and no part is finer than a minor unit.
        #[test]
        fn parts_add_up_to_the_whole(
            cents in -10_000_000i64..10_000_000,
            weights in vec(0u32..1000, 1..40),
            yen: bool,
        ) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            let currency = if yen { Currency::JPY } else { Currency::USD };
            let whole = Money::new(Decimal::new(cents, currency.minor_digits()), currency);
            let weights: Vec<Decimal> = weights.into_iter().map(Decimal::from).collect();

            let parts = whole.allocate(&weights).unwrap();

            prop_assert_eq!(parts.iter().map(|part| part.amount).sum::<Decimal>(), whole.amount);
            for part in parts {
                prop_assert!(part.amount.normalize().scale() <= currency.minor_digits());
            }
        }
    }

    #[test]
    fn an_unknown_currency_says_what_to_write() {
        let error = "EURO".parse::<Currency>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`EURO` is not an ISO 4217 currency code; use three letters such as EUR, USD or CNY"
        );
    }

    #[test]
    fn money_is_shown_with_the_coins_its_currency_has() {
        let shown = |text: &str| text.parse::<Money>().unwrap().to_string();
        assert_eq!(shown("12.5 EUR"), "12.50 EUR");
        assert_eq!(shown("12.5 JPY"), "13 JPY");
        assert_eq!(shown("-0.005 KWD"), "-0.005 KWD");
    }
}
