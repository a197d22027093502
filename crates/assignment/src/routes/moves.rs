//! One change to a plan: take strings of neighbouring jobs out of neighbouring routes, and put them back elsewhere.
//!
//! Slack induction by string removals (Christiaens and Vanden Berghe, *Transportation Science* 54(2), 2020): around
//! a job drawn at random, a few routes that pass near each lose a string of consecutive jobs (or one with a gap in it);
//! all of these, and some that were undone, are put back one at a time in a drawn order, each at its cheapest near place,
//! passing over one place in a hundred for variety. One such change contains what relocating, swapping, moving a
//! chain, exchanging tails, dropping and inserting do one by one.
//!
//! # Measured
//! A snow morning of 1,000 jobs, 10 processor seconds of a busy machine: 7, 10 or 14 jobs taken out gave 174,965,
//! 167,187 and 175,150 seconds of travel; passing over one place in 40 instead of 100, 170,156. At 500,000 changes,
//! strings of at most 6 or 10 jobs differ by less than seeds do.
//!
//! # Adding an order in which jobs are put back
//! A variant of [`Order`], its weight in [`Order::draw`], its key in [`Order::sort`].
#![expect(clippy::indexing_slicing, reason = "hot; jobs and shifts are the problem's own")]

use super::{
    draft::{Draft, NOWHERE},
    insertion::{Looked, cheapest_near},
    score::Weights,
};
use crate::chance::Chance;

/// How many jobs are taken out, on average.
const TAKEN: usize = 10;

/// The longest string.
const LONGEST_STRING: usize = 10;

/// One place in so many is passed over, on average.
const PASS_OVER: usize = 100;

/// At most so many jobs that were undone are tried again in one change.
const UNDONE_TRIED: usize = 8;

/// Makes changes, and remembers the memory that it needs for it.
pub(super) struct Changer {
    taken: Vec<u32>,
    string: Vec<u32>,
    looked: Looked,
    until_passed: usize,
}

/// In which order jobs are put back.
#[derive(Clone, Copy)]
enum Order {
    Drawn,
    LongestFirst,
    FarthestFirst,
    NearestFirst,
    NarrowestFirst,
    EarliestEndFirst,
    LatestStartFirst,
}

impl Changer {
    pub(super) fn new(shifts: usize) -> Self {
        Self { taken: Vec::new(), string: Vec::new(), looked: Looked::new(shifts), until_passed: PASS_OVER }
    }

    /// Makes one change. What it was before can be taken back.
    pub(super) fn change(&mut self, draft: &mut Draft<'_>, chance: &mut Chance, weights: &Weights) {
        draft.begin();
        let seed = seed(draft, chance);
        self.ruin(draft, chance, seed);
        self.recall_undone(draft, chance, seed);
        Order::draw(chance).sort(draft, chance, &mut self.taken);
        self.recreate(draft, chance, weights);
    }

    fn ruin(&mut self, draft: &mut Draft<'_>, chance: &mut Chance, seed: u32) {
        self.taken.clear();
        let problem = draft.problem;
        let done = problem.jobs.len() - draft.undone.len();
        let used = problem.shifts.len().min(done).max(1);
        let string = LONGEST_STRING.min((done / used).max(3));
        let most_strings = (4 * TAKEN) / (1 + string);
        let strings = 1 + chance.below(most_strings.saturating_sub(1).max(1));
        let mut ruined = 0;
        let neighbours = std::iter::once(&seed).chain(problem.near.jobs(seed));
        for job in neighbours {
            let shift = draft.shift_of[*job as usize];
            if shift == NOWHERE || draft.touched().any(|touched| touched == shift) {
                continue;
            }
            self.take_string(draft, chance, shift, *job, string);
            ruined += 1;
            if ruined >= strings {
                break;
            }
        }
    }

