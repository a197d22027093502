//! What is offered can be kept, and everything that can be kept is offered.

use std::collections::BTreeMap;

use assignment::{Block, Prepared, Rule, candidates, day_blocks, feasible_at, feasible_by_hand, times};
use domain::{Moment, PersonId, Span};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use crate::{
    oracle::Oracle,
    world::{World, ZONE, any_world, cases, clean_world},
};

/// Every block of a member, day by day.
fn blocks_of(world: &World, member: PersonId) -> Vec<Block> {
    let plan = world.member(member);
    let mut days: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for visit in &plan.visits {
        days.entry(ZONE.date(visit.start)).or_default().push(*visit);
    }
    days.values().flat_map(|day| day_blocks(plan.home, plan.mode, day)).collect()
}

proptest! {
    #![proptest_config(cases(10_000, 100_000))]

    #[test]
    fn every_offer_can_be_agreed(world in clean_world(), from in 0..9_u64) {
        let World { snapshot, request, .. } = &world;
        for offer in times(snapshot, request, world.days(from, 5)) {
            let best = &offer.best;
            prop_assert!(offer.window.contains(best.start));
            let member = world.member(best.member);
            let tested = feasible_at(&snapshot.rules, snapshot.now, member, request, best.start);
            prop_assert_eq!(tested.as_ref(), Ok(&best.insertion));

            let before = blocks_of(&world, best.member);
            let agreed = world.with_agreed(best.member, best.start);
            let after = blocks_of(&agreed, best.member);
            prop_assert!(after.windows(2).all(|pair| !pair[0].span.overlaps(pair[1].span)), "{after:?}");
            let alone = World {
                snapshot: assignment::Snapshot {
                    members: vec![agreed.member(best.member).clone()],
                    ..agreed.snapshot.clone()
                },
                ..agreed.clone()
            };
            prop_assert_eq!(alone.breaches(), vec![]);

            // The insertion tells the new block and exactly the others that changed.
            let new = after.iter().find(|block| !before.iter().any(|old| old.visit == block.visit)).unwrap();
            prop_assert_eq!(new.span, best.insertion.block);
            let changed: Vec<Block> = after
                .iter()
                .filter(|block| before.iter().any(|old| old.visit == block.visit && old.span != block.span))
                .copied()
                .collect();
            prop_assert_eq!(&changed, &best.insertion.blocks);
        }
    }
}

