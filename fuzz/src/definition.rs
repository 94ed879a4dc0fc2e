//! Any text as a report definition: loaded, or refused with a place and a reason.

#![no_main]

use argosy_intake::Definitions;
use argosy_kernel::Origin;
use libfuzzer_sys::fuzz_target;

#[path = "knowledge.rs"]
mod knowledge;

fuzz_target!(|text: &str| {
    let mut files = knowledge::without_channels();
    files.add("channels/fuzz/fuzz.toml", text, Origin::Company);
    if let Err(wrong) = Definitions::load(&files) {
        assert!(wrong.iter().all(|one| !one.file.is_empty() && one.line > 0));
    }
});
