//! The linked visits' tests, as stories from outside the crate: what comes out is judged by `judge`, which knows the
//! rules and nothing of how the search works.

mod bad_input;
mod judge;
mod optimum;
mod plans;
mod world;
