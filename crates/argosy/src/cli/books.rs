//! `ledger`, `quarantine`, `book`, `reconcile --chain …`, `unsettled`, `stock-value`, `cost-flow`,
//! `cost-problems`: the books in depth.

use argosy_desk::NewBooking;
use argosy_metrics::{
    CostFlowQuestion, LedgerQuestion, OrderCheckQuestion, ReconcileQuestion, UnsettledQuestion,
};
use serde_json::{Value, json};

use crate::{
    app::App,
    cli::{
        Outcome,
        args::{self, ReconcileFace, Window},
        ask::fill,
        import::CLI,
        print::{Out, Table},
    },
    error::Error,
    http::{books, costs, dto::plain},
    questions,
};

pub(super) async fn ledger(out: Out, app: &App, args: args::Ledger) -> Result<Outcome, Error> {
    let window = Window {
        from: args.from,
        to: args.to,
        currency: args.currency,
        as_of: args.as_of,
        ..Window::default()
    };
    let filled = fill(app, &window).await?;
    let question = LedgerQuestion {
        filters: Default::default(),
        from: filled.from,
        to: filled.to,
        line: args.line,
        condition: args.condition,
        currency: filled.currency,
        view: Default::default(),
        cursor: None,
        limit: Some(args.limit),
    };
    let page = questions::ledger(app, &question, args.as_of).await?;
    if out.json {
        out.json(&page);
        return Ok(Outcome::Good);
    }
    let mut table = Table::new(match out.lang.code() {
        "zh-CN" => ["日期", "店铺", "站点", "科目", "金额", "币种", "SKU", "订单", "费用类型"],
        _ => ["day", "store", "market", "line", "amount", "cur", "sku", "order", "fee type"],
    });
    for row in &page.rows {
        table.row([
            row.day.clone(),
            row.store.clone(),
            row.market.clone().unwrap_or_default(),
            row.line.clone(),
            plain(row.amount.amount),
            row.amount.currency.code().to_owned(),
            row.seller_sku.clone().unwrap_or_default(),
            row.order_id.clone().unwrap_or_default(),
            row.fee_type.clone().unwrap_or_default(),
        ]);
    }
    out.text(&table.render());
    let (rows, total) = (page.meta.total_rows, page.meta.total.rounded());
    out.say(
        &format!("{rows} rows, {} {}", plain(total.amount), total.currency.code()),
        &format!("共 {rows} 行，{} {}", plain(total.amount), total.currency.code()),
    );
    Ok(Outcome::Good)
}

pub(super) async fn quarantine(
    out: Out,
    app: &App,
    args: &args::Quarantine,
) -> Result<Outcome, Error> {
    let fees = questions::quarantine(app, args.as_of).await?;
    shown(out, &json!({ "fee_types": fees }));
    Ok(Outcome::Good)
}

pub(super) async fn book(out: Out, app: &App, args: args::Book) -> Result<Outcome, Error> {
    let new = NewBooking {
        channel: args.channel,
        fee_type: Some(args.fee_type),
        transaction: args.transaction,
        line: args.line,
        note: args.note,
    };
    let id = questions::book(app, &new, CLI).await?;
    if out.json {
        out.json(&json!({ "booking": id, "line": new.line }));
    }
    out.say(
        &format!("booked to {}; it holds for all rows, past and future", new.line),
        &format!("已归入 {}，对过去和将来的所有行有效", new.line),
    );
    Ok(Outcome::Good)
}

pub(super) async fn reconcile(
    out: Out,
    app: &App,
    question: &ReconcileQuestion,
    face: ReconcileFace,
    as_of: Option<i64>,
) -> Result<Outcome, Error> {
    let found = match face {
        ReconcileFace::Of(face) => books::face(app, face, question, as_of).await?,
        ReconcileFace::Orders => {
            let window =
                Window { from: question.from, to: question.to, as_of, ..Window::default() };
            let filled = fill(app, &window).await?;
            let orders = OrderCheckQuestion {
                store: question.store.clone(),
                channel: question.channel.clone(),
                from: filled.from,
                to: filled.to,
                unpaid_after_days: None,
                limit: None,
            };
            json!(books::orders(app, &orders, as_of).await?)
        }
    };
    shown(out, &found);
    Ok(Outcome::Good)
}

pub(super) async fn stock_value(
    out: Out,
    app: &App,
    args: &args::StockValue,
) -> Result<Outcome, Error> {
    shown(out, &json!(costs::stock(app, args.day, args.as_of).await?));
    Ok(Outcome::Good)
}

pub(super) async fn cost_flow(out: Out, app: &App, args: args::CostFlow) -> Result<Outcome, Error> {
    let question =
        CostFlowQuestion { sku: args.sku, warehouse: args.place, from: args.from, to: args.to };
    shown(out, &json!(costs::flow(app, &question, args.as_of).await?));
    Ok(Outcome::Good)
}

pub(super) async fn cost_problems(out: Out, app: &App) -> Result<Outcome, Error> {
    shown(out, &json!(costs::problems(app).await?));
    Ok(Outcome::Good)
}

pub(super) async fn unsettled(
    out: Out,
    app: &App,
    args: args::Unsettled,
) -> Result<Outcome, Error> {
    let question = UnsettledQuestion {
        store: args.store,
        channel: Vec::new(),
        currency: app.currency_or_own(args.currency.as_deref()).await?,
        at: args.at,
    };
    shown(out, &json!(books::not_settled(app, &question, args.as_of).await?));
    Ok(Outcome::Good)
}

/// An answer for people: its lists as tables, its single values as lines. With `--json` whole.
pub(super) fn shown(out: Out, answer: &Value) {
    if out.json {
        out.json(answer);
        return;
    }
    let Some(fields) = answer.as_object() else { return out.json(answer) };
    for (name, value) in fields {
        match value {
            Value::Array(rows) if rows.iter().all(Value::is_object) && !rows.is_empty() => {
                out.line(&format!("\n{name}"));
                out.text(&table(rows).render());
            }
            Value::Object(_) => {
                out.line(&format!("\n{name}"));
                shown(out, value);
            }
            other => out.line(&format!("{name}: {}", cell(other))),
        }
    }
}

/// The single values of each row; lists in it are told by their number.
fn table(rows: &[Value]) -> Table {
    let mut names: Vec<&String> = Vec::new();
    for row in rows.iter().filter_map(Value::as_object) {
        names.extend(row.keys().filter(|name| !names.contains(name)).collect::<Vec<_>>());
    }
    let mut table = Table::new(names.iter().map(|name| (*name).clone()));
    for row in rows {
        table.row(names.iter().map(|name| cell(&row[name.as_str()])));
    }
    table
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Value::Array(list) => list.len().to_string(),
        Value::Object(fields) => {
            let parts: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name} {}", cell(value))).collect();
            parts.join(", ")
        }
        other => other.to_string(),
    }
}
