//! The reasons are true: each member is counted at the right rule, and the suggested change works when it is made.

use std::collections::{BTreeMap, BTreeSet};

use assignment::{Change, MemberPlan, Request, Rule, Snapshot, Strangers, candidates, times, why_nobody};
use domain::{DayException, DayHours, Hours, Limits, MinuteOfDay, Moment, PersonId, Service, Span, TravelMode};
use proptest::{prelude::*, strategy::ValueTree};

use crate::{
    oracle::Oracle,
    world::{World, ZONE, any_world, clean_world, member_id},
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
    #![proptest_config(ProptestConfig::with_cases(1_000))]

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
        let World { snapshot, request, .. } = &world;
        let somebody = windows.iter().any(|window| !candidates(snapshot, request, *window).is_empty());
        prop_assert_eq!(failure.change.is_none(), somebody);
    }

    /// The members of the named change can really be ordered once it is made, and no rule is broken then.
    #[test]
    fn the_change_works_when_it_is_made((world, windows) in any_failure(clean_world())) {
        let failure = why_nobody(&world.snapshot, &world.request, &windows);
        let change = failure.change.expect("nobody can come, so a change is named");
        let made = Made::new(&change, &world, &windows);
        prop_assert!(!made.who.is_empty(), "the worlds' visits fit into the co-op's day");
        let mut ordered = made.world.clone();
        for who in &made.who {
            let able = made.windows.iter().flat_map(|window| {
                candidates(&ordered.snapshot, &ordered.request, *window)
            });
            let taken = able.into_iter().find(|one| one.member == *who);
            prop_assert!(taken.is_some(), "{who} can't come after {change:?}");
            ordered = ordered.with_agreed(*who, taken.unwrap().start);
        }
        prop_assert_eq!(ordered.breaches(), vec![]);
    }

    /// Nothing that asks less of people would have helped.
    #[test]
    fn the_change_is_the_smallest((world, windows) in any_failure(any_world())) {
        let World { snapshot, request, .. } = &world;
        let change = why_nobody(snapshot, request, &windows).change.expect("nobody can come");
        if let Change::OtherTime { window, member } = change {
            prop_assert!(windows.iter().all(|asked| !asked.contains(window)));
            let hour = Span { start: window, end: window.plus_seconds(3600) };
            let able = candidates(snapshot, request, hour);
            prop_assert_eq!(able.first().map(|best| best.member), Some(member));
            // Another day is named only when no hour of the asked days works.
            if !windows.iter().any(|asked| same_day(asked, window)) {
                let nearer = windows.iter().flat_map(|asked| times(snapshot, request, day_of(asked)));
                prop_assert_eq!(nearer.count(), 0);
            }
            return Ok(());
        }
        let around = around(&windows);
        prop_assert!(times(snapshot, request, around).is_empty(), "another time");
        let can = |snapshot: &Snapshot, request: &Request| {
            windows.iter().any(|window| !candidates(snapshot, request, *window).is_empty())
        };
        if let Change::LetStrangerCome { .. } = change {
            return Ok(());
        }
        let welcome = Request { strangers: Strangers::Welcome, ..request.clone() };
        prop_assert!(!can(snapshot, &welcome), "a stranger");
        let two = earliest_two(&world, &windows);
        if let Change::SecondPerson { start, .. } = change {
            prop_assert_eq!(Some(start), two);
            return Ok(());
        }
        prop_assert_eq!(two, None);
        if let Change::OneMoreSkill { member, .. } = change {
            prop_assert!(!world.member(member).skills.contains(&request.terms.kind.service()));
            return Ok(());
        }
        let mut learned = snapshot.clone();
        for member in &mut learned.members {
            member.skills.extend(Service::ALL);
        }
        prop_assert!(!can(&learned, request), "one more skill");
        let Change::NewMember { other_time, unfamiliar } = change else { panic!("{change:?}") };
        prop_assert_eq!(unfamiliar, request.strangers == Strangers::OnlyFamiliar);
        if other_time.is_some() {
            learned.members = vec![newcomer(request)];
            prop_assert!(!can(&learned, &welcome), "a new member at the asked time");
        }
    }
}

/// A world and an hour or some at which nobody can come. In some of the worlds everybody has a little time, and only
/// about the first of the hours; in some nobody does the service.
fn any_failure(worlds: impl Strategy<Value = World>) -> impl Strategy<Value = (World, Vec<Span>)> {
    let short = prop::option::weighted(0.3, prop::collection::vec((-10..=10_i64, 55..=110_i64), 12));
    let unskilled = prop::bool::weighted(0.15);
    let asked = (worlds, wishes(), short, unskilled).prop_map(|(mut world, wished, short, unskilled)| {
        if unskilled {
            let skill = world.request.terms.kind.service();
            for member in &mut world.snapshot.members {
                member.skills.remove(&skill);
                member.visits.retain(|visit| world.known[&visit.id].0 != skill);
            }
        }
        if let Some(short) = short {
            little_time(&mut world, wished[0], &short);
        }
        let windows = hours(&world, &wished);
        (world, windows)
    });
    asked.prop_filter("nobody can come", |(world, windows)| {
        windows.iter().all(|window| candidates(&world.snapshot, &world.request, *window).is_empty())
    })
}

