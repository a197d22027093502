//! How a budget is divided into annealings, and how warm it is when.
//!
//! Where there is enough for it, most goes to several annealings, each from the first plan; the last part goes on from
//! the best of them, from lukewarm. How many there are is decided early on, from how fast the budget goes.

use super::problem::Problem;
use crate::cooling::Cooling;

/// How much of the budget there is, is estimated after so many evaluations.
pub(crate) const EVALUATIONS_BEFORE_SHARING: u64 = 10_000;
/// One annealing should have about so many evaluations for each task, and for each pair of tasks: large problems gain
/// more from a long one (measured at 98 and 400 tasks).
const EVALUATIONS_A_TASK: f64 = 20_000.0;
const EVALUATIONS_A_PAIR: f64 = 200.0;
/// The share of the budget that goes to annealings from the first plan.
const SHARE_OF_FRESH: f64 = 0.7;
const MOST_ROUNDS: f64 = 100.0;

/// Temperatures, in costs of a typical short way.
const WARMEST: f64 = 4.0;
const LUKEWARM: f64 = 0.4;
const COLDEST: f64 = 0.01;
/// The largest tardiness that nobody minds, in temperatures.
const TOLERANCE: f64 = 1.0;

/// The division of a budget.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Program {
    tasks: f64,
    fresh: Cooling,
    again: Cooling,
    coldest: f64,
    /// How many annealings from the first plan.
    rounds: u32,
}

/// What to do at some time of the budget.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Phase {
    /// Which annealing, from 0.
    pub(crate) round: u32,
    /// From which plan it starts.
    pub(crate) from: From,
    /// How much worse a plan may be, about, to be put up with.
    pub(crate) temperature: f64,
}

/// Where an annealing starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    First,
    Best,
}

impl Program {
    pub(crate) fn new(problem: &Problem, typical_cost: i64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a scale: no digit of it matters")]
        let scale = typical_cost as f64;
        let coldest = scale * COLDEST;
        Self {
            tasks: f64::from(problem.task_count().max(1)),
            fresh: Cooling::new(scale * WARMEST, coldest),
            again: Cooling::new(scale * LUKEWARM, coldest),
            coldest,
            rounds: 1,
        }
    }

    /// Once it is known how fast the budget goes: as many annealings as it is large enough for.
    pub(crate) fn share_out(&mut self, spent: f64) {
        #[expect(clippy::cast_precision_loss, reason = "ten thousand")]
        let expected = EVALUATIONS_BEFORE_SHARING as f64 / spent.max(1e-9) * SHARE_OF_FRESH;
        let round = self.tasks * EVALUATIONS_A_TASK.max(EVALUATIONS_A_PAIR * self.tasks);
        self.rounds = whole((expected / round).clamp(1.0, MOST_ROUNDS));
    }

    pub(crate) fn phase(&self, spent: f64) -> Phase {
        if spent >= SHARE_OF_FRESH {
            let share = (spent - SHARE_OF_FRESH) / (1.0 - SHARE_OF_FRESH);
            return Phase { round: self.rounds, from: From::Best, temperature: self.again.at(share) };
        }
        let position = spent / SHARE_OF_FRESH * f64::from(self.rounds);
        let temperature = self.fresh.at(position - position.floor());
        Phase { round: whole(position), from: From::First, temperature }
    }

    /// The largest tardiness that nobody minds at a temperature, in ticks.
    pub(crate) fn tolerated(&self, temperature: f64) -> u32 {
        whole(TOLERANCE * (temperature - self.coldest))
    }
}

/// The whole part of a number from 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a u32 holds")]
fn whole(number: f64) -> u32 {
    number.clamp(0.0, 1e9) as u32
}
