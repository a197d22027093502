//! What is to be planned, as plain arrays: jobs, shifts and accounts. Nothing here knows a person.
//!
//! A **job** is work at a place, with one or several stretches of seconds in which it may begin. A **shift** is one
//! worker's day: where it starts and ends, its hours, its caps. An **account** is what a worker's shifts of one week
//! draw on together, a **purse** what those of one month earn, a **run** the worker's days in a row. All times are whole
//! seconds after an instant that the caller chose, all lengths seconds.
//!
//! # Adding a rule
//! One that judges a job and a worker alone belongs in [`Job::only`]. One about the clock belongs in [`Job::starts`] or
//! [`Shift::hours`], where the schedule's constant-time test sees it. One that sums over shifts is an account's.
#![expect(clippy::indexing_slicing, reason = "hot; every index is checked once, when the problem is made")]

use super::{near::Near, travel::Ground};

/// Times and lengths are less than this many seconds from the origin (17 years), so that sums of a few never overflow.
pub const FAR: i32 = 1 << 29;

/// What the caller knows.
pub struct Parts {
    /// Work to do.
    pub jobs: Vec<Job>,
    /// Workers' days, those of one worker in order of time.
    pub shifts: Vec<Shift>,
    /// Workers' weeks.
    pub accounts: Vec<Account>,
    /// Workers' months.
    pub purses: Vec<Purse>,
    /// Workers' days in a row.
    pub runs: Vec<Run>,
    /// How many workers there are.
    pub workers: usize,
    /// Every start is a multiple of so many seconds, at least 1. (Standing and pinned starts are as they are.)
    pub grid: i32,
    /// Ways.
    pub ground: Ground,
}

/// Work at a place.
#[derive(Clone, Debug, Default)]
pub struct Job {
    /// Where.
    pub place: u32,
    /// How long it takes.
    pub seconds: i32,
    /// First and last start of each stretch, in order and apart.
    pub starts: Vec<(i32, i32)>,
    /// A bit for each skill that is needed.
    pub skills: u64,
    /// Who may do it, a bit a worker; everybody with the skills where there is none.
    pub only: Option<std::sync::Arc<[u64]>>,
    /// What leaving it undone costs, beside others.
    pub urgency: u32,
    /// Whether an account counts it as heavy.
    pub heavy: bool,
    /// What it draws from a purse.
    pub pay: i64,
    /// Workers for whom it is cheaper, and by how much, in seconds of travel.
    pub familiar: Vec<(u32, i64)>,
    /// What somebody was told about it already.
    pub told: Told,
}

/// What was told about a job before this search: changing it costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Told {
    /// Nothing.
    #[default]
    Nothing,
    /// Who comes. When is free.
    Worker(u32),
    /// Who comes and when exactly: in that shift it stands at that start or not at all.
    Standing {
        /// In which shift.
        shift: u32,
        /// The start.
        start: i32,
    },
    /// The same, and it stays.
    Pinned {
        /// In which shift.
        shift: u32,
        /// The start.
        start: i32,
    },
}

/// One worker's day.
#[derive(Clone, Debug)]
pub struct Shift {
    /// Whose.
    pub worker: u32,
    /// Which matrix or pace.
    pub profile: u32,
    /// The worker's skills.
    pub skills: u64,
    /// Where it starts.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// The earliest setting out.
    pub leaves: i32,
    /// The latest return.
    pub home_by: i32,
    /// The stretches within which work lies, in order and apart. Travel may be outside.
    pub hours: Vec<(i32, i32)>,
    /// Most jobs.
    pub most_jobs: u32,
    /// Most seconds of work.
    pub most_seconds: i32,
    /// Rest between two jobs, travel not counted.
    pub gap: i32,
    /// The week's account.
    pub account: Option<u32>,
    /// The month's purse.
    pub purse: Option<u32>,
    /// The run, and the day's number in it.
    pub run: Option<(u32, u32)>,
}

