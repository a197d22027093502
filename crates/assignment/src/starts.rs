//! When a visit may begin: stretches of starts, both ends included, in UTC seconds.
//!
//! Every rule about the clock is a set of such stretches, and what is feasible is where they all meet. So the earliest
//! time in a window is found without trying each one.

use domain::Span;

/// The grid of planned starts: every five minutes, in seconds. (Every zone's offset is a multiple of it.)
pub(crate) const GRID: i64 = 300;

/// Every second: for the test of one given start.
pub(crate) const ANY_SECOND: i64 = 1;

/// A stretch of starts, from the first to the last second at which the work may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Starts {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Starts {
    /// From one second to a later one or the same; none when they are the wrong way round.
    pub(crate) fn new(first: i64, last: i64) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// The starts within an arrival window, whose end isn't in it.
    pub(crate) fn within(window: Span) -> Option<Self> {
        Self::new(window.start.seconds(), window.end.seconds().saturating_sub(1))
    }

    /// The starts in both.
    pub(crate) fn meet(self, other: Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last))
    }

    /// The earliest start on a grid of so many seconds.
    pub(crate) fn earliest(self, grid: i64) -> Option<i64> {
        let over = self.first.rem_euclid(grid);
        let start = if over == 0 { self.first } else { self.first.saturating_add(grid - over) };
        (start <= self.last).then_some(start)
    }
}

/// The last start of work that takes `length` seconds and must end by `end`.
pub(crate) fn last_start(end: i64, length: i64) -> i64 {
    end.saturating_sub(length)
}
