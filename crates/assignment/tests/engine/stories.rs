//! Small neighbourhoods that a person can follow, one idea each.

use std::collections::{BTreeMap, BTreeSet};

use assignment::{
    Change, CoopRules, MemberPlan, PlannedVisit, Request, Rule, Snapshot, Strangers, Term, candidates, day_blocks,
    feasible_at, feasible_by_hand, times, why_nobody,
};
use chrono::{NaiveDate, Weekday};
use domain::{
    Cents, Coordinates, CreditEligibility, DayException, DayHours, EarningsGuard, Effort, Hours, JobKind, JobTerms,
    Limits, MinuteOfDay, Minutes, PersonId, Service, Span, Strength, TravelMode,
};

use crate::world::{ZONE, at, member_id, resident_id, visit_id};

const HOME: Coordinates = Coordinates { lat_micro: 65_060_000, lon_micro: 25_440_000 };

/// A Tuesday.
fn tuesday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

/// So many steps of 1,341 metres (with detours) north of home: 7 minutes' drive, 21 minutes' walk for the first.
fn north(steps: i64) -> Coordinates {
    Coordinates { lat_micro: HOME.lat_micro + 9_000 * steps, ..HOME }
}

/// Somebody with a car who cleans, on weekdays from 8 to 16.
fn member(n: u8) -> MemberPlan {
    let hours = DayHours { from: MinuteOfDay::new(8 * 60).unwrap(), to: MinuteOfDay::new(16 * 60).unwrap() };
    let weekdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    MemberPlan {
        id: member_id(n),
        home: HOME,
        mode: TravelMode::Car,
        skills: BTreeSet::from([Service::Cleaning]),
        limits: Limits::default(),
        hours: Hours(weekdays.into_iter().map(|day| (day, hours)).collect()),
        exceptions: Vec::new(),
        strength: BTreeMap::new(),
        blocked: BTreeSet::new(),
        knows: BTreeMap::new(),
        wished_week: None,
        visits: Vec::new(),
    }
}

fn visit(n: u8, date: NaiveDate, minute: u16, minutes: i64, place: Coordinates) -> PlannedVisit {
    PlannedVisit {
        id: visit_id(n),
        start: at(date, minute),
        minutes: Minutes(minutes),
        effort: Effort::Light,
        at: place,
        pay: Cents(2_000),
    }
}

/// An hour's cleaning at Aino's, one step north.
fn cleaning() -> Request {
    Request {
        resident: Some(resident_id(0)),
        at: north(1),
        terms: JobTerms {
            kind: JobKind::CleaningUsual,
            minutes: Minutes(60),
            effort: Effort::Light,
            price: Cents(5_000),
            labour_percent: 100,
            pay: Cents(2_000),
            credit: CreditEligibility::Eligible,
        },
        strangers: Strangers::Welcome,
        not_these: BTreeSet::new(),
    }
}

/// Sunday evening before the Tuesday.
fn snapshot(members: Vec<MemberPlan>) -> Snapshot {
    let minute = |hour: u16| MinuteOfDay::new(hour * 60).unwrap();
    let rules = CoopRules { zone: ZONE, opens: minute(7), closes: minute(20), notice: Minutes(120) };
    let now = at(NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(), 18 * 60);
    Snapshot { now, rules, members }
}

fn hour(date: NaiveDate, hour: u16) -> Span {
    Span::lasting(at(date, hour * 60), Minutes(60))
}

fn whole_day(date: NaiveDate) -> Span {
    ZONE.day(date).span
}

fn test(snapshot: &Snapshot, request: &Request, minute: u16) -> Result<Span, Rule> {
    feasible_at(&snapshot.rules, snapshot.now, &snapshot.members[0], request, at(tuesday(), minute))
        .map(|insertion| insertion.block)
}

#[test]
fn a_day_of_two_visits_is_two_blocks_that_touch_nothing_else() {
    let day = [visit(2, tuesday(), 600, 60, north(2)), visit(1, tuesday(), 480, 60, north(1))];
    let blocks = day_blocks(HOME, TravelMode::Car, &day);
    // 1,341 m by car are 4 minutes at 417 m a minute and 4 to set out; 2,682 m are 7 and 4.
    assert_eq!(blocks[0].visit, visit_id(1));
    assert_eq!(blocks[0].span, Span { start: at(tuesday(), 472), end: at(tuesday(), 540) });
    assert_eq!(blocks[1].span, Span { start: at(tuesday(), 592), end: at(tuesday(), 671) });
    assert_eq!(day_blocks(HOME, TravelMode::Car, &[]), vec![]);
}

