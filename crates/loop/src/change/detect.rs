//! Changes seen in the facts: a figure that was one thing and then another.
//!
//! Snapshots tell prices, titles, states and stock; `measures` tell bids, budgets and coupons;
//! `changes` is what channels themselves write down. Each event has a key made of what it says, so
//! importing the same report again finds the same event.

use argosy_facts::{FactsError, Session};
use argosy_kernel::{Day, names::sql_text};
use chrono::{DateTime, NaiveTime, Utc};

use super::record::{ChangeRecord, ChangeSource};
use crate::effect::texts;

/// Which days to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DetectQuestion {
    pub from: Day,
    pub to: Day,
    /// All stores when absent.
    pub store: Option<String>,
}

/// How far apart in days an event told by people and the same seen in facts may be: snapshots come
/// weekly.
const SEEN_WITHIN_DAYS: i64 = 8;
/// Snapshots this many days before the first day still tell what was before.
const LOOK_BACK_DAYS: u64 = 45;

/// All changes in the facts, oldest first.
///
/// # Errors
/// [`FactsError`].
pub async fn detect(
    session: &Session,
    question: &DetectQuestion,
) -> Result<Vec<ChangeRecord>, FactsError> {
    let mut found = Vec::new();
    for (field, kind) in
        [("price", "listing.price"), ("title", "listing.title"), ("status", "listing.state")]
    {
        found.extend(listings(session, question, field, kind).await?);
    }
    found.extend(stock(session, question).await?);
    found.extend(measures(session, question, "target", "bid", "ads.bid").await?);
    found.extend(measures(session, question, "campaign", "daily_budget", "ads.budget").await?);
    found.extend(coupons(session, question).await?);
    found.extend(told(session, question).await?);
    found.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.key.cmp(&b.key)));
    found.dedup_by(|later, earlier| later.key == earlier.key);
    Ok(found)
}

/// Those of `found` that are not known yet: neither told before nor recorded by people.
pub fn new_ones(found: Vec<ChangeRecord>, known: &[ChangeRecord]) -> Vec<ChangeRecord> {
    let mut fresh: Vec<ChangeRecord> = Vec::new();
    for change in found {
        let is_known = known.iter().chain(&fresh).any(|other| {
            // What a channel wrote down is exact: two such events are the same only by their key.
            let both_told =
                change.source == ChangeSource::Imported && other.source == ChangeSource::Imported;
            let days = if both_told { -1 } else { SEEN_WITHIN_DAYS };
            change.is_same_event(other, days)
        });
        if !is_known {
            fresh.push(change);
        }
    }
    fresh
}

impl DetectQuestion {
    fn where_store(&self) -> String {
        match &self.store {
            Some(store) => format!("store = {}", sql_text(store)),
            None => "true".to_owned(),
        }
    }

    fn back(&self) -> Day {
        self.from - chrono::Days::new(LOOK_BACK_DAYS)
    }

    fn days(&self) -> String {
        format!("between date '{}' and date '{}'", self.from, self.to)
    }
}

fn midnight(day: Day) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// A row of a question, cell by cell.
struct Row(std::vec::IntoIter<Option<String>>);

impl Row {
    fn next(&mut self) -> Option<String> {
        self.0.next().flatten().filter(|text| !text.is_empty())
    }

    fn day(&mut self) -> Option<Day> {
        self.next()?.parse().ok()
    }
}

/// A change between two snapshots.
fn seen(kind: &str, day: Day, mut change: ChangeRecord) -> ChangeRecord {
    change.kind = kind.to_owned();
    change.key = ChangeRecord::key_of(&[
        kind,
        &change.store,
        change.market.as_deref().unwrap_or_default(),
        change.seller_sku.as_deref().unwrap_or_default(),
        change.campaign.as_deref().unwrap_or_default(),
        &change.what,
        &day.to_string(),
        change.after.as_deref().unwrap_or_default(),
    ]);
    change
}

fn blank(store: String, market: Option<String>, day: Day) -> ChangeRecord {
    ChangeRecord {
        id: None,
        kind: String::new(),
        store,
        market,
        seller_sku: None,
        campaign: None,
        what: String::new(),
        before: None,
        after: None,
        at: midnight(day),
        day: Some(day),
        who: String::new(),
        source: ChangeSource::Detected,
        task: None,
        key: String::new(),
    }
}

/// Numbers without the zeros a fact table pads them with.
fn plain(value: String) -> String {
    match value.parse::<rust_decimal::Decimal>() {
        Ok(number) => number.normalize().to_string(),
        Err(_) => value,
    }
}

