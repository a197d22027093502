//! What the coordinator sees: a quiet board, and one visit with every member's answer to "could they?".

pub(crate) mod board;
pub(crate) mod visit;

use backend::{Error, Refusal};
use domain::Role;

use crate::visitor::Visitor;

/// Only the coordinator.
pub(super) fn coordinator(visitor: &Visitor) -> Result<(), Error> {
    if !visitor.signed_in() {
        Err(Error::Refused(Refusal::SignInFirst))
    } else if visitor.is(Role::Coordinator) {
        Ok(())
    } else {
        Err(Error::Refused(Refusal::NotYours))
    }
}
