//! SQL scalar expressions over record batches: the one expression language of knowledge files.
//!
//! Report definitions say in SQL what a fact is made of; here that text is checked, compiled to the
//! engine's physical expressions and evaluated a batch at a time.

mod functions;

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use datafusion::{
    arrow::{
        array::{ArrayRef, RecordBatch},
        datatypes::{DataType, Schema},
    },
    common::{DFSchema, ToDFSchema},
    logical_expr::{Cast, Expr, simplify::SimplifyContext},
    optimizer::simplify_expressions::ExprSimplifier,
    physical_expr::PhysicalExpr,
    prelude::SessionContext,
    sql::sqlparser::{
        dialect::GenericDialect,
        parser::Parser,
        tokenizer::{Token, TokenWithSpan},
    },
};
pub use functions::{MarketRow, MarketTable};

use crate::FactsError;

/// An expression that cannot be compiled, and where in its text (counted from 1).
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct ExprError {
    pub message: String,
    pub line: u64,
    pub column: u64,
    /// The name that is not known, when that is what is wrong.
    pub unknown_name: Option<String>,
}

/// Compiles the expressions of one channel's definitions.
pub struct Compiler {
    context: SessionContext,
}

impl Compiler {
    /// Functions such as `market_of` look names up among the marketplaces of `channel`.
    pub fn new(channel: &str, markets: &MarketTable) -> Self {
        static PLAIN: LazyLock<SessionContext> = LazyLock::new(SessionContext::new);
        let context = SessionContext::new_with_state(PLAIN.state());
        functions::register(&context, channel, markets);
        Self { context }
    }

    /// Checks `sql` against the columns of `schema`; `to` is the type the result is cast to.
    ///
    /// # Errors
    /// [`ExprError`] for a syntax error, words left over after the expression, an unknown column or
    /// function, or types that do not fit.
    pub fn compile(
        &self,
        sql: &str,
        schema: &Schema,
        to: Option<&DataType>,
    ) -> Result<Compiled, ExprError> {
        check_syntax(sql)?;
        let schema: DFSchema =
            schema.clone().to_dfschema().map_err(|error| whole(error.strip_backtrace()))?;
        let meaning = |error: datafusion::error::DataFusionError| {
            let message = first_line(&error.strip_backtrace());
            let unknown_name = unknown_name(&message);
            ExprError { message, line: 1, column: 1, unknown_name }
        };
        let parsed = self.context.parse_sql_expr(sql, &schema).map_err(meaning)?;
        let columns = parsed.column_refs().into_iter().map(|column| column.name.clone()).collect();
        let cast = match to {
            Some(to) => Expr::Cast(Cast::new(Box::new(parsed), to.clone())),
            None => parsed,
        };
        // Some functions (coalesce) only exist until simplification has rewritten them.
        let simplify = ExprSimplifier::new(
            SimplifyContext::builder().with_schema(Arc::new(schema.clone())).build(),
        );
        let simple = simplify
            .coerce(cast, &schema)
            .and_then(|coerced| simplify.simplify(coerced))
            .map_err(meaning)?;
        let physical = self.context.create_physical_expr(simple, &schema).map_err(meaning)?;
        Ok(Compiled { physical, columns })
    }
}

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Compiled {
    physical: Arc<dyn PhysicalExpr>,
    columns: BTreeSet<String>,
}

impl Compiled {
    /// The value for each row of a batch with the schema it was compiled for.
    ///
    /// # Errors
    /// [`FactsError::Query`] when a value does not fit its type (a number too large, a bad cast).
    pub fn evaluate(&self, batch: &RecordBatch) -> Result<ArrayRef, FactsError> {
        let value = self.physical.evaluate(batch)?;
        Ok(value.into_array(batch.num_rows())?)
    }

    /// The columns it reads.
    pub fn columns(&self) -> &BTreeSet<String> {
        &self.columns
    }
}

