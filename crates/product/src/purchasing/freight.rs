//! Freight: what a carrier charges boxes for, and costs shared over goods to the cent.

use argosy_chapter::face::ChapterError;
use argosy_kernel::{Files, Money, Text};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::{
    landed::{Carton, ChargedBy, Rules},
    model::{goods::Shipment, item::Item, supply::Book},
    says::{both, shown},
};

/// The mode of `knowledge/landed.toml` that tells what is charged for a way of transport.
fn charging(mode: &str) -> &str {
    match mode {
        "sea" => "sea_lcl",
        other => other,
    }
}

/// Weight, volume and what is charged for boxes, in words; `None` without boxes.
///
/// # Errors
/// [`ChapterError::Told`] when the knowledge of modes cannot be read or a box has no sides.
pub(crate) fn charged(
    files: &Files,
    mode: &str,
    boxes: &[Value],
) -> Result<Option<Text>, ChapterError> {
    if boxes.is_empty() {
        return Ok(None);
    }
    let unread =
        |_| ChapterError::told("knowledge/landed.toml is damaged", "knowledge/landed.toml 损坏");
    let rules = Rules::load(files).map_err(unread)?;
    let Some(mode) = rules.mode(charging(mode)) else { return Ok(None) };
    let number = |one: &Value, field: &str| {
        one.get(field).and_then(Value::as_str).and_then(|text| text.parse::<Decimal>().ok())
    };
    let (mut count, mut kg, mut m3, mut amount) = (0, Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for one in boxes {
        let sides = ["length_cm", "width_cm", "height_cm"].map(|side| number(one, side));
        let [Some(length), Some(width), Some(height)] = sides else { return Ok(None) };
        let Some(weight) = number(one, "weight_kg") else { return Ok(None) };
        let of = |field: &str| one.get(field).and_then(Value::as_i64).unwrap_or(1);
        let times = Decimal::from(of("count"));
        let carton =
            Carton { cm: [length, width, height], kg: weight, units: Decimal::from(of("units")) };
        let charged =
            mode.chargeable(&carton, None).map_err(|wrong| ChapterError::Told(wrong.says))?;
        count += of("count");
        kg += weight * times;
        m3 += carton.volume_cm3() / Decimal::from(1_000_000) * times;
        amount += charged.amount * times;
    }
    let unit = match mode.by {
        ChargedBy::Weight => "kg",
        ChargedBy::Volume => "m³",
    };
    let (kg, m3, amount) = (shown(kg), shown(m3), shown(amount));
    Ok(Some(both(
        format!("{count} boxes, {kg} kg, {m3} m³; charged for {amount} {unit} ({})", mode.name.en),
        format!("{count} 箱，{kg} kg，{m3} m³；计费 {amount} {unit}（{}）", mode.name.zh_cn),
    )))
}

/// What a cost is shared by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum By {
    Units,
    Value,
    Weight,
    Volume,
}

impl By {
    pub(crate) fn named(name: Option<&str>) -> Self {
        match name {
            Some("units") => Self::Units,
            Some("weight") => Self::Weight,
            Some("volume") => Self::Volume,
            _ => Self::Value,
        }
    }
}

/// Shares an amount over the lines of a shipment: the parts add up to it exactly, to the last
/// digit. Where what it is to be shared by is not known of every line, units count.
pub(crate) fn shared(
    amount: Money,
    shipment: &Shipment,
    items: &Book<Item>,
    by: By,
    value: impl Fn(usize) -> Option<Decimal>,
) -> Vec<Money> {
    let units: Vec<Decimal> = shipment.lines.iter().map(|line| Decimal::from(line.units)).collect();
    let boxed = |sku: &str, of: fn(&crate::model::goods::Boxes) -> Decimal| {
        let one = shipment.boxes.iter().find(|one| one.sku == sku && one.units > 0)?;
        Some(of(one) / Decimal::from(one.units))
    };
    let each = |at: usize| {
        let line = &shipment.lines[at];
        let item = items.get(&line.sku).map(|item| &item.body);
        match by {
            By::Units => Some(Decimal::ONE),
            By::Value => value(at),
            By::Weight => boxed(&line.sku, |one| one.weight_kg).or_else(|| item?.unit_kg()),
            By::Volume => boxed(&line.sku, crate::model::goods::Boxes::cm3)
                .or_else(|| Some(item?.unit_m3()? * Decimal::from(1_000_000))),
        }
    };
    let weights: Option<Vec<Decimal>> =
        units.iter().enumerate().map(|(at, units)| Some(each(at)? * *units)).collect();
    let fitting = weights.filter(|weights| weights.iter().any(|one| !one.is_zero()));
    amount.allocate(&fitting.unwrap_or(units)).unwrap_or_default()
}
