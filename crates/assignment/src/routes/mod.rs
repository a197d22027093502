//! Many visits at once, as plain arrays: the fast core of the batch planner. It knows nothing of people.
//!
//! It plans [`Problem`]s: jobs into workers' shifts. `plan` makes one of a snapshot and makes people of the answer;
//! the example `snow` makes one of a file.
//!
//! 1. `problem` and `travel` say what there is, `near` what is near what.
//! 2. `schedule` is one shift's route with its constant-time insertion test; `ledger` is what shifts share; `score` is
//!    what is aimed at; `draft` is the plan under work, of these three.
//! 3. `insertion` makes the first plan, `moves` changes it, `search` goes on while the budget lasts.

mod problem;
mod travel;

mod near;

mod draft;
mod ledger;
mod schedule;
mod score;

mod insertion;
mod moves;
mod search;

#[cfg(test)]
mod tests;

pub use problem::{Account, BadProblem, FAR, Job, Parts, Problem, Purse, Run, Shift, Told};
pub use score::{Score, Weights};
pub use search::{Options, Placed, Solution, could_stand, fill_from, first_plan, search, search_from};
pub use travel::{Ground, Measure, Pace, Travel};
