//! SQL for one table: grouped before it is joined with rates, products and costs.
//!
//! A query has an inner part that groups the facts by the plain columns it needs, and an outer part
//! that joins the much smaller result with exchange rates, pairings and costs and groups it again.
//! Where grouping by day would not shrink the rows (a listing and a day are nearly unique), the
//! inner part only projects, and the engine runs both in one pass.

use argosy_kernel::Period;

use crate::{
    chart::Chart,
    dimension::{Dimension, Source},
    expression::{Column, ColumnType, quoted},
    levels::Levels,
    registry::Aggregate,
    spans::Counted,
};

/// One aggregate of a query.
#[derive(Clone, Debug)]
pub(crate) struct Measure {
    pub aggregate: Aggregate,
    /// SQL over the columns of `f`; `None` counts rows.
    pub expr: Option<String>,
    pub filter: Option<String>,
    /// Whether it is money, and so converted when the query converts.
    pub is_money: bool,
}

/// The cost side of the goods query.
#[derive(Clone, Debug)]
pub(crate) struct CostJoin {
    /// SQL of the market key over `f`.
    pub market_key: String,
    /// SQL list of the ledger lines whose units leave the stock.
    pub unit_lines: String,
    pub has_costs: bool,
}

/// Conditions of a question for one table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    /// Over the columns of `f`.
    pub inner: Vec<String>,
    /// Over `b` and `p`: those that speak of products.
    pub outer: Vec<String>,
    /// Plain columns that `outer` needs.
    pub columns: Vec<&'static str>,
}

/// One query.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'a> {
    pub source: Source,
    pub period: Period,
    pub by: &'a [Dimension],
    /// Further plain columns to group by.
    pub keys: &'a [&'static str],
    pub measures: Vec<Measure>,
    pub conditions: Conditions,
    pub chart: &'a Chart,
    pub levels: &'a Levels,
    /// Whether money is converted with the table `fx`.
    pub converts: bool,
    pub pairing_is_dated: bool,
    /// Which rows count, when not all do.
    pub counted: Option<Counted>,
    pub goods: Option<CostJoin>,
}

/// How a dimension is written over the relation `f` (facts) or `b` (grouped facts).
pub(crate) fn column(
    dimension: Dimension,
    source: Source,
    relation: &str,
    chart: &Chart,
) -> Column {
    let sql = match dimension {
        Dimension::Week => format!("CAST(date_trunc('week', {relation}.\"day\") AS DATE)"),
        Dimension::Month => format!("CAST(date_trunc('month', {relation}.\"day\") AS DATE)"),
        Dimension::Product => "p.\"sku\"".to_owned(),
        // The cost of goods is a line of its own, made from the units of the sales lines.
        Dimension::Line if source == Source::Goods => "'cogs'".to_owned(),
        Dimension::Stage if source == Source::Goods => "'goods'".to_owned(),
        Dimension::Stage => chart.stage_sql(&format!("{relation}.\"line\"")),
        Dimension::SearchTerm if source == Source::Search => format!("{relation}.\"term\""),
        plain => format!("{relation}.\"{}\"", plain.id()),
    };
    Column::new(sql, dimension.holds())
}

/// The plain columns a dimension is made from.
pub(crate) fn plain_columns(dimension: Dimension, source: Source) -> &'static [&'static str] {
    match dimension {
        Dimension::Week | Dimension::Month | Dimension::Day => &["day"],
        Dimension::Product => &["store", "seller_sku"],
        Dimension::Line | Dimension::Stage if source == Source::Goods => &[],
        Dimension::Line | Dimension::Stage => &["line"],
        Dimension::Channel => &["channel"],
        Dimension::Market => &["market"],
        Dimension::Store => &["store"],
        Dimension::SellerSku => &["seller_sku"],
        Dimension::Asin => &["asin"],
        Dimension::OrderId => &["order_id"],
        Dimension::AdProduct => &["ad_product"],
        Dimension::Campaign => &["campaign"],
        Dimension::AdGroup => &["ad_group"],
        Dimension::Ad => &["ad"],
        Dimension::Target => &["target"],
        Dimension::MatchType => &["match_type"],
        Dimension::Placement => &["placement"],
        Dimension::SearchTerm if source == Source::Search => &["term"],
        Dimension::SearchTerm => &["search_term"],
        Dimension::Origin => &["source"],
        Dimension::Medium => &["medium"],
        Dimension::Page => &["page"],
        Dimension::Country => &["country"],
        Dimension::Device => &["device"],
        Dimension::Currency => &["currency"],
        Dimension::Statement => &["statement"],
        Dimension::FeeType => &["fee_type"],
        Dimension::Kind => &["kind"],
        Dimension::Reason => &["reason"],
        Dimension::Place => &["place"],
        Dimension::Disposition => &["disposition"],
        Dimension::Brand => &["brand"],
        Dimension::Event => &["event"],
        Dimension::Subject => &["subject"],
    }
}

