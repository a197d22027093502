//! Whether a member can take a visit at a time: every rule, exactly.
//!
//! The rules come in three kinds. Some judge the member alone (skill, a no between two people, distance); some the
//! member on a date (strength, caps, earnings); some the very start (the co-op's hours, the member's hours, what is
//! before and after on that day). Those of the last kind are stretches of [`Starts`], and where they meet is when the
//! visit may begin: so one computation a day answers both "may it begin at 10.05?" and "when may it begin?".
//!
//! What of a date depends on no question comes as an [`OpenDay`] and its [`Room`]s: worked out for the one start that is
//! asked about, for the days of one order, or for many orders to come. The rules that look at them are the same.
//!
//! What it isn't: it ranks nobody (`ranking`), and it judges no plan (`checker`, which shares no code with it).
//!
//! # Rest and travel
//! Between the blocks of two visits that follow each other (see `blocks`) there is at least the member's gap:
//! `next.start − travel ≥ previous end + gap`, over midnight too, where the way leads through home. Only the work must lie
//! within hours; travel may be outside them.

use std::{borrow::Cow, cell::Cell};

use chrono::NaiveDate;
use domain::{Coordinates, DayHours, Minutes, Moment, Span, Strength};

use crate::{
    Block, CoopRules, MemberPlan, PlannedVisit, Request, Rule, Snapshot, Strangers,
    agenda::{Agenda, Placed},
    blocks::{travel, travel_at_most},
    calendar::{Calendar, Day, WorkingDay},
    rooms::{OpenDay, Room, Side, add_rooms},
    starts::{ANY_SECOND, Starts, last_start},
    vicinity::Vicinity,
};

/// A visit fitted into a member's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insertion {
    /// When the work begins.
    pub start: Moment,
    /// The way there, from the previous place of the day or from home.
    pub travel_in: Minutes,
    /// The neighbours' blocks that change, as they become: at most the one before and the one after.
    pub blocks: Vec<Block>,
    /// The new visit's own block.
    pub block: Span,
}

/// By which route a visit comes to a member. Strength "less" bars automatic offers that day; the coordinator's hand
/// may still use half of what is left of the day's caps. Nothing else differs: nobody overrides a member's own limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Automatic,
    ByHand,
}

/// One question: this visit, now, by this route.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) rules: &'a CoopRules,
    pub(crate) now: Moment,
    pub(crate) request: &'a Request,
    pub(crate) route: Route,
}

/// A member as the question sees them: their visits in order with dates and sums.
pub(crate) struct Candidacy<'a> {
    pub(crate) member: &'a MemberPlan,
    pub(crate) agenda: Cow<'a, Agenda<'a>>,
    /// The rule that bars them at any time, if one does: those that judge the member alone.
    pub(crate) barred: Option<Rule>,
    /// How often they have been to this resident.
    pub(crate) been_before: u32,
    question: Question<'a>,
    vicinity: Vicinity,
    /// Looked up once it is needed.
    home_to_visit: Cell<Option<Minutes>>,
}

/// What is worked out of one member's day. Kept between members and days, so that nothing is allocated for each.
#[derive(Default)]
pub(crate) struct Workings {
    stretches: Vec<Span>,
    rooms: Vec<Room>,
    /// Where the visit fits into the day, in order of time.
    pub(crate) openings: Vec<Opening>,
}

/// A place in the order of a member's visits, and when the new one may begin there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    pub(crate) starts: Starts,
    /// The way there.
    pub(crate) travel_in: Minutes,
    /// Travel of the day with the visit minus travel without it.
    pub(crate) added_travel: Minutes,
    pub(crate) day: Day,
    /// How many of the member's visits come before.
    position: usize,
}

/// Whether the member can begin at exactly `start`, as an automatic offer, and how the visit fits in.
///
/// # Errors
/// The first [`Rule`], in their order, that forbids it.
pub fn feasible_at(
    rules: &CoopRules,
    now: Moment,
    member: &MemberPlan,
    request: &Request,
    start: Moment,
) -> Result<Insertion, Rule> {
    fits_at(Question { rules, now, request, route: Route::Automatic }, member, start)
}

