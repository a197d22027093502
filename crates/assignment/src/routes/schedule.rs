//! One shift's route, and whether a job can be put between two stops of it without looking at the others.
//!
//! # The mathematics
//! Let a route visit the stops 1 … n. For stop i, `next_i(t)` is the first allowed start from t on, `last_i(t)` the last
//! one up to t (windows, hours and the grid of starts are all in these two). Both never decrease, and
//! `next_i(t) ≤ u  ⟺  t ≤ last_i(u)`: each says whether an allowed start lies between t and u. With work dᵢ, rest g
//! and ways w, two passes give
//!
//! ```text
//! earliest₁ = next₁(leaves + w(from, 1))        earliestᵢ = nextᵢ(earliestᵢ₋₁ + dᵢ₋₁ + g + w(i−1, i))
//! latestₙ   = lastₙ(home_by − w(n, to) − dₙ)    latestᵢ   = lastᵢ(latestᵢ₊₁ − w(i, i+1) − g − dᵢ)
//! ```
//!
//! A job k fits between i and i+1 exactly if `s = next_k(earliestᵢ + dᵢ + g + w(i, k))` exists and
//! `s + d_k + g + w(k, i+1) ≤ latestᵢ₊₁`: everything before stands at its earliest, so k can't begin sooner; and the stops
//! after it can be kept if and only if the next one is reached by its latest start, by the equivalence above. Two sums
//! and a comparison, however long the route.
//!
//! # Worked example
//! A shift leaves home at 0 and returns by 100, all ways take 10, no rest. Stop A (work 20, starts 0–90): earliest 10,
//! latest 100 − 10 − 20 = 70. Is there room for K (work 30, starts 25–60) before A? s = max(10, 25) = 25, and
//! 25 + 30 + 10 = 65 ≤ 70: yes, and A now begins between 65 and 70. After A? s = max(10 + 20 + 10, 25) = 40, and
//! 40 + 30 + 10 = 80 ≤ 100: yes.
//!
//! Stops with one start only (pinned, or standing where people were told) are anchors: earliest = latest = that start,
//! whatever surrounds them. Anchors that overlap (agreed so in spite of the rules) thus forbid what would be between
//! them, and nothing else.
#![expect(clippy::indexing_slicing, reason = "the innermost loop; positions come from the route itself")]

use super::{problem::Problem, travel::Row};

/// A job in a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) job: u32,
    place: u32,
    /// From the stop before, or from the shift's start.
    way_in: i32,
    pub(super) earliest: i32,
    /// The earliest setting out to the next stop: earliest start, work and rest.
    ready: i32,
    latest: i32,
}

/// The stops of one shift.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) stops: Vec<Stop>,
    /// From the last stop to the shift's end; nothing where nobody sets out.
    way_home: i32,
    /// Seconds of work.
    pub(super) work: i64,
    pub(super) travel: i32,
}

/// A place in a route where a job fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fit {
    pub(super) position: usize,
    /// Seconds of travel more.
    pub(super) added: i32,
}

/// The ways from one place to another, and back.
struct Ways<To, From> {
    to: To,
    from: From,
}

impl Route {
    /// The fit with the least added travel, if it is less than `less_than`; `skip` may pass over a place, for variety.
    #[inline]
    pub(super) fn best_fit(
        &self,
        problem: &Problem,
        shift: u32,
        job: u32,
        less_than: i32,
        skip: impl FnMut() -> bool,
    ) -> Option<Fit> {
        let day = &problem.days[shift as usize];
        let place = problem.work[job as usize].place;
        match problem.ground.row(day.profile, place) {
            Row::Short(row) => {
                let way = |other: u32| i32::from(row[other as usize]);
                self.scan(problem, shift, job, less_than, skip, &Ways { to: way, from: way })
            }
            Row::Long(row) => {
                let way = |other: u32| row[other as usize].cast_signed();
                self.scan(problem, shift, job, less_than, skip, &Ways { to: way, from: way })
            }
            Row::Asked => {
                let to = |other: u32| problem.way(day.profile, place, other);
                let from = |other: u32| problem.way(day.profile, other, place);
                self.scan(problem, shift, job, less_than, skip, &Ways { to, from })
            }
        }
    }

