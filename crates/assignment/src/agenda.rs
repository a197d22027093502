//! A member's visits in order, with what every question about them needs: their days, their sums, and the time between them.
//!
//! What it isn't: it knows no question. What room the days have is told by `rooms`, whether a visit fits by `feasibility`.

use std::ops::{Range, RangeInclusive};

use domain::{Minutes, Moment, Span};

use crate::{
    MemberPlan, PlannedVisit,
    calendar::{Calendar, Day},
    ledger::Ledger,
};

/// One member's visits.
#[derive(Clone, Default)]
pub(crate) struct Agenda<'a> {
    pub(crate) ledger: Ledger,
    visits: Vec<Placed<'a>>,
}

/// A visit and its place in time, which stands here too: most questions go no further.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub(crate) visit: &'a PlannedVisit,
    pub(crate) day: Day,
    start: Moment,
    end: Moment,
    /// The latest end of the work of any visit up to this one.
    pub(crate) busy_until: Moment,
}

impl<'a> Agenda<'a> {
    /// That member's, in place of what is here.
    pub(crate) fn fill(&mut self, member: &'a MemberPlan, calendar: &Calendar) {
        self.visits.clear();
        // Visits of a day mostly follow each other.
        let epoch = Moment::from_seconds(0);
        let (mut day, mut today) = (Day::default(), Span { start: epoch, end: epoch });
        self.visits.extend(member.visits.iter().map(|visit| {
            let Span { start, end } = visit.work();
            if !today.contains(start) {
                (day, today) = calendar.day(start);
            }
            Placed { visit, day, start, end, busy_until: end }
        }));
        let in_order = |placed: &Placed<'_>| (placed.start, placed.visit.id);
        if !self.visits.is_sorted_by_key(in_order) {
            self.visits.sort_by_key(in_order);
        }
        let mut busy_until = Moment::from_seconds(i64::MIN);
        for placed in &mut self.visits {
            busy_until = busy_until.max(placed.busy_until);
            placed.busy_until = busy_until;
        }
        self.ledger.fill(calendar.days(), self.visits.iter().map(|placed| (placed.day, placed.visit)));
    }

    /// Nothing.
    pub(crate) fn clear(&mut self, calendar: &Calendar) {
        self.visits.clear();
        self.ledger.fill(calendar.days(), std::iter::empty());
    }

    /// The visit at that place in the order.
    pub(crate) fn visit(&self, position: usize) -> Option<&Placed<'a>> {
        self.visits.get(position)
    }

    /// The visit before that place.
    pub(crate) fn before(&self, position: usize) -> Option<&Placed<'a>> {
        self.visit(position.checked_sub(1)?)
    }

    /// The places in the order at which a visit of that day could come.
    pub(crate) fn positions(&self, day: Day) -> RangeInclusive<usize> {
        let Range { start: today, end: tomorrow } = day.one();
        self.ledger.visits_before(today)..=self.ledger.visits_before(tomorrow)
    }

    /// The time between the visits before and after that place, the rest that a member needs kept: if there were no way
    /// to go at all.
    pub(crate) fn between(&self, position: usize, gap: Minutes) -> Span {
        let start = self
            .before(position)
            .map_or(Moment::from_seconds(i64::MIN), |placed| (placed.end + gap).max(placed.busy_until));
        let end = self.visit(position).map_or(Moment::from_seconds(i64::MAX), |placed| placed.start - gap);
        Span { start, end }
    }
}
