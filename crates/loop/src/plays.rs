//! Plays: what to do against a cause, step by step.

use argosy_kernel::{Diagnostic, Origin, Source, Text};
use argosy_metrics::Engine;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::rules::Complaints;

/// Where play files stand below `knowledge/`.
pub(crate) const PLAYS_FOLDER: &str = "plays/";

/// Who usually does it.
const ROLES: [&str; 6] = ["ads", "listing", "buyer", "finance", "service", "ops"];

/// One play.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Play {
    pub id: String,
    pub family: String,
    pub version: String,
    pub origin: Origin,
    pub title: Text,
    pub says: Text,
    pub source: String,
    /// The checklist of the task.
    pub steps: Vec<Text>,
    /// `ads`, `listing`, `buyer`, `finance`, `service` or `ops`.
    pub role: String,
    pub minutes: u32,
    /// Days until it should be done.
    pub due: u32,
    /// The metric that it is meant to move.
    pub moves: String,
    /// What the change is called: `ads.bid`, `listing.price` …
    pub kind: String,
    pub effect: Option<PlayEffect>,
}

/// How long before and after are compared, when not as the rule says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PlayEffect {
    pub before: Option<u32>,
    pub after: Option<u32>,
    pub wait: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlayFile {
    schema: Spanned<u32>,
    id: Spanned<String>,
    version: String,
    title: Text,
    says: Text,
    source: String,
    steps: Vec<Text>,
    role: Spanned<String>,
    minutes: u32,
    due: Spanned<String>,
    moves: Spanned<String>,
    kind: String,
    effect: Option<EffectFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EffectFile {
    before: Option<Spanned<String>>,
    after: Option<Spanned<String>>,
    wait: Option<Spanned<String>>,
}

/// Reads one play.
pub(crate) fn read(file: &Source, engine: &Engine) -> Result<Play, Vec<Diagnostic>> {
    let parsed: PlayFile = file.toml().map_err(|wrong| vec![*wrong])?;
    let mut complaints = Complaints::new(file);
    if *parsed.schema.get_ref() != 1 {
        complaints.say(parsed.schema.span(), "unknown schema", "this version reads schema = 1");
    }
    if !ROLES.contains(&parsed.role.get_ref().as_str()) {
        complaints.unknown(&parsed.role, "role", ROLES);
    }
    if parsed.steps.is_empty() {
        complaints.say(parsed.id.span(), "the play has no steps", "add steps = [{ en, zh-CN }]");
    }
    if engine.registry().get(parsed.moves.get_ref()).is_none() {
        complaints.unknown(
            &parsed.moves,
            "metric",
            engine.registry().iter().map(|m| m.id.as_str()),
        );
    }
    let Some(family) = complaints.family(&parsed.id) else { return Err(complaints.wrong) };
    let due = complaints.days(&parsed.due).unwrap_or_default();
    let effect = parsed.effect.map(|effect| {
        let mut days = |text: Option<Spanned<String>>| text.and_then(|text| complaints.days(&text));
        PlayEffect {
            before: days(effect.before),
            after: days(effect.after),
            wait: days(effect.wait),
        }
    });
    if !complaints.wrong.is_empty() {
        return Err(complaints.wrong);
    }
    Ok(Play {
        id: parsed.id.into_inner(),
        family,
        version: parsed.version,
        origin: file.origin,
        title: parsed.title,
        says: parsed.says,
        source: parsed.source,
        steps: parsed.steps,
        role: parsed.role.into_inner(),
        minutes: parsed.minutes,
        due,
        moves: parsed.moves.into_inner(),
        kind: parsed.kind,
        effect,
    })
}
