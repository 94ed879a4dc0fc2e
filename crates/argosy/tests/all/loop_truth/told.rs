//! What the judge prints, and `bench/TRUTH.md`.

use std::{fmt::Write as _, path::Path};

use argosy_loop::finding::Watch;
use argosy_sim::Trial;

use super::{effects::EffectScore, found::FoundScore};

/// What is written below the tables when something was missed.
const SHOWN: usize = 60;

pub(super) fn text(found: &FoundScore, effects: &EffectScore, seeds: u64) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = findings(&mut out, found, seeds);
    let _ = measured(&mut out, effects);
    out
}

fn findings(out: &mut String, found: &FoundScore, seeds: u64) -> std::fmt::Result {
    writeln!(out, "## Findings: {seeds} sellers\n")?;
    writeln!(out, "| | reached | wanted |\n|---|---|---|")?;
    let share = found.share_found() * 100.0;
    writeln!(
        out,
        "| planted above the noise: found with the right cause | {share:.1} % | ≥ 95 % |"
    )?;
    let wrong = found.share_false() * 100.0;
    writeln!(out, "| false among the 50 dearest | {wrong:.1} % | ≤ 5 % |")?;
    writeln!(
        out,
        "| rank correlation of stake and true loss | {:.3} | ≥ 0.9 |\n",
        found.rank_correlation()
    )?;
    writeln!(
        out,
        "| rule | planted | above noise | found | right cause | in top 50 | false | near misses hit | s |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|---|")?;
    for (rule, score) in &found.rules {
        writeln!(
            out,
            "| {rule} | {} | {} | {} | {} | {} | {} | {} of {} | {:.1} |",
            score.planted,
            score.above_noise,
            score.found,
            score.right_cause,
            score.in_top,
            score.false_in_top,
            score.near_found,
            score.near,
            score.millis as f64 / 1000.0,
        )?;
    }
    for (title, lines) in [("Missed", &found.missed), ("False", &found.wrong)] {
        if !lines.is_empty() {
            writeln!(out, "\n{title} ({}):\n", lines.len())?;
            for line in lines.iter().take(SHOWN) {
                writeln!(out, "- {line}")?;
            }
        }
    }
    writeln!(out)
}

fn measured(out: &mut String, effects: &EffectScore) -> std::fmt::Result {
    writeln!(out, "## Effects: {} changes, {} measured\n", effects.changes, effects.measured())?;
    writeln!(out, "| | reached | wanted |\n|---|---|---|")?;
    let coverage = effects.coverage() * 100.0;
    writeln!(out, "| 90 % intervals that hold the truth | {coverage:.1} % | 87–93 % |")?;
    let (count, share) = effects.money_coverage();
    writeln!(out, "| the same in money ({count}) | {:.1} % | |", share * 100.0)?;
    let (count, share) = effects.idle();
    writeln!(
        out,
        "| changes without effect told as gained or lost ({count}) | {:.1} % | ≤ 10 % |",
        share * 100.0
    )?;
    let sizes =
        [("about −20 %", (-0.3, -0.1)), ("about +10 %", (0.05, 0.2)), ("about +30 %", (0.2, 0.5))];
    let units = [("2 a day", (0.0, 5.0)), ("10 a day", (5.0, 25.0)), ("50 a day", (25.0, 1e6))];
    for (size_name, size) in sizes {
        for (unit_name, unit) in units {
            let (count, share) = effects.power(size, unit);
            if count > 0 {
                let share = share * 100.0;
                writeln!(out, "| {size_name} on {unit_name}: told ({count}) | {share:.0} % | |")?;
            }
        }
    }
    writeln!(
        out,
        "\n| play | n | true mean | pooled | interval | holds |\n|---|---|---|---|---|---|"
    )?;
    for (play, count, truth, pooled) in effects.pooled() {
        let holds = if (pooled.low..=pooled.high).contains(&truth) { "yes" } else { "NO" };
        writeln!(
            out,
            "| {play} | {count} | {:+.1} % | {:+.1} % | {:+.1} … {:+.1} % | {holds} |",
            truth * 100.0,
            pooled.estimate * 100.0,
            pooled.low * 100.0,
            pooled.high * 100.0,
        )?;
    }
    if !effects.untold.is_empty() {
        writeln!(out, "\nWithout an interval:\n")?;
        for (why, count) in &effects.untold {
            writeln!(out, "- {count} × {why}")?;
        }
    }
    writeln!(out, "\n{} s for all measurements.", effects.millis / 1000)
}

/// Keeps what was planted and what was found, for looking into it, below the folder that
/// `ARGOSY_TRUTH_KEEP` names.
pub(super) fn keep(seed: u64, trial: &Trial, watch: &Watch) {
    let Ok(folder) = std::env::var("ARGOSY_TRUTH_KEEP") else { return };
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let answer = serde_json::to_vec_pretty(&trial.answer()).unwrap();
    std::fs::write(folder.join(format!("{seed}.answers.json")), answer).unwrap();
    let found = serde_json::to_vec_pretty(watch).unwrap();
    std::fs::write(folder.join(format!("{seed}.watch.json")), found).unwrap();
}

/// Prints the result and keeps it in `bench/TRUTH.md`.
pub(super) fn write(found: &FoundScore, effects: &EffectScore, seeds: u64) {
    let text = format!(
        "# The loop held against the truth\n\nWritten by `cargo xtask bench truth --seeds {seeds}`; \
         what is planted is told in `crates/sim/src/trial/`.\n\n{}",
        text(found, effects, seeds)
    );
    println!("{text}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench/TRUTH.md");
    std::fs::write(path, text).unwrap();
}
