//! Who could come right before whom: for every task the others that are near it in place *and* time. Most good changes
//! put a task behind one of these; trying only them makes the search look at some dozens of places instead of all.
#![expect(clippy::indexing_slicing, reason = "indices come from the problem, which made them")]

use super::problem::Problem;
use crate::chance::Chance;

/// How many predecessors each task remembers.
const KEPT: usize = 32;

/// For each task, the tasks that could come right before it, nearest first.
pub(crate) struct Neighbours {
    before: Vec<Vec<u32>>,
    /// What the short ways between neighbours cost on average: the scale of the annealing.
    pub(crate) typical_cost: i64,
}

impl Neighbours {
    pub(crate) fn of(problem: &Problem) -> Self {
        let mut before = Vec::with_capacity(problem.tasks.len());
        let mut sum = 0;
        let mut count = 0;
        for task in 0..problem.task_count() {
            let mut ranked: Vec<(i64, u32)> = (0..problem.task_count())
                .filter(|other| shares_a_carer(problem, task, *other))
                .map(|other| (distance(problem, other, task), other))
                .collect();
            ranked.sort_unstable();
            ranked.truncate(KEPT);
            for (_, other) in ranked.iter().take(6) {
                sum += i64::from(problem.travel(*other, task));
                count += 1;
            }
            before.push(ranked.into_iter().map(|(_, other)| other).collect());
        }
        let typical = if count == 0 { 1 } else { (sum / count).max(1) };
        Self { before, typical_cost: typical * problem.draft.weights.travel.max(1) }
    }

    /// A task to put this one behind: rather a near one. `None` where it has no neighbours.
    pub(crate) fn pick(&self, task: u32, chance: &mut Chance) -> Option<u32> {
        let near = &self.before[task as usize];
        let (one, other) = (chance.below(near.len()), chance.below(near.len()));
        near.get(one.min(other)).copied()
    }
}

fn shares_a_carer(problem: &Problem, task: u32, other: u32) -> bool {
    problem.tasks[task as usize].appointment != problem.tasks[other as usize].appointment
        && problem.able_carers[task as usize].iter().any(|carer| problem.able(other, *carer))
}

/// The way, a fifth of the wait that can't be avoided, and the lateness that can't.
fn distance(problem: &Problem, from: u32, to: u32) -> i64 {
    let (before, after) = (&problem.tasks[from as usize], &problem.tasks[to as usize]);
    let way = problem.travel(from, to) + before.duration;
    let pairs = [(before.opens, before.due), (before.opens_again, before.due_again)];
    let windows = [(after.opens, after.due), (after.opens_again, after.due_again)];
    let mut nearest = i64::MAX;
    for (opens, due) in pairs {
        for (next_opens, next_due) in windows {
            let wait = i64::from((next_opens - due.max(opens) - way).max(0));
            let late = i64::from((opens + way - next_due).max(0));
            nearest = nearest.min(wait / 5 + late);
        }
    }
    nearest + i64::from(problem.travel(from, to))
}
