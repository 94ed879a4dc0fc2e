//! What a change did: designs from the most honest down, each with its interval.
//!
//! This room promises that metric, windows and control are fixed before anybody looks, that no number
//! comes without its interval, and that intervals hold the truth as often as they say
//! ([`calibrate`]). The method is told in `docs/concepts/effect.md`; limits and sentences are
//! knowledge (`effects.toml`, `texts/effects.toml`). The entrance is [`Effects`].
//!
//! **Invariants**
//! - Facts are only read; nothing is kept here.
//! - Estimates are floating point inside and decimals outside; no ledger amount passes through.
//! - Days that are missing, provisional or still to come are left out, never taken as zero.

pub mod calibrate;
pub mod chance;
mod controls;
mod design;
pub mod did;
mod facts;
pub(crate) mod gather;
pub mod groups;
pub mod local_level;
mod margin;
mod measure;
pub mod meta;
pub mod panel;
mod plan;
mod pooled;
pub mod power;
pub(crate) mod rules;
pub mod sequence;
pub mod stats;
pub mod switchback;
pub mod synthetic;
#[cfg(test)]
mod tests;
mod types;
pub(crate) mod verdict;
pub(crate) mod worth;

pub use design::Method;
pub(crate) use facts::{last_day, texts};
pub use gather::EffectInput;
pub use pooled::PooledWorth;
pub use rules::Effects;
pub use types::{
    DeclaredEffect, Effect, EffectError, Flag, Look, Measurable, MoneyBand, Picture, PreFit, Share,
    Smallest, State, Subject, Tellable, Verdict,
};
