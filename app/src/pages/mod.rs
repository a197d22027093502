//! One screen a file, server-rendered: a function that takes the visitor and answers a `Page` or an error.

pub(crate) mod about;
pub(crate) mod coordinator;
pub(crate) mod demo;
pub(crate) mod link;
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
use domain::Role;

/// The wall clock for this visitor.
pub(crate) fn clock(visitor: &Visitor) -> Clock {
    Clock { zone: visitor.backend.zone(), now: visitor.backend.now(), lang: visitor.lang() }
}

/// The `:id` of the page's address.
pub(crate) fn path_id(visitor: &Visitor, at: usize) -> String {
    visitor.path.split('/').nth(at).unwrap_or_default().to_owned()
}

/// Only somebody who has one of these roles. A linked phone has none of them but the resident's.
pub(crate) fn only(visitor: &Visitor, roles: &[Role]) -> Result<(), Error> {
    signed_in(visitor)?;
    if roles.iter().any(|role| visitor.is(*role)) {
        Ok(())
    } else if visitor.caller.by_linked_phone() {
        Err(Error::Refused(Refusal::NeedsCode))
    } else {
        Err(Error::Refused(Refusal::NotYours))
    }
}

/// Only somebody who is signed in by a code.
pub(crate) fn signed_in_by_code(visitor: &Visitor) -> Result<(), Error> {
    signed_in(visitor)?;
    if visitor.caller.by_linked_phone() { Err(Error::Refused(Refusal::NeedsCode)) } else { Ok(()) }
}

/// Only somebody who is signed in.
pub(crate) fn signed_in(visitor: &Visitor) -> Result<(), Error> {
    if visitor.signed_in() { Ok(()) } else { Err(Error::Refused(Refusal::SignInFirst)) }
}
