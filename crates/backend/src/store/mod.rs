//! The database: one file an aggregate, a private row struct a query, `Ok(None)` for "not there".
//!
//! Nothing outside `store` writes SQL. Nothing in `store` decides who may do what.

mod pools;
pub(crate) mod tx;

pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod catalogue;
pub(crate) mod codes;
pub(crate) mod drafts;
pub(crate) mod idempotency;
pub(crate) mod mandates;
pub(crate) mod members;
pub(crate) mod offers;
pub(crate) mod outbox;
pub(crate) mod people;
pub(crate) mod plans;
pub(crate) mod sessions;
pub(crate) mod visit_changes;
pub(crate) mod visits;

pub(crate) use pools::Pools;
