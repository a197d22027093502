//! A snapshot made ready for many questions: everybody's agenda, worked out once.
//!
//! The answers are those of [`crate::times`], which works out anew what its one question needs. Making ready costs about as
//! much as three single questions and halves each further one, so it is worth it from the fourth on; a snapshot that
//! changes is to be prepared again.

use std::ops::Range;

use domain::Span;

use crate::{
    Request, Snapshot, TimeOffer,
    agenda::Agenda,
    calendar::{Calendar, Day, WorkingDay},
    online::{Known, search},
    rooms::OpenDays,
    times,
};

/// The shortest work that is prepared for, in seconds: any.
const ANY_LENGTH: i64 = 1;

/// A snapshot whose members' visits are in order, summed, and looked through for room.
pub struct Prepared<'a> {
    snapshot: &'a Snapshot,
    calendar: Calendar,
    /// The days that are looked through.
    days: Range<Day>,
    members: Vec<(Agenda<'a>, OpenDays)>,
}

impl<'a> Prepared<'a> {
    /// Makes ready for questions about times within the horizon. (Others are answered too, only slower.)
    pub fn new(snapshot: &'a Snapshot, horizon: Span) -> Self {
        let calendar = Calendar::around(snapshot.rules.zone, horizon);
        let dates = calendar.dates(horizon).into_iter();
        let days: Vec<WorkingDay> =
            dates.map(|date| WorkingDay::new(&snapshot.rules, snapshot.now, date, 0, true)).collect();
        let mut open_days = OpenDays::default();
        let members = snapshot.members.iter().map(|member| {
            let mut agenda = Agenda::default();
            agenda.fill(member, &calendar);
            open_days.look_through(member, &agenda, days.iter(), ANY_LENGTH);
            open_days.look_up_ways(member);
            (agenda, open_days.clone())
        });
        let members = members.collect();
        let first = days.first().map_or(Day::default(), |day| day.day);
        let after_last = days.last().map_or(first, |day| day.day.one().end);
        Self { snapshot, calendar, days: first..after_last, members }
    }

    /// The same as [`crate::times`].
    pub fn times(&self, request: &Request, horizon: Span) -> Vec<TimeOffer> {
        let is_known = |date: &chrono::NaiveDate| self.days.contains(&Day::of(*date));
        if self.calendar.dates(horizon).iter().all(is_known) {
            search(self.snapshot, request, horizon, &self.calendar, Known::Members(&self.members))
        } else {
            times(self.snapshot, request, horizon)
        }
    }
}
