//! Duty rates as a tariff writes them: `Free`, `6.5%`, `1¢/kg + 4%`, `The duty provided in …`.
//!
//! What cannot be read is kept with its words and reported, never taken for free.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A rate: its parts are added. No part: free.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Rate {
    pub parts: Vec<Part>,
}

/// One part of a rate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    pub what: Duty,
    /// What it is counted on when that is not the whole: `the battery`, `lead content`.
    pub on: Option<String>,
}

/// Of value or of quantity.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// A share of the customs value: `0.065`.
    OfValue(Decimal),
    /// An amount in the tariff's currency per unit of quantity.
    PerQuantity { amount: Decimal, unit: Unit },
}

/// Quantities that duties are counted by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Kilogram,
    Tonne,
    Piece,
    Pair,
    Dozen,
    Gross,
    Thousand,
    Litre,
    SquareMetre,
    CubicMetre,
    /// As the tariff writes it: proof litres, barrels, jewels …
    Other(String),
}

/// What stands in a column of rates.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateText {
    Known(Rate),
    /// It sends the reader elsewhere, with what is added there.
    Refers {
        text: String,
        plus: Rate,
    },
    /// Not understood.
    Unread(String),
}

impl RateText {
    /// Reads one rate; `None` of an empty column.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return None;
        }
        if let Some(rate) = whole(&text) {
            return Some(Self::Known(rate));
        }
        let low = text.to_lowercase();
        let refers =
            ["the duty provided", "the duty rate provided", "the rate ", "see ", "no change"];
        if refers.iter().any(|start| low.starts_with(start)) {
            let Some((_, added)) = text.split_once('+').or_else(|| text.split_once(" plus "))
            else {
                // `minus 2%` and the like are not a plain reference.
                let more = [" minus ", " less ", "%"].iter().any(|word| low.contains(word));
                let refers = Self::Refers { text: text.clone(), plus: Rate::default() };
                return Some(if more { Self::Unread(text) } else { refers });
            };
            return Some(match whole(added.trim()) {
                Some(plus) => Self::Refers { text, plus },
                None => Self::Unread(text),
            });
        }
        Some(Self::Unread(text))
    }
}

fn whole(text: &str) -> Option<Rate> {
    if text.eq_ignore_ascii_case("free") || text.eq_ignore_ascii_case("no additional duty") {
        return Some(Rate::default());
    }
    let parts: Option<Vec<Part>> = text.split('+').map(|part| one(part.trim())).collect();
    parts.map(|parts| Rate { parts })
}

fn one(text: &str) -> Option<Part> {
    let (plain, on) = match text.split_once(" on ") {
        Some((plain, on)) => (plain.trim(), Some(on.trim().to_owned())),
        None => match text.split_once(" of total ") {
            Some((plain, on)) => (plain.trim(), Some(on.trim().to_owned())),
            None => (text, None),
        },
    };
    if let Some(number) = plain.strip_suffix('%') {
        return Some(Part { what: Duty::OfValue(number_of(number)? / Decimal::ONE_HUNDRED), on });
    }
    let (amount, rest) = if let Some(rest) = plain.strip_prefix('$') {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))?;
        (number_of(&rest[..end])?, &rest[end..])
    } else {
        let (cents, rest) = plain.split_once('¢')?;
        (number_of(cents)? / Decimal::ONE_HUNDRED, rest)
    };
    let unit = Unit::read(rest.trim().strip_prefix('/').unwrap_or(rest).trim())?;
    Some(Part { what: Duty::PerQuantity { amount, unit }, on })
}

/// `6.5`, `1,035`, `33 1/3`.
fn number_of(text: &str) -> Option<Decimal> {
    let text = text.trim().replace(',', "");
    if let Some((whole, fraction)) = text.split_once(' ') {
        let (over, under) = fraction.split_once('/')?;
        let under: Decimal = under.parse().ok()?;
        let part = over.parse::<Decimal>().ok()?.checked_div(under)?;
        return Some(whole.parse::<Decimal>().ok()? + part);
    }
    text.parse().ok()
}