async fn listings(
    session: &Session,
    question: &DetectQuestion,
    field: &str,
    kind: &str,
) -> Result<Vec<ChangeRecord>, FactsError> {
    let unit = if field == "price" { "currency" } else { "''" };
    let sql = format!(
        "with daily as (\
           select store, market, seller_sku, day, {field} as value, {unit} as unit, \
             row_number() over (partition by store, market, seller_sku, day order by at desc, row desc) as place \
           from listings where seller_sku is not null and {field} is not null \
             and day between date '{back}' and date '{to}' and {store}), \
         steps as (\
           select store, market, seller_sku, day, value, unit, \
             lag(value) over (partition by store, market, seller_sku order by day) as before, \
             lag(unit) over (partition by store, market, seller_sku order by day) as unit_before \
           from daily where place = 1) \
         select store, market, day, seller_sku, before, value, unit from steps \
         where before is not null and before <> value \
           and (unit is not distinct from unit_before) and day {days}",
        back = question.back(),
        to = question.to,
        store = question.where_store(),
        days = question.days(),
    );
    let rows = texts(session, &sql).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let mut row = Row(row.into_iter());
            let (store, market, day) = (row.next()?, row.next(), row.day()?);
            let mut change = blank(store, market, day);
            change.seller_sku = row.next();
            let (before, after) = (plain(row.next()?), plain(row.next()?));
            let with_unit = |value: String, unit: &Option<String>| match unit {
                Some(unit) => format!("{value} {unit}"),
                None => value,
            };
            let unit = row.next();
            change.before = Some(with_unit(before, &unit));
            change.after = Some(with_unit(after, &unit));
            change.what = field.to_owned();
            Some(seen(kind, day, change))
        })
        .collect())
}

/// Sellable stock that ran out, or came back. A report that lists a SKU no longer says it has none.
async fn stock(
    session: &Session,
    question: &DetectQuestion,
) -> Result<Vec<ChangeRecord>, FactsError> {
    let sql = format!(
        "with told as (\
           select store, market, place, definition, seller_sku, day, \
             sum(case when state = 'sellable' then units else 0 end) as units \
           from stock where seller_sku is not null and day between date '{back}' and date '{to}' and {store} \
           group by store, market, place, definition, seller_sku, day), \
         days as (select distinct store, market, place, definition, day from told), \
         skus as (\
           select store, market, place, definition, seller_sku, min(day) as first from told \
           where units > 0 group by store, market, place, definition, seller_sku), \
         full as (\
           select s.store, s.market, s.place, s.definition, s.seller_sku, d.day, coalesce(t.units, 0) as units \
           from skus s join days d on d.store = s.store and (d.market is not distinct from s.market) \
             and d.place = s.place and d.definition = s.definition and d.day >= s.first \
           left join told t on t.store = s.store and (t.market is not distinct from s.market) \
             and t.place = s.place and t.definition = s.definition and t.seller_sku = s.seller_sku and t.day = d.day), \
         daily as (\
           select store, market, seller_sku, day, sum(units) as units from full group by store, market, seller_sku, day), \
         steps as (\
           select store, market, seller_sku, day, units, \
             lag(units) over (partition by store, market, seller_sku order by day) as before from daily) \
         select store, market, day, seller_sku, before, units from steps \
         where before is not null and ((before > 0 and units <= 0) or (before <= 0 and units > 0)) and day {days}",
        back = question.back(),
        to = question.to,
        store = question.where_store(),
        days = question.days(),
    );
    let rows = texts(session, &sql).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let mut row = Row(row.into_iter());
            let (store, market, day) = (row.next()?, row.next(), row.day()?);
            let mut change = blank(store, market, day);
            change.seller_sku = row.next();
            change.before = row.next();
            let after = row.next()?;
            let kind =
                if after.starts_with('-') || after == "0" { "stock.out" } else { "stock.back" };
            change.after = Some(after);
            change.what = "sellable".to_owned();
            Some(seen(kind, day, change))
        })
        .collect())
}

/// Bids of targets and budgets of campaigns, as the reports of each day tell them.
async fn measures(
    session: &Session,
    question: &DetectQuestion,
    subject: &str,
    measure: &str,
    kind: &str,
) -> Result<Vec<ChangeRecord>, FactsError> {
    let sql = format!(
        "with daily as (\
           select store, market, subject, coalesce(other, '') as other, day, max(value) as value, \
             max(currency) as currency \
           from measures where subject_kind = '{subject}' and measure = '{measure}' and subject is not null \
             and day between date '{back}' and date '{to}' and {store} \
           group by store, market, subject, coalesce(other, ''), day), \
         steps as (\
           select store, market, subject, other, day, value, currency, \
             lag(value) over (partition by store, market, subject, other order by day) as before \
           from daily) \
         select store, market, day, subject, other, before, value, currency from steps \
         where before is not null and before <> value and day {days}",
        back = question.back(),
        to = question.to,
        store = question.where_store(),
        days = question.days(),
    );
    let rows = texts(session, &sql).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let mut row = Row(row.into_iter());
            let (store, market, day) = (row.next()?, row.next(), row.day()?);
            let mut change = blank(store, market, day);
            let (name, other) = (row.next()?, row.next());
            // `campaign / ad group / match type` of a target; a campaign is itself.
            let campaign = match &other {
                Some(other) => other.split(" / ").next().map(str::to_owned),
                None => Some(name.clone()),
            };
            change.campaign = campaign;
            change.what = match other {
                Some(other) => format!("{name} ({other})"),
                None => name,
            };
            let (before, after) = (plain(row.next()?), plain(row.next()?));
            let unit = row.next().map(|unit| format!(" {unit}")).unwrap_or_default();
            change.before = Some(format!("{before}{unit}"));
            change.after = Some(format!("{after}{unit}"));
            Some(seen(kind, day, change))
        })
        .collect())
}

