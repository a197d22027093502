//! What residents see, and whoever orders for them: one question a page.

pub(crate) mod ask;
pub(crate) mod check;
pub(crate) mod code;
pub(crate) mod correct;
pub(crate) mod data;
pub(crate) mod done;
pub(crate) mod doors;
pub(crate) mod email;
pub(crate) mod home;
pub(crate) mod invite;
pub(crate) mod my;
pub(crate) mod passkeys;
pub(crate) mod people;
pub(crate) mod phones;
pub(crate) mod place;
pub(crate) mod slip;
pub(crate) mod times;
pub(crate) mod visit;
pub(crate) mod what;
pub(crate) mod who;
pub(crate) mod whom;

use backend::{Draft, Error, Refusal};
use domain::{FieldProblem, Problem};

use crate::visitor::Visitor;

/// The order being made, or the page that says it is gone.
pub(super) async fn draft(visitor: &Visitor) -> Result<Draft, Error> {
    visitor
        .backend
        .draft(&visitor.caller)
        .await?
        .ok_or_else(|| Error::Refused(Refusal::Fields(vec![FieldProblem::new("draft", Problem::DraftGone)])))
}
