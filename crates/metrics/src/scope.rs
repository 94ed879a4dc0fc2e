//! What there is to ask about: stores, markets, currencies, days; and listings without a product.

use std::collections::BTreeSet;

use argosy_facts::Session;
use argosy_kernel::{Day, Table};
use serde::Serialize;

use crate::{
    chart::Chart,
    desk_data::DeskData,
    expression::quoted,
    goods::Goods,
    question::AskError,
    rows::{Numbers, Texts},
    view,
};

/// What the facts hold.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Scope {
    pub stores: BTreeSet<String>,
    pub channels: BTreeSet<String>,
    pub markets: BTreeSet<String>,
    pub currencies: BTreeSet<String>,
    pub first_day: Option<Day>,
    pub last_day: Option<Day>,
}

pub(crate) async fn scope(session: &Session) -> Result<Scope, AskError> {
    view::restore(session)?;
    let mut scope = Scope::default();
    for table in [Table::Ledger, Table::Orders, Table::Ads, Table::Traffic, Table::Stock] {
        let currency = if table == Table::Stock { "NULL" } else { "\"currency\"" };
        let sql = format!(
            "SELECT \"store\", \"channel\", \"market\", {currency} AS currency, min(\"day\"), \
             max(\"day\")\nFROM {}\nGROUP BY 1, 2, 3, 4",
            table.name()
        );
        for batch in session.query(&sql).await? {
            let texts = (0..6).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.num_rows() {
                let text = |at: usize| texts[at].at(row);
                scope.stores.extend(text(0));
                scope.channels.extend(text(1));
                scope.markets.extend(text(2));
                scope.currencies.extend(text(3));
                let day = |at: usize| text(at).and_then(|day| day.parse::<Day>().ok());
                scope.first_day = [scope.first_day, day(4)].into_iter().flatten().min();
                scope.last_day = scope.last_day.max(day(5));
            }
        }
    }
    Ok(scope)
}

/// A seller SKU that is no product on its last day of sale.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Unpaired {
    pub store: String,
    pub channel: String,
    pub seller_sku: String,
    pub units: String,
    pub first_day: Day,
    pub last_day: Day,
}

/// Seller SKUs with sales that are not paired with a product, most units first.
pub(crate) async fn unpaired(
    session: &Session,
    chart: &Chart,
    desk: &DeskData,
) -> Result<Vec<Unpaired>, AskError> {
    view::restore(session)?;
    let goods = Goods::new(desk);
    let lines: Vec<_> = chart.lines_of_units_sold().into_iter().map(quoted).collect();
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT \"store\", \"channel\", \"seller_sku\", min(\"day\"), max(\"day\"), sum(\"units\")\n\
         FROM ledger\nWHERE \"seller_sku\" IS NOT NULL AND \"line\" IN ({})\nGROUP BY 1, 2, 3\n\
         ORDER BY 6 DESC NULLS LAST, 1, 3",
        lines.join(", ")
    );
    let mut unpaired = Vec::new();
    for batch in session.query(&sql).await? {
        let texts = (0..5).map(|at| Texts::of(&batch, at)).collect::<Result<Vec<_>, _>>()?;
        let units = Numbers::of(&batch, 5)?;
        for row in 0..batch.num_rows() {
            let text = |at: usize| texts[at].at(row).unwrap_or_default();
            let (Ok(first_day), Ok(last_day)) = (text(3).parse(), text(4).parse()) else {
                continue;
            };
            let (store, seller_sku) = (text(0), text(2));
            if goods.product(&store, &seller_sku, last_day).is_none() {
                unpaired.push(Unpaired {
                    store,
                    channel: text(1),
                    seller_sku,
                    units: units.at(row).unwrap_or_default().to_string(),
                    first_day,
                    last_day,
                });
            }
        }
    }
    Ok(unpaired)
}