/// What a worker's shifts of one week draw on. What is used already is used before any job of the problem.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    /// Most jobs.
    pub most_jobs: u32,
    /// Most seconds of work.
    pub most_seconds: i64,
    /// Most heavy jobs.
    pub most_heavy: u32,
    /// Seconds that the worker would like; fairness is measured against it.
    pub wished: Option<i64>,
    /// Jobs elsewhere.
    pub used_jobs: u32,
    /// Seconds elsewhere.
    pub used_seconds: i64,
    /// Heavy jobs elsewhere.
    pub used_heavy: u32,
}

/// What a worker's shifts of one month earn.
#[derive(Clone, Copy, Debug)]
pub struct Purse {
    /// Not more than that.
    pub most: i64,
    /// Earned elsewhere.
    pub used: i64,
}

/// A worker's days in a row.
#[derive(Clone, Debug)]
pub struct Run {
    /// Most.
    pub most: u32,
    /// Jobs elsewhere on each day, from the first that matters to the last.
    pub used: Vec<u32>,
}

/// Why something is no problem that could be planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadProblem {
    /// A time or a length is negative or out of all reason.
    Time,
    /// A number that names no place, worker, shift, account, purse or run.
    Unknown,
    /// Ways that don't fit the places.
    Travel,
    /// More than can be counted.
    TooMany,
}

/// A problem that is sound, laid out for the search.
pub struct Problem {
    pub(super) jobs: Vec<Job>,
    pub(super) work: Vec<Work>,
    pub(super) shifts: Vec<Shift>,
    pub(super) days: Vec<Day>,
    pub(super) accounts: Vec<Account>,
    pub(super) purses: Vec<Purse>,
    pub(super) runs: Vec<Run>,
    pub(super) grid: i32,
    pub(super) ground: Ground,
    pub(super) near: Near,
    /// Each worker's shifts.
    pub(super) shifts_of: Vec<Vec<u32>>,
}

/// The part of a job that the insertion test reads: one line of cache.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    pub(super) skills: u64,
    pub(super) place: u32,
    pub(super) seconds: i32,
    /// Before the first and after the last of these it begins nowhere.
    pub(super) first_start: i32,
    pub(super) last_start: i32,
    /// Whether every start between the two is allowed.
    one_stretch: bool,
    /// Whether it has one start in some shift.
    told_when: bool,
    /// Whether workers are told apart by skills alone, and nobody was told anything.
    pub(super) plain: bool,
}

/// The part of a shift that the insertion test reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    pub(super) skills: u64,
    pub(super) worker: u32,
    pub(super) profile: u32,
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) leaves: i32,
    pub(super) home_by: i32,
    pub(super) gap: i32,
    pub(super) most_jobs: u32,
    pub(super) most_seconds: i32,
    opens: i32,
    closes: i32,
    one_stretch: bool,
    /// Whether nothing sums over it and other shifts.
    pub(super) alone: bool,
}

impl std::fmt::Display for BadProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Time => "a time or a length is negative or out of all reason",
            Self::Unknown => "a number that names nothing",
            Self::Travel => "ways that don't fit the places",
            Self::TooMany => "more than can be counted",
        })
    }
}

impl std::error::Error for BadProblem {}

