//! The one binary of Argosy: command line, HTTP API, background jobs, the web pages inside.
//!
//! This room joins the others and decides nothing about money: it knows who is asking, what they
//! may do and in which form they want the answer. [`app::App`] is an opened home; [`cli`] and
//! [`http`] are two faces on the same functions ([`receive`], [`questions`]).
//!
//! **Invariants**
//! - A handler that needs a permission takes it as an argument ([`permission`]).
//! - Every failure over HTTP has the one envelope; internals go to the log under an incident id.
//! - Logs hold no secrets, no queries and nothing out of a report.

pub mod analytics;
pub mod app;
mod chapters;
mod checks;
pub mod cli;
mod cluster;
pub mod demo;
mod desk_data;
pub mod download;
pub mod error;
pub mod health;
pub mod home;
pub mod housekeeping;
pub mod http;
pub mod ids;
pub mod jobs;
pub mod knowledge;
pub mod lang;
mod looping;
pub mod mapping;
pub mod mcp;
pub mod notify;
pub mod permission;
pub mod questions;
pub mod receive;
pub mod retention;
pub mod rows;
mod tasks;
pub mod templates;
pub mod texts;
