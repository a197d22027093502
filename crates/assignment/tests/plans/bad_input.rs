//! Nonsense goes in; a typed error or an honest answer comes out, never a panic.

use assignment::{
    BadProblem, Decision, Evaluations, MemberPlan, Place, PlannedVisit, Rule, Snapshot, Stands, WantedVisit,
    check_planned, plan,
};
use domain::{Cents, Coordinates, EarningsGuard, Effort, Minutes, Moment, Span};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use crate::{
    wishes::{Wanting, wanting, wish_id},
    world::{member_id, visit_id},
};

/// Some neighbourhood where something is wanted.
fn some() -> Wanting {
    let mut runner = TestRunner::deterministic();
    loop {
        let tried = wanting(6, 12).new_tree(&mut runner).unwrap().current();
        if tried.wanted.len() >= 8 && tried.world.snapshot.members.len() >= 4 {
            return tried;
        }
    }
}

fn planned(snapshot: &Snapshot, wanted: &[WantedVisit]) -> Result<assignment::Plan, BadProblem> {
    plan(snapshot, wanted, 1, &mut Evaluations(100))
}

#[test]
fn contradictions_are_refused_by_name() {
    let Wanting { world, wanted } = some();
    let snapshot = &world.snapshot;
    let start = world.days(3, 1).start;

    let mut twice = wanted.clone();
    twice.push(wanted[0].clone());
    assert_eq!(planned(snapshot, &twice), Err(BadProblem::VisitTwice(wanted[0].id)));

    let mut unknown = wanted.clone();
    unknown[2].stands = Stands::Movable(Place { member: member_id(90), start });
    assert_eq!(planned(snapshot, &unknown), Err(BadProblem::UnknownMember(wanted[2].id)));

    let mut doubled = snapshot.clone();
    doubled.members.push(snapshot.members[0].clone());
    assert_eq!(planned(&doubled, &wanted), Err(BadProblem::MemberTwice(snapshot.members[0].id)));

    let mut elsewhere = snapshot.clone();
    let visit = PlannedVisit {
        id: wanted[1].id,
        start,
        minutes: Minutes(60),
        effort: Effort::Light,
        at: wanted[1].request.at,
        pay: Cents(0),
    };
    elsewhere.members[0].visits.push(visit);
    assert_eq!(planned(&elsewhere, &wanted), Err(BadProblem::StandsElsewhere(wanted[1].id)));

    let mut endless = wanted;
    endless[0].stands = Stands::Pinned(Place { member: snapshot.members[0].id, start });
    for minutes in [i64::MIN, -1, 0, i64::MAX] {
        endless[0].request.terms.minutes = Minutes(minutes);
        assert_eq!(planned(snapshot, &endless), Err(BadProblem::Length(endless[0].id)));
    }
}

#[test]
fn no_members_and_no_wishes_are_honest_plans() {
    let Wanting { world, wanted } = some();
    let nobody = Snapshot { members: Vec::new(), ..world.snapshot.clone() };
    for answer in planned(&nobody, &wanted).unwrap().visits {
        let Decision::Unassigned { failure: Some(failure) } = answer.decision else { panic!("{answer:?}") };
        assert_eq!((failure.removed, failure.last), (Vec::new(), Rule::Skill));
    }
    assert_eq!(planned(&world.snapshot, &[]).unwrap().visits, vec![]);
}

#[test]
fn a_visit_longer_than_any_shift_and_impossible_caps_leave_it_unassigned() {
    let Wanting { world, mut wanted } = some();
    for minutes in [i64::MIN, -5, 0, 24 * 60 + 1, i64::MAX] {
        for wish in &mut wanted {
            wish.request.terms.minutes = Minutes(minutes);
        }
        let answer = planned(&world.snapshot, &wanted).unwrap();
        assert_eq!(answer.unassigned().count(), wanted.len());
    }
    let Wanting { mut world, wanted } = some();
    for member in &mut world.snapshot.members {
        member.limits.visits_a_day = Some(0);
        member.limits.minutes_a_week = Some(Minutes(-3));
    }
    assert_eq!(planned(&world.snapshot, &wanted).unwrap().unassigned().count(), wanted.len());
}