/// The first and the last day of a coupon.
async fn coupons(
    session: &Session,
    question: &DetectQuestion,
) -> Result<Vec<ChangeRecord>, FactsError> {
    let sql = format!(
        "with coupons as (\
           select store, market, subject_id, max(subject) as name, max(asin) as asin, min(day) as first, \
             max(day_to) as last \
           from measures where subject_kind = 'coupon' and {store} group by store, market, subject_id), \
         skus as (\
           select store, asin, min(seller_sku) as seller_sku from orders \
           where asin is not null and seller_sku is not null group by store, asin \
           having count(distinct seller_sku) = 1) \
         select c.store, c.market, c.first, c.last, coalesce(c.name, c.subject_id), s.seller_sku, c.subject_id \
         from coupons c left join skus s on s.store = c.store and s.asin = c.asin",
        store = question.where_store(),
    );
    let mut found = Vec::new();
    for row in texts(session, &sql).await? {
        let mut row = Row(row.into_iter());
        let (Some(store), market, Some(first), last) =
            (row.next(), row.next(), row.day(), row.day())
        else {
            continue;
        };
        let (name, sku, id) = (row.next(), row.next(), row.next());
        let ended = last.map(|last| last + chrono::Days::new(1));
        for (day, before, after) in [(Some(first), "off", "on"), (ended, "on", "off")] {
            let Some(day) = day.filter(|day| (question.from..=question.to).contains(day)) else {
                continue;
            };
            let mut change = blank(store.clone(), market.clone(), day);
            // A coupon of several products touches only those: it must not stand for all of them.
            change.campaign = if sku.is_none() { id.clone() } else { None };
            change.seller_sku.clone_from(&sku);
            change.what = name.clone().unwrap_or_default();
            change.before = Some(before.to_owned());
            change.after = Some(after.to_owned());
            found.push(seen("promo.coupon", day, change));
        }
    }
    Ok(found)
}

/// What channels wrote down themselves.
async fn told(
    session: &Session,
    question: &DetectQuestion,
) -> Result<Vec<ChangeRecord>, FactsError> {
    let sql = format!(
        "with campaigns as (\
           select store, target, min(campaign) as campaign from ads \
           where target is not null and campaign is not null group by store, target \
           having count(distinct campaign) = 1) \
         select c.store, c.market, c.day, cast(c.at as varchar), c.subject_kind, c.subject_id, c.subject, \
           c.seller_sku, c.field, c.before, c.after, c.actor, t.campaign \
         from changes c left join campaigns t on t.store = c.store and t.target = c.subject \
         where c.day {days} and c.{store}",
        days = question.days(),
        store = match &question.store {
            Some(store) => format!("store = {}", sql_text(store)),
            None => "store is not null".to_owned(),
        },
    );
    Ok(texts(session, &sql).await?.into_iter().filter_map(imported).collect())
}

fn imported(row: Vec<Option<String>>) -> Option<ChangeRecord> {
    let mut row = Row(row.into_iter());
    let (store, market, day) = (row.next()?, row.next(), row.day()?);
    let at = row.next()?;
    let (subject_kind, id, subject) = (row.next()?, row.next(), row.next());
    let (sku, field) = (row.next(), row.next()?);
    let (before, after, actor) = (row.next(), row.next(), row.next());
    let campaign = row.next();
    let kind = kind_of(&subject_kind, &field);
    let named = subject.clone().or_else(|| id.clone());
    let mut change = blank(store, market, day);
    change.at = instant(&at).unwrap_or(change.at);
    change.campaign = match subject_kind.as_str() {
        "campaign" => named.clone(),
        // Of unknown campaign, but never of all of them.
        _ if kind.starts_with("ads.") => campaign.or_else(|| named.clone()),
        _ => None,
    };
    change.seller_sku = sku;
    if change.seller_sku.is_none() && change.campaign.is_none() {
        change.campaign.clone_from(&named);
    }
    change.what = match &named {
        Some(name) => format!("{name}: {field}"),
        None => field.clone(),
    };
    change.before = before.map(plain);
    change.after = after.map(plain);
    change.who = actor.unwrap_or_default();
    change.source = ChangeSource::Imported;
    change.key = ChangeRecord::key_of(&[
        "told",
        &change.store,
        &at,
        &subject_kind,
        id.as_deref().unwrap_or_default(),
        &field,
        change.after.as_deref().unwrap_or_default(),
    ]);
    change.kind = kind;
    Some(change)
}

