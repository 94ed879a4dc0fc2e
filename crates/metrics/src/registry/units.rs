//! Whether a metric is counted in what it says it is.

use argosy_kernel::Diagnostic;

use super::{Aggregate, DAYS, Kind, Metric, Registry, Simple, Unit};
use crate::{
    dimension::Source,
    expression::{Expr, ExpressionError, Operator},
};

/// Powers of money, of things counted, and of days. `None` stands for a plain number or nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Powers {
    money: i8,
    things: i8,
    days: i8,
}

impl Powers {
    fn of(unit: Unit) -> Self {
        match unit {
            Unit::Money => Self { money: 1, ..Self::default() },
            Unit::Units | Unit::Count => Self { things: 1, ..Self::default() },
            Unit::Days => Self { days: 1, ..Self::default() },
            Unit::Fraction | Unit::Ratio => Self::default(),
        }
    }

    fn times(self, other: Self, sign: i8) -> Self {
        Self {
            money: self.money + sign * other.money,
            things: self.things + sign * other.things,
            days: self.days + sign * other.days,
        }
    }

    /// Whether a figure with these powers may be shown in `unit`: money per piece is money, pieces
    /// per order is a count.
    fn fits(self, unit: Unit) -> bool {
        match unit {
            Unit::Money => self.money == 1 && self.days <= 0,
            Unit::Units | Unit::Count => self.money == 0 && (0..=1).contains(&self.things),
            Unit::Fraction | Unit::Ratio => self == Self::default(),
            Unit::Days => self.money == 0 && self.things == 0 && self.days == 1,
        }
    }

    fn words(self) -> String {
        let parts: Vec<String> =
            [("money", self.money), ("count", self.things), ("days", self.days)]
                .into_iter()
                .filter(|(_, power)| *power != 0)
                .map(
                    |(word, power)| {
                        if power == 1 { word.to_owned() } else { format!("{word}^{power}") }
                    },
                )
                .collect();
        if parts.is_empty() { "fraction".to_owned() } else { parts.join(" × ") }
    }
}

/// The complaint when the declared unit is not what the formula gives.
pub(super) fn check(registry: &Registry, metric: &Metric) -> Option<Diagnostic> {
    let found = match &metric.kind {
        Kind::Simple(simple) => of_simple(simple),
        Kind::Ratio { numerator, denominator } => {
            let of = |id: &str| registry.get(id).map(|metric| Powers::of(metric.unit));
            Ok(of(numerator).zip(of(denominator)).map(|(above, below)| above.times(below, -1)))
        }
        Kind::Derived { expr, .. } => of_expr(expr, &|name| match name {
            DAYS => Some(Powers { days: 1, ..Powers::default() }),
            name => registry.get(name).map(|metric| Powers::of(metric.unit)),
        }),
        Kind::Cumulative { metric: inner, .. } => {
            Ok(registry.get(inner).map(|metric| Powers::of(metric.unit)))
        }
    };
    match found {
        Err(wrong) => Some(metric.file.inside("formula", &wrong)),
        Ok(Some(powers)) if !powers.fits(metric.unit) => {
            let message = format!("the metric comes out in {}", powers.words());
            let hint = "make `unit` say so, or mend the formula";
            Some(metric.file.file.complain(metric.file.unit.clone(), &message, hint))
        }
        Ok(_) => None,
    }
}

fn of_simple(simple: &Simple) -> Result<Option<Powers>, ExpressionError> {
    if simple.aggregate != Aggregate::Sum {
        return Ok(Some(Powers::of(Unit::Count)));
    }
    let columns = simple.source.columns();
    simple.expr.as_ref().map_or(Ok(None), |expr| {
        of_expr(expr, &|name| {
            let (_, _, is_money) = columns.iter().find(|(column, ..)| *column == name)?;
            // Places, stars and sizes are plain numbers; a measured value is what its metric says.
            let is_plain = matches!(name, "position" | "rating" | "quantity")
                || (simple.source == Source::Measures && name == "value");
            if is_plain {
                return None;
            }
            let is_fraction = name.ends_with("_fraction") || name.ends_with("_share");
            let unit = match (is_money, is_fraction) {
                (true, _) => Unit::Money,
                (_, true) => Unit::Fraction,
                _ => Unit::Count,
            };
            Some(Powers::of(unit))
        })
    })
}

/// The powers of an expression; `None` for plain numbers, which fit anything.
fn of_expr(
    expr: &Expr,
    of: &dyn Fn(&str) -> Option<Powers>,
) -> Result<Option<Powers>, ExpressionError> {
    match expr {
        Expr::Name { name, .. } => Ok(of(name)),
        Expr::Negate(inner) => of_expr(inner, of),
        Expr::Binary { left, operator: Operator::Multiply, right } => {
            let (left, right) = (of_expr(left, of)?, of_expr(right, of)?);
            Ok(match (left, right) {
                (Some(left), Some(right)) => Some(left.times(right, 1)),
                (one, other) => one.or(other),
            })
        }
        Expr::Binary { left, operator: Operator::Divide, right } => {
            let (left, right) = (of_expr(left, of)?, of_expr(right, of)?);
            let below = right.unwrap_or_default();
            Ok(Some(left.unwrap_or_default().times(below, -1)))
        }
        Expr::Binary { left, operator: Operator::Add | Operator::Subtract, right } => {
            same(expr, [of_expr(left, of)?, of_expr(right, of)?])
        }
        Expr::Call { function, arguments, .. }
            if matches!(
                function.as_str(),
                "coalesce" | "greatest" | "least" | "nullif" | "abs"
            ) =>
        {
            let powers = arguments.iter().map(|part| of_expr(part, of));
            same(expr, powers.collect::<Result<Vec<_>, _>>()?)
        }
        Expr::Case { branches, otherwise } => {
            let results = branches.iter().map(|(_, then)| then).chain(otherwise.as_deref());
            same(expr, results.map(|part| of_expr(part, of)).collect::<Result<Vec<_>, _>>()?)
        }
        _ => Ok(None),
    }
}

fn same(
    whole: &Expr,
    parts: impl IntoIterator<Item = Option<Powers>>,
) -> Result<Option<Powers>, ExpressionError> {
    let mut first: Option<Powers> = None;
    for part in parts.into_iter().flatten() {
        match first {
            Some(first) if first != part => {
                let (at, length) =
                    whole.names().first().map_or((0, 1), |(name, at)| (*at, name.len()));
                let message = format!("{} and {} cannot be added", first.words(), part.words());
                return Err(ExpressionError::new(at, length, message));
            }
            _ => first = Some(part),
        }
    }
    Ok(first)
}
