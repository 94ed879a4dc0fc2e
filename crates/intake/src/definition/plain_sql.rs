//! SQL in the words that a single expression may use.
//!
//! The engine knows `coalesce` and `nvl` only as shorthands that its query planner spells out. The
//! expressions of definitions are evaluated without a plan, so they are spelt out here.

use std::ops::ControlFlow;

use argosy_facts::datafusion::sql::sqlparser::{
    ast::{Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, visit_expressions_mut},
    dialect::GenericDialect,
    parser::Parser,
};

/// The same expression without shorthands; `None` when it has none or is no expression.
pub(super) fn spelt_out(sql: &str) -> Option<String> {
    let mut expr = parse(sql)?;
    let mut changed = false;
    // Inner expressions come first, so that a shorthand inside a shorthand is already spelt out.
    let _ = visit_expressions_mut(&mut expr, |expr| {
        if let Expr::Function(function) = expr
            && let Some(case) = first_with_value(function)
        {
            *expr = case;
            changed = true;
        }
        ControlFlow::<()>::Continue(())
    });
    changed.then(|| expr.to_string())
}

fn parse(sql: &str) -> Option<Expr> {
    Parser::new(&GenericDialect {}).try_with_sql(sql).ok()?.parse_expr().ok()
}

fn first_with_value(function: &Function) -> Option<Expr> {
    let name = function.name.to_string().to_lowercase();
    if !["coalesce", "nvl", "ifnull"].contains(&name.as_str()) {
        return None;
    }
    let FunctionArguments::List(list) = &function.args else { return None };
    let values: Vec<&Expr> = list
        .args
        .iter()
        .map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => Some(value),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let (last, before) = values.split_last()?;
    if before.is_empty() {
        return parse(&format!("({last})"));
    }
    let whens: String =
        before.iter().map(|value| format!(" when ({value}) is not null then ({value})")).collect();
    parse(&format!("(case{whens} else ({last}) end)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shorthands_are_spelt_out_from_the_inside() {
        assert_eq!(
            spelt_out("'a:' || coalesce(nvl(x, y), '?')").unwrap(),
            "'a:' || (CASE WHEN ((CASE WHEN (x) IS NOT NULL THEN (x) ELSE (y) END)) IS NOT NULL \
             THEN ((CASE WHEN (x) IS NOT NULL THEN (x) ELSE (y) END)) ELSE ('?') END)"
        );
        assert_eq!(spelt_out("a + 1"), None);
    }
}
