//! What a member has taken on already, summed by local day, ISO week and month.
//!
//! Every visit that holds the member's time counts, whatever its state: caps are the member's own, and nobody may
//! overstep them on any route. A visit belongs to the local date on which its work begins.
//!
//! The sums are kept as running totals over the visits in order, so that any stretch of days is the difference of two of
//! them. For visits of 60, 90 and 30 minutes on the 2nd, the 2nd and the 5th they are 0, 60, 150, 180; the 3rd to the
//! 6th is found between the second and the end: 180 − 150 = 30.
//!
//! What the caps leave for one visit more on a date ([`Allowance`]) depends on no question: of 5 visits and 240 minutes a
//! day, after two visits of an hour, 3 and 120. So it can be worked out beforehand, and a question compares.
//!
//! # Adding a cap
//! A field of [`Totals`], its line in `Totals::of`, `plus` and `minus`; a field of [`Allowance`], its line in
//! [`Ledger::allowance`], and its test in [`Allowance::exceeded_by`], in the order of [`Rule`].

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

/// What a member's caps leave for one visit more on some date; the most there is where a cap isn't set. Less than nothing
/// where they are overstepped already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    visits_today: i32,
    minutes_today: Minutes,
    visits_this_week: i32,
    minutes_this_week: Minutes,
    heavy_this_week: i32,
    /// How many days longer the run of days with work through this one could be.
    days_in_row: i32,
    pay_this_month: Cents,
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
}

impl Allowance {
    /// The first cap, in the order of [`Rule`], that one visit more on that date would be over.
    pub(crate) fn exceeded_by(&self, terms: &JobTerms) -> Option<Rule> {
        let Totals { minutes, pay, .. } = Totals::of(terms.minutes, terms.effort, terms.pay);
        if self.visits_today < 1 {
            Some(Rule::VisitsADay)
        } else if self.minutes_today < minutes {
            Some(Rule::MinutesADay)
        } else if self.visits_this_week < 1 {
            Some(Rule::VisitsAWeek)
        } else if self.minutes_this_week < minutes {
            Some(Rule::MinutesAWeek)
        } else if self.heavy_this_week < 1 && terms.effort == Effort::Heavy {
            Some(Rule::HeavyAWeek)
        } else if self.days_in_row < 0 {
            Some(Rule::DaysInRow)
        } else if self.pay_this_month < pay {
            Some(Rule::Earnings)
        } else {
            None
        }
    }
}

impl Ledger {
    /// Those visits, in order of day, in place of what is here. The given days will be asked about most.
    pub(crate) fn fill<'v>(&mut self, days: Range<Day>, visits: impl Iterator<Item = (Day, &'v PlannedVisit)>) {
        let mut all = Totals::default();
        self.visits.clear();
        self.visits.extend(visits.map(|(day, visit)| {
            let before = all;
            all = all.plus(Totals::of(visit.minutes, visit.effort, visit.pay));
            (day, before)
        }));
        self.all = all;
        self.visits_before.clear();
        let mut before = 0;
        for of_a_day in self.visits.chunk_by(|(one, _), (other, _)| one == other) {
            let until = of_a_day.first().map_or(days.start, |(day, _)| *day);
            look_up(&mut self.visits_before, &days, until, before);
            before += of_a_day.len();
        }
        look_up(&mut self.visits_before, &days, days.end, before);
        self.looked_up = days;
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

    /// What the member's caps leave for that date.
    pub(crate) fn allowance(&self, limits: &Limits, day: &WorkingDay) -> Allowance {
        let left =
            |cap: Option<u16>, used: u32| cap.map_or(i32::MAX, |cap| i32::from(cap).saturating_sub_unsigned(used));
        let minutes_left = |cap: Option<Minutes>, used: Minutes| {
            cap.map_or(Minutes(i64::MAX), |cap| Minutes(cap.0.saturating_sub(used.0)))
        };
        let (today, week) = (self.sum(day.day.one()), self.sum(day.day.weeks(1)));
        Allowance {
            visits_today: left(limits.visits_a_day, today.visits),
            minutes_today: minutes_left(limits.minutes_a_day, today.minutes),
            visits_this_week: left(limits.visits_a_week, week.visits),
            minutes_this_week: minutes_left(limits.minutes_a_week, week.minutes),
            heavy_this_week: left(limits.heavy_a_week, week.heavy),
            days_in_row: limits.days_in_row.map_or(i32::MAX, |cap| left(Some(cap), self.run_through(day.day))),
            pay_this_month: match limits.earnings {
                EarningsGuard::Wall(wall) => wall - self.sum(day.month()).pay,
                EarningsGuard::Off | EarningsGuard::Tell(_) => Cents(i64::MAX),
            },
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

/// Notes that so many visits come before each day that isn't noted yet, up to that one.
fn look_up(visits_before: &mut Vec<usize>, days: &Range<Day>, until: Day, before: usize) {
    let count = until.min(days.end).0.saturating_sub(days.start.0).saturating_add(1);
    let count = usize::try_from(count).unwrap_or(0);
    if count > visits_before.len() {
        visits_before.resize(count, before);
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