/// Each member has nothing to do, and one stretch of hours: it begins so many minutes from the wished hour and lasts so
/// many hundredths of the visit.
fn little_time(world: &mut World, (day, hour): (u64, u16), stretches: &[(i64, i64)]) {
    let minutes = world.request.terms.minutes.0;
    let date = world.first + chrono::Days::new(day);
    for (member, (offset, share)) in world.snapshot.members.iter_mut().zip(stretches) {
        let minute = |minute: i64| MinuteOfDay::new(u16::try_from(minute.clamp(0, 1_440)).unwrap()).unwrap();
        let from = i64::from(hour) * 60 + offset;
        let stretch = DayHours { from: minute(from), to: minute(from + minutes * share / 100) };
        member.hours = Hours::default();
        member.exceptions = vec![DayException { date, hours: vec![stretch] }];
        member.visits.clear();
        member.strength.clear();
    }
}

/// A change made on a copy of the world.
struct Made {
    world: World,
    /// When they may begin.
    windows: Vec<Span>,
    /// Who is to come, each of them.
    who: Vec<PersonId>,
}

impl Made {
    fn new(change: &Change, world: &World, asked: &[Span]) -> Self {
        let mut made = Self { world: world.clone(), windows: asked.to_vec(), who: change.members() };
        let World { snapshot, request, .. } = &mut made.world;
        match change {
            Change::OtherTime { window, .. } => made.windows = vec![an_hour(*window)],
            Change::LetStrangerCome { .. } => request.strangers = Strangers::Welcome,
            Change::SecondPerson { start, minutes, .. } => {
                *request = request.half();
                assert!(request.terms.minutes == *minutes && minutes.0 * 2 >= world.request.terms.minutes.0);
                made.windows = vec![Span { start: *start, end: start.plus_seconds(1) }];
            }
            Change::OneMoreSkill { member, skill } => {
                let learner = snapshot.members.iter_mut().find(|plan| plan.id == *member).unwrap();
                assert!(learner.skills.insert(*skill));
            }
            Change::NewMember { other_time, unfamiliar } => {
                let newcomer = newcomer(request);
                made.who = vec![newcomer.id];
                snapshot.members.push(newcomer);
                if *unfamiliar {
                    request.strangers = Strangers::Welcome;
                }
                if let Some(window) = other_time {
                    made.windows = vec![an_hour(*window)];
                }
            }
            Change::NotPossible => {}
        }
        made
    }
}

/// Somebody new who lives at that home and does everything at any time.
fn newcomer(request: &Request) -> MemberPlan {
    let all_day = DayHours { from: MinuteOfDay::o_clock(0), to: MinuteOfDay::MIDNIGHT };
    MemberPlan {
        id: member_id(99),
        home: request.at,
        mode: TravelMode::Bike,
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

/// The first start within the windows at which two members could each do half of the work, tried one by one.
fn earliest_two(world: &World, windows: &[Span]) -> Option<Moment> {
    let half = World { request: world.request.half(), ..world.clone() };
    let oracle = Oracle::new(&half);
    let shared = [Service::Snow, Service::Garden, Service::Cleaning].contains(&half.request.terms.kind.service());
    let starts = windows.iter().flat_map(|window| (0..12).map(|five| window.start.plus_seconds(five * 300)));
    let able = |start: &Moment| {
        let date = ZONE.date(*start);
        oracle.members().iter().filter(|known| oracle.judge(known, date, *start, false).is_ok()).count() >= 2
    };
    starts.filter(|start| shared && able(start)).min()
}

/// The changes are worth what their worlds are: each is named often.
#[test]
fn every_change_is_named_in_the_worlds() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut named: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..600 {
        let (world, windows) = any_failure(clean_world()).new_tree(&mut runner).unwrap().current();
        let name = match why_nobody(&world.snapshot, &world.request, &windows).change.unwrap() {
            Change::OtherTime { .. } => "another time",
            Change::LetStrangerCome { .. } => "a stranger",
            Change::SecondPerson { .. } => "two",
            Change::OneMoreSkill { .. } => "a skill",
            Change::NewMember { unfamiliar: true, .. } => "somebody new to the resident",
            Change::NewMember { other_time: Some(_), .. } => "somebody new at another time",
            Change::NewMember { .. } => "somebody new",
            Change::NotPossible => "not possible",
        };
        *named.entry(name).or_default() += 1;
    }
    let often = named.values().filter(|times| **times >= 10).count();
    assert!(often >= 7, "{named:?}");
}

fn an_hour(start: Moment) -> Span {
    Span { start, end: start.plus_seconds(3600) }
}

/// Nearly a fortnight more on each side.
fn around(windows: &[Span]) -> Span {
    let first = windows.iter().map(|window| window.start).min().unwrap().plus_seconds(-13 * 86_400);
    let last = windows.iter().map(|window| window.end).max().unwrap().plus_seconds(13 * 86_400);
    Span { start: first, end: last }
}

fn same_day(asked: &Span, at: Moment) -> bool {
    ZONE.date(asked.start) == ZONE.date(at)
}

fn day_of(asked: &Span) -> Span {
    ZONE.day(ZONE.date(asked.start)).span
}
