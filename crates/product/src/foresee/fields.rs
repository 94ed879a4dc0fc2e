//! Records as this part reads them: field by field, absent where nothing is given.

use argosy_chapter::kind::Body;
use argosy_kernel::{Currency, Day, Money};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::Value;

/// The fields of a record or of one of its lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a>(pub(crate) &'a Body);

impl<'a> Fields<'a> {
    pub(crate) fn text(self, id: &str) -> Option<&'a str> {
        self.0.get(id)?.as_str().filter(|text| !text.is_empty())
    }

    /// Numbers and percents are strings of a decimal, integers numbers.
    pub(crate) fn decimal(self, id: &str) -> Option<Decimal> {
        match self.0.get(id)? {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.to_string().parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn integer(self, id: &str) -> Option<i64> {
        self.decimal(id)?.to_i64()
    }

    pub(crate) fn day(self, id: &str) -> Option<Day> {
        self.text(id)?.parse().ok()
    }

    pub(crate) fn money(self, id: &str) -> Option<Money> {
        let money = self.0.get(id)?.as_object()?;
        let amount: Decimal = match money.get("amount")? {
            Value::String(text) => text.parse().ok()?,
            Value::Number(number) => number.to_string().parse().ok()?,
            _ => return None,
        };
        let currency: Currency = money.get("currency")?.as_str()?.parse().ok()?;
        Some(Money::new(amount, currency))
    }

    pub(crate) fn currency(self, id: &str) -> Option<Currency> {
        self.text(id)?.parse().ok()
    }

    pub(crate) fn lines(self, id: &str) -> impl Iterator<Item = Fields<'a>> {
        let lines = self.0.get(id).and_then(Value::as_array);
        lines.into_iter().flatten().filter_map(Value::as_object).map(Fields)
    }
}

/// A text of a parameter or a form.
pub(crate) fn param<'a>(
    params: &'a std::collections::BTreeMap<String, Value>,
    id: &str,
) -> Option<&'a str> {
    params.get(id)?.as_str().filter(|text| !text.is_empty())
}

/// A number of a parameter or a form.
pub(crate) fn number_of(value: Option<&Value>) -> Option<Decimal> {
    match value? {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_come_as_their_kind_and_wrong_ones_as_none() {
        let body = json!({
            "sku": "LAMP-1", "moq": 96, "kg": "12.5", "from": "2026-12-01",
            "fee": { "amount": "1.20", "currency": "USD" }, "empty": "",
            "lines": [{ "units": 5 }, { "units": 7 }]
        });
        let fields = Fields(body.as_object().unwrap());
        assert_eq!((fields.text("sku"), fields.text("empty")), (Some("LAMP-1"), None));
        assert_eq!((fields.integer("moq"), fields.integer("sku")), (Some(96), None));
        assert_eq!(fields.decimal("kg").unwrap().to_string(), "12.5");
        assert_eq!(fields.day("from"), "2026-12-01".parse().ok());
        assert_eq!(fields.money("fee").unwrap().to_string(), "1.20 USD");
        let units: i64 = fields.lines("lines").filter_map(|line| line.integer("units")).sum();
        assert_eq!(units, 12);
    }
}
