//! The book of records as people and chapters write it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod boards;
mod large;
mod sheets;
mod support;
mod writes;
