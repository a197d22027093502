//! Visits that hang together: both get members whose starts keep their distance, or neither does.

use assignment::{
    BadProblem, Difference, Evaluations, Link, Place, Plan, PlanBreach, Snapshot, Stands, WantedVisit, check_linked,
    feasible_at, plan_linked,
};
use domain::{Minutes, Moment, Span};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use crate::{
    wishes::{Wanting, standing, wanting, wish_id},
    world::member_id,
};

/// Every second wish is at the home and in the windows of the one before it, and linked to it.
pub(crate) fn linked(members: usize, wishes: usize) -> impl Strategy<Value = (Wanting, Vec<Link>)> {
    let distance =
        prop_oneof![Just((0, 0)), (0..60_i64, 0..90_i64).prop_map(|(least, more)| (least, least + more + 5))];
    (wanting(members, wishes), prop::collection::vec(prop::option::weighted(0.7, distance), wishes / 2)).prop_map(
        |(mut wanting, distances)| {
            let mut links = Vec::new();
            for (n, distance) in (0..).step_by(2).zip(distances) {
                let Some((least, most)) = distance.filter(|_| n + 1 < wanting.wanted.len()) else { continue };
                let one = wanting.wanted[n].clone();
                let other = &mut wanting.wanted[n + 1];
                (other.windows, other.request.at) = (one.windows, one.request.at);
                links.push(Link { first: one.id, second: other.id, least: Minutes(least), most: Minutes(most) });
            }
            (wanting, links)
        },
    )
}

fn planned(snapshot: &Snapshot, wanted: &[WantedVisit], links: &[Link]) -> Plan {
    plan_linked(snapshot, wanted, links, 1, &mut Evaluations(200)).unwrap()
}