impl Plan<'_> {
    fn asks_product(&self) -> bool {
        self.by.contains(&Dimension::Product) || !self.conditions.outer.is_empty()
    }

    /// The plain columns the inner part hands on, each once.
    fn columns(&self) -> Vec<&'static str> {
        let mut columns: Vec<&'static str> = Vec::new();
        let mut add = |column| {
            if !columns.contains(&column) {
                columns.push(column);
            }
        };
        for dimension in self.by {
            plain_columns(*dimension, self.source).iter().copied().for_each(&mut add);
        }
        self.keys.iter().copied().for_each(&mut add);
        self.conditions.columns.iter().copied().for_each(&mut add);
        if self.asks_product() {
            ["store", "seller_sku"].into_iter().for_each(&mut add);
        }
        if self.goods.is_some() {
            ["store", "seller_sku", "day"].into_iter().for_each(&mut add);
        }
        if self.converts {
            ["day", "currency"].into_iter().for_each(&mut add);
        }
        if self.asks_product() && self.pairing_is_dated {
            add("day");
        }
        columns
    }

    fn is_single(&self) -> bool {
        let plain = |dimension: &Dimension| {
            !matches!(
                dimension,
                Dimension::Week | Dimension::Month | Dimension::Product | Dimension::Stage
            )
        };
        !self.converts && self.goods.is_none() && !self.asks_product() && self.by.iter().all(plain)
    }

    /// Whether the inner part groups.
    fn groups_first(&self, columns: &[&str]) -> bool {
        let is_distinct = |measure: &Measure| measure.aggregate == Aggregate::CountDistinct;
        let day_is_extra = columns.contains(&"day") && !self.by.contains(&Dimension::Day);
        let is_fine = self.by.iter().any(|dimension| dimension.is_fine());
        !self.measures.iter().any(is_distinct)
            && (self.goods.is_some() || !(day_is_extra && is_fine))
    }

    /// The whole query. Keys come first as `k0…`, then the measures as `m0…`; the goods query gives
    /// cost, units, and units without cost instead of measures.
    pub(crate) fn sql(&self) -> String {
        if self.is_single() {
            return self.single();
        }
        let columns = self.columns();
        let grouped = self.groups_first(&columns);
        format!(
            "WITH base AS (\n{}\n)\n{}",
            indent(&self.inner(&columns, grouped)),
            self.outer(grouped)
        )
    }

    fn single(&self) -> String {
        let keys: Vec<String> = self
            .by
            .iter()
            .map(|dimension| column(*dimension, self.source, "f", self.chart).sql)
            .chain(self.keys.iter().map(|key| format!("f.\"{key}\"")))
            .collect();
        let measures = self.measures.iter().map(|measure| {
            let value = measure.value();
            match measure.aggregate {
                Aggregate::Sum => format!("sum({value})"),
                Aggregate::Count => format!("count({value})"),
                Aggregate::CountDistinct => format!("count(DISTINCT {value})"),
            }
        });
        format!(
            "SELECT {}\nFROM {}\nWHERE {}{}",
            select(&keys, measures),
            self.from(),
            self.inner_where(),
            group_by(keys.len())
        )
    }

    fn inner(&self, columns: &[&str], grouped: bool) -> String {
        let mut parts: Vec<String> =
            columns.iter().map(|column| format!("f.\"{column}\"")).collect();
        if let Some(goods) = &self.goods {
            parts.push(format!("{} AS cost_market", goods.market_key));
        }
        let keys = parts.len();
        if self.goods.is_some() {
            parts.push("sum(f.\"units\") AS units".to_owned());
        }
        for (at, measure) in self.measures.iter().enumerate() {
            let value = measure.value();
            parts.push(match (measure.aggregate, grouped) {
                (Aggregate::Sum, true) => format!("sum({value}) AS m{at}"),
                (Aggregate::Count, true) => format!("count({value}) AS m{at}"),
                _ => format!("{value} AS m{at}"),
            });
        }
        let group = if grouped { group_by(keys) } else { String::new() };
        format!(
            "SELECT {}\nFROM {}\nWHERE {}{group}",
            parts.join(", "),
            self.from(),
            self.inner_where()
        )
    }

    fn outer(&self, grouped: bool) -> String {
        let keys: Vec<String> = self
            .by
            .iter()
            .map(|dimension| column(*dimension, self.source, "b", self.chart).sql)
            .chain(self.keys.iter().map(|key| format!("b.\"{key}\"")))
            .collect();
        let mut joins = String::new();
        let measures: Vec<String> = match &self.goods {
            Some(goods) => {
                if goods.has_costs {
                    joins += "\nLEFT JOIN unit_cost c ON c.\"store\" = b.\"store\" \
                              AND c.\"seller_sku\" = b.\"seller_sku\" \
                              AND c.\"market\" = b.cost_market \
                              AND b.\"day\" >= c.\"since\" AND b.\"day\" <= c.\"until\"";
                }
                if self.converts {
                    joins += "\nLEFT JOIN fx x ON x.\"day\" = b.\"day\" \
                              AND x.\"currency\" = c.\"currency\"";
                }
                goods_measures(goods.has_costs, self.converts)
            }
            None => {
                if self.converts {
                    joins += "\nLEFT JOIN fx x ON x.\"day\" = b.\"day\" \
                              AND x.\"currency\" = b.\"currency\"";
                }
                let outer =
                    |(at, measure): (usize, &Measure)| measure.outer(at, grouped, self.converts);
                self.measures.iter().enumerate().map(outer).collect()
            }
        };
        if self.asks_product() {
            joins += "\nLEFT JOIN pairing p ON p.\"store\" = b.\"store\" \
                      AND p.\"seller_sku\" = b.\"seller_sku\"";
            if self.pairing_is_dated {
                joins += " AND b.\"day\" >= p.\"since\" AND b.\"day\" <= p.\"until\"";
            }
        }
        let condition = match self.conditions.outer.as_slice() {
            [] => String::new(),
            parts => format!("\nWHERE {}", parts.join("\n  AND ")),
        };
        format!(
            "SELECT {}\nFROM base b{joins}{condition}{}",
            select(&keys, measures.into_iter()),
            group_by(keys.len())
        )
    }

    /// What `f` is.
    pub(crate) fn from(&self) -> String {
        let table = self.source.table();
        if let Some(of) = self.source.snapshot_of() {
            // A snapshot is the whole stock of a place: only the last one of each span counts.
            let bucket = self.snapshot_bucket("f");
            let bucket_of_last = self.snapshot_bucket("s");
            return format!(
                "{table} f\nJOIN (SELECT s.\"store\", s.\"market\", s.\"{of}\", \
                 {bucket_of_last} AS bucket, max(s.\"day\") AS last_day\n  FROM {table} s\n  \
                 WHERE {}\n  GROUP BY 1, 2, 3, 4) l\n  ON l.\"store\" = f.\"store\" \
                 AND (l.\"market\" IS NOT DISTINCT FROM f.\"market\") \
                 AND (l.\"{of}\" IS NOT DISTINCT FROM f.\"{of}\") \
                 AND l.bucket = {bucket} AND l.last_day = f.\"day\"",
                self.period_sql("s")
            );
        }
        match self.counted {
            Some(Counted::Table) => format!(
                "{table} f\nJOIN spans s ON s.\"store\" = f.\"store\" \
                 AND s.\"channel\" = f.\"channel\" AND s.\"market\" = coalesce(f.\"market\", '') \
                 AND s.\"part\" = {} AND s.\"level\" = {} \
                 AND s.\"day\" = f.\"day\" AND s.\"day_to\" = f.\"day_to\"",
                self.levels.part_sql(self.source),
                self.levels.level_sql(self.source)
            ),
            _ => format!("{table} f"),
        }
    }

    /// The finest span of time that rows are told apart by.
    fn snapshot_bucket(&self, relation: &str) -> String {
        let finest = [Dimension::Day, Dimension::Week, Dimension::Month]
            .into_iter()
            .find(|grain| self.by.contains(grain));
        match finest {
            Some(grain) => column(grain, self.source, relation, self.chart).sql,
            None => "TRUE".to_owned(),
        }
    }

    fn period_sql(&self, relation: &str) -> String {
        let last = if self.source.has_periods() { "day_to" } else { "day" };
        format!(
            "{relation}.\"day\" >= DATE '{}' AND {relation}.\"{last}\" <= DATE '{}'",
            self.period.from, self.period.to
        )
    }

    /// Which rows of `f` are read.
    pub(crate) fn inner_where(&self) -> String {
        let mut parts = vec![self.period_sql("f")];
        if let Some(goods) = &self.goods {
            parts.push(format!("f.\"line\" IN ({})", goods.unit_lines));
            parts.push("f.\"units\" <> 0".to_owned());
        }
        if let Some(Counted::Level(level)) = &self.counted {
            parts.push(format!("{} = {}", self.levels.level_sql(self.source), quoted(level)));
        }
        parts.extend(self.conditions.inner.iter().cloned());
        parts.join("\n  AND ")
    }
}

