//! The linked visits' tests, as stories from outside the crate: what comes out is judged by `judge`, which knows the
//! rules and nothing of how the search works.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it doesn't expect has failed"
)]

mod bad_input;
mod judge;
mod optimum;
mod plans;
mod world;