/// The same when the coordinator puts the visit to the member by hand: on a day of "less" half of what is left of the
/// day's caps may be used. Rounded down; where a cap in minutes isn't set, the minutes of the member's hours of that
/// date stand for it. Every other rule holds as it is.
///
/// # Errors
/// The first [`Rule`], in their order, that forbids it.
pub fn feasible_by_hand(
    rules: &CoopRules,
    now: Moment,
    member: &MemberPlan,
    request: &Request,
    start: Moment,
) -> Result<Insertion, Rule> {
    fits_at(Question { rules, now, request, route: Route::ByHand }, member, start)
}

fn fits_at(question: Question<'_>, member: &MemberPlan, start: Moment) -> Result<Insertion, Rule> {
    let calendar = Calendar::plain(question.rules.zone);
    let day = question.working_day(calendar.date(start));
    let only = Starts::new(start.seconds(), start.seconds()).ok_or(Rule::CoopHours)?;
    let candidacy = Candidacy::new(question, member, &calendar);
    let (start, opening) = candidacy.earliest(&day, only, ANY_SECOND)?;
    Ok(candidacy.insertion(&opening, start))
}

impl<'a> Question<'a> {
    /// The question of an automatic offer.
    pub(crate) fn automatic(snapshot: &'a Snapshot, request: &'a Request) -> Self {
        Self { rules: &snapshot.rules, now: snapshot.now, request, route: Route::Automatic }
    }

    /// That date with the co-op's own rules applied.
    pub(crate) fn working_day(&self, date: NaiveDate) -> WorkingDay {
        let on_holidays = self.request.terms.kind.service() == domain::Service::Snow;
        WorkingDay::new(self.rules, self.now, date, self.length(), on_holidays)
    }

    /// How long the work takes, in seconds.
    pub(crate) fn length(&self) -> i64 {
        self.request.terms.minutes.seconds()
    }

    /// How often that member has been to this resident.
    pub(crate) fn been_before(&self, member: &MemberPlan) -> u32 {
        self.request.resident.and_then(|resident| member.knows.get(&resident).copied()).unwrap_or(0)
    }

    /// Everybody who isn't barred at any time.
    pub(crate) fn candidacies(self, snapshot: &'a Snapshot, calendar: &Calendar) -> Vec<Candidacy<'a>> {
        let free = snapshot.members.iter().filter(|member| self.barred(member).is_none());
        free.map(|member| Candidacy::new(self, member, calendar)).collect()
    }

    /// The first rule about the member alone that bars them.
    pub(crate) fn barred(&self, member: &MemberPlan) -> Option<Rule> {
        let request = self.request;
        let is = |resident: &domain::PersonId| *resident == member.id || member.blocked.contains(resident);
        if !member.skills.contains(&request.terms.kind.service()) {
            Some(Rule::Skill)
        } else if request.not_these.contains(&member.id) {
            Some(Rule::Asked)
        } else if request.resident.as_ref().is_some_and(is) {
            Some(Rule::Blocked)
        } else if request.strangers == Strangers::OnlyFamiliar && self.been_before(member) == 0 {
            Some(Rule::Stranger)
        } else if member.limits.furthest_metres.is_some_and(|most| member.home.metres_to(request.at) > most) {
            Some(Rule::Distance)
        } else if request.terms.effort > member.limits.heaviest {
            Some(Rule::TooHeavy)
        } else {
            None
        }
    }
}

impl<'a> Candidacy<'a> {
    /// The member before the question.
    pub(crate) fn new(question: Question<'a>, member: &'a MemberPlan, calendar: &Calendar) -> Self {
        let mut candidacy = Self {
            member,
            agenda: Cow::default(),
            barred: None,
            been_before: 0,
            question,
            vicinity: Vicinity::of(question.request.at),
            home_to_visit: Cell::default(),
        };
        candidacy.turn_to(member, calendar);
        candidacy
    }

