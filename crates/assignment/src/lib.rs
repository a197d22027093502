//! The engine that finds the right member, and can say why.
//!
//! A [`Snapshot`] goes in, times with members and [`Reasons`] come out. It is pure, synchronous and deterministic:
//! no I/O, no clock, no ambient randomness. It plans; accepting is somebody else's. Declines, ratings and speed of
//! answering are not in the snapshot at all, so they can't matter.
//!
//! # Where to look
//! - One visit, now: [`times`], [`candidates`], [`why_nobody()`]. Exact, without search. Many such questions to one
//!   snapshot: [`Prepared`].
//! - Many visits at once: [`plan()`] and [`fallen_ill`], over the core in [`routes`], which knows nothing of people.
//!   What of a plan can still be done when it is accepted: [`still_possible`].
//! - Visits that two people make, together or one after the other: [`plan_linked`], and [`fallen_ill`] with links; a
//!   whole day of them for carers without weekly limits, as home-care research has it: [`linked`].
//! - Judges, which share no code with what they judge: [`check_plan`], [`check_planned`], [`check_linked`].
//!
//! # Adding a rule
//! 1. A variant of [`Rule`], in the order in which members are removed by it.
//! 2. The test in `feasibility`, or in `ledger` for a cap (`agenda` holds a member's visits, `rooms` what of their days can be
//!    known before anybody asks), and the same rule written a second time, independently, in `checker`; in `plan::layout`
//!    where the search should see it rather than stumble over it.
//! 3. Its words in `app/locales` (`rule.*`).

mod reasons;
mod snapshot;

mod agenda;
mod blocks;
mod calendar;
mod ledger;
mod rooms;
mod starts;
mod vicinity;

mod feasibility;
mod ranking;

mod online;
mod podiums;
mod prepared;

mod changes;
mod why_nobody;

mod budget;
mod chance;
mod cooling;

pub mod linked;
pub mod routes;

mod plan;

mod acceptance;

mod checker;
mod plan_checker;

pub use acceptance::{Step, still_possible};
pub use blocks::{Block, day_blocks};
pub use budget::{Budget, Evaluations};
pub use checker::{Breach, check_plan};
pub use feasibility::{Insertion, feasible_at, feasible_by_hand};
pub use online::{TimeOffer, candidates, times};
pub use plan::{
    BadProblem, Breadth, Decision, Difference, Link, Place, Plan, PlannedWish, Stands, Trade, WantedVisit, fallen_ill,
    plan, plan_linked, plan_widely,
};
pub use plan_checker::{PlanBreach, check_linked, check_planned};
pub use prepared::Prepared;
pub use ranking::{Candidate, Term};
pub use reasons::{Change, Failure, Reasons, Rule};
pub use snapshot::{CoopRules, MemberPlan, PlannedVisit, Request, Snapshot, Strangers};
pub use why_nobody::why_nobody;
