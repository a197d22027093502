//! Simulated annealing over everybody's routes: changes that make the plan better stand, and of those that make it
//! worse the less the colder it has become. Late on, nearly every change is refused by its travel alone, before any time
//! has been worked out.

use super::cooling::{Cooling, patience};
use super::decode::greedy;
use super::moves::Moves;
use super::problem::Problem;
use super::schedule::Schedule;
use super::solution::Solution;
use crate::budget::Budget;
use crate::chance::Chance;

/// The budget is asked so seldom.
const EVALUATIONS_A_LOOK: u64 = 100;
/// The global order is laid along the clock again so seldom.
const EVALUATIONS_A_RENUMBERING: u64 = 20_000;

/// Plans a problem: the best plan found within the budget. The same problem, seed and number of evaluations give the
/// same plan on every machine.
pub fn plan(problem: &Problem, budget: &mut impl Budget, seed: u64) -> Solution {
    let mut chance = Chance::new(seed);
    let moves = Moves::new(problem);
    let schedule = greedy(problem);
    let mut search = Search { best: schedule.clone(), best_cost: schedule.cost(), schedule, moves, evaluations: 0 };
    search.anneal(budget, &mut chance);
    Solution::of(&search.best)
}

struct Search<'p> {
    schedule: Schedule<'p>,
    best: Schedule<'p>,
    best_cost: i64,
    moves: Moves<'p>,
    evaluations: u64,
}

fn env(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

impl Search<'_> {
    fn anneal(&mut self, budget: &mut impl Budget, chance: &mut Chance) {
        let scale = self.moves.typical_cost() as f64;
        let warm = env("WARM", 1.0);
        let cold = env("COLD", 0.01);
        let rounds = env("ROUNDS", 1.0);
        let reheat = env("REHEAT", 0.3);
        let first = Cooling::new(scale * warm, scale * cold);
        let later = Cooling::new(scale * warm * reheat, scale * cold);
        let mut round = 0.0;
        let mut temperature = first.at(0.0);
        let mut cost = self.schedule.cost();
        loop {
            if self.evaluations.is_multiple_of(EVALUATIONS_A_LOOK) {
                let spent = budget.spent(self.evaluations);
                if spent >= 1.0 {
                    break;
                }
                let now = (spent * rounds).floor();
                if now > round {
                    round = now;
                    self.schedule.clone_from(&self.best);
                    cost = self.best_cost;
                }
                temperature = if round == 0.0 { first } else { later }.at(spent * rounds - round);
                if self.evaluations.is_multiple_of(EVALUATIONS_A_RENUMBERING) {
                    self.schedule.renumber();
                }
            }
            self.evaluations += 1;
            self.schedule.begin();
            if !self.moves.make(&mut self.schedule, chance) {
                self.schedule.undo();
                continue;
            }
            let limit = cost + (temperature * patience(chance)) as i64;
            if self.schedule.fixed_cost() > limit || !self.schedule.order() {
                self.schedule.undo();
                continue;
            }
            let changed = self.schedule.settle();
            if changed > limit {
                self.schedule.undo();
                continue;
            }
            cost = changed;
            if cost < self.best_cost {
                self.best_cost = cost;
                self.best.clone_from(&self.schedule);
            }
        }
        if env("VERBOSE", 0.0) > 0.0 {
            eprintln!("{} evaluations", self.evaluations);
        }
    }
}