    /// The next member before the same question.
    pub(crate) fn turn_to(&mut self, member: &'a MemberPlan, calendar: &Calendar) {
        self.present(member);
        let agenda = self.agenda.to_mut();
        // Whoever is barred at any time is asked nothing more.
        if self.barred.is_some() { agenda.clear(calendar) } else { agenda.fill(member, calendar) }
    }

    /// The same where their agenda is known.
    pub(crate) fn turn_to_known(&mut self, member: &'a MemberPlan, agenda: &'a Agenda<'a>) {
        self.present(member);
        self.agenda = Cow::Borrowed(agenda);
    }

    fn present(&mut self, member: &'a MemberPlan) {
        self.member = member;
        self.barred = self.question.barred(member);
        self.been_before = self.question.been_before(member);
        self.home_to_visit.set(None);
    }

    /// The earliest start `within` on a grid, that no rule forbids, and where it fits in.
    ///
    /// # Errors
    /// The latest [`Rule`] reached by any start within: the sets of starts narrow rule by rule, in their order, and this
    /// is the one that emptied them.
    pub(crate) fn earliest(&self, day: &WorkingDay, within: Starts, grid: i64) -> Result<(Moment, Opening), Rule> {
        self.earliest_with(&mut Workings::default(), day, within, grid)
    }

    /// The same, worked out in the room that is given.
    ///
    /// # Errors
    /// As [`Self::earliest`].
    pub(crate) fn earliest_with(
        &self,
        workings: &mut Workings,
        day: &WorkingDay,
        within: Starts,
        grid: i64,
    ) -> Result<(Moment, Opening), Rule> {
        let narrowed = |starts: Option<Starts>| starts.filter(|starts| starts.earliest(grid).is_some());
        let coop = narrowed(day.coop.and_then(|coop| coop.meet(within))).ok_or(Rule::CoopHours)?;
        if let Some(rule) = self.barred {
            return Err(rule);
        }
        let open = self.open_day(day, workings);
        let length = self.question.length();
        let begun = |hours: &Span| Starts::new(hours.start.seconds(), last_start(hours.end.seconds(), length));
        if !workings.stretches.iter().any(|hours| narrowed(begun(hours).and_then(|begun| begun.meet(coop))).is_some()) {
            return Err(Rule::Hours);
        }
        if self.too_little_strength(&open) {
            return Err(Rule::Strength);
        }
        let Workings { rooms, openings, .. } = workings;
        self.openings(&open, rooms, coop, openings);
        let starts = openings.iter().filter_map(|opening| Some((opening.starts.earliest(grid)?, *opening)));
        let (start, opening) = starts.min_by_key(|(start, _)| *start).ok_or(Rule::Busy)?;
        match open.allowance.exceeded_by(&self.question.request.terms) {
            Some(rule) => Err(rule),
            None => Ok((Moment::from_seconds(start), opening)),
        }
    }

    /// Finds where the visit fits into that day: nothing when any rule forbids the day, or when no start that could be
    /// possible is `worth` anything.
    pub(crate) fn all_openings(&self, day: &WorkingDay, workings: &mut Workings, worth: &impl Fn(Starts) -> bool) {
        workings.openings.clear();
        if let Some(coop) = day.coop {
            let open = self.open_day(day, workings);
            let Workings { rooms, openings, .. } = workings;
            self.openings_worth(&open, rooms, coop, openings, &|starts, _| worth(starts));
        }
    }

    /// The same for a day that was looked through before. What a start is worth is asked with minutes of travel that the
    /// visit adds there at least.
    ///
    /// Where one room is worth looking at, all of the day are: in an hour that two of them share, the member counts with the
    /// earlier start, even if the later is the better.
    pub(crate) fn openings_worth(
        &self,
        open: &OpenDay,
        rooms: &[Room],
        coop: Starts,
        openings: &mut Vec<Opening>,
        worth: &impl Fn(Starts, Minutes) -> bool,
    ) {
        openings.clear();
        let length = self.question.length();
        let is_worth = |room: &Room| {
            let starts = room.starts(length).and_then(|starts| starts.meet(coop));
            starts.is_some_and(|starts| worth(starts, self.least_added_travel(room)))
        };
        let forbidden = || {
            let terms = &self.question.request.terms;
            self.barred.is_some() || self.too_little_strength(open) || open.allowance.exceeded_by(terms).is_some()
        };
        if !forbidden() && rooms.iter().any(is_worth) {
            self.openings(open, rooms, coop, openings);
        }
    }