impl Problem {
    /// The problem of those parts.
    ///
    /// # Errors
    /// The first [`BadProblem`] found.
    pub fn new(parts: Parts) -> Result<Self, BadProblem> {
        let Parts { mut jobs, shifts, accounts, purses, runs, workers, grid, ground } = parts;
        let most = |len: usize| u32::try_from(len).ok().filter(|len| *len < u32::MAX / 2).ok_or(BadProblem::TooMany);
        let (job_count, shift_count) = (most(jobs.len())?, most(shifts.len())?);
        let (places, profiles) = (most(ground.places())?, most(ground.profiles())?);
        let time = |value: i32| (-FAR..=FAR).contains(&value);
        let length = |value: i32| (0..=FAR).contains(&value);
        let below = |index: u32, count: usize| (index as usize) < count;
        for shift in &shifts {
            let known = shift.from < places
                && shift.to < places
                && shift.profile < profiles
                && below(shift.worker, workers)
                && shift.account.is_none_or(|account| below(account, accounts.len()))
                && shift.purse.is_none_or(|purse| below(purse, purses.len()))
                && shift
                    .run
                    .is_none_or(|(run, day)| runs.get(run as usize).is_some_and(|run| below(day, run.used.len())));
            let sound = time(shift.leaves)
                && time(shift.home_by)
                && length(shift.gap)
                && shift.most_seconds >= 0
                && shift.hours.iter().all(|(from, to)| time(*from) && time(*to));
            if !known {
                return Err(BadProblem::Unknown);
            }
            if !sound {
                return Err(BadProblem::Time);
            }
        }
        for job in &jobs {
            let told = match job.told {
                Told::Nothing => true,
                Told::Worker(worker) => below(worker, workers),
                Told::Standing { shift, .. } | Told::Pinned { shift, .. } => shift < shift_count,
            };
            let allowed = job.only.as_ref().is_none_or(|only| only.len() * 64 >= workers);
            if job.place >= places || !told || !allowed {
                return Err(BadProblem::Unknown);
            }
            let start = match job.told {
                Told::Standing { start, .. } | Told::Pinned { start, .. } => time(start),
                _ => true,
            };
            let starts = job.starts.iter().all(|(first, last)| time(*first) && time(*last));
            if !length(job.seconds) || !start || !starts {
                return Err(BadProblem::Time);
            }
        }
        if !(1..=FAR).contains(&grid) || accounts.iter().any(|account| account.wished.is_some_and(|wish| wish < 0)) {
            return Err(BadProblem::Time);
        }
        debug_assert!(job_count as usize == jobs.len());
        for job in &mut jobs {
            to_the_grid(&mut job.starts, grid);
        }
        let work = jobs.iter().map(Work::of).collect();
        let mut shifts_of = vec![Vec::new(); workers];
        for (index, shift) in (0_u32..).zip(&shifts) {
            shifts_of[shift.worker as usize].push(index);
        }
        let days = shifts.iter().map(Day::of).collect();
        let near = Near::default();
        let mut problem = Self { jobs, work, shifts, days, accounts, purses, runs, grid, ground, near, shifts_of };
        problem.near = Near::of(&problem);
        Ok(problem)
    }

    /// The ground, to make another problem on it.
    #[must_use]
    pub fn into_ground(self) -> Ground {
        self.ground
    }

    /// How many jobs there are.
    pub fn jobs(&self) -> u32 {
        u32::try_from(self.jobs.len()).unwrap_or(u32::MAX)
    }

    /// How many shifts there are.
    pub fn shifts(&self) -> u32 {
        u32::try_from(self.shifts.len()).unwrap_or(u32::MAX)
    }

    /// Whether the job may be in that shift at all.
    #[inline]
    pub(super) fn may(&self, job: u32, shift: u32) -> bool {
        let (work, day) = (&self.work[job as usize], &self.days[shift as usize]);
        let skilled = work.skills & !day.skills == 0;
        if work.plain {
            return skilled;
        }
        let job = &self.jobs[job as usize];
        match job.told {
            Told::Standing { shift: there, .. } if there == shift => true,
            Told::Pinned { shift: there, .. } => there == shift,
            _ => {
                let bit = |only: &std::sync::Arc<[u64]>| only[(day.worker / 64) as usize] >> (day.worker % 64) & 1 == 1;
                skilled && job.only.as_ref().is_none_or(bit)
            }
        }
    }

    /// The start that the job has in that shift, where it has one only.
    #[inline]
    pub(super) fn fixed_start(&self, job: u32, shift: u32) -> Option<i32> {
        if !self.work[job as usize].told_when {
            return None;
        }
        match self.jobs[job as usize].told {
            Told::Standing { shift: there, start } | Told::Pinned { shift: there, start } if there == shift => {
                Some(start)
            }
            _ => None,
        }
    }

    /// Whether the job is nobody's to move.
    #[inline]
    pub(super) fn pinned(&self, job: u32) -> bool {
        self.work[job as usize].told_when && matches!(self.jobs[job as usize].told, Told::Pinned { .. })
    }