/// An instant as the engine writes it.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let text = if text.ends_with('Z') || text.contains('+') {
        text.to_owned()
    } else {
        format!("{text}Z")
    };
    DateTime::parse_from_rfc3339(&text).ok().map(|at| at.with_timezone(&Utc))
}

/// What Argosy calls a change of a channel's log.
fn kind_of(subject: &str, field: &str) -> String {
    const LISTING: [&str; 4] = ["listing", "product", "offer", "variant"];
    let area = if LISTING.contains(&subject) { "listing" } else { "ads" };
    let field = field.to_ascii_lowercase();
    let has = |part: &str| field.contains(part);
    let what = match () {
        () if has("budget") => "budget",
        () if has("placement") || has("bidding") => "placement",
        () if has("bid") => "bid",
        () if has("price") => "price",
        () if has("image") => "image",
        () if has("title") => "title",
        () if has("status") || has("state") => "state",
        () if has("creat") => "created",
        () => field.as_str(),
    };
    format!("{area}.{what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(day: &str, after: &str, source: ChangeSource) -> ChangeRecord {
        let day: Day = day.parse().unwrap();
        let mut change = blank("us".into(), Some("US".into()), day);
        change.seller_sku = Some("A".into());
        change.what = "price".into();
        change.after = Some(after.into());
        let mut change = seen("listing.price", day, change);
        change.source = source;
        if source == ChangeSource::Typed {
            change.key.clear();
        }
        change
    }

    #[test]
    fn importing_the_same_report_again_tells_nothing_new() {
        let found = vec![price("2026-06-08", "19.99 USD", ChangeSource::Detected)];
        assert_eq!(new_ones(found.clone(), &[]).len(), 1);
        assert!(new_ones(found.clone(), &found).is_empty());
        assert_eq!(new_ones([found.clone(), found].concat(), &[]).len(), 1);
    }

    #[test]
    fn a_price_typed_in_on_monday_is_not_told_again_by_the_snapshot_of_friday() {
        let typed = price("2026-06-01", "19.99", ChangeSource::Typed);
        let seen = price("2026-06-05", "19.99 USD", ChangeSource::Detected);
        assert!(new_ones(vec![seen], std::slice::from_ref(&typed)).is_empty());
        let other = price("2026-06-05", "17.99 USD", ChangeSource::Detected);
        assert_eq!(new_ones(vec![other], &[typed]).len(), 1);
    }

    #[test]
    fn a_page_rewritten_as_the_play_says_is_not_told_again_as_a_new_title() {
        let mut done = price("2026-06-01", "new pictures", ChangeSource::Typed);
        done.kind = "listing.content".into();
        let mut title = price("2026-06-05", "Lamp, warm", ChangeSource::Detected);
        title.kind = "listing.title".into();
        assert!(new_ones(vec![title.clone()], std::slice::from_ref(&done)).is_empty());
        // Another field, another SKU, or a coupon that ends is something else.
        let other = price("2026-06-05", "17.99 USD", ChangeSource::Detected);
        assert_eq!(new_ones(vec![other], std::slice::from_ref(&done)).len(), 1);
        title.seller_sku = Some("B".into());
        assert_eq!(new_ones(vec![title.clone()], std::slice::from_ref(&done)).len(), 1);
        done.kind = "listing.coupon".into();
        let coupon = |after: &str| {
            let mut seen = price("2026-06-05", after, ChangeSource::Detected);
            seen.kind = "promo.coupon".into();
            seen
        };
        assert!(new_ones(vec![coupon("on")], std::slice::from_ref(&done)).is_empty());
        assert_eq!(new_ones(vec![coupon("off")], &[done]).len(), 1);
    }

    #[test]
    fn words_of_channels_become_kinds_of_ours() {
        for (subject, field, kind) in [
            ("campaign", "budget_amount", "ads.budget"),
            ("keyword", "bid_amount", "ads.bid"),
            ("campaign", "status", "ads.state"),
            ("campaign", "placement_top", "ads.placement"),
            ("listing", "main_image", "listing.image"),
        ] {
            assert_eq!(kind_of(subject, field), kind);
        }
    }
}