fn whole(message: String) -> ExprError {
    ExprError { message, line: 1, column: 1, unknown_name: None }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// The parser stops after a whole expression and says nothing of what follows: that is refused.
fn check_syntax(sql: &str) -> Result<(), ExprError> {
    let mut parser = Parser::new(&GenericDialect {})
        .try_with_sql(sql)
        .map_err(|error| whole(error.to_string()))?;
    parser.parse_expr().map_err(|error| {
        let TokenWithSpan { span, .. } = parser.peek_token();
        ExprError {
            message: error.to_string(),
            line: span.start.line.max(1),
            column: span.start.column.max(1),
            unknown_name: None,
        }
    })?;
    let rest = parser.peek_token();
    if rest.token == Token::EOF {
        return Ok(());
    }
    Err(ExprError {
        message: format!("`{}` follows a complete expression", rest.token),
        line: rest.span.start.line,
        column: rest.span.start.column,
        unknown_name: None,
    })
}

/// The name in the engine's complaints about columns and functions it does not know.
fn unknown_name(message: &str) -> Option<String> {
    let rest = message
        .split_once("No field named ")
        .or_else(|| message.split_once("Invalid function '"))
        .map(|(_, rest)| rest)?;
    let end = rest.find(['.', '\'', ',']).unwrap_or(rest.len());
    Some(rest[..end].trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::{
        array::{
            Array, AsArray, Date32Array, Decimal128Array, StringArray, TimestampMicrosecondArray,
        },
        datatypes::Field,
    };

    use super::*;
    use crate::schema::{MONEY, instant};

    fn markets() -> MarketTable {
        let row = |name: &str, market: &str, currency: &str, time_zone: &str| MarketRow {
            channel: "amazon".into(),
            name: name.into(),
            market: market.into(),
            currency: currency.into(),
            time_zone: time_zone.into(),
        };
        MarketTable {
            rows: vec![
                row("Amazon.com", "US", "USD", "America/Los_Angeles"),
                row("Amazon.co.jp", "JP", "JPY", "Asia/Tokyo"),
            ],
        }
    }

    fn batch() -> RecordBatch {
        let schema = Schema::new(vec![
            Field::new("place", DataType::Utf8, true),
            Field::new("amount", MONEY, true),
            Field::new("at", instant(), true),
        ]);
        // 2026-06-17 02:30 UTC is still the 16th in Los Angeles.
        let at = 1_781_663_400_000_000;
        RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(StringArray::from(vec![Some("amazon.com"), Some("Mars"), None])),
                Arc::new(
                    Decimal128Array::from(vec![Some(1_500_000), Some(-2_000_000), None])
                        .with_precision_and_scale(20, 6)
                        .unwrap(),
                ),
                Arc::new(TimestampMicrosecondArray::from(vec![at, at, at]).with_timezone("UTC")),
            ],
        )
        .unwrap()
    }

    fn compile(sql: &str, to: Option<&DataType>) -> Result<Compiled, ExprError> {
        Compiler::new("amazon", &markets()).compile(sql, &batch().schema(), to)
    }

    #[test]
    fn a_day_is_the_markets_own_and_utc_where_the_market_is_unknown() {
        let days = compile("market_day(at, market_of(place))", None).unwrap();
        let days = days.evaluate(&batch()).unwrap();
        let days: &Date32Array = days.as_any().downcast_ref().unwrap();
        let shown: Vec<_> =
            (0..3).map(|row| days.value_as_date(row).unwrap().to_string()).collect();
        assert_eq!(shown, ["2026-06-16", "2026-06-17", "2026-06-17"]);
    }

    #[test]
    fn amounts_stay_exact() {
        let twice = compile("-amount * 2", Some(&MONEY)).unwrap().evaluate(&batch()).unwrap();
        let twice: &Decimal128Array = twice.as_any().downcast_ref().unwrap();
        assert_eq!(twice.value_as_string(0), "-3.000000");
        assert!(twice.is_null(2));
    }

    #[test]
    fn constants_fill_the_batch() {
        let text = compile("'final'", Some(&DataType::Utf8)).unwrap().evaluate(&batch()).unwrap();
        assert_eq!(text.as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["final"; 3]);
    }

    #[test]
    fn functions_that_are_rewritten_first_can_be_evaluated() {
        let sql = "coalesce(market_of(place), nullif(place, 'Mars'), '?')";
        let text = compile(sql, Some(&DataType::Utf8)).unwrap().evaluate(&batch()).unwrap();
        let text: Vec<_> = text.as_string::<i32>().iter().flatten().collect();
        assert_eq!(text, ["US", "?", "?"]);
    }

    #[test]
    fn words_left_over_are_refused_where_they_stand() {
        let error = compile("amount > 1 and\n and place", None).unwrap_err();
        assert_eq!((error.line, error.message.contains("place")), (2, true));
    }

    #[test]
    fn an_unknown_column_is_named() {
        let error = compile("amuont + 1", None).unwrap_err();
        assert_eq!(error.unknown_name.as_deref(), Some("amuont"));
    }
}
