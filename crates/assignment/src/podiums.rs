//! The best two for each arrival window.
//!
//! Only the best is offered; the second is what the best one's reasons are told against. So whoever couldn't be either
//! needn't be looked at more closely ([`Podiums::have_room`]). Standings are a total order: in which order members come
//! changes nothing.
//!
//! Windows are the hours of the wall clock, those of a day in a row.

use std::ops::Range;

use domain::{Moment, Span};

use crate::{feasibility::Opening, ranking::Standing, starts::Starts};

/// A member who can come in a window, by their index in the snapshot.
#[derive(Clone, Copy)]
pub(crate) struct Able {
    pub(crate) standing: Standing,
    pub(crate) start: Moment,
    pub(crate) opening: Opening,
    pub(crate) member: usize,
}

/// The best two of a window so far.
#[derive(Clone, Copy)]
pub(crate) struct Podium {
    pub(crate) window: Span,
    pub(crate) best: Option<Able>,
    pub(crate) second: Option<Standing>,
}

/// The windows of one day, hour by hour.
pub(crate) struct Podiums<'p>(pub(crate) &'p mut [Podium]);

impl Podium {
    pub(crate) fn new(window: Span) -> Self {
        Self { window, best: None, second: None }
    }

    pub(crate) fn consider(&mut self, able: Able) {
        let beaten = match &self.best {
            Some(best) if best.standing < able.standing => Some(able.standing),
            _ => self.best.replace(able).map(|best| best.standing),
        };
        self.second = match (self.second, beaten) {
            (Some(second), Some(beaten)) => Some(second.min(beaten)),
            (second, beaten) => second.or(beaten),
        };
    }

    /// Whether somebody of that standing would be among the best two.
    fn has_room(&self, standing: &Standing) -> bool {
        self.second.is_none_or(|second| *standing < second)
    }
}

impl Podiums<'_> {
    /// Whether somebody of that standing would be among the best two of a window that shares a start with the stretch.
    pub(crate) fn have_room(&self, starts: Starts, standing: &Standing) -> bool {
        let podiums = self.0.get(self.hours(starts)).unwrap_or_default();
        podiums.iter().any(|podium| podium.has_room(standing))
    }

    /// The windows that share a start with the stretch.
    pub(crate) fn at(&mut self, starts: Starts) -> &mut [Podium] {
        let hours = self.hours(starts);
        self.0.get_mut(hours).unwrap_or_default()
    }

    fn hours(&self, starts: Starts) -> Range<usize> {
        let Some(first) = self.0.first() else { return 0..0 };
        let hour = |at: i64| {
            let hours = at.saturating_sub(first.window.start.seconds()).div_euclid(3600);
            usize::try_from(hours.max(-1).saturating_add(1)).unwrap_or(usize::MAX)
        };
        // Counted from one, so that what is before the first window is none of them.
        let (from, until) = (hour(starts.first).max(1) - 1, hour(starts.last).min(self.0.len()));
        from.min(until)..until
    }
}
