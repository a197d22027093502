//! How good a plan is.
//!
//! Three sums, each decisive before the next when plans are compared: the urgency of what is left undone; the people
//! told anew (jobs that aren't where they were told to be, or aren't done at all: of two as urgent, the promised one is
//! kept); and the *cost*, in seconds of travel,
//! of familiarity, fairness and travel together. Lateness isn't among them: windows are hard.
//!
//! Within the cost, a step of familiarity is worth ten hours' travel, fairness as much as `ledger` says, and travel
//! itself: far enough apart that in a district the earlier decides and the later tells equals apart, near enough
//! that nobody crosses the country for a neighbour's neighbour.
//!
//! # While searching
//! The search goes by one number, its *energy*: the cost, with [`Weights::undone`] for each unit of urgency and
//! [`Weights::told`] for each person told anew. They are large beside a job's travel and small enough that annealing
//! passes through plans that leave something undone for a moment. What is kept as the best is compared by [`Score`]
//! proper, so the weights steer the search and never decide its outcome.

/// How good a plan is; less is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    /// The urgency of the jobs left undone, summed.
    pub undone: i64,
    /// Jobs that aren't where somebody was told they would be.
    pub told_anew: i64,
    /// Familiarity, fairness and travel, in seconds of travel.
    pub cost: i64,
}

/// What the earlier sums weigh in the search's energy, in seconds of travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// A unit of urgency.
    pub undone: i64,
    /// A person told anew.
    pub told: i64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { undone: 4_000, told: 600 }
    }
}

impl Score {
    /// One number for the search.
    pub(super) fn energy(&self, weights: &Weights) -> i64 {
        self.undone
            .saturating_mul(weights.undone)
            .saturating_add(self.told_anew.saturating_mul(weights.told))
            .saturating_add(self.cost)
    }
}