    /// Every place in turn.
    #[inline]
    fn scan(
        &self,
        problem: &Problem,
        shift: u32,
        job: u32,
        less_than: i32,
        mut skip: impl FnMut() -> bool,
        ways: &Ways<impl Fn(u32) -> i32, impl Fn(u32) -> i32>,
    ) -> Option<Fit> {
        let day = &problem.days[shift as usize];
        let work = &problem.work[job as usize];
        let fixed = problem.fixed_start(job, shift);
        let (first_start, last_start) = fixed.map_or((work.first_start, work.last_start), |start| (start, start));
        let symmetric = problem.ground.symmetric();
        let mut best: Option<Fit> = None;
        let mut least_added = less_than;
        let mut ready = day.leaves;
        let mut place = day.from;
        // The way from there, where the last position asked for it already.
        let mut known_way_in = None;
        for position in 0..=self.stops.len() {
            // Nobody is ready sooner further on.
            if ready > last_start {
                break;
            }
            let next = self.stops.get(position);
            let room_until = next.map_or(day.home_by, |stop| stop.latest - day.gap) - work.seconds;
            // Most positions have no room even if there were no ways, and ways are what takes time to find out.
            let mut way_on = None;
            if ready.max(first_start) <= room_until {
                let way_in = known_way_in.unwrap_or_else(|| (ways.from)(place));
                let (next_place, way_on_was) = next.map_or((day.to, self.way_home), |stop| (stop.place, stop.way_in));
                let way = (ways.to)(next_place);
                way_on = Some(way);
                let added = way_in + way - way_on_was;
                let arrival = ready + way_in;
                if added < least_added
                    && arrival <= room_until - way
                    && problem.next_start(job, shift, arrival).is_some_and(|start| start <= room_until - way)
                    && !skip()
                {
                    least_added = added;
                    best = Some(Fit { position, added });
                }
            }
            if let Some(stop) = next {
                ready = stop.ready;
                place = stop.place;
                known_way_in = way_on.filter(|_| symmetric);
            }
        }
        best
    }

    /// Whether the job fits at that very position.
    pub(super) fn fit_at(&self, problem: &Problem, shift_index: u32, position: usize, job: u32) -> Option<Fit> {
        let shift = &problem.days[shift_index as usize];
        let work = &problem.work[job as usize];
        let before = position.checked_sub(1).and_then(|before| self.stops.get(before));
        let (ready, from) = before.map_or((shift.leaves, shift.from), |stop| (stop.ready, stop.place));
        let way_in = problem.way(shift.profile, from, work.place);
        let next = self.stops.get(position);
        let (next_place, way_on_was) = next.map_or((shift.to, self.way_home), |stop| (stop.place, stop.way_in));
        let way_on = problem.way(shift.profile, work.place, next_place);
        let room_until = next.map_or(shift.home_by, |stop| stop.latest - shift.gap) - way_on - work.seconds;
        let start = problem.next_start(job, shift_index, ready + way_in)?;
        (start <= room_until).then_some(Fit { position, added: way_in + way_on - way_on_was })
    }

    /// Becomes the same as `other`, in the memory that it has.
    pub(super) fn copy(&mut self, other: &Self) {
        self.stops.clone_from(&other.stops);
        (self.way_home, self.work, self.travel) = (other.way_home, other.work, other.travel);
    }

    /// Puts a job in. Whether it fits must have been tested.
    pub(super) fn insert(&mut self, problem: &Problem, shift_index: u32, position: usize, job: u32) {
        let work = &problem.work[job as usize];
        let stop = Stop { job, place: work.place, way_in: 0, earliest: 0, ready: 0, latest: 0 };
        self.stops.insert(position, stop);
        self.work += i64::from(work.seconds);
        self.reschedule(problem, shift_index, position, position);
    }

