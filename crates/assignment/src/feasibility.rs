//! Whether a member can take a visit at a time: every rule, exactly.
//!
//! The rules come in three kinds. Some judge the member alone (skill, a no between two people, distance); some the
//! member on a date (strength, caps, earnings); some the very start (the co-op's hours, the member's hours, what is
//! before and after on that day). Those of the last kind are stretches of [`Starts`], and where they meet is when the
//! visit may begin: so one computation a day answers both "may it begin at 10.05?" and "when may it begin?".
//!
//! What it isn't: it ranks nobody (`ranking`), and it judges no plan (`checker`, which shares no code with it).
//!
//! # Rest and travel
//! Between the blocks of two visits that follow each other (see `blocks`) there is at least the member's gap:
//! `next.start − travel ≥ previous end + gap`, over midnight too, where the way leads through home. Only the work must lie
//! within hours; travel may be outside them.

use chrono::NaiveDate;
use domain::{DayHours, Minutes, Moment, Span, Strength};

use crate::{
    Block, CoopRules, MemberPlan, PlannedVisit, Request, Rule, Snapshot, Strangers,
    blocks::travel,
    calendar::{Calendar, WorkingDay},
    ledger::Ledger,
    starts::{ANY_SECOND, Starts, last_start},
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
    pub(crate) ledger: Ledger,
    /// The rule that bars them at any time, if one does: those that judge the member alone.
    pub(crate) barred: Option<Rule>,
    question: Question<'a>,
    visits: Vec<Placed>,
    home_to_visit: Minutes,
}

/// A place in the order of a member's visits, and when the new one may begin there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    pub(crate) starts: Starts,
    /// The way there.
    pub(crate) travel_in: Minutes,
    /// Travel of the day with the visit minus travel without it.
    pub(crate) added_travel: Minutes,
    pub(crate) date: NaiveDate,
    /// How many of the member's visits come before.
    position: usize,
}

