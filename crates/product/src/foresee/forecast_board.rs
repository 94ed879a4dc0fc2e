//! The boards of the forecast, and the one of people's changes.
//!
//! float-ok: shows estimates of units.

use std::collections::BTreeMap;

use argosy_chapter::{
    board::{Band, Board, Cell, Detail, Holds, Line, Picture, Row, Section, Unit},
    face::{ChapterError, Ground},
};
use argosy_kernel::{Day, Text};
use chrono::Days;

use super::{
    calendar::Calendar,
    kept::{Forecast, Foreseen, Noted},
    show::{column, fact, number, old, remark, section, share},
    work,
};
use crate::{
    forecast::{
        judgement::{Added, Change, Direction, Verdict, by, value_added},
        profile::Kind,
    },
    says::both,
};

/// Weeks of the past in the picture, and in a row's line.
const SHOWN_WEEKS: usize = 78;
const SPARK_WEEKS: usize = 26;
const SEED: u64 = 7;

pub(crate) async fn board(ground: &Ground<'_>) -> Result<Board, ChapterError> {
    let Some((found, at)) = work::forecast(ground).await? else { return Ok(Board::default()) };
    let mut board = Board {
        day: Some(found.newest),
        made: work::moment(at),
        rows: found.all.iter().map(row).collect(),
        ..Board::default()
    };
    board.remarks.extend(old(work::behind(ground)));
    if found.unpaired > 0.5 {
        board.remarks.push(remark(
            "warning",
            both(
                format!(
                    "{:.0} units were sold of seller SKUs that are paired with no product: nobody \
                     foresees them",
                    found.unpaired
                ),
                format!("有 {:.0} 件销量的 MSKU 未配对产品，不在预测之内", found.unpaired),
            ),
        ));
    }
    let sum = |at: usize| found.all.iter().map(|one| one.sums[at][0]).sum::<f64>();
    let people = value_added(found.changes.iter().map(|noted| &noted.change), SEED);
    board.tiles = BTreeMap::from([
        ("products".to_owned(), Cell::Integer(i64::try_from(found.all.len()).unwrap_or(0))),
        ("in30".to_owned(), number(sum(0), 0)),
        ("in90".to_owned(), number(sum(2), 0)),
        ("wape".to_owned(), share(wape(&found))),
        ("added".to_owned(), share(people.added)),
        ("widening".to_owned(), number(found.widening, 2)),
    ]);
    Ok(board)
}

/// Misses of all products' chosen methods over their demand, weighted by what is expected.
fn wape(found: &Forecast) -> Option<f64> {
    let scored = found.all.iter().filter_map(|one| Some((one.score()?.wape?, one.sums[2][0])));
    let (missed, all) =
        scored.fold((0.0, 0.0), |(m, a), (wape, units)| (m + wape * units, a + units));
    (all > 0.0).then(|| missed / all)
}

fn row(one: &Foreseen) -> Row {
    let score = one.score();
    let [in30, in60, in90] = one.sums;
    let before = one.daily[3] * 30.0;
    let change = (before > 0.0).then(|| in30[0] / before - 1.0);
    let history = &one.history[one.history.len().saturating_sub(SPARK_WEEKS)..];
    let spark = history.iter().chain(one.expected.iter().take(13)).map(|v| Some(*v)).collect();
    let moved = one.machine.as_ref().map(|machine| {
        let sum = |values: &[f64]| values.iter().take(13).sum::<f64>();
        if sum(machine) > 0.0 { sum(&one.expected) / sum(machine) - 1.0 } else { 0.0 }
    });
    let mut row = Row::new(one.id())
        .with("sku", one.sku.as_str())
        .with("name", one.name.as_str())
        .with("market", one.market.as_str())
        .with("category", one.category.clone())
        .with("method", one.method.name())
        .with("why", one.why.says())
        .with("kind", kind(one.kind))
        .with("daily", number(one.daily[3], 2))
        .with("in30", number(in30[0], 1))
        .with("in30_low", number(in30[1], 0))
        .with("in30_high", number(in30[2], 0))
        .with("in60", number(in60[0], 1))
        .with("in60_low", number(in60[1], 0))
        .with("in60_high", number(in60[2], 0))
        .with("in90", number(in90[0], 1))
        .with("in90_low", number(in90[1], 0))
        .with("in90_high", number(in90[2], 0))
        .with("change", share(change))
        .with("wape", share(score.and_then(|score| score.wape)))
        .with("bias", share(score.and_then(|score| score.bias)))
        .with("mase", score.and_then(|s| s.mase).map_or(Cell::Empty, |mase| number(mase, 2)))
        .with("people", share(moved))
        .with("lost", number(one.lost, 1))
        .with("masked", i64::try_from(one.masked.len()).unwrap_or(0))
        .with("line", Cell::Spark(spark));
    if score.is_none_or(|score| score.wape.is_none()) {
        let why = both("Too short a history to test the method", "历史太短，无法回测");
        for column in ["wape", "bias", "mase"] {
            row = row.noted(column, why.clone());
        }
    }
    row
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Silent => "silent",
        Kind::Smooth => "smooth",
        Kind::Erratic => "erratic",
        Kind::Intermittent => "intermittent",
        Kind::Lumpy => "lumpy",
    }
}

