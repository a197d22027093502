//! What becomes of an order, as stories told on both databases; and what happens when many want the same at once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::large_futures,
    reason = "tests"
)]

mod support;

mod absence;
mod clocks;
mod correcting;
mod desk;
mod doors;
mod emails;
mod leaving;
mod members;
mod merging;
mod orders;
mod passkeys;
mod phones;
mod races;
mod random;
mod texts;
mod transfer;
mod ways_in;
