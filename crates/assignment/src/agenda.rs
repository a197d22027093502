//! A member's visits in order, with what every question about them needs: their days, their sums, and how much room each
//! day has.
//!
//! What it isn't: it knows no question. Whether a visit fits is `feasibility`'s business.

use std::ops::{Range, RangeInclusive};

use domain::{Minutes, Moment, Span};

use crate::{
    MemberPlan, PlannedVisit,
    calendar::{Calendar, Day, WorkingDay},
    feasibility::stretches_into,
    ledger::Ledger,
};

/// One member's visits.
#[derive(Clone, Default)]
pub(crate) struct Agenda<'a> {
    pub(crate) ledger: Ledger,
    visits: Vec<Placed<'a>>,
    /// For some days from the first on: the longest stretch of time with nothing in it, in seconds.
    rooms: Vec<i64>,
    first_room: Day,
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
        self.clear(calendar);
        let placed = |visit: &'a PlannedVisit| {
            let Span { start, end } = visit.work();
            Placed { visit, day: calendar.day(start), start, end, busy_until: end }
        };
        self.visits.extend(member.visits.iter().map(placed));
        let in_order = |placed: &Placed<'_>| (placed.start, placed.visit.id);
        if !self.visits.is_sorted_by_key(in_order) {
            self.visits.sort_by_key(in_order);
        }
        let mut busy_until = Moment::from_seconds(i64::MIN);
        for placed in &mut self.visits {
            busy_until = busy_until.max(placed.busy_until);
            placed.busy_until = busy_until;
            self.ledger.push(placed.day, placed.visit);
        }
        self.ledger.close();
    }

    /// Nothing.
    pub(crate) fn clear(&mut self, calendar: &Calendar) {
        self.visits.clear();
        self.rooms.clear();
        self.ledger.clear(calendar.days());
    }

    /// The visit at that place in the order.
    pub(crate) fn visit(&self, position: usize) -> Option<&Placed<'a>> {
        self.visits.get(position)
    }

    /// The places in the order at which a visit of that day could come.
    pub(crate) fn positions(&self, day: Day) -> RangeInclusive<usize> {
        let Range { start: today, end: tomorrow } = day.one();
        self.ledger.visits_before(today)..=self.ledger.visits_before(tomorrow)
    }

    /// The time between the visits before and after that place, the rest that a member needs kept: if there were no way
    /// to go at all.
    pub(crate) fn between(&self, position: usize, gap: Minutes) -> Span {
        let before = position.checked_sub(1).and_then(|index| self.visit(index));
        let start = before.map_or(Moment::from_seconds(i64::MIN), |placed| (placed.end + gap).max(placed.busy_until));
        let end = self.visit(position).map_or(Moment::from_seconds(i64::MAX), |placed| placed.start - gap);
        Span { start, end }
    }

    /// Notes how much room there is on those days, which follow each other.
    pub(crate) fn note_rooms(&mut self, member: &MemberPlan, days: &[WorkingDay]) {
        let Some(first) = days.first() else { return };
        self.first_room = first.day;
        self.rooms.clear();
        let mut stretches = Vec::new();
        for day in days {
            stretches_into(member, day, &mut stretches);
            let gaps = self.positions(day.day).map(|position| self.between(position, member.limits.gap));
            let free = |gap: Span, hours: &Span| gap.end.min(hours.end).seconds_since(gap.start.max(hours.start));
            let longest = gaps.flat_map(|gap| stretches.iter().map(move |hours| free(gap, hours))).max();
            self.rooms.push(longest.unwrap_or(0));
        }
    }

    /// Whether there could be room for work of so many seconds on that day. There is none where it says no.
    pub(crate) fn has_room(&self, day: Day, length: i64) -> bool {
        let index = usize::try_from(day.0.saturating_sub(self.first_room.0)).ok();
        index.and_then(|index| self.rooms.get(index)).is_none_or(|room| *room >= length)
    }
}
