//! Text to expression: `sqlparser` reads, and what is not allowed is refused with its place.

use argosy_facts::datafusion::sql::sqlparser::{
    ast::{
        self, CeilFloorKind, DateTimeField, DuplicateTreatment, FunctionArg, FunctionArgExpr,
        FunctionArguments, UnaryOperator,
    },
    dialect::GenericDialect,
    parser::Parser,
    tokenizer::{Location, Token, Tokenizer},
};
use argosy_kernel::knowledge::nearest;

use super::{AGGREGATES, Expr, ExpressionError, FUNCTIONS, Operator};

/// Expressions nest no deeper; people do not write more, attackers do.
const NESTING_MAX: usize = 40;
/// The longest text read as one expression.
const TEXT_BYTES_MAX: usize = 8_000;

/// Reads one expression; every word of the text must belong to it.
///
/// # Errors
/// The first thing that is not allowed, with its place.
pub fn parse(text: &str) -> Result<Expr, ExpressionError> {
    if text.len() > TEXT_BYTES_MAX {
        let message = format!("the expression is longer than {TEXT_BYTES_MAX} bytes");
        return Err(ExpressionError::new(0, 1, message).hint("write a shorter one"));
    }
    let dialect = GenericDialect {};
    if let Err(error) = Tokenizer::new(&dialect, text).tokenize() {
        let at = byte_of(text, error.location);
        return Err(ExpressionError::new(at, 1, error.message));
    }
    let mut parser = Parser::new(&dialect)
        .with_recursion_limit(NESTING_MAX)
        .try_with_sql(text)
        .map_err(|error| ExpressionError::new(0, text.len().max(1), error.to_string()))?;
    let parsed = parser.parse_expr();
    let next = parser.peek_token();
    let at = byte_of(text, next.span.start);
    let parsed = parsed.map_err(|error| {
        let message = error.to_string();
        let message = message.strip_prefix("sql parser error: ").unwrap_or(&message).to_owned();
        ExpressionError::new(at.min(text.len()), 1, message)
    })?;
    if next.token != Token::EOF {
        let length = next.token.to_string().len();
        let message = format!("`{}` is left over: the expression ends before it", next.token);
        return Err(ExpressionError::new(at, length, message)
            .hint("is an `and`, an operator or a parenthesis missing or doubled?"));
    }
    Reader { text }.expr(&parsed)
}

/// The byte of a line and column of sqlparser (both count from 1; 0 means unknown).
fn byte_of(text: &str, place: Location) -> usize {
    if place.line == 0 {
        return text.len();
    }
    let skip = usize::try_from(place.line - 1).unwrap_or(0);
    let start: usize = text.split_inclusive('\n').take(skip).map(str::len).sum();
    let columns = usize::try_from(place.column.saturating_sub(1)).unwrap_or(0);
    let line = text.get(start..).unwrap_or("");
    start + line.char_indices().nth(columns).map_or(line.len(), |(at, _)| at)
}

const NO_FIELD: CeilFloorKind = CeilFloorKind::DateTimeField(DateTimeField::NoDateTime);

struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn expr(&self, expr: &ast::Expr) -> Result<Expr, ExpressionError> {
        let boxed = |expr: &ast::Expr| self.expr(expr).map(Box::new);
        Ok(match expr {
            ast::Expr::Identifier(ident) => Expr::Name {
                name: ident.value.to_lowercase(),
                at: byte_of(self.text, ident.span.start),
            },
            ast::Expr::Nested(inner) => self.expr(inner)?,
            ast::Expr::Value(value) => self.value(value)?,
            ast::Expr::TypedString(typed) => self.value(&typed.value)?,
            ast::Expr::IsNull(inner) => Expr::IsNull { expr: boxed(inner)?, negated: false },
            ast::Expr::IsNotNull(inner) => Expr::IsNull { expr: boxed(inner)?, negated: true },
            ast::Expr::UnaryOp { op: UnaryOperator::Not, expr } => Expr::Not(boxed(expr)?),
            ast::Expr::UnaryOp { op: UnaryOperator::Minus, expr } => Expr::Negate(boxed(expr)?),
            ast::Expr::UnaryOp { op: UnaryOperator::Plus, expr } => self.expr(expr)?,
            ast::Expr::BinaryOp { left, op, right } => Expr::Binary {
                left: boxed(left)?,
                operator: operator(op).ok_or_else(|| self.refused(expr))?,
                right: boxed(right)?,
            },
            ast::Expr::InList { expr, list, negated } => Expr::In {
                expr: boxed(expr)?,
                list: list.iter().map(|item| self.expr(item)).collect::<Result<_, _>>()?,
                negated: *negated,
            },
            ast::Expr::Between { expr, negated, low, high } => Expr::Between {
                expr: boxed(expr)?,
                low: boxed(low)?,
                high: boxed(high)?,
                negated: *negated,
            },
            ast::Expr::Like { negated, any: false, expr: inner, pattern, escape_char: None } => {
                let (inner, pattern) = self.like(expr, inner, pattern)?;
                Expr::Like { expr: inner, pattern, negated: *negated, any_case: false }
            }
            ast::Expr::ILike { negated, any: false, expr: inner, pattern, escape_char: None } => {
                let (inner, pattern) = self.like(expr, inner, pattern)?;
                Expr::Like { expr: inner, pattern, negated: *negated, any_case: true }
            }
            ast::Expr::Case { operand: None, conditions, else_result, .. } => Expr::Case {
                branches: conditions
                    .iter()
                    .map(|case| Ok((self.expr(&case.condition)?, self.expr(&case.result)?)))
                    .collect::<Result<_, ExpressionError>>()?,
                otherwise: else_result.as_deref().map(boxed).transpose()?,
            },
            ast::Expr::Function(function) => self.call(expr, function)?,
            // SQL writes these with a syntax of their own: `ceil(x to day)` is none of ours.
            ast::Expr::Ceil { expr: inner, field: NO_FIELD } => self.step("ceil", inner)?,
            ast::Expr::Floor { expr: inner, field: NO_FIELD } => self.step("floor", inner)?,
            other => return Err(self.refused(other)),
        })
    }

    /// A call of `ceil` or `floor`.
    fn step(&self, function: &str, inner: &ast::Expr) -> Result<Expr, ExpressionError> {
        let arguments = vec![self.expr(inner)?];
        Ok(Expr::Call { function: function.to_owned(), arguments, distinct: false, at: 0 })
    }

    /// Both sides of a `like`.
    fn like(
        &self,
        whole: &ast::Expr,
        expr: &ast::Expr,
        pattern: &ast::Expr,
    ) -> Result<(Box<Expr>, String), ExpressionError> {
        match self.expr(pattern)? {
            Expr::Text(pattern) => Ok((Box::new(self.expr(expr)?), pattern)),
            _ => Err(self.refused(whole).hint("the pattern must be a text such as 'lamp%'")),
        }
    }

    fn value(&self, value: &ast::ValueWithSpan) -> Result<Expr, ExpressionError> {
        let at = byte_of(self.text, value.span.start);
        match &value.value {
            ast::Value::Number(number, _) => number.parse().map(Expr::Number).map_err(|_| {
                ExpressionError::new(at, number.len(), format!("`{number}` is not a decimal"))
            }),
            ast::Value::SingleQuotedString(text) => Ok(Expr::Text(text.clone())),
            ast::Value::Boolean(truth) => Ok(Expr::Bool(*truth)),
            ast::Value::Null => Ok(Expr::Null),
            other => Err(ExpressionError::new(
                at,
                other.to_string().len(),
                format!("`{other}` is not allowed here"),
            )
            .hint("write texts in 'single quotes' and numbers as 12.5")),
        }
    }

    fn call(&self, whole: &ast::Expr, function: &ast::Function) -> Result<Expr, ExpressionError> {
        let plain = function.filter.is_none()
            && function.over.is_none()
            && function.null_treatment.is_none()
            && function.within_group.is_empty()
            && matches!(function.parameters, FunctionArguments::None);
        let FunctionArguments::List(list) = &function.args else {
            return Err(self.refused(whole));
        };
        let name = match function.name.0.as_slice() {
            [part] => part.as_ident(),
            _ => None,
        };
        let (Some(name), true, true) = (name, plain, list.clauses.is_empty()) else {
            return Err(self.refused(whole));
        };
        let at = byte_of(self.text, name.span.start);
        let called = name.value.to_lowercase();
        let known = || FUNCTIONS.into_iter().chain(AGGREGATES);
        if !known().any(|function| function == called) {
            let hint = nearest(&called, known()).map_or_else(
                || format!("use one of: {}", known().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("unknown function `{called}`");
            return Err(ExpressionError::new(at, name.value.len(), message).hint(hint));
        }
        let mut arguments = Vec::new();
        for argument in &list.args {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => {
                    arguments.push(self.expr(expr)?);
                }
                // `count(*)` is the call without arguments.
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if called == "count" => {}
                _ => return Err(self.refused(whole)),
            }
        }
        let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
        Ok(Expr::Call { function: called, arguments, distinct, at })
    }

    /// The complaint about something SQL knows and this language does not.
    fn refused(&self, expr: &ast::Expr) -> ExpressionError {
        let span = ast::Spanned::span(expr);
        let at = byte_of(self.text, span.start);
        let shown: String = expr.to_string().chars().take(60).collect();
        let at = if at >= self.text.len() { 0 } else { at };
        let length = shown.len().min(self.text.len().saturating_sub(at)).max(1);
        ExpressionError::new(at, length, format!("`{shown}` is not allowed here")).hint(
            "allowed: names, texts, numbers, + - * /, comparisons, and, or, not, in (…), between, \
             like, is null, case, and the functions abs, ceil, coalesce, floor, greatest, least, \
             lower, nullif, round, under, upper",
        )
    }
}

