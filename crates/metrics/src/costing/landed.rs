//! Documents to landed cost: purchases in the currency of the books, with their share of freight,
//! duty and insurance.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use argosy_kernel::{Currency, Money};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{Act, Costing, Event, Freight, Purchase, PurchaseKind, Split},
    share::kept,
};
use crate::rates::Rates;

/// Something that keeps cost from being known; `code` is stable.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, ToSchema)]
pub struct CostProblem {
    /// `no_rate`, `unknown_document`, `no_weight`, `no_volume`, `no_goods_to_carry_freight`,
    /// `no_warehouse`.
    pub code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// What was found, to be put beside the words of the code.
    pub found: String,
}

/// Documents as events by product, and what was wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Landed {
    pub events: BTreeMap<String, Vec<Event>>,
    pub problems: Vec<CostProblem>,
}

/// What a purchase line is worth before freight.
fn bare(purchase: &Purchase, to: Currency, rates: &Rates) -> Option<Decimal> {
    let cost = purchase.unit_cost?;
    let rate = rates.between(cost.currency.code(), to.code(), purchase.received)?;
    Some(kept(cost.amount.checked_mul(Decimal::from(purchase.units))?.checked_mul(rate)?))
}

/// Turns all documents into events.
pub(crate) fn land(costing: &Costing, rates: &Rates) -> Landed {
    let mut landed = Landed::default();
    let lines = &costing.purchases;
    let mut values: Vec<Option<Decimal>> = Vec::with_capacity(lines.len());
    // The mean bare cost of a unit of each product: what a transfer is taken to be worth when
    // freight is shared by value, since its own cost is only known once all goods have moved.
    let mut means: HashMap<&str, (Decimal, i64)> = HashMap::new();
    for line in lines {
        let value = bare(line, costing.currency, rates);
        if let Some(value) = value {
            let mean = means.entry(&line.sku).or_default();
            mean.0 += value;
            mean.1 += line.units;
        } else if line.kind != PurchaseKind::Transfer {
            landed.problems.push(CostProblem {
                code: "no_rate",
                document: Some(line.document.clone()),
                sku: Some(line.sku.clone()),
                found: line.unit_cost.map_or_else(String::new, |cost| cost.to_string()),
            });
        }
        values.push(value);
    }
    let mean = |sku: &str, units: i64| -> Decimal {
        let (value, of) = means.get(sku).copied().unwrap_or_default();
        if of == 0 { Decimal::ZERO } else { value / Decimal::from(of) * Decimal::from(units) }
    };
    let mut freight: Vec<Decimal> = vec![Decimal::ZERO; lines.len()];
    for document in &costing.freight {
        let worth = |at: usize| values[at].unwrap_or_else(|| mean(&lines[at].sku, lines[at].units));
        spread(document, costing, rates, &worth, &mut freight, &mut landed.problems);
    }
    for (at, line) in lines.iter().enumerate() {
        let act = match (line.kind, values[at], &line.from_place) {
            (PurchaseKind::Transfer, _, Some(_)) => {
                Act::Transfer { to: line.place.as_str().into(), freight: freight[at] }
            }
            (kind, Some(value), _) => {
                Act::In { value: value + freight[at], opening: kind == PurchaseKind::Opening }
            }
            _ => continue,
        };
        let from = line.from_place.as_deref().filter(|_| line.kind == PurchaseKind::Transfer);
        landed.events.entry(line.sku.clone()).or_default().push(Event {
            day: line.received,
            warehouse: from.unwrap_or(&line.place).into(),
            act,
            units: line.units,
            listing: None,
            source: Arc::from(format!("{}/{}", line.document, line.line)),
        });
    }
    landed
}

/// Shares one freight document over the lines of the documents it is for, so that the parts are the
/// whole to the coin.
#[expect(clippy::too_many_arguments, reason = "what is shared, over what, and what comes of it")]
fn spread(
    document: &Freight,
    costing: &Costing,
    rates: &Rates,
    worth: &dyn Fn(usize) -> Decimal,
    freight: &mut [Decimal],
    problems: &mut Vec<CostProblem>,
) {
    let mut tell = |code, found: String| {
        let document = Some(document.document.clone());
        problems.push(CostProblem { code, document, sku: None, found });
    };
    for other in &document.applies_to {
        if !costing.purchases.iter().any(|line| line.document == *other) {
            tell("unknown_document", other.clone());
        }
    }
    let is_meant = |line: &Purchase| document.applies_to.contains(&line.document);
    // A purchase without a rate has no layer that freight could lie on.
    let has_layer = |line: &Purchase| {
        line.kind == PurchaseKind::Transfer || bare(line, costing.currency, rates).is_some()
    };
    let lines: Vec<(usize, &Purchase)> = costing
        .purchases
        .iter()
        .enumerate()
        .filter(|(_, line)| is_meant(line) && has_layer(line))
        .collect();
    if lines.is_empty() {
        return;
    }
    let (code, to) = (document.amount.currency.code(), costing.currency);
    let Some(rate) = rates.between(code, to.code(), document.day) else {
        tell("no_rate", document.amount.to_string());
        return;
    };
    let units = |line: &Purchase| Decimal::from(line.units);
    let by = |of: fn(&Purchase) -> Option<Decimal>| -> Option<Vec<Decimal>> {
        lines.iter().map(|(_, line)| Some(of(line)? * units(line))).collect()
    };
    let weights = match document.split {
        Split::Units => None,
        Split::Value => Some(lines.iter().map(|(at, _)| worth(*at)).collect::<Vec<_>>()),
        Split::Weight => by(|line| line.unit_weight).or_else(|| {
            tell("no_weight", String::new());
            None
        }),
        Split::Volume => by(|line| line.unit_volume).or_else(|| {
            tell("no_volume", String::new());
            None
        }),
    };
    let weights = weights
        .filter(|weights| weights.iter().any(|weight| *weight > Decimal::ZERO))
        .unwrap_or_else(|| lines.iter().map(|(_, line)| units(line)).collect());
    let whole = Money::new(kept(document.amount.amount * rate), to);
    if let Ok(parts) = whole.allocate(&weights) {
        for ((at, _), part) in lines.iter().zip(parts) {
            freight[*at] += part.amount;
        }
    }
}

