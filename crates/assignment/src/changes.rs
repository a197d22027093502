//! The one smallest change that would bring somebody.
//!
//! Found by trying, in the order of how much it asks of people: another hour of the same day, then the days around
//! ([`DAYS_AROUND`]); then, at the asked time, somebody unfamiliar; two members who share the work; a member who starts
//! doing this service; a new member. What is named has been found feasible by the same code that makes offers, so it
//! works when it is made. Where even a new member who lives next door couldn't come, that is said instead.
//!
//! What it isn't: advice on two changes at once, or on changing somebody's limits. Those are law, and some are private.
//!
//! # Adding a change
//! A variant of [`Change`], its try in [`smallest_change`] in its place, its line in [`Change::members`], a case in the
//! property test that makes the change and orders the visit, and its words in `app/locales` (`rule.change_*`).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, Weekday};
use domain::{Cents, DayHours, Hours, Limits, MinuteOfDay, Minutes, Moment, PersonId, Service, Span, TravelMode};

use crate::{
    Candidate, Change, MemberPlan, Request, Snapshot, Strangers, TimeOffer,
    calendar::Calendar,
    candidates,
    feasibility::{Candidacy, Opening, Question, Workings},
    ranking::Standing,
    starts::{GRID, Starts},
    times,
};

/// How many days before and after the asked ones are tried.
pub(crate) const DAYS_AROUND: u32 = 14;

/// A member who could begin in a stretch of starts.
struct Able<'a> {
    starts: Starts,
    opening: Opening,
    candidacy: &'a Candidacy<'a>,
}

/// The smallest change that helps. `windows` are as they were asked for, `asked` the same in order and joined.
pub(crate) fn smallest_change(snapshot: &Snapshot, request: &Request, windows: &[Span], asked: &[Span]) -> Change {
    other_time(snapshot, request, windows)
        .map(|offer| Change::OtherTime { window: offer.window.start, member: offer.best.member })
        .or_else(|| somebody_unfamiliar(snapshot, request, asked))
        .or_else(|| second_person(snapshot, request, asked))
        .or_else(|| one_more_skill(snapshot, request, asked))
        .or_else(|| new_member(snapshot, request, windows, asked))
        .unwrap_or(Change::NotPossible)
}

impl Request {
    /// The part of each of two who share the work: half of the minutes, the price and the pay, rounded up.
    #[must_use]
    pub fn half(&self) -> Self {
        let mut half = self.clone();
        let halved = |whole: i64| whole.saturating_add(1).div_euclid(2);
        half.terms.minutes = Minutes(halved(self.terms.minutes.0));
        half.terms.price = Cents(halved(self.terms.price.0));
        half.terms.pay = Cents(halved(self.terms.pay.0));
        half
    }
}

impl Change {
    /// The members whom it names, in order.
    pub fn members(&self) -> Vec<PersonId> {
        match self {
            Self::OtherTime { member, .. } | Self::LetStrangerCome { member } | Self::OneMoreSkill { member, .. } => {
                vec![*member]
            }
            Self::SecondPerson { members, .. } => members.to_vec(),
            Self::NewMember { .. } | Self::NotPossible => Vec::new(),
        }
    }
}

/// The nearest time that works: fewest days away, then fewest hours by the clock, the later one of two as near.
fn other_time(snapshot: &Snapshot, request: &Request, windows: &[Span]) -> Option<TimeOffer> {
    let zone = snapshot.rules.zone;
    let mut wished: Vec<Moment> = windows.iter().map(|window| window.start).collect();
    if wished.is_empty() {
        wished.push(snapshot.now);
    }
    let calendar = Calendar::plain(zone);
    let around = Days::new(u64::from(DAYS_AROUND));
    let day = |at: Moment| calendar.date(at);
    let first = day(*wished.iter().min()?).checked_sub_days(around)?;
    let last = day(*wished.iter().max()?).checked_add_days(around)?;
    // From today's midnight, not from now: the hour that has begun may still do.
    let first = first.max(day(snapshot.now));
    let horizon = Span { start: zone.day(first).span.start, end: zone.day(last).span.end };

    let wished: Vec<_> = wished.into_iter().map(|at| (at, day(at), calendar.clock(at))).collect();
    let distance = |offer: &TimeOffer| {
        let start = offer.window.start;
        let (date, clock) = (day(start), calendar.clock(start));
        let from = |(at, wished_date, wished_clock): &(Moment, NaiveDate, u32)| {
            let days = date.signed_duration_since(*wished_date).num_days().unsigned_abs();
            (days, clock.abs_diff(*wished_clock), start < *at)
        };
        wished.iter().map(from).min().filter(|(days, ..)| *days <= u64::from(DAYS_AROUND))
    };
    times(snapshot, request, horizon)
        .into_iter()
        .filter(|offer| !windows.iter().any(|window| window.covers(offer.window)))
        .filter_map(|offer| Some((distance(&offer)?, offer.window.start, offer)))
        .min_by_key(|(distance, start, _)| (*distance, *start))
        .map(|(.., offer)| offer)
}

/// The best for the first of the windows that anybody can keep.
fn first_able(snapshot: &Snapshot, request: &Request, asked: &[Span]) -> Option<Candidate> {
    asked.iter().find_map(|window| candidates(snapshot, request, *window).into_iter().next())
}

/// Anybody may come.
pub(crate) fn open(request: &Request) -> Request {
    Request { strangers: Strangers::Welcome, ..request.clone() }
}

fn somebody_unfamiliar(snapshot: &Snapshot, request: &Request, asked: &[Span]) -> Option<Change> {
    if request.strangers == Strangers::Welcome {
        return None;
    }
    let stranger = first_able(snapshot, &open(request), asked)?;
    Some(Change::LetStrangerCome { member: stranger.member })
}

