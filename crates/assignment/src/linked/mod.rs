//! Linked visits: planning a day on which some homes need two people, at once or one a while after the other.
//!
//! A [`Draft`] of carers, patients and travel times becomes a checked [`Problem`]; [`plan`] searches for a good
//! [`Solution`] within a budget. It knows nothing of members, orders or calendars: an adapter makes the draft. It is no
//! general solver either: one day, one stop a service, at most two people at a home.
//!
//! # The mathematics
//! A *task* is one carer's work at one patient's; an *appointment* is the one or two tasks that are timed as one. A plan
//! is a route for each carer. Given the routes, a task *v* behind *u* is ready at
//!
//! > ready(v) = start(u) + stay(u) + travel(u, v)
//!
//! and starts as early as it may. With a window that opens at *o*:
//!
//! - alone: start = max(ready, o);
//! - together: both start = max(ready₁, ready₂, o);
//! - ordered, the second *least* to *most* after the first:
//!   start₂ = max(ready₂, o, max(ready₁, o) + least), then start₁ = max(ready₁, o, start₂ − most).
//!
//! So one late carer makes another wait, in another route, who makes a third wait. Routes alone may even be impossible:
//! if A's day says *p, then q* and B's says *q, then p*, and both patients need both at once, each waits for the other for
//! ever. Therefore all appointments have a place in one **global order**, which every route follows; then times can be
//! worked out appointment by appointment, and nothing ever waits for what comes later.
//!
//! Cost = weighted travel + lateness of all visits + the largest lateness (+ waiting, extra time, the largest idle time,
//! carers who were not preferred, patients left out, lunch breaks missed; each only if it has a weight).
//!
//! ## A worked example
//! Anna and Ben start at place 0 at time 0; the ways are 10 to *p* and 20 to *q*, and 15 between the two. At *p* Anna works
//! alone for 30, window 0 to 20. At *q* both are needed at once for 10, window 25 to 50.
//!
//! Anna goes to *p*, then *q*; Ben to *q*. Anna starts at *p* at 10, and is ready at *q* at 10 + 30 + 15 = 55. Ben is ready
//! at 20. Together: both start at max(55, 20, 25) = 55, each 5 late. Travel is (10 + 15 + 20) + (20 + 20) = 85, lateness
//! 5 + 5, the largest 5: with weights of one the plan costs 100. The other order (*q* at 25, *p* at 50) costs
//! 85 + 30 + 30 = 145.
//!
//! # How it is fast
//! A change moves a few links; only appointments whose times really change are worked out again, in the global order,
//! until the change has died away in somebody's waiting time (`schedule`). Positions in the global order are 64-bit
//! keys that follow the clock: an insertion takes any key between those of its neighbours, and nothing is renumbered.
//! Changes try near neighbours only (`neighbours`, `moves`). What a change costs in travel is known before any time is,
//! and mostly enough to refuse it (`search`).
//!
//! # What is where
//! `problem` and `error` → `decode` (an order becomes a plan) → `schedule` and `route` (a plan being changed) →
//! `neighbours`, `moves` (what is tried) → `program`, `search` (what is kept) → `solution`.
//!
//! # Adding a cost
//! 1. A weight in [`Weights`], a part in [`Cost`], and its sum in `schedule` (or by route, in `route`).
//! 2. The same in the tests' `judge`, which must know nothing of ours.

mod error;
mod problem;

mod decode;
mod route;
mod schedule;

mod moves;
mod neighbours;

mod program;
mod search;

mod solution;

pub use decode::{DecodeError, decode};
pub use error::ProblemError;
pub use problem::{
    Carer, CarerId, Draft, Lunch, LunchDuty, Need, Patient, PatientId, PlaceId, Problem, Promptness, Service, Shift,
    SkillId, Synchronisation, Weights, Window,
};
pub use search::plan;
pub use solution::{Cost, LunchBreak, Route, Solution, Visit};
