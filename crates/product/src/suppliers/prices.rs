//! What a supplier asks for so many units on a day.

use argosy_kernel::{Day, Money};

use crate::model::{
    buying::{Price, Tier},
    supply::Supply,
};

/// A price that holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The price list.
    pub record: String,
    /// Of one unit.
    pub price: Money,
    /// The tier it is of.
    pub from_units: i64,
    pub moq: Option<i64>,
    pub lead_days: Option<i64>,
    /// Whether so many units are less than the least order, or than the smallest tier.
    pub below_moq: bool,
}

/// Whether a price list holds on a day; both ends belong to it.
pub fn holds(price: &Price, day: Day) -> bool {
    price.since <= day && price.until.is_none_or(|until| day <= until)
}

/// The tier for so many units: the highest that they reach, else the lowest there is.
pub fn tier(tiers: &[Tier], units: i64) -> Option<&Tier> {
    let reached = tiers.iter().filter(|tier| tier.from_units <= units);
    let lowest = || tiers.iter().min_by_key(|tier| tier.from_units);
    reached.max_by_key(|tier| tier.from_units).or_else(lowest)
}

/// The price of a supplier for units of a SKU: of the lists that hold on the day the newest.
pub fn lookup(supply: &Supply, supplier: &str, sku: &str, units: i64, day: Day) -> Option<Found> {
    let lists = supply.prices.values().filter(|one| {
        one.body.supplier == supplier && one.body.sku == sku && holds(&one.body, day)
    });
    let list = lists.max_by_key(|one| (one.body.since, &one.id))?;
    let tier = tier(&list.body.tiers, units)?;
    let least = list.body.moq.unwrap_or(tier.from_units).max(1);
    Some(Found {
        record: list.id.clone(),
        price: Money::new(tier.price, list.body.currency),
        from_units: tier.from_units,
        moq: list.body.moq,
        lead_days: list.body.lead_days,
        below_moq: units < least || units < tier.from_units,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::typed;

    fn supply(lists: &[Value]) -> Supply {
        let mut supply = Supply::default();
        for (at, list) in lists.iter().enumerate() {
            let id = format!("PR-{at}");
            let body = list.as_object().unwrap();
            supply.prices.insert(id.clone(), typed("supplier_price", &id, None, body).unwrap());
        }
        supply
    }

    fn list(since: &str, until: Option<&str>) -> Value {
        let mut list = json!({
            "supplier": "S1", "sku": "LAMP", "since": since, "currency": "CNY", "moq": 300,
            "tiers": [
                { "from_units": 1, "price": "28.50" },
                { "from_units": 1000, "price": "26.80" },
                { "from_units": 500, "price": "27.60" },
            ],
        });
        if let Some(until) = until {
            list["until"] = json!(until);
        }
        list
    }

    fn price(supply: &Supply, units: i64, day: &str) -> Option<(String, bool)> {
        let found = lookup(supply, "S1", "LAMP", units, day.parse().unwrap())?;
        Some((found.price.amount.to_string(), found.below_moq))
    }

    #[test]
    fn the_highest_tier_that_is_reached_counts_whatever_their_order() {
        let supply = supply(&[list("2026-01-01", None)]);
        let at = |units| price(&supply, units, "2026-02-01").unwrap().0;
        assert_eq!(
            [at(300), at(499), at(500), at(999), at(1000)],
            ["28.50", "28.50", "27.60", "27.60", "26.80"]
        );
    }

    #[test]
    fn less_than_the_least_order_is_told() {
        let supply = supply(&[list("2026-01-01", None)]);
        assert_eq!(price(&supply, 299, "2026-02-01"), Some(("28.50".into(), true)));
        assert_eq!(price(&supply, 300, "2026-02-01"), Some(("28.50".into(), false)));
    }

    #[test]
    fn a_list_holds_from_its_first_to_its_last_day_and_the_newest_goes_first() {
        let mut newer = list("2026-03-01", Some("2026-03-31"));
        newer["tiers"] = json!([{ "from_units": 1, "price": "30.00" }]);
        let supply = supply(&[list("2026-01-01", None), newer]);
        let at = |day| price(&supply, 300, day).map(|found| found.0);
        assert_eq!(at("2025-12-31"), None);
        assert_eq!(at("2026-01-01").as_deref(), Some("28.50"));
        assert_eq!(at("2026-03-31").as_deref(), Some("30.00"));
        assert_eq!(at("2026-04-01").as_deref(), Some("28.50"));
    }
}