impl Measure {
    /// The value of one row, `NULL` where the filter does not hold.
    pub(crate) fn value(&self) -> String {
        match (&self.expr, &self.filter) {
            (Some(expr), Some(filter)) => format!("CASE WHEN {filter} THEN {expr} END"),
            (Some(expr), None) => expr.clone(),
            (None, Some(filter)) => format!("CASE WHEN {filter} THEN 1 END"),
            (None, None) => "1".to_owned(),
        }
    }

    fn outer(&self, at: usize, grouped: bool, converts: bool) -> String {
        match self.aggregate {
            Aggregate::Sum if self.is_money && converts => format!("sum(b.m{at} * x.\"rate\")"),
            Aggregate::Sum => format!("sum(b.m{at})"),
            Aggregate::Count if grouped => format!("sum(b.m{at})"),
            Aggregate::Count => format!("count(b.m{at})"),
            Aggregate::CountDistinct => format!("count(DISTINCT b.m{at})"),
        }
    }
}

fn goods_measures(has_costs: bool, converts: bool) -> Vec<String> {
    let units = "sum(b.units)".to_owned();
    match (has_costs, converts) {
        (false, _) => vec!["NULL".to_owned(), units.clone(), units],
        (true, false) => vec![
            "sum(b.units * c.\"cost\")".to_owned(),
            units,
            "sum(CASE WHEN c.\"cost\" IS NULL THEN b.units END)".to_owned(),
        ],
        (true, true) => vec![
            "sum(b.units * c.\"cost\" * x.\"rate\")".to_owned(),
            units,
            "sum(CASE WHEN c.\"cost\" IS NULL OR x.\"rate\" IS NULL THEN b.units END)".to_owned(),
        ],
    }
}

