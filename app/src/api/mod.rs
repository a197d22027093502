//! The server functions: what browsers may ask. One file an aggregate, each function a few lines: who asks, one use
//! case, where to go next. Each has an explicit endpoint under `/api`, is a POST, and stands in the role × endpoint
//! matrix of `server/tests/api/matrix.rs`.
//!
//! # Adding one
//! 1. The function here, its fields as `String` with `#[server(default)]`: a missing field is a problem told beside
//!    the field, never a broken request.
//! 2. `posted(…)` at its end: it keeps what was typed when something is wrong, and says where to go.
//! 3. Its row in the matrix; a test fails without it.

#![expect(missing_docs, reason = "the server macro makes a struct of each function's arguments, which carry no docs")]

pub mod consent;
pub mod correct;
pub mod data;
pub mod desk;
pub mod door;
pub mod email;
pub mod fresh;
pub mod lounge;
pub mod member;
pub mod order;
pub mod passkeys;
pub mod phone;
pub mod reading;
pub mod same;
pub mod session;
pub mod tablet;
pub mod visit;

#[cfg(feature = "ssr")]
mod posted;

#[cfg(feature = "ssr")]
pub(crate) use posted::{Going, LOCKED, asker, posted, told};
