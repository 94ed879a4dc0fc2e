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
pub mod attachments;
pub mod audit;
pub mod bookings;
pub mod changes;
pub mod clock;
pub mod database;
pub mod decisions;
mod done;
pub mod effects;
mod error;
pub mod experiments;
pub mod findings;
pub mod imports;
pub mod jobs;
pub mod kept;
pub mod manifest;
pub mod merge;
pub mod messages;
mod migrations;
pub mod owners;
pub mod pairings;
mod passwords;
pub mod products;
pub mod purchases;
pub mod rates;
pub mod receivers;
pub mod records;
pub mod requests;
pub mod retention;
mod rows;
pub mod sealed;
pub mod sessions;
pub mod stores;
pub mod tasks;
mod tasks_read;
pub mod thresholds;
pub mod tokens;
pub mod users;
mod values;
pub mod vault;
pub mod views;

pub use attachments::{Attachment, NewAttachment};
pub use audit::{AuditEntry, AuditState};
pub use bookings::{Booking, NewBooking};
pub use changes::{Change, ChangeFilter, ChangeSource, NewChange};
pub use clock::{Clock, SystemClock};
pub use database::Desk;
pub use decisions::{Decision, DismissReason};
pub use effects::{Effect, EffectLook, EffectState, Measured, NewEffect};
pub use error::{DeskError, Result};
pub use experiments::{Experiment, NewExperiment};
pub use findings::{Finding, FindingDay, FindingFilter, FindingRun, FindingState, FindingTotals};
pub use imports::{
    Balance, BalanceRow, GivenRow, ImportRow, ImportState, NewImport, ProblemCounts,
};
pub use jobs::{Job, JobState, NewJob, Progress};
pub use kept::Kept;
pub use manifest::{Rebuild, Undo};
pub use merge::{Merged, NewRun, SeenFinding};
pub use owners::Ownership;
pub use pairings::Pairing;
pub use products::{Product, ProductCost};
pub use purchases::{FreightKind, FreightLine, PurchaseKind, PurchaseLine, Split, WarehouseRule};
pub use rates::OwnRate;
pub use records::{Record, RecordRef, RecordVersion, RecordWrite};
pub use requests::Begun;
pub use retention::{BlankState, BlankedFile};
pub use sessions::{Session, SessionToken};
pub use stores::{Store, store_name};
pub use tasks::{CheckItem, Comment, NewTask, Promise, Task, TaskChange, TaskFilter, TaskState};
pub use thresholds::{Scope, Threshold};
pub use tokens::{ApiToken, TokenInfo};
pub use users::{NewUser, Role, User, UserChange};
pub use vault::Vault;
pub use views::View;