/// Two who begin together as early as any two can, each with half of the work: the best two of those who can then.
fn second_person(snapshot: &Snapshot, request: &Request, asked: &[Span]) -> Option<Change> {
    if !can_be_shared(request.terms.kind.service()) {
        return None;
    }
    let half = request.half();
    let question = Question::automatic(snapshot, &half);
    asked.iter().find_map(|window| {
        let within = Starts::within(*window)?;
        let calendar = Calendar::around(snapshot.rules.zone, *window);
        let candidacies = question.candidacies(snapshot, &calendar);
        calendar.dates(*window).into_iter().find_map(|date| {
            let day = question.working_day(date);
            let mut workings = Workings::default();
            let mut able: Vec<Able<'_>> = Vec::new();
            for candidacy in &candidacies {
                candidacy.all_openings(&day, &mut workings, &|starts| starts.meet(within).is_some());
                let met = |opening: &Opening| {
                    let starts = opening.starts.meet(within)?;
                    Some(Able { starts, opening: *opening, candidacy })
                };
                able.extend(workings.openings.iter().filter_map(met));
            }
            let (start, members) = earliest_two(&able)?;
            Some(Change::SecondPerson { start, members, minutes: half.terms.minutes })
        })
    })
}

/// Whether two can do the work in half the time. Nobody is at the doctor's sooner for being accompanied by two.
const fn can_be_shared(service: Service) -> bool {
    match service {
        Service::Snow | Service::Garden | Service::Cleaning => true,
        Service::Shopping | Service::Accompaniment => false,
    }
}

/// The earliest start that two members share, and the best two of those who can begin then, the better one first.
///
/// A stretch of starts is closed, so two of them first meet at the later one's beginning: it is enough to look there.
fn earliest_two(able: &[Able<'_>]) -> Option<(Moment, [PersonId; 2])> {
    let mut by_start: Vec<(i64, &Able<'_>)> =
        able.iter().filter_map(|able| Some((able.starts.earliest(GRID)?, able))).collect();
    by_start.sort_by_key(|(start, able)| (*start, able.candidacy.member.id));
    let mut open: Vec<&Able<'_>> = Vec::new();
    for together in by_start.chunk_by(|(one, _), (other, _)| one == other) {
        let start = together.first()?.0;
        open.retain(|able| able.starts.last >= start);
        open.extend(together.iter().map(|(_, able)| *able));
        // One member may have two openings that both hold this start; the better one counts.
        let mut best: BTreeMap<PersonId, Standing> = BTreeMap::new();
        for able in &open {
            let standing = Standing::new(able.candidacy, &able.opening);
            let known = best.entry(able.candidacy.member.id).or_insert(standing);
            *known = standing.min(*known);
        }
        let mut best: Vec<(Standing, PersonId)> =
            best.into_iter().map(|(member, standing)| (standing, member)).collect();
        best.sort_unstable();
        if let [(_, first), (_, second), ..] = best.as_slice() {
            return Some((Moment::from_seconds(start), [*first, *second]));
        }
    }
    None
}

/// A member who could come if they did this service too. (Which services somebody does is no secret; whatever else
/// might keep them isn't told.)
fn one_more_skill(snapshot: &Snapshot, request: &Request, asked: &[Span]) -> Option<Change> {
    let skill = request.terms.kind.service();
    let learners = snapshot.members.iter().filter(|member| !member.skills.contains(&skill));
    let learned = learners.map(|member| {
        let mut learned = member.clone();
        learned.skills.insert(skill);
        learned
    });
    let learned = Snapshot { now: snapshot.now, rules: snapshot.rules.clone(), members: learned.collect() };
    let able = first_able(&learned, request, asked)?;
    Some(Change::OneMoreSkill { member: able.member, skill })
}

/// A new member at the asked time, or at the nearest when the co-op works.
fn new_member(snapshot: &Snapshot, request: &Request, windows: &[Span], asked: &[Span]) -> Option<Change> {
    let newcomer = newcomer(request);
    let with_them = Snapshot { now: snapshot.now, rules: snapshot.rules.clone(), members: vec![newcomer] };
    let welcomed = open(request);
    let unfamiliar = request.strangers == Strangers::OnlyFamiliar;
    if first_able(&with_them, &welcomed, asked).is_some() {
        return Some(Change::NewMember { other_time: None, unfamiliar });
    }
    let offer = other_time(&with_them, &welcomed, windows)?;
    Some(Change::NewMember { other_time: Some(offer.window.start), unfamiliar })
}

/// Somebody who lives at that very home, does everything, and has all the time in the world.
pub(crate) fn newcomer(request: &Request) -> MemberPlan {
    let taken = |id: &PersonId| request.resident == Some(*id) || request.not_these.contains(id);
    let ids = (0..=u8::MAX).map(|byte| PersonId::from_random([byte; 16]));
    let id = ids.into_iter().find(|id| !taken(id)).unwrap_or(PersonId::from_random([0; 16]));
    let all_day = DayHours { from: MinuteOfDay::o_clock(0), to: MinuteOfDay::MIDNIGHT };
    let week = std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ())).take(7);
    MemberPlan {
        id,
        home: request.at,
        mode: TravelMode::Walk,
        skills: Service::ALL.iter().copied().collect(),
        limits: Limits::default(),
        hours: Hours(week.map(|day| (day, all_day)).collect()),
        exceptions: Vec::new(),
        strength: BTreeMap::new(),
        blocked: BTreeSet::new(),
        knows: BTreeMap::new(),
        wished_week: None,
        visits: Vec::new(),
    }
}
