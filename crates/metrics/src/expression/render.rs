//! Expression to SQL: names through a white list, texts quoted, literals fitted to their column.

use argosy_kernel::{Day, names::sql_text as quoted};

use super::{Expr, ExpressionError, Operator};

/// What a column holds, so that literals compared with it are written fittingly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnType {
    Text,
    Number,
    Day,
    Bool,
}

/// How a name is written in SQL, and what it holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    pub sql: String,
    pub holds: ColumnType,
}

impl Column {
    pub fn new(sql: impl Into<String>, holds: ColumnType) -> Self {
        Self { sql: sql.into(), holds }
    }
}

impl Expr {
    /// This expression as SQL, where `column` says how each name is written.
    ///
    /// # Errors
    /// The error of `column`, or a literal that does not fit the column it is compared with.
    pub fn render(
        &self,
        column: &dyn Fn(&str, usize) -> Result<Column, ExpressionError>,
    ) -> Result<String, ExpressionError> {
        self.write(None, column)
    }

    fn write(
        &self,
        beside: Option<&Column>,
        column: &dyn Fn(&str, usize) -> Result<Column, ExpressionError>,
    ) -> Result<String, ExpressionError> {
        Ok(match self {
            Self::Null => "NULL".to_owned(),
            Self::Bool(truth) => truth.to_string().to_uppercase(),
            Self::Number(number) => literal_number(&number.to_string(), beside),
            Self::Text(text) => literal_text(text, beside)?,
            Self::Name { name, at } => column(name, *at)?.sql,
            Self::Not(expr) => format!("(NOT {})", expr.write(None, column)?),
            Self::Negate(expr) => format!("(- {})", expr.write(None, column)?),
            Self::IsNull { expr, negated } => {
                let not = if *negated { "NOT " } else { "" };
                format!("({} IS {not}NULL)", expr.write(None, column)?)
            }
            Self::Binary { left, operator, right } => {
                let (for_left, for_right) = match operator {
                    Operator::And | Operator::Or => (None, None),
                    _ => (right.column_of(column)?, left.column_of(column)?),
                };
                let left = left.write(for_left.as_ref(), column)?;
                let right = right.write(for_right.as_ref(), column)?;
                format!("({left} {} {right})", operator.sql())
            }
            Self::In { expr, list, negated } => {
                let beside = expr.column_of(column)?;
                let items = list
                    .iter()
                    .map(|item| item.write(beside.as_ref(), column))
                    .collect::<Result<Vec<_>, _>>()?;
                let expr = expr.write(None, column)?;
                // `in ()` is no SQL: nothing is in an empty list.
                if items.is_empty() {
                    return Ok(if *negated { "TRUE" } else { "FALSE" }.to_owned());
                }
                let not = if *negated { "NOT " } else { "" };
                format!("({expr} {not}IN ({}))", items.join(", "))
            }
            Self::Between { expr, low, high, negated } => {
                let beside = expr.column_of(column)?;
                let low = low.write(beside.as_ref(), column)?;
                let high = high.write(beside.as_ref(), column)?;
                let not = if *negated { "NOT " } else { "" };
                format!("({} {not}BETWEEN {low} AND {high})", expr.write(None, column)?)
            }
            Self::Like { expr, pattern, negated, any_case } => {
                let not = if *negated { "NOT " } else { "" };
                let like = if *any_case { "ILIKE" } else { "LIKE" };
                format!("({} {not}{like} {})", expr.write(None, column)?, quoted(pattern))
            }
            Self::Case { branches, otherwise } => {
                let mut sql = "(CASE".to_owned();
                for (when, then) in branches {
                    let (when, then) = (when.write(None, column)?, then.write(None, column)?);
                    sql += &format!(" WHEN {when} THEN {then}");
                }
                if let Some(otherwise) = otherwise {
                    sql += &format!(" ELSE {}", otherwise.write(None, column)?);
                }
                sql + " END)"
            }
            Self::Call { function, arguments, at, .. } => {
                if matches!(function.as_str(), "under" | "sum" | "count") {
                    let message = format!("`{function}` is not allowed here");
                    return Err(ExpressionError::new(*at, function.len(), message));
                }
                let beside =
                    arguments.iter().find_map(|part| part.column_of(column).ok().flatten());
                let arguments = arguments
                    .iter()
                    .map(|argument| argument.write(beside.as_ref(), column))
                    .collect::<Result<Vec<_>, _>>()?;
                format!("{function}({})", arguments.join(", "))
            }
        })
    }

