//! The whole binary from outside: HTTP in one process on a home of its own, and the command line.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod api;
mod bad_input;
mod boards;
mod books;
mod command_line;
mod demo;
mod harness;
mod imports;
mod killed;
mod loop_truth;
mod mapping;
mod notify;
mod pages;
mod people;
mod products;
mod questions;
mod queue;
mod records;
mod records_line;
mod roles;
mod truth;
mod truth_costs;
mod upkeep;
mod work;
mod work_line;
