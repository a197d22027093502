//! What people see and ask. Compiles to the server, whole, and to WebAssembly, where only the islands remain.
//!
//! What it isn't: it knows no SQL and keeps nothing. Pages ask [`backend`] and put the answer into words.
//!
//! # Adding a page
//! 1. Its file in `pages/<whose>/`, one screen a file, a function that answers a `Page`.
//! 2. Its row in `routes.rs`. 3. Its words in `app/locales`. 4. Its forms post to a function in `api/`.
//!
//! Everything but the islands and the server functions stands under the feature `ssr`: pages are documents that the
//! server renders, so their code and words never travel to a phone.

// A page is one type as deep as its markup: deeper than what the compiler follows by itself.
#![recursion_limit = "512"]

pub mod api;
pub mod error;
pub mod islands;

#[cfg(feature = "ssr")]
pub mod visitor;

#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
pub mod format;
#[cfg(feature = "ssr")]
pub mod names;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
mod shell;

#[cfg(feature = "ssr")]
pub use pages::messages::{subject as email_subject, text as message_text};
#[cfg(feature = "ssr")]
pub use routes::App;
#[cfg(feature = "ssr")]
pub use shell::{Assets, shell};