    /// Takes a string of consecutive jobs, of which `job` is one, out of a route; sometimes leaving a few within it.
    fn take_string(&mut self, draft: &mut Draft<'_>, chance: &mut Chance, shift: u32, job: u32, longest: usize) {
        let stops = &draft.routes[shift as usize].stops;
        let Some(at) = stops.iter().position(|stop| stop.job == job) else { return };
        let count = 1 + chance.below(longest.min(stops.len()));
        let mut left_within = 0;
        if count > 1 && count < stops.len() && chance.below(2) == 0 {
            left_within = 1;
            while count + left_within < stops.len() && chance.below(100) == 0 {
                left_within += 1;
            }
        }
        let width = count + left_within;
        let first_possible = (at + 1).saturating_sub(width);
        let last_possible = at.min(stops.len() - width);
        let first = first_possible + chance.below(last_possible - first_possible + 1);
        let gap = first + chance.below(count + 1);
        self.string.clear();
        let in_gap = |index: usize| left_within > 0 && (gap..gap + left_within).contains(&index);
        let string = (first..first + width).filter(|index| !in_gap(*index)).map(|index| stops[index].job);
        self.string.extend(string.filter(|job| !draft.problem.pinned(*job)));
        if !self.string.is_empty() {
            draft.take(shift, &self.string);
            self.taken.extend_from_slice(&self.string);
        }
    }

    /// A few undone jobs get another chance: those near the seed, then any.
    fn recall_undone(&mut self, draft: &mut Draft<'_>, chance: &mut Chance, seed: u32) {
        let mut recalled = 0;
        if draft.undone.is_empty() {
            return;
        }
        let before = self.taken.len();
        if draft.undone.len() <= UNDONE_TRIED {
            self.taken.append(&mut draft.undone);
            return;
        }
        let near = std::iter::once(&seed).chain(draft.problem.near.jobs(seed));
        for job in near {
            if draft.shift_of[*job as usize] == NOWHERE && !self.taken[..before].contains(job) {
                self.taken.push(*job);
                recalled += 1;
                if recalled >= UNDONE_TRIED {
                    break;
                }
            }
        }
        if recalled == 0 {
            self.taken.push(draft.undone[chance.below(draft.undone.len())]);
        }
        let recalled = &self.taken[before..];
        draft.undone.retain(|job| !recalled.contains(job));
    }

    fn recreate(&mut self, draft: &mut Draft<'_>, chance: &mut Chance, weights: &Weights) {
        let until_passed = &mut self.until_passed;
        for job in self.taken.drain(..) {
            let skip = || {
                *until_passed -= 1;
                let passed = *until_passed == 0;
                if passed {
                    *until_passed = 1 + chance.below(2 * PASS_OVER - 1);
                }
                passed
            };
            match cheapest_near(draft, &mut self.looked, job, weights.told, skip) {
                Some(found) => draft.put(job, found),
                None => draft.undone.push(job),
            }
        }
    }
}

/// The job around which a change is made: where something is undone, oftener there.
fn seed(draft: &Draft<'_>, chance: &mut Chance) -> u32 {
    let jobs = draft.problem.jobs.len();
    if !draft.undone.is_empty() && chance.below(4) == 0 {
        return draft.undone[chance.below(draft.undone.len())];
    }
    u32::try_from(chance.below(jobs)).unwrap_or(0)
}

impl Order {
    fn draw(chance: &mut Chance) -> Self {
        match chance.below(17) {
            0..4 => Self::Drawn,
            4..8 => Self::LongestFirst,
            8..10 => Self::FarthestFirst,
            10 => Self::NearestFirst,
            11..13 => Self::NarrowestFirst,
            13..15 => Self::EarliestEndFirst,
            _ => Self::LatestStartFirst,
        }
    }

    fn sort(self, draft: &Draft<'_>, chance: &mut Chance, jobs: &mut [u32]) {
        let problem = draft.problem;
        let work = |job: &u32| &problem.work[*job as usize];
        let far = |job: &u32| {
            problem.near.shifts(*job).first().map_or(0, |shift| {
                let shift = &problem.shifts[*shift as usize];
                problem.way(shift.profile, shift.from, work(job).place)
            })
        };
        // Drawn first, so that equals come in any order.
        for last in (1..jobs.len()).rev() {
            jobs.swap(last, chance.below(last + 1));
        }
        match self {
            Self::Drawn => {}
            Self::LongestFirst => jobs.sort_by_key(|job| -work(job).seconds),
            Self::FarthestFirst => jobs.sort_by_key(|job| -far(job)),
            Self::NearestFirst => jobs.sort_by_key(far),
            Self::NarrowestFirst => jobs.sort_by_key(|job| work(job).last_start - work(job).first_start),
            Self::EarliestEndFirst => jobs.sort_by_key(|job| work(job).last_start),
            Self::LatestStartFirst => jobs.sort_by_key(|job| -work(job).first_start),
        }
    }
}