pub(crate) async fn detail(ground: &Ground<'_>, row: &str) -> Result<Option<Detail>, ChapterError> {
    let Some((found, _)) = work::forecast(ground).await? else { return Ok(None) };
    let Some(one) = found.all.iter().find(|one| one.id() == row) else { return Ok(None) };
    let calendar = work::calendar(ground).await?;
    let changes: Vec<&Noted> =
        found.changes.iter().filter(|noted| noted.change.subject == row).collect();
    let title = format!("{} {} · {}", one.sku, one.name, one.market);
    let mut sections = vec![
        section("How it comes about", "预测依据", Holds::Says(says(one))),
        section("Past and future", "历史与预测", Holds::Picture(fan(one, found.starts))),
        section("In figures", "数值", Holds::Facts(facts(one))),
        methods(one),
    ];
    sections.extend(events(one, &calendar, found.starts));
    if !changes.is_empty() {
        sections.push(people(&changes));
    }
    Ok(Some(Detail { title: both(title.clone(), title), sections }))
}

/// The method, its reason, and what else went in, as sentences.
fn says(one: &Foreseen) -> Text {
    let (name, why) = (one.method.name(), one.why.says());
    let mut en = format!("{}. {}.", name.en, why.en);
    let mut zh = format!("{}。{}。", name.zh_cn, why.zh_cn);
    if one.shares.len() > 1 {
        let parts = |zh_cn: bool| {
            let all = one.shares.iter().map(|(method, share)| {
                let name = method.name();
                let name = if zh_cn { name.zh_cn } else { name.en };
                format!("{name} {:.0} %", share * 100.0)
            });
            all.collect::<Vec<_>>().join(if zh_cn { "、" } else { ", " })
        };
        en += &format!(" It joins {}.", parts(false));
        zh += &format!("由 {} 组合而成。", parts(true));
    }
    if one.season_given {
        en += " The season is that of its category: its own history is too short for one.";
        zh += "季节性取自所属品类，自身历史太短。";
    } else if one.seasonal {
        en += " It has a season of its own.";
        zh += "有自身的季节性。";
    }
    if !one.masked.is_empty() {
        en += &format!(
            " {} weeks were hardly seen (out of stock, or no report): they teach nothing and are \
             filled with the demand around them.",
            one.masked.len()
        );
        zh += &format!(
            "有 {} 周基本看不到需求（断货或缺报告）：不作为零学习，按前后需求补齐。",
            one.masked.len()
        );
    }
    if (one.agreed - 1.0).abs() >= 0.01 {
        let percent = (one.agreed - 1.0) * 100.0;
        en += &format!(
            " To agree with the sums of its category the next 13 weeks moved by {percent:+.0} %."
        );
        zh += &format!("为与品类合计一致，未来 13 周调整 {percent:+.0}%。");
    }
    both(en, zh)
}

