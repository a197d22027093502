//! Why a pair hasn't two members is told truly, and the suggested change works when it is made.

use std::collections::{BTreeMap, BTreeSet};

use assignment::{
    Change, Decision, Evaluations, Failure, Link, MemberPlan, Plan, Request, Rule, Snapshot, Stands, Strangers,
    WantedVisit, candidates, check_linked, plan_linked, why_nobody,
};
use domain::{DayHours, Hours, Limits, MinuteOfDay, Moment, Service, Span, TravelMode, VisitId};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use crate::{
    links::linked,
    wishes::Wanting,
    world::{ZONE, member_id},
};

fn planned(snapshot: &Snapshot, wanted: &[WantedVisit], links: &[Link]) -> Plan {
    plan_linked(snapshot, wanted, links, 1, &mut Evaluations(100)).unwrap()
}

fn failure_of(plan: &Plan, visit: VisitId) -> Option<&Failure> {
    match &plan.visits.iter().find(|wish| wish.visit == visit)?.decision {
        Decision::Assigned { .. } => None,
        Decision::Unassigned { failure } => Some(failure.as_ref().expect("every visit of a pair says why")),
    }
}

/// A pair as it is left in a plan: some of it without a member.
struct Open<'a> {
    after: &'a Snapshot,
    wishes: [WantedVisit; 2],
    link: Link,
    failures: [Option<&'a Failure>; 2],
}

impl<'a> Open<'a> {
    fn all(after: &'a Snapshot, wanted: &[WantedVisit], links: &[Link], plan: &'a Plan) -> Vec<Self> {
        let open = |link: &Link| {
            let ids = [link.first, link.second];
            let wishes = ids.map(|id| wanted.iter().find(|wish| wish.id == id).unwrap().clone());
            let failures = ids.map(|id| failure_of(plan, id));
            failures.iter().any(Option::is_some).then_some(Self { after, wishes, link: *link, failures })
        };
        links.iter().filter_map(open).collect()
    }

    fn changes(&self) -> Vec<&'a Change> {
        self.failures.iter().flatten().map(|failure| failure.change.as_ref().expect("there is a change")).collect()
    }

    /// Each member is counted once, and at "no second one" those who could come to this visit alone.
    fn is_counted_rightly(&self) -> Result<(), TestCaseError> {
        for (wish, failure) in self.wishes.iter().zip(self.failures) {
            let Some(failure) = failure else { continue };
            let mut counted: BTreeMap<Rule, u32> = failure.removed.iter().copied().collect();
            let all: u32 = counted.values().sum();
            prop_assert_eq!(usize::try_from(all).unwrap(), self.after.members.len());
            let able: BTreeSet<_> = wish
                .windows
                .iter()
                .flat_map(|window| candidates(self.after, &wish.request, *window))
                .map(|candidate| candidate.member)
                .collect();
            prop_assert_eq!(usize::try_from(counted.remove(&Rule::NoSecond).unwrap_or(0)).unwrap(), able.len());
            let alone = why_nobody(self.after, &wish.request, &wish.windows);
            prop_assert_eq!(counted.into_iter().collect::<Vec<_>>(), alone.removed);
            prop_assert_eq!(failure.last == Rule::NoSecond, !able.is_empty());
        }
        Ok(())
    }

    /// Whether two members are found once `change` has been done to the pair.
    fn works(&self, change: impl FnOnce(&mut Snapshot, &mut [WantedVisit; 2])) -> Result<bool, TestCaseError> {
        let (mut snapshot, mut wishes) = (self.after.clone(), self.wishes.clone());
        change(&mut snapshot, &mut wishes);
        let plan = planned(&snapshot, &wishes, &[self.link]);
        prop_assert_eq!(check_linked(&snapshot, &wishes, &[self.link], &plan), vec![]);
        Ok(plan.unassigned().next().is_none())
    }

    fn with_changes_made(&self) -> Result<bool, TestCaseError> {
        self.works(|snapshot, wishes| {
            for (wish, failure) in wishes.iter_mut().zip(self.failures) {
                match failure.and_then(|failure| failure.change.as_ref()) {
                    Some(Change::OtherTime { window, .. }) => wish.windows = vec![an_hour(*window)],
                    Some(Change::LetStrangerCome { .. }) => wish.request.strangers = Strangers::Welcome,
                    Some(Change::NewMember { other_time, unfamiliar }) => {
                        let n = u8::try_from(snapshot.members.len()).unwrap();
                        snapshot.members.push(newcomer(200 + n, &wish.request));
                        if *unfamiliar {
                            wish.request.strangers = Strangers::Welcome;
                        }
                        if let Some(window) = other_time {
                            wish.windows = vec![an_hour(*window)];
                        }
                    }
                    Some(other) => panic!("not one for a pair: {other:?}"),
                    None => {}
                }
            }
        })
    }

    /// Nothing smaller would do: another time, then somebody unfamiliar, then a new member.
    fn is_smallest(&self) -> Result<(), TestCaseError> {
        let change = self.changes()[0];
        if matches!(change, Change::OtherTime { .. }) {
            return Ok(());
        }
        let at_any_time = self.works(|_, wishes| {
            let around = around(wishes);
            for wish in wishes {
                wish.windows = vec![around];
            }
        })?;
        prop_assert!(!at_any_time, "another time");
        let welcome = |wishes: &mut [WantedVisit; 2]| {
            for wish in wishes {
                wish.request.strangers = Strangers::Welcome;
            }
        };
        if !matches!(change, Change::LetStrangerCome { .. }) {
            prop_assert!(!self.works(|_, wishes| welcome(wishes))?, "somebody unfamiliar");
        }
        Ok(())
    }
}