    /// The way from the member's home.
    fn home_to_visit(&self) -> Minutes {
        let way = self.home_to_visit.get();
        let way = way.unwrap_or_else(|| travel(self.member.mode, self.member.home, self.question.request.at));
        self.home_to_visit.set(Some(way));
        way
    }

    /// How long the work takes.
    pub(crate) fn length(&self) -> Minutes {
        self.question.request.terms.minutes
    }

    /// The visit put into an opening at a start of it.
    pub(crate) fn insertion(&self, opening: &Opening, start: Moment) -> Insertion {
        let MemberPlan { home, mode, .. } = *self.member;
        let at = self.question.request.at;
        let end = start.plus_seconds(self.question.length());
        let today = |index: Option<usize>| self.visit_of(opening.day, index);
        let (before, after) = (opening.position.checked_sub(1), Some(opening.position));
        let mut blocks = Vec::new();
        if let (Some(previous), None) = (today(before), today(after)) {
            // It was the day's last: the way home isn't its any more.
            let from = today(before.and_then(|index| index.checked_sub(1))).map_or(home, |visit| visit.at);
            let work = previous.work();
            if travel(mode, previous.at, home) != Minutes(0) {
                let span = Span { start: work.start - travel(mode, from, previous.at), end: work.end };
                blocks.push(Block { visit: previous.id, span });
            }
        }
        let mut way_home = self.home_to_visit();
        if let Some(next) = today(after) {
            way_home = Minutes(0);
            let from = today(before).map_or(home, |visit| visit.at);
            let is_last = today(Some(opening.position.saturating_add(1))).is_none();
            let home_again = if is_last { travel(mode, next.at, home) } else { Minutes(0) };
            let (was, becomes) = (travel(mode, from, next.at), travel(mode, at, next.at));
            if was != becomes {
                let span = Span { start: next.start - becomes, end: next.work().end + home_again };
                blocks.push(Block { visit: next.id, span });
            }
        }
        let block = Span { start: start - opening.travel_in, end: end + way_home };
        Insertion { start, travel_in: opening.travel_in, blocks, block }
    }

    /// The visit at that place in the member's order, when it is on that day.
    fn visit_of(&self, day: Day, index: Option<usize>) -> Option<&PlannedVisit> {
        let placed = self.agenda.visit(index?)?;
        (placed.day == day).then_some(placed.visit)
    }

    /// Looks through that day: its hours and rooms are worked out, and what else is known of it is told.
    fn open_day(&self, day: &WorkingDay, workings: &mut Workings) -> OpenDay {
        let Workings { stretches, rooms, .. } = workings;
        stretches_into(self.member, day, stretches);
        rooms.clear();
        add_rooms(rooms, self.member, &self.agenda, day.day, stretches, self.question.length());
        OpenDay::new(self.member, &self.agenda, day, stretches)
    }

    fn too_little_strength(&self, open: &OpenDay) -> bool {
        match (open.strength, self.question.route) {
            (Strength::Normal, _) => false,
            (Strength::Pause, _) | (Strength::Less, Route::Automatic) => true,
            (Strength::Less, Route::ByHand) => {
                let terms = &self.question.request.terms;
                !self.agenda.ledger.fits_half(&self.member.limits, open.day, terms, open.hours)
            }
        }
    }

    /// Those of a day's rooms in which there is time for the ways too, in order of time.
    fn openings(&self, open: &OpenDay, rooms: &[Room], coop: Starts, openings: &mut Vec<Opening>) {
        openings.clear();
        openings.extend(rooms.iter().filter_map(|room| self.opening(open.day, room, coop)));
        openings.sort_by_key(|opening| opening.starts.first);
    }

