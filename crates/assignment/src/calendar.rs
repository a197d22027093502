//! Local dates, and the day as the co-op works it.
//!
//! What this is: the two look-ups that every rule needs (on which date is this instant; at which instant is this
//! minute of that date), made once a question instead of once a visit. What it isn't: a second opinion on time zones.
//! Every answer is [`Zone`]'s own, so the two nights of the clock change are its business.

use std::ops::Range;

use chrono::{Datelike, Days, Months, NaiveDate, Timelike};
use domain::{LocalDay, MinuteOfDay, Moment, Span, Zone, is_holiday};

use crate::{
    CoopRules,
    starts::{Starts, last_start},
};

/// The longest horizon that is looked through, in days. A longer one is cut: nobody plans further.
const MOST_DAYS: usize = 370;

/// How many days before and after the horizon are looked up beforehand: a month's earnings, four weeks' share.
const MARGIN: u64 = 31;

/// The instants that a date can be told of (years 1 to 9999).
const TELLABLE: (i64, i64) = (-62_135_596_800 + 86_400, 253_402_300_799 - 86_400);

/// A local date as a number: 1 is 1 January of the year 1, a Monday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub(crate) i32);

/// Which local date an instant is on.
pub(crate) struct Calendar {
    zone: Zone,
    first: Day,
    /// The midnight that begins `first`, and those after it.
    midnights: Vec<Moment>,
}

impl Day {
    pub(crate) fn of(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce())
    }

    /// That day alone.
    pub(crate) fn one(self) -> Range<Self> {
        self..Self(self.0.saturating_add(1))
    }

    /// The Monday of its ISO week.
    pub(crate) fn monday(self) -> Self {
        Self(self.0.saturating_sub(self.0.saturating_sub(1).rem_euclid(7)))
    }

    /// So many ISO weeks (Monday to Sunday), the last of them that of the day.
    pub(crate) fn weeks(self, weeks: u16) -> Range<Self> {
        let next_monday = self.monday().0.saturating_add(7);
        Self(next_monday.saturating_sub(i32::from(weeks) * 7))..Self(next_monday)
    }
}

/// One local day and when in it the co-op's work may begin.
pub(crate) struct WorkingDay {
    zone: Zone,
    local: LocalDay,
    pub(crate) day: Day,
    /// When a visit of the wanted length may begin by the co-op's own rules, if at all.
    pub(crate) coop: Option<Starts>,
}

impl Calendar {
    /// A calendar that computes every date: the right one for a single question.
    pub(crate) fn plain(zone: Zone) -> Self {
        Self { zone, first: Day(0), midnights: Vec::new() }
    }

    /// A calendar that knows the dates around `span` beforehand.
    pub(crate) fn around(zone: Zone, span: Span) -> Self {
        let mut calendar = Self::plain(zone);
        let days = calendar.dates(span);
        let (Some(first), Some(last)) = (days.first(), days.last()) else { return calendar };
        let first = first.checked_sub_days(Days::new(MARGIN)).unwrap_or(*first);
        let last = last.checked_add_days(Days::new(MARGIN)).unwrap_or(*last);
        calendar.first = Day::of(first);
        // A day ends where the next begins, so every other one tells two midnights.
        let days = first.iter_days().take_while(|date| *date <= last).step_by(2).map(|date| zone.day(date).span);
        calendar.midnights = days.flat_map(|day| [day.start, day.end]).collect();
        calendar
    }

    /// The local date at that instant.
    pub(crate) fn date(&self, at: Moment) -> NaiveDate {
        self.known(at)
            .and_then(|(day, _)| NaiveDate::from_num_days_from_ce_opt(day.0))
            .unwrap_or_else(|| self.zone.date(tellable(at)))
    }

    /// The same as a number, and a stretch of that day that holds the instant: the whole of it where it is known.
    pub(crate) fn day(&self, at: Moment) -> (Day, Span) {
        let second = Span { start: at, end: at.plus_seconds(1) };
        self.known(at).unwrap_or_else(|| (Day::of(self.zone.date(tellable(at))), second))
    }