fn operator(operator: &ast::BinaryOperator) -> Option<Operator> {
    use ast::BinaryOperator as Sql;
    Some(match operator {
        Sql::Plus => Operator::Add,
        Sql::Minus => Operator::Subtract,
        Sql::Multiply => Operator::Multiply,
        Sql::Divide => Operator::Divide,
        Sql::Eq => Operator::Equal,
        Sql::NotEq => Operator::NotEqual,
        Sql::Lt => Operator::Less,
        Sql::LtEq => Operator::LessOrEqual,
        Sql::Gt => Operator::Greater,
        Sql::GtEq => Operator::GreaterOrEqual,
        Sql::And => Operator::And,
        Sql::Or => Operator::Or,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let error = parse(text).unwrap_err();
        let shown = text.get(error.at..error.at + error.length).unwrap_or("<end>");
        format!("{} [{shown}]", error.message)
    }

    #[test]
    fn left_over_words_are_not_silently_ignored() {
        assert_eq!(
            refused("clicks >= 30 and\n and ad_cost"),
            "`ad_cost` is left over: the expression ends before it [ad_cost]"
        );
        assert_eq!(
            refused("market = 'DE'; drop table ledger"),
            "`;` is left over: the expression ends before it [;]"
        );
    }

    #[test]
    fn what_could_reach_other_data_is_refused() {
        for text in [
            "market in (select market from ledger)",
            "exists (select 1)",
            "(select 1) = 1",
            "ledger.market = 'DE'",
            "market = $1",
            "read_csv('/etc/passwd') = 'x'",
            "pg_sleep(10) is null",
            "cast(market as int) = 1",
            "sum(amount) over () > 1",
            "market || 'x' = 'y'",
            "market ~ 'D.*'",
            "x'00' = market",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_and_long_texts_are_refused_quickly() {
        let deep = format!("{}1{}", "(".repeat(5_000), ")".repeat(5_000));
        assert!(parse(&deep).is_err());
        assert!(parse(&"not ".repeat(1_500)).is_err());
        assert!(parse(&"a".repeat(9_000)).is_err());
    }

    #[test]
    fn a_misspelt_function_is_named_with_the_nearest() {
        let error = parse("lowr(store) = 'x'").unwrap_err();
        assert_eq!(
            (error.message.as_str(), error.hint.as_str()),
            ("unknown function `lowr`", "did you mean `lower`?")
        );
    }
}
