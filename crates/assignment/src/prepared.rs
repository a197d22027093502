//! A snapshot made ready for many questions: everybody's agenda, worked out once.
//!
//! The answers are those of [`crate::times`], which works all of it out anew for its one question. Worth it from the second
//! question on; a snapshot that changes is to be prepared again.

use domain::Span;

use crate::{
    Request, Snapshot, TimeOffer,
    agenda::Agenda,
    calendar::{Calendar, WorkingDay},
    online::{Agendas, search},
};

/// A snapshot whose members' visits are in order, summed, and looked through for room.
pub struct Prepared<'a> {
    snapshot: &'a Snapshot,
    calendar: Calendar,
    agendas: Vec<Agenda<'a>>,
}

impl<'a> Prepared<'a> {
    /// Makes ready for questions about times within the horizon. (Others are answered too, only slower.)
    pub fn new(snapshot: &'a Snapshot, horizon: Span) -> Self {
        let calendar = Calendar::around(snapshot.rules.zone, horizon);
        let dates = calendar.dates(horizon).into_iter();
        let days: Vec<WorkingDay> =
            dates.map(|date| WorkingDay::new(&snapshot.rules, snapshot.now, date, 0, true)).collect();
        let agendas = snapshot.members.iter().map(|member| {
            let mut agenda = Agenda::default();
            agenda.fill(member, &calendar);
            agenda.note_rooms(member, &days);
            agenda
        });
        let agendas = agendas.collect();
        Self { snapshot, calendar, agendas }
    }

    /// The same as [`crate::times`].
    pub fn times(&self, request: &Request, horizon: Span) -> Vec<TimeOffer> {
        search(self.snapshot, request, horizon, &self.calendar, Agendas::Known(&self.agendas))
    }
}