impl Unit {
    fn read(text: &str) -> Option<Self> {
        let low = text.to_lowercase();
        Some(match low.as_str() {
            "kg" | "kg." => Self::Kilogram,
            "t" => Self::Tonne,
            "each" | "no." | "article" | "head" | "piece" => Self::Piece,
            "pr." | "pr" | "pair" => Self::Pair,
            "doz." | "doz" => Self::Dozen,
            "gross" => Self::Gross,
            "thousand" | "1000" | "1,000" => Self::Thousand,
            "liter" | "litre" => Self::Litre,
            "m2" | "m²" => Self::SquareMetre,
            "m3" | "m³" => Self::CubicMetre,
            // A sentence is no unit.
            other if other.is_empty() || other.split(' ').count() > 2 => return None,
            other => Self::Other(other.to_owned()),
        })
    }
}

/// What one unit of goods is, for duties counted by quantity.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Quantity {
    /// Net weight of one unit of goods.
    pub kg: Decimal,
    pub litres: Option<Decimal>,
    pub square_metres: Option<Decimal>,
    pub cubic_metres: Option<Decimal>,
    /// By the tariff's own words, for [`Unit::Other`].
    #[serde(default)]
    pub other: std::collections::BTreeMap<String, Decimal>,
}

impl Quantity {
    /// How many of a tariff's unit one unit of goods is; `None`: not told.
    pub fn of(&self, unit: &Unit) -> Option<Decimal> {
        match unit {
            Unit::Kilogram => (self.kg > Decimal::ZERO).then_some(self.kg),
            Unit::Tonne => (self.kg > Decimal::ZERO).then(|| self.kg / Decimal::ONE_THOUSAND),
            Unit::Piece | Unit::Pair => Some(Decimal::ONE),
            Unit::Dozen => Some(Decimal::ONE / Decimal::from(12)),
            Unit::Gross => Some(Decimal::ONE / Decimal::from(144)),
            Unit::Thousand => Some(Decimal::new(1, 3)),
            Unit::Litre => self.litres,
            Unit::SquareMetre => self.square_metres,
            Unit::CubicMetre => self.cubic_metres,
            Unit::Other(word) => self.other.get(word).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> Rate {
        match RateText::read(text) {
            Some(RateText::Known(rate)) => rate,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn rates_of_value_of_quantity_and_of_both_are_read() {
        assert!(known("Free").parts.is_empty());
        assert_eq!(known("6.8%").parts[0].what, Duty::OfValue("0.068".parse().unwrap()));
        let third = known("33 1/3%");
        let Duty::OfValue(share) = third.parts[0].what else { panic!() };
        assert_eq!(share.round_dp(6).to_string(), "0.333333");
        let both = known("$1.035/kg +17%");
        let amount = "1.035".parse().unwrap();
        assert_eq!(both.parts[0].what, Duty::PerQuantity { amount, unit: Unit::Kilogram });
        assert_eq!(both.parts.len(), 2);
        let watch = known("51¢ each + 6.25% on the case + 5.3% on the battery");
        assert_eq!(watch.parts[2].on.as_deref(), Some("the battery"));
        assert!(matches!(
            &known("20¢/pr. + 37.5%").parts[0].what,
            Duty::PerQuantity { unit: Unit::Pair, .. }
        ));
    }

    #[test]
    fn a_reference_is_not_taken_for_free_and_nonsense_is_kept() {
        let found = RateText::read("The duty provided in the applicable subheading + 25%").unwrap();
        let RateText::Refers { plus, .. } = found else { panic!("{found:?}") };
        assert_eq!(plus.parts[0].what, Duty::OfValue("0.25".parse().unwrap()));
        let less = "1.4606¢/kg less 0.020668¢/kg for each degree under 100 degrees";
        assert_eq!(RateText::read(less), Some(RateText::Unread(less.into())));
        let minus = "The duty rate provided in such subheading minus 2%";
        assert_eq!(RateText::read(minus), Some(RateText::Unread(minus.into())));
        assert_eq!(RateText::read("  "), None);
    }

    #[test]
    fn a_pair_of_shoes_is_one_and_a_dozen_is_twelve_pieces() {
        let one = Quantity { kg: "0.4".parse().unwrap(), ..Quantity::default() };
        assert_eq!(one.of(&Unit::Pair), Some(Decimal::ONE));
        assert_eq!((one.of(&Unit::Dozen).unwrap() * Decimal::from(12)).round_dp(20), Decimal::ONE);
        assert_eq!(one.of(&Unit::Litre), None);
    }
}
