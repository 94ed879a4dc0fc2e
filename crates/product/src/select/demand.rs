//! What search-term reports say of a term: searches a month, growth, season, clicks of the first three.

use std::collections::BTreeMap;

use argosy_chapter::face::{ChapterError, Ground};
use argosy_kernel::{Day, names::sql_text};
use rust_decimal::Decimal;

use crate::choice::facts::{sql_day, texts};

/// Days that searches a month are taken from.
const RECENT: i64 = 91;
const YEAR: i64 = 364;
/// Fewer days of reports than this tell nothing of a quarter, and of a year.
const QUARTER_MIN: i64 = 28;
const YEAR_MIN: i64 = 330;
const MONTH: Decimal = Decimal::from_parts(30, 0, 0, false, 0);

/// One period of one term: first day, last day, searches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Period {
    pub from: Day,
    pub to: Day,
    pub searches: Decimal,
}

/// What is known of a term.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Demand {
    pub volume: Option<Decimal>,
    pub growth: Option<Decimal>,
    pub season: Option<Decimal>,
    pub clicks_top3: Option<Decimal>,
}

/// By market and term in small letters.
pub(super) type Demands = BTreeMap<(String, String), Demand>;

/// What reports say of these terms.
pub(super) async fn demands(
    ground: &Ground<'_>,
    terms: &[String],
) -> Result<Demands, ChapterError> {
    let mut found = Demands::new();
    let Some(newest) = ground.newest.filter(|_| !terms.is_empty()) else { return Ok(found) };
    let listed = terms.iter().map(|term| sql_text(term)).collect::<Vec<_>>().join(", ");
    let since = sql_day(newest - chrono::Days::new(2 * 364 + 14));
    let sql = format!(
        "select market, lower(term), cast(day as varchar), cast(day_to as varchar), \
         cast(max(term_volume) as varchar) from search where kind = 'query_performance' \
         and lower(term) in ({listed}) and day >= {since} and term_volume is not null \
         group by market, lower(term), day, day_to"
    );
    let mut periods: BTreeMap<(String, String), Vec<Period>> = BTreeMap::new();
    for row in texts(ground, &sql).await? {
        let [Some(market), Some(term), Some(from), Some(to), Some(volume)] = row.as_slice() else {
            continue;
        };
        if let (Ok(from), Ok(to), Ok(searches)) = (from.parse(), to.parse(), volume.parse()) {
            let of = periods.entry((market.clone(), term.clone())).or_default();
            of.push(Period { from, to, searches });
        }
    }
    for (key, periods) in periods {
        found.insert(key, of_periods(&periods, newest));
    }
    let sql = format!(
        "select market, term, cast(max(clicks) as varchar) from ( \
         select s.market as market, lower(s.term) as term, s.page as page, sum(s.click_share) as clicks \
         from search s join (select market, lower(term) as term, max(day) as day from search \
           where kind = 'search_terms' and lower(term) in ({listed}) group by market, lower(term)) n \
         on s.market = n.market and lower(s.term) = n.term and s.day = n.day \
         where s.kind = 'search_terms' and s.position <= 3 group by s.market, lower(s.term), s.page) \
         group by market, term"
    );
    for row in texts(ground, &sql).await? {
        let [Some(market), Some(term), Some(clicks)] = row.as_slice() else { continue };
        let demand = found.entry((market.clone(), term.clone())).or_default();
        demand.clicks_top3 = clicks.parse().ok().map(|clicks: Decimal| clicks.normalize());
    }
    Ok(found)
}

/// What the periods of one term say up to a day.
pub(super) fn of_periods(periods: &[Period], newest: Day) -> Demand {
    let periods = one_rhythm(periods);
    let within = |from: i64, to: i64| {
        let inside = periods.iter().filter(move |one| {
            let age = (newest - one.to).num_days();
            (from..to).contains(&age)
        });
        inside.fold((Decimal::ZERO, 0), |(searches, days), one| {
            (searches + one.searches, days + length(one))
        })
    };
    let a_day = |(searches, days): (Decimal, i64), least: i64| {
        (days >= least).then(|| searches / Decimal::from(days))
    };
    let now = a_day(within(0, RECENT), QUARTER_MIN.min(longest(&periods)));
    let then = a_day(within(YEAR, YEAR + RECENT), QUARTER_MIN);
    let growth = now.zip(then).filter(|(_, then)| *then > Decimal::ZERO);
    Demand {
        volume: now.map(|searches| (searches * MONTH).round_dp(0)),
        growth: growth.map(|(now, then)| (now / then - Decimal::ONE).round_dp(4)),
        season: season(&periods, newest),
        clicks_top3: None,
    }
}