fn fan(one: &Foreseen, starts: Day) -> Picture {
    let from = one.history.len().saturating_sub(SHOWN_WEEKS);
    let past = one.history.len() - from;
    let future = one.expected.len();
    let week = |at: usize| {
        let day = if at < past {
            one.first + Days::new(7 * (from + at) as u64)
        } else {
            starts + Days::new(7 * (at - past) as u64)
        };
        day.to_string()
    };
    let history = |seen: bool| -> Vec<Option<f64>> {
        let of = |week: usize| (one.masked.contains(&week) != seen).then(|| one.history[week]);
        (from..one.history.len()).map(of).chain(std::iter::repeat_n(None, future)).collect()
    };
    let ahead = |values: &[f64]| -> Vec<Option<f64>> {
        std::iter::repeat_n(None, past).chain(values.iter().map(|value| Some(*value))).collect()
    };
    let line = |en: &str, zh: &str, values: Vec<Option<f64>>, expected: bool| Line {
        name: both(en, zh),
        values,
        expected,
    };
    let mut lines = vec![
        line("Demand", "需求", history(true), false),
        line("Filled in: not seen", "补齐（未观察到）", history(false), false),
        line("Expected", "预测", ahead(&one.expected), true),
    ];
    if let Some(machine) = &one.machine {
        lines.push(line("The machine's word", "机器预测", ahead(machine), true));
    }
    let band = |en: &str, zh: &str, low: usize, high: usize| Band {
        name: both(en, zh),
        low: ahead(&one.bands[low]),
        high: ahead(&one.bands[high]),
    };
    Picture::Lines {
        title: both("Units per week", "每周件数"),
        unit: Unit::Number,
        labels: (0..past + future).map(week).collect(),
        lines,
        bands: vec![band("Nine of ten", "90% 区间", 0, 3), band("One of two", "50% 区间", 1, 2)],
    }
}

fn facts(one: &Foreseen) -> Vec<argosy_chapter::board::Fact> {
    let [d3, d7, d14, d30, d60, d90] = one.daily;
    let units = |en: &str, zh: &str, value: f64| fact(en, zh, Unit::Number, number(value, 2));
    let mut all = vec![
        units("Units a day, last 3 days", "日均销量（3 天）", d3),
        units("Last 7 days", "日均销量（7 天）", d7),
        units("Last 14 days", "日均销量（14 天）", d14),
        units("Last 30 days", "日均销量（30 天）", d30),
        units("Last 60 days", "日均销量（60 天）", d60),
        units("Last 90 days", "日均销量（90 天）", d90),
        units("Units lost out of stock, 13 weeks", "断货损失件数（13 周）", one.lost),
    ];
    for (at, days) in ["30", "60", "90"].iter().enumerate() {
        let [mean, low, high] = one.sums[at];
        let mut told =
            units(&format!("Expected in {days} days"), &format!("未来 {days} 天预测"), mean);
        told.note = Some(both(
            format!("{low:.0} to {high:.0} in eight of ten cases"),
            format!("十次中有八次在 {low:.0}–{high:.0} 之间"),
        ));
        all.push(told);
    }
    all
}

fn methods(one: &Foreseen) -> Section {
    let columns = vec![
        column("method", "Method", "方法", Unit::Words),
        column("taken", "Taken", "采用", Unit::Flag),
        column("mase", "MASE", "MASE", Unit::Number),
        column("rmsse", "RMSSE", "RMSSE", Unit::Number),
        column("wape", "WAPE", "WAPE", Unit::Percent),
        column("bias", "Bias", "偏差", Unit::Percent),
        column("wql", "Quantile loss", "分位数损失", Unit::Percent),
        column("buckets", "Weeks tested", "回测周数", Unit::Integer),
    ];
    let rows = one.tested.iter().map(|(method, score)| {
        let plain = |value: Option<f64>| value.map_or(Cell::Empty, |value| number(value, 3));
        Row::new(method.id())
            .with("method", method.name())
            .with("taken", *method == one.method)
            .with("mase", plain(score.mase))
            .with("rmsse", plain(score.rmsse))
            .with("wape", share(score.wape))
            .with("bias", share(score.bias))
            .with("wql", share(score.wql))
            .with("buckets", i64::try_from(score.buckets).unwrap_or(0))
    });
    let holds = Holds::Table { columns, rows: rows.collect() };
    section("All methods on its past", "各方法回测成绩", holds)
}

