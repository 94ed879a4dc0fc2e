//! The simulated seller: a company that never was, whose every cent is known.
//!
//! [`Company::generate`] makes up Lantern Home, a seller of lamps on Amazon in the US, Europe and
//! Japan, in a Shopify shop, on eBay, Walmart, Etsy and TikTok Shop, and on a WooCommerce site.
//! [`write_all`] writes what the channels would report about it, in their own formats with their
//! traps; [`Company::answer_key`] says what must come out. [`write_purchases`] writes what the goods
//! were bought for, and [`Company::costs_in_time`] what they cost when they left.
//!
//! **Invariant:** the truth is summed from what happened, never from what was written. Chance comes
//! from the seed alone and money is counted in minor units, so that the same [`Spec`] gives the
//! same bytes on every machine. This room uses the kernel only: it must not learn from the code that
//! it is there to judge.

mod ads;
mod amazon;
mod catalogue;
mod company;
mod dice;
mod entry;
mod expenses;
mod fees;
mod goods;
mod interventions;
mod key;
mod load;
mod load_seller;
mod outlets;
mod place;
mod planted;
mod shop;
mod spec;
mod statements;
mod supply;
mod trial;
mod words;
mod write;

pub use ads::AdDay;
pub use catalogue::{Cost, Product};
pub use company::{Company, StatementTruth};
pub use entry::TruthRow;
pub use expenses::OWN_STORE;
pub use goods::{BookedCell, BookedSum, CostKey, Method, StockSum, Told, warehouses};
pub use interventions::{Intervention, Told as InterventionTold};
pub use key::{AdSum, AnswerKey, GoodsCell, GoodsSum, KeyCell, KeySum};
pub use load::{LoadAds, LoadSettlement, load_ads, load_settlement};
pub use load_seller::{LoadSeller, load_seller};
pub use place::{Channel, Market, STORES, Store, StoreIndex};
pub use planted::{Fault, Planted};
pub use spec::Spec;
pub use statements::Teller;
pub use supply::{ALONE, FADING, LATE_LANE, Noted, supply};
pub use trial::{
    Effect, NearMiss, Problem, TRIAL_STORES, Trial, TrialAnswer, TrialSpec, TrialStore, TrueChange,
    write_trial,
};
pub use write::{SimError, Written, overlapping, write_all, write_movements, write_purchases};