#[test]
fn the_first_time_of_a_free_day_is_when_the_members_hours_begin() {
    let offers = times(&snapshot(vec![member(1)]), &cleaning(), whole_day(tuesday()));
    let starts: Vec<_> = offers.iter().map(|offer| offer.best.start).collect();
    // 8, 9, … 15: the work must end by 16, the way home may be later.
    assert_eq!(starts, (8..=15).map(|hour| at(tuesday(), hour * 60)).collect::<Vec<_>>());
    let last = &offers.last().unwrap().best.insertion;
    assert_eq!(last.block, Span { start: at(tuesday(), 15 * 60 - 8), end: at(tuesday(), 16 * 60 + 8) });
}

#[test]
fn rest_and_the_way_come_between_two_visits() {
    let mut leila = member(1);
    leila.visits = vec![visit(1, tuesday(), 9 * 60, 60, north(2))];
    leila.limits.gap = Minutes(15);
    let snapshot = snapshot(vec![leila]);
    // From 10.00: 8 minutes' drive from two steps to one, and 15 of rest.
    assert_eq!(test(&snapshot, &cleaning(), 10 * 60 + 22), Err(Rule::Busy));
    let after = at(tuesday(), 10 * 60 + 23);
    let member = &snapshot.members[0];
    let insertion = feasible_at(&snapshot.rules, snapshot.now, member, &cleaning(), after).unwrap();
    // The rest isn't in a block, and the visit before isn't the day's last any more.
    assert_eq!(insertion.block, Span { start: after - Minutes(8), end: after + Minutes(60 + 8) });
    let way_there = Span { start: at(tuesday(), 9 * 60 - 11), end: at(tuesday(), 10 * 60) };
    assert_eq!(insertion.blocks.iter().map(|block| block.span).collect::<Vec<_>>(), [way_there]);
    // On the grid that is 10.25.
    let best = candidates(&snapshot, &cleaning(), hour(tuesday(), 10));
    assert_eq!(best[0].start, at(tuesday(), 10 * 60 + 25));
}

#[test]
fn stretches_of_hours_that_touch_are_one_and_an_exception_replaces_them() {
    let mut leila = member(1);
    let stretch = |from: u16, to: u16| DayHours::new(MinuteOfDay::new(from).unwrap(), MinuteOfDay::new(to).unwrap());
    leila.hours = Hours(vec![(Weekday::Tue, stretch(600, 700).unwrap()), (Weekday::Tue, stretch(480, 600).unwrap())]);
    let mut snapshot = snapshot(vec![leila]);
    assert!(test(&snapshot, &cleaning(), 570).is_ok());
    let exceptions = &mut snapshot.members[0].exceptions;
    exceptions.push(DayException { date: tuesday(), hours: Vec::new() });
    exceptions.push(DayException { date: tuesday(), hours: vec![stretch(480, 620).unwrap()] });
    assert!(test(&snapshot, &cleaning(), 560).is_ok());
    assert_eq!(test(&snapshot, &cleaning(), 565), Err(Rule::Hours));
}