/// Whether two members can make a pair as that snapshot stands: every two starts of the grid are asked.
pub(crate) fn possible(snapshot: &Snapshot, first: &WantedVisit, second: &WantedVisit, link: &Link) -> bool {
    let able = |wish: &WantedVisit, start: Moment| -> Vec<_> {
        let fits = |member: &&assignment::MemberPlan| {
            feasible_at(&snapshot.rules, snapshot.now, member, &wish.request, start).is_ok()
        };
        snapshot.members.iter().filter(fits).map(|member| member.id).collect()
    };
    let starts = |wish: &WantedVisit| -> Vec<Moment> {
        let within = |window: &Span| (window.start.seconds()..window.end.seconds()).filter(|at| at % 300 == 0);
        wish.windows.iter().flat_map(|window| within(window).map(Moment::from_seconds).collect::<Vec<_>>()).collect()
    };
    let seconds: Vec<_> = starts(second).into_iter().map(|start| (start, able(second, start))).collect();
    starts(first).into_iter().any(|start| {
        let firsts = able(first, start);
        let range = start + link.least..=start + link.most;
        let other = |one: &domain::PersonId| {
            seconds.iter().any(|(later, who)| range.contains(later) && who.iter().any(|member| member != one))
        };
        firsts.iter().any(other)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_linked_plan_breaks_a_rule_and_no_pair_is_left_that_could_be_had((wanting, links) in linked(6, 12)) {
        let Wanting { world, wanted } = &wanting;
        let plan = planned(&world.snapshot, wanted, &links);
        prop_assert_eq!(check_linked(&world.snapshot, wanted, &links, &plan), vec![]);
        let after = plan.accepted(&world.snapshot, wanted);
        let wish = |id| wanted.iter().find(|wish| wish.id == id).unwrap();
        let open: Vec<_> = plan.unassigned().collect();
        for link in links.iter().filter(|link| open.contains(&link.first)) {
            prop_assert!(!possible(&after, wish(link.first), wish(link.second), link), "{link:?}");
        }
    }

    #[test]
    fn pairs_that_stand_stay_and_halves_are_made_whole_or_given_up(
        (wanting, links) in linked(6, 12),
        how in prop::collection::vec(0..4_u8, 12),
    ) {
        let Wanting { world, wanted } = &wanting;
        let first = planned(&world.snapshot, wanted, &links);
        let after = first.accepted(&world.snapshot, wanted);
        let told = standing(wanted, &first, |_, place| Stands::Movable(place));
        let again = planned(&after, &told, &links);
        prop_assert_eq!(check_linked(&after, &told, &links, &again), vec![]);
        let ids: Vec<_> = links.iter().flat_map(|link| [link.first, link.second]).collect();
        let moved = |plan: &Plan| plan.told_anew().filter(|id| ids.contains(id)).count();
        prop_assert_eq!(moved(&again), 0);

        let some = standing(wanted, &first, |n, place| match how[n] {
            0 => Stands::Nowhere,
            1 => Stands::Pinned(place),
            _ => Stands::Movable(place),
        });
        let again = planned(&world.snapshot, &some, &links);
        prop_assert_eq!(check_linked(&world.snapshot, &some, &links, &again), vec![]);
    }
}

/// Some plan with a pair in it.
fn with_a_pair() -> (Snapshot, Vec<WantedVisit>, Vec<Link>, Plan, Link) {
    let mut runner = TestRunner::deterministic();
    loop {
        let (Wanting { world, wanted }, links) = linked(6, 12).new_tree(&mut runner).unwrap().current();
        let plan = planned(&world.snapshot, &wanted, &links);
        let open: Vec<_> = plan.unassigned().collect();
        if let Some(link) = links.iter().find(|link| !open.contains(&link.first)).copied() {
            return (world.snapshot, wanted, links, plan, link);
        }
    }
}

#[test]
fn the_judge_finds_pairs_torn_apart_and_halved() {
    let (snapshot, wanted, links, good, link) = with_a_pair();
    assert_eq!(check_linked(&snapshot, &wanted, &links, &good), vec![]);
    let index = |id| good.visits.iter().position(|wish| wish.visit == id).unwrap();
    let (first, second) = (good.visits[index(link.first)].place().unwrap(), index(link.second));
    let spoilt = |place: Option<Place>| {
        let mut plan = good.clone();
        plan.visits[second].decision = match (place, good.visits[second].decision.clone()) {
            (Some(place), assignment::Decision::Assigned { reasons, .. }) => {
                assignment::Decision::Assigned { place, reasons }
            }
            _ => assignment::Decision::Unassigned { failure: None },
        };
        check_linked(&snapshot, &wanted, &links, &plan)
    };
    let place = good.visits[second].place().unwrap();
    let late = Place { start: (first.start + link.most).plus_seconds(300), ..place };
    let early = Place { start: (first.start + link.least).plus_seconds(-300), ..place };
    let alone = Place { member: first.member, ..place };
    for torn in [late, early, alone] {
        assert!(spoilt(Some(torn)).contains(&PlanBreach::Apart(link.first)), "{torn:?}");
    }
    assert!(spoilt(None).contains(&PlanBreach::Halved(link.first)));
}

#[test]
fn links_that_contradict_themselves_are_refused() {
    let (snapshot, wanted, _, _, link) = with_a_pair();
    let refused = |links: &[Link]| plan_linked(&snapshot, &wanted, links, 1, &mut Evaluations(50)).unwrap_err();
    let other = Link { first: wish_id(0), second: wish_id(1), ..link };
    assert_eq!(refused(&[other, other]), BadProblem::Link(wish_id(0)));
    assert_eq!(refused(&[Link { second: wish_id(0), ..other }]), BadProblem::Link(wish_id(0)));
    assert_eq!(refused(&[Link { second: wish_id(900), ..other }]), BadProblem::Link(wish_id(900)));
    let far = i64::MAX / 2;
    for (least, most) in [(30, 20), (-10, 0), (1, 4), (-far, -1), (far, -far), (far, i64::MAX)] {
        let bad = Link { least: Minutes(least), most: Minutes(most), ..other };
        assert_eq!(refused(&[bad]), BadProblem::Link(wish_id(0)), "{least} to {most}");
    }
    // Ten years is a distance, if not a possible one.
    let endless = Link { least: Minutes(5_256_000), most: Minutes(i64::MAX), ..other };
    let plan = planned(&snapshot, &wanted, &[endless]);
    assert!(plan.visits[..2].iter().all(|wish| wish.place().is_none() && wish.difference == Difference::New));
}

#[test]
fn a_pair_whose_one_member_is_away_keeps_the_other() {
    let (snapshot, wanted, links, plan, link) = with_a_pair();
    let index = |id| wanted.iter().position(|wish| wish.id == id).unwrap();
    let kept = plan.visits[index(link.first)].place().unwrap();
    let mut told = standing(&wanted, &plan, |_, place| Stands::Movable(place));
    told[index(link.second)].stands = Stands::Nowhere;
    // Somebody who can do everything, any time, and the lost one's member can't.
    let lost = plan.visits[index(link.second)].place().unwrap();
    let mut snapshot = snapshot;
    let mut spare = snapshot.members.iter().find(|member| member.id == lost.member).unwrap().clone();
    spare.id = member_id(77);
    snapshot.members.retain(|member| member.id != lost.member);
    told.retain(|wish| wish.place().is_none_or(|place| place.member != lost.member));
    let links: Vec<_> = links
        .into_iter()
        .filter(|link| [link.first, link.second].iter().all(|id| told.iter().any(|wish| wish.id == *id)))
        .collect();
    snapshot.members.push(spare);
    let again = planned(&snapshot, &told, &links);
    assert_eq!(check_linked(&snapshot, &told, &links, &again), vec![]);
    let now = |id| again.visits.iter().find(|wish| wish.visit == id).unwrap();
    assert_eq!(now(link.first).place(), Some(kept));
    assert_eq!(now(link.first).difference, Difference::Kept);
    assert!(now(link.second).place().is_some());
}
