//! One carer's day in the plan, looked at as a whole: waiting, extra time, idling and the lunch break. The global
//! decode gives every visit its earliest start; here whole stretches of a day are begun later where that costs nobody
//! anything (nobody is later than due, and linked visits stay), since time not waited away is time at home.
//!
//! Not needed, and not asked, where no carer has a shift.
#![expect(clippy::indexing_slicing, reason = "indices come from the problem, which made them; this is the hot path")]

use super::problem::{LunchDuty, NONE, Problem};
use super::schedule::{Node, Schedule};

/// What a carer's day costs, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RouteCost {
    pub(crate) waiting: i32,
    pub(crate) extra_time: i32,
    pub(crate) idle: i32,
    /// 0 or 1.
    pub(crate) missed_lunches: i32,
}

/// The lunch break of one carer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Breaks {
    opens: i32,
    latest: i32,
    /// 0 where there is none.
    length: i32,
}

/// Something in a carer's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Work { task: u32, start: i32 },
    Lunch { at: u32, start: i32 },
}

/// The sums over a day.
#[derive(Clone, Copy, Debug, Default)]
struct Day {
    waiting: i32,
    /// Travel, work and lunch.
    busy: i32,
    /// Back at the end place.
    end: i32,
    lunches: i32,
}

impl Breaks {
    pub(crate) fn of(problem: &Problem, carer: u32) -> Self {
        let (opens, latest, length) = problem.lunch;
        let due = problem.has_lunch && problem.draft.carers[carer as usize].lunch == LunchDuty::Due;
        if due { Self { opens, latest, length } } else { Self { opens: 0, latest: -1, length: 0 } }
    }

    /// When lunch begins for somebody who arrives so; `None` if it is too late for it (then there is none).
    pub(crate) fn lunch_at(self, arrival: i32) -> Option<i32> {
        (arrival <= self.latest).then(|| arrival.max(self.opens))
    }

    /// When work may go on.
    pub(crate) fn after_lunch(self, arrival: i32) -> i32 {
        self.lunch_at(arrival).map_or(arrival, |lunch| lunch + self.length)
    }
}

impl RouteCost {
    pub(crate) fn of(schedule: &Schedule<'_>, carer: u32) -> Self {
        let problem = schedule.problem;
        let facts = &problem.draft.carers[carer as usize];
        let duty = i32::from(problem.has_lunch && facts.lunch == LunchDuty::Due);
        let day = walk_back(schedule, carer, |_| {});
        let missed_lunches = duty - day.lunches;
        let start = problem.shift_start[carer as usize];
        problem.shift_end[carer as usize].map_or(
            Self { waiting: day.waiting, extra_time: 0, idle: 0, missed_lunches },
            |end| Self {
                waiting: day.waiting,
                extra_time: (day.end - end).max(0),
                idle: (end - start).max(day.end - start) - day.busy,
                missed_lunches,
            },
        )
    }
}

/// One carer's day, in order, with its times.
pub(crate) fn stops(schedule: &Schedule<'_>, carer: u32) -> Vec<Stop> {
    let mut stops = Vec::new();
    walk_back(schedule, carer, |stop| stops.push(stop));
    stops.reverse();
    stops
}

/// From the last visit to the first, each begun as late as harmless.
#[inline]
fn walk_back(schedule: &Schedule<'_>, carer: u32, mut see: impl FnMut(Stop)) -> Day {
    let problem = schedule.problem;
    let home = problem.home(carer);
    let Node { next: first, prev: last, start: shift_start, .. } = schedule.nodes[home as usize];
    if first == home {
        return Day { end: shift_start, ..Day::default() };
    }
    let breaks = Breaks::of(problem, carer);
    let lunch_before = if breaks.length > 0 { schedule.lunch_before[carer as usize] } else { NONE };
    let mut day = Day::default();
    let mut task = last;
    let mut start = schedule.nodes[last as usize].start;
    day.end = start + problem.stay[last as usize];
    if lunch_before == home
        && let Some(lunch) = breaks.lunch_at(day.end)
    {
        // Lunch at the last patient's, before going home.
        see(Stop::Lunch { at: last, start: lunch });
        start = latest_harmless(schedule, last, lunch - problem.stay[last as usize]);
        day.waiting += lunch - start - problem.stay[last as usize];
        day.lunches = 1;
        day.busy += breaks.length;
        day.end = lunch + breaks.length;
    }
    let way_home = problem.travel(last, home);
    day.end += way_home;
    day.busy += way_home;
    loop {
        see(Stop::Work { task, start });
        let prev = schedule.nodes[task as usize].prev;
        let way = problem.travel(prev, task);
        day.busy += problem.stay[task as usize] + way;
        let mut begin = start;
        if lunch_before == task {
            let earliest_end = schedule.nodes[prev as usize].start + problem.stay[prev as usize];
            if let Some(lunch) = breaks.lunch_at(earliest_end + way) {
                begin = (start - breaks.length).min(breaks.latest).max(lunch);
                see(Stop::Lunch { at: task, start: begin });
                // After a lunch that the day begins with, waiting isn't counted.
                if prev != home {
                    day.waiting += start - breaks.length - begin;
                }
                day.lunches = 1;
                day.busy += breaks.length;
            }
        }
        if prev == home {
            return day;
        }
        let reach = begin - way - problem.stay[prev as usize];
        start = latest_harmless(schedule, prev, reach);
        day.waiting += reach - start;
        task = prev;
    }
}

/// The latest start of a task, not after `reach`, that makes nobody late and moves no linked visit.
#[inline]
fn latest_harmless(schedule: &Schedule<'_>, task: u32, reach: i32) -> i32 {
    let start = schedule.nodes[task as usize].start;
    let facts = &schedule.problem.tasks[task as usize];
    if facts.partner != NONE || !schedule.problem.costs_of_shifts {
        return start;
    }
    let due = if start >= facts.opens_again { facts.due_again } else { facts.due };
    reach.min(due).max(start)
}
