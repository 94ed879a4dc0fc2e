//! One set of desk tests for both databases. SQLite always runs; PostgreSQL runs when
//! `ARGOSY_TEST_POSTGRES` holds the `postgres://` address of a database in which schemas can be
//! created.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod audit;
mod bookings;
mod jobs;
mod manifest;
mod opening;
mod people;
mod purchases;
mod queue;
mod records;
mod records_kept;
mod records_of_work;
mod requests;
mod support;
mod vault;
