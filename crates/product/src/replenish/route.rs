//! Ways of transport for the head-haul 头程: what they cost and how long they take.

use argosy_kernel::{Money, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{goods::Goods, reckon::lead::LeadTime};

/// A way of transport.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Sea,
    Rail,
    Air,
    Express,
}

impl Mode {
    /// Its name for people.
    pub fn says(self) -> Text {
        let (en, zh_cn) = match self {
            Self::Sea => ("sea", "海运"),
            Self::Rail => ("rail", "铁路"),
            Self::Air => ("air", "空运"),
            Self::Express => ("express", "快递"),
        };
        Text { en: en.to_owned(), zh_cn: zh_cn.to_owned() }
    }
}

/// One way from the supplier to the market, priced; all prices in one currency.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Route {
    pub mode: Mode,
    /// From order to sellable, stage by stage.
    pub lead: LeadTime,
    /// Per kilogram that is charged.
    pub per_kg: Money,
    /// Per cubic metre.
    pub per_m3: Money,
    /// Per unit: prep, labels, and duty where it does not hang on the price.
    pub per_unit: Money,
    /// The least charge of a shipment.
    pub minimum: Money,
    /// Kilograms a cubic metre counts as at least (167 for air at 6000 cm³/kg); none: real weight.
    pub kg_per_m3: Option<Decimal>,
}

impl Route {
    /// What shipping so many units costs, exactly: weight charged, volume and units, at least the
    /// minimum; nothing for no units.
    pub fn freight(&self, goods: &Goods, units: u32) -> Decimal {
        if units == 0 {
            return Decimal::ZERO;
        }
        let (kg, m3) = (goods.kg(units), goods.m3(units));
        let charged = self.kg_per_m3.map_or(kg, |rate| kg.max(m3 * rate));
        let moved = charged * self.per_kg.amount + m3 * self.per_m3.amount;
        moved.max(self.minimum.amount) + self.per_unit.amount * Decimal::from(units)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{examples::goods, reckon::lead::StageTime},
        *,
    };
    use crate::replenish::Stage;

    #[test]
    fn bulky_goods_pay_for_their_volume_by_air_and_small_shipments_the_minimum() {
        let money = |text: &str| text.parse::<Money>().unwrap();
        let air = Route {
            mode: Mode::Air,
            lead: LeadTime::new(vec![(Stage::HeadHaul, StageTime::fixed(8.0))]),
            per_kg: money("6.00 USD"),
            per_m3: money("0 USD"),
            per_unit: money("0.10 USD"),
            minimum: money("90 USD"),
            kg_per_m3: Some(167.into()),
        };
        // 20 units a carton of 8 kg and 0.06 m³: 10.02 kg are charged.
        let goods = goods();
        assert_eq!(air.freight(&goods, 20).to_string(), "92.00");
        assert_eq!(air.freight(&goods, 200).to_string(), "621.2000");
    }
}
