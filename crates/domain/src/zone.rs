//! The co-op's own local time, which is what everybody is shown.
//!
//! Rules at the two changes a year (`finland.md`): a time in the spring gap moves to the first valid minute, a time
//! in the autumn fold is the first of the two.

use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{MinuteOfDay, Moment, Span};

/// A time zone by its IANA name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub struct Zone(Tz);

/// No zone has that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownZone(String);

impl From<Zone> for &'static str {
    fn from(zone: Zone) -> Self {
        zone.name()
    }
}

impl TryFrom<String> for Zone {
    type Error = UnknownZone;

    fn try_from(name: String) -> Result<Self, UnknownZone> {
        Self::named(&name).ok_or(UnknownZone(name))
    }
}

impl std::fmt::Display for UnknownZone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no time zone is called `{}`", self.0)
    }
}

impl std::error::Error for UnknownZone {}

/// A day as the co-op's people live it: 23, 24 or 25 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalDay {
    /// The date on the wall calendar.
    pub date: NaiveDate,
    /// From local midnight to the next.
    pub span: Span,
}

impl Zone {
    /// Finland's zone, the default.
    pub const HELSINKI: Self = Self(Tz::Europe__Helsinki);

    /// The zone of that IANA name, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// The zone's IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What the wall clock shows at that instant.
    pub fn local(self, at: Moment) -> NaiveDateTime {
        DateTime::<Utc>::from_timestamp(at.seconds(), 0)
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
            .with_timezone(&self.0)
            .naive_local()
    }

    /// The date on the wall calendar at that instant.
    pub fn date(self, at: Moment) -> NaiveDate {
        self.local(at).date()
    }

    /// The instant when the wall clock shows `local`; see the module for the two nights of the change.
    pub fn instant(self, local: NaiveDateTime) -> Moment {
        let mut minute = local;
        // No zone in the database has a gap longer than a day.
        for _ in 0..=24 * 60 {
            match self.0.from_local_datetime(&minute) {
                LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => {
                    return Moment::from_seconds(at.timestamp());
                }
                LocalResult::None => minute += chrono::TimeDelta::minutes(1),
            }
        }
        Moment::from_seconds(local.and_utc().timestamp())
    }

    /// The instant of that minute of that day.
    pub fn at(self, date: NaiveDate, minute: MinuteOfDay) -> Moment {
        match NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minute.get()) * 60, 0) {
            Some(time) => self.instant(date.and_time(time)),
            None => self.day(date).span.end,
        }
    }

    /// The day of that date, midnight to midnight.
    pub fn day(self, date: NaiveDate) -> LocalDay {
        let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
        let span = Span {
            start: self.instant(date.and_time(NaiveTime::MIN)),
            end: self.instant(next.and_time(NaiveTime::MIN)),
        };
        LocalDay { date, span }
    }

    /// The ISO week (Monday to Sunday) in which the date lies.
    pub fn week(self, date: NaiveDate) -> Span {
        let back = u64::from(date.weekday().num_days_from_monday());
        let monday = date.checked_sub_days(Days::new(back)).unwrap_or(date);
        let next = monday.checked_add_days(Days::new(7)).unwrap_or(monday);
        Span { start: self.day(monday).span.start, end: self.day(next).span.start }
    }

    /// The calendar month in which the date lies.
    pub fn month(self, date: NaiveDate) -> Span {
        let first = date.with_day(1).unwrap_or(date);
        let next = first.checked_add_months(chrono::Months::new(1)).unwrap_or(first);
        Span { start: self.day(first).span.start, end: self.day(next).span.start }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    #[test]
    fn the_spring_gap_moves_to_the_first_valid_minute() {
        let zone = Zone::HELSINKI;
        // 28.3.2027 is both Easter Sunday and the spring change: 03:30 doesn't exist.
        assert_eq!(zone.local(zone.instant(local("2027-03-28 03:30"))), local("2027-03-28 04:00"));
        let day = zone.day(local("2027-03-28 00:00").date());
        assert_eq!(day.span.end.seconds_since(day.span.start), 23 * 3600);
    }

    #[test]
    fn the_autumn_fold_is_the_first_of_the_two() {
        let zone = Zone::HELSINKI;
        let at = zone.instant(local("2027-10-31 03:30"));
        assert_eq!(zone.local(at), local("2027-10-31 03:30"));
        assert_eq!(zone.local(at.plus_seconds(3600)), local("2027-10-31 03:30"));
        let day = zone.day(local("2027-10-31 00:00").date());
        assert_eq!(day.span.end.seconds_since(day.span.start), 25 * 3600);
    }

    #[test]
    fn a_week_is_monday_to_sunday() {
        let zone = Zone::HELSINKI;
        let week = zone.week(local("2026-11-22 12:00").date());
        assert_eq!(zone.local(week.start), local("2026-11-16 00:00"));
        assert_eq!(zone.local(week.end), local("2026-11-23 00:00"));
    }

    #[test]
    fn every_minute_of_the_clock_maps_back_to_itself_on_an_ordinary_day() {
        let zone = Zone::HELSINKI;
        let date = local("2026-11-24 00:00").date();
        for minute in 0..24 * 60 {
            let at = zone.at(date, MinuteOfDay::new(minute).unwrap());
            assert_eq!(at.seconds_since(zone.day(date).span.start), i64::from(minute) * 60);
        }
    }
}