    /// The column this expression is, when it is just a name (or a text function of one).
    fn column_of(
        &self,
        column: &dyn Fn(&str, usize) -> Result<Column, ExpressionError>,
    ) -> Result<Option<Column>, ExpressionError> {
        match self {
            Self::Name { name, at } => column(name, *at).map(Some),
            Self::Call { function, .. } if matches!(function.as_str(), "lower" | "upper") => {
                Ok(Some(Column::new(String::new(), ColumnType::Text)))
            }
            Self::Call { function, arguments, .. } if function == "coalesce" => {
                arguments.first().map_or(Ok(None), |first| first.column_of(column))
            }
            _ => Ok(None),
        }
    }
}

/// `order_id = 123` means the text: without quotes the engine would cast the whole column.
fn literal_number(number: &str, beside: Option<&Column>) -> String {
    match beside {
        Some(Column { holds: ColumnType::Text, .. }) => quoted(number),
        _ => number.to_owned(),
    }
}

fn literal_text(text: &str, beside: Option<&Column>) -> Result<String, ExpressionError> {
    match beside.map(|column| column.holds) {
        Some(ColumnType::Day) => match text.parse::<Day>() {
            Ok(day) => Ok(format!("DATE '{day}'")),
            Err(_) => Err(ExpressionError::new(0, 1, format!("`{text}` is not a day"))
                .hint("write days as '2026-06-30'")),
        },
        Some(ColumnType::Number) if text.parse::<rust_decimal::Decimal>().is_err() => {
            Err(ExpressionError::new(0, 1, format!("`{text}` is not a number")))
        }
        _ => Ok(quoted(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::parse;

    fn sql(text: &str) -> String {
        let column = |name: &str, at: usize| match name {
            "market" | "order_id" => Ok(Column::new(format!("f.{name}"), ColumnType::Text)),
            "day" => Ok(Column::new("f.day", ColumnType::Day)),
            "units" => Ok(Column::new("f.units", ColumnType::Number)),
            _ => Err(ExpressionError::new(at, name.len(), format!("unknown `{name}`"))),
        };
        parse(text).and_then(|expr| expr.render(&column)).unwrap_or_else(|error| error.message)
    }

    #[test]
    fn only_listed_columns_are_written() {
        assert_eq!(sql("market = 'DE' and units > 2"), "((f.market = 'DE') AND (f.units > 2))");
        assert_eq!(sql("raw = 'x'"), "unknown `raw`");
        assert_eq!(sql("\"market\" = 'DE'"), "(f.market = 'DE')");
    }

    #[test]
    fn texts_cannot_leave_their_quotes() {
        assert_eq!(sql("market = 'x'' or 1=1 --'"), "(f.market = 'x'' or 1=1 --')");
        assert_eq!(sql("market like 'a''; drop'"), "(f.market LIKE 'a''; drop')");
    }

    #[test]
    fn literals_take_the_type_of_the_column_beside_them() {
        assert_eq!(sql("day >= '2026-06-01'"), "(f.day >= DATE '2026-06-01')");
        assert_eq!(sql("day between '2026-06-01' and '2026-06-31'"), "`2026-06-31` is not a day");
        assert_eq!(sql("order_id in (123, '4')"), "(f.order_id IN ('123', '4'))");
        assert_eq!(sql("day > date '2026-06-01'"), "(f.day > DATE '2026-06-01')");
    }
}
