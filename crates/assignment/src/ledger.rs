//! What a member has taken on already, summed by local day, ISO week and month.
//!
//! Every visit that holds the member's time counts, whatever its state: caps are the member's own, and nobody may
//! overstep them on any route. A visit belongs to the local date on which its work begins.
//!
//! # Adding a cap
//! A field of [`Totals`], its line in [`Ledger::of`], and its test in [`Ledger::over_a_cap`], in the order of [`Rule`].

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use domain::{Cents, EarningsGuard, Effort, JobTerms, Limits, Minutes};

use crate::{PlannedVisit, Rule, calendar::Calendar};

/// What was taken on in some stretch of days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) visits: u32,
    pub(crate) minutes: Minutes,
    pub(crate) heavy: u32,
    pub(crate) pay: Cents,
}

/// One member's visits, by local date.
pub(crate) struct Ledger {
    days: BTreeMap<NaiveDate, Totals>,
}

impl Totals {
    fn add(&mut self, other: Self) {
        self.visits = self.visits.saturating_add(other.visits);
        self.minutes = self.minutes + other.minutes;
        self.heavy = self.heavy.saturating_add(other.heavy);
        self.pay = self.pay + other.pay;
    }

    fn with(mut self, terms: &JobTerms) -> Self {
        self.add(Self {
            visits: 1,
            minutes: terms.minutes,
            heavy: u32::from(terms.effort == Effort::Heavy),
            pay: terms.pay,
        });
        self
    }
}

impl Ledger {
    /// The sums of those visits.
    pub(crate) fn of(visits: &[PlannedVisit], calendar: &Calendar) -> Self {
        let mut days: BTreeMap<NaiveDate, Totals> = BTreeMap::new();
        for visit in visits {
            days.entry(calendar.date(visit.start)).or_default().add(Totals {
                visits: 1,
                minutes: visit.minutes,
                heavy: u32::from(visit.effort == Effort::Heavy),
                pay: visit.pay,
            });
        }
        Self { days }
    }

    /// What is taken on that day.
    pub(crate) fn day(&self, date: NaiveDate) -> Totals {
        self.days.get(&date).copied().unwrap_or_default()
    }

    /// What is taken on in the ISO week (Monday to Sunday) of that date.
    pub(crate) fn week(&self, date: NaiveDate) -> Totals {
        self.weeks_to(date, 1)
    }

    /// What is taken on in so many ISO weeks, the last of them that of the date.
    pub(crate) fn weeks_to(&self, date: NaiveDate, weeks: u32) -> Totals {
        let monday = monday(date);
        let before = Days::new(7 * u64::from(weeks.saturating_sub(1)));
        let first = monday.checked_sub_days(before).unwrap_or(monday);
        self.sum(first, monday.checked_add_days(Days::new(7)).unwrap_or(date))
    }

    /// What is taken on in the calendar month of that date.
    fn month(&self, date: NaiveDate) -> Totals {
        let first = date.with_day(1).unwrap_or(date);
        self.sum(first, first.checked_add_months(chrono::Months::new(1)).unwrap_or(date))
    }

    /// The run of days with work that goes through that date, which counts as one itself.
    fn run_through(&self, date: NaiveDate) -> u32 {
        let worked = |date: &NaiveDate| self.days.contains_key(date);
        let before = std::iter::successors(date.pred_opt(), NaiveDate::pred_opt).take_while(worked).count();
        let after = std::iter::successors(date.succ_opt(), NaiveDate::succ_opt).take_while(worked).count();
        u32::try_from(before + 1 + after).unwrap_or(u32::MAX)
    }

    /// The first cap, in the order of [`Rule`], that one visit more on that date would be over.
    pub(crate) fn over_a_cap(&self, limits: &Limits, date: NaiveDate, terms: &JobTerms) -> Option<Rule> {
        let over = |cap: Option<u16>, count: u32| cap.is_some_and(|cap| count > u32::from(cap));
        let too_long = |cap: Option<Minutes>, minutes: Minutes| cap.is_some_and(|cap| minutes > cap);
        let day = self.day(date).with(terms);
        if over(limits.visits_a_day, day.visits) {
            return Some(Rule::VisitsADay);
        }
        if too_long(limits.minutes_a_day, day.minutes) {
            return Some(Rule::MinutesADay);
        }
        let week = self.week(date).with(terms);
        if over(limits.visits_a_week, week.visits) {
            return Some(Rule::VisitsAWeek);
        }
        if too_long(limits.minutes_a_week, week.minutes) {
            return Some(Rule::MinutesAWeek);
        }
        if terms.effort == Effort::Heavy && over(limits.heavy_a_week, week.heavy) {
            return Some(Rule::HeavyAWeek);
        }
        if limits.days_in_row.is_some() && over(limits.days_in_row, self.run_through(date)) {
            return Some(Rule::DaysInRow);
        }
        match limits.earnings {
            EarningsGuard::Wall(wall) if self.month(date).with(terms).pay > wall => Some(Rule::Earnings),
            _ => None,
        }
    }

    /// Whether one visit more fits in half of what is left of the day's caps ("less today").
    ///
    /// Halves are rounded down: of one visit left there is none. Without a cap in minutes, the minutes of the member's
    /// hours of that date stand for it; without a cap in visits, their number isn't limited.
    pub(crate) fn fits_half(&self, limits: &Limits, date: NaiveDate, terms: &JobTerms, hours: Minutes) -> bool {
        let used = self.day(date);
        let visits_fit = limits.visits_a_day.is_none_or(|cap| u32::from(cap).saturating_sub(used.visits) / 2 >= 1);
        let left = limits.minutes_a_day.unwrap_or(hours).0.saturating_sub(used.minutes.0);
        visits_fit && terms.minutes.0 <= left.max(0) / 2
    }

    fn sum(&self, from: NaiveDate, until: NaiveDate) -> Totals {
        let mut totals = Totals::default();
        if from < until {
            self.days.range(from..until).for_each(|(_, day)| totals.add(*day));
        }
        totals
    }
}

/// The Monday of the ISO week of that date.
fn monday(date: NaiveDate) -> NaiveDate {
    date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday()))).unwrap_or(date)
}