#[test]
fn less_today_stops_offers_and_leaves_half_to_the_coordinator() {
    let mut leila = member(1);
    leila.strength.insert(tuesday(), Strength::Less);
    let by_hand = |leila: &MemberPlan, minutes: i64| {
        let snapshot = snapshot(vec![leila.clone()]);
        let mut request = cleaning();
        request.terms.minutes = Minutes(minutes);
        let start = at(tuesday(), 11 * 60);
        assert_eq!(feasible_at(&snapshot.rules, snapshot.now, leila, &request, start).err(), Some(Rule::Strength));
        feasible_by_hand(&snapshot.rules, snapshot.now, leila, &request, start).err()
    };
    // Without caps, half of the eight hours.
    assert_eq!(by_hand(&leila, 240), None);
    assert_eq!(by_hand(&leila, 241), Some(Rule::Strength));
    // Of 121 minutes a day, 60.
    leila.limits.minutes_a_day = Some(Minutes(121));
    assert_eq!(by_hand(&leila, 60), None);
    assert_eq!(by_hand(&leila, 61), Some(Rule::Strength));
    // Of 121 minutes with 40 taken, half of 81.
    leila.visits = vec![visit(1, tuesday(), 480, 40, north(1))];
    assert_eq!(by_hand(&leila, 40), None);
    assert_eq!(by_hand(&leila, 41), Some(Rule::Strength));
    // Of two visits with one taken one is left, whose half is none; of three, one.
    leila.limits.visits_a_day = Some(2);
    assert_eq!(by_hand(&leila, 40), Some(Rule::Strength));
    leila.limits.visits_a_day = Some(3);
    assert_eq!(by_hand(&leila, 40), None);
    leila.strength.insert(tuesday(), Strength::Pause);
    assert_eq!(by_hand(&leila, 5), Some(Rule::Strength));
}

#[test]
fn a_cap_may_be_reached_and_not_passed() {
    let mut leila = member(1);
    leila.visits = vec![visit(1, tuesday(), 480, 60, north(1))];
    leila.limits.minutes_a_day = Some(Minutes(120));
    leila.limits.visits_a_week = Some(2);
    leila.limits.earnings = EarningsGuard::Wall(Cents(4_000));
    let mut snapshot = snapshot(vec![leila]);
    assert!(test(&snapshot, &cleaning(), 600).is_ok());
    let mut request = cleaning();
    request.terms.pay = Cents(2_001);
    assert_eq!(test(&snapshot, &request, 600), Err(Rule::Earnings));
    // Told, not barred.
    snapshot.members[0].limits.earnings = EarningsGuard::Tell(Cents(4_000));
    assert!(test(&snapshot, &request, 600).is_ok());
    request.terms.minutes = Minutes(61);
    assert_eq!(test(&snapshot, &request, 600), Err(Rule::MinutesADay));
}

#[test]
fn visits_that_overlap_already_are_both_stayed_clear_of() {
    let mut leila = member(1);
    // A long one from nine till noon, and within it a short one.
    leila.visits = vec![visit(1, tuesday(), 540, 180, HOME), visit(2, tuesday(), 560, 10, HOME)];
    let snapshot = snapshot(vec![leila]);
    let request = Request { at: HOME, ..cleaning() };
    assert_eq!(test(&snapshot, &request, 575), Err(Rule::Busy));
    assert_eq!(test(&snapshot, &request, 719), Err(Rule::Busy));
    assert!(test(&snapshot, &request, 720).is_ok());
}

#[test]
fn only_snow_is_cleared_on_a_holiday_and_nothing_within_the_notice() {
    let christmas = NaiveDate::from_ymd_opt(2026, 12, 25).unwrap();
    let mut jari = member(1);
    jari.skills.insert(Service::Snow);
    let mut snapshot = snapshot(vec![jari]);
    let mut request = cleaning();
    assert!(times(&snapshot, &request, whole_day(christmas)).is_empty());
    request.terms.kind = JobKind::SnowPath;
    assert_eq!(times(&snapshot, &request, whole_day(christmas)).len(), 8);
    // At 9.37 on the day itself, with two hours' notice, the first start is 11.40.
    snapshot.now = at(christmas, 9 * 60 + 37);
    assert_eq!(times(&snapshot, &request, whole_day(christmas))[0].best.start, at(christmas, 11 * 60 + 40));
}

#[test]
fn nobody_is_sent_to_help_themselves() {
    let snapshot = snapshot(vec![member(1)]);
    let request = Request { resident: Some(member_id(1)), ..cleaning() };
    assert_eq!(test(&snapshot, &request, 600), Err(Rule::Blocked));
}

fn ranked(members: Vec<MemberPlan>) -> Vec<(PersonId, Vec<Term>)> {
    let found = candidates(&snapshot(members), &cleaning(), hour(tuesday(), 12));
    found.into_iter().map(|one| (one.member, one.reasons.terms)).collect()
}

