//! The ledger as a question sees it: laid over the imported one, never written.
//!
//! Questions read the table `ledger`. Where the company has booked unknown fees, sees money without
//! value added tax, by day of order or with exchange results, that name stands for a view over the
//! imported rows (`ledger_imported`) and the computed ones. So every figure and every row behind it
//! sees the same, and taking a decision back changes no fact. Without any of it the view is the
//! table itself.

use argosy_facts::{FactsError, Session, schema::schema};
use argosy_kernel::{Currency, Day, Grain, Period, Table};

use crate::{
    chart::UNCLASSIFIED,
    costing,
    desk_data::DeskData,
    engine::Engine,
    expression::quoted,
    fx,
    money::{Basis, Booking, Vat, View},
    question::AskError,
    reconcile::rules::CheckRules,
    vat::VAT_IN_SALES,
};

/// The imported rows, as the manifest holds them.
pub(crate) const IMPORTED: &str = "ledger_imported";
/// The computed rows of exchange results.
const EXCHANGE: &str = "ledger_exchange";

/// What a question wants of the ledger.
pub(crate) struct Wish {
    pub view: View,
    pub currency: Currency,
    /// The asked periods and the grain that their rows are told apart by; exchange results are
    /// worked out for each row's last day. Empty when no line of them is asked.
    pub closings: Vec<(Period, Option<Grain>)>,
}

/// What was laid over the ledger, for the notes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Laid {
    pub vat: Vat,
    pub basis: Basis,
}

/// Makes the table `ledger` what the question wants to see.
pub(crate) async fn prepare(
    engine: &Engine,
    session: &Session,
    desk: &DeskData,
    wish: &Wish,
) -> Result<Laid, AskError> {
    restore(session)?;
    let vat = wish.view.vat.unwrap_or(desk.money.vat);
    let basis = wish.view.basis;
    let stores = desk.money.stores_with_vat.as_slice();
    let divisor =
        (vat == Vat::Exclusive).then(|| engine.vat().divisor_sql(stores, engine.chart())).flatten();
    let line = line_sql(&desk.bookings, vat);
    let mut own = Vec::new();
    if line.is_some() || divisor.is_some() || basis == Basis::Order {
        let line = line.unwrap_or_else(|| "l.\"line\"".to_owned());
        let with_tax: Vec<&str> = match divisor {
            Some(_) => stores.iter().map(|store| store.store.as_str()).collect(),
            None => Vec::new(),
        };
        let from = from_sql(basis, &with_tax, &booked_line(&desk.bookings));
        own.push(imported_sql(&line, basis, divisor.as_deref(), &from));
        if let Some(divisor) = &divisor {
            own.push(tax_sql(basis, divisor, &from));
        }
    }
    let mut added = Vec::new();
    if basis == Basis::Order {
        added.extend(unsettled_sql(engine.checks()));
    }
    added.extend(costing::extra_ledger(engine, session, desk).await?);
    let wants_exchange = wish.view.fx_results.unwrap_or(desk.money.fx_results);
    if wants_exchange && !wish.closings.is_empty() {
        let rows = fx::rows(engine, session, desk, wish.currency, &wish.closings).await?;
        session.register(EXCHANGE, vec![fx::table(&rows, wish.currency)?])?;
        added.push(format!("SELECT {} FROM {EXCHANGE} l", columns(|_| None)));
    }
    if own.is_empty() && added.is_empty() {
        return Ok(Laid { vat, basis });
    }
    if own.is_empty() {
        own.push(format!("SELECT {} FROM {IMPORTED} l", columns(|_| None)));
    }
    own.extend(added);
    lay(session, &own.join("\nUNION ALL\n")).await?;
    Ok(Laid { vat, basis })
}

/// The table of the imported rows, whether or not a view lies over it.
pub(crate) fn imported(session: &Session) -> Result<&'static str, FactsError> {
    let is_apart = session.context().table_exist(IMPORTED)?;
    Ok(if is_apart { IMPORTED } else { Table::Ledger.name() })
}

