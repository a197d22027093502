//! The server through its router, as a browser without JavaScript meets it.
//!
//! One binary. A test owns its world: a database of its own, a clock that only it moves, and browsers with cookie jars.
//! Start from `TestApp::new()` for the demo neighbourhood, or `World` for one where an order is under way and everybody
//! is signed in.
//!
//! # Adding an endpoint
//! Its row in `matrix.rs`; a test fails without it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    unreachable_pub,
    reason = "tests"
)]
#![recursion_limit = "512"]

mod answer;
mod browser;
mod test_app;
mod world;

mod addresses;
mod commands;
mod consent_story;
mod desk_story;
mod door_story;
mod emails_story;
mod endpoints;
mod exim;
mod get_changes_nothing;
mod hardening;
mod health;
mod injection;
mod kannel;
mod languages;
mod leaving_story;
mod logs;
mod lounge_story;
mod matrix;
mod member_story;
mod openapi;
mod order_story;
mod passkeys_story;
mod phones_story;
mod plan_in_words;
mod same_story;
mod sessions;
mod tablet_story;
mod texts_story;
