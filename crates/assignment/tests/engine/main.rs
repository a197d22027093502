//! The engine against random neighbourhoods: what is offered can be kept, what isn't can't, and the reasons are true.
//!
//! `world` makes neighbourhoods with every rule switched on, in ordinary weeks and in those of the two clock changes;
//! `oracle` is a second, slow telling of the rules, which shares no code with the engine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod checker;
mod explanations;
mod offers;
mod oracle;
mod stories;
mod world;