/// Gives the name `ledger` back to the imported rows, also those a question before has laid a view
/// over.
pub(crate) fn restore(session: &Session) -> Result<(), FactsError> {
    let context = session.context();
    if !context.table_exist(IMPORTED)? {
        if let Some(imported) = context.deregister_table(Table::Ledger.name())? {
            context.register_table(IMPORTED, imported.clone())?;
            context.register_table(Table::Ledger.name(), imported)?;
        }
        return Ok(());
    }
    context.deregister_table(Table::Ledger.name())?;
    if let Some(imported) = context.deregister_table(IMPORTED)? {
        context.register_table(IMPORTED, imported.clone())?;
        context.register_table(Table::Ledger.name(), imported)?;
    }
    Ok(())
}

async fn lay(session: &Session, sql: &str) -> Result<(), FactsError> {
    let context = session.context();
    let view = context.sql(sql).await?.into_view();
    context.deregister_table(Table::Ledger.name())?;
    context.register_table(Table::Ledger.name(), view)?;
    Ok(())
}

/// The ledger's columns over `l`, with some of them written otherwise.
fn columns(other: impl Fn(&str) -> Option<String>) -> String {
    let columns: Vec<String> = schema(Table::Ledger)
        .fields()
        .iter()
        .map(|field| {
            let name = field.name();
            let sql = other(name).unwrap_or_else(|| format!("l.\"{name}\""));
            format!("{sql} AS \"{name}\"")
        })
        .collect();
    columns.join(", ")
}

/// The line of an imported row `l` with the company's bookings: whoever looks at imported rows by
/// line must see them as the account does.
pub(crate) fn booked_line(bookings: &[Booking]) -> String {
    line_sql(bookings, Vat::AsTold).unwrap_or_else(|| "l.\"line\"".to_owned())
}

/// The line of a row, `None` when every row keeps its own.
fn line_sql(bookings: &[Booking], vat: Vat) -> Option<String> {
    let mut cases = String::new();
    if vat == Vat::Inclusive {
        cases +=
            &format!(" WHEN l.\"line\" IN ('tax_collected', 'tax_withheld') THEN '{VAT_IN_SALES}'");
    }
    if !bookings.is_empty() {
        cases += &format!(" WHEN l.\"line\" = '{UNCLASSIFIED}' THEN CASE");
        for booking in bookings {
            let words = |text: &Option<String>| quoted(text.as_deref().unwrap_or_default());
            cases += &format!(
                " WHEN l.\"channel\" = {} AND coalesce(l.\"fee_type\", '') = {} \
                 AND coalesce(l.\"transaction\", '') = {} THEN {}",
                quoted(&booking.channel),
                words(&booking.fee_type),
                words(&booking.transaction),
                quoted(&booking.line)
            );
        }
        cases += " ELSE l.\"line\" END";
    }
    (!cases.is_empty()).then(|| format!("CASE{cases} ELSE l.\"line\" END"))
}

fn from_sql(basis: Basis, with_tax: &[&str], line: &str) -> String {
    let mut from = format!("{IMPORTED} l");
    if basis == Basis::Order {
        from += "\nLEFT JOIN (SELECT \"store\", \"order_id\", min(\"day\") AS day FROM orders \
                 GROUP BY 1, 2) o ON o.\"store\" = l.\"store\" AND o.\"order_id\" = l.\"order_id\"";
    }
    if !with_tax.is_empty() {
        let stores: Vec<String> = with_tax.iter().map(|store| quoted(store)).collect();
        // Where the channel tells the tax of an order apart, its prices are without it already.
        from += &format!(
            "\nLEFT JOIN (SELECT DISTINCT l.\"store\", l.\"order_id\" FROM {IMPORTED} l \
             WHERE {line} = 'tax_collected' AND l.\"amount\" <> 0 \
             AND l.\"order_id\" IS NOT NULL AND l.\"store\" IN ({})) t \
             ON t.\"store\" = l.\"store\" AND t.\"order_id\" = l.\"order_id\"",
            stores.join(", ")
        );
    }
    from
}