    /// The days that it knows beforehand.
    pub(crate) fn days(&self) -> Range<Day> {
        let days = i32::try_from(self.midnights.len()).unwrap_or(0);
        self.first..Day(self.first.0.saturating_add(days))
    }

    /// The day of an instant among those looked up.
    fn known(&self, at: Moment) -> Option<(Day, Span)> {
        let since = at.seconds_since(*self.midnights.first()?);
        // A day of 23 or 25 hours puts the guess at most one off.
        let guess = usize::try_from(since.div_euclid(24 * 3600)).ok()?;
        let begun = |index: &usize| self.midnights.get(*index).is_some_and(|midnight| *midnight <= at);
        let index = [guess.saturating_add(1), guess, guess.saturating_sub(1)].into_iter().find(begun)?;
        let day = self.first.0.checked_add(i32::try_from(index).ok()?)?;
        Some((Day(day), Span { start: *self.midnights.get(index)?, end: *self.midnights.get(index + 1)? }))
    }

    /// The wall clock at that instant, in seconds after midnight.
    pub(crate) fn clock(&self, at: Moment) -> u32 {
        self.zone.local(tellable(at)).num_seconds_from_midnight()
    }

    /// The local dates that share an instant with `span`, at most [`MOST_DAYS`].
    pub(crate) fn dates(&self, span: Span) -> Vec<NaiveDate> {
        if span.end <= span.start {
            return Vec::new();
        }
        let last = self.date(span.end.plus_seconds(-1));
        self.date(span.start).iter_days().take_while(|date| *date <= last).take(MOST_DAYS).collect()
    }
}

impl WorkingDay {
    /// That date, for a visit that takes so many seconds.
    pub(crate) fn new(rules: &CoopRules, now: Moment, date: NaiveDate, length: i64, on_holidays: bool) -> Self {
        let mut working = Self { zone: rules.zone, local: rules.zone.day(date), day: Day::of(date), coop: None };
        if length > 0 && (on_holidays || !is_holiday(date)) {
            let notice = (now + rules.notice).seconds();
            let opens = working.at(rules.opens).seconds();
            working.coop = Starts::new(opens.max(notice), last_start(working.at(rules.closes).seconds(), length));
        }
        working
    }

    /// The date on the wall calendar.
    pub(crate) fn date(&self) -> NaiveDate {
        self.local.date
    }

    /// The days of its calendar month.
    pub(crate) fn month(&self) -> Range<Day> {
        let date = self.date();
        let first = date.with_day(1).unwrap_or(date);
        Day::of(first)..Day::of(first.checked_add_months(Months::new(1)).unwrap_or(date))
    }

    /// The instant of that minute by the wall clock.
    pub(crate) fn at(&self, minute: MinuteOfDay) -> Moment {
        let ordinary = self.local.span.end.seconds_since(self.local.span.start) == 24 * 3600;
        if ordinary {
            self.local.span.start.plus_seconds(i64::from(minute.get()) * 60)
        } else {
            self.zone.at(self.local.date, minute)
        }
    }

    /// The hours of the wall clock, midnight to midnight: 23, 24 or 25 of them. Where the clock goes back, its hour is
    /// there twice.
    pub(crate) fn clock_hours(&self) -> impl Iterator<Item = Span> {
        let midnight = self.local.span;
        let mut start = midnight.start;
        std::iter::from_fn(move || {
            if start >= midnight.end {
                return None;
            }
            // Whole hours by the wall clock are whole hours after midnight wherever the clock changes by whole hours.
            let end = start.plus_seconds(3600).min(midnight.end);
            let hour = Span { start, end };
            start = end;
            Some(hour)
        })
    }
}

/// The nearest instant whose date can be told: a nonsensical one mustn't end the program.
fn tellable(at: Moment) -> Moment {
    Moment::from_seconds(at.seconds().clamp(TELLABLE.0, TELLABLE.1))
}