proptest! {
    #![proptest_config(cases(10_000, 100_000))]

    #[test]
    fn the_times_are_those_of_brute_force(world in any_world(), from in 0..12_u64, days in prop_oneof![3 => Just(1), 1 => 2..=3_u64]) {
        let World { snapshot, request, .. } = &world;
        let horizon = world.days(from, days);
        let judge = Oracle::new(&world);
        let oracle = judge.all(horizon);
        let offers = times(snapshot, request, horizon);
        let windows: Vec<Moment> = offers.iter().map(|offer| offer.window.start).collect();
        prop_assert_eq!(windows, oracle.keys().copied().collect::<Vec<_>>());
        for (offer, able) in offers.iter().zip(oracle.values()) {
            prop_assert_eq!(offer.window.end.seconds_since(offer.window.start), 3600);
            let all = candidates(snapshot, request, offer.window);
            let starts: BTreeMap<PersonId, Moment> = all.iter().map(|one| (one.member, one.start)).collect();
            prop_assert_eq!(&starts, able);
            prop_assert_eq!(all.first(), Some(&offer.best));
            for one in &all {
                let known = judge.members().iter().find(|known| known.plan.id == one.member).unwrap();
                prop_assert_eq!(one.score, judge.score(known, one.start));
            }
            prop_assert!(all.is_sorted_by_key(|one| (std::cmp::Reverse(one.score), one.member)));
        }
        // A snapshot made ready answers the same, for whatever days it was.
        prop_assert_eq!(&Prepared::new(snapshot, horizon).times(request, horizon), &offers);
        prop_assert_eq!(&Prepared::new(snapshot, world.days(3, 2)).times(request, horizon), &offers);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn one_start_is_judged_by_the_first_rule_that_forbids_it(
        world in any_world(),
        starts in prop::collection::vec((0..14 * 24 * 12_i64, prop_oneof![3 => Just(0), 1 => 0..300_i64]), 40),
    ) {
        let World { snapshot, request, .. } = &world;
        let oracle = Oracle::new(&world);
        for (five, seconds) in starts {
            let start = world.days(0, 1).start.plus_seconds(five * 300 + seconds / 60 * 60);
            for known in oracle.members() {
                let tested = feasible_at(&snapshot.rules, snapshot.now, known.plan, request, start);
                prop_assert_eq!(tested.map(|_| ()), oracle.judge(known, ZONE.date(start), start, false));
                let tested = feasible_by_hand(&snapshot.rules, snapshot.now, known.plan, request, start);
                prop_assert_eq!(tested.map(|_| ()), oracle.judge(known, ZONE.date(start), start, true));
            }
        }
    }

    #[test]
    fn the_order_of_members_and_asking_again_change_nothing(
        world in any_world(),
        from in 0..10_u64,
        order in prop::collection::vec(any::<u64>(), 12),
    ) {
        let horizon = world.days(from, 4);
        let mut shuffled = world.snapshot.clone();
        let keys: BTreeMap<PersonId, u64> =
            shuffled.members.iter().map(|member| member.id).zip(order.iter().copied()).collect();
        shuffled.members.sort_by_key(|member| keys[&member.id]);
        for member in &mut shuffled.members {
            let turn = usize::try_from(keys[&member.id] % 7).unwrap().min(member.visits.len());
            member.visits.rotate_left(turn);
        }
        let offers = times(&world.snapshot, &world.request, horizon);
        prop_assert_eq!(&times(&shuffled, &world.request, horizon), &offers);
        prop_assert_eq!(&times(&world.snapshot, &world.request, horizon), &offers);
        for offer in offers.iter().step_by(5) {
            let all = candidates(&world.snapshot, &world.request, offer.window);
            prop_assert_eq!(candidates(&shuffled, &world.request, offer.window), all);
        }
    }

    /// A decline leaves nothing behind but the one request's list of who was asked: the others keep their order and
    /// scores, and the next request finds everybody where they were. There is nothing else a ranking could know.
    #[test]
    fn a_decline_moves_nobody(world in any_world(), from in 0..10_u64) {
        let World { snapshot, request, .. } = &world;
        for offer in times(snapshot, request, world.days(from, 4)).into_iter().step_by(4) {
            let before = candidates(snapshot, request, offer.window);
            let mut asked = request.clone();
            asked.not_these.insert(before[0].member);
            let rest = candidates(snapshot, &asked, offer.window);
            let place = |one: &assignment::Candidate| (one.member, one.start, one.score);
            prop_assert_eq!(
                rest.iter().map(place).collect::<Vec<_>>(),
                before.iter().skip(1).map(place).collect::<Vec<_>>()
            );
            prop_assert_eq!(candidates(snapshot, request, offer.window), before);
        }
    }

    /// Windows that aren't whole hours, over midnight and over days, find what the hours in them find.
    #[test]
    fn any_window_is_searched(world in any_world(), from in 0..12 * 288_i64, length in 1..400_i64) {
        let World { snapshot, request, .. } = &world;
        let start = world.days(0, 1).start.plus_seconds(from * 300);
        let window = Span { start, end: start.plus_seconds(length * 300) };
        let oracle = Oracle::new(&world);
        let mut expected = BTreeMap::new();
        for at in (0..length).map(|five| start.plus_seconds(five * 300)) {
            for known in oracle.members() {
                if !expected.contains_key(&known.plan.id) && oracle.judge(known, ZONE.date(at), at, false).is_ok() {
                    expected.insert(known.plan.id, at);
                }
            }
        }
        let found: BTreeMap<_, _> =
            candidates(snapshot, request, window).into_iter().map(|one| (one.member, one.start)).collect();
        prop_assert_eq!(found, expected);
    }
}

/// The properties are worth what their worlds are: each rule is the first to forbid something, often.
#[test]
fn every_rule_forbids_something_in_the_worlds() {
    let mut runner = TestRunner::deterministic();
    let mut stopped: BTreeMap<Rule, u32> = BTreeMap::new();
    let (mut offers, mut between) = (0, 0);
    for _ in 0..200 {
        let world = any_world().new_tree(&mut runner).unwrap().current();
        for day in 0..14 {
            let morning = world.days(day, 1).start.plus_seconds(9 * 3600);
            let window = Span { start: morning, end: morning.plus_seconds(6 * 3600) };
            for (rule, count) in Oracle::new(&world).stopped(&[window]) {
                *stopped.entry(rule).or_default() += count;
            }
        }
        for offer in times(&world.snapshot, &world.request, world.days(0, 14)) {
            offers += 1;
            between += usize::from(!offer.best.insertion.blocks.is_empty());
        }
    }
    let rules = [
        Rule::CoopHours,
        Rule::Skill,
        Rule::Asked,
        Rule::Blocked,
        Rule::Stranger,
        Rule::Distance,
        Rule::TooHeavy,
        Rule::Hours,
        Rule::Strength,
        Rule::Busy,
        Rule::VisitsADay,
        Rule::MinutesADay,
        Rule::VisitsAWeek,
        Rule::MinutesAWeek,
        Rule::HeavyAWeek,
        Rule::DaysInRow,
        Rule::Earnings,
    ];
    for rule in rules {
        assert!(stopped.get(&rule).is_some_and(|count| *count >= 20), "{rule:?}: {stopped:?}");
    }
    assert!(offers >= 5_000 && between >= 300, "{offers} offers, {between} beside another visit: {stopped:?}");
}
