//! The search: a first plan, then change after change, cooling.
//!
//! A change that is better than a little worse than what there is (by [`Cooling`]) becomes what there is; the best by
//! [`Score`] is kept. It ends when the [`Budget`] says so, with the best.
#![expect(clippy::indexing_slicing, reason = "hot; shifts are the problem's own")]

use super::{
    draft::{Draft, NOWHERE},
    insertion,
    moves::Changer,
    problem::{Problem, Told},
    schedule::Route,
    score::{Score, Weights},
};
use crate::{
    Budget,
    chance::Chance,
    cooling::{Cooling, patience},
};

/// How often the budget is asked.
const ASKED_EVERY: u64 = 100;

/// How a search is to go.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Which choices it draws.
    pub seed: u64,
    /// What steers it.
    pub weights: Weights,
    /// The temperature it begins with and ends with, in seconds of travel.
    pub temperatures: (f64, f64),
}

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Which job.
    pub job: u32,
    /// When it begins.
    pub start: i32,
}

/// A plan found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// The jobs of each shift, in order.
    pub shifts: Vec<Vec<Placed>>,
    /// The jobs in no shift, in order of number.
    pub undone: Vec<u32>,
    /// How good it is.
    pub score: Score,
    /// How many changes were tried.
    pub evaluations: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, weights: Weights::default(), temperatures: (200.0, 1.0) }
    }
}

impl Options {
    /// For a plan that people were told already: cool from the beginning, so that little moves.
    #[must_use]
    pub fn replanning() -> Self {
        Self { temperatures: (30.0, 1.0), ..Self::default() }
    }
}

/// The first plan alone: greedy, at once.
pub fn first_plan(problem: &Problem) -> Solution {
    let mut draft = Draft::new(problem);
    insertion::first_plan(&mut draft);
    solution(&draft, 0)
}

/// Whether a job that stands somewhere would fit there if nothing else were there; true for any other job.
pub fn could_stand(problem: &Problem, job: u32) -> bool {
    match problem.jobs.get(job as usize).map(|job| job.told) {
        Some(Told::Standing { shift, .. }) => Route::default().fit_at(problem, shift, 0, job).is_some(),
        _ => true,
    }
}

/// The best plan that the budget allows.
pub fn search(problem: &Problem, options: &Options, budget: &mut impl Budget) -> Solution {
    let mut draft = Draft::new(problem);
    insertion::first_plan(&mut draft);
    improve(draft, options, budget)
}

/// The best plan that the budget allows, from one that there is: `shifts` as in [`Solution::shifts`] (starts aside).
/// What doesn't fit there is undone to begin with.
pub fn search_from(problem: &Problem, shifts: &[Vec<Placed>], options: &Options, budget: &mut impl Budget) -> Solution {
    improve(standing(problem, shifts), options, budget)
}

/// Nothing moves, and what is undone goes wherever there is room: the answer at once.
pub fn fill_from(problem: &Problem, shifts: &[Vec<Placed>]) -> Solution {
    let mut draft = standing(problem, shifts);
    insertion::fill(&mut draft, 0);
    solution(&draft, 0)
}

/// The jobs as they stand, one after the other where they still fit.
pub(super) fn standing<'a>(problem: &'a Problem, shifts: &[Vec<Placed>]) -> Draft<'a> {
    let mut draft = Draft::new(problem);
    for (shift, placed) in (0..problem.shifts()).zip(shifts) {
        let mut position = 0;
        for Placed { job, .. } in placed {
            let there = match draft.shift_of.get(*job as usize) {
                Some(&NOWHERE) => {
                    let anywhere = || draft.find(*job, shift, 0, i64::MAX, || false);
                    let told = || draft.as_told(*job, shift, position);
                    let found = draft.find_at(*job, shift, position).or_else(told).or_else(anywhere);
                    found.map(|found| draft.put(*job, found)).is_some()
                }
                Some(elsewhere) => *elsewhere == shift,
                None => false,
            };
            position += usize::from(there);
        }
    }
    let shift_of = &draft.shift_of;
    let undone: Vec<u32> = draft.undone.iter().copied().filter(|job| shift_of[*job as usize] == NOWHERE).collect();
    draft.undone = undone;
    draft
}

fn improve(mut draft: Draft<'_>, options: &Options, budget: &mut impl Budget) -> Solution {
    let problem = draft.problem;
    let mut chance = Chance::new(options.seed);
    let cooling = Cooling::new(options.temperatures.0, options.temperatures.1);
    let mut best = Best::of(&draft);
    let mut changer = Changer::new(problem.shifts.len());
    let mut evaluations = 0;
    let mut temperature = options.temperatures.0;
    if problem.jobs.is_empty() {
        return solution(&draft, 0);
    }
    loop {
        if evaluations % ASKED_EVERY == 0 {
            let spent = budget.spent(evaluations);
            if spent >= 1.0 {
                break;
            }
            temperature = cooling.at(spent);
        }
        evaluations += 1;
        let before = draft.score;
        changer.change(&mut draft, &mut chance, &options.weights);
        let worse = draft.score.energy(&options.weights) - before.energy(&options.weights);
        #[expect(clippy::cast_possible_truncation, reason = "seconds of travel, rounded")]
        let allowed = (temperature * patience(&mut chance)) as i64;
        if worse < allowed || worse <= 0 {
            best.note(&draft);
        } else {
            draft.take_back();
        }
    }
    let mut draft = best.draft(problem);
    insertion::fill(&mut draft, options.weights.told);
    solution(&draft, evaluations)
}

pub(super) fn solution(draft: &Draft<'_>, evaluations: u64) -> Solution {
    let placed = |route: &super::schedule::Route| route.starts().map(|(job, start)| Placed { job, start }).collect();
    let mut undone = draft.undone.clone();
    undone.sort_unstable();
    Solution { shifts: draft.routes.iter().map(placed).collect(), undone, score: draft.score, evaluations }
}

/// The best plan so far, brought up to date route by route.
struct Best {
    score: Score,
    routes: Vec<Vec<Placed>>,
    /// Shifts whose route may differ from the present one.
    stale: Vec<u32>,
    is_stale: Vec<bool>,
}

impl Best {
    fn of(draft: &Draft<'_>) -> Self {
        let routes = solution(draft, 0).shifts;
        let is_stale = vec![false; routes.len()];
        Self { score: draft.score, routes, stale: Vec::new(), is_stale }
    }

    /// A change was accepted.
    fn note(&mut self, draft: &Draft<'_>) {
        for shift in draft.touched() {
            if !std::mem::replace(&mut self.is_stale[shift as usize], true) {
                self.stale.push(shift);
            }
        }
        if draft.score < self.score {
            self.score = draft.score;
            for shift in self.stale.drain(..) {
                self.is_stale[shift as usize] = false;
                let route = &mut self.routes[shift as usize];
                route.clear();
                route.extend(draft.routes[shift as usize].starts().map(|(job, start)| Placed { job, start }));
            }
        }
    }

    fn draft<'a>(&self, problem: &'a Problem) -> Draft<'a> {
        standing(problem, &self.routes)
    }
}
