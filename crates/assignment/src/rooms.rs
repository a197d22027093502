//! The room that a member's days have for one visit more, worked out before anybody asks.
//!
//! A room is a time between two of their visits, cut to a stretch of their hours, in which the work could lie if there were
//! no way to go. It is the same for every question, as is what their limits leave for its day; so a question has only the
//! ways to look up and numbers to compare. What it isn't: it knows no question, and judges none (`feasibility` does).
//!
//! # Worked example
//! A member works 7–15 o'clock, rests for 10 minutes between visits, and has visits at 7.20–8.20 and 12.40–13.40. Then the
//! day's rooms are 7.00–7.10 (from home), 8.30–12.30, and 13.50–15.00 (and home again). An hour's work has place in two
//! of them; work of 90 minutes in one, and what is left of that depends on the ways alone: with 15 minutes to the visit
//! and 20 on, it may begin from 8.45 to 10.40.

use std::ops::Range;

use domain::{Coordinates, Minutes, Span, Strength};

use crate::{
    MemberPlan,
    agenda::{Agenda, Placed},
    blocks::travel,
    calendar::{Day, WorkingDay},
    feasibility::stretches_into,
    ledger::Allowance,
    ranking::minutes_of_fulfilment,
    starts::{Starts, last_start},
};

/// A time in which the work could lie if there were no way to go.
#[derive(Clone, Copy)]
pub(crate) struct Room {
    pub(crate) time: Span,
    /// Where the member comes from.
    pub(crate) from: Coordinates,
    /// Where they go on to.
    pub(crate) to: Coordinates,
    pub(crate) before: Side,
    pub(crate) after: Side,
    /// How many of the member's visits come before.
    position: u32,
    /// The way that a visit here would replace, in minutes, once it is looked up.
    replaces: Option<u32>,
}

/// What is before or after a room.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Another visit of the day.
    Visit,
    /// Home, whatever is on the days before or after.
    Home,
}

/// A day and what is known of it, whatever is asked.
#[derive(Clone)]
pub(crate) struct OpenDay {
    pub(crate) day: Day,
    pub(crate) strength: Strength,
    /// How long the member's hours are in all.
    pub(crate) hours: Minutes,
    pub(crate) allowance: Allowance,
    /// What counts as their share so far ([`minutes_of_fulfilment`]).
    pub(crate) share: Minutes,
    rooms: Range<u32>,
}

/// A member's days that have room, in order.
#[derive(Clone, Default)]
pub(crate) struct OpenDays {
    days: Vec<OpenDay>,
    /// Each day's longest room in seconds: most questions about a booked day go no further.
    longest: Vec<i64>,
    rooms: Vec<Room>,
    /// The member's hours of the day that is looked through.
    stretches: Vec<Span>,
}

impl Room {
    /// The starts with which work of so many seconds lies within it.
    pub(crate) fn starts(&self, length: i64) -> Option<Starts> {
        Starts::new(self.time.start.seconds(), last_start(self.time.end.seconds(), length))
    }

    /// How many of the member's visits come before.
    pub(crate) fn position(&self) -> usize {
        index(self.position)
    }

    /// The way that a visit here would replace; what `look_up` tells where that isn't known yet.
    pub(crate) fn replaces(&self, look_up: impl FnOnce(Coordinates, Coordinates) -> Minutes) -> Minutes {
        match (self.replaces, self.before, self.after) {
            (Some(known), ..) => Minutes(i64::from(known)),
            (None, Side::Home, Side::Home) => Minutes(0),
            (None, ..) => look_up(self.from, self.to),
        }
    }
}

impl OpenDay {
    /// That day of a member who has those hours.
    pub(crate) fn new(member: &MemberPlan, agenda: &Agenda<'_>, day: &WorkingDay, stretches: &[Span]) -> Self {
        let hours = stretches.iter().map(|hours| hours.end.seconds_since(hours.start)).sum::<i64>() / 60;
        Self {
            day: day.day,
            strength: member.strength.get(&day.date()).copied().unwrap_or_default(),
            hours: Minutes(hours),
            allowance: agenda.ledger.allowance(&member.limits, day),
            share: minutes_of_fulfilment(&agenda.ledger, day.day),
            rooms: 0..0,
        }
    }
}

impl OpenDays {
    /// Looks through a member's days for rooms of at least so many seconds, in place of what is here.
    pub(crate) fn look_through<'d>(
        &mut self,
        member: &MemberPlan,
        agenda: &Agenda<'_>,
        days: impl Iterator<Item = &'d WorkingDay>,
        shortest: i64,
    ) {
        self.days.clear();
        self.longest.clear();
        self.rooms.clear();
        for day in days {
            stretches_into(member, day, &mut self.stretches);
            let first = self.rooms.len();
            add_rooms(&mut self.rooms, member, agenda, day.day, &self.stretches, shortest);
            let rooms = self.rooms.get(first..).unwrap_or_default();
            let longest = rooms.iter().map(|room| room.time.end.seconds_since(room.time.start)).max();
            if let Some(longest) = longest {
                let rooms = number(first)..number(self.rooms.len());
                self.days.push(OpenDay { rooms, ..OpenDay::new(member, agenda, day, &self.stretches) });
                self.longest.push(longest);
            }
        }
    }

    /// Looks up the ways that a visit would replace, for all questions to come.
    pub(crate) fn look_up_ways(&mut self, member: &MemberPlan) {
        for room in &mut self.rooms {
            let way = room.replaces(|from, to| travel(member.mode, from, to));
            room.replaces = u32::try_from(way.0).ok();
        }
    }

    /// Each day that has room for work of so many seconds, and all of its rooms; in order of time.
    pub(crate) fn with_room_for(&self, length: i64) -> impl Iterator<Item = (&OpenDay, &[Room])> {
        let days = self.days.iter().zip(&self.longest).filter(move |(_, longest)| **longest >= length);
        days.map(|(open, _)| (open, self.rooms.get(index(open.rooms.start)..index(open.rooms.end)).unwrap_or_default()))
    }
}

/// Adds the rooms of at least so many seconds between a day's visits, in their order, within the member's hours.
pub(crate) fn add_rooms(
    rooms: &mut Vec<Room>,
    member: &MemberPlan,
    agenda: &Agenda<'_>,
    day: Day,
    stretches: &[Span],
    shortest: i64,
) {
    if stretches.is_empty() {
        return;
    }
    for position in agenda.positions(day) {
        let between = agenda.between(position, member.limits.gap);
        let side = |placed: Option<&Placed<'_>>| match placed.filter(|placed| placed.day == day) {
            Some(placed) => (Side::Visit, placed.visit.at),
            None => (Side::Home, member.home),
        };
        for hours in stretches {
            let time = Span { start: between.start.max(hours.start), end: between.end.min(hours.end) };
            if time.end.seconds_since(time.start) >= shortest {
                let ((before, from), (after, to)) = (side(agenda.before(position)), side(agenda.visit(position)));
                rooms.push(Room { time, from, to, before, after, position: number(position), replaces: None });
            }
        }
    }
}

/// Nobody has four thousand million visits.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
