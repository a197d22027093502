//! A plan under work: routes, ledger and score, changed job by job, and taken back as a whole when a change didn't pay.
//!
//! The first time that a route is touched after [`Draft::begin`], its stops are put aside. [`Draft::take_back`]
//! restores just those routes; nothing else is ever copied, so a tried change costs what it touches, whatever the
//! plan's size.
#![expect(clippy::indexing_slicing, reason = "hot; jobs and shifts are the problem's own")]

use super::{
    ledger::Ledger,
    problem::{Problem, Told},
    schedule::{Fit, Route},
    score::Score,
};

/// In no shift.
pub(super) const NOWHERE: u32 = u32::MAX;

/// A plan under work.
#[derive(Clone)]
pub(super) struct Draft<'a> {
    pub(super) problem: &'a Problem,
    pub(super) routes: Vec<Route>,
    /// The shift of each job.
    pub(super) shift_of: Vec<u32>,
    pub(super) undone: Vec<u32>,
    pub(super) score: Score,
    ledger: Ledger,
    /// Routes as they were, of those touched since `begin`.
    aside: Vec<(u32, Route)>,
    spare: Vec<Route>,
    touched: Vec<bool>,
    score_before: Score,
    undone_before: Vec<u32>,
}

/// A shift and a place in its route where a job fits, with what it costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) shift: u32,
    pub(super) fit: Fit,
    pub(super) cost: i64,
    pub(super) told_anew: i64,
}

impl<'a> Draft<'a> {
    /// Nothing done but what is pinned.
    pub(super) fn new(problem: &'a Problem) -> Self {
        let mut draft = Self {
            problem,
            routes: vec![Route::default(); problem.shifts.len()],
            shift_of: vec![NOWHERE; problem.jobs.len()],
            undone: Vec::new(),
            score: Score::default(),
            ledger: Ledger::new(problem),
            aside: Vec::new(),
            spare: Vec::new(),
            touched: vec![false; problem.shifts.len()],
            score_before: Score::default(),
            undone_before: Vec::new(),
        };
        let mut pinned: Vec<(i32, u32, u32)> = Vec::new();
        for (index, job) in (0_u32..).zip(&problem.jobs) {
            match job.told {
                Told::Pinned { shift, start } => pinned.push((start, index, shift)),
                _ => draft.undone.push(index),
            }
            draft.score.undone += i64::from(job.urgency);
            draft.score.told_anew += stands(job);
        }
        pinned.sort_unstable();
        for (_, job, shift) in pinned {
            let end = draft.routes[shift as usize].stops.len();
            draft.put(job, Found { shift, fit: Fit { position: end, added: 0 }, cost: 0, told_anew: 0 });
        }
        draft
    }

    /// What comes from here on can be taken back.
    pub(super) fn begin(&mut self) {
        for (shift, route) in self.aside.drain(..) {
            self.touched[shift as usize] = false;
            self.spare.push(route);
        }
        self.score_before = self.score;
        self.undone_before.clone_from(&self.undone);
    }

    /// The shifts touched since `begin`.
    pub(super) fn touched(&self) -> impl Iterator<Item = u32> {
        self.aside.iter().map(|(shift, _)| *shift)
    }

    /// As it was at `begin`.
    pub(super) fn take_back(&mut self) {
        let problem = self.problem;
        for (index, _) in &self.aside {
            let shift = &problem.shifts[*index as usize];
            for stop in &self.routes[*index as usize].stops {
                self.ledger.remove(shift, &problem.jobs[stop.job as usize]);
                self.shift_of[stop.job as usize] = NOWHERE;
            }
        }
        for (index, mut route) in self.aside.drain(..) {
            let shift = &problem.shifts[index as usize];
            std::mem::swap(&mut self.routes[index as usize], &mut route);
            self.spare.push(route);
            self.touched[index as usize] = false;
            for stop in &self.routes[index as usize].stops {
                self.ledger.add(shift, &problem.jobs[stop.job as usize]);
                self.shift_of[stop.job as usize] = index;
            }
        }
        self.score = self.score_before;
        self.undone.clone_from(&self.undone_before);
    }

    /// Puts a job where it was found to fit. It must be undone (and is to be taken off `undone` by the caller).
    pub(super) fn put(&mut self, job: u32, found: Found) {
        self.set_aside(found.shift);
        let problem = self.problem;
        let (shift, data) = (&problem.shifts[found.shift as usize], &problem.jobs[job as usize]);
        let route = &mut self.routes[found.shift as usize];
        let before = route.travel;
        route.insert(problem, found.shift, found.fit.position, job);
        let travel = i64::from(route.travel - before);
        self.score.cost += travel + self.ledger.unfairness(problem, shift, data) - familiar(data, shift.worker);
        self.score.undone -= i64::from(data.urgency);
        self.score.told_anew += told_anew(data, found.shift, shift.worker) - stands(data);
        self.ledger.add(shift, data);
        self.shift_of[job as usize] = found.shift;
    }