fn length(one: &Period) -> i64 {
    (one.to - one.from).num_days() + 1
}

fn longest(periods: &[Period]) -> i64 {
    periods.iter().map(length).max().unwrap_or(1)
}

/// Reports come by week, month and quarter and tell the same searches again: those of the length that
/// covers most days.
fn one_rhythm(periods: &[Period]) -> Vec<Period> {
    let class = |one: &Period| match length(one) {
        ..=7 => 0,
        8..=31 => 1,
        _ => 2,
    };
    let mut days = [0_i64; 3];
    periods.iter().for_each(|one| days[class(one)] += length(one));
    // Of equals the shorter ones: they are newer.
    let best = (0..3).max_by_key(|at| (days[*at], 2 - *at)).unwrap_or(0);
    periods.iter().filter(|one| class(one) == best).copied().collect()
}

/// Share of the year's searches in its best quarter of thirteen weeks, by thirteen four-week months:
/// the best three of them and a quarter of the fourth.
fn season(periods: &[Period], newest: Day) -> Option<Decimal> {
    let mut months = [Decimal::ZERO; 13];
    let mut days = 0;
    for one in periods {
        let age = (newest - one.to).num_days();
        if (0..YEAR).contains(&age) {
            let at = usize::try_from(age / 28).ok()?;
            months[at.min(12)] += one.searches;
            days += length(one);
        }
    }
    let whole: Decimal = months.iter().sum();
    if days < YEAR_MIN || whole <= Decimal::ZERO {
        return None;
    }
    months.sort_by(|a, b| b.cmp(a));
    let best: Decimal = months.iter().take(3).sum::<Decimal>() + months[3] / Decimal::from(4);
    Some((best / whole).round_dp(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weeks(count: i64, searches: impl Fn(i64) -> i64) -> Vec<Period> {
        let newest: Day = "2026-06-30".parse().unwrap();
        (0..count)
            .map(|back| {
                let to = newest - chrono::Days::new(u64::try_from(back * 7).unwrap());
                let from = to - chrono::Days::new(6);
                Period { from, to, searches: searches(back).into() }
            })
            .collect()
    }

    fn told(periods: &[Period]) -> Demand {
        of_periods(periods, "2026-06-30".parse().unwrap())
    }

    #[test]
    fn searches_of_a_steady_term_are_a_month_s_and_have_no_season() {
        let found = told(&weeks(110, |_| 700));
        assert_eq!(found.volume, Some(3000.into()));
        assert_eq!(found.growth, Some(Decimal::ZERO));
        assert_eq!(found.season, Some("0.25".parse().unwrap()));
    }

    #[test]
    fn a_term_that_doubled_grew_by_all_of_it_and_one_of_christmas_has_a_season() {
        let grown = told(&weeks(110, |back| if back < 52 { 1400 } else { 700 }));
        assert_eq!(grown.growth, Some(Decimal::ONE));
        let season = told(&weeks(54, |back| if (28..40).contains(&back) { 7000 } else { 100 }));
        assert!(season.season.unwrap() > "0.9".parse().unwrap(), "{season:?}");
        assert!(season.growth.is_none());
    }

    #[test]
    fn months_beside_weeks_are_not_counted_twice_and_two_weeks_say_nothing_of_a_quarter() {
        let mut both = weeks(20, |_| 700);
        let newest: Day = "2026-06-30".parse().unwrap();
        let from = newest - chrono::Days::new(29);
        both.push(Period { from, to: newest, searches: 3000.into() });
        assert_eq!(told(&both).volume, Some(3000.into()));
        assert_eq!(told(&[]), Demand::default());
    }
}
