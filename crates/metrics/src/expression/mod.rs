//! The one expression language of metrics and filters: a small, safe part of SQL.
//!
//! Text is parsed by `sqlparser` and turned into an [`Expr`] of our own, which holds only what is
//! allowed. It is then either evaluated here, exactly ([`Expr::evaluate`]: examples, ratios,
//! derived metrics), or rendered as SQL for the fact store ([`Expr::render`]). Nothing a user
//! writes reaches the engine as it stands.

mod evaluate;
mod parse;
mod render;

pub(crate) use argosy_kernel::names::sql_text as quoted;
use rust_decimal::Decimal;

pub use evaluate::Value;
pub use parse::parse;
pub use render::{Column, ColumnType};

/// Functions of the language; `under` asks whether a ledger line belongs to a group of the chart.
pub const FUNCTIONS: [&str; 11] = [
    "abs", "ceil", "coalesce", "floor", "greatest", "least", "lower", "nullif", "round", "under",
    "upper",
];

/// Aggregates; they stand only at the top of a metric's `measure`.
pub const AGGREGATES: [&str; 2] = ["count", "sum"];

/// An expression that holds only what the language allows.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(String),
    /// A column, a dimension or a metric; `at` is the byte where it stands in the text.
    Name {
        name: String,
        at: usize,
    },
    Binary {
        left: Box<Expr>,
        operator: Operator,
        right: Box<Expr>,
    },
    Not(Box<Expr>),
    Negate(Box<Expr>),
    IsNull {
        expr: Box<Expr>,
        negated: bool,
    },
    In {
        expr: Box<Expr>,
        list: Vec<Expr>,
        negated: bool,
    },
    Between {
        expr: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
        negated: bool,
    },
    Like {
        expr: Box<Expr>,
        pattern: String,
        negated: bool,
        any_case: bool,
    },
    /// `when … then …` branches and the `else`.
    Case {
        branches: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    Call {
        function: String,
        arguments: Vec<Expr>,
        distinct: bool,
        at: usize,
    },
}

/// Operators with two sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

impl Operator {
    fn sql(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::And => "AND",
            Self::Or => "OR",
        }
    }
}

/// What is wrong with an expression; `at` is the byte where, `length` how many bytes are meant.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    pub message: String,
    pub hint: String,
    pub at: usize,
    pub length: usize,
}

impl ExpressionError {
    pub fn new(at: usize, length: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: String::new(), at, length }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl Expr {
    /// The direct parts of this expression.
    pub fn parts(&self) -> Vec<&Expr> {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Name { .. } => {
                Vec::new()
            }
            Self::Binary { left, right, .. } => vec![left, right],
            Self::Not(expr) | Self::Negate(expr) => vec![expr],
            Self::IsNull { expr, .. } | Self::Like { expr, .. } => vec![expr],
            Self::In { expr, list, .. } => {
                std::iter::once(expr.as_ref()).chain(list.iter()).collect()
            }
            Self::Between { expr, low, high, .. } => vec![expr, low, high],
            Self::Case { branches, otherwise } => branches
                .iter()
                .flat_map(|(when, then)| [when, then])
                .chain(otherwise.as_deref())
                .collect(),
            Self::Call { arguments, .. } => arguments.iter().collect(),
        }
    }

    /// The same expression with each direct part replaced by `change(part)`.
    ///
    /// # Errors
    /// The first error of `change`.
    pub fn map_parts<E>(self, change: &mut impl FnMut(Expr) -> Result<Expr, E>) -> Result<Expr, E> {
        let boxed = |expr: Box<Expr>, change: &mut dyn FnMut(Expr) -> Result<Expr, E>| {
            change(*expr).map(Box::new)
        };
        Ok(match self {
            leaf @ (Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::Name { .. }) => leaf,
            Self::Binary { left, operator, right } => {
                Self::Binary { left: boxed(left, change)?, operator, right: boxed(right, change)? }
            }
            Self::Not(expr) => Self::Not(boxed(expr, change)?),
            Self::Negate(expr) => Self::Negate(boxed(expr, change)?),
            Self::IsNull { expr, negated } => Self::IsNull { expr: boxed(expr, change)?, negated },
            Self::In { expr, list, negated } => {
                let expr = boxed(expr, change)?;
                let list = list.into_iter().map(&mut *change).collect::<Result<_, E>>()?;
                Self::In { expr, list, negated }
            }
            Self::Between { expr, low, high, negated } => Self::Between {
                expr: boxed(expr, change)?,
                low: boxed(low, change)?,
                high: boxed(high, change)?,
                negated,
            },
            Self::Like { expr, pattern, negated, any_case } => {
                Self::Like { expr: boxed(expr, change)?, pattern, negated, any_case }
            }
            Self::Case { branches, otherwise } => Self::Case {
                branches: branches
                    .into_iter()
                    .map(|(when, then)| Ok((change(when)?, change(then)?)))
                    .collect::<Result<_, E>>()?,
                otherwise: otherwise.map(|expr| boxed(expr, change)).transpose()?,
            },
            Self::Call { function, arguments, distinct, at } => Self::Call {
                function,
                arguments: arguments.into_iter().map(&mut *change).collect::<Result<_, E>>()?,
                distinct,
                at,
            },
        })
    }

    /// All names with the byte where each stands, in order of appearance.
    pub fn names(&self) -> Vec<(&str, usize)> {
        let mut found = Vec::new();
        self.visit(&mut |expr| {
            if let Self::Name { name, at } = expr {
                found.push((name.as_str(), *at));
            }
        });
        found
    }

    /// Calls `see` on this expression and all its parts, from left to right.
    pub fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Expr)) {
        see(self);
        for part in self.parts() {
            part.visit(see);
        }
    }
}
