//! Whether a file and what comes with it fit together.

use argosy_desk::Store;
use argosy_kernel::Problem;

use crate::{
    definition::{Definition, Need},
    parts::Examined,
    report::ImportOptions,
};

/// The channel of Argosy's own templates; they are taken into any store.
pub(crate) const OWN_CHANNEL: &str = "argosy";

/// The name is also a folder.
pub(crate) fn is_store_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

/// What the user must still say, or said wrongly.
pub(crate) fn refused_options(
    examined: &Examined,
    options: &ImportOptions,
    store: Option<&Store>,
) -> Option<Problem> {
    for part in &examined.parts {
        let definition = &part.recognised.definition;
        let channel = &definition.channel;
        if let Some(why) = &definition.refuse {
            return Some(
                Problem::error("refused_report")
                    .found(definition.name.en.clone())
                    .expected(why.zh_cn.clone())
                    .hint(why.en.clone()),
            );
        }
        if let Some(store) = store.filter(|store| store.channel != *channel)
            && channel != OWN_CHANNEL
            && !definition.any_store
        {
            return Some(
                Problem::error("other_channel")
                    .found(format!("a report of {channel}"))
                    .expected(format!("one of {}, the channel of {}", store.channel, store.name))
                    .hint("import it into a store of its own channel"),
            );
        }
        let home = store.and_then(|store| store.market.as_deref());
        let missing = |need: &&Need| match need {
            Need::Period | Need::SnapshotDay => options.period.is_none(),
            Need::Market => options.market.is_none() && home.is_none(),
        };
        let missing: Vec<Need> = definition.needs.iter().filter(missing).copied().collect();
        if !missing.is_empty() {
            return Some(needs(definition, &missing));
        }
    }
    None
}

fn needs(definition: &Definition, missing: &[Need]) -> Problem {
    let what = missing.iter().map(|need| match need {
        Need::Period => "the period it covers (--from and --to)",
        Need::Market => "its market (--market)",
        Need::SnapshotDay => "the day it was taken (--to)",
    });
    let names: Vec<&str> = missing.iter().map(|need| need.name()).collect();
    Problem::error("needs_given")
        .found(format!("{}, which does not say {}", definition.name.en, names.join(", ")))
        .expected(names.join(", "))
        .hint(format!("import it again and give {}", what.collect::<Vec<_>>().join(" and ")))
}