fn events(one: &Foreseen, calendar: &Calendar, starts: Day) -> Option<Section> {
    if one.uplifts.is_empty() {
        return None;
    }
    let columns = vec![
        column("event", "Event", "活动", Unit::Words),
        column("factor", "Times usual demand", "销量倍数", Unit::Number),
        column("usual", "Before own history", "学习前", Unit::Number),
        column("weeks", "Own weeks behind it", "自身历史周数", Unit::Number),
        column("next", "Next week with it", "下次所在周", Unit::Day),
    ];
    let rows = one.uplifts.iter().map(|(id, factor, usual, weeks)| {
        let next = one.planned.iter().filter(|(event, _)| event == id).map(|(_, week)| *week).min();
        Row::new(id.clone())
            .with("event", calendar.name(id))
            .with("factor", number(*factor, 2))
            .with("usual", number(*usual, 2))
            .with("weeks", number(*weeks, 1))
            .with("next", next.map(|week| starts + Days::new(7 * week as u64)))
    });
    let holds = Holds::Table { columns, rows: rows.collect() };
    Some(section("Events", "活动与节日", holds))
}

fn people(changes: &[&Noted]) -> Section {
    let columns = vec![
        column("week", "Week", "周", Unit::Day),
        column("who", "Who", "调整人", Unit::Text),
        column("machine", "Machine", "机器预测", Unit::Number),
        column("person", "Person", "人工", Unit::Number),
        column("came", "Came", "实际需求", Unit::Number),
        column("reason", "Reason", "原因", Unit::Text),
    ];
    let rows = changes.iter().map(|noted| {
        let change = &noted.change;
        Row::new(format!("{} {}", noted.record, change.day))
            .with("week", change.day)
            .with("who", change.who.as_str())
            .with("machine", number(change.machine, 1))
            .with("person", number(change.person, 1))
            .with("came", change.came.map_or(Cell::Empty, |came| number(came, 1)))
            .with("reason", noted.reason.as_str())
    });
    section("People's changes", "人工调整", Holds::Table { columns, rows: rows.collect() })
}

/// What people's changes were worth: by person and direction.
pub(crate) async fn people_board(ground: &Ground<'_>) -> Result<Board, ChapterError> {
    let Some((found, at)) = work::forecast(ground).await? else { return Ok(Board::default()) };
    let changes: Vec<Change> = found.changes.iter().map(|noted| noted.change.clone()).collect();
    let mut groups: Vec<(String, &str, Added)> = Vec::new();
    let of_person = by(&changes, SEED, |change| Some((change.who.clone(), change.direction()?)));
    groups.extend(
        of_person.into_iter().map(|((who, way), added)| {
            (who, if way == Direction::Up { "up" } else { "down" }, added)
        }),
    );
    let of_all = by(&changes, SEED, |change| Some(change.who.clone()));
    groups.extend(of_all.into_iter().map(|(who, added)| (who, "both", added)));
    let all = value_added(&changes, SEED);
    let waiting = changes.iter().filter(|change| change.came.is_none()).count();
    let rows = groups.into_iter().map(|(who, way, added)| {
        let of = |change: &&Change| {
            let own = match change.direction() {
                Some(Direction::Up) => "up",
                Some(Direction::Down) => "down",
                None => return false,
            };
            change.who == who && (way == "both" || way == own)
        };
        let open = changes.iter().filter(of).filter(|change| change.came.is_none()).count();
        Row::new(format!("{who} · {way}"))
            .with("who", who.as_str())
            .with("way", way)
            .with("weeks", i64::try_from(added.changes).unwrap_or(0))
            .with("open", i64::try_from(open).unwrap_or(0))
            .with("nearer", i64::try_from(added.nearer).unwrap_or(0))
            .with("added", share(added.added))
            .with("low", share(added.interval.map(|interval| interval.0)))
            .with("high", share(added.interval.map(|interval| interval.1)))
            .with("verdict", verdict(added.verdict))
            .with("keep", share((added.changes > 0).then_some(added.keep)))
    });
    let integer = |value: usize| Cell::Integer(i64::try_from(value).unwrap_or(0));
    Ok(Board {
        rows: rows.collect(),
        tiles: BTreeMap::from([
            ("weeks".to_owned(), integer(all.changes)),
            ("waiting".to_owned(), integer(waiting)),
            ("added".to_owned(), share(all.added)),
            ("keep".to_owned(), share((all.changes > 0).then_some(all.keep))),
        ]),
        day: Some(found.newest),
        made: work::moment(at),
        ..Board::default()
    })
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Helps => "helps",
        Verdict::Hurts => "hurts",
        Verdict::CannotTell => "cannot_tell",
    }
}