    fn opening(&self, day: Day, room: &Room, coop: Starts) -> Option<Opening> {
        let (mode, length) = (self.member.mode, self.question.length());
        room.starts(length)?.meet(coop)?;
        let way = |side: Side, place: Coordinates| match side {
            Side::Visit => travel(mode, place, self.question.request.at),
            Side::Home => self.home_to_visit(),
        };
        let (travel_in, travel_out) = (way(room.before, room.from), way(room.after, room.to));
        let first = self.arrival(room, travel_in).max(room.time.start);
        let end = self.departure(room, travel_out).min(room.time.end);
        let starts = Starts::new(first.seconds(), last_start(end.seconds(), length))?.meet(coop)?;
        let replaced = room.replaces(|from, to| travel(mode, from, to));
        let added_travel = Minutes(travel_in.0 + travel_out.0 - replaced.0);
        Some(Opening { starts, travel_in, added_travel, day, position: room.position() })
    }

    /// When the member can be there, so many minutes from where they come from.
    fn arrival(&self, room: &Room, travel_in: Minutes) -> Moment {
        let MemberPlan { home, mode, ref limits, .. } = *self.member;
        let Some(Placed { visit, .. }) = self.agenda.before(room.position()) else { return room.time.start };
        let arrival = |way_home: Minutes| visit.work().end + way_home + limits.gap + travel_in;
        match room.before {
            Side::Visit => arrival(Minutes(0)),
            // Yesterday's way home seldom matters, and then it needn't be known exactly.
            Side::Home => match arrival(travel_at_most(mode, visit.at, home)) {
                latest if latest <= room.time.start => latest,
                _ => arrival(travel(mode, visit.at, home)),
            },
        }
    }

    /// When they must leave again, so many minutes from where they go on to.
    fn departure(&self, room: &Room, travel_out: Minutes) -> Moment {
        let MemberPlan { home, mode, ref limits, .. } = *self.member;
        let Some(Placed { visit, .. }) = self.agenda.visit(room.position()) else { return room.time.end };
        let departure = |way_out: Minutes| visit.start - way_out - limits.gap - travel_out;
        match room.after {
            Side::Visit => departure(Minutes(0)),
            Side::Home => match departure(travel_at_most(mode, home, visit.at)) {
                earliest if earliest >= room.time.end => earliest,
                _ => departure(travel(mode, home, visit.at)),
            },
        }
    }

    /// No more travel than a visit in that room adds to the day.
    fn least_added_travel(&self, room: &Room) -> Minutes {
        let mode = self.member.mode;
        let way = |side: Side, place: Coordinates| match side {
            Side::Visit => self.vicinity.at_least(mode, place, self.question.request.at),
            Side::Home => self.home_to_visit(),
        };
        let replaced = room.replaces(|from, to| self.vicinity.at_most(mode, from, to));
        Minutes(way(room.before, room.from).0 + way(room.after, room.to).0 - replaced.0)
    }
}

/// The member's hours of that date; stretches that touch or overlap are one.
pub(crate) fn stretches(member: &MemberPlan, day: &WorkingDay) -> Vec<Span> {
    let mut stretches = Vec::new();
    stretches_into(member, day, &mut stretches);
    stretches
}

/// The same in place of what is there.
pub(crate) fn stretches_into(member: &MemberPlan, day: &WorkingDay, stretches: &mut Vec<Span>) {
    let date = day.date();
    let exception = member.exceptions.iter().rev().find(|exception| exception.date == date);
    let span = |hours: DayHours| Span { start: day.at(hours.from), end: day.at(hours.to) };
    stretches.clear();
    match exception {
        Some(exception) => stretches.extend(exception.hours.iter().map(|hours| span(*hours))),
        None => stretches.extend(member.hours.on(chrono::Datelike::weekday(&date)).map(span)),
    }
    stretches.sort();
    stretches.dedup_by(|next, last| {
        let joined = next.start <= last.end;
        if joined {
            last.end = last.end.max(next.end);
        }
        joined
    });
}
