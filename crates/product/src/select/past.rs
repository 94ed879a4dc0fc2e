//! Decisions held against what the products really earned.

use argosy_chapter::{
    board::{Board, Detail, Line, Picture, Row, Unit},
    face::{ChapterError, Ground},
    kind::Body,
};
use argosy_desk::Record;
use argosy_kernel::{Day, Money, Text};
use argosy_metrics::Filters;
use rust_decimal::Decimal;

use super::{
    Comparison, Decision, Earned, compare,
    log::{Choice, Prognosis, record},
    real,
};
use crate::choice::{
    body::{day, money, number, owned, text},
    facts::{Asked, ask},
    show::{both, brief, plain, remark, says, share},
};

/// Days of a month, exactly 365.25 ÷ 12.
const MONTH: Decimal = Decimal::from_parts(304_375, 0, 0, false, 4);

/// One decision with what came of it.
struct Judged {
    id: String,
    decision: Decision,
    name: String,
    months: Decimal,
    found: Result<Comparison, Text>,
}

pub(crate) async fn board(ground: &Ground<'_>) -> Result<Board, ChapterError> {
    let judged = judge(ground).await?;
    let mut board = Board { day: ground.newest, ..Board::default() };
    board.rows = judged.iter().map(row).collect();
    let found: Vec<Comparison> = judged.iter().filter_map(|one| one.found.clone().ok()).collect();
    let habit = record(&found);
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    board.tiles.insert("judged".to_owned(), count(habit.judged).into());
    board.tiles.insert("kept".to_owned(), count(habit.kept).into());
    board.tiles.insert("median".to_owned(), habit.median_kept.map(share).into());
    if habit.judged >= 3
        && let Some(median) = habit.median_kept.filter(|median| *median < Decimal::ONE)
    {
        let told = crate::says::percent(median);
        board.remarks.push(remark(
            "info",
            both(
                format!("Products earned {told} of what was expected, in the middle: prognoses are too high as a habit"),
                format!("实际利润中位数为预期的 {told}：预测普遍偏高"),
            ),
        ));
    }
    board.pictures.extend(picture(&judged));
    Ok(board)
}

async fn judge(ground: &Ground<'_>) -> Result<Vec<Judged>, ChapterError> {
    let candidates = ground.desk.records("candidate").await?;
    let mut found = Vec::new();
    for record in ground.desk.records("decision").await? {
        let Some(decision) = read(&record) else { continue };
        let candidate = candidates.iter().find(|one| one.id == decision.candidate);
        let name = candidate.and_then(|one| owned(&one.body, "name")).unwrap_or_default();
        let (months, compared) = held(ground, &decision).await?;
        found.push(Judged { id: record.id, decision, name, months, found: compared });
    }
    Ok(found)
}

/// A decision as its record tells it.
fn read(record: &Record) -> Option<Decision> {
    let body = &record.body;
    let expected = number(body, "units_per_month").zip(money(body, "contribution_per_unit"));
    let told = day(body, "day")?;
    let from = day(body, "from").unwrap_or(told);
    let prognosis = expected.map(|(units_per_month, contribution_per_unit)| Prognosis {
        units_per_month,
        contribution_per_unit,
        from,
    });
    Some(Decision {
        candidate: owned(body, "candidate")?,
        market: owned(body, "market")?,
        day: told,
        by: record.changed_by.clone(),
        choice: choice(body),
        reason: owned(body, "reason").unwrap_or_default(),
        score: number(body, "score").map_or(0.0, real),
        rank: number(body, "rank").and_then(|rank| usize::try_from(rank).ok()).unwrap_or(0),
        chance_best: number(body, "chance_best").map_or(0.0, real),
        version: owned(body, "version").unwrap_or_default(),
        prognosis,
        sku: owned(body, "sku"),
    })
}

fn choice(body: &Body) -> Choice {
    match text(body, "choice") {
        Some("take") => Choice::Take,
        Some("test") => Choice::Test,
        Some("wait") => Choice::Wait,
        _ => Choice::Reject,
    }
}