fn select(keys: &[String], measures: impl Iterator<Item = String>) -> String {
    let keys = keys.iter().enumerate().map(|(at, sql)| format!("{sql} AS k{at}"));
    let measures = measures.enumerate().map(|(at, sql)| format!("{sql} AS m{at}"));
    keys.chain(measures).collect::<Vec<_>>().join(", ")
}

fn group_by(keys: usize) -> String {
    if keys == 0 {
        return String::new();
    }
    let numbers: Vec<String> = (1..=keys).map(|at| at.to_string()).collect();
    format!("\nGROUP BY {}", numbers.join(", "))
}

fn indent(sql: &str) -> String {
    sql.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// The type of a column of `source`, for conditions of metrics.
pub(crate) fn fact_column(source: Source, name: &str, chart: &Chart) -> Option<Column> {
    if name == "stage" {
        return Some(Column::new(chart.stage_sql("f.\"line\""), ColumnType::Text));
    }
    let (_, holds, _) = source.columns().iter().find(|(column, ..)| *column == name)?;
    Some(Column::new(format!("f.\"{name}\""), *holds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount() -> Measure {
        Measure {
            aggregate: Aggregate::Sum,
            expr: Some("f.\"amount\"".into()),
            filter: None,
            is_money: true,
        }
    }

    fn sql(by: &[Dimension], converts: bool) -> String {
        let period =
            Period::new("2026-06-01".parse().unwrap(), "2026-06-30".parse().unwrap()).unwrap();
        Plan {
            source: Source::Ledger,
            period,
            by,
            keys: &["line"],
            measures: vec![amount()],
            conditions: Conditions::default(),
            chart: &Chart::default(),
            levels: &Levels::default(),
            converts,
            pairing_is_dated: false,
            counted: None,
            goods: None,
        }
        .sql()
    }

    #[test]
    fn one_currency_and_plain_columns_need_one_pass() {
        assert_eq!(
            sql(&[Dimension::Market], false),
            "SELECT f.\"market\" AS k0, f.\"line\" AS k1, sum(f.\"amount\") AS m0\nFROM ledger f\n\
             WHERE f.\"day\" >= DATE '2026-06-01' AND f.\"day\" <= DATE '2026-06-30'\n\
             GROUP BY 1, 2"
        );
    }

    #[test]
    fn few_groups_are_summed_by_day_before_rates_are_joined() {
        let sql = sql(&[Dimension::Month, Dimension::Market], true);
        assert!(sql.contains("sum(f.\"amount\") AS m0"), "{sql}");
        assert!(sql.contains("GROUP BY 1, 2, 3, 4\n)"), "{sql}");
        assert!(sql.contains("sum(b.m0 * x.\"rate\") AS m0"), "{sql}");
    }

    #[test]
    fn many_groups_are_converted_in_one_pass() {
        let sql = sql(&[Dimension::Month, Dimension::SellerSku], true);
        assert!(sql.contains("f.\"amount\" AS m0"), "{sql}");
        assert_eq!(sql.matches("GROUP BY").count(), 1, "{sql}");
    }
}