fn an_hour(start: Moment) -> Span {
    Span { start, end: start.plus_seconds(3600) }
}

/// Nearly a fortnight more on each side of the wished times.
fn around(wishes: &[WantedVisit; 2]) -> Span {
    let windows = || wishes.iter().flat_map(|wish| &wish.windows);
    let first = windows().map(|window| window.start).min().unwrap().plus_seconds(-13 * 86_400);
    let last = windows().map(|window| window.start).max().unwrap().plus_seconds(13 * 86_400);
    Span { start: first, end: last }
}

/// Somebody new who lives at that home and does everything at any time.
fn newcomer(n: u8, request: &Request) -> MemberPlan {
    let all_day = DayHours { from: MinuteOfDay::o_clock(0), to: MinuteOfDay::MIDNIGHT };
    MemberPlan {
        id: member_id(n),
        home: request.at,
        mode: TravelMode::Walk,
        skills: Service::ALL.iter().copied().collect(),
        limits: Limits::default(),
        hours: Hours((0..7_u8).map(|day| (chrono::Weekday::try_from(day).unwrap(), all_day)).collect()),
        exceptions: Vec::new(),
        strength: BTreeMap::new(),
        blocked: BTreeSet::new(),
        knows: BTreeMap::new(),
        wished_week: None,
        visits: Vec::new(),
    }
}

/// One visit of a pair stays where it is, and the other is wanted in the night before.
fn half_pinned((wanting, links): (Wanting, Vec<Link>)) -> Option<(Snapshot, Vec<WantedVisit>, Link)> {
    let Wanting { world, mut wanted } = wanting;
    let plan = planned(&world.snapshot, &wanted, &links);
    let place = |id| plan.visits.iter().find(|wish| wish.visit == id).unwrap().place();
    let link = *links.iter().find(|link| place(link.first).is_some())?;
    let mut snapshot = plan.accepted(&world.snapshot, &wanted);
    for member in &mut snapshot.members {
        member.visits.retain(|visit| visit.id != link.second);
    }
    wanted.retain(|wish| [link.first, link.second].contains(&wish.id));
    for wish in &mut wanted {
        if wish.id == link.first {
            wish.stands = Stands::Pinned(place(link.first).unwrap());
        } else {
            let night = ZONE.day(ZONE.date(wish.windows[0].start)).span.start;
            wish.windows = vec![Span { start: night, end: night.plus_seconds(3600) }];
        }
    }
    Some((snapshot, wanted, link))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_pair_without_members_says_why_and_what_would_help((wanting, links) in linked(6, 8)) {
        let Wanting { world, wanted } = &wanting;
        let plan = planned(&world.snapshot, wanted, &links);
        let after = plan.accepted(&world.snapshot, wanted);
        for open in Open::all(&after, wanted, &links, &plan) {
            open.is_counted_rightly()?;
            if !open.changes().contains(&&Change::NotPossible) {
                prop_assert!(open.with_changes_made()?, "{:?}", open.failures);
            }
            open.is_smallest()?;
        }
    }

    #[test]
    fn beside_a_pinned_visit_the_change_is_the_other_ones((snapshot, wanted, link) in
        linked(6, 8).prop_filter_map("a pair", half_pinned)
    ) {
        let plan = planned(&snapshot, &wanted, &[link]);
        let after = plan.accepted(&snapshot, &wanted);
        let open = Open::all(&after, &wanted, &[link], &plan);
        prop_assert_eq!(open.len(), 1);
        prop_assert!(open[0].failures[0].is_none() && open[0].failures[1].is_some());
        open[0].is_counted_rightly()?;
        if !open[0].changes().contains(&&Change::NotPossible) {
            prop_assert!(open[0].with_changes_made()?, "{:?}", open[0].failures);
        }
    }
}

/// The cases are worth what they hold: every change is named, and often there is no second one.
#[test]
fn every_change_is_named_for_pairs() {
    let mut runner = TestRunner::deterministic();
    let mut named: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..400 {
        let (Wanting { world, wanted }, links) = linked(6, 8).new_tree(&mut runner).unwrap().current();
        let plan = planned(&world.snapshot, &wanted, &links);
        let after = plan.accepted(&world.snapshot, &wanted);
        for open in Open::all(&after, &wanted, &links, &plan) {
            if open.failures.iter().flatten().all(|failure| failure.last == Rule::NoSecond) {
                *named.entry("each alone could be had").or_default() += 1;
            }
            *named
                .entry(match open.changes()[0] {
                    Change::OtherTime { .. } => "another time",
                    Change::LetStrangerCome { .. } => "a stranger",
                    Change::NewMember { other_time: None, .. } => "somebody new",
                    Change::NewMember { .. } => "somebody new at another time",
                    Change::NotPossible => "not possible",
                    other => panic!("not one for a pair: {other:?}"),
                })
                .or_default() += 1;
        }
    }
    assert!(named.len() >= 5 && named.values().all(|times| *times >= 5), "{named:?}");
}
