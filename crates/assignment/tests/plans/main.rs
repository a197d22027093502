//! The batch planner against random neighbourhoods: no plan breaks a rule, the same question gets the same answer, and
//! what contradicts itself is refused.
//!
//! `wishes` makes what is wanted, on the neighbourhoods of the other test program.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod acceptance;
mod bad_input;
mod falling_ill;
mod links;
mod mutations;
mod pairs_explained;
mod properties;
mod wishes;
#[allow(dead_code, reason = "the other test program uses the rest")]
#[path = "../engine/world.rs"]
mod world;