#[derive(Clone, Copy)]
struct Placed {
    visit: PlannedVisit,
    date: NaiveDate,
    /// The latest end of the work of any visit up to this one.
    busy_until: Moment,
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
        let barred = question.barred(member);
        // Whoever is barred at any time is asked nothing more.
        let visits = if barred.is_some() { Vec::new() } else { placed(&member.visits, calendar) };
        let ledger = Ledger::of(if barred.is_some() { &[] } else { &member.visits }, calendar);
        let home_to_visit = travel(member.mode, member.home, question.request.at);
        Self { member, ledger, barred, question, visits, home_to_visit }
    }

    /// The earliest start `within` on a grid, that no rule forbids, and where it fits in.
    ///
    /// # Errors
    /// The latest [`Rule`] reached by any start within: the sets of starts narrow rule by rule, in their order, and this
    /// is the one that emptied them.
    pub(crate) fn earliest(&self, day: &WorkingDay, within: Starts, grid: i64) -> Result<(Moment, Opening), Rule> {
        let narrowed = |starts: Option<Starts>| starts.filter(|starts| starts.earliest(grid).is_some());
        let coop = narrowed(day.coop.and_then(|coop| coop.meet(within))).ok_or(Rule::CoopHours)?;
        if let Some(rule) = self.barred {
            return Err(rule);
        }
        let own_hours = stretches(self.member, day);
        let hours: Vec<Starts> = self.hours(&own_hours).filter_map(|hours| narrowed(hours.meet(coop))).collect();
        if hours.is_empty() {
            return Err(Rule::Hours);
        }
        if self.too_little_strength(day, &own_hours) {
            return Err(Rule::Strength);
        }
        let first = self
            .openings(day.date(), &hours)
            .iter()
            .filter_map(|opening| Some((opening.starts.earliest(grid)?, *opening)))
            .min_by_key(|(start, _)| *start);
        let (start, opening) = first.ok_or(Rule::Busy)?;
        match self.ledger.over_a_cap(&self.member.limits, day.date(), &self.question.request.terms) {
            Some(rule) => Err(rule),
            None => Ok((Moment::from_seconds(start), opening)),
        }
    }

    /// Where the visit fits into that day, in order of time; nothing when any rule forbids the day.
    pub(crate) fn all_openings(&self, day: &WorkingDay) -> Vec<Opening> {
        let Some(coop) = day.coop.filter(|_| self.barred.is_none()) else { return Vec::new() };
        let own_hours = stretches(self.member, day);
        let hours: Vec<Starts> = self.hours(&own_hours).filter_map(|hours| hours.meet(coop)).collect();
        let forbidden = hours.is_empty()
            || self.too_little_strength(day, &own_hours)
            || self.ledger.over_a_cap(&self.member.limits, day.date(), &self.question.request.terms).is_some();
        if forbidden { Vec::new() } else { self.openings(day.date(), &hours) }
    }

    /// How often they have been to this resident.
    pub(crate) fn been_before(&self) -> u32 {
        self.question.been_before(self.member)
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
        let today = |index: Option<usize>| self.visit_of(opening.date, index);
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
        let mut way_home = self.home_to_visit;
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

    /// The visit at that place in the member's order, when it is on that date.
    fn visit_of(&self, date: NaiveDate, index: Option<usize>) -> Option<PlannedVisit> {
        let placed = self.visits.get(index?)?;
        (placed.date == date).then_some(placed.visit)
    }

    /// The starts with which the work lies within one stretch.
    fn hours(&self, stretches: &[Span]) -> impl Iterator<Item = Starts> {
        let length = self.question.length();
        stretches
            .iter()
            .filter_map(move |stretch| Starts::new(stretch.start.seconds(), last_start(stretch.end.seconds(), length)))
    }

    fn too_little_strength(&self, day: &WorkingDay, stretches: &[Span]) -> bool {
        let strength = self.member.strength.get(&day.date()).copied().unwrap_or_default();
        match (strength, self.question.route) {
            (Strength::Normal, _) => false,
            (Strength::Pause, _) | (Strength::Less, Route::Automatic) => true,
            (Strength::Less, Route::ByHand) => {
                let seconds: i64 = stretches.iter().map(|stretch| stretch.end.seconds_since(stretch.start)).sum();
                let hours = Minutes(seconds / 60);
                let terms = &self.question.request.terms;
                !self.ledger.fits_half(&self.member.limits, day.date(), terms, hours)
            }
        }
    }

    /// The places between the day's visits where there is time, within the given starts.
    fn openings(&self, date: NaiveDate, within: &[Starts]) -> Vec<Opening> {
        let first = self.visits.partition_point(|placed| placed.date < date);
        let last = self.visits.partition_point(|placed| placed.date <= date);
        let mut openings = Vec::with_capacity(within.len());
        for position in first..=last {
            self.opening(date, position, within, &mut openings);
        }
        openings.sort_by_key(|opening: &Opening| opening.starts.earliest(ANY_SECOND));
        openings
    }

    /// The opening between two visits that follow each other, of this day or not.
    fn opening(&self, date: NaiveDate, position: usize, within: &[Starts], openings: &mut Vec<Opening>) {
        let before = position.checked_sub(1).and_then(|index| self.visits.get(index));
        let after = self.visits.get(position);
        let MemberPlan { home, mode, ref limits, .. } = *self.member;
        let at = self.question.request.at;
        let gap = limits.gap;
        let today = |side: Option<&Placed>| side.filter(|placed| placed.date == date).map(|placed| placed.visit);
        let (previous, next) = (today(before), today(after));
        let travel_in = previous.map_or(self.home_to_visit, |visit| travel(mode, visit.at, at));
        let travel_out = next.map_or(self.home_to_visit, |visit| travel(mode, at, visit.at));

        // The neighbour's block ends with its work, or at home when it is of an earlier day.
        let free_from = before.map_or(Moment::from_seconds(i64::MIN), |placed| {
            let way_home = if previous.is_some() { Minutes(0) } else { travel(mode, placed.visit.at, home) };
            (placed.visit.work().end + way_home + gap + travel_in).max(placed.busy_until)
        });
        // Likewise it begins on the way from here, or on the way from home when it is of a later day.
        let busy_from = after.map_or(Moment::from_seconds(i64::MAX), |placed| {
            let way_out = if next.is_some() { Minutes(0) } else { travel(mode, home, placed.visit.at) };
            placed.visit.start - way_out - gap - travel_out
        });
        let Some(free) = Starts::new(free_from.seconds(), last_start(busy_from.seconds(), self.question.length()))
        else {
            return;
        };
        let met: Vec<Starts> = within.iter().filter_map(|starts| starts.meet(free)).collect();
        if met.is_empty() {
            return;
        }

        let (from, to) = (previous.map_or(home, |visit| visit.at), next.map_or(home, |visit| visit.at));
        let added_travel = Minutes(travel_in.0 + travel_out.0 - travel(mode, from, to).0);
        openings.extend(met.into_iter().map(|starts| Opening { starts, travel_in, added_travel, date, position }));
    }
}

/// The member's hours of that date; stretches that touch or overlap are one.
pub(crate) fn stretches(member: &MemberPlan, day: &WorkingDay) -> Vec<Span> {
    let date = day.date();
    let exception = member.exceptions.iter().rev().find(|exception| exception.date == date);
    let span = |hours: DayHours| Span { start: day.at(hours.from), end: day.at(hours.to) };
    let mut stretches: Vec<Span> = match exception {
        Some(exception) => exception.hours.iter().map(|hours| span(*hours)).collect(),
        None => member.hours.on(chrono::Datelike::weekday(&date)).map(span).collect(),
    };
    stretches.sort();
    let mut joined: Vec<Span> = Vec::with_capacity(stretches.len());
    for stretch in stretches {
        match joined.last_mut() {
            Some(last) if stretch.start <= last.end => last.end = last.end.max(stretch.end),
            _ => joined.push(stretch),
        }
    }
    joined
}

/// The visits in order of start, with their dates.
fn placed(visits: &[PlannedVisit], calendar: &Calendar) -> Vec<Placed> {
    let mut placed: Vec<Placed> = visits
        .iter()
        .map(|visit| Placed { visit: *visit, date: calendar.date(visit.start), busy_until: visit.work().end })
        .collect();
    placed.sort_by_key(|placed| (placed.visit.start, placed.visit.id));
    let mut busy_until = Moment::from_seconds(i64::MIN);
    for each in &mut placed {
        busy_until = busy_until.max(each.busy_until);
        each.busy_until = busy_until;
    }
    placed
}
