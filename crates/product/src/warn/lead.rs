//! Lead times that drift: by supplier for production, by way and market for the rest.
//!
//! float-ok: days, no money.

use std::collections::BTreeMap;

use argosy_kernel::Text;

use super::{Around, Warning, cusum::drift, delayed};
use crate::{
    forecast::numbers::whole,
    foresee::leads::Passed,
    replenish::{Mode, Stage},
    says::both,
};

type Lane<'a> = (Stage, Option<Mode>, Option<&'a str>);

/// One warning per lane whose last shipments took longer than it was used to.
pub(crate) fn drifts(around: &Around<'_>) -> Vec<Warning> {
    let mut lanes: BTreeMap<Lane<'_>, Vec<&Passed>> = BTreeMap::new();
    for passed in &around.passages.all {
        let lane = (passed.stage, passed.mode, passed.whose.as_deref());
        lanes.entry(lane).or_default().push(passed);
    }
    lanes.into_iter().filter_map(|(lane, passed)| one(around, lane, passed)).collect()
}

fn one(around: &Around<'_>, lane: Lane<'_>, mut passed: Vec<&Passed>) -> Option<Warning> {
    let warn = &around.settings.warn;
    passed.sort_by_key(|one| one.began);
    // What is still under way counts once it has taken longer than usual.
    let over: Vec<f64> = passed.iter().filter(|one| one.over).map(|one| one.days).collect();
    let usual = over.iter().sum::<f64>() / f64::from(u32::try_from(over.len()).ok()?).max(1.0);
    passed.retain(|one| one.over || one.days > usual);
    let days: Vec<f64> = passed.iter().map(|one| one.days).collect();
    let found = drift(&days, warn.drift_k, warn.drift_h)?;
    let (stage, _, whose) = lane;
    let more = found.now - found.before;
    let made = matches!(stage, Stage::Production | Stage::Inspection);
    let supplier = whose.filter(|_| made).map(str::to_owned);
    let market = whose.filter(|_| !made).map(str::to_owned);
    let touched = around.plans.iter().filter(|row| {
        if made { row.supplier == supplier } else { Some(&row.market) == market.as_ref() }
    });
    let stake = touched.map(|row| delayed(row, more)).sum();
    let subject = subject(around, lane);
    let (before, now) = (whole(found.before.round()), whole(found.now.round()));
    let open = passed[found.since..].iter().filter(|one| !one.over).count();
    Some(Warning {
        kind: "lead_time",
        says: both(
            format!(
                "{} took {now} days on average in the last {} cases, {before} before{}",
                subject.en,
                days.len() - found.since,
                if open > 0 {
                    format!("; {open} of them are not there yet")
                } else {
                    String::new()
                }
            ),
            format!(
                "{}：最近 {} 次平均 {now} 天，之前 {before} 天{}",
                subject.zh_cn,
                days.len() - found.since,
                if open > 0 { format!("；其中 {open} 次尚未完成") } else { String::new() }
            ),
        ),
        todo: todo(made),
        subject: subject.en,
        since: Some(passed[found.since].began),
        stake,
        supplier,
        market,
        paper: passed.iter().rev().find(|one| !one.over).map(|one| one.paper.clone()),
        before: Some(found.before),
        now: Some(found.now),
        change: (found.before > 0.0).then(|| more / found.before),
        cases: days.len(),
        ..Warning::default()
    })
}

fn todo(made: bool) -> Text {
    if made {
        return both(
            "Ask the supplier for the reason and a binding date; order earlier or place part of it \
             with a second supplier. Proposals use the longer time from the next run on",
            "向供应商了解原因并要求书面交期；提前下单，或将部分订单转给备选供应商。下次补货计划会采用更长的时效",
        );
    }
    both(
        "Ask the forwarder; book earlier, move urgent units to a faster way or another port. \
         Proposals use the longer time from the next run on",
        "询问货代；提前订舱，紧急数量改用更快的方式或其他港口。下次补货计划会采用更长的时效",
    )
}

/// What people call a lane.
fn subject(around: &Around<'_>, (stage, mode, whose): Lane<'_>) -> Text {
    let name = match stage {
        Stage::Production => both("Production", "生产"),
        Stage::Inspection => both("Waiting for dispatch", "待发"),
        Stage::HeadHaul => both("Head-haul", "头程"),
        Stage::Customs => both("Customs", "清关"),
        Stage::Receiving => both("Receiving", "入库上架"),
    };
    let of = match stage {
        Stage::Production | Stage::Inspection => whose.map(|code| around.name(code)),
        _ => whose.map(str::to_owned),
    };
    let (mut en, mut zh) = (name.en, name.zh_cn);
    if let Some(mode) = mode {
        en += &format!(" by {}", mode.says().en);
        zh = format!("{}{zh}", mode.says().zh_cn);
    }
    if let Some(of) = of {
        en += &format!(" – {of}");
        zh += &format!(" – {of}");
    }
    both(en, zh)
}
