//! While an order is made: the times that can really be kept, and who is best for each.
//!
//! Offers are exact: what is offered is what [`crate::feasible_at`] accepts, and everything it accepts on the grid of
//! five minutes is found. An arrival window is one hour of the wall clock; in it, a member is offered their earliest
//! feasible start. (A window later by five minutes would let somebody else begin; that is the next window's business.)

use std::ops::Range;

use domain::{Moment, Span};

use crate::{
    Candidate, Request, Snapshot,
    agenda::Agenda,
    calendar::{Calendar, Day, WorkingDay},
    feasibility::{Candidacy, Opening, Question, Workings},
    ranking::Standing,
    starts::{GRID, Starts},
};

/// A time that somebody can keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeOffer {
    /// The arrival window: one hour of the wall clock.
    pub window: Span,
    /// The best member for it.
    pub best: Candidate,
}

/// A member who can come in a window, by their index in the snapshot.
#[derive(Clone, Copy)]
struct Able {
    standing: Standing,
    start: Moment,
    opening: Opening,
    member: usize,
}

/// The best two of a window so far.
#[derive(Clone, Copy)]
struct Podium {
    window: Span,
    best: Option<Able>,
    second: Option<Standing>,
}

/// All members who can begin within the arrival window `[window.start, window.end)`, best first, each at their earliest
/// feasible start on the grid of five minutes.
pub fn candidates(snapshot: &Snapshot, request: &Request, window: Span) -> Vec<Candidate> {
    let Some(within) = Starts::within(window) else { return Vec::new() };
    let Some(first) = snapshot.members.first() else { return Vec::new() };
    let question = Question::automatic(snapshot, request);
    let calendar = Calendar::around(snapshot.rules.zone, window);
    let days: Vec<WorkingDay> = calendar.dates(window).into_iter().map(|date| question.working_day(date)).collect();
    let mut candidacy = Candidacy::new(question, first, &calendar);
    let mut workings = Workings::default();
    let mut able = Vec::new();
    for (index, member) in snapshot.members.iter().enumerate() {
        candidacy.turn_to(member, &calendar);
        let earliest = days.iter().find_map(|day| candidacy.earliest_with(&mut workings, day, within, GRID).ok());
        able.extend(earliest.map(|(start, opening)| Able {
            standing: Standing::new(&candidacy, &opening),
            start,
            opening,
            member: index,
        }));
    }
    able.sort_by_key(|able| able.standing);
    let only_one = able.len() == 1;
    let next = able.iter().skip(1).map(|able| Some(&able.standing)).chain(std::iter::once(None));
    let told = able.iter().zip(next).filter_map(|(able, next)| {
        candidacy.turn_to(snapshot.members.get(able.member)?, &calendar);
        Some(able.candidate(&candidacy, next, only_one))
    });
    told.collect()
}

/// Every arrival window (an hour of the wall clock) that begins within the horizon and that somebody can keep, in order
/// of time, with the best member for each.
///
/// Members are gone through one by one, each over all days, so that what is known of them is worked out once. Only the
/// best and the second of a window are wanted: where somebody couldn't be either even if the visit were on their very
/// way, the way isn't looked up.
pub fn times(snapshot: &Snapshot, request: &Request, horizon: Span) -> Vec<TimeOffer> {
    let calendar = Calendar::around(snapshot.rules.zone, horizon);
    search(snapshot, request, horizon, &calendar, Agendas::WorkedOut)
}

/// Where members' agendas come from.
#[derive(Clone, Copy)]
pub(crate) enum Agendas<'a> {
    /// From their plans, one after the other.
    WorkedOut,
    /// They are known: one for each member, in order.
    Known(&'a [Agenda<'a>]),
}

pub(crate) fn search<'a>(
    snapshot: &'a Snapshot,
    request: &'a Request,
    horizon: Span,
    calendar: &Calendar,
    agendas: Agendas<'a>,
) -> Vec<TimeOffer> {
    let question = Question::automatic(snapshot, request);
    let mut podiums = Vec::new();
    let mut days = Vec::new();
    for date in calendar.dates(horizon) {
        let day = question.working_day(date);
        if day.coop.is_some() {
            let first = podiums.len();
            podiums.extend(day.clock_hours().filter(|hour| horizon.contains(hour.start)).map(Podium::new));
            days.push((day, first..podiums.len()));
        }
    }
    let Some(first) = snapshot.members.first() else { return Vec::new() };
    let mut candidacy = Candidacy::new(question, first, calendar);
    let turn = |candidacy: &mut Candidacy<'a>, index: usize| {
        let Some(member) = snapshot.members.get(index) else { return };
        match agendas {
            Agendas::Known(agendas) => {
                agendas.get(index).into_iter().for_each(|agenda| candidacy.turn_to_known(member, agenda));
            }
            Agendas::WorkedOut => candidacy.turn_to(member, calendar),
        }
    };
    let mut workings = Workings::default();
    for index in 0..snapshot.members.len() {
        turn(&mut candidacy, index);
        if candidacy.barred.is_none() {
            consider_all(&candidacy, index, &days, &mut podiums, &mut workings);
        }
    }
    offers(podiums, &mut candidacy, turn)
}

