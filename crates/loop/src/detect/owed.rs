//! What the channel owes: goods it lost or damaged, returns that never came, shipments received short.
//!
//! Deterministic. Units lost or damaged are made good by what was found or reimbursed after them,
//! oldest first; what stays open after a grace is due until the clock of claims runs out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use argosy_kernel::Day;
use argosy_metrics::AskError;
use chrono::Days;

use super::{
    Reimbursable,
    run::{Rows, Surroundings, row},
};

type Sku = (String, String, String);

/// Units at a day: lost, or made good.
type Dated = (Day, f64);

/// Everything that is due.
pub(super) async fn reimbursable(
    around: &Surroundings<'_>,
    owed: &Reimbursable,
) -> Result<Rows, AskError> {
    let values = values(around).await?;
    let mut rows = Rows::new();
    for (sku, kind, open) in lost_and_damaged(around, owed).await? {
        let value = values.get(&sku).copied();
        rows.extend(due(around, owed, &sku, (&kind, open, value)));
    }
    for (sku, open, value) in not_returned(around, owed).await? {
        rows.extend(due(around, owed, &sku, ("returned_not_received", open, value)));
    }
    for (sku, open) in received_short(around, owed).await? {
        let value = values.get(&sku).copied();
        rows.extend(due(around, owed, &sku, ("inbound_short", open, value)));
    }
    Ok(rows)
}

/// Losses that stayed open, with all units lost and all made good.
#[derive(Clone, PartialEq, Debug, Default)]
struct Open {
    left: Vec<Dated>,
    all: f64,
    good: f64,
}

fn due(
    around: &Surroundings<'_>,
    owed: &Reimbursable,
    (store, market, seller_sku): &Sku,
    (kind, open, value): (&str, Open, Option<f64>),
) -> Option<Vec<super::run::Cell>> {
    let first = open.left.iter().map(|(day, _)| *day).min()?;
    let units: f64 = open.left.iter().map(|(_, units)| units).sum();
    let clock = i64::from(owed.clock_days.0);
    Some(row![
        store.as_str(),
        market.as_str(),
        seller_sku.as_str(),
        kind,
        units,
        open.all,
        open.good,
        value,
        value.map(|value| value * units),
        first,
        clock - (around.day - first).num_days(),
    ])
}

/// What one unit is worth: its newest cost landed, else what the channel last paid for one.
async fn values(around: &Surroundings<'_>) -> Result<BTreeMap<Sku, f64>, AskError> {
    let sql = format!(
        "SELECT m.\"store\", m.\"market\", m.\"seller_sku\", \
         first_value(in_currency(c.\"cost\", c.\"currency\", DATE '{0}') ORDER BY c.\"since\" DESC) \
         AS cost, max(r.paid) AS paid FROM \
         (SELECT DISTINCT \"store\", \"market\", \"seller_sku\" FROM movements \
          UNION SELECT DISTINCT \"store\", \"market\", \"seller_sku\" FROM measures \
          WHERE \"subject_kind\" = 'inbound') m \
         LEFT JOIN pairings p ON p.\"store\" = m.\"store\" AND p.\"seller_sku\" = m.\"seller_sku\" \
         LEFT JOIN unit_costs c ON c.\"sku\" = coalesce(p.\"sku\", m.\"seller_sku\") \
          AND c.\"since\" <= DATE '{0}' AND (c.\"market\" IS NULL OR c.\"market\" = m.\"market\") \
         LEFT JOIN (SELECT \"store\", \"seller_sku\", \
          sum(in_currency(\"amount\", \"currency\", \"day\")) / nullif(sum(\"units\"), 0) AS paid \
          FROM details WHERE \"kind\" = 'reimbursement' AND \"units\" > 0 GROUP BY 1, 2) r \
          ON r.\"store\" = m.\"store\" AND r.\"seller_sku\" = m.\"seller_sku\" GROUP BY 1, 2, 3",
        around.day
    );
    let found = around.query(&sql).await?;
    let mut values = BTreeMap::new();
    for at in 0..found.rows {
        let value = found.number("cost", at).or_else(|| found.number("paid", at));
        if let Some(value) = value {
            values.insert(sku(&found, at), value);
        }
    }
    Ok(values)
}

fn sku(found: &crate::frame::Frame, at: usize) -> Sku {
    (found.text("store", at), found.text("market", at), found.text("seller_sku", at))
}

