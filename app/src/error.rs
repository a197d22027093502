//! The closed list of what a browser may be told when something can't be done. No text of a library or the database
//! ever gets here; operators read those in the log.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;

/// Why a server function did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ApiError {
    /// Not signed in, or not any more.
    #[error("sign_in")]
    SignIn,
    /// Not from a linked phone: a code first.
    #[error("needs_code")]
    NeedsCode,
    /// There is no such thing for this person: unknown and somebody else's are the same.
    #[error("not_found")]
    NotFound,
    /// It has changed since the page was made.
    #[error("changed")]
    Changed,
    /// The request itself was broken: a field missing or unreadable.
    #[error("bad_request")]
    BadRequest,
    /// Something broke here. It was logged.
    #[error("try_later")]
    TryLater,
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::BadRequest
            }
            _ => Self::TryLater,
        }
    }
}