#[cfg(test)]
mod tests {
    use argosy_kernel::{Files, Origin};

    use super::*;

    fn rates() -> Rates {
        let mut files = Files::default();
        let text = "Date,USD,CNY\n2026-01-02,2,8\n2026-03-02,4,8\n";
        files.add(crate::rates::RATES_PATH, text, Origin::BuiltIn);
        Rates::load(&files).unwrap()
    }

    fn line(document: &str, sku: &str, units: i64, cost: Option<&str>) -> Purchase {
        Purchase {
            document: document.to_owned(),
            line: 1,
            kind: if cost.is_some() { PurchaseKind::Purchase } else { PurchaseKind::Transfer },
            received: "2026-01-05".parse().unwrap(),
            place: "US".to_owned(),
            from_place: cost.is_none().then(|| "Shenzhen".to_owned()),
            sku: sku.to_owned(),
            units,
            unit_cost: cost.map(|cost| cost.parse().unwrap()),
            unit_weight: None,
            unit_volume: None,
        }
    }

    fn bill(amount: &str, split: Split, applies_to: &[&str]) -> Freight {
        Freight {
            document: "F-1".to_owned(),
            day: "2026-03-05".parse().unwrap(),
            amount: amount.parse().unwrap(),
            split,
            applies_to: applies_to.iter().map(ToString::to_string).collect(),
        }
    }

    fn landed(purchases: Vec<Purchase>, freight: Vec<Freight>) -> Landed {
        let costing = Costing { currency: Currency::USD, purchases, freight, ..Costing::default() };
        land(&costing, &rates())
    }

    /// What each product's goods came in at, or what their way cost.
    fn values(landed: &Landed) -> Vec<String> {
        let shown = |event: &Event| match &event.act {
            Act::In { value, .. } => value.normalize().to_string(),
            Act::Transfer { freight, .. } => format!("+{}", freight.normalize()),
            _ => String::new(),
        };
        landed.events.values().flatten().map(shown).collect()
    }

    fn codes(landed: &Landed) -> Vec<&'static str> {
        landed.problems.iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn a_thousand_shared_three_to_three_to_one_is_a_thousand() {
        let lines = [("A", 3), ("B", 3), ("C", 1)]
            .map(|(sku, units)| line("PO", sku, units, Some("0 USD")));
        let landed = landed(lines.to_vec(), vec![bill("1000.00 USD", Split::Units, &["PO"])]);
        assert_eq!(values(&landed), ["428.57", "428.57", "142.86"]);
    }

    #[test]
    fn goods_take_the_rate_of_their_day_and_freight_that_of_its_own() {
        // 8 CNY = 1 EUR = 2 USD in January; 8 CNY = 1 EUR = 4 USD in March.
        let lines = vec![line("PO", "A", 10, Some("8 CNY"))];
        let landed = landed(lines, vec![bill("16 CNY", Split::Value, &["PO"])]);
        assert_eq!(values(&landed), ["28"]);
    }

    #[test]
    fn value_weight_and_volume_each_share_in_their_own_way() {
        let heavy = Purchase {
            unit_weight: Some(3.into()),
            unit_volume: Some("0.1".parse().unwrap()),
            ..line("PO", "A", 1, Some("10 USD"))
        };
        let large = Purchase {
            unit_weight: Some(1.into()),
            unit_volume: Some("0.3".parse().unwrap()),
            ..line("PO", "B", 1, Some("30 USD"))
        };
        let share = |split| {
            let lines = vec![heavy.clone(), large.clone()];
            values(&landed(lines, vec![bill("100 USD", split, &["PO"])]))
        };
        assert_eq!(share(Split::Units), ["60", "80"]);
        assert_eq!(share(Split::Value), ["35", "105"]);
        assert_eq!(share(Split::Weight), ["85", "55"]);
        assert_eq!(share(Split::Volume), ["35", "105"]);
    }

    #[test]
    fn freight_of_a_transfer_by_value_goes_by_what_the_goods_were_bought_for() {
        let lines = vec![
            line("PO", "A", 10, Some("1 USD")),
            line("PO", "B", 10, Some("3 USD")),
            line("TR", "A", 5, None),
            line("TR", "B", 5, None),
        ];
        let landed = landed(lines, vec![bill("8 USD", Split::Value, &["TR"])]);
        assert_eq!(values(&landed), ["10", "+2", "30", "+6"]);
    }

    #[test]
    fn what_cannot_be_worked_out_is_said_and_never_costs_nothing() {
        let lines = vec![line("PO", "A", 1, Some("5 XAU")), line("PO", "B", 2, Some("5 USD"))];
        let bills = vec![bill("4 USD", Split::Weight, &["PO", "PO-9"])];
        let landed = landed(lines, bills);
        // No rate: no layer, and all the freight lies on what has one.
        assert_eq!(values(&landed), ["14"]);
        assert_eq!(codes(&landed), ["no_rate", "unknown_document", "no_weight"]);
    }
}
