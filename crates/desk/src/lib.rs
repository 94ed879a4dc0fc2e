//! The desk: the records that people edit, the manifest of facts, users, jobs, the audit log and
//! the vault. SQLite by default, PostgreSQL for teams, with the same statements and tests.
//!
//! **Invariants**
//! - One writer at a time on both databases ([`database`]): what a write has read stays true until
//!   it commits, so checks such as "no pairings overlap" need no constraint of their own.
//! - Every write of a person carries `who` and lands in the hash-chained audit log in the same
//!   transaction ([`audit`]).
//! - Passwords, session tokens and API tokens are stored hashed only; secrets are sealed by the
//!   [`vault`] before they come here.
//! - The clock is read at the face only, through a [`Clock`] that tests replace.

pub mod access;
pub mod audit;
pub mod bookings;
pub mod clock;
pub mod database;
mod error;
pub mod imports;
pub mod jobs;
pub mod manifest;
mod migrations;
pub mod pairings;
mod passwords;
pub mod products;
pub mod purchases;
pub mod rates;
pub mod requests;
pub mod retention;
mod rows;
pub mod sealed;
pub mod sessions;
pub mod stores;
pub mod tokens;
pub mod users;
mod values;
pub mod vault;

pub use audit::{AuditEntry, AuditState};
pub use bookings::{Booking, NewBooking};
pub use clock::{Clock, SystemClock};
pub use database::Desk;
pub use error::{DeskError, Result};
pub use imports::{Balance, GivenRow, ImportRow, ImportState, NewImport, ProblemCounts};
pub use jobs::{Job, JobState, NewJob, Progress};
pub use manifest::{Rebuild, Undo};
pub use pairings::Pairing;
pub use products::{Product, ProductCost};
pub use purchases::{FreightKind, FreightLine, PurchaseKind, PurchaseLine, Split, WarehouseRule};
pub use rates::OwnRate;
pub use requests::Begun;
pub use retention::{BlankState, BlankedFile};
pub use sessions::{Session, SessionToken};
pub use stores::{Store, store_name};
pub use tokens::{ApiToken, TokenInfo};
pub use users::{NewUser, Role, User, UserChange};
pub use vault::Vault;
