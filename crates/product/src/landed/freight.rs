//! Freight per unit: what a carrier charges for is the heavier of weight and volume.

use argosy_kernel::{Money, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::says::{Refusal, both, shown};

/// A way to travel, from `knowledge/landed.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mode {
    pub id: String,
    pub name: Text,
    pub by: ChargedBy,
    /// By weight: cubic centimetres that count as one kilogram.
    /// By volume: kilograms that count as one cubic metre.
    pub divisor: Decimal,
    pub source: String,
}

/// What a price is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargedBy {
    Weight,
    Volume,
}

/// A carton (or one packed unit) as it travels.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Carton {
    /// Length, width, height in centimetres.
    pub cm: [Decimal; 3],
    /// Gross weight.
    pub kg: Decimal,
    /// Units of goods inside.
    pub units: Decimal,
}

/// A quotation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    pub mode: Mode,
    /// Per chargeable kilogram or cubic metre, all surcharges in.
    pub rate: Money,
    /// Chargeable weight or volume of a carton is rounded up to a multiple of this.
    #[serde(default)]
    pub step: Option<Decimal>,
    pub source: String,
}

/// What a carton is charged for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Chargeable {
    /// Kilograms or cubic metres.
    pub amount: Decimal,
    pub by_volume: bool,
    pub working: Text,
}

impl Carton {
    /// # Errors
    /// `carton_wrong`: a side, the weight or the units are not above 0.
    pub fn check(&self) -> Result<(), Refusal> {
        let numbers = self.cm.iter().chain([&self.kg, &self.units]);
        if numbers.copied().all(|one| one > Decimal::ZERO) {
            return Ok(());
        }
        let en = "sides, weight and units of a carton must be above 0";
        Err(Refusal::new("carton_wrong", en, "箱规的长宽高、毛重和装箱数必须大于 0"))
    }

    /// Cubic centimetres.
    pub fn volume_cm3(&self) -> Decimal {
        self.cm.iter().product()
    }
}

impl Mode {
    /// What this mode charges a carton for.
    ///
    /// # Errors
    /// `carton_wrong`.
    ///
    /// # Source
    /// Volumetric weight: cubic centimetres over the divisor; weight or measure (W/M) at sea.
    pub fn chargeable(
        &self,
        carton: &Carton,
        step: Option<Decimal>,
    ) -> Result<Chargeable, Refusal> {
        carton.check()?;
        let volume = carton.volume_cm3();
        let [length, width, height] = carton.cm.map(shown);
        let sides = format!("{length} × {width} × {height}");
        let (by_volume, real, from_volume, unit) = match self.by {
            ChargedBy::Weight => {
                let from_volume = volume / self.divisor;
                (from_volume > carton.kg, carton.kg.max(from_volume), from_volume, "kg")
            }
            ChargedBy::Volume => {
                let cubic = volume / Decimal::from(1_000_000);
                let from_weight = carton.kg / self.divisor;
                (cubic >= from_weight, cubic.max(from_weight), cubic, "m³")
            }
        };
        let amount = step
            .filter(|step| *step > Decimal::ZERO)
            .map_or(real, |step| (real / step).ceil() * step);
        let working = format!(
            "{sides} cm → {} {unit}; {} kg → {} {unit}",
            shown(from_volume),
            shown(carton.kg),
            shown(amount)
        );
        Ok(Chargeable { amount, by_volume, working: both(working.clone(), working) })
    }
}

impl Quote {
    /// Freight of one unit, in the quotation's currency.
    ///
    /// # Errors
    /// `carton_wrong`.
    pub fn per_unit(&self, carton: &Carton) -> Result<(Money, Text), Refusal> {
        let charged = self.mode.chargeable(carton, self.step)?;
        let whole = charged.amount * self.rate.amount;
        let per_unit = Money::new(whole / carton.units, self.rate.currency);
        let tail = format!(
            " × {} {} ÷ {}",
            shown(self.rate.amount),
            self.rate.currency,
            shown(carton.units)
        );
        let working = both(
            format!("{}: {}{tail}", self.mode.name.en, charged.working.en),
            format!("{}：{}{tail}", self.mode.name.zh_cn, charged.working.zh_cn),
        );
        Ok((per_unit, working))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landed::Rules;

    fn rules() -> Rules {
        crate::testing::right(Rules::load(&crate::testing::knowledge(&["landed.toml"])))
    }

    fn carton(kg: &str) -> Carton {
        let cm = ["60", "40", "40"].map(|side| side.parse().unwrap());
        Carton { cm, kg: kg.parse().unwrap(), units: 20.into() }
    }

    #[test]
    fn a_light_big_carton_is_charged_by_its_volume() {
        let rules = rules();
        let of = |mode: &str, kg: &str, step: Option<Decimal>| {
            rules.mode(mode).unwrap().chargeable(&carton(kg), step).unwrap()
        };
        // 96,000 cm³: 16 kg by air, 19.2 kg by express, 0.096 m³ at sea.
        let air = of("air", "9", None);
        assert_eq!((air.amount.to_string().as_str(), air.by_volume), ("16", true));
        assert_eq!(of("express", "9", None).amount, "19.2".parse().unwrap());
        assert_eq!(
            of("express", "9", Some("0.5".parse().unwrap())).amount,
            "19.5".parse().unwrap()
        );
        assert_eq!(of("sea_lcl", "9", None).amount, "0.096".parse().unwrap());
        let heavy = of("sea_lcl", "150", None);
        assert_eq!((heavy.amount, heavy.by_volume), ("0.15".parse().unwrap(), false));
        assert!(!of("air", "18", None).by_volume);
    }

    #[test]
    fn freight_is_shared_over_the_units_of_a_carton() {
        let mode = rules().mode("air").unwrap().clone();
        let rate = "30 CNY".parse().unwrap();
        let quote = Quote { mode, rate, step: None, source: "forwarder".into() };
        let (per_unit, working) = quote.per_unit(&carton("9")).unwrap();
        assert_eq!(per_unit.to_string(), "24.00 CNY");
        assert!(working.en.contains("16 kg × 30 CNY ÷ 20"), "{working:?}");
        let wrong = Carton { units: Decimal::ZERO, ..carton("9") };
        assert_eq!(quote.per_unit(&wrong).unwrap_err().code, "carton_wrong");
    }
}
