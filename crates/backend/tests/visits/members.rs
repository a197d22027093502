//! What a member does, as stories: answering, the day, giving back, their own limits.

use assignment::Rule;
use backend::{
    LimitsForm, Refusal,
    testing::{
        TestBackend, both_databases,
        world::{LONG, every_day, member},
    },
};
use domain::{EarningsGuard, JobKind, Limits, Message, MessageKind, Minutes, Problem, Strength, VisitState};

use super::support::{at, history, is_problem, is_refused, on, only_offer, order, state};

const JOB: JobKind = JobKind::CleaningUsual;

fn kinds(messages: &[backend::OutboxMessage]) -> Vec<MessageKind> {
    messages.iter().rev().map(|message| message.message.kind()).collect()
}

/// Two who can come at ten on Tuesday, the one asked first and the other.
async fn two_members(test: &TestBackend) -> (backend::Caller, backend::Caller) {
    let near = member("Mikko");
    let far = backend::testing::world::Member { home: "Tervakukkatie 53".to_owned(), ..member("Leila") };
    (test.member(near).await, test.member(far).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_tells_enough_and_never_the_street() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let limits = Limits {
            minutes_a_week: Some(Minutes(600)),
            earnings: EarningsGuard::Tell(domain::Cents(500_00)),
            ..Limits::default()
        };
        let mikko = test.member(backend::testing::world::Member { limits, ..member("Mikko") }).await;
        let aino = test.resident("Aino", 5).await;
        let order = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let offers = test.backend.offers(&mikko).await.unwrap();
        let offer = &offers[0];
        assert_eq!((offer.district.as_str(), offer.minutes, offer.been_before), ("Rajakylä", LONG, false));
        assert_eq!(offer.expires, at("2026-11-23T12:00"));
        assert_eq!(offer.effect.week_minutes, (Minutes(120), Some(Minutes(600))));
        assert_eq!(offer.effect.month_pay, (domain::Cents(20_00), Some(domain::Cents(500_00))));
        assert!(!format!("{offer:?}").contains("Tervakukkatie"));
        let told = test.messages().await;
        let new_offer = told.iter().find(|message| message.message.kind() == MessageKind::NewOffer).unwrap();
        assert!(!serde_json::to_string(&new_offer.message).unwrap().contains("Tervakukkatie"));
        assert!(test.backend.day(&mikko, on("2026-11-24")).await.unwrap().visits.is_empty(), "not before it is agreed");
        history::check(test, &[order], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_offer_goes_on_and_nothing_remembers_it() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let (mikko, leila) = two_members(test).await;
        let (aino, veikko) = (test.resident("Aino", 5).await, test.resident("Veikko", 7).await);
        let first = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let offer = only_offer(test, &mikko).await;
        test.backend.decline_offer(&mikko, &offer).await.unwrap();
        test.backend.decline_offer(&mikko, &offer).await.unwrap();
        assert!(is_refused(&test.backend.accept_offer(&mikko, &offer).await, &Refusal::Changed));
        assert!(is_refused(&test.backend.offer(&mikko, &offer).await, &Refusal::Changed));
        let leilas = only_offer(test, &leila).await;
        test.backend.accept_offer(&leila, &leilas).await.unwrap();
        test.backend.accept_offer(&leila, &leilas).await.unwrap();
        assert!(is_refused(&test.backend.decline_offer(&leila, &leilas).await, &Refusal::Changed), "agreed is agreed");
        let expected = [
            MessageKind::NewOffer,
            MessageKind::OrderReceived,
            MessageKind::NewOffer,
            MessageKind::HelperChanged,
            MessageKind::VisitAgreed,
        ];
        assert_eq!(kinds(&test.messages().await), expected, "{}", test.kind);
        // The next order asks Mikko first, as if he had never said no.
        let second = order(test, &veikko, JOB, at("2026-11-25T10:00")).await.unwrap();
        let held = state(test, &veikko, second).await.held().unwrap();
        assert_eq!(held.member, mikko.person.as_ref().unwrap().id, "{}", test.kind);
        history::check(test, &[first, second], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_nobody_answers_goes_on_and_at_last_the_desk_hears_why() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let (mikko, leila) = two_members(test).await;
        let (aino, pekka) = (test.resident("Aino", 5).await, test.coordinator().await);
        let order = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let offer = only_offer(test, &mikko).await;
        test.clock.set(at("2026-11-23T12:00"));
        assert!(is_refused(&test.backend.accept_offer(&mikko, &offer).await, &Refusal::Changed), "a second too late");
        let (one, two) = tokio::join!(test.backend.tick(), test.backend.tick());
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!((one.expired + two.expired, one.passed_on + two.passed_on), (1, 1), "{}: once", test.kind);
        let leilas = only_offer(test, &leila).await;
        test.backend.decline_offer(&leila, &leilas).await.unwrap();
        assert_eq!(state(test, &aino, order).await, VisitState::Open);
        let told = kinds(&test.messages().await);
        assert_eq!(told.iter().filter(|kind| **kind == MessageKind::NobodyFound).count(), 1);
        let board = test.backend.board(&pekka, on("2026-11-23"), 7).await.unwrap();
        let failure = board.stuck[0].failure.as_ref().unwrap();
        assert_eq!(failure.removed, [(Rule::Asked, 2)], "{}", test.kind);
        assert!(failure.change.is_some(), "something that would help is found by trying");
        assert_eq!(board.calls, 1);
        history::check(test, &[order], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_unfamiliar_follows_unless_the_resident_agreed() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let (mikko, _leila) = two_members(test).await;
        let aino = test.resident("Aino", 5).await;
        let backend = &test.backend;
        let draft = backend.draft_start(&aino, JOB.code()).await.unwrap();
        let home = backend.homes(&aino).await.unwrap()[0].0.to_string();
        backend.draft_where(&aino, &home, "", "").await.unwrap();
        backend.draft_when(&aino, &at("2026-11-24T10:00").seconds().to_string()).await.unwrap();
        backend.draft_who(&aino, "", "", "sms", "no", "").await.unwrap();
        let shown = backend.draft_check(&aino).await.unwrap().helper.unwrap();
        assert_eq!(shown.given, "Mikko", "the one that she sees, and may choose by going on");
        let sent = backend.send_order(&aino, &draft.key.to_string(), "client").await.unwrap();
        let backend::Sent::Ordered(order) = sent else { panic!("ordered") };
        backend.decline_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        assert_eq!(state(test, &aino, order).await, VisitState::Open, "Leila is unknown to her");
        history::check(test, &[order], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_comes_with_agreeing_and_goes() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let (mikko, leila) = two_members(test).await;
        let aino = test.resident("Aino", 5).await;
        let first = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let visit = test.backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap().to_string();
        let tuesday = on("2026-11-24");
        let day = test.backend.day(&mikko, tuesday).await.unwrap();
        assert_eq!(day.visits[0].home.as_ref().unwrap().line(), "Tervakukkatie 5");
        assert!(day.visits[0].phone.is_none(), "her number comes the day before");
        assert_eq!(test.backend.day(&mikko, on("2026-11-23")).await.unwrap().next.unwrap().visit.to_string(), visit);
        test.clock.set(at("2026-11-23T11:00"));
        assert!(test.backend.day(&mikko, tuesday).await.unwrap().visits[0].phone.is_some());

        // Mikko falls ill: the address is gone from his page at once, and Leila is asked.
        test.backend.give_back(&mikko, &visit).await.unwrap();
        test.backend.give_back(&mikko, &visit).await.unwrap();
        assert!(test.backend.day(&mikko, tuesday).await.unwrap().visits.is_empty());
        assert!(is_refused(&test.backend.take_step(&mikko, &visit, "on_way", None).await, &Refusal::NotYours));
        assert!(test.backend.offers(&mikko).await.unwrap().is_empty(), "he isn't asked again");
        test.backend.accept_offer(&leila, &only_offer(test, &leila).await).await.unwrap();

        // A step at the phone's own time; one that can't be is ours.
        test.clock.set(at("2026-11-24T12:30"));
        test.backend.take_step(&leila, &visit, "on_way", Some(at("2026-11-24T09:40"))).await.unwrap();
        test.backend.take_step(&leila, &visit, "started", Some(at("2026-11-24T09:58"))).await.unwrap();
        assert!(is_refused(&test.backend.give_back(&leila, &visit).await, &Refusal::Changed), "begun is begun");
        test.backend.take_step(&leila, &visit, "done", Some(at("2027-01-01T00:00"))).await.unwrap();
        let VisitState::Done { done, worked, .. } = state(test, &aino, first).await else { panic!("done") };
        assert_eq!((done, worked), (at("2026-11-24T12:30"), Minutes(152)));
        test.clock.set(at("2026-11-25T12:29"));
        assert!(test.backend.day(&leila, tuesday).await.unwrap().visits[0].home.is_some());
        test.clock.set(at("2026-11-25T12:30"));
        let gone = &test.backend.day(&leila, tuesday).await.unwrap().visits[0];
        assert!(gone.home.is_none() && gone.phone.is_none());

        // Leila is familiar now.
        let second = order(test, &aino, JOB, at("2026-11-27T10:00")).await.unwrap();
        let view = test.backend.order_visit(&aino, &second.to_string()).await.unwrap();
        assert_eq!((view.helper.unwrap().name.given(), view.been_before), ("Leila", true));
        history::check(test, &[first, second], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_offers_and_takes_nothing_away() {
    both_databases(async |test| {
        test.with_jobs(Minutes(60)).await;
        let mikko = test.member(member("Mikko")).await;
        let (aino, veikko) = (test.resident("Aino", 5).await, test.resident("Veikko", 7).await);
        let agreed = order(test, &aino, JOB, at("2026-11-23T15:00")).await.unwrap();
        test.backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        assert!(is_problem(&test.backend.set_strength(&mikko, "super").await, "strength", Problem::ChooseOne));
        for strength in ["less", "pause"] {
            test.backend.set_strength(&mikko, strength).await.unwrap();
            let today = order(test, &veikko, JOB, at("2026-11-23T17:00")).await;
            assert!(is_problem(&today, "time", Problem::TimeTaken), "{strength}: {today:?}");
        }
        assert_eq!(test.backend.member_settings(&mikko).await.unwrap().strength, Strength::Pause);
        assert!(matches!(state(test, &aino, agreed).await, VisitState::Agreed { .. }));
        let tomorrow = order(test, &veikko, JOB, at("2026-11-24T17:00")).await.unwrap();
        test.backend.set_strength(&mikko, "normal").await.unwrap();
        history::check(test, &[agreed, tomorrow], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_law_from_the_moment_they_are_set() {
    both_databases(async |test| {
        test.with_jobs(Minutes(60)).await;
        let mikko = test.member(member("Mikko")).await;
        let (aino, veikko) = (test.resident("Aino", 5).await, test.resident("Veikko", 7).await);
        let first = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let offer = only_offer(test, &mikko).await;
        let form = LimitsForm { visits_a_day: "0".into(), heaviest: "heavy".into(), ..LimitsForm::default() };
        test.backend.set_limits(&mikko, form).await.unwrap();
        // What he was asked before he lowered it he may still take; nothing new comes.
        test.backend.accept_offer(&mikko, &offer).await.unwrap();
        let none = order(test, &veikko, JOB, at("2026-11-25T10:00")).await;
        assert!(is_problem(&none, "time", Problem::TimeTaken), "{none:?}");
        let wrong = LimitsForm { gap: "-5".into(), ..LimitsForm::default() };
        assert!(is_problem(&test.backend.set_limits(&mikko, wrong).await, "gap", Problem::OutOfRange));

        test.backend
            .set_limits(&mikko, LimitsForm { heaviest: "heavy".into(), ..LimitsForm::default() })
            .await
            .unwrap();
        let day = |day: &str, from: &str, to: &str| (day.to_owned(), from.to_owned(), to.to_owned());
        test.backend.set_hours(&mikko, vec![day("wed", "9", "11"), day("thu", "", "")]).await.unwrap();
        let thursday = order(test, &veikko, JOB, at("2026-11-26T10:00")).await;
        assert!(is_problem(&thursday, "time", Problem::TimeTaken), "{thursday:?}");
        let second = order(test, &veikko, JOB, at("2026-11-25T10:00")).await.unwrap();
        test.backend.set_skills(&mikko, vec!["snow".into()]).await.unwrap();
        let cleaning = order(test, &veikko, JOB, at("2026-12-02T10:00")).await;
        assert!(is_problem(&cleaning, "time", Problem::TimeTaken), "{cleaning:?}");
        let settings = test.backend.member_settings(&mikko).await.unwrap();
        assert_eq!((settings.skills, settings.hours.0.len()), (vec![domain::Service::Snow], 1));
        history::check(test, &[first, second], true).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neighbours_make_room_and_take_it_back() {
    both_databases(async |test| {
        test.with_jobs(Minutes(60)).await;
        let hours = every_day(8, 18);
        let mikko = backend::testing::world::Member { mode: domain::TravelMode::Walk, hours, ..member("Mikko") };
        let _mikko = test.member(mikko).await;
        let mut all = Vec::new();
        let mut residents = Vec::new();
        // The first, the last, and then the one between: its neighbours' ways change, and change back when it is gone.
        for (house, hour) in [(2, "09:00"), (50, "15:00"), (27, "12:00")] {
            let resident = test.resident("Aino", house).await;
            all.push(order(test, &resident, JOB, at(&format!("2026-11-24T{hour}"))).await.unwrap());
            residents.push(resident);
            history::check(test, &all, false).await;
        }
        for index in [2, 0, 1] {
            let view = test.backend.order_visit(&residents[index], &all[index].to_string()).await.unwrap();
            let (visit, version) = (view.visit.to_string(), view.version.to_string());
            test.backend.cancel_visit(&residents[index], &visit, &version).await.unwrap();
            history::check(test, &all, false).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_member_is_told_only_the_district() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let mikko = test.member(member("Mikko")).await;
        let aino = test.resident("Aino", 5).await;
        order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let messages = test.messages().await;
        let name = &mikko.person.as_ref().unwrap().name;
        let offer = messages.iter().find(|message| message.to.as_ref() == Some(name)).unwrap();
        assert!(matches!(&offer.message, Message::NewOffer { district, .. } if district == "Rajakylä"));
    })
    .await;
}
