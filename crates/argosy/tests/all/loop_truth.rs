//! The loop judged by the trial seller: what it finds held against what was planted, and what it
//! measures against what each change really did.
//!
//! Two small sellers are part of every test run, with room for chance. `cargo xtask bench truth` runs
//! the full ones (`ARGOSY_TRUTH_SEEDS`) and writes `bench/TRUTH.md`.

mod effects;
mod found;
mod ground;
mod told;

use argosy_sim::{Trial, TrialSpec};

use self::{effects::EffectScore, found::FoundScore, ground::Ground};

/// How many full sellers are judged, when asked for.
fn full_seeds() -> Option<u64> {
    std::env::var("ARGOSY_TRUTH_SEEDS").ok()?.parse().ok()
}

/// Takes in a seller's reports, lets the rules look, measures its changes.
async fn judge(spec: &TrialSpec, found: &mut FoundScore, effects: &mut EffectScore) {
    let trial = Trial::generate(spec);
    let ground = Ground::of(&trial).await;
    let watch = ground.watch().await;
    told::keep(spec.seed, &trial, &watch);
    found.add(&trial, &watch);
    effects.add(&trial, &ground).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn planted_problems_are_found_with_their_cause_and_measured_effects_cover_the_truth() {
    let (mut found, mut effects) = (FoundScore::default(), EffectScore::default());
    if let Some(seeds) = full_seeds() {
        for seed in 1..=seeds {
            judge(&TrialSpec::full(seed), &mut found, &mut effects).await;
            eprintln!("seed {seed}: {}", found.line());
        }
        told::write(&found, &effects, seeds);
        return;
    }
    for seed in 1..=2 {
        judge(&TrialSpec::small(seed), &mut found, &mut effects).await;
    }
    // Two small sellers leave room for chance: the full limits are those of the bench.
    eprintln!("{}", told::text(&found, &effects, 2));
    assert!(found.share_found() >= 0.85, "{}", told::text(&found, &effects, 2));
    assert!(found.share_false() <= 0.15, "{}", told::text(&found, &effects, 2));
    assert!(found.rank_correlation() >= 0.75, "{}", told::text(&found, &effects, 2));
    assert!(effects.measured() >= 4, "{}", told::text(&found, &effects, 2));
}