/// Visits of four weeks that make so many minutes, well before noon.
fn had(minutes: i64) -> Vec<PlannedVisit> {
    (0..4_u8)
        .map(|week| {
            let date = tuesday() - chrono::Days::new(7 * u64::from(week));
            visit(10 + week, date, 7 * 60, if week == 0 { minutes - minutes / 4 * 3 } else { minutes / 4 }, HOME)
        })
        .collect()
}

#[test]
fn a_familiar_face_a_fair_share_and_the_way_are_weighed_against_each_other() {
    // The worked example of `ranking`.
    let (mut leila, mut mikko) = (member(1), member(2));
    leila.knows.insert(resident_id(0), 4);
    leila.visits = had(490);
    leila.wished_week = Some(Minutes(240));
    mikko.visits = had(330);
    for visit in &mut mikko.visits {
        visit.at = north(1);
    }
    mikko.wished_week = Some(Minutes(300));
    mikko.home = north(1);
    let scored = |members: [&MemberPlan; 2]| {
        let snapshot = snapshot(members.into_iter().cloned().collect());
        let found = candidates(&snapshot, &cleaning(), hour(tuesday(), 12));
        found.into_iter().map(|one| (one.member, one.score, one.reasons.terms)).collect::<Vec<_>>()
    };
    let first_time = scored([&mikko, &leila]);
    assert_eq!(first_time[0], (member_id(1), -6, vec![Term::Familiar]));
    // Nobody comes after Mikko: what speaks for him is that he hasn't all his hours yet, and a short way.
    assert_eq!(first_time[1], (member_id(2), -10, vec![Term::FairShare, Term::Near]));

    mikko.knows.insert(resident_id(0), 1);
    let second_time = scored([&mikko, &leila]);
    assert_eq!(second_time[0], (member_id(2), 5, vec![Term::Near, Term::FairShare]));
    assert_eq!(second_time[1].0, member_id(1));
}

#[test]
fn with_everything_the_same_the_smaller_id_is_asked() {
    let order = ranked(vec![member(3), member(2)]);
    assert_eq!(order.into_iter().map(|(member, _)| member).collect::<Vec<_>>(), [member_id(2), member_id(3)]);
}

#[test]
fn two_helpers_whom_the_resident_knows_well_share() {
    let (mut leila, mut mikko, mut jari) = (member(1), member(2), member(3));
    leila.knows.insert(resident_id(0), 12);
    mikko.knows.insert(resident_id(0), 3);
    jari.knows.insert(resident_id(0), 2);
    // Ten of forty wished hours: the next band.
    leila.visits = had(600);
    // Leila has had more of her share, so it is Mikko's turn; Jari, who has been there twice, comes after both.
    let order = ranked(vec![leila, mikko, jari]);
    assert_eq!(order[0], (member_id(2), vec![Term::FairShare]));
    assert_eq!(order[1], (member_id(1), vec![Term::Familiar]));
    assert_eq!(order[2].0, member_id(3));
}

#[test]
fn near_is_what_lies_on_the_way() {
    let (leila, mut mikko) = (member(1), member(2));
    // Mikko is two steps north until eleven and comes past on his way home: 8 + 8 − 11 minutes more. Leila, at home, has
    // 8 there and 8 back.
    mikko.visits = vec![visit(1, tuesday(), 10 * 60, 60, north(2))];
    let found = candidates(&snapshot(vec![leila, mikko]), &cleaning(), hour(tuesday(), 12));
    assert_eq!(
        found.iter().map(|one| (one.member, one.score)).collect::<Vec<_>>(),
        [(member_id(2), -5), (member_id(1), -16)]
    );
    assert_eq!(found[0].reasons.terms, [Term::Near]);
    assert_eq!(found[0].reasons.travel, Minutes(8));
}

#[test]
fn the_only_one_is_told_to_be_the_only_one() {
    let found = candidates(&snapshot(vec![member(1)]), &cleaning(), hour(tuesday(), 12));
    assert!(found[0].reasons.only_one);
    assert_eq!((found[0].reasons.travel, found[0].reasons.been_before), (Minutes(8), 0));
}

