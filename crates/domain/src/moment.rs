//! Points and stretches of time, in UTC seconds.
//!
//! Instants are UTC everywhere; the local hour that people read is made by [`crate::Zone`] on the server.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A length of time in whole minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minutes(pub i64);

impl Minutes {
    /// The same length in seconds.
    pub const fn seconds(self) -> i64 {
        self.0.saturating_mul(60)
    }

    /// Seconds rounded up to whole minutes.
    pub const fn from_seconds_up(seconds: i64) -> Self {
        Self(seconds.saturating_add(59).div_euclid(60))
    }
}

impl Add for Minutes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for Minutes {
    fn sum<I: Iterator<Item = Self>>(lengths: I) -> Self {
        lengths.fold(Self(0), Add::add)
    }
}

/// An instant: seconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// The instant so many seconds after 1970 began in UTC.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970 began in UTC.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 (`2026-11-23T08:00:00+02:00`).
    pub fn parse(text: &str) -> Option<Self> {
        chrono::DateTime::parse_from_rfc3339(text).ok().map(|at| Self(at.timestamp()))
    }

    /// This instant moved by so many seconds, forwards or back.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this instant; negative when `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Minutes> for Moment {
    type Output = Self;

    fn add(self, length: Minutes) -> Self {
        self.plus_seconds(length.seconds())
    }
}

impl Sub<Minutes> for Moment {
    type Output = Self;

    fn sub(self, length: Minutes) -> Self {
        self.plus_seconds(length.seconds().saturating_neg())
    }
}

/// A stretch of time, its end not included: `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first instant inside.
    pub start: Moment,
    /// The first instant after.
    pub end: Moment,
}

impl Span {
    /// A stretch that begins at `start` and lasts `length`.
    pub fn lasting(start: Moment, length: Minutes) -> Self {
        Self { start, end: start + length }
    }

    /// Whether the two share an instant. Stretches that only touch don't.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether the whole of `inner` lies within.
    pub fn covers(self, inner: Self) -> bool {
        self.start <= inner.start && inner.end <= self.end
    }

    /// Whether `at` lies within.
    pub fn contains(self, at: Moment) -> bool {
        self.start <= at && at < self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touching_is_not_overlapping() {
        let nine = Span::lasting(Moment::from_seconds(9 * 3600), Minutes(60));
        let ten = Span::lasting(Moment::from_seconds(10 * 3600), Minutes(60));
        assert!(!nine.overlaps(ten));
        assert!(nine.overlaps(Span { end: ten.end, ..nine }));
    }

    #[test]
    fn seconds_round_up_to_minutes() {
        assert_eq!(Minutes::from_seconds_up(61), Minutes(2));
        assert_eq!(Minutes::from_seconds_up(60), Minutes(1));
    }
}
