//! Nothing lost: a real server process, real connections, and what can befall them.
//!
//! `kill -9` in the middle of orders, connections that are cut, a full disk, a database that goes away, a migration that is
//! killed. The promises are those of `reliability.md`; the history checker (`backend::testing::history`) judges what is left.
//! Each test has a short form for every test run, and a long one in `cargo xtask soak`. A line that begins with "soak: "
//! tells what was done, and stands in the soak's report.
//!
//! What it isn't: pages and rights, which are tested through the router in `server/tests/api`. So that this binary links
//! in seconds it names no part of the server: it starts it.
//!
//! # Adding a fault
//! A file that starts a `Server` on a `Neighbourhood`, hurts something, and lets the history checker judge.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::large_futures,
    reason = "tests"
)]

mod neighbourhood;
mod orders;
mod server;
mod wire;

mod cuts;
mod full_disk;
mod kills;
mod migrations;
mod postgres_gone;
mod secrets;
mod the_disk;
