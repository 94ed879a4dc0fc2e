//! What all six chapters have in common: their face.
//!
//! A chapter has **records** (what people note: suppliers, orders, documents), **boards** (tables
//! that it works out from facts and records) and **actions** (what a person lets it do). What kinds
//! of records there are, their fields, the columns of boards and the words for all of it stand in
//! `knowledge/records`, `knowledge/boards` and `knowledge/chapters`; forms, lists, templates, imports
//! and exports follow from there. Code holds only what is particular: extra checks, how a board is
//! worked out, what an action does.
//!
//! - [`kind`]: kinds of records, from knowledge files;
//! - [`check`]: whether a record is what its kind asks for;
//! - [`book`]: records in the desk: saving, numbering, moving, history;
//! - [`sheet`]: records as tables of Excel and back, with a preview;
//! - [`board`]: boards and their columns, from knowledge files;
//! - [`face`]: what a chapter's crate implements.
//!
//! **Invariant:** a record that is stored has passed [`check`] and its chapter's own checks against
//! the very state of all records it was stored into.

#![expect(clippy::result_large_err, reason = "a problem is told whole; nothing hot returns one")]

pub mod board;
mod board_read;
pub mod book;
pub mod check;
mod example;
pub mod face;
mod field_read;
pub mod ground;
pub mod kind;
mod kind_file;
mod kind_read;
mod known;
pub mod menu;
mod number;
mod place;
pub mod sheet;
mod table;
#[cfg(test)]
mod testing;
