//! What the coordinator sees: a quiet board; one visit with every member's answer to "could they?"; the members, with
//! who is away; and the planner's runs.

pub(crate) mod board;
pub(crate) mod members;
pub(crate) mod plan;
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
