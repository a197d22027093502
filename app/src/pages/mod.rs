//! One screen a file, server-rendered: a function that takes the visitor and answers a `Page` or an error.

pub(crate) mod about;
pub(crate) mod coordinator;
pub(crate) mod demo;
pub(crate) mod lounge;
pub(crate) mod member;
pub(crate) mod resident;
pub(crate) mod session;
pub(crate) mod sorry;

mod fresh;
pub(crate) mod messages;

pub(crate) use fresh::fingerprint;

use crate::{format::Clock, visitor::Visitor};
use backend::{Error, Refusal};

/// The wall clock for this visitor.
pub(crate) fn clock(visitor: &Visitor) -> Clock {
    Clock { zone: visitor.backend.zone(), now: visitor.backend.now(), lang: visitor.lang() }
}

/// The `:id` of the page's address.
pub(crate) fn path_id(visitor: &Visitor, at: usize) -> String {
    visitor.path.split('/').nth(at).unwrap_or_default().to_owned()
}

/// Only somebody who is signed in.
pub(crate) fn signed_in(visitor: &Visitor) -> Result<(), Error> {
    if visitor.signed_in() { Ok(()) } else { Err(Error::Refused(Refusal::SignInFirst)) }
}