#[test]
fn why_nobody_says_what_stops_whom_and_what_would_help() {
    let (mut leila, mut mikko, mut jari) = (member(1), member(2), member(3));
    leila.skills.clear();
    mikko.limits.earnings = EarningsGuard::Wall(Cents(1_999));
    jari.visits = vec![visit(1, tuesday(), 12 * 60, 90, north(1))];
    let mut snapshot = snapshot(vec![leila, mikko, jari]);
    let failure = why_nobody(&snapshot, &cleaning(), &[hour(tuesday(), 12)]);
    // Mikko's earnings are his own business: he is among those outside their hours.
    assert_eq!(failure.removed, [(Rule::Skill, 1), (Rule::Hours, 1), (Rule::Busy, 1)]);
    assert_eq!(failure.last, Rule::Busy);
    // 13.30 is the next free start, and 11 is as near as 13; the later one is taken.
    let one_o_clock = at(tuesday(), 13 * 60);
    assert_eq!(failure.change, Some(Change::OtherTime { window: one_o_clock, member: member_id(3) }));

    // Without Jari, Leila could, if only she cleaned; when she is away, there is nothing but to find somebody new.
    snapshot.members.pop();
    let failure = why_nobody(&snapshot, &cleaning(), &[hour(tuesday(), 12)]);
    let learn = Change::OneMoreSkill { member: member_id(1), skill: Service::Cleaning };
    assert_eq!(failure.change, Some(learn));
    snapshot.members[0].strength.insert(tuesday(), Strength::Pause);
    let failure = why_nobody(&snapshot, &cleaning(), &[hour(tuesday(), 12)]);
    assert_eq!(failure.change, Some(Change::NewMember { other_time: None, unfamiliar: false }));

    // Somebody unfamiliar at the very hour, when nobody familiar can come at any.
    snapshot.members.push(member(4));
    let request = Request { strangers: Strangers::OnlyFamiliar, ..cleaning() };
    let failure = why_nobody(&snapshot, &request, &[hour(tuesday(), 12)]);
    assert_eq!(failure.last, Rule::Stranger);
    assert_eq!(failure.change, Some(Change::LetStrangerCome { member: member_id(4) }));
}

#[test]
fn two_share_what_nobody_has_the_whole_time_for() {
    let (mut leila, mut mikko, mut jari) = (member(1), member(2), member(3));
    let only = |from: u16, to: u16| {
        let hours = DayHours { from: MinuteOfDay::new(from).unwrap(), to: MinuteOfDay::new(to).unwrap() };
        Hours(vec![(Weekday::Tue, hours)])
    };
    // Seventy minutes in all; nobody has more than fifty. Mikko's begin at twenty past, and Jari lives further off.
    leila.hours = only(12 * 60, 12 * 60 + 50);
    mikko.hours = only(12 * 60 + 20, 13 * 60 + 10);
    jari.hours = only(12 * 60, 13 * 60);
    jari.home = north(9);
    let mut request = cleaning();
    request.terms.minutes = Minutes(70);
    let mut snapshot = snapshot(vec![leila, mikko, jari]);
    let change = |snapshot: &Snapshot, request: &Request| why_nobody(snapshot, request, &[hour(tuesday(), 12)]).change;
    // Leila can begin until a quarter past, Jari until twenty-five past: they at noon, before Mikko comes.
    let noon = at(tuesday(), 12 * 60);
    let members = [member_id(1), member_id(3)];
    let two = Change::SecondPerson { start: noon, members, minutes: Minutes(35) };
    assert_eq!(change(&snapshot, &request), Some(two));
    // Without Leila, Mikko and Jari from twenty past.
    snapshot.members.remove(0);
    let (start, members) = (at(tuesday(), 12 * 60 + 20), [member_id(2), member_id(3)]);
    assert_eq!(change(&snapshot, &request), Some(Change::SecondPerson { start, members, minutes: Minutes(35) }));
    // Two at the doctor's don't make it shorter.
    request.terms.kind = JobKind::AccompanyDoctor;
    for member in &mut snapshot.members {
        member.skills.insert(Service::Accompaniment);
    }
    assert_eq!(change(&snapshot, &request), Some(Change::NewMember { other_time: None, unfamiliar: false }));
}