fn day_sql(basis: Basis) -> Option<String> {
    (basis == Basis::Order).then(|| "coalesce(o.\"day\", l.\"day\")".to_owned())
}

fn without_tax(divisor: &str) -> String {
    format!("CAST(l.\"amount\" / ({divisor}) AS DECIMAL(20, 6))")
}

fn imported_sql(line: &str, basis: Basis, divisor: Option<&str>, from: &str) -> String {
    let columns = columns(|name| match name {
        "line" => Some(line.to_owned()),
        "day" => day_sql(basis),
        "amount" => divisor.map(|divisor| {
            format!(
                "CASE WHEN ({divisor}) IS NULL THEN l.\"amount\" ELSE {} END",
                without_tax(divisor)
            )
        }),
        _ => None,
    });
    format!("SELECT {columns}\nFROM {from}")
}

/// What was taken out of sales as tax stands beside them, so that the sum stays the sum.
fn tax_sql(basis: Basis, divisor: &str, from: &str) -> String {
    let columns = columns(|name| match name {
        "line" => Some("'tax_collected'".to_owned()),
        "day" => day_sql(basis),
        "amount" => Some(format!("l.\"amount\" - {}", without_tax(divisor))),
        "units" => Some("CAST(NULL AS BIGINT)".to_owned()),
        _ => None,
    });
    format!("SELECT {columns}\nFROM {from}\nWHERE ({divisor}) IS NOT NULL")
}

/// Orders that no statement tells yet, at the prices of the order report.
fn unsettled_sql(rules: &CheckRules) -> Vec<String> {
    let amounts = [
        ("product_sales", "item_price"),
        ("shipping_credits", "shipping_price"),
        ("order_discounts", "discount"),
    ];
    amounts
        .into_iter()
        .map(|(line, amount)| {
            let columns = columns(|name| match name {
                "line" => Some(format!("'{line}'")),
                "amount" => Some(format!("l.\"{amount}\"")),
                "provisional" => Some("TRUE".to_owned()),
                "units" if line != "product_sales" => Some("CAST(NULL AS BIGINT)".to_owned()),
                "statement" => Some("CAST(NULL AS VARCHAR)".to_owned()),
                "transaction" => Some("'Order not settled'".to_owned()),
                "fee_type" => Some(format!("'{amount}'")),
                "release_day" => Some("CAST(NULL AS DATE)".to_owned()),
                _ => None,
            });
            format!(
                "SELECT {columns}\nFROM orders l\nLEFT JOIN {}\nWHERE {} AND l.\"{amount}\" <> 0",
                settled_join("l", None),
                unsettled_condition("l", rules)
            )
        })
        .collect()
}

/// Joins the orders that the ledger tells, as `s`. Rows of the ledger before `since` are not looked
/// at, so that no more of it is read than needed.
pub(crate) fn settled_join(relation: &str, since: Option<Day>) -> String {
    let since = since.map(|day| format!(" AND \"day\" >= DATE '{day}'")).unwrap_or_default();
    format!(
        "(SELECT DISTINCT \"store\", \"order_id\" FROM {IMPORTED} \
         WHERE \"order_id\" IS NOT NULL AND \"line\" <> 'tax_collected'{since}) s \
         ON s.\"store\" = {relation}.\"store\" AND s.\"order_id\" = {relation}.\"order_id\""
    )
}

/// Orders that are to be paid for and are not in the ledger.
pub(crate) fn unsettled_condition(relation: &str, rules: &CheckRules) -> String {
    let states: Vec<String> = rules.not_sold.iter().map(|state| quoted(state)).collect();
    // Never an empty list: no order is in the state of no name.
    let states = if states.is_empty() { "'-'".to_owned() } else { states.join(", ") };
    format!(
        "s.\"order_id\" IS NULL AND {relation}.\"currency\" IS NOT NULL \
         AND lower(coalesce({relation}.\"status\", '')) NOT IN ({states})"
    )
}
