//! The judge of plans is judged: each kind of breach, made in a good plan, is found.

use std::collections::BTreeMap;

use assignment::{
    Breach, Decision, Difference, Evaluations, Place, Plan, PlanBreach, Rule, Snapshot, Stands, Strangers, WantedVisit,
    check_planned, plan,
};
use domain::{Cents, EarningsGuard, Effort, Minutes, Service, Strength};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

use crate::{
    wishes::{Wanting, wanting, wish_id},
    world::{ZONE, member_id},
};

/// A good plan, and the number of a visit in it that has a member.
#[derive(Clone)]
struct Spoilt {
    snapshot: Snapshot,
    wanted: Vec<WantedVisit>,
    plan: Plan,
    visit: usize,
}

impl Spoilt {
    fn place(&self) -> Place {
        self.plan.visits[self.visit].place().unwrap()
    }

    fn member(&mut self) -> &mut assignment::MemberPlan {
        let id = self.place().member;
        self.snapshot.members.iter_mut().find(|member| member.id == id).unwrap()
    }

    fn wish(&mut self) -> &mut WantedVisit {
        &mut self.wanted[self.visit]
    }

    fn put(&mut self, new: Place) {
        match &mut self.plan.visits[self.visit].decision {
            Decision::Assigned { place, .. } => *place = new,
            Decision::Unassigned { .. } => unreachable!(),
        }
    }

    fn by_visit(&self, rule: Rule) -> PlanBreach {
        PlanBreach::Rule(Breach::Visit { member: self.place().member, visit: self.wanted[self.visit].id, rule })
    }

    fn has_cap_breach(&self, rule: Rule) -> bool {
        let found = check_planned(&self.snapshot, &self.wanted, &self.plan);
        found
            .iter()
            .any(|breach| matches!(breach, PlanBreach::Rule(Breach::Cap { rule: broken, .. }) if *broken == rule))
    }
}

/// Spoils the plan, and tells whether the judge must find that, and did.
type Way = fn(&mut Spoilt) -> Option<bool>;

fn finds(spoilt: &Spoilt, breach: PlanBreach) -> bool {
    check_planned(&spoilt.snapshot, &spoilt.wanted, &spoilt.plan).contains(&breach)
}

