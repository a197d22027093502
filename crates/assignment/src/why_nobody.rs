//! Why nobody can come, and the smallest change that would help.
//!
//! Each member is counted once, at the latest rule that any of the asked times got them to: the rule that stops them in
//! their best window. What is private to a member is told as their hours ([`Rule::told_to_others`]).
//!
//! The change is found by trying, nearest first: another hour of the same day, then the days around it (up to
//! [`DAYS_AROUND`]), then somebody unfamiliar at the asked time. What is named here has been found feasible by the same
//! code that makes offers, so it can be ordered as it stands.
//!
//! # Adding a change
//! A variant of [`Change`], its try in [`change`] in the order of how much it asks of the resident, and a case in the
//! property test that makes the change and looks whether it works.

use std::collections::BTreeMap;

use domain::{Moment, Span};

use crate::{
    Change, Failure, Request, Rule, Snapshot, Strangers, TimeOffer,
    calendar::{Calendar, WorkingDay},
    candidates,
    feasibility::{Candidacy, Question, Route},
    starts::{GRID, Starts},
    times,
};

/// How many days before and after the asked ones are tried.
const DAYS_AROUND: u32 = 14;

/// Why nobody can come in any of these windows, and the smallest change that helps.
///
/// Asked about no window at all, it takes "now" for the wished time and counts everybody at [`Rule::CoopHours`].
/// Members who can come after all are counted nowhere, and then there is no change.
pub fn why_nobody(snapshot: &Snapshot, request: &Request, windows: &[Span]) -> Failure {
    let asked = joined(windows);
    let mut removed: BTreeMap<Rule, u32> = BTreeMap::new();
    let mut somebody = false;
    let reach = Span {
        start: asked.first().map_or(snapshot.now, |span| span.start),
        end: asked.last().map_or(snapshot.now.plus_seconds(1), |span| span.end),
    };
    let calendar = Calendar::around(snapshot.rules.zone, reach);
    let question = Question { rules: &snapshot.rules, now: snapshot.now, request, route: Route::Automatic };
    let spans: Vec<(Starts, Vec<WorkingDay>)> = asked
        .iter()
        .filter_map(|span| {
            let days = calendar.dates(*span).into_iter().map(|date| question.working_day(date)).collect();
            Some((Starts::within(*span)?, days))
        })
        .collect();
    for member in &snapshot.members {
        match stopped_by(&Candidacy::new(question, member, &calendar), &spans) {
            Some(rule) => *removed.entry(rule.told_to_others()).or_default() += 1,
            None => somebody = true,
        }
    }
    Failure {
        last: removed.last_key_value().map_or(Rule::Skill, |(rule, _)| *rule),
        removed: removed.into_iter().collect(),
        change: (!somebody).then(|| change(snapshot, request, windows)),
    }
}

/// The latest rule that stops the member at every asked time; none when they can come.
fn stopped_by(candidacy: &Candidacy<'_>, spans: &[(Starts, Vec<WorkingDay>)]) -> Option<Rule> {
    let mut latest = Rule::CoopHours;
    for (within, days) in spans {
        for day in days {
            match candidacy.earliest(day, *within, GRID) {
                Ok(_) => return None,
                Err(rule) => latest = latest.max(rule),
            }
        }
    }
    Some(latest)
}

/// The smallest change that helps.
fn change(snapshot: &Snapshot, request: &Request, windows: &[Span]) -> Change {
    if let Some(offer) = nearest_time(snapshot, request, windows) {
        return Change::OtherTime { window: offer.window.start, member: offer.best.member };
    }
    if request.strangers == Strangers::OnlyFamiliar {
        let open = Request { strangers: Strangers::Welcome, ..request.clone() };
        let anybody = windows.iter().find_map(|window| candidates(snapshot, &open, *window).into_iter().next());
        if let Some(stranger) = anybody {
            return Change::LetStrangerCome { member: stranger.member };
        }
    }
    Change::NewMember
}

/// The nearest time that works: fewest days away, then fewest hours by the clock, the later one of two as near.
fn nearest_time(snapshot: &Snapshot, request: &Request, windows: &[Span]) -> Option<TimeOffer> {
    let zone = snapshot.rules.zone;
    let mut wished: Vec<Moment> = windows.iter().map(|window| window.start).collect();
    if wished.is_empty() {
        wished.push(snapshot.now);
    }
    let calendar = Calendar::plain(zone);
    let around = chrono::Days::new(u64::from(DAYS_AROUND));
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
        let from = |(at, wished_date, wished_clock): &(Moment, chrono::NaiveDate, u32)| {
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

/// The windows in order of time, those that touch or overlap made one.
fn joined(windows: &[Span]) -> Vec<Span> {
    let mut sorted: Vec<Span> = windows.iter().copied().filter(|window| window.start < window.end).collect();
    sorted.sort();
    let mut joined: Vec<Span> = Vec::with_capacity(sorted.len());
    for window in sorted {
        match joined.last_mut() {
            Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
            _ => joined.push(window),
        }
    }
    joined
}