#[test]
fn what_even_somebody_new_cannot_do_is_said_to_be_impossible() {
    let mut snapshot = snapshot(vec![]);
    // At night nobody works; the nearest hour for somebody new is as late in the evening as an hour's work can begin.
    let midnight = hour(tuesday(), 23);
    let evening = Some(at(tuesday(), 19 * 60));
    let change = |snapshot: &Snapshot, request: &Request| why_nobody(snapshot, request, &[midnight]).change;
    let request = Request { strangers: Strangers::OnlyFamiliar, ..cleaning() };
    let new_member = Change::NewMember { other_time: evening, unfamiliar: true };
    assert_eq!(change(&snapshot, &request), Some(new_member));
    // Thirteen hours and a minute don't fit into a day from 7 to 20.
    let mut request = cleaning();
    request.terms.minutes = Minutes(13 * 60 + 1);
    assert_eq!(change(&snapshot, &request), Some(Change::NotPossible));
    // And what is a month past can't be done any more.
    snapshot.now = at(NaiveDate::from_ymd_opt(2026, 12, 24).unwrap(), 12 * 60);
    assert_eq!(change(&snapshot, &cleaning()), Some(Change::NotPossible));
}

#[test]
fn changes_that_were_stored_before_are_still_read() {
    let id = member_id(1);
    let stored = [
        (r#"{"change":"new_member"}"#.to_owned(), Change::NewMember { other_time: None, unfamiliar: false }),
        (format!(r#"{{"change":"let_stranger_come","member":"{id}"}}"#), Change::LetStrangerCome { member: id }),
        (
            format!(r#"{{"change":"other_time","window":1795521600,"member":"{id}"}}"#),
            Change::OtherTime { window: domain::Moment::from_seconds(1_795_521_600), member: id },
        ),
    ];
    for (json, change) in stored {
        assert_eq!(serde_json::from_str::<Change>(&json).unwrap(), change);
    }
}

#[test]
fn the_hour_that_has_begun_is_suggested_too() {
    let mut leila = member(1);
    let until = MinuteOfDay::new(13 * 60 + 35).unwrap();
    leila.exceptions.push(DayException {
        date: tuesday(),
        hours: vec![DayHours { from: MinuteOfDay::new(8 * 60).unwrap(), to: until }],
    });
    let mut snapshot = snapshot(vec![leila]);
    snapshot.rules.notice = Minutes(20);
    snapshot.now = at(tuesday(), 12 * 60 + 5);
    let failure = why_nobody(&snapshot, &cleaning(), &[hour(tuesday(), 19)]);
    let noon = at(tuesday(), 12 * 60);
    assert_eq!(failure.change, Some(Change::OtherTime { window: noon, member: member_id(1) }));
}

#[test]
fn nonsense_is_answered_and_ends_nothing() {
    let mut odd = member(1);
    let ages = [i64::MIN, -1, 0, i64::MAX].map(domain::Moment::from_seconds);
    odd.visits =
        ages.iter().map(|start| PlannedVisit { start: *start, ..visit(1, tuesday(), 0, -5, north(9)) }).collect();
    odd.limits.gap = Minutes(i64::MAX);
    odd.limits.minutes_a_day = Some(Minutes(-1));
    let snapshot = snapshot(vec![odd]);
    let mut request = cleaning();
    for minutes in [i64::MIN, -1, 0, i64::MAX] {
        request.terms.minutes = Minutes(minutes);
        assert!(times(&snapshot, &request, whole_day(tuesday())).is_empty());
        for start in ages {
            let one = feasible_at(&snapshot.rules, snapshot.now, &snapshot.members[0], &request, start);
            assert!(one.is_err());
            let far = Span { start, end: domain::Moment::from_seconds(i64::MAX) };
            assert!(times(&snapshot, &request, far).is_empty());
            assert!(candidates(&snapshot, &request, far).is_empty());
            assert_eq!(why_nobody(&snapshot, &request, &[far]).change, Some(Change::NotPossible));
        }
    }
    let nobody = Snapshot { members: Vec::new(), ..snapshot };
    let failure = why_nobody(&nobody, &cleaning(), &[]);
    // It is six on Sunday evening; at six on Monday somebody new could come.
    let monday = at(tuesday().pred_opt().unwrap(), 18 * 60);
    let new_member = Change::NewMember { other_time: Some(monday), unfamiliar: false };
    assert_eq!((failure.removed, failure.last, failure.change), (vec![], Rule::Skill, Some(new_member)));
}