/// Losses by SKU and kind that nothing has made good.
async fn lost_and_damaged(
    around: &Surroundings<'_>,
    owed: &Reimbursable,
) -> Result<Vec<(Sku, String, Open)>, AskError> {
    let sql = format!(
        "SELECT \"store\", \"market\", \"seller_sku\", \"kind\", \"day\", \
         abs(sum(\"units\")) AS units FROM movements \
         WHERE \"kind\" IN ('lost', 'damaged', 'found') AND \"seller_sku\" IS NOT NULL \
         AND \"day\" BETWEEN DATE '{0}' AND DATE '{1}' GROUP BY 1, 2, 3, 4, 5 \
         UNION ALL SELECT \"store\", \"market\", \"seller_sku\", 'reimbursed', \"day\", \
         sum(\"units\") FROM details WHERE \"seller_sku\" IS NOT NULL \
         AND (\"kind\" = 'reimbursement' OR \"reason\" LIKE 'reimbursed:%') AND \"units\" > 0 \
         AND \"order_id\" IS NULL AND \"day\" BETWEEN DATE '{0}' AND DATE '{1}' \
         GROUP BY 1, 2, 3, 5 ORDER BY 5",
        around.window.from, around.day
    );
    let found = around.query(&sql).await?;
    let mut events: BTreeMap<Sku, BTreeMap<String, Vec<Dated>>> = BTreeMap::new();
    for at in 0..found.rows {
        let Some(day) = found.day("day", at) else { continue };
        let units = found.number("units", at).unwrap_or_default();
        let of_sku = events.entry(sku(&found, at)).or_default();
        of_sku.entry(found.text("kind", at)).or_default().push((day, units));
    }
    let mut open = Vec::new();
    for (sku, kinds) in events {
        let of = |kind: &str| kinds.get(kind).cloned().unwrap_or_default();
        let mut paid: VecDeque<Dated> = of("reimbursed").into();
        let mut again: VecDeque<Dated> = of("found").into();
        for (kind, is_found_again) in [("lost", true), ("damaged", false)] {
            let mut left: Vec<Dated> = of(kind);
            let all = sum(&left);
            if is_found_again {
                make_good(&mut left, &mut again);
            }
            make_good(&mut left, &mut paid);
            let good = all - sum(&left);
            left.retain(|(day, _)| is_due(around, owed, *day));
            open.push((sku.clone(), kind.to_owned(), Open { left, all, good }));
        }
    }
    Ok(open)
}

fn sum(dated: &[Dated]) -> f64 {
    dated.iter().map(|(_, units)| units).sum()
}

/// Whether a loss of that day has had its grace and can still be claimed.
fn is_due(around: &Surroundings<'_>, owed: &Reimbursable, day: Day) -> bool {
    let age = (around.day - day).num_days();
    (i64::from(owed.grace_days.0)..=i64::from(owed.clock_days.0)).contains(&age)
}

/// Takes units made good off the losses before them, oldest first.
fn make_good(left: &mut Vec<Dated>, good: &mut VecDeque<Dated>) {
    for (lost_on, units) in left.iter_mut() {
        for (_, rest) in good.iter_mut().filter(|(day, _)| *day >= *lost_on) {
            let taken = units.min(*rest);
            *units -= taken;
            *rest -= taken;
        }
    }
    left.retain(|(_, units)| *units > 0.0);
}

