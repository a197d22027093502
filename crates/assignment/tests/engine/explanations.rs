//! The reasons are true: each member is counted at the right rule, and the suggested change works when it is made.

use std::collections::BTreeMap;

use assignment::{Change, Request, Rule, Strangers, candidates, times, why_nobody};
use domain::Span;
use proptest::prelude::*;

use crate::{
    oracle::Oracle,
    world::{World, ZONE, any_world},
};

fn hours(world: &World, wished: &[(u64, u16)]) -> Vec<Span> {
    let hour = |(day, hour): &(u64, u16)| {
        let start = world.days(*day, 1).start.plus_seconds(i64::from(*hour) * 3600);
        Span { start, end: start.plus_seconds(3600) }
    };
    wished.iter().map(hour).collect()
}

fn wishes() -> impl Strategy<Value = Vec<(u64, u16)>> {
    prop::collection::vec((0..13_u64, 0..24_u16), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn members_are_counted_where_they_stop(world in any_world(), wished in wishes()) {
        let windows = hours(&world, &wished);
        let failure = why_nobody(&world.snapshot, &world.request, &windows);
        let mut told: BTreeMap<Rule, u32> = BTreeMap::new();
        for (rule, count) in Oracle::new(&world).stopped(&windows) {
            *told.entry(rule.told_to_others()).or_default() += count;
        }
        prop_assert_eq!(&failure.removed, &told.clone().into_iter().collect::<Vec<_>>());
        prop_assert!(!told.contains_key(&Rule::Strength) && !told.contains_key(&Rule::Earnings));
        prop_assert_eq!(failure.last, told.into_keys().last().unwrap_or(Rule::Skill));
    }

    #[test]
    fn the_change_works(world in any_world(), wished in wishes()) {
        let World { snapshot, request, .. } = &world;
        let windows = hours(&world, &wished);
        let somebody = windows.iter().any(|window| !candidates(snapshot, request, *window).is_empty());
        let failure = why_nobody(snapshot, request, &windows);
        prop_assert_eq!(failure.change.is_none(), somebody);

        let first = windows.iter().map(|window| window.start).min().unwrap().plus_seconds(-13 * 86_400);
        let last = windows.iter().map(|window| window.end).max().unwrap().plus_seconds(13 * 86_400);
        let around = Span { start: first, end: last };
        match failure.change {
            None => {}
            Some(Change::OtherTime { window, member }) => {
                prop_assert!(windows.iter().all(|asked| !asked.contains(window)));
                let hour = Span { start: window, end: window.plus_seconds(3600) };
                let able = candidates(snapshot, request, hour);
                prop_assert_eq!(able.first().map(|best| best.member), Some(member));
                // Another day is named only when no hour of the asked days works.
                if !windows.iter().any(|asked| same_day(asked, window)) {
                    let nearer = windows.iter().flat_map(|asked| times(snapshot, request, day_of(asked)));
                    prop_assert_eq!(nearer.count(), 0);
                }
            }
            Some(Change::LetStrangerCome { member }) => {
                prop_assert_eq!(request.strangers, Strangers::OnlyFamiliar);
                let open = Request { strangers: Strangers::Welcome, ..request.clone() };
                let able = windows.iter().flat_map(|window| candidates(snapshot, &open, *window));
                prop_assert!(able.into_iter().any(|candidate| candidate.member == member));
                prop_assert!(times(snapshot, request, around).is_empty());
            }
            Some(Change::NewMember) => {
                prop_assert!(times(snapshot, request, around).is_empty());
                let open = Request { strangers: Strangers::Welcome, ..request.clone() };
                prop_assert!(windows.iter().all(|window| candidates(snapshot, &open, *window).is_empty()));
            }
        }
    }
}

fn same_day(asked: &Span, at: domain::Moment) -> bool {
    ZONE.date(asked.start) == ZONE.date(at)
}

fn day_of(asked: &Span) -> Span {
    ZONE.day(ZONE.date(asked.start)).span
}