    /// Takes jobs out of one route. (To be put on `undone` by the caller.)
    pub(super) fn take(&mut self, shift_index: u32, jobs: &[u32]) {
        self.set_aside(shift_index);
        let problem = self.problem;
        let shift = &problem.shifts[shift_index as usize];
        for job in jobs {
            let data = &problem.jobs[*job as usize];
            self.score.cost += familiar(data, shift.worker) - self.ledger.relief(problem, shift, data);
            self.score.undone += i64::from(data.urgency);
            self.score.told_anew += stands(data) - told_anew(data, shift_index, shift.worker);
            self.ledger.remove(shift, data);
            self.shift_of[*job as usize] = NOWHERE;
        }
        let shift_of = &self.shift_of;
        let route = &mut self.routes[shift_index as usize];
        let before = route.travel;
        route.remove(problem, shift_index, |job| shift_of[job as usize] == NOWHERE);
        self.score.cost += i64::from(route.travel - before);
    }

    /// The best place for a job in that shift, if it may be there at all. `told_weight` is what a person told anew costs;
    /// `less_than` what a better place is already known to cost.
    pub(super) fn find(
        &self,
        job: u32,
        shift: u32,
        told_weight: i64,
        less_than: i64,
        skip: impl FnMut() -> bool,
    ) -> Option<Found> {
        let (cost, told_anew) = self.admitted(job, shift)?;
        let travel_less_than = less_than.saturating_sub(cost + told_anew * told_weight).min(i64::from(i32::MAX));
        // Ways needn't be metric, so even no room at all might be made by less than nothing; but never by so much less.
        let travel_less_than = i32::try_from(travel_less_than).ok()?;
        let fit = self.routes[shift as usize].best_fit(self.problem, shift, job, travel_less_than, skip)?;
        Some(Found { shift, fit, cost: cost + i64::from(fit.added), told_anew })
    }

    /// That very place for a job, if it fits there.
    pub(super) fn find_at(&self, job: u32, shift: u32, position: usize) -> Option<Found> {
        let (cost, told_anew) = self.admitted(job, shift)?;
        let fit = self.routes[shift as usize].fit_at(self.problem, shift, position, job)?;
        Some(Found { shift, fit, cost: cost + i64::from(fit.added), told_anew })
    }

    /// That very place for a job that stands in that shift, as people were told: whatever rules and caps say by now, but
    /// only where its time doesn't collide with what stands there already.
    pub(super) fn as_told(&self, job: u32, shift: u32, position: usize) -> Option<Found> {
        self.problem.fixed_start(job, shift)?;
        let fit = self.routes[shift as usize].fit_at(self.problem, shift, position, job)?;
        Some(Found { shift, fit, cost: i64::from(fit.added), told_anew: 0 })
    }

    /// What a job costs in that shift beside travel, and whether somebody is told anew; none where a rule that isn't
    /// about the clock forbids it.
    #[inline]
    fn admitted(&self, job: u32, shift_index: u32) -> Option<(i64, i64)> {
        let problem = self.problem;
        let (day, work) = (&problem.days[shift_index as usize], &problem.work[job as usize]);
        let route = &self.routes[shift_index as usize];
        let room = route.stops.len() < day.most_jobs as usize
            && i64::from(work.seconds) + route.work <= i64::from(day.most_seconds);
        if !room || !problem.may(job, shift_index) {
            return None;
        }
        if work.plain && day.alone {
            return Some((0, 0));
        }
        let (shift, data) = (&problem.shifts[shift_index as usize], &problem.jobs[job as usize]);
        if !self.ledger.admits(problem, shift, data) {
            return None;
        }
        let cost = self.ledger.unfairness(problem, shift, data) - familiar(data, day.worker);
        Some((cost, told_anew(data, shift_index, day.worker)))
    }

    fn set_aside(&mut self, shift: u32) {
        let touched = &mut self.touched[shift as usize];
        if !*touched {
            *touched = true;
            let mut copy = self.spare.pop().unwrap_or_default();
            copy.copy(&self.routes[shift as usize]);
            self.aside.push((shift, copy));
        }
    }
}

#[inline]
fn familiar(job: &super::problem::Job, worker: u32) -> i64 {
    job.familiar.iter().find(|(who, _)| *who == worker).map_or(0, |(_, saved)| *saved)
}

/// Whether somebody was told of the job: undone, they are told anew.
#[inline]
fn stands(job: &super::problem::Job) -> i64 {
    i64::from(!matches!(job.told, Told::Nothing))
}

#[inline]
fn told_anew(job: &super::problem::Job, shift: u32, worker: u32) -> i64 {
    match job.told {
        Told::Nothing => 0,
        Told::Worker(told) => i64::from(told != worker),
        Told::Standing { shift: told, .. } | Told::Pinned { shift: told, .. } => i64::from(told != shift),
    }
}
