//! What a member has taken on already, summed by local day, ISO week and month.
//!
//! Every visit that holds the member's time counts, whatever its state: caps are the member's own, and nobody may
//! overstep them on any route. A visit belongs to the local date on which its work begins.
//!
//! The sums are kept as running totals over the visits in order, so that any stretch of days is the difference of two of
//! them. For visits of 60, 90 and 30 minutes on the 2nd, the 2nd and the 5th they are 0, 60, 150, 180; the 3rd to the
//! 6th is found between the second and the end: 180 − 150 = 30.
//!
//! # Adding a cap
//! A field of [`Totals`], its line in `Totals::of`, `plus` and `minus`, and its test in [`Ledger::over_a_cap`], in the
//! order of [`Rule`].

use std::ops::Range;

use domain::{Cents, EarningsGuard, Effort, JobTerms, Limits, Minutes};

use crate::{
    PlannedVisit, Rule,
    calendar::{Day, WorkingDay},
};

/// A visit counts for at most so many minutes or cents, so that no sum of nonsense overflows.
const MOST: i64 = 1 << 40;

/// What was taken on in some stretch of days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) visits: u32,
    pub(crate) minutes: Minutes,
    pub(crate) heavy: u32,
    pub(crate) pay: Cents,
}

/// One member's visits, by local day.
#[derive(Clone, Default)]
pub(crate) struct Ledger {
    /// In order of day: each visit's day, and what came before it.
    visits: Vec<(Day, Totals)>,
    all: Totals,
    /// The days for which it is known how many visits come before them, and that number for each; other days are
    /// searched for.
    looked_up: Range<Day>,
    visits_before: Vec<usize>,
}

impl Totals {
    fn of(minutes: Minutes, effort: Effort, pay: Cents) -> Self {
        Self {
            visits: 1,
            minutes: Minutes(minutes.0.clamp(-MOST, MOST)),
            heavy: u32::from(effort == Effort::Heavy),
            pay: Cents(pay.0.clamp(-MOST, MOST)),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            visits: self.visits.saturating_add(other.visits),
            minutes: self.minutes + other.minutes,
            heavy: self.heavy.saturating_add(other.heavy),
            pay: self.pay + other.pay,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            visits: self.visits.saturating_sub(other.visits),
            minutes: Minutes(self.minutes.0.saturating_sub(other.minutes.0)),
            heavy: self.heavy.saturating_sub(other.heavy),
            pay: self.pay - other.pay,
        }
    }

    fn with(self, terms: &JobTerms) -> Self {
        self.plus(Self::of(terms.minutes, terms.effort, terms.pay))
    }
}

impl Ledger {
    /// Nothing taken on yet. Those days will be asked about most.
    pub(crate) fn clear(&mut self, days: Range<Day>) {
        self.visits.clear();
        self.all = Totals::default();
        self.looked_up = days;
        self.visits_before.clear();
    }

    /// One visit more, on the last day so far or after it.
    pub(crate) fn push(&mut self, day: Day, visit: &PlannedVisit) {
        self.look_up(day);
        self.visits.push((day, self.all));
        self.all = self.all.plus(Totals::of(visit.minutes, visit.effort, visit.pay));
    }

    /// That was the last.
    pub(crate) fn close(&mut self) {
        self.look_up(self.looked_up.end);
    }

    /// Notes that no visit after those so far is before that day.
    fn look_up(&mut self, day: Day) {
        let days = day.min(self.looked_up.end).0.saturating_sub(self.looked_up.start.0).saturating_add(1);
        let count = usize::try_from(days).unwrap_or(0);
        if count > self.visits_before.len() {
            self.visits_before.resize(count, self.visits.len());
        }
    }

    /// How many visits come before that day.
    pub(crate) fn visits_before(&self, day: Day) -> usize {
        let index = usize::try_from(day.0.saturating_sub(self.looked_up.start.0)).ok();
        let known = index.and_then(|index| self.visits_before.get(index).copied());
        known.unwrap_or_else(|| self.visits.partition_point(|(of, _)| *of < day))
    }

    /// What is taken on in those days.
    pub(crate) fn sum(&self, days: Range<Day>) -> Totals {
        let before = |day: Day| self.visits.get(self.visits_before(day)).map_or(self.all, |(_, before)| *before);
        before(days.end.max(days.start)).minus(before(days.start))
    }

    /// The run of days with work that goes through that day, which counts as one itself.
    fn run_through(&self, day: Day) -> u32 {
        let first = self.visits_before(day);
        let (earlier, later) = self.visits.split_at_checked(first).unwrap_or_default();
        let before = run(earlier.iter().rev().map(|(of, _)| day.0.saturating_sub(of.0)));
        let after = run(later.iter().map(|(of, _)| of.0.saturating_sub(day.0)));
        before.saturating_add(1).saturating_add(after)
    }

    /// The first cap, in the order of [`Rule`], that one visit more on that date would be over.
    pub(crate) fn over_a_cap(&self, limits: &Limits, day: &WorkingDay, terms: &JobTerms) -> Option<Rule> {
        let over = |cap: Option<u16>, count: u32| cap.is_some_and(|cap| count > u32::from(cap));
        let too_long = |cap: Option<Minutes>, minutes: Minutes| cap.is_some_and(|cap| minutes > cap);
        if limits.visits_a_day.is_some() || limits.minutes_a_day.is_some() {
            let today = self.sum(day.day.one()).with(terms);
            if over(limits.visits_a_day, today.visits) {
                return Some(Rule::VisitsADay);
            }
            if too_long(limits.minutes_a_day, today.minutes) {
                return Some(Rule::MinutesADay);
            }
        }
        if limits.visits_a_week.is_some() || limits.minutes_a_week.is_some() || limits.heavy_a_week.is_some() {
            let week = self.sum(day.day.weeks(1)).with(terms);
            if over(limits.visits_a_week, week.visits) {
                return Some(Rule::VisitsAWeek);
            }
            if too_long(limits.minutes_a_week, week.minutes) {
                return Some(Rule::MinutesAWeek);
            }
            if terms.effort == Effort::Heavy && over(limits.heavy_a_week, week.heavy) {
                return Some(Rule::HeavyAWeek);
            }
        }
        if limits.days_in_row.is_some() && over(limits.days_in_row, self.run_through(day.day)) {
            return Some(Rule::DaysInRow);
        }
        match limits.earnings {
            EarningsGuard::Wall(wall) if self.sum(day.month()).with(terms).pay > wall => Some(Rule::Earnings),
            _ => None,
        }
    }

    /// Whether one visit more fits in half of what is left of the day's caps ("less today").
    ///
    /// Halves are rounded down: of one visit left there is none. Without a cap in minutes, the minutes of the member's
    /// hours of that date stand for it; without a cap in visits, their number isn't limited.
    pub(crate) fn fits_half(&self, limits: &Limits, day: Day, terms: &JobTerms, hours: Minutes) -> bool {
        let used = self.sum(day.one());
        let visits_fit = limits.visits_a_day.is_none_or(|cap| u32::from(cap).saturating_sub(used.visits) / 2 >= 1);
        let left = limits.minutes_a_day.unwrap_or(hours).0.saturating_sub(used.minutes.0);
        visits_fit && terms.minutes.0 <= left.max(0) / 2
    }
}

/// How many days in a row there are among visits so many days away, the nearest first.
fn run(away: impl Iterator<Item = i32>) -> u32 {
    let mut run = 0;
    for days in away {
        match days - run {
            // Another of the same day.
            ..=0 => {}
            1 => run = days,
            _ => break,
        }
    }
    run.unsigned_abs()
}
