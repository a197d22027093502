//! Where a job goes: near places first, everywhere if need be; and the first plan, job after job.
//!
//! A job's near places are the routes through which its neighbours run, the shifts that start near it, and the routes
//! that the present change has touched. That is a handful out of a thousand, and nearly always has the best place: it is
//! what makes a tried change cost the same in a village and in a town.
//!
//! # The first plan
//! By urgency, then by who has the earliest last start (deadline-greedy), each at its cheapest place among all shifts.
//! What was told already is put back first, where it stands.
#![expect(clippy::indexing_slicing, reason = "hot; jobs and shifts are the problem's own")]

use std::cmp::Reverse;

use super::{
    draft::{Draft, Found, NOWHERE},
    problem::Told,
};

/// The routes of so many neighbours are looked at. (20 and 40 find no better plans and take longer to do it.)
const NEIGHBOURS: usize = 12;

/// Which routes a search for a place has looked at already.
pub(super) struct Looked {
    stamp: Vec<u32>,
    now: u32,
}

impl Looked {
    pub(super) fn new(shifts: usize) -> Self {
        Self { stamp: vec![0; shifts], now: 0 }
    }

    fn afresh(&mut self) {
        self.now = self.now.wrapping_add(1);
        if self.now == 0 {
            self.stamp.fill(0);
            self.now = 1;
        }
    }

    /// Whether this is the first look.
    fn first(&mut self, shift: u32) -> bool {
        let stamp = &mut self.stamp[shift as usize];
        let first = *stamp != self.now;
        *stamp = self.now;
        first
    }
}

/// The cheapest of the near places.
pub(super) fn cheapest_near(
    draft: &Draft<'_>,
    looked: &mut Looked,
    job: u32,
    told_weight: i64,
    mut skip: impl FnMut() -> bool,
) -> Option<Found> {
    let problem = draft.problem;
    looked.afresh();
    let mut best = Best { found: None, told_weight };
    let mut look = |shift: u32, best: &mut Best| {
        if looked.first(shift) {
            best.offer(draft.find(job, shift, told_weight, best.least(), &mut skip));
        }
    };
    match problem.jobs[job as usize].told {
        Told::Standing { shift, .. } => look(shift, &mut best),
        Told::Worker(worker) => {
            problem.shifts_of[worker as usize].iter().for_each(|shift| look(*shift, &mut best));
        }
        Told::Nothing | Told::Pinned { .. } => {}
    }
    for neighbour in problem.near.jobs(job).iter().take(NEIGHBOURS) {
        let shift = draft.shift_of[*neighbour as usize];
        if shift != NOWHERE {
            look(shift, &mut best);
        }
    }
    draft.touched().for_each(|shift| look(shift, &mut best));
    problem.near.shifts(job).iter().for_each(|shift| look(*shift, &mut best));
    best.found
}

/// The cheapest place of all.
pub(super) fn cheapest(draft: &Draft<'_>, job: u32, told_weight: i64) -> Option<Found> {
    let mut best = Best { found: None, told_weight };
    for shift in 0..draft.problem.shifts() {
        best.offer(draft.find(job, shift, told_weight, best.least(), || false));
    }
    best.found
}

/// Puts every undone job that still fits somewhere at its cheapest place.
pub(super) fn fill(draft: &mut Draft<'_>, told_weight: i64) {
    let mut undone = std::mem::take(&mut draft.undone);
    undone.sort_by_key(|job| deadline(draft, *job));
    undone.retain(|job| match cheapest(draft, *job, told_weight) {
        Some(found) => {
            draft.put(*job, found);
            false
        }
        None => true,
    });
    draft.undone = undone;
}

/// The first plan: what stands stays, the rest by urgency and deadline.
pub(super) fn first_plan(draft: &mut Draft<'_>) {
    let problem = draft.problem;
    let mut looked = Looked::new(problem.shifts.len());
    let mut standing: Vec<(i32, u32)> = draft
        .undone
        .iter()
        .filter_map(|job| match problem.jobs[*job as usize].told {
            Told::Standing { start, .. } => Some((start, *job)),
            _ => None,
        })
        .collect();
    standing.sort_unstable();
    for (start, job) in standing {
        if let Told::Standing { shift, .. } = problem.jobs[job as usize].told {
            // All that is there so far has a start of its own.
            let position = draft.routes[shift as usize].stops.partition_point(|stop| stop.earliest <= start);
            if let Some(found) = draft.as_told(job, shift, position) {
                draft.put(job, found);
            }
        }
    }
    let mut undone = std::mem::take(&mut draft.undone);
    undone.retain(|job| draft.shift_of[*job as usize] == NOWHERE);
    undone.sort_by_key(|job| deadline(draft, *job));
    undone.retain(|job| match cheapest_near(draft, &mut looked, *job, 0, || false) {
        Some(found) => {
            draft.put(*job, found);
            false
        }
        None => true,
    });
    draft.undone = undone;
    fill(draft, 0);
}

fn deadline(draft: &Draft<'_>, job: u32) -> (Reverse<u32>, i32, Reverse<i32>, u32) {
    let work = &draft.problem.work[job as usize];
    let urgency = draft.problem.jobs[job as usize].urgency;
    (Reverse(urgency), work.last_start, Reverse(work.seconds), job)
}

struct Best {
    found: Option<Found>,
    told_weight: i64,
}

impl Best {
    fn least(&self) -> i64 {
        self.found.map_or(i64::MAX, |found| found.cost + found.told_anew * self.told_weight)
    }

    fn offer(&mut self, found: Option<Found>) {
        let Some(found) = found else { return };
        if found.cost + found.told_anew * self.told_weight < self.least() {
            self.found = Some(found);
        }
    }
}