/// Puts a member before every window of the days.
fn consider_all(
    candidacy: &Candidacy<'_>,
    member: usize,
    days: &[(WorkingDay, Range<usize>)],
    podiums: &mut [Podium],
    workings: &mut Workings,
) {
    let mut this_week: Option<Day> = None;
    let mut at_best = None;
    for (day, hours) in days {
        let Some(podiums) = podiums.get_mut(hours.clone()) else { continue };
        if !candidacy.may_have_room(day) {
            continue;
        }
        // It is the same for all days of a week.
        let monday = Some(day.day.monday());
        if this_week != monday {
            this_week = monday;
            at_best = Some(Standing::at_best(candidacy, day.day));
        }
        let Some(at_best) = at_best else { continue };
        let worth = |starts: Starts| at_hours(podiums, starts).iter().any(|podium| podium.has_room(&at_best));
        candidacy.all_openings(day, workings, &worth);
        consider(podiums, &workings.openings, at_best, member);
    }
}

/// Puts a member's openings of a day before that day's windows: in each the one that comes first.
fn consider(podiums: &mut [Podium], openings: &[Opening], at_best: Standing, member: usize) {
    let mut from = i64::MIN;
    for opening in openings {
        let Some(starts) = Starts::new(opening.starts.first.max(from), opening.starts.last) else { continue };
        let standing = at_best.with_travel(opening.added_travel);
        for podium in at_hours_mut(podiums, starts) {
            let start = Starts::within(podium.window).and_then(|within| starts.meet(within)?.earliest(GRID));
            if let Some(start) = start {
                let start = Moment::from_seconds(start);
                podium.consider(Able { standing, start, opening: *opening, member });
                from = podium.window.end.seconds();
            }
        }
    }
}

/// Each window that somebody won, with its winner; in order of time.
fn offers<'a>(
    mut podiums: Vec<Podium>,
    candidacy: &mut Candidacy<'a>,
    turn: impl Fn(&mut Candidacy<'a>, usize),
) -> Vec<TimeOffer> {
    let winner = |podium: &Podium| podium.best.map(|best| best.member);
    // By member, so that each is turned to once.
    podiums.sort_by_key(|podium| (winner(podium), podium.window.start));
    let mut offers = Vec::with_capacity(podiums.len());
    for won in podiums.chunk_by(|one, other| winner(one) == winner(other)) {
        let Some(member) = won.first().and_then(winner) else { continue };
        turn(candidacy, member);
        offers.extend(won.iter().filter_map(|podium| podium.offer(candidacy)));
    }
    offers.sort_by_key(|offer: &TimeOffer| offer.window.start);
    offers
}

/// Of windows that follow each other hour by hour, those that share a start with the stretch.
fn at_hours(podiums: &[Podium], starts: Starts) -> &[Podium] {
    podiums.get(hours_of(podiums, starts)).unwrap_or_default()
}

fn at_hours_mut(podiums: &mut [Podium], starts: Starts) -> &mut [Podium] {
    let hours = hours_of(podiums, starts);
    podiums.get_mut(hours).unwrap_or_default()
}

fn hours_of(podiums: &[Podium], starts: Starts) -> Range<usize> {
    let Some(first) = podiums.first() else { return 0..0 };
    let hour = |at: i64| {
        let hours = at.saturating_sub(first.window.start.seconds()).div_euclid(3600);
        usize::try_from(hours.max(-1).saturating_add(1)).unwrap_or(usize::MAX)
    };
    // Counted from one, so that what is before the first window is none of them.
    let (from, until) = (hour(starts.first).max(1) - 1, hour(starts.last).min(podiums.len()));
    from.min(until)..until
}

impl Able {
    fn candidate(&self, candidacy: &Candidacy<'_>, next: Option<&Standing>, only_one: bool) -> Candidate {
        Candidate {
            member: candidacy.member.id,
            start: self.start,
            insertion: candidacy.insertion(&self.opening, self.start),
            added_travel: self.standing.added_travel(),
            score: self.standing.score(),
            reasons: self.standing.reasons(candidacy, &self.opening, next, only_one),
        }
    }
}

impl Podium {
    fn new(window: Span) -> Self {
        Self { window, best: None, second: None }
    }

    /// Whether somebody of that standing would be among the best two.
    fn has_room(&self, standing: &Standing) -> bool {
        self.second.is_none_or(|second| *standing < second)
    }

    fn consider(&mut self, able: Able) {
        let beaten = match &self.best {
            Some(best) if best.standing < able.standing => Some(able.standing),
            _ => self.best.replace(able).map(|best| best.standing),
        };
        self.second = match (self.second, beaten) {
            (Some(second), Some(beaten)) => Some(second.min(beaten)),
            (second, beaten) => second.or(beaten),
        };
    }

    fn offer(&self, candidacy: &Candidacy<'_>) -> Option<TimeOffer> {
        let best = self.best?.candidate(candidacy, self.second.as_ref(), self.second.is_none());
        Some(TimeOffer { window: self.window, best })
    }
}