/// Months it has sold, and how that compares; or why it cannot be told.
async fn held(
    ground: &Ground<'_>,
    decision: &Decision,
) -> Result<(Decimal, Result<Comparison, Text>), ChapterError> {
    let none = |en: &str, zh: &str| Ok((Decimal::ZERO, Err(both(en, zh))));
    if matches!(decision.choice, Choice::Wait | Choice::Reject) {
        return none("it was not taken on", "未立项，无需对比");
    }
    let Some(sku) = &decision.sku else {
        return none(
            "no SKU: write into the decision which SKU it became",
            "未填写对应 SKU，请在决策中补充",
        );
    };
    let Some(prognosis) = &decision.prognosis else {
        return none(
            "nothing was expected: no units a month or contribution per unit",
            "未保存预期：缺少月销量或单件利润",
        );
    };
    let newest = ground.newest.filter(|newest| *newest > prognosis.from);
    let Some(to) = newest else {
        return none("it has not sold yet", "尚未开卖");
    };
    let currency = prognosis.contribution_per_unit.currency;
    let filters = Filters::from([
        ("product".to_owned(), vec![sku.clone()]),
        ("market".to_owned(), vec![decision.market.clone()]),
    ]);
    let asked = Asked {
        metrics: &["units_sold", "contribution_after_ads"],
        by: &["product"],
        from: prognosis.from,
        to,
        currency,
        filters,
    };
    let rows = ask(ground, &asked).await?;
    let figures = rows.into_iter().next().map(|(_, figures)| figures).unwrap_or_default();
    let (Some(units), Some(left)) =
        (figures.get("units_sold"), figures.get("contribution_after_ads"))
    else {
        return none(
            "the facts tell no sales of this SKU in this market",
            "系统数据中没有该 SKU 在此站点的销售",
        );
    };
    let months = months(prognosis.from, to);
    let earned = Earned { months, units: *units, contribution: Money::new(*left, currency) };
    Ok((months, compare(decision, &earned).map_err(|refusal| refusal.says)))
}

fn months(from: Day, to: Day) -> Decimal {
    (Decimal::from((to - from).num_days() + 1) / MONTH).round_dp(6)
}

fn row(one: &Judged) -> Row {
    let decision = &one.decision;
    let choice = match decision.choice {
        Choice::Take => "take",
        Choice::Test => "test",
        Choice::Wait => "wait",
        Choice::Reject => "reject",
    };
    let row = Row::new(one.id.clone())
        .with("decision", one.id.clone())
        .with("candidate", decision.candidate.clone())
        .with("name", one.name.clone())
        .with("market", decision.market.clone())
        .with("day", decision.day)
        .with("by", decision.by.clone())
        .with("choice", choice)
        .with("reason", decision.reason.clone())
        .with("sku", decision.sku.clone());
    match &one.found {
        Ok(found) => row
            .with("months", brief(one.months))
            .with("expected", found.expected.rounded())
            .with("earned", found.earned.rounded())
            .with("difference", found.difference.rounded())
            .with("by_units", found.by_units.rounded())
            .with("by_margin", found.by_margin.rounded())
            .with("kept", found.kept.map(share))
            .with("says", found.says.clone()),
        Err(why) => row.with("says", why.clone()).noted("earned", why.clone()),
    }
}

fn picture(judged: &[Judged]) -> Option<Picture> {
    let told: Vec<(&Judged, &Comparison)> =
        judged.iter().filter_map(|one| Some((one, one.found.as_ref().ok()?))).take(20).collect();
    let line = |name: Text, of: fn(&Comparison) -> Money, expected: bool| Line {
        name,
        values: told.iter().map(|(_, found)| Some(plain(of(found).amount))).collect(),
        expected,
    };
    (!told.is_empty()).then(|| Picture::Bars {
        title: both("Expected and earned", "预期与实际利润"),
        unit: Unit::Number,
        labels: told
            .iter()
            .map(|(one, _)| format!("{} {}", one.name, one.decision.market))
            .collect(),
        series: vec![
            line(both("Expected", "预期"), |found| found.expected, true),
            line(both("Earned", "实际"), |found| found.earned, false),
        ],
    })
}

pub(crate) async fn detail(ground: &Ground<'_>, row: &str) -> Result<Option<Detail>, ChapterError> {
    let judged = judge(ground).await?;
    let Some(one) = judged.iter().find(|one| one.id == row) else { return Ok(None) };
    let title = format!("{} {} · {}", one.id, one.name, one.decision.market);
    let reason = one.decision.reason.clone();
    let told = match &one.found {
        Ok(found) => found.says.clone(),
        Err(why) => why.clone(),
    };
    Ok(Some(Detail {
        title: both(title.clone(), title),
        sections: vec![
            says(both("Reason given", "决策理由"), both(reason.clone(), reason)),
            says(both("What came of it", "结果"), told),
        ],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_twelve_months() {
        let from: Day = "2025-01-01".parse().unwrap();
        let to: Day = "2025-12-31".parse().unwrap();
        assert_eq!(months(from, to).round_dp(1), Decimal::from(12));
    }
}
