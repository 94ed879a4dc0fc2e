//! What facts say beside metrics: last days, families, campaigns.

use std::collections::{BTreeMap, BTreeSet};

use argosy_facts::{
    FactsError, Session,
    arrow::{array::AsArray, compute::cast, datatypes::DataType},
};
use argosy_kernel::{Day, Period, names::sql_text};
use argosy_metrics::{DeskData, Engine};

use super::types::Subject;

/// The rows of a question made by Argosy itself, all cells as text.
pub(crate) async fn texts(
    session: &Session,
    sql: &str,
) -> Result<Vec<Vec<Option<String>>>, FactsError> {
    let mut rows = Vec::new();
    for batch in session.query(sql).await? {
        let columns = batch
            .columns()
            .iter()
            .map(|column| cast(column, &DataType::Utf8))
            .collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let cell = |column: &argosy_facts::arrow::array::ArrayRef| {
                let texts = column.as_string::<i32>();
                (!argosy_facts::arrow::array::Array::is_null(texts, row))
                    .then(|| texts.value(row).to_owned())
            };
            rows.push(columns.iter().map(cell).collect());
        }
    }
    Ok(rows)
}

/// The last day for which all tables of a metric have facts of the store; `None` without any.
pub(crate) async fn last_day(
    engine: &Engine,
    session: &Session,
    metrics: &[&str],
    store: &str,
) -> Result<Option<Day>, FactsError> {
    let sources = metrics.iter().flat_map(|metric| engine.registry().sources(metric));
    let tables: BTreeSet<&str> = sources.map(|source| source.table()).collect();
    let mut last: Option<Day> = None;
    for table in tables {
        let sql = format!("select max(day) from {table} where store = {}", sql_text(store));
        let told = texts(session, &sql).await?;
        let day = told.first().and_then(|row| row.first()?.as_ref()?.parse::<Day>().ok());
        // A table without facts of the store says nothing about its days.
        if let Some(day) = day {
            last = Some(last.map_or(day, |known| known.min(day)));
        }
    }
    Ok(last)
}

/// Units that may feel a change of the subject, by why: `product`, `family`, `campaign`.
pub(crate) async fn related(
    session: &Session,
    desk: &DeskData,
    subject: &Subject,
    period: Period,
) -> Result<BTreeMap<String, &'static str>, FactsError> {
    let mut related = BTreeMap::new();
    if let Some(sku) = &subject.seller_sku {
        let own: Vec<&str> = desk
            .pairings
            .iter()
            .filter(|pairing| pairing.store == subject.store && pairing.seller_sku == *sku)
            .map(|pairing| pairing.sku.as_str())
            .collect();
        for pairing in &desk.pairings {
            if own.contains(&pairing.sku.as_str()) && pairing.seller_sku != *sku {
                related.insert(pairing.seller_sku.clone(), "product");
            }
        }
        for sibling in family(session, subject, sku).await? {
            related.entry(sibling).or_insert("family");
        }
    }
    if subject.is_advertising() {
        for other in beside_in_campaigns(session, subject, period).await? {
            related.entry(other).or_insert("campaign");
        }
    }
    let (_, own) = subject.unit();
    related.remove(own);
    Ok(related)
}

/// SKUs below the same parent.
async fn family(
    session: &Session,
    subject: &Subject,
    sku: &str,
) -> Result<Vec<String>, FactsError> {
    let store = sql_text(&subject.store);
    let sku = sql_text(sku);
    let sql = format!(
        "with members as (\
           select seller_sku, parent_id as parent from listings where store = {store} and parent_id is not null \
           union select seller_sku, parent_asin from traffic where store = {store} and parent_asin is not null \
             and parent_asin <> asin) \
         select distinct seller_sku from members \
         where seller_sku is not null and seller_sku <> {sku} \
           and parent in (select parent from members where seller_sku = {sku})"
    );
    Ok(texts(session, &sql).await?.into_iter().filter_map(|mut row| row.pop()?).collect())
}

/// SKUs advertised in the same campaigns, or campaigns that advertise the same SKUs.
async fn beside_in_campaigns(
    session: &Session,
    subject: &Subject,
    period: Period,
) -> Result<Vec<String>, FactsError> {
    let (unit, own) = subject.unit();
    let (mine, through) = match unit {
        "seller_sku" => ("seller_sku", "campaign"),
        "campaign" => ("campaign", "seller_sku"),
        _ => return Ok(Vec::new()),
    };
    let sql = format!(
        "with told as (select distinct seller_sku, campaign from ads \
           where store = {} and seller_sku is not null and campaign is not null \
             and day between date '{}' and date '{}') \
         select distinct {mine} from told where {mine} <> {own} \
           and {through} in (select {through} from told where {mine} = {own})",
        sql_text(&subject.store),
        period.from,
        period.to,
        own = sql_text(own),
    );
    Ok(texts(session, &sql).await?.into_iter().filter_map(|mut row| row.pop()?).collect())
}

/// Campaigns that advertise a SKU.
pub(crate) async fn campaigns_of(
    session: &Session,
    store: &str,
    sku: &str,
    period: Period,
) -> Result<BTreeSet<String>, FactsError> {
    advertised(session, store, ("campaign", "seller_sku", sku), period).await
}

/// SKUs that a campaign advertises.
pub(crate) async fn skus_of(
    session: &Session,
    store: &str,
    campaign: &str,
    period: Period,
) -> Result<BTreeSet<String>, FactsError> {
    advertised(session, store, ("seller_sku", "campaign", campaign), period).await
}

async fn advertised(
    session: &Session,
    store: &str,
    (wanted, by, name): (&str, &str, &str),
    period: Period,
) -> Result<BTreeSet<String>, FactsError> {
    let sql = format!(
        "select distinct {wanted} from ads where store = {} and {by} = {} \
           and {wanted} is not null and day between date '{}' and date '{}'",
        sql_text(store),
        sql_text(name),
        period.from,
        period.to,
    );
    Ok(texts(session, &sql).await?.into_iter().filter_map(|mut row| row.pop()?).collect())
}
