//! While an order is made: the times that can really be kept, and who is best for each.
//!
//! Offers are exact: what is offered is what [`crate::feasible_at`] accepts, and everything it accepts on the grid of
//! five minutes is found. An arrival window is one hour of the wall clock; in it, a member is offered their earliest
//! feasible start. (A window later by five minutes would let somebody else begin; that is the next window's business.)
//!
//! # What it costs
//! For each member and date with a room that is long enough, a few comparisons of numbers (`rooms`), and a quick lower
//! bound on the travel that the visit adds in each of its rooms (`vicinity`). Only where that would win somebody one of the
//! two places on a window's podium (`podiums`) are ways looked up. Measured by the example `online`.

use std::ops::Range;

use domain::{Minutes, Moment, Span};

use crate::{
    Candidate, MemberPlan, Request, Snapshot,
    agenda::Agenda,
    calendar::{Calendar, WorkingDay},
    feasibility::{Candidacy, Opening, Question, Workings},
    podiums::{Able, Podium, Podiums},
    ranking::{NEAR, Standing},
    rooms::{OpenDay, OpenDays, Room},
    starts::{GRID, Starts},
    vicinity::Vicinity,
};

/// A time that somebody can keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeOffer {
    /// The arrival window: one hour of the wall clock.
    pub window: Span,
    /// The best member for it.
    pub best: Candidate,
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
/// best and the second of a window are wanted: where a quick bound on the way shows that somebody couldn't be either,
/// the way isn't looked up.
pub fn times(snapshot: &Snapshot, request: &Request, horizon: Span) -> Vec<TimeOffer> {
    let calendar = Calendar::around(snapshot.rules.zone, horizon);
    search(snapshot, request, horizon, &calendar, Known::Nothing)
}

/// What is known of the members beforehand.
#[derive(Clone, Copy)]
pub(crate) enum Known<'a> {
    /// Nothing: each is looked through in their turn.
    Nothing,
    /// Each one's visits, and the days of the horizon that have room; one for each member, in order.
    Members(&'a [(Agenda<'a>, OpenDays)]),
}

/// A day of the horizon, and where its windows are among all.
struct AskedDay {
    day: WorkingDay,
    windows: Range<usize>,
}

pub(crate) fn search<'a>(
    snapshot: &'a Snapshot,
    request: &'a Request,
    horizon: Span,
    calendar: &Calendar,
    known: Known<'a>,
) -> Vec<TimeOffer> {
    let question = Question::automatic(snapshot, request);
    let mut podiums = Vec::new();
    let mut days = Vec::new();
    for date in calendar.dates(horizon) {
        let day = question.working_day(date);
        let first = podiums.len();
        if day.coop.is_some() {
            podiums.extend(day.clock_hours().filter(|hour| horizon.contains(hour.start)).map(Podium::new));
        }
        days.push(AskedDay { day, windows: first..podiums.len() });
    }
    let Some(first) = snapshot.members.first() else { return Vec::new() };
    let mut candidacy = Candidacy::new(question, first, calendar);
    let mut looked_through = OpenDays::default();
    let mut openings = Vec::new();
    for index in near_first(snapshot, request) {
        turn(&mut candidacy, snapshot, calendar, known, index);
        if candidacy.barred.is_some() {
            continue;
        }
        let open_days = match known {
            Known::Members(members) => members.get(index).map(|(_, open_days)| open_days),
            Known::Nothing => {
                let working = days.iter().map(|asked| &asked.day).filter(|day| day.coop.is_some());
                looked_through.look_through(candidacy.member, &candidacy.agenda, working, question.length());
                Some(&looked_through)
            }
        };
        for (open, rooms) in open_days.into_iter().flat_map(|days| days.with_room_for(question.length())) {
            consider(&candidacy, index, open, rooms, &days, &mut podiums, &mut openings);
        }
    }
    offers(&podiums, &mut candidacy, |candidacy, index| turn(candidacy, snapshot, calendar, known, index))
}

/// The members, by index: first those who live near, who fill the podiums and so spare many others a closer look.
fn near_first(snapshot: &Snapshot, request: &Request) -> impl Iterator<Item = usize> {
    let vicinity = Vicinity::of(request.at);
    let is_near = |member: &MemberPlan| vicinity.at_least(member.mode, member.home, request.at) <= NEAR;
    let lives_near = |index: &usize| snapshot.members.get(*index).is_some_and(is_near);
    let (near, far): (Vec<usize>, Vec<usize>) = (0..snapshot.members.len()).partition(lives_near);
    near.into_iter().chain(far)
}

/// The next member before the question.
fn turn<'a>(
    candidacy: &mut Candidacy<'a>,
    snapshot: &'a Snapshot,
    calendar: &Calendar,
    known: Known<'a>,
    index: usize,
) {
    let Some(member) = snapshot.members.get(index) else { return };
    match known {
        Known::Nothing => candidacy.turn_to(member, calendar),
        Known::Members(members) => {
            members.get(index).into_iter().for_each(|(agenda, _)| candidacy.turn_to_known(member, agenda));
        }
    }
}

/// Puts a member before the windows of one of their days: in each the opening of theirs that comes first.
fn consider(
    candidacy: &Candidacy<'_>,
    member: usize,
    open: &OpenDay,
    rooms: &[Room],
    days: &[AskedDay],
    podiums: &mut [Podium],
    openings: &mut Vec<Opening>,
) {
    let asked =
        days.first().and_then(|first| days.get(usize::try_from(open.day.0.saturating_sub(first.day.day.0)).ok()?));
    let Some((coop, windows)) = asked.and_then(|asked| Some((asked.day.coop?, asked.windows.clone()))) else { return };
    let mut podiums = Podiums(podiums.get_mut(windows).unwrap_or_default());
    let at_best = Standing::at_best(candidacy, open.share);
    let worth = |starts: Starts, least: Minutes| podiums.have_room(starts, &at_best.with_travel(least));
    candidacy.openings_worth(open, rooms, coop, openings, &worth);
    let mut from = i64::MIN;
    for opening in openings.iter() {
        let Some(starts) = Starts::new(opening.starts.first.max(from), opening.starts.last) else { continue };
        let standing = at_best.with_travel(opening.added_travel);
        for podium in podiums.at(starts) {
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
    podiums: &[Podium],
    candidacy: &mut Candidacy<'a>,
    turn: impl Fn(&mut Candidacy<'a>, usize),
) -> Vec<TimeOffer> {
    let winner = |podium: &Podium| podium.best.map(|best| best.member);
    // By member, so that each is turned to once.
    let mut won: Vec<(usize, usize)> =
        podiums.iter().enumerate().filter_map(|(window, podium)| Some((winner(podium)?, window))).collect();
    won.sort_unstable();
    let mut offers = vec![None; podiums.len()];
    let mut turned_to = None;
    for (member, window) in won {
        if turned_to != Some(member) {
            turned_to = Some(member);
            turn(candidacy, member);
        }
        if let (Some(offer), Some(podium)) = (offers.get_mut(window), podiums.get(window)) {
            *offer = podium.offer(candidacy);
        }
    }
    offers.into_iter().flatten().collect()
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
    fn offer(&self, candidacy: &Candidacy<'_>) -> Option<TimeOffer> {
        let best = self.best?.candidate(candidacy, self.second.as_ref(), self.second.is_none());
        Some(TimeOffer { window: self.window, best })
    }
}
