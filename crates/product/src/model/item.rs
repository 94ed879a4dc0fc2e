//! What is sold, kept or bought: SKUs and where they are kept.

use argosy_kernel::Money;
use rust_decimal::Decimal;
use serde::Deserialize;

/// A SKU (`item`). Lengths in centimetres, weights in kilograms.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Item {
    pub sku: String,
    pub name: String,
    pub family: Option<String>,
    pub variant: Option<String>,
    /// `product`, `bundle`, `accessory` or `packaging`.
    pub kind: Option<String>,
    #[serde(default)]
    pub components: Vec<Component>,
    pub brand: Option<String>,
    pub category: Option<String>,
    pub owner: Option<String>,
    pub stage: Option<String>,
    pub role: Option<String>,
    pub hs_code: Option<String>,
    pub origin: Option<String>,
    pub declared_name: Option<String>,
    pub declared_value: Option<Money>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub weight_kg: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub pack_weight_kg: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub pack_length_cm: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub pack_width_cm: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub pack_height_cm: Option<Decimal>,
    pub carton_units: Option<i64>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub carton_kg: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub carton_length_cm: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub carton_width_cm: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub carton_height_cm: Option<Decimal>,
}

/// So many units of a SKU in one bundle.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Component {
    pub sku: String,
    pub units: i64,
}

/// A warehouse (`place`).
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Place {
    pub code: String,
    pub name: String,
    /// `own`, `overseas`, `fba`, `three_pl` or `supplier`.
    pub kind: String,
    pub country: String,
    pub market: Option<String>,
    pub store: Option<String>,
    /// Its name in stock reports, where a report counts it.
    pub in_reports: Option<String>,
    pub storage_m3_day: Option<Money>,
    pub removal_unit: Option<Money>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub liquidation_share: Option<Decimal>,
    pub closed: Option<bool>,
}

impl Item {
    pub fn is_bundle(&self) -> bool {
        self.kind.as_deref() == Some("bundle")
    }

    /// Weight of a packed unit: as packed, else its part of a carton, else net.
    pub fn unit_kg(&self) -> Option<Decimal> {
        let of_carton = || Some(self.carton_kg? / Decimal::from(self.carton_units?));
        self.pack_weight_kg.or_else(of_carton).or(self.weight_kg)
    }

    /// Cubic metres of a packed unit: as packed, else its part of a carton.
    pub fn unit_m3(&self) -> Option<Decimal> {
        let cubic = |sides: [Option<Decimal>; 3]| {
            let [length, width, height] = sides;
            Some(length? * width? * height? / Decimal::from(1_000_000))
        };
        let packed = [self.pack_length_cm, self.pack_width_cm, self.pack_height_cm];
        let carton = [self.carton_length_cm, self.carton_width_cm, self.carton_height_cm];
        let of_carton = || Some(cubic(carton)? / Decimal::from(self.carton_units?));
        cubic(packed).or_else(of_carton)
    }
}

impl Place {
    /// Whether Argosy keeps the count there, since no report does.
    pub fn is_counted_here(&self) -> bool {
        self.in_reports.is_none() && self.kind != "fba" && self.kind != "supplier"
    }

    /// Whether goods there are ours already, so that sending them on moves them with their cost.
    pub fn holds_own_goods(&self) -> bool {
        self.kind != "supplier"
    }
}
