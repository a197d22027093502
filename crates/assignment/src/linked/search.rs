//! Simulated annealing over everybody's routes: changes that make the plan better stand, and of those that make it
//! worse the less the colder it has become. Late on, nearly every change is refused by its travel alone, before any time
//! has been worked out.
//!
//! One long annealing is good at travel, and sometimes caught: the largest tardiness is a maximum, so a better plan may
//! lie behind many that look worse. Two things help: several annealings (see [`super::program`]), and that while it is
//! warm, a largest tardiness of about a temperature is tolerated.

use super::decode::greedy;
use super::moves::Moves;
use super::problem::Problem;
use super::program::{EVALUATIONS_BEFORE_SHARING, From, Phase, Program};
use super::schedule::Schedule;
use super::solution::Solution;
use crate::budget::Budget;
use crate::chance::Chance;
use crate::cooling::patience;

/// The budget is asked so seldom.
const EVALUATIONS_A_LOOK: u64 = 100;
/// The global order is laid along the clock again so seldom.
const EVALUATIONS_A_RENUMBERING: u64 = 20_000;

/// Plans a problem: the best plan found within the budget. The same problem, seed and number of evaluations give the
/// same plan on every machine.
pub fn plan(problem: &Problem, budget: &mut impl Budget, seed: u64) -> Solution {
    let mut chance = Chance::new(seed);
    let moves = Moves::new(problem);
    let first = greedy(problem);
    let mut search = Search {
        best: first.clone(),
        best_cost: first.cost(),
        schedule: first.clone(),
        first,
        program: Program::new(problem, moves.typical_cost()),
        moves,
    };
    search.anneal(budget, &mut chance);
    Solution::of(&search.best)
}

struct Search<'p> {
    first: Schedule<'p>,
    schedule: Schedule<'p>,
    best: Schedule<'p>,
    best_cost: i64,
    program: Program,
    moves: Moves<'p>,
}

impl Search<'_> {
    fn anneal(&mut self, budget: &mut impl Budget, chance: &mut Chance) {
        let mut phase = self.program.phase(0.0);
        let mut cost = self.enter(phase, phase);
        let mut evaluations: u64 = 0;
        loop {
            if evaluations.is_multiple_of(EVALUATIONS_A_LOOK) {
                let spent = budget.spent(evaluations);
                if spent >= 1.0 {
                    return;
                }
                if evaluations == EVALUATIONS_BEFORE_SHARING {
                    self.program.share_out(spent);
                }
                let next = self.program.phase(spent);
                cost = self.enter(phase, next);
                phase = next;
                if evaluations.is_multiple_of(EVALUATIONS_A_RENUMBERING) {
                    self.schedule.renumber();
                }
            }
            evaluations += 1;
            cost = self.try_one(cost, phase.temperature, chance);
        }
    }

    /// Goes on as the phase says: from the first plan, the best, or where we are. Tells the steering cost.
    fn enter(&mut self, last: Phase, phase: Phase) -> i64 {
        if phase.round != last.round {
            self.schedule.clone_from(match phase.from {
                From::First => &self.first,
                From::Best => &self.best,
            });
        }
        self.schedule.tolerate(self.program.tolerated(phase.temperature));
        self.schedule.steering_cost()
    }

    /// Tries a change; tells the steering cost after it.
    #[inline]
    fn try_one(&mut self, cost: i64, temperature: f64, chance: &mut Chance) -> i64 {
        self.schedule.begin();
        let made = self.moves.make(&mut self.schedule, chance);
        #[expect(clippy::cast_possible_truncation, reason = "far below; and saturates")]
        let limit = cost + (temperature * patience(chance)) as i64;
        if !made || self.schedule.least_steering_cost() > limit || !self.schedule.order() {
            self.schedule.undo();
            return cost;
        }
        let changed = self.schedule.settle();
        if changed > limit {
            self.schedule.undo();
            return cost;
        }
        let true_cost = self.schedule.cost();
        if true_cost < self.best_cost {
            self.best_cost = true_cost;
            self.best.clone_from(&self.schedule);
        }
        changed
    }
}
