//! Simulated annealing over everybody's routes: changes that make the plan better stand, and of those that make it
//! worse the less the colder it has become. Late on, nearly every change is refused by its travel alone, before any time
//! has been worked out.
//!
//! One long annealing is good at travel, and sometimes caught: the largest tardiness is a maximum, so a better plan may
//! lie behind many that look worse. So a budget that is large for the problem is spent on several annealings, each from
//! the first plan and with another stretch of the same chance; the last part goes on from the best of them. And while
//! it is warm, a largest tardiness up to some temperatures is tolerated.

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
/// How much of the budget there is, is estimated after so many evaluations.
const EVALUATIONS_BEFORE_SHARING: u64 = 10_000;

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
        evaluations: 0,
    };
    search.anneal(budget, &mut chance);
    Solution::of(&search.best)
}

fn env(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// How a budget is divided into annealings.
struct Program {
    tasks: u64,
    fresh: Cooling,
    again: Cooling,
    coldest: f64,
    tolerance: f64,
    /// How many annealings from the first plan.
    rounds: u32,
    /// The share of the budget that goes to them.
    share_of_fresh: f64,
    perround: u64,
}

/// What to do at some time of the budget.
#[derive(Clone, Copy, PartialEq)]
struct Phase {
    /// Which annealing; the last, from the best plan, is number `rounds`.
    round: u32,
    temperature: f64,
}

impl Program {
    fn new(problem: &Problem, typical_cost: i64) -> Self {
        let scale = typical_cost as f64;
        let coldest = scale * env("COLD", 0.01);
        let warmest = scale * env("WARM", 4.0);
        Self {
            tasks: problem.tasks.len() as u64,
            fresh: Cooling::new(warmest, coldest),
            again: Cooling::new(scale * env("REHEAT", 0.4), coldest),
            coldest,
            tolerance: env("FLOOR", 1.0),
            rounds: 1,
            share_of_fresh: env("FRESH", 0.7),
            perround: env("PERROUND", 60_000.0) as u64,
        }
    }

    /// Once it is known how fast the budget goes: as many annealings as it is large enough for.
    fn share_out(&mut self, evaluations: u64, spent: f64) {
        let expected = (evaluations as f64 / spent.max(1e-9)) * self.share_of_fresh;
        let one = (self.perround * self.tasks.max(1)) as f64;
        self.rounds = (expected / one).clamp(1.0, 100.0) as u32;
    }

    fn phase(&self, spent: f64) -> Phase {
        if spent >= self.share_of_fresh {
            let share = (spent - self.share_of_fresh) / (1.0 - self.share_of_fresh);
            return Phase { round: self.rounds, temperature: self.again.at(share) };
        }
        let position = spent / self.share_of_fresh * f64::from(self.rounds);
        let round = position.floor();
        Phase { round: round as u32, temperature: self.fresh.at(position - round) }
    }

    /// The largest tardiness that nobody minds at a temperature, in ticks.
    fn tolerated(&self, temperature: f64) -> i32 {
        (self.tolerance * (temperature - self.coldest)).clamp(0.0, 1e9) as i32
    }
}

struct Search<'p> {
    first: Schedule<'p>,
    schedule: Schedule<'p>,
    best: Schedule<'p>,
    best_cost: i64,
    program: Program,
    moves: Moves<'p>,
    evaluations: u64,
}

impl Search<'_> {
    fn anneal(&mut self, budget: &mut impl Budget, chance: &mut Chance) {
        let mut phase = self.program.phase(0.0);
        let mut cost = self.enter(phase, phase);
        loop {
            if self.evaluations.is_multiple_of(EVALUATIONS_A_LOOK) {
                let spent = budget.spent(self.evaluations);
                if spent >= 1.0 {
                    break;
                }
                if self.evaluations == EVALUATIONS_BEFORE_SHARING {
                    self.program.share_out(self.evaluations, spent);
                }
                let next = self.program.phase(spent);
                cost = self.enter(phase, next);
                phase = next;
                if self.evaluations.is_multiple_of(EVALUATIONS_A_RENUMBERING) {
                    self.schedule.renumber();
                }
            }
            self.evaluations += 1;
            cost = self.try_one(cost, phase.temperature, chance);
        }
        if env("VERBOSE", 0.0) > 0.0 {
            eprintln!("{} evaluations {} rounds", self.evaluations, self.program.rounds);
        }
    }

    /// Goes on as the phase says: from the first plan, the best, or where we are. Tells the steering cost.
    fn enter(&mut self, last: Phase, phase: Phase) -> i64 {
        if phase.round != last.round {
            if env("VERBOSE", 0.0) > 0.0 {
                eprintln!("round {} ended {} best {}", last.round, self.schedule.cost(), self.best_cost);
            }
            let from = if phase.round == self.program.rounds { &self.best } else { &self.first };
            self.schedule.clone_from(from);
        }
        self.schedule.tolerated = self.program.tolerated(phase.temperature);
        self.schedule.steering_cost()
    }

    /// Tries a change; tells the steering cost after it.
    #[inline]
    fn try_one(&mut self, cost: i64, temperature: f64, chance: &mut Chance) -> i64 {
        self.schedule.begin();
        if !self.moves.make(&mut self.schedule, chance) {
            self.schedule.undo();
            return cost;
        }
        let limit = cost + (temperature * patience(chance)) as i64;
        if self.schedule.least_steering_cost() > limit || !self.schedule.order() {
            self.schedule.undo();
            return cost;
        }
        let changed = self.schedule.settle();
        if changed > limit {
            self.schedule.undo();
            return cost;
        }
        if changed < cost || changed <= self.best_cost {
            let true_cost = self.schedule.cost();
            if true_cost < self.best_cost {
                self.best_cost = true_cost;
                self.best.clone_from(&self.schedule);
            }
        }
        changed
    }
}