const WAYS: &[(&str, Way)] = &[
    ("outside its windows", |s| {
        let place = s.place();
        s.wish().windows.retain(|window| !window.contains(place.start));
        Some(finds(s, PlanBreach::OutsideWindows(s.wanted[s.visit].id)))
    }),
    ("a pinned one moved", |s| {
        let place = s.place();
        let before = Place { start: place.start.plus_seconds(3600), ..place };
        s.wish().stands = Stands::Pinned(before);
        s.plan.visits[s.visit].difference = Difference::Moved { from: before };
        Some(finds(s, PlanBreach::PinnedMoved(s.wanted[s.visit].id)))
    }),
    ("a pinned one given up", |s| {
        let before = s.place();
        s.wish().stands = Stands::Pinned(before);
        s.plan.visits[s.visit].decision = Decision::Unassigned { failure: None };
        s.plan.visits[s.visit].difference = Difference::Lost { from: before };
        Some(finds(s, PlanBreach::PinnedMoved(s.wanted[s.visit].id)))
    }),
    ("answered twice", |s| {
        let again = s.plan.visits[s.visit].clone();
        s.plan.visits.push(again);
        Some(finds(s, PlanBreach::NotOnce(s.wanted[s.visit].id)))
    }),
    ("not answered", |s| {
        s.plan.visits.remove(s.visit);
        Some(finds(s, PlanBreach::NotOnce(s.wanted[s.visit].id)))
    }),
    ("not wanted", |s| {
        let mut other = s.plan.visits[s.visit].clone();
        other.visit = wish_id(9_999);
        s.plan.visits.push(other);
        Some(finds(s, PlanBreach::NotOnce(wish_id(9_999))))
    }),
    ("somebody unknown", |s| {
        let place = s.place();
        s.put(Place { member: member_id(99), ..place });
        Some(finds(s, PlanBreach::UnknownMember(s.wanted[s.visit].id)))
    }),
    ("a difference that isn't", |s| {
        s.plan.visits[s.visit].difference = Difference::Kept;
        Some(finds(s, PlanBreach::WrongDifference(s.wanted[s.visit].id)))
    }),
    ("a stranger without consent", |s| {
        s.wish().request.strangers = Strangers::OnlyFamiliar;
        s.member().knows.clear();
        Some(finds(s, s.by_visit(Rule::Stranger)))
    }),
    ("somebody not to ask", |s| {
        let member = s.place().member;
        s.wish().request.not_these.insert(member);
        Some(finds(s, s.by_visit(Rule::Asked)))
    }),
    ("a no between the two", |s| {
        let resident = s.wish().request.resident?;
        s.member().blocked.insert(resident);
        Some(finds(s, s.by_visit(Rule::Blocked)))
    }),
    ("a skill they don't have", |s| {
        let service: Service = s.wish().request.terms.kind.service();
        s.member().skills.remove(&service);
        Some(finds(s, s.by_visit(Rule::Skill)))
    }),
    ("too soon", |s| {
        s.snapshot.now = s.place().start;
        s.snapshot.rules.notice = Minutes(1);
        Some(finds(s, s.by_visit(Rule::CoopHours)))
    }),
    ("less today", |s| {
        let date = ZONE.date(s.place().start);
        s.member().strength.insert(date, Strength::Less);
        Some(finds(s, s.by_visit(Rule::Strength)))
    }),
    ("outside their hours", |s| {
        s.member().hours.0.clear();
        s.member().exceptions.clear();
        Some(finds(s, s.by_visit(Rule::Hours)))
    }),
    ("too heavy", |s| {
        s.wish().request.terms.effort = Effort::Heavy;
        s.member().limits.heaviest = Effort::Light;
        Some(finds(s, s.by_visit(Rule::TooHeavy)))
    }),
    ("too far", |s| {
        let at = s.wish().request.at;
        let member = s.member();
        member.limits.furthest_metres = Some(member.home.metres_to(at).checked_sub(1)?);
        Some(finds(s, s.by_visit(Rule::Distance)))
    }),
    ("over another visit", |s| {
        let place = s.place();
        let mut other = s.wanted[s.visit].clone();
        other.id = wish_id(5_000);
        let mut answer = s.plan.visits[s.visit].clone();
        answer.visit = other.id;
        s.wanted.push(other);
        s.plan.visits.push(answer);
        let overlaps = |breach: &PlanBreach| matches!(breach, PlanBreach::Rule(Breach::Overlap { member, .. }) if *member == place.member);
        Some(check_planned(&s.snapshot, &s.wanted, &s.plan).iter().any(overlaps))
    }),
    ("too little rest", |s| {
        let (place, minutes) = (s.place(), s.wish().request.terms.minutes);
        let mut other = s.wanted[s.visit].clone();
        other.id = wish_id(5_000);
        let mut answer = s.plan.visits[s.visit].clone();
        answer.visit = other.id;
        let next = Place { start: place.start + minutes, ..place };
        (ZONE.date(next.start) == ZONE.date(place.start)).then_some(())?;
        if let Decision::Assigned { place, .. } = &mut answer.decision {
            *place = next;
        }
        s.wanted.push(other);
        s.plan.visits.push(answer);
        s.member().visits.clear();
        s.member().limits.gap = Minutes(5);
        let member = place.member;
        let rests = |breach: &PlanBreach| matches!(breach, PlanBreach::Rule(Breach::TooLittleRest { member: who, .. }) if *who == member);
        Some(check_planned(&s.snapshot, &s.wanted, &s.plan).iter().any(rests))
    }),
    ("visits a day", |s| {
        s.member().limits.visits_a_day = Some(0);
        Some(s.has_cap_breach(Rule::VisitsADay))
    }),
    ("minutes a day", |s| {
        s.member().limits.minutes_a_day = Some(Minutes(0));
        Some(s.has_cap_breach(Rule::MinutesADay))
    }),
    ("visits a week", |s| {
        s.member().limits.visits_a_week = Some(0);
        Some(s.has_cap_breach(Rule::VisitsAWeek))
    }),
    ("minutes a week", |s| {
        s.member().limits.minutes_a_week = Some(Minutes(0));
        Some(s.has_cap_breach(Rule::MinutesAWeek))
    }),
    ("heavy ones a week", |s| {
        s.wish().request.terms.effort = Effort::Heavy;
        s.member().limits.heavy_a_week = Some(0);
        Some(s.has_cap_breach(Rule::HeavyAWeek))
    }),
    ("days in a row", |s| {
        s.member().limits.days_in_row = Some(0);
        Some(s.has_cap_breach(Rule::DaysInRow))
    }),
    ("the earnings wall", |s| {
        s.wish().request.terms.pay = Cents(1_000_000);
        s.member().limits.earnings = EarningsGuard::Wall(Cents(999_999));
        Some(s.has_cap_breach(Rule::Earnings))
    }),
];

#[test]
fn every_kind_of_breach_is_found() {
    let mut runner = TestRunner::deterministic();
    let mut used: BTreeMap<&str, u32> = BTreeMap::new();
    let mut plans = 0;
    while plans < 150 {
        let Wanting { world, wanted } = wanting(5, 12).new_tree(&mut runner).unwrap().current();
        let planned = plan(&world.snapshot, &wanted, 1, &mut Evaluations(50)).unwrap();
        let Some(visit) = planned.visits.iter().position(|wish| wish.place().is_some()) else { continue };
        plans += 1;
        let good = Spoilt { snapshot: world.snapshot.clone(), wanted, plan: planned, visit };
        assert_eq!(check_planned(&good.snapshot, &good.wanted, &good.plan), vec![]);
        for (name, spoil) in WAYS {
            let mut spoilt = good.clone();
            if let Some(found) = spoil(&mut spoilt) {
                assert!(found, "{name}: {:?}", check_planned(&spoilt.snapshot, &spoilt.wanted, &spoilt.plan));
                *used.entry(name).or_default() += 1;
            }
        }
    }
    for (name, _) in WAYS {
        assert!(used.get(name).is_some_and(|times| *times >= 30), "{name}: {used:?}");
    }
}