    /// The first start from `after` on.
    #[inline]
    pub(super) fn next_start(&self, job: u32, shift: u32, after: i32) -> Option<i32> {
        let (work, day) = (&self.work[job as usize], &self.days[shift as usize]);
        if work.one_stretch && day.one_stretch && !work.told_when {
            let start = self.grid_up(after.max(work.first_start).max(day.opens));
            return (start <= work.last_start.min(day.closes - work.seconds)).then_some(start);
        }
        self.next_of_several(job, shift, after)
    }

    fn next_of_several(&self, job: u32, shift: u32, after: i32) -> Option<i32> {
        if let Some(start) = self.fixed_start(job, shift) {
            return (after <= start).then_some(start);
        }
        let seconds = self.work[job as usize].seconds;
        for (first, last) in &self.jobs[job as usize].starts {
            if *last < after {
                continue;
            }
            for (from, to) in &self.shifts[shift as usize].hours {
                let start = self.grid_up(after.max(*first).max(*from));
                if start <= (*last).min(to - seconds) {
                    return Some(start);
                }
            }
        }
        None
    }

    /// The last start up to `before`.
    pub(super) fn last_start(&self, job: u32, shift: u32, before: i32) -> Option<i32> {
        if let Some(start) = self.fixed_start(job, shift) {
            return (start <= before).then_some(start);
        }
        let seconds = self.work[job as usize].seconds;
        for (first, last) in self.jobs[job as usize].starts.iter().rev() {
            for (from, to) in self.shifts[shift as usize].hours.iter().rev() {
                let start = self.grid_down(before.min(*last).min(to - seconds));
                if start >= (*first).max(*from) {
                    return Some(start);
                }
            }
        }
        None
    }

    #[inline]
    fn grid_up(&self, at: i32) -> i32 {
        if self.grid == 1 { at } else { at + (-at).rem_euclid(self.grid) }
    }

    #[inline]
    fn grid_down(&self, at: i32) -> i32 {
        if self.grid == 1 { at } else { at - at.rem_euclid(self.grid) }
    }

    /// The way in seconds.
    #[inline]
    pub(super) fn way(&self, profile: u32, from: u32, to: u32) -> i32 {
        self.ground.seconds(profile, from, to)
    }
}

impl Work {
    fn of(job: &Job) -> Self {
        let (first, last) = (job.starts.first(), job.starts.last());
        Self {
            skills: job.skills,
            place: job.place,
            seconds: job.seconds,
            first_start: first.map_or(FAR, |(first, _)| *first),
            last_start: last.map_or(-FAR, |(_, last)| *last),
            one_stretch: job.starts.len() == 1,
            told_when: matches!(job.told, Told::Standing { .. } | Told::Pinned { .. }),
            plain: job.told == Told::Nothing && job.only.is_none() && job.familiar.is_empty(),
        }
    }
}

impl Day {
    fn of(shift: &Shift) -> Self {
        Self {
            skills: shift.skills,
            worker: shift.worker,
            profile: shift.profile,
            from: shift.from,
            to: shift.to,
            leaves: shift.leaves,
            home_by: shift.home_by,
            gap: shift.gap,
            most_jobs: shift.most_jobs,
            most_seconds: shift.most_seconds,
            opens: shift.hours.first().map_or(FAR, |(from, _)| *from),
            closes: shift.hours.last().map_or(-FAR, |(_, to)| *to),
            one_stretch: shift.hours.len() == 1,
            alone: shift.account.is_none() && shift.purse.is_none() && shift.run.is_none(),
        }
    }
}

/// Each stretch cut to the grid; in order, and those that touch made one.
fn to_the_grid(starts: &mut Vec<(i32, i32)>, grid: i32) {
    for (first, last) in starts.iter_mut() {
        *first += (-*first).rem_euclid(grid);
        *last -= last.rem_euclid(grid);
    }
    starts.retain(|(first, last)| first <= last);
    starts.sort_unstable();
    let mut joined: Vec<(i32, i32)> = Vec::with_capacity(starts.len());
    for (first, last) in starts.drain(..) {
        match joined.last_mut() {
            Some(before) if first - before.1 <= grid => before.1 = before.1.max(last),
            _ => joined.push((first, last)),
        }
    }
    *starts = joined;
}
