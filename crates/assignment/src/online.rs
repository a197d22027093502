//! While an order is made: the times that can really be kept, and who is best for each.
//!
//! Offers are exact: what is offered is what [`crate::feasible_at`] accepts, and everything it accepts on the grid of
//! five minutes is found. An arrival window is one hour of the wall clock; in it, a member is offered their earliest
//! feasible start. (A window later by five minutes would let somebody else begin; that is the next window's business.)

use domain::{Moment, Span};

use crate::{
    Candidate, Request, Snapshot,
    calendar::{Calendar, WorkingDay},
    feasibility::{Candidacy, Opening, Question, Route},
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

/// A member who can come in a window.
struct Able<'a> {
    standing: Standing,
    start: Moment,
    opening: Opening,
    candidacy: &'a Candidacy<'a>,
}

/// The best two of a window so far, and how many there are.
struct Podium<'a> {
    window: Span,
    best: Option<Able<'a>>,
    second: Option<Standing>,
    count: u32,
}

/// All members who can begin within the arrival window `[window.start, window.end)`, best first, each at their earliest
/// feasible start on the grid of five minutes.
pub fn candidates(snapshot: &Snapshot, request: &Request, window: Span) -> Vec<Candidate> {
    let Some(within) = Starts::within(window) else { return Vec::new() };
    let (question, calendar) = open_question(snapshot, request, window);
    let days: Vec<WorkingDay> = calendar.dates(window).into_iter().map(|date| question.working_day(date)).collect();
    let candidacies = question.candidacies(snapshot, &calendar);
    let mut able: Vec<Able<'_>> = candidacies
        .iter()
        .filter_map(|candidacy| {
            let (start, opening) = days.iter().find_map(|day| candidacy.earliest(day, within, GRID).ok())?;
            Some(Able::new(candidacy, opening, start))
        })
        .collect();
    able.sort_by_key(|able| able.standing);
    let only_one = able.len() == 1;
    let next = able.iter().skip(1).map(|able| Some(&able.standing)).chain(std::iter::once(None));
    able.iter().zip(next).map(|(able, next)| able.candidate(next, only_one)).collect()
}

/// Every arrival window (an hour of the wall clock) that begins within the horizon and that somebody can keep, in order
/// of time, with the best member for each.
pub fn times(snapshot: &Snapshot, request: &Request, horizon: Span) -> Vec<TimeOffer> {
    let (question, calendar) = open_question(snapshot, request, horizon);
    let candidacies = question.candidacies(snapshot, &calendar);
    let mut offers = Vec::new();
    for date in calendar.dates(horizon) {
        let day = question.working_day(date);
        if day.coop.is_none() {
            continue;
        }
        let mut podiums: Vec<Podium<'_>> =
            day.clock_hours().filter(|hour| horizon.contains(hour.start)).map(Podium::new).collect();
        for candidacy in &candidacies {
            let openings = candidacy.all_openings(&day);
            for podium in &mut podiums {
                if let Some((start, opening)) = earliest(&openings, podium.window) {
                    podium.consider(Able::new(candidacy, opening, start));
                }
            }
        }
        offers.extend(podiums.into_iter().filter_map(Podium::offer));
    }
    offers
}

fn open_question<'a>(snapshot: &'a Snapshot, request: &'a Request, span: Span) -> (Question<'a>, Calendar) {
    let question = Question { rules: &snapshot.rules, now: snapshot.now, request, route: Route::Automatic };
    (question, Calendar::around(snapshot.rules.zone, span))
}

/// The earliest start within a window, on the grid.
fn earliest(openings: &[Opening], window: Span) -> Option<(Moment, Opening)> {
    let within = Starts::within(window)?;
    openings
        .iter()
        .filter_map(|opening| Some((opening.starts.meet(within)?.earliest(GRID)?, *opening)))
        .min_by_key(|(start, _)| *start)
        .map(|(start, opening)| (Moment::from_seconds(start), opening))
}

impl<'a> Able<'a> {
    fn new(candidacy: &'a Candidacy<'a>, opening: Opening, start: Moment) -> Self {
        Self { standing: Standing::new(candidacy, &opening), start, opening, candidacy }
    }

    fn candidate(&self, next: Option<&Standing>, only_one: bool) -> Candidate {
        Candidate {
            member: self.candidacy.member.id,
            start: self.start,
            insertion: self.candidacy.insertion(&self.opening, self.start),
            added_travel: self.standing.added_travel(),
            score: self.standing.score(),
            reasons: self.standing.reasons(self.candidacy, &self.opening, next, only_one),
        }
    }
}

impl<'a> Podium<'a> {
    fn new(window: Span) -> Self {
        Self { window, best: None, second: None, count: 0 }
    }

    fn consider(&mut self, able: Able<'a>) {
        self.count += 1;
        let beaten = match &self.best {
            Some(best) if best.standing < able.standing => Some(able.standing),
            _ => self.best.replace(able).map(|best| best.standing),
        };
        self.second = match (self.second, beaten) {
            (Some(second), Some(beaten)) => Some(second.min(beaten)),
            (second, beaten) => second.or(beaten),
        };
    }

    fn offer(self) -> Option<TimeOffer> {
        let best = self.best?.candidate(self.second.as_ref(), self.count == 1);
        Some(TimeOffer { window: self.window, best })
    }
}
