//! Why a linked pair hasn't two members, and the smallest change that would bring them.
//!
//! Each of the two tells by itself how many members each rule removed, as `why_nobody` counts them. Who could make it, if
//! only the other of the two had somebody, is counted at [`Rule::NoSecond`].
//!
//! # The change
//! It is for both, each with its own part of it: made for both, it brings two members at their distance. Tried in this
//! order: another time for both, the nearest day first; at the asked times, somebody unfamiliar; new members, where one
//! may be enough and two are. Where one of the two stays where it is, the change is the other's alone.
//!
//! What isn't tried: more skills, and another distance.

use chrono::{Days, NaiveDate};
use domain::{Moment, PersonId, Span};

use super::{
    Place,
    links::Pair,
    two::{Half, best_two},
};
use crate::{
    Change, Failure, MemberPlan, Request, Rule, Snapshot, Strangers,
    calendar::Calendar,
    changes::{DAYS_AROUND, newcomer, open},
    feasibility::Question,
    why_nobody::count,
};

/// What two places say together, each of its own half.
type Told = fn(&Pairs<'_>, usize, Place) -> Change;

/// A pair and what there is for it.
struct Pairs<'a> {
    snapshot: &'a Snapshot,
    calendar: &'a Calendar,
    pair: Pair,
    halves: [Half<'a>; 2],
}

/// Why, for each of the two that has nobody.
pub(super) fn why_no_two(
    snapshot: &Snapshot,
    calendar: &Calendar,
    pair: Pair,
    halves: [Half<'_>; 2],
) -> [Option<Failure>; 2] {
    let change = Pairs { snapshot, calendar, pair, halves }.smallest_change();
    let failure = |half: &Half<'_>, change: Change| {
        let mut counted = count(snapshot, half.request, half.windows);
        if counted.able > 0 {
            counted.removed.insert(Rule::NoSecond, counted.able);
        }
        half.given.is_none().then(|| counted.failure(Some(change)))
    };
    let [first, second] = &halves;
    let [change_first, change_second] = change;
    [failure(first, change_first), failure(second, change_second)]
}

impl<'a> Pairs<'a> {
    fn smallest_change(&self) -> [Change; 2] {
        let told = |told: Told| move |(first, second): (Place, Place)| [told(self, 0, first), told(self, 1, second)];
        let requests = self.halves.map(|half| open(half.request));
        let [first, second] = &requests;
        let welcome = self.asking([first, second]);
        let taken = self.halves.map(|half| half.request);
        let newcomers = newcomers(self.snapshot, taken);
        let alone = Snapshot { members: newcomers.to_vec(), ..self.snapshot_without_members() };
        let mut with_them = self.snapshot.clone();
        with_them.members.extend(newcomers);
        self.other_time(self.snapshot)
            .map(told(|pairs, which, place| Change::OtherTime {
                window: pairs.hour_of(which, place.start),
                member: place.member,
            }))
            .or_else(|| {
                welcome
                    .at_asked(self.snapshot)
                    .map(told(|_, _, place| Change::LetStrangerCome { member: place.member }))
            })
            .or_else(|| {
                welcome.at_asked(&with_them).map(told(|pairs, which, _| Change::NewMember {
                    other_time: None,
                    unfamiliar: pairs.is_for_familiar(which),
                }))
            })
            .or_else(|| {
                welcome.other_time(&alone).map(told(|pairs, which, place| Change::NewMember {
                    other_time: Some(pairs.hour_of(which, place.start)),
                    unfamiliar: pairs.is_for_familiar(which),
                }))
            })
            .unwrap_or([Change::NotPossible, Change::NotPossible])
    }

    /// The same with other requests.
    fn asking(&self, [first, second]: [&'a Request; 2]) -> Self {
        let [one, other] = self.halves;
        Self { halves: [Half { request: first, ..one }, Half { request: second, ..other }], ..*self }
    }

    fn at_asked(&self, snapshot: &Snapshot) -> Option<(Place, Place)> {
        best_two(snapshot, self.calendar, self.pair, self.halves)
    }

    /// With other windows for those that aren't given.
    fn at(&self, snapshot: &Snapshot, windows: [Span; 2]) -> Option<(Place, Place)> {
        let [first, second] = &self.halves;
        let [one, other] = &windows;
        let halves = [
            Half { windows: std::slice::from_ref(one), ..*first },
            Half { windows: std::slice::from_ref(other), ..*second },
        ];
        best_two(snapshot, self.calendar, self.pair, halves)
    }

    /// The nearest time at which two can: fewest days from an asked one, then fewest hours by the clock.
    fn other_time(&self, snapshot: &Snapshot) -> Option<(Place, Place)> {
        let day = |at: Moment| self.calendar.date(at);
        let mut asked: Vec<Moment> =
            self.halves.iter().flat_map(|half| half.windows.iter().map(|window| window.start)).collect();
        if asked.is_empty() {
            asked.push(snapshot.now);
        }
        let around = Days::new(u64::from(DAYS_AROUND));
        let first = day(*asked.iter().min()?).checked_sub_days(around)?.max(day(snapshot.now));
        let last = day(*asked.iter().max()?).checked_add_days(around)?;
        let zone = snapshot.rules.zone;
        let horizon = Span { start: zone.day(first).span.start, end: zone.day(last).span.end };
        let [one, other] = &self.halves;
        match (one.given, other.given) {
            (Some(place), _) => self.at(snapshot, [horizon, self.after(place.start, horizon)]),
            (None, Some(place)) => self.at(snapshot, [self.before(place.start, horizon), horizon]),
            (None, None) => {
                let away = |date: NaiveDate| {
                    let days = |at: &Moment| date.signed_duration_since(day(*at)).num_days().unsigned_abs();
                    asked.iter().map(days).min().filter(|days| *days <= u64::from(DAYS_AROUND))
                };
                let mut dates: Vec<(u64, NaiveDate)> = first
                    .iter_days()
                    .take_while(|date| *date <= last)
                    .filter_map(|date| Some((away(date)?, date)))
                    .collect();
                dates.sort_unstable();
                dates.into_iter().find_map(|(days, date)| {
                    let whole = zone.day(date).span;
                    self.at(snapshot, [whole, self.second_of(whole, horizon)])?;
                    let near = |at: &&Moment| date.signed_duration_since(day(**at)).num_days().unsigned_abs() == days;
                    let wished: Vec<u32> = asked.iter().filter(near).map(|at| self.calendar.clock(*at)).collect();
                    self.nearest_hour(snapshot, date, &wished, horizon)
                })
            }
        }
    }

    /// In the hour of that day nearest to a wished time by the clock.
    fn nearest_hour(
        &self,
        snapshot: &Snapshot,
        date: NaiveDate,
        wished: &[u32],
        horizon: Span,
    ) -> Option<(Place, Place)> {
        let day = Question::automatic(snapshot, self.halves.first()?.request).working_day(date);
        let far = |hour: &Span| {
            let clock = self.calendar.clock(hour.start);
            wished.iter().map(|wished| wished.abs_diff(clock)).min()
        };
        let mut hours: Vec<Span> = day.clock_hours().collect();
        hours.sort_by_key(|hour| (far(hour), hour.start));
        hours.into_iter().find_map(|hour| self.at(snapshot, [hour, self.second_of(hour, horizon)]))
    }

    /// When the second may begin if the first begins in that span.
    fn second_of(&self, first: Span, horizon: Span) -> Span {
        let start = first.start.plus_seconds(self.pair.least).max(horizon.start);
        Span { start, end: first.end.plus_seconds(self.pair.most).min(horizon.end) }
    }

    fn after(&self, first: Moment, horizon: Span) -> Span {
        self.second_of(Span { start: first, end: first.plus_seconds(1) }, horizon)
    }

    /// When the first may begin if the second begins then.
    fn before(&self, second: Moment, horizon: Span) -> Span {
        let start = second.plus_seconds(-self.pair.most).max(horizon.start);
        Span { start, end: second.plus_seconds(1 - self.pair.least).min(horizon.end) }
    }

    /// The arrival window in which that half would begin: its start.
    fn hour_of(&self, which: usize, start: Moment) -> Moment {
        let Some(half) = self.halves.get(which) else { return start };
        let day = Question::automatic(self.snapshot, half.request).working_day(self.calendar.date(start));
        let hour = day.clock_hours().find(|hour| hour.contains(start));
        hour.map_or(start, |hour| hour.start)
    }

    fn is_for_familiar(&self, which: usize) -> bool {
        self.halves.get(which).is_some_and(|half| half.request.strangers == Strangers::OnlyFamiliar)
    }

    fn snapshot_without_members(&self) -> Snapshot {
        Snapshot { now: self.snapshot.now, rules: self.snapshot.rules.clone(), members: Vec::new() }
    }
}

/// Two new members, one who lives at each of the two homes.
fn newcomers(snapshot: &Snapshot, requests: [&Request; 2]) -> [MemberPlan; 2] {
    let is_taken = |id: &PersonId| {
        snapshot.members.iter().any(|member| member.id == *id)
            || requests.iter().any(|request| request.resident == Some(*id) || request.not_these.contains(id))
    };
    let mut free = (0..=u8::MAX).map(|byte| PersonId::from_random([byte; 16])).filter(|id| !is_taken(id));
    requests.map(|request| {
        let newcomer = newcomer(request);
        MemberPlan { id: free.next().unwrap_or(newcomer.id), ..newcomer }
    })
}
