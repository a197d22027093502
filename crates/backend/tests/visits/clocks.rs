//! Days and clocks that few think of: the two nights of the clock change (T48), a server's clock that jumps (T49), the end
//! of a year, a leap day, the year 2038 (T54).

use std::collections::BTreeMap;

use backend::{
    Caller, peek,
    testing::{
        TestBackend, both_databases,
        world::{Member, every_day, member},
    },
};
use chrono::{NaiveDate, NaiveTime};
use domain::{JobKind, Limits, Minutes, Moment, Span, VisitState};

use super::support::{db, history, is_problem, on, only_offer, order, state};

/// On Sundays only snow is cleared.
const JOB: JobKind = JobKind::SnowPath;

/// What is offered on each day: the arrival windows as they are.
async fn offered(test: &TestBackend, c: &Caller) -> BTreeMap<NaiveDate, Vec<Span>> {
    test.draft(c, JOB, test.clock.now()).await;
    let mut days: BTreeMap<NaiveDate, Vec<Span>> = BTreeMap::new();
    for time in test.backend.draft_times(c).await.unwrap().windows {
        days.entry(test.backend.zone().date(time.window.start)).or_default().push(time.window);
    }
    days
}

fn by_the_wall(test: &TestBackend, windows: &[Span]) -> Vec<(NaiveTime, NaiveTime)> {
    let zone = test.backend.zone();
    windows.iter().map(|window| (zone.local(window.start).time(), zone.local(window.end).time())).collect()
}

/// The same co-op in another zone, open day and night.
async fn in_zone(test: &TestBackend, zone: &str, now: &str) -> TestBackend {
    peek::execute(
        &test.url,
        &format!("update coop set zone = '{zone}', work_opens = 0, work_closes = 1440, notice = 0"),
    )
    .await;
    test.clock.set(Moment::parse(now).unwrap());
    test.again_by(test.clock.clone()).await
}

/// T48: on the day that has 23 hours and on the one that has 25, by day as on any other day; by night no arrival twice and
/// none that isn't there; what a member does on it counts as on any other.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_23_hours_and_one_of_25() {
    for (zone, now, night, hours) in [
        ("Europe/Helsinki", "2026-03-26T06:00:00+02:00", "2026-03-29", 23),
        ("Europe/Helsinki", "2026-10-22T06:00:00+03:00", "2026-10-25", 25),
        ("Europe/Tallinn", "2026-03-26T06:00:00+02:00", "2026-03-29", 23),
        ("Europe/Tallinn", "2026-10-22T06:00:00+03:00", "2026-10-25", 25),
        ("Asia/Tokyo", "2026-03-26T06:00:00+09:00", "2026-03-29", 24),
    ] {
        both_databases(async |test| {
            let test = in_zone(test, zone, now).await;
            test.with_jobs(Minutes(60)).await;
            let limits = Limits { minutes_a_day: Some(Minutes(120)), ..Limits::default() };
            let mikko = test.member(Member { limits, hours: every_day(0, 24), ..member("Mikko") }).await;
            let aino = test.resident("Aino", 3).await;
            let (night, place) = (on(night), format!("{} {zone} {night}", test.kind));
            let span = test.backend.zone().day(night).span;
            assert_eq!(span.end.seconds() - span.start.seconds(), hours * 3600, "{place}");

            let days = offered(&test, &aino).await;
            let (here, usual) = (&days[&night], &days[&(night + chrono::Days::new(7))]);
            assert_eq!(usual.len(), 24, "{place}: {usual:?}");
            // One arrival an hour, day and night.
            assert_eq!(here.len(), usize::try_from(hours).unwrap(), "{place}: {here:?}");
            assert!(here.is_sorted_by(|one, next| one.start < next.start), "{place}: no arrival twice {here:?}");
            assert!(
                here.iter().all(|w| w.start < w.end && span.start <= w.start && w.start < span.end),
                "{place}: {here:?}"
            );
            let (walls, usual_walls) = (by_the_wall(&test, here), by_the_wall(&test, usual));
            // By the wall clock it is as every Sunday, but that in spring there is no hour from three to four.
            let missing: Vec<_> = usual_walls.iter().filter(|wall| !walls.contains(wall)).collect();
            let (three, four) = (NaiveTime::from_hms_opt(3, 0, 0).unwrap(), NaiveTime::from_hms_opt(4, 0, 0).unwrap());
            let in_the_gap = |(start, end): &&(NaiveTime, NaiveTime)| {
                hours == 23 && (*start..=four).contains(&three) && *end >= three
            };
            assert!(missing.iter().all(in_the_gap), "{place}: {missing:?} of {walls:?}");

            // Two hours a day are two visits, on that day too: one at its first hour, over the change, and one in the evening.
            let (first, last) = (here[0].start, here[here.len() - 2].start);
            for start in [first, last] {
                let sent = order(&test, &aino, JOB, start).await.unwrap();
                let offer = only_offer(&test, &mikko).await;
                test.backend.accept_offer(&mikko, &offer).await.unwrap();
                assert!(matches!(state(&test, &aino, sent).await, VisitState::Agreed { .. }), "{place}");
            }
            let third = order(&test, &aino, JOB, here[here.len() / 2].start).await;
            assert!(is_problem(&third, "time", domain::Problem::TimeTaken), "{place}: {third:?}");
            let starts: Vec<Moment> =
                test.backend.day(&mikko, night).await.unwrap().visits.iter().map(|visit| visit.window.start).collect();
            assert_eq!(starts, [first, last], "{place}: both stand on the member's day");
            let orders = db::rows(&test, "select order_id from help_order").await;
            let orders: Vec<_> = orders.into_iter().map(|row| row[0].clone().unwrap().parse().unwrap()).collect();
            history::check(&test, &orders, false).await;
        })
        .await;
    }
}