    /// Takes out the jobs for which `goes` is true.
    pub(super) fn remove(&mut self, problem: &Problem, shift_index: u32, mut goes: impl FnMut(u32) -> bool) {
        let first = self.stops.iter().position(|stop| goes(stop.job));
        let Some(first) = first else { return };
        let last = self.stops.iter().rposition(|stop| goes(stop.job)).unwrap_or(first);
        let count = self.stops.len();
        let mut work = 0_i64;
        self.stops.retain(|stop| {
            let gone = goes(stop.job);
            if gone {
                work += i64::from(problem.work[stop.job as usize].seconds);
            }
            !gone
        });
        self.work -= work;
        // What comes after the last one that went out is untouched but for its time.
        let removed = count - self.stops.len();
        self.reschedule(problem, shift_index, first, (last + 1).saturating_sub(removed));
    }

    /// Makes ways anew for the stops `from ..= to` and the one after; earliest starts from there on, latest before it.
    fn reschedule(&mut self, problem: &Problem, shift_index: u32, from: usize, to: usize) {
        let shift = &problem.days[shift_index as usize];
        let way = |from: u32, to: u32| problem.way(shift.profile, from, to);
        let count = self.stops.len();
        let mut place = from.checked_sub(1).map_or(shift.from, |before| self.stops[before].place);
        for index in from..=(to + 1).min(count) {
            match self.stops.get_mut(index) {
                Some(stop) => {
                    stop.way_in = way(place, stop.place);
                    place = stop.place;
                }
                None => self.way_home = if count == 0 { 0 } else { way(place, shift.to) },
            }
        }
        self.travel = self.stops.iter().map(|stop| stop.way_in).sum::<i32>() + self.way_home;
        let mut ready = from.checked_sub(1).map_or(shift.leaves, |before| self.stops[before].ready);
        for stop in &mut self.stops[from.min(count)..] {
            let arrival = ready + stop.way_in;
            stop.earliest = start_of(problem, shift_index, stop.job, arrival);
            let done = stop.earliest + problem.work[stop.job as usize].seconds + shift.gap;
            stop.ready = done.max(ready);
            ready = stop.ready;
        }
        let end = (to + 1).min(count);
        let mut room_until = match self.stops.get(end) {
            Some(next) => next.latest - shift.gap - next.way_in,
            None => shift.home_by - self.way_home,
        };
        for stop in self.stops[..end].iter_mut().rev() {
            let before = room_until - problem.work[stop.job as usize].seconds;
            let fixed = problem.fixed_start(stop.job, shift_index);
            stop.latest = fixed
                .or_else(|| problem.last_start(stop.job, shift_index, before))
                // Not so in a route whose insertions were tested.
                .unwrap_or(stop.earliest);
            room_until = stop.latest - shift.gap - stop.way_in;
        }
    }

    /// A start for each stop: where it was told, else the earliest.
    pub(super) fn starts(&self) -> impl Iterator<Item = (u32, i32)> {
        self.stops.iter().map(|stop| (stop.job, stop.earliest))
    }

    /// Whether every stop can be kept: what the insertion tests promise.
    #[cfg(test)]
    pub(super) fn sound(&self, problem: &Problem, shift_index: u32) -> bool {
        let shift = &problem.days[shift_index as usize];
        let (mut ready, mut place, mut travel) = (shift.leaves, shift.from, 0);
        for stop in &self.stops {
            let way = problem.way(shift.profile, place, stop.place);
            let start = problem.next_start(stop.job, shift_index, ready + way);
            if start != Some(stop.earliest) || stop.latest < stop.earliest || stop.way_in != way {
                return false;
            }
            travel += way;
            ready = stop.earliest + problem.work[stop.job as usize].seconds + shift.gap;
            place = stop.place;
        }
        let home = if self.stops.is_empty() { 0 } else { problem.way(shift.profile, place, shift.to) };
        let back = ready - if self.stops.is_empty() { 0 } else { shift.gap } + home;
        (self.stops.is_empty() || back <= shift.home_by) && self.travel == travel + home
    }
}

fn start_of(problem: &Problem, shift_index: u32, job: u32, arrival: i32) -> i32 {
    problem
        .fixed_start(job, shift_index)
        .or_else(|| problem.next_start(job, shift_index, arrival))
        // Not so in a route whose insertions were tested.
        .unwrap_or(arrival)
}
