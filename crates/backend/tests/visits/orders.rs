//! Ordering, as stories: who may, what they see, what they are told.

use backend::{
    CallReason, Caller, Refusal, Sent,
    testing::{
        TestBackend, both_databases,
        world::{LONG, every_day, member},
    },
};
use domain::{ContactWay, JobKind, Language, Message, MessageKind, Minutes, Problem, VisitState, WhoCancelled};

use super::support::{at, history, is_problem, is_refused, on, only_offer, order, state};

const JOB: JobKind = JobKind::CleaningUsual;

/// The kinds of message that a person was sent, the oldest first.
async fn told(test: &TestBackend, c: &Caller) -> Vec<MessageKind> {
    let name = &c.person.as_ref().unwrap().name;
    let messages = test.messages().await;
    messages.iter().rev().filter(|m| m.to.as_ref() == Some(name)).map(|m| m.message.kind()).collect()
}

fn number_of_code(messages: &[backend::OutboxMessage]) -> String {
    let code = messages.iter().find_map(|message| match &message.message {
        Message::SignInCode { code } => Some(code.to_string()),
        _ => None,
    });
    code.expect("a code was sent")
}

/// A visitor's draft for a cleaning at ten on Tuesday, up to the check page. Answers its key.
async fn visitors_draft(test: &TestBackend, c: &Caller, name: &str, phone: &str, contact: &str) -> String {
    let backend = &test.backend;
    let draft = backend.draft_start(c, JOB.code()).await.unwrap();
    backend.draft_where(c, "", "Tervakukkatie 9", "Portti on auki").await.unwrap();
    let times = backend.draft_times(c).await.unwrap();
    assert!(times.windows.iter().all(|time| time.helper.is_none()), "a visitor learns no name");
    backend.draft_when(c, &at("2026-11-24T10:00").seconds().to_string()).await.unwrap();
    backend.draft_who(c, name, phone, contact, "", "").await.unwrap();
    draft.key.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn aino_orders_and_mikko_comes() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let (aino, mikko) = (test.resident("Aino", 5).await, test.member(member("Mikko")).await);
        let backend = &test.backend;
        let order = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let view = backend.order_visit(&aino, &order.to_string()).await.unwrap();
        assert_eq!(view.helper.as_ref().unwrap().name.given(), "Mikko");
        assert!(matches!(view.state, VisitState::Offered { .. }) && view.cancel_free);

        backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        let visit = view.visit.to_string();
        for (step, minutes) in [("on_way", 1_470), ("started", 20), ("done", 95)] {
            test.clock.advance(Minutes(minutes));
            backend.take_step(&mikko, &visit, step, None).await.unwrap();
            // A second tap is the same tap.
            backend.take_step(&mikko, &visit, step, None).await.unwrap();
        }
        let done = backend.visit(&aino, &visit).await.unwrap();
        assert!(matches!(done.state, VisitState::Done { worked: Minutes(95), .. }), "{:?}", done.state);
        assert!(is_problem(&backend.give_feedback(&aino, &visit, "6").await, "number", Problem::ChooseOne));
        backend.give_feedback(&aino, &visit, "4").await.unwrap();
        backend.give_feedback(&aino, &visit, "5").await.unwrap();
        assert_eq!(backend.my_visits(&aino).await.unwrap()[0].feedback, Some(5));
        let expected =
            [MessageKind::OrderReceived, MessageKind::VisitAgreed, MessageKind::OnTheWay, MessageKind::VisitDone];
        assert_eq!(told(test, &aino).await, expected, "{}", test.kind);
        history::check(test, &[order], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_soon_as_possible_keeps_its_promise_or_says_that_it_cannot() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let (aino, veikko) = (test.resident("Aino", 5).await, test.resident("Veikko", 7).await);
        let _mikko = test.member(backend::testing::world::Member { hours: every_day(12, 14), ..member("Mikko") }).await;
        let backend = &test.backend;
        let mut keys = Vec::new();
        for c in [&aino, &veikko] {
            let draft = backend.draft_start(c, JOB.code()).await.unwrap();
            let home = backend.homes(c).await.unwrap()[0].0.to_string();
            backend.draft_where(c, &home, "", "").await.unwrap();
            let times = backend.draft_times(c).await.unwrap();
            assert_eq!(times.soonest.unwrap().start, at("2026-11-23T12:00"), "{}", test.kind);
            assert_eq!(times.windows[0].helper.as_ref().unwrap().given, "Mikko");
            backend.draft_when(c, "soonest").await.unwrap();
            backend.draft_who(c, "", "", "sms", "yes", "").await.unwrap();
            keys.push(draft.key.to_string());
        }
        let sent = backend.send_order(&aino, &keys[0], "client").await.unwrap();
        let Sent::Ordered(first) = sent else { panic!("no code is needed") };
        assert_eq!(backend.order_visit(&aino, &first.to_string()).await.unwrap().window.start, at("2026-11-23T12:00"));
        // The promise was noon today; the next free time is tomorrow. That is said, and nothing later is taken instead.
        let sent = backend.send_order(&veikko, &keys[1], "client").await;
        assert!(is_problem(&sent, "time", Problem::TimeTaken), "{sent:?}");
        history::check(test, &[first], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_time_that_is_offered_can_be_had() {
    both_databases(async |test| {
        test.with_jobs(Minutes(60)).await;
        let aino = test.resident("Aino", 5).await;
        for given in ["Mikko", "Leila"] {
            test.member(backend::testing::world::Member { hours: every_day(9, 13), ..member(given) }).await;
        }
        let backend = &test.backend;
        let mut all = Vec::new();
        for pick in [0_usize, 7, 3, 11, 1, 19] {
            let draft = backend.draft_start(&aino, JOB.code()).await.unwrap();
            let home = backend.homes(&aino).await.unwrap()[0].0.to_string();
            backend.draft_where(&aino, &home, "", "").await.unwrap();
            let times = backend.draft_times(&aino).await.unwrap();
            let window = times.windows[pick % times.windows.len()].window.start;
            backend.draft_when(&aino, &window.seconds().to_string()).await.unwrap();
            backend.draft_who(&aino, "", "", "sms", "yes", "").await.unwrap();
            let sent = backend.send_order(&aino, &draft.key.to_string(), "client").await;
            let Ok(Sent::Ordered(order)) = sent else { panic!("{}: offered and not had: {sent:?}", test.kind) };
            assert_eq!(backend.order_visit(&aino, &order.to_string()).await.unwrap().window.start, window);
            all.push(order);
        }
        history::check(test, &all, false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_with_a_mobile_answers_a_code() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let mikko = test.member(member("Mikko")).await;
        let visitor = test.visitor().await;
        let key = visitors_draft(test, &visitor, "Eila Uusi", "040 000 0777", "sms").await;
        let backend = &test.backend;
        assert_eq!(backend.send_order(&visitor, &key, "client").await.unwrap(), Sent::NeedsCode);
        assert_eq!(backend.send_order(&visitor, &key, "client").await.unwrap(), Sent::NeedsCode);
        let messages = test.messages().await;
        assert_eq!(messages.len(), 1, "{}: one code, and nothing else is written yet", test.kind);
        assert_eq!(backend.offers(&mikko).await.unwrap().len(), 0);

        let code = number_of_code(&messages);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert!(is_problem(&backend.confirm_order(&visitor, wrong).await, "code", Problem::WrongCode));
        let (sent, token) = backend.confirm_order(&visitor, &code).await.unwrap();
        let Sent::Ordered(order) = sent else { panic!("ordered") };
        // The second tap of the same form, with the old cookie still: the same order, and nobody is signed in by it.
        let (again, none) = backend.confirm_order(&visitor, &code).await.unwrap();
        assert_eq!((again, none), (sent, None), "{}", test.kind);

        let eila = backend.caller(token.as_deref()).await.unwrap();
        assert_eq!(eila.person.as_ref().unwrap().name.full(), "Eila Uusi");
        assert_eq!(backend.my_visits(&eila).await.unwrap().len(), 1);
        assert!(backend.order_visit(&visitor, &order.to_string()).await.is_ok(), "the session that made it sees it");
        backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        history::check(test, &[order], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_number_orders_as_the_person_it_belongs_to() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let _mikko = test.member(member("Mikko")).await;
        let aino = test.resident("Aino", 5).await;
        let visitor = test.visitor().await;
        // The number of `resident("Aino", 5)`, under another name.
        let key = visitors_draft(test, &visitor, "Joku Muu", "+358 45 1000005", "sms").await;
        let backend = &test.backend;
        assert_eq!(backend.send_order(&visitor, &key, "client").await.unwrap(), Sent::NeedsCode);
        let code = number_of_code(&test.messages().await);
        let (sent, token) = backend.confirm_order(&visitor, &code).await.unwrap();
        let Sent::Ordered(order) = sent else { panic!("ordered") };
        let signed_in = backend.caller(token.as_deref()).await.unwrap();
        assert_eq!(signed_in.person, aino.person, "{}: no second person", test.kind);
        assert_eq!(backend.my_visits(&aino).await.unwrap().len(), 1);
        history::check(test, &[order], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_landline_the_time_is_held_until_the_desk_has_rung() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let mikko = test.member(backend::testing::world::Member { hours: every_day(10, 12), ..member("Mikko") }).await;
        let (outi, visitor, other) = (test.lounge_helper().await, test.visitor().await, test.visitor().await);
        let key = visitors_draft(test, &visitor, "Veikko Uusi", "08 123 4568", "call").await;
        let other_key = visitors_draft(test, &other, "Martti Uusi", "08 123 4569", "call").await;
        let backend = &test.backend;
        let Sent::Ordered(order) = backend.send_order(&visitor, &key, "client").await.unwrap() else { panic!() };
        assert!(matches!(state(test, &visitor, order).await, VisitState::Reserved { .. }));
        assert_eq!(backend.offers(&mikko).await.unwrap().len(), 0, "nobody is asked yet");
        assert!(test.messages().await.is_empty());
        let taken = backend.send_order(&other, &other_key, "client").await;
        assert!(is_problem(&taken, "time", Problem::TimeTaken), "{}: the time is held: {taken:?}", test.kind);

        let calls = backend.calls(&outi).await.unwrap();
        assert_eq!((calls.len(), calls[0].why), (1, CallReason::Confirm));
        assert_eq!(calls[0].by, at("2026-11-23T09:30"));
        let visit = calls[0].visit.visit.to_string();
        assert!(is_refused(&backend.confirm_by_phone(&visitor, &visit).await, &Refusal::SignInFirst));
        backend.not_reached(&outi, &visit).await.unwrap();
        backend.confirm_by_phone(&outi, &visit).await.unwrap();
        backend.confirm_by_phone(&outi, &visit).await.unwrap();
        backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        assert!(matches!(state(test, &visitor, order).await, VisitState::Agreed { .. }));

        // Veikko gets no text messages: somebody tells him.
        let calls = backend.calls(&outi).await.unwrap();
        assert_eq!(calls.iter().map(|call| call.why).collect::<Vec<_>>(), [CallReason::Tell]);
        assert_eq!(calls[0].visit.contact, ContactWay::Call);
        backend.confirm_by_phone(&outi, &visit).await.unwrap();
        assert!(backend.calls(&outi).await.unwrap().is_empty());
        history::check(test, &[order], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_that_nobody_confirms_ends_by_itself() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let _mikko = test.member(backend::testing::world::Member { hours: every_day(10, 12), ..member("Mikko") }).await;
        let (outi, visitor, aino) = (test.lounge_helper().await, test.visitor().await, test.resident("Aino", 5).await);
        let key = visitors_draft(test, &visitor, "Veikko Uusi", "", "lounge").await;
        let Sent::Ordered(first) = test.backend.send_order(&visitor, &key, "client").await.unwrap() else { panic!() };
        let visit = test.backend.order_visit(&visitor, &first.to_string()).await.unwrap().visit.to_string();
        test.clock.advance(Minutes(30));
        let (one, two) = tokio::join!(test.backend.tick(), test.backend.tick());
        assert_eq!(one.unwrap().unconfirmed + two.unwrap().unconfirmed, 1, "{}: once", test.kind);
        let late = test.backend.confirm_by_phone(&outi, &visit).await;
        assert!(is_refused(&late, &Refusal::Changed), "{late:?}");
        let cancelled = state(test, &visitor, first).await;
        assert!(matches!(cancelled, VisitState::Cancelled(c) if c.by == WhoCancelled::Unconfirmed));
        let second = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        history::check(test, &[first, second], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_no_time_suits_the_desk_rings() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let (aino, pekka) = (test.resident("Aino", 5).await, test.coordinator().await);
        let backend = &test.backend;
        let draft = backend.draft_start(&aino, JOB.code()).await.unwrap();
        let home = backend.homes(&aino).await.unwrap()[0].0.to_string();
        backend.draft_where(&aino, &home, "", "").await.unwrap();
        let times = backend.draft_times(&aino).await.unwrap();
        assert!(times.windows.is_empty() && times.soonest.is_none() && times.nobody.is_some());
        backend.draft_when(&aino, "none").await.unwrap();
        backend.draft_who(&aino, "", "", "sms", "yes", "").await.unwrap();
        let Sent::Ordered(order) = backend.send_order(&aino, &draft.key.to_string(), "c").await.unwrap() else {
            panic!()
        };
        let view = backend.order_visit(&aino, &order.to_string()).await.unwrap();
        assert_eq!((view.state, view.ring_by), (VisitState::Open, Some(at("2026-11-24T12:00"))));
        assert_eq!(told(test, &aino).await, [MessageKind::RequestReceived]);
        let board = backend.board(&pekka, on("2026-11-23"), 7).await.unwrap();
        assert_eq!((board.stuck.len(), board.calls), (1, 1));

        // A member comes to the co-op; Pekka finds a time with Aino on the phone.
        let mikko = test.member(member("Mikko")).await;
        let visit = view.visit.to_string();
        let window = backend.move_times(&pekka, &visit).await.unwrap().windows[3].window;
        backend
            .move_visit(&pekka, &visit, &view.version.to_string(), &window.start.seconds().to_string())
            .await
            .unwrap();
        let moved = backend.visit(&aino, &visit).await.unwrap();
        assert_eq!((moved.window, moved.ring_by), (window, None));
        backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        history::check(test, &[order], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_orders_for_another_without_their_consent() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let _mikko = test.member(member("Mikko")).await;
        let (aino, outi) = (test.resident("Aino", 5).await, test.lounge_helper().await);
        let sanna = test.person("Sanna Niemelä", "+358 40 000 0103", "", &[domain::Role::Relative]).await;
        let sanna = test.signed_in(&sanna).await;
        let resident = aino.person.clone().unwrap();
        let serving = Caller { serving: Some(resident.clone()), ..outi.clone() };

        let answer = order(test, &serving, JOB, at("2026-11-24T10:00")).await;
        assert!(is_problem(&answer, "consent", Problem::ConsentNeeded), "{answer:?}");
        test.mandate(resident.id, None).await;
        let first = order(test, &serving, JOB, at("2026-11-24T10:00")).await.unwrap();
        assert_eq!(test.backend.my_visits(&aino).await.unwrap()[0].resident, resident, "never Outi's own name");
        assert_eq!(test.backend.my_visits(&serving).await.unwrap().len(), 1);
        assert!(test.backend.my_visits(&outi).await.unwrap().is_empty(), "the next person sees nothing of Aino's");
        let seen = test.backend.order_visit(&outi, &first.to_string()).await;
        assert!(is_refused(&seen, &Refusal::NotYours), "{seen:?}");

        // Sanna has no mandate; then she has; then the year is over.
        let as_sanna = Caller { serving: Some(resident.clone()), ..sanna.clone() };
        let answer = order(test, &as_sanna, JOB, at("2026-11-25T10:00")).await;
        assert!(is_refused(&answer, &Refusal::NotYours), "{answer:?}");
        test.mandate(resident.id, sanna.person.as_ref().map(|person| person.id)).await;
        let second = order(test, &as_sanna, JOB, at("2026-11-25T10:00")).await.unwrap();
        assert_eq!(test.backend.my_visits(&sanna).await.unwrap().len(), 2);
        test.clock.advance(Minutes(366 * 24 * 60));
        assert!(test.backend.my_visits(&sanna).await.unwrap().is_empty());
        let answer = order(test, &as_sanna, JOB, at("2027-11-30T10:00")).await;
        assert!(is_problem(&answer, "consent", Problem::ConsentNeeded), "{answer:?}");
        history::check(test, &[first, second], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_visit_is_answered_like_none() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let (mikko, leila) = (test.member(member("Mikko")).await, test.member(member("Leila")).await);
        let (aino, veikko) = (test.resident("Aino", 5).await, test.resident("Veikko", 7).await);
        let backend = &test.backend;
        let order = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let view = backend.order_visit(&aino, &order.to_string()).await.unwrap();
        let asked = view.state.held().unwrap().member;
        let (asked, other) = if mikko.person.as_ref().unwrap().id == asked { (mikko, leila) } else { (leila, mikko) };
        let (visit, version) = (view.visit.to_string(), view.version.to_string());
        let offer = only_offer(test, &asked).await;
        let anonymous = test.visitor().await;
        for unknown in [visit.as_str(), "7d444840-9dc0-41d1-b245-5ffdce74fad2", "ei tunnus", ""] {
            for caller in [&veikko, &other, &anonymous] {
                let answers = [
                    backend.visit(caller, unknown).await.map(|_| ()),
                    backend.order_visit(caller, &order.to_string()).await.map(|_| ()),
                    backend.cancel_visit(caller, unknown, &version).await,
                    backend.move_times(caller, unknown).await.map(|_| ()),
                    backend.move_visit(caller, unknown, &version, "soonest").await,
                    backend.give_feedback(caller, unknown, "5").await,
                ];
                for answer in answers {
                    assert!(is_refused(&answer, &Refusal::NotYours), "{answer:?}");
                }
            }
            for answer in [
                backend.take_step(&other, unknown, "on_way", None).await,
                backend.give_back(&other, unknown).await,
                backend.accept_offer(&other, &offer).await.map(|_| ()),
                backend.decline_offer(&other, &offer).await,
                backend.offer(&other, &offer).await.map(|_| ()),
                backend.offers(&aino).await.map(|_| ()),
                backend.board(&aino, on("2026-11-23"), 7).await.map(|_| ()),
                backend.desk_visit(&aino, unknown).await.map(|_| ()),
                backend.put_to(&aino, unknown, &version, unknown).await,
                backend.call_off(&aino, unknown, &version, "").await,
                backend.calls(&aino).await.map(|_| ()),
            ] {
                assert!(is_refused(&answer, &Refusal::NotYours), "{answer:?}");
            }
        }
        assert!(is_refused(&backend.offers(&anonymous).await, &Refusal::SignInFirst));
        history::check(test, &[order], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_frees_the_time_and_tells_the_member_once() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let (aino, mikko) = (test.resident("Aino", 5).await, test.member(member("Mikko")).await);
        let backend = &test.backend;
        let first = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let view = backend.order_visit(&aino, &first.to_string()).await.unwrap();
        backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        let stale = backend.cancel_visit(&aino, &view.visit.to_string(), &view.version.to_string()).await;
        assert!(is_refused(&stale, &Refusal::Changed), "the page is from before Mikko agreed: {stale:?}");
        // Half past eight in the evening before: it costs nothing to be told that it isn't free any more.
        test.clock.set(at("2026-11-23T20:30"));
        let view = backend.visit(&aino, &view.visit.to_string()).await.unwrap();
        assert!(!view.cancel_free);
        for _ in 0..2 {
            backend.cancel_visit(&aino, &view.visit.to_string(), &view.version.to_string()).await.unwrap();
        }
        assert_eq!(told(test, &mikko).await, [MessageKind::NewOffer, MessageKind::VisitCancelled]);
        let moved = backend.move_visit(&aino, &view.visit.to_string(), &view.version.to_string(), "soonest").await;
        assert!(is_problem(&moved, "visit", Problem::TooLate), "{moved:?}");
        assert!(backend.day(&mikko, on("2026-11-24")).await.unwrap().visits.is_empty());
        history::check(test, &[first], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_time_is_asked_of_the_same_member_first() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let aino = test.resident("Aino", 5).await;
        let hours = every_day(10, 12);
        let mikko = test.member(backend::testing::world::Member { hours: hours.clone(), ..member("Mikko") }).await;
        let backend = &test.backend;
        let first = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        let leila = test.member(backend::testing::world::Member {
            home: "Tervakukkatie 5".to_owned(),
            hours,
            ..member("Leila")
        });
        let _leila = leila.await;
        let view = backend.order_visit(&aino, &first.to_string()).await.unwrap();
        let (visit, version) = (view.visit.to_string(), view.version.to_string());
        let offered = backend.move_times(&aino, &visit).await.unwrap();
        assert!(offered.windows.iter().any(|time| time.window.start == at("2026-11-25T10:00")));
        let wednesday = at("2026-11-25T10:00").seconds().to_string();
        backend.move_visit(&aino, &visit, &version, &wednesday).await.unwrap();
        backend.move_visit(&aino, &visit, &version, &wednesday).await.unwrap();
        let moved = backend.visit(&aino, &visit).await.unwrap();
        assert!(matches!(moved.state, VisitState::Offered { .. }));
        assert_eq!(moved.helper.unwrap().name.given(), "Mikko", "the nearer one isn't put in his place");
        assert_eq!(told(test, &aino).await.last(), Some(&MessageKind::VisitMoved));
        for wrong in ["", "12", "huomenna", "99999999999999999999"] {
            let answer = backend.move_visit(&aino, &visit, &moved.version.to_string(), wrong).await;
            assert!(answer.is_err(), "{wrong}");
        }
        // The old time is free again.
        let veikko = test.resident("Veikko", 7).await;
        let second = order(test, &veikko, JOB, at("2026-11-24T10:00")).await.unwrap();
        history::check(test, &[first, second], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_tells_little_and_not_often() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let _mikko = test.member(member("Mikko")).await;
        let aino = test.resident("Aino", 5).await;
        let backend = &test.backend;
        let first = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let slip = backend.order_visit(&aino, &first.to_string()).await.unwrap().slip;
        let (word, number) = (slip.word().as_str().to_lowercase(), slip.number().to_string());
        let seen = backend.slip(&word, &number, "lounge").await.unwrap();
        assert_eq!((seen.service, seen.state), (domain::Service::Cleaning, "offered"));
        assert!(is_problem(&backend.slip("", &number, "lounge").await, "word", Problem::Missing));
        assert!(is_problem(&backend.slip(&word, "abc", "guesser").await, "word", Problem::NotFound));
        let mut last = Ok(seen);
        for guess in 100..140 {
            last = backend.slip(&word, &guess.to_string(), "guesser").await;
        }
        assert!(is_problem(&last, "word", Problem::TooMany), "{last:?}");
        assert!(backend.slip(&word, &number, "lounge").await.is_ok(), "others aren't locked out");
    })
    .await;
}

/// Whoever orders for themselves is told in the language in which they ordered; somebody new too, their code included.
#[tokio::test(flavor = "multi_thread")]
async fn messages_follow_the_language_of_the_order() {
    both_databases(async |test| {
        test.with_jobs(Minutes(60)).await;
        let _mikko = test.member(member("Mikko")).await;
        let mut aino = test.resident("Aino", 5).await;
        aino.language = Language::Swedish;
        order(test, &aino, JOB, at("2026-11-24T12:00")).await.unwrap();
        let to_aino = |message: &&backend::OutboxMessage| message.to.as_ref() == aino.person.as_ref().map(|p| &p.name);
        let told: Vec<_> = test.messages().await.iter().filter(to_aino).map(|message| message.language).collect();
        assert_eq!(told, [Language::Swedish], "{}", test.kind);

        let mut visitor = test.visitor().await;
        visitor.language = Language::English;
        let key = visitors_draft(test, &visitor, "Veera Uusi", "040 765 4321", "sms").await;
        assert_eq!(test.backend.send_order(&visitor, &key, "client").await.unwrap(), Sent::NeedsCode);
        let code = number_of_code(&test.messages().await);
        test.backend.confirm_order(&visitor, &code).await.unwrap();
        let names: Vec<_> = test
            .messages()
            .await
            .iter()
            .filter(|message| message.language == Language::English)
            .map(|message| message.message.kind())
            .collect();
        assert_eq!(names, [MessageKind::OrderReceived, MessageKind::SignInCode], "{}", test.kind);
    })
    .await;
}