/// T54: the last day of a year, a leap day, days past the end of 32-bit clocks: ordered, taken, done, and counted right.
#[tokio::test(flavor = "multi_thread")]
async fn days_that_few_think_of() {
    for (now, day) in [
        ("2027-12-30T09:00:00+02:00", "2027-12-31"),
        ("2028-02-28T09:00:00+02:00", "2028-02-29"),
        ("2028-02-29T09:00:00+02:00", "2028-03-01"),
        ("2038-01-18T09:00:00+02:00", "2038-01-19"),
        ("2039-06-30T09:00:00+03:00", "2039-07-01"),
        ("2096-02-28T09:00:00+02:00", "2096-02-29"),
    ] {
        both_databases(async |test| {
            test.clock.set(Moment::parse(now).unwrap());
            test.with_jobs(Minutes(60)).await;
            let limits = Limits { minutes_a_week: Some(Minutes(60)), ..Limits::default() };
            let mikko = test.member(Member { limits, ..member("Mikko") }).await;
            let aino = test.resident("Aino", 3).await;
            let (day, place) = (on(day), format!("{} {day}", test.kind));
            let windows = offered(test, &aino).await;
            let start = windows[&day][1].start;
            let sent = order(test, &aino, JOB, start).await.unwrap();
            let offer = only_offer(test, &mikko).await;
            let visit = test.backend.accept_offer(&mikko, &offer).await.unwrap().to_string();
            // The week's one hour is used up by it, wherever the month or the year ends within that week.
            let week = test.backend.zone().week(day);
            let left = offered(test, &aino).await;
            assert!(left.values().flatten().all(|window| !week.contains(window.start)), "{place}: {left:?}");
            assert!(!left.is_empty(), "{place}: other weeks are free");

            test.clock.set(start);
            for (step, after) in [("on_way", 0), ("started", 10), ("done", 60)] {
                test.clock.advance(Minutes(after));
                test.backend.take_step(&mikko, &visit, step, None).await.unwrap();
            }
            assert!(matches!(state(test, &aino, sent).await, VisitState::Done { .. }), "{place}");
            let worked = db::number(test, "select worked from visit").await;
            assert!((60..=75).contains(&worked), "{place}: {worked} minutes");
            history::check(test, &[sent], false).await;
        })
        .await;
    }
}

/// T49: the server's clock is an hour slow, an hour fast, ten years ahead, and right again. Nobody is let in by it, nobody is
/// asked twice, nothing panics, and what was agreed stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps() {
    both_databases(async |test| {
        test.with_jobs(Minutes(60)).await;
        let mikko = test.member(member("Mikko")).await;
        test.member(Member { phone: "+358 40 555 0001".to_owned(), ..member("Leila") }).await;
        let aino = test.resident("Aino", 3).await;
        let right = test.clock.now();
        let days = offered(test, &aino).await;
        let window = days.values().nth(2).unwrap()[2].start;
        let sent = order(test, &aino, JOB, window).await.unwrap();
        let offers = "select count(*) from offer where answer = 'pending'";

        // A code that is asked for while the clock is fast opens nothing once it is right again; nor does it live longer.
        let (caller, phone) = (test.visitor().await, "+358 40 555 0001");
        test.clock.set(right + Minutes(60));
        test.backend.ask_code(&caller, phone, domain::Language::Finnish, "client").await.unwrap();
        let fast = test.newest_code().await;
        test.clock.set(right);
        let kept = test.backend.answer_code(&caller, &fast).await;
        assert!(kept.is_err(), "{}: a code from the future", test.kind);

        for wrong in [right + Minutes(-60), right + Minutes(60), right + Minutes(10 * 365 * 24 * 60)] {
            test.clock.set(wrong);
            test.backend.tick().await.unwrap();
            assert!(db::number(test, offers).await <= 1, "{}: asked twice at {wrong:?}", test.kind);
            let _ = test.backend.offers(&mikko).await;
            let _ = test.backend.draft_times(&aino).await;
        }
        test.clock.set(right);
        test.backend.tick().await.unwrap();
        assert!(db::number(test, offers).await <= 1, "{}", test.kind);
        assert!(test.audit_rows().await > 0, "{}", test.kind);
        history::blocks_are_as_they_should_be(test).await;
        assert_eq!(db::count(test, "help_order").await, 1, "{}: {sent:?} stands", test.kind);
    })
    .await;
}