/// Refunds whose goods did not come back in time, with what one was worth to the buyer.
async fn not_returned(
    around: &Surroundings<'_>,
    owed: &Reimbursable,
) -> Result<Vec<(Sku, Open, Option<f64>)>, AskError> {
    let newest = around.day - Days::new(owed.return_days.0.into());
    let oldest = newest - Days::new(owed.clock_days.0.into());
    // A refund follows its sale within months.
    let earliest = oldest - Days::new(180);
    // Only orders that the channel shipped come back to the channel; and a store that tells no
    // returns at all is not missing this one.
    let sql = format!(
        "SELECT r.\"store\", r.\"market\", r.\"seller_sku\", r.\"order_id\", \
         max(r.\"day\") AS day, greatest(-sum(r.\"units\"), 0) AS units, \
         -sum(in_currency(r.\"amount\", r.\"currency\", r.\"day\")) AS amount FROM ledger r \
         JOIN (SELECT DISTINCT \"store\", \"order_id\" FROM ledger \
          WHERE \"line\" = 'fulfilment_fee' AND \"order_id\" IS NOT NULL \
          AND \"day\" >= DATE '{earliest}') f \
          ON f.\"store\" = r.\"store\" AND f.\"order_id\" = r.\"order_id\" \
         JOIN (SELECT \"store\", max(\"day\") AS told FROM reviews WHERE \"kind\" = 'return' \
          GROUP BY 1) t ON t.\"store\" = r.\"store\" AND t.told >= DATE '{newest}' \
         LEFT JOIN (SELECT DISTINCT \"store\", \"order_id\" FROM ( \
          SELECT \"store\", \"order_id\" FROM reviews WHERE \"kind\" = 'return' \
          UNION ALL SELECT \"store\", \"order_id\" FROM movements WHERE \"kind\" = 'returned' \
          UNION ALL SELECT \"store\", \"order_id\" FROM details WHERE \"kind\" = 'reimbursement' \
           OR \"reason\" LIKE 'reimbursed:%') b WHERE \"order_id\" IS NOT NULL) g \
          ON g.\"store\" = r.\"store\" AND g.\"order_id\" = r.\"order_id\" \
         WHERE r.\"line\" = 'product_refunds' AND r.\"seller_sku\" IS NOT NULL \
         AND r.\"day\" BETWEEN DATE '{oldest}' AND DATE '{newest}' AND g.\"order_id\" IS NULL \
         GROUP BY 1, 2, 3, 4"
    );
    let found = around.query(&sql).await?;
    let mut by_sku: BTreeMap<Sku, (Open, f64)> = BTreeMap::new();
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    for at in 0..found.rows {
        let Some(day) = found.day("day", at) else { continue };
        let units = found.number("units", at).filter(|units| *units > 0.0).unwrap_or(1.0);
        let is_new = seen.insert((found.text("store", at), found.text("order_id", at)));
        let (open, amount) = by_sku.entry(sku(&found, at)).or_default();
        // The clock runs from the day the goods should have been back.
        open.left.push((day + Days::new(owed.return_days.0.into()), units));
        open.all += units;
        *amount += found.number("amount", at).unwrap_or_default() * f64::from(u8::from(is_new));
    }
    let one = |(sku, (open, amount)): (Sku, (Open, f64))| {
        let value = (open.all > 0.0).then(|| amount / open.all);
        (sku, open, value)
    };
    Ok(by_sku.into_iter().map(one).collect())
}

/// Shipments that are closed with fewer units received than sent.
async fn received_short(
    around: &Surroundings<'_>,
    owed: &Reimbursable,
) -> Result<Vec<(Sku, Open)>, AskError> {
    let sql = format!(
        "SELECT \"store\", \"market\", \"seller_sku\", \"subject_id\", max(\"day_to\") AS day, \
         max(CASE WHEN \"measure\" = 'units_sent' THEN \"value\" ELSE 0 END) AS sent, \
         max(CASE WHEN \"measure\" = 'units_received' THEN \"value\" ELSE 0 END) AS received, \
         max(CASE WHEN \"measure\" = 'closed' THEN \"value\" ELSE 0 END) AS closed \
         FROM measures WHERE \"subject_kind\" = 'inbound' AND \"seller_sku\" IS NOT NULL \
         AND \"day\" <= DATE '{0}' AND \"day_to\" BETWEEN DATE '{1}' AND DATE '{0}' \
         GROUP BY 1, 2, 3, 4",
        around.day,
        around.day - Days::new(owed.clock_days.0.into())
    );
    let found = around.query(&sql).await?;
    let mut by_sku: BTreeMap<Sku, Open> = BTreeMap::new();
    for at in 0..found.rows {
        let number = |name: &str| found.number(name, at).unwrap_or_default();
        let short = number("sent") - number("received");
        let day = found.day("day", at).filter(|day| is_due(around, owed, *day));
        if let (Some(day), true, true) = (day, number("closed") > 0.0, short > 0.0) {
            let open = by_sku.entry(sku(&found, at)).or_default();
            open.left.push((day, short));
            open.all += short;
        }
    }
    Ok(by_sku.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_found_makes_good_the_oldest_loss_before_it_and_none_after() {
        let mut left =
            vec![(day("2026-06-01"), 3.0), (day("2026-06-10"), 4.0), (day("2026-06-20"), 2.0)];
        let mut found = VecDeque::from([(day("2026-06-12"), 5.0)]);
        make_good(&mut left, &mut found);
        assert_eq!(left, [(day("2026-06-10"), 2.0), (day("2026-06-20"), 2.0)]);
        assert!(found[0].1.abs() < 1e-12);
    }
}