#[test]
fn agreed_visits_that_overlap_stay_and_nothing_comes_between() {
    let Wanting { mut world, wanted } = some();
    let start = world.days(4, 1).start.plus_seconds(10 * 3600);
    for member in &mut world.snapshot.members {
        for n in 0..3 {
            member.visits.push(PlannedVisit {
                id: visit_id(200 + n),
                start: start.plus_seconds(i64::from(n) * 600),
                minutes: Minutes(600),
                effort: Effort::Heavy,
                at: member.home,
                pay: Cents(100),
            });
        }
    }
    let answer = planned(&world.snapshot, &wanted).unwrap();
    assert_eq!(check_planned(&world.snapshot, &wanted, &answer), vec![]);
}

fn extreme() -> impl Strategy<Value = i64> {
    prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(0), Just(-1), any::<i64>(), -100_000..100_000_i64]
}

/// Numbers of any size in the places where there are numbers.
fn spoilt(member: &mut MemberPlan, n: &[i64]) {
    member.limits.minutes_a_day = Some(Minutes(n[0]));
    member.limits.minutes_a_week = Some(Minutes(n[1]));
    member.limits.gap = Minutes(n[2]);
    member.limits.earnings = EarningsGuard::Wall(Cents(n[3]));
    member.wished_week = Some(Minutes(n[4]));
    member.home = Coordinates { lat_micro: n[5], lon_micro: n[6] };
    for visit in &mut member.visits {
        visit.start = Moment::from_seconds(n[7]);
        visit.minutes = Minutes(n[8]);
        visit.pay = Cents(n[9]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_number_ends_the_program(
        mut wanting in wanting(4, 6),
        numbers in prop::collection::vec(extreme(), 10),
        which in 0..64_u8,
        now in prop_oneof![3 => Just(None), 1 => extreme().prop_map(Some)],
    ) {
        let Wanting { world, wanted } = &mut wanting;
        if which & 1 == 1 {
            world.snapshot.members.iter_mut().for_each(|member| spoilt(member, &numbers));
        }
        if let Some(now) = now {
            world.snapshot.now = Moment::from_seconds(now);
        }
        for (index, wish) in wanted.iter_mut().enumerate().filter(|(index, _)| index % 2 == usize::from(which) % 2) {
            if which & 2 == 2 {
                wish.request.terms.minutes = Minutes(numbers[index % 10]);
            }
            if which & 4 == 4 {
                wish.request.at = Coordinates { lat_micro: numbers[1], lon_micro: numbers[2] };
                wish.request.terms.pay = Cents(numbers[3]);
            }
            if which & 8 == 8 {
                let (start, end) = (Moment::from_seconds(numbers[4]), Moment::from_seconds(numbers[5]));
                wish.windows.push(Span { start, end });
            }
            if which & 16 == 16 {
                let start = Moment::from_seconds(numbers[6]);
                wish.stands = Stands::Movable(Place { member: world.snapshot.members[0].id, start });
            }
            if which & 32 == 32 {
                wish.urgency = if index == 0 { u16::MAX } else { 0 };
            }
        }
        if let Ok(answer) = planned(&world.snapshot, wanted) {
            prop_assert_eq!(answer.visits.len(), wanted.len());
        }
    }
}

/// A million wishes and hardly any time: everybody gets an answer, and those whom nobody looked at are told so.
#[test]
fn a_million_wishes_are_answered() {
    let Wanting { world, wanted } = some();
    let most = 1_000_000;
    let many: Vec<WantedVisit> =
        (0..most).map(|n| WantedVisit { id: million_id(n), ..wanted[n % wanted.len()].clone() }).collect();
    let members = world.snapshot.members.iter().take(2).cloned().collect();
    let snapshot = Snapshot { members, ..world.snapshot };
    let answer = plan(&snapshot, &many, 1, &mut Evaluations(10)).unwrap();
    assert_eq!(answer.visits.len(), most);
    let unknown = answer.visits.iter().filter(|wish| wish.decision == Decision::Unassigned { failure: None });
    assert!(unknown.count() > most / 2);
    assert_eq!(check_planned(&snapshot, &many, &answer), vec![]);
}

fn million_id(n: usize) -> domain::VisitId {
    let mut bytes = [0xB0; 16];
    bytes[..4].copy_from_slice(&u32::try_from(n).unwrap().to_be_bytes());
    assert_ne!(domain::VisitId::from_random(bytes), wish_id(0));
    domain::VisitId::from_random(bytes)
}
